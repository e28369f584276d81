/* SPDX-License-Identifier: Apache-2.0 */
/* The car's side of SLAC. */
#include "ccs/slac_ev.h"

#include "ccs/keys.h"
#include "slac_choice.h"
#include "slac_ev_states.h"
#include "slac_frames.h"
#include "slac_report.h"

#include <string.h>

static const char *const state_names[CCS_SLAC_EV_STATES] = {
	[CCS_SLAC_EV_UNMATCHED] = "unmatched",	 [CCS_SLAC_EV_PREPARING] = "waiting for the modem",
	[CCS_SLAC_EV_ASKING] = "asking",	 [CCS_SLAC_EV_SOUNDING] = "sounding",
	[CCS_SLAC_EV_COLLECTING] = "collecting", [CCS_SLAC_EV_VALIDATING] = "validating",
	[CCS_SLAC_EV_POSTPONED] = "postponed",	 [CCS_SLAC_EV_TOGGLING] = "toggling",
	[CCS_SLAC_EV_MATCHING] = "matching",	 [CCS_SLAC_EV_JOINING] = "joining",
	[CCS_SLAC_EV_MATCHED] = "matched",	 [CCS_SLAC_EV_PAUSED] = "paused",
	[CCS_SLAC_EV_WAITING] = "waiting",	 [CCS_SLAC_EV_FAILED] = "failed",
	[CCS_SLAC_EV_LOST] = "link lost",
};

const char *ccs_slac_ev_state_name(enum ccs_slac_ev_state state)
{
	return state_names[state];
}

static ccs_time limit(const struct ccs_slac_ev *ev, enum ccs_slac_limit which)
{
	return CCS_MS(ev->config.limits.value[which]);
}

void ccs_slac_ev_note(const struct ccs_slac_ev *ev, const uint8_t *peer, const char *text,
		      ccs_time now)
{
	struct ccs_slac_voice v = { ev->sink, "slac", CCS_SIDE_EV, peer, now };

	ccs_slac_report_note(&v, CCS_NOTE_WARNING, text);
}

void ccs_slac_ev_enter(struct ccs_slac_ev *ev, enum ccs_slac_ev_state state, ccs_time now)
{
	struct ccs_slac_voice v = { ev->sink, "slac", CCS_SIDE_EV, ev->config.mac, now };

	ev->state = state;
	ev->deadline = CCS_NEVER;
	ev->link_time = CCS_NEVER;
	ev->toggle_c = false;
	ev->frame_due = false;
	ev->step = 0;
	ccs_slac_report_state(&v, state_names[state]);
}

/* Sends the state's request and gives the answer TT_match_response. */
static void request(struct ccs_slac_ev *ev, ccs_time now)
{
	ev->tries++;
	ev->frame_due = true;
	ev->deadline = now + limit(ev, CCS_SLAC_TT_match_response);
}

void ccs_slac_ev_enter_request(struct ccs_slac_ev *ev, enum ccs_slac_ev_state state, ccs_time now)
{
	ccs_slac_ev_enter(ev, state, now);
	ev->tries = 0;
	request(ev, now);
}

static bool may_repeat(const struct ccs_slac_ev *ev)
{
	return ev->tries <= ev->config.limits.value[CCS_SLAC_C_EV_match_retry];
}

/* State and event to state. */

static void leave_network(struct ccs_slac_ev *ev, ccs_time now)
{
	uint8_t nmk[CCS_NMK_SIZE], nid[CCS_NID_SIZE];

	ccs_modem_watch_link(&ev->modem, false, now);
	ev->config.random.fill(ev->config.random.user, nmk, sizeof(nmk));
	ccs_keys_derive_nid(nmk, CCS_NID_SIMPLE_CONNECT, nid);
	ccs_modem_set_key(&ev->modem, nmk, nid, now);
	ccs_keys_wipe(nmk, sizeof(nmk));
	ev->has_key = false;
}

