/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sanity of what the peer says, and set-points that stay inside everybody's limits.
 *
 * The peer may send any number.  ccs_limits_take() is the gate where the thousandths of
 * quantities.h become the mV, mA, W, mWh and per mille of charge.h: what is inside the range
 * passes, what is a little outside or harmless to cut is clamped, the rest is refused and the
 * caller keeps what it had.  Both come with a sentence for the record.
 *
 * Ranges: IEC 61851-23 (1,000 V DC, 500 A, liquid cooled more), the Megawatt Charging System (1,250
 * V, 3,000 A), sensor noise of real chargers around zero.
 */
#ifndef CCS_LIMITS_H
#define CCS_LIMITS_H

#include "ccs/charge.h"
#include "ccs/error.h"

/*
 * X(id, name, least, low, high, most): in thousandths of V, A, W, Wh, percent.  From low to high it
 * passes; from least to low it becomes low; from high to most it becomes high; else it is refused.
 */
#define CCS_TAKEN(X)                                                                \
	X(PRESENT_VOLTAGE, "present voltage", -20000, 0, 1500000, 1500000)          \
	X(TARGET_VOLTAGE, "target voltage", 0, 0, 1500000, 1500000)                 \
	X(VOLTAGE_LIMIT, "voltage limit", 0, 0, 1500000, 1000000000000)             \
	X(PRESENT_CURRENT, "present current", -3000000, -3000000, 3000000, 3000000) \
	X(TARGET_CURRENT, "target current", -3000000, -3000000, 3000000, 3000000)   \
	X(CURRENT_LIMIT, "current limit", 0, 0, 3000000, 1000000000000)             \
	X(POWER_LIMIT, "power limit", 0, 0, 4000000000, 1000000000000)              \
	X(ENERGY, "energy", 0, 0, 2000000000, 1000000000000)                        \
	X(STATE_OF_CHARGE, "state of charge", 0, 0, 100000, 100000)                 \
	X(TEMPERATURE, "temperature", -100000, -100000, 250000, 250000)

enum ccs_taken {
#define CCS_TAKEN_ROW(id, name, least, low, high, most) CCS_TAKEN_##id,
	CCS_TAKEN(CCS_TAKEN_ROW)
#undef CCS_TAKEN_ROW
};

/* "target voltage". */
const char *ccs_taken_name(enum ccs_taken kind);

/*
 * Takes `milli`, thousandths of the kind's unit as quantities.h gives them (percent for the state
 * of charge), and sets `*value` in the unit of charge.h: mV, mA, W, mWh, per mille, 0.1 degree
 * Celsius. Returns 0: as it is; 1: clamped; CCS_ERR_RANGE: refused, `*value` is as before.
 * `*reason`, unless NULL, is the sentence then, else NULL.
 */
int ccs_limits_take(enum ccs_taken kind, int64_t milli, int32_t *value, const char **reason);

/* The narrower of each: what both sides can do. */
struct ccs_limits ccs_limits_combine(const struct ccs_limits *a, const struct ccs_limits *b);

/* Not inside out: some voltage, and a current other than zero at it, is allowed. */
bool ccs_limits_usable(const struct ccs_limits *limits);

/* Which limit was at work; the flags of CurrentDemandRes are these. */
enum ccs_limited {
	CCS_LIMITED_VOLTAGE = 1,
	CCS_LIMITED_CURRENT = 2,
	CCS_LIMITED_POWER = 4,
};

/*
 * Brings a set-point inside the limits (C2): the voltage first, then the current, then the current
 * so that the power at this voltage fits.  A negative voltage becomes 0.  It never raises a
 * magnitude: a demand below min_mv or min_ma stays, whether the supply can do it or not.
 * Returns a set of enum ccs_limited, 0 when nothing was changed.
 */
unsigned int ccs_limits_clamp(const struct ccs_limits *limits, struct ccs_setpoint *set);

/* The largest precharge current of IEC 61851-23 annex CC, mA. */
#define CCS_PRECHARGE_MA 2000

/* The same limits with the current of cable check and precharge, and no discharging. */
struct ccs_limits ccs_limits_precharge(const struct ccs_limits *limits);

/*
 * Current that a contact at `temperature` may carry, both in 0.1 degree Celsius: all of `max_ma` up
 * to 10 K below `hottest`, then falling in a line to a tenth at `hottest`, 0 from 10 K above it.
 */
int32_t ccs_limits_derate(int32_t max_ma, int32_t temperature, int32_t hottest);

/*
 * Watches whether two measurements of the same thing agree: what the charger reports and what the
 * inlet measures.  Zeroed: they do.
 */
struct ccs_watch {
	bool differs;
	ccs_time since;
};

/* True when they have differed by more than `tolerance` for `duration` microseconds without pause.
 */
bool ccs_watch_differs(struct ccs_watch *watch, int32_t a, int32_t b, int32_t tolerance,
		       ccs_time duration, ccs_time now);

#endif
