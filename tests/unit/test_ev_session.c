/* SPDX-License-Identifier: Apache-2.0 */
/* The car's session against a scripted charger: how it goes, what it says, how it ends. */
#include "ccs/quantities.h"
#include "ev_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define REQUEST(w, kind, name) (&(w)->last[CCS_EV_MESSAGE_##kind].Body.name##Req)
#define SEEN(w, kind)	       ((w)->seen[CCS_EV_MESSAGE_##kind])

static struct ev_world world;

/* Ended, nothing broken, contactors open and the inlet unlocked. */
static void assert_safe_end(const struct ev_world *w)
{
	if (w->breach.text)
		fail_msg("%s: %s", ccs_invariant_name(w->breach.invariant), w->breach.text);
	assert_true(ccs_ev_session_has_ended(&w->session));
	assert_false(w->commands.contactors);
	assert_false(w->commands.lock);
	assert_int_equal(w->commands.pilot, CCS_PILOT_B);
	assert_false(w->closed);
	assert_int_equal(w->current_ma, 0);
}

static void assert_end(const struct ev_world *w, enum ccs_ev_outcome outcome,
		       enum ccs_ev_reason reason)
{
	assert_safe_end(w);
	assert_string_equal(ccs_ev_reason_text(ccs_ev_session_reason(&w->session)),
			    ccs_ev_reason_text(reason));
	assert_int_equal(ccs_ev_session_outcome(&w->session), outcome);
}

static void run(struct ev_world *w)
{
	ev_world_start(w);
	ev_world_run(w, CCS_SECONDS(300));
}

static void test_whole_session(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	ev_world_init(w);
	w->loops = 300;
	run(w);
	assert_end(w, CCS_EV_OUTCOME_CHARGED, CCS_EV_REASON_FULL);
	assert_int_equal(SEEN(w, SESSION_SETUP), 1);
	assert_int_equal(SEEN(w, AUTHORISATION), 3);
	assert_int_equal(SEEN(w, PARAMETERS), 3);
	assert_int_equal(SEEN(w, CABLE_CHECK), 3);
	assert_true(SEEN(w, PRECHARGE) >= 1);
	assert_int_equal(SEEN(w, POWER_DELIVERY), 2);
	assert_in_range(SEEN(w, DEMAND), 300, 302);
	assert_true(SEEN(w, WELDING) >= 1);
	assert_int_equal(SEEN(w, SESSION_STOP), 1);
}

/* R16, R17, R64: the charger's id, of any length, in every later message. */
static void test_session_ids(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	for (uint8_t length = 1; length <= 8; length++) {
		ev_world_init(w);
		w->loops = 3;
		w->id_length = length;
		run(w);
		assert_end(w, CCS_EV_OUTCOME_CHARGED, CCS_EV_REASON_FULL);
		assert_int_equal(w->last[CCS_EV_MESSAGE_SESSION_STOP].Header.SessionID.length,
				 length);
	}
	ev_world_init(w);
	w->id_length = 4;
	w->config.quirks = ccs_quirks_strict();
	run(w);
	assert_end(w, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_SESSION_ID);
}

/* R21: what the picky chargers want of ChargeParameterDiscoveryReq. */
static void test_parameters_r21(void **state)
{
	struct ev_world *w = &world;
	const struct din_ChargeParameterDiscoveryReq *req = REQUEST(w, PARAMETERS,
								    ChargeParameterDiscovery);
	const struct din_DC_EVChargeParameter *p = &req->EVChargeParameter.DC_EVChargeParameter;

	(void)state;
	ev_world_init(w);
	w->loops = 3;
	run(w);
	assert_int_equal(req->EVRequestedEnergyTransferType,
			 din_EVRequestedEnergyTransfer_DC_extended);
	assert_int_equal(req->EVChargeParameter.tag, din_EVChargeParameter_DC_EVChargeParameter);
	assert_false(p->DC_EVStatus.EVReady);
	assert_int_equal(p->DC_EVStatus.EVRESSSOC, 50);
	assert_int_equal(ccs_milli_din(&p->EVMaximumVoltageLimit), 410000);
	assert_int_equal(ccs_milli_din(&p->EVMaximumCurrentLimit), 100000);
	assert_true(p->has_EVMaximumPowerLimit);
	assert_int_equal(ccs_milli_din(&p->EVMaximumPowerLimit), 40000000);
	assert_true(p->has_EVEnergyCapacity);
	assert_int_equal(ccs_milli_din(&p->EVEnergyCapacity), 28000000);
	assert_true(p->has_EVEnergyRequest && p->has_FullSOC && p->has_BulkSOC);
	assert_int_equal(p->FullSOC, 90);
	assert_int_equal(p->BulkSOC, 80);
}

