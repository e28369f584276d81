/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HomePlug management messages (MMEs, EtherType 0x88E1): SLAC and what a modem is asked and told.
 *
 *	struct ccs_mme mme;
 *	int result = ccs_mme_decode(&mme, frame, length);
 *	if (!result && mme.kind == CCS_MME_CM_SLAC_PARM_CNF)
 *		use(mme.cm_slac_parm_cnf.run_id);
 *
 *	ccs_mme_init(&mme, CCS_MME_CM_SLAC_PARM_REQ, broadcast, own_mac);
 *	memcpy(mme.cm_slac_parm_req.run_id, run_id, 8);
 *	int length = ccs_mme_encode(&mme, frame, sizeof(frame));
 *
 * A message is a header, the struct of its kind, and the bytes behind it.  Parts of variable size
 * are pointers: after decoding into the frame, which must outlive the struct; for encoding into
 * memory of the caller.  Numbers are in host order, units the standards'.
 *
 * Sources: HomePlug AV 1.1 chapter 11; HomePlug Green PHY 1.1; ISO 15118-3 annex A; vendor
 * messages as observed.
 */
#ifndef CCS_MME_H
#define CCS_MME_H

#include "ccs/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CCS_MME_ETHERTYPE  0x88e1
#define CCS_MME_FRAME_MIN  60	/* without FCS; shorter messages are padded */
#define CCS_MME_FRAME_MAX  1514 /* without FCS */
#define CCS_MME_GROUPS_MAX 255	/* entries of an attenuation profile; 58 in practice */

/*
 * What we know the layout of.  The name is the type; _V1, _V2: the layout of that MMV where
 * several exist; LUMISSIL_, DSPACE_, SPIDCOM_, IOTECHA_: vendor messages other than Qualcomm's.
 */
enum ccs_mme_kind {
	CCS_MME_OTHER, /* type, OUI and bytes (in `rest`) only */
	CCS_MME_CM_ENCRYPTED_PAYLOAD_IND,
	CCS_MME_CM_ENCRYPTED_PAYLOAD_RSP,
	CCS_MME_CM_SET_KEY_REQ,
	CCS_MME_CM_SET_KEY_CNF,
	CCS_MME_CM_GET_KEY_REQ,
	CCS_MME_CM_GET_KEY_CNF,
	CCS_MME_CM_AMP_MAP_REQ,
	CCS_MME_CM_AMP_MAP_CNF,
	CCS_MME_CM_BRG_INFO_REQ,
	CCS_MME_CM_BRG_INFO_CNF,
	CCS_MME_CM_NW_INFO_REQ,
	CCS_MME_CM_NW_INFO_CNF,
	CCS_MME_CM_MME_ERROR_IND,
	CCS_MME_CM_NW_STATS_REQ,
	CCS_MME_CM_NW_STATS_CNF,
	CCS_MME_CM_NW_STATS_CNF_V2,
	CCS_MME_CM_SLAC_PARM_REQ,
	CCS_MME_CM_SLAC_PARM_CNF,
	CCS_MME_CM_START_ATTEN_CHAR_IND,
	CCS_MME_CM_ATTEN_CHAR_IND,
	CCS_MME_CM_ATTEN_CHAR_RSP,
	CCS_MME_CM_MNBC_SOUND_IND,
	CCS_MME_CM_VALIDATE_REQ,
	CCS_MME_CM_VALIDATE_CNF,
	CCS_MME_CM_SLAC_MATCH_REQ,
	CCS_MME_CM_SLAC_MATCH_CNF,
	CCS_MME_CM_ATTEN_PROFILE_IND,
	CCS_MME_MS_PB_ENC_REQ,
	CCS_MME_MS_PB_ENC_CNF,
	CCS_MME_DSPACE_DIAGNOSTICS_IND,
	CCS_MME_VS_SW_VER_REQ,
	CCS_MME_VS_SW_VER_CNF,
	CCS_MME_VS_GET_NVM_REQ,
	CCS_MME_VS_GET_NVM_CNF,
	CCS_MME_VS_RS_DEV_REQ,
	CCS_MME_VS_RS_DEV_CNF,
	CCS_MME_VS_WR_MOD_REQ,
	CCS_MME_VS_WR_MOD_CNF,
	CCS_MME_VS_RD_MOD_REQ,
	CCS_MME_VS_RD_MOD_CNF,
	CCS_MME_VS_MOD_NVM_REQ,
	CCS_MME_VS_MOD_NVM_CNF,
	CCS_MME_VS_LNK_STATS_REQ,
	CCS_MME_VS_LNK_STATS_CNF,
	CCS_MME_VS_NW_INFO_REQ,
	CCS_MME_VS_NW_INFO_CNF,
	CCS_MME_VS_NW_INFO_REQ_V1,
	CCS_MME_VS_NW_INFO_CNF_V1,
	CCS_MME_VS_SET_KEY_REQ,
	CCS_MME_VS_SET_KEY_CNF,
	CCS_MME_VS_MFG_STRING_REQ,
	CCS_MME_VS_MFG_STRING_CNF,
	CCS_MME_VS_HOST_ACTION_IND,
	CCS_MME_VS_HOST_ACTION_RSP,
	CCS_MME_VS_OP_ATTRIBUTES_REQ,
	CCS_MME_VS_OP_ATTRIBUTES_CNF,
	CCS_MME_VS_TONE_MAP_CHAR_REQ_V1,
	CCS_MME_VS_TONE_MAP_CHAR_CNF_V1,
	CCS_MME_VS_FAC_DEFAULTS_REQ,
	CCS_MME_VS_FAC_DEFAULTS_CNF,
	CCS_MME_VS_WRITE_AND_EXECUTE_APPLET_REQ,
	CCS_MME_VS_WRITE_AND_EXECUTE_APPLET_CNF,
	CCS_MME_VS_MODULE_OPERATION_REQ,
	CCS_MME_VS_MODULE_OPERATION_CNF,
	CCS_MME_VS_PL_LINK_STATUS_REQ,
	CCS_MME_VS_PL_LINK_STATUS_CNF,
	CCS_MME_VS_GET_PROPERTY_REQ,
	CCS_MME_VS_GET_PROPERTY_CNF,
	CCS_MME_VS_SET_PROPERTY_REQ,
	CCS_MME_VS_SET_PROPERTY_CNF,
	CCS_MME_VS_ATTEN_CHAR_IND,
	CCS_MME_SPIDCOM_CP_STATE_IND,
	CCS_MME_IOTECHA_CP_STATE_IND,
	CCS_MME_LUMISSIL_D_LINK_READY_IND,
	CCS_MME_LUMISSIL_SET_CCO_REQ,
	CCS_MME_LUMISSIL_CONF_SLAC_REQ,
	CCS_MME_LUMISSIL_GET_VERSION_REQ,
	CCS_MME_LUMISSIL_GET_VERSION_CNF,
	CCS_MME_LUMISSIL_RESET_DEVICE_REQ,
	CCS_MME_LUMISSIL_GET_DEVICE_STATE_REQ,
	CCS_MME_LUMISSIL_GET_DEVICE_STATE_CNF,
	CCS_MME_LUMISSIL_GET_D_LINK_STATUS_REQ,
	CCS_MME_LUMISSIL_GET_D_LINK_STATUS_CNF,
	CCS_MME_LUMISSIL_HOST_MESSAGE_STATUS_IND,
	CCS_MME_KINDS, /* their number */
};

