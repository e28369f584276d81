/* SPDX-License-Identifier: Apache-2.0 */
/* Fields by name: finding them in a message or in its schema, setting them, filling new ones. */
#include "tamper_fields.h"

#include "ccs/quantities.h"

#define DIGITS_MAX 15 /* of a number: what int64_t holds in thousandths */

/* Without `base` the schema alone is searched, with every alternative. */
struct search {
	const struct ccs_exi_set *set;
	const char *name;
	size_t length;
	const char *without;
};

static bool is_name(const struct search *search, const struct ccs_exi_row *row)
{
	const char *name = ccs_exi_row_name(search->set, row);

	return strlen(name) == search->length && !memcmp(name, search->name, search->length);
}

static bool is_left_out(const struct search *search, const struct ccs_exi_row *row)
{
	const char *name = ccs_exi_row_name(search->set, row);

	return search->without && !strncmp(name, search->without, strlen(search->without));
}

static bool is_absent(const struct ccs_exi_row *row, const uint8_t *base)
{
	return row->has != CCS_EXI_NO_FLAG && !(row->flags & CCS_EXI_LIST) && !base[row->has];
}

/* The value of a member, the first of a list; NULL: there is none, or nothing but a schema. */
static uint8_t *find_value(const struct ccs_exi_row *row, uint8_t *base)
{
	struct ccs_exi_list list;
	uint8_t *at;

	if (!base)
		return NULL;
	if (row->flags & CCS_EXI_LIST) {
		memcpy(&list, base + row->offset, sizeof(list));
		return list.count ? list.at : NULL;
	}
	if (row->flags & CCS_EXI_POINTER) {
		memcpy(&at, base + row->offset, sizeof(at));
		return at;
	}
	return base + row->offset;
}

static bool find_in_type(const struct search *search, const struct ccs_exi_type *type,
			 uint8_t *base, unsigned int depth, struct sim_field *field);

/* A row that is an element: itself, or something inside of it. */
static bool find_in_element(const struct search *search, const struct ccs_exi_row *row,
			    uint8_t *base, unsigned int depth, struct sim_field *field)
{
	uint8_t *at = find_value(row, base);

	if (is_name(search, row) && (at || !base || !(row->flags & CCS_EXI_LIST))) {
		*field = (struct sim_field) { search->set, row, base, at };
		return true;
	}
	if (row->kind != CCS_EXI_STRUCT || (base && (!at || is_absent(row, base))))
		return false;
	return find_in_type(search, row->type, at, depth + 1, field);
}

static bool find_in_group(const struct search *search, const struct ccs_exi_row *row, uint8_t *base,
			  unsigned int depth, struct sim_field *field)
{
	const struct ccs_exi_group *group = row->type;
	uint8_t *at = find_value(row, base);
	uint32_t tag = at ? ccs_exi_load(row, at) : 0;

	if (base)
		return tag && tag <= group->count &&
		       find_in_element(search, &group->rows[tag - 1], at, depth, field);
	for (uint8_t i = 0; i < group->count; i++) {
		if (!is_left_out(search, &group->rows[i]) &&
		    find_in_element(search, &group->rows[i], NULL, depth, field))
			return true;
	}
	return false;
}

/* NOTE: recursion is bounded by the depth of the schemas, and for a wrong table by CCS_EXI_DEPTH.
 */
static bool find_in_type(const struct search *search, const struct ccs_exi_type *type,
			 uint8_t *base, unsigned int depth, struct sim_field *field)
{
	if (!type || depth > CCS_EXI_DEPTH)
		return false;
	for (const struct ccs_exi_row *row = type->rows; row->kind != CCS_EXI_END; row++) {
		if (is_left_out(search, row) || row->kind == CCS_EXI_ANY)
			continue;
		if (row->kind == CCS_EXI_GROUP ? find_in_group(search, row, base, depth, field)
					       : find_in_element(search, row, base, depth, field))
			return true;
	}
	return false;
}

