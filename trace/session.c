/* SPDX-License-Identifier: Apache-2.0 */
/* Which session a record belongs to. */
#include "trace/session.h"

#include "ccs/mme.h"
#include "ccs/sdp.h"
#include "trace/values.h"

#include <string.h>

/* A car that has been silent for so long has gone, even if it did not say so. */
#define GONE_MATCHING CCS_SECONDS(60)
#define GONE_TALKING  CCS_SECONDS(5)

static bool begin(struct ccs_sessions *s)
{
	s->number++;
	s->stage = CCS_SESSION_MATCHING;
	s->resumes = s->pausing ? s->paused : 0;
	s->pausing = false;
	return true;
}

static bool is_over(const struct ccs_sessions *s)
{
	return s->stage == CCS_SESSION_NONE || s->stage == CCS_SESSION_OVER;
}

static enum ccs_side find_sender(enum ccs_mme_kind kind)
{
	switch (kind) {
	case CCS_MME_CM_SLAC_PARM_REQ:
	case CCS_MME_CM_START_ATTEN_CHAR_IND:
	case CCS_MME_CM_MNBC_SOUND_IND:
	case CCS_MME_CM_ATTEN_CHAR_RSP:
	case CCS_MME_CM_VALIDATE_REQ:
	case CCS_MME_CM_SLAC_MATCH_REQ:
		return CCS_SIDE_EV;
	case CCS_MME_CM_SLAC_PARM_CNF:
	case CCS_MME_CM_ATTEN_PROFILE_IND:
	case CCS_MME_CM_ATTEN_CHAR_IND:
	case CCS_MME_CM_VALIDATE_CNF:
	case CCS_MME_CM_SLAC_MATCH_CNF:
	case CCS_MME_VS_ATTEN_CHAR_IND:
		return CCS_SIDE_EVSE;
	default:
		return CCS_SIDE_UNKNOWN;
	}
}

/* A car asks for SLAC: the same one again, another one, or a neighbour's that is overheard while
 * ours is charging. */
static bool take_slac_request(struct ccs_sessions *s, struct ccs_record *record)
{
	bool same = s->has_ev && !memcmp(s->ev_mac, record->mme->src, 6);
	ccs_time silent = record->time - s->latest;
	bool new = is_over(s) || (s->stage == CCS_SESSION_MATCHING &&
				  ((s->has_ev && !same) || silent > GONE_MATCHING));

	if (s->stage == CCS_SESSION_TALKING) {
		if (!same && silent < GONE_TALKING) {
			record->session = 0;
			return false;
		}
		new = true;
	}
	memcpy(s->ev_mac, record->mme->src, 6);
	s->has_ev = true;
	if (!new)
		return false;
	s->has_evse = false;
	return begin(s);
}

static bool take_mme(struct ccs_sessions *s, struct ccs_record *record)
{
	const struct ccs_mme *mme = record->mme;
	bool first = false;

	record->dir = find_sender(mme->kind);
	if (mme->kind == CCS_MME_CM_SLAC_PARM_REQ)
		return take_slac_request(s, record);
	if (record->dir != CCS_SIDE_UNKNOWN && is_over(s))
		first = begin(s);
	if (mme->kind == CCS_MME_CM_SLAC_PARM_CNF) {
		memcpy(s->evse_mac, mme->src, 6);
		memcpy(s->ev_mac, mme->cm_slac_parm_cnf.forwarding_sta, 6);
		s->has_ev = s->has_evse = true;
	} else if (mme->kind == CCS_MME_CM_SLAC_MATCH_CNF) {
		memcpy(s->evse_mac, mme->cm_slac_match_cnf.evse_mac, 6);
	}
	if (record->dir == CCS_SIDE_UNKNOWN) {
		if (s->has_ev && !memcmp(mme->src, s->ev_mac, 6))
			record->dir = CCS_SIDE_EV;
		else if (s->has_evse && !memcmp(mme->src, s->evse_mac, 6))
			record->dir = CCS_SIDE_EVSE;
	}
	return first;
}

static bool take_message(struct ccs_sessions *s, const struct ccs_record_msg *msg)
{
	bool handshake = msg->proto && !strcmp(msg->proto, "app");
	const char *type = msg->type ? msg->type : "";
	struct ccs_values values;
	bool first = s->stage == CCS_SESSION_NONE || (handshake && s->stage == CCS_SESSION_OVER);

	if (!strcmp(type, "SessionSetupReq") && s->stage == CCS_SESSION_OVER)
		first = true;
	if (first)
		begin(s);
	if (!handshake && msg->type && s->stage == CCS_SESSION_MATCHING)
		s->stage = CCS_SESSION_TALKING;
	if (!strcmp(type, "SessionStopReq") && ccs_values_read(&values, msg))
		s->pausing = values.charging_session && !strcmp(values.charging_session, "Pause");
	if (!strcmp(type, "SessionStopRes"))
		ccs_sessions_close(s);
	return first;
}

bool ccs_sessions_take(struct ccs_sessions *s, struct ccs_record *record)
{
	bool first = false;

	if (record->session)
		return false;
	record->session = UINT32_MAX;
	if (record->kind == CCS_RECORD_MME)
		first = take_mme(s, record);
	else if (record->kind == CCS_RECORD_SDP && record->dir == CCS_SIDE_EV && is_over(s))
		first = begin(s);
	else if (record->kind == CCS_RECORD_MSG)
		first = take_message(s, &record->msg);
	if (record->session) {
		record->session = s->number;
		s->latest = record->time;
	}
	return first;
}

void ccs_sessions_close(struct ccs_sessions *s)
{
	if (s->stage != CCS_SESSION_TALKING)
		return;
	s->stage = CCS_SESSION_OVER;
	if (s->pausing)
		s->paused = s->number;
}