/* Entries of a list, as they are on the wire; read with ccs_mme_next, made with ccs_mme_append. */
enum ccs_mme_list_kind {
	CCS_MME_LIST_MAC,      /* struct ccs_mme_mac: BRG_INFO */
	CCS_MME_LIST_NETWORK,  /* struct ccs_mme_network: CM_NW_INFO */
	CCS_MME_LIST_RATE,     /* struct ccs_mme_rate: CM_NW_STATS */
	CCS_MME_LIST_RATE_V2,  /* the same with 16-bit rates */
	CCS_MME_LIST_AVLN,     /* struct ccs_mme_avln: VS_NW_INFO */
	CCS_MME_LIST_AVLN_V1,  /* the same as MMV 1 has it */
	CCS_MME_LIST_STA,      /* struct ccs_mme_sta: the stations of an AVLN */
	CCS_MME_LIST_STA_V1,   /* the same as MMV 1 has it */
	CCS_MME_LIST_INTERVAL, /* struct ccs_mme_interval: VS_LNK_STATS */
	CCS_MME_LIST_MODULE,   /* struct ccs_mme_module: VS_MODULE_OPERATION, session */
	CCS_MME_LISTS,	       /* their number */
};

struct ccs_mme_list {
	const uint8_t *at;
	uint16_t size; /* bytes */
	uint8_t kind;  /* enum ccs_mme_list_kind */
};

struct ccs_mme_mac {
	uint8_t mac[6];
};

struct ccs_mme_network {
	uint8_t nid[7];
	uint8_t snid;
	uint8_t tei;
	uint8_t role; /* as in struct ccs_mme_avln */
	uint8_t cco_mac[6];
	uint8_t access;
	uint8_t num_coord;
};

