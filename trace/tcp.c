/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TCP connections of a capture.
 *
 * An entry of the table is half open (SYN seen), open, or closed; each of these states has a list
 * in order of use; when the table is full the oldest closed one makes room, else a half-open one,
 * else an open one.  Closed entries stay until then, so that late segments do not look like a new
 * connection.
 */
#include "trace/tcp.h"

#include "trace/tcp_stream.h"

#include <stdlib.h>
#include <string.h>

#define BUCKETS	  1024
#define AHEAD_MAX (1 << 30) /* what is further ahead is taken for garbage */
#define NEAR	  (1 << 16) /* resets, and data whose SYN was not answered, are nearer */

enum state {
	HALF_OPEN, /* SYN seen */
	OPEN,	   /* answered, or data seen */
	CLOSED,	   /* `closed` was told */
	STATES,
	UNUSED = STATES,
};

struct entry {
	struct ccs_tcp_connection public; /* first: the owner's pointer leads here */
	enum state state;
	bool refused; /* the same SYN once more would be no new attempt */
	enum ccs_tcp_end first_fin;
	struct ccs_tcp_stream stream[2];
	struct entry *next_in_bucket;
	struct entry *newer;
	struct entry *older;
};

struct list {
	struct entry *newest;
	struct entry *oldest;
};

struct ccs_tcp {
	const struct ccs_tcp_events *events;
	void *owner;
	uint64_t connections; /* seen so far */
	size_t waiting;	      /* bytes in all streams */
	struct ccs_tcp_at now;
	struct list lists[STATES];
	struct entry *buckets[BUCKETS];
	size_t used; /* entries[0 .. used - 1] have been in use */
	struct entry *unused;
	struct entry entries[CCS_TCP_CONNECTIONS];
};

/* The segment at hand. */
struct segment {
	const struct ccs_frame *frame;
	enum ccs_tcp_end from;
	uint32_t seq; /* of the first byte of data */
};

static enum ccs_tcp_end other(enum ccs_tcp_end end)
{
	return end == CCS_TCP_CLIENT ? CCS_TCP_SERVER : CCS_TCP_CLIENT;
}

/* The table. */

static uint64_t hash_address(const struct ccs_address *a)
{
	uint64_t half[2];

	memcpy(half, a->bytes, sizeof(half));
	return (half[0] * 0x9e3779b97f4a7c15 ^ half[1] ^ a->port) * 0xd6e8feb86659fd93;
}

static struct entry **bucket(struct ccs_tcp *tcp, const struct ccs_address *a,
			     const struct ccs_address *b)
{
	return tcp->buckets + ((hash_address(a) + hash_address(b)) >> 32) % BUCKETS;
}

static bool same(const struct ccs_address *a, const struct ccs_address *b)
{
	return a->kind == b->kind && a->port == b->port && memcmp(a->bytes, b->bytes, 16) == 0;
}

static struct entry *find(struct ccs_tcp *tcp, const struct ccs_frame *frame,
			  enum ccs_tcp_end *from)
{
	struct entry *e = *bucket(tcp, &frame->src, &frame->dst);

	for (; e; e = e->next_in_bucket) {
		const struct ccs_address *end = e->public.end;

		*from = CCS_TCP_CLIENT;
		if (same(end, &frame->src) && same(end + 1, &frame->dst))
			return e;
		*from = CCS_TCP_SERVER;
		if (same(end, &frame->dst) && same(end + 1, &frame->src))
			return e;
	}
	return NULL;
}

static void list_remove(struct ccs_tcp *tcp, struct entry *e)
{
	struct list *list = tcp->lists + e->state;

	*(e->newer ? &e->newer->older : &list->newest) = e->older;
	*(e->older ? &e->older->newer : &list->oldest) = e->newer;
}

static void list_add(struct ccs_tcp *tcp, struct entry *e)
{
	struct list *list = tcp->lists + e->state;

	e->newer = NULL;
	e->older = list->newest;
	*(list->newest ? &list->newest->newer : &list->oldest) = e;
	list->newest = e;
}

static void set_state(struct ccs_tcp *tcp, struct entry *e, enum state state)
{
	if (e->state == state && tcp->lists[state].newest == e)
		return;
	list_remove(tcp, e);
	e->state = state;
	list_add(tcp, e);
}

