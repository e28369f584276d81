/* SPDX-License-Identifier: Apache-2.0 */
/* SLAC and SECC discovery. */
#include "trace/summary_parts.h"

#include "ccs/mme.h"
#include "ccs/sdp.h"

#include <string.h>

static void keep_mac(uint8_t to[6], bool *has, const uint8_t mac[6])
{
	memcpy(to, mac, 6);
	*has = true;
}

static void take_parm_req(struct ccs_session_facts *s, const struct ccs_mme *mme, struct ccs_at at)
{
	struct ccs_slac_facts *slac = &s->slac;
	const uint8_t *run_id = mme->cm_slac_parm_req.run_id;

	ccs_see(&slac->parm_req, at);
	if (!slac->has_run_id || memcmp(slac->run_id, run_id, sizeof(slac->run_id)) != 0)
		slac->runs++;
	memcpy(slac->run_id, run_id, sizeof(slac->run_id));
	slac->has_run_id = true;
	if (slac->match_cnf.count == 0)
		keep_mac(slac->ev_mac, &slac->has_ev, mme->src);
	if (!s->v2g.first.seen && s->phase != CCS_PHASE_SLAC)
		ccs_summary_enter(s, CCS_PHASE_SLAC, at);
}

/* The place of this charger in the list; NULL when the list is full. */
static struct ccs_slac_answer *find_answer(struct ccs_slac_facts *slac, const uint8_t mac[6],
					   struct ccs_at at)
{
	uint32_t known = slac->answer_count < CCS_SUMMARY_ANSWERS ? slac->answer_count
								  : CCS_SUMMARY_ANSWERS;

	for (uint32_t i = 0; i < known; i++)
		if (memcmp(slac->answers[i].mac, mac, 6) == 0)
			return &slac->answers[i];
	slac->answer_count++;
	if (known == CCS_SUMMARY_ANSWERS)
		return NULL;
	memcpy(slac->answers[known].mac, mac, 6);
	slac->answers[known].at = at;
	return &slac->answers[known];
}

static void take_parm_cnf(struct ccs_slac_facts *slac, const struct ccs_mme *mme, struct ccs_at at)
{
	ccs_see(&slac->parm_cnf, at);
	find_answer(slac, mme->src, at);
	if (slac->match_cnf.count == 0)
		keep_mac(slac->evse_mac, &slac->has_evse, mme->src);
	if (slac->parm_req.count > 0 &&
	    memcmp(mme->cm_slac_parm_cnf.run_id, slac->run_id, sizeof(slac->run_id)) != 0)
		slac->foreign_cnf++;
}

static void take_atten_char(struct ccs_slac_facts *slac, const struct ccs_mme *mme,
			    struct ccs_at at)
{
	const struct ccs_cm_atten_char_ind *ind = &mme->cm_atten_char_ind;
	struct ccs_slac_answer *answer = find_answer(slac, mme->src, at);

	ccs_see(&slac->atten_char, at);
	if (mme->dst[0] & 1)
		slac->broadcast_char++;
	if (!slac->has_ev)
		keep_mac(slac->ev_mac, &slac->has_ev, ind->source_address);
	if (!slac->has_evse)
		keep_mac(slac->evse_mac, &slac->has_evse, mme->src);
	if (!answer || ind->num_groups == 0)
		return;
	answer->groups = ind->num_groups;
	answer->sounds = ind->num_sounds;
	answer->mean_mdb = (int32_t)ccs_mme_mean_attenuation(ind->aag, ind->num_groups) * 10;
	answer->lowest = answer->highest = ind->aag[0];
	for (unsigned int i = 1; i < ind->num_groups; i++) {
		if (ind->aag[i] < answer->lowest)
			answer->lowest = ind->aag[i];
		if (ind->aag[i] > answer->highest)
			answer->highest = ind->aag[i];
	}
}

