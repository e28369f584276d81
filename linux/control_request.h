/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be asked of running stations, and how it is answered: the lines of linux/control.h.
 *
 * A request is a JSON object of strings:
 *
 *	{"do":"stop"}					of all stations of the process,
 *	{"do":"stop","name":"left"}			of one
 *	{"do":"set","key":"evse.max_current","value":"32 A"}
 *
 * and so is the answer, with a station object as `describe` has it for each that was meant:
 *
 *	{"v":1,"ok":true,"stations":[{"kind":"station","name":"left",...}]}
 *	{"v":1,"ok":false,"error":"left: only while charging"}
 *
 * When one of several refuses, the others have done it all the same.  Members that are not known
 * are passed over, so that newer clients can talk to older stations.
 */
#ifndef CCS_LINUX_CONTROL_REQUEST_H
#define CCS_LINUX_CONTROL_REQUEST_H

#include "ccs/charge.h"
#include "ccs/message.h"
#include "ccs/print.h"

#include <stddef.h>

/* X(id, name, what it does) */
#define CCS_VERBS(X)                                                           \
	X(STATUS, "status", "shows what each station is doing")                \
	X(STOP, "stop", "ends charging")                                       \
	X(START, "start", "begins again after the end, or plugs in")           \
	X(PAUSE, "pause", "ends charging so that it can be resumed")           \
	X(RESUME, "resume", "goes on after a pause")                           \
	X(RENEGOTIATE, "renegotiate", "agrees on limits and schedule anew")    \
	X(AUTHORIZE, "authorize", "lets the car charge (authorisation = ctl)") \
	X(DENY, "deny", "does not let the car charge")                         \
	X(PLUG, "plug", "plugs in, where the hardware is simulated")           \
	X(UNPLUG, "unplug", "pulls the plug, where the hardware is simulated") \
	X(SET, "set", "changes a key of the configuration until it is read anew")

enum ccs_verb {
#define CCS_VERB_ROW(id, name, text) CCS_VERB_##id,
	CCS_VERBS(CCS_VERB_ROW)
#undef CCS_VERB_ROW
		CCS_VERB_COUNT
};

/* "stop". */
const char *ccs_verb_name(enum ccs_verb verb);

/* What it does. */
const char *ccs_verb_text(enum ccs_verb verb);

/* CCS_VERB_COUNT when there is none. */
enum ccs_verb ccs_verb_find(const char *name);

#define CCS_CONTROL_WHY 256 /* a sentence with its end */

/* The stations of a process. */
struct ccs_stations {
	size_t count;
	const char *(*name)(void *user, size_t number);
	/* Does it; NULL, or why not. */
	const char *(*act)(void *user, size_t number, enum ccs_verb verb);
	/* Sets "section.key"; false: `why` says why not. */
	bool (*set)(void *user, size_t number, const char *key, const char *value,
		    char why[CCS_CONTROL_WHY]);
	/* Members of its object, each behind a comma, by the functions below. */
	void (*describe)(void *user, size_t number, struct ccs_print *p);
	void *user;
};

/* `line` is a request, without its end; anything else gets an error for an answer. */
void ccs_control_answer(const struct ccs_stations *stations, const char *line, size_t length,
			struct ccs_print *answer);

/* `,"name":"text"`; nothing when `text` is NULL. */
void ccs_control_print_text(struct ccs_print *p, const char *name, const char *text);

/* `,"name":true` */
void ccs_control_print_bool(struct ccs_print *p, const char *name, bool value);

/* The same for what the lists of states call a thing: "PRE_CHARGE" is told as "pre-charge". */
void ccs_control_print_id(struct ccs_print *p, const char *name, const char *id);

/* `,"name":1.2` from 1234; nothing when it is not known.  More is noise. */
void ccs_control_print_tenths(struct ccs_print *p, const char *name,
			      const struct ccs_measured *milli);

/* `,"name":1.234` from 1234 with three digits; nothing when it is not known. */
void ccs_control_print_measured(struct ccs_print *p, const char *name,
				const struct ccs_measured *measured, unsigned int digits);

/* `,"protocol":"iso2"`; nothing before one is agreed. */
void ccs_control_print_protocol(struct ccs_print *p, enum ccs_protocol protocol);

#endif
