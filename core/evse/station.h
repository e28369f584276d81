/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the charger's station. */
#ifndef EVSE_STATION_H
#define EVSE_STATION_H

#include "ccs/evse_station.h"

#define EVSE_DUTY_X1	  1000 /* the oscillator is off */
#define EVSE_DUTY_DIGITAL 50

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
