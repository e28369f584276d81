/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the analyser share: analyser.c (packets), connection.c (TCP). */
#ifndef CCS_TRACE_ANALYSER_PARTS_H
#define CCS_TRACE_ANALYSER_PARTS_H

#include "trace/analyser.h"
#include "trace/keylog.h"
#include "trace/link.h"
#include "trace/messages.h"
#include "trace/session.h"
#include "trace/tcp.h"

/* Connects that failed in the same way at the same port, one after the other. */
struct ccs_failed_connects {
	bool refused;
	struct ccs_address src;
	struct ccs_address dst;
	uint64_t more; /* beyond the first, which had its record */
	ccs_time latest;
};

struct ccs_connection;

struct ccs_analyser {
	const struct ccs_sink *sink;
	struct ccs_keylog *keylog;
	struct ccs_tcp *tcp;
	struct ccs_connection *connections; /* that carried data and are open, by recency */
	uint8_t *room;			    /* for the next message that comes in pieces, or NULL */
	size_t tls_room;		    /* bytes left for TLS that waits for secrets */
	const struct ccs_connection *talking; /* the one of the latest message */
	struct ccs_sessions sessions;
	struct ccs_message_decoder decoder;
	struct ccs_dialogue log_dialogue; /* of a text log */
	struct ccs_analyser_counts counts;
	struct ccs_failed_connects failed;
	struct ccs_address secc; /* of the last SDP response; NONE: none */
	struct ccs_tcp_at now;
	ccs_time start;
	bool started;
	bool in_log;		/* messages come out of a text log */
	uint32_t odd;		/* oddities of packets that were said */
	uint32_t link_type;	/* the last one that we cannot read */
	uint64_t unreadable;	/* packets with such a link type */
	uint64_t fragments;	/* of IP packets */
	struct ccs_frame frame; /* the current packet */
};

/* A record of this time and packet, to be filled. */
struct ccs_record ccs_analyser_record(enum ccs_record_kind kind, const struct ccs_tcp_at *at);

/* Completes and hands on `record`. */
void ccs_analyser_emit(struct ccs_analyser *a, struct ccs_record *record);

/* Emits a note (or a frame record) whose addresses, side and count are set in `record`. */
void ccs_analyser_say(struct ccs_analyser *a, struct ccs_record *record, enum ccs_note_level level,
		      const char *topic, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* Emits a message record that is decoded, and counts it. */
void ccs_analyser_message(struct ccs_analyser *a, struct ccs_record *record);

/* What the reassembly calls, with the analyser as owner. */
extern const struct ccs_tcp_events ccs_connection_events;

/* New secrets have come. */
void ccs_connections_poll(struct ccs_analyser *a);

/* Those that are open, when the analyser is given up before its end. */
void ccs_connections_free(struct ccs_analyser *a);

/* Says how many more connects failed, when the run of them is over: `now`, or by the time. */
void ccs_connections_report_failed(struct ccs_analyser *a, bool now);

#endif
