/* SPDX-License-Identifier: Apache-2.0 */
/* Link, IP and transport headers. */
#include "trace/link.h"

#include "ccs/cursor.h"

#include <stdio.h>

#define LINK_NULL     0
#define LINK_ETHERNET 1
#define LINK_RAW_BSD  12
#define LINK_RAW_OPEN 14
#define LINK_RAW      101
#define LINK_LOOP     108
#define LINK_COOKED   113
#define LINK_IPV4     228
#define LINK_IPV6     229
#define LINK_COOKED_2 276

#define ETHERTYPE_VLAN	   0x8100
#define ETHERTYPE_QINQ	   0x88a8
#define ETHERTYPE_QINQ_OLD 0x9100
#define ETHERTYPE_MIN	   0x0600 /* below it is the length of an IEEE 802.3 frame */

#define IPV6_HOP_BY_HOP	   0
#define IPV6_ROUTING	   43
#define IPV6_FRAGMENT	   44
#define IPV6_AUTHENTICATED 51
#define IPV6_DESTINATION   60
#define IPV6_MOBILITY	   135

#define COOKED_BROADCAST 1

/* What is left of the packet: bytes in the capture, and bytes that the recorder cut off. */
struct rest {
	struct ccs_reader r;
	size_t missing;
};

static int fail(struct ccs_frame *frame, int error, const char *fault)
{
	frame->fault = fault;
	return error;
}

static struct ccs_address mac_address(const uint8_t mac[6])
{
	struct ccs_address address = { .kind = CCS_ADDRESS_MAC };

	memcpy(address.bytes, mac, 6);
	return address;
}

static void set_ip_addresses(struct ccs_frame *frame, enum ccs_address_kind kind,
			     const uint8_t *src, const uint8_t *dst, size_t size)
{
	frame->src.kind = kind;
	frame->dst.kind = kind;
	memcpy(frame->src.bytes, src, size);
	memcpy(frame->dst.bytes, dst, size);
}

/* Cuts `rest` to the `length` bytes that an upper header announces; false when it has fewer. */
static bool limit(struct rest *rest, size_t length)
{
	size_t left = ccs_reader_left(&rest->r);

	if (length > left + rest->missing)
		return false;
	if (length <= left) {
		rest->r.end = rest->r.at + length;
		rest->missing = 0;
	} else {
		rest->missing = length - left;
	}
	return true;
}

static void set_payload(struct ccs_frame *frame, enum ccs_frame_kind kind, const struct rest *rest)
{
	frame->kind = kind;
	frame->payload = rest->r.at;
	frame->length = ccs_reader_left(&rest->r);
	frame->missing = rest->missing;
}

static int parse_udp(struct ccs_frame *frame, struct rest *rest)
{
	size_t whole = ccs_reader_left(&rest->r) + rest->missing;
	size_t length;

	frame->src.port = ccs_read_be16(&rest->r);
	frame->dst.port = ccs_read_be16(&rest->r);
	length = ccs_read_be16(&rest->r);
	ccs_read(&rest->r, 2);
	if (rest->r.failed)
		return fail(frame, CCS_ERR_SHORT, "the UDP header is cut");
	if (length == 0) /* longer than 16 bits can say */
		length = whole;
	if (length < 8)
		return fail(frame, CCS_ERR_LENGTH, "the UDP length is shorter than its header");
	if (!limit(rest, length - 8))
		return fail(frame, CCS_ERR_LENGTH, "the UDP length exceeds the packet");
	set_payload(frame, CCS_FRAME_UDP, rest);
	return 0;
}

