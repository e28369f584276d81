/* SPDX-License-Identifier: Apache-2.0 */
/* The charger's numbers: derating, discharging, hostile values, pacing, foreign requests. */
#include "evse_peer.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct peer peer; /* each test opens it anew */

#define assert_safe() assert_string_equal(peer.breach.text ? peer.breach.text : "", "")

static void reach_charging(struct ccs_evse_config config)
{
	peer_open_with(&peer, config);
	assert_true(peer_reach(&peer, CCS_EVSE_CHARGING));
	assert_int_equal(peer_ask(&peer, din_BodyElement_CurrentDemandReq), 0);
}

/* The heat of the plug lowers the current, and what is announced; a silent sensor counts as hot. */
static void test_derating(void **state)
{
	struct ccs_evse_config config = { .quirks = ccs_quirks_default(), .hottest_dc = 900 };

	(void)state;
	reach_charging(config);
	assert_int_equal(peer.commands.set.ma, 20000); /* not measured: a tenth of 200 A */
	peer.values.plug_dc = ccs_measured(850, peer.now);
	peer_tick(&peer);
	assert_int_equal(peer.commands.set.ma, 100000);
	peer.values.limits.max_ma = 100000; /* at 85 degrees 55 % of it */
	assert_int_equal(peer_ask(&peer, din_BodyElement_CurrentDemandReq), 0);
	assert_int_equal(peer.commands.set.ma, 55000);
	assert_int_equal(peer.response->Body.CurrentDemandRes.EVSEMaximumCurrentLimit.Value, 55);
	assert_true(peer.response->Body.CurrentDemandRes.EVSECurrentLimitAchieved);
	assert_false(peer.response->Body.CurrentDemandRes.EVSEPowerLimitAchieved);
	peer.values.plug_dc = ccs_measured(1001, peer.now);
	peer_tick(&peer);
	assert_int_equal(peer.commands.set.ma, 0);
	assert_safe();
}

/* Limits at run time, by current and by power, without waiting for a message. */
static void test_limits_change(void **state)
{
	(void)state;
	reach_charging((struct ccs_evse_config) { .quirks = ccs_quirks_default() });
	peer.values.limits.max_w = 20000;
	peer_tick(&peer);
	assert_int_equal(peer.commands.set.ma, 50000);
	assert_int_equal(peer_ask(&peer, din_BodyElement_CurrentDemandReq), 0);
	assert_true(peer.response->Body.CurrentDemandRes.EVSEPowerLimitAchieved);
	peer.values.limits.max_mv = 390000;
	peer_tick(&peer);
	assert_int_equal(peer.commands.set.mv, 390000);
	peer.values.limits.max_ma = 0; /* nothing any more */
	peer_tick(&peer);
	assert_int_equal(peer.commands.set.ma, 0);
	assert_safe();
}

/* R39: what is measured is told, not what was demanded. */
static void test_r39_measured(void **state)
{
	(void)state;
	reach_charging((struct ccs_evse_config) { .quirks = ccs_quirks_default() });
	peer.values.present_mv = ccs_measured(371000, peer.now);
	peer.values.present_ma = ccs_measured(61000, peer.now);
	assert_int_equal(peer_ask(&peer, din_BodyElement_CurrentDemandReq), 0);
	assert_int_equal(peer.response->Body.CurrentDemandRes.EVSEPresentVoltage.Value, 371);
	assert_int_equal(peer.response->Body.CurrentDemandRes.EVSEPresentCurrent.Value, 61);
}

static void discharge(int32_t ma)
{
	peer.values.discharge_ma = ma;
	peer_tick(&peer);
}

