/* SPDX-License-Identifier: Apache-2.0 */
/* Names of elements and literals of enumerations, of all files in one text. */
#include "model.h"

#include <string.h>

#define NAMES_SIZE 32768

/* One behind the other, each terminated by NUL. */
struct names {
	char text[NAMES_SIZE];
	size_t size;
};

/* Where a name stands; it is added when it does not yet. */
static size_t find_name(struct names *names, const char *name)
{
	size_t length = strlen(name) + 1;

	for (size_t at = 0; at < names->size; at += strlen(names->text + at) + 1) {
		if (strcmp(names->text + at, name) == 0)
			return at;
	}
	if (names->size + length > sizeof(names->text))
		fail("names", 0, "more than %d bytes of names", NAMES_SIZE);
	memcpy(names->text + names->size, name, length);
	names->size += length;
	return names->size - length;
}

/* All literals of an enumeration, one run of the text. */
static size_t find_literals(struct names *names, const struct simple *simple)
{
	size_t first = 0;

	for (size_t i = 0; i < simple->literal_count; i++) {
		size_t length = strlen(simple->literals[i]) + 1;

		if (names->size + length > sizeof(names->text))
			fail("names", 0, "more than %d bytes of names", NAMES_SIZE);
		if (i == 0)
			first = names->size;
		memcpy(names->text + names->size, simple->literals[i], length);
		names->size += length;
	}
	return first;
}

static void emit_file(FILE *out, const struct file *file, struct names *names)
{
	fprintf(out, "static const uint16_t names_%s[] = {\n", file->set);
	for (size_t i = 0; i < file->row_count; i++)
		fprintf(out, "\t%zu,\n",
			file->rows[i].name ? find_name(names, file->rows[i].name) : 0);
	fprintf(out, "};\n\nstatic const uint16_t literals_%s[] = {\n", file->set);
	for (size_t i = 0; i < file->row_count; i++) {
		const struct row *row = &file->rows[i];
		bool is_enum = row->kind == ROW_LEAF && row->simple->kind == SIMPLE_ENUM;

		fprintf(out, "\t%zu,\n", is_enum ? row->simple->first_literal : 0);
	}
	fprintf(out, "};\n\n");
}

void emit_names(FILE *out, struct file *const *files, size_t count)
{
	static struct names names;

	find_name(&names, "");
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < files[i]->simple_count; k++) {
			struct simple *simple = files[i]->simples[k];

			if (simple->kind == SIMPLE_ENUM)
				simple->first_literal = find_literals(&names, simple);
		}
	}
	fprintf(out, "/* Generated from schema/; do not edit. */\n#include \"exi/table.h\"\n\n");
	for (size_t i = 0; i < count; i++)
		emit_file(out, files[i], &names);
	fprintf(out, "const char ccs_exi_names_text[] =\n");
	for (size_t at = 0; at < names.size; at += strlen(names.text + at) + 1)
		fprintf(out, "\t\"%s\\0\"\n", names.text + at);
	fprintf(out, "\t;\n\n");
	for (size_t i = 0; i < count; i++)
		fprintf(out, "extern const struct ccs_exi_module ccs_exi_module_%s;\n",
			files[i]->set);
	fprintf(out, "\nconst struct ccs_exi_names ccs_exi_all_names[] = {\n");
	for (size_t i = 0; i < count; i++)
		fprintf(out, "\t{ &ccs_exi_module_%s, names_%s, literals_%s },\n", files[i]->set,
			files[i]->set, files[i]->set);
	fprintf(out, "};\n\nconst size_t ccs_exi_all_names_count = %zu;\n", count);
}
