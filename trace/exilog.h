/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records in the forms of pyPLC's log files, for the programs that read those.
 *
 *	pyplc-exi	2023-05-01T12:00:00.123456=DD 809A02...
 *			PevExiLog.txt, from the car's side: ED it sent (lower case), DD it received;
 *			DH and Dh are the handshake's request and response
 *	pyplc-maclog	2023-05-01T12:00:00.123456 SECC MAC AA:BB:CC:DD:EE:FF
 *			MacLog.txt: a line for each CM_SLAC_PARM.CNF
 *	pyplc-decoded	Packet #67 [2023-05-01 12:00:00.123456] 809a02... means: {"Header":...
 *			.decoded.txt, but the JSON is ours (docs/records.md)
 *	pyplc-values	[2023-05-01 12:00:00.123456] EVTargetVoltage=398.0
 *			.values.txt, which scope.py plots
 *
 * Times are UTC.  pyPLC's programs know DIN SPEC 70121 only: in the EXI log a message of another
 * set is a comment, which they pass over.
 */
#ifndef CCS_TRACE_EXILOG_H
#define CCS_TRACE_EXILOG_H

#include "ccs/print.h"
#include "ccs/record.h"

#include <stdbool.h>

enum ccs_exilog_format {
	CCS_EXILOG_EXI,
	CCS_EXILOG_MACLOG,
	CCS_EXILOG_DECODED,
	CCS_EXILOG_VALUES,
	CCS_EXILOG_FORMATS
};

/* "pyplc-exi", ... */
const char *ccs_exilog_name(enum ccs_exilog_format format);

/* False: there is no format of this name. */
bool ccs_exilog_find(const char *name, enum ccs_exilog_format *format);

/* The first and the last lines of the file. */
void ccs_exilog_begin(enum ccs_exilog_format format, struct ccs_print *print);
void ccs_exilog_end(enum ccs_exilog_format format, struct ccs_print *print);

/* The lines of a record; of most there are none. */
void ccs_exilog_take(enum ccs_exilog_format format, struct ccs_print *print,
		     const struct ccs_record *record);

#endif
