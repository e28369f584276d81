/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The charger's side of SLAC, ISO 15118-3: from 5 % at the control pilot to a link with the car
 * that is plugged in here, and back.
 *
 *	ccs_slac_evse_init(&evse, &config, sink);
 *	ccs_slac_evse_start(&evse, now);		finds the modem, gives it a new key
 *	ccs_slac_evse_set_pilot(&evse, CCS_PILOT_B, true, now);	each change of CP state or PWM
 *	... frames of EtherType 0x88e1 in and out as with the modem (modem.h), until
 *	evse.state is CCS_SLAC_EVSE_MATCHED	there is a link: D-LINK_READY
 *	evse.state is CCS_SLAC_EVSE_LOST	it is gone: stop, then ccs_slac_evse_restart
 *	evse.state is CCS_SLAC_EVSE_FAILED	no car with ISO 15118, or it could not match
 *
 * The engine does not drive the control pilot; it says what it wants in `evse.wish`, and the owner
 * does it (when that is safe) and reports the change.  A wish of CCS_WISH_NONE leaves the choice to
 * the owner; `pwm` is true while there are 5 % or, with communication wanted, the nominal duty.
 *
 * Up to five cars are answered at once, each known by its MAC and RunID: on the power line a car
 * next door is heard too.  Attenuation is measured by the own modem, one profile for each sound,
 *and believed from no other.  The mean of each group, less the calibration, is reported when all
 *sounds are in, or TT_EVSE_match_MNBC after the first CM_START_ATTEN_CHAR.IND.  A running session
 *(from MATCHED on) is disturbed by nobody's SLAC messages; while joining only by a new run of the
 *same car.
 *
 * The NMK is new (16 random bytes) after each session in which it was given away: unplugged, failed
 * to join, link lost, terminated.  Until the modem has it, no car is answered.
 *
 * Records: STATE of the engine and of each car (topic "slac"), VALUE for each attenuation reported,
 * NOTE for what is odd, also when a report was not measured.  Keys are never in a record.
 */
#ifndef CCS_SLAC_EVSE_H
#define CCS_SLAC_EVSE_H

#include "ccs/modem.h"
#include "ccs/pilot.h"
#include "ccs/slac.h"

enum ccs_slac_evse_state {
	CCS_SLAC_EVSE_OFF,
	CCS_SLAC_EVSE_PREPARING, /* the modem gets a new key */
	CCS_SLAC_EVSE_UNMATCHED, /* no car, or no PWM */
	CCS_SLAC_EVSE_MATCHING,	 /* cars are answered */
	CCS_SLAC_EVSE_JOINING,	 /* one got the key; waits for the link */
	CCS_SLAC_EVSE_MATCHED,	 /* there is a link */
	CCS_SLAC_EVSE_PAUSED,	 /* D-LINK_PAUSE: the key stays, the link may sleep */
	CCS_SLAC_EVSE_LOST,	 /* the link is lost; waits for the owner, or for unplug */
	CCS_SLAC_EVSE_STEP_EF,	 /* T_step_EF, so that the car begins anew */
	CCS_SLAC_EVSE_STEP_X1,	 /* and the pause behind it */
	CCS_SLAC_EVSE_FAILED,	 /* final until unplug; a car that asks is answered after all */
	CCS_SLAC_EVSE_CLOSED,	 /* final until unplug: D-LINK_TERMINATE */
	CCS_SLAC_EVSE_STATES,
};

/* What the owner shall put out at the control pilot. */
enum ccs_slac_wish {
	CCS_WISH_NONE,
	CCS_WISH_EF,		/* state E or F */
	CCS_WISH_X1,		/* the oscillator off */
	CCS_WISH_5_PERCENT,	/* X2 with 5 %; a wait of 500 ms after plug-in is usual */
	CCS_WISH_NO_HIGH_LEVEL, /* matching is given up: nominal duty (AC), or the end (DC) */
};

/* How CM_VALIDATE.REQ is answered. */
enum ccs_slac_evse_validation {
	CCS_SLAC_EVSE_COUNT_TOGGLES, /* from what ccs_slac_evse_set_pilot reports */
	CCS_SLAC_EVSE_NOT_REQUIRED,
	CCS_SLAC_EVSE_REFUSE,
};

struct ccs_slac_evse_config {
	uint8_t mac[6]; /* of the host: the EVSE's in all messages */
	struct ccs_slac_random random;
	enum ccs_slac_evse_validation validation;
	/*
	 * What the receive path of this charger adds to the attenuation, in dB for each group; it
	 * is subtracted, at 0 that ends.
	 */
	uint8_t calibration[CCS_SLAC_GROUPS];
	/*
	 * Not 0: reported for each group when the modem measures nothing (QCA7420 of mains
	 * adapters), with a NOTE.  For a bench with one cable only: any charger becomes the
	 * nearest.
	 */
	uint8_t synthetic_db;
	/* The same for a modem that is known to measure nothing (QCA7420, quirk R7). */
	uint8_t substitute_db;
	bool report_zeros;    /* also nothing but zeros, which cars take for no report (R6) */
	bool no_second_match; /* a car that begins anew while it joins is ignored (E-1) */
	struct ccs_slac_limits limits;
	struct ccs_modem_config modem; /* host_mac and side are set by the engine */
};

