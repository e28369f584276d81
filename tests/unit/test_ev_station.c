/* SPDX-License-Identifier: Apache-2.0 */
/* The car's station by itself: pilot, discovery, connection, tries. */
#include "ccs/ev_station.h"
#include "ev/station.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct ccs_ev_station station;
static struct ccs_ev_station_config config;
static struct ccs_ev_values values;
static struct ccs_ev_commands commands;
static ccs_time now;
static int32_t duty;
static unsigned int asked; /* discovery requests */

static void fill(void *user, uint8_t *bytes, size_t size)
{
	(void)user;
	memset(bytes, 7, size);
}

static void prepare(void)
{
	memset(&config, 0, sizeof(config));
	memset(&values, 0, sizeof(values));
	values.plug = CCS_PLUG_OUT;
	values.ready = true;
	values.limits = (struct ccs_limits) { .max_mv = 400000, .max_ma = 32000, .max_w = 50000 };
	ccs_slac_ev_set_defaults(&config.slac);
	config.slac.mac[5] = 1;
	config.slac.random.fill = fill;
	config.session.values = &values;
	config.session.commands = &commands;
	config.session.quirks = ccs_quirks_default();
	config.session.offers[0] = CCS_PROTOCOL_DIN;
	config.session.offer_count = 1;
	config.without_slac = true;
	now = CCS_SECONDS(1);
	duty = 1000;
	asked = 0;
}

static void measure(void)
{
	values.duty = ccs_measured(duty, now);
	values.inlet_mv = ccs_measured(0, now);
	values.current_ma = ccs_measured(0, now);
	values.lock = commands.lock ? CCS_LOCK_CLOSED : CCS_LOCK_OPEN;
	values.contactors = commands.contactors ? CCS_CONTACTOR_CLOSED : CCS_CONTACTOR_OPEN;
}

static void tick(void)
{
	uint8_t bytes[2048];

	measure();
	ccs_ev_station_tick(&station, now);
	asked += ccs_ev_station_send_datagram(&station, bytes, sizeof(bytes)) > 0;
	while (ccs_ev_station_send_stream(&station, bytes, sizeof(bytes)) > 0)
		;
}

static void start(void)
{
	commands.pilot = CCS_PILOT_C;
	assert_int_equal(ccs_ev_station_init(&station, &config), 0);
	assert_int_equal(commands.pilot, CCS_PILOT_B); /* R25 */
	measure();
	ccs_ev_station_start(&station, now);
	tick();
}

static void wait(ccs_time span)
{
	for (ccs_time end = now + span; now < end;) {
		ccs_time next = ccs_ev_station_deadline(&station);

		next = next > now ? next : now + 1;
		now = next < now + CCS_MS(100) ? next : now + CCS_MS(100);
		now = now < end ? now : end;
		tick();
	}
}

static void plug(void)
{
	prepare();
	start();
	values.plug = CCS_PLUG_IN;
	duty = 50;
	tick();
	assert_int_equal(station.state, CCS_EV_STATION_DISCOVERY);
}

static int answer(uint16_t port, uint8_t security)
{
	const struct ccs_sdp sdp = { .kind = CCS_SDP_RESPONSE,
				     .security = security,
				     .transport = CCS_SDP_TCP,
				     .secc_ip = { 0xfe, 0x80, [15] = 9 },
				     .secc_port = port };
	uint8_t bytes[CCS_SDP_SIZE_MAX];
	int n = ccs_sdp_encode(&sdp, bytes, sizeof(bytes));

	return ccs_ev_station_receive_datagram(&station, bytes, (size_t)n, now);
}