static int parse_tcp(struct ccs_frame *frame, struct rest *rest)
{
	struct ccs_reader *r = &rest->r;
	size_t header;

	frame->src.port = ccs_read_be16(r);
	frame->dst.port = ccs_read_be16(r);
	frame->tcp_seq = ccs_read_be32(r);
	frame->tcp_ack = ccs_read_be32(r);
	header = (size_t)(ccs_read_u8(r) >> 4) * 4;
	frame->tcp_flags = ccs_read_u8(r);
	frame->tcp_window = ccs_read_be16(r);
	ccs_read(r, 4); /* checksum, urgent pointer */
	if (r->failed)
		return fail(frame, CCS_ERR_SHORT, "the TCP header is cut");
	if (header < 20)
		return fail(frame, CCS_ERR_LENGTH, "the TCP header length is below 20");
	if (!ccs_read(r, header - 20))
		return rest->missing ? fail(frame, CCS_ERR_SHORT, "the TCP options are cut")
				     : fail(frame, CCS_ERR_LENGTH,
					    "the TCP header length exceeds the segment");
	set_payload(frame, CCS_FRAME_TCP, rest);
	return 0;
}

static int parse_transport(struct ccs_frame *frame, struct rest *rest)
{
	if (frame->ip_protocol == CCS_IP_TCP)
		return parse_tcp(frame, rest);
	if (frame->ip_protocol == CCS_IP_UDP)
		return parse_udp(frame, rest);
	set_payload(frame, CCS_FRAME_OTHER, rest);
	return 0;
}

static int parse_ipv4(struct ccs_frame *frame, struct rest *rest)
{
	struct ccs_reader *r = &rest->r;
	size_t whole = ccs_reader_left(r) + rest->missing;
	const uint8_t *ip = ccs_read(r, 20);
	size_t header, total;

	if (!ip)
		return fail(frame, CCS_ERR_SHORT, "the IPv4 header is cut");
	if (ip[0] >> 4 != 4)
		return fail(frame, CCS_ERR_HEADER, "the IP version is not 4");
	header = (size_t)(ip[0] & 15) * 4;
	total = (size_t)ip[2] << 8 | ip[3];
	if (total == 0) /* segmentation was left to the network card */
		total = whole;
	if (header < 20 || header > total)
		return fail(frame, CCS_ERR_LENGTH, "the IPv4 header length contradicts the packet");
	if (!limit(rest, total - 20))
		return fail(frame, CCS_ERR_LENGTH, "the IPv4 length exceeds the packet");
	if (!ccs_read(r, header - 20))
		return fail(frame, CCS_ERR_SHORT, "the IPv4 options are cut");
	frame->ip_protocol = ip[9];
	set_ip_addresses(frame, CCS_ADDRESS_IPV4, ip + 12, ip + 16, 4);
	if (((ip[6] << 8 | ip[7]) & 0x3fff) == 0) /* neither offset nor "more fragments" */
		return parse_transport(frame, rest);
	set_payload(frame, CCS_FRAME_FRAGMENT, rest);
	return 0;
}

/* Length of an extension header that begins with next header and length; 0: it is none. */
static size_t extension_length(uint8_t protocol, uint8_t length)
{
	switch (protocol) {
	case IPV6_HOP_BY_HOP:
	case IPV6_ROUTING:
	case IPV6_DESTINATION:
	case IPV6_MOBILITY:
		return 8 + (size_t)length * 8;
	case IPV6_AUTHENTICATED:
		return 8 + (size_t)length * 4;
	case IPV6_FRAGMENT:
		return 8;
	}
	return 0;
}

static int parse_extensions(struct ccs_frame *frame, struct rest *rest)
{
	struct ccs_reader *r = &rest->r;

	while (extension_length(frame->ip_protocol, 0)) {
		uint8_t protocol = frame->ip_protocol;
		const uint8_t *head = ccs_read(r, 8);

		if (!head || !ccs_read(r, extension_length(protocol, head[1]) - 8))
			return rest->missing ? fail(frame, CCS_ERR_SHORT,
						    "an IPv6 extension header is cut")
					     : fail(frame, CCS_ERR_LENGTH,
						    "an IPv6 extension header exceeds the packet");
		frame->ip_protocol = head[0];
		if (protocol == IPV6_FRAGMENT && ((head[2] << 8 | head[3]) & 0xfff9)) {
			set_payload(frame, CCS_FRAME_FRAGMENT, rest);
			return 0;
		}
	}
	return parse_transport(frame, rest);
}