/* E-4: the car demands as if it charged, and the supply is a sink. */
static void test_discharge_trick(void **state)
{
	struct ccs_evse_config config = { .quirks = ccs_quirks_default() };

	(void)state;
	for (int on = 0; on < 2; on++) {
		ccs_quirk_set(&config.quirks, CCS_QUIRK_DISCHARGE, on);
		reach_charging(config);
		peer.values.limits.discharge_ma = 30000;
		peer.values.limits.discharge_w = 10000;
		discharge(20000);
		assert_int_equal(peer.commands.set.ma, on ? -20000 : 0);
		peer_wait(&peer, CCS_MS(100));
		assert_int_equal(peer_ask(&peer, din_BodyElement_CurrentDemandReq), 0);
		assert_int_equal(peer.response->Body.CurrentDemandRes.EVSEPresentCurrent.Value,
				 on ? -20 : 0);
		discharge(100000);
		assert_int_equal(peer.commands.set.ma, on ? -25000 : 0); /* 10 kW at 400 V */
		assert_safe();
		discharge(0);
		assert_int_equal(peer.commands.set.ma, 100000);
		assert_true(peer_reach(&peer, CCS_EVSE_STOPPED)); /* C4 */
		assert_int_equal(peer.commands.set.ma, 0);
		assert_safe();
	}
}

/* E-4: the car demands a negative current; no more than it could take, nor without the quirk. */
static void test_discharge_demanded(void **state)
{
	struct ccs_evse_config config = { .quirks = ccs_quirks_default() };

	(void)state;
	for (int on = 0; on < 2; on++) {
		ccs_quirk_set(&config.quirks, CCS_QUIRK_DISCHARGE, on);
		reach_charging(config);
		peer.values.limits.discharge_ma = 200000;
		peer.values.limits.discharge_w = 90000;
		peer_prepare(&peer, din_BodyElement_CurrentDemandReq);
		peer.request.Body.CurrentDemandReq.EVTargetCurrent.Value = -150;
		assert_int_equal(peer_send(&peer), 0);
		assert_int_equal(peer.commands.set.ma, on ? -125000 : 0);
		assert_safe();
	}
}

/* The same in ISO 15118-2, within a schedule: PMax is for charging. */
static void test_discharge_iso2(void **state)
{
	struct ccs_evse_config config = { .quirks = ccs_quirks_default() };

	(void)state;
	ccs_quirk_set(&config.quirks, CCS_QUIRK_DISCHARGE, true);
	peer_open_iso2(&peer, config);
	assert_true(peer_reach_iso2(&peer, CCS_EVSE_CHARGING));
	peer.values.limits.discharge_ma = 30000;
	peer.values.limits.discharge_w = 20000;
	peer_prepare_iso2(&peer, iso2_BodyElement_CurrentDemandReq);
	peer.iso2_request.Body.CurrentDemandReq.EVTargetCurrent.Value = -16;
	assert_int_equal(peer_answer_iso2(&peer), 0);
	assert_int_equal(peer.commands.set.ma, -16000);
	peer_wait(&peer, CCS_MS(100));
	assert_int_equal(peer_answer_iso2(&peer), 0);
	assert_int_equal(peer.iso2->Body.CurrentDemandRes.EVSEPresentCurrent.Value, -16);
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_CurrentDemandReq), 0);
	discharge(50000);
	assert_int_equal(peer.commands.set.ma, -30000);
	peer.values.pilot = CCS_PILOT_B; /* C3 */
	peer_tick(&peer);
	assert_int_equal(peer.commands.set.ma, 0);
	assert_false(peer.commands.supply);
	assert_safe();
}

