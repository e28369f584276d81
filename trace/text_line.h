/* SPDX-License-Identifier: Apache-2.0 */
/* The line of one record while it is made: items with two blanks between them, and colours. */
#ifndef CCS_TRACE_TEXT_LINE_H
#define CCS_TRACE_TEXT_LINE_H

#include "ccs/exi.h"
#include "ccs/print.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ccs_colour {
	CCS_COLOUR_NONE,
	CCS_COLOUR_DIM,
	CCS_COLOUR_EV,
	CCS_COLOUR_EVSE,
	CCS_COLOUR_WARNING,
	CCS_COLOUR_FAILURE,
	CCS_COLOUR_HEAD,
};

struct ccs_line {
	struct ccs_print *print;
	bool colour;
	bool whole; /* nothing is cut to fit the line */
	bool begun; /* an item stands in it */
	size_t gap; /* blanks before the first item, if there is one */
};

void ccs_line_colour(struct ccs_line *line, enum ccs_colour colour);

/* Begins an item; `label` may be "". */
void ccs_line_item(struct ccs_line *line, const char *label);

/* An item of text, in a colour. */
void ccs_line_word(struct ccs_line *line, enum ccs_colour colour, const char *text);

/* Text of a peer: control characters appear as JSON escapes, what is no UTF-8 as U+FFFD. */
void ccs_line_foreign(struct ccs_line *line, const char *text, size_t length);

/* One blank and a quantity with one decimal: " 398.2 V", " 50.0 kW"; `unit` V, A, W, Wh, VA, ... */
void ccs_line_quantity(struct ccs_line *line, int64_t milli, const char *unit);

/* Likewise, without a decimal that is zero: for limits, which are round. */
void ccs_line_limit(struct ccs_line *line, int64_t milli, const char *unit);

/* Blanks after `printed` characters up to `width`. */
void ccs_line_pad(struct ccs_line *line, size_t printed, size_t width);

#endif
