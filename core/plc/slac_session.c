/* SPDX-License-Identifier: Apache-2.0 */
/* One car at the charger. */
#include "slac_session.h"

#include "ccs/keys.h"
#include "slac_frames.h"
#include "slac_report.h"

#include <string.h>

/* Bits of `pending`, in the order in which they are sent. */
#define SEND_PARM_CNF	    1u
#define SEND_ATTEN_CHAR_IND 2u
#define SEND_VALIDATE_CNF   4u
#define SEND_MATCH_CNF	    8u

/* 0xA14E and 0x6086 of one sound are 0.1 ms apart, sounds at least TP_EV_batch_msg_interval. */
#define SAME_SOUND CCS_MS(10)

static const char *const texts[CCS_SLAC_SESSION_STATES] = {
	[CCS_SLAC_SESSION_FREE] = "car given up",
	[CCS_SLAC_SESSION_CONFIRMED] = "car answered",
	[CCS_SLAC_SESSION_SOUNDING] = "car sounds",
	[CCS_SLAC_SESSION_REPORTING] = "attenuation reported to the car",
	[CCS_SLAC_SESSION_REPORTED] = "car knows the attenuation",
	[CCS_SLAC_SESSION_VALIDATING] = "car toggles",
	[CCS_SLAC_SESSION_VALIDATED] = "car validated",
	[CCS_SLAC_SESSION_MATCHED] = "car matched",
};

static ccs_time limit(const struct ccs_slac_evse *evse, enum ccs_slac_limit which)
{
	return CCS_MS(evse->config.limits.value[which]);
}

static void note(const struct ccs_slac_evse *evse, const uint8_t *peer, const char *text,
		 ccs_time now)
{
	struct ccs_slac_voice v = { evse->sink, "slac", CCS_SIDE_EVSE, peer, now };

	ccs_slac_report_note(&v, CCS_NOTE_WARNING, text);
}

static void enter(struct ccs_slac_evse *evse, struct ccs_slac_session *s,
		  enum ccs_slac_session_state state, ccs_time now)
{
	struct ccs_slac_voice v = { evse->sink, "slac", CCS_SIDE_EVSE, s->mac, now };

	s->state = state;
	s->deadline = CCS_NEVER;
	s->tries = 0;
	if (state == CCS_SLAC_SESSION_FREE)
		s->pending = 0;
	ccs_slac_report_state(&v, texts[state]);
}

struct ccs_slac_session *ccs_slac_session_find(struct ccs_slac_evse *evse, const uint8_t mac[6])
{
	for (size_t i = 0; i < CCS_SLAC_PARALLEL_MAX; i++) {
		struct ccs_slac_session *s = &evse->sessions[i];

		if (s->state != CCS_SLAC_SESSION_FREE && ccs_slac_same_mac(s->mac, mac))
			return s;
	}
	return NULL;
}

struct ccs_slac_session *ccs_slac_session_find_run(struct ccs_slac_evse *evse, const uint8_t mac[6],
						   const uint8_t run_id[8])
{
	struct ccs_slac_session *s = ccs_slac_session_find(evse, mac);

	return s && memcmp(s->run_id, run_id, 8) == 0 ? s : NULL;
}

/* Bytes to event, state and event to state. */

static struct ccs_slac_session *find_place(struct ccs_slac_evse *evse, const uint8_t mac[6])
{
	struct ccs_slac_session *s = ccs_slac_session_find(evse, mac);

	for (size_t i = 0; !s && i < CCS_SLAC_PARALLEL_MAX; i++) {
		if (evse->sessions[i].state == CCS_SLAC_SESSION_FREE)
			s = &evse->sessions[i];
	}
	return s;
}

/*
 * CM_SLAC_PARM.REQ: answered at once (TP_match_response), then TT_match_sequence for the sounding.
 * A second one of the same run is answered again; from REPORTING on it is a car that begins anew
 * with its constant RunID.
 */
