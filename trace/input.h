/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of a file as a window that moves forward over it.
 *
 * The buffer is twice the largest window, and what is left is moved to its front only when the
 * window would leave it: so each byte is moved at most once, whatever windows are asked for.
 */
#ifndef TRACE_INPUT_H
#define TRACE_INPUT_H

#include "trace/capture.h"

#include <stdbool.h>

/* Largest window: the largest packet, its headers, and 64 KB of options. */
#define CCS_INPUT_WINDOW (CCS_CAPTURE_PACKET_MAX + 65536)

struct ccs_input {
	ccs_capture_read *read;
	void *user;
	const uint8_t *at; /* first byte not yet taken */
	uint8_t *end;	   /* behind the last byte read */
	uint64_t offset;   /* of `at` in the file */
	bool ended;
	int error; /* errno of a failed read, else 0 */
	uint8_t buffer[2 * CCS_INPUT_WINDOW];
};

void ccs_input_init(struct ccs_input *in, ccs_capture_read *read, void *user);

/* Bytes that stand at `at`, at least `size` (up to CCS_INPUT_WINDOW) unless the file ends. */
size_t ccs_input_fill(struct ccs_input *in, size_t size);

static inline size_t ccs_input_need(struct ccs_input *in, size_t size)
{
	size_t left = (size_t)(in->end - in->at);

	return left >= size ? left : ccs_input_fill(in, size);
}

/* Goes on by `size` bytes that are there. */
static inline void ccs_input_take(struct ccs_input *in, size_t size)
{
	in->at += size;
	in->offset += size;
}

/* Goes on by `size` bytes of any number; false when the file ends before. */
bool ccs_input_skip(struct ccs_input *in, uint64_t size);

#endif
