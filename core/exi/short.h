/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decoder's short way: plain rows, which are most of what charging messages hold, each with one
 * look at the window: event code, CH, value and EE together.  It stops before the first event that
 * is not an ordinary one, with nothing of it read; ccs_exi_walk_step (walk.h) then takes that.
 */
#ifndef CCS_CORE_EXI_SHORT_H
#define CCS_CORE_EXI_SHORT_H

#include "exi/element.h"

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

#endif
