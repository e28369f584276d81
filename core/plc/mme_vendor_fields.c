/* SPDX-License-Identifier: Apache-2.0 */
/* The messages of the modems' makers: their types and fields, in wire order. */
#include "mme_rows.h"

/* clang-format off */
ROWS(nothing) {
	END,
};

/* Qualcomm */

ROWS(pb_enc_req) {
	BRIEF(ccs_ms_pb_enc_req, action),
	END,
};

ROWS(pb_enc_cnf) {
	BRIEF(ccs_ms_pb_enc_cnf, status),
	BRIEF(ccs_ms_pb_enc_cnf, membership),
	END,
};

ROWS(status_cnf) {
	CODE(ccs_vs_status_cnf, status),
	END,
};

ROWS(sw_ver_cnf) {
	NUMBER(ccs_vs_sw_ver_cnf, status),
	NUMBER(ccs_vs_sw_ver_cnf, device_class),
	NUMBER(ccs_vs_sw_ver_cnf, version_length),
	BUFFER(ccs_vs_sw_ver_cnf, version, version_length),
	MORE(ccs_vs_sw_ver_cnf, has_ident, 4),
	NUMBER(ccs_vs_sw_ver_cnf, chip_ident),
	END,
};

ROWS(get_nvm_cnf) {
	CODE(ccs_vs_get_nvm_cnf, status),
	NUMBER(ccs_vs_get_nvm_cnf, nvm_type),
	NUMBER(ccs_vs_get_nvm_cnf, page_size),
	NUMBER(ccs_vs_get_nvm_cnf, block_size),
	BRIEF(ccs_vs_get_nvm_cnf, memory_size),
	END,
};

ROWS(wr_mod_req) {
	BRIEF(ccs_vs_wr_mod_req, module),
	SKIP(1),
	BRIEF(ccs_vs_wr_mod_req, length),
	CODE(ccs_vs_wr_mod_req, offset),
	NUMBER(ccs_vs_wr_mod_req, checksum),
	SECRET(ccs_vs_wr_mod_req, data, length),
	END,
};

ROWS(rd_mod_req) {
	BRIEF(ccs_vs_rd_mod_req, module),
	NUMBER(ccs_vs_rd_mod_req, access),
	BRIEF(ccs_vs_rd_mod_req, length),
	CODE(ccs_vs_rd_mod_req, offset),
	KEY(ccs_vs_rd_mod_req, secret),
	END,
};

ROWS(rd_mod_cnf) {
	CODE(ccs_vs_rd_mod_cnf, status),
	SKIP(3),
	BRIEF(ccs_vs_rd_mod_cnf, module),
	SKIP(1),
	BRIEF(ccs_vs_rd_mod_cnf, length),
	CODE(ccs_vs_rd_mod_cnf, offset),
	NUMBER(ccs_vs_rd_mod_cnf, checksum),
	SECRET(ccs_vs_rd_mod_cnf, data, length),
	END,
};

ROWS(mod_nvm_req) {
	BRIEF(ccs_vs_mod_nvm_req, module),
	END,
};

ROWS(lnk_stats_req) {
	NUMBER(ccs_vs_lnk_stats_req, control),
	BRIEF(ccs_vs_lnk_stats_req, direction),
	CODE(ccs_vs_lnk_stats_req, lid),
	MAC_BRIEF(ccs_vs_lnk_stats_req, mac),
	END,
};

ROWS(link_tx) {
	BRIEF(ccs_vs_lnk_stats_cnf, tx_mpdu_ackd),
	NUMBER(ccs_vs_lnk_stats_cnf, tx_mpdu_coll),
	BRIEF(ccs_vs_lnk_stats_cnf, tx_mpdu_fail),
	NUMBER(ccs_vs_lnk_stats_cnf, tx_pb_pass),
	NUMBER(ccs_vs_lnk_stats_cnf, tx_pb_fail),
	END,
};

ROWS(link_rx) {
	BRIEF(ccs_vs_lnk_stats_cnf, rx_mpdu_ackd),
	BRIEF(ccs_vs_lnk_stats_cnf, rx_mpdu_fail),
	NUMBER(ccs_vs_lnk_stats_cnf, rx_pb_pass),
	NUMBER(ccs_vs_lnk_stats_cnf, rx_pb_fail),
	NUMBER(ccs_vs_lnk_stats_cnf, rx_turbo_ber_pass),
	NUMBER(ccs_vs_lnk_stats_cnf, rx_turbo_ber_fail),
	NUMBER(ccs_vs_lnk_stats_cnf, rx_num_intervals),
	LIST(ccs_vs_lnk_stats_cnf, rx_intervals, rx_num_intervals, CCS_MME_LIST_INTERVAL),
	END,
};

