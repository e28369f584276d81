/* SPDX-License-Identifier: Apache-2.0 */
/* The charger's DIN session: the way through, every message in and out of turn, checks, limits. */
#include "evse_peer.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct peer peer; /* each test opens it anew */

#define assert_safe() assert_string_equal(peer.breach.text ? peer.breach.text : "", "")
#define assert_status(message, wanted)                                             \
	assert_int_equal(peer.response->Body.message.DC_EVSEStatus.EVSEStatusCode, \
			 din_DC_EVSEStatusCode_EVSE_##wanted)

static int ask(enum din_BodyElement_tag tag)
{
	return peer_ask(&peer, tag);
}

static void test_whole_session(void **state)
{
	(void)state;
	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_CHARGING));
	assert_true(peer.session.facts.delivering);
	assert_int_equal(peer.session.car.evccid_length, 6);
	assert_int_equal(peer.session.car.capacity_mwh, 28000000);
	assert_int_equal(peer.session.car.full_soc, 900);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(ask(din_BodyElement_CurrentDemandReq), din_responseCode_OK);
		assert_status(CurrentDemandRes, Ready);
		peer_wait(&peer, CCS_MS(100));
	}
	assert_int_equal(peer.commands.set.mv, 400000);
	assert_int_equal(peer.commands.set.ma, 100000);
	assert_int_equal(peer.response->Body.CurrentDemandRes.EVSEPresentVoltage.Value, 400);
	assert_int_equal(peer.response->Body.CurrentDemandRes.EVSEPresentCurrent.Value, 100);
	assert_true(peer_reach(&peer, CCS_EVSE_STOPPED));
	assert_false(peer.commands.contactor);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(ask(din_BodyElement_WeldingDetectionReq), din_responseCode_OK);
		assert_status(WeldingDetectionRes, NotReady);
	}
	assert_int_equal(ask(din_BodyElement_SessionStopReq), din_responseCode_OK);
	assert_int_equal(peer.session.state, CCS_EVSE_CLOSING);
	ccs_evse_session_close(&peer.session, peer.now);
	assert_true(ccs_evse_session_has_ended(&peer.session));
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_NONE);
	peer_wait(&peer, CCS_SECONDS(1));
	assert_false(peer.commands.lock);
	assert_int_equal(ccs_evse_session_deadline(&peer.session), CCS_NEVER);
	assert_safe();
}

/* R15, and the priorities of the car. */
static void test_handshake(void **state)
{
	struct app_AppProtocol offers[] = {
		{ CCS_TEXT("urn:iso:15118:2:2013:MsgDef"), 9, 0, 4, 1 },
		{ CCS_TEXT("urn:din:70121:2012:MsgDef"), 1, 0, 5, 2 },
		{ CCS_TEXT("urn:din:70121:2012:MsgDef"), 2, 1, 200, 4 },
		{ CCS_TEXT("urn:din:70121:2012:MsgDef"), 2, 0, 0, 3 },
	};

	(void)state;
	peer_open(&peer);
	peer_shake(&peer, offers, 4);
	assert_int_equal(peer.handshake->ResponseCode, app_responseCode_OK_SuccessfulNegotiation);
	assert_int_equal(peer.handshake->SchemaID, 0);
	peer_open(&peer);
	peer_shake(&peer, offers, 3);
	assert_int_equal(peer.handshake->ResponseCode,
			 app_responseCode_OK_SuccessfulNegotiationWithMinorDeviation);
	assert_int_equal(peer.handshake->SchemaID, 200);
	peer_open(&peer);
	peer_shake(&peer, offers, 2);
	assert_int_equal(peer.handshake->ResponseCode, app_responseCode_Failed_NoNegotiation);
	assert_false(peer.handshake->has_SchemaID);
	assert_true(ccs_evse_session_has_ended(&peer.session));
}

