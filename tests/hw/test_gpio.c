/* SPDX-License-Identifier: Apache-2.0 */
/* GPIO lines through libgpiod, to which files are chips (gpio_files.c). */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "linux/hw/gpio_chip.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static void put(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int level(const char *name)
{
	char path[128];
	FILE *file;
	int read;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "r");
	assert_non_null(file);
	read = fgetc(file);
	fclose(file);
	return read;
}

/* Two chips with names, and one between them that is away. */
static int set_up(void **state)
{
	(void)state;
	strcpy(folder, P_tmpdir "/ccs-gpio-XXXXXX");
	assert_non_null(mkdtemp(folder));
	setenv("CCS_TEST_GPIO", folder, 1);
	put("chip0", "\nP9_1\nRELAY-1\nbuttons\n");
	put("chip2", "P9_14 [EHRPWM1A]\nbutton\nRELAY-1\n");
	return 0;
}

static int tear_down(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

static struct ccs_gpio_line *take(const char *name, bool output)
{
	struct ccs_problem problem;
	struct ccs_gpio_line *line = ccs_gpio_open("", name, output, &problem);

	if (!line)
		fail_msg("%s", problem.text);
	return line;
}

/* The file of the line that `name` is: it can be driven there. */
static void expect_line(const char *name, const char *file)
{
	bool inverted = *name == '!';
	struct ccs_gpio_line *line;

	put(file, inverted ? "0" : "1");
	line = take(name, true);
	assert_int_equal(level(file), inverted ? '1' : '0'); /* inactive at once */
	assert_int_equal(ccs_gpio_set(line, true), 0);
	assert_int_equal(level(file), inverted ? '0' : '1');
	assert_int_equal(ccs_gpio_set(line, false), 0);
	assert_int_equal(level(file), inverted ? '1' : '0');
	ccs_gpio_close(line);
}

static void test_names(void **state)
{
	(void)state;
	expect_line("gpiochip0:0", "0-0");
	expect_line("gpiochip2:31", "2-31");
	expect_line("!gpiochip2:7", "2-7");
	expect_line("button", "2-1");
	expect_line("!button", "2-1");
	expect_line("P9_14", "2-0"); /* not the pin of the table: this device tree names it */
	expect_line("P9_1", "0-1");  /* not P9_14 */
	expect_line("RELAY-1", "0-2");
	expect_line("P9_41", "0-20"); /* no name: a BeagleBone's pin */
}

static void test_inputs(void **state)
{
	static const struct {
		const char *name;
		bool low, high;
	} rows[] = { { "button", false, true }, { "!button", true, false } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ccs_gpio_line *line;
		bool active;

		put("2-1", "0");
		line = take(rows[i].name, false);
		assert_int_equal(ccs_gpio_get(line, &active), 0);
		assert_int_equal(active, rows[i].low);
		put("2-1", "1");
		assert_int_equal(ccs_gpio_get(line, &active), 0);
		assert_int_equal(active, rows[i].high);
		assert_int_equal(ccs_gpio_set(line, true), -1);
		assert_int_equal(errno, EPERM);
		ccs_gpio_close(line);
	}
}

static void refuse(const char *name, const char *why)
{
	struct ccs_problem problem = { "" };

	assert_null(ccs_gpio_open("", name, true, &problem));
	assert_string_equal(problem.text, why);
}

static void test_lines_that_are_none(void **state)
{
	(void)state;
	refuse("nowhere", "nowhere: No such device");
	refuse("", ": No such device");
	refuse("!", "!: No such device");
	refuse("EHRPWM1A", "EHRPWM1A: No such device");
	refuse("gpiochip1:2", "gpiochip1:2: No such file or directory");
	refuse("gpiochip0:32", "gpiochip0:32: Invalid argument");
	refuse("gpiochip0:-1", "gpiochip0:-1: Invalid argument");
	/* 2^32 + 2 is not 2. */
	refuse("gpiochip0:4294967298", "gpiochip0:4294967298: No such device");
	refuse("gpiochip0:2x", "gpiochip0:2x: No such device");
	refuse("P8_11", "P8_11: No such file or directory");
}

/* Below another root, where a file has a chip's name. */
static void test_chip_that_is_none(void **state)
{
	struct ccs_problem problem;
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/dev", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	put("dev/gpiochip1", "");
	assert_null(ccs_gpio_open(folder, "gpiochip1:2", true, &problem));
	assert_string_equal(problem.text, "gpiochip1:2: Inappropriate ioctl for device");
	assert_null(ccs_gpio_open(folder, "button", true, &problem));
	assert_string_equal(problem.text, "button: Inappropriate ioctl for device");
	assert_null(ccs_gpio_open(folder, "P9_41", true, &problem));
	assert_string_equal(problem.text, "P9_41: No such file or directory");
}

/* A chip that does not open may be the one with the line. */
static void test_chip_that_is_not_ours(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/chip1", folder);
	assert_int_equal(symlink("chip1", path), 0); /* also for root it does not open */
	refuse("nowhere", "nowhere: Too many levels of symbolic links");
	expect_line("button", "2-1");
}

static void test_line_in_use(void **state)
{
	struct ccs_gpio_line *line = take("button", false);

	(void)state;
	refuse("gpiochip2:1", "gpiochip2:1: Device or resource busy");
	refuse("!button", "!button: Device or resource busy");
	ccs_gpio_close(line);
	ccs_gpio_close(NULL);
	line = take("gpiochip2:1", true);
	ccs_gpio_close(line);
}

static void test_line_that_goes_away(void **state)
{
	struct ccs_gpio_line *out = take("RELAY-1", true), *in = take("button", false);
	char path[128];
	bool active = true;

	(void)state;
	snprintf(path, sizeof(path), "%s/0-2", folder);
	assert_int_equal(unlink(path), 0);
	snprintf(path, sizeof(path), "%s/2-1", folder);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(ccs_gpio_set(out, true), -1);
	assert_int_equal(errno, ENODEV);
	assert_int_equal(ccs_gpio_get(in, &active), -1);
	assert_int_equal(errno, ENODEV);
	assert_false(active);
	ccs_gpio_close(out);
	ccs_gpio_close(in);
}

/* Nothing stays open, whatever was asked for. */
static void test_descriptors(void **state)
{
	int before = dup(0), after;

	(void)state;
	close(before);
	for (int i = 0; i < 3; i++) {
		struct ccs_problem problem;

		ccs_gpio_close(take("button", true));
		assert_null(ccs_gpio_open("", "nowhere", true, &problem));
		assert_null(ccs_gpio_open("", "gpiochip0:32", false, &problem));
	}
	after = dup(0);
	close(after);
	assert_int_equal(before, after);
}

static void test_names_of_a_chip(void **state)
{
	struct ccs_gpio_chip *chip = ccs_gpio_chip_open("/dev/gpiochip2");
	char name[CCS_GPIO_NAME];

	(void)state;
	assert_non_null(chip);
	assert_int_equal(ccs_gpio_chip_name(chip, 0, name), 0);
	assert_string_equal(name, "P9_14 [EHRPWM1A]");
	assert_int_equal(ccs_gpio_chip_name(chip, 31, name), 0);
	assert_string_equal(name, "");
	assert_int_equal(ccs_gpio_chip_name(chip, 32, name), -1);
	ccs_gpio_chip_close(chip);
	assert_null(ccs_gpio_chip_open("/dev/null"));
	assert_int_not_equal(errno, ENOENT);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_names),
		TEST(test_inputs),
		TEST(test_lines_that_are_none),
		TEST(test_chip_that_is_none),
		TEST(test_chip_that_is_not_ours),
		TEST(test_line_in_use),
		TEST(test_line_that_goes_away),
		TEST(test_descriptors),
		TEST(test_names_of_a_chip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
