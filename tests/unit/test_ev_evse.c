/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The car's and the charger's session engines with each other, around one cable and one battery,
 * in steps of 10 ms.  The invariants of both sides are checked after every call.
 */
#include "ccs/ev_session.h"
#include "ccs/evse_session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define STEP	   CCS_MS(10)
#define BATTERY_MV 380000

struct pair {
	struct ccs_ev_session ev;
	struct ccs_ev_values ev_values;
	struct ccs_ev_commands ev_commands;
	struct ccs_evse_session evse;
	struct ccs_evse_values evse_values;
	struct ccs_evse_commands evse_commands;
	ccs_time now, tested;
	int32_t cable_mv, current_ma;
	int64_t charge_mas; /* that went into the battery */
	bool cut;	    /* the connection is lost */
	struct ccs_breach breach;
	uint8_t memory[6][8192];
};

static struct pair pair;

enum kind { DIN_DC, ISO2_DC, ISO2_AC, KINDS };

static void init(struct pair *p, enum kind kind)
{
	static const uint8_t id[8] = "session";
	const struct ccs_limits car = { .max_mv = 410000, .max_ma = 100000, .max_w = 40000 };
	const struct ccs_limits charger = {
		.max_mv = 500000, .min_mv = 150000, .max_ma = 125000, .min_ma = 1000, .max_w = 50000
	};
	struct ccs_ev_session_config ev = {
		.channel = { .input = p->memory[0],
			     .input_size = 8192,
			     .output = p->memory[1],
			     .output_size = 8192,
			     .pool = p->memory[2],
			     .pool_size = 8192 },
		.values = &p->ev_values,
		.commands = &p->ev_commands,
		.quirks = ccs_quirks_default(),
		.evccid = { 2, 0, 0, 0, 0, 1 },
		.evccid_length = 6,
		.offers = { kind == DIN_DC ? CCS_PROTOCOL_DIN : CCS_PROTOCOL_ISO2 },
		.offer_count = 1,
		.transfer = kind == ISO2_AC ? CCS_EV_TRANSFER_AC_THREE_PHASE
					    : CCS_EV_TRANSFER_DC_EXTENDED,
	};
	struct ccs_evse_config evse = {
		.channel = { .input = p->memory[3],
			     .input_size = 8192,
			     .output = p->memory[4],
			     .output_size = 8192,
			     .pool = p->memory[5],
			     .pool_size = 8192 },
		.values = &p->evse_values,
		.commands = &p->evse_commands,
		.quirks = ccs_quirks_default(),
	};

	if (kind == ISO2_AC)
		evse.ac = (struct ccs_evse_ac) { .phases = 3, .max_ma = 32000 };
	memset(p, 0, sizeof(*p));
	p->now = CCS_SECONDS(1);
	p->ev_values = (struct ccs_ev_values) { .plug = CCS_PLUG_IN,
						.limits = car,
						.target = { .mv = 400000, .ma = 80000 },
						.capacity_mwh = 28000000,
						.full_soc = 900,
						.ready = true };
	p->evse_values = (struct ccs_evse_values) { .supply = CCS_SUPPLY_READY, .limits = charger };
	if (kind == ISO2_AC) {
		p->ev_values.limits.max_ma = 20000;
		p->ev_values.limits.max_w = CCS_NO_LIMIT;
	}
	ccs_evse_session_init(&p->evse, &evse);
	assert_int_equal(ccs_ev_session_init(&p->ev, &ev), 0);
	assert_int_equal(ccs_evse_session_start(&p->evse, id, p->now), 0);
	assert_int_equal(ccs_ev_session_start(&p->ev, p->now), 0);
}

static void move(int32_t *value, int32_t to, int32_t by)
{
	if (*value < to)
		*value = to - *value < by ? to : *value + by;
	else
		*value = *value - to < by ? to : *value - by;
}

