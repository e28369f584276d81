/* SPDX-License-Identifier: Apache-2.0 */
/* A station between sockets, timer and hardware. */
#include "linux/port.h"

#include "linux/interface_lock.h"

#include "ccs/invariants.h"
#include "ccs/mme.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FRAMES_MAX 1000 /* sent in one step; more is a fault of the station, not to hang on */

static void on_timer(uv_timer_t *timer);

static void tell(const struct ccs_port *port, enum ccs_note_level level, const char *topic,
		 const char *text, ccs_time now)
{
	struct ccs_record record = {
		.kind = CCS_RECORD_NOTE,
		.time = now,
		.since = now,
		.dir = port->calls->side,
		.note = { .level = level, .topic = topic, .text = text },
	};

	ccs_emit(port->config.sink, &record);
}

/* The stations tell of datagrams and messages themselves; of frames nobody else does. */
static void tell_frame(const struct ccs_port *port, const uint8_t *frame, size_t length, bool sent,
		       ccs_time now)
{
	enum ccs_side own = port->calls->side;
	struct ccs_mme mme;
	struct ccs_record record = {
		.kind = CCS_RECORD_MME, .time = now, .since = now, .mme = &mme
	};

	if (!port->config.sink || ccs_mme_decode(&mme, frame, length) == CCS_ERR_HEADER)
		return;
	record.dir = sent == (own == CCS_SIDE_EV) ? CCS_SIDE_EV : CCS_SIDE_EVSE;
	record.src.kind = record.dst.kind = CCS_ADDRESS_MAC;
	memcpy(record.src.bytes, mme.src, 6);
	memcpy(record.dst.bytes, mme.dst, 6);
	ccs_emit(port->config.sink, &record);
}

/* A step of the station: begin, call it, end. */

static void begin(struct ccs_port *port, ccs_time now)
{
	if (port->config.hardware.step)
		port->config.hardware.step(port->config.hardware.user, now);
	port->calls->before(port);
}

static void check(struct ccs_port *port, ccs_time now)
{
	struct ccs_breach breach;
	char text[200];

	if (!port->calls->is_broken(port, now, &breach))
		return;
	port->breaches++;
	snprintf(text, sizeof(text), "%s: %s", ccs_invariant_name(breach.invariant), breach.text);
	tell(port, CCS_NOTE_ERROR, "invariant", text, now);
}

static void tap(const struct ccs_port *port, const uint8_t *frame, size_t length, bool sent,
		ccs_time now)
{
	if (port->config.tap)
		port->config.tap(port->config.tap_user, frame, length, sent, now);
}

static void show_frame(const struct ccs_port *port, const uint8_t *frame, size_t length, bool sent,
		       ccs_time now)
{
	tap(port, frame, length, sent, now);
	tell_frame(port, frame, length, sent, now);
}

static void send_frames(struct ccs_port *port, ccs_time now)
{
	uint8_t frame[CCS_MME_FRAME_MAX];
	int n;

	for (int i = 0; i < FRAMES_MAX; i++) {
		n = port->calls->send_frame(port, frame, sizeof(frame));
		if (n <= 0)
			return;
		if (!port->with_plc)
			continue;
		show_frame(port, frame, (size_t)n, true, now);
		if (!port->config.sim_modem ||
		    !ccs_modem_front_take(&port->modem, frame, (size_t)n, now))
			ccs_packet_send(&port->plc, frame, (size_t)n);
	}
}

static void send_datagrams(struct ccs_port *port, const struct ccs_address *to)
{
	uint8_t datagram[64];
	int n;

	while ((n = port->calls->send_datagram(port, datagram, sizeof(datagram))) > 0)
		if (port->sdp.watch)
			ccs_sdp_send(&port->sdp, datagram, (size_t)n, to);
}

static void send_with_faults(struct ccs_port *port, const uint8_t *message, size_t length,
			     ccs_time now)
{
	char text[256];
	struct ccs_print hits;

	ccs_print_init(&hits, text, sizeof(text) - 1);
	ccs_port_faults_take(port->faults, port->calls->side, message, length, now, &hits);
	text[ccs_print_length(&hits)] = '\0';
	if (text[0])
		tell(port, CCS_NOTE_WARNING, "fault", text, now);
	ccs_port_faults_send(port->faults, port->stream, now);
}

