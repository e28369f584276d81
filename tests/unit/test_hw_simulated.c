/* SPDX-License-Identifier: Apache-2.0 */
/* The driver "simulated": a supply and a state of charge that are not there, and are said not to
 * be. */
#include "hw_bench.h"

static struct bench bench;
static ccs_time now;

static int set_up(void **state)
{
	(void)state;
	bench_begin(&bench);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bench_end(&bench);
	return 0;
}

#define SUPPLY                                                                                    \
	"evse.preset=custom", "evse.present_voltage=simulated", "evse.present_current=simulated", \
		"evse.supply=simulated", "evse.set_voltage=simulated",                            \
		"evse.set_current=simulated"

static void open_supply(void)
{
	BENCH_CONFIGURE(&bench, SUPPLY);
	bench_open(&bench, CCS_HW_EVSE);
	now = bench.board.opened;
}

static void set(int32_t supply, int32_t mv, int32_t ma)
{
	ccs_hw_set(&bench.board, CCS_HW_COMMAND_SUPPLY, supply);
	ccs_hw_set(&bench.board, CCS_HW_COMMAND_SET_VOLTAGE, mv);
	ccs_hw_set(&bench.board, CCS_HW_COMMAND_SET_CURRENT, ma);
}

static void run_ms(int ms)
{
	for (ccs_time until = now + CCS_MS(ms); now < until; now += CCS_MS(1))
		ccs_hw_step(&bench.board, now);
	assert_int_equal(bench.board.trouble, CCS_HW_FORGET);
}

static int32_t get(enum ccs_hw_value value)
{
	int32_t reading;

	assert_true(ccs_hw_get(&bench.board, value, now, &reading));
	return reading;
}

#define VOLTAGE get(CCS_HW_VALUE_PRESENT_VOLTAGE)
#define CURRENT get(CCS_HW_VALUE_PRESENT_CURRENT)

static void test_supply(void **state)
{
	(void)state;
	open_supply();
	run_ms(100);
	assert_int_equal(VOLTAGE, 0);
	set(1, 400000, 2000);
	run_ms(100);
	assert_in_range(VOLTAGE, 200000, 220000);
	for (int i = 0, before = VOLTAGE; i < 50; i++, before = VOLTAGE) {
		run_ms(100);
		assert_in_range(VOLTAGE, before, 400000);
	}
	assert_int_equal(VOLTAGE, 400000);
	assert_int_equal(CURRENT, 0);

	/* The battery holds it, whatever the car asks for above it; below, it is no supply's. */
	bench.board.news.charging = true;
	set(1, 450000, 1500);
	run_ms(1000);
	assert_int_equal(VOLTAGE, 400000);
	assert_int_equal(CURRENT, 1500);
	bench.board.news.charging = false;
	set(1, 390000, 2000);
	run_ms(2000);
	assert_int_equal(VOLTAGE, 390000);
	assert_int_equal(CURRENT, 0);

	/* A car may close its contactors some volts before it is reached. */
	set(1, 400000, 2000);
	run_ms(25);
	assert_in_range(VOLTAGE, 390000, 399000);
	set(1, 450000, 20000);
	run_ms(2000);
	assert_int_equal(VOLTAGE, 400000);
	assert_int_equal(CURRENT, 20000);

	set(0, 0, 0);
	run_ms(1500);
	assert_in_range(VOLTAGE, 0, 40000);
	run_ms(3000);
	assert_int_equal(VOLTAGE, 0);
}

/* In the time that a car and DIN SPEC 70121 give precharge, at any voltage. */
static void test_precharge_in_time(void **state)
{
	(void)state;
	open_supply();
	for (int32_t mv = 1000; mv <= 1000000; mv += 33000) {
		set(1, mv, 2000);
		run_ms(4000);
		assert_int_equal(VOLTAGE, mv);
		set(0, 0, 0);
		run_ms(5000);
	}
}

static size_t count(const char *text)
{
	size_t found = 0;

	for (const char *at = bench.notes; (at = strstr(at, text)); at += strlen(text))
		found++;
	return found;
}

static void test_it_is_said(void **state)
{
	(void)state;
	open_supply();
	assert_int_equal(count("simulated: NO SUPPLY, the voltage is made up"), 1);
	set(1, 400000, 2000);
	run_ms(2000);
	assert_int_equal(count("simulated: NO SUPPLY, the voltage is made up"), 2);
	set(0, 0, 0);
	run_ms(2000);
	set(1, 400000, 2000);
	run_ms(2000);
	assert_int_equal(count("simulated: NO SUPPLY, the voltage is made up"), 3);
}

static void refuse(const char *option, const char *what)
{
	struct ccs_problem problem = { "" };

	BENCH_CONFIGURE(&bench, SUPPLY, "evse.exec_command=exec cat >/dev/null", option);
	assert_int_equal(ccs_hw_open(&bench.board, &bench.loop, CCS_HW_EVSE,
				     &bench.reader.config.evse[0].hardware, NULL, &problem),
			 -1);
	if (!strstr(problem.text, what))
		fail_msg("%s", problem.text);
}

/* Nothing real is switched by what is not; a real measurement of nothing real is welcome. */
static void test_mixed(void **state)
{
	(void)state;
	refuse("evse.supply=exec", "present_voltage = simulated, but supply = exec is real");
	refuse("evse.set_voltage=homeplug", "set_voltage = homeplug is real");
	refuse("evse.set_current=exec", "set_current = exec is real");
	refuse("evse.contactor=exec", "contactor = exec is real");
	BENCH_CONFIGURE(&bench, SUPPLY, "evse.exec_command=exec cat >/dev/null",
			"evse.contactor=none", "evse.supply=simulated",
			"evse.set_voltage=simulated", "evse.set_current=simulated",
			"evse.present_voltage=exec");
	bench_open(&bench, CCS_HW_EVSE);
	assert_int_equal(count("NO SUPPLY"), 0);
}

static void test_state_of_charge(void **state)
{
	(void)state;
	BENCH_CONFIGURE(&bench, "ev.preset=custom", "ev.soc=simulated");
	bench_open(&bench, CCS_HW_EV);
	now = bench.board.opened;
	run_ms(5000);
	assert_int_equal(get(CCS_HW_VALUE_SOC), 200);
	assert_string_equal(bench.notes, "simulated: the state of charge is made up\n");
	ccs_hw_set(&bench.board, CCS_HW_COMMAND_CONTACTOR, 1);
	run_ms(10500);
	assert_in_range(get(CCS_HW_VALUE_SOC), 245, 255);
	run_ms(200000);
	assert_int_equal(get(CCS_HW_VALUE_SOC), 1000);
	ccs_hw_set(&bench.board, CCS_HW_COMMAND_CONTACTOR, 0);
	run_ms(8000);
	assert_int_equal(get(CCS_HW_VALUE_SOC), 1000);
	run_ms(3000);
	assert_int_equal(get(CCS_HW_VALUE_SOC), 200);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_supply), TEST(test_precharge_in_time), TEST(test_it_is_said),
		TEST(test_mixed),  TEST(test_state_of_charge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
