/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TCP of the simulated network.
 *
 * Each end has a buffer of what it wrote and one function, pump(), that sends what is next in turn:
 * a segment of the handshake, payload, FIN.  A segment that does not get through leaves everything
 * as it was, puts a PUMP into the queue for its retransmission, and nothing else leaves until then.
 */
#include "net_parts.h"

#include <string.h>

/* As Linux does it. */
#define RTO_HANDSHAKE CCS_SECONDS(1)
#define RTO	      CCS_MS(200)
#define RTO_MAX	      CCS_SECONDS(120)
#define TRIES_SYN     7
#define TRIES	      16

static struct sim_net_end *end_of(struct sim_net *net, int stream, int end)
{
	return &net->streams[stream].ends[end];
}

static struct sim_net_end *peer_of(struct sim_net *net, int stream, int end)
{
	return end_of(net, stream, !end);
}

static bool is_linked(struct sim_net *net, int stream, int end)
{
	int from = end_of(net, stream, end)->host, to = peer_of(net, stream, end)->host;

	return from >= 0 && to >= 0 && sim_net_link(net, from, to)->up;
}

static bool is_handshake(enum sim_net_segment kind)
{
	return kind == SIM_NET_SEGMENT_SYN || kind == SIM_NET_SEGMENT_SYN_ACK ||
	       kind == SIM_NET_SEGMENT_ACK;
}

/* How far a segment moves the sequence number. */
static uint32_t seq_length(enum sim_net_segment kind, uint32_t length)
{
	return length + (kind == SIM_NET_SEGMENT_SYN || kind == SIM_NET_SEGMENT_SYN_ACK ||
			 kind == SIM_NET_SEGMENT_FIN);
}

/* Images. */

static uint8_t flags_of(enum sim_net_segment kind)
{
	switch (kind) {
	case SIM_NET_SEGMENT_SYN:
		return SIM_WIRE_SYN;
	case SIM_NET_SEGMENT_SYN_ACK:
		return SIM_WIRE_SYN | SIM_WIRE_ACK;
	case SIM_NET_SEGMENT_FIN:
		return SIM_WIRE_FIN | SIM_WIRE_ACK;
	case SIM_NET_SEGMENT_RST:
		return SIM_WIRE_RST | SIM_WIRE_ACK;
	case SIM_NET_SEGMENT_NONE:
	case SIM_NET_SEGMENT_ACK:
	case SIM_NET_SEGMENT_DATA:
		return SIM_WIRE_ACK;
	}
	return 0;
}

static void show(struct sim_net *net, int stream, int end, enum sim_net_segment kind,
		 uint32_t length, ccs_time now)
{
	const struct sim_net_end *e = end_of(net, stream, end), *peer = peer_of(net, stream, end);
	struct sim_wire_segment segment = { .flags = flags_of(kind), .length = length };
	struct sim_wire_end from, to;
	uint8_t frame[SIM_WIRE_FRAME_MAX];

	if (!net->config.tap || !is_linked(net, stream, end))
		return;
	from = sim_net_wire_end(net, e->host, e->port);
	to = sim_net_wire_end(net, peer->host, peer->port);
	segment.seq = e->seq - seq_length(kind, length);
	segment.ack = segment.flags & SIM_WIRE_ACK ? e->ack : 0;
	if (length) {
		segment.bytes = e->bytes + (e->sent - e->base);
		segment.flags |= e->sent + length == e->written ? SIM_WIRE_PSH : 0;
	}
	sim_net_show(net, frame, sim_wire_tcp(frame, &from, &to, &segment), now);
}

/* Sending. */

static void enqueue_pump(struct sim_net *net, int stream, int end, ccs_time time)
{
	struct sim_net_entry entry = { .time = time, .kind = SIM_NET_ENTRY_PUMP };

	entry.segment.stream = stream;
	entry.segment.end = end;
	sim_net_enqueue(net, entry);
	end_of(net, stream, end)->waits = true;
}

static void enqueue_segment(struct sim_net *net, int stream, int end, enum sim_net_segment kind,
			    uint32_t length, ccs_time now)
{
	struct sim_net_end *e = end_of(net, stream, end);
	ccs_time arrival = sim_net_arrival(net, now);

	if (arrival > e->last_arrival)
		e->last_arrival = arrival;
	sim_net_enqueue(net, (struct sim_net_entry) { .time = e->last_arrival,
						      .kind = SIM_NET_ENTRY_SEGMENT,
						      .segment = { stream, end, kind, length } });
}

