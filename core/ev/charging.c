/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The states of a charging session of the car, shared by the message sets; those of its end are in
 * ending.c.
 *
 * A state that asks something waits in one of two ways: for the response (`awaited`, until
 * `response_by`), or for the time to ask again (`again_at`).  A wish to end (stop, full battery,
 * charger's notification) is kept until nothing is awaited and then leaves in the order that the
 * standard gives; a failure goes to the shutdown at once.
 */
#include "charging.h"

#include "schedule.h"

/* How long the hardware may take, and what else no standard gives. */
#define LOCK_TIME	CCS_SECONDS(5)
#define CONTACTOR_TIME	CCS_SECONDS(2)
#define FALL_TIME	CCS_SECONDS(5) /* of the current after PowerDelivery stop */
#define SETTLE_TIME	CCS_MS(200)    /* of the precharge voltage */
#define LATE_LOAD_TIME	CCS_SECONDS(2) /* R56 */
#define DIFFERENCE_MV	20000	       /* inlet against EVSEPresentVoltage in the loop */
#define DIFFERENCE_TIME CCS_SECONDS(2)
/* NOTE: a charger that asks for it in every response must not wear the contactors out. */
#define RENEGOTIATION_LEAST CCS_SECONDS(10)

static ccs_ev_state_function on_setup, on_discovery, on_authorisation, on_parameters, on_locking,
	on_cable_check, on_precharge, on_closing, on_power_on, on_charging, on_renegotiating,
	on_nothing;

struct state_row {
	ccs_ev_state_function *run; /* `reply` is NULL when only time or values went on */
	enum ccs_ev_message asks;
	ccs_time limit_time;	     /* of the whole state; 0: limit_*, if there are */
	enum ccs_timer limit_din;    /* likewise, */
	enum ccs_timer limit_iso2;   /* by protocol */
	enum ccs_ev_reason too_long; /* when that is over; NONE: it has no limit */
};

#define ASK(function, message)                                    \
	{                                                         \
		.run = function, .asks = CCS_EV_MESSAGE_##message \
	}
#define LOOP(function, message, din, iso2, reason)                                               \
	{                                                                                        \
		.run = function, .asks = CCS_EV_MESSAGE_##message, .limit_din = CCS_TIMER_##din, \
		.limit_iso2 = CCS_TIMER_##iso2, .too_long = CCS_EV_REASON_##reason               \
	}
#define WAIT(function, time, reason)                                                      \
	{                                                                                 \
		.run = function, .limit_time = (time), .too_long = CCS_EV_REASON_##reason \
	}

static const struct state_row rows[CCS_EV_STATE_COUNT] = {
	[CCS_EV_STATE_IDLE] = { .run = on_nothing },
	[CCS_EV_STATE_HANDSHAKE] = ASK(on_setup, HANDSHAKE),
	[CCS_EV_STATE_SESSION_SETUP] = ASK(on_setup, SESSION_SETUP),
	[CCS_EV_STATE_SERVICE_DISCOVERY] = ASK(on_discovery, SERVICE_DISCOVERY),
	[CCS_EV_STATE_PAYMENT_SELECTION] = ASK(on_setup, PAYMENT_SELECTION),
	[CCS_EV_STATE_AUTHORISATION] = LOOP(on_authorisation, AUTHORISATION, ISO2_EVCC_ONGOING,
					    ISO2_EVCC_ONGOING, TOO_LONG),
	[CCS_EV_STATE_PARAMETERS] = LOOP(on_parameters, PARAMETERS, ISO2_EVCC_ONGOING,
					 ISO2_EVCC_ONGOING, TOO_LONG),
	[CCS_EV_STATE_LOCKING] = WAIT(on_locking, LOCK_TIME, LOCK),
	[CCS_EV_STATE_CABLE_CHECK] = LOOP(on_cable_check, CABLE_CHECK, DIN_EVCC_CABLE_CHECK,
					  ISO2_EVCC_CABLE_CHECK, TOO_LONG),
	[CCS_EV_STATE_PRECHARGE] = LOOP(on_precharge, PRECHARGE, DIN_EVCC_PRE_CHARGE,
					ISO2_EVCC_PRE_CHARGE, PRECHARGE),
	[CCS_EV_STATE_CLOSING] = WAIT(on_closing, CONTACTOR_TIME, CONTACTORS),
	[CCS_EV_STATE_POWER_ON] = ASK(on_power_on, POWER_DELIVERY),
	[CCS_EV_STATE_CHARGING] = ASK(on_charging, DEMAND),
	[CCS_EV_STATE_RENEGOTIATING] = ASK(on_renegotiating, POWER_DELIVERY),
	[CCS_EV_STATE_POWER_OFF] = ASK(ccs_ev_on_power_off, POWER_DELIVERY),
	[CCS_EV_STATE_FALLING] = WAIT(ccs_ev_on_falling, FALL_TIME, CURRENT),
	[CCS_EV_STATE_OPENING] = WAIT(ccs_ev_on_opening, CONTACTOR_TIME, WELDED),
	[CCS_EV_STATE_WELDING] = ASK(ccs_ev_on_welding, WELDING),
	[CCS_EV_STATE_SESSION_STOP] = ASK(ccs_ev_on_session_stop, SESSION_STOP),
	[CCS_EV_STATE_SHUTDOWN] = { .run = on_nothing },
	[CCS_EV_STATE_ENDED] = { .run = on_nothing },
};

/* How long the response to a request may take. */
static const struct {
	enum ccs_timer din;
	enum ccs_timer iso2;
} timeouts[CCS_EV_MESSAGE_COUNT] = {
#define BOTH(message, id_din, id_iso2) \
	[CCS_EV_MESSAGE_##             \
		message] = { CCS_TIMER_DIN_TIMEOUT_##id_din, CCS_TIMER_ISO2_TIMEOUT_##id_iso2 }
#define ONE(message, timer) [CCS_EV_MESSAGE_##message] = { CCS_TIMER_##timer, CCS_TIMER_##timer }
	ONE(HANDSHAKE, V2G_TIMEOUT_SUPPORTED_APP_PROTOCOL),
	BOTH(SESSION_SETUP, SESSION_SETUP, SESSION_SETUP),
	BOTH(SERVICE_DISCOVERY, SERVICE_DISCOVERY, SERVICE_DISCOVERY),
	BOTH(PAYMENT_SELECTION, PAYMENT_SELECTION, PAYMENT_SELECTION),
	BOTH(AUTHORISATION, AUTHENTICATION, AUTHORIZATION),
	BOTH(PARAMETERS, PARAMETERS, PARAMETERS),
	BOTH(CABLE_CHECK, CABLE_CHECK, CABLE_CHECK),
	BOTH(PRECHARGE, PRE_CHARGE, PRE_CHARGE),
	BOTH(POWER_DELIVERY, POWER_DELIVERY, POWER_DELIVERY),
	BOTH(DEMAND, CURRENT_DEMAND, CURRENT_DEMAND),
	ONE(STATUS, ISO2_TIMEOUT_CHARGING_STATUS),
	ONE(RECEIPT, ISO2_TIMEOUT_METERING_RECEIPT),
	BOTH(WELDING, WELDING, WELDING),
	BOTH(SESSION_STOP, SESSION_STOP, SESSION_STOP),
#undef BOTH
#undef ONE
};

bool ccs_ev_has_quirk(const struct ccs_ev_session *s, enum ccs_quirk which)
{
	return ccs_quirk_is_on(&s->config.quirks, which);
}

bool ccs_ev_is_iso2(const struct ccs_ev_session *s)
{
	return ccs_channel_agreed(&s->channel) == CCS_PROTOCOL_ISO2;
}

bool ccs_ev_measure(const struct ccs_ev_session *s, const struct ccs_measured *m, int32_t *value)
{
	return ccs_measured_get(m, s->now, s->config.tolerances->sensor_us, value);
}

bool ccs_ev_wants_end(const struct ccs_ev_session *s)
{
	return s->outcome != CCS_EV_OUTCOME_NONE;
}

bool ccs_ev_current_is_low(const struct ccs_ev_session *s)
{
	int32_t ma;

	if (!ccs_ev_measure(s, &s->config.values->current_ma, &ma))
		return false;
	return ma < s->config.tolerances->opening_ma && -ma < s->config.tolerances->opening_ma;
}

/* Requests. */

static ccs_time timer_us(const struct ccs_ev_session *s, enum ccs_timer din, enum ccs_timer iso2)
{
	return ccs_timing_us(&s->timing, ccs_ev_is_iso2(s) ? iso2 : din);
}

/* The state's own, but for the variants of the charging loop. */
static enum ccs_ev_message next_request(const struct ccs_ev_session *s)
{
	enum ccs_ev_message message = rows[s->state].asks;

	if (message != CCS_EV_MESSAGE_DEMAND)
		return message;
	if (s->receipt_due)
		return CCS_EV_MESSAGE_RECEIPT;
	return s->facts.ac ? CCS_EV_MESSAGE_STATUS : message;
}

static void ask(struct ccs_ev_session *s)
{
	enum ccs_ev_message message = next_request(s);

	s->ask = message;
	s->awaited = message;
	s->response_by = s->now + timer_us(s, timeouts[message].din, timeouts[message].iso2);
	s->again_at = CCS_NEVER;
}

void ccs_ev_ask_again_after(struct ccs_ev_session *s, ccs_time pause)
{
	s->again_at = s->now + pause;
}

void ccs_ev_charging_enter(struct ccs_ev_session *s, enum ccs_ev_state state)
{
	const struct state_row *row = &rows[state];

	s->state = state;
	s->entered = s->now;
	s->again_at = CCS_NEVER;
	s->state_by = CCS_NEVER;
	if (row->limit_time)
		s->state_by = s->now + row->limit_time;
	else if (row->too_long)
		s->state_by = s->now + timer_us(s, row->limit_din, row->limit_iso2);
	ccs_channel_tell(&s->channel, CCS_RECORD_STATE, CCS_NOTE_INFO, "ev",
			 ccs_ev_state_text(state), s->now);
	if (row->asks)
		ask(s);
}

/* Ends. */

void ccs_ev_want_end(struct ccs_ev_session *s, enum ccs_ev_outcome outcome,
		     enum ccs_ev_reason reason)
{
	if (s->outcome == CCS_EV_OUTCOME_FAILED ||
	    (ccs_ev_wants_end(s) && outcome != CCS_EV_OUTCOME_FAILED))
		return;
	s->outcome = outcome;
	s->reason = reason;
	if (s->facts.stop_demanded == CCS_NEVER)
		s->facts.stop_demanded = s->now;
	ccs_channel_tell(&s->channel, CCS_RECORD_NOTE,
			 outcome == CCS_EV_OUTCOME_FAILED ? CCS_NOTE_ERROR : CCS_NOTE_INFO, "end",
			 ccs_ev_reason_text(reason), s->now);
}

void ccs_ev_charging_fail(struct ccs_ev_session *s, enum ccs_ev_reason reason)
{
	if (s->state == CCS_EV_STATE_IDLE || s->state >= CCS_EV_STATE_SHUTDOWN)
		return;
	ccs_ev_want_end(s, CCS_EV_OUTCOME_FAILED, reason);
	ccs_ev_shutdown_begin(s);
}

/* Leaving without a charging loop: the pilot goes to B, the charger discharges the cable. */
void ccs_ev_stop_before_power(struct ccs_ev_session *s)
{
	s->config.commands->pilot = CCS_PILOT_B;
	s->facts.stopped = true;
	ccs_ev_charging_enter(s, CCS_EV_STATE_SESSION_STOP);
}

void ccs_ev_leave_in_order(struct ccs_ev_session *s)
{
	if (s->state <= CCS_EV_STATE_SESSION_SETUP)
		ccs_ev_shutdown_begin(s);
	else if (s->state < CCS_EV_STATE_CLOSING)
		ccs_ev_stop_before_power(s);
	else if (s->state < CCS_EV_STATE_POWER_OFF)
		ccs_ev_charging_enter(s, CCS_EV_STATE_POWER_OFF);
}

/* The states. */

static void on_nothing(struct ccs_ev_session *s, const struct ccs_ev_reply *reply)
{
	(void)s;
	(void)reply;
}

/* DIN SPEC 70121 8.4.1, 8.4.2: handshake, SessionSetup and ServicePaymentSelection just go on. */
static void on_setup(struct ccs_ev_session *s, const struct ccs_ev_reply *reply)
{
	if (!reply)
		return;
	if (s->state == CCS_EV_STATE_SESSION_SETUP)
		s->setup_by = CCS_NEVER;
	ccs_ev_charging_enter(s, s->state + 1);
}

/* DIN SPEC 70121 8.4.2.2: external payment and an energy transfer of the car must be offered. */
static void on_discovery(struct ccs_ev_session *s, const struct ccs_ev_reply *reply)
{
	if (!reply)
		return;
	if (reply->offered) {
		ccs_ev_charging_enter(s, CCS_EV_STATE_PAYMENT_SELECTION);
		return;
	}
	ccs_ev_want_end(s, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_NO_SERVICE);
	ccs_ev_leave_in_order(s);
}

/* DIN SPEC 70121 8.4.2.4: repeated until the charger has finished (R20). */
static void on_authorisation(struct ccs_ev_session *s, const struct ccs_ev_reply *reply)
{
	if (!reply)
		return;
	if (!reply->finished) {
		ccs_ev_ask_again_after(s, s->config.ongoing_pause);
		return;
	}
	if (!ccs_ev_is_iso2(s))
		s->ready_by = s->now + ccs_timing_us(&s->timing, CCS_TIMER_DIN_READY_TO_CHARGE);
	ccs_ev_charging_enter(s, CCS_EV_STATE_PARAMETERS);
}

/* True when the charger can charge this battery at its voltage of now (R30). */
static bool limits_fit(const struct ccs_ev_session *s)
{
	struct ccs_limits both = ccs_limits_combine(&s->charger, &s->config.values->limits);
	int32_t battery_mv;

	if (!ccs_limits_usable(&both))
		return false;
	if (s->facts.ac || !ccs_ev_measure(s, &s->config.values->battery_mv, &battery_mv))
		return true;
	return battery_mv >= s->charger.min_mv && battery_mv <= s->charger.max_mv;
}

static void leave_unfit(struct ccs_ev_session *s, enum ccs_ev_outcome outcome,
			enum ccs_ev_reason reason)
{
	ccs_ev_want_end(s, outcome, reason);
	ccs_ev_leave_in_order(s);
}

/*
 * DIN SPEC 70121 8.4.2.5; R22: the charger need not be ready to have finished.
 * NOTE: a schedule without power is how a charger of ISO 15118-2 asks for a pause.
 */
static void on_parameters(struct ccs_ev_session *s, const struct ccs_ev_reply *reply)
{
	if (!reply)
		return;
	if (!reply->finished ||
	    (reply->not_ready && !ccs_ev_has_quirk(s, CCS_QUIRK_NOT_READY_PARAMETERS))) {
		ccs_ev_ask_again_after(s, s->config.ongoing_pause);
		return;
	}
	if (reply->has_schedule && ccs_ev_is_iso2(s) && ccs_ev_schedule_is_empty(&s->schedule)) {
		leave_unfit(s, CCS_EV_OUTCOME_PAUSED, CCS_EV_REASON_NO_POWER);
		return;
	}
	if (!reply->has_limits || !limits_fit(s)) {
		leave_unfit(s, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_LIMITS);
		return;
	}
	if (!reply->has_schedule) {
		leave_unfit(s, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_SCHEDULE);
		return;
	}
	s->facts.parameters_finished = true;
	s->config.commands->lock = true;
	ccs_ev_charging_enter(s, CCS_EV_STATE_LOCKING);
}

/*
 * DIN SPEC 70121 8.7.2, R24: the inlet is locked, then state C, then CableCheckReq.
 * ISO 15118-2, AC: state C at the latest 250 ms after PowerDeliveryReq; it goes out with it.
 */
static void on_locking(struct ccs_ev_session *s, const struct ccs_ev_reply *reply)
{
	(void)reply;
	if (s->config.values->lock != CCS_LOCK_CLOSED)
		return;
	s->config.commands->pilot = CCS_PILOT_C;
	ccs_ev_charging_enter(s, s->facts.ac ? CCS_EV_STATE_POWER_ON : CCS_EV_STATE_CABLE_CHECK);
}

static bool isolation_passed(const struct ccs_ev_reply *reply)
{
	return !reply->has_isolation || reply->isolation == CCS_ISOLATION_VALID ||
	       reply->isolation == CCS_ISOLATION_WARNING ||
	       reply->isolation == CCS_ISOLATION_NO_MONITOR;
}

/* DIN SPEC 70121 8.4.3.2, IEC 61851-23 CC.4.1.  Precharge needs to know where it goes. */
static void on_cable_check(struct ccs_ev_session *s, const struct ccs_ev_reply *reply)
{
	if (!reply)
		return;
	if (!reply->finished) {
		ccs_ev_ask_again_after(s, s->config.ongoing_pause);
		return;
	}
	if (!isolation_passed(reply)) {
		ccs_ev_charging_fail(s, CCS_EV_REASON_ISOLATION);
		return;
	}
	if (!ccs_ev_measure(s, &s->config.values->battery_mv, &s->precharge_mv)) {
		ccs_ev_want_end(s, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_SENSOR);
		ccs_ev_leave_in_order(s);
		return;
	}
	s->facts.cable_checked = true;
	ccs_ev_charging_enter(s, CCS_EV_STATE_PRECHARGE);
}

static bool is_near_battery(const struct ccs_ev_session *s, int32_t mv)
{
	int32_t battery_mv;
	int64_t difference;

	if (!ccs_ev_measure(s, &s->config.values->battery_mv, &battery_mv))
		return false;
	difference = (int64_t)mv - battery_mv;
	return difference < s->config.tolerances->precharge_mv &&
	       -difference < s->config.tolerances->precharge_mv;
}

/* E1.  With the quirk reported-voltage an inlet that is not measured may be taken as reported. */
static bool may_close(const struct ccs_ev_session *s)
{
	int32_t mv;
	bool measured = ccs_ev_measure(s, &s->config.values->inlet_mv, &mv);

	if (s->config.values->lock != CCS_LOCK_CLOSED || !s->facts.cable_checked ||
	    ccs_ev_wants_end(s))
		return false;
	if (measured && !is_near_battery(s, mv))
		return false;
	if (!s->facts.trusts_report)
		return measured;
	return ccs_ev_measure(s, &s->facts.reported_mv, &mv) && is_near_battery(s, mv);
}

/* DIN SPEC 70121 8.4.3.3, IEC 61851-23 CC.4.2: until inlet and battery agree. */
static void on_precharge(struct ccs_ev_session *s, const struct ccs_ev_reply *reply)
{
	bool near = may_close(s);

	/* A voltage that falls or overshoots passes the battery's without staying there. */
	if (!near || s->near_since == CCS_NEVER)
		s->near_since = near ? s->now : CCS_NEVER;
	if (s->awaited)
		return;
	if (near && s->now - s->near_since >= SETTLE_TIME) {
		bool later = ccs_ev_has_quirk(s, CCS_QUIRK_LATE_LOAD);

		s->config.commands->contactors = !later;
		ccs_ev_charging_enter(s, later ? CCS_EV_STATE_POWER_ON : CCS_EV_STATE_CLOSING);
		return;
	}
	(void)ccs_ev_measure(s, &s->config.values->battery_mv, &s->precharge_mv);
	if (reply)
		ccs_ev_ask_again_after(s, s->config.precharge_pause);
}

static void on_closing(struct ccs_ev_session *s, const struct ccs_ev_reply *reply)
{
	(void)reply;
	if (s->config.values->contactors == CCS_CONTACTOR_CLOSED)
		ccs_ev_charging_enter(s, ccs_ev_wants_end(s) ? CCS_EV_STATE_POWER_OFF
							     : CCS_EV_STATE_POWER_ON);
}

/* DIN SPEC 70121 8.4.2.6: ReadyToChargeState true; ISO 15118-2: ChargeProgress Start. */
static void on_power_on(struct ccs_ev_session *s, const struct ccs_ev_reply *reply)
{
	if (!reply)
		return;
	s->ready_by = CCS_NEVER;
	s->renegotiation_due = false;
	ccs_ev_charging_enter(s, CCS_EV_STATE_CHARGING);
}

/* Reasons of the car to end the loop in order. */
static void watch_battery(struct ccs_ev_session *s)
{
	const struct ccs_ev_values *v = s->config.values;
	int32_t value;

	if (!s->facts.ac && !ccs_ev_measure(s, &v->battery_mv, &value))
		ccs_ev_want_end(s, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_SENSOR);
	if (!v->ready)
		ccs_ev_want_end(s, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_BATTERY);
	if (v->soc.known && v->full_soc > 0 && v->soc.value >= v->full_soc)
		ccs_ev_want_end(s, CCS_EV_OUTCOME_CHARGED, CCS_EV_REASON_FULL);
	if (v->pause)
		ccs_ev_want_end(s,
				ccs_ev_is_iso2(s) ? CCS_EV_OUTCOME_PAUSED
						  : CCS_EV_OUTCOME_STOPPED_BY_CAR,
				CCS_EV_REASON_PAUSE);
}

/* The wish of either side; DIN SPEC 70121 has no way to do it. */
static void watch_renegotiation(struct ccs_ev_session *s, const struct ccs_ev_reply *reply)
{
	bool wanted = s->config.values->renegotiate;

	if (!ccs_ev_is_iso2(s))
		return;
	if (wanted && !s->renegotiate_seen)
		s->renegotiation_due = true;
	s->renegotiate_seen = wanted;
	if (reply && reply->renegotiate && s->now - s->entered >= RENEGOTIATION_LEAST)
		s->renegotiation_due = true;
}

/* True when inlet and EVSEPresentVoltage have disagreed for too long. */
static bool voltages_differ(struct ccs_ev_session *s)
{
	int32_t inlet_mv;
	int32_t reported_mv;

	if (!ccs_ev_measure(s, &s->config.values->inlet_mv, &inlet_mv) ||
	    !ccs_ev_measure(s, &s->facts.reported_mv, &reported_mv))
		return false;
	return ccs_watch_differs(&s->watch, inlet_mv, reported_mv, DIFFERENCE_MV, DIFFERENCE_TIME,
				 s->now);
}

/* When nothing is awaited in the loop. */
static void go_on(struct ccs_ev_session *s, const struct ccs_ev_reply *reply)
{
	if (s->receipt_due)
		ccs_ev_ask_again_after(s, 0);
	else if (ccs_ev_wants_end(s))
		ccs_ev_leave_in_order(s);
	else if (s->renegotiation_due)
		ccs_ev_charging_enter(s, CCS_EV_STATE_RENEGOTIATING);
	else if (reply)
		ccs_ev_ask_again_after(s, s->facts.ac ? s->config.ongoing_pause
						      : s->config.demand_pause);
}

/* DIN SPEC 70121 8.4.3.4: CurrentDemand, or ChargingStatus, until somebody wants the end. */
static void on_charging(struct ccs_ev_session *s, const struct ccs_ev_reply *reply)
{
	struct ccs_ev_commands *commands = s->config.commands;

	if (!s->facts.ac && !commands->contactors && s->now - s->entered >= LATE_LOAD_TIME &&
	    may_close(s))
		commands->contactors = true;
	if (voltages_differ(s)) {
		ccs_ev_charging_fail(s, CCS_EV_REASON_VOLTAGE);
		return;
	}
	watch_battery(s);
	watch_renegotiation(s, reply);
	if (!s->awaited)
		go_on(s, reply);
}

/*
 * ISO 15118-2: parameters, and in DC cable check and precharge, come again.  In DC the pilot goes
 * to B and the contactors open: the isolation test puts a voltage on the cable.  In AC state C
 * stays, and the car draws nothing.
 */
static void on_renegotiating(struct ccs_ev_session *s, const struct ccs_ev_reply *reply)
{
	if (!reply)
		return;
	if (!s->facts.ac) {
		s->config.commands->pilot = CCS_PILOT_B;
		s->renegotiates = true;
		s->facts.parameters_finished = false;
		s->facts.cable_checked = false;
		ccs_ev_charging_enter(s, CCS_EV_STATE_FALLING);
	} else if (ccs_ev_wants_end(s)) {
		ccs_ev_stop_before_power(s);
	} else {
		ccs_ev_charging_enter(s, CCS_EV_STATE_PARAMETERS);
	}
}

void ccs_ev_charging_run(struct ccs_ev_session *s, const struct ccs_ev_reply *reply)
{
	enum ccs_ev_state before;

	do {
		before = s->state;
		rows[before].run(s, reply);
		reply = NULL;
	} while (s->state != before);
	if (s->now >= s->again_at)
		ask(s);
}

bool ccs_ev_charging_asks(const struct ccs_ev_session *s)
{
	return rows[s->state].asks != CCS_EV_MESSAGE_NONE;
}

enum ccs_ev_reason ccs_ev_charging_too_long(const struct ccs_ev_session *s)
{
	return rows[s->state].too_long;
}
