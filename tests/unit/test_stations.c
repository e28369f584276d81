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

/* R11: discovery begins while the modems join, and lasts as long as slow ones take. */
static void test_slow_join(void **state)
{
	(void)state;
	station_pair_config(&pair, &config);
	config.modem = SIM_MODEM_AR7420;
	config.evse.slac.synthetic_db = 9;
	station_pair_start(&pair, &config);
	station_pair_run(&pair, CCS_SECONDS(10));
	sim_world_plug(&pair.world);
	assert_true(station_pair_ev(&pair, CCS_EV_STATION_DISCOVERY, CCS_SECONDS(20)));
	assert_int_equal(pair.ev.slac.state, CCS_SLAC_EV_JOINING);
	assert_true(station_pair_ev(&pair, CCS_EV_STATION_SESSION, CCS_SECONDS(20)));
	assert_true(pair.datagrams >= 10);
	assert_int_equal(pair.ev_states[CCS_EV_STATION_MATCHING], 1);
	assert_sound(&pair);
	station_pair_free(&pair);
}

/* Unplugged, power cut, emergency, link lost ... at any moment: both come to their end. */

enum event {
	EVENT_UNPLUG,
	EVENT_EV_EMERGENCY,
	EVENT_EVSE_EMERGENCY,
	EVENT_EV_STOP,
	EVENT_EVSE_STOP,
	EVENT_LINE_CUT,
	EVENT_PILOT_CUT,
	EVENT_PILOT_SHORTED,
	EVENT_STREAM_STUCK,
	EVENT_COUNT
};

static void cause(struct station_pair *p, enum event event)
{
	switch (event) {
	case EVENT_UNPLUG: /* as the user's manual says, where a lock holds */
		p->world.ev_values.stop = !sim_world_unplug(&p->world);
		break;
	case EVENT_EV_EMERGENCY:
		p->world.ev_values.emergency = true;
		break;
	case EVENT_EVSE_EMERGENCY:
		p->world.evse_values.emergency = true;
		break;
	case EVENT_EV_STOP:
		p->world.ev_values.stop = true;
		break;
	case EVENT_EVSE_STOP:
		p->world.evse_values.stop = true;
		break;
	case EVENT_LINE_CUT:
		sim_plc_set_attenuation(&p->plc, 0, 1, SIM_PLC_DEAF);
		break;
	case EVENT_PILOT_CUT:
		sim_world_set_fault(&p->world, SIM_FAULT_PILOT_CUT, true);
		break;
	case EVENT_PILOT_SHORTED:
		sim_world_set_fault(&p->world, SIM_FAULT_PILOT_SHORTED, true);
		break;
	case EVENT_STREAM_STUCK:
		p->stuck = true;
		break;
	case EVENT_COUNT:
		break;
	}
}

/* Off, and either waiting for a person or (the line came back) in another session. */
static void assert_rest(const struct station_pair *p, enum event event, ccs_time at)
{
	bool off = !p->world.ev_commands.contactors && !p->world.ev_commands.lock &&
		   !p->world.evse_commands.supply && !p->world.evse_commands.contactor;

	if (p->breach.invariant)
		fail_msg("event %d at %d ms: %s in \"%s\": %s", (int)event, (int)(at / 1000),
			 ccs_invariant_name(p->breach.invariant), p->breach_at, p->breach.text);
	if (!off)
		fail_msg("event %d at %d ms: \"%s\", \"%s\"", (int)event, (int)(at / 1000),
			 ccs_ev_station_state_text(p->ev.state),
			 ccs_evse_station_state_text(p->evse.state));
}

static void run_event(enum event event, ccs_time at)
{
	begin(true);
	station_pair_run(&pair, CCS_SECONDS(5));
	sim_world_plug(&pair.world);
	station_pair_run(&pair, at);
	cause(&pair, event);
	station_pair_run(&pair, CCS_SECONDS(300));
	assert_rest(&pair, event, at);
	station_pair_free(&pair);
}

static void test_events(void **state)
{
	(void)state;
	for (enum event event = 0; event < EVENT_COUNT; event++) {
		for (ccs_time at = CCS_MS(200); at < CCS_SECONDS(30); at += CCS_MS(1700))
			run_event(event, at);
	}
}

/* R14: a charger that does not listen yet. */
static void test_refused_connection(void **state)
{
	(void)state;
	begin(true);
	pair.refuses = true;
	sim_world_plug(&pair.world);
	assert_true(station_pair_ev(&pair, CCS_EV_STATION_CONNECTING, CCS_SECONDS(40)));
	station_pair_run(&pair, CCS_SECONDS(3));
	assert_true(pair.connects >= 5);
	pair.refuses = false;
	assert_true(station_pair_ev(&pair, CCS_EV_STATION_SESSION, CCS_SECONDS(1)));
	assert_int_equal(pair.ev_states[CCS_EV_STATION_MATCHING], 1);
	assert_sound(&pair);
	station_pair_free(&pair);
}

