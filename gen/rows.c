/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Types become rows: flattened (base types, attributes sorted, groups of elements opened), each
 * with the width of the event code in the state before it.
 */
#include "model.h"

#include <stdlib.h>
#include <string.h>

#define ROWS 2048
#define LIST 128

const char *join(const char *a, const char *b, const char *c)
{
	size_t size = strlen(a) + strlen(b) + strlen(c) + 1;
	char *text = allocate(size);

	snprintf(text, size, "%s%s%s", a, b, c);
	return text;
}

int compare_names(const char *name_a, const char *uri_a, const char *name_b, const char *uri_b)
{
	int order = strcmp(name_a, name_b);

	return order ? order : strcmp(uri_a, uri_b);
}

static int compare_elements(const void *a, const void *b)
{
	const struct element *x = *(const struct element *const *)a;
	const struct element *y = *(const struct element *const *)b;

	return compare_names(x->name, x->ns->uri, y->name, y->ns->uri);
}

static bool is_member(const struct element *element, const struct element *head)
{
	while (element && element != head)
		element = element->head;
	return element != NULL;
}

size_t list_members(const struct file *file, const struct element *head,
		    const struct element **members, size_t size)
{
	size_t count = 0;

	for (size_t i = 0; i <= file->include_count; i++) {
		const struct file *in = i ? file->includes[i - 1] : file;

		for (const struct element *e = in->elements; e; e = e->next) {
			if (is_member(e, head) && count < size)
				members[count++] = e;
		}
	}
	qsort(members, count, sizeof(*members), compare_elements);
	return count;
}

static struct row *add_row(struct file *file, enum row_kind kind)
{
	struct row *row;

	if (file->row_count == ROWS)
		fail(file->path, 0, "more than %d rows", ROWS);
	row = &file->rows[file->row_count++];
	*row = (struct row) { .kind = kind, .max = 1, .skip = 1 };
	return row;
}

/* What an element holds, into its row. */
static void set_content(struct row *row, const char *name, const char *uri, struct simple *simple,
			struct type *type)
{
	row->name = name;
	row->uri = uri;
	row->simple = simple;
	row->type = type;
	row->kind = simple ? ROW_LEAF : ROW_STRUCT;
}

/* The alternatives, before the rows of the type that uses them. */
static void build_alternatives(struct group *group)
{
	struct file *file = group->file;
	const struct element *members[LIST];
	size_t count = 0;

	group->rows = &file->rows[file->row_count];
	if (group->head) {
		count = list_members(file, group->head, members, LIST);
		for (size_t i = 0; i < count; i++)
			set_content(add_row(file, ROW_STRUCT), members[i]->name,
				    members[i]->ns->uri, members[i]->simple, members[i]->type);
	} else {
		for (const struct field *f = group->field->children; f; f = f->next, count++) {
			struct row *row = add_row(file, ROW_ANY);

			if (f->kind != FIELD_ANY)
				set_content(row, f->name, f->uri, f->simple, f->type);
		}
	}
	group->count = count;
	for (size_t i = 0; i < count; i++) {
		group->rows[i].owner = group->owner;
		group->rows[i].member = group->rows[i].name;
	}
}

static struct group *add_group(struct file *file, const char *c_name, const struct field *field,
			       const struct element *head)
{
	struct group *group = allocate(sizeof(*group));

	group->c_name = c_name;
	group->owner = join(c_name, "_group", "");
	group->file = file;
	group->field = field;
	group->head = head;
	*file->groups_end = group;
	file->groups_end = &group->next;
	return group;
}

static struct group *find_group(struct file *file, const struct element *head)
{
	for (struct group *group = file->groups; group; group = group->next) {
		if (group->head == head)
			return group;
	}
	return NULL;
}

/* A type that holds one group and nothing else gives its own struct to it. */
static bool is_sole(const struct type *type, const struct field *field)
{
	return type->fields == field && !field->next && !type->base && !type->extended &&
	       field->max == 1;
}

/* The group of a choice or of a reference; NULL when the reference is a plain element. */
static struct group *make_group(struct type *type, struct field *field)
{
	struct file *file = type->file;
	const struct element *members[LIST];
	const char *prefix = file->prefix;
	struct group *group;

	if (field->kind == FIELD_CHOICE)
		return add_group(file, join(type->c_name, "_", field->name), field, NULL);
	if (field->kind != FIELD_REFERENCE ||
	    list_members(file, field->element, members, LIST) == 1)
		return NULL;
	group = find_group(file, field->element);
	if (group)
		return group;
	if (field->element->file != file)
		prefix = file->set;
	return add_group(file, join(prefix, "_", field->element->name), NULL, field->element);
}

