/* SPDX-License-Identifier: Apache-2.0 */
/* How a dialogue stands, and which rule holds. */
#include "trace/diagnosis_rules.h"

#include <string.h>

/* What a car may take to send its next request before one calls it silent. */
#define CAR_SILENT CCS_SECONDS(5)

/* The charger's time to answer, by the longest timeout of the standards (ISO 15118-2 table 109). */
#define ANSWER_LOOP  CCS_MS(1000)
#define ANSWER_SHORT CCS_SECONDS(2)
#define ANSWER_LONG  CCS_SECONDS(5)

const struct ccs_at *ccs_when(bool holds, const struct ccs_at *at)
{
	return holds && at->seen ? at : NULL;
}

const struct ccs_at *ccs_last_of(const struct ccs_seen *seen)
{
	return ccs_when(seen->count > 0, &seen->last);
}

bool ccs_has_charged(ccs_facts *s)
{
	return s->v2g.response[CCS_STEP_CHARGE_LOOP].count > 0;
}

bool ccs_has_stopped(ccs_facts *s)
{
	return s->v2g.response[CCS_STEP_SESSION_STOP].count > 0;
}

bool ccs_is_closed(ccs_facts *s)
{
	const struct ccs_tcp_facts *tcp = &s->tcp;

	return tcp->fin[CCS_SIDE_EV].seen || tcp->fin[CCS_SIDE_EVSE].seen ||
	       tcp->rst[CCS_SIDE_EV].seen || tcp->rst[CCS_SIDE_EVSE].seen;
}

static ccs_time time_to_answer(enum ccs_step step)
{
	switch (step) {
	case CCS_STEP_CHARGE_LOOP:
		return ANSWER_LOOP;
	case CCS_STEP_POWER_DELIVERY:
	case CCS_STEP_SERVICE_DETAIL:
	case CCS_STEP_PAYMENT_DETAILS:
	case CCS_STEP_CERTIFICATE:
		return ANSWER_LONG;
	default:
		return ANSWER_SHORT;
	}
}

bool ccs_diagnosis_cut(ccs_facts *s)
{
	ccs_time silence = s->capture_end.since - s->v2g.last.since;
	ccs_time allowed = s->v2g.pending ? time_to_answer(s->v2g.last_request.step) : CAR_SILENT;

	return s->capture_ended && s->v2g.last.seen && !ccs_has_stopped(s) && !ccs_is_closed(s) &&
	       silence <= allowed;
}

/* A request that the charger could have answered and did not. */
const struct ccs_at *ccs_unanswered(ccs_facts *s)
{
	return ccs_when(s->v2g.pending && !ccs_diagnosis_cut(s), &s->v2g.last_request.at);
}

/* The car had an answer and did not go on. */
const struct ccs_at *ccs_silent_car(ccs_facts *s)
{
	return ccs_when(!s->v2g.pending && !ccs_has_stopped(s) && !ccs_diagnosis_cut(s),
			&s->v2g.last_response.at);
}

const struct ccs_at *ccs_stuck_in(ccs_facts *s, enum ccs_step step)
{
	bool stuck = s->v2g.furthest == step && !s->v2g.failed.count && !ccs_diagnosis_cut(s);

	return ccs_when(stuck && !s->v2g.pending, &s->v2g.response[step].last);
}

const struct ccs_at *ccs_said(const struct ccs_finding *finding)
{
	return ccs_when(finding->count > 0, &finding->at);
}

bool ccs_wished_stop(ccs_facts *s)
{
	return s->v2g.shutdown.count > 0 || s->v2g.notification.count > 0;
}

bool ccs_is_ac_only(ccs_facts *s)
{
	return strstr(s->v2g.offered_modes, "AC") && !strstr(s->v2g.offered_modes, "DC");
}

bool ccs_nothing_above_sdp(ccs_facts *s)
{
	return !s->v2g.first.seen && s->tcp.opened.count == 0;
}

bool ccs_nothing_above_slac(ccs_facts *s)
{
	return ccs_nothing_above_sdp(s) && s->sdp.request.count + s->sdp.response.count == 0;
}

const struct ccs_at *ccs_slac_again(ccs_facts *s)
{
	const struct ccs_slac_facts *slac = &s->slac;
	bool again = slac->match_cnf.count > 0 &&
		     slac->parm_req.last.since > slac->match_cnf.last.since;

	return again && ccs_nothing_above_slac(s) ? ccs_last_of(&slac->parm_req) : NULL;
}

static const struct ccs_rule *const tables[] = { ccs_rules_said, ccs_rules_missing, ccs_rules_left,
						 ccs_rules_link };

#define TABLES (sizeof(tables) / sizeof(tables[0]))

/* The last rule holds always. */
static const struct ccs_rule *find_rule(ccs_facts *s, const struct ccs_at **at)
{
	for (size_t i = 0; i < TABLES; i++)
		for (const struct ccs_rule *rule = tables[i]; rule->code; rule++) {
			*at = rule->holds(s);
			if (*at)
				return rule;
		}
	return NULL;
}

void ccs_diagnose(ccs_facts *s, struct ccs_diagnosis *d)
{
	const struct ccs_at *at = NULL;
	const struct ccs_rule *rule = find_rule(s, &at);

	*d = (struct ccs_diagnosis) { .code = rule->code, .verdict = rule->verdict, .at = *at };
	ccs_diagnosis_expand(s, at, rule->sentence, d->sentence, sizeof(d->sentence));
	ccs_diagnosis_expand(s, at, rule->advice, d->advice, sizeof(d->advice));
}

bool ccs_diagnosis_remark(ccs_facts *s, unsigned int index, char *text, size_t size)
{
	for (const struct ccs_rule *remark = ccs_remarks; remark->code; remark++) {
		const struct ccs_at *at = remark->holds(s);

		if (at && index-- == 0)
			return ccs_diagnosis_expand(s, at, remark->sentence, text, size);
	}
	return false;
}

const char *ccs_verdict_name(enum ccs_verdict verdict)
{
	static const char *const names[] = { "ok", "failed", "incomplete" };

	return names[verdict];
}

static const struct ccs_rule *nth_rule(unsigned int index)
{
	for (size_t i = 0; i <= TABLES; i++)
		for (const struct ccs_rule *rule = i < TABLES ? tables[i] : ccs_remarks; rule->code;
		     rule++)
			if (index-- == 0)
				return rule;
	return NULL;
}

const char *ccs_diagnosis_template(unsigned int index)
{
	const struct ccs_rule *rule = nth_rule(index / 2);

	if (!rule)
		return NULL;
	return index % 2 ? rule->advice : rule->sentence;
}
