/* SPDX-License-Identifier: Apache-2.0 */
/* The frame of the subcommands that are a station. */
#include "tools/station.h"

#include "linux/privileges.h"
#include "trace/record_json.h"

#include "ccs/mme.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#define LETTERS	 "+:c:i:w:vh"
#define ETHERNET 1 /* link type of captures */

enum role_option {
	OPTION_SIM_MODEM = 256,
	OPTION_NO_SLAC,
	OPTION_ATTENUATION,
	OPTION_PORT,
	OPTION_ONCE,
	OPTION_FOREVER,
	OPTION_CHARGE_SECONDS,
	OPTION_UNTIL_SOC,
	OPTION_JSON,
	OPTION_COLOUR,
	OPTION_VERSION,
};

static const struct option options[] = {
	{ "interface", required_argument, NULL, 'i' },
	{ "sim-modem", no_argument, NULL, OPTION_SIM_MODEM },
	{ "no-slac", no_argument, NULL, OPTION_NO_SLAC },
	{ "attenuation", required_argument, NULL, OPTION_ATTENUATION },
	{ "port", required_argument, NULL, OPTION_PORT },
	{ "once", no_argument, NULL, OPTION_ONCE },
	{ "forever", no_argument, NULL, OPTION_FOREVER },
	{ "charge-seconds", required_argument, NULL, OPTION_CHARGE_SECONDS },
	{ "until-soc", required_argument, NULL, OPTION_UNTIL_SOC },
	{ "write", required_argument, NULL, 'w' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "color", required_argument, NULL, OPTION_COLOUR },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPTION_VERSION },
	CCS_CONFIG_OPTIONS,
	{ 0 },
};

/* Options that are keys of the configuration; NULL: that side has no such option. */
static const struct option_key {
	int option;
	const char *ev, *evse;
	const char *value; /* NULL: the option's argument */
	const char *name;
} option_keys[] = {
	{ 'i', "ev.interface", "evse.interface", NULL, "-i" },
	{ OPTION_SIM_MODEM, "ev.sim_modem", "evse.sim_modem", "yes", "--sim-modem" },
	{ OPTION_NO_SLAC, "ev.without_slac", "evse.without_slac", "yes", "--no-slac" },
	{ OPTION_ATTENUATION, NULL, "evse.sim_attenuation", NULL, "--attenuation" },
	{ OPTION_PORT, NULL, "evse.port", NULL, "--port" },
	{ OPTION_ONCE, NULL, "evse.once", "yes", "--once" },
	{ OPTION_FOREVER, "ev.forever", NULL, "yes", "--forever" },
	{ OPTION_CHARGE_SECONDS, "ev.charge_seconds", NULL, NULL, "--charge-seconds" },
	{ OPTION_UNTIL_SOC, "ev.until_soc", NULL, NULL, "--until-soc" },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Questions to the modem and its answers: a line ten times a second is no line. */
static bool is_slac(const struct ccs_mme *mme)
{
	return mme->kind >= CCS_MME_CM_SLAC_PARM_REQ && mme->kind <= CCS_MME_CM_SLAC_MATCH_CNF;
}

/* A reader that does not keep up loses lines; the session does not wait for him. */
static bool is_read(struct ccs_role *role)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

	if (poll(&out, 1, 0) != 0)
		return true;
	role->lost++;
	return false;
}

static void take_record(void *user, const struct ccs_record *record)
{
	const struct ccs_role_voice *voice = user;
	struct ccs_role *role = voice->role;
	struct ccs_record dated = *record;

	if (!role->show_modem && record->kind == CCS_RECORD_MME && !is_slac(record->mme))
		return;
	if (!is_read(role))
		return;
	dated.time = record->time + role->offset;
	dated.since = record->time - role->start;
	if (role->json) {
		ccs_record_json_print(&role->output.print, &dated, false);
	} else {
		if (voice->name) {
			ccs_print_text(&role->output.print, voice->name);
			ccs_print_char(&role->output.print, ' ');
		}
		ccs_record_text_print(&role->text, &dated);
	}
	ccs_output_flush(&role->output);
}

void ccs_role_give_voice(struct ccs_role_voice *voice, struct ccs_role *role, const char *name)
{
	voice->role = role;
	voice->name = name;
	voice->sink = (struct ccs_sink) { .take = take_record, .user = voice };
}

static void set_clock(struct ccs_role *role)
{
	struct timeval now;

	gettimeofday(&now, NULL);
	role->start = ccs_loop_now();
	role->offset = CCS_SECONDS((ccs_time)now.tv_sec) + now.tv_usec - role->start;
}

static int complain_usage(struct ccs_role *role, const char *what, const char *which)
{
	ccs_complain(&role->output, "%s%s: see `ccs %s --help`", what, which, role->name);
	return CCS_EXIT_USAGE;
}

/* True when the option is a key of the configuration for this side. */
static bool set_key(struct ccs_role *role, int option)
{
	for (size_t i = 0; i < COUNT(option_keys); i++) {
		const struct option_key *row = &option_keys[i];
		const char *key = role->side == CCS_SIDE_EV ? row->ev : row->evse;

		if (row->option != option || !key)
			continue;
		ccs_config_set(&role->reader, key, row->value ? row->value : optarg, row->name);
		return true;
	}
	return ccs_config_take_option(&role->reader, option, optarg);
}

