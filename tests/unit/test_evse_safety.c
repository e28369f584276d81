/* SPDX-License-Identifier: Apache-2.0 */
/* The charger's session when things go wrong: pilot, emergency, faults, silence, damaged bytes. */
#include "evse_peer.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct peer peer; /* each test opens it anew */

#define assert_safe() assert_string_equal(peer.breach.text ? peer.breach.text : "", "")

static void reach_charging(void)
{
	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_CHARGING));
	assert_int_equal(peer_ask(&peer, din_BodyElement_CurrentDemandReq), din_responseCode_OK);
	peer_wait(&peer, CCS_MS(100));
	assert_int_equal(peer.commands.set.ma, 100000);
}

static void assert_off(enum ccs_evse_fault fault)
{
	assert_int_equal(peer.session.fault, fault);
	assert_false(peer.commands.supply);
	assert_int_equal(peer.commands.set.mv, 0);
	assert_int_equal(peer.commands.set.ma, 0);
	assert_true(peer.session.facts.lost);
	assert_safe();
}

/* Whatever the car does then, it ends, and without power. */
static void assert_ends(void)
{
	for (int i = 0; i < 80 && !ccs_evse_session_has_ended(&peer.session); i++)
		peer_wait(&peer, CCS_SECONDS(1));
	assert_true(ccs_evse_session_has_ended(&peer.session));
	peer_wait(&peer, CCS_SECONDS(4));
	assert_false(peer.commands.contactor);
	assert_true(peer.session.facts.ended);
	assert_false(peer.commands.lock);
	assert_safe();
}

/* C3: in the very step that sees it. */
static void test_pilot_lost(void **state)
{
	static const enum ccs_pilot pilots[] = { CCS_PILOT_B, CCS_PILOT_E, CCS_PILOT_F,
						 CCS_PILOT_UNKNOWN };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		reach_charging();
		peer.values.pilot = pilots[i];
		peer_tick(&peer);
		assert_off(CCS_EVSE_FAULT_PILOT);
		peer.values.pilot = CCS_PILOT_C; /* it does not come back */
		peer_tick(&peer);
		assert_off(CCS_EVSE_FAULT_PILOT);
		assert_int_equal(peer_ask(&peer, din_BodyElement_CurrentDemandReq),
				 din_responseCode_FAILED);
		assert_ends();
	}
	reach_charging();
	peer.values.pilot = CCS_PILOT_A;
	peer_tick(&peer);
	assert_off(CCS_EVSE_FAULT_UNPLUGGED);
	assert_true(ccs_evse_session_has_ended(&peer.session));
}

/* A car that leaves state C may still come to its end in order. */
static void test_ends_in_order_after_fault(void **state)
{
	(void)state;
	reach_charging();
	peer.values.pilot = CCS_PILOT_B;
	peer_tick(&peer);
	peer_prepare(&peer, din_BodyElement_PowerDeliveryReq);
	peer.request.Body.PowerDeliveryReq.ReadyToChargeState = false;
	assert_int_equal(peer_send(&peer), din_responseCode_OK);
	assert_int_equal(peer_ask(&peer, din_BodyElement_WeldingDetectionReq), 0);
	assert_int_equal(peer_ask(&peer, din_BodyElement_SessionStopReq), 0);
	assert_ends();
}

static void test_emergency(void **state)
{
	(void)state;
	for (int s = CCS_EVSE_HANDSHAKE; s <= CCS_EVSE_STOPPED; s++) {
		if (s == CCS_EVSE_READY)
			continue;
		peer_open(&peer);
		assert_true(peer_reach(&peer, (enum ccs_evse_state)s));
		peer.values.emergency = true;
		peer_tick(&peer);
		assert_off(CCS_EVSE_FAULT_EMERGENCY);
		assert_ends();
	}
	reach_charging();
	peer.values.emergency = true;
	assert_int_equal(peer_ask(&peer, din_BodyElement_CurrentDemandReq),
			 din_responseCode_FAILED);
	assert_int_equal(peer.response->Body.CurrentDemandRes.DC_EVSEStatus.EVSEStatusCode,
			 din_DC_EVSEStatusCode_EVSE_EmergencyShutdown);
	assert_off(CCS_EVSE_FAULT_EMERGENCY);
}

