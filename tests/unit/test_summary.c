/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "ccs/mme.h"
#include "ccs/msg/app.h"
#include "ccs/msg/din.h"
#include "ccs/sdp.h"
#include "trace/diagnosis.h"
#include "trace/summary.h"
#include "trace/summary_parts.h"
#include "trace/summary_report.h"
#include "trace/vendor.h"

#define EV_PORT	  50000
#define EVSE_PORT 61341

static const uint8_t ev_mac[6] = { 0x00, 0x7d, 0xfa, 1, 2, 3 };
static const uint8_t evse_mac[6] = { 0xce, 0x25, 0x1a, 1, 2, 3 };
static const uint8_t all_mac[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

/* A world in which a session is told record by record. */
struct world {
	struct ccs_summary *summary;
	ccs_time now;
	uint64_t frame;
	uint32_t session;
	unsigned int reported;
	struct ccs_session_facts last;
	struct ccs_diagnosis diagnosis;
};

static void keep(void *user, const struct ccs_session_facts *session)
{
	struct world *w = user;

	assert_true(w->reported == 0 || session->number > w->last.number);
	w->reported++;
	w->last = *session;
	ccs_diagnose(session, &w->diagnosis);
}

static int set_up(void **state)
{
	static struct world w;

	memset(&w, 0, sizeof(w));
	w.summary = ccs_summary_new(keep, &w);
	w.session = 1;
	*state = &w;
	return w.summary ? 0 : -1;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	ccs_summary_free(w->summary);
	return 0;
}

static struct ccs_record make_record(struct world *w, enum ccs_record_kind kind, enum ccs_side dir)
{
	bool ev = dir == CCS_SIDE_EV;

	w->now += CCS_MS(10);
	w->frame++;
	return (struct ccs_record) {
		.kind = kind,
		.time = w->now,
		.since = w->now,
		.frame = w->frame,
		.session = w->session,
		.dir = dir,
		.src = { .kind = CCS_ADDRESS_IPV6, .port = ev ? EV_PORT : EVSE_PORT },
		.dst = { .kind = CCS_ADDRESS_IPV6, .port = ev ? EVSE_PORT : EV_PORT },
	};
}

static void tell(struct world *w, const struct ccs_record *record)
{
	ccs_emit(ccs_summary_sink(w->summary), record);
}

static void tell_mme(struct world *w, struct ccs_mme *mme)
{
	struct ccs_record record = make_record(w, CCS_RECORD_MME, CCS_SIDE_UNKNOWN);

	record.mme = mme;
	tell(w, &record);
}

static void tell_slac_simple(struct world *w, enum ccs_mme_kind kind, bool from_ev)
{
	struct ccs_mme mme;

	ccs_mme_init(&mme, kind, all_mac, from_ev ? ev_mac : evse_mac);
	tell_mme(w, &mme);
}

static void tell_match(struct world *w)
{
	static const uint8_t aag[3] = { 8, 10, 12 };
	struct ccs_mme mme;

	tell_slac_simple(w, CCS_MME_CM_SLAC_PARM_REQ, true);
	tell_slac_simple(w, CCS_MME_CM_SLAC_PARM_CNF, false);
	tell_slac_simple(w, CCS_MME_CM_MNBC_SOUND_IND, true);
	ccs_mme_init(&mme, CCS_MME_CM_ATTEN_CHAR_IND, ev_mac, evse_mac);
	mme.cm_atten_char_ind.num_groups = 3;
	mme.cm_atten_char_ind.aag = aag;
	tell_mme(w, &mme);
	tell_slac_simple(w, CCS_MME_CM_SLAC_MATCH_REQ, true);
	ccs_mme_init(&mme, CCS_MME_CM_SLAC_MATCH_CNF, ev_mac, evse_mac);
	memcpy(mme.cm_slac_match_cnf.pev_mac, ev_mac, 6);
	tell_mme(w, &mme);
}

static void tell_sdp(struct world *w, enum ccs_sdp_kind kind, uint8_t security)
{
	struct ccs_sdp sdp = { .kind = kind, .security = security, .secc_port = EVSE_PORT };
	struct ccs_record record = make_record(
		w, CCS_RECORD_SDP, kind == CCS_SDP_REQUEST ? CCS_SIDE_EV : CCS_SIDE_EVSE);

	record.sdp = &sdp;
	tell(w, &record);
}

static void tell_frame(struct world *w, const char *topic, enum ccs_side dir, const char *text)
{
	struct ccs_record record = make_record(w, CCS_RECORD_FRAME, dir);

	record.note.topic = topic;
	record.note.text = text;
	tell(w, &record);
}

static void tell_tls(struct world *w, enum ccs_side dir, const struct ccs_record_tls *tls,
		     const char *text)
{
	struct ccs_record record = make_record(w, CCS_RECORD_NOTE, dir);

	record.note.topic = "tls";
	record.note.text = text;
	record.note.tls = tls;
	tell(w, &record);
}

static void tell_message(struct world *w, const char *proto, const struct ccs_exi_set *set,
			 uint16_t element, void *value)
{
	struct ccs_exi_document document = { .set = set, .element = element, .value = value };
	const char *type = ccs_exi_message_name(&document);
	bool request = strcmp(type + strlen(type) - 3, "Req") == 0;
	struct ccs_record record = make_record(w, CCS_RECORD_MSG,
					       request ? CCS_SIDE_EV : CCS_SIDE_EVSE);

	record.msg =
		(struct ccs_record_msg) { .proto = proto, .type = type, .document = &document };
	tell(w, &record);
}

static void tell_offer(struct world *w)
{
	struct app_AppProtocol offer = { .ProtocolNamespace = CCS_TEXT("urn:din:70121:2012:MsgDef"),
					 .VersionNumberMajor = 2,
					 .SchemaID = 1,
					 .Priority = 1 };
	struct app_supportedAppProtocolReq req = { { &offer, 1 } };

	tell_message(w, "app", &ccs_set_app, app_element_supportedAppProtocolReq, &req);
}

static void tell_choice(struct world *w, enum app_responseCode code)
{
	struct app_supportedAppProtocolRes res = { .has_SchemaID = true,
						   .ResponseCode = code,
						   .SchemaID = 1 };

	tell_message(w, "app", &ccs_set_app, app_element_supportedAppProtocolRes, &res);
}

static void tell_din(struct world *w, struct din_V2G_Message *m)
{
	tell_message(w, "din", &ccs_set_din, din_element_V2G_Message, m);
}

/* A pair without content that matters, "OK". */
static void tell_pair(struct world *w, enum din_BodyElement_tag request,
		      enum din_BodyElement_tag response)
{
	struct din_V2G_Message m = { .Body.tag = request };

	tell_din(w, &m);
	m = (struct din_V2G_Message) { .Body.tag = response };
	tell_din(w, &m);
}

static void tell_start(struct world *w)
{
	struct din_V2G_Message m = { .Body.tag = din_BodyElement_SessionSetupReq };

	tell_match(w);
	tell_sdp(w, CCS_SDP_REQUEST, CCS_SDP_NO_TLS);
	tell_sdp(w, CCS_SDP_RESPONSE, CCS_SDP_NO_TLS);
	tell_frame(w, "tcp_opened", CCS_SIDE_EV, "TCP opened");
	tell_offer(w);
	tell_choice(w, app_responseCode_OK_SuccessfulNegotiation);
	m.Body.SessionSetupReq.EVCCID = CCS_BYTES(ev_mac, 6);
	tell_din(w, &m);
	m = (struct din_V2G_Message) { .Body.tag = din_BodyElement_SessionSetupRes };
	m.Body.SessionSetupRes.EVSEID = CCS_BYTES((const uint8_t *)"DE*\033CS*E1", 9);
	tell_din(w, &m);
	tell_pair(w, din_BodyElement_ContractAuthenticationReq,
		  din_BodyElement_ContractAuthenticationRes);
}

static void tell_power(struct world *w, bool start)
{
	struct din_V2G_Message m = { .Body.tag = din_BodyElement_PowerDeliveryReq };

	m.Body.PowerDeliveryReq.ReadyToChargeState = start;
	tell_din(w, &m);
	m = (struct din_V2G_Message) { .Body.tag = din_BodyElement_PowerDeliveryRes };
	tell_din(w, &m);
}

struct loop {
	int32_t target_a, present_a, max_a, soc;
	enum din_EVSENotification notification;
	enum din_DC_EVErrorCode error;
};

static void tell_demand(struct world *w, const struct loop *loop)
{
	struct din_V2G_Message m = { .Body.tag = din_BodyElement_CurrentDemandReq };
	struct din_CurrentDemandReq *req = &m.Body.CurrentDemandReq;

	req->DC_EVStatus.EVRESSSOC = loop->soc;
	req->DC_EVStatus.EVErrorCode = loop->error;
	req->EVTargetCurrent.Value = loop->target_a;
	req->EVTargetVoltage.Value = 400;
	tell_din(w, &m);
}

static void tell_supply(struct world *w, const struct loop *loop)
{
	struct din_V2G_Message m = { .Body.tag = din_BodyElement_CurrentDemandRes };
	struct din_CurrentDemandRes *res = &m.Body.CurrentDemandRes;

	res->EVSEPresentVoltage.Value = 400;
	res->EVSEPresentCurrent.Value = loop->present_a;
	res->has_EVSEMaximumCurrentLimit = true;
	res->EVSEMaximumCurrentLimit.Value = loop->max_a;
	res->EVSECurrentLimitAchieved = true; /* as some chargers always say */
	res->DC_EVSEStatus.EVSENotification = loop->notification;
	tell_din(w, &m);
}

static void tell_loop(struct world *w, const struct loop *loop)
{
	tell_demand(w, loop);
	w->now += CCS_MS(980) - CCS_MS(10);
	tell_supply(w, loop);
	w->now += CCS_MS(10);
}

static void finish(struct world *w, const char *code)
{
	ccs_summary_finish(w->summary);
	assert_string_equal(w->diagnosis.code, code);
}

static void test_session_that_ends_as_planned(void **state)
{
	struct world *w = *state;
	struct loop loop = { .target_a = 50, .present_a = 50, .max_a = 100, .soc = 20 };
	const struct ccs_charge_facts *c = &w->last.charge;

	tell_start(w);
	tell_power(w, true);
	for (int i = 0; i < 37; i++)
		tell_loop(w, &loop);
	loop = (struct loop) { .target_a = 100, .present_a = 90, .max_a = 100, .soc = 21 };
	for (int i = 0; i < 36; i++)
		tell_loop(w, &loop);
	tell_power(w, false);
	tell_pair(w, din_BodyElement_SessionStopReq, din_BodyElement_SessionStopRes);
	finish(w, "stopped_by_car");
	assert_int_equal(w->reported, 1);
	assert_int_equal(w->diagnosis.verdict, CCS_VERDICT_OK);
	assert_int_equal(c->rounds, 73);
	assert_true(c->soc.first == 20000 && c->soc.last == 21000);
	assert_true(c->peak_mw == 36000000);
	/* 36 s of 20 kW, 1 s of 28 kW, 35 s of 36 kW */
	assert_in_range(c->charged_mwh, 557000, 559000);
	assert_in_range(c->limited[CCS_LIMIT_CAR], CCS_SECONDS(35), CCS_SECONDS(37));
	assert_in_range(c->limited[CCS_LIMIT_CHARGER_CURRENT], CCS_SECONDS(35), CCS_SECONDS(37));
	assert_in_range(w->last.phases[CCS_PHASE_CHARGING].took, CCS_SECONDS(72), CCS_SECONDS(74));
	assert_in_range(ccs_latency_percentile(&w->last.v2g.evse, 50), CCS_MS(940), CCS_MS(1020));
	assert_string_equal(w->last.v2g.evccid, "00:7D:FA:01:02:03");
	assert_string_equal(w->last.v2g.evseid, "44452A1B43532A4531"); /* no control characters */
	assert_int_equal(w->last.slac.answers[0].mean_mdb, 10000);
	assert_int_equal(w->last.tcp.opened.count, 1);
}

static void test_full_battery(void **state)
{
	struct world *w = *state;
	const struct loop loop = { .target_a = 5, .present_a = 5, .max_a = 100, .soc = 80 };
	struct din_V2G_Message m = { .Body.tag = din_BodyElement_CurrentDemandReq };

	tell_start(w);
	tell_power(w, true);
	tell_loop(w, &loop);
	m.Body.CurrentDemandReq.ChargingComplete = true;
	tell_din(w, &m);
	tell_supply(w, &loop);
	tell_power(w, false);
	tell_pair(w, din_BodyElement_SessionStopReq, din_BodyElement_SessionStopRes);
	finish(w, "stopped_full");
}

static void test_charger_stops(void **state)
{
	struct world *w = *state;
	struct loop loop = { .target_a = 50, .present_a = 50, .max_a = 100, .soc = 20 };

	tell_start(w);
	tell_power(w, true);
	tell_loop(w, &loop);
	loop.notification = din_EVSENotification_StopCharging;
	tell_loop(w, &loop);
	tell_power(w, false);
	tell_pair(w, din_BodyElement_SessionStopReq, din_BodyElement_SessionStopRes);
	finish(w, "stopped_by_charger");
}

static void test_car_ignores_the_stop(void **state)
{
	struct world *w = *state;
	struct loop loop = { .target_a = 50, .present_a = 50, .max_a = 100, .soc = 20 };

	tell_start(w);
	tell_power(w, true);
	loop.notification = din_EVSENotification_StopCharging;
	tell_loop(w, &loop);
	tell_loop(w, &loop);
	tell_demand(w, &loop);
	tell_frame(w, "tcp_reset", CCS_SIDE_EVSE, "TCP reset by this side");
	finish(w, "stop_ignored");
	assert_true(w->diagnosis.at.frame == w->frame - 1);
}

static void test_first_fault_is_the_cause(void **state)
{
	struct world *w = *state;
	struct loop loop = { .target_a = 50, .present_a = 50, .max_a = 100, .soc = 20 };
	struct din_V2G_Message m = { .Body.tag = din_BodyElement_CurrentDemandRes };

	tell_start(w);
	tell_power(w, true);
	loop.error = din_DC_EVErrorCode_FAILED_RESSTemperatureInhibit;
	tell_demand(w, &loop);
	m.Body.CurrentDemandRes.DC_EVSEStatus.EVSEStatusCode =
		din_DC_EVSEStatusCode_EVSE_EmergencyShutdown;
	m.Body.CurrentDemandRes.ResponseCode = din_responseCode_FAILED;
	tell_din(w, &m);
	finish(w, "ev_temperature");
}

static void test_emergency_before_its_consequence(void **state)
{
	struct world *w = *state;
	struct din_V2G_Message m = { .Body.tag = din_BodyElement_CableCheckReq };

	tell_start(w);
	tell_din(w, &m);
	m = (struct din_V2G_Message) { .Body.tag = din_BodyElement_CableCheckRes };
	m.Body.CableCheckRes.DC_EVSEStatus.EVSEStatusCode =
		din_DC_EVSEStatusCode_EVSE_EmergencyShutdown;
	m.Body.CableCheckRes.ResponseCode = din_responseCode_FAILED;
	tell_din(w, &m);
	tell_frame(w, "tcp_fin", CCS_SIDE_EVSE, "");
	finish(w, "emergency_shutdown");
}

static void tell_precharge(struct world *w, int32_t target, int32_t reached)
{
	struct din_V2G_Message m = { .Body.tag = din_BodyElement_PreChargeReq };

	m.Body.PreChargeReq.EVTargetVoltage.Value = target;
	tell_din(w, &m);
	m = (struct din_V2G_Message) { .Body.tag = din_BodyElement_PreChargeRes };
	m.Body.PreChargeRes.EVSEPresentVoltage.Value = reached;
	tell_din(w, &m);
}

/* Of one round of the charging loop, a second long: what limited it. */
static enum ccs_limit limit_of(const int64_t (*numbers)[2])
{
	static struct ccs_session_facts s;
	struct ccs_values v = { .step = CCS_STEP_CHARGE_LOOP };

	memset(&s, 0, sizeof(s));
	for (; (*numbers)[0] != CCS_VALUE_COUNT; numbers++) {
		v.has |= UINT64_C(1) << (*numbers)[0];
		v.milli[(*numbers)[0]] = (*numbers)[1] * 1000;
	}
	for (int i = 0; i < 2; i++)
		ccs_summary_take_values(&s, &v, (struct ccs_at) { true, 1, CCS_SECONDS(i + 1) });
	for (unsigned int i = 0; i < CCS_LIMIT_COUNT; i++)
		if (s.charge.limited[i] == CCS_SECONDS(1))
			return i;
	return CCS_LIMIT_COUNT;
}

/* The dynamic mode of ISO 15118-20 has no target, AC no present current. */
static void test_limits_without_target(void **state)
{
	static const int64_t car[][2] = {
		{ CCS_VALUE_PRESENT_VOLTAGE, 400 },  { CCS_VALUE_PRESENT_CURRENT, 100 },
		{ CCS_VALUE_EV_MAX_CURRENT, 300 },   { CCS_VALUE_EV_MAX_POWER, 40000 },
		{ CCS_VALUE_EVSE_MAX_CURRENT, 500 }, { CCS_VALUE_COUNT, 0 }
	};
	static const int64_t charger[][2] = { { CCS_VALUE_PRESENT_VOLTAGE, 400 },
					      { CCS_VALUE_PRESENT_CURRENT, 500 },
					      { CCS_VALUE_EV_MAX_CURRENT, 600 },
					      { CCS_VALUE_EVSE_MAX_CURRENT, 500 },
					      { CCS_VALUE_COUNT, 0 } };
	static const int64_t out[][2] = { { CCS_VALUE_PRESENT_VOLTAGE, 400 },
					  { CCS_VALUE_PRESENT_CURRENT, -20 },
					  { CCS_VALUE_TARGET_CURRENT, -20 },
					  { CCS_VALUE_EVSE_MAX_CURRENT, 500 },
					  { CCS_VALUE_EVSE_MAX_DISCHARGE_CURRENT, 20 },
					  { CCS_VALUE_COUNT, 0 } };
	static const int64_t ac[][2] = { { CCS_VALUE_EV_PRESENT_POWER, 11000 },
					 { CCS_VALUE_EVSE_MAX_POWER, 22000 },
					 { CCS_VALUE_COUNT, 0 } };
	static const int64_t ac_set[][2] = { { CCS_VALUE_EV_PRESENT_POWER, 11000 },
					     { CCS_VALUE_EVSE_TARGET_POWER, 11000 },
					     { CCS_VALUE_EVSE_MAX_POWER, 22000 },
					     { CCS_VALUE_COUNT, 0 } };

	(void)state;
	assert_int_equal(limit_of(car), CCS_LIMIT_CAR);
	assert_int_equal(limit_of(charger), CCS_LIMIT_CHARGER_CURRENT);
	assert_int_equal(limit_of(out), CCS_LIMIT_CHARGER_CURRENT);
	assert_int_equal(limit_of(ac), CCS_LIMIT_CAR);
	assert_int_equal(limit_of(ac_set), CCS_LIMIT_CHARGER_POWER);
}

static void test_precharge_not_reached(void **state)
{
	struct world *w = *state;

	tell_start(w);
	for (int i = 0; i < 3; i++)
		tell_precharge(w, 400, 100 + i);
	tell_pair(w, din_BodyElement_SessionStopReq, din_BodyElement_SessionStopRes);
	finish(w, "precharge_not_reached");
	assert_non_null(strstr(w->diagnosis.sentence, "102.0 V of 400.0 V"));
	assert_non_null(strstr(w->diagnosis.sentence, "SessionStopReq"));
}

static void test_precharge_reached_and_given_up(void **state)
{
	struct world *w = *state;

	tell_start(w);
	tell_precharge(w, 400, 395);
	tell_frame(w, "tcp_reset", CCS_SIDE_EV, "");
	finish(w, "precharge_abandoned");
}

static void test_capture_ends_while_charging(void **state)
{
	struct world *w = *state;
	const struct loop loop = { .target_a = 50, .present_a = 50, .max_a = 100, .soc = 20 };

	tell_start(w);
	tell_power(w, true);
	tell_loop(w, &loop);
	tell_demand(w, &loop);
	tell_frame(w, "tcp_end", CCS_SIDE_EV, "");
	finish(w, "cut_charging");
	assert_int_equal(w->diagnosis.verdict, CCS_VERDICT_INCOMPLETE);
}

static void test_handshake(void **state)
{
	struct world *w = *state;

	tell_sdp(w, CCS_SDP_REQUEST, CCS_SDP_NO_TLS);
	tell_sdp(w, CCS_SDP_RESPONSE, CCS_SDP_NO_TLS);
	tell_frame(w, "tcp_opened", CCS_SIDE_EV, "");
	tell_offer(w);
	tell_choice(w, app_responseCode_Failed_NoNegotiation);
	finish(w, "handshake_rejected");
	assert_non_null(strstr(w->diagnosis.sentence, "urn:din:70121:2012:MsgDef 2.0"));
}

static void test_agreed_on_what_we_do_not_know(void **state)
{
	struct world *w = *state;
	struct ccs_record record;

	tell_sdp(w, CCS_SDP_REQUEST, CCS_SDP_NO_TLS);
	tell_sdp(w, CCS_SDP_RESPONSE, CCS_SDP_NO_TLS);
	tell_frame(w, "tcp_opened", CCS_SIDE_EV, "");
	tell_offer(w);
	tell_choice(w, app_responseCode_OK_SuccessfulNegotiation);
	record = make_record(w, CCS_RECORD_MSG, CCS_SIDE_EV);
	record.msg = (struct ccs_record_msg) { .error = CCS_ERR_UNKNOWN };
	tell(w, &record);
	finish(w, "undecoded");
	assert_int_equal(w->last.v2g.undecoded, 1);
}

static void test_plain_text_to_a_tls_port(void **state)
{
	struct world *w = *state;

	tell_sdp(w, CCS_SDP_REQUEST, CCS_SDP_NO_TLS);
	tell_sdp(w, CCS_SDP_RESPONSE, CCS_SDP_TLS);
	tell_frame(w, "tcp_opened", CCS_SIDE_EV, "");
	tell_offer(w);
	tell_frame(w, "tcp_fin", CCS_SIDE_EVSE, "");
	finish(w, "plain_to_tls");
}

static void test_below_the_messages(void **state)
{
	struct world *w = *state;

	tell_match(w);
	for (int i = 0; i < 3; i++)
		tell_sdp(w, CCS_SDP_REQUEST, CCS_SDP_TLS);
	w->session++; /* a later session shows that the capture went on */
	w->now += CCS_SECONDS(60);
	tell_sdp(w, CCS_SDP_REQUEST, CCS_SDP_TLS);
	assert_int_equal(w->reported, 1);
	assert_string_equal(w->diagnosis.code, "sdp_unanswered");
	tell_sdp(w, CCS_SDP_RESPONSE, CCS_SDP_NO_TLS);
	w->session++;
	w->now += CCS_SECONDS(60);
	tell_sdp(w, CCS_SDP_REQUEST, CCS_SDP_NO_TLS);
	assert_string_equal(w->diagnosis.code, "sdp_security_mismatch");
	tell_sdp(w, CCS_SDP_RESPONSE, CCS_SDP_NO_TLS);
	tell_frame(w, "tcp_refused", CCS_SIDE_EV, "");
	finish(w, "tcp_refused");
}

static void test_tls(void **state)
{
	static const struct ccs_record_tls agreed = { .event = CCS_TLS_EVENT_AGREED,
						      .version = "TLS 1.3",
						      .cipher = "TLS_AES_256_GCM_SHA384" };
	static const struct ccs_record_tls undecrypted = { .event = CCS_TLS_EVENT_UNDECRYPTED,
							   .undecrypted = 8 };
	struct world *w = *state;

	tell_sdp(w, CCS_SDP_REQUEST, CCS_SDP_TLS);
	tell_sdp(w, CCS_SDP_RESPONSE, CCS_SDP_TLS);
	tell_frame(w, "tcp_opened", CCS_SIDE_EV, "");
	tell_tls(w, CCS_SIDE_EVSE, &agreed, "what was agreed");
	tell_tls(w, CCS_SIDE_UNKNOWN, &undecrypted, "no secrets");
	finish(w, "tls_opaque");
	assert_string_equal(w->last.tls.version, "TLS 1.3");
	assert_string_equal(w->last.tls.cipher, "TLS_AES_256_GCM_SHA384");
}

static void test_slac_failures(void **state)
{
	struct world *w = *state;
	struct ccs_mme mme;

	tell_slac_simple(w, CCS_MME_CM_SLAC_PARM_REQ, true);
	w->now += CCS_SECONDS(60);
	w->session++;
	ccs_mme_init(&mme, CCS_MME_CM_SLAC_PARM_REQ, all_mac, ev_mac);
	mme.cm_slac_parm_req.run_id[0] = 1;
	tell_mme(w, &mme);
	assert_string_equal(w->diagnosis.code, "slac_unanswered");
	tell_slac_simple(w, CCS_MME_CM_SLAC_PARM_CNF, false); /* with run id 0 */
	w->now += CCS_SECONDS(60);
	w->session++;
	tell_match(w);
	assert_string_equal(w->diagnosis.code, "slac_wrong_run_id");
	tell_slac_simple(w, CCS_MME_CM_SLAC_PARM_REQ, true);
	finish(w, "slac_again");
}

static void test_sessions_are_bounded_and_in_order(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 50; i++, w->session++)
		tell_slac_simple(w, CCS_MME_CM_SLAC_PARM_REQ, true);
	assert_int_equal(w->reported, 50 - CCS_SUMMARY_OPEN);
	ccs_summary_finish(w->summary);
	assert_int_equal(w->reported, 50);
	assert_int_equal(w->last.number, 50);
}