struct ccs_mme_rate {
	uint8_t mac[6];
	uint16_t avg_tx_mbps;
	uint16_t avg_rx_mbps;
};

struct ccs_mme_avln {
	uint8_t nid[7];
	uint8_t snid;
	uint8_t tei;  /* own */
	uint8_t role; /* own: 0 STA, 1 proxy CCo, 2 CCo */
	uint8_t cco_mac[6];
	uint8_t cco_tei;
	uint8_t num_stas;
	struct ccs_mme_list stas;
};

struct ccs_mme_sta {
	uint8_t mac[6];
	uint8_t tei;
	uint8_t bridged_mac[6]; /* the first host behind it */
	uint16_t avg_tx_mbps;
	uint8_t coupling; /* MMV 1 only */
	uint16_t avg_rx_mbps;
};

struct ccs_mme_interval {
	uint8_t rate;
	uint64_t pb_pass;
	uint64_t pb_fail;
	uint64_t turbo_ber_pass;
	uint64_t turbo_ber_fail;
};

struct ccs_mme_module {
	uint16_t module_id;
	uint16_t module_sub_id;
	uint32_t length;
	uint32_t checksum;
};

/* SLAC, ISO 15118-3 annex A.  APPLICATION_TYPE 0 is PEV-EVSE matching, SECURITY_TYPE 0 none. */

struct ccs_cm_slac_parm_req {
	uint8_t application_type;
	uint8_t security_type;
	uint8_t run_id[8];
	uint8_t cipher_suite_set_size; /* on the wire only when security_type is 1 */
	const uint8_t *cipher_suites;  /* 2 bytes each */
};

struct ccs_cm_slac_parm_cnf {
	uint8_t m_sound_target[6]; /* ff:ff:ff:ff:ff:ff */
	uint8_t num_sounds;	   /* C_EV_match_MNBC, 10 */
	uint8_t time_out;	   /* 100 ms; 6 */
	uint8_t resp_type;	   /* 1 */
	uint8_t forwarding_sta[6]; /* the EV */
	uint8_t application_type;
	uint8_t security_type;
	uint8_t run_id[8];
};

struct ccs_cm_start_atten_char_ind {
	uint8_t application_type;
	uint8_t security_type;
	uint8_t num_sounds; /* 10 */
	uint8_t time_out;   /* 100 ms; 6 */
	uint8_t resp_type;  /* 1 */
	uint8_t forwarding_sta[6];
	uint8_t run_id[8];
};

struct ccs_cm_mnbc_sound_ind {
	uint8_t application_type;
	uint8_t security_type;
	uint8_t sender_id[17];
	uint8_t cnt; /* sounds still to come */
	uint8_t run_id[8];
	uint8_t random[16];
};

/* From the EVSE's modem to its own host, one for each sound it heard. */
struct ccs_cm_atten_profile_ind {
	uint8_t pev_mac[6];
	uint8_t num_groups; /* 58; 0 is sent by modems that did not measure */
	const uint8_t *aag; /* dB */
};

/* VS_ATTENUATION_CHARACTERISTICS, Qualcomm's own form of the same; OUI 00b052 or 000000. */
struct ccs_vs_atten_char_ind {
	uint8_t pev_mac[6];
	uint8_t num_groups;
	uint8_t carriers_per_group;
	const uint8_t *aag; /* dB */
};

struct ccs_cm_atten_char_ind {
	uint8_t application_type;
	uint8_t security_type;
	uint8_t source_address[6]; /* the EV */
	uint8_t run_id[8];
	uint8_t source_id[17];
	uint8_t resp_id[17];
	uint8_t num_sounds;
	uint8_t num_groups;
	const uint8_t *aag; /* dB */
};

struct ccs_cm_atten_char_rsp {
	uint8_t application_type;
	uint8_t security_type;
	uint8_t source_address[6]; /* the EV */
	uint8_t run_id[8];
	uint8_t source_id[17];
	uint8_t resp_id[17];
	uint8_t result; /* 0 success */
};

struct ccs_cm_validate_req {
	uint8_t signal_type; /* 0: toggles of the control pilot between B and C */
	uint8_t timer;	     /* n means (n + 1) * 100 ms */
	uint8_t result;	     /* 1 ready */
};

struct ccs_cm_validate_cnf {
	uint8_t signal_type;
	uint8_t toggle_num;
	uint8_t result; /* 0 not ready, 1 ready, 2 success, 3 failure, 4 not required */
};

struct ccs_cm_slac_match_req {
	uint8_t application_type;
	uint8_t security_type;
	uint16_t mvf_length; /* 0x3e */
	uint8_t pev_id[17];
	uint8_t pev_mac[6];
	uint8_t evse_id[17];
	uint8_t evse_mac[6];
	uint8_t run_id[8];
};

