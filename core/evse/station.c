/* SPDX-License-Identifier: Apache-2.0 */
/* The charger's station: the order of pilot, matching, discovery and session. */
#include "station.h"

#include <string.h>

#define TRIES	       3
#define SETTLE_TIME    CCS_MS(500)     /* from plug-in to 5 %: contacts bounce */
#define MODEM_TIME     CCS_SECONDS(5)  /* and more, until the modem has its key */
#define STEP_EF	       CCS_SECONDS(4)  /* T_step_EF */
#define STEP_X1	       CCS_MS(750)     /* behind it */
#define STEP_X1_DUTY   CCS_SECONDS(3)  /* from 5 % to the nominal duty cycle, after a session */
#define MODEMLESS_TIME CCS_SECONDS(50) /* AC does not wait longer for a modem */
#define EF_ECHO	       CCS_SECONDS(1)  /* our own E or F may still be measured so long */

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

static void emit_sdp(const struct ccs_evse_station *s, enum ccs_side dir, const struct ccs_sdp *sdp)
{
	struct ccs_record record = {
		.kind = CCS_RECORD_SDP, .time = s->now, .since = s->now, .dir = dir, .sdp = sdp
	};

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
static bool is_gone(const struct ccs_evse_station *s)
{
	enum ccs_pilot pilot = pilot_of(s);

	if (pilot == CCS_PILOT_E || pilot == CCS_PILOT_F)
		return s->config.session.commands->pilot != CCS_PILOT_F && s->now >= s->echo_until;
	return pilot == CCS_PILOT_A;
}

static bool is_session_running(const struct ccs_evse_station *s)
{
	return s->session.state != CCS_EVSE_IDLE && !s->session.facts.ended;
}

static bool is_linked(const struct ccs_evse_station *s)
{
	return s->config.without_slac || s->slac.state == CCS_SLAC_EVSE_MATCHED;
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

static void fail(struct ccs_evse_station *s, const char *text)
{
	emit(s, CCS_RECORD_NOTE, CCS_NOTE_WARNING, text);
	s->failures++;
	if (s->failures >= s->config.tries)
		finish(s);
	else
		begin_again(s);
}

static void begin_linked(struct ccs_evse_station *s)
{
	enter(s, CCS_EVSE_STATION_LINKED);
	if (!s->config.without_slac)
		s->deadline = s->now +
			      ccs_timing_us(s->session.config.timing, CCS_TIMER_SECC_SEQUENCE);
}

/* ISO 15118-3: through X1 when there was communication, else through E or F. */
static void begin_basic(struct ccs_evse_station *s, bool communicated)
{
	begin_steps(s, communicated ? 0 : STEP_EF, communicated ? STEP_X1_DUTY : STEP_X1);
	enter(s, CCS_EVSE_STATION_BASIC);
	evse_basic_begin(s);
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
	else if (s->config.basic_ac && (modemless || s->slac.wish == CCS_WISH_NO_HIGH_LEVEL))
		begin_basic(s, false);
}

/* NOTE: the standard gives the car 18 s; those that ask for TLS first need longer. */
static void run_linked(struct ccs_evse_station *s)
{
	if (!is_linked(s))
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

static void end_session(struct ccs_evse_station *s)
{
	enum ccs_evse_fault fault = s->session.fault;

	if (!is_connected(s) && pilot_of(s) != CCS_PILOT_UNKNOWN) {
		unplug(s);
	} else if (fault == CCS_EVSE_FAULT_NONE && s->config.basic_ac && s->config.session.probe) {
		begin_basic(s, true);
	} else if (!s->powered && is_worth_a_try(fault)) {
		fail(s, "the session failed before the power was on");
	} else {
		if (fault == CCS_EVSE_FAULT_NONE)
			s->on_until = s->now + ccs_timing_us(s->session.config.timing,
							     CCS_TIMER_OSCILLATOR_RETAIN);
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
	if (is_gone(s))
		unplug(s);
	else
		finish(s);
}

/* Unplugged, and a person's wish to end, come before the state's own business. */
static bool supervise(struct ccs_evse_station *s)
{
	const struct ccs_evse_values *v = s->config.session.values;
	bool underway = s->state >= CCS_EVSE_STATION_PLUGGED && s->state <= CCS_EVSE_STATION_LINKED;

	if (s->state <= CCS_EVSE_STATION_AVAILABLE || s->state == CCS_EVSE_STATION_BASIC ||
	    is_session_running(s))
		return false;
	if (is_gone(s))
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
	case CCS_EVSE_STATION_OFF:
	case CCS_EVSE_STATION_PAUSED:
	case CCS_EVSE_STATION_DONE:
		break;
	}
}

/* What the pilot shows goes to the matching, ours and the car's part of it. */
static void tell_pilot(struct ccs_evse_station *s)
{
	const struct ccs_evse_commands *c = s->config.session.commands;
	bool pwm = c->pilot == CCS_PILOT_UNKNOWN && c->duty == EVSE_DUTY_DIGITAL;

	if (!s->config.without_slac)
		ccs_slac_evse_set_pilot(&s->slac, pilot_of(s), pwm, s->now);
}

static void tick_engines(struct ccs_evse_station *s)
{
	if (!s->config.without_slac)
		ccs_slac_evse_tick(&s->slac, s->now);
	if (s->state == CCS_EVSE_STATION_BASIC)
		return; /* which has the lock and the contactor */
	ccs_evse_session_tick(&s->session, s->now);
	if (s->state == CCS_EVSE_STATION_SESSION && (!is_linked(s) || is_gone(s)))
		ccs_evse_session_close(&s->session, s->now);
}

static int32_t choose_duty(const struct ccs_evse_station *s)
{
	switch (s->state) {
	case CCS_EVSE_STATION_MATCHING:
		return s->slac.wish == CCS_WISH_X1 ? EVSE_DUTY_X1 : EVSE_DUTY_DIGITAL;
	case CCS_EVSE_STATION_LINKED:
	case CCS_EVSE_STATION_SESSION:
		return EVSE_DUTY_DIGITAL;
	case CCS_EVSE_STATION_BASIC:
		return evse_basic_duty(s);
	case CCS_EVSE_STATION_DONE:
		return s->now < s->on_until ? EVSE_DUTY_DIGITAL : EVSE_DUTY_X1;
	case CCS_EVSE_STATION_OFF:
	case CCS_EVSE_STATION_AVAILABLE:
	case CCS_EVSE_STATION_PLUGGED:
	case CCS_EVSE_STATION_PAUSED:
		break;
	}
	return EVSE_DUTY_X1;
}

/* State F: the way to a new beginning, and "not available" while the emergency button is in. */
static bool wants_f(const struct ccs_evse_station *s)
{
	if (s->now < s->ef_until)
		return true;
	if (s->state == CCS_EVSE_STATION_MATCHING && s->slac.wish == CCS_WISH_EF)
		return true;
	return s->config.session.values->emergency && !is_session_running(s);
}

/* The only place that writes the pilot and the duty cycle. */
static void put_out(struct ccs_evse_station *s)
{
	struct ccs_evse_commands *c = s->config.session.commands;

	if (c->pilot == CCS_PILOT_F)
		s->echo_until = s->now + EF_ECHO;
	c->pilot = wants_f(s) ? CCS_PILOT_F : CCS_PILOT_UNKNOWN;
	c->duty = s->now < s->x1_until || c->pilot == CCS_PILOT_F ? EVSE_DUTY_X1 : choose_duty(s);
	if (s->state != CCS_EVSE_STATION_BASIC)
		s->facts = s->session.facts;
}

/* After every event: the engines, what holds in every state, the states, the output. */
static void step(struct ccs_evse_station *s)
{
	enum ccs_evse_station_state before;

	if (s->state == CCS_EVSE_STATION_OFF)
		return;
	tell_pilot(s);
	tick_engines(s);
	do {
		before = s->state;
		if (!supervise(s))
			run(s);
	} while (s->state != before);
	put_out(s);
	tell_pilot(s);
}

/* Bytes to event: the discovery. */

/* R12: without TLS a car that asks for it is told that there is none. */
static bool is_answered(const struct ccs_evse_station *s, const struct ccs_sdp *sdp)
{
	bool tls = sdp->security == CCS_SDP_TLS;

	if (sdp->kind != CCS_SDP_REQUEST || sdp->transport != CCS_SDP_TCP ||
	    s->state != CCS_EVSE_STATION_LINKED || !s->port)
		return false;
	if (tls)
		return ccs_quirk_is_on(&s->config.session.quirks, CCS_QUIRK_NO_TLS_ANSWER);
	return sdp->security == CCS_SDP_NO_TLS;
}

static void answer(struct ccs_evse_station *s)
{
	s->answer = (struct ccs_sdp) { .kind = CCS_SDP_RESPONSE,
				       .security = CCS_SDP_NO_TLS,
				       .transport = CCS_SDP_TCP,
				       .secc_port = s->port };
	memcpy(s->answer.secc_ip, s->ip, sizeof(s->ip));
	s->answer_due = true;
}

int ccs_evse_station_receive_datagram(struct ccs_evse_station *s, const uint8_t *datagram,
				      size_t length, ccs_time now)
{
	struct ccs_sdp sdp;
	int result = ccs_sdp_decode(&sdp, datagram, length);

	s->now = now;
	step(s);
	s->answer_due = false;
	if (result)
		return result;
	emit_sdp(s, CCS_SIDE_EV, &sdp);
	if (!is_answered(s, &sdp))
		return CCS_IGNORED;
	answer(s);
	return 0;
}

/* The verbs. */

void ccs_evse_station_init(struct ccs_evse_station *s, const struct ccs_evse_station_config *config)
{
	struct ccs_channel_config *channel = &s->config.session.channel;

	memset(s, 0, sizeof(*s));
	s->config = *config;
	if (!s->config.tries)
		s->config.tries = TRIES;
	channel->input = s->input;
	channel->input_size = sizeof(s->input);
	channel->output = s->output;
	channel->output_size = sizeof(s->output);
	channel->pool = s->pool;
	channel->pool_size = sizeof(s->pool);
	channel->sink = s->config.sink;
	s->deadline = s->stop_at = CCS_NEVER;
	*s->config.session.commands = (struct ccs_evse_commands) { .duty = EVSE_DUTY_X1 };
	if (!s->config.without_slac)
		ccs_slac_evse_init(&s->slac, &s->config.slac, s->config.sink);
	ccs_evse_session_init(&s->session, &s->config.session);
	s->facts = s->session.facts;
}

void ccs_evse_station_start(struct ccs_evse_station *s, ccs_time now)
{
	s->now = now;
	if (!s->config.without_slac)
		ccs_slac_evse_start(&s->slac, now);
	unplug(s);
	step(s);
}

void ccs_evse_station_set_address(struct ccs_evse_station *s, const uint8_t ip[16], uint16_t port)
{
	memcpy(s->ip, ip, sizeof(s->ip));
	s->port = port;
}

int ccs_evse_station_receive_frame(struct ccs_evse_station *s, const uint8_t *frame, size_t length,
				   ccs_time now)
{
	int result = CCS_IGNORED;

	s->now = now;
	if (!s->config.without_slac && s->state != CCS_EVSE_STATION_OFF)
		result = ccs_slac_evse_receive(&s->slac, frame, length, now);
	step(s);
	return result;
}

void ccs_evse_station_receive_stream(struct ccs_evse_station *s, const uint8_t *bytes,
				     size_t length, ccs_time now)
{
	s->now = now;
	if (s->state == CCS_EVSE_STATION_SESSION)
		ccs_evse_session_receive(&s->session, bytes, length, now);
	step(s);
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

int ccs_evse_station_opened(struct ccs_evse_station *s, ccs_time now)
{
	uint8_t id[8];

	s->now = now;
	step(s);
	if (s->state != CCS_EVSE_STATION_LINKED)
		return CCS_ERR_STATE;
	make_session_id(s, id);
	s->session.config.channel.session++;
	s->powered = false;
	if (ccs_evse_session_start(&s->session, id, now))
		return CCS_ERR_STATE;
	enter(s, CCS_EVSE_STATION_SESSION);
	step(s);
	return 0;
}

void ccs_evse_station_closed(struct ccs_evse_station *s, ccs_time now)
{
	s->now = now;
	if (s->state == CCS_EVSE_STATION_SESSION) {
		s->stream = CCS_STREAM_CLOSED;
		ccs_evse_session_close(&s->session, now);
	}
	step(s);
}

void ccs_evse_station_tick(struct ccs_evse_station *s, ccs_time now)
{
	s->now = now;
	step(s);
}

int ccs_evse_station_again(struct ccs_evse_station *s, ccs_time now)
{
	if (s->state != CCS_EVSE_STATION_DONE)
		return CCS_ERR_STATE;
	s->now = now;
	s->failures = 0;
	begin_again(s);
	step(s);
	return 0;
}

int ccs_evse_station_send_frame(struct ccs_evse_station *s, uint8_t *buffer, size_t size)
{
	return s->config.without_slac ? 0 : ccs_slac_evse_send(&s->slac, buffer, size);
}

int ccs_evse_station_send_datagram(struct ccs_evse_station *s, uint8_t *buffer, size_t size)
{
	int length;

	if (!s->answer_due)
		return 0;
	length = ccs_sdp_encode(&s->answer, buffer, size);
	if (length < 0)
		return length;
	s->answer_due = false;
	emit_sdp(s, CCS_SIDE_EVSE, &s->answer);
	return length;
}

int ccs_evse_station_send_stream(struct ccs_evse_station *s, uint8_t *buffer, size_t size)
{
	return s->state == CCS_EVSE_STATION_OFF ? 0
						: ccs_evse_session_send(&s->session, buffer, size);
}

static ccs_time sooner(ccs_time a, ccs_time b)
{
	return a < b ? a : b;
}

/* `time` when it lies ahead. */
static ccs_time ahead(const struct ccs_evse_station *s, ccs_time time)
{
	return time > s->now ? time : CCS_NEVER;
}

ccs_time ccs_evse_station_deadline(const struct ccs_evse_station *s)
{
	ccs_time next = sooner(s->deadline, ahead(s, s->ef_until));

	if (s->state == CCS_EVSE_STATION_OFF)
		return CCS_NEVER;
	next = sooner(next, sooner(ahead(s, s->x1_until), ahead(s, s->on_until)));
	next = sooner(next, ahead(s, s->echo_until));
	if (!s->config.without_slac)
		next = sooner(next, ccs_slac_evse_deadline(&s->slac));
	if (s->state == CCS_EVSE_STATION_BASIC)
		return sooner(next, evse_basic_deadline(s));
	return sooner(next, ccs_evse_session_deadline(&s->session));
}

const struct ccs_evse_facts *ccs_evse_station_facts(const struct ccs_evse_station *s)
{
	return &s->facts;
}
