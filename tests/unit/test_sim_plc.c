/* SPDX-License-Identifier: Apache-2.0 */
/* The simulated power line, with the SLAC engines at it and without. */
#include "plc_medium.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct medium medium;
static uint64_t digest;		      /* of all frames at all hosts and their times */
static uint32_t sent[CCS_MME_KINDS];  /* by hosts, as the tap shows */
static uint32_t heard[CCS_MME_KINDS]; /* by hosts */
static ccs_time sent_at[CCS_MME_KINDS], heard_at[CCS_MME_KINDS]; /* the first time */

static void fill_random(struct sim_random *random, uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)sim_random_below(random, 256);
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
	if (memcmp(mme.src, sim_plc_modem(&medium.plc, node)->host_mac, 6) == 0) {
		if (sent[mme.kind]++ == 0)
			sent_at[mme.kind] = at;
	} else if (heard[mme.kind]++ == 0) {
		heard_at[mme.kind] = at;
	}
}

static void begin(uint64_t seed)
{
	struct sim_plc_config config = sim_plc_default();

	config.seed = seed;
	config.tap = listen;
	medium_init(&medium, (uint32_t)seed);
	sim_plc_reset(&medium.plc, &config);
	memset(sent, 0, sizeof(sent));
	memset(heard, 0, sizeof(heard));
	digest = 0xcbf29ce484222325u;
}

static int add_car(enum sim_modem_kind modem, const struct ccs_slac_ev_config *config)
{
	return medium_add(&medium, false, &sim_modems[modem], config);
}

static int add_charger(enum sim_modem_kind modem, const struct ccs_slac_evse_config *config)
{
	return medium_add(&medium, true, &sim_modems[modem], config);
}

static void run(ccs_time span)
{
	medium_run(&medium, span);
}

static void plug(int car, int charger)
{
	medium_plug(&medium, car, charger);
}

static void check_matched(int car, int charger)
{
	assert_int_equal(medium.nodes[car].ev.state, CCS_SLAC_EV_MATCHED);
	assert_int_equal(medium.nodes[charger].evse.state, CCS_SLAC_EVSE_MATCHED);
	assert_memory_equal(medium.nodes[car].ev.evse_mac,
			    sim_plc_modem(&medium.plc, charger)->host_mac, 6);
	assert_memory_equal(medium.nodes[charger].evse.ev_mac,
			    sim_plc_modem(&medium.plc, car)->host_mac, 6);
	assert_true(sim_plc_is_linked(&medium.plc, car, charger, medium.now));
}

/* A car, node 0, and a charger, node 1, ready but not plugged in. */
static void begin_pair(uint64_t seed, enum sim_modem_kind car, enum sim_modem_kind charger)
{
	begin(seed);
	add_car(car, NULL);
	add_charger(charger, NULL);
	sim_plc_set_attenuation(&medium.plc, 0, 1, 15);
	run(CCS_SECONDS(15));
	memset(sent, 0, sizeof(sent));
	memset(heard, 0, sizeof(heard));
}

