/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON (RFC 8259) as text: a cursor over values.  Each function takes what it names, white space
 * before it included, or returns CCS_ERR_SYNTAX and leaves the cursor at what was wrong.
 */
#ifndef CCS_JSON_H
#define CCS_JSON_H

#include "ccs/error.h"

#include <stdbool.h>
#include <stddef.h>

struct ccs_json {
	const char *at;
	const char *end;
};

/* A string as it stands between its quotes, escapes not resolved; a number; a whole value. */
struct ccs_json_slice {
	const char *at;
	size_t length;
};

/* The first character of the next value, which is not taken; 0 at the end. */
char ccs_json_peek(struct ccs_json *json);

int ccs_json_take(struct ccs_json *json, char expected);
int ccs_json_string(struct ccs_json *json, struct ccs_json_slice *string);
int ccs_json_number(struct ccs_json *json, struct ccs_json_slice *number);
int ccs_json_bool(struct ccs_json *json, bool *value);

/* Any value, however deep. */
int ccs_json_skip(struct ccs_json *json, struct ccs_json_slice *value);

/* Behind an entry of an object or array: 1 when another follows, 0 when `close` was taken. */
int ccs_json_next(struct ccs_json *json, char close);

/* Escapes resolved into `to`, which has room for the slice's length; the new length. */
int ccs_json_unescape(const struct ccs_json_slice *string, char *to);

#endif