static void test_hardware_faults(void **state)
{
	(void)state;
	reach_charging();
	peer.values.supply = CCS_SUPPLY_FAULT;
	peer_tick(&peer);
	assert_off(CCS_EVSE_FAULT_SUPPLY);
	assert_int_equal(peer_ask(&peer, din_BodyElement_CurrentDemandReq),
			 din_responseCode_FAILED);
	assert_int_equal(peer.response->Body.CurrentDemandRes.DC_EVSEStatus.EVSEStatusCode,
			 din_DC_EVSEStatusCode_EVSE_Malfunction);
	reach_charging();
	peer.values.isolation = CCS_ISOLATION_FAULT;
	peer_tick(&peer);
	assert_off(CCS_EVSE_FAULT_ISOLATION);
	reach_charging();
	peer.values.lock = CCS_LOCK_OPEN;
	peer_tick(&peer);
	assert_off(CCS_EVSE_FAULT_UNLOCKED);
	reach_charging();
	peer.values.present_mv = ccs_measured(490000, peer.now);
	peer_tick(&peer);
	assert_off(CCS_EVSE_FAULT_OVERVOLTAGE);
	assert_ends();
}

/* A sensor that falls silent: the deadline says when to look. */
static void test_sensor_silent(void **state)
{
	(void)state;
	reach_charging();
	peer.sensor_silent = true;
	peer.now = ccs_evse_session_deadline(&peer.session);
	assert_true(peer.now <= peer.values.present_mv.at + CCS_SECONDS(1) + 1);
	peer_tick(&peer);
	assert_off(CCS_EVSE_FAULT_SENSOR);
	assert_ends(); /* also the lock, without knowing the voltage */
}

/* A cable that nobody measures and that had no voltage of ours: it may have the car's. */
static void test_sensor_silent_early(void **state)
{
	(void)state;
	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_CABLE_CHECK));
	peer.sensor_silent = true;
	peer_wait(&peer, CCS_SECONDS(5));
	ccs_evse_session_close(&peer.session, peer.now);
	peer_tick(&peer);
	assert_true(peer.commands.lock);
	peer_wait(&peer, CCS_SECONDS(3));
	assert_false(peer.commands.lock);
	assert_ends();
}

/* [safety] of the configuration: less current before charging, a longer wait for the lock. */
static void test_other_tolerances(void **state)
{
	struct ccs_tolerances own = ccs_tolerances_default;

	(void)state;
	own.precharge_ma = 1000;
	own.unlocking_us = CCS_SECONDS(20);
	peer_open_with(&peer, (struct ccs_evse_config) { .tolerances = &own });
	assert_true(peer_reach(&peer, CCS_EVSE_CABLE_CHECK));
	peer.values.pilot = CCS_PILOT_C;
	assert_int_equal(peer_ask(&peer, din_BodyElement_CableCheckReq), din_responseCode_OK);
	assert_int_equal(peer.commands.set.ma, 1000);
	peer_wait(&peer, CCS_MS(100));
	peer.sensor_silent = true; /* at a live cable */
	ccs_evse_session_close(&peer.session, peer.now);
	peer_wait(&peer, CCS_SECONDS(19));
	assert_true(peer.commands.lock);
	peer_wait(&peer, CCS_SECONDS(2));
	assert_false(peer.commands.lock);
	assert_safe();
}

static void test_connection_lost(void **state)
{
	(void)state;
	for (int s = CCS_EVSE_HANDSHAKE; s <= CCS_EVSE_STOPPED; s++) {
		if (s == CCS_EVSE_READY)
			continue;
		peer_open(&peer);
		assert_true(peer_reach(&peer, (enum ccs_evse_state)s));
		ccs_evse_session_close(&peer.session, peer.now);
		assert_off(CCS_EVSE_FAULT_CONNECTION);
		assert_ends();
	}
}

/* Nothing comes: the deadline of each state ends it, to the microsecond. */
static void test_silence(void **state)
{
	(void)state;
	for (int s = CCS_EVSE_HANDSHAKE; s <= CCS_EVSE_STOPPED; s++) {
		if (s == CCS_EVSE_READY)
			continue;
		peer_open(&peer);
		assert_true(peer_reach(&peer, (enum ccs_evse_state)s));
		peer_wait(&peer, CCS_SECONDS(59));
		assert_int_equal(peer.session.state, s);
		assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_NONE);
		peer_wait(&peer, CCS_SECONDS(2));
		assert_off(CCS_EVSE_FAULT_SILENCE);
		assert_ends();
	}
}

