/* SPDX-License-Identifier: Apache-2.0 */
/* The table of deviations: names, defaults, strict. */
#include "ccs/quirks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_every_row_is_complete(void **state)
{
	struct ccs_quirks quirks = ccs_quirks_default();

	(void)state;
	for (enum ccs_quirk quirk = 0; quirk < CCS_QUIRK_COUNT; quirk++) {
		const struct ccs_quirk_row *row = ccs_quirk_row(quirk);

		assert_non_null(strchr("REI", row->rule[0]));
		assert_true(strlen(row->reason) > 20);
		assert_int_equal(ccs_quirk_find(row->name), quirk);
		assert_int_equal(ccs_quirk_is_on(&quirks, quirk), row->on);
	}
	assert_null(ccs_quirk_row(CCS_QUIRK_COUNT));
	assert_int_equal(ccs_quirk_find("no-such-quirk"), CCS_QUIRK_COUNT);
	assert_int_equal(ccs_quirk_find(""), CCS_QUIRK_COUNT);
}

static void test_strict_turns_all_off(void **state)
{
	struct ccs_quirks quirks = ccs_quirks_strict();

	(void)state;
	for (enum ccs_quirk quirk = 0; quirk < CCS_QUIRK_COUNT; quirk++)
		assert_false(ccs_quirk_is_on(&quirks, quirk));
}

static void test_one_at_a_time(void **state)
{
	(void)state;
	for (enum ccs_quirk quirk = 0; quirk < CCS_QUIRK_COUNT; quirk++) {
		struct ccs_quirks quirks = ccs_quirks_strict();

		ccs_quirk_set(&quirks, quirk, true);
		for (enum ccs_quirk other = 0; other < CCS_QUIRK_COUNT; other++)
			assert_int_equal(ccs_quirk_is_on(&quirks, other), other == quirk);
		ccs_quirk_set(&quirks, quirk, false);
		assert_true(quirks.bits == 0);
	}
}

/* What could cost safety or leaves the standard is asked for, never a default. */
static void test_dangerous_ones_are_off(void **state)
{
	struct ccs_quirks quirks = ccs_quirks_default();

	(void)state;
	assert_false(ccs_quirk_is_on(&quirks, CCS_QUIRK_REPORTED_VOLTAGE));
	assert_false(ccs_quirk_is_on(&quirks, CCS_QUIRK_LATE_LOAD));
	assert_false(ccs_quirk_is_on(&quirks, CCS_QUIRK_DISCHARGE));
	assert_true(ccs_quirk_is_on(&quirks, CCS_QUIRK_PLAIN_OK));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row_is_complete),
		cmocka_unit_test(test_strict_turns_all_off),
		cmocka_unit_test(test_one_at_a_time),
		cmocka_unit_test(test_dangerous_ones_are_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
