/* SPDX-License-Identifier: Apache-2.0 */
/* The board of `ccs hw` in a loop, and `ccs hw watch`. */
#include "linux/hw/claim.h"
#include "tools/hw.h"

#include <signal.h>
#include <string.h>

#define SHOW_TIME CCS_MS(200) /* not more often */

/* Whatever would end or stop the process, with the outputs as they are: keys, a service manager, a
 * terminal or a reader that went away. */
static const int signals[CCS_HW_TOOL_SIGNALS] = {
	SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGPIPE
};

void ccs_hw_tool_field(struct ccs_print *p, const char *key, const char *text, bool first)
{
	ccs_print_text(p, first ? "{\"" : ",\"");
	ccs_print_text(p, key);
	ccs_print_text(p, "\":");
	ccs_print_json(p, text, strlen(text));
}

void ccs_hw_tool_padded(struct ccs_print *p, const char *text, size_t width)
{
	ccs_print_text(p, text);
	for (size_t length = strlen(text); length < width; length++)
		ccs_print_char(p, ' ');
}

void ccs_hw_tool_unit(struct ccs_print *p, const char *unit)
{
	if (!*unit)
		return;
	ccs_print_char(p, ' ');
	ccs_print_text(p, unit);
}

void ccs_hw_tool_line(struct ccs_hw_tool *tool, const char *name, const char *value,
		      const char *unit, const char *driver)
{
	struct ccs_print *p = &tool->output.print;

	if (tool->json) {
		ccs_hw_tool_field(p, "name", name, true);
		ccs_hw_tool_field(p, "value", value, false);
		ccs_hw_tool_field(p, "unit", unit, false);
		ccs_hw_tool_field(p, "driver", driver, false);
		ccs_print_text(p, "}\n");
	} else {
		ccs_hw_tool_padded(p, name, 20);
		ccs_print_text(p, value);
		ccs_hw_tool_unit(p, unit);
		ccs_print_text(p, "  (");
		ccs_print_text(p, driver);
		ccs_print_text(p, ")\n");
	}
	ccs_output_flush(&tool->output);
}

/* What changed since it was shown last. */
static void show_values(struct ccs_hw_tool *tool, ccs_time now)
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
		ccs_hw_tool_line(tool, ccs_hw_values[i].name, text,
				 m.known ? ccs_hw_unit_name(ccs_hw_values[i].unit) : "",
				 tool->board.values[i].seat->driver->name);
		tool->last[i] = m;
		tool->last[i].at = now;
	}
}

static void take_note(void *user, const struct ccs_record *record)
{
	struct ccs_hw_tool *tool = user;

	ccs_complain(&tool->output, "%s", record->note.text);
}

void ccs_hw_tool_finish(struct ccs_hw_tool *tool, int status)
{
	if (tool->over)
		return;
	tool->over = true;
	tool->status = status;
	ccs_hw_close(&tool->board);
	uv_close((uv_handle_t *)&tool->timer, NULL);
	for (size_t i = 0; i < CCS_HW_TOOL_SIGNALS; i++)
		uv_close((uv_handle_t *)&tool->signals[i], NULL);
}

static void on_time(uv_timer_t *timer)
{
	struct ccs_hw_tool *tool = timer->data;
	ccs_time now = ccs_loop_now(), next;

	ccs_hw_step(&tool->board, now);
	if (now >= tool->shown + SHOW_TIME) {
		show_values(tool, now);
		tool->shown = now;
	}
	tool->verb->work(tool, now);
	if (tool->over)
		return;
	ccs_hw_step(&tool->board, now); /* what was commanded goes out at once */
	next = ccs_hw_deadline(&tool->board);
	ccs_loop_set_timer(timer, on_time, next < now + SHOW_TIME ? next : now + SHOW_TIME, now);
}

static void on_signal(uv_signal_t *signal, int number)
{
	struct ccs_hw_tool *tool = signal->data;

	tool->verb->interrupt(tool, number);
	if (!tool->over)
		uv_timer_start(&tool->timer, on_time, 0, 0);
}

static void catch_signals(struct ccs_hw_tool *tool)
{
	for (size_t i = 0; i < CCS_HW_TOOL_SIGNALS; i++) {
		uv_signal_init(&tool->loop, &tool->signals[i]);
		tool->signals[i].data = tool;
		uv_signal_start(&tool->signals[i], on_signal, signals[i]);
	}
}

#define PRESET_NAME(id, name) , name

/* A simulation has nothing to open. */
static int refuse_nothing(struct ccs_hw_tool *tool, const struct ccs_hw_config *config)
{
	static const char *const presets[] = { "sim" CCS_HW_PRESETS(PRESET_NAME) };

	ccs_complain(&tool->output,
		     "nothing is bound (preset = %s): `ccs hw list` shows what can be",
		     presets[config->preset]);
	return CCS_EXIT_USAGE;
}

int ccs_hw_tool_run(struct ccs_hw_tool *tool, const struct ccs_hw_verb *verb)
{
	const struct ccs_hw_config *config = ccs_hw_tool_config(tool);
	struct ccs_problem problem;

	if (!config)
		return CCS_EXIT_USAGE;
	uv_loop_init(&tool->loop);
	tool->verb = verb;
	tool->sink = (struct ccs_sink) { .take = take_note, .user = tool };
	if (ccs_hw_claim(tool->side, config, &problem) ||
	    ccs_hw_open(&tool->board, &tool->loop, tool->side, config, &tool->sink, &problem)) {
		ccs_complain(&tool->output, "%s", problem.text);
		uv_run(&tool->loop, UV_RUN_DEFAULT);
		return CCS_EXIT_MACHINE;
	}
	if (!tool->board.seat_count)
		return refuse_nothing(tool, config);
	tool->begun = ccs_loop_now();
	uv_timer_init(&tool->loop, &tool->timer);
	tool->timer.data = tool;
	catch_signals(tool);
	uv_timer_start(&tool->timer, on_time, 0, 0);
	uv_run(&tool->loop, UV_RUN_DEFAULT);
	uv_loop_close(&tool->loop);
	return tool->status;
}

/* watch */

static void watch(struct ccs_hw_tool *tool, ccs_time now)
{
	if (tool->seconds && now >= tool->begun + tool->seconds)
		ccs_hw_tool_finish(tool, tool->board.trouble ? CCS_EXIT_FAILED : CCS_EXIT_DONE);
}

static void end_watch(struct ccs_hw_tool *tool, int signal)
{
	(void)signal;
	ccs_hw_tool_finish(tool, CCS_EXIT_DONE);
}

int ccs_hw_tool_watch(struct ccs_hw_tool *tool)
{
	static const struct ccs_hw_verb verb = { watch, end_watch };

	return ccs_hw_tool_run(tool, &verb);
}
