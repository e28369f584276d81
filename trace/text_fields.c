/* SPDX-License-Identifier: Apache-2.0 */
/* All fields of a message below each other. */
#include "trace/json_walk.h"
#include "trace/text_message.h"

#include <stdlib.h>
#include <string.h>

#define INDENT 4

static void print_indent(struct ccs_print *print, unsigned int depth)
{
	for (unsigned int i = 0; i < INDENT + 2 * depth; i++)
		ccs_print_char(print, ' ');
}

/* A blank and the value, escaped as in JSON; the control characters U+0080 to U+009F, which JSON
 * lets pass and some terminals obey, too. */
static void print_value(struct ccs_print *print, struct ccs_text value)
{
	ccs_print_char(print, ' ');
	for (uint32_t i = 0; i < value.length; i++) {
		bool control = (uint8_t)value.at[i] == 0xc2 && i + 1 < value.length &&
			       (uint8_t)value.at[i + 1] < 0xa0;

		ccs_print_char(print, control ? '?' : value.at[i]);
		i += control;
	}
}

static bool read_integer(struct ccs_text text, int64_t *value)
{
	size_t i = text.length && text.at[0] == '-';

	if (i == text.length || text.length > 18)
		return false;
	for (*value = 0; i < text.length; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		*value = *value * 10 + (text.at[i] - '0');
	}
	if (text.at[0] == '-')
		*value = -*value;
	return true;
}

/* value * 10^exponent as a plain decimal number, where that is short. */
static void print_decimal(struct ccs_print *print, int64_t value, int64_t exponent)
{
	if (exponent < -9 || exponent > 9) {
		ccs_print_signed(print, value);
		ccs_print_char(print, 'e');
		ccs_print_signed(print, exponent);
	} else if (exponent < 0) {
		ccs_print_fixed(print, value, (unsigned int)-exponent);
	} else {
		ccs_print_signed(print, value);
		for (; value && exponent > 0; exponent--)
			ccs_print_char(print, '0');
	}
}

/* An object that is a quantity and nothing else is printed as one; `json` stands behind its
 * bracket, and behind the closing one when it was. */
static bool print_quantity(struct ccs_print *print, struct ccs_json_walk *json)
{
	struct ccs_json_walk ahead = *json;
	struct ccs_text unit = { "", 0 };
	int64_t value = 0, exponent = 0;
	bool has_value = false, has_exponent = false;

	for (;;) {
		struct ccs_json_item item = ccs_json_walk_next(&ahead);

		if (item.kind == CCS_JSON_CLOSE)
			break;
		if (ccs_text_is(item.key, "Value"))
			has_value = read_integer(item.value, &value);
		else if (ccs_text_is(item.key, "Multiplier") || ccs_text_is(item.key, "Exponent"))
			has_exponent = read_integer(item.value, &exponent);
		else if (ccs_text_is(item.key, "Unit"))
			unit = item.value;
		else
			return false;
	}
	if (!has_value || !has_exponent)
		return false;
	ccs_print_char(print, ' ');
	print_decimal(print, value, exponent);
	if (unit.length) {
		ccs_print_char(print, ' ');
		ccs_print_bytes(print, unit.at, unit.length);
	}
	*json = ahead;
	return true;
}

/* An array of scalars goes into one line. */
static bool print_scalars(struct ccs_print *print, struct ccs_json_walk *json)
{
	struct ccs_json_walk ahead = *json;
	struct ccs_json_item item;

	while ((item = ccs_json_walk_next(&ahead)).kind != CCS_JSON_CLOSE)
		if (item.kind != CCS_JSON_SCALAR && item.kind != CCS_JSON_STRING)
			return false;
	while ((item = ccs_json_walk_next(json)).kind != CCS_JSON_CLOSE)
		print_value(print, item.value);
	return true;
}

static void print_content(struct ccs_print *print, struct ccs_json_walk *json,
			  const struct ccs_json_item *item)
{
	switch (item->kind) {
	case CCS_JSON_STRING:
	case CCS_JSON_SCALAR:
		print_value(print, item->value);
		break;
	case CCS_JSON_OBJECT:
		print_quantity(print, json);
		break;
	case CCS_JSON_ARRAY:
		print_scalars(print, json);
		break;
	case CCS_JSON_END:
	case CCS_JSON_CLOSE:
		break;
	}
}

void ccs_print_fields(struct ccs_print *print, struct ccs_text text)
{
	struct ccs_json_walk json = ccs_json_walk(text.at, text.length);
	struct ccs_json_item item = ccs_json_walk_next(&json);

	while ((item = ccs_json_walk_next(&json)).kind != CCS_JSON_END) {
		unsigned int opened = item.kind == CCS_JSON_OBJECT || item.kind == CCS_JSON_ARRAY;

		if (item.kind == CCS_JSON_CLOSE)
			continue;
		print_indent(print, json.depth - opened - 1);
		if (item.key.length)
			ccs_print_bytes(print, item.key.at, item.key.length);
		else
			ccs_print_char(print, '-');
		print_content(print, &json, &item);
		ccs_print_char(print, '\n');
	}
}
