/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From packets to records: what was said in a charging session, out of a capture or a log.
 *
 *	packet -> link -> HomePlug management message
 *	               -> UDP: SECC discovery, syslog texts, disclosed TLS secrets
 *	               -> TCP -> (TLS) -> V2GTP -> message set -> EXI
 *
 * Everything that is seen becomes a struct ccs_record for the sink, in the order of the capture;
 * messages whose TLS secrets come late are reported late, with their own packet and time.  What
 * cannot be decoded becomes a record, too, and the analyser goes on.
 *
 * Memory is bounded, whatever the file holds:
 *	- an ordinary capture, of any length, needs 1 to 2 MB;
 *	- connections that stand in the middle of a message, or speak TLS: CCS_ANALYSER_UNFINISHED,
 *	  at most 20 MB for all of them; the one that was silent for longest is given up for
 *another;
 *	- TLS records whose secrets have not come yet: CCS_ANALYSER_TLS_ROOM in all connections;
 *	- TCP segments that wait for earlier ones: CCS_TCP_WAITING_ALL; one message: 1 MB.
 *
 * Besides `mme`, `sdp` and `msg` there are these records (topic, text):
 *
 *	session	"session"	   a session begins: how, and which one it continues
 *	frame	"tcp_opened"	   a connection was opened, or is first seen in its middle
 *		"tcp_fin"	   `src` sends nothing more
 *		"tcp_reset"	   `src` reset the connection
 *		"tcp_refused"	   `dst` refused a connect of `src`; the first of a run
 *		"tcp_unanswered"   `dst` did not answer one; likewise
 *		"tcp_end"	   a connection ends without being closed: end of the capture, ...
 *	note	"tcp_refused"	   `count` more connects were refused in the same way
 *		"tcp_unanswered"   likewise
 *		"gap"		   `count` bytes of a connection are missing or are no V2GTP
 *		"tls"		   handshake, certificates, what cannot be decrypted
 *		"protocol"	   what the handshake agreed on
 *		"sdp", "mme"	   a damaged datagram or frame
 *		"syslog"	   a text that was sent to UDP port 514
 *		"capture"	   damage and oddities of the file
 */
#ifndef CCS_TRACE_ANALYSER_H
#define CCS_TRACE_ANALYSER_H

#include "ccs/record.h"
#include "trace/capture.h"

#define CCS_ANALYSER_UNFINISHED 64
#define CCS_ANALYSER_TLS_ROOM	((size_t)64 << 20)

struct ccs_analyser;
struct ccs_keylog;
struct ccs_log_entry;

/* What came through so far. */
struct ccs_analyser_counts {
	uint64_t packets;
	uint64_t messages;
	uint64_t undecoded;	  /* messages that could not be decoded */
	uint64_t first_undecoded; /* packet of the first of them; 0: none */
	uint64_t damaged;	  /* faults of the file, damaged packets */
};

/* `sink` and `keylog` (secrets known beforehand; more are added) stay the caller's.  NULL: no
 * memory. */
struct ccs_analyser *ccs_analyser_new(const struct ccs_sink *sink, struct ccs_keylog *keylog);

/* The next packet of a capture. */
void ccs_analyser_packet(struct ccs_analyser *analyser, const struct ccs_packet *packet);

/* Key material of a pcapng file; a ccs_capture_secrets whose user is the analyser. */
void ccs_analyser_secrets(void *analyser, uint32_t type, const uint8_t *bytes, size_t length);

/* A fault of the file at this place. */
void ccs_analyser_fault(struct ccs_analyser *analyser, const struct ccs_capture_error *fault);

/* A message out of a text log instead of a packet. */
void ccs_analyser_entry(struct ccs_analyser *analyser, const struct ccs_log_entry *entry);

/* The end: what is unfinished is said.  Nothing may follow. */
void ccs_analyser_finish(struct ccs_analyser *analyser);

const struct ccs_analyser_counts *ccs_analyser_counts(const struct ccs_analyser *analyser);

void ccs_analyser_free(struct ccs_analyser *analyser);

/* Reads a whole capture that was opened, and finishes. */
void ccs_analyser_run(struct ccs_analyser *analyser, struct ccs_capture *capture);

#endif
