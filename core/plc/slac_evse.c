/* SPDX-License-Identifier: Apache-2.0 */
/* The charger's side of SLAC: the outlet; its cars are in slac_session.c. */
#include "ccs/slac_evse.h"

#include "ccs/keys.h"
#include "slac_frames.h"
#include "slac_report.h"
#include "slac_session.h"

#include <string.h>

#define KEY_RETRY    CCS_SECONDS(1)
#define LONGEST_HOLD CCS_SECONDS(15) /* a car in the middle of its run holds E/F up this long */

static const char *const state_names[CCS_SLAC_EVSE_STATES] = {
	[CCS_SLAC_EVSE_OFF] = "off",
	[CCS_SLAC_EVSE_PREPARING] = "new key",
	[CCS_SLAC_EVSE_UNMATCHED] = "unmatched",
	[CCS_SLAC_EVSE_MATCHING] = "matching",
	[CCS_SLAC_EVSE_JOINING] = "joining",
	[CCS_SLAC_EVSE_MATCHED] = "matched",
	[CCS_SLAC_EVSE_PAUSED] = "paused",
	[CCS_SLAC_EVSE_LOST] = "link lost",
	[CCS_SLAC_EVSE_STEP_EF] = "step E/F",
	[CCS_SLAC_EVSE_STEP_X1] = "step X1",
	[CCS_SLAC_EVSE_FAILED] = "failed",
	[CCS_SLAC_EVSE_CLOSED] = "closed",
};

const char *ccs_slac_evse_state_name(enum ccs_slac_evse_state state)
{
	return state_names[state];
}

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

static void enter(struct ccs_slac_evse *evse, enum ccs_slac_evse_state state, ccs_time now)
{
	struct ccs_slac_voice v = { evse->sink, "slac", CCS_SIDE_EVSE, evse->config.mac, now };

	evse->state = state;
	evse->deadline = CCS_NEVER;
	evse->link_time = CCS_NEVER;
	ccs_slac_report_state(&v, state_names[state]);
}

/* State and event to state. */

static bool is_connected(const struct ccs_slac_evse *evse)
{
	return evse->pilot >= CCS_PILOT_B && evse->pilot <= CCS_PILOT_D;
}

static bool can_match(const struct ccs_slac_evse *evse)
{
	return is_connected(evse) && evse->pwm && evse->modem.key == CCS_MODEM_KEY_SET;
}

static void make_key(struct ccs_slac_evse *evse, ccs_time now)
{
	evse->config.random.fill(evse->config.random.user, evse->nmk, sizeof(evse->nmk));
	ccs_keys_derive_nid(evse->nmk, CCS_NID_SIMPLE_CONNECT, evse->nid);
	ccs_modem_set_key(&evse->modem, evse->nmk, evse->nid, now);
	evse->key_given = false;
}

/* What every way out of a session has in common; TP_match_leave: the key changes at once. */
static void end_sessions(struct ccs_slac_evse *evse, ccs_time now)
{
	ccs_modem_watch_link(&evse->modem, false, now);
	ccs_slac_session_end_all(evse);
	evse->amp_map_due = false;
	if (evse->key_given)
		make_key(evse, now);
}

/* Control pilot in B, C or D with PWM: TT_EVSE_SLAC_init for the first CM_SLAC_PARM.REQ. */
static void begin_matching(struct ccs_slac_evse *evse, ccs_time now)
{
	enter(evse, CCS_SLAC_EVSE_MATCHING, now);
	evse->deadline = now + limit(evse, CCS_SLAC_TT_EVSE_SLAC_init);
	evse->round_end = evse->deadline + LONGEST_HOLD;
}

/* The modem has its key, or never lost it. */
static void go_on(struct ccs_slac_evse *evse, ccs_time now)
{
	if (evse->modem.key != CCS_MODEM_KEY_SET) {
		enter(evse, CCS_SLAC_EVSE_PREPARING, now);
		return;
	}
	evse->wish = evse->sequences ? CCS_WISH_5_PERCENT : CCS_WISH_NONE;
	if (can_match(evse))
		begin_matching(evse, now);
	else
		enter(evse, CCS_SLAC_EVSE_UNMATCHED, now);
}