/* One part of a dotted name after the other. */
static bool find_path(struct search *search, const struct ccs_exi_row *row, uint8_t *at,
		      const char *name, struct sim_field *field)
{
	while (row->kind == CCS_EXI_STRUCT) {
		const char *dot = strchr(name, '.');

		search->name = name;
		search->length = dot ? (size_t)(dot - name) : strlen(name);
		if (!find_in_type(search, row->type, at, 0, field))
			return false;
		if (!dot)
			return true;
		name = dot + 1;
		if (at && (!field->at || is_absent(field->row, field->base)))
			return false;
		row = field->row;
		at = field->at;
	}
	return false;
}

bool sim_field_find(struct sim_field *field, const struct ccs_exi_document *document,
		    const char *name)
{
	struct search search = { .set = document->set };

	return find_path(&search, ccs_exi_root(document->set, document->element), document->value,
			 name, field);
}

/* "-12.5" in thousandths; digits behind these are not looked at. */
static bool read_number(const char *text, int64_t *milli)
{
	bool negative = *text == '-';
	int decimals = -1, digits = 0;

	*milli = 0;
	for (text += negative; *text; text++) {
		if (*text == '.' && decimals < 0) {
			decimals = 0;
			continue;
		}
		if (*text < '0' || *text > '9' || ++digits > DIGITS_MAX)
			return false;
		if (decimals < 0 || decimals++ < 3)
			*milli = *milli * 10 + (*text - '0');
	}
	for (decimals = decimals < 0 ? 0 : decimals; decimals < 3; decimals++)
		*milli *= 10;
	if (negative)
		*milli = -*milli;
	return digits > 0;
}

static int set_literal(const struct ccs_exi_set *set, const struct ccs_exi_row *row, uint8_t *at,
		       const char *value)
{
	const struct ccs_exi_names *names = ccs_exi_find_names(set, row);
	const char *literal = names ? ccs_exi_literals(names, row) : "";

	for (uint32_t i = 0; names && i <= row->limit; i++, literal += strlen(literal) + 1) {
		if (!strcmp(literal, value)) {
			ccs_exi_store(row, at, i);
			return 0;
		}
	}
	return CCS_ERR_NAME;
}

static int64_t clamp(int64_t v, int64_t least, int64_t most)
{
	return v < least ? least : v > most ? most : v;
}

/* The nearest that EXI carries at this row, whatever the schema allows. */
static void set_integer(const struct ccs_exi_row *row, uint8_t *at, int64_t v)
{
	const struct ccs_exi_range *range = row->type;
	uint32_t narrow;

	switch (row->kind) {
	case CCS_EXI_BITS:
		v = clamp(v, row->base, row->base + (INT64_C(1) << row->bits) - 1);
		ccs_exi_store(row, at, (uint32_t)(int32_t)v);
		return;
	case CCS_EXI_UVAR64:
		v = clamp(v, 0, INT64_MAX);
		memcpy(at, &v, sizeof(v));
		return;
	case CCS_EXI_SVAR64:
		memcpy(at, &v, sizeof(v));
		return;
	case CCS_EXI_UVAR32:
		v = clamp(v, 0, range->max > INT32_MAX ? UINT32_MAX : INT32_MAX);
		break;
	default:
		v = clamp(v, INT32_MIN, INT32_MAX);
	}
	narrow = (uint32_t)v;
	memcpy(at, &narrow, sizeof(narrow));
}

/* The unit that a quantity of this name has. */
static const char *find_unit(const char *name)
{
	static const struct {
		const char *part;
		const char *unit;
	} units[] = { { "Volt", "V" },	  { "Current", "A" }, { "Power", "W" },
		      { "Energy", "Wh" }, { "Amount", "Wh" }, { "Time", "s" } };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strstr(name, units[i].part))
			return units[i].unit;
	}
	return "V";
}