static void take_match_cnf(struct ccs_session_facts *s, const struct ccs_mme *mme, struct ccs_at at)
{
	struct ccs_slac_facts *slac = &s->slac;
	const struct ccs_cm_slac_match_cnf *cnf = &mme->cm_slac_match_cnf;

	ccs_see(&slac->match_cnf, at);
	keep_mac(slac->ev_mac, &slac->has_ev, cnf->pev_mac);
	keep_mac(slac->evse_mac, &slac->has_evse, mme->src);
	memcpy(slac->nid, cnf->nid, sizeof(slac->nid));
	slac->has_nid = true;
	if (!slac->has_run_id)
		memcpy(slac->run_id, cnf->run_id, sizeof(slac->run_id));
	slac->has_run_id = true;
	if (!s->v2g.first.seen)
		ccs_summary_enter(s, CCS_PHASE_JOIN, at);
}

void ccs_summary_take_mme(struct ccs_session_facts *s, const struct ccs_record *record)
{
	const struct ccs_mme *mme = record->mme;
	struct ccs_slac_facts *slac = &s->slac;
	struct ccs_at at = ccs_at_of(record);

	switch (mme->kind) {
	case CCS_MME_CM_SLAC_PARM_REQ:
		take_parm_req(s, mme, at);
		break;
	case CCS_MME_CM_SLAC_PARM_CNF:
		take_parm_cnf(slac, mme, at);
		break;
	case CCS_MME_CM_START_ATTEN_CHAR_IND:
		ccs_see(&slac->start, at);
		break;
	case CCS_MME_CM_MNBC_SOUND_IND:
		ccs_see(&slac->sound, at);
		break;
	case CCS_MME_CM_ATTEN_PROFILE_IND:
	case CCS_MME_VS_ATTEN_CHAR_IND:
		ccs_see(&slac->profile, at);
		break;
	case CCS_MME_CM_ATTEN_CHAR_IND:
		take_atten_char(slac, mme, at);
		break;
	case CCS_MME_CM_ATTEN_CHAR_RSP:
		ccs_see(&slac->atten_rsp, at);
		break;
	case CCS_MME_CM_VALIDATE_REQ:
		ccs_see(&slac->validate, at);
		break;
	case CCS_MME_CM_SLAC_MATCH_REQ:
		ccs_see(&slac->match_req, at);
		if (!slac->has_evse)
			keep_mac(slac->evse_mac, &slac->has_evse, mme->cm_slac_match_req.evse_mac);
		break;
	case CCS_MME_CM_SLAC_MATCH_CNF:
		take_match_cnf(s, mme, at);
		break;
	case CCS_MME_CM_SET_KEY_CNF:
		ccs_see(&slac->set_key_cnf, at);
		break;
	default: /* not SLAC */
		break;
	}
}

void ccs_summary_take_sdp(struct ccs_session_facts *s, const struct ccs_record *record)
{
	const struct ccs_sdp *message = record->sdp;
	struct ccs_sdp_facts *sdp = &s->sdp;
	struct ccs_at at = ccs_at_of(record);

	switch (message->kind) {
	case CCS_SDP_REQUEST:
	case CCS_SDP_REQUEST_WIRELESS:
		if (sdp->request.count == 0)
			sdp->first_asked = message->security;
		ccs_see(&sdp->request, at);
		sdp->security_asked = message->security;
		if (!s->v2g.first.seen && s->phase != CCS_PHASE_SDP)
			ccs_summary_enter(s, CCS_PHASE_SDP, at);
		break;
	case CCS_SDP_RESPONSE:
	case CCS_SDP_RESPONSE_WIRELESS:
		ccs_see(&sdp->response, at);
		sdp->security_answered = message->security;
		sdp->port = message->secc_port;
		memcpy(sdp->secc_ip, message->secc_ip, sizeof(sdp->secc_ip));
		if (!s->v2g.first.seen)
			ccs_summary_enter(s, CCS_PHASE_TCP, at);
		break;
	}
}
