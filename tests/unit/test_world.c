/* SPDX-License-Identifier: Apache-2.0 */
/* The physical world: a sound charging, energy, repeatability, and every event and fault. */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* `us` in steps of `step`, however the world would like them. */
static void run_in(struct sim_world *world, ccs_time us, ccs_time step)
{
	ccs_time end = world->now + us;

	while (world->now < end)
		sim_world_step(world, end - world->now < step ? end : world->now + step);
}

static void run(struct sim_world *world, ccs_time us)
{
	run_in(world, us, CCS_MS(10));
}

static uint32_t count_events(const struct sim_world *world)
{
	uint32_t count = 0;

	for (enum sim_event_kind kind = 0; kind < SIM_EVENT_KINDS; kind++)
		count += world->counts[kind];
	return count;
}

/* Exactly this event, once, and nothing else. */
static void expect_only(struct sim_world *world, enum sim_event_kind kind)
{
	struct sim_event event;

	assert_int_equal(world->counts[kind], 1);
	assert_int_equal(count_events(world), 1);
	assert_true(sim_world_event(world, &event));
	assert_int_equal(event.kind, kind);
	assert_false(sim_world_event(world, &event));
}

static void start(struct sim_world *world, const struct sim_world_config *config)
{
	sim_world_init(world, config, 0);
	sim_world_plug(world);
	world->evse_commands.duty = 50;
	run(world, CCS_MS(100));
}

static void set_supply(struct sim_world *world, int32_t mv, int32_t ma)
{
	world->evse_commands.supply = mv > 0;
	world->evse_commands.set = (struct ccs_setpoint) { mv, ma };
}

/* Locks, tests the isolation, precharges. */
static void precharge(struct sim_world *world)
{
	world->ev_commands.lock = true;
	world->ev_commands.pilot = CCS_PILOT_C;
	run(world, CCS_SECONDS(1));
	world->evse_commands.contactor = true;
	world->evse_commands.test_isolation = true;
	set_supply(world, 400000, 2000);
	run(world, CCS_SECONDS(5));
	world->evse_commands.test_isolation = false;
	set_supply(world, world->ev_values.battery_mv.value, 2000);
	run(world, CCS_SECONDS(2));
}

/* Everything as it should be until `ma` flows. */
static void start_charging(struct sim_world *world, const struct sim_world_config *config,
			   int32_t ma)
{
	start(world, config);
	precharge(world);
	world->ev_commands.contactors = true;
	run(world, CCS_MS(200));
	set_supply(world, 400000, ma);
	run(world, CCS_SECONDS(3));
}

static void stop_charging(struct sim_world *world)
{
	set_supply(world, 0, 0);
	run(world, CCS_SECONDS(1));
	world->ev_commands.pilot = CCS_PILOT_B;
	world->ev_commands.contactors = false;
	run(world, CCS_SECONDS(1));
	world->evse_commands.contactor = false;
	world->ev_commands.lock = false;
	run(world, CCS_SECONDS(1));
}

static void test_sound_charging(void **state)
{
	struct sim_world_config config = sim_world_default();
	struct sim_world world;

	(void)state;
	start(&world, &config);
	assert_int_equal(world.evse_values.pilot, CCS_PILOT_B);
	assert_int_equal(world.ev_values.duty.value, 50);
	precharge(&world);
	assert_int_equal(world.ev_values.lock, CCS_LOCK_CLOSED);
	assert_int_equal(world.evse_values.pilot, CCS_PILOT_C);
	assert_int_equal(world.evse_values.isolation, CCS_ISOLATION_VALID);
	assert_in_range(world.ev_values.inlet_mv.value, 350000, 360000);
	world.ev_commands.contactors = true;
	run(&world, CCS_MS(200));
	assert_int_equal(world.ev_values.contactors, CCS_CONTACTOR_CLOSED);
	set_supply(&world, 400000, 100000);
	run(&world, CCS_SECONDS(3));
	assert_in_range(world.ev_values.current_ma.value, 99000, 101000);
	assert_in_range(world.evse_values.present_ma.value, 99000, 101000);
	assert_true(world.evse_values.present_mv.value > world.ev_values.inlet_mv.value);
	assert_false(sim_world_unplug(&world));
	stop_charging(&world);
	assert_true(world.ev_values.inlet_mv.value < 60000);
	assert_int_equal(world.ev_values.lock, CCS_LOCK_OPEN);
	assert_true(sim_world_unplug(&world));
	run(&world, CCS_SECONDS(1));
	assert_int_equal(world.evse_values.pilot, CCS_PILOT_A);
	assert_int_equal(world.ev_values.plug, CCS_PLUG_OUT);
	assert_int_equal(count_events(&world), 0);
}

