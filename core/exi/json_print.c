/* SPDX-License-Identifier: Apache-2.0 */
/* Structs to JSON.  Recursion is as deep as elements nest, which the generator bounds. */
#include "ccs/print.h"
#include "exi/root.h"

#include <string.h>

struct printer {
	struct ccs_print *out;
	const struct ccs_exi_set *set;
};

static void print_struct(const struct printer *p, const struct ccs_exi_type *type,
			 const uint8_t *base);

static void print_literal(struct ccs_print *out, const char *literals, uint32_t index)
{
	while (index--)
		literals += strlen(literals) + 1;
	ccs_print_char(out, '"');
	ccs_print_text(out, literals);
	ccs_print_char(out, '"');
}

/* Decimal digits of a big-endian magnitude: repeated division by ten. */
static void print_integer(struct ccs_print *out, const struct ccs_integer *integer)
{
	uint8_t rest[CCS_EXI_INTEGER_OCTETS];
	char digits[CCS_EXI_INTEGER_OCTETS * 5 / 2 + 1];
	size_t at = sizeof(digits), size = integer->length;
	bool more = true;

	if (size > sizeof(rest))
		size = sizeof(rest);
	if (size)
		memcpy(rest, integer->at, size);
	while (more && at) {
		unsigned int carry = 0;

		more = false;
		for (size_t i = 0; i < size; i++) {
			carry = carry << 8 | rest[i];
			rest[i] = (uint8_t)(carry / 10);
			carry %= 10;
			more |= rest[i] != 0;
		}
		digits[--at] = (char)('0' + carry);
	}
	if (integer->negative)
		ccs_print_char(out, '-');
	ccs_print_bytes(out, digits + at, sizeof(digits) - at);
}

static void print_long(const struct printer *p, const struct ccs_exi_row *row, const uint8_t *at)
{
	struct ccs_integer integer;
	struct ccs_bytes bytes;
	struct ccs_text text;

	if (row->kind == CCS_EXI_INTEGER) {
		memcpy(&integer, at, sizeof(integer));
		print_integer(p->out, &integer);
	} else if (row->kind == CCS_EXI_TEXT) {
		memcpy(&text, at, sizeof(text));
		ccs_print_json(p->out, text.at, text.length);
	} else {
		memcpy(&bytes, at, sizeof(bytes));
		ccs_print_char(p->out, '"');
		ccs_print_hex(p->out, bytes.at, bytes.length);
		ccs_print_char(p->out, '"');
	}
}

static void print_number(struct ccs_print *out, const struct ccs_exi_row *row, const uint8_t *at)
{
	const struct ccs_exi_range *range = row->type;
	int32_t narrow;
	int64_t wide;

	if (row->kind == CCS_EXI_UVAR64 || row->kind == CCS_EXI_SVAR64) {
		memcpy(&wide, at, sizeof(wide));
		if (row->kind == CCS_EXI_UVAR64)
			ccs_print_unsigned(out, (uint64_t)wide);
		else
			ccs_print_signed(out, wide);
		return;
	}
	memcpy(&narrow, at, sizeof(narrow));
	if (row->kind == CCS_EXI_UVAR32 && range->max > INT32_MAX)
		ccs_print_unsigned(out, (uint32_t)narrow);
	else
		ccs_print_signed(out, narrow);
}

static void print_value(const struct printer *p, const struct ccs_exi_names *names,
			const struct ccs_exi_row *row, const uint8_t *at)
{
	switch ((enum ccs_exi_kind)row->kind) {
	case CCS_EXI_BOOL:
		ccs_print_text(p->out, *at ? "true" : "false");
		break;
	case CCS_EXI_ENUM:
		print_literal(p->out, ccs_exi_literals(names, row), ccs_exi_load(row, at));
		break;
	case CCS_EXI_BITS:
	case CCS_EXI_UVAR32:
	case CCS_EXI_SVAR32:
	case CCS_EXI_UVAR64:
	case CCS_EXI_SVAR64:
		print_number(p->out, row, at);
		break;
	case CCS_EXI_INTEGER:
	case CCS_EXI_TEXT:
	case CCS_EXI_BYTES:
		print_long(p, row, at);
		break;
	case CCS_EXI_STRUCT:
		print_struct(p, row->type, at);
		break;
	case CCS_EXI_GROUP:
	case CCS_EXI_ANY:
	case CCS_EXI_END:
		break;
	}
}

static void print_key(struct ccs_print *out, const char *name)
{
	ccs_print_char(out, '"');
	ccs_print_text(out, name);
	ccs_print_text(out, "\":");
}

