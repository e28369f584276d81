/* SPDX-License-Identifier: Apache-2.0 */
/* The simulated modem in front of an interface: what it answers, keeps, and measures. */
#include "linux/modem_front.h"

#include "ccs/modem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t host[6] = { 0x02, 1, 2, 3, 4, 5 }, peer[6] = { 0x02, 9, 9, 9, 9, 9 };
static const uint8_t all[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

/* Lets the modem engine and the modem talk until `end`; the engine's frames all stay here. */
static ccs_time talk(struct ccs_modem *engine, struct ccs_modem_front *front, ccs_time now,
		     ccs_time end)
{
	uint8_t frame[CCS_MME_FRAME_MAX];
	int n;

	for (; now < end; now += CCS_MS(1)) {
		ccs_modem_tick(engine, now);
		while ((n = ccs_modem_send(engine, frame, sizeof(frame))) > 0)
			ccs_modem_front_take(front, frame, (size_t)n, now);
		while ((n = ccs_modem_front_next(front, frame, sizeof(frame), now)) > 0)
			ccs_modem_receive(engine, frame, (size_t)n, now);
	}
	return end;
}

/* A modem and its host's engine, which has given it a key. */
struct side {
	struct ccs_modem engine;
	struct ccs_modem_front front;
	uint8_t ip[16];
};

static void init_side(struct side *side, enum ccs_side which, uint8_t number)
{
	const uint8_t mac[6] = { 0x02, 0, 0, 0, 0, number };
	struct ccs_modem_config config;

	ccs_modem_set_defaults(&config);
	config.side = which;
	memcpy(config.host_mac, mac, 6);
	memset(side->ip, number, sizeof(side->ip));
	ccs_modem_init(&side->engine, &config, NULL);
	ccs_modem_front_init(&side->front, which, mac, 20, NULL, 0);
	ccs_modem_start(&side->engine, 0);
	ccs_modem_watch_link(&side->engine, true, 0);
}

static void give_key(struct side *side, uint8_t nid, uint8_t nmk, ccs_time now)
{
	const uint8_t nids[7] = { nid }, nmks[16] = { nmk };

	ccs_modem_set_key(&side->engine, nmks, nids, now);
}

/* All sides hear what the others announce; returns the end. */
static ccs_time run(struct side *sides, size_t count, ccs_time now, ccs_time end)
{
	uint8_t frame[CCS_MME_FRAME_MAX];

	for (; now < end; now += CCS_MS(10)) {
		for (size_t i = 0; i < count; i++) {
			struct side *from = &sides[i];
			int n = ccs_modem_front_announce(&from->front, from->ip, frame,
							 sizeof(frame), now);

			for (size_t k = 0; n > 0 && k < count; k++)
				if (k != i)
					assert_true(ccs_modem_front_hear(&sides[k].front, frame,
									 (size_t)n, now));
			talk(&from->engine, &from->front, now, now + CCS_MS(10));
		}
	}
	return end;
}

static bool reaches(const struct side *a, const struct side *b, ccs_time now)
{
	return ccs_modem_front_reaches(&a->front, b->ip, now);
}

/* There is a link between modems of one NID and one NMK, and between no others. */
static void test_networks_are_kept_apart(void **state)
{
	struct side sides[3];
	ccs_time now = 0;

	(void)state;
	init_side(&sides[0], CCS_SIDE_EV, 1);
	init_side(&sides[1], CCS_SIDE_EVSE, 2);
	init_side(&sides[2], CCS_SIDE_EVSE, 3);
	now = run(sides, 3, now, now + CCS_MS(500));
	give_key(&sides[0], 1, 7, now);
	give_key(&sides[1], 1, 7, now);
	give_key(&sides[2], 1, 8, now); /* the same name, another key */
	now = run(sides, 3, now, now + CCS_SECONDS(2));
	assert_true(sides[0].engine.link);
	assert_true(sides[1].engine.link);
	assert_false(sides[2].engine.link);
	assert_true(reaches(&sides[0], &sides[1], now));
	assert_true(reaches(&sides[1], &sides[0], now));
	assert_false(reaches(&sides[2], &sides[0], now));
	assert_false(reaches(&sides[0], &sides[2], now));

	give_key(&sides[1], 2, 9, now);
	now = run(sides, 3, now, now + CCS_SECONDS(5));
	assert_false(sides[0].engine.link);
	assert_false(sides[1].engine.link);
}

/* A modem that falls silent is gone. */
static void test_link_ends_with_the_other(void **state)
{
	struct side sides[2];
	ccs_time now = 0;

	(void)state;
	init_side(&sides[0], CCS_SIDE_EV, 1);
	init_side(&sides[1], CCS_SIDE_EVSE, 2);
	now = run(sides, 2, now, now + CCS_MS(500));
	give_key(&sides[0], 1, 7, now);
	give_key(&sides[1], 1, 7, now);
	now = run(sides, 2, now, now + CCS_SECONDS(2));
	assert_true(sides[0].engine.link);
	now = run(sides, 1, now, now + CCS_SECONDS(10));
	assert_false(sides[0].engine.link);
	assert_false(reaches(&sides[0], &sides[1], now));
}

static void hear_sound(struct ccs_modem_front *front, const uint8_t from[6], ccs_time now)
{
	uint8_t frame[CCS_MME_FRAME_MAX];
	struct ccs_mme mme;
	int n;

	ccs_mme_init(&mme, CCS_MME_CM_MNBC_SOUND_IND, all, from);
	n = ccs_mme_encode(&mme, frame, sizeof(frame));
	assert_false(ccs_modem_front_hear(front, frame, (size_t)n, now));
}

/* Whoever announces nothing has no such modem: the link is believed, not before he was heard. */
static void test_silent_host_is_believed(void **state)
{
	struct side side;
	ccs_time now = 0;

	(void)state;
	init_side(&side, CCS_SIDE_EV, 1);
	now = run(&side, 1, now, now + CCS_MS(500));
	assert_int_equal(side.engine.state, CCS_MODEM_READY);
	assert_int_equal(side.engine.chip, CCS_MODEM_QCA7005);
	give_key(&side, 1, 7, now);
	now = run(&side, 1, now, now + CCS_SECONDS(2));
	assert_int_equal(side.engine.key, CCS_MODEM_KEY_SET);
	assert_false(side.engine.link);
	hear_sound(&side.front, peer, now);
	now = run(&side, 1, now, now + CCS_SECONDS(2));
	assert_true(side.engine.link);
}

/* More hosts than there is room for, and news that end early. */
static void test_odd_announcements(void **state)
{
	static const uint8_t ip[16] = { 5 };
	uint8_t frame[CCS_MME_FRAME_MAX], mac[6] = { 0x02 };
	struct ccs_modem_front front, other;
	int n;

	(void)state;
	ccs_modem_front_init(&front, CCS_SIDE_EV, host, 20, NULL, 0);
	for (uint8_t i = 0; i < 100; i++) {
		mac[5] = i;
		ccs_modem_front_init(&other, CCS_SIDE_EVSE, mac, 20, NULL, 0);
		n = ccs_modem_front_announce(&other, ip, frame, sizeof(frame), i);
		assert_true(n > 0);
		assert_true(ccs_modem_front_hear(&front, frame, (size_t)n, i));
		assert_true(ccs_modem_front_hear(&front, frame, 25, i));
	}
	assert_int_equal(front.host_count, CCS_MODEM_FRONT_HOSTS);
	assert_false(ccs_modem_front_reaches(&front, ip, 100));
	ccs_modem_front_init(&front, CCS_SIDE_EV, host, 20, NULL, 0);
	assert_true(ccs_modem_front_hear(&front, frame, 25, 0));
	assert_true(ccs_modem_front_reaches(&front, ip, 0));
}

/* The key of a broadcast question must not reach the line. */
static void test_what_stays(void **state)
{
	static const struct {
		enum ccs_mme_kind kind;
		bool stays;
	} rows[] = {
		{ CCS_MME_CM_SET_KEY_REQ, true },
		{ CCS_MME_CM_GET_KEY_REQ, true },
		{ CCS_MME_VS_SW_VER_REQ, true },
		{ CCS_MME_VS_PL_LINK_STATUS_REQ, true },
		{ CCS_MME_CM_SLAC_PARM_REQ, false },
		{ CCS_MME_CM_MNBC_SOUND_IND, false },
		{ CCS_MME_CM_START_ATTEN_CHAR_IND, false },
	};
	struct ccs_modem_front front;
	uint8_t frame[CCS_MME_FRAME_MAX];
	struct ccs_mme mme;

	(void)state;
	ccs_modem_front_init(&front, CCS_SIDE_EV, host, 20, NULL, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int n;

		ccs_mme_init(&mme, rows[i].kind, all, host);
		n = ccs_mme_encode(&mme, frame, sizeof(frame));
		assert_true(n > 0);
		assert_int_equal(ccs_modem_front_take(&front, frame, (size_t)n, 0), rows[i].stays);
	}
}

/* The profile that the modem reports of a car's sound. */
static uint8_t measure(struct ccs_modem_front *front, const uint8_t car[6])
{
	uint8_t frame[CCS_MME_FRAME_MAX];
	struct ccs_mme mme;
	int n;

	hear_sound(front, car, 1000);
	assert_int_equal(ccs_modem_front_next(front, frame, sizeof(frame), 1000), 0);
	n = ccs_modem_front_next(front, frame, sizeof(frame), 2000);
	assert_int_equal(ccs_mme_decode(&mme, frame, (size_t)n), 0);
	assert_int_equal(mme.kind, CCS_MME_CM_ATTEN_PROFILE_IND);
	assert_memory_equal(mme.cm_atten_profile_ind.pev_mac, car, 6);
	assert_int_equal(mme.cm_atten_profile_ind.num_groups, CCS_SLAC_GROUPS);
	assert_int_equal(mme.cm_atten_profile_ind.aag[0],
			 mme.cm_atten_profile_ind.aag[CCS_SLAC_GROUPS - 1]);
	return mme.cm_atten_profile_ind.aag[0];
}

static void test_sound_is_measured(void **state)
{
	static const struct ccs_attenuations some = {
		.list = { { { 0x02, 9, 9, 9, 9, 9 }, 7 } },
		.count = 1,
	};
	struct ccs_modem_front front;

	(void)state;
	ccs_modem_front_init(&front, CCS_SIDE_EVSE, host, 33, NULL, 0);
	assert_int_equal(measure(&front, peer), 33);
	ccs_modem_front_init(&front, CCS_SIDE_EVSE, host, 33, &some, 0);
	assert_int_equal(measure(&front, peer), 7);
	assert_int_equal(measure(&front, host), 33);
}

/* A car's modem measures nothing; a full queue loses what comes. */
static void test_bounds(void **state)
{
	struct ccs_modem_front front;
	uint8_t frame[CCS_MME_FRAME_MAX];
	int count = 0;

	(void)state;
	ccs_modem_front_init(&front, CCS_SIDE_EV, host, 20, NULL, 0);
	hear_sound(&front, peer, 0);
	assert_int_equal(ccs_modem_front_next(&front, frame, sizeof(frame), CCS_SECONDS(1)), 0);
	ccs_modem_front_init(&front, CCS_SIDE_EVSE, host, 20, NULL, 0);
	for (int i = 0; i < 1000; i++)
		hear_sound(&front, peer, 0);
	while (ccs_modem_front_next(&front, frame, sizeof(frame), CCS_SECONDS(1)) > 0)
		count++;
	assert_int_equal(count, CCS_MODEM_FRONT_QUEUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_networks_are_kept_apart),
		cmocka_unit_test(test_link_ends_with_the_other),
		cmocka_unit_test(test_silent_host_is_believed),
		cmocka_unit_test(test_odd_announcements),
		cmocka_unit_test(test_what_stays),
		cmocka_unit_test(test_sound_is_measured),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
