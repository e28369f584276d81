/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of a message by name, to be changed: over the codec's tables, so that every field of every
 * message can be had without code of its own.
 */
#ifndef SIM_TAMPER_FIELDS_H
#define SIM_TAMPER_FIELDS_H

#include "ccs/print.h"
#include "exi/table.h"

/* A field: its row in the tables, the struct that it is a member of, and its value. */
struct sim_field {
	const struct ccs_exi_set *set;
	const struct ccs_exi_row *row;
	uint8_t *base;
	uint8_t *at; /* NULL: an optional field that the pool would hold */
};

/*
 * The first field of a decoded document with this name, in wire order; "A.B" is B inside of A.  Of
 * a list the first entry is looked at, of an alternative that which is there.  False: the message
 * has none.
 */
bool sim_field_find(struct sim_field *field, const struct ccs_exi_document *document,
		    const char *name);

/*
 * Sets it from words of a scenario (message_faults.h) and makes it present.
 *	CCS_ERR_NAME	no literal of its enumeration
 *	CCS_ERR_SYNTAX	not a number
 *	CCS_ERR_TYPE	a struct, text or octets: not to be written in a word
 */
int sim_field_set(const struct sim_field *field, const char *value);

/* Makes it present: an optional member as it is (zero), one in the pool too. CCS_ERR_SPACE. */
int sim_field_add(struct sim_field *field, struct ccs_pool *pool);

/*
 * What could be in a message: a field of this name in some form of the message `row`, whose value
 * could be `value` (NULL: any).  Alternatives whose name begins with `without` (or NULL) do not
 * count.  0, CCS_ERR_NAME without such a field, else as sim_field_set.
 */
int sim_field_check(const struct ccs_exi_set *set, const struct ccs_exi_row *row, const char *name,
		    const char *value, const char *without);

/* What such a field can be set to: "one of A B C", "a number", ... */
void sim_field_explain(struct ccs_print *print, const struct ccs_exi_set *set,
		       const struct ccs_exi_row *row, const char *name);

/* A message of the set by its name: the body element, or the root; NULL: none. */
const struct ccs_exi_row *sim_message_row(const struct ccs_exi_set *set, const char *name);

/* The names of a set's messages, from 0 on; NULL from the last on.  Abstract ones are left out. */
const char *sim_message_name(const struct ccs_exi_set *set, size_t index);

/*
 * Puts another message into the document, with its mandatory fields only, all zero: the first
 * literal, no octets.  The header stays.  CCS_ERR_NAME, CCS_ERR_SPACE.
 */
int sim_message_replace(struct ccs_exi_document *document, const char *name, struct ccs_pool *pool);

#endif