int ccs_slac_session_begin(struct ccs_slac_evse *evse, const struct ccs_mme *mme, ccs_time now)
{
	const uint8_t *run_id = mme->cm_slac_parm_req.run_id;
	struct ccs_slac_session *s = find_place(evse, mme->src);

	if (!s) {
		note(evse, mme->src, "more cars ask than are answered at once", now);
		return CCS_IGNORED;
	}
	if (s->state == CCS_SLAC_SESSION_SOUNDING && memcmp(s->run_id, run_id, 8) == 0) {
		s->pending |= SEND_PARM_CNF;
		return 0;
	}
	memset(s, 0, sizeof(*s));
	memcpy(s->mac, mme->src, 6);
	memcpy(s->run_id, run_id, 8);
	enter(evse, s, CCS_SLAC_SESSION_CONFIRMED, now);
	s->pending = SEND_PARM_CNF;
	s->deadline = now + limit(evse, CCS_SLAC_TT_match_sequence);
	return 0;
}

/* CM_START_ATTEN_CHAR.IND: the first one starts TT_EVSE_match_MNBC. */
static int take_start(struct ccs_slac_evse *evse, const struct ccs_mme *mme, ccs_time now)
{
	const struct ccs_cm_start_atten_char_ind *ind = &mme->cm_start_atten_char_ind;
	struct ccs_slac_session *s = ccs_slac_session_find_run(evse, mme->src, ind->run_id);

	if (!s || s->state != CCS_SLAC_SESSION_CONFIRMED || ind->application_type ||
	    ind->security_type || ind->num_sounds == 0 || ind->time_out == 0 ||
	    ind->resp_type != CCS_SLAC_RESP_TYPE ||
	    !ccs_slac_same_mac(ind->forwarding_sta, mme->src))
		return CCS_IGNORED;
	enter(evse, s, CCS_SLAC_SESSION_SOUNDING, now);
	s->sounds = ind->num_sounds;
	s->deadline = now + limit(evse, CCS_SLAC_TT_EVSE_match_MNBC);
	return 0;
}

/* What is reported when nothing was measured, dB; 0: nothing is. */
static uint8_t synthetic_db(const struct ccs_slac_evse *evse)
{
	if (evse->config.synthetic_db)
		return evse->config.synthetic_db;
	return evse->modem.chip == CCS_MODEM_QCA7420 ? evse->config.substitute_db : 0;
}

static void begin_report(struct ccs_slac_evse *evse, struct ccs_slac_session *s, ccs_time now)
{
	if (s->profiles == 0 && synthetic_db(evse) == 0) {
		note(evse, s->mac, "the modem measured no attenuation of this car", now);
		enter(evse, s, CCS_SLAC_SESSION_FREE, now);
		return;
	}
	enter(evse, s, CCS_SLAC_SESSION_REPORTING, now);
	s->tries = 1;
	s->pending |= SEND_ATTEN_CHAR_IND;
	s->deadline = now + limit(evse, CCS_SLAC_TT_match_response);
}

static uint32_t hash_profile(const uint8_t *aag)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < CCS_SLAC_GROUPS; i++)
		hash = (hash ^ aag[i]) * 16777619u;
	return hash;
}

/* The other form of the profile just counted, or the same frame twice. */
static bool is_double(const struct ccs_slac_session *s, bool vendor, uint32_t hash, ccs_time now)
{
	return s->profiles > 0 && now - s->last_time < SAME_SOUND &&
	       (vendor != s->last_vendor || hash == s->last_hash);
}

static int count_profile(struct ccs_slac_evse *evse, struct ccs_slac_session *s, const uint8_t *aag,
			 bool vendor, ccs_time now)
{
	uint32_t hash = hash_profile(aag);

	if (is_double(s, vendor, hash, now))
		return 0;
	s->last_vendor = vendor;
	s->last_hash = hash;
	s->last_time = now;
	for (size_t i = 0; i < CCS_SLAC_GROUPS; i++)
		s->sum[i] = (uint16_t)(s->sum[i] + aag[i]);
	if (++s->profiles >= s->sounds)
		begin_report(evse, s, now);
	return 0;
}

