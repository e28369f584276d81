/* SPDX-License-Identifier: Apache-2.0 */
/* Modems: the table of what they are like, their keys, their answers. */
#include "modem.h"

#include <string.h>

/*
 * Intervals as measured: an AR7420 shows the old key at 2.6 s, is silent at 3.9 s, shows the new
 * one at 5.2 s and its peer after 6.3 to 7.8 s; a QCA7005 has its link before 4 s.
 */
const struct sim_modem_config sim_modems[SIM_MODEM_KINDS] = {
	[SIM_MODEM_QCA7005] = { .name = "qca7005",
				.chip = CCS_MODEM_QCA7005,
				.version = "MAC-QCA7005-1.1.0.730-04-20140815-CS",
				.vendor_profiles = true,
				.profiles = true,
				.key_result = 1,
				.old_key_ms = 200,
				.deaf_ms = 800,
				.join_ms = 1500,
				.join_spread_ms = 1400,
				.reset_ms = 1500 },
	[SIM_MODEM_AR7420] = { .name = "ar7420",
			       .chip = CCS_MODEM_QCA7420,
			       .version = "MAC-QCA7420-1.1.0.844-02-20120427-CS",
			       .vendor_profiles = true,
			       .profiles = true,
			       .empty_profiles = true,
			       .no_link_status = true,
			       .key_result = 1,
			       .old_key_ms = 2700,
			       .deaf_ms = 2400,
			       .join_ms = 1200,
			       .join_spread_ms = 1500,
			       .reset_ms = 4000 },
	[SIM_MODEM_CG5317] = { .name = "cg5317",
			       .chip = CCS_MODEM_CG5317,
			       .profiles = true,
			       .no_get_key = true,
			       .old_key_ms = 100,
			       .deaf_ms = 1000,
			       .join_ms = 1500,
			       .reset_ms = 1500 },
	[SIM_MODEM_PLAIN] = { .name = "plain",
			      .profiles = true,
			      .old_key_ms = 100,
			      .deaf_ms = 500,
			      .join_ms = 1000,
			      .reset_ms = 1000 },
};