/* Every request of DIN in every state: an answer of its type, and what is out of turn ends it. */
static void test_out_of_turn(void **state)
{
	static const enum din_BodyElement_tag requests[] = {
		din_BodyElement_SessionSetupReq,
		din_BodyElement_ServiceDiscoveryReq,
		din_BodyElement_ServicePaymentSelectionReq,
		din_BodyElement_ContractAuthenticationReq,
		din_BodyElement_ChargeParameterDiscoveryReq,
		din_BodyElement_CableCheckReq,
		din_BodyElement_PreChargeReq,
		din_BodyElement_PowerDeliveryReq,
		din_BodyElement_CurrentDemandReq,
		din_BodyElement_WeldingDetectionReq,
		din_BodyElement_SessionStopReq,
		din_BodyElement_ServiceDetailReq,
		din_BodyElement_PaymentDetailsReq,
		din_BodyElement_ChargingStatusReq,
	};
	/* One letter a state from SESSION_SETUP to STOPPED: o OK, n new session, f FAILED,
	 * . FAILED_SequenceError. */
	static const char *const codes[] = { "n........", ".o.......", "..o......", "...o.....",
					     "....o....", ".....o...", "......o..", ".......f.",
					     ".......o.", "........o", ".oooooooo", ".........",
					     ".........", "........." };

	(void)state;
	for (size_t r = 0; r < sizeof(requests) / sizeof(requests[0]); r++) {
		for (int s = 0; codes[r][s]; s++) {
			enum ccs_evse_state at = peer_dc_state(s);
			char wanted = codes[r][s];
			int code;

			peer_open(&peer);
			assert_true(peer_reach(&peer, at));
			code = ask(requests[r]);
			assert_int_equal(code, wanted == 'o'   ? din_responseCode_OK
					       : wanted == 'n' ? 1
					       : wanted == 'f' ? din_responseCode_FAILED
							       : 5);
			assert_int_equal(ccs_evse_session_has_ended(&peer.session), code > 3);
			if (code > 3)
				assert_false(peer.commands.supply);
			peer_wait(&peer, CCS_SECONDS(5));
			assert_safe();
		}
	}
}

static void test_wrong_session(void **state)
{
	static const uint8_t foreign[8] = { 9 };

	(void)state;
	for (int s = CCS_EVSE_SERVICE_DISCOVERY; s <= CCS_EVSE_STOPPED; s++) {
		if (s == CCS_EVSE_READY)
			continue;
		peer_open(&peer);
		assert_true(peer_reach(&peer, (enum ccs_evse_state)s));
		peer_prepare(&peer, din_BodyElement_CurrentDemandReq);
		peer.request.Header.SessionID = CCS_BYTES(foreign, s % 2 ? 8 : 4);
		assert_int_equal(peer_send(&peer), din_responseCode_FAILED_UnknownSession);
		assert_true(ccs_evse_session_has_ended(&peer.session));
		assert_int_equal(peer.response->Header.SessionID.length, 8);
		assert_safe();
	}
}

/* A Notification of the car does no harm; a response or an empty body instead of a request does. */
static void test_odd_messages(void **state)
{
	(void)state;
	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_SERVICE_DISCOVERY));
	peer_prepare(&peer, din_BodyElement_ServiceDiscoveryReq);
	peer.request.Header.has_Notification = true;
	peer.request.Header.Notification.FaultCode = din_faultCode_UnknownError;
	assert_int_equal(peer_send(&peer), din_responseCode_OK);
	assert_int_equal(ask(din_BodyElement_SessionStopRes), -1);
	assert_true(ccs_evse_session_has_ended(&peer.session));
	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_PAYMENT));
	assert_int_equal(ask(din_BodyElement_none), -1);
	assert_true(ccs_evse_session_has_ended(&peer.session));
}

static void test_payment(void **state)
{
	(void)state;
	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_PAYMENT));
	peer_prepare(&peer, din_BodyElement_ServicePaymentSelectionReq);
	peer.service.ServiceID = 2;
	assert_int_equal(peer_send(&peer), din_responseCode_FAILED_ServiceSelectionInvalid);
	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_PAYMENT));
	peer_prepare(&peer, din_BodyElement_ServicePaymentSelectionReq);
	peer.request.Body.ServicePaymentSelectionReq.SelectedPaymentOption =
		din_paymentOption_Contract;
	assert_int_equal(peer_send(&peer), din_responseCode_FAILED_PaymentSelectionInvalid);
}

