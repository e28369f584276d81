/* SPDX-License-Identifier: Apache-2.0 */
/* The modem at the own host port: search, keys and their refusal, link, and who is believed. */
#include "ccs/modem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t host[6] = { 0x02, 0, 0, 0, 0, 0xe1 };
static const uint8_t own[6] = { 0x00, 0xb0, 0x52, 1, 1, 1 };
static const uint8_t other[6] = { 0x00, 0xb0, 0x52, 2, 2, 2 };
static const uint8_t all[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
static const uint8_t nmk[16] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };
static const uint8_t nid[7] = { 7, 6, 5, 4, 3, 2, 1 };

static struct ccs_modem modem;
static ccs_time now;
static struct ccs_mme sent; /* the last frame */
static uint8_t frame[CCS_MME_FRAME_MAX];

static enum ccs_mme_kind send_one(void)
{
	int length = ccs_modem_send(&modem, frame, sizeof(frame));

	assert_true(length >= 0);
	if (length == 0)
		return CCS_MME_OTHER;
	assert_int_equal(ccs_mme_decode(&sent, frame, (size_t)length), 0);
	assert_memory_equal(sent.src, host, 6);
	return sent.kind;
}

static void sleep_ms(unsigned int ms)
{
	now += CCS_MS(ms);
	if (now >= ccs_modem_deadline(&modem))
		ccs_modem_tick(&modem, now);
}

static int take(enum ccs_mme_kind kind, const uint8_t src[6], struct ccs_mme *mme)
{
	mme->kind = kind;
	memcpy(mme->src, src, 6);
	memcpy(mme->dst, host, 6);
	return ccs_modem_take(&modem, mme, now);
}

static struct ccs_mme make(enum ccs_mme_kind kind, const uint8_t src[6])
{
	struct ccs_mme mme;

	ccs_mme_init(&mme, kind, host, src);
	return mme;
}

static int take_version(const uint8_t src[6], uint32_t ident)
{
	struct ccs_mme mme = make(CCS_MME_VS_SW_VER_CNF, src);

	mme.vs_sw_ver_cnf.has_ident = true;
	mme.vs_sw_ver_cnf.chip_ident = ident;
	mme.vs_sw_ver_cnf.version = "MAC";
	mme.vs_sw_ver_cnf.version_length = 3;
	return ccs_modem_take(&modem, &mme, now);
}

static int take_set_key(const uint8_t src[6], uint8_t result)
{
	struct ccs_mme mme = make(CCS_MME_CM_SET_KEY_CNF, src);

	mme.cm_set_key_cnf.result = result;
	return ccs_modem_take(&modem, &mme, now);
}

static int take_get_key(const uint8_t src[6], const uint8_t shown[7])
{
	struct ccs_mme mme = make(CCS_MME_CM_GET_KEY_CNF, src);

	mme.cm_get_key_cnf.result = 1;
	memcpy(mme.cm_get_key_cnf.nid, shown, 7);
	return ccs_modem_take(&modem, &mme, now);
}

static int take_link(const uint8_t src[6], uint8_t link)
{
	struct ccs_mme mme = make(CCS_MME_VS_PL_LINK_STATUS_CNF, src);

	mme.vs_pl_link_status_cnf.link_status = link;
	return ccs_modem_take(&modem, &mme, now);
}

static void begin(void)
{
	struct ccs_modem_config config;

	ccs_modem_set_defaults(&config);
	memcpy(config.host_mac, host, 6);
	config.side = CCS_SIDE_EV;
	ccs_modem_init(&modem, &config, NULL);
	now = CCS_SECONDS(1);
	ccs_modem_start(&modem, now);
}

static void begin_with(uint32_t ident)
{
	begin();
	assert_int_equal(send_one(), CCS_MME_VS_SW_VER_REQ);
	assert_int_equal(take_version(own, ident), 0);
	assert_int_equal(modem.state, CCS_MODEM_READY);
}

static void begin_key(void)
{
	ccs_modem_set_key(&modem, nmk, nid, now);
	assert_int_equal(send_one(), CCS_MME_CM_SET_KEY_REQ);
}

