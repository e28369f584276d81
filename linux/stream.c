/* SPDX-License-Identifier: Apache-2.0 */
/* TCP by libuv. */
#include "linux/stream.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define READ_SIZE     4096
#define BACKLOG	      8
#define PORT_TRIES    32
#define KEEPALIVE_S   5 /* of silence, then a probe each second; five lost ones are the end */
#define KEEPALIVE_TRY 5

enum stream_state {
	STREAM_CONNECTING,
	STREAM_OPEN,
	STREAM_BROKEN,	/* the owner knows, or will be told by the timer */
	STREAM_LINGERS, /* the owner has gone; delivers what is left */
};

/* Lives until both handles are closed. */
struct ccs_stream {
	uv_tcp_t tcp;
	uv_timer_t timer;
	uv_connect_t connect;
	uv_shutdown_t shutdown;
	uv_write_t write;
	struct ccs_stream_events events;
	enum stream_state state;
	bool writing;
	uint8_t handles; /* still to be closed */
	uint8_t input[READ_SIZE];
	uint8_t output[CCS_STREAM_MESSAGE];
};

struct ccs_server {
	uv_tcp_t tcp;
	void (*connected)(void *user);
	void *user;
};

static struct sockaddr_in6 socket_address(const uint8_t ip[16], uint16_t port, uint32_t index)
{
	struct sockaddr_in6 address = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(port),
		.sin6_scope_id = index,
	};

	memcpy(&address.sin6_addr, ip, 16);
	return address;
}

static void on_handle_closed(uv_handle_t *handle)
{
	struct ccs_stream *stream = handle->data;

	if (--stream->handles == 0)
		free(stream);
}

static void end(struct ccs_stream *stream)
{
	if (uv_is_closing((uv_handle_t *)&stream->tcp))
		return;
	uv_close((uv_handle_t *)&stream->tcp, on_handle_closed);
	uv_close((uv_handle_t *)&stream->timer, on_handle_closed);
}

static void on_broken(uv_timer_t *timer)
{
	struct ccs_stream *stream = timer->data;

	stream->events.closed(stream->events.user);
}

/* The owner is told from the loop, never from inside a call of his. */
static void set_broken(struct ccs_stream *stream)
{
	if (stream->state == STREAM_LINGERS) {
		end(stream);
	} else if (stream->state != STREAM_BROKEN) {
		stream->state = STREAM_BROKEN;
		uv_read_stop((uv_stream_t *)&stream->tcp);
		uv_timer_start(&stream->timer, on_broken, 0, 0);
	}
}

static struct ccs_stream *make_stream(uv_loop_t *loop, const struct ccs_stream_events *events)
{
	struct ccs_stream *stream = calloc(1, sizeof(*stream));

	if (!stream)
		return NULL;
	uv_tcp_init(loop, &stream->tcp);
	uv_timer_init(loop, &stream->timer);
	stream->tcp.data = stream->timer.data = stream;
	stream->handles = 2;
	stream->events = *events;
	return stream;
}

static void give_input(uv_handle_t *handle, size_t wanted, uv_buf_t *buffer)
{
	struct ccs_stream *stream = handle->data;

	(void)wanted;
	*buffer = uv_buf_init((char *)stream->input, sizeof(stream->input));
}

static void on_read(uv_stream_t *tcp, ssize_t n, const uv_buf_t *buffer)
{
	struct ccs_stream *stream = tcp->data;

	(void)buffer;
	if (n < 0)
		set_broken(stream);
	else if (n > 0 && stream->state == STREAM_OPEN)
		stream->events.bytes(stream->events.user, stream->input, (size_t)n);
}

static void set_options(struct ccs_stream *stream)
{
	int fd, tries = KEEPALIVE_TRY, interval = 1;

	uv_tcp_nodelay(&stream->tcp, 1);
	uv_tcp_keepalive(&stream->tcp, 1, KEEPALIVE_S);
	if (uv_fileno((uv_handle_t *)&stream->tcp, &fd))
		return;
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &tries, sizeof(tries));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof(interval));
}

