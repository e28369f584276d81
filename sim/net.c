/* SPDX-License-Identifier: Apache-2.0 */
/* The simulated network: hosts, links, datagrams, and the queue of what is on its way. */
#include "net_parts.h"

#include <stdlib.h>
#include <string.h>

const struct sim_net_config sim_net_default = {
	.delay = CCS_MS(1),
	.segment = SIM_NET_SEGMENT_MAX,
};

void sim_net_grow(void *array, size_t *room, size_t count, size_t size)
{
	void *bytes;
	size_t more;

	if (count <= *room)
		return;
	more = count < 2 * *room ? 2 * *room : count;
	memcpy(&bytes, array, sizeof(bytes));
	bytes = realloc(bytes, more * size);
	if (!bytes)
		abort();
	memset((uint8_t *)bytes + *room * size, 0, (more - *room) * size);
	memcpy(array, &bytes, sizeof(bytes));
	*room = more;
}

/* The queue: a binary heap. */

static bool is_before(const struct sim_net_entry *a, const struct sim_net_entry *b)
{
	return a->time < b->time || (a->time == b->time && a->order < b->order);
}

void sim_net_enqueue(struct sim_net *net, struct sim_net_entry entry)
{
	size_t i = net->queued++;

	sim_net_grow(&net->queue, &net->queue_room, net->queued, sizeof(*net->queue));
	entry.order = net->order++;
	for (; i > 0 && is_before(&entry, &net->queue[(i - 1) / 2]); i = (i - 1) / 2)
		net->queue[i] = net->queue[(i - 1) / 2];
	net->queue[i] = entry;
}

static struct sim_net_entry dequeue(struct sim_net *net)
{
	struct sim_net_entry first = net->queue[0], last = net->queue[--net->queued];
	size_t i = 0, child = 1;

	while (child < net->queued) {
		if (child + 1 < net->queued &&
		    is_before(&net->queue[child + 1], &net->queue[child]))
			child++;
		if (!is_before(&net->queue[child], &last))
			break;
		net->queue[i] = net->queue[child];
		i = child;
		child = 2 * i + 1;
	}
	net->queue[i] = last;
	return first;
}

ccs_time sim_net_deadline(const struct sim_net *net)
{
	return net->queued ? net->queue[0].time : CCS_NEVER;
}

/* Hosts and links. */

void sim_net_reset(struct sim_net *net, const struct sim_net_config *config)
{
	net->config = *config;
	net->random.state = config->seed;
	net->host_count = net->stream_count = net->listener_count = net->queued = 0;
	net->order = 0;
	net->tapped = INT64_MIN;
	for (size_t i = 0; i < net->datagram_count; i++)
		net->datagrams[i].is_used = false;
}

void sim_net_free(struct sim_net *net)
{
	for (size_t i = 0; i < net->stream_room; i++) {
		free(net->streams[i].ends[0].bytes);
		free(net->streams[i].ends[1].bytes);
	}
	free(net->hosts);
	free(net->streams);
	free(net->listeners);
	free(net->datagrams);
	free(net->queue);
	free(net->links);
	free(net->bytes);
	*net = (struct sim_net) { 0 };
}

struct sim_net_link *sim_net_link(struct sim_net *net, int from, int to)
{
	/* Numbered by the larger one first, so that more hosts leave the others' places alone. */
	size_t high = (size_t)(from > to ? from : to), low = (size_t)(from > to ? to : from);

	return &net->links[high * (high + 1) + 2 * low + (from > to)];
}

int sim_net_add(struct sim_net *net, const uint8_t mac[6])
{
	int host = (int)net->host_count++;
	size_t links = net->host_count * (net->host_count + 1);
	struct sim_net_host *h;

	sim_net_grow(&net->hosts, &net->host_room, net->host_count, sizeof(*net->hosts));
	sim_net_grow(&net->links, &net->link_room, links, sizeof(*net->links));
	for (int other = 0; other <= host; other++)
		*sim_net_link(net, host, other) = *sim_net_link(net, other, host) =
			(struct sim_net_link) { .known = CCS_NEVER };
	h = &net->hosts[host];
	*h = (struct sim_net_host) {
		.ip = { 0xfe, 0x80, [8] = mac[0] ^ 2, mac[1], mac[2], 0xff, 0xfe, mac[3], mac[4],
			mac[5] },
		.next_port = (uint16_t)(SIM_NET_FIRST_PORT + sim_random_below(&net->random, 1000)),
	};
	memcpy(h->mac, mac, 6);
	return host;
}

