/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the seeds of fuzz_mme, fuzz_v2gtp and fuzz_sdp: seed_plc CORPUS, where the folders mme,
 * v2gtp and sdp are.
 */
#include "ccs/mme.h"
#include "ccs/sdp.h"
#include "ccs/v2gtp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t ev[6] = { 0x02, 0, 0, 0, 0, 0xe1 };
static const uint8_t evse[6] = { 0x02, 0, 0, 0, 0, 0x5e };
static const char *corpus;

static void save(const char *target, const char *name, const uint8_t *bytes, size_t size)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s/%s", corpus, target, name);
	file = fopen(path, "wb");
	if (!file || fwrite(bytes, 1, size, file) != size || fclose(file)) {
		perror(path);
		exit(3);
	}
}

static void save_mme(const char *name, const struct ccs_mme *mme)
{
	uint8_t frame[CCS_MME_FRAME_MAX];
	int length = ccs_mme_encode(mme, frame, sizeof(frame));

	if (length < 0) {
		fprintf(stderr, "%s: %s\n", name, ccs_error_name(length));
		exit(1);
	}
	save("mme", name, frame, (size_t)length);
}

static void make_kinds(void)
{
	for (unsigned int kind = CCS_MME_OTHER + 1; kind < CCS_MME_KINDS; kind++) {
		struct ccs_mme mme;
		char name[32];

		ccs_mme_init(&mme, (enum ccs_mme_kind)kind, ev, evse);
		snprintf(name, sizeof(name), "kind-%02u", kind);
		save_mme(name, &mme);
	}
}

static void make_profiles(void)
{
	uint8_t aag[58], map[459] = { 0x21 };
	struct ccs_mme mme;

	for (size_t i = 0; i < sizeof(aag); i++)
		aag[i] = (uint8_t)(10 + i / 2);
	ccs_mme_init(&mme, CCS_MME_CM_ATTEN_CHAR_IND, ev, evse);
	mme.cm_atten_char_ind.num_groups = sizeof(aag);
	mme.cm_atten_char_ind.aag = aag;
	save_mme("atten-char", &mme);
	ccs_mme_init(&mme, CCS_MME_VS_ATTEN_CHAR_IND, ev, evse);
	mme.vs_atten_char_ind.num_groups = sizeof(aag);
	mme.vs_atten_char_ind.aag = aag;
	save_mme("vs-atten-char", &mme);
	ccs_mme_init(&mme, CCS_MME_CM_AMP_MAP_REQ, ev, evse);
	mme.cm_amp_map_req.amlen = 917;
	mme.cm_amp_map_req.amdata = map;
	save_mme("amp-map", &mme);
	ccs_mme_init(&mme, CCS_MME_CM_SLAC_PARM_REQ, ev, evse);
	mme.cm_slac_parm_req.security_type = 1;
	mme.cm_slac_parm_req.cipher_suite_set_size = 2;
	mme.cm_slac_parm_req.cipher_suites = map;
	save_mme("parm-cipher-suites", &mme);
	ccs_mme_init(&mme, CCS_MME_VS_SW_VER_CNF, ev, evse);
	mme.vs_sw_ver_cnf.version = "MAC-EXAMPLE-1.2.3";
	mme.vs_sw_ver_cnf.version_length = 17;
	mme.vs_sw_ver_cnf.has_ident = true;
	save_mme("version", &mme);
}

static void make_networks(enum ccs_mme_kind kind, enum ccs_mme_list_kind avlns,
			  enum ccs_mme_list_kind stas, const char *name)
{
	struct ccs_mme_avln avln = { .role = 2, .num_stas = 2 };
	struct ccs_mme_sta sta = { .tei = 2, .avg_tx_mbps = 9, .avg_rx_mbps = 9 };
	uint8_t sta_bytes[64], avln_bytes[256];
	struct ccs_mme mme;

	avln.stas.kind = (uint8_t)stas;
	ccs_mme_append(&avln.stas, &sta, sta_bytes, sizeof(sta_bytes));
	ccs_mme_append(&avln.stas, &sta, sta_bytes, sizeof(sta_bytes));
	ccs_mme_init(&mme, kind, ev, evse);
	mme.vs_nw_info_cnf.num_avlns = 2;
	mme.vs_nw_info_cnf.avlns.kind = (uint8_t)avlns;
	ccs_mme_append(&mme.vs_nw_info_cnf.avlns, &avln, avln_bytes, sizeof(avln_bytes));
	ccs_mme_append(&mme.vs_nw_info_cnf.avlns, &avln, avln_bytes, sizeof(avln_bytes));
	save_mme(name, &mme);
}

