/* SPDX-License-Identifier: Apache-2.0 */
/* What stands around the root element: the codes of documents and fragments (EXI 8.5.1, 8.5.2). */
#ifndef CCS_CORE_EXI_ROOT_H
#define CCS_CORE_EXI_ROOT_H

#include "exi/table.h"

#define CCS_EXI_HEADER 0x80 /* EXI 5: no cookie, no options, final version 1 */

/* Widths of the codes of a set: the root's in a document, and in a fragment, where ED has it too.
 */
static inline unsigned int ccs_exi_root_width(const struct ccs_exi_set *set, enum ccs_exi_form form)
{
	return form == CCS_EXI_DOCUMENT ? set->root_width : set->fragment_width;
}

/* Is the element coded by the grammar of EXI 8.5.3? Only in fragments. */
static inline bool ccs_exi_is_relaxed(const struct ccs_exi_document *document)
{
	const struct ccs_exi_relaxed *relaxed = document->set->relaxed;

	return document->form == CCS_EXI_FRAGMENT && relaxed &&
	       relaxed->element == document->element;
}

/* One element more on the path of an error; what nests deeper than the schema can is left out. */
static inline void ccs_exi_add_to_path(struct ccs_exi_error *error, const struct ccs_exi_row *row,
				       uint32_t entry)
{
	if (error->depth > CCS_EXI_DEPTH)
		return;
	error->path[error->depth].row = row;
	error->path[error->depth++].entry = entry;
}

/*
 * Codes of that grammar.  First state: the set's attributes, AT(*), all elements, SE(*), EE, CH,
 * escape.  Second: all elements, SE(*), EE, CH, escape.
 */
struct ccs_exi_relaxed_codes {
	unsigned int first_width, id, first_ee, first_ch;
	unsigned int width, ee;
};

static inline struct ccs_exi_relaxed_codes ccs_exi_relaxed_codes(const struct ccs_exi_set *set)
{
	unsigned int elements = set->element_count, attributes = set->relaxed->attributes;

	return (struct ccs_exi_relaxed_codes) {
		.first_width = ccs_exi_width(attributes + elements + 5),
		.id = set->relaxed->id,
		.first_ee = attributes + elements + 2,
		.first_ch = attributes + elements + 3,
		.width = ccs_exi_width(elements + 4),
		.ee = elements + 1,
	};
}

/* The struct that an EXI 8.5.3 element has: attribute and text (iso2_EMAID). */
static inline const struct ccs_exi_row *ccs_exi_relaxed_text(const struct ccs_exi_set *set)
{
	return &set->relaxed->type->rows[1];
}

#endif