static void move_car(struct pair *p)
{
	struct ccs_ev_values *v = &p->ev_values;

	v->lock = p->ev_commands.lock ? CCS_LOCK_CLOSED : CCS_LOCK_OPEN;
	v->contactors = p->ev_commands.contactors ? CCS_CONTACTOR_CLOSED : CCS_CONTACTOR_OPEN;
	v->inlet_mv = ccs_measured(p->cable_mv, p->now);
	v->battery_mv = ccs_measured(BATTERY_MV, p->now);
	v->current_ma = ccs_measured(p->current_ma, p->now);
	v->duty = ccs_measured(50, p->now);
	v->soc = ccs_measured(500, p->now);
}

static void move_charger(struct pair *p)
{
	struct ccs_evse_values *v = &p->evse_values;

	v->pilot = p->ev_values.plug == CCS_PLUG_OUT ? CCS_PILOT_A : p->ev_commands.pilot;
	v->contactor = p->evse_commands.contactor ? CCS_CONTACTOR_CLOSED : CCS_CONTACTOR_OPEN;
	v->present_mv = ccs_measured(p->cable_mv, p->now);
	v->present_ma = ccs_measured(p->current_ma, p->now);
	if (!p->evse_commands.test_isolation)
		p->tested = p->now;
	else if (p->now - p->tested < CCS_MS(500))
		v->isolation = CCS_ISOLATION_RUNNING;
	else
		v->isolation = CCS_ISOLATION_VALID;
	if (p->now > CCS_SECONDS(4))
		v->authorisation = CCS_AUTHORISATION_GRANTED;
}

static void move_dc(struct pair *p)
{
	bool on = p->evse_commands.supply && p->evse_commands.contactor;
	bool closed = p->ev_commands.contactors;

	if (closed)
		p->cable_mv = BATTERY_MV;
	else
		move(&p->cable_mv, on ? p->evse_commands.set.mv : 0, 5000);
	if (closed && p->evse_commands.contactor)
		move(&p->current_ma, on ? p->evse_commands.set.ma : 0, 5000);
	else
		p->current_ma = 0;
}

static void move_cable(struct pair *p)
{
	if (p->ev.facts.ac)
		p->current_ma = p->evse_commands.contactor ? p->ev_commands.onboard_ma : 0;
	else
		move_dc(p);
	p->charge_mas += p->current_ma / 100;
}

static void keep(struct pair *p, const struct ccs_breach *breach)
{
	if (!p->breach.text)
		p->breach = *breach;
}

/* Both engines have had their call: what must hold. */
static void check(struct pair *p, const struct ccs_ev_commands *ev,
		  const struct ccs_evse_commands *evse)
{
	struct ccs_ev_step car = { &p->ev_values, ev, &p->ev_commands, ccs_ev_session_facts(&p->ev),
				   p->now };
	struct ccs_evse_step charger = { &p->evse_values, evse, &p->evse_commands, &p->evse.facts,
					 p->now };
	struct ccs_breach breach;

	if (ccs_ev_check(&car, &ccs_tolerances_default, &breach))
		keep(p, &breach);
	if (ccs_evse_check(&charger, &ccs_tolerances_default, &breach))
		keep(p, &breach);
}

static void exchange(struct pair *p)
{
	uint8_t bytes[2048];
	int n;

	while ((n = ccs_ev_session_send(&p->ev, bytes, sizeof(bytes))) > 0)
		if (!p->cut)
			ccs_evse_session_receive(&p->evse, bytes, (size_t)n, p->now);
	while ((n = ccs_evse_session_send(&p->evse, bytes, sizeof(bytes))) > 0)
		if (!p->cut)
			ccs_ev_session_receive(&p->ev, bytes, (size_t)n, p->now);
}

static void step(struct pair *p)
{
	struct ccs_ev_commands ev;
	struct ccs_evse_commands evse;

	p->now += STEP;
	move_cable(p);
	move_car(p);
	move_charger(p);
	ev = p->ev_commands;
	evse = p->evse_commands;
	ccs_ev_session_tick(&p->ev, p->now);
	ccs_evse_session_tick(&p->evse, p->now);
	exchange(p);
	if (ccs_ev_session_wants_close(&p->ev) && !p->cut) {
		p->cut = true;
		ccs_evse_session_close(&p->evse, p->now);
	}
	check(p, &ev, &evse);
}

