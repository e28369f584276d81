/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The power line.  Every frame that will arrive at a host waits in the queue.  Modems have no
 * events of their own: what they are at a time follows from when they got their key.
 */
#include "plc.h"

#include <stdlib.h>
#include <string.h>

#define ETHERNET_HEADER 14
#define DOUBLE_US	500 /* between a frame and its double */
#define REPORT_US	100 /* between the two forms of a profile, as measured */

/* How long a host takes to answer, as drawn from its pace. */
struct sim_plc_lag {
	bool any;
	ccs_time parm_cnf;
	ccs_time atten_ind;
	ccs_time atten_rsp;
	ccs_time match_cnf;
	bool waits;
};

struct sim_plc_node {
	struct sim_modem modem;
	ccs_time last;		/* arrival of a frame from the own modem */
	ccs_time last_sent;	/* by the host, who may still be at it */
	struct sim_plc_lag lag; /* of the host */
};

/* Two nodes, the first being the lower number. */
struct sim_plc_pair {
	ccs_time last[2]; /* arrival of a frame at the first, at the second */
	uint8_t mean_db;  /* rounded down; SIM_PLC_DEAF only when all groups are */
	uint8_t db[CCS_SLAC_GROUPS];
};

/* A message on its way, `to` a host. */
struct journey {
	const struct ccs_mme *mme;
	int from;
	int to;
	ccs_time time;
	bool by_line;
};

