/* SPDX-License-Identifier: Apache-2.0 */
/* The car's station: its engines, its output, and its verbs.  What it decides: station_states.c. */
#include "station.h"

#include <string.h>

#define TRIES	     3
#define SLOW_JOIN_MS 20000 /* R11 */

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

static void tick_engines(struct ccs_ev_station *s)
{
	if (!s->config.without_slac)
		ccs_slac_ev_tick(&s->slac, s->now);
	ccs_sdp_client_tick(&s->sdp, s->now);
	if (s->state == CCS_EV_STATION_BASIC)
		return; /* which has the lock and the contactors */
	if (ccs_ev_station_in_session(s) && ccs_ev_station_lost_link(s))
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
	else if (!ccs_ev_station_in_session(s))
		c->pilot = toggling ? CCS_PILOT_C : CCS_PILOT_B;
}

/* After every event: the engines, what holds in every state, the states, the output. */
static void step(struct ccs_ev_station *s)
{
	if (s->state == CCS_EV_STATION_OFF)
		return;
	tick_engines(s);
	ccs_ev_station_decide(s);
	put_out(s);
}

/* The verbs. */

/* Those of the matching, which knows none itself. */
static void obey_quirks(struct ccs_ev_station *s)
{
	const struct ccs_quirks *quirks = &s->config.session.quirks;
	struct ccs_slac_ev_config *slac = &s->config.slac;
	uint16_t *join = &slac->limits.value[CCS_SLAC_TT_match_join];

	if (ccs_quirk_is_on(quirks, CCS_QUIRK_SLOW_JOIN) && *join < SLOW_JOIN_MS)
		*join = SLOW_JOIN_MS;
	slac->ignore_early = !ccs_quirk_is_on(quirks, CCS_QUIRK_EARLY_ATTEN_CHAR);
}

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
	obey_quirks(s);
	if (!s->config.without_slac)
		ccs_slac_ev_init(&s->slac, &s->config.slac, s->config.sink);
	return ccs_ev_session_init(&s->session, session);
}

void ccs_ev_station_start(struct ccs_ev_station *s, ccs_time now)
{
	s->now = now;
	if (!s->config.without_slac)
		ccs_slac_ev_start(&s->slac, now);
	ccs_ev_station_power_on(s);
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
	ccs_ev_station_take_opened(s);
	step(s);
}

void ccs_ev_station_closed(struct ccs_ev_station *s, ccs_time now)
{
	s->now = now;
	ccs_ev_station_take_closed(s);
	step(s);
}

void ccs_ev_station_tick(struct ccs_ev_station *s, ccs_time now)
{
	s->now = now;
	step(s);
}

int ccs_ev_station_again(struct ccs_ev_station *s, ccs_time now)
{
	int result;

	s->now = now;
	result = ccs_ev_station_take_again(s);
	step(s);
	return result;
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

ccs_time ccs_ev_station_deadline(const struct ccs_ev_station *s)
{
	ccs_time next = sooner(ccs_ev_station_next(s), ccs_sdp_client_deadline(&s->sdp));

	if (s->state == CCS_EV_STATION_OFF)
		return CCS_NEVER;
	if (!s->config.without_slac)
		next = sooner(next, ccs_slac_ev_deadline(&s->slac));
	if (s->state == CCS_EV_STATION_BASIC)
		return next;
	return sooner(next, ccs_ev_session_deadline(&s->session));
}

const struct ccs_ev_facts *ccs_ev_station_facts(const struct ccs_ev_station *s)
{
	return &s->facts;
}
