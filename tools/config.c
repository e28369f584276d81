/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs config`: what can be configured, what is, and whether it is right. */
#include "linux/config_print.h"
#include "linux/hw/needs.h"
#include "tools/command.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

struct config_tool {
	struct ccs_output output;
	struct ccs_config_reader reader;
	struct ccs_config_shown shown;
};

static void complain(void *user, const char *text)
{
	struct config_tool *tool = user;

	ccs_complain(&tool->output, "%s", text);
}

static int load(struct config_tool *tool)
{
	return ccs_config_load(&tool->reader) < 0 ? CCS_EXIT_USAGE : CCS_EXIT_DONE;
}

/* The operand of list and show named nothing. */
static int complain_of_nothing(struct config_tool *tool)
{
	ccs_complain(&tool->output, "no section or key '%s': see `ccs config list`",
		     tool->shown.only);
	return CCS_EXIT_USAGE;
}

/* Verbs: `operand` is NULL when there is none. */

static int list(struct config_tool *tool, const char *operand)
{
	size_t (*print)(struct ccs_print *, const char *) = tool->shown.json
								    ? ccs_config_print_list_json
								    : ccs_config_print_list;

	tool->shown.only = operand;
	return print(&tool->output.print, operand) ? CCS_EXIT_DONE : complain_of_nothing(tool);
}

static int show(struct config_tool *tool, const char *operand)
{
	int status = load(tool);

	tool->shown.only = operand;
	if (status == CCS_EXIT_DONE &&
	    !ccs_config_print_values(&tool->output.print, &tool->reader, &tool->shown) &&
	    !tool->shown.changed)
		return complain_of_nothing(tool);
	return status;
}

/* What real hardware lacks; each side has a line. */
static unsigned int check_hardware(struct config_tool *tool)
{
	const struct ccs_config *config = &tool->reader.config;
	struct ccs_problem problem;
	unsigned int faults = 0;

	for (size_t i = 0; i <= config->evse_count; i++) {
		if (!(i ? ccs_hw_check_evse(&config->evse[i - 1], &problem)
			: ccs_hw_check_ev(config, &problem)))
			continue;
		ccs_complain(&tool->output, "%s", problem.text);
		faults++;
	}
	return faults;
}

static int check(struct config_tool *tool, const char *operand)
{
	struct ccs_print *p = &tool->output.print;
	unsigned int faults;

	if (operand)
		ccs_config_take_option(&tool->reader, 'c', operand);
	faults = load(tool) == CCS_EXIT_DONE ? check_hardware(tool) : tool->reader.errors;
	if (faults) {
		ccs_complain(&tool->output, "%u fault%s", faults, faults == 1 ? "" : "s");
		return CCS_EXIT_USAGE;
	}
	ccs_print_text(p, "right: keys set ");
	ccs_print_unsigned(p, tool->reader.assignment_count);
	ccs_print_text(p, ", files ");
	ccs_print_unsigned(p, tool->reader.file_count);
	ccs_print_text(p, ", chargers ");
	ccs_print_unsigned(p, tool->reader.config.evse_count);
	ccs_print_char(p, '\n');
	return CCS_EXIT_DONE;
}

static int import(struct config_tool *tool, const char *operand)
{
	if (!operand) {
		ccs_complain(&tool->output, "import which file?  `ccs config import pyPlc.ini`");
		return CCS_EXIT_USAGE;
	}
	return ccs_config_import(&tool->output.print, &tool->reader, operand) < 0 ? CCS_EXIT_USAGE
										  : CCS_EXIT_DONE;
}

static int example(struct config_tool *tool, const char *operand)
{
	(void)operand;
	ccs_config_print_example(&tool->output.print);
	return CCS_EXIT_DONE;
}

static int manual(struct config_tool *tool, const char *operand)
{
	(void)operand;
	ccs_config_print_manual(&tool->output.print);
	return CCS_EXIT_DONE;
}

static const struct verb {
	const char *name;
	int (*run)(struct config_tool *tool, const char *operand);
	int operands; /* at most */
} verbs[] = {
	{ "list", list, 1 },	 { "show", show, 1 },	    { "check", check, 1 },
	{ "import", import, 1 }, { "example", example, 0 }, { "manual", manual, 0 },
};

static void print_help(void)
{
	fputs("Usage: ccs config list [--json] [SECTION|KEY]\n"
	      "       ccs config show [--json] [--changed] [SECTION|KEY]\n"
	      "       ccs config check [FILE]\n"
	      "       ccs config import pyPlc.ini\n"
	      "       ccs config example | manual\n"
	      "The configuration: /etc/ccs/ccs.conf, then /etc/ccs/conf.d/*.conf, then --set.\n\n"
	      "  list     every key: default, what it may be, what it is for\n"
	      "  show     the values that hold, and where each came from\n"
	      "  check    says what is wrong\n"
	      "  import   translates pyPLC's configuration and says what became of each key\n"
	      "  example  a file with every key; manual: the manual page ccs.conf(5)\n\n"
	      "  -c, --config FILE        reads this file or directory instead of /etc/ccs\n"
	      "  --set SECTION.KEY=VALUE  sets one key; may be repeated\n"
	      "  --changed                only what is not at its default\n"
	      "  --json                   one JSON object a line\n\n"
	      "Examples:\n"
	      "  ccs config list evse\n"
	      "  ccs config show --changed\n"
	      "  ccs config import pyPlc.ini > ccs.conf\n"
	      "Exit status: 0 done, 2 the configuration is wrong, or used wrongly.\n",
	      stdout);
}

static int run_verb(struct config_tool *tool, int argc, char **argv)
{
	const char *name = argc > 0 ? argv[0] : "";

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].name, name) == 0 && argc - 1 <= verbs[i].operands)
			return verbs[i].run(tool, argc > 1 ? argv[1] : NULL);
	}
	ccs_complain(&tool->output, "list, show, check, import, example or manual: "
				    "see `ccs config --help`");
	return CCS_EXIT_USAGE;
}

enum { OPTION_JSON = 256, OPTION_CHANGED };

static const struct option options[] = { CCS_CONFIG_OPTIONS,
					 { "json", no_argument, NULL, OPTION_JSON },
					 { "changed", no_argument, NULL, OPTION_CHANGED },
					 { "help", no_argument, NULL, 'h' },
					 { 0 } };

/* Returns an exit status, or -1 to go on. */
static int read_options(struct config_tool *tool, int argc, char **argv)
{
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":c:h", options, NULL)) != -1) {
		if (option == 'h') {
			print_help();
			return CCS_EXIT_DONE;
		}
		if (option == '?' || option == ':') {
			ccs_complain(&tool->output, "%s: %s: see `ccs config --help`",
				     option == '?' ? "no such option" : "this option needs a value",
				     argv[optind - 1]);
			return CCS_EXIT_USAGE;
		}
		ccs_config_take_option(&tool->reader, option, optarg);
		tool->shown.json |= option == OPTION_JSON;
		tool->shown.changed |= option == OPTION_CHANGED;
	}
	return -1;
}

int ccs_config_command(int argc, char **argv)
{
	static struct config_tool tool;
	int status;

	ccs_output_init(&tool.output, "config");
	ccs_config_init(&tool.reader, complain, &tool);
	status = read_options(&tool, argc, argv);
	if (status < 0)
		status = run_verb(&tool, argc - optind, argv + optind);
	ccs_output_flush(&tool.output);
	ccs_config_free(&tool.reader);
	return tool.output.failed ? CCS_EXIT_MACHINE : status;
}
