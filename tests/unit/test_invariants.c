/* SPDX-License-Identifier: Apache-2.0 */
/* Every invariant held by a sound session, and broken in each way it can be. */
#include "ccs/invariants.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define NOW CCS_SECONDS(100)

/* A step that holds everything; each test spoils it. */
struct car {
	struct ccs_ev_values values;
	struct ccs_ev_commands before;
	struct ccs_ev_commands after;
	struct ccs_ev_facts facts;
};

struct charger {
	struct ccs_evse_values values;
	struct ccs_evse_commands before;
	struct ccs_evse_commands after;
	struct ccs_evse_facts facts;
};

/* In the loop: closed, 400 V, 100 A. */
static struct car charging_car(void)
{
	struct car car = {
		.values = { .plug = CCS_PLUG_IN,
			    .inlet_mv = ccs_measured(400000, NOW),
			    .battery_mv = ccs_measured(395000, NOW),
			    .current_ma = ccs_measured(100000, NOW),
			    .lock = CCS_LOCK_CLOSED,
			    .contactors = CCS_CONTACTOR_CLOSED },
		.before = { .pilot = CCS_PILOT_C, .lock = true, .contactors = true },
		.facts = { .cable_checked = true,
			   .parameters_finished = true,
			   .stop_demanded = CCS_NEVER },
	};

	car.after = car.before;
	return car;
}

/* Closes its contactors in this step. */
static struct car closing_car(void)
{
	struct car car = charging_car();

	car.before.contactors = false;
	car.values.contactors = CCS_CONTACTOR_OPEN;
	car.values.current_ma = ccs_measured(0, NOW);
	return car;
}

/* Opens them in this step, without current. */
static struct car opening_car(void)
{
	struct car car = charging_car();

	car.after.contactors = false;
	car.values.current_ma = ccs_measured(400, NOW);
	return car;
}

/* Unlocks in this step. */
static struct car unlocking_car(void)
{
	struct car car = charging_car();

	car.before = (struct ccs_ev_commands) { .pilot = CCS_PILOT_B, .lock = true };
	car.after = (struct ccs_ev_commands) { .pilot = CCS_PILOT_B };
	car.values.contactors = CCS_CONTACTOR_OPEN;
	car.values.inlet_mv = ccs_measured(12000, NOW);
	car.values.current_ma = ccs_measured(0, NOW);
	car.facts.stopped = true;
	car.facts.stop_demanded = NOW - CCS_SECONDS(1);
	return car;
}

static enum ccs_invariant check_car(const struct car *car)
{
	const struct ccs_ev_step step = { &car->values, &car->before, &car->after, &car->facts,
					  NOW };
	struct ccs_breach breach;
	bool broken = ccs_ev_check(&step, &ccs_tolerances_default, &breach);

	assert_int_equal(broken, breach.invariant != CCS_INVARIANT_NONE);
	assert_int_equal(broken, breach.text != NULL);
	return breach.invariant;
}

static enum ccs_invariant check_charger(const struct charger *charger)
{
	const struct ccs_evse_step step = { &charger->values, &charger->before, &charger->after,
					    &charger->facts, NOW };
	struct ccs_breach breach;
	bool broken = ccs_evse_check(&step, &ccs_tolerances_default, &breach);

	assert_int_equal(broken, breach.invariant != CCS_INVARIANT_NONE);
	assert_int_equal(broken, breach.text != NULL);
	return breach.invariant;
}

#define HOLDS(thing)	    assert_int_equal(check_##thing(&thing), CCS_INVARIANT_NONE)
#define BREAKS(thing, name) assert_int_equal(check_##thing(&thing), CCS_INVARIANT_##name)

static void test_nothing_commanded_holds(void **state)
{
	struct car car = { .facts = { .stop_demanded = CCS_NEVER } };
	struct charger charger = { .facts = { .stop_demanded = CCS_NEVER } };

	(void)state;
	HOLDS(car);
	HOLDS(charger);
	car.facts.ended = true;
	charger.facts.ended = true;
	HOLDS(car);
	HOLDS(charger);
}

static void test_e1_order(void **state)
{
	struct car car = closing_car();

	(void)state;
	HOLDS(car);
	car.values.lock = CCS_LOCK_UNKNOWN;
	BREAKS(car, E1);
	car = closing_car();
	car.before.pilot = CCS_PILOT_B;
	BREAKS(car, E1);
	car = closing_car();
	car.facts.cable_checked = false;
	BREAKS(car, E1);
	car.facts.ac = true;
	HOLDS(car);
}

