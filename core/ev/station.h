/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the car's station. */
#ifndef CCS_CORE_EV_STATION_H
#define CCS_CORE_EV_STATION_H

#include "ccs/ev_station.h"

/* What the duty cycle of the control pilot says: IEC 61851-1 table A.8. */
enum ccs_ev_offer {
	CCS_EV_OFFER_UNKNOWN, /* not measured */
	CCS_EV_OFFER_NONE,    /* no PWM, state E or F, or a duty cycle that has no meaning */
	CCS_EV_OFFER_DIGITAL, /* 5 %: by digital communication only */
	CCS_EV_OFFER_BASIC,   /* AC, so much as the duty cycle says */
};

enum ccs_ev_offer ccs_ev_station_offer(const struct ccs_ev_station *station);

bool ccs_ev_station_is_plugged(const struct ccs_ev_station *station);

/* station_states.c */

/* The session has commands of its own. */
bool ccs_ev_station_in_session(const struct ccs_ev_station *station);

/* The matching has given up, or what it had found is gone. */
bool ccs_ev_station_lost_link(const struct ccs_ev_station *station);

/* Values, time and engines to states. */
void ccs_ev_station_decide(struct ccs_ev_station *station);

/* Events of the owner to states. */
void ccs_ev_station_power_on(struct ccs_ev_station *station);
void ccs_ev_station_take_opened(struct ccs_ev_station *station);
void ccs_ev_station_take_closed(struct ccs_ev_station *station);
int ccs_ev_station_take_again(struct ccs_ev_station *station);

/* The deadline of the state. */
ccs_time ccs_ev_station_next(const struct ccs_ev_station *station);

/* station_basic.c: charging without communication, in state BASIC. */

void ccs_ev_basic_begin(struct ccs_ev_station *station);

/* A step of it.  True when it is over: everything is off, open and unlocked. */
bool ccs_ev_basic_run(struct ccs_ev_station *station);

/* The pilot that it wants. */
enum ccs_pilot ccs_ev_basic_pilot(const struct ccs_ev_station *station);

ccs_time ccs_ev_basic_deadline(const struct ccs_ev_station *station);

/* The largest current per phase that a duty cycle (per mille) allows, mA; 0: none. */
int32_t ccs_ev_basic_ma(int32_t duty);

#endif
