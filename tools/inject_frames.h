/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Ethernet frames that `ccs inject` sends, as its arguments give them: a frame in hex, with
 * blanks, colons or dashes as one likes; or a file with such a frame on each line ('#' begins a
 * comment), or a capture.
 */
#ifndef CCS_TOOLS_INJECT_FRAMES_H
#define CCS_TOOLS_INJECT_FRAMES_H

#include "linux/problem.h"

#include <stddef.h>
#include <stdint.h>

#define CCS_INJECT_LEAST 14    /* a frame has its header */
#define CCS_INJECT_MOST	 1514  /* and is no longer than an Ethernet takes it */
#define CCS_INJECT_COUNT 20000 /* frames at once */

struct ccs_inject_frame {
	size_t length;
	uint8_t bytes[CCS_INJECT_MOST];
};

/* All zero: none. */
struct ccs_inject_frames {
	struct ccs_inject_frame *list;
	size_t count;
	size_t room;
};

/* Adds those of one argument.  -1: see `problem`. */
int ccs_inject_read(struct ccs_inject_frames *frames, const char *argument,
		    struct ccs_problem *problem);

void ccs_inject_free(struct ccs_inject_frames *frames);

#endif
