/* SPDX-License-Identifier: Apache-2.0 */
/* The element and attribute names of a set, as fragments and documents count them. */
#include "model.h"

#include <stdlib.h>
#include <string.h>

struct collection {
	const struct file *set;
	struct entry *entries;
	size_t count, size;
};

static void add_entry(struct collection *c, const struct field *field, const struct element *global)
{
	const char *name = field ? field->name : global->name;
	const char *uri = field ? field->uri : global->ns->uri;
	const struct row *row = find_row(c->set, name, uri, field ? field->simple : global->simple,
					 field ? field->type : global->type);

	for (size_t i = 0; i < c->count; i++) {
		struct entry *entry = &c->entries[i];

		if (compare_names(entry->name, entry->uri, name, uri) != 0)
			continue;
		entry->global |= global != NULL;
		if (entry->row != row)
			entry->other = row;
		return;
	}
	if (c->count < c->size)
		c->entries[c->count++] = (struct entry) {
			.name = name, .uri = uri, .row = row, .global = global != NULL
		};
}

static void add_fields(struct collection *c, const struct field *field)
{
	for (; field; field = field->next) {
		if (field->kind == FIELD_ELEMENT)
			add_entry(c, field, NULL);
		add_fields(c, field->children);
	}
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return compare_names(x->name, x->uri, y->name, y->uri);
}

size_t list_entries(const struct file *file, struct entry *entries, size_t size)
{
	struct collection c = { .set = file, .entries = entries, .size = size };

	for (size_t i = 0; i <= file->include_count; i++) {
		const struct file *in = i ? file->includes[i - 1] : file;

		for (const struct element *element = in->elements; element; element = element->next)
			add_entry(&c, NULL, element);
		for (const struct type *type = in->types; type; type = type->next)
			add_fields(&c, type->fields);
	}
	qsort(entries, c.count, sizeof(*entries), compare_entries);
	return c.count;
}

static int compare_attributes(const void *a, const void *b)
{
	const struct field *x = *(const struct field *const *)a;
	const struct field *y = *(const struct field *const *)b;

	return compare_names(x->name, x->uri, y->name, y->uri);
}

static bool is_listed(const struct field **attributes, size_t count, const struct field *field)
{
	for (size_t i = 0; i < count; i++) {
		if (compare_attributes(&attributes[i], &field) == 0)
			return true;
	}
	return false;
}

size_t list_attributes(const struct file *file, const struct field **attributes, size_t size)
{
	size_t count = 0;

	for (size_t i = 0; i <= file->include_count; i++) {
		const struct file *in = i ? file->includes[i - 1] : file;

		for (const struct type *type = in->types; type; type = type->next) {
			for (const struct field *field = type->fields; field; field = field->next) {
				if (field->kind == FIELD_ATTRIBUTE && count < size &&
				    !is_listed(attributes, count, field))
					attributes[count++] = field;
			}
		}
	}
	qsort(attributes, count, sizeof(*attributes), compare_attributes);
	return count;
}
