/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decoder's walk over the tables.  It is compiled twice: decode.c without, trace.c with
 * `step`, so that an ordinary decoder pays nothing for being explained.
 *
 * What holds before each step: `row` is the state, `width` the width of its event code,
 * `entries` how many of the row's list have been read, `base` the struct that is filled, and the
 * stack the states of the elements around.  An event code selects an item: the row itself, one
 * behind it when those between are absent, or an alternative of a group.
 */
#ifndef CCS_CORE_EXI_WALK_H
#define CCS_CORE_EXI_WALK_H

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

/* The text of an element that has attributes (XML Schema: simple content). */
static inline bool ccs_exi_is_text(const struct ccs_exi_row *row)
{
	return (row->flags & CCS_EXI_BARE) && !(row->flags & CCS_EXI_ATTRIBUTE);
}

static inline const char *ccs_exi_event_name(const struct ccs_exi_row *item)
{
	if (item->kind == CCS_EXI_END)
		return "EE";
	if (item->flags & CCS_EXI_ATTRIBUTE)
		return "AT";
	return item->flags & CCS_EXI_BARE ? "CH" : "SE";
}

/* The type of the element that the walk is in. */
static inline const struct ccs_exi_type *ccs_exi_type_at(const struct ccs_exi_decoder *d,
							 unsigned int depth)
{
	return depth ? d->stack[depth - 1].item->type : d->type;
}

/* Where the walk is; a local of ccs_exi_walk, so that it lives in registers. */
struct ccs_exi_place {
	struct ccs_bits_in in;
	const struct ccs_exi_row *row, *item;
	uint8_t *base;
	uint32_t entries;
	unsigned int width, depth;
};

enum ccs_exi_event { CCS_EXI_ITEM, CCS_EXI_UNTYPED_TEXT, CCS_EXI_EMPTY_TEXT, CCS_EXI_NO_EVENT };

/* The row that an event code means; `code` becomes what is left of it, an alternative. */
static inline enum ccs_exi_event ccs_exi_select(const struct ccs_exi_type *type,
						const struct ccs_exi_row **row, uint32_t *entries,
						uint32_t *code)
{
	while (*code) {
		uint32_t n = 1;

		if ((*row)->kind == CCS_EXI_GROUP)
			n = ((const struct ccs_exi_group *)(*row)->type)->count;
		if (*code < n)
			break;
		*code -= n;
		if ((*row)->kind == CCS_EXI_END || !ccs_exi_may_leave(*row, *entries)) {
			if (*code == 0 && type->mixed && !((*row)->flags & CCS_EXI_ATTRIBUTE))
				return CCS_EXI_UNTYPED_TEXT;
			return *code == 0 && ccs_exi_is_text(*row) ? CCS_EXI_EMPTY_TEXT
								   : CCS_EXI_NO_EVENT;
		}
		*row += (*row)->flags & CCS_EXI_LIST ? 1 : (*row)->skip;
		*entries = 0;
	}
	return CCS_EXI_ITEM;
}

/* Behind an element: the next state. */
CCS_INLINE void ccs_exi_advance(struct ccs_exi_place *p)
{
	if (p->row->flags & CCS_EXI_LIST) {
		p->entries++;
		if (p->entries != p->row->max || p->row->max == CCS_EXI_NO_LIMIT) {
			p->width = ccs_exi_may_leave(p->row, p->entries) ? p->row->more
									 : p->row->width;
			return;
		}
		p->entries = 0;
	}
	p->row++;
	p->width = p->row->width;
}

/* EE: back to the element around; false when there is none. */
CCS_INLINE bool ccs_exi_leave(struct ccs_exi_decoder *d, struct ccs_exi_place *p)
{
	const struct ccs_exi_frame *frame;

	if (p->depth == 0)
		return false;
	frame = &d->stack[--p->depth];
	p->row = frame->row;
	p->base = frame->base;
	p->entries = frame->entries;
	ccs_exi_advance(p);
	return true;
}

/* SE of an element with a type of its own: its first state. */
CCS_INLINE int ccs_exi_enter(struct ccs_exi_decoder *d, struct ccs_exi_place *p, uint8_t *to)
{
	if (p->depth == CCS_EXI_DEPTH) /* the generator has checked that it cannot be */
		return CCS_ERR_SIZE;
	d->stack[p->depth++] = (struct ccs_exi_frame) { p->row, p->item, p->base, p->entries };
	p->row = ((const struct ccs_exi_type *)p->item->type)->rows;
	p->width = p->row->width;
	p->base = to;
	p->entries = 0;
	return 0;
}