static void test_e1_voltages(void **state)
{
	struct car car = closing_car();

	(void)state;
	car.values.inlet_mv.value = 375001;
	HOLDS(car);
	car.values.inlet_mv.value = 375000;
	BREAKS(car, E1);
	car.values.inlet_mv.value = 415000;
	BREAKS(car, E1);
	car = closing_car();
	car.values.inlet_mv.at = NOW - CCS_SECONDS(2);
	BREAKS(car, E1);
	car = closing_car();
	car.values.battery_mv.known = false;
	BREAKS(car, E1);
}

/* R43: an Ioniq closes on what the charger reports. */
static void test_e1_r43_reported_voltage(void **state)
{
	struct car car = closing_car();

	(void)state;
	car.values.inlet_mv.known = false;
	BREAKS(car, E1);
	car.facts.reported_mv = ccs_measured(396000, NOW);
	BREAKS(car, E1);
	car.facts.trusts_report = true;
	HOLDS(car);
	car.facts.reported_mv.value = 300000;
	BREAKS(car, E1);
}

static void test_e2(void **state)
{
	struct car car = opening_car();

	(void)state;
	HOLDS(car);
	car.values.current_ma.value = 5000;
	BREAKS(car, E2);
	car.values.current_ma.value = -5000;
	BREAKS(car, E2);
	car.values.current_ma.known = false;
	BREAKS(car, E2);
	car.facts.stop_demanded = NOW - CCS_SECONDS(2) + 1;
	BREAKS(car, E2);
	car.facts.stop_demanded = NOW - CCS_SECONDS(2);
	HOLDS(car);
}

static void test_e3(void **state)
{
	struct car car = unlocking_car();

	(void)state;
	HOLDS(car);
	car.values.inlet_mv.value = 60000;
	BREAKS(car, E3);
	car = unlocking_car();
	car.values.contactors = CCS_CONTACTOR_CLOSED;
	BREAKS(car, E3);
	car = unlocking_car();
	car.after.contactors = true;
	car.before.contactors = true;
	BREAKS(car, E3);
	car = unlocking_car();
	car.facts.basic = true;
	car.after.pilot = CCS_PILOT_C;
	BREAKS(car, E3);
}

static void test_e3_unknown_voltage(void **state)
{
	struct car car = unlocking_car();

	(void)state;
	car.values.inlet_mv.known = false;
	car.facts.off_since = NOW - CCS_SECONDS(3) + 1;
	BREAKS(car, E3);
	car.facts.off_since = NOW - CCS_SECONDS(3);
	HOLDS(car);
	car.facts.off_since = CCS_NEVER;
	BREAKS(car, E3);
}

static void test_e4(void **state)
{
	struct car car = charging_car();

	(void)state;
	HOLDS(car);
	car.after.pilot = CCS_PILOT_D;
	HOLDS(car);
	car.facts.parameters_finished = false;
	BREAKS(car, E4);
	car.facts.toggling = true;
	HOLDS(car);
	car.values.plug = CCS_PLUG_OUT;
	BREAKS(car, E4);
	car = charging_car();
	car.facts.stopped = true;
	BREAKS(car, E4);
	car.after.pilot = CCS_PILOT_B;
	HOLDS(car);
}

/* R25: state C must be off at start-up. */
static void test_e4_r25_start(void **state)
{
	struct car car = { .values = { .plug = CCS_PLUG_IN },
			   .facts = { .stop_demanded = CCS_NEVER } };

	(void)state;
	HOLDS(car);
	car.after.pilot = CCS_PILOT_C;
	BREAKS(car, E4);
}

static void test_b1_car(void **state)
{
	struct car car = charging_car();

	(void)state;
	car.facts.stop_demanded = NOW - CCS_SECONDS(100) + 1;
	HOLDS(car);
	car.facts.stop_demanded = NOW - CCS_SECONDS(100);
	BREAKS(car, B1);
	car = unlocking_car();
	car.facts.ended = true;
	HOLDS(car);
	car.after.lock = true;
	BREAKS(car, B1);
	car.values.inlet_mv.value = 300000; /* a live inlet stays locked */
	HOLDS(car);
	car.after.contactors = true;
	car.before.contactors = true;
	BREAKS(car, B1);
}

