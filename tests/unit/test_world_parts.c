/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of the physical world by themselves: battery, supply, cable, contactor, lock, pilot. */
#include "battery.h"
#include "cable.h"
#include "contactor.h"
#include "electric.h"
#include "pilot.h"
#include "supply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct ccs_setpoint target(const struct sim_battery *battery)
{
	struct ccs_limits limits = sim_battery_limits(battery);

	return sim_battery_target(battery, &limits);
}

static void test_decay(void **state)
{
	int64_t uv = 400000000;

	(void)state;
	for (int i = 0; i < 500; i++)
		uv = sim_decay(uv, CCS_MS(500), CCS_MS(1));
	assert_in_range(uv, 147000000, 148000000); /* 1/e, a little more for the steps */
	assert_int_equal(sim_decay(1000000, CCS_MS(1), CCS_MS(1)), 500000);
	assert_int_equal(sim_decay(1000000, 0, CCS_MS(1)), 0);
	assert_int_equal(sim_decay(1000000, CCS_MS(1), 0), 1000000);
}

static void test_battery_curve_rises(void **state)
{
	struct sim_battery_config config = sim_battery_default;
	struct sim_battery battery;
	int64_t last = 0;

	(void)state;
	for (config.soc = 0; config.soc <= 1000; config.soc += 7) {
		sim_battery_init(&battery, &config);
		assert_int_equal(sim_battery_soc(&battery), config.soc);
		assert_true(sim_battery_uv(&battery) > last);
		last = sim_battery_uv(&battery);
	}
	assert_in_range(last, 390000000, 404000000);
	assert_int_equal(sim_battery_max_mv(&battery), 403200);
}

static void test_battery_counts_energy(void **state)
{
	struct sim_battery battery;
	int64_t before;
	int64_t heat = 0;

	(void)state;
	sim_battery_init(&battery, &sim_battery_default);
	before = battery.charge_nj;
	for (int i = 0; i < 36000; i++) /* an hour at 100 A */
		heat += sim_battery_step(&battery, 100000, CCS_MS(100));
	assert_in_range((battery.charge_nj - before) / 3600000000, 35400000, 39000000);
	assert_in_range(sim_battery_soc(&battery), 1000, 1000);
	assert_in_range(heat / 3600000000, 799000, 801000); /* 800 W */
	assert_in_range(sim_battery_dc(&battery), 290, 350);
}

static void test_battery_gives_back(void **state)
{
	struct sim_battery battery;
	int64_t before;

	(void)state;
	sim_battery_init(&battery, &sim_battery_default);
	before = battery.charge_nj;
	for (int i = 0; i < 1000; i++)
		sim_battery_step(&battery, -50000, CCS_MS(100));
	assert_true(battery.charge_nj < before);
	for (int i = 0; i < 1000; i++)
		sim_battery_step(&battery, 50000, CCS_MS(100));
	assert_in_range(battery.charge_nj, before - before / 10000, before + before / 10000);
}

static int32_t max_ma_at(int32_t soc, int32_t dc)
{
	struct sim_battery_config config = sim_battery_default;
	struct sim_battery battery;

	config.soc = soc;
	config.dc = dc;
	sim_battery_init(&battery, &config);
	return sim_battery_limits(&battery).max_ma;
}

static void test_battery_limits(void **state)
{
	struct sim_battery_config config = sim_battery_default;
	struct sim_battery battery;

	(void)state;
	assert_int_equal(max_ma_at(300, 250), 150000);
	assert_in_range(max_ma_at(850, 250), 40000, 60000);
	assert_int_equal(max_ma_at(1000, 250), 3000);
	assert_int_equal(max_ma_at(300, -100), 0);
	assert_in_range(max_ma_at(300, 50), 40000, 60000);
	assert_int_equal(max_ma_at(300, 600), 0);
	config.soc = 800;
	config.full_soc = 800;
	sim_battery_init(&battery, &config);
	assert_int_equal(target(&battery).ma, 0);
	assert_true(target(&battery).mv < sim_battery_limits(&battery).max_mv);
}

