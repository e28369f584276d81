/* SPDX-License-Identifier: Apache-2.0 */
/* Names of types, bases and elements become pointers. */
#include "model.h"

#include <stdio.h>
#include <string.h>

#define INT_ROW(n, lo, hi)                                                                    \
	{                                                                                     \
		.name = (n), .kind = SIMPLE_INT, .min = (lo), .max = (unsigned long long)(hi) \
	}

/* The simple types of XML Schema (XML Schema Part 2) that the message schemas use. */
static struct simple builtins[] = {
	{ .name = "boolean", .kind = SIMPLE_BOOL },
	INT_ROW("byte", -128, 127),
	INT_ROW("unsignedByte", 0, 255),
	INT_ROW("short", -32768, 32767),
	INT_ROW("unsignedShort", 0, 65535),
	INT_ROW("int", -2147483648LL, 2147483647LL),
	INT_ROW("unsignedInt", 0, 4294967295ULL),
	INT_ROW("long", -9223372036854775807LL - 1, 9223372036854775807LL),
	INT_ROW("unsignedLong", 0, 18446744073709551615ULL),
	{ .name = "integer", .kind = SIMPLE_INTEGER },
	{ .name = "string", .kind = SIMPLE_TEXT },
	{ .name = "anyURI", .kind = SIMPLE_TEXT },
	{ .name = "ID", .kind = SIMPLE_TEXT },
	{ .name = "IDREF", .kind = SIMPLE_TEXT },
	{ .name = "hexBinary", .kind = SIMPLE_BYTES },
	{ .name = "base64Binary", .kind = SIMPLE_BYTES },
};

/* "set.Name" or "Name": the file it is in and the name within. */
static struct file *split_name(struct file *file, const char *text, const char **name, int line)
{
	const char *dot = strchr(text, '.');

	*name = dot ? dot + 1 : text;
	if (!dot)
		return file;
	for (size_t i = 0; i < file->include_count; i++) {
		struct file *other = file->includes[i];

		if (strlen(other->set) == (size_t)(dot - text) &&
		    strncmp(other->set, text, (size_t)(dot - text)) == 0)
			return other;
	}
	fail(file->path, line, "'%s' is not included", text);
}

static struct type *find_type(struct file *file, const char *text, int line)
{
	const char *name;
	struct file *in = split_name(file, text, &name, line);

	for (struct type *type = in->types; type; type = type->next) {
		if (strcmp(type->name, name) == 0)
			return type;
	}
	return NULL;
}

static struct simple *find_simple(struct file *file, const char *text, int line)
{
	const char *name;
	struct file *in = split_name(file, text, &name, line);

	for (size_t i = 0; i < in->simple_count; i++) {
		if (strcmp(in->simples[i]->name, name) == 0)
			return in->simples[i];
	}
	for (size_t i = 0; i < sizeof(builtins) / sizeof(*builtins); i++) {
		if (strcmp(builtins[i].name, name) == 0)
			return &builtins[i];
	}
	return NULL;
}

static struct element *find_element(struct file *file, const char *text, int line)
{
	const char *name;
	struct file *in = split_name(file, text, &name, line);

	for (struct element *element = in->elements; element; element = element->next) {
		if (strcmp(element->name, name) == 0)
			return element;
	}
	fail(file->path, line, "no element '%s'", text);
}

static void resolve_type_name(struct file *file, const char *text, int line, struct simple **simple,
			      struct type **type)
{
	*type = find_type(file, text, line);
	*simple = *type ? NULL : find_simple(file, text, line);
	if (!*type && !*simple)
		fail(file->path, line, "no type '%s'", text);
}

static void resolve_fields(struct file *file, struct field *field)
{
	for (; field; field = field->next) {
		if (field->type_name)
			resolve_type_name(file, field->type_name, field->line, &field->simple,
					  &field->type);
		if (field->kind == FIELD_REFERENCE) {
			field->element = find_element(file, field->name, field->line);
			field->name = field->element->name;
			field->uri = field->element->ns->uri;
		}
		resolve_fields(file, field->children);
	}
}

static bool is_in_pool(const struct type *type, const struct bounds *bounds)
{
	char name[128];

	snprintf(name, sizeof(name), "%s.%s", type->file->prefix, type->name);
	for (size_t i = 0; i < bounds->pool_count; i++) {
		if (strcmp(bounds->pool[i], name) == 0)
			return true;
	}
	return false;
}

void resolve(struct file *file, const struct bounds *bounds)
{
	for (struct element *element = file->elements; element; element = element->next) {
		resolve_type_name(file, element->type_name, element->line, &element->simple,
				  &element->type);
		if (element->type)
			element->type->abstract = false; /* seen on the wire all the same */
		if (element->head_name)
			element->head = find_element(file, element->head_name, element->line);
	}
	for (struct type *type = file->types; type; type = type->next) {
		if (type->base_name) {
			type->base = find_type(file, type->base_name, type->line);
			if (!type->base)
				fail(file->path, type->line, "no type '%s'", type->base_name);
			type->base->extended = true;
		}
		if (type->text_name)
			type->text = find_simple(file, type->text_name, type->line);
		type->in_pool = is_in_pool(type, bounds);
		resolve_fields(file, type->fields);
	}
	/* A reference has the type of its element, which may stand in this file. */
	for (struct type *type = file->types; type; type = type->next) {
		for (struct field *field = type->fields; field; field = field->next) {
			struct field *child = field->children ? field->children : field;

			for (; child; child = field->children ? child->next : NULL) {
				if (child->element) {
					child->simple = child->element->simple;
					child->type = child->element->type;
				}
			}
		}
	}
}
