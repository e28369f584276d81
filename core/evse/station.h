/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the charger's station. */
#ifndef EVSE_STATION_H
#define EVSE_STATION_H

#include "ccs/evse_station.h"

#define EVSE_DUTY_X1	  1000 /* the oscillator is off */
#define EVSE_DUTY_DIGITAL 50

/* station_states.c */

/* The session has commands of its own. */
bool evse_station_in_session(const struct ccs_evse_station *station);

bool evse_station_is_linked(const struct ccs_evse_station *station);

/* No car, or a pilot that is broken. */
bool evse_station_is_gone(const struct ccs_evse_station *station);

/* Values, time and engines to states. */
void evse_station_decide(struct ccs_evse_station *station);

/* Events of the owner to states. */
void evse_station_power_on(struct ccs_evse_station *station);
int evse_station_take_opened(struct ccs_evse_station *station);
int evse_station_take_again(struct ccs_evse_station *station);

/* station_basic.c: AC charging without communication, in state BASIC. */

void evse_basic_begin(struct ccs_evse_station *station);

/* A step of it.  True when it is over: the contactor is open, the connector unlocked. */
bool evse_basic_run(struct ccs_evse_station *station);

/* What it puts out, per mille. */
int32_t evse_basic_duty(const struct ccs_evse_station *station);

ccs_time evse_basic_deadline(const struct ccs_evse_station *station);

/* The duty cycle (per mille) that allows `ma` per phase at most; EVSE_DUTY_X1 below 6 A. */
int32_t evse_duty_of_ma(int32_t ma);

#endif
