/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of the configuration's keys, and values as text.
 *
 * A row says where in struct ccs_config the value is and in which unit, so that one reader and one
 * printer do for all.  A key is added by one row in config_keys.c.
 */
#ifndef CCS_LINUX_CONFIG_KEYS_H
#define CCS_LINUX_CONFIG_KEYS_H

#include "ccs/print.h"
#include "linux/config.h"

enum ccs_config_type {
	CCS_CONFIG_NUMBER,
	CCS_CONFIG_YES_NO,
	CCS_CONFIG_CHOICE, /* an enumeration, from 0 on in the order of `choices` */
	CCS_CONFIG_SET,	   /* some of such an enumeration, a bit each */
	CCS_CONFIG_TEXT,
	CCS_CONFIG_PROTOCOLS,
	CCS_CONFIG_MAC,
	CCS_CONFIG_PROFILE,	 /* dB for each carrier group, or one for all */
	CCS_CONFIG_ATTENUATIONS, /* MAC=dB of some cars */
	CCS_CONFIG_QUIRK,	 /* yes or no, `least` is the enum ccs_quirk */
};

/* X(id, scale, names): how many of the inner unit one of the first name is; the names, with how
 * many of the inner unit each of them is. */
#define CCS_CONFIG_UNITS(X)                                                                    \
	X(NONE, 1, { "", 1 })                                                                  \
	X(VOLT, 1000, { "V", 1000 }, { "mV", 1 }, { "kV", 1000000 })                           \
	X(AMPERE, 1000, { "A", 1000 }, { "mA", 1 })                                            \
	X(KILOWATT, 1000, { "kW", 1000 }, { "W", 1 }, { "MW", 1000000 })                       \
	X(KILOWATT_HOUR, 1000000, { "kWh", 1000000 }, { "Wh", 1000 })                          \
	X(PERCENT, 10, { "%", 10 })                                                            \
	X(SECOND, 1000000, { "s", 1000000 }, { "ms", 1000 }, { "us", 1 }, { "min", 60000000 }, \
	  { "h", 3600000000 })                                                                 \
	X(SHORT_TIME, 1000, { "ms", 1000 }, { "us", 1 }, { "s", 1000000 })                     \
	X(MILLISECOND, 1, { "ms", 1 }, { "s", 1000 }, { "min", 60000 })                        \
	X(OHM, 1, { "ohm", 1 }, { "kohm", 1000 }, { "Mohm", 1000000 })                         \
	X(MILLIOHM, 1, { "mohm", 1 }, { "ohm", 1000 })                                         \
	X(CELSIUS, 10, { "C", 10 })                                                            \
	X(DECIBEL, 1, { "dB", 1 })                                                             \
	X(NANOFARAD, 1, { "nF", 1 }, { "uF", 1000 })                                           \
	X(VOLT_PER_SECOND, 1000, { "V/s", 1000 })                                              \
	X(AMPERE_PER_SECOND, 1000, { "A/s", 1000 })                                            \
	X(JOULE_PER_KELVIN, 1, { "J/K", 1 }, { "kJ/K", 1000 })                                 \
	X(WHOLE_SECOND, 1, { "s", 1 }, { "min", 60 }, { "h", 3600 })                           \
	X(MEGABYTE, 1, { "MB", 1 }, { "GB", 1000 })

enum ccs_config_unit {
#define CCS_CONFIG_UNIT_ROW(id, scale, ...) CCS_CONFIG_UNIT_##id,
	CCS_CONFIG_UNITS(CCS_CONFIG_UNIT_ROW)
#undef CCS_CONFIG_UNIT_ROW
};

struct ccs_config_key {
	const char *section; /* "ev" */
	const char *name;
	enum ccs_config_type type;
	enum ccs_config_unit unit;
	size_t offset; /* in struct ccs_config; of [evse]: in evse_shared */
	size_t size;   /* of the member */
	int64_t least; /* of a number, in the inner unit */
	int64_t most;
	const char *choices; /* "free ctl deny" */
	const char *value;   /* the default; NULL: what the module says that the value is for */
	const char *text;    /* what it is for */
};

/* NULL from the last on; rows of a section follow each other. */
const struct ccs_config_key *ccs_config_key(size_t index);

/* NULL when there is none of this name in the section, which may be "evse NAME". */
const struct ccs_config_key *ccs_config_find(const char *section, const char *name);

/* "evse NAME" is one. */
bool ccs_config_is_section(const char *section);

/* The section, or the key of `section`, most like `name`; NULL when none is like it. */
const char *ccs_config_nearest_section(const char *name);
const struct ccs_config_key *ccs_config_nearest_key(const char *section, const char *name);

/* In the form of printf, "see %s" and so on: one fault. */
void ccs_config_complain_at(struct ccs_config_reader *reader, struct ccs_config_origin origin,
			    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Sets a key, or says why not. */
void ccs_config_assign(struct ccs_config_reader *reader, struct ccs_config_origin origin,
		       const char *section, const char *name, const char *value);

typedef void ccs_config_take(void *user, struct ccs_config_origin origin, const char *section,
			     const char *name, const char *value);

/* Hands the lines of an INI file to `take`, and says what cannot be read. */
void ccs_config_read_file(struct ccs_config_reader *reader, const char *path, ccs_config_take *take,
			  void *user);

/* What the values mean together, when all are assigned. */
void ccs_config_resolve(struct ccs_config_reader *reader);

/* True for the keys that each charger has of its own. */
static inline bool ccs_config_is_of_evse(const struct ccs_config_key *key)
{
	return key->offset >= offsetof(struct ccs_config, evse_shared);
}

/* The value of a key; `evse`: NULL, or the charger that is meant by a key of [evse]. */
void *ccs_config_at(struct ccs_config *config, const struct ccs_config_key *key,
		    struct ccs_config_evse *evse);

/* Takes `text` into the value.  False when it is not what ccs_config_print_expected says. */
bool ccs_config_read_value(const struct ccs_config_key *key, void *at, const char *text);

/* The value as the reader takes it. */
void ccs_config_print_value(struct ccs_print *p, const struct ccs_config_key *key, const void *at);

/* A number or choice, in the inner unit. */
int64_t ccs_config_number(const struct ccs_config_key *key, const void *at);

/* "a number from 0 to 1500 V"; "one of free, ctl, deny". */
void ccs_config_print_expected(struct ccs_print *p, const struct ccs_config_key *key);

/* All members at their defaults. */
void ccs_config_set_defaults(struct ccs_config *config);

#endif
