/* SPDX-License-Identifier: Apache-2.0 */
/* The two stations with each other. */
#include "station_pair.h"

#include <string.h>

#define EV   0 /* nodes of the power line */
#define EVSE 1

#define STALLS 20 /* that a deadline may lie in the past, in a row */

static const uint8_t ev_mac[6] = { 2, 0, 0, 0, 0, 1 };
static const uint8_t evse_mac[6] = { 2, 0, 0, 0, 0, 2 };
static const uint8_t address[16] = { 0xfe, 0x80, [15] = 2 };

static void fill_random(void *user, uint8_t *bytes, size_t size)
{
	struct station_pair *p = user;

	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)sim_random_below(&p->random, 256);
}

/* What was seen. */

static void take_ev(void *user, const struct ccs_record *record)
{
	struct station_pair *p = user;

	if (record->kind == CCS_RECORD_STATE && strcmp(record->note.topic, "station") == 0)
		p->ev_states[p->ev.state]++;
}

static void take_evse(void *user, const struct ccs_record *record)
{
	struct station_pair *p = user;

	if (record->kind == CCS_RECORD_STATE && strcmp(record->note.topic, "station") == 0)
		p->evse_states[p->evse.state]++;
}

static void keep(struct station_pair *p, const struct ccs_breach *breach, const char *at)
{
	if (p->breach.invariant)
		return;
	p->breach = *breach;
	p->breach_at = at;
}

static void check_ev(struct station_pair *p, const struct ccs_ev_commands *before)
{
	struct ccs_ev_step step = { &p->world.ev_values, before, &p->world.ev_commands,
				    ccs_ev_station_facts(&p->ev), p->now };
	struct ccs_breach breach;

	if (ccs_ev_check(&step, &ccs_tolerances_default, &breach))
		keep(p, &breach, ccs_ev_station_state_text(p->ev.state));
}

static void check_evse(struct station_pair *p, const struct ccs_evse_commands *before)
{
	struct ccs_evse_step step = { &p->world.evse_values, before, &p->world.evse_commands,
				      ccs_evse_station_facts(&p->evse), p->now };
	struct ccs_breach breach;

	if (before->pilot != CCS_PILOT_F && p->world.evse_commands.pilot == CCS_PILOT_F)
		p->f++;
	if (ccs_evse_check(&step, &ccs_tolerances_default, &breach))
		keep(p, &breach, ccs_evse_station_state_text(p->evse.state));
}

/* Calls of the stations, each with its check. */

enum call { TICK, FRAME, DATAGRAM, STREAM, OPENED, CLOSED };

static void call_ev(struct station_pair *p, enum call call, const uint8_t *bytes, size_t length)
{
	struct ccs_ev_commands before = p->world.ev_commands;

	switch (call) {
	case TICK:
		ccs_ev_station_tick(&p->ev, p->now);
		break;
	case FRAME:
		ccs_ev_station_receive_frame(&p->ev, bytes, length, p->now);
		break;
	case DATAGRAM:
		ccs_ev_station_receive_datagram(&p->ev, bytes, length, p->now);
		break;
	case STREAM:
		ccs_ev_station_receive_stream(&p->ev, bytes, length, p->now);
		break;
	case OPENED:
		ccs_ev_station_opened(&p->ev, p->now);
		break;
	case CLOSED:
		ccs_ev_station_closed(&p->ev, p->now);
		break;
	}
	check_ev(p, &before);
}

static int call_evse(struct station_pair *p, enum call call, const uint8_t *bytes, size_t length)
{
	struct ccs_evse_commands before = p->world.evse_commands;
	int result = 0;

	switch (call) {
	case TICK:
		ccs_evse_station_tick(&p->evse, p->now);
		break;
	case FRAME:
		ccs_evse_station_receive_frame(&p->evse, bytes, length, p->now);
		break;
	case DATAGRAM:
		ccs_evse_station_receive_datagram(&p->evse, bytes, length, p->now);
		break;
	case STREAM:
		ccs_evse_station_receive_stream(&p->evse, bytes, length, p->now);
		break;
	case OPENED:
		result = ccs_evse_station_opened(&p->evse, p->now);
		break;
	case CLOSED:
		ccs_evse_station_closed(&p->evse, p->now);
		break;
	}
	check_evse(p, &before);
	return result;
}

/* What the shells do. */

static bool is_linked(const struct station_pair *p)
{
	return !p->slac || sim_plc_is_linked(&p->plc, EV, EVSE, p->now);
}

