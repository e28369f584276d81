/* SPDX-License-Identifier: Apache-2.0 */
/* Sanity of the peer's values; limits of both sides. */
#include "ccs/limits.h"

#include <stddef.h>

#define DERATING_BAND 100 /* 0.1 K */

static const struct {
	const char *name;
	int64_t least;
	int64_t low;
	int64_t high;
	int64_t most;
} ranges[] = {
#define ROW(id, name, least, low, high, most) { name, least, low, high, most },
	CCS_TAKEN(ROW)
#undef ROW
};

const char *ccs_taken_name(enum ccs_taken kind)
{
	return ranges[kind].name;
}

/* Thousandths to the unit of charge.h, to the nearest. */
static int32_t to_unit(enum ccs_taken kind, int64_t milli)
{
	int64_t half;
	int64_t divisor = 1;

	switch (kind) {
	case CCS_TAKEN_POWER_LIMIT:
		divisor = 1000;
		break;
	case CCS_TAKEN_STATE_OF_CHARGE:
	case CCS_TAKEN_TEMPERATURE:
		divisor = 100;
		break;
	case CCS_TAKEN_PRESENT_VOLTAGE:
	case CCS_TAKEN_TARGET_VOLTAGE:
	case CCS_TAKEN_VOLTAGE_LIMIT:
	case CCS_TAKEN_PRESENT_CURRENT:
	case CCS_TAKEN_TARGET_CURRENT:
	case CCS_TAKEN_CURRENT_LIMIT:
	case CCS_TAKEN_ENERGY:
		break;
	}
	half = milli < 0 ? -divisor / 2 : divisor / 2;
	return (int32_t)((milli + half) / divisor);
}

int ccs_limits_take(enum ccs_taken kind, int64_t milli, int32_t *value, const char **reason)
{
	const char *unused;

	if (!reason)
		reason = &unused;
	*reason = NULL;
	if (milli < ranges[kind].least) {
		*reason = "refused: less than can be";
		return CCS_ERR_RANGE;
	}
	if (milli > ranges[kind].most) {
		*reason = "refused: more than can be";
		return CCS_ERR_RANGE;
	}
	if (milli < ranges[kind].low) {
		*reason = "raised to the least that makes sense";
		milli = ranges[kind].low;
	} else if (milli > ranges[kind].high) {
		*reason = "cut to the most that makes sense";
		milli = ranges[kind].high;
	}
	*value = to_unit(kind, milli);
	return *reason ? 1 : 0;
}

static int32_t smaller(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

static int32_t larger(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

struct ccs_limits ccs_limits_combine(const struct ccs_limits *a, const struct ccs_limits *b)
{
	return (struct ccs_limits) {
		.max_mv = smaller(a->max_mv, b->max_mv),
		.min_mv = larger(a->min_mv, b->min_mv),
		.max_ma = smaller(a->max_ma, b->max_ma),
		.min_ma = larger(a->min_ma, b->min_ma),
		.max_w = smaller(a->max_w, b->max_w),
		.discharge_ma = smaller(a->discharge_ma, b->discharge_ma),
		.discharge_w = smaller(a->discharge_w, b->discharge_w),
	};
}

bool ccs_limits_usable(const struct ccs_limits *limits)
{
	bool charges = limits->max_ma > 0 && limits->max_ma >= limits->min_ma && limits->max_w > 0;
	bool discharges = limits->discharge_ma > 0 && limits->discharge_w > 0;

	return limits->max_mv > 0 && limits->max_mv >= limits->min_mv && (charges || discharges);
}

/* `ma` cut so that at `mv` it is not more than `w`; a limit that was not given cuts nothing. */
static int32_t cut_to_power(int32_t ma, int32_t mv, int32_t w)
{
	int64_t most;

	if (w == CCS_NO_LIMIT || mv <= 0)
		return ma;
	most = (int64_t)larger(w, 0) * 1000000 / mv;
	return most < ma ? (int32_t)most : ma;
}

/* Cuts a magnitude of current at `mv`; says which limit did it. */
static unsigned int cut_current(int32_t *ma, int32_t mv, int32_t max_ma, int32_t max_w)
{
	unsigned int limited = 0;
	int32_t fits;

	if (*ma > larger(max_ma, 0)) {
		*ma = larger(max_ma, 0);
		limited |= CCS_LIMITED_CURRENT;
	}
	fits = cut_to_power(*ma, mv, max_w);
	if (fits < *ma) {
		*ma = fits;
		limited |= CCS_LIMITED_POWER;
	}
	return limited;
}

unsigned int ccs_limits_clamp(const struct ccs_limits *limits, struct ccs_setpoint *set)
{
	unsigned int limited = 0;
	int32_t mv = larger(smaller(set->mv, limits->max_mv), 0);
	int32_t ma;

	if (mv != set->mv)
		limited |= CCS_LIMITED_VOLTAGE;
	set->mv = mv;
	if (set->ma >= 0)
		return limited | cut_current(&set->ma, mv, limits->max_ma, limits->max_w);
	ma = set->ma == INT32_MIN ? INT32_MAX : -set->ma;
	limited |= cut_current(&ma, mv, limits->discharge_ma, limits->discharge_w);
	set->ma = -ma;
	return limited;
}

struct ccs_limits ccs_limits_precharge(const struct ccs_limits *limits)
{
	struct ccs_limits result = *limits;

	result.max_ma = smaller(result.max_ma, CCS_PRECHARGE_MA);
	result.discharge_ma = 0;
	result.discharge_w = 0;
	return result;
}

int32_t ccs_limits_derate(int32_t max_ma, int32_t temperature, int32_t hottest)
{
	int64_t below = (int64_t)hottest - temperature;

	if (below >= DERATING_BAND)
		return max_ma;
	if (below <= -DERATING_BAND)
		return 0;
	if (below <= 0)
		return max_ma / 10;
	return (int32_t)(max_ma / 10 + (max_ma - max_ma / 10) * below / DERATING_BAND);
}

bool ccs_watch_differs(struct ccs_watch *watch, int32_t a, int32_t b, int32_t tolerance,
		       ccs_time duration, ccs_time now)
{
	int64_t difference = (int64_t)a - b;

	if (difference <= tolerance && difference >= -(int64_t)tolerance) {
		watch->differs = false;
		return false;
	}
	if (!watch->differs)
		*watch = (struct ccs_watch) { .differs = true, .since = now };
	return now - watch->since >= duration;
}
