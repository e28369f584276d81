/* SPDX-License-Identifier: Apache-2.0 */
/* The states that bring the power: cable check, precharge, PowerDelivery. */
#include "evse/charging.h"

#define REACHED_MV 20000 /* precharge: IEC 61851-23 annex CC */

/* The time of a step in the set that is spoken. */
static ccs_time step_time(const struct ccs_evse_session *session, enum ccs_timer din,
			  enum ccs_timer iso2)
{
	bool is_din = session->protocol == CCS_PROTOCOL_DIN;

	return ccs_timing_us(session->config.timing, is_din ? din : iso2);
}

/* Of an isolation test, too. */
static int32_t precharge_ma(const struct ccs_evse_session *session)
{
	int32_t most = session->config.tolerances->precharge_ma;

	return most < CCS_PRECHARGE_MA ? most : CCS_PRECHARGE_MA;
}

/* The isolation is tested at the highest voltage that may come, on a cable that was dead before. */
static void begin_test(struct ccs_evse_session *session, ccs_time now)
{
	const struct ccs_evse_values *values = session->config.values;
	bool locked = !values->has_lock || values->lock == CCS_LOCK_CLOSED;
	int32_t mv = session->config.test_mv;

	if (!locked || !evse_is_drawing(session) || values->supply != CCS_SUPPLY_READY ||
	    evse_wants_stop(session) || !evse_is_dead(session, now))
		return;
	session->demand = (struct ccs_setpoint) { mv ? mv : values->limits.max_mv,
						  precharge_ma(session) };
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
		evse_answer_fault(session, CCS_EVSE_FAULT_PILOT, answer, now);
}

static void finish_cable_check(struct ccs_evse_session *session, struct evse_answer *answer,
			       ccs_time now)
{
	bool measured = session->config.values->isolation != CCS_ISOLATION_NO_MONITOR;

	answer->ongoing = false;
	if (session->isolation == CCS_ISOLATION_FAULT) {
		evse_answer_fault(session,
				  measured ? CCS_EVSE_FAULT_ISOLATION : CCS_EVSE_FAULT_NO_MONITOR,
				  answer, now);
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
		evse_answer_fault(session, CCS_EVSE_FAULT_PILOT, answer, now);
	}
}

/* A probe is ongoing until the car has stopped. */
void evse_in_cable_check(struct ccs_evse_session *session, const struct evse_event *event,
			 struct evse_answer *answer, ccs_time now)
{
	if (event->request != EVSE_REQUEST_CABLE_CHECK) {
		evse_refuse_sequence(answer);
		return;
	}
	evse_go_on(
		session, answer,
		step_time(session, CCS_TIMER_DIN_SECC_CABLE_CHECK, CCS_TIMER_ISO2_SECC_CABLE_CHECK),
		now);
	if (session->config.probe)
		return;
	if (session->power == CCS_EVSE_POWER_HOLD)
		skip_cable_check(session, answer, now);
	else if (session->power != CCS_EVSE_POWER_TEST)
		wait_for_state_c(session, answer, now);
	else if (read_monitor(session) && (session->isolation == CCS_ISOLATION_FAULT ||
					   evse_is_at_test_voltage(session, now)))
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
	if (session->demand.ma > precharge_ma(session))
		session->demand.ma = precharge_ma(session);
	if (session->demand.ma < 0)
		session->demand.ma = 0;
	if (session->asked == CCS_NEVER || old_mv != session->demand.mv)
		session->asked = now;
	evse_set_power(session, CCS_EVSE_POWER_PRE, now);
	session->precharged = true;
	if (now - session->asked >= time && !has_reached(session, now)) {
		evse_answer_fault(session, CCS_EVSE_FAULT_SLOW, answer, now);
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
	if (session->config.receipt_us && session->protocol == CCS_PROTOCOL_ISO2)
		session->receipts = now + session->config.receipt_us;
	if (!evse_is_ac(session))
		evse_set_power(session, CCS_EVSE_POWER_CHARGE, now);
	else if (session->power != CCS_EVSE_POWER_MAINS)
		evse_set_power(session, CCS_EVSE_POWER_WAIT, now);
	session->facts.delivering = true;
	evse_enter(session, CCS_EVSE_CHARGING, now);
}

/* What PowerDeliveryReq asks for where a start is expected. */
void evse_deliver_power(struct ccs_evse_session *session, const struct evse_event *event,
			struct evse_answer *answer, ccs_time now)
{
	if (event->request == EVSE_REQUEST_START)
		start_charging(session, event, answer, now);
	else if (event->request == EVSE_REQUEST_STOP)
		evse_stop_charging(session, now);
	else if (event->request == EVSE_REQUEST_RENEGOTIATE)
		answer->code = EVSE_CODE_FAILED;
	else
		evse_refuse_sequence(answer);
}

/* DIN SPEC 70121 8.8.4.4 and 8.8.4.5. */
void evse_in_pre_charge(struct ccs_evse_session *session, const struct evse_event *event,
			struct evse_answer *answer, ccs_time now)
{
	if (event->request == EVSE_REQUEST_PRE_CHARGE)
		precharge(session, event, answer, now);
	else if (session->precharged)
		evse_deliver_power(session, event, answer, now);
	else
		evse_refuse_sequence(answer);
}
