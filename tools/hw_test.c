/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs hw test`: the outputs, one after the other. */
#include "tools/hw.h"

#define STEP_TIME CCS_SECONDS(2) /* long enough to hear a relay, and to look */
#define PATIENCE  CCS_SECONDS(4) /* for the devices to be there */
#define TOUCHABLE 60000		 /* mV: more is dangerous to touch */

/* Each output alone, and off again before the next. */
static const struct step {
	unsigned int side;
	enum ccs_hw_command command;
	int32_t value;
	int32_t off;
	const char *text;
} steps[] = {
	{ CCS_HW_EV, CCS_HW_COMMAND_CP, CCS_PILOT_C, CCS_PILOT_B, "control pilot: state C" },
	{ CCS_HW_BOTH, CCS_HW_COMMAND_LOCK, 1, 0, "lock: closed" },
	{ CCS_HW_EV, CCS_HW_COMMAND_ISOLATION_MONITOR, 1, 0, "isolation monitor: on" },
	{ CCS_HW_EVSE, CCS_HW_COMMAND_CP_DUTY, 50, 1000, "control pilot: 5 %" },
	{ CCS_HW_EVSE, CCS_HW_COMMAND_CP_FAULT, CCS_PILOT_F, 0, "control pilot: state F" },
	{ CCS_HW_BOTH, CCS_HW_COMMAND_CONTACTOR, 1, 0, "contactors: closed" },
};

#define STEPS (sizeof(steps) / sizeof(steps[0]))

/* A voltage that is there, or might be, forbids everything. */
static bool is_safe(struct ccs_hw_tool *tool, ccs_time now)
{
	enum ccs_hw_value value = tool->side == CCS_HW_EV ? CCS_HW_VALUE_INLET_VOLTAGE
							  : CCS_HW_VALUE_PRESENT_VOLTAGE;
	int32_t mv;

	if (!ccs_hw_is_bound(&tool->board, value))
		return true;
	return ccs_hw_get(&tool->board, value, now, &mv) && mv < TOUCHABLE;
}

static bool applies(const struct ccs_hw_tool *tool, const struct step *step)
{
	return (step->side & tool->side) && tool->board.commands[step->command].seat &&
	       (tool->contactors || step->command != CCS_HW_COMMAND_CONTACTOR);
}

static void begin_step(struct ccs_hw_tool *tool, const struct step *step)
{
	const struct ccs_hw_seat *seat = tool->board.commands[step->command].seat;

	ccs_hw_set(&tool->board, step->command, step->value);
	ccs_hw_tool_line(tool, "output", step->text, "", seat->driver->name);
}

/* Switches to the next step; false: there is none, or none may be. */
static void go_on(struct ccs_hw_tool *tool, ccs_time now)
{
	if (tool->step < STEPS)
		ccs_hw_set(&tool->board, steps[tool->step].command, steps[tool->step].off);
	do
		tool->step++;
	while (tool->step < STEPS && !applies(tool, &steps[tool->step]));
	tool->step_ends = now + STEP_TIME;
	if (tool->step < STEPS)
		begin_step(tool, &steps[tool->step]);
}

static void run_test(struct ccs_hw_tool *tool, ccs_time now)
{
	if (now < tool->step_ends)
		return;
	if (!is_safe(tool, now) || tool->board.trouble) {
		ccs_complain(&tool->output, "ends here: %s",
			     tool->board.trouble ? tool->board.why
						 : "there is a voltage, or may be one");
		ccs_hw_tool_finish(tool, CCS_EXIT_FAILED);
	} else if (tool->step >= STEPS && tool->step != SIZE_MAX) {
		ccs_hw_tool_finish(tool, CCS_EXIT_DONE);
	} else {
		go_on(tool, now);
	}
}

static void end_test(struct ccs_hw_tool *tool, int signal)
{
	ccs_hw_tool_finish(tool, CCS_EXIT_FAILED);
	ccs_complain(&tool->output, "ended by signal %d: everything was switched off", signal);
}

int ccs_hw_tool_test(struct ccs_hw_tool *tool)
{
	static const struct ccs_hw_verb verb = { run_test, end_test };

	if (!tool->yes) {
		ccs_complain(&tool->output,
			     "this moves lock and relays: with no plug in and nobody "
			     "at it, add --yes");
		return CCS_EXIT_USAGE;
	}
	tool->step = SIZE_MAX; /* before the first */
	tool->step_ends = ccs_loop_now() + PATIENCE;
	return ccs_hw_tool_run(tool, &verb);
}
