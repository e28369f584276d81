/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of a schema file, as core/exi/table.h describes them. */
#include "model.h"

#include <stdlib.h>
#include <string.h>

static unsigned int find_bits(unsigned long long count)
{
	unsigned int n = 0;

	while (count > 1ull << n)
		n++;
	return n;
}

/* Integers of up to 4,096 values are coded in n bits (EXI 7.1.9). */
static bool is_small(const struct simple *s)
{
	return s->max - (unsigned long long)s->min < 4096;
}

static bool needs_64(const struct simple *s)
{
	return s->min < 0 ? s->min < -2147483648LL : s->max > 4294967295ULL;
}

struct leaf {
	const char *kind;
	unsigned int bits;
	long long base;
	unsigned long long limit;
	bool wide;
};

static struct leaf describe_leaf(const struct simple *s)
{
	struct leaf leaf = { .kind = "CCS_EXI_BITS", .limit = 0xffff };

	switch (s->kind) {
	case SIMPLE_BOOL:
		leaf.kind = "CCS_EXI_BOOL";
		leaf.bits = 1;
		leaf.limit = 1;
		break;
	case SIMPLE_ENUM:
		leaf.kind = "CCS_EXI_ENUM";
		leaf.bits = find_bits(s->literal_count);
		leaf.limit = s->literal_count - 1;
		break;
	case SIMPLE_INT:
		if (is_small(s)) {
			leaf.limit = s->max - (unsigned long long)s->min;
			leaf.bits = find_bits(leaf.limit + 1);
			leaf.base = s->min;
			leaf.wide = true;
		} else if (s->min >= 0) {
			leaf.kind = needs_64(s) ? "CCS_EXI_UVAR64" : "CCS_EXI_UVAR32";
		} else {
			leaf.kind = needs_64(s) ? "CCS_EXI_SVAR64" : "CCS_EXI_SVAR32";
		}
		break;
	case SIMPLE_INTEGER:
		leaf.kind = "CCS_EXI_INTEGER";
		break;
	case SIMPLE_TEXT:
	case SIMPLE_BYTES:
		leaf.kind = s->kind == SIMPLE_TEXT ? "CCS_EXI_TEXT" : "CCS_EXI_BYTES";
		leaf.limit = s->max ? s->max : 0xffff;
		leaf.bits = (unsigned int)s->min;
		break;
	}
	return leaf;
}

static bool has_range(const struct simple *s)
{
	return s->kind == SIMPLE_INT && !is_small(s);
}

static void print_type_pointer(FILE *out, const struct row *row)
{
	if (row->kind == ROW_STRUCT)
		fprintf(out, "&ccs_exi_type_%s", row->type->c_name);
	else if (row->kind == ROW_GROUP)
		fprintf(out, "&group_%s", row->group->c_name);
	else if (row->kind == ROW_LEAF && has_range(row->simple))
		fprintf(out, "&range_%s", row->simple->name);
	else
		fprintf(out, "0");
}

/* What the codec reads without looking around. */
static bool is_plain(const struct row *row)
{
	return !(row->flags & ~(unsigned int)ROW_OPTIONAL) && row->kind != ROW_ANY;
}

static void print_flags(FILE *out, const struct row *row, const struct leaf *leaf)
{
	static const char *const names[] = { "OPTIONAL",  "LIST", "BARE",
					     "ATTRIBUTE", "MANY", "POINTER" };

	fprintf(out, "0");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (row->flags & 1u << i)
			fprintf(out, " | CCS_EXI_%s", names[i]);
	}
	if (is_plain(row))
		fprintf(out, " | CCS_EXI_PLAIN");
	if (leaf->wide)
		fprintf(out, " | CCS_EXI_WIDE");
	else if (row->kind == ROW_LEAF && row->simple->kind == SIMPLE_ENUM)
		fprintf(out, " | (sizeof(enum %s_%s) == 4 ? CCS_EXI_WIDE : 0)",
			row->simple->file->prefix, row->simple->name);
	else if (row->kind == ROW_GROUP)
		fprintf(out, " | (sizeof(enum %s_tag) == 4 ? CCS_EXI_WIDE : 0)",
			row->group->c_name);
}

