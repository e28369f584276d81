/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules that real cars have taught, each with its number (R: pyPLC's notes, E: EVerest, I:
 * others; quirks.h), and with the tolerance off.  Those that belong to a step of the session are
 * tested with it: R24, R36 to R38 and I-4 in evse_din, R39 and E-4 in evse_limits, E-2 in
 * evse_again.
 */
#include "evse_peer.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct peer peer; /* each test opens it anew */

#define assert_safe() assert_string_equal(peer.breach.text ? peer.breach.text : "", "")

static void open_strict(void)
{
	peer_open_with(&peer, (struct ccs_evse_config) { .quirks = ccs_quirks_strict() });
}

/* R15, R58: what cars really offer, and what they are answered; unknown names are skipped. */
static void test_r58_offers(void **state)
{
	static const struct {
		struct app_AppProtocol offers[2];
		uint32_t count;
		int schema;
		enum ccs_protocol protocol;
	} cars[] = {
		{ { { CCS_TEXT("urn:din:70121:2012:MsgDef"), 2, 0, 1, 1 }, /* Polestar 2, Q4 */
		    { CCS_TEXT("urn:iso:15118:2:2013:MsgDef"), 2, 0, 0, 2 } },
		  2,
		  1,
		  CCS_PROTOCOL_DIN },
		{ { { CCS_TEXT("urn:din:70121:2012:MsgDef"), 2, 0, 1, 2 }, /* Tesla */
		    { CCS_TEXT("urn:tesla:din:2018:MsgDef"), 0, 7, 2, 1 } },
		  2,
		  1,
		  CCS_PROTOCOL_DIN },
		{ { { CCS_TEXT("urn:din:70121:2012:MsgDef"), 2, 0, 1, 1 } }, /* Ioniq */
		  1,
		  1,
		  CCS_PROTOCOL_DIN },
		{ { { CCS_TEXT("urn:din:70121:2012:MsgDef"), 2, 0, 0, 1 } }, /* iX3 */
		  1,
		  0,
		  CCS_PROTOCOL_DIN },
		{ { { CCS_TEXT("urn:din:70121:2012:MsgDef"), 2, 0, 1, 2 }, /* the order is none */
		    { CCS_TEXT("urn:iso:15118:2:2013:MsgDef"), 2, 0, 2, 1 } },
		  2,
		  2,
		  CCS_PROTOCOL_ISO2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cars) / sizeof(cars[0]); i++) {
		struct app_AppProtocol offers[2] = { cars[i].offers[0], cars[i].offers[1] };

		open_strict();
		peer_shake(&peer, offers, cars[i].count);
		assert_int_equal(peer.handshake->ResponseCode,
				 app_responseCode_OK_SuccessfulNegotiation);
		assert_int_equal(peer.handshake->SchemaID, cars[i].schema);
		assert_int_equal(peer.session.protocol, cars[i].protocol);
	}
}

/* R44: an Ioniq that gets no charge says so in its last demand, and then ends in order. */
static void test_r44_error_of_a_charging_car(void **state)
{
	struct din_PowerDeliveryReq *stop = &peer.request.Body.PowerDeliveryReq;

	(void)state;
	open_strict();
	assert_true(peer_reach(&peer, CCS_EVSE_CHARGING));
	peer_prepare(&peer, din_BodyElement_CurrentDemandReq);
	peer.request.Body.CurrentDemandReq.DC_EVStatus.EVErrorCode =
		din_DC_EVErrorCode_FAILED_ChargingCurrentdifferential;
	assert_int_equal(peer_send(&peer), din_responseCode_OK);
	peer_prepare(&peer, din_BodyElement_PowerDeliveryReq);
	stop->ReadyToChargeState = false;
	assert_int_equal(peer_send(&peer), din_responseCode_OK);
	assert_false(peer.commands.supply && peer.commands.set.ma > 0);
	peer.values.pilot = CCS_PILOT_B;
	assert_int_equal(peer_ask(&peer, din_BodyElement_SessionStopReq), din_responseCode_OK);
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_NONE);
	assert_safe();
}

