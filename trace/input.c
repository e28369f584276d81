/* SPDX-License-Identifier: Apache-2.0 */
/* The moving window over a capture file. */
#include "trace/input.h"

#include <errno.h>
#include <string.h>

void ccs_input_init(struct ccs_input *in, ccs_capture_read *read, void *user)
{
	in->read = read;
	in->user = user;
	in->at = in->buffer;
	in->end = in->buffer;
	in->offset = 0;
	in->ended = false;
	in->error = 0;
}

static void read_more(struct ccs_input *in)
{
	size_t room = (size_t)(in->buffer + sizeof(in->buffer) - in->end);
	long n;

	do {
		n = in->read(in->user, in->end, room);
	} while (n < 0 && errno == EINTR);
	if (n > 0) {
		in->end += n;
		return;
	}
	in->ended = true;
	in->error = n < 0 ? errno : 0;
}

size_t ccs_input_fill(struct ccs_input *in, size_t size)
{
	size_t left = (size_t)(in->end - in->at);

	if (!in->ended && (size_t)(in->buffer + sizeof(in->buffer) - in->at) < size) {
		memmove(in->buffer, in->at, left);
		in->at = in->buffer;
		in->end = in->buffer + left;
	}
	while (!in->ended && (size_t)(in->end - in->at) < size)
		read_more(in);
	return (size_t)(in->end - in->at);
}

bool ccs_input_skip(struct ccs_input *in, uint64_t size)
{
	while (size > 0) {
		size_t left = ccs_input_need(in, 1);
		size_t step = left < size ? left : (size_t)size;

		if (step == 0)
			return false;
		ccs_input_take(in, step);
		size -= step;
	}
	return true;
}
