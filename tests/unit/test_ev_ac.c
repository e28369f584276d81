/* SPDX-License-Identifier: Apache-2.0 */
/* The car's session of ISO 15118-2 in AC: what it draws, and when. */
#include "ccs/quantities.h"
#include "ev_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define REQUEST(w, kind, name) (&(w)->iso2_last[CCS_EV_MESSAGE_##kind].Body.name##Req)
#define SEEN(w, kind)	       ((w)->seen[CCS_EV_MESSAGE_##kind])

static struct ev_world world;

static void init(struct ev_world *w, enum ccs_ev_transfer transfer)
{
	ev_world_init(w);
	w->protocol = CCS_PROTOCOL_ISO2;
	w->config.transfer = transfer;
	w->iso2.modes[0] = iso2_EnergyTransferMode_AC_three_phase_core;
	w->iso2.modes[1] = iso2_EnergyTransferMode_AC_single_phase_core;
	w->iso2.mode_count = 2;
	w->values.limits = (struct ccs_limits) {
		.max_mv = 250000, .max_ma = 32000, .min_ma = 6000, .max_w = CCS_NO_LIMIT
	};
	w->values.target = (struct ccs_setpoint) { .ma = 32000 };
	w->iso2.max_ma = 20000;
}

static void assert_end(const struct ev_world *w, enum ccs_ev_outcome outcome,
		       enum ccs_ev_reason reason)
{
	if (w->breach.text)
		fail_msg("%s: %s", ccs_invariant_name(w->breach.invariant), w->breach.text);
	assert_true(ccs_ev_session_has_ended(&w->session));
	assert_string_equal(ccs_ev_reason_text(ccs_ev_session_reason(&w->session)),
			    ccs_ev_reason_text(reason));
	assert_int_equal(ccs_ev_session_outcome(&w->session), outcome);
	assert_false(w->commands.contactors || w->commands.lock);
	assert_int_equal(w->commands.onboard_ma, 0);
}

static void charge(struct ev_world *w)
{
	ev_world_start(w);
	ev_world_run_to(w, CCS_EV_STATE_CHARGING);
	ev_world_run(w, CCS_SECONDS(2));
	assert_int_equal(ccs_ev_session_state(&w->session), CCS_EV_STATE_CHARGING);
}

static void stop(struct ev_world *w)
{
	w->values.stop = true;
	ev_world_run(w, CCS_SECONDS(60));
	assert_end(w, CCS_EV_OUTCOME_STOPPED_BY_CAR, CCS_EV_REASON_STOP);
}

static void test_whole_session(void **state)
{
	struct ev_world *w = &world;
	const struct iso2_ChargeParameterDiscoveryReq *req = REQUEST(w, PARAMETERS,
								     ChargeParameterDiscovery);
	const struct iso2_AC_EVChargeParameter *p = &req->EVChargeParameter.AC_EVChargeParameter;

	(void)state;
	init(w, CCS_EV_TRANSFER_AC_THREE_PHASE);
	w->loops = 20;
	ev_world_start(w);
	ev_world_run_to(w, CCS_EV_STATE_LOCKING);
	assert_int_equal(w->commands.pilot, CCS_PILOT_B);
	ev_world_run_to(w, CCS_EV_STATE_POWER_ON);
	assert_int_equal(w->values.lock, CCS_LOCK_CLOSED);
	assert_int_equal(w->commands.pilot, CCS_PILOT_C);
	assert_int_equal(w->commands.onboard_ma, 0);
	ev_world_run_to(w, CCS_EV_STATE_CHARGING);
	assert_int_equal(w->commands.onboard_ma, 20000);
	assert_false(w->commands.contactors);
	ev_world_run(w, CCS_SECONDS(60));
	assert_end(w, CCS_EV_OUTCOME_CHARGED, CCS_EV_REASON_FULL);
	assert_in_range(SEEN(w, STATUS), 20, 22);
	assert_int_equal(
		SEEN(w, CABLE_CHECK) + SEEN(w, PRECHARGE) + SEEN(w, DEMAND) + SEEN(w, WELDING), 0);
	assert_int_equal(SEEN(w, POWER_DELIVERY), 2);
	assert_int_equal(SEEN(w, SESSION_STOP), 1);
	assert_int_equal(req->RequestedEnergyTransferMode,
			 iso2_EnergyTransferMode_AC_three_phase_core);
	assert_int_equal(req->EVChargeParameter.tag, iso2_EVChargeParameter_AC_EVChargeParameter);
	assert_int_equal(ccs_milli_iso2(&p->EVMaxCurrent), 32000);
	assert_int_equal(ccs_milli_iso2(&p->EVMinCurrent), 6000);
	assert_int_equal(ccs_milli_iso2(&p->EVMaxVoltage), 250000);
	assert_int_equal(ccs_milli_iso2(&p->EAmount), 14000000);
	assert_false(REQUEST(w, POWER_DELIVERY, PowerDelivery)->EVPowerDeliveryParameter.tag);
}

