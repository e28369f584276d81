/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text out of the core, without stdio: characters go into the caller's buffer.
 *
 * When the buffer is full, `flush` (if there is one) is called to empty it: it must take the
 * bytes from `start` to `at` away and set `at` back to `start`.  Without `flush` the rest is
 * dropped and `failed` set.  The text is not terminated.
 */
#ifndef CCS_PRINT_H
#define CCS_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ccs_print {
	char *start;
	char *at;
	char *end;
	void (*flush)(struct ccs_print *print);
	void *user;
	bool failed;
};

void ccs_print_init(struct ccs_print *p, char *buffer, size_t size);

/* Bytes printed into the buffer since init or the last flush. */
static inline size_t ccs_print_length(const struct ccs_print *p)
{
	return (size_t)(p->at - p->start);
}

void ccs_print_bytes(struct ccs_print *p, const char *text, size_t length);
void ccs_print_char(struct ccs_print *p, char c);
void ccs_print_text(struct ccs_print *p, const char *text);
void ccs_print_unsigned(struct ccs_print *p, uint64_t value);
void ccs_print_signed(struct ccs_print *p, int64_t value);

/* `value` with `digits` digits behind the point: (12345, 2) is 123.45. */
void ccs_print_fixed(struct ccs_print *p, int64_t value, unsigned int digits);

/* `value` filled with leading zeros to at least `width` digits. */
void ccs_print_zeros(struct ccs_print *p, uint64_t value, unsigned int width);

/* Lower-case hex without separators. */
void ccs_print_hex(struct ccs_print *p, const uint8_t *bytes, size_t size);

/* aa:bb:cc:dd:ee:ff */
void ccs_print_mac(struct ccs_print *p, const uint8_t mac[6]);

/* RFC 5952 text of an IPv6 address, without brackets. */
void ccs_print_ipv6(struct ccs_print *p, const uint8_t address[16]);

/* Microseconds since 1970 as RFC 3339 UTC: 2026-11-22T07:15:00.000000Z */
void ccs_print_rfc3339(struct ccs_print *p, int64_t time_us);

/* A JSON string with its quotes.  Bytes that are no UTF-8 become U+FFFD. */
void ccs_print_json(struct ccs_print *p, const char *text, size_t length);

#endif