static void test_match(void **state)
{
	ccs_time since;

	(void)state;
	begin_pair(1, SIM_MODEM_QCA7005, SIM_MODEM_QCA7005);
	assert_false(sim_plc_is_linked(&medium.plc, 0, 1, medium.now));
	plug(0, 1);
	run(CCS_SECONDS(8));
	check_matched(0, 1);
	assert_int_equal(sent[CCS_MME_CM_SLAC_PARM_REQ], 1);
	assert_int_equal(sent[CCS_MME_CM_MNBC_SOUND_IND], 10);
	assert_int_equal(heard[CCS_MME_CM_ATTEN_PROFILE_IND], 10);
	/* The vendor's form goes onto the line too. */
	assert_int_equal(heard[CCS_MME_VS_ATTEN_CHAR_IND], 20);
	assert_in_range(medium.nodes[0].ev.candidates[0].mean, 1400, 1600);
	since = sim_plc_link_since(&medium.plc, 0, 1, medium.now);
	/* Plugged in at 15 s; matching takes less than 3 s, joining 2.5 to 4 s. */
	assert_in_range(since, CCS_SECONDS(15) + CCS_MS(2500), CCS_SECONDS(15) + CCS_MS(7000));
	assert_false(sim_plc_is_linked(&medium.plc, 0, 1, since - 1));
	assert_true(sim_plc_is_linked(&medium.plc, 1, 0, since));
	medium_unplug(&medium, 0);
	run(CCS_SECONDS(6));
	assert_false(sim_plc_is_linked(&medium.plc, 0, 1, medium.now));
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
			assert_int_equal(medium.nodes[0].ev.modem.chip, sim_modems[kinds[i]].chip);
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
		medium_evse_config(&medium, &made_up);
		made_up.synthetic_db = 9;
		begin(seed);
		add_car(SIM_MODEM_AR7420, NULL);
		add_charger(SIM_MODEM_AR7420, &made_up);
		sim_plc_set_attenuation(&medium.plc, 0, 1, 15);
		run(CCS_SECONDS(15));
		plug(0, 1);
		while (medium.nodes[0].ev.state != CCS_SLAC_EV_JOINING)
			run(CCS_MS(1));
		match = medium.now;
		run(CCS_SECONDS(12));
		check_matched(0, 1);
		assert_int_equal(medium.nodes[0].ev.candidates[0].mean, 900);
		assert_in_range(sim_plc_link_since(&medium.plc, 0, 1, medium.now) - match,
				CCS_MS(6290), CCS_MS(7850));
	}
}

