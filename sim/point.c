/* SPDX-License-Identifier: Apache-2.0 */
/* A charging point: what goes into its stations, what comes out, and what is checked at it. */
#include "point.h"

#include "plc_pace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PORT	     50000 /* of all chargers: each is a host of its own */
#define SDP_FROM     51000 /* port of the car */
#define CONNECT_TIME CCS_SECONDS(2)
#define FRAME_MAX    1600
#define MESSAGE_MAX  4096

static const uint8_t all_nodes[16] = { 0xff, 0x02, [15] = 1 };

struct sim_end *sim_point_end(struct sim_point *point, enum ccs_side side)
{
	return side == CCS_SIDE_EV ? &point->car : &point->charger;
}

/* Configuration. */

static void fill_random(void *user, uint8_t *bytes, size_t size)
{
	struct sim *sim = user;

	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(sim_random_next(&sim->random) >> 56);
}

/* MSG records come from the line, where there is somebody who looks at it. */
static void take_record(void *user, const struct ccs_record *record)
{
	struct sim_point *point = user;
	const struct sim_watch *watch = &point->sim->watch;

	if (watch->record)
		watch->record(watch->user, point->number, record);
}

static struct ccs_quirks quirks(const struct sim_config *config, bool strict)
{
	struct ccs_quirks set = strict ? ccs_quirks_strict() : ccs_quirks_default();
	bool bulb = !config->world.battery.cells;

	ccs_quirk_set(&set, CCS_QUIRK_LATE_LOAD, bulb);
	ccs_quirk_set(&set, CCS_QUIRK_DISCHARGE, config->discharge);
	return set;
}

static enum ccs_ev_transfer transfer(const struct sim_config *config)
{
	if (config->mode == SIM_MODE_DC)
		return CCS_EV_TRANSFER_DC_EXTENDED;
	return config->world.ac_phases == 1 ? CCS_EV_TRANSFER_AC_SINGLE_PHASE
					    : CCS_EV_TRANSFER_AC_THREE_PHASE;
}

static void init_ev(struct sim_point *point)
{
	const struct sim_config *config = &point->sim->config;
	struct ccs_ev_station_config station = {
		.session = {
			.values = &point->world.ev_values,
			.commands = &point->world.ev_commands,
			.quirks = quirks(config, config->ev_strict),
			.offer_count = (uint8_t)config->ev_protocols.count,
			.transfer = transfer(config),
		},
		.sink = &point->sink,
		.without_slac = !config->slac,
		.basic_ac = config->basic_ac,
	};

	memcpy(station.session.offers, config->ev_protocols.at, sizeof(station.session.offers));
	ccs_slac_ev_set_defaults(&station.slac);
	memcpy(station.slac.mac, point->car.mac, 6);
	station.slac.random = (struct ccs_slac_random) { fill_random, point->sim };
	if (config->ev_pace)
		sim_pace_configure(sim_pace_at((size_t)config->ev_pace - 1), &station.slac);
	if (ccs_ev_station_init(&point->ev, &station))
		abort(); /* the settings were checked */
}

static void init_evse(struct sim_point *point)
{
	const struct sim_config *config = &point->sim->config;
	struct ccs_evse_station_config station = {
		.session = {
			.values = &point->world.evse_values,
			.commands = &point->world.evse_commands,
			.quirks = quirks(config, config->evse_strict),
			.answer_delay = config->answer_delay,
			.probe = config->mode == SIM_MODE_PROBE,
			.evse_id = CCS_BYTES((const uint8_t *)"ZZSIME1", 7),
			.evse_name = CCS_TEXT("ZZSIME1"),
		},
		.sink = &point->sink,
		.without_slac = !config->slac,
		.basic_ac = config->basic_ac,
		.basic_ma = config->world.ac_max_ma,
	};

	if (config->evse_protocols.count == 1)
		station.session.only = config->evse_protocols.at[0];
	if (config->mode != SIM_MODE_DC)
		station.session.ac = (struct ccs_evse_ac) {
			.phases = (uint8_t)config->world.ac_phases,
			.nominal_mv = config->world.ac_mv,
			.max_ma = config->world.ac_max_ma,
		};
	ccs_slac_evse_set_defaults(&station.slac);
	station.slac.synthetic_db = (uint8_t)config->synthetic_db;
	memcpy(station.slac.mac, point->charger.mac, 6);
	station.slac.random = (struct ccs_slac_random) { fill_random, point->sim };
	ccs_evse_station_init(&point->evse, &station);
}

