/* SPDX-License-Identifier: Apache-2.0 */
/* Link, IP and transport headers: every link type, padding, cuts, lies. */
#include "trace/link.h"

#include "ccs/cursor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t mac_dst[6] = { 0x02, 1, 2, 3, 4, 5 };
static const uint8_t mac_src[6] = { 0x02, 6, 7, 8, 9, 10 };

static uint8_t bytes[512];
static struct ccs_writer w;
static struct ccs_frame frame;

static void new_packet(void)
{
	w = ccs_writer(bytes, sizeof(bytes));
}

/* Parses what was written; `cut` bytes more were on the wire. */
static int parse(uint32_t link_type, size_t cut)
{
	struct ccs_packet packet = { .bytes = bytes,
				     .length = (size_t)(w.at - bytes),
				     .original_length = (size_t)(w.at - bytes) + cut,
				     .link_type = link_type };
	int n;

	memset(&frame, 0xaa, sizeof(frame));
	n = ccs_frame_parse(&frame, &packet);
	assert_true((n < 0) == (frame.fault != NULL));
	return n;
}

static void ethernet(uint16_t type)
{
	ccs_write(&w, mac_dst, 6);
	ccs_write(&w, mac_src, 6);
	ccs_write_be16(&w, type);
}

static void ipv4(uint8_t protocol, size_t options, uint16_t fragment, size_t length)
{
	ccs_write_u8(&w, (uint8_t)(0x40 | (5 + options / 4)));
	ccs_write_u8(&w, 0);
	ccs_write_be16(&w, (uint16_t)(20 + options + length));
	ccs_write_be16(&w, 1);
	ccs_write_be16(&w, fragment);
	ccs_write_u8(&w, 64);
	ccs_write_u8(&w, protocol);
	ccs_write_be16(&w, 0);
	ccs_write(&w, "\x0a\0\0\x01\x0a\0\0\x02", 8);
	ccs_write_zero(&w, options);
}

static void ipv6(uint8_t protocol, size_t length)
{
	ccs_write_be32(&w, 0x60000000);
	ccs_write_be16(&w, (uint16_t)length);
	ccs_write_u8(&w, protocol);
	ccs_write_u8(&w, 64);
	ccs_write_be16(&w, 0xfe80);
	ccs_write_be(&w, 1, 14);
	ccs_write_be16(&w, 0xfe80);
	ccs_write_be(&w, 2, 14);
}

static void udp(size_t length, const char *text)
{
	ccs_write_be16(&w, 49152);
	ccs_write_be16(&w, 15118);
	ccs_write_be16(&w, (uint16_t)length);
	ccs_write_be16(&w, 0);
	ccs_write(&w, text, strlen(text));
}

static void tcp(size_t options, const char *text)
{
	ccs_write_be16(&w, 49152);
	ccs_write_be16(&w, 61341);
	ccs_write_be32(&w, 0x01020304);
	ccs_write_be32(&w, 0x05060708);
	ccs_write_u8(&w, (uint8_t)((5 + options / 4) << 4));
	ccs_write_u8(&w, CCS_TCP_ACK | CCS_TCP_PSH);
	ccs_write_be16(&w, 1234);
	ccs_write_zero(&w, 4 + options);
	ccs_write(&w, text, strlen(text));
}

static void expect_payload(enum ccs_frame_kind kind, const char *text, size_t missing)
{
	assert_int_equal(frame.kind, kind);
	assert_int_equal(frame.length, strlen(text));
	assert_memory_equal(frame.payload, text, frame.length);
	assert_int_equal(frame.missing, missing);
}