/* n-bit values with CH and EE in one look at the window. */
CCS_INLINE int ccs_exi_read_bits(struct ccs_bits_in *in, const struct ccs_exi_row *item,
				 uint8_t *to)
{
	unsigned int n = item->bits;
	uint32_t v;

	if (item->flags & CCS_EXI_BARE) {
		if (in->have < n)
			return CCS_ERR_SHORT;
		v = (uint32_t)(in->window >> (64 - n));
	} else {
		n += 2;
		if (in->have < n)
			return CCS_ERR_SHORT;
		v = (uint32_t)(in->window >> (64 - n));
		if ((v & 1) || v >> (n - 1))
			return CCS_ERR_EVENT;
		v >>= 1;
	}
	if (v > item->limit && item->kind == CCS_EXI_ENUM)
		return CCS_ERR_ENUM;
	ccs_bits_skip(in, n);
	ccs_exi_store(item, to, (uint32_t)((int32_t)v + item->base));
	return 0;
}

/* Content of a simple element or attribute, and the element's EE. */
CCS_INLINE int ccs_exi_read_simple(struct ccs_exi_decoder *d, struct ccs_exi_place *p, uint8_t *to)
{
	const struct ccs_exi_row *item = p->item;
	struct ccs_bits_in copy; /* so that p->in can stay in registers */
	int error;

	if (item->kind <= CCS_EXI_BITS)
		return ccs_exi_read_bits(&p->in, item, to);
	if (item->kind <= CCS_EXI_SVAR32 && !(item->flags & CCS_EXI_BARE) &&
	    ccs_exi_read_short(&p->in, item->kind == CCS_EXI_SVAR32, to))
		return 0;
	if (item->kind >= CCS_EXI_GROUP)
		return CCS_ERR_WILDCARD;
	copy = p->in;
	if (item->flags & CCS_EXI_BARE)
		error = ccs_exi_read_long(&copy, d->pool, item, to);
	else
		error = ccs_exi_read_element(&copy, d->pool, item, to);
	p->in = copy;
	return error;
}

/* Text of mixed content is skipped; empty text with attributes ends its element. */
CCS_INLINE int ccs_exi_read_text_event(struct ccs_exi_decoder *d, struct ccs_exi_place *p,
				       enum ccs_exi_event event)
{
	struct ccs_bits_in copy = p->in;
	uint32_t code = 1;
	int error = CCS_ERR_EVENT;

	if (event == CCS_EXI_UNTYPED_TEXT)
		error = ccs_exi_skip_text(&copy);
	else if (event == CCS_EXI_EMPTY_TEXT && ccs_bits_read(&copy, 3, &code) && code == 0)
		error = ccs_exi_leave(d, p) ? 0 : 1;
	p->in = copy;
	return error;
}

/* One event and what it brings: 0 to go on, 1 at the end of the first element, or an error. */
CCS_INLINE int ccs_exi_walk_step(struct ccs_exi_decoder *d, struct ccs_exi_place *p, bool trace)
{
	const struct ccs_exi_row *row = p->row;
	enum ccs_exi_event event;
	uint32_t entries = p->entries, code;
	size_t bit = 0, end;
	uint8_t *to;
	int error;

	if (p->in.have < 32)
		ccs_bits_fill(&p->in);
	if (trace)
		bit = ccs_bits_position(&p->in);
	end = bit + p->width;
	p->item = row;
	if (p->in.have < p->width)
		return CCS_ERR_SHORT;
	code = (uint32_t)(p->in.window >> (64 - p->width));
	ccs_bits_skip(&p->in, p->width);
	event = ccs_exi_select(ccs_exi_type_at(d, p->depth), &row, &entries, &code);
	if (event != CCS_EXI_ITEM) {
		error = ccs_exi_read_text_event(d, p, event);
		if (trace && error >= 0)
			ccs_exi_trace_step(d, bit, ccs_bits_position(&p->in),
					   "text without a value", NULL, NULL);
		return error;
	}
	p->row = p->item = row;
	p->entries = entries;
	if (row->kind == CCS_EXI_END) {
		if (trace)
			ccs_exi_trace_step(d, bit, end, "EE",
					   p->depth ? d->stack[p->depth - 1].item : NULL, NULL);
		return ccs_exi_leave(d, p) ? 0 : 1;
	}
	to = p->base + row->offset;
	if (row->flags & (CCS_EXI_LIST | CCS_EXI_POINTER)) {
		if (row->kind != CCS_EXI_ANY)
			to = ccs_exi_make_room(d->pool, row, p->base, entries);
		if (!to)
			return CCS_ERR_SPACE;
	} else if (row->has != CCS_EXI_NO_FLAG) {
		p->base[row->has] = 1;
	}
	if (row->kind == CCS_EXI_GROUP) {
		p->item = &((const struct ccs_exi_group *)row->type)->rows[code];
		ccs_exi_store(row, to, code + 1);
		to += p->item->offset;
	}
	if (trace)
		ccs_exi_trace_step(d, bit, end, ccs_exi_event_name(p->item), p->item, NULL);
	if (p->item->kind == CCS_EXI_STRUCT)
		return ccs_exi_enter(d, p, to);
	error = ccs_exi_read_simple(d, p, to);
	if (error)
		return error;
	if (trace)
		ccs_exi_trace_leaf(d, p->item, to, end, ccs_bits_position(&p->in));
	ccs_exi_advance(p);
	return 0;
}

