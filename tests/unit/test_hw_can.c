/* SPDX-License-Identifier: Apache-2.0 */
/* Drivers on CAN: a socket with frames, an slcan adapter on a pty. */
#define _GNU_SOURCE
#include "hw_bench.h"

#include <fcntl.h>
#include <linux/can.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct bench bench;
static int bus = -1;

static int set_up(void **state)
{
	(void)state;
	bench_begin(&bench);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	close(bus);
	bench_end(&bench);
	return 0;
}

#define CHADEMO                                                                             \
	"ev.preset=custom", "ev.battery_voltage=chademo", "ev.target_voltage_from=chademo", \
		"ev.target_current_from=chademo", "ev.soc=chademo"

/* The bus is `bus`; what is not bound to it is not there. */
static void open_on_socket(unsigned int side)
{
	int ends[2];
	char *port = side == CCS_HW_EV ? bench.reader.config.ev.hardware.can
				       : bench.reader.config.evse[0].hardware.can;

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends), 0);
	bus = ends[0];
	snprintf(port, CCS_HW_PATH, "fd:%d", ends[1]);
	bench_open(&bench, side);
	ccs_hw_step(&bench.board, ccs_loop_now());
	close(ends[1]); /* the driver has its own */
}

static void put(uint32_t id, size_t length, const char *bytes)
{
	struct can_frame frame = { .can_id = id, .len = (uint8_t)length };

	memcpy(frame.data, bytes, length);
	assert_int_equal(write(bus, &frame, sizeof(frame)), sizeof(frame));
}

static void expect(uint32_t id, size_t length, const char *bytes)
{
	struct can_frame frame;

	assert_int_equal(read(bus, &frame, sizeof(frame)), sizeof(frame));
	assert_int_equal(frame.can_id, id);
	assert_int_equal(frame.len, length);
	assert_memory_equal(frame.data, bytes, length);
}

static void expect_nothing(void)
{
	struct can_frame frame;

	assert_int_equal(read(bus, &frame, sizeof(frame)), -1);
}

static bool has_battery(struct bench *b)
{
	return bench_knows(b, CCS_HW_VALUE_BATTERY_VOLTAGE);
}

static bool has_soc(struct bench *b)
{
	return bench_knows(b, CCS_HW_VALUE_SOC);
}

static bool is_down(struct bench *b)
{
	return strstr(b->notes, "was closed") != NULL;
}

static void test_chademo_measures(void **state)
{
	(void)state;
	BENCH_CONFIGURE(&bench, CHADEMO);
	open_on_socket(CCS_HW_EV);
	put(0x100, 8, "\x8e\x01\0\0\0\0\xc8\0");
	put(0x102, 8, "\0\xa4\x01\x7d\0\0\x64\0");
	bench_run(&bench, has_soc);
	assert_int_equal(bench_get(&bench, CCS_HW_VALUE_BATTERY_VOLTAGE), 398000);
	assert_int_equal(bench_get(&bench, CCS_HW_VALUE_TARGET_VOLTAGE), 420000);
	assert_int_equal(bench_get(&bench, CCS_HW_VALUE_TARGET_CURRENT), 125000);
	assert_int_equal(bench_get(&bench, CCS_HW_VALUE_SOC), 500);
	expect(0x108, 8, "\0\0\0\0\0\0\0\0");
	expect(0x109, 8, "\x0a\0\0\0\0\0\0\0");
	expect_nothing();
}

/* Eight bits of current: 500 A are 255 A, not 244. */
static void test_chademo_clamps(void **state)
{
	(void)state;
	BENCH_CONFIGURE(&bench, CHADEMO);
	open_on_socket(CCS_HW_EV);
	bench.board.news.charger_max_mv = 920000;
	bench.board.news.charger_max_ma = 500000;
	bench.board.news.charger_mv = ccs_measured(397600, 0);
	bench.board.news.charger_ma = ccs_measured(300000, 0);
	put(0x100, 8, "\x8e\x01\0\0\0\0\xc8\0");
	bench_run(&bench, has_battery);
	expect(0x108, 8, "\0\x98\x03\xff\0\0\0\0");
	expect(0x109, 8, "\x0a\x8d\x01\xff\0\x04\0\0");

	/* Noise around zero is no large number. */
	bench.board.news.charger_mv = ccs_measured(-3000, 0);
	bench.board.news.charger_ma = ccs_measured(-2000, 0);
	put(0x100, 8, "\x8f\x01\0\0\0\0\xc8\0");
	put(0x102, 8, "\0\0\0\0\0\0\0\0");
	bench_run(&bench, has_soc);
	expect(0x108, 8, "\0\x98\x03\xff\0\0\0\0");
	expect(0x109, 8, "\x0a\0\0\0\0\x04\0\0");
}

static void test_chademo_noise(void **state)
{
	(void)state;
	BENCH_CONFIGURE(&bench, CHADEMO);
	open_on_socket(CCS_HW_EV);
	put(0x101, 8, "\x8e\x01\0\0\0\0\xc8\0");
	put(0x100, 7, "\x8e\x01\0\0\0\0\xc8");
	put(0x100 | CAN_EFF_FLAG, 8, "\x8e\x01\0\0\0\0\xc8\0");
	put(0x100 | CAN_RTR_FLAG, 8, "\x8e\x01\0\0\0\0\xc8\0");
	assert_int_equal(write(bus, "half", 4), 4);
	/* More than everything is in the battery; a voltage of the standard's frame: none. */
	put(0x100, 8, "\0\0\0\0\0\0\x64\0");
	put(0x102, 8, "\0\xff\xff\x01\0\0\xff\0");
	close(bus);
	bus = -1;
	bench_run(&bench, is_down);
	assert_non_null(strstr(bench.notes, "chademo: is there\n"
					    "chademo: target_voltage 65535.000 is absurd, and not "
					    "used\n"
					    "chademo: soc 255.0 is absurd, and not used\n"
					    "chademo: fd:"));
}

