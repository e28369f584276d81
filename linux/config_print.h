/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be configured, and what is: listings, the example file, the manual page; and what was
 * configured in pyPLC.
 *
 * All of them are walks over the table of keys (config_keys.h).  `only` is a section ("ev"), or a
 * part of a key's name; NULL: everything.  Each returns how many keys it printed.
 */
#ifndef CCS_LINUX_CONFIG_PRINT_H
#define CCS_LINUX_CONFIG_PRINT_H

#include "linux/config_keys.h"

/* Every key with default, what it may be, and what it is for; as JSON one object a line. */
size_t ccs_config_print_list(struct ccs_print *p, const char *only);
size_t ccs_config_print_list_json(struct ccs_print *p, const char *only);

/* The values of a configuration, each with its origin; `changed`: only those that have one. */
struct ccs_config_shown {
	const char *only;
	bool changed;
	bool json;
	bool plain; /* without origins */
};

/* A file that gives the same configuration again, or one JSON object a line. */
size_t ccs_config_print_values(struct ccs_print *p, struct ccs_config_reader *reader,
			       const struct ccs_config_shown *shown);

/*
 * Translates pyPLC's configuration: what became of each of its keys as comments, then the keys that
 * follow from it.  `reader` is fresh and complains; 0, or CCS_ERR_TEXT.
 */
int ccs_config_import(struct ccs_print *p, struct ccs_config_reader *reader, const char *path);

/* ccs.conf with every key in a comment, at its default. */
void ccs_config_print_example(struct ccs_print *p);

/* ccs.conf(5), in mdoc. */
void ccs_config_print_manual(struct ccs_print *p);

/* What a section is about; NULL when there is none of this name. */
const char *ccs_config_section_text(const char *section);

#endif