static void test_authorisation(void **state)
{
	(void)state;
	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_AUTHORISATION));
	peer.values.authorisation = CCS_AUTHORISATION_PENDING;
	for (int i = 0; i < 299; i++) {
		assert_int_equal(ask(din_BodyElement_ContractAuthenticationReq), 0);
		assert_int_equal(peer.response->Body.ContractAuthenticationRes.EVSEProcessing,
				 din_EVSEProcessing_Ongoing);
		peer_wait(&peer, CCS_SECONDS(1));
	}
	peer_wait(&peer, CCS_SECONDS(2));
	assert_int_equal(ask(din_BodyElement_ContractAuthenticationReq), din_responseCode_FAILED);
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_SLOW);
	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_AUTHORISATION));
	peer.values.authorisation = CCS_AUTHORISATION_DENIED;
	assert_int_equal(ask(din_BodyElement_ContractAuthenticationReq), din_responseCode_FAILED);
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_DENIED);
}

static int ask_parameters(enum din_EVRequestedEnergyTransfer transfer, int32_t volts, int32_t amps)
{
	struct din_ChargeParameterDiscoveryReq *req =
		&peer.request.Body.ChargeParameterDiscoveryReq;

	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_PARAMETERS));
	peer_prepare(&peer, din_BodyElement_ChargeParameterDiscoveryReq);
	req->EVRequestedEnergyTransferType = transfer;
	req->EVChargeParameter.DC_EVChargeParameter.EVMaximumVoltageLimit.Value = volts;
	req->EVChargeParameter.DC_EVChargeParameter.EVMaximumCurrentLimit.Value = amps;
	return peer_send(&peer);
}

static void test_parameters(void **state)
{
	(void)state;
	assert_int_equal(ask_parameters(din_EVRequestedEnergyTransfer_DC_core, 400, 100),
			 din_responseCode_FAILED_WrongEnergyTransferType);
	assert_int_equal(ask_parameters(din_EVRequestedEnergyTransfer_DC_extended, 100, 100),
			 din_responseCode_FAILED_WrongChargeParameter);
	assert_int_equal(ask_parameters(din_EVRequestedEnergyTransfer_DC_extended, 400, 0),
			 din_responseCode_FAILED_WrongChargeParameter);
	assert_int_equal(ask_parameters(din_EVRequestedEnergyTransfer_DC_extended, 400, 100),
			 din_responseCode_OK);
	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_PARAMETERS));
	peer_prepare(&peer, din_BodyElement_ChargeParameterDiscoveryReq);
	peer.request.Body.ChargeParameterDiscoveryReq.EVChargeParameter.tag =
		din_EVChargeParameter_AC_EVChargeParameter;
	peer.request.Body.ChargeParameterDiscoveryReq.EVChargeParameter.AC_EVChargeParameter =
		(struct din_AC_EVChargeParameter) { 0 };
	assert_int_equal(peer_send(&peer), din_responseCode_FAILED_WrongChargeParameter);
}

/* Ongoing until the supply is ready; R37, R38, E-3 in what is announced. */
static void test_parameters_ongoing(void **state)
{
	const struct din_ChargeParameterDiscoveryRes *res;
	const struct din_DC_EVSEChargeParameter *dc;

	(void)state;
	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_PARAMETERS));
	peer.values.limits.max_ma = peer.values.limits.max_w = 0;
	assert_int_equal(ask(din_BodyElement_ChargeParameterDiscoveryReq), din_responseCode_OK);
	res = &peer.response->Body.ChargeParameterDiscoveryRes;
	dc = &res->EVSEChargeParameter.DC_EVSEChargeParameter;
	assert_int_equal(res->EVSEProcessing, din_EVSEProcessing_Ongoing);
	assert_true(dc->EVSEMaximumCurrentLimit.Value > 0);
	peer.values.limits.max_ma = 150000;
	peer.values.limits.max_w = 50000;
	assert_int_equal(ask(din_BodyElement_ChargeParameterDiscoveryReq), din_responseCode_OK);
	res = &peer.response->Body.ChargeParameterDiscoveryRes;
	dc = &res->EVSEChargeParameter.DC_EVSEChargeParameter;
	assert_int_equal(res->EVSEProcessing, din_EVSEProcessing_Finished);
	assert_int_equal(dc->DC_EVSEStatus.EVSEIsolationStatus, din_isolationLevel_Invalid);
	assert_int_equal(dc->DC_EVSEStatus.EVSEStatusCode, din_DC_EVSEStatusCode_EVSE_Ready);
	assert_int_equal(dc->EVSEMaximumCurrentLimit.Value, 150);
	assert_int_equal(res->SASchedules.SAScheduleList.SAScheduleTuple.count, 1);
	assert_int_equal(res->SASchedules.SAScheduleList.SAScheduleTuple.at[0]
				 .PMaxSchedule.PMaxScheduleEntry.at[0]
				 .PMax,
			 32767);
}