static int take_option(struct ccs_role *role, int option, const char *text)
{
	switch (option) {
	case 'v':
		role->text.verbose = role->show_modem = true;
		return -1;
	case 'w':
		role->capture_path = optarg;
		return -1;
	case 'h':
		fputs(role->help, stdout);
		return CCS_EXIT_DONE;
	case OPTION_VERSION:
		puts("ccs " CCS_VERSION);
		return CCS_EXIT_DONE;
	case OPTION_JSON:
		role->json = true;
		return -1;
	case OPTION_COLOUR:
		return ccs_output_colour(&role->output, optarg, &role->text.colour)
			       ? -1
			       : complain_usage(role, "--color is auto, always or never, not ",
						optarg);
	case ':':
		return complain_usage(role, "a value is missing behind ", text);
	default:
		return set_key(role, option) ? -1 : complain_usage(role, "no such option: ", text);
	}
}

static int read_options(struct ccs_role *role, int argc, char **argv)
{
	int option, status = -1;

	opterr = 0;
	optind = 1;
	while (status < 0) {
		const char *text = optind < argc ? argv[optind] : "";

		option = getopt_long(argc, argv, LETTERS, options, NULL);
		if (option == -1)
			break;
		status = take_option(role, option, text);
	}
	if (status < 0 && optind < argc)
		return complain_usage(role, "what is ", argv[optind]);
	return status;
}

static void complain_config(void *user, const char *text)
{
	struct ccs_role *role = user;

	ccs_complain(&role->output, "%s", text);
}

/* False when a station has no interface. */
static bool has_interfaces(const struct ccs_role *role)
{
	const struct ccs_config *config = &role->reader.config;

	if (role->side == CCS_SIDE_EV)
		return config->ev.line.interface[0];
	for (size_t i = 0; i < config->evse_count; i++)
		if (!config->evse[i].line.interface[0])
			return false;
	return true;
}

static bool open_capture(struct ccs_role *role)
{
	if (!role->capture_path)
		return true;
	role->capture = fopen(role->capture_path, "wbe");
	if (role->capture &&
	    !ccs_pcapng_begin(&role->pcapng, ccs_pcapng_to_file, role->capture, "ccs " CCS_VERSION))
		return true;
	ccs_complain(&role->output, "%s: %s", role->capture_path, strerror(errno));
	return false;
}

int ccs_role_begin(struct ccs_role *role, int argc, char **argv)
{
	int status;

	ccs_output_init(&role->output, role->name);
	ccs_record_text_init(&role->text, &role->output.print);
	ccs_output_colour(&role->output, "auto", &role->text.colour);
	ccs_config_init(&role->reader, complain_config, role);
	set_clock(role);
	status = read_options(role, argc, argv);
	if (status >= 0)
		return status;
	if (ccs_config_load(&role->reader) < 0)
		return CCS_EXIT_USAGE;
	if (!has_interfaces(role))
		return complain_usage(role, "on which interface? -i IF", "");
	if (!open_capture(role))
		return CCS_EXIT_MACHINE;
	ccs_privileges_keep_raw();
	uv_loop_init(&role->loop);
	return -1;
}

/* Whole after each frame: somebody may be reading it already. */
static void take_frame(void *user, const uint8_t *frame, size_t length, bool sent, ccs_time now)
{
	const struct ccs_role_voice *voice = user;
	struct ccs_role *role = voice->role;
	struct ccs_packet packet = {
		.time = now + role->offset,
		.bytes = frame,
		.length = length,
		.original_length = length,
	};

	(void)sent;
	if (role->capture &&
	    (ccs_pcapng_write_packet(&role->pcapng, voice->interface, &packet, NULL) < 0 ||
	     fflush(role->capture))) {
		ccs_complain(&role->output, "%s: %s; the capture ends here", role->capture_path,
			     strerror(errno));
		fclose(role->capture);
		role->capture = NULL;
	}
}

struct ccs_port_config ccs_role_port(const struct ccs_config_line *line,
				     struct ccs_role_voice *voice)
{
	struct ccs_role *role = voice->role;
	struct ccs_port_config port = {
		.interface = line->interface,
		.sim_modem = line->sim_modem,
		.sink = &voice->sink,
	};

	if (role->capture) {
		voice->interface = role->pcapng.interfaces;
		ccs_pcapng_add_interface(&role->pcapng, ETHERNET, line->interface);
		port.tap = take_frame;
		port.tap_user = voice;
		port.tap_ip = true;
	}
	return port;
}

static void on_signal(uv_signal_t *signal, int number)
{
	struct ccs_role *role = signal->data;

	(void)number;
	if (role->stopping)
		ccs_role_end(role, CCS_EXIT_FAILED);
	role->stopping = true;
	role->stop(role);
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

static void run_out(struct ccs_role *role)
{
	uv_run(&role->loop, UV_RUN_DEFAULT);
	uv_loop_close(&role->loop);
	if (role->lost)
		ccs_complain(&role->output, "%llu lines were lost: nobody read them in time",
			     (unsigned long long)role->lost);
	ccs_record_text_free(&role->text);
	ccs_config_free(&role->reader);
	if (role->capture)
		fclose(role->capture);
}

int ccs_role_run(struct ccs_role *role)
{
	static const int numbers[2] = { SIGTERM, SIGINT };

	ccs_privileges_drop();
	role->status = CCS_EXIT_DONE;
	for (int i = 0; i < 2; i++) {
		uv_signal_init(&role->loop, &role->signals[i]);
		role->signals[i].data = role;
		uv_signal_start(&role->signals[i], on_signal, numbers[i]);
	}
	uv_timer_init(&role->loop, &role->patience);
	role->patience.data = role;
	uv_timer_start(&role->patience, on_patience, CCS_ROLE_PATIENCE / 1000, 0);
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

void ccs_role_end(struct ccs_role *role, int status)
{
	if (role->ended)
		return;
	role->ended = true;
	role->status = status;
	role->close(role);
	uv_close((uv_handle_t *)&role->patience, NULL);
	for (int i = 0; i < 2; i++)
		uv_close((uv_handle_t *)&role->signals[i], NULL);
}
