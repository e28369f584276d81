/* SPDX-License-Identifier: Apache-2.0 */
/* Segments that wait for earlier ones. */
#include "trace/tcp_stream.h"

#include "trace/tcp.h"

#include <stdlib.h>
#include <string.h>

/* Charged for each segment beside its bytes: so many tiny ones make no long list. */
#define OVERHEAD 256

static struct ccs_tcp_waiting *new_segment(struct ccs_tcp_stream *s, uint32_t seq,
					   const uint8_t *bytes, size_t length, size_t *all)
{
	size_t charge = length + OVERHEAD;
	struct ccs_tcp_waiting *segment;

	if (s->waiting + charge > CCS_TCP_WAITING || *all + charge > CCS_TCP_WAITING_ALL)
		return NULL;
	segment = malloc(sizeof(*segment) + length);
	if (!segment)
		return NULL;
	segment->seq = seq;
	segment->length = (uint32_t)length;
	memcpy(segment->bytes, bytes, length);
	s->waiting += charge;
	*all += charge;
	return segment;
}

/* How many of the `length` bytes at `seq` the segment has already, from the first one on. */
static size_t covered(const struct ccs_tcp_waiting *segment, uint32_t seq, size_t length)
{
	int32_t left = ccs_tcp_distance(seq, segment->seq + segment->length);

	if (left <= 0)
		return 0;
	return (size_t)left < length ? (size_t)left : length;
}

bool ccs_tcp_stream_hold(struct ccs_tcp_stream *s, uint32_t seq, const uint8_t *bytes,
			 size_t length, size_t *all)
{
	struct ccs_tcp_waiting **link = &s->first;

	if (s->last && ccs_tcp_distance(s->last->seq, seq) >= 0)
		link = &s->last;
	while (length > 0) {
		struct ccs_tcp_waiting *behind = *link;
		struct ccs_tcp_waiting *segment;
		size_t step = length;

		if (behind && ccs_tcp_distance(seq, behind->seq) <= 0) {
			step = covered(behind, seq, length);
			link = &behind->next;
		} else {
			if (behind && step > behind->seq - seq)
				step = behind->seq - seq;
			segment = new_segment(s, seq, bytes, step, all);
			if (!segment)
				return false;
			segment->next = behind;
			*link = segment;
			if (!behind)
				s->last = segment;
			link = &segment->next;
		}
		seq += (uint32_t)step;
		bytes += step;
		length -= step;
	}
	return true;
}

struct ccs_tcp_waiting *ccs_tcp_stream_take(struct ccs_tcp_stream *s, size_t *all)
{
	struct ccs_tcp_waiting *segment = s->first;

	s->first = segment->next;
	if (!s->first)
		s->last = NULL;
	s->waiting -= segment->length + OVERHEAD;
	*all -= segment->length + OVERHEAD;
	return segment;
}

void ccs_tcp_stream_release(struct ccs_tcp_waiting *segment)
{
	free(segment);
}
