/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One record for everything that can be observed.
 *
 * Engines emit records, the analyser produces the same ones from a capture, and every sink
 * (text, JSON lines, summary, ...) consumes them.  A record and all that it points to live only
 * during the call of the sink.
 */
#ifndef CCS_RECORD_H
#define CCS_RECORD_H

#include "ccs/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ccs_exi_document;
struct ccs_exi_error;
struct ccs_mme;
struct ccs_sdp;

enum ccs_record_kind {
	CCS_RECORD_FRAME,   /* a packet of the capture that is worth a line (TCP opened, ...) */
	CCS_RECORD_MME,	    /* a HomePlug management message */
	CCS_RECORD_SDP,	    /* a SECC discovery datagram */
	CCS_RECORD_MSG,	    /* a V2G message, decoded or not */
	CCS_RECORD_STATE,   /* an engine or a session entered a phase */
	CCS_RECORD_VALUE,   /* a measured or announced physical value */
	CCS_RECORD_NOTE,    /* something a person should know: TLS, loss, damage, syslog text */
	CCS_RECORD_VERDICT, /* the judgement of a session: how it ended and why */
	CCS_RECORD_SESSION, /* a session begins */
};

enum ccs_side {
	CCS_SIDE_UNKNOWN,
	CCS_SIDE_EV,
	CCS_SIDE_EVSE,
};

/* An endpoint as its kind has it: a MAC for PLC frames, an address and port for IP. */
enum ccs_address_kind {
	CCS_ADDRESS_NONE,
	CCS_ADDRESS_MAC,  /* bytes[0..5] */
	CCS_ADDRESS_IPV4, /* bytes[0..3], port */
	CCS_ADDRESS_IPV6, /* bytes[0..15], port */
};

struct ccs_address {
	enum ccs_address_kind kind;
	uint16_t port;
	uint8_t bytes[16];
};

/* How the message set of a message became known. */
enum ccs_set_source {
	CCS_SET_BY_HANDSHAKE, /* agreed in this connection */
	CCS_SET_BY_CONTENT,   /* payload type and second byte (capture begins in mid-session) */
};

/* A V2G message. */
struct ccs_record_msg {
	const char *proto; /* "app" "din" "iso2" "iso20" "iso20ac" ...; NULL: unknown */
	const char *type;  /* element name of the message; NULL when not decoded */
	enum ccs_set_source source;
	uint16_t payload_type; /* of the V2GTP header */
	const uint8_t *exi;
	size_t exi_length;
	const struct ccs_exi_document *document; /* NULL when not decoded */
	int error;				 /* 0 or why it was not decoded */
	const struct ccs_exi_error *where;	 /* field and bit of the error */
};

enum ccs_note_level {
	CCS_NOTE_INFO,
	CCS_NOTE_WARNING, /* damaged or contradictory data; decoding goes on */
	CCS_NOTE_ERROR,	  /* a part could not be decoded */
};

/* What TLS has come to. */
enum ccs_tls_event {
	CCS_TLS_EVENT_OTHER,	   /* nothing but the text of the note */
	CCS_TLS_EVENT_AGREED,	   /* version and cipher suite are agreed */
	CCS_TLS_EVENT_ALERT,	   /* `dir` sent a fatal alert */
	CCS_TLS_EVENT_FAILED,	   /* the handshake was not completed */
	CCS_TLS_EVENT_UNDECRYPTED, /* there are records that could not be decrypted */
};

/* What a note about TLS says, for programs. */
struct ccs_record_tls {
	enum ccs_tls_event event;
	const char *version;	/* "TLS 1.3"; NULL: none agreed, or unknown */
	const char *cipher;	/* "TLS_AES_256_GCM_SHA384"; NULL likewise */
	uint8_t alert;		/* number of a fatal alert (0 is no fatal one) */
	const char *alert_name; /* "handshake_failure"; NULL: none, or unknown */
	uint64_t undecrypted;	/* records, so far */
};

#define CCS_RECORD_TEXT_MAX 1024 /* of a note, with its end */

/* Text of frame, state, note, verdict and session records.  Programs go by `topic`, `count` and
 * `tls`: the wording of the text may change. */
struct ccs_record_note {
	enum ccs_note_level level;
	const char *topic;		  /* "tcp_opened" "tls" "syslog" "phase" ...: one word */
	const char *text;		  /* a sentence for people */
	uint64_t count;			  /* bytes, connects, ... that it speaks of; 0: none */
	const struct ccs_record_tls *tls; /* of topic "tls", of a connection; else NULL */
};

struct ccs_record_value {
	const char *name; /* "present_voltage" */
	int64_t milli;	  /* mV, mA, mW, per mille ... */
	const char *unit; /* of the value without milli: "V" "A" "W" "%" */
};

struct ccs_record {
	enum ccs_record_kind kind;
	ccs_time time;	/* microseconds since 1970 UTC, or since the start of a run */
	ccs_time since; /* microseconds since the start of the capture or run */
	uint64_t frame; /* 1-based number of the packet that completed it; 0: none */
	bool in_log;	/* `frame` is the number of a line, in a text log */
	struct ccs_address src;
	struct ccs_address dst;
	enum ccs_side dir; /* who sent it */
	uint32_t session;  /* from 1; 0: belongs to none */
	union {
		struct ccs_record_msg msg;     /* MSG */
		const struct ccs_mme *mme;     /* MME */
		const struct ccs_sdp *sdp;     /* SDP */
		struct ccs_record_value value; /* VALUE */
		struct ccs_record_note note;   /* all others */
	};
};

/* Whether a time has a date: times of logs that tell none begin at 0. */
static inline bool ccs_record_is_dated(bool in_log, ccs_time time)
{
	return !in_log || time >= CCS_SECONDS((ccs_time)365 * 24 * 3600);
}

/* Whoever wants records gives one of these. */
struct ccs_sink {
	void (*take)(void *user, const struct ccs_record *record);
	void *user;
};

static inline void ccs_emit(const struct ccs_sink *sink, const struct ccs_record *record)
{
	if (sink && sink->take)
		sink->take(sink->user, record);
}

/* "mme", "msg", ...: the `kind` of the JSON line. */
const char *ccs_record_kind_name(enum ccs_record_kind kind);

struct ccs_print;

/* "aa:bb:cc:dd:ee:ff", "192.168.0.1:514", "[fe80::1]:15118"; nothing for NONE. */
void ccs_print_address(struct ccs_print *print, const struct ccs_address *address);

#endif
