/* SPDX-License-Identifier: Apache-2.0 */
/* The frame of the subcommands that are a station. */
#include "tools/station.h"

#include "linux/privileges.h"
#include "trace/record_json.h"

#include "ccs/mme.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#define LETTERS "+:i:vh"

/* Questions to the modem and its answers: a line ten times a second is no line. */
static bool is_slac(const struct ccs_mme *mme)
{
	return mme->kind >= CCS_MME_CM_SLAC_PARM_REQ && mme->kind <= CCS_MME_CM_SLAC_MATCH_CNF;
}

static void take_record(void *user, const struct ccs_record *record)
{
	struct ccs_role *role = user;
	struct ccs_record dated = *record;

	if (role->quiet_modem && record->kind == CCS_RECORD_MME && !is_slac(record->mme))
		return;
	dated.time = record->time + role->offset;
	dated.since = record->time - role->start;
	if (role->json)
		ccs_record_json_print(&role->output.print, &dated, false);
	else
		ccs_record_text_print(&role->text, &dated);
	ccs_output_flush(&role->output);
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

static int take_attenuation(struct ccs_role *role)
{
	char *end;
	long db = strtol(optarg, &end, 10);

	if (*end || end == optarg || db < 0 || db > 100)
		return complain_usage(role, "--attenuation is 0 to 100 dB, not ", optarg);
	role->attenuation_db = (uint8_t)db;
	return -1;
}

static int take_colour(struct ccs_role *role)
{
	if (!strcmp(optarg, "always") || !strcmp(optarg, "never"))
		role->text.colour = *optarg == 'a';
	else if (strcmp(optarg, "auto") != 0)
		return complain_usage(role, "--color is auto, always or never, not ", optarg);
	return -1;
}

static int take_option(struct ccs_role *role, int option, const char *text)
{
	switch (option) {
	case 'i':
		role->interface = optarg;
		return -1;
	case 'v':
		role->text.verbose = true;
		role->quiet_modem = false;
		return -1;
	case 'h':
		fputs(role->help, stdout);
		return CCS_EXIT_DONE;
	case CCS_ROLE_VERSION:
		puts("ccs " CCS_VERSION);
		return CCS_EXIT_DONE;
	case CCS_ROLE_SIM_MODEM:
		role->sim_modem = true;
		return -1;
	case CCS_ROLE_NO_SLAC:
		role->without_slac = true;
		return -1;
	case CCS_ROLE_ONCE:
		role->once = true;
		return -1;
	case CCS_ROLE_JSON:
		role->json = true;
		return -1;
	case CCS_ROLE_COLOUR:
		return take_colour(role);
	case CCS_ROLE_ATTENUATION:
		return take_attenuation(role);
	case ':':
		return complain_usage(role, "a value is missing behind ", text);
	case '?':
		return complain_usage(role, "no option ", text);
	default:
		return role->take_option ? role->take_option(role, option) : -1;
	}
}

static int read_options(struct ccs_role *role, int argc, char **argv)
{
	int option, status = -1;

	opterr = 0;
	optind = 0;
	while (status < 0 && (option = getopt_long(argc, argv, LETTERS, role->options, NULL)) != -1)
		status = take_option(role, option, argv[optind > 1 ? optind - 1 : 1]);
	if (status >= 0)
		return status;
	if (optind < argc)
		return complain_usage(role, "what is ", argv[optind]);
	if (!role->interface)
		return complain_usage(role, "on which interface? -i IF", "");
	return -1;
}

int ccs_role_begin(struct ccs_role *role, int argc, char **argv)
{
	int status;

	ccs_output_init(&role->output, role->name);
	ccs_record_text_init(&role->text, &role->output.print);
	role->text.colour = role->output.terminal && !getenv("NO_COLOR");
	role->quiet_modem = true;
	role->attenuation_db = 20;
	role->sink = (struct ccs_sink) { .take = take_record, .user = role };
	set_clock(role);
	status = read_options(role, argc, argv);
	if (status >= 0)
		return status;
	ccs_privileges_keep_raw();
	uv_loop_init(&role->loop);
	return -1;
}

struct ccs_port_config ccs_role_port(struct ccs_role *role)
{
	return (struct ccs_port_config) {
		.interface = role->interface,
		.sim_modem = role->sim_modem,
		.attenuation_db = role->attenuation_db,
		.sink = &role->sink,
		.user = role,
	};
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

	if (role->port->complete || !ccs_port_is_missing(role->port, &problem))
		return;
	ccs_complain(&role->output, "%s", problem.text);
	ccs_role_end(role, CCS_EXIT_MACHINE);
}

int ccs_role_run(struct ccs_role *role, struct ccs_port *port)
{
	static const int numbers[2] = { SIGTERM, SIGINT };

	ccs_privileges_drop();
	role->port = port;
	role->status = CCS_EXIT_DONE;
	for (int i = 0; i < 2; i++) {
		uv_signal_init(&role->loop, &role->signals[i]);
		role->signals[i].data = role;
		uv_signal_start(&role->signals[i], on_signal, numbers[i]);
	}
	uv_timer_init(&role->loop, &role->patience);
	role->patience.data = role;
	uv_timer_start(&role->patience, on_patience, CCS_ROLE_PATIENCE / 1000, 0);
	uv_run(&role->loop, UV_RUN_DEFAULT);
	uv_loop_close(&role->loop);
	ccs_record_text_free(&role->text);
	return role->status;
}

int ccs_role_fail(struct ccs_role *role, const struct ccs_problem *problem)
{
	ccs_complain(&role->output, "%s", problem->text);
	uv_run(&role->loop, UV_RUN_DEFAULT);
	uv_loop_close(&role->loop);
	ccs_record_text_free(&role->text);
	return CCS_EXIT_MACHINE;
}

void ccs_role_end(struct ccs_role *role, int status)
{
	if (uv_is_closing((uv_handle_t *)&role->patience))
		return;
	role->status = status;
	ccs_port_close(role->port);
	uv_close((uv_handle_t *)&role->patience, NULL);
	for (int i = 0; i < 2; i++)
		uv_close((uv_handle_t *)&role->signals[i], NULL);
}
