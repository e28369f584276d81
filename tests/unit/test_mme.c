/* SPDX-License-Identifier: Apache-2.0 */
/* Management messages: bytes where the standard wants them, every kind both ways, damage, text. */
#include "ccs/mme.h"

#include "ccs/print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t ev[6] = { 0x02, 0, 0, 0, 0, 0xe1 };
static const uint8_t evse[6] = { 0x02, 0, 0, 0, 0, 0x5e };
static const uint8_t run_id[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };

/* Decodes a copy of exactly this size, so that a sanitizer sees every byte too many. */
static int decode(struct ccs_mme *mme, const uint8_t *frame, size_t length)
{
	static uint8_t *copy;

	free(copy);
	copy = malloc(length ? length : 1);
	assert_non_null(copy);
	memcpy(copy, frame, length);
	return ccs_mme_decode(mme, copy, length);
}

static size_t encode(const struct ccs_mme *mme, uint8_t frame[CCS_MME_FRAME_MAX])
{
	int length = ccs_mme_encode(mme, frame, CCS_MME_FRAME_MAX);

	assert_true(length >= CCS_MME_FRAME_MIN);
	return (size_t)length;
}

static void check_type(const struct ccs_mme *mme, const char *expected)
{
	struct ccs_print p;
	char text[64];

	ccs_print_init(&p, text, sizeof(text) - 1);
	ccs_mme_print_type(&p, mme);
	*p.at = 0;
	assert_string_equal(text, expected);
}

static void check_fields(const struct ccs_mme *mme, bool secrets, const char *expected)
{
	struct ccs_print p;
	char text[8000];

	ccs_print_init(&p, text, sizeof(text) - 1);
	ccs_mme_print_fields(&p, mme, secrets);
	*p.at = 0;
	assert_string_equal(text, expected);
}

static void check_summary(const struct ccs_mme *mme, const char *expected)
{
	struct ccs_print p;
	char text[2000];

	ccs_print_init(&p, text, sizeof(text) - 1);
	ccs_mme_print_summary(&p, mme);
	*p.at = 0;
	assert_string_equal(text, expected);
}

static struct ccs_mme make_parm_cnf(void)
{
	struct ccs_mme mme;

	ccs_mme_init(&mme, CCS_MME_CM_SLAC_PARM_CNF, ev, evse);
	memset(mme.cm_slac_parm_cnf.m_sound_target, 0xff, 6);
	mme.cm_slac_parm_cnf.num_sounds = 10;
	mme.cm_slac_parm_cnf.time_out = 6;
	mme.cm_slac_parm_cnf.resp_type = 1;
	memcpy(mme.cm_slac_parm_cnf.forwarding_sta, ev, 6);
	memcpy(mme.cm_slac_parm_cnf.run_id, run_id, 8);
	return mme;
}

static struct ccs_mme make_match_cnf(void)
{
	struct ccs_mme mme;

	ccs_mme_init(&mme, CCS_MME_CM_SLAC_MATCH_CNF, ev, evse);
	mme.cm_slac_match_cnf.mvf_length = 0x56;
	memcpy(mme.cm_slac_match_cnf.pev_mac, ev, 6);
	memcpy(mme.cm_slac_match_cnf.evse_mac, evse, 6);
	memcpy(mme.cm_slac_match_cnf.run_id, run_id, 8);
	memset(mme.cm_slac_match_cnf.nid, 0xa1, 7);
	memset(mme.cm_slac_match_cnf.nmk, 0xb2, 16);
	return mme;
}

static struct ccs_mme make_atten_char_ind(const uint8_t aag[58])
{
	struct ccs_mme mme;

	ccs_mme_init(&mme, CCS_MME_CM_ATTEN_CHAR_IND, ev, evse);
	memcpy(mme.cm_atten_char_ind.source_address, ev, 6);
	memcpy(mme.cm_atten_char_ind.run_id, run_id, 8);
	mme.cm_atten_char_ind.num_sounds = 9;
	mme.cm_atten_char_ind.num_groups = 58;
	mme.cm_atten_char_ind.aag = aag;
	return mme;
}