/* In the loop: 400 V, 100 A. */
static struct charger charging_charger(void)
{
	return (struct charger) {
		.values = { .pilot = CCS_PILOT_C,
			    .present_mv = ccs_measured(400000, NOW),
			    .present_ma = ccs_measured(100000, NOW),
			    .isolation = CCS_ISOLATION_VALID,
			    .supply = CCS_SUPPLY_READY,
			    .lock = CCS_LOCK_CLOSED,
			    .has_lock = true,
			    .limits = { .max_mv = 500000, .max_ma = 200000, .max_w = 50000 } },
		.before = { .lock = true, .contactor = true, .supply = true },
		.after = { .lock = true,
			   .contactor = true,
			   .supply = true,
			   .set = { 400000, 100000 } },
		.facts = { .delivering = true,
			   .ev = { .max_mv = 410000, .max_ma = 125000, .max_w = CCS_NO_LIMIT },
			   .stop_demanded = CCS_NEVER },
	};
}

static void test_c1(void **state)
{
	struct charger charger = charging_charger();

	(void)state;
	HOLDS(charger);
	charger.values.pilot = CCS_PILOT_D;
	HOLDS(charger);
	charger.values.pilot = CCS_PILOT_B;
	BREAKS(charger, C1);
	charger = charging_charger();
	charger.values.lock = CCS_LOCK_OPEN;
	BREAKS(charger, C1);
	charger.values.has_lock = false;
	HOLDS(charger);
}

static void test_c1_mains(void **state)
{
	struct charger charger = charging_charger();

	(void)state;
	charger.facts.ac = true;
	charger.after.supply = false;
	HOLDS(charger);
	charger.values.pilot = CCS_PILOT_UNKNOWN;
	BREAKS(charger, C1);
}

static void check_set(int32_t mv, int32_t ma, enum ccs_invariant expected)
{
	struct charger charger = charging_charger();

	charger.after.set = (struct ccs_setpoint) { mv, ma };
	assert_int_equal(check_charger(&charger), expected);
	charger.after.supply = false;
	assert_int_equal(check_charger(&charger), CCS_INVARIANT_NONE);
}

static void test_c2(void **state)
{
	struct charger charger = charging_charger();

	(void)state;
	check_set(400000, 125000, CCS_INVARIANT_NONE);
	check_set(400000, 125001, CCS_INVARIANT_C2);
	check_set(410001, 1000, CCS_INVARIANT_C2);
	check_set(-1, 1000, CCS_INVARIANT_C2);
	check_set(400000, -1, CCS_INVARIANT_C2);
	charger.facts.ev.max_ma = CCS_NO_LIMIT;
	charger.after.set.ma = 125001; /* 50 kW */
	BREAKS(charger, C2);
	charger.values.limits.max_mv = 399999;
	charger.after.set.ma = 0;
	BREAKS(charger, C2);
}

static void test_c2_precharge(void **state)
{
	struct charger charger = charging_charger();

	(void)state;
	charger.facts.delivering = false;
	charger.values.present_ma.value = 1500;
	charger.after.set.ma = 2000;
	HOLDS(charger);
	charger.after.set.ma = 2001;
	BREAKS(charger, C2);
}

static void test_c3(void **state)
{
	struct charger charger = charging_charger();

	(void)state;
	charger.values.emergency = true;
	BREAKS(charger, C3);
	charger.after.set = (struct ccs_setpoint) { 0, 0 };
	HOLDS(charger);
	charger = charging_charger();
	charger.facts.lost = true;
	BREAKS(charger, C3);
	charger.after.supply = false;
	HOLDS(charger);
	charger = charging_charger();
	charger.after.contactor = false; /* not on the cable, but set */
	charger.values.pilot = CCS_PILOT_A;
	BREAKS(charger, C3);
}

static void test_c3_mains(void **state)
{
	struct charger charger = charging_charger();

	(void)state;
	charger.facts.ac = true;
	charger.values.emergency = true;
	BREAKS(charger, C3);
	charger.after.contactor = false;
	charger.after.supply = false;
	HOLDS(charger);
}

static void test_c4(void **state)
{
	struct charger charger = charging_charger();

	(void)state;
	charger.facts.delivering = false;
	charger.after.set.ma = 0;
	charger.values.present_ma.value = 3000;
	HOLDS(charger);
	charger.values.present_ma.value = 3001;
	BREAKS(charger, C4);
	charger.facts.delivered = NOW - CCS_SECONDS(3) + 1;
	HOLDS(charger);
	charger.facts.delivered = NOW - CCS_SECONDS(3);
	BREAKS(charger, C4);
	charger.facts.delivered = NOW;
	charger.facts.stopped = true;
	charger.after.set.ma = 500;
	BREAKS(charger, C4);
}

static void test_c4_mains(void **state)
{
	struct charger charger = charging_charger();

	(void)state;
	charger.facts.ac = true;
	charger.facts.delivering = false;
	charger.after.supply = false;
	BREAKS(charger, C4);
	charger.facts.basic = true;
	HOLDS(charger);
}