/* A run: ISO 15118-3, CM_SLAC_PARM; all chargers that hear it answer within TT_match_response. */
static void begin_run(struct ccs_slac_ev *ev, ccs_time now)
{
	ev->config.random.fill(ev->config.random.user, ev->run_id, sizeof(ev->run_id));
	ev->candidate_count = 0;
	ccs_slac_ev_enter_request(ev, CCS_SLAC_EV_ASKING, now);
}

static void begin_round(struct ccs_slac_ev *ev, ccs_time now)
{
	ev->repetition_end = now + limit(ev, CCS_SLAC_TT_matching_repetition);
	begin_run(ev, now);
}

static void give_up(struct ccs_slac_ev *ev, enum ccs_slac_ev_state state, ccs_time now)
{
	if (ev->has_key)
		leave_network(ev, now);
	else
		ccs_modem_watch_link(&ev->modem, false, now);
	ev->candidate_count = 0;
	ccs_slac_ev_enter(ev, state, now);
}

/*
 * A run has failed: another one after TT_matching_rate while TT_matching_repetition lasts; then
 * another round, C_conn_max_match in all.
 */
static void fail_run(struct ccs_slac_ev *ev, const char *text, ccs_time now)
{
	ccs_slac_ev_note(ev, NULL, text, now);
	if (now >= ev->repetition_end) {
		ev->round++;
		ev->repetition_end = CCS_NEVER;
	}
	if (ev->round >= ev->config.limits.value[CCS_SLAC_C_conn_max_match]) {
		give_up(ev, CCS_SLAC_EV_FAILED, now);
		return;
	}
	ccs_slac_ev_enter(ev, CCS_SLAC_EV_WAITING, now);
	ev->deadline = now + limit(ev, CCS_SLAC_TT_matching_rate);
}

static void end_waiting(struct ccs_slac_ev *ev, ccs_time now)
{
	if (ev->repetition_end == CCS_NEVER)
		begin_round(ev, now);
	else
		begin_run(ev, now);
}

/* The modem is ready, or TP_EV_SLAC_init is nearly over. */
static void prepare(struct ccs_slac_ev *ev, ccs_time now)
{
	if (ev->modem.state == CCS_MODEM_READY) {
		begin_round(ev, now);
	} else if (now >= ev->deadline) {
		ccs_slac_ev_note(ev, NULL, "the modem is not ready, matching begins without it",
				 now);
		begin_round(ev, now);
	}
}

static void begin_sounding(struct ccs_slac_ev *ev, ccs_time now)
{
	ccs_slac_ev_enter(ev, CCS_SLAC_EV_SOUNDING, now);
	ev->results_end = now + limit(ev, CCS_SLAC_TT_EV_atten_results);
	ev->frame_due = true;
	ev->deadline = now + limit(ev, CCS_SLAC_TP_EV_batch_msg_interval);
}

static void ask_again(struct ccs_slac_ev *ev, ccs_time now)
{
	if (ev->candidate_count > 0)
		begin_sounding(ev, now);
	else if (may_repeat(ev))
		request(ev, now);
	else
		fail_run(ev, "no charger answers CM_SLAC_PARM.REQ", now);
}

/* C_EV_start_atten_char_inds announcements and C_EV_match_MNBC sounds, in that order. */
static void sound(struct ccs_slac_ev *ev, ccs_time now)
{
	const uint16_t *limits = ev->config.limits.value;
	unsigned int starts = limits[CCS_SLAC_C_EV_start_atten_char_inds];
	ccs_time soon = now + limit(ev, CCS_SLAC_TT_match_response);

	ev->step++;
	if (ev->step >= starts + limits[CCS_SLAC_C_EV_match_MNBC]) {
		ccs_slac_ev_enter(ev, CCS_SLAC_EV_COLLECTING, now);
		ev->deadline = ev->results_end > soon ? ev->results_end : soon;
		return;
	}
	ev->frame_due = true;
	ev->deadline = now + limit(ev, ev->step == starts - 1 ? CCS_SLAC_first_sound_interval
							      : CCS_SLAC_TP_EV_batch_msg_interval);
}

static void begin_validation(struct ccs_slac_ev *ev, ccs_time now)
{
	ccs_slac_ev_enter_request(ev, CCS_SLAC_EV_VALIDATING, now);
}

