/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The invariants are enough: two stations that do anything at random, as long as the invariants
 * hold, never make the physical world complain.  People press, plug and pull at random.
 *
 * Beyond the invariants the stations keep three rules of the message sequence: the charger gives
 * voltage only after the car, locked, has asked for the cable check; it holds its voltage while the
 * car closes its contactors, which neither an emergency nor state B interrupts (30 ms without a
 * supply are enough for 70 V); and the car opens them only after PowerDelivery stop.
 */
#include "ccs/invariants.h"
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define RUNS  200
#define STEPS 1500

struct play {
	struct sim_world world;
	struct sim_random random;
	const struct ccs_tolerances *tolerances;
	struct ccs_ev_facts ev;
	struct ccs_evse_facts evse;
	uint32_t closings; /* of the car's contactors */
	uint32_t loads;	   /* steps with current */
	uint32_t refused;  /* random commands that an invariant forbade */
};

static bool chance(struct play *play, uint32_t one_in)
{
	return sim_random_below(&play->random, one_in) == 0;
}

static enum ccs_invariant check_ev(const struct play *play, const struct ccs_ev_commands *after)
{
	const struct ccs_ev_step step = { &play->world.ev_values, &play->world.ev_commands, after,
					  &play->ev, play->world.now };
	struct ccs_breach breach;

	ccs_ev_check(&step, play->tolerances, &breach);
	return breach.invariant;
}

static enum ccs_invariant check_evse(const struct play *play, const struct ccs_evse_commands *after)
{
	const struct ccs_evse_step step = { &play->world.evse_values, &play->world.evse_commands,
					    after, &play->evse, play->world.now };
	struct ccs_breach breach;

	ccs_evse_check(&step, play->tolerances, &breach);
	return breach.invariant;
}

/* The session goes on or ends, at random but in its order. */
static void play_messages(struct play *play)
{
	const struct sim_world *world = &play->world;
	bool closed = world->ev_values.contactors == CCS_CONTACTOR_CLOSED;

	if (!world->plugged) {
		play->ev = (struct ccs_ev_facts) { .stop_demanded = CCS_NEVER };
		play->evse.delivering = false;
	} else if (chance(play, 10)) {
		play->ev.parameters_finished = true;
	}
	play->ev.cable_checked = play->ev.parameters_finished &&
				 world->evse_values.isolation == CCS_ISOLATION_VALID;
	if (closed && play->ev.cable_checked && chance(play, 5))
		play->evse.delivering = true;
	if (play->evse.delivering && (!closed || chance(play, 100))) {
		play->evse.delivering = false;
		play->evse.delivered = world->now;
	}
	play->evse.ev = world->ev_values.limits;
}

static bool is_switching(const struct sim_world *world)
{
	return sim_contactor_is_moving(&world->ev_contactor) ||
	       world->ev_commands.contactors != world->ev_contactor.commanded;
}

/* The voltage at the inlet stays as it is. */
static bool is_holding(const struct sim_world *world)
{
	int32_t apart_mv = world->evse_values.present_mv.value - world->evse_commands.set.mv;

	return world->evse_values.pilot == CCS_PILOT_C && !world->evse_values.emergency &&
	       world->evse_commands.supply && sim_supply_is_settled(&world->supply) &&
	       world->evse_contactor.closed && !sim_contactor_is_moving(&world->evse_contactor) &&
	       apart_mv < 1000 && apart_mv > -1000;
}

static void play_people(struct play *play)
{
	struct sim_world *world = &play->world;

	if (!world->plugged)
		sim_world_plug(world);
	else if (chance(play, 50))
		sim_world_unplug(world);
	if (!is_switching(world))
		world->evse_values.emergency = chance(play, 100);
}

/* Mostly what leads to charging, so that the interesting states are reached. */
static struct ccs_ev_commands change_ev(struct play *play, struct ccs_ev_commands commands)
{
	bool on = !chance(play, 20);

	switch (sim_random_below(&play->random, 4)) {
	case 0:
		commands.lock = on;
		break;
	case 1:
		commands.contactors = on;
		break;
	case 2:
		commands.pilot = on ? CCS_PILOT_C : CCS_PILOT_B;
		break;
	default:
		break;
	}
	return commands;
}

static struct ccs_setpoint any_setpoint(struct play *play)
{
	int32_t near_mv = play->world.ev_values.battery_mv.value;
	struct ccs_setpoint set = { near_mv + sim_random_around(&play->random, 25000), 2000 };

	if (chance(play, 5))
		set.mv = (int32_t)sim_random_below(&play->random, 500000);
	if (play->evse.delivering || chance(play, 5))
		set.ma = (int32_t)sim_random_below(&play->random, 200000);
	return set;
}

static struct ccs_evse_commands change_evse(struct play *play, struct ccs_evse_commands commands)
{
	bool on = !chance(play, 20);

	switch (sim_random_below(&play->random, 6)) {
	case 0:
		commands.lock = on;
		break;
	case 1:
		commands.contactor = on;
		break;
	case 2:
		commands.supply = on;
		break;
	case 3:
		commands.test_isolation = on;
		break;
	case 4:
		if (!commands.set.mv || chance(play, 10))
			commands.set = any_setpoint(play);
		break;
	default:
		break;
	}
	return commands;
}

