/* SPDX-License-Identifier: Apache-2.0 */
/* Which charger: the candidates of a run of the car, and the choice among them. */
#ifndef CCS_SLAC_CHOICE_H
#define CCS_SLAC_CHOICE_H

#include "ccs/slac_ev.h"

/* The candidate with this MAC; NULL. */
struct ccs_slac_candidate *ccs_slac_find_candidate(struct ccs_slac_ev *ev, const uint8_t mac[6]);

/* Likewise, or a new one; NULL when five better ones are there. */
struct ccs_slac_candidate *ccs_slac_add_candidate(struct ccs_slac_ev *ev, const uint8_t mac[6]);

/* Every charger that confirmed has reported, and there is one. */
bool ccs_slac_all_reported(const struct ccs_slac_ev *ev);

enum ccs_slac_choice {
	CCS_SLAC_CHOICE_NONE,
	CCS_SLAC_CHOICE_FOUND,	  /* EVSE_FOUND */
	CCS_SLAC_CHOICE_VALIDATE, /* EVSE_POTENTIALLY_FOUND, or another one is as near */
	CCS_SLAC_CHOICE_UNPROVEN, /* EVSE_FOUND by attenuation; would not validate */
};

/* The best that is left, in `*best`. */
enum ccs_slac_choice ccs_slac_choose(struct ccs_slac_ev *ev, struct ccs_slac_candidate **best);

#endif
