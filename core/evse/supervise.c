/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What holds in every state of the charger's session: pilot, lock, supply, sensors, emergency and
 * timers are judged before the protocol is asked; and the outputs follow from the power that the
 * protocol has reached (invariants C1 to C4).
 */
#include "evse/charging.h"

#define FALL_MA	       1000	      /* the output contactor opens below it, or in time */
#define FOLLOW_US      CCS_SECONDS(3) /* for the mains contactor to follow its command */
#define SETTLE_US      CCS_SECONDS(1) /* of the isolation monitor */
#define TEST_PART      10	      /* a test voltage may be off by a tenth ... */
#define TEST_LEAST_MV  20000	      /* ... or by this */
#define CLOSING_US     CCS_SECONDS(5) /* for the car to close the connection */
#define OVERVOLTAGE_MV 20000	      /* beyond a tenth above the limit of a side */

const char *ccs_evse_state_text(enum ccs_evse_state state)
{
	static const char *const texts[] = {
#define ROW(name, text) text,
		CCS_EVSE_STATES(ROW)
#undef ROW
	};
	return texts[state];
}

const char *ccs_evse_fault_text(enum ccs_evse_fault fault)
{
	static const char *const texts[] = {
#define ROW(name, text) text,
		CCS_EVSE_FAULTS(ROW)
#undef ROW
	};
	return texts[fault];
}

bool evse_is_drawing(const struct ccs_evse_session *session)
{
	enum ccs_pilot pilot = session->config.values->pilot;

	return pilot == CCS_PILOT_C || pilot == CCS_PILOT_D;
}

static bool is_known(const struct ccs_evse_session *session, const struct ccs_measured *measured,
		     ccs_time now, int32_t *value)
{
	return ccs_measured_get(measured, now, session->config.sensor_us, value);
}

int32_t evse_present_mv(const struct ccs_evse_session *session, ccs_time now)
{
	int32_t mv = 0;

	is_known(session, &session->config.values->present_mv, now, &mv);
	return mv;
}

bool evse_is_dead(const struct ccs_evse_session *session, ccs_time now)
{
	int32_t mv;

	return is_known(session, &session->config.values->present_mv, now, &mv) &&
	       mv <= session->config.tolerances->unlocking_mv;
}

bool evse_is_at_test_voltage(const struct ccs_evse_session *session, ccs_time now)
{
	int32_t wanted = session->config.commands->set.mv, mv; /* below the limits of both */
	int32_t most = wanted / TEST_PART > TEST_LEAST_MV ? wanted / TEST_PART : TEST_LEAST_MV;

	return is_known(session, &session->config.values->present_mv, now, &mv) &&
	       mv >= wanted - most && mv <= wanted + most;
}

int32_t evse_present_ma(const struct ccs_evse_session *session, ccs_time now)
{
	int32_t ma = 0;

	is_known(session, &session->config.values->present_ma, now, &ma);
	return ma;
}

void evse_note(const struct ccs_evse_session *session, enum ccs_note_level level, const char *text,
	       ccs_time now)
{
	ccs_channel_tell(&session->channel, CCS_RECORD_NOTE, level, "evse", text, now);
}

/*
 * The charger wants the end: a person or a controller, or a probe that has what it wanted.  A
 * button that was let go has been pressed.
 */
bool evse_wants_stop(const struct ccs_evse_session *session)
{
	return session->config.values->stop || session->probed || session->stop != CCS_NEVER;
}

/* True while voltage may be on the cable. */
static bool is_powered(const struct ccs_evse_session *session)
{
	switch (session->power) {
	case CCS_EVSE_POWER_TEST:
	case CCS_EVSE_POWER_HOLD:
	case CCS_EVSE_POWER_PRE:
	case CCS_EVSE_POWER_CHARGE:
	case CCS_EVSE_POWER_MAINS:
		return true;
	case CCS_EVSE_POWER_OFF:
	case CCS_EVSE_POWER_FALL:
	case CCS_EVSE_POWER_WAIT:
		break;
	}
	return false;
}

void evse_end_delivery(struct ccs_evse_session *session, ccs_time now)
{
	if (!session->facts.delivering)
		return;
	session->facts.delivering = false;
	session->facts.delivered = now;
}