/* Nothing begins without the plug and the 5 %; state C is never shown (R25). */
static void test_waits(void **state)
{
	(void)state;
	prepare();
	start();
	duty = 50;
	wait(CCS_SECONDS(10));
	assert_int_equal(station.state, CCS_EV_STATION_UNPLUGGED);
	values.plug = CCS_PLUG_IN;
	duty = 1000;
	wait(CCS_SECONDS(10));
	assert_int_equal(station.state, CCS_EV_STATION_PLUGGED);
	duty = 266; /* AC is not allowed */
	wait(CCS_SECONDS(10));
	assert_int_equal(station.state, CCS_EV_STATION_PLUGGED);
	assert_int_equal(commands.pilot, CCS_PILOT_B);
	duty = 50;
	tick();
	assert_int_equal(station.state, CCS_EV_STATION_DISCOVERY);
}

/* Without a proximity pilot the control pilot tells. */
static void test_plug_by_pilot(void **state)
{
	(void)state;
	prepare();
	start();
	values.plug = CCS_PLUG_UNKNOWN;
	wait(CCS_SECONDS(1));
	assert_int_equal(station.state, CCS_EV_STATION_UNPLUGGED);
	duty = 50;
	tick();
	assert_int_equal(station.state, CCS_EV_STATION_DISCOVERY);
	duty = 0;
	tick();
	assert_int_equal(station.state, CCS_EV_STATION_UNPLUGGED);
}

/* R1: the port of the answer; R18: an EVCCID in any case. */
static void test_r1_port_of_the_answer(void **state)
{
	(void)state;
	plug();
	assert_int_equal(station.stream, CCS_STREAM_CLOSED);
	assert_int_equal(answer(51110, CCS_SDP_NO_TLS), 0);
	assert_int_equal(station.state, CCS_EV_STATION_CONNECTING);
	assert_int_equal(station.stream, CCS_STREAM_OPEN);
	assert_int_equal(station.sdp.secc.secc_port, 51110);
	assert_int_equal(station.session.config.evccid_length, 6);
	assert_int_equal(station.session.config.evccid[5], 1);
}

/* A charger that has only TLS is no use; the next answer may be. */
static void test_tls_answer(void **state)
{
	(void)state;
	plug();
	assert_int_equal(answer(51110, CCS_SDP_TLS), CCS_IGNORED);
	assert_int_equal(station.state, CCS_EV_STATION_DISCOVERY);
	assert_int_equal(answer(51110, CCS_SDP_NO_TLS), 0);
}

/* No answer: 50 requests, three times, then it waits for a person. */
static void test_discovery_gives_up(void **state)
{
	(void)state;
	plug();
	wait(CCS_SECONDS(60));
	assert_int_equal(station.state, CCS_EV_STATION_DONE);
	assert_int_equal(asked, 3 * 50);
	wait(CCS_SECONDS(60));
	assert_int_equal(asked, 3 * 50);
	assert_int_equal(ccs_ev_station_again(&station, now), 0);
	tick();
	assert_int_equal(station.state, CCS_EV_STATION_DISCOVERY);
	assert_int_equal(ccs_ev_station_again(&station, now), CCS_ERR_STATE);
}

/* R14. */
static void test_r14_connects_again(void **state)
{
	(void)state;
	plug();
	answer(51110, CCS_SDP_NO_TLS);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(station.stream, CCS_STREAM_OPEN);
		ccs_ev_station_closed(&station, now);
		assert_int_equal(station.stream, CCS_STREAM_CLOSED);
		wait(CCS_MS(500));
	}
	ccs_ev_station_opened(&station, now);
	assert_int_equal(station.state, CCS_EV_STATION_SESSION);
}

static void test_connecting_ends(void **state)
{
	(void)state;
	plug();
	answer(51110, CCS_SDP_NO_TLS);
	wait(CCS_SECONDS(10)); /* neither opened nor closed */
	assert_int_equal(station.state, CCS_EV_STATION_PLUGGED);
	assert_int_equal(station.stream, CCS_STREAM_CLOSED);
	ccs_ev_station_opened(&station, now); /* too late */
	assert_int_equal(station.state, CCS_EV_STATION_PLUGGED);
}

