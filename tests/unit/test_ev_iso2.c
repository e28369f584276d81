/* SPDX-License-Identifier: Apache-2.0 */
/* The car's session of ISO 15118-2 in DC against a scripted charger. */
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
	assert_int_equal(w->commands.pilot, CCS_PILOT_B);
}

static void run(struct ev_world *w)
{
	ev_world_start(w);
	ev_world_run(w, CCS_SECONDS(300));
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
}

static void test_whole_session(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	init(w);
	w->loops = 300;
	run(w);
	assert_end(w, CCS_EV_OUTCOME_CHARGED, CCS_EV_REASON_FULL);
	assert_int_equal(SEEN(w, SESSION_SETUP), 1);
	assert_int_equal(SEEN(w, AUTHORISATION), 3);
	assert_int_equal(SEEN(w, PARAMETERS), 3);
	assert_int_equal(SEEN(w, CABLE_CHECK), 3);
	assert_int_equal(SEEN(w, POWER_DELIVERY), 2);
	assert_in_range(SEEN(w, DEMAND), 300, 302);
	assert_int_equal(SEEN(w, STATUS) + SEEN(w, RECEIPT), 0);
	assert_true(SEEN(w, WELDING) >= 1);
	assert_int_equal(SEEN(w, SESSION_STOP), 1);
	assert_int_equal(REQUEST(w, SESSION_STOP, SessionStop)->ChargingSession,
			 iso2_chargingSession_Terminate);
}

/* Both protocols in both orders; the charger's choice counts (R15, R58). */
static void test_offers(void **state)
{
	static const enum ccs_protocol both[] = { CCS_PROTOCOL_DIN, CCS_PROTOCOL_ISO2 };
	struct ev_world *w = &world;

	(void)state;
	for (int order = 0; order < 2; order++) {
		for (int choice = 0; choice < 2; choice++) {
			init(w);
			w->loops = 3;
			w->protocol = both[choice];
			w->config.offers[0] = both[order];
			w->config.offers[1] = both[!order];
			run(w);
			assert_end(w, CCS_EV_OUTCOME_CHARGED, CCS_EV_REASON_FULL);
			assert_int_equal(ccs_channel_agreed(&w->session.channel), both[choice]);
		}
	}
	init(w);
	w->config.offers[0] = CCS_PROTOCOL_DIN;
	w->config.offer_count = 1;
	run(w);
	assert_end(w, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_NO_PROTOCOL);
}

/* R16, R17, R64: the charger's id, of any length, in every later message; R18: the EVCCID. */
static void test_session_ids_r16_r17_r18_r64(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	for (uint8_t length = 1; length <= 8; length++) {
		init(w);
		w->loops = 3;
		w->id_length = length;
		run(w);
		assert_end(w, CCS_EV_OUTCOME_CHARGED, CCS_EV_REASON_FULL);
		assert_int_equal(w->iso2.setup_id_length, 8);
		assert_int_equal(REQUEST(w, SESSION_SETUP, SessionSetup)->EVCCID.length, 6);
		assert_int_equal(w->iso2_last[CCS_EV_MESSAGE_SESSION_STOP].Header.SessionID.length,
				 length);
	}
	init(w);
	w->id_length = 4;
	w->config.quirks = ccs_quirks_strict();
	run(w);
	assert_end(w, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_SESSION_ID);
}

/* R19: OK instead of OK_NewSessionEstablished; nobody joins what was not paused. */
static void test_plain_ok_r19(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	init(w);
	w->loops = 3;
	w->iso2.setup_code = iso2_responseCode_OK;
	run(w);
	assert_end(w, CCS_EV_OUTCOME_CHARGED, CCS_EV_REASON_FULL);
	init(w);
	w->iso2.setup_code = iso2_responseCode_OK;
	w->config.quirks = ccs_quirks_strict();
	run(w);
	assert_end(w, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_SESSION_ID);
	init(w);
	w->iso2.setup_code = iso2_responseCode_OK_OldSessionJoined;
	run(w);
	assert_end(w, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_SESSION_ID);
}

