/* SPDX-License-Identifier: Apache-2.0 */
/* The car's station: what its values mean, and the order of plug, matching, discovery, session. */
#include "station.h"

#define TRY_PAUSE     CCS_SECONDS(3)  /* the charger notices, and begins its E/F */
#define LEAVE_AFTER   CCS_MS(500)     /* what closes the connection still has to arrive */
#define SDP_AFTER     CCS_MS(500)     /* R11: behind CM_SLAC_MATCH.CNF, the join goes on */
#define CONNECT_PAUSE CCS_MS(500)     /* R14 */
#define CONNECT_TIME  CCS_SECONDS(10) /* for all attempts together */
#define TOGGLE_TIME   CCS_MS(300)     /* TP_EV_vald_state_duration */

const char *ccs_ev_station_state_text(enum ccs_ev_station_state state)
{
	static const char *const texts[] = {
#define ROW(id, text) text,
		CCS_EV_STATION_STATES(ROW)
#undef ROW
	};

	return texts[state];
}

static void emit(const struct ccs_ev_station *s, enum ccs_record_kind kind,
		 enum ccs_note_level level, const char *text)
{
	struct ccs_record record = { .kind = kind,
				     .time = s->now,
				     .since = s->now,
				     .dir = CCS_SIDE_EV,
				     .note = { .level = level, .topic = "station", .text = text } };

	ccs_emit(s->config.sink, &record);
}

/* Values to what they mean. */

enum ccs_ev_offer ccs_ev_station_offer(const struct ccs_ev_station *s)
{
	int32_t duty;

	if (!ccs_measured_get(&s->config.session.values->duty, s->now,
			      s->session.config.tolerances->sensor_us, &duty))
		return CCS_EV_OFFER_UNKNOWN;
	if (duty >= 30 && duty <= 70)
		return CCS_EV_OFFER_DIGITAL;
	return ccs_ev_basic_ma(duty) ? CCS_EV_OFFER_BASIC : CCS_EV_OFFER_NONE;
}

/* Where the proximity pilot is not measured, the control pilot tells. */
bool ccs_ev_station_is_plugged(const struct ccs_ev_station *s)
{
	switch (s->config.session.values->plug) {
	case CCS_PLUG_OUT:
		return false;
	case CCS_PLUG_IN:
		return true;
	case CCS_PLUG_UNKNOWN:
		break;
	}
	return ccs_ev_station_offer(s) >= CCS_EV_OFFER_DIGITAL;
}

static bool has_quirk(const struct ccs_ev_station *s, enum ccs_quirk which)
{
	return ccs_quirk_is_on(&s->config.session.quirks, which);
}

/* On a bench without control pilot the plug is enough. */
static bool may_communicate(const struct ccs_ev_station *s)
{
	enum ccs_ev_offer offer = ccs_ev_station_offer(s);

	return offer == CCS_EV_OFFER_DIGITAL ||
	       (s->config.without_slac && offer == CCS_EV_OFFER_UNKNOWN);
}

bool ccs_ev_station_in_session(const struct ccs_ev_station *s)
{
	enum ccs_ev_state state = ccs_ev_session_state(&s->session);

	return state != CCS_EV_STATE_IDLE && state != CCS_EV_STATE_ENDED;
}

static bool is_linked(const struct ccs_ev_station *s)
{
	return s->config.without_slac || s->slac.state == CCS_SLAC_EV_MATCHED;
}

bool ccs_ev_station_lost_link(const struct ccs_ev_station *s)
{
	return !s->config.without_slac &&
	       (s->slac.state == CCS_SLAC_EV_LOST || s->slac.state == CCS_SLAC_EV_FAILED);
}

/* On the way from the plug to the session. */
static bool is_underway(const struct ccs_ev_station *s)
{
	return s->state >= CCS_EV_STATION_MATCHING && s->state <= CCS_EV_STATION_CONNECTING;
}

/* State and event to state. */

static void enter(struct ccs_ev_station *s, enum ccs_ev_station_state state)
{
	s->state = state;
	s->entered = s->now;
	s->deadline = CCS_NEVER;
	s->joining = CCS_NEVER;
	s->connect_at = CCS_NEVER;
	s->toggle_c = false;
	emit(s, CCS_RECORD_STATE, CCS_NOTE_INFO, ccs_ev_station_state_text(state));
}

static void leave_link(struct ccs_ev_station *s)
{
	s->leave_at = CCS_NEVER;
	if (!s->config.without_slac && s->slac.state != CCS_SLAC_EV_UNMATCHED)
		ccs_slac_ev_leave(&s->slac, s->now);
}