struct ccs_cm_slac_match_cnf {
	uint8_t application_type;
	uint8_t security_type;
	uint16_t mvf_length; /* 0x56 */
	uint8_t pev_id[17];
	uint8_t pev_mac[6];
	uint8_t evse_id[17];
	uint8_t evse_mac[6];
	uint8_t run_id[8];
	uint8_t nid[7];
	uint8_t nmk[16]; /* secret */
};

/* Keys and networks, HomePlug AV 1.1 section 11.5. */

struct ccs_cm_set_key_req {
	uint8_t key_type; /* 1 NMK */
	uint32_t my_nonce;
	uint32_t your_nonce;
	uint8_t pid; /* 4 */
	uint16_t prn;
	uint8_t pmn;
	uint8_t cco_capability; /* 0 EV, 2 EVSE */
	uint8_t nid[7];
	uint8_t new_eks;     /* 1 NMK */
	uint8_t new_key[16]; /* secret */
};

/* NOTE: result 1 is success at Qualcomm (AV 1.0), 0 in the text of Green PHY 1.1. */
struct ccs_cm_set_key_cnf {
	uint8_t result;
	uint32_t my_nonce;
	uint32_t your_nonce;
	uint8_t pid;
	uint16_t prn;
	uint8_t pmn;
	uint8_t cco_capability;
};

struct ccs_cm_get_key_req {
	uint8_t request_type;	    /* 0 direct */
	uint8_t requested_key_type; /* 1 NMK */
	uint8_t nid[7];
	uint32_t my_nonce;
	uint8_t pid; /* 4 */
	uint16_t prn;
	uint8_t pmn;
};

struct ccs_cm_get_key_cnf {
	uint8_t result; /* 0 granted, 1 refused */
	uint8_t requested_key_type;
	uint32_t my_nonce;
	uint32_t your_nonce;
	uint8_t nid[7]; /* the real one, also when refused */
	uint8_t eks;
	uint8_t pid;
	uint16_t prn;
	uint8_t pmn;
	uint8_t key[16]; /* secret */
};

struct ccs_cm_encrypted_payload_ind {
	uint8_t peks;
	uint8_t avln_status;
	uint8_t pid;
	uint16_t prn;
	uint8_t pmn;
	uint8_t iv[16];
	uint16_t length; /* of the message inside; encrypted and filled up it stands in `rest` */
};

struct ccs_cm_encrypted_payload_rsp {
	uint8_t result; /* 0 success */
	uint8_t pid;
	uint16_t prn;
};

struct ccs_cm_amp_map_req {
	uint16_t amlen;	       /* carriers; 917 */
	const uint8_t *amdata; /* (amlen + 1) / 2 bytes, a nibble for each carrier, low one first */
};

struct ccs_cm_amp_map_cnf {
	uint8_t res_type; /* 0 success */
};

struct ccs_cm_brg_info_cnf {
	uint8_t bsf; /* 1: there are bridged hosts, and tei and the list follow */
	uint8_t tei;
	uint8_t nbda;
	struct ccs_mme_list bridged; /* CCS_MME_LIST_MAC */
};

struct ccs_cm_nw_info_cnf {
	uint8_t num_nws;
	struct ccs_mme_list networks; /* CCS_MME_LIST_NETWORK */
};

struct ccs_cm_nw_stats_cnf {
	uint8_t num_stas;
	struct ccs_mme_list stas; /* CCS_MME_LIST_RATE, _V2 */
};

struct ccs_cm_mme_error_ind {
	uint8_t reason;
	uint8_t rx_mmv;
	uint16_t rx_mmtype;
	uint16_t rx_offset; /* of the field that is wrong */
};

/* The push button of a Qualcomm modem. */
struct ccs_ms_pb_enc_req {
	uint8_t action; /* 1 join, 2 leave, 3 status */
};

struct ccs_ms_pb_enc_cnf {
	uint8_t status;
	uint8_t membership;
};

/* Qualcomm's vendor messages.  `status` 0 is success. */

/* RS_DEV, FAC_DEFAULTS, WR_MOD, MOD_NVM, SET_KEY */
struct ccs_vs_status_cnf {
	uint8_t status;
};

struct ccs_vs_sw_ver_cnf {
	uint8_t status;
	uint8_t device_class;
	uint8_t version_length; /* at most 254 */
	const char *version;	/* not terminated */
	bool has_ident;		/* the boot loader and old chips send a shorter frame */
	uint32_t chip_ident;
};

struct ccs_vs_get_nvm_cnf {
	uint8_t status;
	uint32_t nvm_type;
	uint32_t page_size;
	uint32_t block_size;
	uint32_t memory_size;
};

