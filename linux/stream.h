/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TCP connections of a session, and the charger's server.
 *
 *	stream = ccs_stream_connect(loop, &to, index, &events);		the car
 *	stream = ccs_stream_accept(server, &events);			the charger
 *	... events.opened, events.bytes, events.ready, then, at most once, events.closed
 *	if (ccs_stream_is_ready(stream))
 *		ccs_stream_send(stream, message, length);
 *	ccs_stream_close(stream);
 *
 * A message leaves in one piece (several peers read each message with one call).  One that the peer
 * does not fetch is kept, and until it is gone nothing is read and nothing else is taken: a slow
 * reader costs CCS_STREAM_MESSAGE bytes.
 *
 * A stream belongs to its owner until he closes it, also after events.closed; it ends by itself
 * then: what was sent is still delivered, for CCS_STREAM_LINGER at most.  No event comes from
 * inside a call, and none after ccs_stream_close.
 */
#ifndef CCS_LINUX_STREAM_H
#define CCS_LINUX_STREAM_H

#include "linux/loop.h"
#include "linux/problem.h"

#include "ccs/record.h"

#include <stdbool.h>

#define CCS_STREAM_MESSAGE 8192		  /* longest message that can be sent */
#define CCS_STREAM_CONNECT CCS_SECONDS(2) /* until a connection attempt is given up */
#define CCS_STREAM_LINGER  CCS_SECONDS(1)

#define CCS_STREAM_PORT_MIN 49152 /* ISO 15118-2 table 14: where a charger may listen */
#define CCS_STREAM_PORT_MAX 65535

struct ccs_stream_events {
	void (*opened)(void *user); /* the car: connected */
	void (*bytes)(void *user, const uint8_t *bytes, size_t length);
	void (*ready)(void *user);  /* the message that waited is gone */
	void (*closed)(void *user); /* refused, closed or reset by the peer, or lost */
	void *user;
};

struct ccs_stream;

/* `to` is link-local on the interface `index`.  NULL: out of memory. */
struct ccs_stream *ccs_stream_connect(uv_loop_t *loop, const struct ccs_address *to, uint32_t index,
				      const struct ccs_stream_events *events);

/* True when there is a connection that takes a message. */
bool ccs_stream_is_ready(const struct ccs_stream *stream);

/* Only when it is ready; longer than CCS_STREAM_MESSAGE, or on a broken connection: it is closed.
 */
void ccs_stream_send(struct ccs_stream *stream, const uint8_t *message, size_t length);

/* Of the peer; kind NONE before it is connected. */
struct ccs_address ccs_stream_peer(const struct ccs_stream *stream);

/* NULL is allowed. */
void ccs_stream_close(struct ccs_stream *stream);

/* At once, whatever is left: a connection that nobody wants costs nothing any more. */
void ccs_stream_abort(struct ccs_stream *stream);

struct ccs_server;

/*
 * Listens at `ip` on the interface `index`; `*port` 0: on a random port, which it tells.  NULL: see
 * `problem`.  `connected` is to call ccs_stream_accept.
 */
struct ccs_server *ccs_server_open(uv_loop_t *loop, const uint8_t ip[16], uint32_t index,
				   uint16_t *port, void (*connected)(void *user), void *user,
				   struct ccs_problem *problem);

/* NULL: it is gone already, or out of memory. */
struct ccs_stream *ccs_stream_accept(struct ccs_server *server,
				     const struct ccs_stream_events *events);

/* Connections go on.  NULL is allowed. */
void ccs_server_close(struct ccs_server *server);

#endif
