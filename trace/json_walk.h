/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walking over JSON text, one item at a time, in place and without memory: what the text form of
 * records is made from, and how our JSON lines are read back.
 */
#ifndef CCS_TRACE_JSON_WALK_H
#define CCS_TRACE_JSON_WALK_H

#include "ccs/exi.h"

#include <stdbool.h>
#include <stddef.h>

enum ccs_json_kind {
	CCS_JSON_END, /* of the text, or it is no JSON: see `failed` */
	CCS_JSON_OBJECT,
	CCS_JSON_ARRAY,
	CCS_JSON_CLOSE, /* of the innermost object or array */
	CCS_JSON_STRING,
	CCS_JSON_SCALAR, /* number, true, false, null */
};

struct ccs_json_walk {
	const char *at;
	const char *end;
	unsigned int depth; /* objects and arrays that are open */
	bool failed;
};

struct ccs_json_item {
	enum ccs_json_kind kind;
	struct ccs_text key;   /* as written, without quotes; empty in an array */
	struct ccs_text value; /* of a string (without quotes, as written) or scalar */
	const char *start;     /* of the value in the text */
};

static inline struct ccs_json_walk ccs_json_walk(const char *text, size_t length)
{
	return (struct ccs_json_walk) { text, text + length, 0, false };
}

/* The next item; CCS_JSON_END at the end and at everything that is not JSON.  Forgiving: commas
 * and the pairing of brackets are not checked. */
struct ccs_json_item ccs_json_walk_next(struct ccs_json_walk *json);

/* Behind the object or array that `item` has opened; returns its text, brackets included. */
struct ccs_text ccs_json_walk_skip(struct ccs_json_walk *json, const struct ccs_json_item *item);

bool ccs_text_is(struct ccs_text text, const char *literal);

#endif
