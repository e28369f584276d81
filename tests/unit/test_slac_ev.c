/* SPDX-License-Identifier: Apache-2.0 */
/* The car's SLAC engine by itself: what it sends and when, whom it chooses, what it answers. */
#include "ccs/slac_ev.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t own[6] = { 0x02, 0, 0, 0, 0, 0xe1 };
static const uint8_t modem[6] = { 0x00, 0xb0, 0x52, 1, 1, 1 };
static const uint8_t all[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

static struct ccs_slac_ev ev;
static ccs_time now;
static struct ccs_mme sent; /* the last frame, into `frame` */
static uint8_t frame[CCS_MME_FRAME_MAX];
static uint8_t seed;

static void fill(void *user, uint8_t *bytes, size_t size)
{
	(void)user;
	memset(bytes, ++seed, size);
}

/* The next frame that is not for the modem. */
static enum ccs_mme_kind send_one(void)
{
	int length;

	while ((length = ccs_slac_ev_send(&ev, frame, sizeof(frame))) > 0) {
		assert_int_equal(ccs_mme_decode(&sent, frame, (size_t)length), 0);
		assert_memory_equal(sent.src, own, 6);
		if ((sent.kind >= CCS_MME_CM_SLAC_PARM_REQ &&
		     sent.kind <= CCS_MME_CM_SLAC_MATCH_CNF) ||
		    sent.kind == CCS_MME_CM_AMP_MAP_CNF)
			return sent.kind;
	}
	assert_int_equal(length, 0);
	return CCS_MME_OTHER;
}

static void sleep_ms(unsigned int ms)
{
	ccs_time end = now + CCS_MS(ms);

	while (ccs_slac_ev_deadline(&ev) <= end) {
		now = ccs_slac_ev_deadline(&ev) > now ? ccs_slac_ev_deadline(&ev) : now;
		ccs_slac_ev_tick(&ev, now);
	}
	now = end;
}

static int give(const struct ccs_mme *mme)
{
	uint8_t bytes[CCS_MME_FRAME_MAX];
	int length = ccs_mme_encode(mme, bytes, sizeof(bytes));

	assert_true(length > 0);
	return ccs_slac_ev_receive(&ev, bytes, (size_t)length, now);
}

static struct ccs_mme from_charger(enum ccs_mme_kind kind, uint8_t n)
{
	struct ccs_mme mme;

	ccs_mme_init(&mme, kind, own, (const uint8_t[6]) { 0x02, 0, 0, 0, 0x5e, n });
	return mme;
}

static int give_parm_cnf(uint8_t n)
{
	struct ccs_mme mme = from_charger(CCS_MME_CM_SLAC_PARM_CNF, n);

	memcpy(mme.cm_slac_parm_cnf.m_sound_target, all, 6);
	mme.cm_slac_parm_cnf.num_sounds = 10;
	mme.cm_slac_parm_cnf.time_out = 6;
	mme.cm_slac_parm_cnf.resp_type = 1;
	memcpy(mme.cm_slac_parm_cnf.forwarding_sta, own, 6);
	memcpy(mme.cm_slac_parm_cnf.run_id, ev.run_id, 8);
	return give(&mme);
}

static int give_report(uint8_t n, uint8_t db)
{
	struct ccs_mme mme = from_charger(CCS_MME_CM_ATTEN_CHAR_IND, n);
	uint8_t aag[CCS_SLAC_GROUPS];

	memset(aag, db, sizeof(aag));
	memcpy(mme.cm_atten_char_ind.source_address, own, 6);
	memcpy(mme.cm_atten_char_ind.run_id, ev.run_id, 8);
	mme.cm_atten_char_ind.num_sounds = 2;
	mme.cm_atten_char_ind.num_groups = CCS_SLAC_GROUPS;
	mme.cm_atten_char_ind.aag = aag;
	return give(&mme);
}

static int give_validate_cnf(uint8_t n, uint8_t result, uint8_t toggles)
{
	struct ccs_mme mme = from_charger(CCS_MME_CM_VALIDATE_CNF, n);

	mme.cm_validate_cnf.result = result;
	mme.cm_validate_cnf.toggle_num = toggles;
	return give(&mme);
}

static int give_match_cnf(uint8_t n)
{
	struct ccs_mme mme = from_charger(CCS_MME_CM_SLAC_MATCH_CNF, n);

	mme.cm_slac_match_cnf.mvf_length = 0x56;
	memcpy(mme.cm_slac_match_cnf.pev_mac, own, 6);
	memcpy(mme.cm_slac_match_cnf.evse_mac, mme.src, 6);
	memcpy(mme.cm_slac_match_cnf.run_id, ev.run_id, 8);
	memset(mme.cm_slac_match_cnf.nid, 0x77, 7);
	memset(mme.cm_slac_match_cnf.nmk, 0x88, 16);
	return give(&mme);
}

/* The modem takes what key it is given. */
static void take_key(void)
{
	struct ccs_mme mme;

	ccs_mme_init(&mme, CCS_MME_CM_SET_KEY_CNF, own, modem);
	mme.cm_set_key_cnf.result = 1;
	give(&mme);
	ccs_mme_init(&mme, CCS_MME_CM_GET_KEY_CNF, own, modem);
	mme.cm_get_key_cnf.result = 1;
	memcpy(mme.cm_get_key_cnf.nid, ev.modem.nid, 7);
	give(&mme);
	assert_int_equal(ev.modem.key, CCS_MODEM_KEY_SET);
}

static void give_link(uint8_t link)
{
	struct ccs_mme mme;

	ccs_mme_init(&mme, CCS_MME_VS_PL_LINK_STATUS_CNF, own, modem);
	mme.vs_pl_link_status_cnf.link_status = link;
	give(&mme);
}

static void begin_with(const struct ccs_slac_ev_config *config)
{
	struct ccs_mme mme;

	now = CCS_SECONDS(1);
	ccs_slac_ev_init(&ev, config, NULL);
	ccs_slac_ev_start(&ev, now);
	ccs_mme_init(&mme, CCS_MME_VS_SW_VER_CNF, own, modem);
	mme.vs_sw_ver_cnf.version = "MAC";
	mme.vs_sw_ver_cnf.version_length = 3;
	give(&mme);
	take_key();
	send_one();
	ccs_slac_ev_match(&ev, now);
	assert_int_equal(send_one(), CCS_MME_CM_SLAC_PARM_REQ);
}

static void make_config(struct ccs_slac_ev_config *config)
{
	ccs_slac_ev_set_defaults(config);
	memcpy(config->mac, own, 6);
	config->random.fill = fill;
}

static void begin(void)
{
	struct ccs_slac_ev_config config;

	make_config(&config);
	begin_with(&config);
}

/* Past the sounds, with chargers 1 .. `count` confirmed. */
static void begin_sounded(uint8_t count)
{
	begin();
	for (uint8_t n = 1; n <= count; n++)
		assert_int_equal(give_parm_cnf(n), 0);
	sleep_ms(600);
	send_one();
	assert_int_equal(ev.state, CCS_SLAC_EV_COLLECTING);
}

/* What is sent, and when: R2, R3, R4. */
static void test_sounding(void **state)
{
	ccs_time start;

	(void)state;
	begin();
	assert_memory_equal(sent.dst, all, 6);
	assert_memory_equal(sent.cm_slac_parm_req.run_id, ev.run_id, 8);
	give_parm_cnf(1);
	sleep_ms(199);
	assert_int_equal(send_one(), CCS_MME_OTHER);
	sleep_ms(1);
	start = now;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(send_one(), CCS_MME_CM_START_ATTEN_CHAR_IND);
		assert_int_equal(sent.cm_start_atten_char_ind.num_sounds, 10);
		assert_int_equal(sent.cm_start_atten_char_ind.time_out, 6);
		assert_int_equal(sent.cm_start_atten_char_ind.resp_type, 1);
		assert_memory_equal(sent.cm_start_atten_char_ind.forwarding_sta, own, 6);
		assert_int_equal(send_one(), CCS_MME_OTHER);
		sleep_ms(i < 2 ? 20 : 40);
	}
	for (uint8_t i = 0; i < 10; i++) {
		assert_int_equal(send_one(), CCS_MME_CM_MNBC_SOUND_IND);
		assert_int_equal(sent.cm_mnbc_sound_ind.cnt, 9 - i);
		assert_memory_equal(sent.cm_mnbc_sound_ind.run_id, ev.run_id, 8);
		sleep_ms(20);
	}
	assert_int_equal(ev.state, CCS_SLAC_EV_COLLECTING);
	assert_int_equal(ev.deadline, start + CCS_MS(1200));
}

