/* SPDX-License-Identifier: Apache-2.0 */
/* Schema files and bounds into the model.  The notation is described in schema/README.md. */
#include "model.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS	  64
#define LINE_SIZE 512
#define DEPTH	  4

static struct file *files[16];
static size_t file_count;

struct line {
	const char *path;
	int number;
	int indent;
	char text[LINE_SIZE];
	char *words[WORDS];
	size_t count;
};

_Noreturn void fail(const char *path, int line, const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "%s:%d: ", path, line);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(1);
}

static const char *copy(const char *text)
{
	return strcpy(allocate(strlen(text) + 1), text);
}

struct file *find_file(const char *set)
{
	for (size_t i = 0; i < file_count; i++) {
		if (strcmp(files[i]->set, set) == 0)
			return files[i];
	}
	return NULL;
}

/* The next word of a line, or what stands between quotes; NULL at the end. */
static char *split_word(char **at)
{
	char *word = *at + strspn(*at, " \n"), *end;

	if (!*word)
		return NULL;
	if (*word == '"') {
		word++;
		end = word + strcspn(word, "\"\n");
	} else
		end = word + strcspn(word, " \n");
	*at = *end ? end + 1 : end;
	*end = 0;
	return word;
}

/* The next line that says something, split at blanks; false at the end. */
static bool read_line(FILE *in, struct line *line)
{
	while (fgets(line->text, sizeof(line->text), in)) {
		char *at = line->text;

		line->number++;
		line->count = 0;
		line->indent = (int)strspn(at, " ") / 2;
		for (char *word = split_word(&at); word; word = split_word(&at)) {
			if (*word == '#' && line->count == 0)
				break;
			if (line->count == WORDS)
				fail(line->path, line->number, "more than %d words", WORDS);
			line->words[line->count++] = word;
		}
		if (line->count)
			return true;
	}
	return false;
}

static const char *get_word(const struct line *line, size_t i)
{
	if (i >= line->count)
		fail(line->path, line->number, "a word is missing behind '%s'",
		     line->words[line->count - 1]);
	return line->words[i];
}

/* "3..8", "..8", "8" -> min and max; an absent min is 0. */
static void parse_range(const struct line *line, const char *text, long long *min,
			unsigned long long *max)
{
	const char *dots = strstr(text, "..");
	char *end;

	*min = dots == text ? 0 : strtoll(text, NULL, 10);
	if (!dots) {
		*max = (unsigned long long)*min;
		return;
	}
	if (dots[2] == '-')
		*max = (unsigned long long)strtoll(dots + 2, &end, 10);
	else
		*max = strtoull(dots + 2, &end, 10);
	if (*end)
		fail(line->path, line->number, "'%s' is no range", text);
}

static void parse_occurrence(const struct line *line, size_t i, struct field *field)
{
	const char *text = i < line->count ? line->words[i] : "1";
	long long min;
	unsigned long long max;

	if (i + 1 < line->count)
		fail(line->path, line->number, "'%s' is one word too many", line->words[i + 1]);
	field->min = *text == '?' || *text == '*' ? 0 : 1;
	field->max = *text == '*' || *text == '+' ? UNBOUNDED : 1;
	if (strchr("?*+", *text))
		return;
	parse_range(line, text, &min, &max);
	field->min = (long)min;
	field->max = (long)max;
}

static struct simple *add_simple(struct file *file, enum simple_kind kind, const char *name)
{
	struct simple *simple = allocate(sizeof(*simple));

	if (file->simple_count == sizeof(file->simples) / sizeof(*file->simples))
		fail(file->path, 0, "too many simple types");
	simple->kind = kind;
	simple->name = copy(name);
	simple->file = file;
	return file->simples[file->simple_count++] = simple;
}

static void add_literal(struct simple *simple, const char *literal)
{
	size_t size = simple->literal_count * sizeof(*simple->literals);
	const char **longer = allocate(size + sizeof(*longer));

	if (size)
		memcpy(longer, simple->literals, size);
	simple->literals = longer;
	simple->literals[simple->literal_count++] = copy(literal);
}

