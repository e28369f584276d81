/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Simulated hardware of a car: sim/world.h in real time, with the car's half driven by the station
 * and the charger's half by what the messages say of it.
 *
 * The charger at the other end is another process, or real: its voltage and current are known from
 * its messages only, and the inlet is given them.  So a charger that lies is believed here; what is
 * tested is the conversation, not the charger.
 */
#ifndef CCS_LINUX_SIM_EV_H
#define CCS_LINUX_SIM_EV_H

#include "linux/config_station.h"
#include "linux/hardware.h"

#include "ccs/ev_station.h"
#include "sim/world.h"

struct ccs_sim_ev {
	struct sim_world world;
	const struct ccs_ev_station *station;
	const struct ccs_config_ev *config; /* narrows what the battery says; NULL */
};

/* The station is to use `world.ev_values` and `world.ev_commands`.  Nothing is plugged in. */
void ccs_sim_ev_init(struct ccs_sim_ev *sim, const struct sim_world_config *config,
		     const struct ccs_ev_station *station, ccs_time now);

struct ccs_hardware ccs_sim_ev_hardware(struct ccs_sim_ev *sim);

#endif
