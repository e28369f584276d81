/* SPDX-License-Identifier: Apache-2.0 */
/* The car's station: the order of plug, matching, discovery, connection and session. */
#include "station.h"

#include <string.h>

#define TRIES	      3
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

static void emit_sdp(const struct ccs_ev_station *s, enum ccs_side dir, const uint8_t *datagram,
		     size_t length)
{
	struct ccs_sdp sdp;
	struct ccs_record record = {
		.kind = CCS_RECORD_SDP, .time = s->now, .since = s->now, .dir = dir, .sdp = &sdp
	};

	if (!ccs_sdp_decode(&sdp, datagram, length))
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

static bool is_session_running(const struct ccs_ev_station *s)
{
	enum ccs_ev_state state = ccs_ev_session_state(&s->session);

	return state != CCS_EV_STATE_IDLE && state != CCS_EV_STATE_ENDED;
}

static bool is_linked(const struct ccs_ev_station *s)
{
	return s->config.without_slac || s->slac.state == CCS_SLAC_EV_MATCHED;
}

static bool is_link_lost(const struct ccs_ev_station *s)
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
}

static void finish(struct ccs_ev_station *s)
{
	turn_back(s, CCS_EV_STATION_DONE);
}

static void fail(struct ccs_ev_station *s, const char *text)
{
	emit(s, CCS_RECORD_NOTE, CCS_NOTE_WARNING, text);
	s->failures++;
	if (s->failures >= s->config.tries) {
		finish(s);
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

/* An inlet that is still locked was welded or live after the last session: nothing begins. */
static void run_plugged(struct ccs_ev_station *s)
{
	if ((s->deadline != CCS_NEVER && s->now < s->deadline) || s->config.session.commands->lock)
		return;
	s->deadline = CCS_NEVER;
	if (may_communicate(s)) {
		begin_matching(s);
	} else if (s->config.basic_ac && ccs_ev_station_offer(s) == CCS_EV_OFFER_BASIC) {
		leave_link(s);
		enter(s, CCS_EV_STATION_BASIC);
		ccs_ev_basic_begin(s);
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

static void end_session(struct ccs_ev_station *s)
{
	if (!ccs_ev_station_is_plugged(s))
		unplug(s);
	else if (ccs_ev_session_outcome(&s->session) == CCS_EV_OUTCOME_FAILED && !s->powered &&
		 is_worth_a_try(ccs_ev_session_reason(&s->session)))
		fail(s, "the session failed before the power was on");
	else
		finish(s);
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
		finish(s);
}

/* Unplugged, a wish to end and a pilot without 5 % come before the state's own business. */
static bool supervise(struct ccs_ev_station *s)
{
	const struct ccs_ev_values *v = s->config.session.values;
	bool idle = s->state == CCS_EV_STATION_PLUGGED || is_underway(s);

	if (s->state <= CCS_EV_STATION_UNPLUGGED || s->state == CCS_EV_STATION_BASIC ||
	    is_session_running(s))
		return false;
	if (!ccs_ev_station_is_plugged(s))
		unplug(s);
	else if (idle && (v->stop || v->emergency))
		finish(s);
	else if (is_underway(s) && is_link_lost(s))
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
	case CCS_EV_STATION_OFF:
	case CCS_EV_STATION_PAUSED:
	case CCS_EV_STATION_DONE:
		break;
	}
}

static void tick_engines(struct ccs_ev_station *s)
{
	if (!s->config.without_slac)
		ccs_slac_ev_tick(&s->slac, s->now);
	ccs_sdp_client_tick(&s->sdp, s->now);
	if (s->state == CCS_EV_STATION_BASIC)
		return; /* which has the lock and the contactors */
	if (is_session_running(s) && is_link_lost(s))
		ccs_ev_session_lost(&s->session, s->now);
	ccs_ev_session_tick(&s->session, s->now);
}

/* The only place that writes the pilot, but for the session that runs (R25). */
static void put_out(struct ccs_ev_station *s)
{
	struct ccs_ev_commands *c = s->config.session.commands;
	bool toggling = s->slac.toggle_c || s->toggle_c;

	if (s->state != CCS_EV_STATION_BASIC)
		s->facts = *ccs_ev_session_facts(&s->session);
	s->facts.toggling = toggling;
	if (s->state == CCS_EV_STATION_BASIC)
		c->pilot = ccs_ev_basic_pilot(s);
	else if (!is_session_running(s))
		c->pilot = toggling ? CCS_PILOT_C : CCS_PILOT_B;
}

/* After every event: the engines, what holds in every state, the states, the output. */
static void step(struct ccs_ev_station *s)
{
	enum ccs_ev_station_state before;

	if (s->state == CCS_EV_STATION_OFF)
		return;
	tick_engines(s);
	do {
		before = s->state;
		if (!supervise(s))
			run(s);
	} while (s->state != before);
	if (s->now >= s->leave_at)
		leave_link(s);
	put_out(s);
}

/* The verbs. */

int ccs_ev_station_init(struct ccs_ev_station *s, const struct ccs_ev_station_config *config)
{
	struct ccs_ev_session_config *session = &s->config.session;

	memset(s, 0, sizeof(*s));
	s->config = *config;
	if (!s->config.tries)
		s->config.tries = TRIES;
	session->channel.input = s->input;
	session->channel.input_size = sizeof(s->input);
	session->channel.output = s->output;
	session->channel.output_size = sizeof(s->output);
	session->channel.pool = s->pool;
	session->channel.pool_size = sizeof(s->pool);
	session->channel.sink = s->config.sink;
	if (!session->evccid_length) {
		memcpy(session->evccid, s->config.slac.mac, sizeof(s->config.slac.mac));
		session->evccid_length = sizeof(s->config.slac.mac); /* R18 */
	}
	s->leave_at = s->deadline = s->joining = s->connect_at = s->stop_at = CCS_NEVER;
	if (!s->config.without_slac)
		ccs_slac_ev_init(&s->slac, &s->config.slac, s->config.sink);
	return ccs_ev_session_init(&s->session, session);
}

void ccs_ev_station_start(struct ccs_ev_station *s, ccs_time now)
{
	s->now = now;
	if (!s->config.without_slac)
		ccs_slac_ev_start(&s->slac, now);
	reset_discovery(s);
	enter(s, CCS_EV_STATION_UNPLUGGED);
	step(s);
}

int ccs_ev_station_receive_frame(struct ccs_ev_station *s, const uint8_t *frame, size_t length,
				 ccs_time now)
{
	int result = CCS_IGNORED;

	s->now = now;
	if (!s->config.without_slac && s->state != CCS_EV_STATION_OFF)
		result = ccs_slac_ev_receive(&s->slac, frame, length, now);
	step(s);
	return result;
}

int ccs_ev_station_receive_datagram(struct ccs_ev_station *s, const uint8_t *datagram,
				    size_t length, ccs_time now)
{
	int result = ccs_sdp_client_receive(&s->sdp, datagram, length);

	s->now = now;
	if (!result)
		emit_sdp(s, CCS_SIDE_EVSE, datagram, length);
	step(s);
	return result;
}

void ccs_ev_station_receive_stream(struct ccs_ev_station *s, const uint8_t *bytes, size_t length,
				   ccs_time now)
{
	s->now = now;
	if (s->state == CCS_EV_STATION_SESSION)
		ccs_ev_session_receive(&s->session, bytes, length, now);
	step(s);
}

void ccs_ev_station_opened(struct ccs_ev_station *s, ccs_time now)
{
	s->now = now;
	if (s->state == CCS_EV_STATION_CONNECTING && s->stream == CCS_STREAM_OPEN) {
		s->powered = false;
		s->session.channel.config.session++;
		if (ccs_ev_session_start(&s->session, now) == 0)
			enter(s, CCS_EV_STATION_SESSION);
		else
			fail(s, "the inlet is still locked from the last session");
	}
	step(s);
}

void ccs_ev_station_closed(struct ccs_ev_station *s, ccs_time now)
{
	s->now = now;
	if (s->state == CCS_EV_STATION_SESSION) {
		s->stream = CCS_STREAM_CLOSED;
		ccs_ev_session_lost(&s->session, now);
	} else if (s->state == CCS_EV_STATION_CONNECTING && s->stream == CCS_STREAM_OPEN) {
		s->stream = CCS_STREAM_CLOSED;
		s->connect_at = now + CONNECT_PAUSE;
		if (!has_quirk(s, CCS_QUIRK_CONNECT_AGAIN))
			s->deadline = now;
	}
	step(s);
}

void ccs_ev_station_tick(struct ccs_ev_station *s, ccs_time now)
{
	s->now = now;
	step(s);
}

int ccs_ev_station_again(struct ccs_ev_station *s, ccs_time now)
{
	if (s->state != CCS_EV_STATION_DONE)
		return CCS_ERR_STATE;
	s->now = now;
	s->failures = 0;
	enter(s, CCS_EV_STATION_PLUGGED);
	step(s);
	return 0;
}

int ccs_ev_station_send_frame(struct ccs_ev_station *s, uint8_t *buffer, size_t size)
{
	return s->config.without_slac ? 0 : ccs_slac_ev_send(&s->slac, buffer, size);
}

int ccs_ev_station_send_datagram(struct ccs_ev_station *s, uint8_t *buffer, size_t size)
{
	int length = ccs_sdp_client_send(&s->sdp, buffer, size);

	if (length > 0)
		emit_sdp(s, CCS_SIDE_EV, buffer, (size_t)length);
	return length;
}

int ccs_ev_station_send_stream(struct ccs_ev_station *s, uint8_t *buffer, size_t size)
{
	return s->state == CCS_EV_STATION_OFF ? 0 : ccs_ev_session_send(&s->session, buffer, size);
}

static ccs_time sooner(ccs_time a, ccs_time b)
{
	return a < b ? a : b;
}

/* Until the 5 % are there the duty cycle is what counts: the shell ticks when it changes. */
ccs_time ccs_ev_station_deadline(const struct ccs_ev_station *s)
{
	ccs_time next = sooner(s->deadline, sooner(s->leave_at, s->connect_at));

	if (s->state == CCS_EV_STATION_OFF)
		return CCS_NEVER;
	if (!s->config.without_slac)
		next = sooner(next, ccs_slac_ev_deadline(&s->slac));
	if (s->state == CCS_EV_STATION_MATCHING && s->joining != CCS_NEVER)
		next = sooner(next, s->joining + SDP_AFTER);
	next = sooner(next, ccs_sdp_client_deadline(&s->sdp));
	if (s->state == CCS_EV_STATION_BASIC)
		return sooner(next, ccs_ev_basic_deadline(s));
	return sooner(next, ccs_ev_session_deadline(&s->session));
}

const struct ccs_ev_facts *ccs_ev_station_facts(const struct ccs_ev_station *s)
{
	return &s->facts;
}