static void test_search(void **state)
{
	(void)state;
	begin();
	assert_int_equal(send_one(), CCS_MME_VS_SW_VER_REQ);
	assert_int_equal(sent.dst[5], 1); /* 00:b0:52:00:00:01, not across the line */
	assert_int_equal(send_one(), CCS_MME_OTHER);
	sleep_ms(200);
	assert_int_equal(send_one(), CCS_MME_LUMISSIL_GET_VERSION_REQ);
	sleep_ms(200);
	assert_int_equal(send_one(), CCS_MME_CM_GET_KEY_REQ);
	for (int i = 3; i < 15; i++) {
		assert_int_equal(modem.state, CCS_MODEM_SEARCHING);
		sleep_ms(200);
		send_one();
	}
	sleep_ms(200);
	assert_int_equal(modem.state, CCS_MODEM_ABSENT);
	/* It appears later. */
	sleep_ms(2000);
	assert_int_equal(take_version(own, 0x001b587c), 0);
	assert_int_equal(modem.state, CCS_MODEM_READY);
	assert_int_equal(modem.chip, CCS_MODEM_QCA7005);
	assert_memory_equal(modem.mac, own, 6);
}

static void test_chips(void **state)
{
	static const struct {
		uint32_t ident;
		enum ccs_modem_chip chip;
	} rows[] = {
		{ 0x001b58dc, CCS_MODEM_QCA7000 }, { 0x001b58ac, CCS_MODEM_QCA7006 },
		{ 0x001b58ec, CCS_MODEM_QCA6410 }, { 0x001cfc00, CCS_MODEM_QCA7420 },
		{ 0x001d4c0f, CCS_MODEM_QCA7500 }, { 0x12345678, CCS_MODEM_QCA_OTHER },
	};
	struct ccs_vs_sw_ver_cnf old = { .device_class = 0x22 };
	struct ccs_mme mme = make(CCS_MME_VS_SW_VER_CNF, own);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin_with(rows[i].ident);
		assert_int_equal(modem.chip, rows[i].chip);
	}
	assert_int_equal(ccs_modem_identify(&old), CCS_MODEM_QCA7000);
	begin();
	assert_int_equal(take(CCS_MME_LUMISSIL_GET_VERSION_CNF, own, &mme), 0);
	assert_int_equal(modem.chip, CCS_MODEM_CG5317);
	begin();
	assert_int_equal(take_get_key(own, nid), 0);
	assert_int_equal(modem.chip, CCS_MODEM_UNKNOWN);
	assert_string_equal(ccs_modem_chip_name(CCS_MODEM_QCA7005), "QCA7005");
	/* A boot loader is no modem yet. */
	begin();
	mme = make(CCS_MME_VS_SW_VER_CNF, own);
	mme.vs_sw_ver_cnf.version = "BootLoader";
	mme.vs_sw_ver_cnf.version_length = 10;
	assert_int_equal(ccs_modem_take(&modem, &mme, now), 0);
	assert_int_equal(modem.state, CCS_MODEM_SEARCHING);
}

static void test_key(void **state)
{
	static const uint8_t zero[16];

	(void)state;
	begin_with(0x001b587c);
	begin_key();
	assert_int_equal(sent.cm_set_key_req.cco_capability, 0);
	assert_memory_equal(sent.cm_set_key_req.new_key, nmk, 16);
	assert_memory_equal(sent.cm_set_key_req.nid, nid, 7);
	assert_int_equal(modem.key, CCS_MODEM_KEY_PENDING);
	assert_int_equal(take_set_key(own, 1), 0);
	sleep_ms(300);
	assert_int_equal(send_one(), CCS_MME_CM_GET_KEY_REQ);
	assert_int_equal(take_get_key(own, (const uint8_t[7]) { 9 }), 0);
	assert_int_equal(modem.key, CCS_MODEM_KEY_PENDING);
	sleep_ms(300);
	assert_int_equal(take_get_key(own, nid), 0);
	assert_int_equal(modem.key, CCS_MODEM_KEY_SET);
	assert_memory_equal(modem.nmk, zero, 16);
	assert_int_equal(modem.key_writes, 1);
}

