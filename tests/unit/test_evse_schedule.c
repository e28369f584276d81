/* SPDX-License-Identifier: Apache-2.0 */
/* Schedules of the charger: what is offered, chosen, planned and then delivered; receipts. */
#include "evse_peer.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct peer peer; /* each test opens it anew */

#define assert_safe() assert_string_equal(peer.breach.text ? peer.breach.text : "", "")

static const struct ccs_evse_schedule two = {
	.duration_s = 7200,
	.count = 2,
	.tuples = {
		{ .id = 4, .count = 3, .entries = { { 0, 40000 }, { 600, 8000 }, { 1800, 20000 } } },
		{ .id = 9, .count = 1, .entries = { { 0, 12000 } } },
	},
};

static struct ccs_evse_config config_of(uint8_t phases)
{
	return (struct ccs_evse_config) {
		.quirks = ccs_quirks_default(),
		.ac = { .phases = phases, .max_ma = 32000 },
		.schedule = &two,
		.meter_id = CCS_TEXT("meter 1"),
	};
}

/* ISO 15118-2 up to the request to start, with the tuple and one entry of this power. */
static int start(uint8_t phases, uint8_t tuple, int32_t w)
{
	peer_open_iso2(&peer, config_of(phases));
	assert_true(peer_reach_iso2(&peer, phases ? CCS_EVSE_READY : CCS_EVSE_PRE_CHARGE));
	if (!phases) {
		assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_PreChargeReq), 0);
		peer_wait(&peer, CCS_MS(100));
	}
	peer.values.pilot = CCS_PILOT_C;
	peer_prepare_iso2(&peer, iso2_BodyElement_PowerDeliveryReq);
	peer.iso2_request.Body.PowerDeliveryReq.SAScheduleTupleID = tuple;
	peer.iso2_profile.ChargingProfileEntryMaxPower.Value = w;
	return peer_answer_iso2(&peer);
}

static void test_offer(void **state)
{
	const struct iso2_SAScheduleTuple *tuples;
	const struct iso2_PMaxScheduleEntry *entries;

	(void)state;
	peer_open_iso2(&peer, config_of(0));
	assert_true(peer_reach_iso2(&peer, CCS_EVSE_PARAMETERS));
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_ChargeParameterDiscoveryReq), 0);
	tuples = peer.iso2->Body.ChargeParameterDiscoveryRes.SASchedules.SAScheduleList
			 .SAScheduleTuple.at;
	entries = tuples[0].PMaxSchedule.PMaxScheduleEntry.at;
	assert_int_equal(tuples[0].SAScheduleTupleID, 4);
	assert_int_equal(tuples[0].PMaxSchedule.PMaxScheduleEntry.count, 3);
	assert_int_equal(entries[1].TimeInterval.RelativeTimeInterval.start, 600);
	assert_int_equal(entries[1].PMax.Value, 8000);
	assert_false(entries[1].TimeInterval.RelativeTimeInterval.has_duration);
	assert_int_equal(entries[2].TimeInterval.RelativeTimeInterval.duration, 5400);
	assert_int_equal(tuples[1].SAScheduleTupleID, 9);
}

static void test_choice(void **state)
{
	(void)state;
	assert_int_equal(start(0, 1, 1000), iso2_responseCode_FAILED_TariffSelectionInvalid);
	assert_int_equal(start(0, 4, 8000), 0); /* one entry: the least of all */
	assert_int_equal(start(0, 4, 8100), iso2_responseCode_FAILED_ChargingProfileInvalid);
	assert_int_equal(start(0, 9, 12000), 0);
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_CurrentDemandReq), 0);
	assert_int_equal(peer.iso2->Body.CurrentDemandRes.SAScheduleTupleID, 9);
	assert_int_equal(start(0, 9, 12200), iso2_responseCode_FAILED_ChargingProfileInvalid);
	assert_safe();
}