/* Exponent, perhaps a unit, value.  A unit that is there stays. */
static int set_quantity(const struct sim_field *field, bool is_new, const char *value)
{
	const struct ccs_exi_type *type = field->row->type;
	const char *unit = find_unit(ccs_exi_row_name(field->set, field->row));
	struct ccs_decimal decimal;
	int64_t milli;

	if (!read_number(value, &milli))
		return CCS_ERR_SYNTAX;
	decimal = ccs_milli_to_decimal(milli, -3, 3);
	for (const struct ccs_exi_row *row = type->rows; row->kind != CCS_EXI_END; row++) {
		uint8_t *at = field->at + row->offset;

		if (row->kind != CCS_EXI_ENUM)
			set_integer(row, at, row == type->rows ? decimal.exponent : decimal.value);
		else if (is_new && row->has == CCS_EXI_NO_FLAG)
			(void)set_literal(field->set, row, at, unit);
	}
	return 0;
}

static int set_boolean(uint8_t *at, const char *value)
{
	if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
		return CCS_ERR_NAME;
	*at = value[0] == 't';
	return 0;
}

static int set_value(const struct sim_field *field, bool is_new, const char *value)
{
	const struct ccs_exi_type *type = field->row->type;
	int64_t milli;

	switch ((enum ccs_exi_kind)field->row->kind) {
	case CCS_EXI_BOOL:
		return set_boolean(field->at, value);
	case CCS_EXI_ENUM:
		return set_literal(field->set, field->row, field->at, value);
	case CCS_EXI_BITS:
	case CCS_EXI_UVAR32:
	case CCS_EXI_SVAR32:
	case CCS_EXI_UVAR64:
	case CCS_EXI_SVAR64:
		if (!read_number(value, &milli) || milli % 1000)
			return CCS_ERR_SYNTAX;
		set_integer(field->row, field->at, milli / 1000);
		return 0;
	case CCS_EXI_STRUCT:
		return type && type->quantity ? set_quantity(field, is_new, value) : CCS_ERR_TYPE;
	case CCS_EXI_INTEGER:
	case CCS_EXI_TEXT:
	case CCS_EXI_BYTES:
	case CCS_EXI_GROUP:
	case CCS_EXI_ANY:
	case CCS_EXI_END:
		break;
	}
	return CCS_ERR_TYPE;
}

int sim_field_set(const struct sim_field *field, const char *value)
{
	bool is_new = is_absent(field->row, field->base);
	int error = field->at ? set_value(field, is_new, value) : CCS_ERR_TYPE;

	if (!error && is_new)
		field->base[field->row->has] = true;
	return error;
}

int sim_field_check(const struct ccs_exi_set *set, const struct ccs_exi_row *row, const char *name,
		    const char *value, const char *without)
{
	struct search search = { .set = set, .without = without };
	struct sim_field field;
	uint64_t scratch[8] = { 0 };

	if (!find_path(&search, row, NULL, name, &field))
		return CCS_ERR_NAME;
	if (!value)
		return 0;
	if (ccs_exi_value_size(field.row) > sizeof(scratch))
		return CCS_ERR_TYPE;
	field.at = (uint8_t *)scratch;
	return set_value(&field, true, value);
}

static void print_literals(struct ccs_print *print, const struct ccs_exi_set *set,
			   const struct ccs_exi_row *row)
{
	const struct ccs_exi_names *names = ccs_exi_find_names(set, row);
	const char *literal = names ? ccs_exi_literals(names, row) : "";

	ccs_print_text(print, "one of");
	for (uint32_t i = 0; names && i <= row->limit; i++, literal += strlen(literal) + 1) {
		ccs_print_char(print, ' ');
		ccs_print_text(print, literal);
	}
}

