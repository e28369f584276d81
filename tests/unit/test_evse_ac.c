/* SPDX-License-Identifier: Apache-2.0 */
/* The charger's AC session of ISO 15118-2: the mains contactor and what the car is told. */
#include "evse_peer.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct peer peer; /* each test opens it anew */

#define assert_safe() assert_string_equal(peer.breach.text ? peer.breach.text : "", "")

static struct ccs_evse_config config_of(uint8_t phases)
{
	return (struct ccs_evse_config) {
		.quirks = ccs_quirks_default(),
		.ac = { .phases = phases, .max_ma = 32000 },
		.meter_id = CCS_TEXT("meter 1"),
	};
}

static void open_ac(void)
{
	peer_open_iso2(&peer, config_of(3));
	peer.values.limits.max_ma = 20000;
	peer.values.supply = CCS_SUPPLY_UNKNOWN; /* AC has none */
}

static void reach(enum ccs_evse_state state)
{
	open_ac();
	assert_true(peer_reach_iso2(&peer, state));
}

static const struct iso2_ChargingStatusRes *ask_status(void)
{
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_ChargingStatusReq),
			 iso2_responseCode_OK);
	return &peer.iso2->Body.ChargingStatusRes;
}

static void test_whole_session(void **state)
{
	const struct iso2_ChargingStatusRes *status;

	(void)state;
	reach(CCS_EVSE_READY);
	assert_true(peer.session.facts.ac);
	assert_false(peer.commands.contactor);
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_PowerDeliveryReq), 0);
	assert_int_equal(peer.iso2->Body.PowerDeliveryRes.EVSEStatus.tag,
			 iso2_EVSEStatus_AC_EVSEStatus);
	assert_false(peer.commands.contactor); /* state B */
	peer.values.pilot = CCS_PILOT_C;
	peer_tick(&peer);
	assert_true(peer.commands.contactor);
	assert_false(peer.commands.supply);
	peer.values.energy_wh = ccs_measured(2050000000, peer.now);
	status = ask_status();
	assert_int_equal(status->EVSEMaxCurrent.Value, 20);
	assert_int_equal(status->MeterInfo.MeterReading, 2050000000);
	assert_int_equal(status->SAScheduleTupleID, 1);
	assert_false(status->ReceiptRequired);
	peer.values.limits.max_ma = 10000; /* at run time */
	assert_int_equal(ask_status()->EVSEMaxCurrent.Value, 10);
	assert_int_equal(peer_deliver_iso2(&peer, iso2_chargeProgress_Stop), 0);
	assert_false(peer.commands.contactor);
	peer.values.pilot = CCS_PILOT_B;
	peer_wait(&peer, CCS_MS(200));
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_SessionStopReq), 0);
	peer_wait(&peer, CCS_SECONDS(6));
	assert_true(peer.session.facts.ended);
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_NONE);
	assert_false(peer.commands.lock);
	assert_safe();
}

/* Limits are per phase: 3 x 20 A is neither 60 A nor three times the power (EVerest 1.4, 16). */
static void test_parameters(void **state)
{
	const struct iso2_ChargeParameterDiscoveryRes *res;
	struct iso2_ChargeParameterDiscoveryReq *req =
		&peer.iso2_request.Body.ChargeParameterDiscoveryReq;

	(void)state;
	reach(CCS_EVSE_PARAMETERS);
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_ChargeParameterDiscoveryReq), 0);
	res = &peer.iso2->Body.ChargeParameterDiscoveryRes;
	assert_int_equal(res->EVSEProcessing, iso2_EVSEProcessing_Finished);
	assert_int_equal(res->EVSEChargeParameter.AC_EVSEChargeParameter.EVSENominalVoltage.Value,
			 230);
	assert_int_equal(res->EVSEChargeParameter.AC_EVSEChargeParameter.EVSEMaxCurrent.Value, 20);
	assert_int_equal(res->SASchedules.SAScheduleList.SAScheduleTuple.at[0]
				 .PMaxSchedule.PMaxScheduleEntry.at[0]
				 .PMax.Value,
			 13800);
	reach(CCS_EVSE_PARAMETERS);
	peer_prepare_iso2(&peer, iso2_BodyElement_ChargeParameterDiscoveryReq);
	req->RequestedEnergyTransferMode = iso2_EnergyTransferMode_DC_extended;
	assert_int_equal(peer_answer_iso2(&peer), iso2_responseCode_FAILED_WrongEnergyTransferMode);
	reach(CCS_EVSE_PARAMETERS);
	peer_prepare_iso2(&peer, iso2_BodyElement_ChargeParameterDiscoveryReq);
	req->EVChargeParameter.AC_EVChargeParameter.EVMaxCurrent.Value = -16;
	assert_int_equal(peer_answer_iso2(&peer), iso2_responseCode_FAILED_WrongChargeParameter);
	peer_open_iso2(&peer, config_of(1)); /* one phase: the car asks for three */
	assert_true(peer_reach_iso2(&peer, CCS_EVSE_PARAMETERS));
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_ChargeParameterDiscoveryReq),
			 iso2_responseCode_FAILED_WrongEnergyTransferMode);
}

