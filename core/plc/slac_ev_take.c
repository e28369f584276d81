/* SPDX-License-Identifier: Apache-2.0 */
/* The car's side of SLAC: who may say what, and when. */
#include "slac_ev_states.h"

#include "slac_choice.h"
#include "slac_frames.h"
#include "slac_report.h"

#include <string.h>

static ccs_time limit(const struct ccs_slac_ev *ev, enum ccs_slac_limit which)
{
	return CCS_MS(ev->config.limits.value[which]);
}

static int take_parm_cnf(struct ccs_slac_ev *ev, const struct ccs_mme *mme, ccs_time now)
{
	const struct ccs_cm_slac_parm_cnf *cnf = &mme->cm_slac_parm_cnf;
	struct ccs_slac_candidate *c;

	if ((ev->state != CCS_SLAC_EV_ASKING && ev->state != CCS_SLAC_EV_SOUNDING) ||
	    memcmp(cnf->run_id, ev->run_id, 8) != 0)
		return CCS_IGNORED;
	if (cnf->application_type || cnf->security_type || cnf->num_sounds == 0 ||
	    cnf->resp_type != CCS_SLAC_RESP_TYPE ||
	    !ccs_slac_same_mac(cnf->m_sound_target, ccs_slac_broadcast) ||
	    !ccs_slac_same_mac(cnf->forwarding_sta, ev->config.mac)) {
		ccs_slac_ev_note(ev, mme->src,
				 "a CM_SLAC_PARM.CNF that is not as the standard wants it", now);
		return CCS_IGNORED;
	}
	c = ccs_slac_add_candidate(ev, mme->src);
	if (!c) {
		ccs_slac_ev_note(ev, mme->src, "more chargers answer than are compared", now);
		return CCS_IGNORED;
	}
	c->confirmed = true;
	return 0;
}

static bool listens_to_reports(const struct ccs_slac_ev *ev)
{
	return ev->state >= CCS_SLAC_EV_SOUNDING && ev->state <= CCS_SLAC_EV_MATCHING;
}

