/* SPDX-License-Identifier: Apache-2.0 */
/* A session that only asks the car for its state of charge: an AC charger's, without any power. */
#include "evse_peer.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct peer peer; /* each test opens it anew */

#define assert_safe() assert_string_equal(peer.breach.text ? peer.breach.text : "", "")

/* An AC charger: no supply, nobody has authorised anything, nothing is measured. */
static struct ccs_evse_config config(void)
{
	return (struct ccs_evse_config) {
		.quirks = ccs_quirks_default(),
		.ac = { .phases = 3, .max_ma = 32000 },
		.probe = true,
	};
}

static void become_ac(void)
{
	peer.values.supply = CCS_SUPPLY_UNKNOWN;
	peer.values.limits = (struct ccs_limits) { .max_ma = 16000, .max_w = 11000 };
	peer.values.authorisation = CCS_AUTHORISATION_PENDING;
	peer.values.present_mv.known = false;
	peer.sensor_silent = true;
}

static void open_din(enum ccs_evse_state state)
{
	peer_open_with(&peer, config());
	become_ac();
	assert_true(peer_reach(&peer, state));
}

static void open_iso2(enum ccs_evse_state state)
{
	peer_open_iso2(&peer, config());
	become_ac();
	assert_true(peer_reach_iso2(&peer, state));
}

static void assert_unpowered(void)
{
	assert_false(peer.commands.contactor || peer.commands.supply || peer.commands.lock);
	assert_safe();
}

static void assert_probed(void)
{
	assert_true(peer.session.probed);
	assert_int_equal(peer.told_soc, 42000);
	assert_string_equal(peer.told_evccid, "02cc50000001");
	assert_unpowered();
}

static void test_din(void **state)
{
	const struct din_ChargeParameterDiscoveryRes *res;

	(void)state;
	open_din(CCS_EVSE_PARAMETERS);
	assert_int_equal(peer_ask(&peer, din_BodyElement_ChargeParameterDiscoveryReq), 0);
	res = &peer.response->Body.ChargeParameterDiscoveryRes;
	assert_int_equal(res->EVSEProcessing, din_EVSEProcessing_Ongoing);
	assert_true(res->EVSEChargeParameter.DC_EVSEChargeParameter.EVSEMaximumVoltageLimit.Value >
		    500); /* what AC has to offer no car would take */
	assert_probed();
	assert_int_equal(peer.told_capacity, 28000000);
	assert_int_equal(peer_ask(&peer, din_BodyElement_ChargeParameterDiscoveryReq), 0);
	res = &peer.response->Body.ChargeParameterDiscoveryRes; /* the car is told to stop */
	assert_int_equal(
		res->EVSEChargeParameter.DC_EVSEChargeParameter.DC_EVSEStatus.EVSENotification,
		din_EVSENotification_StopCharging);
	assert_int_equal(
		res->EVSEChargeParameter.DC_EVSEChargeParameter.DC_EVSEStatus.EVSEStatusCode,
		din_DC_EVSEStatusCode_EVSE_Shutdown);
	assert_int_equal(peer_ask(&peer, din_BodyElement_SessionStopReq), 0);
	peer_wait(&peer, CCS_SECONDS(6));
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_NONE);
	assert_true(peer.session.facts.ended);
	assert_string_equal(peer.verdict, "the car has told its state of charge");
	assert_unpowered();
}

/* A car that does not stop: the session ends by itself, and that is no fault. */
static void test_iso2_goes_on(void **state)
{
	(void)state;
	open_iso2(CCS_EVSE_PARAMETERS);
	assert_false(peer.session.facts.ac);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_ChargeParameterDiscoveryReq),
				 0);
		peer_wait(&peer, CCS_MS(99));
	}
	assert_probed();
	assert_false(ccs_evse_session_has_ended(&peer.session));
	assert_false(ccs_evse_session_wants_oscillator_off(&peer.session));
	peer_wait(&peer, CCS_MS(200));
	assert_true(ccs_evse_session_has_ended(&peer.session));
	assert_true(ccs_evse_session_wants_oscillator_off(&peer.session));
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_NONE);
	assert_unpowered();
}

/* A car that says 0 % first is asked again in the cable check, which tests nothing. */
static void test_told_late(void **state)
{
	(void)state;
	open_iso2(CCS_EVSE_PARAMETERS);
	peer_prepare_iso2(&peer, iso2_BodyElement_ChargeParameterDiscoveryReq);
	peer.iso2_request.Body.ChargeParameterDiscoveryReq.EVChargeParameter.DC_EVChargeParameter
		.DC_EVStatus.EVRESSSOC = 0;
	assert_int_equal(peer_answer_iso2(&peer), 0);
	assert_false(peer.session.probed);
	assert_int_equal(peer.session.state, CCS_EVSE_CABLE_CHECK);
	peer.values.pilot = CCS_PILOT_C;
	peer_prepare_iso2(&peer, iso2_BodyElement_CableCheckReq);
	peer.iso2_request.Body.CableCheckReq.DC_EVStatus.EVRESSSOC = 42;
	for (int i = 0; i < 20; i++) {
		assert_int_equal(peer_answer_iso2(&peer), 0);
		assert_int_equal(peer.iso2->Body.CableCheckRes.EVSEProcessing,
				 iso2_EVSEProcessing_Ongoing);
		peer_wait(&peer, CCS_MS(200));
		assert_probed();
	}
	assert_int_equal(peer_deliver_iso2(&peer, iso2_chargeProgress_Stop), 0);
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_SessionStopReq), 0);
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_NONE);
	assert_unpowered();
}

/* Whatever comes out of turn: no power. */
static void test_never_powered(void **state)
{
	(void)state;
	for (int tag = din_BodyElement_none; tag <= din_BodyElement_WeldingDetectionReq; tag++) {
		open_din(CCS_EVSE_PARAMETERS);
		peer.values.supply = CCS_SUPPLY_READY;
		peer.values.pilot = CCS_PILOT_C;
		peer_prepare(&peer, din_BodyElement_ChargeParameterDiscoveryReq);
		peer.request.Body.ChargeParameterDiscoveryReq.EVChargeParameter.DC_EVChargeParameter
			.DC_EVStatus.EVRESSSOC = 0;
		assert_int_equal(peer_send(&peer), 0);
		assert_int_equal(peer.session.state, CCS_EVSE_CABLE_CHECK);
		peer_ask(&peer, din_BodyElement_CableCheckReq);
		peer_ask(&peer, (enum din_BodyElement_tag)tag);
		peer_wait(&peer, CCS_SECONDS(1));
		assert_unpowered();
	}
}

/* The next session is a normal one: the flag and the car are new. */
static void test_again(void **state)
{
	static const uint8_t id[8] = { 3 };

	(void)state;
	test_din(state);
	assert_int_equal(ccs_evse_session_start(&peer.session, id, peer.now), 0);
	assert_false(peer.session.probed);
	assert_false(peer.session.car.soc.known);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_din),	  cmocka_unit_test(test_iso2_goes_on),
		cmocka_unit_test(test_told_late), cmocka_unit_test(test_never_powered),
		cmocka_unit_test(test_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
