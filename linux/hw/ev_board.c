/* SPDX-License-Identifier: Apache-2.0 */
/* From points to a car's values, from its commands to points. */
#include "linux/hw/ev_board.h"

#include "linux/hw/needs.h"
#include "linux/hw/state_number.h"

#include <string.h>

#define VALUE(id)   CCS_HW_VALUE_##id
#define COMMAND(id) CCS_HW_COMMAND_##id

static const struct ccs_limits no_limits = CCS_LIMITS_OPEN;

/* `otherwise` when it is unknown. */
static int32_t get(const struct ccs_hw_ev *ev, enum ccs_hw_value value, ccs_time now,
		   int32_t otherwise)
{
	int32_t reading;

	return ccs_hw_get(&ev->board, value, now, &reading) ? reading : otherwise;
}

static bool is_bound(const struct ccs_hw_ev *ev, enum ccs_hw_value value)
{
	return ccs_hw_is_bound(&ev->board, value);
}

/* A bound limit that is silent allows nothing. */
static int32_t get_limit(const struct ccs_hw_ev *ev, enum ccs_hw_value value, ccs_time now)
{
	return get(ev, value, now, is_bound(ev, value) ? 0 : CCS_NO_LIMIT);
}

static void fill_measured(struct ccs_hw_ev *ev, ccs_time now)
{
	struct ccs_ev_values *v = &ev->values;

	v->duty = ccs_hw_measured(&ev->board, VALUE(DUTY), now);
	v->inlet_mv = ccs_hw_measured(&ev->board, VALUE(INLET_VOLTAGE), now);
	v->battery_mv = ccs_hw_measured(&ev->board, VALUE(BATTERY_VOLTAGE), now);
	v->current_ma = ccs_hw_measured(&ev->board, VALUE(CURRENT), now);
	v->inlet_dc = ccs_hw_measured(&ev->board, VALUE(INLET_TEMPERATURE), now);
	v->battery_dc = ccs_hw_measured(&ev->board, VALUE(BATTERY_TEMPERATURE), now);
	v->soc = ccs_hw_measured(&ev->board, VALUE(SOC), now);
}

/* UNKNOWN, OPEN and CLOSED of lock and contactors, UNKNOWN, OUT and IN of the plug. */
static int feedback(const struct ccs_hw_ev *ev, enum ccs_hw_value value, ccs_time now)
{
	return get(ev, value, now, -1) + 1;
}

static bool in_session(const struct ccs_hw_ev *ev)
{
	return ev->station && ev->station->state == CCS_EV_STATION_SESSION;
}

/* The first trouble of a session is what ended it. */
static void keep_reason(struct ccs_hw_ev *ev)
{
	if (!ev->station || ev->station->state < CCS_EV_STATION_SESSION)
		ev->reason[0] = '\0';
	else if (in_session(ev) && ev->board.trouble && !ev->reason[0])
		memcpy(ev->reason, ev->board.why, sizeof(ev->reason));
}

static bool is_done(const struct ccs_hw_ev *ev)
{
	return ev->station && ev->station->state == CCS_EV_STATION_DONE;
}

/*
 * Without complete hardware nothing begins: neither plug nor pilot is seen.  But a car that nobody
 * sees was not unplugged: with what comes back no other session begins, and what ended has ended.
 */
static void hide_plug(struct ccs_hw_ev *ev)
{
	if (!ev->board.trouble)
		return;
	if (in_session(ev) || is_done(ev)) {
		if (ev->values.plug == CCS_PLUG_UNKNOWN && !ev->values.duty.known)
			ev->values.plug = CCS_PLUG_IN;
		return;
	}
	ev->values.plug = CCS_PLUG_UNKNOWN;
	ev->values.duty.known = false;
}

static void fill_wishes(struct ccs_hw_ev *ev, ccs_time now)
{
	const struct ccs_hw_board *board = &ev->board;
	struct ccs_ev_values *v = &ev->values;
	int32_t battery_mv = get_limit(ev, VALUE(MAX_VOLTAGE), now);

	v->limits = no_limits;
	v->limits.max_mv = battery_mv;
	v->limits.max_ma = get_limit(ev, VALUE(MAX_CURRENT), now);
	v->limits.max_w = get_limit(ev, VALUE(MAX_POWER), now);
	v->limits.discharge_ma = v->limits.discharge_w = 0;
	v->target.mv = get(ev, VALUE(TARGET_VOLTAGE), now,
			   is_bound(ev, VALUE(TARGET_VOLTAGE)) ? 0 : battery_mv);
	v->target.ma = get(ev, VALUE(TARGET_CURRENT), now,
			   is_bound(ev, VALUE(TARGET_CURRENT)) ? 0 : v->limits.max_ma);
	v->capacity_mwh = get(ev, VALUE(CAPACITY), now, 0);
	v->ready = get(ev, VALUE(READY), now, !is_bound(ev, VALUE(READY))) && !board->trouble;
	v->stop = ev->stop || get(ev, VALUE(STOP), now, 0) || board->trouble == CCS_HW_STOP;
	v->emergency = get(ev, VALUE(EMERGENCY), now, 0) || board->trouble == CCS_HW_EMERGENCY;
}