static void send_stream(struct ccs_port *port, ccs_time now)
{
	uint8_t message[CCS_STREAM_MESSAGE];
	int n;

	if (port->stream && port->faults)
		ccs_port_faults_send(port->faults, port->stream, now);
	while (port->stream && ccs_stream_is_ready(port->stream) &&
	       (n = port->calls->send_stream(port, message, sizeof(message))) > 0) {
		if (port->faults)
			send_with_faults(port, message, (size_t)n, now);
		else
			ccs_stream_send(port->stream, message, (size_t)n);
	}
}

static void use_stream(struct ccs_port *port, struct ccs_stream *stream)
{
	port->stream = stream;
	if (port->faults)
		ccs_port_faults_begin(port->faults);
}

static void drop_stream(struct ccs_port *port)
{
	ccs_stream_close(port->stream);
	port->stream = NULL;
}

static ccs_time earliest(ccs_time a, ccs_time b)
{
	return a < b ? a : b;
}

static void set_timer(struct ccs_port *port, ccs_time now)
{
	ccs_time due = port->calls->deadline(port);

	if (port->config.hardware.deadline)
		due = earliest(due, port->config.hardware.deadline(port->config.hardware.user));
	if (port->config.sim_modem)
		due = earliest(due, ccs_modem_front_deadline(&port->modem));
	if (port->faults && port->stream && ccs_stream_is_ready(port->stream))
		due = earliest(due, ccs_port_faults_deadline(port->faults));
	ccs_loop_set_timer(&port->timer, on_timer, due, now);
}

static void connect_stream(struct ccs_port *port);

static void end(struct ccs_port *port, ccs_time now)
{
	enum ccs_stream_wish wish;

	check(port, now);
	if (port->config.hardware.step)
		port->config.hardware.step(port->config.hardware.user, now);
	send_frames(port, now);
	if (port->calls->side == CCS_SIDE_EV)
		send_datagrams(port, NULL);
	send_stream(port, now);
	wish = port->calls->wish(port);
	if (wish == CCS_STREAM_CLOSED)
		drop_stream(port);
	else if (!port->stream && port->calls->charger)
		connect_stream(port);
	set_timer(port, now);
	if (port->config.changed)
		port->config.changed(port->config.user, now);
}

void ccs_port_poke(struct ccs_port *port)
{
	ccs_time now = ccs_loop_now();

	if (port->closed)
		return;
	begin(port, now);
	port->calls->tick(port, now);
	end(port, now);
}

/* Events of the stream. */

static void on_opened(void *user)
{
	struct ccs_port *port = user;
	ccs_time now = ccs_loop_now();

	begin(port, now);
	port->calls->opened(port, now);
	end(port, now);
}

static void on_bytes(void *user, const uint8_t *bytes, size_t length)
{
	struct ccs_port *port = user;
	ccs_time now = ccs_loop_now();

	begin(port, now);
	port->calls->bytes(port, bytes, length, now);
	end(port, now);
}

static void on_ready(void *user)
{
	ccs_port_poke(user);
}

static void on_closed(void *user)
{
	struct ccs_port *port = user;
	ccs_time now = ccs_loop_now();

	drop_stream(port);
	begin(port, now);
	port->calls->closed(port, now);
	end(port, now);
}

static struct ccs_stream_events stream_events(struct ccs_port *port)
{
	return (struct ccs_stream_events) {
		.opened = on_opened,
		.bytes = on_bytes,
		.ready = on_ready,
		.closed = on_closed,
		.user = port,
	};
}

static void connect_stream(struct ccs_port *port)
{
	struct ccs_stream_events events = stream_events(port);
	struct ccs_address to;

	port->calls->charger(port, &to);
	/* Out of memory: tried again with the next event, and the station's own time-out ends it.
	 */
	use_stream(port, ccs_stream_connect(port->loop, &to, port->netif.index, &events));
}

/* What nobody waits for is closed at once. */
static void refuse(struct ccs_port *port, struct ccs_stream *stream, const char *text, ccs_time now)
{
	ccs_stream_abort(stream);
	if (now - port->refused >= CCS_SECONDS(1))
		tell(port, CCS_NOTE_WARNING, "net", text, now);
	port->refused = now;
}

/* A car connects. */
static void on_connection(void *user)
{
	struct ccs_port *port = user;
	struct ccs_stream_events events = stream_events(port);
	struct ccs_stream *stream = ccs_stream_accept(port->server, &events);
	ccs_time now = ccs_loop_now();

	if (!stream)
		return;
	if (port->stream) {
		refuse(port, stream, "a second connection was refused", now);
		return;
	}
	begin(port, now);
	if (port->calls->opened(port, now) == 0)
		use_stream(port, stream);
	else
		refuse(port, stream, "a connection out of turn was refused", now);
	end(port, now);
}

