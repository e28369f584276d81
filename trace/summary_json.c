/* SPDX-License-Identifier: Apache-2.0 */
/* A session's summary as JSON. */
#include "trace/summary_report.h"

#include "ccs/sdp.h"
#include "trace/diagnosis.h"
#include "trace/vendor.h"

#include <string.h>

struct json {
	struct ccs_print *print;
	bool begun; /* something stands in the innermost object or array */
};

static void put_comma(struct json *j)
{
	if (j->begun)
		ccs_print_char(j->print, ',');
	j->begun = true;
}

static void put_key(struct json *j, const char *key)
{
	put_comma(j);
	if (!key)
		return;
	ccs_print_json(j->print, key, strlen(key));
	ccs_print_char(j->print, ':');
}

/* `key` is NULL within an array. */
static void put_open(struct json *j, const char *key, char bracket)
{
	put_key(j, key);
	ccs_print_char(j->print, bracket);
	j->begun = false;
}

static void put_close(struct json *j, char bracket)
{
	ccs_print_char(j->print, bracket);
	j->begun = true;
}

/* Nothing when the text is empty. */
static void put_text(struct json *j, const char *key, const char *text)
{
	if (!text || !*text)
		return;
	put_key(j, key);
	ccs_print_json(j->print, text, strlen(text));
}

static void put_unsigned(struct json *j, const char *key, uint64_t value)
{
	put_key(j, key);
	ccs_print_unsigned(j->print, value);
}

static void put_fixed(struct json *j, const char *key, int64_t value, unsigned int digits)
{
	put_key(j, key);
	ccs_print_fixed(j->print, value, digits);
}

static void put_bool(struct json *j, const char *key, bool value)
{
	put_key(j, key);
	ccs_print_text(j->print, value ? "true" : "false");
}

static void put_hex(struct json *j, const char *key, const uint8_t *bytes, size_t size)
{
	put_key(j, key);
	ccs_print_char(j->print, '"');
	ccs_print_hex(j->print, bytes, size);
	ccs_print_char(j->print, '"');
}

static void put_mac(struct json *j, const uint8_t mac[6])
{
	put_key(j, "mac");
	ccs_print_char(j->print, '"');
	ccs_print_mac(j->print, mac);
	ccs_print_char(j->print, '"');
	put_text(j, "vendor", ccs_vendor_name(mac));
}

static void put_frame(struct json *j, const char *key, const struct ccs_at *at)
{
	if (at->seen && at->frame)
		put_unsigned(j, key, at->frame);
}

static void put_time(struct json *j, const char *key, const struct ccs_at *at)
{
	if (at->seen)
		put_fixed(j, key, at->since, 6);
}

static void put_head(struct json *j, const struct ccs_session_facts *s, const char *file)
{
	put_unsigned(j, "v", 1);
	put_text(j, "kind", "verdict");
	put_text(j, "file", file);
	put_unsigned(j, "session", s->number);
	put_key(j, "time");
	ccs_print_char(j->print, '"');
	ccs_print_rfc3339(j->print, s->time);
	ccs_print_char(j->print, '"');
	put_time(j, "t", &s->begin);
	put_frame(j, "frame_first", &s->begin);
	put_frame(j, "frame_last", &s->end);
	put_fixed(j, "duration_s", s->end.since - s->begin.since, 6);
}

static void put_diagnosis(struct json *j, const struct ccs_session_facts *s)
{
	struct ccs_diagnosis d;
	char remark[320];

	ccs_diagnose(s, &d);
	put_text(j, "verdict", ccs_verdict_name(d.verdict));
	put_text(j, "code", d.code);
	put_text(j, "diagnosis", d.sentence);
	put_text(j, "advice", d.advice);
	put_frame(j, "evidence_frame", &d.at);
	put_time(j, "evidence_t", &d.at);
	put_open(j, "remarks", '[');
	for (unsigned int i = 0; ccs_diagnosis_remark(s, i, remark, sizeof(remark)); i++)
		put_text(j, NULL, remark);
	put_close(j, ']');
	put_bool(j, "ended_as_planned", s->v2g.response[CCS_STEP_SESSION_STOP].count > 0);
}

