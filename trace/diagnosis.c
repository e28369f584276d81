/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of the diagnosis. */
#include "trace/diagnosis.h"

#include "ccs/sdp.h"

#include <string.h>

/* A precharge has reached its target when it is as close as this (IEC 61851-23 CC.5.2). */
#define PRECHARGE_CLOSE_MV 20000

/* Attenuation from which a charger is hardly the one that the car is plugged into. */
#define ATTENUATION_WEAK_MDB 35000

/* What a car may take to send its next request before one calls it silent. */
#define CAR_SILENT CCS_SECONDS(5)

/* The charger's time to answer, by the longest timeout of the standards (ISO 15118-2 table 109). */
#define ANSWER_LOOP  CCS_MS(1000)
#define ANSWER_SHORT CCS_SECONDS(2)
#define ANSWER_LONG  CCS_SECONDS(5)

typedef const struct ccs_session_facts facts;

/* The evidence when the rule holds, else NULL. */
typedef const struct ccs_at *condition(facts *s);

struct rule {
	const char *code;
	enum ccs_verdict verdict;
	condition *holds;
	const char *sentence;
	const char *advice;
};

static const struct ccs_at *when(bool holds, const struct ccs_at *at)
{
	return holds && at->seen ? at : NULL;
}

static const struct ccs_at *last_of(const struct ccs_seen *seen)
{
	return when(seen->count > 0, &seen->last);
}

/* How the dialogue stands. */

static bool has_charged(facts *s)
{
	return s->v2g.response[CCS_STEP_CHARGE_LOOP].count > 0;
}

static bool has_stopped(facts *s)
{
	return s->v2g.response[CCS_STEP_SESSION_STOP].count > 0;
}

static bool is_closed(facts *s)
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

bool ccs_diagnosis_cut(facts *s)
{
	ccs_time silence = s->capture_end.since - s->v2g.last.since;
	ccs_time allowed = s->v2g.pending ? time_to_answer(s->v2g.last_request.step) : CAR_SILENT;

	return s->capture_ended && s->v2g.last.seen && !has_stopped(s) && !is_closed(s) &&
	       silence <= allowed;
}

/* A request that the charger could have answered and did not. */
static const struct ccs_at *unanswered(facts *s)
{
	return when(s->v2g.pending && !ccs_diagnosis_cut(s), &s->v2g.last_request.at);
}

/* The car had an answer and did not go on. */
static const struct ccs_at *silent_car(facts *s)
{
	return when(!s->v2g.pending && !has_stopped(s) && !ccs_diagnosis_cut(s),
		    &s->v2g.last_response.at);
}

static const struct ccs_at *stuck_in(facts *s, enum ccs_step step)
{
	bool stuck = s->v2g.furthest == step && !s->v2g.failed.count && !ccs_diagnosis_cut(s);

	return when(stuck && !s->v2g.pending, &s->v2g.last_response.at);
}

/* What somebody said. */

static const struct ccs_at *said(const struct ccs_finding *finding)
{
	return when(finding->count > 0, &finding->at);
}

static const struct ccs_at *said_first(const struct ccs_finding *finding,
				       const struct ccs_finding *other)
{
	bool first = !other->count || finding->at.since <= other->at.since;

	return when(finding->count > 0 && first, &finding->at);
}

static const struct ccs_at *handshake_rejected(facts *s)
{
	return when(s->v2g.negotiation[0] && strncmp(s->v2g.negotiation, "OK", 2) != 0 &&
			    s->v2g.furthest <= CCS_STEP_HANDSHAKE,
		    &s->v2g.response[CCS_STEP_HANDSHAKE].last);
}

static const struct ccs_at *handshake_unanswered(facts *s)
{
	return s->v2g.last_request.step == CCS_STEP_HANDSHAKE ? unanswered(s) : NULL;
}

static const struct ccs_at *ev_error(facts *s, const char *literal)
{
	const struct ccs_at *at = said_first(&s->v2g.ev_error, &s->v2g.bad_status);

	return at && strcmp(s->v2g.ev_error.literal, literal) == 0 ? at : NULL;
}

