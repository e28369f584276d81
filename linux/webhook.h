/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A station that tells web servers what it does, and who its car is.
 *
 *	url		POST, JSON: the object of `ccs ctl --json status`
 *	smartevse	POST without a body, a charger's only: current_soc, full_soc (%),
 *			energy_capacity, energy_request (Wh), evccid in the query
 *
 * at once when the state changes or something becomes known, else when something changed, not more
 * often than `interval`.  What SmartEVSE was not told yet it is told when the car goes.
 *
 * What the car has said once in a session stays, whatever later messages leave out: a value is
 * never replaced by an unknown one.  Unplugging, or another session, forgets it.  To SmartEVSE -1
 * is unknown.
 */
#ifndef CCS_LINUX_WEBHOOK_H
#define CCS_LINUX_WEBHOOK_H

#include "linux/problem.h"
#include "linux/station_fields.h"
#include "linux/webhook_config.h"

#include "ccs/record.h"

#include <uv.h>

struct ccs_webhook;

/* What it points to must stay until it is closed.  NULL: see `problem`. */
struct ccs_webhook *ccs_webhook_open(uv_loop_t *loop, const struct ccs_webhook_config *config,
				     const struct ccs_station_seen *station,
				     struct ccs_problem *problem);

/* NULL is allowed. */
void ccs_webhook_record(struct ccs_webhook *webhook, const struct ccs_record *record);

/* What is on its way is broken off.  Not from inside `tell`.  NULL is allowed. */
void ccs_webhook_close(struct ccs_webhook *webhook);

/* Whether both are of one session with a car that has said who it is. */
bool ccs_webhook_is_same_car(const struct ccs_station_fields *known,
			     const struct ccs_station_fields *newer);

/* Takes `newer` into what is known of this session. */
void ccs_webhook_learn(struct ccs_station_fields *known, const struct ccs_station_fields *newer);

/* "http://wallbox/ev_state?current_soc=42&..."; `capacity_mwh`: of a car that does not say, as far
 * as it has said its state of charge; 0: unknown. */
void ccs_webhook_print_query(struct ccs_print *p, const char *endpoint,
			     const struct ccs_station_fields *known, int32_t capacity_mwh);

/* The address without what may be secret in it, for people: "http://host/hook" of
 * "http://user:password@host/hook?key=1". */
void ccs_webhook_public_address(char *text, size_t size, const char *url);

#endif