/* EVSE_FOUND: to the match; EVSE_POTENTIALLY_FOUND: to the validation; else the run failed. */
void ccs_slac_ev_decide(struct ccs_slac_ev *ev, ccs_time now)
{
	struct ccs_slac_candidate *best;
	enum ccs_slac_choice choice = ccs_slac_choose(ev, &best);

	if (choice == CCS_SLAC_CHOICE_NONE) {
		fail_run(ev,
			 ev->candidate_count ? "no charger is near enough, or none is ours"
					     : "no charger reports an attenuation",
			 now);
		return;
	}
	memcpy(ev->evse_mac, best->mac, sizeof(ev->evse_mac));
	if (choice == CCS_SLAC_CHOICE_VALIDATE) {
		begin_validation(ev, now);
		return;
	}
	if (choice == CCS_SLAC_CHOICE_UNPROVEN)
		ccs_slac_ev_note(ev, best->mac,
				 "the nearest charger does not validate, it is taken", now);
	ccs_slac_ev_enter_request(ev, CCS_SLAC_EV_MATCHING, now);
}

static struct ccs_slac_candidate *chosen(struct ccs_slac_ev *ev)
{
	return ccs_slac_find_candidate(ev, ev->evse_mac);
}

/* The charger chosen does not want to validate, or (excluded) it is another one's. */
void ccs_slac_ev_try_next(struct ccs_slac_ev *ev, bool excluded, const char *text, ccs_time now)
{
	struct ccs_slac_candidate *c = chosen(ev);

	ccs_slac_ev_note(ev, ev->evse_mac, text, now);
	if (c && excluded)
		c->excluded = true;
	else if (c)
		c->refused = true;
	ccs_slac_ev_decide(ev, now);
}

bool ccs_slac_ev_is_nearest(struct ccs_slac_ev *ev)
{
	const struct ccs_slac_candidate *c = chosen(ev);

	for (size_t i = 0; c && i < ev->candidate_count; i++) {
		if (ev->candidates[i].reported && !ev->candidates[i].excluded &&
		    ev->candidates[i].mean < c->mean)
			return false;
	}
	return c;
}

static void ask_validation_again(struct ccs_slac_ev *ev, ccs_time now)
{
	if (may_repeat(ev))
		request(ev, now);
	else
		ccs_slac_ev_try_next(ev, false, "no answer to CM_VALIDATE.REQ", now);
}

/* The charger was not ready: TP_EV_match_session later, while TT_matching_repetition lasts. */
static void end_postponement(struct ccs_slac_ev *ev, ccs_time now)
{
	if (now < ev->repetition_end)
		begin_validation(ev, now);
	else
		ccs_slac_ev_try_next(ev, false, "the charger is never ready to validate", now);
}

void ccs_slac_ev_begin_toggling(struct ccs_slac_ev *ev, ccs_time now)
{
	ev->step = 0;
	ev->tries++;
	ev->frame_due = true;
	ev->deadline = now + limit(ev, CCS_SLAC_TP_EV_vald_state_duration);
}

/* Phases B, C, B, ...; the answer comes when the announced time is over. */
static void toggle(struct ccs_slac_ev *ev, ccs_time now)
{
	unsigned int phases = ccs_slac_toggle_phases(ev);

	if (ev->step >= phases) {
		if (may_repeat(ev))
			ccs_slac_ev_begin_toggling(ev, now);
		else
			ccs_slac_ev_try_next(ev, true, "no answer to the toggles", now);
		return;
	}
	ev->step++;
	ev->toggle_c = ev->step < phases && ev->step % 2 == 1;
	ev->deadline = now + limit(ev, CCS_SLAC_TP_EV_vald_state_duration);
	/* Behind the last phase: 100 ms by which the announced time was rounded up. */
	if (ev->step == phases)
		ev->deadline = now + CCS_MS(100) + limit(ev, CCS_SLAC_TT_match_response);
}

static void ask_match_again(struct ccs_slac_ev *ev, ccs_time now)
{
	if (may_repeat(ev))
		request(ev, now);
	else
		fail_run(ev, "no answer to CM_SLAC_MATCH.REQ", now);
}