/* Frames, datagrams, time. */

static void give_frame(struct ccs_port *port, const uint8_t *frame, size_t length, ccs_time now)
{
	show_frame(port, frame, length, false, now);
	begin(port, now);
	port->calls->frame(port, frame, length, now);
	end(port, now);
}

static void on_frame(void *user, const uint8_t *frame, size_t length, bool sent)
{
	struct ccs_port *port = user;
	ccs_time now = ccs_loop_now();

	(void)sent;
	if (!port->config.sim_modem || !ccs_modem_front_hear(&port->modem, frame, length, now))
		give_frame(port, frame, length, now);
}

static void on_packet(void *user, const uint8_t *packet, size_t length, bool sent)
{
	struct ccs_port *port = user;

	tap(port, packet, length, sent, ccs_loop_now());
}

static void on_datagram(void *user, const uint8_t *datagram, size_t length,
			const struct ccs_address *from)
{
	struct ccs_port *port = user;
	ccs_time now = ccs_loop_now();

	if (port->config.sim_modem && !ccs_modem_front_reaches(&port->modem, from->bytes, now))
		return;
	begin(port, now);
	port->calls->datagram(port, datagram, length, now);
	if (port->calls->side == CCS_SIDE_EVSE)
		send_datagrams(port, from);
	end(port, now);
}

/* To the host, and to the other modems. */
static void let_modem_speak(struct ccs_port *port, ccs_time now)
{
	uint8_t frame[CCS_MODEM_FRONT_FRAME];
	int n;

	while (!port->closed &&
	       (n = ccs_modem_front_next(&port->modem, frame, sizeof(frame), now)) > 0)
		give_frame(port, frame, (size_t)n, now);
	if (port->closed)
		return;
	n = ccs_modem_front_announce(&port->modem, port->netif.ip, frame, sizeof(frame), now);
	if (n > 0)
		ccs_packet_send(&port->plc, frame, (size_t)n);
}

static void on_timer(uv_timer_t *timer)
{
	struct ccs_port *port = timer->data;

	if (port->config.sim_modem)
		let_modem_speak(port, ccs_loop_now());
	ccs_port_poke(port);
}

/* The interface and its sockets. */

static int open_sdp(struct ccs_port *port, struct ccs_problem *problem)
{
	struct ccs_sdp_events events = { .datagram = on_datagram, .user = port };

	if (port->sdp.watch && port->sdp.index == port->netif.index)
		return 0;
	ccs_sdp_close(&port->sdp);
	if (!port->netif.index)
		return 0;
	return ccs_sdp_open(&port->sdp, port->loop, port->calls->side, port->config.interface,
			    port->netif.index, &events, problem);
}

static int open_server(struct ccs_port *port, struct ccs_problem *problem)
{
	if (port->server || !port->netif.has_ip || !port->calls->listens)
		return 0;
	port->tcp_port = port->config.tcp_port;
	port->server = ccs_server_open(port->loop, port->netif.ip, port->netif.index,
				       &port->tcp_port, on_connection, port, problem);
	if (!port->server) {
		port->tcp_port = 0;
		return -1;
	}
	port->calls->listens(port, port->netif.ip, port->tcp_port);
	return 0;
}

/* Opens and binds what the interface, as it is now, allows. */
static int open_sockets(struct ccs_port *port, struct ccs_problem *problem)
{
	if (port->plc.watch && port->plc.index != port->netif.index)
		ccs_packet_bind(&port->plc, port->netif.index);
	if (port->ip.watch && port->ip.index != port->netif.index)
		ccs_packet_bind(&port->ip, port->netif.index);
	if (open_sdp(port, problem) || open_server(port, problem))
		return -1;
	port->complete |= port->netif.up && port->netif.has_ip;
	return 0;
}

/* The address is gone, or another one has come. */
static void leave_address(struct ccs_port *port, ccs_time now)
{
	if (port->server) {
		ccs_server_close(port->server);
		port->server = NULL;
		port->tcp_port = 0;
		port->calls->listens(port, port->netif.ip, 0);
	}
	if (port->stream) {
		ccs_stream_abort(port->stream);
		port->stream = NULL;
		begin(port, now);
		port->calls->closed(port, now);
		end(port, now);
	}
}

