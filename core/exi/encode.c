/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Structs to EXI.
 *
 * What holds before each step: `row` is the next to be looked at, `width` the width of the event
 * code of the state that is being left, `code` the events of that state which lie before `row`,
 * `entries` how many of the row's list are written, `base` the struct.
 */
#include "exi/content.h"
#include "exi/quantity.h"
#include "exi/root.h"

struct frame {
	const struct ccs_exi_row *row;
	const struct ccs_exi_row *item;
	const uint8_t *base;
	uint32_t entries;
};

struct encoder {
	struct ccs_bits_out out; /* outside of the walk */
	bool lenient;
	struct frame stack[CCS_EXI_DEPTH];
	unsigned int depth;
	const struct ccs_exi_row *item;
	uint32_t entries;
};

static inline unsigned int count_events(const struct ccs_exi_row *row)
{
	return row->kind == CCS_EXI_GROUP ? ((const struct ccs_exi_group *)row->type)->count : 1;
}

static inline struct ccs_exi_list load_list(const struct ccs_exi_row *row, const uint8_t *base)
{
	struct ccs_exi_list list;

	memcpy(&list, base + row->offset, sizeof(list));
	return list;
}

CCS_INLINE int put(struct ccs_bits_out *out, unsigned int n, uint64_t value)
{
	return ccs_bits_write(out, n, value) ? 0 : CCS_ERR_SPACE;
}

/* Is there something to write at `row`? 0, 1 or an error. */
CCS_INLINE int is_present(const struct ccs_exi_row *row, const uint8_t *base, uint32_t entries)
{
	const void *pointer;
	bool present = true;

	if (row->kind == CCS_EXI_ANY) {
		present = false;
	} else if (row->flags & CCS_EXI_LIST) {
		struct ccs_exi_list list = load_list(row, base);

		if (list.count > row->max && row->max != CCS_EXI_NO_LIMIT)
			return CCS_ERR_COUNT;
		if (entries < list.count)
			return 1;
		if (entries < (row->flags & CCS_EXI_OPTIONAL ? 0u
			       : row->flags & CCS_EXI_MANY   ? 2u
							     : 1u))
			return CCS_ERR_COUNT;
		return 0;
	} else if (row->flags & CCS_EXI_POINTER) {
		memcpy(&pointer, base + row->offset, sizeof(pointer));
		present = pointer != NULL;
	} else if (row->has != CCS_EXI_NO_FLAG) {
		present = base[row->has];
	} else if (row->kind == CCS_EXI_GROUP) {
		present = ccs_exi_load(row, base + row->offset) != 0;
	}
	return present ? 1 : row->flags & CCS_EXI_OPTIONAL ? 0 : CCS_ERR_MISSING;
}

/* The value of a row: of the list's next entry, of what a pointer points to, or in place. */
CCS_INLINE const uint8_t *find_value(const struct ccs_exi_row *row, const uint8_t *base,
				     uint32_t entries)
{
	const uint8_t *at = base + row->offset;

	if (row->flags & CCS_EXI_LIST)
		return (const uint8_t *)load_list(row, base).at + entries * ccs_exi_value_size(row);
	if (row->flags & CCS_EXI_POINTER)
		memcpy(&at, base + row->offset, sizeof(at));
	return at;
}

/* An alternative by its tag; NULL when there is none of this number. */
CCS_INLINE const struct ccs_exi_row *find_alternative(const struct ccs_exi_row *row,
						      const uint8_t *at, unsigned int *index)
{
	const struct ccs_exi_group *group = row->type;

	*index = ccs_exi_load(row, at) - 1;
	return *index < group->count ? &group->rows[*index] : NULL;
}

