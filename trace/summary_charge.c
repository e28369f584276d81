/* SPDX-License-Identifier: Apache-2.0 */
/* Voltage, current, power, energy, state of charge, and what limited the current. */
#include "trace/summary_parts.h"

#include "ccs/quantities.h"

/* Between two answers of the charging loop; what is longer is a hole, not charging. */
#define LOOP_PAUSE_MAX CCS_SECONDS(10)

/* What a charger can have: larger values are wrong and not added up. */
#define VOLTAGE_MAX_MV 2000000
#define CURRENT_MAX_MA 5000000

/* Present values are measured: as far as this they are "the same" as what was asked for. */
#define CURRENT_CLOSE_MA 1000
#define VOLTAGE_CLOSE_MV 1000
#define CLOSE_PERCENT	 2
#define GIVEN_PERCENT	 10 /* of its maximum, that a charger at its limit may fall short */

static void widen(struct ccs_range *range, int64_t value)
{
	if (!range->seen)
		range->first = range->lowest = range->highest = value;
	range->seen = true;
	range->last = value;
	if (value < range->lowest)
		range->lowest = value;
	if (value > range->highest)
		range->highest = value;
}

static int64_t size_of(int64_t v)
{
	if (v == INT64_MIN)
		return INT64_MAX;
	return v < 0 ? -v : v;
}

