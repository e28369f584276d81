/* SPDX-License-Identifier: Apache-2.0 */
/* From packets to records. */
#include "ccs/mme.h"
#include "ccs/sdp.h"
#include "trace/analyser_parts.h"
#include "trace/textlog.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SYSLOG_PORT  514
#define DAMAGED_SAID 20 /* damaged packets that get a note of their own */

struct ccs_analyser *ccs_analyser_new(const struct ccs_sink *sink, struct ccs_keylog *keylog)
{
	struct ccs_analyser *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->sink = sink;
	a->keylog = keylog;
	a->link_type = UINT32_MAX;
	a->tls_room = CCS_ANALYSER_TLS_ROOM;
	a->tcp = ccs_tcp_new(&ccs_connection_events, a);
	if (!ccs_message_decoder_init(&a->decoder) || !a->tcp) {
		ccs_analyser_free(a);
		return NULL;
	}
	return a;
}

void ccs_analyser_free(struct ccs_analyser *a)
{
	if (!a)
		return;
	ccs_connections_free(a);
	if (a->tcp)
		ccs_tcp_free(a->tcp);
	ccs_message_decoder_free(&a->decoder);
	free(a->room);
	free(a);
}

const struct ccs_analyser_counts *ccs_analyser_counts(const struct ccs_analyser *a)
{
	return &a->counts;
}

/* Records. */

struct ccs_record ccs_analyser_record(enum ccs_record_kind kind, const struct ccs_tcp_at *at)
{
	return (struct ccs_record) { .kind = kind, .time = at->time, .frame = at->frame };
}

static const char *name_beginning(const struct ccs_record *record)
{
	switch (record->kind) {
	case CCS_RECORD_MME:
		return "SLAC";
	case CCS_RECORD_SDP:
		return "SECC discovery";
	default:
		return "a message: its beginning was not captured";
	}
}

static void emit_session(struct ccs_analyser *a, const struct ccs_record *first)
{
	const struct ccs_sessions *s = &a->sessions;
	struct ccs_record record = *first;
	char text[160];

	if (s->resumes)
		snprintf(text, sizeof(text),
			 "begins with %s; continues session %" PRIu32 ", which was paused",
			 name_beginning(first), s->resumes);
	else
		snprintf(text, sizeof(text), "begins with %s", name_beginning(first));
	record.kind = CCS_RECORD_SESSION;
	record.note = (struct ccs_record_note) { CCS_NOTE_INFO, "session", text, 0, NULL };
	ccs_emit(a->sink, &record);
}

void ccs_analyser_emit(struct ccs_analyser *a, struct ccs_record *record)
{
	if (!a->started) {
		a->start = record->time;
		a->started = true;
	}
	record->since = record->time - a->start;
	record->in_log = a->in_log;
	if (ccs_sessions_take(&a->sessions, record))
		emit_session(a, record);
	ccs_emit(a->sink, record);
}

