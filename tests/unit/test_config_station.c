/* SPDX-License-Identifier: Apache-2.0 */
/* From the configuration to stations: every key arrives, and nothing is widened. */
#include "linux/config_station.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct ccs_config_reader reader;

static void complain(void *user, const char *text)
{
	(void)user;
	fail_msg("%s", text);
}

/* Of the command line alone: /dev/null is an empty file. */
static const struct ccs_config *configure(const char *const *options)
{
	ccs_config_free(&reader);
	ccs_config_init(&reader, complain, NULL);
	ccs_config_take_option(&reader, 'c', "/dev/null");
	for (; *options; options++)
		ccs_config_take_option(&reader, CCS_CONFIG_OPTION_SET, *options);
	assert_int_equal(ccs_config_load(&reader), 0);
	return &reader.config;
}

#define CONFIGURE(...) configure((const char *const[]) { __VA_ARGS__, NULL })

static void test_defaults_make_stations(void **state)
{
	static struct ccs_ev_station ev;
	static struct ccs_ev_values ev_values;
	static struct ccs_ev_commands ev_commands;
	struct ccs_ev_station_config config;
	struct ccs_evse_station_config evse;
	struct ccs_slac_evse_config slac;

	(void)state;
	ccs_config_make_ev(CONFIGURE("log.json=no"), &config);
	config.session.values = &ev_values;
	config.session.commands = &ev_commands;
	assert_int_equal(ccs_ev_station_init(&ev, &config), 0);
	assert_int_equal(config.session.evccid_length, 0);

	ccs_config_make_evse(&reader.config, 0, &evse);
	ccs_slac_evse_set_defaults(&slac);
	assert_memory_equal(&evse.slac, &slac, sizeof(slac));
	assert_int_equal(evse.session.only, CCS_PROTOCOL_NONE);
	assert_int_equal(evse.session.ac.phases, 0);
	assert_int_equal(evse.session.evse_id.length, 0);
}

static void test_the_car_gets_what_is_set(void **state)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 9 };
	struct ccs_ev_station_config ev;

	(void)state;
	ccs_config_make_ev(CONFIGURE("ev.mac=02:00:00:00:00:09", "ev.protocols=din iso2",
				     "ev.tries=5", "ev.validation=always", "ev.decide_early=yes",
				     "ev.without_slac=yes", "ev.basic_ac=yes",
				     "ev.transfer=dc-core", "ev.other_transfers=ac-three-phase",
				     "ev.demand_pause=250", "slac.TT_match_join=20 s",
				     "modem.link_fast=200", "modem.chip=mse102x",
				     "quirks.strict=yes", "safety.precharge_voltage=10",
				     "timing.v2g.SDP_Request_Count=3"),
			   &ev);
	assert_memory_equal(ev.slac.mac, mac, sizeof(mac));
	assert_memory_equal(ev.session.evccid, mac, sizeof(mac));
	assert_int_equal(ev.session.evccid_length, 6);
	assert_int_equal(ev.session.offer_count, 2);
	assert_int_equal(ev.session.offers[0], CCS_PROTOCOL_DIN);
	assert_int_equal(ev.tries, 5);
	assert_int_equal(ev.slac.validation, CCS_SLAC_VALIDATE_ALWAYS);
	assert_true(ev.slac.decide_early && ev.without_slac && ev.basic_ac);
	assert_int_equal(ev.session.transfer, CCS_EV_TRANSFER_DC_CORE);
	assert_int_equal(ev.session.other_transfers, 1 << CCS_EV_TRANSFER_AC_THREE_PHASE);
	assert_int_equal(ev.session.demand_pause, CCS_MS(250));
	assert_int_equal(ev.slac.limits.value[CCS_SLAC_TT_match_join], 20000);
	assert_int_equal(ev.slac.modem.limit[CCS_MODEM_LIMIT_link_fast], 200);
	assert_int_equal(ev.slac.modem.chip, CCS_MODEM_MSE102X);
	assert_int_equal(ev.session.quirks.bits, 0);
	assert_int_equal(ev.session.tolerances->precharge_mv, 10000);
	assert_int_equal(ccs_timing_count(ev.session.timing, CCS_TIMER_SDP_COUNT), 3);
}

