/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The charger's station: its engines, its output, the discovery, and its verbs.  What it decides:
 * station_states.c.
 */
#include "station.h"

#include <string.h>

#define TRIES	      3
#define SUBSTITUTE_DB 12	     /* R7 */
#define SLOW_JOIN_MS  20000	     /* R11 */
#define EF_ECHO	      CCS_SECONDS(1) /* our own E or F may still be measured so long */

static void emit_sdp(const struct ccs_evse_station *s, enum ccs_side dir, const struct ccs_sdp *sdp)
{
	struct ccs_record record = {
		.kind = CCS_RECORD_SDP, .time = s->now, .since = s->now, .dir = dir, .sdp = sdp
	};

	ccs_emit(s->config.sink, &record);
}

/* What the pilot shows goes to the matching, ours and the car's part of it. */
static void tell_pilot(struct ccs_evse_station *s)
{
	const struct ccs_evse_commands *c = s->config.session.commands;
	bool pwm = c->pilot == CCS_PILOT_UNKNOWN && c->duty == EVSE_DUTY_DIGITAL;
	/* What counts as unplugged here has to count as that there. */
	enum ccs_pilot pilot = evse_station_is_gone(s) ? CCS_PILOT_A
						       : s->config.session.values->pilot;

	if (!s->config.without_slac)
		ccs_slac_evse_set_pilot(&s->slac, pilot, pwm, s->now);
}

static void tick_engines(struct ccs_evse_station *s)
{
	if (!s->config.without_slac)
		ccs_slac_evse_tick(&s->slac, s->now);
	if (s->state == CCS_EVSE_STATION_BASIC)
		return; /* which has the lock and the contactor */
	ccs_evse_session_tick(&s->session, s->now);
	if (s->state == CCS_EVSE_STATION_SESSION &&
	    (!evse_station_is_linked(s) || evse_station_is_gone(s)))
		ccs_evse_session_close(&s->session, s->now);
}

static int32_t choose_duty(const struct ccs_evse_station *s)
{
	switch (s->state) {
	case CCS_EVSE_STATION_MATCHING:
		return s->slac.wish == CCS_WISH_X1 ? EVSE_DUTY_X1 : EVSE_DUTY_DIGITAL;
	case CCS_EVSE_STATION_LINKED:
		return EVSE_DUTY_DIGITAL;
	case CCS_EVSE_STATION_SESSION:
		return s->session.fault != CCS_EVSE_FAULT_NONE &&
				       ccs_evse_session_wants_oscillator_off(&s->session)
			       ? EVSE_DUTY_X1
			       : EVSE_DUTY_DIGITAL;
	case CCS_EVSE_STATION_BASIC:
		return evse_basic_duty(s);
	case CCS_EVSE_STATION_PAUSED:
	case CCS_EVSE_STATION_DONE:
		return s->now < s->on_until ? EVSE_DUTY_DIGITAL : EVSE_DUTY_X1;
	case CCS_EVSE_STATION_OFF:
	case CCS_EVSE_STATION_AVAILABLE:
	case CCS_EVSE_STATION_PLUGGED:
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
	return s->config.session.values->emergency && !evse_station_in_session(s);
}

/* Behind its end the current that is still measured was that of the mains. */
static bool is_basic(const struct ccs_evse_station *s)
{
	return s->state == CCS_EVSE_STATION_BASIC ||
	       (s->facts.basic &&
		(s->state == CCS_EVSE_STATION_DONE || s->state == CCS_EVSE_STATION_AVAILABLE));
}

/* The only place that writes the pilot and the duty cycle. */
static void put_out(struct ccs_evse_station *s)
{
	struct ccs_evse_commands *c = s->config.session.commands;

	if (c->pilot == CCS_PILOT_F)
		s->echo_until = s->now + EF_ECHO;
	c->pilot = wants_f(s) ? CCS_PILOT_F : CCS_PILOT_UNKNOWN;
	c->duty = s->now < s->x1_until || c->pilot == CCS_PILOT_F ? EVSE_DUTY_X1 : choose_duty(s);
	if (!is_basic(s))
		s->facts = s->session.facts;
}

/* After every event: the engines, what holds in every state, the states, the output. */
static void step(struct ccs_evse_station *s)
{
	if (s->state == CCS_EVSE_STATION_OFF)
		return;
	tell_pilot(s);
	tick_engines(s);
	evse_station_decide(s);
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

/* Those of the matching, which knows none itself. */
static void obey_quirks(struct ccs_evse_station *s)
{
	const struct ccs_quirks *quirks = &s->config.session.quirks;
	struct ccs_slac_evse_config *slac = &s->config.slac;
	uint16_t *join = &slac->limits.value[CCS_SLAC_TT_match_join];

	if (ccs_quirk_is_on(quirks, CCS_QUIRK_SUBSTITUTE_PROFILE))
		slac->substitute_db = SUBSTITUTE_DB;
	if (ccs_quirk_is_on(quirks, CCS_QUIRK_SLOW_JOIN) && *join < SLOW_JOIN_MS)
		*join = SLOW_JOIN_MS;
	slac->report_zeros = !ccs_quirk_is_on(quirks, CCS_QUIRK_NONZERO_PROFILE);
	slac->no_second_match = !ccs_quirk_is_on(quirks, CCS_QUIRK_MATCH_AGAIN);
}

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
	obey_quirks(s);
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
	evse_station_power_on(s);
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

int ccs_evse_station_opened(struct ccs_evse_station *s, ccs_time now)
{
	int result;

	s->now = now;
	step(s);
	result = evse_station_take_opened(s);
	step(s);
	return result;
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
	int result;

	s->now = now;
	result = evse_station_take_again(s);
	step(s);
	return result;
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
