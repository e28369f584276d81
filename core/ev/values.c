/* SPDX-License-Identifier: Apache-2.0 */
/* Values of the charger that pass the gate, and what the car's requests say of the car. */
#include "messages.h"

/* What a car announces that gives no limit: IEC 61851-23. */
#define MOST_MV	     1000000
#define MOST_MA	     500000
#define BELOW_MV     1000 /* R29: the target stays this far below the announced maximum */
#define PRECHARGE_MA 1000 /* NOTE: EcoG refuses more than 2 A, measured too */
#define MOST_SECONDS (24 * 3600)

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

/* What the battery wants, inside the limits of both sides. */
static struct ccs_setpoint choose_target(const struct ccs_ev_session *s, int32_t max_mv)
{
	const struct ccs_ev_values *v = s->config.values;
	struct ccs_limits both = ccs_limits_combine(&v->limits, &s->charger);
	struct ccs_setpoint target = v->target;
	bool below = ccs_quirk_is_on(&s->config.quirks, CCS_QUIRK_TARGET_BELOW_MAXIMUM);

	if (s->state < CCS_EV_STATE_CHARGING) {
		target = (struct ccs_setpoint) { .mv = s->precharge_mv, .ma = PRECHARGE_MA };
		both = ccs_limits_precharge(&both);
	} else if (s->state > CCS_EV_STATE_CHARGING || !v->ready) {
		target.ma = 0;
	} else if (target.ma < 0 && !ccs_quirk_is_on(&s->config.quirks, CCS_QUIRK_DISCHARGE)) {
		target.ma = 0;
	}
	if (below && both.max_mv > max_mv - BELOW_MV)
		both.max_mv = max_mv - BELOW_MV;
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
