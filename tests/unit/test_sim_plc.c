/* SPDX-License-Identifier: Apache-2.0 */
/* The simulated power line, with the SLAC engines at it. */
#include "plc.h"

#include "ccs/slac_ev.h"
#include "ccs/slac_evse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HOSTS 8

/* A host at the line: a car or a charger. */
struct host {
	bool is_evse;
	int plug; /* the host at the other end of the cable; -1 */
	enum ccs_pilot pilot;
	bool pwm;
	struct ccs_slac_ev ev;
	struct ccs_slac_evse evse;
};

static struct sim_plc_config config;
static struct sim_plc plc;
static struct host hosts[HOSTS];
static struct sim_random key_random;
static ccs_time now;
static uint64_t digest;		      /* of all frames at all hosts and their times */
static uint32_t sent[CCS_MME_KINDS];  /* by hosts and modems to hosts, as the tap shows */
static uint32_t heard[CCS_MME_KINDS]; /* by hosts */
static ccs_time sent_at[CCS_MME_KINDS], heard_at[CCS_MME_KINDS]; /* the first time */

static void fill_random(void *user, uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(sim_random_next(user) >> 16);
}

static void mix(const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		digest = (digest ^ ((const uint8_t *)bytes)[i]) * 0x100000001b3u;
}

static void listen(void *user, int node, const uint8_t *frame, size_t length, ccs_time at)
{
	struct ccs_mme mme;

	(void)user;
	mix(&node, sizeof(node));
	mix(&at, sizeof(at));
	mix(frame, length);
	if (ccs_mme_decode(&mme, frame, length))
		return;
	if (memcmp(mme.src, sim_plc_modem(&plc, node)->host_mac, 6) == 0) {
		if (sent[mme.kind]++ == 0)
			sent_at[mme.kind] = at;
	} else if (heard[mme.kind]++ == 0) {
		heard_at[mme.kind] = at;
	}
}

static void begin(uint64_t seed)
{
	config = sim_plc_default();
	config.seed = seed;
	config.tap = listen;
	sim_plc_reset(&plc, &config);
	memset(hosts, 0, sizeof(hosts));
	memset(sent, 0, sizeof(sent));
	memset(heard, 0, sizeof(heard));
	key_random.state = seed + 1;
	now = 0;
	digest = 0xcbf29ce484222325u;
}

static int add_car(enum sim_modem_kind modem, const struct ccs_slac_ev_config *wanted)
{
	uint8_t mac[6] = { 0x02, 0, 0, 0, 0xe0, (uint8_t)plc.count };
	int node = sim_plc_add(&plc, &sim_modems[modem], CCS_SIDE_EV, mac);
	struct ccs_slac_ev_config ev;

	ccs_slac_ev_set_defaults(&ev);
	if (wanted)
		ev = *wanted;
	memcpy(ev.mac, mac, 6);
	ev.random = (struct ccs_slac_random) { fill_random, &key_random };
	hosts[node].plug = -1;
	ccs_slac_ev_init(&hosts[node].ev, &ev, NULL);
	ccs_slac_ev_start(&hosts[node].ev, now);
	return node;
}

static int add_charger(enum sim_modem_kind modem, const struct ccs_slac_evse_config *wanted)
{
	uint8_t mac[6] = { 0x02, 0, 0, 0, 0x5e, (uint8_t)plc.count };
	int node = sim_plc_add(&plc, &sim_modems[modem], CCS_SIDE_EVSE, mac);
	struct ccs_slac_evse_config evse;

	ccs_slac_evse_set_defaults(&evse);
	if (wanted)
		evse = *wanted;
	memcpy(evse.mac, mac, 6);
	evse.random = (struct ccs_slac_random) { fill_random, &key_random };
	hosts[node].is_evse = true;
	hosts[node].plug = -1;
	ccs_slac_evse_init(&hosts[node].evse, &evse, NULL);
	ccs_slac_evse_start(&hosts[node].evse, now);
	return node;
}

/* The control pilot between a charger and its car. */
static void update_pilot(struct host *h)
{
	const struct host *car = h->plug < 0 ? NULL : &hosts[h->plug];
	enum ccs_slac_wish wish = h->evse.wish;
	enum ccs_pilot pilot = CCS_PILOT_A;
	bool pwm, back;

	if (car)
		pilot = wish == CCS_WISH_EF ? CCS_PILOT_F
			: car->ev.toggle_c  ? CCS_PILOT_C
					    : CCS_PILOT_B;
	pwm = car && (wish == CCS_WISH_NONE || wish == CCS_WISH_5_PERCENT);
	if (pilot == h->pilot && pwm == h->pwm)
		return;
	back = pwm && !h->pwm;
	h->pilot = pilot;
	h->pwm = pwm;
	ccs_slac_evse_set_pilot(&h->evse, pilot, pwm, now);
	if (back)
		ccs_slac_ev_match(&hosts[h->plug].ev, now);
}

