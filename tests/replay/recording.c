/* SPDX-License-Identifier: Apache-2.0 */
/* A capture through the analyser, message by message, into conversations. */
#include "recording.h"

#include "ccs/v2gtp.h"
#include "trace/analyser.h"
#include "trace/keylog.h"
#include "trace/source.h"

#include <stdlib.h>
#include <string.h>

struct reader {
	struct replay_recording *recording;
	uint32_t tls_session; /* of the analyser: one of its connections is encrypted */
};

/* A test has nothing better to do without memory. */
static void *grow(void *list, size_t size)
{
	void *grown = realloc(list, size);

	if (!grown)
		abort();
	return grown;
}

static struct replay_conversation *begin_conversation(struct replay_recording *recording)
{
	size_t size = (recording->count + 1) * sizeof(*recording->conversations);

	recording->conversations = grow(recording->conversations, size);
	recording->conversations[recording->count] = (struct replay_conversation) { .count = 0 };
	return &recording->conversations[recording->count++];
}

static struct replay_exchange *begin_exchange(struct replay_conversation *conversation)
{
	size_t size = (conversation->count + 1) * sizeof(*conversation->exchanges);

	conversation->exchanges = grow(conversation->exchanges, size);
	conversation->exchanges[conversation->count] = (struct replay_exchange) { 0 };
	return &conversation->exchanges[conversation->count++];
}

static void keep_message(struct replay_message *message, const struct ccs_record *record,
			 const struct replay_said *said)
{
	const struct ccs_record_msg *msg = &record->msg;

	message->length = msg->exi_length + CCS_V2GTP_HEADER_SIZE;
	message->bytes = grow(NULL, message->length);
	message->time = record->since;
	message->said = *said;
	message->said.session.length = 0;
	ccs_v2gtp_write_header(message->bytes, msg->payload_type, (uint32_t)msg->exi_length);
	memcpy(message->bytes + CCS_V2GTP_HEADER_SIZE, msg->exi, msg->exi_length);
}

/* What both sides of a replay have to know beforehand. */
static void keep_setting(struct replay_conversation *conversation, const struct replay_said *said)
{
	bool parameters = said->step == REPLAY_PARAMETERS;

	if (said->step == REPLAY_SESSION_SETUP && !said->is_request &&
	    said->session.length == sizeof(conversation->id))
		memcpy(conversation->id, said->session.at, sizeof(conversation->id));
	if (said->step == REPLAY_SERVICES || (parameters && said->is_request))
		conversation->phases = said->phases;
	if (!parameters || !said->tuples)
		return;
	conversation->tuples = said->tuples;
	memcpy(conversation->tuple, said->tuple, sizeof(conversation->tuple));
}

/* A response belongs to the request before it; one without a request is nobody's. */
static void keep(struct replay_conversation *conversation, const struct ccs_record *record,
		 const struct replay_said *said)
{
	struct replay_exchange *exchange;

	if (said->step != REPLAY_HANDSHAKE)
		conversation->protocol = ccs_protocol_of_name((struct ccs_text) {
			record->msg.proto, (uint32_t)strlen(record->msg.proto) });
	keep_setting(conversation, said);
	if (said->is_request) {
		exchange = begin_exchange(conversation);
		exchange->step = said->step;
		keep_message(&exchange->request, record, said);
	} else if (conversation->count) {
		exchange = &conversation->exchanges[conversation->count - 1];
		if (!exchange->response.bytes)
			keep_message(&exchange->response, record, said);
	}
}

static void take(void *user, const struct ccs_record *record)
{
	struct reader *reader = user;
	struct replay_recording *recording = reader->recording;
	struct replay_conversation *last = NULL;
	struct replay_said said;

	if (record->kind == CCS_RECORD_NOTE && record->note.tls)
		reader->tls_session = record->session;
	if (record->kind != CCS_RECORD_MSG)
		return;
	if (recording->count)
		last = &recording->conversations[recording->count - 1];
	if (!record->msg.document) {
		if (last)
			last->undecoded++;
		return;
	}
	replay_read(record->msg.document, &said);
	if (said.step == REPLAY_HANDSHAKE && said.is_request) {
		last = begin_conversation(recording);
		last->tls = record->session == reader->tls_session;
	}
	if (last)
		keep(last, record, &said);
}

bool replay_recording_read(struct replay_recording *recording, const char *path)
{
	struct reader reader = { .recording = recording };
	struct ccs_sink sink = { take, &reader };
	struct ccs_keylog *keylog = ccs_keylog_new();
	struct ccs_analyser *analyser = ccs_analyser_new(&sink, keylog);
	struct ccs_capture_error error;
	int result;

	*recording = (struct replay_recording) { .count = 0 };
	if (!analyser)
		abort();
	result = ccs_source_run(analyser, path, &error);
	ccs_analyser_free(analyser);
	ccs_keylog_free(keylog);
	return result == 0;
}

void replay_recording_free(struct replay_recording *recording)
{
	for (size_t i = 0; i < recording->count; i++) {
		struct replay_conversation *conversation = &recording->conversations[i];

		for (size_t j = 0; j < conversation->count; j++) {
			free(conversation->exchanges[j].request.bytes);
			free(conversation->exchanges[j].response.bytes);
		}
		free(conversation->exchanges);
	}
	free(recording->conversations);
}

void replay_reach_add(struct replay_reach *reach, enum replay_step step)
{
	enum replay_step *furthest = step < REPLAY_STOP ? &reach->way : &reach->end;

	if (step > *furthest)
		*furthest = step;
	reach->rounds += step == REPLAY_DEMAND || step == REPLAY_STATUS;
}

struct replay_reach replay_reach_recorded(const struct replay_conversation *conversation)
{
	struct replay_reach reach = { .rounds = 0 };

	for (size_t i = 0; i < conversation->count; i++) {
		const struct replay_exchange *exchange = &conversation->exchanges[i];

		if (exchange->response.bytes && exchange->response.said.ok)
			replay_reach_add(&reach, exchange->step);
	}
	return reach;
}
