/* SPDX-License-Identifier: Apache-2.0 */
/* The charger's session that is agreed anew, paused and resumed (ISO 15118-2 8.7.3). */
#include "evse_peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct peer peer; /* each test opens it anew */

#define assert_safe() assert_string_equal(peer.breach.text ? peer.breach.text : "", "")

static struct ccs_evse_config config_of(bool ac, struct ccs_quirks quirks)
{
	return (struct ccs_evse_config) {
		.quirks = quirks,
		.ac = { .phases = ac ? 3 : 0, .max_ma = 32000 },
	};
}

static void reach_charging(bool ac, struct ccs_quirks quirks)
{
	peer_open_iso2(&peer, config_of(ac, quirks));
	assert_true(peer_reach_iso2(&peer, CCS_EVSE_CHARGING));
	assert_int_equal(peer_ask_iso2(&peer, ac ? iso2_BodyElement_ChargingStatusReq
						 : iso2_BodyElement_CurrentDemandReq),
			 0);
	peer_wait(&peer, CCS_MS(100));
}

static enum iso2_EVSENotification notification(void)
{
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_CurrentDemandReq), 0);
	return peer.iso2->Body.CurrentDemandRes.DC_EVSEStatus.EVSENotification;
}

/* The car stops and ends; nothing is left. */
static void assert_ends(void)
{
	assert_true(peer_reach_iso2(&peer, CCS_EVSE_CLOSING));
	peer_wait(&peer, CCS_SECONDS(6));
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_NONE);
	assert_true(peer.session.facts.ended);
	assert_false(peer.commands.contactor || peer.commands.lock);
	assert_safe();
}

/* The charger asks, the car opens its contactors in state B, and all is tested again. */
static void test_asked_by_charger(void **state)
{
	(void)state;
	reach_charging(false, ccs_quirks_default());
	assert_int_equal(notification(), iso2_EVSENotification_None);
	peer.values.limits.max_ma = 50000;
	assert_int_equal(ccs_evse_session_renegotiate(&peer.session, peer.now), 0);
	assert_int_equal(notification(), iso2_EVSENotification_ReNegotiation);
	assert_int_equal(peer_deliver_iso2(&peer, iso2_chargeProgress_Renegotiate), 0);
	assert_int_equal(peer.session.state, CCS_EVSE_PARAMETERS);
	assert_int_equal(peer.commands.set.ma, 0);
	assert_true(peer.commands.contactor);
	assert_int_equal(ccs_evse_session_renegotiate(&peer.session, peer.now), CCS_ERR_STATE);
	peer_wait(&peer, CCS_MS(100));
	peer.values.pilot = CCS_PILOT_B;
	peer_wait(&peer, CCS_MS(100));
	assert_false(peer.commands.contactor);
	assert_true(peer.commands.lock); /* the cable is dead, but the session goes on */
	assert_int_equal(peer.session.facts.stop_demanded, CCS_NEVER);
	assert_true(peer_reach_iso2(&peer, CCS_EVSE_CABLE_CHECK));
	assert_int_equal(peer.iso2->Body.ChargeParameterDiscoveryRes.EVSEChargeParameter
				 .DC_EVSEChargeParameter.DC_EVSEStatus.EVSEIsolationStatus,
			 iso2_isolationLevel_Invalid);
	assert_true(peer_reach_iso2(&peer, CCS_EVSE_CHARGING));
	assert_int_equal(notification(), iso2_EVSENotification_None);
	assert_int_equal(peer.commands.set.ma, 50000);
	assert_ends();
}

/* E-2: Volkswagen stays in state C, its contactors closed: no test, and strict no charging. */
static void test_state_c_kept(void **state)
{
	(void)state;
	reach_charging(false, ccs_quirks_default());
	peer.car_closed = true;
	peer.warnings = 0;
	assert_int_equal(peer_deliver_iso2(&peer, iso2_chargeProgress_Renegotiate), 0);
	assert_true(peer_reach_iso2(&peer, CCS_EVSE_CABLE_CHECK));
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_CableCheckReq), 0);
	assert_int_equal(peer.iso2->Body.CableCheckRes.EVSEProcessing,
			 iso2_EVSEProcessing_Finished);
	assert_int_equal(peer.iso2->Body.CableCheckRes.DC_EVSEStatus.EVSEIsolationStatus,
			 iso2_isolationLevel_Valid);
	assert_true(peer.commands.contactor);
	assert_false(peer.commands.test_isolation);
	assert_int_equal(peer.warnings, 1);
	assert_true(peer_reach_iso2(&peer, CCS_EVSE_CHARGING));
	peer.car_closed = false;
	assert_ends();

	reach_charging(false, ccs_quirks_strict());
	peer.car_closed = true;
	assert_int_equal(peer_deliver_iso2(&peer, iso2_chargeProgress_Renegotiate), 0);
	assert_true(peer_reach_iso2(&peer, CCS_EVSE_CABLE_CHECK));
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_CableCheckReq),
			 iso2_responseCode_FAILED);
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_PILOT);
	assert_false(peer.commands.supply);
	assert_safe();
}

