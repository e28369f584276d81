/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs hw`: the hardware drivers, what they measure now, and their outputs one after the other. */
#include "tools/hw.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
	"Usage: ccs hw list|watch|test [OPTION]...\n"
	"The hardware drivers of a car or a charger: list says what they measure and command and\n"
	"what is bound; watch shows the live values; test steps through the outputs.\n\n"
	"      --ev                 the car's hardware (default), section [ev]\n"
	"      --evse[=NAME]        the charger's, section [evse] or [evse NAME]\n"
	"      --seconds N          watch: so long (default: until Ctrl-C); test: each output so\n"
	"                           long (default: 2)\n"
	"      --contactors         test: the contactors, too: only with a dead battery side\n"
	"      --live               ... or with a live one, or one that nobody measures: its\n"
	"                           voltage comes to the pins\n"
	"      --voltage V          test: of a charger's supply (default: 20)\n"
	"      --current A          ... its current (default: 1)\n"
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
	ccs_complain(&((struct ccs_hw_tool *)user)->output, "%s", text);
}

static const struct ccs_config_evse *find_charger(struct ccs_hw_tool *tool)
{
	const struct ccs_config *config = &tool->reader.config;

	for (size_t i = 0; i < config->evse_count; i++)
		if (!tool->name || strcmp(config->evse[i].name, tool->name) == 0)
			return &config->evse[i];
	ccs_complain(&tool->output, "no charger '%s': see `ccs config show evse`", tool->name);
	return NULL;
}

const struct ccs_hw_config *ccs_hw_tool_config(struct ccs_hw_tool *tool)
{
	const struct ccs_config_evse *charger;

	if (tool->side == CCS_HW_EV)
		return &tool->reader.config.ev.hardware;
	charger = find_charger(tool);
	return charger ? &charger->hardware : NULL;
}

const struct ccs_limits *ccs_hw_tool_limits(struct ccs_hw_tool *tool)
{
	const struct ccs_config_evse *charger = find_charger(tool);

	return charger ? &charger->limits : NULL;
}

/* Options. */

enum {
	OPTION_EV = 0x200,
	OPTION_EVSE,
	OPTION_SECONDS,
	OPTION_CONTACTORS,
	OPTION_LIVE,
	OPTION_VOLTAGE,
	OPTION_CURRENT,
	OPTION_YES,
	OPTION_JSON
};

static const struct option options[] = {
	{ "ev", no_argument, NULL, OPTION_EV },
	{ "evse", optional_argument, NULL, OPTION_EVSE },
	{ "seconds", required_argument, NULL, OPTION_SECONDS },
	{ "contactors", no_argument, NULL, OPTION_CONTACTORS },
	{ "live", no_argument, NULL, OPTION_LIVE },
	{ "voltage", required_argument, NULL, OPTION_VOLTAGE },
	{ "current", required_argument, NULL, OPTION_CURRENT },
	{ "yes", no_argument, NULL, OPTION_YES },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "help", no_argument, NULL, 'h' },
	CCS_CONFIG_OPTIONS,
	{ 0 },
};

static bool take_seconds(struct ccs_hw_tool *tool)
{
	char *end;
	long seconds = strtol(optarg, &end, 10);

	if (!*optarg || *end || seconds <= 0 || seconds >= 1000000)
		return false;
	tool->seconds = CCS_SECONDS(seconds);
	return true;
}

static bool take_supply(enum ccs_hw_command command, int32_t *setting)
{
	const struct ccs_hw_point *point = &ccs_hw_commands[command];

	return ccs_hw_parse(point->unit, optarg, setting) && *setting > 0 &&
	       *setting <= point->most;
}

/* -1: go on. */
static int take_option(struct ccs_hw_tool *tool, int option, const char *text)
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
	case OPTION_LIVE:
		tool->live = true;
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
	case OPTION_VOLTAGE:
		if (take_supply(CCS_HW_COMMAND_SET_VOLTAGE, &tool->supply_mv))
			return -1;
		break;
	case OPTION_CURRENT:
		if (take_supply(CCS_HW_COMMAND_SET_CURRENT, &tool->supply_ma))
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
	int (*run)(struct ccs_hw_tool *tool);
} verbs[] = { { "list", ccs_hw_tool_list },
	      { "watch", ccs_hw_tool_watch },
	      { "test", ccs_hw_tool_test } };

static int run_verb(struct ccs_hw_tool *tool, const char *name)
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
	static struct ccs_hw_tool tool = { .side = CCS_HW_EV };
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