static bool send_all(int node)
{
	struct host *h = &hosts[node];
	uint8_t frame[CCS_MME_FRAME_MAX];
	bool any = false;
	int length;

	while ((length = h->is_evse ? ccs_slac_evse_send(&h->evse, frame, sizeof(frame))
				    : ccs_slac_ev_send(&h->ev, frame, sizeof(frame))) > 0) {
		sim_plc_send(&plc, node, frame, (size_t)length, now);
		any = true;
	}
	assert_int_equal(length, 0);
	return any;
}

static void settle(void)
{
	bool busy = true;

	while (busy) {
		busy = false;
		for (int i = 0; i < plc.count; i++) {
			if (hosts[i].is_evse)
				update_pilot(&hosts[i]);
			busy |= send_all(i);
		}
	}
}

static ccs_time host_deadline(const struct host *h)
{
	return h->is_evse ? ccs_slac_evse_deadline(&h->evse) : ccs_slac_ev_deadline(&h->ev);
}

static ccs_time next_time(void)
{
	ccs_time next = sim_plc_deadline(&plc);

	for (int i = 0; i < plc.count; i++)
		next = host_deadline(&hosts[i]) < next ? host_deadline(&hosts[i]) : next;
	return next;
}

static void step(void)
{
	struct sim_plc_delivery in;

	while (sim_plc_next(&plc, now, &in)) {
		assert_true(in.time <= now);
		if (hosts[in.node].is_evse)
			ccs_slac_evse_receive(&hosts[in.node].evse, in.bytes, in.length, now);
		else
			ccs_slac_ev_receive(&hosts[in.node].ev, in.bytes, in.length, now);
	}
	for (int i = 0; i < plc.count; i++) {
		if (now < host_deadline(&hosts[i]))
			continue;
		if (hosts[i].is_evse)
			ccs_slac_evse_tick(&hosts[i].evse, now);
		else
			ccs_slac_ev_tick(&hosts[i].ev, now);
	}
	settle();
}

static void run(ccs_time span)
{
	ccs_time end = now + span, next;

	settle();
	while ((next = next_time()) <= end) {
		now = next > now ? next : now;
		step();
	}
	now = end;
}

static void plug(int car, int charger)
{
	hosts[car].plug = charger;
	hosts[charger].plug = car;
	settle();
}

static void unplug(int car)
{
	hosts[hosts[car].plug].plug = -1;
	hosts[car].plug = -1;
	ccs_slac_ev_leave(&hosts[car].ev, now);
	settle();
}

static void check_matched(int car, int charger)
{
	assert_int_equal(hosts[car].ev.state, CCS_SLAC_EV_MATCHED);
	assert_int_equal(hosts[charger].evse.state, CCS_SLAC_EVSE_MATCHED);
	assert_memory_equal(hosts[car].ev.evse_mac, sim_plc_modem(&plc, charger)->host_mac, 6);
	assert_memory_equal(hosts[charger].evse.ev_mac, sim_plc_modem(&plc, car)->host_mac, 6);
	assert_true(sim_plc_is_linked(&plc, car, charger, now));
}

/* A car, node 0, and a charger, node 1, ready but not plugged in. */
static void begin_pair(uint64_t seed, enum sim_modem_kind car, enum sim_modem_kind charger)
{
	begin(seed);
	add_car(car, NULL);
	add_charger(charger, NULL);
	sim_plc_set_attenuation(&plc, 0, 1, 15);
	run(CCS_SECONDS(15));
	memset(sent, 0, sizeof(sent));
	memset(heard, 0, sizeof(heard));
}

static void test_match(void **state)
{
	ccs_time since;

	(void)state;
	begin_pair(1, SIM_MODEM_QCA7005, SIM_MODEM_QCA7005);
	assert_false(sim_plc_is_linked(&plc, 0, 1, now));
	plug(0, 1);
	run(CCS_SECONDS(8));
	check_matched(0, 1);
	assert_int_equal(sent[CCS_MME_CM_SLAC_PARM_REQ], 1);
	assert_int_equal(sent[CCS_MME_CM_MNBC_SOUND_IND], 10);
	assert_int_equal(heard[CCS_MME_CM_ATTEN_PROFILE_IND], 10);
	/* The vendor's form goes onto the line too. */
	assert_int_equal(heard[CCS_MME_VS_ATTEN_CHAR_IND], 20);
	assert_in_range(hosts[0].ev.candidates[0].mean, 1400, 1600);
	since = sim_plc_link_since(&plc, 0, 1, now);
	/* Plugged in at 15 s; matching takes less than 3 s, joining 2.5 to 4 s. */
	assert_in_range(since, CCS_SECONDS(15) + CCS_MS(2500), CCS_SECONDS(15) + CCS_MS(7000));
	assert_false(sim_plc_is_linked(&plc, 0, 1, since - 1));
	assert_true(sim_plc_is_linked(&plc, 1, 0, since));
	unplug(0);
	run(CCS_SECONDS(6));
	assert_false(sim_plc_is_linked(&plc, 0, 1, now));
}

