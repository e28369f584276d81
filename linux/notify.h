/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the service manager is told: that the service is ready, how it is, that its event loop still
 * turns, that it is about to end.  The protocol of sd_notify(3), a datagram of lines `KEY=VALUE` to
 * the socket of $NOTIFY_SOCKET; it needs no library.
 *
 *	ccs_notify_open(&notify, &loop);
 *	... the sockets are open, cars may come
 *	ccs_notify_ready(&notify);
 *	ccs_notify_status(&notify, "charging 42.0 kW");
 *	ccs_notify_stopping(&notify);	SIGTERM: the session is being ended
 *	ccs_notify_close(&notify);	as all handles, before the loop runs out
 *
 * Without a service manager all of them do nothing.  None blocks: what a deaf service manager does
 * not take is lost.
 */
#ifndef CCS_LINUX_NOTIFY_H
#define CCS_LINUX_NOTIFY_H

#include <uv.h>

/* The caller's; it must stay until the loop has run out. */
struct ccs_notify {
	int fd; /* -1: nobody listens */
	uv_timer_t watchdog;
	uint64_t watchdog_ms; /* between two signs of life; 0: none is expected */
};

/*
 * Finds the service manager by $NOTIFY_SOCKET, $WATCHDOG_USEC and $WATCHDOG_PID, and takes them out
 * of the environment: programs that are started later shall not speak for us.
 */
void ccs_notify_open(struct ccs_notify *notify, uv_loop_t *loop);

/* From now on signs of life are sent, twice in the time after which we are taken for dead. */
void ccs_notify_ready(struct ccs_notify *notify);

/* One line for people; what is behind 200 bytes or a newline is left out. */
void ccs_notify_status(struct ccs_notify *notify, const char *text);

void ccs_notify_stopping(struct ccs_notify *notify);

void ccs_notify_close(struct ccs_notify *notify);

#endif