static void test_bulb(void **state)
{
	static const struct sim_battery_config bulb = { .mohm = 400000, .max_ma = 2000 };
	struct sim_battery battery;

	(void)state;
	sim_battery_init(&battery, &bulb);
	assert_int_equal(sim_battery_uv(&battery), 0);
	assert_int_equal(sim_battery_soc(&battery), 0);
	assert_int_equal(sim_battery_step(&battery, 1000, CCS_SECONDS(1)), 400000000000);
	assert_int_equal(battery.charge_nj, 0);
	assert_int_equal(target(&battery).ma, 2000);
}

static void run_supply(struct sim_supply *supply, const struct ccs_evse_commands *commands,
		       bool loaded, int ms)
{
	for (int i = 0; i < ms; i++)
		sim_supply_step(supply, commands, loaded, CCS_MS(1));
}

static const struct ccs_evse_commands on_400_100 = { .supply = true, .set = { 400000, 100000 } };
static const struct ccs_evse_commands off;

static void test_supply_ramps(void **state)
{
	struct sim_supply supply;

	(void)state;
	sim_supply_init(&supply, &sim_supply_default);
	run_supply(&supply, &on_400_100, true, 500);
	assert_int_equal(sim_supply_uv(&supply), 200000000);
	assert_int_equal(supply.ma, 50000);
	assert_false(sim_supply_is_settled(&supply));
	run_supply(&supply, &on_400_100, true, 501);
	assert_int_equal(sim_supply_uv(&supply), 400000000);
	assert_int_equal(supply.ma, 100000);
	assert_true(sim_supply_is_settled(&supply));
	run_supply(&supply, &off, true, 51);
	assert_int_equal(supply.ma, 0);
	assert_int_equal(sim_supply_uv(&supply), 0);
}

static void test_supply_limits(void **state)
{
	static const struct ccs_evse_commands much = { .supply = true, .set = { 900000, 900000 } };
	struct sim_supply supply;

	(void)state;
	sim_supply_init(&supply, &sim_supply_default);
	run_supply(&supply, &much, true, 3000);
	assert_int_equal(sim_supply_uv(&supply), 500000000);
	assert_int_equal(sim_supply_ma(&supply, 200000000, 100), 200000);
	assert_int_equal(sim_supply_ma(&supply, 400000000, 100), 125000); /* 50 kW */
	assert_int_equal(sim_supply_ma(&supply, 499000000, 100), 10000);  /* voltage */
	assert_int_equal(sim_supply_ma(&supply, 510000000, 100), 0);
}

static void test_supply_overshoots_without_load(void **state)
{
	struct sim_supply_config config = sim_supply_default;
	struct sim_supply supply;

	(void)state;
	config.overshoot = 100;
	sim_supply_init(&supply, &config);
	run_supply(&supply, &on_400_100, false, 1001);
	assert_in_range(sim_supply_uv(&supply), 435000000, 440000000);
	run_supply(&supply, &on_400_100, false, 2000);
	assert_in_range(sim_supply_uv(&supply), 400000000, 400100000);
	sim_supply_init(&supply, &config);
	run_supply(&supply, &on_400_100, true, 1001);
	assert_int_equal(sim_supply_uv(&supply), 400000000);
}

static void test_supply_as_sink(void **state)
{
	static const struct ccs_evse_commands sink = { .supply = true, .set = { 300000, -20000 } };
	struct sim_supply_config config = sim_supply_default;
	struct sim_supply supply;

	(void)state;
	sim_supply_init(&supply, &config);
	run_supply(&supply, &sink, true, 1000);
	assert_int_equal(sim_supply_ma(&supply, 350000000, 100), 0);
	config.limits.discharge_ma = 15000;
	sim_supply_init(&supply, &config);
	run_supply(&supply, &sink, true, 1000);
	assert_int_equal(sim_supply_ma(&supply, 350000000, 100), -15000);
	assert_int_equal(sim_supply_ma(&supply, 300500000, 100), -5000);
	assert_int_equal(sim_supply_ma(&supply, 290000000, 100), 0);
}