static void reset_discovery(struct ccs_ev_station *s)
{
	const struct ccs_timing *timing = &s->session.timing;

	ccs_sdp_client_init(&s->sdp,
			    &(struct ccs_sdp_client_config) {
				    .interval = ccs_timing_us(timing, CCS_TIMER_SDP_INTERVAL),
				    .count = ccs_timing_count(timing, CCS_TIMER_SDP_COUNT),
				    .plain = true,
				    .any_port = has_quirk(s, CCS_QUIRK_PORT_ANY),
			    });
}

/* Nothing of the way to the session is left. */
static void turn_back(struct ccs_ev_station *s, enum ccs_ev_station_state state)
{
	s->stream = CCS_STREAM_CLOSED;
	s->leave_at = s->now + LEAVE_AFTER;
	reset_discovery(s);
	enter(s, state);
}

static void unplug(struct ccs_ev_station *s)
{
	turn_back(s, CCS_EV_STATION_UNPLUGGED);
	leave_link(s);
	s->failures = 0;
	s->resumes = false;
}

static void finish(struct ccs_ev_station *s, bool open_to_basic)
{
	turn_back(s, CCS_EV_STATION_DONE);
	s->resumes = false;
	s->open_to_basic = open_to_basic;
}

static void fail(struct ccs_ev_station *s, const char *text)
{
	emit(s, CCS_RECORD_NOTE, CCS_NOTE_WARNING, text);
	s->failures++;
	if (s->failures >= s->config.tries) {
		finish(s, true);
		return;
	}
	turn_back(s, CCS_EV_STATION_PLUGGED);
	s->deadline = s->now + TRY_PAUSE;
}

static void begin_matching(struct ccs_ev_station *s)
{
	s->leave_at = CCS_NEVER;
	enter(s, CCS_EV_STATION_MATCHING);
	if (!s->config.without_slac)
		ccs_slac_ev_match(&s->slac, s->now);
}

/* ISO 15118-2 7.10.1. */
static void begin_discovery(struct ccs_ev_station *s)
{
	enter(s, CCS_EV_STATION_DISCOVERY);
	ccs_sdp_client_start(&s->sdp, s->now);
}

static void begin_connecting(struct ccs_ev_station *s)
{
	enter(s, CCS_EV_STATION_CONNECTING);
	s->deadline = s->now + CONNECT_TIME;
	s->stream = CCS_STREAM_OPEN;
}

static void run_unplugged(struct ccs_ev_station *s)
{
	if (ccs_ev_station_is_plugged(s))
		enter(s, CCS_EV_STATION_PLUGGED);
}

static bool may_charge_basic(const struct ccs_ev_station *s)
{
	return s->config.basic_ac && ccs_ev_station_offer(s) == CCS_EV_OFFER_BASIC &&
	       !s->config.session.commands->lock;
}

static void begin_basic(struct ccs_ev_station *s)
{
	leave_link(s);
	enter(s, CCS_EV_STATION_BASIC);
	ccs_ev_basic_begin(s);
}

/* An inlet that is still locked was welded or live after the last session: nothing begins. */
static void run_plugged(struct ccs_ev_station *s)
{
	if (s->deadline != CCS_NEVER && s->now < s->deadline)
		return;
	s->deadline = CCS_NEVER;
	if (s->config.session.commands->lock)
		return;
	if (may_communicate(s)) {
		begin_matching(s);
	} else if (may_charge_basic(s)) {
		begin_basic(s);
	}
}

/* R11: discovery does not wait for the modem's word that the link is there. */
static void run_matching(struct ccs_ev_station *s)
{
	if (s->slac.state != CCS_SLAC_EV_JOINING)
		s->joining = CCS_NEVER;
	else if (s->joining == CCS_NEVER)
		s->joining = s->now;
	if (is_linked(s) || (s->joining != CCS_NEVER && s->now - s->joining >= SDP_AFTER))
		begin_discovery(s);
}

static void run_discovery(struct ccs_ev_station *s)
{
	bool joining = s->slac.state == CCS_SLAC_EV_JOINING;

	if (!is_linked(s) && !joining) {
		reset_discovery(s);
		enter(s, CCS_EV_STATION_MATCHING);
	} else if (s->sdp.state == CCS_SDP_CLIENT_FOUND) {
		begin_connecting(s);
	} else if (s->sdp.state == CCS_SDP_CLIENT_GAVE_UP && joining) {
		ccs_sdp_client_start(&s->sdp, s->now);
	} else if (s->sdp.state == CCS_SDP_CLIENT_GAVE_UP) {
		fail(s, "no charger answers the discovery");
	}
}