/* R26, R27: PowerDeliveryReq with all its optional elements. */
static void test_power_delivery_r27(void **state)
{
	struct ev_world *w = &world;
	const struct din_PowerDeliveryReq *req = REQUEST(w, POWER_DELIVERY, PowerDelivery);
	const struct din_DC_EVPowerDeliveryParameter *p =
		&req->EVPowerDeliveryParameter.DC_EVPowerDeliveryParameter;

	(void)state;
	ev_world_init(w);
	ev_world_start(w);
	ev_world_run_to(w, CCS_EV_STATE_CHARGING);
	assert_true(req->ReadyToChargeState);
	assert_true(p->DC_EVStatus.EVReady && p->DC_EVStatus.has_EVCabinConditioning &&
		    p->DC_EVStatus.has_EVRESSConditioning && p->has_BulkChargingComplete);
	assert_false(p->ChargingComplete);
	w->values.stop = true;
	ev_world_run(w, CCS_SECONDS(60));
	assert_end(w, CCS_EV_OUTCOME_STOPPED_BY_CAR, CCS_EV_REASON_STOP);
	assert_false(req->ReadyToChargeState);
	assert_true(p->ChargingComplete);
}

/* R28: the car's maxima; R29: the target stays below them, of precharge too; limits that change. */
static void test_demand_r28_r29(void **state)
{
	struct ev_world *w = &world;
	const struct din_CurrentDemandReq *req = REQUEST(w, DEMAND, CurrentDemand);

	(void)state;
	ev_world_init(w);
	ev_world_start(w);
	ev_world_run_to(w, CCS_EV_STATE_CHARGING);
	ev_world_run(w, CCS_SECONDS(3));
	assert_true(req->has_EVMaximumVoltageLimit && req->has_EVMaximumCurrentLimit &&
		    req->has_EVMaximumPowerLimit);
	assert_int_equal(ccs_milli_din(&req->EVMaximumVoltageLimit), 410000);
	assert_int_equal(ccs_milli_din(&req->EVTargetVoltage), 409000);
	assert_int_equal(ccs_milli_din(&req->EVTargetCurrent), 90000);
	assert_true(req->has_RemainingTimeToFullSoC);
	w->values.limits.max_ma = 20000;
	w->values.limits.max_mv = 400000;
	ev_world_run(w, CCS_SECONDS(1));
	assert_int_equal(ccs_milli_din(&req->EVMaximumCurrentLimit), 20000);
	assert_int_equal(ccs_milli_din(&req->EVTargetCurrent), 20000);
	assert_int_equal(ccs_milli_din(&req->EVTargetVoltage), 399000);
	w->values.target.ma = -5000; /* only the quirk lets it discharge */
	ev_world_run(w, CCS_SECONDS(1));
	assert_int_equal(ccs_milli_din(&req->EVTargetCurrent), 0);
	w->values.emergency = true;
	ev_world_run(w, CCS_SECONDS(60));
	assert_end(w, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_EMERGENCY);
}

/* R18: the EVCCID; R19: OK instead of OK_NewSessionEstablished; R22: EVSE_NotReady. */
static void test_opening_r18_r19_r22(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	for (int i = 0; i < 4; i++) {
		bool strict = i & 2;
		enum ccs_ev_reason reason = i & 1 ? CCS_EV_REASON_TOO_LONG
						  : CCS_EV_REASON_SESSION_ID;

		ev_world_init(w);
		w->loops = 3;
		w->not_ready = i & 1;
		w->plain_ok = !w->not_ready;
		if (strict)
			w->config.quirks = ccs_quirks_strict();
		run(w);
		assert_end(w, strict ? CCS_EV_OUTCOME_FAILED : CCS_EV_OUTCOME_CHARGED,
			   strict ? reason : CCS_EV_REASON_FULL);
		assert_int_equal(REQUEST(w, SESSION_SETUP, SessionSetup)->EVCCID.length, 6);
	}
}