void sim_field_explain(struct ccs_print *print, const struct ccs_exi_set *set,
		       const struct ccs_exi_row *row, const char *name)
{
	struct search search = { .set = set };
	struct sim_field field;

	if (!find_path(&search, row, NULL, name, &field))
		return;
	if (field.row->kind == CCS_EXI_ENUM)
		print_literals(print, set, field.row);
	else if (field.row->kind == CCS_EXI_BOOL)
		ccs_print_text(print, "true or false");
	else if (sim_field_check(set, row, name, "0", NULL) == CCS_ERR_TYPE)
		ccs_print_text(print, "a field with one value");
	else if (field.row->kind == CCS_EXI_STRUCT)
		ccs_print_text(print, "a number");
	else
		ccs_print_text(print, "a whole number");
}

static int fill_type(const struct ccs_exi_set *set, const struct ccs_exi_type *type, uint8_t *base,
		     struct ccs_pool *pool, unsigned int depth);

/* Of a choice or substitution group: that of DC charging, else the first but the abstract head. */
static uint32_t choose(const struct ccs_exi_set *set, const struct ccs_exi_group *group)
{
	uint32_t chosen = 0;

	for (uint8_t i = 0; i < group->count; i++) {
		const struct ccs_exi_row *row = &group->rows[i];
		const struct ccs_exi_type *type = row->type;

		if (!strncmp(ccs_exi_row_name(set, row), "DC_", 3))
			return i + 1u;
		if (!chosen && row->kind != CCS_EXI_ANY &&
		    (row->kind != CCS_EXI_STRUCT || (type && type->rows[0].kind != CCS_EXI_END)))
			chosen = i + 1u;
	}
	return chosen ? chosen : 1;
}

/* `at` is zero. */
static int fill_value(const struct ccs_exi_set *set, const struct ccs_exi_row *row, uint8_t *at,
		      struct ccs_pool *pool, unsigned int depth)
{
	if (depth > CCS_EXI_DEPTH)
		return CCS_ERR_SPACE;
	if (row->kind == CCS_EXI_GROUP) {
		const struct ccs_exi_group *group = row->type;
		uint32_t tag = choose(set, group);
		const struct ccs_exi_row *chosen = &group->rows[tag - 1];

		ccs_exi_store(row, at, tag);
		return fill_value(set, chosen, at + chosen->offset, pool, depth + 1);
	}
	if (row->kind == CCS_EXI_STRUCT && row->type)
		return fill_type(set, row->type, at, pool, depth + 1);
	if (row->kind == CCS_EXI_BITS && row->base > 0)
		ccs_exi_store(row, at, (uint32_t)row->base);
	return 0;
}

/* A list's mandatory entries, or what a pointer points to, new from the pool. */
static int fill_in_pool(const struct ccs_exi_set *set, const struct ccs_exi_row *row, uint8_t *base,
			struct ccs_pool *pool, unsigned int depth)
{
	uint32_t count = row->flags & CCS_EXI_LIST && row->flags & CCS_EXI_MANY ? 2 : 1;
	size_t size = ccs_exi_value_size(row);
	struct ccs_exi_list list = { ccs_pool_struct(pool, size * count), count };
	int error = 0;

	if (!list.at)
		return CCS_ERR_SPACE;
	for (uint32_t i = 0; i < count && !error; i++)
		error = fill_value(set, row, (uint8_t *)list.at + i * size, pool, depth);
	if (row->flags & CCS_EXI_LIST)
		memcpy(base + row->offset, &list, sizeof(list));
	else
		memcpy(base + row->offset, &list.at, sizeof(list.at));
	return error;
}

static int fill_type(const struct ccs_exi_set *set, const struct ccs_exi_type *type, uint8_t *base,
		     struct ccs_pool *pool, unsigned int depth)
{
	int error = 0;

	for (const struct ccs_exi_row *row = type->rows; row->kind != CCS_EXI_END && !error;
	     row++) {
		if (row->flags & CCS_EXI_OPTIONAL || row->kind == CCS_EXI_ANY)
			continue;
		if (row->flags & (CCS_EXI_LIST | CCS_EXI_POINTER))
			error = fill_in_pool(set, row, base, pool, depth);
		else
			error = fill_value(set, row, base + row->offset, pool, depth);
	}
	return error;
}

