/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the shell adds to libuv's loop: the clock of the stations, and sockets that may be closed at
 * any moment, also from their own callback.
 */
#ifndef CCS_LINUX_LOOP_H
#define CCS_LINUX_LOOP_H

#include "ccs/time.h"

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

/* CLOCK_MONOTONIC in microseconds. */
ccs_time ccs_loop_now(void);

/* Starts the timer for `deadline` (CCS_NEVER: stops it); it never fires early. */
void ccs_loop_set_timer(uv_timer_t *timer, uv_timer_cb call, ccs_time deadline, ccs_time now);

/* The kernel's generator; ends the process when there is none, for keys depend on it. */
void ccs_loop_random(void *user, uint8_t *bytes, size_t size);

/* A socket that is watched for something to read. */
struct ccs_watch;

/* Takes over `fd`.  NULL: out of memory or descriptors, `fd` is closed. */
struct ccs_watch *ccs_watch_open(uv_loop_t *loop, int fd, void (*readable)(void *user), void *user);

int ccs_watch_fd(const struct ccs_watch *watch);

/* Closes the socket at once, calls nobody any more.  NULL is allowed. */
void ccs_watch_close(struct ccs_watch *watch);

#endif
