/* SPDX-License-Identifier: Apache-2.0 */
/* The simulated network: datagrams, streams, faults, and that a run is repeatable to the byte. */
#include "net.h"

#include "ccs/cursor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CAR	0
#define CHARGER 1
#define OTHER	2
#define PORT	50000

static const uint8_t macs[3][6] = {
	{ 0x02, 0x11, 0x22, 0x33, 0x44, 0x55 },
	{ 0x00, 0xb0, 0x52, 0x00, 0x00, 0x01 },
	{ 0x00, 0xb0, 0x52, 0x00, 0x00, 0x02 },
};
static const uint8_t all_nodes[16] = { 0xff, 0x02, [15] = 1 };

static struct sim_net net;
static char log_text[8192]; /* what the hosts learned */
static uint64_t tapped;	    /* hash of all frames with their times */

static void hash(const void *bytes, size_t length)
{
	const uint8_t *at = bytes;

	for (size_t i = 0; i < length; i++)
		tapped = (tapped ^ at[i]) * 0x100000001b3u;
}

static void tap(void *user, const uint8_t *frame, size_t length, ccs_time now)
{
	ccs_time *last = user;

	assert_true(now >= *last);
	*last = now;
	hash(&now, sizeof(now));
	hash(frame, length);
}

static ccs_time last_frame;

/* Three hosts, all linked, the charger listening. */
static void start(const struct sim_net_config *config)
{
	last_frame = INT64_MIN;
	tapped = 0;
	log_text[0] = 0;
	sim_net_reset(&net, config);
	for (int host = 0; host < 3; host++)
		assert_int_equal(sim_net_add(&net, macs[host]), host);
	sim_net_set_link(&net, CAR, CHARGER, true);
	sim_net_set_link(&net, CAR, OTHER, true);
	sim_net_set_link(&net, CHARGER, OTHER, true);
	sim_net_listen(&net, CHARGER, PORT);
}

static void write_log(const struct sim_net_event *event)
{
	static const char *const names[] = {
		[SIM_NET_DATAGRAM] = "datagram",   [SIM_NET_ACCEPTED] = "accepted",
		[SIM_NET_CONNECTED] = "connected", [SIM_NET_REFUSED] = "refused",
		[SIM_NET_DATA] = "data",	   [SIM_NET_CLOSED] = "closed",
		[SIM_NET_RESET] = "reset",
	};
	size_t used = strlen(log_text);

	snprintf(log_text + used, sizeof(log_text) - used, "%ld %d %s%s%.*s\n",
		 (long)(event->time / 1000), event->host, names[event->kind],
		 event->length ? " " : "", (int)event->length, (const char *)event->bytes);
}

/* Until `end`; what happened is in the log: milliseconds, host, event. */
static void run(ccs_time end)
{
	struct sim_net_event event;
	ccs_time now;

	while ((now = sim_net_deadline(&net)) <= end)
		while (sim_net_next(&net, now, &event))
			write_log(&event);
}

static void expect(const char *text)
{
	assert_string_equal(log_text, text);
	log_text[0] = 0;
}

static int connect_at(ccs_time now)
{
	return sim_net_connect(&net, CAR, sim_net_ip(&net, CHARGER), PORT, now);
}

/* An open stream; the clock stands at 10 ms. */
static int open_stream(const struct sim_net_config *config)
{
	int stream;

	start(config);
	stream = connect_at(0);
	run(CCS_MS(10));
	expect("4 0 connected\n5 1 accepted\n");
	return stream;
}

static void put(int stream, int host, const char *text, ccs_time now)
{
	sim_net_write(&net, stream, host, text, strlen(text), now);
}

static void test_addresses(void **state)
{
	static const uint8_t ip[16] = { 0xfe, 0x80, [8] = 0x02, 0xb0, 0x52, 0xff, 0xfe, 0, 0, 1 };

	(void)state;
	start(&sim_net_default);
	assert_memory_equal(sim_net_ip(&net, CHARGER), ip, 16);
	assert_int_equal(sim_net_ip(&net, CAR)[8], 0x00); /* the local bit is turned */
}

