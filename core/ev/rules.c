/* SPDX-License-Identifier: Apache-2.0 */
/* What holds in every state of the car's session, before the state itself is asked. */
#include "messages.h"

#define ENDING_TIME   CCS_SECONDS(60) /* from the wish to end to the shutdown (B1) */
#define HARDWARE_POLL CCS_MS(50)
/* Per mille, IEC 61851-1 table A.8: digital communication, and AC with it or without. */
#define DUTY_LEAST    30
#define DUTY_MOST     70
#define DUTY_AC_LEAST 80
#define DUTY_AC_MOST  970

/* No response, a FAILED one, or no connection. */
static void give_up(struct ccs_ev_session *s, enum ccs_ev_reason reason)
{
	s->awaited = CCS_EV_MESSAGE_NONE;
	s->response_by = CCS_NEVER;
	if (s->outcome == CCS_EV_OUTCOME_PAUSED)
		s->outcome = CCS_EV_OUTCOME_STOPPED_BY_CAR; /* the charger does not know it */
	if (s->state == CCS_EV_STATE_WELDING && reason != CCS_EV_REASON_CONNECTION &&
	    ccs_ev_has_quirk(s, CCS_QUIRK_WELDING_FAILED))
		ccs_ev_charging_enter(s, CCS_EV_STATE_SESSION_STOP);
	else if (s->state == CCS_EV_STATE_SESSION_STOP &&
		 ccs_ev_has_quirk(s, CCS_QUIRK_UNLOCK_WITHOUT_STOP))
		ccs_ev_shutdown_begin(s);
	else
		ccs_ev_charging_fail(s, reason);
}

/* The first deadline that has passed. */
static bool has_run_out(struct ccs_ev_session *s)
{
	bool ending = ccs_ev_wants_end(s) && s->now - s->facts.stop_demanded >= ENDING_TIME;

	if (s->now >= s->response_by)
		give_up(s, CCS_EV_REASON_NO_ANSWER);
	else if (s->now >= s->state_by)
		ccs_ev_charging_fail(s, ccs_ev_charging_too_long(s));
	else if (s->now >= s->setup_by || s->now >= s->ready_by || ending)
		ccs_ev_charging_fail(s, CCS_EV_REASON_TOO_LONG);
	else
		return false;
	return true;
}

static bool duty_is_wrong(const struct ccs_ev_session *s)
{
	int32_t duty;

	if (s->state >= CCS_EV_STATE_POWER_OFF ||
	    !ccs_ev_measure(s, &s->config.values->duty, &duty))
		return false;
	if (s->facts.ac && duty >= DUTY_AC_LEAST && duty <= DUTY_AC_MOST)
		return false;
	return duty < DUTY_LEAST || duty > DUTY_MOST;
}

/* The hardware: what makes any state fail. */
static enum ccs_ev_reason find_fault(const struct ccs_ev_session *s)
{
	const struct ccs_ev_values *v = s->config.values;
	bool powered = s->state >= CCS_EV_STATE_POWER_ON && s->state <= CCS_EV_STATE_RENEGOTIATING;

	if (v->plug == CCS_PLUG_OUT)
		return CCS_EV_REASON_UNPLUGGED;
	if (v->emergency)
		return CCS_EV_REASON_EMERGENCY;
	if (duty_is_wrong(s))
		return CCS_EV_REASON_PILOT;
	if (s->state >= CCS_EV_STATE_CABLE_CHECK && s->state <= CCS_EV_STATE_FALLING &&
	    v->lock != CCS_LOCK_CLOSED)
		return CCS_EV_REASON_LOCK;
	if (powered && s->config.commands->contactors && v->contactors != CCS_CONTACTOR_CLOSED &&
	    !ccs_ev_has_quirk(s, CCS_QUIRK_LATE_LOAD))
		return CCS_EV_REASON_CONTACTORS;
	return CCS_EV_REASON_NONE;
}

/* A wish to end waits for the receipt and the renegotiation that the charger expects next. */
static bool may_leave(const struct ccs_ev_session *s)
{
	/* While contacts move, the precharge voltage has to stay: no word to the charger. */
	return ccs_ev_wants_end(s) && !s->awaited && !s->receipt_due &&
	       s->state < CCS_EV_STATE_RENEGOTIATING && s->state != CCS_EV_STATE_CLOSING;
}

/* True when a rule took over. */
static bool apply_rules(struct ccs_ev_session *s)
{
	enum ccs_ev_reason fault = find_fault(s);

	if (fault) {
		ccs_ev_charging_fail(s, fault);
		return true;
	}
	if (has_run_out(s))
		return true;
	if (s->config.values->stop)
		ccs_ev_want_end(s, CCS_EV_OUTCOME_STOPPED_BY_CAR, CCS_EV_REASON_STOP);
	if (may_leave(s)) {
		ccs_ev_leave_in_order(s);
		return true;
	}
	return false;
}

