/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which session a record belongs to.
 *
 * A session begins with the first SLAC or SDP request (or, where neither was captured, with the
 * first message) and goes on until the next one begins.  Attempts that do not reach SessionSetup
 * belong to the same session: SLAC repeated, SDP repeated, a handshake that agreed on nothing.
 * Charging again after a pause is a session of its own.  Numbers count from 1.
 *
 * Several cars that match at the same time, as a modem on a shared line hears them, are told apart
 * by their MAC; what is not addressed to a car (SECC discovery, TCP) goes to the one that matched
 * or began last.
 */
#ifndef CCS_TRACE_SESSION_H
#define CCS_TRACE_SESSION_H

#include "ccs/record.h"

#include <stdbool.h>

enum ccs_session_stage {
	CCS_SESSION_NONE,
	CCS_SESSION_MATCHING, /* SLAC, SDP, TCP, handshake */
	CCS_SESSION_TALKING,  /* from SessionSetup */
	CCS_SESSION_OVER,     /* SessionStop was answered, or the connection has ended */
};

#define CCS_SESSIONS_ASIDE 8 /* cars that may be matching besides the current one */

/* A car that was matching when another one began. */
struct ccs_session_aside {
	uint32_t number; /* 0: unused */
	uint8_t ev_mac[6];
	ccs_time latest;
};

struct ccs_sessions {
	uint32_t number; /* of the current session; 0: none yet */
	uint32_t count;	 /* sessions begun */
	enum ccs_session_stage stage;
	uint32_t paused;  /* number of the session that was paused last; 0: none */
	uint32_t resumes; /* ... when the current one continues it */
	bool pausing;	  /* the car has asked for a pause */
	ccs_time latest;  /* of the last record that belongs to it */
	bool has_ev, has_evse;
	uint8_t ev_mac[6]; /* of the current SLAC run */
	uint8_t evse_mac[6];
	struct ccs_session_aside aside[CCS_SESSIONS_ASIDE];
};

/* Gives `record` its session (frame and note records keep one that they have) and, where it is not
 * known otherwise, its direction.  True: it is the first one of a session. */
bool ccs_sessions_take(struct ccs_sessions *sessions, struct ccs_record *record);

/* A connection that carried messages of the current session has ended. */
void ccs_sessions_close(struct ccs_sessions *sessions);

#endif