/* R41: an Audi Q4 sends its stop only after the timeout. */
static void test_late_stop(void **state)
{
	(void)state;
	reach_charging();
	peer_wait(&peer, CCS_SECONDS(61));
	assert_off(CCS_EVSE_FAULT_SILENCE);
	peer_prepare(&peer, din_BodyElement_PowerDeliveryReq);
	peer.request.Body.PowerDeliveryReq.ReadyToChargeState = false;
	assert_int_equal(peer_send(&peer), din_responseCode_OK);
	assert_int_equal(peer_ask(&peer, din_BodyElement_SessionStopReq), din_responseCode_OK);
	assert_ends();
}

static void assert_verdict(const char *text, enum ccs_note_level level)
{
	assert_ends();
	assert_int_equal(peer.verdicts, 1);
	assert_string_equal(peer.verdict, text);
	assert_int_equal(peer.verdict_level, level);
}

/* One for each session: the first fault, or whose wish the end was. */
static void test_verdict(void **state)
{
	(void)state;
	reach_charging();
	peer.values.pilot = CCS_PILOT_B;
	peer_tick(&peer);
	ccs_evse_session_close(&peer.session, peer.now);
	assert_verdict(ccs_evse_fault_text(CCS_EVSE_FAULT_PILOT), CCS_NOTE_ERROR);
	reach_charging();
	ccs_evse_session_close(&peer.session, peer.now);
	assert_verdict(ccs_evse_fault_text(CCS_EVSE_FAULT_CONNECTION), CCS_NOTE_ERROR);
	reach_charging();
	assert_true(peer_reach(&peer, CCS_EVSE_STOPPED));
	assert_int_equal(peer_ask(&peer, din_BodyElement_SessionStopReq), din_responseCode_OK);
	assert_int_equal(peer.verdicts, 0);
	assert_verdict("the car wanted the end", CCS_NOTE_INFO);
	reach_charging();
	peer.values.stop = true;
	peer_tick(&peer);
	peer.values.stop = false; /* it was a button */
	assert_true(peer_reach(&peer, CCS_EVSE_STOPPED));
	assert_int_equal(peer_ask(&peer, din_BodyElement_SessionStopReq), din_responseCode_OK);
	assert_verdict("the charger wanted the end", CCS_NOTE_INFO);
}

/* No car that only keeps the line busy: every deadline is in the future once it was served. */
static void test_deadlines(void **state)
{
	int ticks = 0;

	(void)state;
	reach_charging();
	while (!ccs_evse_session_has_ended(&peer.session)) {
		ccs_time next = ccs_evse_session_deadline(&peer.session);

		assert_true(next > peer.now && next != CCS_NEVER);
		peer.now = next;
		peer_tick(&peer);
		assert_true(ticks++ < 10);
	}
	assert_safe();
}

/* The button: the car is told, and has 10 s. */
static void test_stop_button(void **state)
{
	const struct din_DC_EVSEStatus *status;

	(void)state;
	reach_charging();
	peer.values.stop = true;
	assert_int_equal(peer_ask(&peer, din_BodyElement_CurrentDemandReq), din_responseCode_OK);
	status = &peer.response->Body.CurrentDemandRes.DC_EVSEStatus;
	assert_int_equal(status->EVSEStatusCode, din_DC_EVSEStatusCode_EVSE_Shutdown);
	assert_int_equal(status->EVSENotification, din_EVSENotification_StopCharging);
	assert_int_equal(peer.commands.set.ma, 100000); /* the car decides when */
	assert_true(peer_reach(&peer, CCS_EVSE_STOPPED));
	assert_int_equal(peer_ask(&peer, din_BodyElement_SessionStopReq), din_responseCode_OK);
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_NONE);
	assert_ends();

	reach_charging();
	peer.values.stop = true;
	for (int i = 0; i < 99; i++) {
		assert_int_equal(peer_ask(&peer, din_BodyElement_CurrentDemandReq), 0);
		peer_wait(&peer, CCS_MS(100));
	}
	peer_wait(&peer, CCS_MS(300));
	assert_off(CCS_EVSE_FAULT_STOP_IGNORED);
	assert_ends();
}

