/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walking over the fields of a decoded message, whatever set it is of: for those who want a few
 * fields of any message by name, and not the structs of one set.
 *
 * Fields come in wire order.  A struct comes before its members; the visitor says whether it
 * wants these.  Absent fields do not come.  A physical quantity (PhysicalValue, RationalNumber)
 * comes as one field.
 */
#ifndef CCS_FIELDS_H
#define CCS_FIELDS_H

#include "ccs/exi.h"

#include <stdbool.h>
#include <stdint.h>

enum ccs_field_kind {
	CCS_FIELD_STRUCT,
	CCS_FIELD_BOOLEAN,  /* number: 0 or 1 */
	CCS_FIELD_NUMBER,   /* number; what exceeds int64_t is its nearest value */
	CCS_FIELD_LITERAL,  /* literal of an enumeration; number: its place */
	CCS_FIELD_QUANTITY, /* number: thousandths (ccs/quantities.h); literal: unit or NULL */
	CCS_FIELD_TEXT,
	CCS_FIELD_BYTES, /* also xs:integer: its magnitude */
};

struct ccs_field {
	const char *name;
	enum ccs_field_kind kind;
	unsigned int depth; /* 0 is the root element */
	int64_t number;
	const char *literal; /* static */
	struct ccs_text text;
	struct ccs_bytes bytes;
};

/* `visit` returns, for a struct, whether its members are wanted; else its result has no meaning. */
void ccs_fields_visit(const struct ccs_exi_document *document,
		      bool (*visit)(void *user, const struct ccs_field *field), void *user);

#endif