/* Refused with a record, never acted on. */
static void test_hostile_demand(void **state)
{
	static const struct {
		int32_t mv, mv_exponent, ma, ma_exponent;
	} rows[] = {
		{ -400, 0, 50, 0 },
		{ 32767, 3, 50, 0 },
		{ 400, 0, 32767, 3 },
		{ 400, 0, -32768, 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct din_CurrentDemandReq *req = &peer.request.Body.CurrentDemandReq;

		reach_charging((struct ccs_evse_config) { .quirks = ccs_quirks_default() });
		peer_prepare(&peer, din_BodyElement_CurrentDemandReq);
		req->EVTargetVoltage.Value = rows[i].mv;
		req->EVTargetVoltage.Multiplier = rows[i].mv_exponent;
		req->EVTargetCurrent.Value = rows[i].ma;
		req->EVTargetCurrent.Multiplier = rows[i].ma_exponent;
		peer.warnings = 0;
		assert_int_equal(peer_send(&peer), 0);
		assert_int_equal(peer.warnings, 1);
		assert_int_equal(peer.commands.set.mv, 400000);
		assert_int_equal(peer.commands.set.ma, i < 2 ? 50000 : 100000);
		assert_safe();
	}
}

/* A state of charge of 120 %, which fits into its bits; the codec knows no more of it. */
static void test_hostile_soc(void **state)
{
	(void)state;
	reach_charging((struct ccs_evse_config) { .quirks = ccs_quirks_default() });
	peer_ask(&peer, din_BodyElement_CurrentDemandReq);
	peer_prepare(&peer, din_BodyElement_CurrentDemandReq);
	peer.request.Body.CurrentDemandReq.DC_EVStatus.EVRESSSOC = 120;
	peer_send(&peer);
	assert_true(peer.session.car.soc.value <= 1000);
	assert_safe();
}

/* Limits that cannot be are no limits, so the session does not go on with them. */
static void test_hostile_maxima(void **state)
{
	struct din_DC_EVChargeParameter *dc = &peer.request.Body.ChargeParameterDiscoveryReq
						       .EVChargeParameter.DC_EVChargeParameter;

	(void)state;
	for (int what = 0; what < 3; what++) {
		peer_open(&peer);
		assert_true(peer_reach(&peer, CCS_EVSE_PARAMETERS));
		peer_prepare(&peer, din_BodyElement_ChargeParameterDiscoveryReq);
		if (what == 0)
			dc->EVMaximumCurrentLimit.Value = -125;
		if (what == 1)
			dc->EVMaximumVoltageLimit.Value = -1;
		dc->has_EVMaximumPowerLimit = what == 2;
		dc->EVMaximumPowerLimit.Value = -1;
		peer.warnings = 0;
		assert_int_equal(peer_send(&peer), din_responseCode_FAILED_WrongChargeParameter);
		assert_int_equal(peer.warnings, 1);
		assert_safe();
	}
	reach_charging((struct ccs_evse_config) { .quirks = ccs_quirks_default() });
	peer_prepare(&peer, din_BodyElement_CurrentDemandReq); /* in the loop the old one stays */
	peer.request.Body.CurrentDemandReq.has_EVMaximumCurrentLimit = true;
	peer.request.Body.CurrentDemandReq.EVMaximumCurrentLimit.Value = -5;
	assert_int_equal(peer_send(&peer), 0);
	assert_int_equal(peer.commands.set.ma, 100000);
	assert_safe();
}

/* The car's voltage limit falls below what is on the cable: that is an overvoltage. */
static void test_voltage_jumps(void **state)
{
	(void)state;
	reach_charging((struct ccs_evse_config) { .quirks = ccs_quirks_default() });
	peer_wait(&peer, CCS_MS(100));
	peer_prepare(&peer, din_BodyElement_CurrentDemandReq);
	peer.request.Body.CurrentDemandReq.has_EVMaximumVoltageLimit = true;
	peer.request.Body.CurrentDemandReq.EVMaximumVoltageLimit.Value = 300;
	assert_int_equal(peer_send(&peer), 0);
	assert_int_equal(peer.commands.set.mv, 300000);
	peer_tick(&peer); /* 400 V are still measured */
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_OVERVOLTAGE);
	assert_false(peer.commands.supply);
	assert_safe();
}

