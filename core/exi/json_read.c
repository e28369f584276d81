/* SPDX-License-Identifier: Apache-2.0 */
/* JSON to structs, over the same tables.  Recursion is as deep as elements nest. */
#include "exi/content.h"
#include "exi/root.h"
#include "ccs/hex.h"
#include "ccs/json.h"

#include <string.h>

struct reader {
	struct ccs_json json;
	struct ccs_pool *pool;
	const struct ccs_exi_set *set;
	struct ccs_exi_error *error; /* path of the value being read */
};

static int read_struct(struct reader *r, const struct ccs_exi_type *type, uint8_t *base);

/* The path is kept as it is when an error comes up, so the innermost level says it. */
static void enter(struct reader *r, const struct ccs_exi_row *row, uint32_t entry)
{
	if (r->error->depth <= CCS_EXI_DEPTH) {
		r->error->path[r->error->depth].row = row;
		r->error->path[r->error->depth].entry = entry;
	}
	r->error->depth++;
}

static void leave(struct reader *r)
{
	r->error->depth--;
}

static int read_literal(struct reader *r, const struct ccs_exi_names *names,
			const struct ccs_exi_row *row, uint8_t *to)
{
	const char *literal = ccs_exi_literals(names, row);
	struct ccs_json_slice text;

	if (ccs_json_peek(&r->json) != '"')
		return CCS_ERR_TYPE;
	if (ccs_json_string(&r->json, &text) < 0)
		return CCS_ERR_SYNTAX;
	for (uint32_t i = 0; i <= row->limit; i++, literal += strlen(literal) + 1) {
		if (strlen(literal) == text.length && memcmp(literal, text.at, text.length) == 0) {
			ccs_exi_store(row, to, i);
			return 0;
		}
	}
	return CCS_ERR_ENUM;
}

/* Sign and digits of a number that must be an integer. */
static int read_digits(struct reader *r, struct ccs_json_slice *digits, bool *negative)
{
	char c = ccs_json_peek(&r->json);

	if (c != '-' && (c < '0' || c > '9'))
		return CCS_ERR_TYPE;
	if (ccs_json_number(&r->json, digits) < 0)
		return CCS_ERR_SYNTAX;
	*negative = *digits->at == '-';
	if (*negative) {
		digits->at++;
		digits->length--;
	}
	for (size_t i = 0; i < digits->length; i++) {
		if (digits->at[i] < '0' || digits->at[i] > '9')
			return CCS_ERR_TYPE;
	}
	return 0;
}

static int read_uint64(const struct ccs_json_slice *digits, uint64_t *value)
{
	*value = 0;
	for (size_t i = 0; i < digits->length; i++) {
		uint64_t digit = (uint64_t)(digits->at[i] - '0');

		if (*value > (UINT64_MAX - digit) / 10)
			return CCS_ERR_RANGE;
		*value = *value * 10 + digit;
	}
	return 0;
}

/* As wide as the struct's member; whether it fits the schema is the encoder's question. */
static int read_number(struct reader *r, const struct ccs_exi_row *row, uint8_t *to)
{
	struct ccs_json_slice digits;
	uint64_t magnitude, limit;
	uint32_t low;
	bool negative;
	int error = read_digits(r, &digits, &negative);

	if (!error)
		error = read_uint64(&digits, &magnitude);
	if (error)
		return error;
	if (row->kind == CCS_EXI_UVAR64) {
		limit = negative ? 0 : UINT64_MAX;
	} else if (row->kind == CCS_EXI_UVAR32) {
		limit = negative ? 0 : UINT32_MAX;
	} else {
		limit = row->kind == CCS_EXI_SVAR64 ? INT64_MAX : INT32_MAX;
		limit += negative;
	}
	if (magnitude > limit)
		return CCS_ERR_RANGE;
	if (negative)
		magnitude = 0 - magnitude;
	low = (uint32_t)magnitude;
	if (row->kind == CCS_EXI_UVAR64 || row->kind == CCS_EXI_SVAR64)
		memcpy(to, &magnitude, sizeof(magnitude));
	else
		memcpy(to, &low, sizeof(low));
	return 0;
}