static void test_datagrams(void **state)
{
	struct sim_net_event event;

	(void)state;
	start(&sim_net_default);
	sim_net_set_link(&net, CAR, OTHER, false);
	sim_net_send_datagram(&net, CAR, 60000, all_nodes, 15118, "who", 3, 0);
	assert_false(sim_net_next(&net, 999, &event));
	assert_true(sim_net_next(&net, 1000, &event));
	assert_int_equal(event.kind, SIM_NET_DATAGRAM);
	assert_int_equal(event.host, CHARGER);
	assert_int_equal(event.stream, -1);
	assert_int_equal(event.port, 60000);
	assert_int_equal(event.local_port, 15118);
	assert_memory_equal(event.ip, sim_net_ip(&net, CAR), 16);
	assert_int_equal(event.length, 3);
	assert_memory_equal(event.bytes, "who", 3);
	assert_false(sim_net_next(&net, CCS_SECONDS(1), &event));
	/* The answer needs the car's MAC, which takes a question of 2 ms; the next one does not. */
	sim_net_send_datagram(&net, CHARGER, 15118, event.ip, 60000, "I", 1, CCS_MS(10));
	run(CCS_MS(20));
	sim_net_send_datagram(&net, CHARGER, 15118, event.ip, 60000, "", 0, CCS_MS(20));
	run(CCS_MS(30));
	expect("13 0 datagram I\n21 0 datagram\n");
}

static void test_lost_datagrams(void **state)
{
	static uint8_t large[SIM_NET_DATAGRAM_MAX + 1];
	const uint8_t nobody[16] = { 0xfe, 0x80, [15] = 7 };

	(void)state;
	start(&sim_net_default);
	sim_net_send_datagram(&net, CAR, 1, nobody, 1, "a", 1, 0);
	sim_net_send_datagram(&net, CAR, 1, all_nodes, 1, large, sizeof(large), 0);
	sim_net_set_link(&net, CAR, CHARGER, false);
	sim_net_send_datagram(&net, CAR, 1, sim_net_ip(&net, CHARGER), 1, "b", 1, 0);
	sim_net_set_link(&net, CAR, CHARGER, true);
	sim_net_send_datagram(&net, CAR, 1, sim_net_ip(&net, CHARGER), 1, "e", 1, 0);
	sim_net_set_link(&net, CAR, CHARGER, false); /* before its address is known */
	run(CCS_MS(10));
	sim_net_set_link(&net, CAR, CHARGER, true);
	net.config.loss = 1000;
	sim_net_send_datagram(&net, CAR, 1, all_nodes, 1, "c", 1, 0);
	run(CCS_SECONDS(10));
	expect("");
	net.config.loss = 0;
	net.config.duplicate = 1000;
	sim_net_send_datagram(&net, CAR, 1, sim_net_ip(&net, OTHER), 1, "d", 1, 0);
	run(CCS_SECONDS(10));
	expect("3 2 datagram d\n3 2 datagram d\n");
}

static void test_stream(void **state)
{
	int stream;

	(void)state;
	stream = open_stream(&sim_net_default);
	put(stream, CAR, "ping", CCS_MS(10));
	put(stream, CAR, "PING", CCS_MS(10));
	run(CCS_MS(20));
	put(stream, CHARGER, "pong", CCS_MS(20));
	run(CCS_MS(30));
	expect("11 1 data ping\n11 1 data PING\n21 0 data pong\n");
}

static void test_early_write(void **state)
{
	struct sim_net_config config = sim_net_default;

	(void)state;
	config.coalesce = CCS_MS(50);
	start(&config);
	put(connect_at(0), CAR, "early", 0);
	run(CCS_MS(100));
	expect("4 0 connected\n5 1 accepted\n5 1 data early\n");
}

static void test_half_close(void **state)
{
	int stream;

	(void)state;
	stream = open_stream(&sim_net_default);
	put(stream, CAR, "last", CCS_MS(10));
	sim_net_close(&net, stream, CAR, CCS_MS(10));
	put(stream, CAR, "too late", CCS_MS(10));
	run(CCS_MS(20));
	put(stream, CHARGER, "still", CCS_MS(20));
	run(CCS_MS(30));
	sim_net_close(&net, stream, CHARGER, CCS_MS(30));
	run(CCS_SECONDS(10));
	expect("11 1 data last\n11 1 closed\n21 0 data still\n31 0 closed\n");
	put(stream, CHARGER, "nothing", CCS_SECONDS(10));
	sim_net_abort(&net, stream, CAR, CCS_SECONDS(10));
	run(CCS_SECONDS(20));
	expect("");
}

