/* SPDX-License-Identifier: Apache-2.0 */
/* Values that are assigned, and what they mean together. */
#include "linux/config_ages.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALL SIZE_MAX /* no single charger */

struct ccs_config_assignment {
	const struct ccs_config_key *key;
	size_t evse; /* of [evse NAME], else ALL */
	struct ccs_config_origin origin;
};

void ccs_config_complain_at(struct ccs_config_reader *reader, struct ccs_config_origin origin,
			    const char *format, ...)
{
	char text[2048];
	int head = 0;
	va_list arguments;

	reader->errors++;
	if (origin.line)
		head = snprintf(text, sizeof(text), "%s:%u: ", origin.source, origin.line);
	else if (origin.source)
		head = snprintf(text, sizeof(text), "%s: ", origin.source);
	if (head < 0 || (size_t)head >= sizeof(text))
		head = 0;
	va_start(arguments, format);
	vsnprintf(text + head, sizeof(text) - (size_t)head, format, arguments);
	va_end(arguments);
	if (reader->complain)
		reader->complain(reader->user, text);
}

/* Assignments. */

static const struct ccs_config_assignment *find(const struct ccs_config_reader *reader,
						const struct ccs_config_key *key, size_t evse)
{
	for (size_t i = reader->assignment_count; i-- > 0;) {
		const struct ccs_config_assignment *a = &reader->assignments[i];

		if (a->key == key && a->evse == evse)
			return a;
	}
	return NULL;
}

static bool remember(struct ccs_config_reader *reader, const struct ccs_config_assignment *a)
{
	if (reader->assignment_count == reader->assignment_room) {
		size_t room = reader->assignment_room ? 2 * reader->assignment_room : 64;
		void *more = realloc(reader->assignments, room * sizeof(*a));

		if (!more) {
			ccs_config_complain_at(reader, a->origin, "no memory");
			return false;
		}
		reader->assignments = more;
		reader->assignment_room = room;
	}
	reader->assignments[reader->assignment_count++] = *a;
	return true;
}

struct ccs_config_origin ccs_config_origin(const struct ccs_config_reader *reader,
					   const struct ccs_config_key *key, size_t evse)
{
	const struct ccs_config_assignment *a = NULL;

	if (ccs_config_is_of_evse(key))
		a = find(reader, key, evse);
	if (!a)
		a = find(reader, key, ALL);
	return a ? a->origin : (struct ccs_config_origin) { 0 };
}

/* Names of chargers. */

static bool is_name(const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < length; i++) {
		if (!isalnum((unsigned char)name[i]) && name[i] != '-' && name[i] != '_')
			return false;
	}
	return length > 0 && length < CCS_CONFIG_NAME;
}

/* The charger of a section "evse NAME", which may be new; NULL when that cannot be. */
static struct ccs_config_evse *charger(struct ccs_config_reader *reader,
				       struct ccs_config_origin origin, const char *name)
{
	struct ccs_config *config = &reader->config;
	struct ccs_config_evse *evse;

	for (size_t i = 0; i < config->evse_count; i++) {
		if (strcmp(config->evse[i].name, name) == 0)
			return &config->evse[i];
	}
	if (!is_name(name)) {
		ccs_config_complain_at(
			reader, origin,
			"[evse %s]: a charger's name is 1 to %d letters, digits, - or _", name,
			CCS_CONFIG_NAME - 1);
		return NULL;
	}
	if (config->evse_count == CCS_CONFIG_EVSES) {
		ccs_config_complain_at(reader, origin, "[evse %s]: more than %d chargers", name,
				       CCS_CONFIG_EVSES);
		return NULL;
	}
	evse = &config->evse[config->evse_count++];
	memcpy(evse->name, name, strlen(name) + 1);
	return evse;
}

/* Assigning. */

static void complain_of_section(struct ccs_config_reader *reader, struct ccs_config_origin origin,
				const char *section, const char *name)
{
	const char *nearest = ccs_config_nearest_section(section);

	if (!*section)
		ccs_config_complain_at(reader, origin, "'%s' stands in no section", name);
	else if (nearest)
		ccs_config_complain_at(reader, origin, "no section [%s]: is it [%s]?", section,
				       nearest);
	else
		ccs_config_complain_at(reader, origin, "no section [%s]: see `ccs config list`",
				       section);
}

static void complain_of_name(struct ccs_config_reader *reader, struct ccs_config_origin origin,
			     const char *section, const char *name)
{
	const struct ccs_config_key *nearest = ccs_config_nearest_key(section, name);

	if (!nearest)
		ccs_config_complain_at(reader, origin,
				       "no key '%s' in [%s]: see `ccs config list %s`", name,
				       section, section);
	else if (strcmp(nearest->name, name) == 0)
		ccs_config_complain_at(reader, origin, "no key '%s' in [%s]: it is one of [%s]",
				       name, section, nearest->section);
	else
		ccs_config_complain_at(reader, origin, "no key '%s' in [%s]: is it '%s'?", name,
				       section, nearest->name);
}