static void test_supply_faults(void **state)
{
	struct sim_supply supply;

	(void)state;
	sim_supply_init(&supply, &sim_supply_default);
	run_supply(&supply, &on_400_100, true, 2000);
	supply.over_current = true;
	assert_int_equal(sim_supply_ma(&supply, 300000000, 100), 150000);
	supply.over_voltage = true;
	assert_int_equal(sim_supply_uv(&supply), 500000000);
	supply.over_voltage = supply.over_current = false;
	supply.frozen = true;
	run_supply(&supply, &off, true, 1000);
	assert_int_equal(sim_supply_ma(&supply, 300000000, 100), 100000);
	supply.frozen = false;
	supply.off = true;
	run_supply(&supply, &on_400_100, true, 1000);
	assert_int_equal(sim_supply_ma(&supply, 300000000, 100), 0);
}

static enum ccs_isolation test_isolation(struct sim_cable *cable, bool plugged, int ms)
{
	sim_cable_monitor(cable, false, plugged, 0);
	for (int i = 0; i < ms; i++)
		sim_cable_monitor(cable, true, plugged, CCS_MS(1));
	return cable->isolation;
}

static void test_isolation_results(void **state)
{
	struct sim_cable cable;

	(void)state;
	sim_cable_init(&cable, &sim_cable_default);
	assert_int_equal(test_isolation(&cable, true, 9000), CCS_ISOLATION_RUNNING);
	cable.uv = 400000000;
	assert_int_equal(test_isolation(&cable, true, 1999), CCS_ISOLATION_RUNNING);
	assert_int_equal(test_isolation(&cable, true, 2000), CCS_ISOLATION_VALID);
	assert_int_equal(cable.measured_ohm, 5000000);
	cable.config.ev_isolation_ohm = 300000;
	assert_int_equal(test_isolation(&cable, true, 2000), CCS_ISOLATION_WARNING);
	cable.config.ev_isolation_ohm = 50000;
	assert_int_equal(test_isolation(&cable, true, 2000), CCS_ISOLATION_FAULT);
	sim_cable_monitor(&cable, false, true, CCS_MS(1));
	assert_int_equal(cable.isolation, CCS_ISOLATION_FAULT);
	sim_cable_monitor(&cable, false, false, CCS_MS(1));
	assert_int_equal(cable.isolation, CCS_ISOLATION_INVALID);
	cable.config.no_monitor = true;
	assert_int_equal(test_isolation(&cable, true, 2000), CCS_ISOLATION_NO_MONITOR);
}

static void test_cable_discharges(void **state)
{
	struct sim_cable cable;
	int ms = 0;

	(void)state;
	sim_cable_init(&cable, &sim_cable_default);
	cable.uv = 400000000;
	assert_int_equal(sim_cable_energy(&cable), 400000000); /* 0.4 J */
	for (; cable.uv >= 60000000; ms++)
		sim_cable_bleed(&cable, CCS_MS(1));
	assert_in_range(ms, 900, 1000);
}

static void step_contactor(struct sim_contactor *contactor, struct sim_random *random, bool close,
			   ccs_time now)
{
	sim_contactor_command(contactor, close, now);
	sim_contactor_step(contactor, random, now);
}