static bool is_all_zero(const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

static void store_report(struct ccs_slac_ev *ev, struct ccs_slac_candidate *c,
			 const struct ccs_cm_atten_char_ind *ind, ccs_time now)
{
	struct ccs_slac_voice v = { ev->sink, "slac", CCS_SIDE_EVSE, c->mac, now };

	c->reported = true;
	c->num_sounds = ind->num_sounds;
	c->mean = (uint16_t)ccs_mme_mean_attenuation(ind->aag, ind->num_groups);
	ccs_slac_report_db(&v, "attenuation", c->mean);
	if (ev->config.decide_early && ev->state == CCS_SLAC_EV_COLLECTING &&
	    ccs_slac_all_reported(ev))
		ccs_slac_ev_decide(ev, now);
}

/* CM_ATTEN_CHAR.IND: from the first sound on, with any number of sounds, repeats too (R61). */
static int take_atten_char_ind(struct ccs_slac_ev *ev, const struct ccs_mme *mme, ccs_time now)
{
	const struct ccs_cm_atten_char_ind *ind = &mme->cm_atten_char_ind;
	struct ccs_slac_candidate *c;

	if (!listens_to_reports(ev) || memcmp(ind->run_id, ev->run_id, 8) != 0 ||
	    !ccs_slac_same_mac(ind->source_address, ev->config.mac) || ind->application_type ||
	    ind->security_type)
		return CCS_IGNORED;
	if (ev->config.ignore_early && ev->state == CCS_SLAC_EV_SOUNDING)
		return CCS_IGNORED;
	/* NOTE: a profile of zeros says that nothing was measured; an Ioniq does not answer (R6).
	 */
	if (is_all_zero(ind->aag, ind->num_groups)) {
		ccs_slac_ev_note(ev, mme->src, "an attenuation of nothing but zeros", now);
		return CCS_IGNORED;
	}
	c = ev->state <= CCS_SLAC_EV_COLLECTING ? ccs_slac_add_candidate(ev, mme->src)
						: ccs_slac_find_candidate(ev, mme->src);
	if (!c)
		return CCS_IGNORED;
	c->owes_rsp = true;
	if (!c->reported && ev->state <= CCS_SLAC_EV_COLLECTING)
		store_report(ev, c, ind, now);
	return 0;
}

static int take_first_validate_cnf(struct ccs_slac_ev *ev, uint8_t result, ccs_time now)
{
	switch (result) {
	case CCS_SLAC_VALIDATE_NOT_READY:
		ccs_slac_ev_enter(ev, CCS_SLAC_EV_POSTPONED, now);
		ev->deadline = now + limit(ev, CCS_SLAC_TP_EV_match_session);
		break;
	case CCS_SLAC_VALIDATE_READY:
		ccs_slac_ev_enter(ev, CCS_SLAC_EV_TOGGLING, now);
		ev->tries = 0;
		ccs_slac_ev_begin_toggling(ev, now);
		break;
	case CCS_SLAC_VALIDATE_NOT_REQUIRED:
		if (ccs_slac_ev_is_nearest(ev))
			ccs_slac_ev_enter_request(ev, CCS_SLAC_EV_MATCHING, now);
		else
			ccs_slac_ev_try_next(ev, false, "not the nearest, and does not validate",
					     now);
		break;
	default:
		ccs_slac_ev_try_next(ev, false, "the charger refuses to validate", now);
		break;
	}
	return 0;
}

static int take_validate_cnf(struct ccs_slac_ev *ev, const struct ccs_mme *mme, ccs_time now)
{
	const struct ccs_cm_validate_cnf *cnf = &mme->cm_validate_cnf;

	if (!ccs_slac_same_mac(mme->src, ev->evse_mac) || cnf->signal_type)
		return CCS_IGNORED;
	if (ev->state == CCS_SLAC_EV_VALIDATING)
		return take_first_validate_cnf(ev, cnf->result, now);
	/* A repeated answer to the first step says nothing about the toggles. */
	if (ev->state != CCS_SLAC_EV_TOGGLING || cnf->result == CCS_SLAC_VALIDATE_READY)
		return CCS_IGNORED;
	if (cnf->result == CCS_SLAC_VALIDATE_SUCCESS &&
	    cnf->toggle_num == ev->config.limits.value[CCS_SLAC_C_EV_vald_nb_toggles])
		ccs_slac_ev_enter_request(ev, CCS_SLAC_EV_MATCHING, now);
	else
		ccs_slac_ev_try_next(ev, true, "the charger did not see our toggles", now);
	return 0;
}

static int take_match_cnf(struct ccs_slac_ev *ev, const struct ccs_mme *mme, ccs_time now)
{
	const struct ccs_cm_slac_match_cnf *cnf = &mme->cm_slac_match_cnf;

	if (ev->state != CCS_SLAC_EV_MATCHING || !ccs_slac_same_mac(mme->src, ev->evse_mac) ||
	    !ccs_slac_same_mac(cnf->evse_mac, ev->evse_mac) ||
	    !ccs_slac_same_mac(cnf->pev_mac, ev->config.mac) ||
	    memcmp(cnf->run_id, ev->run_id, 8) != 0 || cnf->application_type || cnf->security_type)
		return CCS_IGNORED;
	if (cnf->mvf_length != CCS_SLAC_MATCH_CNF_SIZE) {
		ccs_slac_ev_note(ev, mme->src, "a CM_SLAC_MATCH.CNF with a wrong MVFLength", now);
		return CCS_IGNORED;
	}
	ccs_slac_ev_enter(ev, CCS_SLAC_EV_JOINING, now);
	ev->deadline = now + limit(ev, CCS_SLAC_TT_match_join);
	ev->has_key = true;
	ccs_modem_set_key(&ev->modem, cnf->nmk, cnf->nid, now);
	ccs_modem_watch_link(&ev->modem, true, now);
	return 0;
}

/* Once there is a link either side may send its amplitude map; AMLEN 0 is none. */
static int take_amp_map_req(struct ccs_slac_ev *ev, const struct ccs_mme *mme, ccs_time now)
{
	if ((ev->state != CCS_SLAC_EV_JOINING && ev->state != CCS_SLAC_EV_MATCHED) ||
	    !ccs_slac_same_mac(mme->src, ev->evse_mac) || mme->cm_amp_map_req.amlen == 0)
		return CCS_IGNORED;
	ccs_slac_ev_note(ev, mme->src, "CM_AMP_MAP.REQ confirmed, the modem is left as it is", now);
	ev->amp_map_due = true;
	return 0;
}

int ccs_slac_ev_take(struct ccs_slac_ev *ev, const struct ccs_mme *mme, ccs_time now)
{
	switch ((unsigned int)mme->kind) {
	case CCS_MME_CM_SLAC_PARM_CNF:
		return take_parm_cnf(ev, mme, now);
	case CCS_MME_CM_ATTEN_CHAR_IND:
		return take_atten_char_ind(ev, mme, now);
	case CCS_MME_CM_VALIDATE_CNF:
		return take_validate_cnf(ev, mme, now);
	case CCS_MME_CM_SLAC_MATCH_CNF:
		return take_match_cnf(ev, mme, now);
	case CCS_MME_CM_AMP_MAP_REQ:
		return take_amp_map_req(ev, mme, now);
	default:
		return CCS_IGNORED;
	}
}