/* R21: what the picky chargers want of ChargeParameterDiscoveryReq; R22: EVSE_NotReady. */
static void test_parameters_r21_r22(void **state)
{
	struct ev_world *w = &world;
	const struct iso2_ChargeParameterDiscoveryReq *req = REQUEST(w, PARAMETERS,
								     ChargeParameterDiscovery);
	const struct iso2_DC_EVChargeParameter *p = &req->EVChargeParameter.DC_EVChargeParameter;

	(void)state;
	init(w);
	w->loops = 3;
	w->not_ready = true;
	w->values.departure_s = 7200;
	run(w);
	assert_end(w, CCS_EV_OUTCOME_CHARGED, CCS_EV_REASON_FULL);
	assert_int_equal(req->RequestedEnergyTransferMode, iso2_EnergyTransferMode_DC_extended);
	assert_int_equal(p->DepartureTime, 7200);
	assert_int_equal(ccs_milli_iso2(&p->EVMaximumVoltageLimit), 410000);
	assert_int_equal(ccs_milli_iso2(&p->EVMaximumCurrentLimit), 100000);
	assert_int_equal(ccs_milli_iso2(&p->EVMaximumPowerLimit), 40000000);
	assert_int_equal(ccs_milli_iso2(&p->EVEnergyCapacity), 28000000);
	assert_true(p->has_EVMaximumPowerLimit && p->has_EVEnergyCapacity &&
		    p->has_EVEnergyRequest && p->has_FullSOC && p->has_BulkSOC);
	assert_int_equal(p->DC_EVStatus.EVRESSSOC, 50);
	init(w);
	w->config.quirks = ccs_quirks_strict();
	w->not_ready = true;
	run(w);
	assert_end(w, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_TOO_LONG);
	assert_false(p->has_EVMaximumPowerLimit || p->has_EVEnergyCapacity || p->has_BulkSOC);
}

/* R27, I-3: PowerDeliveryReq with its optional elements; strict: without. */
static void test_power_delivery_r27(void **state)
{
	struct ev_world *w = &world;
	const struct iso2_PowerDeliveryReq *req = REQUEST(w, POWER_DELIVERY, PowerDelivery);
	const struct iso2_DC_EVPowerDeliveryParameter *p =
		&req->EVPowerDeliveryParameter.DC_EVPowerDeliveryParameter;

	(void)state;
	for (int strict = 0; strict < 2; strict++) {
		init(w);
		if (strict)
			w->config.quirks = ccs_quirks_strict();
		charge(w);
		assert_int_equal(req->ChargeProgress, iso2_chargeProgress_Start);
		assert_int_equal(req->SAScheduleTupleID, 1);
		assert_int_equal(req->has_ChargingProfile, !strict);
		assert_int_equal(p->has_BulkChargingComplete, !strict);
		assert_true(p->DC_EVStatus.EVReady && !p->ChargingComplete);
		stop(w);
		assert_end(w, CCS_EV_OUTCOME_STOPPED_BY_CAR, CCS_EV_REASON_STOP);
		assert_int_equal(req->ChargeProgress, iso2_chargeProgress_Stop);
		assert_true(p->ChargingComplete);
	}
}

/* R28: the car's maxima; R29: the target stays below them; strict: neither. */
static void test_demand_r28_r29(void **state)
{
	struct ev_world *w = &world;
	const struct iso2_CurrentDemandReq *req = REQUEST(w, DEMAND, CurrentDemand);

	(void)state;
	for (int strict = 0; strict < 2; strict++) {
		init(w);
		if (strict)
			w->config.quirks = ccs_quirks_strict();
		charge(w);
		assert_int_equal(req->has_EVMaximumVoltageLimit, !strict);
		assert_int_equal(req->has_EVMaximumCurrentLimit, !strict);
		assert_int_equal(req->has_EVMaximumPowerLimit, !strict);
		assert_int_equal(ccs_milli_iso2(&req->EVTargetVoltage), strict ? 410000 : 409000);
		w->values.limits.max_ma = 20000;
		ev_world_run(w, CCS_SECONDS(1));
		assert_int_equal(ccs_milli_iso2(&req->EVTargetCurrent), 20000);
		stop(w);
		assert_end(w, CCS_EV_OUTCOME_STOPPED_BY_CAR, CCS_EV_REASON_STOP);
	}
}