/* What is not state B is a loss of the pilot, also then. */
static void test_pilot_lost(void **state)
{
	(void)state;
	reach_charging(false, ccs_quirks_default());
	assert_int_equal(peer_deliver_iso2(&peer, iso2_chargeProgress_Renegotiate), 0);
	peer.values.pilot = CCS_PILOT_E;
	peer_tick(&peer);
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_PILOT);
	assert_false(peer.commands.supply);
	assert_safe();
}

/* A current that nobody measures any more does not open the contactor without a reason. */
static void test_current_unknown(void **state)
{
	(void)state;
	reach_charging(false, ccs_quirks_default());
	assert_int_equal(peer_deliver_iso2(&peer, iso2_chargeProgress_Renegotiate), 0);
	peer.sensor_silent = true;
	peer.values.pilot = CCS_PILOT_B;
	peer_tick(&peer);
	assert_true(peer.commands.contactor);
	peer_wait(&peer, CCS_SECONDS(5));
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_SENSOR);
	assert_false(peer.commands.contactor);
	assert_safe();
}

/* Mains stays on in state C; state B opens it without a fault. */
static void test_ac(void **state)
{
	(void)state;
	for (int leaves = 0; leaves < 2; leaves++) {
		reach_charging(true, ccs_quirks_default());
		assert_int_equal(peer_deliver_iso2(&peer, iso2_chargeProgress_Renegotiate), 0);
		assert_true(peer.commands.contactor);
		if (leaves)
			peer.values.pilot = CCS_PILOT_B;
		peer_wait(&peer, CCS_MS(100));
		assert_int_equal(peer.commands.contactor, !leaves);
		assert_true(peer_reach_iso2(&peer, CCS_EVSE_READY));
		assert_true(peer_reach_iso2(&peer, CCS_EVSE_CHARGING));
		assert_true(peer.commands.contactor);
		assert_ends();
	}
}

static void test_only_while_charging(void **state)
{
	(void)state;
	peer_open_iso2(&peer, config_of(false, ccs_quirks_default()));
	assert_true(peer_reach_iso2(&peer, CCS_EVSE_PRE_CHARGE));
	assert_int_equal(ccs_evse_session_renegotiate(&peer.session, peer.now), CCS_ERR_STATE);
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_PreChargeReq), 0);
	assert_int_equal(peer_deliver_iso2(&peer, iso2_chargeProgress_Renegotiate),
			 iso2_responseCode_FAILED);
	peer_open(&peer); /* DIN */
	assert_true(peer_reach(&peer, CCS_EVSE_CHARGING));
	assert_int_equal(ccs_evse_session_renegotiate(&peer.session, peer.now), CCS_ERR_STATE);
	assert_int_equal(ccs_evse_session_pause(&peer.session, peer.now), CCS_ERR_STATE);
}

static int stop_session(enum iso2_chargingSession how)
{
	peer_prepare_iso2(&peer, iso2_BodyElement_SessionStopReq);
	peer.iso2_request.Body.SessionStopReq.ChargingSession = how;
	return peer_answer_iso2(&peer);
}

/* A connection after the one before, with this id in SessionSetupReq. */
static int come_again(const uint8_t id[8])
{
	static const uint8_t fresh[8] = { 7, 7, 7, 7, 7, 7, 7, 7 };
	struct app_AppProtocol iso2 = { CCS_TEXT("urn:iso:15118:2:2013:MsgDef"), 2, 0, 1, 1 };

	ccs_evse_session_close(&peer.session, peer.now);
	peer_wait(&peer, CCS_SECONDS(5));
	assert_int_equal(ccs_evse_session_start(&peer.session, fresh, peer.now), 0);
	peer_shake(&peer, &iso2, 1);
	peer_prepare_iso2(&peer, iso2_BodyElement_SessionSetupReq);
	peer.iso2_request.Header.SessionID = CCS_BYTES(id, 8);
	return peer_answer_iso2(&peer);
}

static void pause_session(uint8_t id[8])
{
	reach_charging(false, ccs_quirks_default());
	memcpy(id, peer.session.id, 8);
	assert_true(peer_reach_iso2(&peer, CCS_EVSE_STOPPED));
	assert_int_equal(stop_session(iso2_chargingSession_Pause), 0);
	assert_true(peer.session.paused.valid);
}