/* A button is pressed for a moment: the wish stays. */
static void test_stop_button_let_go(void **state)
{
	(void)state;
	reach_charging();
	peer.values.stop = true;
	peer_tick(&peer);
	peer.values.stop = false;
	peer_wait(&peer, CCS_MS(100));
	assert_int_equal(peer_ask(&peer, din_BodyElement_CurrentDemandReq), din_responseCode_OK);
	assert_int_equal(peer.response->Body.CurrentDemandRes.DC_EVSEStatus.EVSENotification,
			 din_EVSENotification_StopCharging);
	peer_wait(&peer, CCS_SECONDS(10));
	assert_off(CCS_EVSE_FAULT_STOP_IGNORED);
	assert_ends();
}

/* PowerDelivery is not started any more. */
static void test_stop_before_start(void **state)
{
	(void)state;
	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_PRE_CHARGE));
	peer_ask(&peer, din_BodyElement_PreChargeReq);
	peer.values.stop = true;
	assert_int_equal(peer_ask(&peer, din_BodyElement_PowerDeliveryReq),
			 din_responseCode_FAILED_PowerDeliveryNotApplied);
	assert_ends();
}

/* After the stop the current may take a while; the contactor waits for it, but not for ever. */
static void test_current_dies(void **state)
{
	(void)state;
	reach_charging();
	peer_prepare(&peer, din_BodyElement_PowerDeliveryReq);
	peer.request.Body.PowerDeliveryReq.ReadyToChargeState = false;
	assert_int_equal(peer_send(&peer), din_responseCode_OK);
	assert_false(peer.commands.supply);
	assert_true(peer.commands.contactor);
	peer_wait(&peer, CCS_MS(100));
	assert_false(peer.commands.contactor);
	assert_safe();
}

static void test_damaged_bytes(void **state)
{
	static const uint8_t cut[] = { 1, 0xfe, 0x80, 1, 0, 0, 0, 3, 0x80, 0x9a, 2 };
	static const uint8_t foreign[] = { 1, 0xfe, 0x80, 4, 0, 0, 0, 1, 0x80 };
	static const uint8_t noise[] = { 0x16, 3, 1, 0, 0xa5, 1, 0, 0 };

	(void)state;
	for (int s = CCS_EVSE_HANDSHAKE; s <= CCS_EVSE_STOPPED; s++) {
		if (s == CCS_EVSE_READY)
			continue;
		peer_open(&peer);
		assert_true(peer_reach(&peer, (enum ccs_evse_state)s));
		peer_wait(&peer, CCS_SECONDS(59)); /* what is ignored does not prolong it */
		peer_receive(&peer, cut, sizeof(cut));
		peer_receive(&peer, foreign, sizeof(foreign));
		assert_null(peer.response);
		assert_int_equal(peer.session.state, s);
		peer_wait(&peer, CCS_SECONDS(2));
		assert_off(CCS_EVSE_FAULT_SILENCE);
		peer_open(&peer);
		assert_true(peer_reach(&peer, (enum ccs_evse_state)s));
		peer_receive(&peer, noise, sizeof(noise));
		assert_off(CCS_EVSE_FAULT_PROTOCOL);
		assert_true(ccs_evse_session_has_ended(&peer.session));
	}
}

/* A second connection after the first: nothing of it is left. */
static void test_again(void **state)
{
	static const uint8_t id[8] = { 1 };

	(void)state;
	reach_charging();
	ccs_evse_session_close(&peer.session, peer.now);
	peer_wait(&peer, CCS_SECONDS(5));
	ccs_evse_session_start(&peer.session, id, peer.now);
	assert_int_equal(peer.session.state, CCS_EVSE_HANDSHAKE);
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_NONE);
	assert_false(peer.session.facts.lost);
	assert_int_equal(peer.session.car.evccid_length, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pilot_lost),
		cmocka_unit_test(test_ends_in_order_after_fault),
		cmocka_unit_test(test_emergency),
		cmocka_unit_test(test_hardware_faults),
		cmocka_unit_test(test_sensor_silent),
		cmocka_unit_test(test_sensor_silent_early),
		cmocka_unit_test(test_other_tolerances),
		cmocka_unit_test(test_connection_lost),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_late_stop),
		cmocka_unit_test(test_verdict),
		cmocka_unit_test(test_deadlines),
		cmocka_unit_test(test_stop_button),
		cmocka_unit_test(test_stop_button_let_go),
		cmocka_unit_test(test_stop_before_start),
		cmocka_unit_test(test_current_dies),
		cmocka_unit_test(test_damaged_bytes),
		cmocka_unit_test(test_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
