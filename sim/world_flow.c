/* SPDX-License-Identifier: Apache-2.0 */
/* Currents and energies: battery, cable, supply and mains for a time in which nothing switches. */
#include "electric.h"
#include "world_parts.h"

bool sim_world_is_loaded(const struct sim_world *world)
{
	return world->plugged && world->ev_contactor.closed;
}

int32_t sim_world_cable_mv(const struct sim_world *world)
{
	if (world->config.ac_phases)
		return world->evse_contactor.closed ? world->config.ac_mv : 0;
	return (int32_t)(world->cable.uv / 1000);
}

static int64_t magnitude(int64_t n)
{
	return n < 0 ? -n : n;
}

void sim_world_join(struct sim_world *world)
{
	int64_t battery_uv = sim_battery_uv(&world->battery);
	int64_t apart_uv = battery_uv - world->cable.uv;
	int64_t before = sim_cable_energy(&world->cable);
	int64_t lost = sim_capacitor_nj(world->config.cable.nf, apart_uv);
	int32_t mohm = world->battery.config.mohm;
	int64_t peak_ma = apart_uv / (mohm > 0 ? mohm : 1);

	if (world->config.ac_phases)
		return;
	if (magnitude(apart_uv) > (int64_t)world->config.inrush_mv * 1000 &&
	    magnitude(peak_ma) > world->config.inrush_ma)
		sim_world_report(world, SIM_EVENT_INRUSH, apart_uv / 1000, peak_ma);
	world->cable.uv = battery_uv;
	world->battery.charge_nj -= sim_cable_energy(&world->cable) - before + lost;
	world->heat_nj += lost;
}

/* Sets the voltage of the cable.  Returns the energy it took up, nJ. */
static int64_t set_cable(struct sim_world *world, int64_t uv)
{
	int64_t before = sim_cable_energy(&world->cable);

	world->cable.uv = uv;
	return sim_cable_energy(&world->cable) - before;
}

/* Supply and battery are connected. */
static void charge(struct sim_world *world, ccs_time us)
{
	int32_t battery_mohm = world->battery.config.mohm;
	int32_t mohm = battery_mohm + world->config.cable.mohm;
	int64_t uv = sim_battery_uv(&world->battery);
	int64_t ma = sim_supply_ma(&world->supply, uv, mohm);

	world->ma = ma;
	world->supplied_nj += sim_energy_nj(uv + ma * mohm, ma, us);
	world->supplied_nj += set_cable(world, uv + ma * battery_mohm);
	world->heat_nj += sim_energy_nj(ma * world->config.cable.mohm, ma, us);
	world->heat_nj += sim_battery_step(&world->battery, ma, us);
}

/* The battery alone holds the voltage of the cable. */
static void hold(struct sim_world *world, ccs_time us)
{
	world->ma = 0;
	sim_battery_step(&world->battery, 0, us);
	world->battery.charge_nj -= set_cable(world, sim_battery_uv(&world->battery));
}

/* The supply alone: charges the cable with its current, discharges it with its own time constant.
 */
static void follow(struct sim_world *world, ccs_time us)
{
	int64_t to_uv = sim_supply_uv(&world->supply);
	int64_t from_uv = world->cable.uv;
	int64_t ma = world->supply.ma > 0 ? world->supply.ma : 0;
	int64_t step_uv = ma * us * 1000000 / world->config.cable.nf;

	world->ma = 0;
	if (to_uv >= from_uv) {
		world->supplied_nj += set_cable(world, sim_approach(from_uv, to_uv, step_uv));
		return;
	}
	to_uv += sim_decay(from_uv - to_uv, world->supply.config.settle_us, us);
	world->heat_nj -= set_cable(world, to_uv);
}

static void bleed(struct sim_world *world, ccs_time us)
{
	int64_t before = sim_cable_energy(&world->cable);

	world->ma = 0;
	sim_cable_bleed(&world->cable, us);
	world->heat_nj += before - sim_cable_energy(&world->cable);
}

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/*
 * Mains at the on-board charger, which has no contactors of its own and waits until the charger's
 * has stopped bouncing.
 */
static bool has_mains(const struct sim_world *world)
{
	const struct sim_contactor *contactor = &world->evse_contactor;

	return world->plugged && contactor->closed &&
	       !(contactor->commanded && sim_contactor_is_moving(contactor));
}

/* The on-board charger draws from the mains what it may and can. */
static void charge_from_mains(struct sim_world *world, ccs_time us)
{
	const struct sim_world_config *config = &world->config;
	int64_t battery_mv = sim_battery_uv(&world->battery) / 1000;
	int64_t ma = smaller(world->ev_commands.onboard_ma, config->ac_max_ma);
	int64_t out_ma = 0;
	int64_t before = world->battery.charge_nj;
	int64_t supplied;

	if (!has_mains(world) || ma < 0)
		ma = 0;
	if (battery_mv)
		out_ma = ma * config->ac_mv / 1000 * config->ac_phases * config->ac_efficiency /
			 battery_mv;
	out_ma = smaller(out_ma, sim_battery_limits(&world->battery).max_ma);
	if (!out_ma)
		ma = 0;
	world->ma = ma;
	supplied = sim_energy_nj((int64_t)config->ac_mv * 1000 * config->ac_phases, ma, us);
	sim_battery_step(&world->battery, out_ma, us);
	world->supplied_nj += supplied;
	world->heat_nj += supplied - (world->battery.charge_nj - before);
}

void sim_world_flow(struct sim_world *world, ccs_time us)
{
	bool loaded = sim_world_is_loaded(world);
	bool supplied = world->evse_contactor.closed;

	sim_supply_step(&world->supply, &world->evse_commands, loaded && supplied, us);
	sim_cable_monitor(&world->cable,
			  world->evse_commands.test_isolation &&
				  !world->faults[SIM_FAULT_ISOLATION_SILENT],
			  world->plugged, us);
	if (world->config.ac_phases)
		charge_from_mains(world, us);
	else if (loaded && supplied)
		charge(world, us);
	else if (loaded)
		hold(world, us);
	else if (supplied)
		follow(world, us);
	else
		bleed(world, us);
	world->supply.out_ma = world->ma;
}
