/* SPDX-License-Identifier: Apache-2.0 */
/* Messages out of text. */
#include "trace/textlog.h"

#include "ccs/cursor.h"
#include "ccs/json.h"
#include "ccs/v2gtp.h"
#include "trace/analyser.h"
#include "ccs/hex.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define SPAN_MAX 100000000000 /* 3,000 years, in seconds */
#define RAW_MIN	 4	      /* bytes: the shortest message is an answer in the handshake */

/* Up to `max` hex bytes, with or without blanks between them; `*at` is moved behind them.  `to`
 * (NULL: they are only counted) may be the text itself. */
static size_t read_hex(const char **at, const char *limit, uint8_t *to, size_t max)
{
	const char *c = *at;
	size_t n = 0;

	for (; n < max && limit - c > 1 && ccs_hex_digit(c[0]) >= 0 && ccs_hex_digit(c[1]) >= 0;
	     n++) {
		if (to)
			to[n] = (uint8_t)(ccs_hex_digit(c[0]) << 4 | ccs_hex_digit(c[1]));
		*at = c += 2;
		while (c < limit && *c == ' ')
			c++;
	}
	return n;
}

static char *find_last(char *at, char *limit, char c)
{
	while (limit > at)
		if (*--limit == c)
			return limit;
	return NULL;
}

static char *find_text(char *at, const char *limit, const char *text)
{
	size_t length = strlen(text);

	for (; (size_t)(limit - at) >= length; at++)
		if (!memcmp(at, text, length))
			return at;
	return NULL;
}

static const char *skip_blanks(const char *at, const char *limit)
{
	while (at < limit && (*at == ' ' || *at == '\t' || *at == '\r'))
		at++;
	return at;
}

/* A number of up to 18 digits; `*at` is moved behind it.  False: there is none. */
static bool read_number(const char **at, const char *limit, int64_t *value)
{
	const char *start = *at;

	for (*value = 0; *at < limit && **at >= '0' && **at <= '9' && *at - start < 18; ++*at)
		*value = *value * 10 + (**at - '0');
	return *at > start;
}

/* `digits` of them, and a separator behind them unless it is 0. */
static bool read_part(const char **at, const char *limit, unsigned int digits, char separator,
		      int64_t *value)
{
	const char *start = *at;

	if (!read_number(at, limit, value) || *at - start != digits)
		return false;
	if (!separator)
		return true;
	if (*at == limit || (**at != separator && !(separator == 'T' && **at == ' ')))
		return false;
	++*at;
	return true;
}