struct ccs_vs_wr_mod_req {
	uint8_t module;
	uint16_t length;
	uint32_t offset;
	uint32_t checksum;
	const uint8_t *data; /* secret: it may be a PIB with its keys */
};

struct ccs_vs_rd_mod_req {
	uint8_t module; /* 1 firmware, 2 PIB */
	uint8_t access;
	uint16_t length;
	uint32_t offset;
	uint8_t secret[16]; /* secret */
};

struct ccs_vs_rd_mod_cnf {
	uint8_t status;
	uint8_t module;
	uint16_t length;
	uint32_t offset;
	uint32_t checksum;
	const uint8_t *data; /* secret */
};

struct ccs_vs_mod_nvm_req {
	uint8_t module; /* mask; 0x10 force */
};

struct ccs_vs_lnk_stats_req {
	uint8_t control;   /* 0 read, 1 read and clear */
	uint8_t direction; /* 0 TX, 1 RX, 2 both */
	uint8_t lid;	   /* 0xfc all */
	uint8_t mac[6];	   /* peer; 0 the sum */
};

struct ccs_vs_lnk_stats_cnf {
	uint8_t status; /* nothing else is there unless 0 */
	uint8_t direction;
	uint8_t lid;
	uint8_t tei;
	uint64_t tx_mpdu_ackd;
	uint64_t tx_mpdu_coll;
	uint64_t tx_mpdu_fail;
	uint64_t tx_pb_pass;
	uint64_t tx_pb_fail;
	uint64_t rx_mpdu_ackd;
	uint64_t rx_mpdu_fail;
	uint64_t rx_pb_pass;
	uint64_t rx_pb_fail;
	uint64_t rx_turbo_ber_pass;
	uint64_t rx_turbo_ber_fail;
	uint8_t rx_num_intervals;
	struct ccs_mme_list rx_intervals; /* CCS_MME_LIST_INTERVAL */
};

struct ccs_vs_nw_info_cnf {
	uint8_t sub_version;  /* MMV 1 only */
	uint16_t data_length; /* MMV 1 only: bytes behind it */
	uint8_t num_avlns;
	struct ccs_mme_list avlns; /* CCS_MME_LIST_AVLN, _V1 */
};

struct ccs_vs_set_key_req {
	uint8_t eks;	 /* 1 */
	uint8_t nmk[16]; /* secret */
	uint8_t peks;	 /* 0x0f local, 0 remote with DAK */
	uint8_t rda[6];
	uint8_t dak[16]; /* secret */
};

struct ccs_vs_mfg_string_cnf {
	uint8_t status;
	uint8_t length;
	const char *text;
};

struct ccs_vs_host_action_ind {
	uint8_t action; /* 0 wants firmware and PIB .. 4 configure memory, 5, 6 */
	uint8_t session_id;
	uint16_t outstanding_retries;
	uint16_t retry_timer; /* 10 ms */
};

struct ccs_vs_host_action_rsp {
	uint8_t status;
	uint8_t action;
	uint8_t session_id;
	uint16_t outstanding_retries;
};

struct ccs_vs_op_attributes_req {
	uint32_t cookie;
	uint8_t report_type; /* 0 binary */
};

struct ccs_vs_op_attributes_cnf {
	uint16_t status; /* nothing but cookie and type is there unless 0 */
	uint32_t cookie;
	uint8_t report_type;
	uint16_t data_size;   /* 118 */
	char hw_platform[16]; /* these texts end at the first 0 or are full */
	char sw_platform[16];
	uint32_t major;
	uint32_t minor;
	uint32_t composite;
	uint32_t sustaining;
	uint32_t build;
	char build_date[8];
	char release_type[12];
	uint8_t sdram_type;
	uint8_t line_frequency; /* bits 0-1: 1 50 Hz, 2 60 Hz; bits 2-3: 1 detected, 2 missing */
	uint32_t sdram_size;
};

struct ccs_vs_tone_map_char_req {
	uint8_t sub_version;
	uint8_t peer_mac[6];
	uint8_t slot;
	uint8_t coupling;
};

struct ccs_vs_tone_map_char_cnf {
	uint8_t status;
	uint16_t data_length; /* bytes behind it */
	uint8_t sub_version;
	uint8_t peer_mac[6];
	uint8_t slot;
	uint8_t coupling;
	uint8_t num_tone_maps;
	uint16_t num_active_carriers;
	const uint8_t
		*tone_map; /* a nibble for each carrier: index into bits 0 1 2 3 4 6 8 10 12 */
};

