/* SPDX-License-Identifier: Apache-2.0 */
/* The charger's station: what its values mean, and the order of pilot, matching and session. */
#include "station.h"

#include <string.h>

#define SETTLE_TIME    CCS_MS(500)     /* from plug-in to 5 %: contacts bounce */
#define MODEM_TIME     CCS_SECONDS(5)  /* and more, until the modem has its key */
#define STEP_EF	       CCS_SECONDS(4)  /* T_step_EF */
#define STEP_X1	       CCS_MS(750)     /* behind it */
#define STEP_X1_DUTY   CCS_SECONDS(3)  /* from 5 % to the nominal duty cycle, after a session */
#define MODEMLESS_TIME CCS_SECONDS(50) /* AC does not wait longer for a modem */

const char *ccs_evse_station_state_text(enum ccs_evse_station_state state)
{
	static const char *const texts[] = {
#define ROW(id, text) text,
		CCS_EVSE_STATION_STATES(ROW)
#undef ROW
	};

	return texts[state];
}

static void emit(const struct ccs_evse_station *s, enum ccs_record_kind kind,
		 enum ccs_note_level level, const char *text)
{
	struct ccs_record record = { .kind = kind,
				     .time = s->now,
				     .since = s->now,
				     .dir = CCS_SIDE_EVSE,
				     .note = { .level = level, .topic = "station", .text = text } };

	ccs_emit(s->config.sink, &record);
}

/* Values to what they mean. */

static enum ccs_pilot pilot_of(const struct ccs_evse_station *s)
{
	return s->config.session.values->pilot;
}

static bool is_connected(const struct ccs_evse_station *s)
{
	enum ccs_pilot pilot = pilot_of(s);

	return pilot >= CCS_PILOT_B && pilot <= CCS_PILOT_D;
}

/* E and F that are not our own: a short circuit, or a car that is broken. */
bool evse_station_is_gone(const struct ccs_evse_station *s)
{
	enum ccs_pilot pilot = pilot_of(s);

	if (pilot == CCS_PILOT_E || pilot == CCS_PILOT_F)
		return s->config.session.commands->pilot != CCS_PILOT_F && s->now >= s->echo_until;
	return pilot == CCS_PILOT_A;
}

bool evse_station_in_session(const struct ccs_evse_station *s)
{
	return s->session.state != CCS_EVSE_IDLE && !s->session.facts.ended;
}

bool evse_station_is_linked(const struct ccs_evse_station *s)
{
	return s->config.without_slac || s->slac.state == CCS_SLAC_EVSE_MATCHED;
}

/* Only mains may be switched by the pilot alone. */
static bool offers_basic(const struct ccs_evse_station *s)
{
	return s->config.basic_ac && s->config.session.ac.phases;
}

/* State and event to state. */

static void enter(struct ccs_evse_station *s, enum ccs_evse_station_state state)
{
	s->state = state;
	s->deadline = CCS_NEVER;
	s->stream = state == CCS_EVSE_STATION_LINKED || state == CCS_EVSE_STATION_SESSION
			    ? CCS_STREAM_OPEN
			    : CCS_STREAM_CLOSED;
	s->answer_due = false;
	emit(s, CCS_RECORD_STATE, CCS_NOTE_INFO, ccs_evse_station_state_text(state));
}

/* The station's own way through F and X1. */
static void begin_steps(struct ccs_evse_station *s, ccs_time ef, ccs_time x1)
{
	s->ef_until = s->now + ef;
	s->x1_until = s->ef_until + x1;
}

static void unplug(struct ccs_evse_station *s)
{
	begin_steps(s, 0, 0);
	s->on_until = s->now;
	s->failures = 0;
	enter(s, CCS_EVSE_STATION_AVAILABLE);
}

static void finish(struct ccs_evse_station *s)
{
	if (!s->config.without_slac)
		ccs_slac_evse_terminate(&s->slac, s->now);
	enter(s, CCS_EVSE_STATION_DONE);
}

/* Through E or F the car sees that it has to begin anew.  The matching has that built in. */
static void begin_again(struct ccs_evse_station *s)
{
	if (!s->config.without_slac) {
		ccs_slac_evse_restart(&s->slac, s->now);
		if (s->slac.wish == CCS_WISH_EF) {
			enter(s, CCS_EVSE_STATION_MATCHING);
			return;
		}
	}
	begin_steps(s, STEP_EF, STEP_X1);
	enter(s, CCS_EVSE_STATION_PLUGGED);
}