/* enum, int, integer, string, hex, base64; false when the line is none of them. */
static bool parse_simple(const struct line *line, struct file *file)
{
	static const struct {
		const char *word;
		enum simple_kind kind;
	} kinds[] = { { "enum", SIMPLE_ENUM },	     { "int", SIMPLE_INT },
		      { "integer", SIMPLE_INTEGER }, { "string", SIMPLE_TEXT },
		      { "hex", SIMPLE_BYTES },	     { "base64", SIMPLE_BYTES } };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		struct simple *simple;

		if (strcmp(line->words[0], kinds[i].word) != 0)
			continue;
		simple = add_simple(file, kinds[i].kind, get_word(line, 1));
		if (simple->kind == SIMPLE_ENUM) {
			for (size_t k = 2; k < line->count; k++)
				add_literal(simple, line->words[k]);
		} else if (line->count > 2) {
			parse_range(line, line->words[2], &simple->min, &simple->max);
		}
		return true;
	}
	return false;
}

/* extends BASE, text TYPE, in HEAD, mixed, abstract: from word `i` on. */
static void parse_modifiers(const struct line *line, size_t i, struct type *type,
			    struct element *element)
{
	for (; i < line->count; i++) {
		const char *word = line->words[i];

		if (strcmp(word, "extends") == 0 && type)
			type->base_name = copy(get_word(line, ++i));
		else if (strcmp(word, "text") == 0 && type)
			type->text_name = copy(get_word(line, ++i));
		else if (strcmp(word, "mixed") == 0 && type)
			type->mixed = true;
		else if (strcmp(word, "in") == 0 && element)
			element->head_name = copy(get_word(line, ++i));
		else if (strcmp(word, "abstract") == 0 && element)
			element->abstract = true;
		else if (strcmp(word, "abstract") != 0)
			fail(line->path, line->number, "what is '%s'?", word);
		if (strcmp(word, "abstract") == 0 && type)
			type->abstract = true;
	}
}

static struct type *parse_type(const struct line *line, struct file *file,
			       const struct namespace *ns)
{
	struct type *type = allocate(sizeof(*type));

	type->name = copy(get_word(line, 1));
	type->file = file;
	type->ns = ns;
	type->line = line->number;
	*file->types_end = type;
	file->types_end = &type->next;
	return type;
}

/* A global element; its own type follows unless it names one behind a colon. */
static struct type *parse_element(const struct line *line, struct file *file,
				  const struct namespace *ns)
{
	struct element *element = allocate(sizeof(*element));
	struct type *type = NULL;
	bool named = line->count > 2 && strcmp(line->words[2], ":") == 0;

	element->name = copy(get_word(line, 1));
	element->file = file;
	element->ns = ns;
	element->line = line->number;
	element->type_name = named ? copy(get_word(line, 3)) : element->name;
	*file->elements_end = element;
	file->elements_end = &element->next;
	if (!named)
		type = parse_type(line, file, ns);
	parse_modifiers(line, named ? 4 : 2, type, element);
	return type;
}

static struct field *parse_field(const struct line *line, const struct namespace *ns)
{
	struct field *field = allocate(sizeof(*field));
	const char *word = line->words[0];

	field->line = line->number;
	field->uri = ns->elements_unqualified ? "" : ns->uri;
	if (strcmp(word, "choice") == 0) {
		field->kind = FIELD_CHOICE;
		field->name = copy(get_word(line, 1));
		parse_occurrence(line, 2, field);
	} else if (strcmp(word, "seq") == 0 || strcmp(word, "any") == 0) {
		field->kind = *word == 's' ? FIELD_SEQUENCE : FIELD_ANY;
		parse_occurrence(line, 1, field);
	} else if (strcmp(get_word(line, 1), "ref") == 0) {
		field->kind = FIELD_REFERENCE;
		field->name = copy(word);
		parse_occurrence(line, 2, field);
	} else {
		field->kind = *word == '@' ? FIELD_ATTRIBUTE : FIELD_ELEMENT;
		field->name = copy(word + (*word == '@'));
		field->type_name = copy(line->words[1]);
		parse_occurrence(line, 2, field);
		if (*word == '@')
			field->uri = ns->attributes_qualified ? ns->uri : "";
	}
	return field;
}