static void test_reset(void **state)
{
	int stream;

	(void)state;
	stream = open_stream(&sim_net_default);
	put(stream, CAR, "on its way", CCS_MS(10));
	sim_net_abort(&net, stream, CAR, CCS_MS(10));
	put(stream, CHARGER, "crosses", CCS_MS(10));
	run(CCS_SECONDS(10));
	expect("11 1 data on its way\n11 1 reset\n");
}

/* Who resets without link is not heard; the peer learns it when it sends. */
static void test_half_open(void **state)
{
	int stream;

	(void)state;
	stream = open_stream(&sim_net_default);
	sim_net_set_link(&net, CAR, CHARGER, false);
	sim_net_abort(&net, stream, CAR, CCS_MS(10));
	sim_net_set_link(&net, CAR, CHARGER, true);
	run(CCS_SECONDS(10));
	expect("");
	put(stream, CHARGER, "hello", CCS_SECONDS(10));
	run(CCS_SECONDS(20));
	expect("10002 1 reset\n");
}

static void test_refused(void **state)
{
	const uint8_t nobody[16] = { 0xfe, 0x80, [15] = 7 };

	(void)state;
	start(&sim_net_default);
	sim_net_connect(&net, CAR, sim_net_ip(&net, CHARGER), PORT + 1, 0);
	run(CCS_SECONDS(10));
	expect("4 0 refused\n");
	sim_net_unlisten(&net, CHARGER, PORT);
	connect_at(CCS_SECONDS(10));
	run(CCS_SECONDS(20));
	expect("10002 0 refused\n");
	sim_net_connect(&net, CAR, nobody, PORT, CCS_SECONDS(20));
	run(CCS_SECONDS(1000));
	expect("147000 0 refused\n");
}

/* The link goes down behind the SYN: the refusal does not pass, and the car asks again. */
static void test_refusal_lost(void **state)
{
	(void)state;
	open_stream(&sim_net_default);
	sim_net_unlisten(&net, CHARGER, PORT);
	connect_at(CCS_MS(10));
	sim_net_set_link(&net, CAR, CHARGER, false);
	run(CCS_MS(500));
	expect("");
	sim_net_set_link(&net, CAR, CHARGER, true);
	run(CCS_SECONDS(10));
	expect("1013 0 refused\n");
}

static void test_connect_given_up(void **state)
{
	(void)state;
	start(&sim_net_default);
	sim_net_close(&net, connect_at(0), CAR, CCS_MS(1)); /* before its SYN leaves */
	run(CCS_SECONDS(10));
	sim_net_close(&net, connect_at(CCS_SECONDS(10)), CAR, CCS_SECONDS(10)); /* after */
	run(CCS_SECONDS(1000));
	expect("");
}

static void test_stall(void **state)
{
	int stream;

	(void)state;
	stream = open_stream(&sim_net_default);
	sim_net_set_link(&net, CAR, CHARGER, false);
	put(stream, CAR, "one", CCS_MS(10));
	put(stream, CAR, "two", CCS_MS(20));
	run(CCS_SECONDS(5));
	expect("");
	sim_net_set_link(&net, CAR, CHARGER, true);
	run(CCS_SECONDS(20)); /* 10 ms + (1 + 2 + 4 + 8 + 16) * 200 ms + 1 ms */
	expect("6211 1 data onetwo\n");
	put(stream, CAR, "three", CCS_SECONDS(20));
	run(CCS_SECONDS(30));
	expect("20001 1 data three\n");
}

static void test_stall_without_end(void **state)
{
	int stream;

	(void)state;
	stream = open_stream(&sim_net_default);
	sim_net_set_link(&net, CAR, CHARGER, false);
	put(stream, CAR, "one", 0);
	run(CCS_SECONDS(5000));
	expect("924600 0 reset\n");
	assert_int_equal(sim_net_deadline(&net), CCS_NEVER);
}

static void test_connect_without_link(void **state)
{
	(void)state;
	start(&sim_net_default);
	sim_net_set_link(&net, CAR, CHARGER, false);
	connect_at(0);
	run(CCS_MS(500));
	sim_net_set_link(&net, CAR, CHARGER, true);
	run(CCS_SECONDS(10));
	expect("1004 0 connected\n1005 1 accepted\n");
}

