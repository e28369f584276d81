/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records as JSON lines: the stable interface for programs ("v":1).
 *
 * Keys of every record: v kind time t frame src dst dir session; absent where there is none.
 *
 *	msg	proto type payload_type set_by exi body; undecoded: error text bit field for the
 *body mme	type mmv fields sdp	type fields value	name value unit others	level topic
 *text count tls
 */
#ifndef CCS_TRACE_RECORD_JSON_H
#define CCS_TRACE_RECORD_JSON_H

#include "ccs/print.h"
#include "ccs/record.h"

#include <stdbool.h>

/* One line with its end.  `secrets`: network keys are shown. */
void ccs_record_json_print(struct ccs_print *print, const struct ccs_record *record, bool secrets);

#endif