static void init_end(struct sim_point *point, enum ccs_side side)
{
	struct sim *sim = point->sim;
	struct sim_end *end = sim_point_end(point, side);
	bool ev = side == CCS_SIDE_EV;
	enum sim_modem_kind modem = ev ? sim->config.ev_modem : sim->config.evse_modem;
	int32_t pace = ev ? sim->config.ev_pace : sim->config.evse_pace;

	*end = (struct sim_end) {
		.mac = { 0x02, 0xcc, 0x50, 0x00, (uint8_t)point->number, ev ? 0x01 : 0x02 },
		.node = -1,
		.stream = -1,
		.due = 0,
		.give_up = CCS_NEVER,
	};
	if (sim->config.slac) {
		end->node = sim_plc_add(&sim->plc, &sim_modems[modem], side, end->mac);
		if (pace)
			sim_plc_set_pace(&sim->plc, end->node, sim_pace_at((size_t)pace - 1));
	}
	end->host = sim_net_add(&sim->net, end->mac);
}

void sim_point_init(struct sim_point *point, struct sim *sim, int number)
{
	struct sim_world_config world = sim->config.world;

	memset(point, 0, sizeof(*point));
	point->sim = sim;
	point->number = number;
	point->sink = (struct ccs_sink) { take_record, point };
	point->authorise_at = CCS_NEVER;
	world.seed = sim->config.seed + (uint64_t)number;
	if (sim->config.mode == SIM_MODE_DC)
		world.ac_phases = 0;
	sim_world_init(&point->world, &world, sim->now);
	sim_tamper_init(&point->tamper, world.seed);
	sim_mme_tamper_init(&point->mme_tamper, world.seed);
	init_end(point, CCS_SIDE_EV);
	init_end(point, CCS_SIDE_EVSE);
	init_ev(point);
	init_evse(point);
	sim_net_listen(&sim->net, point->charger.host, PORT);
	ccs_ev_station_start(&point->ev, sim->now);
	ccs_evse_station_start(&point->evse, sim->now);
	ccs_evse_station_set_address(&point->evse, sim_net_ip(&sim->net, point->charger.host),
				     PORT);
	point->touched = true;
}

void sim_point_free(struct sim_point *point)
{
	while (point->late) {
		struct sim_late *late = point->late;

		point->late = late->next;
		free(late);
	}
}

/* The world. */

static void keep_events(struct sim_point *point)
{
	struct sim_verdict *verdict = &point->verdict;
	struct sim_event event;

	while (sim_world_event(&point->world, &event)) {
		if (!verdict->event_count++) {
			verdict->event = event.kind;
			verdict->event_time = event.time;
		}
		verdict->events[event.kind]++;
	}
}

/* Values as they are now. */
static void look_at_world(struct sim_point *point)
{
	if (!point->changed && point->world.now == point->sim->now)
		return;
	point->changed = false;
	sim_world_step(&point->world, point->sim->now);
	keep_events(point);
}

/* Invariants, around each call of a station. */

static void keep_breach(struct sim_point *point, const struct ccs_breach *breach)
{
	if (point->verdict.breaches++)
		return;
	point->verdict.breach = *breach;
	point->verdict.breach_time = point->sim->now;
}

static void check_ev(struct sim_point *point, const struct ccs_ev_commands *before)
{
	const struct ccs_ev_commands *after = &point->world.ev_commands;
	struct ccs_ev_step step = { &point->world.ev_values, before, after,
				    ccs_ev_station_facts(&point->ev), point->sim->now };
	struct ccs_breach breach;

	if (ccs_ev_check(&step, &ccs_tolerances_default, &breach))
		keep_breach(point, &breach);
	if (memcmp(before, after, sizeof(*after)) != 0)
		point->changed = true;
}

