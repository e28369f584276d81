/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Choice of records by kind (`mme`) or by the beginning of their type (`CurrentDemand`); for a
 * word that fits nothing, what it may have meant.
 */
#ifndef CCS_TOOLS_ONLY_H
#define CCS_TOOLS_ONLY_H

#include "ccs/record.h"
#include "tools/command.h"

#include <stdbool.h>
#include <stddef.h>

#define CCS_ONLY_WORDS 32
#define CCS_ONLY_TYPES 128
#define CCS_ONLY_NAME  40

struct ccs_only {
	const char *words[CCS_ONLY_WORDS];
	bool used[CCS_ONLY_WORDS]; /* it fitted a record */
	size_t count;
	bool asked; /* of any record at all */
	/* Kinds and types that were seen, to suggest one of them. */
	char types[CCS_ONLY_TYPES][CCS_ONLY_NAME];
	size_t type_count;
};

/* False: too many words. */
bool ccs_only_add(struct ccs_only *only, const char *word);

/* Whether the record fits one of the words; without words all do. */
bool ccs_only_wants(struct ccs_only *only, const struct ccs_record *record);

/* The next word that has fitted no record, from `*index` on, or NULL; `*near` is the kind or type
 * that comes nearest, or NULL. */
const char *ccs_only_unused(const struct ccs_only *only, size_t *index, const char **near);

/* Says on stderr which words have fitted nothing: at the end of all records. */
void ccs_only_say_unused(const struct ccs_only *only, struct ccs_output *output);

#endif
