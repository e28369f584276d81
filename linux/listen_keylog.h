/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The secrets of TLS sessions while these go on: lines that another program adds to a file
 * (SSLKEYLOGFILE), read as they come.
 *
 *	ccs_listen_keylog_open(&keylog, path, take, user, &problem);
 *	ccs_listen_keylog_poll(&keylog);	now and then
 *
 * The file may come later, and may begin anew (it has become shorter).
 */
#ifndef CCS_LINUX_LISTEN_KEYLOG_H
#define CCS_LINUX_LISTEN_KEYLOG_H

#include "linux/problem.h"

#include <stddef.h>
#include <stdio.h>

#define CCS_LISTEN_KEYLOG_ROOM 8192 /* a longer line is none of secrets, and passed over */

struct ccs_listen_keylog {
	const char *path;
	/* Whole lines with their ends. */
	void (*take)(void *user, const char *lines, size_t length);
	void *user;
	FILE *file; /* NULL: there is none yet */
	long taken; /* bytes read of it */
	size_t length;
	char room[CCS_LISTEN_KEYLOG_ROOM]; /* lines, the last perhaps unfinished */
};

/* `path` must outlive it.  -1: there is a file that cannot be read, see `problem`. */
int ccs_listen_keylog_open(struct ccs_listen_keylog *keylog, const char *path,
			   void (*take)(void *user, const char *lines, size_t length), void *user,
			   struct ccs_problem *problem);

void ccs_listen_keylog_poll(struct ccs_listen_keylog *keylog);

/* Wipes what it holds.  Closing what was never opened is allowed, when it is all zero. */
void ccs_listen_keylog_close(struct ccs_listen_keylog *keylog);

#endif