/* The alternative that stands in a group at `at`; NULL: none. */
static const struct ccs_exi_row *find_alternative(const struct ccs_exi_row *row, const uint8_t *at)
{
	const struct ccs_exi_group *group = row->type;
	uint32_t tag = ccs_exi_load(row, at);

	return tag && tag <= group->count ? &group->rows[tag - 1] : NULL;
}

static void print_alternative(const struct printer *p, const struct ccs_exi_names *names,
			      const struct ccs_exi_row *row, const uint8_t *at)
{
	const struct ccs_exi_row *item = find_alternative(row, at);

	if (!item)
		return;
	print_key(p->out, ccs_exi_name(names, item));
	print_value(p, names, item, at + item->offset);
}

static void print_list(const struct printer *p, const struct ccs_exi_names *names,
		       const struct ccs_exi_row *row, const struct ccs_exi_list *list)
{
	size_t size = ccs_exi_value_size(row);

	print_key(p->out, ccs_exi_name(names, row));
	ccs_print_char(p->out, '[');
	for (uint32_t i = 0; i < list->count; i++) {
		const uint8_t *at = (const uint8_t *)list->at + i * size;

		if (i)
			ccs_print_char(p->out, ',');
		if (row->kind == CCS_EXI_GROUP) {
			ccs_print_char(p->out, '{');
			print_alternative(p, names, row, at);
			ccs_print_char(p->out, '}');
		} else {
			print_value(p, names, row, at);
		}
	}
	ccs_print_char(p->out, ']');
}

static bool is_present(const struct ccs_exi_row *row, const uint8_t *base)
{
	struct ccs_exi_list list;
	const void *pointer;

	if (row->kind == CCS_EXI_ANY)
		return false;
	if (row->flags & CCS_EXI_LIST) {
		memcpy(&list, base + row->offset, sizeof(list));
		return list.count != 0;
	}
	if (row->flags & CCS_EXI_POINTER) {
		memcpy(&pointer, base + row->offset, sizeof(pointer));
		return pointer != NULL;
	}
	if (row->has != CCS_EXI_NO_FLAG)
		return base[row->has];
	return row->kind != CCS_EXI_GROUP || find_alternative(row, base + row->offset);
}

static void print_member(const struct printer *p, const struct ccs_exi_names *names,
			 const struct ccs_exi_row *row, const uint8_t *base)
{
	const uint8_t *at = base + row->offset;
	struct ccs_exi_list list;

	if (row->flags & CCS_EXI_LIST) {
		memcpy(&list, at, sizeof(list));
		print_list(p, names, row, &list);
		return;
	}
	if (row->flags & CCS_EXI_POINTER)
		memcpy(&at, base + row->offset, sizeof(at));
	if (row->kind == CCS_EXI_GROUP) {
		print_alternative(p, names, row, at);
		return;
	}
	print_key(p->out, ccs_exi_name(names, row));
	print_value(p, names, row, at);
}

static void print_struct(const struct printer *p, const struct ccs_exi_type *type,
			 const uint8_t *base)
{
	const struct ccs_exi_names *names = ccs_exi_find_names(p->set, type->rows);
	bool first = true;

	ccs_print_char(p->out, '{');
	for (const struct ccs_exi_row *row = type->rows; row->kind != CCS_EXI_END;) {
		if (!is_present(row, base)) {
			row += row->flags & CCS_EXI_LIST ? 1 : row->skip;
			continue;
		}
		if (!first)
			ccs_print_char(p->out, ',');
		first = false;
		print_member(p, names, row, base);
		row++;
	}
	ccs_print_char(p->out, '}');
}

/* In a fragment the one name with two types stands for its struct, elsewhere for its row. */
static void print_root(const struct printer *p, const struct ccs_exi_document *document)
{
	const struct ccs_exi_row *row = ccs_exi_root(document->set, document->element);

	if (ccs_exi_is_relaxed(document))
		print_struct(p, document->set->relaxed->type, document->value);
	else
		print_value(p, ccs_exi_find_names(document->set, row), row, document->value);
}

void ccs_exi_print_json(struct ccs_print *print, const struct ccs_exi_document *document)
{
	const struct printer p = { print, document->set };
	const char *name = ccs_exi_element_name(document);

	/* V2G_Message says nothing: its Header and Body are the object (design of records). */
	if (document->form == CCS_EXI_DOCUMENT && strcmp(name, "V2G_Message") == 0) {
		print_root(&p, document);
		return;
	}
	ccs_print_char(print, '{');
	print_key(print, name);
	print_root(&p, document);
	ccs_print_char(print, '}');
}

void ccs_exi_print_value(struct ccs_print *print, const struct ccs_exi_set *set,
			 const struct ccs_exi_row *row, const void *value)
{
	const struct printer p = { print, set };

	print_value(&p, ccs_exi_find_names(set, row), row, value);
}