/* What was supplied is in the battery, in the cable, or became heat. */
static void check_energy(const struct sim_world *world, int64_t stored_before)
{
	int64_t kept = sim_world_stored(world) - stored_before + world->heat_nj;
	int64_t tolerance = world->supplied_nj / 100000 + 1000000; /* 10 ppm and 1 mJ */

	if (tolerance < 1000000)
		tolerance = 2000000 - tolerance;
	assert_true(kept - world->supplied_nj <= tolerance);
	assert_true(world->supplied_nj - kept <= tolerance);
}

static void test_energy_is_conserved(void **state)
{
	struct sim_world_config config = sim_world_default();
	struct sim_world world;
	int64_t before;

	(void)state;
	start(&world, &config);
	before = sim_world_stored(&world);
	precharge(&world);
	check_energy(&world, before);
	start_charging(&world, &config, 120000);
	check_energy(&world, before);
	run_in(&world, CCS_SECONDS(600), CCS_MS(250));
	assert_true(world.supplied_nj > 20000000000000); /* 20 MJ */
	check_energy(&world, before);
	stop_charging(&world);
	check_energy(&world, before);
	assert_true(world.heat_nj > 0);
}

static void test_energy_of_an_inrush(void **state)
{
	struct sim_world_config config = sim_world_default();
	struct sim_world world;
	int64_t before;

	(void)state;
	start(&world, &config);
	before = sim_world_stored(&world);
	world.ev_commands.contactors = true;
	run(&world, CCS_SECONDS(1));
	check_energy(&world, before);
	world.ev_commands.contactors = false;
	run(&world, CCS_SECONDS(20));
	check_energy(&world, before);
	assert_in_range(world.heat_nj, 600000000, 640000000); /* twice half C U^2 */
}

static void test_repeatable_to_the_byte(void **state)
{
	static struct sim_world a;
	static struct sim_world b;
	struct sim_world_config config = sim_world_default();

	(void)state;
	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	start_charging(&a, &config, 100000);
	start_charging(&b, &config, 100000);
	assert_memory_equal(&a, &b, sizeof(a));
	config.seed = 2;
	start_charging(&b, &config, 100000);
	assert_true(memcmp(&a.ev_values, &b.ev_values, sizeof(a.ev_values)) != 0);
}

/* How often it is looked at changes little. */
static void test_steps_of_any_length(void **state)
{
	static const ccs_time steps[] = { 250, CCS_MS(1), CCS_MS(77), CCS_SECONDS(5) };
	struct sim_world_config config = sim_world_default();
	struct sim_world reference;
	struct sim_world world;

	(void)state;
	start_charging(&reference, &config, 100000);
	world = reference;
	run(&reference, CCS_SECONDS(30));
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct sim_world other = world;

		run_in(&other, CCS_SECONDS(30), steps[i]);
		assert_int_equal(other.now, reference.now);
		assert_in_range(other.supplied_nj, reference.supplied_nj / 10000 * 9999,
				reference.supplied_nj / 10000 * 10001);
	}
}

/* Nothing is missed when only the world's own deadlines are kept. */
static void test_deadlines(void **state)
{
	struct sim_world_config config = sim_world_default();
	struct sim_world world;
	int steps = 0;

	(void)state;
	start(&world, &config);
	assert_int_equal(sim_world_deadline(&world), CCS_NEVER);
	world.ev_commands.lock = true;
	world.ev_commands.pilot = CCS_PILOT_C;
	sim_world_step(&world, world.now);
	assert_int_equal(sim_world_deadline(&world), world.now + CCS_MS(10));
	sim_world_step(&world, sim_world_deadline(&world));
	assert_int_equal(world.evse_values.pilot, CCS_PILOT_C);
	sim_world_step(&world, sim_world_deadline(&world));
	assert_int_equal(world.ev_values.lock, CCS_LOCK_CLOSED);
	world.evse_commands.contactor = true;
	world.evse_commands.test_isolation = true;
	set_supply(&world, 400000, 2000);
	sim_world_step(&world, world.now);
	for (; sim_world_deadline(&world) != CCS_NEVER; steps++)
		sim_world_step(&world, sim_world_deadline(&world));
	assert_int_equal(world.evse_values.isolation, CCS_ISOLATION_VALID);
	assert_in_range(steps, 50, 500);
}