void ccs_analyser_say(struct ccs_analyser *a, struct ccs_record *record, enum ccs_note_level level,
		      const char *topic, const char *format, ...)
{
	char text[CCS_RECORD_TEXT_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	record->note.level = level;
	record->note.topic = topic;
	record->note.text = text;
	ccs_analyser_emit(a, record);
}

void ccs_analyser_message(struct ccs_analyser *a, struct ccs_record *record)
{
	a->counts.messages++;
	if (record->msg.error && !a->counts.undecoded++)
		a->counts.first_undecoded = record->frame;
	ccs_analyser_emit(a, record);
}

/* A note about the current packet. */
static void note(struct ccs_analyser *a, enum ccs_note_level level, const char *topic,
		 const char *text)
{
	struct ccs_record record = ccs_analyser_record(CCS_RECORD_NOTE, &a->now);

	ccs_analyser_say(a, &record, level, topic, "%s", text);
}

/* What packets carry. */

static void take_mme(struct ccs_analyser *a, const struct ccs_frame *frame)
{
	struct ccs_record record = ccs_analyser_record(CCS_RECORD_MME, &a->now);
	struct ccs_mme mme;
	int result = ccs_mme_decode(&mme, frame->payload, frame->length);

	record.src = frame->src;
	record.dst = frame->dst;
	if (result != CCS_ERR_HEADER) {
		record.mme = &mme;
		ccs_analyser_emit(a, &record);
	}
	if (result < 0) {
		record.kind = CCS_RECORD_NOTE;
		record.note = (struct ccs_record_note) { 0 };
		a->counts.damaged++;
		ccs_analyser_say(a, &record, CCS_NOTE_WARNING, "mme", "damaged: %s",
				 ccs_error_text(result));
	}
}

static void take_sdp(struct ccs_analyser *a, const struct ccs_frame *frame)
{
	struct ccs_record record = ccs_analyser_record(CCS_RECORD_SDP, &a->now);
	bool our_port = frame->src.port == CCS_SDP_PORT || frame->dst.port == CCS_SDP_PORT;
	struct ccs_sdp sdp;
	int result = ccs_sdp_decode(&sdp, frame->payload, frame->length);

	record.src = frame->src;
	record.dst = frame->dst;
	if (result < 0) {
		if (our_port) {
			record.kind = CCS_RECORD_NOTE;
			a->counts.damaged++;
			ccs_analyser_say(a, &record, CCS_NOTE_WARNING, "sdp", "damaged: %s",
					 ccs_error_text(result));
		}
		return;
	}
	record.sdp = &sdp;
	record.dir = sdp.kind == CCS_SDP_REQUEST || sdp.kind == CCS_SDP_REQUEST_WIRELESS
			     ? CCS_SIDE_EV
			     : CCS_SIDE_EVSE;
	if (sdp.kind == CCS_SDP_RESPONSE) {
		a->secc = (struct ccs_address) { .kind = CCS_ADDRESS_IPV6, .port = sdp.secc_port };
		memcpy(a->secc.bytes, sdp.secc_ip, sizeof(sdp.secc_ip));
	}
	ccs_analyser_emit(a, &record);
}

/* "<15>text" with an end of any kind. */
static void take_syslog(struct ccs_analyser *a, const struct ccs_frame *frame)
{
	struct ccs_record record = ccs_analyser_record(CCS_RECORD_NOTE, &a->now);
	const char *text = (const char *)frame->payload;
	size_t length = strnlen(text, frame->length);
	const char *close = length && text[0] == '<' ? memchr(text, '>', length < 6 ? length : 6)
						     : NULL;

	if (close) {
		length -= (size_t)(close + 1 - text);
		text = close + 1;
	}
	while (length && strchr(" \r\n", text[length - 1]))
		length--;
	record.src = frame->src;
	record.dst = frame->dst;
	ccs_analyser_say(a, &record, CCS_NOTE_INFO, "syslog", "%.*s", (int)length, text);
}

static void take_secrets(struct ccs_analyser *a, enum ccs_keylog_source source, const void *text,
			 size_t length)
{
	size_t fresh;
	const char *warning;

	if (!a->keylog)
		return;
	fresh = ccs_keylog_feed(a->keylog, source, text, length);
	if (source == CCS_KEYLOG_BLOCK)
		fresh += ccs_keylog_end(a->keylog, source);
	if (fresh)
		ccs_connections_poll(a);
	while ((warning = ccs_keylog_warning(a->keylog)))
		note(a, CCS_NOTE_WARNING, "tls", warning);
}

static void take_udp(struct ccs_analyser *a, const struct ccs_frame *frame)
{
	if (frame->dst.port == SYSLOG_PORT)
		take_syslog(a, frame);
	else if (frame->dst.port == CCS_KEYLOG_PORT)
		take_secrets(a, CCS_KEYLOG_DATAGRAM, frame->payload, frame->length);
	else
		take_sdp(a, frame);
}

/* Packets. */

static void say_odd(struct ccs_analyser *a, uint32_t odd)
{
	static const struct {
		uint32_t bit;
		const char *text;
	} oddities[] = {
		{ CCS_PACKET_CUT, "packets were cut by the recorder: their ends are missing" },
		{ CCS_PACKET_NO_TIME, "packets have no time: that of the one before is shown" },
		{ CCS_PACKET_BACKWARD, "time goes backward here: durations across it are wrong" },
		{ CCS_PACKET_CLOCK, "the recorder's clock was not set: dates are wrong" },
	};

	for (size_t i = 0; i < sizeof(oddities) / sizeof(*oddities); i++)
		if (odd & ~a->odd & oddities[i].bit)
			note(a, CCS_NOTE_WARNING, "capture", oddities[i].text);
	a->odd |= odd;
}

static void take_unreadable(struct ccs_analyser *a, uint32_t link_type)
{
	char text[200];

	a->counts.damaged++;
	a->unreadable++;
	if (a->link_type == link_type)
		return;
	a->link_type = link_type;
	ccs_link_explain(link_type, text, sizeof(text));
	note(a, CCS_NOTE_ERROR, "capture", text);
}

static void take_damaged(struct ccs_analyser *a, const struct ccs_frame *frame)
{
	struct ccs_record record = ccs_analyser_record(CCS_RECORD_NOTE, &a->now);

	a->counts.damaged++;
	if (a->counts.damaged > DAMAGED_SAID)
		return;
	record.src = frame->src;
	record.dst = frame->dst;
	ccs_analyser_say(a, &record, CCS_NOTE_WARNING, "capture", "damaged packet: %s",
			 frame->fault ? frame->fault : "its headers contradict each other");
}

static void take_fragment(struct ccs_analyser *a)
{
	if (!a->fragments++)
		note(a, CCS_NOTE_WARNING, "capture",
		     "fragments of IP packets are not put together");
}

static void take_frame(struct ccs_analyser *a, const struct ccs_packet *packet)
{
	switch (a->frame.kind) {
	case CCS_FRAME_MME:
		take_mme(a, &a->frame);
		break;
	case CCS_FRAME_UDP:
		take_udp(a, &a->frame);
		break;
	case CCS_FRAME_TCP:
		ccs_tcp_segment(a->tcp, &a->frame, packet);
		break;
	case CCS_FRAME_FRAGMENT:
		take_fragment(a);
		break;
	case CCS_FRAME_OTHER:
		break;
	}
}

void ccs_analyser_packet(struct ccs_analyser *a, const struct ccs_packet *packet)
{
	int result;

	if (!a->started) {
		a->start = packet->time;
		a->started = true;
	}
	a->counts.packets++;
	a->now = (struct ccs_tcp_at) { .time = packet->time, .frame = packet->number };
	if (packet->odd & ~a->odd)
		say_odd(a, packet->odd);
	ccs_connections_report_failed(a, false);
	result = ccs_frame_parse(&a->frame, packet);
	if (result == CCS_ERR_UNKNOWN)
		take_unreadable(a, packet->link_type);
	else if (result < 0)
		take_damaged(a, &a->frame);
	else
		take_frame(a, packet);
}

void ccs_analyser_secrets(void *analyser, uint32_t type, const uint8_t *bytes, size_t length)
{
	if (type == CCS_SECRETS_TLS_KEY_LOG)
		take_secrets(analyser, CCS_KEYLOG_BLOCK, bytes, length);
}

void ccs_analyser_fault(struct ccs_analyser *a, const struct ccs_capture_error *fault)
{
	a->now.frame = fault->packet;
	a->counts.damaged++;
	note(a, CCS_NOTE_ERROR, "capture", fault->text);
}

static void decode_as(struct ccs_analyser *a, const struct ccs_log_entry *entry,
		      enum ccs_protocol agreed, struct ccs_record_msg *msg)
{
	a->log_dialogue.agreed = agreed;
	ccs_message_decode(&a->decoder, &a->log_dialogue, entry->protocol, entry->payload_type,
			   entry->exi, entry->length, msg);
}

/* A log does not say where a connection ends: what does not fit what was agreed last may belong
 * to the next one. */
static void decode_entry(struct ccs_analyser *a, const struct ccs_log_entry *entry,
			 struct ccs_record_msg *msg)
{
	enum ccs_protocol agreed = a->log_dialogue.agreed;

	decode_as(a, entry, agreed, msg);
	if (msg->error && agreed)
		decode_as(a, entry, CCS_PROTOCOL_NONE, msg);
	if (msg->error && agreed)
		decode_as(a, entry, agreed, msg);
}

void ccs_analyser_entry(struct ccs_analyser *a, const struct ccs_log_entry *entry)
{
	struct ccs_record record;
	enum ccs_side sender;

	if (entry->has_time)
		a->now.time = entry->time;
	if (entry->has_since && !a->started) {
		a->start = a->now.time - entry->since;
		a->started = true;
	}
	a->now.frame = entry->line;
	a->in_log = !entry->is_packet;
	a->counts.packets++;
	record = ccs_analyser_record(CCS_RECORD_MSG, &a->now);
	record.src = entry->src;
	record.dst = entry->dst;
	decode_entry(a, entry, &record.msg);
	sender = ccs_message_sender(record.msg.type);
	record.dir = sender == CCS_SIDE_UNKNOWN ? entry->dir : sender;
	ccs_analyser_message(a, &record);
}

void ccs_analyser_finish(struct ccs_analyser *a)
{
	struct ccs_record record;

	ccs_tcp_finish(a->tcp);
	ccs_connections_report_failed(a, true);
	record = ccs_analyser_record(CCS_RECORD_NOTE, &a->now);
	if (a->unreadable > 1)
		ccs_analyser_say(a, &record, CCS_NOTE_ERROR, "capture",
				 "%" PRIu64 " packets have a link type that cannot be read",
				 a->unreadable);
}

void ccs_analyser_run(struct ccs_analyser *a, struct ccs_capture *capture)
{
	struct ccs_packet packet;
	int result;

	ccs_capture_on_secrets(capture, ccs_analyser_secrets, a);
	while ((result = ccs_capture_next(capture, &packet)) != 0) {
		if (result > 0)
			ccs_analyser_packet(a, &packet);
		else
			ccs_analyser_fault(a, ccs_capture_fault(capture));
	}
	ccs_analyser_finish(a);
}
