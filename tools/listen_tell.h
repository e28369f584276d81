/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom `ccs listen` tells what it sees: commands on events, an upload of chargers, syslog; and the
 * position that goes with it.  As [on], [gpsd], [upload] and [syslog] of the configuration say;
 * without them it does nothing.
 *
 *	ccs_listen_tell_open(&tell, config, interface, &problem)	with the rights to do so
 *	ccs_listen_tell_start(&tell, loop, said, user, &problem)	without any
 *	ccs_listen_tell_record(&tell, record) ...
 *	ccs_listen_tell_stop(&tell);		the loop may run out
 *	ccs_listen_tell_session(&tell, facts)	also of those that end now
 *	ccs_listen_tell_close(&tell);		and run the loop until it is empty
 */
#ifndef CCS_TOOLS_LISTEN_TELL_H
#define CCS_TOOLS_LISTEN_TELL_H

#include "linux/events.h"
#include "linux/gpsd.h"
#include "linux/syslog.h"
#include "linux/upload.h"
#include "tools/rounds.h"
#include "trace/record_text.h"
#include "trace/summary.h"

#define CCS_LISTEN_MET 16

/* Those met last, the last one first; zero: none. */
struct ccs_listen_met {
	uint8_t macs[CCS_LISTEN_MET][6];
};

/* All zero: closed. */
struct ccs_listen_tell {
	const struct ccs_listen_config *config;
	const char *interface;
	void (*said)(void *user, enum ccs_note_level level, const char *text);
	void *user;
	struct ccs_events *events;
	struct ccs_gpsd *gpsd;
	struct ccs_upload *upload;
	struct ccs_syslog syslog;
	bool has_syslog;
	struct ccs_position position; /* the last one, when gpsd is closed */
	struct ccs_listen_met chargers, cars;
	struct ccs_rounds rounds; /* of syslog */
	struct ccs_print line;
	struct ccs_record_text text;
	char room[CCS_SYSLOG_TEXT];
};

/* -1: see `problem`; nothing is open. */
int ccs_listen_tell_open(struct ccs_listen_tell *tell, const struct ccs_listen_config *config,
			 const char *interface, struct ccs_problem *problem);

/* `said` gets what people should know.  -1: see `problem`; stop and close it all the same. */
int ccs_listen_tell_start(struct ccs_listen_tell *tell, uv_loop_t *loop,
			  void (*said)(void *user, enum ccs_note_level level, const char *text),
			  void *user, struct ccs_problem *problem);

void ccs_listen_tell_record(struct ccs_listen_tell *tell, const struct ccs_record *record);
void ccs_listen_tell_session(struct ccs_listen_tell *tell, const struct ccs_session_facts *session);

/* Stopping and closing what was never opened, or twice, is allowed. */
void ccs_listen_tell_stop(struct ccs_listen_tell *tell);
void ccs_listen_tell_close(struct ccs_listen_tell *tell);

#endif