/* R24: locked, then state C with CableCheckReq; R33: state B 300 ms before the contactors open. */
static void test_order_r24_r33(void **state)
{
	struct ev_world *w = &world;
	ccs_time since;

	(void)state;
	init(w);
	ev_world_start(w);
	ev_world_run_to(w, CCS_EV_STATE_LOCKING);
	assert_int_equal(w->commands.pilot, CCS_PILOT_B);
	ev_world_run_to(w, CCS_EV_STATE_CABLE_CHECK);
	assert_int_equal(w->values.lock, CCS_LOCK_CLOSED);
	assert_int_equal(w->commands.pilot, CCS_PILOT_C);
	ev_world_run_to(w, CCS_EV_STATE_CHARGING);
	w->values.stop = true;
	ev_world_run_to(w, CCS_EV_STATE_FALLING);
	assert_int_equal(w->commands.pilot, CCS_PILOT_B);
	since = w->now;
	while (w->commands.contactors)
		ev_world_step(w);
	assert_true(w->now - since >= CCS_MS(300));
	ev_world_run(w, CCS_SECONDS(60));
	assert_end(w, CCS_EV_OUTCOME_STOPPED_BY_CAR, CCS_EV_REASON_STOP);
}

/* R30: a charger that cannot reach the battery's voltage; a transfer that the car has not. */
static void test_unfit_charger_r30(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	init(w);
	w->charger_mv = 300000;
	run(w);
	assert_end(w, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_LIMITS);
	assert_int_equal(SEEN(w, SESSION_STOP), 1);
	assert_int_equal(SEEN(w, CABLE_CHECK), 0);
	init(w);
	w->iso2.modes[0] = iso2_EnergyTransferMode_DC_unique;
	run(w);
	assert_end(w, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_NO_SERVICE);
	assert_int_equal(SEEN(w, PAYMENT_SELECTION), 0);
}

/* The most wanted transfer, else the first of the others. */
static void test_transfers(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	init(w);
	w->loops = 3;
	w->iso2.modes[1] = iso2_EnergyTransferMode_DC_core;
	w->iso2.mode_count = 2;
	w->config.transfer = CCS_EV_TRANSFER_DC_CORE;
	w->config.other_transfers = 1 << CCS_EV_TRANSFER_DC_EXTENDED;
	run(w);
	assert_end(w, CCS_EV_OUTCOME_CHARGED, CCS_EV_REASON_FULL);
	assert_int_equal(ccs_ev_session_transfer(&w->session), CCS_EV_TRANSFER_DC_CORE);
	w->loops = 6;
	w->iso2.mode_count = 1;
	w->values.soc.known = false;
	ev_world_restart(w, false);
	ev_world_run(w, CCS_SECONDS(60));
	assert_end(w, CCS_EV_OUTCOME_CHARGED, CCS_EV_REASON_FULL);
	assert_int_equal(ccs_ev_session_transfer(&w->session), CCS_EV_TRANSFER_DC_EXTENDED);
	assert_int_equal(
		REQUEST(w, PARAMETERS, ChargeParameterDiscovery)->RequestedEnergyTransferMode,
		iso2_EnergyTransferMode_DC_extended);
}

