/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration of `ccs`: what stands in /etc/ccs/ccs.conf, conf.d and the command line, as
 * plain structs.
 *
 *	struct ccs_config_reader reader;
 *
 *	ccs_config_init(&reader, complain, user);
 *	... for each option of the command line (CCS_CONFIG_OPTIONS):
 *	ccs_config_take_option(&reader, option, optarg);
 *	if (ccs_config_load(&reader) < 0)
 *		exit(CCS_EXIT_USAGE);	each fault has been said by `complain`
 *	... reader.config is complete, every value inside its range;
 *	ccs_config_free(&reader);
 *
 * Files are INI: `[section]`, `key = value`, comments behind `#` or `;`.  Every key has one row in
 * config_keys.c, with type, unit, range, default and explanation; whatever lists them reads that.
 * A value may carry its unit ("450 V", "1.5 min"); without one the first of the key's units is
 * meant, but powers and energies need theirs.  What is read later overrides: files in their order,
 *then the command line.
 *
 * [evse] holds for every charger, [evse NAME] for one; without any [evse NAME] there is one charger
 * without a name.  `strict` of [quirks] and `preset` of [slac] stand before the single keys of
 * their sections, wherever they are written.
 */
#ifndef CCS_LINUX_CONFIG_H
#define CCS_LINUX_CONFIG_H

#include "linux/hw/binding.h"

#include "ccs/ev_session.h"
#include "ccs/evse_session.h"
#include "ccs/invariants.h"
#include "ccs/limits.h"
#include "ccs/modem.h"
#include "ccs/quirks.h"
#include "ccs/slac.h"
#include "ccs/slac_ev.h"
#include "ccs/slac_evse.h"
#include "ccs/timing.h"
#include "linux/listen_config.h"
#include "linux/modem_front.h"
#include "linux/mqtt_config.h"
#include "linux/webhook_config.h"
#include "sim/world.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CCS_CONFIG_EVSES     64	 /* chargers in one process */
#define CCS_CONFIG_NAME	     32	 /* of a charger, with its end */
#define CCS_CONFIG_INTERFACE 16	 /* as the kernel's IFNAMSIZ */
#define CCS_CONFIG_PATH	     160 /* of a file or directory, with its end */

/* The most wanted first. */
struct ccs_config_protocols {
	enum ccs_protocol list[CCS_EV_OFFERS];
	uint8_t count; /* at least 1 */
};

struct ccs_config_general {
	char run_directory[CCS_CONFIG_PATH]; /* control sockets */
};

/* How this side is connected to its power line. */
struct ccs_config_line {
	char interface[CCS_CONFIG_INTERFACE]; /* "": not given */
	uint8_t mac[6];			      /* zero: that of the interface */
	bool without_slac;
	bool sim_modem;
};

struct ccs_config_ev {
	struct ccs_config_line line;
	struct ccs_config_protocols protocols;
	enum ccs_ev_transfer transfer;
	uint8_t other_transfers; /* 1 << enum ccs_ev_transfer each */
	enum ccs_slac_validation validation;
	bool decide_early;
	bool basic_ac;
	bool forever;
	uint8_t tries;
	struct ccs_limits limits;   /* a member that is 0: as the battery says */
	struct ccs_setpoint target; /* likewise */
	int32_t capacity_mwh;	    /* likewise */
	int32_t request_mwh;	    /* 0: not given to the charger */
	int32_t full_soc;	    /* per mille */
	int32_t bulk_soc;	    /* per mille; 0: not given to the charger */
	ccs_time charge_us;	    /* of charging, then it stops; 0: no such end */
	int32_t until_soc;	    /* per mille; 0: no such end */
	ccs_time ongoing_pause;	    /* pauses: 0 is the default of ev_session.h */
	ccs_time precharge_pause;
	ccs_time demand_pause;
	struct ccs_hw_config hardware;
};

enum ccs_config_authorisation {
	CCS_CONFIG_FREE,
	CCS_CONFIG_CTL, /* a person or program grants it over the control socket */
	CCS_CONFIG_DENY,
};

struct ccs_config_evse {
	char name[CCS_CONFIG_NAME]; /* of [evse NAME]; "" */
	struct ccs_config_line line;
	char evse_id[38]; /* "" or 7 to 37 characters */
	uint16_t port;	  /* 0: a random one of 49152 to 65535 */
	struct ccs_config_protocols protocols;
	enum ccs_slac_evse_validation validation;
	int32_t synthetic_db;			  /* 0: none */
	int32_t sim_attenuation;		  /* dB, that the emulated modem measures */
	struct ccs_attenuations sim_attenuations; /* likewise, of single cars */
	uint8_t calibration[CCS_SLAC_GROUPS];
	uint8_t tries;
	struct ccs_limits limits; /* of the supply; a member that is 0: as the supply says */
	int32_t discharge_ma;	  /* 0: charges */
	int32_t ripple_ma;
	struct ccs_evse_ac ac;
	bool probe; /* a session that only reads the state of charge, then AC without one */
	bool basic_ac;
	int32_t basic_ma;
	enum ccs_config_authorisation authorisation;
	ccs_time authorisation_us;
	int32_t test_mv; /* isolation test; 0: the lower of both sides' maximum */
	bool without_monitor;
	char meter_id[33];   /* "": no meter */
	ccs_time receipt_us; /* 0: never */
	int32_t hottest_dc;  /* 0: no derating */
	ccs_time stop_us;
	ccs_time pacing_us; /* each answer waits so long */
	bool once;
	struct ccs_hw_config hardware;
};

