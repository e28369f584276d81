/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs hw list`: the drivers, and what is bound to them. */
#include "tools/hw.h"

#include <string.h>

static const char *describe(const char *points)
{
	return strcmp(points, "*") == 0 ? "all" : *points ? points : "nothing";
}

static void print_driver(struct ccs_hw_tool *tool, const struct ccs_hw_driver *driver)
{
	struct ccs_print *p = &tool->output.print;

	if (tool->json) {
		ccs_hw_tool_field(p, "driver", driver->name, true);
		ccs_hw_tool_field(p, "text", driver->text, false);
		ccs_hw_tool_field(p, "values", driver->values, false);
		ccs_hw_tool_field(p, "commands", driver->commands, false);
		ccs_print_text(p, "}\n");
		return;
	}
	ccs_print_text(p, driver->name);
	ccs_print_text(p, ": ");
	ccs_print_text(p, driver->text);
	ccs_print_text(p, "\n    measures    ");
	ccs_print_text(p, describe(driver->values));
	ccs_print_text(p, "\n    carries out ");
	ccs_print_text(p, describe(driver->commands));
	ccs_print_char(p, '\n');
}

static void print_age(struct ccs_print *p, const struct ccs_hw_point *point, ccs_time age)
{
	static const char *const silences[] = { "then unknown", "then stop", "then emergency" };

	ccs_print_text(p, "  ");
	ccs_print_fixed(p, age / 100000, 1);
	ccs_print_text(p, " s, ");
	ccs_print_text(p, silences[point->silence]);
}

/* A state that is not known can be told, too, but is none to expect. */
static int32_t find_least(const struct ccs_hw_point *point)
{
	bool unknown = point->unit == CCS_HW_PILOT && point->least == CCS_PILOT_UNKNOWN;

	return unknown ? CCS_PILOT_A : point->least;
}

/* "-20.000 to 1500.000 V", "A to F", "0 or 1", "invalid, running, ..." */
static void print_range(struct ccs_print *p, const struct ccs_hw_point *point, const char *least,
			const char *most)
{
	bool is_words = point->unit == CCS_HW_ISOLATION;
	char word[CCS_HW_TEXT];

	ccs_print_text(p, least);
	for (int32_t value = point->least + 1; is_words && value < point->most; value++) {
		ccs_hw_print(point->unit, value, word);
		ccs_print_text(p, ", ");
		ccs_print_text(p, word);
	}
	ccs_print_text(p, is_words ? ", " : point->unit == CCS_HW_SWITCH ? " or " : " to ");
	ccs_print_text(p, most);
	ccs_hw_tool_unit(p, ccs_hw_unit_name(point->unit));
}

/* "value   inlet_voltage       dieter       -20.000 to 1500.000 V  1.0 s, then stop" */
static void print_point(struct ccs_hw_tool *tool, const struct ccs_hw_point *point, unsigned int id,
			bool is_value)
{
	const struct ccs_hw_driver *driver = ccs_hw_driver(id);
	struct ccs_print *p = &tool->output.print;
	char least[CCS_HW_TEXT], most[CCS_HW_TEXT];

	ccs_hw_print(point->unit, find_least(point), least);
	ccs_hw_print(point->unit, point->most, most);
	if (tool->json) {
		ccs_hw_tool_field(p, is_value ? "value" : "command", point->name, true);
		ccs_hw_tool_field(p, "driver", driver ? driver->name : "none", false);
		ccs_hw_tool_field(p, "least", least, false);
		ccs_hw_tool_field(p, "most", most, false);
		ccs_hw_tool_field(p, "unit", ccs_hw_unit_name(point->unit), false);
		ccs_print_text(p, "}\n");
		return;
	}
	ccs_print_text(p, is_value ? "value   " : "command ");
	ccs_hw_tool_padded(p, point->name, 20);
	ccs_hw_tool_padded(p, driver ? driver->name : "-", 13);
	print_range(p, point, least, most);
	if (is_value)
		print_age(p, point,
			  ccs_hw_age(ccs_hw_tool_config(tool),
				     (enum ccs_hw_value)(point - ccs_hw_values)));
	ccs_print_char(p, '\n');
}

int ccs_hw_tool_list(struct ccs_hw_tool *tool)
{
	const struct ccs_hw_config *config = ccs_hw_tool_config(tool);

	if (!config)
		return CCS_EXIT_USAGE;
	for (int i = 0; i < CCS_HW_VALUE_COUNT; i++)
		if (ccs_hw_values[i].sides & tool->side)
			print_point(
				tool, &ccs_hw_values[i],
				ccs_hw_driver_of_value(config, (enum ccs_hw_value)i, tool->side),
				true);
	for (int i = 0; i < CCS_HW_COMMAND_COUNT; i++)
		if (ccs_hw_commands[i].sides & tool->side)
			print_point(tool, &ccs_hw_commands[i],
				    ccs_hw_driver_of_command(config, (enum ccs_hw_command)i,
							     tool->side),
				    false);
	if (!tool->json)
		ccs_print_char(&tool->output.print, '\n');
	for (unsigned int i = CCS_HW_NOBODY + 1; i < CCS_HW_DRIVER_COUNT; i++)
		print_driver(tool, ccs_hw_driver(i));
	return CCS_EXIT_DONE;
}
