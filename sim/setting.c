/* SPDX-License-Identifier: Apache-2.0 */
/* The table of settings, and values from text. */
#include "setting.h"

#include "plc_pace.h"

#include "ccs/message.h"
#include "ccs/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROW(key, unit, member, least, most, text)                                      \
	{                                                                              \
		key, SIM_UNIT_##unit, offsetof(struct sim_config, member),             \
			sizeof(((struct sim_config *)NULL)->member), least, most, text \
	}
#define SECONDS(n) ((int64_t)(n)*1000000)

static const struct sim_setting rows[] = {
	ROW("seed", NUMBER, seed, 0, 9007199254740992, "of everything that is left to chance"),
	ROW("cars", NUMBER, points, 1, SIM_POINTS, "cars, each at its own charger on one line"),
	ROW("mode", MODE, mode, 0, 0, "dc, ac, or probe: AC with a session that reads the SoC"),
	ROW("protocol", PROTOCOLS, ev_protocols, 0, 0,
	    "what the car offers, the most wanted first: din, iso2; else din, for AC iso2"),
	ROW("evse.protocol", PROTOCOLS, evse_protocols, 0, 0, "what the charger serves"),
	ROW("ev.strict", YES_NO, ev_strict, 0, 1, "the car does what the standard says, only"),
	ROW("evse.strict", YES_NO, evse_strict, 0, 1, "likewise the charger"),
	ROW("discharge", YES_NO, discharge, 0, 1, "both sides allow current out of the battery"),
	ROW("basic_ac", YES_NO, basic_ac, 0, 1, "AC without communication where that fails"),
	ROW("authorise", TIME, authorise_time, 0, SECONDS(3600),
	    "what a person needs to authorise at the charger"),
	ROW("charge", TIME, charge_time, 0, SECONDS(604800), "what `wait charge` waits"),
	ROW("answer_delay", TIME, answer_delay, 0, SECONDS(10),
	    "the charger waits so long with each response"),

	ROW("plc.slac", YES_NO, slac, 0, 1, "no: the stations begin with SDP"),
	ROW("plc.ev_modem", MODEM, ev_modem, 0, 0, "qca7005, ar7420, cg5317 or plain"),
	ROW("plc.evse_modem", MODEM, evse_modem, 0, 0, "likewise"),
	ROW("plc.ev_pace", PACE, ev_pace, 0, 0,
	    "as fast in SLAC as this real car, as ioniq; or none"),
	ROW("plc.evse_pace", PACE, evse_pace, 0, 0, "as this real charger, as alpitronic; or none"),
	ROW("plc.attenuation", DECIBEL, attenuation_db, 0, 120, "from a car to its own charger"),
	ROW("plc.synthetic", DECIBEL, synthetic_db, 0, 120,
	    "what a charger reports whose modem measures nothing; 0: nothing"),
	ROW("plc.crosstalk", DECIBEL, crosstalk_db, 0, 255,
	    "from a car to the other chargers; 255: not heard"),
	ROW("plc.loss", PERCENT, plc_loss, 0, 1000, "frames that are lost"),
	ROW("plc.duplicates", PERCENT, plc_duplicates, 0, 1000, "frames that arrive twice"),
	ROW("plc.delay", TIME, plc_delay, 0, SECONDS(10), "from one modem to the other"),
	ROW("net.loss", PERCENT, net_loss, 0, 1000, "segments and datagrams that are lost"),
	ROW("net.delay", TIME, net_delay, 0, SECONDS(60), "from one host to the other"),
	ROW("net.jitter", TIME, net_jitter, 0, SECONDS(60), "more than that, by chance"),
	ROW("net.split", NUMBER, net_split, 0, 65535,
	    "largest segment in bytes; 0: whole messages"),

	ROW("battery.cells", NUMBER, world.battery.cells, 0, 300, "in series; 0: a light bulb"),
	ROW("battery.capacity", ENERGY, world.battery.capacity_mwh, 1000, 1000000000,
	    "between empty and full"),
	ROW("battery.resistance", MOHM, world.battery.mohm, 1, 1000000, "of the pack, or the bulb"),
	ROW("battery.max_current", AMPERE, world.battery.max_ma, 0, 3000000, "charging, at best"),
	ROW("battery.discharge_current", AMPERE, world.battery.discharge_ma, 0, 3000000,
	    "0: gives nothing back"),
	ROW("battery.soc", PERCENT, world.battery.soc, 0, 1000, "at the start"),
	ROW("battery.full_soc", PERCENT, world.battery.full_soc, 1, 1000, "charging ends here"),
	ROW("battery.temperature", CELSIUS, world.battery.dc, -400, 800, "at the start"),

	ROW("supply.max_voltage", VOLT, world.supply.limits.max_mv, 0, 1500000, "of the charger"),
	ROW("supply.min_voltage", VOLT, world.supply.limits.min_mv, 0, 1500000, "it can regulate"),
	ROW("supply.max_current", AMPERE, world.supply.limits.max_ma, 0, 3000000, "of the charger"),
	ROW("supply.min_current", AMPERE, world.supply.limits.min_ma, 0, 3000000,
	    "it can regulate"),
	ROW("supply.max_power", WATT, world.supply.limits.max_w, 0, 4000000, "of the charger"),
	ROW("supply.discharge_current", AMPERE, world.supply.limits.discharge_ma, 0, 3000000,
	    "it takes back; 0: none"),
	ROW("supply.discharge_power", WATT, world.supply.limits.discharge_w, 0, 4000000,
	    "it takes back"),
	ROW("supply.voltage_ramp", VOLT, world.supply.ramp_mv_s, 1000, 100000000, "per second"),
	ROW("supply.current_ramp", AMPERE, world.supply.ramp_ma_s, 100, 100000000, "per second"),
	ROW("supply.overshoot", PERCENT, world.supply.overshoot, 0, 1000,
	    "of a voltage step without load"),

	ROW("cable.capacitance", FARAD, world.cable.nf, 1, 1000000, "of cable, filters, inlet"),
	ROW("cable.resistance", MOHM, world.cable.mohm, 0, 1000000, "of both wires"),
	ROW("cable.isolation", OHM, world.cable.isolation_ohm, 0, 1000000000,
	    "of charger and cable"),
	ROW("cable.ev_isolation", OHM, world.cable.ev_isolation_ohm, 0, 1000000000, "of the car"),
	ROW("cable.monitor_time", TIME, world.cable.test_us, 0, SECONDS(600), "the test takes"),
	ROW("ev.contactor_time", TIME, world.ev_contactor.close_us, 0, SECONDS(10), "to close"),
	ROW("evse.contactor_time", TIME, world.evse_contactor.close_us, 0, SECONDS(10), "to close"),
	ROW("ev.lock_time", TIME, world.ev_lock.close_us, 0, SECONDS(60), "to close"),
	ROW("evse.lock", YES_NO, world.evse_has_lock, 0, 1, "the charger locks the plug, too"),
	ROW("ac.phases", NUMBER, world.ac_phases, 1, 3, "1 or 3"),
	ROW("ac.voltage", VOLT, world.ac_mv, 90000, 300000, "phase to neutral"),
	ROW("ac.max_current", AMPERE, world.ac_max_ma, 0, 80000, "of the on-board charger"),
};