const uint8_t *sim_net_ip(const struct sim_net *net, int host)
{
	return net->hosts[host].ip;
}

int sim_net_find(const struct sim_net *net, const uint8_t ip[16])
{
	for (size_t i = 0; i < net->host_count; i++)
		if (memcmp(net->hosts[i].ip, ip, 16) == 0)
			return (int)i;
	return -1;
}

void sim_net_set_link(struct sim_net *net, int a, int b, bool up)
{
	sim_net_link(net, a, b)->up = sim_net_link(net, b, a)->up = up;
}

ccs_time sim_net_arrival(struct sim_net *net, ccs_time now)
{
	uint32_t jitter = (uint32_t)net->config.jitter;

	return now + net->config.delay + (jitter ? sim_random_below(&net->random, jitter + 1) : 0);
}

static bool happens(struct sim_net *net, uint32_t per_mille)
{
	return per_mille && sim_random_below(&net->random, 1000) < per_mille;
}

bool sim_net_loses(struct sim_net *net)
{
	return happens(net, net->config.loss);
}

/* Images. */

struct sim_wire_end sim_net_wire_end(const struct sim_net *net, int host, uint16_t port)
{
	return (struct sim_wire_end) { net->hosts[host].mac, net->hosts[host].ip, port };
}

void sim_net_show(struct sim_net *net, const uint8_t *frame, size_t length, ccs_time now)
{
	/* What a late call of sim_net_next takes out may be older than what was sent since. */
	if (now > net->tapped)
		net->tapped = now;
	net->config.tap(net->config.user, frame, length, net->tapped);
}

static void show_neighbours(struct sim_net *net, int from, int to, bool answers, ccs_time now)
{
	struct sim_wire_end a, b;
	uint8_t frame[SIM_WIRE_FRAME_MAX];

	if (!net->config.tap)
		return;
	a = sim_net_wire_end(net, from, 0);
	b = sim_net_wire_end(net, to, 0);
	sim_net_show(net, frame,
		     answers ? sim_wire_advertise(frame, &a, &b) : sim_wire_solicit(frame, &a, &b),
		     now);
}

ccs_time sim_net_resolve(struct sim_net *net, int from, int to, ccs_time now)
{
	struct sim_net_link *there = sim_net_link(net, from, to);
	struct sim_net_link *back = sim_net_link(net, to, from);
	ccs_time delay = net->config.delay;

	if (there->known == CCS_NEVER) {
		show_neighbours(net, from, to, false, now);
		sim_net_enqueue(net, (struct sim_net_entry) { .time = now + delay,
							      .kind = SIM_NET_ENTRY_ADVERTISE,
							      .hosts = { to, from } });
		/* Never at once, so that nothing overtakes the answer. */
		there->known = now + (delay > 0 ? 2 * delay : 1);
		if (back->known > now + delay) /* the question said who asks */
			back->known = now + delay;
	}
	return there->known > now ? there->known : now;
}

/* Datagrams. */

static int new_datagram(struct sim_net *net)
{
	size_t i = 0;

	while (i < net->datagram_count && net->datagrams[i].is_used)
		i++;
	if (i == net->datagram_count)
		sim_net_grow(&net->datagrams, &net->datagram_room, ++net->datagram_count,
			     sizeof(*net->datagrams));
	net->datagrams[i].is_used = true;
	return (int)i;
}

static void enqueue_datagram(struct sim_net *net, enum sim_net_entry_kind kind, int datagram,
			     ccs_time time)
{
	sim_net_enqueue(
		net, (struct sim_net_entry) { .time = time, .kind = kind, .datagram = datagram });
}

static void show_datagram(struct sim_net *net, const struct sim_net_datagram *d,
			  const uint8_t *group, ccs_time now)
{
	struct sim_wire_end from, to;
	uint8_t frame[SIM_WIRE_FRAME_MAX];

	if (!net->config.tap)
		return;
	from = sim_net_wire_end(net, d->from, d->port);
	to = group ? (struct sim_wire_end) { NULL, group, d->to_port }
		   : sim_net_wire_end(net, d->to, d->to_port);
	sim_net_show(net, frame, sim_wire_udp(frame, &from, &to, d->bytes, d->length), now);
}