static void set_open(struct ccs_stream *stream)
{
	uv_timer_stop(&stream->timer);
	stream->state = STREAM_OPEN;
	set_options(stream);
	uv_read_start((uv_stream_t *)&stream->tcp, give_input, on_read);
}

static void on_connected(uv_connect_t *connect, int status)
{
	struct ccs_stream *stream = connect->handle->data;

	if (stream->state != STREAM_CONNECTING)
		return;
	if (status) {
		set_broken(stream);
		return;
	}
	set_open(stream);
	stream->events.opened(stream->events.user);
}

static void on_connect_timeout(uv_timer_t *timer)
{
	set_broken(timer->data);
}

struct ccs_stream *ccs_stream_connect(uv_loop_t *loop, const struct ccs_address *to, uint32_t index,
				      const struct ccs_stream_events *events)
{
	struct sockaddr_in6 address = socket_address(to->bytes, to->port, index);
	struct ccs_stream *stream = make_stream(loop, events);
	ccs_time now = ccs_loop_now();

	if (!stream)
		return NULL;
	ccs_loop_set_timer(&stream->timer, on_connect_timeout, now + CCS_STREAM_CONNECT, now);
	if (uv_tcp_connect(&stream->connect, &stream->tcp, (struct sockaddr *)&address,
			   on_connected))
		set_broken(stream);
	return stream;
}

bool ccs_stream_is_ready(const struct ccs_stream *stream)
{
	return stream->state == STREAM_OPEN && !stream->writing;
}

static void on_written(uv_write_t *write, int status)
{
	struct ccs_stream *stream = write->handle->data;

	stream->writing = false;
	if (status)
		set_broken(stream);
	if (stream->state != STREAM_OPEN)
		return;
	uv_read_start((uv_stream_t *)&stream->tcp, give_input, on_read);
	stream->events.ready(stream->events.user);
}

/* The peer does not read: nor do we, until he does. */
static void keep(struct ccs_stream *stream, const uint8_t *rest, size_t length)
{
	uv_buf_t buffer;

	memcpy(stream->output, rest, length);
	buffer = uv_buf_init((char *)stream->output, (unsigned int)length);
	if (uv_write(&stream->write, (uv_stream_t *)&stream->tcp, &buffer, 1, on_written)) {
		set_broken(stream);
		return;
	}
	stream->writing = true;
	uv_read_stop((uv_stream_t *)&stream->tcp);
}

void ccs_stream_send(struct ccs_stream *stream, const uint8_t *message, size_t length)
{
	uv_buf_t buffer = uv_buf_init((char *)(uintptr_t)message, (unsigned int)length);
	int n;

	if (!ccs_stream_is_ready(stream))
		return;
	if (length > CCS_STREAM_MESSAGE) {
		set_broken(stream);
		return;
	}
	n = uv_try_write((uv_stream_t *)&stream->tcp, &buffer, 1);
	if (n == UV_EAGAIN)
		n = 0;
	if (n < 0)
		set_broken(stream);
	else if ((size_t)n < length)
		keep(stream, message + n, length - (size_t)n);
}

struct ccs_address ccs_stream_peer(const struct ccs_stream *stream)
{
	struct ccs_address peer = { 0 };
	struct sockaddr_in6 address;
	int size = sizeof(address);

	if (uv_tcp_getpeername(&stream->tcp, (struct sockaddr *)&address, &size))
		return peer;
	peer.kind = CCS_ADDRESS_IPV6;
	peer.port = ntohs(address.sin6_port);
	memcpy(peer.bytes, &address.sin6_addr, 16);
	return peer;
}

static void on_lingered(uv_timer_t *timer)
{
	end(timer->data);
}

static void on_shutdown(uv_shutdown_t *shutdown, int status)
{
	(void)shutdown;
	(void)status;
}