#define ROWS (sizeof(rows) / sizeof(*rows))

const struct sim_setting *sim_setting_row(size_t index)
{
	return index < ROWS ? &rows[index] : NULL;
}

/* X(unit, name, scale): names of units, the first of each unit is meant without a name. */
#define NAMES(X)                  \
	X(VOLT, "V", 1000)        \
	X(VOLT, "mV", 1)          \
	X(VOLT, "kV", 1000000)    \
	X(AMPERE, "A", 1000)      \
	X(AMPERE, "mA", 1)        \
	X(WATT, "W", 1)           \
	X(WATT, "kW", 1000)       \
	X(WATT, "MW", 1000000)    \
	X(ENERGY, "Wh", 1000)     \
	X(ENERGY, "kWh", 1000000) \
	X(PERCENT, "%", 10)       \
	X(TIME, "s", 1000000)     \
	X(TIME, "ms", 1000)       \
	X(TIME, "us", 1)          \
	X(TIME, "min", 60000000)  \
	X(TIME, "h", 3600000000)  \
	X(OHM, "ohm", 1)          \
	X(OHM, "kohm", 1000)      \
	X(OHM, "Mohm", 1000000)   \
	X(MOHM, "mohm", 1)        \
	X(MOHM, "ohm", 1000)      \
	X(CELSIUS, "C", 10)       \
	X(DECIBEL, "dB", 1)       \
	X(FARAD, "nF", 1)         \
	X(FARAD, "uF", 1000)      \
	X(NUMBER, "", 1)

