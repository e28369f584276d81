/* SPDX-License-Identifier: Apache-2.0 */
/* The simulation's clock, its line, and what people and faults do to it. */
#include "sim.h"

#include "point.h"

#include "ccs/cursor.h"

#include <stdlib.h>
#include <string.h>

#define START CCS_SECONDS((ccs_time)1772366400) /* 2026-03-01 12:00:00 UTC */

void sim_config_default(struct sim_config *config)
{
	*config = (struct sim_config) {
		.seed = 1,
		.start = START,
		.points = 1,
		.mode = SIM_MODE_DC,
		.evse_protocols = { { CCS_PROTOCOL_ISO2, CCS_PROTOCOL_DIN }, 2 },
		.slac = true,
		.ev_modem = SIM_MODEM_QCA7005,
		.evse_modem = SIM_MODEM_QCA7005,
		.attenuation_db = 15,
		.crosstalk_db = 40,
		.net_delay = CCS_MS(2),
		.charge_time = CCS_SECONDS(30),
		.authorise_time = CCS_SECONDS(2),
		.world = sim_world_default(),
	};
	config->world.ac_phases = 3;
}

/* The line. */

/* The car's modem and host see each other at every frame of matching; the line has each once. */
static void take_plc_frame(void *user, int node, const uint8_t *frame, size_t length, ccs_time now)
{
	struct sim *sim = user;
	const struct sim_modem *modem = sim_plc_modem(&sim->plc, node);
	const uint8_t *source = frame + 6;
	bool from_host = !memcmp(source, modem->host_mac, 6);

	if (from_host || (modem->side == CCS_SIDE_EVSE && !memcmp(source, modem->mac, 6)))
		sim->watch.frame(sim->watch.user, frame, length, sim->config.start + now);
}

static void take_net_frame(void *user, const uint8_t *frame, size_t length, ccs_time now)
{
	struct sim *sim = user;

	sim->watch.frame(sim->watch.user, frame, length, sim->config.start + now);
}

static struct sim_plc_config plc_config(struct sim *sim)
{
	const struct sim_config *config = &sim->config;
	struct sim_plc_config plc = sim_plc_default();

	plc.seed = config->seed;
	plc.lost = (uint16_t)config->plc_loss;
	plc.doubled = (uint16_t)config->plc_duplicates;
	if (config->plc_delay)
		plc.line_us = config->plc_delay;
	plc.attenuation_db = SIM_PLC_DEAF;
	plc.tap = sim->watch.frame ? take_plc_frame : NULL;
	plc.tap_user = sim;
	plc.fate = sim_point_decide_fate;
	plc.fate_user = sim;
	return plc;
}

static struct sim_net_config net_config(struct sim *sim)
{
	const struct sim_config *config = &sim->config;
	struct sim_net_config net = sim_net_default;

	net.seed = config->seed;
	net.delay = config->net_delay;
	net.jitter = config->net_jitter;
	net.loss = (uint32_t)config->net_loss;
	if (config->net_split)
		net.segment = config->net_split > SIM_NET_SEGMENT_MAX ? SIM_NET_SEGMENT_MAX
								      : (uint32_t)config->net_split;
	net.tap = sim->watch.frame ? take_net_frame : NULL;
	net.user = sim;
	return net;
}

/* Life. */

static void begin(struct sim *sim, const struct sim_config *config)
{
	struct sim_plc_config plc;
	struct sim_net_config net;

	sim->config = *config;
	if (!config->ev_protocols.count)
		sim->config.ev_protocols = (struct sim_protocols) {
			.at = { config->mode == SIM_MODE_AC ? CCS_PROTOCOL_ISO2
							    : CCS_PROTOCOL_DIN },
			.count = 1,
		};
	sim->random = (struct sim_random) { config->seed ^ 0x6b657973 };
	sim->now = 0;
	sim->intruder = -1;
	plc = plc_config(sim);
	net = net_config(sim);
	sim_plc_reset(&sim->plc, &plc);
	sim_net_reset(&sim->net, &net);
	for (int i = 0; i < config->points; i++)
		sim_point_init(&sim->points[i], sim, i);
	for (int i = 0; i < config->points; i++)
		sim_point_connect_line(&sim->points[i]);
}

struct sim *sim_new(const struct sim_config *config, const struct sim_watch *watch)
{
	struct sim *sim = calloc(1, sizeof(*sim) + SIM_POINTS * sizeof(struct sim_point));
	struct sim_plc_config plc = sim_plc_default();