static void test_udp_over_ipv4_without_padding(void **state)
{
	(void)state;
	new_packet();
	ethernet(CCS_ETHERTYPE_IPV4);
	ipv4(CCS_IP_UDP, 0, 0x4000, 8 + 3); /* "don't fragment" is no fragment */
	udp(8 + 3, "abc");
	ccs_write(&w, "padding", 7);
	assert_int_equal(parse(1, 0), 0);
	expect_payload(CCS_FRAME_UDP, "abc", 0);
	assert_int_equal(frame.ethertype, CCS_ETHERTYPE_IPV4);
	assert_int_equal(frame.ip_protocol, CCS_IP_UDP);
	assert_int_equal(frame.src.kind, CCS_ADDRESS_IPV4);
	assert_int_equal(frame.src.port, 49152);
	assert_int_equal(frame.dst.port, 15118);
	assert_memory_equal(frame.src.bytes, "\x0a\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_memory_equal(frame.dst.bytes, "\x0a\0\0\x02", 4);
	assert_int_equal(frame.mac_src.kind, CCS_ADDRESS_MAC);
	assert_memory_equal(frame.mac_src.bytes, mac_src, 6);
	assert_memory_equal(frame.mac_dst.bytes, mac_dst, 6);
}

static void test_tcp_over_ipv4_and_tcp_options(void **state)
{
	(void)state;
	new_packet();
	ethernet(CCS_ETHERTYPE_IPV4);
	ipv4(CCS_IP_TCP, 8, 0, 20 + 12 + 3);
	tcp(12, "abc");
	ccs_write_zero(&w, 6);
	assert_int_equal(parse(1, 0), 0);
	expect_payload(CCS_FRAME_TCP, "abc", 0);
	assert_int_equal(frame.tcp_seq, 0x01020304);
	assert_int_equal(frame.tcp_ack, 0x05060708);
	assert_int_equal(frame.tcp_flags, CCS_TCP_ACK | CCS_TCP_PSH);
	assert_int_equal(frame.tcp_window, 1234);
}

static void test_empty_tcp_segment_in_a_padded_frame(void **state)
{
	(void)state;
	new_packet();
	ethernet(CCS_ETHERTYPE_IPV4);
	ipv4(CCS_IP_TCP, 0, 0, 20);
	tcp(0, "");
	ccs_write_zero(&w, 6);
	assert_int_equal(parse(1, 0), 0);
	expect_payload(CCS_FRAME_TCP, "", 0);
}

/* Hop-by-hop, routing, destination, an unbroken fragment header, authentication. */
static void extensions(uint8_t last)
{
	ccs_write(&w, "\x2b\0\0\0\0\0\0\0", 8);
	ccs_write(&w, "\x3c\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	ccs_write(&w, "\x2c\0\0\0\0\0\0\0", 8);
	ccs_write(&w, "\x33\0\0\0\0\0\0\7", 8);
	ccs_write_u8(&w, last);
	ccs_write_u8(&w, 1);
	ccs_write_zero(&w, 10);
}

static void test_ipv6_extension_headers(void **state)
{
	(void)state;
	new_packet();
	ethernet(CCS_ETHERTYPE_IPV6);
	ipv6(0, 52 + 20 + 3);
	extensions(CCS_IP_TCP);
	tcp(0, "abc");
	assert_int_equal(parse(1, 0), 0);
	expect_payload(CCS_FRAME_TCP, "abc", 0);
	assert_int_equal(frame.src.kind, CCS_ADDRESS_IPV6);
	assert_int_equal(frame.src.bytes[15], 1);
	assert_int_equal(frame.dst.bytes[15], 2);
	assert_int_equal(frame.dst.port, 61341);
}

static void test_other_protocols_are_named(void **state)
{
	(void)state;
	new_packet();
	ethernet(CCS_ETHERTYPE_IPV6);
	ipv6(58, 4);
	ccs_write(&w, "icmp", 4);
	assert_int_equal(parse(1, 0), 0);
	expect_payload(CCS_FRAME_OTHER, "icmp", 0);
	assert_int_equal(frame.ip_protocol, 58);
	new_packet();
	ethernet(0x0806);
	ccs_write(&w, "arp", 3);
	assert_int_equal(parse(1, 0), 0);
	expect_payload(CCS_FRAME_OTHER, "arp", 0);
	assert_int_equal(frame.ethertype, 0x0806);
	assert_int_equal(frame.src.kind, CCS_ADDRESS_NONE);
	new_packet();
	ethernet(3); /* IEEE 802.3: a length */
	ccs_write(&w, "llc", 3);
	assert_int_equal(parse(1, 0), 0);
	assert_int_equal(frame.ethertype, 0);
}

static void test_fragments_are_recognised(void **state)
{
	static const uint16_t fields[] = { 0x2000, 0x2001, 0x00b9 };

	(void)state;
	for (int i = 0; i < 3; i++) {
		new_packet();
		ethernet(CCS_ETHERTYPE_IPV4);
		ipv4(CCS_IP_UDP, 0, fields[i], 4);
		ccs_write(&w, "part", 4);
		assert_int_equal(parse(1, 0), 0);
		expect_payload(CCS_FRAME_FRAGMENT, "part", 0);
		assert_int_equal(frame.ip_protocol, CCS_IP_UDP);
	}
	new_packet();
	ethernet(CCS_ETHERTYPE_IPV6);
	ipv6(44, 8 + 4);
	ccs_write(&w, "\x11\0\0\1\0\0\0\7", 8);
	ccs_write(&w, "part", 4);
	assert_int_equal(parse(1, 0), 0);
	expect_payload(CCS_FRAME_FRAGMENT, "part", 0);
	assert_int_equal(frame.ip_protocol, CCS_IP_UDP);
}

static void test_mme_is_given_whole(void **state)
{
	(void)state;
	new_packet();
	ethernet(CCS_ETHERTYPE_MME);
	ccs_write(&w, "\x01\x64\x60", 3);
	assert_int_equal(parse(1, 5), 0);
	assert_int_equal(frame.kind, CCS_FRAME_MME);
	assert_ptr_equal(frame.payload, bytes);
	assert_int_equal(frame.length, 17);
	assert_int_equal(frame.missing, 5);
	assert_memory_equal(frame.src.bytes, mac_src, 6);
	assert_memory_equal(frame.dst.bytes, mac_dst, 6);
}

static void test_mme_behind_vlan_tags_is_rebuilt(void **state)
{
	(void)state;
	new_packet();
	ethernet(0x88a8);
	ccs_write_be32(&w, 0x00028100);
	ccs_write_be32(&w, 0x000388e1);
	ccs_write(&w, "\x01\x64\x60", 3);
	assert_int_equal(parse(1, 0), 0);
	assert_int_equal(frame.kind, CCS_FRAME_MME);
	assert_int_equal(frame.length, 17);
	assert_memory_equal(frame.payload, mac_dst, 6);
	assert_memory_equal(frame.payload + 6, mac_src, 6);
	assert_memory_equal(frame.payload + 12, "\x88\xe1\x01\x64\x60", 5);
}

static void cooked(int version, uint8_t packet_type, uint16_t type)
{
	new_packet();
	if (version == 1) {
		ccs_write_be16(&w, packet_type);
		ccs_write_be16(&w, 1);
		ccs_write_be16(&w, 6);
	} else {
		ccs_write_be16(&w, type);
		ccs_write_be16(&w, 0);
		ccs_write_be32(&w, 2);
		ccs_write_be16(&w, 1);
		ccs_write_u8(&w, packet_type);
		ccs_write_u8(&w, 6);
	}
	ccs_write(&w, mac_src, 6);
	ccs_write_be16(&w, 0);
	if (version == 1)
		ccs_write_be16(&w, type);
}

static void test_linux_cooked(void **state)
{
	static const uint32_t link_types[] = { 0, 113, 276 };

	(void)state;
	for (int version = 1; version <= 2; version++) {
		cooked(version, 1, CCS_ETHERTYPE_MME);
		ccs_write(&w, "\x01\x64\x60", 3);
		assert_int_equal(parse(link_types[version], 0), 0);
		assert_int_equal(frame.kind, CCS_FRAME_MME);
		assert_memory_equal(frame.payload, "\xff\xff\xff\xff\xff\xff", 6);
		assert_memory_equal(frame.payload + 6, mac_src, 6);
		assert_memory_equal(frame.payload + 12, "\x88\xe1\x01\x64\x60", 5);
		cooked(version, 4, CCS_ETHERTYPE_IPV6);
		ipv6(CCS_IP_UDP, 8 + 3);
		udp(8 + 3, "abc");
		assert_int_equal(parse(link_types[version], 0), 0);
		expect_payload(CCS_FRAME_UDP, "abc", 0);
		assert_int_equal(frame.mac_src.kind, CCS_ADDRESS_MAC);
		assert_int_equal(frame.mac_dst.kind, CCS_ADDRESS_NONE);
	}
}

static void test_raw_ip_and_loopback(void **state)
{
	static const uint32_t raw[] = { 12, 14, 101, 228, 229 };
	static const uint32_t families[] = { 2, 0x02000000, 10, 24, 28, 30, 0x1e000000 };

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		new_packet();
		if (i % 2) {
			ipv4(CCS_IP_UDP, 0, 0, 8 + 3);
		} else {
			ipv6(CCS_IP_UDP, 8 + 3);
		}
		udp(8 + 3, "abc");
		assert_int_equal(parse(raw[i], 0), 0);
		expect_payload(CCS_FRAME_UDP, "abc", 0);
		assert_int_equal(frame.ethertype, i % 2 ? 0x0800 : 0x86dd);
		assert_int_equal(frame.mac_src.kind, CCS_ADDRESS_NONE);
	}
	for (size_t i = 0; i < 7; i++) {
		new_packet();
		ccs_write_be32(&w, families[i]);
		ipv6(CCS_IP_UDP, 8 + 3);
		udp(8 + 3, "abc");
		assert_int_equal(parse(i % 2 ? 108 : 0, 0), 0);
		expect_payload(CCS_FRAME_UDP, "abc", 0);
	}
	new_packet();
	ccs_write_be32(&w, 7);
	assert_int_equal(parse(0, 0), 0);
	assert_int_equal(frame.kind, CCS_FRAME_OTHER);
}

static void test_what_the_recorder_cut_is_counted(void **state)
{
	(void)state;
	new_packet();
	ethernet(CCS_ETHERTYPE_IPV4);
	ipv4(CCS_IP_TCP, 0, 0, 20 + 100);
	tcp(0, "abc");
	assert_int_equal(parse(1, 97), 0);
	expect_payload(CCS_FRAME_TCP, "abc", 97);
	new_packet();
	ethernet(CCS_ETHERTYPE_IPV6);
	ipv6(CCS_IP_UDP, 8 + 10);
	udp(8 + 10, "abc");
	assert_int_equal(parse(1, 50), 0);
	expect_payload(CCS_FRAME_UDP, "abc", 7); /* the rest was padding */
}

static void test_length_zero_means_the_rest(void **state)
{
	(void)state;
	new_packet();
	ethernet(CCS_ETHERTYPE_IPV4);
	ipv4(CCS_IP_TCP, 0, 0, 20 + 3);
	bytes[16] = bytes[17] = 0;
	tcp(0, "abc");
	assert_int_equal(parse(1, 0), 0);
	expect_payload(CCS_FRAME_TCP, "abc", 0);
	new_packet();
	ethernet(CCS_ETHERTYPE_IPV6);
	ipv6(CCS_IP_UDP, 0);
	udp(0, "abc");
	assert_int_equal(parse(1, 0), 0);
	expect_payload(CCS_FRAME_UDP, "abc", 0);
}

/* A TCP packet of 14 + 20 + 20 + 3 bytes with one byte changed. */
static int parse_changed(size_t at, uint8_t value)
{
	new_packet();
	ethernet(CCS_ETHERTYPE_IPV4);
	ipv4(CCS_IP_TCP, 0, 0, 20 + 3);
	tcp(0, "abc");
	bytes[at] = value;
	return parse(1, 0);
}

static void test_lengths_that_lie_are_errors(void **state)
{
	(void)state;
	assert_int_equal(parse_changed(14, 0x65), CCS_ERR_HEADER); /* version 6 */
	assert_int_equal(parse_changed(14, 0x44), CCS_ERR_LENGTH); /* header of 16 bytes */
	assert_int_equal(parse_changed(14, 0x4f), CCS_ERR_LENGTH); /* larger than the packet */
	assert_int_equal(parse_changed(16, 1), CCS_ERR_LENGTH);	   /* total length beyond it */
	assert_int_equal(parse_changed(17, 19), CCS_ERR_LENGTH);   /* below the header */
	assert_int_equal(parse_changed(46, 0x40), CCS_ERR_LENGTH); /* TCP header of 16 bytes */
	assert_int_equal(parse_changed(46, 0x60), CCS_ERR_LENGTH); /* of 24, one too many */
	assert_int_equal(frame.kind, CCS_FRAME_OTHER);
	assert_int_equal(frame.src.kind, CCS_ADDRESS_IPV4);
	for (size_t length = 1; length < 8; length++) {
		new_packet();
		ethernet(CCS_ETHERTYPE_IPV6);
		ipv6(CCS_IP_UDP, 8 + 3);
		udp(length, "abc");
		assert_int_equal(parse(1, 0), CCS_ERR_LENGTH);
	}
	new_packet();
	ethernet(CCS_ETHERTYPE_IPV6);
	ipv6(CCS_IP_UDP, 8 + 3);
	udp(8 + 4, "abc");
	assert_int_equal(parse(1, 0), CCS_ERR_LENGTH);
	new_packet();
	ethernet(CCS_ETHERTYPE_IPV6);
	ipv6(58, 1);
	assert_int_equal(parse(1, 0), CCS_ERR_LENGTH);
	bytes[14] = 0x45;
	assert_int_equal(parse(1, 0), CCS_ERR_HEADER);
	new_packet();
	ethernet(CCS_ETHERTYPE_IPV6);
	ipv6(0, 8);
	ccs_write(&w, "\x06\1\0\0\0\0\0\0", 8);
	assert_int_equal(parse(1, 0), CCS_ERR_LENGTH);
}

/* An IPv4 packet with options in both headers, or with UDP, cut at every byte. */
static void test_every_cut_of_ipv4_is_an_error_or_counted(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		size_t headers = i ? 20 + 8 + 8 : 20 + 8 + 20 + 12;

		for (size_t length = 0; length < headers + 3; length++) {
			new_packet();
			ipv4(i ? CCS_IP_UDP : CCS_IP_TCP, 8, 0, headers - 28 + 3);
			if (i)
				udp(8 + 3, "abc");
			else
				tcp(12, "abc");
			w.at = bytes + length;
			if (length < headers) {
				assert_int_equal(parse(101, headers + 3 - length), CCS_ERR_SHORT);
			} else {
				assert_int_equal(parse(101, headers + 3 - length), 0);
				assert_int_equal(frame.length + frame.missing, 3);
			}
		}
	}
}

