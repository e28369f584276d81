/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The car's side of SLAC, ISO 15118-3: from the plug to a link with the charger it is plugged into.
 *
 *	ccs_slac_ev_init(&ev, &config, sink);
 *	ccs_slac_ev_start(&ev, now);		power on: finds the modem, leaves old networks
 *	ccs_slac_ev_match(&ev, now);		plugged in and 5 % (or a will to communicate)
 *	... frames of EtherType 0x88e1 in and out as with the modem (modem.h), until
 *	ev.state is CCS_SLAC_EV_MATCHED		there is a link: D-LINK_READY, SDP may begin
 *	ev.state is CCS_SLAC_EV_FAILED, _LOST	it is over: match again, or unplug
 *	ccs_slac_ev_leave(&ev, now);		unplugged, or the session is over
 *
 * While ev.toggle_c is true the owner shows state C at the control pilot, else (as far as this
 * engine is concerned) B: those are the toggles of a validation.
 *
 * All chargers that answer are heard for TT_EV_atten_results, and the one with the least mean
 * attenuation is taken: below C_EV_match_signalattn_direct at once, up to _indirect after a
 * validation, which is also done when two are closer than signalattn_close.  A run that fails is
 * repeated with a new RunID each TT_matching_rate within TT_matching_repetition; C_conn_max_match
 * times that is the end.  A join that failed ends its TT_matching_repetition.
 *
 * Records: STATE for each state (topic "slac"), VALUE for each attenuation, NOTE for what is odd.
 * Keys are never in a record, and are wiped when the modem has them.
 */
#ifndef CCS_SLAC_EV_H
#define CCS_SLAC_EV_H

#include "ccs/modem.h"
#include "ccs/slac.h"

enum ccs_slac_ev_state {
	CCS_SLAC_EV_UNMATCHED,
	CCS_SLAC_EV_PREPARING,	/* the modem is not ready yet */
	CCS_SLAC_EV_ASKING,	/* CM_SLAC_PARM.REQ, until TT_match_response is over */
	CCS_SLAC_EV_SOUNDING,	/* CM_START_ATTEN_CHAR.IND and CM_MNBC_SOUND.IND */
	CCS_SLAC_EV_COLLECTING, /* CM_ATTEN_CHAR.IND, until TT_EV_atten_results is over */
	CCS_SLAC_EV_VALIDATING, /* CM_VALIDATE.REQ, first step */
	CCS_SLAC_EV_POSTPONED,	/* the charger was not ready to validate; asked again */
	CCS_SLAC_EV_TOGGLING,	/* CM_VALIDATE.REQ, second step: B and C in turn */
	CCS_SLAC_EV_MATCHING,	/* CM_SLAC_MATCH.REQ */
	CCS_SLAC_EV_JOINING,	/* the modem has the charger's key; waits for the link */
	CCS_SLAC_EV_MATCHED,	/* there is a link */
	CCS_SLAC_EV_PAUSED,	/* D-LINK_PAUSE: the keys stay, the link may sleep */
	CCS_SLAC_EV_WAITING,	/* TT_matching_rate, before the next run */
	CCS_SLAC_EV_FAILED,	/* final: all rounds failed */
	CCS_SLAC_EV_LOST,	/* final: the link is lost */
	CCS_SLAC_EV_STATES,
};

enum ccs_slac_validation {
	CCS_SLAC_VALIDATE_IN_DOUBT,
	CCS_SLAC_VALIDATE_NEVER,
	CCS_SLAC_VALIDATE_ALWAYS,
};

struct ccs_slac_ev_config {
	uint8_t mac[6]; /* of the host: the EV's in all messages */
	struct ccs_slac_random random;
	enum ccs_slac_validation validation;
	/* Decides as soon as all chargers that confirmed have reported; saves up to 0.8 s. */
	bool decide_early;
	bool ignore_early; /* no report counts before all sounds are sent (R61) */
	struct ccs_slac_limits limits;
	struct ccs_modem_config modem; /* host_mac and side are set by the engine */
};