ROWS(link) {
	BRIEF(ccs_vs_lnk_stats_cnf, direction),
	NUMBER(ccs_vs_lnk_stats_cnf, lid),
	NUMBER(ccs_vs_lnk_stats_cnf, tei),
	WHEN(ccs_vs_lnk_stats_cnf, direction, 0, link_tx),
	WHEN(ccs_vs_lnk_stats_cnf, direction, 1, link_rx),
	WHEN(ccs_vs_lnk_stats_cnf, direction, 2, link_tx),
	WHEN(ccs_vs_lnk_stats_cnf, direction, 2, link_rx),
	END,
};

ROWS(lnk_stats_cnf) {
	CODE(ccs_vs_lnk_stats_cnf, status),
	WHEN(ccs_vs_lnk_stats_cnf, status, 0, link),
	END,
};

ROWS(nw_info_cnf) {
	NUMBER(ccs_vs_nw_info_cnf, num_avlns),
	LIST_BRIEF(ccs_vs_nw_info_cnf, avlns, num_avlns, CCS_MME_LIST_AVLN),
	END,
};

ROWS(nw_info_cnf_v1) {
	NUMBER(ccs_vs_nw_info_cnf, sub_version),
	SKIP(1),
	NUMBER(ccs_vs_nw_info_cnf, data_length),
	SKIP(1),
	NUMBER(ccs_vs_nw_info_cnf, num_avlns),
	LIST_BRIEF(ccs_vs_nw_info_cnf, avlns, num_avlns, CCS_MME_LIST_AVLN_V1),
	END,
};

ROWS(vs_set_key_req) {
	NUMBER(ccs_vs_set_key_req, eks),
	KEY(ccs_vs_set_key_req, nmk),
	NUMBER(ccs_vs_set_key_req, peks),
	MAC_BRIEF(ccs_vs_set_key_req, rda),
	KEY(ccs_vs_set_key_req, dak),
	END,
};

ROWS(mfg_string_cnf) {
	NUMBER(ccs_vs_mfg_string_cnf, status),
	NUMBER(ccs_vs_mfg_string_cnf, length),
	STRING(ccs_vs_mfg_string_cnf, text, length),
	END,
};

ROWS(host_action_ind) {
	BRIEF(ccs_vs_host_action_ind, action),
	NUMBER(ccs_vs_host_action_ind, session_id),
	NUMBER(ccs_vs_host_action_ind, outstanding_retries),
	NUMBER(ccs_vs_host_action_ind, retry_timer),
	END,
};

ROWS(host_action_rsp) {
	CODE(ccs_vs_host_action_rsp, status),
	BRIEF(ccs_vs_host_action_rsp, action),
	NUMBER(ccs_vs_host_action_rsp, session_id),
	SKIP(1),
	NUMBER(ccs_vs_host_action_rsp, outstanding_retries),
	END,
};

ROWS(op_attributes_req) {
	NUMBER(ccs_vs_op_attributes_req, cookie),
	NUMBER(ccs_vs_op_attributes_req, report_type),
	END,
};

ROWS(op_attributes) {
	NUMBER(ccs_vs_op_attributes_cnf, data_size),
	TEXT(ccs_vs_op_attributes_cnf, hw_platform),
	TEXT(ccs_vs_op_attributes_cnf, sw_platform),
	BRIEF(ccs_vs_op_attributes_cnf, major),
	BRIEF(ccs_vs_op_attributes_cnf, minor),
	NUMBER(ccs_vs_op_attributes_cnf, composite),
	NUMBER(ccs_vs_op_attributes_cnf, sustaining),
	BRIEF(ccs_vs_op_attributes_cnf, build),
	TEXT(ccs_vs_op_attributes_cnf, build_date),
	TEXT(ccs_vs_op_attributes_cnf, release_type),
	NUMBER(ccs_vs_op_attributes_cnf, sdram_type),
	SKIP(1),
	NUMBER(ccs_vs_op_attributes_cnf, line_frequency),
	NUMBER(ccs_vs_op_attributes_cnf, sdram_size),
	END,
};

ROWS(op_attributes_binary) {
	WHEN(ccs_vs_op_attributes_cnf, report_type, 0, op_attributes),
	END,
};