static void emit_row(FILE *out, const struct row *row)
{
	static const char *const kinds[] = { "", "CCS_EXI_STRUCT", "CCS_EXI_GROUP", "CCS_EXI_ANY",
					     "CCS_EXI_END" };
	struct leaf leaf = { .kind = kinds[row->kind] };
	bool list = row->flags & ROW_LIST;

	if (row->kind == ROW_LEAF)
		leaf = describe_leaf(row->simple);
	fprintf(out, "\t{ ");
	print_type_pointer(out, row);
	if (row->owner && row->member)
		fprintf(out, ", offsetof(struct %s, %s)", row->owner, row->member);
	else
		fprintf(out, ", 0");
	fprintf(out, ", %llu, { %ld }, %s, ", leaf.limit,
		!list			? (long)row->skip
		: row->max == UNBOUNDED ? 0xffff
					: row->max,
		leaf.kind);
	print_flags(out, row, &leaf);
	fprintf(out, ", %u, %u, %lld, ", row->width, leaf.bits, leaf.base);
	if (list)
		fprintf(out, "{ %u }", row->more);
	else if (row->has)
		fprintf(out, "{ offsetof(struct %s, %s) }", row->owner, row->has);
	else
		fprintf(out, "{ CCS_EXI_NO_FLAG }");
	fprintf(out, " }, /* %s */\n", row->name ? row->name : "");
}

static void emit_ranges(FILE *out, const struct file *file)
{
	const struct simple *done[64];
	size_t count = 0;

	for (size_t i = 0; i < file->row_count; i++) {
		const struct simple *s = file->rows[i].simple;
		bool known = !s || file->rows[i].kind != ROW_LEAF || !has_range(s);

		for (size_t k = 0; k < count; k++)
			known |= done[k] == s;
		if (known)
			continue;
		done[count++] = s;
		fprintf(out, "static const struct ccs_exi_range range_%s = { ", s->name);
		if (s->min == -9223372036854775807LL - 1)
			fprintf(out, "INT64_MIN");
		else
			fprintf(out, "%lldLL", s->min);
		fprintf(out, ", %lluULL };\n", s->max);
	}
	fputc('\n', out);
}

/* What other files may refer to. */
static void declare_all(FILE *out, const struct file *file)
{
	for (const struct type *type = file->types; type; type = type->next) {
		if (!type->abstract)
			fprintf(out, "extern const struct ccs_exi_type ccs_exi_type_%s;\n",
				type->c_name);
	}
	fprintf(out, "extern const struct ccs_exi_module ccs_exi_module_%s;\n", file->set);
}

static void emit_groups(FILE *out, const struct file *file)
{
	for (const struct group *group = file->groups; group; group = group->next) {
		fprintf(out, "static const struct ccs_exi_group group_%s = { rows + %zu, ",
			group->c_name, (size_t)(group->rows - file->rows));
		fprintf(out, "sizeof(struct %s)", group->owner);
		fprintf(out, ", %zu };\n", group->count);
	}
}

/* PhysicalValue, RationalNumber: n-bit integer, perhaps an enumeration, 32-bit integer. */
static bool is_quantity(const struct type *type)
{
	const struct row *row = type->rows;

	if (type->mixed || type->end - row < 3 || type->end - row > 4 || row->kind != ROW_LEAF ||
	    row->flags || row->simple->kind != SIMPLE_INT || !is_small(row->simple))
		return false;
	row++;
	if (type->end - row == 3) {
		if (row->kind != ROW_LEAF || (row->flags & ~(unsigned int)ROW_OPTIONAL) ||
		    row->simple->kind != SIMPLE_ENUM)
			return false;
		row++;
	}
	return row->kind == ROW_LEAF && !row->flags && row->simple->kind == SIMPLE_INT &&
	       !is_small(row->simple) && !needs_64(row->simple) && row->simple->min < 0;
}

static void emit_types(FILE *out, const struct file *file)
{
	for (const struct type *type = file->types; type; type = type->next) {
		if (!type->abstract)
			fprintf(out,
				"const struct ccs_exi_type ccs_exi_type_%s = { rows + %zu, "
				"sizeof(struct %s), %s, %s };\n",
				type->c_name, (size_t)(type->rows - file->rows), type->c_name,
				type->mixed ? "true" : "false",
				is_quantity(type) ? "true" : "false");
	}
}