static void test_parm_req_is_repeated(void **state)
{
	uint8_t run_id[8];

	(void)state;
	begin();
	memcpy(run_id, ev.run_id, 8);
	for (int i = 0; i < 2; i++) {
		sleep_ms(200);
		assert_int_equal(send_one(), CCS_MME_CM_SLAC_PARM_REQ);
		assert_memory_equal(sent.cm_slac_parm_req.run_id, run_id, 8);
	}
	sleep_ms(200);
	assert_int_equal(ev.state, CCS_SLAC_EV_WAITING);
	sleep_ms(400);
	assert_int_equal(send_one(), CCS_MME_CM_SLAC_PARM_REQ);
	assert_memory_not_equal(sent.cm_slac_parm_req.run_id, run_id, 8);
}

static void test_nearest(void **state)
{
	static const uint8_t db[] = { 30, 12, 22, 40, 60 };

	(void)state;
	begin_sounded(5);
	for (uint8_t n = 1; n <= 5; n++) {
		assert_int_equal(give_report(n, db[n - 1]), 0);
		assert_int_equal(send_one(), CCS_MME_CM_ATTEN_CHAR_RSP);
		assert_int_equal(sent.dst[5], n);
		assert_int_equal(sent.cm_atten_char_rsp.result, 0);
		assert_memory_equal(sent.cm_atten_char_rsp.source_address, own, 6);
	}
	sleep_ms(800);
	assert_int_equal(send_one(), CCS_MME_CM_SLAC_MATCH_REQ);
	assert_int_equal(sent.dst[5], 2);
	assert_int_equal(sent.cm_slac_match_req.mvf_length, 0x3e);
	assert_int_equal(sent.cm_slac_match_req.evse_mac[5], 2);
	/* A repeated report is answered again, whoever was chosen (R61). */
	assert_int_equal(give_report(4, 40), 0);
	assert_int_equal(send_one(), CCS_MME_CM_ATTEN_CHAR_RSP);
	/* But it does not change the choice. */
	assert_int_equal(give_report(4, 1), 0);
	assert_int_equal(ev.candidates[3].mean, 4000);
}

