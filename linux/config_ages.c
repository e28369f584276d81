/* SPDX-License-Identifier: Apache-2.0 */
/* "inlet_voltage=3s soc=20s", as ages of values. */
#include "linux/config_ages.h"

#include "linux/hw/words.h"

#define TIMES_MOST 3 /* of the age limit without the key */

/* One place of the key. */
struct place {
	struct ccs_config_reader *reader;
	const char *section;
	struct ccs_config_origin origin;
	struct ccs_hw_config *hardware;
	unsigned int side;
};

/* The session has its own limit for these, [safety] sensor_age. */
static bool is_measured_by_session(int value)
{
	static const enum ccs_hw_value values[] = {
		CCS_HW_VALUE_INLET_VOLTAGE,    CCS_HW_VALUE_BATTERY_VOLTAGE,
		CCS_HW_VALUE_CURRENT,	       CCS_HW_VALUE_DUTY,
		CCS_HW_VALUE_PRESENT_VOLTAGE,  CCS_HW_VALUE_PRESENT_CURRENT,
		CCS_HW_VALUE_PLUG_TEMPERATURE,
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if ((int)values[i] == value)
			return true;
	return false;
}

/* A car that is gone and a pressed emergency button never wait for longer. */
static ccs_time most_of(int value)
{
	bool urgent = value == CCS_HW_VALUE_EMERGENCY || value == CCS_HW_VALUE_CP_STATE;

	return ccs_hw_values[value].age * (urgent ? 1 : TIMES_MOST);
}

static void take_age(const struct place *place, const struct ccs_hw_pair *pair)
{
	int value = ccs_hw_find_value(pair->name, place->side);
	ccs_time age;
	struct ccs_config_key key = {
		.type = CCS_CONFIG_NUMBER,
		.unit = CCS_CONFIG_UNIT_SECOND,
		.size = sizeof(age),
		.least = CCS_MS(100),
	};

	if (value < 0) {
		ccs_config_complain_at(place->reader, place->origin,
				       "[%s] max_age: %s is no value of this side; see "
				       "`ccs hw list`",
				       place->section, pair->name);
		return;
	}
	key.most = most_of(value);
	if (!ccs_config_read_value(&key, &age, pair->value)) {
		ccs_config_complain_at(place->reader, place->origin,
				       "[%s] max_age: %s=%s is not 100ms to %ds", place->section,
				       pair->name, pair->value, (int)(key.most / CCS_SECONDS(1)));
		return;
	}
	if (is_measured_by_session(value) && age > place->reader->config.safety.sensor_us)
		ccs_config_complain_at(place->reader, place->origin,
				       "[%s] max_age: %s=%s is more than [safety] sensor_age: set "
				       "that, too",
				       place->section, pair->name, pair->value);
	place->hardware->age[value] = age;
}

static void take_ages(const struct place *place)
{
	const char *list = place->hardware->max_age;
	struct ccs_hw_pair pair;

	while (ccs_hw_next_pair(&list, &pair))
		take_age(place, &pair);
	if (*list)
		ccs_config_complain_at(place->reader, place->origin,
				       "[%s] max_age: '%s' is not value=age", place->section, list);
}

void ccs_config_resolve_ages(struct ccs_config_reader *reader)
{
	struct ccs_config *config = &reader->config;

	take_ages(&(struct place) {
		.reader = reader,
		.section = "ev",
		.origin = ccs_config_origin(reader, ccs_config_find("ev", "max_age"), 0),
		.hardware = &config->ev.hardware,
		.side = CCS_HW_EV,
	});
	for (size_t e = 0; e < config->evse_count; e++)
		take_ages(&(struct place) {
			.reader = reader,
			.section = "evse",
			.origin = ccs_config_origin(reader, ccs_config_find("evse", "max_age"), e),
			.hardware = &config->evse[e].hardware,
			.side = CCS_HW_EVSE,
		});
}
