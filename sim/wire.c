/* SPDX-License-Identifier: Apache-2.0 */
/* Images of frames. */
#include "wire.h"

#include "net.h"

#include "ccs/cursor.h"

#define ETHERTYPE_IPV6 0x86dd

#define NEXT_TCP    6
#define NEXT_UDP    17
#define NEXT_ICMPV6 58

#define ETHERNET_HEADER 14
#define IP_HEADER	40
#define UDP_HEADER	8
#define TCP_HEADER	20

#define HOPS		64
#define HOPS_MULTICAST	1   /* what sockets use unless told otherwise */
#define HOPS_NEIGHBOURS 255 /* RFC 4861 7.1: proof that no router was between */

/* Scaled it never limits a session: senders of the simulation do not look at it. */
#define WINDOW	     0xffff
#define WINDOW_SHIFT 7

#define SOLICITATION  135
#define ADVERTISEMENT 136
#define SOURCE_MAC    1
#define TARGET_MAC    2

/* Where the checksum stands in each header. */
#define UDP_CHECKSUM	6
#define TCP_CHECKSUM	16
#define ICMPV6_CHECKSUM 2

static void write_mac(struct ccs_writer *w, const struct sim_wire_end *end)
{
	const uint8_t *ip = end->ip;
	const uint8_t group[6] = { 0x33, 0x33, ip[12], ip[13], ip[14], ip[15] };

	ccs_write(w, end->mac ? end->mac : group, 6);
}

static struct ccs_writer begin(uint8_t *frame, const struct sim_wire_end *from,
			       const struct sim_wire_end *to, uint8_t next, uint8_t hops)
{
	struct ccs_writer w = ccs_writer(frame, SIM_WIRE_FRAME_MAX);

	write_mac(&w, to);
	write_mac(&w, from);
	ccs_write_be16(&w, ETHERTYPE_IPV6);
	ccs_write_be32(&w, 0x60000000); /* version; no traffic class, no flow label */
	ccs_write_be16(&w, 0);		/* payload length: see finish */
	ccs_write_u8(&w, next);
	ccs_write_u8(&w, hops);
	ccs_write(&w, from->ip, 16);
	ccs_write(&w, to->ip, 16);
	return w;
}

static uint32_t sum(uint32_t start, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i + 1 < length; i += 2)
		start += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	return length % 2 ? start + ((uint32_t)bytes[length - 1] << 8) : start;
}

/* RFC 8200 8.1: over addresses, length, next header and payload, which holds a zero for it. */
static uint16_t checksum(const uint8_t *ip, const uint8_t *payload, size_t length)
{
	uint32_t n = sum((uint32_t)length + ip[6], ip + 8, 32);

	n = sum(n, payload, length);
	n = (n & 0xffff) + (n >> 16);
	n = (n & 0xffff) + (n >> 16);
	if (n == 0xffff && ip[6] == NEXT_UDP)
		return 0xffff; /* zero would mean: no checksum (RFC 768) */
	return (uint16_t)~n;
}

static size_t finish(uint8_t *frame, const struct ccs_writer *w, size_t at)
{
	uint8_t *ip = frame + ETHERNET_HEADER, *payload = ip + IP_HEADER;
	size_t length = (size_t)(w->at - payload);
	struct ccs_writer length_field = ccs_writer(ip + 4, 2);
	struct ccs_writer checksum_field = ccs_writer(payload + at, 2);

	ccs_write_be16(&length_field, (uint16_t)length);
	ccs_write_be16(&checksum_field, checksum(ip, payload, length));
	return (size_t)(w->at - frame);
}

size_t sim_wire_udp(uint8_t *frame, const struct sim_wire_end *from, const struct sim_wire_end *to,
		    const uint8_t *bytes, size_t length)
{
	uint8_t hops = to->mac ? HOPS : HOPS_MULTICAST;
	struct ccs_writer w = begin(frame, from, to, NEXT_UDP, hops);

	ccs_write_be16(&w, from->port);
	ccs_write_be16(&w, to->port);
	ccs_write_be16(&w, (uint16_t)(UDP_HEADER + length));
	ccs_write_be16(&w, 0);
	ccs_write(&w, bytes, length);
	return finish(frame, &w, UDP_CHECKSUM);
}

static const uint8_t syn_options[] = {
	2,
	4,
	SIM_NET_SEGMENT_MAX >> 8,
	SIM_NET_SEGMENT_MAX & 0xff, /* largest segment */
	1,
	3,
	3,
	WINDOW_SHIFT, /* window scale */
	1,
	1,
	4,
	2, /* selective acknowledgement */
};

size_t sim_wire_tcp(uint8_t *frame, const struct sim_wire_end *from, const struct sim_wire_end *to,
		    const struct sim_wire_segment *segment)
{
	size_t options = segment->flags & SIM_WIRE_SYN ? sizeof(syn_options) : 0;
	struct ccs_writer w = begin(frame, from, to, NEXT_TCP, HOPS);

	ccs_write_be16(&w, from->port);
	ccs_write_be16(&w, to->port);
	ccs_write_be32(&w, segment->seq);
	ccs_write_be32(&w, segment->ack);
	ccs_write_u8(&w, (uint8_t)((TCP_HEADER + options) / 4 << 4));
	ccs_write_u8(&w, segment->flags);
	ccs_write_be16(&w, segment->flags & SIM_WIRE_RST ? 0 : WINDOW);
	ccs_write_be32(&w, 0); /* checksum, urgent pointer */
	ccs_write(&w, syn_options, options);
	ccs_write(&w, segment->bytes, segment->length);
	return finish(frame, &w, TCP_CHECKSUM);
}

static size_t write_neighbour(uint8_t *frame, struct ccs_writer *w, uint32_t flags,
			      const uint8_t *target_ip, uint8_t option, const uint8_t *mac)
{
	ccs_write_be32(w, flags);
	ccs_write(w, target_ip, 16);
	ccs_write_u8(w, option);
	ccs_write_u8(w, 1); /* of 8 bytes */
	ccs_write(w, mac, 6);
	return finish(frame, w, ICMPV6_CHECKSUM);
}

size_t sim_wire_solicit(uint8_t *frame, const struct sim_wire_end *from,
			const struct sim_wire_end *to)
{
	uint8_t group[16] = { 0xff, 0x02, [11] = 1, 0xff, to->ip[13], to->ip[14], to->ip[15] };
	struct sim_wire_end all = { .ip = group };
	struct ccs_writer w = begin(frame, from, &all, NEXT_ICMPV6, HOPS_NEIGHBOURS);

	ccs_write_be32(&w, (uint32_t)SOLICITATION << 24);
	return write_neighbour(frame, &w, 0, to->ip, SOURCE_MAC, from->mac);
}

size_t sim_wire_advertise(uint8_t *frame, const struct sim_wire_end *from,
			  const struct sim_wire_end *to)
{
	struct ccs_writer w = begin(frame, from, to, NEXT_ICMPV6, HOPS_NEIGHBOURS);

	ccs_write_be32(&w, (uint32_t)ADVERTISEMENT << 24);
	return write_neighbour(frame, &w, 0x60000000 /* asked for, overrides */, from->ip,
			       TARGET_MAC, from->mac);
}
