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

static void test_engine_gets_its_link(void **state)
{
	static const uint8_t nmk[16] = { 1, 2, 3 }, nid[7] = { 4, 5, 6 };
	struct ccs_modem_config config;
	struct ccs_modem_front front;
	struct ccs_modem engine;
	ccs_time now;

	(void)state;
	ccs_modem_set_defaults(&config);
	config.side = CCS_SIDE_EV;
	memcpy(config.host_mac, host, 6);
	ccs_modem_init(&engine, &config, NULL);
	ccs_modem_front_init(&front, CCS_SIDE_EV, host, 20);
	ccs_modem_start(&engine, 0);
	now = talk(&engine, &front, 0, CCS_MS(500));
	assert_int_equal(engine.state, CCS_MODEM_READY);
	assert_int_equal(engine.chip, CCS_MODEM_QCA7005);
	ccs_modem_watch_link(&engine, true, now);
	now = talk(&engine, &front, now, now + CCS_MS(500));
	assert_false(engine.link);
	ccs_modem_set_key(&engine, nmk, nid, now);
	now = talk(&engine, &front, now, now + CCS_SECONDS(2));
	assert_int_equal(engine.key, CCS_MODEM_KEY_SET);
	assert_true(engine.link);
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
	ccs_modem_front_init(&front, CCS_SIDE_EV, host, 20);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int n;

		ccs_mme_init(&mme, rows[i].kind, all, host);
		n = ccs_mme_encode(&mme, frame, sizeof(frame));
		assert_true(n > 0);
		assert_int_equal(ccs_modem_front_take(&front, frame, (size_t)n, 0), rows[i].stays);
	}
}

static void hear_sound(struct ccs_modem_front *front, ccs_time now)
{
	uint8_t frame[CCS_MME_FRAME_MAX];
	struct ccs_mme mme;
	int n;

	ccs_mme_init(&mme, CCS_MME_CM_MNBC_SOUND_IND, all, peer);
	n = ccs_mme_encode(&mme, frame, sizeof(frame));
	ccs_modem_front_hear(front, frame, (size_t)n, now);
}

static void test_sound_is_measured(void **state)
{
	struct ccs_modem_front front;
	uint8_t frame[CCS_MME_FRAME_MAX];
	struct ccs_mme mme;
	int n;

	(void)state;
	ccs_modem_front_init(&front, CCS_SIDE_EVSE, host, 33);
	assert_true(ccs_modem_front_deadline(&front) == CCS_NEVER);
	hear_sound(&front, 1000);
	assert_int_equal(ccs_modem_front_next(&front, frame, sizeof(frame), 1000), 0);
	n = ccs_modem_front_next(&front, frame, sizeof(frame), ccs_modem_front_deadline(&front));
	assert_int_equal(ccs_mme_decode(&mme, frame, (size_t)n), 0);
	assert_int_equal(mme.kind, CCS_MME_CM_ATTEN_PROFILE_IND);
	assert_memory_equal(mme.cm_atten_profile_ind.pev_mac, peer, 6);
	assert_int_equal(mme.cm_atten_profile_ind.num_groups, CCS_SLAC_GROUPS);
	assert_int_equal(mme.cm_atten_profile_ind.aag[0], 33);
	assert_int_equal(mme.cm_atten_profile_ind.aag[CCS_SLAC_GROUPS - 1], 33);
}

/* A car's modem measures nothing; a full queue loses what comes. */
static void test_bounds(void **state)
{
	struct ccs_modem_front front;
	uint8_t frame[CCS_MME_FRAME_MAX];
	int count = 0;

	(void)state;
	ccs_modem_front_init(&front, CCS_SIDE_EV, host, 20);
	hear_sound(&front, 0);
	assert_true(ccs_modem_front_deadline(&front) == CCS_NEVER);
	ccs_modem_front_init(&front, CCS_SIDE_EVSE, host, 20);
	for (int i = 0; i < 1000; i++)
		hear_sound(&front, 0);
	while (ccs_modem_front_next(&front, frame, sizeof(frame), CCS_SECONDS(1)) > 0)
		count++;
	assert_int_equal(count, CCS_MODEM_FRONT_QUEUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_engine_gets_its_link),
		cmocka_unit_test(test_what_stays),
		cmocka_unit_test(test_sound_is_measured),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
