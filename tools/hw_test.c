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
#include <stdio.h>
#include <stdlib.h>

#define SETTLE_TIME CCS_SECONDS(4)  /* from opening the devices to what they say being so */
#define PATIENCE    CCS_SECONDS(10) /* for all of them to be there */
#define ON_TIME	    CCS_SECONDS(2)  /* long enough to hear a relay, and to look */
#define FOLLOW_TIME CCS_SECONDS(1)  /* then lock and contactors are where they were told to be */
#define FALL_TIME   CCS_SECONDS(10) /* for a voltage to go when nothing makes it any more */
#define BLIND_TIME  CCS_SECONDS(5)  /* likewise, when nobody measures it */
#define HOLD_TIME   CCS_SECONDS(60) /* the lock waits so long for a voltage that does not go */
#define SUPPLY_TIME CCS_SECONDS(5)  /* then a supply has the voltage that it was set to */
#define TOUCHABLE   60000	    /* mV: more is dangerous to touch */
#define SUPPLY_MV   20000
#define SUPPLY_MA   1000

enum kind {
	ON,
	OFF,
	FALL, /* off, and then no voltage is on the pins */
};

/* Stands for all three commands of a supply. */
#define SUPPLY CCS_HW_COMMAND_SET_VOLTAGE

static const struct row {
	unsigned int side;
	enum ccs_hw_command command;
	int32_t value;
	enum kind kind;
	const char *text;
} rows[] = {
	{ CCS_HW_BOTH, CCS_HW_COMMAND_NEWS, 1, ON, "display: a text, 12 V, 3 A" },
	{ CCS_HW_BOTH, CCS_HW_COMMAND_NEWS, 0, OFF, "display: nothing" },
	{ CCS_HW_EV, CCS_HW_COMMAND_CP, CCS_PILOT_C, ON, "control pilot: state C" },
	{ CCS_HW_EV, CCS_HW_COMMAND_CP, CCS_PILOT_B, OFF, "control pilot: state B" },
	{ CCS_HW_EV, CCS_HW_COMMAND_ISOLATION_MONITOR, 1, ON, "isolation monitor: on" },
	{ CCS_HW_EV, CCS_HW_COMMAND_ISOLATION_MONITOR, 0, OFF, "isolation monitor: off" },
	{ CCS_HW_EV, CCS_HW_COMMAND_ONBOARD_CURRENT, 6000, ON, "on-board charger: 6 A" },
	{ CCS_HW_EV, CCS_HW_COMMAND_ONBOARD_CURRENT, 0, OFF, "on-board charger: 0 A" },
	{ CCS_HW_EVSE, CCS_HW_COMMAND_CP_DUTY, 50, ON, "control pilot: 5 %" },
	{ CCS_HW_EVSE, CCS_HW_COMMAND_CP_DUTY, 1000, OFF, "control pilot: 100 %" },
	{ CCS_HW_EVSE, CCS_HW_COMMAND_CP_FAULT, CCS_PILOT_F, ON, "control pilot: state F" },
	{ CCS_HW_EVSE, CCS_HW_COMMAND_CP_FAULT, 0, OFF, "control pilot: no fault" },
	{ CCS_HW_EVSE, CCS_HW_COMMAND_TEST_ISOLATION, 1, ON, "isolation test: on" },
	{ CCS_HW_EVSE, CCS_HW_COMMAND_TEST_ISOLATION, 0, OFF, "isolation test: off" },
	{ CCS_HW_BOTH, CCS_HW_COMMAND_LOCK, 1, ON, "lock: closed" },
	{ CCS_HW_BOTH, CCS_HW_COMMAND_CONTACTOR, 1, ON, "contactors: closed" },
	{ CCS_HW_EVSE, SUPPLY, 1, ON, "supply: on" },
	{ CCS_HW_EVSE, SUPPLY, 0, FALL, "supply: off" },
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

/* By something that is there. */
static bool is_measured(const struct ccs_hw_tool *tool, enum ccs_hw_value value)
{
	const struct ccs_hw_seat *seat = tool->board.values[value].seat;

	return seat && seat->driver != ccs_hw_driver(CCS_HW_ASSUMED) &&
	       seat->driver != ccs_hw_driver(CCS_HW_SIMULATED);
}

/* The pins that people can touch. */

static enum ccs_hw_value pins_of(const struct ccs_hw_tool *tool)
{
	return tool->side == CCS_HW_EV ? CCS_HW_VALUE_INLET_VOLTAGE : CCS_HW_VALUE_PRESENT_VOLTAGE;
}

static bool measure_pins(const struct ccs_hw_tool *tool, ccs_time now, int32_t *mv)
{
	return is_measured(tool, pins_of(tool)) && ccs_hw_get(&tool->board, pins_of(tool), now, mv);
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

static bool is_supply_row(const struct ccs_hw_tool *tool)
{
	return tool->row < ROWS && rows[tool->row].command == SUPPLY;
}

/* 5 %, but stages and dividers are coarse. */
static int32_t tolerance(const struct ccs_hw_tool *tool)
{
	return tool->supply_mv / 20 > 10000 ? tool->supply_mv / 20 : 10000;
}

/* mV from which on it is too much now. */
static int32_t find_limit(const struct ccs_hw_tool *tool)
{
	if (tool->live && (is_on(tool, CCS_HW_COMMAND_CONTACTOR) || kind_now(tool) == FALL))
		return INT32_MAX;
	return is_supply_row(tool) ? tool->supply_mv + tolerance(tool) : TOUCHABLE;
}

/* What forbids to go on: 0, or -1 with the reason. */

static int refuse_voltage(const struct ccs_hw_tool *tool, enum ccs_hw_value value, int32_t limit,
			  ccs_time now, struct ccs_problem *problem, const char *what)
{
	const char *name = ccs_hw_values[value].name;
	char text[CCS_HW_TEXT];
	int32_t mv;

	if (!is_measured(tool, value))
		return ccs_problem_set(problem, "nobody measures %s%s", name, what);
	if (!ccs_hw_get(&tool->board, value, now, &mv))
		return ccs_problem_set(problem, "%s is not known%s", name, what);
	if (abs(mv) < limit)
		return 0;
	ccs_hw_print(CCS_HW_VOLT, mv, text);
	return ccs_problem_set(problem, "%s is %s V%s", name, text, what);
}

static int check_pins(const struct ccs_hw_tool *tool, ccs_time now, struct ccs_problem *problem)
{
	if (!is_measured(tool, pins_of(tool)))
		return 0;
	return refuse_voltage(tool, pins_of(tool), find_limit(tool), now, problem, "");
}

static int check_fall(const struct ccs_hw_tool *tool, ccs_time now, struct ccs_problem *problem)
{
	if (kind_now(tool) != FALL || now - tool->row_began < FALL_TIME ||
	    !is_measured(tool, pins_of(tool)))
		return 0;
	return refuse_voltage(tool, pins_of(tool), TOUCHABLE, now, problem,
			      ", 10 s after it was switched off");
}

static bool has_voltage(const struct ccs_hw_tool *tool, ccs_time now)
{
	int32_t mv;

	return measure_pins(tool, now, &mv) && abs(mv - tool->supply_mv) <= tolerance(tool);
}

static int check_supply(const struct ccs_hw_tool *tool, ccs_time now, struct ccs_problem *problem)
{
	char text[CCS_HW_TEXT], wanted[CCS_HW_TEXT];
	int32_t mv = 0;

	if (!is_supply_row(tool) || kind_now(tool) != ON || has_voltage(tool, now) ||
	    now - tool->row_began < SUPPLY_TIME)
		return 0;
	measure_pins(tool, now, &mv);
	ccs_hw_print(CCS_HW_VOLT, mv, text);
	ccs_hw_print(CCS_HW_VOLT, tool->supply_mv, wanted);
	return ccs_problem_set(problem,
			       "present_voltage is %s V, 5 s after set_voltage was set to %s V",
			       text, wanted);
}

static bool is_plugged(const struct ccs_hw_tool *tool, ccs_time now)
{
	enum ccs_hw_value value = tool->side == CCS_HW_EV ? CCS_HW_VALUE_PLUG
							  : CCS_HW_VALUE_CP_STATE;
	int32_t reading;

	if (!is_measured(tool, value) || !ccs_hw_get(&tool->board, value, now, &reading))
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
	if (tool->live)
		return 0;
	if (refuse_voltage(tool, pins_of(tool), find_limit(tool), now, problem, otherwise))
		return -1;
	if (tool->side == CCS_HW_EVSE)
		return 0;
	return refuse_voltage(tool, CCS_HW_VALUE_BATTERY_VOLTAGE, TOUCHABLE, now, problem,
			      otherwise);
}

/* Why the supply cannot be tested; NULL: it can. */
static const char *find_obstacle(const struct ccs_hw_tool *tool)
{
	if (!carries_out(tool, SUPPLY))
		return "set_voltage is bound to nobody";
	if (!is_measured(tool, pins_of(tool)))
		return "nobody measures present_voltage";
	if (carries_out(tool, CCS_HW_COMMAND_CONTACTOR) && !tool->contactors)
		return "the contactors stay open without --contactors";
	return NULL;
}

static int check_plug(const struct ccs_hw_tool *tool, ccs_time now, struct ccs_problem *problem)
{
	const char *obstacle = find_obstacle(tool);

	if (tool->supply_wanted && obstacle)
		return ccs_problem_set(problem, "supply: %s", obstacle);
	if ((!tool->contactors && obstacle) || !is_plugged(tool, now))
		return 0;
	return ccs_problem_set(problem, "%s are tested with no plug in",
			       tool->side == CCS_HW_EV ? "contactors" : "supply and contactors");
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
	if (check_plug(tool, now, problem) || check_contactors(tool, now, problem) ||
	    check_fall(tool, now, problem) || check_pins(tool, now, problem) ||
	    check_supply(tool, now, problem) || check_followers(tool, now, problem))
		return -1;
	return 0;
}

/* Outputs. */

static void set_supply(struct ccs_hw_tool *tool, bool on)
{
	ccs_hw_set(&tool->board, CCS_HW_COMMAND_SUPPLY, on);
	ccs_hw_set(&tool->board, CCS_HW_COMMAND_SET_VOLTAGE, on ? tool->supply_mv : 0);
	ccs_hw_set(&tool->board, CCS_HW_COMMAND_SET_CURRENT, on ? tool->supply_ma : 0);
}

/* A board may take the charger's voltage for its inlet's: it is one that may be touched. */
static void set_news(struct ccs_hw_tool *tool, bool on)
{
	const struct ccs_measured mv = ccs_measured(12000, ccs_loop_now());
	const struct ccs_measured ma = ccs_measured(3000, ccs_loop_now());

	tool->board.news = (struct ccs_hw_news) { .soc = -1 };
	if (on)
		tool->board.news = (struct ccs_hw_news) {
			.state = "ccs hw test",
			.charger_mv = mv,
			.charger_ma = ma,
			.charger_max_mv = 500000,
			.charger_max_ma = 125000,
			.target = { .mv = mv.value, .ma = ma.value },
			.soc = 420,
		};
}

static void set_output(struct ccs_hw_tool *tool, const struct row *row)
{
	if (row->command == SUPPLY)
		set_supply(tool, row->value);
	else if (row->command == CCS_HW_COMMAND_NEWS)
		set_news(tool, row->value);
	else
		ccs_hw_set(&tool->board, row->command, row->value);
}

/* The end. */

/* Nobody is to pull a plug that may be live.  What was measured before everything was off may have
 * risen since. */
static bool holds_lock(const struct ccs_hw_tool *tool, ccs_time now)
{
	struct ccs_measured m = ccs_hw_measured(&tool->board, pins_of(tool), now);
	bool is_old = tool->was_live && m.at - tool->row_began < FOLLOW_TIME;

	if (!is_on(tool, CCS_HW_COMMAND_LOCK))
		return false;
	if (m.known && !is_old)
		return abs(m.value) >= TOUCHABLE && now - tool->row_began < HOLD_TIME;
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
			set_output(tool, &rows[i]);
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
	if (!(row->side & tool->side) || !carries_out(tool, row->command))
		return false;
	if (row->command == SUPPLY)
		return !find_obstacle(tool);
	return tool->contactors || row->command != CCS_HW_COMMAND_CONTACTOR;
}

static void tell_row(struct ccs_hw_tool *tool, const struct row *row)
{
	const char *driver = tool->board.commands[row->command].seat->driver->name;
	char volts[CCS_HW_TEXT], amperes[CCS_HW_TEXT], text[64];

	if (row->command != SUPPLY || !row->value) {
		ccs_hw_tool_line(tool, "output", row->text, "", driver);
		return;
	}
	ccs_hw_print(CCS_HW_VOLT, tool->supply_mv, volts);
	ccs_hw_print(CCS_HW_AMPERE, tool->supply_ma, amperes);
	snprintf(text, sizeof(text), "supply: %s V, %s A", volts, amperes);
	ccs_hw_tool_line(tool, "output", text, "", driver);
}

static void begin_row(struct ccs_hw_tool *tool, const struct row *row)
{
	tool->was_live |= (tool->live && row->command == CCS_HW_COMMAND_CONTACTOR) ||
			  (tool->supply_mv >= TOUCHABLE && row->command == SUPPLY);
	set_output(tool, row);
	tell_row(tool, row);
}

/* What would be tested, and is not. */
static void tell_left_out(struct ccs_hw_tool *tool)
{
	const char *obstacle = find_obstacle(tool);

	if (obstacle && carries_out(tool, SUPPLY))
		ccs_complain(&tool->output, "the supply is left out: %s", obstacle);
}

static void go_on(struct ccs_hw_tool *tool, ccs_time now)
{
	if (tool->row == SIZE_MAX)
		tell_left_out(tool);
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
		return passed >= (tool->seconds ? tool->seconds : ON_TIME) &&
		       is_settled(tool, now) && (!is_supply_row(tool) || has_voltage(tool, now));
	case OFF:
		return passed >= FOLLOW_TIME && is_settled(tool, now);
	case FALL:
		return passed >= FOLLOW_TIME && is_settled(tool, now) &&
		       (is_dead(tool, now) ||
			(passed >= BLIND_TIME && !is_measured(tool, pins_of(tool))));
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

static int refuse(struct ccs_hw_tool *tool, const char *text)
{
	ccs_complain(&tool->output, "%s", text);
	return CCS_EXIT_USAGE;
}

/* An exit status, or -1: go on. */

static int read_supply(struct ccs_hw_tool *tool)
{
	const struct ccs_limits *limits = ccs_hw_tool_limits(tool);

	if (!limits)
		return CCS_EXIT_USAGE;
	tool->supply_mv = tool->supply_mv ? tool->supply_mv : SUPPLY_MV;
	tool->supply_ma = tool->supply_ma ? tool->supply_ma : SUPPLY_MA;
	if ((limits->max_mv && tool->supply_mv > limits->max_mv) ||
	    (limits->max_ma && tool->supply_ma > limits->max_ma))
		return refuse(tool, "--voltage or --current is above max_voltage or max_current: "
				    "see `ccs config show evse`");
	if (tool->supply_mv >= TOUCHABLE)
		ccs_complain(&tool->output,
			     "warning: %d V come to the pins of the cable: nobody touches them, "
			     "nothing is connected",
			     (int)(tool->supply_mv / 1000));
	return -1;
}

static int read_wishes(struct ccs_hw_tool *tool)
{
	if (!tool->yes)
		return refuse(tool, "this moves lock and relays: with no plug in and nobody at it, "
				    "add --yes");
	if (tool->live && !tool->contactors)
		return refuse(tool, "--live is for --contactors");
	tool->supply_wanted = tool->supply_mv || tool->supply_ma;
	if (tool->supply_wanted && tool->side == CCS_HW_EV)
		return refuse(tool, "--voltage and --current are a charger's: --evse");
	if (tool->live)
		ccs_complain(&tool->output, "warning: what is behind the contactors comes to the "
					    "pins: nobody touches them, nothing is connected");
	return tool->side == CCS_HW_EVSE ? read_supply(tool) : -1;
}

int ccs_hw_tool_test(struct ccs_hw_tool *tool)
{
	static const struct ccs_hw_verb verb = { work, interrupt };
	int status = read_wishes(tool);

	if (status >= 0)
		return status;
	tool->row = SIZE_MAX; /* before the first */
	return ccs_hw_tool_run(tool, &verb);
}