/* ISO 15118-3: through X1 when there was communication, else through E or F. */
static void begin_basic(struct ccs_evse_station *s, bool communicated)
{
	begin_steps(s, communicated ? 0 : STEP_EF, communicated ? STEP_X1_DUTY : STEP_X1);
	if (!s->config.without_slac)
		ccs_slac_evse_terminate(&s->slac, s->now);
	enter(s, CCS_EVSE_STATION_BASIC);
	evse_basic_begin(s);
}

static void fail(struct ccs_evse_station *s, const char *text)
{
	emit(s, CCS_RECORD_NOTE, CCS_NOTE_WARNING, text);
	s->failures++;
	if (s->failures < s->config.tries)
		begin_again(s);
	else if (offers_basic(s))
		begin_basic(s, false);
	else
		finish(s);
}

static void begin_linked(struct ccs_evse_station *s)
{
	enter(s, CCS_EVSE_STATION_LINKED);
	if (!s->config.without_slac)
		s->deadline = s->now +
			      ccs_timing_us(s->session.config.timing, CCS_TIMER_SECC_SEQUENCE);
}

static void run_available(struct ccs_evse_station *s)
{
	if (!is_connected(s))
		return;
	enter(s, CCS_EVSE_STATION_PLUGGED);
	begin_steps(s, 0, SETTLE_TIME);
}

static void run_plugged(struct ccs_evse_station *s)
{
	if (s->now < s->x1_until)
		return;
	if (s->config.without_slac) {
		begin_linked(s);
	} else if (s->slac.state != CCS_SLAC_EVSE_PREPARING || s->now >= s->x1_until + MODEM_TIME) {
		enter(s, CCS_EVSE_STATION_MATCHING);
		s->deadline = s->now + MODEMLESS_TIME;
	} else {
		s->deadline = s->x1_until + MODEM_TIME;
	}
}

/* NOTE: for DC the 5 % stay when the matching was given up: some cars ask much later. */
static void run_matching(struct ccs_evse_station *s)
{
	bool modemless = s->now >= s->deadline && s->slac.state == CCS_SLAC_EVSE_PREPARING;

	if (s->now >= s->deadline)
		s->deadline = CCS_NEVER;
	if (s->slac.state == CCS_SLAC_EVSE_MATCHED)
		begin_linked(s);
	else if (offers_basic(s) && (modemless || s->slac.wish == CCS_WISH_NO_HIGH_LEVEL))
		begin_basic(s, false);
}

/* NOTE: the standard gives the car 18 s; those that ask for TLS first need longer. */
static void run_linked(struct ccs_evse_station *s)
{
	if (!evse_station_is_linked(s))
		fail(s, "the link is lost");
	else if (s->now >= s->deadline)
		fail(s, "the car does not connect");
}

/* What another try may cure: the conversation.  Hardware and people have to be looked after. */
static bool is_worth_a_try(enum ccs_evse_fault fault)
{
	switch (fault) {
	case CCS_EVSE_FAULT_PILOT:
	case CCS_EVSE_FAULT_SLOW:
	case CCS_EVSE_FAULT_SILENCE:
	case CCS_EVSE_FAULT_PROTOCOL:
	case CCS_EVSE_FAULT_CONNECTION:
		return true;
	default:
		return false;
	}
}

/* V2G_SECC_CPOscillator_Retain_Time: a car that ended in order has not done with the pilot. */
static void retain_oscillator(struct ccs_evse_station *s)
{
	s->on_until = s->now + ccs_timing_us(s->session.config.timing, CCS_TIMER_OSCILLATOR_RETAIN);
}

/* D-LINK_PAUSE. */
static void begin_pause(struct ccs_evse_station *s)
{
	retain_oscillator(s);
	s->asleep = false;
	if (!s->config.without_slac)
		ccs_slac_evse_pause(&s->slac, s->now);
	enter(s, CCS_EVSE_STATION_PAUSED);
}

/* A probe that failed is no reason not to charge. */
static bool goes_on_basic(const struct ccs_evse_station *s)
{
	const struct ccs_evse_values *v = s->config.session.values;

	return offers_basic(s) && s->config.session.probe && !v->stop && !v->emergency;
}