static bool carry_frames(struct station_pair *p)
{
	struct sim_plc_delivery frame;
	uint8_t bytes[CCS_MME_FRAME_MAX];
	bool moved = false;
	int n;

	if (!p->slac)
		return false;
	while (sim_plc_next(&p->plc, p->now, &frame)) {
		moved = true;
		if (frame.node == EV)
			call_ev(p, FRAME, frame.bytes, frame.length);
		else
			call_evse(p, FRAME, frame.bytes, frame.length);
	}
	while ((n = ccs_ev_station_send_frame(&p->ev, bytes, sizeof(bytes))) > 0)
		sim_plc_send(&p->plc, EV, bytes, (size_t)n, p->now);
	while ((n = ccs_evse_station_send_frame(&p->evse, bytes, sizeof(bytes))) > 0)
		sim_plc_send(&p->plc, EVSE, bytes, (size_t)n, p->now);
	return moved;
}

static bool carry_datagrams(struct station_pair *p)
{
	uint8_t bytes[CCS_SDP_SIZE_MAX];
	bool moved = false;
	int n;

	while ((n = ccs_ev_station_send_datagram(&p->ev, bytes, sizeof(bytes))) > 0) {
		moved = true;
		p->datagrams++;
		if (!is_linked(p) || p->muted)
			continue;
		call_evse(p, DATAGRAM, bytes, (size_t)n);
		n = ccs_evse_station_send_datagram(&p->evse, bytes, sizeof(bytes));
		if (n > 0)
			call_ev(p, DATAGRAM, bytes, (size_t)n);
	}
	return moved;
}

static bool connect_stream(struct station_pair *p)
{
	if (p->ev.stream != CCS_STREAM_OPEN || p->open)
		return false;
	p->connects++;
	if (p->refuses || !is_linked(p) || p->ev.sdp.secc.secc_port != PAIR_PORT ||
	    call_evse(p, OPENED, NULL, 0)) {
		call_ev(p, CLOSED, NULL, 0);
	} else {
		p->open = true;
		call_ev(p, OPENED, NULL, 0);
	}
	return true;
}

static bool carry_stream(struct station_pair *p)
{
	uint8_t bytes[2048];
	bool moved = false;
	int n;

	while ((n = ccs_ev_station_send_stream(&p->ev, bytes, sizeof(bytes))) > 0) {
		moved = true;
		if (p->forge)
			p->forge(p, CCS_SIDE_EVSE, bytes, (size_t)n);
		if (p->open && !p->stuck)
			call_evse(p, STREAM, bytes, (size_t)n);
	}
	while ((n = ccs_evse_station_send_stream(&p->evse, bytes, sizeof(bytes))) > 0) {
		moved = true;
		if (p->forge)
			p->forge(p, CCS_SIDE_EV, bytes, (size_t)n);
		if (p->open && !p->stuck)
			call_ev(p, STREAM, bytes, (size_t)n);
	}
	return moved;
}

/* A close reaches the other side unless the line is dead. */
static bool disconnect_stream(struct station_pair *p)
{
	bool by_car = p->ev.stream == CCS_STREAM_CLOSED;

	if (!p->open || (!by_car && p->evse.stream == CCS_STREAM_OPEN))
		return false;
	p->open = false;
	if (!is_linked(p) || p->stuck)
		return true;
	if (by_car)
		call_evse(p, CLOSED, NULL, 0);
	else
		call_ev(p, CLOSED, NULL, 0);
	return true;
}

void station_pair_settle(struct station_pair *p)
{
	bool moved = true;

	call_ev(p, TICK, NULL, 0);
	call_evse(p, TICK, NULL, 0);
	for (int i = 0; i < 1000 && moved; i++) {
		moved = carry_frames(p);
		moved |= carry_datagrams(p);
		moved |= connect_stream(p);
		moved |= carry_stream(p);
		moved |= disconnect_stream(p);
	}
}

void station_pair_inject(struct station_pair *p, enum ccs_side to, enum station_pair_way way,
			 const uint8_t *bytes, size_t length)
{
	static const enum call calls[] = {
		[PAIR_FRAME] = FRAME,
		[PAIR_DATAGRAM] = DATAGRAM,
		[PAIR_STREAM] = STREAM,
	};

	if (to == CCS_SIDE_EV)
		call_ev(p, bytes ? calls[way] : CLOSED, bytes, length);
	else
		call_evse(p, bytes ? calls[way] : CLOSED, bytes, length);
	station_pair_settle(p);
}

static ccs_time sooner(ccs_time a, ccs_time b)
{
	return a < b ? a : b;
}