void evse_set_power(struct ccs_evse_session *session, enum ccs_evse_power power, ccs_time now)
{
	if (session->power == power)
		return;
	session->power = power;
	session->powered = session->reaching = now;
	session->isolation_fresh = false;
	if (!is_powered(session))
		evse_end_delivery(session, now);
}

void evse_enter(struct ccs_evse_session *session, enum ccs_evse_state state, ccs_time now)
{
	if (session->state == state)
		return;
	session->state = state;
	session->asked = CCS_NEVER;
	session->ongoing = state == CCS_EVSE_CLOSING ? now + CLOSING_US : CCS_NEVER;
	ccs_channel_tell(&session->channel, CCS_RECORD_STATE, CCS_NOTE_INFO, "evse",
			 ccs_evse_state_text(state), now);
}

void evse_demand_stop(struct ccs_evse_session *session, ccs_time now)
{
	if (session->facts.stop_demanded == CCS_NEVER)
		session->facts.stop_demanded = now;
}

/*
 * Voltage and current go at once; the contactor opens when no current is left (C3, C5).  That of
 * mains may break it.
 */
void evse_take_power(struct ccs_evse_session *session, ccs_time now)
{
	evse_demand_stop(session, now);
	if (evse_is_ac(session))
		evse_set_power(session, CCS_EVSE_POWER_OFF, now);
	else if (session->power != CCS_EVSE_POWER_OFF)
		evse_set_power(session, CCS_EVSE_POWER_FALL, now);
}

void evse_fail(struct ccs_evse_session *session, enum ccs_evse_fault fault, ccs_time now)
{
	evse_take_power(session, now);
	session->facts.lost = true;
	if (session->fault != CCS_EVSE_FAULT_NONE)
		return;
	session->fault = fault;
	if (session->over == CCS_NEVER)
		session->over = now +
				ccs_timing_us(session->config.timing, CCS_TIMER_SECC_SEQUENCE);
	evse_note(session, CCS_NOTE_ERROR, ccs_evse_fault_text(fault), now);
}

/* Whose wish the end was, or what went wrong. */
static const char *reason_of(const struct ccs_evse_session *session)
{
	if (session->fault != CCS_EVSE_FAULT_NONE)
		return ccs_evse_fault_text(session->fault);
	if (session->probed)
		return "the car has told its state of charge";
	if (session->paused.valid)
		return session->pause ? "the charger wanted a pause" : "the car wanted a pause";
	return session->told_to_stop ? "the charger wanted the end" : "the car wanted the end";
}

void evse_end(struct ccs_evse_session *session, enum ccs_evse_fault fault, ccs_time now)
{
	bool failed;

	if (session->state == CCS_EVSE_ENDED)
		return;
	if (fault != CCS_EVSE_FAULT_NONE)
		evse_fail(session, fault, now);
	failed = session->fault != CCS_EVSE_FAULT_NONE;
	evse_take_power(session, now);
	evse_enter(session, CCS_EVSE_ENDED, now);
	ccs_channel_tell(&session->channel, CCS_RECORD_VERDICT,
			 failed ? CCS_NOTE_ERROR : CCS_NOTE_INFO, "evse", reason_of(session), now);
}

static bool is_overvoltage(const struct ccs_evse_session *session, ccs_time now)
{
	int64_t mv = evse_present_mv(session, now);
	int64_t own = session->config.values->limits.max_mv;
	int64_t car = session->facts.ev.max_mv;
	int64_t limit = own < car ? own : car;

	return mv > limit + limit / 10 + OVERVOLTAGE_MV;
}

/* NOTE: a contactor without feedback is believed. */
static enum ccs_evse_fault find_mains_fault(const struct ccs_evse_session *session, ccs_time now)
{
	bool open = session->config.values->contactor == CCS_CONTACTOR_OPEN;

	return open && now - session->powered >= FOLLOW_US ? CCS_EVSE_FAULT_CONTACTOR
							   : CCS_EVSE_FAULT_NONE;
}

/* C1 and C3: what takes the voltage away at once. */
static enum ccs_evse_fault find_fault(const struct ccs_evse_session *session, ccs_time now)
{
	const struct ccs_evse_values *values = session->config.values;
	int32_t mv;

