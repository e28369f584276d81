/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State and event to state: the sequence of a DC session and its checks.  Sources: DIN SPEC 70121
 * 8.8 (messages and response codes) and 9 (sequence); ISO 15118-2 8.8 is the same where both use
 * this file.
 */
#include "evse/charging.h"

#define REACHED_MV 20000 /* precharge: IEC 61851-23 annex CC */

/* The peer's number through the gate of limits.h; what is odd is said, what is refused is kept out.
 */
static bool take(struct ccs_evse_session *session, enum ccs_taken kind, int64_t milli,
		 int32_t *value, ccs_time now)
{
	const char *reason;
	int result = ccs_limits_take(kind, milli, value, &reason);

	if (reason)
		ccs_channel_tell(&session->channel, CCS_RECORD_NOTE, CCS_NOTE_WARNING,
				 ccs_taken_name(kind), reason, now);
	return result >= 0;
}

static void take_maxima(struct ccs_evse_session *session, const struct evse_maxima *maxima,
			ccs_time now)
{
	struct ccs_limits *ev = &session->facts.ev;

	if (maxima->has_mv)
		take(session, CCS_TAKEN_VOLTAGE_LIMIT, maxima->mv, &ev->max_mv, now);
	if (maxima->has_ma)
		take(session, CCS_TAKEN_CURRENT_LIMIT, maxima->ma, &ev->max_ma, now);
	if (maxima->has_mw)
		take(session, CCS_TAKEN_POWER_LIMIT, maxima->mw, &ev->max_w, now);
}

static void take_car(struct ccs_evse_session *session, const struct evse_event *event, ccs_time now)
{
	int32_t soc;

	if (event->capacity_mwh)
		take(session, CCS_TAKEN_ENERGY, event->capacity_mwh, &session->car.capacity_mwh,
		     now);
	if (event->request_mwh)
		take(session, CCS_TAKEN_ENERGY, event->request_mwh, &session->car.request_mwh, now);
	if (event->has_soc &&
	    take(session, CCS_TAKEN_STATE_OF_CHARGE, event->soc * (int64_t)1000, &soc, now))
		session->car.soc = ccs_measured(soc, now);
}

/* The target of the car; what is refused leaves the old one. */
static void take_demand(struct ccs_evse_session *session, const struct evse_event *event,
			ccs_time now)
{
	take(session, CCS_TAKEN_TARGET_VOLTAGE, event->target_mv, &session->demand.mv, now);
	take(session, CCS_TAKEN_TARGET_CURRENT, event->target_ma, &session->demand.ma, now);
}

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

/* R42: an Ioniq ends without welding detection; Model Y and Polestar 2 stop from precharge. */
static void stop_session(struct ccs_evse_session *session, struct evse_answer *answer, ccs_time now)
{
	if (session->state == CCS_EVSE_CHARGING &&
	    !ccs_quirk_is_on(&session->config.quirks, CCS_QUIRK_EARLY_SESSION_STOP)) {
		refuse_sequence(answer);
		return;
	}
	evse_take_power(session, now);
	evse_enter(session, CCS_EVSE_CLOSING, now);
}

/* PowerDelivery stop: the current is taken away, the contactor opens when it is gone. */
static void stop_charging(struct ccs_evse_session *session, ccs_time now)
{
	evse_take_power(session, now);
	session->facts.stopped = true;
	session->stop = CCS_NEVER;
	if (session->over == CCS_NEVER) /* B1: welding detection for ever is none */
		session->over = now +
				ccs_timing_us(session->config.timing, CCS_TIMER_SECC_SEQUENCE);
	evse_enter(session, CCS_EVSE_STOPPED, now);
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
	answer->code = EVSE_CODE_NEW_SESSION;
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
	else if (!event->charge_service || event->other_service)
		answer->code = EVSE_CODE_SERVICE_SELECTION;
	else
		evse_enter(session, CCS_EVSE_AUTHORISATION, now);
}

/* DIN SPEC 70121 8.8.3.5. */
static void in_authorisation(struct ccs_evse_session *session, const struct evse_event *event,
			     struct evse_answer *answer, ccs_time now)
{
	if (event->request != EVSE_REQUEST_AUTHORISATION) {
		refuse_sequence(answer);
		return;
	}
	switch (session->config.values->authorisation) {
	case CCS_AUTHORISATION_PENDING:
		go_on(session, answer, session->config.authorisation_us, now);
		break;
	case CCS_AUTHORISATION_GRANTED:
		evse_enter(session, CCS_EVSE_PARAMETERS, now);
		break;
	case CCS_AUTHORISATION_DENIED:
		evse_fail(session, CCS_EVSE_FAULT_DENIED, now);
		answer->code = EVSE_CODE_FAILED;
		break;
	}
}

/* Voltage and current that both sides can do. */
static bool fit_together(const struct ccs_evse_session *session)
{
	const struct ccs_limits *ev = &session->facts.ev;
	const struct ccs_limits *own = &session->config.values->limits;

	return ev->max_mv > own->min_mv && ev->max_ma > own->min_ma;
}

