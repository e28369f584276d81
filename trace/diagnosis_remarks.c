/* SPDX-License-Identifier: Apache-2.0 */
/* What else is worth knowing of a session. */
#include "trace/diagnosis_rules.h"

#include <string.h>

static const struct ccs_at *amid(ccs_facts *s)
{
	return ccs_when(s->begins_amid && s->v2g.from_ev && s->v2g.from_evse, &s->v2g.first);
}

static const struct ccs_at *resumed(ccs_facts *s)
{
	return ccs_when(s->v2g.resumed, &s->v2g.response[CCS_STEP_SESSION_SETUP].last);
}

static const struct ccs_at *renegotiated(ccs_facts *s)
{
	return ccs_when(s->v2g.renegotiations > 0, &s->begin);
}

static const struct ccs_at *security_differs(ccs_facts *s)
{
	bool differs = s->sdp.request.count && s->sdp.security_asked != s->sdp.security_answered;

	return differs && !ccs_nothing_above_sdp(s) ? ccs_last_of(&s->sdp.response) : NULL;
}

static const struct ccs_at *tls_before(ccs_facts *s)
{
	return s->v2g.first.seen
		       ? ccs_when(true, s->tls.alert.seen ? &s->tls.alert : &s->tls.failed)
		       : NULL;
}

static const struct ccs_at *sdp_slow(ccs_facts *s)
{
	return s->sdp.response.count && s->sdp.request.count > 2 ? ccs_last_of(&s->sdp.response)
								 : NULL;
}

static const struct ccs_at *connects_failed(ccs_facts *s)
{
	return s->tcp.opened.count && s->tcp.unanswered.count + s->tcp.refused.count > 0
		       ? ccs_when(true, s->tcp.refused.count ? &s->tcp.refused.first
							     : &s->tcp.unanswered.first)
		       : NULL;
}

static const struct ccs_at *other_port(ccs_facts *s)
{
	return s->tcp.opened.count ? ccs_last_of(&s->tcp.other) : NULL;
}

static const struct ccs_at *slac_retried(ccs_facts *s)
{
	return s->slac.runs > 1 && s->slac.match_cnf.count && !ccs_slac_again(s)
		       ? ccs_last_of(&s->slac.parm_req)
		       : NULL;
}

static const struct ccs_at *atten_broadcast(ccs_facts *s)
{
	return s->slac.broadcast_char > 0 ? ccs_last_of(&s->slac.atten_char) : NULL;
}

static const struct ccs_at *several_answers(ccs_facts *s)
{
	return s->slac.answer_count > 1 ? ccs_last_of(&s->slac.parm_cnf) : NULL;
}

static const struct ccs_at *implausible(ccs_facts *s)
{
	const struct ccs_charge_facts *c = &s->charge;

	return ccs_when(c->evse_max_ma > 0 && c->current.seen &&
				c->current.highest > 2 * c->evse_max_ma,
			&c->peak_at);
}

static const struct ccs_at *stop_wished(ccs_facts *s)
{
	return ccs_when(ccs_wished_stop(s) && ccs_diagnosis_cut(s), &s->v2g.last);
}

static const struct ccs_at *discharging(ccs_facts *s)
{
	const struct ccs_range *soc = &s->charge.soc;

	return ccs_when(ccs_has_charged(s) && soc->seen && soc->last < soc->first &&
				s->charge.charged_mwh > s->charge.discharged_mwh,
			&s->v2g.response[CCS_STEP_CHARGE_LOOP].last);
}

static const struct ccs_at *no_current(ccs_facts *s)
{
	const struct ccs_range *current = &s->charge.current;

	return ccs_when(ccs_has_charged(s) && current->seen && current->highest < 100 &&
				current->lowest > -100,
			&s->v2g.response[CCS_STEP_CHARGE_LOOP].last);
}