static void test_records_of_no_session(void **state)
{
	struct world *w = *state;

	w->session = 0;
	tell_slac_simple(w, CCS_MME_CM_SLAC_PARM_REQ, true);
	ccs_summary_finish(w->summary);
	assert_int_equal(w->reported, 0);
}

static void test_every_template_expands(void **state)
{
	static struct ccs_session_facts facts;
	char text[512];
	unsigned int i = 0;

	(void)state;
	for (; ccs_diagnosis_template(i); i++) {
		assert_true(ccs_diagnosis_expand(&facts, &facts.begin, ccs_diagnosis_template(i),
						 text, sizeof(text)));
		assert_null(strchr(text, '{'));
	}
	assert_true(i > 100);
	assert_false(ccs_diagnosis_expand(&facts, NULL, "{what}", text, sizeof(text)));
}

static size_t widest_line(const char *text)
{
	size_t widest = 0;

	while (*text) {
		size_t length = strcspn(text, "\n");

		widest = length > widest ? length : widest;
		text += length + (text[length] == '\n');
	}
	return widest;
}

static void test_reports(void **state)
{
	struct world *w = *state;
	const struct loop loop = { .target_a = 50, .present_a = 50, .max_a = 100, .soc = 20 };
	static char text[16384];
	struct ccs_print print;

	tell_start(w);
	tell_power(w, true);
	tell_loop(w, &loop);
	tell_loop(w, &loop);
	ccs_summary_finish(w->summary);
	ccs_print_init(&print, text, sizeof(text) - 1);
	ccs_summary_print_text(&print, &w->last, NULL, false);
	*print.at = '\0';
	assert_in_range(widest_line(text), 40, 100);
	assert_non_null(strstr(text, "DIN 70121"));
	assert_non_null(strstr(text, "Volkswagen"));
	assert_null(strchr(text, '\033'));
	ccs_print_init(&print, text, sizeof(text) - 1);
	ccs_summary_print_json(&print, &w->last, "a \"b\".pcap");
	*print.at = '\0';
	assert_non_null(strstr(text, "\"file\":\"a \\\"b\\\".pcap\""));
	assert_non_null(strstr(text, "\"soc_from_percent\":20"));
}