/* R16: the first message has an id of any length; the answer has ours. */
static void test_r16_first_id(void **state)
{
	static const uint8_t id[8] = { 0, 9, 9, 9, 9, 9, 9, 9 };

	(void)state;
	for (uint32_t length = 0; length <= 8; length++) {
		peer_open(&peer);
		assert_true(peer_reach(&peer, CCS_EVSE_SESSION_SETUP));
		peer_prepare(&peer, din_BodyElement_SessionSetupReq);
		peer.request.Header.SessionID = CCS_BYTES(id, length);
		assert_int_equal(peer_send(&peer), din_responseCode_OK_NewSessionEstablished);
		assert_int_equal(peer.response->Header.SessionID.length, 8);
		assert_memory_equal(peer.response->Header.SessionID.at, peer.session.id, 8);
	}
}

/* R63, R64, EVerest 14: the id is checked from then on; zero or four bytes of it are not it. */
static void test_r63_id_checked(void **state)
{
	static const uint8_t zero[8];

	(void)state;
	for (int what = 0; what < 3; what++) {
		peer_open_iso2(&peer, (struct ccs_evse_config) { .quirks = ccs_quirks_default() });
		assert_true(peer_reach_iso2(&peer, CCS_EVSE_SERVICE_DISCOVERY));
		peer_prepare_iso2(&peer, iso2_BodyElement_ServiceDiscoveryReq);
		if (what == 0)
			peer.iso2_request.Header.SessionID = CCS_BYTES(zero, 8);
		else
			peer.iso2_request.Header.SessionID.length = what == 1 ? 4 : 0;
		assert_int_equal(peer_answer_iso2(&peer), iso2_responseCode_FAILED_UnknownSession);
		assert_true(ccs_evse_session_has_ended(&peer.session)); /* EVerest 15 */
	}
}

/* R63: a person's leave is for one session; it is asked for again in the next. */
static void test_r63_authorisation_anew(void **state)
{
	static const uint8_t id[8] = { 5 };
	struct app_AppProtocol iso2 = { CCS_TEXT("urn:iso:15118:2:2013:MsgDef"), 2, 0, 1, 1 };

	(void)state;
	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_PARAMETERS));
	ccs_evse_session_close(&peer.session, peer.now);
	peer_wait(&peer, CCS_SECONDS(5));
	peer.values.authorisation = CCS_AUTHORISATION_PENDING;
	assert_int_equal(ccs_evse_session_start(&peer.session, id, peer.now), 0);
	peer_shake(&peer, &iso2, 1);
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_SessionSetupReq),
			 iso2_responseCode_OK_NewSessionEstablished);
	assert_memory_equal(peer.iso2->Header.SessionID.at, id, 8);
	assert_true(peer_reach_iso2(&peer, CCS_EVSE_AUTHORISATION));
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_AuthorizationReq), 0);
	assert_int_equal(peer.iso2->Body.AuthorizationRes.EVSEProcessing,
			 iso2_EVSEProcessing_Ongoing_WaitingForCustomerInteraction);
}

/* R20: no parameters before the authorisation has finished. */
static void test_r20_authorisation_first(void **state)
{
	(void)state;
	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_AUTHORISATION));
	peer.values.authorisation = CCS_AUTHORISATION_PENDING;
	assert_int_equal(peer_ask(&peer, din_BodyElement_ContractAuthenticationReq), 0);
	assert_int_equal(peer_ask(&peer, din_BodyElement_ChargeParameterDiscoveryReq),
			 din_responseCode_FAILED_SequenceError);
}

/* R26: ReadyToChargeState is a boolean, true is the start; EVerest 9: false is taken there too. */
static void test_r26_ready_to_charge(void **state)
{
	(void)state;
	for (int start = 0; start < 2; start++) {
		peer_open(&peer);
		assert_true(peer_reach(&peer, CCS_EVSE_PRE_CHARGE));
		assert_int_equal(peer_ask(&peer, din_BodyElement_PreChargeReq), 0);
		peer_prepare(&peer, din_BodyElement_PowerDeliveryReq);
		peer.request.Body.PowerDeliveryReq.ReadyToChargeState = start;
		assert_int_equal(peer_send(&peer), 0);
		assert_int_equal(peer.session.state, start ? CCS_EVSE_CHARGING : CCS_EVSE_STOPPED);
		assert_int_equal(peer.commands.supply, start);
		assert_safe();
	}
}

