/* SPDX-License-Identifier: Apache-2.0 */
/* Cars and chargers at the simulated power line. */
#include "plc_medium.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint32_t medium_random(struct medium *m)
{
	return (uint32_t)(sim_random_next(&m->random) >> 32);
}

static void fill_random(void *user, uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)medium_random(user);
}

static void decide(void *user, const struct ccs_mme *mme, int from, int to,
		   struct sim_plc_fate *fate)
{
	struct medium *m = user;
	enum medium_fate wanted = m->fate && from != to ? m->fate(m, mme, from, to) : MEDIUM_PASS;

	if (wanted == MEDIUM_LOSE)
		fate->lose = true;
	if (wanted == MEDIUM_DOUBLE)
		fate->twice = true;
	if (wanted == MEDIUM_LATE)
		fate->late_us += m->late;
}

static void tap(void *user, int node, const uint8_t *frame, size_t length, ccs_time time)
{
	struct medium *m = user;
	struct ccs_mme mme;

	if (m->listen)
		m->listen(node, frame, length, time);
	if (!ccs_mme_decode(&mme, frame, length) && memcmp(mme.src, m->nodes[node].mac, 6) == 0)
		m->sent[mme.kind]++;
}

void medium_init(struct medium *m, uint32_t seed)
{
	struct sim_plc_config config = sim_plc_default();
	struct sim_plc plc = m->plc;
	bool begun = m->begun;

	config.seed = seed;
	config.line_us = CCS_MS(3);
	config.jitter_us = 0;
	config.fade_db = config.silence_db = SIM_PLC_DEAF;
	config.attenuation_db = 20;
	config.fate = decide;
	config.tap = tap;
	config.fate_user = config.tap_user = m;
	memset(m, 0, sizeof(*m));
	m->plc = plc;
	if (begun)
		sim_plc_reset(&m->plc, &config);
	else
		sim_plc_init(&m->plc, &config);
	m->begun = true;
	m->random.state = seed + 1u;
	m->late = CCS_MS(300);
}

void medium_ev_config(struct medium *m, struct ccs_slac_ev_config *config)
{
	ccs_slac_ev_set_defaults(config);
	config->random = (struct ccs_slac_random) { fill_random, m };
}

void medium_evse_config(struct medium *m, struct ccs_slac_evse_config *config)
{
	ccs_slac_evse_set_defaults(config);
	config->random = (struct ccs_slac_random) { fill_random, m };
}

static void take_record(void *user, const struct ccs_record *record)
{
	struct medium_node *n = user;

	if (getenv("PLC_MEDIUM_TRACE")) /* for whoever debugs a test */
		printf("# %10.6f %s %02x %s: %s\n", (double)record->time / 1e6,
		       n->is_evse ? "evse" : "ev  ", n->mac[5],
		       record->kind == CCS_RECORD_VALUE ? "value" : record->note.topic,
		       record->kind == CCS_RECORD_VALUE ? record->value.name : record->note.text);
	if (record->kind != CCS_RECORD_STATE || strcmp(record->note.topic, "slac") != 0)
		return;
	n->states[n->is_evse ? (unsigned int)n->evse.state : (unsigned int)n->ev.state]++;
}

static void start_evse(struct medium *m, struct medium_node *n, const void *config)
{
	struct ccs_slac_evse_config evse;

	medium_evse_config(m, &evse);
	if (config)
		evse = *(const struct ccs_slac_evse_config *)config;
	memcpy(evse.mac, n->mac, 6);
	ccs_slac_evse_init(&n->evse, &evse, &n->sink);
	ccs_slac_evse_start(&n->evse, m->now);
}

static void start_ev(struct medium *m, struct medium_node *n, const void *config)
{
	struct ccs_slac_ev_config ev;

	medium_ev_config(m, &ev);
	if (config)
		ev = *(const struct ccs_slac_ev_config *)config;
	memcpy(ev.mac, n->mac, 6);
	ccs_slac_ev_init(&n->ev, &ev, &n->sink);
	ccs_slac_ev_start(&n->ev, m->now);
}

int medium_add(struct medium *m, bool is_evse, const struct sim_modem_config *modem,
	       const void *config)
{
	uint8_t mac[6] = { 0x02, 0, 0, 0, is_evse ? 0x5e : 0xe0, (uint8_t)m->plc.count };
	int node = sim_plc_add(&m->plc, modem, is_evse ? CCS_SIDE_EVSE : CCS_SIDE_EV, mac);
	struct medium_node *n;

	if (node < 0 || node >= MEDIUM_NODES)
		abort();
	n = &m->nodes[node];
	n->is_evse = is_evse;
	n->plug = -1;
	n->sink = (struct ccs_sink) { take_record, n };
	memcpy(n->mac, mac, 6);
	if (is_evse)
		start_evse(m, n, config);
	else
		start_ev(m, n, config);
	return node;
}

