/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The car's session when something goes wrong: every response spoiled in every way, every piece of
 * hardware and every person at every state.  It always ends in bounded time, with the contactors
 * commanded open and the inlet unlocked (B1), and breaks no invariant on the way.
 */
#include "ev_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define BOUND	  CCS_SECONDS(100) /* B1, from the fault */
#define TO_CHARGE CCS_SECONDS(40)  /* a session until its loop, and a while of it */

static struct ev_world world;

enum kind { DIN_DC, ISO2_DC, ISO2_AC, KINDS };

static void init(struct ev_world *w, enum kind kind)
{
	ev_world_init(w);
	w->protocol = kind == DIN_DC ? CCS_PROTOCOL_DIN : CCS_PROTOCOL_ISO2;
	if (kind != ISO2_AC)
		return;
	w->config.transfer = CCS_EV_TRANSFER_AC_THREE_PHASE;
	w->iso2.modes[0] = iso2_EnergyTransferMode_AC_three_phase_core;
	w->values.limits = (struct ccs_limits) {
		.max_mv = 250000, .max_ma = 32000, .min_ma = 6000, .max_w = CCS_NO_LIMIT
	};
	w->values.target.ma = 32000;
}

/* Welded contactors and a live inlet keep the lock closed, and nothing else does. */
static void assert_safe(const struct ev_world *w, const char *what, int a, int b)
{
	bool keeps_locked = w->values.contactors == CCS_CONTACTOR_CLOSED ||
			    w->values.inlet_mv.value >= 60000;

	if (w->breach.text)
		fail_msg("%s %d at %d: %s: %s", what, a, b, ccs_invariant_name(w->breach.invariant),
			 w->breach.text);
	if (!ccs_ev_session_has_ended(&w->session))
		fail_msg("%s %d at %d: not ended, but %s", what, a, b,
			 ccs_ev_state_text(ccs_ev_session_state(&w->session)));
	if (w->commands.contactors || (w->commands.lock && !keeps_locked))
		fail_msg("%s %d at %d: not safe", what, a, b);
	assert_int_equal(w->commands.pilot, CCS_PILOT_B);
	assert_int_not_equal(ccs_ev_session_outcome(&w->session), CCS_EV_OUTCOME_NONE);
}

static const enum ccs_ev_message requests[] = {
	CCS_EV_MESSAGE_HANDSHAKE,
	CCS_EV_MESSAGE_SESSION_SETUP,
	CCS_EV_MESSAGE_SERVICE_DISCOVERY,
	CCS_EV_MESSAGE_PAYMENT_SELECTION,
	CCS_EV_MESSAGE_AUTHORISATION,
	CCS_EV_MESSAGE_PARAMETERS,
	CCS_EV_MESSAGE_CABLE_CHECK,
	CCS_EV_MESSAGE_PRECHARGE,
	CCS_EV_MESSAGE_POWER_DELIVERY,
	CCS_EV_MESSAGE_DEMAND,
	CCS_EV_MESSAGE_STATUS,
	CCS_EV_MESSAGE_RECEIPT,
	CCS_EV_MESSAGE_WELDING,
	CCS_EV_MESSAGE_SESSION_STOP,
};

#define REQUESTS (sizeof(requests) / sizeof(*requests))

static void spoil(enum kind kind, enum ev_fault fault, enum ccs_ev_message at, int count)
{
	struct ev_world *w = &world;

	init(w, kind);
	w->loops = 20;
	w->fault = fault;
	w->fault_at = at;
	w->fault_count = count;
	w->iso2.receipts = kind != DIN_DC && count == 2;
	if (count == 1)
		w->config.quirks = ccs_quirks_strict();
	ev_world_start(w);
	ev_world_run(w, TO_CHARGE + BOUND);
	assert_safe(w, "response fault", (int)fault, (int)at);
}

static void test_responses(void **state)
{
	(void)state;
	for (enum kind kind = 0; kind < KINDS; kind++)
		for (enum ev_fault fault = EV_FAULT_NONE; fault < EV_FAULT_COUNT; fault++)
			for (size_t i = 0; i < REQUESTS; i++)
				for (int count = 1; count <= 3; count++)
					spoil(kind, fault, requests[i], count);
}

