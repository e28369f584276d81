/* SPDX-License-Identifier: Apache-2.0 */
/* The words that the sentences of a diagnosis can contain. */
#include "trace/diagnosis.h"

#include "ccs/print.h"
#include "ccs/sdp.h"
#include "trace/summary_report.h"

#include <string.h>

struct context {
	const struct ccs_session_facts *s;
	const struct ccs_at *at;
};

typedef void print_word(struct ccs_print *p, const struct context *c);

static void print_seconds(struct ccs_print *p, ccs_time us)
{
	if (us < 0)
		us = 0;
	if (us < CCS_SECONDS(10))
		ccs_print_fixed(p, (us + 50000) / 100000, 1);
	else
		ccs_print_signed(p, (us + 500000) / 1000000);
	ccs_print_text(p, " s");
}

static void print_volts(struct ccs_print *p, int64_t mv)
{
	ccs_print_fixed(p, (mv + (mv < 0 ? -50 : 50)) / 100, 1);
	ccs_print_text(p, " V");
}

static void print_amperes(struct ccs_print *p, int64_t ma)
{
	ccs_print_fixed(p, (ma + (ma < 0 ? -50 : 50)) / 100, 1);
	ccs_print_text(p, " A");
}

static void print_percent(struct ccs_print *p, int64_t milli)
{
	ccs_print_signed(p, milli / 1000);
	ccs_print_text(p, " %");
}

static void print_count(struct ccs_print *p, uint32_t count, const char *one, const char *many)
{
	ccs_print_unsigned(p, count);
	ccs_print_char(p, ' ');
	ccs_print_text(p, count == 1 ? one : many);
}

static void word_request(struct ccs_print *p, const struct context *c)
{
	ccs_print_text(p, c->s->v2g.last_request.name);
}

static void word_response(struct ccs_print *p, const struct context *c)
{
	ccs_print_text(p, c->s->v2g.last_response.name);
}

static void word_frame(struct ccs_print *p, const struct context *c)
{
	if (c->at && c->at->frame)
		ccs_summary_print_place(p, c->s, c->at->frame);
	else
		ccs_print_text(p, "no frame");
}

static void word_offers(struct ccs_print *p, const struct context *c)
{
	const struct ccs_v2g_facts *v2g = &c->s->v2g;

	for (uint32_t i = 0; i < v2g->offer_count && i < 4; i++) {
		ccs_print_text(p, i ? ", " : "");
		ccs_print_text(p, v2g->offers[i].uri);
		ccs_print_char(p, ' ');
		ccs_print_unsigned(p, v2g->offers[i].major);
		ccs_print_char(p, '.');
		ccs_print_unsigned(p, v2g->offers[i].minor);
	}
}

static void word_negotiation(struct ccs_print *p, const struct context *c)
{
	ccs_print_text(p, c->s->v2g.negotiation);
}

static void word_tries(struct ccs_print *p, const struct context *c)
{
	print_count(p, c->s->v2g.handshakes, "try", "tries");
}

static void print_finding(struct ccs_print *p, const struct ccs_finding *finding)
{
	ccs_print_text(p, finding->literal);
	ccs_print_text(p, " in ");
	ccs_print_text(p, finding->message);
}

static void word_failed(struct ccs_print *p, const struct context *c)
{
	print_finding(p, &c->s->v2g.failed);
}

static void word_failed_code(struct ccs_print *p, const struct context *c)
{
	ccs_print_text(p, c->s->v2g.failed.literal);
}

static void word_failed_message(struct ccs_print *p, const struct context *c)
{
	ccs_print_text(p, c->s->v2g.failed.message);
}

static void word_warning(struct ccs_print *p, const struct context *c)
{
	print_finding(p, &c->s->v2g.warning);
}

static void word_bad_status(struct ccs_print *p, const struct context *c)
{
	print_finding(p, &c->s->v2g.bad_status);
}

static void word_ev_error(struct ccs_print *p, const struct context *c)
{
	print_finding(p, &c->s->v2g.ev_error);
}

static void word_isolation(struct ccs_print *p, const struct context *c)
{
	print_finding(p, &c->s->v2g.isolation);
}

static void word_fault(struct ccs_print *p, const struct context *c)
{
	print_finding(p, &c->s->v2g.fault);
}

