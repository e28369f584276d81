/* SPDX-License-Identifier: Apache-2.0 */
/* A cursor over JSON text. */
#include "ccs/json.h"

#include "base/utf8.h"
#include "ccs/hex.h"

#include <stdint.h>
#include <string.h>

char ccs_json_peek(struct ccs_json *json)
{
	while (json->at < json->end &&
	       (*json->at == ' ' || *json->at == '\t' || *json->at == '\n' || *json->at == '\r'))
		json->at++;
	return json->at < json->end ? *json->at : 0;
}

int ccs_json_take(struct ccs_json *json, char expected)
{
	if (ccs_json_peek(json) != expected)
		return CCS_ERR_SYNTAX;
	json->at++;
	return 0;
}

int ccs_json_string(struct ccs_json *json, struct ccs_json_slice *string)
{
	const char *start;

	if (ccs_json_take(json, '"') < 0)
		return CCS_ERR_SYNTAX;
	for (start = json->at; json->at < json->end; json->at++) {
		if (*json->at == '"') {
			*string = (struct ccs_json_slice) { start, (size_t)(json->at - start) };
			json->at++;
			return 0;
		}
		if ((unsigned char)*json->at < 0x20)
			break;
		if (*json->at == '\\' && ++json->at == json->end)
			break;
	}
	return CCS_ERR_SYNTAX;
}

static bool take_digits(struct ccs_json *json)
{
	const char *start = json->at;

	while (json->at < json->end && *json->at >= '0' && *json->at <= '9')
		json->at++;
	return json->at > start;
}

static bool take_one(struct ccs_json *json, const char *set)
{
	if (json->at == json->end || !*json->at || !strchr(set, *json->at))
		return false;
	json->at++;
	return true;
}

int ccs_json_number(struct ccs_json *json, struct ccs_json_slice *number)
{
	const char *start;

	ccs_json_peek(json);
	start = json->at;
	take_one(json, "-");
	if (!take_digits(json))
		return CCS_ERR_SYNTAX;
	if (take_one(json, ".") && !take_digits(json))
		return CCS_ERR_SYNTAX;
	if (take_one(json, "eE")) {
		take_one(json, "+-");
		if (!take_digits(json))
			return CCS_ERR_SYNTAX;
	}
	*number = (struct ccs_json_slice) { start, (size_t)(json->at - start) };
	return 0;
}

static bool take_word(struct ccs_json *json, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(json->end - json->at) < length || memcmp(json->at, word, length) != 0)
		return false;
	json->at += length;
	return true;
}

int ccs_json_bool(struct ccs_json *json, bool *value)
{
	ccs_json_peek(json);
	*value = take_word(json, "true");
	return *value || take_word(json, "false") ? 0 : CCS_ERR_SYNTAX;
}

/* Brackets are counted, not matched: what is inside is judged when it is read. */
int ccs_json_skip(struct ccs_json *json, struct ccs_json_slice *value)
{
	const char *start;
	size_t depth = 0;

	ccs_json_peek(json);
	start = json->at;
	do {
		struct ccs_json_slice slice;
		bool flag;
		char c = ccs_json_peek(json);

		if (c == '{' || c == '[') {
			depth++;
			json->at++;
		} else if (depth && (c == '}' || c == ']')) {
			depth--;
			json->at++;
		} else if (depth && (c == ',' || c == ':')) {
			json->at++;
		} else if (c == '"') {
			if (ccs_json_string(json, &slice) < 0)
				return CCS_ERR_SYNTAX;
		} else if (c != 'n' || !take_word(json, "null")) {
			if (ccs_json_bool(json, &flag) < 0 && ccs_json_number(json, &slice) < 0)
				return CCS_ERR_SYNTAX;
		}
	} while (depth);
	*value = (struct ccs_json_slice) { start, (size_t)(json->at - start) };
	return 0;
}

int ccs_json_next(struct ccs_json *json, char close)
{
	char c = ccs_json_peek(json);

	if (c != ',' && c != close)
		return CCS_ERR_SYNTAX;
	json->at++;
	return c == ',';
}

/* The code unit behind \u. */
static int read_unit(const char *at, const char *end, uint32_t *unit)
{
	*unit = 0;
	if (end - at < 4)
		return CCS_ERR_SYNTAX;
	for (int i = 0; i < 4; i++) {
		int digit = ccs_hex_digit(at[i]);

		if (digit < 0)
			return CCS_ERR_SYNTAX;
		*unit = *unit << 4 | (uint32_t)digit;
	}
	return 0;
}

/* \uXXXX, or two of them for one character; returns what it used behind the backslash. */
static int read_unicode(const char *at, const char *end, uint32_t *code)
{
	uint32_t low;

	if (read_unit(at + 1, end, code) < 0)
		return CCS_ERR_SYNTAX;
	if (*code < 0xd800 || *code > 0xdfff)
		return 5;
	if (*code > 0xdbff || end - at < 11 || at[5] != '\\' || at[6] != 'u' ||
	    read_unit(at + 7, end, &low) < 0 || low < 0xdc00 || low > 0xdfff)
		return CCS_ERR_SYNTAX;
	*code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
	return 11;
}

int ccs_json_unescape(const struct ccs_json_slice *string, char *to)
{
	static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
	const char *at = string->at, *end = at + string->length;
	char *start = to;

	while (at < end) {
		const char *known;
		uint32_t code;
		int used;

		if (*at != '\\') {
			*to++ = *at++;
			continue;
		}
		at++;
		if (at < end && *at == 'u') {
			used = read_unicode(at, end, &code);
			if (used < 0)
				return used;
			at += used;
			to += ccs_utf8_put((uint8_t *)to, code);
			continue;
		}
		known = at < end && *at ? strchr(from, *at) : NULL;
		if (!known)
			return CCS_ERR_SYNTAX;
		*to++ = into[known - from];
		at++;
	}
	return (int)(to - start);
}