static void forget(struct ccs_tcp *tcp, struct entry *e)
{
	struct entry **link = bucket(tcp, e->public.end, e->public.end + 1);

	while (*link != e)
		link = &(*link)->next_in_bucket;
	*link = e->next_in_bucket;
	list_remove(tcp, e);
	e->state = UNUSED;
	e->older = tcp->unused;
	tcp->unused = e;
}

/* Delivering. */

static void deliver(struct ccs_tcp *tcp, struct entry *e, enum ccs_tcp_end from,
		    const uint8_t *bytes, size_t length)
{
	e->stream[from].next += (uint32_t)length;
	if (tcp->events->data)
		tcp->events->data(tcp->owner, &e->public, from, bytes, length, &tcp->now);
}

/* Delivers what waited for `next`, and drops what was delivered already. */
static void drain(struct ccs_tcp *tcp, struct entry *e, enum ccs_tcp_end from)
{
	struct ccs_tcp_stream *s = &e->stream[from];

	while (s->first && ccs_tcp_distance(s->next, s->first->seq) <= 0) {
		struct ccs_tcp_waiting *segment = ccs_tcp_stream_take(s, &tcp->waiting);
		uint32_t known = s->next - segment->seq;

		if (known < segment->length)
			deliver(tcp, e, from, segment->bytes + known, segment->length - known);
		ccs_tcp_stream_release(segment);
		s->hole_since = tcp->now.time;
	}
}

/* Gives up all holes before `to`, and delivers what stands between and behind them. */
static void skip(struct ccs_tcp *tcp, struct entry *e, enum ccs_tcp_end from, uint32_t to)
{
	struct ccs_tcp_stream *s = &e->stream[from];

	drain(tcp, e, from);
	while (ccs_tcp_distance(s->next, to) > 0) {
		uint32_t missing = to - s->next;

		if (s->first && s->first->seq - s->next < missing)
			missing = s->first->seq - s->next;
		s->next += missing;
		if (tcp->events->gap)
			tcp->events->gap(tcp->owner, &e->public, from, missing, &tcp->now);
		drain(tcp, e, from);
	}
}

static void skip_all(struct ccs_tcp *tcp, struct entry *e, enum ccs_tcp_end from)
{
	struct ccs_tcp_stream *s = &e->stream[from];

	if (s->last)
		skip(tcp, e, from, s->last->seq + s->last->length);
}

static void check_finished(struct ccs_tcp *tcp, struct entry *e, enum ccs_tcp_end by)
{
	struct ccs_tcp_stream *s = &e->stream[by];

	if (!s->fin || s->finished || ccs_tcp_distance(s->fin_seq, s->next) < 0)
		return;
	s->finished = true;
	if (tcp->events->finished)
		tcp->events->finished(tcp->owner, &e->public, by, &tcp->now);
}

static void drop_waiting(struct ccs_tcp *tcp, struct ccs_tcp_stream *s)
{
	while (s->first)
		ccs_tcp_stream_release(ccs_tcp_stream_take(s, &tcp->waiting));
}

static void tell_closed(struct ccs_tcp *tcp, struct entry *e, enum ccs_tcp_close how,
			enum ccs_tcp_end by)
{
	if (tcp->events->closed)
		tcp->events->closed(tcp->owner, &e->public, how, by, &tcp->now);
}

static void close_half_open(struct ccs_tcp *tcp, struct entry *e, enum ccs_tcp_close how,
			    enum ccs_tcp_end by)
{
	drop_waiting(tcp, &e->stream[CCS_TCP_CLIENT]);
	tell_closed(tcp, e, how, by);
	e->refused = how == CCS_TCP_CLOSED_REFUSED;
	set_state(tcp, e, CLOSED);
}

static void close_open(struct ccs_tcp *tcp, struct entry *e, enum ccs_tcp_close how,
		       enum ccs_tcp_end by)
{
	for (enum ccs_tcp_end end = CCS_TCP_CLIENT; end <= CCS_TCP_SERVER; end++) {
		skip_all(tcp, e, end);
		check_finished(tcp, e, end);
	}
	if (e->stream[CCS_TCP_CLIENT].finished && e->stream[CCS_TCP_SERVER].finished) {
		how = CCS_TCP_CLOSED_FIN;
		by = e->first_fin;
	}
	tell_closed(tcp, e, how, by);
	set_state(tcp, e, CLOSED);
}

