/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where we are, from gpsd: its JSON protocol over TCP (gpsd_json(5)), in the event loop.
 *
 * A connection that fails, ends, or brings no line for 30 s is tried again every 10 s.  A position
 * that is older than 10 s is none: the car has driven on.
 */
#ifndef CCS_LINUX_GPSD_H
#define CCS_LINUX_GPSD_H

#include "linux/listen_config.h"

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#define CCS_POSITION_TEXT 40

enum ccs_position_kind {
	CCS_POSITION_NONE,   /* no report yet, or for too long */
	CCS_POSITION_NO_FIX, /* the receiver does not know */
	CCS_POSITION_FIX,
};

/* 1e-7 degrees; north and east are positive. */
struct ccs_position {
	enum ccs_position_kind kind;
	int32_t latitude;
	int32_t longitude;
};

struct ccs_gpsd;

/* `told` gets a line when the connection has come or gone.  NULL: no memory. */
struct ccs_gpsd *ccs_gpsd_open(uv_loop_t *loop, const struct ccs_gpsd_config *config,
			       void (*told)(void *user, const char *text), void *user);

void ccs_gpsd_position(const struct ccs_gpsd *gpsd, ccs_time now, struct ccs_position *position);

/* NULL is allowed. */
void ccs_gpsd_close(struct ccs_gpsd *gpsd);

/* "52.5162700" and a number like it; false when there is no fix. */
bool ccs_position_print(const struct ccs_position *position, char latitude[CCS_POSITION_TEXT],
			char longitude[CCS_POSITION_TEXT]);

/* A line of gpsd.  True: it is a report (TPV), `position` is what it says. */
bool ccs_gpsd_read(struct ccs_position *position, const char *line, size_t length);

#endif
