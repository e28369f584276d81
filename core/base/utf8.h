/* SPDX-License-Identifier: Apache-2.0 */
/* Code points and UTF-8 (RFC 3629). */
#ifndef CCS_CORE_BASE_UTF8_H
#define CCS_CORE_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool ccs_is_code_point(uint64_t code)
{
	return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

/* Bytes of a code point. */
static inline size_t ccs_utf8_length(uint64_t code)
{
	return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/* Writes a code point; returns its length. */
static inline size_t ccs_utf8_put(uint8_t *at, uint32_t code)
{
	static const uint8_t lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t n = ccs_utf8_length(code);

	for (size_t i = n - 1; i > 0; i--, code >>= 6)
		at[i] = (uint8_t)(0x80 | (code & 0x3f));
	at[0] = (uint8_t)(lead[n] | code);
	return n;
}

/* Reads one of `left` > 0 bytes; returns its length, 0 when it is not valid. */
static inline size_t ccs_utf8_get(const uint8_t *s, size_t left, uint32_t *code)
{
	size_t n = s[0] < 0x80 ? 1 : s[0] < 0xc0 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

	if (n == 0 || n > left || s[0] > 0xf7)
		return 0;
	*code = n == 1 ? s[0] : s[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (s[i] & 0x3f);
	}
	return ccs_is_code_point(*code) && ccs_utf8_length(*code) == n ? n : 0;
}

#endif
