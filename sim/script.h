/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A script: settings, what people, hardware and the line do in a simulation, and what is expected.
 * One line each; words are separated by blanks, # begins a comment.
 *
 *	title The plug is pulled in the loop
 *	battery.soc = 30 %			a setting (setting.h)
 *	plug
 *	wait ev charging within 60 s		a state of a station or of its session
 *	wait 10 s
 *	fault ev-lock-stuck			hardware (world.h), until `clear ev-lock-stuck`
 *	unplug
 *	wait over within 100 s			both stations have nothing more to do
 *	expect ev failed unplugged		outcome, reason
 *	expect evse unplugged			fault; `none` without one
 *	expect soc >= 30 %
 *	expect event pulled-live		else no physical event is allowed
 *
 * The steps are done one after the other.  With several cars `car 2` in front of a step makes it
 * that car's; a step without is car 1's.  No breach of an invariant is ever allowed.
 */
#ifndef SIM_SCRIPT_H
#define SIM_SCRIPT_H

#include "message_faults.h"
#include "setting.h"

#define SIM_SCRIPT_STEPS  64
#define SIM_SCRIPT_TITLE  80
#define SIM_SCRIPT_WITHIN CCS_SECONDS(120) /* a wait without `within` */

/* X(id, words, text): what a line may begin with; `ev|evse` is one of the two. */
#define SIM_STEPS(X)                                                                               \
	X(WAIT, "wait TIME | charge | ev|evse STATE | over [within TIME]",                         \
	  "let time pass, or wait")                                                                \
	X(PLUG, "plug", "a person plugs the car in")                                               \
	X(UNPLUG, "unplug [by-force]", "a person pulls; a lock holds, but not by force")           \
	X(STOP, "stop ev|evse", "a person presses stop")                                           \
	X(EMERGENCY, "emergency ev|evse", "a person presses the emergency button")                 \
	X(AUTHORISE, "authorise", "a person authorises at the charger")                            \
	X(DENY, "deny", "the charger's operator refuses")                                          \
	X(DERATE, "derate CURRENT", "the charger can do less, or more, from now on")               \
	X(DISCHARGE, "discharge CURRENT", "the supply takes it out of the battery; 0: charges")    \
	X(RENEGOTIATE, "renegotiate ev|evse", "this side wants other parameters")                  \
	X(PAUSE, "pause ev|evse", "this side wants to sleep")                                      \
	X(WAKE, "wake ev|evse", "and to go on")                                                    \
	X(AGAIN, "again ev|evse", "a station begins again without being unplugged")                \
	X(FAULT, "fault NAME", "hardware fails")                                                   \
	X(CLEAR, "clear NAME", "and works again")                                                  \
	X(MESSAGE, "message ev|evse TYPE FAULT ...", "a message is changed: see --list")           \
	X(MME, "mme TYPE FAULT ...", "a message of the matching is changed")                       \
	X(RESET, "reset ev|evse", "this side resets the connection")                               \
	X(HALF_CLOSE, "half-close ev|evse", "this side closes its half of it")                     \
	X(SILENCE, "silence ev|evse", "nothing that this side sends arrives any more")             \
	X(INTRUDE, "intrude", "another host connects to the charger")                              \
	X(CUT, "cut", "the modems lose each other")                                                \
	X(JOIN, "join", "and find each other again")                                               \
	X(EXPECT, "expect ev OUTCOME [REASON] | evse FAULT | soc|energy >=|<= VALUE | event NAME", \
	  "what must be so at the end")

enum sim_step_kind {
#define SIM_STEP_ROW(id, words, text) SIM_STEP_##id,
	SIM_STEPS(SIM_STEP_ROW)
#undef SIM_STEP_ROW
		SIM_STEP_KINDS
};

/* What a WAIT or EXPECT looks at. */
enum sim_subject {
	SIM_SUBJECT_TIME,    /* number: us; -1: as the setting `charge` says */
	SIM_SUBJECT_OVER,    /* both stations */
	SIM_SUBJECT_SESSION, /* number: enum ccs_ev_state or ccs_evse_state of `side` */
	SIM_SUBJECT_STATION, /* number: state of the station of `side` */
	SIM_SUBJECT_OUTCOME, /* number: enum ccs_ev_outcome; second: reason, or -1 */
	SIM_SUBJECT_FAULT,   /* number: enum ccs_evse_fault */
	SIM_SUBJECT_SOC,     /* number: per mille */
	SIM_SUBJECT_ENERGY,  /* number: mWh out of the supply */
	SIM_SUBJECT_EVENT,   /* number: enum sim_event_kind */
};

struct sim_script_step {
	enum sim_step_kind kind;
	int line;  /* of the text, from 1 */
	int point; /* from 0 */
	enum ccs_side side;
	enum sim_subject subject;
	bool at_most; /* EXPECT: <= */
	bool by_force;
	int64_t number;
	int64_t second;
	ccs_time within;
	struct sim_message_fault message;
	struct sim_mme_fault mme;
};

struct sim_script {
	char title[SIM_SCRIPT_TITLE];
	struct sim_config config;
	struct sim_script_step steps[SIM_SCRIPT_STEPS];
	int count;
};

struct sim_script_error {
	int line; /* 0: of none */
	char text[200];
};

/* No step, default configuration. */
void sim_script_init(struct sim_script *script);

/* Reads a text behind what is there.  False, and why. */
bool sim_script_read(struct sim_script *script, const char *text, struct sim_script_error *error);

/* A step in the words of a script: "wait ev charging". */
const char *sim_script_words(enum sim_step_kind kind);

/* What it does. */
const char *sim_script_text(enum sim_step_kind kind);

#endif