/* R14. */
static void run_connecting(struct ccs_ev_station *s)
{
	if (s->now >= s->deadline) {
		fail(s, "the charger does not accept a connection");
	} else if (s->now >= s->connect_at) {
		s->connect_at = CCS_NEVER;
		s->stream = CCS_STREAM_OPEN;
	}
}

/* What another try may cure: the conversation, not the car. */
static bool is_worth_a_try(enum ccs_ev_reason reason)
{
	switch (reason) {
	case CCS_EV_REASON_CHARGER_EMERGENCY:
	case CCS_EV_REASON_PILOT:
	case CCS_EV_REASON_CONNECTION:
	case CCS_EV_REASON_NO_ANSWER:
	case CCS_EV_REASON_TOO_LONG:
	case CCS_EV_REASON_REFUSED:
	case CCS_EV_REASON_OUT_OF_TURN:
	case CCS_EV_REASON_SESSION_ID:
	case CCS_EV_REASON_UNDECODABLE:
	case CCS_EV_REASON_ISOLATION:
	case CCS_EV_REASON_PRECHARGE:
		return true;
	default:
		return false;
	}
}

/* D-LINK_PAUSE. */
static void begin_pause(struct ccs_ev_station *s)
{
	turn_back(s, CCS_EV_STATION_PAUSED);
	s->leave_at = CCS_NEVER;
	s->resumes = true;
	s->asleep = s->pause_seen = false;
	if (!s->config.without_slac)
		ccs_slac_ev_pause(&s->slac, s->now);
}

static void end_session(struct ccs_ev_station *s)
{
	enum ccs_ev_outcome outcome = ccs_ev_session_outcome(&s->session);

	if (!ccs_ev_station_is_plugged(s))
		unplug(s);
	else if (outcome == CCS_EV_OUTCOME_PAUSED)
		begin_pause(s);
	else if (outcome == CCS_EV_OUTCOME_FAILED && !s->powered &&
		 is_worth_a_try(ccs_ev_session_reason(&s->session)))
		fail(s, "the session failed before the power was on");
	else
		finish(s, outcome == CCS_EV_OUTCOME_STOPPED_BY_CHARGER);
}

static void run_session(struct ccs_ev_station *s)
{
	if (s->config.session.commands->contactors)
		s->powered = true;
	if (ccs_ev_session_wants_close(&s->session))
		s->stream = CCS_STREAM_CLOSED;
	if (ccs_ev_session_has_ended(&s->session))
		end_session(s);
}

static void run_basic(struct ccs_ev_station *s)
{
	if (!ccs_ev_basic_run(s))
		return;
	if (!ccs_ev_station_is_plugged(s))
		unplug(s);
	else if (ccs_ev_station_offer(s) == CCS_EV_OFFER_DIGITAL)
		enter(s, CCS_EV_STATION_PLUGGED);
	else
		finish(s, false);
}

static void resume(struct ccs_ev_station *s)
{
	enter(s, CCS_EV_STATION_MATCHING);
	if (s->slac.state == CCS_SLAC_EV_PAUSED)
		ccs_slac_ev_resume(&s->slac, s->now);
	else if (!s->config.without_slac)
		ccs_slac_ev_match(&s->slac, s->now);
}

/* ISO 15118-3: a charger that has turned the oscillator off is woken by B, C, B. */
static void wake(struct ccs_ev_station *s)
{
	if (may_communicate(s)) {
		resume(s);
		return;
	}
	s->asleep = true;
	s->toggle_c = true;
	s->deadline = s->now + TOGGLE_TIME;
}

static void run_paused(struct ccs_ev_station *s)
{
	bool pause = s->config.session.values->pause;

	if (s->now >= s->deadline) {
		s->deadline = CCS_NEVER;
		s->toggle_c = false;
	}
	if (ccs_ev_station_offer(s) == CCS_EV_OFFER_NONE)
		s->asleep = true;
	if (s->asleep && ccs_ev_station_offer(s) == CCS_EV_OFFER_DIGITAL) {
		resume(s);
	} else if (s->pause_seen && !pause) {
		s->pause_seen = false;
		wake(s);
	} else {
		s->pause_seen = pause;
	}
}

static void run_done(struct ccs_ev_station *s)
{
	if (s->open_to_basic && may_charge_basic(s) && s->leave_at == CCS_NEVER)
		begin_basic(s);
}