ROWS(op_attributes_cnf) {
	NUMBER(ccs_vs_op_attributes_cnf, status),
	NUMBER(ccs_vs_op_attributes_cnf, cookie),
	NUMBER(ccs_vs_op_attributes_cnf, report_type),
	WHEN(ccs_vs_op_attributes_cnf, status, 0, op_attributes_binary),
	END,
};

ROWS(tone_map_char_req) {
	NUMBER(ccs_vs_tone_map_char_req, sub_version),
	SKIP(3),
	MAC_BRIEF(ccs_vs_tone_map_char_req, peer_mac),
	BRIEF(ccs_vs_tone_map_char_req, slot),
	NUMBER(ccs_vs_tone_map_char_req, coupling),
	END,
};

ROWS(tone_map_char_cnf) {
	CODE(ccs_vs_tone_map_char_cnf, status),
	SKIP(1),
	NUMBER(ccs_vs_tone_map_char_cnf, data_length),
	NUMBER(ccs_vs_tone_map_char_cnf, sub_version),
	SKIP(1),
	MAC_BRIEF(ccs_vs_tone_map_char_cnf, peer_mac),
	BRIEF(ccs_vs_tone_map_char_cnf, slot),
	NUMBER(ccs_vs_tone_map_char_cnf, coupling),
	NUMBER(ccs_vs_tone_map_char_cnf, num_tone_maps),
	SKIP(1),
	BRIEF(ccs_vs_tone_map_char_cnf, num_active_carriers),
	SKIP(4),
	NIBBLES(ccs_vs_tone_map_char_cnf, tone_map, num_active_carriers),
	END,
};

ROWS(write_and_execute_req) {
	NUMBER(ccs_vs_write_and_execute_applet_req, client_session_id),
	NUMBER(ccs_vs_write_and_execute_applet_req, server_session_id),
	NUMBER(ccs_vs_write_and_execute_applet_req, flags),
	HEX(ccs_vs_write_and_execute_applet_req, allowed_mem_types),
	BRIEF(ccs_vs_write_and_execute_applet_req, total_length),
	BRIEF(ccs_vs_write_and_execute_applet_req, part_length),
	CODE(ccs_vs_write_and_execute_applet_req, part_address),
	NUMBER(ccs_vs_write_and_execute_applet_req, entry),
	NUMBER(ccs_vs_write_and_execute_applet_req, checksum),
	SKIP(8),
	SECRET(ccs_vs_write_and_execute_applet_req, data, part_length),
	END,
};

ROWS(write_and_execute_cnf) {
	CODE(ccs_vs_write_and_execute_applet_cnf, status),
	NUMBER(ccs_vs_write_and_execute_applet_cnf, client_session_id),
	NUMBER(ccs_vs_write_and_execute_applet_cnf, server_session_id),
	NUMBER(ccs_vs_write_and_execute_applet_cnf, flags),
	HEX(ccs_vs_write_and_execute_applet_cnf, allowed_mem_types),
	NUMBER(ccs_vs_write_and_execute_applet_cnf, total_length),
	BRIEF(ccs_vs_write_and_execute_applet_cnf, part_length),
	CODE(ccs_vs_write_and_execute_applet_cnf, part_address),
	END,
};

ROWS(module_read_req) {
	CODE(ccs_vs_module_operation_req, module_id),
	NUMBER(ccs_vs_module_operation_req, module_sub_id),
	BRIEF(ccs_vs_module_operation_req, length),
	CODE(ccs_vs_module_operation_req, offset),
	END,
};

ROWS(module_session_req) {
	NUMBER(ccs_vs_module_operation_req, session_id),
	NUMBER(ccs_vs_module_operation_req, num_modules),
	LIST_BRIEF(ccs_vs_module_operation_req, modules, num_modules, CCS_MME_LIST_MODULE),
	END,
};

ROWS(module_write_req) {
	NUMBER(ccs_vs_module_operation_req, session_id),
	NUMBER(ccs_vs_module_operation_req, module_index),
	CODE(ccs_vs_module_operation_req, module_id),
	NUMBER(ccs_vs_module_operation_req, module_sub_id),
	BRIEF(ccs_vs_module_operation_req, length),
	CODE(ccs_vs_module_operation_req, offset),
	SECRET(ccs_vs_module_operation_req, data, length),
	END,
};

ROWS(module_commit_req) {
	NUMBER(ccs_vs_module_operation_req, session_id),
	CODE(ccs_vs_module_operation_req, commit_code),
	END,
};