/* R36: the status while the isolation is tested, and after it. */
static void test_cable_check(void **state)
{
	(void)state;
	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_CABLE_CHECK));
	peer.values.isolation = CCS_ISOLATION_VALID; /* of yesterday */
	peer.values.pilot = CCS_PILOT_C;
	peer_wait(&peer, CCS_MS(100));
	assert_int_equal(ask(din_BodyElement_CableCheckReq), din_responseCode_OK);
	assert_int_equal(ask(din_BodyElement_CableCheckReq), din_responseCode_OK);
	assert_int_equal(peer.response->Body.CableCheckRes.EVSEProcessing,
			 din_EVSEProcessing_Ongoing);
	assert_status(CableCheckRes, IsolationMonitoringActive);
	assert_true(peer.commands.test_isolation);
	assert_int_equal(peer.commands.set.mv, 420000); /* the car's maximum */
	peer_wait(&peer, CCS_MS(900));
	assert_int_equal(ask(din_BodyElement_CableCheckReq), din_responseCode_OK);
	assert_int_equal(peer.response->Body.CableCheckRes.EVSEProcessing,
			 din_EVSEProcessing_Finished);
	assert_status(CableCheckRes, Ready);
	assert_int_equal(peer.response->Body.CableCheckRes.DC_EVSEStatus.EVSEIsolationStatus,
			 din_isolationLevel_Valid);
	assert_int_equal(peer.commands.set.mv, 0);
	assert_safe();
}

/* Asks for 40 s; true when the check has finished, and not before the voltage was there for 1 s. */
static bool test_cable(int32_t least_mv, int32_t most_mv)
{
	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_CABLE_CHECK));
	peer.values.pilot = CCS_PILOT_C;
	peer.least_mv = least_mv;
	peer.most_mv = most_mv;
	for (int i = 0; i < 200; i++) {
		peer_wait(&peer, CCS_MS(200));
		if (ask(din_BodyElement_CableCheckReq) != din_responseCode_OK)
			return false;
		if (peer.session.state == CCS_EVSE_PRE_CHARGE)
			return true;
		assert_safe();
	}
	return false;
}

/* A monitor says what it likes: without the voltage, 420 V here, nothing is tested. */
static void test_cable_check_needs_its_voltage(void **state)
{
	(void)state;
	assert_true(test_cable(0, 0));
	assert_true(test_cable(0, 378000));
	assert_false(test_cable(0, 377000));
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_TEST);
	assert_status(CableCheckRes, Malfunction);
	assert_false(test_cable(463000, 463000));
	assert_false(peer.commands.supply);
	assert_true(test_cable(60000, 0));
	assert_false(test_cable(61000, 0)); /* it was live before */
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_LIVE);
	assert_false(peer.commands.supply);
	assert_false(peer.commands.contactor);
	assert_safe();
}

/* What the monitor has measured before the voltage was there does not count. */
static void test_cable_check_with_a_slow_supply(void **state)
{
	(void)state;
	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_CABLE_CHECK));
	peer.values.pilot = CCS_PILOT_C;
	peer.most_mv = 300000;
	for (int i = 0; i < 20; i++) {
		peer_wait(&peer, CCS_MS(200));
		peer.values.isolation = CCS_ISOLATION_VALID;
		ask(din_BodyElement_CableCheckReq);
		assert_int_equal(peer.session.state, CCS_EVSE_CABLE_CHECK);
	}
	peer.most_mv = 0;
	assert_true(peer_reach(&peer, CCS_EVSE_PRE_CHARGE));
	assert_safe();
}