/* R40: one voltage in every way that a car may write it. */
static void test_r40_multipliers(void **state)
{
	static const struct {
		int32_t value, exponent;
	} ways[] = { { 30, 1 }, { 3, 2 }, { 300, 0 }, { 3000, -1 }, { 30000, -2 } };

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		peer_open(&peer);
		assert_true(peer_reach(&peer, CCS_EVSE_CHARGING));
		peer_prepare(&peer, din_BodyElement_CurrentDemandReq);
		peer.request.Body.CurrentDemandReq.EVTargetVoltage.Value = ways[i].value;
		peer.request.Body.CurrentDemandReq.EVTargetVoltage.Multiplier = ways[i].exponent;
		peer.request.Body.CurrentDemandReq.EVTargetCurrent.Value = 12345;
		peer.request.Body.CurrentDemandReq.EVTargetCurrent.Multiplier = -3;
		assert_int_equal(peer_send(&peer), 0);
		assert_int_equal(peer.commands.set.mv, 300000);
		assert_int_equal(peer.commands.set.ma, 12345);
	}
}

/* R41: silence ends the session; with the tolerance a late stop still has its answer. */
static void test_r41_strict_silence(void **state)
{
	(void)state;
	open_strict();
	assert_true(peer_reach(&peer, CCS_EVSE_CHARGING));
	peer_wait(&peer, CCS_SECONDS(61));
	assert_true(ccs_evse_session_has_ended(&peer.session));
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_SILENCE);
	assert_int_equal(peer_ask(&peer, din_BodyElement_SessionStopReq), -1);
	assert_safe();
}

/* R42: from precharge (Model Y, Polestar 2), and after the stop without welding (Ioniq). */
static void test_r42_session_stop(void **state)
{
	static const enum ccs_evse_state states[] = { CCS_EVSE_PRE_CHARGE, CCS_EVSE_CHARGING,
						      CCS_EVSE_STOPPED };

	(void)state;
	for (int i = 0; i < 3; i++) {
		peer_open(&peer);
		assert_true(peer_reach(&peer, states[i]));
		assert_int_equal(peer_ask(&peer, din_BodyElement_SessionStopReq), 0);
		assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_NONE);
		assert_false(peer.commands.supply);
		peer_wait(&peer, CCS_SECONDS(6));
		assert_true(peer.session.facts.ended);
		assert_safe();
	}
	peer_open_iso2(&peer, (struct ccs_evse_config) { .quirks = ccs_quirks_strict() });
	assert_true(peer_reach_iso2(&peer, CCS_EVSE_CHARGING));
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_SessionStopReq),
			 iso2_responseCode_FAILED_SequenceError);
}

/* R43: a car starts at a voltage that it did not ask for; strict it has to be there. */
static void test_r43_precharge_by_car(void **state)
{
	(void)state;
	for (int strict = 0; strict < 2; strict++) {
		struct ccs_quirks quirks = strict ? ccs_quirks_strict() : ccs_quirks_default();

		peer_open_iso2(&peer, (struct ccs_evse_config) { .quirks = quirks });
		assert_true(peer_reach_iso2(&peer, CCS_EVSE_PRE_CHARGE));
		assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_PreChargeReq), 0);
		peer.values.present_mv = ccs_measured(340000, peer.now);
		assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_PowerDeliveryReq),
				 strict ? iso2_responseCode_FAILED : iso2_responseCode_OK);
		assert_int_equal(peer.commands.supply, !strict);
		assert_safe();
	}
}

/* R46: a request in single bytes is a request. */
static void test_r46_bytes(void **state)
{
	struct din_V2G_Message *request = &peer.request;
	struct ccs_exi_document document = { &ccs_set_din, CCS_EXI_DOCUMENT,
					     din_element_V2G_Message, request };
	uint8_t bytes[256];
	int n;

	(void)state;
	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_CHARGING));
	peer_prepare(&peer, din_BodyElement_CurrentDemandReq);
	n = ccs_exi_encode(&document, bytes + 8, sizeof(bytes) - 8, NULL);
	assert_true(n > 0);
	ccs_v2gtp_write_header(bytes, CCS_V2GTP_EXI, (uint32_t)n);
	for (int i = 0; i < n + 8; i++) {
		peer_receive(&peer, bytes + i, 1);
		if (i < n + 7)
			assert_null(peer.response);
	}
	assert_non_null(peer.response);
	assert_int_equal(peer_code(&peer.response->Body), din_responseCode_OK);
	assert_int_equal(peer.commands.set.ma, 100000);
}

/* R54, EVerest 13: an answer is there in the call that brings the request. */
static void test_r54_at_once(void **state)
{
	ccs_time before;

	(void)state;
	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_CHARGING));
	before = peer.now;
	assert_int_equal(peer_ask(&peer, din_BodyElement_CurrentDemandReq), 0);
	assert_int_equal(peer.now, before);
}

