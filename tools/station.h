/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `ccs ev` and `ccs evse` share: options, the loop with its signals, and the records of a
 * station as lines, as `ccs decode` prints them.
 */
#ifndef CCS_TOOLS_STATION_H
#define CCS_TOOLS_STATION_H

#include "linux/port.h"
#include "tools/command.h"
#include "trace/record_text.h"

#include <getopt.h>

#define CCS_ROLE_PATIENCE CCS_SECONDS(5) /* for a link-local address at the start */

struct ccs_role {
	/* What the subcommand gives. */
	const char *name;
	const char *help;
	/* A person, or a service manager, wants the end (once), or wants it now. */
	void (*stop)(struct ccs_role *role);
	/* An option of its own: an exit status, or -1 to go on.  NULL: there are none. */
	int (*take_option)(struct ccs_role *role, int option);
	const struct option *options;

	/* What it finds. */
	const char *interface;
	bool sim_modem;
	bool without_slac;
	bool once;
	bool json;
	bool quiet_modem; /* the talk with the modem is not shown */
	uint8_t attenuation_db;
	struct ccs_output output;
	struct ccs_sink sink; /* for the station and the port */
	uv_loop_t loop;

	/* Private. */
	struct ccs_record_text text;
	ccs_time start;	 /* monotonic */
	ccs_time offset; /* to 1970 */
	uv_signal_t signals[2];
	uv_timer_t patience;
	struct ccs_port *port;
	int status;
	bool stopping;
};

/* Options that both have. */
enum ccs_role_option {
	CCS_ROLE_SIM_MODEM = 256,
	CCS_ROLE_NO_SLAC,
	CCS_ROLE_ONCE,
	CCS_ROLE_JSON,
	CCS_ROLE_COLOUR,
	CCS_ROLE_VERSION,
	CCS_ROLE_ATTENUATION,
	CCS_ROLE_OWN,
};

#define CCS_ROLE_ROWS                                                                         \
	{ "interface", required_argument, NULL, 'i' }, { "verbose", no_argument, NULL, 'v' }, \
		{ "sim-modem", no_argument, NULL, CCS_ROLE_SIM_MODEM },                       \
		{ "attenuation", required_argument, NULL, CCS_ROLE_ATTENUATION },             \
		{ "no-slac", no_argument, NULL, CCS_ROLE_NO_SLAC },                           \
		{ "once", no_argument, NULL, CCS_ROLE_ONCE },                                 \
		{ "json", no_argument, NULL, CCS_ROLE_JSON },                                 \
		{ "color", required_argument, NULL, CCS_ROLE_COLOUR },                        \
		{ "help", no_argument, NULL, 'h' },                                           \
	{                                                                                     \
		"version", no_argument, NULL, CCS_ROLE_VERSION                                \
	}

/* Reads the options and gives up privileges.  An exit status, or -1: go on. */
int ccs_role_begin(struct ccs_role *role, int argc, char **argv);

/* The configuration of a port, as far as the options make it. */
struct ccs_port_config ccs_role_port(struct ccs_role *role);

/* Runs until ccs_role_end; `port` is open.  Returns the exit status. */
int ccs_role_run(struct ccs_role *role, struct ccs_port *port);

/* Opening the port failed.  Returns the exit status. */
int ccs_role_fail(struct ccs_role *role, const struct ccs_problem *problem);

/* It is over, with this exit status: closes the port, and the loop runs out. */
void ccs_role_end(struct ccs_role *role, int status);

#endif