	if (!sim)
		return NULL;
	if (watch)
		sim->watch = *watch;
	sim_plc_init(&sim->plc, &plc);
	begin(sim, config);
	return sim;
}

static void end_points(struct sim *sim)
{
	for (int i = 0; i < sim->config.points; i++)
		sim_point_free(&sim->points[i]);
}

void sim_reset(struct sim *sim, const struct sim_config *config)
{
	end_points(sim);
	begin(sim, config);
}

void sim_free(struct sim *sim)
{
	if (!sim)
		return;
	end_points(sim);
	sim_plc_free(&sim->plc);
	sim_net_free(&sim->net);
	free(sim);
}

/* The clock. */

ccs_time sim_now(const struct sim *sim)
{
	return sim->now;
}

static ccs_time sooner(ccs_time a, ccs_time b)
{
	return a < b ? a : b;
}

ccs_time sim_next(const struct sim *sim)
{
	ccs_time due = sim_net_deadline(&sim->net);

	if (sim->config.slac)
		due = sooner(due, sim_plc_deadline(&sim->plc));
	for (int i = 0; i < sim->config.points; i++)
		due = sooner(due, sim_point_deadline(&sim->points[i]));
	return due < sim->now ? sim->now : due;
}

/* Nodes and hosts were added in the order car, charger for each point. */
static enum ccs_side side_of(int number)
{
	return number % 2 ? CCS_SIDE_EVSE : CCS_SIDE_EV;
}

static void deliver(struct sim *sim)
{
	struct sim_plc_delivery frame;
	struct sim_net_event event;

	while (sim->config.slac && sim_plc_next(&sim->plc, sim->now, &frame))
		sim_point_take_frame(&sim->points[frame.node / 2], side_of(frame.node), frame.bytes,
				     frame.length);
	while (sim_net_next(&sim->net, sim->now, &event))
		if (event.host / 2 < sim->config.points)
			sim_point_take_event(&sim->points[event.host / 2], side_of(event.host),
					     &event);
}

void sim_step(struct sim *sim, ccs_time limit)
{
	ccs_time next = sim_next(sim);

	sim->now = next < limit ? next : limit > sim->now ? limit : sim->now;
	deliver(sim);
	for (int i = 0; i < sim->config.points; i++)
		if (sim_point_deadline(&sim->points[i]) <= sim->now)
			sim_point_look(&sim->points[i]);
}

/* To be looked at. */

const struct ccs_ev_station *sim_ev(const struct sim *sim, int point)
{
	return &sim->points[point].ev;
}

const struct ccs_evse_station *sim_evse(const struct sim *sim, int point)
{
	return &sim->points[point].evse;
}

const struct sim_verdict *sim_verdict(const struct sim *sim, int point)
{
	return &sim->points[point].verdict;
}

struct sim_world *sim_world(struct sim *sim, int point)
{
	return &sim->points[point].world;
}

void sim_touch(struct sim *sim, int point)
{
	sim->points[point].touched = true;
	sim->points[point].changed = true;
}

/* Waiting for a person, or for the other side to begin. */
static bool is_idle(const struct sim_point *p)
{
	bool no_match = p->evse.state == CCS_EVSE_STATION_MATCHING &&
			(p->evse.slac.state == CCS_SLAC_EVSE_FAILED ||
			 p->evse.slac.state == CCS_SLAC_EVSE_PREPARING || /* no modem */
			 p->evse.slac.state == CCS_SLAC_EVSE_UNMATCHED);
	bool ev = p->ev.state == CCS_EV_STATION_UNPLUGGED ||
		  p->ev.state == CCS_EV_STATION_PLUGGED || p->ev.state == CCS_EV_STATION_DONE;
	bool evse = p->evse.state == CCS_EVSE_STATION_AVAILABLE ||
		    p->evse.state == CCS_EVSE_STATION_DONE || no_match;

	return ev && evse && p->car.stream < 0 && p->charger.stream < 0;
}

bool sim_point_is_over(const struct sim *sim, int point)
{
	const struct sim_point *p = &sim->points[point];
	const struct ccs_ev_commands *ev = &p->world.ev_commands;
	const struct ccs_evse_commands *evse = &p->world.evse_commands;
	bool live = sim_world_is_live(&p->world); /* a lock stays closed then */

	return is_idle(p) && !ev->contactors && !evse->supply && !evse->contactor &&
	       (live || (!ev->lock && !evse->lock)) && !p->touched && !p->changed;
}

/* People. */

