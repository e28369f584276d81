/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The car's AC charging without communication, IEC 61851-1 annex A: lock, state C, contactors, and
 * no more current than the duty cycle allows; back in the opposite order.
 */
#include "station.h"

#include "charging.h"

#define DUTY_LAST      970 /* per mille */
#define POLL	       CCS_MS(50)
#define UNLOCKS_WITHIN CCS_SECONDS(10) /* later it is locked for a reason: welded, or live */

static const struct ccs_ev_values *values_of(const struct ccs_ev_station *s)
{
	return s->config.session.values;
}

static struct ccs_ev_commands *commands_of(struct ccs_ev_station *s)
{
	return s->config.session.commands;
}

/* Table A.8.  Between 7 and 8 percent, and above 97, there is no current. */
int32_t ccs_ev_basic_ma(int32_t duty)
{
	return duty < CCS_EV_DUTY_FIRST || duty > DUTY_LAST ? 0 : ccs_ev_duty_ma(duty);
}

static bool is_full(const struct ccs_ev_values *v)
{
	return v->soc.known && v->full_soc > 0 && v->soc.value >= v->full_soc;
}

/* The reasons to end it; without PWM it goes on without current, as the charger may wait. */
static bool wants_end(const struct ccs_ev_station *s)
{
	const struct ccs_ev_values *v = values_of(s);

	bool unlocked = s->config.session.commands->contactors && v->lock != CCS_LOCK_CLOSED;

	return v->stop || v->emergency || !v->ready || is_full(v) || unlocked ||
	       !ccs_ev_station_is_plugged(s) || ccs_ev_station_offer(s) == CCS_EV_OFFER_DIGITAL;
}

void ccs_ev_basic_begin(struct ccs_ev_station *s)
{
	s->facts = (struct ccs_ev_facts) {
		.basic = true, .ac = true, .stop_demanded = CCS_NEVER, .off_since = CCS_NEVER
	};
	s->stop_at = CCS_NEVER;
}

static int32_t offered_ma(const struct ccs_ev_station *s)
{
	const struct ccs_ev_values *v = values_of(s);
	int32_t duty;
	int32_t ma;

	if (!ccs_measured_get(&v->duty, s->now, s->session.config.tolerances->sensor_us, &duty))
		return 0;
	ma = ccs_ev_basic_ma(duty);
	return ma < v->limits.max_ma ? ma : v->limits.max_ma;
}

static void charge(struct ccs_ev_station *s)
{
	const struct ccs_ev_values *v = values_of(s);
	struct ccs_ev_commands *c = commands_of(s);
	bool ready = v->lock == CCS_LOCK_CLOSED && c->pilot == CCS_PILOT_C;

	c->lock = true;
	if (ready)
		c->contactors = true;
	c->onboard_ma = v->contactors == CCS_CONTACTOR_CLOSED && c->contactors ? offered_ma(s) : 0;
}

/* E2. */
static bool may_open(const struct ccs_ev_station *s)
{
	const struct ccs_tolerances *t = s->session.config.tolerances;
	int32_t ma;

	if (s->now - s->stop_at >= t->opening_us)
		return true;
	return ccs_measured_get(&values_of(s)->current_ma, s->now, t->sensor_us, &ma) &&
	       ma < t->opening_ma && -ma < t->opening_ma;
}

/* E3. */
static bool may_unlock(const struct ccs_ev_station *s)
{
	const struct ccs_ev_values *v = values_of(s);
	const struct ccs_tolerances *t = s->session.config.tolerances;
	int32_t mv;

	if (v->contactors == CCS_CONTACTOR_CLOSED)
		return false;
	if (ccs_measured_get(&v->inlet_mv, s->now, t->sensor_us, &mv))
		return mv < t->unlocking_mv;
	return s->now - s->stop_at >= t->unlocking_us;
}

/* True when nothing is left to do. */
static bool end(struct ccs_ev_station *s)
{
	struct ccs_ev_commands *c = commands_of(s);

	c->onboard_ma = 0;
	if (c->contactors) {
		c->contactors = !may_open(s);
		return false;
	}
	if (c->lock && may_unlock(s))
		c->lock = false;
	s->facts.ended = !c->lock || s->now - s->stop_at >= UNLOCKS_WITHIN;
	return !c->lock;
}

bool ccs_ev_basic_run(struct ccs_ev_station *s)
{
	if (s->stop_at == CCS_NEVER && wants_end(s))
		s->stop_at = s->facts.stop_demanded = s->facts.off_since = s->now;
	if (s->stop_at != CCS_NEVER)
		return end(s);
	charge(s);
	return false;
}

enum ccs_pilot ccs_ev_basic_pilot(const struct ccs_ev_station *s)
{
	const struct ccs_ev_values *v = values_of(s);
	bool plugged = v->plug != CCS_PLUG_OUT;

	if (s->stop_at != CCS_NEVER)
		return s->config.session.commands->contactors && plugged ? CCS_PILOT_C
									 : CCS_PILOT_B;
	return v->lock == CCS_LOCK_CLOSED ? CCS_PILOT_C : CCS_PILOT_B;
}

ccs_time ccs_ev_basic_deadline(const struct ccs_ev_station *s)
{
	const struct ccs_measured *duty = &values_of(s)->duty;
	ccs_time stale = duty->at + s->session.config.tolerances->sensor_us + 1;

	if (s->stop_at != CCS_NEVER)
		return s->now + POLL;
	return duty->known && stale > s->now ? stale : CCS_NEVER;
}
