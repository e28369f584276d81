/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decoder's walk over the tables.  It is compiled twice: decode.c without, trace.c with
 * `step`, so that an ordinary decoder pays nothing for being explained.
 *
 * What holds at the head of the loop: `row` is the state, `width` the width of its event code,
 * `entries` how many of the row's list have been read, `base` the struct that is filled, and the
 * stack the states of the elements around.  An event code selects an item: the row itself, one
 * behind it when those between are absent, or an alternative of a group.
 */
#ifndef CCS_CORE_EXI_WALK_H
#define CCS_CORE_EXI_WALK_H

#include "exi/content.h"

struct ccs_exi_frame {
	const struct ccs_exi_row *row;	/* the state in which the element began, */
	const struct ccs_exi_row *item; /* and the row that names it */
	const struct ccs_exi_type *type;
	uint8_t *base;
	uint32_t entries;
};

struct ccs_exi_decoder {
	struct ccs_bits_in in;
	struct ccs_pool *pool;
	const struct ccs_exi_set *set;
	struct ccs_exi_frame stack[CCS_EXI_DEPTH];
	unsigned int depth;
	const struct ccs_exi_row *item; /* at an error: what was being read, */
	uint32_t entries;		/* and which entry of its list */
	void (*step)(void *user, const struct ccs_exi_step *step);
	void *user;
};

static inline void ccs_exi_store(const struct ccs_exi_row *row, uint8_t *to, uint32_t value)
{
	if (row->flags & CCS_EXI_WIDE)
		memcpy(to, &value, sizeof(value));
	else
		*to = (uint8_t)value;
}

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
	if (row->kind == CCS_EXI_UVAR32	  ? v > UINT32_MAX
	    : row->kind == CCS_EXI_SVAR32 ? v > INT32_MAX
					  : row->kind == CCS_EXI_SVAR64 && v > INT64_MAX)
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

/* Integers of one or two octets, with SE's CH and EE; false: not one of these, nothing read. */
static inline bool ccs_exi_read_short(struct ccs_bits_in *in, bool is_signed, uint8_t *to)
{
	uint64_t w = in->window << (1 + is_signed);
	uint32_t low = (uint32_t)(w >> 56), high = (uint32_t)(w >> 48 & 0xff), v, sign;
	unsigned int n = 9 + is_signed;

	v = low;
	if (low & 0x80) {
		if (high & 0x80)
			return false;
		v = (low & 0x7f) | high << 7;
		n += 8;
	}
	if (in->have <= n || in->window >> 63 || in->window << n >> 63)
		return false;
	sign = is_signed ? (uint32_t)(in->window >> 62 & 1) : 0;
	v ^= 0 - sign;
	memcpy(to, &v, sizeof(v));
	ccs_bits_skip(in, n + 1);
	return true;
}

/* May the list or element at `row` be left for what follows, after `entries` of it? */
static inline bool ccs_exi_may_leave(const struct ccs_exi_row *row, uint32_t entries)
{
	if (row->flags & CCS_EXI_OPTIONAL)
		return true;
	return (row->flags & CCS_EXI_LIST) && entries >= (row->flags & CCS_EXI_MANY ? 2u : 1u);
}

static inline void ccs_exi_trace_step(const struct ccs_exi_decoder *d, size_t bit, size_t end,
				      const char *what, const struct ccs_exi_row *row,
				      const void *value)
{
	struct ccs_exi_step step = { bit, end - bit, what, NULL, row, value };

	if (row)
		step.field = ccs_exi_row_name(d->set, row);
	d->step(d->user, &step);
}

/* What a leaf was: CH, its value, EE. */
static inline void ccs_exi_trace_leaf(const struct ccs_exi_decoder *d,
				      const struct ccs_exi_row *item, const uint8_t *to, size_t bit,
				      size_t end)
{
	bool bare = item->flags & CCS_EXI_BARE;

	if (!bare && end - bit == 4 && item->kind >= CCS_EXI_TEXT) {
		ccs_exi_trace_step(d, bit, end, "escape, EE: empty", item, NULL);
		return;
	}
	if (!bare)
		ccs_exi_trace_step(d, bit, bit + 1, "CH", item, NULL);
	ccs_exi_trace_step(d, bit + !bare, end - !bare, "value", item, to);
	if (!bare)
		ccs_exi_trace_step(d, end - 1, end, "EE", item, NULL);
}

static inline const char *ccs_exi_event_name(const struct ccs_exi_row *item)
{
	if (item->kind == CCS_EXI_END)
		return "EE";
	if (item->flags & CCS_EXI_ATTRIBUTE)
		return "AT";
	return item->flags & CCS_EXI_BARE ? "CH" : "SE";
}

