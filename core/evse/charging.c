/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State and event to state: the sequence of a session and its checks.  Sources: DIN SPEC 70121 8.8
 * (messages and response codes) and 9 (sequence); ISO 15118-2 8.8 is the same where both use this
 * file, and 8.7.3 for pause and renegotiation.
 */
#include "evse/charging.h"

#include <string.h>

/* An answer that is not the last word; from the first one on the step has its time. */
void evse_go_on(struct ccs_evse_session *session, struct evse_answer *answer, ccs_time time,
		ccs_time now)
{
	answer->ongoing = true;
	if (session->asked != CCS_NEVER)
		return;
	session->asked = now;
	session->ongoing = now + time;
}

void evse_refuse_sequence(struct evse_answer *answer)
{
	answer->code = EVSE_CODE_SEQUENCE;
}

void evse_answer_fault(struct ccs_evse_session *session, enum ccs_evse_fault fault,
		       struct evse_answer *answer, ccs_time now)
{
	evse_fail(session, fault, now);
	answer->code = EVSE_CODE_FAILED;
}

/* ISO 15118-2 8.7.3: after the end of charging, or instead of it where no power is offered. */
static bool may_pause(const struct ccs_evse_session *session)
{
	if (session->fault != CCS_EVSE_FAULT_NONE)
		return false;
	return session->state == CCS_EVSE_STOPPED ||
	       (session->pause && session->state > CCS_EVSE_PARAMETERS &&
		session->state < CCS_EVSE_CHARGING);
}

/* R42: an Ioniq ends without welding detection; Model Y and Polestar 2 stop from precharge. */
static void stop_session(struct ccs_evse_session *session, const struct evse_event *event,
			 struct evse_answer *answer, ccs_time now)
{
	if (session->state == CCS_EVSE_CHARGING &&
	    !ccs_quirk_is_on(&session->config.quirks, CCS_QUIRK_EARLY_SESSION_STOP)) {
		evse_refuse_sequence(answer);
		return;
	}
	if (event->pause && !may_pause(session)) {
		answer->code = EVSE_CODE_FAILED;
		return;
	}
	session->paused.valid = event->pause;
	memcpy(session->paused.id, session->id, sizeof(session->id));
	evse_take_power(session, now);
	evse_enter(session, CCS_EVSE_CLOSING, now);
}

/* From here on state B is expected. */
static void expect_state_b(struct ccs_evse_session *session, ccs_time now)
{
	session->taken = now;
	session->left_c = !evse_is_drawing(session);
}

/* PowerDelivery stop: the current is taken away, the contactor opens when it is gone. */
void evse_stop_charging(struct ccs_evse_session *session, ccs_time now)
{
	evse_take_power(session, now);
	expect_state_b(session, now);
	session->facts.stopped = true;
	session->stop = CCS_NEVER;
	if (session->over == CCS_NEVER) /* B1: welding detection for ever is none */
		session->over = now +
				ccs_timing_us(session->config.timing, CCS_TIMER_SECC_SEQUENCE);
	evse_enter(session, CCS_EVSE_STOPPED, now);
}

/*
 * PowerDelivery renegotiate.  A direct current goes to zero with the contactor closed: a car that
 * stays in state C (E-2) still has its battery there.  When it shows state B the contactor opens
 * (supervise.c).  Mains stays on, its car draws what it was allowed to.
 */
static void renegotiate(struct ccs_evse_session *session, ccs_time now)
{
	session->renegotiate = false;
	session->renegotiating = true;
	session->precharged = false;
	session->receipt = false;
	session->scheduled = CCS_NEVER;
	expect_state_b(session, now);
	if (!evse_is_ac(session)) {
		evse_set_power(session, CCS_EVSE_POWER_HOLD, now);
		evse_end_delivery(session, now);
	}
	evse_enter(session, CCS_EVSE_PARAMETERS, now);
}

/* DIN SPEC 70121 8.8.4.6, ISO 15118-2 8.4.3.9.3: the flags tell which of our limits was at work. */
static void demand_current(struct ccs_evse_session *session, const struct evse_event *event,
			   struct evse_answer *answer, ccs_time now)
{
	struct ccs_limits limits = evse_own_limits(session, now);
	struct ccs_setpoint own;

	evse_take_maxima(session, &event->maxima, now);
	evse_take_demand(session, event, now);
	own = session->demand;
	answer->limited = ccs_limits_clamp(&limits, &own);
}

/*
 * DIN SPEC 70121 8.8.4.6.  NOTE: a stop before the first CurrentDemandReq, or instead of a receipt,
 * is taken, although the sequence asks for one: a car that wants to stop shall be able to.
 */
static void in_charging(struct ccs_evse_session *session, const struct evse_event *event,
			struct evse_answer *answer, ccs_time now)
{
	enum evse_request loop = evse_is_ac(session) ? EVSE_REQUEST_STATUS : EVSE_REQUEST_DEMAND;

	if (event->request == EVSE_REQUEST_STOP) {
		evse_stop_charging(session, now);
	} else if (event->request == EVSE_REQUEST_START) {
		answer->code = EVSE_CODE_FAILED;
	} else if (session->receipt != (event->request == EVSE_REQUEST_RECEIPT)) {
		evse_refuse_sequence(answer);
	} else if (event->request == EVSE_REQUEST_RECEIPT) {
		session->receipt = false;
	} else if (event->request == EVSE_REQUEST_RENEGOTIATE) {
		renegotiate(session, now);
	} else if (event->request != loop) {
		evse_refuse_sequence(answer);
	} else if (loop == EVSE_REQUEST_DEMAND) {
		demand_current(session, event, answer, now);
	}
}

