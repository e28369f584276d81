/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Segments of known streams, split, repeated, reordered, lost, with any flags, as the input says.
 *
 * The byte at sequence number n is n (its lowest eight bits); so each delivered byte tells where
 * it belongs.  What is delivered must be the stream with nothing missing but the gaps told.  And
 * when everything was sent and nothing was acknowledged too early there must be no gap at all.
 */
#include "trace/tcp.h"

#include "ccs/cursor.h"

#include <stdlib.h>

#define TRUE_LENGTH 2000 /* of the stream that arrives complete */

struct progress {
	bool known[2];
	uint8_t next[2]; /* of the position, the lowest byte */
};

static uint64_t delivered;
static bool gaps_allowed;
static ccs_time last_time;

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void on_opened(void *owner, struct ccs_tcp_connection *c, const struct ccs_tcp_at *at)
{
	(void)owner;
	require(!c->user && at->frame >= c->began_frame);
	c->user = calloc(1, sizeof(struct progress));
	require(c->user != NULL);
}

static void on_data(void *owner, struct ccs_tcp_connection *c, enum ccs_tcp_end from,
		    const uint8_t *bytes, size_t length, const struct ccs_tcp_at *at)
{
	struct progress *p = c->user;

	(void)owner;
	require(length > 0 && at->time == last_time);
	if (!p->known[from])
		p->next[from] = bytes[0];
	p->known[from] = true;
	for (size_t i = 0; i < length; i++)
		require(bytes[i] == p->next[from]++);
	delivered += length;
}

static void on_gap(void *owner, struct ccs_tcp_connection *c, enum ccs_tcp_end from,
		   uint32_t missing, const struct ccs_tcp_at *at)
{
	struct progress *p = c->user;

	(void)owner;
	(void)at;
	require(gaps_allowed && missing > 0);
	p->next[from] = (uint8_t)(p->next[from] + missing);
}

static void on_closed(void *owner, struct ccs_tcp_connection *c, enum ccs_tcp_close how,
		      enum ccs_tcp_end by, const struct ccs_tcp_at *at)
{
	(void)owner;
	(void)at;
	require(by <= CCS_TCP_NOBODY);
	require(!c->user == (how == CCS_TCP_CLOSED_REFUSED || how == CCS_TCP_CLOSED_UNANSWERED));
	free(c->user);
}

static const struct ccs_tcp_events events = {
	.opened = on_opened, .data = on_data, .gap = on_gap, .closed = on_closed
};

/* Sends bytes of the stream; the content follows from the sequence number. */
static void send(struct ccs_tcp *tcp, uint8_t pair, uint8_t flags, uint32_t seq, uint32_t ack,
		 size_t length, size_t missing)
{
	static uint8_t payload[4096];
	static struct ccs_frame f;
	static uint64_t number;
	struct ccs_packet packet = { .time = last_time, .number = ++number };
	uint32_t first = seq + !!(flags & CCS_TCP_SYN);

	for (size_t i = 0; i < length; i++)
		payload[i] = (uint8_t)(first + i);
	f = (struct ccs_frame) { .kind = CCS_FRAME_TCP,
				 .payload = payload,
				 .length = length,
				 .missing = missing,
				 .tcp_seq = seq,
				 .tcp_ack = ack,
				 .tcp_flags = flags };
	f.src = (struct ccs_address) { CCS_ADDRESS_IPV4, 1, { 10 } };
	f.dst = (struct ccs_address) { CCS_ADDRESS_IPV4, 2, { 10 } };
	f.src.bytes[3] = pair >> 1;
	f.dst.bytes[3] = pair >> 1;
	if (pair & 1) {
		f.src.port = 2;
		f.dst.port = 1;
	}
	ccs_tcp_segment(tcp, &f, &packet);
}

static uint32_t read_seq(struct ccs_reader *r)
{
	static const uint32_t bases[] = { 0, 0xffffff80, 0x40000000, 0x80000000 };
	uint16_t v = ccs_read_be16(r);

	return bases[v >> 14] + (v & 0x3fff);
}

static void send_anything(struct ccs_tcp *tcp, struct ccs_reader *r)
{
	gaps_allowed = true;
	while (ccs_reader_left(r) >= 10) {
		uint8_t pair = ccs_read_u8(r);
		uint8_t flags = ccs_read_u8(r);
		uint32_t seq = read_seq(r);
		uint32_t ack = read_seq(r);
		size_t length = ccs_read_be16(r) % 4096;
		size_t missing = ccs_read_u8(r);

		last_time += (int64_t)ccs_read_u8(r) * 100000 - 1000000;
		send(tcp, pair, flags, seq, ack, length, missing);
	}
}

/* Parts in any order, and at last everything once more. */
static void send_complete(struct ccs_tcp *tcp, struct ccs_reader *r, uint32_t initial)
{
	gaps_allowed = false;
	delivered = 0;
	send(tcp, 0, CCS_TCP_SYN, initial, 0, 0, 0);
	send(tcp, 1, CCS_TCP_SYN | CCS_TCP_ACK, 77, initial + 1, 0, 0);
	while (ccs_reader_left(r) >= 4) {
		uint32_t offset = ccs_read_be16(r) % TRUE_LENGTH;
		size_t length = ccs_read_be16(r) % (TRUE_LENGTH - offset + 1);

		send(tcp, 0, CCS_TCP_ACK, initial + 1 + offset, 78, length, 0);
		send(tcp, 1, CCS_TCP_ACK, 78, initial + 1 + (uint32_t)delivered, 0, 0);
	}
	for (uint32_t offset = 0; offset < TRUE_LENGTH; offset += 100)
		send(tcp, 0, CCS_TCP_ACK, initial + 1 + offset, 78, 100, 0);
	require(delivered == TRUE_LENGTH);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct ccs_reader r = ccs_reader(bytes, size);
	struct ccs_tcp *tcp = ccs_tcp_new(&events, NULL);
	uint8_t mode = ccs_read_u8(&r);

	require(tcp != NULL);
	last_time = CCS_SECONDS(1000000);
	if (mode & 1)
		send_anything(tcp, &r);
	else
		send_complete(tcp, &r, (uint32_t)mode << 24 | 0xfffe00);
	ccs_tcp_finish(tcp);
	ccs_tcp_free(tcp);
	return 0;
}