/* E-3: nothing is announced as 0, unless strict. */
static void test_e3_zero_limits(void **state)
{
	(void)state;
	for (int strict = 0; strict < 2; strict++) {
		struct ccs_quirks quirks = strict ? ccs_quirks_strict() : ccs_quirks_default();
		const struct iso2_DC_EVSEChargeParameter *dc;

		peer_open_iso2(&peer, (struct ccs_evse_config) { .quirks = quirks });
		assert_true(peer_reach_iso2(&peer, CCS_EVSE_PARAMETERS));
		peer.values.limits.max_ma = peer.values.limits.max_w = 0;
		assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_ChargeParameterDiscoveryReq),
				 0);
		dc = &peer.iso2->Body.ChargeParameterDiscoveryRes.EVSEChargeParameter
			      .DC_EVSEChargeParameter;
		assert_int_equal(dc->EVSEMaximumCurrentLimit.Value > 0, !strict);
		assert_int_equal(dc->EVSEMaximumPowerLimit.Value > 0, !strict);
	}
}

/* EVerest 8: cable check and precharge have their end; a failed test says FAILED. */
static void test_everest_8(void **state)
{
	(void)state;
	peer_open_iso2(&peer, (struct ccs_evse_config) { .quirks = ccs_quirks_default() });
	assert_true(peer_reach_iso2(&peer, CCS_EVSE_CABLE_CHECK));
	peer.values.pilot = CCS_PILOT_C;
	peer.no_isolation = true;
	peer_wait(&peer, CCS_MS(100));
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_CableCheckReq), 0);
	peer_wait(&peer, CCS_MS(100));
	peer.values.isolation = CCS_ISOLATION_FAULT;
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_CableCheckReq),
			 iso2_responseCode_FAILED);
	assert_int_equal(peer.iso2->Body.CableCheckRes.DC_EVSEStatus.EVSEIsolationStatus,
			 iso2_isolationLevel_Fault);
	assert_false(peer.commands.contactor);
	assert_safe();
}

/* EVerest 12: a second connection does nothing to the session that runs. */
static void test_everest_12(void **state)
{
	static const uint8_t id[8] = { 6 };

	(void)state;
	peer_open(&peer);
	assert_true(peer_reach(&peer, CCS_EVSE_CHARGING));
	assert_int_equal(ccs_evse_session_start(&peer.session, id, peer.now), CCS_ERR_STATE);
	assert_int_equal(peer_ask(&peer, din_BodyElement_CurrentDemandReq), 0);
	assert_int_equal(peer.commands.set.ma, 100000);
	assert_safe();
}

/* The pilot's oscillator and the duty cycle are the station's: the session leaves them alone. */
static void test_pilot_untouched(void **state)
{
	(void)state;
	peer_open(&peer);
	peer.commands.pilot = CCS_PILOT_F;
	peer.commands.duty = 777;
	assert_true(peer_reach(&peer, CCS_EVSE_STOPPED));
	assert_int_equal(peer.commands.pilot, CCS_PILOT_F);
	assert_int_equal(peer.commands.duty, 777);
	assert_false(ccs_evse_session_wants_oscillator_off(&peer.session));
	peer.values.emergency = true;
	peer_tick(&peer);
	assert_true(ccs_evse_session_wants_oscillator_off(&peer.session));
	assert_int_equal(peer.commands.duty, 777);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_r58_offers),
		cmocka_unit_test(test_r16_first_id),
		cmocka_unit_test(test_r63_id_checked),
		cmocka_unit_test(test_r63_authorisation_anew),
		cmocka_unit_test(test_r20_authorisation_first),
		cmocka_unit_test(test_r26_ready_to_charge),
		cmocka_unit_test(test_r40_multipliers),
		cmocka_unit_test(test_r41_strict_silence),
		cmocka_unit_test(test_r44_error_of_a_charging_car),
		cmocka_unit_test(test_r42_session_stop),
		cmocka_unit_test(test_r43_precharge_by_car),
		cmocka_unit_test(test_r46_bytes),
		cmocka_unit_test(test_r54_at_once),
		cmocka_unit_test(test_e3_zero_limits),
		cmocka_unit_test(test_everest_8),
		cmocka_unit_test(test_everest_12),
		cmocka_unit_test(test_pilot_untouched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
