/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both stations around the virtual world, and an input that does what it likes to one of them: two
 * bytes an act.  Bytes, frames, times, losses, people, hardware that fails, and measured values are
 * chosen by it.  After every call the invariants of both sides hold; at the end, when people want
 * the end and the hardware tells the truth, both are at rest (B1).
 */
#ifndef FUZZ_STATIONS_H
#define FUZZ_STATIONS_H

#include "../unit/station_pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ACTS	  60
#define REST_TIME CCS_SECONDS(400)

struct fuzz {
	struct station_pair pair;
	enum ccs_side victim;
	const uint8_t *data; /* what is left */
	size_t size;
	uint8_t lie; /* which value, 0: none */
	uint8_t lie_value;
	uint8_t forged; /* messages until one is changed, 0: none */
	uint8_t forged_at;
};

static struct fuzz fuzz;

static uint8_t take(void)
{
	if (!fuzz.size)
		return 0;
	fuzz.size--;
	return *fuzz.data++;
}

static void check(void)
{
	const struct ccs_breach *breach = &fuzz.pair.breach;

	if (!breach->invariant)
		return;
	fprintf(stderr, "%s in \"%s\": %s\n", ccs_invariant_name(breach->invariant),
		fuzz.pair.breach_at, breach->text);
	abort();
}

static void lie_to_ev(struct ccs_ev_values *v, ccs_time now)
{
	int32_t value = (int32_t)fuzz.lie_value * 4000;

	switch (fuzz.lie % 10) {
	case 0:
		v->plug = (enum ccs_plug)(fuzz.lie_value % 3);
		break;
	case 1:
		v->duty = ccs_measured(fuzz.lie_value * 4, now);
		break;
	case 2:
		v->inlet_mv = ccs_measured(value, now);
		break;
	case 3:
		v->battery_mv = ccs_measured(value, now);
		break;
	case 4:
		v->current_ma = ccs_measured(value - 500000, now);
		break;
	case 5:
		v->lock = (enum ccs_lock)(fuzz.lie_value % 3);
		break;
	case 6:
		v->contactors = (enum ccs_contactor)(fuzz.lie_value % 3);
		break;
	case 7:
		v->limits.max_ma = value;
		v->limits.max_mv = value;
		break;
	case 8:
		v->target = (struct ccs_setpoint) { value, value - 100000 };
		break;
	case 9:
		v->ready = fuzz.lie_value & 1;
		v->soc.known = fuzz.lie_value & 2;
		v->inlet_mv.known = fuzz.lie_value & 4;
		v->current_ma.known = fuzz.lie_value & 8;
		break;
	}
}

static void lie_to_evse(struct ccs_evse_values *v, ccs_time now)
{
	int32_t value = (int32_t)fuzz.lie_value * 4000;

	switch (fuzz.lie % 10) {
	case 0:
		v->pilot = (enum ccs_pilot)(fuzz.lie_value % 7);
		break;
	case 1:
		v->present_mv = ccs_measured(value, now);
		break;
	case 2:
		/* More would be a current that the charger cannot prevent (C4). */
		v->present_ma = ccs_measured((fuzz.lie_value - 128) * 20, now);
		break;
	case 3:
		v->isolation = (enum ccs_isolation)(fuzz.lie_value % 6);
		break;
	case 4:
		v->supply = (enum ccs_supply)(fuzz.lie_value % 3);
		break;
	case 5:
		v->has_lock = true;
		v->lock = (enum ccs_lock)(fuzz.lie_value % 3);
		break;
	case 6:
		v->contactor = (enum ccs_contactor)(fuzz.lie_value % 3);
		break;
	case 7:
		v->limits.max_ma = value;
		v->limits.max_mv = value;
		break;
	case 8:
		v->limits.max_w = value;
		break;
	case 9:
		v->present_mv.known = fuzz.lie_value & 1;
		v->present_ma.known = fuzz.lie_value & 2;
		v->plug_dc = ccs_measured(fuzz.lie_value * 8, now);
		break;
	}
}

static void lie(struct station_pair *p)
{
	if (!fuzz.lie)
		return;
	if (fuzz.victim == CCS_SIDE_EV)
		lie_to_ev(&p->world.ev_values, p->now);
	else
		lie_to_evse(&p->world.evse_values, p->now);
}

/* One bit of one message, not of its header. */
static void forge(struct station_pair *p, enum ccs_side to, uint8_t *bytes, size_t length)
{
	(void)p;
	if (to != fuzz.victim || !fuzz.forged || --fuzz.forged || length <= 8)
		return;
	bytes[8 + fuzz.forged_at / 8U % (length - 8)] ^= (uint8_t)(1U << fuzz.forged_at % 8U);
}

static void inject(enum station_pair_way way, uint8_t length)
{
	size_t n = length < fuzz.size ? length : fuzz.size;
	uint8_t bytes[256];

	for (size_t i = 0; i < n; i++)
		bytes[i] = take();
	station_pair_inject(&fuzz.pair, fuzz.victim, way, bytes, n);
}

static void want(uint8_t what)
{
	struct sim_world *w = &fuzz.pair.world;

	w->ev_values.stop = what & 1;
	w->ev_values.emergency = what & 2;
	w->ev_values.pause = what & 4;
	w->ev_values.renegotiate = what & 8;
	w->evse_values.stop = what & 16;
	w->evse_values.emergency = what & 32;
	w->evse_values.authorisation = what & 64 ? CCS_AUTHORISATION_PENDING
						 : CCS_AUTHORISATION_GRANTED;
	station_pair_settle(&fuzz.pair);
}

