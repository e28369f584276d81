/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands that people want to be run when something happens: a buzzer for a new charger.
 *
 *	[on]
 *	new_charger = beep && logger "$CCS_MAC at $CCS_LATITUDE $CCS_LONGITUDE"
 *
 * A command of /bin/sh, with what is known in its environment: CCS_EVENT ("new_charger"), and what
 * ccs_events_run gets.  It runs beside us, in a process group of its own; its stdin is empty, its
 * output goes to stderr.  It is killed with all that it started when it takes longer than
 * `[on] time`, and no more than CCS_EVENTS_AT_ONCE run at a time: an event beyond is told and
 * passed over.
 *
 * What a peer said comes as letters, digits and " +,-./:=@_"; every other character is "_", so that
 * it means nothing to a shell.
 */
#ifndef CCS_LINUX_EVENTS_H
#define CCS_LINUX_EVENTS_H

#include "linux/listen_config.h"

#include <stddef.h>
#include <uv.h>

#define CCS_EVENTS_AT_ONCE 4
#define CCS_EVENT_VALUES   16
#define CCS_EVENT_TEXT	   128 /* of a value with its end; longer ones are cut */

struct ccs_event_value {
	const char *name; /* "CCS_MAC" */
	const char *text; /* NULL or "": unknown, it is not in the environment */
};

struct ccs_events;

/*
 * What it points to must stay until it is closed.  `told` gets a line when a command failed.
 * NULL: no memory.
 */
struct ccs_events *ccs_events_open(uv_loop_t *loop, const struct ccs_events_config *config,
				   void (*told)(void *user, const char *text), void *user);

/* Runs the command of this event, if there is one, and returns at once. */
void ccs_events_run(struct ccs_events *events, enum ccs_event event,
		    const struct ccs_event_value *values, size_t count);

/*
 * Commands that still run get two seconds, or `[on] time` if that is less; until then the loop has
 * something to do.  Before, they do not keep the loop alive.  NULL is allowed.
 */
void ccs_events_close(struct ccs_events *events);

#endif