/* Each entry of the plan counts for its own time. */
static void test_plan(void **state)
{
	static struct iso2_ProfileEntry plan[3];
	static const uint32_t starts[] = { 0, 600, 1800 };
	static const int16_t watts[] = { 30000, 8000, 20000 };

	(void)state;
	for (int wrong = 0; wrong < 2; wrong++) {
		peer_open_iso2(&peer, config_of(0));
		assert_true(peer_reach_iso2(&peer, CCS_EVSE_PRE_CHARGE));
		assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_PreChargeReq), 0);
		peer_wait(&peer, CCS_MS(100));
		peer_prepare_iso2(&peer, iso2_BodyElement_PowerDeliveryReq);
		for (int i = 0; i < 3; i++) {
			plan[i].ChargingProfileEntryStart = starts[i];
			plan[i].ChargingProfileEntryMaxPower.Unit = iso2_unitSymbol_W;
			plan[i].ChargingProfileEntryMaxPower.Value = watts[i];
		}
		plan[1].ChargingProfileEntryStart += (uint32_t)wrong; /* a second too long */
		peer.iso2_request.Body.PowerDeliveryReq.SAScheduleTupleID = 4;
		peer.iso2_request.Body.PowerDeliveryReq.ChargingProfile.ProfileEntry.at = plan;
		peer.iso2_request.Body.PowerDeliveryReq.ChargingProfile.ProfileEntry.count = 3;
		assert_int_equal(peer_answer_iso2(&peer),
				 wrong ? iso2_responseCode_FAILED_ChargingProfileInvalid : 0);
		assert_safe();
	}
}

/* The set-point stays below PMax, which changes with the time and without a message. */
static void test_delivery(void **state)
{
	ccs_time scheduled;

	(void)state;
	assert_int_equal(start(0, 4, 8000), 0);
	scheduled = peer.session.scheduled;
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_CurrentDemandReq), 0);
	assert_int_equal(peer.commands.set.ma, 100000); /* 40 kW at 400 V */
	for (int i = 0; i < 30; i++) {
		peer_wait(&peer, CCS_SECONDS(20));
		assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_CurrentDemandReq), 0);
	}
	peer.now = scheduled + CCS_SECONDS(600);
	peer_wait(&peer, CCS_MS(1));
	assert_int_equal(peer.commands.set.ma, 20000); /* 8 kW */
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_CurrentDemandReq), 0);
	assert_true(peer.iso2->Body.CurrentDemandRes.EVSEPowerLimitAchieved);
	assert_safe();
}

/* The time of the next entry is a deadline. */
static void test_deadline(void **state)
{
	static const struct ccs_evse_schedule soon = {
		.count = 1,
		.tuples = { { .id = 1, .count = 2, .entries = { { 0, 40000 }, { 10, 4000 } } } },
	};
	struct ccs_evse_config config = config_of(0);

	(void)state;
	config.schedule = &soon;
	peer_open_iso2(&peer, config);
	assert_true(peer_reach_iso2(&peer, CCS_EVSE_PRE_CHARGE));
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_PreChargeReq), 0);
	peer_wait(&peer, CCS_MS(100));
	peer_prepare_iso2(&peer, iso2_BodyElement_PowerDeliveryReq);
	peer.iso2_request.Body.PowerDeliveryReq.has_ChargingProfile = false; /* I-4 */
	assert_int_equal(peer_answer_iso2(&peer), 0);
	peer_wait(&peer, CCS_MS(9500) - (peer.now - peer.session.scheduled));
	assert_int_equal(ccs_evse_session_deadline(&peer.session),
			 peer.session.scheduled + CCS_SECONDS(10));
	assert_safe();
}

static void test_ac(void **state)
{
	(void)state;
	assert_int_equal(start(3, 9, 11000), 0);
	assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_ChargingStatusReq), 0);
	assert_int_equal(peer.iso2->Body.ChargingStatusRes.EVSEMaxCurrent.Multiplier, -3);
	assert_int_equal(peer.iso2->Body.ChargingStatusRes.EVSEMaxCurrent.Value, 17391);
	assert_safe();
}