/* Decimal digits to a big-endian magnitude: repeated multiplication by ten. */
static int read_integer(struct reader *r, uint8_t *to)
{
	uint8_t magnitude[CCS_EXI_INTEGER_OCTETS] = { 0 }, *bytes;
	struct ccs_integer integer = { 0 };
	struct ccs_json_slice digits;
	size_t first = 0;
	int error = read_digits(r, &digits, &integer.negative);

	for (size_t k = 0; !error && k < digits.length; k++) {
		unsigned int carry = (unsigned int)(digits.at[k] - '0');

		for (size_t i = sizeof(magnitude); i > 0; i--) {
			carry += magnitude[i - 1] * 10u;
			magnitude[i - 1] = (uint8_t)carry;
			carry >>= 8;
		}
		if (carry)
			error = CCS_ERR_RANGE;
	}
	if (error)
		return error;
	while (first < sizeof(magnitude) && !magnitude[first])
		first++;
	integer.length = (uint32_t)(sizeof(magnitude) - first);
	bytes = ccs_pool_bytes(r->pool, integer.length);
	if (!bytes)
		return CCS_ERR_SPACE;
	memcpy(bytes, magnitude + first, integer.length);
	integer.at = bytes;
	if (!integer.length)
		integer.negative = false;
	memcpy(to, &integer, sizeof(integer));
	return 0;
}

static int read_text(struct reader *r, uint8_t *to)
{
	struct ccs_json_slice raw;
	struct ccs_text text;
	uint32_t count;
	char *bytes;
	int length;

	if (ccs_json_peek(&r->json) != '"')
		return CCS_ERR_TYPE;
	if (ccs_json_string(&r->json, &raw) < 0)
		return CCS_ERR_SYNTAX;
	bytes = (char *)ccs_pool_bytes(r->pool, raw.length);
	if (!bytes)
		return CCS_ERR_SPACE;
	length = ccs_json_unescape(&raw, bytes);
	if (length < 0)
		return length;
	text = (struct ccs_text) { bytes, (uint32_t)length };
	memcpy(to, &text, sizeof(text));
	return ccs_exi_count_characters(&text, &count);
}

static int read_octets(struct reader *r, uint8_t *to)
{
	struct ccs_json_slice hex;
	struct ccs_bytes octets;
	uint8_t *bytes;

	if (ccs_json_peek(&r->json) != '"')
		return CCS_ERR_TYPE;
	if (ccs_json_string(&r->json, &hex) < 0)
		return CCS_ERR_SYNTAX;
	if (hex.length % 2)
		return CCS_ERR_TEXT;
	bytes = ccs_pool_bytes(r->pool, hex.length / 2);
	if (!bytes)
		return CCS_ERR_SPACE;
	octets = (struct ccs_bytes) { bytes, (uint32_t)(hex.length / 2) };
	for (size_t i = 0; i < hex.length; i += 2) {
		int high = ccs_hex_digit(hex.at[i]), low = ccs_hex_digit(hex.at[i + 1]);

		if (high < 0 || low < 0)
			return CCS_ERR_TEXT;
		bytes[i / 2] = (uint8_t)(high << 4 | low);
	}
	memcpy(to, &octets, sizeof(octets));
	return 0;
}

static int read_value(struct reader *r, const struct ccs_exi_names *names,
		      const struct ccs_exi_row *row, uint8_t *to)
{
	char c = ccs_json_peek(&r->json);
	bool flag;

	switch ((enum ccs_exi_kind)row->kind) {
	case CCS_EXI_BOOL:
		if (c != 't' && c != 'f')
			return CCS_ERR_TYPE;
		if (ccs_json_bool(&r->json, &flag) < 0)
			return CCS_ERR_SYNTAX;
		*to = flag;
		return 0;
	case CCS_EXI_ENUM:
		return read_literal(r, names, row, to);
	case CCS_EXI_BITS:
	case CCS_EXI_UVAR32:
	case CCS_EXI_SVAR32:
	case CCS_EXI_UVAR64:
	case CCS_EXI_SVAR64:
		return read_number(r, row, to);
	case CCS_EXI_INTEGER:
		return read_integer(r, to);
	case CCS_EXI_TEXT:
		return read_text(r, to);
	case CCS_EXI_BYTES:
		return read_octets(r, to);
	case CCS_EXI_STRUCT:
		return read_struct(r, row->type, to);
	case CCS_EXI_GROUP:
	case CCS_EXI_ANY:
	case CCS_EXI_END:
		break;
	}
	return CCS_ERR_NAME;
}

static bool has_name(const char *name, const struct ccs_json_slice *key)
{
	return strlen(name) == key->length && memcmp(name, key->at, key->length) == 0;
}

static const struct ccs_exi_row *find_alternative(const struct ccs_exi_names *names,
						  const struct ccs_exi_row *row,
						  const struct ccs_json_slice *key)
{
	const struct ccs_exi_group *group = row->type;

	for (size_t i = 0; i < group->count; i++) {
		if (group->rows[i].kind != CCS_EXI_ANY &&
		    has_name(ccs_exi_name(names, &group->rows[i]), key))
			return &group->rows[i];
	}
	return NULL;
}

