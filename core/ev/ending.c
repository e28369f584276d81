/* SPDX-License-Identifier: Apache-2.0 */
/* The states of the end of charging, from PowerDelivery stop on; also where a renegotiation opens
 * the contactors. */
#include "charging.h"

#define FALL_LEAST     CCS_MS(300) /* R33 */
#define OPENING_LEAST  CCS_MS(100)
#define UNKNOWN_TIME   CCS_SECONDS(2) /* E2, with a silent sensor */
#define WELDING_ROUNDS 10	      /* R35 */
#define WELDING_TIME   CCS_SECONDS(20)

/* DIN SPEC 70121 8.7.2, R33: after PowerDeliveryRes the pilot goes back to B. */
void ccs_ev_on_power_off(struct ccs_ev_session *s, const struct ccs_ev_reply *reply)
{
	if (!reply)
		return;
	s->facts.stopped = true;
	s->config.commands->pilot = CCS_PILOT_B;
	ccs_ev_charging_enter(s, s->facts.ac ? CCS_EV_STATE_SESSION_STOP : CCS_EV_STATE_FALLING);
}

/* E2.  With a silent sensor the time counts, unless nobody demanded a stop. */
void ccs_ev_on_falling(struct ccs_ev_session *s, const struct ccs_ev_reply *reply)
{
	ccs_time waited = s->now - s->entered;
	int32_t ma;
	bool known = ccs_ev_measure(s, &s->config.values->current_ma, &ma);

	(void)reply;
	if (waited < FALL_LEAST)
		return;
	if (known ? !ccs_ev_current_is_low(s) : s->renegotiates || waited < UNKNOWN_TIME)
		return;
	s->config.commands->contactors = false;
	ccs_ev_charging_enter(s, CCS_EV_STATE_OPENING);
}

/* The contactors are open in a renegotiation. */
static void begin_again(struct ccs_ev_session *s)
{
	s->renegotiates = false;
	if (ccs_ev_wants_end(s))
		ccs_ev_stop_before_power(s);
	else
		ccs_ev_charging_enter(s, CCS_EV_STATE_PARAMETERS);
}

void ccs_ev_on_opening(struct ccs_ev_session *s, const struct ccs_ev_reply *reply)
{
	(void)reply;
	if (s->now - s->entered < OPENING_LEAST ||
	    s->config.values->contactors != CCS_CONTACTOR_OPEN)
		return;
	if (s->renegotiates) {
		begin_again(s);
		return;
	}
	s->rounds = 0;
	ccs_ev_charging_enter(s, CCS_EV_STATE_WELDING);
}

/* The inlet where it is measured, else what the charger reports. */
static bool is_dead(const struct ccs_ev_session *s)
{
	int32_t mv;

	if (!ccs_ev_measure(s, &s->config.values->inlet_mv, &mv) &&
	    !ccs_ev_measure(s, &s->facts.reported_mv, &mv))
		return false;
	return mv < s->config.tolerances->unlocking_mv;
}

/*
 * DIN SPEC 70121 8.4.3.5: until the voltage is low.
 * NOTE: bounded by rounds and time, and never a reason to stay: R35.
 */
void ccs_ev_on_welding(struct ccs_ev_session *s, const struct ccs_ev_reply *reply)
{
	if (!reply)
		return;
	s->rounds++;
	if (is_dead(s)) {
		ccs_ev_charging_enter(s, CCS_EV_STATE_SESSION_STOP);
	} else if (s->rounds < WELDING_ROUNDS && s->now - s->entered < WELDING_TIME) {
		ccs_ev_ask_again_after(s, s->config.ongoing_pause);
	} else {
		ccs_ev_want_end(s, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_LIVE);
		ccs_ev_charging_enter(s, CCS_EV_STATE_SESSION_STOP);
	}
}

/* DIN SPEC 70121 8.4.2.7. */
void ccs_ev_on_session_stop(struct ccs_ev_session *s, const struct ccs_ev_reply *reply)
{
	if (reply)
		ccs_ev_shutdown_begin(s);
}
