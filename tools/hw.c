/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs hw`: the hardware drivers, what they measure now, and their outputs one after the other. */
#include "linux/hw/claim.h"
#include "linux/hw/driver.h"
#include "linux/loop.h"
#include "tools/command.h"

#include "linux/config.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEP_TIME CCS_SECONDS(2) /* of `test`: long enough to hear a relay, and to look */
#define TOUCHABLE 60000		 /* mV: more is dangerous to touch */
#define SHOW_TIME CCS_MS(200)	 /* of `watch`: not more often */

/* Whatever would end or stop the process, with the outputs as they are: keys, a service manager, a
 * terminal or a reader that went away. */
static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGPIPE };

#define SIGNALS (sizeof(signals) / sizeof(signals[0]))

struct hw_tool {
	struct ccs_output output;
	struct ccs_config_reader reader;
	unsigned int side;
	const char *name; /* of the charger; NULL: the first */
	bool json, yes, contactors;
	ccs_time seconds; /* watch; 0: until Ctrl-C */

	uv_loop_t loop;
	uv_timer_t timer;
	uv_signal_t signals[SIGNALS];
	struct ccs_hw_board board;
	struct ccs_sink sink;
	ccs_time begun;
	ccs_time shown;
	struct ccs_measured last[CCS_HW_VALUE_COUNT]; /* that were shown */
	size_t step;				      /* test */
	ccs_time step_ends;
	bool over;
	int status;
};

static const char help[] =
	"Usage: ccs hw list|watch|test [OPTION]...\n"
	"The hardware drivers of a car or a charger: list says what they measure and command and\n"
	"what is bound; watch shows the live values; test steps through the outputs.\n\n"
	"      --ev                 the car's hardware (default), section [ev]\n"
	"      --evse[=NAME]        the charger's, section [evse] or [evse NAME]\n"
	"      --seconds N          watch: so long (default: until Ctrl-C)\n"
	"      --contactors         test: the contactors, too: only with a dead battery side\n"
	"      --yes                test: yes, nobody touches the plug\n"
	"  -c, --config FILE        instead of /etc/ccs\n"
	"      --set KEY=VALUE      one key of the configuration: --set ev.preset=dieter\n"
	"      --json               JSON lines for programs\n"
	"      --help\n\n"
	"Exit status: 0 done; 1 the hardware is in trouble; 2 wrong use; 3 a device is missing, "
	"or\n"
	"in use.\n";

static void complain_config(void *user, const char *text)
{
	ccs_complain(&((struct hw_tool *)user)->output, "%s", text);
}

static const struct ccs_hw_config *find_config(struct hw_tool *tool)
{
	struct ccs_config *config = &tool->reader.config;

	if (tool->side == CCS_HW_EV)
		return &config->ev.hardware;
	for (size_t i = 0; i < config->evse_count; i++)
		if (!tool->name || strcmp(config->evse[i].name, tool->name) == 0)
			return &config->evse[i].hardware;
	ccs_complain(&tool->output, "no charger '%s': see `ccs config show evse`", tool->name);
	return NULL;
}

/* list */

static void print_field(struct ccs_print *p, const char *key, const char *text, bool first)
{
	ccs_print_text(p, first ? "{\"" : ",\"");
	ccs_print_text(p, key);
	ccs_print_text(p, "\":");
	ccs_print_json(p, text, strlen(text));
}

static void print_driver(struct hw_tool *tool, const struct ccs_hw_driver *driver)
{
	struct ccs_print *p = &tool->output.print;

	if (tool->json) {
		print_field(p, "driver", driver->name, true);
		print_field(p, "text", driver->text, false);
		print_field(p, "values", driver->values, false);
		print_field(p, "commands", driver->commands, false);
		ccs_print_text(p, "}\n");
		return;
	}
	ccs_print_text(p, driver->name);
	ccs_print_text(p, ": ");
	ccs_print_text(p, driver->text);
	ccs_print_text(p, "\n    measures    ");
	ccs_print_text(p, *driver->values ? driver->values : "nothing");
	ccs_print_text(p, "\n    carries out ");
	ccs_print_text(p, *driver->commands ? driver->commands : "nothing");
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

static void print_padded(struct ccs_print *p, const char *text, size_t width)
{
	ccs_print_text(p, text);
	for (size_t length = strlen(text); length < width; length++)
		ccs_print_char(p, ' ');
}

static void print_unit(struct ccs_print *p, const char *unit)
{
	if (!*unit)
		return;
	ccs_print_char(p, ' ');
	ccs_print_text(p, unit);
}

/* "value   inlet_voltage       dieter      -20.000 to 1500.000 V  1.0 s, then stop" */
static void print_point(struct hw_tool *tool, const struct ccs_hw_point *point, unsigned int id,
			bool is_value)
{
	const struct ccs_hw_driver *driver = ccs_hw_driver(id);
	struct ccs_print *p = &tool->output.print;
	char least[CCS_HW_TEXT], most[CCS_HW_TEXT];

	ccs_hw_print(point->unit, point->least, least);
	ccs_hw_print(point->unit, point->most, most);
	if (tool->json) {
		print_field(p, is_value ? "value" : "command", point->name, true);
		print_field(p, "driver", driver ? driver->name : "none", false);
		print_field(p, "least", least, false);
		print_field(p, "most", most, false);
		print_field(p, "unit", ccs_hw_unit_name(point->unit), false);
		ccs_print_text(p, "}\n");
		return;
	}
	ccs_print_text(p, is_value ? "value   " : "command ");
	print_padded(p, point->name, 20);
	print_padded(p, driver ? driver->name : "-", 11);
	ccs_print_text(p, least);
	ccs_print_text(p, " to ");
	ccs_print_text(p, most);
	print_unit(p, ccs_hw_unit_name(point->unit));
	if (is_value)
		print_age(
			p, point,
			ccs_hw_age(find_config(tool), (enum ccs_hw_value)(point - ccs_hw_values)));
	ccs_print_char(p, '\n');
}

static int list(struct hw_tool *tool)
{
	const struct ccs_hw_config *config = find_config(tool);

	if (!config)
		return CCS_EXIT_USAGE;
	for (unsigned int i = CCS_HW_NOBODY + 1; i < CCS_HW_DRIVER_COUNT; i++)
		print_driver(tool, ccs_hw_driver(i));
	if (!tool->json)
		ccs_print_char(&tool->output.print, '\n');
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
	return CCS_EXIT_DONE;
}

/* Live. */

static void print_line(struct hw_tool *tool, const char *name, const char *value, const char *unit,
		       const char *driver)
{
	struct ccs_print *p = &tool->output.print;

	if (tool->json) {
		print_field(p, "name", name, true);
		print_field(p, "value", value, false);
		print_field(p, "unit", unit, false);
		print_field(p, "driver", driver, false);
		ccs_print_text(p, "}\n");
	} else {
		print_padded(p, name, 20);
		ccs_print_text(p, value);
		print_unit(p, unit);
		ccs_print_text(p, "  (");
		ccs_print_text(p, driver);
		ccs_print_text(p, ")\n");
	}
	ccs_output_flush(&tool->output);
}

/* What changed since it was shown last. */
static void show_values(struct hw_tool *tool, ccs_time now)
{
	for (int i = 0; i < CCS_HW_VALUE_COUNT; i++) {
		struct ccs_measured m = ccs_hw_measured(&tool->board, (enum ccs_hw_value)i, now);
		char text[CCS_HW_TEXT] = "unknown";

		if (!ccs_hw_is_bound(&tool->board, (enum ccs_hw_value)i) ||
		    (m.known == tool->last[i].known && m.value == tool->last[i].value &&
		     tool->last[i].at))
			continue;
		if (m.known)
			ccs_hw_print(ccs_hw_values[i].unit, m.value, text);
		print_line(tool, ccs_hw_values[i].name, text,
			   m.known ? ccs_hw_unit_name(ccs_hw_values[i].unit) : "",
			   tool->board.values[i].seat->driver->name);
		tool->last[i] = m;
		tool->last[i].at = now;
	}
}

static void take_note(void *user, const struct ccs_record *record)
{
	struct hw_tool *tool = user;

	ccs_complain(&tool->output, "%s", record->note.text);
}

static void finish(struct hw_tool *tool, int status)
{
	if (tool->over)
		return;
	tool->over = true;
	tool->status = status;
	ccs_hw_close(&tool->board);
	uv_close((uv_handle_t *)&tool->timer, NULL);
	for (size_t i = 0; i < SIGNALS; i++)
		uv_close((uv_handle_t *)&tool->signals[i], NULL);
}

/* test */

/* Each output alone, and off again before the next. */
static const struct test_step {
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
static bool is_safe(struct hw_tool *tool, ccs_time now)
{
	enum ccs_hw_value value = tool->side == CCS_HW_EV ? CCS_HW_VALUE_INLET_VOLTAGE
							  : CCS_HW_VALUE_PRESENT_VOLTAGE;
	int32_t mv;

	if (!ccs_hw_is_bound(&tool->board, value))
		return true;
	return ccs_hw_get(&tool->board, value, now, &mv) && mv < TOUCHABLE;
}

static bool applies(const struct hw_tool *tool, const struct test_step *step)
{
	return (step->side & tool->side) && tool->board.commands[step->command].seat &&
	       (tool->contactors || step->command != CCS_HW_COMMAND_CONTACTOR);
}

static void begin_step(struct hw_tool *tool, const struct test_step *step)
{
	const struct ccs_hw_seat *seat = tool->board.commands[step->command].seat;

	ccs_hw_set(&tool->board, step->command, step->value);
	print_line(tool, "output", step->text, "", seat->driver->name);
}

/* Switches to the next step; false: there is none, or none may be. */
static void go_on(struct hw_tool *tool, ccs_time now)
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

static void run_test(struct hw_tool *tool, ccs_time now)
{
	if (now < tool->step_ends)
		return;
	if (!is_safe(tool, now) || tool->board.trouble) {
		ccs_complain(&tool->output, "ends here: %s",
			     tool->board.trouble ? tool->board.why
						 : "there is a voltage, or may be one");
		finish(tool, CCS_EXIT_FAILED);
	} else if (tool->step >= STEPS && tool->step != SIZE_MAX) {
		finish(tool, CCS_EXIT_DONE);
	} else {
		go_on(tool, now);
	}
}

/* The loop of watch and test. */

static void on_time(uv_timer_t *timer)
{
	struct hw_tool *tool = timer->data;
	ccs_time now = ccs_loop_now(), next;

	ccs_hw_step(&tool->board, now);
	if (now >= tool->shown + SHOW_TIME) {
		show_values(tool, now);
		tool->shown = now;
	}
	if (tool->step_ends != CCS_NEVER)
		run_test(tool, now);
	else if (tool->seconds && now >= tool->begun + tool->seconds)
		finish(tool, tool->board.trouble ? CCS_EXIT_FAILED : CCS_EXIT_DONE);
	if (tool->over)
		return;
	next = ccs_hw_deadline(&tool->board);
	ccs_loop_set_timer(timer, on_time, next < now + SHOW_TIME ? next : now + SHOW_TIME, now);
}

static void on_signal(uv_signal_t *signal, int number)
{
	struct hw_tool *tool = signal->data;
	bool tests = tool->step_ends != CCS_NEVER;

	finish(tool, tests ? CCS_EXIT_FAILED : CCS_EXIT_DONE);
	if (tests)
		ccs_complain(&tool->output, "ended by signal %d: everything was switched off",
			     number);
}

static void catch_signals(struct hw_tool *tool)
{
	for (size_t i = 0; i < SIGNALS; i++) {
		uv_signal_init(&tool->loop, &tool->signals[i]);
		tool->signals[i].data = tool;
		uv_signal_start(&tool->signals[i], on_signal, signals[i]);
	}
}

static int run_live(struct hw_tool *tool, ccs_time step_ends)
{
	const struct ccs_hw_config *config = find_config(tool);
	struct ccs_problem problem;

	if (!config)
		return CCS_EXIT_USAGE;
	uv_loop_init(&tool->loop);
	tool->sink = (struct ccs_sink) { .take = take_note, .user = tool };
	if (ccs_hw_claim(tool->side, config, &problem) ||
	    ccs_hw_open(&tool->board, &tool->loop, tool->side, config, &tool->sink, &problem)) {
		ccs_complain(&tool->output, "%s", problem.text);
		uv_run(&tool->loop, UV_RUN_DEFAULT);
		return CCS_EXIT_MACHINE;
	}
	tool->begun = ccs_loop_now();
	tool->step = SIZE_MAX; /* before the first */
	tool->step_ends = step_ends == CCS_NEVER ? CCS_NEVER : tool->begun + step_ends;
	uv_timer_init(&tool->loop, &tool->timer);
	tool->timer.data = tool;
	catch_signals(tool);
	uv_timer_start(&tool->timer, on_time, 0, 0);
	uv_run(&tool->loop, UV_RUN_DEFAULT);
	uv_loop_close(&tool->loop);
	return tool->status;
}

static int watch(struct hw_tool *tool)
{
	return run_live(tool, CCS_NEVER);
}

static int test(struct hw_tool *tool)
{
	if (!tool->yes) {
		ccs_complain(&tool->output,
			     "this moves lock and relays: with no plug in and nobody "
			     "at it, add --yes");
		return CCS_EXIT_USAGE;
	}
	return run_live(tool, CCS_SECONDS(4)); /* for the devices to be there */
}

/* Options. */

enum { OPTION_EV = 0x200, OPTION_EVSE, OPTION_SECONDS, OPTION_CONTACTORS, OPTION_YES, OPTION_JSON };

static const struct option options[] = {
	{ "ev", no_argument, NULL, OPTION_EV },
	{ "evse", optional_argument, NULL, OPTION_EVSE },
	{ "seconds", required_argument, NULL, OPTION_SECONDS },
	{ "contactors", no_argument, NULL, OPTION_CONTACTORS },
	{ "yes", no_argument, NULL, OPTION_YES },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "help", no_argument, NULL, 'h' },
	CCS_CONFIG_OPTIONS,
	{ 0 },
};

static bool take_seconds(struct hw_tool *tool)
{
	char *end;
	long seconds = strtol(optarg, &end, 10);

	tool->seconds = CCS_SECONDS(seconds);
	return *optarg && !*end && seconds > 0 && seconds < 1000000;
}

/* -1: go on. */
static int take_option(struct hw_tool *tool, int option, const char *text)
{
	switch (option) {
	case OPTION_EV:
		tool->side = CCS_HW_EV;
		return -1;
	case OPTION_EVSE:
		tool->side = CCS_HW_EVSE;
		tool->name = optarg;
		return -1;
	case OPTION_CONTACTORS:
		tool->contactors = true;
		return -1;
	case OPTION_YES:
		tool->yes = true;
		return -1;
	case OPTION_JSON:
		tool->json = true;
		return -1;
	case 'h':
		fputs(help, stdout);
		return CCS_EXIT_DONE;
	case OPTION_SECONDS:
		if (take_seconds(tool))
			return -1;
		break;
	default:
		if (ccs_config_take_option(&tool->reader, option, optarg))
			return -1;
	}
	ccs_complain(&tool->output, "what is %s: see `ccs hw --help`", text);
	return CCS_EXIT_USAGE;
}

static const struct {
	const char *name;
	int (*run)(struct hw_tool *tool);
} verbs[] = { { "list", list }, { "watch", watch }, { "test", test } };

static int run_verb(struct hw_tool *tool, const char *name)
{
	for (size_t i = 0; name && i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return ccs_config_load(&tool->reader) < 0 ? CCS_EXIT_USAGE
								  : verbs[i].run(tool);
	ccs_complain(&tool->output, "list, watch or test? see `ccs hw --help`");
	return CCS_EXIT_USAGE;
}

int ccs_hw_command(int argc, char **argv)
{
	static struct hw_tool tool = { .side = CCS_HW_EV };
	int option, status = -1;

	ccs_output_init(&tool.output, "hw");
	ccs_config_init(&tool.reader, complain_config, &tool);
	opterr = 0;
	while (status < 0) {
		option = getopt_long(argc, argv, "c:h", options, NULL);
		if (option == -1)
			break;
		status = take_option(&tool, option, argv[optind - 1]);
	}
	if (status < 0)
		status = run_verb(&tool, optind == argc - 1 ? argv[optind] : NULL);
	ccs_output_flush(&tool.output);
	ccs_config_free(&tool.reader);
	return status;
}
