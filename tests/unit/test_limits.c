/* SPDX-License-Identifier: Apache-2.0 */
/* Values of the peer: passed, clamped, refused; limits of both sides; derating; watching. */
#include "ccs/limits.h"
#include "ccs/quantities.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct take_case {
	enum ccs_taken kind;
	int64_t milli;
	int result;
	int32_t value;
};

#define UNTOUCHED 4711

static void test_take(void **state)
{
	static const struct take_case cases[] = {
		{ CCS_TAKEN_PRESENT_VOLTAGE, 400123, 0, 400123 },
		{ CCS_TAKEN_PRESENT_VOLTAGE, -5000, 1, 0 },
		{ CCS_TAKEN_PRESENT_VOLTAGE, -30000, CCS_ERR_RANGE, UNTOUCHED },
		{ CCS_TAKEN_PRESENT_VOLTAGE, 1500001, CCS_ERR_RANGE, UNTOUCHED },
		{ CCS_TAKEN_TARGET_VOLTAGE, -1, CCS_ERR_RANGE, UNTOUCHED },
		{ CCS_TAKEN_TARGET_VOLTAGE, 3276700, CCS_ERR_RANGE, UNTOUCHED },
		{ CCS_TAKEN_VOLTAGE_LIMIT, 3276700, 1, 1500000 },
		{ CCS_TAKEN_VOLTAGE_LIMIT, INT64_MAX, CCS_ERR_RANGE, UNTOUCHED },
		{ CCS_TAKEN_PRESENT_CURRENT, -120000, 0, -120000 },
		{ CCS_TAKEN_TARGET_CURRENT, INT64_MIN, CCS_ERR_RANGE, UNTOUCHED },
		{ CCS_TAKEN_CURRENT_LIMIT, -1, CCS_ERR_RANGE, UNTOUCHED },
		{ CCS_TAKEN_CURRENT_LIMIT, 65535000, 1, 3000000 },
		{ CCS_TAKEN_POWER_LIMIT, 98000000, 0, 98000 },
		{ CCS_TAKEN_POWER_LIMIT, 98000500, 0, 98001 },
		{ CCS_TAKEN_ENERGY, 28000000, 0, 28000000 },
		{ CCS_TAKEN_STATE_OF_CHARGE, 53000, 0, 530 },
		{ CCS_TAKEN_STATE_OF_CHARGE, 200000, CCS_ERR_RANGE, UNTOUCHED },
		{ CCS_TAKEN_STATE_OF_CHARGE, -1000, CCS_ERR_RANGE, UNTOUCHED },
		{ CCS_TAKEN_TEMPERATURE, -12300, 0, -123 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int32_t value = UNTOUCHED;
		const char *reason;

		assert_int_equal(ccs_limits_take(cases[i].kind, cases[i].milli, &value, &reason),
				 cases[i].result);
		assert_int_equal(value, cases[i].value);
		assert_int_equal(reason == NULL, cases[i].result == 0);
	}
	assert_string_equal(ccs_taken_name(CCS_TAKEN_TARGET_VOLTAGE), "target voltage");
}

/* Exponents of ISO 15118-20 go to 127: no kind takes such a number. */
static void test_absurd_exponents(void **state)
{
	(void)state;
	for (enum ccs_taken kind = 0; kind <= CCS_TAKEN_TEMPERATURE; kind++) {
		int32_t value = UNTOUCHED;

		assert_int_equal(ccs_limits_take(kind, ccs_milli(1, 127), &value, NULL),
				 CCS_ERR_RANGE);
		assert_int_equal(ccs_limits_take(kind, ccs_milli(-1, 127), &value, NULL),
				 CCS_ERR_RANGE);
		assert_int_equal(value, UNTOUCHED);
		assert_int_equal(ccs_limits_take(kind, ccs_milli(32767, -128), &value, NULL), 0);
		assert_int_equal(value, 0);
	}
}

static const struct ccs_limits charger = {
	.max_mv = 500000,
	.min_mv = 150000,
	.max_ma = 200000,
	.min_ma = 1000,
	.max_w = 50000,
	.discharge_ma = 30000,
	.discharge_w = 10000,
};

static void test_combine(void **state)
{
	static const struct ccs_limits open = CCS_LIMITS_OPEN;
	static const struct ccs_limits car = { .max_mv = 410000, .max_ma = 125000, .max_w = 98000 };
	struct ccs_limits both = ccs_limits_combine(&charger, &car);

	(void)state;
	assert_int_equal(both.max_mv, 410000);
	assert_int_equal(both.min_mv, 150000);
	assert_int_equal(both.max_ma, 125000);
	assert_int_equal(both.max_w, 50000);
	assert_int_equal(both.discharge_ma, 0);
	assert_true(ccs_limits_usable(&both));
	both = ccs_limits_combine(&open, &charger);
	assert_memory_equal(&both, &charger, sizeof(both));
}

static void test_unusable(void **state)
{
	struct ccs_limits limits = charger;

	(void)state;
	assert_true(ccs_limits_usable(&limits));
	limits.max_ma = 0;
	assert_true(ccs_limits_usable(&limits)); /* discharging remains */
	limits.discharge_w = 0;
	assert_false(ccs_limits_usable(&limits));
	limits = charger;
	limits.max_mv = limits.min_mv - 1;
	assert_false(ccs_limits_usable(&limits));
}

static void check_clamp(struct ccs_setpoint from, struct ccs_setpoint to, unsigned int limited)
{
	assert_int_equal(ccs_limits_clamp(&charger, &from), limited);
	assert_int_equal(from.mv, to.mv);
	assert_int_equal(from.ma, to.ma);
	assert_int_equal(ccs_limits_clamp(&charger, &from), 0);
}

static void test_clamp(void **state)
{
	(void)state;
#define SET(mv, ma) ((struct ccs_setpoint) { mv, ma })
	check_clamp(SET(400000, 100000), SET(400000, 100000), 0);
	check_clamp(SET(600000, 10000), SET(500000, 10000), CCS_LIMITED_VOLTAGE);
	check_clamp(SET(-1, 10000), SET(0, 10000), CCS_LIMITED_VOLTAGE);
	check_clamp(SET(200000, 250000), SET(200000, 200000), CCS_LIMITED_CURRENT);
	check_clamp(SET(400000, 150000), SET(400000, 125000), CCS_LIMITED_POWER);
	check_clamp(SET(400000, 250000), SET(400000, 125000),
		    CCS_LIMITED_CURRENT | CCS_LIMITED_POWER);
	check_clamp(SET(400000, -40000), SET(400000, -25000),
		    CCS_LIMITED_CURRENT | CCS_LIMITED_POWER);
	check_clamp(SET(400000, INT32_MIN), SET(400000, -25000),
		    CCS_LIMITED_CURRENT | CCS_LIMITED_POWER);
	check_clamp(SET(INT32_MAX, INT32_MAX), SET(500000, 100000),
		    CCS_LIMITED_VOLTAGE | CCS_LIMITED_CURRENT | CCS_LIMITED_POWER);
#undef SET
}

static void test_precharge_limits(void **state)
{
	struct ccs_limits limits = ccs_limits_precharge(&charger);
	struct ccs_setpoint set = { 400000, 10000 };

	(void)state;
	assert_int_equal(ccs_limits_clamp(&limits, &set), CCS_LIMITED_CURRENT);
	assert_int_equal(set.ma, CCS_PRECHARGE_MA);
	set.ma = -500;
	ccs_limits_clamp(&limits, &set);
	assert_int_equal(set.ma, 0);
}

static void test_derating(void **state)
{
	(void)state;
	assert_int_equal(ccs_limits_derate(100000, 250, 700), 100000);
	assert_int_equal(ccs_limits_derate(100000, 600, 700), 100000);
	assert_int_equal(ccs_limits_derate(100000, 650, 700), 55000);
	assert_int_equal(ccs_limits_derate(100000, 700, 700), 10000);
	assert_int_equal(ccs_limits_derate(100000, 799, 700), 10000);
	assert_int_equal(ccs_limits_derate(100000, 800, 700), 0);
	assert_int_equal(ccs_limits_derate(100000, INT32_MAX, 700), 0);
}

static void test_watch(void **state)
{
	struct ccs_watch watch = { 0 };

	(void)state;
	assert_false(ccs_watch_differs(&watch, 400000, 430000, 20000, 2000, 1000));
	assert_false(ccs_watch_differs(&watch, 400000, 430000, 20000, 2000, 2999));
	assert_false(ccs_watch_differs(&watch, 400000, 420000, 20000, 2000, 3000));
	assert_false(ccs_watch_differs(&watch, 430000, 400000, 20000, 2000, 3001));
	assert_true(ccs_watch_differs(&watch, 430000, 400000, 20000, 2000, 5001));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_take),	 cmocka_unit_test(test_absurd_exponents),
		cmocka_unit_test(test_combine),	 cmocka_unit_test(test_unusable),
		cmocka_unit_test(test_clamp),	 cmocka_unit_test(test_precharge_limits),
		cmocka_unit_test(test_derating), cmocka_unit_test(test_watch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
