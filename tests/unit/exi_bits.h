/* SPDX-License-Identifier: Apache-2.0 */
/* EXI streams written bit by bit, as the grammar has them, for tests. */
#ifndef TESTS_UNIT_EXI_BITS_H
#define TESTS_UNIT_EXI_BITS_H

#include "ccs/exi.h"

#include <string.h>

struct bit_stream {
	uint8_t bytes[512];
	size_t bits;
};

/* '0' and '1' are bits, everything else is for the reader. */
static inline void add_bits(struct bit_stream *stream, const char *text)
{
	for (; *text; text++) {
		if (*text != '0' && *text != '1')
			continue;
		if (stream->bits % 8 == 0)
			stream->bytes[stream->bits / 8] = 0;
		if (*text == '1')
			stream->bytes[stream->bits / 8] |= (uint8_t)(0x80 >> stream->bits % 8);
		stream->bits++;
	}
}

static inline size_t stream_size(const struct bit_stream *stream)
{
	return (stream->bits + 7) / 8;
}

/* A DIN message up to the body's event code: header, V2G_Message, SessionID of one octet 0. */
static inline struct bit_stream begin_din(const char *body_code)
{
	struct bit_stream stream = { .bits = 0 };

	add_bits(&stream, "10000000 1001101");		/* header, root 77 V2G_Message */
	add_bits(&stream, "0 0 0 00000001 00000000 0"); /* Header, SessionID: CH, 1 octet, EE */
	add_bits(&stream, "10 0");			/* Header's EE, Body */
	add_bits(&stream, body_code);
	return stream;
}

#endif
