/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The settings of a simulation by name, as scenario files, options and configuration write them:
 *
 *	battery.soc = 20 %
 *	supply.max_power = 150 kW
 *	protocol = iso2 din
 *
 * One table has key, unit, range and explanation of each; whoever lists them reads the table.
 */
#ifndef SIM_SETTING_H
#define SIM_SETTING_H

#include "sim.h"

#include <stddef.h>

/* How a value is written: with a decimal point, and with one of the unit's names behind it. */
enum sim_unit {
	SIM_UNIT_NUMBER, /* none */
	SIM_UNIT_YES_NO,
	SIM_UNIT_VOLT,	  /* mV inside: V, mV, kV */
	SIM_UNIT_AMPERE,  /* mA inside: A, mA */
	SIM_UNIT_WATT,	  /* W inside: W, kW, MW */
	SIM_UNIT_ENERGY,  /* mWh inside: Wh, kWh */
	SIM_UNIT_PERCENT, /* per mille inside: % */
	SIM_UNIT_TIME,	  /* us inside: s, ms, us, min, h */
	SIM_UNIT_OHM,	  /* ohm inside: ohm, kohm, Mohm */
	SIM_UNIT_MOHM,	  /* milliohm inside: mohm, ohm */
	SIM_UNIT_CELSIUS, /* tenths of a degree inside: C */
	SIM_UNIT_DECIBEL, /* dB inside: dB */
	SIM_UNIT_FARAD,	  /* nF inside: nF, uF */
	SIM_UNIT_PROTOCOLS,
	SIM_UNIT_MODE,
	SIM_UNIT_MODEM,
	SIM_UNIT_PACE,
};

struct sim_setting {
	const char *key;
	enum sim_unit unit;
	size_t offset; /* in struct sim_config */
	size_t size;   /* of the member */
	int64_t least; /* in the unit inside */
	int64_t most;
	const char *text; /* what it is */
};

/* NULL from the last on. */
const struct sim_setting *sim_setting_row(size_t index);

/* NULL when there is none of this name; `*near` (may be NULL) is then the key most like it. */
const struct sim_setting *sim_setting_find(const char *key, const char **near);

/* Why a value was not taken, for people: what was expected. */
struct sim_complaint {
	char text[160];
};

/* Sets what `value` says.  False, and why, when it cannot be. */
bool sim_setting_set(const struct sim_setting *setting, struct sim_config *config,
		     const char *value, struct sim_complaint *why);

/*
 * A quantity in the unit inside.  False, and why: no number, another unit, or beyond the range.
 * Without a unit's name the first of the list is meant.
 */
bool sim_quantity_read(const char *text, enum sim_unit unit, int64_t least, int64_t most,
		       int64_t *value, struct sim_complaint *why);

/* The same value as text, as the reader takes it: "20 %". */
void sim_setting_print(const struct sim_setting *setting, const struct sim_config *config,
		       char *text, size_t size);

#endif
