/* SPDX-License-Identifier: Apache-2.0 */
/* A car in a world whose charger follows the messages. */
#include "linux/sim_ev.h"

#define FAST	     100000000 /* mV/s, mA/s: the charger's supply has its own ramps already */
#define PRECHARGE_MA 2000
#define STALE	     CCS_SECONDS(2)

void ccs_sim_ev_init(struct ccs_sim_ev *sim, const struct sim_world_config *config,
		     const struct ccs_ev_station *station, ccs_time now)
{
	struct sim_world_config own = *config;

	own.supply.limits = (struct ccs_limits)CCS_LIMITS_OPEN;
	own.supply.ramp_mv_s = own.supply.ramp_ma_s = own.supply.off_ma_s = FAST;
	own.supply.overshoot = 0;
	own.evse_has_lock = false;
	own.ev_contactor.bounce_us = 0; /* drivers debounce what they read */
	sim_world_init(&sim->world, &own, now);
	sim->station = station;
	sim->config = NULL;
}

static bool is_over(const struct ccs_ev_station *station)
{
	return station->state == CCS_EV_STATION_DONE || station->state == CCS_EV_STATION_UNPLUGGED;
}

/*
 * Before the car's contactors close, the voltage that was reported; then the battery's, and the
 * current that was reported.
 */
static struct ccs_setpoint supply_of_charger(const struct ccs_sim_ev *sim, ccs_time now)
{
	const struct ccs_measured *mv = &ccs_ev_station_facts(sim->station)->reported_mv;
	const struct ccs_measured *ma = &sim->station->session.reported_ma;
	struct ccs_setpoint set = { 0, 0 };

	if (is_over(sim->station) || !mv->known || now - mv->at > STALE)
		return set;
	if (!sim->world.ev_commands.contactors)
		return (struct ccs_setpoint) { mv->value, PRECHARGE_MA };
	set.mv = sim->world.ev_values.target.mv;
	set.ma = ma->known && !ccs_ev_station_facts(sim->station)->stopped ? ma->value : 0;
	return set;
}

static void step(void *user, ccs_time now)
{
	struct ccs_sim_ev *sim = user;
	struct ccs_evse_commands *charger = &sim->world.evse_commands;

	charger->duty = sim->station->state == CCS_EV_STATION_DONE ? 1000 : 50;
	charger->set = supply_of_charger(sim, now);
	charger->supply = charger->contactor = charger->set.mv > 0;
	sim_world_step(&sim->world, now);
	if (sim->config)
		ccs_config_limit_ev(sim->config, &sim->world.ev_values);
}

static ccs_time deadline(void *user)
{
	const struct ccs_sim_ev *sim = user;

	return sim_world_deadline(&sim->world);
}

struct ccs_hardware ccs_sim_ev_hardware(struct ccs_sim_ev *sim)
{
	return (struct ccs_hardware) { .step = step, .deadline = deadline, .user = sim };
}