#define EV_ERROR(name)                                        \
	static const struct ccs_at *ev_error_##name(facts *s) \
	{                                                     \
		return ev_error(s, "FAILED_" #name);          \
	}
EV_ERROR(RESSTemperatureInhibit)
EV_ERROR(EVShiftPosition)
EV_ERROR(ChargerConnectorLockFault)
EV_ERROR(EVRESSMalfunction)
EV_ERROR(ChargingCurrentdifferential)
EV_ERROR(ChargingVoltageOutOfRange)
EV_ERROR(ChargingSystemIncompatibility)

static const struct ccs_at *ev_error_other(facts *s)
{
	return said_first(&s->v2g.ev_error, &s->v2g.bad_status);
}

static const struct ccs_at *bad_status(facts *s, const char *literal)
{
	return strcmp(s->v2g.bad_status.literal, literal) == 0 ? said(&s->v2g.bad_status) : NULL;
}

static const struct ccs_at *emergency_precharge(facts *s)
{
	return s->v2g.furthest == CCS_STEP_PRECHARGE ? bad_status(s, "EVSE_EmergencyShutdown")
						     : NULL;
}

static const struct ccs_at *emergency(facts *s)
{
	return bad_status(s, "EVSE_EmergencyShutdown");
}

static const struct ccs_at *malfunction(facts *s)
{
	return bad_status(s, "EVSE_Malfunction");
}

static const struct ccs_at *utility_interrupt(facts *s)
{
	return bad_status(s, "EVSE_UtilityInterruptEvent");
}

static const struct ccs_at *isolation_fault(facts *s)
{
	return strcmp(s->v2g.isolation.literal, "Fault") == 0 ? said(&s->v2g.isolation) : NULL;
}

/* Response codes. */

static const struct ccs_at *failed_in(facts *s, const char *message)
{
	return strcmp(s->v2g.failed.message, message) == 0 ? said(&s->v2g.failed) : NULL;
}

static const struct ccs_at *pause_refused(facts *s)
{
	bool pause = strcmp(s->v2g.charging_session, "Pause") == 0;

	return has_charged(s) && pause ? failed_in(s, "SessionStopRes") : NULL;
}

static const struct ccs_at *failed_after_charging(facts *s)
{
	bool after = s->v2g.ev_stop.seen && s->v2g.failed.at.since >= s->v2g.ev_stop.since;

	return has_charged(s) && after ? said(&s->v2g.failed) : NULL;
}

static const struct ccs_at *cable_check_failed(facts *s)
{
	return s->v2g.furthest == CCS_STEP_CABLE_CHECK ? said(&s->v2g.failed) : NULL;
}

static const struct ccs_at *failed_code(facts *s, const char *code)
{
	return strcmp(s->v2g.failed.literal, code) == 0 ? said(&s->v2g.failed) : NULL;
}

static const struct ccs_at *sequence_error(facts *s)
{
	return failed_code(s, "FAILED_SequenceError");
}

static const struct ccs_at *unknown_session(facts *s)
{
	return failed_code(s, "FAILED_UnknownSession");
}

static const struct ccs_at *payment_invalid(facts *s)
{
	return failed_code(s, "FAILED_PaymentSelectionInvalid");
}

static const struct ccs_at *wrong_mode(facts *s)
{
	const struct ccs_at *at = failed_code(s, "FAILED_WrongEnergyTransferMode");

	return at ? at : failed_code(s, "FAILED_WrongEnergyTransferType");
}

static const struct ccs_at *wrong_parameter(facts *s)
{
	return failed_code(s, "FAILED_WrongChargeParameter");
}

static const struct ccs_at *not_applied(facts *s)
{
	return failed_code(s, "FAILED_PowerDeliveryNotApplied");
}

static const struct ccs_at *contactor_error(facts *s)
{
	return failed_code(s, "FAILED_ContactorError");
}

static const struct ccs_at *certificate_failed(facts *s)
{
	const char *code = s->v2g.failed.literal;
	bool about = strstr(code, "Cert") || strstr(code, "Signature") ||
		     strstr(code, "Contract") || strstr(code, "Challenge");

	return about ? said(&s->v2g.failed) : NULL;
}

static const struct ccs_at *failed_other(facts *s)
{
	return said(&s->v2g.failed);
}

/* Answers that are missing. */

static const struct ccs_at *stop_unanswered(facts *s)
{
	return has_charged(s) && s->v2g.last_request.step == CCS_STEP_SESSION_STOP ? unanswered(s)
										   : NULL;
}

static const struct ccs_at *pending_in(facts *s, enum ccs_step step)
{
	return s->v2g.last_request.step == step ? unanswered(s) : NULL;
}

static bool wished_stop(facts *s)
{
	return s->v2g.shutdown.count > 0 || s->v2g.notification.count > 0;
}

static const struct ccs_at *stop_ignored(facts *s)
{
	return wished_stop(s) && !s->v2g.ev_stop.seen ? pending_in(s, CCS_STEP_CHARGE_LOOP) : NULL;
}

static const struct ccs_at *loop_unanswered(facts *s)
{
	return pending_in(s, CCS_STEP_CHARGE_LOOP);
}

static const struct ccs_at *stop_delivery_unanswered(facts *s)
{
	return has_charged(s) && s->phase == CCS_PHASE_STOP ? pending_in(s, CCS_STEP_POWER_DELIVERY)
							    : NULL;
}

static const struct ccs_at *delivery_unanswered(facts *s)
{
	return pending_in(s, CCS_STEP_POWER_DELIVERY);
}

static const struct ccs_at *welding_unanswered(facts *s)
{
	return pending_in(s, CCS_STEP_WELDING);
}

static const struct ccs_at *authorization_waits(facts *s)
{
	bool waits = s->v2g.ongoing[CCS_STEP_AUTHORIZATION] > 0 &&
		     !s->v2g.finished[CCS_STEP_AUTHORIZATION] &&
		     s->v2g.furthest == CCS_STEP_AUTHORIZATION && !ccs_diagnosis_cut(s);

	return when(waits, &s->v2g.last);
}

static bool is_ac_only(facts *s)
{
	return strstr(s->v2g.offered_modes, "AC") && !strstr(s->v2g.offered_modes, "DC");
}

static const struct ccs_at *wrong_mode_unanswered(facts *s)
{
	bool wrong = strstr(s->v2g.energy_mode, "DC") && is_ac_only(s);

	return wrong ? pending_in(s, CCS_STEP_PARAMETERS) : NULL;
}

static const struct ccs_at *parameters_unanswered(facts *s)
{
	return pending_in(s, CCS_STEP_PARAMETERS);
}

static const struct ccs_at *cable_check_unanswered(facts *s)
{
	return pending_in(s, CCS_STEP_CABLE_CHECK);
}

static const struct ccs_at *precharge_unanswered(facts *s)
{
	return pending_in(s, CCS_STEP_PRECHARGE);
}

static const struct ccs_at *other_unanswered(facts *s)
{
	return unanswered(s);
}

/* The car gives up, with SessionStop or without. */

static const struct ccs_at *gave_up_ac(facts *s)
{
	bool early = s->v2g.furthest <= CCS_STEP_PARAMETERS && is_ac_only(s) && !has_charged(s) &&
		     s->v2g.furthest >= CCS_STEP_SERVICE_DISCOVERY;

	return when(early && !ccs_diagnosis_cut(s) && !s->v2g.pending, &s->v2g.last_response.at);
}

static const struct ccs_at *gave_up_services(facts *s)
{
	bool early = s->v2g.furthest >= CCS_STEP_SERVICE_DISCOVERY &&
		     s->v2g.furthest <= CCS_STEP_PAYMENT_DETAILS;

	return early ? stuck_in(s, s->v2g.furthest) : NULL;
}

static const struct ccs_at *gave_up_authorization(facts *s)
{
	return stuck_in(s, CCS_STEP_AUTHORIZATION);
}

static const struct ccs_at *gave_up_parameters(facts *s)
{
	const struct ccs_at *at = stuck_in(s, CCS_STEP_PARAMETERS);

	return at ? at : stuck_in(s, CCS_STEP_SCHEDULE);
}

static const struct ccs_at *cable_check_stopped(facts *s)
{
	return wished_stop(s) ? stuck_in(s, CCS_STEP_CABLE_CHECK) : NULL;
}

static const struct ccs_at *cable_check_unfinished(facts *s)
{
	return s->v2g.finished[CCS_STEP_CABLE_CHECK] ? NULL : stuck_in(s, CCS_STEP_CABLE_CHECK);
}

static const struct ccs_at *gave_up_cable_check(facts *s)
{
	return stuck_in(s, CCS_STEP_CABLE_CHECK);
}

static const struct ccs_at *precharge_low(facts *s)
{
	const struct ccs_charge_facts *c = &s->charge;
	int64_t off = c->precharge_target_mv - c->precharge_reached_mv;
	bool far = c->has_precharge_target && c->has_precharge_reached &&
		   (off > PRECHARGE_CLOSE_MV || off < -PRECHARGE_CLOSE_MV);

	return far ? stuck_in(s, CCS_STEP_PRECHARGE) : NULL;
}

static const struct ccs_at *gave_up_precharge(facts *s)
{
	return stuck_in(s, CCS_STEP_PRECHARGE);
}

static const struct ccs_at *gave_up_delivery(facts *s)
{
	return stuck_in(s, CCS_STEP_POWER_DELIVERY);
}

static const struct ccs_at *left_after_wish(facts *s)
{
	return has_charged(s) && wished_stop(s) ? silent_car(s) : NULL;
}

static const struct ccs_at *left_after_charging(facts *s)
{
	return has_charged(s) && s->v2g.ev_stop.seen ? silent_car(s) : NULL;
}

static const struct ccs_at *closed_by_charger(facts *s)
{
	const struct ccs_tcp_facts *tcp = &s->tcp;
	const struct ccs_at *ev = tcp->fin[CCS_SIDE_EV].seen ? &tcp->fin[CCS_SIDE_EV]
							     : &tcp->rst[CCS_SIDE_EV];
	const struct ccs_at *evse = tcp->fin[CCS_SIDE_EVSE].seen ? &tcp->fin[CCS_SIDE_EVSE]
								 : &tcp->rst[CCS_SIDE_EVSE];
	bool first = evse->seen && (!ev->seen || evse->since < ev->since);

	return first && silent_car(s) ? evse : NULL;
}

static const struct ccs_at *left_charging(facts *s)
{
	return has_charged(s) ? silent_car(s) : NULL;
}

static const struct ccs_at *left(facts *s)
{
	return silent_car(s);
}

/* It went well. */

static const struct ccs_at *ended(facts *s)
{
	return when(has_charged(s) && has_stopped(s), &s->v2g.response[CCS_STEP_SESSION_STOP].last);
}

static const struct ccs_at *ended_pause(facts *s)
{
	return strcmp(s->v2g.charging_session, "Pause") == 0 ? ended(s) : NULL;
}

static const struct ccs_at *ended_by_charger(facts *s)
{
	return wished_stop(s) ? ended(s) : NULL;
}

static bool is_full(facts *s)
{
	const struct ccs_values *latest = &s->charge.latest;
	int64_t soc = s->charge.soc.last;
	bool full = ccs_values_has(latest, CCS_VALUE_FULL_SOC) && s->charge.soc.seen &&
		    soc >= latest->milli[CCS_VALUE_FULL_SOC] && soc > 0;
	bool target = ccs_values_has(latest, CCS_VALUE_TARGET_SOC) && s->charge.soc.seen &&
		      soc >= latest->milli[CCS_VALUE_TARGET_SOC] && soc > 0;

	return s->v2g.complete.seen || full || target;
}

static const struct ccs_at *ended_full(facts *s)
{
	return is_full(s) ? ended(s) : NULL;
}

static const struct ccs_at *only_the_end(facts *s)
{
	return when(s->begins_amid && has_stopped(s) && s->v2g.from_ev == 0,
		    &s->v2g.response[CCS_STEP_SESSION_STOP].last);
}

static const struct ccs_at *one_side(facts *s)
{
	return when(s->begins_amid && (s->v2g.from_ev == 0 || s->v2g.from_evse == 0), &s->v2g.last);
}

static const struct ccs_at *cut_charging(facts *s)
{
	return when(s->phase == CCS_PHASE_CHARGING && ccs_diagnosis_cut(s), &s->v2g.last);
}

static const struct ccs_at *cut_after(facts *s)
{
	return when(has_charged(s) && s->phase == CCS_PHASE_STOP && ccs_diagnosis_cut(s),
		    &s->v2g.last);
}

static const struct ccs_at *cut_before(facts *s)
{
	return when(ccs_diagnosis_cut(s), &s->v2g.last);
}

static const struct ccs_at *only_undecoded(facts *s)
{
	return when(s->v2g.last.seen && !s->v2g.last_request.at.seen &&
			    !s->v2g.last_response.at.seen,
		    &s->v2g.undecoded_at);
}

/* No message was seen: TCP and TLS. */

static const struct ccs_at *tls_alert(facts *s)
{
	return when(!s->v2g.first.seen, &s->tls.alert);
}

static const struct ccs_at *tls_failed(facts *s)
{
	return when(!s->v2g.first.seen, &s->tls.failed);
}

static const struct ccs_at *tls_opaque(facts *s)
{
	return when(!s->v2g.first.seen, &s->tls.opaque);
}

static const struct ccs_at *tcp_silent(facts *s)
{
	return s->v2g.first.seen ? NULL : last_of(&s->tcp.opened);
}

static const struct ccs_at *tcp_refused(facts *s)
{
	return s->v2g.first.seen ? NULL : last_of(&s->tcp.refused);
}

static const struct ccs_at *tcp_unanswered(facts *s)
{
	return s->v2g.first.seen ? NULL : last_of(&s->tcp.unanswered);
}

/* SDP */

static bool nothing_above_sdp(facts *s)
{
	return !s->v2g.first.seen && s->tcp.opened.count == 0;
}

static const struct ccs_at *sdp_mismatch(facts *s)
{
	bool mismatch = s->sdp.request.count > 0 &&
			s->sdp.security_asked != s->sdp.security_answered;

	return mismatch && nothing_above_sdp(s) ? last_of(&s->sdp.response) : NULL;
}

static const struct ccs_at *sdp_no_connect(facts *s)
{
	return nothing_above_sdp(s) ? last_of(&s->sdp.response) : NULL;
}

static const struct ccs_at *sdp_cut(facts *s)
{
	bool cut = s->capture_ended &&
		   s->capture_end.since - s->sdp.request.last.since < CCS_MS(250);

	return cut && s->sdp.response.count == 0 && nothing_above_sdp(s) ? last_of(&s->sdp.request)
									 : NULL;
}

static const struct ccs_at *sdp_unanswered(facts *s)
{
	return s->sdp.response.count == 0 && nothing_above_sdp(s) ? last_of(&s->sdp.request) : NULL;
}

/* SLAC */

static bool nothing_above_slac(facts *s)
{
	return nothing_above_sdp(s) && s->sdp.request.count + s->sdp.response.count == 0;
}

static const struct ccs_at *slac_overheard(facts *s)
{
	const struct ccs_slac_facts *slac = &s->slac;
	bool blind = slac->parm_req.count + slac->start.count + slac->sound.count +
			     slac->match_req.count ==
		     0;

	if (!blind || !nothing_above_slac(s))
		return NULL;
	return slac->match_cnf.count	? last_of(&slac->match_cnf)
	       : slac->atten_char.count ? last_of(&slac->atten_char)
					: last_of(&slac->parm_cnf);
}

static const struct ccs_at *slac_again(facts *s)
{
	const struct ccs_slac_facts *slac = &s->slac;
	bool again = slac->match_cnf.count > 0 &&
		     slac->parm_req.last.since > slac->match_cnf.last.since;

	return again && nothing_above_slac(s) ? last_of(&slac->parm_req) : NULL;
}

static const struct ccs_at *slac_only(facts *s)
{
	return nothing_above_slac(s) ? last_of(&s->slac.match_cnf) : NULL;
}

static const struct ccs_at *match_unanswered(facts *s)
{
	return nothing_above_slac(s) ? last_of(&s->slac.match_req) : NULL;
}

static const struct ccs_at *not_chosen_weak(facts *s)
{
	bool weak = s->slac.answer_count == 1 &&
		    s->slac.answers[0].mean_mdb >= ATTENUATION_WEAK_MDB;

	return weak && nothing_above_slac(s) ? last_of(&s->slac.atten_char) : NULL;
}

static const struct ccs_at *not_chosen(facts *s)
{
	return nothing_above_slac(s) ? last_of(&s->slac.atten_char) : NULL;
}

static const struct ccs_at *no_profile(facts *s)
{
	return nothing_above_slac(s) && s->slac.profile.count == 0 ? last_of(&s->slac.sound) : NULL;
}

static const struct ccs_at *no_atten_char(facts *s)
{
	return nothing_above_slac(s) ? last_of(&s->slac.sound) : NULL;
}

static const struct ccs_at *wrong_run_id(facts *s)
{
	const struct ccs_slac_facts *slac = &s->slac;
	bool wrong = slac->foreign_cnf > 0 && slac->foreign_cnf == slac->parm_cnf.count;

	return wrong && nothing_above_slac(s) ? last_of(&slac->parm_cnf) : NULL;
}

static const struct ccs_at *no_sounds(facts *s)
{
	return nothing_above_slac(s) ? last_of(&s->slac.parm_cnf) : NULL;
}

static const struct ccs_at *slac_unanswered(facts *s)
{
	return nothing_above_slac(s) ? last_of(&s->slac.parm_req) : NULL;
}

static const struct ccs_at *nothing(facts *s)
{
	return &s->begin;
}

#define OK	   CCS_VERDICT_OK
#define FAILED	   CCS_VERDICT_FAILED
#define INCOMPLETE CCS_VERDICT_INCOMPLETE

/* clang-format off */
static const struct rule rules[] = {
	/* the handshake */
	{ "handshake_rejected", FAILED, handshake_rejected,
	  "The charger speaks none of the protocols that the car offers ({offers}): {negotiation}",
	  "Compare with the protocols enabled in the charger: DIN 70121 and ISO 15118-2 are version 2.0, and "
	  "some cars offer only one of them" },
	{ "handshake_unanswered", FAILED, handshake_unanswered,
	  "The charger took the TCP connection but never answered supportedAppProtocolReq ({tries})",
	  "Its V2G server may still be in the session before, want TLS, or agree with none of {offers} and keep "
	  "silent: replug, and look at the charger's log" },

	/* what the car said */
	{ "ev_temperature", FAILED, ev_error_RESSTemperatureInhibit,
	  "The car does not charge because of its battery's temperature: {ev_error}",
	  "Warm up or cool down the battery" },
	{ "ev_shift_position", FAILED, ev_error_EVShiftPosition,
	  "The car is not in park: {ev_error}", "Put it into P and try again" },
	{ "ev_lock_fault", FAILED, ev_error_ChargerConnectorLockFault,
	  "The car cannot lock the connector: {ev_error}",
	  "Look at the connector's notch and the lock actuator; pull the plug's weight off the inlet" },
	{ "ev_battery_fault", FAILED, ev_error_EVRESSMalfunction,
	  "The car reports a fault of its battery: {ev_error}", "Read the car's fault memory" },
	{ "ev_current_difference", FAILED, ev_error_ChargingCurrentdifferential,
	  "The car stopped because the current is not what it asked for: {ev_error}; {soc}",
	  "Compare present with target current; some cars end so after 10 minutes without net charge (a load "
	  "on the DC side, discharging, a simulated supply)" },
	{ "ev_voltage_range", FAILED, ev_error_ChargingVoltageOutOfRange,
	  "The car found the voltage out of range: {ev_error}",
	  "Compare present with target voltage and the car's limit at that frame" },
	{ "ev_incompatible", FAILED, ev_error_ChargingSystemIncompatibility,
	  "The car finds the charger incompatible: {ev_error}",
	  "Compare the limits of both sides in ChargeParameterDiscovery (minimum and maximum voltage and "
	  "current, isolation and status, schedule) and the SessionID of the answers" },
	{ "ev_error", FAILED, ev_error_other,
	  "The car reported {ev_error}", "Read the car's fault memory" },

	/* what the charger said */
	{ "emergency_precharge", FAILED, emergency_precharge,
	  "The charger reported {bad_status}: {reached} of {target} reached in precharge; {ending}",
	  "Without a battery or a high-impedance load at the inlet the voltage overshoots; check the precharge "
	  "path, the polarity, and the charger's error memory" },
	{ "emergency_shutdown", FAILED, emergency,
	  "The charger reported {bad_status} during {phase}; {ending}",
	  "Emergency button, isolation monitor, over-voltage or over-current, loss of the control pilot: read "
	  "the charger's error memory" },
	{ "charger_malfunction", FAILED, malfunction,
	  "The charger reported {bad_status} during {phase}; {ending}", "Read the charger's error memory" },
	{ "utility_interrupt", FAILED, utility_interrupt,
	  "The grid or the load management interrupted the charger: {bad_status}; {ending}",
	  "Ask the operator; try again when power is available" },
	{ "isolation_fault", FAILED, isolation_fault,
	  "The charger's isolation monitor found {isolation}; {ending}",
	  "Measure the isolation of the car's DC side and of the cable; switch off the car's own isolation "
	  "monitor while it charges; moisture in the connector" },
	{ "pause_refused", OK, pause_refused,
	  "Charging ended in order ({soc}), but the charger refused the pause: {failed}", "" },
	{ "failed_after_charging", OK, failed_after_charging,
	  "Charging ended in order ({soc}), but the charger answered the stop with {failed}",
	  "Harmless for the charge; some chargers answer so once their output is off" },
	{ "cable_check_failed", FAILED, cable_check_failed,
	  "The cable check failed: {failed}, status {status}; {ending}",
	  "Control pilot state C before CableCheckReq, connector locked, isolation of car and cable, and the "
	  "diode and resistors of the control pilot" },
	{ "sequence_error", FAILED, sequence_error,
	  "The charger did not expect this request: {failed}; {ending}",
	  "Look at the messages before it: which request did the charger wait for, and did its earlier answer "
	  "say Finished" },
	{ "unknown_session", FAILED, unknown_session,
	  "The charger does not know the car's SessionID: {failed}",
	  "The car must use the SessionID of SessionSetupRes in every later message, whatever its length" },
	{ "payment_invalid", FAILED, payment_invalid,
	  "The charger does not take the car's way of paying ({payment}): {failed}",
	  "Plug and Charge needs TLS and a contract: switch it off in the car, or enable it in the charger" },
	{ "wrong_energy_mode", FAILED, wrong_mode,
	  "The car wants {mode}, the charger has {modes}: {failed}",
	  "Is the charger configured for the connector that is plugged in" },
	{ "wrong_parameter", FAILED, wrong_parameter,
	  "The charger refused the car's parameters: {failed}",
	  "Compare the limits: the car's maximum must be above the charger's minimum, and AC and DC parameters "
	  "must fit the chosen mode" },
	{ "power_not_applied", FAILED, not_applied,
	  "The charger does not switch on: {failed}, status {status}",
	  "Was the precharge voltage reached, and the cable check finished with isolation Valid" },
	{ "contactor_error", FAILED, contactor_error,
	  "The charger's contactor did not switch: {failed}",
	  "Contactor feedback of the charger; control pilot state C or D in time" },
	{ "certificate_failed", FAILED, certificate_failed,
	  "The charger refused the contract: {failed}",
	  "Validity and chain of the contract certificate, the charger's root certificates and its clock; "
	  "charge without contract meanwhile" },
	{ "failed", FAILED, failed_other,
	  "The charger answered {failed}; {ending}", "Look at the request before it and the charger's log" },

	/* answers that did not come */
	{ "stop_unanswered", OK, stop_unanswered,
	  "Charging ended in order ({soc}); only {request} was not answered; {ending}",
	  "Harmless; unlock the connector whatever the charger says" },
	{ "stop_ignored", FAILED, stop_ignored,
	  "The charger asked to stop ({stop_wish}), the car went on, and {request} was not answered; {ending}",
	  "The car should answer StopCharging or EVSE_Shutdown with PowerDelivery(Stop) at once" },
	{ "loop_unanswered", FAILED, loop_unanswered,
	  "The charger fell silent while charging: {request} was not answered for {silence}; {ending}",
	  "Control pilot, power line link and the charger's supply at that moment; does its log show an error" },
	{ "stop_delivery_unanswered", FAILED, stop_delivery_unanswered,
	  "The charger did not answer the car's stop ({request}) for {silence}; {ending}",
	  "A charger must answer PowerDelivery(Stop) up to 60 s after the last request" },
	{ "power_delivery_unanswered", FAILED, delivery_unanswered,
	  "The charger did not answer {request} for {silence}; {ending}",
	  "Precharge ended at {reached} of {target}: some chargers need a real load, the optional "
	  "EVPowerDeliveryParameter, or up to 6 s" },
	{ "welding_unanswered", OK, welding_unanswered,
	  "Charging ended in order ({soc}); WeldingDetectionReq was not answered; {ending}",
	  "Some chargers do not answer it; measure the inlet voltage before unlocking" },
	{ "authorization_pending", FAILED, authorization_waits,
	  "Nobody authorised the session: {ongoing}; {ending}",
	  "Start at the charger (card, app) before its time runs out; in the charger: is free charging or the "
	  "backend enabled" },
	{ "wrong_mode_unanswered", FAILED, wrong_mode_unanswered,
	  "The car wants {mode}, the charger has {modes}, and did not answer {request}; {ending}",
	  "Configure the charger for DC, or offer only a protocol that can do AC (ISO 15118-2 or -20)" },
	{ "parameters_unanswered", FAILED, parameters_unanswered,
	  "The charger did not answer {request} for {silence}; {ending}",
	  "Does the charger decode the car's parameters (mode {mode}, optional fields, negative multipliers)" },
	{ "cable_check_unanswered", FAILED, cable_check_unanswered,
	  "The charger did not answer {request} for {silence} after {rounds}; {ending}",
	  "Isolation test of the charger, control pilot state C, connector lock" },
	{ "precharge_unanswered", FAILED, precharge_unanswered,
	  "The charger did not answer {request} for {silence} at {reached} of {target}; {ending}",
	  "Power stage of the charger; is the target within its limits" },
	{ "request_unanswered", FAILED, other_unanswered,
	  "The charger did not answer {request} for {silence}; {ending}",
	  "Does the charger receive and decode it: look at its log at that time" },

	/* the car gave up */
	{ "only_the_end", INCOMPLETE, only_the_end,
	  "The capture begins with the last message of a session: SessionStop was answered", "" },
	{ "one_side_visible", INCOMPLETE, one_side,
	  "Only one side of the dialogue is visible, last {response}{request}",
	  "A listening modem gets unicast frames only by chance: record at the car or at the charger" },
	{ "ac_only", FAILED, gave_up_ac,
	  "The charger offers {modes} only, and the car ended the session after {response}; {ending}",
	  "A car that charges AC without ISO 15118, or wants DC here, leaves now: use 5 % duty cycle only where "
	  "digital communication is wanted, or offer DC" },
	{ "services_refused", FAILED, gave_up_services,
	  "The car ended the session after {response}: the charger offers {modes}, the car chose {payment}; "
	  "{ending}",
	  "Compare energy transfer modes and payment options with what the car can do" },
	{ "left_after_authorization", FAILED, gave_up_authorization,
	  "The car ended the session after {response}, before its charge parameters; {ending}",
	  "Compare the offered modes ({modes}) with the car's; is the answer's EVSEProcessing Finished" },
	{ "left_after_parameters", FAILED, gave_up_parameters,
	  "The car did not go on after the charger's parameters ({mode}); {ending}",
	  "Compare the charger's limits with the car's, its status and schedule: cars leave at 0 W or 0 A, at "
	  "voltages below their battery's, and without a schedule" },
	{ "cable_check_aborted", FAILED, cable_check_stopped,
	  "The charger asked to stop in the cable check: {stop_wish}; {ending}",
	  "Isolation, connector lock, control pilot state C; read the charger's error memory" },
	{ "cable_check_unfinished", FAILED, cable_check_unfinished,
	  "The cable check did not finish: {rounds} in {duration}, last status {status}; {ending}",
	  "Charger: control pilot state C, lock, isolation test, supply. Car: it may have decided not to charge "
	  "(state of charge, timer)" },
	{ "left_after_cable_check", FAILED, gave_up_cable_check,
	  "The car did not go on after the cable check (status {status}); {ending}",
	  "Finished should come with EVSE_Ready and isolation Valid: some cars wait for it" },
	{ "precharge_not_reached", FAILED, precharge_low,
	  "Precharge reached {reached} of {target} in {duration}; {ending}",
	  "Power stage and precharge path of the charger; a load on the DC side; does the charger follow the "
	  "target" },
	{ "precharge_abandoned", FAILED, gave_up_precharge,
	  "The car gave up in precharge although the charger reports {reached} of {target} ({rounds} in "
	  "{duration}); {ending}",
	  "The car compares with its own measurement: is the voltage really at the inlet, and is the status "
	  "EVSE_Ready" },
	{ "left_after_power_delivery", FAILED, gave_up_delivery,
	  "The car did not begin to charge after {response}; {ending}",
	  "Contactors and voltages at that moment; for AC the charger must switch on within 3 s" },
	{ "left_after_stop_wish", FAILED, left_after_wish,
	  "The charger asked to stop ({stop_wish}); the car left without SessionStop after {response}; {ending}",
	  "Harmless for the charge ({soc}); the car should send PowerDelivery(Stop) and SessionStop" },
	{ "left_after_charging", FAILED, left_after_charging,
	  "Charging ended ({soc}), but the car left without SessionStop after {response}; {ending}",
	  "Harmless for the charge; the connector may stay locked" },
	{ "closed_by_charger", FAILED, closed_by_charger,
	  "The charger ended the connection in {phase} after {response}; {ending}",
	  "Read the charger's log: sequence timeout, loss of the control pilot, or its program ended" },
	{ "left_charging", FAILED, left_charging,
	  "The car left while charging ({soc}), without PowerDelivery(Stop) and SessionStop; {ending}",
	  "Loss of the control pilot, plug pulled, an emergency in the car, or a charger whose values it does not "
	  "believe: compare present with target current and voltage in the last rounds" },
	{ "left", FAILED, left,
	  "The car did not go on after {response}; {ending}", "Look at that answer and at the car's log" },

	/* it went as it should */
	{ "paused", OK, ended_pause,
	  "Charging paused by the car in order ({soc}): SessionStop was answered", "" },
	{ "stopped_by_charger", OK, ended_by_charger,
	  "Stopped by the charger ({stop_wish}), the car followed in order: SessionStop was answered ({soc})", "" },
	{ "stopped_full", OK, ended_full,
	  "Stopped by the car, which has what it wanted ({soc}): SessionStop was answered", "" },
	{ "stopped_by_car", OK, ended,
	  "Stopped by the car or its user ({soc}): SessionStop was answered", "" },
	{ "cut_charging", INCOMPLETE, cut_charging, "The capture ends while charging ({soc})", "" },
	{ "cut_after_charging", INCOMPLETE, cut_after,
	  "The capture ends after charging ({soc}), before SessionStop was answered", "" },
	{ "cut", INCOMPLETE, cut_before, "The capture ends in {phase}, before charging began", "" },
	{ "undecoded", INCOMPLETE, only_undecoded,
	  "{undecoded} on the connection, none of which can be decoded",
	  "Was the handshake captured; is the protocol one of DIN 70121, ISO 15118-2 and -20" },

	/* no message at all */
	{ "tls_alert", FAILED, tls_alert, "The TLS handshake failed: {tls}",
	  "unknown_ca, bad_certificate: root certificates of that side. handshake_failure, protocol_version: "
	  "compare versions, cipher suites and curves. certificate_expired: also its clock" },
	{ "tls_failed", FAILED, tls_failed, "{tls}; {ending}",
	  "The side that closed did not like certificate, version or cipher suite and did not say so" },
	{ "tls_opaque", INCOMPLETE, tls_opaque,
	  "The messages are encrypted and cannot be seen: {tls}",
	  "Give the session secrets with --keylog FILE, or record a pcapng that contains them" },
	{ "tcp_silent", FAILED, tcp_silent,
	  "TCP to {port} was opened, but no message came; {ending}",
	  "Does the car see the connection as open; TLS asked for {asked}, answered {answered}" },
	{ "tcp_refused", FAILED, tcp_refused,
	  "The charger refused TCP at {port} ({refused})",
	  "Its V2G server is not listening on the port that its SDP answer names, or no longer: restart it, and "
	  "check its firewall" },
	{ "tcp_unanswered", FAILED, tcp_unanswered,
	  "The charger did not answer TCP at {port} ({unanswered})",
	  "IPv6 neighbour discovery, link-local address and firewall of the charger; is the power line link up" },
	{ "sdp_security_mismatch", FAILED, sdp_mismatch,
	  "The car asked for {asked}, the charger answered {answered}, and the car did not connect",
	  "Allow plain TCP in the charger, or enable TLS in the car" },
	{ "sdp_no_connect", FAILED, sdp_no_connect,
	  "The charger answered SDP ({port}), but the car did not connect",
	  "Does the answer reach the car (checksum, address, a port above 49151), and is its transport TCP" },
	{ "sdp_cut", INCOMPLETE, sdp_cut, "The capture ends with the car's SDP request", "" },
	{ "sdp_unanswered", FAILED, sdp_unanswered,
	  "The charger did not answer SDP ({sdp_requests}, asking for {asked})",
	  "Has the power line link come up after SLAC (both modems with the same NMK), does the charger listen "
	  "on UDP 15118 in ff02::1, and does it need neighbour solicitations answered first" },

	/* SLAC */
	{ "slac_overheard", INCOMPLETE, slac_overheard,
	  "The SLAC of others was overheard, the car's frames are hidden; what follows is not visible",
	  "A listening modem sees broadcasts only: record at the car or at the charger" },
	{ "slac_again", FAILED, slac_again,
	  "SLAC was matched, but no link came up: the car began again ({parm_req}) and sent no SDP request",
	  "Did both modems take the key (CM_SET_KEY) and join within 12 s; coupling and firmware of the "
	  "modems" },
	{ "slac_no_sdp", FAILED, slac_only,
	  "SLAC was matched, but the car sent no SDP request",
	  "Did the modems join within 12 s of the match (key set on both sides), and has the car IPv6 up" },
	{ "match_unanswered", FAILED, match_unanswered,
	  "The charger did not answer {match_req}",
	  "Does the charger expect CM_VALIDATE, another RunID or MAC; is it already matched with another car" },
	{ "not_chosen_weak", FAILED, not_chosen_weak,
	  "The car did not choose this charger: mean attenuation {attenuation}",
	  "That is what a neighbour's charger looks like; check the coupling of the power line signal into "
	  "the control pilot" },
	{ "not_chosen", FAILED, not_chosen,
	  "The car did not ask for a match after the attenuation report ({attenuation})",
	  "Was CM_ATTEN_CHAR.IND sent to the car's MAC, with its RunID and not all zero, within 1.2 s of the "
	  "first sound" },
	{ "no_profile", FAILED, no_profile,
	  "The charger reported no attenuation after {sounds}: its modem delivered no CM_ATTEN_PROFILE.IND",
	  "Modem firmware and its SLAC mode; coupling of the signal" },
	{ "no_atten_char", FAILED, no_atten_char,
	  "The charger reported no attenuation after {sounds}",
	  "CM_ATTEN_CHAR.IND is due 600 ms after the first CM_START_ATTEN_CHAR.IND" },
	{ "slac_wrong_run_id", FAILED, wrong_run_id,
	  "The charger answers with another RunID than the car's: the car repeats its request ({parm_req}) and "
	  "does not sound",
	  "Copy all 8 bytes of the RunID of CM_SLAC_PARM.REQ into the answer" },
	{ "slac_no_sounds", FAILED, no_sounds,
	  "The car did not go on after CM_SLAC_PARM.CNF ({parm_req})",
	  "RunID, forwarding station and number of sounds in the answer; did it come within 200 ms" },
	{ "slac_unanswered", FAILED, slac_unanswered,
	  "No charger answered SLAC ({parm_req})",
	  "Is the charger's modem powered and in EVSE mode, and its SLAC started at control pilot state B with "
	  "5 % duty cycle; coupling of the signal into the control pilot" },
	{ "nothing", INCOMPLETE, nothing, "There is nothing to judge", "" },
};

/* Remarks. */

static const struct ccs_at *amid(facts *s)
{
	return when(s->begins_amid && s->v2g.from_ev && s->v2g.from_evse, &s->v2g.first);
}

static const struct ccs_at *resumed(facts *s)
{
	return when(s->v2g.resumed, &s->v2g.response[CCS_STEP_SESSION_SETUP].last);
}

static const struct ccs_at *renegotiated(facts *s)
{
	return when(s->v2g.renegotiations > 0, &s->begin);
}

static const struct ccs_at *security_differs(facts *s)
{
	bool differs = s->sdp.request.count && s->sdp.security_asked != s->sdp.security_answered;

	return differs && !nothing_above_sdp(s) ? last_of(&s->sdp.response) : NULL;
}

static const struct ccs_at *tls_before(facts *s)
{
	return s->v2g.first.seen ? when(true, s->tls.alert.seen ? &s->tls.alert : &s->tls.failed) :
				   NULL;
}

static const struct ccs_at *sdp_slow(facts *s)
{
	return s->sdp.response.count && s->sdp.request.count > 2 ? last_of(&s->sdp.response) : NULL;
}

static const struct ccs_at *connects_failed(facts *s)
{
	return s->tcp.opened.count && s->tcp.unanswered.count + s->tcp.refused.count > 0 ?
		       when(true, s->tcp.refused.count ? &s->tcp.refused.first :
							 &s->tcp.unanswered.first) :
		       NULL;
}

static const struct ccs_at *other_port(facts *s)
{
	return last_of(&s->tcp.other);
}

static const struct ccs_at *slac_retried(facts *s)
{
	return s->slac.runs > 1 && s->slac.match_cnf.count && !slac_again(s) ?
		       last_of(&s->slac.parm_req) :
		       NULL;
}

static const struct ccs_at *atten_broadcast(facts *s)
{
	return s->slac.broadcast_char > 0 ? last_of(&s->slac.atten_char) : NULL;
}

static const struct ccs_at *several_answers(facts *s)
{
	return s->slac.answer_count > 1 ? last_of(&s->slac.parm_cnf) : NULL;
}

static const struct ccs_at *implausible(facts *s)
{
	return when(s->charge.implausible, &s->charge.peak_at);
}

static const struct ccs_at *discharging(facts *s)
{
	const struct ccs_range *soc = &s->charge.soc;

	return when(has_charged(s) && soc->seen && soc->last < soc->first &&
			    s->charge.charged_mwh > s->charge.discharged_mwh,
		    &s->v2g.response[CCS_STEP_CHARGE_LOOP].last);
}

static const struct ccs_at *no_current(facts *s)
{
	const struct ccs_range *current = &s->charge.current;

	return when(has_charged(s) && current->seen && current->highest < 500 &&
			    current->lowest > -500,
		    &s->v2g.response[CCS_STEP_CHARGE_LOOP].last);
}

static const struct ccs_at *welded(facts *s)
{
	return when(s->charge.has_welding && s->charge.welding_mv > 60000 && has_stopped(s),
		    &s->v2g.response[CCS_STEP_WELDING].last);
}

static const struct ccs_at *undecoded(facts *s)
{
	return when(s->v2g.undecoded > 0, &s->v2g.undecoded_at);
}

static const struct ccs_at *gaps(facts *s)
{
	return when(s->tcp.gaps > 0, &s->tcp.gap_at);
}

static const struct ccs_at *warned(facts *s)
{
	return said(&s->v2g.warning);
}

static const struct ccs_at *faulted(facts *s)
{
	return said(&s->v2g.fault);
}

static const struct {
	condition *holds;
	const char *sentence;
} remarks[] = {
	{ amid, "the capture begins within the session" },
	{ resumed, "the session of before was resumed" },
	{ renegotiated, "renegotiated {renegotiations}" },
	{ slac_retried, "SLAC was begun more than once ({parm_req})" },
	{ atten_broadcast, "CM_ATTEN_CHAR.IND was sent to all instead of to the car" },
	{ several_answers, "several chargers answered SLAC" },
	{ security_differs, "the car asked for {asked}, the charger answered {answered}" },
	{ sdp_slow, "SDP was answered only after {sdp_requests}" },
	{ connects_failed, "before or between: TCP connects to {port} failed ({refused} refused, {unanswered} "
			   "unanswered)" },
	{ tls_before, "TLS was tried: {tls}" },
	{ other_port, "{other} failed: a service that the charger does not have" },
	{ discharging, "the SoC falls while the current counts as charging: the battery feeds the charger, and "
		       "the protocol has no sign for it" },
	{ no_current, "no current flowed" },
	{ implausible, "the charger reports up to {peak} but can give {max_current}: its current, power and "
		       "energy are not to be trusted" },
	{ welded, "the last voltage in the welding detection is above 60 V: contactors or precharge resistor" },
	{ warned, "the charger warned: {warning}" },
	{ faulted, "notification in a header: {fault}" },
	{ gaps, "bytes are missing or damaged at {gaps} of the connection" },
	{ undecoded, "{undecoded} could not be decoded" },
};
/* clang-format on */

#define RULES	(sizeof(rules) / sizeof(rules[0]))
#define REMARKS (sizeof(remarks) / sizeof(remarks[0]))

void ccs_diagnose(facts *s, struct ccs_diagnosis *d)
{
	const struct rule *rule = rules;
	const struct ccs_at *at;

	while (!(at = rule->holds(s)))
		rule++;
	*d = (struct ccs_diagnosis) { .code = rule->code, .verdict = rule->verdict, .at = *at };
	ccs_diagnosis_expand(s, at, rule->sentence, d->sentence, sizeof(d->sentence));
	ccs_diagnosis_expand(s, at, rule->advice, d->advice, sizeof(d->advice));
}

bool ccs_diagnosis_remark(facts *s, unsigned int index, char *text, size_t size)
{
	for (size_t i = 0; i < REMARKS; i++) {
		const struct ccs_at *at = remarks[i].holds(s);

		if (at && index-- == 0)
			return ccs_diagnosis_expand(s, at, remarks[i].sentence, text, size);
	}
	return false;
}

const char *ccs_verdict_name(enum ccs_verdict verdict)
{
	static const char *const names[] = { "ok", "failed", "incomplete" };

	return names[verdict];
}

const char *ccs_diagnosis_template(unsigned int index)
{
	if (index < RULES)
		return rules[index].sentence;
	if (index < 2 * RULES)
		return rules[index - RULES].advice;
	return index < 2 * RULES + REMARKS ? remarks[index - 2 * RULES].sentence : NULL;
}