int sim_field_add(struct sim_field *field, struct ccs_pool *pool)
{
	const struct ccs_exi_row *row = field->row;

	if (!field->at) {
		int error = fill_in_pool(field->set, row, field->base, pool, 0);

		field->at = find_value(row, field->base);
		return error;
	}
	if (!is_absent(row, field->base))
		return 0;
	field->base[row->has] = true;
	memset(field->at, 0, ccs_exi_value_size(row));
	return fill_value(field->set, row, field->at, pool, 0);
}

/* The alternatives of the body of DIN SPEC 70121 and ISO 15118-2; NULL: the set has no body. */
static const struct ccs_exi_row *find_body(const struct ccs_exi_set *set, size_t *offset,
					   uint16_t *element)
{
	for (uint16_t i = 0; i < set->root_count; i++) {
		const struct ccs_exi_row *root = ccs_exi_root(set, set->roots[i]);
		const struct ccs_exi_type *type = root->type, *body;

		if (strcmp(ccs_exi_row_name(set, root), "V2G_Message") != 0)
			continue;
		body = type->rows[1].type;
		*offset = (size_t)type->rows[1].offset + body->rows[0].offset;
		*element = set->roots[i];
		return &body->rows[0];
	}
	return NULL;
}

static uint32_t find_alternative(const struct ccs_exi_set *set, const struct ccs_exi_row *row,
				 const char *name)
{
	const struct ccs_exi_group *group = row->type;

	for (uint8_t i = 0; i < group->count; i++) {
		if (!strcmp(ccs_exi_row_name(set, &group->rows[i]), name))
			return i + 1u;
	}
	return 0;
}

const char *sim_message_name(const struct ccs_exi_set *set, size_t index)
{
	size_t offset, count = set->root_count;
	uint16_t element;
	const struct ccs_exi_row *body = find_body(set, &offset, &element);
	const struct ccs_exi_group *group = body ? body->type : NULL;

	for (size_t i = 0; i < (group ? group->count : count); i++) {
		const struct ccs_exi_row *row = group ? &group->rows[i]
						      : ccs_exi_root(set, set->roots[i]);
		const char *name = ccs_exi_row_name(set, row);
		size_t length = strlen(name);

		if (length > 3 && name[length - 3] == 'R' && !index--)
			return name;
	}
	return NULL;
}

const struct ccs_exi_row *sim_message_row(const struct ccs_exi_set *set, const char *name)
{
	size_t offset;
	uint16_t element;
	const struct ccs_exi_row *body = find_body(set, &offset, &element);
	uint32_t tag = body ? find_alternative(set, body, name) : 0;

	if (body)
		return tag ? &((const struct ccs_exi_group *)body->type)->rows[tag - 1] : NULL;
	for (uint16_t i = 0; i < set->root_count; i++) {
		const struct ccs_exi_row *root = ccs_exi_root(set, set->roots[i]);

		if (!strcmp(ccs_exi_row_name(set, root), name))
			return root;
	}
	return NULL;
}

int sim_message_replace(struct ccs_exi_document *document, const char *name, struct ccs_pool *pool)
{
	size_t offset;
	uint16_t element;
	const struct ccs_exi_row *body = find_body(document->set, &offset, &element), *row;
	uint32_t tag = body ? find_alternative(document->set, body, name) : 0;
	const struct ccs_exi_group *group;
	uint8_t *at;

	if (!tag || document->element != element)
		return CCS_ERR_NAME;
	group = body->type;
	row = &group->rows[tag - 1];
	at = (uint8_t *)document->value + offset;
	memset(at, 0, group->size);
	ccs_exi_store(body, at, tag);
	return row->type ? fill_type(document->set, row->type, at + row->offset, pool, 1) : 0;
}
