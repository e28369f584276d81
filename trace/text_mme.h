/* SPDX-License-Identifier: Apache-2.0 */
/* What matters of a HomePlug management message, in a line. */
#ifndef CCS_TRACE_TEXT_MME_H
#define CCS_TRACE_TEXT_MME_H

#include "ccs/mme.h"
#include "trace/text_line.h"

/* The items of a SLAC message, those first that tell one charger from another; of others what the
 * message's own summary says, as much as fits into `width` columns. */
void ccs_line_mme(struct ccs_line *line, const struct ccs_mme *mme, size_t width);

#endif