static void test_contactor_delays_and_bounces(void **state)
{
	struct sim_random random = { 1 };
	struct sim_contactor contactor;
	int opened = 0;

	(void)state;
	for (int i = 0; i < 50; i++) {
		sim_contactor_init(&contactor, &sim_contactor_default);
		step_contactor(&contactor, &random, true, 0);
		step_contactor(&contactor, &random, true, CCS_MS(30) - 1);
		assert_false(contactor.closed);
		step_contactor(&contactor, &random, true, CCS_MS(30));
		assert_true(contactor.closed);
		for (ccs_time t = CCS_MS(31); t < CCS_MS(34); t += CCS_MS(1)) {
			step_contactor(&contactor, &random, true, t);
			opened += !contactor.closed;
		}
		step_contactor(&contactor, &random, true, CCS_MS(34));
		assert_true(contactor.closed);
		assert_false(sim_contactor_is_moving(&contactor));
		step_contactor(&contactor, &random, false, CCS_MS(100));
		step_contactor(&contactor, &random, false, CCS_MS(115) - 1);
		assert_true(contactor.closed);
		step_contactor(&contactor, &random, false, CCS_MS(115));
		assert_int_equal(sim_contactor_feedback(&contactor), CCS_CONTACTOR_OPEN);
	}
	assert_in_range(opened, 30, 120);
}

static void test_contactor_changes_its_mind(void **state)
{
	struct sim_random random = { 1 };
	struct sim_contactor contactor;

	(void)state;
	sim_contactor_init(&contactor, &sim_contactor_default);
	step_contactor(&contactor, &random, true, 0);
	step_contactor(&contactor, &random, false, CCS_MS(20));
	step_contactor(&contactor, &random, false, CCS_MS(200));
	assert_false(contactor.closed);
	assert_false(sim_contactor_is_moving(&contactor));
}

static void test_contactor_faults(void **state)
{
	struct sim_random random = { 1 };
	struct sim_contactor contactor;

	(void)state;
	sim_contactor_init(&contactor, &sim_contactor_default);
	contactor.stuck = true;
	step_contactor(&contactor, &random, true, 0);
	step_contactor(&contactor, &random, true, CCS_SECONDS(1));
	assert_false(contactor.closed);
	contactor.stuck = false;
	contactor.welded = true;
	step_contactor(&contactor, &random, true, CCS_SECONDS(2));
	step_contactor(&contactor, &random, true, CCS_SECONDS(3));
	assert_true(contactor.closed);
	step_contactor(&contactor, &random, false, CCS_SECONDS(4));
	step_contactor(&contactor, &random, false, CCS_SECONDS(5));
	assert_int_equal(sim_contactor_feedback(&contactor), CCS_CONTACTOR_CLOSED);
	contactor.silent = true;
	assert_int_equal(sim_contactor_feedback(&contactor), CCS_CONTACTOR_UNKNOWN);
	contactor.welded = false;
	step_contactor(&contactor, &random, false, CCS_SECONDS(6));
	step_contactor(&contactor, &random, false, CCS_SECONDS(7));
	assert_false(contactor.closed);
}

static const struct ccs_evse_commands pwm = { .duty = 50 };
static const struct ccs_evse_commands steady = { .duty = 1000 };
static const struct ccs_evse_commands state_e = { .pilot = CCS_PILOT_E, .duty = 50 };
static const struct ccs_evse_commands state_f = { .pilot = CCS_PILOT_F, .duty = 50 };

/* After everything has been seen. */
static void check_pilot(struct sim_pilot *pilot, bool plugged, enum ccs_pilot ev,
			const struct ccs_evse_commands *evse, enum ccs_pilot state, int32_t duty)
{
	sim_pilot_step(pilot, plugged, ev, evse, 0);
	sim_pilot_step(pilot, plugged, ev, evse, CCS_SECONDS(1));
	assert_int_equal(pilot->state.seen, state);
	assert_int_equal(pilot->duty.seen, duty);
	assert_int_equal(sim_pilot_due(pilot), CCS_NEVER);
}