/* Without the quirk each refusal is a failed try. */
static void test_refused_connection_strict(void **state)
{
	(void)state;
	station_pair_config(&pair, &config);
	config.ev.session.quirks = ccs_quirks_strict();
	station_pair_start(&pair, &config);
	pair.refuses = true;
	sim_world_plug(&pair.world);
	assert_true(station_pair_ev(&pair, CCS_EV_STATION_DONE, CCS_SECONDS(300)));
	assert_int_equal(pair.connects, 3);
	assert_true(pair.ev_states[CCS_EV_STATION_MATCHING] >= 3); /* E/F may cut one short */
	assert_sound(&pair);
	station_pair_free(&pair);
}

/* Both try three times over E/F, then wait for a person; one that comes helps. */
static void test_tries_end(void **state)
{
	(void)state;
	begin(true);
	pair.stuck = true;
	sim_world_plug(&pair.world);
	assert_true(station_pair_ev(&pair, CCS_EV_STATION_DONE, CCS_SECONDS(900)));
	assert_int_equal(pair.ev_states[CCS_EV_STATION_SESSION], 3);
	station_pair_run(&pair, CCS_SECONDS(400));
	assert_true(pair.f >= 2);
	assert_sound(&pair);
	pair.stuck = false;
	assert_int_equal(pair.evse.state, CCS_EVSE_STATION_DONE);
	assert_int_equal(ccs_ev_station_again(&pair.ev, pair.now), 0);
	assert_int_equal(ccs_evse_station_again(&pair.evse, pair.now), 0);
	reach_charging();
	station_pair_free(&pair);
}

/* A session that is lost while it charges is not begun anew. */
static void test_lost_in_charging(void **state)
{
	(void)state;
	begin(true);
	reach_charging();
	pair.stuck = true;
	station_pair_run(&pair, CCS_SECONDS(100));
	assert_int_equal(pair.ev.state, CCS_EV_STATION_DONE);
	assert_int_equal(pair.evse.state, CCS_EVSE_STATION_DONE);
	assert_int_equal(pair.ev_states[CCS_EV_STATION_SESSION], 1);
	assert_off(&pair);
	assert_int_equal(pair.breach.invariant, CCS_INVARIANT_NONE);
	station_pair_free(&pair);
}

/* One session at a time; and no discovery is answered meanwhile (R10). */
static void test_third_party(void **state)
{
	const struct ccs_sdp request = { .kind = CCS_SDP_REQUEST, .security = CCS_SDP_NO_TLS };
	uint8_t bytes[CCS_SDP_SIZE_MAX];
	int n = ccs_sdp_encode(&request, bytes, sizeof(bytes));

	(void)state;
	begin(true);
	assert_int_equal(ccs_evse_station_opened(&pair.evse, pair.now), CCS_ERR_STATE);
	assert_int_equal(ccs_evse_station_receive_datagram(&pair.evse, bytes, (size_t)n, pair.now),
			 CCS_IGNORED);
	reach_charging();
	assert_int_equal(ccs_evse_station_opened(&pair.evse, pair.now), CCS_ERR_STATE);
	assert_int_equal(ccs_evse_station_receive_datagram(&pair.evse, bytes, (size_t)n, pair.now),
			 CCS_IGNORED);
	assert_int_equal(ccs_evse_station_send_datagram(&pair.evse, bytes, sizeof(bytes)), 0);
	station_pair_run(&pair, CCS_SECONDS(2));
	assert_int_equal(ccs_ev_session_state(&pair.ev.session), CCS_EV_STATE_CHARGING);
	station_pair_free(&pair);
}

/* ISO 15118-2, with and without a link that sleeps. */

static void begin_iso2(bool slac)
{
	station_pair_config(&pair, &config);
	config.slac = slac;
	config.ev.session.offers[0] = CCS_PROTOCOL_ISO2;
	station_pair_start(&pair, &config);
}

static void pause_session(void)
{
	reach_charging();
	pair.world.ev_values.pause = true;
	assert_true(station_pair_ev(&pair, CCS_EV_STATION_PAUSED, CCS_SECONDS(60)));
	assert_true(station_pair_evse(&pair, CCS_EVSE_STATION_PAUSED, CCS_SECONDS(10)));
	station_pair_run(&pair, CCS_SECONDS(100));
	assert_int_equal(pair.ev.state, CCS_EV_STATION_PAUSED);
	assert_int_equal(pair.evse.state, CCS_EVSE_STATION_PAUSED);
	assert_int_equal(pair.world.evse_commands.duty, 1000);
	assert_off(&pair);
}

static void resume_session(void)
{
	for (int i = 0; i < 100000 && pair.world.ma < 10000; i++)
		station_pair_step(&pair, CCS_NEVER);
	assert_true(ccs_ev_session_has_joined(&pair.ev.session));
	assert_sound(&pair);
	pair.world.ev_values.stop = true;
	unplug_at_the_end();
	assert_false(pair.evse.session.paused.valid);
}

static void test_pause_car_wakes(void **state)
{
	(void)state;
	for (int slac = 0; slac < 2; slac++) {
		begin_iso2(slac);
		pause_session();
		pair.world.ev_values.pause = false;
		resume_session();
		assert_int_equal(pair.ev_states[CCS_EV_STATION_PAUSED], 1);
		station_pair_free(&pair);
	}
}

