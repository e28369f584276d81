/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ccs/quantities.h"

#include "ccs/msg/din.h"
#include "ccs/msg/iso2.h"
#include "ccs/msg/iso20.h"

static void test_milli_scales_by_the_exponent(void **state)
{
	(void)state;
	assert_true(ccs_milli(230, 0) == 230000);
	assert_true(ccs_milli(3982, -1) == 398200);
	assert_true(ccs_milli(-5, 3) == -5000000);
	assert_true(ccs_milli(1234, -3) == 1234);
	assert_true(ccs_milli(0, 127) == 0);
}

static void test_milli_rounds_half_away_from_zero(void **state)
{
	(void)state;
	assert_true(ccs_milli(15, -4) == 2);
	assert_true(ccs_milli(14, -4) == 1);
	assert_true(ccs_milli(-15, -4) == -2);
	assert_true(ccs_milli(149, -5) == 1);
	assert_true(ccs_milli(32767, -128) == 0);
}

static void test_milli_saturates(void **state)
{
	(void)state;
	assert_true(ccs_milli(32767, 127) == INT64_MAX);
	assert_true(ccs_milli(-32768, 127) == INT64_MIN);
	assert_true(ccs_milli(1, 15) == INT64_C(1000000000000000000));
	assert_true(ccs_milli(10, 15) == INT64_MAX);
	assert_true(ccs_milli(1, 16) == INT64_MAX);
}

static void test_arithmetic_saturates(void **state)
{
	(void)state;
	assert_true(ccs_add(INT64_MAX, 1) == INT64_MAX);
	assert_true(ccs_add(INT64_MIN, -1) == INT64_MIN);
	assert_true(ccs_add(INT64_MIN, INT64_MAX) == -1);
	assert_true(ccs_multiply(INT64_MIN, -1) == INT64_MAX);
	assert_true(ccs_multiply(INT64_MIN, 1) == INT64_MIN);
	assert_true(ccs_multiply(INT64_MIN / 2, 2) == INT64_MIN);
	assert_true(ccs_multiply(-3, 7) == -21);
	assert_true(ccs_multiply(INT64_MAX, INT64_MIN) == INT64_MIN);
	assert_true(ccs_multiply(0, INT64_MIN) == 0);
	assert_true(ccs_power_mw(400000, 125000) == 50000000);
	assert_true(ccs_power_mw(400000, -125000) == -50000000);
}

static void test_wire_structs(void **state)
{
	const struct din_PhysicalValue volt = { true, -1, din_unitSymbol_V, 3982 };
	const struct din_PhysicalValue minutes = { true, 0, din_unitSymbol_m, 20 };
	const struct iso2_PhysicalValue hours = { 0, iso2_unitSymbol_h, 2 };
	const struct iso20_RationalNumber kilo = { 3, 50 };

	(void)state;
	assert_true(ccs_milli_din(&volt) == 398200);
	assert_true(ccs_milli_din(&minutes) == 1200000);
	assert_true(ccs_milli_iso2(&hours) == 7200000);
	assert_true(ccs_milli_iso20(&kilo) == 50000000);
}

static void assert_decimal(int64_t milli, int32_t value, int32_t exponent)
{
	struct ccs_decimal d = ccs_milli_to_decimal(milli, -3, 3);

	assert_int_equal(d.value, value);
	assert_int_equal(d.exponent, exponent);
}

static void test_to_decimal_is_as_precise_as_it_can_be(void **state)
{
	(void)state;
	assert_decimal(230000, 230, 0);
	assert_decimal(398200, 3982, -1);
	assert_decimal(1234, 1234, -3);
	assert_decimal(-398200, -3982, -1);
	assert_decimal(0, 0, 0);
	assert_decimal(50000000, 5000, 1);
	assert_decimal(32767, 32767, -3);
	assert_decimal(32768, 3277, -2);
	assert_decimal(INT64_MAX, 32767, 3);
	assert_decimal(INT64_MIN, -32768, 3);
}

static void test_to_decimal_and_back(void **state)
{
	(void)state;
	for (int64_t milli = -2000000; milli <= 2000000; milli += 100) {
		struct ccs_decimal d = ccs_milli_to_decimal(milli, -3, 3);

		assert_true(ccs_milli(d.value, d.exponent) == milli);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_milli_scales_by_the_exponent),
		cmocka_unit_test(test_milli_rounds_half_away_from_zero),
		cmocka_unit_test(test_milli_saturates),
		cmocka_unit_test(test_arithmetic_saturates),
		cmocka_unit_test(test_wire_structs),
		cmocka_unit_test(test_to_decimal_is_as_precise_as_it_can_be),
		cmocka_unit_test(test_to_decimal_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