static void complain_of_value(struct ccs_config_reader *reader, struct ccs_config_origin origin,
			      const struct ccs_config_key *key, const char *value)
{
	char expected[512];
	struct ccs_print p;

	ccs_print_init(&p, expected, sizeof(expected));
	ccs_config_print_expected(&p, key);
	ccs_config_complain_at(reader, origin, "[%s] %s: '%s' is not %.*s", key->section, key->name,
			       value, (int)ccs_print_length(&p), expected);
}

void ccs_config_assign(struct ccs_config_reader *reader, struct ccs_config_origin origin,
		       const char *section, const char *name, const char *value)
{
	const struct ccs_config_key *key = ccs_config_find(section, name);
	struct ccs_config_assignment now = { .key = key, .evse = ALL, .origin = origin };
	const struct ccs_config_assignment *before;
	struct ccs_config_evse *evse = NULL;

	if (!ccs_config_is_section(section)) {
		complain_of_section(reader, origin, section, name);
		return;
	}
	if (!key) {
		complain_of_name(reader, origin, section, name);
		return;
	}
	if (strcmp(section, key->section) != 0) {
		evse = charger(reader, origin, strchr(section, ' ') + 1);
		if (!evse)
			return;
		now.evse = (size_t)(evse - reader->config.evse);
	}
	before = find(reader, key, now.evse);
	if (before && origin.line && before->origin.source == origin.source)
		ccs_config_complain_at(reader, origin, "[%s] %s: stands in line %u already",
				       section, name, before->origin.line);
	else if (!ccs_config_read_value(key, ccs_config_at(&reader->config, key, evse), value))
		complain_of_value(reader, origin, key, value);
	else
		remember(reader, &now);
}

/* What they mean together. */

/* Gives each charger the values of [evse] that it has not of its own. */
static void share(struct ccs_config_reader *reader)
{
	struct ccs_config *config = &reader->config;
	const struct ccs_config_key *key;

	if (config->evse_count == 0) {
		config->evse[config->evse_count++] = config->evse_shared;
		return;
	}
	for (size_t i = 0; (key = ccs_config_key(i)); i++) {
		for (size_t e = 0; ccs_config_is_of_evse(key) && e < config->evse_count; e++) {
			if (!find(reader, key, e))
				memcpy(ccs_config_at(config, key, &config->evse[e]),
				       ccs_config_at(config, key, NULL), key->size);
		}
	}
}

/* Presets: what is not set by its own key. */

static void apply_strict(struct ccs_config_reader *reader)
{
	const struct ccs_config_key *key;

	for (size_t i = 0; reader->config.strict && (key = ccs_config_key(i)); i++) {
		if (key->type == CCS_CONFIG_QUIRK && !find(reader, key, ALL))
			ccs_quirk_set(&reader->config.quirks, (enum ccs_quirk)key->least, false);
	}
}

static void apply_slac_preset(struct ccs_config_reader *reader)
{
	struct ccs_config *config = &reader->config;
	const struct ccs_config_slac own = config->slac;
	const struct ccs_config_key *key;

	ccs_slac_set_preset(&config->slac.limits, own.strict ? "strict" : "field");
	for (size_t i = 0; (key = ccs_config_key(i)); i++) {
		if (strcmp(key->section, "slac") == 0 && find(reader, key, ALL))
			memcpy(ccs_config_at(config, key, NULL),
			       (const char *)&own +
				       (key->offset - offsetof(struct ccs_config, slac)),
			       key->size);
	}
}

/* Pairs where the first must not be more than the second, unless that is 0 (says nothing). */
static const struct {
	const char *section;
	const char *low;
	const char *high;
} pairs[] = {
	{ "ev", "target_voltage", "max_voltage" },
	{ "ev", "target_current", "max_current" },
	{ "ev", "bulk_soc", "full_soc" },
	{ "evse", "min_voltage", "max_voltage" },
	{ "evse", "min_current", "max_current" },
	{ "slac", "C_EV_match_signalattn_direct", "C_EV_match_signalattn_indirect" },
	{ "modem", "link_fast", "link_slow" },
	{ "sim", "supply.min_voltage", "supply.max_voltage" },
	{ "sim", "supply.min_current", "supply.max_current" },
	{ "sim", "cable.fault", "cable.warning" },
};

#define PAIRS (sizeof(pairs) / sizeof(pairs[0]))

static void check_pair(struct ccs_config_reader *reader, size_t pair, size_t evse)
{
	const struct ccs_config_key *low = ccs_config_find(pairs[pair].section, pairs[pair].low);
	const struct ccs_config_key *high = ccs_config_find(pairs[pair].section, pairs[pair].high);
	struct ccs_config_evse *of = &reader->config.evse[evse];
	int64_t most = ccs_config_number(high, ccs_config_at(&reader->config, high, of));
	struct ccs_config_origin origin = ccs_config_origin(reader, low, evse);

	if (most == 0 || ccs_config_number(low, ccs_config_at(&reader->config, low, of)) <= most)
		return;
	if (!origin.source)
		origin = ccs_config_origin(reader, high, evse);
	ccs_config_complain_at(reader, origin, "[%s] %s is more than %s", low->section, low->name,
			       high->name);
}