static void test_arcs(void **state)
{
	struct sim_world_config config = sim_world_default();
	struct sim_world world;

	(void)state;
	start_charging(&world, &config, 100000);
	world.ev_commands.contactors = false;
	run(&world, CCS_MS(100));
	expect_only(&world, SIM_EVENT_EV_ARC);
	start_charging(&world, &config, 100000);
	world.evse_commands.contactor = false;
	run(&world, CCS_MS(100));
	expect_only(&world, SIM_EVENT_EVSE_ARC);
	start_charging(&world, &config, 4000);
	world.ev_commands.contactors = false;
	run(&world, CCS_MS(100));
	assert_int_equal(count_events(&world), 0);
}

static void test_pulled_plugs(void **state)
{
	struct sim_world_config config = sim_world_default();
	struct sim_world world;

	(void)state;
	config.ev_lock.close_us = CCS_SECONDS(1000); /* never locks */
	start_charging(&world, &config, 100000);
	assert_true(sim_world_unplug(&world));
	expect_only(&world, SIM_EVENT_PLUG_ARC);
	run(&world, CCS_MS(100));
	assert_int_equal(world.counts[SIM_EVENT_LIVE_PLUG], 1);
}

static void test_pulled_under_voltage(void **state)
{
	struct sim_world_config config = sim_world_default();
	struct sim_world world;

	(void)state;
	config.ev_lock.close_us = CCS_SECONDS(1000);
	start(&world, &config);
	precharge(&world);
	set_supply(&world, 0, 0);
	world.evse_commands.contactor = false;
	run(&world, CCS_MS(50));
	assert_true(sim_world_unplug(&world));
	expect_only(&world, SIM_EVENT_PULLED_LIVE);
}

static void test_inrush(void **state)
{
	struct sim_world_config config = sim_world_default();
	struct sim_world world;

	(void)state;
	start(&world, &config);
	world.ev_commands.contactors = true;
	run(&world, CCS_MS(200));
	expect_only(&world, SIM_EVENT_INRUSH);
	start(&world, &config);
	precharge(&world);
	set_supply(&world, 385000, 2000); /* 30 V too high */
	run(&world, CCS_SECONDS(1));
	world.ev_commands.contactors = true;
	run(&world, CCS_MS(200));
	expect_only(&world, SIM_EVENT_INRUSH);
}

static void test_unlocked_live(void **state)
{
	struct sim_world_config config = sim_world_default();
	struct sim_world world;

	(void)state;
	config.evse_has_lock = true;
	start(&world, &config);
	world.evse_commands.lock = true;
	precharge(&world);
	world.ev_commands.lock = false;
	run(&world, CCS_SECONDS(1));
	expect_only(&world, SIM_EVENT_EV_UNLOCKED_LIVE);
	start(&world, &config);
	world.evse_commands.lock = true;
	precharge(&world);
	assert_int_equal(world.evse_values.lock, CCS_LOCK_CLOSED);
	world.evse_commands.lock = false;
	run(&world, CCS_SECONDS(1));
	expect_only(&world, SIM_EVENT_EVSE_UNLOCKED_LIVE);
}

static void test_over_current_and_voltage(void **state)
{
	struct sim_world_config config = sim_world_default();
	struct sim_world world;

	(void)state;
	config.battery.max_ma = 60000;
	start_charging(&world, &config, 90000);
	expect_only(&world, SIM_EVENT_OVER_CURRENT);
	config = sim_world_default();
	config.battery.soc = 990;
	config.battery.mohm = 800;
	start_charging(&world, &config, 10000);
	set_supply(&world, 450000, 30000);
	run(&world, CCS_SECONDS(2));
	expect_only(&world, SIM_EVENT_OVER_VOLTAGE);
}

