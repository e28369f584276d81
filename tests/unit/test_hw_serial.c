/* SPDX-License-Identifier: Apache-2.0 */
/* Boards on serial ports, each against a pty that speaks the other end. */
#define _GNU_SOURCE
#include "hw_bench.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define PATIENCE 1000 /* ms */

static struct bench bench;
static int board = -1; /* the device's end */
static char heard[8192];
static const char *awaited; /* by is_heard */

static void open_pty(char *path)
{
	board = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
	assert_true(board >= 0);
	assert_int_equal(grantpt(board), 0);
	assert_int_equal(unlockpt(board), 0);
	assert_int_equal(ptsname_r(board, path, CCS_HW_PATH), 0);
}

static int set_up(void **state)
{
	(void)state;
	bench_begin(&bench);
	heard[0] = '\0';
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	if (board >= 0)
		close(board);
	board = -1;
	bench_end(&bench);
	return 0;
}

static void say(const char *text)
{
	assert_int_equal(write(board, text, strlen(text)), (ssize_t)strlen(text));
}

/* False: there is nothing now. */
static bool hear(void)
{
	size_t length = strlen(heard);
	ssize_t n = read(board, heard + length, sizeof(heard) - 1 - length);

	if (n > 0)
		heard[length + (size_t)n] = '\0';
	return n > 0;
}

/* A pty hands on what was written some time later. */
static void expect_heard(const char *text)
{
	struct pollfd pty = { .fd = board, .events = POLLIN };

	while (strlen(heard) < strlen(text) && poll(&pty, 1, PATIENCE) == 1 && hear())
		;
	assert_string_equal(heard, text);
}

static bool is_heard(struct bench *b)
{
	(void)b;
	hear();
	return strstr(heard, awaited) != NULL;
}

static void await(const char *text)
{
	awaited = text;
	bench_run(&bench, is_heard);
}

static bool is_up(struct bench *b)
{
	return b->board.seats[0].up;
}

static bool is_down(struct bench *b)
{
	return !b->board.seats[0].up;
}

/* dieter */

static void open_dieter(void)
{
	BENCH_CONFIGURE(&bench, "ev.preset=custom", "ev.inlet_voltage=dieter", "ev.cp_state=dieter",
			"ev.contactor=dieter", "ev.lock=dieter");
	open_pty(bench.reader.config.ev.hardware.dieter_port);
	bench_open(&bench, CCS_HW_EV);
}

static void test_dieter_measures(void **state)
{
	(void)state;
	open_dieter();
	await("do0000\n");
	assert_false(is_up(&bench));
	say("Starte...\r\nA0=0570\r\nA1=0003\r\n");
	bench_run(&bench, is_up);
	/* 570 / 1024 * 1.08 V * 6250 / 9.4 */
	assert_int_equal(bench_get(&bench, CCS_HW_VALUE_INLET_VOLTAGE), 399715);
	assert_string_equal(bench.notes, "dieter: it has started anew\ndieter: is there\n");
}

static void test_dieter_obeys(void **state)
{
	static const struct {
		int32_t pilot, contactor, lock;
		const char *line;
	} rows[] = {
		{ CCS_PILOT_C, 0, 0, "do0001\n" },
		{ CCS_PILOT_C, 1, 0, "do0003\n" },
		{ CCS_PILOT_D, 1, 1, "do0007\n" },
		{ CCS_PILOT_B, 0, 1, "do0004\n" },
	};

	(void)state;
	open_dieter();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ccs_hw_set(&bench.board, CCS_HW_COMMAND_CP, rows[i].pilot);
		ccs_hw_set(&bench.board, CCS_HW_COMMAND_CONTACTOR, rows[i].contactor);
		ccs_hw_set(&bench.board, CCS_HW_COMMAND_LOCK, rows[i].lock);
		await(rows[i].line);
	}
	/* At the end everything off. */
	heard[0] = '\0';
	ccs_hw_close(&bench.board);
	expect_heard("do0000\n");
}

