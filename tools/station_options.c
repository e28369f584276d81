/* SPDX-License-Identifier: Apache-2.0 */
/* Options and configuration of the subcommands that are a station. */
#include "linux/hw/needs.h"
#include "tools/station.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LETTERS "+:c:i:w:vqh"

enum role_option {
	OPTION_SIM_MODEM = 256,
	OPTION_NO_SLAC,
	OPTION_ATTENUATION,
	OPTION_PORT,
	OPTION_ONCE,
	OPTION_FOREVER,
	OPTION_CHARGE_SECONDS,
	OPTION_UNTIL_SOC,
	OPTION_RECORD,
	OPTION_FAULT,
	OPTION_EVERY_ROUND,
	OPTION_ONLY,
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
	{ "record", required_argument, NULL, OPTION_RECORD },
	{ "fault", required_argument, NULL, OPTION_FAULT },
	{ "write", required_argument, NULL, 'w' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "every-round", no_argument, NULL, OPTION_EVERY_ROUND },
	{ "only", required_argument, NULL, OPTION_ONLY },
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
	{ OPTION_RECORD, "record.directory", "record.directory", NULL, "--record" },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

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

/* One fault of our messages, -1; or what is wrong with it. */
static int add_fault(struct ccs_role *role, const char *line)
{
	struct sim_message_fault *fault = &role->faults[role->fault_count];
	char why[128];
	struct ccs_print print;
	int result;

	if (role->fault_count == CCS_PORT_FAULTS)
		return complain_usage(role, "too many --fault", "");
	ccs_print_init(&print, why, sizeof(why) - 1);
	result = sim_message_fault_read(fault, line, &print);
	why[ccs_print_length(&print)] = '\0';
	if (result)
		return complain_usage(role, "--fault: ", why);
	if (fault->side != role->side)
		return complain_usage(role, "--fault is about what this side says, not ", line);
	role->fault_count++;
	return -1;
}

/* All faults of a test case of pyPLC. */
static int add_case(struct ccs_role *role, const char *number)
{
	const struct sim_pyplc_case *one;
	char *end;
	unsigned long n = strtoul(number, &end, 10);
	int status = -1;

	if (*end || n < 1 || n > SIM_PYPLC_CASES)
		return complain_usage(role, "--fault: pyplc:1 to pyplc:16, not pyplc:", number);
	one = &sim_pyplc_cases[n - 1];
	for (size_t i = 0; status < 0 && i < COUNT(one->faults) && one->faults[i]; i++)
		status = add_fault(role, one->faults[i]);
	return status;
}

static int take_fault(struct ccs_role *role, const char *text)
{
	static const char pyplc[] = "pyplc:";
	size_t length = strlen(pyplc);

	return strncmp(text, pyplc, length) == 0 ? add_case(role, text + length)
						 : add_fault(role, text);
}

static int take_option(struct ccs_role *role, int option, const char *text)
{
	switch (option) {
	case 'v':
		role->text.verbose = role->show_modem = true;
		return -1;
	case 'q':
		role->quiet = true;
		return -1;
	case OPTION_EVERY_ROUND:
		role->every_round = true;
		return -1;
	case OPTION_ONLY:
		return ccs_only_add(&role->only, optarg)
			       ? -1
			       : complain_usage(role, "too many --only", "");
	case OPTION_FAULT:
		return take_fault(role, optarg);
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
		role->colour_given = true;
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

int ccs_role_check_hardware(const struct ccs_role *role, struct ccs_problem *problem)
{
	const struct ccs_config *config = &role->reader.config;

	if (role->side == CCS_SIDE_EV)
		return ccs_hw_check_ev(config, problem);
	for (size_t i = 0; i < config->evse_count; i++)
		if (ccs_hw_check_evse(&config->evse[i], problem))
			return -1;
	return 0;
}

int ccs_role_read_options(struct ccs_role *role, int argc, char **argv)
{
	struct ccs_problem problem;
	int status;

	ccs_config_init(&role->reader, complain_config, role);
	status = read_options(role, argc, argv);
	if (status >= 0)
		return status;
	if (ccs_config_load(&role->reader) < 0)
		return CCS_EXIT_USAGE;
	ccs_role_choose_form(role);
	if (!has_interfaces(role))
		return complain_usage(role, "on which interface? -i IF", "");
	if (!ccs_role_check_hardware(role, &problem))
		return -1;
	ccs_complain(&role->output, "%s", problem.text);
	return CCS_EXIT_USAGE;
}