static void test_modems(void **state)
{
	static const enum sim_modem_kind kinds[] = { SIM_MODEM_QCA7005, SIM_MODEM_CG5317,
						     SIM_MODEM_PLAIN };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < 3; k++) {
			begin_pair(2, kinds[i], kinds[k]);
			plug(0, 1);
			run(CCS_SECONDS(14));
			check_matched(0, 1);
			assert_int_equal(hosts[0].ev.modem.chip, sim_modems[kinds[i]].chip);
		}
	}
}

/* A mains adapter measures nothing: its charger reports only what it is told to make up. */
static void test_mains_adapters(void **state)
{
	struct ccs_slac_evse_config made_up;
	ccs_time match;

	(void)state;
	begin_pair(3, SIM_MODEM_QCA7005, SIM_MODEM_AR7420);
	plug(0, 1);
	run(CCS_SECONDS(12));
	assert_int_equal(heard[CCS_MME_CM_ATTEN_PROFILE_IND], sent[CCS_MME_CM_MNBC_SOUND_IND]);
	assert_int_equal(sent[CCS_MME_CM_ATTEN_CHAR_IND], 0);

	for (uint64_t seed = 1; seed < 20; seed++) {
		ccs_slac_evse_set_defaults(&made_up);
		made_up.synthetic_db = 9;
		begin(seed);
		add_car(SIM_MODEM_AR7420, NULL);
		add_charger(SIM_MODEM_AR7420, &made_up);
		sim_plc_set_attenuation(&plc, 0, 1, 15);
		run(CCS_SECONDS(15));
		plug(0, 1);
		while (hosts[0].ev.state != CCS_SLAC_EV_JOINING)
			run(CCS_MS(1));
		match = now;
		run(CCS_SECONDS(12));
		check_matched(0, 1);
		assert_int_equal(hosts[0].ev.candidates[0].mean, 900);
		assert_in_range(sim_plc_link_since(&plc, 0, 1, now) - match, CCS_MS(6290),
				CCS_MS(7850));
	}
}

/* Two cars at two chargers which all hear each other; each ends at its own. */
static void begin_two_pairs(uint64_t seed, uint8_t own, uint8_t other)
{
	begin(seed);
	plc.config.attenuation_db = other;
	plc.config.leaky = true;
	add_car(SIM_MODEM_QCA7005, NULL);
	add_charger(SIM_MODEM_QCA7005, NULL);
	add_car(SIM_MODEM_CG5317, NULL);
	add_charger(SIM_MODEM_QCA7005, NULL);
	sim_plc_set_attenuation(&plc, 0, 1, own);
	sim_plc_set_attenuation(&plc, 3, 2, own);
	run(CCS_SECONDS(15));
	memset(sent, 0, sizeof(sent));
}

static void test_crosstalk(void **state)
{
	uint32_t validations = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 10; seed++) {
		begin_two_pairs(seed, 12, 33);
		plug(0, 1);
		run(CCS_MS(seed * 70));
		plug(2, 3);
		run(CCS_SECONDS(12));
		check_matched(0, 1);
		check_matched(2, 3);
		assert_false(sim_plc_is_linked(&plc, 0, 3, now));
		assert_int_equal(sent[CCS_MME_CM_VALIDATE_REQ], 0);

		begin_two_pairs(seed, 21, 20);
		plug(0, 1);
		run(CCS_MS(seed * 170));
		plug(2, 3);
		run(CCS_SECONDS(60));
		check_matched(0, 1);
		check_matched(2, 3);
		validations += sent[CCS_MME_CM_VALIDATE_REQ];
	}
	assert_true(validations > 0);
}

/* A whole car park: every car comes to the charger it is plugged in at. */
static void test_many(void **state)
{
	enum { PAIRS = HOSTS / 2 };

	(void)state;
	begin(5);
	plc.config.attenuation_db = 40;
	for (int i = 0; i < PAIRS; i++) {
		add_car(SIM_MODEM_QCA7005, NULL);
		add_charger(SIM_MODEM_QCA7005, NULL);
		sim_plc_set_attenuation(&plc, 2 * i, 2 * i + 1, (uint8_t)(8 + i));
	}
	run(CCS_SECONDS(15));
	for (int i = 0; i < PAIRS; i++) {
		plug(2 * i, 2 * i + 1);
		run(CCS_MS(300));
	}
	run(CCS_SECONDS(30));
	for (int i = 0; i < PAIRS; i++)
		check_matched(2 * i, 2 * i + 1);
}