static void run(struct ccs_ev_session *s, const struct ccs_ev_reply *reply)
{
	if (s->state == CCS_EV_STATE_IDLE)
		return;
	if (s->state >= CCS_EV_STATE_SHUTDOWN)
		ccs_ev_shutdown_step(s);
	else if (!apply_rules(s))
		ccs_ev_charging_run(s, reply);
}

void ccs_ev_charging_start(struct ccs_ev_session *s)
{
	s->setup_by = s->now + ccs_timing_us(&s->timing, CCS_TIMER_EVCC_SETUP);
	ccs_ev_charging_enter(s, CCS_EV_STATE_HANDSHAKE);
}

void ccs_ev_charging_tick(struct ccs_ev_session *s)
{
	run(s, NULL);
}

static void keep_values(struct ccs_ev_session *s, const struct ccs_ev_reply *reply)
{
	if (reply->has_voltage)
		s->facts.reported_mv = ccs_measured(reply->present_mv, s->now);
	if (reply->has_current)
		s->reported_ma = ccs_measured(reply->present_ma, s->now);
	if (reply->has_limits)
		s->charger = reply->limits;
	s->receipt_due = reply->receipt;
}

/* EVSENotification and EVSEStatusCode until the end of the loop; later they say nothing new. */
static enum ccs_ev_reason heed_status(struct ccs_ev_session *s, const struct ccs_ev_reply *reply)
{
	bool faulty = reply->has_isolation && reply->isolation == CCS_ISOLATION_FAULT;

	if (s->state >= CCS_EV_STATE_POWER_OFF)
		return CCS_EV_REASON_NONE;
	if (reply->status == CCS_EV_CHARGER_EMERGENCY)
		return CCS_EV_REASON_CHARGER_EMERGENCY; /* R32 */
	if (reply->status == CCS_EV_CHARGER_STOPS &&
	    !ccs_ev_has_quirk(s, CCS_QUIRK_SHUTDOWN_IS_STOP))
		return CCS_EV_REASON_CHARGER_STOP;
	if (faulty)
		return CCS_EV_REASON_ISOLATION;
	if (reply->rcd)
		return CCS_EV_REASON_RCD;
	if (reply->stop || reply->status == CCS_EV_CHARGER_STOPS) /* R31 */
		ccs_ev_want_end(s, CCS_EV_OUTCOME_STOPPED_BY_CHARGER, CCS_EV_REASON_CHARGER_STOP);
	return CCS_EV_REASON_NONE;
}

void ccs_ev_charging_take(struct ccs_ev_session *s, const struct ccs_ev_reply *reply)
{
	enum ccs_ev_reason reason;

	if (s->state == CCS_EV_STATE_IDLE || s->state >= CCS_EV_STATE_SHUTDOWN)
		return;
	if (reply->message != s->awaited) {
		ccs_ev_charging_fail(s, CCS_EV_REASON_OUT_OF_TURN);
		return;
	}
	if (!reply->ok) {
		give_up(s, CCS_EV_REASON_REFUSED);
		return;
	}
	s->awaited = CCS_EV_MESSAGE_NONE;
	s->response_by = CCS_NEVER;
	keep_values(s, reply);
	reason = heed_status(s, reply);
	if (reason)
		ccs_ev_charging_fail(s, reason);
	else
		run(s, reply);
}

void ccs_ev_charging_lose(struct ccs_ev_session *s)
{
	if (s->state != CCS_EV_STATE_IDLE && s->state < CCS_EV_STATE_SHUTDOWN)
		give_up(s, CCS_EV_REASON_CONNECTION);
}

static ccs_time sooner(ccs_time a, ccs_time b)
{
	return a < b ? a : b;
}

ccs_time ccs_ev_charging_deadline(const struct ccs_ev_session *s)
{
	ccs_time at = sooner(sooner(s->response_by, s->again_at), sooner(s->setup_by, s->ready_by));

	if (s->state == CCS_EV_STATE_IDLE)
		return CCS_NEVER;
	if (s->state >= CCS_EV_STATE_SHUTDOWN)
		return ccs_ev_shutdown_deadline(s);
	if (ccs_ev_wants_end(s))
		at = sooner(at, s->facts.stop_demanded + ENDING_TIME);
	if (!ccs_ev_charging_asks(s) || !s->awaited || s->facts.ac) /* AC: what it draws */
		at = sooner(at, s->now + HARDWARE_POLL);
	return sooner(at, s->state_by);
}

/* R52: the vehicle's own monitor measures only where that of the charger cannot. */
static bool may_monitor(const struct ccs_ev_session *s)
{
	bool open = !s->config.commands->contactors &&
		    s->config.values->contactors == CCS_CONTACTOR_OPEN;

	return s->facts.ac || s->state < CCS_EV_STATE_CABLE_CHECK ||
	       (s->state == CCS_EV_STATE_ENDED && open);
}

void ccs_ev_follow(struct ccs_ev_session *s)
{
	s->config.commands->onboard_ma = ccs_ev_onboard_ma(s);
	s->config.commands->isolation_monitor = may_monitor(s);
}