static int check_length(const struct encoder *e, const struct ccs_exi_row *row, const uint8_t *at)
{
	struct ccs_text text;
	uint32_t count;
	int error;

	memcpy(&text, at, sizeof(text)); /* struct ccs_bytes has the same shape */
	if (text.length && !text.at)
		return CCS_ERR_MISSING;
	if (e->lenient)
		return 0;
	count = text.length;
	if (row->kind == CCS_EXI_TEXT && count > row->limit) {
		error = ccs_exi_count_characters(&text, &count);
		if (error)
			return error;
	}
	if ((count > row->limit && row->limit != CCS_EXI_NO_LIMIT) || count < row->bits)
		return CCS_ERR_RANGE;
	return 0;
}

static int write_content(struct encoder *e, struct ccs_bits_out *out, const struct ccs_exi_row *row,
			 const uint8_t *at)
{
	struct ccs_integer integer;
	struct ccs_bytes bytes;
	struct ccs_text text;
	int error;

	if (row->kind == CCS_EXI_INTEGER) {
		memcpy(&integer, at, sizeof(integer));
		return ccs_exi_write_integer(out, &integer);
	}
	error = check_length(e, row, at);
	if (error)
		return error;
	if (row->kind == CCS_EXI_TEXT) {
		memcpy(&text, at, sizeof(text));
		return ccs_exi_write_text(out, &text);
	}
	memcpy(&bytes, at, sizeof(bytes));
	return ccs_exi_write_octets(out, &bytes);
}

/* Sign and magnitude of a varint row; checks the range of its type. */
CCS_INLINE int load_number(const struct encoder *e, const struct ccs_exi_row *row,
			   const uint8_t *at, uint64_t *magnitude, uint32_t *sign)
{
	const struct ccs_exi_range *range = row->type;
	bool is_signed = row->kind == CCS_EXI_SVAR32 || row->kind == CCS_EXI_SVAR64;
	int32_t narrow;
	int64_t wide;

	if (row->kind == CCS_EXI_UVAR64 || row->kind == CCS_EXI_SVAR64) {
		memcpy(&wide, at, sizeof(wide));
	} else {
		memcpy(&narrow, at, sizeof(narrow));
		wide = row->kind == CCS_EXI_UVAR32 ? (int64_t)(uint32_t)narrow : narrow;
	}
	*sign = is_signed && wide < 0;
	*magnitude = (uint64_t)(*sign ? ~wide : wide);
	if (e->lenient)
		return 0;
	if (is_signed ? wide < range->min || wide > (int64_t)range->max
		      : *magnitude < (uint64_t)range->min || *magnitude > range->max)
		return CCS_ERR_RANGE;
	return 0;
}

/* A varint with all that stands around it; `prefix` of `n` bits is event code and CH. */
CCS_INLINE int write_number(struct encoder *e, struct ccs_bits_out *out,
			    const struct ccs_exi_row *row, const uint8_t *at, uint64_t prefix,
			    unsigned int n)
{
	struct ccs_bits_out copy;
	uint64_t magnitude;
	uint32_t sign;
	bool bare = row->flags & CCS_EXI_BARE;
	int error = load_number(e, row, at, &magnitude, &sign);

	if (error)
		return error;
	if (row->kind == CCS_EXI_SVAR32 || row->kind == CCS_EXI_SVAR64) {
		prefix = prefix << 1 | sign;
		n++;
	}
	if (!bare && magnitude < 0x4000) {
		if (magnitude < 0x80)
			return put(out, n + 9, prefix << 9 | magnitude << 1);
		magnitude = (0x80 | (magnitude & 0x7f)) << 8 | magnitude >> 7;
		return put(out, n + 17, prefix << 17 | magnitude << 1);
	}
	copy = *out; /* so that `out` can stay in registers */
	error = n ? put(&copy, n, prefix) : 0;
	if (!error)
		error = ccs_exi_write_varint(&copy, magnitude);
	*out = copy;
	return error || bare ? error : put(out, 1, 0);
}