/* The row that an event code means, which becomes what is left of it; NULL: a special event. */
static inline const struct ccs_exi_row *ccs_exi_skip_absent(const struct ccs_exi_row *row,
							    uint32_t *code)
{
	for (;;) {
		uint32_t n = 1;

		if (row->kind == CCS_EXI_GROUP)
			n = ((const struct ccs_exi_group *)row->type)->count;
		if (*code < n)
			return row;
		if (!(row->flags & CCS_EXI_OPTIONAL))
			return NULL;
		*code -= n;
		row += row->flags & CCS_EXI_LIST ? 1 : row->skip;
	}
}

/*
 * The short way: plain rows, which are most of what charging messages hold, each with one look at
 * the window: event code, CH, value and EE together.  Stops before the first event that is not an
 * ordinary one, with nothing of it read; ccs_exi_walk_step then takes that.
 */
struct ccs_exi_short {
	struct ccs_bits_in in;
	const struct ccs_exi_row *state;
	struct ccs_exi_frame *frame; /* behind the last one */
	uint8_t *base;
};

static inline void ccs_exi_set_flag(const struct ccs_exi_row *row, uint8_t *base)
{
	if (row->has != CCS_EXI_NO_FLAG)
		base[row->has] = 1;
}

/* An n-bit value; `used` bits of its event code are known, the next `prefix` must be zero. */
CCS_INLINE bool ccs_exi_take_bits(struct ccs_exi_short *s, const struct ccs_exi_row *row,
				  unsigned int used, unsigned int prefix)
{
	unsigned int n = prefix + row->bits + 2;
	uint32_t v = (uint32_t)(s->in.window << used >> (64 - n));

	if ((v & 1) || v >> 1 > row->limit || s->in.have < used + n)
		return false;
	ccs_bits_skip(&s->in, used + n);
	ccs_exi_store(row, s->base + row->offset, (uint32_t)((int32_t)(v >> 1) + row->base));
	ccs_exi_set_flag(row, s->base);
	s->state = row + 1;
	return true;
}

CCS_INLINE bool ccs_exi_take_number(struct ccs_exi_short *s, const struct ccs_exi_row *row,
				    unsigned int width)
{
	uint32_t v;
	unsigned int n = ccs_exi_peek_number(s->in.window << width, row->kind == CCS_EXI_SVAR32,
					     &v);

	if (!n || s->in.have < width + n)
		return false;
	ccs_bits_skip(&s->in, width + n);
	memcpy(s->base + row->offset, &v, sizeof(v));
	ccs_exi_set_flag(row, s->base);
	s->state = row + 1;
	return true;
}

/* Text, octets, large numbers: by way of a copy, so that s->in can stay in registers. */
CCS_INLINE bool ccs_exi_take_long(struct ccs_exi_decoder *d, struct ccs_exi_short *s,
				  const struct ccs_exi_row *row, unsigned int width)
{
	struct ccs_bits_in copy = s->in;

	if (copy.have < width)
		return false;
	ccs_bits_skip(&copy, width);
	if (ccs_exi_read_element(&copy, d->pool, row, s->base + row->offset))
		return false;
	s->in = copy;
	ccs_exi_set_flag(row, s->base);
	s->state = row + 1;
	return true;
}