/* R31: a person at the charger; strict: EVSE_Shutdown is an emergency. */
static void test_charger_stops_r31(void **state)
{
	static const enum ev_event events[] = { EV_EVENT_NOTIFY, EV_EVENT_SHUTDOWN };
	struct ev_world *w = &world;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		init(w);
		w->event = events[i];
		w->event_at = CCS_EV_STATE_CHARGING;
		run(w);
		assert_end(w, CCS_EV_OUTCOME_STOPPED_BY_CHARGER, CCS_EV_REASON_CHARGER_STOP);
		assert_int_equal(SEEN(w, SESSION_STOP), 1);
		assert_true(SEEN(w, WELDING) >= 1);
	}
	w->config.quirks = ccs_quirks_strict();
	init(w);
	w->event = EV_EVENT_SHUTDOWN;
	w->event_at = CCS_EV_STATE_CHARGING;
	w->config.quirks = ccs_quirks_strict();
	run(w);
	assert_end(w, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_CHARGER_STOP);
}

/* R32: malfunction of the charger: at once. */
static void test_malfunction_r32(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	init(w);
	w->event = EV_EVENT_MALFUNCTION;
	w->event_at = CCS_EV_STATE_CHARGING;
	run(w);
	assert_end(w, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_CHARGER_EMERGENCY);
	assert_int_equal(SEEN(w, POWER_DELIVERY), 1);
}

/* R34, R35: chargers that fail at welding detection or at the end; strict: that is a failure. */
static void test_sloppy_ends_r34_r35(void **state)
{
	static const enum ccs_ev_message at[] = { CCS_EV_MESSAGE_WELDING,
						  CCS_EV_MESSAGE_SESSION_STOP };
	static const enum ev_fault faults[] = { EV_FAULT_FAILED, EV_FAULT_LOST };
	struct ev_world *w = &world;

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		bool strict = i & 4;

		init(w);
		w->loops = 3;
		w->fault = faults[i & 1];
		w->fault_at = at[i >> 1 & 1];
		if (strict)
			w->config.quirks = ccs_quirks_strict();
		run(w);
		assert_int_equal(ccs_ev_session_outcome(&w->session),
				 strict ? CCS_EV_OUTCOME_FAILED : CCS_EV_OUTCOME_CHARGED);
		assert_null(w->breach.text);
	}
}

/* R23: a PowerDeliveryRes after 5.5 s: the patient car waits. */
static void test_patience_r23(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	for (int strict = 0; strict < 2; strict++) {
		init(w);
		if (strict)
			w->config.quirks = ccs_quirks_strict();
		ev_world_start(w);
		ev_world_run_to(w, CCS_EV_STATE_CLOSING);
		w->delay = CCS_MS(5500);
		while (!SEEN(w, POWER_DELIVERY))
			ev_world_step(w);
		w->delay = CCS_MS(20);
		ev_world_run_to(w, CCS_EV_STATE_CHARGING);
		if (!strict)
			stop(w);
		ev_world_run(w, CCS_SECONDS(60));
		assert_end(w, strict ? CCS_EV_OUTCOME_FAILED : CCS_EV_OUTCOME_STOPPED_BY_CAR,
			   strict ? CCS_EV_REASON_NO_ANSWER : CCS_EV_REASON_STOP);
	}
}

/* R52: the vehicle's own isolation monitor is off while the charger's may measure. */
static void test_isolation_monitor_r52(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	init(w);
	ev_world_start(w);
	assert_true(w->commands.isolation_monitor);
	ev_world_run_to(w, CCS_EV_STATE_CABLE_CHECK);
	while (!ccs_ev_session_has_ended(&w->session)) {
		assert_false(w->commands.isolation_monitor);
		w->values.stop = ccs_ev_session_state(&w->session) == CCS_EV_STATE_CHARGING;
		ev_world_step(w);
	}
	assert_true(w->commands.isolation_monitor);
}

/* EcoG signs every ChargeParameterDiscoveryRes; a Notification may stand in any header. */
static void test_headers(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	init(w);
	w->iso2.decorated = true;
	w->loops = 10;
	run(w);
	assert_end(w, CCS_EV_OUTCOME_CHARGED, CCS_EV_REASON_FULL);
}