/* Reads the content of one element of `type` into `base`, up to and with its EE. */
static inline __attribute__((always_inline)) int
ccs_exi_walk(struct ccs_exi_decoder *d, const struct ccs_exi_type *type, uint8_t *base, bool trace)
{
	struct ccs_bits_in in = d->in, copy;
	const struct ccs_exi_row *row = type->rows, *item = row;
	unsigned int width = row->width, depth = 0, n;
	uint32_t entries = 0, state_entries, code, v;
	const struct ccs_exi_row *state;
	size_t bit = 0;
	uint8_t *to;
	int error;

	for (;;) {
		if (in.have < 32)
			ccs_bits_fill(&in);
		if (trace)
			bit = ccs_bits_position(&in);
		error = CCS_ERR_SHORT;
		item = row;
		if (in.have < width)
			goto failed;
		code = (uint32_t)(in.window >> (64 - width));
		ccs_bits_skip(&in, width);
		state = row;
		state_entries = entries;
		while (code) {
			n = 1;
			if (row->kind == CCS_EXI_GROUP)
				n = ((const struct ccs_exi_group *)row->type)->count;
			if (code < n)
				break;
			code -= n;
			if (row->kind == CCS_EXI_END || !ccs_exi_may_leave(row, entries)) {
				error = CCS_ERR_EVENT;
				if (code || !type->mixed || (row->flags & CCS_EXI_ATTRIBUTE))
					goto failed;
				goto text;
			}
			row += row->flags & CCS_EXI_LIST ? 1 : row->skip;
			entries = 0;
		}
		item = row;
		if (row->kind == CCS_EXI_END) {
			if (trace)
				ccs_exi_trace_step(d, bit, bit + width, "EE",
						   depth ? d->stack[depth - 1].item : NULL, NULL);
			if (depth == 0)
				break;
			depth--;
			row = d->stack[depth].row;
			type = d->stack[depth].type;
			base = d->stack[depth].base;
			entries = d->stack[depth].entries;
			goto advance;
		}
		to = base + row->offset;
		if (row->flags & (CCS_EXI_LIST | CCS_EXI_POINTER)) {
			error = CCS_ERR_SPACE;
			if (row->kind != CCS_EXI_ANY)
				to = ccs_exi_make_room(d->pool, row, base, entries);
			if (!to)
				goto failed;
		} else if (row->has != CCS_EXI_NO_FLAG) {
			base[row->has] = 1;
		}
		if (row->kind == CCS_EXI_GROUP) {
			const struct ccs_exi_group *group = row->type;

			item = &group->rows[code];
			if (!group->single)
				ccs_exi_store(row, to, code + 1);
			to += item->offset;
		}
		error = CCS_ERR_ABSTRACT;
		if (item->flags & CCS_EXI_ABSTRACT)
			goto failed;
		if (trace) {
			ccs_exi_trace_step(d, bit, bit + width, ccs_exi_event_name(item), item,
					   NULL);
			bit += width;
		}
		switch ((enum ccs_exi_kind)item->kind) {
		case CCS_EXI_STRUCT:
			error = CCS_ERR_SIZE; /* the generator has checked the depth */
			if (depth == CCS_EXI_DEPTH)
				goto failed;
			d->stack[depth++] = (struct ccs_exi_frame) { row, item, type, base,
								     entries };
			type = item->type;
			row = type->rows;
			width = row->width;
			base = to;
			entries = 0;
			continue;
		case CCS_EXI_BOOL:
		case CCS_EXI_ENUM:
		case CCS_EXI_BITS:
			n = item->bits;
			if (item->flags & CCS_EXI_BARE) {
				if (in.have < n)
					goto shortage;
				v = (uint32_t)(in.window >> (64 - n));
			} else {
				n += 2;
				if (in.have < n)
					goto shortage;
				v = (uint32_t)(in.window >> (64 - n));
				error = CCS_ERR_EVENT;
				if ((v & 1) || v >> (n - 1))
					goto failed;
				v >>= 1;
			}
			error = CCS_ERR_ENUM;
			if (v > item->limit && item->kind == CCS_EXI_ENUM)
				goto failed;
			ccs_bits_skip(&in, n);
			ccs_exi_store(item, to, (uint32_t)((int32_t)v + item->base));
			break;
		case CCS_EXI_SVAR32:
		case CCS_EXI_UVAR32:
			if (!(item->flags & CCS_EXI_BARE) &&
			    ccs_exi_read_short(&in, item->kind == CCS_EXI_SVAR32, to))
				break;
			__attribute__((fallthrough));
		case CCS_EXI_UVAR64:
		case CCS_EXI_SVAR64:
		case CCS_EXI_INTEGER:
		case CCS_EXI_TEXT:
		case CCS_EXI_BYTES:
			copy = in; /* so that `in` itself can stay in registers */
			if (item->flags & CCS_EXI_BARE)
				error = ccs_exi_read_long(&copy, d->pool, item, to);
			else
				error = ccs_exi_read_element(&copy, d->pool, item, to);
			in = copy;
			if (error)
				goto failed;
			break;
		case CCS_EXI_ANY:
		case CCS_EXI_GROUP:
		case CCS_EXI_END:
			error = CCS_ERR_WILDCARD;
			goto failed;
		}
		if (trace)
			ccs_exi_trace_leaf(d, item, to, bit, ccs_bits_position(&in));
	advance:
		if (!(row->flags & CCS_EXI_LIST)) {
			row++;
			width = row->width;
		} else if (++entries == row->max && row->max != CCS_EXI_NO_LIMIT) {
			row++;
			width = row->width;
			entries = 0;
		} else {
			width = ccs_exi_may_leave(row, entries) ? row->more : row->width;
		}
		continue;
	text:
		row = state;
		entries = state_entries;
		copy = in;
		error = ccs_exi_skip_text(&copy);
		in = copy;
		if (error)
			goto failed;
		if (trace)
			ccs_exi_trace_step(d, bit, ccs_bits_position(&in), "untyped text, skipped",
					   NULL, NULL);
	}
	d->in = in;
	d->depth = 0;
	return 0;
shortage:
	error = CCS_ERR_SHORT;
failed:
	d->in = in;
	d->depth = depth;
	d->item = item;
	d->entries = entries;
	return error;
}

#endif