/* A join takes longer than TT_matching_repetition; what follows is another round. */
static void fail_join(struct ccs_slac_ev *ev, const char *text, ccs_time now)
{
	ev->repetition_end = now;
	ccs_modem_watch_link(&ev->modem, false, now);
	fail_run(ev, text, now);
}

/* TT_match_join, and TP_link_ready_notification for a link that stays. */
static void join(struct ccs_slac_ev *ev, ccs_time now)
{
	if (!ev->modem.link)
		ev->link_time = CCS_NEVER;
	else if (ev->link_time == CCS_NEVER)
		ev->link_time = now + limit(ev, CCS_SLAC_TP_link_ready_notification);
	if (ev->link_time != CCS_NEVER && now >= ev->link_time)
		ccs_slac_ev_enter(ev, CCS_SLAC_EV_MATCHED, now);
	else if (ev->modem.key == CCS_MODEM_KEY_FAILED)
		fail_join(ev, "the modem did not take the key", now);
	else if (now >= ev->deadline)
		fail_join(ev, "no link within TT_match_join", now);
}

static void supervise(struct ccs_slac_ev *ev, ccs_time now)
{
	if (!ev->modem.link)
		give_up(ev, CCS_SLAC_EV_LOST, now);
}

/* What passing time or the modem changes. */
static void run(struct ccs_slac_ev *ev, ccs_time now)
{
	bool over = now >= ev->deadline;

	switch (ev->state) {
	case CCS_SLAC_EV_PREPARING:
		prepare(ev, now);
		return;
	case CCS_SLAC_EV_JOINING:
		join(ev, now);
		return;
	case CCS_SLAC_EV_MATCHED:
		supervise(ev, now);
		return;
	default:
		break;
	}
	if (!over)
		return;
	ev->deadline = CCS_NEVER;
	switch (ev->state) {
	case CCS_SLAC_EV_ASKING:
		ask_again(ev, now);
		break;
	case CCS_SLAC_EV_SOUNDING:
		sound(ev, now);
		break;
	case CCS_SLAC_EV_COLLECTING:
		ccs_slac_ev_decide(ev, now);
		break;
	case CCS_SLAC_EV_VALIDATING:
		ask_validation_again(ev, now);
		break;
	case CCS_SLAC_EV_POSTPONED:
		end_postponement(ev, now);
		break;
	case CCS_SLAC_EV_TOGGLING:
		toggle(ev, now);
		break;
	case CCS_SLAC_EV_MATCHING:
		ask_match_again(ev, now);
		break;
	case CCS_SLAC_EV_WAITING:
		end_waiting(ev, now);
		break;
	case CCS_SLAC_EV_UNMATCHED:
	case CCS_SLAC_EV_PREPARING:
	case CCS_SLAC_EV_JOINING:
	case CCS_SLAC_EV_MATCHED:
	case CCS_SLAC_EV_PAUSED:
	case CCS_SLAC_EV_FAILED:
	case CCS_SLAC_EV_LOST:
	case CCS_SLAC_EV_STATES:
		break;
	}
}

int ccs_slac_ev_receive(struct ccs_slac_ev *ev, const uint8_t *frame, size_t length, ccs_time now)
{
	struct ccs_mme mme;
	int result = ccs_mme_decode(&mme, frame, length);

	if (!result) {
		result = ccs_modem_take(&ev->modem, &mme, now);
		if (result == CCS_IGNORED && ccs_slac_same_mac(mme.dst, ev->config.mac) &&
		    ccs_slac_is_station(mme.src))
			result = ccs_slac_ev_take(ev, &mme, now);
		run(ev, now);
	}
	ccs_keys_wipe(&mme, sizeof(mme));
	return result;
}

/* Actions to bytes. */

static struct ccs_slac_candidate *find_owed(struct ccs_slac_ev *ev)
{
	for (size_t i = 0; i < ev->candidate_count; i++) {
		if (ev->candidates[i].owes_rsp)
			return &ev->candidates[i];
	}
	return NULL;
}