static const struct namespace *parse_namespace(const struct line *line)
{
	struct namespace *ns = allocate(sizeof(*ns));

	ns->uri = copy(get_word(line, 1));
	for (size_t i = 2; i < line->count; i++) {
		if (strcmp(line->words[i], "elements-unqualified") == 0)
			ns->elements_unqualified = true;
		else if (strcmp(line->words[i], "attributes-qualified") == 0)
			ns->attributes_qualified = true;
		else
			fail(line->path, line->number, "what is '%s'?", line->words[i]);
	}
	return ns;
}

static void parse_include(const struct line *line, struct file *file)
{
	struct file *other = find_file(get_word(line, 1));

	if (!other)
		fail(line->path, line->number, "'%s' is not known yet", line->words[1]);
	if (file->include_count == sizeof(file->includes) / sizeof(*file->includes))
		fail(line->path, line->number, "too many includes");
	file->includes[file->include_count++] = other;
}

static void parse_set(const struct line *line, struct file *file)
{
	file->is_set = strcmp(line->words[0], "set") == 0;
	file->set = copy(get_word(line, 1));
	file->prefix = line->count > 2 ? copy(get_word(line, 3)) : file->set;
}

/* A line at the margin; returns the type whose fields follow, if any. */
static struct type *parse_declaration(const struct line *line, struct file *file,
				      const struct namespace **ns)
{
	const char *word = line->words[0];
	struct type *type;

	if (strcmp(word, "set") == 0 || strcmp(word, "part") == 0) {
		parse_set(line, file);
	} else if (strcmp(word, "include") == 0) {
		parse_include(line, file);
	} else if (strcmp(word, "namespace") == 0) {
		*ns = parse_namespace(line);
	} else if (!*ns || !file->set) {
		fail(line->path, line->number, "'set' and 'namespace' come first");
	} else if (strcmp(word, "type") == 0) {
		type = parse_type(line, file, *ns);
		parse_modifiers(line, 2, type, NULL);
		return type;
	} else if (strcmp(word, "element") == 0) {
		return parse_element(line, file, *ns);
	} else if (!parse_simple(line, file)) {
		fail(line->path, line->number, "what is '%s'?", word);
	}
	return NULL;
}

struct file *parse_schema(const char *path)
{
	struct file *file = allocate(sizeof(*file));
	struct line line = { .path = path };
	const struct namespace *ns = NULL;
	struct field **ends[DEPTH + 1] = { NULL };
	FILE *in = fopen(path, "r");

	if (!in)
		fail(path, 0, "cannot be opened");
	file->path = copy(path);
	file->types_end = &file->types;
	file->elements_end = &file->elements;
	file->groups_end = &file->groups;
	files[file_count++] = file;
	while (read_line(in, &line)) {
		struct simple *last = file->simple_count ? file->simples[file->simple_count - 1]
							 : NULL;

		if (line.indent == 0) {
			struct type *type = parse_declaration(&line, file, &ns);

			memset(ends, 0, sizeof(ends));
			ends[1] = type ? &type->fields : NULL;
		} else if (line.indent <= DEPTH && ends[line.indent]) {
			struct field *field = parse_field(&line, ns);

			*ends[line.indent] = field;
			ends[line.indent] = &field->next;
			if (line.indent < DEPTH)
				ends[line.indent + 1] = &field->children;
		} else if (last && last->kind == SIMPLE_ENUM && !ends[1]) {
			for (size_t i = 0; i < line.count; i++)
				add_literal(last, line.words[i]);
		} else {
			fail(path, line.number, "this line belongs to nothing");
		}
	}
	fclose(in);
	return file;
}

void parse_bounds(const char *path, struct bounds *bounds)
{
	struct line line = { .path = path };
	FILE *in = fopen(path, "r");

	if (!in)
		fail(path, 0, "cannot be opened");
	while (read_line(in, &line)) {
		const char *word = line.words[0], *value = get_word(&line, 1);

		if (strcmp(word, "integer") == 0)
			bounds->integer_octets = strtol(value, NULL, 10);
		else if (strcmp(word, "depth") == 0)
			bounds->depth = strtol(value, NULL, 10);
		else if (strcmp(word, "pool") == 0 && bounds->pool_count < 16)
			bounds->pool[bounds->pool_count++] = copy(value);
		else
			fail(path, line.number, "what is '%s'?", word);
	}
	fclose(in);
}