ROWS(module_operation_req) {
	SKIP(4),
	NUMBER(ccs_vs_module_operation_req, num_op_data),
	CODE(ccs_vs_module_operation_req, mod_op),
	NUMBER(ccs_vs_module_operation_req, mod_op_data_len),
	SKIP(4),
	WHEN(ccs_vs_module_operation_req, mod_op, CCS_MODULE_OP_READ_MEMORY, module_read_req),
	WHEN(ccs_vs_module_operation_req, mod_op, CCS_MODULE_OP_READ_FLASH, module_read_req),
	WHEN(ccs_vs_module_operation_req, mod_op, CCS_MODULE_OP_SESSION, module_session_req),
	WHEN(ccs_vs_module_operation_req, mod_op, CCS_MODULE_OP_WRITE, module_write_req),
	WHEN(ccs_vs_module_operation_req, mod_op, CCS_MODULE_OP_COMMIT, module_commit_req),
	END,
};

ROWS(module_read_cnf) {
	CODE(ccs_vs_module_operation_cnf, module_id),
	NUMBER(ccs_vs_module_operation_cnf, module_sub_id),
	BRIEF(ccs_vs_module_operation_cnf, length),
	CODE(ccs_vs_module_operation_cnf, offset),
	SECRET(ccs_vs_module_operation_cnf, data, length),
	END,
};

ROWS(module_session_cnf) {
	NUMBER(ccs_vs_module_operation_cnf, session_id),
	END,
};

ROWS(module_write_cnf) {
	NUMBER(ccs_vs_module_operation_cnf, session_id),
	NUMBER(ccs_vs_module_operation_cnf, module_index),
	CODE(ccs_vs_module_operation_cnf, module_id),
	NUMBER(ccs_vs_module_operation_cnf, module_sub_id),
	BRIEF(ccs_vs_module_operation_cnf, length),
	CODE(ccs_vs_module_operation_cnf, offset),
	END,
};

ROWS(module_operation_cnf) {
	CODE(ccs_vs_module_operation_cnf, status),
	NUMBER(ccs_vs_module_operation_cnf, err_rec_code),
	SKIP(4),
	NUMBER(ccs_vs_module_operation_cnf, num_op_data),
	CODE(ccs_vs_module_operation_cnf, mod_op),
	NUMBER(ccs_vs_module_operation_cnf, mod_op_data_len),
	SKIP(4),
	WHEN(ccs_vs_module_operation_cnf, mod_op, CCS_MODULE_OP_READ_MEMORY, module_read_cnf),
	WHEN(ccs_vs_module_operation_cnf, mod_op, CCS_MODULE_OP_READ_FLASH, module_read_cnf),
	WHEN(ccs_vs_module_operation_cnf, mod_op, CCS_MODULE_OP_SESSION, module_session_cnf),
	WHEN(ccs_vs_module_operation_cnf, mod_op, CCS_MODULE_OP_WRITE, module_write_cnf),
	WHEN(ccs_vs_module_operation_cnf, mod_op, CCS_MODULE_OP_COMMIT, module_session_cnf),
	END,
};

ROWS(pl_link_status_cnf) {
	BRIEF(ccs_vs_pl_link_status_cnf, status),
	BRIEF(ccs_vs_pl_link_status_cnf, link_status),
	END,
};

ROWS(get_property_req) {
	NUMBER(ccs_vs_get_property_req, cookie),
	NUMBER(ccs_vs_get_property_req, data_format),
	NUMBER(ccs_vs_get_property_req, prop_format),
	SKIP(2),
	NUMBER(ccs_vs_get_property_req, prop_version),
	NUMBER(ccs_vs_get_property_req, prop_length),
	BRIEF(ccs_vs_get_property_req, prop_number),
	END,
};

ROWS(get_property_cnf) {
	CODE(ccs_vs_get_property_cnf, status),
	NUMBER(ccs_vs_get_property_cnf, cookie),
	NUMBER(ccs_vs_get_property_cnf, data_format),
	SKIP(3),
	BRIEF(ccs_vs_get_property_cnf, data_length),
	SECRET(ccs_vs_get_property_cnf, data, data_length),
	END,
};

ROWS(set_property_req) {
	NUMBER(ccs_vs_set_property_req, cookie),
	NUMBER(ccs_vs_set_property_req, option),
	SKIP(3),
	NUMBER(ccs_vs_set_property_req, prop_version),
	BRIEF(ccs_vs_set_property_req, prop_number),
	BRIEF(ccs_vs_set_property_req, data_length),
	SECRET(ccs_vs_set_property_req, data, data_length),
	END,
};

