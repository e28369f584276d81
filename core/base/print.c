/* SPDX-License-Identifier: Apache-2.0 */
/* Text out of the core, without stdio. */
#include "ccs/print.h"

#include "base/utf8.h"

#include <string.h>

static const char hex_digits[] = "0123456789abcdef";

void ccs_print_init(struct ccs_print *p, char *buffer, size_t size)
{
	*p = (struct ccs_print) { .start = buffer, .at = buffer, .end = buffer + size };
}

void ccs_print_bytes(struct ccs_print *p, const char *text, size_t length)
{
	while (length > (size_t)(p->end - p->at)) {
		size_t room = (size_t)(p->end - p->at);

		if (room)
			memcpy(p->at, text, room);
		p->at += room;
		text += room;
		length -= room;
		if (!p->flush) {
			p->failed = true;
			return;
		}
		p->flush(p);
		if (p->at == p->end) {
			p->failed = true;
			return;
		}
	}
	if (length)
		memcpy(p->at, text, length);
	p->at += length;
}

void ccs_print_char(struct ccs_print *p, char c)
{
	if (p->at < p->end)
		*p->at++ = c;
	else
		ccs_print_bytes(p, &c, 1);
}

void ccs_print_text(struct ccs_print *p, const char *text)
{
	ccs_print_bytes(p, text, strlen(text));
}

void ccs_print_zeros(struct ccs_print *p, uint64_t value, unsigned int width)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	for (size_t n = sizeof(digits) - at; n < width; n++)
		ccs_print_char(p, '0');
	ccs_print_bytes(p, digits + at, sizeof(digits) - at);
}

void ccs_print_unsigned(struct ccs_print *p, uint64_t value)
{
	ccs_print_zeros(p, value, 1);
}

void ccs_print_signed(struct ccs_print *p, int64_t value)
{
	if (value < 0)
		ccs_print_char(p, '-');
	ccs_print_unsigned(p, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void ccs_print_fixed(struct ccs_print *p, int64_t value, unsigned int digits)
{
	uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value, unit = 1;

	for (unsigned int i = 0; i < digits; i++)
		unit *= 10;
	if (value < 0)
		ccs_print_char(p, '-');
	ccs_print_unsigned(p, magnitude / unit);
	if (digits) {
		ccs_print_char(p, '.');
		ccs_print_zeros(p, magnitude % unit, digits);
	}
}

void ccs_print_hex(struct ccs_print *p, const uint8_t *bytes, size_t size)
{
	char chunk[64];

	while (size) {
		size_t n = size < sizeof(chunk) / 2 ? size : sizeof(chunk) / 2;

		for (size_t i = 0; i < n; i++) {
			chunk[2 * i] = hex_digits[bytes[i] >> 4];
			chunk[2 * i + 1] = hex_digits[bytes[i] & 15];
		}
		ccs_print_bytes(p, chunk, 2 * n);
		bytes += n;
		size -= n;
	}
}

void ccs_print_mac(struct ccs_print *p, const uint8_t mac[6])
{
	for (size_t i = 0; i < 6; i++) {
		if (i)
			ccs_print_char(p, ':');
		ccs_print_hex(p, mac + i, 1);
	}
}

static unsigned int get_group(const uint8_t address[16], size_t i)
{
	return (unsigned int)address[2 * i] << 8 | address[2 * i + 1];
}

static void print_group(struct ccs_print *p, unsigned int group)
{
	int shift = 12;

	while (shift && !(group >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		ccs_print_char(p, hex_digits[group >> shift & 15]);
}

void ccs_print_ipv6(struct ccs_print *p, const uint8_t address[16])
{
	size_t gap = 8, gap_length = 1;

	for (size_t i = 0; i < 8; i++) {
		size_t n = 0;

		while (i + n < 8 && !get_group(address, i + n))
			n++;
		if (n > gap_length) {
			gap = i;
			gap_length = n;
		}
	}
	for (size_t i = 0; i < 8; i++) {
		if (i == gap) {
			ccs_print_text(p, "::");
			i += gap_length - 1;
			continue;
		}
		if (i && i != gap + gap_length)
			ccs_print_char(p, ':');
		print_group(p, get_group(address, i));
	}
}

/* Days since 1970-01-01 to a date of the proleptic Gregorian calendar. */
static void find_date(int64_t days, int64_t *year, unsigned int *month, unsigned int *day)
{
	int64_t z = days + 719468; /* since 0000-03-01 */
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t of_era = z - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;

	*day = (unsigned int)(of_year - (153 * m + 2) / 5 + 1);
	*month = (unsigned int)(m < 10 ? m + 3 : m - 9);
	*year = y + era * 400 + (*month <= 2);
}

void ccs_print_rfc3339(struct ccs_print *p, int64_t time_us)
{
	int64_t seconds = time_us / 1000000, us = time_us % 1000000, days, year;
	unsigned int month, day;

	if (us < 0) {
		us += 1000000;
		seconds--;
	}
	days = seconds / 86400;
	seconds %= 86400;
	if (seconds < 0) {
		seconds += 86400;
		days--;
	}
	find_date(days, &year, &month, &day);
	if (year < 0)
		ccs_print_char(p, '-');
	ccs_print_zeros(p, (uint64_t)(year < 0 ? -year : year), 4);
	ccs_print_char(p, '-');
	ccs_print_zeros(p, month, 2);
	ccs_print_char(p, '-');
	ccs_print_zeros(p, day, 2);
	ccs_print_char(p, 'T');
	ccs_print_zeros(p, (uint64_t)(seconds / 3600), 2);
	ccs_print_char(p, ':');
	ccs_print_zeros(p, (uint64_t)(seconds / 60 % 60), 2);
	ccs_print_char(p, ':');
	ccs_print_zeros(p, (uint64_t)(seconds % 60), 2);
	ccs_print_char(p, '.');
	ccs_print_zeros(p, (uint64_t)us, 6);
	ccs_print_char(p, 'Z');
}

static void print_escape(struct ccs_print *p, uint8_t c)
{
	static const char names[] = "btn?fr";

	ccs_print_char(p, '\\');
	if (c == '"' || c == '\\') {
		ccs_print_char(p, (char)c);
	} else if (c >= 8 && c <= 13 && c != 11) {
		ccs_print_char(p, names[c - 8]);
	} else {
		ccs_print_text(p, "u00");
		ccs_print_hex(p, &c, 1);
	}
}

void ccs_print_json(struct ccs_print *p, const char *text, size_t length)
{
	const uint8_t *s = (const uint8_t *)text, *end = length ? s + length : s;

	ccs_print_char(p, '"');
	while (s < end) {
		const uint8_t *plain = s;
		uint32_t code;
		size_t n;

		while (s < end && *s >= 0x20 && *s < 0x7f && *s != '"' && *s != '\\')
			s++;
		ccs_print_bytes(p, (const char *)plain, (size_t)(s - plain));
		if (s == end)
			break;
		n = ccs_utf8_get(s, (size_t)(end - s), &code);
		if (n == 0)
			ccs_print_text(p, "\xef\xbf\xbd");
		else if (n == 1)
			print_escape(p, *s);
		else
			ccs_print_bytes(p, (const char *)s, n);
		s += n ? n : 1;
	}
	ccs_print_char(p, '"');
}
