/* SPDX-License-Identifier: Apache-2.0 */
/* The physical world: time, what switches when, and what goes wrong. */
#include "world.h"

#include "world_parts.h"

#include <stddef.h>

#define PIECE_RAMP_US  CCS_MS(5)   /* while a ramp moves */
#define PIECE_DECAY_US CCS_MS(5)   /* while a capacitor discharges */
#define PIECE_MOST_US  CCS_MS(100) /* while nothing moves but energy */
#define POLL_US	       CCS_MS(10)
#define DEAD_UV	       1000000
#define STRAY_MA       1000

struct sim_world_config sim_world_default(void)
{
	return (struct sim_world_config) {
		.seed = 1,
		.battery = sim_battery_default,
		.supply = sim_supply_default,
		.cable = sim_cable_default,
		.ev_contactor = sim_contactor_default,
		.evse_contactor = sim_contactor_default,
		.ev_lock = sim_lock_default,
		.evse_lock = sim_lock_default,
		.pilot = sim_pilot_default,
		.ac_mv = 230000,
		.ac_max_ma = 16000,
		.ac_efficiency = 920,
		.noise_mv = 200,
		.noise_ma = 100,
		.arc_ma = 5000,
		.live_mv = 60000,
		.inrush_mv = 21000,
		.inrush_ma = 100000,
	};
}

void sim_world_init(struct sim_world *world, const struct sim_world_config *config, ccs_time now)
{
	*world = (struct sim_world) { .config = *config, .random = { config->seed }, .now = now };
	sim_battery_init(&world->battery, &config->battery);
	sim_supply_init(&world->supply, &config->supply);
	sim_cable_init(&world->cable, &config->cable);
	sim_contactor_init(&world->ev_contactor, &config->ev_contactor);
	sim_contactor_init(&world->evse_contactor, &config->evse_contactor);
	sim_contactor_init(&world->ev_lock, &config->ev_lock);
	sim_contactor_init(&world->evse_lock, &config->evse_lock);
	sim_pilot_init(&world->pilot, &config->pilot);
	sim_world_measure(world);
}

/* Shortly after `now` something may be worth a look. */
static bool is_settled(const struct sim_world *world)
{
	int64_t apart = sim_supply_uv(&world->supply) - world->cable.uv;

	if (!sim_supply_is_settled(&world->supply))
		return false;
	if (sim_world_is_loaded(world) || !world->evse_contactor.closed)
		return true;
	if (apart > 0 && world->supply.ma <= 0)
		return true; /* without current it stays where it is */
	return apart < DEAD_UV && apart > -DEAD_UV;
}

static bool is_decaying(const struct sim_world *world)
{
	return !sim_world_is_loaded(world) && !world->evse_contactor.closed &&
	       world->cable.uv > DEAD_UV;
}

static ccs_time sooner(ccs_time a, ccs_time b)
{
	return a < b ? a : b;
}

/* The next moment at which a part switches or is seen. */
static ccs_time next_switch(const struct sim_world *world)
{
	ccs_time due = sim_pilot_due(&world->pilot);

	due = sooner(due, world->ev_contactor.due);
	due = sooner(due, world->evse_contactor.due);
	due = sooner(due, world->ev_lock.due);
	return sooner(due, world->evse_lock.due);
}

static ccs_time next_piece(const struct sim_world *world, ccs_time now)
{
	ccs_time piece = PIECE_MOST_US;

	if (!is_settled(world))
		piece = PIECE_RAMP_US;
	else if (is_decaying(world))
		piece = PIECE_DECAY_US;
	return sooner(sooner(now, next_switch(world)), world->now + piece) - world->now;
}

void sim_world_report(struct sim_world *world, enum sim_event_kind kind, int64_t mv, int64_t ma)
{
	size_t last = (size_t)(world->first + world->waiting) % SIM_WORLD_EVENTS;

	world->counts[kind]++;
	if (world->waiting == SIM_WORLD_EVENTS)
		return;
	world->events[last] = (struct sim_event) { kind, world->now, (int32_t)mv, (int32_t)ma };
	world->waiting++;
}

bool sim_world_event(struct sim_world *world, struct sim_event *event)
{
	if (!world->waiting)
		return false;
	*event = world->events[world->first];
	world->first = (uint8_t)((world->first + 1) % SIM_WORLD_EVENTS);
	world->waiting--;
	return true;
}

/* A condition that lasts is one event, at its beginning. */
static void watch(struct sim_world *world, enum sim_event_kind kind, bool is_so)
{
	if (is_so && !world->over[kind])
		sim_world_report(world, kind, sim_world_cable_mv(world), world->ma);
	world->over[kind] = is_so;
}