void sim_plug(struct sim *sim, int point)
{
	struct sim_point *p = &sim->points[point];

	p->world.ev_values.stop = p->world.ev_values.emergency = false;
	p->world.evse_values.stop = p->world.evse_values.emergency = false;
	sim_world_plug(&p->world);
	sim_point_connect_line(p);
	sim_touch(sim, point);
}

bool sim_unplug(struct sim *sim, int point, bool by_force)
{
	struct sim_point *p = &sim->points[point];

	if (by_force) {
		p->world.ev_lock.closed = p->world.evse_lock.closed = false;
		p->world.ev_lock.stuck = p->world.evse_lock.stuck = true;
	}
	if (!sim_world_unplug(&p->world))
		return false;
	p->world.evse_values.authorisation = CCS_AUTHORISATION_PENDING;
	sim_point_connect_line(p);
	sim_touch(sim, point);
	return true;
}

void sim_authorise(struct sim *sim, int point, enum ccs_authorisation authorisation)
{
	sim->points[point].world.evse_values.authorisation = authorisation;
	sim_touch(sim, point);
}

int sim_want_renegotiation(struct sim *sim, int point, enum ccs_side side)
{
	struct sim_point *p = &sim->points[point];
	int result = 0;

	if (side == CCS_SIDE_EVSE)
		result = ccs_evse_session_renegotiate(&p->evse.session, sim->now);
	else
		p->world.ev_values.renegotiate = true;
	sim_touch(sim, point);
	return result;
}

int sim_want_pause(struct sim *sim, int point, enum ccs_side side)
{
	struct sim_point *p = &sim->points[point];
	int result = 0;

	if (side == CCS_SIDE_EVSE)
		result = ccs_evse_session_pause(&p->evse.session, sim->now);
	else
		p->world.ev_values.pause = true;
	sim_touch(sim, point);
	return result;
}

int sim_want_again(struct sim *sim, int point, enum ccs_side side)
{
	struct sim_point *p = &sim->points[point];

	p->world.ev_values.pause = p->world.ev_values.stop = false;
	p->world.evse_values.stop = false;
	sim_touch(sim, point);
	return side == CCS_SIDE_EV ? ccs_ev_station_again(&p->ev, sim->now)
				   : ccs_evse_station_again(&p->evse, sim->now);
}

bool sim_tamper_with(struct sim *sim, int point, const struct sim_message_fault *fault)
{
	return sim_tamper_add(&sim->points[point].tamper, fault) >= 0;
}

bool sim_tamper_with_mme(struct sim *sim, int point, const struct sim_mme_fault *fault)
{
	return sim_mme_tamper_add(&sim->points[point].mme_tamper, fault) >= 0;
}

/* Faults of the connection. */

void sim_connection_reset(struct sim *sim, int point, enum ccs_side by)
{
	struct sim_end *end = sim_point_end(&sim->points[point], by);

	if (end->stream >= 0)
		sim_net_abort(&sim->net, end->stream, end->host, sim->now);
	sim_point_lose_stream(&sim->points[point], by);
}

void sim_connection_half_close(struct sim *sim, int point, enum ccs_side by)
{
	struct sim_end *end = sim_point_end(&sim->points[point], by);

	if (end->stream >= 0)
		sim_net_close(&sim->net, end->stream, end->host, sim->now);
}

void sim_silence(struct sim *sim, int point, enum ccs_side side, bool on)
{
	sim_point_end(&sim->points[point], side)->silenced = on;
}

void sim_intrude(struct sim *sim, int point, const uint8_t *bytes, size_t length)
{
	static const uint8_t mac[6] = { 0x02, 0xcc, 0x50, 0x00, 0xff, 0x03 };
	struct sim_point *p = &sim->points[point];
	const struct ccs_sdp *secc = &p->ev.sdp.secc;
	uint8_t ip[16];
	int stream;

	if (sim->intruder < 0)
		sim->intruder = sim_net_add(&sim->net, mac);
	memcpy(ip, sim_net_ip(&sim->net, p->charger.host), sizeof(ip));
	sim_net_set_link(&sim->net, sim->intruder, p->charger.host, true);
	stream = sim_net_connect(&sim->net, sim->intruder, ip, secc->secc_port, sim->now);
	sim_net_write(&sim->net, stream, sim->intruder, bytes, length, sim->now);
}

void sim_cut_link(struct sim *sim, int point, bool cut)
{
	sim->points[point].cut = cut;
	sim_point_connect_line(&sim->points[point]);
	sim_touch(sim, point);
}