/* DIN: a plan beyond PMax is said, strict refused; the choice is checked. */
static void test_din(void **state)
{
	(void)state;
	for (int strict = 0; strict < 2; strict++) {
		struct ccs_evse_config config = config_of(0);

		if (strict)
			config.quirks = ccs_quirks_strict();
		peer_open_with(&peer, config);
		assert_true(peer_reach(&peer, CCS_EVSE_PRE_CHARGE));
		assert_int_equal(peer_ask(&peer, din_BodyElement_PreChargeReq), 0);
		peer_wait(&peer, CCS_MS(300));
		peer.warnings = 0;
		peer_prepare(&peer, din_BodyElement_PowerDeliveryReq);
		peer.request.Body.PowerDeliveryReq.ChargingProfile.SAScheduleTupleID = 9;
		assert_int_equal(peer_send(&peer),
				 strict ? din_responseCode_FAILED_ChargingProfileInvalid : 0);
		assert_int_equal(peer.warnings, !strict);
		if (strict)
			continue;
		assert_int_equal(peer_ask(&peer, din_BodyElement_CurrentDemandReq), 0);
		assert_int_equal(peer.commands.set.ma, 30000); /* 12 kW at 400 V */
	}
	assert_safe();
}

/* ISO 15118-2 8.8.4: with ReceiptRequired the receipt has to follow, or the stop. */
static void test_receipts(void **state)
{
	struct ccs_evse_config config = config_of(0);

	(void)state;
	config.schedule = NULL;
	config.receipt_us = CCS_SECONDS(10);
	for (int what = 0; what < 3; what++) {
		peer_open_iso2(&peer, config);
		peer.values.energy_wh = ccs_measured(5000, peer.now);
		assert_true(peer_reach_iso2(&peer, CCS_EVSE_CHARGING));
		assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_CurrentDemandReq), 0);
		assert_int_equal(peer.iso2->Body.CurrentDemandRes.MeterInfo.MeterReading, 5000);
		assert_false(peer.iso2->Body.CurrentDemandRes.ReceiptRequired);
		peer_wait(&peer, CCS_SECONDS(10));
		assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_CurrentDemandReq), 0);
		assert_true(peer.iso2->Body.CurrentDemandRes.ReceiptRequired);
		if (what == 0) {
			assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_MeteringReceiptReq),
					 0);
			assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_CurrentDemandReq),
					 0);
			assert_false(peer.iso2->Body.CurrentDemandRes.ReceiptRequired);
			assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_MeteringReceiptReq),
					 iso2_responseCode_FAILED_SequenceError);
		} else if (what == 1) {
			assert_int_equal(peer_ask_iso2(&peer, iso2_BodyElement_CurrentDemandReq),
					 iso2_responseCode_FAILED_SequenceError);
		} else {
			assert_int_equal(peer_deliver_iso2(&peer, iso2_chargeProgress_Stop), 0);
		}
		assert_safe();
	}
}

/* DIN has no receipts: none is waited for. */
static void test_no_receipts_in_din(void **state)
{
	struct ccs_evse_config config = config_of(0);

	(void)state;
	config.schedule = NULL;
	config.receipt_us = CCS_SECONDS(1);
	peer_open_with(&peer, config);
	peer.values.energy_wh = ccs_measured(5000, peer.now);
	assert_true(peer_reach(&peer, CCS_EVSE_CHARGING));
	for (int i = 0; i < 3; i++) {
		peer_wait(&peer, CCS_SECONDS(2));
		assert_int_equal(peer_ask(&peer, din_BodyElement_CurrentDemandReq), 0);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offer),
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_plan),
		cmocka_unit_test(test_delivery),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_ac),
		cmocka_unit_test(test_din),
		cmocka_unit_test(test_receipts),
		cmocka_unit_test(test_no_receipts_in_din),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
