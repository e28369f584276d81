/* SPDX-License-Identifier: Apache-2.0 */
/* One TCP connection: TLS or plain, V2GTP in both directions, the messages in it. */
#include "ccs/v2gtp.h"
#include "trace/analyser_parts.h"
#include "trace/tls.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A run of failed connects is over when no further one comes for so long. */
#define FAILED_RUN CCS_SECONDS(10)

#define TLS_HEAD 5 /* bytes that tell TLS from V2GTP */

enum content {
	CONTENT_UNKNOWN,
	CONTENT_PLAIN,
	CONTENT_TLS,
	CONTENT_GIVEN_UP, /* TLS that was followed until others needed the room */
};

/* What one end sends. */
struct stream {
	struct ccs_v2gtp v2gtp;
	uint8_t *memory; /* of `v2gtp` while a message is unfinished; NULL: between messages */
	bool torn;	 /* between messages, and bytes are missing there */
	uint8_t head[TLS_HEAD];
	size_t head_length;
	bool had_message;
};

struct ccs_connection {
	struct ccs_connection *next;  /* not spoken since this one has */
	struct ccs_connection **link; /* what points here */
	struct ccs_analyser *analyser;
	const struct ccs_tcp_connection *tcp;
	enum content content;
	bool given_up;	     /* an unfinished message, or TLS: was said */
	enum ccs_tcp_end ev; /* NOBODY: not known */
	uint32_t session;    /* of its latest message; 0: none */
	struct ccs_tls *tls;
	struct stream streams[2];
	struct ccs_dialogue dialogue;
};