/* The car, the charger's responses, and the battery may change it at any time. */
static void test_follows_limits(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	init(w, CCS_EV_TRANSFER_AC_SINGLE_PHASE);
	charge(w);
	w->iso2.max_ma = 13000;
	ev_world_run(w, CCS_SECONDS(1));
	assert_int_equal(w->commands.onboard_ma, 13000);
	w->values.limits.max_ma = 10000;
	ev_world_step(w);
	assert_int_equal(w->commands.onboard_ma, 10000);
	w->values.target.ma = 8000;
	ev_world_step(w);
	assert_int_equal(w->commands.onboard_ma, 8000);
	w->values.target.ma = 5999; /* less than it can */
	ev_world_step(w);
	assert_int_equal(w->commands.onboard_ma, 0);
	w->values.target.ma = -8000;
	ev_world_step(w);
	assert_int_equal(w->commands.onboard_ma, 0);
	w->values.target.ma = 32000;
	w->iso2.max_ma = 0;
	ev_world_run(w, CCS_SECONDS(1));
	assert_int_equal(w->commands.onboard_ma, 0);
	stop(w);
}

/* PMax is the power of all phases. */
static void test_follows_schedule(void **state)
{
	static struct iso2_PMaxScheduleEntry entries[] = {
		{ .TimeInterval = { .tag = iso2_TimeInterval_RelativeTimeInterval },
		  .PMax = { 0, iso2_unitSymbol_W, 6900 } },
		{ .TimeInterval = { .tag = iso2_TimeInterval_RelativeTimeInterval,
				    .RelativeTimeInterval = { .start = 30 } },
		  .PMax = { 0, iso2_unitSymbol_W, 1000 } },
	};
	static struct iso2_SAScheduleTuple tuple = {
		.SAScheduleTupleID = 9, .PMaxSchedule = { .PMaxScheduleEntry = { entries, 2 } }
	};
	static const int32_t expected[] = { 10000, 20000 };
	struct ev_world *w = &world;

	(void)state;
	for (int phase = 0; phase < 2; phase++) {
		init(w, phase ? CCS_EV_TRANSFER_AC_SINGLE_PHASE : CCS_EV_TRANSFER_AC_THREE_PHASE);
		w->iso2.tuples = &tuple;
		w->iso2.tuple_count = 1;
		charge(w);
		assert_int_equal(w->commands.onboard_ma, expected[phase]);
		assert_int_equal(w->iso2.profile_count, 2);
		assert_int_equal(ccs_milli_iso2(&w->iso2.profile[0].ChargingProfileEntryMaxPower),
				 6900000);
		assert_int_equal(w->iso2.profile[0].ChargingProfileEntryMaxNumberOfPhasesInUse,
				 phase ? 1 : 3);
		ev_world_run(w, CCS_SECONDS(30));
		assert_int_equal(w->commands.onboard_ma, 0); /* 1 kW is less than 6 A */
		stop(w);
	}
}

/* What it draws is looked at again soon, also while a silent charger is waited for. */
static void test_deadline(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	init(w, CCS_EV_TRANSFER_AC_THREE_PHASE);
	charge(w);
	w->delay = CCS_SECONDS(1);
	for (int i = 0; i < 100; i++) {
		ev_world_step(w);
		assert_true(ccs_ev_session_deadline(&w->session) <= w->now + CCS_MS(100));
	}
	w->delay = CCS_MS(20);
	stop(w);
}

/* IEC 61851-1 table A.8: the duty cycle limits too; one between the ranges ends the session. */
static void test_follows_duty(void **state)
{
	static const struct {
		int32_t duty;
		int32_t ma; /* -1: the session fails */
	} cases[] = {
		{ 50, 20000 },	{ 80, 6000 },	{ 100, 6000 },	{ 160, 9600 },
		{ 850, 20000 }, { 960, 20000 }, { 970, 20000 }, { 75, -1 },
		{ 980, -1 },	{ 0, -1 },	{ 1000, -1 },
	};
	struct ev_world *w = &world;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		init(w, CCS_EV_TRANSFER_AC_THREE_PHASE);
		charge(w);
		w->frozen = true;
		w->values.duty = ccs_measured(cases[i].duty, w->now);
		ev_world_step(w);
		assert_int_equal(w->commands.onboard_ma, cases[i].ma < 0 ? 0 : cases[i].ma);
		w->frozen = false;
		w->values.stop = true;
		ev_world_run(w, CCS_SECONDS(60));
		assert_int_equal(ccs_ev_session_reason(&w->session),
				 cases[i].ma < 0 ? CCS_EV_REASON_PILOT : CCS_EV_REASON_STOP);
		assert_null(w->breach.text);
	}
}