static void emit_module(FILE *out, struct file *file)
{
	for (const struct group *group = file->groups; group; group = group->next)
		fprintf(out, "static const struct ccs_exi_group group_%s;\n", group->c_name);
	fprintf(out, "\nstatic const struct ccs_exi_row rows[%zu] = {\n", file->row_count);
	for (size_t i = 0; i < file->row_count; i++)
		emit_row(out, &file->rows[i]);
	fprintf(out, "};\n\nconst struct ccs_exi_module ccs_exi_module_%s = { rows, %zu };\n\n",
		file->set, file->row_count);
}

static void print_reference(FILE *out, const struct file *file, const struct row *row)
{
	for (size_t i = 0; i <= file->include_count; i++) {
		const struct file *in = i ? file->includes[i - 1] : file;

		if (row >= in->rows && row < in->rows + in->row_count) {
			fprintf(out, "\tCCS_EXI_REFERENCE(%zu, %zu),\n", i,
				(size_t)(row - in->rows));
			return;
		}
	}
	fail(file->path, 0, "an element without a row");
}

/* The entry with two types and the place of its attribute among all. */
static void emit_relaxed(FILE *out, const struct file *file, const struct entry *entry,
			 size_t index)
{
	const struct field *attributes[64];
	size_t count = list_attributes(file, attributes, 64), id = 0;
	const struct row *row = entry->row->kind == ROW_STRUCT ? entry->row : entry->other;
	const struct row *own = row->type->rows;

	for (size_t i = 0; i < count; i++) {
		if (compare_names(attributes[i]->name, attributes[i]->uri, own->name, own->uri) ==
		    0)
			id = i;
	}
	fprintf(out,
		"static const struct ccs_exi_relaxed relaxed = { %zu, %zu, %zu, &ccs_exi_type_%s "
		"};\n",
		index, count, id, row->type->c_name);
}

static void emit_set(FILE *out, const struct file *file)
{
	struct entry entries[ENTRIES];
	size_t count = list_entries(file, entries, ENTRIES), roots = 0;
	const char *relaxed = "NULL";

	fprintf(out, "\nstatic const uint16_t elements[%zu] = {\n", count);
	for (size_t i = 0; i < count; i++)
		print_reference(out, file, entries[i].row);
	fprintf(out, "};\n\nstatic const uint16_t roots[] = {");
	for (size_t i = 0; i < count; i++) {
		if (entries[i].global)
			fprintf(out, "%s%zu,", roots++ % 16 ? " " : "\n\t", i);
	}
	fprintf(out, "\n};\n\n");
	for (size_t i = 0; i < count; i++) {
		if (entries[i].other) {
			emit_relaxed(out, file, &entries[i], i);
			relaxed = "&relaxed";
		}
	}
	fprintf(out, "static const struct ccs_exi_module *const modules[] = { &ccs_exi_module_%s",
		file->set);
	for (size_t i = 0; i < file->include_count; i++)
		fprintf(out, ", &ccs_exi_module_%s", file->includes[i]->set);
	fprintf(out,
		" };\n\nconst struct ccs_exi_set ccs_set_%s = { \"%s\", elements, roots, modules, "
		"%s, "
		"%zu, %zu, %zu, %u, %u };\n",
		file->set, file->set, relaxed, count, roots, file->include_count + 1,
		find_bits(roots + 1), find_bits(count + 2));
}

void emit_tables(FILE *out, struct file *file)
{
	fprintf(out,
		"/* Generated from schema/; do not edit. */\n#include \"ccs/msg/%s.h\"\n"
		"#include \"exi/table.h\"\n\n",
		file->prefix);
	declare_all(out, file);
	for (size_t i = 0; i < file->include_count; i++)
		declare_all(out, file->includes[i]);
	emit_ranges(out, file);
	emit_module(out, file);
	emit_groups(out, file);
	emit_types(out, file);
	if (file->is_set)
		emit_set(out, file);
}
