/* SPDX-License-Identifier: Apache-2.0 */
/* Values of the charger that pass the gate, and what the car's requests say of the car. */
#include "messages.h"

#include "schedule.h"

/* What a car announces that gives no limit: IEC 61851-23. */
#define MOST_MV	     1000000
#define MOST_MA	     500000
#define BELOW_MV     1000 /* R29: the target stays this far below the announced maximum */
#define PRECHARGE_MA 1000 /* NOTE: EcoG refuses more than 2 A, measured too */
#define MOST_SECONDS (24 * 3600)

/* IEC 61851-1 table A.8: the current of a duty cycle in mA, by its per mille. */
#define DUTY_SIX_AMPERE 100
#define DUTY_LOW	850
#define DUTY_HIGH	960

bool ccs_ev_take(struct ccs_ev_session *s, enum ccs_taken kind, int64_t milli, int32_t *value)
{
	const char *reason;
	int result = ccs_limits_take(kind, milli, value, &reason);

	if (reason) {
		ccs_channel_tell(&s->channel, CCS_RECORD_NOTE, CCS_NOTE_WARNING,
				 ccs_taken_name(kind), reason, s->now);
	}
	return result >= 0;
}

static int32_t at_most(int32_t value, int32_t most)
{
	if (value > most)
		return most;
	return value < 0 ? 0 : value;
}

static int32_t smaller(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

/* What the battery wants in the loop; out of it only the quirk lets the current flow. */
static struct ccs_setpoint wanted(const struct ccs_ev_session *s)
{
	struct ccs_setpoint target = s->config.values->target;

	if (s->state > CCS_EV_STATE_CHARGING || !s->config.values->ready)
		target.ma = 0;
	if (target.ma < 0 && !ccs_ev_has_quirk(s, CCS_QUIRK_DISCHARGE))
		target.ma = 0;
	return target;
}

/* The target inside the limits of both sides and the schedule. */
static struct ccs_setpoint choose_target(const struct ccs_ev_session *s, int32_t max_mv)
{
	struct ccs_limits both = ccs_limits_combine(&s->config.values->limits, &s->charger);
	struct ccs_setpoint target = wanted(s);

	both.max_w = smaller(both.max_w, ccs_ev_schedule_power(&s->schedule, s->now));
	if (s->state < CCS_EV_STATE_CHARGING) {
		target = (struct ccs_setpoint) { .mv = s->precharge_mv, .ma = PRECHARGE_MA };
		both = ccs_limits_precharge(&both);
		both.max_w = CCS_NO_LIMIT;
	}
	if (ccs_ev_has_quirk(s, CCS_QUIRK_TARGET_BELOW_MAXIMUM))
		both.max_mv = smaller(both.max_mv, max_mv - BELOW_MV);
	(void)ccs_limits_clamp(&both, &target);
	return target;
}

/* Seconds until the battery has `soc` per mille at the power of now; -1: not known. */
static int32_t seconds_to(const struct ccs_ev_session *s, int32_t soc)
{
	const struct ccs_ev_values *v = s->config.values;
	int64_t mwh;
	int64_t mw;
	int64_t seconds;

	if (v->capacity_mwh <= 0 || soc <= 0 || !v->soc.known || !s->reported_ma.known ||
	    !s->facts.reported_mv.known)
		return -1;
	mw = (int64_t)s->facts.reported_mv.value * s->reported_ma.value / 1000;
	if (mw <= 0)
		return -1;
	if (v->soc.value >= soc)
		return 0;
	mwh = (int64_t)v->capacity_mwh * (soc - v->soc.value) / 1000;
	seconds = mwh * 3600 / mw;
	return seconds > MOST_SECONDS ? MOST_SECONDS : (int32_t)seconds;
}

struct ccs_ev_wish ccs_ev_wish_now(const struct ccs_ev_session *s)
{
	const struct ccs_ev_values *v = s->config.values;
	int32_t max_mv = at_most(v->limits.max_mv, MOST_MV);

	return (struct ccs_ev_wish) {
		.max_mv = max_mv,
		.max_ma = at_most(v->limits.max_ma, MOST_MA),
		.max_w = v->limits.max_w < 0 ? 0 : v->limits.max_w,
		.target = choose_target(s, max_mv),
		.soc = v->soc.known ? at_most(v->soc.value / 10, 100) : 0,
		.full_seconds = seconds_to(s, v->full_soc),
		.bulk_seconds = seconds_to(s, v->bulk_soc),
		.bulk = v->bulk_soc > 0 && v->soc.known && v->soc.value >= v->bulk_soc,
		.ready = v->ready && s->state >= CCS_EV_STATE_CABLE_CHECK &&
			 s->state < CCS_EV_STATE_POWER_OFF,
	};
}

int32_t ccs_ev_phases(const struct ccs_ev_session *s)
{
	return s->transfer == CCS_EV_TRANSFER_AC_THREE_PHASE ? 3 : 1;
}

int32_t ccs_ev_own_power(const struct ccs_ev_session *s)
{
	const struct ccs_limits *own = &s->config.values->limits;
	int64_t mv = s->facts.ac ? s->nominal_mv : at_most(own->max_mv, MOST_MV);
	int64_t w = mv * at_most(own->max_ma, MOST_MA) / 1000000 * ccs_ev_phases(s);

	return at_most(own->max_w, w > CCS_NO_LIMIT ? CCS_NO_LIMIT : (int32_t)w);
}

int32_t ccs_ev_duty_ma(int32_t duty)
{
	if (duty <= DUTY_SIX_AMPERE)
		return 6000;
	if (duty <= DUTY_LOW)
		return duty * 60;
	return duty <= DUTY_HIGH ? (duty - 640) * 250 : 80000;
}

/* A duty cycle of digital communication leaves the current to the messages. */
static int32_t duty_to_ma(int32_t duty)
{
	return duty < CCS_EV_DUTY_FIRST ? CCS_NO_LIMIT : ccs_ev_duty_ma(duty);
}

static int32_t power_to_ma(const struct ccs_ev_session *s, int32_t w)
{
	int64_t mv = (int64_t)s->nominal_mv * ccs_ev_phases(s);
	int64_t ma;

	if (w == CCS_NO_LIMIT || mv <= 0)
		return CCS_NO_LIMIT;
	ma = (int64_t)w * 1000000 / mv;
	return ma > CCS_NO_LIMIT ? CCS_NO_LIMIT : (int32_t)ma;
}

int32_t ccs_ev_onboard_ma(const struct ccs_ev_session *s)
{
	const struct ccs_ev_values *v = s->config.values;
	int32_t ma = smaller(smaller(v->target.ma, v->limits.max_ma), s->charger.max_ma);
	int32_t w = smaller(v->limits.max_w, ccs_ev_schedule_power(&s->schedule, s->now));
	int32_t duty;

	if (!s->facts.ac || s->state != CCS_EV_STATE_CHARGING || ccs_ev_wants_end(s) || !v->ready)
		return 0;
	ma = smaller(ma, power_to_ma(s, w));
	if (ccs_ev_measure(s, &v->duty, &duty))
		ma = smaller(ma, duty_to_ma(duty));
	return ma < v->limits.min_ma || ma < 0 ? 0 : ma;
}
