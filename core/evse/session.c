/* SPDX-License-Identifier: Apache-2.0 */
/* The charger's session: its life, the handshake, and who answers which message. */
#include "ccs/msg/app.h"
#include "evse/charging.h"

#include <string.h>

/* The protocols that are served, with the version of their message set. */
static const struct {
	enum ccs_protocol protocol;
	uint32_t major;
} served[] = {
	{ CCS_PROTOCOL_ISO2, 2 },
	{ CCS_PROTOCOL_DIN, 2 },
};

#define SERVED (sizeof(served) / sizeof(served[0]))

static ccs_time with_default(ccs_time value, ccs_time standard)
{
	return value ? value : standard;
}

void ccs_evse_session_init(struct ccs_evse_session *session, const struct ccs_evse_config *config)
{
	*session = (struct ccs_evse_session) { .config = *config };
	session->config.channel.side = CCS_SIDE_EVSE;
	if (!config->timing)
		session->config.timing = &ccs_timing_standard;
	if (!config->tolerances)
		session->config.tolerances = &ccs_tolerances_default;
	session->config.authorisation_us = with_default(config->authorisation_us, CCS_SECONDS(300));
	session->config.stop_us = with_default(config->stop_us, CCS_SECONDS(10));
	session->config.sensor_us = with_default(config->sensor_us, CCS_SECONDS(1));
	if (!config->ac.nominal_mv)
		session->config.ac.nominal_mv = 230000;
	session->facts.stop_demanded = CCS_NEVER;
	session->facts.ac = config->ac.phases && !config->probe;
	session->scheduled = session->receipts = session->taken = CCS_NEVER;
	session->sequence = session->ongoing = session->stop = session->over = CCS_NEVER;
	ccs_channel_init(&session->channel, &session->config.channel);
}

/* What the car has not announced limits nothing; discharging has to be wished for (E-4). */
static struct ccs_limits unknown_car(const struct ccs_quirks *quirks)
{
	struct ccs_limits limits = CCS_LIMITS_OPEN;

	if (!ccs_quirk_is_on(quirks, CCS_QUIRK_DISCHARGE))
		limits.discharge_ma = limits.discharge_w = 0;
	return limits;
}

/* The sequence timeout runs from our answer on; a fault has its own end. */
static void expect_message(struct ccs_evse_session *session, ccs_time now)
{
	bool waits = session->state < CCS_EVSE_CLOSING && session->fault == CCS_EVSE_FAULT_NONE;

	session->sequence = waits ? now + ccs_timing_us(session->config.timing,
							CCS_TIMER_SECC_SEQUENCE)
				  : CCS_NEVER;
}

int ccs_evse_session_start(struct ccs_evse_session *session, const uint8_t id[8], ccs_time now)
{
	struct ccs_evse_config config = session->config;
	struct ccs_evse_paused paused = session->paused;

	if (session->state != CCS_EVSE_IDLE && !session->facts.ended)
		return CCS_ERR_STATE;
	ccs_evse_session_init(session, &config);
	memcpy(session->id, id, sizeof(session->id));
	session->paused = paused;
	session->facts.ev = unknown_car(&config.quirks);
	session->powered = session->reaching = now;
	evse_enter(session, CCS_EVSE_HANDSHAKE, now);
	expect_message(session, now);
	ccs_evse_session_tick(session, now);
	return 0;
}

static int find_served(const struct ccs_evse_config *config, const struct app_AppProtocol *offer)
{
	enum ccs_protocol protocol = ccs_protocol_of_uri(offer->ProtocolNamespace);

	for (size_t i = 0; i < SERVED; i++) {
		if (config->only && config->only != served[i].protocol)
			continue;
		if (served[i].protocol == CCS_PROTOCOL_DIN && config->ac.phases && !config->probe)
			continue; /* it has no AC */
		if (served[i].protocol == protocol && served[i].major == offer->VersionNumberMajor)
			return (int)i;
	}
	return -1;
}

/* The car's priority decides (1 is the highest), then the order of our table. */
static const struct app_AppProtocol *choose(const struct ccs_evse_config *config,
					    const struct app_supportedAppProtocolReq *request,
					    enum ccs_protocol *protocol)
{
	const struct app_AppProtocol *best = NULL;
	int best_served = 0;

	for (uint32_t i = 0; i < request->AppProtocol.count; i++) {
		const struct app_AppProtocol *offer = &request->AppProtocol.at[i];
		int n = find_served(config, offer);

		if (n < 0 || (best && offer->Priority > best->Priority) ||
		    (best && offer->Priority == best->Priority && n >= best_served))
			continue;
		best = offer;
		best_served = n;
		*protocol = served[n].protocol;
	}
	return best;
}

/* ISO 15118-2 8.2, DIN SPEC 70121 8.2.  R15: the SchemaID is the car's. */
static void answer_handshake(struct ccs_evse_session *session,
			     const struct app_supportedAppProtocolReq *request, ccs_time now)
{
	enum ccs_protocol protocol = CCS_PROTOCOL_NONE;
	const struct app_AppProtocol *best = choose(&session->config, request, &protocol);
	struct app_supportedAppProtocolRes answer = {
		.ResponseCode = app_responseCode_Failed_NoNegotiation,
	};
	struct ccs_exi_document document = { &ccs_set_app, CCS_EXI_DOCUMENT,
					     app_element_supportedAppProtocolRes, &answer };

	if (best) {
		answer.ResponseCode =
			best->VersionNumberMinor
				? app_responseCode_OK_SuccessfulNegotiationWithMinorDeviation
				: app_responseCode_OK_SuccessfulNegotiation;
		answer.has_SchemaID = true;
		answer.SchemaID = best->SchemaID;
	}
	if (ccs_channel_send(&session->channel, &document, now, NULL) < 0 || !best) {
		evse_end(session, CCS_EVSE_FAULT_PROTOCOL, now);
		return;
	}
	session->protocol = protocol;
	ccs_channel_agree(&session->channel, protocol);
	evse_enter(session, CCS_EVSE_SESSION_SETUP, now);
}