static bool has_target(struct bench *b)
{
	return bench_knows(b, CCS_HW_VALUE_TARGET_VOLTAGE);
}

/* The lower bits of a longer identifier, a request for a frame, a fault of the bus. */
static void test_other_frames(void **state)
{
	static const uint32_t flags[] = { CAN_EFF_FLAG, CAN_RTR_FLAG, CAN_ERR_FLAG };

	(void)state;
	BENCH_CONFIGURE(&bench, CHADEMO);
	open_on_socket(CCS_HW_EV);
	for (size_t i = 0; i < 3; i++)
		put(0x100 | flags[i], 8, "\x8e\x01\0\0\0\0\xc8\0");
	put(0x102, 8, "\0\xa4\x01\x7d\0\0\x64\0"); /* behind them */
	bench_run(&bench, has_target);
	assert_false(bench_knows(&bench, CCS_HW_VALUE_BATTERY_VOLTAGE));
	expect_nothing();
}

static void test_displays(void **state)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 9 };
	struct ccs_hw_news *news = &bench.board.news;
	ccs_time t;

	(void)state;
	BENCH_CONFIGURE(&bench, "evse.preset=custom", "evse.news=can_display");
	open_on_socket(CCS_HW_EVSE);
	expect(0x678, 8, "\0\0\x22\x33\x44\x55\x66\x77");
	expect(0x679, 8, "\0\0\0\0\0\0\0\0");
	expect(0x67a, 8, "\0\0\0\0\0\0\xff\xff");
	news->soc = 555;
	news->number = 13;
	news->target = (struct ccs_setpoint) { 400000, 125000 };
	news->charger_mv = ccs_measured(398000, 0);
	news->charger_ma = ccs_measured(-1000, 0);
	memcpy(news->car, mac, 6);
	t = ccs_loop_now();
	for (int i = 1; i <= 10; i++)
		ccs_hw_step(&bench.board, t + CCS_MS(100 * i));
	for (int i = 1; i <= 10; i++) {
		expect(0x678, 8, "\x0d\x37\x22\x33\x44\x55\x66\x77");
		expect(0x679, 8, "\x90\x01\x7d\0\x8e\x01\0\0");
	}
	expect(0x67a, 8, "\2\0\0\0\0\x09\xff\xff");
	expect_nothing();
}

static void test_display_of_a_car(void **state)
{
	(void)state;
	BENCH_CONFIGURE(&bench, "ev.preset=custom", "ev.news=can_display");
	bench.board.news.soc = -1;
	open_on_socket(CCS_HW_EV);
	expect(0x567, 5, "\0\0\0\0\0");
	expect(0x568, 4, "\0\0\0\0");
	bench.board.news.charger_mv = ccs_measured(398000, 0);
	bench.board.news.number = 700;
	ccs_hw_step(&bench.board, bench.board.opened + CCS_SECONDS(70000));
	expect(0x567, 5, "\x01\x11\x70\x02\xbc");
	expect(0x568, 4, "\x01\x8e\0\0");
}

/* The adapter. */

static char heard[512];

static bool is_answered(struct bench *b)
{
	size_t length = strlen(heard);
	ssize_t n = read(bus, heard + length, sizeof(heard) - 1 - length);

	(void)b;
	if (n > 0)
		heard[length + (size_t)n] = '\0';
	return strstr(heard, "t109") != NULL;
}

static bool is_opened(struct bench *b)
{
	is_answered(b);
	return strstr(heard, "O\r") != NULL;
}

static void test_slcan(void **state)
{
	static const char text[] = "\r\a\rt1003123\rt1009001122334455667788\rT00000100100\rt10z0\r"
				   "t10080123\rt10088E0100000000C800ABCD\rt102800a4017d00006400\r";

	(void)state;
	BENCH_CONFIGURE(&bench, CHADEMO);
	bus = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
	assert_int_equal(grantpt(bus), 0);
	assert_int_equal(unlockpt(bus), 0);
	assert_int_equal(ptsname_r(bus, bench.reader.config.ev.hardware.can, CCS_HW_PATH), 0);
	bench_open(&bench, CCS_HW_EV);
	bench_run(&bench, is_opened);
	assert_string_equal(heard, "C\rS6\rO\r");
	assert_int_equal(write(bus, text, strlen(text)), (ssize_t)strlen(text));
	bench_run(&bench, has_soc);
	assert_int_equal(bench_get(&bench, CCS_HW_VALUE_BATTERY_VOLTAGE), 398000);
	assert_int_equal(bench_get(&bench, CCS_HW_VALUE_SOC), 500);
	bench_run(&bench, is_answered);
	assert_string_equal(heard, "C\rS6\rO\rt10880000000000000000\rt10980a00000000000000\r");
}

static void test_a_bus_that_is_not_there(void **state)
{
	(void)state;
	BENCH_CONFIGURE(&bench, CHADEMO, "ev.can=no-such-can");
	bench_open(&bench, CCS_HW_EV);
	ccs_hw_step(&bench.board, ccs_loop_now());
	assert_string_equal(bench.notes, "chademo: no-such-can: No such device\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_chademo_measures),
		TEST(test_chademo_clamps),
		TEST(test_chademo_noise),
		TEST(test_other_frames),
		TEST(test_displays),
		TEST(test_display_of_a_car),
		TEST(test_slcan),
		TEST(test_a_bus_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