/* An element with a type of its own, or the alternative `code` of a group: in, or in one piece. */
CCS_INLINE bool ccs_exi_take_struct(struct ccs_exi_decoder *d, struct ccs_exi_short *s,
				    const struct ccs_exi_row *row, unsigned int width,
				    uint32_t code)
{
	const struct ccs_exi_row *item = row;
	const struct ccs_exi_type *type;
	uint8_t *to = s->base + row->offset;

	if (row->kind == CCS_EXI_GROUP) {
		item = &((const struct ccs_exi_group *)row->type)->rows[code];
		ccs_exi_store(row, to, code + 1);
		to += item->offset;
	}
	if (item->kind != CCS_EXI_STRUCT || s->in.have < width ||
	    s->frame == d->stack + CCS_EXI_DEPTH)
		return false;
	ccs_exi_set_flag(row, s->base);
	ccs_bits_skip(&s->in, width);
	type = item->type;
	if (type->quantity) {
		unsigned int n;

		if (s->in.have < 50)
			ccs_bits_fill(&s->in);
		n = ccs_exi_peek_quantity(s->in.window, type->rows, to);
		if (n && n <= s->in.have) {
			ccs_bits_skip(&s->in, n);
			s->state = row + 1;
			return true;
		}
	}
	*s->frame++ = (struct ccs_exi_frame) { row, item, s->base, 0 };
	s->base = to;
	s->state = type->rows;
	return true;
}

/* EE of an element that is no entry of a list, and not the first one. */
CCS_INLINE bool ccs_exi_take_end(struct ccs_exi_decoder *d, struct ccs_exi_short *s,
				 unsigned int width)
{
	if (s->in.have < width || s->frame == d->stack || (s->frame[-1].row->flags & CCS_EXI_LIST))
		return false;
	ccs_bits_skip(&s->in, width);
	s->frame--;
	s->base = s->frame->base;
	s->state = s->frame->row + 1;
	return true;
}

/* One event; false, and nothing read, when it is not an ordinary one. */
CCS_INLINE bool ccs_exi_take(struct ccs_exi_decoder *d, struct ccs_exi_short *s)
{
	const struct ccs_exi_row *row = s->state;
	unsigned int width = row->width;
	uint32_t code;

	if (s->in.have < 32)
		ccs_bits_fill(&s->in);
	if (row->kind <= CCS_EXI_BITS && (row->flags & CCS_EXI_PLAIN) &&
	    ccs_exi_take_bits(s, row, 0, width))
		return true;
	code = (uint32_t)(s->in.window >> (64 - width));
	if (code)
		row = ccs_exi_skip_absent(row, &code);
	if (!row || !(row->flags & CCS_EXI_PLAIN))
		return false;
	if (row->kind <= CCS_EXI_BITS)
		return ccs_exi_take_bits(s, row, width, 0);
	if (row->kind <= CCS_EXI_SVAR32)
		return ccs_exi_take_number(s, row, width);
	if (row->kind == CCS_EXI_END)
		return ccs_exi_take_end(d, s, width);
	if (row->kind >= CCS_EXI_STRUCT)
		return ccs_exi_take_struct(d, s, row, width, code);
	return ccs_exi_take_long(d, s, row, width);
}

CCS_INLINE void ccs_exi_run(struct ccs_exi_decoder *d, struct ccs_exi_place *p)
{
	struct ccs_exi_short s = { p->in, p->row, d->stack + p->depth, p->base };

	while (ccs_exi_take(d, &s))
		;
	p->in = s.in;
	p->row = s.state;
	p->width = s.state->width;
	p->base = s.base;
	p->depth = (unsigned int)(s.frame - d->stack);
}

/* Reads the content of one element of `type` into `base`, up to and with its EE. */
CCS_INLINE int ccs_exi_walk(struct ccs_exi_decoder *d, const struct ccs_exi_type *type,
			    uint8_t *base, bool trace)
{
	struct ccs_exi_place p = { .in = d->in,
				   .row = type->rows,
				   .item = type->rows,
				   .base = base,
				   .width = type->rows->width };
	int result;

	d->type = type;
	do {
		if (!trace && p.entries == 0)
			ccs_exi_run(d, &p);
		result = ccs_exi_walk_step(d, &p, trace);
	} while (result == 0);
	d->in = p.in;
	d->depth = p.depth;
	d->item = p.item;
	d->entries = p.entries;
	return result < 0 ? result : 0;
}

#endif
