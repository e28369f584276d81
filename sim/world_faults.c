/* SPDX-License-Identifier: Apache-2.0 */
/* Names of events and faults; which part has which fault. */
#include "world_parts.h"

#include <string.h>

#define LOW_ISOLATION_OHM 20000

static const struct {
	const char *name;
	const char *text;
} events[] = {
#define ROW(id, name, text) { name, text },
	SIM_EVENTS(ROW)
#undef ROW
};

static const char *const fault_names[] = {
#define ROW(id, name) name,
	SIM_FAULTS(ROW)
#undef ROW
};

const char *sim_event_name(enum sim_event_kind kind)
{
	return events[kind].name;
}

const char *sim_event_text(enum sim_event_kind kind)
{
	return events[kind].text;
}

const char *sim_fault_name(enum sim_fault fault)
{
	return fault_names[fault];
}

enum sim_fault sim_fault_find(const char *name)
{
	for (enum sim_fault fault = 0; fault < SIM_FAULT_COUNT; fault++) {
		if (strcmp(fault_names[fault], name) == 0)
			return fault;
	}
	return SIM_FAULT_COUNT;
}

void sim_world_set_fault(struct sim_world *world, enum sim_fault fault, bool on)
{
	world->faults[fault] = on;
}

void sim_world_apply_faults(struct sim_world *world)
{
	const bool *faults = world->faults;

	world->ev_contactor.stuck = faults[SIM_FAULT_EV_CONTACTOR_STUCK];
	world->ev_contactor.welded = faults[SIM_FAULT_EV_CONTACTOR_WELDED];
	world->ev_contactor.silent = faults[SIM_FAULT_EV_CONTACTOR_SILENT];
	world->evse_contactor.stuck = faults[SIM_FAULT_EVSE_CONTACTOR_STUCK];
	world->evse_contactor.welded = faults[SIM_FAULT_EVSE_CONTACTOR_WELDED];
	world->evse_contactor.silent = faults[SIM_FAULT_EVSE_CONTACTOR_SILENT];
	world->ev_lock.stuck = faults[SIM_FAULT_EV_LOCK_STUCK];
	world->ev_lock.silent = faults[SIM_FAULT_EV_LOCK_SILENT];
	world->evse_lock.stuck = faults[SIM_FAULT_EVSE_LOCK_STUCK];
	world->evse_lock.silent = faults[SIM_FAULT_EVSE_LOCK_SILENT];
	world->cable.config.ev_isolation_ohm = faults[SIM_FAULT_ISOLATION_LOW]
						       ? LOW_ISOLATION_OHM
						       : world->config.cable.ev_isolation_ohm;
	world->supply.off = faults[SIM_FAULT_SUPPLY_OFF];
	world->supply.over_current = faults[SIM_FAULT_SUPPLY_OVER_CURRENT];
	world->supply.over_voltage = faults[SIM_FAULT_SUPPLY_OVER_VOLTAGE];
	world->supply.frozen = faults[SIM_FAULT_SUPPLY_FROZEN];
	world->pilot.cut = faults[SIM_FAULT_PILOT_CUT];
	world->pilot.shorted = faults[SIM_FAULT_PILOT_SHORTED];
	world->pilot.no_diode = faults[SIM_FAULT_PILOT_NO_DIODE];
	world->pilot.stuck_c = faults[SIM_FAULT_PILOT_STUCK_C];
}