/* From the first base down to the type itself. */
static size_t list_bases(struct type *type, struct type **bases)
{
	size_t count = 0;

	if (type->base)
		count = list_bases(type->base, bases);
	bases[count] = type;
	return count + 1;
}

static void build_group(struct type *type, struct field *field)
{
	struct group *group;

	if (field->kind == FIELD_CHOICE && field->children->kind == FIELD_SEQUENCE)
		return;
	group = make_group(type, field);
	if (!group || group->rows)
		return;
	if (is_sole(type, field)) {
		group->sole = true;
		group->owner = type->c_name;
	}
	build_alternatives(group);
}

/* Groups of a type come before its rows, so that the rows of each are contiguous. */
static void build_groups(struct type *type)
{
	struct type *bases[8];
	size_t count = list_bases(type, bases);

	for (size_t i = 0; i < count; i++) {
		for (struct field *field = bases[i]->fields; field; field = field->next)
			build_group(type, field);
	}
}

static struct group *group_of(struct type *type, const struct field *field)
{
	for (struct group *group = type->file->groups; group; group = group->next) {
		if (field->kind == FIELD_CHOICE ? group->field == field
						: field->element && group->head == field->element)
			return group;
	}
	return NULL;
}

static void set_occurrence(struct row *row, const struct field *field)
{
	row->max = field->max;
	if (field->min == 0)
		row->flags |= ROW_OPTIONAL;
	if (field->max != 1)
		row->flags |= ROW_LIST;
	if (field->min > 1)
		row->flags |= ROW_MANY;
	if (field->min > 2)
		fail("schema", field->line, "more than two mandatory entries");
}

/* A member that may be absent has a flag, unless its absence shows otherwise. */
static void set_presence(struct row *row)
{
	if (!(row->flags & ROW_OPTIONAL) || (row->flags & ROW_LIST) || row->kind == ROW_ANY)
		return;
	if (row->kind == ROW_GROUP)
		return;
	if (row->kind == ROW_STRUCT && row->type->in_pool)
		row->flags |= ROW_POINTER;
	else
		row->has = join("has_", row->member, "");
}

static void add_field(struct type *type, const char *owner, struct field *field)
{
	struct group *group = group_of(type, field);
	struct row *row = add_row(type->file, field->kind == FIELD_ANY ? ROW_ANY : ROW_GROUP);

	row->name = field->name;
	row->uri = field->uri;
	row->group = group;
	if (!group && field->kind != FIELD_ANY)
		set_content(row, field->name, field->uri, field->simple, field->type);
	set_occurrence(row, field);
	if (field->kind == FIELD_ANY)
		return;
	row->owner = owner;
	row->member = group && group->sole ? NULL : row->name;
	if (field->kind == FIELD_ATTRIBUTE)
		row->flags |= ROW_ATTRIBUTE | ROW_BARE;
	set_presence(row);
}

/* Alternatives that are sequences: each optional as a whole, the last mandatory, each with END. */
static void add_sequences(struct type *type, const char *owner, struct field *choice)
{
	for (struct field *seq = choice->children; seq; seq = seq->next) {
		struct row *first = &type->file->rows[type->file->row_count];
		size_t start = type->file->row_count;

		for (struct field *field = seq->children; field; field = field->next) {
			add_field(type, owner, field);
			if (!first->has)
				first->has = join("has_", first->member, "");
		}
		if (!seq->next)
			break;
		add_row(type->file, ROW_END);
		first->flags |= ROW_OPTIONAL;
		first->skip = (unsigned int)(type->file->row_count - start);
	}
	if (choice->next)
		fail(type->file->path, choice->line, "a choice of sequences must come last");
}

static void add_content(struct type *type, const char *owner, struct field *fields)
{
	for (struct field *field = fields; field; field = field->next) {
		size_t start = type->file->row_count;

		if (field->kind == FIELD_ATTRIBUTE)
			continue;
		if (field->kind == FIELD_CHOICE && field->children->kind == FIELD_SEQUENCE) {
			add_sequences(type, owner, field);
		} else if (field->kind == FIELD_SEQUENCE) {
			struct row *first = &type->file->rows[start];

			for (struct field *child = field->children; child; child = child->next)
				add_field(type, owner, child);
			first->flags |= ROW_OPTIONAL;
			first->skip = (unsigned int)(type->file->row_count - start);
			set_presence(first);
		} else {
			add_field(type, owner, field);
		}
	}
}