static void test_pause_charger_wakes(void **state)
{
	(void)state;
	begin_iso2(true);
	pause_session();
	pair.world.ev_values.pause = false;
	pair.ev.pause_seen = false; /* nobody at the car wishes anything */
	assert_int_equal(ccs_evse_station_again(&pair.evse, pair.now), 0);
	resume_session();
	station_pair_free(&pair);
}

static void test_pause_unplugged(void **state)
{
	(void)state;
	begin_iso2(true);
	pause_session();
	assert_true(sim_world_unplug(&pair.world));
	assert_true(station_pair_ev(&pair, CCS_EV_STATION_UNPLUGGED, CCS_SECONDS(1)));
	pair.world.ev_values.pause = false;
	reach_charging();
	assert_false(ccs_ev_session_has_joined(&pair.ev.session));
	station_pair_free(&pair);
}

/* AC. */

static void begin_ac(bool slac_at_car, bool probe)
{
	station_pair_config(&pair, &config);
	config.ev.without_slac = !slac_at_car;
	config.world.ac_phases = 3;
	config.ev.basic_ac = config.evse.basic_ac = true;
	config.evse.session.ac.phases = 3;
	config.evse.session.ac.max_ma = 32000;
	config.evse.session.probe = probe;
	config.evse.basic_ma = 12000;
	if (!probe) {
		config.ev.session.offers[0] = CCS_PROTOCOL_ISO2;
		config.ev.session.transfer = CCS_EV_TRANSFER_AC_THREE_PHASE;
	}
	station_pair_start(&pair, &config);
	sim_world_plug(&pair.world);
}

static void assert_basic_to_the_end(void)
{
	assert_int_equal(pair.evse.state, CCS_EVSE_STATION_BASIC);
	assert_true(station_pair_ev(&pair, CCS_EV_STATION_BASIC, CCS_SECONDS(100)));
	station_pair_run(&pair, CCS_SECONDS(5));
	assert_int_equal(pair.world.ma, 12000);
	pair.world.supply.config.limits.max_ma = 9000;
	station_pair_run(&pair, CCS_SECONDS(2));
	assert_int_equal(pair.world.ma, 9000);
	pair.world.supply.config.limits.max_ma = 5000; /* less than a duty cycle can say */
	station_pair_run(&pair, CCS_SECONDS(2));
	assert_int_equal(pair.world.ma, 0);
	pair.world.supply.config.limits.max_ma = 200000;
	station_pair_run(&pair, CCS_SECONDS(2));
	assert_int_equal(pair.world.ma, 12000);
	assert_sound(&pair);
	pair.world.ev_values.stop = true;
	assert_true(station_pair_ev(&pair, CCS_EV_STATION_DONE, CCS_SECONDS(10)));
	station_pair_run(&pair, CCS_SECONDS(2));
	assert_off(&pair);
	assert_true(sim_world_unplug(&pair.world));
	assert_true(station_pair_evse(&pair, CCS_EVSE_STATION_AVAILABLE, CCS_SECONDS(5)));
	assert_sound(&pair);
	station_pair_free(&pair);
}

static void test_ac_by_messages(void **state)
{
	(void)state;
	begin_ac(true, false);
	assert_true(station_pair_ev(&pair, CCS_EV_STATION_SESSION, CCS_SECONDS(40)));
	for (int i = 0; i < 100000 && pair.world.ma < 5000; i++)
		station_pair_step(&pair, CCS_NEVER);
	assert_int_equal(ccs_ev_session_state(&pair.ev.session), CCS_EV_STATE_CHARGING);
	assert_sound(&pair);
	pair.world.ev_values.stop = true;
	unplug_at_the_end();
	station_pair_free(&pair);
}

static void test_ac_without_communication(void **state)
{
	(void)state;
	begin_ac(false, false);
	assert_true(station_pair_evse(&pair, CCS_EVSE_STATION_BASIC, CCS_SECONDS(300)));
	assert_basic_to_the_end();
}

static void test_ac_after_probe(void **state)
{
	(void)state;
	begin_ac(true, true);
	assert_true(station_pair_evse(&pair, CCS_EVSE_STATION_BASIC, CCS_SECONDS(100)));
	assert_true(pair.evse.session.probed);
	assert_true(pair.evse.session.car.soc.known);
	assert_basic_to_the_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plug_to_unplug),
		cmocka_unit_test(test_without_slac),
		cmocka_unit_test(test_slow_join),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_refused_connection),
		cmocka_unit_test(test_refused_connection_strict),
		cmocka_unit_test(test_tries_end),
		cmocka_unit_test(test_lost_in_charging),
		cmocka_unit_test(test_third_party),
		cmocka_unit_test(test_pause_car_wakes),
		cmocka_unit_test(test_pause_charger_wakes),
		cmocka_unit_test(test_pause_unplugged),
		cmocka_unit_test(test_ac_by_messages),
		cmocka_unit_test(test_ac_without_communication),
		cmocka_unit_test(test_ac_after_probe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
