/* SPDX-License-Identifier: Apache-2.0 */
/* The car inside the charger's schedules; renegotiation of either side; pause and resumption. */
#include "ccs/quantities.h"
#include "ev_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define REQUEST(w, kind, name) (&(w)->iso2_last[CCS_EV_MESSAGE_##kind].Body.name##Req)
#define SEEN(w, kind)	       ((w)->seen[CCS_EV_MESSAGE_##kind])
#define MOST_ENTRIES	       40

static struct ev_world world;

static void init(struct ev_world *w)
{
	ev_world_init(w);
	w->protocol = CCS_PROTOCOL_ISO2;
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
	assert_false(w->commands.contactors || w->commands.lock || w->closed);
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

/* Schedules. */

static struct iso2_PMaxScheduleEntry entries[3][MOST_ENTRIES];
static struct iso2_SAScheduleTuple tuples[3];

static void set_tuple(int which, int32_t id)
{
	memset(entries[which], 0, sizeof(entries[which]));
	tuples[which] = (struct iso2_SAScheduleTuple) {
		.SAScheduleTupleID = id,
		.PMaxSchedule = { .PMaxScheduleEntry = { entries[which], 0 } }
	};
}

static void add(int which, int32_t start, int16_t kw)
{
	entries[which][tuples[which].PMaxSchedule.PMaxScheduleEntry.count++] =
		(struct iso2_PMaxScheduleEntry) {
			.TimeInterval = { .tag = iso2_TimeInterval_RelativeTimeInterval,
					  .RelativeTimeInterval = { .start = start } },
			.PMax = { 3, iso2_unitSymbol_W, kw },
		};
}

static void offer(struct ev_world *w, uint32_t count)
{
	w->iso2.tuples = tuples;
	w->iso2.tuple_count = count;
}

static int64_t demanded_w(const struct ev_world *w)
{
	const struct iso2_CurrentDemandReq *req = REQUEST(w, DEMAND, CurrentDemand);

	return ccs_milli_iso2(&req->EVTargetVoltage) * ccs_milli_iso2(&req->EVTargetCurrent) /
	       1000000;
}

/* The profile and the demand stay inside PMax at every time. */
static void test_follows_schedule(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	init(w);
	set_tuple(0, 7);
	add(0, 0, 20);
	add(0, 60, 5);
	add(0, 120, 100);
	offer(w, 1);
	charge(w);
	assert_int_equal(REQUEST(w, POWER_DELIVERY, PowerDelivery)->SAScheduleTupleID, 7);
	assert_int_equal(w->iso2.profile_count, 3);
	assert_int_equal(w->iso2.profile[1].ChargingProfileEntryStart, 60);
	assert_int_equal(ccs_milli_iso2(&w->iso2.profile[0].ChargingProfileEntryMaxPower),
			 20000000);
	assert_int_equal(ccs_milli_iso2(&w->iso2.profile[1].ChargingProfileEntryMaxPower), 5000000);
	assert_int_equal(ccs_milli_iso2(&w->iso2.profile[2].ChargingProfileEntryMaxPower),
			 40000000); /* its own most */
	assert_in_range(demanded_w(w), 19900, 20000);
	ev_world_run(w, CCS_SECONDS(60));
	assert_in_range(demanded_w(w), 4900, 5000);
	ev_world_run(w, CCS_SECONDS(60));
	assert_in_range(demanded_w(w), 36000, 40000);
	stop(w);
}

/* Before its first entry a schedule allows nothing. */
static void test_starts_later(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	init(w);
	set_tuple(0, 1);
	add(0, 30, 20);
	offer(w, 1);
	charge(w);
	assert_int_equal(demanded_w(w), 0);
	ev_world_run(w, CCS_SECONDS(30));
	assert_in_range(demanded_w(w), 19900, 20000);
	stop(w);
}

/* Most energy until the departure; of equal ones the first. */
static void test_chooses_tuple(void **state)
{
	static const struct {
		int32_t departure_s;
		int32_t tuple;
	} cases[] = { { 600, 2 }, { 36000, 3 }, { 0, 2 } };
	struct ev_world *w = &world;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		init(w);
		set_tuple(0, 1);
		add(0, 0, 5);
		set_tuple(1, 2);
		add(1, 0, 10);
		add(1, 3600, 0);
		set_tuple(2, 3);
		add(2, 0, 5);
		add(2, 3600, 11);
		offer(w, 3);
		w->values.departure_s = cases[i].departure_s;
		charge(w);
		assert_int_equal(REQUEST(w, POWER_DELIVERY, PowerDelivery)->SAScheduleTupleID,
				 cases[i].tuple);
		stop(w);
	}
	init(w);
	set_tuple(0, 4);
	add(0, 0, 60);
	set_tuple(1, 5);
	add(1, 0, 90); /* more than the car can */
	offer(w, 2);
	charge(w);
	assert_int_equal(REQUEST(w, POWER_DELIVERY, PowerDelivery)->SAScheduleTupleID, 4);
	stop(w);
}

