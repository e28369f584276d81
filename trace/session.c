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

/* The current session steps aside, in the place of the one that was silent for longest. */
static void put_aside(struct ccs_sessions *s)
{
	struct ccs_session_aside *place = &s->aside[0];

	for (size_t i = 0; i < CCS_SESSIONS_ASIDE; i++)
		if (s->aside[i].number == 0 ||
		    (place->number && s->aside[i].latest < place->latest))
			place = &s->aside[i];
	place->number = s->number;
	place->latest = s->latest;
	memcpy(place->ev_mac, s->ev_mac, 6);
}

static bool begin(struct ccs_sessions *s)
{
	s->number = ++s->count;
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
	if (new && !same && s->has_ev && s->stage == CCS_SESSION_MATCHING)
		put_aside(s);
	memcpy(s->ev_mac, record->mme->src, 6);
	s->has_ev = true;
	if (!new)
		return false;
	s->has_evse = false;
	return begin(s);
}

/* The car that a message of SLAC speaks of; NULL: it does not say. */
static const uint8_t *find_car(const struct ccs_mme *mme)
{
	switch (mme->kind) {
	case CCS_MME_CM_SLAC_PARM_CNF:
		return mme->cm_slac_parm_cnf.forwarding_sta;
	case CCS_MME_CM_ATTEN_PROFILE_IND:
		return mme->cm_atten_profile_ind.pev_mac;
	case CCS_MME_CM_ATTEN_CHAR_IND:
		return mme->cm_atten_char_ind.source_address;
	case CCS_MME_CM_SLAC_MATCH_CNF:
		return mme->cm_slac_match_cnf.pev_mac;
	default:
		return find_sender(mme->kind) == CCS_SIDE_EV ? mme->src : NULL;
	}
}

static struct ccs_session_aside *find_aside(struct ccs_sessions *s, const uint8_t car[6],
					    ccs_time now)
{
	for (size_t i = 0; i < CCS_SESSIONS_ASIDE; i++) {
		struct ccs_session_aside *aside = &s->aside[i];

		if (aside->number && !memcmp(aside->ev_mac, car, 6) &&
		    now - aside->latest <= GONE_MATCHING)
			return aside;
	}
	return NULL;
}

/* Of a car that is matching besides the current one; the one that has matched becomes current. */
static bool take_aside(struct ccs_sessions *s, struct ccs_record *record)
{
	const uint8_t *car = find_car(record->mme);
	struct ccs_session_aside *aside, found;

	if (!car || s->stage != CCS_SESSION_MATCHING || !s->has_ev || !memcmp(car, s->ev_mac, 6))
		return false;
	aside = find_aside(s, car, record->time);
	if (!aside)
		return false;
	aside->latest = record->time;
	record->session = aside->number;
	if (record->mme->kind != CCS_MME_CM_SLAC_MATCH_CNF)
		return true;
	found = *aside;
	aside->number = 0;
	put_aside(s);
	s->number = found.number;
	s->has_evse = true;
	memcpy(s->ev_mac, found.ev_mac, 6);
	memcpy(s->evse_mac, record->mme->cm_slac_match_cnf.evse_mac, 6);
	return true;
}

static bool take_mme(struct ccs_sessions *s, struct ccs_record *record)
{
	const struct ccs_mme *mme = record->mme;
	bool first = false;

	record->dir = find_sender(mme->kind);
	if (take_aside(s, record))
		return false;
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
	if (record->session == UINT32_MAX)
		record->session = s->number;
	if (record->session == s->number)
		s->latest = record->time;
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