static void check_evse(struct sim_point *point, const struct ccs_evse_commands *before)
{
	const struct ccs_evse_commands *after = &point->world.evse_commands;
	struct ccs_evse_step step = { &point->world.evse_values, before, after,
				      ccs_evse_station_facts(&point->evse), point->sim->now };
	struct ccs_breach breach;

	if (ccs_evse_check(&step, &ccs_tolerances_default, &breach))
		keep_breach(point, &breach);
	if (memcmp(before, after, sizeof(*after)) != 0)
		point->changed = true;
}

/* What became of the sessions. */

static void keep_failure(struct sim_verdict *verdict)
{
	if (verdict->last.outcome != CCS_EV_OUTCOME_FAILED &&
	    verdict->last.outcome != CCS_EV_OUTCOME_STOPPED_BY_CHARGER)
		return;
	if (verdict->failures++)
		return;
	verdict->failed = verdict->last;
	verdict->failed_session = verdict->sessions;
}

static void keep_verdict(struct sim_point *point)
{
	struct sim_verdict *verdict = &point->verdict;
	enum ccs_ev_state state = ccs_ev_session_state(&point->ev.session);

	if (state == point->ev_state)
		return;
	if (state == CCS_EV_STATE_HANDSHAKE)
		verdict->sessions++;
	if (state == CCS_EV_STATE_ENDED) {
		verdict->last.outcome = ccs_ev_session_outcome(&point->ev.session);
		verdict->last.reason = ccs_ev_session_reason(&point->ev.session);
		verdict->last.time = point->sim->now;
		keep_failure(verdict);
	}
	point->ev_state = state;
}

/* The charger's fault and protocol are gone with the next session. */
static void keep_fault(struct sim_point *point)
{
	const struct ccs_evse_session *session = &point->evse.session;

	if (session->protocol != CCS_PROTOCOL_NONE)
		point->verdict.protocol = session->protocol;
	if (session->state != CCS_EVSE_IDLE)
		point->verdict.last.fault = session->fault;
	if (point->verdict.failed_session == point->verdict.sessions)
		point->verdict.failed.fault = point->verdict.last.fault;
}

/* Out of the stations. */

static void write_stream(struct sim_point *point, enum ccs_side side, const uint8_t *bytes,
			 size_t length)
{
	struct sim_end *end = sim_point_end(point, side);

	if (end->stream >= 0)
		sim_net_write(&point->sim->net, end->stream, end->host, bytes, length,
			      point->sim->now);
}

static void write_later(struct sim_point *point, enum ccs_side side, const struct sim_piece *piece)
{
	struct sim_late **at = &point->late;
	struct sim_late *late = malloc(sizeof(*late) + piece->length);

	if (!late)
		abort();
	*late = (struct sim_late) { .time = piece->time, .side = side, .length = piece->length };
	memcpy(late->bytes, piece->bytes, piece->length);
	while (*at && (*at)->time <= late->time)
		at = &(*at)->next;
	late->next = *at;
	*at = late;
}

static void send_message(struct sim_point *point, enum ccs_side side, const uint8_t *message,
			 size_t length)
{
	struct sim_pieces pieces;

	if (sim_point_end(point, side)->silenced)
		return;
	sim_tamper_message(&point->tamper, side, message, length, point->sim->now, &pieces);
	for (size_t i = 0; i < pieces.count; i++) {
		if (pieces.at[i].time > point->sim->now)
			write_later(point, side, &pieces.at[i]);
		else
			write_stream(point, side, pieces.at[i].bytes, pieces.at[i].length);
	}
}

static void send_late(struct sim_point *point)
{
	while (point->late && point->late->time <= point->sim->now) {
		struct sim_late *late = point->late;

		point->late = late->next;
		write_stream(point, late->side, late->bytes, late->length);
		free(late);
	}
}

