/* SPDX-License-Identifier: Apache-2.0 */
/* From points to a charger's values, from its commands to points. */
#include "linux/hw/evse_board.h"

#include "linux/hw/needs.h"
#include "linux/hw/state_number.h"

#include <string.h>

#define VALUE(id)   CCS_HW_VALUE_##id
#define COMMAND(id) CCS_HW_COMMAND_##id

#define BOUNCE_TIME CCS_MS(20)

/* `otherwise` when it is unknown. */
static int32_t get(const struct ccs_hw_evse *evse, enum ccs_hw_value value, ccs_time now,
		   int32_t otherwise)
{
	int32_t reading;

	return ccs_hw_get(&evse->board, value, now, &reading) ? reading : otherwise;
}

static bool is_bound(const struct ccs_hw_evse *evse, enum ccs_hw_value value)
{
	return ccs_hw_is_bound(&evse->board, value);
}

/* A bound limit that is silent allows nothing. */
static int32_t get_limit(const struct ccs_hw_evse *evse, enum ccs_hw_value value, ccs_time now)
{
	return get(evse, value, now, is_bound(evse, value) ? 0 : CCS_NO_LIMIT);
}

static void fill_measured(struct ccs_hw_evse *evse, ccs_time now)
{
	const struct ccs_hw_board *board = &evse->board;
	struct ccs_evse_values *v = &evse->values;

	v->present_mv = ccs_hw_measured(board, VALUE(PRESENT_VOLTAGE), now);
	v->present_ma = ccs_hw_measured(board, VALUE(PRESENT_CURRENT), now);
	v->plug_dc = ccs_hw_measured(board, VALUE(PLUG_TEMPERATURE), now);
	v->energy_wh = ccs_hw_measured(board, VALUE(ENERGY), now);
	v->isolation_ohm = ccs_hw_measured(board, VALUE(ISOLATION_OHM), now);
}

static enum ccs_isolation find_isolation(const struct ccs_hw_evse *evse, ccs_time now)
{
	bool bound = is_bound(evse, VALUE(ISOLATION));

	return (enum ccs_isolation)get(evse, VALUE(ISOLATION), now,
				       bound ? CCS_ISOLATION_INVALID : CCS_ISOLATION_NO_MONITOR);
}

static enum ccs_supply find_supply(const struct ccs_hw_evse *evse, ccs_time now)
{
	bool ready = get(evse, VALUE(SUPPLY_READY), now, !is_bound(evse, VALUE(SUPPLY_READY)));

	return ready && !evse->board.trouble ? CCS_SUPPLY_READY : CCS_SUPPLY_FAULT;
}

static void fill_limits(struct ccs_hw_evse *evse, ccs_time now)
{
	struct ccs_limits *limits = &evse->values.limits;

	*limits = (struct ccs_limits) {
		.max_mv = get_limit(evse, VALUE(MAX_VOLTAGE), now),
		.min_mv = get(evse, VALUE(MIN_VOLTAGE), now, 0),
		.max_ma = get_limit(evse, VALUE(MAX_CURRENT), now),
		.max_w = get_limit(evse, VALUE(MAX_POWER), now),
	};
	if (evse->config->limits.discharge_ma) {
		limits->discharge_ma = CCS_NO_LIMIT;
		limits->discharge_w = CCS_NO_LIMIT;
	}
}

static bool in_session(const struct ccs_hw_evse *evse)
{
	return evse->station && (evse->station->state == CCS_EVSE_STATION_SESSION ||
				 evse->station->state == CCS_EVSE_STATION_BASIC);
}

/* Without complete hardware nothing begins: a car is not seen, but that it has gone is. */
static void hide_car(struct ccs_hw_evse *evse)
{
	if (evse->board.trouble && !in_session(evse) && evse->values.pilot >= CCS_PILOT_B)
		evse->values.pilot = CCS_PILOT_UNKNOWN;
}

/* Neither what was not known before waits, nor what is not any more. */
static void debounce_pilot(struct ccs_hw_evse *evse, ccs_time now)
{
	enum ccs_pilot read = (enum ccs_pilot)get(evse, VALUE(CP_STATE), now, CCS_PILOT_UNKNOWN);

	if (read != evse->read) {
		evse->read = read;
		evse->read_since = now;
	}
	if (read == CCS_PILOT_UNKNOWN || evse->settled == CCS_PILOT_UNKNOWN ||
	    now - evse->read_since >= BOUNCE_TIME)
		evse->settled = read;
	evse->values.pilot = evse->settled;
}

