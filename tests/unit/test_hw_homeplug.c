/* SPDX-License-Identifier: Apache-2.0 */
/* Frames of a supply on the power line, byte by byte. */
#include "linux/hw/homeplug.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 9 };

static void test_command(void **state)
{
	static const uint8_t expected[CCS_HOMEPLUG_COMMAND] = {
		[0] = 0xff, 0xff,	 0xff, 0xff, 0xff, 0xff,	2,    0,    0,
		0,	    0,		 9,    0x88, 0xe1, 0x01,	0x6e, 0x60, [21] = 0xff,
		0xff,	    0xff,	 0xff, 0xff, 0xff, [69] = 0x0a, 0x3a, 0xaf, 0xfe,
		0xdc,	    [74] = 0x0f, 0x8f, 0x0f, 0x8f, 0x00,	0x14, 0x00, 0x14,
	};
	uint8_t frame[CCS_HOMEPLUG_COMMAND];

	(void)state;
	ccs_homeplug_command(frame, mac, 398300, 2000);
	assert_memory_equal(frame, expected, sizeof(frame));
}

static void test_command_at_its_ends(void **state)
{
	uint8_t frame[CCS_HOMEPLUG_COMMAND];

	(void)state;
	ccs_homeplug_command(frame, mac, 7000000, -1000);
	assert_memory_equal(frame + 74, "\xff\xff\xff\xff\0\0\0\0", 8);
	ccs_homeplug_command(frame, mac, 0, 0);
	assert_memory_equal(frame + 74, "\0\0\0\0\0\0\0\0", 8);
}

static void test_feedback(void **state)
{
	static const uint8_t good[60] = {
		[12] = 0x88, 0xe1, 0x01, 0x6a, 0x60, [38] = 0xdc, 0x55, 0xaa, [43] = 0x0f, 0x8f
	};
	static const size_t checked[] = { 12, 13, 14, 15, 16, 38, 39, 40 };
	uint8_t frame[60];
	int32_t mv = -1;

	(void)state;
	assert_true(ccs_homeplug_feedback(good, 45, &mv));
	assert_int_equal(mv, 398300);
	assert_false(ccs_homeplug_feedback(good, 44, &mv));
	for (size_t i = 0; i < sizeof(checked) / sizeof(checked[0]); i++) {
		memcpy(frame, good, sizeof(frame));
		frame[checked[i]] ^= 1;
		assert_false(ccs_homeplug_feedback(frame, sizeof(frame), &mv));
	}
}

static void expect_wish(const struct ccs_hw_board *board, int32_t mv, int32_t ma)
{
	int32_t wished_mv = -1, wished_ma = -1;

	ccs_homeplug_wish(&board->seats[0], &wished_mv, &wished_ma);
	assert_int_equal(wished_mv, mv);
	assert_int_equal(wished_ma, ma);
}

/* A set-point is nothing while the supply is off; without that command it is all that there is. */
static void test_wish(void **state)
{
	static struct ccs_hw_board board;

	(void)state;
	board.seats[0].board = &board;
	board.commands[CCS_HW_COMMAND_SET_VOLTAGE].seat = &board.seats[0];
	board.commands[CCS_HW_COMMAND_SET_VOLTAGE].value = 400000;
	expect_wish(&board, 400000, 0);
	board.commands[CCS_HW_COMMAND_SET_CURRENT].seat = &board.seats[0];
	board.commands[CCS_HW_COMMAND_SET_CURRENT].value = 20000;
	expect_wish(&board, 400000, 20000);
	board.commands[CCS_HW_COMMAND_SUPPLY].seat = &board.seats[0];
	expect_wish(&board, 0, 0);
	board.commands[CCS_HW_COMMAND_SUPPLY].value = 1;
	expect_wish(&board, 400000, 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_command_at_its_ends),
		cmocka_unit_test(test_feedback),
		cmocka_unit_test(test_wish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
