/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control pilot: what each side sees of what the other does (IEC 61851-1 annex A), after the
 * time it takes to measure it.
 */
#ifndef SIM_PILOT_H
#define SIM_PILOT_H

#include "ccs/charge.h"

struct sim_pilot_config {
	ccs_time state_us; /* the charger sees a new state after this */
	ccs_time duty_us;  /* the car sees a new duty cycle after this */
};

/* 10 ms, 20 ms. */
extern const struct sim_pilot_config sim_pilot_default;

/* A value that is seen late. */
struct sim_pilot_view {
	int32_t seen;
	int32_t coming;
	ccs_time due; /* CCS_NEVER: nothing is coming */
};

struct sim_pilot {
	struct sim_pilot_config config;
	struct sim_pilot_view state; /* enum ccs_pilot, for the charger */
	struct sim_pilot_view duty;  /* per mille, for the car */
	bool cut;		     /* fault: the wire is broken */
	bool shorted;		     /* fault: to earth */
	bool no_diode;		     /* fault: the car's diode is missing or shorted */
	bool stuck_c;		     /* fault: the car's switch for state C is stuck */
};

void sim_pilot_init(struct sim_pilot *pilot, const struct sim_pilot_config *config);

/* What both sides do from `now` on; carries out what is due. */
void sim_pilot_step(struct sim_pilot *pilot, bool plugged, enum ccs_pilot ev,
		    const struct ccs_evse_commands *evse, ccs_time now);

/* When a side will see something new; CCS_NEVER: nothing is coming. */
ccs_time sim_pilot_due(const struct sim_pilot *pilot);

#endif
