/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a packet to what it carries: a HomePlug management message, a UDP datagram, a TCP segment.
 *
 * Link types: Ethernet (1) with VLAN tags, Linux cooked (113, 276), raw IP (12, 14, 101, 228,
 * 229), null and loop (0, 108).  Checksums are not looked at: capturing at the sender sees them
 * unfinished.  Lengths are those of the IP header, so that Ethernet's padding is cut off.
 */
#ifndef TRACE_LINK_H
#define TRACE_LINK_H

#include "ccs/record.h"
#include "trace/capture.h"

#define CCS_ETHERTYPE_IPV4 0x0800
#define CCS_ETHERTYPE_IPV6 0x86dd
#define CCS_ETHERTYPE_MME  0x88e1 /* HomePlug AV */

#define CCS_IP_TCP 6
#define CCS_IP_UDP 17

#define CCS_TCP_FIN 0x01
#define CCS_TCP_SYN 0x02
#define CCS_TCP_RST 0x04
#define CCS_TCP_PSH 0x08
#define CCS_TCP_ACK 0x10

enum ccs_frame_kind {
	CCS_FRAME_OTHER,    /* another ethertype or IP protocol; see those fields */
	CCS_FRAME_MME,	    /* payload: the frame from its destination MAC on, without VLAN tags */
	CCS_FRAME_UDP,	    /* payload: the datagram */
	CCS_FRAME_TCP,	    /* payload: of the segment, may be empty */
	CCS_FRAME_FRAGMENT, /* a part of an IP packet; payload: that part */
};

struct ccs_frame {
	enum ccs_frame_kind kind;
	uint16_t ethertype;	    /* also for raw IP; 0 where the link has none */
	uint8_t ip_protocol;	    /* of IP: the last header found; else 0 */
	struct ccs_address mac_src; /* NONE where the link has none */
	struct ccs_address mac_dst; /* NONE likewise; Linux cooked: but for broadcasts */
	struct ccs_address src;	    /* MME: the MACs; IP: the addresses, ports of UDP and TCP */
	struct ccs_address dst;
	const uint8_t *payload; /* in the packet, or in `rebuilt` */
	size_t length;		/* of what was captured */
	size_t missing;		/* bytes of the payload that the recorder cut off */
	uint32_t tcp_seq;	/* of TCP, as on the wire */
	uint32_t tcp_ack;
	uint16_t tcp_window;
	uint8_t tcp_flags;
	const char *fault; /* set with an error: what was wrong, a few words */
	/* An MME from Linux cooked or behind VLAN tags, as Ethernet would show it; an unknown
	 * destination is zero. */
	uint8_t rebuilt[1518];
};

/*
 * Fills `frame` from `packet`.  Pointers lead into the packet: they live as long as it does.
 * Returns 0, or (with `fault`, and the fields of the layers that were sound)
 *	CCS_ERR_UNKNOWN	 the link type is none of ours; ccs_link_explain makes the sentence
 *	CCS_ERR_SHORT	 a header does not fit into what was captured
 *	CCS_ERR_LENGTH	 a length field contradicts the packet
 *	CCS_ERR_HEADER	 the IP version is wrong
 */
int ccs_frame_parse(struct ccs_frame *frame, const struct ccs_packet *packet);

/* "link type 227 (SocketCAN) is not Ethernet, Linux cooked or raw IP": one line, terminated. */
void ccs_link_explain(uint32_t link_type, char *text, size_t size);

#endif
