/* SPDX-License-Identifier: Apache-2.0 */
/* A power line for tests: modems, attenuation, virtual time. */
#include "plc_medium.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOST_DELAY 400	/* modem to its own host */
#define POWER_LINE 3000 /* from host to host */

const struct medium_modem medium_qca7005 = { .chip = CCS_MODEM_QCA7005,
					     .vendor_profiles = true,
					     .profiles = true,
					     .key_result = 1,
					     .old_key_ms = 200,
					     .deaf_ms = 800,
					     .join_ms = 2500 };
const struct medium_modem medium_ar7420 = { .chip = CCS_MODEM_QCA7420,
					    .vendor_profiles = true,
					    .profiles = true,
					    .empty_profiles = true,
					    .key_result = 1,
					    .old_key_ms = 2600,
					    .deaf_ms = 2600,
					    .join_ms = 1500,
					    .no_link_status = true };
const struct medium_modem medium_cg5317 = { .chip = CCS_MODEM_CG5317,
					    .profiles = true,
					    .key_result = 0,
					    .old_key_ms = 100,
					    .deaf_ms = 1000,
					    .join_ms = 1500,
					    .no_get_key = true };
const struct medium_modem medium_plain = {
	.profiles = true, .key_result = 0, .old_key_ms = 100, .deaf_ms = 500, .join_ms = 1000
};

