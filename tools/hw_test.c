/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `ccs hw test`: the outputs, one after the other.
 *
 * A voltage on the pins (of the inlet, of the cable) ends it, but where a row makes one.  What ends
 * it switches everything off at once; the lock stays as it is until the voltage has gone.
 */
#include "tools/hw.h"

#include "linux/problem.h"

#include <signal.h>
#include <stdlib.h>

#define SETTLE_TIME CCS_SECONDS(4)  /* from opening the devices to what they say being so */
#define PATIENCE    CCS_SECONDS(10) /* for all of them to be there */
#define ON_TIME	    CCS_SECONDS(2)  /* long enough to hear a relay, and to look */
#define FOLLOW_TIME CCS_SECONDS(1)  /* then lock and contactors are where they were told to be */
#define FALL_TIME   CCS_SECONDS(10) /* for a voltage to go when nothing makes it any more */
#define BLIND_TIME  CCS_SECONDS(5)  /* likewise, when nobody measures it */
#define HOLD_TIME   CCS_SECONDS(60) /* the lock waits so long for a voltage that does not go */
#define TOUCHABLE   60000	    /* mV: more is dangerous to touch */

enum kind {
	ON,
	OFF,
	FALL, /* off, and then no voltage is on the pins */
};

static const struct row {
	unsigned int side;
	enum ccs_hw_command command;
	int32_t value;
	enum kind kind;
	const char *text;
} rows[] = {
	{ CCS_HW_EV, CCS_HW_COMMAND_CP, CCS_PILOT_C, ON, "control pilot: state C" },
	{ CCS_HW_EV, CCS_HW_COMMAND_CP, CCS_PILOT_B, OFF, "control pilot: state B" },
	{ CCS_HW_EV, CCS_HW_COMMAND_ISOLATION_MONITOR, 1, ON, "isolation monitor: on" },
	{ CCS_HW_EV, CCS_HW_COMMAND_ISOLATION_MONITOR, 0, OFF, "isolation monitor: off" },
	{ CCS_HW_EVSE, CCS_HW_COMMAND_CP_DUTY, 50, ON, "control pilot: 5 %" },
	{ CCS_HW_EVSE, CCS_HW_COMMAND_CP_DUTY, 1000, OFF, "control pilot: 100 %" },
	{ CCS_HW_EVSE, CCS_HW_COMMAND_CP_FAULT, CCS_PILOT_F, ON, "control pilot: state F" },
	{ CCS_HW_EVSE, CCS_HW_COMMAND_CP_FAULT, 0, OFF, "control pilot: no fault" },
	{ CCS_HW_BOTH, CCS_HW_COMMAND_LOCK, 1, ON, "lock: closed" },
	{ CCS_HW_BOTH, CCS_HW_COMMAND_CONTACTOR, 1, ON, "contactors: closed" },
	{ CCS_HW_BOTH, CCS_HW_COMMAND_CONTACTOR, 0, FALL, "contactors: open" },
	{ CCS_HW_BOTH, CCS_HW_COMMAND_LOCK, 0, OFF, "lock: open" },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* Outputs with a feedback. */
static const struct {
	enum ccs_hw_command command;
	enum ccs_hw_value feedback;
} followers[] = {
	{ CCS_HW_COMMAND_LOCK, CCS_HW_VALUE_LOCK_FEEDBACK },
	{ CCS_HW_COMMAND_CONTACTOR, CCS_HW_VALUE_CONTACTOR_FEEDBACK },
};

#define FOLLOWERS (sizeof(followers) / sizeof(followers[0]))

static bool carries_out(const struct ccs_hw_tool *tool, enum ccs_hw_command command)
{
	return tool->board.commands[command].seat;
}

static bool is_on(const struct ccs_hw_tool *tool, enum ccs_hw_command command)
{
	return carries_out(tool, command) && tool->board.commands[command].value;
}

/* The pins that people can touch. */

static enum ccs_hw_value pins_of(const struct ccs_hw_tool *tool)
{
	return tool->side == CCS_HW_EV ? CCS_HW_VALUE_INLET_VOLTAGE : CCS_HW_VALUE_PRESENT_VOLTAGE;
}

static bool measure_pins(const struct ccs_hw_tool *tool, ccs_time now, int32_t *mv)
{
	return ccs_hw_get(&tool->board, pins_of(tool), now, mv);
}

static bool is_dead(const struct ccs_hw_tool *tool, ccs_time now)
{
	int32_t mv;

	return measure_pins(tool, now, &mv) && abs(mv) < TOUCHABLE;
}

static enum kind kind_now(const struct ccs_hw_tool *tool)
{
	return tool->row < ROWS ? rows[tool->row].kind : OFF;
}

static bool may_be_live(const struct ccs_hw_tool *tool)
{
	return tool->live && (is_on(tool, CCS_HW_COMMAND_CONTACTOR) || kind_now(tool) == FALL);
}

/* What forbids to go on: 0, or -1 with the reason. */

static int refuse_voltage(const struct ccs_hw_tool *tool, enum ccs_hw_value value, ccs_time now,
			  struct ccs_problem *problem, const char *what)
{
	const char *name = ccs_hw_values[value].name;
	char text[CCS_HW_TEXT];
	int32_t mv;

	if (!ccs_hw_is_bound(&tool->board, value))
		return ccs_problem_set(problem, "nobody measures %s%s", name, what);
	if (!ccs_hw_get(&tool->board, value, now, &mv))
		return ccs_problem_set(problem, "%s is not known%s", name, what);
	if (abs(mv) < TOUCHABLE)
		return 0;
	ccs_hw_print(CCS_HW_VOLT, mv, text);
	return ccs_problem_set(problem, "%s is %s V%s", name, text, what);
}

static int check_pins(const struct ccs_hw_tool *tool, ccs_time now, struct ccs_problem *problem)
{
	if (!ccs_hw_is_bound(&tool->board, pins_of(tool)) || may_be_live(tool))
		return 0;
	return refuse_voltage(tool, pins_of(tool), now, problem, "");
}

static int check_fall(const struct ccs_hw_tool *tool, ccs_time now, struct ccs_problem *problem)
{
	if (kind_now(tool) != FALL || now - tool->row_began < FALL_TIME ||
	    !ccs_hw_is_bound(&tool->board, pins_of(tool)))
		return 0;
	return refuse_voltage(tool, pins_of(tool), now, problem,
			      ", 10 s after it was switched off");
}

/* Somebody measures it, and it is so. */
static bool is_plugged(const struct ccs_hw_tool *tool, ccs_time now)
{
	const struct ccs_hw_board *board = &tool->board;
	enum ccs_hw_value value = tool->side == CCS_HW_EV ? CCS_HW_VALUE_PLUG
							  : CCS_HW_VALUE_CP_STATE;
	int32_t reading;

	if (!ccs_hw_get(board, value, now, &reading) ||
	    board->values[value].seat->driver == ccs_hw_driver(CCS_HW_ASSUMED))
		return false;
	return tool->side == CCS_HW_EV ? reading : reading >= CCS_PILOT_B && reading <= CCS_PILOT_D;
}

/* Closed onto a battery they put its voltage on the pins; onto what nobody measures, perhaps. */
static int check_contactors(const struct ccs_hw_tool *tool, ccs_time now,
			    struct ccs_problem *problem)
{
	static const char otherwise[] = ": --live closes the contactors all the same";

	if (!tool->contactors)
		return 0;
	if (!carries_out(tool, CCS_HW_COMMAND_CONTACTOR))
		return ccs_problem_set(problem, "contactor is bound to nobody");
	if (is_plugged(tool, now))
		return ccs_problem_set(problem, "contactors are tested with no plug in");
	if (tool->live)
		return 0;
	if (refuse_voltage(tool, pins_of(tool), now, problem, otherwise))
		return -1;
	return tool->side == CCS_HW_EVSE ? 0
					 : refuse_voltage(tool, CCS_HW_VALUE_BATTERY_VOLTAGE, now,
							  problem, otherwise);
}

/* A reading of after FOLLOW_TIME. */
static bool has_followed(const struct ccs_hw_tool *tool, size_t follower, ccs_time now,
			 int32_t *state)
{
	struct ccs_measured m = ccs_hw_measured(&tool->board, followers[follower].feedback, now);

	*state = m.value;
	return m.known && m.at - tool->row_began >= FOLLOW_TIME;
}

static int check_followers(const struct ccs_hw_tool *tool, ccs_time now,
			   struct ccs_problem *problem)
{
	for (size_t i = 0; i < FOLLOWERS; i++) {
		enum ccs_hw_command command = followers[i].command;
		int32_t state;

		if (carries_out(tool, command) && has_followed(tool, i, now, &state) &&
		    state != tool->board.commands[command].value)
			return ccs_problem_set(problem, "%s is %d, 1 s after %s was set to %d",
					       ccs_hw_values[followers[i].feedback].name,
					       (int)state, ccs_hw_commands[command].name,
					       (int)tool->board.commands[command].value);
	}
	return 0;
}

static int check_all(const struct ccs_hw_tool *tool, ccs_time now, struct ccs_problem *problem)
{
	if (tool->board.trouble)
		return ccs_problem_set(problem, "%s", tool->board.why);
	if (check_contactors(tool, now, problem) || check_fall(tool, now, problem) ||
	    check_pins(tool, now, problem) || check_followers(tool, now, problem))
		return -1;
	return 0;
}

/* The end. */

/* Nobody is to pull a plug that may be live. */
static bool holds_lock(const struct ccs_hw_tool *tool, ccs_time now)
{
	int32_t mv;

	if (!is_on(tool, CCS_HW_COMMAND_LOCK))
		return false;
	if (measure_pins(tool, now, &mv))
		return abs(mv) >= TOUCHABLE && now - tool->row_began < HOLD_TIME;
	return tool->was_live && now - tool->row_began < BLIND_TIME;
}

static void wind_down(struct ccs_hw_tool *tool, ccs_time now)
{
	if (!holds_lock(tool, now))
		ccs_hw_tool_finish(tool, CCS_EXIT_FAILED);
}

static void give_up(struct ccs_hw_tool *tool, ccs_time now)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].kind != ON && rows[i].command != CCS_HW_COMMAND_LOCK)
			ccs_hw_set(&tool->board, rows[i].command, rows[i].value);
	tool->ends = true;
	tool->row_began = now;
	if (holds_lock(tool, now))
		ccs_complain(&tool->output, "the lock stays closed until %s has gone",
			     ccs_hw_values[pins_of(tool)].name);
	wind_down(tool, now);
}