/* The member of a type that a key names, and for a group its alternative. */
static const struct ccs_exi_row *find_member(const struct ccs_exi_names *names,
					     const struct ccs_exi_type *type,
					     const struct ccs_json_slice *key,
					     const struct ccs_exi_row **item)
{
	for (const struct ccs_exi_row *row = type->rows; row->kind != CCS_EXI_END; row++) {
		bool list = row->flags & CCS_EXI_LIST;

		*item = row;
		if (row->kind == CCS_EXI_GROUP && !list) {
			*item = find_alternative(names, row, key);
			if (*item)
				return row;
		} else if (row->kind != CCS_EXI_ANY && has_name(ccs_exi_name(names, row), key)) {
			return row;
		}
	}
	return NULL;
}

/* A value into a group: its tag, and the value of the alternative. */
static int read_alternative(struct reader *r, const struct ccs_exi_names *names,
			    const struct ccs_exi_row *row, const struct ccs_exi_row *item,
			    uint8_t *to)
{
	const struct ccs_exi_group *group = row->type;
	uint32_t index = (uint32_t)(item - group->rows) + 1;

	ccs_exi_store(row, to, index);
	return read_value(r, names, item, to + item->offset);
}

/* {"Alternative": value}, as a list of groups has them. */
static int read_wrapped(struct reader *r, const struct ccs_exi_names *names,
			const struct ccs_exi_row *row, uint8_t *to)
{
	const struct ccs_exi_row *item;
	struct ccs_json_slice key;
	int error;

	if (ccs_json_take(&r->json, '{') < 0)
		return CCS_ERR_TYPE;
	if (ccs_json_string(&r->json, &key) < 0 || ccs_json_take(&r->json, ':') < 0)
		return CCS_ERR_SYNTAX;
	item = find_alternative(names, row, &key);
	if (!item)
		return CCS_ERR_NAME;
	error = read_alternative(r, names, row, item, to);
	return error ? error : ccs_json_take(&r->json, '}');
}

static int read_list(struct reader *r, const struct ccs_exi_names *names,
		     const struct ccs_exi_row *row, uint8_t *member)
{
	size_t size = ccs_exi_value_size(row);
	struct ccs_exi_list list = { 0 };
	int more, error;

	if (ccs_json_take(&r->json, '[') < 0)
		return CCS_ERR_TYPE;
	more = ccs_json_peek(&r->json) != ']';
	if (!more)
		ccs_json_take(&r->json, ']');
	while (more) {
		void *at = ccs_pool_list(r->pool, list.at, list.count, size);

		if (!at)
			return CCS_ERR_SPACE;
		list.at = at;
		enter(r, row, list.count);
		if (row->kind == CCS_EXI_GROUP)
			error = read_wrapped(r, names, row, (uint8_t *)at + list.count * size);
		else
			error = read_value(r, names, row, (uint8_t *)at + list.count * size);
		if (error)
			return error;
		leave(r);
		list.count++;
		more = ccs_json_next(&r->json, ']');
		if (more < 0)
			return more;
	}
	memcpy(member, &list, sizeof(list));
	return 0;
}

static int read_member(struct reader *r, const struct ccs_exi_names *names,
		       const struct ccs_exi_row *row, const struct ccs_exi_row *item, uint8_t *base)
{
	uint8_t *to = base + row->offset;
	void *at = to;
	int error;

	if (row->flags & CCS_EXI_LIST)
		return read_list(r, names, row, to);
	if (row->flags & CCS_EXI_POINTER) {
		at = ccs_pool_struct(r->pool, ccs_exi_value_size(row));
		if (!at)
			return CCS_ERR_SPACE;
		memcpy(to, &at, sizeof(at));
	} else if (row->has != CCS_EXI_NO_FLAG) {
		base[row->has] = 1;
	}
	enter(r, item, 0);
	if (row->kind == CCS_EXI_GROUP)
		error = read_alternative(r, names, row, item, at);
	else
		error = read_value(r, names, row, at);
	if (!error)
		leave(r);
	return error;
}

/* Was the row's member read, under this row or, in a choice of sequences, an earlier one? */
static bool is_seen(const struct ccs_exi_type *type, const struct ccs_exi_row *row, uint64_t seen)
{
	for (const struct ccs_exi_row *r = type->rows; r <= row; r++) {
		if ((seen >> (r - type->rows) & 1) && r->offset == row->offset)
			return true;
	}
	return false;
}

/* Everything mandatory must have been seen; `seen` has a bit for each row. */
static int check_members(struct reader *r, const struct ccs_exi_type *type, uint64_t seen)
{
	const struct ccs_exi_row *row = type->rows;

	while (row->kind != CCS_EXI_END) {
		if (is_seen(type, row, seen)) {
			row++;
		} else if (row->flags & CCS_EXI_OPTIONAL) {
			row += row->flags & CCS_EXI_LIST ? 1 : row->skip;
		} else {
			enter(r, row, 0);
			return CCS_ERR_MISSING;
		}
	}
	return 0;
}

