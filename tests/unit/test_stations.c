/* SPDX-License-Identifier: Apache-2.0 */
/* Both stations from plug to unplug. */
#include "station_pair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct station_pair pair;
static struct station_pair_config config;

static void assert_sound(const struct station_pair *p)
{
	if (p->breach.invariant)
		fail_msg("%s in \"%s\": %s", ccs_invariant_name(p->breach.invariant), p->breach_at,
			 p->breach.text);
	for (int i = 0; i < SIM_EVENT_KINDS; i++) {
		if (p->world.counts[i])
			fail_msg("%s", sim_event_text((enum sim_event_kind)i));
	}
}

static void begin(bool slac)
{
	station_pair_config(&pair, &config);
	config.slac = slac;
	station_pair_start(&pair, &config);
}

static void assert_off(const struct station_pair *p)
{
	assert_false(p->world.ev_commands.contactors || p->world.ev_commands.lock);
	assert_int_equal(p->world.ev_commands.pilot, CCS_PILOT_B);
	assert_false(p->world.evse_commands.supply || p->world.evse_commands.contactor);
	assert_false(p->open);
}

/* From the plug to the charging loop. */
static void reach_charging(void)
{
	sim_world_plug(&pair.world);
	assert_true(station_pair_ev(&pair, CCS_EV_STATION_SESSION, CCS_SECONDS(40)));
	for (int i = 0; i < 100000 && pair.world.ma < 10000; i++)
		station_pair_step(&pair, CCS_NEVER);
	assert_sound(&pair);
	if (ccs_ev_session_state(&pair.ev.session) != CCS_EV_STATE_CHARGING)
		fail_msg("%s; %s", ccs_ev_reason_text(ccs_ev_session_reason(&pair.ev.session)),
			 ccs_evse_fault_text(pair.evse.session.fault));
}

static void unplug_at_the_end(void)
{
	assert_true(station_pair_ev(&pair, CCS_EV_STATION_DONE, CCS_SECONDS(100)));
	assert_true(station_pair_evse(&pair, CCS_EVSE_STATION_DONE, CCS_SECONDS(100)));
	station_pair_run(&pair, CCS_SECONDS(5));
	assert_off(&pair);
	assert_int_equal(pair.world.evse_commands.duty, 1000);
	assert_true(sim_world_unplug(&pair.world));
	assert_true(station_pair_ev(&pair, CCS_EV_STATION_UNPLUGGED, CCS_SECONDS(1)));
	assert_true(station_pair_evse(&pair, CCS_EVSE_STATION_AVAILABLE, CCS_SECONDS(1)));
	assert_sound(&pair);
}

static void charge_and_stop(bool slac)
{
	begin(slac);
	for (int i = 0; i < 2; i++) {
		station_pair_run(&pair, CCS_SECONDS(10));
		assert_int_equal(pair.ev.state, CCS_EV_STATION_UNPLUGGED);
		reach_charging();
		station_pair_run(&pair, CCS_SECONDS(20));
		pair.world.ev_values.stop = true;
		unplug_at_the_end();
		pair.world.ev_values.stop = false;
		assert_int_equal(ccs_ev_session_outcome(&pair.ev.session),
				 CCS_EV_OUTCOME_STOPPED_BY_CAR);
		assert_int_equal(pair.evse.session.fault, CCS_EVSE_FAULT_NONE);
	}
	assert_int_equal(pair.ev_states[CCS_EV_STATION_SESSION], 2);
	assert_int_equal(pair.f, 0);
	station_pair_free(&pair);
}

static void test_plug_to_unplug(void **state)
{
	(void)state;
	charge_and_stop(true);
}

static void test_without_slac(void **state)
{
	(void)state;
	charge_and_stop(false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plug_to_unplug),
		cmocka_unit_test(test_without_slac),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