static void run(struct pair *p, ccs_time duration)
{
	ccs_time end = p->now + duration;

	while (p->now < end && !(ccs_ev_session_has_ended(&p->ev) && p->evse.facts.ended))
		step(p);
}

static void run_to(struct pair *p, enum ccs_ev_state state)
{
	ccs_time end = p->now + CCS_SECONDS(100);

	while (p->now < end && ccs_ev_session_state(&p->ev) < state)
		step(p);
}

static void assert_end(struct pair *p, enum ccs_ev_outcome outcome)
{
	run(p, CCS_SECONDS(120));
	if (p->breach.text)
		fail_msg("%s: %s", ccs_invariant_name(p->breach.invariant), p->breach.text);
	assert_true(ccs_ev_session_has_ended(&p->ev));
	assert_true(p->evse.facts.ended);
	if (ccs_ev_session_outcome(&p->ev) != outcome)
		fail_msg("%s; %s", ccs_ev_reason_text(ccs_ev_session_reason(&p->ev)),
			 ccs_evse_fault_text(p->evse.fault));
	assert_false(p->ev_commands.contactors || p->ev_commands.lock);
	assert_false(p->evse_commands.supply || p->evse_commands.contactor);
}

static void test_stop_by_car(void **state)
{
	(void)state;
	for (enum kind kind = 0; kind < KINDS; kind++) {
		init(&pair, kind);
		run_to(&pair, CCS_EV_STATE_CHARGING);
		run(&pair, CCS_SECONDS(60));
		assert_int_equal(ccs_ev_session_state(&pair.ev), CCS_EV_STATE_CHARGING);
		assert_int_equal(pair.current_ma, kind == ISO2_AC ? 20000 : 80000);
		assert_true(pair.charge_mas > (int64_t)55 * pair.current_ma);
		pair.ev_values.stop = true;
		assert_end(&pair, CCS_EV_OUTCOME_STOPPED_BY_CAR);
		assert_int_equal(pair.evse.fault, CCS_EVSE_FAULT_NONE);
	}
}

static void test_stop_by_charger(void **state)
{
	(void)state;
	for (enum kind kind = 0; kind < KINDS; kind++) {
		init(&pair, kind);
		run_to(&pair, CCS_EV_STATE_CHARGING);
		run(&pair, CCS_SECONDS(10));
		pair.evse_values.stop = true;
		assert_end(&pair, CCS_EV_OUTCOME_STOPPED_BY_CHARGER);
		assert_int_equal(pair.evse.fault, CCS_EVSE_FAULT_NONE);
	}
}

enum what {
	WHAT_CAR_STOPS,
	WHAT_CHARGER_STOPS,
	WHAT_CAR_EMERGENCY,
	WHAT_CHARGER_EMERGENCY,
	WHAT_UNPLUGGED,
	WHAT_CONNECTION_LOST,
	WHAT_COUNT
};

/* From every state: one side wants the end, or the world ends it. */
static void end_at(enum kind kind, enum ccs_ev_state at, enum what what)
{
	struct pair *p = &pair;

	init(p, kind);
	if (at > CCS_EV_STATE_CHARGING)
		run_to(p, CCS_EV_STATE_CHARGING);
	p->ev_values.stop = at > CCS_EV_STATE_CHARGING || what == WHAT_CAR_STOPS;
	run_to(p, at);
	p->evse_values.stop = what == WHAT_CHARGER_STOPS;
	p->ev_values.emergency = what == WHAT_CAR_EMERGENCY;
	p->evse_values.emergency = what == WHAT_CHARGER_EMERGENCY;
	if (what == WHAT_UNPLUGGED)
		p->ev_values.plug = CCS_PLUG_OUT;
	p->cut = what == WHAT_CONNECTION_LOST;
	if (p->cut) {
		ccs_ev_session_lost(&p->ev, p->now);
		ccs_evse_session_close(&p->evse, p->now);
	}
	run(p, CCS_SECONDS(120));
	if (p->breach.text)
		fail_msg("%d at %d: %s: %s", what, (int)at, ccs_invariant_name(p->breach.invariant),
			 p->breach.text);
	assert_end(p, ccs_ev_session_outcome(&p->ev));
}

