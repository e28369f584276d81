/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody said: response codes, status, error codes. */
#include "trace/diagnosis_rules.h"

#include "ccs/sdp.h"

#include <string.h>

static const struct ccs_at *said_first(const struct ccs_finding *finding,
				       const struct ccs_finding *other)
{
	bool first = !other->count || finding->at.since <= other->at.since;

	return ccs_when(finding->count > 0 && first, &finding->at);
}

static const struct ccs_at *handshake_rejected(ccs_facts *s)
{
	return ccs_when(s->v2g.negotiation[0] && strncmp(s->v2g.negotiation, "OK", 2) != 0 &&
				s->v2g.furthest <= CCS_STEP_HANDSHAKE,
			&s->v2g.response[CCS_STEP_HANDSHAKE].last);
}

/* An agreement on a protocol that is none of ours, or a handshake that was not captured. */
static const struct ccs_at *undecoded(ccs_facts *s)
{
	bool all = s->v2g.undecoded > 0 && s->v2g.furthest <= CCS_STEP_HANDSHAKE;

	return ccs_when(all, &s->v2g.undecoded_at);
}

static const struct ccs_at *handshake_unanswered(ccs_facts *s)
{
	return s->v2g.last_request.step == CCS_STEP_HANDSHAKE ? ccs_unanswered(s) : NULL;
}

static const struct ccs_at *plain_to_tls(ccs_facts *s)
{
	bool plain = s->sdp.response.count > 0 && s->sdp.security_answered == CCS_SDP_TLS &&
		     s->sdp.security_asked != CCS_SDP_TLS;

	return plain ? handshake_unanswered(s) : NULL;
}

static const struct ccs_at *ev_error(ccs_facts *s, const char *literal)
{
	const struct ccs_at *at = said_first(&s->v2g.ev_error, &s->v2g.bad_status);

	return at && strcmp(s->v2g.ev_error.literal, literal) == 0 ? at : NULL;
}

