/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The charger's AC charging without communication, IEC 61851-1 annex A: the duty cycle says how
 * much the car may draw, states C and D close the contactor.
 */
#include "station.h"

#define BASIC_MA      16000
#define LEAST_MA      6000
#define MOST_MA	      80000
#define STOPS_WITHIN  CCS_SECONDS(3) /* the car, after X1: then the contactor opens under load */
#define UNLOCK_WITHIN CCS_SECONDS(7) /* of when it may: later it is locked for a reason */
#define POLL	      CCS_MS(100)

/* Table A.7. */
int32_t evse_duty_of_ma(int32_t ma)
{
	if (ma < LEAST_MA)
		return EVSE_DUTY_X1;
	if (ma > MOST_MA)
		ma = MOST_MA;
	return ma <= 51000 ? ma / 60 : ma / 250 + 640;
}

static const struct ccs_evse_values *values_of(const struct ccs_evse_station *s)
{
	return s->config.session.values;
}

static bool is_drawing(const struct ccs_evse_station *s)
{
	enum ccs_pilot pilot = values_of(s)->pilot;

	return pilot == CCS_PILOT_C || pilot == CCS_PILOT_D;
}

static bool is_ending(const struct ccs_evse_station *s)
{
	return s->stop_at != CCS_NEVER;
}

static int32_t offered_ma(const struct ccs_evse_station *s)
{
	int32_t ma = s->config.basic_ma ? s->config.basic_ma : BASIC_MA;
	int32_t most = values_of(s)->limits.max_ma;

	return most < ma ? most : ma;
}

int32_t evse_basic_duty(const struct ccs_evse_station *s)
{
	return is_ending(s) ? EVSE_DUTY_X1 : evse_duty_of_ma(offered_ma(s));
}

void evse_basic_begin(struct ccs_evse_station *s)
{
	s->facts = (struct ccs_evse_facts) {
		.basic = true, .ac = true, .ev = CCS_LIMITS_OPEN, .stop_demanded = CCS_NEVER
	};
	s->stop_at = CCS_NEVER;
}

/* What takes the mains away at once. */
static bool may_close(const struct ccs_evse_station *s)
{
	const struct ccs_evse_values *v = values_of(s);

	return is_drawing(s) && !v->emergency && v->supply != CCS_SUPPLY_FAULT &&
	       (!v->has_lock || v->lock == CCS_LOCK_CLOSED);
}

static bool wants_end(const struct ccs_evse_station *s)
{
	const struct ccs_evse_values *v = values_of(s);

	bool broken = v->pilot == CCS_PILOT_E || v->pilot == CCS_PILOT_F;

	return v->stop || v->emergency || v->supply == CCS_SUPPLY_FAULT ||
	       v->pilot == CCS_PILOT_A || (broken && s->now >= s->x1_until);
}

/* A car that is told to stop by X1 gets the time to; a car that has paused none. */
static bool wants_contactor(const struct ccs_evse_station *s)
{
	bool closed = s->config.session.commands->contactor;

	if (is_ending(s))
		return closed && s->now - s->stop_at < STOPS_WITHIN;
	return s->now >= s->x1_until && (closed || evse_basic_duty(s) != EVSE_DUTY_X1);
}

static bool may_unlock(const struct ccs_evse_station *s)
{
	const struct ccs_tolerances *t = s->session.config.tolerances;
	const struct ccs_evse_values *v = values_of(s);
	int32_t mv;

	if (s->config.session.commands->contactor)
		return false;
	if (ccs_measured_get(&v->present_mv, s->now, s->session.config.sensor_us, &mv))
		return mv < t->unlocking_mv;
	return v->contactor != CCS_CONTACTOR_CLOSED &&
	       s->now - s->facts.stop_demanded >= t->unlocking_us;
}

/* The lock follows the car's wish for energy; it waits for the contactor and the voltage. */
static void turn_lock(struct ccs_evse_station *s)
{
	struct ccs_evse_commands *c = s->config.session.commands;

	if (is_drawing(s) && !is_ending(s)) {
		c->lock = true;
		s->facts.stop_demanded = CCS_NEVER;
		return;
	}
	if (s->facts.stop_demanded == CCS_NEVER)
		s->facts.stop_demanded = s->now;
	if (c->lock && may_unlock(s))
		c->lock = false;
}

bool evse_basic_run(struct ccs_evse_station *s)
{
	struct ccs_evse_commands *c = s->config.session.commands;
	const ccs_time unlocking = s->session.config.tolerances->unlocking_us;

	if (!is_ending(s) && wants_end(s))
		s->stop_at = s->now;
	c->contactor = may_close(s) && wants_contactor(s);
	turn_lock(s);
	s->facts.ended = !c->contactor && s->facts.stop_demanded != CCS_NEVER &&
			 (!c->lock || s->now - s->facts.stop_demanded >= unlocking + UNLOCK_WITHIN);
	return is_ending(s) && !c->contactor && !c->lock;
}

ccs_time evse_basic_deadline(const struct ccs_evse_station *s)
{
	bool waits = is_ending(s) || (s->config.session.commands->lock && !is_drawing(s));

	return waits ? s->now + POLL : CCS_NEVER;
}
