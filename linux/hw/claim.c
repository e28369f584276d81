/* SPDX-License-Identifier: Apache-2.0 */
/* Which device each driver reaches, and that nobody else does. */
#include "linux/hw/claim.h"

#include "linux/hw/driver.h"
#include "linux/name_lock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define DEVICE_MAX (2 * CCS_HW_PATH + 64)

static bool is_bound(const struct ccs_hw_config *config, unsigned int side, unsigned int id)
{
	for (int i = 0; i < CCS_HW_VALUE_COUNT; i++)
		if ((ccs_hw_values[i].sides & side) &&
		    ccs_hw_driver_of_value(config, (enum ccs_hw_value)i, side) == id)
			return true;
	for (int i = 0; i < CCS_HW_COMMAND_COUNT; i++)
		if ((ccs_hw_commands[i].sides & side) &&
		    ccs_hw_driver_of_command(config, (enum ccs_hw_command)i, side) == id)
			return true;
	return false;
}

/* A path; NULL when it is to be found, or was handed over open. */
static const char *own_path(const char *path)
{
	return strcmp(path, "auto") == 0 || strncmp(path, "fd:", 3) == 0 ? NULL : path;
}

/* NULL: it has none, or none that would have to be its own. */
static const char *find_device(const struct ccs_hw_config *config, enum ccs_hw_driver_id id,
			       char room[DEVICE_MAX])
{
	switch (id) {
	case CCS_HW_EXEC:
		return config->exec_command;
	case CCS_HW_DIETER:
		return own_path(config->dieter_port);
	case CCS_HW_CELERON55:
		return own_path(config->celeron55_port);
	case CCS_HW_OLED:
		return own_path(config->display_port);
	case CCS_HW_CHADEMO:
	case CCS_HW_CAN_DISPLAY:
		return own_path(config->can);
	case CCS_HW_HOMEPLUG:
		return config->homeplug_interface;
	case CCS_HW_GPIO:
		return ccs_hw_gpio_lines(config);
	case CCS_HW_PWM:
		snprintf(room, DEVICE_MAX, "%d:%d", (int)config->pwm_chip,
			 (int)config->pwm_channel);
		return room;
	case CCS_HW_DIDEBO:
		return "its pins";
	case CCS_HW_MQTT:
		snprintf(room, DEVICE_MAX, "%s at %s", config->mqtt_topic, config->broker.host);
		return room;
	case CCS_HW_BY_PRESET:
	case CCS_HW_NOBODY:
	case CCS_HW_ASSUMED:
	case CCS_HW_ADC:
	case CCS_HW_SIMULATED:
	case CCS_HW_DRIVER_COUNT:
		break;
	}
	return NULL;
}

/* FNV-1a of 64 bits: a device's text may be longer than a name. */
static uint64_t digest(uint64_t hash, const char *text)
{
	do
		hash = (hash ^ (uint8_t)*text) * 0x100000001b3u;
	while (*text++);
	return hash;
}

static int claim_one(const char *driver, const char *device, struct ccs_problem *problem)
{
	uint64_t hash = digest(digest(0xcbf29ce484222325u, driver), device);
	char name[CCS_NAME_LOCK_MAX + 1];

	snprintf(name, sizeof(name), "ccs-hardware-%016llx", (unsigned long long)hash);
	if (ccs_name_lock(name) >= 0)
		return 0;
	if (errno == EADDRINUSE)
		return ccs_problem_set(problem,
				       "%s (%.80s): a station, or another `ccs hw`, uses this "
				       "hardware: see `ccs ctl status`",
				       driver, device);
	return ccs_problem_set(problem, "%s (%.80s) cannot be locked: %s", driver, device,
			       strerror(errno));
}

int ccs_hw_claim(unsigned int side, const struct ccs_hw_config *config, struct ccs_problem *problem)
{
	for (unsigned int id = CCS_HW_NOBODY + 1; id < CCS_HW_DRIVER_COUNT; id++) {
		char room[DEVICE_MAX];
		const char *device = find_device(config, (enum ccs_hw_driver_id)id, room);

		if (device && *device && is_bound(config, side, id) &&
		    claim_one(ccs_hw_driver(id)->name, device, problem))
			return -1;
	}
	return 0;
}