static void tell_change(const struct ccs_port *port, const struct ccs_netif *before, ccs_time now)
{
	const struct ccs_netif *netif = &port->netif;
	char text[128];

	snprintf(text, sizeof(text), "interface %s %s", port->config.interface,
		 !netif->index	 ? "is gone"
		 : !netif->up	 ? "is down"
		 : netif->has_ip ? "is up"
				 : "is up, but has no link-local address");
	if (netif->index != before->index || netif->up != before->up ||
	    netif->has_ip != before->has_ip)
		tell(port, netif->up ? CCS_NOTE_INFO : CCS_NOTE_WARNING, "net", text, now);
}

static void on_news(void *user)
{
	struct ccs_port *port = user;
	struct ccs_netif before = port->netif;
	ccs_time now = ccs_loop_now();
	struct ccs_problem problem;
	bool failed;

	ccs_netif_drain(port->news);
	ccs_netif_look(&port->netif, port->config.interface);
	tell_change(port, &before, now);
	if (before.has_ip && (!port->netif.has_ip || before.index != port->netif.index ||
			      memcmp(before.ip, port->netif.ip, 16) != 0))
		leave_address(port, now);
	if (port->closed)
		return;
	failed = open_sockets(port, &problem) != 0;
	if (failed && !port->quiet)
		tell(port, CCS_NOTE_ERROR, "net", problem.text, now);
	port->quiet = failed;
	ccs_port_poke(port);
}

static int open_packets(struct ccs_port *port, struct ccs_problem *problem)
{
	struct ccs_packet_events plc = { .frame = on_frame, .user = port };
	struct ccs_packet_events ip = { .frame = on_packet, .user = port };

	if (port->with_plc &&
	    ccs_packet_open(&port->plc, port->loop, CCS_PACKET_PLC, &plc, problem))
		return -1;
	if (port->config.tap && port->config.tap_ip &&
	    ccs_packet_open(&port->ip, port->loop, CCS_PACKET_IPV6, &ip, problem))
		return -1;
	return 0;
}

int ccs_port_open(struct ccs_port *port, const struct ccs_port_calls *calls, uv_loop_t *loop,
		  const struct ccs_port_config *config, bool with_plc, struct ccs_problem *problem)
{
	*port = (struct ccs_port) { .calls = calls, .loop = loop, .with_plc = with_plc };
	port->config = *config;
	port->refused = ccs_loop_now() - CCS_SECONDS(1);
	port->config.sim_modem &= with_plc;
	uv_timer_init(loop, &port->timer);
	port->timer.data = port;
	ccs_netif_look(&port->netif, config->interface);
	if (port->config.sim_modem)
		ccs_modem_front_init(&port->modem, calls->side, port->netif.mac,
				     config->attenuation_db, config->attenuations, ccs_loop_now());
	port->faults = ccs_port_faults_open(config->faults, config->fault_count);
	port->lock = -1;
	port->news = ccs_netif_watch(loop, on_news, port, problem);
	if (!port->news || (port->lock = ccs_interface_lock(config->interface, problem)) < 0 ||
	    open_packets(port, problem) || open_sockets(port, problem)) {
		ccs_port_close(port);
		return -1;
	}
	uv_timer_start(&port->timer, on_timer, 0, 0);
	return 0;
}

int ccs_port_is_missing(const struct ccs_port *port, struct ccs_problem *problem)
{
	const char *name = port->config.interface;

	if (!port->netif.up)
		return ccs_problem_set(problem,
				       "%s is down: `ip link set %s up`, and look at the cable",
				       name, name);
	if (!port->netif.has_ip)
		return ccs_problem_set(problem,
				       "%s has no link-local address: `sysctl "
				       "net.ipv6.conf.%s.disable_ipv6=0`",
				       name, name);
	return 0;
}

void ccs_port_close(struct ccs_port *port)
{
	if (port->closed)
		return;
	port->closed = true;
	ccs_watch_close(port->news);
	ccs_packet_close(&port->plc);
	ccs_packet_close(&port->ip);
	ccs_sdp_close(&port->sdp);
	ccs_server_close(port->server);
	drop_stream(port);
	ccs_port_faults_close(port->faults);
	port->faults = NULL;
	if (port->lock >= 0)
		close(port->lock);
	uv_close((uv_handle_t *)&port->timer, NULL);
}