/* Loss, doubles and delay: both ends come to an end, most of them to a match. */
static void test_chance(void **state)
{
	uint32_t matched = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 50; seed++) {
		begin_pair(seed, SIM_MODEM_QCA7005, SIM_MODEM_QCA7005);
		plc.config.lost = 30;
		plc.config.doubled = 100;
		plc.config.delayed = 20;
		plug(0, 1);
		run(CCS_SECONDS(90));
		matched += hosts[0].ev.state == CCS_SLAC_EV_MATCHED &&
			   hosts[1].evse.state == CCS_SLAC_EVSE_MATCHED;
		assert_int_not_equal(hosts[0].ev.state, CCS_SLAC_EV_JOINING);
	}
	assert_in_range(matched, 48, 50);
}

/* The same seed gives the same frames at the same times; another one others. */
static void test_repeatable(void **state)
{
	uint64_t digests[3];

	(void)state;
	for (uint64_t i = 0; i < 3; i++) {
		begin_pair(7 + i / 2, SIM_MODEM_QCA7005, SIM_MODEM_QCA7005);
		plc.config.lost = 50;
		plc.config.doubled = 50;
		plc.config.delayed = 50;
		plug(0, 1);
		run(CCS_SECONDS(60));
		digests[i] = digest;
	}
	assert_true(digests[0] == digests[1]);
	assert_true(digests[1] != digests[2]);
}

/* A message whose fate the test decides. */
static struct {
	enum ccs_mme_kind kind;
	bool lose, twice;
	ccs_time late_us;
	uint16_t flip; /* a byte of it; 0: none */
	uint32_t left; /* so many of them */
} doom;

static void decide(void *user, const struct ccs_mme *mme, int from, int to,
		   struct sim_plc_fate *fate)
{
	(void)user, (void)from, (void)to;
	if (mme->kind != doom.kind || doom.left == 0)
		return;
	doom.left--;
	fate->lose = doom.lose;
	fate->twice = doom.twice;
	fate->late_us = doom.late_us;
	if (doom.flip)
		fate->frame[doom.flip] ^= 0xff;
}

