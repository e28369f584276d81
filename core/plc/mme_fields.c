/* SPDX-License-Identifier: Apache-2.0 */
/* The messages of HomePlug AV and SLAC: their types and fields, in wire order. */
#include "mme_rows.h"

/* clang-format off */
/* HomePlug AV */

ROWS(nothing) {
	END,
};

ROWS(encrypted_payload_ind) {
	NUMBER(ccs_cm_encrypted_payload_ind, peks),
	NUMBER(ccs_cm_encrypted_payload_ind, avln_status),
	NUMBER(ccs_cm_encrypted_payload_ind, pid),
	NUMBER(ccs_cm_encrypted_payload_ind, prn),
	NUMBER(ccs_cm_encrypted_payload_ind, pmn),
	HEX(ccs_cm_encrypted_payload_ind, iv),
	BRIEF(ccs_cm_encrypted_payload_ind, length),
	END,
};

ROWS(encrypted_payload_rsp) {
	BRIEF(ccs_cm_encrypted_payload_rsp, result),
	BRIEF(ccs_cm_encrypted_payload_rsp, pid),
	NUMBER(ccs_cm_encrypted_payload_rsp, prn),
	END,
};

ROWS(set_key_req) {
	NUMBER(ccs_cm_set_key_req, key_type),
	NUMBER(ccs_cm_set_key_req, my_nonce),
	NUMBER(ccs_cm_set_key_req, your_nonce),
	NUMBER(ccs_cm_set_key_req, pid),
	NUMBER(ccs_cm_set_key_req, prn),
	NUMBER(ccs_cm_set_key_req, pmn),
	NUMBER(ccs_cm_set_key_req, cco_capability),
	HEX_BRIEF(ccs_cm_set_key_req, nid),
	NUMBER(ccs_cm_set_key_req, new_eks),
	KEY(ccs_cm_set_key_req, new_key),
	END,
};

ROWS(set_key_cnf) {
	BRIEF(ccs_cm_set_key_cnf, result),
	NUMBER(ccs_cm_set_key_cnf, my_nonce),
	NUMBER(ccs_cm_set_key_cnf, your_nonce),
	NUMBER(ccs_cm_set_key_cnf, pid),
	NUMBER(ccs_cm_set_key_cnf, prn),
	NUMBER(ccs_cm_set_key_cnf, pmn),
	NUMBER(ccs_cm_set_key_cnf, cco_capability),
	END,
};

ROWS(get_key_req) {
	NUMBER(ccs_cm_get_key_req, request_type),
	NUMBER(ccs_cm_get_key_req, requested_key_type),
	HEX_BRIEF(ccs_cm_get_key_req, nid),
	NUMBER(ccs_cm_get_key_req, my_nonce),
	NUMBER(ccs_cm_get_key_req, pid),
	NUMBER(ccs_cm_get_key_req, prn),
	NUMBER(ccs_cm_get_key_req, pmn),
	END,
};

ROWS(get_key_cnf) {
	BRIEF(ccs_cm_get_key_cnf, result),
	NUMBER(ccs_cm_get_key_cnf, requested_key_type),
	NUMBER(ccs_cm_get_key_cnf, my_nonce),
	NUMBER(ccs_cm_get_key_cnf, your_nonce),
	HEX_BRIEF(ccs_cm_get_key_cnf, nid),
	NUMBER(ccs_cm_get_key_cnf, eks),
	NUMBER(ccs_cm_get_key_cnf, pid),
	NUMBER(ccs_cm_get_key_cnf, prn),
	NUMBER(ccs_cm_get_key_cnf, pmn),
	KEY(ccs_cm_get_key_cnf, key),
	END,
};

ROWS(amp_map_req) {
	BRIEF(ccs_cm_amp_map_req, amlen),
	NIBBLES(ccs_cm_amp_map_req, amdata, amlen),
	END,
};

ROWS(amp_map_cnf) {
	BRIEF(ccs_cm_amp_map_cnf, res_type),
	END,
};

ROWS(bridged) {
	NUMBER(ccs_cm_brg_info_cnf, tei),
	NUMBER(ccs_cm_brg_info_cnf, nbda),
	LIST_BRIEF(ccs_cm_brg_info_cnf, bridged, nbda, CCS_MME_LIST_MAC),
	END,
};

ROWS(brg_info_cnf) {
	NUMBER(ccs_cm_brg_info_cnf, bsf),
	WHEN(ccs_cm_brg_info_cnf, bsf, 1, bridged),
	END,
};

ROWS(cm_nw_info_cnf) {
	NUMBER(ccs_cm_nw_info_cnf, num_nws),
	LIST_BRIEF(ccs_cm_nw_info_cnf, networks, num_nws, CCS_MME_LIST_NETWORK),
	END,
};

ROWS(nw_stats_cnf) {
	NUMBER(ccs_cm_nw_stats_cnf, num_stas),
	LIST_BRIEF(ccs_cm_nw_stats_cnf, stas, num_stas, CCS_MME_LIST_RATE),
	END,
};