static int parse_ipv6(struct ccs_frame *frame, struct rest *rest)
{
	struct ccs_reader *r = &rest->r;
	const uint8_t *ip = ccs_read(r, 40);
	size_t length;

	if (!ip)
		return fail(frame, CCS_ERR_SHORT, "the IPv6 header is cut");
	if (ip[0] >> 4 != 6)
		return fail(frame, CCS_ERR_HEADER, "the IP version is not 6");
	length = (size_t)ip[4] << 8 | ip[5];
	if (length && !limit(rest, length)) /* 0: longer than 16 bits can say */
		return fail(frame, CCS_ERR_LENGTH, "the IPv6 length exceeds the packet");
	frame->ip_protocol = ip[6];
	set_ip_addresses(frame, CCS_ADDRESS_IPV6, ip + 8, ip + 24, 16);
	return parse_extensions(frame, rest);
}

static int parse_raw_ip(struct ccs_frame *frame, struct rest *rest)
{
	if (ccs_reader_left(&rest->r) == 0)
		return fail(frame, CCS_ERR_SHORT, "the packet is empty");
	frame->ethertype = *rest->r.at >> 4 == 6 ? CCS_ETHERTYPE_IPV6 : CCS_ETHERTYPE_IPV4;
	return frame->ethertype == CCS_ETHERTYPE_IPV6 ? parse_ipv6(frame, rest)
						      : parse_ipv4(frame, rest);
}

static void rebuild_mme(struct ccs_frame *frame, const struct rest *rest)
{
	struct ccs_writer w = ccs_writer(frame->rebuilt, sizeof(frame->rebuilt));
	size_t length = ccs_reader_left(&rest->r);

	if (length > sizeof(frame->rebuilt) - 14)
		length = sizeof(frame->rebuilt) - 14;
	ccs_write(&w, frame->dst.bytes, 6);
	ccs_write(&w, frame->src.bytes, 6);
	ccs_write_be16(&w, CCS_ETHERTYPE_MME);
	ccs_write(&w, rest->r.at, length);
	frame->payload = frame->rebuilt;
	frame->length = length + 14;
	frame->missing = rest->missing + ccs_reader_left(&rest->r) - length;
}

/* What follows an ethertype.  `ethernet`: the frame, when it stands there as Ethernet has it. */
static int parse_ethertype(struct ccs_frame *frame, struct rest *rest, uint16_t type,
			   const uint8_t *ethernet)
{
	while (type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ || type == ETHERTYPE_QINQ_OLD) {
		ccs_read(&rest->r, 2);
		type = ccs_read_be16(&rest->r);
		ethernet = NULL;
	}
	if (rest->r.failed)
		return fail(frame, CCS_ERR_SHORT, "the link header is cut");
	frame->ethertype = type < ETHERTYPE_MIN ? 0 : type;
	if (type == CCS_ETHERTYPE_IPV4)
		return parse_ipv4(frame, rest);
	if (type == CCS_ETHERTYPE_IPV6)
		return parse_ipv6(frame, rest);
	set_payload(frame, CCS_FRAME_OTHER, rest);
	if (type != CCS_ETHERTYPE_MME)
		return 0;
	frame->kind = CCS_FRAME_MME;
	frame->src = frame->mac_src;
	frame->dst = frame->mac_dst;
	if (!ethernet) {
		rebuild_mme(frame, rest);
		return 0;
	}
	frame->payload = ethernet;
	frame->length = (size_t)(rest->r.end - ethernet);
	return 0;
}

static int parse_ethernet(struct ccs_frame *frame, struct rest *rest)
{
	const uint8_t *macs = ccs_read(&rest->r, 12);
	uint16_t type = ccs_read_be16(&rest->r);

	if (rest->r.failed)
		return fail(frame, CCS_ERR_SHORT, "the Ethernet header is cut");
	frame->mac_dst = mac_address(macs);
	frame->mac_src = mac_address(macs + 6);
	return parse_ethertype(frame, rest, type, macs);
}