/* Contactors are to close with less than 20 V across them (IEC 61851-23). */
static const struct ccs_at *precharge_off(ccs_facts *s)
{
	const struct ccs_charge_facts *c = &s->charge;
	int64_t difference = c->precharge_reached_mv - c->precharge_target_mv;

	return ccs_when(s->v2g.furthest == CCS_STEP_CHARGE_LOOP && c->has_precharge_target &&
				c->has_precharge_reached &&
				(difference > 20000 || difference < -20000),
			&s->v2g.response[CCS_STEP_PRECHARGE].last);
}

static const struct ccs_at *welded(ccs_facts *s)
{
	return ccs_when(s->charge.has_welding && s->charge.welding_mv > 60000 && ccs_has_stopped(s),
			&s->v2g.response[CCS_STEP_WELDING].last);
}

static const struct ccs_at *undecoded(ccs_facts *s)
{
	return ccs_when(s->v2g.undecoded > 0, &s->v2g.undecoded_at);
}

static const struct ccs_at *gaps(ccs_facts *s)
{
	return ccs_when(s->tcp.gaps > 0, &s->tcp.gap_at);
}

static const struct ccs_at *warned(ccs_facts *s)
{
	return ccs_said(&s->v2g.warning);
}

static const struct ccs_at *faulted(ccs_facts *s)
{
	return ccs_said(&s->v2g.fault);
}

/* clang-format off */
const struct ccs_rule ccs_remarks[] = {
	{ "amid", CCS_VERDICT_OK, amid, "the capture begins within the session", "" },
	{ "resumed", CCS_VERDICT_OK, resumed, "the session of before was resumed", "" },
	{ "renegotiated", CCS_VERDICT_OK, renegotiated, "renegotiated {renegotiations}", "" },
	{ "slac_retried", CCS_VERDICT_OK, slac_retried, "SLAC was begun more than once ({parm_req})", "" },
	{ "atten_broadcast", CCS_VERDICT_OK, atten_broadcast, "CM_ATTEN_CHAR.IND was sent to all instead of to the car", "" },
	{ "several_answers", CCS_VERDICT_OK, several_answers, "several chargers answered SLAC", "" },
	{ "security_differs", CCS_VERDICT_OK, security_differs, "the car asked for {asked}, the charger answered {answered}", "" },
	{ "sdp_slow", CCS_VERDICT_OK, sdp_slow, "SDP was answered only after {sdp_requests}", "" },
	{ "connects_failed", CCS_VERDICT_OK, connects_failed, "before or between: TCP connects to {port} failed ({refused} refused, {unanswered} "
			   "unanswered)", "" },
	{ "tls_before", CCS_VERDICT_OK, tls_before, "TLS was tried: {tls}", "" },
	{ "other_port", CCS_VERDICT_OK, other_port, "{other} failed: a service that the charger does not have", "" },
	{ "discharging", CCS_VERDICT_OK, discharging, "the SoC falls while the current counts as charging: the battery feeds the charger, and "
		       "the protocol has no sign for it", "" },
	{ "stop_wished", CCS_VERDICT_OK, stop_wished, "the charger had asked to stop: {stop_wish}", "" },
	{ "precharge_off", CCS_VERDICT_OK, precharge_off, "precharge ended at {reached} of {target}: more than 20 V apart, the car went on "
			 "all the same", "" },
	{ "no_current", CCS_VERDICT_OK, no_current, "no current flowed", "" },
	{ "implausible", CCS_VERDICT_OK, implausible, "the charger reports up to {peak} but announces at most {max_current}: its current, "
		       "power and energy are not to be trusted", "" },
	{ "welded", CCS_VERDICT_OK, welded, "welding detection ended at {welding} (above 60 V)", "" },
	{ "warned", CCS_VERDICT_OK, warned, "the charger warned: {warning}", "" },
	{ "faulted", CCS_VERDICT_OK, faulted, "notification in a header: {fault}", "" },
	{ "gaps", CCS_VERDICT_OK, gaps, "bytes are missing or damaged at {gaps} of the connection", "" },
	{ "undecoded", CCS_VERDICT_OK, undecoded, "{undecoded} could not be decoded", "" },
	{ 0 },
};
/* clang-format on */