static void word_stop_wish(struct ccs_print *p, const struct context *c)
{
	const struct ccs_v2g_facts *v2g = &c->s->v2g;

	print_finding(p, v2g->notification.count ? &v2g->notification : &v2g->shutdown);
}

static void word_status(struct ccs_print *p, const struct context *c)
{
	ccs_print_text(p, c->s->v2g.status[0] ? c->s->v2g.status : "none");
}

static void word_phase(struct ccs_print *p, const struct context *c)
{
	ccs_print_text(p, ccs_phase_title(c->s->phase));
}

/* How long the one who should have spoken was silent, as far as one can see. */
static void word_silence(struct ccs_print *p, const struct context *c)
{
	const struct ccs_tcp_facts *tcp = &c->s->tcp;
	const struct ccs_at *last = &c->s->v2g.last;
	ccs_time until = c->s->capture_end.since;

	for (unsigned int side = 0; side < 3; side++) {
		if (tcp->fin[side].seen && tcp->fin[side].since < until)
			until = tcp->fin[side].since;
		if (tcp->rst[side].seen && tcp->rst[side].since < until)
			until = tcp->rst[side].since;
	}
	print_seconds(p, until - last->since);
}

static void print_closing(struct ccs_print *p, const struct context *c, const struct ccs_at *at,
			  const char *who, const char *what)
{
	ccs_print_text(p, who);
	ccs_print_text(p, what);
	if (at->frame == 0)
		return;
	ccs_print_text(p, " (");
	ccs_summary_print_place(p, c->s, at->frame);
	ccs_print_char(p, ')');
}

static const struct ccs_at *first_closing(const struct ccs_tcp_facts *tcp, enum ccs_side *side,
					  bool *reset)
{
	const struct ccs_at *first = NULL;

	for (unsigned int i = 1; i < 3; i++) {
		const struct ccs_at *both[2] = { &tcp->fin[i], &tcp->rst[i] };

		for (unsigned int k = 0; k < 2; k++) {
			if (!both[k]->seen || (first && first->since <= both[k]->since))
				continue;
			first = both[k];
			*side = i;
			*reset = k == 1;
		}
	}
	return first;
}

/* "then the car closed TCP (frame 12)" */
static void word_ending(struct ccs_print *p, const struct context *c)
{
	const struct ccs_v2g_facts *v2g = &c->s->v2g;
	enum ccs_side side = CCS_SIDE_UNKNOWN;
	bool reset = false;
	const struct ccs_at *at = first_closing(&c->s->tcp, &side, &reset);

	if (v2g->request[CCS_STEP_SESSION_STOP].count > 0 &&
	    v2g->last_request.step == CCS_STEP_SESSION_STOP && !v2g->pending) {
		print_closing(p, c, &v2g->request[CCS_STEP_SESSION_STOP].first,
			      "then the car ended the session", " with SessionStopReq");
	} else if (at) {
		print_closing(p, c, at, side == CCS_SIDE_EV ? "then the car" : "then the charger",
			      reset ? " reset TCP" : " closed TCP");
	} else {
		ccs_print_text(p, "then nothing more in ");
		word_silence(p, c);
	}
}

/* The phase in which the session got stuck, also when the car has ended it in order since. */
static const struct ccs_phase_facts *stuck_phase(const struct ccs_session_facts *s)
{
	if (s->v2g.furthest == CCS_STEP_CABLE_CHECK)
		return &s->phases[CCS_PHASE_CABLE_CHECK];
	if (s->v2g.furthest == CCS_STEP_PRECHARGE)
		return &s->phases[CCS_PHASE_PRECHARGE];
	return &s->phases[s->phase];
}

static void word_duration(struct ccs_print *p, const struct context *c)
{
	print_seconds(p, stuck_phase(c->s)->took);
}

static void word_rounds(struct ccs_print *p, const struct context *c)
{
	print_count(p, stuck_phase(c->s)->rounds, "round", "rounds");
}

static void word_ongoing(struct ccs_print *p, const struct context *c)
{
	print_count(p, c->s->v2g.ongoing[CCS_STEP_AUTHORIZATION], "answer", "answers");
	ccs_print_text(p, " Ongoing in ");
	print_seconds(p, c->s->phases[CCS_PHASE_AUTHORIZATION].took);
}

static void word_modes(struct ccs_print *p, const struct context *c)
{
	ccs_print_text(p, c->s->v2g.offered_modes[0] ? c->s->v2g.offered_modes : "nothing");
}

