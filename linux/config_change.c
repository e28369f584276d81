/* SPDX-License-Identifier: Apache-2.0 */
/* What of a configuration changes when. */
#include "linux/config_change.h"

#include <stdio.h>
#include <string.h>

struct rule {
	const char *section;
	const char *names; /* with a blank on each side; NULL: all of them */
	enum ccs_config_change change;
};

/* The first that fits; what none does waits for the next session. */
static const struct rule rules[] = {
	{ "general", NULL, CCS_CONFIG_RESTART },
	{ "sim", NULL, CCS_CONFIG_RESTART },
	{ "record", NULL, CCS_CONFIG_RESTART },
	{ "log", NULL, CCS_CONFIG_RESTART },
	{ "mqtt", NULL, CCS_CONFIG_RESTART },
	{ "webhook", NULL, CCS_CONFIG_RESTART },
	{ "on", NULL, CCS_CONFIG_RESTART },
	{ "gpsd", NULL, CCS_CONFIG_RESTART },
	{ "upload", NULL, CCS_CONFIG_RESTART },
	{ "syslog", NULL, CCS_CONFIG_RESTART },
	{ "ev", " interface mac without_slac sim_modem ", CCS_CONFIG_RESTART },
	{ "evse", " interface mac without_slac sim_modem sim_attenuation port ",
	  CCS_CONFIG_RESTART },
	{ "ev",
	  " forever max_voltage max_current max_power discharge_current discharge_power"
	  " target_voltage target_current capacity request_energy full_soc bulk_soc"
	  " charge_seconds until_soc ",
	  CCS_CONFIG_AT_ONCE },
	{ "evse",
	  " once max_voltage min_voltage max_current min_current max_power discharge_current"
	  " discharge_power discharge authorisation ",
	  CCS_CONFIG_AT_ONCE },
};

static bool has_name(const char *names, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = names; (at = strstr(at, name)); at += length)
		if (at[-1] == ' ' && at[length] == ' ')
			return true;
	return false;
}

#define IS_WITHIN(key, member)                                   \
	((key)->offset >= offsetof(struct ccs_config, member) && \
	 (key)->offset <                                         \
		 offsetof(struct ccs_config, member) + sizeof(((struct ccs_config *)0)->member))

enum ccs_config_change ccs_config_change_of(const struct ccs_config_key *key)
{
	if (IS_WITHIN(key, ev.hardware) || IS_WITHIN(key, evse_shared.hardware))
		return CCS_CONFIG_RESTART; /* drivers are open */
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (!strcmp(rules[i].section, key->section) &&
		    (!rules[i].names || has_name(rules[i].names, key->name)))
			return rules[i].change;
	return CCS_CONFIG_NEXT_SESSION;
}

/* Where a value is; `evse`: of which charger, for keys that each has of its own. */
static void *at(const struct ccs_config *config, const struct ccs_config_key *key, size_t evse)
{
	struct ccs_config *own = (struct ccs_config *)config;

	return ccs_config_at(own, key, &own->evse[evse]);
}

static bool differs(const struct ccs_config *a, const struct ccs_config *b,
		    const struct ccs_config_key *key, size_t evse)
{
	return memcmp(at(a, key, evse), at(b, key, evse), key->size) != 0;
}

static bool are_same_chargers(const struct ccs_config *a, const struct ccs_config *b)
{
	for (size_t i = 0; i < a->evse_count && i < b->evse_count; i++)
		if (strcmp(a->evse[i].name, b->evse[i].name) != 0)
			return false;
	return a->evse_count == b->evse_count;
}

/* True when a charger, or the one place, had another value. */
static bool keep_key(struct ccs_config *fresh, const struct ccs_config *old,
		     const struct ccs_config_key *key)
{
	size_t count = ccs_config_is_of_evse(key) ? fresh->evse_count : 1;
	bool differed = false;

	for (size_t i = 0; i < count; i++) {
		differed |= differs(fresh, old, key, i);
		memcpy(at(fresh, key, i), at(old, key, i), key->size);
	}
	return differed;
}

bool ccs_config_keep(struct ccs_config *fresh, const struct ccs_config *old,
		     void (*tell)(void *user, const struct ccs_config_key *key), void *user)
{
	const struct ccs_config_key *key;

	if (!are_same_chargers(fresh, old))
		return false;
	for (size_t i = 0; (key = ccs_config_key(i)); i++)
		if (ccs_config_change_of(key) == CCS_CONFIG_RESTART && keep_key(fresh, old, key))
			tell(user, key);
	return true;
}

void ccs_config_copy(struct ccs_config *copy, const struct ccs_config *config, size_t evse)
{
	const size_t begin = offsetof(struct ccs_config, evse), end = begin + sizeof(config->evse);

	memcpy(copy, config, begin);
	copy->evse[evse] = config->evse[evse];
	memcpy((char *)copy + end, (const char *)config + end, sizeof(*config) - end);
}

bool ccs_config_adopt(struct ccs_config *copy, const struct ccs_config *fresh, size_t evse)
{
	const struct ccs_config_key *key;
	bool more = false;

	for (size_t i = 0; (key = ccs_config_key(i)); i++) {
		if (ccs_config_change_of(key) == CCS_CONFIG_AT_ONCE)
			memcpy(at(copy, key, evse), at(fresh, key, evse), key->size);
		more |= differs(copy, fresh, key, evse);
	}
	return more;
}

/* It has its meaning while a whole configuration is read. */
static bool is_for_others(const struct ccs_config_key *key)
{
	return key->offset == offsetof(struct ccs_config, strict) ||
	       key->offset == offsetof(struct ccs_config, slac.strict);
}

static bool refuse_value(const struct ccs_config_key *key, const char *value,
			 struct ccs_problem *problem)
{
	char expected[160];
	struct ccs_print p;

	ccs_print_init(&p, expected, sizeof(expected) - 1);
	ccs_config_print_expected(&p, key);
	*p.at = '\0';
	ccs_problem_set(problem, "'%s' is not %s", value, expected);
	return false;
}

bool ccs_config_alter(struct ccs_config *config, size_t evse, const char *key, const char *value,
		      struct ccs_problem *problem)
{
	const char *name = strchr(key, '.');
	const struct ccs_config_key *row;
	char section[32];

	snprintf(section, sizeof(section), "%.*s", name ? (int)(name - key) : 0, key);
	row = name ? ccs_config_find(section, name + 1) : NULL;
	if (!row || strcmp(section, row->section) != 0) {
		ccs_problem_set(problem, "no key '%s': see `ccs config list`", key);
		return false;
	}
	if (ccs_config_change_of(row) == CCS_CONFIG_RESTART) {
		ccs_problem_set(problem, "%s changes by a restart only", key);
		return false;
	}
	if (is_for_others(row)) {
		ccs_problem_set(problem, "%s decides on other keys: set these, or change the file",
				key);
		return false;
	}
	return ccs_config_read_value(row, at(config, row, evse), value) ||
	       refuse_value(row, value, problem);
}