/*
 * A profile carries no RunID: the car by its MAC, and nobody's word but our own modem's, since a
 * 0xA14E goes onto the power line and a neighbour's is heard.
 */
static int take_profile(struct ccs_slac_evse *evse, const struct ccs_mme *mme, ccs_time now)
{
	bool vendor = mme->kind == CCS_MME_VS_ATTEN_CHAR_IND;
	const uint8_t *mac = vendor ? mme->vs_atten_char_ind.pev_mac
				    : mme->cm_atten_profile_ind.pev_mac;
	const uint8_t *aag = vendor ? mme->vs_atten_char_ind.aag : mme->cm_atten_profile_ind.aag;
	unsigned int groups = vendor ? mme->vs_atten_char_ind.num_groups
				     : mme->cm_atten_profile_ind.num_groups;
	struct ccs_slac_session *s = ccs_slac_session_find(evse, mac);

	if (!evse->modem.has_mac || !ccs_slac_same_mac(mme->src, evse->modem.mac) || !s ||
	    s->state != CCS_SLAC_SESSION_SOUNDING || groups != CCS_SLAC_GROUPS)
		return CCS_IGNORED;
	return count_profile(evse, s, aag, vendor, now);
}

/* CM_ATTEN_CHAR.RSP: then TT_EVSE_match_session for what the car decides. */
static int take_atten_char_rsp(struct ccs_slac_evse *evse, const struct ccs_mme *mme, ccs_time now)
{
	const struct ccs_cm_atten_char_rsp *rsp = &mme->cm_atten_char_rsp;
	struct ccs_slac_session *s = ccs_slac_session_find_run(evse, mme->src, rsp->run_id);

	if (!s || s->state != CCS_SLAC_SESSION_REPORTING || rsp->application_type ||
	    rsp->security_type || !ccs_slac_same_mac(rsp->source_address, mme->src))
		return CCS_IGNORED;
	if (rsp->result) {
		note(evse, s->mac, "the car refuses the attenuation", now);
		enter(evse, s, CCS_SLAC_SESSION_FREE, now);
		return 0;
	}
	enter(evse, s, CCS_SLAC_SESSION_REPORTED, now);
	s->end = now + limit(evse, CCS_SLAC_TT_EVSE_match_session);
	s->deadline = s->end;
	return 0;
}

static bool is_validating(const struct ccs_slac_evse *evse)
{
	for (size_t i = 0; i < CCS_SLAC_PARALLEL_MAX; i++) {
		if (evse->sessions[i].state == CCS_SLAC_SESSION_VALIDATING)
			return true;
	}
	return false;
}

static uint8_t answer_validation(const struct ccs_slac_evse *evse)
{
	bool countable = evse->pilot == CCS_PILOT_B || evse->pilot == CCS_PILOT_C;

	switch (evse->config.validation) {
	case CCS_SLAC_EVSE_REFUSE:
		return CCS_SLAC_VALIDATE_FAILURE;
	case CCS_SLAC_EVSE_NOT_REQUIRED:
		return CCS_SLAC_VALIDATE_NOT_REQUIRED;
	case CCS_SLAC_EVSE_COUNT_TOGGLES:
		break;
	}
	return countable && !is_validating(evse) ? CCS_SLAC_VALIDATE_READY
						 : CCS_SLAC_VALIDATE_NOT_READY;
}

/*
 * CM_VALIDATE.REQ carries no RunID either.  Timer 0 is the first step; any other the second, the
 * time (n + 1) * 100 ms in which the toggles are counted, at most TT_EVSE_vald_toggle.
 */