/* Pacing: an answer waits for its time, and the deadline says when that is. */
static void test_answer_delay(void **state)
{
	struct ccs_evse_config config = { .quirks = ccs_quirks_default(),
					  .answer_delay = CCS_MS(98) };
	struct app_AppProtocol din = { CCS_TEXT("urn:din:70121:2012:MsgDef"), 2, 0, 1, 1 };
	uint8_t bytes[1024];

	(void)state;
	peer_open_with(&peer, config);
	peer_shake(&peer, &din, 1);
	assert_null(peer.handshake);
	assert_int_equal(ccs_evse_session_deadline(&peer.session), peer.now + CCS_MS(98));
	peer.now += CCS_MS(98) - 1;
	peer_tick(&peer);
	assert_int_equal(ccs_evse_session_send(&peer.session, bytes, sizeof(bytes)), 0);
	peer.now += 1;
	peer_tick(&peer);
	assert_true(ccs_evse_session_send(&peer.session, bytes, sizeof(bytes)) > 0);
	peer_shake(&peer, &din, 1); /* out of turn: the end does not wait */
	assert_true(ccs_evse_session_has_ended(&peer.session));
}

/* Every request of contracts has its response, with the code and valid content (EVerest 1.4). */
static void test_contract_requests(void **state)
{
	static const enum iso2_BodyElement_tag tags[] = {
		iso2_BodyElement_PaymentDetailsReq,
		iso2_BodyElement_CertificateInstallationReq,
		iso2_BodyElement_CertificateUpdateReq,
	};
	static const uint8_t byte[] = { 1 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		static struct xmldsig_X509IssuerSerial root;
		struct iso2_Body *body = &peer.iso2_request.Body;

		peer_open_iso2(&peer, (struct ccs_evse_config) { .quirks = ccs_quirks_default() });
		assert_true(peer_reach_iso2(&peer, CCS_EVSE_AUTHORISATION));
		peer_prepare_iso2(&peer, tags[i]);
		root.X509IssuerName = CCS_TEXT("CN=root");
		if (i == 0) {
			body->PaymentDetailsReq.eMAID = CCS_TEXT("ZZ000000000000");
			body->PaymentDetailsReq.ContractSignatureCertChain.Certificate =
				CCS_BYTES(byte, 1);
		} else if (i == 1) {
			body->CertificateInstallationReq.Id = CCS_TEXT("id1");
			body->CertificateInstallationReq.OEMProvisioningCert = CCS_BYTES(byte, 1);
			body->CertificateInstallationReq.ListOfRootCertificateIDs.RootCertificateID
				.at = &root;
			body->CertificateInstallationReq.ListOfRootCertificateIDs.RootCertificateID
				.count = 1;
		} else {
			body->CertificateUpdateReq.Id = CCS_TEXT("id1");
			body->CertificateUpdateReq.eMAID = CCS_TEXT("ZZ000000000000");
			body->CertificateUpdateReq.ListOfRootCertificateIDs.RootCertificateID.at =
				&root;
			body->CertificateUpdateReq.ListOfRootCertificateIDs.RootCertificateID
				.count = 1;
		}
		assert_int_equal(peer_answer_iso2(&peer), iso2_responseCode_FAILED_SequenceError);
		assert_true(ccs_evse_session_has_ended(&peer.session));
	}
}

static void test_contract_requests_din(void **state)
{
	static const enum din_BodyElement_tag tags[] = {
		din_BodyElement_ServiceDetailReq,     din_BodyElement_PaymentDetailsReq,
		din_BodyElement_ChargingStatusReq,    din_BodyElement_MeteringReceiptReq,
		din_BodyElement_CertificateUpdateReq, din_BodyElement_CertificateInstallationReq,
	};
	static struct ccs_text root = CCS_TEXT("CN=root");

	(void)state;
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		struct din_ListOfRootCertificateIDs roots = { { &root, 1 } };

		peer_open(&peer);
		assert_true(peer_reach(&peer, CCS_EVSE_AUTHORISATION));
		peer_prepare(&peer, tags[i]);
		if (tags[i] == din_BodyElement_CertificateUpdateReq)
			peer.request.Body.CertificateUpdateReq.ListOfRootCertificateIDs = roots;
		if (tags[i] == din_BodyElement_CertificateInstallationReq)
			peer.request.Body.CertificateInstallationReq.ListOfRootCertificateIDs =
				roots;
		assert_int_equal(peer_send(&peer), din_responseCode_FAILED_SequenceError);
		assert_true(ccs_evse_session_has_ended(&peer.session));
	}
}