static void put_sides(struct json *j, const struct ccs_session_facts *s)
{
	put_open(j, "ev", '{');
	if (s->slac.has_ev)
		put_mac(j, s->slac.ev_mac);
	put_text(j, "evccid", s->v2g.evccid);
	put_close(j, '}');
	put_open(j, "evse", '{');
	if (s->slac.has_evse)
		put_mac(j, s->slac.evse_mac);
	put_text(j, "evseid", s->v2g.evseid);
	put_close(j, '}');
}

static void put_answer(struct json *j, const struct ccs_slac_facts *slac,
		       const struct ccs_slac_answer *answer)
{
	put_open(j, NULL, '{');
	put_mac(j, answer->mac);
	put_bool(j, "chosen",
		 slac->match_cnf.count > 0 && memcmp(answer->mac, slac->evse_mac, 6) == 0);
	if (answer->groups) {
		put_fixed(j, "mean_dB", answer->mean_mdb / 10, 2);
		put_unsigned(j, "min_dB", answer->lowest);
		put_unsigned(j, "max_dB", answer->highest);
	}
	put_close(j, '}');
}

static void put_slac(struct json *j, const struct ccs_slac_facts *slac)
{
	if (slac->parm_req.count + slac->answer_count == 0)
		return;
	put_open(j, "slac", '{');
	if (slac->has_run_id)
		put_hex(j, "run_id", slac->run_id, sizeof(slac->run_id));
	if (slac->has_nid)
		put_hex(j, "nid", slac->nid, sizeof(slac->nid));
	put_unsigned(j, "parm_req", slac->parm_req.count);
	put_unsigned(j, "sounds", slac->sound.count);
	put_bool(j, "match", slac->match_cnf.count > 0);
	put_open(j, "answers", '[');
	for (uint32_t i = 0; i < slac->answer_count && i < CCS_SUMMARY_ANSWERS; i++)
		put_answer(j, slac, &slac->answers[i]);
	put_close(j, ']');
	put_close(j, '}');
}

static const char *security_name(uint8_t security)
{
	return security == CCS_SDP_TLS ? "tls" : security == CCS_SDP_NO_TLS ? "none" : "reserved";
}

static void put_sdp(struct json *j, const struct ccs_sdp_facts *sdp)
{
	if (sdp->request.count + sdp->response.count == 0)
		return;
	put_open(j, "sdp", '{');
	put_unsigned(j, "requests", sdp->request.count);
	put_unsigned(j, "responses", sdp->response.count);
	if (sdp->request.count)
		put_text(j, "asked", security_name(sdp->first_asked));
	if (sdp->response.count) {
		put_text(j, "answered", security_name(sdp->security_answered));
		put_key(j, "secc_ip");
		ccs_print_char(j->print, '"');
		ccs_print_ipv6(j->print, sdp->secc_ip);
		ccs_print_char(j->print, '"');
		put_unsigned(j, "secc_port", sdp->port);
	}
	put_close(j, '}');
}

