/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the world share. */
#ifndef SIM_WORLD_PARTS_H
#define SIM_WORLD_PARTS_H

#include "world.h"

/* The car's contactors connect battery and cable. */
bool sim_world_is_loaded(const struct sim_world *world);

/* Voltage on the cable, DC or mains, mV. */
int32_t sim_world_cable_mv(const struct sim_world *world);

/* Lets currents flow for `us`, while nothing switches. */
void sim_world_flow(struct sim_world *world, ccs_time us);

/* Battery and cable have been connected: what was in the cable becomes equal. */
void sim_world_join(struct sim_world *world);

/* An event. */
void sim_world_report(struct sim_world *world, enum sim_event_kind kind, int64_t mv, int64_t ma);

/* Fills the values of both stations. */
void sim_world_measure(struct sim_world *world);

/* Hands the faults to the parts that have them. */
void sim_world_apply_faults(struct sim_world *world);

#endif
