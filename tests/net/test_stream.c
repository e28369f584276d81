/* SPDX-License-Identifier: Apache-2.0 */
/* Streams over the loopback interface: in order, whole, bounded, and to the end. */
#include "linux/stream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define MESSAGE 4096

static const uint8_t loopback[16] = { [15] = 1 };

/* A charger's end under test; what its events said. */
struct end {
	uv_loop_t loop;
	struct ccs_server *server;
	struct ccs_stream *stream;
	uint16_t port;
	int opened, ready, closed;
	size_t received;
};

static void on_opened(void *user)
{
	((struct end *)user)->opened++;
}

static void on_bytes(void *user, const uint8_t *bytes, size_t length)
{
	(void)bytes;
	((struct end *)user)->received += length;
}

static void on_ready(void *user)
{
	((struct end *)user)->ready++;
}

static void on_closed(void *user)
{
	((struct end *)user)->closed++;
}

static struct ccs_stream_events events_of(struct end *end)
{
	return (struct ccs_stream_events) { on_opened, on_bytes, on_ready, on_closed, end };
}

static void on_connection(void *user)
{
	struct end *end = user;
	struct ccs_stream_events events = events_of(end);

	end->stream = ccs_stream_accept(end->server, &events);
	assert_non_null(end->stream);
}

static int set_up(void **state)
{
	static struct end end;
	struct ccs_problem problem;

	memset(&end, 0, sizeof(end));
	uv_loop_init(&end.loop);
	end.server = ccs_server_open(&end.loop, loopback, 0, &end.port, on_connection, &end,
				     &problem);
	*state = &end;
	return !end.server;
}

static int tear_down(void **state)
{
	struct end *end = *state;

	ccs_server_close(end->server);
	ccs_stream_close(end->stream);
	uv_run(&end->loop, UV_RUN_DEFAULT);
	return uv_loop_close(&end->loop);
}

/* A plain socket that connects to the server, and its stream. */
static int connect_peer(struct end *end, int buffer)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_port = htons(end->port) };
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(&to.sin6_addr, loopback, 16);
	if (buffer)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	while (!end->stream)
		uv_run(&end->loop, UV_RUN_NOWAIT);
	return fd;
}

static void fill(uint8_t *message, unsigned int number)
{
	for (size_t i = 0; i < MESSAGE; i++)
		message[i] = (uint8_t)(number * 31 + i);
}

/* Reads this many messages as they were made by fill. */
static void expect_messages(struct end *end, int fd, unsigned int count)
{
	uint8_t message[MESSAGE], expected[MESSAGE];

	for (unsigned int n = 0; n < count; n++) {
		size_t got = 0;

		fill(expected, n);
		while (got < MESSAGE) {
			ssize_t now = recv(fd, message + got, MESSAGE - got, MSG_DONTWAIT);

			if (now > 0)
				got += (size_t)now;
			else
				uv_run(&end->loop, UV_RUN_NOWAIT);
			assert_true(now != 0);
		}
		assert_memory_equal(message, expected, MESSAGE);
	}
}

static void test_slow_reader(void **state)
{
	struct end *end = *state;
	int fd = connect_peer(end, 4096);
	uint8_t message[MESSAGE];
	unsigned int sent = 0;

	while (ccs_stream_is_ready(end->stream)) {
		fill(message, sent++);
		ccs_stream_send(end->stream, message, sizeof(message));
		assert_true(sent < 10000);
	}
	/* While the peer does not read, nothing of his is read either. */
	assert_int_equal(send(fd, "hello", 5, 0), 5);
	for (int i = 0; i < 100; i++)
		uv_run(&end->loop, UV_RUN_NOWAIT);
	assert_int_equal(end->received, 0);
	assert_int_equal(end->ready, 0);
	expect_messages(end, fd, sent);
	while (!end->ready || end->received < 5)
		uv_run(&end->loop, UV_RUN_NOWAIT);
	assert_true(ccs_stream_is_ready(end->stream));
	assert_int_equal(end->closed, 0);
	close(fd);
}