/* More entries than a profile has, and out of order: never more than the charger allows. */
static void test_long_schedule(void **state)
{
	struct ev_world *w = &world;
	int64_t last;

	(void)state;
	init(w);
	set_tuple(0, 1);
	for (int i = 0; i < 30; i++)
		add(0, 10 * i, (int16_t)(35 - i));
	offer(w, 1);
	charge(w);
	assert_int_equal(w->iso2.profile_count, CCS_EV_SCHEDULE_ENTRIES);
	last = ccs_milli_iso2(
		&w->iso2.profile[CCS_EV_SCHEDULE_ENTRIES - 1].ChargingProfileEntryMaxPower);
	assert_int_equal(last, 6000000);
	stop(w);
	init(w);
	set_tuple(0, 1);
	add(0, 0, 30);
	add(0, 100, 20);
	add(0, 50, 10);
	offer(w, 1);
	charge(w);
	assert_in_range(demanded_w(w), 9900, 10000);
	stop(w);
}

/* I-2: no schedule that can be named; strict: the car does not charge. */
static void test_no_tuples(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	for (int strict = 0; strict < 2; strict++) {
		init(w);
		if (strict)
			w->config.quirks = ccs_quirks_strict();
		w->iso2.no_tuples = true;
		w->loops = 5;
		ev_world_start(w);
		ev_world_run(w, CCS_SECONDS(100));
		assert_end(w, strict ? CCS_EV_OUTCOME_FAILED : CCS_EV_OUTCOME_CHARGED,
			   strict ? CCS_EV_REASON_SCHEDULE : CCS_EV_REASON_FULL);
	}
}

/* A negative PMax makes its tuple useless. */
static void test_negative_pmax(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	init(w);
	set_tuple(0, 1);
	add(0, 0, -20);
	set_tuple(1, 2);
	add(1, 0, 10);
	offer(w, 2);
	charge(w);
	assert_int_equal(REQUEST(w, POWER_DELIVERY, PowerDelivery)->SAScheduleTupleID, 2);
	stop(w);
	init(w);
	offer(w, 1);
	ev_world_start(w);
	ev_world_run(w, CCS_SECONDS(60));
	assert_end(w, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_SCHEDULE);
}

/* A schedule without power: the car pauses before it begins. */
static void test_no_power(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	init(w);
	set_tuple(0, 1);
	add(0, 0, 0);
	add(0, 3600, 0);
	offer(w, 1);
	ev_world_start(w);
	ev_world_run(w, CCS_SECONDS(60));
	assert_end(w, CCS_EV_OUTCOME_PAUSED, CCS_EV_REASON_NO_POWER);
	assert_int_equal(REQUEST(w, SESSION_STOP, SessionStop)->ChargingSession,
			 iso2_chargingSession_Pause);
	assert_int_equal(SEEN(w, CABLE_CHECK), 0);
}

