/* SPDX-License-Identifier: Apache-2.0 */
/* The drivers "gpio" and "didebo" at lines that are variables: what counts as a level, the
 * watchdog; the stages and the load. */
#include "hw_bench.h"
#include "linux/hw/gpio_line.h"

#include <errno.h>
#include <stdlib.h>

#define LINES 8

/* In place of linux/hw/gpio_line.c. */
static struct ccs_gpio_line {
	char name[32];
	bool output;
	bool active;
	bool broken;
} lines[LINES];

static struct ccs_gpio_line *find(const char *name)
{
	for (int i = 0; i < LINES; i++)
		if (strcmp(lines[i].name, name) == 0)
			return &lines[i];
	fail_msg("nobody asked for %s", name);
	abort();
}

struct ccs_gpio_line *ccs_gpio_open(const char *root, const char *name, bool output,
				    struct ccs_problem *problem)
{
	struct ccs_gpio_line *line = find("");

	(void)root;
	(void)problem;
	snprintf(line->name, sizeof(line->name), "%s", name);
	line->output = output;
	return line;
}

int ccs_gpio_set(struct ccs_gpio_line *line, bool active)
{
	assert_true(line->output);
	line->active = active;
	errno = ENODEV;
	return line->broken ? -1 : 0;
}

int ccs_gpio_get(struct ccs_gpio_line *line, bool *active)
{
	assert_false(line->output);
	*active = line->active;
	errno = ENODEV;
	return line->broken ? -1 : 0;
}

void ccs_gpio_close(struct ccs_gpio_line *line)
{
	(void)line;
}

static struct bench bench;
static ccs_time now;

static int set_up(void **state)
{
	(void)state;
	memset(lines, 0, sizeof(lines));
	bench_begin(&bench);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bench_end(&bench);
	return 0;
}

/* A charger with a button, an emergency button, a feedback and a watchdog. */
static void open_charger(void)
{
	BENCH_CONFIGURE(&bench, "evse.preset=custom", "evse.stop=gpio", "evse.emergency=gpio",
			"evse.contactor_feedback=gpio", "evse.contactor=gpio",
			"evse.gpio_lines=stop=S emergency=E contactor_feedback=F contactor=C "
			"alive=A high=H");
	bench_open(&bench, CCS_HW_EVSE);
	now = bench.board.opened;
}

static void put(const char *name, bool active)
{
	find(name)->active = active;
}

/* To `until`, with a step whenever the board wants one, and others in between. */
static void run(ccs_time until)
{
	for (; now < until; now += CCS_MS(1)) {
		ccs_hw_step(&bench.board, now);
		assert_true(ccs_hw_deadline(&bench.board) > now);
		assert_true(ccs_hw_deadline(&bench.board) <= now + CCS_MS(25));
	}
	ccs_hw_step(&bench.board, now);
}

static void run_ms(int ms)
{
	run(now + CCS_MS(ms));
}

static int32_t get(enum ccs_hw_value value)
{
	int32_t reading;

	return ccs_hw_get(&bench.board, value, now, &reading) ? reading : -1;
}

/* Wherever between two samples it begins. */
static void test_a_bouncing_line(void **state)
{
	(void)state;
	open_charger();
	run_ms(0);
	assert_int_equal(get(CCS_HW_VALUE_STOP), 0);
	for (int begin = 0; begin < 25; begin++) {
		run_ms(101);
		put("S", true);
		put("F", true);
		run_ms(70);
		put("S", false);
		put("F", false);
		run_ms(25);
		put("S", true);
		run_ms(70);
		assert_int_equal(get(CCS_HW_VALUE_STOP), 0);
		assert_int_equal(get(CCS_HW_VALUE_CONTACTOR_FEEDBACK), 0);
		put("S", false);
	}
	put("S", true);
	put("F", true);
	run_ms(100);
	assert_int_equal(get(CCS_HW_VALUE_STOP), 1);
	assert_int_equal(get(CCS_HW_VALUE_CONTACTOR_FEEDBACK), 1);
	/* It is repeated, not old. */
	run_ms(3000);
	assert_int_equal(get(CCS_HW_VALUE_STOP), 1);
	put("S", false);
	run_ms(70);
	assert_int_equal(get(CCS_HW_VALUE_STOP), 1);
	run_ms(30);
	assert_int_equal(get(CCS_HW_VALUE_STOP), 0);
}