/* A Notification and a Signature in the header of a request do no harm. */
static void test_header(void **state)
{
	static struct xmldsig_Signature signature;
	static struct xmldsig_Reference reference;
	static const uint8_t bytes[32];
	struct iso2_MessageHeader *header = &peer.iso2_request.Header;

	(void)state;
	peer_open_iso2(&peer, (struct ccs_evse_config) { .quirks = ccs_quirks_default() });
	assert_true(peer_reach_iso2(&peer, CCS_EVSE_AUTHORISATION));
	peer_prepare_iso2(&peer, iso2_BodyElement_AuthorizationReq);
	header->has_Notification = true;
	header->Notification.FaultCode = iso2_faultCode_UnknownError;
	header->Notification.has_FaultMsg = true;
	header->Notification.FaultMsg = CCS_TEXT("nothing");
	header->Signature = &signature;
	signature.SignedInfo.CanonicalizationMethod.Algorithm = CCS_TEXT("c14n");
	signature.SignedInfo.SignatureMethod.Algorithm = CCS_TEXT("ecdsa");
	reference.DigestMethod.Algorithm = CCS_TEXT("sha256");
	reference.DigestValue = CCS_BYTES(bytes, sizeof(bytes));
	signature.SignedInfo.Reference.at = &reference;
	signature.SignedInfo.Reference.count = 1;
	signature.SignatureValue.value = CCS_BYTES(bytes, sizeof(bytes));
	assert_int_equal(peer_answer_iso2(&peer), iso2_responseCode_OK);
	assert_int_equal(peer.session.state, CCS_EVSE_PARAMETERS);
}

/* A contract at a charger that has none. */
static void test_payment_selection(void **state)
{
	(void)state;
	peer_open_iso2(&peer, (struct ccs_evse_config) { .quirks = ccs_quirks_default() });
	assert_true(peer_reach_iso2(&peer, CCS_EVSE_PAYMENT));
	peer_prepare_iso2(&peer, iso2_BodyElement_PaymentServiceSelectionReq);
	peer.iso2_request.Body.PaymentServiceSelectionReq.SelectedPaymentOption =
		iso2_paymentOption_Contract;
	assert_int_equal(peer_answer_iso2(&peer), iso2_responseCode_FAILED_PaymentSelectionInvalid);
}

/* Several services: ours has to be among them, and nothing else. */
static void test_service_selection(void **state)
{
	static struct iso2_SelectedService services[2];

	(void)state;
	for (int what = 0; what < 2; what++) {
		peer_open_iso2(&peer, (struct ccs_evse_config) { .quirks = ccs_quirks_default() });
		assert_true(peer_reach_iso2(&peer, CCS_EVSE_PAYMENT));
		peer_prepare_iso2(&peer, iso2_BodyElement_PaymentServiceSelectionReq);
		services[0].ServiceID = what ? 1 : 3;
		services[1].ServiceID = 2;
		peer.iso2_request.Body.PaymentServiceSelectionReq.SelectedServiceList
			.SelectedService.at = services;
		peer.iso2_request.Body.PaymentServiceSelectionReq.SelectedServiceList
			.SelectedService.count = 2;
		assert_int_equal(peer_answer_iso2(&peer),
				 what ? iso2_responseCode_FAILED_ServiceSelectionInvalid
				      : iso2_responseCode_FAILED_NoChargeServiceSelected);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_derating),
		cmocka_unit_test(test_limits_change),
		cmocka_unit_test(test_r39_measured),
		cmocka_unit_test(test_discharge_trick),
		cmocka_unit_test(test_discharge_demanded),
		cmocka_unit_test(test_discharge_iso2),
		cmocka_unit_test(test_hostile_demand),
		cmocka_unit_test(test_hostile_soc),
		cmocka_unit_test(test_hostile_maxima),
		cmocka_unit_test(test_voltage_jumps),
		cmocka_unit_test(test_answer_delay),
		cmocka_unit_test(test_contract_requests),
		cmocka_unit_test(test_contract_requests_din),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_payment_selection),
		cmocka_unit_test(test_service_selection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