static void test_discharging(void **state)
{
	struct sim_world_config config = sim_world_default();
	struct sim_world world;
	int64_t before;

	(void)state;
	config.supply.limits.discharge_ma = 30000;
	config.battery.discharge_ma = 50000;
	start(&world, &config);
	before = sim_world_stored(&world);
	start_charging(&world, &config, 0);
	set_supply(&world, 300000, -20000);
	run(&world, CCS_SECONDS(60));
	assert_in_range(-world.ev_values.current_ma.value, 19000, 21000);
	assert_true(world.supplied_nj < 0);
	check_energy(&world, before);
	assert_int_equal(count_events(&world), 0);
	config.battery.discharge_ma = 0;
	start_charging(&world, &config, 0);
	set_supply(&world, 300000, -20000);
	run(&world, CCS_SECONDS(2));
	expect_only(&world, SIM_EVENT_NO_DISCHARGE);
}

/* R56: without load this supply overshoots; a bulb that is connected early prevents it. */
static void test_r56_bulb(void **state)
{
	struct sim_world_config config = sim_world_default();
	struct sim_world world;

	(void)state;
	config.battery = (struct sim_battery_config) { .mohm = 400000, .max_ma = 2000 };
	config.supply.overshoot = 200;
	start(&world, &config);
	world.evse_commands.contactor = true;
	set_supply(&world, 230000, 1000);
	run(&world, CCS_MS(600));
	assert_true(world.ev_values.inlet_mv.value > 260000);
	run(&world, CCS_SECONDS(2));
	world.ev_commands.contactors = true;
	run(&world, CCS_SECONDS(2));
	assert_in_range(world.ev_values.inlet_mv.value, 229000, 231000);
	assert_in_range(world.ev_values.current_ma.value, 470, 670);
	assert_int_equal(count_events(&world), 0);
}

static void test_mains(void **state)
{
	struct sim_world_config config = sim_world_default();
	struct sim_world world;
	int64_t before;

	(void)state;
	config.ac_phases = 3;
	start(&world, &config);
	before = sim_world_stored(&world);
	world.ev_commands = (struct ccs_ev_commands) {
		.pilot = CCS_PILOT_C, .lock = true, .contactors = true, .onboard_ma = 32000
	};
	run(&world, CCS_SECONDS(1));
	assert_int_equal(world.ma, 0);
	world.evse_commands.contactor = true;
	run(&world, CCS_SECONDS(60));
	assert_int_equal(world.ma, 16000);
	assert_in_range(world.evse_values.present_mv.value, 229000, 231000);
	assert_in_range(world.evse_values.energy_wh.value, 180, 184); /* 11 kW */
	check_energy(&world, before);
	world.ev_commands.onboard_ma = 0;
	run(&world, CCS_SECONDS(1));
	world.evse_commands.contactor = false;
	world.ev_commands.lock = false;
	run(&world, CCS_SECONDS(1));
	assert_true(sim_world_unplug(&world));
	assert_int_equal(count_events(&world), 0);
}

static void test_event_queue_keeps_the_first(void **state)
{
	struct sim_world_config config = sim_world_default();
	struct sim_event event;
	struct sim_world world;
	int taken = 0;

	(void)state;
	start(&world, &config);
	for (int i = 0; i < 20; i++) {
		world.ev_commands.contactors = true;
		run(&world, CCS_MS(100));
		world.ev_commands.contactors = false;
		run(&world, CCS_SECONDS(10));
	}
	assert_int_equal(world.counts[SIM_EVENT_INRUSH], 20);
	while (sim_world_event(&world, &event)) {
		assert_int_equal(event.kind, SIM_EVENT_INRUSH);
		assert_in_range(event.mv, 353000, 356000);
		taken++;
	}
	assert_int_equal(taken, SIM_WORLD_EVENTS);
}

/* Charges with a fault from the start. */
static void charge_with(struct sim_world *world, enum sim_fault fault)
{
	struct sim_world_config config = sim_world_default();

	config.evse_has_lock = true;
	sim_world_init(world, &config, 0);
	sim_world_plug(world);
	sim_world_set_fault(world, fault, true);
	world->evse_commands.duty = 50;
	world->evse_commands.lock = true;
	run(world, CCS_MS(100));
	precharge(world);
	world->ev_commands.contactors = true;
	run(world, CCS_MS(200));
	set_supply(world, 400000, 100000);
	run(world, CCS_SECONDS(3));
}