static void send_frame(struct sim_point *point, enum ccs_side side, const uint8_t *frame,
		       int length)
{
	struct sim_end *end = sim_point_end(point, side);

	if (end->node >= 0)
		sim_plc_send(&point->sim->plc, end->node, frame, (size_t)length, point->sim->now);
}

/* Brings the connection to what the station wants. */
static void follow_wish(struct sim_point *point, enum ccs_side side)
{
	struct sim *sim = point->sim;
	struct sim_end *end = sim_point_end(point, side);
	enum ccs_stream_wish wish = side == CCS_SIDE_EV ? point->ev.stream : point->evse.stream;

	if (wish == CCS_STREAM_CLOSED && end->stream >= 0) {
		sim_net_close(&sim->net, end->stream, end->host, sim->now);
		end->stream = -1;
		end->open = false;
		end->give_up = CCS_NEVER;
	} else if (wish == CCS_STREAM_OPEN && end->stream < 0 && side == CCS_SIDE_EV) {
		const struct ccs_sdp *secc = &point->ev.sdp.secc;

		end->stream = sim_net_connect(&sim->net, end->host, secc->secc_ip, secc->secc_port,
					      sim->now);
		end->give_up = sim->now + CONNECT_TIME;
	}
}

static void flush_ev(struct sim_point *point)
{
	uint8_t bytes[MESSAGE_MAX];
	struct sim *sim = point->sim;
	int n;

	while ((n = ccs_ev_station_send_frame(&point->ev, bytes, FRAME_MAX)) > 0)
		send_frame(point, CCS_SIDE_EV, bytes, n);
	while ((n = ccs_ev_station_send_datagram(&point->ev, bytes, sizeof(bytes))) > 0)
		if (!point->car.silenced)
			sim_net_send_datagram(&sim->net, point->car.host, SDP_FROM, all_nodes,
					      CCS_SDP_PORT, bytes, (size_t)n, sim->now);
	while ((n = ccs_ev_station_send_stream(&point->ev, bytes, sizeof(bytes))) > 0)
		send_message(point, CCS_SIDE_EV, bytes, (size_t)n);
	follow_wish(point, CCS_SIDE_EV);
	keep_verdict(point);
	point->car.due = ccs_ev_station_deadline(&point->ev);
}

/* Discovery is answered to whom asked. */
static void answer_datagram(struct sim_point *point, const struct sim_net_event *event)
{
	uint8_t bytes[64];
	struct sim *sim = point->sim;
	int n;

	while ((n = ccs_evse_station_send_datagram(&point->evse, bytes, sizeof(bytes))) > 0)
		if (!point->charger.silenced)
			sim_net_send_datagram(&sim->net, point->charger.host, CCS_SDP_PORT,
					      event->ip, event->port, bytes, (size_t)n, sim->now);
}

static void flush_evse(struct sim_point *point)
{
	uint8_t bytes[MESSAGE_MAX];
	int n;

	while ((n = ccs_evse_station_send_frame(&point->evse, bytes, FRAME_MAX)) > 0)
		send_frame(point, CCS_SIDE_EVSE, bytes, n);
	while ((n = ccs_evse_station_send_stream(&point->evse, bytes, sizeof(bytes))) > 0)
		send_message(point, CCS_SIDE_EVSE, bytes, (size_t)n);
	follow_wish(point, CCS_SIDE_EVSE);
	keep_fault(point);
	point->charger.due = ccs_evse_station_deadline(&point->evse);
}

/* Into the stations. */

/* A call of the car's station, with what belongs around each. */
#define WITH_EV(point, call)                                                     \
	do {                                                                     \
		struct ccs_ev_commands before_call = (point)->world.ev_commands; \
                                                                                 \
		call;                                                            \
		check_ev(point, &before_call);                                   \
		flush_ev(point);                                                 \
	} while (0)