ROWS(set_property_cnf) {
	CODE(ccs_vs_set_property_cnf, status),
	NUMBER(ccs_vs_set_property_cnf, cookie),
	END,
};

ROWS(vs_atten_char_ind) {
	MAC_BRIEF(ccs_vs_atten_char_ind, pev_mac),
	BRIEF(ccs_vs_atten_char_ind, num_groups),
	SKIP(1),
	NUMBER(ccs_vs_atten_char_ind, carriers_per_group),
	SKIP(7),
	LEVELS(ccs_vs_atten_char_ind, aag, num_groups),
	END,
};

/* Others */

ROWS(dspace_diagnostics_ind) {
	TAIL(ccs_dspace_diagnostics_ind, text, text_length),
	END,
};

ROWS(spidcom_cp_state_ind) {
	NUMBER(ccs_spidcom_cp_state_ind, change_mask),
	BRIEF(ccs_spidcom_cp_state_ind, frequency_hz),
	BRIEF(ccs_spidcom_cp_state_ind, duty_permille),
	SIGNED(ccs_spidcom_cp_state_ind, voltage_mv),
	END,
};

ROWS(iotecha_cp_state_ind) {
	SKIP(5),
	BRIEF(ccs_iotecha_cp_state_ind, state),
	BRIEF(ccs_iotecha_cp_state_ind, duty_percent),
	BRIEF(ccs_iotecha_cp_state_ind, frequency_hz),
	SIGNED(ccs_iotecha_cp_state_ind, voltage_mv),
	END,
};

ROWS(d_link_ready_ind) {
	BRIEF(ccs_lumissil_d_link_ready_ind, link_status),
	END,
};

ROWS(lumissil_plain) {
	NUMBER(ccs_lumissil, version),
	SKIP(4),
	NUMBER(ccs_lumissil, request_id),
	SKIP(12),
	END,
};

ROWS(lumissil_value) {
	NUMBER(ccs_lumissil, version),
	SKIP(4),
	NUMBER(ccs_lumissil, request_id),
	SKIP(12),
	BRIEF(ccs_lumissil, value),
	END,
};

ROWS(get_version_cnf) {
	NUMBER(ccs_lumissil_get_version_cnf, version),
	SKIP(4),
	NUMBER(ccs_lumissil_get_version_cnf, request_id),
	SKIP(12),
	HEX_BRIEF(ccs_lumissil_get_version_cnf, app_version),
	END,
};

