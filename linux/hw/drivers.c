/* SPDX-License-Identifier: Apache-2.0 */
/* The table of drivers, and the boards that bind all points at once. */
#include "linux/hw/driver.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct ccs_hw_driver *const drivers[CCS_HW_DRIVER_COUNT] = {
#define ROW(id, name) [CCS_HW_##id] = &ccs_hw_driver_##name,
	CCS_HW_DRIVERS(ROW)
#undef ROW
};

const struct ccs_hw_driver *ccs_hw_driver(unsigned int id)
{
	return id < CCS_HW_DRIVER_COUNT ? drivers[id] : NULL;
}

/* What a preset binds to a driver; the first row that names a point has it. */
static const struct row {
	enum ccs_hw_preset preset;
	unsigned int side;
	enum ccs_hw_driver_id driver;
	const char *values;
	const char *commands;
} rows[] = {
	{ CCS_HW_PRESET_EXEC, CCS_HW_EV, CCS_HW_EXEC,
	  "inlet_voltage battery_voltage soc cp_duty target_voltage target_current max_voltage "
	  "max_current lock_feedback contactor_feedback stop",
	  "cp_state contactor lock isolation_monitor news" },
	{ CCS_HW_PRESET_EXEC, CCS_HW_EVSE, CCS_HW_EXEC,
	  "cp_state present_voltage present_current supply_ready isolation max_voltage "
	  "max_current contactor_feedback authorized stop",
	  "cp_duty cp_fault contactor supply set_voltage set_current test_isolation news" },
	{ CCS_HW_PRESET_DIETER, CCS_HW_EV, CCS_HW_DIETER, "inlet_voltage", "cp_state contactor" },
	{ CCS_HW_PRESET_DIETER, CCS_HW_EV, CCS_HW_ASSUMED,
	  "plug cp_duty lock_feedback contactor_feedback", "" },
	{ CCS_HW_PRESET_CELERON55, CCS_HW_EV, CCS_HW_CELERON55,
	  "inlet_voltage battery_voltage target_current soc contactor_feedback plug",
	  "cp_state contactor lock news" },
	{ CCS_HW_PRESET_CELERON55, CCS_HW_EV, CCS_HW_ASSUMED, "cp_duty lock_feedback", "" },
	{ CCS_HW_PRESET_BEAGLEBONE, CCS_HW_EV, CCS_HW_GPIO, "", "cp_state contactor" },
	{ CCS_HW_PRESET_BEAGLEBONE, CCS_HW_EV, CCS_HW_ASSUMED,
	  "plug cp_duty lock_feedback contactor_feedback", "" },
	{ CCS_HW_PRESET_FOCCCICAPE, CCS_HW_EVSE, CCS_HW_GPIO, "stop", "" },
	{ CCS_HW_PRESET_FOCCCICAPE, CCS_HW_EVSE, CCS_HW_PWM, "", "cp_duty cp_fault" },
	{ CCS_HW_PRESET_FOCCCICAPE, CCS_HW_EVSE, CCS_HW_CAN_DISPLAY, "", "news" },
	{ CCS_HW_PRESET_FOCCCICAPE, CCS_HW_EVSE, CCS_HW_ASSUMED, "cp_state contactor_feedback",
	  "" },
	{ CCS_HW_PRESET_MQTT, CCS_HW_EV, CCS_HW_MQTT,
	  "inlet_voltage battery_voltage target_voltage target_current soc stop",
	  "cp_state contactor lock news" },
	{ CCS_HW_PRESET_MQTT, CCS_HW_EV, CCS_HW_ASSUMED,
	  "plug cp_duty lock_feedback contactor_feedback", "" },
	{ CCS_HW_PRESET_MQTT, CCS_HW_EVSE, CCS_HW_MQTT, "present_voltage present_current stop",
	  "set_voltage set_current contactor news" },
	{ CCS_HW_PRESET_MQTT, CCS_HW_EVSE, CCS_HW_ASSUMED, "cp_state contactor_feedback", "" },
	{ CCS_HW_PRESET_DIDEBO, CCS_HW_EVSE, CCS_HW_DIDEBO,
	  "present_voltage present_current max_voltage max_current",
	  "supply set_voltage set_current" },
	{ CCS_HW_PRESET_DIDEBO, CCS_HW_EVSE, CCS_HW_GPIO, "stop", "" },
	{ CCS_HW_PRESET_DIDEBO, CCS_HW_EVSE, CCS_HW_PWM, "", "cp_duty cp_fault" },
	{ CCS_HW_PRESET_DIDEBO, CCS_HW_EVSE, CCS_HW_CAN_DISPLAY, "", "news" },
	{ CCS_HW_PRESET_DIDEBO, CCS_HW_EVSE, CCS_HW_ASSUMED, "cp_state contactor_feedback", "" },
};