/* Row by row. */

static bool applies(const struct ccs_hw_tool *tool, const struct row *row)
{
	return (row->side & tool->side) && carries_out(tool, row->command) &&
	       (tool->contactors || row->command != CCS_HW_COMMAND_CONTACTOR);
}

static void begin_row(struct ccs_hw_tool *tool, const struct row *row)
{
	tool->was_live |= tool->live && row->command == CCS_HW_COMMAND_CONTACTOR;
	ccs_hw_set(&tool->board, row->command, row->value);
	ccs_hw_tool_line(tool, "output", row->text, "",
			 tool->board.commands[row->command].seat->driver->name);
}

static void go_on(struct ccs_hw_tool *tool, ccs_time now)
{
	do
		tool->row++;
	while (tool->row < ROWS && !applies(tool, &rows[tool->row]));
	tool->row_began = now;
	if (tool->row < ROWS)
		begin_row(tool, &rows[tool->row]);
	else
		ccs_hw_tool_finish(tool, CCS_EXIT_DONE);
}

/* True when all that can say so has said where it is. */
static bool is_settled(const struct ccs_hw_tool *tool, ccs_time now)
{
	int32_t state;

	for (size_t i = 0; i < FOLLOWERS; i++)
		if (carries_out(tool, followers[i].command) &&
		    ccs_hw_is_bound(&tool->board, followers[i].feedback) &&
		    !has_followed(tool, i, now, &state))
			return false;
	return true;
}