/* A modem that does not take the key gets another one; none is served meanwhile. */
static void prepare(struct ccs_slac_evse *evse, ccs_time now)
{
	if (evse->modem.key == CCS_MODEM_KEY_SET) {
		go_on(evse, now);
	} else if (evse->modem.key == CCS_MODEM_KEY_FAILED) {
		if (evse->deadline == CCS_NEVER)
			evse->deadline = now + KEY_RETRY;
		if (now < evse->deadline)
			return;
		evse->deadline = CCS_NEVER;
		make_key(evse, now);
	}
}

static void unplug(struct ccs_slac_evse *evse, ccs_time now)
{
	end_sessions(evse, now);
	evse->sequences = 0;
	evse->rematches = 0;
	evse->wish = CCS_WISH_NONE;
	if (evse->state != CCS_SLAC_EVSE_PREPARING || evse->modem.key == CCS_MODEM_KEY_SET)
		go_on(evse, now);
}

/*
 * TT_EVSE_SLAC_init over, or matching failed: state E or F for T_step_EF, X1, 5 % again,
 * C_sequ_retry times; then no communication.
 * NOTE: for DC the standard has no such sequence; cars that were late (30 s) need it all the same.
 */
static void begin_sequence(struct ccs_slac_evse *evse, const char *text, ccs_time now)
{
	note(evse, NULL, text, now);
	end_sessions(evse, now);
	if (evse->sequences > evse->config.limits.value[CCS_SLAC_C_sequ_retry]) {
		evse->wish = CCS_WISH_NO_HIGH_LEVEL;
		enter(evse, CCS_SLAC_EVSE_FAILED, now);
		return;
	}
	evse->sequences++;
	evse->wish = CCS_WISH_EF;
	enter(evse, CCS_SLAC_EVSE_STEP_EF, now);
	evse->deadline = now + limit(evse, CCS_SLAC_T_step_EF);
}

static void end_step_ef(struct ccs_slac_evse *evse, ccs_time now)
{
	evse->wish = CCS_WISH_X1;
	enter(evse, CCS_SLAC_EVSE_STEP_X1, now);
	evse->deadline = now + limit(evse, CCS_SLAC_T_step_X1);
}

static void end_matching(struct ccs_slac_evse *evse, ccs_time now)
{
	if (ccs_slac_session_is_busy(evse) && now < evse->round_end)
		evse->deadline = now + CCS_MS(100);
	else
		begin_sequence(evse, "no car matched within TT_EVSE_SLAC_init", now);
}

/* TT_match_join, and TP_link_ready_notification for a link that stays. */
static void join(struct ccs_slac_evse *evse, ccs_time now)
{
	if (!evse->modem.link)
		evse->link_time = CCS_NEVER;
	else if (evse->link_time == CCS_NEVER)
		evse->link_time = now + limit(evse, CCS_SLAC_TP_link_ready_notification);
	if (evse->link_time != CCS_NEVER && now >= evse->link_time) {
		enter(evse, CCS_SLAC_EVSE_MATCHED, now);
		ccs_slac_session_end_all(evse);
		ccs_keys_wipe(evse->nmk, sizeof(evse->nmk));
		evse->sequences = 0;
		evse->rematches = 0;
	} else if (now >= evse->deadline) {
		begin_sequence(evse, "no link within TT_match_join", now);
	}
}

static void supervise(struct ccs_slac_evse *evse, ccs_time now)
{
	if (evse->modem.link)
		return;
	end_sessions(evse, now);
	enter(evse, CCS_SLAC_EVSE_LOST, now);
}

/* What passing time or the modem changes. */
static void run(struct ccs_slac_evse *evse, ccs_time now)
{
	bool over = now >= evse->deadline;

	ccs_slac_session_tick(evse, now);
	switch (evse->state) {
	case CCS_SLAC_EVSE_PREPARING:
		prepare(evse, now);
		break;
	case CCS_SLAC_EVSE_MATCHING:
		if (over)
			end_matching(evse, now);
		break;
	case CCS_SLAC_EVSE_JOINING:
		join(evse, now);
		break;
	case CCS_SLAC_EVSE_MATCHED:
		supervise(evse, now);
		break;
	case CCS_SLAC_EVSE_STEP_EF:
		if (over)
			end_step_ef(evse, now);
		break;
	case CCS_SLAC_EVSE_STEP_X1:
		if (over)
			go_on(evse, now);
		break;
	case CCS_SLAC_EVSE_OFF:
	case CCS_SLAC_EVSE_UNMATCHED:
	case CCS_SLAC_EVSE_PAUSED:
	case CCS_SLAC_EVSE_LOST:
	case CCS_SLAC_EVSE_FAILED:
	case CCS_SLAC_EVSE_CLOSED:
	case CCS_SLAC_EVSE_STATES:
		break;
	}
}