static int take_validate_req(struct ccs_slac_evse *evse, const struct ccs_mme *mme, ccs_time now)
{
	const struct ccs_cm_validate_req *req = &mme->cm_validate_req;
	struct ccs_slac_session *s = ccs_slac_session_find(evse, mme->src);
	ccs_time window = CCS_MS(100) * (req->timer + 1);

	if (!s || req->signal_type ||
	    (s->state != CCS_SLAC_SESSION_REPORTED && s->state != CCS_SLAC_SESSION_VALIDATED))
		return CCS_IGNORED;
	s->validate_result = answer_validation(evse);
	if (req->timer == 0 || s->validate_result != CCS_SLAC_VALIDATE_READY) {
		s->toggles = 0;
		s->pending |= SEND_VALIDATE_CNF;
		return 0;
	}
	enter(evse, s, CCS_SLAC_SESSION_VALIDATING, now);
	s->toggles = 0;
	s->in_c = false;
	if (window > limit(evse, CCS_SLAC_TT_EVSE_vald_toggle))
		window = limit(evse, CCS_SLAC_TT_EVSE_vald_toggle);
	s->deadline = now + window;
	return 0;
}

void ccs_slac_session_count_edge(struct ccs_slac_evse *evse, enum ccs_pilot from, enum ccs_pilot to)
{
	for (size_t i = 0; i < CCS_SLAC_PARALLEL_MAX; i++) {
		struct ccs_slac_session *s = &evse->sessions[i];

		if (s->state != CCS_SLAC_SESSION_VALIDATING)
			continue;
		if (from == CCS_PILOT_B && to == CCS_PILOT_C) {
			s->in_c = true;
		} else if (s->in_c && from == CCS_PILOT_C && to == CCS_PILOT_B) {
			s->in_c = false;
			s->toggles = (uint8_t)(s->toggles + (s->toggles < UINT8_MAX));
		}
	}
}

static void end_validation(struct ccs_slac_evse *evse, struct ccs_slac_session *s, ccs_time now)
{
	bool success = s->toggles > 0;

	enter(evse, s, success ? CCS_SLAC_SESSION_VALIDATED : CCS_SLAC_SESSION_REPORTED, now);
	s->validate_result = success ? CCS_SLAC_VALIDATE_SUCCESS : CCS_SLAC_VALIDATE_FAILURE;
	s->pending |= SEND_VALIDATE_CNF;
	s->deadline = success ? now + limit(evse, CCS_SLAC_TT_match_sequence) : s->end;
}

int ccs_slac_session_take(struct ccs_slac_evse *evse, const struct ccs_mme *mme, ccs_time now)
{
	switch ((unsigned int)mme->kind) {
	case CCS_MME_CM_START_ATTEN_CHAR_IND:
		return take_start(evse, mme, now);
	case CCS_MME_CM_ATTEN_PROFILE_IND:
	case CCS_MME_VS_ATTEN_CHAR_IND:
		return take_profile(evse, mme, now);
	case CCS_MME_CM_ATTEN_CHAR_RSP:
		return take_atten_char_rsp(evse, mme, now);
	case CCS_MME_CM_VALIDATE_REQ:
		return take_validate_req(evse, mme, now);
	default:
		return CCS_IGNORED;
	}
}

void ccs_slac_session_match(struct ccs_slac_evse *evse, struct ccs_slac_session *s, ccs_time now)
{
	for (size_t i = 0; i < CCS_SLAC_PARALLEL_MAX; i++) {
		struct ccs_slac_session *other = &evse->sessions[i];

		if (other != s && other->state != CCS_SLAC_SESSION_FREE)
			enter(evse, other, CCS_SLAC_SESSION_FREE, now);
	}
	enter(evse, s, CCS_SLAC_SESSION_MATCHED, now);
	s->pending = SEND_MATCH_CNF;
}

void ccs_slac_session_repeat_match(struct ccs_slac_session *s)
{
	s->pending = SEND_MATCH_CNF;
}

static void repeat_report(struct ccs_slac_evse *evse, struct ccs_slac_session *s, ccs_time now)
{
	if (s->tries > evse->config.limits.value[CCS_SLAC_C_EV_match_retry]) {
		note(evse, s->mac, "no CM_ATTEN_CHAR.RSP", now);
		enter(evse, s, CCS_SLAC_SESSION_FREE, now);
		return;
	}
	s->tries++;
	s->pending |= SEND_ATTEN_CHAR_IND;
	s->deadline = now + limit(evse, CCS_SLAC_TT_match_response);
}