enum ccs_slac_session_state {
	CCS_SLAC_SESSION_FREE,
	CCS_SLAC_SESSION_CONFIRMED,  /* CM_SLAC_PARM.CNF sent; TT_match_sequence */
	CCS_SLAC_SESSION_SOUNDING,   /* TT_EVSE_match_MNBC */
	CCS_SLAC_SESSION_REPORTING,  /* CM_ATTEN_CHAR.IND sent; TT_match_response */
	CCS_SLAC_SESSION_REPORTED,   /* TT_EVSE_match_session */
	CCS_SLAC_SESSION_VALIDATING, /* counts toggles */
	CCS_SLAC_SESSION_VALIDATED,  /* CM_VALIDATE.CNF success sent; TT_match_sequence */
	CCS_SLAC_SESSION_MATCHED,    /* got the key */
	CCS_SLAC_SESSION_STATES,
};

/* A car. */
struct ccs_slac_session {
	enum ccs_slac_session_state state;
	uint8_t mac[6];
	uint8_t run_id[8];
	ccs_time deadline;
	ccs_time end; /* of TT_EVSE_match_session, whatever happens */
	uint8_t tries;
	uint8_t sounds;	  /* it wants to send */
	uint8_t profiles; /* counted */
	uint8_t toggles;  /* B to C and back */
	bool in_c;	  /* half of a toggle */
	uint8_t pending;  /* frames to send, a bit each */
	uint8_t validate_result;
	bool last_vendor; /* the last profile counted was a 0xA14E */
	uint32_t last_hash;
	ccs_time last_time;
	uint16_t sum[CCS_SLAC_GROUPS]; /* dB */
};

/* To be read by anyone: state, wish, ev_mac, modem, sessions.  The rest is private. */
struct ccs_slac_evse {
	struct ccs_slac_evse_config config;
	const struct ccs_sink *sink;
	struct ccs_modem modem;
	enum ccs_slac_evse_state state;
	enum ccs_slac_wish wish;
	uint8_t ev_mac[6]; /* from JOINING on */
	struct ccs_slac_session sessions[CCS_SLAC_PARALLEL_MAX];

	enum ccs_pilot pilot;
	bool pwm;
	ccs_time deadline;  /* of the state */
	ccs_time link_time; /* when the link counts as ready */
	ccs_time round_end; /* no car holds the sequence up longer */
	uint8_t sequences;  /* over E/F so far */
	uint8_t rematches;  /* of the car that had the key already */
	bool amp_map_due;
	bool key_given; /* a car has the key */
	uint8_t nid[7];
	uint8_t nmk[16]; /* of this session; wiped with it */
};

/* All zero but the limits and those of the modem. */
void ccs_slac_evse_set_defaults(struct ccs_slac_evse_config *config);

/* `config` is copied; `sink` (may be NULL) and the random generator must outlive the engine. */
void ccs_slac_evse_init(struct ccs_slac_evse *evse, const struct ccs_slac_evse_config *config,
			const struct ccs_sink *sink);

/* Power on: finds the modem, gives it the first key. */
void ccs_slac_evse_start(struct ccs_slac_evse *evse, ccs_time now);

/*
 * The control pilot as measured (debounced, T_vald_detect_time; UNKNOWN: as before), and whether
 * there is PWM.
 */
void ccs_slac_evse_set_pilot(struct ccs_slac_evse *evse, enum ccs_pilot pilot, bool pwm,
			     ccs_time now);

/* D-LINK_ERROR, or on from LOST: a new key, then E/F and matching again. */
void ccs_slac_evse_restart(struct ccs_slac_evse *evse, ccs_time now);

/* D-LINK_TERMINATE: a new key, and no matching until the car was unplugged. */
void ccs_slac_evse_terminate(struct ccs_slac_evse *evse, ccs_time now);

/* D-LINK_PAUSE when matched, and its end: the link must be there within T_conn_resume. */
void ccs_slac_evse_pause(struct ccs_slac_evse *evse, ccs_time now);
void ccs_slac_evse_resume(struct ccs_slac_evse *evse, ccs_time now);

/* 0; CCS_IGNORED: not for us or not now; errors as ccs_mme_decode. */
int ccs_slac_evse_receive(struct ccs_slac_evse *evse, const uint8_t *frame, size_t length,
			  ccs_time now);

void ccs_slac_evse_tick(struct ccs_slac_evse *evse, ccs_time now);

/* Length of the next frame to transmit, now; 0: none; CCS_ERR_SPACE: call again with more room. */
int ccs_slac_evse_send(struct ccs_slac_evse *evse, uint8_t *frame, size_t size);

/* When ccs_slac_evse_tick wants to be called; CCS_NEVER. */
ccs_time ccs_slac_evse_deadline(const struct ccs_slac_evse *evse);

/* "matching" */
const char *ccs_slac_evse_state_name(enum ccs_slac_evse_state state);

#endif