static int compare_fields(const void *a, const void *b)
{
	const struct field *x = *(struct field *const *)a, *y = *(struct field *const *)b;

	return compare_names(x->name, x->uri, y->name, y->uri);
}

static void add_attributes(struct type *type, struct type *const *bases, size_t count)
{
	struct field *attributes[LIST];
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		for (struct field *field = bases[i]->fields; field; field = field->next) {
			if (field->kind == FIELD_ATTRIBUTE)
				attributes[n++] = field;
		}
	}
	qsort(attributes, n, sizeof(*attributes), compare_fields);
	for (size_t i = 0; i < n; i++)
		add_field(type, type->c_name, attributes[i]);
}

static unsigned int find_width(unsigned int codes)
{
	unsigned int n = 0;

	while (codes > 1u << n)
		n++;
	return n;
}

/* Events possible in the state before `row`, the escape included; `absent`: it may be. */
static unsigned int count_events(const struct row *row, bool absent, bool mixed)
{
	unsigned int count = 1;

	for (;; row += row->skip, absent = false) {
		count += row->kind == ROW_GROUP ? (unsigned int)row->group->count : 1;
		if (row->kind == ROW_END || !(absent || (row->flags & ROW_OPTIONAL)))
			break;
	}
	return count + (mixed && !(row->flags & ROW_ATTRIBUTE));
}

static void set_widths(struct type *type, struct row *end)
{
	for (struct row *row = type->rows; row < end; row++) {
		row->width = find_width(count_events(row, false, type->mixed));
		row->more = find_width(count_events(row, true, type->mixed));
	}
}

static void build_type(struct type *type)
{
	struct file *file = type->file;
	struct type *bases[8];
	size_t count = list_bases(type, bases);

	if (type->abstract)
		return;
	build_groups(type);
	type->rows = &file->rows[file->row_count];
	add_attributes(type, bases, count);
	if (type->text) {
		struct row *row = add_row(file, ROW_LEAF);

		set_content(row, "value", "", type->text, NULL);
		row->flags = ROW_BARE;
		row->owner = type->c_name;
		row->member = "value";
	}
	for (size_t i = 0; i < count; i++)
		add_content(type, type->c_name, bases[i]->fields);
	add_row(file, ROW_END);
	type->end = &file->rows[file->row_count];
	if (type->end - type->rows > 64) /* json_read.c keeps a bit for each */
		fail(file->path, type->line, "more than 64 rows");
	set_widths(type, type->end);
}

const struct row *find_row(const struct file *file, const char *name, const char *uri,
			   const struct simple *simple, const struct type *type)
{
	for (size_t i = 0; i < file->row_count; i++) {
		const struct row *row = &file->rows[i];

		if (row->kind <= ROW_STRUCT && !(row->flags & ROW_BARE) && row->simple == simple &&
		    row->type == type && strcmp(row->name, name) == 0 && strcmp(row->uri, uri) == 0)
			return row;
	}
	for (size_t i = 0; i < file->include_count; i++) {
		const struct row *row = find_row(file->includes[i], name, uri, simple, type);

		if (row)
			return row;
	}
	return NULL;
}

/* Any element may be the root of a document or fragment: a row for those that have none. */
static void add_root(struct file *file, const char *name, const char *uri, struct simple *simple,
		     struct type *type)
{
	if (!find_row(file, name, uri, simple, type))
		set_content(add_row(file, ROW_STRUCT), name, uri, simple, type);
}

static void add_local_roots(struct file *file, const struct field *field)
{
	for (; field; field = field->next) {
		if (field->kind == FIELD_ELEMENT)
			add_root(file, field->name, field->uri, field->simple, field->type);
		add_local_roots(file, field->children);
	}
}

void build_rows(struct file *file)
{
	file->rows = allocate(ROWS * sizeof(*file->rows));
	for (struct type *type = file->types; type; type = type->next)
		type->c_name = join(file->prefix, "_", type->name);
	for (struct type *type = file->types; type; type = type->next)
		build_type(type);
	for (struct element *e = file->elements; e; e = e->next)
		add_root(file, e->name, e->ns->uri, e->simple, e->type);
	for (struct type *type = file->types; type; type = type->next)
		add_local_roots(file, type->fields);
}