static ccs_time retransmission_time(enum sim_net_segment kind, uint8_t tries)
{
	ccs_time time = (is_handshake(kind) ? RTO_HANDSHAKE : RTO) << tries;

	return time < RTO_MAX ? time : RTO_MAX;
}

/*
 * Puts the segment that is next in turn on the line, whose sequence number is `seq`.  false: it has
 * to wait or is lost, and a PUMP is in the queue.
 */
static bool transmit(struct sim_net *net, int stream, int end, enum sim_net_segment kind,
		     uint32_t seq, uint32_t length, ccs_time now)
{
	struct sim_net_end *e = end_of(net, stream, end);
	bool passes = is_linked(net, stream, end);

	if (passes) {
		ccs_time ready = sim_net_resolve(net, e->host, peer_of(net, stream, end)->host,
						 now);

		if (ready > now) {
			enqueue_pump(net, stream, end, ready);
			return false;
		}
		e->seq = seq + seq_length(kind, length);
		show(net, stream, end, kind, length, now);
		passes = kind == SIM_NET_SEGMENT_ACK || !sim_net_loses(net);
	}
	if (!passes) {
		enqueue_pump(net, stream, end, now + retransmission_time(kind, e->tries));
		e->tries++;
		return false;
	}
	e->tries = 0;
	enqueue_segment(net, stream, end, kind, length, now);
	return true;
}

static bool send_control(struct sim_net *net, int stream, int end, ccs_time now)
{
	struct sim_net_end *e = end_of(net, stream, end);
	uint32_t seq = e->isn + (e->control == SIM_NET_SEGMENT_ACK);

	if (e->control == SIM_NET_SEGMENT_NONE)
		return true;
	if (!transmit(net, stream, end, e->control, seq, 0, now))
		return false;
	e->control = SIM_NET_SEGMENT_NONE;
	return true;
}

static uint32_t segment_size(const struct sim_net *net)
{
	uint32_t size = net->config.segment;

	return size > 0 && size < SIM_NET_SEGMENT_MAX ? size : SIM_NET_SEGMENT_MAX;
}

static bool send_payload(struct sim_net *net, int stream, int end, ccs_time now)
{
	struct sim_net_end *e = end_of(net, stream, end);

	while (e->sent < e->written) {
		uint64_t left = e->written - e->sent;
		uint32_t most = segment_size(net);
		uint32_t length = left < most ? (uint32_t)left : most;

		if (!transmit(net, stream, end, SIM_NET_SEGMENT_DATA,
			      e->isn + 1 + (uint32_t)e->sent, length, now))
			return false;
		e->sent += length;
	}
	return true;
}

static void pump(struct sim_net *net, int stream, int end, ccs_time now)
{
	struct sim_net_end *e = end_of(net, stream, end);

	if (e->waits || e->state == SIM_NET_END_CLOSED || !send_control(net, stream, end, now) ||
	    e->state != SIM_NET_END_OPEN || !send_payload(net, stream, end, now))
		return;
	if (e->fin_wanted && !e->fin_sent)
		e->fin_sent = transmit(net, stream, end, SIM_NET_SEGMENT_FIN,
				       e->isn + 1 + (uint32_t)e->sent, 0, now);
}

/* An end does not know its peer any more: says so, and forgets what it had to send. */
static void send_reset(struct sim_net *net, int stream, int end, ccs_time now)
{
	struct sim_net_end *e = end_of(net, stream, end);

	e->state = SIM_NET_END_CLOSED;
	e->written = e->sent;
	if (!is_linked(net, stream, end))
		return;
	show(net, stream, end, SIM_NET_SEGMENT_RST, 0, now);
	enqueue_segment(net, stream, end, SIM_NET_SEGMENT_RST, 0, now);
}

/* What a user of a stream does. */

static size_t find_listener(const struct sim_net *net, int host, uint16_t port)
{
	size_t i = 0;

	while (i < net->listener_count &&
	       (net->listeners[i].host != host || net->listeners[i].port != port))
		i++;
	return i;
}

void sim_net_listen(struct sim_net *net, int host, uint16_t port)
{
	size_t count = net->listener_count;

	if (find_listener(net, host, port) < count)
		return;
	sim_net_grow(&net->listeners, &net->listener_room, count + 1, sizeof(*net->listeners));
	net->listeners[net->listener_count++] = (struct sim_net_listener) { host, port };
}