/* DIN SPEC 70121 8.8.4.2; ongoing until the supply can be used. */
static void in_parameters(struct ccs_evse_session *session, const struct evse_event *event,
			  struct evse_answer *answer, ccs_time now)
{
	const struct ccs_evse_values *values = session->config.values;

	if (event->request != EVSE_REQUEST_PARAMETERS) {
		refuse_sequence(answer);
		return;
	}
	if (!event->right_transfer || !event->right_parameters) {
		answer->code = event->right_transfer ? EVSE_CODE_WRONG_PARAMETER
						     : EVSE_CODE_WRONG_TRANSFER;
		return;
	}
	take_maxima(session, &event->maxima, now);
	/* NOTE: DIN has no time for it; that of ISO 15118-2 serves */
	if (values->supply != CCS_SUPPLY_READY || !ccs_limits_usable(&values->limits))
		go_on(session, answer,
		      ccs_timing_us(session->config.timing, CCS_TIMER_ISO2_SECC_ONGOING), now);
	else if (fit_together(session))
		evse_enter(session, CCS_EVSE_CABLE_CHECK, now);
	else
		answer->code = EVSE_CODE_WRONG_PARAMETER;
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
static void in_cable_check(struct ccs_evse_session *session, const struct evse_event *event,
			   struct evse_answer *answer, ccs_time now)
{
	const struct ccs_timing *timing = session->config.timing;

	if (event->request != EVSE_REQUEST_CABLE_CHECK) {
		refuse_sequence(answer);
		return;
	}
	go_on(session, answer,
	      step_time(session, CCS_TIMER_DIN_SECC_CABLE_CHECK, CCS_TIMER_ISO2_SECC_CABLE_CHECK),
	      now);
	if (session->power == CCS_EVSE_POWER_OFF) {
		begin_test(session, now);
		if (!evse_is_drawing(session) &&
		    now - session->asked >= ccs_timing_us(timing, CCS_TIMER_PILOT_DETECTION)) {
			evse_fail(session, CCS_EVSE_FAULT_PILOT, now);
			answer->code = EVSE_CODE_FAILED;
		}
		return;
	}
	if (!read_monitor(session))
		return;
	answer->ongoing = false;
	if (session->isolation == CCS_ISOLATION_FAULT) {
		evse_fail(session, CCS_EVSE_FAULT_ISOLATION, now);
		answer->code = EVSE_CODE_FAILED;
		return;
	}
	evse_set_power(session, CCS_EVSE_POWER_HOLD, now);
	evse_enter(session, CCS_EVSE_PRE_CHARGE, now);
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

	take_demand(session, event, now);
	if (session->demand.ma > CCS_PRECHARGE_MA)
		session->demand.ma = CCS_PRECHARGE_MA;
	if (session->demand.ma < 0)
		session->demand.ma = 0;
	if (session->asked == CCS_NEVER || old_mv != session->demand.mv)
		session->asked = now;
	evse_set_power(session, CCS_EVSE_POWER_PRE, now);
	session->precharged = true;
	if (now - session->asked >= time && !has_reached(session, now)) {
		evse_fail(session, CCS_EVSE_FAULT_SLOW, now);
		answer->code = EVSE_CODE_FAILED;
	}
}

/* DIN SPEC 70121 8.8.4.5: what has to be right before the car may draw current. */
static enum evse_code check_start(const struct ccs_evse_session *session,
				  const struct evse_event *event, ccs_time now)
{
	const struct ccs_quirks *quirks = &session->config.quirks;

	if (session->config.values->stop)
		return EVSE_CODE_NOT_APPLIED;
	if (event->has_tuple && event->tuple != EVSE_TUPLE)
		return EVSE_CODE_TARIFF;
	if (!event->has_profile && !ccs_quirk_is_on(quirks, CCS_QUIRK_ALLOW_NO_PROFILE))
		return EVSE_CODE_PROFILE;
	if (!has_reached(session, now) && !ccs_quirk_is_on(quirks, CCS_QUIRK_PRECHARGE_BY_CAR))
		return EVSE_CODE_VOLTAGE_TOO_LOW;
	return EVSE_CODE_OK;
}

/* DIN SPEC 70121 8.8.4.4 and 8.8.4.5. */
static void in_pre_charge(struct ccs_evse_session *session, const struct evse_event *event,
			  struct evse_answer *answer, ccs_time now)
{
	bool may_start = session->precharged && event->request == EVSE_REQUEST_START;

	if (event->request == EVSE_REQUEST_PRE_CHARGE) {
		precharge(session, event, answer, now);
	} else if (session->precharged && event->request == EVSE_REQUEST_STOP) {
		stop_charging(session, now);
	} else if (may_start) {
		answer->code = check_start(session, event, now);
		if (answer->code != EVSE_CODE_OK)
			return;
		evse_set_power(session, CCS_EVSE_POWER_CHARGE, now);
		session->facts.delivering = true;
		evse_enter(session, CCS_EVSE_CHARGING, now);
	} else {
		refuse_sequence(answer);
	}
}

/*
 * DIN SPEC 70121 8.8.4.6.  NOTE: a stop before the first CurrentDemandReq is taken, although the
 * sequence asks for one: a car that wants to stop shall be able to.
 */
static void in_charging(struct ccs_evse_session *session, const struct evse_event *event,
			struct evse_answer *answer, ccs_time now)
{
	struct ccs_setpoint own;

