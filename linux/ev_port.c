/* SPDX-License-Identifier: Apache-2.0 */
/* The car's half of a port. */
#include "linux/ev_port.h"

#include "ccs/invariants.h"

#include <string.h>

/* The port is the first member. */
static struct ccs_ev_station *station_of(struct ccs_port *port)
{
	return &((struct ccs_ev_port *)port)->station;
}

static const struct ccs_ev_station *look_at(const struct ccs_port *port)
{
	return &((const struct ccs_ev_port *)port)->station;
}

static void tick(struct ccs_port *port, ccs_time now)
{
	ccs_ev_station_tick(station_of(port), now);
}

static void take_frame(struct ccs_port *port, const uint8_t *frame, size_t length, ccs_time now)
{
	ccs_ev_station_receive_frame(station_of(port), frame, length, now);
}

static void take_datagram(struct ccs_port *port, const uint8_t *datagram, size_t length,
			  ccs_time now)
{
	ccs_ev_station_receive_datagram(station_of(port), datagram, length, now);
}

static void take_bytes(struct ccs_port *port, const uint8_t *bytes, size_t length, ccs_time now)
{
	ccs_ev_station_receive_stream(station_of(port), bytes, length, now);
}

static int open_stream(struct ccs_port *port, ccs_time now)
{
	ccs_ev_station_opened(station_of(port), now);
	return 0;
}

static void close_stream(struct ccs_port *port, ccs_time now)
{
	ccs_ev_station_closed(station_of(port), now);
}

static int send_frame(struct ccs_port *port, uint8_t *buffer, size_t size)
{
	return ccs_ev_station_send_frame(station_of(port), buffer, size);
}

static int send_datagram(struct ccs_port *port, uint8_t *buffer, size_t size)
{
	return ccs_ev_station_send_datagram(station_of(port), buffer, size);
}

static int send_stream(struct ccs_port *port, uint8_t *buffer, size_t size)
{
	return ccs_ev_station_send_stream(station_of(port), buffer, size);
}

static enum ccs_stream_wish wish(const struct ccs_port *port)
{
	return look_at(port)->stream;
}

static ccs_time deadline(const struct ccs_port *port)
{
	return ccs_ev_station_deadline(look_at(port));
}

static void remember(struct ccs_port *port)
{
	((struct ccs_ev_port *)port)->before = *station_of(port)->config.session.commands;
}

static bool is_broken(struct ccs_port *port, ccs_time now, struct ccs_breach *breach)
{
	const struct ccs_ev_station *station = look_at(port);
	struct ccs_ev_step step = {
		.values = station->config.session.values,
		.before = &((struct ccs_ev_port *)port)->before,
		.after = station->config.session.commands,
		.facts = ccs_ev_station_facts(station),
		.now = now,
	};
	const struct ccs_tolerances *own = station->config.session.tolerances;

	return ccs_ev_check(&step, own ? own : &ccs_tolerances_default, breach);
}

static void find_charger(const struct ccs_port *port, struct ccs_address *address)
{
	const struct ccs_sdp *secc = &look_at(port)->sdp.secc;

	*address = (struct ccs_address) { .kind = CCS_ADDRESS_IPV6, .port = secc->secc_port };
	memcpy(address->bytes, secc->secc_ip, 16);
}

static const struct ccs_port_calls calls = {
	.side = CCS_SIDE_EV,
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
	.charger = find_charger,
};

static const uint8_t no_mac[6];

static int make_station(struct ccs_ev_port *port, const struct ccs_port_config *config,
			const struct ccs_ev_station_config *station)
{
	struct ccs_ev_station_config own = *station;
	struct ccs_netif netif;

	ccs_netif_look(&netif, config->interface);
	if (!memcmp(own.slac.mac, no_mac, 6))
		memcpy(own.slac.mac, netif.mac, 6);
	own.slac.random.fill = ccs_loop_random;
	if (ccs_ev_station_init(&port->station, &own))
		return -1;
	ccs_ev_station_start(&port->station, ccs_loop_now());
	return 0;
}

int ccs_ev_port_open(struct ccs_ev_port *port, uv_loop_t *loop,
		     const struct ccs_port_config *config,
		     const struct ccs_ev_station_config *station, struct ccs_problem *problem)
{
	port->port.closed = true; /* until it is open */
	if (ccs_netif_require(config->interface, problem))
		return -1;
	if (make_station(port, config, station))
		return ccs_problem_set(problem, "no protocol to offer");
	return ccs_port_open(&port->port, &calls, loop, config, !station->without_slac, problem);
}

void ccs_ev_port_renew(struct ccs_ev_port *port, const struct ccs_ev_station_config *station)
{
	make_station(port, &port->port.config, station); /* the configuration has a protocol */
	ccs_port_poke(&port->port);
}
