/* SPDX-License-Identifier: Apache-2.0 */
/* Commands on events. */
#include "linux/events.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LAST_TIME CCS_SECONDS(2) /* for those that run when it is closed */

struct place {
	struct ccs_events *events;
	uv_process_t process;
	uv_timer_t patience;
	enum ccs_event event;
	int handles; /* of process and patience, that the loop has */
	bool running;
	bool killed;
};

struct ccs_events {
	uv_loop_t *loop;
	const struct ccs_events_config *config;
	void (*told)(void *user, const char *text);
	void *user;
	struct place places[CCS_EVENTS_AT_ONCE];
	bool full; /* which was told */
	bool closed;
};

static const char *const names[CCS_EVENT_COUNT] = {
#define ROW(id, key, text) [CCS_EVENT_##id] = #key,
	CCS_EVENTS(ROW)
#undef ROW
};

/* The environment of one command. */

struct environment {
	char **list; /* NULL at its end; the first `inherited` are those of this process */
	size_t inherited;
	char texts[CCS_EVENT_VALUES + 1][CCS_EVENT_TEXT + 32];
	size_t count;
};

static bool is_harmless(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c && strchr(" +,-./:=@_", c));
}

static void add(struct environment *env, const char *name, const char *value)
{
	char *text = env->texts[env->count], *at;

	if (env->count > CCS_EVENT_VALUES || !value || !value[0])
		return;
	snprintf(text, sizeof(env->texts[0]), "%.30s=%.*s", name, CCS_EVENT_TEXT - 1, value);
	for (at = strchr(text, '=') + 1; *at; at++)
		if (!is_harmless(*at))
			*at = '_';
	env->list[env->inherited + env->count++] = text;
}

static bool fill(struct environment *env, enum ccs_event event,
		 const struct ccs_event_value *values, size_t count)
{
	memset(env, 0, sizeof(*env));
	while (environ && environ[env->inherited])
		env->inherited++;
	env->list = calloc(env->inherited + CCS_EVENT_VALUES + 2, sizeof(*env->list));
	if (!env->list)
		return false;
	memcpy(env->list, environ, env->inherited * sizeof(*env->list));
	add(env, "CCS_EVENT", names[event]);
	for (size_t i = 0; i < count; i++)
		add(env, values[i].name, values[i].text);
	return true;
}

/* One command. */

static void tell(struct ccs_events *events, enum ccs_event event, const char *what, int number)
{
	char text[160];

	if (number)
		snprintf(text, sizeof(text), "[on] %s: %s %d", names[event], what, number);
	else
		snprintf(text, sizeof(text), "[on] %s: %s", names[event], what);
	events->told(events->user, text);
}

static void free_when_over(struct ccs_events *events)
{
	for (size_t i = 0; i < CCS_EVENTS_AT_ONCE; i++)
		if (events->places[i].handles)
			return;
	if (events->closed)
		free(events);
}

static void on_closed(uv_handle_t *handle)
{
	struct place *place = handle->data;

	place->handles--;
	free_when_over(place->events);
}

static void close_place(struct place *place)
{
	uv_close((uv_handle_t *)&place->process, on_closed);
	uv_close((uv_handle_t *)&place->patience, on_closed);
}

static void on_end(uv_process_t *process, int64_t status, int number)
{
	struct place *place = process->data;
	struct ccs_events *events = place->events;

	place->running = false;
	events->full = false;
	if (place->killed)
		tell(events, place->event, "took too long, and was killed", 0);
	else if (number)
		tell(events, place->event, "was ended by signal", number);
	else if (status)
		tell(events, place->event, "ended with status", (int)status);
	close_place(place);
}

/* It takes too long: its group is the shell and what that runs. */
static void on_patience(uv_timer_t *timer)
{
	struct place *place = timer->data;

	place->killed = true;
	kill(-place->process.pid, SIGKILL);
}

static struct place *find_place(struct ccs_events *events)
{
	for (size_t i = 0; i < CCS_EVENTS_AT_ONCE; i++)
		if (!events->places[i].handles)
			return &events->places[i];
	return NULL;
}

static int spawn(struct place *place, char **environment)
{
	struct ccs_events *events = place->events;
	char *arguments[] = { "/bin/sh", "-c", (char *)events->config->command[place->event],
			      NULL };
	uv_stdio_container_t stdio[3] = {
		{ .flags = UV_IGNORE },
		{ .flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO },
		{ .flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO },
	};
	uv_process_options_t options = {
		.exit_cb = on_end,
		.file = arguments[0],
		.args = arguments,
		.env = environment,
		.flags = UV_PROCESS_DETACHED,
		.stdio_count = 3,
		.stdio = stdio,
	};

	return uv_spawn(events->loop, &place->process, &options);
}

static void start(struct ccs_events *events, struct place *place, enum ccs_event event,
		  char **environment)
{
	int error;

	*place = (struct place) { .events = events, .event = event, .handles = 2 };
	uv_timer_init(events->loop, &place->patience);
	place->process.data = place->patience.data = place;
	error = spawn(place, environment);
	if (error) {
		tell(events, event, uv_strerror(error), 0);
		close_place(place);
		return;
	}
	place->running = true;
	uv_timer_start(&place->patience, on_patience, (uint64_t)(events->config->time / 1000), 0);
	uv_unref((uv_handle_t *)&place->process);
	uv_unref((uv_handle_t *)&place->patience);
}

/* All of them. */

struct ccs_events *ccs_events_open(uv_loop_t *loop, const struct ccs_events_config *config,
				   void (*told)(void *user, const char *text), void *user)
{
	struct ccs_events *events = calloc(1, sizeof(*events));

	if (!events)
		return NULL;
	events->loop = loop;
	events->config = config;
	events->told = told;
	events->user = user;
	return events;
}

void ccs_events_run(struct ccs_events *events, enum ccs_event event,
		    const struct ccs_event_value *values, size_t count)
{
	struct environment environment;
	struct place *place = find_place(events);

	if (!events->config->command[event][0])
		return;
	if (!place) {
		if (!events->full)
			tell(events, event, "is passed over: too many commands still run", 0);
		events->full = true;
		return;
	}
	if (fill(&environment, event, values, count))
		start(events, place, event, environment.list);
	else
		tell(events, event, "out of memory", 0);
	free(environment.list);
}

void ccs_events_close(struct ccs_events *events)
{
	ccs_time time = LAST_TIME;

	if (!events)
		return;
	events->closed = true;
	if (time > events->config->time)
		time = events->config->time;
	for (size_t i = 0; i < CCS_EVENTS_AT_ONCE; i++) {
		struct place *place = &events->places[i];

		if (!place->running)
			continue;
		uv_ref((uv_handle_t *)&place->process);
		uv_timer_start(&place->patience, on_patience, (uint64_t)(time / 1000), 0);
	}
	free_when_over(events);
}
