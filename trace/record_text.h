/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records for people: one line each, readable at 100 columns,
 *
 *	    12.345    678  EV→SE  CurrentDemandReq         target 398.2 V 12.5 A  SoC 53 %
 *	    12.380    679  SE→EV  CurrentDemandRes         present 397.9 V 12.4 A  max 125.0 A 50.0
 *kW
 *
 * (seconds since the start, packet, direction, type, and the values that matter); with `verbose`
 * all fields below it.  Whatever a peer sent as text is shown without control characters.
 */
#ifndef CCS_TRACE_RECORD_TEXT_H
#define CCS_TRACE_RECORD_TEXT_H

#include "ccs/print.h"
#include "ccs/record.h"

#include <stdbool.h>
#include <stddef.h>

struct ccs_record_text {
	struct ccs_print *print;
	bool colour;
	bool verbose;
	bool secrets;  /* show network keys */
	char *scratch; /* room for the JSON of one message; made when needed */
	size_t scratch_size;
};

void ccs_record_text_init(struct ccs_record_text *text, struct ccs_print *print);
void ccs_record_text_free(struct ccs_record_text *text);

void ccs_record_text_print(struct ccs_record_text *text, const struct ccs_record *record);

#endif