static void test_rcd(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	init(w, CCS_EV_TRANSFER_AC_THREE_PHASE);
	w->event = EV_EVENT_RCD;
	w->event_at = CCS_EV_STATE_CHARGING;
	ev_world_start(w);
	ev_world_run(w, CCS_SECONDS(60));
	assert_end(w, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_RCD);
	assert_int_equal(w->commands.pilot, CCS_PILOT_B);
}

/* EVSEMaxCurrent of -32768 A in the loop: refused, the last one holds. */
static void test_wild_charger(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	init(w, CCS_EV_TRANSFER_AC_THREE_PHASE);
	w->event = EV_EVENT_WILD;
	w->event_at = CCS_EV_STATE_CHARGING;
	charge(w);
	assert_int_equal(w->commands.onboard_ma, 20000);
	stop(w);
}

/* Parameters without a voltage, or for the other current. */
static void test_unfit_charger(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	init(w, CCS_EV_TRANSFER_AC_THREE_PHASE);
	w->iso2.nominal_mv = 0;
	ev_world_start(w);
	ev_world_run(w, CCS_SECONDS(60));
	assert_end(w, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_LIMITS);
	init(w, CCS_EV_TRANSFER_AC_THREE_PHASE);
	w->iso2.max_ma = 5000; /* less than the car's least */
	ev_world_start(w);
	ev_world_run(w, CCS_SECONDS(60));
	assert_end(w, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_LIMITS);
	assert_int_equal(SEEN(w, POWER_DELIVERY), 0);
}

/* State C stays, nothing is drawn, new limits hold afterwards. */
static void test_renegotiation(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	for (int by_car = 0; by_car < 2; by_car++) {
		init(w, CCS_EV_TRANSFER_AC_THREE_PHASE);
		w->event = by_car ? EV_EVENT_NONE : EV_EVENT_RENEGOTIATE;
		w->event_at = CCS_EV_STATE_CHARGING;
		charge(w);
		w->values.renegotiate = by_car;
		ev_world_run_to(w, CCS_EV_STATE_RENEGOTIATING);
		w->event = EV_EVENT_NONE;
		assert_int_equal(REQUEST(w, POWER_DELIVERY, PowerDelivery)->ChargeProgress,
				 iso2_chargeProgress_Renegotiate);
		w->iso2.max_ma = 11000;
		while (ccs_ev_session_state(&w->session) != CCS_EV_STATE_CHARGING) {
			assert_int_equal(w->commands.onboard_ma, 0);
			assert_int_equal(w->commands.pilot, CCS_PILOT_C);
			ev_world_step(w);
		}
		assert_int_equal(w->commands.onboard_ma, 11000);
		assert_int_equal(SEEN(w, PARAMETERS), 4);
		stop(w);
	}
}

/* A wish to end stops drawing in the step that sees it. */
static void test_stops_drawing(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	init(w, CCS_EV_TRANSFER_AC_THREE_PHASE);
	charge(w);
	w->values.stop = true;
	ev_world_step(w);
	assert_int_equal(w->commands.onboard_ma, 0);
	stop(w);
	init(w, CCS_EV_TRANSFER_AC_THREE_PHASE);
	charge(w);
	w->values.emergency = true;
	ev_world_step(w);
	assert_int_equal(w->commands.onboard_ma, 0);
	assert_int_equal(w->commands.pilot, CCS_PILOT_B);
	ev_world_run(w, CCS_SECONDS(60));
	assert_end(w, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_EMERGENCY);
}

static void test_pause(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	init(w, CCS_EV_TRANSFER_AC_THREE_PHASE);
	charge(w);
	w->values.pause = true;
	ev_world_run(w, CCS_SECONDS(60));
	assert_end(w, CCS_EV_OUTCOME_PAUSED, CCS_EV_REASON_PAUSE);
	w->values.pause = false;
	w->iso2.setup_code = iso2_responseCode_OK_OldSessionJoined;
	ev_world_restart(w, true);
	ev_world_run_to(w, CCS_EV_STATE_CHARGING);
	assert_true(ccs_ev_session_has_joined(&w->session));
	stop(w);
}

static void test_receipts(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	init(w, CCS_EV_TRANSFER_AC_THREE_PHASE);
	w->iso2.receipts = true;
	w->loops = 20;
	ev_world_start(w);
	ev_world_run(w, CCS_SECONDS(60));
	assert_end(w, CCS_EV_OUTCOME_CHARGED, CCS_EV_REASON_FULL);
	assert_int_equal(SEEN(w, RECEIPT), SEEN(w, STATUS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_session),
		cmocka_unit_test(test_follows_limits),
		cmocka_unit_test(test_follows_schedule),
		cmocka_unit_test(test_follows_duty),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_rcd),
		cmocka_unit_test(test_wild_charger),
		cmocka_unit_test(test_unfit_charger),
		cmocka_unit_test(test_renegotiation),
		cmocka_unit_test(test_stops_drawing),
		cmocka_unit_test(test_pause),
		cmocka_unit_test(test_receipts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