/* Ends a connection for a reason that lies outside of it. */
static void end_now(struct ccs_tcp *tcp, struct entry *e, enum ccs_tcp_close how)
{
	if (e->state == HALF_OPEN)
		close_half_open(tcp, e, CCS_TCP_CLOSED_UNANSWERED, CCS_TCP_NOBODY);
	else if (e->state == OPEN)
		close_open(tcp, e, how, e->first_fin);
}

/* Beginning. */

static struct entry *take_entry(struct ccs_tcp *tcp)
{
	struct entry *e;

	if (!tcp->unused && tcp->used < CCS_TCP_CONNECTIONS)
		return &tcp->entries[tcp->used++];
	if (!tcp->unused) {
		e = tcp->lists[CLOSED].oldest;
		if (!e)
			e = tcp->lists[HALF_OPEN].oldest;
		if (!e)
			e = tcp->lists[OPEN].oldest;
		end_now(tcp, e, CCS_TCP_CLOSED_EVICTED);
		forget(tcp, e);
	}
	e = tcp->unused;
	tcp->unused = e->older;
	return e;
}

static struct entry *begin(struct ccs_tcp *tcp, const struct ccs_address *client,
			   const struct ccs_address *server, bool roles_known)
{
	struct entry *e = take_entry(tcp);
	struct entry **first = bucket(tcp, client, server);

	*e = (struct entry) {
		.public = { .number = tcp->connections++,
			    .end = { *client, *server },
			    .roles_known = roles_known,
			    .began = tcp->now.time,
			    .began_frame = tcp->now.frame },
		.state = HALF_OPEN,
		.first_fin = CCS_TCP_NOBODY,
		.next_in_bucket = *first,
	};
	*first = e;
	list_add(tcp, e);
	return e;
}

static void become_open(struct ccs_tcp *tcp, struct entry *e)
{
	set_state(tcp, e, OPEN);
	if (tcp->events->opened)
		tcp->events->opened(tcp->owner, &e->public, &tcp->now);
	drain(tcp, e, CCS_TCP_CLIENT); /* data that came with the SYN */
}

static void set_initial(struct ccs_tcp_stream *s, uint32_t initial)
{
	s->known = true;
	s->began = true;
	s->initial = initial;
	s->next = initial + 1;
}

/* A SYN, or its answer, of a connection that is not in the table yet. */
static struct entry *begin_with_syn(struct ccs_tcp *tcp, struct segment *seg)
{
	const struct ccs_frame *f = seg->frame;
	struct entry *e;

	if (f->tcp_flags & CCS_TCP_ACK) {
		seg->from = CCS_TCP_SERVER;
		e = begin(tcp, &f->dst, &f->src, true);
		set_initial(&e->stream[CCS_TCP_CLIENT], f->tcp_ack - 1);
		set_initial(&e->stream[CCS_TCP_SERVER], f->tcp_seq);
		become_open(tcp, e);
	} else {
		seg->from = CCS_TCP_CLIENT;
		e = begin(tcp, &f->src, &f->dst, true);
		set_initial(&e->stream[CCS_TCP_CLIENT], f->tcp_seq);
	}
	return e;
}

/* Data that comes with a SYN waits for the answer; what finds no room will be a gap. */
static void hold_early_data(struct ccs_tcp *tcp, struct entry *e, const struct segment *seg)
{
	ccs_tcp_stream_hold(&e->stream[CCS_TCP_CLIENT], seg->seq, seg->frame->payload,
			    seg->frame->length, &tcp->waiting);
}

/*
 * A SYN on the addresses of `e`: the same one again, the answer, or a new connection.
 * Returns the connection that it belongs to; NULL: to none.
 */
static struct entry *take_syn(struct ccs_tcp *tcp, struct entry *e, struct segment *seg)
{
	const struct ccs_frame *f = seg->frame;
	struct ccs_tcp_stream *s = &e->stream[seg->from];

	if (s->began && s->initial == f->tcp_seq && (e->state != CLOSED || e->refused))
		return e;
	if (e->state == HALF_OPEN && seg->from == CCS_TCP_SERVER && f->tcp_flags & CCS_TCP_ACK) {
		if (f->tcp_ack != e->stream[CCS_TCP_CLIENT].initial + 1)
			return NULL; /* to a connection of earlier */
		set_initial(s, f->tcp_seq);
		become_open(tcp, e);
		return e;
	}
	end_now(tcp, e, CCS_TCP_CLOSED_REPLACED);
	forget(tcp, e);
	return begin_with_syn(tcp, seg);
}