/* A charger that answered in this run. */
struct ccs_slac_candidate {
	uint8_t mac[6];
	uint16_t mean;	    /* attenuation, hundredths of a dB; when `reported` */
	uint8_t num_sounds; /* its CM_ATTEN_CHAR.IND says */
	bool confirmed;	    /* sent CM_SLAC_PARM.CNF */
	bool reported;	    /* sent CM_ATTEN_CHAR.IND */
	bool refused;	    /* did not want to validate */
	bool excluded;	    /* its validation failed */
	bool owes_rsp;
};

/* To be read by anyone: state, toggle_c, evse_mac, modem, candidates.  The rest is private. */
struct ccs_slac_ev {
	struct ccs_slac_ev_config config;
	const struct ccs_sink *sink;
	struct ccs_modem modem;
	enum ccs_slac_ev_state state;
	bool toggle_c;
	uint8_t evse_mac[6]; /* of the charger chosen; from CCS_SLAC_EV_VALIDATING on */
	struct ccs_slac_candidate candidates[CCS_SLAC_PARALLEL_MAX];
	uint8_t candidate_count;

	uint8_t run_id[8];
	ccs_time deadline;	 /* of the state */
	ccs_time link_time;	 /* when the link counts as ready */
	ccs_time results_end;	 /* TT_EV_atten_results */
	ccs_time repetition_end; /* TT_matching_repetition */
	uint8_t round;		 /* of C_conn_max_match */
	uint8_t tries;		 /* of the request that is out */
	uint8_t step;		 /* of sounding or toggling */
	bool frame_due;		 /* the state's frame is to be sent */
	bool amp_map_due;	 /* CM_AMP_MAP.CNF is to be sent */
	bool has_key;		 /* the modem got a charger's key */
};

/* All zero but the limits (preset "field") and those of the modem. */
void ccs_slac_ev_set_defaults(struct ccs_slac_ev_config *config);

/* `config` is copied; `sink` (may be NULL) and the random generator must outlive the engine. */
void ccs_slac_ev_init(struct ccs_slac_ev *ev, const struct ccs_slac_ev_config *config,
		      const struct ccs_sink *sink);

/* Power on: finds the modem and gives it a random key, so that it is in no network. */
void ccs_slac_ev_start(struct ccs_slac_ev *ev, ccs_time now);

/* Plugged in: begins the matching, from whatever state. */
void ccs_slac_ev_match(struct ccs_slac_ev *ev, ccs_time now);

/* Unplugged or D-LINK_TERMINATE: unmatched, and (TP_match_leave) out of the charger's network. */
void ccs_slac_ev_leave(struct ccs_slac_ev *ev, ccs_time now);

/* D-LINK_PAUSE when matched, and its end: the link must be there within T_conn_resume. */
void ccs_slac_ev_pause(struct ccs_slac_ev *ev, ccs_time now);
void ccs_slac_ev_resume(struct ccs_slac_ev *ev, ccs_time now);

/* 0; CCS_IGNORED: not for us or not now; errors as ccs_mme_decode. */
int ccs_slac_ev_receive(struct ccs_slac_ev *ev, const uint8_t *frame, size_t length, ccs_time now);

void ccs_slac_ev_tick(struct ccs_slac_ev *ev, ccs_time now);

/* Length of the next frame to transmit, now; 0: none; CCS_ERR_SPACE: call again with more room. */
int ccs_slac_ev_send(struct ccs_slac_ev *ev, uint8_t *frame, size_t size);

/* When ccs_slac_ev_tick wants to be called; CCS_NEVER. */
ccs_time ccs_slac_ev_deadline(const struct ccs_slac_ev *ev);

/* "sounding" */
const char *ccs_slac_ev_state_name(enum ccs_slac_ev_state state);

#endif