struct ccs_config_slac {
	bool strict; /* preset "strict" */
	struct ccs_slac_limits limits;
};

struct ccs_config_record {
	char directory[CCS_CONFIG_PATH]; /* "": nothing is recorded */
	int32_t free_mb; /* less free space: the oldest sessions go, then recording ends */
};

enum ccs_config_when {
	CCS_CONFIG_AUTO,
	CCS_CONFIG_ALWAYS,
	CCS_CONFIG_NEVER,
};

struct ccs_config_log {
	bool json;
	enum ccs_config_when colour;
	enum ccs_config_when journal;
	bool checkpoints;
	bool show_secrets;
};

struct ccs_config {
	struct ccs_config_general general;
	struct ccs_config_ev ev;
	struct ccs_config_evse evse[CCS_CONFIG_EVSES];
	size_t evse_count; /* at least 1 */
	struct ccs_config_slac slac;
	struct ccs_modem_config modem; /* host_mac and side are the engines' */
	struct ccs_timing timing;
	struct ccs_tolerances safety;
	bool strict;
	struct ccs_quirks quirks;
	struct sim_world_config sim;
	struct ccs_config_record record;
	struct ccs_config_log log;
	struct ccs_mqtt_config mqtt;
	struct ccs_webhook_config webhook;
	struct ccs_listen_config listen;

	struct ccs_config_evse evse_shared; /* [evse], before it came to all chargers */
};

/* Where a value came from. */
struct ccs_config_origin {
	const char *source; /* file, or option of the command line; NULL: the default */
	unsigned int line;  /* 0: no file */
};

struct ccs_config_key;
struct ccs_config_assignment;
struct ccs_config_option;

/* One fault, without newline: "ccs.conf:12: [ev] tries: 'x' is not a number from 1 to 20". */
typedef void ccs_config_complain(void *user, const char *text);

/* `config`, `errors` and the counts may be read; the rest is private. */
struct ccs_config_reader {
	struct ccs_config config;
	unsigned int errors; /* since the load began */
	size_t file_count;   /* files read */
	size_t assignment_count;

	ccs_config_complain *complain;
	void *user;
	char **files;
	struct ccs_config_option *options;
	size_t option_count;
	bool option_lost; /* no memory */
	struct ccs_config_assignment *assignments;
	size_t assignment_room;
};

/* `complain` gets every fault; NULL: they are only counted. */
void ccs_config_init(struct ccs_config_reader *reader, ccs_config_complain *complain, void *user);
void ccs_config_free(struct ccs_config_reader *reader);

/* The options of every command that has a configuration, as rows for getopt_long; 'c' is short. */
#define CCS_CONFIG_OPTION_SET 0x1073
#define CCS_CONFIG_OPTIONS                                            \
	{ "config", required_argument, NULL, 'c' },                   \
	{                                                             \
		"set", required_argument, NULL, CCS_CONFIG_OPTION_SET \
	}

/*
 * Keeps an option for ccs_config_load: 'c' a file or a directory to read instead of /etc/ccs,
 * CCS_CONFIG_OPTION_SET "section.key=value".  `value` must stay as long as the reader.  True when
 * the option is one of these two.
 */
bool ccs_config_take_option(struct ccs_config_reader *reader, int option, const char *value);

/*
 * Defaults, files, --set, and what they mean together; may be called again to read everything anew,
 * but not while a station uses `config`: then (SIGHUP) take a second reader, with the same options,
 * and change over when it had no fault and the session is over.
 * A directory stands for its ccs.conf and conf.d/<name>.conf, in the order of the names; there a
 * file may be missing.  0, or CCS_ERR_TEXT: `errors` faults were said, do not use `config`.
 */
int ccs_config_load(struct ccs_config_reader *reader);

/*
 * A key by an option of the command, kept for ccs_config_load as --set is:
 * ccs_config_set(&reader, "ev.interface", argument, "-i").  All three must stay as long as the
 * reader.
 */
void ccs_config_set(struct ccs_config_reader *reader, const char *key, const char *value,
		    const char *source);

/* Where the value of a key came from; `evse`: of this charger, for keys of [evse]. */
struct ccs_config_origin ccs_config_origin(const struct ccs_config_reader *reader,
					   const struct ccs_config_key *key, size_t evse);

#endif
