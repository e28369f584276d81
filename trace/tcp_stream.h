/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One direction of a TCP connection: where it stands, and the segments that came too early.
 *
 * Sequence numbers wrap around: they are compared by the sign of their difference.
 */
#ifndef TRACE_TCP_STREAM_H
#define TRACE_TCP_STREAM_H

#include "ccs/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A segment, or the part of it that no earlier one had; the list is in order, without overlap. */
struct ccs_tcp_waiting {
	struct ccs_tcp_waiting *next;
	uint32_t seq;
	uint32_t length;
	uint8_t bytes[];
};

struct ccs_tcp_stream {
	bool known;	   /* `next` is */
	bool began;	   /* `initial` is: the SYN was seen or acknowledged */
	bool fin;	   /* FIN was seen, `fin_seq` stands behind the last byte */
	bool finished;	   /* and everything before it was delivered */
	bool acked_unseen; /* a bare ACK of `acked`, which is ahead of `next` */
	uint32_t initial;
	uint32_t next; /* of the first byte not delivered */
	uint32_t fin_seq;
	uint32_t acked;
	ccs_time hole_since; /* time at which the first waiting segment became the first */
	struct ccs_tcp_waiting *first;
	struct ccs_tcp_waiting *last;
	size_t waiting; /* bytes charged for the list */
};

/* How far `to` is ahead of `from`; negative: behind. */
static inline int32_t ccs_tcp_distance(uint32_t from, uint32_t to)
{
	return (int32_t)(to - from);
}

/*
 * Keeps a copy of what is not kept yet.  `all` sums the bytes of all streams.  False when there
 * is no room for a part; what fitted is kept.
 */
bool ccs_tcp_stream_hold(struct ccs_tcp_stream *s, uint32_t seq, const uint8_t *bytes,
			 size_t length, size_t *all);

/* Takes the first waiting segment off the list; it goes back by ccs_tcp_stream_release. */
struct ccs_tcp_waiting *ccs_tcp_stream_take(struct ccs_tcp_stream *s, size_t *all);

void ccs_tcp_stream_release(struct ccs_tcp_waiting *segment);

#endif