static void test_emergency_waits_for_nothing(void **state)
{
	(void)state;
	open_charger();
	run_ms(0);
	assert_int_equal(get(CCS_HW_VALUE_EMERGENCY), 0);
	run_ms(10);
	put("E", true);
	run_ms(0);
	assert_int_equal(get(CCS_HW_VALUE_EMERGENCY), 1);
}

static void test_a_line_that_does_not_work(void **state)
{
	(void)state;
	open_charger();
	run_ms(100);
	find("S")->broken = true;
	run_ms(0);
	assert_false(bench.board.seats[0].up);
	assert_int_equal(get(CCS_HW_VALUE_STOP), -1);
	find("S")->broken = false;
	put("S", true);
	run_ms(25);
	assert_true(bench.board.seats[0].up);
	assert_int_equal(get(CCS_HW_VALUE_STOP), 1);
}

/* A watchdog hears of us all the time, at an even pace. */
static void test_alive(void **state)
{
	int changes = 0;

	(void)state;
	open_charger();
	run_ms(0);
	for (int i = 0; i < 1000; i++) {
		bool was = find("A")->active;

		run_ms(1);
		changes += find("A")->active != was;
	}
	assert_int_equal(changes, 20);
	assert_true(find("H")->active);
}

static void test_outputs(void **state)
{
	(void)state;
	open_charger();
	run_ms(0);
	assert_false(find("C")->active);
	ccs_hw_set(&bench.board, CCS_HW_COMMAND_CONTACTOR, 1);
	run_ms(0);
	assert_true(find("C")->active);
	ccs_hw_close(&bench.board);
	assert_false(find("C")->active);
}

static void expect_stages(unsigned int stages, bool load)
{
	static const char *const pins[] = { "P8_7", "P8_9", "P8_11", "P8_15", "P8_17" };

	ccs_hw_step(&bench.board, bench.board.opened);
	for (unsigned int i = 0; i < 5; i++)
		assert_int_equal(find(pins[i])->active, stages >> i & 1);
	assert_int_equal(find("P8_18")->active, load);
}

static void set(int32_t supply, int32_t mv, int32_t ma)
{
	ccs_hw_set(&bench.board, CCS_HW_COMMAND_SUPPLY, supply);
	ccs_hw_set(&bench.board, CCS_HW_COMMAND_SET_VOLTAGE, mv);
	ccs_hw_set(&bench.board, CCS_HW_COMMAND_SET_CURRENT, ma);
}

/* The battery feeds the load, with the stages 5 V below it, however little the car wants. */
static void test_didebo(void **state)
{
	(void)state;
	BENCH_CONFIGURE(&bench, "evse.preset=custom", "evse.supply=didebo",
			"evse.set_voltage=didebo", "evse.set_current=didebo");
	bench_open(&bench, CCS_HW_EVSE);
	set(1, 351000, 2000);
	expect_stages(0x0b, false); /* 225 + 100 + 25 V */
	bench.board.news.charging = true;
	set(1, 400000, 1000);
	expect_stages(0x13, true); /* 225 + 100 + 12, of 346 V */
	set(0, 0, 0);
	expect_stages(0, false);
	bench.board.news.charging = false;
	set(1, 351000, 2000);
	expect_stages(0x0b, false);
	set(1, 400000, 20000); /* and without anybody who says so */
	expect_stages(0x13, true);
	set(0, 400000, 20000);
	expect_stages(0, false);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_a_bouncing_line),
		TEST(test_emergency_waits_for_nothing),
		TEST(test_a_line_that_does_not_work),
		TEST(test_alive),
		TEST(test_outputs),
		TEST(test_didebo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
