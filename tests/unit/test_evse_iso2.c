/* SPDX-License-Identifier: Apache-2.0 */
/* The charger's DC session of ISO 15118-2: the way through, what is out of turn, and its checks.
 * What it shares with DIN is tested there. */
#include "evse_peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct peer peer; /* each test opens it anew */

#define assert_safe() assert_string_equal(peer.breach.text ? peer.breach.text : "", "")

static void open_iso2(enum ccs_protocol only)
{
	peer_open_iso2(&peer,
		       (struct ccs_evse_config) { .quirks = ccs_quirks_default(), .only = only });
}

static int send(void)
{
	return peer_answer_iso2(&peer);
}

static int ask(enum iso2_BodyElement_tag tag)
{
	return peer_ask_iso2(&peer, tag);
}

static void reach(enum ccs_evse_state state)
{
	open_iso2(CCS_PROTOCOL_NONE);
	assert_int_equal(peer.session.protocol, CCS_PROTOCOL_ISO2);
	assert_true(peer_reach_iso2(&peer, state));
}

static void test_whole_session(void **state)
{
	(void)state;
	reach(CCS_EVSE_CHARGING);
	for (int i = 0; i < 50; i++) {
		assert_int_equal(ask(iso2_BodyElement_CurrentDemandReq), 0);
		peer_wait(&peer, CCS_MS(100));
	}
	assert_int_equal(peer.commands.set.ma, 100000);
	assert_int_equal(peer.iso2->Body.CurrentDemandRes.EVSEPresentVoltage.Value, 400);
	assert_int_equal(peer.iso2->Body.CurrentDemandRes.SAScheduleTupleID, 1);
	assert_int_equal(peer.iso2->Body.CurrentDemandRes.EVSEID.length, 7);
	peer_prepare_iso2(&peer, iso2_BodyElement_PowerDeliveryReq);
	peer.iso2_request.Body.PowerDeliveryReq.ChargeProgress = iso2_chargeProgress_Stop;
	assert_int_equal(send(), 0);
	peer.values.pilot = CCS_PILOT_B;
	peer_wait(&peer, CCS_MS(200));
	assert_int_equal(ask(iso2_BodyElement_WeldingDetectionReq), 0);
	assert_int_equal(ask(iso2_BodyElement_SessionStopReq), 0);
	assert_int_equal(peer.session.state, CCS_EVSE_CLOSING);
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_NONE);
	assert_int_equal(peer.session.car.soc.value, 420);
	peer_wait(&peer, CCS_SECONDS(6));
	assert_true(peer.session.facts.ended);
	assert_safe();
}

/* The car's priority, and a charger that serves one protocol only. */
static void test_protocols(void **state)
{
	(void)state;
	open_iso2(CCS_PROTOCOL_NONE);
	assert_int_equal(peer.handshake->SchemaID, 10);
	open_iso2(CCS_PROTOCOL_DIN);
	assert_int_equal(peer.handshake->SchemaID, 3);
	assert_int_equal(peer.session.protocol, CCS_PROTOCOL_DIN);
}

static void test_out_of_turn(void **state)
{
	static const enum iso2_BodyElement_tag requests[] = {
		iso2_BodyElement_SessionSetupReq,     iso2_BodyElement_ServiceDiscoveryReq,
		iso2_BodyElement_ServiceDetailReq,    iso2_BodyElement_PaymentServiceSelectionReq,
		iso2_BodyElement_AuthorizationReq,    iso2_BodyElement_ChargeParameterDiscoveryReq,
		iso2_BodyElement_CableCheckReq,	      iso2_BodyElement_PreChargeReq,
		iso2_BodyElement_PowerDeliveryReq,    iso2_BodyElement_CurrentDemandReq,
		iso2_BodyElement_WeldingDetectionReq, iso2_BodyElement_SessionStopReq,
		iso2_BodyElement_ChargingStatusReq,   iso2_BodyElement_MeteringReceiptReq,
	};
	/* One letter a state from SESSION_SETUP to CHARGING: o OK, n new session, f FAILED,
	 * . FAILED_SequenceError. */
	static const char *const codes[] = { "n.......", ".o......", "..o.....", "..o.....",
					     "...o....", "....o...", ".....o..", "......o.",
					     ".......f", ".......o", "........", ".ooooooo",
					     "........", "........" };

	(void)state;
	for (size_t r = 0; r < sizeof(requests) / sizeof(requests[0]); r++) {
		for (int s = 0; codes[r][s]; s++) {
			char wanted = codes[r][s];
			int code;

			reach(peer_dc_state(s));
			code = ask(requests[r]);
			assert_int_equal(code, wanted == 'o'   ? 0
					       : wanted == 'n' ? 1
					       : wanted == 'f' ? iso2_responseCode_FAILED
							       : 5);
			assert_int_equal(ccs_evse_session_has_ended(&peer.session), code > 3);
			peer_wait(&peer, CCS_SECONDS(5));
			assert_safe();
		}
	}
}

static void test_checks(void **state)
{
	(void)state;
	reach(CCS_EVSE_PAYMENT);
	peer_prepare_iso2(&peer, iso2_BodyElement_ServiceDetailReq);
	peer.iso2_request.Body.ServiceDetailReq.ServiceID = 9;
	assert_int_equal(send(), iso2_responseCode_FAILED_ServiceIDInvalid);
	reach(CCS_EVSE_PARAMETERS);
	peer_prepare_iso2(&peer, iso2_BodyElement_ChargeParameterDiscoveryReq);
	peer.iso2_request.Body.ChargeParameterDiscoveryReq.RequestedEnergyTransferMode =
		iso2_EnergyTransferMode_AC_three_phase_core;
	assert_int_equal(send(), iso2_responseCode_FAILED_WrongEnergyTransferMode);
	reach(CCS_EVSE_PRE_CHARGE);
	assert_int_equal(ask(iso2_BodyElement_PreChargeReq), 0);
	peer_prepare_iso2(&peer, iso2_BodyElement_PowerDeliveryReq);
	peer.iso2_request.Body.PowerDeliveryReq.SAScheduleTupleID = 2;
	assert_int_equal(send(), iso2_responseCode_FAILED_TariffSelectionInvalid);
	reach(CCS_EVSE_CHARGING);
	peer_prepare_iso2(&peer, iso2_BodyElement_CurrentDemandReq);
	peer.iso2_request.Header.SessionID.length = 0;
	assert_int_equal(send(), iso2_responseCode_FAILED_UnknownSession);
	assert_false(peer.commands.supply);
	assert_safe();
}

static void test_authorisation_waits(void **state)
{
	(void)state;
	reach(CCS_EVSE_AUTHORISATION);
	peer.values.authorisation = CCS_AUTHORISATION_PENDING;
	assert_int_equal(ask(iso2_BodyElement_AuthorizationReq), 0);
	assert_int_equal(peer.iso2->Body.AuthorizationRes.EVSEProcessing,
			 iso2_EVSEProcessing_Ongoing_WaitingForCustomerInteraction);
	peer.values.authorisation = CCS_AUTHORISATION_GRANTED;
	assert_int_equal(ask(iso2_BodyElement_AuthorizationReq), 0);
	assert_int_equal(peer.iso2->Body.AuthorizationRes.EVSEProcessing,
			 iso2_EVSEProcessing_Finished);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_session),	    cmocka_unit_test(test_protocols),
		cmocka_unit_test(test_out_of_turn),	    cmocka_unit_test(test_checks),
		cmocka_unit_test(test_authorisation_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