/* Unplugged, a wish to end and a pilot without 5 % come before the state's own business. */
static bool supervise(struct ccs_ev_station *s)
{
	const struct ccs_ev_values *v = s->config.session.values;
	bool idle = s->state == CCS_EV_STATION_PLUGGED || is_underway(s) ||
		    s->state == CCS_EV_STATION_PAUSED;

	if (s->state <= CCS_EV_STATION_UNPLUGGED || s->state == CCS_EV_STATION_BASIC ||
	    ccs_ev_station_in_session(s))
		return false;
	if (!ccs_ev_station_is_plugged(s))
		unplug(s);
	else if (idle && (v->stop || v->emergency))
		finish(s, false);
	else if (is_underway(s) && ccs_ev_station_lost_link(s))
		fail(s, "there is no link to a charger");
	else if (is_underway(s) && !may_communicate(s) &&
		 ccs_ev_station_offer(s) != CCS_EV_OFFER_UNKNOWN)
		turn_back(s, CCS_EV_STATION_PLUGGED);
	else
		return false;
	return true;
}

static void run(struct ccs_ev_station *s)
{
	switch (s->state) {
	case CCS_EV_STATION_UNPLUGGED:
		run_unplugged(s);
		break;
	case CCS_EV_STATION_PLUGGED:
		run_plugged(s);
		break;
	case CCS_EV_STATION_MATCHING:
		run_matching(s);
		break;
	case CCS_EV_STATION_DISCOVERY:
		run_discovery(s);
		break;
	case CCS_EV_STATION_CONNECTING:
		run_connecting(s);
		break;
	case CCS_EV_STATION_SESSION:
		run_session(s);
		break;
	case CCS_EV_STATION_BASIC:
		run_basic(s);
		break;
	case CCS_EV_STATION_PAUSED:
		run_paused(s);
		break;
	case CCS_EV_STATION_DONE:
		run_done(s);
		break;
	case CCS_EV_STATION_OFF:
		break;
	}
}

void ccs_ev_station_decide(struct ccs_ev_station *s)
{
	enum ccs_ev_station_state before;

	do {
		before = s->state;
		if (!supervise(s))
			run(s);
	} while (s->state != before);
	if (s->now >= s->leave_at)
		leave_link(s);
}

void ccs_ev_station_power_on(struct ccs_ev_station *s)
{
	reset_discovery(s);
	enter(s, CCS_EV_STATION_UNPLUGGED);
}

static void begin_session(struct ccs_ev_station *s)
{
	int result = CCS_ERR_STATE;

	s->powered = false;
	s->session.channel.config.session++;
	if (s->resumes)
		result = ccs_ev_session_resume(&s->session, s->now);
	if (result)
		result = ccs_ev_session_start(&s->session, s->now);
	if (result)
		fail(s, "the inlet is still locked from the last session");
	else
		enter(s, CCS_EV_STATION_SESSION);
}

void ccs_ev_station_take_opened(struct ccs_ev_station *s)
{
	if (s->state == CCS_EV_STATION_CONNECTING && s->stream == CCS_STREAM_OPEN)
		begin_session(s);
}

void ccs_ev_station_take_closed(struct ccs_ev_station *s)
{
	if (s->state == CCS_EV_STATION_SESSION) {
		s->stream = CCS_STREAM_CLOSED;
		ccs_ev_session_lost(&s->session, s->now);
	} else if (s->state == CCS_EV_STATION_CONNECTING && s->stream == CCS_STREAM_OPEN) {
		s->stream = CCS_STREAM_CLOSED;
		s->connect_at = s->now + CONNECT_PAUSE;
		if (!has_quirk(s, CCS_QUIRK_CONNECT_AGAIN))
			s->deadline = s->now;
	}
}

int ccs_ev_station_take_again(struct ccs_ev_station *s)
{
	if (s->state != CCS_EV_STATION_DONE && s->state != CCS_EV_STATION_PAUSED)
		return CCS_ERR_STATE;
	s->failures = 0;
	if (s->state == CCS_EV_STATION_PAUSED)
		wake(s);
	else
		enter(s, CCS_EV_STATION_PLUGGED);
	return 0;
}

static ccs_time sooner(ccs_time a, ccs_time b)
{
	return a < b ? a : b;
}

/* Until the 5 % are there the duty cycle is what counts: the shell ticks when it changes. */
ccs_time ccs_ev_station_next(const struct ccs_ev_station *s)
{
	ccs_time next = sooner(s->deadline, sooner(s->leave_at, s->connect_at));

	if (s->state == CCS_EV_STATION_MATCHING && s->joining != CCS_NEVER)
		next = sooner(next, s->joining + SDP_AFTER);
	if (s->state == CCS_EV_STATION_BASIC)
		next = sooner(next, ccs_ev_basic_deadline(s));
	return next;
}