#define OF(name, type, mmv, vendor, rows) \
	[CCS_MME_##name - MME_VENDOR_FIRST] = { rows, type, mmv, 1 << (mmv), vendor }
#define QC(name, type, rows)    OF(name, type, 0, MME_QUALCOMM, rows)
#define QC_V1(name, type, rows) OF(name, type, 1, MME_QUALCOMM, rows)

const struct mme_message ccs_mme_vendor_messages[CCS_MME_KINDS - MME_VENDOR_FIRST] = {
	OF(MS_PB_ENC_REQ, 0x8000, 0, MME_STANDARD, pb_enc_req),
	OF(MS_PB_ENC_CNF, 0x8001, 0, MME_STANDARD, pb_enc_cnf),
	OF(DSPACE_DIAGNOSTICS_IND, 0x8002, 1, MME_DSPACE, dspace_diagnostics_ind),
	QC(VS_SW_VER_REQ, 0xa000, nothing),
	QC(VS_SW_VER_CNF, 0xa001, sw_ver_cnf),
	QC(VS_GET_NVM_REQ, 0xa010, nothing),
	QC(VS_GET_NVM_CNF, 0xa011, get_nvm_cnf),
	QC(VS_RS_DEV_REQ, 0xa01c, nothing),
	QC(VS_RS_DEV_CNF, 0xa01d, status_cnf),
	QC(VS_WR_MOD_REQ, 0xa020, wr_mod_req),
	QC(VS_WR_MOD_CNF, 0xa021, status_cnf),
	QC(VS_RD_MOD_REQ, 0xa024, rd_mod_req),
	QC(VS_RD_MOD_CNF, 0xa025, rd_mod_cnf),
	QC(VS_MOD_NVM_REQ, 0xa028, mod_nvm_req),
	QC(VS_MOD_NVM_CNF, 0xa029, status_cnf),
	QC(VS_LNK_STATS_REQ, 0xa030, lnk_stats_req),
	QC(VS_LNK_STATS_CNF, 0xa031, lnk_stats_cnf),
	QC(VS_NW_INFO_REQ, 0xa038, nothing),
	QC(VS_NW_INFO_CNF, 0xa039, nw_info_cnf),
	QC_V1(VS_NW_INFO_REQ_V1, 0xa038, nothing),
	QC_V1(VS_NW_INFO_CNF_V1, 0xa039, nw_info_cnf_v1),
	QC(VS_SET_KEY_REQ, 0xa050, vs_set_key_req),
	QC(VS_SET_KEY_CNF, 0xa051, status_cnf),
	QC(VS_MFG_STRING_REQ, 0xa054, nothing),
	QC(VS_MFG_STRING_CNF, 0xa055, mfg_string_cnf),
	QC(VS_HOST_ACTION_IND, 0xa062, host_action_ind),
	QC(VS_HOST_ACTION_RSP, 0xa063, host_action_rsp),
	QC(VS_OP_ATTRIBUTES_REQ, 0xa068, op_attributes_req),
	QC(VS_OP_ATTRIBUTES_CNF, 0xa069, op_attributes_cnf),
	QC_V1(VS_TONE_MAP_CHAR_REQ_V1, 0xa070, tone_map_char_req),
	QC_V1(VS_TONE_MAP_CHAR_CNF_V1, 0xa071, tone_map_char_cnf),
	QC(VS_FAC_DEFAULTS_REQ, 0xa07c, nothing),
	QC(VS_FAC_DEFAULTS_CNF, 0xa07d, status_cnf),
	QC(VS_WRITE_AND_EXECUTE_APPLET_REQ, 0xa098, write_and_execute_req),
	QC(VS_WRITE_AND_EXECUTE_APPLET_CNF, 0xa099, write_and_execute_cnf),
	QC(VS_MODULE_OPERATION_REQ, 0xa0b0, module_operation_req),
	QC(VS_MODULE_OPERATION_CNF, 0xa0b1, module_operation_cnf),
	QC(VS_PL_LINK_STATUS_REQ, 0xa0b8, nothing),
	QC(VS_PL_LINK_STATUS_CNF, 0xa0b9, pl_link_status_cnf),
	QC(VS_GET_PROPERTY_REQ, 0xa0f8, get_property_req),
	QC(VS_GET_PROPERTY_CNF, 0xa0f9, get_property_cnf),
	QC(VS_SET_PROPERTY_REQ, 0xa100, set_property_req),
	QC(VS_SET_PROPERTY_CNF, 0xa101, set_property_cnf),
	OF(VS_ATTEN_CHAR_IND, 0xa14e, 0, MME_QUALCOMM_OR_ZERO, vs_atten_char_ind),
	OF(SPIDCOM_CP_STATE_IND, 0xa10e, 1, MME_SPIDCOM, spidcom_cp_state_ind),
	OF(IOTECHA_CP_STATE_IND, 0xa22e, 1, MME_IOTECHA, iotecha_cp_state_ind),
	OF(LUMISSIL_D_LINK_READY_IND, 0xa002, 1, MME_LUMISSIL, d_link_ready_ind),
	OF(LUMISSIL_SET_CCO_REQ, 0xac08, 1, MME_LUMISSIL, lumissil_value),
	OF(LUMISSIL_CONF_SLAC_REQ, 0xac68, 1, MME_LUMISSIL, lumissil_value),
	OF(LUMISSIL_GET_VERSION_REQ, 0xac6c, 1, MME_LUMISSIL, lumissil_plain),
	OF(LUMISSIL_GET_VERSION_CNF, 0xac6d, 1, MME_LUMISSIL, get_version_cnf),
	OF(LUMISSIL_RESET_DEVICE_REQ, 0xac70, 1, MME_LUMISSIL, lumissil_value),
	OF(LUMISSIL_GET_DEVICE_STATE_REQ, 0xac98, 1, MME_LUMISSIL, lumissil_plain),
	OF(LUMISSIL_GET_DEVICE_STATE_CNF, 0xac99, 1, MME_LUMISSIL, lumissil_value),
	OF(LUMISSIL_GET_D_LINK_STATUS_REQ, 0xac9c, 1, MME_LUMISSIL, lumissil_plain),
	OF(LUMISSIL_GET_D_LINK_STATUS_CNF, 0xac9d, 1, MME_LUMISSIL, lumissil_value),
	OF(LUMISSIL_HOST_MESSAGE_STATUS_IND, 0xaca2, 1, MME_LUMISSIL, lumissil_value),
};
/* clang-format on */
