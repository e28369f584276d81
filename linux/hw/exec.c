/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver "exec": a program that speaks `name value`, one a line, on stdin and stdout.
 *
 * It is told every command that is bound to it when it changes, and all of them four times a
 * second, with `news = exec` what the session says, too, and then `tick`, which it may answer with
 * what it measures.  What it says counts as fresh for the age limit of the value; `alive` is a line
 * for programs that measure nothing.  A program that ends is started again; one that closes its
 * output or says nothing is ended first.
 */
#include "linux/hw/driver.h"
#include "linux/hw/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define QUIET	     CCS_SECONDS(3)
#define HEARTBEAT    CCS_MS(250) /* a program that answers it is never too old */
#define RESTART_TIME CCS_SECONDS(2)
#define RETRY_TIME   CCS_MS(20) /* it has not read what we said */
#define PATIENCE     500	/* ms, from the end of its input to a signal */

struct exec {
	struct ccs_hw_seat *seat;
	uv_process_t process;
	uv_timer_t patience; /* with its end */
	bool in_loop;	     /* the loop has the process's handle */
	bool running;
	bool was_up; /* it had spoken; from then on silence is its end */
	bool closed;
	struct ccs_hw_lines lines;
	ccs_time restart; /* CCS_NEVER: it runs */
	ccs_time beat;
	ccs_time next; /* step */
	int32_t told[CCS_HW_COMMAND_COUNT];
};

/* Our ends of what comes and goes, and the program's. */
struct pipes {
	int in, out;
	int its_in, its_out;
};

/* Its own group: the shell and what it runs. */
static void kill_group(const struct exec *exec)
{
	kill(-exec->process.pid, SIGTERM);
}

static void kill_program(struct exec *exec)
{
	if (exec->running)
		kill_group(exec);
}

static void on_timer_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void on_process_closed(uv_handle_t *handle)
{
	struct exec *exec = handle->data;

	exec->in_loop = false;
	if (exec->closed)
		uv_close((uv_handle_t *)&exec->patience, on_timer_closed);
}

/* It did not end with its input. */
static void on_patience(uv_timer_t *timer)
{
	struct exec *exec = timer->data;

	kill_program(exec);
	uv_close((uv_handle_t *)&exec->process, on_process_closed);
}

static void on_end(uv_process_t *process, int64_t status, int signal)
{
	struct exec *exec = process->data;
	ccs_time now = ccs_loop_now();

	exec->running = false;
	kill_group(exec); /* what it has left behind must not meet the next one */
	ccs_hw_lines_close(&exec->lines);
	uv_timer_stop(&exec->patience);
	uv_close((uv_handle_t *)process, on_process_closed);
	if (exec->closed)
		return;
	if (signal)
		ccs_hw_down(exec->seat, now, "the program was ended by signal %d", signal);
	else
		ccs_hw_down(exec->seat, now, "the program ended with status %d", (int)status);
	exec->restart = now + RESTART_TIME;
	ccs_hw_poke(exec->seat);
}

static void on_lost(void *user, const char *why)
{
	struct exec *exec = user;

	ccs_hw_down(exec->seat, ccs_loop_now(), "the program's output %s", why);
	kill_program(exec);
	ccs_hw_poke(exec->seat);
}

/* "inlet_voltage 398.5" */
static void take_reading(struct exec *exec, const char *line, ccs_time now)
{
	const char *space = strchr(line, ' ');
	size_t length = space ? (size_t)(space - line) : strlen(line);
	char name[32] = "";
	int32_t reading;
	int value;

	if (length < sizeof(name))
		memcpy(name, line, length);
	value = ccs_hw_find_value(name, exec->seat->board->side);
	if (value < 0 || !space || !ccs_hw_parse(ccs_hw_values[value].unit, space + 1, &reading)) {
		ccs_hw_note(exec->seat, CCS_NOTE_WARNING, now, "not understood: %s", line);
		return;
	}
	ccs_hw_up(exec->seat, now);
	ccs_hw_give(exec->seat, (enum ccs_hw_value)value, reading, now);
}