/* E-3: too little current for now is no 0 A; the car waits until there is some. */
static void test_no_current_yet(void **state)
{
	static const struct {
		int32_t ma, announced_a;
		enum iso2_EVSEProcessing processing;
	} rows[] = {
		{ 0, 6, iso2_EVSEProcessing_Ongoing },
		{ 5000, 6, iso2_EVSEProcessing_Ongoing },
		{ 10000, 10, iso2_EVSEProcessing_Finished },
	};
	const struct iso2_ChargeParameterDiscoveryRes *res;

	(void)state;
	reach(CCS_EVSE_PARAMETERS);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		peer.values.limits.max_ma = rows[i].ma;
		assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_ChargeParameterDiscoveryReq),
				 0);
		res = &peer.iso2->Body.ChargeParameterDiscoveryRes;
		assert_int_equal(res->EVSEProcessing, rows[i].processing);
		assert_int_equal(
			res->EVSEChargeParameter.AC_EVSEChargeParameter.EVSEMaxCurrent.Value,
			rows[i].announced_a);
	}
}

static void test_services(void **state)
{
	const struct iso2_SupportedEnergyTransferMode *modes;

	(void)state;
	reach(CCS_EVSE_SERVICE_DISCOVERY);
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_ServiceDiscoveryReq), 0);
	modes = &peer.iso2->Body.ServiceDiscoveryRes.ChargeService.SupportedEnergyTransferMode;
	assert_int_equal(modes->EnergyTransferMode.count, 2);
	assert_int_equal(modes->EnergyTransferMode.at[0],
			 iso2_EnergyTransferMode_AC_three_phase_core);
}

/* DIN has no AC: a car that speaks nothing else is told so. */
static void test_no_din(void **state)
{
	struct app_AppProtocol din = { CCS_TEXT("urn:din:70121:2012:MsgDef"), 2, 0, 1, 1 };

	(void)state;
	peer_open_with(&peer, config_of(3));
	peer_shake(&peer, &din, 1);
	assert_int_equal(peer.handshake->ResponseCode, app_responseCode_Failed_NoNegotiation);
}

/* C3: in the step that sees it. */
static void test_power_lost(void **state)
{
	(void)state;
	for (int what = 0; what < 6; what++) {
		static const enum ccs_evse_fault faults[] = {
			CCS_EVSE_FAULT_PILOT,  CCS_EVSE_FAULT_EMERGENCY, CCS_EVSE_FAULT_UNLOCKED,
			CCS_EVSE_FAULT_SUPPLY, CCS_EVSE_FAULT_SILENCE,	 CCS_EVSE_FAULT_CONNECTION,
		};

		reach(CCS_EVSE_CHARGING);
		assert_true(peer.commands.contactor);
		if (what == 4)
			peer_wait(&peer, CCS_SECONDS(59));
		assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_NONE);
		if (what == 0)
			peer.values.pilot = CCS_PILOT_B;
		peer.values.emergency = what == 1;
		if (what == 2)
			peer.values.lock = CCS_LOCK_OPEN;
		if (what == 3)
			peer.values.supply = CCS_SUPPLY_FAULT; /* the RCD */
		if (what == 4)
			peer.now += CCS_SECONDS(2);
		if (what == 5)
			ccs_evse_session_close(&peer.session, peer.now);
		peer_tick(&peer);
		assert_int_equal(peer.session.fault, faults[what]);
		assert_false(peer.commands.contactor);
		if (what == 3) {
			assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_ChargingStatusReq),
					 iso2_responseCode_FAILED);
			assert_true(peer.iso2->Body.ChargingStatusRes.AC_EVSEStatus.RCD);
		}
		peer_wait(&peer, CCS_SECONDS(70));
		assert_true(peer.session.facts.ended);
		assert_false(peer.commands.lock);
		assert_safe();
	}
}