static void take_ranges(struct ccs_charge_facts *c, const struct ccs_values *v)
{
	const struct {
		enum ccs_value value;
		struct ccs_range *range;
	} ranges[] = {
		{ CCS_VALUE_SOC, &c->soc },
		{ CCS_VALUE_PRESENT_VOLTAGE, &c->voltage },
		{ CCS_VALUE_PRESENT_CURRENT, &c->current },
		{ CCS_VALUE_TARGET_VOLTAGE, &c->target_voltage },
		{ CCS_VALUE_TARGET_CURRENT, &c->target_current },
		{ CCS_VALUE_METER_READING, &c->meter },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (ccs_values_has(v, ranges[i].value))
			widen(ranges[i].range, v->milli[ranges[i].value]);
}

/* The power that flows by this answer; false when it does not say. */
static bool power_of(const struct ccs_charge_facts *c, const struct ccs_values *v, int64_t *mw)
{
	if (ccs_values_has(v, CCS_VALUE_PRESENT_CURRENT) &&
	    ccs_values_has(v, CCS_VALUE_PRESENT_VOLTAGE)) {
		int64_t mv = v->milli[CCS_VALUE_PRESENT_VOLTAGE];
		int64_t ma = v->milli[CCS_VALUE_PRESENT_CURRENT];

		*mw = ccs_power_mw(mv, ma);
		return size_of(mv) <= VOLTAGE_MAX_MV && size_of(ma) <= CURRENT_MAX_MA;
	}
	if (ccs_values_has(&c->latest, CCS_VALUE_EV_PRESENT_POWER))
		*mw = c->latest.milli[CCS_VALUE_EV_PRESENT_POWER];
	else if (ccs_values_has(v, CCS_VALUE_EVSE_PRESENT_POWER))
		*mw = v->milli[CCS_VALUE_EVSE_PRESENT_POWER];
	else
		return false;
	return size_of(*mw) <= (int64_t)VOLTAGE_MAX_MV * (CURRENT_MAX_MA / 1000);
}

/* Adds mW * us; what is below a mWh stays in `rest`. */
static void add_energy(int64_t *mwh, int64_t *rest, int64_t mw, ccs_time took)
{
	const int64_t mwh_in_mw_us = INT64_C(3600000000);

	*rest += mw * took;
	*mwh += *rest / mwh_in_mw_us;
	*rest %= mwh_in_mw_us;
}

/* As much as `wanted`, but for what a measurement may be off. */
static bool reaches(int64_t value, int64_t wanted, int64_t close)
{
	int64_t share = size_of(wanted) / 100 * CLOSE_PERCENT;

	return size_of(value) >= size_of(wanted) - (close > share ? close : share);
}

static bool is_at_maximum(const struct ccs_values *now, enum ccs_value max, int64_t asked,
			  int64_t given, int64_t close)
{
	int64_t limit = size_of(now->milli[max]);

	return ccs_values_has(now, max) && limit > 0 && reaches(asked, limit, close) &&
	       reaches(given, limit, limit / 100 * GIVEN_PERCENT);
}

/* The current that the car asks for; where it leaves the control to the charger (dynamic mode of
 * ISO 15118-20), the most that it allows. */
static int64_t asked_of(const struct ccs_values *now)
{
	int64_t mv = now->milli[CCS_VALUE_PRESENT_VOLTAGE];
	int64_t ma = now->milli[CCS_VALUE_EV_MAX_CURRENT], mw = now->milli[CCS_VALUE_EV_MAX_POWER];

	if (ccs_values_has(now, CCS_VALUE_TARGET_CURRENT))
		return now->milli[CCS_VALUE_TARGET_CURRENT];
	if (ccs_values_has(now, CCS_VALUE_EV_MAX_POWER) && mv > 0 && ccs_power_mw(mv, ma) > mw)
		ma = ccs_multiply(mw, 1000) / mv;
	return ma;
}

/*
 * Chargers set their *LimitAchieved flags carelessly (some always), so the numbers come first: a
 * car that asks for the charger's maximum and gets it is limited by it, one that gets what it asks
 * for below that is limited by itself, and only what is missing is explained by flags.  Where next
 * to nothing flows no limit is at work.
 */
static enum ccs_limit find_limit(const struct ccs_values *now)
{
	int64_t asked = asked_of(now);
	int64_t given = now->milli[CCS_VALUE_PRESENT_CURRENT];
	int64_t mv = now->milli[CCS_VALUE_PRESENT_VOLTAGE];
	int64_t max_mv = now->milli[CCS_VALUE_EVSE_MAX_VOLTAGE];
	bool out = asked < 0; /* of the car */

	if (size_of(asked) < CURRENT_CLOSE_MA / 2)
		return CCS_LIMIT_IDLE;
	if (size_of(given) < size_of(asked) / 10)
		return CCS_LIMIT_BELOW;
	if (is_at_maximum(now,
			  out ? CCS_VALUE_EVSE_MAX_DISCHARGE_CURRENT : CCS_VALUE_EVSE_MAX_CURRENT,
			  asked, given, CURRENT_CLOSE_MA / 2))
		return CCS_LIMIT_CHARGER_CURRENT;
	if (is_at_maximum(now, out ? CCS_VALUE_EVSE_MAX_DISCHARGE_POWER : CCS_VALUE_EVSE_MAX_POWER,
			  ccs_power_mw(mv, asked), ccs_power_mw(mv, given), 0))
		return CCS_LIMIT_CHARGER_POWER;
	if (reaches(given, asked, CURRENT_CLOSE_MA))
		return CCS_LIMIT_CAR;
	if (now->flags & CCS_FLAG_POWER_LIMIT)
		return CCS_LIMIT_CHARGER_POWER;
	if (now->flags & CCS_FLAG_VOLTAGE_LIMIT ||
	    (ccs_values_has(now, CCS_VALUE_EVSE_MAX_VOLTAGE) && max_mv > 0 &&
	     reaches(mv, max_mv, VOLTAGE_CLOSE_MV)))
		return CCS_LIMIT_CHARGER_VOLTAGE;
	if (now->flags & CCS_FLAG_CURRENT_LIMIT)
		return CCS_LIMIT_CHARGER_CURRENT;
	return CCS_LIMIT_BELOW;
}

static bool has_dc_loop(const struct ccs_values *now)
{
	return (ccs_values_has(now, CCS_VALUE_TARGET_CURRENT) ||
		ccs_values_has(now, CCS_VALUE_EV_MAX_CURRENT)) &&
	       ccs_values_has(now, CCS_VALUE_PRESENT_CURRENT) &&
	       ccs_values_has(now, CCS_VALUE_PRESENT_VOLTAGE);
}

/* AC: the car takes what it wants, up to what the charger gives it. */
static enum ccs_limit find_ac_limit(const struct ccs_values *now)
{
	bool set = ccs_values_has(now, CCS_VALUE_EVSE_TARGET_POWER);
	enum ccs_value limit = set ? CCS_VALUE_EVSE_TARGET_POWER : CCS_VALUE_EVSE_MAX_POWER;
	int64_t given = now->milli[CCS_VALUE_EV_PRESENT_POWER];

	if (given == 0)
		return CCS_LIMIT_IDLE;
	if (ccs_values_has(now, limit) && reaches(given, now->milli[limit], 0))
		return CCS_LIMIT_CHARGER_POWER;
	return CCS_LIMIT_CAR;
}

/* An answer of the charging loop: what flowed since the one before it. */
static void take_loop(struct ccs_charge_facts *c, const struct ccs_values *v, struct ccs_at at)
{
	ccs_time took = at.since - c->loop_at.since;
	int64_t mw = 0;
	bool known = power_of(c, v, &mw);

	if (c->loop_at.seen && took > 0 && took <= LOOP_PAUSE_MAX) {
		int64_t mean = known && c->power_known ? (mw + c->power_mw) / 2 : 0;

		if (mean >= 0)
			add_energy(&c->charged_mwh, &c->charged_rest, mean, took);
		else
			add_energy(&c->discharged_mwh, &c->discharged_rest, -mean, took);
		if (has_dc_loop(&c->latest))
			c->limited[find_limit(&c->latest)] += took;
		else if (ccs_values_has(&c->latest, CCS_VALUE_EV_PRESENT_POWER))
			c->limited[find_ac_limit(&c->latest)] += took;
	}
	if (known) {
		if (!c->power.seen || size_of(mw) > size_of(c->peak_mw)) {
			c->peak_at = at;
			c->peak_mw = mw;
		}
		widen(&c->power, mw);
	}
	c->loop_at = at;
	c->power_known = known;
	c->power_mw = mw;
}

void ccs_summary_take_values(struct ccs_session_facts *s, const struct ccs_values *v,
			     struct ccs_at at)
{
	struct ccs_charge_facts *c = &s->charge;

	ccs_values_merge(&c->latest, v);
	take_ranges(c, v);
	if (ccs_values_has(v, CCS_VALUE_EVSE_MAX_CURRENT) &&
	    v->milli[CCS_VALUE_EVSE_MAX_CURRENT] > c->evse_max_ma)
		c->evse_max_ma = v->milli[CCS_VALUE_EVSE_MAX_CURRENT];
	if (v->step == CCS_STEP_PRECHARGE && ccs_values_has(v, CCS_VALUE_TARGET_VOLTAGE)) {
		c->precharge_target_mv = v->milli[CCS_VALUE_TARGET_VOLTAGE];
		c->has_precharge_target = true;
	}
	if (v->step == CCS_STEP_PRECHARGE && ccs_values_has(v, CCS_VALUE_PRESENT_VOLTAGE)) {
		c->precharge_reached_mv = v->milli[CCS_VALUE_PRESENT_VOLTAGE];
		if (c->precharge_reached_mv > c->precharge_highest_mv)
			c->precharge_highest_mv = c->precharge_reached_mv;
		c->has_precharge_reached = true;
	}
	if (v->step == CCS_STEP_WELDING && ccs_values_has(v, CCS_VALUE_PRESENT_VOLTAGE)) {
		c->welding_mv = v->milli[CCS_VALUE_PRESENT_VOLTAGE];
		c->has_welding = true;
	}
	if (v->step == CCS_STEP_CHARGE_LOOP && v->request)
		c->rounds++;
	if (v->step == CCS_STEP_CHARGE_LOOP && !v->request)
		take_loop(c, v, at);
}