static void time_out(struct ccs_slac_evse *evse, struct ccs_slac_session *s, ccs_time now)
{
	switch (s->state) {
	case CCS_SLAC_SESSION_SOUNDING:
		begin_report(evse, s, now);
		break;
	case CCS_SLAC_SESSION_REPORTING:
		repeat_report(evse, s, now);
		break;
	case CCS_SLAC_SESSION_VALIDATING:
		end_validation(evse, s, now);
		break;
	case CCS_SLAC_SESSION_FREE:
	case CCS_SLAC_SESSION_CONFIRMED:
	case CCS_SLAC_SESSION_REPORTED:
	case CCS_SLAC_SESSION_VALIDATED:
	case CCS_SLAC_SESSION_MATCHED:
	case CCS_SLAC_SESSION_STATES:
		enter(evse, s, CCS_SLAC_SESSION_FREE, now);
		break;
	}
}

void ccs_slac_session_tick(struct ccs_slac_evse *evse, ccs_time now)
{
	for (size_t i = 0; i < CCS_SLAC_PARALLEL_MAX; i++) {
		struct ccs_slac_session *s = &evse->sessions[i];

		if (s->state != CCS_SLAC_SESSION_FREE && now >= s->deadline)
			time_out(evse, s, now);
	}
}

void ccs_slac_session_end_all(struct ccs_slac_evse *evse)
{
	memset(evse->sessions, 0, sizeof(evse->sessions));
}

bool ccs_slac_session_is_busy(const struct ccs_slac_evse *evse)
{
	for (size_t i = 0; i < CCS_SLAC_PARALLEL_MAX; i++) {
		if (evse->sessions[i].state >= CCS_SLAC_SESSION_SOUNDING)
			return true;
	}
	return false;
}

ccs_time ccs_slac_session_deadline(const struct ccs_slac_evse *evse)
{
	ccs_time deadline = CCS_NEVER;

	for (size_t i = 0; i < CCS_SLAC_PARALLEL_MAX; i++) {
		const struct ccs_slac_session *s = &evse->sessions[i];

		if (s->state != CCS_SLAC_SESSION_FREE && s->deadline < deadline)
			deadline = s->deadline;
	}
	return deadline;
}

/* Actions to bytes. */

static void make_parm_cnf(const struct ccs_slac_evse *evse, const struct ccs_slac_session *s,
			  struct ccs_mme *mme)
{
	struct ccs_cm_slac_parm_cnf *cnf = &mme->cm_slac_parm_cnf;

	ccs_mme_init(mme, CCS_MME_CM_SLAC_PARM_CNF, s->mac, evse->config.mac);
	memcpy(cnf->m_sound_target, ccs_slac_broadcast, 6);
	cnf->num_sounds = (uint8_t)evse->config.limits.value[CCS_SLAC_C_EV_match_MNBC];
	cnf->time_out = CCS_SLAC_TIME_OUT;
	cnf->resp_type = CCS_SLAC_RESP_TYPE;
	memcpy(cnf->forwarding_sta, s->mac, 6);
	memcpy(cnf->run_id, s->run_id, 8);
}

/*
 * Mean of the profiles less the calibration, rounded down.
 * NOTE: cars ignore a report of nothing but zeros (R6); 1 dB everywhere says the same.
 */
static void average(const struct ccs_slac_evse *evse, const struct ccs_slac_session *s,
		    uint8_t aag[CCS_SLAC_GROUPS])
{
	unsigned int any = 0;

	for (size_t i = 0; i < CCS_SLAC_GROUPS; i++) {
		unsigned int mean = s->profiles ? s->sum[i] / s->profiles : 0;
		unsigned int less = evse->config.calibration[i];

		aag[i] = (uint8_t)(mean > less ? mean - less : 0);
		any |= aag[i];
	}
	if (s->profiles == 0)
		memset(aag, synthetic_db(evse), CCS_SLAC_GROUPS);
	else if (!any && !evse->config.report_zeros)
		memset(aag, 1, CCS_SLAC_GROUPS);
}

