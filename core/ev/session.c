/* SPDX-License-Identifier: Apache-2.0 */
/* The car's session: bytes to replies, the state part, requests to bytes. */
#include "ccs/ev_session.h"

#include "messages.h"

#include <string.h>

#define ONGOING_PAUSE	CCS_MS(500)
#define PRECHARGE_PAUSE CCS_MS(100)
#define DEMAND_PAUSE	CCS_MS(100)

const char *ccs_ev_state_text(enum ccs_ev_state state)
{
	static const char *const texts[] = {
#define ROW(id, text) text,
		CCS_EV_STATES(ROW)
#undef ROW
	};

	return texts[state];
}

const char *ccs_ev_reason_text(enum ccs_ev_reason reason)
{
	static const char *const sentences[] = {
#define ROW(id, sentence) sentence,
		CCS_EV_REASONS(ROW)
#undef ROW
	};

	return sentences[reason];
}

/* Bytes to replies. */

static void take_message(struct ccs_ev_session *s, const struct ccs_channel_message *message)
{
	struct ccs_ev_reply reply = { .finished = true };
	enum ccs_ev_reason reason;

	if (message->error == CCS_ERR_UNKNOWN)
		return;
	if (message->error)
		reason = CCS_EV_REASON_UNDECODABLE;
	else if (message->protocol == CCS_PROTOCOL_APP)
		reason = ccs_ev_handshake_read(s, &message->document, &reply);
	else if (message->protocol == CCS_PROTOCOL_ISO2)
		reason = ccs_ev_iso2_read(s, &message->document, &reply);
	else
		reason = ccs_ev_din_read(s, &message->document, &reply);
	if (reason)
		ccs_ev_charging_fail(s, reason);
	else
		ccs_ev_charging_take(s, &reply);
}

/* Requests to bytes. */

static int send_request(struct ccs_ev_session *s, enum ccs_ev_message message)
{
	if (message == CCS_EV_MESSAGE_HANDSHAKE)
		return ccs_ev_handshake_ask(s);
	return ccs_ev_is_iso2(s) ? ccs_ev_iso2_ask(s, message) : ccs_ev_din_ask(s, message);
}

static void ask(struct ccs_ev_session *s)
{
	enum ccs_ev_message message = s->ask;

	s->ask = CCS_EV_MESSAGE_NONE;
	if (message != CCS_EV_MESSAGE_NONE && send_request(s, message) < 0)
		ccs_ev_charging_fail(s, CCS_EV_REASON_OWN_MESSAGE);
}

static void note_pilot(struct ccs_ev_session *s)
{
	if (s->config.commands->pilot != CCS_PILOT_B)
		s->facts.off_since = CCS_NEVER;
	else if (s->facts.off_since == CCS_NEVER)
		s->facts.off_since = s->now;
}

/* The end of every call. */
static void finish(struct ccs_ev_session *s)
{
	ask(s);
	ccs_ev_follow(s);
	note_pilot(s);
}

static bool is_running(const struct ccs_ev_session *s)
{
	return s->state != CCS_EV_STATE_IDLE && s->state < CCS_EV_STATE_SHUTDOWN;
}

static void set_defaults(struct ccs_ev_session_config *config)
{
	if (!config->tolerances)
		config->tolerances = &ccs_tolerances_default;
	if (!config->ongoing_pause)
		config->ongoing_pause = ONGOING_PAUSE;
	if (!config->precharge_pause)
		config->precharge_pause = PRECHARGE_PAUSE;
	if (!config->demand_pause)
		config->demand_pause = DEMAND_PAUSE;
	config->channel.side = CCS_SIDE_EV;
}