static void watch_limits(struct sim_world *world)
{
	const struct sim_battery_config *battery = &world->battery.config;
	bool loaded = sim_world_is_loaded(world);
	int32_t mv = sim_world_cable_mv(world);
	int64_t max_mv = sim_battery_max_mv(&world->battery);

	watch(world, SIM_EVENT_OVER_CURRENT,
	      loaded && world->ma > (int64_t)battery->max_ma * 11 / 10 + STRAY_MA);
	watch(world, SIM_EVENT_NO_DISCHARGE,
	      loaded && world->ma < -(int64_t)battery->discharge_ma - STRAY_MA);
	watch(world, SIM_EVENT_OVER_VOLTAGE, loaded && max_mv && mv > max_mv + max_mv / 100);
	watch(world, SIM_EVENT_LIVE_PLUG, !world->plugged && mv > world->config.live_mv);
}

static bool is_under_load(const struct sim_world *world)
{
	return world->ma > world->config.arc_ma || world->ma < -world->config.arc_ma;
}

/* Steps a contactor; an arc when it opens under load.  Contactors for mains are made to do that. */
static void switch_contactor(struct sim_world *world, struct sim_contactor *contactor,
			     enum sim_event_kind arc)
{
	bool was_loaded = sim_world_is_loaded(world);
	bool was_closed = contactor->closed;

	sim_contactor_step(contactor, &world->random, world->now);
	if (was_closed && !contactor->closed) {
		if (is_under_load(world) && !world->config.ac_phases)
			sim_world_report(world, arc, sim_world_cable_mv(world), world->ma);
		world->ma = 0;
	}
	if (!was_loaded && sim_world_is_loaded(world))
		sim_world_join(world);
}

static void switch_lock(struct sim_world *world, struct sim_contactor *lock,
			enum sim_event_kind unlocked)
{
	bool was_closed = lock->closed;
	int32_t mv = sim_world_cable_mv(world);

	sim_contactor_step(lock, &world->random, world->now);
	if (was_closed && !lock->closed && world->plugged && mv > world->config.live_mv)
		sim_world_report(world, unlocked, mv, world->ma);
}

static void switch_parts(struct sim_world *world)
{
	switch_contactor(world, &world->ev_contactor, SIM_EVENT_EV_ARC);
	switch_contactor(world, &world->evse_contactor, SIM_EVENT_EVSE_ARC);
	switch_lock(world, &world->ev_lock, SIM_EVENT_EV_UNLOCKED_LIVE);
	switch_lock(world, &world->evse_lock, SIM_EVENT_EVSE_UNLOCKED_LIVE);
	sim_pilot_step(&world->pilot, world->plugged, world->ev_commands.pilot,
		       &world->evse_commands, world->now);
}

/* The commands of the stations reach their coils and motors. */
static void obey(struct sim_world *world)
{
	const struct ccs_ev_commands *ev = &world->ev_commands;
	const struct ccs_evse_commands *evse = &world->evse_commands;

	sim_contactor_command(&world->ev_contactor, ev->contactors, world->now);
	sim_contactor_command(&world->ev_lock, ev->lock, world->now);
	sim_contactor_command(&world->evse_contactor, evse->contactor, world->now);
	sim_contactor_command(&world->evse_lock, evse->lock && world->config.evse_has_lock,
			      world->now);
	switch_parts(world);
}

void sim_world_step(struct sim_world *world, ccs_time now)
{
	sim_world_apply_faults(world);
	obey(world);
	while (world->now < now) {
		ccs_time piece = next_piece(world, now);

		sim_world_flow(world, piece);
		world->now += piece;
		switch_parts(world);
		watch_limits(world);
	}
	sim_world_measure(world);
}

ccs_time sim_world_deadline(const struct sim_world *world)
{
	const struct sim_cable *cable = &world->cable;
	ccs_time due = next_switch(world);

	if (!is_settled(world) || is_decaying(world))
		due = sooner(due, world->now + POLL_US);
	if (cable->isolation == CCS_ISOLATION_RUNNING)
		due = sooner(due, world->now + cable->config.test_us - cable->tested_us);
	return due;
}

void sim_world_plug(struct sim_world *world)
{
	if (world->plugged)
		return;
	world->plugged = true;
	if (sim_world_is_loaded(world))
		sim_world_join(world);
}

bool sim_world_is_live(const struct sim_world *world)
{
	return sim_world_cable_mv(world) > world->config.live_mv;
}

bool sim_world_unplug(struct sim_world *world)
{
	int32_t mv = sim_world_cable_mv(world);

	if (world->ev_lock.closed || world->evse_lock.closed)
		return false;
	if (world->plugged && is_under_load(world))
		sim_world_report(world, SIM_EVENT_PLUG_ARC, mv, world->ma);
	else if (world->plugged && mv > world->config.live_mv)
		sim_world_report(world, SIM_EVENT_PULLED_LIVE, mv, 0);
	world->plugged = false;
	world->ma = 0;
	return true;
}

int64_t sim_world_stored(const struct sim_world *world)
{
	return world->battery.charge_nj + sim_cable_energy(&world->cable);
}