static void report_attenuation(const struct ccs_slac_evse *evse, const struct ccs_slac_session *s,
			       const uint8_t *aag)
{
	ccs_time now = s->deadline - limit(evse, CCS_SLAC_TT_match_response);
	struct ccs_slac_voice v = { evse->sink, "slac", CCS_SIDE_EVSE, s->mac, now };

	if (s->tries > 1)
		return;
	ccs_slac_report_db(&v, s->profiles ? "attenuation" : "attenuation_synthetic",
			   ccs_mme_mean_attenuation(aag, CCS_SLAC_GROUPS));
	if (s->profiles == 0)
		note(evse, s->mac, "the attenuation reported is made up, none was measured", now);
}

static void make_atten_char_ind(const struct ccs_slac_evse *evse, const struct ccs_slac_session *s,
				uint8_t aag[CCS_SLAC_GROUPS], struct ccs_mme *mme)
{
	struct ccs_cm_atten_char_ind *ind = &mme->cm_atten_char_ind;

	average(evse, s, aag);
	report_attenuation(evse, s, aag);
	ccs_mme_init(mme, CCS_MME_CM_ATTEN_CHAR_IND, s->mac, evse->config.mac);
	memcpy(ind->source_address, s->mac, 6);
	memcpy(ind->run_id, s->run_id, 8);
	ind->num_sounds = s->profiles ? s->profiles : s->sounds;
	ind->num_groups = CCS_SLAC_GROUPS;
	ind->aag = aag;
}

static void make_validate_cnf(const struct ccs_slac_evse *evse, const struct ccs_slac_session *s,
			      struct ccs_mme *mme)
{
	ccs_mme_init(mme, CCS_MME_CM_VALIDATE_CNF, s->mac, evse->config.mac);
	mme->cm_validate_cnf.toggle_num = s->toggles;
	mme->cm_validate_cnf.result = s->validate_result;
}

static void make_match_cnf(const struct ccs_slac_evse *evse, const struct ccs_slac_session *s,
			   struct ccs_mme *mme)
{
	struct ccs_cm_slac_match_cnf *cnf = &mme->cm_slac_match_cnf;

	ccs_mme_init(mme, CCS_MME_CM_SLAC_MATCH_CNF, s->mac, evse->config.mac);
	cnf->mvf_length = CCS_SLAC_MATCH_CNF_SIZE;
	memcpy(cnf->pev_mac, s->mac, 6);
	memcpy(cnf->evse_mac, evse->config.mac, 6);
	memcpy(cnf->run_id, s->run_id, 8);
	memcpy(cnf->nid, evse->nid, sizeof(cnf->nid));
	memcpy(cnf->nmk, evse->nmk, sizeof(cnf->nmk));
}

static int send_pending(const struct ccs_slac_evse *evse, struct ccs_slac_session *s,
			uint8_t *frame, size_t size)
{
	unsigned int bit = s->pending & (~(unsigned int)s->pending + 1);
	uint8_t aag[CCS_SLAC_GROUPS];
	struct ccs_mme mme;
	int length;

	if (bit == SEND_PARM_CNF)
		make_parm_cnf(evse, s, &mme);
	else if (bit == SEND_ATTEN_CHAR_IND)
		make_atten_char_ind(evse, s, aag, &mme);
	else if (bit == SEND_VALIDATE_CNF)
		make_validate_cnf(evse, s, &mme);
	else
		make_match_cnf(evse, s, &mme);
	length = ccs_mme_encode(&mme, frame, size);
	if (length > 0)
		s->pending &= (uint8_t)~bit;
	ccs_keys_wipe(&mme, sizeof(mme));
	return length;
}

int ccs_slac_session_send(struct ccs_slac_evse *evse, uint8_t *frame, size_t size)
{
	for (size_t i = 0; i < CCS_SLAC_PARALLEL_MAX; i++) {
		if (evse->sessions[i].pending)
			return send_pending(evse, &evse->sessions[i], frame, size);
	}
	return 0;
}