/* True when the message was a request and has its answer. */
static bool answer_message(struct ccs_evse_session *session,
			   const struct ccs_channel_message *message, ccs_time now)
{
	if (message->protocol == CCS_PROTOCOL_APP) {
		if (session->state != CCS_EVSE_HANDSHAKE ||
		    message->document.element != app_element_supportedAppProtocolReq)
			return false;
		answer_handshake(session, message->document.value, now);
		return true;
	}
	if (message->protocol == CCS_PROTOCOL_ISO2)
		return evse_iso2_answer(session, &message->document, now);
	return evse_din_answer(session, &message->document, now);
}

/*
 * NOTE: a message that cannot be decoded has no answer, because nobody knows of which type it is;
 * it is ignored and the sequence timeout runs on.  What is decoded and no request of ours breaks
 * the protocol.
 */
static void handle_message(struct ccs_evse_session *session,
			   const struct ccs_channel_message *message, ccs_time now)
{
	if (message->error || session->state >= CCS_EVSE_CLOSING)
		return;
	if (answer_message(session, message, now)) {
		session->due = now + session->config.answer_delay;
		expect_message(session, now);
	} else {
		evse_end(session, CCS_EVSE_FAULT_PROTOCOL, now);
	}
}

void ccs_evse_session_receive(struct ccs_evse_session *session, const uint8_t *bytes, size_t length,
			      ccs_time now)
{
	struct ccs_channel_message message;
	int result = 0;

	evse_supervise(session, now);
	while (session->state != CCS_EVSE_IDLE && session->state != CCS_EVSE_ENDED &&
	       (result = ccs_channel_receive(&session->channel, &bytes, &length, now, &message)) >
		       0)
		handle_message(session, &message, now);
	if (result < 0)
		evse_end(session, CCS_EVSE_FAULT_PROTOCOL, now);
	evse_apply(session, now);
}

void ccs_evse_session_tick(struct ccs_evse_session *session, ccs_time now)
{
	evse_supervise(session, now);
	evse_apply(session, now);
}

int ccs_evse_session_send(struct ccs_evse_session *session, uint8_t *buffer, size_t size)
{
	if (session->clock < session->due && session->state != CCS_EVSE_ENDED)
		return 0;
	return ccs_channel_output(&session->channel, buffer, size);
}

ccs_time ccs_evse_session_deadline(const struct ccs_evse_session *session)
{
	return evse_supervise_deadline(session);
}

void ccs_evse_session_close(struct ccs_evse_session *session, ccs_time now)
{
	bool over = session->state == CCS_EVSE_IDLE || session->state == CCS_EVSE_CLOSING;

	evse_end(session, over ? CCS_EVSE_FAULT_NONE : CCS_EVSE_FAULT_CONNECTION, now);
	evse_apply(session, now);
}

/* ISO 15118-2 8.7.3.  NOTE: DIN SPEC 70121 has the notification, but no message to follow it. */
int ccs_evse_session_renegotiate(struct ccs_evse_session *session, ccs_time now)
{
	if (session->state != CCS_EVSE_CHARGING || session->protocol != CCS_PROTOCOL_ISO2 ||
	    session->fault != CCS_EVSE_FAULT_NONE)
		return CCS_ERR_STATE;
	session->renegotiate = true;
	session->pause = false;
	evse_note(session, CCS_NOTE_INFO, "the charger asks for a renegotiation", now);
	return 0;
}

int ccs_evse_session_pause(struct ccs_evse_session *session, ccs_time now)
{
	int result = ccs_evse_session_renegotiate(session, now);

	if (result == 0)
		session->pause = true;
	return result;
}

/* What the car did wrong, or its silence, leaves it the way to stop in order (R41). */
bool ccs_evse_session_wants_oscillator_off(const struct ccs_evse_session *session)
{
	switch (session->fault) {
	case CCS_EVSE_FAULT_EMERGENCY:
	case CCS_EVSE_FAULT_UNLOCKED:
	case CCS_EVSE_FAULT_SUPPLY:
	case CCS_EVSE_FAULT_ISOLATION:
	case CCS_EVSE_FAULT_NO_MONITOR:
	case CCS_EVSE_FAULT_LIVE:
	case CCS_EVSE_FAULT_TEST:
	case CCS_EVSE_FAULT_SENSOR:
	case CCS_EVSE_FAULT_OVERVOLTAGE:
	case CCS_EVSE_FAULT_CONTACTOR:
	case CCS_EVSE_FAULT_STOP_IGNORED:
		return true;
	case CCS_EVSE_FAULT_NONE:
	case CCS_EVSE_FAULT_PILOT:
	case CCS_EVSE_FAULT_SLOW:
	case CCS_EVSE_FAULT_DENIED:
	case CCS_EVSE_FAULT_SILENCE:
	case CCS_EVSE_FAULT_PROTOCOL:
	case CCS_EVSE_FAULT_UNPLUGGED:
	case CCS_EVSE_FAULT_CONNECTION:
		break;
	}
	return session->state == CCS_EVSE_ENDED;
}