static bool is_over(const struct ccs_hw_tool *tool, ccs_time now)
{
	ccs_time passed = now - tool->row_began;

	switch (rows[tool->row].kind) {
	case ON:
		return passed >= ON_TIME && is_settled(tool, now);
	case OFF:
		return passed >= FOLLOW_TIME && is_settled(tool, now);
	case FALL:
		return passed >= FOLLOW_TIME && is_settled(tool, now) &&
		       (is_dead(tool, now) ||
			(passed >= BLIND_TIME && !ccs_hw_is_bound(&tool->board, pins_of(tool))));
	}
	return true;
}

static bool is_waiting(const struct ccs_hw_tool *tool, ccs_time now)
{
	return tool->row == SIZE_MAX &&
	       now - tool->begun < (tool->board.trouble ? PATIENCE : SETTLE_TIME);
}

static void work(struct ccs_hw_tool *tool, ccs_time now)
{
	struct ccs_problem problem;

	if (tool->ends) {
		wind_down(tool, now);
	} else if (is_waiting(tool, now)) {
		return;
	} else if (check_all(tool, now, &problem)) {
		ccs_complain(&tool->output, "ends here: %s", problem.text);
		give_up(tool, now);
	} else if (tool->row >= ROWS || is_over(tool, now)) {
		go_on(tool, now);
	}
}

/* A terminal that goes away says so more than once: only a person cuts the end short. */
static void interrupt(struct ccs_hw_tool *tool, int number)
{
	if (!tool->ends) {
		ccs_complain(&tool->output, "ended by signal %d: everything is switched off",
			     number);
		give_up(tool, ccs_loop_now());
	} else if (number == SIGINT || number == SIGQUIT) {
		ccs_hw_tool_finish(tool, CCS_EXIT_FAILED);
	}
}

int ccs_hw_tool_test(struct ccs_hw_tool *tool)
{
	static const struct ccs_hw_verb verb = { work, interrupt };

	if (!tool->yes) {
		ccs_complain(&tool->output,
			     "this moves lock and relays: with no plug in and nobody "
			     "at it, add --yes");
		return CCS_EXIT_USAGE;
	}
	if (tool->live && !tool->contactors) {
		ccs_complain(&tool->output, "--live is for --contactors");
		return CCS_EXIT_USAGE;
	}
	if (tool->live)
		ccs_complain(&tool->output, "warning: what is behind the contactors comes to the "
					    "pins: nobody touches them, nothing is connected");
	tool->row = SIZE_MAX; /* before the first */
	return ccs_hw_tool_run(tool, &verb);
}