static const struct {
	enum sim_unit unit;
	const char *name;
	int64_t scale;
} names[] = {
#define NAME_ROW(unit, name, scale) { SIM_UNIT_##unit, name, scale },
	NAMES(NAME_ROW)
#undef NAME_ROW
};

#define UNIT_NAMES (sizeof(names) / sizeof(*names))

static const struct {
	const char *name;
	int32_t value;
	enum sim_unit unit;
} words[] = {
	{ "dc", SIM_MODE_DC, SIM_UNIT_MODE },
	{ "ac", SIM_MODE_AC, SIM_UNIT_MODE },
	{ "probe", SIM_MODE_PROBE, SIM_UNIT_MODE },
	{ "qca7005", SIM_MODEM_QCA7005, SIM_UNIT_MODEM },
	{ "ar7420", SIM_MODEM_AR7420, SIM_UNIT_MODEM },
	{ "cg5317", SIM_MODEM_CG5317, SIM_UNIT_MODEM },
	{ "plain", SIM_MODEM_PLAIN, SIM_UNIT_MODEM },
	{ "yes", 1, SIM_UNIT_YES_NO },
	{ "no", 0, SIM_UNIT_YES_NO },
	{ "din", CCS_PROTOCOL_DIN, SIM_UNIT_PROTOCOLS },
	{ "iso2", CCS_PROTOCOL_ISO2, SIM_UNIT_PROTOCOLS },
};

#define WORDS (sizeof(words) / sizeof(*words))

/* Letters that have to change to make one of the other, at most 63 long. */
static size_t distance(const char *a, const char *b)
{
	size_t row[64];
	size_t length = strlen(b);

	if (length >= sizeof(row) / sizeof(*row))
		return SIZE_MAX;
	for (size_t j = 0; j <= length; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t corner = row[0];

		row[0] = i + 1;
		for (size_t j = 1; j <= length; j++) {
			size_t best = corner + (a[i] != b[j - 1]);

			corner = row[j];
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (corner + 1 < best)
				best = corner + 1;
			row[j] = best;
		}
	}
	return row[length];
}

const struct sim_setting *sim_setting_find(const char *key, const char **near)
{
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < ROWS; i++) {
		size_t apart = distance(key, rows[i].key);

		if (!apart)
			return &rows[i];
		if (near && apart < best)
			*near = rows[i].key;
		if (apart < best)
			best = apart;
	}
	return NULL;
}

/* Values to text. */

/* `value` over `scale`, without zeros at the end. */
static void print_scaled(char *text, size_t size, int64_t value, int64_t scale, const char *name)
{
	struct ccs_print print;
	unsigned int digits = 0;

	for (int64_t n = scale; n > 1; n /= 10)
		digits++;
	for (; digits && value % 10 == 0; value /= 10)
		digits--;
	ccs_print_init(&print, text, size - 1);
	ccs_print_fixed(&print, value, digits);
	ccs_print_text(&print, *name ? " " : "");
	ccs_print_text(&print, name);
	text[ccs_print_length(&print)] = '\0';
}

static void print_quantity(char *text, size_t size, int64_t value, enum sim_unit unit)
{
	for (size_t i = 0; i < UNIT_NAMES; i++) {
		if (names[i].unit != unit)
			continue;
		print_scaled(text, size, value, names[i].scale, names[i].name);
		return;
	}
	snprintf(text, size, "%lld", (long long)value);
}

