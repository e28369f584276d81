/* SPDX-License-Identifier: Apache-2.0 */
/* The charger's SLAC engine by itself: reports, several cars, repetitions, keys. */
#include "ccs/slac_evse.h"

#include "ccs/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t own[6] = { 0x02, 0, 0, 0, 0, 0x5e };
static const uint8_t modem[6] = { 0x00, 0xb0, 0x52, 1, 1, 1 };
static const uint8_t all[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

static struct ccs_slac_evse evse;
static ccs_time now;
static struct ccs_mme sent; /* the last frame, into `frame` */
static uint8_t frame[CCS_MME_FRAME_MAX];
static uint8_t seed;
static unsigned int synthetic_notes;

static void fill(void *user, uint8_t *bytes, size_t size)
{
	(void)user;
	memset(bytes, ++seed, size);
}

static void take_record(void *user, const struct ccs_record *record)
{
	(void)user;
	if (record->kind == CCS_RECORD_NOTE && strstr(record->note.text, "made up"))
		synthetic_notes++;
}

static const struct ccs_sink sink = { take_record, NULL };

/* The next frame that is not for the modem. */
static enum ccs_mme_kind send_one(void)
{
	int length;

	while ((length = ccs_slac_evse_send(&evse, frame, sizeof(frame))) > 0) {
		assert_int_equal(ccs_mme_decode(&sent, frame, (size_t)length), 0);
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

	while (ccs_slac_evse_deadline(&evse) <= end) {
		now = ccs_slac_evse_deadline(&evse) > now ? ccs_slac_evse_deadline(&evse) : now;
		ccs_slac_evse_tick(&evse, now);
	}
	now = end;
}

static int give(const struct ccs_mme *mme)
{
	uint8_t bytes[CCS_MME_FRAME_MAX];
	int length = ccs_mme_encode(mme, bytes, sizeof(bytes));

	assert_true(length > 0);
	return ccs_slac_evse_receive(&evse, bytes, (size_t)length, now);
}

/* Car `n`: its MAC, and a RunID made of `run`. */
static struct ccs_mme from_car(enum ccs_mme_kind kind, uint8_t n, const uint8_t dst[6])
{
	struct ccs_mme mme;

	ccs_mme_init(&mme, kind, dst, (const uint8_t[6]) { 0x02, 0, 0, 0, 0xe0, n });
	return mme;
}

static int give_parm_req(uint8_t n, uint8_t run)
{
	struct ccs_mme mme = from_car(CCS_MME_CM_SLAC_PARM_REQ, n, all);

	memset(mme.cm_slac_parm_req.run_id, run, 8);
	return give(&mme);
}

static int give_start(uint8_t n, uint8_t run, uint8_t sounds)
{
	struct ccs_mme mme = from_car(CCS_MME_CM_START_ATTEN_CHAR_IND, n, all);

	mme.cm_start_atten_char_ind.num_sounds = sounds;
	mme.cm_start_atten_char_ind.time_out = 6;
	mme.cm_start_atten_char_ind.resp_type = 1;
	memcpy(mme.cm_start_atten_char_ind.forwarding_sta, mme.src, 6);
	memset(mme.cm_start_atten_char_ind.run_id, run, 8);
	return give(&mme);
}

static int give_profile(bool vendor, uint8_t n, uint8_t value)
{
	uint8_t aag[CCS_SLAC_GROUPS];
	struct ccs_mme mme, car = from_car(CCS_MME_CM_SLAC_PARM_REQ, n, all);

	memset(aag, value, sizeof(aag));
	aag[57] = (uint8_t)(value + 7);
	if (vendor) {
		ccs_mme_init(&mme, CCS_MME_VS_ATTEN_CHAR_IND, all, modem);
		memcpy(mme.vs_atten_char_ind.pev_mac, car.src, 6);
		mme.vs_atten_char_ind.num_groups = CCS_SLAC_GROUPS;
		mme.vs_atten_char_ind.aag = aag;
	} else {
		ccs_mme_init(&mme, CCS_MME_CM_ATTEN_PROFILE_IND, own, modem);
		memcpy(mme.cm_atten_profile_ind.pev_mac, car.src, 6);
		mme.cm_atten_profile_ind.num_groups = CCS_SLAC_GROUPS;
		mme.cm_atten_profile_ind.aag = aag;
	}
	return give(&mme);
}

static int give_rsp(uint8_t n, uint8_t run, uint8_t result)
{
	struct ccs_mme mme = from_car(CCS_MME_CM_ATTEN_CHAR_RSP, n, own);

	memcpy(mme.cm_atten_char_rsp.source_address, mme.src, 6);
	memset(mme.cm_atten_char_rsp.run_id, run, 8);
	mme.cm_atten_char_rsp.result = result;
	return give(&mme);
}

static int give_validate_req(uint8_t n, uint8_t timer)
{
	struct ccs_mme mme = from_car(CCS_MME_CM_VALIDATE_REQ, n, own);

	mme.cm_validate_req.timer = timer;
	mme.cm_validate_req.result = 1;
	return give(&mme);
}

static int give_match_req(uint8_t n, uint8_t run)
{
	struct ccs_mme mme = from_car(CCS_MME_CM_SLAC_MATCH_REQ, n, own);

	mme.cm_slac_match_req.mvf_length = 0x3e;
	memcpy(mme.cm_slac_match_req.pev_mac, mme.src, 6);
	memcpy(mme.cm_slac_match_req.evse_mac, own, 6);
	memset(mme.cm_slac_match_req.run_id, run, 8);
	memset(mme.cm_slac_match_req.pev_id, 0xee, 17); /* ignored, not refused */
	return give(&mme);
}

static void give_link(uint8_t link)
{
	struct ccs_mme mme;

	ccs_mme_init(&mme, CCS_MME_VS_PL_LINK_STATUS_CNF, own, modem);
	mme.vs_pl_link_status_cnf.link_status = link;
	give(&mme);
}

/* The modem is there and takes what key it is given. */
static void take_key(void)
{
	struct ccs_mme mme;

	ccs_mme_init(&mme, CCS_MME_CM_SET_KEY_CNF, own, modem);
	mme.cm_set_key_cnf.result = 1;
	give(&mme);
	ccs_mme_init(&mme, CCS_MME_CM_GET_KEY_CNF, own, modem);
	mme.cm_get_key_cnf.result = 1;
	memcpy(mme.cm_get_key_cnf.nid, evse.nid, 7);
	give(&mme);
	assert_int_equal(evse.modem.key, CCS_MODEM_KEY_SET);
}

static void begin_with(const struct ccs_slac_evse_config *config)
{
	struct ccs_mme mme;

	now = CCS_SECONDS(1);
	synthetic_notes = 0;
	ccs_slac_evse_init(&evse, config, &sink);
	ccs_slac_evse_start(&evse, now);
	ccs_slac_evse_set_pilot(&evse, CCS_PILOT_B, true, now);
	ccs_mme_init(&mme, CCS_MME_VS_SW_VER_CNF, own, modem);
	mme.vs_sw_ver_cnf.version = "MAC";
	mme.vs_sw_ver_cnf.version_length = 3;
	give(&mme);
	assert_int_equal(give_parm_req(1, 1), CCS_IGNORED);
	take_key();
	send_one();
	assert_int_equal(evse.state, CCS_SLAC_EVSE_MATCHING);
}

static void make_config(struct ccs_slac_evse_config *config)
{
	ccs_slac_evse_set_defaults(config);
	memcpy(config->mac, own, 6);
	config->random.fill = fill;
}

static void begin(void)
{
	struct ccs_slac_evse_config config;

	make_config(&config);
	begin_with(&config);
}

/* To the report of a car. */
static void sound(uint8_t n, uint8_t run)
{
	assert_int_equal(give_parm_req(n, run), 0);
	assert_int_equal(send_one(), CCS_MME_CM_SLAC_PARM_CNF);
	assert_int_equal(give_start(n, run, 2), 0);
	assert_int_equal(give_profile(false, n, 20), 0);
	sleep_ms(20);
	assert_int_equal(give_profile(false, n, 20), 0);
	assert_int_equal(send_one(), CCS_MME_CM_ATTEN_CHAR_IND);
}

static void match(uint8_t n, uint8_t run)
{
	sound(n, run);
	assert_int_equal(give_rsp(n, run, 0), 0);
	assert_int_equal(give_match_req(n, run), 0);
	assert_int_equal(send_one(), CCS_MME_CM_SLAC_MATCH_CNF);
	assert_int_equal(evse.state, CCS_SLAC_EVSE_JOINING);
}

/* R5: the whole RunID is the car's. */
static void test_parm_cnf(void **state)
{
	const struct ccs_cm_slac_parm_cnf *cnf = &sent.cm_slac_parm_cnf;

	(void)state;
	begin();
	assert_int_equal(give_parm_req(1, 9), 0);
	assert_int_equal(send_one(), CCS_MME_CM_SLAC_PARM_CNF);
	assert_int_equal(sent.dst[5], 1);
	assert_memory_equal(cnf->m_sound_target, all, 6);
	assert_int_equal(cnf->num_sounds, 10);
	assert_int_equal(cnf->time_out, 6);
	assert_int_equal(cnf->resp_type, 1);
	assert_memory_equal(cnf->forwarding_sta, sent.dst, 6);
	assert_int_equal(cnf->run_id[0], 9);
	assert_int_equal(cnf->run_id[7], 9);
	/* Some send two within 8 ms; each gets its answer, and the 400 ms run anew. */
	sleep_ms(300);
	assert_int_equal(give_parm_req(1, 9), 0);
	assert_int_equal(send_one(), CCS_MME_CM_SLAC_PARM_CNF);
	sleep_ms(399);
	assert_int_equal(give_start(1, 9, 10), 0);
	begin();
	give_parm_req(1, 9);
	sleep_ms(400);
	assert_int_equal(give_start(1, 9, 10), CCS_IGNORED);
}

static void test_average(void **state)
{
	struct ccs_slac_evse_config config;

	(void)state;
	make_config(&config);
	config.calibration[0] = 5;
	config.calibration[1] = 99;
	begin_with(&config);
	give_parm_req(1, 1);
	send_one();
	give_start(1, 1, 3);
	assert_int_equal(give_profile(false, 1, 20), 0);
	sleep_ms(20);
	assert_int_equal(give_profile(false, 1, 21), 0);
	sleep_ms(20);
	assert_int_equal(give_profile(false, 1, 24), 0);
	assert_int_equal(send_one(), CCS_MME_CM_ATTEN_CHAR_IND);
	assert_int_equal(sent.cm_atten_char_ind.num_sounds, 3);
	assert_int_equal(sent.cm_atten_char_ind.num_groups, 58);
	assert_int_equal(sent.cm_atten_char_ind.aag[0], 16);
	assert_int_equal(sent.cm_atten_char_ind.aag[1], 0);
	assert_int_equal(sent.cm_atten_char_ind.aag[2], 21); /* 65 / 3 */
	assert_int_equal(sent.cm_atten_char_ind.aag[57], 28);
	assert_memory_equal(sent.cm_atten_char_ind.source_address, sent.dst, 6);
	/* Nothing but zeros would be ignored by the car. */
	memset(config.calibration, 200, sizeof(config.calibration));
	begin_with(&config);
	sound(1, 1);
	assert_int_equal(sent.cm_atten_char_ind.aag[0], 1);
	assert_int_equal(sent.cm_atten_char_ind.aag[57], 1);
	assert_int_equal(synthetic_notes, 0);
}

/* Both forms of a profile count once, in a trickle and when the host hands them over late. */
static void test_doubles(void **state)
{
	(void)state;
	for (unsigned int gap = 0; gap <= 20; gap += 20) {
		begin();
		give_parm_req(1, 1);
		send_one();
		give_start(1, 1, 10);
		for (uint8_t i = 0; i < 10; i++) {
			assert_int_equal(send_one(), CCS_MME_OTHER);
			assert_int_equal(evse.sessions[0].profiles, i);
			give_profile(true, 1, (uint8_t)(20 + i));
			give_profile(false, 1, (uint8_t)(20 + i));
			give_profile(false, 1, (uint8_t)(20 + i));
			sleep_ms(gap);
		}
		assert_int_equal(send_one(), CCS_MME_CM_ATTEN_CHAR_IND);
		assert_int_equal(sent.cm_atten_char_ind.num_sounds, 10);
		assert_int_equal(sent.cm_atten_char_ind.aag[0], 24);
	}
}

/* R62. */
static void test_report_is_repeated(void **state)
{
	(void)state;
	begin();
	sound(1, 1);
	for (int i = 0; i < 2; i++) {
		sleep_ms(199);
		assert_int_equal(send_one(), CCS_MME_OTHER);
		sleep_ms(1);
		assert_int_equal(send_one(), CCS_MME_CM_ATTEN_CHAR_IND);
	}
	sleep_ms(199);
	assert_int_equal(give_rsp(1, 1, 0), 0);
	begin();
	sound(1, 1);
	sleep_ms(601);
	assert_int_equal(give_rsp(1, 1, 0), CCS_IGNORED);
	begin();
	sound(1, 1);
	assert_int_equal(give_rsp(1, 1, 1), 0);
	assert_int_equal(give_match_req(1, 1), CCS_IGNORED);
}

static void test_synthetic(void **state)
{
	struct ccs_slac_evse_config config;

	(void)state;
	make_config(&config);
	config.synthetic_db = 9;
	begin_with(&config);
	give_parm_req(1, 1);
	send_one();
	give_start(1, 1, 10);
	sleep_ms(600);
	assert_int_equal(send_one(), CCS_MME_CM_ATTEN_CHAR_IND);
	assert_int_equal(sent.cm_atten_char_ind.aag[30], 9);
	assert_int_equal(synthetic_notes, 1);
	/* What is measured is reported, if it is one sound. */
	begin_with(&config);
	give_parm_req(1, 1);
	send_one();
	give_start(1, 1, 10);
	give_profile(false, 1, 30);
	sleep_ms(600);
	assert_int_equal(send_one(), CCS_MME_CM_ATTEN_CHAR_IND);
	assert_int_equal(sent.cm_atten_char_ind.aag[30], 30);
	assert_int_equal(sent.cm_atten_char_ind.num_sounds, 1);
	assert_int_equal(synthetic_notes, 0);
}

/* R7: only where the modem is known to measure nothing, and only by a quirk. */
static void test_substitute(void **state)
{
	struct ccs_slac_evse_config config;

	(void)state;
	for (int known = 0; known < 2; known++) {
		make_config(&config);
		config.substitute_db = 12;
		begin_with(&config);
		evse.modem.chip = known ? CCS_MODEM_QCA7420 : CCS_MODEM_QCA7005;
		give_parm_req(1, 1);
		send_one();
		give_start(1, 1, 10);
		sleep_ms(600);
		assert_int_equal(send_one(), known ? CCS_MME_CM_ATTEN_CHAR_IND : CCS_MME_OTHER);
	}
	assert_int_equal(sent.cm_atten_char_ind.aag[30], 12);
	assert_int_equal(synthetic_notes, 1);
}

/* R6: a report of nothing but zeros becomes 1 dB, unless it is wanted as it is. */
static void test_zeros(void **state)
{
	struct ccs_slac_evse_config config;

	(void)state;
	for (int strict = 0; strict < 2; strict++) {
		make_config(&config);
		config.report_zeros = strict;
		memset(config.calibration, 255, sizeof(config.calibration));
		begin_with(&config);
		give_parm_req(1, 1);
		send_one();
		give_start(1, 1, 10);
		give_profile(false, 1, 20);
		sleep_ms(600);
		assert_int_equal(send_one(), CCS_MME_CM_ATTEN_CHAR_IND);
		assert_int_equal(sent.cm_atten_char_ind.aag[30], strict ? 0 : 1);
	}
}

static void test_several_cars(void **state)
{
	(void)state;
	begin();
	for (uint8_t n = 1; n <= 5; n++) {
		assert_int_equal(give_parm_req(n, n), 0);
		assert_int_equal(send_one(), CCS_MME_CM_SLAC_PARM_CNF);
		assert_int_equal(sent.dst[5], n);
	}
	assert_int_equal(give_parm_req(6, 6), CCS_IGNORED);
	/* Another run of one that is known takes its place. */
	assert_int_equal(give_parm_req(3, 33), 0);
	assert_int_equal(give_start(3, 3, 10), CCS_IGNORED);
	assert_int_equal(give_start(3, 33, 1), 0);
	assert_int_equal(give_start(4, 4, 1), 0);
	assert_int_equal(give_profile(false, 4, 40), 0);
	assert_int_equal(give_profile(false, 3, 30), 0);
	send_one();
	send_one();
	assert_int_equal(give_rsp(3, 33, 0), 0);
	assert_int_equal(give_rsp(4, 4, 0), 0);
	assert_int_equal(give_match_req(3, 33), 0);
	assert_int_equal(evse.ev_mac[5], 3);
	assert_int_equal(give_match_req(4, 4), CCS_IGNORED);
	assert_int_equal(give_parm_req(6, 6), CCS_IGNORED);
}

static void test_match_cnf(void **state)
{
	uint8_t first[CCS_MME_FRAME_MAX], nid[7];

	(void)state;
	begin();
	sound(1, 1);
	/* Without CM_ATTEN_CHAR.RSP, which was lost. */
	assert_int_equal(give_match_req(1, 1), 0);
	assert_int_equal(send_one(), CCS_MME_CM_SLAC_MATCH_CNF);
	assert_int_equal(sent.cm_slac_match_cnf.mvf_length, 0x56);
	assert_memory_equal(sent.cm_slac_match_cnf.evse_mac, own, 6);
	assert_memory_equal(sent.cm_slac_match_cnf.nmk, evse.nmk, 16);
	ccs_keys_derive_nid(evse.nmk, CCS_NID_SIMPLE_CONNECT, nid);
	assert_memory_equal(sent.cm_slac_match_cnf.nid, nid, 7);
	memcpy(first, frame, sizeof(first));
	assert_int_equal(give_match_req(1, 1), 0);
	assert_int_equal(send_one(), CCS_MME_CM_SLAC_MATCH_CNF);
	assert_memory_equal(frame, first, 109);
	give_link(1);
	sleep_ms(200);
	assert_int_equal(evse.state, CCS_SLAC_EVSE_MATCHED);
	assert_int_equal(give_match_req(1, 1), CCS_IGNORED);
	assert_int_equal(give_parm_req(1, 2), CCS_IGNORED);
}

/* A car whose RunID is constant begins anew while joining: not at once, and not for ever. */
static void test_begins_anew(void **state)
{
	(void)state;
	begin();
	match(1, 1);
	assert_int_equal(give_parm_req(1, 1), CCS_IGNORED);
	assert_int_equal(give_parm_req(2, 2), CCS_IGNORED);
	for (int i = 0; i < 3; i++) {
		sleep_ms(400);
		match(1, 1);
	}
	sleep_ms(400);
	assert_int_equal(give_parm_req(1, 1), CCS_IGNORED);
	assert_int_equal(give_parm_req(1, 2), CCS_IGNORED);
	/* E-1 off: never. */
	begin();
	evse.config.no_second_match = true;
	match(1, 1);
	sleep_ms(400);
	assert_int_equal(give_parm_req(1, 1), CCS_IGNORED);
}

static void test_resume_gives_no_key(void **state)
{
	(void)state;
	begin();
	match(1, 1);
	give_link(1);
	sleep_ms(200);
	ccs_slac_evse_pause(&evse, now);
	assert_int_equal(evse.wish, CCS_WISH_X1);
	ccs_slac_evse_resume(&evse, now);
	assert_int_equal(evse.state, CCS_SLAC_EVSE_JOINING);
	assert_int_equal(give_parm_req(1, 2), CCS_IGNORED);
	assert_int_equal(give_match_req(1, 1), CCS_IGNORED);
	sleep_ms(5999);
	assert_int_equal(evse.state, CCS_SLAC_EVSE_JOINING);
	sleep_ms(1);
	assert_int_equal(evse.state, CCS_SLAC_EVSE_STEP_EF);
	assert_int_equal(evse.modem.key, CCS_MODEM_KEY_PENDING);
}

static void test_validation(void **state)
{
	(void)state;
	begin();
	sound(1, 1);
	assert_int_equal(give_validate_req(1, 0), CCS_IGNORED);
	give_rsp(1, 1, 0);
	sound(2, 2);
	give_rsp(2, 2, 0);
	assert_int_equal(give_validate_req(1, 0), 0);
	assert_int_equal(send_one(), CCS_MME_CM_VALIDATE_CNF);
	assert_int_equal(sent.cm_validate_cnf.result, 1);
	assert_int_equal(give_validate_req(1, 9), 0);
	assert_int_equal(send_one(), CCS_MME_OTHER);
	/* One at a time. */
	assert_int_equal(give_validate_req(2, 0), 0);
	assert_int_equal(send_one(), CCS_MME_CM_VALIDATE_CNF);
	assert_int_equal(sent.cm_validate_cnf.result, 0);
	for (int i = 0; i < 2; i++) {
		ccs_slac_evse_set_pilot(&evse, CCS_PILOT_C, true, now);
		sleep_ms(200);
		ccs_slac_evse_set_pilot(&evse, CCS_PILOT_B, true, now);
		sleep_ms(200);
	}
	sleep_ms(199);
	assert_int_equal(send_one(), CCS_MME_OTHER);
	sleep_ms(1);
	assert_int_equal(send_one(), CCS_MME_CM_VALIDATE_CNF);
	assert_int_equal(sent.dst[5], 1);
	assert_int_equal(sent.cm_validate_cnf.result, 2);
	assert_int_equal(sent.cm_validate_cnf.toggle_num, 2);
	/* Nobody toggled for the other one. */
	assert_int_equal(give_validate_req(2, 255), 0);
	sleep_ms(399);
	assert_int_equal(give_match_req(1, 1), 0);
	begin();
	sound(2, 2);
	give_rsp(2, 2, 0);
	assert_int_equal(give_validate_req(2, 255), 0);
	sleep_ms(3500);
	assert_int_equal(send_one(), CCS_MME_CM_VALIDATE_CNF);
	assert_int_equal(sent.cm_validate_cnf.result, 3);
	assert_int_equal(sent.cm_validate_cnf.toggle_num, 0);
	sleep_ms(6500);
	assert_int_equal(give_match_req(2, 2), CCS_IGNORED);
}

static void test_validated_must_match_soon(void **state)
{
	(void)state;
	begin();
	sound(1, 1);
	give_rsp(1, 1, 0);
	give_validate_req(1, 5);
	ccs_slac_evse_set_pilot(&evse, CCS_PILOT_C, true, now);
	ccs_slac_evse_set_pilot(&evse, CCS_PILOT_B, true, now);
	sleep_ms(600);
	assert_int_equal(send_one(), CCS_MME_CM_VALIDATE_CNF);
	sleep_ms(400);
	assert_int_equal(give_match_req(1, 1), CCS_IGNORED);
}

static void test_amplitude_map(void **state)
{
	struct ccs_mme mme = from_car(CCS_MME_CM_AMP_MAP_REQ, 1, own);
	uint8_t map[459] = { 0 };

	(void)state;
	begin();
	mme.cm_amp_map_req.amlen = 917;
	mme.cm_amp_map_req.amdata = map;
	assert_int_equal(give(&mme), CCS_IGNORED);
	match(1, 1);
	assert_int_equal(give(&mme), 0);
	assert_int_equal(send_one(), CCS_MME_CM_AMP_MAP_CNF);
	assert_int_equal(sent.cm_amp_map_cnf.res_type, 0);
	assert_int_equal(sent.dst[5], 1);
	mme.cm_amp_map_req.amlen = 0;
	assert_int_equal(give(&mme), CCS_IGNORED);
	mme.cm_amp_map_req.amlen = 917;
	mme.src[5] = 2;
	assert_int_equal(give(&mme), CCS_IGNORED);
}

static void test_pilot(void **state)
{
	(void)state;
	begin();
	give_parm_req(1, 1);
	/* Without PWM nobody is answered. */
	ccs_slac_evse_set_pilot(&evse, CCS_PILOT_B, false, now);
	assert_int_equal(evse.state, CCS_SLAC_EVSE_UNMATCHED);
	assert_int_equal(give_parm_req(1, 1), CCS_IGNORED);
	ccs_slac_evse_set_pilot(&evse, CCS_PILOT_C, true, now);
	match(1, 1);
	/* Unplugged: a new key, and no car until the modem has it. */
	ccs_slac_evse_set_pilot(&evse, CCS_PILOT_A, false, now);
	assert_int_equal(evse.state, CCS_SLAC_EVSE_PREPARING);
	ccs_slac_evse_set_pilot(&evse, CCS_PILOT_B, true, now);
	assert_int_equal(give_parm_req(1, 1), CCS_IGNORED);
	take_key();
	assert_int_equal(give_parm_req(1, 1), 0);
	/* D-LINK_TERMINATE: until unplugged. */
	ccs_slac_evse_terminate(&evse, now);
	assert_int_equal(evse.state, CCS_SLAC_EVSE_CLOSED);
	assert_int_equal(give_parm_req(1, 1), CCS_IGNORED);
	ccs_slac_evse_set_pilot(&evse, CCS_PILOT_A, false, now);
	assert_int_equal(evse.state, CCS_SLAC_EVSE_UNMATCHED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parm_cnf),
		cmocka_unit_test(test_average),
		cmocka_unit_test(test_doubles),
		cmocka_unit_test(test_report_is_repeated),
		cmocka_unit_test(test_synthetic),
		cmocka_unit_test(test_substitute),
		cmocka_unit_test(test_zeros),
		cmocka_unit_test(test_several_cars),
		cmocka_unit_test(test_match_cnf),
		cmocka_unit_test(test_begins_anew),
		cmocka_unit_test(test_resume_gives_no_key),
		cmocka_unit_test(test_validation),
		cmocka_unit_test(test_validated_must_match_soon),
		cmocka_unit_test(test_amplitude_map),
		cmocka_unit_test(test_pilot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