	if (values->emergency)
		return CCS_EVSE_FAULT_EMERGENCY;
	if (!is_powered(session))
		return CCS_EVSE_FAULT_NONE;
	if (!evse_is_drawing(session))
		return CCS_EVSE_FAULT_PILOT;
	if (values->has_lock && values->lock != CCS_LOCK_CLOSED)
		return CCS_EVSE_FAULT_UNLOCKED;
	if (values->supply == CCS_SUPPLY_FAULT)
		return CCS_EVSE_FAULT_SUPPLY;
	if (session->power == CCS_EVSE_POWER_MAINS)
		return find_mains_fault(session, now);
	if (session->isolation_tested && values->isolation == CCS_ISOLATION_FAULT)
		return CCS_EVSE_FAULT_ISOLATION;
	if (!is_known(session, &values->present_mv, now, &mv))
		return CCS_EVSE_FAULT_SENSOR;
	if (is_overvoltage(session, now))
		return CCS_EVSE_FAULT_OVERVOLTAGE;
	return CCS_EVSE_FAULT_NONE;
}

static void watch_stop(struct ccs_evse_session *session, ccs_time now)
{
	if (session->state >= CCS_EVSE_STOPPED)
		return;
	if (session->config.values->stop && session->stop == CCS_NEVER) {
		evse_demand_stop(session, now);
		session->told_to_stop = true;
		session->stop = now + session->config.stop_us;
		evse_note(session, CCS_NOTE_INFO, "the charger asks the car to stop", now);
	}
	if (now < session->stop)
		return;
	if (session->probed)
		evse_end(session, CCS_EVSE_FAULT_NONE, now);
	else
		evse_fail(session, CCS_EVSE_FAULT_STOP_IGNORED, now);
}

/* R41: an Audi Q4 stops only after the timeout; it is still answered, without power. */
static void watch_sequence(struct ccs_evse_session *session, ccs_time now)
{
	if (now < session->sequence)
		return;
	session->sequence = CCS_NEVER;
	if (session->state > CCS_EVSE_PAYMENT && session->state < CCS_EVSE_CLOSING &&
	    ccs_quirk_is_on(&session->config.quirks, CCS_QUIRK_LATE_STOP))
		evse_fail(session, CCS_EVSE_FAULT_SILENCE, now);
	else
		evse_end(session, CCS_EVSE_FAULT_SILENCE, now);
}

/* Of a step that has not finished in its time. */
static enum ccs_evse_fault find_slow(const struct ccs_evse_session *session, ccs_time now)
{
	if (session->state != CCS_EVSE_CABLE_CHECK || session->config.probe)
		return CCS_EVSE_FAULT_SLOW;
	if (session->power == CCS_EVSE_POWER_OFF && !evse_is_dead(session, now))
		return CCS_EVSE_FAULT_LIVE;
	if (session->power == CCS_EVSE_POWER_TEST && !evse_is_at_test_voltage(session, now))
		return CCS_EVSE_FAULT_TEST;
	return CCS_EVSE_FAULT_SLOW;
}

static void watch_timers(struct ccs_evse_session *session, ccs_time now)
{
	watch_sequence(session, now);
	if (now >= session->ongoing && session->state == CCS_EVSE_CLOSING)
		evse_end(session, CCS_EVSE_FAULT_NONE, now);
	else if (now >= session->ongoing)
		evse_fail(session, find_slow(session, now), now);
	if (now >= session->over)
		evse_end(session, CCS_EVSE_FAULT_SLOW, now);
}

static ccs_time fall_end(const struct ccs_evse_session *session)
{
	ccs_time stop = session->facts.stop_demanded;

	return session->config.tolerances->opening_us +
	       (stop != CCS_NEVER && stop > session->powered ? stop : session->powered);
}

/* Where nobody has wanted the stop, a current that does not die is a fault and makes it wanted. */
static void watch_fall(struct ccs_evse_session *session, ccs_time now)
{
	int32_t ma;

	if (session->power != CCS_EVSE_POWER_FALL)
		return;
	if (is_known(session, &session->config.values->present_ma, now, &ma) && ma < FALL_MA &&
	    ma > -FALL_MA)
		evse_set_power(session, CCS_EVSE_POWER_OFF, now);
	else if (now >= fall_end(session) && session->facts.stop_demanded == CCS_NEVER)
		evse_fail(session, CCS_EVSE_FAULT_SENSOR, now);
	else if (now >= fall_end(session))
		evse_set_power(session, CCS_EVSE_POWER_OFF, now);
}

/*
 * State B where the car may show it: it has opened its contactors for a renegotiation, so the
 * isolation has to be tested again.
 */
