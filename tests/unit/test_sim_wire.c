/* SPDX-License-Identifier: Apache-2.0 */
/* Frames of the simulated network, read again: lengths, checksums, and the course of TCP. */
#include "net.h"
#include "wire.h"

#include "ccs/cursor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CAR	0
#define CHARGER 1
#define PORT	50000

static const uint8_t macs[2][6] = { { 0x02, 1, 2, 3, 4, 5 }, { 0x02, 6, 7, 8, 9, 10 } };

static struct sim_net net;
static char text[4096];	 /* one line for each frame */
static uint32_t base[2]; /* first sequence number of each host */

/* RFC 8200 8.1, by the definition: the sum over everything is all ones. */
static void expect_checksum(const uint8_t *ip, size_t length, uint8_t next)
{
	uint8_t covered[2048] = { [34] = (uint8_t)(length >> 8), (uint8_t)length, [39] = next };
	uint32_t sum = 0;

	memcpy(covered, ip + 8, 32);
	memcpy(covered + 40, ip + 40, length);
	for (size_t i = 0; i < 40 + length; i += 2)
		sum += (uint32_t)covered[i] << 8 | covered[i + 1];
	assert_int_equal((sum & 0xffff) + (sum >> 16), 0xffff);
}

static void put_tcp(char *line, size_t size, struct ccs_reader r, int from)
{
	uint32_t seq, ack;
	uint8_t header, flags;
	char names[6] = "";

	ccs_read(&r, 4);
	seq = ccs_read_be32(&r);
	ack = ccs_read_be32(&r);
	header = ccs_read_u8(&r);
	flags = ccs_read_u8(&r);
	ccs_read(&r, 6 + (size_t)(header >> 4) * 4 - 20);
	assert_false(r.failed);
	for (size_t i = 0, n = 0; i < 5; i++)
		if (flags & 1 << i)
			names[n++] = "FSRPA"[i];
	if (flags & SIM_WIRE_SYN)
		base[from] = seq;
	snprintf(line, size, "%s seq %u ack %u len %zu", names, (unsigned int)(seq - base[from]),
		 flags & SIM_WIRE_ACK ? (unsigned int)(ack - base[!from]) : 0, ccs_reader_left(&r));
}

static void note(void *user, const uint8_t *frame, size_t length, ccs_time now)
{
	struct ccs_reader r = ccs_reader(frame, length);
	const uint8_t *to = ccs_read(&r, 6);
	int from = memcmp(ccs_read(&r, 6), macs[CAR], 6) == 0 ? CAR : CHARGER;
	size_t used = strlen(text), payload;
	uint8_t next;
	char line[80] = "";

	(void)user;
	assert_int_equal(ccs_read_be16(&r), 0x86dd);
	assert_int_equal(ccs_read_be32(&r), 0x60000000);
	payload = ccs_read_be16(&r);
	next = ccs_read_u8(&r);
	ccs_read(&r, 33);
	assert_int_equal(payload, ccs_reader_left(&r));
	expect_checksum(frame + 14, payload, next);
	if (next == 6)
		put_tcp(line, sizeof(line), r, from);
	else
		snprintf(line, sizeof(line), "%s %u hops %u len %zu", next == 17 ? "UDP" : "ICMP",
			 next == 17 ? 0u : r.at[0], frame[21], payload);
	snprintf(text + used, sizeof(text) - used, "%ld %s>%s %s\n", (long)(now / 1000),
		 from == CAR ? "car" : "charger",
		 memcmp(to, macs[!from], 6) == 0 ? (from ? "car" : "charger") : "all", line);
}

static void expect(const char *expected)
{
	assert_string_equal(text, expected);
	text[0] = 0;
}

static void run(void)
{
	struct sim_net_event event;

	while (sim_net_next(&net, CCS_NEVER, &event)) {
	}
}

static void start(void)
{
	struct sim_net_config config = sim_net_default;

	text[0] = 0;
	config.tap = note;
	sim_net_reset(&net, &config);
	sim_net_add(&net, macs[CAR]);
	sim_net_add(&net, macs[CHARGER]);
	sim_net_set_link(&net, CAR, CHARGER, true);
	sim_net_listen(&net, CHARGER, PORT);
}

static int open_stream(void)
{
	int stream;

	start();
	stream = sim_net_connect(&net, CAR, sim_net_ip(&net, CHARGER), PORT, 0);
	run();
	expect("0 car>all ICMP 135 hops 255 len 32\n"
	       "1 charger>car ICMP 136 hops 255 len 32\n"
	       "2 car>charger S seq 0 ack 0 len 0\n"
	       "3 charger>car SA seq 0 ack 1 len 0\n"
	       "4 car>charger A seq 1 ack 1 len 0\n");
	return stream;
}