static void test_the_charger_gets_what_is_set(void **state)
{
	struct ccs_evse_station_config evse;

	(void)state;
	ccs_config_make_evse(
		CONFIGURE("evse.protocols=iso2", "evse.tries=5", "evse.validation=refuse",
			  "evse.synthetic_attenuation=12", "evse.calibration=4",
			  "evse.evse_id=DE*ABC*E1234", "evse.meter_id=m1", "evse.receipt_time=60",
			  "evse.hottest=90", "evse.pacing=15", "evse.test_voltage=500",
			  "evse.ripple=0.5", "evse.without_monitor=yes", "evse.stop_time=20",
			  "evse.authorisation_time=30", "evse.ac_phases=3", "evse.ac_current=32",
			  "evse.probe=yes", "evse.basic_ac=yes", "evse.basic_current=10",
			  "evse.without_slac=yes", "safety.sensor_age=500"),
		0, &evse);
	assert_int_equal(evse.session.only, CCS_PROTOCOL_ISO2);
	assert_int_equal(evse.tries, 5);
	assert_int_equal(evse.slac.validation, CCS_SLAC_EVSE_REFUSE);
	assert_int_equal(evse.slac.synthetic_db, 12);
	assert_int_equal(evse.slac.calibration[57], 4);
	assert_int_equal(evse.session.evse_id.length, 12);
	assert_memory_equal(evse.session.evse_id.at, "DE*ABC*E1234", 12);
	assert_int_equal(evse.session.evse_name.length, 12);
	assert_int_equal(evse.session.meter_id.length, 2);
	assert_int_equal(evse.session.receipt_us, CCS_SECONDS(60));
	assert_int_equal(evse.session.hottest_dc, 900);
	assert_int_equal(evse.session.answer_delay, CCS_MS(15));
	assert_int_equal(evse.session.test_mv, 500000);
	assert_int_equal(evse.session.ripple_ma, 500);
	assert_int_equal(evse.session.stop_us, CCS_SECONDS(20));
	assert_int_equal(evse.session.authorisation_us, CCS_SECONDS(30));
	assert_int_equal(evse.session.sensor_us, CCS_MS(500));
	assert_int_equal(evse.session.ac.phases, 3);
	assert_int_equal(evse.session.ac.nominal_mv, 230000);
	assert_int_equal(evse.session.ac.max_ma, 32000);
	assert_int_equal(evse.basic_ma, 10000);
	assert_true(evse.session.without_monitor && evse.session.probe && evse.basic_ac &&
		    evse.without_slac);
}

static void test_a_long_identity_is_not_cut(void **state)
{
	struct ccs_evse_station_config evse;

	(void)state;
	ccs_config_make_evse(CONFIGURE("evse.evse_id=DE*ABC*E12345678901234567890123456789"), 0,
			     &evse);
	assert_int_equal(evse.session.evse_name.length, 37);
	assert_int_equal(evse.session.evse_id.length, 0);
}

static void test_limits_are_narrowed_only(void **state)
{
	struct ccs_ev_values ev = {
		.limits = { .max_mv = 400000, .max_ma = 150000, .max_w = 60000 },
		.target = { .mv = 396000, .ma = 150000 },
		.capacity_mwh = 7,
	};
	struct ccs_evse_values evse = {
		.limits = { .max_mv = 500000,
			    .min_mv = 150000,
			    .max_ma = 200000,
			    .max_w = 50000,
			    .discharge_ma = 20000,
			    .discharge_w = 5000 },
	};

	(void)state;
	ccs_config_limit_ev(&CONFIGURE("ev.max_current=100", "ev.max_voltage=900",
				       "ev.target_voltage=500", "ev.bulk_soc=70")
				     ->ev,
			    &ev);
	assert_int_equal(ev.limits.max_ma, 100000);
	assert_int_equal(ev.limits.max_mv, 400000);
	assert_int_equal(ev.limits.max_w, 60000);
	assert_int_equal(ev.limits.discharge_ma, 0);
	assert_int_equal(ev.target.mv, 400000);
	assert_int_equal(ev.target.ma, 100000);
	assert_int_equal(ev.capacity_mwh, 7);
	assert_int_equal(ev.full_soc, 1000);
	assert_int_equal(ev.bulk_soc, 700);

	ccs_config_limit_evse(&CONFIGURE("evse.max_power=22 kW", "evse.min_voltage=200",
					 "evse.discharge_current=10")
				       ->evse[0],
			      &evse);
	assert_int_equal(evse.limits.max_w, 22000);
	assert_int_equal(evse.limits.min_mv, 200000);
	assert_int_equal(evse.limits.max_ma, 200000);
	assert_int_equal(evse.limits.discharge_ma, 10000);
	assert_int_equal(evse.limits.discharge_w, 5000);
}

static void test_authorisation(void **state)
{
	struct ccs_evse_values values = { .limits = CCS_LIMITS_OPEN };

	(void)state;
	ccs_config_limit_evse(CONFIGURE("evse.authorisation=ctl")->evse, &values);
	assert_int_equal(values.authorisation, CCS_AUTHORISATION_PENDING);
	ccs_config_limit_evse(CONFIGURE("evse.authorisation=free")->evse, &values);
	assert_int_equal(values.authorisation, CCS_AUTHORISATION_GRANTED);
	ccs_config_limit_evse(CONFIGURE("evse.authorisation=ctl")->evse, &values);
	assert_int_equal(values.authorisation, CCS_AUTHORISATION_GRANTED);
	ccs_config_limit_evse(CONFIGURE("evse.authorisation=deny")->evse, &values);
	assert_int_equal(values.authorisation, CCS_AUTHORISATION_DENIED);
}

static int tear_down(void **state)
{
	(void)state;
	ccs_config_free(&reader);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults_make_stations),
		cmocka_unit_test(test_the_car_gets_what_is_set),
		cmocka_unit_test(test_the_charger_gets_what_is_set),
		cmocka_unit_test(test_a_long_identity_is_not_cut),
		cmocka_unit_test(test_limits_are_narrowed_only),
		cmocka_unit_test(test_authorisation),
	};

	return cmocka_run_group_tests(tests, NULL, tear_down);
}