static void make_lists(void)
{
	struct ccs_mme_interval interval = { .rate = 9, .pb_pass = 1000 };
	uint8_t bytes[100];
	struct ccs_mme mme;

	make_networks(CCS_MME_VS_NW_INFO_CNF, CCS_MME_LIST_AVLN, CCS_MME_LIST_STA, "nw-info");
	make_networks(CCS_MME_VS_NW_INFO_CNF_V1, CCS_MME_LIST_AVLN_V1, CCS_MME_LIST_STA_V1,
		      "nw-info-v1");
	ccs_mme_init(&mme, CCS_MME_VS_LNK_STATS_CNF, ev, evse);
	mme.vs_lnk_stats_cnf.direction = 2;
	mme.vs_lnk_stats_cnf.rx_num_intervals = 1;
	mme.vs_lnk_stats_cnf.rx_intervals.kind = CCS_MME_LIST_INTERVAL;
	ccs_mme_append(&mme.vs_lnk_stats_cnf.rx_intervals, &interval, bytes, sizeof(bytes));
	save_mme("lnk-stats", &mme);
	ccs_mme_init(&mme, CCS_MME_CM_BRG_INFO_CNF, ev, evse);
	mme.cm_brg_info_cnf.bsf = 1;
	mme.cm_brg_info_cnf.nbda = 1;
	mme.cm_brg_info_cnf.bridged.kind = CCS_MME_LIST_MAC;
	ccs_mme_append(&mme.cm_brg_info_cnf.bridged, ev, bytes, sizeof(bytes));
	save_mme("brg-info", &mme);
}

static void make_module_operations(void)
{
	static const uint8_t ops[] = { CCS_MODULE_OP_READ_FLASH, CCS_MODULE_OP_SESSION,
				       CCS_MODULE_OP_WRITE, CCS_MODULE_OP_COMMIT };
	struct ccs_mme_module module = { .module_id = 0x7002, .length = 9040 };
	uint8_t bytes[16];
	struct ccs_mme mme;
	char name[32];

	for (size_t i = 0; i < sizeof(ops); i++) {
		ccs_mme_init(&mme, CCS_MME_VS_MODULE_OPERATION_REQ, ev, evse);
		mme.vs_module_operation_req.mod_op = ops[i];
		mme.vs_module_operation_req.num_modules = 1;
		mme.vs_module_operation_req.modules.kind = CCS_MME_LIST_MODULE;
		ccs_mme_append(&mme.vs_module_operation_req.modules, &module, bytes, sizeof(bytes));
		mme.vs_module_operation_req.length = 4;
		mme.vs_module_operation_req.data = bytes;
		snprintf(name, sizeof(name), "module-req-%02x", ops[i]);
		save_mme(name, &mme);
		ccs_mme_init(&mme, CCS_MME_VS_MODULE_OPERATION_CNF, ev, evse);
		mme.vs_module_operation_cnf.mod_op = ops[i];
		mme.vs_module_operation_cnf.length = 4;
		mme.vs_module_operation_cnf.data = bytes;
		snprintf(name, sizeof(name), "module-cnf-%02x", ops[i]);
		save_mme(name, &mme);
	}
}

static void make_others(void)
{
	static const uint8_t bytes[60] = { 1, 2, 3 };
	struct ccs_mme mme = {
		.type = 0xa22d, .mmv = 1, .rest = bytes, .rest_size = sizeof(bytes)
	};

	save_mme("unknown-vendor", &mme);
	mme.type = 0x601c;
	mme.fmi = 0x10;
	save_mme("fragment", &mme);
}

/* Cut byte; messages of several sizes; in the second file rubbish before and between them. */
static void make_streams(void)
{
	static const uint16_t types[] = { 0x8001, 0x8002, 0x8004, 0x9000 };
	uint8_t bytes[512] = { 6 };

	for (size_t rubbish = 0; rubbish < 2; rubbish++) {
		size_t n = 1;

		for (size_t i = 0; i < 4; i++) {
			memset(bytes + n, 0x01, 9 * rubbish);
			n += 9 * rubbish;
			ccs_v2gtp_write_header(bytes + n, types[i], (uint32_t)(i * 11));
			n += CCS_V2GTP_HEADER_SIZE;
			memset(bytes + n, 0x80, i * 11);
			n += i * 11;
		}
		save("v2gtp", rubbish ? "rubbish" : "stream", bytes, n);
	}
	ccs_v2gtp_write_header(bytes + 1, CCS_V2GTP_EXI, 301);
	save("v2gtp", "oversized", bytes, 100);
}

static void make_datagrams(void)
{
	static const uint8_t payload[] = { 0x10, 0x00, 0x01 };
	uint8_t bytes[CCS_SDP_SIZE_MAX];

	for (int kind = CCS_SDP_REQUEST; kind <= CCS_SDP_RESPONSE_WIRELESS; kind++) {
		struct ccs_sdp sdp = { .kind = (enum ccs_sdp_kind)kind,
				       .security = CCS_SDP_NO_TLS,
				       .secc_ip = { 0xfe, 0x80 },
				       .secc_port = 50000,
				       .payload = payload,
				       .payload_length = sizeof(payload) };
		int length = ccs_sdp_encode(&sdp, bytes, sizeof(bytes));

		save("sdp", ccs_sdp_type_name(sdp.kind), bytes, (size_t)length);
	}
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fputs("seed_plc CORPUS\n", stderr);
		return 2;
	}
	corpus = argv[1];
	make_kinds();
	make_profiles();
	make_lists();
	make_module_operations();
	make_others();
	make_streams();
	make_datagrams();
	return 0;
}