CCS_INLINE int write_bits(const struct encoder *e, struct ccs_bits_out *out,
			  const struct ccs_exi_row *row, const uint8_t *at, uint32_t prefix,
			  unsigned int n)
{
	uint32_t v = (uint32_t)((int32_t)ccs_exi_load(row, at) - row->base);

	if (v > row->limit && (!e->lenient || row->kind == CCS_EXI_ENUM || v >> row->bits))
		return row->kind == CCS_EXI_ENUM ? CCS_ERR_ENUM : CCS_ERR_RANGE;
	v |= prefix << row->bits;
	if (row->flags & CCS_EXI_BARE)
		return put(out, n + row->bits, v);
	return put(out, n + row->bits + 1, v << 1);
}

/* A simple element, attribute or text behind the event code `code` of `width` bits. */
CCS_INLINE int write_leaf(struct encoder *e, struct ccs_bits_out *out,
			  const struct ccs_exi_row *row, const uint8_t *at, uint32_t code,
			  unsigned int width)
{
	bool bare = row->flags & CCS_EXI_BARE;
	struct ccs_bits_out copy;
	int error = 0;

	if (!bare) {
		code <<= 1;
		width++;
	}
	if (row->kind <= CCS_EXI_BITS)
		return write_bits(e, out, row, at, code, width);
	if (row->kind < CCS_EXI_INTEGER)
		return write_number(e, out, row, at, code, width);
	copy = *out;
	if (width)
		error = put(&copy, width, code);
	if (!error)
		error = write_content(e, &copy, row, at);
	*out = copy;
	return error || bare ? error : put(out, 1, 0);
}

/* Text of an element with attributes that is empty: escape and EE, as EXIficient writes it. */
static inline bool is_empty_text(const struct ccs_exi_row *row, const uint8_t *at)
{
	struct ccs_bytes bytes;

	if (!(row->flags & CCS_EXI_BARE) || (row->flags & CCS_EXI_ATTRIBUTE))
		return false;
	memcpy(&bytes, at, sizeof(bytes)); /* struct ccs_text has the same shape */
	return bytes.length == 0;
}

/* Where the walk is; a local of walk(), so that it lives in registers. */
struct place {
	struct ccs_bits_out out;
	const struct ccs_exi_row *row;
	const uint8_t *base;
	uint32_t entries;
	unsigned int width, code, depth;
};

/* Behind an element: the next state. */
CCS_INLINE void advance(struct place *p)
{
	const struct ccs_exi_row *row = p->row;

	p->code = 0;
	if ((row->flags & CCS_EXI_LIST) &&
	    (++p->entries != row->max || row->max == CCS_EXI_NO_LIMIT)) {
		bool few = !(row->flags & CCS_EXI_OPTIONAL) && (row->flags & CCS_EXI_MANY) &&
			   p->entries < 2;

		p->width = few ? row->width : row->more;
		return;
	}
	p->entries = 0;
	p->row++;
	p->width = p->row->width;
}

/* EE, and back to the element around: 1 when there is none. */
CCS_INLINE int leave(struct encoder *e, struct place *p, unsigned int width, unsigned int code)
{
	if (put(&p->out, width, code))
		return CCS_ERR_SPACE;
	if (p->depth == 0)
		return 1;
	p->depth--;
	p->row = e->stack[p->depth].row;
	p->base = e->stack[p->depth].base;
	p->entries = e->stack[p->depth].entries;
	advance(p);
	return 0;
}

/* An element with a type of its own: its content in one piece, or its first state. */
CCS_INLINE int enter(struct encoder *e, struct place *p, const struct ccs_exi_row *item,
		     const uint8_t *at)
{
	const struct ccs_exi_type *type = item->type;
	uint64_t bits;
	unsigned int n;

	if (type->quantity && ccs_exi_put_quantity(type->rows, at, &bits, &n)) {
		if (put(&p->out, p->width + n, (uint64_t)p->code << n | bits))
			return CCS_ERR_SPACE;
		advance(p);
		return 0;
	}
	if (put(&p->out, p->width, p->code))
		return CCS_ERR_SPACE;
	e->stack[p->depth++] = (struct frame) { p->row, item, p->base, p->entries };
	p->row = type->rows;
	p->base = at;
	p->width = p->row->width;
	p->entries = 0;
	p->code = 0;
	return 0;
}