static void fill(struct ccs_hw_ev *ev, ccs_time now)
{
	struct ccs_setpoint *target = &ev->values.target;
	int32_t wanted_ma = 0;
	bool bound = ccs_hw_get(&ev->board, VALUE(TARGET_CURRENT), now, &wanted_ma) ||
		     is_bound(ev, VALUE(TARGET_CURRENT));

	fill_measured(ev, now);
	ev->values.plug = (enum ccs_plug)feedback(ev, VALUE(PLUG), now);
	hide_plug(ev);
	keep_reason(ev);
	ev->values.lock = (enum ccs_lock)feedback(ev, VALUE(LOCK_FEEDBACK), now);
	ev->values.contactors = (enum ccs_contactor)feedback(ev, VALUE(CONTACTOR_FEEDBACK), now);
	fill_wishes(ev, now);
	ccs_config_limit_ev(ev->config, &ev->values);
	if (ev->config->transfer < CCS_EV_TRANSFER_AC_THREE_PHASE)
		ccs_hw_complete_limits(&ev->values.limits);
	/* A configured target is for batteries that say none. */
	if (bound && wanted_ma < target->ma)
		target->ma = wanted_ma;
}

static void command(struct ccs_hw_ev *ev)
{
	const struct ccs_ev_commands *c = &ev->commands;
	struct ccs_hw_board *board = &ev->board;

	ccs_hw_set(board, COMMAND(CP), (int32_t)(c->pilot < CCS_PILOT_C ? CCS_PILOT_B : c->pilot));
	ccs_hw_set(board, COMMAND(LOCK), c->lock);
	ccs_hw_set(board, COMMAND(CONTACTOR), c->contactors);
	ccs_hw_set(board, COMMAND(ISOLATION_MONITOR), c->isolation_monitor);
	ccs_hw_set(board, COMMAND(ONBOARD_CURRENT), c->onboard_ma);
}

static int32_t or_unsaid(int32_t limit)
{
	return limit == CCS_NO_LIMIT ? 0 : limit;
}

/* Nobody is at the other end: the plug was pulled, or there is none. */
static bool is_alone(const struct ccs_ev_station *station)
{
	enum ccs_ev_reason reason = ccs_ev_session_reason(&station->session);

	if (station->slac.state == CCS_SLAC_EV_FAILED || station->slac.state == CCS_SLAC_EV_LOST)
		return true;
	return ccs_ev_session_outcome(&station->session) == CCS_EV_OUTCOME_FAILED &&
	       (reason == CCS_EV_REASON_CONNECTION || reason == CCS_EV_REASON_NO_ANSWER);
}

static bool is_full(const struct ccs_hw_ev *ev, ccs_time now)
{
	int32_t full = ev->config->until_soc ? ev->config->until_soc : ev->config->full_soc;

	return get(ev, VALUE(SOC), now, 0) >= full;
}

/* The link is left soon after: what is seen at first counts. */
static void tell_end(struct ccs_hw_ev *ev, ccs_time now)
{
	struct ccs_hw_news *news = &ev->board.news;

	news->done = ev->station->state == CCS_EV_STATION_DONE;
	news->alone = news->done && (news->alone || is_alone(ev->station));
	news->held = ev->held || is_full(ev, now);
}

static void tell_news(struct ccs_hw_ev *ev, ccs_time now)
{
	struct ccs_hw_news *news = &ev->board.news;
	const struct ccs_ev_station *station = ev->station;
	enum ccs_ev_state state;

	news->soc = get(ev, VALUE(SOC), now, -1);
	news->target = ev->values.target;
	if (!station)
		return;
	state = ccs_ev_session_state(&station->session);
	news->number = ccs_hw_checkpoint(station);
	news->state = station->state == CCS_EV_STATION_SESSION
			      ? ccs_ev_state_text(state)
			      : ccs_ev_station_state_text(station->state);
	news->active = state >= CCS_EV_STATE_CABLE_CHECK && state <= CCS_EV_STATE_FALLING;
	tell_end(ev, now);
	news->charger_mv = ccs_ev_station_facts(station)->reported_mv;
	news->charger_ma = station->session.reported_ma;
	news->charger_max_mv = or_unsaid(station->session.charger.max_mv);
	news->charger_max_ma = or_unsaid(station->session.charger.max_ma);
}

static void step(void *user, ccs_time now)
{
	struct ccs_hw_ev *ev = user;

	command(ev);
	tell_news(ev, now);
	ccs_hw_step(&ev->board, now);
	fill(ev, now);
}

static ccs_time deadline(void *user)
{
	return ccs_hw_deadline(&((struct ccs_hw_ev *)user)->board);
}

int ccs_hw_ev_open(struct ccs_hw_ev *ev, uv_loop_t *loop, const struct ccs_config *config,
		   const struct ccs_ev_station *station, const struct ccs_sink *sink,
		   struct ccs_problem *problem)
{
	*ev = (struct ccs_hw_ev) { .station = station, .config = &config->ev };
	ev->board.closed = true; /* until it is open */
	if (ccs_hw_check_ev(config, problem))
		return -1;
	return ccs_hw_open(&ev->board, loop, CCS_HW_EV, &config->ev.hardware, sink, problem);
}

struct ccs_hardware ccs_hw_ev_hardware(struct ccs_hw_ev *ev)
{
	return (struct ccs_hardware) { .step = step, .deadline = deadline, .user = ev };
}