static void word_mode(struct ccs_print *p, const struct context *c)
{
	ccs_print_text(p, c->s->v2g.energy_mode[0] ? c->s->v2g.energy_mode : "no mode");
}

static void word_payment(struct ccs_print *p, const struct context *c)
{
	ccs_print_text(p, c->s->v2g.payment[0] ? c->s->v2g.payment : "no payment");
}

static void word_payments(struct ccs_print *p, const struct context *c)
{
	const char *payments = c->s->v2g.offered_payments;

	ccs_print_text(p, payments[0] ? payments : "nothing");
}

static void word_target(struct ccs_print *p, const struct context *c)
{
	print_volts(p, c->s->charge.precharge_target_mv);
}

static void word_reached(struct ccs_print *p, const struct context *c)
{
	if (c->s->charge.has_precharge_reached)
		print_volts(p, c->s->charge.precharge_reached_mv);
	else
		ccs_print_text(p, "nothing");
}

static void word_highest(struct ccs_print *p, const struct context *c)
{
	print_volts(p, c->s->charge.precharge_highest_mv);
}

static void word_welding(struct ccs_print *p, const struct context *c)
{
	print_volts(p, c->s->charge.welding_mv);
}

/* "PowerDelivery": how far it came. */
static void word_furthest(struct ccs_print *p, const struct context *c)
{
	const char *name = ccs_step_name(c->s->v2g.furthest);

	for (; *name; name++)
		ccs_print_char(p, *name == '_' ? ' ' : *name);
}

static void word_other_port(struct ccs_print *p, const struct context *c)
{
	ccs_print_text(p, "port ");
	ccs_print_unsigned(p, c->s->tcp.other_port);
}

static void word_soc(struct ccs_print *p, const struct context *c)
{
	const struct ccs_range *soc = &c->s->charge.soc;

	if (!soc->seen) {
		ccs_print_text(p, "SoC unknown");
		return;
	}
	if (soc->first != soc->last) {
		ccs_print_text(p, "SoC from ");
		print_percent(p, soc->first);
		ccs_print_text(p, " to ");
	} else {
		ccs_print_text(p, "SoC ");
	}
	print_percent(p, soc->last);
}

static void word_peak(struct ccs_print *p, const struct context *c)
{
	print_amperes(p, c->s->charge.current.highest);
}

static void word_max_current(struct ccs_print *p, const struct context *c)
{
	print_amperes(p, c->s->charge.evse_max_ma);
}

static void word_parm_req(struct ccs_print *p, const struct context *c)
{
	print_count(p, c->s->slac.parm_req.count, "CM_SLAC_PARM.REQ", "CM_SLAC_PARM.REQs");
}

static void word_sounds(struct ccs_print *p, const struct context *c)
{
	print_count(p, c->s->slac.sound.count, "sound", "sounds");
}

static void word_attenuation(struct ccs_print *p, const struct context *c)
{
	const struct ccs_slac_facts *slac = &c->s->slac;

	for (uint32_t i = 0; i < slac->answer_count && i < CCS_SUMMARY_ANSWERS; i++) {
		if (slac->answers[i].groups == 0)
			continue;
		ccs_print_fixed(p, slac->answers[i].mean_mdb / 100, 1);
		ccs_print_text(p, " dB");
		return;
	}
	ccs_print_text(p, "no attenuation");
}

static void word_charger(struct ccs_print *p, const struct context *c)
{
	ccs_print_mac(p, c->s->slac.evse_mac);
}

static void word_match_req(struct ccs_print *p, const struct context *c)
{
	print_count(p, c->s->slac.match_req.count, "CM_SLAC_MATCH.REQ", "CM_SLAC_MATCH.REQs");
}

static void word_sdp_requests(struct ccs_print *p, const struct context *c)
{
	const struct ccs_seen *request = &c->s->sdp.request;

	print_count(p, request->count, "SDP request", "SDP requests");
	if (request->count > 1) {
		ccs_print_text(p, " in ");
		print_seconds(p, request->last.since - request->first.since);
	}
}

static void print_security(struct ccs_print *p, uint8_t security)
{
	ccs_print_text(p, security == CCS_SDP_TLS ? "TLS" : "no TLS");
}

static void word_asked(struct ccs_print *p, const struct context *c)
{
	print_security(p, c->s->sdp.security_asked);
}

