/* SPDX-License-Identifier: Apache-2.0 */
/* All fields of a message below each other. */
#include "ccs/json.h"
#include "trace/text_message.h"

#include <stdlib.h>
#include <string.h>

#define INDENT 4

enum kind {
	KIND_END, /* of the text, or it is no JSON */
	KIND_OBJECT,
	KIND_ARRAY,
	KIND_CLOSE, /* of the innermost object or array */
	KIND_SCALAR,
};

/* Goes over the values of a JSON text one by one, into objects and arrays, without recursion. */
struct walk {
	struct ccs_json json;
	unsigned int depth; /* objects and arrays that are open */
};

struct item {
	enum kind kind;
	struct ccs_json_slice key;   /* as written; empty in an array */
	struct ccs_json_slice value; /* of a scalar, as written; a string without its quotes */
};

static struct item take_bracket(struct walk *walk, struct item item, enum kind kind)
{
	walk->json.at++;
	walk->depth += kind == KIND_CLOSE ? -1u : 1;
	item.kind = kind;
	return item;
}

static struct item next_item(struct walk *walk)
{
	struct ccs_json *json = &walk->json;
	struct item item = { .kind = KIND_END };
	char c;

	while ((c = ccs_json_peek(json)) == ',')
		json->at++;
	if (c == '"' && ccs_json_string(json, &item.value) == 0) {
		item.kind = KIND_SCALAR;
		if (ccs_json_peek(json) != ':')
			return item;
		json->at++;
		item = (struct item) { .key = item.value };
		c = ccs_json_peek(json);
	}
	if (c == '{' || c == '[')
		return take_bracket(walk, item, c == '{' ? KIND_OBJECT : KIND_ARRAY);
	if ((c == '}' || c == ']') && walk->depth && !item.key.length)
		return take_bracket(walk, item, KIND_CLOSE);
	if (c == '"' ? ccs_json_string(json, &item.value) == 0
		     : c && ccs_json_skip(json, &item.value) == 0)
		item.kind = KIND_SCALAR;
	return item;
}

static bool is(const struct ccs_json_slice *slice, const char *text)
{
	return slice->length == strlen(text) && !memcmp(slice->at, text, slice->length);
}

static void print_indent(struct ccs_print *print, unsigned int depth)
{
	for (unsigned int i = 0; i < INDENT + 2 * depth; i++)
		ccs_print_char(print, ' ');
}

/* A blank and the value, escaped as in JSON; the control characters U+0080 to U+009F, which JSON
 * lets pass and some terminals obey, too. */
static void print_value(struct ccs_print *print, struct ccs_json_slice value)
{
	ccs_print_char(print, ' ');
	for (size_t i = 0; i < value.length; i++) {
		bool control = (uint8_t)value.at[i] == 0xc2 && i + 1 < value.length &&
			       (uint8_t)value.at[i + 1] < 0xa0;

		ccs_print_char(print, control ? '?' : value.at[i]);
		i += control;
	}
}

static bool read_integer(struct ccs_json_slice text, int64_t *value)
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

/* An object that is a quantity and nothing else is printed as one; `walk` stands behind its
 * bracket, and behind the closing one when it was. */
static bool print_quantity(struct ccs_print *print, struct walk *walk)
{
	struct walk ahead = *walk;
	struct ccs_json_slice unit = { "", 0 };
	int64_t value = 0, exponent = 0;
	bool has_value = false, has_exponent = false;

	for (;;) {
		struct item item = next_item(&ahead);

		if (item.kind == KIND_CLOSE)
			break;
		if (item.kind == KIND_END)
			return false;
		if (is(&item.key, "Value"))
			has_value = read_integer(item.value, &value);
		else if (is(&item.key, "Multiplier") || is(&item.key, "Exponent"))
			has_exponent = read_integer(item.value, &exponent);
		else if (is(&item.key, "Unit"))
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
	*walk = ahead;
	return true;
}

/* An array of scalars goes into one line. */
static bool print_scalars(struct ccs_print *print, struct walk *walk)
{
	struct walk ahead = *walk;
	struct item item;

	while ((item = next_item(&ahead)).kind != KIND_CLOSE)
		if (item.kind != KIND_SCALAR)
			return false;
	while ((item = next_item(walk)).kind != KIND_CLOSE)
		print_value(print, item.value);
	return true;
}

static void print_content(struct ccs_print *print, struct walk *walk, const struct item *item)
{
	switch (item->kind) {
	case KIND_SCALAR:
		print_value(print, item->value);
		break;
	case KIND_OBJECT:
		print_quantity(print, walk);
		break;
	case KIND_ARRAY:
		print_scalars(print, walk);
		break;
	case KIND_END:
	case KIND_CLOSE:
		break;
	}
}

void ccs_print_fields(struct ccs_print *print, struct ccs_text text)
{
	struct walk walk = { { text.at, text.at + text.length }, 0 };
	struct item item = next_item(&walk);

	while ((item = next_item(&walk)).kind != KIND_END) {
		unsigned int opened = item.kind == KIND_OBJECT || item.kind == KIND_ARRAY;

		if (item.kind == KIND_CLOSE)
			continue;
		print_indent(print, walk.depth - opened - 1);
		if (item.key.length)
			ccs_print_bytes(print, item.key.at, item.key.length);
		else
			ccs_print_char(print, '-');
		print_content(print, &walk, &item);
		ccs_print_char(print, '\n');
	}
}
