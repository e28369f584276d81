/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of text over descriptors that do not block: a serial port, the pipes of a program.
 *
 * What comes in is split at CR, LF and BEL; empty lines, lines that are too long or hold anything
 * but printable ASCII are dropped, as noise of a cable is.  What goes out is kept until the kernel
 * takes it; a peer that takes nothing loses whole lines, never parts of one.
 */
#ifndef CCS_LINUX_HW_LINES_H
#define CCS_LINUX_HW_LINES_H

#include "linux/loop.h"

#include <stdbool.h>

struct ccs_hw_lines {
	struct ccs_watch *watch; /* of what comes in; NULL: closed */
	int out_fd;		 /* -1: the same */
	void (*take)(void *user, const char *line);
	void *user;
	void (*lost)(void *owner, const char *why); /* it is closed already */
	void *owner;
	uint32_t dropped; /* lines that were noise */
	bool skips;	  /* to the end of this one */
	size_t in_length;
	size_t out_length;
	char in[128];
	char out[2048];
};

/*
 * Takes over both descriptors, also when it fails (-1); `out` is -1 where one is for both
 * directions, and SIGPIPE is ignored where it is a pipe.  take, lost and their arguments are set by
 * the caller before.
 */
int ccs_hw_lines_open(struct ccs_hw_lines *lines, uv_loop_t *loop, int in, int out);

/* `text` with its end of line.  False: closed, or there is no room; nothing of it is sent then. */
bool ccs_hw_lines_write(struct ccs_hw_lines *lines, const char *text);

/* Tries again to send what waits.  True: nothing waits any more. */
bool ccs_hw_lines_flush(struct ccs_hw_lines *lines);

/* Calls nobody any more; closing twice is allowed. */
void ccs_hw_lines_close(struct ccs_hw_lines *lines);

#endif
