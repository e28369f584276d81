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

#include "exi/short.h"

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

/* Content of a simple element or attribute, and the element's EE. */
CCS_INLINE int ccs_exi_read_simple(struct ccs_exi_decoder *d, struct ccs_exi_place *p, uint8_t *to)
{
	struct ccs_bits_in copy = p->in; /* so that p->in can stay in registers */
	int error;

	if (p->item->kind >= CCS_EXI_GROUP)
		return CCS_ERR_WILDCARD;
	if (p->item->flags & CCS_EXI_BARE)
		error = ccs_exi_read_bare(&copy, d->pool, p->item, to);
	else
		error = ccs_exi_read_leaf(&copy, d->pool, p->item, to);
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
