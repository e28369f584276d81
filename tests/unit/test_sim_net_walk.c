/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The simulated network under users who do anything at any time on a bad line: each host learns of
 * a stream what a socket would tell it, in that order, and in the end nothing is left.
 */
#include "net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define HOSTS	3
#define STREAMS 40
#define STEPS	1500
#define PORT	50000

/* What one host did with a stream, and what it learned. */
struct side {
	uint32_t written, read;
	bool is_open, has_closed, has_ended, peer_closed;
};

static struct sim_net net;
static struct side sides[STREAMS][2]; /* who connects; who listens */
static int hosts_of[STREAMS][2];
static int streams;
static struct sim_random dice;

static uint8_t payload(int stream, int side, uint32_t at)
{
	return (uint8_t)(at * 7 + (uint32_t)stream + (side ? 100 : 0));
}

static void learn(const struct sim_net_event *event)
{
	int side = event->host == hosts_of[event->stream][0] ? 0 : 1;
	struct side *s = &sides[event->stream][side], *peer = &sides[event->stream][!side];

	assert_int_equal(event->host, hosts_of[event->stream][side]);
	assert_false(s->has_ended);
	switch (event->kind) {
	case SIM_NET_CONNECTED:
	case SIM_NET_ACCEPTED:
		assert_int_equal(event->kind == SIM_NET_ACCEPTED, side);
		assert_false(s->is_open);
		s->is_open = true;
		break;
	case SIM_NET_REFUSED:
		assert_int_equal(side, 0);
		assert_false(s->is_open);
		s->has_ended = true;
		break;
	case SIM_NET_DATA:
		assert_true(s->is_open && !s->peer_closed && event->length > 0);
		for (size_t i = 0; i < event->length; i++)
			assert_int_equal(event->bytes[i], payload(event->stream, !side, s->read++));
		assert_true(s->read <= peer->written);
		break;
	case SIM_NET_CLOSED:
		assert_true(s->is_open && !s->peer_closed && peer->has_closed);
		assert_int_equal(s->read, peer->written);
		s->peer_closed = true;
		break;
	case SIM_NET_RESET:
		assert_true(s->is_open && !(s->peer_closed && peer->peer_closed));
		s->has_ended = true;
		break;
	case SIM_NET_DATAGRAM:
		fail();
	}
}

static void connect_somewhere(ccs_time now)
{
	int from = (int)sim_random_below(&dice, HOSTS);
	int to = (from + 1 + (int)sim_random_below(&dice, HOSTS - 1)) % HOSTS;

	if (streams == STREAMS)
		return;
	hosts_of[streams][0] = from;
	hosts_of[streams][1] = to;
	assert_int_equal(sim_net_connect(&net, from, sim_net_ip(&net, to), PORT, now), streams);
	streams++;
}

static void write_something(int stream, int side, ccs_time now)
{
	struct side *s = &sides[stream][side];
	uint32_t length = sim_random_below(&dice, 3000);
	uint8_t bytes[3000];

	for (uint32_t i = 0; i < length; i++)
		bytes[i] = payload(stream, side, s->written + i);
	sim_net_write(&net, stream, hosts_of[stream][side], bytes, length, now);
	if (!s->has_closed && !s->has_ended)
		s->written += length;
}

static void close_side(int stream, int side, ccs_time now)
{
	struct side *s = &sides[stream][side];

	sim_net_close(&net, stream, hosts_of[stream][side], now);
	s->has_closed = true;
	s->has_ended |= !s->is_open;
}

static void change_line(void)
{
	int a = (int)sim_random_below(&dice, HOSTS);

	sim_net_set_link(&net, a, (a + 1) % HOSTS, sim_random_below(&dice, 3) > 0);
	net.config.loss = sim_random_below(&dice, 3) ? 0 : sim_random_below(&dice, 400);
	net.config.segment = sim_random_below(&dice, 2) ? 0 : 1 + sim_random_below(&dice, 2000);
	net.config.coalesce = sim_random_below(&dice, 2) ? 0 : sim_random_below(&dice, 5000);
	net.config.jitter = sim_random_below(&dice, 3000);
}

static void act(ccs_time now)
{
	int stream = streams ? (int)sim_random_below(&dice, (uint32_t)streams) : 0;
	int side = (int)sim_random_below(&dice, 2);
	uint32_t what = sim_random_below(&dice, 100);

	if (what < 10)
		connect_somewhere(now);
	else if (what < 15)
		change_line();
	else if (what < 17)
		sim_net_unlisten(&net, (int)sim_random_below(&dice, HOSTS), PORT);
	else if (what < 25)
		sim_net_listen(&net, (int)sim_random_below(&dice, HOSTS), PORT);
	else if (streams == 0 || (side == 1 && !sides[stream][side].is_open))
		return; /* a server does not know the stream yet */
	else if (what < 90)
		write_something(stream, side, now);
	else if (what < 97)
		close_side(stream, side, now);
	else {
		sim_net_abort(&net, stream, hosts_of[stream][side], now);
		sides[stream][side].has_ended = true;
	}
}

static ccs_time run(ccs_time now, ccs_time end)
{
	struct sim_net_event event;
	ccs_time last = now;

	while (sim_net_deadline(&net) <= end) {
		now = sim_net_deadline(&net) > now ? sim_net_deadline(&net) : now;
		while (sim_net_next(&net, now, &event)) {
			assert_true(event.time >= last);
			last = event.time;
			learn(&event);
		}
	}
	return end;
}

/* A good line, and everyone closes: then every stream has ended in one of the known ways. */
static void finish(ccs_time now)
{
	net.config = sim_net_default;
	for (int a = 0; a < HOSTS; a++)
		sim_net_set_link(&net, a, (a + 1) % HOSTS, true);
	now = run(now, now + CCS_SECONDS(2000));
	for (int i = 0; i < 2 * streams; i++)
		if (sides[i / 2][i % 2].is_open && !sides[i / 2][i % 2].has_closed)
			close_side(i / 2, i % 2, now);
	run(now, now + CCS_SECONDS(2000));
	assert_int_equal(sim_net_deadline(&net), CCS_NEVER);
	for (int i = 0; i < 2 * streams; i++) {
		const struct side *s = &sides[i / 2][i % 2], *peer = &sides[i / 2][!(i % 2)];

		if (i % 2 == 0)
			assert_true(s->has_ended || s->is_open);
		if (s->is_open && !s->has_ended && peer->is_open && !peer->has_ended)
			assert_true(s->peer_closed && s->read == peer->written);
	}
}

static void walk(uint64_t seed)
{
	static const uint8_t macs[HOSTS][6] = { { 2, 1 }, { 2, 2 }, { 2, 3 } };
	struct sim_net_config config = { .seed = seed, .delay = 500 };
	ccs_time now = 0;

	dice.state = seed;
	streams = 0;
	memset(sides, 0, sizeof(sides));
	sim_net_reset(&net, &config);
	for (int host = 0; host < HOSTS; host++) {
		sim_net_add(&net, macs[host]);
		sim_net_listen(&net, host, PORT);
	}
	for (int step = 0; step < STEPS; step++) {
		act(now);
		now = run(now, now + sim_random_below(&dice, 20000));
	}
	finish(now);
}

static void test_walks(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 60; seed++)
		walk(seed);
	sim_net_free(&net);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_walks) };

	return cmocka_run_group_tests_name("sim_net_walk", tests, NULL, NULL);
}