static const char *find_word(enum sim_unit unit, int64_t value)
{
	if (unit == SIM_UNIT_PACE)
		return value ? sim_pace_at((size_t)value - 1)->name : "none";
	for (size_t i = 0; i < WORDS; i++)
		if (words[i].unit == unit && words[i].value == value)
			return words[i].name;
	return "?";
}

static int64_t get(const struct sim_setting *setting, const struct sim_config *config)
{
	const unsigned char *at = (const unsigned char *)config + setting->offset;
	int64_t wide = 0;
	int32_t narrow = 0;

	if (setting->size == 1)
		return *at != 0;
	if (setting->size == sizeof(wide)) {
		memcpy(&wide, at, sizeof(wide));
		return wide;
	}
	memcpy(&narrow, at, sizeof(narrow));
	return narrow;
}

void sim_setting_print(const struct sim_setting *setting, const struct sim_config *config,
		       char *text, size_t size)
{
	struct sim_protocols list;
	size_t at = 0;

	switch (setting->unit) {
	case SIM_UNIT_PROTOCOLS:
		memcpy(&list, (const unsigned char *)config + setting->offset, sizeof(list));
		*text = '\0';
		for (int32_t i = 0; i < list.count && at < size; i++)
			at += (size_t)snprintf(text + at, size - at, "%s%s", i ? " " : "",
					       find_word(setting->unit, (int64_t)list.at[i]));
		return;
	case SIM_UNIT_MODE:
	case SIM_UNIT_MODEM:
	case SIM_UNIT_PACE:
	case SIM_UNIT_YES_NO:
		snprintf(text, size, "%s", find_word(setting->unit, get(setting, config)));
		return;
	case SIM_UNIT_NUMBER:
	case SIM_UNIT_VOLT:
	case SIM_UNIT_AMPERE:
	case SIM_UNIT_WATT:
	case SIM_UNIT_ENERGY:
	case SIM_UNIT_PERCENT:
	case SIM_UNIT_TIME:
	case SIM_UNIT_OHM:
	case SIM_UNIT_MOHM:
	case SIM_UNIT_CELSIUS:
	case SIM_UNIT_DECIBEL:
	case SIM_UNIT_FARAD:
		break;
	}
	print_quantity(text, size, get(setting, config), setting->unit);
}

/* Text to values. */

static bool complain(struct sim_complaint *why, const char *value, const char *expected)
{
	snprintf(why->text, sizeof(why->text), "'%.40s': expected %s", value, expected);
	return false;
}

/* "a number with V, mV or kV" */
static bool complain_unit(struct sim_complaint *why, const char *value, enum sim_unit unit)
{
	char expected[100] = "a number";

	for (size_t i = 0; i < UNIT_NAMES; i++) {
		size_t at = strlen(expected);

		if (names[i].unit == unit && *names[i].name)
			snprintf(expected + at, sizeof(expected) - at, "%s%s",
				 at == strlen("a number") ? " with " : ", ", names[i].name);
	}
	return complain(why, value, expected);
}

static bool complain_range(struct sim_complaint *why, const char *value, enum sim_unit unit,
			   int64_t least, int64_t most)
{
	char from[32], to[32], expected[80];

	print_quantity(from, sizeof(from), least, unit);
	print_quantity(to, sizeof(to), most, unit);
	snprintf(expected, sizeof(expected), "%s to %s", from, to);
	return complain(why, value, expected);
}

/* The unit's name behind a number; 0: none of this unit. */
static int64_t find_scale(const char *name, enum sim_unit unit)
{
	while (*name == ' ')
		name++;
	for (size_t i = 0; i < UNIT_NAMES; i++)
		if (names[i].unit == unit && (!*name || !strcmp(names[i].name, name)))
			return names[i].scale;
	return 0;
}

