/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Physical quantities: the decimal numbers of the messages to integers and back.
 *
 * The message sets carry a quantity as `Value * 10^Multiplier` with a unit (PhysicalValue of DIN
 * SPEC 70121 and ISO 15118-2) or as `Value * 10^Exponent` (RationalNumber of ISO 15118-20).
 * Inside, every quantity is an int64_t in thousandths of its base unit: mV, mA, mW, mWh, mVA,
 * mAh, ms.  The minutes and hours of the wire become milliseconds too.
 *
 * A peer may send any exponent and any value: a result beyond int64_t is the nearest int64_t
 * (INT64_MIN or INT64_MAX), digits below a thousandth are rounded half away from zero.
 */
#ifndef CCS_QUANTITIES_H
#define CCS_QUANTITIES_H

#include <stdbool.h>
#include <stdint.h>

struct din_PhysicalValue;
struct iso2_PhysicalValue;
struct iso20_RationalNumber;

/* value * 10^exponent, in thousandths. */
int64_t ccs_milli(int64_t value, int32_t exponent);

int64_t ccs_milli_din(const struct din_PhysicalValue *quantity);
int64_t ccs_milli_iso2(const struct iso2_PhysicalValue *quantity);
int64_t ccs_milli_iso20(const struct iso20_RationalNumber *quantity);

/* A decimal number of the wire: value * 10^exponent. */
struct ccs_decimal {
	int32_t value;
	int32_t exponent;
};

/*
 * The decimal nearest to `milli` with a value of 16 bits and an exponent of lowest..highest
 * (-3..3 for PhysicalValue): as precise as it can be, and of the equal ones that with the exponent
 * nearest to zero (230 V is 230 * 10^0).  Too large: the largest that fits.
 */
struct ccs_decimal ccs_milli_to_decimal(int64_t milli, int32_t lowest, int32_t highest);

/* a + b and a * b, the nearest int64_t when the result does not fit. */
int64_t ccs_add(int64_t a, int64_t b);
int64_t ccs_multiply(int64_t a, int64_t b);

/* mW of mV and mA. */
int64_t ccs_power_mw(int64_t mv, int64_t ma);

#endif