/* Strict: none of the optional fields of R21, R27, R28, and no distance of R29. */
static void test_strict_requests(void **state)
{
	struct ev_world *w = &world;
	const struct din_DC_EVChargeParameter *p =
		&REQUEST(w, PARAMETERS, ChargeParameterDiscovery)
			 ->EVChargeParameter.DC_EVChargeParameter;
	const struct din_DC_EVPowerDeliveryParameter *d =
		&REQUEST(w, POWER_DELIVERY, PowerDelivery)
			 ->EVPowerDeliveryParameter.DC_EVPowerDeliveryParameter;
	const struct din_CurrentDemandReq *req = REQUEST(w, DEMAND, CurrentDemand);

	(void)state;
	ev_world_init(w);
	w->loops = 20;
	w->config.quirks = ccs_quirks_strict();
	ev_world_start(w);
	ev_world_run_to(w, CCS_EV_STATE_CHARGING);
	ev_world_run(w, CCS_SECONDS(1));
	assert_false(p->has_EVMaximumPowerLimit || p->has_EVEnergyCapacity ||
		     p->has_EVEnergyRequest || p->has_FullSOC || p->has_BulkSOC);
	assert_false(d->has_BulkChargingComplete || d->DC_EVStatus.has_EVCabinConditioning);
	assert_false(req->has_EVMaximumVoltageLimit || req->has_EVMaximumCurrentLimit);
	assert_int_equal(ccs_milli_din(&req->EVTargetVoltage), 410000);
	ev_world_run(w, CCS_SECONDS(60));
	assert_end(w, CCS_EV_OUTCOME_CHARGED, CCS_EV_REASON_FULL);
}

/* R23: a PowerDeliveryRes after 5.5 s; strict does not wait. */
static void test_patience_r23(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	for (int strict = 0; strict < 2; strict++) {
		ev_world_init(w);
		if (strict)
			w->config.quirks = ccs_quirks_strict();
		w->loops = 3;
		ev_world_start(w);
		ev_world_run_to(w, CCS_EV_STATE_CLOSING);
		w->delay = CCS_MS(5500);
		while (!SEEN(w, POWER_DELIVERY))
			ev_world_step(w);
		w->delay = CCS_MS(20);
		ev_world_run(w, CCS_SECONDS(60));
		assert_end(w, strict ? CCS_EV_OUTCOME_FAILED : CCS_EV_OUTCOME_CHARGED,
			   strict ? CCS_EV_REASON_NO_ANSWER : CCS_EV_REASON_FULL);
	}
}

/* R33: state B with PowerDeliveryRes, the contactors 300 ms later. */
static void test_opening_r33(void **state)
{
	struct ev_world *w = &world;
	ccs_time since;

	(void)state;
	ev_world_init(w);
	ev_world_start(w);
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

/* R24: locked and in state C before CableCheckReq, in this order. */
static void test_order_r24(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	ev_world_init(w);
	ev_world_start(w);
	ev_world_run_to(w, CCS_EV_STATE_LOCKING);
	assert_true(w->commands.lock);
	assert_int_equal(w->commands.pilot, CCS_PILOT_B);
	ev_world_run_to(w, CCS_EV_STATE_CABLE_CHECK);
	assert_int_equal(w->values.lock, CCS_LOCK_CLOSED);
	assert_int_equal(w->commands.pilot, CCS_PILOT_C);
	assert_false(w->commands.contactors);
	ev_world_run_to(w, CCS_EV_STATE_CLOSING);
	assert_true(w->commands.contactors);
}

/* A wish of the car, from every state before and in the loop. */
static void test_stop_anywhere(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	for (enum ccs_ev_state at = CCS_EV_STATE_HANDSHAKE; at <= CCS_EV_STATE_CHARGING; at++) {
		ev_world_init(w);
		w->event = EV_EVENT_STOP;
		w->event_at = at;
		run(w);
		assert_end(w, CCS_EV_OUTCOME_STOPPED_BY_CAR, CCS_EV_REASON_STOP);
		assert_int_equal(SEEN(w, SESSION_STOP), at > CCS_EV_STATE_SESSION_SETUP);
		assert_int_equal(SEEN(w, WELDING) > 0, at >= CCS_EV_STATE_CLOSING);
	}
}

/* R31: a person at the charger, with a notification or with EVSE_Shutdown: in order. */
static void test_charger_stops_r31(void **state)
{
	struct ev_world *w = &world;
	static const enum ev_event events[] = { EV_EVENT_NOTIFY, EV_EVENT_SHUTDOWN };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		for (enum ccs_ev_state at = CCS_EV_STATE_CABLE_CHECK; at <= CCS_EV_STATE_CHARGING;
		     at++) {
			ev_world_init(w);
			w->event = events[i];
			w->event_at = at;
			run(w);
			assert_end(w, CCS_EV_OUTCOME_STOPPED_BY_CHARGER,
				   CCS_EV_REASON_CHARGER_STOP);
			assert_int_equal(SEEN(w, SESSION_STOP), 1);
		}
	}
	ev_world_init(w);
	w->event = EV_EVENT_SHUTDOWN;
	w->event_at = CCS_EV_STATE_CHARGING;
	w->config.quirks = ccs_quirks_strict();
	run(w);
	assert_end(w, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_CHARGER_STOP);
}