static void test_dieter_repeats(void **state)
{
	ccs_time t;

	(void)state;
	open_dieter();
	t = ccs_loop_now();
	for (int i = 0; i < 4; i++)
		ccs_hw_step(&bench.board, t + CCS_MS(250 * i));
	expect_heard("do0000\ndo0000\n");
}

/* A display on the same line hears what is new, at most once a second. */
static void test_dieter_shows(void **state)
{
	ccs_time t;

	(void)state;
	BENCH_CONFIGURE(&bench, "ev.preset=custom", "ev.cp_state=dieter", "ev.news=dieter");
	open_pty(bench.reader.config.ev.hardware.dieter_port);
	bench_open(&bench, CCS_HW_EV);
	bench.board.news.state = "charging";
	t = ccs_loop_now();
	for (int i = 0; i <= 4; i++) {
		ccs_hw_step(&bench.board, t + CCS_MS(500 * i));
		bench.board.news.soc = 425;
	}
	expect_heard("do0000\nlccharging\nlc--- V --- A\nlcSoC --% of 0 A\n"
		     "do0000\ndo0000\nlccharging\nlc--- V --- A\nlcSoC 42% of 0 A\n"
		     "do0000\ndo0000\n");
}

/* Half lines, lines without end, bytes of a wrong speed: nothing of it is a voltage. */
static void test_dieter_noise(void **state)
{
	char endless[600];

	(void)state;
	open_dieter();
	await("do0000\n");
	memset(endless, 'A', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	say("A0=");
	say("\r\nA0=12x4\r\nA0=\r\nA0=1024\r\nA0=99999\r\nA0=-5\r\n\xff\x80\x01\x00\r\nA0=0\x01");
	say("100\r\n");
	say(endless);
	say("\r\nA0=1023\r\n");
	bench_run(&bench, is_up); /* by the last: it lives, but the voltage is beyond the scale */
	assert_false(bench_knows(&bench, CCS_HW_VALUE_INLET_VOLTAGE));
	say("A0=0");
	say("100\r\n");
	await("do0000\n");
	while (!bench_knows(&bench, CCS_HW_VALUE_INLET_VOLTAGE))
		uv_run(&bench.loop, UV_RUN_ONCE);
	assert_int_equal(bench_get(&bench, CCS_HW_VALUE_INLET_VOLTAGE), 70125);
}

static void test_dieter_is_unplugged_and_comes_back(void **state)
{
	char *port;

	(void)state;
	open_dieter();
	port = bench.reader.config.ev.hardware.dieter_port;
	await("do0000\n");
	say("A0=0100\r\n");
	bench_run(&bench, is_up);
	ccs_hw_set(&bench.board, CCS_HW_COMMAND_CP, CCS_PILOT_C);
	close(board);
	bench_run(&bench, is_down);
	ccs_hw_step(&bench.board, ccs_loop_now());
	assert_false(bench_knows(&bench, CCS_HW_VALUE_INLET_VOLTAGE));
	assert_int_not_equal(bench.board.trouble, CCS_HW_FORGET);
	heard[0] = '\0';
	open_pty(port);
	ccs_hw_step(&bench.board, ccs_loop_now() + CCS_SECONDS(2));
	await("do0001\n");
	say("A0=0100\r\n");
	bench_run(&bench, is_up);
}

/* Two drivers at one board would both be misunderstood. */
static void test_a_port_that_another_driver_has(void **state)
{
	char *port = bench.reader.config.ev.hardware.dieter_port;

	(void)state;
	BENCH_CONFIGURE(&bench, "ev.preset=custom", "ev.inlet_voltage=dieter", "ev.news=oled");
	open_pty(port);
	snprintf(bench.reader.config.ev.hardware.display_port, CCS_HW_PATH, "%s", port);
	bench_open(&bench, CCS_HW_EV);
	await("do0000\n");
	assert_non_null(strstr(bench.notes, "oled: /dev/pts/"));
	assert_non_null(strstr(bench.notes, ": Resource temporarily unavailable\n"));
	assert_null(strstr(heard, "lc"));
}

static void test_a_port_that_is_not_there(void **state)
{
	(void)state;
	BENCH_CONFIGURE(&bench, "ev.preset=custom", "ev.inlet_voltage=dieter",
			"ev.dieter_port=/no/such/port");
	bench_open(&bench, CCS_HW_EV);
	ccs_hw_step(&bench.board, ccs_loop_now());
	assert_string_equal(bench.notes, "dieter: /no/such/port: No such file or directory\n");
	ccs_hw_step(&bench.board, ccs_loop_now() + CCS_SECONDS(2));
	assert_string_equal(bench.notes, "dieter: /no/such/port: No such file or directory\n");
}

/* celeron55 */

static void open_celeron55(void)
{
	BENCH_CONFIGURE(&bench, "ev.preset=celeron55", "ev.cp_duty=celeron55");
	open_pty(bench.reader.config.ev.hardware.celeron55_port);
	bench_open(&bench, CCS_HW_EV);
}

static void test_celeron55_measures(void **state)
{
	struct ccs_hw_board *b = &bench.board;

	(void)state;
	open_celeron55();
	await("cp=0\n");
	say("inlet_v=12\ndc_link_v=398\ncp_pwm=5\ncp_output_state=0\n"
	    "ccs_contactor_wanted_closed=0\nmax_charge_a=80\nsoc_percent=55\nplugged_in=1\n"
	    "contactor_confirmed=0\n");
	while (!bench_knows(&bench, CCS_HW_VALUE_CONTACTOR_FEEDBACK))
		ccs_hw_step(b, ccs_loop_now()), uv_run(&bench.loop, UV_RUN_ONCE);
	assert_int_equal(bench_get(&bench, CCS_HW_VALUE_INLET_VOLTAGE), 12000);
	assert_int_equal(bench_get(&bench, CCS_HW_VALUE_BATTERY_VOLTAGE), 398000);
	assert_int_equal(bench_get(&bench, CCS_HW_VALUE_DUTY), 50);
	assert_int_equal(bench_get(&bench, CCS_HW_VALUE_TARGET_CURRENT), 80000);
	assert_int_equal(bench_get(&bench, CCS_HW_VALUE_SOC), 550);
	assert_int_equal(bench_get(&bench, CCS_HW_VALUE_PLUG), 1);
	assert_int_equal(bench_get(&bench, CCS_HW_VALUE_CONTACTOR_FEEDBACK), 0);
	assert_string_equal(bench.notes, "celeron55: is there\n");
}

static void test_celeron55_obeys(void **state)
{
	(void)state;
	open_celeron55();
	bench.board.news.state = "charging";
	bench.board.news.soc = 555;
	bench.board.news.charger_mv = ccs_measured(398000, 0);
	await("SoC 55% of 0 A\n");
	assert_string_equal(heard, "cp=0\ncontactor=0\nunlock\ndisp0=charging\n"
				   "disp1=398 V --- A\ndisp2=SoC 55% of 0 A\n");
	heard[0] = '\0';
	ccs_hw_set(&bench.board, CCS_HW_COMMAND_LOCK, 1);
	ccs_hw_set(&bench.board, CCS_HW_COMMAND_CP, CCS_PILOT_C);
	ccs_hw_set(&bench.board, CCS_HW_COMMAND_CONTACTOR, 1);
	await("lock\n");
	assert_string_equal(heard, "cp=1\ncontactor=1\nlock\n");
	/* Levels again, the motor not. */
	heard[0] = '\0';
	ccs_hw_step(&bench.board, ccs_loop_now() + CCS_SECONDS(1));
	expect_heard("cp=1\ncontactor=1\n");
	heard[0] = '\0';
	ccs_hw_close(&bench.board);
	expect_heard("cp=0\ncontactor=0\nunlock\n");
}

static void test_celeron55_noise(void **state)
{
	(void)state;
	open_celeron55();
	await("cp=0\n");
	say("hello\n=5\ninlet_v\ninlet_v=\ninlet_v=abc\ninlet_v=99999\n"
	    "a_name_that_is_longer_than_all_others=1\nplugged_in=2\nsoc_percent=101\n");
	say("soc_percent=100\n");
	while (!bench_knows(&bench, CCS_HW_VALUE_SOC))
		uv_run(&bench.loop, UV_RUN_ONCE);
	assert_false(bench_knows(&bench, CCS_HW_VALUE_INLET_VOLTAGE));
	assert_false(bench_knows(&bench, CCS_HW_VALUE_PLUG));
	assert_non_null(strstr(bench.notes, "celeron55: says hello\n"));
	assert_non_null(strstr(bench.notes, "celeron55: inlet_voltage 99999.000 is absurd"));
	assert_non_null(strstr(bench.notes, "celeron55: soc 101.0 is absurd"));
}

/* The display, and finding a port. */

static void make(const char *root, const char *path, const char *text)
{
	char full[256];
	FILE *file;

	snprintf(full, sizeof(full), "%s/%s", root, path);
	if (!text) {
		assert_int_equal(mkdir(full, 0700), 0);
		return;
	}
	file = fopen(full, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void plug_in(const char *root, const char *tty, const char *vendor, const char *product)
{
	static const char *const folders[] = { "sys/usb/%s", "sys/usb/%s/1.0", "sys/usb/%s/1.0/tty",
					       "sys/class/tty/%s" };
	char path[128], target[256], link[256];

	for (size_t i = 0; i < 4; i++) {
		char folder[128];

		snprintf(folder, sizeof(folder), folders[i], tty);
		make(root, folder, NULL);
	}
	snprintf(path, sizeof(path), "sys/usb/%s/idVendor", tty);
	make(root, path, vendor);
	snprintf(path, sizeof(path), "sys/usb/%s/idProduct", tty);
	make(root, path, product);
	snprintf(target, sizeof(target), "%s/sys/usb/%s/1.0/tty", root, tty);
	snprintf(link, sizeof(link), "%s/sys/class/tty/%s/device", root, tty);
	assert_int_equal(symlink(target, link), 0);
}

static void test_a_display_found_by_its_adapter(void **state)
{
	char root[] = P_tmpdir "/ccs-hw-XXXXXX", pts[CCS_HW_PATH], link[256], command[64];

	(void)state;
	assert_non_null(mkdtemp(root));
	make(root, "sys", NULL);
	make(root, "sys/usb", NULL);
	make(root, "sys/class", NULL);
	make(root, "sys/class/tty", NULL);
	make(root, "sys/class/tty/ttyS0", NULL);
	make(root, "dev", NULL);
	plug_in(root, "ttyUSB0", "1a86\n", "7523\n");
	plug_in(root, "ttyUSB1", "10c4\n", "ea60\n");
	open_pty(pts);
	snprintf(link, sizeof(link), "%s/dev/ttyUSB1", root);
	assert_int_equal(symlink(pts, link), 0);

	BENCH_CONFIGURE(&bench, "ev.preset=custom", "ev.news=oled");
	snprintf(bench.reader.config.ev.hardware.root, CCS_HW_PATH, "%s", root);
	bench_open(&bench, CCS_HW_EV);
	bench.board.news.state = "a state with a name that is too long";
	await("A\n");
	await("of 0 A\n");
	assert_string_equal(heard, "lca state with a nam\nlc--- V --- A\nlcSoC --% of 0 A\n");
	assert_true(is_up(&bench));
	snprintf(command, sizeof(command), "rm -r %s", root);
	assert_int_equal(system(command), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_dieter_measures),
		TEST(test_dieter_obeys),
		TEST(test_dieter_repeats),
		TEST(test_dieter_shows),
		TEST(test_dieter_noise),
		TEST(test_dieter_is_unplugged_and_comes_back),
		TEST(test_a_port_that_another_driver_has),
		TEST(test_a_port_that_is_not_there),
		TEST(test_celeron55_measures),
		TEST(test_celeron55_obeys),
		TEST(test_celeron55_noise),
		TEST(test_a_display_found_by_its_adapter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
