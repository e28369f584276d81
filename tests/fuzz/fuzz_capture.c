/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a capture file, read in large pieces and in small ones: both ways must give the
 * same packets and faults, end, and keep what capture.h says of a packet.
 */
#include "trace/capture.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct input {
	const uint8_t *at;
	size_t left;
	size_t chunk;
};

static void require(bool holds)
{
	if (!holds)
		abort();
}

static long read_input(void *user, uint8_t *to, size_t size)
{
	struct input *in = user;
	size_t n = in->left;

	n = n < size ? n : size;
	n = n < in->chunk ? n : in->chunk;
	if (n)
		memcpy(to, in->at, n);
	in->at += n;
	in->left -= n;
	return (long)n;
}

static uint64_t mix(uint64_t sum, uint64_t value)
{
	return (sum ^ value) * 0x100000001b3;
}

static void take_secrets(void *user, uint32_t type, const uint8_t *bytes, size_t length)
{
	uint64_t *sum = user;

	*sum = mix(*sum, type);
	for (size_t i = 0; i < length; i++)
		*sum = mix(*sum, bytes[i]);
}

static uint64_t add_packet(uint64_t sum, const struct ccs_packet *p)
{
	require(p->length <= CCS_CAPTURE_PACKET_MAX && p->length <= p->original_length);
	require(p->time >= 0 && p->time < CCS_SECONDS(253402300800 + 4295));
	require(!(p->odd & CCS_PACKET_CUT) == (p->length == p->original_length));
	for (size_t i = 0; i < p->length; i++)
		sum = mix(sum, p->bytes[i]);
	return mix(mix(sum, (uint64_t)p->time), p->link_type);
}

/* A sum over everything that the reader gives. */
static uint64_t read_all(const uint8_t *bytes, size_t size, size_t chunk)
{
	struct input in = { bytes, size, chunk };
	struct ccs_capture_error error;
	struct ccs_capture *c;
	struct ccs_packet packet;
	uint64_t sum = 0, packets = 0;
	size_t steps = 0;
	int n = ccs_capture_open_read(&c, read_input, &in, &error);

	if (n < 0) {
		require(!c && error.code == n && error.text[0]);
		return (uint64_t)-n;
	}
	ccs_capture_on_secrets(c, take_secrets, &sum);
	while ((n = ccs_capture_next(c, &packet)) != 0) {
		require(++steps <= size);
		if (n > 0) {
			require(packet.number == ++packets);
			sum = add_packet(sum, &packet);
		} else {
			require(ccs_capture_fault(c)->code == n);
			require(ccs_capture_fault(c)->offset <= size);
			sum = mix(sum, ccs_capture_fault(c)->offset);
		}
	}
	require(ccs_capture_next(c, &packet) == 0);
	ccs_capture_close(c);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	require(read_all(bytes, size, SIZE_MAX) == read_all(bytes, size, 5));
	return 0;
}
