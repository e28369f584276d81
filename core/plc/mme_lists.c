/* SPDX-License-Identifier: Apache-2.0 */
/* The entries of lists, in wire order. */
#include "mme_rows.h"

/* clang-format off */
ROWS(mac) {
	MAC_BRIEF(ccs_mme_mac, mac),
	END,
};

ROWS(network) {
	HEX_BRIEF(ccs_mme_network, nid),
	NUMBER(ccs_mme_network, snid),
	NUMBER(ccs_mme_network, tei),
	BRIEF(ccs_mme_network, role),
	MAC_BRIEF(ccs_mme_network, cco_mac),
	NUMBER(ccs_mme_network, access),
	NUMBER(ccs_mme_network, num_coord),
	END,
};

ROWS(rate) {
	MAC_BRIEF(ccs_mme_rate, mac),
	NARROW(ccs_mme_rate, avg_tx_mbps, 1),
	NARROW(ccs_mme_rate, avg_rx_mbps, 1),
	END,
};

ROWS(rate_v2) {
	MAC_BRIEF(ccs_mme_rate, mac),
	NUMBER(ccs_mme_rate, avg_tx_mbps),
	NUMBER(ccs_mme_rate, avg_rx_mbps),
	END,
};

ROWS(avln) {
	HEX_BRIEF(ccs_mme_avln, nid),
	NUMBER(ccs_mme_avln, snid),
	NUMBER(ccs_mme_avln, tei),
	BRIEF(ccs_mme_avln, role),
	MAC_BRIEF(ccs_mme_avln, cco_mac),
	NUMBER(ccs_mme_avln, cco_tei),
	NUMBER(ccs_mme_avln, num_stas),
	LIST_BRIEF(ccs_mme_avln, stas, num_stas, CCS_MME_LIST_STA),
	END,
};

ROWS(avln_v1) {
	HEX_BRIEF(ccs_mme_avln, nid),
	SKIP(2),
	NUMBER(ccs_mme_avln, snid),
	NUMBER(ccs_mme_avln, tei),
	SKIP(4),
	BRIEF(ccs_mme_avln, role),
	MAC_BRIEF(ccs_mme_avln, cco_mac),
	NUMBER(ccs_mme_avln, cco_tei),
	SKIP(3),
	NUMBER(ccs_mme_avln, num_stas),
	SKIP(5),
	LIST_BRIEF(ccs_mme_avln, stas, num_stas, CCS_MME_LIST_STA_V1),
	END,
};

ROWS(sta) {
	MAC_BRIEF(ccs_mme_sta, mac),
	NUMBER(ccs_mme_sta, tei),
	MAC(ccs_mme_sta, bridged_mac),
	NARROW(ccs_mme_sta, avg_tx_mbps, 1),
	NARROW(ccs_mme_sta, avg_rx_mbps, 1),
	END,
};

ROWS(sta_v1) {
	MAC_BRIEF(ccs_mme_sta, mac),
	NUMBER(ccs_mme_sta, tei),
	SKIP(3),
	MAC(ccs_mme_sta, bridged_mac),
	NUMBER(ccs_mme_sta, avg_tx_mbps),
	NUMBER(ccs_mme_sta, coupling),
	SKIP(1),
	NUMBER(ccs_mme_sta, avg_rx_mbps),
	SKIP(2),
	END,
};

ROWS(interval) {
	NUMBER(ccs_mme_interval, rate),
	NUMBER(ccs_mme_interval, pb_pass),
	NUMBER(ccs_mme_interval, pb_fail),
	NUMBER(ccs_mme_interval, turbo_ber_pass),
	NUMBER(ccs_mme_interval, turbo_ber_fail),
	END,
};

ROWS(module) {
	CODE(ccs_mme_module, module_id),
	NUMBER(ccs_mme_module, module_sub_id),
	BRIEF(ccs_mme_module, length),
	NUMBER(ccs_mme_module, checksum),
	END,
};

const struct mme_field *const ccs_mme_lists[CCS_MME_LISTS] = {
	[CCS_MME_LIST_MAC] = mac,
	[CCS_MME_LIST_NETWORK] = network,
	[CCS_MME_LIST_RATE] = rate,
	[CCS_MME_LIST_RATE_V2] = rate_v2,
	[CCS_MME_LIST_AVLN] = avln,
	[CCS_MME_LIST_AVLN_V1] = avln_v1,
	[CCS_MME_LIST_STA] = sta,
	[CCS_MME_LIST_STA_V1] = sta_v1,
	[CCS_MME_LIST_INTERVAL] = interval,
	[CCS_MME_LIST_MODULE] = module,
};
/* clang-format on */