/* Absent: on to the next row of the same state. */
CCS_INLINE int pass_over(struct place *p)
{
	p->code += count_events(p->row);
	p->row += p->row->flags & CCS_EXI_LIST ? 1 : p->row->skip;
	p->entries = 0;
	return 0;
}

/* An n-bit value within its limits, with event code, CH and EE; false: not one of these. */
CCS_INLINE bool put_bits(struct place *p, const struct ccs_exi_row *row, const uint8_t *at)
{
	uint32_t v = (uint32_t)((int32_t)ccs_exi_load(row, at) - row->base);

	return v <= row->limit && ccs_bits_write(&p->out, p->width + row->bits + 2,
						 (p->code << (row->bits + 1) | v) << 1);
}

/* A row that is no list, no pointer, no group and not the end. */
CCS_INLINE int write_plain(struct encoder *e, struct place *p, const struct ccs_exi_row *row,
			   const uint8_t *at)
{
	int result = 0;

	if (row->has != CCS_EXI_NO_FLAG && !p->base[row->has])
		return row->flags & CCS_EXI_OPTIONAL ? pass_over(p) : CCS_ERR_MISSING;
	if (row->kind == CCS_EXI_STRUCT)
		return enter(e, p, row, at);
	if (row->kind > CCS_EXI_BITS || !put_bits(p, row, at))
		result = write_leaf(e, &p->out, row, at, p->code, p->width);
	p->row = row + 1;
	p->width = p->row->width;
	p->code = 0;
	return result;
}

/* One row: 0 to go on, 1 at the end of the first element, or an error. */
CCS_INLINE int walk_step(struct encoder *e, struct place *p)
{
	const struct ccs_exi_row *row = p->row, *item = row;
	const uint8_t *at = p->base + row->offset;
	unsigned int index;
	int result;

	if (row->kind == CCS_EXI_END)
		return leave(e, p, p->width, p->code);
	e->item = row;
	e->entries = p->entries;
	if ((row->flags & CCS_EXI_PLAIN) && row->kind != CCS_EXI_GROUP)
		return write_plain(e, p, row, at);
	if (is_empty_text(row, at)) /* the escape is the code behind the last event */
		return leave(e, p, p->width + 3, (p->code + 1) << 3);
	result = is_present(row, p->base, p->entries);
	if (result <= 0)
		return result ? result : pass_over(p);
	at = find_value(row, p->base, p->entries);
	if (row->kind == CCS_EXI_GROUP) {
		item = find_alternative(row, at, &index);
		if (!item || item->kind == CCS_EXI_ANY)
			return item ? CCS_ERR_WILDCARD : CCS_ERR_ENUM;
		p->code += index;
		at += item->offset;
		e->item = item;
	}
	if (item->kind == CCS_EXI_STRUCT)
		return enter(e, p, item, at);
	result = write_leaf(e, &p->out, item, at, p->code, p->width);
	if (result == 0)
		advance(p);
	return result;
}

/* Writes the content of one element of `type` from `base`, up to and with its EE. */
static int walk(struct encoder *e, const struct ccs_exi_type *type, const uint8_t *base)
{
	struct place p = {
		.out = e->out, .row = type->rows, .base = base, .width = type->rows->width
	};
	int result;

	do
		result = walk_step(e, &p);
	while (result == 0);
	e->out = p.out;
	e->depth = p.depth;
	return result < 0 ? result : 0;
}

static int write_relaxed(struct encoder *e, const struct ccs_exi_set *set, const uint8_t *base)
{
	const struct ccs_exi_relaxed_codes codes = ccs_exi_relaxed_codes(set);
	const struct ccs_exi_row *id = set->relaxed->type->rows, *text = ccs_exi_relaxed_text(set);
	int error;

	if (id->has == CCS_EXI_NO_FLAG || base[id->has]) {
		if (!ccs_bits_write(&e->out, codes.first_width, codes.id))
			return CCS_ERR_SPACE;
		error = write_content(e, &e->out, id, base + id->offset);
		if (error)
			return error;
	}
	if (!ccs_bits_write(&e->out, codes.first_width, codes.first_ch))
		return CCS_ERR_SPACE;
	error = write_content(e, &e->out, text, base + text->offset);
	if (error)
		return error;
	return ccs_bits_write(&e->out, codes.width, codes.ee) ? 0 : CCS_ERR_SPACE;
}