static uint8_t by_preset(const struct ccs_hw_config *config, const char *name, unsigned int side,
			 bool is_value)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].preset == config->preset && rows[i].side == side &&
		    ccs_hw_offers(is_value ? rows[i].values : rows[i].commands, name))
			return (uint8_t)rows[i].driver;
	return CCS_HW_NOBODY;
}

uint8_t ccs_hw_driver_of_value(const struct ccs_hw_config *config, enum ccs_hw_value value,
			       unsigned int side)
{
	if (config->value[value] != CCS_HW_BY_PRESET)
		return config->value[value];
	return by_preset(config, ccs_hw_values[value].name, side, true);
}

uint8_t ccs_hw_driver_of_command(const struct ccs_hw_config *config, enum ccs_hw_command command,
				 unsigned int side)
{
	if (config->command[command] != CCS_HW_BY_PRESET)
		return config->command[command];
	return by_preset(config, ccs_hw_commands[command].name, side, false);
}

unsigned int ccs_hw_preset_sides(enum ccs_hw_preset preset)
{
	unsigned int sides = 0;

	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].preset == preset)
			sides |= rows[i].side;
	return sides ? sides : CCS_HW_BOTH;
}

static int check_binding(const struct ccs_hw_point *point, unsigned int id, bool is_value,
			 const char *section, struct ccs_problem *problem)
{
	const struct ccs_hw_driver *driver = ccs_hw_driver(id);

	if (!driver || ccs_hw_offers(is_value ? driver->values : driver->commands, point->name))
		return 0;
	return ccs_problem_set(problem, "%s %s = %s: this driver %s no %s; see `ccs hw list`",
			       section, point->key, driver->name,
			       is_value ? "measures" : "carries out", point->name);
}

int ccs_hw_check_bindings(const struct ccs_hw_config *config, unsigned int side,
			  const char *section, struct ccs_problem *problem)
{
	for (int i = 0; i < CCS_HW_VALUE_COUNT; i++)
		if (ccs_hw_values[i].sides & side &&
		    check_binding(&ccs_hw_values[i],
				  ccs_hw_driver_of_value(config, (enum ccs_hw_value)i, side), true,
				  section, problem))
			return -1;
	for (int i = 0; i < CCS_HW_COMMAND_COUNT; i++)
		if (ccs_hw_commands[i].sides & side &&
		    check_binding(&ccs_hw_commands[i],
				  ccs_hw_driver_of_command(config, (enum ccs_hw_command)i, side),
				  false, section, problem))
			return -1;
	return 0;
}

ccs_time ccs_hw_age(const struct ccs_hw_config *config, enum ccs_hw_value value)
{
	return config->age[value] ? config->age[value] : ccs_hw_values[value].age;
}

const char *ccs_hw_gpio_lines(const struct ccs_hw_config *config)
{
	if (config->gpio_lines[0])
		return config->gpio_lines;
	if (config->preset == CCS_HW_PRESET_BEAGLEBONE)
		return "cp_state=P9_41 contactor=P9_17";
	if (config->preset == CCS_HW_PRESET_FOCCCICAPE || config->preset == CCS_HW_PRESET_DIDEBO)
		return "alive=P9_14 high=P9_28 stop=!P9_30";
	return "";
}