static void on_line(void *user, const char *line)
{
	struct exec *exec = user;
	ccs_time now = ccs_loop_now();

	if (line[0] == '#')
		ccs_hw_note(exec->seat, CCS_NOTE_INFO, now, "%s", line + 1);
	else if (strcmp(line, "alive") == 0)
		ccs_hw_up(exec->seat, now);
	else
		take_reading(exec, line, now);
	ccs_hw_poke(exec->seat);
}

static int spawn(struct exec *exec, int in, int out)
{
	char *arguments[] = { "/bin/sh", "-c", (char *)exec->seat->board->config->exec_command,
			      NULL };
	uv_stdio_container_t stdio[3] = {
		{ .flags = UV_INHERIT_FD, .data.fd = in },
		{ .flags = UV_INHERIT_FD, .data.fd = out },
		{ .flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO },
	};
	uv_process_options_t options = {
		.exit_cb = on_end,
		.file = arguments[0],
		.args = arguments,
		.flags = UV_PROCESS_DETACHED,
		.stdio_count = 3,
		.stdio = stdio,
	};

	exec->process.data = exec;
	exec->in_loop = true;
	return uv_spawn(exec->seat->board->loop, &exec->process, &options);
}

/* A pipe for each direction: a socket that we close with something unread in it would be an error
 * of the program's input, not its end.  -1 with errno. */
static int open_pipes(struct pipes *pipes)
{
	int to[2], from[2];

	if (pipe2(to, O_CLOEXEC))
		return -1;
	if (pipe2(from, O_CLOEXEC)) {
		int error = errno;

		close(to[0]);
		close(to[1]);
		errno = error;
		return -1;
	}
	*pipes =
		(struct pipes) { .in = from[0], .out = to[1], .its_in = to[0], .its_out = from[1] };
	fcntl(pipes->in, F_SETFL, O_NONBLOCK);
	fcntl(pipes->out, F_SETFL, O_NONBLOCK);
	return 0;
}

static void start(struct exec *exec, ccs_time now)
{
	struct pipes pipes;
	int error;

	exec->restart = now + RESTART_TIME;
	if (open_pipes(&pipes)) {
		ccs_hw_down(exec->seat, now, "%s", strerror(errno));
		return;
	}
	error = spawn(exec, pipes.its_in, pipes.its_out);
	close(pipes.its_in);
	close(pipes.its_out);
	if (error) {
		uv_close((uv_handle_t *)&exec->process, on_process_closed);
		close(pipes.in);
		close(pipes.out);
		ccs_hw_down(exec->seat, now, "%s", uv_strerror(error));
		return;
	}
	exec->running = true;
	exec->was_up = false;
	exec->beat = now;
	exec->restart = CCS_NEVER;
	if (ccs_hw_lines_open(&exec->lines, exec->seat->board->loop, pipes.in, pipes.out))
		kill_program(exec);
}

static void *open_exec(struct ccs_hw_seat *seat, struct ccs_problem *problem)
{
	struct exec *exec = calloc(1, sizeof(*exec));

	if (!exec || !seat->board->config->exec_command[0]) {
		ccs_problem_set(problem, exec ? "exec_command: which program?" : "out of memory");
		free(exec);
		return NULL;
	}
	signal(SIGPIPE, SIG_IGN);
	exec->seat = seat;
	exec->lines.take = on_line;
	exec->lines.lost = on_lost;
	exec->lines.user = exec->lines.owner = exec;
	uv_timer_init(seat->board->loop, &exec->patience);
	exec->patience.data = exec;
	snprintf(seat->why, sizeof(seat->why), "the program has not said anything yet");
	start(exec, ccs_loop_now());
	return exec;
}