static ccs_time next_time(const struct station_pair *p)
{
	ccs_time next = sooner(ccs_ev_station_deadline(&p->ev),
			       ccs_evse_station_deadline(&p->evse));

	next = sooner(next, sim_world_deadline(&p->world));
	return p->slac ? sooner(next, sim_plc_deadline(&p->plc)) : next;
}

void station_pair_step(struct station_pair *p, ccs_time limit)
{
	static const struct ccs_breach stall = { CCS_INVARIANT_B1, "a deadline is never served" };
	/* The hardware is measured each 100 ms, whatever happens. */
	ccs_time next = sooner(sooner(next_time(p), limit), p->now + CCS_MS(100));

	p->stalls = next > p->now ? 0 : p->stalls + 1;
	if (p->stalls > STALLS)
		keep(p, &stall, ccs_ev_station_state_text(p->ev.state));
	p->now = next > p->now ? next : p->now + 1;
	sim_world_step(&p->world, p->now);
	if (p->lie)
		p->lie(p);
	station_pair_settle(p);
}

void station_pair_run(struct station_pair *p, ccs_time span)
{
	ccs_time end = p->now + span;

	while (p->now < end)
		station_pair_step(p, end);
}

bool station_pair_ev(struct station_pair *p, enum ccs_ev_station_state state, ccs_time span)
{
	ccs_time end = p->now + span;

	while (p->now < end && p->ev.state != state)
		station_pair_step(p, end);
	return p->ev.state == state;
}

bool station_pair_evse(struct station_pair *p, enum ccs_evse_station_state state, ccs_time span)
{
	ccs_time end = p->now + span;

	while (p->now < end && p->evse.state != state)
		station_pair_step(p, end);
	return p->evse.state == state;
}

void station_pair_config(struct station_pair *p, struct station_pair_config *config)
{
	struct ccs_slac_random random = { fill_random, p };

	memset(p, 0, sizeof(*p));
	memset(config, 0, sizeof(*config));
	config->world = sim_world_default();
	/* The stations get debounced feedback. */
	config->world.ev_contactor.bounce_us = config->world.evse_contactor.bounce_us = 0;
	config->slac = true;
	ccs_slac_ev_set_defaults(&config->ev.slac);
	memcpy(config->ev.slac.mac, ev_mac, 6);
	config->ev.slac.random = random;
	config->ev.sink = &p->ev_sink;
	config->ev.session.values = &p->world.ev_values;
	config->ev.session.commands = &p->world.ev_commands;
	config->ev.session.quirks = ccs_quirks_default();
	config->ev.session.offers[0] = CCS_PROTOCOL_DIN;
	config->ev.session.offer_count = 1;
	ccs_slac_evse_set_defaults(&config->evse.slac);
	memcpy(config->evse.slac.mac, evse_mac, 6);
	config->evse.slac.random = random;
	config->evse.sink = &p->evse_sink;
	config->evse.session.values = &p->world.evse_values;
	config->evse.session.commands = &p->world.evse_commands;
	config->evse.session.quirks = ccs_quirks_default();
}

void station_pair_start(struct station_pair *p, const struct station_pair_config *config)
{
	struct sim_plc_config plc = sim_plc_default();
	struct station_pair_config c = *config;

	p->now = CCS_SECONDS(1);
	p->ev_sink = (struct ccs_sink) { take_ev, p };
	p->evse_sink = (struct ccs_sink) { take_evse, p };
	p->slac = c.slac;
	c.ev.without_slac |= !c.slac;
	c.evse.without_slac |= !c.slac;
	sim_world_init(&p->world, &c.world, p->now);
	p->world.evse_values.authorisation = CCS_AUTHORISATION_GRANTED;
	sim_plc_init(&p->plc, &plc);
	sim_plc_add(&p->plc, &sim_modems[c.modem], CCS_SIDE_EV, ev_mac);
	sim_plc_add(&p->plc, &sim_modems[c.modem], CCS_SIDE_EVSE, evse_mac);
	sim_plc_set_attenuation(&p->plc, EV, EVSE, 15);
	ccs_ev_station_init(&p->ev, &c.ev);
	ccs_evse_station_init(&p->evse, &c.evse);
	ccs_evse_station_set_address(&p->evse, address, PAIR_PORT);
	ccs_ev_station_start(&p->ev, p->now);
	ccs_evse_station_start(&p->evse, p->now);
	station_pair_settle(p);
}

void station_pair_free(struct station_pair *p)
{
	sim_plc_free(&p->plc);
}