/* A report in the middle of the sounds counts; so does one whose CM_SLAC_PARM.CNF was lost. */
static void test_early_reports(void **state)
{
	(void)state;
	begin();
	give_parm_cnf(1);
	sleep_ms(300);
	send_one();
	assert_int_equal(ev.state, CCS_SLAC_EV_SOUNDING);
	assert_int_equal(give_report(1, 25), 0);
	assert_int_equal(give_report(2, 10), 0);
	assert_int_equal(give_report(3, 0), CCS_IGNORED); /* nothing measured (R6) */
	sleep_ms(1100);
	while (send_one() != CCS_MME_CM_SLAC_MATCH_REQ)
		assert_int_equal(sent.kind, CCS_MME_CM_ATTEN_CHAR_RSP);
	assert_int_equal(sent.dst[5], 2);
	assert_int_equal(ev.candidate_count, 2);
}

/* R61 off: a report counts when all sounds are out. */
static void test_early_reports_are_ignored(void **state)
{
	(void)state;
	begin();
	ev.config.ignore_early = true;
	give_parm_cnf(1);
	sleep_ms(300);
	send_one();
	assert_int_equal(ev.state, CCS_SLAC_EV_SOUNDING);
	assert_int_equal(give_report(1, 25), CCS_IGNORED);
}

/* A crowd does not push out who has reported. */
static void test_crowd(void **state)
{
	(void)state;
	begin();
	for (uint8_t n = 1; n <= 5; n++)
		assert_int_equal(give_parm_cnf(n), 0);
	assert_int_equal(give_parm_cnf(6), CCS_IGNORED);
	sleep_ms(600);
	assert_int_equal(give_report(1, 20), 0);
	for (uint8_t n = 7; n <= 10; n++)
		assert_int_equal(give_report(n, 45), 0);
	assert_int_equal(give_report(11, 45), CCS_IGNORED);
	sleep_ms(800);
	assert_int_equal(ev.state, CCS_SLAC_EV_MATCHING);
	assert_int_equal(ev.evse_mac[5], 1);
}