/*
 * Something else than a SYN while only a SYN was seen: the answer was lost, or this belongs to a
 * connection of earlier that one end still has (it says so with an ACK, and is reset).  Only data
 * may be ahead of the first byte.
 */
static bool belongs_to_half_open(struct ccs_tcp *tcp, struct entry *e, const struct segment *seg)
{
	const struct ccs_frame *f = seg->frame;
	uint32_t first = e->stream[CCS_TCP_CLIENT].initial + 1;
	uint32_t named = seg->from == CCS_TCP_CLIENT ? f->tcp_seq : f->tcp_ack;
	int32_t ahead = ccs_tcp_distance(first, named);

	if (ahead < 0 || ahead > (f->length > 0 ? NEAR : 0))
		return false;
	if (!(f->tcp_flags & CCS_TCP_RST))
		become_open(tcp, e);
	else if (seg->from == CCS_TCP_CLIENT)
		close_half_open(tcp, e, CCS_TCP_CLOSED_UNANSWERED, CCS_TCP_CLIENT);
	else
		close_half_open(tcp, e, CCS_TCP_CLOSED_REFUSED, CCS_TCP_SERVER);
	return e->state == OPEN;
}

/* Segments of an open connection. */

static void take_reset(struct ccs_tcp *tcp, struct entry *e, const struct segment *seg)
{
	const struct ccs_tcp_stream *s = &e->stream[seg->from];
	int32_t ahead = ccs_tcp_distance(s->next, seg->frame->tcp_seq);

	if (!s->known || (ahead >= -NEAR && ahead <= NEAR))
		close_open(tcp, e, CCS_TCP_CLOSED_RST, seg->from);
}

/* What the other end has received was sent: where it is not here, the capture has lost it. */
static void take_ack(struct ccs_tcp *tcp, struct entry *e, const struct segment *seg)
{
	const struct ccs_frame *f = seg->frame;
	enum ccs_tcp_end sender = other(seg->from);
	struct ccs_tcp_stream *s = &e->stream[sender];
	uint32_t ack = f->tcp_ack;
	int32_t ahead;

	if (!s->known) {
		s->known = true;
		s->next = ack;
		return;
	}
	if (s->fin && ack == s->fin_seq + 1)
		ack--;
	ahead = ccs_tcp_distance(s->next, ack);
	if (ahead <= 0 || ahead > AHEAD_MAX)
		return;
	if (f->length + f->missing == 0 && !(f->tcp_flags & CCS_TCP_FIN) &&
	    !(s->acked_unseen && ccs_tcp_distance(s->acked, ack) >= 0)) {
		s->acked_unseen = true;
		s->acked = ack;
		return;
	}
	s->acked_unseen = false;
	skip(tcp, e, sender, ack);
	check_finished(tcp, e, sender);
}

/* Data that begins at `next` or before.  What the recorder cut off is lost at once. */
static void take_in_order(struct ccs_tcp *tcp, struct entry *e, const struct segment *seg)
{
	const struct ccs_frame *f = seg->frame;
	struct ccs_tcp_stream *s = &e->stream[seg->from];
	size_t known = s->next - seg->seq;
	uint32_t cut = seg->seq + (uint32_t)f->length;

	if (known >= f->length)
		return;
	deliver(tcp, e, seg->from, f->payload + known, f->length - known);
	s->acked_unseen = false;
	drain(tcp, e, seg->from);
	if (f->missing && s->next == cut)
		skip(tcp, e, seg->from, cut + (uint32_t)f->missing);
}

static void take_early(struct ccs_tcp *tcp, struct entry *e, const struct segment *seg)
{
	const struct ccs_frame *f = seg->frame;
	struct ccs_tcp_stream *s = &e->stream[seg->from];

	if (!s->first)
		s->hole_since = tcp->now.time;
	while (!ccs_tcp_stream_hold(s, seg->seq, f->payload, f->length, &tcp->waiting)) {
		bool waits = s->first && ccs_tcp_distance(seg->seq, s->first->seq) < 0;

		skip(tcp, e, seg->from, waits ? s->first->seq : seg->seq);
		if (ccs_tcp_distance(seg->seq, s->next) >= 0) {
			take_in_order(tcp, e, seg);
			return;
		}
	}
}