/* V2G_SECC_CPState_Detection_Timeout: state C is due 1.5 s after the start. */
static void test_state_c_late(void **state)
{
	(void)state;
	reach(CCS_EVSE_READY);
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_PowerDeliveryReq), 0);
	assert_int_equal(ccs_evse_session_deadline(&peer.session), peer.now + CCS_MS(1500));
	peer_wait(&peer, CCS_MS(1400));
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_NONE);
	peer_wait(&peer, CCS_MS(100));
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_PILOT);
	peer.values.pilot = CCS_PILOT_C;
	peer_tick(&peer);
	assert_false(peer.commands.contactor);
	assert_safe();
	reach(CCS_EVSE_READY); /* with state C comes the fault of the RCD */
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_PowerDeliveryReq), 0);
	peer.values.pilot = CCS_PILOT_C;
	peer.values.supply = CCS_SUPPLY_FAULT;
	peer_tick(&peer);
	assert_false(peer.commands.contactor);
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_SUPPLY);
	reach(CCS_EVSE_READY); /* it was there before */
	peer.values.supply = CCS_SUPPLY_FAULT;
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_PowerDeliveryReq),
			 iso2_responseCode_FAILED_PowerDeliveryNotApplied);
	reach(CCS_EVSE_READY); /* the connector does not lock */
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_PowerDeliveryReq), 0);
	peer.values.pilot = CCS_PILOT_C;
	peer.values.lock = CCS_LOCK_UNKNOWN;
	peer_tick(&peer);
	assert_false(peer.commands.contactor);
	peer.now += CCS_MS(1500);
	peer_tick(&peer);
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_UNLOCKED);
	assert_safe();
}

static void test_contactor(void **state)
{
	(void)state;
	reach(CCS_EVSE_CHARGING); /* it does not close */
	for (int i = 0; i < 40; i++) {
		peer.now += CCS_MS(100);
		peer.values.contactor = CCS_CONTACTOR_OPEN;
		peer_tick(&peer);
	}
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_CONTACTOR);
	assert_true(ccs_evse_session_wants_oscillator_off(&peer.session));
	reach(CCS_EVSE_READY); /* it is welded */
	peer.values.contactor = CCS_CONTACTOR_CLOSED;
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_PowerDeliveryReq),
			 iso2_responseCode_FAILED_ContactorError);
	assert_safe();
}

/* One letter a state: o OK, f FAILED, . FAILED_SequenceError; PARAMETERS, READY, CHARGING, STOPPED.
 */
static void test_out_of_turn(void **state)
{
	static const struct {
		enum iso2_BodyElement_tag tag;
		const char *codes;
	} rows[] = {
		{ iso2_BodyElement_ChargeParameterDiscoveryReq, "o..." },
		{ iso2_BodyElement_PowerDeliveryReq, ".of." },
		{ iso2_BodyElement_ChargingStatusReq, "..o." },
		{ iso2_BodyElement_CableCheckReq, "...." },
		{ iso2_BodyElement_PreChargeReq, "...." },
		{ iso2_BodyElement_CurrentDemandReq, "...." },
		{ iso2_BodyElement_WeldingDetectionReq, "...." },
		{ iso2_BodyElement_MeteringReceiptReq, "...." },
		{ iso2_BodyElement_SessionStopReq, "oooo" },
	};
	static const enum ccs_evse_state states[] = { CCS_EVSE_PARAMETERS, CCS_EVSE_READY,
						      CCS_EVSE_CHARGING, CCS_EVSE_STOPPED };

	(void)state;
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		for (int s = 0; s < 4; s++) {
			char wanted = rows[r].codes[s];
			int code;

			reach(states[s]);
			code = peer_ask_iso2(&peer, rows[r].tag);
			assert_int_equal(code, wanted == 'o'   ? iso2_responseCode_OK
					       : wanted == 'f' ? iso2_responseCode_FAILED
							       : 5);
			peer_wait(&peer, CCS_SECONDS(5));
			assert_safe();
		}
	}
}

/* The button: the car is told, with 10 s to go. */
static void test_stop_button(void **state)
{
	(void)state;
	reach(CCS_EVSE_CHARGING);
	peer.values.stop = true;
	assert_int_equal(ask_status()->AC_EVSEStatus.EVSENotification,
			 iso2_EVSENotification_StopCharging);
	peer_wait(&peer, CCS_MS(9900));
	assert_true(peer.commands.contactor);
	peer_wait(&peer, CCS_MS(200));
	assert_false(peer.commands.contactor);
	assert_int_equal(peer.session.fault, CCS_EVSE_FAULT_STOP_IGNORED);
	assert_safe();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_session),  cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_no_current_yet), cmocka_unit_test(test_services),
		cmocka_unit_test(test_no_din),	       cmocka_unit_test(test_power_lost),
		cmocka_unit_test(test_state_c_late),   cmocka_unit_test(test_contactor),
		cmocka_unit_test(test_out_of_turn),    cmocka_unit_test(test_stop_button),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
