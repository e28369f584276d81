/* SPDX-License-Identifier: Apache-2.0 */
/* The C structs of a prefix: enums, choices and types in the order in which C wants them. */
#include "model.h"

#include <ctype.h>
#include <string.h>

/* What other headers declare is left to them. */
static const char *header_prefix;

static void declare_type(FILE *out, struct type *type);

static void print_identifier(FILE *out, const char *text)
{
	for (; *text; text++)
		fputc(isalnum((unsigned char)*text) ? *text : '_', out);
}

static void emit_enum(FILE *out, const struct simple *simple)
{
	const char *prefix = simple->file->prefix;

	fprintf(out, "enum %s_%s {\n", prefix, simple->name);
	for (size_t i = 0; i < simple->literal_count; i++) {
		fprintf(out, "\t%s_%s_", prefix, simple->name);
		print_identifier(out, simple->literals[i]);
		fprintf(out, ",\n");
	}
	fprintf(out, "};\n\n");
}

static void print_simple_type(FILE *out, const struct simple *simple)
{
	switch (simple->kind) {
	case SIMPLE_BOOL:
		fprintf(out, "bool");
		break;
	case SIMPLE_INT:
		if (simple->min >= 0)
			fprintf(out, simple->max <= 2147483647	 ? "int32_t"
				     : simple->max <= 4294967295 ? "uint32_t"
								 : "uint64_t");
		else
			fprintf(out, simple->min >= -2147483648LL ? "int32_t" : "int64_t");
		break;
	case SIMPLE_INTEGER:
		fprintf(out, "struct ccs_integer");
		break;
	case SIMPLE_ENUM:
		fprintf(out, "enum %s_%s", simple->file->prefix, simple->name);
		break;
	case SIMPLE_TEXT:
		fprintf(out, "struct ccs_text");
		break;
	case SIMPLE_BYTES:
		fprintf(out, "struct ccs_bytes");
		break;
	}
}

static void print_range(FILE *out, const struct simple *simple)
{
	switch (simple->kind) {
	case SIMPLE_INT:
		fprintf(out, " /* %lld..", simple->min);
		if (simple->min < 0)
			fprintf(out, "%lld */", (long long)simple->max);
		else
			fprintf(out, "%llu */", simple->max);
		break;
	case SIMPLE_TEXT:
		if (simple->max)
			fprintf(out, " /* %lld..%llu characters */", simple->min, simple->max);
		break;
	case SIMPLE_BYTES:
		if (simple->max)
			fprintf(out, " /* %lld..%llu octets */", simple->min, simple->max);
		break;
	case SIMPLE_BOOL:
	case SIMPLE_INTEGER:
	case SIMPLE_ENUM:
		break;
	}
}

static void print_value_type(FILE *out, const struct row *row)
{
	if (row->kind == ROW_LEAF)
		print_simple_type(out, row->simple);
	else if (row->kind == ROW_STRUCT)
		fprintf(out, "struct %s", row->type->c_name);
	else
		fprintf(out, "struct %s", row->group->owner);
}

/* The tag and the union of a group, as members. */
static void print_alternatives(FILE *out, const struct group *group)
{
	fprintf(out, "\tenum %s_tag tag;\n\tunion {\n", group->c_name);
	for (size_t i = 0; i < group->count; i++) {
		const struct row *row = &group->rows[i];

		if (row->kind == ROW_ANY)
			continue;
		fprintf(out, "\t\t");
		print_value_type(out, row);
		fprintf(out, " %s;\n", row->name);
	}
	fprintf(out, "\t};\n");
}

static void declare_rows(FILE *out, const struct row *rows, size_t count);

static void declare_group(FILE *out, struct group *group)
{
	if (group->declared)
		return;
	group->declared = true;
	declare_rows(out, group->rows, group->count);
	fprintf(out, "enum %s_tag {\n\t%s_none,\n", group->c_name, group->c_name);
	for (size_t i = 0; i < group->count; i++) {
		const struct row *row = &group->rows[i];

		if (row->kind != ROW_ANY)
			fprintf(out, "\t%s_%s = %zu,\n", group->c_name, row->name, i + 1);
	}
	fprintf(out, "};\n\n");
	if (group->sole)
		return;
	fprintf(out, "struct %s {\n", group->owner);
	print_alternatives(out, group);
	fprintf(out, "};\n\n");
}