void sim_net_unlisten(struct sim_net *net, int host, uint16_t port)
{
	size_t i = find_listener(net, host, port);

	if (i < net->listener_count)
		net->listeners[i] = net->listeners[--net->listener_count];
}

static void init_end(struct sim_net *net, struct sim_net_end *end, int host, uint16_t port)
{
	uint32_t isn = (uint32_t)sim_random_next(&net->random);

	*end = (struct sim_net_end) { .host = host,
				      .port = port,
				      .bytes = end->bytes,
				      .room = end->room,
				      .last_arrival = INT64_MIN,
				      .isn = isn,
				      .seq = isn };
}

int sim_net_connect(struct sim_net *net, int host, const uint8_t to_ip[16], uint16_t to_port,
		    ccs_time now)
{
	struct sim_net_host *h = &net->hosts[host];
	int stream = (int)net->stream_count++;
	struct sim_net_end *client;

	sim_net_grow(&net->streams, &net->stream_room, net->stream_count, sizeof(*net->streams));
	memcpy(net->streams[stream].to_ip, to_ip, 16);
	client = end_of(net, stream, 0);
	init_end(net, client, host, h->next_port);
	init_end(net, end_of(net, stream, 1), sim_net_find(net, to_ip), to_port);
	h->next_port = h->next_port == UINT16_MAX ? SIM_NET_FIRST_PORT
						  : (uint16_t)(h->next_port + 1);
	client->state = SIM_NET_END_SYN_SENT;
	client->control = SIM_NET_SEGMENT_SYN;
	pump(net, stream, 0, now);
	return stream;
}

static int end_number(struct sim_net *net, int stream, int host)
{
	return end_of(net, stream, 0)->host == host ? 0 : 1;
}

static void keep(struct sim_net_end *e, const void *bytes, size_t length)
{
	size_t kept = (size_t)(e->written - e->arrived);

	if (e->base < e->arrived) {
		memmove(e->bytes, e->bytes + (e->arrived - e->base), kept);
		e->base = e->arrived;
	}
	sim_net_grow(&e->bytes, &e->room, kept + length, 1);
	memcpy(e->bytes + kept, bytes, length);
	e->written += length;
}

void sim_net_write(struct sim_net *net, int stream, int host, const void *bytes, size_t length,
		   ccs_time now)
{
	int end = end_number(net, stream, host);
	struct sim_net_end *e = end_of(net, stream, end);

	if (e->state == SIM_NET_END_CLOSED || e->fin_wanted || !length)
		return;
	keep(e, bytes, length);
	if (net->config.coalesce && !e->waits && e->state == SIM_NET_END_OPEN)
		enqueue_pump(net, stream, end, now + net->config.coalesce);
	pump(net, stream, end, now);
}

void sim_net_close(struct sim_net *net, int stream, int host, ccs_time now)
{
	int end = end_number(net, stream, host);
	struct sim_net_end *e = end_of(net, stream, end);

	if (e->state != SIM_NET_END_OPEN) {
		e->state = SIM_NET_END_CLOSED;
		return;
	}
	e->fin_wanted = true;
	pump(net, stream, end, now);
}

void sim_net_abort(struct sim_net *net, int stream, int host, ccs_time now)
{
	int end = end_number(net, stream, host);
	struct sim_net_end *e = end_of(net, stream, end);

	if (e->state == SIM_NET_END_OPEN)
		send_reset(net, stream, end, now);
	e->state = SIM_NET_END_CLOSED;
}

/* Arrivals.  `end` is who receives. */

static bool tell(struct sim_net *net, int stream, int end, enum sim_net_event_kind kind,
		 struct sim_net_event *event)
{
	const struct sim_net_end *e = end_of(net, stream, end), *peer = peer_of(net, stream, end);

	*event = (struct sim_net_event) {
		.kind = kind,
		.host = e->host,
		.stream = stream,
		.port = peer->port,
		.local_port = e->port,
	};
	memcpy(event->ip, end ? net->hosts[peer->host].ip : net->streams[stream].to_ip, 16);
	return true;
}