/* R32: malfunction and emergency of the charger. */
static void test_malfunction_r32(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	ev_world_init(w);
	w->event = EV_EVENT_MALFUNCTION;
	w->event_at = CCS_EV_STATE_CHARGING;
	run(w);
	assert_end(w, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_CHARGER_EMERGENCY);
	assert_int_equal(SEEN(w, POWER_DELIVERY), 1);
}

/* R34, R35: chargers that fail at welding detection or do not answer at the end; strict: a failure.
 */
static void test_sloppy_ends_r34_r35(void **state)
{
	static const struct {
		enum ev_fault fault;
		enum ccs_ev_message at;
	} cases[] = {
		{ EV_FAULT_FAILED, CCS_EV_MESSAGE_WELDING },
		{ EV_FAULT_LOST, CCS_EV_MESSAGE_WELDING },
		{ EV_FAULT_LOST, CCS_EV_MESSAGE_SESSION_STOP },
		{ EV_FAULT_FAILED, CCS_EV_MESSAGE_SESSION_STOP },
		{ EV_FAULT_RESET, CCS_EV_MESSAGE_SESSION_STOP },
	};
	struct ev_world *w = &world;

	(void)state;
	for (int strict = 0; strict < 2; strict++) {
		for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
			ev_world_init(w);
			w->loops = 3;
			w->fault = cases[i].fault;
			w->fault_at = cases[i].at;
			if (strict)
				w->config.quirks = ccs_quirks_strict();
			run(w);
			assert_safe_end(w);
			assert_int_equal(ccs_ev_session_outcome(&w->session),
					 strict ? CCS_EV_OUTCOME_FAILED : CCS_EV_OUTCOME_CHARGED);
		}
	}
}

/* R30 and services: what does not fit ends in order, before there is any voltage. */
static void test_unfit_charger(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	ev_world_init(w);
	w->charger_mv = 300000;
	run(w);
	assert_end(w, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_LIMITS);
	assert_int_equal(SEEN(w, SESSION_STOP), 1);
	assert_int_equal(SEEN(w, CABLE_CHECK), 0);
	ev_world_init(w);
	w->offered = din_EVSESupportedEnergyTransfer_AC_single_phase_core;
	run(w);
	assert_end(w, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_NO_SERVICE);
	assert_int_equal(SEEN(w, PAYMENT_SELECTION), 0);
}

/* R43: with the quirk the reported voltage is enough where the inlet is not measured. */
static void test_reported_voltage_r43(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	ev_world_init(w);
	w->event = EV_EVENT_INLET_SILENT;
	run(w);
	assert_end(w, CCS_EV_OUTCOME_FAILED, CCS_EV_REASON_PRECHARGE);
	ev_world_init(w);
	w->event = EV_EVENT_INLET_SILENT;
	w->loops = 3;
	ccs_quirk_set(&w->config.quirks, CCS_QUIRK_REPORTED_VOLTAGE, true);
	run(w);
	assert_end(w, CCS_EV_OUTCOME_CHARGED, CCS_EV_REASON_FULL);
}

/* R56: a light bulb is connected 2 s into the loop. */
static void test_late_load_r56(void **state)
{
	struct ev_world *w = &world;

	(void)state;
	ev_world_init(w);
	w->loops = 100;
	w->values.target.mv = 380000;
	ccs_quirk_set(&w->config.quirks, CCS_QUIRK_LATE_LOAD, true);
	ev_world_start(w);
	ev_world_run_to(w, CCS_EV_STATE_CHARGING);
	assert_false(w->commands.contactors);
	ev_world_run(w, CCS_MS(1900));
	assert_false(w->commands.contactors);
	ev_world_run(w, CCS_MS(300));
	assert_true(w->commands.contactors);
	ev_world_run(w, CCS_SECONDS(60));
	assert_end(w, CCS_EV_OUTCOME_CHARGED, CCS_EV_REASON_FULL);
}