/* What belongs to one session, not to the car. */
static void forget_session(struct ccs_ev_session *s)
{
	s->state = CCS_EV_STATE_IDLE;
	s->outcome = CCS_EV_OUTCOME_NONE;
	s->reason = CCS_EV_REASON_NONE;
	s->ask = CCS_EV_MESSAGE_NONE;
	s->awaited = CCS_EV_MESSAGE_NONE;
	s->state_by = s->response_by = s->again_at = s->setup_by = s->ready_by = CCS_NEVER;
	s->facts = (struct ccs_ev_facts) { .stop_demanded = CCS_NEVER, .off_since = CCS_NEVER };
	s->facts.trusts_report = ccs_quirk_is_on(&s->config.quirks, CCS_QUIRK_REPORTED_VOLTAGE);
	s->charger = (struct ccs_limits)CCS_LIMITS_OPEN;
	s->reported_ma = (struct ccs_measured) { .known = false };
	s->watch = (struct ccs_watch) { .differs = false };
	s->near_since = CCS_NEVER;
	s->transfer = s->config.transfer;
	s->schedule = (struct ccs_ev_schedule) { .count = 0 };
	s->resumes = s->joined = s->receipt_due = false;
	s->renegotiation_due = s->renegotiate_seen = s->renegotiates = false;
	memset(s->session_id, 0, sizeof(s->session_id));
	s->session_id_length = sizeof(s->session_id); /* of zeros, as SessionSetupReq wants it */
}

int ccs_ev_session_init(struct ccs_ev_session *s, const struct ccs_ev_session_config *config)
{
	if (config->offer_count == 0 || config->offer_count > CCS_EV_OFFERS)
		return CCS_ERR_UNKNOWN;
	for (size_t i = 0; i < config->offer_count; i++)
		if (config->offers[i] != CCS_PROTOCOL_DIN && config->offers[i] != CCS_PROTOCOL_ISO2)
			return CCS_ERR_UNKNOWN;
	*s = (struct ccs_ev_session) { .config = *config };
	set_defaults(&s->config);
	s->timing = config->timing ? *config->timing : ccs_timing_standard;
	if (ccs_quirk_is_on(&config->quirks, CCS_QUIRK_PATIENT))
		ccs_timing_relax(&s->timing);
	ccs_channel_init(&s->channel, &s->config.channel);
	*s->config.commands = (struct ccs_ev_commands) { .pilot = CCS_PILOT_B };
	forget_session(s);
	return 0;
}

static bool may_start(const struct ccs_ev_session *s)
{
	return (s->state == CCS_EV_STATE_IDLE || s->state == CCS_EV_STATE_ENDED) &&
	       !s->config.commands->lock;
}

int ccs_ev_session_start(struct ccs_ev_session *s, ccs_time now)
{
	if (!may_start(s))
		return CCS_ERR_STATE;
	s->now = now;
	ccs_channel_reset(&s->channel);
	forget_session(s);
	ccs_ev_charging_start(s);
	finish(s);
	return 0;
}

/* ISO 15118-2 8.4.2: the id of the paused session in SessionSetupReq. */
int ccs_ev_session_resume(struct ccs_ev_session *s, ccs_time now)
{
	uint8_t id[sizeof(s->session_id)];
	uint8_t length = s->session_id_length;

	if (s->outcome != CCS_EV_OUTCOME_PAUSED || !may_start(s))
		return CCS_ERR_STATE;
	memcpy(id, s->session_id, sizeof(id));
	(void)ccs_ev_session_start(s, now);
	memcpy(s->session_id, id, sizeof(id));
	s->session_id_length = length;
	s->resumes = true;
	return 0;
}

void ccs_ev_session_receive(struct ccs_ev_session *s, const uint8_t *bytes, size_t length,
			    ccs_time now)
{
	struct ccs_channel_message message;
	int result = 0;

	s->now = now;
	while (is_running(s) &&
	       (result = ccs_channel_receive(&s->channel, &bytes, &length, now, &message)) > 0) {
		take_message(s, &message);
		ask(s);
	}
	if (is_running(s) && result < 0)
		ccs_ev_charging_fail(s, CCS_EV_REASON_UNDECODABLE);
	ccs_ev_session_tick(s, now);
}

void ccs_ev_session_lost(struct ccs_ev_session *s, ccs_time now)
{
	s->now = now;
	ccs_ev_charging_lose(s);
	finish(s);
}

void ccs_ev_session_tick(struct ccs_ev_session *s, ccs_time now)
{
	s->now = now;
	ccs_ev_charging_tick(s);
	finish(s);
}

int ccs_ev_session_send(struct ccs_ev_session *s, uint8_t *buffer, size_t size)
{
	return ccs_channel_output(&s->channel, buffer, size);
}

ccs_time ccs_ev_session_deadline(const struct ccs_ev_session *s)
{
	return ccs_ev_charging_deadline(s);
}