static void test_faults_of_contactors(void **state)
{
	struct sim_world world;

	(void)state;
	charge_with(&world, SIM_FAULT_EV_CONTACTOR_STUCK);
	assert_int_equal(world.ev_values.contactors, CCS_CONTACTOR_OPEN);
	assert_int_equal(world.ma, 0);
	charge_with(&world, SIM_FAULT_EVSE_CONTACTOR_STUCK);
	assert_int_equal(world.evse_values.contactor, CCS_CONTACTOR_OPEN);
	assert_int_equal(world.ma, 0);
	charge_with(&world, SIM_FAULT_EV_CONTACTOR_SILENT);
	assert_int_equal(world.ev_values.contactors, CCS_CONTACTOR_UNKNOWN);
	charge_with(&world, SIM_FAULT_EVSE_CONTACTOR_SILENT);
	assert_int_equal(world.evse_values.contactor, CCS_CONTACTOR_UNKNOWN);
	charge_with(&world, SIM_FAULT_EV_CONTACTOR_WELDED);
	stop_charging(&world);
	assert_int_equal(world.ev_values.contactors, CCS_CONTACTOR_CLOSED);
	assert_true(world.ev_values.inlet_mv.value > 300000);
	expect_only(&world, SIM_EVENT_EV_UNLOCKED_LIVE);
	charge_with(&world, SIM_FAULT_EVSE_CONTACTOR_WELDED);
	stop_charging(&world);
	assert_int_equal(world.evse_values.contactor, CCS_CONTACTOR_CLOSED);
}

static void test_faults_of_locks(void **state)
{
	struct sim_world world;

	(void)state;
	charge_with(&world, SIM_FAULT_EV_LOCK_STUCK);
	assert_int_equal(world.ev_values.lock, CCS_LOCK_OPEN);
	charge_with(&world, SIM_FAULT_EVSE_LOCK_STUCK);
	assert_int_equal(world.evse_values.lock, CCS_LOCK_OPEN);
	charge_with(&world, SIM_FAULT_EV_LOCK_SILENT);
	assert_int_equal(world.ev_values.lock, CCS_LOCK_UNKNOWN);
	charge_with(&world, SIM_FAULT_EVSE_LOCK_SILENT);
	assert_int_equal(world.evse_values.lock, CCS_LOCK_UNKNOWN);
}

static void test_faults_of_the_supply(void **state)
{
	struct sim_world_config config = sim_world_default();
	struct sim_world world;

	(void)state;
	charge_with(&world, SIM_FAULT_SUPPLY_OFF);
	assert_int_equal(world.evse_values.supply, CCS_SUPPLY_FAULT);
	assert_int_equal(world.ma, 0);
	charge_with(&world, SIM_FAULT_SUPPLY_OVER_CURRENT);
	assert_true(world.ma > 120000);
	charge_with(&world, SIM_FAULT_SUPPLY_OVER_VOLTAGE);
	assert_true(world.counts[SIM_EVENT_INRUSH] >= 1); /* and at each bounce */
	charge_with(&world, SIM_FAULT_SUPPLY_FROZEN);
	assert_int_equal(world.ma, 0);
	start_charging(&world, &config, 100000);
	sim_world_set_fault(&world, SIM_FAULT_SUPPLY_FROZEN, true);
	set_supply(&world, 0, 0);
	run(&world, CCS_SECONDS(1));
	assert_int_equal(world.ma, 100000);
}

static void test_faults_of_isolation(void **state)
{
	struct sim_world world;

	(void)state;
	charge_with(&world, SIM_FAULT_ISOLATION_LOW);
	assert_int_equal(world.evse_values.isolation, CCS_ISOLATION_FAULT);
	assert_true(world.evse_values.isolation_ohm.value < 100000);
	charge_with(&world, SIM_FAULT_ISOLATION_SILENT);
	assert_int_equal(world.evse_values.isolation, CCS_ISOLATION_INVALID);
	assert_false(world.evse_values.isolation_ohm.known);
}