/* Opens its contactor in this step, without current. */
static struct charger opening_charger(void)
{
	struct charger charger = charging_charger();

	charger.before = charger.after;
	charger.after.contactor = false;
	charger.after.supply = false;
	charger.facts.delivering = false;
	charger.values.present_ma = ccs_measured(100, NOW);
	return charger;
}

static void test_c5_opening(void **state)
{
	struct charger charger = opening_charger();

	(void)state;
	HOLDS(charger);
	charger.facts.delivered = NOW;
	charger.values.present_ma.value = 5000;
	BREAKS(charger, C5);
	charger.values.present_ma.known = false;
	BREAKS(charger, C5);
	charger.facts.stop_demanded = NOW - CCS_SECONDS(2);
	HOLDS(charger);
	charger.facts.stop_demanded = CCS_NEVER;
	charger.facts.ac = true;
	HOLDS(charger);
	charger = opening_charger();
	charger.after.supply = true;
	charger.facts.delivering = true;
	BREAKS(charger, C5);
	charger = charging_charger();
	charger.before.contactor = false;
	BREAKS(charger, C5);
	charger.after.set.ma = 2000;
	HOLDS(charger);
}

static void test_c5_unlocking(void **state)
{
	struct charger charger = opening_charger();

	(void)state;
	charger.after.lock = false;
	charger.values.present_mv.value = 59999;
	HOLDS(charger);
	charger.values.present_mv.value = 60000;
	BREAKS(charger, C5);
	charger.values.present_mv.known = false;
	BREAKS(charger, C5);
	charger.facts.stop_demanded = NOW - CCS_SECONDS(3);
	HOLDS(charger);
	charger = charging_charger();
	charger.before = charger.after;
	charger.after.lock = false;
	charger.values.present_mv.value = 10000;
	BREAKS(charger, C5);
}

static void test_b1_charger(void **state)
{
	struct charger charger = charging_charger();

	(void)state;
	charger.facts.stop_demanded = NOW - CCS_SECONDS(100);
	BREAKS(charger, B1);
	charger = (struct charger) { .facts = { .stop_demanded = CCS_NEVER, .ended = true } };
	HOLDS(charger);
	charger.after.supply = true;
	BREAKS(charger, B1);
	charger.after.supply = false;
	charger.after.lock = true;
	charger.values.has_lock = true;
	charger.values.present_mv = ccs_measured(400000, NOW);
	HOLDS(charger);
	charger.values.present_mv.value = 10000;
	BREAKS(charger, B1);
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(ccs_invariant_name(CCS_INVARIANT_NONE), "-");
	assert_string_equal(ccs_invariant_name(CCS_INVARIANT_E1), "E1");
	assert_string_equal(ccs_invariant_name(CCS_INVARIANT_B1), "B1");
	assert_string_equal(ccs_invariant_text(CCS_INVARIANT_NONE), "");
}

static void test_old_measurements_are_unknown(void **state)
{
	struct ccs_measured m = ccs_measured(7, CCS_SECONDS(1));
	struct ccs_measured none = { 0 };
	int32_t value = 0;

	(void)state;
	assert_true(ccs_measured_get(&m, CCS_SECONDS(2), CCS_SECONDS(1), &value));
	assert_int_equal(value, 7);
	assert_false(ccs_measured_get(&m, CCS_SECONDS(2) + 1, CCS_SECONDS(1), &value));
	assert_false(ccs_measured_get(&none, 0, CCS_SECONDS(1), &value));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_commanded_holds),
		cmocka_unit_test(test_e1_order),
		cmocka_unit_test(test_e1_voltages),
		cmocka_unit_test(test_e1_r43_reported_voltage),
		cmocka_unit_test(test_e2),
		cmocka_unit_test(test_e3),
		cmocka_unit_test(test_e3_unknown_voltage),
		cmocka_unit_test(test_e4),
		cmocka_unit_test(test_e4_r25_start),
		cmocka_unit_test(test_b1_car),
		cmocka_unit_test(test_c1),
		cmocka_unit_test(test_c1_mains),
		cmocka_unit_test(test_c2),
		cmocka_unit_test(test_c2_precharge),
		cmocka_unit_test(test_c3),
		cmocka_unit_test(test_c3_mains),
		cmocka_unit_test(test_c4),
		cmocka_unit_test(test_c4_mains),
		cmocka_unit_test(test_c5_opening),
		cmocka_unit_test(test_c5_unlocking),
		cmocka_unit_test(test_b1_charger),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_old_measurements_are_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