/* The types that these rows need, first. */
static void declare_rows(FILE *out, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].kind == ROW_STRUCT)
			declare_type(out, rows[i].type);
		if (rows[i].kind == ROW_GROUP)
			declare_group(out, rows[i].group);
	}
}

static void print_member(FILE *out, const struct row *row)
{
	if (row->flags & ROW_LIST) {
		fprintf(out, "\tstruct {\n\t\t");
		print_value_type(out, row);
		fprintf(out, " *at;\n\t\tuint32_t count;");
		if (row->max != UNBOUNDED)
			fprintf(out, " /* %d..%ld */",
				row->flags & ROW_MANY ? 2 : !(row->flags & ROW_OPTIONAL), row->max);
		fprintf(out, "\n\t} %s;", row->member);
	} else {
		fprintf(out, "\t");
		print_value_type(out, row);
		fprintf(out, row->flags & ROW_POINTER ? " *%s; /* or NULL */" : " %s;",
			row->member);
	}
	if (row->kind == ROW_LEAF)
		print_range(out, row->simple);
	fputc('\n', out);
}

/* Rows of choices of sequences may name a member twice; the first declares it. */
static bool is_first(const struct row *rows, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (rows[k].member && strcmp(rows[k].member, rows[i].member) == 0)
			return false;
	}
	return true;
}

static void declare_type(FILE *out, struct type *type)
{
	size_t count = (size_t)(type->end - type->rows), members = 0;

	if (type->declared || type->abstract || strcmp(type->file->prefix, header_prefix) != 0)
		return;
	type->declared = true;
	declare_rows(out, type->rows, count);
	fprintf(out, "struct %s {\n", type->c_name);
	for (size_t i = 0; i < count; i++) {
		if (type->rows[i].has && is_first(type->rows, i))
			fprintf(out, "\tbool %s;\n", type->rows[i].has);
	}
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &type->rows[i];

		members += row->kind == ROW_GROUP || row->member != NULL;
		if (row->kind == ROW_GROUP && !row->member)
			print_alternatives(out, row->group);
		else if (row->member && is_first(type->rows, i))
			print_member(out, row);
	}
	if (!members)
		fprintf(out, "\tchar empty; /* C wants a member, the message has none */\n");
	fprintf(out, "};\n\n");
}

/* The names of a set, for `element` of a document. */
static void emit_elements(FILE *out, const struct file *file)
{
	struct entry entries[ENTRIES];
	size_t count = list_entries(file, entries, ENTRIES);

	fprintf(out, "enum %s_element {\n", file->set);
	for (size_t i = 0; i < count; i++) {
		const char *part = strrchr(entries[i].uri, ':');
		bool twice = i > 0 && strcmp(entries[i].name, entries[i - 1].name) == 0;

		fprintf(out, "\t%s_element_%s%s%s,\n", file->set, entries[i].name, twice ? "_" : "",
			twice ? part + 1 : "");
	}
	fprintf(out, "};\n\nextern const struct ccs_exi_set ccs_set_%s;\n\n", file->set);
}

void emit_header(FILE *out, struct file *const *files, size_t count, const char *prefix)
{
	header_prefix = prefix;
	fprintf(out,
		"/* Generated from schema/; do not edit. */\n#ifndef CCS_MSG_%s_H\n"
		"#define CCS_MSG_%s_H\n\n#include \"ccs/exi.h\"\n",
		prefix, prefix);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(files[i]->prefix, prefix) != 0)
			continue;
		if (files[i]->include_count)
			fprintf(out, "#include \"ccs/msg/%s.h\"\n", files[i]->includes[0]->prefix);
		break;
	}
	fputc('\n', out);
	for (size_t i = 0; i < count; i++) {
		struct file *file = files[i];

		if (strcmp(file->prefix, prefix) != 0)
			continue;
		for (size_t k = 0; k < file->simple_count; k++) {
			if (file->simples[k]->kind == SIMPLE_ENUM)
				emit_enum(out, file->simples[k]);
		}
		for (struct type *type = file->types; type; type = type->next)
			declare_type(out, type);
		if (file->is_set)
			emit_elements(out, file);
	}
	fprintf(out, "#endif\n");
}
