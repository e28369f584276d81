/* SPDX-License-Identifier: Apache-2.0 */
/* The car gives up, or it went as it should. */
#include "trace/diagnosis_rules.h"

#include <string.h>

/* A precharge has reached its target when it is as close as this (IEC 61851-23 CC.5.2). */
#define PRECHARGE_CLOSE_MV 20000

/* An isolation test takes longer than this. */
#define CABLE_CHECK_SHORT CCS_SECONDS(5)

static const struct ccs_at *gave_up_ac(ccs_facts *s)
{
	bool early = s->v2g.furthest <= CCS_STEP_PARAMETERS && ccs_is_ac_only(s) &&
		     !ccs_has_charged(s) && s->v2g.furthest >= CCS_STEP_SERVICE_DISCOVERY;

	return ccs_when(early && !ccs_diagnosis_cut(s) && !s->v2g.pending,
			&s->v2g.response[s->v2g.furthest].last);
}

static const struct ccs_at *gave_up_services(ccs_facts *s)
{
	bool early = s->v2g.furthest >= CCS_STEP_SERVICE_DISCOVERY &&
		     s->v2g.furthest <= CCS_STEP_PAYMENT_DETAILS;

	return early ? ccs_stuck_in(s, s->v2g.furthest) : NULL;
}

static const struct ccs_at *gave_up_authorization(ccs_facts *s)
{
	return ccs_stuck_in(s, CCS_STEP_AUTHORIZATION);
}

static const struct ccs_at *gave_up_parameters(ccs_facts *s)
{
	const struct ccs_at *at = ccs_stuck_in(s, CCS_STEP_PARAMETERS);

	return at ? at : ccs_stuck_in(s, CCS_STEP_SCHEDULE);
}

static const struct ccs_at *cable_check_stopped(ccs_facts *s)
{
	return ccs_wished_stop(s) ? ccs_stuck_in(s, CCS_STEP_CABLE_CHECK) : NULL;
}

static const struct ccs_at *left_cable_check(ccs_facts *s)
{
	bool early = s->phases[CCS_PHASE_CABLE_CHECK].took < CABLE_CHECK_SHORT;

	return early && !s->v2g.finished[CCS_STEP_CABLE_CHECK]
		       ? ccs_stuck_in(s, CCS_STEP_CABLE_CHECK)
		       : NULL;
}

static const struct ccs_at *cable_check_unfinished(ccs_facts *s)
{
	return s->v2g.finished[CCS_STEP_CABLE_CHECK] ? NULL : ccs_stuck_in(s, CCS_STEP_CABLE_CHECK);
}

static const struct ccs_at *gave_up_cable_check(ccs_facts *s)
{
	return ccs_stuck_in(s, CCS_STEP_CABLE_CHECK);
}

static const struct ccs_at *precharge_low(ccs_facts *s)
{
	const struct ccs_charge_facts *c = &s->charge;
	int64_t off = c->precharge_target_mv - c->precharge_reached_mv;
	bool far = c->has_precharge_target && c->has_precharge_reached &&
		   (off > PRECHARGE_CLOSE_MV || off < -PRECHARGE_CLOSE_MV);

	return far ? ccs_stuck_in(s, CCS_STEP_PRECHARGE) : NULL;
}

static const struct ccs_at *gave_up_precharge(ccs_facts *s)
{
	return ccs_stuck_in(s, CCS_STEP_PRECHARGE);
}

static const struct ccs_at *gave_up_delivery(ccs_facts *s)
{
	return ccs_stuck_in(s, CCS_STEP_POWER_DELIVERY);
}

static const struct ccs_at *left_after_wish(ccs_facts *s)
{
	return ccs_has_charged(s) && ccs_wished_stop(s) ? ccs_silent_car(s) : NULL;
}

static const struct ccs_at *left_after_charging(ccs_facts *s)
{
	return ccs_has_charged(s) && s->v2g.ev_stop.seen ? ccs_silent_car(s) : NULL;
}

static const struct ccs_at *closed_by_charger(ccs_facts *s)
{
	const struct ccs_tcp_facts *tcp = &s->tcp;
	const struct ccs_at *ev = tcp->fin[CCS_SIDE_EV].seen ? &tcp->fin[CCS_SIDE_EV]
							     : &tcp->rst[CCS_SIDE_EV];
	const struct ccs_at *evse = tcp->fin[CCS_SIDE_EVSE].seen ? &tcp->fin[CCS_SIDE_EVSE]
								 : &tcp->rst[CCS_SIDE_EVSE];
	bool first = evse->seen && (!ev->seen || evse->since < ev->since);

	return first && ccs_silent_car(s) ? evse : NULL;
}

