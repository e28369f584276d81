/* SPDX-License-Identifier: Apache-2.0 */
/* Keys by name, and the one that was perhaps meant. */
#include "linux/config_keys.h"

#include <ctype.h>
#include <string.h>

#define LONGEST 96 /* names that are compared; longer ones are like none */

static const char evse[] = "evse";

/* "evse NAME" is the section "evse". */
static bool is_of(const struct ccs_config_key *key, const char *section)
{
	size_t length = strlen(evse);

	if (strcmp(key->section, section) == 0)
		return true;
	return strcmp(key->section, evse) == 0 && strncmp(section, evse, length) == 0 &&
	       section[length] == ' ';
}

const struct ccs_config_key *ccs_config_find(const char *section, const char *name)
{
	const struct ccs_config_key *key;

	for (size_t i = 0; (key = ccs_config_key(i)); i++) {
		if (is_of(key, section) && strcmp(key->name, name) == 0)
			return key;
	}
	return NULL;
}

bool ccs_config_is_section(const char *section)
{
	const struct ccs_config_key *key;

	for (size_t i = 0; (key = ccs_config_key(i)); i++) {
		if (is_of(key, section))
			return true;
	}
	return false;
}

static size_t least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Insertions, deletions and replacements from one to the other (Levenshtein); case is none. */
static size_t distance(const char *a, const char *b)
{
	size_t row[LONGEST + 1], width = strlen(b);

	if (width > LONGEST || strlen(a) > LONGEST)
		return LONGEST;
	for (size_t i = 0; i <= width; i++)
		row[i] = i;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < width; j++) {
			bool differs = tolower((unsigned char)a[i]) != tolower((unsigned char)b[j]);
			size_t best = least(row[j] + 1, row[j + 1] + 1, diagonal + differs);

			diagonal = row[j + 1];
			row[j + 1] = best;
		}
	}
	return row[width];
}

/* Half of the letters may be wrong. */
static size_t bound(const char *name)
{
	return strlen(name) / 2 + 1;
}

const char *ccs_config_nearest_section(const char *name)
{
	const struct ccs_config_key *key;
	const char *nearest = NULL;
	size_t best = bound(name);

	for (size_t i = 0; (key = ccs_config_key(i)); i++) {
		size_t d = distance(name, key->section);

		if (d < best) {
			best = d;
			nearest = key->section;
		}
	}
	return nearest;
}

/* The same name in another section is nearer than a similar one in this. */
const struct ccs_config_key *ccs_config_nearest_key(const char *section, const char *name)
{
	const struct ccs_config_key *key, *nearest = NULL;
	size_t best = bound(name);

	for (size_t i = 0; (key = ccs_config_key(i)); i++) {
		size_t d;

		if (strcmp(key->name, name) == 0)
			return key;
		d = is_of(key, section) ? distance(name, key->name) : LONGEST;
		if (d < best) {
			best = d;
			nearest = key;
		}
	}
	return nearest;
}
