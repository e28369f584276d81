/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of the configuration: "contactor=P9_17 stop=!P9_30", pairs with blanks between them. */
#ifndef CCS_LINUX_HW_WORDS_H
#define CCS_LINUX_HW_WORDS_H

#include <stdbool.h>
#include <string.h>

struct ccs_hw_pair {
	char name[32];
	char value[64];
};

/* The next pair of the list, which moves on.  False: the list has ended, or, with `*list` at what
 * is none, it is not a list of pairs. */
static inline bool ccs_hw_next_pair(const char **list, struct ccs_hw_pair *pair)
{
	const char *at = *list + strspn(*list, " ");
	size_t name = strcspn(at, " ="), value;

	*list = at;
	if (!name || at[name] != '=' || name >= sizeof(pair->name))
		return false;
	value = strcspn(at + name + 1, " ");
	if (!value || value >= sizeof(pair->value))
		return false;
	memcpy(pair->name, at, name);
	pair->name[name] = '\0';
	memcpy(pair->value, at + name + 1, value);
	pair->value[value] = '\0';
	*list = at + name + 1 + value;
	return true;
}

#endif