static const struct ccs_at *silent_charging(ccs_facts *s)
{
	return ccs_has_charged(s) && !ccs_is_closed(s) ? ccs_silent_car(s) : NULL;
}

static const struct ccs_at *left_charging(ccs_facts *s)
{
	return ccs_has_charged(s) ? ccs_silent_car(s) : NULL;
}

static const struct ccs_at *left(ccs_facts *s)
{
	return ccs_silent_car(s);
}

static const struct ccs_at *ended(ccs_facts *s)
{
	return ccs_when(ccs_has_charged(s) && ccs_has_stopped(s),
			&s->v2g.response[CCS_STEP_SESSION_STOP].last);
}

static const struct ccs_at *ended_pause(ccs_facts *s)
{
	return strcmp(s->v2g.charging_session, "Pause") == 0 ? ended(s) : NULL;
}

static const struct ccs_at *ended_by_charger(ccs_facts *s)
{
	return ccs_wished_stop(s) ? ended(s) : NULL;
}

static bool is_full(ccs_facts *s)
{
	const struct ccs_values *latest = &s->charge.latest;
	int64_t soc = s->charge.soc.last;
	bool full = ccs_values_has(latest, CCS_VALUE_FULL_SOC) && s->charge.soc.seen &&
		    soc >= latest->milli[CCS_VALUE_FULL_SOC] && soc > 0;
	bool target = ccs_values_has(latest, CCS_VALUE_TARGET_SOC) && s->charge.soc.seen &&
		      soc >= latest->milli[CCS_VALUE_TARGET_SOC] && soc > 0;

	return s->v2g.complete.seen || full || target;
}

static const struct ccs_at *ended_full(ccs_facts *s)
{
	return is_full(s) ? ended(s) : NULL;
}

static const struct ccs_at *only_the_end(ccs_facts *s)
{
	return ccs_when(s->begins_amid && ccs_has_stopped(s) && s->v2g.from_ev == 0,
			&s->v2g.response[CCS_STEP_SESSION_STOP].last);
}

static const struct ccs_at *one_side(ccs_facts *s)
{
	return ccs_when(s->begins_amid && (s->v2g.from_ev == 0 || s->v2g.from_evse == 0),
			&s->v2g.last);
}

static const struct ccs_at *cut_charging(ccs_facts *s)
{
	return ccs_when(s->phase == CCS_PHASE_CHARGING && ccs_diagnosis_cut(s), &s->v2g.last);
}

static const struct ccs_at *cut_after(ccs_facts *s)
{
	return ccs_when(ccs_has_charged(s) && s->phase == CCS_PHASE_STOP && ccs_diagnosis_cut(s),
			&s->v2g.last);
}

static const struct ccs_at *cut_before(ccs_facts *s)
{
	return ccs_when(ccs_diagnosis_cut(s), &s->v2g.last);
}