/* Before welding detection every spoiled response but one of an unknown type is a failure. */
static void test_responses_fail(void **state)
{
	(void)state;
	for (enum kind kind = 0; kind < KINDS; kind++) {
		for (enum ev_fault fault = EV_FAULT_LOST; fault < EV_FAULT_COUNT; fault++) {
			for (size_t i = 0; requests[i] != CCS_EV_MESSAGE_WELDING; i++) {
				spoil(kind, fault, requests[i], 1);
				if (world.seen[requests[i]] && (fault != EV_FAULT_LATE || !i))
					assert_int_equal(ccs_ev_session_outcome(&world.session),
							 CCS_EV_OUTCOME_FAILED);
			}
		}
	}
}

static void disturb(enum kind kind, enum ev_event event, enum ccs_ev_state at, bool strict)
{
	struct ev_world *w = &world;

	init(w, kind);
	w->loops = 60;
	w->event = event;
	w->event_at = at;
	if (strict)
		w->config.quirks = ccs_quirks_strict();
	ev_world_start(w);
	ev_world_run(w, TO_CHARGE + CCS_SECONDS(150) + BOUND);
	assert_safe(w, "event", (int)event, (int)at);
}

static void test_events(void **state)
{
	(void)state;
	for (enum kind kind = 0; kind < KINDS; kind++) {
		for (enum ev_event event = EV_EVENT_NONE; event < EV_EVENT_COUNT; event++) {
			for (enum ccs_ev_state at = CCS_EV_STATE_HANDSHAKE; at < CCS_EV_STATE_ENDED;
			     at++) {
				disturb(kind, event, at, false);
				disturb(kind, event, at, true);
			}
		}
	}
}

/* Two things at once. */
static void disturb_twice(enum kind kind, enum ev_event event, enum ev_fault fault)
{
	struct ev_world *w = &world;

	init(w, kind);
	w->event = event;
	w->event_at = CCS_EV_STATE_CHARGING;
	w->fault = fault;
	w->fault_at = CCS_EV_MESSAGE_POWER_DELIVERY;
	w->fault_count = 2; /* the stop, or the renegotiation */
	w->loops = event == EV_EVENT_RENEGOTIATE ? 120 : 60;
	ev_world_start(w);
	ev_world_run(w, CCS_SECONDS(200) + BOUND);
	assert_safe(w, "pair", (int)event, (int)fault);
}

static void test_pairs(void **state)
{
	static const enum ev_fault faults[] = { EV_FAULT_LOST, EV_FAULT_FAILED, EV_FAULT_RESET };

	(void)state;
	for (enum kind kind = 0; kind < KINDS; kind++)
		for (enum ev_event event = EV_EVENT_STOP; event < EV_EVENT_COUNT; event++)
			for (size_t f = 0; f < 3; f++)
				disturb_twice(kind, event, faults[f]);
}

/* An event in each state of a renegotiation of the car. */
static void test_renegotiation(void **state)
{
	static const enum ccs_ev_state states[] = {
		CCS_EV_STATE_RENEGOTIATING, CCS_EV_STATE_FALLING,     CCS_EV_STATE_OPENING,
		CCS_EV_STATE_PARAMETERS,    CCS_EV_STATE_CABLE_CHECK, CCS_EV_STATE_PRECHARGE,
		CCS_EV_STATE_POWER_ON,
	};

	(void)state;
	for (enum kind kind = ISO2_DC; kind < KINDS; kind++) {
		for (enum ev_event event = EV_EVENT_NONE; event < EV_EVENT_COUNT; event++) {
			for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
				struct ev_world *w = &world;
				ccs_time end;

				init(w, kind);
				w->event = event;
				w->event_at = CCS_EV_STATE_ENDED;
				ev_world_start(w);
				ev_world_run_to(w, CCS_EV_STATE_CHARGING);
				ev_world_run(w, CCS_SECONDS(1));
				w->values.renegotiate = true;
				ev_world_run_to(w, CCS_EV_STATE_RENEGOTIATING);
				end = w->now + CCS_SECONDS(5);
				while (w->session.state != states[i] && w->now < end)
					ev_world_step(w);
				w->event_at = CCS_EV_STATE_HANDSHAKE;
				ev_world_run(w, CCS_SECONDS(20));
				w->values.stop = true;
				ev_world_run(w, BOUND);
				assert_safe(w, "renegotiation", (int)event, (int)i);
			}
		}
	}
}

struct event_case {
	enum ev_event event;
	enum ccs_ev_state at;
	enum ccs_ev_outcome outcome;
	enum ccs_ev_reason reason;
};

