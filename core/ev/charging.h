/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state part of the car's session, without bytes and wire structs, and what the protocols give
 * it.  session.c calls it; it answers by changing the session: `ask` is the request to be sent.
 */
#ifndef CCS_CORE_EV_CHARGING_H
#define CCS_CORE_EV_CHARGING_H

#include "ccs/ev_session.h"

enum ccs_ev_charger_status {
	CCS_EV_CHARGER_FINE, /* ready, not ready, testing the isolation */
	CCS_EV_CHARGER_STOPS,
	CCS_EV_CHARGER_EMERGENCY,
};

/* A response in our own units. */
struct ccs_ev_reply {
	enum ccs_ev_message message;
	bool ok;	   /* the response code is one of success */
	bool finished;	   /* EVSEProcessing; true where the message has none */
	bool offered;	   /* discovery: payment and an energy transfer are what the car needs */
	bool stop;	   /* EVSENotification StopCharging */
	bool renegotiate;  /* EVSENotification ReNegotiation, where it can be done */
	bool not_ready;	   /* EVSE_NotReady */
	bool rcd;	   /* AC: the residual current device has tripped */
	bool receipt;	   /* ReceiptRequired, with the MeterInfo that it needs */
	bool has_schedule; /* parameters: the schedule of the session is set */
	enum ccs_ev_charger_status status;
	bool has_isolation;
	enum ccs_isolation isolation;
	bool has_limits; /* all that are needed are there and plausible */
	struct ccs_limits limits;
	bool has_voltage;
	int32_t present_mv;
	bool has_current;
	int32_t present_ma;
};

/* rules.c: what session.c calls. */

/* The connection is there. */
void ccs_ev_charging_start(struct ccs_ev_session *session);

/* Time or values went on. */
void ccs_ev_charging_tick(struct ccs_ev_session *session);

/* The response to the awaited request, or another. */
void ccs_ev_charging_take(struct ccs_ev_session *session, const struct ccs_ev_reply *reply);

/* The connection was lost. */
void ccs_ev_charging_lose(struct ccs_ev_session *session);

ccs_time ccs_ev_charging_deadline(const struct ccs_ev_session *session);

/* charging.c: the states. */

/* Something failed: everything is made safe.  Nothing happens when that was begun already. */
void ccs_ev_charging_fail(struct ccs_ev_session *session, enum ccs_ev_reason reason);

/* Enters a state and tells the sink. */
void ccs_ev_charging_enter(struct ccs_ev_session *session, enum ccs_ev_state state);

/* The state's own part of a step; `reply` is NULL when only time or values went on. */
void ccs_ev_charging_run(struct ccs_ev_session *session, const struct ccs_ev_reply *reply);

/* True when the state has a request; why it fails when its time is over. */
bool ccs_ev_charging_asks(const struct ccs_ev_session *session);
enum ccs_ev_reason ccs_ev_charging_too_long(const struct ccs_ev_session *session);

/* A wish to end: the first cause counts, but a failure more than a wish. */
void ccs_ev_want_end(struct ccs_ev_session *session, enum ccs_ev_outcome outcome,
		     enum ccs_ev_reason reason);
bool ccs_ev_wants_end(const struct ccs_ev_session *session);

/* The way out that the standard gives for each state; for when nothing is awaited. */
void ccs_ev_leave_in_order(struct ccs_ev_session *session);

/* What the commands follow in every state: the on-board charger, the isolation monitor. */
void ccs_ev_follow(struct ccs_ev_session *session);

/* values.c: IEC 61851-1 table A.8, from CCS_EV_DUTY_FIRST per mille on: the current per phase, mA.
 */
#define CCS_EV_DUTY_FIRST 80
int32_t ccs_ev_duty_ma(int32_t duty);

/* True for ISO 15118-2. */
bool ccs_ev_is_iso2(const struct ccs_ev_session *session);

bool ccs_ev_has_quirk(const struct ccs_ev_session *session, enum ccs_quirk which);

/* False when it is unknown or too old. */
bool ccs_ev_measure(const struct ccs_ev_session *session, const struct ccs_measured *measured,
		    int32_t *value);

/* The same request once more, after a pause. */
void ccs_ev_ask_again_after(struct ccs_ev_session *session, ccs_time pause);

/* Leaving with open contactors: the pilot goes to B, the charger discharges the cable. */
void ccs_ev_stop_before_power(struct ccs_ev_session *session);

/* A state; `reply` is NULL when only time or values went on. */
typedef void ccs_ev_state_function(struct ccs_ev_session *session,
				   const struct ccs_ev_reply *reply);

/* ending.c: the states of the end. */
ccs_ev_state_function ccs_ev_on_power_off, ccs_ev_on_falling, ccs_ev_on_opening, ccs_ev_on_welding,
	ccs_ev_on_session_stop;

/* shutdown.c: the safe shutdown, from any state. */
void ccs_ev_shutdown_begin(struct ccs_ev_session *session);
void ccs_ev_shutdown_step(struct ccs_ev_session *session);
ccs_time ccs_ev_shutdown_deadline(const struct ccs_ev_session *session);

/* True while the current is measured and may be interrupted (E2). */
bool ccs_ev_current_is_low(const struct ccs_ev_session *session);

#endif