static void test_pilot_states(void **state)
{
	struct sim_pilot pilot;

	(void)state;
	sim_pilot_init(&pilot, &sim_pilot_default);
	check_pilot(&pilot, false, CCS_PILOT_C, &pwm, CCS_PILOT_A, 0);
	check_pilot(&pilot, true, CCS_PILOT_UNKNOWN, &steady, CCS_PILOT_B, 1000);
	check_pilot(&pilot, true, CCS_PILOT_B, &pwm, CCS_PILOT_B, 50);
	check_pilot(&pilot, true, CCS_PILOT_C, &pwm, CCS_PILOT_C, 50);
	check_pilot(&pilot, true, CCS_PILOT_D, &pwm, CCS_PILOT_D, 50);
	check_pilot(&pilot, true, CCS_PILOT_C, &state_e, CCS_PILOT_E, 0);
	check_pilot(&pilot, true, CCS_PILOT_C, &state_f, CCS_PILOT_F, 0);
}

static void test_pilot_faults(void **state)
{
	struct sim_pilot pilot;

	(void)state;
	sim_pilot_init(&pilot, &sim_pilot_default);
	pilot.no_diode = true;
	check_pilot(&pilot, true, CCS_PILOT_B, &steady, CCS_PILOT_B, 1000);
	check_pilot(&pilot, true, CCS_PILOT_B, &pwm, CCS_PILOT_E, 50);
	pilot.no_diode = false;
	pilot.stuck_c = true;
	check_pilot(&pilot, true, CCS_PILOT_B, &pwm, CCS_PILOT_C, 50);
	pilot.shorted = true;
	check_pilot(&pilot, true, CCS_PILOT_B, &pwm, CCS_PILOT_E, 0);
	pilot.shorted = false;
	pilot.cut = true;
	check_pilot(&pilot, true, CCS_PILOT_C, &pwm, CCS_PILOT_A, 0);
}

static void test_pilot_is_seen_late(void **state)
{
	struct sim_pilot pilot;

	(void)state;
	sim_pilot_init(&pilot, &sim_pilot_default);
	sim_pilot_step(&pilot, true, CCS_PILOT_B, &pwm, 0);
	assert_int_equal(sim_pilot_due(&pilot), CCS_MS(10));
	sim_pilot_step(&pilot, true, CCS_PILOT_B, &pwm, CCS_MS(10) - 1);
	assert_int_equal(pilot.state.seen, CCS_PILOT_A);
	sim_pilot_step(&pilot, true, CCS_PILOT_B, &pwm, CCS_MS(10));
	assert_int_equal(pilot.state.seen, CCS_PILOT_B);
	assert_int_equal(pilot.duty.seen, 0);
	sim_pilot_step(&pilot, true, CCS_PILOT_C, &pwm, CCS_MS(15));
	sim_pilot_step(&pilot, true, CCS_PILOT_B, &pwm, CCS_MS(19)); /* too short to be seen */
	sim_pilot_step(&pilot, true, CCS_PILOT_B, &pwm, CCS_MS(30));
	assert_int_equal(pilot.state.seen, CCS_PILOT_B);
	assert_int_equal(pilot.duty.seen, 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decay),
		cmocka_unit_test(test_battery_curve_rises),
		cmocka_unit_test(test_battery_counts_energy),
		cmocka_unit_test(test_battery_gives_back),
		cmocka_unit_test(test_battery_limits),
		cmocka_unit_test(test_bulb),
		cmocka_unit_test(test_supply_ramps),
		cmocka_unit_test(test_supply_limits),
		cmocka_unit_test(test_supply_overshoots_without_load),
		cmocka_unit_test(test_supply_as_sink),
		cmocka_unit_test(test_supply_faults),
		cmocka_unit_test(test_isolation_results),
		cmocka_unit_test(test_cable_discharges),
		cmocka_unit_test(test_contactor_delays_and_bounces),
		cmocka_unit_test(test_contactor_changes_its_mind),
		cmocka_unit_test(test_contactor_faults),
		cmocka_unit_test(test_pilot_states),
		cmocka_unit_test(test_pilot_faults),
		cmocka_unit_test(test_pilot_is_seen_late),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