static bool say(struct exec *exec, const char *name, enum ccs_hw_unit unit, int32_t value)
{
	char text[CCS_HW_TEXT], line[64];

	ccs_hw_print(unit, value, text);
	snprintf(line, sizeof(line), "%s %s\n", name, text);
	return ccs_hw_lines_write(&exec->lines, line);
}

/* A command that it could not take is tried again: only what went out counts as told.  True: all
 * went out. */
static bool say_commands(struct exec *exec, bool all)
{
	bool said = true;
	int32_t value;

	for (int i = 0; i < CCS_HW_COMMAND_COUNT; i++) {
		if (i == CCS_HW_COMMAND_NEWS ||
		    !ccs_hw_commanded(exec->seat, (enum ccs_hw_command)i, &value) ||
		    (!all && value == exec->told[i]))
			continue;
		if (say(exec, ccs_hw_commands[i].name, ccs_hw_commands[i].unit, value))
			exec->told[i] = value;
		else
			said = false;
	}
	return said;
}

static void say_measured(struct exec *exec, const char *name, enum ccs_hw_unit unit,
			 const struct ccs_measured *m)
{
	if (m->known)
		say(exec, name, unit, m->value);
}

static void say_news(struct exec *exec)
{
	const struct ccs_hw_news *news = &exec->seat->board->news;
	char line[96];
	int32_t listens;

	if (!ccs_hw_commanded(exec->seat, CCS_HW_COMMAND_NEWS, &listens))
		return;
	snprintf(line, sizeof(line), "state %s\n", news->state ? news->state : "-");
	ccs_hw_lines_write(&exec->lines, line);
	say_measured(exec, "charger_voltage", CCS_HW_VOLT, &news->charger_mv);
	say_measured(exec, "charger_current", CCS_HW_AMPERE, &news->charger_ma);
	if (news->charger_max_mv)
		say(exec, "charger_max_voltage", CCS_HW_VOLT, news->charger_max_mv);
	if (news->charger_max_ma)
		say(exec, "charger_max_current", CCS_HW_AMPERE, news->charger_max_ma);
	say(exec, "wanted_voltage", CCS_HW_VOLT, news->target.mv);
	say(exec, "wanted_current", CCS_HW_AMPERE, news->target.ma);
	if (news->soc >= 0)
		say(exec, "car_soc", CCS_HW_PERCENT, news->soc);
}

static void step(void *driver, ccs_time now)
{
	struct exec *exec = driver;
	bool due, said;

	if (now >= exec->restart && !exec->in_loop)
		start(exec, now);
	due = now >= exec->beat;
	exec->next = exec->restart;
	if (!exec->lines.watch)
		return;
	if (exec->was_up && !exec->seat->up)
		kill_program(exec);
	exec->was_up = exec->seat->up;
	said = say_commands(exec, due);
	said = ccs_hw_lines_flush(&exec->lines) && said;
	if (due) {
		say_news(exec);
		ccs_hw_lines_write(&exec->lines, "tick\n");
		exec->beat = now + HEARTBEAT;
	}
	exec->next = said ? exec->beat : now + RETRY_TIME;
}

static ccs_time deadline(const void *driver)
{
	return ((const struct exec *)driver)->next;
}

/* The end of its input is to be its end: a signal would keep it from the last commands. */
static void close_exec(void *driver)
{
	struct exec *exec = driver;

	exec->closed = true;
	ccs_hw_lines_close(&exec->lines);
	if (!exec->in_loop)
		uv_close((uv_handle_t *)&exec->patience, on_timer_closed);
	else if (exec->running)
		uv_timer_start(&exec->patience, on_patience, PATIENCE, 0);
}

const struct ccs_hw_driver ccs_hw_driver_exec = {
	.name = "exec",
	.text = "a program that speaks `name value` on stdin and stdout",
	.values = "*",
	.commands = "*",
	.quiet = QUIET,
	.open = open_exec,
	.step = step,
	.deadline = deadline,
	.close = close_exec,
};
