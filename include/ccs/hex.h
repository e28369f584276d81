/* SPDX-License-Identifier: Apache-2.0 */
/* Hex digits in; ccs_print_hex is for the way out. */
#ifndef CCS_HEX_H
#define CCS_HEX_H

/* The value of a hex digit, of either case; -1 when it is none. */
static inline int ccs_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

#endif