/* Bytes to event: who may say what, and when. */

/*
 * A car that got the key begins anew: with another RunID, or with the same when TT_matching_rate
 * has passed (Hyundai's and Tesla's RunIDs are constant).  C_conn_max_match times it may.
 */
static bool begins_anew(struct ccs_slac_evse *evse, const struct ccs_mme *mme, ccs_time now)
{
	const struct ccs_slac_session *s = ccs_slac_session_find(evse, mme->src);
	ccs_time matched = evse->deadline - limit(evse, CCS_SLAC_TT_match_join);

	/* Without a session it is a link that resumes; the key is wiped and not given again. */
	return !evse->config.no_second_match && s && ccs_slac_same_mac(mme->src, evse->ev_mac) &&
	       (memcmp(s->run_id, mme->cm_slac_parm_req.run_id, 8) != 0 ||
		now - matched >= limit(evse, CCS_SLAC_TT_matching_rate)) &&
	       evse->rematches < evse->config.limits.value[CCS_SLAC_C_conn_max_match];
}

static int take_parm_req(struct ccs_slac_evse *evse, const struct ccs_mme *mme, ccs_time now)
{
	const struct ccs_cm_slac_parm_req *req = &mme->cm_slac_parm_req;

	if (req->application_type || req->security_type)
		return CCS_IGNORED;
	if ((evse->state == CCS_SLAC_EVSE_LOST || evse->state == CCS_SLAC_EVSE_FAILED) &&
	    can_match(evse)) {
		begin_matching(evse, now);
	} else if (evse->state == CCS_SLAC_EVSE_JOINING && begins_anew(evse, mme, now)) {
		note(evse, mme->src, "the car begins anew", now);
		evse->rematches++;
		ccs_modem_watch_link(&evse->modem, false, now);
		ccs_slac_session_end_all(evse);
		begin_matching(evse, now);
	}
	if (evse->state != CCS_SLAC_EVSE_MATCHING)
		return CCS_IGNORED;
	return ccs_slac_session_begin(evse, mme, now);
}

static void begin_join(struct ccs_slac_evse *evse, struct ccs_slac_session *s, ccs_time now)
{
	ccs_slac_session_match(evse, s, now);
	memcpy(evse->ev_mac, s->mac, sizeof(evse->ev_mac));
	evse->key_given = true;
	enter(evse, CCS_SLAC_EVSE_JOINING, now);
	evse->deadline = now + limit(evse, CCS_SLAC_TT_match_join);
	ccs_modem_watch_link(&evse->modem, true, now);
}

/* CM_SLAC_MATCH.REQ: only with our MAC and the car's own; a repeated one is answered again. */
static int take_match_req(struct ccs_slac_evse *evse, const struct ccs_mme *mme, ccs_time now)
{
	const struct ccs_cm_slac_match_req *req = &mme->cm_slac_match_req;
	struct ccs_slac_session *s = ccs_slac_session_find_run(evse, mme->src, req->run_id);

	if (!s || req->application_type || req->security_type ||
	    req->mvf_length != CCS_SLAC_MATCH_REQ_SIZE ||
	    !ccs_slac_same_mac(req->pev_mac, s->mac) ||
	    !ccs_slac_same_mac(req->evse_mac, evse->config.mac))
		return CCS_IGNORED;
	switch (s->state) {
	case CCS_SLAC_SESSION_MATCHED:
		ccs_slac_session_repeat_match(s);
		return 0;
	case CCS_SLAC_SESSION_REPORTING: /* its CM_ATTEN_CHAR.RSP was lost */
	case CCS_SLAC_SESSION_REPORTED:
	case CCS_SLAC_SESSION_VALIDATED:
		begin_join(evse, s, now);
		return 0;
	case CCS_SLAC_SESSION_FREE:
	case CCS_SLAC_SESSION_CONFIRMED:
	case CCS_SLAC_SESSION_SOUNDING:
	case CCS_SLAC_SESSION_VALIDATING:
	case CCS_SLAC_SESSION_STATES:
		break;
	}
	return CCS_IGNORED;
}