static void put_tcp(struct json *j, const struct ccs_session_facts *s)
{
	static const struct {
		enum ccs_side side;
		const char *name;
	} sides[] = { { CCS_SIDE_EV, "ev" }, { CCS_SIDE_EVSE, "evse" } };
	const struct ccs_tcp_facts *tcp = &s->tcp;

	put_open(j, "tcp", '{');
	put_unsigned(j, "opened", tcp->opened.count);
	put_unsigned(j, "refused", tcp->refused.count);
	put_unsigned(j, "unanswered", tcp->unanswered.count);
	for (size_t i = 0; i < 2; i++) {
		const char *name = sides[i].name;
		const struct ccs_at *fin = &tcp->fin[sides[i].side];
		const struct ccs_at *rst = &tcp->rst[sides[i].side];

		if (!fin->seen && !rst->seen)
			continue;
		put_open(j, name, '{');
		put_time(j, "fin_t", fin);
		put_frame(j, "fin_frame", fin);
		put_time(j, "reset_t", rst);
		put_frame(j, "reset_frame", rst);
		put_close(j, '}');
	}
	put_close(j, '}');
	if (!s->tls.agreed.seen && !s->tls.failed.seen && !s->tls.alert.seen && !s->tls.opaque.seen)
		return;
	put_open(j, "tls", '{');
	put_text(j, "version", s->tls.version);
	put_text(j, "cipher", s->tls.cipher);
	put_text(j, "state",
		 s->tls.failed.seen || s->tls.alert.seen ? "failed"
		 : s->tls.opaque.seen			 ? "not decrypted"
							 : "decrypted");
	put_text(j, "alert", s->tls.alert_name);
	if (s->tls.alert.seen && s->tls.alert_by != CCS_SIDE_UNKNOWN)
		put_text(j, "alert_by", s->tls.alert_by == CCS_SIDE_EV ? "ev" : "evse");
	put_text(j, "text", s->tls.text);
	put_close(j, '}');
}

static void put_offers(struct json *j, const struct ccs_v2g_facts *v2g)
{
	put_open(j, "offers", '[');
	for (uint32_t i = 0; i < v2g->offer_count; i++) {
		const struct ccs_offer *offer = &v2g->offers[i];

		put_open(j, NULL, '{');
		put_text(j, "uri", offer->uri);
		put_key(j, "version");
		ccs_print_char(j->print, '"');
		ccs_print_unsigned(j->print, offer->major);
		ccs_print_char(j->print, '.');
		ccs_print_unsigned(j->print, offer->minor);
		ccs_print_char(j->print, '"');
		put_unsigned(j, "schema_id", offer->schema_id);
		put_unsigned(j, "priority", offer->priority);
		put_close(j, '}');
	}
	put_close(j, ']');
}

static void put_dialogue(struct json *j, const struct ccs_v2g_facts *v2g)
{
	if (!v2g->first.seen)
		return;
	put_text(j, "protocol", v2g->proto);
	put_text(j, "negotiation", v2g->negotiation);
	if (v2g->has_schema_id)
		put_unsigned(j, "schema_id", v2g->schema_id);
	put_offers(j, v2g);
	if (v2g->session_id_length)
		put_hex(j, "session_id", v2g->session_id, v2g->session_id_length);
	put_text(j, "energy_mode", v2g->energy_mode);
	put_text(j, "offered_modes", v2g->offered_modes);
	put_text(j, "payment", v2g->payment);
	put_text(j, "offered_payments", v2g->offered_payments);
	put_bool(j, "resumed", v2g->resumed);
	put_unsigned(j, "renegotiations", v2g->renegotiations);
	put_text(j, "session_stop", v2g->charging_session);
	put_open(j, "messages", '{');
	put_unsigned(j, "ev", v2g->from_ev);
	put_unsigned(j, "evse", v2g->from_evse);
	put_unsigned(j, "undecoded", v2g->undecoded);
	put_close(j, '}');
	put_text(j, "furthest", ccs_step_name(v2g->furthest));
	put_text(j, "last_request", v2g->last_request.name);
	put_text(j, "last_response", v2g->last_response.name);
	put_bool(j, "pending", v2g->pending);
}

static void put_phases(struct json *j, const struct ccs_session_facts *s)
{
	put_open(j, "phases", '[');
	for (unsigned int i = 1; i < CCS_PHASE_COUNT; i++) {
		const struct ccs_phase_facts *phase = &s->phases[i];

		if (!phase->entered)
			continue;
		put_open(j, NULL, '{');
		put_text(j, "name", ccs_phase_name(i));
		put_time(j, "t", &phase->begin);
		put_fixed(j, "took_s", phase->took, 6);
		put_unsigned(j, "rounds", phase->rounds);
		put_close(j, '}');
	}
	put_close(j, ']');
}