/* A datagram is on the line: whether, when and how often it arrives. */
static void carry(struct sim_net *net, int datagram, ccs_time now)
{
	int copy;

	if (sim_net_loses(net)) {
		net->datagrams[datagram].is_used = false;
		return;
	}
	enqueue_datagram(net, SIM_NET_ENTRY_ARRIVE, datagram, sim_net_arrival(net, now));
	if (!happens(net, net->config.duplicate))
		return;
	copy = new_datagram(net);
	net->datagrams[copy] = net->datagrams[datagram];
	enqueue_datagram(net, SIM_NET_ENTRY_ARRIVE, copy, sim_net_arrival(net, now));
}

static void send_to_all(struct sim_net *net, const struct sim_net_datagram *datagram,
			const uint8_t *group, ccs_time now)
{
	bool is_shown = false;

	for (int to = 0; to < (int)net->host_count; to++) {
		int copy;

		if (to == datagram->from || !sim_net_link(net, datagram->from, to)->up)
			continue;
		if (!is_shown)
			show_datagram(net, datagram, group, now);
		is_shown = true;
		copy = new_datagram(net);
		net->datagrams[copy] = *datagram;
		net->datagrams[copy].to = to;
		carry(net, copy, now);
	}
}

static void send_to_one(struct sim_net *net, const struct sim_net_datagram *datagram, ccs_time now)
{
	int copy;

	if (datagram->to < 0 || !sim_net_link(net, datagram->from, datagram->to)->up)
		return;
	copy = new_datagram(net);
	net->datagrams[copy] = *datagram;
	enqueue_datagram(net, SIM_NET_ENTRY_DEPART, copy,
			 sim_net_resolve(net, datagram->from, datagram->to, now));
}

void sim_net_send_datagram(struct sim_net *net, int host, uint16_t port, const uint8_t to_ip[16],
			   uint16_t to_port, const void *bytes, size_t length, ccs_time now)
{
	struct sim_net_datagram datagram = {
		.from = host, .port = port, .to_port = to_port, .is_used = true, .length = length
	};

	if (length > SIM_NET_DATAGRAM_MAX)
		return;
	if (length)
		memcpy(datagram.bytes, bytes, length);
	if (to_ip[0] == 0xff && to_ip[1] == 0x02) {
		send_to_all(net, &datagram, to_ip, now);
		return;
	}
	datagram.to = sim_net_find(net, to_ip);
	send_to_one(net, &datagram, now);
}

/* Copies what an event hands out, so that it outlives what the caller does with it. */
static void keep_bytes(struct sim_net *net, struct sim_net_event *event)
{
	sim_net_grow(&net->bytes, &net->bytes_room, event->length, 1);
	if (event->length)
		memcpy(net->bytes, event->bytes, event->length);
	event->bytes = net->bytes;
}

static void depart(struct sim_net *net, int datagram, ccs_time now)
{
	struct sim_net_datagram *d = &net->datagrams[datagram];

	if (!sim_net_link(net, d->from, d->to)->up) {
		d->is_used = false;
		return;
	}
	show_datagram(net, d, NULL, now);
	carry(net, datagram, now);
}

static void take_datagram(struct sim_net *net, struct sim_net_datagram *d,
			  struct sim_net_event *event)
{
	*event = (struct sim_net_event) {
		.kind = SIM_NET_DATAGRAM,
		.host = d->to,
		.stream = -1,
		.port = d->port,
		.local_port = d->to_port,
		.bytes = d->bytes,
		.length = d->length,
	};
	memcpy(event->ip, net->hosts[d->from].ip, 16);
	d->is_used = false;
}

/* The moment of an entry; true: it gave an event. */
static bool take(struct sim_net *net, const struct sim_net_entry *entry,
		 struct sim_net_event *event)
{
	switch (entry->kind) {
	case SIM_NET_ENTRY_DEPART:
		depart(net, entry->datagram, entry->time);
		return false;
	case SIM_NET_ENTRY_ARRIVE:
		take_datagram(net, &net->datagrams[entry->datagram], event);
		return true;
	case SIM_NET_ENTRY_ADVERTISE:
		show_neighbours(net, entry->hosts.from, entry->hosts.to, true, entry->time);
		return false;
	case SIM_NET_ENTRY_SEGMENT:
		return sim_net_take_segment(net, entry, event);
	case SIM_NET_ENTRY_PUMP:
		return sim_net_take_pump(net, entry, event);
	}
	return false;
}

bool sim_net_next(struct sim_net *net, ccs_time now, struct sim_net_event *event)
{
	while (net->queued && net->queue[0].time <= now) {
		struct sim_net_entry entry = dequeue(net);

		if (take(net, &entry, event)) {
			event->time = entry.time;
			keep_bytes(net, event);
			return true;
		}
	}
	return false;
}
