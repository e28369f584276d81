/* SPDX-License-Identifier: Apache-2.0 */
/* A walk over the structs of a message, along the codec's tables. */
#include "ccs/fields.h"

#include "exi/table.h"
#include "ccs/quantities.h"

#include <string.h>

/* Deeper than any schema: what a walk stops at when a table were wrong. */
#define DEPTH_MAX 24

struct walk {
	const struct ccs_exi_set *set;
	bool (*visit)(void *user, const struct ccs_field *field);
	void *user;
};

static uint32_t load32(const uint8_t *at)
{
	uint32_t v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static uint64_t load64(const uint8_t *at)
{
	uint64_t v;

	memcpy(&v, at, sizeof(v));
	return v;
}

/* The decoder has checked `index`. */
static const char *literal_of(const char *literals, uint32_t index)
{
	for (; index > 0; index--)
		literals += strlen(literals) + 1;
	return literals;
}

static void read_enum(const struct walk *walk, struct ccs_field *field,
		      const struct ccs_exi_row *row, const uint8_t *at)
{
	const struct ccs_exi_names *names = ccs_exi_find_names(walk->set, row);
	uint32_t v = ccs_exi_load(row, at);

	field->kind = CCS_FIELD_LITERAL;
	field->number = v;
	if (names && v <= row->limit)
		field->literal = literal_of(ccs_exi_literals(names, row), v);
}

static bool is_unsigned(const struct ccs_exi_row *row)
{
	const struct ccs_exi_range *range = row->type;

	return !range || range->min >= 0;
}

static void read_integer(struct ccs_field *field, const struct ccs_exi_row *row, const uint8_t *at)
{
	field->kind = CCS_FIELD_NUMBER;
	if (row->kind == CCS_EXI_UVAR32 || row->kind == CCS_EXI_SVAR32) {
		uint32_t v = load32(at);

		field->number = is_unsigned(row) ? (int64_t)v : (int64_t)(int32_t)v;
	} else {
		uint64_t v = load64(at);

		if (is_unsigned(row) && v > INT64_MAX)
			v = INT64_MAX;
		field->number = (int64_t)v;
	}
}

/* A value that is no struct; false: it is one, or nothing. */
static bool read_leaf(const struct walk *walk, struct ccs_field *field,
		      const struct ccs_exi_row *row, const uint8_t *at)
{
	struct ccs_integer integer;

	switch ((enum ccs_exi_kind)row->kind) {
	case CCS_EXI_BOOL:
		field->kind = CCS_FIELD_BOOLEAN;
		field->number = *at != 0;
		return true;
	case CCS_EXI_ENUM:
		read_enum(walk, field, row, at);
		return true;
	case CCS_EXI_BITS:
		field->kind = CCS_FIELD_NUMBER;
		field->number = (int32_t)load32(at);
		return true;
	case CCS_EXI_UVAR32:
	case CCS_EXI_SVAR32:
	case CCS_EXI_UVAR64:
	case CCS_EXI_SVAR64:
		read_integer(field, row, at);
		return true;
	case CCS_EXI_INTEGER:
		memcpy(&integer, at, sizeof(integer));
		field->kind = CCS_FIELD_BYTES;
		field->bytes = CCS_BYTES(integer.at, integer.length);
		return true;
	case CCS_EXI_TEXT:
		field->kind = CCS_FIELD_TEXT;
		memcpy(&field->text, at, sizeof(field->text));
		return true;
	case CCS_EXI_BYTES:
		field->kind = CCS_FIELD_BYTES;
		memcpy(&field->bytes, at, sizeof(field->bytes));
		return true;
	case CCS_EXI_STRUCT:
	case CCS_EXI_GROUP:
	case CCS_EXI_ANY:
	case CCS_EXI_END:
		break;
	}
	return false;
}

static bool is_present(const struct ccs_exi_row *row, const uint8_t *base)
{
	return row->has == CCS_EXI_NO_FLAG || base[row->has] != 0;
}

/* Whether the struct is a PhysicalValue or a RationalNumber; then `field` becomes a quantity. */
static bool read_quantity(const struct walk *walk, struct ccs_field *field,
			  const struct ccs_exi_type *type, const uint8_t *base)
{
	int64_t value = 0, exponent = 0, factor = 1;
	const char *name = ccs_exi_row_name(walk->set, type->rows);

	if (strcmp(name, "Multiplier") != 0 && strcmp(name, "Exponent") != 0)
		return false;
	for (const struct ccs_exi_row *row = type->rows; row->kind != CCS_EXI_END; row++) {
		struct ccs_field part = { .name = ccs_exi_row_name(walk->set, row) };

		if (!is_present(row, base) || !read_leaf(walk, &part, row, base + row->offset))
			continue;
		if (row == type->rows)
			exponent = part.number;
		else if (part.kind == CCS_FIELD_LITERAL)
			field->literal = part.literal;
		else
			value = part.number;
	}
	if (field->literal && strcmp(field->literal, "m") == 0)
		factor = 60;
	if (field->literal && strcmp(field->literal, "h") == 0)
		factor = 3600;
	field->kind = CCS_FIELD_QUANTITY;
	field->number = ccs_multiply(ccs_milli(value, (int32_t)exponent), factor);
	return true;
}

static void walk_value(const struct walk *walk, const struct ccs_exi_row *row, const uint8_t *at,
		       unsigned int depth);

static void walk_member(const struct walk *walk, const struct ccs_exi_row *row, const uint8_t *base,
			unsigned int depth)
{
	const uint8_t *at = base + row->offset;

	if (row->flags & CCS_EXI_LIST) {
		struct ccs_exi_list list;
		size_t size = ccs_exi_value_size(row);

		memcpy(&list, at, sizeof(list));
		for (uint32_t i = 0; i < list.count; i++)
			walk_value(walk, row, (const uint8_t *)list.at + i * size, depth);
	} else if (row->flags & CCS_EXI_POINTER) {
		const uint8_t *value;

		memcpy(&value, at, sizeof(value));
		if (value)
			walk_value(walk, row, value, depth);
	} else if (is_present(row, base)) {
		walk_value(walk, row, at, depth);
	}
}

static void walk_type(const struct walk *walk, const struct ccs_exi_type *type, const uint8_t *base,
		      unsigned int depth)
{
	for (const struct ccs_exi_row *row = type->rows; row->kind != CCS_EXI_END; row++)
		walk_member(walk, row, base, depth);
}

static void walk_group(const struct walk *walk, const struct ccs_exi_row *row, const uint8_t *at,
		       unsigned int depth)
{
	const struct ccs_exi_group *group = row->type;
	uint32_t tag = ccs_exi_load(row, at);

	if (tag > 0 && tag <= group->count)
		walk_value(walk, &group->rows[tag - 1], at + group->rows[tag - 1].offset, depth);
}

/* One value of a row, at its own place.  The depth is bounded by the schema and by DEPTH_MAX. */
static void walk_value(const struct walk *walk, const struct ccs_exi_row *row, const uint8_t *at,
		       unsigned int depth)
{
	struct ccs_field field = { .kind = CCS_FIELD_STRUCT, .depth = depth };

	if (depth >= DEPTH_MAX)
		return;
	if (row->kind == CCS_EXI_GROUP) {
		walk_group(walk, row, at, depth);
		return;
	}
	field.name = ccs_exi_row_name(walk->set, row);
	if (read_leaf(walk, &field, row, at)) {
		walk->visit(walk->user, &field);
		return;
	}
	if (row->kind != CCS_EXI_STRUCT || !row->type)
		return;
	if (read_quantity(walk, &field, row->type, at))
		walk->visit(walk->user, &field);
	else if (walk->visit(walk->user, &field))
		walk_type(walk, row->type, at, depth + 1);
}

void ccs_fields_visit(const struct ccs_exi_document *document,
		      bool (*visit)(void *user, const struct ccs_field *field), void *user)
{
	const struct ccs_exi_set *set = document->set;
	const struct walk walk = { .set = set, .visit = visit, .user = user };

	if (!document->value || document->element >= set->element_count)
		return;
	walk_value(&walk, ccs_exi_root(set, document->element), document->value, 0);
}