static void watch_renegotiation(struct ccs_evse_session *session, ccs_time now)
{
	bool before = session->renegotiating && session->state < CCS_EVSE_PRE_CHARGE;

	if (session->config.values->pilot != CCS_PILOT_B)
		return;
	session->left_c = true;
	if (before && session->power == CCS_EVSE_POWER_HOLD) {
		session->isolation_tested = false;
		evse_set_power(session, CCS_EVSE_POWER_FALL, now);
	} else if (before && session->power == CCS_EVSE_POWER_MAINS) {
		evse_set_power(session, CCS_EVSE_POWER_OFF, now);
	}
}

/* Mains follows state C and the lock; ISO 15118-2 8.7.4.1 with the time of DIN's cable check. */
static void watch_mains(struct ccs_evse_session *session, ccs_time now)
{
	const struct ccs_evse_values *values = session->config.values;
	ccs_time time = ccs_timing_us(session->config.timing, CCS_TIMER_PILOT_DETECTION);
	bool locked = !values->has_lock || values->lock == CCS_LOCK_CLOSED;

	if (session->power != CCS_EVSE_POWER_WAIT)
		return;
	if (values->supply == CCS_SUPPLY_FAULT)
		evse_fail(session, CCS_EVSE_FAULT_SUPPLY, now);
	else if (locked && evse_is_drawing(session))
		evse_set_power(session, CCS_EVSE_POWER_MAINS, now);
	else if (now - session->powered >= time)
		evse_fail(session, locked ? CCS_EVSE_FAULT_PILOT : CCS_EVSE_FAULT_UNLOCKED, now);
}

/* The monitor's old result does not count, nor one from before the voltage was there. */
static void watch_isolation(struct ccs_evse_session *session, ccs_time now)
{
	enum ccs_isolation isolation = session->config.values->isolation;

	if (session->power != CCS_EVSE_POWER_TEST || now == session->powered)
		return;
	if (!evse_is_at_test_voltage(session, now))
		session->reaching = now;
	if (isolation == CCS_ISOLATION_INVALID || isolation == CCS_ISOLATION_RUNNING ||
	    now - session->reaching >= SETTLE_US)
		session->isolation_fresh = true;
}

void evse_supervise(struct ccs_evse_session *session, ccs_time now)
{
	enum ccs_evse_fault fault;

	session->clock = now;
	watch_fall(session, now);
	if (session->config.values->pilot == CCS_PILOT_A)
		session->paused.valid = false;
	if (session->state == CCS_EVSE_IDLE || session->state == CCS_EVSE_ENDED)
		return;
	if (session->config.values->pilot == CCS_PILOT_A) {
		evse_end(session,
			 session->state == CCS_EVSE_CLOSING ? CCS_EVSE_FAULT_NONE
							    : CCS_EVSE_FAULT_UNPLUGGED,
			 now);
		return;
	}
	watch_renegotiation(session, now);
	fault = find_fault(session, now);
	if (fault != CCS_EVSE_FAULT_NONE)
		evse_fail(session, fault, now);
	watch_stop(session, now);
	watch_timers(session, now);
	watch_isolation(session, now);
}

/* When the voltage is not known: since it was taken away, and since the end is wanted (C5). */
static ccs_time blind_unlock_time(const struct ccs_evse_session *session)
{
	ccs_time stop = session->facts.stop_demanded;

	if (stop == CCS_NEVER)
		return CCS_NEVER;
	return session->config.tolerances->unlocking_us +
	       (stop > session->powered ? stop : session->powered);
}

static bool may_unlock(const struct ccs_evse_session *session, ccs_time now)
{
	int32_t mv;

	if (session->power != CCS_EVSE_POWER_OFF)
		return false;
	if (is_known(session, &session->config.values->present_mv, now, &mv))
		return mv < session->config.tolerances->unlocking_mv;
	return now >= blind_unlock_time(session);
}

/* The session itself wants the connector locked. */
static bool needs_lock(const struct ccs_evse_session *session)
{
	bool charges = session->state >= CCS_EVSE_READY && session->state < CCS_EVSE_CLOSING;

	return (charges || session->renegotiating) && session->state < CCS_EVSE_CLOSING &&
	       session->fault == CCS_EVSE_FAULT_NONE && !session->config.probe;
}

static bool wants_lock(const struct ccs_evse_session *session, ccs_time now)
{
	return needs_lock(session) || (session->config.commands->lock && !may_unlock(session, now));
}