/*
 * close() alone would reset the connection when there is something left to read, and the reset
 * overtakes what was sent last.  So it is shut down, and read until the peer closes it, too.
 */
void ccs_stream_close(struct ccs_stream *stream)
{
	ccs_time now = ccs_loop_now();

	if (!stream)
		return;
	if (stream->state != STREAM_OPEN ||
	    uv_shutdown(&stream->shutdown, (uv_stream_t *)&stream->tcp, on_shutdown)) {
		stream->state = STREAM_LINGERS;
		end(stream);
		return;
	}
	stream->state = STREAM_LINGERS;
	uv_read_start((uv_stream_t *)&stream->tcp, give_input, on_read);
	ccs_loop_set_timer(&stream->timer, on_lingered, now + CCS_STREAM_LINGER, now);
}

void ccs_stream_abort(struct ccs_stream *stream)
{
	stream->state = STREAM_LINGERS;
	end(stream);
}

static void on_connection(uv_stream_t *tcp, int status)
{
	struct ccs_server *server = tcp->data;

	if (!status)
		server->connected(server->user);
}

struct ccs_stream *ccs_stream_accept(struct ccs_server *server,
				     const struct ccs_stream_events *events)
{
	struct ccs_stream *stream = make_stream(server->tcp.loop, events);

	if (!stream)
		return NULL;
	if (uv_accept((uv_stream_t *)&server->tcp, (uv_stream_t *)&stream->tcp)) {
		end(stream);
		return NULL;
	}
	set_open(stream);
	return stream;
}

static void free_server(uv_handle_t *handle)
{
	free(handle->data);
}

void ccs_server_close(struct ccs_server *server)
{
	if (server)
		uv_close((uv_handle_t *)&server->tcp, free_server);
}

/* 0, or an error of libuv. */
static int listen_at(struct ccs_server *server, const uint8_t ip[16], uint16_t port, uint32_t index)
{
	struct sockaddr_in6 address = socket_address(ip, port, index);
	int error = uv_tcp_bind(&server->tcp, (struct sockaddr *)&address, 0);

	return error ? error : uv_listen((uv_stream_t *)&server->tcp, BACKLOG, on_connection);
}

static struct ccs_server *try_port(uv_loop_t *loop, const uint8_t ip[16], uint32_t index,
				   uint16_t port, int *error)
{
	struct ccs_server *server = calloc(1, sizeof(*server));

	*error = UV_ENOMEM;
	if (!server)
		return NULL;
	uv_tcp_init(loop, &server->tcp);
	server->tcp.data = server;
	*error = listen_at(server, ip, port, index);
	if (*error) {
		ccs_server_close(server);
		return NULL;
	}
	return server;
}

static uint16_t random_port(void)
{
	uint16_t n;

	ccs_loop_random(NULL, (uint8_t *)&n, sizeof(n));
	return (uint16_t)(CCS_STREAM_PORT_MIN +
			  n % (CCS_STREAM_PORT_MAX - CCS_STREAM_PORT_MIN + 1));
}

struct ccs_server *ccs_server_open(uv_loop_t *loop, const uint8_t ip[16], uint32_t index,
				   uint16_t *port, void (*connected)(void *user), void *user,
				   struct ccs_problem *problem)
{
	uint16_t wanted = *port;
	struct ccs_server *server = NULL;
	int error = UV_EADDRINUSE;

	for (int i = 0; !server && error == UV_EADDRINUSE && i < (wanted ? 1 : PORT_TRIES); i++) {
		*port = wanted ? wanted : random_port();
		server = try_port(loop, ip, index, *port, &error);
	}
	if (server) {
		server->connected = connected;
		server->user = user;
	} else if (error == UV_EADDRINUSE) {
		ccs_problem_set(problem, "TCP port %d is in use: choose another one", *port);
	} else {
		ccs_problem_set(problem, "cannot listen on TCP port %d: %s", *port,
				uv_strerror(error));
	}
	return server;
}
