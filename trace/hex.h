/* SPDX-License-Identifier: Apache-2.0 */
/* Hex digits of text files and command lines. */
#ifndef CCS_TRACE_HEX_H
#define CCS_TRACE_HEX_H

/* 0 to 15; -1: it is none. */
static inline int ccs_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

#endif