#define WITH_EVSE(point, call)                                                       \
	do {                                                                         \
		struct ccs_evse_commands before_call = (point)->world.evse_commands; \
                                                                                     \
		call;                                                                \
		check_evse(point, &before_call);                                     \
		flush_evse(point);                                                   \
	} while (0)

void sim_point_take_frame(struct sim_point *point, enum ccs_side side, const uint8_t *frame,
			  size_t length)
{
	ccs_time now = point->sim->now;

	look_at_world(point);
	if (side == CCS_SIDE_EV)
		WITH_EV(point, ccs_ev_station_receive_frame(&point->ev, frame, length, now));
	else
		WITH_EVSE(point, ccs_evse_station_receive_frame(&point->evse, frame, length, now));
}

static void take_ev_event(struct sim_point *point, const struct sim_net_event *event)
{
	ccs_time now = point->sim->now;
	struct sim_end *end = &point->car;

	if (event->kind == SIM_NET_DATAGRAM) {
		if (event->local_port == SDP_FROM)
			WITH_EV(point, ccs_ev_station_receive_datagram(&point->ev, event->bytes,
								       event->length, now));
		return;
	}
	if (event->stream != end->stream)
		return;
	if (event->kind == SIM_NET_DATA) {
		WITH_EV(point, ccs_ev_station_receive_stream(&point->ev, event->bytes,
							     event->length, now));
	} else if (event->kind == SIM_NET_CONNECTED) {
		end->open = true;
		end->give_up = CCS_NEVER;
		WITH_EV(point, ccs_ev_station_opened(&point->ev, now));
	} else {
		sim_net_close(&point->sim->net, end->stream, end->host, now);
		end->stream = -1;
		end->open = false;
		end->give_up = CCS_NEVER;
		WITH_EV(point, ccs_ev_station_closed(&point->ev, now));
	}
}

/* A car has connected; not every one gets in. */
static void accept(struct sim_point *point, const struct sim_net_event *event)
{
	struct sim_net *net = &point->sim->net;
	ccs_time now = point->sim->now;
	int refused = CCS_ERR_STATE;

	if (point->charger.stream < 0) {
		point->charger.stream = event->stream;
		WITH_EVSE(point, refused = ccs_evse_station_opened(&point->evse, now));
		point->charger.open = !refused;
		if (refused)
			point->charger.stream = -1;
	}
	if (refused)
		sim_net_abort(net, event->stream, point->charger.host, now);
}

static void take_evse_event(struct sim_point *point, const struct sim_net_event *event)
{
	ccs_time now = point->sim->now;
	struct sim_end *end = &point->charger;

	if (event->kind == SIM_NET_DATAGRAM) {
		if (event->local_port == CCS_SDP_PORT)
			WITH_EVSE(point, (ccs_evse_station_receive_datagram(
						  &point->evse, event->bytes, event->length, now),
					  answer_datagram(point, event)));
	} else if (event->kind == SIM_NET_ACCEPTED) {
		accept(point, event);
	} else if (event->stream == end->stream && event->kind == SIM_NET_DATA) {
		WITH_EVSE(point, ccs_evse_station_receive_stream(&point->evse, event->bytes,
								 event->length, now));
	} else if (event->stream == end->stream) {
		sim_net_close(&point->sim->net, end->stream, end->host, now);
		end->stream = -1;
		end->open = false;
		WITH_EVSE(point, ccs_evse_station_closed(&point->evse, now));
	}
}

void sim_point_take_event(struct sim_point *point, enum ccs_side side,
			  const struct sim_net_event *event)
{
	look_at_world(point);
	if (side == CCS_SIDE_EV)
		take_ev_event(point, event);
	else
		take_evse_event(point, event);
}

/* Time. */

static ccs_time sooner(ccs_time a, ccs_time b)
{
	return a < b ? a : b;
}

ccs_time sim_point_deadline(const struct sim_point *point)
{
	ccs_time due = sooner(point->car.due, point->charger.due);

	if (point->touched || point->changed)
		return point->sim->now;
	due = sooner(due, sooner(point->car.give_up, point->authorise_at));
	if (point->late)
		due = sooner(due, point->late->time);
	return sooner(due, sim_world_deadline(&point->world));
}