static void take_syn(struct sim_net *net, int stream, int end, ccs_time now)
{
	struct sim_net_end *e = end_of(net, stream, end), *peer = peer_of(net, stream, end);

	e->ack = peer->isn + 1;
	if (find_listener(net, e->host, e->port) < net->listener_count) {
		e->state = SIM_NET_END_SYN_RECEIVED;
		e->control = SIM_NET_SEGMENT_SYN_ACK;
		pump(net, stream, end, now);
		return;
	}
	e->seq = 0; /* RFC 9293 3.10.7.1: the end that never was has no number of its own */
	if (is_linked(net, stream, end)) {
		send_reset(net, stream, end, now);
		return;
	}
	peer->control = SIM_NET_SEGMENT_SYN; /* the refusal is lost: the peer asks again */
	enqueue_pump(net, stream, !end, now + RTO_HANDSHAKE);
}

static bool take_syn_ack(struct sim_net *net, int stream, int end, ccs_time now,
			 struct sim_net_event *event)
{
	struct sim_net_end *e = end_of(net, stream, end);

	e->state = SIM_NET_END_OPEN;
	e->control = SIM_NET_SEGMENT_ACK;
	e->ack = peer_of(net, stream, end)->isn + 1;
	pump(net, stream, end, now);
	return tell(net, stream, end, SIM_NET_CONNECTED, event);
}

static bool take_data(struct sim_net *net, int stream, int end, uint32_t length, ccs_time now,
		      struct sim_net_event *event)
{
	struct sim_net_end *e = end_of(net, stream, end), *peer = peer_of(net, stream, end);

	e->ack += length;
	tell(net, stream, end, SIM_NET_DATA, event);
	event->bytes = peer->bytes + (peer->arrived - peer->base);
	event->length = length;
	peer->arrived += length;
	show(net, stream, end, SIM_NET_SEGMENT_NONE, 0, now);
	return true;
}

static bool take_fin(struct sim_net *net, int stream, int end, ccs_time now,
		     struct sim_net_event *event)
{
	struct sim_net_end *e = end_of(net, stream, end), *peer = peer_of(net, stream, end);

	e->ack++;
	peer->fin_arrived = true;
	show(net, stream, end, SIM_NET_SEGMENT_NONE, 0, now);
	if (e->fin_arrived)
		e->state = peer->state = SIM_NET_END_CLOSED;
	return tell(net, stream, end, SIM_NET_CLOSED, event);
}

/* The peer, or the line to it, ended the stream. */
static bool lose(struct sim_net *net, int stream, int end, struct sim_net_event *event)
{
	struct sim_net_end *e = end_of(net, stream, end);
	enum sim_net_end_state before = e->state;

	e->state = SIM_NET_END_CLOSED;
	if (before == SIM_NET_END_SYN_SENT)
		return tell(net, stream, end, SIM_NET_REFUSED, event);
	return before == SIM_NET_END_OPEN && tell(net, stream, end, SIM_NET_RESET, event);
}

bool sim_net_take_segment(struct sim_net *net, const struct sim_net_entry *entry,
			  struct sim_net_event *event)
{
	int stream = entry->segment.stream, end = !entry->segment.end;
	struct sim_net_end *e = end_of(net, stream, end);
	enum sim_net_segment kind = entry->segment.kind;

	if (e->state == SIM_NET_END_CLOSED && kind != SIM_NET_SEGMENT_SYN) {
		if (kind != SIM_NET_SEGMENT_RST)
			send_reset(net, stream, end, entry->time);
		return false;
	}
	switch (kind) {
	case SIM_NET_SEGMENT_SYN:
		take_syn(net, stream, end, entry->time);
		return false;
	case SIM_NET_SEGMENT_SYN_ACK:
		return take_syn_ack(net, stream, end, entry->time, event);
	case SIM_NET_SEGMENT_ACK:
		e->state = SIM_NET_END_OPEN;
		return tell(net, stream, end, SIM_NET_ACCEPTED, event);
	case SIM_NET_SEGMENT_DATA:
		return take_data(net, stream, end, entry->segment.length, entry->time, event);
	case SIM_NET_SEGMENT_FIN:
		return take_fin(net, stream, end, entry->time, event);
	case SIM_NET_SEGMENT_RST:
		return lose(net, stream, end, event);
	case SIM_NET_SEGMENT_NONE:
		break;
	}
	return false;
}

bool sim_net_take_pump(struct sim_net *net, const struct sim_net_entry *entry,
		       struct sim_net_event *event)
{
	int stream = entry->segment.stream, end = entry->segment.end;
	struct sim_net_end *e = end_of(net, stream, end);

	e->waits = false;
	if (e->tries == (is_handshake(e->control) ? TRIES_SYN : TRIES))
		return lose(net, stream, end, event);
	pump(net, stream, end, entry->time);
	return false;
}
