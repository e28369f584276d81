/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of the diagnosis, in the order in which their tables are tried, and what they share.
 * A table ends with a rule without code.
 */
#ifndef CCS_TRACE_DIAGNOSIS_RULES_H
#define CCS_TRACE_DIAGNOSIS_RULES_H

#include "trace/diagnosis.h"

typedef const struct ccs_session_facts ccs_facts;

struct ccs_rule {
	const char *code;
	enum ccs_verdict verdict;
	const struct ccs_at *(*holds)(ccs_facts *s); /* the evidence when it holds, else NULL */
	const char *sentence;
	const char *advice;
};

extern const struct ccs_rule ccs_rules_said[];
extern const struct ccs_rule ccs_rules_missing[];
extern const struct ccs_rule ccs_rules_left[];
extern const struct ccs_rule ccs_rules_link[];
extern const struct ccs_rule ccs_remarks[];

/* `at` when the condition holds and it was seen. */
const struct ccs_at *ccs_when(bool holds, const struct ccs_at *at);
const struct ccs_at *ccs_last_of(const struct ccs_seen *seen);
const struct ccs_at *ccs_said(const struct ccs_finding *finding);

bool ccs_has_charged(ccs_facts *s);
bool ccs_has_stopped(ccs_facts *s); /* SessionStop was answered */
bool ccs_is_closed(ccs_facts *s);   /* the connection */
bool ccs_wished_stop(ccs_facts *s); /* the charger, before the car stopped */
bool ccs_is_ac_only(ccs_facts *s);
bool ccs_nothing_above_sdp(ccs_facts *s);
bool ccs_nothing_above_slac(ccs_facts *s);

/* A request that the charger could have answered and did not. */
const struct ccs_at *ccs_unanswered(ccs_facts *s);

/* The car had an answer and did not go on. */
const struct ccs_at *ccs_silent_car(ccs_facts *s);

/* The session came to this step and not further, and nobody said why. */
const struct ccs_at *ccs_stuck_in(ccs_facts *s, enum ccs_step step);

/* After a match, no link: the car begins SLAC again. */
const struct ccs_at *ccs_slac_again(ccs_facts *s);

#endif
