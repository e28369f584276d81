/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happened in a charging session: takes records and keeps, for each session, the facts a
 * person asks for: who, how far, how long, how much, who limited, how it ended.
 *
 *	struct ccs_summary *summary = ccs_summary_new(report, user);
 *	analyse(..., ccs_summary_sink(summary));
 *	ccs_summary_finish(summary);
 *
 * Memory is bounded: a fixed struct per session, CCS_SUMMARY_OPEN sessions at a time.  A session
 * is reported when a later one has begun and it has been silent for CCS_SUMMARY_SILENCE, when room
 * is needed for another, or at the end, always in the order of their numbers within each of these.
 *
 * Quantities are thousandths (mV, mA, mW, mWh), times are microseconds since the start of the
 * capture, frames are packet numbers from 1.
 */
#ifndef CCS_TRACE_SUMMARY_H
#define CCS_TRACE_SUMMARY_H

#include "ccs/record.h"
#include "trace/latency.h"
#include "trace/values.h"

#include <stdbool.h>
#include <stdint.h>

#define CCS_SUMMARY_OPEN    4
#define CCS_SUMMARY_SILENCE CCS_SECONDS(30)
#define CCS_SUMMARY_ANSWERS 8  /* chargers that answered SLAC */
#define CCS_SUMMARY_OFFERS  20 /* protocols in a handshake: all it can carry */

/* When and where something was seen. */
struct ccs_at {
	bool seen;
	uint64_t frame; /* or line of a text log; 0: none */
	ccs_time since;
};

struct ccs_seen {
	uint32_t count;
	struct ccs_at first;
	struct ccs_at last;
};

/* A literal of the standards, where it was first seen, and in which message. */
struct ccs_finding {
	uint32_t count;
	struct ccs_at at;
	char literal[48];
	char message[36];
};

enum ccs_phase {
	CCS_PHASE_NONE,
	CCS_PHASE_SLAC,	 /* first CM_SLAC_PARM.REQ to CM_SLAC_MATCH.CNF */
	CCS_PHASE_JOIN,	 /* to the first SDP request */
	CCS_PHASE_SDP,	 /* to its answer */
	CCS_PHASE_TCP,	 /* connect and TLS, to the first message */
	CCS_PHASE_SETUP, /* handshake to the choice of service and payment */
	CCS_PHASE_AUTHORIZATION,
	CCS_PHASE_PARAMETERS, /* ChargeParameterDiscovery, ScheduleExchange */
	CCS_PHASE_CABLE_CHECK,
	CCS_PHASE_PRECHARGE,
	CCS_PHASE_CHARGING, /* from PowerDelivery(Start) */
	CCS_PHASE_STOP,	    /* from PowerDelivery(Stop) or SessionStop */
	CCS_PHASE_COUNT
};

struct ccs_phase_facts {
	struct ccs_at begin;
	ccs_time took;	 /* sum, when it was entered again */
	uint32_t rounds; /* requests of the phase */
	bool entered;
};

/* One charger's part in SLAC.  Attenuation in thousandths of a dB. */
struct ccs_slac_answer {
	uint8_t mac[6];
	struct ccs_at at;
	uint8_t groups; /* 0: no attenuation reported */
	uint8_t lowest;
	uint8_t highest;
	int32_t mean_mdb;
	uint8_t sounds; /* as it counted them */
};

struct ccs_slac_facts {
	struct ccs_seen parm_req, parm_cnf, start, sound, profile, atten_char, atten_rsp;
	struct ccs_seen validate, match_req, match_cnf, set_key_cnf;
	uint32_t runs;		 /* different run ids of the car */
	uint32_t foreign_cnf;	 /* PARM.CNF whose run id is not the car's */
	uint32_t broadcast_char; /* ATTEN_CHAR.IND sent to all instead of to the car */
	bool has_ev, has_evse, has_run_id, has_nid;
	uint8_t ev_mac[6];
	uint8_t evse_mac[6]; /* the chosen one; before that who answered last */
	uint8_t run_id[8];
	uint8_t nid[7];
	uint32_t answer_count; /* may exceed the list */
	struct ccs_slac_answer answers[CCS_SUMMARY_ANSWERS];
};

struct ccs_sdp_facts {
	struct ccs_seen request, response;
	uint8_t first_asked; /* 0x00 TLS, 0x10 none */
	uint8_t security_asked;
	uint8_t security_answered;
	uint16_t port;
	uint8_t secc_ip[16];
};

/* The connection that carried the messages; before there are any, the last one that was opened to
 * the port of the SDP answer. */
struct ccs_tcp_facts {
	struct ccs_seen opened;
	struct ccs_seen refused;    /* connects to that port (or, without an answer, any) */
	struct ccs_seen unanswered; /* likewise */
	struct ccs_seen other;	    /* failed connects to other ports */
	uint16_t other_port;
	uint16_t ev_port, evse_port; /* of the connection */
	struct ccs_at fin[3];	     /* of enum ccs_side */
	struct ccs_at rst[3];
	struct ccs_at open_end; /* it was open when the capture ended */
	uint32_t gaps;		/* places where bytes are missing or are no messages */
	struct ccs_at gap_at;
};

struct ccs_tls_facts {
	struct ccs_at agreed; /* version and cipher */
	struct ccs_at failed; /* the handshake was not completed */
	struct ccs_at alert;  /* a fatal one */
	enum ccs_side alert_by;
	struct ccs_at opaque; /* data that could not be decrypted */
	char version[12];
	char cipher[48];
	char alert_name[40]; /* its number where it has no name */
	char text[160];	     /* of the failure, or why it could not be decrypted */
};