/* The supply as a sink, where both sides have allowed it (E-4). */
static void turn_round(const struct ccs_evse_session *session, struct ccs_setpoint *set)
{
	int32_t ma = session->config.values->discharge_ma;

	if (ma <= 0 || !session->facts.delivering || set->ma <= 0)
		return;
	set->ma = set->ma < ma ? -set->ma : -ma;
}

/* C2: the demand inside the limits of both sides, as they are now. */
static struct ccs_setpoint make_setpoint(const struct ccs_evse_session *session, ccs_time now)
{
	struct ccs_limits own = evse_own_limits(session, now);
	struct ccs_limits limits = ccs_limits_combine(&own, &session->facts.ev);
	struct ccs_setpoint set = session->demand;

	turn_round(session, &set);
	if (!session->facts.delivering)
		limits = ccs_limits_precharge(&limits);
	ccs_limits_clamp(&limits, &set);
	if (!set.mv)
		return (struct ccs_setpoint) { 0, 0 };
	if (set.ma < 0)
		set.mv = own.min_mv;
	return set;
}

void evse_apply(struct ccs_evse_session *session, ccs_time now)
{
	struct ccs_evse_commands *commands = session->config.commands;
	bool powered;

	watch_mains(session, now);
	watch_fall(session, now);
	powered = is_powered(session);
	session->facts.ended = session->state == CCS_EVSE_ENDED &&
			       session->power == CCS_EVSE_POWER_OFF;
	commands->lock = wants_lock(session, now);
	commands->contactor = powered || session->power == CCS_EVSE_POWER_FALL;
	commands->supply = powered && session->power != CCS_EVSE_POWER_MAINS;
	commands->test_isolation = session->power == CCS_EVSE_POWER_TEST;
	commands->set = (struct ccs_setpoint) { 0, 0 };
	if (commands->supply && session->power != CCS_EVSE_POWER_HOLD)
		commands->set = make_setpoint(session, now);
}

static ccs_time sooner(ccs_time a, ccs_time b)
{
	return a < b ? a : b;
}

/* When a lock that is still closed may open without any news of the voltage. */
static ccs_time unlock_time(const struct ccs_evse_session *session)
{
	const struct ccs_measured *mv = &session->config.values->present_mv;
	ccs_time time = blind_unlock_time(session);
	ccs_time stale = mv->known ? mv->at + session->config.sensor_us + 1 : time;

	return stale > time ? stale : time;
}

/* Of a session that goes on. */
static ccs_time watch_deadline(const struct ccs_evse_session *session)
{
	const struct ccs_measured *mv = &session->config.values->present_mv;
	ccs_time pilot = ccs_timing_us(session->config.timing, CCS_TIMER_PILOT_DETECTION);
	ccs_time next = sooner(session->sequence, session->over);

	if (session->power == CCS_EVSE_POWER_WAIT)
		next = sooner(next, session->powered + pilot);
	if (session->power == CCS_EVSE_POWER_MAINS && session->powered + FOLLOW_US > session->clock)
		next = sooner(next, session->powered + FOLLOW_US);
	if (is_powered(session) && session->power != CCS_EVSE_POWER_MAINS && mv->known)
		next = sooner(next, mv->at + session->config.sensor_us + 1);
	if (session->facts.delivering)
		next = sooner(next, evse_schedule_deadline(session));
	if (session->over == CCS_NEVER && session->state < CCS_EVSE_STOPPED)
		next = sooner(next, session->stop);
	if (session->fault == CCS_EVSE_FAULT_NONE || session->state == CCS_EVSE_CLOSING)
		next = sooner(next, session->ongoing);
	return next;
}

ccs_time evse_supervise_deadline(const struct ccs_evse_session *session)
{
	ccs_time next = CCS_NEVER;

	if (session->config.commands->lock && !needs_lock(session) &&
	    session->power == CCS_EVSE_POWER_OFF)
		next = unlock_time(session);
	if (session->power == CCS_EVSE_POWER_FALL)
		next = sooner(next, fall_end(session));
	if (ccs_channel_has_output(&session->channel) && session->due > session->clock)
		next = sooner(next, session->due);
	if (session->state == CCS_EVSE_IDLE || session->state == CCS_EVSE_ENDED)
		return next;
	return sooner(next, watch_deadline(session));
}