struct ccs_vs_write_and_execute_applet_req {
	uint32_t client_session_id;
	uint32_t server_session_id;
	uint32_t flags; /* bit 0 execute, bit 1 absolute address */
	uint8_t allowed_mem_types[8];
	uint32_t total_length;
	uint32_t part_length; /* at most what a frame holds */
	uint32_t part_address;
	uint32_t entry;
	uint32_t checksum;
	const uint8_t *data; /* secret: it may be a PIB */
};

struct ccs_vs_write_and_execute_applet_cnf {
	uint32_t status;
	uint32_t client_session_id;
	uint32_t server_session_id;
	uint32_t flags;
	uint8_t allowed_mem_types[8];
	uint32_t total_length;
	uint32_t part_length;
	uint32_t part_address;
};

enum ccs_module_op {
	CCS_MODULE_OP_READ_MEMORY = 0,
	CCS_MODULE_OP_READ_FLASH = 1,
	CCS_MODULE_OP_SESSION = 0x10,
	CCS_MODULE_OP_WRITE = 0x11,
	CCS_MODULE_OP_COMMIT = 0x12,
};

/* One operation on the modules of a modem; which members count depends on mod_op. */
struct ccs_vs_module_operation_req {
	uint8_t num_op_data; /* 1 */
	uint16_t mod_op;     /* enum ccs_module_op */
	uint16_t mod_op_data_len;
	uint32_t session_id; /* session, write, commit */
	uint8_t num_modules; /* session */
	struct ccs_mme_list modules;
	uint8_t module_index;	/* write */
	uint16_t module_id;	/* read, write; 0x7001 firmware, 0x7002 PIB, 0x7003 soft loader */
	uint16_t module_sub_id; /* read, write */
	uint16_t length;	/* read, write */
	uint32_t offset;	/* read, write */
	const uint8_t *data;	/* write; secret: a PIB holds keys */
	uint32_t commit_code;	/* commit; bit 0 force, 1 no reset, 31 write the factory PIB too */
};

struct ccs_vs_module_operation_cnf {
	uint16_t status;
	uint16_t err_rec_code;
	uint8_t num_op_data;
	uint16_t mod_op;
	uint16_t mod_op_data_len;
	uint32_t session_id;	/* session, write, commit */
	uint8_t module_index;	/* write */
	uint16_t module_id;	/* read, write */
	uint16_t module_sub_id; /* read, write */
	uint16_t length;	/* read, write */
	uint32_t offset;	/* read, write */
	const uint8_t *data;	/* read; secret */
};

struct ccs_vs_pl_link_status_cnf {
	uint8_t status;
	uint8_t link_status; /* 1 power line link */
};

struct ccs_vs_get_property_req {
	uint32_t cookie;
	uint8_t data_format;
	uint8_t prop_format;
	uint32_t prop_version;
	uint32_t prop_length;
	uint32_t prop_number;
};

struct ccs_vs_get_property_cnf {
	uint32_t status;
	uint32_t cookie;
	uint8_t data_format;
	uint32_t data_length; /* at most what a frame holds */
	const uint8_t *data;  /* secret: the properties are not published */
};

struct ccs_vs_set_property_req {
	uint32_t cookie;
	uint8_t option;
	uint32_t prop_version;
	uint32_t prop_number;
	uint32_t data_length;
	const uint8_t *data; /* secret */
};

struct ccs_vs_set_property_cnf {
	uint32_t status;
	uint32_t cookie;
};

/* Boards and modems of others. */

struct ccs_dspace_diagnostics_ind {
	uint16_t text_length; /* the rest of the frame without padding */
	const char *text;     /* names and a JSON object */
};

struct ccs_spidcom_cp_state_ind {
	uint8_t change_mask;
	uint16_t frequency_hz;
	uint16_t duty_permille;
	int16_t voltage_mv;
};

struct ccs_iotecha_cp_state_ind {
	uint8_t state; /* observed: 1 A, 3 B, 5 C, 9 E */
	uint8_t duty_percent;
	uint16_t frequency_hz;
	int16_t voltage_mv;
};

struct ccs_lumissil_d_link_ready_ind {
	uint8_t link_status; /* 1 ready */
};

/* Every other Lumissil message: a header, then `value` of the kinds that have one. */
struct ccs_lumissil {
	uint16_t version;
	uint8_t request_id;
	/*
	 * SET_CCO 1 never, 2 always; CONF_SLAC 0 off, 1 EV, 2 EVSE; RESET_DEVICE 0 reset, 1 stop in
	 * host boot; GET_DEVICE_STATE 1 unassociated .. 5 station, 6 CCo; GET_D_LINK_STATUS 1 link;
	 * HOST_MESSAGE_STATUS 1 ready to join, 2 joined, 3 disconnected
	 */
	uint8_t value;
};