static void test_pause_and_resume(void **state)
{
	uint8_t id[8];

	(void)state;
	pause_session(id);
	assert_int_equal(come_again(id), iso2_responseCode_OK_OldSessionJoined);
	assert_string_equal(peer.verdict, "the car wanted a pause");
	assert_memory_equal(peer.session.id, id, 8);
	peer.values.authorisation = CCS_AUTHORISATION_PENDING; /* it has been paid */
	assert_true(peer_reach_iso2(&peer, CCS_EVSE_CHARGING));
	assert_ends();
	assert_int_equal(come_again(id), iso2_responseCode_OK_NewSessionEstablished); /* once */
	assert_memory_not_equal(peer.session.id, id, 8);
	pause_session(id); /* another car */
	id[0] ^= 1;
	assert_int_equal(come_again(id), iso2_responseCode_OK_NewSessionEstablished);
	pause_session(id); /* unplugged in between */
	ccs_evse_session_close(&peer.session, peer.now);
	peer.values.pilot = CCS_PILOT_A;
	peer_tick(&peer);
	peer.values.pilot = CCS_PILOT_B;
	assert_int_equal(come_again(id), iso2_responseCode_OK_NewSessionEstablished);
	assert_safe();
}

/* Only after PowerDelivery stop. */
static void test_pause_too_early(void **state)
{
	(void)state;
	reach_charging(false, ccs_quirks_default());
	assert_int_equal(stop_session(iso2_chargingSession_Pause), iso2_responseCode_FAILED);
	assert_false(peer.session.paused.valid);
	assert_false(peer.commands.supply);
	assert_safe();
}

/* The charger's wish: a schedule without power; the car pauses, or it gets none. */
static void test_pause_by_charger(void **state)
{
	const struct iso2_SAScheduleTuple *tuple;

	(void)state;
	reach_charging(false, ccs_quirks_default());
	assert_int_equal(ccs_evse_session_pause(&peer.session, peer.now), 0);
	assert_int_equal(notification(), iso2_EVSENotification_ReNegotiation);
	assert_int_equal(peer_deliver_iso2(&peer, iso2_chargeProgress_Renegotiate), 0);
	peer.values.pilot = CCS_PILOT_B;
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_ChargeParameterDiscoveryReq), 0);
	tuple = peer.iso2->Body.ChargeParameterDiscoveryRes.SASchedules.SAScheduleList
			.SAScheduleTuple.at;
	assert_int_equal(tuple->PMaxSchedule.PMaxScheduleEntry.at[0].PMax.Value, 0);
	assert_int_equal(peer_deliver_iso2(&peer, iso2_chargeProgress_Stop), 0);
	assert_int_equal(stop_session(iso2_chargingSession_Pause), 0);
	assert_true(peer.session.paused.valid);
	assert_safe();

	reach_charging(false, ccs_quirks_default());
	assert_int_equal(ccs_evse_session_pause(&peer.session, peer.now), 0);
	assert_int_equal(peer_deliver_iso2(&peer, iso2_chargeProgress_Renegotiate), 0);
	peer.values.pilot = CCS_PILOT_B;
	assert_true(peer_reach_iso2(&peer, CCS_EVSE_PRE_CHARGE));
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_PreChargeReq), 0);
	peer_wait(&peer, CCS_MS(100));
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_PowerDeliveryReq),
			 iso2_responseCode_FAILED_ChargingProfileInvalid);
	assert_safe();
}

/* V2G_SECC_CPState_Detection_Timeout after the stop: said, and strict refused. */
static void test_state_b_after_stop(void **state)
{
	(void)state;
	for (int strict = 0; strict < 2; strict++) {
		reach_charging(false, strict ? ccs_quirks_strict() : ccs_quirks_default());
		assert_int_equal(peer_deliver_iso2(&peer, iso2_chargeProgress_Stop), 0);
		peer.warnings = 0;
		peer_wait(&peer, CCS_MS(1400));
		assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_WeldingDetectionReq), 0);
		assert_int_equal(peer.warnings, 0);
		peer_wait(&peer, CCS_MS(100));
		assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_WeldingDetectionReq),
				 strict ? iso2_responseCode_FAILED : iso2_responseCode_OK);
		assert_int_equal(peer.warnings, 1);
		assert_safe();
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_asked_by_charger),
		cmocka_unit_test(test_state_c_kept),
		cmocka_unit_test(test_pilot_lost),
		cmocka_unit_test(test_current_unknown),
		cmocka_unit_test(test_ac),
		cmocka_unit_test(test_only_while_charging),
		cmocka_unit_test(test_pause_and_resume),
		cmocka_unit_test(test_pause_too_early),
		cmocka_unit_test(test_pause_by_charger),
		cmocka_unit_test(test_state_b_after_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
