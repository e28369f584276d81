/* SPDX-License-Identifier: Apache-2.0 */
/* Answers that did not come. */
#include "trace/diagnosis_rules.h"

#include <string.h>

static const struct ccs_at *stop_unanswered(ccs_facts *s)
{
	return ccs_has_charged(s) && s->v2g.last_request.step == CCS_STEP_SESSION_STOP
		       ? ccs_unanswered(s)
		       : NULL;
}

static const struct ccs_at *pending_in(ccs_facts *s, enum ccs_step step)
{
	return s->v2g.last_request.step == step ? ccs_unanswered(s) : NULL;
}

static const struct ccs_at *stop_ignored(ccs_facts *s)
{
	return ccs_wished_stop(s) && !s->v2g.ev_stop.seen ? pending_in(s, CCS_STEP_CHARGE_LOOP)
							  : NULL;
}

static const struct ccs_at *loop_unanswered(ccs_facts *s)
{
	return pending_in(s, CCS_STEP_CHARGE_LOOP);
}

static const struct ccs_at *stop_delivery_unanswered(ccs_facts *s)
{
	return ccs_has_charged(s) && s->phase == CCS_PHASE_STOP
		       ? pending_in(s, CCS_STEP_POWER_DELIVERY)
		       : NULL;
}

static const struct ccs_at *delivery_unanswered(ccs_facts *s)
{
	return pending_in(s, CCS_STEP_POWER_DELIVERY);
}

static const struct ccs_at *welding_unanswered(ccs_facts *s)
{
	return pending_in(s, CCS_STEP_WELDING);
}

static const struct ccs_at *authorization_waits(ccs_facts *s)
{
	bool waits = s->v2g.ongoing[CCS_STEP_AUTHORIZATION] > 0 &&
		     !s->v2g.finished[CCS_STEP_AUTHORIZATION] &&
		     s->v2g.furthest == CCS_STEP_AUTHORIZATION && !ccs_diagnosis_cut(s);

	return ccs_when(waits, &s->v2g.last);
}

static const struct ccs_at *wrong_mode_unanswered(ccs_facts *s)
{
	bool wrong = strstr(s->v2g.energy_mode, "DC") && ccs_is_ac_only(s);

	return wrong ? pending_in(s, CCS_STEP_PARAMETERS) : NULL;
}

static const struct ccs_at *parameters_unanswered(ccs_facts *s)
{
	return pending_in(s, CCS_STEP_PARAMETERS);
}

static const struct ccs_at *cable_check_unanswered(ccs_facts *s)
{
	return pending_in(s, CCS_STEP_CABLE_CHECK);
}

static const struct ccs_at *precharge_unanswered(ccs_facts *s)
{
	return pending_in(s, CCS_STEP_PRECHARGE);
}

static const struct ccs_at *other_unanswered(ccs_facts *s)
{
	return ccs_unanswered(s);
}

/* clang-format off */
const struct ccs_rule ccs_rules_missing[] = {
	{ "stop_unanswered", CCS_VERDICT_OK, stop_unanswered,
	  "Charging ended in order ({soc}); only {request} was not answered; {ending}",
	  "Harmless; unlock the connector whatever the charger says" },
	{ "stop_ignored", CCS_VERDICT_FAILED, stop_ignored,
	  "The charger asked to stop ({stop_wish}), the car went on, and {request} was not answered; {ending}",
	  "The car should answer StopCharging or EVSE_Shutdown with PowerDelivery(Stop) at once" },
	{ "loop_unanswered", CCS_VERDICT_FAILED, loop_unanswered,
	  "The charger fell silent while charging: {request} was not answered for {silence}; {ending}",
	  "Control pilot, power line link and the charger's supply at that moment; does its log show an error" },
	{ "stop_delivery_unanswered", CCS_VERDICT_FAILED, stop_delivery_unanswered,
	  "The charger did not answer the car's stop ({request}) for {silence}; {ending}",
	  "A charger must answer PowerDelivery(Stop) up to 60 s after the last request" },
	{ "power_delivery_unanswered", CCS_VERDICT_FAILED, delivery_unanswered,
	  "The charger did not answer {request} for {silence}; {ending}",
	  "Precharge ended at {reached} of {target}: some chargers need a real load, the optional "
	  "EVPowerDeliveryParameter, or up to 6 s" },
	{ "welding_unanswered", CCS_VERDICT_OK, welding_unanswered,
	  "Charging ended in order ({soc}); WeldingDetectionReq was not answered; {ending}",
	  "Some chargers do not answer it; measure the inlet voltage before unlocking" },
	{ "authorization_pending", CCS_VERDICT_FAILED, authorization_waits,
	  "Nobody authorised the session: {ongoing}; {ending}",
	  "Start at the charger (card, app) before its time runs out; in the charger: is free charging or the "
	  "backend enabled" },
	{ "wrong_mode_unanswered", CCS_VERDICT_FAILED, wrong_mode_unanswered,
	  "The car wants {mode}, the charger has {modes}, and did not answer {request}; {ending}",
	  "Configure the charger for DC, or offer only a protocol that can do AC (ISO 15118-2 or -20)" },
	{ "parameters_unanswered", CCS_VERDICT_FAILED, parameters_unanswered,
	  "The charger did not answer {request} for {silence}; {ending}",
	  "Does the charger decode the car's parameters (mode {mode}, optional fields, negative multipliers)" },
	{ "cable_check_unanswered", CCS_VERDICT_FAILED, cable_check_unanswered,
	  "The charger did not answer {request} for {silence} after {rounds}; {ending}",
	  "Isolation test of the charger, control pilot state C, connector lock" },
	{ "precharge_unanswered", CCS_VERDICT_FAILED, precharge_unanswered,
	  "The charger did not answer {request} for {silence} at {reached} of {target}; {ending}",
	  "Power stage of the charger; is the target within its limits" },
	{ "request_unanswered", CCS_VERDICT_FAILED, other_unanswered,
	  "The charger did not answer {request} for {silence}; {ending}",
	  "Does the charger receive and decode it: look at its log at that time" },
	{ 0 },
};
/* clang-format on */
