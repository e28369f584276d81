/* SPDX-License-Identifier: Apache-2.0 */
/* Whether what is bound is enough to charge with. */
#include "linux/hw/needs.h"

#include "linux/hw/driver.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define VALUE(id)   CCS_HW_VALUE_##id
#define COMMAND(id) CCS_HW_COMMAND_##id
#define MICRO	    1000000 /* mV * mA to W */

/* Of one side. */
struct needs {
	const struct ccs_hw_config *hardware;
	unsigned int side;
	char section[CCS_CONFIG_NAME + 8]; /* "[evse left]" */
	char missing[200];		   /* "max_voltage, soc" */
};

static bool has_value(const struct needs *needs, enum ccs_hw_value value)
{
	return ccs_hw_driver(ccs_hw_driver_of_value(needs->hardware, value, needs->side));
}

static bool has_command(const struct needs *needs, enum ccs_hw_command command)
{
	return ccs_hw_driver(ccs_hw_driver_of_command(needs->hardware, command, needs->side));
}

static void miss(struct needs *needs, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void miss(struct needs *needs, const char *format, ...)
{
	size_t length = strlen(needs->missing);
	va_list arguments;

	if (length + 2 >= sizeof(needs->missing))
		return;
	length += (size_t)snprintf(needs->missing + length, 3, "%s", length ? ", " : "");
	va_start(arguments, format);
	vsnprintf(needs->missing + length, sizeof(needs->missing) - length, format, arguments);
	va_end(arguments);
}

static void need_value(struct needs *needs, enum ccs_hw_value value)
{
	if (!has_value(needs, value))
		miss(needs, "%s", ccs_hw_values[value].key);
}

/* Nobody would say how much is too much. */
static void need_limit(struct needs *needs, enum ccs_hw_value value, int32_t configured)
{
	if (!configured && !has_value(needs, value))
		miss(needs, "%s or %s", ccs_hw_values[value].name, ccs_hw_values[value].key);
}

static void need_limits(struct needs *needs, const struct ccs_limits *limits)
{
	need_limit(needs, VALUE(MAX_VOLTAGE), limits->max_mv);
	need_limit(needs, VALUE(MAX_CURRENT), limits->max_ma);
}

static int check_preset(const struct needs *needs, struct ccs_problem *problem)
{
	static const char *const names[] = { "sim",
#define ROW(id, name) name,
					     CCS_HW_PRESETS(ROW)
#undef ROW
	};
	const char *name = names[needs->hardware->preset];
	bool ev = needs->side == CCS_HW_EV;

	if (ccs_hw_preset_sides(needs->hardware->preset) & needs->side)
		return 0;
	return ccs_problem_set(problem, "%s preset = %s: that is the board of a %s, for [%s]",
			       needs->section, name, ev ? "charger" : "car", ev ? "evse" : "ev");
}

/* Whether a station can begin to look for what it lacks: -1: no, 0: yes, 1: it lacks nothing. */
static int begin(struct needs *needs, const struct ccs_hw_config *hardware, unsigned int side,
		 const char *name, struct ccs_problem *problem)
{
	*needs = (struct needs) { .hardware = hardware, .side = side };
	snprintf(needs->section, sizeof(needs->section), side == CCS_HW_EV ? "[ev]" : "[evse%s%s]",
		 *name ? " " : "", name);
	if (hardware->preset == CCS_HW_PRESET_SIM)
		return 1;
	if (check_preset(needs, problem))
		return -1;
	return ccs_hw_check_bindings(hardware, side, needs->section, problem);
}

static int end(const struct needs *needs, struct ccs_problem *problem)
{
	if (!needs->missing[0])
		return 0;
	return ccs_problem_set(problem, "%s lacks %s: see `ccs hw list%s`", needs->section,
			       needs->missing, needs->side == CCS_HW_EV ? "" : " --evse");
}

/* DC: without these the contactors never close (E1). */
int ccs_hw_check_ev(const struct ccs_config *config, struct ccs_problem *problem)
{
	const struct ccs_config_ev *ev = &config->ev;
	struct needs needs;
	int result = begin(&needs, &ev->hardware, CCS_HW_EV, "", problem);

	if (result)
		return result < 0 ? -1 : 0;
	need_limits(&needs, &ev->limits);
	if (ev->transfer < CCS_EV_TRANSFER_AC_THREE_PHASE) {
		if (!ccs_quirk_is_on(&config->quirks, CCS_QUIRK_REPORTED_VOLTAGE))
			need_value(&needs, VALUE(INLET_VOLTAGE));
		need_value(&needs, VALUE(BATTERY_VOLTAGE));
		need_value(&needs, VALUE(LOCK_FEEDBACK));
		need_value(&needs, VALUE(CONTACTOR_FEEDBACK));
	}
	return end(&needs, problem);
}

/* Cable check and precharge look at the voltage, and follow a set-point. */
static void need_direct_current(struct needs *needs, const struct ccs_config_evse *config)
{
	bool follows = has_command(needs, COMMAND(SET_VOLTAGE)) &&
		       has_command(needs, COMMAND(SET_CURRENT));

	need_limits(needs, &config->limits);
	if (!follows && !has_command(needs, COMMAND(SUPPLY)))
		miss(needs, "set_voltage with set_current (or supply)");
	need_value(needs, VALUE(PRESENT_VOLTAGE));
	if (!config->without_monitor && !has_value(needs, VALUE(ISOLATION)))
		miss(needs, "isolation (or without_monitor = yes)");
}

/* A probe leaves the mains to the charger that it asks for. */
int ccs_hw_check_evse(const struct ccs_config_evse *config, struct ccs_problem *problem)
{
	struct needs needs;
	int result = begin(&needs, &config->hardware, CCS_HW_EVSE, config->name, problem);

	if (result)
		return result < 0 ? -1 : 0;
	need_value(&needs, VALUE(CP_STATE));
	if (!config->ac.phases)
		need_direct_current(&needs, config);
	else if (!config->probe && !has_command(&needs, COMMAND(CONTACTOR)))
		miss(&needs, "contactor");
	return end(&needs, problem);
}

void ccs_hw_complete_limits(struct ccs_limits *limits)
{
	int64_t w;

	if (limits->max_mv == CCS_NO_LIMIT)
		limits->max_mv = 0;
	if (limits->max_ma == CCS_NO_LIMIT)
		limits->max_ma = 0;
	w = (int64_t)limits->max_mv * limits->max_ma / MICRO;
	if (limits->max_w == CCS_NO_LIMIT && w < CCS_NO_LIMIT)
		limits->max_w = (int32_t)w;
}