static int read_struct(struct reader *r, const struct ccs_exi_type *type, uint8_t *base)
{
	const struct ccs_exi_names *names = ccs_exi_find_names(r->set, type->rows);
	const struct ccs_exi_row *row, *item;
	struct ccs_json_slice key;
	uint64_t seen = 0;
	int more, error;

	if (ccs_json_take(&r->json, '{') < 0)
		return CCS_ERR_TYPE;
	more = ccs_json_peek(&r->json) != '}';
	if (!more)
		ccs_json_take(&r->json, '}');
	while (more) {
		if (ccs_json_string(&r->json, &key) < 0 || ccs_json_take(&r->json, ':') < 0)
			return CCS_ERR_SYNTAX;
		row = find_member(names, type, &key, &item);
		if (!row || seen >> (row - type->rows) & 1)
			return CCS_ERR_NAME;
		seen |= UINT64_C(1) << (row - type->rows);
		error = read_member(r, names, row, item, base);
		if (error)
			return error;
		more = ccs_json_next(&r->json, '}');
		if (more < 0)
			return more;
	}
	return check_members(r, type, seen);
}

/* The next element of the set, from `from` on, that a key names; global ones only for a document.
 */
static int find_element(struct ccs_exi_document *document, const struct ccs_json_slice *key,
			size_t from)
{
	const struct ccs_exi_set *set = document->set;
	bool fragment = document->form == CCS_EXI_FRAGMENT;
	size_t count = fragment ? set->element_count : set->root_count;

	for (size_t i = from; i < count; i++) {
		document->element = fragment ? (uint16_t)i : set->roots[i];
		if (has_name(ccs_exi_element_name(document), key))
			return (int)i;
	}
	return CCS_ERR_NAME;
}

static int read_root(struct reader *r, struct ccs_exi_document *document)
{
	const struct ccs_exi_row *row = ccs_exi_root(document->set, document->element);
	const struct ccs_exi_relaxed *relaxed = document->set->relaxed;
	bool is_relaxed = ccs_exi_is_relaxed(document);

	document->value = ccs_pool_struct(r->pool, is_relaxed ? relaxed->type->size
							      : ccs_exi_value_size(row));
	if (!document->value)
		return CCS_ERR_SPACE;
	enter(r, row, 0);
	if (is_relaxed)
		return read_struct(r, relaxed->type, document->value);
	return read_value(r, ccs_exi_find_names(r->set, row), row, document->value);
}

/* A name may stand in two namespaces: the first element that the value fits. */
static int read_named_root(struct reader *r, struct ccs_exi_document *document,
			   const struct ccs_json_slice *key)
{
	const struct reader begin = *r;
	const struct ccs_pool pool = *r->pool;
	int index = find_element(document, key, 0), error = index;

	while (index >= 0) {
		struct ccs_exi_document next = *document;

		error = read_root(r, document);
		index = error ? find_element(&next, key, (size_t)index + 1) : CCS_ERR_NAME;
		if (index < 0)
			break;
		document->element = next.element;
		*r = begin;
		*r->pool = pool;
		r->error->depth = 0;
	}
	return error;
}

/* {"Header":...,"Body":...} is a V2G_Message; anything else names its root. */
static int read_document(struct reader *r, struct ccs_exi_document *document)
{
	static const struct ccs_json_slice message = { "V2G_Message", 11 };
	struct ccs_json begin = r->json;
	struct ccs_json_slice key;
	int error;

	if (ccs_json_take(&r->json, '{') < 0)
		return CCS_ERR_TYPE;
	if (ccs_json_string(&r->json, &key) < 0 || ccs_json_take(&r->json, ':') < 0)
		return CCS_ERR_SYNTAX;
	if (document->form == CCS_EXI_DOCUMENT && find_element(document, &message, 0) >= 0 &&
	    (has_name("Header", &key) || has_name("Body", &key))) {
		r->json = begin;
		return read_root(r, document);
	}
	error = read_named_root(r, document, &key);
	if (!error && ccs_json_take(&r->json, '}') < 0)
		error = CCS_ERR_SYNTAX;
	return error;
}

int ccs_exi_read_json(struct ccs_exi_document *document, const char *json, size_t length,
		      struct ccs_pool *pool, struct ccs_exi_error *error)
{
	struct ccs_exi_error local;
	struct reader r = { .json = { json, json + length },
			    .pool = pool,
			    .set = document->set,
			    .error = error ? error : &local };
	int code;

	*r.error = (struct ccs_exi_error) { 0 };
	code = read_document(&r, document);
	r.error->code = code;
	r.error->bit = (size_t)(r.json.at - json);
	if (r.error->depth > CCS_EXI_DEPTH + 1)
		r.error->depth = CCS_EXI_DEPTH + 1;
	return code ? code : (int)(r.json.at - json);
}
