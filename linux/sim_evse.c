/* SPDX-License-Identifier: Apache-2.0 */
/* A charger in a world whose car follows the messages. */
#include "linux/sim_evse.h"

#include <stdlib.h>

#define PULL_AFTER CCS_MS(200) /* a session's end */
#define PLUG_AFTER CCS_MS(200) /* the car before was pulled */
#define PRECHARGED 10000       /* mV between cable and battery */
#define NO_LOAD_MA 1000
#define CELL_LEAST 100 /* uV, against a division by zero */

void ccs_sim_evse_init(struct ccs_sim_evse *sim, const struct sim_world_config *config,
		       const struct ccs_evse_station *station, ccs_time now)
{
	struct sim_world_config own = *config;

	own.evse_contactor.bounce_us = 0; /* drivers debounce what they read */
	sim_world_init(&sim->world, &own, now);
	sim->world.evse_values.authorisation = CCS_AUTHORISATION_GRANTED;
	sim->station = station;
	sim->config = NULL;
	sim->person = now;
	sim->keeps_out = false;
}

static enum ccs_evse_state session_state(const struct ccs_sim_evse *sim)
{
	return sim->station->session.state;
}

/* A pack of as many cells as make the voltage that the real car asks for. */
static void fit_battery(struct sim_battery *battery, int32_t mv)
{
	int64_t cell_uv = sim_battery_uv(battery) /
			  (battery->config.cells ? battery->config.cells : 1);

	if (cell_uv > CELL_LEAST && mv > 0)
		battery->config.cells = (int32_t)(((int64_t)mv * 1000 + cell_uv / 2) / cell_uv);
}

static void drive_contactors(struct ccs_sim_evse *sim, enum ccs_evse_state state)
{
	struct sim_world *w = &sim->world;
	int32_t inlet = w->ev_values.inlet_mv.value, battery;

	if (state == CCS_EVSE_PRE_CHARGE && !w->ev_commands.contactors) {
		fit_battery(&w->battery, w->evse_commands.set.mv);
		battery = (int32_t)(sim_battery_uv(&w->battery) / 1000);
		w->ev_commands.contactors = inlet > PRECHARGED && abs(inlet - battery) < PRECHARGED;
	} else if (state != CCS_EVSE_PRE_CHARGE && state != CCS_EVSE_CHARGING &&
		   abs(w->ev_values.current_ma.value) < NO_LOAD_MA) {
		w->ev_commands.contactors = false;
	}
}

static void drive_car(struct ccs_sim_evse *sim)
{
	struct ccs_ev_commands *car = &sim->world.ev_commands;
	enum ccs_evse_state state = session_state(sim);
	bool active = state >= CCS_EVSE_CABLE_CHECK && state <= CCS_EVSE_CHARGING;

	drive_contactors(sim, state);
	car->pilot = active ? CCS_PILOT_C : CCS_PILOT_B;
	car->lock = active || car->contactors || sim->world.ev_values.inlet_mv.value > 60000;
}

/* Pulls the plug after a session, and plugs the next car in. */
static void act_as_person(struct ccs_sim_evse *sim, ccs_time now)
{
	bool done = sim->station->state == CCS_EVSE_STATION_DONE;

	if (sim->world.plugged && !done) {
		sim->person = CCS_NEVER;
	} else if (sim->person == CCS_NEVER) {
		sim->person = now + (sim->world.plugged ? PULL_AFTER : PLUG_AFTER);
	} else if (now >= sim->person && sim->world.plugged) {
		sim->person = sim_world_unplug(&sim->world) ? now + PLUG_AFTER : now + PULL_AFTER;
	} else if (now >= sim->person && !sim->keeps_out) {
		sim_world_plug(&sim->world);
		sim->person = CCS_NEVER;
	}
}

static void step(void *user, ccs_time now)
{
	struct ccs_sim_evse *sim = user;

	drive_car(sim);
	act_as_person(sim, now);
	sim_world_step(&sim->world, now);
	if (sim->config)
		ccs_config_limit_evse(sim->config, &sim->world.evse_values);
}

static ccs_time deadline(void *user)
{
	const struct ccs_sim_evse *sim = user;
	ccs_time world = sim_world_deadline(&sim->world);

	return sim->person < world ? sim->person : world;
}

struct ccs_hardware ccs_sim_evse_hardware(struct ccs_sim_evse *sim)
{
	return (struct ccs_hardware) { .step = step, .deadline = deadline, .user = sim };
}
