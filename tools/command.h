/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the subcommands of `ccs` share: their table, exit statuses, and output.
 *
 * Data go to stdout, diagnostics to stderr, one line each: `ccs decode: FILE: what`.
 */
#ifndef CCS_TOOLS_COMMAND_H
#define CCS_TOOLS_COMMAND_H

#include "ccs/print.h"

#include <stdbool.h>

enum ccs_exit {
	CCS_EXIT_DONE = 0,
	CCS_EXIT_FAILED = 1,  /* the peer, the data or the test failed */
	CCS_EXIT_USAGE = 2,   /* used wrongly */
	CCS_EXIT_MACHINE = 3, /* the machine lacks something */
};

/* argv[0] is the name of the subcommand; returns the exit status. */
int ccs_decode_command(int argc, char **argv);
int ccs_summary_command(int argc, char **argv);
int ccs_peers_command(int argc, char **argv);
int ccs_exi_command(int argc, char **argv);
int ccs_config_command(int argc, char **argv);
int ccs_ev_command(int argc, char **argv);
int ccs_evse_command(int argc, char **argv);
int ccs_doctor_command(int argc, char **argv);
int ccs_ctl_command(int argc, char **argv);
int ccs_listen_command(int argc, char **argv);
int ccs_inject_command(int argc, char **argv);
int ccs_sim_command(int argc, char **argv);
int ccs_hw_command(int argc, char **argv);
int ccs_modem_command(int argc, char **argv);

/* stdout through a buffer; on a terminal it is emptied with ccs_output_line. */
struct ccs_output {
	struct ccs_print print;
	bool terminal;
	bool broken; /* nothing more can be written */
	bool failed; /* ... which was said: the disk is full, not a reader who had enough */
	const char *command;
	char buffer[65536];
};

void ccs_output_init(struct ccs_output *output, const char *command);
void ccs_output_line(struct ccs_output *output); /* the end of a line, or of a record */
void ccs_output_flush(struct ccs_output *output);

/* Whether to colour, for --color WHEN (auto, always, never); false: another word. */
bool ccs_output_colour(const struct ccs_output *output, const char *when, bool *colour);

/* `ccs COMMAND: text` on stderr, after what stdout holds so far. */
void ccs_complain(struct ccs_output *output, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