static void test_faults_of_the_pilot(void **state)
{
	struct sim_world world;

	(void)state;
	charge_with(&world, SIM_FAULT_PILOT_CUT);
	assert_int_equal(world.evse_values.pilot, CCS_PILOT_A);
	assert_int_equal(world.ev_values.duty.value, 0);
	charge_with(&world, SIM_FAULT_PILOT_SHORTED);
	assert_int_equal(world.evse_values.pilot, CCS_PILOT_E);
	charge_with(&world, SIM_FAULT_PILOT_NO_DIODE);
	assert_int_equal(world.evse_values.pilot, CCS_PILOT_E);
	charge_with(&world, SIM_FAULT_PILOT_STUCK_C);
	world.ev_commands.pilot = CCS_PILOT_B;
	run(&world, CCS_SECONDS(1));
	assert_int_equal(world.evse_values.pilot, CCS_PILOT_C);
}

/* A sensor that falls silent in the middle leaves a value that gets old. */
static void check_silent(enum sim_fault fault, const struct ccs_measured *m,
			 struct sim_world *world)
{
	struct sim_world_config config = sim_world_default();
	int32_t value;

	start_charging(world, &config, 100000);
	assert_true(ccs_measured_get(m, world->now, CCS_MS(100), &value));
	sim_world_set_fault(world, fault, true);
	run(world, CCS_SECONDS(1));
	assert_false(ccs_measured_get(m, world->now, CCS_MS(100), &value));
	sim_world_set_fault(world, fault, false);
	run(world, CCS_MS(10));
	assert_true(ccs_measured_get(m, world->now, CCS_MS(100), &value));
}

static void test_faults_of_sensors(void **state)
{
	struct sim_world world = { 0 };

	(void)state;
	check_silent(SIM_FAULT_EV_INLET_SILENT, &world.ev_values.inlet_mv, &world);
	check_silent(SIM_FAULT_EV_CURRENT_SILENT, &world.ev_values.current_ma, &world);
	check_silent(SIM_FAULT_EV_BATTERY_SILENT, &world.ev_values.battery_mv, &world);
	check_silent(SIM_FAULT_EVSE_VOLTAGE_SILENT, &world.evse_values.present_mv, &world);
	check_silent(SIM_FAULT_EVSE_CURRENT_SILENT, &world.evse_values.present_ma, &world);
	charge_with(&world, SIM_FAULT_EV_HOT_INLET);
	assert_int_equal(world.ev_values.inlet_dc.value, 950);
	charge_with(&world, SIM_FAULT_EVSE_HOT_PLUG);
	assert_int_equal(world.evse_values.plug_dc.value, 950);
}

static void test_names(void **state)
{
	(void)state;
	for (enum sim_fault fault = 0; fault < SIM_FAULT_COUNT; fault++)
		assert_int_equal(sim_fault_find(sim_fault_name(fault)), fault);
	assert_int_equal(sim_fault_find("nothing"), SIM_FAULT_COUNT);
	assert_string_equal(sim_event_name(SIM_EVENT_INRUSH), "inrush");
	assert_non_null(strstr(sim_event_text(SIM_EVENT_EV_ARC), "load"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound_charging),
		cmocka_unit_test(test_energy_is_conserved),
		cmocka_unit_test(test_energy_of_an_inrush),
		cmocka_unit_test(test_repeatable_to_the_byte),
		cmocka_unit_test(test_steps_of_any_length),
		cmocka_unit_test(test_deadlines),
		cmocka_unit_test(test_arcs),
		cmocka_unit_test(test_pulled_plugs),
		cmocka_unit_test(test_pulled_under_voltage),
		cmocka_unit_test(test_inrush),
		cmocka_unit_test(test_unlocked_live),
		cmocka_unit_test(test_over_current_and_voltage),
		cmocka_unit_test(test_discharging),
		cmocka_unit_test(test_r56_bulb),
		cmocka_unit_test(test_mains),
		cmocka_unit_test(test_event_queue_keeps_the_first),
		cmocka_unit_test(test_faults_of_contactors),
		cmocka_unit_test(test_faults_of_locks),
		cmocka_unit_test(test_faults_of_the_supply),
		cmocka_unit_test(test_faults_of_isolation),
		cmocka_unit_test(test_faults_of_the_pilot),
		cmocka_unit_test(test_faults_of_sensors),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
