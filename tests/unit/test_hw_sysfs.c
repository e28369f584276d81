/* SPDX-License-Identifier: Apache-2.0 */
/* PWM, ADC and GPIO below a root of our own. */
#define _GNU_SOURCE
#include "hw_bench.h"
#include "linux/hw/didebo.h"
#include "linux/hw/gpio_line.h"
#include "linux/hw/sysfs.h"
#include "linux/hw/words.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct bench bench;
static char root[64];

static int set_up(void **state)
{
	(void)state;
	bench_begin(&bench);
	strcpy(root, P_tmpdir "/ccs-hw-XXXXXX");
	assert_non_null(mkdtemp(root));
	return 0;
}

static int tear_down(void **state)
{
	char command[96];

	(void)state;
	bench_end(&bench);
	snprintf(command, sizeof(command), "rm -r %s", root);
	return system(command);
}

static void put(const char *path, const char *text)
{
	char command[512], full[256];
	FILE *file;

	snprintf(command, sizeof(command), "mkdir -p $(dirname %s/%s)", root, path);
	assert_int_equal(system(command), 0);
	snprintf(full, sizeof(full), "%s/%s", root, path);
	file = fopen(full, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void expect(const char *path, const char *text)
{
	char full[256], read[64] = "";
	FILE *file;

	snprintf(full, sizeof(full), "%s/%s", root, path);
	file = fopen(full, "r");
	assert_non_null(file);
	assert_non_null(fgets(read, sizeof(read), file));
	fclose(file);
	assert_string_equal(read, text);
}

static struct ccs_hw_config *use_root(struct ccs_hw_config *config)
{
	snprintf(config->root, sizeof(config->root), "%s", root);
	return config;
}

#define PWM "sys/class/pwm/pwmchip0/"

static void test_pwm(void **state)
{
	static const struct {
		int32_t duty, fault;
		const char *nanoseconds;
	} rows[] = {
		{ 50, CCS_PILOT_UNKNOWN, "48000" },
		{ 1000, CCS_PILOT_UNKNOWN, "1000000" },
		{ 50, CCS_PILOT_F, "0" },
		{ 50, CCS_PILOT_E, "0" },
		{ 160, CCS_PILOT_UNKNOWN, "158000" },
		{ 1, CCS_PILOT_UNKNOWN, "0" },
		{ 0, CCS_PILOT_UNKNOWN, "0" },
	};

	(void)state;
	BENCH_CONFIGURE(&bench, "evse.preset=custom", "evse.cp_duty=pwm", "evse.cp_fault=pwm",
			"evse.pwm_delay=2000");
	use_root(&bench.reader.config.evse[0].hardware);
	put(PWM "export", "");
	bench_open(&bench, CCS_HW_EVSE);
	ccs_hw_step(&bench.board, bench.board.opened);
	assert_false(bench.board.seats[0].up);
	expect(PWM "export", "0");
	put(PWM "pwm0/period", "");
	/* Not enabled before its pulse is right. */
	put(PWM "pwm0/enable", "0");
	ccs_hw_step(&bench.board, bench.board.opened + CCS_MS(500));
	assert_false(bench.board.seats[0].up);
	expect(PWM "pwm0/enable", "0");
	put(PWM "pwm0/duty_cycle", "");
	put(PWM "pwm0/enable", "");
	ccs_hw_step(&bench.board, bench.board.opened + CCS_SECONDS(1));
	assert_true(bench.board.seats[0].up);
	expect(PWM "pwm0/period", "1000000");
	expect(PWM "pwm0/enable", "1");
	expect(PWM "pwm0/duty_cycle", "1000000");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ccs_hw_set(&bench.board, CCS_HW_COMMAND_CP_DUTY, rows[i].duty);
		ccs_hw_set(&bench.board, CCS_HW_COMMAND_CP_FAULT, rows[i].fault);
		ccs_hw_step(&bench.board, bench.board.opened + CCS_SECONDS(1));
		expect(PWM "pwm0/duty_cycle", rows[i].nanoseconds);
	}
	/* At the end no charger is offered. */
	ccs_hw_set(&bench.board, CCS_HW_COMMAND_CP_DUTY, 50);
	ccs_hw_close(&bench.board);
	expect(PWM "pwm0/duty_cycle", "1000000");
}

#define IIO "sys/bus/iio/devices/iio:device0/"

static void test_adc(void **state)
{
	struct ccs_hw_board *b = &bench.board;
	ccs_time t;
	int32_t value;

	(void)state;
	BENCH_CONFIGURE(&bench, "ev.preset=custom", "ev.inlet_voltage=adc",
			"ev.inlet_temperature=adc",
			"ev.adc_channels=inlet_voltage=0:1,0.16967,-196.86,4094 "
			"inlet_temperature=0:2,-0.05,125.5");
	use_root(&bench.reader.config.ev.hardware);
	put(IIO "in_voltage1_raw", "3500\n");
	put(IIO "in_voltage2_raw", "2000\n");
	bench_open(&bench, CCS_HW_EV);
	t = b->opened;
	ccs_hw_step(b, t);
	assert_true(ccs_hw_get(b, CCS_HW_VALUE_INLET_VOLTAGE, t, &value));
	assert_int_equal(value, 593845 - 196860);
	assert_true(ccs_hw_get(b, CCS_HW_VALUE_INLET_TEMPERATURE, t, &value));
	assert_int_equal(value, 255);

	/* The end of the scale is no voltage. */
	put(IIO "in_voltage1_raw", "4095\n");
	ccs_hw_step(b, t + CCS_MS(1001));
	assert_false(ccs_hw_get(b, CCS_HW_VALUE_INLET_VOLTAGE, t + CCS_MS(1001), &value));
	assert_true(b->seats[0].up);

	put(IIO "in_voltage1_raw", "nothing\n");
	ccs_hw_step(b, t + CCS_MS(1200));
	assert_false(b->seats[0].up);
	assert_string_equal(b->seats[0].why, "a channel cannot be read: Invalid argument");
	put(IIO "in_voltage1_raw", "0\n");
	ccs_hw_step(b, t + CCS_MS(1300));
	assert_false(ccs_hw_get(b, CCS_HW_VALUE_INLET_VOLTAGE, t + CCS_MS(1300), &value));
	assert_non_null(strstr(bench.notes, "adc: inlet_voltage -196.860 is absurd"));
}

static void refuse(unsigned int side, const char *const *options, const char *what)
{
	struct ccs_config *config = &bench.reader.config;
	struct ccs_problem problem = { "" };

	bench_configure(&bench, options);
	assert_int_equal(ccs_hw_open(&bench.board, &bench.loop, side,
				     use_root(side == CCS_HW_EV ? &config->ev.hardware
								: &config->evse[0].hardware),
				     NULL, &problem),
			 -1);
	if (!strstr(problem.text, what))
		fail_msg("%s", problem.text);
}

#define REFUSE(what, ...) \
	refuse(CCS_HW_EV, (const char *const[]) { "ev.preset=custom", __VA_ARGS__, NULL }, what)

static void test_channels_that_are_none(void **state)
{
	(void)state;
	REFUSE("'' is not value=channel", "ev.inlet_voltage=adc");
	REFUSE("'0:1' is not value=channel", "ev.inlet_voltage=adc", "ev.adc_channels=0:1");
	REFUSE("soc cannot be measured so", "ev.inlet_voltage=adc", "ev.adc_channels=soc=0:1,1");
	REFUSE("'0:1' is not device", "ev.inlet_voltage=adc", "ev.adc_channels=inlet_voltage=0:1");
	REFUSE("'0:1,--1' is not", "ev.inlet_voltage=adc", "ev.adc_channels=inlet_voltage=0:1,--1");
}

static void test_lines_that_are_none(void **state)
{
	(void)state;
	REFUSE("'' is not name=line", "ev.contactor=gpio");
	REFUSE("soc is no switch", "ev.contactor=gpio", "ev.gpio_lines=soc=P9_14");
	/* And why, which depends on the library: tests/hw/test_gpio.c. */
	REFUSE("gpio_lines: contactor=!P9_14: ", "ev.contactor=gpio",
	       "ev.gpio_lines=contactor=!P9_14");
	refuse(CCS_HW_EVSE, (const char *const[]) { "evse.preset=didebo", NULL },
	       "didebo: pin P8_7: ");
}

static void test_pins_of_a_beaglebone(void **state)
{
	static const struct {
		const char *name;
		unsigned int gpio; /* as the BeagleBone's documents number them */
	} pins[] = {
		{ "P8_7", 66 },	 { "P8_9", 69 },   { "P8_11", 45 },  { "P8_15", 47 },
		{ "P8_17", 27 }, { "P8_18", 65 },  { "P9_14", 50 },  { "P9_16", 51 },
		{ "P9_17", 5 },	 { "P9_28", 113 }, { "P9_30", 112 }, { "P9_41", 20 },
		{ "P9_42", 7 },
	};
	unsigned int chip, offset;

	(void)state;
	for (size_t i = 0; i < sizeof(pins) / sizeof(pins[0]); i++) {
		assert_true(ccs_gpio_find_pin(pins[i].name, &chip, &offset));
		assert_int_equal(32 * chip + offset, pins[i].gpio);
	}
	assert_false(ccs_gpio_find_pin("P9_1", &chip, &offset));
}

/* Never more than was wanted, and the gap of the hardware. */
static void test_stages_of_didebo(void **state)
{
	static const struct {
		int32_t wanted, made;
	} rows[] = {
		{ -1, 0 },	    { 0, 0 },		{ 11999, 0 },	    { 12000, 12000 },
		{ 24000, 12000 },   { 25000, 25000 },	{ 187000, 187000 }, { 224999, 187000 },
		{ 225000, 225000 }, { 360000, 350000 }, { 412000, 412000 }, { 1500000, 412000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(ccs_didebo_voltage(ccs_didebo_stages(rows[i].wanted)),
				 rows[i].made);
	assert_int_equal(ccs_didebo_measured(0), -196860);
	assert_int_equal(ccs_didebo_measured(4095), 497940);
}

static void test_pairs(void **state)
{
	const char *list = "  a=1  bc=!d:2 ";
	struct ccs_hw_pair pair;

	(void)state;
	assert_true(ccs_hw_next_pair(&list, &pair));
	assert_string_equal(pair.name, "a");
	assert_string_equal(pair.value, "1");
	assert_true(ccs_hw_next_pair(&list, &pair));
	assert_string_equal(pair.name, "bc");
	assert_string_equal(pair.value, "!d:2");
	assert_false(ccs_hw_next_pair(&list, &pair));
	assert_string_equal(list, "");
	list = "=1";
	assert_false(ccs_hw_next_pair(&list, &pair));
	assert_string_equal(list, "=1");
	list = "a= b=1";
	assert_false(ccs_hw_next_pair(&list, &pair));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_pwm),
		TEST(test_adc),
		TEST(test_channels_that_are_none),
		TEST(test_lines_that_are_none),
		TEST(test_pins_of_a_beaglebone),
		TEST(test_pairs),
		TEST(test_stages_of_didebo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