static void disturb(uint8_t what)
{
	struct station_pair *p = &fuzz.pair;

	p->refuses = what & 1;
	p->muted = what & 2;
	p->stuck = what & 4;
	if (p->slac)
		sim_plc_set_attenuation(&p->plc, 0, 1,
					what & 8    ? SIM_PLC_DEAF
					: what & 16 ? 45
						    : 15);
	if (what & 32)
		p->plc.config.lost = 100;
	if (what & 64)
		p->plc.config.doubled = 300;
}

static void ask(uint8_t what)
{
	struct station_pair *p = &fuzz.pair;

	switch (what % 6) {
	case 0:
		ccs_ev_station_again(&p->ev, p->now);
		break;
	case 1:
		ccs_evse_station_again(&p->evse, p->now);
		break;
	case 2:
		ccs_evse_session_pause(&p->evse.session, p->now);
		break;
	case 3:
		ccs_evse_session_renegotiate(&p->evse.session, p->now);
		break;
	case 4:
		ccs_evse_station_opened(&p->evse, p->now);
		break;
	case 5:
		ccs_ev_station_opened(&p->ev, p->now);
		break;
	}
	station_pair_settle(p);
}

/*
 * NOTE: not a supply that obeys nobody: in a renegotiation the charger's session keeps its
 * contactor closed, whatever flows (C4).
 */
static void break_hardware(uint8_t how)
{
	enum sim_fault fault = (enum sim_fault)(how % SIM_FAULT_COUNT);

	if (fault != SIM_FAULT_SUPPLY_FROZEN)
		sim_world_set_fault(&fuzz.pair.world, fault, how & 0x80);
}

static void act(uint8_t what, uint8_t how)
{
	struct station_pair *p = &fuzz.pair;

	switch (what % 16) {
	case 0:
		station_pair_run(p, CCS_MS(how * 20));
		break;
	case 1:
		station_pair_run(p, CCS_MS(how * 250));
		break;
	case 2:
		if (how & 1)
			sim_world_plug(&p->world);
		else
			sim_world_unplug(&p->world);
		break;
	case 3:
		station_pair_ev(p, (enum ccs_ev_station_state)(how % (CCS_EV_STATION_DONE + 1)),
				CCS_SECONDS(40));
		break;
	case 4:
		want(how);
		break;
	case 5:
		disturb(how);
		break;
	case 6:
		break_hardware(how);
		break;
	case 7:
		inject(PAIR_STREAM, how);
		break;
	case 8:
		inject(PAIR_FRAME, how);
		break;
	case 9:
		inject(PAIR_DATAGRAM, how);
		break;
	case 10:
		station_pair_inject(p, fuzz.victim, PAIR_STREAM, NULL, 0);
		break;
	case 11:
		fuzz.forged = how;
		fuzz.forged_at = take();
		break;
	case 12:
		fuzz.lie = how;
		fuzz.lie_value = take();
		break;
	case 13:
		ask(how);
		break;
	case 14:
		station_pair_step(p, p->now + CCS_SECONDS(1));
		break;
	case 15:
		for (int i = 0; i < how; i++)
			station_pair_step(p, p->now + CCS_SECONDS(1));
		break;
	}
	check();
}

static bool is_at_rest(const struct station_pair *p)
{
	const struct ccs_ev_commands *ev = &p->world.ev_commands;
	const struct ccs_evse_commands *evse = &p->world.evse_commands;

	return !ev->contactors && !ev->lock && !evse->contactor && !evse->supply && !evse->lock &&
	       (p->ev.state == CCS_EV_STATION_DONE || p->ev.state == CCS_EV_STATION_UNPLUGGED ||
		p->ev.state == CCS_EV_STATION_PLUGGED);
}

static void come_to_rest(void)
{
	struct station_pair *p = &fuzz.pair;

	fuzz.lie = fuzz.forged = 0;
	for (int i = 0; i < SIM_FAULT_COUNT; i++)
		sim_world_set_fault(&p->world, (enum sim_fault)i, false);
	p->world.ev_values.stop = p->world.evse_values.stop = true;
	for (ccs_time end = p->now + REST_TIME; p->now < end && !is_at_rest(p); check())
		station_pair_step(p, end);
	if (is_at_rest(p))
		return;
	fprintf(stderr, "B1: \"%s\", \"%s\"\n", ccs_ev_station_state_text(p->ev.state),
		ccs_evse_station_state_text(p->evse.state));
	abort();
}

static void configure(struct station_pair_config *config, uint8_t how)
{
	bool ac = how & 4;

	config->slac = how & 1;
	config->ev.session.offers[0] = how & 2 ? CCS_PROTOCOL_ISO2 : CCS_PROTOCOL_DIN;
	config->ev.basic_ac = config->evse.basic_ac = ac;
	if (ac) {
		config->world.ac_phases = 3;
		config->evse.session.ac.phases = 3;
		config->evse.session.ac.max_ma = 32000;
		config->evse.session.probe = how & 8;
		if (!(how & 8))
			config->ev.session.transfer = CCS_EV_TRANSFER_AC_THREE_PHASE;
	}
	config->world.evse_has_lock = how & 16;
	if (how & 32)
		config->ev.session.quirks = config->evse.session.quirks = ccs_quirks_strict();
}

static int fuzz_station(const uint8_t *data, size_t size, enum ccs_side victim)
{
	struct station_pair_config config;

	station_pair_config(&fuzz.pair, &config);
	fuzz.victim = victim;
	fuzz.data = data;
	fuzz.size = size;
	fuzz.lie = fuzz.forged = 0;
	configure(&config, take());
	fuzz.pair.lie = lie;
	fuzz.pair.forge = forge;
	station_pair_start(&fuzz.pair, &config);
	for (int i = 0; i < ACTS && fuzz.size; i++) {
		uint8_t what = take();

		act(what, take());
	}
	come_to_rest();
	station_pair_free(&fuzz.pair);
	return 0;
}

#endif