static const uint8_t all[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
static const uint8_t local_address[6] = { 0x00, 0xb0, 0x52, 0x00, 0x00, 0x01 };

uint32_t medium_random(struct medium *m)
{
	m->seed ^= m->seed << 13;
	m->seed ^= m->seed >> 17;
	m->seed ^= m->seed << 5;
	return m->seed;
}

static void fill_random(void *user, uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(medium_random(user) >> 9);
}

void medium_init(struct medium *m, uint32_t seed)
{
	memset(m, 0, sizeof(*m));
	m->seed = seed * 2654435761u + 1;
	m->late = CCS_MS(300);
	for (size_t i = 0; i < MEDIUM_NODES; i++)
		memset(m->attenuation[i], 20, MEDIUM_NODES);
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
	if (record->kind == CCS_RECORD_NOTE)
		n->notes++;
	if (record->kind != CCS_RECORD_STATE || strcmp(record->note.topic, "slac") != 0)
		return;
	n->states[n->is_evse ? (unsigned int)n->evse.state : (unsigned int)n->ev.state]++;
}

int medium_add(struct medium *m, bool is_evse, const struct medium_modem *modem, const void *config)
{
	struct medium_node *n = &m->nodes[m->count];
	struct ccs_slac_evse_config evse;
	struct ccs_slac_ev_config ev;

	memset(n, 0, sizeof(*n));
	n->is_evse = is_evse;
	n->modem = *modem;
	n->plug = -1;
	n->key_time = CCS_NEVER;
	n->sink = (struct ccs_sink) { take_record, n };
	memcpy(n->mac, (uint8_t[]) { 0x02, 0, 0, 0, is_evse ? 0x5e : 0xe0, (uint8_t)m->count }, 6);
	memcpy(n->modem_mac, (uint8_t[]) { 0x00, 0xb0, 0x52, 1, 2, (uint8_t)m->count }, 6);
	memset(n->nid, 0x11 * (m->count + 1), 7);
	if (is_evse) {
		medium_evse_config(m, &evse);
		if (config)
			evse = *(const struct ccs_slac_evse_config *)config;
		memcpy(evse.mac, n->mac, 6);
		ccs_slac_evse_init(&n->evse, &evse, &n->sink);
		ccs_slac_evse_start(&n->evse, m->now);
	} else {
		medium_ev_config(m, &ev);
		if (config)
			ev = *(const struct ccs_slac_ev_config *)config;
		memcpy(ev.mac, n->mac, 6);
		ccs_slac_ev_init(&n->ev, &ev, &n->sink);
		ccs_slac_ev_start(&n->ev, m->now);
	}
	return m->count++;
}

static void enqueue(struct medium *m, int to, const struct ccs_mme *mme, ccs_time delay)
{
	struct medium_frame *f = &m->queue[m->queued];
	int length;

	if (m->queued == MEDIUM_QUEUE)
		abort();
	length = ccs_mme_encode(mme, f->bytes, sizeof(f->bytes));
	if (length <= 0)
		abort();
	f->length = (size_t)length;
	f->to = to;
	f->time = m->now + delay;
	m->queued++;
}

/* Modems. */

static void update_modem(struct medium *m, struct medium_node *n)
{
	if (n->key_time == CCS_NEVER || m->now < n->key_time + CCS_MS(n->modem.old_key_ms))
		return;
	n->joined = n->key_time + CCS_MS(n->modem.old_key_ms + n->modem.deaf_ms + n->modem.join_ms);
	memcpy(n->nid, n->new_nid, 7);
	memcpy(n->nmk, n->new_nmk, 16);
	if (m->now >= n->joined)
		n->key_time = CCS_NEVER;
}

static bool is_deaf(const struct medium *m, const struct medium_node *n)
{
	ccs_time old = n->key_time == CCS_NEVER ? CCS_NEVER
						: n->key_time + CCS_MS(n->modem.old_key_ms);

	return n->modem.dead ||
	       (old != CCS_NEVER && m->now >= old && m->now < old + CCS_MS(n->modem.deaf_ms));
}

static bool are_linked(const struct medium *m, int a, int b)
{
	const struct medium_node *x = &m->nodes[a], *y = &m->nodes[b];

	return a != b && m->attenuation[a][b] != MEDIUM_DEAF && !is_deaf(m, x) && !is_deaf(m, y) &&
	       m->now >= x->joined && m->now >= y->joined && memcmp(x->nid, y->nid, 7) == 0 &&
	       memcmp(x->nmk, y->nmk, 16) == 0;
}

static unsigned int count_links(const struct medium *m, int a)
{
	unsigned int links = 0;

	for (int b = 0; b < m->count; b++)
		links += are_linked(m, a, b);
	return links;
}

static bool is_qca(const struct medium_node *n)
{
	return n->modem.chip >= CCS_MODEM_QCA_OTHER && n->modem.chip <= CCS_MODEM_QCA7500;
}

static void answer(struct medium *m, int of, enum ccs_mme_kind kind, int to, struct ccs_mme *mme)
{
	ccs_mme_init(mme, kind, m->nodes[to].mac, m->nodes[of].modem_mac);
}

static void answer_set_key(struct medium *m, int i, const struct ccs_mme *req)
{
	struct medium_node *n = &m->nodes[i];
	struct ccs_mme cnf;

	answer(m, i, CCS_MME_CM_SET_KEY_CNF, i, &cnf);
	cnf.cm_set_key_cnf.result = n->modem.key_result;
	if (n->modem.refuses_key) {
		cnf.cm_set_key_cnf.result = 0;
	} else {
		memcpy(n->new_nid, req->cm_set_key_req.nid, 7);
		memcpy(n->new_nmk, req->cm_set_key_req.new_key, 16);
		n->key_time = m->now;
	}
	enqueue(m, i, &cnf, HOST_DELAY);
}

static void answer_get_key(struct medium *m, int i, int to, const struct ccs_mme *req)
{
	struct medium_node *n = &m->nodes[i];
	struct ccs_mme cnf;

	answer(m, i, CCS_MME_CM_GET_KEY_CNF, to, &cnf);
	memcpy(cnf.cm_get_key_cnf.nid, n->nid, 7);
	cnf.cm_get_key_cnf.result = i != to || memcmp(req->cm_get_key_req.nid, n->nid, 7) != 0;
	if (!cnf.cm_get_key_cnf.result)
		memcpy(cnf.cm_get_key_cnf.key, n->nmk, 16);
	enqueue(m, to, &cnf, i == to ? HOST_DELAY : POWER_LINE);
}

static void answer_link(struct medium *m, int i, const struct ccs_mme *req)
{
	struct medium_node *n = &m->nodes[i];
	bool link = count_links(m, i) > 0;
	struct ccs_mme cnf;

	if (n->modem.no_link_status)
		return;
	if (req->kind == CCS_MME_VS_PL_LINK_STATUS_REQ && is_qca(n)) {
		answer(m, i, CCS_MME_VS_PL_LINK_STATUS_CNF, i, &cnf);
		cnf.vs_pl_link_status_cnf.link_status = link;
		enqueue(m, i, &cnf, HOST_DELAY);
	} else if (req->kind == CCS_MME_LUMISSIL_GET_D_LINK_STATUS_REQ &&
		   n->modem.chip == CCS_MODEM_CG5317) {
		answer(m, i, CCS_MME_LUMISSIL_GET_D_LINK_STATUS_CNF, i, &cnf);
		cnf.lumissil.value = link;
		enqueue(m, i, &cnf, HOST_DELAY);
	} else if (req->kind == CCS_MME_CM_NW_STATS_REQ && n->modem.chip == CCS_MODEM_UNKNOWN) {
		struct ccs_mme_rate rate = { { 0 }, 9, 9 };
		uint8_t memory[16];

		answer(m, i, CCS_MME_CM_NW_STATS_CNF, i, &cnf);
		cnf.cm_nw_stats_cnf.num_stas = link;
		cnf.cm_nw_stats_cnf.stas.kind = CCS_MME_LIST_RATE;
		if (link)
			ccs_mme_append(&cnf.cm_nw_stats_cnf.stas, &rate, memory, sizeof(memory));
		enqueue(m, i, &cnf, HOST_DELAY);
	}
}

static void answer_version(struct medium *m, int i, int to)
{
	static const uint32_t idents[CCS_MODEM_CHIPS] = {
		[CCS_MODEM_QCA7005] = 0x001b587c, [CCS_MODEM_QCA7420] = 0x001cfcfc
	};
	struct ccs_mme cnf;

	answer(m, i, CCS_MME_VS_SW_VER_CNF, to, &cnf);
	cnf.vs_sw_ver_cnf.has_ident = true;
	cnf.vs_sw_ver_cnf.chip_ident = idents[m->nodes[i].modem.chip];
	cnf.vs_sw_ver_cnf.version = "MAC-QCA7005-1.1.0";
	cnf.vs_sw_ver_cnf.version_length = 17;
	enqueue(m, to, &cnf, i == to ? HOST_DELAY : POWER_LINE);
}

/* Modem `i` hears what host `from` says to it. */
static void tell_modem(struct medium *m, int i, int from, const struct ccs_mme *mme)
{
	struct medium_node *n = &m->nodes[i];
	struct ccs_mme cnf;

	if (is_deaf(m, n) || (i != from && !are_linked(m, i, from)))
		return;
	if (mme->kind == CCS_MME_VS_SW_VER_REQ && is_qca(n))
		answer_version(m, i, from);
	if (mme->kind == CCS_MME_CM_GET_KEY_REQ && !n->modem.no_get_key)
		answer_get_key(m, i, from, mme);
	if (i != from)
		return;
	if (mme->kind == CCS_MME_LUMISSIL_GET_VERSION_REQ && n->modem.chip == CCS_MODEM_CG5317) {
		answer(m, i, CCS_MME_LUMISSIL_GET_VERSION_CNF, i, &cnf);
		enqueue(m, i, &cnf, HOST_DELAY);
	}
	if (mme->kind == CCS_MME_CM_SET_KEY_REQ)
		answer_set_key(m, i, mme);
	answer_link(m, i, mme);
}

/* The modem of a charger measures a sound. */
static void measure(struct medium *m, int from, int to)
{
	struct medium_node *n = &m->nodes[to];
	uint8_t aag[CCS_SLAC_GROUPS];
	struct ccs_mme ind;

	if (is_deaf(m, n))
		return;
	for (size_t i = 0; i < sizeof(aag); i++)
		aag[i] = (uint8_t)(m->attenuation[from][to] + medium_random(m) % 3);
	if (n->modem.vendor_profiles) {
		ccs_mme_init(&ind, CCS_MME_VS_ATTEN_CHAR_IND, all, n->modem_mac);
		memcpy(ind.vs_atten_char_ind.pev_mac, m->nodes[from].mac, 6);
		ind.vs_atten_char_ind.num_groups = n->modem.empty_profiles ? 0 : CCS_SLAC_GROUPS;
		ind.vs_atten_char_ind.aag = aag;
		for (int i = 0; i < m->count; i++)
			enqueue(m, i, &ind, POWER_LINE + (i == to ? HOST_DELAY : POWER_LINE));
	}
	if (n->modem.profiles) {
		ccs_mme_init(&ind, CCS_MME_CM_ATTEN_PROFILE_IND, n->mac, n->modem_mac);
		memcpy(ind.cm_atten_profile_ind.pev_mac, m->nodes[from].mac, 6);
		ind.cm_atten_profile_ind.num_groups = n->modem.empty_profiles ? 0 : CCS_SLAC_GROUPS;
		ind.cm_atten_profile_ind.aag = aag;
		enqueue(m, to, &ind, POWER_LINE + HOST_DELAY + 100);
	}
}

/* The line. */

static void carry(struct medium *m, int from, int to, const struct ccs_mme *mme)
{
	enum medium_fate fate = m->fate ? m->fate(m, mme, from, to) : MEDIUM_PASS;
	bool to_it = memcmp(mme->dst, all, 6) == 0 || memcmp(mme->dst, m->nodes[to].mac, 6) == 0;

	if (fate == MEDIUM_LOSE || m->attenuation[from][to] == MEDIUM_DEAF ||
	    is_deaf(m, &m->nodes[to]) || is_deaf(m, &m->nodes[from]) || (!to_it && !m->leaky))
		return;
	if (mme->kind == CCS_MME_CM_MNBC_SOUND_IND && m->nodes[to].is_evse)
		measure(m, from, to);
	enqueue(m, to, mme, POWER_LINE + (fate == MEDIUM_LATE ? m->late : 0));
	if (fate == MEDIUM_DOUBLE)
		enqueue(m, to, mme, POWER_LINE + 500);
}

static void transmit(struct medium *m, int from, const uint8_t *frame, size_t length)
{
	bool is_local, to_all;
	struct ccs_mme mme;

	if (ccs_mme_decode(&mme, frame, length))
		abort();
	m->sent[mme.kind]++;
	is_local = memcmp(mme.dst, local_address, 6) == 0 ||
		   memcmp(mme.dst, m->nodes[from].modem_mac, 6) == 0;
	to_all = memcmp(mme.dst, all, 6) == 0;
	if (is_local || to_all)
		tell_modem(m, from, from, &mme);
	for (int i = 0; i < m->count && !is_local; i++) {
		if (i == from)
			continue;
		if (to_all)
			tell_modem(m, i, from, &mme);
		carry(m, from, i, &mme);
	}
}

static bool send_all(struct medium *m, int i)
{
	struct medium_node *n = &m->nodes[i];
	uint8_t frame[CCS_MME_FRAME_MAX];
	bool any = false;
	int length;

	while ((length = n->is_evse ? ccs_slac_evse_send(&n->evse, frame, sizeof(frame))
				    : ccs_slac_ev_send(&n->ev, frame, sizeof(frame))) > 0) {
		transmit(m, i, frame, (size_t)length);
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
		for (int i = 0; i < m->count; i++) {
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

static int deliver(struct medium *m, int to, const uint8_t *bytes, size_t length)
{
	struct medium_node *n = &m->nodes[to];

	return n->is_evse ? ccs_slac_evse_receive(&n->evse, bytes, length, m->now)
			  : ccs_slac_ev_receive(&n->ev, bytes, length, m->now);
}

int medium_inject(struct medium *m, int to, const struct ccs_mme *mme)
{
	uint8_t frame[CCS_MME_FRAME_MAX];
	int length = ccs_mme_encode(mme, frame, sizeof(frame));
	int result;

	if (length < 0)
		abort();
	result = deliver(m, to, frame, (size_t)length);
	settle(m);
	return result;
}

static ccs_time node_deadline(const struct medium_node *n)
{
	return n->is_evse ? ccs_slac_evse_deadline(&n->evse) : ccs_slac_ev_deadline(&n->ev);
}

static ccs_time next_time(const struct medium *m)
{
	ccs_time next = CCS_NEVER;

	for (size_t i = 0; i < m->queued; i++)
		next = m->queue[i].time < next ? m->queue[i].time : next;
	for (int i = 0; i < m->count; i++)
		next = node_deadline(&m->nodes[i]) < next ? node_deadline(&m->nodes[i]) : next;
	return next;
}

static void deliver_due(struct medium *m)
{
	static struct medium_frame f;

	for (size_t i = 0; i < m->queued;) {
		if (m->queue[i].time > m->now) {
			i++;
			continue;
		}
		f = m->queue[i];
		m->queued--;
		memmove(&m->queue[i], &m->queue[i + 1], (m->queued - i) * sizeof(f));
		deliver(m, f.to, f.bytes, f.length);
	}
}

static void step(struct medium *m)
{
	for (int i = 0; i < m->count; i++)
		update_modem(m, &m->nodes[i]);
	deliver_due(m);
	for (int i = 0; i < m->count; i++) {
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