static void test_reasons(void **state)
{
	static const struct event_case cases[] = {
#define FAILS(event, at, reason) \
	{ EV_EVENT_##event, CCS_EV_STATE_##at, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_##reason }
		FAILS(EMERGENCY, CABLE_CHECK, EMERGENCY),
		FAILS(UNPLUG, CHARGING, UNPLUGGED),
		FAILS(NOT_READY, CHARGING, BATTERY),
		FAILS(LOCK_STUCK, PARAMETERS, LOCK),
		FAILS(LOCK_OPENS, CHARGING, LOCK),
		FAILS(CONTACTORS_STUCK, PRECHARGE, CONTACTORS),
		FAILS(CONTACTORS_DROP, CHARGING, CONTACTORS),
		FAILS(BATTERY_SILENT, CABLE_CHECK, SENSOR),
		FAILS(BATTERY_SILENT, CHARGING, SENSOR),
		FAILS(CURRENT_STAYS, POWER_OFF, CURRENT),
		FAILS(LIVE, FALLING, LIVE),
		FAILS(DUTY, PRECHARGE, PILOT),
		FAILS(PEER_SILENT, CHARGING, NO_ANSWER),
		FAILS(RESET, CHARGING, CONNECTION),
		FAILS(ISOLATION, CABLE_CHECK, ISOLATION),
		FAILS(BUSY, AUTHORISATION, TOO_LONG),
		FAILS(BUSY, CABLE_CHECK, TOO_LONG),
		FAILS(NO_VOLTAGE, CABLE_CHECK, PRECHARGE),
		FAILS(MALFUNCTION, PRECHARGE, CHARGER_EMERGENCY),
#undef FAILS
		{ EV_EVENT_FULL, CCS_EV_STATE_CHARGING, CCS_EV_OUTCOME_CHARGED,
		  CCS_EV_REASON_FULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ev_world *w = &world;

		ev_world_init(w);
		w->event = cases[i].event;
		w->event_at = cases[i].at;
		w->loops = cases[i].event == EV_EVENT_CURRENT_STAYS ? 30 : 0;
		w->loops = cases[i].event == EV_EVENT_LIVE ? 30 : w->loops;
		ev_world_start(w);
		ev_world_run(w, CCS_SECONDS(200));
		assert_safe(w, "reason", (int)i, 0);
		assert_string_equal(ccs_ev_reason_text(ccs_ev_session_reason(&w->session)),
				    ccs_ev_reason_text(cases[i].reason));
		assert_int_equal(ccs_ev_session_outcome(&w->session), cases[i].outcome);
	}
}

/* Locked while the inlet is live; unlocked when that is over. */
static void test_live_inlet(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	ev_world_init(w);
	w->loops = 20;
	w->event = EV_EVENT_LIVE;
	w->event_at = CCS_EV_STATE_FALLING;
	ev_world_start(w);
	ev_world_run(w, TO_CHARGE + BOUND);
	assert_true(ccs_ev_session_has_ended(&w->session));
	assert_true(w->commands.lock);
	assert_int_equal(ccs_ev_session_start(&w->session, w->now), CCS_ERR_STATE);
	assert_true(ccs_ev_session_deadline(&w->session) != CCS_NEVER);
	w->event = EV_EVENT_NONE;
	for (int i = 0; i < 200; i++)
		ev_world_step(w);
	assert_false(w->commands.lock);
	assert_null(w->breach.text);
}

/* The contactors open at once when no current flows, and 2 s after the emergency when it does. */
static void test_emergency_opening(void **state)
{
	struct ev_world *w = &world;
	ccs_time begun;

	(void)state;
	for (int stays = 0; stays < 2; stays++) {
		ev_world_init(w);
		ev_world_start(w);
		ev_world_run_to(w, CCS_EV_STATE_CHARGING);
		ev_world_run(w, CCS_SECONDS(2));
		assert_true(w->current_ma > 50000);
		w->event = stays ? EV_EVENT_CURRENT_STAYS : EV_EVENT_NONE;
		w->happened = true;
		w->values.emergency = true;
		begun = w->now;
		while (w->commands.contactors && w->now < begun + CCS_SECONDS(10))
			ev_world_step(w);
		assert_in_range(w->now - begun, stays ? 2000000 : 0, stays ? 2100000 : 400000);
		ev_world_run(w, BOUND);
		assert_safe(w, "emergency", stays, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_responses),     cmocka_unit_test(test_responses_fail),
		cmocka_unit_test(test_events),	      cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_renegotiation), cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_live_inlet),    cmocka_unit_test(test_emergency_opening),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