static void test_an_oversized_mme_is_cut_when_rebuilt(void **state)
{
	static uint8_t big[2000];
	struct ccs_packet packet = { .bytes = big,
				     .length = sizeof(big),
				     .original_length = sizeof(big),
				     .link_type = 113 };

	(void)state;
	big[14] = 0x88;
	big[15] = 0xe1;
	assert_int_equal(ccs_frame_parse(&frame, &packet), 0);
	assert_int_equal(frame.kind, CCS_FRAME_MME);
	assert_int_equal(frame.length, sizeof(frame.rebuilt));
	assert_int_equal(frame.missing, sizeof(big) - 16 + 14 - sizeof(frame.rebuilt));
}

/* However short the capture of a packet is: an error, or a part of its payload. */
static void test_every_cut_is_survived(void **state)
{
	static const uint32_t link_types[] = { 1, 113, 276, 101, 0 };

	(void)state;
	for (size_t t = 0; t < 5; t++) {
		for (size_t length = 0; length < 14 + 4 + 40 + 52 + 20 + 3; length++) {
			size_t whole;

			new_packet();
			ethernet(0x8100);
			ccs_write_be32(&w, CCS_ETHERTYPE_IPV6);
			ipv6(0, 52 + 20 + 3);
			extensions(CCS_IP_TCP);
			tcp(0, "abc");
			whole = (size_t)(w.at - bytes);
			w.at = bytes + length;
			if (parse(link_types[t], whole - length) == 0 && t == 0) {
				assert_int_equal(frame.kind, CCS_FRAME_TCP);
				assert_int_equal(frame.length + frame.missing, 3);
			} else if (t == 0) {
				assert_true(length < whole - 3);
			}
		}
	}
}