/* clang-format off */
const struct ccs_rule ccs_rules_left[] = {
	{ "only_the_end", CCS_VERDICT_INCOMPLETE, only_the_end,
	  "The capture begins with the last message of a session: SessionStop was answered", "" },
	{ "one_side_visible", CCS_VERDICT_INCOMPLETE, one_side,
	  "Only one side of the dialogue is visible, last {response}{request}",
	  "A listening modem gets unicast frames only by chance: record at the car or at the charger" },
	{ "ac_only", CCS_VERDICT_FAILED, gave_up_ac,
	  "The charger offers {modes} only, and the car ended the session after {furthest}; {ending}",
	  "A car that charges AC without ISO 15118, or wants DC here, leaves now: use 5 % duty cycle only where "
	  "digital communication is wanted, or offer DC" },
	{ "services_refused", CCS_VERDICT_FAILED, gave_up_services,
	  "The car ended the session after {furthest}: the charger offers {modes} for {payments}; {ending}",
	  "Compare energy transfer modes and payment options with what the car can do" },
	{ "left_after_authorization", CCS_VERDICT_FAILED, gave_up_authorization,
	  "The car ended the session after {furthest}, before its charge parameters; {ending}",
	  "Compare the offered modes ({modes}) with the car's; is the answer's EVSEProcessing Finished" },
	{ "left_after_parameters", CCS_VERDICT_FAILED, gave_up_parameters,
	  "The car did not go on after the charger's parameters ({mode}); {ending}",
	  "Compare the charger's limits with the car's, its status and schedule: cars leave at 0 W or 0 A, at "
	  "voltages below their battery's, and without a schedule" },
	{ "cable_check_aborted", CCS_VERDICT_FAILED, cable_check_stopped,
	  "The charger asked to stop in the cable check: {stop_wish}; {ending}",
	  "Isolation, connector lock, control pilot state C; read the charger's error memory" },
	{ "left_cable_check", CCS_VERDICT_FAILED, left_cable_check,
	  "The car gave up the cable check after {rounds} in {duration}, before it could finish (status "
	  "{status}); {ending}",
	  "The car's reasons: state of charge close to its target, timer, connector lock, a charger status that "
	  "it does not take" },
	{ "cable_check_unfinished", CCS_VERDICT_FAILED, cable_check_unfinished,
	  "The cable check did not finish: {rounds} in {duration}, last status {status}; {ending}",
	  "Charger: control pilot state C, lock, isolation test, supply. Car: it may have decided not to charge "
	  "(state of charge, timer)" },
	{ "left_after_cable_check", CCS_VERDICT_FAILED, gave_up_cable_check,
	  "The car did not go on after the cable check (status {status}); {ending}",
	  "Finished should come with EVSE_Ready and isolation Valid: some cars wait for it" },
	{ "precharge_not_reached", CCS_VERDICT_FAILED, precharge_low,
	  "Precharge reached {reached} of {target} in {duration}; {ending}",
	  "Power stage and precharge path of the charger; a load on the DC side; does the charger follow the "
	  "target" },
	{ "precharge_abandoned", CCS_VERDICT_FAILED, gave_up_precharge,
	  "The car gave up in precharge although the charger reports {reached} of {target} ({rounds} in "
	  "{duration}); {ending}",
	  "The car compares with its own measurement: is the voltage really at the inlet, and is the status "
	  "EVSE_Ready" },
	{ "left_after_power_delivery", CCS_VERDICT_FAILED, gave_up_delivery,
	  "The car did not begin to charge after {furthest}; {ending}",
	  "Contactors and voltages at that moment; for AC the charger must switch on within 3 s" },
	{ "left_after_stop_wish", CCS_VERDICT_FAILED, left_after_wish,
	  "The charger asked to stop ({stop_wish}); the car left without SessionStop after {response}; {ending}",
	  "Harmless for the charge ({soc}); the car should send PowerDelivery(Stop) and SessionStop" },
	{ "left_after_charging", CCS_VERDICT_FAILED, left_after_charging,
	  "Charging ended ({soc}), but the car left without SessionStop after {response}; {ending}",
	  "Harmless for the charge; the connector may stay locked" },
	{ "closed_by_charger", CCS_VERDICT_FAILED, closed_by_charger,
	  "The charger ended the connection in {phase}, after {response}",
	  "Read the charger's log: sequence timeout, loss of the control pilot, or its program ended" },
	{ "silent_charging", CCS_VERDICT_FAILED, silent_charging,
	  "The car fell silent while charging ({soc}): nothing more for {silence}, and TCP was not closed",
	  "Loss of the power line link or of the control pilot, plug pulled, or the car's controller restarted" },
	{ "left_charging", CCS_VERDICT_FAILED, left_charging,
	  "The car left while charging ({soc}), without PowerDelivery(Stop) and SessionStop; {ending}",
	  "Loss of the control pilot, plug pulled, an emergency in the car, or a charger whose values it does not "
	  "believe: compare present with target current and voltage in the last rounds" },
	{ "left", CCS_VERDICT_FAILED, left,
	  "The car did not go on after {response}; {ending}", "Look at that answer and at the car's log" },
	{ "paused", CCS_VERDICT_OK, ended_pause,
	  "Charging paused by the car in order ({soc}): SessionStop was answered", "" },
	{ "stopped_by_charger", CCS_VERDICT_OK, ended_by_charger,
	  "Stopped by the charger ({stop_wish}), the car followed in order: SessionStop was answered ({soc})", "" },
	{ "stopped_full", CCS_VERDICT_OK, ended_full,
	  "Stopped by the car, which has what it wanted ({soc}): SessionStop was answered", "" },
	{ "stopped_by_car", CCS_VERDICT_OK, ended,
	  "Stopped by the car or its user ({soc}): SessionStop was answered", "" },
	{ "cut_charging", CCS_VERDICT_INCOMPLETE, cut_charging, "The capture ends while charging ({soc})", "" },
	{ "cut_after_charging", CCS_VERDICT_INCOMPLETE, cut_after,
	  "The capture ends after charging ({soc}), before SessionStop was answered", "" },
	{ "cut", CCS_VERDICT_INCOMPLETE, cut_before, "The capture ends in {phase}, before charging began", "" },
	{ 0 },
};
/* clang-format on */