static void test_decide_early(void **state)
{
	struct ccs_slac_ev_config config;

	(void)state;
	make_config(&config);
	config.decide_early = true;
	begin_with(&config);
	give_parm_cnf(1);
	give_parm_cnf(2);
	sleep_ms(600);
	send_one();
	give_report(2, 30);
	assert_int_equal(ev.state, CCS_SLAC_EV_COLLECTING);
	give_report(1, 12);
	assert_int_equal(ev.state, CCS_SLAC_EV_MATCHING);
	assert_int_equal(ev.evse_mac[5], 1);
}

static void test_presets(void **state)
{
	static const struct {
		uint8_t db;
		enum ccs_slac_ev_state state;
	} rows[] = {
		{ 9, CCS_SLAC_EV_MATCHING },
		{ 10, CCS_SLAC_EV_VALIDATING },
		{ 20, CCS_SLAC_EV_VALIDATING },
		{ 21, CCS_SLAC_EV_WAITING },
	};
	struct ccs_slac_ev_config config;

	(void)state;
	make_config(&config);
	assert_int_equal(ccs_slac_set_preset(&config.limits, "lax"), CCS_ERR_NAME);
	assert_int_equal(ccs_slac_set_preset(&config.limits, "strict"), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin_with(&config);
		give_parm_cnf(1);
		sleep_ms(600);
		give_report(1, rows[i].db);
		sleep_ms(800);
		assert_int_equal(ev.state, rows[i].state);
	}
	assert_int_equal(ccs_slac_set_limit(&config.limits, "TT_match_join", 61000), CCS_ERR_RANGE);
	assert_int_equal(ccs_slac_set_limit(&config.limits, "TT_match_join", 20000), 0);
	assert_int_equal(config.limits.value[CCS_SLAC_TT_match_join], 20000);
	assert_int_equal(ccs_slac_set_limit(&config.limits, "TT_join", 20000), CCS_ERR_NAME);
}

/* Two as near as each other; the first does not see the toggles, so it is the second. */
static void begin_doubt(void)
{
	begin_sounded(2);
	give_report(1, 20);
	give_report(2, 21);
	sleep_ms(800);
	while (send_one() == CCS_MME_CM_ATTEN_CHAR_RSP)
		;
	assert_int_equal(sent.kind, CCS_MME_CM_VALIDATE_REQ);
	assert_int_equal(sent.dst[5], 1);
	assert_int_equal(sent.cm_validate_req.timer, 0);
	assert_int_equal(sent.cm_validate_req.result, 1);
}

static void test_validation(void **state)
{
	ccs_time edge;

	(void)state;
	begin_doubt();
	assert_int_equal(give_validate_cnf(2, 1, 0), CCS_IGNORED);
	assert_int_equal(give_validate_cnf(1, 1, 0), 0);
	assert_int_equal(send_one(), CCS_MME_CM_VALIDATE_REQ);
	assert_int_equal(sent.cm_validate_req.timer, 20); /* 2100 ms */
	for (int i = 0; i < 3; i++) {
		assert_false(ev.toggle_c);
		sleep_ms(300);
		edge = now;
		assert_true(ev.toggle_c);
		sleep_ms(299);
		assert_true(ev.toggle_c);
		sleep_ms(1);
		assert_int_equal(now - edge, CCS_MS(300));
	}
	assert_false(ev.toggle_c);
	sleep_ms(300);
	assert_int_equal(give_validate_cnf(1, 2, 2), 0);  /* one was not seen */
	assert_int_equal(ev.state, CCS_SLAC_EV_MATCHING); /* so it is the other one */
	assert_int_equal(ev.evse_mac[5], 2);
}

/* In the middle of C the state goes back to B, whatever ends the validation. */
static void test_toggles_end(void **state)
{
	(void)state;
	begin_doubt();
	give_validate_cnf(1, 1, 0);
	sleep_ms(300);
	assert_true(ev.toggle_c);
	give_validate_cnf(1, 3, 0);
	assert_false(ev.toggle_c);
	begin_doubt();
	give_validate_cnf(1, 1, 0);
	sleep_ms(300);
	ccs_slac_ev_leave(&ev, now);
	assert_false(ev.toggle_c);
	assert_int_equal(ev.state, CCS_SLAC_EV_UNMATCHED);
}