static bool equal_address(const struct ccs_address *a, const struct ccs_address *b)
{
	return a->kind == b->kind && a->port == b->port &&
	       !memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

/* Who is the car: the client; in mid-session, not the one that SECC discovery has named. */
static enum ccs_tcp_end find_ev(const struct ccs_analyser *a, const struct ccs_tcp_connection *tcp)
{
	if (tcp->roles_known || equal_address(&a->secc, &tcp->end[CCS_TCP_SERVER]))
		return CCS_TCP_CLIENT;
	if (equal_address(&a->secc, &tcp->end[CCS_TCP_CLIENT]))
		return CCS_TCP_SERVER;
	return CCS_TCP_NOBODY;
}

static enum ccs_side side_of(enum ccs_tcp_end ev, unsigned int from)
{
	if (ev == CCS_TCP_NOBODY || from > 1)
		return CCS_SIDE_UNKNOWN;
	return from == ev ? CCS_SIDE_EV : CCS_SIDE_EVSE;
}

/* A record of what `from` sent; 2: of both. */
static struct ccs_record make_record(enum ccs_record_kind kind,
				     const struct ccs_tcp_connection *tcp, enum ccs_tcp_end ev,
				     unsigned int from, const struct ccs_tcp_at *at)
{
	struct ccs_record record = ccs_analyser_record(kind, at);

	record.dir = side_of(ev, from);
	record.src = tcp->end[from == CCS_TCP_SERVER];
	record.dst = tcp->end[from != CCS_TCP_SERVER];
	return record;
}

static struct ccs_record make_note(const struct ccs_connection *c, unsigned int from,
				   const struct ccs_tcp_at *at)
{
	struct ccs_record note = make_record(CCS_RECORD_NOTE, c->tcp, c->ev, from, at);

	note.session = c->session;
	return note;
}

static void say_agreed(struct ccs_connection *c, unsigned int from, const struct ccs_tcp_at *at)
{
	const struct ccs_offer_seen *chosen = c->dialogue.chosen;
	struct ccs_record note = make_note(c, from, at);

	if (chosen->protocol)
		ccs_analyser_say(c->analyser, &note, CCS_NOTE_INFO, "protocol", "%s agreed",
				 ccs_protocol_info(chosen->protocol)->title);
	else
		ccs_analyser_say(c->analyser, &note, CCS_NOTE_WARNING, "protocol",
				 "%s agreed, which is none of ours: its messages are judged by "
				 "their content",
				 chosen->uri);
}

static void take_message(struct ccs_connection *c, unsigned int from,
			 const struct ccs_v2gtp_message *message, const struct ccs_tcp_at *at)
{
	struct ccs_analyser *a = c->analyser;
	struct stream *stream = &c->streams[from];
	struct ccs_record record;
	enum ccs_side sender;

	if (message->skipped) {
		struct ccs_record note = make_note(c, from, at);

		note.note.count = message->skipped;
		ccs_analyser_say(a, &note, stream->had_message ? CCS_NOTE_WARNING : CCS_NOTE_INFO,
				 "gap", "%zu bytes before this message are not a whole message",
				 message->skipped);
	}
	stream->had_message = true;
	record = make_record(CCS_RECORD_MSG, c->tcp, c->ev, from, at);
	ccs_message_decode(&a->decoder, &c->dialogue, CCS_PROTOCOL_NONE, message->payload_type,
			   message->payload, message->length, &record.msg);
	sender = ccs_message_sender(record.msg.type);
	if (c->ev == CCS_TCP_NOBODY && sender != CCS_SIDE_UNKNOWN) {
		c->ev = (sender == CCS_SIDE_EV) == (from == CCS_TCP_CLIENT) ? CCS_TCP_CLIENT
									    : CCS_TCP_SERVER;
		record.dir = sender;
	}
	a->talking = c;
	ccs_analyser_message(a, &record);
	c->session = record.session;
	if (c->dialogue.chosen)
		say_agreed(c, from, at);
}

/* Memory for the messages of a stream while it is read: between two messages it has none. */
static bool open_stream(struct ccs_analyser *a, struct stream *stream)
{
	if (stream->memory)
		return true;
	stream->memory = a->room ? a->room : malloc(CCS_V2GTP_PAYLOAD_MAX);
	a->room = NULL;
	if (!stream->memory)
		return false;
	ccs_v2gtp_init(&stream->v2gtp, stream->memory, CCS_V2GTP_PAYLOAD_MAX);
	if (stream->torn)
		ccs_v2gtp_gap(&stream->v2gtp);
	stream->torn = false;
	return true;
}

static void give_back(struct ccs_analyser *a, struct stream *stream)
{
	if (a->room)
		free(stream->memory);
	else
		a->room = stream->memory;
	stream->memory = NULL;
}

/* Bytes that did not become a message yet. */
static size_t unfinished(const struct stream *stream)
{
	if (!stream->memory)
		return 0;
	return ccs_v2gtp_skipped(&stream->v2gtp) + ccs_v2gtp_pending(&stream->v2gtp);
}

static void read_stream(struct ccs_connection *c, unsigned int from, const uint8_t *bytes,
			size_t length, const struct ccs_tcp_at *at)
{
	struct stream *stream = &c->streams[from];
	struct ccs_v2gtp_message message;
	int result;

	if (!open_stream(c->analyser, stream))
		return;
	while ((result = ccs_v2gtp_next(&stream->v2gtp, &bytes, &length, &message)) != 0) {
		if (result > 0)
			take_message(c, from, &message, at);
		else
			ccs_v2gtp_resync(&stream->v2gtp);
	}
	if (!unfinished(stream))
		give_back(c->analyser, stream);
}

static void tear_stream(struct stream *stream)
{
	if (stream->memory)
		ccs_v2gtp_gap(&stream->v2gtp);
	else
		stream->torn = true;
}

/* What TLS gives. */

static void take_plain(void *user, unsigned int dir, const uint8_t *bytes, size_t length,
		       uint64_t frame, ccs_time time)
{
	const struct ccs_tcp_at at = { .time = time, .frame = frame };

	read_stream(user, dir, bytes, length, &at);
}

static void take_plain_gap(void *user, unsigned int dir, uint64_t frame, ccs_time time)
{
	struct ccs_connection *c = user;

	(void)frame;
	(void)time;
	tear_stream(&c->streams[dir]);
}

static void take_tls_note(void *user, const struct ccs_tls_note *tls_note)
{
	struct ccs_connection *c = user;
	const struct ccs_tls_summary *summary = ccs_tls_summary(c->tls);
	const struct ccs_tcp_at at = { .time = tls_note->time, .frame = tls_note->frame };
	const struct ccs_record_tls tls = {
		.event = tls_note->event,
		.version = summary->version_name,
		.cipher = summary->cipher_name,
		.alert = summary->alert,
		.alert_name = summary->alert_name,
		.undecrypted = summary->records_lost,
	};
	struct ccs_record note = make_note(c, tls_note->dir, &at);

	note.note = (struct ccs_record_note) {
		.level = tls_note->level, .topic = "tls", .text = tls_note->text, .tls = &tls
	};
	ccs_analyser_emit(c->analyser, &note);
}

static bool begin_tls(struct ccs_connection *c)
{
	const struct ccs_tls_config config = { .keylog = c->analyser->keylog,
					       .keep_all = &c->analyser->tls_room,
					       .user = c,
					       .plain = take_plain,
					       .gap = take_plain_gap,
					       .note = take_tls_note };

	c->tls = ccs_tls_new(&config);
	return c->tls;
}

static void feed(struct ccs_connection *c, unsigned int from, const uint8_t *bytes, size_t length,
		 const struct ccs_tcp_at *at)
{
	if (c->content == CONTENT_TLS)
		ccs_tls_data(c->tls, from, bytes, length, at->frame, at->time);
	else if (c->content == CONTENT_PLAIN)
		read_stream(c, from, bytes, length, at);
}

/* What TCP gives. */

static void link_first(struct ccs_connection *c)
{
	struct ccs_analyser *a = c->analyser;

	c->next = a->connections;
	c->link = &a->connections;
	if (c->next)
		c->next->link = &c->next;
	a->connections = c;
}

static void unlink_connection(struct ccs_connection *c)
{
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
}

static struct ccs_connection *make_connection(struct ccs_analyser *a,
					      const struct ccs_tcp_connection *tcp)
{
	struct ccs_connection *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->analyser = a;
	c->tcp = tcp;
	c->ev = find_ev(a, tcp);
	link_first(c);
	return c;
}

static void free_connection(struct ccs_connection *c)
{
	unlink_connection(c);
	if (c->analyser->talking == c)
		c->analyser->talking = NULL;
	ccs_tls_free(c->tls);
	free(c->streams[0].memory);
	free(c->streams[1].memory);
	free(c);
}

/* The head of any TLS record: in mid-session the first one is no handshake. */
static bool is_tls_record(const uint8_t head[TLS_HEAD])
{
	return head[0] >= 20 && head[0] <= 23 && head[1] == 3 && head[2] >= 1 && head[2] <= 3;
}

/* What the connection carries, as the first bytes of an end tell. */
static enum content judge(const struct stream *stream)
{
	if (stream->head_length < TLS_HEAD && stream->head[0] >= 20 && stream->head[0] <= 23)
		return CONTENT_UNKNOWN;
	if (ccs_tls_looks_like(stream->head, stream->head_length) || is_tls_record(stream->head))
		return CONTENT_TLS;
	return CONTENT_PLAIN;
}

static void take_bytes(struct ccs_connection *c, unsigned int from, const uint8_t *bytes,
		       size_t length, const struct ccs_tcp_at *at)
{
	struct stream *stream = &c->streams[from];

	if (c->content == CONTENT_UNKNOWN) {
		while (length && stream->head_length < TLS_HEAD) {
			stream->head[stream->head_length++] = *bytes++;
			length--;
		}
		c->content = judge(stream);
		if (c->content == CONTENT_UNKNOWN)
			return;
		if (c->content == CONTENT_TLS && !begin_tls(c))
			c->content = CONTENT_PLAIN;
	}
	if (stream->head_length) {
		feed(c, from, stream->head, stream->head_length, at);
		stream->head_length = 0;
	}
	if (length)
		feed(c, from, bytes, length, at);
}

/* Bytes that never became a message. */
static void say_rest(const struct ccs_connection *c, unsigned int from, const struct ccs_tcp_at *at)
{
	const struct stream *stream = &c->streams[from];
	size_t rest = unfinished(stream) + stream->head_length;
	struct ccs_record note = make_note(c, from, at);

	if (!rest)
		return;
	note.note.count = rest;
	if (stream->had_message)
		ccs_analyser_say(c->analyser, &note, CCS_NOTE_WARNING, "gap",
				 "%zu bytes at the end are not a whole message", rest);
	else
		ccs_analyser_say(c->analyser, &note, CCS_NOTE_INFO, "gap",
				 "%zu bytes that are no V2GTP", rest);
}

static void end_connection(struct ccs_connection *c, const struct ccs_tcp_at *at)
{
	if (c->tls)
		ccs_tls_end(c->tls, at->frame, at->time);
	for (unsigned int from = 0; from < 2; from++)
		say_rest(c, from, at);
}

static void give_up(struct ccs_connection *c, const struct ccs_tcp_at *at)
{
	struct ccs_record note = make_note(c, CCS_TCP_NOBODY, at);

	if (!c->given_up) {
		ccs_analyser_say(c->analyser, &note, CCS_NOTE_WARNING, "gap",
				 "too many connections at once: %s",
				 c->tls ? "TLS is not followed on"
					: "an unfinished message is given up");
		end_connection(c, at);
	}
	c->given_up = true;
	if (c->tls)
		c->content = CONTENT_GIVEN_UP;
	ccs_tls_free(c->tls);
	c->tls = NULL;
	for (unsigned int from = 0; from < 2; from++) {
		if (!c->streams[from].memory)
			continue;
		give_back(c->analyser, &c->streams[from]);
		c->streams[from].torn = true;
	}
}

static bool holds_memory(const struct ccs_connection *c)
{
	return c->tls || c->streams[0].memory || c->streams[1].memory;
}

/* The one that was silent for longest gives up what it holds, when too many do. */
static void bound_memory(struct ccs_analyser *a)
{
	struct ccs_connection *last = NULL;
	unsigned int holding = 0;

	for (struct ccs_connection *c = a->connections; c; c = c->next) {
		if (holds_memory(c)) {
			last = c;
			holding++;
		}
	}
	if (holding > CCS_ANALYSER_UNFINISHED)
		give_up(last, &a->now);
}

static void take_data(void *owner, struct ccs_tcp_connection *tcp, enum ccs_tcp_end from,
		      const uint8_t *bytes, size_t length, const struct ccs_tcp_at *at)
{
	struct ccs_connection *c = tcp->user ? tcp->user : make_connection(owner, tcp);
	bool held;

	tcp->user = c;
	if (!c || !length)
		return;
	if (c->link != &c->analyser->connections) {
		unlink_connection(c);
		link_first(c);
	}
	held = holds_memory(c);
	take_bytes(c, from, bytes, length, at);
	if (!held && holds_memory(c))
		bound_memory(c->analyser);
}

static void take_gap(void *owner, struct ccs_tcp_connection *tcp, enum ccs_tcp_end from,
		     uint32_t missing, const struct ccs_tcp_at *at)
{
	struct ccs_connection *c = tcp->user;
	struct ccs_record note;

	(void)owner;
	if (!c)
		return;
	note = make_note(c, from, at);
	note.note.count = missing;
	ccs_analyser_say(c->analyser, &note, CCS_NOTE_WARNING, "gap",
			 "%" PRIu32 " bytes are missing in the capture", missing);
	if (c->content == CONTENT_TLS)
		ccs_tls_gap(c->tls, from, missing, at->frame, at->time);
	else if (c->content == CONTENT_PLAIN)
		tear_stream(&c->streams[from]);
	c->streams[from].head_length = 0;
}

static void say_frame(struct ccs_analyser *a, const struct ccs_tcp_connection *tcp,
		      unsigned int from, const struct ccs_tcp_at *at, const char *topic,
		      const char *text)
{
	const struct ccs_connection *c = tcp->user;
	enum ccs_tcp_end ev = c ? c->ev : find_ev(a, tcp);
	struct ccs_record record = make_record(CCS_RECORD_FRAME, tcp, ev, from, at);

	record.session = c ? c->session : 0;
	ccs_analyser_say(a, &record, CCS_NOTE_INFO, topic, "%s", text);
}

static void take_opened(void *owner, struct ccs_tcp_connection *tcp, const struct ccs_tcp_at *at)
{
	say_frame(owner, tcp, CCS_TCP_CLIENT, at, "tcp_opened",
		  tcp->roles_known ? "TCP opened" : "TCP open before capture");
}

static void take_finished(void *owner, struct ccs_tcp_connection *tcp, enum ccs_tcp_end by,
			  const struct ccs_tcp_at *at)
{
	say_frame(owner, tcp, by, at, "tcp_fin", "TCP closed");
}

void ccs_connections_report_failed(struct ccs_analyser *a, bool now)
{
	struct ccs_failed_connects *f = &a->failed;
	struct ccs_record note;

	if (!now && a->now.time - f->latest < FAILED_RUN)
		return;
	if (f->more) {
		note = ccs_analyser_record(CCS_RECORD_NOTE, &a->now);
		note.src = f->src;
		note.dst = f->dst;
		note.note.count = f->more;
		ccs_analyser_say(a, &note, CCS_NOTE_INFO,
				 f->refused ? "tcp_refused" : "tcp_unanswered",
				 "%" PRIu64 " more connect%s %s", f->more, f->more == 1 ? "" : "s",
				 f->refused ? "refused" : "unanswered");
	}
	*f = (struct ccs_failed_connects) { 0 };
}

static void take_failed(struct ccs_analyser *a, const struct ccs_tcp_connection *tcp,
			const struct ccs_tcp_at *at, bool refused)
{
	struct ccs_failed_connects *f = &a->failed;
	bool same = f->dst.kind && f->refused == refused &&
		    f->dst.port == tcp->end[CCS_TCP_SERVER].port;

	if (same) {
		f->more++;
	} else {
		ccs_connections_report_failed(a, true);
		say_frame(a, tcp, CCS_TCP_CLIENT, at, refused ? "tcp_refused" : "tcp_unanswered",
			  refused ? "TCP connect refused" : "TCP connect unanswered");
		f->refused = refused;
	}
	f->src = tcp->end[CCS_TCP_CLIENT];
	f->dst = tcp->end[CCS_TCP_SERVER];
	f->latest = at->time;
}

static void say_closed(struct ccs_analyser *a, struct ccs_tcp_connection *tcp,
		       enum ccs_tcp_close how, enum ccs_tcp_end by, const struct ccs_tcp_at *at)
{
	switch (how) {
	case CCS_TCP_CLOSED_FIN:
		break;
	case CCS_TCP_CLOSED_RST:
		say_frame(a, tcp, by, at, "tcp_reset", "TCP reset");
		break;
	case CCS_TCP_CLOSED_REFUSED:
		take_failed(a, tcp, at, true);
		break;
	case CCS_TCP_CLOSED_UNANSWERED:
		take_failed(a, tcp, at, false);
		break;
	case CCS_TCP_CLOSED_REPLACED:
		say_frame(a, tcp, CCS_TCP_CLIENT, at, "tcp_end", "TCP never closed");
		break;
	case CCS_TCP_CLOSED_EVICTED:
		say_frame(a, tcp, CCS_TCP_CLIENT, at, "tcp_end", "TCP not followed on");
		break;
	case CCS_TCP_CLOSED_CAPTURE_END:
		say_frame(a, tcp, CCS_TCP_CLIENT, at, "tcp_end", "TCP open at end");
		break;
	}
}

static void take_closed(void *owner, struct ccs_tcp_connection *tcp, enum ccs_tcp_close how,
			enum ccs_tcp_end by, const struct ccs_tcp_at *at)
{
	struct ccs_analyser *a = owner;
	struct ccs_connection *c = tcp->user;

	if (c)
		end_connection(c, at);
	say_closed(a, tcp, how, by, at);
	if (!c)
		return;
	if (a->talking == c)
		ccs_sessions_close(&a->sessions);
	free_connection(c);
	tcp->user = NULL;
}

void ccs_connections_free(struct ccs_analyser *a)
{
	while (a->connections)
		free_connection(a->connections);
}

void ccs_connections_poll(struct ccs_analyser *a)
{
	for (struct ccs_connection *c = a->connections; c; c = c->next)
		if (c->tls)
			ccs_tls_poll(c->tls);
}

const struct ccs_tcp_events ccs_connection_events = {
	.opened = take_opened,
	.data = take_data,
	.gap = take_gap,
	.finished = take_finished,
	.closed = take_closed,
};
