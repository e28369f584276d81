/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State and event to state: the sequence of a session and its checks.  Sources: DIN SPEC 70121 8.8
 * (messages and response codes) and 9 (sequence); ISO 15118-2 8.8 is the same where both use this
 * file, and 8.7.3 for pause and renegotiation.
 */
#include "evse/charging.h"

#include <string.h>

#define REACHED_MV 20000 /* precharge: IEC 61851-23 annex CC */

/* The time of a step in the set that is spoken. */
static ccs_time step_time(const struct ccs_evse_session *session, enum ccs_timer din,
			  enum ccs_timer iso2)
{
	bool is_din = session->protocol == CCS_PROTOCOL_DIN;

	return ccs_timing_us(session->config.timing, is_din ? din : iso2);
}

/* An answer that is not the last word; from the first one on the step has its time. */
static void go_on(struct ccs_evse_session *session, struct evse_answer *answer, ccs_time time,
		  ccs_time now)
{
	answer->ongoing = true;
	if (session->asked != CCS_NEVER)
		return;
	session->asked = now;
	session->ongoing = now + time;
}

static void refuse_sequence(struct evse_answer *answer)
{
	answer->code = EVSE_CODE_SEQUENCE;
}

static void fail(struct ccs_evse_session *session, enum ccs_evse_fault fault,
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
		refuse_sequence(answer);
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
static void stop_charging(struct ccs_evse_session *session, ccs_time now)
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

/* ISO 15118-2 8.7.3.2: a paused session goes on under its id, once. */
static void join_session(struct ccs_evse_session *session, const struct evse_event *event,
			 struct evse_answer *answer)
{
	struct ccs_evse_paused *paused = &session->paused;

	session->resumed = paused->valid && session->protocol == CCS_PROTOCOL_ISO2 &&
			   event->session.length == sizeof(paused->id) &&
			   memcmp(event->session.at, paused->id, sizeof(paused->id)) == 0;
	if (session->resumed)
		memcpy(session->id, paused->id, sizeof(session->id));
	paused->valid = false;
	answer->code = session->resumed ? EVSE_CODE_OLD_SESSION : EVSE_CODE_NEW_SESSION;
}

/* DIN SPEC 70121 8.8.3.2. */
static void in_session_setup(struct ccs_evse_session *session, const struct evse_event *event,
			     struct evse_answer *answer, ccs_time now)
{
	if (event->request != EVSE_REQUEST_SESSION_SETUP) {
		refuse_sequence(answer);
		return;
	}
	for (uint32_t i = 0; i < event->evccid.length && i < sizeof(session->car.evccid); i++) {
		session->car.evccid[i] = event->evccid.at[i];
		session->car.evccid_length = (uint8_t)(i + 1);
	}
	join_session(session, event, answer);
	evse_enter(session, CCS_EVSE_SERVICE_DISCOVERY, now);
}

/* DIN SPEC 70121 8.8.3.3. */
static void in_service_discovery(struct ccs_evse_session *session, const struct evse_event *event,
				 struct evse_answer *answer, ccs_time now)
{
	if (event->request == EVSE_REQUEST_SERVICE_DISCOVERY)
		evse_enter(session, CCS_EVSE_PAYMENT, now);
	else
		refuse_sequence(answer);
}

/* DIN SPEC 70121 8.8.3.4. */
static void in_payment(struct ccs_evse_session *session, const struct evse_event *event,
		       struct evse_answer *answer, ccs_time now)
{
	if (event->request == EVSE_REQUEST_SERVICE_DETAIL)
		answer->code = event->charge_service ? EVSE_CODE_OK : EVSE_CODE_SERVICE_ID;
	else if (event->request != EVSE_REQUEST_PAYMENT)
		refuse_sequence(answer);
	else if (!event->external_payment)
		answer->code = EVSE_CODE_PAYMENT_SELECTION;
	else if (!event->charge_service)
		answer->code = EVSE_CODE_NO_CHARGE_SERVICE;
	else if (event->other_service)
		answer->code = EVSE_CODE_SERVICE_SELECTION;
	else
		evse_enter(session, CCS_EVSE_AUTHORISATION, now);
}

/* A probe gives nothing that had to be paid; a resumed session has been paid. */
static enum ccs_authorisation find_authorisation(const struct ccs_evse_session *session)
{
	enum ccs_authorisation authorisation = session->config.values->authorisation;

	if (session->config.probe ||
	    (session->resumed && authorisation == CCS_AUTHORISATION_PENDING))
		return CCS_AUTHORISATION_GRANTED;
	return authorisation;
}

/* DIN SPEC 70121 8.8.3.5. */
static void in_authorisation(struct ccs_evse_session *session, const struct evse_event *event,
			     struct evse_answer *answer, ccs_time now)
{
	if (event->request != EVSE_REQUEST_AUTHORISATION) {
		refuse_sequence(answer);
		return;
	}
	switch (find_authorisation(session)) {
	case CCS_AUTHORISATION_PENDING:
		go_on(session, answer, session->config.authorisation_us, now);
		break;
	case CCS_AUTHORISATION_GRANTED:
		evse_enter(session, CCS_EVSE_PARAMETERS, now);
		break;
	case CCS_AUTHORISATION_DENIED:
		fail(session, CCS_EVSE_FAULT_DENIED, answer, now);
		break;
	}
}

/* Voltage and current that both sides can do. */
static bool fit_together(const struct ccs_evse_session *session)
{
	const struct ccs_limits *ev = &session->facts.ev;
	const struct ccs_limits *own = &session->config.values->limits;

	if (session->config.probe)
		return true;
	if (evse_is_ac(session))
		return ev->max_ma > 0;
	return ev->max_mv > own->min_mv && ev->max_ma > own->min_ma;
}

/* There is power to be offered; a pause offers none. */
static bool has_power(const struct ccs_evse_session *session, ccs_time now)
{
	const struct ccs_evse_values *values = session->config.values;

	if (session->pause || session->config.probe)
		return true;
	if (evse_is_ac(session))
		return values->supply != CCS_SUPPLY_FAULT && evse_ac_ma(session, now) > 0;
	return values->supply == CCS_SUPPLY_READY && ccs_limits_usable(&values->limits);
}

/* A car that has told its state of charge to a probe is not led on into the cable check. */
static bool has_told(const struct ccs_evse_session *session, const struct evse_event *event)
{
	return session->config.probe && (session->probed || event->soc > 0);
}

/* DIN SPEC 70121 8.8.4.2; ongoing until the supply can be used. */
static void in_parameters(struct ccs_evse_session *session, const struct evse_event *event,
			  struct evse_answer *answer, ccs_time now)
{
	if (event->request != EVSE_REQUEST_PARAMETERS) {
		refuse_sequence(answer);
		return;
	}
	if (!event->right_transfer || !event->right_parameters) {
		answer->code = event->right_transfer ? EVSE_CODE_WRONG_PARAMETER
						     : EVSE_CODE_WRONG_TRANSFER;
		return;
	}
	session->phases = event->phases;
	if (!evse_take_maxima(session, &event->maxima, now) || !fit_together(session)) {
		answer->code = EVSE_CODE_WRONG_PARAMETER;
		return;
	}
	/* NOTE: DIN has no time for it; that of ISO 15118-2 serves */
	if (has_told(session, event) || !has_power(session, now)) {
		go_on(session, answer,
		      ccs_timing_us(session->config.timing, CCS_TIMER_ISO2_SECC_ONGOING), now);
		return;
	}
	session->scheduled = now;
	evse_enter(session, evse_is_ac(session) ? CCS_EVSE_READY : CCS_EVSE_CABLE_CHECK, now);
}

/* The isolation is tested at the highest voltage that may come. */
static void begin_test(struct ccs_evse_session *session, ccs_time now)
{
	const struct ccs_evse_values *values = session->config.values;
	bool locked = !values->has_lock || values->lock == CCS_LOCK_CLOSED;
	int32_t mv;

	if (!locked || !evse_is_drawing(session) || values->supply != CCS_SUPPLY_READY ||
	    values->stop)
		return;
	if (!ccs_measured_get(&values->present_mv, now, session->config.sensor_us, &mv))
		return;
	mv = session->config.test_mv;
	session->demand = (struct ccs_setpoint) { mv ? mv : values->limits.max_mv,
						  CCS_PRECHARGE_MA };
	evse_set_power(session, CCS_EVSE_POWER_TEST, now);
}

/* True when the monitor has an answer. */
static bool read_monitor(struct ccs_evse_session *session)
{
	enum ccs_isolation isolation = session->config.values->isolation;

	if (isolation == CCS_ISOLATION_NO_MONITOR)
		isolation = session->config.without_monitor ? CCS_ISOLATION_NO_MONITOR
							    : CCS_ISOLATION_FAULT;
	session->isolation = isolation;
	session->isolation_tested = session->isolation_fresh &&
				    isolation != CCS_ISOLATION_INVALID &&
				    isolation != CCS_ISOLATION_RUNNING;
	return session->isolation_tested;
}

/* DIN SPEC 70121 8.8.4.3: state C is due V2G_SECC_CPState_Detection_Timeout after the request. */
static void wait_for_state_c(struct ccs_evse_session *session, struct evse_answer *answer,
			     ccs_time now)
{
	ccs_time time = ccs_timing_us(session->config.timing, CCS_TIMER_PILOT_DETECTION);

	if (session->power == CCS_EVSE_POWER_OFF)
		begin_test(session, now);
	if (!evse_is_drawing(session) && now - session->asked >= time)
		fail(session, CCS_EVSE_FAULT_PILOT, answer, now);
}

static void finish_cable_check(struct ccs_evse_session *session, struct evse_answer *answer,
			       ccs_time now)
{
	answer->ongoing = false;
	if (session->isolation == CCS_ISOLATION_FAULT) {
		fail(session, CCS_EVSE_FAULT_ISOLATION, answer, now);
		return;
	}
	evse_set_power(session, CCS_EVSE_POWER_HOLD, now);
	evse_enter(session, CCS_EVSE_PRE_CHARGE, now);
}

/* E-2: with the car's contactors closed there is nothing to test; the old result holds. */
static void skip_cable_check(struct ccs_evse_session *session, struct evse_answer *answer,
			     ccs_time now)
{
	if (ccs_quirk_is_on(&session->config.quirks, CCS_QUIRK_STATE_C_RENEGOTIATION)) {
		evse_note(session, CCS_NOTE_WARNING,
			  "the car stays in state C during the renegotiation", now);
		finish_cable_check(session, answer, now);
	} else {
		fail(session, CCS_EVSE_FAULT_PILOT, answer, now);
	}
}

/* A probe is ongoing until the car has stopped. */
static void in_cable_check(struct ccs_evse_session *session, const struct evse_event *event,
			   struct evse_answer *answer, ccs_time now)
{
	if (event->request != EVSE_REQUEST_CABLE_CHECK) {
		refuse_sequence(answer);
		return;
	}
	go_on(session, answer,
	      step_time(session, CCS_TIMER_DIN_SECC_CABLE_CHECK, CCS_TIMER_ISO2_SECC_CABLE_CHECK),
	      now);
	if (session->config.probe)
		return;
	if (session->power == CCS_EVSE_POWER_HOLD)
		skip_cable_check(session, answer, now);
	else if (session->power != CCS_EVSE_POWER_TEST)
		wait_for_state_c(session, answer, now);
	else if (read_monitor(session))
		finish_cable_check(session, answer, now);
}

static bool has_reached(const struct ccs_evse_session *session, ccs_time now)
{
	int64_t off = (int64_t)evse_present_mv(session, now) - session->demand.mv;

	return off <= REACHED_MV && off >= -REACHED_MV;
}

/* V2G_SECC_PreCharge_Performance_Time: in it the voltage of the car's target is reached. */
static void precharge(struct ccs_evse_session *session, const struct evse_event *event,
		      struct evse_answer *answer, ccs_time now)
{
	ccs_time time = step_time(session, CCS_TIMER_DIN_SECC_PRE_CHARGE,
				  CCS_TIMER_ISO2_SECC_PRE_CHARGE);
	int32_t old_mv = session->demand.mv;

	evse_take_demand(session, event, now);
	if (session->demand.ma > CCS_PRECHARGE_MA)
		session->demand.ma = CCS_PRECHARGE_MA;
	if (session->demand.ma < 0)
		session->demand.ma = 0;
	if (session->asked == CCS_NEVER || old_mv != session->demand.mv)
		session->asked = now;
	evse_set_power(session, CCS_EVSE_POWER_PRE, now);
	session->precharged = true;
	if (now - session->asked >= time && !has_reached(session, now)) {
		fail(session, CCS_EVSE_FAULT_SLOW, answer, now);
	}
}

/*
 * The schedule that was chosen and the power that the car plans.  NOTE: a DIN car whose plan is
 * beyond PMax is only noted, because cars there plan without looking; the set-point keeps below.
 */
static enum evse_code check_profile(const struct ccs_evse_session *session,
				    const struct evse_event *event, ccs_time now)
{
	bool tolerant = ccs_quirk_is_on(&session->config.quirks, CCS_QUIRK_ALLOW_NO_PROFILE);

	if (event->has_tuple && !evse_schedule_has(session, event->tuple))
		return EVSE_CODE_TARIFF;
	if (!event->has_profile)
		return tolerant ? EVSE_CODE_OK : EVSE_CODE_PROFILE;
	if (evse_schedule_allows(session, &event->profile, event->tuple))
		return EVSE_CODE_OK;
	if (!tolerant || session->protocol != CCS_PROTOCOL_DIN)
		return EVSE_CODE_PROFILE;
	evse_note(session, CCS_NOTE_WARNING, "the car plans more power than it was offered", now);
	return EVSE_CODE_OK;
}

/* DIN SPEC 70121 8.8.4.5: what has to be right before the car may draw current. */
static enum evse_code check_start(const struct ccs_evse_session *session,
				  const struct evse_event *event, ccs_time now)
{
	const struct ccs_evse_values *values = session->config.values;
	bool ac = evse_is_ac(session);

	if (evse_wants_stop(session) || (ac && values->supply == CCS_SUPPLY_FAULT))
		return EVSE_CODE_NOT_APPLIED;
	if (ac && session->power == CCS_EVSE_POWER_OFF && values->contactor == CCS_CONTACTOR_CLOSED)
		return EVSE_CODE_CONTACTOR; /* welded */
	if (!ac && !has_reached(session, now) &&
	    !ccs_quirk_is_on(&session->config.quirks, CCS_QUIRK_PRECHARGE_BY_CAR))
		return EVSE_CODE_VOLTAGE_TOO_LOW;
	return check_profile(session, event, now);
}

/* Mains comes with state C, which may already be there (supervise.c). */
static void start_charging(struct ccs_evse_session *session, const struct evse_event *event,
			   struct evse_answer *answer, ccs_time now)
{
	struct ccs_evse_schedule offer;

	answer->code = check_start(session, event, now);
	if (answer->code != EVSE_CODE_OK)
		return;
	evse_schedule_offer(session, &offer);
	session->tuple = event->has_tuple ? (uint8_t)event->tuple : offer.tuples[0].id;
	session->renegotiating = false;
	session->receipts = CCS_NEVER;
	if (session->config.receipt_us)
		session->receipts = now + session->config.receipt_us;
	if (!evse_is_ac(session))
		evse_set_power(session, CCS_EVSE_POWER_CHARGE, now);
	else if (session->power != CCS_EVSE_POWER_MAINS)
		evse_set_power(session, CCS_EVSE_POWER_WAIT, now);
	session->facts.delivering = true;
	evse_enter(session, CCS_EVSE_CHARGING, now);
}

/* What PowerDeliveryReq asks for where a start is expected. */
static void deliver_power(struct ccs_evse_session *session, const struct evse_event *event,
			  struct evse_answer *answer, ccs_time now)
{
	if (event->request == EVSE_REQUEST_START)
		start_charging(session, event, answer, now);
	else if (event->request == EVSE_REQUEST_STOP)
		stop_charging(session, now);
	else if (event->request == EVSE_REQUEST_RENEGOTIATE)
		answer->code = EVSE_CODE_FAILED;
	else
		refuse_sequence(answer);
}

/* DIN SPEC 70121 8.8.4.4 and 8.8.4.5. */
static void in_pre_charge(struct ccs_evse_session *session, const struct evse_event *event,
			  struct evse_answer *answer, ccs_time now)
{
	if (event->request == EVSE_REQUEST_PRE_CHARGE)
		precharge(session, event, answer, now);
	else if (session->precharged)
		deliver_power(session, event, answer, now);
	else
		refuse_sequence(answer);
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
		stop_charging(session, now);
	} else if (event->request == EVSE_REQUEST_START) {
		answer->code = EVSE_CODE_FAILED;
	} else if (session->receipt != (event->request == EVSE_REQUEST_RECEIPT)) {
		refuse_sequence(answer);
	} else if (event->request == EVSE_REQUEST_RECEIPT) {
		session->receipt = false;
	} else if (event->request == EVSE_REQUEST_RENEGOTIATE) {
		renegotiate(session, now);
	} else if (event->request != loop) {
		refuse_sequence(answer);
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
		refuse_sequence(answer);
		return;
	}
	if (session->left_c || now - session->taken < time)
		return;
	session->left_c = true; /* said once */
	evse_note(session, CCS_NOTE_WARNING, "the car stays in state C after the stop", now);
	if (!ccs_quirk_is_on(&session->config.quirks, CCS_QUIRK_STATE_C_RENEGOTIATION))
		fail(session, CCS_EVSE_FAULT_PILOT, answer, now);
}