ROWS(nw_stats_cnf_v2) {
	NUMBER(ccs_cm_nw_stats_cnf, num_stas),
	LIST_BRIEF(ccs_cm_nw_stats_cnf, stas, num_stas, CCS_MME_LIST_RATE_V2),
	END,
};

ROWS(mme_error_ind) {
	BRIEF(ccs_cm_mme_error_ind, reason),
	NUMBER(ccs_cm_mme_error_ind, rx_mmv),
	CODE(ccs_cm_mme_error_ind, rx_mmtype),
	BRIEF(ccs_cm_mme_error_ind, rx_offset),
	END,
};

/* SLAC */

ROWS(cipher_suites) {
	NUMBER(ccs_cm_slac_parm_req, cipher_suite_set_size),
	WORDS(ccs_cm_slac_parm_req, cipher_suites, cipher_suite_set_size),
	END,
};

ROWS(slac_parm_req) {
	NUMBER(ccs_cm_slac_parm_req, application_type),
	NUMBER(ccs_cm_slac_parm_req, security_type),
	HEX_BRIEF(ccs_cm_slac_parm_req, run_id),
	WHEN(ccs_cm_slac_parm_req, security_type, 1, cipher_suites),
	END,
};

ROWS(slac_parm_cnf) {
	MAC(ccs_cm_slac_parm_cnf, m_sound_target),
	BRIEF(ccs_cm_slac_parm_cnf, num_sounds),
	BRIEF(ccs_cm_slac_parm_cnf, time_out),
	NUMBER(ccs_cm_slac_parm_cnf, resp_type),
	MAC_BRIEF(ccs_cm_slac_parm_cnf, forwarding_sta),
	NUMBER(ccs_cm_slac_parm_cnf, application_type),
	NUMBER(ccs_cm_slac_parm_cnf, security_type),
	HEX_BRIEF(ccs_cm_slac_parm_cnf, run_id),
	END,
};

ROWS(start_atten_char_ind) {
	NUMBER(ccs_cm_start_atten_char_ind, application_type),
	NUMBER(ccs_cm_start_atten_char_ind, security_type),
	BRIEF(ccs_cm_start_atten_char_ind, num_sounds),
	BRIEF(ccs_cm_start_atten_char_ind, time_out),
	NUMBER(ccs_cm_start_atten_char_ind, resp_type),
	MAC(ccs_cm_start_atten_char_ind, forwarding_sta),
	HEX_BRIEF(ccs_cm_start_atten_char_ind, run_id),
	END,
};

ROWS(mnbc_sound_ind) {
	NUMBER(ccs_cm_mnbc_sound_ind, application_type),
	NUMBER(ccs_cm_mnbc_sound_ind, security_type),
	HEX(ccs_cm_mnbc_sound_ind, sender_id),
	BRIEF(ccs_cm_mnbc_sound_ind, cnt),
	HEX_BRIEF(ccs_cm_mnbc_sound_ind, run_id),
	SKIP(8),
	HEX(ccs_cm_mnbc_sound_ind, random),
	END,
};

ROWS(atten_char_ind) {
	NUMBER(ccs_cm_atten_char_ind, application_type),
	NUMBER(ccs_cm_atten_char_ind, security_type),
	MAC_BRIEF(ccs_cm_atten_char_ind, source_address),
	HEX_BRIEF(ccs_cm_atten_char_ind, run_id),
	HEX(ccs_cm_atten_char_ind, source_id),
	HEX(ccs_cm_atten_char_ind, resp_id),
	BRIEF(ccs_cm_atten_char_ind, num_sounds),
	NUMBER(ccs_cm_atten_char_ind, num_groups),
	LEVELS(ccs_cm_atten_char_ind, aag, num_groups),
	END,
};

ROWS(atten_char_rsp) {
	NUMBER(ccs_cm_atten_char_rsp, application_type),
	NUMBER(ccs_cm_atten_char_rsp, security_type),
	MAC(ccs_cm_atten_char_rsp, source_address),
	HEX_BRIEF(ccs_cm_atten_char_rsp, run_id),
	HEX(ccs_cm_atten_char_rsp, source_id),
	HEX(ccs_cm_atten_char_rsp, resp_id),
	BRIEF(ccs_cm_atten_char_rsp, result),
	END,
};

ROWS(validate_req) {
	BRIEF(ccs_cm_validate_req, signal_type),
	BRIEF(ccs_cm_validate_req, timer),
	BRIEF(ccs_cm_validate_req, result),
	END,
};

ROWS(validate_cnf) {
	BRIEF(ccs_cm_validate_cnf, signal_type),
	BRIEF(ccs_cm_validate_cnf, toggle_num),
	BRIEF(ccs_cm_validate_cnf, result),
	END,
};