static bool send_all(struct medium *m, int node)
{
	struct medium_node *n = &m->nodes[node];
	uint8_t frame[CCS_MME_FRAME_MAX];
	bool any = false;
	int length;

	while ((length = n->is_evse ? ccs_slac_evse_send(&n->evse, frame, sizeof(frame))
				    : ccs_slac_ev_send(&n->ev, frame, sizeof(frame))) > 0) {
		sim_plc_send(&m->plc, node, frame, (size_t)length, m->now);
		any = true;
	}
	if (length < 0)
		abort();
	return any;
}

/* The cable: what the charger puts out and the car shows. */
static void update_pilot(struct medium *m, struct medium_node *n)
{
	enum ccs_slac_wish wish = n->evse.wish;
	enum ccs_pilot pilot = CCS_PILOT_A;
	bool pwm = false, came_back;

	if (n->plug >= 0) {
		pilot = m->nodes[n->plug].ev.toggle_c ? CCS_PILOT_C : CCS_PILOT_B;
		pwm = wish == CCS_WISH_NONE || wish == CCS_WISH_5_PERCENT;
	}
	if (n->plug >= 0 && wish == CCS_WISH_EF)
		pilot = CCS_PILOT_F;
	if (pilot == n->pilot && pwm == n->pwm)
		return;
	came_back = n->plug >= 0 && pwm && !n->pwm;
	n->pilot = pilot;
	n->pwm = pwm;
	ccs_slac_evse_set_pilot(&n->evse, pilot, pwm, m->now);
	if (came_back && m->nodes[n->plug].rematch &&
	    m->nodes[n->plug].ev.state >= CCS_SLAC_EV_FAILED)
		ccs_slac_ev_match(&m->nodes[n->plug].ev, m->now);
}

static void settle(struct medium *m)
{
	bool busy = true;

	for (int rounds = 0; busy; rounds++) {
		if (rounds > 1000)
			abort();
		busy = false;
		for (int i = 0; i < m->plc.count; i++) {
			if (m->nodes[i].is_evse)
				update_pilot(m, &m->nodes[i]);
			busy |= send_all(m, i);
		}
	}
}

void medium_plug(struct medium *m, int ev, int evse)
{
	m->nodes[ev].plug = evse;
	m->nodes[evse].plug = ev;
	m->nodes[ev].rematch = true;
	settle(m);
	ccs_slac_ev_match(&m->nodes[ev].ev, m->now);
	settle(m);
}

void medium_unplug(struct medium *m, int ev)
{
	int evse = m->nodes[ev].plug;

	m->nodes[ev].plug = -1;
	m->nodes[evse].plug = -1;
	ccs_slac_ev_leave(&m->nodes[ev].ev, m->now);
	settle(m);
}

static ccs_time node_deadline(const struct medium_node *n)
{
	return n->is_evse ? ccs_slac_evse_deadline(&n->evse) : ccs_slac_ev_deadline(&n->ev);
}

static ccs_time next_time(const struct medium *m)
{
	ccs_time next = sim_plc_deadline(&m->plc);

	for (int i = 0; i < m->plc.count; i++)
		next = node_deadline(&m->nodes[i]) < next ? node_deadline(&m->nodes[i]) : next;
	return next;
}

static void step(struct medium *m)
{
	struct sim_plc_delivery f;

	while (sim_plc_next(&m->plc, m->now, &f)) {
		struct medium_node *n = &m->nodes[f.node];

		if (n->is_evse)
			ccs_slac_evse_receive(&n->evse, f.bytes, f.length, m->now);
		else
			ccs_slac_ev_receive(&n->ev, f.bytes, f.length, m->now);
	}
	for (int i = 0; i < m->plc.count; i++) {
		struct medium_node *n = &m->nodes[i];

		if (m->now < node_deadline(n))
			continue;
		if (n->is_evse)
			ccs_slac_evse_tick(&n->evse, m->now);
		else
			ccs_slac_ev_tick(&n->ev, m->now);
		if (node_deadline(n) <= m->now)
			abort(); /* an engine that wants to be called without end */
	}
	settle(m);
}

void medium_run(struct medium *m, ccs_time span)
{
	ccs_time end = m->now + span;

	settle(m);
	for (ccs_time next = next_time(m); next <= end; next = next_time(m)) {
		m->now = next > m->now ? next : m->now;
		step(m);
	}
	m->now = end;
}
