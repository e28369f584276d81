/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be measured and commanded, by name: the two tables that drivers, bindings, the exec
 * driver's lines and `ccs hw` share.
 *
 * Numbers are integers of the inner units of ccs/charge.h.  Texts have the unit a person thinks in:
 * "inlet_voltage 398.5" is 398,500 mV.
 */
#ifndef CCS_LINUX_HW_POINTS_H
#define CCS_LINUX_HW_POINTS_H

#include "ccs/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ccs_hw_unit {
	CCS_HW_VOLT,	  /* mV */
	CCS_HW_AMPERE,	  /* mA */
	CCS_HW_WATT,	  /* W */
	CCS_HW_WATT_HOUR, /* mWh */
	CCS_HW_METER,	  /* Wh: a meter counts for years */
	CCS_HW_CELSIUS,	  /* 0.1 degree */
	CCS_HW_PERCENT,	  /* per mille */
	CCS_HW_OHM,
	CCS_HW_SWITCH,	  /* 0 or 1; also no, off, open, false and yes, on, closed, true */
	CCS_HW_PILOT,	  /* enum ccs_pilot: a letter, or - for UNKNOWN */
	CCS_HW_ISOLATION, /* enum ccs_isolation: its words */
};

/* What follows when a value that a driver was to give is older than its limit. */
enum ccs_hw_silence {
	CCS_HW_FORGET,	  /* it is unknown; the session goes on */
	CCS_HW_STOP,	  /* and the session ends in order */
	CCS_HW_EMERGENCY, /* and everything goes off at once */
};

/* Sides of a point; a point of both has one meaning at each. */
enum { CCS_HW_EV = 1, CCS_HW_EVSE = 2, CCS_HW_BOTH = 3 };

/*
 * X(id, name, key, sides, unit, least, most, age in ms, silence, what it is).  The range is what
 * such a sensor can show with sense: outside it the value is refused, as if it had not come. `key`:
 * the configuration's key for its driver is the name, or, where that is a number already,
 * name_from.
 */
#define CCS_HW_VALUES(X)                                                                           \
	X(INLET_VOLTAGE, "inlet_voltage", SAME, EV, VOLT, -20000, 1500000, 1000, STOP,             \
	  "at the charger's side of the contactors")                                               \
	X(BATTERY_VOLTAGE, "battery_voltage", SAME, EV, VOLT, 0, 1500000, 1000, STOP,              \
	  "at the battery's side of the contactors")                                               \
	X(CURRENT, "current", SAME, EV, AMPERE, -3000000, 3000000, 1000, STOP, "into the battery") \
	X(INLET_TEMPERATURE, "inlet_temperature", SAME, EV, CELSIUS, -500, 2000, 5000, STOP,       \
	  "hottest pin of the inlet")                                                              \
	X(BATTERY_TEMPERATURE, "battery_temperature", SAME, EV, CELSIUS, -500, 2000, 5000, STOP,   \
	  "of the battery")                                                                        \
	X(SOC, "soc", SAME, EV, PERCENT, 0, 1000, 10000, FORGET, "state of charge")                \
	X(CAPACITY, "capacity_wh", SAME, EV, WATT_HOUR, 0, 2000000000, 60000, FORGET,              \
	  "energy of the full battery")                                                            \
	X(DUTY, "cp_duty", SAME, EV, PERCENT, 0, 1000, 1000, STOP, "of the control pilot's PWM")   \
	X(PLUG, "plug", SAME, EV, SWITCH, 0, 1, 1000, STOP, "proximity pilot: plugged in")         \
	X(TARGET_VOLTAGE, "target_voltage", FROM, EV, VOLT, 0, 1500000, 1000, STOP,                \
	  "that the battery wants")                                                                \
	X(TARGET_CURRENT, "target_current", FROM, EV, AMPERE, -3000000, 3000000, 1000, STOP,       \
	  "that the battery wants")                                                                \
	X(READY, "ready", SAME, EV, SWITCH, 0, 1, 5000, STOP, "the battery allows charging")       \
	X(CP_STATE, "cp_state", SAME, EVSE, PILOT, 0, 6, 1000, EMERGENCY,                          \
	  "control pilot as the charger sees it")                                                  \
	X(PRESENT_VOLTAGE, "present_voltage", SAME, EVSE, VOLT, -20000, 1500000, 1000, EMERGENCY,  \
	  "on the cable")                                                                          \
	X(PRESENT_CURRENT, "present_current", SAME, EVSE, AMPERE, -3000000, 3000000, 1000,         \
	  EMERGENCY, "into the car")                                                               \
	X(PLUG_TEMPERATURE, "plug_temperature", SAME, EVSE, CELSIUS, -500, 2000, 5000, STOP,       \
	  "hottest contact of the connector")                                                      \
	X(ENERGY, "energy_wh", SAME, EVSE, METER, 0, 2000000000, 10000, FORGET, "meter")           \
	X(ISOLATION_OHM, "isolation_ohm", SAME, EVSE, OHM, 0, 1000000000, 5000, FORGET,            \
	  "of the isolation to earth")                                                             \
	X(ISOLATION, "isolation", SAME, EVSE, ISOLATION, 0, 5, 1000, EMERGENCY,                    \
	  "the monitor's verdict")                                                                 \
	X(SUPPLY_READY, "supply_ready", SAME, EVSE, SWITCH, 0, 1, 1000, EMERGENCY,                 \
	  "1: ready, 0: a fault")                                                                  \
	X(MIN_VOLTAGE, "min_voltage", FROM, EVSE, VOLT, 0, 1500000, 5000, STOP, "of the supply")   \
	X(AUTHORIZED, "authorized", SAME, EVSE, SWITCH, 0, 1, 5000, FORGET,                        \
	  "somebody has granted charging")                                                         \
	X(LOCK_FEEDBACK, "lock_feedback", SAME, BOTH, SWITCH, 0, 1, 1000, STOP, "1: locked")       \
	X(CONTACTOR_FEEDBACK, "contactor_feedback", SAME, BOTH, SWITCH, 0, 1, 1000, STOP,          \
	  "1: closed")                                                                             \
	X(MAX_VOLTAGE, "max_voltage", FROM, BOTH, VOLT, 0, 1500000, 5000, STOP,                    \
	  "of the battery, of the supply")                                                         \
	X(MAX_CURRENT, "max_current", FROM, BOTH, AMPERE, 0, 3000000, 5000, STOP,                  \
	  "of the battery, of the supply")                                                         \
	X(MAX_POWER, "max_power", FROM, BOTH, WATT, 0, 4000000, 5000, STOP,                        \
	  "of the battery, of the supply")                                                         \
	X(STOP, "stop", SAME, BOTH, SWITCH, 0, 1, 5000, STOP,                                      \
	  "a person or controller wants the end")                                                  \
	X(EMERGENCY, "emergency", SAME, BOTH, SWITCH, 0, 1, 1000, EMERGENCY,                       \
	  "everything off at once")