ROWS(slac_match_req) {
	NUMBER(ccs_cm_slac_match_req, application_type),
	NUMBER(ccs_cm_slac_match_req, security_type),
	NUMBER(ccs_cm_slac_match_req, mvf_length),
	HEX(ccs_cm_slac_match_req, pev_id),
	MAC_BRIEF(ccs_cm_slac_match_req, pev_mac),
	HEX(ccs_cm_slac_match_req, evse_id),
	MAC_BRIEF(ccs_cm_slac_match_req, evse_mac),
	HEX_BRIEF(ccs_cm_slac_match_req, run_id),
	SKIP(8),
	END,
};

ROWS(slac_match_cnf) {
	NUMBER(ccs_cm_slac_match_cnf, application_type),
	NUMBER(ccs_cm_slac_match_cnf, security_type),
	NUMBER(ccs_cm_slac_match_cnf, mvf_length),
	HEX(ccs_cm_slac_match_cnf, pev_id),
	MAC(ccs_cm_slac_match_cnf, pev_mac),
	HEX(ccs_cm_slac_match_cnf, evse_id),
	MAC_BRIEF(ccs_cm_slac_match_cnf, evse_mac),
	HEX_BRIEF(ccs_cm_slac_match_cnf, run_id),
	SKIP(8),
	HEX_BRIEF(ccs_cm_slac_match_cnf, nid),
	SKIP(1),
	KEY(ccs_cm_slac_match_cnf, nmk),
	END,
};

ROWS(atten_profile_ind) {
	MAC_BRIEF(ccs_cm_atten_profile_ind, pev_mac),
	BRIEF(ccs_cm_atten_profile_ind, num_groups),
	SKIP(1),
	LEVELS(ccs_cm_atten_profile_ind, aag, num_groups),
	END,
};

/* Layouts of these MMVs. */
#define ANY_MMV 7
#define MMV_01  3
#define MMV_2   4

#define CM(name, type, accept, rows) [CCS_MME_##name] = { rows, type, 1, accept, MME_STANDARD }

const struct mme_message ccs_mme_standard_messages[MME_VENDOR_FIRST] = {
	[CCS_MME_OTHER] = { nothing, 0, 0, 0, MME_STANDARD },
	CM(CM_ENCRYPTED_PAYLOAD_IND, 0x6006, ANY_MMV, encrypted_payload_ind),
	CM(CM_ENCRYPTED_PAYLOAD_RSP, 0x6007, ANY_MMV, encrypted_payload_rsp),
	CM(CM_SET_KEY_REQ, 0x6008, ANY_MMV, set_key_req),
	CM(CM_SET_KEY_CNF, 0x6009, ANY_MMV, set_key_cnf),
	CM(CM_GET_KEY_REQ, 0x600c, ANY_MMV, get_key_req),
	CM(CM_GET_KEY_CNF, 0x600d, ANY_MMV, get_key_cnf),
	CM(CM_AMP_MAP_REQ, 0x601c, ANY_MMV, amp_map_req),
	CM(CM_AMP_MAP_CNF, 0x601d, ANY_MMV, amp_map_cnf),
	CM(CM_BRG_INFO_REQ, 0x6020, ANY_MMV, nothing),
	CM(CM_BRG_INFO_CNF, 0x6021, ANY_MMV, brg_info_cnf),
	CM(CM_NW_INFO_REQ, 0x6038, ANY_MMV, nothing),
	CM(CM_NW_INFO_CNF, 0x6039, MMV_01, cm_nw_info_cnf),
	CM(CM_MME_ERROR_IND, 0x6046, ANY_MMV, mme_error_ind),
	CM(CM_NW_STATS_REQ, 0x6048, ANY_MMV, nothing),
	CM(CM_NW_STATS_CNF, 0x6049, MMV_01, nw_stats_cnf),
	[CCS_MME_CM_NW_STATS_CNF_V2] = { nw_stats_cnf_v2, 0x6049, 2, MMV_2, MME_STANDARD },
	CM(CM_SLAC_PARM_REQ, 0x6064, ANY_MMV, slac_parm_req),
	CM(CM_SLAC_PARM_CNF, 0x6065, ANY_MMV, slac_parm_cnf),
	CM(CM_START_ATTEN_CHAR_IND, 0x606a, ANY_MMV, start_atten_char_ind),
	CM(CM_ATTEN_CHAR_IND, 0x606e, ANY_MMV, atten_char_ind),
	CM(CM_ATTEN_CHAR_RSP, 0x606f, ANY_MMV, atten_char_rsp),
	CM(CM_MNBC_SOUND_IND, 0x6076, ANY_MMV, mnbc_sound_ind),
	CM(CM_VALIDATE_REQ, 0x6078, ANY_MMV, validate_req),
	CM(CM_VALIDATE_CNF, 0x6079, ANY_MMV, validate_cnf),
	CM(CM_SLAC_MATCH_REQ, 0x607c, ANY_MMV, slac_match_req),
	CM(CM_SLAC_MATCH_CNF, 0x607d, ANY_MMV, slac_match_cnf),
	CM(CM_ATTEN_PROFILE_IND, 0x6086, ANY_MMV, atten_profile_ind),
};
/* clang-format on */