/* Several chargers: each with an interface of its own. */
static void check_interface(struct ccs_config_reader *reader, size_t evse)
{
	const struct ccs_config_key *key = ccs_config_find("evse", "interface");
	const struct ccs_config_evse *chargers = reader->config.evse;
	const char *interface = chargers[evse].line.interface;
	struct ccs_config_origin origin = ccs_config_origin(reader, key, evse);

	if (reader->config.evse_count > 1 && !*interface)
		ccs_config_complain_at(reader, origin, "[evse %s] has no interface",
				       chargers[evse].name);
	for (size_t i = 0; *interface && i < evse; i++) {
		if (strcmp(chargers[i].line.interface, interface) == 0)
			ccs_config_complain_at(reader, origin,
					       "[evse %s] has the interface %s of [evse %s]",
					       chargers[evse].name, interface, chargers[i].name);
	}
}

static bool has_mqtt_hardware(const struct ccs_hw_config *hardware)
{
	bool found = false;

	for (int i = 0; i < CCS_HW_VALUE_COUNT; i++)
		found |= ccs_hw_driver_of_value(hardware, (enum ccs_hw_value)i, CCS_HW_EVSE) ==
			 CCS_HW_MQTT;
	for (int i = 0; i < CCS_HW_COMMAND_COUNT; i++)
		found |= ccs_hw_driver_of_command(hardware, (enum ccs_hw_command)i, CCS_HW_EVSE) ==
			 CCS_HW_MQTT;
	return found && hardware->preset != CCS_HW_PRESET_SIM;
}

/* Two chargers at the same supply would each command it. */
static void check_mqtt_topic(struct ccs_config_reader *reader, size_t evse)
{
	const struct ccs_config_key *key = ccs_config_find("evse", "mqtt_topic");
	const struct ccs_config_evse *chargers = reader->config.evse;
	const char *topic = chargers[evse].hardware.mqtt_topic;

	for (size_t i = 0; i < evse && has_mqtt_hardware(&chargers[evse].hardware); i++) {
		if (has_mqtt_hardware(&chargers[i].hardware) &&
		    strcmp(chargers[i].hardware.mqtt_topic, topic) == 0)
			ccs_config_complain_at(reader, ccs_config_origin(reader, key, evse),
					       "[evse %s] has the mqtt_topic %s of [evse %s]",
					       chargers[evse].name, topic, chargers[i].name);
	}
}

/* It would not be used, and the server refuse for no visible reason. */
static void check_account(struct ccs_config_reader *reader, const char *section)
{
	const struct ccs_config_key *user = ccs_config_find(section, "user");
	const struct ccs_config_key *file = ccs_config_find(section, "password_file");
	const char *name = ccs_config_at(&reader->config, user, NULL);
	const char *path = ccs_config_at(&reader->config, file, NULL);

	if (*path && !*name)
		ccs_config_complain_at(reader, ccs_config_origin(reader, file, ALL),
				       "[%s] password_file needs user", section);
}

static void complete_hardware(struct ccs_config *config, struct ccs_hw_config *hardware,
			      const char *station)
{
	hardware->broker = config->mqtt.broker;
	snprintf(hardware->station, sizeof(hardware->station), "%s", station);
}

static const char *name_of(const struct ccs_config_evse *evse)
{
	return evse->name[0] ? evse->name : evse->line.interface;
}

/* AC without communication, and the probe before it, need to know of how many phases. */
static void check_ac(struct ccs_config_reader *reader, size_t evse)
{
	static const char *const names[] = { "probe", "basic_ac" };
	struct ccs_config_evse *of = &reader->config.evse[evse];
	const struct ccs_config_key *key = ccs_config_find("evse", "ac_phases");

	if (of->ac.phases == 2)
		ccs_config_complain_at(reader, ccs_config_origin(reader, key, evse),
				       "[evse] ac_phases: 2 is not 0, 1 or 3");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		key = ccs_config_find("evse", names[i]);
		if (of->ac.phases == 0 && *(bool *)ccs_config_at(&reader->config, key, of))
			ccs_config_complain_at(reader, ccs_config_origin(reader, key, evse),
					       "[evse] %s needs ac_phases", key->name);
	}
}

void ccs_config_resolve(struct ccs_config_reader *reader)
{
	struct ccs_config *config = &reader->config;

	share(reader);
	apply_strict(reader);
	apply_slac_preset(reader);
	ccs_config_resolve_ages(reader);
	check_account(reader, "mqtt");
	check_account(reader, "webhook");
	complete_hardware(config, &config->ev.hardware, config->ev.line.interface);
	for (size_t e = 0; e < config->evse_count; e++) {
		complete_hardware(config, &config->evse[e].hardware, name_of(&config->evse[e]));
		check_interface(reader, e);
		check_mqtt_topic(reader, e);
		check_ac(reader, e);
		for (size_t i = 0; i < PAIRS; i++) {
			if (e == 0 || strcmp(pairs[i].section, "evse") == 0)
				check_pair(reader, i, e);
		}
	}
}