static void test_cable_check_fails(void **state)
{
	(void)state;
	peer_open(&peer); /* the isolation is bad */
	assert_true(peer_reach(&peer, CCS_EVSE_CABLE_CHECK));
	peer.values.pilot = CCS_PILOT_C;
	peer.no_isolation = true;
	peer_wait(&peer, CCS_MS(100));
	ask(din_BodyElement_CableCheckReq);
	peer_wait(&peer, CCS_MS(200));
	peer.values.isolation = CCS_ISOLATION_FAULT;
	assert_int_equal(ask(din_BodyElement_CableCheckReq), din_responseCode_FAILED);
	assert_status(CableCheckRes, Malfunction);
	assert_false(peer.commands.contactor);

	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_ISOLATION);

	peer_open(&peer); /* nobody measures it */
	assert_true(peer_reach(&peer, CCS_EVSE_CABLE_CHECK));
	peer.values.pilot = CCS_PILOT_C;
	peer.no_isolation = true;
	peer_wait(&peer, CCS_MS(100));
	ask(din_BodyElement_CableCheckReq);
	peer_wait(&peer, CCS_MS(1200));
	peer.values.isolation = CCS_ISOLATION_NO_MONITOR;
	assert_int_equal(ask(din_BodyElement_CableCheckReq), din_responseCode_FAILED);
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_NO_MONITOR);

	peer_open(&peer); /* it never ends */
	assert_true(peer_reach(&peer, CCS_EVSE_CABLE_CHECK));
	peer.values.pilot = CCS_PILOT_C;
	peer.no_isolation = true;
	peer_wait(&peer, CCS_MS(100));
	ask(din_BodyElement_CableCheckReq);
	peer_wait(&peer, CCS_SECONDS(37));
	assert_int_equal(ask(din_BodyElement_CableCheckReq), din_responseCode_OK);
	peer_wait(&peer, CCS_SECONDS(1));
	assert_false(peer.commands.supply);
	assert_int_equal(ask(din_BodyElement_CableCheckReq), din_responseCode_FAILED);

	peer_open(&peer); /* the car stays in state B: R24 */
	assert_true(peer_reach(&peer, CCS_EVSE_CABLE_CHECK));
	assert_int_equal(ask(din_BodyElement_CableCheckReq), din_responseCode_OK);
	peer_wait(&peer, CCS_MS(1600));
	assert_int_equal(ask(din_BodyElement_CableCheckReq), din_responseCode_FAILED);
	assert_safe();
}

static void test_precharge(void **state)
{
	(void)state;
	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_PRE_CHARGE));
	assert_int_equal(ask(din_BodyElement_PowerDeliveryReq),
			 din_responseCode_FAILED_SequenceError);
	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_PRE_CHARGE));
	peer_prepare(&peer, din_BodyElement_PreChargeReq);
	peer.request.Body.PreChargeReq.EVTargetCurrent.Value = 50;
	assert_int_equal(peer_send(&peer), din_responseCode_OK);
	assert_int_equal(peer.commands.set.mv, 380000);
	assert_int_equal(peer.commands.set.ma, 2000);
	peer_wait(&peer, CCS_MS(100));
	assert_int_equal(ask(din_BodyElement_PreChargeReq), din_responseCode_OK);
	assert_int_equal(peer.response->Body.PreChargeRes.EVSEPresentVoltage.Value, 380);
	peer.request.Body.PreChargeReq.EVTargetVoltage.Value =
		2000; /* refused: the old one stays */
	peer.notes = 0;
	assert_int_equal(peer_send(&peer), din_responseCode_OK);
	assert_int_equal(peer.commands.set.mv, 380000);
	assert_int_equal(peer.notes, 1);
	peer_prepare(&peer, din_BodyElement_PowerDeliveryReq);
	peer.request.Body.PowerDeliveryReq.ChargingProfile.SAScheduleTupleID = 7;
	assert_int_equal(peer_send(&peer), din_responseCode_FAILED_TariffSelectionInvalid);
	assert_safe();
}