static void authorise_in_time(struct sim_point *point)
{
	bool asked = point->evse.session.state == CCS_EVSE_AUTHORISATION;
	enum ccs_authorisation *authorisation = &point->world.evse_values.authorisation;

	if (asked && *authorisation == CCS_AUTHORISATION_PENDING &&
	    point->authorise_at == CCS_NEVER && point->sim->config.authorise_time != CCS_NEVER)
		point->authorise_at = point->sim->now + point->sim->config.authorise_time;
	if (point->sim->now < point->authorise_at)
		return;
	point->authorise_at = CCS_NEVER;
	if (*authorisation == CCS_AUTHORISATION_PENDING)
		*authorisation = CCS_AUTHORISATION_GRANTED;
}

static void give_up_connecting(struct sim_point *point)
{
	struct sim_end *end = &point->car;

	if (point->sim->now < end->give_up)
		return;
	sim_net_abort(&point->sim->net, end->stream, end->host, point->sim->now);
	end->stream = -1;
	end->give_up = CCS_NEVER;
	WITH_EV(point, ccs_ev_station_closed(&point->ev, point->sim->now));
}

/* IP passes while the modems are in one network, or without modems while there is a plug. */
static void update_link(struct sim_point *point)
{
	struct sim *sim = point->sim;
	bool linked = point->world.plugged && !point->cut;

	if (sim->config.slac)
		linked = linked && sim_plc_is_linked(&sim->plc, point->car.node,
						     point->charger.node, sim->now);
	if (linked == point->linked)
		return;
	point->linked = linked;
	sim_net_set_link(&sim->net, point->car.host, point->charger.host, linked);
}

void sim_point_look(struct sim_point *point)
{
	ccs_time now = point->sim->now;

	point->touched = false;
	look_at_world(point);
	update_link(point);
	send_late(point);
	give_up_connecting(point);
	authorise_in_time(point);
	WITH_EV(point, ccs_ev_station_tick(&point->ev, now));
	WITH_EVSE(point, ccs_evse_station_tick(&point->evse, now));
	look_at_world(point);
}

/* The line. */

/* 255 and more is silence. */
static uint8_t hears(const struct sim_point *point, int db)
{
	return (uint8_t)(!point->world.plugged || point->cut || db > SIM_PLC_DEAF ? SIM_PLC_DEAF
										  : db);
}

void sim_point_connect_line(struct sim_point *point)
{
	struct sim *sim = point->sim;

	if (!sim->config.slac)
		return;
	for (int i = 0; i < sim->config.points; i++) {
		const struct sim_point *other = &sim->points[i];
		bool own = other == point;

		sim_plc_set_attenuation(
			&sim->plc, point->car.node, other->charger.node,
			hears(point, own ? sim->config.attenuation_db : sim->config.crosstalk_db));
	}
}

/* Of a car and its own charger; what others overhear stays as it is. */
void sim_point_decide_fate(void *user, const struct ccs_mme *mme, int from, int to,
			   struct sim_plc_fate *fate)
{
	struct sim *sim = user;
	struct sim_point *point = &sim->points[from / 2];

	(void)mme;
	if (from / 2 == to / 2)
		sim_mme_tamper_frame(&point->mme_tamper, from % 2 ? CCS_SIDE_EVSE : CCS_SIDE_EV,
				     fate);
}

void sim_point_lose_stream(struct sim_point *point, enum ccs_side side)
{
	struct sim_end *end = sim_point_end(point, side);
	ccs_time now = point->sim->now;

	end->stream = -1;
	end->open = false;
	end->give_up = CCS_NEVER;
	look_at_world(point);
	if (side == CCS_SIDE_EV)
		WITH_EV(point, ccs_ev_station_closed(&point->ev, now));
	else
		WITH_EVSE(point, ccs_evse_station_closed(&point->evse, now));
}
