/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs sim`: simulated cars and chargers charge, or fail to, as a script says. */
#include "sim/matrix.h"
#include "sim/play.h"
#include "sim/scenarios.h"
#include "tools/live.h"
#include "tools/sim_faults.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SCRIPT_MAX 65536

struct command {
	struct ccs_live live;
	struct sim_script script;
	struct sim *sim;
	const char *name;    /* of the scenario */
	char settings[4096]; /* of the command line: lines of a script */
	char steps[4096];    /* likewise, before those of the scenario */
	bool real_time;
	bool faults;
	bool failed_only;
	bool show;
};

static const char help[] =
	"Usage: ccs sim [OPTION]... [SCENARIO]\n"
	"Lets simulated cars and chargers charge: power line with modems, SLAC, SDP, TCP, DIN "
	"SPEC\n"
	"70121 or ISO 15118-2, battery, supply, contactors, and people; as a script says, in\n"
	"virtual time. SCENARIO is one of the list, or a file; without it: dc.\n\n"
	"      --list          what there is: scenarios, settings, steps, faults\n"
	"      --show          the script of the scenario, to begin an own one with\n"
	"      --faults        every fault of messages, matching, connection, hardware and "
	"people:\n"
	"                      a table of verdicts; SCENARIO is then a family (--list) or a part "
	"of\n"
	"                      names; --show their scripts, --failed only what went wrong\n"
	"      --set KEY=VALUE a setting, as battery.soc=20%; repeatable\n"
	"      --protocol P    what the car offers: din, iso2, \"iso2 din\"\n"
	"      --soc P         of the battery at the start, in percent\n"
	"      --mode M        dc, ac, or probe\n"
	"      --seconds N     of charging, in dc and iso2\n"
	"      --fault STEP    a step before those of the scenario, as\n"
	"                      'message evse PreChargeRes lost after 2'; repeatable\n"
	"      --cars N        cars and chargers on one line\n"
	"      --seed N        other chance; the same seed gives the same run to the byte\n"
	"      --real-time     as long as it takes, instead of at once\n"
	"  -w, --write FILE    capture of all frames, pcapng, for Wireshark and `ccs decode`\n"
	"      --every-round   every round of the charging loop, not one a second\n"
	"  -v, --verbose       all fields of every message, and every state of the stations\n"
	"  -q, --quiet         only the summary\n"
	"      --json          JSON lines for programs\n"
	"      --csv           voltages, currents, SoC over time\n"
	"      --format F      as a log of pyPLC, as with ccs decode\n"
	"      --show-secrets  network keys, too\n"
	"      --color WHEN    auto (default), always, never; NO_COLOR is respected\n"
	"      --help, --version\n\n"
	"Examples:\n"
	"  ccs sim\n"
	"  ccs sim -w session.pcapng --soc 40 --protocol iso2\n"
	"  ccs sim --show precharge > own.sim; ccs sim own.sim\n\n"
	"Exit status: 0 all became as the script expects; 1 it did not; 2 wrong use, or no such\n"
	"scenario; 3 the machine lacks something.\n";

/* --list */

static void list_scenarios(void)
{
	struct sim_script script;
	struct sim_script_error error;
	const struct sim_scenario *row;

	puts("Scenarios:");
	for (size_t i = 0; (row = sim_scenario_row(i)); i++) {
		sim_script_init(&script);
		if (sim_script_read(&script, row->text, &error))
			printf("  %-18s %s\n", row->name, script.title);
	}
}

static void list_settings(void)
{
	const struct sim_setting *row;
	struct sim_config config;
	char value[64];

	sim_config_default(&config);
	puts("\nSettings (KEY = VALUE in a script, --set KEY=VALUE):");
	for (size_t i = 0; (row = sim_setting_row(i)); i++) {
		sim_setting_print(row, &config, value, sizeof(value));
		printf("  %-26s %-14s %s\n", row->key, value, row->text);
	}
}

static void list_steps(void)
{
	puts("\nSteps of a script:");
	for (int kind = 0; kind < SIM_STEP_KINDS; kind++)
		printf("  %s\n      %s\n", sim_script_words((enum sim_step_kind)kind),
		       sim_script_text((enum sim_step_kind)kind));
}

static void list_faults(void)
{
	puts("\nFamilies of the matrix (--faults):");
	for (int family = 0; family < SIM_FAMILY_COUNT; family++)
		printf("  %-18s %s\n", sim_family_name((enum sim_family)family),
		       sim_family_text((enum sim_family)family));
	puts("\nFaults of the hardware (fault NAME):");
	for (int fault = 0; fault < SIM_FAULT_COUNT; fault++)
		printf("  %s\n", sim_fault_name((enum sim_fault)fault));
	puts("\nFaults of a message (message ev|evse TYPE FAULT [VALUE] [after N] [times N]):");
	for (int kind = 0; kind < SIM_MESSAGE_FAULT_KINDS; kind++) {
		const struct sim_message_fault_info *info =
			sim_message_fault_info((enum sim_message_fault_kind)kind);

		printf("  %-20s %s\n", info->name, info->text);
	}
}

static int list(void)
{
	list_scenarios();
	list_settings();
	list_steps();
	list_faults();
	return CCS_EXIT_DONE;
}

/* The script. */

static int read_text(struct command *c, const char *name, const char *text)
{
	struct sim_script_error error = { 0 };

	if (sim_script_read(&c->script, text, &error))
		return -1;
	ccs_complain(&c->live.output, "%s:%d: %s", name, error.line, error.text);
	return CCS_EXIT_USAGE;
}

static int read_file(struct command *c, const char *path)
{
	static char text[SCRIPT_MAX];
	FILE *file = fopen(path, "r");
	size_t length = file ? fread(text, 1, sizeof(text) - 1, file) : 0;
	bool failed = !file || ferror(file);

	if (failed)
		ccs_complain(&c->live.output,
			     "%s: %s: it is no scenario of `ccs sim --list` either", path,
			     strerror(errno));
	else if (length == sizeof(text) - 1)
		ccs_complain(&c->live.output, "%s: longer than 64 KB", path);
	if (file)
		fclose(file);
	if (failed || length == sizeof(text) - 1)
		return CCS_EXIT_USAGE;
	if (memchr(text, '\0', length)) {
		ccs_complain(&c->live.output, "%s: not a text", path);
		return CCS_EXIT_USAGE;
	}
	text[length] = '\0';
	return read_text(c, path, text);
}

/* The settings of the command line count more than those of the scenario. */
static int read_script(struct command *c)
{
	const struct sim_scenario *row = sim_scenario_find(c->name);
	int status;

	sim_script_init(&c->script);
	status = read_text(c, "--fault", c->steps);
	if (status >= 0)
		return status;
	status = row ? read_text(c, c->name, row->text) : read_file(c, c->name);
	return status < 0 ? read_text(c, "--set", c->settings) : status;
}

static int add_setting(struct command *c, const char *key, const char *value)
{
	size_t at = strlen(c->settings);
	int n = snprintf(c->settings + at, sizeof(c->settings) - at, "%s = %s\n", key, value);

	if (strpbrk(value, "\n#") || n < 0 || (size_t)n >= sizeof(c->settings) - at)
		return ccs_live_usage(&c->live, "this is no value: ", value);
	return -1;
}

static int add_step(struct command *c, const char *step)
{
	size_t at = strlen(c->steps);
	int n = snprintf(c->steps + at, sizeof(c->steps) - at, "%s\n", step);

	if (strchr(step, '\n') || n < 0 || (size_t)n >= sizeof(c->steps) - at)
		return ccs_live_usage(&c->live, "this is no step: ", step);
	return -1;
}

static int set(struct command *c, const char *text)
{
	const char *sign = strchr(text, '=');
	char key[64];

	if (!sign || sign == text || (size_t)(sign - text) >= sizeof(key))
		return ccs_live_usage(&c->live, "--set wants KEY=VALUE, not ", text);
	snprintf(key, sizeof(key), "%.*s", (int)(sign - text), text);
	return add_setting(c, key, sign + 1);
}

/* Playing. */

static void take_frame(void *user, const uint8_t *frame, size_t length, ccs_time time)
{
	struct command *c = user;

	ccs_live_frame(&c->live, frame, length, time);
}

static void take_record(void *user, int point, const struct ccs_record *record)
{
	struct command *c = user;
	struct ccs_record named = *record;
	char text[CCS_RECORD_TEXT_MAX];
	bool has_text = record->kind == CCS_RECORD_STATE || record->kind == CCS_RECORD_NOTE ||
			record->kind == CCS_RECORD_VERDICT;

	if (c->script.config.points > 1 && has_text) {
		snprintf(text, sizeof(text), "car %d: %s", point + 1, record->note.text);
		named.note.text = text;
	}
	ccs_live_record(&c->live, &named, c->script.config.start + record->time);
}

static void sleep_until(struct timespec begin, ccs_time time)
{
	long long ns = begin.tv_nsec + time % 1000000 * 1000;
	struct timespec at = { begin.tv_sec + time / 1000000 + ns / 1000000000,
			       (long)(ns % 1000000000) };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
		;
}

static void play(struct command *c, struct sim_play *play)
{
	struct timespec begin;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	while (play->state == SIM_PLAY_RUNNING) {
		ccs_time next = sim_play_next(play);

		if (c->real_time) {
			ccs_output_flush(&c->live.output);
			sleep_until(begin, next);
		}
		sim_play_step(play, next);
	}
}

static int say_result(struct command *c, const struct sim_play *play)
{
	if (play->state == SIM_PLAY_PASSED)
		return CCS_EXIT_DONE;
	if (play->why.line)
		ccs_complain(&c->live.output, "%s:%d: %s", c->name, play->why.line, play->why.text);
	else
		ccs_complain(&c->live.output, "%s: %s", c->name, play->why.text);
	return CCS_EXIT_FAILED;
}

static int run(struct command *c)
{
	struct sim_watch watch = { take_frame, take_record, c };
	struct sim_play scene;

	if (!ccs_live_start(&c->live))
		return CCS_EXIT_MACHINE;
	c->sim = sim_new(&c->script.config, &watch);
	if (!c->sim) {
		ccs_complain(&c->live.output, "no memory");
		return CCS_EXIT_MACHINE;
	}
	sim_play_init(&scene, c->sim, &c->script);
	play(c, &scene);
	sim_free(c->sim);
	if (!ccs_live_finish(&c->live))
		return CCS_EXIT_FAILED;
	return say_result(c, &scene);
}

/* Options. */

enum option_number {
	OPTION_LIST = 256,
	OPTION_SHOW,
	OPTION_FAULTS,
	OPTION_FAILED,
	OPTION_SET,
	OPTION_PROTOCOL,
	OPTION_SOC,
	OPTION_MODE,
	OPTION_SECONDS,
	OPTION_FAULT,
	OPTION_CARS,
	OPTION_SEED,
	OPTION_REAL_TIME,
};

static const struct option options[] = {
	{ "list", no_argument, NULL, OPTION_LIST },
	{ "show", no_argument, NULL, OPTION_SHOW },
	{ "faults", no_argument, NULL, OPTION_FAULTS },
	{ "failed", no_argument, NULL, OPTION_FAILED },
	{ "set", required_argument, NULL, OPTION_SET },
	{ "protocol", required_argument, NULL, OPTION_PROTOCOL },
	{ "soc", required_argument, NULL, OPTION_SOC },
	{ "mode", required_argument, NULL, OPTION_MODE },
	{ "seconds", required_argument, NULL, OPTION_SECONDS },
	{ "fault", required_argument, NULL, OPTION_FAULT },
	{ "cars", required_argument, NULL, OPTION_CARS },
	{ "seed", required_argument, NULL, OPTION_SEED },
	{ "real-time", no_argument, NULL, OPTION_REAL_TIME },
	CCS_LIVE_OPTION_ROWS,
	{ 0 },
};

/* Returns an exit status, or -1 to go on. */
static int take_option(struct command *c, int option, const char *text)
{
	switch (option) {
	case OPTION_LIST:
		return list();
	case OPTION_SHOW:
		c->show = true;
		return -1;
	case OPTION_FAULTS:
		c->faults = true;
		return -1;
	case OPTION_FAILED:
		c->failed_only = true;
		return -1;
	case OPTION_SET:
		return set(c, optarg);
	case OPTION_PROTOCOL:
		return add_setting(c, "protocol", optarg);
	case OPTION_SOC:
		return add_setting(c, "battery.soc", optarg);
	case OPTION_MODE:
		return add_setting(c, "mode", optarg);
	case OPTION_SECONDS:
		return add_setting(c, "charge", optarg);
	case OPTION_FAULT:
		return add_step(c, optarg);
	case OPTION_CARS:
		return add_setting(c, "cars", optarg);
	case OPTION_SEED:
		return add_setting(c, "seed", optarg);
	case OPTION_REAL_TIME:
		c->real_time = true;
		return -1;
	default:
		return ccs_live_take_option(&c->live, option, text, help);
	}
}

static int show_script(struct command *c)
{
	const struct sim_scenario *row = sim_scenario_find(c->name);

	if (!row)
		return ccs_live_usage(&c->live, "no scenario of `ccs sim --list`: ", c->name);
	fputs(row->text, stdout);
	return CCS_EXIT_DONE;
}

static int play_faults(struct command *c)
{
	struct ccs_sim_faults faults = {
		.output = &c->live.output,
		.only = c->name,
		.json = c->live.format == CCS_LIVE_JSON,
		.failed_only = c->failed_only,
		.show = c->show,
	};

	return ccs_sim_faults(&faults);
}

int ccs_sim_command(int argc, char **argv)
{
	static struct command c;
	int option, status = -1;

	ccs_live_init(&c.live, "sim");
	opterr = 0;
	while (status < 0) {
		const char *text = optind < argc ? argv[optind] : "";

		option = getopt_long(argc, argv, ":w:vqh", options, NULL);
		if (option < 0)
			break;
		status = take_option(&c, option, text);
	}
	if (status >= 0)
		return status;
	if (optind < argc)
		c.name = argv[optind++];
	if (optind < argc)
		return ccs_live_usage(&c.live, "one scenario at a time, not also ", argv[optind]);
	if (c.faults)
		return play_faults(&c);
	c.name = c.name ? c.name : "dc";
	if (c.show)
		return show_script(&c);
	status = read_script(&c);
	return status < 0 ? run(&c) : status;
}