/* Once there is a link either side may send its amplitude map; AMLEN 0 is none. */
static int take_amp_map_req(struct ccs_slac_evse *evse, const struct ccs_mme *mme, ccs_time now)
{
	if ((evse->state != CCS_SLAC_EVSE_JOINING && evse->state != CCS_SLAC_EVSE_MATCHED) ||
	    !ccs_slac_same_mac(mme->src, evse->ev_mac) || mme->cm_amp_map_req.amlen == 0)
		return CCS_IGNORED;
	note(evse, mme->src, "CM_AMP_MAP.REQ confirmed, the modem is left as it is", now);
	evse->amp_map_due = true;
	return 0;
}

static int take_slac(struct ccs_slac_evse *evse, const struct ccs_mme *mme, ccs_time now)
{
	bool to_us = ccs_slac_same_mac(mme->dst, evse->config.mac);

	if (!ccs_slac_is_station(mme->src) || ccs_slac_same_mac(mme->src, evse->config.mac) ||
	    (!to_us && !ccs_slac_same_mac(mme->dst, ccs_slac_broadcast)))
		return CCS_IGNORED;
	switch ((unsigned int)mme->kind) {
	case CCS_MME_CM_SLAC_PARM_REQ:
		return take_parm_req(evse, mme, now);
	case CCS_MME_CM_SLAC_MATCH_REQ:
		return to_us ? take_match_req(evse, mme, now) : CCS_IGNORED;
	case CCS_MME_CM_AMP_MAP_REQ:
		return to_us ? take_amp_map_req(evse, mme, now) : CCS_IGNORED;
	case CCS_MME_CM_ATTEN_CHAR_RSP:
	case CCS_MME_CM_VALIDATE_REQ:
		return to_us ? ccs_slac_session_take(evse, mme, now) : CCS_IGNORED;
	default:
		return ccs_slac_session_take(evse, mme, now);
	}
}

int ccs_slac_evse_receive(struct ccs_slac_evse *evse, const uint8_t *frame, size_t length,
			  ccs_time now)
{
	struct ccs_mme mme;
	int result = ccs_mme_decode(&mme, frame, length);

	if (!result) {
		result = ccs_modem_take(&evse->modem, &mme, now);
		if (result == CCS_IGNORED)
			result = take_slac(evse, &mme, now);
		run(evse, now);
	}
	ccs_keys_wipe(&mme, sizeof(mme));
	return result;
}

/* Actions to bytes. */

static int send_amp_map_cnf(struct ccs_slac_evse *evse, uint8_t *frame, size_t size)
{
	struct ccs_mme mme;
	int length;

	ccs_mme_init(&mme, CCS_MME_CM_AMP_MAP_CNF, evse->ev_mac, evse->config.mac);
	length = ccs_mme_encode(&mme, frame, size);
	if (length > 0)
		evse->amp_map_due = false;
	return length;
}

int ccs_slac_evse_send(struct ccs_slac_evse *evse, uint8_t *frame, size_t size)
{
	int length = ccs_slac_session_send(evse, frame, size);

	if (length)
		return length;
	if (evse->amp_map_due)
		return send_amp_map_cnf(evse, frame, size);
	return ccs_modem_send(&evse->modem, frame, size);
}

/* The verbs. */

void ccs_slac_evse_set_defaults(struct ccs_slac_evse_config *config)
{
	memset(config, 0, sizeof(*config));
	ccs_slac_set_default_limits(&config->limits);
	ccs_modem_set_defaults(&config->modem);
}

void ccs_slac_evse_init(struct ccs_slac_evse *evse, const struct ccs_slac_evse_config *config,
			const struct ccs_sink *sink)
{
	memset(evse, 0, sizeof(*evse));
	evse->config = *config;
	evse->sink = sink;
	evse->config.modem.side = CCS_SIDE_EVSE;
	memcpy(evse->config.modem.host_mac, config->mac, 6);
	ccs_modem_init(&evse->modem, &evse->config.modem, sink);
	evse->pilot = CCS_PILOT_A;
	evse->deadline = CCS_NEVER;
	evse->link_time = CCS_NEVER;
}