/* A receipt goes out before anything else; also before the end that the car wants. */
static void test_receipts(void **state)
{
	struct ev_world *w = &world;
	const struct iso2_MeteringReceiptReq *req = REQUEST(w, RECEIPT, MeteringReceipt);

	(void)state;
	init(w);
	w->iso2.receipts = true;
	w->loops = 20;
	run(w);
	assert_end(w, CCS_EV_OUTCOME_CHARGED, CCS_EV_REASON_FULL);
	assert_int_equal(SEEN(w, RECEIPT), SEEN(w, DEMAND));
	assert_true(req->MeterInfo.MeterReading == 123456789012);
	assert_int_equal(req->MeterInfo.MeterID.length, 3);
	assert_int_equal(req->MeterInfo.SigMeterReading.length, 3);
	assert_int_equal(req->SAScheduleTupleID, 1);
}

/* The battery or a person; never more than the charger's and the car's limits: SoC 200 is 100. */
static void test_hostile_values(void **state)
{
	struct ev_world *w = &world;
	const struct iso2_CurrentDemandReq *req = REQUEST(w, DEMAND, CurrentDemand);

	(void)state;
	init(w);
	w->values.full_soc = 0;
	charge(w);
	w->frozen = true;
	for (int i = 0; i < 20; i++) {
		w->values.soc = ccs_measured(2000, w->now);
		w->values.inlet_mv = ccs_measured(380000, w->now);
		w->values.battery_mv = ccs_measured(380000, w->now);
		w->values.current_ma = ccs_measured(1000, w->now);
		w->values.target = (struct ccs_setpoint) { .mv = INT32_MAX, .ma = INT32_MAX };
		ev_world_step(w);
	}
	assert_int_equal(req->DC_EVStatus.EVRESSSOC, 100);
	assert_int_equal(ccs_milli_iso2(&req->EVTargetVoltage), 409000);
	assert_in_range(ccs_milli_iso2(&req->EVTargetCurrent), 0, 100000);
	w->frozen = false;
	stop(w);
	assert_end(w, CCS_EV_OUTCOME_STOPPED_BY_CAR, CCS_EV_REASON_STOP);
}

static int warnings;

static void count_warnings(void *user, const struct ccs_record *record)
{
	(void)user;
	if (record->kind == CCS_RECORD_NOTE && record->note.level == CCS_NOTE_WARNING)
		warnings++;
}

/* Present values of 33 MV and MA: refused, told, and not acted on. */
static void test_wild_charger(void **state)
{
	static const struct ccs_sink sink = { .take = count_warnings };
	struct ev_world *w = &world;

	(void)state;
	init(w);
	w->config.channel.sink = &sink;
	w->event = EV_EVENT_WILD;
	w->event_at = CCS_EV_STATE_CHARGING;
	warnings = 0;
	charge(w);
	assert_true(warnings > 10);
	assert_in_range(w->session.facts.reported_mv.value, 300000, 500000);
	assert_in_range(w->session.reported_ma.value + 1000, 0, 200000);
	stop(w);
	assert_end(w, CCS_EV_OUTCOME_STOPPED_BY_CAR, CCS_EV_REASON_STOP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_session),
		cmocka_unit_test(test_offers),
		cmocka_unit_test(test_session_ids_r16_r17_r18_r64),
		cmocka_unit_test(test_plain_ok_r19),
		cmocka_unit_test(test_parameters_r21_r22),
		cmocka_unit_test(test_power_delivery_r27),
		cmocka_unit_test(test_demand_r28_r29),
		cmocka_unit_test(test_order_r24_r33),
		cmocka_unit_test(test_unfit_charger_r30),
		cmocka_unit_test(test_transfers),
		cmocka_unit_test(test_charger_stops_r31),
		cmocka_unit_test(test_malfunction_r32),
		cmocka_unit_test(test_sloppy_ends_r34_r35),
		cmocka_unit_test(test_patience_r23),
		cmocka_unit_test(test_isolation_monitor_r52),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_receipts),
		cmocka_unit_test(test_hostile_values),
		cmocka_unit_test(test_wild_charger),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