static void in_state(struct ccs_evse_session *session, const struct evse_event *event,
		     struct evse_answer *answer, ccs_time now)
{
	switch (session->state) {
	case CCS_EVSE_SESSION_SETUP:
		in_session_setup(session, event, answer, now);
		break;
	case CCS_EVSE_SERVICE_DISCOVERY:
		in_service_discovery(session, event, answer, now);
		break;
	case CCS_EVSE_PAYMENT:
		in_payment(session, event, answer, now);
		break;
	case CCS_EVSE_AUTHORISATION:
		in_authorisation(session, event, answer, now);
		break;
	case CCS_EVSE_PARAMETERS:
		in_parameters(session, event, answer, now);
		break;
	case CCS_EVSE_READY:
		deliver_power(session, event, answer, now);
		break;
	case CCS_EVSE_CABLE_CHECK:
		in_cable_check(session, event, answer, now);
		break;
	case CCS_EVSE_PRE_CHARGE:
		in_pre_charge(session, event, answer, now);
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
		refuse_sequence(answer);
		break;
	}
}

/* After a fault the car may come to its end in order; everything else is over. */
static void after_fault(struct ccs_evse_session *session, const struct evse_event *event,
			struct evse_answer *answer, ccs_time now)
{
	if (event->request == EVSE_REQUEST_STOP)
		stop_charging(session, now);
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
		refuse_sequence(answer);
	else if (event->request == EVSE_REQUEST_SESSION_STOP &&
		 session->state > CCS_EVSE_SESSION_SETUP)
		stop_session(session, event, answer, now);
	else if (session->fault != CCS_EVSE_FAULT_NONE)
		after_fault(session, event, answer, now);
	else if (event->request == EVSE_REQUEST_STOP && may_stop_early(session))
		stop_charging(session, now);
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