/* X(id, name, key, sides, unit, least, most, what it is). */
#define CCS_HW_COMMANDS(X)                                                                         \
	X(CP, "cp_state", SAME, EV, PILOT, 2, 4, "B, C or D")                                      \
	X(ISOLATION_MONITOR, "isolation_monitor", SAME, EV, SWITCH, 0, 1,                          \
	  "the vehicle's own monitor may measure")                                                 \
	X(ONBOARD_CURRENT, "onboard_current", SAME, EV, AMPERE, 0, 100000,                         \
	  "that the on-board charger may draw")                                                    \
	X(CP_DUTY, "cp_duty", SAME, EVSE, PERCENT, 0, 1000, "of the oscillator; 100: steady 12 V") \
	X(CP_FAULT, "cp_fault", SAME, EVSE, PILOT, 5, 6, "E or F instead of the oscillator, or -") \
	X(SUPPLY, "supply", SAME, EVSE, SWITCH, 0, 1, "DC supply on")                              \
	X(SET_VOLTAGE, "set_voltage", SAME, EVSE, VOLT, 0, 1500000, "of the supply")               \
	X(SET_CURRENT, "set_current", SAME, EVSE, AMPERE, -3000000, 3000000, "of the supply")      \
	X(TEST_ISOLATION, "test_isolation", SAME, EVSE, SWITCH, 0, 1, "the monitor is to measure") \
	X(CONTACTOR, "contactor", SAME, BOTH, SWITCH, 0, 1, "close the contactors")                \
	X(LOCK, "lock", SAME, BOTH, SWITCH, 0, 1, "close the lock")                                \
	X(NEWS, "news", SAME, BOTH, SWITCH, 0, 1, "a display or other listener")

enum ccs_hw_value {
#define CCS_HW_ROW(id, ...) CCS_HW_VALUE_##id,
	CCS_HW_VALUES(CCS_HW_ROW)
#undef CCS_HW_ROW
		CCS_HW_VALUE_COUNT
};

enum ccs_hw_command {
#define CCS_HW_ROW(id, ...) CCS_HW_COMMAND_##id,
	CCS_HW_COMMANDS(CCS_HW_ROW)
#undef CCS_HW_ROW
		CCS_HW_COMMAND_COUNT
};

#define CCS_HW_KEY_SAME(name) name
#define CCS_HW_KEY_FROM(name) name "_from"

struct ccs_hw_point {
	const char *name;
	const char *key; /* of [ev] and [evse]: which driver has it */
	unsigned int sides;
	enum ccs_hw_unit unit;
	int32_t least;
	int32_t most;
	ccs_time age; /* of a value: older is silence, where the configuration says nothing */
	enum ccs_hw_silence silence;
	const char *text;
};

extern const struct ccs_hw_point ccs_hw_values[CCS_HW_VALUE_COUNT];
extern const struct ccs_hw_point ccs_hw_commands[CCS_HW_COMMAND_COUNT];

/* The number of the point of this name that one of `sides` has; -1: none. */
int ccs_hw_find_value(const char *name, unsigned int sides);
int ccs_hw_find_command(const char *name, unsigned int sides);

/* Reads "398.5", "on", "C".  False: that is no such text, or the number does not fit int32_t; the
 * range of a point is not looked at. */
bool ccs_hw_parse(enum ccs_hw_unit unit, const char *text, int32_t *value);

/* "-12.345" with at least one digit, as a whole number of the last of `digits` digits behind the
 * point; what stands behind that one is cut off. */
bool ccs_hw_parse_fixed(const char *text, unsigned int digits, int32_t *value);

/* How many 10^-digits of a unit one of its inner units is. */
int64_t ccs_hw_scale(enum ccs_hw_unit unit, unsigned int digits);

/* The text that ccs_hw_parse reads, terminated; longest is 16 with the end. */
#define CCS_HW_TEXT 16
void ccs_hw_print(enum ccs_hw_unit unit, int32_t value, char text[CCS_HW_TEXT]);

/* "V", "A", "%"; "" for words. */
const char *ccs_hw_unit_name(enum ccs_hw_unit unit);

#endif
