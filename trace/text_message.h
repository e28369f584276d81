/* SPDX-License-Identifier: Apache-2.0 */
/* What matters of a V2G message, in a line; and all its fields below each other. */
#ifndef CCS_TRACE_TEXT_MESSAGE_H
#define CCS_TRACE_TEXT_MESSAGE_H

#include "ccs/exi.h"
#include "ccs/record.h"
#include "trace/text_line.h"

/* The items of a decoded message. */
void ccs_line_message(struct ccs_line *line, const struct ccs_record_msg *message);

/* `json`, an object, as indented lines; quantities in one line with their unit. */
void ccs_print_fields(struct ccs_print *print, struct ccs_text json);

#endif