/* What is unread must not turn the end into a reset that overtakes what was sent. */
static void test_last_words_arrive(void **state)
{
	struct end *end = *state;
	int fd = connect_peer(end, 0);
	uint8_t message[MESSAGE];

	assert_int_equal(send(fd, "unread", 6, 0), 6);
	fill(message, 0);
	ccs_stream_send(end->stream, message, sizeof(message));
	ccs_stream_close(end->stream);
	end->stream = NULL;
	assert_int_equal(send(fd, "more", 4, 0), 4);
	uv_run(&end->loop, UV_RUN_NOWAIT);
	expect_messages(end, fd, 1);
	assert_int_equal(recv(fd, message, 1, 0), 0);
	close(fd);
	assert_int_equal(end->closed, 0);
}

static void test_peer_closes(void **state)
{
	struct end *end = *state;
	int fd = connect_peer(end, 0);
	uint8_t message[MESSAGE] = { 0 };

	close(fd);
	while (!end->closed)
		uv_run(&end->loop, UV_RUN_NOWAIT);
	assert_false(ccs_stream_is_ready(end->stream));
	ccs_stream_send(end->stream, message, sizeof(message));
	assert_int_equal(end->closed, 1);
}

static void test_both_ends(void **state)
{
	struct end *end = *state;
	static struct end car;
	struct ccs_stream_events events = events_of(&car);
	struct ccs_address to = { .kind = CCS_ADDRESS_IPV6, .port = end->port };

	memset(&car, 0, sizeof(car));
	memcpy(to.bytes, loopback, 16);
	car.stream = ccs_stream_connect(&end->loop, &to, 0, &events);
	assert_false(ccs_stream_is_ready(car.stream));
	while (!car.opened || !end->stream)
		uv_run(&end->loop, UV_RUN_NOWAIT);
	ccs_stream_send(car.stream, loopback, 16);
	while (end->received < 16)
		uv_run(&end->loop, UV_RUN_NOWAIT);
	ccs_stream_abort(end->stream);
	end->stream = NULL;
	while (!car.closed)
		uv_run(&end->loop, UV_RUN_NOWAIT);
	ccs_stream_close(car.stream);
}

static void test_refused(void **state)
{
	struct end *end = *state;
	struct ccs_stream_events events = events_of(end);
	struct ccs_address to = { .kind = CCS_ADDRESS_IPV6, .port = end->port };

	memcpy(to.bytes, loopback, 16);
	ccs_server_close(end->server);
	end->server = NULL;
	end->stream = ccs_stream_connect(&end->loop, &to, 0, &events);
	assert_int_equal(end->closed, 0);
	while (!end->closed)
		uv_run(&end->loop, UV_RUN_NOWAIT);
	assert_int_equal(end->opened, 0);
}

static void test_port_in_use(void **state)
{
	struct end *end = *state;
	struct ccs_problem problem = { "" };
	uint16_t port = end->port;

	assert_in_range(port, CCS_STREAM_PORT_MIN, CCS_STREAM_PORT_MAX);
	assert_null(ccs_server_open(&end->loop, loopback, 0, &port, on_connection, end, &problem));
	assert_non_null(strstr(problem.text, "in use"));
}

static void test_too_long(void **state)
{
	struct end *end = *state;
	static uint8_t message[CCS_STREAM_MESSAGE + 1];
	int fd = connect_peer(end, 0);

	ccs_stream_send(end->stream, message, sizeof(message));
	assert_int_equal(end->closed, 0);
	while (!end->closed)
		uv_run(&end->loop, UV_RUN_NOWAIT);
	close(fd);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(test_slow_reader), CASE(test_last_words_arrive), CASE(test_peer_closes),
		CASE(test_both_ends),	CASE(test_refused),	      CASE(test_port_in_use),
		CASE(test_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
