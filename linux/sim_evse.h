/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Simulated hardware of a charger: sim/world.h in real time, with the charger's half driven by the
 * station and the car's half by what the messages make the charger do.
 *
 * The car at the other end is another process, or real: here a stand-in is plugged in, shows state
 * C from the cable check on, takes a battery of the voltage that is precharged, and is pulled some
 * time after each session, so that the next one can begin.
 */
#ifndef CCS_LINUX_SIM_EVSE_H
#define CCS_LINUX_SIM_EVSE_H

#include "linux/config_station.h"
#include "linux/hardware.h"

#include "ccs/evse_station.h"
#include "sim/world.h"

struct ccs_sim_evse {
	struct sim_world world;
	const struct ccs_evse_station *station;
	const struct ccs_config_evse *config; /* narrows what the supply says; NULL */
	ccs_time person;		      /* when somebody plugs or pulls; CCS_NEVER */
	bool keeps_out;			      /* nobody plugs in any more */
};

/* The station is to use `world.evse_values` and `world.evse_commands`.  A car is plugged in. */
void ccs_sim_evse_init(struct ccs_sim_evse *sim, const struct sim_world_config *config,
		       const struct ccs_evse_station *station, ccs_time now);

struct ccs_hardware ccs_sim_evse_hardware(struct ccs_sim_evse *sim);

#endif
