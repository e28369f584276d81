/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames of the simulated network as they stand on the line: Ethernet, IPv6 and UDP, TCP or
 * neighbour discovery, with checksums.
 *
 * Each function fills `frame` (SIM_WIRE_FRAME_MAX bytes) and returns the length.  Payload must fit:
 * SIM_NET_SEGMENT_MAX, SIM_NET_DATAGRAM_MAX.
 *
 * Sources: RFC 2464 (Ethernet), RFC 8200 (IPv6), RFC 768 (UDP), RFC 9293 and 7323 (TCP), RFC 4861
 * (neighbour discovery).
 */
#ifndef SIM_WIRE_H
#define SIM_WIRE_H

#include <stddef.h>
#include <stdint.h>

#define SIM_WIRE_FRAME_MAX 1514

enum sim_wire_flags {
	SIM_WIRE_FIN = 0x01,
	SIM_WIRE_SYN = 0x02,
	SIM_WIRE_RST = 0x04,
	SIM_WIRE_PSH = 0x08,
	SIM_WIRE_ACK = 0x10,
};

/* One end of a frame.  `mac` NULL: the address is a multicast one, which says it. */
struct sim_wire_end {
	const uint8_t *mac;
	const uint8_t *ip;
	uint16_t port; /* not of neighbour discovery */
};

struct sim_wire_segment {
	uint32_t seq;
	uint32_t ack;
	uint8_t flags; /* enum sim_wire_flags; with SYN the options are added */
	const uint8_t *bytes;
	size_t length;
};

size_t sim_wire_udp(uint8_t *frame, const struct sim_wire_end *from, const struct sim_wire_end *to,
		    const uint8_t *bytes, size_t length);

size_t sim_wire_tcp(uint8_t *frame, const struct sim_wire_end *from, const struct sim_wire_end *to,
		    const struct sim_wire_segment *segment);

/* `from` asks all for the MAC of `to`; and `from` answers to `to`. */
size_t sim_wire_solicit(uint8_t *frame, const struct sim_wire_end *from,
			const struct sim_wire_end *to);
size_t sim_wire_advertise(uint8_t *frame, const struct sim_wire_end *from,
			  const struct sim_wire_end *to);

#endif