static void end_session(struct ccs_evse_station *s)
{
	enum ccs_evse_fault fault = s->session.fault;

	if (!is_connected(s) && pilot_of(s) != CCS_PILOT_UNKNOWN) {
		unplug(s);
	} else if (fault == CCS_EVSE_FAULT_NONE && s->session.paused.valid) {
		begin_pause(s);
	} else if (goes_on_basic(s)) {
		begin_basic(s, true);
	} else if (!s->powered && is_worth_a_try(fault)) {
		fail(s, "the session failed before the power was on");
	} else {
		if (fault == CCS_EVSE_FAULT_NONE)
			retain_oscillator(s);
		finish(s);
	}
}

static void run_session(struct ccs_evse_station *s)
{
	if (s->session.facts.delivering || s->session.facts.delivered)
		s->powered = true;
	if (ccs_evse_session_has_ended(&s->session))
		s->stream = CCS_STREAM_CLOSED;
	if (s->session.facts.ended)
		end_session(s);
}

static void run_basic(struct ccs_evse_station *s)
{
	if (!evse_basic_run(s))
		return;
	if (evse_station_is_gone(s))
		unplug(s);
	else
		finish(s);
}

static void wake(struct ccs_evse_station *s)
{
	if (s->config.without_slac) {
		begin_linked(s);
		return;
	}
	ccs_slac_evse_resume(&s->slac, s->now);
	enter(s, CCS_EVSE_STATION_MATCHING);
}

/* ISO 15118-3: B, C, B of the car.  State C from the time before the pause is none. */
static void run_paused(struct ccs_evse_station *s)
{
	if (s->now < s->on_until)
		return;
	if (pilot_of(s) == CCS_PILOT_B)
		s->asleep = true;
	else if (s->asleep && is_connected(s))
		wake(s);
}

/* Unplugged, and a person's wish to end, come before the state's own business. */
static bool supervise(struct ccs_evse_station *s)
{
	const struct ccs_evse_values *v = s->config.session.values;
	bool underway = s->state >= CCS_EVSE_STATION_PLUGGED && s->state <= CCS_EVSE_STATION_LINKED;

	if (s->state <= CCS_EVSE_STATION_AVAILABLE || s->state == CCS_EVSE_STATION_BASIC ||
	    evse_station_in_session(s))
		return false;
	if (evse_station_is_gone(s))
		unplug(s);
	else if (underway && (v->stop || v->emergency))
		finish(s);
	else
		return false;
	return true;
}

static void run(struct ccs_evse_station *s)
{
	switch (s->state) {
	case CCS_EVSE_STATION_AVAILABLE:
		run_available(s);
		break;
	case CCS_EVSE_STATION_PLUGGED:
		run_plugged(s);
		break;
	case CCS_EVSE_STATION_MATCHING:
		run_matching(s);
		break;
	case CCS_EVSE_STATION_LINKED:
		run_linked(s);
		break;
	case CCS_EVSE_STATION_SESSION:
		run_session(s);
		break;
	case CCS_EVSE_STATION_BASIC:
		run_basic(s);
		break;
	case CCS_EVSE_STATION_PAUSED:
		run_paused(s);
		break;
	case CCS_EVSE_STATION_OFF:
	case CCS_EVSE_STATION_DONE:
		break;
	}
}

void evse_station_decide(struct ccs_evse_station *s)
{
	enum ccs_evse_station_state before;

	do {
		before = s->state;
		if (!supervise(s))
			run(s);
	} while (s->state != before);
}

void evse_station_power_on(struct ccs_evse_station *s)
{
	unplug(s);
}

/* R63. */
static void make_session_id(const struct ccs_evse_station *s, uint8_t id[8])
{
	static const uint8_t none[8];
	const struct ccs_slac_random *random = &s->config.slac.random;

	random->fill(random->user, id, 8);
	if (memcmp(id, none, 8) == 0)
		id[7] = 1;
}

int evse_station_take_opened(struct ccs_evse_station *s)
{
	uint8_t id[8];

	if (s->state != CCS_EVSE_STATION_LINKED)
		return CCS_ERR_STATE;
	make_session_id(s, id);
	s->session.config.channel.session++;
	s->powered = false;
	if (ccs_evse_session_start(&s->session, id, s->now))
		return CCS_ERR_STATE;
	enter(s, CCS_EVSE_STATION_SESSION);
	return 0;
}

int evse_station_take_again(struct ccs_evse_station *s)
{
	if (s->state != CCS_EVSE_STATION_DONE && s->state != CCS_EVSE_STATION_PAUSED)
		return CCS_ERR_STATE;
	s->failures = 0;
	if (s->state == CCS_EVSE_STATION_PAUSED)
		wake(s);
	else
		begin_again(s);
	return 0;
}
