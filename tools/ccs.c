/* SPDX-License-Identifier: Apache-2.0 */
/* The `ccs` command: finds the subcommand. */
#include "tools/command.h"

#include <stdio.h>
#include <string.h>

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
};

static const struct command commands[] = {
	{ "ev", ccs_ev_command, "be a car on a network interface" },
	{ "evse", ccs_evse_command, "be a charger on a network interface" },
	{ "ctl", ccs_ctl_command, "ask running cars and chargers, tell them what to do" },
	{ "listen", ccs_listen_command, "show the sessions that pass a network interface" },
	{ "summary", ccs_summary_command, "tell what became of each session, and why" },
	{ "peers", ccs_peers_command, "list the cars and chargers that were met" },
	{ "decode", ccs_decode_command, "show what a capture or log of a charging session holds" },
	{ "sim", ccs_sim_command, "let simulated cars and chargers charge, or fail to" },
	{ "doctor", ccs_doctor_command, "look whether an interface is ready for sessions" },
	{ "modem", ccs_modem_command, "look after the power line modem: role, keys, backup" },
	{ "hw", ccs_hw_command, "list, watch and test the hardware drivers" },
	{ "inject", ccs_inject_command, "send frames as they are given, for experiments" },
	{ "config", ccs_config_command, "list, show, check and import the configuration" },
	{ "exi", ccs_exi_command, "turn single messages into JSON and back, explain their bits" },
};

#define COMMANDS (sizeof(commands) / sizeof(*commands))

static void print_help(FILE *to)
{
	fputs("Usage: ccs COMMAND [OPTION]... [FILE]...\n"
	      "Communication between electric vehicles and CCS chargers: PLC, SLAC, V2GTP,\n"
	      "DIN SPEC 70121, ISO 15118-2, ISO 15118-20.\n\n",
	      to);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(to, "  %-10s %s\n", commands[i].name, commands[i].help);
	fputs("\n`ccs COMMAND --help` explains a command; `ccs --version` says which version this "
	      "is.\n",
	      to);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		print_help(stderr);
		return CCS_EXIT_USAGE;
	}
	for (size_t i = 0; i < COMMANDS; i++)
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].run(argc - 1, argv + 1);
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		print_help(stdout);
		return CCS_EXIT_DONE;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("ccs " CCS_VERSION);
		return CCS_EXIT_DONE;
	}
	fprintf(stderr, "ccs: no command '%s': see `ccs --help`\n", argv[1]);
	return CCS_EXIT_USAGE;
}