/* 1 is success at Qualcomm, 0 or 1 at others. */
static void test_key_results(void **state)
{
	struct ccs_mme mme = make(CCS_MME_LUMISSIL_GET_VERSION_CNF, own);

	(void)state;
	begin_with(0x001b587c);
	begin_key();
	for (int i = 0; i < 3; i++) {
		assert_int_equal(modem.key, CCS_MODEM_KEY_PENDING);
		assert_int_equal(take_set_key(own, 0), 0);
		sleep_ms(500);
	}
	assert_int_equal(modem.key, CCS_MODEM_KEY_FAILED);
	for (uint8_t result = 0; result < 2; result++) {
		begin();
		assert_int_equal(ccs_modem_take(&modem, &mme, now), 0);
		begin_key();
		assert_memory_equal(sent.dst, own, 6);
		assert_int_equal(take_set_key(own, result), 0);
		assert_int_equal(modem.state, CCS_MODEM_VERIFYING);
		/* It does not answer CM_GET_KEY: accepted all the same. */
		for (int i = 0; i < 30; i++)
			sleep_ms(300);
		assert_int_equal(modem.key, CCS_MODEM_KEY_SET);
	}
	begin();
	assert_int_equal(ccs_modem_take(&modem, &mme, now), 0);
	begin_key();
	assert_int_equal(take_set_key(own, 2), 0);
	assert_int_equal(modem.state, CCS_MODEM_SETTING_KEY);
}

static void test_key_unanswered(void **state)
{
	(void)state;
	begin_with(0x001b587c);
	begin_key();
	for (int i = 1; i < 12; i++) {
		sleep_ms(500);
		assert_int_equal(send_one(), CCS_MME_CM_SET_KEY_REQ);
	}
	sleep_ms(500);
	assert_int_equal(modem.key, CCS_MODEM_KEY_FAILED);
	assert_int_equal(modem.state, CCS_MODEM_READY);
	/* The old key stays for good. */
	begin_key();
	take_set_key(own, 1);
	for (int i = 0; i < 27; i++) {
		sleep_ms(300);
		take_get_key(own, (const uint8_t[7]) { 9 });
	}
	assert_int_equal(modem.key, CCS_MODEM_KEY_FAILED);
}

/* A key that comes before the modem is found, or while another is on its way, is not lost. */
static void test_key_early(void **state)
{
	static const uint8_t second[16] = { 99 };

	(void)state;
	begin();
	ccs_modem_set_key(&modem, nmk, nid, now);
	assert_int_equal(send_one(), CCS_MME_VS_SW_VER_REQ);
	take_version(own, 0x001b587c);
	assert_int_equal(send_one(), CCS_MME_CM_SET_KEY_REQ);
	ccs_modem_set_key(&modem, second, nid, now);
	assert_int_equal(send_one(), CCS_MME_OTHER);
	take_set_key(own, 1);
	assert_int_equal(send_one(), CCS_MME_CM_SET_KEY_REQ);
	assert_memory_equal(sent.cm_set_key_req.new_key, second, 16);
	take_set_key(own, 1);
	take_get_key(own, nid);
	assert_int_equal(modem.key, CCS_MODEM_KEY_SET);
}

static void test_strangers(void **state)
{
	struct ccs_mme mme;

	(void)state;
	begin_with(0x001b587c);
	begin_key();
	assert_int_equal(take_set_key(other, 1), CCS_IGNORED);
	assert_int_equal(take_set_key(host, 1), CCS_IGNORED);
	mme = make(CCS_MME_CM_SET_KEY_CNF, own);
	mme.cm_set_key_cnf.result = 1;
	memcpy(mme.dst, other, 6);
	assert_int_equal(ccs_modem_take(&modem, &mme, now), CCS_IGNORED);
	assert_int_equal(modem.state, CCS_MODEM_SETTING_KEY);
	take_set_key(own, 1);
	assert_int_equal(take_get_key(other, nid), CCS_IGNORED);
	assert_int_equal(take_set_key(own, 1), CCS_IGNORED);
	take_get_key(own, nid);
	ccs_modem_watch_link(&modem, true, now);
	sleep_ms(0);
	assert_int_equal(send_one(), CCS_MME_VS_PL_LINK_STATUS_REQ);
	assert_int_equal(take_link(other, 1), CCS_IGNORED);
	assert_int_equal(take_version(other, 0x001b587c), CCS_IGNORED);
	assert_false(modem.link);
	assert_int_equal(ccs_modem_receive(&modem, frame, 13, now), CCS_ERR_SHORT);
}