/* DIN SPEC 70121: PMax in W, 32767 for more; I-5: tiny ones are no limit, strict: they are. */
static void test_din_pmax(void **state)
{
	static const struct {
		int32_t pmax;
		bool strict;
		int64_t least, most;
	} cases[] = {
		{ 10000, false, 9900, 10000 }, { 32767, false, 33000, 40000 },
		{ 200, false, 33000, 40000 },  { 200, true, 0, 200 },
		{ -5, false, 0, 0 },
	};
	struct ev_world *w = &world;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct din_CurrentDemandReq *req =
			&w->last[CCS_EV_MESSAGE_DEMAND].Body.CurrentDemandReq;
		int64_t watts;

		ev_world_init(w);
		w->din_pmax = cases[i].pmax;
		if (cases[i].strict)
			w->config.quirks = ccs_quirks_strict();
		charge(w);
		watts = ccs_milli_din(&req->EVTargetVoltage) *
			ccs_milli_din(&req->EVTargetCurrent) / 1000000;
		assert_in_range(watts, cases[i].least, cases[i].most);
		stop(w);
	}
}

/* Renegotiation. */

/* Started by the car: parameters, cable check and precharge again, with open contactors. */
static void test_car_renegotiates(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	init(w);
	charge(w);
	w->values.departure_s = 1234;
	w->values.renegotiate = true;
	ev_world_run_to(w, CCS_EV_STATE_RENEGOTIATING);
	assert_int_equal(REQUEST(w, POWER_DELIVERY, PowerDelivery)->ChargeProgress,
			 iso2_chargeProgress_Renegotiate);
	while (ccs_ev_session_state(&w->session) != CCS_EV_STATE_PARAMETERS)
		ev_world_step(w);
	assert_false(w->closed || w->commands.contactors);
	assert_true(w->commands.lock);
	assert_int_equal(w->commands.pilot, CCS_PILOT_B);
	ev_world_run(w, CCS_SECONDS(10));
	assert_int_equal(ccs_ev_session_state(&w->session), CCS_EV_STATE_CHARGING);
	assert_int_equal(SEEN(w, PARAMETERS), 4);
	assert_int_equal(SEEN(w, CABLE_CHECK), 4);
	assert_int_equal(SEEN(w, POWER_DELIVERY), 3); /* once: it stays true */
	assert_int_equal(REQUEST(w, PARAMETERS, ChargeParameterDiscovery)
				 ->EVChargeParameter.DC_EVChargeParameter.DepartureTime,
			 1234);
	stop(w);
}

/* Asked for by the charger in every response: not more often than every 10 s. */
static void test_charger_renegotiates(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	init(w);
	w->event = EV_EVENT_RENEGOTIATE;
	w->event_at = CCS_EV_STATE_CHARGING;
	charge(w);
	assert_int_equal(SEEN(w, POWER_DELIVERY), 1);
	ev_world_run(w, CCS_SECONDS(10));
	assert_int_equal(SEEN(w, PARAMETERS), 4);
	ev_world_run(w, CCS_SECONDS(50));
	assert_in_range(SEEN(w, PARAMETERS), 5, 9);
	ev_world_run_to(w, CCS_EV_STATE_CHARGING);
	w->values.stop = true;
	ev_world_run(w, CCS_SECONDS(60));
	assert_end(w, CCS_EV_OUTCOME_STOPPED_BY_CAR, CCS_EV_REASON_STOP);
}

/* The end in the middle of it: SessionStop without another PowerDelivery. */
static void test_end_in_renegotiation(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	init(w);
	charge(w);
	w->values.renegotiate = true;
	ev_world_run_to(w, CCS_EV_STATE_RENEGOTIATING);
	stop(w);
	assert_int_equal(SEEN(w, POWER_DELIVERY), 2);
	assert_int_equal(SEEN(w, PARAMETERS), 3);
	assert_int_equal(SEEN(w, SESSION_STOP), 1);
}

/* DIN SPEC 70121 has none. */
static void test_din_goes_on(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	ev_world_init(w);
	charge(w);
	w->values.renegotiate = true;
	ev_world_run(w, CCS_SECONDS(5));
	assert_int_equal(SEEN(w, POWER_DELIVERY), 1);
	stop(w);
}