static void test_ends(void **state)
{
	(void)state;
	for (enum kind kind = 0; kind < KINDS; kind++)
		for (enum ccs_ev_state at = CCS_EV_STATE_HANDSHAKE; at <= CCS_EV_STATE_SESSION_STOP;
		     at++)
			for (enum what what = 0; what < WHAT_COUNT; what++)
				end_at(kind, at, what);
}

static bool run_out_of(struct pair *p, enum ccs_ev_state state)
{
	ccs_time end = p->now + CCS_SECONDS(1);

	while (p->now < end && ccs_ev_session_state(&p->ev) == state)
		step(p);
	return ccs_ev_session_state(&p->ev) != state;
}

/* Either side wants new limits; charging goes on afterwards. */
static void test_renegotiation(void **state)
{
	(void)state;
	for (enum kind kind = ISO2_DC; kind < KINDS; kind++) {
		for (int by_car = 0; by_car < 2; by_car++) {
			init(&pair, kind);
			run_to(&pair, CCS_EV_STATE_CHARGING);
			run(&pair, CCS_SECONDS(15));
			pair.ev_values.renegotiate = by_car;
			if (!by_car)
				assert_int_equal(ccs_evse_session_renegotiate(&pair.evse, pair.now),
						 0);
			assert_true(run_out_of(&pair, CCS_EV_STATE_CHARGING));
			run(&pair, CCS_SECONDS(20));
			assert_int_equal(ccs_ev_session_state(&pair.ev), CCS_EV_STATE_CHARGING);
			assert_int_equal(pair.current_ma, kind == ISO2_AC ? 20000 : 80000);
			pair.ev_values.stop = true;
			assert_end(&pair, CCS_EV_OUTCOME_STOPPED_BY_CAR);
			assert_int_equal(pair.evse.fault, CCS_EVSE_FAULT_NONE);
		}
	}
}

static void resume(struct pair *p)
{
	static const uint8_t id[8] = "another";

	p->cut = false;
	assert_int_equal(ccs_evse_session_start(&p->evse, id, p->now), 0);
	assert_int_equal(ccs_ev_session_resume(&p->ev, p->now), 0);
	run_to(p, CCS_EV_STATE_CHARGING);
	run(p, CCS_SECONDS(10));
	assert_int_equal(ccs_ev_session_state(&p->ev), CCS_EV_STATE_CHARGING);
	assert_true(ccs_ev_session_has_joined(&p->ev));
	p->ev_values.stop = true;
	assert_end(p, CCS_EV_OUTCOME_STOPPED_BY_CAR);
}

/* Either side wants a pause; the session is taken up again. */
static void test_pause(void **state)
{
	(void)state;
	for (enum kind kind = ISO2_DC; kind < KINDS; kind++) {
		for (int by_car = 0; by_car < 2; by_car++) {
			init(&pair, kind);
			run_to(&pair, CCS_EV_STATE_CHARGING);
			run(&pair, CCS_SECONDS(15));
			pair.ev_values.pause = by_car;
			if (!by_car)
				assert_int_equal(ccs_evse_session_pause(&pair.evse, pair.now), 0);
			assert_end(&pair, CCS_EV_OUTCOME_PAUSED);
			pair.ev_values.pause = false;
			run(&pair, CCS_SECONDS(5));
			resume(&pair);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stop_by_car), cmocka_unit_test(test_stop_by_charger),
		cmocka_unit_test(test_ends),	    cmocka_unit_test(test_renegotiation),
		cmocka_unit_test(test_pause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
