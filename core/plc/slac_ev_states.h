/* SPDX-License-Identifier: Apache-2.0 */
/* What messages do to the car's engine (slac_ev_take.c) by way of its states (slac_ev.c). */
#ifndef CCS_SLAC_EV_STATES_H
#define CCS_SLAC_EV_STATES_H

#include "ccs/slac_ev.h"

/* A message that is for this host; 0 or CCS_IGNORED. */
int ccs_slac_ev_take(struct ccs_slac_ev *ev, const struct ccs_mme *mme, ccs_time now);

/* A warning about `peer` (a MAC or NULL). */
void ccs_slac_ev_note(const struct ccs_slac_ev *ev, const uint8_t *peer, const char *text,
		      ccs_time now);

/* Clears what belonged to the state before. */
void ccs_slac_ev_enter(struct ccs_slac_ev *ev, enum ccs_slac_ev_state state, ccs_time now);

/* Likewise, and sends the state's request. */
void ccs_slac_ev_enter_request(struct ccs_slac_ev *ev, enum ccs_slac_ev_state state, ccs_time now);

/* To the match, to the validation, or the run failed. */
void ccs_slac_ev_decide(struct ccs_slac_ev *ev, ccs_time now);

/* The charger chosen does not want to validate, or (excluded) it is another one's. */
void ccs_slac_ev_try_next(struct ccs_slac_ev *ev, bool excluded, const char *text, ccs_time now);

/* No other that may be ours is nearer than the charger chosen. */
bool ccs_slac_ev_is_nearest(struct ccs_slac_ev *ev);

/* The second step of the validation. */
void ccs_slac_ev_begin_toggling(struct ccs_slac_ev *ev, ccs_time now);

#endif