/* The supply does not get to the voltage within 5 s. */
static void test_precharge_too_slow(void **state)
{
	int code = 0;

	(void)state;
	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_PRE_CHARGE));
	for (int i = 0; i < 60 && !code; i++) {
		code = ask(din_BodyElement_PreChargeReq);
		peer_wait(&peer, CCS_MS(100));
		peer.values.present_mv = ccs_measured(100000, peer.now);
	}
	assert_int_equal(code, din_responseCode_FAILED);
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_SLOW);
	assert_safe();
}

/* I-4 and R43 off: profile and voltage are asked for. */
static void test_strict_start(void **state)
{
	struct ccs_evse_config strict = { .quirks = ccs_quirks_strict() };

	(void)state;
	peer_open_with(&peer, strict);
	assert_true(peer_reach(&peer, CCS_EVSE_PRE_CHARGE));
	ask(din_BodyElement_PreChargeReq);
	assert_int_equal(ask(din_BodyElement_PowerDeliveryReq),
			 din_responseCode_FAILED_EVSEPresentVoltageToLow);
	peer_open_with(&peer, strict);
	assert_true(peer_reach(&peer, CCS_EVSE_PRE_CHARGE));
	ask(din_BodyElement_PreChargeReq);
	peer_wait(&peer, CCS_MS(200));
	peer_prepare(&peer, din_BodyElement_PowerDeliveryReq);
	peer.request.Body.PowerDeliveryReq.has_ChargingProfile = false;
	assert_int_equal(peer_send(&peer), din_responseCode_FAILED_ChargingProfileInvalid);
	peer_open_with(&peer, strict); /* R42 off: no session stop out of the loop */
	assert_true(peer_reach(&peer, CCS_EVSE_CHARGING));
	assert_int_equal(ask(din_BodyElement_SessionStopReq),
			 din_responseCode_FAILED_SequenceError);
}

/* C2: demands beyond the limits of either side, derating, and the flags that tell it. */
static void test_limits(void **state)
{
	struct din_CurrentDemandReq *req = &peer.request.Body.CurrentDemandReq;

	(void)state;
	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_CHARGING));
	peer_prepare(&peer, din_BodyElement_CurrentDemandReq);
	req->EVTargetCurrent.Value = 300;
	req->EVTargetVoltage.Value = 600;
	assert_int_equal(peer_send(&peer), din_responseCode_OK);
	assert_int_equal(peer.commands.set.mv, 420000);
	assert_int_equal(peer.commands.set.ma, 125000);
	assert_true(peer.response->Body.CurrentDemandRes.EVSECurrentLimitAchieved);
	assert_true(peer.response->Body.CurrentDemandRes.EVSEVoltageLimitAchieved);
	peer.values.limits.max_ma = 30000; /* at once, without a message */
	peer_tick(&peer);
	assert_int_equal(peer.commands.set.ma, 30000);
	req->EVTargetCurrent.Value = -20; /* E-4 is off */
	assert_int_equal(peer_send(&peer), din_responseCode_OK);
	assert_int_equal(peer.commands.set.ma, 0);
	req->EVTargetVoltage.Multiplier = 3; /* 600 kV are refused */
	assert_int_equal(peer_send(&peer), din_responseCode_OK);
	assert_int_equal(peer.commands.set.mv, 420000);
	req->has_EVMaximumVoltageLimit = true;
	req->EVMaximumVoltageLimit.Value = 390;
	assert_int_equal(peer_send(&peer), din_responseCode_OK);
	assert_int_equal(peer.commands.set.mv, 390000);
	assert_safe();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_session),
		cmocka_unit_test(test_handshake),
		cmocka_unit_test(test_out_of_turn),
		cmocka_unit_test(test_wrong_session),
		cmocka_unit_test(test_odd_messages),
		cmocka_unit_test(test_payment),
		cmocka_unit_test(test_authorisation),
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_parameters_ongoing),
		cmocka_unit_test(test_cable_check),
		cmocka_unit_test(test_cable_check_needs_its_voltage),
		cmocka_unit_test(test_cable_check_with_a_slow_supply),
		cmocka_unit_test(test_cable_check_fails),
		cmocka_unit_test(test_precharge),
		cmocka_unit_test(test_precharge_too_slow),
		cmocka_unit_test(test_strict_start),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