static int64_t days_since_1970(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month <= 2 ? year - 1 : year, era = y / 400, of_era = y - era * 400;
	int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* 2023-05-01T12:00:00.123456, also with a blank for the T. */
static bool read_date(const char *at, const char *limit, ccs_time *time)
{
	int64_t year, month, day, hour, minute, second, us = 0;

	if (!read_part(&at, limit, 4, '-', &year) || !read_part(&at, limit, 2, '-', &month) ||
	    !read_part(&at, limit, 2, 'T', &day) || !read_part(&at, limit, 2, ':', &hour) ||
	    !read_part(&at, limit, 2, ':', &minute) || !read_part(&at, limit, 2, 0, &second))
		return false;
	if (at < limit && *at == '.')
		for (int64_t unit = 100000; ++at < limit && *at >= '0' && *at <= '9'; unit /= 10)
			us += (*at - '0') * unit;
	if (month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	*time = ((days_since_1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
	*time = CCS_SECONDS(*time) + us;
	return true;
}

/* "1234" and "1234ms", "123.456" seconds, "12:34.567" minutes and seconds; "]" stands behind. */
static bool read_span(const char *at, const char *end, ccs_time *time)
{
	int64_t number, seconds = 0, us = 0;
	bool whole = true; /* of seconds there is none yet */

	if (!read_number(&at, end, &number) || at == end)
		return false;
	number %= SPAN_MAX;
	if (*at == ':') {
		at++;
		if (!read_number(&at, end, &seconds) || at == end)
			return false;
		number = 60 * number + seconds % SPAN_MAX;
		whole = false;
	}
	if (*at == '.') {
		for (int64_t unit = 100000; ++at < end && *at >= '0' && *at <= '9'; unit /= 10)
			us += (*at - '0') * unit;
		whole = false;
	}
	if (at == end || (*at != ']' && !(whole && *at == 'm')))
		return false;
	*time = whole ? CCS_MS(number) : CCS_SECONDS(number) + us;
	return true;
}

/* At the beginning of a line, or in its first brackets: a date, or the time since a start. */
static void find_time(struct ccs_log_entry *entry, const char *line, const char *end)
{
	const char *at = memchr(line, '[', (size_t)(end - line));

	entry->has_time = read_date(line, end, &entry->time) ||
			  (at && read_date(at + 1, end, &entry->time));
	if (entry->has_time || !at)
		return;
	entry->has_time = read_span(skip_blanks(at + 1, end), end, &entry->time);
}

/* A V2GTP header with an EXI payload type somewhere in the line, and what follows it. */
static bool find_v2gtp(struct ccs_log_entry *entry, char *line, const char *end)
{
	uint8_t header[CCS_V2GTP_HEADER_SIZE];

	for (char *start = line; end - start > 2 * CCS_V2GTP_HEADER_SIZE; start++) {
		struct ccs_reader r = ccs_reader(header, sizeof(header));
		const char *at = start;

		if (at[0] != '0' || at[1] != '1' || (at > line && ccs_hex_digit(at[-1]) >= 0) ||
		    read_hex(&at, end, header, sizeof(header)) < sizeof(header) ||
		    ccs_read_be16(&r) != 0x01fe)
			continue;
		entry->payload_type = ccs_read_be16(&r);
		if (entry->payload_type < 0x8001 || entry->payload_type > 0x8fff)
			continue;
		at = skip_blanks(at, end);
		entry->exi = (uint8_t *)start;
		entry->length = read_hex(&at, end, (uint8_t *)start, ccs_read_be32(&r));
		return true;
	}
	return false;
}

/* Nothing but hex, from `start` to the end of the line: an EXI stream of the handshake, DIN or
 * ISO 15118-2, which can be recognised. */
static bool take_raw(struct ccs_log_entry *entry, char *start, const char *end)
{
	const char *at = start;
	uint8_t head[2] = { 0 };
	size_t n;

	read_hex(&at, end, head, sizeof(head));
	at = start;
	n = read_hex(&at, end, NULL, CCS_LOG_LINE_MAX);
	if (n < RAW_MIN || skip_blanks(at, end) != end || head[0] != 0x80 ||
	    !ccs_protocol_of_message(CCS_PROTOCOL_NONE, 0x8001, head, sizeof(head)))
		return false;
	at = start;
	entry->exi = (uint8_t *)start;
	entry->length = read_hex(&at, end, (uint8_t *)start, n);
	entry->payload_type = 0x8001;
	return true;
}

/* Raw hex: what stands before " means:", what follows the last "=", or the whole line. */
static bool find_raw(struct ccs_log_entry *entry, char *line, char *end)
{
	char *means = find_text(line, end, " means:");
	char *bracket = means ? find_last(line, means, ']') : NULL;
	char *equals = find_last(line, end, '=');

	if (bracket)
		return take_raw(entry, bracket + 1 + (bracket[1] == ' '), means);
	if (!equals)
		return take_raw(entry, line, end);
	equals++;
	if (end - equals > 3 && equals[2] == ' ' && strchr("DE", equals[0]))
		equals += 3; /* the tag of the EXI log of pyPLC: "Dh ", "DD ", "ED " */
	while (equals < end && *equals == ' ')
		equals++;
	return take_raw(entry, equals, end);
}

/* "[fe80::1]:15118", "192.168.0.1:514" */
static struct ccs_address read_address(struct ccs_text text)
{
	struct ccs_address address = { .kind = CCS_ADDRESS_NONE };
	const char *end = text.at + text.length, *colon = end;
	bool v6 = text.length && text.at[0] == '[';
	char host[64];
	size_t n;
	int64_t port;

	while (colon > text.at && *--colon != ':')
		;
	if (colon - text.at < 2 || (v6 && colon[-1] != ']'))
		return address;
	n = (size_t)(colon - text.at) - (v6 ? 2 : 0);
	if (n >= sizeof(host))
		return address;
	memcpy(host, text.at + v6, n);
	host[n] = '\0';
	colon++;
	if (!read_number(&colon, end, &port) || port > UINT16_MAX ||
	    inet_pton(v6 ? AF_INET6 : AF_INET, host, address.bytes) != 1)
		return address;
	address.kind = v6 ? CCS_ADDRESS_IPV6 : CCS_ADDRESS_IPV4;
	address.port = (uint16_t)port;
	return address;
}

/* "-12.345678" */
static bool read_seconds(const char *at, const char *end, ccs_time *time)
{
	bool negative = at < end && *at == '-';
	int64_t seconds, us;

	at += negative;
	if (!read_number(&at, end, &seconds) || end - at != 7 || seconds > 1000000000000)
		return false;
	at++;
	if (!read_part(&at, end, 6, 0, &us))
		return false;
	*time = CCS_SECONDS(seconds) + us;
	if (negative)
		*time = -*time;
	return true;
}

static bool is(const struct ccs_json_slice *slice, const char *text)
{
	return slice->length == strlen(text) && !memcmp(slice->at, text, slice->length);
}

static void take_member(struct ccs_log_entry *entry, const struct ccs_json_slice *key,
			const struct ccs_json_slice *value)
{
	const char *at = value->at, *end = at + value->length;
	const struct ccs_text text = { at, (uint32_t)value->length };
	uint8_t type[2] = { 0 };
	int64_t number;

	if (is(key, "time")) {
		entry->has_time = read_date(at, end, &entry->time);
	} else if (is(key, "t")) {
		entry->has_since = read_seconds(at, end, &entry->since);
	} else if (is(key, "frame") && read_number(&at, end, &number)) {
		entry->line = (uint64_t)number;
		entry->is_packet = true;
	} else if (is(key, "src")) {
		entry->src = read_address(text);
	} else if (is(key, "dst")) {
		entry->dst = read_address(text);
	} else if (is(key, "dir")) {
		entry->dir = is(value, "ev") ? CCS_SIDE_EV : CCS_SIDE_EVSE;
	} else if (is(key, "proto")) {
		entry->protocol = ccs_protocol_of_name(text);
	} else if (is(key, "payload_type") && value->length == 6) {
		at += 2;
		if (read_hex(&at, end, type, 2) == 2)
			entry->payload_type = (uint16_t)(type[0] << 8 | type[1]);
	}
}

/* A member of an object; a string comes without its quotes. */
static bool read_member(struct ccs_json *json, struct ccs_json_slice *key,
			struct ccs_json_slice *value)
{
	if (ccs_json_string(json, key) < 0 || ccs_json_take(json, ':') < 0)
		return false;
	if (ccs_json_peek(json) == '"')
		return ccs_json_string(json, value) == 0;
	return ccs_json_skip(json, value) == 0;
}

/* One of our JSON lines. */
static bool read_record(struct ccs_log_entry *entry, char *line, const char *end)
{
	struct ccs_json json = { line, end };
	struct ccs_json_slice key, value, exi = { 0 };
	bool message = false;
	const char *at;
	int more = 1;

	if (ccs_json_take(&json, '{') < 0)
		return false;
	while (more > 0 && read_member(&json, &key, &value)) {
		if (is(&key, "kind"))
			message = is(&value, "msg");
		else if (is(&key, "exi"))
			exi = value;
		else
			take_member(entry, &key, &value);
		more = ccs_json_next(&json, '}');
	}
	if (!message || !exi.at)
		return false;
	at = exi.at;
	entry->exi = (uint8_t *)line;
	entry->length = read_hex(&at, exi.at + exi.length, (uint8_t *)line, exi.length);
	return true;
}

bool ccs_log_read_line(struct ccs_log_entry *entry, char *line, size_t length)
{
	char *end = line + length, *start = line;

	*entry = (struct ccs_log_entry) { .line = entry->line };
	while (start < end && (*start == ' ' || *start == '\t'))
		start++;
	if (start == end || *start == '#')
		return false;
	if (*start == '{')
		return read_record(entry, start, end);
	find_time(entry, start, end);
	return find_v2gtp(entry, start, end) || find_raw(entry, start, end);
}

bool ccs_log_looks_like(const uint8_t *bytes, size_t length)
{
	size_t odd = 0;

	for (size_t i = 0; i < length; i++) {
		if (!bytes[i])
			return false;
		odd += bytes[i] < 0x20 && !strchr("\t\n\r\033", bytes[i]);
	}
	return length && odd * 20 < length;
}

/* Text that was read, but for its last, unfinished line. */
struct lines {
	struct ccs_analyser *analyser;
	char *memory;
	size_t filled;
	uint64_t number;
	bool passing; /* the rest of a line that is too long */
};

static void take_line(struct lines *lines, char *line, size_t length)
{
	struct ccs_log_entry entry = { .line = ++lines->number };

	if (!lines->passing && ccs_log_read_line(&entry, line, length))
		ccs_analyser_entry(lines->analyser, &entry);
	lines->passing = false;
}

static void take_lines(struct lines *lines)
{
	char *start = lines->memory, *end = start + lines->filled, *newline;

	while ((newline = memchr(start, '\n', (size_t)(end - start)))) {
		take_line(lines, start, (size_t)(newline - start));
		start = newline + 1;
	}
	lines->filled = (size_t)(end - start);
	if (lines->filled == CCS_LOG_LINE_MAX) {
		lines->passing = true;
		lines->filled = 0;
	}
	memmove(lines->memory, start, lines->filled);
}

int ccs_log_run(struct ccs_analyser *analyser, long (*read)(void *user, uint8_t *to, size_t size),
		void *user)
{
	struct lines lines = { .analyser = analyser, .memory = malloc(CCS_LOG_LINE_MAX) };
	long n;

	if (!lines.memory)
		return CCS_ERR_SPACE;
	while ((n = read(user, (uint8_t *)lines.memory + lines.filled,
			 CCS_LOG_LINE_MAX - lines.filled)) > 0) {
		lines.filled += (size_t)n;
		take_lines(&lines);
	}
	if (lines.filled)
		take_line(&lines, lines.memory, lines.filled);
	free(lines.memory);
	ccs_analyser_finish(analyser);
	return n < 0 ? CCS_ERR_IO : 0;
}