static void word_answered(struct ccs_print *p, const struct context *c)
{
	print_security(p, c->s->sdp.security_answered);
}

static void word_port(struct ccs_print *p, const struct context *c)
{
	const struct ccs_session_facts *s = c->s;

	ccs_print_text(p, "port ");
	ccs_print_unsigned(p, s->sdp.response.count ? s->sdp.port : s->tcp.evse_port);
}

static void word_refused(struct ccs_print *p, const struct context *c)
{
	print_count(p, c->s->tcp.refused.count, "connect", "connects");
}

static void word_unanswered(struct ccs_print *p, const struct context *c)
{
	print_count(p, c->s->tcp.unanswered.count, "connect", "connects");
}

static void word_other(struct ccs_print *p, const struct context *c)
{
	print_count(p, c->s->tcp.other.count, "connect", "connects");
	ccs_print_text(p, " to port ");
	ccs_print_unsigned(p, c->s->tcp.other_port);
}

static void word_tls(struct ccs_print *p, const struct context *c)
{
	ccs_print_text(p, c->s->tls.text);
}

static void word_gaps(struct ccs_print *p, const struct context *c)
{
	print_count(p, c->s->tcp.gaps, "place", "places");
}

static void word_undecoded(struct ccs_print *p, const struct context *c)
{
	print_count(p, c->s->v2g.undecoded, "message", "messages");
}

static void word_renegotiations(struct ccs_print *p, const struct context *c)
{
	print_count(p, c->s->v2g.renegotiations, "time", "times");
}

static const struct {
	const char *name;
	print_word *print;
} words[] = {
	{ "answered", word_answered },
	{ "asked", word_asked },
	{ "attenuation", word_attenuation },
	{ "bad_status", word_bad_status },
	{ "charger", word_charger },
	{ "duration", word_duration },
	{ "ending", word_ending },
	{ "ev_error", word_ev_error },
	{ "failed", word_failed },
	{ "failed_code", word_failed_code },
	{ "failed_message", word_failed_message },
	{ "fault", word_fault },
	{ "frame", word_frame },
	{ "furthest", word_furthest },
	{ "gaps", word_gaps },
	{ "highest", word_highest },
	{ "isolation", word_isolation },
	{ "match_req", word_match_req },
	{ "max_current", word_max_current },
	{ "mode", word_mode },
	{ "modes", word_modes },
	{ "negotiation", word_negotiation },
	{ "offers", word_offers },
	{ "ongoing", word_ongoing },
	{ "other", word_other },
	{ "other_port", word_other_port },
	{ "parm_req", word_parm_req },
	{ "payment", word_payment },
	{ "payments", word_payments },
	{ "peak", word_peak },
	{ "phase", word_phase },
	{ "port", word_port },
	{ "reached", word_reached },
	{ "refused", word_refused },
	{ "renegotiations", word_renegotiations },
	{ "request", word_request },
	{ "response", word_response },
	{ "rounds", word_rounds },
	{ "sdp_requests", word_sdp_requests },
	{ "silence", word_silence },
	{ "soc", word_soc },
	{ "sounds", word_sounds },
	{ "status", word_status },
	{ "stop_wish", word_stop_wish },
	{ "target", word_target },
	{ "tls", word_tls },
	{ "tries", word_tries },
	{ "unanswered", word_unanswered },
	{ "undecoded", word_undecoded },
	{ "warning", word_warning },
	{ "welding", word_welding },
};

static bool print_named(struct ccs_print *p, const struct context *c, const char *name,
			size_t length)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i].name) == length && memcmp(words[i].name, name, length) == 0) {
			words[i].print(p, c);
			return true;
		}
	return false;
}

bool ccs_diagnosis_expand(const struct ccs_session_facts *session, const struct ccs_at *at,
			  const char *pattern, char *text, size_t size)
{
	const struct context context = { session, at };
	struct ccs_print p;
	bool known = true;

	ccs_print_init(&p, text, size - 1);
	while (*pattern) {
		size_t plain = strcspn(pattern, "{");
		size_t name;

		ccs_print_bytes(&p, pattern, plain);
		pattern += plain;
		if (*pattern == '\0')
			break;
		name = strcspn(pattern + 1, "}");
		known = print_named(&p, &context, pattern + 1, name) && known;
		pattern += name + (pattern[name + 1] ? 2 : 1);
	}
	*p.at = '\0';
	return known;
}