static void fill(struct ccs_hw_evse *evse, ccs_time now)
{
	const struct ccs_hw_board *board = &evse->board;
	struct ccs_evse_values *v = &evse->values;

	fill_measured(evse, now);
	fill_limits(evse, now);
	/* UNKNOWN, OPEN and CLOSED of lock and contactor stand in the same order. */
	v->lock = (enum ccs_lock)(get(evse, VALUE(LOCK_FEEDBACK), now, -1) + 1);
	v->contactor = (enum ccs_contactor)(get(evse, VALUE(CONTACTOR_FEEDBACK), now, -1) + 1);
	v->has_lock = board->commands[COMMAND(LOCK)].seat || is_bound(evse, VALUE(LOCK_FEEDBACK));
	debounce_pilot(evse, now);
	hide_car(evse);
	v->isolation = find_isolation(evse, now);
	v->supply = find_supply(evse, now);
	if (is_bound(evse, VALUE(AUTHORIZED)))
		v->authorisation = get(evse, VALUE(AUTHORIZED), now, 0) ? CCS_AUTHORISATION_GRANTED
									: CCS_AUTHORISATION_PENDING;
	v->stop = evse->stop || get(evse, VALUE(STOP), now, 0) || board->trouble == CCS_HW_STOP;
	v->emergency = get(evse, VALUE(EMERGENCY), now, 0) || board->trouble == CCS_HW_EMERGENCY;
	ccs_config_limit_evse(evse->config, v);
	if (!evse->config->ac.phases)
		ccs_hw_complete_limits(&v->limits);
}

static void command(struct ccs_hw_evse *evse)
{
	const struct ccs_evse_commands *c = &evse->commands;
	struct ccs_hw_board *board = &evse->board;

	ccs_hw_set(board, COMMAND(CP_DUTY), c->duty);
	ccs_hw_set(board, COMMAND(CP_FAULT), (int32_t)c->pilot);
	ccs_hw_set(board, COMMAND(LOCK), c->lock);
	ccs_hw_set(board, COMMAND(CONTACTOR), c->contactor);
	ccs_hw_set(board, COMMAND(SUPPLY), c->supply);
	ccs_hw_set(board, COMMAND(SET_VOLTAGE), c->supply ? c->set.mv : 0);
	ccs_hw_set(board, COMMAND(SET_CURRENT), c->supply ? c->set.ma : 0);
	ccs_hw_set(board, COMMAND(TEST_ISOLATION), c->test_isolation);
}

static void tell_car(struct ccs_hw_news *news, const struct ccs_evse_session *session, ccs_time now)
{
	const struct ccs_evse_car *car = &session->car;
	size_t skip = car->evccid_length > 6 ? car->evccid_length - 6u : 0;
	size_t length = car->evccid_length - skip;

	if (!ccs_measured_get(&car->soc, now, CCS_NEVER, &news->soc))
		news->soc = -1;
	news->capacity_mwh = car->capacity_mwh;
	memset(news->car, 0, sizeof(news->car));
	memcpy(news->car + 6 - length, car->evccid + skip, length);
}

static void tell_news(struct ccs_hw_evse *evse, ccs_time now)
{
	struct ccs_hw_news *news = &evse->board.news;
	const struct ccs_evse_station *station = evse->station;

	news->charger_mv = evse->values.present_mv;
	news->charger_ma = evse->values.present_ma;
	news->target = evse->commands.set;
	if (!station)
		return;
	news->state = station->state == CCS_EVSE_STATION_SESSION
			      ? ccs_evse_state_text(station->session.state)
			      : ccs_evse_station_state_text(station->state);
	news->number = ccs_hw_info_number(station);
	news->active = station->state == CCS_EVSE_STATION_SESSION &&
		       station->session.state >= CCS_EVSE_CABLE_CHECK &&
		       station->session.state <= CCS_EVSE_CHARGING;
	news->charging = station->state == CCS_EVSE_STATION_SESSION &&
			 station->session.state == CCS_EVSE_CHARGING;
	news->done = station->state == CCS_EVSE_STATION_DONE;
	tell_car(news, &station->session, now);
}

static void step(void *user, ccs_time now)
{
	struct ccs_hw_evse *evse = user;

	command(evse);
	tell_news(evse, now);
	ccs_hw_step(&evse->board, now);
	fill(evse, now);
}

static ccs_time deadline(void *user)
{
	const struct ccs_hw_evse *evse = user;
	ccs_time due = ccs_hw_deadline(&evse->board), at = evse->read_since + BOUNCE_TIME;

	return evse->settled != evse->read && at < due ? at : due;
}

int ccs_hw_evse_open(struct ccs_hw_evse *evse, uv_loop_t *loop,
		     const struct ccs_config_evse *config, const struct ccs_evse_station *station,
		     const struct ccs_sink *sink, struct ccs_problem *problem)
{
	*evse = (struct ccs_hw_evse) { .station = station, .config = config };
	evse->board.closed = true; /* until it is open */
	if (ccs_hw_check_evse(config, problem))
		return -1;
	return ccs_hw_open(&evse->board, loop, CCS_HW_EVSE, &config->hardware, sink, problem);
}

struct ccs_hardware ccs_hw_evse_hardware(struct ccs_hw_evse *evse)
{
	return (struct ccs_hardware) { .step = step, .deadline = deadline, .user = evse };
}
