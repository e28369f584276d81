/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TCP reassembly for captures as they are: retransmissions, overlaps, reordering, loss, sessions
 * that begin before the capture, reused ports, thousands of refused connects.
 *
 * Segments go in, in the order of the capture; what each end sent comes out in order, through
 * callbacks.  In-order data is handed on without a copy.  Where copies of the same bytes differ
 * the first one counts.  Memory is bounded: a fixed table of connections, and bounded room for
 * segments that wait for earlier ones.
 *
 * A hole in the data is given up (`gap`, then what waits behind it) when
 *	- the other end acknowledges the missing bytes: with data or FIN, or twice without (a single
 *	  bare ACK may have been captured ahead of the data);
 *	- it has stood for CCS_TCP_HOLE seconds of capture time;
 *	- the room for waiting segments is used up;
 *	- the connection ends: RST, new SYN on the same ports, end of the capture.
 */
#ifndef TRACE_TCP_H
#define TRACE_TCP_H

#include "trace/link.h"

#include <stdbool.h>

#define CCS_TCP_CONNECTIONS 1024	  /* followed at the same time */
#define CCS_TCP_WAITING	    (256 * 1024)  /* bytes waiting in one direction, with overhead */
#define CCS_TCP_WAITING_ALL (2048 * 1024) /* ... in all connections */
#define CCS_TCP_HOLE	    5		  /* seconds until a hole is given up */

enum ccs_tcp_end {
	CCS_TCP_CLIENT = 0, /* sent the SYN; in mid-session: sent the first data seen */
	CCS_TCP_SERVER = 1,
	CCS_TCP_NOBODY = 2,
};

enum ccs_tcp_close {
	CCS_TCP_CLOSED_FIN,	    /* both ends finished; `by`: who did first */
	CCS_TCP_CLOSED_RST,	    /* `by`: who reset */
	CCS_TCP_CLOSED_REFUSED,	    /* the SYN was answered with RST; there was no `opened` */
	CCS_TCP_CLOSED_UNANSWERED,  /* nothing but SYNs was seen; there was no `opened` */
	CCS_TCP_CLOSED_REPLACED,    /* a new SYN on the same ports; `by`: who had sent FIN */
	CCS_TCP_CLOSED_EVICTED,	    /* the least recently used of too many; `by` likewise */
	CCS_TCP_CLOSED_CAPTURE_END, /* still open; `by` likewise */
};

struct ccs_tcp_connection {
	uint64_t number;	   /* from 0, in order of the first SYN or data; refused ones too */
	struct ccs_address end[2]; /* of enum ccs_tcp_end */
	bool roles_known;	   /* false in mid-session: `end` is then in order of appearance */
	ccs_time began;		   /* time and packet of the SYN or of the first data */
	uint64_t began_frame;
	void *user; /* the owner's; NULL at first, to be released in `closed` */
};

/* The packet in which something happened: for data, the one that made it complete. */
struct ccs_tcp_at {
	ccs_time time;
	uint64_t frame;
};

/*
 * What happens, in the order of the capture; any may be NULL.  `bytes` are valid during the call.
 * The functions must not call ccs_tcp_*.  `closed` is the last word about a connection.  Refused
 * and unanswered connects are this one call.
 */
struct ccs_tcp_events {
	/* The SYN was answered, or data was seen. */
	void (*opened)(void *owner, struct ccs_tcp_connection *c, const struct ccs_tcp_at *at);
	void (*data)(void *owner, struct ccs_tcp_connection *c, enum ccs_tcp_end from,
		     const uint8_t *bytes, size_t length, const struct ccs_tcp_at *at);
	/* `missing` bytes of what `from` sent are not in the capture. */
	void (*gap)(void *owner, struct ccs_tcp_connection *c, enum ccs_tcp_end from,
		    uint32_t missing, const struct ccs_tcp_at *at);
	/* This end has sent all it will: FIN, everything before it was delivered. */
	void (*finished)(void *owner, struct ccs_tcp_connection *c, enum ccs_tcp_end by,
			 const struct ccs_tcp_at *at);
	void (*closed)(void *owner, struct ccs_tcp_connection *c, enum ccs_tcp_close how,
		       enum ccs_tcp_end by, const struct ccs_tcp_at *at);
};

struct ccs_tcp;

/* `events` must stay; `owner` is handed to each.  NULL when there is no memory. */
struct ccs_tcp *ccs_tcp_new(const struct ccs_tcp_events *events, void *owner);

/* Takes a frame of kind CCS_FRAME_TCP and the packet it was in. */
void ccs_tcp_segment(struct ccs_tcp *tcp, const struct ccs_frame *frame,
		     const struct ccs_packet *packet);

/* End of the capture: gives up all holes and closes all connections, oldest number first. */
void ccs_tcp_finish(struct ccs_tcp *tcp);

/* Without events; call ccs_tcp_finish first. */
void ccs_tcp_free(struct ccs_tcp *tcp);

#endif
