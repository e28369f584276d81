/* SPDX-License-Identifier: Apache-2.0 */
/* [on], [gpsd], [upload] and [syslog] of the configuration: what `ccs listen` tells whom. */
#ifndef CCS_LINUX_LISTEN_CONFIG_H
#define CCS_LINUX_LISTEN_CONFIG_H

#include "ccs/time.h"

#include <stdint.h>

#define CCS_EVENT_COMMAND 320 /* with its end */

/* X(id, key, text) */
#define CCS_EVENTS(X)                                                                              \
	X(NEW_CHARGER, new_charger, "command, when a charger is seen that is none of the last 16") \
	X(NEW_CAR, new_car, "command, when a car is seen that is none of the last 16")             \
	X(SESSION_BEGIN, session_begin, "command, when a session begins")                          \
	X(SESSION_END, session_end, "command, when it is known what became of a session")

enum ccs_event {
#define CCS_EVENT_ROW(id, key, text) CCS_EVENT_##id,
	CCS_EVENTS(CCS_EVENT_ROW)
#undef CCS_EVENT_ROW
		CCS_EVENT_COUNT
};

struct ccs_events_config {
	char command[CCS_EVENT_COUNT][CCS_EVENT_COMMAND]; /* of /bin/sh; "": none */
	ccs_time time;					  /* then it is killed */
};

struct ccs_gpsd_config {
	char host[64]; /* "": no position */
	uint16_t port;
};

struct ccs_upload_config {
	char url[160]; /* "": none */
	char ca_file[160];
	ccs_time interval;
	ccs_time timeout; /* of one request */
};

struct ccs_syslog_config {
	char to[48];   /* an IPv4 address; "": nothing is sent */
	uint16_t port; /* UDP */
};

struct ccs_listen_config {
	struct ccs_events_config on;
	struct ccs_gpsd_config gpsd;
	struct ccs_upload_config upload;
	struct ccs_syslog_config syslog;
};

#endif
