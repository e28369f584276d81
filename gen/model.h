/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the schema files say, in memory.  Everything lives until the generator ends; an error
 * in a schema file ends it with a message.
 */
#ifndef GEN_MODEL_H
#define GEN_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define UNBOUNDED (-1)

struct file;
struct type;
struct group;
struct row;

enum simple_kind {
	SIMPLE_BOOL,
	SIMPLE_INT,
	SIMPLE_INTEGER,
	SIMPLE_ENUM,
	SIMPLE_TEXT,
	SIMPLE_BYTES
};

struct simple {
	const char *name;
	struct file *file; /* NULL: built into XML Schema */
	enum simple_kind kind;
	long long min;		/* INT: range; TEXT, BYTES: length */
	unsigned long long max; /* TEXT, BYTES: 0 is no limit */
	const char **literals;	/* ENUM */
	size_t literal_count;
	size_t first_literal; /* in the text of all names */
};

struct namespace
{
	const char *uri;
	bool elements_unqualified, attributes_qualified;
};

enum field_kind {
	FIELD_ATTRIBUTE,
	FIELD_ELEMENT,
	FIELD_REFERENCE,
	FIELD_CHOICE,
	FIELD_SEQUENCE,
	FIELD_ANY
};

/* A line within a type. */
struct field {
	enum field_kind kind;
	const char *name;      /* local name; of a choice: its C name */
	const char *type_name; /* as written */
	const char *uri;       /* namespace of the name */
	long min, max;
	int line;
	struct field *children; /* CHOICE, SEQUENCE */
	struct field *next;
	/* resolved: */
	struct simple *simple; /* an element or attribute has one of these two */
	struct type *type;
	struct element *element; /* REFERENCE */
};

struct type {
	const char *name;
	struct file *file;
	const struct namespace *ns;
	bool abstract, mixed;
	int line;
	const char *base_name, *text_name; /* as written, or NULL */
	bool extended;			   /* another type has it as its base */
	struct type *base;
	struct simple *text;
	struct field *fields;
	struct type *next;
	/* for the tables: */
	bool in_pool;		/* held by pointer where optional */
	bool declared;		/* its struct has been written */
	struct row *rows, *end; /* in the file's rows; the last is END */
	const char *c_name;	/* of the struct */
	int depth;		/* of the elements below it; 0: not known yet */
};

struct element {
	const char *name;
	struct file *file;
	const struct namespace *ns;
	bool abstract;
	int line;
	const char *type_name, *head_name; /* as written, or NULL */
	struct simple *simple;
	struct type *type;
	struct element *head; /* of its substitution group */
	struct element *next;
};

struct file {
	const char *path, *set, *prefix;
	struct file *includes[4];
	size_t include_count;
	struct simple *simples[64];
	size_t simple_count;
	struct type *types, **types_end;
	struct element *elements, **elements_end;
	bool is_set;	  /* else a part that sets include */
	struct row *rows; /* of all its types and groups */
	size_t row_count;
	struct group *groups, **groups_end;
};

/* A choice of a type, or a substitution group as one file uses it. */
struct group {
	const char *c_name;	    /* "din_EVSEStatus": what its enumerators begin with */
	const char *owner;	    /* C name of the struct with tag and union */
	const struct field *field;  /* of a choice, */
	const struct element *head; /* or of a substitution group */
	struct file *file;
	struct row *rows; /* alternatives, in the file's rows */
	size_t count;
	bool sole; /* all that its type holds: the type's struct is the owner */
	bool declared;
	struct group *next;
};

enum row_kind { ROW_LEAF, ROW_STRUCT, ROW_GROUP, ROW_ANY, ROW_END };

enum {
	ROW_OPTIONAL = 1,
	ROW_LIST = 2,
	ROW_BARE = 4,
	ROW_ATTRIBUTE = 8,
	ROW_MANY = 16,
	ROW_POINTER = 32,
};

/* A row of the tables (core/exi/table.h), still with names instead of numbers. */
struct row {
	enum row_kind kind;
	unsigned int flags;
	const char *name, *uri;
	struct simple *simple; /* LEAF */
	struct type *type;     /* STRUCT */
	struct group *group;   /* GROUP */
	const char *owner;     /* C name of the struct that has the member, NULL: none */
	const char *member;    /* NULL: the whole struct */
	const char *has;       /* presence flag in the same struct, or NULL */
	long max;
	unsigned int width, more, skip;
};

struct bounds {
	long integer_octets, depth;
	const char *pool[16]; /* set.Type */
	size_t pool_count;
};

struct file *parse_schema(const char *path);
void parse_bounds(const char *path, struct bounds *bounds);
struct file *find_file(const char *set);

/* Types, bases, heads and references by name; after all files are parsed. */
void resolve(struct file *file, const struct bounds *bounds);

/* Rows of all types and groups of the file; after resolve() of all files. */
void build_rows(struct file *file);

/* The row that stands for an element of any file of the set; NULL when there is none. */
const struct row *find_row(const struct file *file, const char *name, const char *uri,
			   const struct simple *simple, const struct type *type);

/* Elements that may stand where `head` is referred to in `file`, sorted; returns how many. */
size_t list_members(const struct file *file, const struct element *head,
		    const struct element **members, size_t size);

/* One name of a set (EXI 8.5.3: a fragment may begin with any of them). */
struct entry {
	const char *name, *uri;
	const struct row *row;
	const struct row *other; /* the name has a second type: the row of that one */
	bool global;
};

#define ENTRIES 512

/* All element names of a set, sorted. */
size_t list_entries(const struct file *file, struct entry *entries, size_t size);

/* Distinct attribute names of a set, sorted. */
size_t list_attributes(const struct file *file, const struct field **attributes, size_t size);

/* Order of EXI: local name, then namespace. */
int compare_names(const char *name_a, const char *uri_a, const char *name_b, const char *uri_b);

const char *join(const char *a, const char *b, const char *c);

/* "ccs/msg/din.h": structs of all files with this prefix. */
void emit_header(FILE *out, struct file *const *files, size_t count, const char *prefix);

/* Tables of one file, and of its set when it is one. */
void emit_tables(FILE *out, struct file *file);

/* Names of the rows of all files. */
void emit_names(FILE *out, struct file *const *files, size_t count);

/* Zeroed memory; the generator ends when there is none. */
void *allocate(size_t size);

/* Ends the generator with FILE:LINE: message. */
_Noreturn void fail(const char *path, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
