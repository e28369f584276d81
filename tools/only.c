/* SPDX-License-Identifier: Apache-2.0 */
/* Choice of records by kind or type. */
#include "tools/only.h"

#include "ccs/mme.h"
#include "ccs/print.h"
#include "ccs/sdp.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define FAR 3 /* so many letters wrong are no slip any more */

bool ccs_only_add(struct ccs_only *only, const char *word)
{
	if (only->count == CCS_ONLY_WORDS)
		return false;
	only->words[only->count++] = word;
	return true;
}

/* The type of what the record holds, or its topic. */
static const char *type_of(const struct ccs_record *record, char *buffer, size_t size)
{
	struct ccs_print print;

	switch (record->kind) {
	case CCS_RECORD_MME:
		ccs_print_init(&print, buffer, size - 1);
		ccs_mme_print_type(&print, record->mme);
		*print.at = '\0';
		return buffer;
	case CCS_RECORD_SDP:
		return ccs_sdp_type_name(record->sdp->kind);
	case CCS_RECORD_MSG:
		return record->msg.type ? record->msg.type : "";
	case CCS_RECORD_VALUE:
		return record->value.name;
	case CCS_RECORD_FRAME:
	case CCS_RECORD_STATE:
	case CCS_RECORD_NOTE:
	case CCS_RECORD_VERDICT:
	case CCS_RECORD_SESSION:
		return record->note.topic;
	}
	return "";
}

static void remember(struct ccs_only *only, const char *type)
{
	for (size_t i = 0; i < only->type_count; i++)
		if (!strcmp(only->types[i], type))
			return;
	if (only->type_count < CCS_ONLY_TYPES && strlen(type) < CCS_ONLY_NAME)
		strcpy(only->types[only->type_count++], type);
}

bool ccs_only_wants(struct ccs_only *only, const struct ccs_record *record)
{
	const char *kind = ccs_record_kind_name(record->kind);
	char buffer[64];
	const char *type;
	bool wanted = false;

	if (!only->count)
		return true;
	only->asked = true;
	type = type_of(record, buffer, sizeof(buffer));
	for (size_t i = 0; i < only->count; i++) {
		const char *word = only->words[i];

		if (strcasecmp(word, kind) && strncasecmp(word, type, strlen(word)))
			continue;
		only->used[i] = true;
		wanted = true;
	}
	if (!wanted) {
		remember(only, kind);
		remember(only, type);
	}
	return wanted;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool differ(char a, char b)
{
	return strncasecmp(&a, &b, 1) != 0;
}

/* Letters to insert, remove or replace until `word` is what `name` begins with. */
static size_t distance(const char *word, const char *name)
{
	size_t row[CCS_ONLY_NAME + 1];
	size_t length = strlen(name), best = strlen(word);

	for (size_t k = 0; k <= length; k++)
		row[k] = k;
	for (size_t i = 0; word[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t k = 0; k < length; k++) {
			size_t replaced = diagonal + differ(word[i], name[k]);

			diagonal = row[k + 1];
			row[k + 1] = least(replaced, least(row[k], diagonal) + 1);
		}
	}
	for (size_t k = 0; k <= length; k++)
		best = least(best, row[k]);
	return best;
}

static const char *find_near(const struct ccs_only *only, const char *word)
{
	size_t best = least(FAR, strlen(word) / 2);
	const char *near = NULL;

	for (size_t i = 0; i < only->type_count; i++) {
		size_t d = distance(word, only->types[i]);

		if (d < best) {
			best = d;
			near = only->types[i];
		}
	}
	return near;
}

const char *ccs_only_unused(const struct ccs_only *only, size_t *index, const char **near)
{
	while (only->asked && *index < only->count) {
		size_t i = (*index)++;

		if (only->used[i])
			continue;
		*near = find_near(only, only->words[i]);
		return only->words[i];
	}
	return NULL;
}

void ccs_only_say_unused(const struct ccs_only *only, struct ccs_output *output)
{
	const char *word, *near;
	size_t index = 0;

	while ((word = ccs_only_unused(only, &index, &near)))
		ccs_complain(output, "--only %s: there is nothing of this kind%s%s%s", word,
			     near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}
