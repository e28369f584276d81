/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes a capture of the simulated network for check_net.py:
 *
 *	net_traffic FILE.pcapng KEY=VALUE ...
 *
 * where KEY is delay, jitter, loss, duplicate, segment, coalesce or seed.  A car finds a charger,
 * talks to it as in a session, and half-closes; then come a refusal, a reset, and a lost link.
 * stdout: how many frames there are, and how many payload bytes of streams arrived.
 */
#include "net.h"

#include "ccs/sdp.h"

#include "trace/pcapng_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PORT   50000
#define NOON   CCS_SECONDS(1700000000)
#define ROUNDS 300
#define LARGE  9000 /* a message with certificates */

static struct sim_net net;
static struct ccs_pcapng capture;
static ccs_time now = NOON;
static unsigned long frames, arrived;
static int car, charger;

static void fail(const char *what)
{
	fprintf(stderr, "net_traffic: %s\n", what);
	exit(1);
}

static void record(void *user, const uint8_t *frame, size_t length, ccs_time time)
{
	struct ccs_packet packet = {
		.time = time, .bytes = frame, .length = length, .original_length = length
	};

	(void)user;
	if (ccs_pcapng_write_packet(&capture, 0, &packet, NULL) < 0)
		fail("cannot write");
	frames++;
}

/* The next event; false: no more comes. */
static bool next(struct sim_net_event *event)
{
	if (!sim_net_next(&net, CCS_NEVER, event))
		return false;
	now = event->time > now ? event->time : now;
	arrived += event->stream >= 0 ? event->length : 0;
	return true;
}

/* Until `host` learns `kind`; payload of streams must be `length` bytes. */
static struct sim_net_event await(int host, enum sim_net_event_kind kind, size_t length)
{
	struct sim_net_event event;
	size_t got = 0;

	while (next(&event)) {
		if (event.host != host || event.kind != kind)
			continue;
		got += event.length;
		if (kind != SIM_NET_DATA || got == length)
			return event;
	}
	fail("an event is missing");
	return event;
}

/* In the form of V2GTP. */
static void say(int stream, int from, int to, size_t length)
{
	static uint8_t message[8 + LARGE] = { 0x01, 0xfe, 0x80, 0x01 };

	message[6] = (uint8_t)(length >> 8);
	message[7] = (uint8_t)length;
	sim_net_write(&net, stream, from, message, 8 + length, now);
	await(to, SIM_NET_DATA, 8 + length);
}

static void discover(void)
{
	static const uint8_t group[16] = { 0xff, 0x02, [15] = 1 };
	struct ccs_sdp request = { .kind = CCS_SDP_REQUEST, .security = CCS_SDP_NO_TLS };
	struct ccs_sdp response = { .kind = CCS_SDP_RESPONSE,
				    .secc_port = PORT,
				    .security = CCS_SDP_NO_TLS };
	struct sim_net_event asked;
	uint8_t datagram[CCS_SDP_SIZE_MAX];
	int length = ccs_sdp_encode(&request, datagram, sizeof(datagram));

	sim_net_send_datagram(&net, car, 60000, group, CCS_SDP_PORT, datagram, (size_t)length, now);
	asked = await(charger, SIM_NET_DATAGRAM, 0);
	memcpy(response.secc_ip, sim_net_ip(&net, charger), 16);
	length = ccs_sdp_encode(&response, datagram, sizeof(datagram));
	sim_net_send_datagram(&net, charger, CCS_SDP_PORT, asked.ip, asked.port, datagram,
			      (size_t)length, now);
	await(car, SIM_NET_DATAGRAM, 0);
}

static int open_stream(void)
{
	int stream = sim_net_connect(&net, car, sim_net_ip(&net, charger), PORT, now);

	await(charger, SIM_NET_ACCEPTED, 0);
	return stream;
}

static void hold_session(void)
{
	int stream = open_stream();

	for (size_t i = 0; i < ROUNDS; i++) {
		say(stream, car, charger, i % 50 == 7 ? LARGE : i % 97 + 1);
		now += CCS_MS(20);
		say(stream, charger, car, i % 70 == 9 ? LARGE : i % 89 + 1);
		now += CCS_MS(30);
	}
	sim_net_close(&net, stream, car, now);
	await(charger, SIM_NET_CLOSED, 0);
	say(stream, charger, car, 5);
	sim_net_close(&net, stream, charger, now);
	await(car, SIM_NET_CLOSED, 0);
}

static void close_together(void)
{
	int stream = open_stream();

	sim_net_close(&net, stream, car, now);
	sim_net_close(&net, stream, charger, now);
	await(car, SIM_NET_CLOSED, 0);
}

static void refuse_and_reset(void)
{
	int stream;

	sim_net_connect(&net, car, sim_net_ip(&net, charger), PORT + 1, now);
	await(car, SIM_NET_REFUSED, 0);
	stream = open_stream();
	say(stream, car, charger, 40);
	sim_net_abort(&net, stream, charger, now);
	await(car, SIM_NET_RESET, 0);
}

/* The retransmission is the first that the line sees of it. */
static void lose_link(void)
{
	int stream = open_stream();

	sim_net_set_link(&net, car, charger, false);
	sim_net_write(&net, stream, car, "stalled", 7, now);
	now += CCS_SECONDS(1);
	sim_net_set_link(&net, car, charger, true);
	await(charger, SIM_NET_DATA, 7);
}

static void set(struct sim_net_config *config, const char *word)
{
	const char *value = strchr(word, '=');
	size_t length = value ? (size_t)(value - word) : 0;
	uint32_t n = value ? (uint32_t)strtoul(value + 1, NULL, 10) : 0;

	if (strncmp(word, "delay", length) == 0)
		config->delay = n;
	else if (strncmp(word, "jitter", length) == 0)
		config->jitter = n;
	else if (strncmp(word, "loss", length) == 0)
		config->loss = n;
	else if (strncmp(word, "duplicate", length) == 0)
		config->duplicate = n;
	else if (strncmp(word, "segment", length) == 0)
		config->segment = n;
	else if (strncmp(word, "coalesce", length) == 0)
		config->coalesce = n;
	else if (strncmp(word, "seed", length) == 0)
		config->seed = n;
	else
		fail(word);
}

int main(int argc, char **argv)
{
	static const uint8_t macs[2][6] = { { 0x02, 1, 2, 3, 4, 5 }, { 0x02, 6, 7, 8, 9, 10 } };
	struct sim_net_config config = sim_net_default;
	FILE *file = argc > 1 ? fopen(argv[1], "wb") : NULL;
	uint32_t loss;

	for (int i = 2; i < argc; i++)
		set(&config, argv[i]);
	if (!file || ccs_pcapng_begin(&capture, ccs_pcapng_to_file, file, NULL) < 0 ||
	    ccs_pcapng_add_interface(&capture, 1, NULL) < 0)
		fail("cannot write");
	config.tap = record;
	loss = config.loss;
	config.loss = 0; /* discovery does not ask twice here */
	sim_net_reset(&net, &config);
	car = sim_net_add(&net, macs[0]);
	charger = sim_net_add(&net, macs[1]);
	sim_net_set_link(&net, car, charger, true);
	sim_net_listen(&net, charger, PORT);
	discover();
	net.config.loss = loss;
	hold_session();
	close_together();
	refuse_and_reset();
	lose_link();
	for (struct sim_net_event event; next(&event);) {
	}
	sim_net_free(&net);
	if (fclose(file))
		fail("cannot write");
	printf("%lu %lu\n", frames, arrived);
	return 0;
}