static void test_datagrams(void **state)
{
	static const uint8_t group[16] = { 0xff, 0x02, [15] = 1 };

	(void)state;
	start();
	sim_net_send_datagram(&net, CAR, 60000, group, 15118, "odd", 3, 0);
	sim_net_send_datagram(&net, CHARGER, 15118, sim_net_ip(&net, CAR), 60000, "even", 4,
			      CCS_MS(5));
	run();
	expect("0 car>all UDP 0 hops 1 len 11\n"
	       "5 charger>all ICMP 135 hops 255 len 32\n"
	       "6 car>charger ICMP 136 hops 255 len 32\n"
	       "7 charger>car UDP 0 hops 64 len 12\n");
}

/* Also without delay the picture is in order. */
static void test_no_delay(void **state)
{
	(void)state;
	start();
	net.config.delay = 0;
	sim_net_connect(&net, CAR, sim_net_ip(&net, CHARGER), PORT, 0);
	run();
	expect("0 car>all ICMP 135 hops 255 len 32\n"
	       "0 charger>car ICMP 136 hops 255 len 32\n"
	       "0 car>charger S seq 0 ack 0 len 0\n"
	       "0 charger>car SA seq 0 ack 1 len 0\n"
	       "0 car>charger A seq 1 ack 1 len 0\n");
}

/* The one payload whose checksum comes out as zero, which in UDP means that there is none. */
static void test_checksum_of_zero(void **state)
{
	static const uint8_t ip[16] = { 0xfe, 0x80 };
	struct sim_wire_end end = { macs[CAR], ip, 1 };
	uint8_t frame[SIM_WIRE_FRAME_MAX], payload[2] = { 0 };
	size_t sum;

	(void)state;
	sim_wire_udp(frame, &end, &end, payload, sizeof(payload));
	sum = (size_t)frame[60] << 8 | frame[61];
	payload[0] = (uint8_t)(sum >> 8);
	payload[1] = (uint8_t)sum;
	sim_wire_udp(frame, &end, &end, payload, sizeof(payload));
	assert_int_equal(frame[60] << 8 | frame[61], 0xffff);
}

static void test_stream(void **state)
{
	int stream;

	(void)state;
	stream = open_stream();
	net.config.segment = 4;
	sim_net_write(&net, stream, CAR, "request", 7, CCS_MS(10));
	run();
	sim_net_write(&net, stream, CHARGER, "res", 3, CCS_MS(20));
	sim_net_close(&net, stream, CHARGER, CCS_MS(20));
	run();
	sim_net_close(&net, stream, CAR, CCS_MS(30));
	run();
	expect("10 car>charger A seq 1 ack 1 len 4\n"
	       "10 car>charger PA seq 5 ack 1 len 3\n"
	       "11 charger>car A seq 1 ack 5 len 0\n"
	       "11 charger>car A seq 1 ack 8 len 0\n"
	       "20 charger>car PA seq 1 ack 8 len 3\n"
	       "20 charger>car FA seq 4 ack 8 len 0\n"
	       "21 car>charger A seq 8 ack 4 len 0\n"
	       "21 car>charger A seq 8 ack 5 len 0\n"
	       "30 car>charger FA seq 8 ack 5 len 0\n"
	       "31 charger>car A seq 5 ack 9 len 0\n");
}

static void test_loss_and_reset(void **state)
{
	int stream;

	(void)state;
	stream = open_stream();
	net.config.loss = 1000;
	sim_net_write(&net, stream, CAR, "lost", 4, CCS_MS(10));
	net.config.loss = 0;
	run();
	sim_net_abort(&net, stream, CHARGER, CCS_MS(300));
	run();
	expect("10 car>charger PA seq 1 ack 1 len 4\n"
	       "210 car>charger PA seq 1 ack 1 len 4\n"
	       "211 charger>car A seq 1 ack 5 len 0\n"
	       "300 charger>car RA seq 1 ack 5 len 0\n");
}

/* Without link nothing is on the line. */
static void test_no_link(void **state)
{
	int stream;

	(void)state;
	stream = open_stream();
	sim_net_set_link(&net, CAR, CHARGER, false);
	sim_net_write(&net, stream, CAR, "x", 1, CCS_MS(10));
	sim_net_send_datagram(&net, CAR, 1, sim_net_ip(&net, CHARGER), 1, "y", 1, CCS_MS(10));
	sim_net_abort(&net, stream, CHARGER, CCS_MS(10));
	run();
	expect("");
}

static int tear_down(void **state)
{
	(void)state;
	sim_net_free(&net);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_datagrams),	 cmocka_unit_test(test_no_delay),
		cmocka_unit_test(test_checksum_of_zero), cmocka_unit_test(test_stream),
		cmocka_unit_test(test_loss_and_reset),	 cmocka_unit_test(test_no_link),
	};

	return cmocka_run_group_tests_name("sim_wire", tests, NULL, tear_down);
}
