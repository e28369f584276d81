/* SPDX-License-Identifier: Apache-2.0 */
/* Messages with valid random content. */
#include "message.h"

#include "ccs/msg/app.h"
#include "ccs/msg/din.h"
#include "ccs/msg/iso2.h"
#include "ccs/msg/iso20.h"
#include "ccs/msg/xmldsig.h"
#include "exi/root.h"

#include <string.h>

#define LONGEST_LIST 24
#define LONGEST_TEXT 40

const struct ccs_exi_set *const random_sets[] = {
	&ccs_set_app,	  &ccs_set_din,	    &ccs_set_iso2,     &ccs_set_xmldsig,   &ccs_set_iso20,
	&ccs_set_iso20ac, &ccs_set_iso20dc, &ccs_set_iso20wpt, &ccs_set_iso20acdp,
};
const size_t random_set_count = sizeof(random_sets) / sizeof(*random_sets);

struct maker {
	struct random_source *random;
	struct ccs_pool *pool;
};

/* xorshift64*: small, and the same everywhere. */
uint64_t random_next(struct random_source *random)
{
	uint64_t x = random->state ? random->state : 88172645463325252u;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	random->state = x;
	return x * 2685821657736338717u;
}

static uint64_t below(struct maker *m, uint64_t limit)
{
	return (random_next(m->random) >> 11) % limit;
}

static bool make_struct(struct maker *m, const struct ccs_exi_type *type, uint8_t *base);

static void store32(uint8_t *to, uint32_t value)
{
	memcpy(to, &value, sizeof(value));
}

/* As many bits as chance has it, so that all lengths of varints come up; within the range. */
static uint64_t make_number(struct maker *m, const struct ccs_exi_range *range)
{
	uint64_t span = range->max - (uint64_t)range->min;
	uint64_t value = random_next(m->random) >> below(m, 64);
	bool negative = range->min < 0 && below(m, 2);

	if (negative && value - 1 < 0 - (uint64_t)range->min)
		return 0 - value;
	if (!negative && value >= (uint64_t)(range->min > 0 ? range->min : 0) &&
	    value <= (range->min < 0 ? (uint64_t)INT64_MAX & range->max : range->max))
		return value;
	return (uint64_t)range->min + (span + 1 ? below(m, span + 1) : value);
}

static bool make_octets(struct maker *m, const struct ccs_exi_row *row, uint8_t *to)
{
	uint64_t most = row->limit < LONGEST_TEXT ? row->limit : LONGEST_TEXT;
	uint64_t length = row->bits + (most > row->bits ? below(m, most - row->bits + 1) : 0);
	/* No empty text with attributes: EXI has two forms of it. */
	bool some = (row->flags & CCS_EXI_BARE) && !(row->flags & CCS_EXI_ATTRIBUTE);
	struct ccs_bytes bytes;
	uint8_t *at;

	if (some && !length)
		length = 1;
	at = ccs_pool_bytes(m->pool, (size_t)length);
	if (!at)
		return false;
	for (uint64_t i = 0; i < length; i++)
		at[i] = (uint8_t)(row->kind == CCS_EXI_TEXT ? 0x20 + below(m, 0x5f)
							    : below(m, 256));
	if (row->kind == CCS_EXI_TEXT && length >= 3 && below(m, 4) == 0)
		memcpy(at, "\xe2\x82\xac", 3);
	bytes = (struct ccs_bytes) { at, (uint32_t)length };
	memcpy(to, &bytes, sizeof(bytes));
	return true;
}

static bool make_integer(struct maker *m, uint8_t *to)
{
	struct ccs_integer integer = { .length = (uint32_t)below(m, 21) };
	uint8_t *at = ccs_pool_bytes(m->pool, integer.length);

	if (!at)
		return false;
	for (uint32_t i = 0; i < integer.length; i++)
		at[i] = (uint8_t)(i ? below(m, 256) : 1 + below(m, 255));
	integer.at = at;
	integer.negative = integer.length && below(m, 2);
	memcpy(to, &integer, sizeof(integer));
	return true;
}