/* Each message of the matching lost once, doubled, late, with a wrong run: it is overcome. */
static void test_fates(void **state)
{
	static const struct {
		enum ccs_mme_kind kind;
		uint16_t run_id;
	} messages[] = {
		{ CCS_MME_CM_SLAC_PARM_REQ, 21 },	 { CCS_MME_CM_SLAC_PARM_CNF, 36 },
		{ CCS_MME_CM_START_ATTEN_CHAR_IND, 30 }, { CCS_MME_CM_MNBC_SOUND_IND, 39 },
		{ CCS_MME_CM_ATTEN_CHAR_IND, 27 },	 { CCS_MME_CM_ATTEN_CHAR_RSP, 27 },
		{ CCS_MME_CM_SLAC_MATCH_REQ, 69 },	 { CCS_MME_CM_SLAC_MATCH_CNF, 69 },
		{ CCS_MME_CM_SET_KEY_REQ, 0 },		 { CCS_MME_CM_SET_KEY_CNF, 0 },
		{ CCS_MME_CM_ATTEN_PROFILE_IND, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		for (int how = 0; how < 4; how++) {
			begin_pair(i + 10, SIM_MODEM_QCA7005, SIM_MODEM_QCA7005);
			plc.config.fate = decide;
			memset(&doom, 0, sizeof(doom));
			doom.kind = messages[i].kind;
			doom.left = 1;
			doom.lose = how == 0;
			doom.twice = how == 1;
			doom.late_us = how == 2 ? CCS_MS(150) : 0;
			doom.flip = how == 3 ? messages[i].run_id : 0;
			plug(0, 1);
			run(CCS_SECONDS(30));
			assert_int_equal(doom.left, 0);
			check_matched(0, 1);
		}
	}
}

/* Frames by hand. */

static const uint8_t everyone[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
static const uint8_t host_a[6] = { 2, 0, 0, 0, 0, 0xa };
static const uint8_t host_b[6] = { 2, 0, 0, 0, 0, 0xb };
static const uint8_t host_c[6] = { 2, 0, 0, 0, 0, 0xc };
static const uint8_t local[6] = { 0x00, 0xb0, 0x52, 0x00, 0x00, 0x01 };

/* Three hosts without engines, all 20 dB apart; the second one is a charger. */
static void begin_bare(void)
{
	begin(1);
	plc.config.tap = NULL;
	plc.config.attenuation_db = 20;
	sim_plc_add(&plc, &sim_modems[SIM_MODEM_QCA7005], CCS_SIDE_EV, host_a);
	sim_plc_add(&plc, &sim_modems[SIM_MODEM_QCA7005], CCS_SIDE_EVSE, host_b);
	sim_plc_add(&plc, &sim_modems[SIM_MODEM_QCA7005], CCS_SIDE_EV, host_c);
}

static void send_kind(int node, enum ccs_mme_kind kind, const uint8_t to[6])
{
	uint8_t frame[CCS_MME_FRAME_MAX];
	struct ccs_mme mme;
	int length;

	ccs_mme_init(&mme, kind, to, sim_plc_modem(&plc, node)->host_mac);
	if (kind == CCS_MME_CM_SET_KEY_REQ) {
		memset(mme.cm_set_key_req.nid, 7, 7);
		memset(mme.cm_set_key_req.new_key, 8, 16);
	}
	length = ccs_mme_encode(&mme, frame, sizeof(frame));
	assert_true(length > 0);
	sim_plc_send(&plc, node, frame, (size_t)length, now);
}

static void send_plain(int node, const uint8_t to[6])
{
	uint8_t frame[60] = { 0 };

	memcpy(frame, to, 6);
	memcpy(frame + 6, sim_plc_modem(&plc, node)->host_mac, 6);
	frame[12] = 0x86;
	frame[13] = 0xdd;
	sim_plc_send(&plc, node, frame, sizeof(frame), now);
}

static struct sim_plc_delivery last_delivery;
static struct ccs_mme last_mme;

/* How many frames come within `span`; the last of them is kept. */
static int count_frames(ccs_time span)
{
	int count = 0;

	for (now += span; sim_plc_next(&plc, now, &last_delivery); count++)
		ccs_mme_decode(&last_mme, last_delivery.bytes, last_delivery.length);
	return count;
}

/* Gives two modems the same key. */
static void join(int a, int b)
{
	send_kind(a, CCS_MME_CM_SET_KEY_REQ, local);
	send_kind(b, CCS_MME_CM_SET_KEY_REQ, local);
	count_frames(CCS_SECONDS(5));
	assert_true(sim_plc_is_linked(&plc, a, b, now));
}

static void test_local(void **state)
{
	(void)state;
	begin_bare();
	assert_int_equal(sim_plc_deadline(&plc), CCS_NEVER);
	send_kind(0, CCS_MME_VS_SW_VER_REQ, local);
	assert_int_equal(sim_plc_deadline(&plc), 400);
	assert_int_equal(count_frames(399), 0);
	assert_int_equal(count_frames(CCS_MS(20)), 1);
	assert_int_equal(last_mme.kind, CCS_MME_VS_SW_VER_CNF);
	assert_memory_equal(last_mme.src, sim_plc_modem(&plc, 0)->mac, 6);
	assert_int_equal(last_delivery.time, 400);
	assert_int_equal(last_delivery.node, 0);
	/* Of all who are asked, strangers keep silent; members answer over the line. */
	send_kind(0, CCS_MME_VS_SW_VER_REQ, everyone);
	assert_int_equal(count_frames(CCS_MS(20)), 1);
	join(0, 1);
	send_kind(0, CCS_MME_VS_SW_VER_REQ, everyone);
	assert_int_equal(count_frames(CCS_MS(20)), 3); /* two answers, and host b hears it */
	/* Nobody's key is changed from afar. */
	send_kind(0, CCS_MME_CM_SET_KEY_REQ, sim_plc_modem(&plc, 1)->mac);
	assert_int_equal(count_frames(CCS_MS(20)), 1);
	assert_int_equal(last_mme.kind, CCS_MME_CM_SET_KEY_CNF);
	assert_int_equal(last_mme.cm_set_key_cnf.result, 0);
	assert_int_equal(sim_plc_modem(&plc, 1)->keys, 1);
}

/* The key shows later than it is confirmed, and between the modem is silent. */
static void test_restart(void **state)
{
	(void)state;
	begin_bare();
	send_kind(0, CCS_MME_CM_SET_KEY_REQ, local);
	assert_int_equal(count_frames(CCS_MS(100)), 1);
	assert_int_equal(last_mme.cm_set_key_cnf.result, 1);
	send_kind(0, CCS_MME_CM_GET_KEY_REQ, local);
	assert_int_equal(count_frames(CCS_MS(99)), 1);
	assert_int_not_equal(last_mme.cm_get_key_cnf.nid[0], 7);
	count_frames(CCS_MS(1));
	send_kind(0, CCS_MME_CM_GET_KEY_REQ, local);
	send_kind(1, CCS_MME_CM_SLAC_PARM_REQ, everyone);
	assert_int_equal(count_frames(CCS_MS(799)), 1); /* c only */
	assert_int_equal(last_delivery.node, 2);
	count_frames(CCS_MS(1));
	send_kind(0, CCS_MME_CM_GET_KEY_REQ, local);
	assert_int_equal(count_frames(CCS_MS(10)), 1);
	assert_int_equal(last_mme.cm_get_key_cnf.nid[0], 7);
	/* Two keys at once: until the restart it has the one from before both. */
	begin_bare();
	send_kind(0, CCS_MME_CM_SET_KEY_REQ, local);
	count_frames(CCS_MS(100));
	send_kind(0, CCS_MME_CM_SET_KEY_REQ, local);
	count_frames(CCS_MS(150));
	send_kind(0, CCS_MME_CM_GET_KEY_REQ, local);
	assert_int_equal(count_frames(CCS_MS(40)), 1);
	assert_int_not_equal(last_mme.cm_get_key_cnf.nid[0], 7);
}

/* Modems that fail. */
static void test_modem_faults(void **state)
{
	(void)state;
	begin_bare();
	sim_plc_modem(&plc, 0)->config.refuses_key = true;
	send_kind(0, CCS_MME_CM_SET_KEY_REQ, local);
	assert_int_equal(count_frames(CCS_SECONDS(5)), 1);
	assert_int_equal(last_mme.cm_set_key_cnf.result, 0);
	sim_plc_modem(&plc, 0)->config.refuses_key = false;
	sim_plc_modem(&plc, 0)->config.forgets_key = true;
	send_kind(0, CCS_MME_CM_SET_KEY_REQ, local);
	assert_int_equal(count_frames(CCS_SECONDS(5)), 1);
	assert_int_equal(last_mme.cm_set_key_cnf.result, 1);
	assert_int_equal(sim_plc_modem(&plc, 0)->keys, 0);
	sim_plc_modem(&plc, 0)->config.forgets_key = false;
	join(0, 1);
	sim_plc_modem(&plc, 0)->config.never_joins = true;
	send_kind(1, CCS_MME_VS_PL_LINK_STATUS_REQ, local);
	assert_int_equal(count_frames(CCS_MS(20)), 1);
	assert_int_equal(last_mme.vs_pl_link_status_cnf.link_status, 0);
	sim_plc_modem(&plc, 0)->config.never_joins = false;
	send_kind(1, CCS_MME_VS_PL_LINK_STATUS_REQ, local);
	assert_int_equal(count_frames(CCS_MS(20)), 1);
	assert_int_equal(last_mme.vs_pl_link_status_cnf.link_status, 1);
	/* A reset: away, and with the same key back. */
	send_kind(0, CCS_MME_VS_RS_DEV_REQ, local);
	assert_int_equal(count_frames(CCS_MS(20)), 1);
	assert_false(sim_plc_is_linked(&plc, 0, 1, now));
	count_frames(CCS_SECONDS(5));
	assert_true(sim_plc_is_linked(&plc, 0, 1, now));
}

static void test_networks(void **state)
{
	(void)state;
	begin_bare();
	send_plain(0, host_b);
	send_plain(0, everyone);
	assert_int_equal(count_frames(CCS_MS(20)), 0);
	join(0, 1);
	send_plain(0, host_b);
	assert_int_equal(count_frames(CCS_MS(20)), 1);
	assert_int_equal(last_delivery.node, 1);
	send_plain(1, everyone);
	assert_int_equal(count_frames(CCS_MS(20)), 1);
	assert_int_equal(last_delivery.node, 0);
	assert_false(sim_plc_is_linked(&plc, 0, 2, now));
	sim_plc_set_attenuation(&plc, 1, 0, SIM_PLC_DEAF);
	assert_int_equal(sim_plc_link_since(&plc, 0, 1, now), CCS_NEVER);
	send_plain(0, host_b);
	assert_int_equal(count_frames(CCS_MS(20)), 0);
	sim_plc_set_attenuation(&plc, 1, 0, 20);
	sim_plc_modem(&plc, 1)->config.dead = true;
	assert_false(sim_plc_is_linked(&plc, 0, 1, now));
}

static void test_who_hears(void **state)
{
	(void)state;
	begin_bare();
	send_kind(0, CCS_MME_CM_SLAC_PARM_REQ, everyone);
	assert_int_equal(count_frames(CCS_MS(20)), 2);
	send_kind(1, CCS_MME_CM_SLAC_PARM_CNF, host_a);
	assert_int_equal(count_frames(CCS_MS(20)), 1);
	assert_int_equal(last_delivery.node, 0);
	plc.config.leaky = true;
	send_kind(1, CCS_MME_CM_SLAC_PARM_CNF, host_a);
	assert_int_equal(count_frames(CCS_MS(20)), 2);
	/* What is for one of a network is nevertheless for that one only. */
	join(0, 1);
	join(1, 2);
	send_plain(0, host_b);
	assert_int_equal(count_frames(CCS_MS(20)), 1);
}

static void lose_all(void *user, const struct ccs_mme *mme, int from, int to,
		     struct sim_plc_fate *fate)
{
	(void)user, (void)mme, (void)from;
	fate->lose = to == 1;
}

/* A sound that is lost is not measured; one that comes twice is measured once. */
static void test_sounds(void **state)
{
	(void)state;
	begin_bare();
	sim_plc_set_attenuation(&plc, 0, 2, SIM_PLC_DEAF);
	plc.config.fate = lose_all;
	send_kind(0, CCS_MME_CM_MNBC_SOUND_IND, everyone);
	assert_int_equal(count_frames(CCS_MS(20)), 0);
	plc.config.fate = NULL;
	plc.config.doubled = 1000;
	sim_plc_set_attenuation(&plc, 1, 2, SIM_PLC_DEAF);
	sim_plc_modem(&plc, 1)->config.vendor_profiles = false;
	send_kind(0, CCS_MME_CM_MNBC_SOUND_IND, everyone);
	assert_int_equal(count_frames(CCS_MS(20)), 3);
	sim_plc_modem(&plc, 1)->config.hears_nothing = true;
	send_kind(0, CCS_MME_CM_MNBC_SOUND_IND, everyone);
	assert_int_equal(count_frames(CCS_MS(20)), 2);
}

/* The profile is that of the line between the two, group by group. */
static void test_groups(void **state)
{
	uint8_t db[CCS_SLAC_GROUPS];

	(void)state;
	begin_bare();
	plc.config.noise_db = 0;
	for (size_t i = 0; i < sizeof(db); i++)
		db[i] = (uint8_t)(5 + i);
	sim_plc_set_attenuations(&plc, 1, 0, db);
	send_kind(0, CCS_MME_CM_MNBC_SOUND_IND, everyone);
	/* The sound twice, the vendor's profile three times, the standard's last. */
	assert_int_equal(count_frames(CCS_MS(20)), 6);
	send_kind(2, CCS_MME_CM_MNBC_SOUND_IND, everyone);
	sim_plc_modem(&plc, 1)->config.vendor_profiles = false;
	count_frames(CCS_MS(20));
	send_kind(0, CCS_MME_CM_MNBC_SOUND_IND, everyone);
	sim_plc_set_attenuation(&plc, 0, 2, SIM_PLC_DEAF);
	count_frames(CCS_MS(20));
	assert_int_equal(last_mme.kind, CCS_MME_CM_ATTEN_PROFILE_IND);
	assert_memory_equal(last_mme.cm_atten_profile_ind.pev_mac, host_a, 6);
	assert_memory_equal(last_mme.cm_atten_profile_ind.aag, db, sizeof(db));
}

/* Far away some frames are lost: two of ten at 51 dB. */
static void test_distance(void **state)
{
	static const struct {
		uint8_t db;
		int least, most;
	} ways[] = { { 45, 1000, 1000 }, { 51, 750, 850 }, { 60, 450, 550 }, { 75, 0, 0 } };

	(void)state;
	begin_bare();
	for (size_t i = 0; i < 4; i++) {
		int count = 0;

		sim_plc_set_attenuation(&plc, 0, 2, ways[i].db);
		for (int k = 0; k < 1000; k++) {
			send_kind(0, CCS_MME_CM_SLAC_PARM_REQ, host_c);
			count += count_frames(CCS_MS(5));
		}
		assert_in_range(count, ways[i].least, ways[i].most);
	}
}

/* Jitter does not change the order, more frames than ever before do not get lost. */
static void test_order(void **state)
{
	uint8_t frame[60];
	struct ccs_mme mme;
	int next = 0;

	(void)state;
	begin_bare();
	plc.config.jitter_us = CCS_MS(20);
	for (int i = 0; i < 200; i++) {
		ccs_mme_init(&mme, CCS_MME_CM_VALIDATE_REQ, host_c, host_a);
		mme.cm_validate_req.timer = (uint8_t)i;
		sim_plc_send(&plc, 0, frame, (size_t)ccs_mme_encode(&mme, frame, sizeof(frame)),
			     now + i);
	}
	now = CCS_SECONDS(1);
	for (ccs_time time = 0; sim_plc_next(&plc, now, &last_delivery); next++) {
		assert_true(last_delivery.time >= time);
		time = last_delivery.time;
		ccs_mme_decode(&mme, last_delivery.bytes, last_delivery.length);
		assert_int_equal(mme.cm_validate_req.timer, next);
	}
	assert_int_equal(next, 200);
}

static void test_injected(void **state)
{
	static const uint8_t frame[] = "anything";

	(void)state;
	begin_bare();
	sim_plc_inject(&plc, 2, frame, sizeof(frame), 1000);
	assert_int_equal(sim_plc_deadline(&plc), 1000);
	assert_int_equal(count_frames(1000), 1);
	assert_int_equal(last_delivery.node, 2);
	assert_memory_equal(last_delivery.bytes, frame, sizeof(frame));
	/* What a host may send by mistake is lost, not carried. */
	sim_plc_send(&plc, 0, frame, sizeof(frame), now);
	assert_int_equal(plc.lost, 1);
	assert_int_equal(sim_plc_deadline(&plc), CCS_NEVER);
}

/* A car and a charger as fast as real ones: the intervals are those that were measured. */
static void begin_paces(const struct sim_pace *car, const struct sim_pace *charger, uint64_t seed)
{
	struct ccs_slac_ev_config ev;

	begin(seed);
	ccs_slac_ev_set_defaults(&ev);
	sim_pace_configure(car, &ev);
	add_car(SIM_MODEM_QCA7005, &ev);
	add_charger(SIM_MODEM_QCA7005, NULL);
	sim_plc_set_pace(&plc, 0, car);
	sim_plc_set_pace(&plc, 1, charger);
	sim_plc_set_attenuation(&plc, 0, 1, charger->db);
	run(CCS_SECONDS(15));
	memset(sent, 0, sizeof(sent));
	memset(heard, 0, sizeof(heard));
	plug(0, 1);
	run(CCS_SECONDS(12));
	check_matched(0, 1);
}

static void check_answer(enum ccs_mme_kind request, enum ccs_mme_kind answer,
			 const struct sim_pace_span *span)
{
	assert_in_range(sent_at[answer] - heard_at[request], CCS_MS(span->least_ms),
			CCS_MS(span->most_ms));
}

static void check_paces(const struct sim_pace *car, const struct sim_pace *charger)
{
	ccs_time start = sent_at[CCS_MME_CM_START_ATTEN_CHAR_IND];

	assert_int_equal(sent[CCS_MME_CM_SLAC_PARM_REQ], 1);
	assert_int_equal(sent[CCS_MME_CM_ATTEN_CHAR_IND], 1);
	assert_int_equal(sent[CCS_MME_CM_SLAC_MATCH_REQ], 1);
	assert_int_equal(start - sent_at[CCS_MME_CM_SLAC_PARM_REQ], CCS_MS(car->start_ms));
	assert_int_equal(sent_at[CCS_MME_CM_MNBC_SOUND_IND] - start,
			 CCS_MS(2 * car->gap_ms + car->first_sound_ms));
	if (car->match_ms)
		assert_in_range(sent_at[CCS_MME_CM_SLAC_MATCH_REQ] - start, CCS_MS(car->match_ms),
				CCS_MS(car->match_ms + 2));
	check_answer(CCS_MME_CM_ATTEN_CHAR_IND, CCS_MME_CM_ATTEN_CHAR_RSP, &car->rsp);
	check_answer(CCS_MME_CM_SLAC_PARM_REQ, CCS_MME_CM_SLAC_PARM_CNF, &charger->parm);
	check_answer(CCS_MME_CM_SLAC_MATCH_REQ, CCS_MME_CM_SLAC_MATCH_CNF, &charger->match);
	if (charger->waits)
		assert_int_equal(sent_at[CCS_MME_CM_ATTEN_CHAR_IND] -
					 heard_at[CCS_MME_CM_START_ATTEN_CHAR_IND],
				 CCS_MS(600));
	assert_int_equal(hosts[0].ev.candidates[0].num_sounds, charger->waits ? 9 : 10);
	assert_in_range(hosts[0].ev.candidates[0].mean, charger->db * 100 - 60,
			charger->db * 100 + 60);
}

static void test_paces(void **state)
{
	const struct sim_pace *car, *charger;
	int pairs = 0;

	(void)state;
	for (size_t i = 0; (car = sim_pace_at(i)); i++) {
		assert_ptr_equal(sim_pace_find(car->name), car);
		for (size_t k = 0; (charger = sim_pace_at(k)); k++) {
			if (car->side != CCS_SIDE_EV || charger->side != CCS_SIDE_EVSE)
				continue;
			begin_paces(car, charger, i);
			check_paces(car, charger);
			pairs++;
		}
	}
	assert_int_equal(pairs, 25);
	assert_null(sim_pace_find("nobody"));
}

static int begin_group(void **state)
{
	struct sim_plc_config plain = sim_plc_default();

	(void)state;
	sim_plc_init(&plc, &plain);
	return 0;
}

static int end_group(void **state)
{
	(void)state;
	sim_plc_free(&plc);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match),	       cmocka_unit_test(test_modems),
		cmocka_unit_test(test_mains_adapters), cmocka_unit_test(test_crosstalk),
		cmocka_unit_test(test_many),	       cmocka_unit_test(test_chance),
		cmocka_unit_test(test_repeatable),     cmocka_unit_test(test_fates),
		cmocka_unit_test(test_local),	       cmocka_unit_test(test_restart),
		cmocka_unit_test(test_modem_faults),   cmocka_unit_test(test_networks),
		cmocka_unit_test(test_who_hears),      cmocka_unit_test(test_sounds),
		cmocka_unit_test(test_groups),	       cmocka_unit_test(test_distance),
		cmocka_unit_test(test_order),	       cmocka_unit_test(test_injected),
		cmocka_unit_test(test_paces),
	};

	return cmocka_run_group_tests(tests, begin_group, end_group);
}
