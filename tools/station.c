/* SPDX-License-Identifier: Apache-2.0 */
/* The frame of the subcommands that are a station. */
#include "tools/station.h"

#include "linux/privileges.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

static void set_clock(struct ccs_role *role)
{
	struct timeval now;

	gettimeofday(&now, NULL);
	role->start = ccs_loop_now();
	role->offset = CCS_SECONDS((ccs_time)now.tv_sec) + now.tv_usec - role->start;
}

int ccs_role_begin(struct ccs_role *role, int argc, char **argv)
{
	int status;

	ccs_output_init(&role->output, role->name);
	ccs_record_text_init(&role->text, &role->output.print);
	ccs_output_colour(&role->output, "auto", &role->text.colour);
	set_clock(role);
	status = ccs_role_read_options(role, argc, argv);
	if (status >= 0)
		return status;
	if (!ccs_role_open_capture(role))
		return CCS_EXIT_MACHINE;
	ccs_privileges_keep_raw();
	uv_loop_init(&role->loop);
	return -1;
}

/* Another configuration. */

static void tell_kept(void *user, const struct ccs_config_key *key)
{
	struct ccs_role *role = user;

	ccs_complain(&role->output, "%s.%s changes by a restart only", key->section, key->name);
}

/* Reads files and options again; whatever is wrong with them, what runs goes on. */
static void reload(struct ccs_role *role)
{
	struct ccs_config *before = malloc(sizeof(*before));
	struct ccs_problem problem;
	bool taken;

	if (!before)
		return;
	*before = role->reader.config;
	taken = ccs_config_load(&role->reader) >= 0;
	if (taken && !ccs_config_keep(&role->reader.config, before, tell_kept, role)) {
		ccs_complain(&role->output, "chargers come and go by a restart only");
		taken = false;
	}
	if (taken && ccs_role_check_hardware(role, &problem)) {
		ccs_complain(&role->output, "%s", problem.text);
		taken = false;
	}
	if (taken) {
		role->changed(role);
	} else {
		role->reader.config = *before;
		ccs_complain(&role->output, "goes on with the configuration as it was");
	}
	free(before);
}

bool ccs_role_set(void *user, size_t number, const char *key, const char *value,
		  char why[CCS_CONTROL_WHY])
{
	struct ccs_role *role = user;
	struct ccs_problem problem;

	if (ccs_config_alter(&role->reader.config, number, key, value, &problem)) {
		role->changed(role);
		return true;
	}
	snprintf(why, CCS_CONTROL_WHY, "%s", problem.text);
	return false;
}

/* What comes from outside. */

void ccs_role_stop(struct ccs_role *role)
{
	if (role->stopping)
		ccs_role_end(role, CCS_EXIT_FAILED);
	role->stopping = true;
	ccs_notify_stopping(&role->notify);
	role->stop(role);
}

static void on_signal(uv_signal_t *signal, int number)
{
	struct ccs_role *role = signal->data;

	if (number == SIGHUP)
		reload(role);
	else
		ccs_role_stop(role);
}

static void on_request(void *user, const char *line, size_t length, struct ccs_print *answer)
{
	const struct ccs_role *role = user;

	ccs_control_answer(&role->stations, line, length, answer);
}

/* A station that cannot be asked is a station all the same. */
static void open_control(struct ccs_role *role)
{
	char name[CCS_CONFIG_INTERFACE + 8];
	struct ccs_control_config config = {
		.directory = role->reader.config.general.run_directory,
		.name = name,
		.request = on_request,
		.user = role,
	};
	struct ccs_problem problem;

	snprintf(name, sizeof(name), "%s-%s", role->name,
		 role->side == CCS_SIDE_EV ? role->reader.config.ev.line.interface
					   : role->reader.config.evse[0].line.interface);
	role->control = ccs_control_open(&role->loop, &config, &problem);
	if (!role->control)
		ccs_complain(&role->output, "%s", problem.text);
}

static const struct key {
	char key;
	enum ccs_verb verb;
} keys[] = {
	{ ' ', CCS_VERB_STOP },	  { 's', CCS_VERB_START },	 { 'p', CCS_VERB_PAUSE },
	{ 'r', CCS_VERB_RESUME }, { 'n', CCS_VERB_RENEGOTIATE }, { 'a', CCS_VERB_AUTHORIZE },
	{ 'd', CCS_VERB_DENY },	  { 'i', CCS_VERB_PLUG },	 { 'u', CCS_VERB_UNPLUG },
};

