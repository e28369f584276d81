/* SPDX-License-Identifier: Apache-2.0 */
/* Decimal numbers of the wire to thousandths and back. */
#include "ccs/quantities.h"

#include "ccs/msg/din.h"
#include "ccs/msg/iso2.h"
#include "ccs/msg/iso20.h"

#define SECONDS_PER_MINUTE 60
#define SECONDS_PER_HOUR   3600

static const int64_t powers[19] = {
	1,
	10,
	100,
	1000,
	10000,
	100000,
	1000000,
	10000000,
	100000000,
	1000000000,
	10000000000,
	100000000000,
	1000000000000,
	10000000000000,
	100000000000000,
	1000000000000000,
	10000000000000000,
	100000000000000000,
	1000000000000000000,
};

int64_t ccs_add(int64_t a, int64_t b)
{
	if (b > 0 && a > INT64_MAX - b)
		return INT64_MAX;
	if (b < 0 && a < INT64_MIN - b)
		return INT64_MIN;
	return a + b;
}

static uint64_t magnitude(int64_t v)
{
	return v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
}

int64_t ccs_multiply(int64_t a, int64_t b)
{
	bool negative = (a < 0) != (b < 0);
	uint64_t ua = magnitude(a);
	uint64_t ub = magnitude(b);
	uint64_t limit = (uint64_t)INT64_MAX + negative;

	if (ua != 0 && ub > limit / ua)
		return negative ? INT64_MIN : INT64_MAX;
	if (!negative)
		return (int64_t)(ua * ub);
	return ua * ub == limit ? INT64_MIN : -(int64_t)(ua * ub);
}

/* v / 10^digits, rounded half away from zero. */
static int64_t drop_digits(int64_t v, int32_t digits)
{
	int64_t rest;

	if (digits <= 0)
		return v;
	if (digits > 19)
		return 0;
	v /= powers[digits - 1];
	rest = v % 10;
	return v / 10 + (rest >= 5) - (rest <= -5);
}

int64_t ccs_milli(int64_t value, int32_t exponent)
{
	if (exponent < -3)
		return exponent < -22 ? 0 : drop_digits(value, -3 - exponent);
	if (exponent <= 15)
		return ccs_multiply(value, powers[exponent + 3]);
	if (value == 0)
		return 0;
	return value < 0 ? INT64_MIN : INT64_MAX;
}

int64_t ccs_milli_din(const struct din_PhysicalValue *quantity)
{
	int64_t milli = ccs_milli(quantity->Value, quantity->Multiplier);

	if (quantity->has_Unit && quantity->Unit == din_unitSymbol_m)
		return ccs_multiply(milli, SECONDS_PER_MINUTE);
	if (quantity->has_Unit && quantity->Unit == din_unitSymbol_h)
		return ccs_multiply(milli, SECONDS_PER_HOUR);
	return milli;
}

int64_t ccs_milli_iso2(const struct iso2_PhysicalValue *quantity)
{
	int64_t milli = ccs_milli(quantity->Value, quantity->Multiplier);

	if (quantity->Unit == iso2_unitSymbol_m)
		return ccs_multiply(milli, SECONDS_PER_MINUTE);
	if (quantity->Unit == iso2_unitSymbol_h)
		return ccs_multiply(milli, SECONDS_PER_HOUR);
	return milli;
}

int64_t ccs_milli_iso20(const struct iso20_RationalNumber *quantity)
{
	return ccs_milli(quantity->Value, quantity->Exponent);
}

struct ccs_decimal ccs_milli_to_decimal(int64_t milli, int32_t lowest, int32_t highest)
{
	int32_t exponent = lowest > -3 ? lowest : -3;
	int64_t value = drop_digits(milli, exponent + 3);

	while ((value > INT16_MAX || value < INT16_MIN) && exponent < highest) {
		exponent++;
		value = drop_digits(milli, exponent + 3);
	}
	if (value > INT16_MAX)
		value = INT16_MAX;
	if (value < INT16_MIN)
		value = INT16_MIN;
	for (; exponent < 0 && exponent < highest && value % 10 == 0; exponent++)
		value /= 10;
	return (struct ccs_decimal) { (int32_t)value, exponent };
}

int64_t ccs_power_mw(int64_t mv, int64_t ma)
{
	return ccs_multiply(mv, ma) / 1000;
}
