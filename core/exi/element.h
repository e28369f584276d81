/* SPDX-License-Identifier: Apache-2.0 */
/* The decoder's state, and values of single elements into the members of a struct. */
#ifndef CCS_CORE_EXI_ELEMENT_H
#define CCS_CORE_EXI_ELEMENT_H

#include "exi/content.h"
#include "exi/quantity.h"

struct ccs_exi_frame {
	const struct ccs_exi_row *row;	/* the state in which the element began, */
	const struct ccs_exi_row *item; /* and the row that names it */
	uint8_t *base;
	uint32_t entries;
};

struct ccs_exi_decoder {
	struct ccs_bits_in in;
	struct ccs_pool *pool;
	const struct ccs_exi_set *set;
	struct ccs_exi_frame stack[CCS_EXI_DEPTH];
	const struct ccs_exi_type *type; /* of the first element */
	unsigned int depth;
	const struct ccs_exi_row *item; /* at an error: what was being read, */
	uint32_t entries;		/* and which entry of its list */
	void (*step)(void *user, const struct ccs_exi_step *step);
	void *user;
};
/* Where the walk is; a local of ccs_exi_walk, so that it lives in registers. */
struct ccs_exi_place {
	struct ccs_bits_in in;
	const struct ccs_exi_row *row, *item;
	uint8_t *base;
	uint32_t entries;
	unsigned int width, depth;
};

/* The member at `row` becomes ready for a value; where it goes, or NULL when the pool is full. */
static inline uint8_t *ccs_exi_make_room(struct ccs_pool *pool, const struct ccs_exi_row *row,
					 uint8_t *base, uint32_t entries)
{
	size_t size = ccs_exi_value_size(row);
	void *at;

	if (row->flags & CCS_EXI_LIST) {
		struct ccs_exi_list list;

		memcpy(&list, base + row->offset, sizeof(list));
		at = ccs_pool_list(pool, list.at, entries, size);
		if (!at)
			return NULL;
		list = (struct ccs_exi_list) { at, entries + 1 };
		memcpy(base + row->offset, &list, sizeof(list));
		return (uint8_t *)at + entries * size;
	}
	at = ccs_pool_struct(pool, size);
	memcpy(base + row->offset, &at, sizeof(at));
	return at;
}

/* What the member of a varint row can hold, as a magnitude. */
static inline uint64_t ccs_exi_largest(const struct ccs_exi_row *row)
{
	const struct ccs_exi_range *range = row->type;

	if (row->kind == CCS_EXI_UVAR64)
		return UINT64_MAX;
	if (row->kind == CCS_EXI_SVAR64)
		return INT64_MAX;
	return row->kind == CCS_EXI_UVAR32 && range->max > INT32_MAX ? UINT32_MAX : INT32_MAX;
}

/* An octet string or number whose content does not fit the window; after SE and CH. */
static inline int ccs_exi_read_long(struct ccs_bits_in *in, struct ccs_pool *pool,
				    const struct ccs_exi_row *row, uint8_t *to)
{
	struct ccs_integer integer = { 0 };
	struct ccs_bytes bytes = { 0 };
	struct ccs_text text = { 0 };
	uint32_t sign = 0;
	uint64_t v;
	int error;

	switch (row->kind) {
	case CCS_EXI_TEXT:
		error = ccs_exi_read_text(in, pool, &text);
		memcpy(to, &text, sizeof(text));
		return error;
	case CCS_EXI_BYTES:
		error = ccs_exi_read_octets(in, pool, &bytes);
		memcpy(to, &bytes, sizeof(bytes));
		return error;
	case CCS_EXI_INTEGER:
		error = ccs_exi_read_integer(in, pool, &integer);
		memcpy(to, &integer, sizeof(integer));
		return error;
	case CCS_EXI_SVAR32:
	case CCS_EXI_SVAR64:
		if (!ccs_bits_read(in, 1, &sign))
			return CCS_ERR_SHORT;
	}
	error = ccs_exi_read_varint(in, &v);
	if (error)
		return error;
	if (v > ccs_exi_largest(row))
		return CCS_ERR_RANGE;
	if (sign)
		v = ~v;
	if (row->kind == CCS_EXI_UVAR64 || row->kind == CCS_EXI_SVAR64) {
		memcpy(to, &v, sizeof(v));
	} else {
		uint32_t low = (uint32_t)v;

		memcpy(to, &low, sizeof(low));
	}
	return 0;
}

/* The bit behind SE is CH = 0, or the escape: then only EE, an empty value, is understood. */
static inline int ccs_exi_read_element(struct ccs_bits_in *in, struct ccs_pool *pool,
				       const struct ccs_exi_row *row, uint8_t *to)
{
	bool may_be_empty = row->kind == CCS_EXI_TEXT || row->kind == CCS_EXI_BYTES;
	uint32_t bit;
	int error;

	if (!ccs_bits_read(in, 1, &bit))
		return CCS_ERR_SHORT;
	if (bit) {
		/* EXI 8.4.3: seven second level events in the first state, EE is the first. */
		if (!ccs_bits_read(in, 3, &bit))
			return CCS_ERR_SHORT;
		return bit || !may_be_empty ? CCS_ERR_EVENT : 0;
	}
	error = ccs_exi_read_long(in, pool, row, to);
	if (error)
		return error;
	if (!ccs_bits_read(in, 1, &bit))
		return CCS_ERR_SHORT;
	return bit ? CCS_ERR_EVENT : 0;
}

/* Any simple element behind its SE; the walk has faster ways for some. */
static inline int ccs_exi_read_leaf(struct ccs_bits_in *in, struct ccs_pool *pool,
				    const struct ccs_exi_row *row, uint8_t *to)
{
	uint32_t v;

	if (row->kind > CCS_EXI_BITS)
		return ccs_exi_read_element(in, pool, row, to);
	if (!ccs_bits_read(in, row->bits + 2u, &v))
		return CCS_ERR_SHORT;
	if ((v & 1) || v >> (row->bits + 1))
		return CCS_ERR_EVENT;
	v >>= 1;
	if (v > row->limit && row->kind == CCS_EXI_ENUM)
		return CCS_ERR_ENUM;
	ccs_exi_store(row, to, (uint32_t)((int32_t)v + row->base));
	return 0;
}

/* A value without CH and EE around it: of an attribute, or the text of an element that has some. */
static inline int ccs_exi_read_bare(struct ccs_bits_in *in, struct ccs_pool *pool,
				    const struct ccs_exi_row *row, uint8_t *to)
{
	uint32_t v;

	if (row->kind > CCS_EXI_BITS)
		return ccs_exi_read_long(in, pool, row, to);
	if (!ccs_bits_read(in, row->bits, &v))
		return CCS_ERR_SHORT;
	if (v > row->limit && row->kind == CCS_EXI_ENUM)
		return CCS_ERR_ENUM;
	ccs_exi_store(row, to, (uint32_t)((int32_t)v + row->base));
	return 0;
}

#endif