static void test_splitting(void **state)
{
	struct sim_net_config config = sim_net_default;
	int stream;

	(void)state;
	config.segment = 3;
	stream = open_stream(&config);
	put(stream, CAR, "abcdefgh", CCS_MS(10));
	run(CCS_MS(20));
	expect("11 1 data abc\n11 1 data def\n11 1 data gh\n");
}

static void test_joining(void **state)
{
	struct sim_net_config config = sim_net_default;
	int stream;

	(void)state;
	config.coalesce = CCS_MS(5);
	stream = open_stream(&config);
	put(stream, CAR, "a", CCS_MS(10));
	put(stream, CAR, "b", CCS_MS(14));
	run(CCS_MS(20));
	put(stream, CAR, "c", CCS_MS(20));
	sim_net_close(&net, stream, CAR, CCS_MS(21));
	run(CCS_MS(40));
	expect("16 1 data ab\n26 1 data c\n26 1 closed\n");
}

/* Writes random pieces both ways; everything arrives, once, in order. */
static void exchange(const struct sim_net_config *config, uint64_t *result)
{
	uint32_t written[2] = { 0 }, read[2] = { 0 };
	struct sim_random random = { 7 };
	struct sim_net_event event;
	ccs_time now = 0;
	int stream, accepted = 0;

	start(config);
	stream = connect_at(0);
	for (int round = 0; round < 2000 || sim_net_deadline(&net) != CCS_NEVER; round++) {
		uint8_t piece[4096];
		uint32_t length = sim_random_below(&random, sizeof(piece));
		int from = round % 2;

		now = sim_net_deadline(&net) > now + 700 ? now + 700 : sim_net_deadline(&net);
		for (uint32_t i = 0; i < length; i++)
			piece[i] = (uint8_t)((written[from] + i) * 31);
		if (accepted && round < 2000) {
			sim_net_write(&net, stream, from, piece, length, now);
			written[from] += length;
		}
		while (sim_net_next(&net, now, &event)) {
			hash(&event.time, sizeof(event.time));
			accepted |= event.kind == SIM_NET_ACCEPTED;
			for (size_t i = 0; i < event.length; i++)
				assert_int_equal(event.bytes[i],
						 (uint8_t)(read[event.host]++ * 31));
		}
	}
	assert_true(written[0] > 100000);
	assert_int_equal(written[0], read[1]);
	assert_int_equal(written[1], read[0]);
	*result = tapped;
}

static void test_repeatable(void **state)
{
	struct sim_net_config config = { .seed = 1,
					 .delay = 800,
					 .jitter = 900,
					 .loss = 20,
					 .segment = 1000,
					 .coalesce = 300,
					 .tap = tap,
					 .user = &last_frame };
	uint64_t first, again, other;

	(void)state;
	exchange(&config, &first);
	exchange(&config, &again);
	assert_true(first == again);
	config.seed = 2;
	exchange(&config, &other);
	assert_true(first != other);
}

static void test_tap_changes_nothing(void **state)
{
	struct sim_net_config config = {
		.seed = 1, .delay = 800, .jitter = 900, .loss = 20, .segment = 1000
	};
	uint64_t without;
	char text[sizeof(log_text)];
	int stream;

	(void)state;
	for (int with = 0; with < 2; with++) {
		config.tap = with ? tap : NULL;
		config.user = &last_frame;
		exchange(&config, &without);
		log_text[0] = 0;
		stream = connect_at(CCS_SECONDS(1000));
		run(CCS_SECONDS(1001));
		put(stream, CAR, "x", CCS_SECONDS(1002));
		run(CCS_SECONDS(2000));
		if (with)
			assert_string_equal(text, log_text);
		memcpy(text, log_text, sizeof(text));
	}
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
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_datagrams),
		cmocka_unit_test(test_lost_datagrams),
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_early_write),
		cmocka_unit_test(test_half_close),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_half_open),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_refusal_lost),
		cmocka_unit_test(test_connect_given_up),
		cmocka_unit_test(test_stall),
		cmocka_unit_test(test_stall_without_end),
		cmocka_unit_test(test_connect_without_link),
		cmocka_unit_test(test_splitting),
		cmocka_unit_test(test_joining),
		cmocka_unit_test(test_repeatable),
		cmocka_unit_test(test_tap_changes_nothing),
	};

	return cmocka_run_group_tests_name("sim_net", tests, NULL, tear_down);
}
