/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stream: the first byte says how it is cut.  In whatever pieces it comes, the same messages come
 * out, after the same errors, with the same number of bytes skipped; and every byte of the stream
 * is in a header, in a payload, skipped, or pending.
 */
#include "ccs/v2gtp.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MEMORY 300

struct seen {
	uint64_t hash; /* of all that was said, in order */
	size_t bytes;  /* headers, payloads and what was skipped before them */
	size_t skipped;
	size_t pending;
};

static void note(struct seen *seen, const void *bytes, size_t size)
{
	const uint8_t *at = bytes;

	while (size--)
		seen->hash = (seen->hash ^ *at++) * 0x100000001b3u;
}

static void note_message(struct seen *seen, const struct ccs_v2gtp_message *m)
{
	note(seen, &m->payload_type, sizeof(m->payload_type));
	note(seen, &m->length, sizeof(m->length));
	note(seen, &m->skipped, sizeof(m->skipped));
	note(seen, m->payload, m->length);
	seen->bytes += CCS_V2GTP_HEADER_SIZE + m->length + m->skipped;
}

static void feed(struct ccs_v2gtp *stream, struct seen *seen, const uint8_t *data, size_t size)
{
	uint8_t *piece = malloc(size ? size : 1);
	const uint8_t *at = piece;
	struct ccs_v2gtp_message message;
	int result;

	memcpy(piece, data, size);
	while ((result = ccs_v2gtp_next(stream, &at, &size, &message))) {
		if (result > 0) {
			note_message(seen, &message);
			continue;
		}
		note(seen, &result, sizeof(result));
		ccs_v2gtp_resync(stream);
	}
	if (size)
		abort();
	free(piece);
}

static struct seen run(const uint8_t *data, size_t size, size_t step)
{
	uint8_t *memory = malloc(MEMORY);
	struct ccs_v2gtp stream;
	struct seen seen = { 0 };

	ccs_v2gtp_init(&stream, memory, MEMORY);
	for (size_t at = 0; at < size; at += step)
		feed(&stream, &seen, data + at, size - at < step ? size - at : step);
	seen.skipped = ccs_v2gtp_skipped(&stream);
	seen.pending = ccs_v2gtp_pending(&stream);
	free(memory);
	return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen whole, cut;
	struct ccs_v2gtp_message message;

	if (!size)
		return 0;
	whole = run(data + 1, size - 1, size);
	cut = run(data + 1, size - 1, (size_t)data[0] % 40 + 1);
	if (whole.hash != cut.hash || whole.bytes != cut.bytes || whole.skipped != cut.skipped ||
	    whole.pending != cut.pending)
		abort();
	if (whole.bytes + whole.skipped + whole.pending != size - 1)
		abort();
	if (ccs_v2gtp_read_datagram(data + 1, size - 1, &message) == 0 &&
	    message.length != size - 1 - CCS_V2GTP_HEADER_SIZE)
		abort();
	return 0;
}
