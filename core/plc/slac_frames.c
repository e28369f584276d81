/* SPDX-License-Identifier: Apache-2.0 */
/* SLAC messages of the car. */
#include "slac_frames.h"

#include <string.h>

const uint8_t ccs_slac_broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

bool ccs_slac_is_station(const uint8_t mac[6])
{
	static const uint8_t zero[6];

	return !(mac[0] & 1) && memcmp(mac, zero, 6) != 0;
}

unsigned int ccs_slac_toggle_phases(const struct ccs_slac_ev *ev)
{
	return 2u * ev->config.limits.value[CCS_SLAC_C_EV_vald_nb_toggles] + 1;
}

uint8_t ccs_slac_toggle_timer(const struct ccs_slac_ev *ev)
{
	unsigned int window = ccs_slac_toggle_phases(ev) *
			      ev->config.limits.value[CCS_SLAC_TP_EV_vald_state_duration];

	/* TP_EV_vald_toggle, 600 to 3500 ms, in steps of 100 ms from 100 ms on */
	return (uint8_t)((window + 99) / 100 - 1);
}

static void make_parm_req(const struct ccs_slac_ev *ev, struct ccs_mme *mme)
{
	ccs_mme_init(mme, CCS_MME_CM_SLAC_PARM_REQ, ccs_slac_broadcast, ev->config.mac);
	memcpy(mme->cm_slac_parm_req.run_id, ev->run_id, 8);
}

static void make_start_atten_char_ind(const struct ccs_slac_ev *ev, struct ccs_mme *mme)
{
	struct ccs_cm_start_atten_char_ind *ind = &mme->cm_start_atten_char_ind;

	ccs_mme_init(mme, CCS_MME_CM_START_ATTEN_CHAR_IND, ccs_slac_broadcast, ev->config.mac);
	ind->num_sounds = (uint8_t)ev->config.limits.value[CCS_SLAC_C_EV_match_MNBC];
	/* NOTE: Compleo takes nothing but 6 here (R2). */
	ind->time_out = CCS_SLAC_TIME_OUT;
	ind->resp_type = CCS_SLAC_RESP_TYPE;
	memcpy(ind->forwarding_sta, ev->config.mac, 6);
	memcpy(ind->run_id, ev->run_id, 8);
}

static void make_mnbc_sound_ind(struct ccs_slac_ev *ev, struct ccs_mme *mme)
{
	const uint16_t *limits = ev->config.limits.value;
	struct ccs_cm_mnbc_sound_ind *ind = &mme->cm_mnbc_sound_ind;
	unsigned int number = ev->step - limits[CCS_SLAC_C_EV_start_atten_char_inds];

	ccs_mme_init(mme, CCS_MME_CM_MNBC_SOUND_IND, ccs_slac_broadcast, ev->config.mac);
	ind->cnt = (uint8_t)(limits[CCS_SLAC_C_EV_match_MNBC] - 1 - number);
	memcpy(ind->run_id, ev->run_id, 8);
	ev->config.random.fill(ev->config.random.user, ind->random, sizeof(ind->random));
}

static void make_validate_req(const struct ccs_slac_ev *ev, uint8_t timer, struct ccs_mme *mme)
{
	ccs_mme_init(mme, CCS_MME_CM_VALIDATE_REQ, ev->evse_mac, ev->config.mac);
	mme->cm_validate_req.timer = timer;
	mme->cm_validate_req.result = CCS_SLAC_VALIDATE_READY;
}

static void make_match_req(const struct ccs_slac_ev *ev, struct ccs_mme *mme)
{
	struct ccs_cm_slac_match_req *req = &mme->cm_slac_match_req;

	ccs_mme_init(mme, CCS_MME_CM_SLAC_MATCH_REQ, ev->evse_mac, ev->config.mac);
	req->mvf_length = CCS_SLAC_MATCH_REQ_SIZE;
	memcpy(req->pev_mac, ev->config.mac, 6);
	memcpy(req->evse_mac, ev->evse_mac, 6);
	memcpy(req->run_id, ev->run_id, 8);
}

void ccs_slac_make_ev_frame(struct ccs_slac_ev *ev, struct ccs_mme *mme)
{
	switch (ev->state) {
	case CCS_SLAC_EV_SOUNDING:
		if (ev->step < ev->config.limits.value[CCS_SLAC_C_EV_start_atten_char_inds])
			make_start_atten_char_ind(ev, mme);
		else
			make_mnbc_sound_ind(ev, mme);
		break;
	case CCS_SLAC_EV_VALIDATING:
		make_validate_req(ev, 0, mme);
		break;
	case CCS_SLAC_EV_TOGGLING:
		make_validate_req(ev, ccs_slac_toggle_timer(ev), mme);
		break;
	case CCS_SLAC_EV_MATCHING:
		make_match_req(ev, mme);
		break;
	case CCS_SLAC_EV_ASKING:
	case CCS_SLAC_EV_UNMATCHED:
	case CCS_SLAC_EV_PREPARING:
	case CCS_SLAC_EV_COLLECTING:
	case CCS_SLAC_EV_POSTPONED:
	case CCS_SLAC_EV_JOINING:
	case CCS_SLAC_EV_MATCHED:
	case CCS_SLAC_EV_PAUSED:
	case CCS_SLAC_EV_WAITING:
	case CCS_SLAC_EV_FAILED:
	case CCS_SLAC_EV_LOST:
	case CCS_SLAC_EV_STATES:
		make_parm_req(ev, mme);
		break;
	}
}

void ccs_slac_make_atten_char_rsp(const struct ccs_slac_ev *ev, const uint8_t evse_mac[6],
				  struct ccs_mme *mme)
{
	ccs_mme_init(mme, CCS_MME_CM_ATTEN_CHAR_RSP, evse_mac, ev->config.mac);
	memcpy(mme->cm_atten_char_rsp.source_address, ev->config.mac, 6);
	memcpy(mme->cm_atten_char_rsp.run_id, ev->run_id, 8);
}