/* Two cars at two chargers which all hear each other; each ends at its own. */
static void begin_two_pairs(uint64_t seed, uint8_t own, uint8_t other)
{
	begin(seed);
	medium.plc.config.attenuation_db = other;
	medium.plc.config.leaky = true;
	add_car(SIM_MODEM_QCA7005, NULL);
	add_charger(SIM_MODEM_QCA7005, NULL);
	add_car(SIM_MODEM_CG5317, NULL);
	add_charger(SIM_MODEM_QCA7005, NULL);
	sim_plc_set_attenuation(&medium.plc, 0, 1, own);
	sim_plc_set_attenuation(&medium.plc, 3, 2, own);
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
		assert_false(sim_plc_is_linked(&medium.plc, 0, 3, medium.now));
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
	enum { PAIRS = MEDIUM_NODES / 2 };

	(void)state;
	begin(5);
	medium.plc.config.attenuation_db = 40;
	for (int i = 0; i < PAIRS; i++) {
		add_car(SIM_MODEM_QCA7005, NULL);
		add_charger(SIM_MODEM_QCA7005, NULL);
		sim_plc_set_attenuation(&medium.plc, 2 * i, 2 * i + 1, (uint8_t)(8 + i));
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
		medium.plc.config.lost = 30;
		medium.plc.config.doubled = 100;
		medium.plc.config.delayed = 20;
		plug(0, 1);
		run(CCS_SECONDS(90));
		matched += medium.nodes[0].ev.state == CCS_SLAC_EV_MATCHED &&
			   medium.nodes[1].evse.state == CCS_SLAC_EVSE_MATCHED;
		assert_int_not_equal(medium.nodes[0].ev.state, CCS_SLAC_EV_JOINING);
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
		medium.plc.config.lost = 50;
		medium.plc.config.doubled = 50;
		medium.plc.config.delayed = 50;
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
			medium.plc.config.fate = decide;
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
	medium.plc.config.tap = NULL;
	medium.plc.config.attenuation_db = 20;
	sim_plc_add(&medium.plc, &sim_modems[SIM_MODEM_QCA7005], CCS_SIDE_EV, host_a);
	sim_plc_add(&medium.plc, &sim_modems[SIM_MODEM_QCA7005], CCS_SIDE_EVSE, host_b);
	sim_plc_add(&medium.plc, &sim_modems[SIM_MODEM_QCA7005], CCS_SIDE_EV, host_c);
}

static void send_kind(int node, enum ccs_mme_kind kind, const uint8_t to[6])
{
	uint8_t frame[CCS_MME_FRAME_MAX];
	struct ccs_mme mme;
	int length;

	ccs_mme_init(&mme, kind, to, sim_plc_modem(&medium.plc, node)->host_mac);
	if (kind == CCS_MME_CM_SET_KEY_REQ) {
		memset(mme.cm_set_key_req.nid, 7, 7);
		memset(mme.cm_set_key_req.new_key, 8, 16);
	}
	if (kind == CCS_MME_CM_GET_KEY_REQ)
		memset(mme.cm_get_key_req.nid, 7, 7);
	length = ccs_mme_encode(&mme, frame, sizeof(frame));
	assert_true(length > 0);
	sim_plc_send(&medium.plc, node, frame, (size_t)length, medium.now);
}

static void send_plain(int node, const uint8_t to[6])
{
	uint8_t frame[60] = { 0 };

	memcpy(frame, to, 6);
	memcpy(frame + 6, sim_plc_modem(&medium.plc, node)->host_mac, 6);
	frame[12] = 0x86;
	frame[13] = 0xdd;
	sim_plc_send(&medium.plc, node, frame, sizeof(frame), medium.now);
}

static struct sim_plc_delivery last_delivery;
static struct ccs_mme last_mme;

/* How many frames come within `span`; the last of them is kept. */
static int count_frames(ccs_time span)
{
	int count = 0;

	for (medium.now += span; sim_plc_next(&medium.plc, medium.now, &last_delivery); count++)
		ccs_mme_decode(&last_mme, last_delivery.bytes, last_delivery.length);
	return count;
}

/* Gives two modems the same key. */
static void join(int a, int b)
{
	send_kind(a, CCS_MME_CM_SET_KEY_REQ, local);
	send_kind(b, CCS_MME_CM_SET_KEY_REQ, local);
	count_frames(CCS_SECONDS(5));
	assert_true(sim_plc_is_linked(&medium.plc, a, b, medium.now));
}

static void test_local(void **state)
{
	(void)state;
	begin_bare();
	assert_int_equal(sim_plc_deadline(&medium.plc), CCS_NEVER);
	send_kind(0, CCS_MME_VS_SW_VER_REQ, local);
	assert_int_equal(sim_plc_deadline(&medium.plc), 400);
	assert_int_equal(count_frames(399), 0);
	assert_int_equal(count_frames(CCS_MS(20)), 1);
	assert_int_equal(last_mme.kind, CCS_MME_VS_SW_VER_CNF);
	assert_memory_equal(last_mme.src, sim_plc_modem(&medium.plc, 0)->mac, 6);
	assert_int_equal(last_delivery.time, 400);
	assert_int_equal(last_delivery.node, 0);
	/* Of all who are asked, strangers keep silent; members answer over the line. */
	send_kind(0, CCS_MME_VS_SW_VER_REQ, everyone);
	assert_int_equal(count_frames(CCS_MS(20)), 1);
	join(0, 1);
	send_kind(0, CCS_MME_VS_SW_VER_REQ, everyone);
	assert_int_equal(count_frames(CCS_MS(20)), 3); /* two answers, and host b hears it */
	/* Nobody's key is told or changed from afar. */
	send_kind(0, CCS_MME_CM_GET_KEY_REQ, local);
	assert_int_equal(count_frames(CCS_MS(20)), 1);
	assert_int_equal(last_mme.cm_get_key_cnf.result, 0);
	assert_int_equal(last_mme.cm_get_key_cnf.key[0], 8);
	send_kind(0, CCS_MME_CM_GET_KEY_REQ, everyone);
	assert_int_equal(count_frames(CCS_MS(20)), 3);
	assert_memory_equal(last_mme.src, sim_plc_modem(&medium.plc, 1)->mac, 6);
	assert_int_equal(last_mme.cm_get_key_cnf.result, 1);
	assert_int_equal(last_mme.cm_get_key_cnf.key[0], 0);
	send_kind(0, CCS_MME_CM_SET_KEY_REQ, sim_plc_modem(&medium.plc, 1)->mac);
	assert_int_equal(count_frames(CCS_MS(20)), 1);
	assert_int_equal(last_mme.kind, CCS_MME_CM_SET_KEY_CNF);
	assert_int_equal(last_mme.cm_set_key_cnf.result, 0);
	assert_int_equal(sim_plc_modem(&medium.plc, 1)->keys, 1);
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
	sim_plc_modem(&medium.plc, 0)->config.refuses_key = true;
	send_kind(0, CCS_MME_CM_SET_KEY_REQ, local);
	assert_int_equal(count_frames(CCS_SECONDS(5)), 1);
	assert_int_equal(last_mme.cm_set_key_cnf.result, 0);
	sim_plc_modem(&medium.plc, 0)->config.refuses_key = false;
	sim_plc_modem(&medium.plc, 0)->config.forgets_key = true;
	send_kind(0, CCS_MME_CM_SET_KEY_REQ, local);
	assert_int_equal(count_frames(CCS_SECONDS(5)), 1);
	assert_int_equal(last_mme.cm_set_key_cnf.result, 1);
	assert_int_equal(sim_plc_modem(&medium.plc, 0)->keys, 0);
	sim_plc_modem(&medium.plc, 0)->config.forgets_key = false;
	join(0, 1);
	sim_plc_modem(&medium.plc, 0)->config.never_joins = true;
	send_kind(1, CCS_MME_VS_PL_LINK_STATUS_REQ, local);
	assert_int_equal(count_frames(CCS_MS(20)), 1);
	assert_int_equal(last_mme.vs_pl_link_status_cnf.link_status, 0);
	sim_plc_modem(&medium.plc, 0)->config.never_joins = false;
	send_kind(1, CCS_MME_VS_PL_LINK_STATUS_REQ, local);
	assert_int_equal(count_frames(CCS_MS(20)), 1);
	assert_int_equal(last_mme.vs_pl_link_status_cnf.link_status, 1);
	/* A reset: away, and with the same key back. */
	send_kind(0, CCS_MME_VS_RS_DEV_REQ, local);
	assert_int_equal(count_frames(CCS_MS(20)), 1);
	assert_false(sim_plc_is_linked(&medium.plc, 0, 1, medium.now));
	count_frames(CCS_SECONDS(5));
	assert_true(sim_plc_is_linked(&medium.plc, 0, 1, medium.now));
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
	assert_false(sim_plc_is_linked(&medium.plc, 0, 2, medium.now));
	sim_plc_set_attenuation(&medium.plc, 1, 0, SIM_PLC_DEAF);
	assert_int_equal(sim_plc_link_since(&medium.plc, 0, 1, medium.now), CCS_NEVER);
	send_plain(0, host_b);
	assert_int_equal(count_frames(CCS_MS(20)), 0);
	sim_plc_set_attenuation(&medium.plc, 1, 0, 20);
	sim_plc_modem(&medium.plc, 1)->config.dead = true;
	assert_false(sim_plc_is_linked(&medium.plc, 0, 1, medium.now));
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
	medium.plc.config.leaky = true;
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
	sim_plc_set_attenuation(&medium.plc, 0, 2, SIM_PLC_DEAF);
	medium.plc.config.fate = lose_all;
	send_kind(0, CCS_MME_CM_MNBC_SOUND_IND, everyone);
	assert_int_equal(count_frames(CCS_MS(20)), 0);
	medium.plc.config.fate = NULL;
	medium.plc.config.doubled = 1000;
	sim_plc_set_attenuation(&medium.plc, 1, 2, SIM_PLC_DEAF);
	sim_plc_modem(&medium.plc, 1)->config.vendor_profiles = false;
	send_kind(0, CCS_MME_CM_MNBC_SOUND_IND, everyone);
	assert_int_equal(count_frames(CCS_MS(20)), 3);
	sim_plc_modem(&medium.plc, 1)->config.hears_nothing = true;
	send_kind(0, CCS_MME_CM_MNBC_SOUND_IND, everyone);
	assert_int_equal(count_frames(CCS_MS(20)), 2);
}

/* The profile is that of the line between the two, group by group. */
static void test_groups(void **state)
{
	uint8_t db[CCS_SLAC_GROUPS];

	(void)state;
	begin_bare();
	medium.plc.config.noise_db = 0;
	for (size_t i = 0; i < sizeof(db); i++)
		db[i] = (uint8_t)(5 + i);
	sim_plc_set_attenuations(&medium.plc, 1, 0, db);
	send_kind(0, CCS_MME_CM_MNBC_SOUND_IND, everyone);
	/* The sound twice, the vendor's profile three times, the standard's last. */
	assert_int_equal(count_frames(CCS_MS(20)), 6);
	send_kind(2, CCS_MME_CM_MNBC_SOUND_IND, everyone);
	sim_plc_modem(&medium.plc, 1)->config.vendor_profiles = false;
	count_frames(CCS_MS(20));
	send_kind(0, CCS_MME_CM_MNBC_SOUND_IND, everyone);
	sim_plc_set_attenuation(&medium.plc, 0, 2, SIM_PLC_DEAF);
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

		sim_plc_set_attenuation(&medium.plc, 0, 2, ways[i].db);
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
	medium.plc.config.jitter_us = CCS_MS(20);
	for (int i = 0; i < 200; i++) {
		ccs_mme_init(&mme, CCS_MME_CM_VALIDATE_REQ, host_c, host_a);
		mme.cm_validate_req.timer = (uint8_t)i;
		sim_plc_send(&medium.plc, 0, frame,
			     (size_t)ccs_mme_encode(&mme, frame, sizeof(frame)), medium.now + i);
	}
	medium.now = CCS_SECONDS(1);
	for (ccs_time time = 0; sim_plc_next(&medium.plc, medium.now, &last_delivery); next++) {
		assert_true(last_delivery.time >= time);
		time = last_delivery.time;
		ccs_mme_decode(&mme, last_delivery.bytes, last_delivery.length);
		assert_int_equal(mme.cm_validate_req.timer, next);
	}
	assert_int_equal(next, 200);
}

/* Anything a host may send: what arrives, and what the modem answers, are frames. */
static void test_garbage(void **state)
{
	static uint8_t frame[CCS_MME_FRAME_MAX + 1];
	struct sim_random random = { 1 };
	uint32_t arrived = 0;

	(void)state;
	begin_bare();
	medium.plc.config.doubled = 100;
	join(0, 1);
	for (int i = 0; i < 20000; i++) {
		size_t length = sim_random_below(&random, i % 50 ? 120 : sizeof(frame) + 1);

		fill_random(&random, frame, length);
		/* Mostly of the types that a line or a modem looks at. */
		if (length > 20 && i % 8) {
			memcpy(frame, i & 1 ? everyone : local, 6);
			memcpy(frame + 12, (uint8_t[]) { 0x88, 0xe1, 1 }, 3);
			frame[15] = (uint8_t)(i / 8 * 4);
			frame[16] = i % 3 ? 0x60 : 0xa0;
		}
		sim_plc_send(&medium.plc, i % 3, frame, length, medium.now);
		medium.now += CCS_MS(5);
		while (sim_plc_next(&medium.plc, medium.now, &last_delivery)) {
			assert_in_range(last_delivery.node, 0, 2);
			assert_in_range(last_delivery.length, 14, CCS_MME_FRAME_MAX);
			arrived++;
		}
	}
	assert_true(arrived > 1000);
	assert_int_equal(sim_plc_deadline(&medium.plc), CCS_NEVER);
}

/* A frame that waits does not hold up those of the other direction. */
static void test_directions(void **state)
{
	(void)state;
	begin_bare();
	medium.plc.config.jitter_us = CCS_SECONDS(1);
	send_kind(0, CCS_MME_CM_SLAC_PARM_CNF, host_c);
	assert_true(sim_plc_deadline(&medium.plc) > CCS_MS(5));
	medium.plc.config.jitter_us = 0;
	send_kind(2, CCS_MME_CM_SLAC_PARM_CNF, host_a);
	assert_int_equal(sim_plc_deadline(&medium.plc), CCS_MS(2));
}

/* A slow host is slow with what it sends afterwards too. */
static void test_slow_host(void **state)
{
	(void)state;
	begin_bare();
	sim_plc_set_pace(&medium.plc, 0, sim_pace_find("audi"));
	send_kind(0, CCS_MME_CM_ATTEN_CHAR_RSP, host_b);
	send_kind(0, CCS_MME_CM_SLAC_MATCH_REQ, host_b);
	assert_in_range(sim_plc_deadline(&medium.plc), CCS_MS(12), CCS_MS(19));
	assert_int_equal(medium.plc.sent, 0);
	assert_int_equal(count_frames(CCS_MS(50)), 2);
	assert_int_equal(last_mme.kind, CCS_MME_CM_SLAC_MATCH_REQ);
	assert_in_range(last_delivery.time, CCS_MS(14), CCS_MS(23));
}

static struct sim_plc_delivery meet(struct sim_plc *plc)
{
	const uint8_t frame[60] = { 2, 0, 0,   0,    0,	   0xb, 2,    0,   0,
				    0, 0, 0xa, 0x88, 0xe1, 1,	0x64, 0x60 };
	struct sim_plc_delivery out = { 0 };

	assert_int_equal(sim_plc_add(plc, &sim_modems[SIM_MODEM_PLAIN], CCS_SIDE_EV, host_a), 0);
	assert_int_equal(sim_plc_add(plc, &sim_modems[SIM_MODEM_PLAIN], CCS_SIDE_EVSE, host_b), 1);
	sim_plc_set_attenuation(plc, 0, 1, 10);
	sim_plc_send(plc, 0, frame, sizeof(frame), 0);
	sim_plc_send(plc, 0, frame, sizeof(frame), 0);
	assert_true(sim_plc_next(plc, CCS_SECONDS(1), &out));
	return out;
}

/* A line after reset is as a new one, though a frame was on its way. */
static void test_reset(void **state)
{
	struct sim_plc_config config = sim_plc_default();
	struct sim_plc_delivery first, second;
	static struct sim_plc plc;
	struct sim_modem modem;

	(void)state;
	sim_plc_init(&plc, &config);
	first = meet(&plc);
	modem = *sim_plc_modem(&plc, 1);
	sim_plc_reset(&plc, &config);
	assert_int_equal(sim_plc_deadline(&plc), CCS_NEVER);
	assert_int_equal(plc.sent + plc.arrived + plc.lost, 0);
	second = meet(&plc);
	assert_int_equal(first.time, second.time);
	assert_memory_equal(modem.after.nmk, sim_plc_modem(&plc, 1)->after.nmk, 16);
	sim_plc_free(&plc);
	assert_int_equal(sim_plc_deadline(&plc), CCS_NEVER);
}

static void test_injected(void **state)
{
	static const uint8_t frame[] = "anything";

	(void)state;
	begin_bare();
	sim_plc_inject(&medium.plc, 2, frame, sizeof(frame), 1000);
	assert_int_equal(sim_plc_deadline(&medium.plc), 1000);
	assert_int_equal(count_frames(1000), 1);
	assert_int_equal(last_delivery.node, 2);
	assert_memory_equal(last_delivery.bytes, frame, sizeof(frame));
	/* What a host may send by mistake is lost, not carried. */
	sim_plc_send(&medium.plc, 0, frame, sizeof(frame), medium.now);
	assert_int_equal(medium.plc.lost, 1);
	assert_int_equal(sim_plc_deadline(&medium.plc), CCS_NEVER);
}

/* A car and a charger as fast as real ones: the intervals are those that were measured. */
static void begin_paces(const struct sim_pace *car, const struct sim_pace *charger, uint64_t seed)
{
	struct ccs_slac_ev_config ev;

	begin(seed);
	medium_ev_config(&medium, &ev);
	sim_pace_configure(car, &ev);
	add_car(SIM_MODEM_QCA7005, &ev);
	add_charger(SIM_MODEM_QCA7005, NULL);
	sim_plc_set_pace(&medium.plc, 0, car);
	sim_plc_set_pace(&medium.plc, 1, charger);
	sim_plc_set_attenuation(&medium.plc, 0, 1, charger->db);
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
	assert_int_equal(medium.nodes[0].ev.candidates[0].num_sounds, charger->waits ? 9 : 10);
	assert_in_range(medium.nodes[0].ev.candidates[0].mean, charger->db * 100 - 60,
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
		cmocka_unit_test(test_order),	       cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_directions),     cmocka_unit_test(test_slow_host),
		cmocka_unit_test(test_reset),	       cmocka_unit_test(test_injected),
		cmocka_unit_test(test_paces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
