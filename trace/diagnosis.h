/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a session ended, and when it failed: why, by which evidence, and what to check next.
 *
 * The rules are a table, tried in order; the first that holds is the diagnosis.  The order goes
 * from what somebody said (a response code, a status) to what did not happen (an answer that is
 * missing), and within that from the first sign to the last.
 */
#ifndef CCS_TRACE_DIAGNOSIS_H
#define CCS_TRACE_DIAGNOSIS_H

#include "trace/summary.h"

#include <stddef.h>

enum ccs_verdict {
	CCS_VERDICT_OK, /* it went as it should, up to SessionStop */
	CCS_VERDICT_FAILED,
	CCS_VERDICT_INCOMPLETE, /* the capture does not show the end, or not both sides */
};

struct ccs_diagnosis {
	const char *code; /* stable: "sdp_unanswered" */
	enum ccs_verdict verdict;
	struct ccs_at at;   /* the evidence */
	char sentence[320]; /* what happened, one sentence */
	char advice[320];   /* what to check next; "" when there is nothing to check */
};

void ccs_diagnose(const struct ccs_session_facts *session, struct ccs_diagnosis *diagnosis);

/* What else is worth knowing, one sentence each: the one with this index (0, 1, ...) that holds
 * for the session.  False: there are no more. */
bool ccs_diagnosis_remark(const struct ccs_session_facts *session, unsigned int index, char *text,
			  size_t size);

/* "ok", "failed", "incomplete". */
const char *ccs_verdict_name(enum ccs_verdict verdict);

/* The texts of all rules and remarks, for tests: NULL behind the last. */
const char *ccs_diagnosis_template(unsigned int index);

/* Puts the facts into a template: "{request} was not answered".  False: it names an unknown one. */
bool ccs_diagnosis_expand(const struct ccs_session_facts *session, const struct ccs_at *at,
			  const char *pattern, char *text, size_t size);

/* Whether the capture ended while the dialogue went on as usual. */
bool ccs_diagnosis_cut(const struct ccs_session_facts *session);

#endif
