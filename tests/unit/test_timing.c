/* SPDX-License-Identifier: Apache-2.0 */
/* The table of timers: defaults, names, ranges, what R23 relaxes. */
#include "ccs/timing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void full_name(const struct ccs_timing_row *row, char name[100])
{
	snprintf(name, 100, "%s.%s%s%s", row->set, row->prefix, row->name, row->suffix);
}

static void test_every_row_is_complete(void **state)
{
	char name[100];

	(void)state;
	for (enum ccs_timer t = 0; t < CCS_TIMERS; t++) {
		const struct ccs_timing_row *row = ccs_timing_row(t);

		assert_true(row->least <= row->value && row->value <= row->most);
		assert_int_equal(ccs_timing_standard.value[t], row->value);
		assert_true(*row->name && *row->clause && *row->set);
		full_name(row, name);
		assert_int_equal(ccs_timing_find(name, 0), t);
		assert_int_equal(ccs_timing_find(name, t + 1), CCS_TIMERS);
	}
	assert_null(ccs_timing_row(CCS_TIMERS));
}

static void test_values_of_the_standards(void **state)
{
	const struct ccs_timing *t = &ccs_timing_standard;

	(void)state;
	assert_int_equal(ccs_timing_us(t, CCS_TIMER_SECC_SEQUENCE), CCS_SECONDS(60));
	assert_int_equal(ccs_timing_us(t, CCS_TIMER_EVCC_SETUP), CCS_SECONDS(20));
	assert_int_equal(ccs_timing_us(t, CCS_TIMER_SECC_SETUP), CCS_SECONDS(18));
	assert_int_equal(ccs_timing_us(t, CCS_TIMER_DIN_TIMEOUT_CURRENT_DEMAND), CCS_MS(250));
	assert_int_equal(ccs_timing_us(t, CCS_TIMER_DIN_ANSWER_CURRENT_DEMAND), CCS_MS(25));
	assert_int_equal(ccs_timing_us(t, CCS_TIMER_DIN_TIMEOUT_POWER_DELIVERY), CCS_SECONDS(2));
	assert_int_equal(ccs_timing_us(t, CCS_TIMER_ISO2_TIMEOUT_POWER_DELIVERY), CCS_SECONDS(5));
	assert_int_equal(ccs_timing_us(t, CCS_TIMER_ISO2_ANSWER_POWER_DELIVERY), CCS_MS(4500));
	assert_int_equal(ccs_timing_us(t, CCS_TIMER_ISO20_TIMEOUT_DC_LOOP), CCS_MS(500));
	assert_int_equal(ccs_timing_count(t, CCS_TIMER_SDP_COUNT), 50);
}

static void test_names_with_and_without_set(void **state)
{
	struct ccs_timing timing = ccs_timing_standard;

	(void)state;
	assert_int_equal(ccs_timing_set(&timing, "din.V2G_EVCC_CableCheck_Timeout", 41000), 1);
	assert_int_equal(timing.value[CCS_TIMER_DIN_EVCC_CABLE_CHECK], 41000);
	assert_int_equal(timing.value[CCS_TIMER_ISO2_EVCC_CABLE_CHECK], 40000);
	assert_int_equal(ccs_timing_set(&timing, "V2G_EVCC_CableCheck_Timeout", 42000), 3);
	assert_int_equal(timing.value[CCS_TIMER_DIN_EVCC_CABLE_CHECK], 42000);
	assert_int_equal(timing.value[CCS_TIMER_ISO20_EVCC_CABLE_CHECK], 42000);
	assert_int_equal(ccs_timing_set(&timing, "V2G_EVCC_Msg_Timeout_PowerDeliveryReq", 6000), 2);
	assert_int_equal(timing.value[CCS_TIMER_DIN_TIMEOUT_POWER_DELIVERY], 6000);
}

static void test_wrong_names(void **state)
{
	static const char *const names[] = {
		"",
		".",
		"din.",
		"V2G_EVCC_CableCheck",
		"V2G_EVCC_CableCheck_Timeout ",
		"iso3.V2G_EVCC_CableCheck_Timeout",
		"V2G_EVCC_Msg_Timeout_PowerDeliveryRes",
		"din.V2G_EVCC_Msg_Timeout_ServiceDetailReq",
	};
	struct ccs_timing timing = ccs_timing_standard;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(ccs_timing_set(&timing, names[i], 5000), CCS_ERR_NAME);
	assert_memory_equal(&timing, &ccs_timing_standard, sizeof(timing));
}

static void test_ranges(void **state)
{
	struct ccs_timing timing = ccs_timing_standard;

	(void)state;
	for (enum ccs_timer t = 0; t < CCS_TIMERS; t++) {
		const struct ccs_timing_row *row = ccs_timing_row(t);
		char name[100];

		full_name(row, name);
		assert_int_equal(ccs_timing_set(&timing, name, row->most + 1), CCS_ERR_RANGE);
		if (row->least)
			assert_int_equal(ccs_timing_set(&timing, name, row->least - 1),
					 CCS_ERR_RANGE);
		assert_int_equal(timing.value[t], row->value);
		assert_int_equal(ccs_timing_set(&timing, name, row->least), 1);
		assert_int_equal(timing.value[t], row->least);
	}
}

/* R23: real chargers take longer than the tables say. */
static void test_r23_relaxed(void **state)
{
	struct ccs_timing timing = ccs_timing_standard;

	(void)state;
	timing.value[CCS_TIMER_DIN_TIMEOUT_POWER_DELIVERY] = 9000;
	ccs_timing_relax(&timing);
	assert_true(timing.value[CCS_TIMER_DIN_TIMEOUT_PARAMETERS] >= 5000);
	assert_true(timing.value[CCS_TIMER_DIN_TIMEOUT_CABLE_CHECK] >= 30000);
	assert_true(timing.value[CCS_TIMER_DIN_EVCC_CABLE_CHECK] >= 60000);
	assert_int_equal(timing.value[CCS_TIMER_DIN_TIMEOUT_POWER_DELIVERY], 9000);
	for (enum ccs_timer t = 0; t < CCS_TIMERS; t++) {
		assert_true(timing.value[t] >= ccs_timing_standard.value[t]);
		assert_true(timing.value[t] <= ccs_timing_row(t)->most);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row_is_complete),
		cmocka_unit_test(test_values_of_the_standards),
		cmocka_unit_test(test_names_with_and_without_set),
		cmocka_unit_test(test_wrong_names),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_r23_relaxed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
