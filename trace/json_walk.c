/* SPDX-License-Identifier: Apache-2.0 */
/* Walking over JSON text, one item at a time. */
#include "trace/json_walk.h"

#include <string.h>

bool ccs_text_is(struct ccs_text text, const char *literal)
{
	return strlen(literal) == text.length && !memcmp(literal, text.at, text.length);
}

static void skip_blanks(struct ccs_json_walk *json)
{
	while (json->at < json->end && (*json->at == ' ' || *json->at == '\t' ||
					*json->at == '\n' || *json->at == '\r' || *json->at == ','))
		json->at++;
}

/* `at` stands on the opening quote. */
static struct ccs_text read_string(struct ccs_json_walk *json)
{
	const char *start = ++json->at;
	struct ccs_text text;

	while (json->at < json->end && *json->at != '"')
		json->at += *json->at == '\\' && json->end - json->at > 1 ? 2 : 1;
	json->failed |= json->at == json->end;
	text = (struct ccs_text) { start, (uint32_t)(json->at - start) };
	if (json->at < json->end)
		json->at++;
	return text;
}

static struct ccs_text read_scalar(struct ccs_json_walk *json)
{
	const char *start = json->at;

	while (json->at < json->end && !strchr(",]} \t\r\n\"", *json->at))
		json->at++;
	json->failed |= json->at == start;
	return (struct ccs_text) { start, (uint32_t)(json->at - start) };
}

static void read_value(struct ccs_json_walk *json, struct ccs_json_item *item)
{
	char c;

	skip_blanks(json);
	item->start = json->at;
	if (json->at == json->end)
		return;
	c = *json->at;
	if (c == '{' || c == '[') {
		item->kind = c == '{' ? CCS_JSON_OBJECT : CCS_JSON_ARRAY;
		json->depth++;
		json->at++;
	} else if (c == '}' || c == ']') {
		json->failed |= json->depth == 0;
		item->kind = CCS_JSON_CLOSE;
		json->depth--;
		json->at++;
	} else if (c == '"') {
		item->kind = CCS_JSON_STRING;
		item->value = read_string(json);
	} else {
		item->kind = CCS_JSON_SCALAR;
		item->value = read_scalar(json);
	}
}

struct ccs_json_item ccs_json_walk_next(struct ccs_json_walk *json)
{
	struct ccs_json_item item = { .kind = CCS_JSON_END };

	read_value(json, &item);
	if (item.kind == CCS_JSON_STRING) {
		skip_blanks(json);
		if (json->at < json->end && *json->at == ':') {
			json->at++;
			item.key = item.value;
			item.value = (struct ccs_text) { 0 };
			item.kind = CCS_JSON_END;
			read_value(json, &item);
			json->failed |= item.kind == CCS_JSON_CLOSE;
		}
	}
	if (item.kind == CCS_JSON_END)
		json->failed |= json->depth > 0;
	if (json->failed) {
		json->at = json->end;
		item.kind = CCS_JSON_END;
	}
	return item;
}

struct ccs_text ccs_json_walk_skip(struct ccs_json_walk *json, const struct ccs_json_item *item)
{
	unsigned int depth = json->depth;

	if (item->kind == CCS_JSON_OBJECT || item->kind == CCS_JSON_ARRAY)
		while (json->depth >= depth && ccs_json_walk_next(json).kind != CCS_JSON_END)
			;
	return (struct ccs_text) { item->start, (uint32_t)(json->at - item->start) };
}