/* The code of an element as root; negative when it cannot be one.  The roots are sorted. */
static int find_root(const struct ccs_exi_document *document)
{
	const struct ccs_exi_set *set = document->set;
	int low = 0, high = set->root_count;

	if (document->element >= set->element_count)
		return CCS_ERR_UNKNOWN;
	if (document->form == CCS_EXI_FRAGMENT)
		return document->element;
	while (low < high) {
		int middle = (low + high) / 2;

		if (set->roots[middle] < document->element)
			low = middle + 1;
		else
			high = middle;
	}
	return low < set->root_count && set->roots[low] == document->element ? low
									     : CCS_ERR_UNKNOWN;
}

static int write_document(struct encoder *e, const struct ccs_exi_document *document)
{
	const struct ccs_exi_set *set = document->set;
	unsigned int width = ccs_exi_root_width(set, document->form);
	const struct ccs_exi_row *row;
	int root = find_root(document), error;

	if (root < 0)
		return root;
	row = ccs_exi_root(set, document->element);
	e->item = row;
	if (!ccs_bits_write(&e->out, 8, CCS_EXI_HEADER) ||
	    !ccs_bits_write(&e->out, width, (uint32_t)root))
		return CCS_ERR_SPACE;
	if (ccs_exi_is_relaxed(document))
		error = write_relaxed(e, set, document->value);
	else if (row->kind == CCS_EXI_STRUCT)
		error = walk(e, row->type, document->value);
	else
		error = write_leaf(e, &e->out, row, document->value, 0, 0);
	if (!error && document->form == CCS_EXI_FRAGMENT &&
	    !ccs_bits_write(&e->out, width, set->element_count + 1u))
		error = CCS_ERR_SPACE;
	return error;
}

/* The last bits, filled up to a byte with zeros. */
static int finish(struct encoder *e)
{
	e->out.used = (e->out.used + 7) & ~7u;
	if (!ccs_bits_flush(&e->out))
		return CCS_ERR_SPACE;
	return (int)(e->out.at - e->out.start);
}

static void explain(const struct encoder *e, const struct ccs_exi_document *document, int code,
		    struct ccs_exi_error *error)
{
	*error = (struct ccs_exi_error) { .code = code };
	error->bit = (size_t)(e->out.at - e->out.start) * 8 + e->out.used;
	if (!e->item)
		return;
	ccs_exi_add_to_path(error, ccs_exi_root(document->set, document->element), 0);
	for (unsigned int i = 0; i < e->depth; i++)
		ccs_exi_add_to_path(error, e->stack[i].item, e->stack[i].entries);
	if (e->item != error->path[0].row)
		ccs_exi_add_to_path(error, e->item, e->entries);
}

static int encode(const struct ccs_exi_document *document, uint8_t *out, size_t size, bool lenient,
		  struct ccs_exi_error *error)
{
	struct encoder e;
	int result;

	ccs_bits_out_init(&e.out, out, size);
	e.lenient = lenient;
	e.depth = 0;
	e.item = NULL;
	e.entries = 0;
	result = write_document(&e, document);
	if (result == 0)
		result = finish(&e);
	if (result < 0 && error)
		explain(&e, document, result, error);
	return result;
}

int ccs_exi_encode(const struct ccs_exi_document *document, uint8_t *out, size_t size,
		   struct ccs_exi_error *error)
{
	return encode(document, out, size, false, error);
}

int ccs_exi_encode_lenient(const struct ccs_exi_document *document, uint8_t *out, size_t size,
			   struct ccs_exi_error *error)
{
	return encode(document, out, size, true, error);
}