#define EV_ERROR(name)                                            \
	static const struct ccs_at *ev_error_##name(ccs_facts *s) \
	{                                                         \
		return ev_error(s, "FAILED_" #name);              \
	}
EV_ERROR(RESSTemperatureInhibit)
EV_ERROR(EVShiftPosition)
EV_ERROR(ChargerConnectorLockFault)
EV_ERROR(EVRESSMalfunction)
EV_ERROR(ChargingCurrentdifferential)
EV_ERROR(ChargingVoltageOutOfRange)
EV_ERROR(ChargingSystemIncompatibility)

static const struct ccs_at *ev_error_other(ccs_facts *s)
{
	return said_first(&s->v2g.ev_error, &s->v2g.bad_status);
}

static const struct ccs_at *bad_status(ccs_facts *s, const char *literal)
{
	return strcmp(s->v2g.bad_status.literal, literal) == 0 ? ccs_said(&s->v2g.bad_status)
							       : NULL;
}

static const struct ccs_at *emergency_precharge(ccs_facts *s)
{
	return s->v2g.furthest == CCS_STEP_PRECHARGE ? bad_status(s, "EVSE_EmergencyShutdown")
						     : NULL;
}

static const struct ccs_at *emergency(ccs_facts *s)
{
	return bad_status(s, "EVSE_EmergencyShutdown");
}

static const struct ccs_at *malfunction(ccs_facts *s)
{
	return bad_status(s, "EVSE_Malfunction");
}

static const struct ccs_at *utility_interrupt(ccs_facts *s)
{
	return bad_status(s, "EVSE_UtilityInterruptEvent");
}

static const struct ccs_at *isolation_fault(ccs_facts *s)
{
	return strcmp(s->v2g.isolation.literal, "Fault") == 0 ? ccs_said(&s->v2g.isolation) : NULL;
}

static const struct ccs_at *failed_in(ccs_facts *s, const char *message)
{
	return strcmp(s->v2g.failed.message, message) == 0 ? ccs_said(&s->v2g.failed) : NULL;
}

static const struct ccs_at *pause_refused(ccs_facts *s)
{
	bool pause = strcmp(s->v2g.charging_session, "Pause") == 0;

	return ccs_has_charged(s) && pause ? failed_in(s, "SessionStopRes") : NULL;
}

static const struct ccs_at *failed_after_charging(ccs_facts *s)
{
	bool after = s->v2g.ev_stop.seen && s->v2g.failed.at.since >= s->v2g.ev_stop.since;

	return ccs_has_charged(s) && after ? ccs_said(&s->v2g.failed) : NULL;
}

static const struct ccs_at *stop_out_of_turn(ccs_facts *s)
{
	return ccs_has_charged(s) ? NULL : failed_in(s, "SessionStopRes");
}

static const struct ccs_at *cable_check_failed(ccs_facts *s)
{
	return s->v2g.furthest == CCS_STEP_CABLE_CHECK ? ccs_said(&s->v2g.failed) : NULL;
}

static const struct ccs_at *failed_code(ccs_facts *s, const char *code)
{
	return strcmp(s->v2g.failed.literal, code) == 0 ? ccs_said(&s->v2g.failed) : NULL;
}

static const struct ccs_at *sequence_error(ccs_facts *s)
{
	return failed_code(s, "FAILED_SequenceError");
}

static const struct ccs_at *unknown_session(ccs_facts *s)
{
	return failed_code(s, "FAILED_UnknownSession");
}

static const struct ccs_at *payment_invalid(ccs_facts *s)
{
	return failed_code(s, "FAILED_PaymentSelectionInvalid");
}

static const struct ccs_at *wrong_mode(ccs_facts *s)
{
	const struct ccs_at *at = failed_code(s, "FAILED_WrongEnergyTransferMode");

	return at ? at : failed_code(s, "FAILED_WrongEnergyTransferType");
}

static const struct ccs_at *wrong_parameter(ccs_facts *s)
{
	return failed_code(s, "FAILED_WrongChargeParameter");
}

static const struct ccs_at *not_applied(ccs_facts *s)
{
	return failed_code(s, "FAILED_PowerDeliveryNotApplied");
}

static const struct ccs_at *contactor_error(ccs_facts *s)
{
	return failed_code(s, "FAILED_ContactorError");
}

static const struct ccs_at *certificate_failed(ccs_facts *s)
{
	const char *code = s->v2g.failed.literal;
	bool about = strstr(code, "Cert") || strstr(code, "Signature") ||
		     strstr(code, "Contract") || strstr(code, "Challenge");

	return about ? ccs_said(&s->v2g.failed) : NULL;
}

static const struct ccs_at *failed_other(ccs_facts *s)
{
	return ccs_said(&s->v2g.failed);
}

/* clang-format off */
const struct ccs_rule ccs_rules_said[] = {
	{ "handshake_rejected", CCS_VERDICT_FAILED, handshake_rejected,
	  "The charger speaks none of the protocols that the car offers ({offers}): {negotiation}",
	  "Compare with the protocols enabled in the charger: DIN 70121 and ISO 15118-2 are version 2.0, and "
	  "some cars offer only one of them" },
	{ "undecoded", CCS_VERDICT_INCOMPLETE, undecoded,
	  "{undecoded} on the connection, none of which can be decoded",
	  "Was the handshake captured; is the protocol one of DIN 70121, ISO 15118-2 and -20" },
	{ "plain_to_tls", CCS_VERDICT_FAILED, plain_to_tls,
	  "The charger answered SDP with TLS, the car asked for none and sent supportedAppProtocolReq without: no "
	  "answer",
	  "Give both sides certificates that the other one trusts, or allow plain TCP in the charger" },
	{ "handshake_unanswered", CCS_VERDICT_FAILED, handshake_unanswered,
	  "The charger took the TCP connection but never answered supportedAppProtocolReq ({tries})",
	  "Its V2G server may still be in the session before, want TLS, or agree with none of {offers} and keep "
	  "silent: replug, and look at the charger's log" },
	{ "ev_temperature", CCS_VERDICT_FAILED, ev_error_RESSTemperatureInhibit,
	  "The car does not charge because of its battery's temperature: {ev_error}",
	  "Warm up or cool down the battery" },
	{ "ev_shift_position", CCS_VERDICT_FAILED, ev_error_EVShiftPosition,
	  "The car is not in park: {ev_error}", "Put it into P and try again" },
	{ "ev_lock_fault", CCS_VERDICT_FAILED, ev_error_ChargerConnectorLockFault,
	  "The car cannot lock the connector: {ev_error}",
	  "Look at the connector's notch and the lock actuator; pull the plug's weight off the inlet" },
	{ "ev_battery_fault", CCS_VERDICT_FAILED, ev_error_EVRESSMalfunction,
	  "The car reports a fault of its battery: {ev_error}", "Read the car's fault memory" },
	{ "ev_current_difference", CCS_VERDICT_FAILED, ev_error_ChargingCurrentdifferential,
	  "The car stopped because the current is not what it asked for: {ev_error}; {soc}",
	  "Compare present with target current; some cars end so after 10 minutes without net charge (a load "
	  "on the DC side, discharging, a simulated supply)" },
	{ "ev_voltage_range", CCS_VERDICT_FAILED, ev_error_ChargingVoltageOutOfRange,
	  "The car found the voltage out of range: {ev_error}",
	  "Compare present with target voltage and the car's limit at that frame" },
	{ "ev_incompatible", CCS_VERDICT_FAILED, ev_error_ChargingSystemIncompatibility,
	  "The car finds the charger incompatible: {ev_error}",
	  "Compare the limits of both sides in ChargeParameterDiscovery (minimum and maximum voltage and "
	  "current, isolation and status, schedule) and the SessionID of the answers" },
	{ "ev_error", CCS_VERDICT_FAILED, ev_error_other,
	  "The car reported {ev_error}", "Read the car's fault memory" },
	{ "emergency_precharge", CCS_VERDICT_FAILED, emergency_precharge,
	  "The charger reported {bad_status}: at most {highest} of {target} reached in precharge; {ending}",
	  "Without a battery or a high-impedance load at the inlet the voltage overshoots; check the precharge "
	  "path, the polarity, and the charger's error memory" },
	{ "emergency_shutdown", CCS_VERDICT_FAILED, emergency,
	  "The charger reported {bad_status} during {phase}; {ending}",
	  "Emergency button, isolation monitor, over-voltage or over-current, loss of the control pilot: read "
	  "the charger's error memory" },
	{ "charger_malfunction", CCS_VERDICT_FAILED, malfunction,
	  "The charger reported {bad_status} during {phase}; {ending}", "Read the charger's error memory" },
	{ "utility_interrupt", CCS_VERDICT_FAILED, utility_interrupt,
	  "The grid or the load management interrupted the charger: {bad_status}; {ending}",
	  "Ask the operator; try again when power is available" },
	{ "isolation_fault", CCS_VERDICT_FAILED, isolation_fault,
	  "The charger's isolation monitor found {isolation}; {ending}",
	  "Measure the isolation of the car's DC side and of the cable; switch off the car's own isolation "
	  "monitor while it charges; moisture in the connector" },
	{ "pause_refused", CCS_VERDICT_OK, pause_refused,
	  "Charging ended in order ({soc}), but the charger refused the pause: {failed}", "" },
	{ "failed_after_charging", CCS_VERDICT_OK, failed_after_charging,
	  "Charging ended in order ({soc}), but the charger answered the stop with {failed}",
	  "Harmless for the charge; some chargers answer so once their output is off" },
	{ "stop_out_of_turn", CCS_VERDICT_FAILED, stop_out_of_turn,
	  "The car ended the session after {furthest} without charging, and the charger did not expect that: "
	  "{failed}",
	  "Why the car did not begin: the answer before its SessionStopReq (limits, status, contactor), what "
	  "the car displays, its timer and state of charge" },
	{ "cable_check_failed", CCS_VERDICT_FAILED, cable_check_failed,
	  "The cable check failed: {failed}, status {status}; {ending}",
	  "Control pilot state C before CableCheckReq, connector locked, isolation of car and cable, and the "
	  "diode and resistors of the control pilot" },
	{ "sequence_error", CCS_VERDICT_FAILED, sequence_error,
	  "The charger did not expect this request: {failed}; {ending}",
	  "Look at the messages before it: which request did the charger wait for, and did its earlier answer "
	  "say Finished" },
	{ "unknown_session", CCS_VERDICT_FAILED, unknown_session,
	  "The charger does not know the car's SessionID: {failed}",
	  "The car must use the SessionID of SessionSetupRes in every later message, whatever its length" },
	{ "payment_invalid", CCS_VERDICT_FAILED, payment_invalid,
	  "The charger offers {payments} only, the car chose {payment}: {failed}",
	  "Contract (Plug and Charge) needs TLS and a contract in the car: enable external payment in the charger, "
	  "or Plug and Charge in the car" },
	{ "wrong_energy_mode", CCS_VERDICT_FAILED, wrong_mode,
	  "The car wants {mode}, the charger has {modes}: {failed}",
	  "Is the charger configured for the connector that is plugged in" },
	{ "wrong_parameter", CCS_VERDICT_FAILED, wrong_parameter,
	  "The charger refused the car's parameters: {failed}",
	  "Compare the limits: the car's maximum must be above the charger's minimum, and AC and DC parameters "
	  "must fit the chosen mode" },
	{ "power_not_applied", CCS_VERDICT_FAILED, not_applied,
	  "The charger does not switch on: {failed}, status {status}",
	  "Was the precharge voltage reached, and the cable check finished with isolation Valid" },
	{ "contactor_error", CCS_VERDICT_FAILED, contactor_error,
	  "The charger's contactor did not switch: {failed}",
	  "Contactor feedback of the charger; control pilot state C or D in time" },
	{ "certificate_failed", CCS_VERDICT_FAILED, certificate_failed,
	  "The charger refused the contract: {failed}",
	  "Validity and chain of the contract certificate, the charger's root certificates and its clock; "
	  "charge without contract meanwhile" },
	{ "failed", CCS_VERDICT_FAILED, failed_other,
	  "The charger answered {failed}; {ending}", "Look at the request before it and the charger's log" },
	{ 0 },
};
/* clang-format on */