int ccs_slac_ev_send(struct ccs_slac_ev *ev, uint8_t *frame, size_t size)
{
	struct ccs_slac_candidate *owed = find_owed(ev);
	struct ccs_mme mme;
	int length;

	if (!owed && !ev->amp_map_due && !ev->frame_due)
		return ccs_modem_send(&ev->modem, frame, size);
	if (owed)
		ccs_slac_make_atten_char_rsp(ev, owed->mac, &mme);
	else if (ev->amp_map_due)
		ccs_mme_init(&mme, CCS_MME_CM_AMP_MAP_CNF, ev->evse_mac, ev->config.mac);
	else
		ccs_slac_make_ev_frame(ev, &mme);
	length = ccs_mme_encode(&mme, frame, size);
	if (length <= 0)
		return length;
	if (owed)
		owed->owes_rsp = false;
	else if (ev->amp_map_due)
		ev->amp_map_due = false;
	else
		ev->frame_due = false;
	return length;
}

/* The verbs. */

void ccs_slac_ev_set_defaults(struct ccs_slac_ev_config *config)
{
	memset(config, 0, sizeof(*config));
	ccs_slac_set_default_limits(&config->limits);
	ccs_modem_set_defaults(&config->modem);
}

void ccs_slac_ev_init(struct ccs_slac_ev *ev, const struct ccs_slac_ev_config *config,
		      const struct ccs_sink *sink)
{
	memset(ev, 0, sizeof(*ev));
	ev->config = *config;
	ev->sink = sink;
	ev->config.modem.side = CCS_SIDE_EV;
	memcpy(ev->config.modem.host_mac, config->mac, 6);
	ccs_modem_init(&ev->modem, &ev->config.modem, sink);
	ev->deadline = CCS_NEVER;
	ev->link_time = CCS_NEVER;
}

void ccs_slac_ev_start(struct ccs_slac_ev *ev, ccs_time now)
{
	ccs_slac_ev_enter(ev, CCS_SLAC_EV_UNMATCHED, now);
	ccs_modem_start(&ev->modem, now);
	leave_network(ev, now);
}

void ccs_slac_ev_match(struct ccs_slac_ev *ev, ccs_time now)
{
	ev->round = 0;
	ev->amp_map_due = false;
	ev->candidate_count = 0;
	if (ev->has_key)
		leave_network(ev, now);
	ccs_slac_ev_enter(ev, CCS_SLAC_EV_PREPARING, now);
	/* Half of it: the first CM_SLAC_PARM.REQ has to be out when it is over. */
	ev->deadline = now + limit(ev, CCS_SLAC_TP_EV_SLAC_init) / 2;
	run(ev, now);
}

void ccs_slac_ev_leave(struct ccs_slac_ev *ev, ccs_time now)
{
	ev->amp_map_due = false;
	give_up(ev, CCS_SLAC_EV_UNMATCHED, now);
}

void ccs_slac_ev_pause(struct ccs_slac_ev *ev, ccs_time now)
{
	if (ev->state != CCS_SLAC_EV_MATCHED)
		return;
	ccs_modem_watch_link(&ev->modem, false, now);
	ccs_slac_ev_enter(ev, CCS_SLAC_EV_PAUSED, now);
}

void ccs_slac_ev_resume(struct ccs_slac_ev *ev, ccs_time now)
{
	if (ev->state != CCS_SLAC_EV_PAUSED)
		return;
	ccs_slac_ev_enter(ev, CCS_SLAC_EV_JOINING, now);
	ev->deadline = now + limit(ev, CCS_SLAC_T_conn_resume);
	ccs_modem_watch_link(&ev->modem, true, now);
}

void ccs_slac_ev_tick(struct ccs_slac_ev *ev, ccs_time now)
{
	ccs_modem_tick(&ev->modem, now);
	run(ev, now);
}

ccs_time ccs_slac_ev_deadline(const struct ccs_slac_ev *ev)
{
	ccs_time deadline = ccs_modem_deadline(&ev->modem);

	if (ev->link_time < deadline)
		deadline = ev->link_time;
	return ev->deadline < deadline ? ev->deadline : deadline;
}
