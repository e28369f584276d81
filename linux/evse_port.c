/* SPDX-License-Identifier: Apache-2.0 */
/* The charger's half of a port. */
#include "linux/evse_port.h"

#include "ccs/invariants.h"

#include <string.h>

/* The port is the first member. */
static struct ccs_evse_station *station_of(struct ccs_port *port)
{
	return &((struct ccs_evse_port *)port)->station;
}

static const struct ccs_evse_station *look_at(const struct ccs_port *port)
{
	return &((const struct ccs_evse_port *)port)->station;
}

static void tick(struct ccs_port *port, ccs_time now)
{
	ccs_evse_station_tick(station_of(port), now);
}

static void take_frame(struct ccs_port *port, const uint8_t *frame, size_t length, ccs_time now)
{
	ccs_evse_station_receive_frame(station_of(port), frame, length, now);
}

static void take_datagram(struct ccs_port *port, const uint8_t *datagram, size_t length,
			  ccs_time now)
{
	ccs_evse_station_receive_datagram(station_of(port), datagram, length, now);
}

static void take_bytes(struct ccs_port *port, const uint8_t *bytes, size_t length, ccs_time now)
{
	ccs_evse_station_receive_stream(station_of(port), bytes, length, now);
}

static int open_stream(struct ccs_port *port, ccs_time now)
{
	return ccs_evse_station_opened(station_of(port), now);
}

static void close_stream(struct ccs_port *port, ccs_time now)
{
	ccs_evse_station_closed(station_of(port), now);
}

static int send_frame(struct ccs_port *port, uint8_t *buffer, size_t size)
{
	return ccs_evse_station_send_frame(station_of(port), buffer, size);
}

static int send_datagram(struct ccs_port *port, uint8_t *buffer, size_t size)
{
	return ccs_evse_station_send_datagram(station_of(port), buffer, size);
}

static int send_stream(struct ccs_port *port, uint8_t *buffer, size_t size)
{
	return ccs_evse_station_send_stream(station_of(port), buffer, size);
}

static enum ccs_stream_wish wish(const struct ccs_port *port)
{
	return look_at(port)->stream;
}

static ccs_time deadline(const struct ccs_port *port)
{
	return ccs_evse_station_deadline(look_at(port));
}

static void remember(struct ccs_port *port)
{
	((struct ccs_evse_port *)port)->before = *station_of(port)->config.session.commands;
}

static bool is_broken(struct ccs_port *port, ccs_time now, struct ccs_breach *breach)
{
	const struct ccs_evse_station *station = look_at(port);
	struct ccs_evse_step step = {
		.values = station->config.session.values,
		.before = &((struct ccs_evse_port *)port)->before,
		.after = station->config.session.commands,
		.facts = ccs_evse_station_facts(station),
		.now = now,
	};
	const struct ccs_tolerances *own = station->config.session.tolerances;

	return ccs_evse_check(&step, own ? own : &ccs_tolerances_default, breach);
}

static void listen_at(struct ccs_port *port, const uint8_t ip[16], uint16_t tcp_port)
{
	ccs_evse_station_set_address(station_of(port), ip, tcp_port);
}

static const struct ccs_port_calls calls = {
	.side = CCS_SIDE_EVSE,
	.tick = tick,
	.frame = take_frame,
	.datagram = take_datagram,
	.bytes = take_bytes,
	.opened = open_stream,
	.closed = close_stream,
	.send_frame = send_frame,
	.send_datagram = send_datagram,
	.send_stream = send_stream,
	.wish = wish,
	.deadline = deadline,
	.before = remember,
	.is_broken = is_broken,
	.listens = listen_at,
};

static const uint8_t no_mac[6];

static void make_station(struct ccs_evse_port *port, const struct ccs_port_config *config,
			 const struct ccs_evse_station_config *station)
{
	struct ccs_evse_station_config own = *station;
	struct ccs_netif netif;

	ccs_netif_look(&netif, config->interface);
	if (!memcmp(own.slac.mac, no_mac, 6))
		memcpy(own.slac.mac, netif.mac, 6);
	own.slac.random.fill = ccs_loop_random;
	ccs_evse_station_init(&port->station, &own);
	ccs_evse_station_start(&port->station, ccs_loop_now());
}

int ccs_evse_port_open(struct ccs_evse_port *port, uv_loop_t *loop,
		       const struct ccs_port_config *config,
		       const struct ccs_evse_station_config *station, struct ccs_problem *problem)
{
	port->port.closed = true; /* until it is open */
	if (ccs_netif_require(config->interface, problem))
		return -1;
	make_station(port, config, station);
	return ccs_port_open(&port->port, &calls, loop, config, !station->without_slac, problem);
}

void ccs_evse_port_renew(struct ccs_evse_port *port, const struct ccs_evse_station_config *station)
{
	make_station(port, &port->port.config, station);
	listen_at(&port->port, port->port.netif.ip, port->port.tcp_port);
	ccs_port_poke(&port->port);
}