static void test_bytes_of_parm_cnf(void **state)
{
	static const uint8_t expected[44] = {
		0x02, 0,    0, 0,    0,	   0xe1, 0x02, 0,    0,	   0,	 0,  0x5e, 0x88, 0xe1, 0x01,
		0x65, 0x60, 0, 0,    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 10, 6,	   1,	 0x02, 0,
		0,    0,    0, 0xe1, 0,	   0,	 1,    2,    3,	   4,	 5,  6,	   7,	 8,
	};
	struct ccs_mme mme = make_parm_cnf(), again;
	uint8_t frame[CCS_MME_FRAME_MAX], zeros[16] = { 0 };

	(void)state;
	assert_int_equal(encode(&mme, frame), 60);
	assert_memory_equal(frame, expected, sizeof(expected));
	assert_memory_equal(frame + 44, zeros, 16);
	assert_int_equal(decode(&again, frame, 60), 0);
	assert_true(ccs_mme_equal(&mme, &again));
	assert_int_equal(again.rest_size, 16);
}

/* Offsets of ISO 15118-3 annex A. */
static void test_offsets_of_slac(void **state)
{
	uint8_t frame[CCS_MME_FRAME_MAX], aag[58];
	struct ccs_mme mme = make_match_cnf();

	(void)state;
	memset(aag, 20, sizeof(aag));
	assert_int_equal(encode(&mme, frame), 109);
	assert_int_equal(frame[21], 0x56);
	assert_memory_equal(frame + 40, ev, 6);
	assert_memory_equal(frame + 63, evse, 6);
	assert_memory_equal(frame + 69, run_id, 8);
	assert_int_equal(frame[85], 0xa1);
	assert_int_equal(frame[92], 0);
	assert_int_equal(frame[93], 0xb2);

	mme = make_atten_char_ind(aag);
	assert_int_equal(encode(&mme, frame), 129);
	assert_memory_equal(frame + 21, ev, 6);
	assert_int_equal(frame[69], 9);
	assert_int_equal(frame[70], 58);
	assert_memory_equal(frame + 71, aag, 58);

	ccs_mme_init(&mme, CCS_MME_CM_SET_KEY_REQ, evse, ev);
	mme.cm_set_key_req.my_nonce = 0x11223344;
	memset(mme.cm_set_key_req.new_key, 0xb2, 16);
	assert_int_equal(encode(&mme, frame), 60);
	assert_int_equal(frame[20], 0x44);
	assert_int_equal(frame[23], 0x11);
	assert_int_equal(frame[40], 0);
	assert_int_equal(frame[41], 0xb2);
	assert_int_equal(frame[56], 0xb2);

	ccs_mme_init(&mme, CCS_MME_CM_MNBC_SOUND_IND, evse, ev);
	mme.cm_mnbc_sound_ind.cnt = 7;
	memset(mme.cm_mnbc_sound_ind.random, 0xcc, 16);
	assert_int_equal(encode(&mme, frame), 71);
	assert_int_equal(frame[38], 7);
	assert_int_equal(frame[55], 0xcc);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Random payloads behind the header of each kind: what decodes must survive encoding. */
static void test_every_kind_both_ways(void **state)
{
	uint8_t frame[CCS_MME_FRAME_MAX], again[CCS_MME_FRAME_MAX];
	uint32_t seed = 1;

	(void)state;
	for (unsigned int kind = CCS_MME_OTHER + 1; kind < CCS_MME_KINDS; kind++) {
		unsigned int decoded = 0;

		for (unsigned int round = 0; round < 300; round++) {
			struct ccs_mme mme, second;
			size_t start, length;

			ccs_mme_init(&mme, (enum ccs_mme_kind)kind, ev, evse);
			encode(&mme, frame);
			start = (mme.mmv ? 19u : 17u) + (mme.oui[1] || mme.oui[2] ? 3u : 0u);
			length = start + next_random(&seed) % (CCS_MME_FRAME_MAX - start);
			for (size_t i = start; i < length; i++)
				frame[i] = next_random(&seed) % 4 ? 0 : (uint8_t)next_random(&seed);
			if (decode(&mme, frame, length))
				continue;
			decoded++;
			assert_int_equal(mme.kind, kind);
			length = encode(&mme, again);
			assert_int_equal(ccs_mme_decode(&second, again, length), 0);
			assert_true(ccs_mme_equal(&mme, &second));
		}
		assert_true(decoded > 20);
	}
}

static void test_short_frames_keep_their_type(void **state)
{
	uint8_t frame[CCS_MME_FRAME_MAX], aag[58] = { 0 };
	struct ccs_mme made[] = { make_parm_cnf(), make_match_cnf(), make_atten_char_ind(aag) };
	static const size_t needed[] = { 44, 109, 129 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		size_t length = encode(&made[i], frame);

		for (size_t n = 0; n <= length; n++) {
			struct ccs_mme mme;
			int result = decode(&mme, frame, n);

			assert_int_equal(result, n < needed[i] ? CCS_ERR_SHORT : 0);
			assert_int_equal(mme.kind, result ? CCS_MME_OTHER : made[i].kind);
			assert_int_equal(mme.type, n < 17 ? 0 : made[i].type);
			assert_int_equal(mme.mmv, n < 15 ? 0 : 1);
			assert_int_equal(mme.src[0], n < 12 ? 0 : 2);
			assert_int_equal(mme.fmi + mme.fmsn, 0);
		}
	}
}

static void test_longer_frames_are_accepted(void **state)
{
	uint8_t frame[CCS_MME_FRAME_MAX + 1] = { 0 };
	struct ccs_mme mme = make_match_cnf(), again;

	(void)state;
	encode(&mme, frame);
	assert_int_equal(decode(&again, frame, CCS_MME_FRAME_MAX), 0);
	assert_true(ccs_mme_equal(&mme, &again));
	assert_int_equal(again.rest_size, CCS_MME_FRAME_MAX - 109);
	assert_int_equal(encode(&again, frame), CCS_MME_FRAME_MAX);
	assert_int_equal(decode(&again, frame, CCS_MME_FRAME_MAX + 1), CCS_ERR_SIZE);
	assert_int_equal(again.type, mme.type);
}

static void test_not_a_management_message(void **state)
{
	uint8_t frame[60] = { 0 };
	struct ccs_mme mme;

	(void)state;
	memcpy(frame, ev, 6);
	frame[12] = 0x86;
	frame[13] = 0xdd;
	assert_int_equal(decode(&mme, frame, sizeof(frame)), CCS_ERR_HEADER);
	assert_memory_equal(mme.dst, ev, 6);
}

static void test_lying_counts(void **state)
{
	uint8_t frame[CCS_MME_FRAME_MAX], aag[58] = { 0 };
	struct ccs_mme mme = make_atten_char_ind(aag);

	(void)state;
	encode(&mme, frame);
	frame[70] = 59;
	assert_int_equal(decode(&mme, frame, 129), CCS_ERR_SHORT);

	ccs_mme_init(&mme, CCS_MME_CM_AMP_MAP_REQ, ev, evse);
	encode(&mme, frame);
	frame[19] = 0xff;
	frame[20] = 0xff;
	assert_int_equal(decode(&mme, frame, sizeof(frame)), CCS_ERR_SHORT);

	ccs_mme_init(&mme, CCS_MME_VS_SW_VER_CNF, ev, evse);
	encode(&mme, frame);
	frame[22] = 255;
	assert_int_equal(decode(&mme, frame, 297), CCS_ERR_LENGTH);
	frame[22] = 38;
	assert_int_equal(decode(&mme, frame, 60), CCS_ERR_SHORT);
	frame[22] = 37;
	assert_int_equal(decode(&mme, frame, 60), 0);
	assert_false(mme.vs_sw_ver_cnf.has_ident);

	ccs_mme_init(&mme, CCS_MME_VS_GET_PROPERTY_CNF, ev, evse);
	encode(&mme, frame);
	memset(frame + 32, 0xff, 4);
	assert_int_equal(decode(&mme, frame, sizeof(frame)), CCS_ERR_SHORT);

	ccs_mme_init(&mme, CCS_MME_CM_NW_STATS_CNF, ev, evse);
	encode(&mme, frame);
	frame[19] = 6; /* 48 bytes */
	assert_int_equal(decode(&mme, frame, 60), CCS_ERR_SHORT);
	frame[19] = 5;
	assert_int_equal(decode(&mme, frame, 60), 0);
}

static void test_encode_refuses(void **state)
{
	uint8_t frame[CCS_MME_FRAME_MAX], big[300] = { 0 };
	struct ccs_mme mme = make_match_cnf();

	(void)state;
	for (size_t size = 0; size < 109; size++)
		assert_int_equal(ccs_mme_encode(&mme, frame, size), CCS_ERR_SPACE);
	mme = make_parm_cnf();
	assert_int_equal(ccs_mme_encode(&mme, frame, 59), CCS_ERR_SPACE);
	mme = make_atten_char_ind(NULL);
	assert_int_equal(ccs_mme_encode(&mme, frame, sizeof(frame)), CCS_ERR_LENGTH);
	ccs_mme_init(&mme, CCS_MME_VS_SW_VER_CNF, ev, evse);
	mme.vs_sw_ver_cnf.version = (const char *)big;
	mme.vs_sw_ver_cnf.version_length = 255;
	assert_int_equal(ccs_mme_encode(&mme, frame, sizeof(frame)), CCS_ERR_LENGTH);
	ccs_mme_init(&mme, CCS_MME_VS_GET_PROPERTY_CNF, ev, evse);
	mme.vs_get_property_cnf.data = big;
	mme.vs_get_property_cnf.data_length = UINT32_MAX;
	assert_int_equal(ccs_mme_encode(&mme, frame, sizeof(frame)), CCS_ERR_SPACE);
	ccs_mme_init(&mme, CCS_MME_CM_BRG_INFO_CNF, ev, evse);
	mme.cm_brg_info_cnf.bsf = 1;
	mme.cm_brg_info_cnf.nbda = 1;
	assert_int_equal(ccs_mme_encode(&mme, frame, sizeof(frame)), CCS_ERR_LENGTH);
	mme.cm_brg_info_cnf.bridged = (struct ccs_mme_list) { big, 11, CCS_MME_LIST_MAC };
	assert_int_equal(ccs_mme_encode(&mme, frame, sizeof(frame)), CCS_ERR_LENGTH);
	mme.cm_brg_info_cnf.bridged.size = 6;
	assert_int_equal(ccs_mme_encode(&mme, frame, sizeof(frame)), 60);
}

static void test_vendors(void **state)
{
	uint8_t frame[CCS_MME_FRAME_MAX];
	struct ccs_mme mme;

	(void)state;
	ccs_mme_init(&mme, CCS_MME_VS_ATTEN_CHAR_IND, ev, evse);
	assert_int_equal(encode(&mme, frame), 60);
	assert_memory_equal(frame + 14, "\x00\x4e\xa1\x00\xb0\x52", 6);
	memset(frame + 17, 0, 3);
	assert_int_equal(decode(&mme, frame, 60), 0);
	assert_int_equal(mme.kind, CCS_MME_VS_ATTEN_CHAR_IND);
	frame[17] = 0x77;
	assert_int_equal(decode(&mme, frame, 60), 0);
	assert_int_equal(mme.kind, CCS_MME_OTHER);
	assert_int_equal(mme.oui[0], 0x77);
	assert_int_equal(mme.rest_size, 40);
	check_type(&mme, "VS_ATTEN_CHAR.IND");

	ccs_mme_init(&mme, CCS_MME_LUMISSIL_D_LINK_READY_IND, ev, evse);
	mme.lumissil_d_link_ready_ind.link_status = 1;
	encode(&mme, frame);
	assert_memory_equal(frame + 14, "\x01\x02\xa0\x00\x00\x00\x16\xe8\x01", 9);
	check_type(&mme, "VS_SW_VER.IND");
	check_fields(&mme, false, "{\"oui\":\"0016e8\",\"link_status\":1}");

	/* Both layouts of one type. */
	ccs_mme_init(&mme, CCS_MME_VS_NW_INFO_CNF, ev, evse);
	encode(&mme, frame);
	assert_int_equal(decode(&mme, frame, 60), 0);
	assert_int_equal(mme.kind, CCS_MME_VS_NW_INFO_CNF);
	ccs_mme_init(&mme, CCS_MME_VS_NW_INFO_CNF_V1, ev, evse);
	encode(&mme, frame);
	assert_int_equal(decode(&mme, frame, 60), 0);
	assert_int_equal(mme.kind, CCS_MME_VS_NW_INFO_CNF_V1);
	frame[14] = 3;
	assert_int_equal(decode(&mme, frame, 60), 0);
	assert_int_equal(mme.kind, CCS_MME_OTHER);
}

static void test_header_without_fragment_bytes(void **state)
{
	uint8_t frame[CCS_MME_FRAME_MAX];
	struct ccs_mme mme = make_parm_cnf(), again;

	(void)state;
	mme.mmv = 0;
	encode(&mme, frame);
	assert_int_equal(frame[17], 0xff);
	assert_int_equal(decode(&again, frame, 60), 0);
	assert_true(ccs_mme_equal(&mme, &again));
}

static void test_fragments(void **state)
{
	uint8_t frame[60] = { 0 };
	struct ccs_mme mme = make_match_cnf(), again;

	(void)state;
	mme.kind = CCS_MME_OTHER;
	mme.fmi = 0x21; /* the second of three */
	mme.fmsn = 9;
	assert_int_equal(ccs_mme_encode(&mme, frame, sizeof(frame)), 60);
	assert_int_equal(decode(&again, frame, 60), 0);
	assert_int_equal(again.kind, CCS_MME_OTHER);
	assert_int_equal(again.rest_size, 41);
	check_type(&again, "CM_SLAC_MATCH.CNF");
	check_fields(&again, false, "{\"fmi\":33,\"fmsn\":9}"); /* it may hold the key */
	check_summary(&again, "fragment 1 of 0 to 2, 41 bytes");
	frame[16] = 0xa0; /* a vendor's: the OUI stands in the first fragment only */
	assert_int_equal(decode(&again, frame, 60), 0);
	assert_int_equal(again.rest_size, 41);
	frame[17] = 0x20;
	assert_int_equal(decode(&again, frame, 60), 0);
	assert_int_equal(again.rest_size, 38);
}

static void test_lists(void **state)
{
	struct ccs_mme_avln avln = { .tei = 1, .role = 2, .num_stas = 2 }, read;
	struct ccs_mme_sta sta = { .tei = 3, .avg_tx_mbps = 400, .avg_rx_mbps = 9 };
	uint8_t stas[80], avlns[120], frame[CCS_MME_FRAME_MAX];
	struct ccs_mme mme, again;

	(void)state;
	avln.stas.kind = CCS_MME_LIST_STA_V1;
	assert_int_equal(ccs_mme_append(&avln.stas, &sta, stas, 23), CCS_ERR_SPACE);
	assert_int_equal(ccs_mme_append(&avln.stas, &sta, stas, sizeof(stas)), 0);
	assert_int_equal(avln.stas.size, 24);
	ccs_mme_init(&mme, CCS_MME_VS_NW_INFO_CNF_V1, ev, evse);
	mme.vs_nw_info_cnf.avlns.kind = CCS_MME_LIST_AVLN_V1;
	assert_int_equal(ccs_mme_append(&mme.vs_nw_info_cnf.avlns, &avln, avlns, sizeof(avlns)),
			 CCS_ERR_LENGTH);
	sta.tei = 4;
	assert_int_equal(ccs_mme_append(&avln.stas, &sta, stas, sizeof(stas)), 0);
	assert_int_equal(ccs_mme_append(&mme.vs_nw_info_cnf.avlns, &avln, avlns, sizeof(avlns)), 0);
	mme.vs_nw_info_cnf.num_avlns = 1;

	assert_int_equal(decode(&again, frame, encode(&mme, frame)), 0);
	assert_true(ccs_mme_equal(&mme, &again));
	assert_true(ccs_mme_next(&again.vs_nw_info_cnf.avlns, &read));
	assert_int_equal(read.num_stas, 2);
	assert_true(ccs_mme_next(&read.stas, &sta));
	assert_int_equal(sta.tei, 3);
	assert_int_equal(sta.avg_tx_mbps, 400);
	assert_true(ccs_mme_next(&read.stas, &sta));
	assert_int_equal(sta.tei, 4);
	assert_false(ccs_mme_next(&read.stas, &sta));
	assert_false(ccs_mme_next(&again.vs_nw_info_cnf.avlns, &read));
}

static void test_json(void **state)
{
	struct ccs_mme mme = make_match_cnf();
	static const uint8_t aag[58] = { 1, 2 };

	(void)state;
	check_fields(&mme, false,
		     "{\"application_type\":0,\"security_type\":0,\"mvf_length\":86,"
		     "\"pev_id\":\"0000000000000000000000000000000000\","
		     "\"pev_mac\":\"02:00:00:00:00:e1\","
		     "\"evse_id\":\"0000000000000000000000000000000000\","
		     "\"evse_mac\":\"02:00:00:00:00:5e\",\"run_id\":\"0102030405060708\","
		     "\"nid\":\"a1a1a1a1a1a1a1\"}");
	mme = make_atten_char_ind(aag);
	mme.cm_atten_char_ind.num_groups = 3;
	check_fields(&mme, false,
		     "{\"application_type\":0,\"security_type\":0,"
		     "\"source_address\":\"02:00:00:00:00:e1\",\"run_id\":\"0102030405060708\","
		     "\"source_id\":\"0000000000000000000000000000000000\","
		     "\"resp_id\":\"0000000000000000000000000000000000\",\"num_sounds\":9,"
		     "\"num_groups\":3,\"aag\":[1,2,0]}");
	ccs_mme_init(&mme, CCS_MME_VS_SET_KEY_REQ, ev, evse);
	check_fields(&mme, false,
		     "{\"oui\":\"00b052\",\"eks\":0,\"peks\":0,\"rda\":\"00:00:00:00:00:00\"}");
	check_fields(&mme, true,
		     "{\"oui\":\"00b052\",\"eks\":0,\"nmk\":\"00000000000000000000000000000000\","
		     "\"peks\":0,\"rda\":\"00:00:00:00:00:00\","
		     "\"dak\":\"00000000000000000000000000000000\"}");
	ccs_mme_init(&mme, CCS_MME_VS_SW_VER_CNF, ev, evse);
	mme.vs_sw_ver_cnf.version = "A\"\x1b[31m\0rest";
	mme.vs_sw_ver_cnf.version_length = 12;
	check_fields(&mme, false,
		     "{\"oui\":\"00b052\",\"status\":0,\"device_class\":0,\"version_length\":12,"
		     "\"version\":\"A\\\"\\u001b[31m\"}");
	check_summary(&mme, "version \"A\\\"\\u001b[31m\"");
}

static void test_secrets_of_damaged_messages(void **state)
{
	uint8_t frame[CCS_MME_FRAME_MAX];
	struct ccs_mme mme = make_match_cnf();

	(void)state;
	encode(&mme, frame);
	assert_int_equal(decode(&mme, frame, 108), CCS_ERR_SHORT);
	check_fields(&mme, false, "{}");
	check_summary(&mme, "89 bytes");
	mme = make_parm_cnf();
	encode(&mme, frame);
	assert_int_equal(decode(&mme, frame, 22), CCS_ERR_SHORT);
	check_fields(&mme, false, "{\"data\":\"ffffff\"}");
}

static void test_summaries(void **state)
{
	static const uint8_t aag[58] = { 10, 20, 30, 41 };
	struct ccs_mme mme = make_match_cnf();

	(void)state;
	check_summary(&mme, "evse mac 02:00:00:00:00:5e, run id 0102030405060708, "
			    "nid a1a1a1a1a1a1a1");
	mme = make_atten_char_ind(aag);
	mme.cm_atten_char_ind.num_groups = 4;
	check_summary(&mme, "source address 02:00:00:00:00:e1, run id 0102030405060708, "
			    "num sounds 9, aag mean 25.25 dB");
	ccs_mme_init(&mme, CCS_MME_VS_MODULE_OPERATION_REQ, ev, evse);
	mme.vs_module_operation_req.mod_op = CCS_MODULE_OP_READ_MEMORY;
	mme.vs_module_operation_req.module_id = 0x7002;
	mme.vs_module_operation_req.length = 1400;
	check_summary(&mme, "mod op 0x0000, module id 0x7002, length 1400, offset 0x00000000");
	assert_int_equal(ccs_mme_mean_attenuation(NULL, 0), 0);
}

static void test_type_names(void **state)
{
	static const struct {
		uint16_t type;
		const char *name;
	} names[] = {
		{ 0x0015, "CC_DISCOVER_LIST.CNF" },
		{ 0x003a, "CC_SET_TEI_MAP.IND" },
		{ 0x2004, "CP_2004" },
		{ 0x4010, "NN_4010" },
		{ 0x6007, "CM_ENCRYPTED_PAYLOAD.RSP" },
		{ 0x6064, "CM_SLAC_PARM.REQ" },
		{ 0x60f0, "CM_60F0" },
		{ 0x8002, "MS_PB_ENC.IND" },
		{ 0xa0b1, "VS_MODULE_OPERATION.CNF" },
		{ 0xa22e, "VS_A22E" },
		{ 0xaca2, "VS_ACA2" },
		{ 0xe001, "MME_E001" },
	};
	struct ccs_mme mme = { .kind = CCS_MME_OTHER };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		mme.type = names[i].type;
		check_type(&mme, names[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes_of_parm_cnf),
		cmocka_unit_test(test_offsets_of_slac),
		cmocka_unit_test(test_every_kind_both_ways),
		cmocka_unit_test(test_short_frames_keep_their_type),
		cmocka_unit_test(test_longer_frames_are_accepted),
		cmocka_unit_test(test_not_a_management_message),
		cmocka_unit_test(test_lying_counts),
		cmocka_unit_test(test_encode_refuses),
		cmocka_unit_test(test_vendors),
		cmocka_unit_test(test_header_without_fragment_bytes),
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_secrets_of_damaged_messages),
		cmocka_unit_test(test_summaries),
		cmocka_unit_test(test_type_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