static const uint8_t everyone[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
static const uint8_t local_address[6] = { 0x00, 0xb0, 0x52, 0x00, 0x00, 0x01 };

#define LONG_AGO (INT64_MIN / 2)

static bool is_qca(const struct sim_modem *m)
{
	return m->config.chip >= CCS_MODEM_QCA_OTHER && m->config.chip <= CCS_MODEM_QCA7500;
}

const struct sim_modem_config *sim_modem_find(const char *name)
{
	for (size_t i = 0; i < SIM_MODEM_KINDS; i++) {
		if (strcmp(sim_modems[i].name, name) == 0)
			return &sim_modems[i];
	}
	return NULL;
}

static void fill_random(struct sim_random *random, uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(sim_random_next(random) >> 32);
}

void sim_modem_init(struct sim_modem *m, const struct sim_modem_config *config, enum ccs_side side,
		    const uint8_t host_mac[6], uint16_t number, struct sim_random *random)
{
	const uint8_t mac[6] = {
		0x00,
		config->chip == CCS_MODEM_CG5317 ? 0x16 : 0xb0,
		config->chip == CCS_MODEM_CG5317 ? 0xe8 : 0x52,
		0x5a,
		(uint8_t)(number >> 8),
		(uint8_t)number,
	};

	memset(m, 0, sizeof(*m));
	m->config = *config;
	m->side = side;
	memcpy(m->mac, mac, 6);
	memcpy(m->host_mac, host_mac, 6);
	fill_random(random, m->after.nid, sizeof(m->after.nid));
	m->after.nid[6] &= 0x3f;
	fill_random(random, m->after.nmk, sizeof(m->after.nmk));
	m->change = m->awake = m->after.joined = LONG_AGO;
}

/* Keys and networks. */

bool sim_modem_is_awake(const struct sim_modem *m, ccs_time now)
{
	return !m->config.dead && (now < m->change || now >= m->awake);
}

const struct sim_modem_network *sim_modem_network(const struct sim_modem *m, ccs_time now)
{
	return now < m->change ? &m->before : &m->after;
}

bool sim_modem_shares_network(const struct sim_modem *a, const struct sim_modem *b, ccs_time now,
			      ccs_time *since)
{
	const struct sim_modem_network *x = sim_modem_network(a, now);
	const struct sim_modem_network *y = sim_modem_network(b, now);

	if (memcmp(x->nid, y->nid, sizeof(x->nid)) != 0 ||
	    memcmp(x->nmk, y->nmk, sizeof(x->nmk)) != 0)
		return false;
	if (!sim_modem_is_awake(a, now) || !sim_modem_is_awake(b, now) || a->config.never_joins ||
	    b->config.never_joins)
		return false;
	*since = x->joined > y->joined ? x->joined : y->joined;
	return now >= *since;
}

static void restart(struct sim_modem *m, ccs_time at, uint16_t deaf_ms, struct sim_random *random)
{
	m->change = at;
	m->awake = at + CCS_MS(deaf_ms);
	m->after.joined = m->awake + CCS_MS(m->config.join_ms) +
			  CCS_MS(sim_random_below(random, m->config.join_spread_ms + 1u));
}

static void take_key(struct sim_modem *m, const struct ccs_cm_set_key_req *req,
		     struct sim_random *random, ccs_time now)
{
	if (m->config.forgets_key)
		return;
	m->before = *sim_modem_network(m, now);
	memcpy(m->after.nid, req->nid, sizeof(m->after.nid));
	memcpy(m->after.nmk, req->new_key, sizeof(m->after.nmk));
	if (m->store)
		sim_modem_store_set_key(m->store, req->new_key, req->nid);
	restart(m, now + CCS_MS(m->config.old_key_ms), m->config.deaf_ms, random);
	m->keys++;
}

static void reset(struct sim_modem *m, struct sim_random *random, ccs_time now)
{
	m->after = *sim_modem_network(m, now);
	restart(m, now, m->config.reset_ms, random);
}

/* Answers. */

bool sim_modem_is_called(const struct sim_modem *m, const uint8_t address[6])
{
	return memcmp(address, everyone, 6) == 0 || memcmp(address, local_address, 6) == 0 ||
	       memcmp(address, m->mac, 6) == 0;
}

static void begin(const struct sim_modem *m, enum ccs_mme_kind kind, const uint8_t to[6],
		  struct sim_modem_reply *reply)
{
	ccs_mme_init(&reply->mme, kind, to, m->mac);
}

static bool answer_version(const struct sim_modem *m, const uint8_t to[6],
			   struct sim_modem_reply *reply)
{
	static const uint32_t idents[CCS_MODEM_CHIPS] = {
		[CCS_MODEM_QCA7005] = 0x001b587c,
		[CCS_MODEM_QCA7420] = 0x001cfcfc,
	};
	struct ccs_vs_sw_ver_cnf *cnf = &reply->mme.vs_sw_ver_cnf;

	if (!is_qca(m))
		return false;
	begin(m, CCS_MME_VS_SW_VER_CNF, to, reply);
	cnf->has_ident = true;
	cnf->chip_ident = idents[m->config.chip];
	cnf->version = m->config.version;
	cnf->version_length = m->config.version ? (uint8_t)strlen(m->config.version) : 0;
	return true;
}

/* Whoever names the right network gets its key, but never over the line. */
static bool answer_get_key(const struct sim_modem *m, const struct ccs_mme *request, bool far,
			   ccs_time now, struct sim_modem_reply *reply)
{
	const struct sim_modem_network *network = sim_modem_network(m, now);
	struct ccs_cm_get_key_cnf *cnf = &reply->mme.cm_get_key_cnf;

	if (m->config.no_get_key)
		return false;
	begin(m, CCS_MME_CM_GET_KEY_CNF, request->src, reply);
	memcpy(cnf->nid, network->nid, sizeof(cnf->nid));
	cnf->requested_key_type = request->cm_get_key_req.requested_key_type;
	cnf->your_nonce = request->cm_get_key_req.my_nonce;
	cnf->pid = 4;
	cnf->eks = 1;
	cnf->result = far || memcmp(request->cm_get_key_req.nid, network->nid, 7) != 0;
	if (!cnf->result)
		memcpy(cnf->key, network->nmk, sizeof(cnf->key));
	return true;
}

static bool answer_set_key(struct sim_modem *m, const struct ccs_mme *request,
			   struct sim_random *random, ccs_time now, struct sim_modem_reply *reply)
{
	struct ccs_cm_set_key_cnf *cnf = &reply->mme.cm_set_key_cnf;

	begin(m, CCS_MME_CM_SET_KEY_CNF, m->host_mac, reply);
	cnf->result = m->config.key_result;
	cnf->my_nonce = (uint32_t)sim_random_next(random);
	cnf->your_nonce = request->cm_set_key_req.my_nonce;
	cnf->pid = 4;
	cnf->pmn = 0xff;
	cnf->cco_capability = request->cm_set_key_req.cco_capability;
	if (m->config.refuses_key)
		cnf->result = !m->config.key_result;
	else
		take_key(m, &request->cm_set_key_req, random, now);
	return true;
}

static bool answer_stations(const struct sim_modem *m, const struct sim_modem_peers *peers,
			    struct sim_modem_reply *reply)
{
	struct ccs_cm_nw_stats_cnf *cnf = &reply->mme.cm_nw_stats_cnf;

	begin(m, CCS_MME_CM_NW_STATS_CNF, m->host_mac, reply);
	cnf->stas.kind = CCS_MME_LIST_RATE;
	for (uint32_t i = 0; i < peers->count && i < SIM_MODEM_PEERS; i++) {
		struct ccs_mme_rate rate = { .avg_tx_mbps = 9, .avg_rx_mbps = 9 };

		memcpy(rate.mac, peers->mac[i], 6);
		if (ccs_mme_append(&cnf->stas, &rate, reply->memory, sizeof(reply->memory)))
			break;
		cnf->num_stas++;
	}
	return true;
}

static bool answer_link(const struct sim_modem *m, enum ccs_mme_kind question,
			const struct sim_modem_peers *peers, struct sim_modem_reply *reply)
{
	if (m->config.no_link_status)
		return false;
	if (question == CCS_MME_CM_NW_STATS_REQ && !is_qca(m))
		return answer_stations(m, peers, reply);
	if (question == CCS_MME_VS_PL_LINK_STATUS_REQ && is_qca(m)) {
		begin(m, CCS_MME_VS_PL_LINK_STATUS_CNF, m->host_mac, reply);
		reply->mme.vs_pl_link_status_cnf.link_status = peers->count > 0;
		return true;
	}
	if (question == CCS_MME_LUMISSIL_GET_D_LINK_STATUS_REQ &&
	    m->config.chip == CCS_MODEM_CG5317) {
		begin(m, CCS_MME_LUMISSIL_GET_D_LINK_STATUS_CNF, m->host_mac, reply);
		reply->mme.lumissil.value = peers->count > 0;
		return true;
	}
	return false;
}

/* The network as VS_NW_INFO of the newer chips tells it: this modem and the first it sees. */
static bool answer_network(const struct sim_modem *m, const struct sim_modem_peers *peers,
			   ccs_time now, struct sim_modem_reply *reply)
{
	struct ccs_mme_avln avln = { .tei = 1, .role = m->side == CCS_SIDE_EVSE ? 2 : 0 };
	struct ccs_mme_sta sta = { .tei = 2, .avg_tx_mbps = 9, .avg_rx_mbps = 9 };
	struct ccs_vs_nw_info_cnf *cnf = &reply->mme.vs_nw_info_cnf;
	uint8_t stations[32];

	begin(m, CCS_MME_VS_NW_INFO_CNF_V1, m->host_mac, reply);
	memcpy(avln.nid, sim_modem_network(m, now)->nid, sizeof(avln.nid));
	avln.stas.kind = CCS_MME_LIST_STA_V1;
	if (peers->count) {
		memcpy(sta.mac, peers->mac[0], 6);
		avln.num_stas = !ccs_mme_append(&avln.stas, &sta, stations, sizeof(stations));
	}
	cnf->avlns.kind = CCS_MME_LIST_AVLN_V1;
	cnf->num_avlns = !ccs_mme_append(&cnf->avlns, &avln, reply->memory, sizeof(reply->memory));
	cnf->data_length = (uint16_t)(cnf->avlns.size + 2);
	return is_qca(m) && cnf->num_avlns;
}

/* The restart is at once, and with what is in the flash memory then. */
static void restart_store(struct sim_modem *m, struct sim_random *random, ccs_time now)
{
	reset(m, random, now);
	if (m->store) {
		sim_modem_store_boot(m->store);
		sim_modem_store_mac(m->store, m->mac);
	}
}

/* True: it was for the store, and `answered` says whether there is an answer. */
static bool ask_store(struct sim_modem *m, const struct ccs_mme *request, struct sim_random *random,
		      ccs_time now, struct sim_modem_reply *reply, bool *answered)
{
	enum sim_store_result result;

	if (!m->store)
		return false;
	result = sim_modem_store_take(m->store, m->mac, request, now, &reply->mme);
	*answered = result == SIM_STORE_ANSWER || result == SIM_STORE_ANSWER_RESTART;
	m->config.dead |= result == SIM_STORE_DIE;
	if (result == SIM_STORE_RESTART || result == SIM_STORE_ANSWER_RESTART)
		restart_store(m, random, now);
	return result != SIM_STORE_NOT_MINE;
}

bool sim_modem_answer(struct sim_modem *m, const struct ccs_mme *request,
		      const struct sim_modem_peers *peers, struct sim_random *random, ccs_time now,
		      struct sim_modem_reply *reply)
{
	bool answered;

	if (ask_store(m, request, random, now, reply, &answered))
		return answered;
	switch ((unsigned int)request->kind) {
	case CCS_MME_VS_SW_VER_REQ:
		return answer_version(m, request->src, reply);
	case CCS_MME_LUMISSIL_GET_VERSION_REQ:
		begin(m, CCS_MME_LUMISSIL_GET_VERSION_CNF, m->host_mac, reply);
		return m->config.chip == CCS_MODEM_CG5317;
	case CCS_MME_CM_GET_KEY_REQ:
		return answer_get_key(m, request, false, now, reply);
	case CCS_MME_CM_SET_KEY_REQ:
		return answer_set_key(m, request, random, now, reply);
	case CCS_MME_VS_RS_DEV_REQ:
		if (!is_qca(m))
			return false;
		begin(m, CCS_MME_VS_RS_DEV_CNF, m->host_mac, reply);
		restart_store(m, random, now);
		return true;
	case CCS_MME_VS_NW_INFO_REQ_V1:
		return answer_network(m, peers, now, reply);
	case CCS_MME_LUMISSIL_RESET_DEVICE_REQ:
		if (m->config.chip == CCS_MODEM_CG5317)
			reset(m, random, now);
		return false;
	default:
		return answer_link(m, request->kind, peers, reply);
	}
}

bool sim_modem_answer_far(const struct sim_modem *m, const struct ccs_mme *request, ccs_time now,
			  struct sim_modem_reply *reply)
{
	switch ((unsigned int)request->kind) {
	case CCS_MME_VS_SW_VER_REQ:
		return answer_version(m, request->src, reply);
	case CCS_MME_CM_GET_KEY_REQ:
		return answer_get_key(m, request, true, now, reply);
	case CCS_MME_CM_SET_KEY_REQ: /* refused, but answered */
		begin(m, CCS_MME_CM_SET_KEY_CNF, request->src, reply);
		reply->mme.cm_set_key_cnf.result = !m->config.key_result;
		return is_qca(m);
	default:
		return false;
	}
}

bool sim_modem_report(const struct sim_modem *m, const uint8_t pev_mac[6],
		      const uint8_t db[CCS_SLAC_GROUPS], bool vendor, struct sim_modem_reply *reply)
{
	struct ccs_mme *ind = &reply->mme;
	uint8_t groups = m->config.empty_profiles ? 0 : CCS_SLAC_GROUPS;

	if (m->side != CCS_SIDE_EVSE || m->config.hears_nothing)
		return false;
	memcpy(reply->memory, db, CCS_SLAC_GROUPS);
	if (vendor) {
		begin(m, CCS_MME_VS_ATTEN_CHAR_IND, everyone, reply);
		if (m->config.chip == CCS_MODEM_QCA7005)
			memset(ind->oui, 0, sizeof(ind->oui)); /* as its firmware 1.1.0 */
		memcpy(ind->vs_atten_char_ind.pev_mac, pev_mac, 6);
		ind->vs_atten_char_ind.num_groups = groups;
		ind->vs_atten_char_ind.carriers_per_group = 16;
		ind->vs_atten_char_ind.aag = reply->memory;
		return m->config.vendor_profiles;
	}
	begin(m, CCS_MME_CM_ATTEN_PROFILE_IND, m->host_mac, reply);
	memcpy(ind->cm_atten_profile_ind.pev_mac, pev_mac, 6);
	ind->cm_atten_profile_ind.num_groups = groups;
	ind->cm_atten_profile_ind.aag = reply->memory;
	return m->config.profiles;
}