#define KEYS (sizeof(keys) / sizeof(*keys))

/* A key is for all chargers of the process. */
static void do_all(struct ccs_role *role, enum ccs_verb verb)
{
	const struct ccs_stations *stations = &role->stations;

	for (size_t i = 0; i < stations->count; i++) {
		const char *why = stations->act(stations->user, i, verb);

		if (why)
			ccs_complain(&role->output, "%s: %s: %s", ccs_verb_name(verb),
				     stations->name(stations->user, i), why);
	}
}

static void explain_keys(struct ccs_role *role)
{
	char text[200] = "";
	size_t used = 0;

	for (size_t i = 0; i < KEYS; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s %s, ",
					 keys[i].key == ' ' ? "space" : (char[2]) { keys[i].key },
					 ccs_verb_name(keys[i].verb));
	ccs_complain(&role->output, "keys: %sx end", text);
}

static void on_key(void *user, char key)
{
	struct ccs_role *role = user;

	for (size_t i = 0; i < KEYS; i++) {
		if (keys[i].key == key) {
			do_all(role, keys[i].verb);
			return;
		}
	}
	if (key == 'x' || key == 'q')
		ccs_role_stop(role);
	else
		explain_keys(role);
}

static void on_patience(uv_timer_t *timer)
{
	struct ccs_role *role = timer->data;
	struct ccs_problem problem;

	if (!role->is_missing(role, &problem))
		return;
	ccs_complain(&role->output, "%s", problem.text);
	ccs_role_end(role, CCS_EXIT_MACHINE);
}

static void on_second(uv_timer_t *timer)
{
	struct ccs_role *role = timer->data;

	for (struct ccs_role_voice *voice = role->voices; voice; voice = voice->next)
		ccs_session_folder_tick(voice->folder, ccs_loop_now() + role->offset);
}

/* Beginning and end. */

static void start_timers(struct ccs_role *role)
{
	uv_timer_init(&role->loop, &role->patience);
	role->patience.data = role;
	uv_timer_start(&role->patience, on_patience, CCS_ROLE_PATIENCE / 1000, 0);
	uv_timer_init(&role->loop, &role->second);
	role->second.data = role;
	uv_timer_init(&role->loop, &role->end);
	role->end.data = role;
	if (role->reader.config.record.directory[0])
		uv_timer_start(&role->second, on_second, 1000, 1000);
}

static void start_signals(struct ccs_role *role)
{
	static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };

	for (int i = 0; i < 3; i++) {
		uv_signal_init(&role->loop, &role->signals[i]);
		role->signals[i].data = role;
		uv_signal_start(&role->signals[i], on_signal, numbers[i]);
	}
}

static void run_out(struct ccs_role *role)
{
	uv_run(&role->loop, UV_RUN_DEFAULT);
	uv_loop_close(&role->loop);
	ccs_role_close_records(role);
	ccs_config_free(&role->reader);
}

int ccs_role_run(struct ccs_role *role)
{
	open_control(role);
	ccs_role_open_outside(role);
	ccs_privileges_drop();
	role->status = CCS_EXIT_DONE;
	start_signals(role);
	start_timers(role);
	ccs_notify_open(&role->notify, &role->loop);
	ccs_notify_ready(&role->notify);
	ccs_keyboard_open(&role->keyboard, &role->loop, on_key, role);
	run_out(role);
	return role->status;
}

int ccs_role_fail(struct ccs_role *role, const struct ccs_problem *problem)
{
	ccs_complain(&role->output, "%s", problem->text);
	role->close(role);
	run_out(role);
	return CCS_EXIT_MACHINE;
}

static void close_role(uv_timer_t *timer)
{
	struct ccs_role *role = timer->data;

	role->close(role);
	ccs_control_close(role->control);
	ccs_role_close_outside(role);
	ccs_notify_close(&role->notify);
	ccs_keyboard_close(&role->keyboard);
	uv_close((uv_handle_t *)&role->patience, NULL);
	uv_close((uv_handle_t *)&role->second, NULL);
	uv_close((uv_handle_t *)&role->end, NULL);
	for (int i = 0; i < 3; i++)
		uv_close((uv_handle_t *)&role->signals[i], NULL);
}

/* Not at once: who calls may be called by a driver that is closed with the rest. */
void ccs_role_end(struct ccs_role *role, int status)
{
	if (role->ended)
		return;
	role->ended = true;
	role->status = status;
	uv_timer_start(&role->end, close_role, 0, 0);
}