struct ccs_lumissil_get_version_cnf {
	uint16_t version;
	uint8_t request_id;
	uint8_t app_version[10]; /* five little-endian numbers */
};

struct ccs_mme {
	uint8_t dst[6];
	uint8_t src[6];
	enum ccs_mme_kind kind;
	uint16_t type;	/* MMTYPE */
	uint8_t mmv;	/* 0 AV 1.0, 1 AV 1.1, 2 AV 2.0 */
	uint8_t fmi;	/* low nibble: this fragment, high nibble: the last one; 0 not fragmented */
	uint8_t fmsn;	/* number of the fragmented message */
	uint8_t oui[3]; /* vendor messages */
	/* What stands behind the struct, padding included; the whole payload of CCS_MME_OTHER. */
	const uint8_t *rest;
	uint16_t rest_size;
	union {
		struct ccs_cm_encrypted_payload_ind cm_encrypted_payload_ind;
		struct ccs_cm_encrypted_payload_rsp cm_encrypted_payload_rsp;
		struct ccs_cm_set_key_req cm_set_key_req;
		struct ccs_cm_set_key_cnf cm_set_key_cnf;
		struct ccs_cm_get_key_req cm_get_key_req;
		struct ccs_cm_get_key_cnf cm_get_key_cnf;
		struct ccs_cm_amp_map_req cm_amp_map_req;
		struct ccs_cm_amp_map_cnf cm_amp_map_cnf;
		struct ccs_cm_brg_info_cnf cm_brg_info_cnf;
		struct ccs_cm_nw_info_cnf cm_nw_info_cnf;
		struct ccs_cm_mme_error_ind cm_mme_error_ind;
		struct ccs_cm_nw_stats_cnf cm_nw_stats_cnf; /* also _V2 */
		struct ccs_cm_slac_parm_req cm_slac_parm_req;
		struct ccs_cm_slac_parm_cnf cm_slac_parm_cnf;
		struct ccs_cm_start_atten_char_ind cm_start_atten_char_ind;
		struct ccs_cm_atten_char_ind cm_atten_char_ind;
		struct ccs_cm_atten_char_rsp cm_atten_char_rsp;
		struct ccs_cm_mnbc_sound_ind cm_mnbc_sound_ind;
		struct ccs_cm_validate_req cm_validate_req;
		struct ccs_cm_validate_cnf cm_validate_cnf;
		struct ccs_cm_slac_match_req cm_slac_match_req;
		struct ccs_cm_slac_match_cnf cm_slac_match_cnf;
		struct ccs_cm_atten_profile_ind cm_atten_profile_ind;
		struct ccs_ms_pb_enc_req ms_pb_enc_req;
		struct ccs_ms_pb_enc_cnf ms_pb_enc_cnf;
		struct ccs_vs_status_cnf vs_status_cnf;
		struct ccs_vs_sw_ver_cnf vs_sw_ver_cnf;
		struct ccs_vs_get_nvm_cnf vs_get_nvm_cnf;
		struct ccs_vs_wr_mod_req vs_wr_mod_req;
		struct ccs_vs_rd_mod_req vs_rd_mod_req;
		struct ccs_vs_rd_mod_cnf vs_rd_mod_cnf;
		struct ccs_vs_mod_nvm_req vs_mod_nvm_req;
		struct ccs_vs_lnk_stats_req vs_lnk_stats_req;
		struct ccs_vs_lnk_stats_cnf vs_lnk_stats_cnf;
		struct ccs_vs_nw_info_cnf vs_nw_info_cnf; /* also _V1 */
		struct ccs_vs_set_key_req vs_set_key_req;
		struct ccs_vs_mfg_string_cnf vs_mfg_string_cnf;
		struct ccs_vs_host_action_ind vs_host_action_ind;
		struct ccs_vs_host_action_rsp vs_host_action_rsp;
		struct ccs_vs_op_attributes_req vs_op_attributes_req;
		struct ccs_vs_op_attributes_cnf vs_op_attributes_cnf;
		struct ccs_vs_tone_map_char_req vs_tone_map_char_req;
		struct ccs_vs_tone_map_char_cnf vs_tone_map_char_cnf;
		struct ccs_vs_write_and_execute_applet_req vs_write_and_execute_applet_req;
		struct ccs_vs_write_and_execute_applet_cnf vs_write_and_execute_applet_cnf;
		struct ccs_vs_module_operation_req vs_module_operation_req;
		struct ccs_vs_module_operation_cnf vs_module_operation_cnf;
		struct ccs_vs_pl_link_status_cnf vs_pl_link_status_cnf;
		struct ccs_vs_get_property_req vs_get_property_req;
		struct ccs_vs_get_property_cnf vs_get_property_cnf;
		struct ccs_vs_set_property_req vs_set_property_req;
		struct ccs_vs_set_property_cnf vs_set_property_cnf;
		struct ccs_vs_atten_char_ind vs_atten_char_ind;
		struct ccs_dspace_diagnostics_ind dspace_diagnostics_ind;
		struct ccs_spidcom_cp_state_ind spidcom_cp_state_ind;
		struct ccs_iotecha_cp_state_ind iotecha_cp_state_ind;
		struct ccs_lumissil_d_link_ready_ind lumissil_d_link_ready_ind;
		struct ccs_lumissil lumissil;
		struct ccs_lumissil_get_version_cnf lumissil_get_version_cnf;
	};
};