static bool make_value(struct maker *m, const struct ccs_exi_row *row, uint8_t *to)
{
	uint64_t value;

	switch ((enum ccs_exi_kind)row->kind) {
	case CCS_EXI_BOOL:
	case CCS_EXI_ENUM:
	case CCS_EXI_BITS:
		ccs_exi_store(row, to, (uint32_t)((int32_t)below(m, row->limit + 1u) + row->base));
		return true;
	case CCS_EXI_UVAR32:
	case CCS_EXI_SVAR32:
		store32(to, (uint32_t)make_number(m, row->type));
		return true;
	case CCS_EXI_UVAR64:
	case CCS_EXI_SVAR64:
		value = make_number(m, row->type);
		memcpy(to, &value, sizeof(value));
		return true;
	case CCS_EXI_INTEGER:
		return make_integer(m, to);
	case CCS_EXI_TEXT:
	case CCS_EXI_BYTES:
		return make_octets(m, row, to);
	case CCS_EXI_STRUCT:
		return make_struct(m, row->type, to);
	case CCS_EXI_GROUP:
	case CCS_EXI_ANY:
	case CCS_EXI_END:
		break;
	}
	return false;
}

/* A tag and the alternative's value; wildcards are passed over. */
static bool make_alternative(struct maker *m, const struct ccs_exi_row *row, uint8_t *to)
{
	const struct ccs_exi_group *group = row->type;
	uint64_t index = below(m, group->count);

	while (group->rows[index].kind == CCS_EXI_ANY)
		index = (index + 1) % group->count;
	ccs_exi_store(row, to, (uint32_t)index + 1);
	return make_value(m, &group->rows[index], to + group->rows[index].offset);
}

static bool make_item(struct maker *m, const struct ccs_exi_row *row, uint8_t *to)
{
	return row->kind == CCS_EXI_GROUP ? make_alternative(m, row, to) : make_value(m, row, to);
}

static bool make_list(struct maker *m, const struct ccs_exi_row *row, uint8_t *member)
{
	uint64_t least = row->flags & CCS_EXI_OPTIONAL ? 0 : row->flags & CCS_EXI_MANY ? 2 : 1;
	uint64_t most = row->max < LONGEST_LIST ? row->max : LONGEST_LIST, count;
	struct ccs_exi_list list = { 0 };

	count = least + below(m, 3);
	if (count > most || m->random->full || below(m, 8) == 0)
		count = most;
	while (list.count < count) {
		uint8_t *at = ccs_pool_list(m->pool, list.at, list.count, ccs_exi_value_size(row));

		if (!at)
			return false;
		list.at = at;
		if (!make_item(m, row, at + list.count * ccs_exi_value_size(row)))
			return false;
		list.count++;
	}
	memcpy(member, &list, sizeof(list));
	return true;
}

static bool make_member(struct maker *m, const struct ccs_exi_row *row, uint8_t *base)
{
	uint8_t *to = base + row->offset;

	if (row->flags & CCS_EXI_LIST)
		return make_list(m, row, to);
	if (row->flags & CCS_EXI_POINTER) {
		to = ccs_pool_struct(m->pool, ccs_exi_value_size(row));
		if (!to)
			return false;
		memcpy(base + row->offset, &to, sizeof(to));
	} else if (row->has != CCS_EXI_NO_FLAG) {
		base[row->has] = 1;
	}
	return make_item(m, row, to);
}

static bool make_struct(struct maker *m, const struct ccs_exi_type *type, uint8_t *base)
{
	const struct ccs_exi_row *row = type->rows;

	while (row->kind != CCS_EXI_END) {
		bool list = row->flags & CCS_EXI_LIST, optional = row->flags & CCS_EXI_OPTIONAL;

		if (row->kind == CCS_EXI_ANY && !optional)
			return false;
		if (row->kind == CCS_EXI_ANY ||
		    (optional && !list && !m->random->full && below(m, 2))) {
			row += list ? 1 : row->skip;
			continue;
		}
		if (!make_member(m, row, base))
			return false;
		row++;
	}
	return true;
}

bool random_message(struct random_source *random, struct ccs_exi_document *document,
		    struct ccs_pool *pool)
{
	struct maker m = { random, pool };
	const struct ccs_exi_row *row = ccs_exi_root(document->set, document->element);
	bool relaxed = ccs_exi_is_relaxed(document);
	const struct ccs_exi_type *type = relaxed ? document->set->relaxed->type : row->type;

	document->value = ccs_pool_struct(pool, relaxed ? type->size : ccs_exi_value_size(row));
	if (!document->value)
		return false;
	return relaxed ? make_struct(&m, type, document->value)
		       : make_value(&m, row, document->value);
}

size_t random_element_count(const struct ccs_exi_set *set)
{
	return set->element_count;
}

bool random_is_root(const struct ccs_exi_set *set, uint16_t element)
{
	for (size_t i = 0; i < set->root_count; i++) {
		if (set->roots[i] == element)
			return true;
	}
	return false;
}