static void put_range(struct json *j, const struct ccs_range *range, const char *low,
		      const char *high)
{
	if (!range->seen)
		return;
	put_fixed(j, low, range->lowest, 3);
	put_fixed(j, high, range->highest, 3);
}

static void put_charge(struct json *j, const struct ccs_charge_facts *c)
{
	put_open(j, "charge", '{');
	put_unsigned(j, "rounds", c->rounds);
	if (c->soc.seen) {
		put_unsigned(j, "soc_from_percent", (uint64_t)(c->soc.first / 1000));
		put_unsigned(j, "soc_to_percent", (uint64_t)(c->soc.last / 1000));
	}
	put_range(j, &c->voltage, "voltage_min_V", "voltage_max_V");
	put_range(j, &c->current, "current_min_A", "current_max_A");
	if (c->power.seen) {
		put_fixed(j, "peak_power_W", c->peak_mw, 3);
		put_frame(j, "peak_frame", &c->peak_at);
		put_fixed(j, "energy_Wh", c->charged_mwh, 3);
		put_fixed(j, "discharged_Wh", c->discharged_mwh, 3);
	}
	if (c->meter.seen) {
		put_fixed(j, "meter_from_Wh", c->meter.first, 3);
		put_fixed(j, "meter_to_Wh", c->meter.last, 3);
	}
	if (c->has_precharge_target)
		put_fixed(j, "precharge_target_V", c->precharge_target_mv, 3);
	if (c->has_precharge_reached)
		put_fixed(j, "precharge_reached_V", c->precharge_reached_mv, 3);
	if (c->has_welding)
		put_fixed(j, "welding_V", c->welding_mv, 3);
	put_close(j, '}');
}

static void put_limits(struct json *j, const struct ccs_charge_facts *c)
{
	static const char *const names[CCS_LIMIT_COUNT] = {
		"car", "charger_current", "charger_voltage", "charger_power", "below", "idle"
	};
	ccs_time all = 0;

	for (unsigned int i = 0; i < CCS_LIMIT_COUNT; i++)
		all += c->limited[i];
	if (all == 0)
		return;
	put_open(j, "limited_percent", '{');
	for (unsigned int i = 0; i < CCS_LIMIT_COUNT; i++)
		put_fixed(j, names[i], c->limited[i] * 1000 / all, 1);
	put_close(j, '}');
}

static void put_latency(struct json *j, const char *key, const struct ccs_latency *latency)
{
	put_open(j, key, '{');
	put_unsigned(j, "count", latency->count);
	if (latency->count) {
		put_fixed(j, "median_ms", ccs_latency_percentile(latency, 50), 3);
		put_fixed(j, "p95_ms", ccs_latency_percentile(latency, 95), 3);
		put_fixed(j, "max_ms", latency->max, 3);
		if (latency->max_frame)
			put_unsigned(j, "max_frame", latency->max_frame);
	}
	put_close(j, '}');
}

void ccs_summary_print_json(struct ccs_print *print, const struct ccs_session_facts *s,
			    const char *file)
{
	struct json j = { .print = print };

	ccs_print_char(print, '{');
	put_head(&j, s, file);
	put_diagnosis(&j, s);
	put_sides(&j, s);
	put_slac(&j, &s->slac);
	put_sdp(&j, &s->sdp);
	put_tcp(&j, s);
	put_dialogue(&j, &s->v2g);
	put_phases(&j, s);
	put_charge(&j, &s->charge);
	put_limits(&j, &s->charge);
	put_open(&j, "latency", '{');
	put_latency(&j, "ev", &s->v2g.ev);
	put_latency(&j, "evse", &s->v2g.evse);
	put_close(&j, '}');
	ccs_print_text(print, "}\n");
}