struct ccs_offer {
	char uri[64];
	uint32_t major, minor;
	uint8_t schema_id;
	uint8_t priority;
};

struct ccs_message_facts {
	char name[36];
	enum ccs_step step;
	struct ccs_at at;
};

struct ccs_v2g_facts {
	struct ccs_at first, last;
	uint32_t from_ev, from_evse;
	uint32_t undecoded;
	struct ccs_at undecoded_at;
	uint32_t handshakes; /* more than one: the car tried again */

	uint32_t offer_count;
	struct ccs_offer offers[CCS_SUMMARY_OFFERS];
	char negotiation[48]; /* response code of the handshake */
	bool has_schema_id;
	uint8_t schema_id;
	char proto[12]; /* of the messages: "din" "iso2" "iso20dc" ... */
	bool by_content;

	uint8_t session_id[8];
	uint8_t session_id_length;
	char evccid[80]; /* bytes as hex with colons when 6, else hex; text as it is */
	char evseid[80];
	char energy_mode[48];
	char offered_modes[128]; /* "DC_core, DC_extended" */
	char payment[32];
	char offered_payments[48]; /* "Contract, ExternalPayment" */
	bool resumed;		   /* OK_OldSessionJoined */

	struct ccs_seen request[CCS_STEP_OTHER + 1];
	struct ccs_seen response[CCS_STEP_OTHER + 1];
	uint32_t ongoing[CCS_STEP_OTHER + 1]; /* answers that said Ongoing */
	bool finished[CCS_STEP_OTHER + 1];    /* the last answer said Finished */
	enum ccs_step furthest;
	struct ccs_message_facts last_request, last_response;
	bool pending; /* the last request has no answer */

	struct ccs_finding failed, warning; /* response codes */
	struct ccs_finding bad_status;	    /* emergency, malfunction, utility interrupt */
	struct ccs_finding shutdown;	    /* EVSE_Shutdown */
	struct ccs_finding notification;    /* StopCharging, Terminate, Pause, ReNegotiation */
	struct ccs_finding ev_error;	    /* EVErrorCode */
	struct ccs_finding isolation; /* Invalid after a finished cable check, Warning, Fault */
	struct ccs_finding fault;     /* notification in a header */
	char status[48];	      /* last EVSEStatusCode */
	struct ccs_at ev_stop;	      /* PowerDelivery(Stop) or SessionStop, the first */
	struct ccs_at complete;	      /* the car said ChargingComplete */
	uint32_t renegotiations;
	char charging_session[24]; /* of SessionStopReq: "Terminate" "Pause" */
	struct ccs_latency ev, evse;
};

/* What kept the current where it was. */
enum ccs_limit {
	CCS_LIMIT_CAR,		   /* the charger gave what the car asked for */
	CCS_LIMIT_CHARGER_CURRENT, /* the car asked for the charger's maximum and got it */
	CCS_LIMIT_CHARGER_VOLTAGE,
	CCS_LIMIT_CHARGER_POWER,
	CCS_LIMIT_BELOW, /* less than asked for without a reason: still ramping, or no load */
	CCS_LIMIT_IDLE,	 /* the car asked for nothing */
	CCS_LIMIT_COUNT
};

struct ccs_range {
	bool seen;
	int64_t first, last, lowest, highest;
};

struct ccs_charge_facts {
	struct ccs_range soc, voltage, current, target_voltage, target_current;
	struct ccs_range power, meter;
	int64_t peak_mw; /* the largest power, either way */
	struct ccs_at peak_at;
	int64_t charged_mwh, discharged_mwh;
	uint32_t rounds;
	ccs_time limited[CCS_LIMIT_COUNT];
	int64_t precharge_target_mv;
	int64_t precharge_reached_mv; /* the last one */
	int64_t precharge_highest_mv;
	bool has_precharge_target, has_precharge_reached;
	int64_t welding_mv;
	bool has_welding;
	int64_t evse_max_ma;	  /* the largest that the charger announced */
	struct ccs_values latest; /* last known numbers and flags */
	/* of the integral: the answer before, and what is below a mWh */
	struct ccs_at loop_at;
	bool power_known;
	int64_t power_mw, charged_rest, discharged_rest;
};

struct ccs_session_facts {
	uint32_t number;
	ccs_time time; /* of its first record, microseconds since 1970 */
	struct ccs_at begin, end;
	bool in_log;	    /* `frame` is everywhere a line of a text log */
	bool begins_amid;   /* the capture starts within it */
	bool capture_ended; /* with it still open */
	struct ccs_at capture_end;
	struct ccs_phase_facts phases[CCS_PHASE_COUNT];
	enum ccs_phase phase;
	ccs_time phase_since;
	struct ccs_slac_facts slac;
	struct ccs_sdp_facts sdp;
	struct ccs_tcp_facts tcp;
	struct ccs_tls_facts tls;
	struct ccs_v2g_facts v2g;
	struct ccs_charge_facts charge;
};

struct ccs_summary;

/* `report` gets every session once; the facts live during the call.  NULL: no memory. */
struct ccs_summary *
ccs_summary_new(void (*report)(void *user, const struct ccs_session_facts *session), void *user);

const struct ccs_sink *ccs_summary_sink(const struct ccs_summary *summary);

/* Reports the sessions that are still open. */
void ccs_summary_finish(struct ccs_summary *summary);

void ccs_summary_free(struct ccs_summary *summary);

/* "SLAC", "cable check", ...; for JSON "slac", "cable_check". */
const char *ccs_phase_title(enum ccs_phase phase);
const char *ccs_phase_name(enum ccs_phase phase);

#endif