/* R10: what comes in a session from others changes nothing. */
static void test_r10_session_undisturbed(void **state)
{
	(void)state;
	plug();
	answer(51110, CCS_SDP_NO_TLS);
	ccs_ev_station_opened(&station, now);
	assert_int_equal(answer(52000, CCS_SDP_NO_TLS), CCS_IGNORED);
	assert_int_equal(station.sdp.secc.secc_port, 51110);
	assert_int_equal(station.state, CCS_EV_STATION_SESSION);
}

/* The charger goes through E/F: begun anew, and that is no failed try. */
static void test_charger_begins_anew(void **state)
{
	(void)state;
	plug();
	for (int i = 0; i < 10; i++) {
		duty = 0;
		tick();
		assert_int_equal(station.state, CCS_EV_STATION_PLUGGED);
		duty = 50;
		tick();
		assert_int_equal(station.state, CCS_EV_STATION_DISCOVERY);
	}
}

/* A silent charger: the session fails in time, is tried again, and ends. */
static void test_silent_charger(void **state)
{
	(void)state;
	plug();
	for (int i = 0; i < 3; i++) {
		wait(CCS_MS(100));
		assert_int_equal(answer(51110, CCS_SDP_NO_TLS), 0);
		ccs_ev_station_opened(&station, now);
		assert_int_equal(station.state, CCS_EV_STATION_SESSION);
		wait(CCS_SECONDS(6));
	}
	assert_int_equal(station.state, CCS_EV_STATION_DONE);
	assert_int_equal(station.stream, CCS_STREAM_CLOSED);
}

/* A person's wish ends the way to the session too. */
static void test_stop_before_session(void **state)
{
	(void)state;
	plug();
	values.stop = true;
	tick();
	assert_int_equal(station.state, CCS_EV_STATION_DONE);
	values.plug = CCS_PLUG_OUT;
	tick();
	assert_int_equal(station.state, CCS_EV_STATION_UNPLUGGED);
}

/* IEC 61851-1 table A.8. */
static void test_current_of_duty(void **state)
{
	static const int32_t rows[][2] = {
		{ 0, 0 },	{ 50, 0 },	{ 79, 0 },	{ 80, 6000 },
		{ 99, 6000 },	{ 100, 6000 },	{ 266, 15960 }, { 850, 51000 },
		{ 900, 65000 }, { 960, 80000 }, { 970, 80000 }, { 971, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(ccs_ev_basic_ma(rows[i][0]), rows[i][1]);
}

static void test_basic(void **state)
{
	(void)state;
	prepare();
	config.basic_ac = true;
	start();
	values.plug = CCS_PLUG_IN;
	duty = 200;
	wait(CCS_SECONDS(1));
	assert_int_equal(station.state, CCS_EV_STATION_BASIC);
	assert_int_equal(commands.pilot, CCS_PILOT_C);
	assert_true(commands.lock && commands.contactors);
	assert_int_equal(commands.onboard_ma, 12000);
	duty = 1000; /* the charger pauses */
	tick();
	assert_int_equal(commands.onboard_ma, 0);
	assert_true(commands.contactors);
	duty = 800; /* 48 A, the on-board charger has 32 A */
	tick();
	assert_int_equal(commands.onboard_ma, 32000);
	duty = 50; /* the charger wants to talk */
	wait(CCS_SECONDS(1));
	assert_int_equal(station.state, CCS_EV_STATION_DISCOVERY);
	assert_false(commands.contactors || commands.lock);
	assert_int_equal(commands.pilot, CCS_PILOT_B);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waits),
		cmocka_unit_test(test_plug_by_pilot),
		cmocka_unit_test(test_r1_port_of_the_answer),
		cmocka_unit_test(test_tls_answer),
		cmocka_unit_test(test_discovery_gives_up),
		cmocka_unit_test(test_r14_connects_again),
		cmocka_unit_test(test_connecting_ends),
		cmocka_unit_test(test_r10_session_undisturbed),
		cmocka_unit_test(test_charger_begins_anew),
		cmocka_unit_test(test_silent_charger),
		cmocka_unit_test(test_stop_before_session),
		cmocka_unit_test(test_current_of_duty),
		cmocka_unit_test(test_basic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