bool sim_quantity_read(const char *text, enum sim_unit unit, int64_t least, int64_t most,
		       int64_t *value, struct sim_complaint *why)
{
	char *end;
	double number = strtod(text, &end);
	int64_t scale = find_scale(end, unit);
	double scaled = number * (double)scale;

	if (end == text || !scale || strpbrk(text, "xXpPnN") == text)
		return complain_unit(why, text, unit);
	if (!(scaled >= -9e18 && scaled <= 9e18))
		return complain_range(why, text, unit, least, most);
	*value = (int64_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
	if (*value < least || *value > most)
		return complain_range(why, text, unit, least, most);
	return true;
}

static bool complain_word(struct sim_complaint *why, const char *value, enum sim_unit unit)
{
	char expected[100] = "";
	const struct sim_pace *pace;

	for (size_t i = 0; unit == SIM_UNIT_PACE && (pace = sim_pace_at(i)); i++) {
		size_t at = strlen(expected);

		snprintf(expected + at, sizeof(expected) - at, "%s%s", at ? ", " : "none, ",
			 pace->name);
	}
	for (size_t i = 0; i < WORDS; i++) {
		size_t at = strlen(expected);

		if (words[i].unit == unit)
			snprintf(expected + at, sizeof(expected) - at, "%s%s", at ? ", " : "",
				 words[i].name);
	}
	return complain(why, value, expected);
}

/* -1: no such word. */
static int32_t read_word(const char *text, size_t length, enum sim_unit unit)
{
	const struct sim_pace *pace;

	if (unit == SIM_UNIT_PACE && !strcmp(text, "none"))
		return 0;
	for (int32_t i = 0; unit == SIM_UNIT_PACE && (pace = sim_pace_at((size_t)i)); i++)
		if (!strcmp(pace->name, text))
			return i + 1;
	for (size_t i = 0; i < WORDS; i++)
		if (words[i].unit == unit && strlen(words[i].name) == length &&
		    !strncmp(words[i].name, text, length))
			return words[i].value;
	return -1;
}

static bool read_protocols(const char *value, struct sim_protocols *list, struct sim_complaint *why)
{
	const char *at = value;

	*list = (struct sim_protocols) { .count = 0 };
	while (*(at += strspn(at, " ,"))) {
		size_t length = strcspn(at, " ,");
		int32_t protocol = read_word(at, length, SIM_UNIT_PROTOCOLS);

		if (protocol < 0 || list->count == SIM_PROTOCOLS)
			return complain_word(why, value, SIM_UNIT_PROTOCOLS);
		list->at[list->count++] = (enum ccs_protocol)protocol;
		at += length;
	}
	return list->count || complain_word(why, value, SIM_UNIT_PROTOCOLS);
}

static void put(const struct sim_setting *setting, struct sim_config *config, int64_t value)
{
	unsigned char *at = (unsigned char *)config + setting->offset;
	int32_t narrow = (int32_t)value;
	bool yes = value != 0;

	if (setting->size == 1)
		memcpy(at, &yes, sizeof(yes));
	else if (setting->size == sizeof(value))
		memcpy(at, &value, sizeof(value));
	else
		memcpy(at, &narrow, sizeof(narrow));
}

bool sim_setting_set(const struct sim_setting *setting, struct sim_config *config,
		     const char *value, struct sim_complaint *why)
{
	struct sim_protocols list;
	int64_t number = 0;

	switch (setting->unit) {
	case SIM_UNIT_PROTOCOLS:
		if (!read_protocols(value, &list, why))
			return false;
		memcpy((unsigned char *)config + setting->offset, &list, sizeof(list));
		return true;
	case SIM_UNIT_MODE:
	case SIM_UNIT_MODEM:
	case SIM_UNIT_PACE:
	case SIM_UNIT_YES_NO:
		number = read_word(value, strlen(value), setting->unit);
		if (number < 0)
			return complain_word(why, value, setting->unit);
		break;
	case SIM_UNIT_NUMBER:
	case SIM_UNIT_VOLT:
	case SIM_UNIT_AMPERE:
	case SIM_UNIT_WATT:
	case SIM_UNIT_ENERGY:
	case SIM_UNIT_PERCENT:
	case SIM_UNIT_TIME:
	case SIM_UNIT_OHM:
	case SIM_UNIT_MOHM:
	case SIM_UNIT_CELSIUS:
	case SIM_UNIT_DECIBEL:
	case SIM_UNIT_FARAD:
		if (!sim_quantity_read(value, setting->unit, setting->least, setting->most, &number,
				       why))
			return false;
		break;
	}
	put(setting, config, number);
	return true;
}
