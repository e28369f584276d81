/* SPDX-License-Identifier: Apache-2.0 */
/* Power over time that the charger promises, and the choice among several promises. */
#ifndef CCS_CORE_EV_SCHEDULE_H
#define CCS_CORE_EV_SCHEDULE_H

#include "ccs/ev_session.h"

/*
 * Appends an entry of PMaxSchedule.  What does not fit, or comes out of order, lowers what is
 * there: the result never allows more than the charger did.
 */
void ccs_ev_schedule_add(struct ccs_ev_schedule *schedule, uint32_t start_s, int32_t max_w);

/*
 * W that are allowed now: 0 before the first entry, CCS_NO_LIMIT without any.
 * NOTE: the last entry holds for ever.  Chargers announce 24 h; who stays longer has the limits of
 * the loop.
 */
int32_t ccs_ev_schedule_power(const struct ccs_ev_schedule *schedule, ccs_time now);

/* True when it allows nothing at any time: the charger wants a pause. */
bool ccs_ev_schedule_is_empty(const struct ccs_ev_schedule *schedule);

/* Wh, times 3600, that a car of `own_w` can take in the first `horizon_s` seconds. */
int64_t ccs_ev_schedule_energy(const struct ccs_ev_schedule *schedule, int32_t own_w,
			       uint32_t horizon_s);

#endif