/*
 * DIN SPEC 70121 8.8.4.7: the car has left state C V2G_SECC_CPState_Detection_Timeout after the
 * stop.  NOTE: without the quirk E-2 only; the power is gone in any case.
 */
static void in_stopped(struct ccs_evse_session *session, const struct evse_event *event,
		       struct evse_answer *answer, ccs_time now)
{
	ccs_time time = ccs_timing_us(session->config.timing, CCS_TIMER_PILOT_DETECTION);

	if (event->request != EVSE_REQUEST_WELDING || evse_is_ac(session)) {
		evse_refuse_sequence(answer);
		return;
	}
	if (session->left_c || now - session->taken < time)
		return;
	session->left_c = true; /* said once */
	evse_note(session, CCS_NOTE_WARNING, "the car stays in state C after the stop", now);
	if (!ccs_quirk_is_on(&session->config.quirks, CCS_QUIRK_STATE_C_RENEGOTIATION))
		evse_answer_fault(session, CCS_EVSE_FAULT_PILOT, answer, now);
}

static void in_state(struct ccs_evse_session *session, const struct evse_event *event,
		     struct evse_answer *answer, ccs_time now)
{
	switch (session->state) {
	case CCS_EVSE_SESSION_SETUP:
		evse_in_session_setup(session, event, answer, now);
		break;
	case CCS_EVSE_SERVICE_DISCOVERY:
		evse_in_service_discovery(session, event, answer, now);
		break;
	case CCS_EVSE_PAYMENT:
		evse_in_payment(session, event, answer, now);
		break;
	case CCS_EVSE_AUTHORISATION:
		evse_in_authorisation(session, event, answer, now);
		break;
	case CCS_EVSE_PARAMETERS:
		evse_in_parameters(session, event, answer, now);
		break;
	case CCS_EVSE_READY:
		evse_deliver_power(session, event, answer, now);
		break;
	case CCS_EVSE_CABLE_CHECK:
		evse_in_cable_check(session, event, answer, now);
		break;
	case CCS_EVSE_PRE_CHARGE:
		evse_in_pre_charge(session, event, answer, now);
		break;
	case CCS_EVSE_CHARGING:
		in_charging(session, event, answer, now);
		break;
	case CCS_EVSE_STOPPED:
		in_stopped(session, event, answer, now);
		break;
	case CCS_EVSE_IDLE:
	case CCS_EVSE_HANDSHAKE:
	case CCS_EVSE_CLOSING:
	case CCS_EVSE_ENDED:
		evse_refuse_sequence(answer);
		break;
	}
}

/* After a fault the car may come to its end in order; everything else is over. */
static void after_fault(struct ccs_evse_session *session, const struct evse_event *event,
			struct evse_answer *answer, ccs_time now)
{
	if (event->request == EVSE_REQUEST_STOP)
		evse_stop_charging(session, now);
	else if (event->request != EVSE_REQUEST_WELDING || session->state != CCS_EVSE_STOPPED)
		answer->code = EVSE_CODE_FAILED;
}

/* A car that was told to stop, or is offered no power, need not go through the cable check first.
 */
static bool may_stop_early(const struct ccs_evse_session *session)
{
	bool early = session->state == CCS_EVSE_PARAMETERS ||
		     session->state == CCS_EVSE_CABLE_CHECK ||
		     session->state == CCS_EVSE_PRE_CHARGE;

	return early && (evse_wants_stop(session) || session->pause);
}

/* What the car has said is told once it is complete; a probe then has what it wanted. */
static void tell_car(struct ccs_evse_session *session, const struct evse_event *event,
		     const struct evse_answer *answer, ccs_time now)
{
	bool parameters = event->request == EVSE_REQUEST_PARAMETERS;

	if (!session->config.probe) {
		if (parameters && !answer->ongoing && !session->renegotiating)
			evse_tell_car(session, now);
		return;
	}
	if (session->probed || !event->has_soc || (parameters && !event->soc))
		return;
	session->probed = true;
	session->stop = now + session->config.stop_us;
	evse_demand_stop(session, now);
	evse_tell_car(session, now);
}

void evse_charging_step(struct ccs_evse_session *session, const struct evse_event *event,
			struct evse_answer *answer, ccs_time now)
{
	*answer = (struct evse_answer) { .code = EVSE_CODE_OK };
	if (event->request != EVSE_REQUEST_SESSION_SETUP && !event->session_known)
		answer->code = EVSE_CODE_UNKNOWN_SESSION;
	else if (event->request == EVSE_REQUEST_UNSUPPORTED)
		evse_refuse_sequence(answer);
	else if (event->request == EVSE_REQUEST_SESSION_STOP &&
		 session->state > CCS_EVSE_SESSION_SETUP)
		stop_session(session, event, answer, now);
	else if (session->fault != CCS_EVSE_FAULT_NONE)
		after_fault(session, event, answer, now);
	else if (event->request == EVSE_REQUEST_STOP && may_stop_early(session))
		evse_stop_charging(session, now);
	else
		in_state(session, event, answer, now);
	if (event->session_known && answer->code < EVSE_CODE_FAILED) {
		evse_take_car(session, event, now);
		tell_car(session, event, answer, now);
	}
	evse_fill_answer(session, event, answer, now);
	if (answer->code >= EVSE_CODE_FAILED)
		evse_end(session, CCS_EVSE_FAULT_PROTOCOL, now);
}
