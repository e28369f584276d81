/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a running station takes requests: a local socket, one line in, one line out.
 *
 *	control = ccs_control_open(&loop, &config, &problem);
 *	... for each line that comes, config.request prints the answer
 *	ccs_control_close(control);	the last answer is still sent
 *
 * Who may write to the socket file (mode 0660: owner and group) may control the station.  Nobody
 * can disturb it: a client gets CCS_CONTROL_CLIENTS places with all others, of which the one that
 * has been silent for longest is given away; a line that is too long, and an answer that is not
 * taken, end the connection; one piece is read from each at a time.
 */
#ifndef CCS_LINUX_CONTROL_H
#define CCS_LINUX_CONTROL_H

#include "ccs/print.h"
#include "linux/loop.h"
#include "linux/problem.h"

#include <stdbool.h>

#define CCS_CONTROL_CLIENTS 16
#define CCS_CONTROL_LINE    1024  /* of a request, with its end */
#define CCS_CONTROL_ANSWER  65536 /* likewise */
#define CCS_CONTROL_SUFFIX  ".sock"

/* Both texts are needed while it is opened only. */
struct ccs_control_config {
	const char *directory; /* that is configured; see ccs_control_directory */
	const char *name;      /* of the socket, without suffix: "evse-eth1" */
	/* A line without its end, and what is to be answered, likewise.  May close the control. */
	void (*request)(void *user, const char *line, size_t length, struct ccs_print *answer);
	void *user;
};

struct ccs_control;

/*
 * Where sockets may be, the best place first: the configured directory, and where that cannot be
 * written, `ccs` in the user's own run-time directory.  False: there are no more.
 */
bool ccs_control_directory(const char *configured, unsigned int number, char *path, size_t size);

/* What a process that was killed left behind is replaced.  NULL: see `problem`. */
struct ccs_control *ccs_control_open(uv_loop_t *loop, const struct ccs_control_config *config,
				     struct ccs_problem *problem);

/* Also from `request`.  NULL is allowed. */
void ccs_control_close(struct ccs_control *control);

#endif