/* Where anything else would break an invariant: off, but nothing opened. */
static struct ccs_evse_commands safe_evse_commands(const struct play *play)
{
	struct ccs_evse_commands commands = play->world.evse_commands;

	commands.supply = false;
	commands.set = (struct ccs_setpoint) { 0, 0 };
	return commands;
}

static void command_ev(struct play *play)
{
	struct ccs_ev_commands commands = play->world.ev_commands;

	if (check_ev(play, &commands))
		commands.pilot = CCS_PILOT_B;
	for (int i = 0; i < 3 && !is_switching(&play->world); i++) {
		struct ccs_ev_commands wish = change_ev(play, commands);

		if (wish.contactors && !commands.contactors && !is_holding(&play->world))
			continue;
		if (!wish.contactors && commands.contactors && play->evse.delivering)
			continue;
		if (check_ev(play, &wish))
			play->refused++;
		else
			commands = wish;
	}
	assert_int_equal(check_ev(play, &commands), CCS_INVARIANT_NONE);
	play->closings += commands.contactors && !play->world.ev_commands.contactors;
	play->world.ev_commands = commands;
}

static void command_evse(struct play *play)
{
	const struct sim_world *world = &play->world;
	struct ccs_evse_commands commands = world->evse_commands;
	bool asked = world->ev_values.lock == CCS_LOCK_CLOSED && world->ev_commands.lock;

	if (check_evse(play, &commands))
		commands.set.ma = 0;
	if (!asked || check_evse(play, &commands))
		commands = safe_evse_commands(play);
	for (int i = 0; i < 3 && !is_switching(world); i++) {
		struct ccs_evse_commands wish = change_evse(play, commands);

		if (wish.supply && !asked)
			continue;
		if (check_evse(play, &wish))
			play->refused++;
		else
			commands = wish;
	}
	assert_int_equal(check_evse(play, &commands), CCS_INVARIANT_NONE);
	play->world.evse_commands = commands;
}

static void init_play(struct play *play, const struct ccs_tolerances *tolerances, uint64_t seed)
{
	struct sim_world_config config = sim_world_default();

	config.seed = seed;
	config.evse_has_lock = seed % 2;
	config.battery.soc = (int32_t)(seed * 37 % 1000);
	config.supply.overshoot = seed % 3 ? 0 : 20;
	config.supply.settle_us = seed % 5 ? CCS_MS(100) : CCS_SECONDS(3);
	*play = (struct play) { .random = { seed }, .tolerances = tolerances };
	play->ev.stop_demanded = CCS_NEVER;
	play->evse.stop_demanded = CCS_NEVER;
	sim_world_init(&play->world, &config, 0);
	play->world.evse_commands.duty = 50;
}

/* True, and the event, when the physics complained. */
static bool play_one(struct play *play, struct sim_event *event)
{
	for (int i = 0; i < STEPS; i++) {
		play_people(play);
		play_messages(play);
		command_ev(play);
		command_evse(play);
		play->loads += play->world.ma > 10000;
		sim_world_step(&play->world,
			       play->world.now + 1 + sim_random_below(&play->random, 200000));
		if (sim_world_event(&play->world, event))
			return true;
	}
	return false;
}

static void test_invariants_keep_the_physics_sound(void **state)
{
	struct play play;
	struct sim_event event;
	uint32_t closings = 0;
	uint32_t loads = 0;
	uint32_t refused = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= RUNS; seed++) {
		init_play(&play, &ccs_tolerances_default, seed);
		if (play_one(&play, &event)) {
			print_error("seed %u at %d ms: %s, %d mV, %d mA\n", (unsigned int)seed,
				    (int)(event.time / 1000), sim_event_text(event.kind), event.mv,
				    event.ma);
			fail();
		}
		closings += play.closings;
		loads += play.loads;
		refused += play.refused;
	}
	assert_true(closings > 300);
	assert_true(loads > 5000);
	assert_true(refused > 10000);
}

/* With an invariant loosened, some run ends in this event. */
static void expect_event(const struct ccs_tolerances *tolerances, enum sim_event_kind kind)
{
	struct play play;
	struct sim_event event;

	for (uint64_t seed = 1; seed <= RUNS; seed++) {
		init_play(&play, tolerances, seed);
		if (play_one(&play, &event) && event.kind == kind)
			return;
	}
	fail_msg("no run ended in: %s", sim_event_text(kind));
}

static void test_each_tolerance_is_needed(void **state)
{
	struct ccs_tolerances loose = ccs_tolerances_default;

	(void)state;
	loose.precharge_mv = 1000000;
	expect_event(&loose, SIM_EVENT_INRUSH);
	loose = ccs_tolerances_default;
	loose.unlocking_mv = 1000000;
	expect_event(&loose, SIM_EVENT_EV_UNLOCKED_LIVE);
	expect_event(&loose, SIM_EVENT_EVSE_UNLOCKED_LIVE);
	loose = ccs_tolerances_default;
	loose.opening_ma = 1000000;
	expect_event(&loose, SIM_EVENT_EVSE_ARC);
	expect_event(&loose, SIM_EVENT_EV_ARC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_invariants_keep_the_physics_sound),
		cmocka_unit_test(test_each_tolerance_is_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
