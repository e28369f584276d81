/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Quantities (PhysicalValue of DIN and ISO 15118-2, RationalNumber of ISO 15118-20) in one piece.
 *
 * Charging messages consist of them: an n-bit integer, perhaps a unit, a 16-bit value, 30 to 50
 * bits in all.  Here they are read from and written to the window at once.  Whatever is not
 * ordinary (a value of three octets, an escape, a number out of range, the end of the input) is
 * left to the walk over the rows, with nothing done.
 */
#ifndef CCS_CORE_EXI_QUANTITY_H
#define CCS_CORE_EXI_QUANTITY_H

#include "exi/table.h"

#include <string.h>

/* Number of one or two octets behind CH at the top of `x`, with EE: its bits; 0: another one. */
static inline unsigned int ccs_exi_peek_number(uint64_t x, unsigned int is_signed, uint32_t *value)
{
	uint32_t octets = (uint32_t)(x << is_signed >> 47 & 0xffff), v = octets >> 8;
	unsigned int n = 10 + is_signed;

	if (octets & 0x8000) {
		if (octets & 0x80)
			return 0;
		v = (v & 0x7f) | (octets & 0x7f) << 7;
		n += 8;
	}
	if (x >> 63 || (x >> (64 - n) & 1))
		return 0;
	*value = is_signed ? v ^ (0 - (uint32_t)(x >> 62)) : v;
	return n;
}

/* The content of a quantity at the top of `x`, EE included: its bits, at most 50; 0: not here. */
static inline unsigned int ccs_exi_peek_quantity(uint64_t x, const struct ccs_exi_row *row,
						 uint8_t *to)
{
	unsigned int n = row->bits + 3u, used = n, width = 1;
	uint32_t v = (uint32_t)(x >> (64 - n));

	if ((v & 1) || v >> 1 > row->limit)
		return 0;
	ccs_exi_store(row, to + row->offset, (uint32_t)((int32_t)(v >> 1) + row->base));
	x <<= n;
	row++;
	if (row->kind == CCS_EXI_ENUM) {
		width = row->width;
		if (width == 1 || x >> 62 == 0) {
			n = width + row->bits + 2u;
			v = (uint32_t)(x >> (64 - n));
			if ((v & 1) || v >> 1 > row->limit)
				return 0;
			if (row->has != CCS_EXI_NO_FLAG)
				to[row->has] = 1;
			ccs_exi_store(row, to + row->offset, v >> 1);
			x <<= n;
			used += n;
			width = 1;
		} else {
			x -= UINT64_C(1) << 62; /* code 1: no unit, so 0 must be left */
		}
		row++;
	}
	if (x >> (64 - width))
		return 0;
	n = ccs_exi_peek_number(x << width, 1, &v);
	if (!n || x << width << n >> 63)
		return 0;
	memcpy(to + row->offset, &v, sizeof(v));
	return used + width + n + 1;
}

/* The content of a quantity as `*n` bits, EE included; false: not one of these. */
static inline bool ccs_exi_put_quantity(const struct ccs_exi_row *row, const uint8_t *from,
					uint64_t *bits, unsigned int *n)
{
	const struct ccs_exi_range *range;
	unsigned int width = 1, code = 0;
	int32_t value;
	uint32_t v;

	memcpy(&v, from + row->offset, sizeof(v));
	v = (uint32_t)((int32_t)v - row->base);
	if (v > row->limit)
		return false;
	*bits = v << 1;
	*n = row->bits + 3u;
	row++;
	if (row->kind == CCS_EXI_ENUM) {
		if (row->has != CCS_EXI_NO_FLAG && !from[row->has]) {
			width = row->width;
			code = 1;
		} else {
			v = ccs_exi_load(row, from + row->offset);
			if (v > row->limit)
				return false;
			*bits = *bits << (row->width + row->bits + 2) | v << 1;
			*n += row->width + row->bits + 2u;
		}
		row++;
	}
	memcpy(&value, from + row->offset, sizeof(value));
	range = row->type;
	v = (uint32_t)(value < 0 ? ~value : value);
	if (value < range->min || value > (int32_t)range->max || v > 0x3fff)
		return false;
	*bits = (*bits << width | code) << 2 | (uint32_t)(value < 0);
	if (v < 0x80) {
		*bits = *bits << 10 | v << 2;
		*n += width + 12;
	} else {
		*bits = *bits << 18 | (0x80 | (v & 0x7f)) << 10 | v >> 7 << 2;
		*n += width + 20;
	}
	return true;
}

#endif