/* Linux cooked mode shows the sender's MAC, and of the receiver only whether all were meant. */
static void set_cooked_addresses(struct ccs_frame *frame, unsigned int packet_type,
				 unsigned int mac_length, const uint8_t *mac)
{
	static const uint8_t broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	if (mac_length == 6)
		frame->mac_src = mac_address(mac);
	if (packet_type == COOKED_BROADCAST)
		frame->mac_dst = mac_address(broadcast);
}

static int parse_cooked(struct ccs_frame *frame, struct rest *rest)
{
	const uint8_t *head = ccs_read(&rest->r, 14);
	uint16_t type = ccs_read_be16(&rest->r);

	if (rest->r.failed)
		return fail(frame, CCS_ERR_SHORT, "the Linux cooked header is cut");
	set_cooked_addresses(frame, (unsigned int)head[0] << 8 | head[1],
			     (unsigned int)head[4] << 8 | head[5], head + 6);
	return parse_ethertype(frame, rest, type, NULL);
}

static int parse_cooked_2(struct ccs_frame *frame, struct rest *rest)
{
	uint16_t type = ccs_read_be16(&rest->r);
	const uint8_t *head = ccs_read(&rest->r, 18);

	if (rest->r.failed)
		return fail(frame, CCS_ERR_SHORT, "the Linux cooked header is cut");
	set_cooked_addresses(frame, head[8], head[9], head + 10);
	return parse_ethertype(frame, rest, type, NULL);
}

static int parse_loop(struct ccs_frame *frame, struct rest *rest)
{
	const uint8_t *family = ccs_read(&rest->r, 4);

	if (!family)
		return fail(frame, CCS_ERR_SHORT, "the loopback header is cut");
	switch (family[0] | family[3]) { /* in the byte order of the recorder */
	case 2:				 /* IPv4 everywhere */
	case 10:			 /* IPv6 of Linux, NetBSD and OpenBSD, FreeBSD, macOS */
	case 24:
	case 28:
	case 30:
		return parse_raw_ip(frame, rest);
	}
	set_payload(frame, CCS_FRAME_OTHER, rest);
	return 0;
}

int ccs_frame_parse(struct ccs_frame *frame, const struct ccs_packet *packet)
{
	struct rest rest = { ccs_reader(packet->bytes, packet->length),
			     packet->original_length - packet->length };

	memset(frame, 0, offsetof(struct ccs_frame, rebuilt));
	switch (packet->link_type) {
	case LINK_ETHERNET:
		return parse_ethernet(frame, &rest);
	case LINK_COOKED:
		return parse_cooked(frame, &rest);
	case LINK_COOKED_2:
		return parse_cooked_2(frame, &rest);
	case LINK_RAW:
	case LINK_RAW_BSD:
	case LINK_RAW_OPEN:
	case LINK_IPV4:
	case LINK_IPV6:
		return parse_raw_ip(frame, &rest);
	case LINK_NULL:
	case LINK_LOOP:
		return parse_loop(frame, &rest);
	}
	return fail(frame, CCS_ERR_UNKNOWN, "a link type we do not know");
}

void ccs_link_explain(uint32_t link_type, char *text, size_t size)
{
	static const struct {
		uint32_t link_type;
		const char *name;
	} names[] = {
		{ 9, "PPP" },	      { 105, "Wi-Fi" },	  { 127, "Wi-Fi with radiotap" },
		{ 187, "Bluetooth" }, { 189, "USB" },	  { 195, "IEEE 802.15.4" },
		{ 201, "Bluetooth" }, { 220, "USB" },	  { 227, "SocketCAN" },
		{ 249, "USB" },	      { 253, "netlink" },
	};
	const char *name = "unknown to us";

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (names[i].link_type == link_type)
			name = names[i].name;
	snprintf(text, size, "link type %u (%s) is not Ethernet, Linux cooked or raw IP",
		 (unsigned int)link_type, name);
}
