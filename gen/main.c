/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ccs-schema header PREFIX BOUNDS SCHEMA...	the structs of a prefix, to stdout
 * ccs-schema tables SET BOUNDS SCHEMA...	the tables of a schema file, to stdout
 * ccs-schema names - BOUNDS SCHEMA...		the names for people, to stdout
 * ccs-schema bounds BOUNDS			the bounds as C constants, to stdout
 *
 * A schema file comes behind those that it includes.
 */
#include "model.h"

#include <string.h>

#define FILES 16

static int print_bounds(const char *path)
{
	struct bounds bounds = { 0 };

	parse_bounds(path, &bounds);
	printf("/* Generated from schema/; do not edit. */\n#define CCS_EXI_INTEGER_OCTETS %ld\n"
	       "#define CCS_EXI_DEPTH %ld\n",
	       bounds.integer_octets, bounds.depth);
	return 0;
}

/* How deep elements nest below a type. */
static long find_depth(const struct type *type, long limit)
{
	long deepest = 0;

	if (limit == 0)
		fail(type->file->path, type->line, "elements nest deeper than the bounds say");
	for (const struct row *row = type->rows; row < type->end; row++) {
		const struct row *rows = row->kind == ROW_GROUP ? row->group->rows : row;
		size_t count = row->kind == ROW_GROUP ? row->group->count : 1;

		for (size_t i = 0; i < count; i++) {
			if (rows[i].kind == ROW_STRUCT) {
				long depth = 1 + find_depth(rows[i].type, limit - 1);

				deepest = depth > deepest ? depth : deepest;
			}
		}
	}
	return deepest;
}

int main(int argc, char **argv)
{
	struct bounds bounds = { 0 };
	struct file *files[FILES];
	size_t count = 0;

	if (argc == 3 && strcmp(argv[1], "bounds") == 0)
		return print_bounds(argv[2]);
	if (argc < 5 || argc - 4 > FILES) {
		fprintf(stderr, "usage: ccs-schema header|tables|names NAME BOUNDS SCHEMA...\n");
		return 2;
	}
	parse_bounds(argv[3], &bounds);
	for (int i = 4; i < argc; i++)
		files[count++] = parse_schema(argv[i]);
	for (size_t i = 0; i < count; i++)
		resolve(files[i], &bounds);
	for (size_t i = 0; i < count; i++)
		build_rows(files[i]);
	for (size_t i = 0; i < count; i++) {
		for (struct type *type = files[i]->types; type; type = type->next)
			find_depth(type, bounds.depth - 1);
	}
	if (strcmp(argv[1], "header") == 0)
		emit_header(stdout, files, count, argv[2]);
	else if (strcmp(argv[1], "names") == 0)
		emit_names(stdout, files, count);
	else
		emit_tables(stdout, find_file(argv[2]));
	return 0;
}