static void take_data(struct ccs_tcp *tcp, struct entry *e, const struct segment *seg)
{
	struct ccs_tcp_stream *s = &e->stream[seg->from];
	int32_t ahead;

	if (!s->known) {
		s->known = true;
		s->next = seg->seq;
	}
	ahead = ccs_tcp_distance(s->next, seg->seq);
	if (s->finished || ahead > AHEAD_MAX)
		return;
	if (ahead > 0)
		take_early(tcp, e, seg);
	else
		take_in_order(tcp, e, seg);
	if (s->first && tcp->now.time - s->hole_since > CCS_SECONDS(CCS_TCP_HOLE))
		skip(tcp, e, seg->from, s->first->seq);
}

static void take_fin(struct entry *e, const struct segment *seg)
{
	struct ccs_tcp_stream *s = &e->stream[seg->from];
	uint32_t fin_seq = seg->seq + (uint32_t)(seg->frame->length + seg->frame->missing);

	if (!s->known) {
		s->known = true;
		s->next = fin_seq;
	}
	if (s->fin || ccs_tcp_distance(s->next, fin_seq) < 0)
		return;
	s->fin = true;
	s->fin_seq = fin_seq;
	if (e->first_fin == CCS_TCP_NOBODY)
		e->first_fin = seg->from;
}

static void take_open(struct ccs_tcp *tcp, struct entry *e, const struct segment *seg)
{
	uint8_t flags = seg->frame->tcp_flags;

	if (flags & CCS_TCP_RST) {
		take_reset(tcp, e, seg);
		return;
	}
	if (flags & CCS_TCP_ACK)
		take_ack(tcp, e, seg);
	if (seg->frame->length > 0)
		take_data(tcp, e, seg);
	if (flags & CCS_TCP_FIN)
		take_fin(e, seg);
	check_finished(tcp, e, seg->from);
	if (e->stream[CCS_TCP_CLIENT].finished && e->stream[CCS_TCP_SERVER].finished)
		close_open(tcp, e, CCS_TCP_CLOSED_FIN, e->first_fin);
}

void ccs_tcp_segment(struct ccs_tcp *tcp, const struct ccs_frame *frame,
		     const struct ccs_packet *packet)
{
	bool syn = (frame->tcp_flags & (CCS_TCP_SYN | CCS_TCP_RST)) == CCS_TCP_SYN;
	struct segment seg = { .frame = frame, .seq = frame->tcp_seq + syn };
	struct entry *e = find(tcp, frame, &seg.from);

	tcp->now = (struct ccs_tcp_at) { packet->time, packet->number };
	if (syn) {
		e = e ? take_syn(tcp, e, &seg) : begin_with_syn(tcp, &seg);
	} else if (!e && frame->length > 0 && !(frame->tcp_flags & CCS_TCP_RST)) {
		seg.from = CCS_TCP_CLIENT;
		e = begin(tcp, &frame->src, &frame->dst, false);
		become_open(tcp, e);
	}
	if (!e || e->state == CLOSED)
		return;
	if (e->state == HALF_OPEN && syn) {
		hold_early_data(tcp, e, &seg);
		return;
	}
	if (e->state == HALF_OPEN && !belongs_to_half_open(tcp, e, &seg))
		return;
	set_state(tcp, e, OPEN);
	take_open(tcp, e, &seg);
}

void ccs_tcp_finish(struct ccs_tcp *tcp)
{
	struct entry *e;

	do {
		e = NULL;
		for (size_t i = 0; i < tcp->used; i++) {
			struct entry *candidate = tcp->entries + i;

			if (candidate->state <= OPEN &&
			    (!e || candidate->public.number < e->public.number))
				e = candidate;
		}
		if (e)
			end_now(tcp, e, CCS_TCP_CLOSED_CAPTURE_END);
	} while (e);
}

struct ccs_tcp *ccs_tcp_new(const struct ccs_tcp_events *events, void *owner)
{
	struct ccs_tcp *tcp = calloc(1, sizeof(*tcp));

	if (tcp) {
		tcp->events = events;
		tcp->owner = owner;
	}
	return tcp;
}

void ccs_tcp_free(struct ccs_tcp *tcp)
{
	if (!tcp)
		return;
	for (size_t i = 0; i < tcp->used; i++) {
		drop_waiting(tcp, &tcp->entries[i].stream[CCS_TCP_CLIENT]);
		drop_waiting(tcp, &tcp->entries[i].stream[CCS_TCP_SERVER]);
	}
	free(tcp);
}
