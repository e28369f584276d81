/* SPDX-License-Identifier: Apache-2.0 */
/* Around the root element: header, root code, the end, and the fragment of EXI 8.5.3. */
#include "exi/decode.h"
#include "exi/root.h"

static void trace(const struct ccs_exi_decoder *d, size_t bit, const char *what,
		  const struct ccs_exi_row *row)
{
	struct ccs_exi_step step = { .bit = bit, .what = what };

	if (!d->step)
		return;
	step.width = ccs_bits_position(&d->in) - bit;
	step.row = row;
	d->step(d->user, &step);
}

/* The code of the root element: an index into the set's elements. */
static int read_root(struct ccs_exi_decoder *d, struct ccs_exi_document *document)
{
	const struct ccs_exi_set *set = document->set;
	uint32_t code;

	if (!ccs_bits_read(&d->in, 8, &code))
		return CCS_ERR_SHORT;
	if (code != CCS_EXI_HEADER)
		return CCS_ERR_HEADER;
	trace(d, 0, "header: no options, version 1", NULL);
	if (!ccs_bits_read(&d->in, ccs_exi_root_width(set, document->form), &code))
		return CCS_ERR_SHORT;
	if (document->form == CCS_EXI_FRAGMENT) {
		if (code >= set->element_count)
			return code == set->element_count ? CCS_ERR_WILDCARD : CCS_ERR_EVENT;
		document->element = (uint16_t)code;
	} else {
		if (code >= set->root_count)
			return code == set->root_count ? CCS_ERR_WILDCARD : CCS_ERR_EVENT;
		document->element = set->roots[code];
	}
	return 0;
}

/* An event code of the grammar of EXI 8.5.3. */
static bool read_relaxed_code(struct ccs_exi_decoder *d, unsigned int width, uint32_t *code)
{
	size_t bit = ccs_bits_position(&d->in);

	if (!ccs_bits_read(&d->in, width, code))
		return false;
	trace(d, bit, "event of any element", NULL);
	return true;
}

static int read_relaxed_value(struct ccs_exi_decoder *d, const struct ccs_exi_row *row, uint8_t *to)
{
	size_t bit = ccs_bits_position(&d->in);
	int error = ccs_exi_read_long(&d->in, d->pool, row, to);

	if (!error && d->step)
		ccs_exi_trace_leaf(d, row, to, bit, ccs_bits_position(&d->in));
	return error;
}

/* Id attribute, text, end: each optional, in this order. */
static int read_relaxed(struct ccs_exi_decoder *d, uint8_t *base)
{
	const struct ccs_exi_relaxed_codes codes = ccs_exi_relaxed_codes(d->set);
	const struct ccs_exi_row *id = d->set->relaxed->type->rows;
	const struct ccs_exi_row *text = ccs_exi_relaxed_text(d->set);
	uint32_t code;
	int error;

	if (!read_relaxed_code(d, codes.first_width, &code))
		return CCS_ERR_SHORT;
	if (code == codes.id) {
		error = read_relaxed_value(d, id, base + id->offset);
		if (error)
			return error;
		if (id->has != CCS_EXI_NO_FLAG)
			base[id->has] = 1;
		if (!read_relaxed_code(d, codes.first_width, &code))
			return CCS_ERR_SHORT;
	}
	if (code == codes.first_ch) {
		error = read_relaxed_value(d, text, base + text->offset);
		if (error)
			return error;
		if (!read_relaxed_code(d, codes.width, &code))
			return CCS_ERR_SHORT;
		return code == codes.ee ? 0 : CCS_ERR_EVENT;
	}
	return code == codes.first_ee ? 0 : CCS_ERR_EVENT;
}

static int read_content(struct ccs_exi_decoder *d, struct ccs_exi_document *document,
			ccs_exi_walk_function *walk)
{
	bool relaxed = ccs_exi_is_relaxed(document);
	const struct ccs_exi_row *row = ccs_exi_root(document->set, document->element);
	const struct ccs_exi_type *type = relaxed ? document->set->relaxed->type : row->type;
	size_t size = relaxed ? type->size : ccs_exi_value_size(row), bit;
	int error;

	d->item = row;
	document->value = ccs_pool_struct(d->pool, size);
	if (!document->value)
		return CCS_ERR_SPACE;
	if (relaxed)
		return read_relaxed(d, document->value);
	if (row->kind == CCS_EXI_STRUCT)
		return walk(d, type, document->value);
	bit = ccs_bits_position(&d->in);
	error = ccs_exi_read_leaf(&d->in, d->pool, row, document->value);
	if (!error && d->step)
		ccs_exi_trace_leaf(d, row, document->value, bit, ccs_bits_position(&d->in));
	return error;
}

static int read_end(struct ccs_exi_decoder *d, const struct ccs_exi_document *document)
{
	uint32_t code;

	if (document->form == CCS_EXI_DOCUMENT)
		return 0;
	if (!ccs_bits_read(&d->in, ccs_exi_root_width(document->set, document->form), &code))
		return CCS_ERR_SHORT;
	return code == document->set->element_count + 1u ? 0 : CCS_ERR_EVENT;
}

/* The stack at the error becomes a path. */
static void explain(const struct ccs_exi_decoder *d, const struct ccs_exi_document *document,
		    bool rooted, int code, struct ccs_exi_error *error)
{
	*error = (struct ccs_exi_error) { .code = code, .bit = ccs_bits_position(&d->in) };
	if (!rooted)
		return;
	ccs_exi_add_to_path(error, ccs_exi_root(document->set, document->element), 0);
	for (unsigned int i = 0; i < d->depth; i++)
		ccs_exi_add_to_path(error, d->stack[i].item, d->stack[i].entries);
	if (d->item && d->item != error->path[0].row)
		ccs_exi_add_to_path(error, d->item, d->entries);
}

int ccs_exi_decode_root(struct ccs_exi_decoder *d, struct ccs_exi_document *document,
			struct ccs_exi_error *error, ccs_exi_walk_function *walk)
{
	size_t bit = 8;
	int code;

	d->depth = 0;
	d->item = NULL;
	d->entries = 0;
	code = read_root(d, document);
	if (code) {
		if (error)
			explain(d, document, false, code, error);
		return code;
	}
	trace(d, bit, "SE", ccs_exi_root(document->set, document->element));
	code = read_content(d, document, walk);
	bit = ccs_bits_position(&d->in);
	if (!code)
		code = read_end(d, document);
	if (code) {
		if (error)
			explain(d, document, true, code, error);
		return code;
	}
	if (document->form == CCS_EXI_FRAGMENT)
		trace(d, bit, "end of fragment", NULL);
	bit = ccs_bits_position(&d->in);
	if (bit % 8) {
		ccs_bits_skip(&d->in, 8 - bit % 8);
		trace(d, bit, "padding", NULL);
	}
	return (int)((bit + 7) / 8);
}
