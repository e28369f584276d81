/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the subcommands that read captures share: options, keys, the walk over the files, and what
 * is said about each on stderr.
 */
#ifndef CCS_TOOLS_CAPTURE_COMMAND_H
#define CCS_TOOLS_CAPTURE_COMMAND_H

#include "ccs/record.h"
#include "tools/command.h"

#include <getopt.h>
#include <stdint.h>

struct ccs_analyser_counts;
struct ccs_keylog;

/* Options that all of them have; those of one begin at CCS_OPTION_OWN. */
enum ccs_option {
	CCS_OPTION_SESSION = 256,
	CCS_OPTION_JSON,
	CCS_OPTION_KEYLOG,
	CCS_OPTION_COLOUR,
	CCS_OPTION_VERSION,
	CCS_OPTION_OWN,
};

/* Their rows in the table of options. */
#define CCS_OPTION_ROWS                                                   \
	{ "session", required_argument, NULL, CCS_OPTION_SESSION },       \
		{ "json", no_argument, NULL, CCS_OPTION_JSON },           \
		{ "keylog", required_argument, NULL, CCS_OPTION_KEYLOG }, \
		{ "color", required_argument, NULL, CCS_OPTION_COLOUR },  \
		{ "help", no_argument, NULL, 'h' },                       \
	{                                                                 \
		"version", no_argument, NULL, CCS_OPTION_VERSION          \
	}

struct ccs_capture_command {
	/* What the subcommand gives. */
	const char *name;
	const char *help;
	const char *letters; /* short options, as getopt has them, `h` included */
	const struct option *options;
	void *user;
	/* An option of its own: an exit status, or -1 to go on.  NULL: there are none. */
	int (*take_option)(void *user, int option);
	/* The options are read; NULL: nothing to do. */
	void (*start)(void *user);
	/* A file begins; false: no memory.  NULL: nothing to do. */
	bool (*begin_file)(void *user);
	/* A record of any session.  Damage of the file has been said. */
	void (*take)(void *user, const struct ccs_record *record);
	/* The file has ended.  NULL: nothing to do. */
	void (*end_file)(void *user);

	bool one_file; /* set by an option: more are refused */

	/* What it finds. */
	struct ccs_output output;
	uint32_t session; /* only this one; 0: all */
	bool json;
	bool colour;
	bool several; /* files */
	const char *file;

	/* Private. */
	struct ccs_keylog *keylog;
	const char *option_text; /* as it stands on the command line */
	uint32_t sessions;	 /* of the file, so far */
	bool silent;		 /* nothing was found in the file */
	uint64_t faults;	 /* of the file, so far */
	bool in_log;		 /* it is a text log */
};

/* Reads options and files; returns the exit status. */
int ccs_capture_command(struct ccs_capture_command *command, int argc, char **argv);

/* Says what is wrong with an option, and returns the exit status. */
int ccs_capture_usage(struct ccs_capture_command *command, const char *what, const char *value);

/* Whether the record belongs to what the user asked for with --session. */
static inline bool ccs_capture_wants(const struct ccs_capture_command *command, uint32_t session)
{
	return !command->session || command->session == session;
}

#endif