static void test_unknown_link_types_are_named(void **state)
{
	char text[100];

	(void)state;
	new_packet();
	assert_int_equal(parse(227, 0), CCS_ERR_UNKNOWN);
	ccs_link_explain(227, text, sizeof(text));
	assert_string_equal(text,
			    "link type 227 (SocketCAN) is not Ethernet, Linux cooked or raw IP");
	ccs_link_explain(147, text, sizeof(text));
	assert_string_equal(
		text, "link type 147 (unknown to us) is not Ethernet, Linux cooked or raw IP");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_udp_over_ipv4_without_padding),
		cmocka_unit_test(test_tcp_over_ipv4_and_tcp_options),
		cmocka_unit_test(test_empty_tcp_segment_in_a_padded_frame),
		cmocka_unit_test(test_ipv6_extension_headers),
		cmocka_unit_test(test_other_protocols_are_named),
		cmocka_unit_test(test_fragments_are_recognised),
		cmocka_unit_test(test_mme_is_given_whole),
		cmocka_unit_test(test_mme_behind_vlan_tags_is_rebuilt),
		cmocka_unit_test(test_linux_cooked),
		cmocka_unit_test(test_raw_ip_and_loopback),
		cmocka_unit_test(test_what_the_recorder_cut_is_counted),
		cmocka_unit_test(test_length_zero_means_the_rest),
		cmocka_unit_test(test_lengths_that_lie_are_errors),
		cmocka_unit_test(test_every_cut_of_ipv4_is_an_error_or_counted),
		cmocka_unit_test(test_an_oversized_mme_is_cut_when_rebuilt),
		cmocka_unit_test(test_every_cut_is_survived),
		cmocka_unit_test(test_unknown_link_types_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
