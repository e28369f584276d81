/* SPDX-License-Identifier: Apache-2.0 */
/* What configured hardware lacks. */
#include "hw_bench.h"
#include "linux/hw/needs.h"

/* NULL: nothing is missing. */
static void expect(unsigned int side, const char *text, const char *const *options)
{
	static struct bench bench;
	const struct ccs_config *config;
	struct ccs_problem problem = { "" };
	int result;

	bench_begin(&bench);
	config = bench_configure(&bench, options);
	result = side == CCS_HW_EV ? ccs_hw_check_ev(config, &problem)
				   : ccs_hw_check_evse(&config->evse[0], &problem);
	bench_end(&bench);
	assert_string_equal(problem.text, text ? text : "");
	assert_int_equal(result, text ? -1 : 0);
}

#define CAR(text, ...)	   expect(CCS_HW_EV, text, (const char *const[]) { __VA_ARGS__, NULL })
#define CHARGER(text, ...) expect(CCS_HW_EVSE, text, (const char *const[]) { __VA_ARGS__, NULL })

#define CAR_LIMITS     "ev.max_voltage=400V", "ev.max_current=100A"
#define CHARGER_LIMITS "evse.max_voltage=500V", "evse.max_current=125A"

static void test_all_that_is_missing_is_named_at_once(void **state)
{
	(void)state;
	CAR("[ev] lacks max_voltage or max_voltage_from, max_current or max_current_from, "
	    "inlet_voltage, battery_voltage, lock_feedback, contactor_feedback: see `ccs hw list`",
	    "ev.preset=custom");
	CHARGER("[evse] lacks cp_state, max_voltage or max_voltage_from, max_current or "
		"max_current_from, set_voltage with set_current (or supply), present_voltage, "
		"isolation (or without_monitor = yes): see `ccs hw list --evse`",
		"evse.preset=custom");
	CHARGER("[evse left] lacks present_voltage: see `ccs hw list --evse`", CHARGER_LIMITS,
		"evse left.interface=eth1", "evse.preset=custom", "evse.cp_state=assumed",
		"evse.without_monitor=yes", "evse.supply=exec");
}

static void test_what_each_kind_needs(void **state)
{
	(void)state;
	CAR(NULL, "ev.preset=sim");
	CAR(NULL, "ev.preset=exec");
	CAR(NULL, "ev.preset=dieter", CAR_LIMITS, "ev.battery_voltage=exec");
	CAR(NULL, "ev.preset=dieter", CAR_LIMITS, "ev.battery_voltage=exec",
	    "ev.inlet_voltage=none", "quirks.reported-voltage=yes");
	CAR("[ev] lacks inlet_voltage: see `ccs hw list`", "ev.preset=dieter", CAR_LIMITS,
	    "ev.battery_voltage=exec", "ev.inlet_voltage=none");
	CAR(NULL, "ev.preset=custom", CAR_LIMITS, "ev.transfer=ac-three-phase");

	CHARGER(NULL, "evse.preset=sim");
	CHARGER(NULL, "evse.preset=exec");
	CHARGER(NULL, "evse.preset=didebo", "evse.without_monitor=yes");
	CHARGER(NULL, "evse.preset=mqtt", CHARGER_LIMITS, "evse.without_monitor=yes");
	CHARGER("[evse] lacks contactor: see `ccs hw list --evse`", "evse.preset=custom",
		"evse.cp_state=exec", "evse.ac_phases=3");
	CHARGER(NULL, "evse.preset=custom", "evse.cp_state=exec", "evse.ac_phases=3",
		"evse.contactor=exec");
	CHARGER(NULL, "evse.preset=custom", "evse.cp_state=exec", "evse.ac_phases=3",
		"evse.probe=yes");
}

static void test_bindings_that_cannot_be(void **state)
{
	(void)state;
	CAR("[ev] preset = focccicape: that is the board of a charger, for [evse]",
	    "ev.preset=focccicape");
	CHARGER("[evse] preset = dieter: that is the board of a car, for [ev]",
		"evse.preset=dieter");
	CAR("[ev] soc = assumed: this driver measures no soc; see `ccs hw list`", "ev.preset=exec",
	    "ev.soc=assumed");
	CHARGER("[evse] lock = pwm: this driver carries out no lock; see `ccs hw list`",
		"evse.preset=exec", "evse.lock=pwm");
}

static void test_limits_that_nobody_gives(void **state)
{
	struct ccs_limits limits = CCS_LIMITS_OPEN;

	(void)state;
	ccs_hw_complete_limits(&limits);
	assert_int_equal(limits.max_mv, 0);
	assert_int_equal(limits.max_ma, 0);
	assert_int_equal(limits.max_w, 0);

	limits = (struct ccs_limits) { .max_mv = 500000, .max_ma = 125000, .max_w = CCS_NO_LIMIT };
	ccs_hw_complete_limits(&limits);
	assert_int_equal(limits.max_w, 62500);
	limits.max_w = 50000;
	ccs_hw_complete_limits(&limits);
	assert_int_equal(limits.max_w, 50000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_that_is_missing_is_named_at_once),
		cmocka_unit_test(test_what_each_kind_needs),
		cmocka_unit_test(test_bindings_that_cannot_be),
		cmocka_unit_test(test_limits_that_nobody_gives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