static void test_validation_postponed(void **state)
{
	unsigned int asked = 0;

	(void)state;
	begin_doubt();
	while (ev.evse_mac[5] == 1 && ev.state != CCS_SLAC_EV_WAITING && asked < 100) {
		assert_int_equal(give_validate_cnf(1, 0, 0), 0);
		assert_int_equal(ev.state, CCS_SLAC_EV_POSTPONED);
		sleep_ms(400);
		asked++;
	}
	/* TT_matching_repetition, from the beginning of the round. */
	assert_in_range(asked, 19, 23);
	assert_int_equal(ev.evse_mac[5], 2);
}

static void test_join(void **state)
{
	(void)state;
	begin_sounded(1);
	give_report(1, 20);
	sleep_ms(800);
	assert_int_equal(ev.state, CCS_SLAC_EV_MATCHING);
	assert_int_equal(give_match_cnf(1), 0);
	assert_int_equal(ev.state, CCS_SLAC_EV_JOINING);
	take_key();
	/* A link that is gone again within TP_link_ready_notification was none. */
	give_link(1);
	sleep_ms(100);
	for (int i = 0; i < 3; i++)
		give_link(0);
	sleep_ms(150);
	assert_int_equal(ev.state, CCS_SLAC_EV_JOINING);
	give_link(1);
	sleep_ms(199);
	assert_int_equal(ev.state, CCS_SLAC_EV_JOINING);
	sleep_ms(1);
	assert_int_equal(ev.state, CCS_SLAC_EV_MATCHED);
	assert_int_equal(give_match_cnf(1), CCS_IGNORED);
	assert_int_equal(give_report(1, 20), CCS_IGNORED);
}

static void test_join_fails(void **state)
{
	(void)state;
	begin_sounded(1);
	give_report(1, 20);
	sleep_ms(800);
	give_match_cnf(1);
	take_key();
	sleep_ms(11999);
	assert_int_equal(ev.state, CCS_SLAC_EV_JOINING);
	sleep_ms(1);
	assert_int_equal(ev.state, CCS_SLAC_EV_WAITING);
	sleep_ms(400);
	assert_int_equal(ev.state, CCS_SLAC_EV_ASKING);
}

static void test_amplitude_map(void **state)
{
	struct ccs_mme mme = from_charger(CCS_MME_CM_AMP_MAP_REQ, 1);
	uint8_t map[459] = { 0 };

	(void)state;
	mme.cm_amp_map_req.amlen = 917;
	mme.cm_amp_map_req.amdata = map;
	begin_sounded(1);
	assert_int_equal(give(&mme), CCS_IGNORED);
	give_report(1, 20);
	sleep_ms(800);
	give_match_cnf(1);
	send_one();
	assert_int_equal(give(&mme), 0);
	assert_int_equal(send_one(), CCS_MME_CM_AMP_MAP_CNF);
	assert_int_equal(sent.dst[5], 1);
	mme.src[5] = 2;
	assert_int_equal(give(&mme), CCS_IGNORED);
	mme.src[5] = 1;
	mme.cm_amp_map_req.amlen = 0;
	assert_int_equal(give(&mme), CCS_IGNORED);
}

/* The modem is still busy with its key: waited for, but not beyond TP_EV_SLAC_init. */
static void test_modem_not_ready(void **state)
{
	struct ccs_slac_ev_config config;

	(void)state;
	make_config(&config);
	now = 0;
	ccs_slac_ev_init(&ev, &config, NULL);
	ccs_slac_ev_start(&ev, now);
	ccs_slac_ev_match(&ev, now);
	assert_int_equal(ev.state, CCS_SLAC_EV_PREPARING);
	sleep_ms(4999);
	assert_int_equal(ev.state, CCS_SLAC_EV_PREPARING);
	sleep_ms(1);
	assert_int_equal(ev.state, CCS_SLAC_EV_ASKING);
	assert_int_equal(ccs_slac_ev_send(&ev, frame, 10), CCS_ERR_SPACE);
	assert_int_equal(send_one(), CCS_MME_CM_SLAC_PARM_REQ);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sounding),
		cmocka_unit_test(test_parm_req_is_repeated),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_early_reports),
		cmocka_unit_test(test_crowd),
		cmocka_unit_test(test_decide_early),
		cmocka_unit_test(test_presets),
		cmocka_unit_test(test_validation),
		cmocka_unit_test(test_toggles_end),
		cmocka_unit_test(test_validation_postponed),
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_join_fails),
		cmocka_unit_test(test_amplitude_map),
		cmocka_unit_test(test_modem_not_ready),
		cmocka_unit_test(test_early_reports_are_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