static void test_latency(void **state)
{
	static struct ccs_latency latency;

	(void)state;
	assert_true(ccs_latency_percentile(&latency, 50) == 0);
	for (int i = 1; i <= 1000; i++)
		ccs_latency_add(&latency, i * 1000, (uint64_t)i);
	ccs_latency_add(&latency, -5, 0);
	assert_int_equal(latency.count, 1000);
	assert_true(latency.max == 1000000 && latency.max_frame == 1000);
	assert_in_range(ccs_latency_percentile(&latency, 50), 485000, 515000);
	assert_in_range(ccs_latency_percentile(&latency, 95), 921000, 979000);
	ccs_latency_add(&latency, INT64_MAX, 7);
	assert_true(ccs_latency_percentile(&latency, 100) > CCS_SECONDS(3600));
}

static void test_vendors(void **state)
{
	static const uint8_t mahle[6] = { 0xa4, 0x53, 0xee, 0x04, 1, 2 };
	static const uint8_t other[6] = { 0xa4, 0x53, 0xee, 0x14, 1, 2 };
	static const uint8_t local[6] = { 0x02, 0, 0, 0, 0, 1 };

	(void)state;
	assert_string_equal(ccs_vendor_name(ev_mac), "Volkswagen");
	assert_string_equal(ccs_vendor_name(evse_mac), "Alpitronic");
	assert_string_equal(ccs_vendor_name(mahle), "Mahle");
	assert_null(ccs_vendor_name(other));
	assert_string_equal(ccs_vendor_name(local), "random");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_session_that_ends_as_planned),
		TEST(test_full_battery),
		TEST(test_charger_stops),
		TEST(test_car_ignores_the_stop),
		TEST(test_first_fault_is_the_cause),
		TEST(test_emergency_before_its_consequence),
		TEST(test_limits_without_target),
		TEST(test_precharge_not_reached),
		TEST(test_precharge_reached_and_given_up),
		TEST(test_capture_ends_while_charging),
		TEST(test_handshake),
		TEST(test_agreed_on_what_we_do_not_know),
		TEST(test_plain_text_to_a_tls_port),
		TEST(test_below_the_messages),
		TEST(test_tls),
		TEST(test_slac_failures),
		TEST(test_sessions_are_bounded_and_in_order),
		TEST(test_records_of_no_session),
		TEST(test_every_template_expands),
		TEST(test_reports),
		TEST(test_latency),
		TEST(test_vendors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
