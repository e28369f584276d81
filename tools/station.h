/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `ccs ev` and `ccs evse` share: options and configuration, the loop with its signals,
 * requests of `ccs ctl` and keys, and the records of a station as lines, as `ccs decode` prints
 * them, as a capture and as session folders.
 */
#ifndef CCS_TOOLS_STATION_H
#define CCS_TOOLS_STATION_H

#include "linux/config_change.h"
#include "linux/config_station.h"
#include "linux/control.h"
#include "linux/control_request.h"
#include "linux/log.h"
#include "linux/mqtt.h"
#include "linux/notify.h"
#include "linux/port.h"
#include "linux/session_folder.h"
#include "linux/webhook.h"
#include "tools/command.h"
#include "tools/keyboard.h"
#include "tools/only.h"
#include "tools/rounds.h"
#include "trace/pcapng_write.h"
#include "trace/record_text.h"

#include <stdio.h>

#define CCS_ROLE_PATIENCE CCS_SECONDS(5) /* for a link-local address at the start */

struct ccs_role {
	/* What the subcommand gives. */
	const char *name;
	const char *help;
	enum ccs_side side;
	void (*stop)(struct ccs_role *role);  /* a person, or a service manager, wants the end */
	void (*close)(struct ccs_role *role); /* closes all ports */
	/* What the ports lack, when nothing came of them for CCS_ROLE_PATIENCE; 0: nothing. */
	int (*is_missing)(struct ccs_role *role, struct ccs_problem *problem);
	/* `reader.config` is another one: stations take it over (ccs_config_adopt). */
	void (*changed)(struct ccs_role *role);
	struct ccs_stations stations; /* `user` is the role; its `set` is ccs_role_set */

	/* What it finds. */
	struct ccs_config_reader reader;
	struct ccs_output output;
	uv_loop_t loop;
	bool stopping;

	/* Private. */
	struct ccs_record_text text;
	const char *capture_path; /* NULL: no capture */
	FILE *capture;
	struct ccs_pcapng pcapng;
	bool json;
	bool quiet;
	bool every_round;
	struct ccs_only only;
	struct sim_message_fault faults[CCS_PORT_FAULTS]; /* in what the stations say */
	size_t fault_count;
	bool colour_given;
	bool as_log;	 /* a log on stderr in the place of text */
	uint64_t lost;	 /* lines that nobody read in time */
	bool show_modem; /* the talk with the modem, too */
	ccs_time start;	 /* monotonic */
	ccs_time offset; /* to 1970 */
	struct ccs_role_voice *voices;
	struct ccs_control *control;
	struct ccs_notify notify;
	struct ccs_keyboard keyboard;
	uv_signal_t signals[3];
	uv_timer_t patience;
	uv_timer_t second; /* of the session folders */
	uv_timer_t end;	   /* closes everything */
	int status;
	bool ended;
};

/* The records of one station; `name` stands before its lines when there are several. */
struct ccs_role_voice {
	struct ccs_role *role;
	const char *name; /* NULL: it is alone */
	struct ccs_sink sink;
	uint32_t interface; /* of the capture */
	struct ccs_session_folder_config folder_config;
	struct ccs_session_folder *folder; /* NULL: nothing is recorded */
	struct ccs_log log;
	struct ccs_rounds rounds;
	struct ccs_repeats repeats;
	size_t number;	       /* of the station */
	struct ccs_mqtt *mqtt; /* NULL: there is no broker */
	struct ccs_webhook *webhook;
	struct ccs_role_voice *next;
};

/* Reads options and configuration, and gives up privileges.  An exit status, or -1: go on. */
int ccs_role_begin(struct ccs_role *role, int argc, char **argv);

void ccs_role_give_voice(struct ccs_role_voice *voice, struct ccs_role *role, const char *name);

/*
 * The configuration of a port, as far as it is the same for both, into `port`; opens the session
 * folder.  -1: see `problem`.
 */
int ccs_role_port(struct ccs_role_voice *voice, const struct ccs_config_line *line,
		  struct ccs_port_config *port, struct ccs_problem *problem);

/* Runs until ccs_role_end; the ports are open.  Returns the exit status. */
int ccs_role_run(struct ccs_role *role);

/* Opening a port failed: closes all.  Returns the exit status. */
int ccs_role_fail(struct ccs_role *role, const struct ccs_problem *problem);

/* It is over, with this exit status: closes the ports, and the loop runs out. */
void ccs_role_end(struct ccs_role *role, int status);

/* The end is wanted: as by SIGTERM, so by keys. */
void ccs_role_stop(struct ccs_role *role);

/* `set` of ccs_stations. */
bool ccs_role_set(void *role, size_t number, const char *key, const char *value,
		  char why[CCS_CONTROL_WHY]);

/* Private: reads options and configuration.  An exit status, or -1: go on. */
int ccs_role_read_options(struct ccs_role *role, int argc, char **argv);

/* Private: whether the configured hardware can do what it is to; -1: see `problem`. */
int ccs_role_check_hardware(const struct ccs_role *role, struct ccs_problem *problem);

/* Private: what tells programs elsewhere about the stations. */
void ccs_role_open_outside(struct ccs_role *role);
void ccs_role_close_outside(struct ccs_role *role);

/* Private: text, JSON or a log, as [log] says. */
void ccs_role_choose_form(struct ccs_role *role);

/* Private: the capture, and what else is written of the records. */
bool ccs_role_open_capture(struct ccs_role *role);
void ccs_role_close_records(struct ccs_role *role);

#endif