void ccs_slac_evse_start(struct ccs_slac_evse *evse, ccs_time now)
{
	ccs_modem_start(&evse->modem, now);
	evse->key_given = true;
	end_sessions(evse, now);
	evse->sequences = 0;
	evse->rematches = 0;
	evse->wish = CCS_WISH_NONE;
	enter(evse, CCS_SLAC_EVSE_PREPARING, now);
}

/* A is the unplugged car in each state; E and F are when we have not put them out ourselves. */
static bool is_unplugged(const struct ccs_slac_evse *evse)
{
	if (evse->pilot == CCS_PILOT_A)
		return true;
	return !is_connected(evse) && evse->state >= CCS_SLAC_EVSE_MATCHING &&
	       evse->state <= CCS_SLAC_EVSE_LOST;
}

void ccs_slac_evse_set_pilot(struct ccs_slac_evse *evse, enum ccs_pilot pilot, bool pwm,
			     ccs_time now)
{
	enum ccs_pilot before = evse->pilot;

	if (pilot == CCS_PILOT_UNKNOWN)
		pilot = before;
	evse->pilot = pilot;
	evse->pwm = pwm;
	if (evse->state == CCS_SLAC_EVSE_OFF)
		return;
	ccs_slac_session_count_edge(evse, before, pilot);
	if (is_unplugged(evse)) {
		if (before != pilot)
			unplug(evse, now);
	} else if (evse->state == CCS_SLAC_EVSE_UNMATCHED && can_match(evse)) {
		begin_matching(evse, now);
	} else if (evse->state == CCS_SLAC_EVSE_MATCHING && !pwm) {
		ccs_slac_session_end_all(evse);
		enter(evse, CCS_SLAC_EVSE_UNMATCHED, now);
	}
	run(evse, now);
}

void ccs_slac_evse_restart(struct ccs_slac_evse *evse, ccs_time now)
{
	if (evse->state == CCS_SLAC_EVSE_OFF || evse->state == CCS_SLAC_EVSE_PREPARING ||
	    evse->state == CCS_SLAC_EVSE_UNMATCHED)
		return;
	evse->sequences = 0;
	evse->rematches = 0;
	begin_sequence(evse, "matching begins again over E/F", now);
}

void ccs_slac_evse_terminate(struct ccs_slac_evse *evse, ccs_time now)
{
	if (evse->state == CCS_SLAC_EVSE_OFF || !is_connected(evse))
		return;
	end_sessions(evse, now);
	evse->wish = CCS_WISH_X1;
	enter(evse, CCS_SLAC_EVSE_CLOSED, now);
}

void ccs_slac_evse_pause(struct ccs_slac_evse *evse, ccs_time now)
{
	if (evse->state != CCS_SLAC_EVSE_MATCHED)
		return;
	ccs_modem_watch_link(&evse->modem, false, now);
	evse->wish = CCS_WISH_X1;
	enter(evse, CCS_SLAC_EVSE_PAUSED, now);
}

void ccs_slac_evse_resume(struct ccs_slac_evse *evse, ccs_time now)
{
	if (evse->state != CCS_SLAC_EVSE_PAUSED)
		return;
	evse->wish = CCS_WISH_5_PERCENT;
	enter(evse, CCS_SLAC_EVSE_JOINING, now);
	evse->deadline = now + limit(evse, CCS_SLAC_T_conn_resume);
	ccs_modem_watch_link(&evse->modem, true, now);
}

void ccs_slac_evse_tick(struct ccs_slac_evse *evse, ccs_time now)
{
	ccs_modem_tick(&evse->modem, now);
	run(evse, now);
}

ccs_time ccs_slac_evse_deadline(const struct ccs_slac_evse *evse)
{
	ccs_time deadline = ccs_modem_deadline(&evse->modem);
	ccs_time sessions = ccs_slac_session_deadline(evse);

	if (sessions < deadline)
		deadline = sessions;
	if (evse->link_time < deadline)
		deadline = evse->link_time;
	return evse->deadline < deadline ? evse->deadline : deadline;
}
