/* SPDX-License-Identifier: Apache-2.0 */
/* What the stations measure in the world. */
#include "electric.h"
#include "world_parts.h"

#define NJ_PER_WH 3600000000000
#define HOT_DC	  950

/* A sensor that does not work leaves the last value, which gets old. */
static void measure(struct sim_world *world, struct ccs_measured *to, enum sim_fault silent,
		    int64_t value, int32_t noise)
{
	if (world->faults[silent])
		return;
	*to = ccs_measured((int32_t)value + sim_random_around(&world->random, noise), world->now);
}

/* Of a contact at this current: 10 K at 200 A. */
static int32_t contact_dc(const struct sim_world *world, enum sim_fault hot)
{
	int64_t amperes = world->ma / 1000;

	return world->faults[hot] ? HOT_DC
				  : world->config.battery.dc + (int32_t)(amperes * amperes / 400);
}

static enum ccs_lock lock_feedback(const struct sim_contactor *lock)
{
	if (lock->silent || sim_contactor_is_moving(lock))
		return CCS_LOCK_UNKNOWN;
	return lock->closed ? CCS_LOCK_CLOSED : CCS_LOCK_OPEN;
}

/* mV between the pins of the inlet. */
static int64_t inlet_mv(const struct sim_world *world)
{
	if (world->plugged)
		return sim_world_cable_mv(world);
	return world->ev_contactor.closed && !world->config.ac_phases
		       ? sim_battery_uv(&world->battery) / 1000
		       : 0;
}

#define AC_LEAST_MA 6000 /* IEC 61851-1: no duty cycle means less */

/* What the on-board charger can do with what the battery takes. */
static void measure_onboard(struct sim_world *world)
{
	const struct sim_world_config *config = &world->config;
	struct ccs_ev_values *ev = &world->ev_values;
	int64_t w = (int64_t)config->ac_mv * config->ac_max_ma / 1000000 * config->ac_phases;
	bool wants = ev->target.ma > 0;

	ev->ready = ev->limits.max_ma > 0;
	ev->limits = (struct ccs_limits) {
		.max_mv = config->ac_mv + config->ac_mv / 10,
		.max_ma = config->ac_max_ma,
		.min_ma = AC_LEAST_MA,
		.max_w = (int32_t)w,
	};
	ev->target = (struct ccs_setpoint) { config->ac_mv, wants ? config->ac_max_ma : 0 };
}

static void measure_battery(struct sim_world *world)
{
	const struct sim_battery *battery = &world->battery;
	struct ccs_ev_values *ev = &world->ev_values;
	int64_t drop_uv = world->config.ac_phases ? 0 : world->ma * battery->config.mohm;
	int64_t battery_mv = (sim_battery_uv(battery) + drop_uv) / 1000;
	int32_t soc = sim_battery_soc(battery);
	struct ccs_limits limits = sim_battery_limits(battery);

	/* A bulb has no voltage of its own: what the car asks for is what it says it has. */
	if (!battery->config.cells)
		battery_mv = sim_battery_target(battery, &limits).mv;
	measure(world, &ev->battery_mv, SIM_FAULT_EV_BATTERY_SILENT, battery_mv,
		world->config.noise_mv);
	ev->battery_dc = ccs_measured(sim_battery_dc(battery), world->now);
	ev->soc = ccs_measured(soc, world->now);
	ev->limits = limits;
	ev->target = sim_battery_target(battery, &limits);
	ev->capacity_mwh = battery->config.capacity_mwh;
	ev->full_soc = battery->config.full_soc;
	ev->request_mwh = 0;
	if (soc < ev->full_soc)
		ev->request_mwh =
			(int32_t)((int64_t)ev->capacity_mwh * (ev->full_soc - soc) / 1000);
	ev->ready = ev->limits.max_ma > 0 || ev->limits.discharge_ma > 0;
	if (world->config.ac_phases)
		measure_onboard(world);
}

static void measure_ev(struct sim_world *world)
{
	struct ccs_ev_values *ev = &world->ev_values;

	ev->plug = world->plugged ? CCS_PLUG_IN : CCS_PLUG_OUT;
	ev->duty = ccs_measured(world->pilot.duty.seen, world->now);
	measure(world, &ev->inlet_mv, SIM_FAULT_EV_INLET_SILENT, inlet_mv(world),
		world->config.noise_mv);
	measure(world, &ev->current_ma, SIM_FAULT_EV_CURRENT_SILENT, world->ma,
		world->ma ? world->config.noise_ma : 0);
	ev->inlet_dc = ccs_measured(contact_dc(world, SIM_FAULT_EV_HOT_INLET), world->now);
	ev->lock = lock_feedback(&world->ev_lock);
	ev->contactors = sim_contactor_feedback(&world->ev_contactor);
	measure_battery(world);
}

static void measure_evse(struct sim_world *world)
{
	struct ccs_evse_values *evse = &world->evse_values;
	const struct sim_supply_config *supply = &world->supply.config;
	int64_t drop_mv = world->config.ac_phases ? 0 : world->ma * world->config.cable.mohm / 1000;

	evse->pilot = (enum ccs_pilot)world->pilot.state.seen;
	measure(world, &evse->present_mv, SIM_FAULT_EVSE_VOLTAGE_SILENT,
		sim_world_cable_mv(world) + drop_mv, supply->ripple_mv);
	measure(world, &evse->present_ma, SIM_FAULT_EVSE_CURRENT_SILENT, world->ma,
		world->ma ? supply->ripple_ma : 0);
	evse->plug_dc = ccs_measured(contact_dc(world, SIM_FAULT_EVSE_HOT_PLUG), world->now);
	evse->energy_wh = ccs_measured((int32_t)(world->supplied_nj / NJ_PER_WH), world->now);
	evse->isolation = world->cable.isolation;
	evse->isolation_ohm = ccs_measured(world->cable.measured_ohm, world->now);
	evse->isolation_ohm.known = world->cable.measured_ohm != 0;
	evse->supply = world->faults[SIM_FAULT_SUPPLY_OFF] ? CCS_SUPPLY_FAULT : CCS_SUPPLY_READY;
	evse->lock = lock_feedback(&world->evse_lock);
	evse->contactor = sim_contactor_feedback(&world->evse_contactor);
	evse->has_lock = world->config.evse_has_lock;
	evse->limits = supply->limits;
}

void sim_world_measure(struct sim_world *world)
{
	measure_ev(world);
	measure_evse(world);
}