/* Pause. */

static void pause_charging(struct ev_world *w)
{
	charge(w);
	w->values.pause = true;
	ev_world_run(w, CCS_SECONDS(60));
	w->values.pause = false;
}

static void test_pause(void **state)
{
	struct ev_world *w = &world;
	static const uint8_t none[8];

	(void)state;
	for (int remembers = 0; remembers < 2; remembers++) {
		init(w);
		pause_charging(w);
		assert_end(w, CCS_EV_OUTCOME_PAUSED, CCS_EV_REASON_PAUSE);
		assert_int_equal(REQUEST(w, SESSION_STOP, SessionStop)->ChargingSession,
				 iso2_chargingSession_Pause);
		if (remembers)
			w->iso2.setup_code = iso2_responseCode_OK_OldSessionJoined;
		else
			w->id[0] = 0x99;
		ev_world_restart(w, true);
		ev_world_run_to(w, CCS_EV_STATE_CHARGING);
		assert_int_equal(w->iso2.setup_id[0], 0x12);
		assert_int_equal(ccs_ev_session_has_joined(&w->session), remembers);
		stop(w);
		assert_int_equal(ccs_ev_session_resume(&w->session, w->now), CCS_ERR_STATE);
		w->values.stop = false;
		w->iso2.setup_code = iso2_responseCode_OK_NewSessionEstablished;
		ev_world_restart(w, false);
		ev_world_run_to(w, CCS_EV_STATE_SERVICE_DISCOVERY);
		assert_memory_equal(w->iso2.setup_id, none, 8); /* R63: nothing of the old one */
	}
}

/* A charger that says it has joined, but with another id. */
static void test_joins_another(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	init(w);
	pause_charging(w);
	w->id[0] = 0x99;
	w->iso2.setup_code = iso2_responseCode_OK_OldSessionJoined;
	ev_world_restart(w, true);
	ev_world_run(w, CCS_SECONDS(60));
	assert_end(w, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_SESSION_ID);
}

/* The charger does not answer SessionStopReq: what it does not know cannot be resumed. */
static void test_pause_unknown(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	init(w);
	w->fault = EV_FAULT_LOST;
	w->fault_at = CCS_EV_MESSAGE_SESSION_STOP;
	pause_charging(w);
	assert_end(w, CCS_EV_OUTCOME_STOPPED_BY_CAR, CCS_EV_REASON_PAUSE);
	assert_int_equal(ccs_ev_session_resume(&w->session, w->now), CCS_ERR_STATE);
}

/* DIN SPEC 70121 has no pause; a paused car that meets it begins anew. */
static void test_din_pause(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	ev_world_init(w);
	pause_charging(w);
	assert_end(w, CCS_EV_OUTCOME_STOPPED_BY_CAR, CCS_EV_REASON_PAUSE);
	init(w);
	pause_charging(w);
	w->protocol = CCS_PROTOCOL_DIN;
	ev_world_restart(w, true);
	ev_world_run_to(w, CCS_EV_STATE_CHARGING);
	assert_false(ccs_ev_session_has_joined(&w->session));
	stop(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_follows_schedule),
		cmocka_unit_test(test_starts_later),
		cmocka_unit_test(test_chooses_tuple),
		cmocka_unit_test(test_long_schedule),
		cmocka_unit_test(test_no_tuples),
		cmocka_unit_test(test_negative_pmax),
		cmocka_unit_test(test_no_power),
		cmocka_unit_test(test_din_pmax),
		cmocka_unit_test(test_car_renegotiates),
		cmocka_unit_test(test_charger_renegotiates),
		cmocka_unit_test(test_end_in_renegotiation),
		cmocka_unit_test(test_din_goes_on),
		cmocka_unit_test(test_pause),
		cmocka_unit_test(test_joins_another),
		cmocka_unit_test(test_pause_unknown),
		cmocka_unit_test(test_din_pause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