static const uint8_t everyone[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

struct sim_plc_config sim_plc_default(void)
{
	return (struct sim_plc_config) {
		.host_us = 400,
		.line_us = CCS_MS(2),
		.jitter_us = CCS_MS(1),
		.delay_us = CCS_MS(300),
		.fade_db = 45,
		.silence_db = 75,
		.noise_db = 1,
		.attenuation_db = SIM_PLC_DEAF,
	};
}

/* In the queue, a frame that leaves its host has this for a node; and the way back. */
static int out_of(int node)
{
	return -1 - node;
}

static uint32_t take_slot(struct sim_plc *plc)
{
	uint32_t slot = sim_plc_queue_take(&plc->queue);

	if (slot == SIM_PLC_NO_SLOT)
		plc->lost++;
	return slot;
}

static uint32_t take_slot_with(struct sim_plc *plc, const uint8_t *frame, size_t length)
{
	uint32_t slot = take_slot(plc);

	if (slot == SIM_PLC_NO_SLOT)
		return SIM_PLC_NO_SLOT;
	memcpy(plc->queue.slots[slot].bytes, frame, length);
	plc->queue.slots[slot].length = length;
	return slot;
}

/* Hosts and what is between them. */

static struct sim_plc_pair *pair_of(const struct sim_plc *plc, int a, int b)
{
	size_t low = (size_t)(a < b ? a : b), high = (size_t)(a < b ? b : a);

	return &plc->pairs[high * (high - 1) / 2 + low];
}

static bool reserve_node(struct sim_plc *plc)
{
	int room = plc->node_room ? 2 * plc->node_room : 4;
	size_t pair_room = (size_t)room * (size_t)(room - 1) / 2;
	struct sim_plc_node *nodes;
	struct sim_plc_pair *pairs;

	if (plc->count < plc->node_room)
		return true;
	nodes = realloc(plc->nodes, (size_t)room * sizeof(*nodes));
	if (!nodes)
		return false;
	plc->nodes = nodes;
	pairs = realloc(plc->pairs, pair_room * sizeof(*pairs));
	if (!pairs)
		return false;
	plc->pairs = pairs;
	plc->node_room = room;
	return true;
}

static bool hears(const struct sim_plc *plc, int a, int b)
{
	return pair_of(plc, a, b)->mean_db < plc->config.silence_db;
}

static bool is_awake(const struct sim_plc *plc, int node, ccs_time now)
{
	return sim_modem_is_awake(&plc->nodes[node].modem, now);
}

ccs_time sim_plc_link_since(const struct sim_plc *plc, int a, int b, ccs_time now)
{
	ccs_time since;

	if (a == b || !hears(plc, a, b) ||
	    !sim_modem_shares_network(&plc->nodes[a].modem, &plc->nodes[b].modem, now, &since))
		return CCS_NEVER;
	return since;
}

bool sim_plc_is_linked(const struct sim_plc *plc, int a, int b, ccs_time now)
{
	return sim_plc_link_since(plc, a, b, now) != CCS_NEVER;
}

/* Fate. */

static bool happens(struct sim_plc *plc, uint32_t per_mille)
{
	return per_mille > 0 && sim_random_below(&plc->random, 1000) < per_mille;
}

/* Frames lost by distance, per mille: none up to `fade_db`, all from `silence_db` on. */
static uint32_t lost_by_distance(const struct sim_plc *plc, int a, int b)
{
	uint32_t db = pair_of(plc, a, b)->mean_db;
	uint32_t fade = plc->config.fade_db, silence = plc->config.silence_db;

	if (db >= silence)
		return 1000;
	return db <= fade ? 0 : (db - fade) * 1000 / (silence - fade);
}

static void decide(struct sim_plc *plc, const struct journey *j, struct sim_plc_fate *fate)
{
	const struct sim_plc_config *c = &plc->config;

	if (j->by_line) {
		fate->lose = happens(plc, lost_by_distance(plc, j->from, j->to)) ||
			     happens(plc, c->lost);
		fate->twice = happens(plc, c->doubled);
		if (happens(plc, c->delayed) && c->delay_us > 0)
			fate->late_us = sim_random_below(&plc->random, (uint32_t)c->delay_us) + 1;
	}
	if (c->fate)
		c->fate(c->fate_user, j->mme, j->from, j->to, fate);
}

/* Chance makes a way longer, but one frame does not overtake another. */
static ccs_time arrival(struct sim_plc *plc, const struct journey *j)
{
	ccs_time *last = &plc->nodes[j->to].last, time = j->time;

	if (j->by_line) {
		last = &pair_of(plc, j->from, j->to)->last[j->to > j->from];
		if (plc->config.jitter_us > 0)
			time += sim_random_below(&plc->random, (uint32_t)plc->config.jitter_us + 1);
	}
	if (time > *last)
		*last = time;
	return *last;
}

/* Sends a slot on its way to a host.  Returns when it will be there; CCS_NEVER: it is lost. */
static ccs_time depart(struct sim_plc *plc, uint32_t slot, const struct journey *j)
{
	struct sim_plc_slot *s = &plc->queue.slots[slot];
	struct sim_plc_fate fate = { .frame = s->bytes, .length = s->length };
	uint32_t copy;
	ccs_time time;

	decide(plc, j, &fate);
	s->length = fate.length < CCS_MME_FRAME_MAX ? fate.length : CCS_MME_FRAME_MAX;
	if (fate.lose) {
		plc->lost++;
		sim_plc_queue_give_back(&plc->queue, slot);
		return CCS_NEVER;
	}
	time = arrival(plc, j) + fate.late_us;
	sim_plc_queue_await(&plc->queue, slot, j->to, time);
	if (fate.twice && (copy = sim_plc_queue_take_copy(&plc->queue, slot)) != SIM_PLC_NO_SLOT)
		sim_plc_queue_await(&plc->queue, copy, j->to, time + DOUBLE_US);
	return time;
}

/* Modems. */

/* What a modem says to a host. */
static void say(struct sim_plc *plc, const struct sim_modem_reply *reply, struct journey j)
{
	uint32_t slot = take_slot(plc);
	int length;

	if (slot == SIM_PLC_NO_SLOT)
		return;
	length = ccs_mme_encode(&reply->mme, plc->queue.slots[slot].bytes, CCS_MME_FRAME_MAX);
	if (length < 0) {
		sim_plc_queue_give_back(&plc->queue, slot);
		return;
	}
	plc->queue.slots[slot].length = (size_t)length;
	j.mme = &reply->mme;
	depart(plc, slot, &j);
}

static void look_around(const struct sim_plc *plc, int node, ccs_time now,
			struct sim_modem_peers *peers)
{
	peers->count = 0;
	for (int i = 0; i < plc->count; i++) {
		if (!sim_plc_is_linked(plc, node, i, now))
			continue;
		if (peers->count < SIM_MODEM_PEERS)
			memcpy(peers->mac[peers->count], plc->nodes[i].modem.mac, 6);
		peers->count++;
	}
}

static void ask_own_modem(struct sim_plc *plc, int node, const struct ccs_mme *mme,
			  ccs_time late_us, ccs_time now)
{
	const struct journey j = { .from = node,
				   .to = node,
				   .time = now + plc->config.host_us + late_us };
	struct sim_modem_peers peers;
	struct sim_modem_reply reply;

	look_around(plc, node, now, &peers);
	if (sim_modem_answer(&plc->nodes[node].modem, mme, &peers, &plc->random, now, &reply))
		say(plc, &reply, j);
}

/* A host speaks to its own modem; fate sees that too. */
static void call_own_modem(struct sim_plc *plc, int node, const struct ccs_mme *mme,
			   const uint8_t *frame, size_t length, ccs_time now)
{
	const struct journey j = { .mme = mme, .from = node, .to = node };
	uint8_t copy[CCS_MME_FRAME_MAX];
	struct sim_plc_fate fate = { .frame = copy, .length = length };
	struct ccs_mme heard;

	if (!plc->config.fate) {
		ask_own_modem(plc, node, mme, 0, now);
		return;
	}
	memcpy(copy, frame, length);
	decide(plc, &j, &fate);
	if (fate.lose || fate.length > sizeof(copy) || ccs_mme_decode(&heard, copy, fate.length)) {
		plc->lost++;
		return;
	}
	ask_own_modem(plc, node, &heard, fate.late_us, now);
	if (fate.twice)
		ask_own_modem(plc, node, &heard, fate.late_us + DOUBLE_US, now);
}

static void call_far_modem(struct sim_plc *plc, int node, int from, const struct ccs_mme *mme,
			   ccs_time now)
{
	const struct journey j = {
		.from = node, .to = from, .time = now + 2 * plc->config.line_us, .by_line = true
	};
	struct sim_modem_reply reply;

	if (sim_modem_answer_far(&plc->nodes[node].modem, mme, now, &reply))
		say(plc, &reply, j);
}

/* What the modem of `to` measures of `from`. */
static void measure(struct sim_plc *plc, int from, int to, uint8_t db[CCS_SLAC_GROUPS])
{
	const struct sim_plc_pair *pair = pair_of(plc, from, to);

	for (size_t i = 0; i < CCS_SLAC_GROUPS; i++) {
		int32_t value = pair->db[i] + sim_random_around(&plc->random, plc->config.noise_db);

		db[i] = (uint8_t)(value < 0 ? 0 : value > SIM_PLC_DEAF ? SIM_PLC_DEAF : value);
	}
}

/* The modem of a charger heard a sound: it tells its host, in its vendor's form everyone. */
static void report_sound(struct sim_plc *plc, int from, int to, ccs_time heard, ccs_time now)
{
	const struct sim_modem *modem = &plc->nodes[to].modem;
	struct journey j = { .from = to, .to = to, .time = heard + plc->config.host_us };
	struct sim_modem_reply reply;
	uint8_t db[CCS_SLAC_GROUPS];

	if (modem->side != CCS_SIDE_EVSE)
		return;
	measure(plc, from, to, db);
	if (sim_modem_report(modem, plc->nodes[from].modem.host_mac, db, true, &reply)) {
		say(plc, &reply, j);
		j.by_line = true;
		j.time = heard + plc->config.line_us;
		for (j.to = 0; j.to < plc->count; j.to++) {
			if (j.to != to && hears(plc, to, j.to) && is_awake(plc, j.to, now))
				say(plc, &reply, j);
		}
	}
	j = (struct journey) { .from = to,
			       .to = to,
			       .time = heard + plc->config.host_us + REPORT_US };
	if (sim_modem_report(modem, plc->nodes[from].modem.host_mac, db, false, &reply))
		say(plc, &reply, j);
}

/* The line. */

/* What modems pass on without a common network. */
static bool is_slac(const struct ccs_mme *mme)
{
	unsigned int base = mme->type & ~3u;

	return (base >= 0x6064 && base <= 0x606c) || (base >= 0x6074 && base <= 0x607c);
}

/* Returns when it will be there; CCS_NEVER: it is lost. */
static ccs_time carry(struct sim_plc *plc, const uint8_t *frame, size_t length,
		      const struct journey *journey)
{
	struct journey j = *journey;
	uint32_t slot = take_slot_with(plc, frame, length);

	if (slot == SIM_PLC_NO_SLOT)
		return CCS_NEVER;
	j.time += plc->config.line_us;
	return depart(plc, slot, &j);
}

/* Whether the modem of `to` tells its host of this message. */
static bool is_reported(const struct sim_plc *plc, const struct ccs_mme *mme, int to)
{
	return mme->kind == CCS_MME_CM_MNBC_SOUND_IND &&
	       (mme->cm_mnbc_sound_ind.cnt > 0 || !plc->nodes[to].lag.waits);
}

/* A frame of `from` is on the line; `to` may be meant, or just hear it. */
static void reach(struct sim_plc *plc, const uint8_t *frame, size_t length, const struct journey *j)
{
	const struct sim_modem *modem = &plc->nodes[j->to].modem;
	const struct ccs_mme *mme = j->mme;
	bool to_all = (frame[0] & 1) != 0, slac = is_slac(mme), linked;
	bool to_host = to_all || memcmp(frame, modem->host_mac, 6) == 0 ||
		       (plc->config.leaky && slac);
	bool to_modem = memcmp(frame, everyone, 6) == 0 || memcmp(frame, modem->mac, 6) == 0;
	ccs_time heard;

	if ((!to_host && !to_modem) || !hears(plc, j->from, j->to))
		return;
	if (!is_awake(plc, j->to, j->time)) {
		plc->lost++;
		return;
	}
	linked = sim_plc_is_linked(plc, j->from, j->to, j->time);
	if (to_modem && linked)
		call_far_modem(plc, j->to, j->from, mme, j->time);
	if (!to_host || (!slac && !linked))
		return;
	heard = carry(plc, frame, length, j);
	if (heard != CCS_NEVER && is_reported(plc, mme, j->to))
		report_sound(plc, j->from, j->to, heard, j->time);
}

/* A frame leaves the host. */
static void transmit(struct sim_plc *plc, int node, const uint8_t *frame, size_t length,
		     ccs_time now)
{
	const struct sim_modem *modem = &plc->nodes[node].modem;
	struct journey j = { .from = node, .time = now, .by_line = true };
	struct ccs_mme mme;
	int result;

	plc->sent++;
	if (plc->config.tap)
		plc->config.tap(plc->config.tap_user, node, frame, length, now);
	if (length < ETHERNET_HEADER || length > CCS_MME_FRAME_MAX || !is_awake(plc, node, now)) {
		plc->lost++;
		return;
	}
	result = ccs_mme_decode(&mme, frame, length);
	j.mme = &mme;
	if (sim_modem_is_called(modem, frame)) {
		if (!result)
			call_own_modem(plc, node, &mme, frame, length, now);
		if (memcmp(frame, everyone, 6) != 0)
			return;
	}
	for (j.to = 0; j.to < plc->count; j.to++) {
		if (j.to != node)
			reach(plc, frame, length, &j);
	}
}

static ccs_time lag_of(const struct sim_plc_lag *lag, enum ccs_mme_kind kind)
{
	switch ((unsigned int)kind) {
	case CCS_MME_CM_SLAC_PARM_CNF:
		return lag->parm_cnf;
	case CCS_MME_CM_ATTEN_CHAR_IND:
		return lag->atten_ind;
	case CCS_MME_CM_ATTEN_CHAR_RSP:
		return lag->atten_rsp;
	case CCS_MME_CM_SLAC_MATCH_CNF:
		return lag->match_cnf;
	default:
		return 0;
	}
}

/* When a host with a pace is done with a frame; what it sends later waits for that. */
static ccs_time departure(struct sim_plc_node *node, const uint8_t *frame, size_t length,
			  ccs_time now)
{
	struct ccs_mme mme;

	if (ccs_mme_decode(&mme, frame, length) == 0)
		now += lag_of(&node->lag, mme.kind);
	if (now > node->last_sent)
		node->last_sent = now;
	return node->last_sent;
}

void sim_plc_send(struct sim_plc *plc, int node, const uint8_t *frame, size_t length, ccs_time now)
{
	ccs_time leaves = now;
	uint32_t slot;

	if (plc->nodes[node].lag.any)
		leaves = departure(&plc->nodes[node], frame, length, now);
	if (leaves <= now || length > CCS_MME_FRAME_MAX) {
		transmit(plc, node, frame, length, now);
		return;
	}
	slot = take_slot_with(plc, frame, length);
	if (slot != SIM_PLC_NO_SLOT)
		sim_plc_queue_await(&plc->queue, slot, out_of(node), leaves);
}

/* For the owner. */

void sim_plc_init(struct sim_plc *plc, const struct sim_plc_config *config)
{
	memset(plc, 0, sizeof(*plc));
	sim_plc_reset(plc, config);
}

void sim_plc_reset(struct sim_plc *plc, const struct sim_plc_config *config)
{
	plc->config = *config;
	plc->random.state = config->seed;
	plc->count = 0;
	plc->sent = plc->arrived = plc->lost = 0;
	sim_plc_queue_empty(&plc->queue);
}

void sim_plc_free(struct sim_plc *plc)
{
	free(plc->nodes);
	free(plc->pairs);
	sim_plc_queue_free(&plc->queue);
	memset(plc, 0, sizeof(*plc));
}

int sim_plc_add(struct sim_plc *plc, const struct sim_modem_config *modem, enum ccs_side side,
		const uint8_t host_mac[6])
{
	int node = plc->count;

	if (!reserve_node(plc))
		return CCS_ERR_SPACE;
	sim_modem_init(&plc->nodes[node].modem, modem, side, host_mac, (uint16_t)(node + 1),
		       &plc->random);
	plc->nodes[node].last = plc->nodes[node].last_sent = INT64_MIN;
	sim_plc_set_pace(plc, node, NULL);
	plc->count++;
	for (int i = 0; i < node; i++) {
		struct sim_plc_pair *pair = pair_of(plc, i, node);

		pair->last[0] = pair->last[1] = INT64_MIN;
		sim_plc_set_attenuation(plc, i, node, plc->config.attenuation_db);
	}
	return node;
}

struct sim_modem *sim_plc_modem(struct sim_plc *plc, int node)
{
	return &plc->nodes[node].modem;
}

void sim_plc_set_attenuation(struct sim_plc *plc, int a, int b, uint8_t db)
{
	struct sim_plc_pair *pair = pair_of(plc, a, b);

	memset(pair->db, db, sizeof(pair->db));
	pair->mean_db = db;
}

void sim_plc_set_attenuations(struct sim_plc *plc, int a, int b, const uint8_t db[CCS_SLAC_GROUPS])
{
	struct sim_plc_pair *pair = pair_of(plc, a, b);

	memcpy(pair->db, db, sizeof(pair->db));
	pair->mean_db = (uint8_t)(ccs_mme_mean_attenuation(db, CCS_SLAC_GROUPS) / 100);
}

static ccs_time draw(struct sim_plc *plc, const struct sim_pace_span *span)
{
	return CCS_MS(span->least_ms) +
	       sim_random_below(&plc->random,
				(uint32_t)(span->most_ms - span->least_ms) * 1000 + 1);
}

void sim_plc_set_pace(struct sim_plc *plc, int node, const struct sim_pace *pace)
{
	struct sim_plc_lag *lag = &plc->nodes[node].lag;

	*lag = (struct sim_plc_lag) { 0 };
	if (!pace)
		return;
	lag->any = true;
	lag->parm_cnf = draw(plc, &pace->parm);
	lag->atten_ind = draw(plc, &pace->ind);
	lag->atten_rsp = draw(plc, &pace->rsp);
	lag->match_cnf = draw(plc, &pace->match);
	lag->waits = pace->waits;
}

void sim_plc_inject(struct sim_plc *plc, int node, const uint8_t *frame, size_t length,
		    ccs_time time)
{
	uint32_t slot;

	if (length > CCS_MME_FRAME_MAX) {
		plc->lost++;
		return;
	}
	slot = take_slot_with(plc, frame, length);
	if (slot != SIM_PLC_NO_SLOT)
		sim_plc_queue_await(&plc->queue, slot, node, time);
}

/* Moves the next frame of the queue to `out`. */
static void take_next(struct sim_plc *plc, struct sim_plc_delivery *out)
{
	const struct sim_plc_slot *slot;
	uint32_t number;

	out->time = sim_plc_deadline(plc);
	number = sim_plc_queue_pop(&plc->queue);
	slot = &plc->queue.slots[number];
	memcpy(plc->frame, slot->bytes, slot->length);
	out->node = slot->node;
	out->length = slot->length;
	out->bytes = plc->frame;
	sim_plc_queue_give_back(&plc->queue, number);
}

bool sim_plc_next(struct sim_plc *plc, ccs_time now, struct sim_plc_delivery *out)
{
	while (sim_plc_deadline(plc) <= now) {
		take_next(plc, out);
		if (out->node < 0) {
			transmit(plc, out_of(out->node), out->bytes, out->length, out->time);
			continue;
		}
		plc->arrived++;
		if (plc->config.tap)
			plc->config.tap(plc->config.tap_user, out->node, out->bytes, out->length,
					out->time);
		return true;
	}
	return false;
}

ccs_time sim_plc_deadline(const struct sim_plc *plc)
{
	return sim_plc_queue_deadline(&plc->queue);
}