/*
 * Reads one Ethernet frame from its destination address on, without VLAN tag and FCS.
 * Returns 0.  An unknown type, vendor or layout, and every fragment of a fragmented message, are
 * no error: they are CCS_MME_OTHER.
 *
 *	CCS_ERR_HEADER	not EtherType 0x88E1; addresses are set where there were any
 *	CCS_ERR_SHORT	the frame ends before the message does
 *	CCS_ERR_LENGTH	a count in it exceeds the field or does not fit its list
 *	CCS_ERR_SIZE	longer than CCS_MME_FRAME_MAX
 *
 * After CCS_ERR_SHORT, _LENGTH and _SIZE, `mme` is CCS_MME_OTHER with what is known (type 0 when
 * the frame ends before it) and can be printed.  What stands behind a message is accepted
 * (modems send 425 bytes of CM_GET_KEY.CNF) and kept in `rest`.
 */
int ccs_mme_decode(struct ccs_mme *mme, const uint8_t *frame, size_t length);

/* Clears `mme` and sets kind, type, MMV and OUI.  Not for CCS_MME_OTHER, whose type is yours. */
void ccs_mme_init(struct ccs_mme *mme, enum ccs_mme_kind kind, const uint8_t dst[6],
		  const uint8_t src[6]);

/*
 * Writes one frame, padded with zeros to CCS_MME_FRAME_MIN; reserved bytes are 0.  Header fields
 * go out as they stand in `mme`, so a test can send wrong ones.  Returns the length.
 *	CCS_ERR_SPACE	`frame` is too small, or the frame exceeds CCS_MME_FRAME_MAX
 *	CCS_ERR_LENGTH	a list that does not have the number of entries said before it, or a text
 *			longer than its field
 */
int ccs_mme_encode(const struct ccs_mme *mme, uint8_t *frame, size_t size);

/* The same header and fields (not `rest` of a known kind: it is padding). */
bool ccs_mme_equal(const struct ccs_mme *a, const struct ccs_mme *b);

/*
 * Reads the first entry of `list` into the struct of its kind (enum ccs_mme_list_kind) and moves
 * on.  False at the end.  A list from ccs_mme_decode is complete; of any other, a damaged entry is
 * the end.
 */
bool ccs_mme_next(struct ccs_mme_list *list, void *entry);

/*
 * Adds `entry` (the struct of list->kind) behind the `list->size` bytes in `memory`, of which
 * there are `size`, and makes `list` point there.  CCS_ERR_SPACE, CCS_ERR_LENGTH: list as before.
 */
int ccs_mme_append(struct ccs_mme_list *list, const void *entry, uint8_t *memory, size_t size);

/* Mean of an attenuation profile in hundredths of a dB; 0 when it is empty. */
uint32_t ccs_mme_mean_attenuation(const uint8_t *aag, uint8_t num_groups);

struct ccs_print;

/* "CM_SLAC_PARM.REQ", "VS_A22E" */
void ccs_mme_print_type(struct ccs_print *print, const struct ccs_mme *mme);

/*
 * The JSON object `fields` of a record: the members of the struct under their names; MACs as
 * aa:bb:cc:dd:ee:ff, other bytes as hex, profiles as arrays of numbers, lists as arrays of objects.
 * `oui` of vendor messages, `fmi` and `fmsn` of fragments, `data` (hex) of CCS_MME_OTHER.
 * What is marked secret above is left out without `show_secrets`, and so is the `data` of a
 * damaged or fragmented message of such a type.
 */
void ccs_mme_print_fields(struct ccs_print *print, const struct ccs_mme *mme, bool show_secrets);

/* What matters in it, in a few words, without type and without secrets; may be nothing. */
void ccs_mme_print_summary(struct ccs_print *print, const struct ccs_mme *mme);

#endif