static void test_link(void **state)
{
	(void)state;
	begin_with(0x001b587c);
	ccs_modem_watch_link(&modem, true, now);
	assert_int_equal(take_link(own, 1), 0);
	assert_true(modem.link);
	assert_int_equal(take_link(own, 0), 0);
	assert_int_equal(take_link(own, 1), 0);
	for (int i = 0; i < 3; i++) {
		assert_true(modem.link);
		assert_int_equal(take_link(own, 0), 0);
	}
	assert_false(modem.link);
	/* An old network shines through a new key. */
	begin_key();
	assert_int_equal(take_link(own, 1), 0);
	assert_false(modem.link);
	take_set_key(own, 1);
	sleep_ms(300);
	take_get_key(own, (const uint8_t[7]) { 9 });
	sleep_ms(2000);
	assert_int_equal(take_link(own, 1), 0);
	assert_false(modem.link);
	take_get_key(own, nid);
	assert_int_equal(take_link(own, 1), 0);
	assert_true(modem.link);
	ccs_modem_watch_link(&modem, false, now);
	assert_int_equal(take_link(own, 1), CCS_IGNORED);
	assert_int_equal(ccs_modem_deadline(&modem), CCS_NEVER);
}

/* Questions that stay unanswered give way to the next one that the chip may know. */
static void test_link_questions(void **state)
{
	bool asked[CCS_MME_KINDS] = { false };

	(void)state;
	begin_with(0x001b587c);
	ccs_modem_watch_link(&modem, true, now);
	for (int i = 0; i < 80; i++) {
		sleep_ms(100);
		asked[send_one()] = true;
	}
	assert_true(asked[CCS_MME_VS_PL_LINK_STATUS_REQ]);
	assert_true(asked[CCS_MME_VS_NW_INFO_REQ_V1]);
	assert_true(asked[CCS_MME_VS_NW_INFO_REQ]);
	assert_true(asked[CCS_MME_VS_SW_VER_REQ]);
	assert_true(asked[CCS_MME_CM_GET_KEY_REQ]);
	assert_false(asked[CCS_MME_LUMISSIL_GET_D_LINK_STATUS_REQ]);
	assert_memory_equal(sent.src, host, 6);
}

static void test_network_info(void **state)
{
	struct ccs_mme mme = make(CCS_MME_VS_NW_INFO_CNF_V1, own);
	struct ccs_mme_avln avln = { .num_stas = 0 };
	struct ccs_mme_sta sta = { .tei = 2 };
	uint8_t memory[100], stations[100];

	(void)state;
	begin_with(0x001b587c);
	ccs_modem_watch_link(&modem, true, now);
	for (int stas = 0; stas < 2; stas++) {
		struct ccs_mme_list list = { NULL, 0, CCS_MME_LIST_AVLN_V1 };

		avln.num_stas = (uint8_t)stas;
		avln.stas = (struct ccs_mme_list) { NULL, 0, CCS_MME_LIST_STA_V1 };
		if (stas)
			ccs_mme_append(&avln.stas, &sta, stations, sizeof(stations));
		assert_int_equal(ccs_mme_append(&list, &avln, memory, sizeof(memory)), 0);
		mme.vs_nw_info_cnf.num_avlns = 1;
		mme.vs_nw_info_cnf.avlns = list;
		assert_int_equal(ccs_modem_take(&modem, &mme, now), 0);
		assert_int_equal(modem.link, stas > 0);
	}
}

static void test_reset_after_key(void **state)
{
	(void)state;
	begin_with(0x001b587c);
	modem.config.reset_after_key = true;
	begin_key();
	take_set_key(own, 1);
	assert_int_equal(send_one(), CCS_MME_VS_RS_DEV_REQ);
	assert_int_equal(send_one(), CCS_MME_OTHER);
}

static void test_limits(void **state)
{
	struct ccs_modem_config config;

	(void)state;
	ccs_modem_set_defaults(&config);
	assert_int_equal(ccs_modem_set_limit(&config, "verify_time", 499), CCS_ERR_RANGE);
	assert_int_equal(ccs_modem_set_limit(&config, "verify_time", 500), 0);
	assert_int_equal(config.limit[CCS_MODEM_LIMIT_verify_time], 500);
	assert_int_equal(ccs_modem_set_limit(&config, "verify", 500), CCS_ERR_NAME);
}

static void test_small_buffer(void **state)
{
	(void)state;
	begin();
	assert_int_equal(ccs_modem_send(&modem, frame, 59), CCS_ERR_SPACE);
	assert_int_equal(send_one(), CCS_MME_VS_SW_VER_REQ);
	assert_memory_not_equal(sent.dst, all, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_chips),
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_key_results),
		cmocka_unit_test(test_key_unanswered),
		cmocka_unit_test(test_key_early),
		cmocka_unit_test(test_strangers),
		cmocka_unit_test(test_link),
		cmocka_unit_test(test_link_questions),
		cmocka_unit_test(test_network_info),
		cmocka_unit_test(test_reset_after_key),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_small_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
