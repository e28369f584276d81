/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The values of the charging loop over time, as CSV (RFC 4180 without quotes: no cell needs any):
 * a header with the units in the names, and a row for each request and its answer, CurrentDemand,
 * ChargingStatus or ChargeLoop.  What is not known is an empty cell; limits stay until they
 * change.
 */
#ifndef CCS_TRACE_CSV_H
#define CCS_TRACE_CSV_H

#include "ccs/print.h"
#include "ccs/record.h"
#include "trace/values.h"

#include <stdbool.h>
#include <stdint.h>

struct ccs_csv {
	struct ccs_values latest; /* of the session */
	uint32_t session;
	bool requested; /* a request waits for its answer */
};

void ccs_csv_header(struct ccs_print *print);

/* Takes the next record; prints a row and says so when it completes one. */
bool ccs_csv_take(struct ccs_csv *csv, struct ccs_print *print, const struct ccs_record *record);

#endif