/* Bytes may come in any pieces. */
static void test_pieces(void **state)
{
	struct ev_world *w = &world;
	struct ccs_ev_session *s = &w->session;

	(void)state;
	ev_world_init(w);
	ev_world_start(w);
	while (ccs_ev_session_state(s) < CCS_EV_STATE_CHARGING) {
		assert_false(ccs_ev_session_has_ended(s));
		for (size_t i = 0; i + 1 < w->queued; i++)
			ccs_ev_session_receive(s, w->queue + i, 1, w->now);
		if (w->queued) {
			w->queue[0] = w->queue[w->queued - 1];
			w->queued = 1;
			w->due = w->now;
		}
		ev_world_step(w);
	}
	assert_null(w->breach.text);
}

/* A second session with the same engine; not while one runs. */
static void test_start_again(void **state)
{
	struct ev_world *w = &world;
	struct ccs_ev_session *s = &w->session;
	static const enum ccs_protocol other[] = { CCS_PROTOCOL_ISO20_WPT };

	(void)state;
	ev_world_init(w);
	assert_int_equal(ccs_ev_session_init(s, &w->config), 0);
	assert_true(ccs_ev_session_deadline(s) == CCS_NEVER);
	ccs_ev_session_tick(s, w->now);
	assert_int_equal(ccs_ev_session_state(s), CCS_EV_STATE_IDLE);
	ev_world_start(w);
	assert_int_equal(ccs_ev_session_start(s, w->now), CCS_ERR_STATE);
	w->values.stop = true;
	ev_world_run(w, CCS_SECONDS(60));
	assert_safe_end(w);
	assert_true(ccs_ev_session_deadline(s) == CCS_NEVER);
	w->values.stop = false;
	assert_int_equal(ccs_ev_session_start(s, w->now), 0);
	assert_int_equal(ccs_ev_session_state(s), CCS_EV_STATE_HANDSHAKE);
	w->config.offers[0] = other[0];
	assert_int_equal(ccs_ev_session_init(s, &w->config), CCS_ERR_UNKNOWN);
}

/* The deadline is when something happens: ticking only then gives the same end. */
static void test_deadlines(void **state)
{
	struct ev_world *w = &world;
	struct ccs_ev_session *s = &w->session;

	(void)state;
	ev_world_init(w);
	ev_world_start(w);
	assert_true(
		ccs_ev_session_deadline(s) ==
		w->now + ccs_timing_us(&w->timing, CCS_TIMER_V2G_TIMEOUT_SUPPORTED_APP_PROTOCOL));
	w->now = ccs_ev_session_deadline(s);
	ccs_ev_session_tick(s, w->now - 1);
	assert_int_equal(ccs_ev_session_state(s), CCS_EV_STATE_HANDSHAKE);
	ccs_ev_session_tick(s, w->now);
	assert_true(ccs_ev_session_wants_close(s));
	assert_int_equal(ccs_ev_session_reason(s), CCS_EV_REASON_NO_ANSWER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_opening_r18_r19_r22),
		cmocka_unit_test(test_strict_requests),
		cmocka_unit_test(test_patience_r23),
		cmocka_unit_test(test_opening_r33),
		cmocka_unit_test(test_whole_session),
		cmocka_unit_test(test_session_ids),
		cmocka_unit_test(test_parameters_r21),
		cmocka_unit_test(test_power_delivery_r27),
		cmocka_unit_test(test_demand_r28_r29),
		cmocka_unit_test(test_order_r24),
		cmocka_unit_test(test_stop_anywhere),
		cmocka_unit_test(test_charger_stops_r31),
		cmocka_unit_test(test_malfunction_r32),
		cmocka_unit_test(test_sloppy_ends_r34_r35),
		cmocka_unit_test(test_unfit_charger),
		cmocka_unit_test(test_reported_voltage_r43),
		cmocka_unit_test(test_late_load_r56),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_start_again),
		cmocka_unit_test(test_deadlines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