	if (event->request == EVSE_REQUEST_STOP) {
		stop_charging(session, now);
	} else if (event->request == EVSE_REQUEST_START) {
		answer->code = EVSE_CODE_FAILED;
	} else if (event->request == EVSE_REQUEST_DEMAND) {
		take_maxima(session, &event->maxima, now);
		take_demand(session, event, now);
		own = session->demand;
		answer->limited = ccs_limits_clamp(&session->config.values->limits, &own);
	} else {
		refuse_sequence(answer);
	}
}

/* DIN SPEC 70121 8.8.4.7. */
static void in_stopped(const struct evse_event *event, struct evse_answer *answer)
{
	if (event->request != EVSE_REQUEST_WELDING)
		refuse_sequence(answer);
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
		in_stopped(event, answer);
		break;
	case CCS_EVSE_READY:
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

/* DC_EVSEStatusCode of a session that was cut short. */
static enum evse_status fault_status(enum ccs_evse_fault fault)
{
	switch (fault) {
	case CCS_EVSE_FAULT_EMERGENCY:
		return EVSE_STATUS_EMERGENCY;
	case CCS_EVSE_FAULT_UNLOCKED:
	case CCS_EVSE_FAULT_SUPPLY:
	case CCS_EVSE_FAULT_ISOLATION:
	case CCS_EVSE_FAULT_SENSOR:
	case CCS_EVSE_FAULT_OVERVOLTAGE:
	case CCS_EVSE_FAULT_CONTACTOR:
	case CCS_EVSE_FAULT_SLOW:
		return EVSE_STATUS_MALFUNCTION;
	case CCS_EVSE_FAULT_NONE:
	case CCS_EVSE_FAULT_PILOT:
	case CCS_EVSE_FAULT_DENIED:
	case CCS_EVSE_FAULT_STOP_IGNORED:
	case CCS_EVSE_FAULT_SILENCE:
	case CCS_EVSE_FAULT_PROTOCOL:
	case CCS_EVSE_FAULT_UNPLUGGED:
	case CCS_EVSE_FAULT_CONNECTION:
		break;
	}
	return EVSE_STATUS_SHUTDOWN;
}

/* R22, R36: ready unless there is a reason. */
static enum evse_status find_status(const struct ccs_evse_session *session,
				    const struct evse_event *event,
				    const struct evse_answer *answer)
{
	if (session->fault != CCS_EVSE_FAULT_NONE)
		return fault_status(session->fault);
	if (session->config.values->stop)
		return EVSE_STATUS_SHUTDOWN;
	if (answer->code >= EVSE_CODE_FAILED || session->state >= CCS_EVSE_STOPPED)
		return EVSE_STATUS_NOT_READY;
	if (answer->ongoing)
		return event->request == EVSE_REQUEST_CABLE_CHECK ? EVSE_STATUS_ISOLATING
								  : EVSE_STATUS_NOT_READY;
	return EVSE_STATUS_READY;
}

/* E-3: cars refuse parameters of 0 W or 0 A. */
static struct ccs_limits announce(const struct ccs_evse_session *session)
{
	struct ccs_limits limits = session->config.values->limits;

	if (!ccs_quirk_is_on(&session->config.quirks, CCS_QUIRK_NONZERO_LIMITS))
		return limits;
	if (limits.max_ma <= 0)
		limits.max_ma = limits.min_ma > 0 ? limits.min_ma : 1000;
	if (limits.max_w <= 0)
		limits.max_w = 1000;
	return limits;
}

static void fill_answer(const struct ccs_evse_session *session, const struct evse_event *event,
			struct evse_answer *answer, ccs_time now)
{
	enum ccs_isolation isolation = session->isolation;

	if (!session->isolation_tested)
		isolation = CCS_ISOLATION_INVALID; /* R37 */
	else if (session->config.values->isolation == CCS_ISOLATION_WARNING)
		isolation = CCS_ISOLATION_WARNING;
	answer->status = find_status(session, event, answer);
	answer->stop = session->config.values->stop && session->state < CCS_EVSE_STOPPED;
	answer->isolation = isolation;
	answer->present_mv = evse_present_mv(session, now);
	answer->present_ma = evse_present_ma(session, now);
	answer->limits = announce(session);
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
		stop_session(session, answer, now);
	else if (session->fault != CCS_EVSE_FAULT_NONE)
		after_fault(session, event, answer, now);
	else
		in_state(session, event, answer, now);
	if (event->session_known && answer->code < EVSE_CODE_FAILED)
		take_car(session, event, now);
	fill_answer(session, event, answer, now);
	if (answer->code >= EVSE_CODE_FAILED)
		evse_end(session, CCS_EVSE_FAULT_PROTOCOL, now);
}
