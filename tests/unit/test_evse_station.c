/* SPDX-License-Identifier: Apache-2.0 */
/* The charger's station by itself: pilot, discovery, tries. */
#include "ccs/evse_station.h"
#include "evse/station.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct ccs_evse_station station;
static struct ccs_evse_station_config config;
static struct ccs_evse_values values;
static struct ccs_evse_commands commands;
static ccs_time now;
static uint8_t counter;

static void fill(void *user, uint8_t *bytes, size_t size)
{
	(void)user;
	counter++;
	memset(bytes, counter, size);
}

static void prepare(void)
{
	memset(&config, 0, sizeof(config));
	memset(&values, 0, sizeof(values));
	values.pilot = CCS_PILOT_A;
	values.supply = CCS_SUPPLY_READY;
	values.limits = (struct ccs_limits) { .max_mv = 500000, .max_ma = 32000, .max_w = 50000 };
	ccs_slac_evse_set_defaults(&config.slac);
	config.slac.mac[5] = 1;
	config.slac.random.fill = fill;
	config.session.values = &values;
	config.session.commands = &commands;
	config.session.quirks = ccs_quirks_default();
	config.without_slac = true;
	now = CCS_SECONDS(1);
}

static void start(void)
{
	static const uint8_t ip[16] = { 0xfe, 0x80, [15] = 1 };

	ccs_evse_station_init(&station, &config);
	ccs_evse_station_set_address(&station, ip, 51000);
	ccs_evse_station_start(&station, now);
}

/* By deadlines only, so that a missing one shows. */
static void wait(ccs_time span)
{
	ccs_time end = now + span;

	for (ccs_time next; (next = ccs_evse_station_deadline(&station)) <= end;) {
		now = next > now ? next : now + 1;
		ccs_evse_station_tick(&station, now);
	}
	now = end;
	ccs_evse_station_tick(&station, now);
}

static void show(enum ccs_pilot pilot)
{
	values.pilot = pilot;
	ccs_evse_station_tick(&station, now);
}

static void plug(void)
{
	prepare();
	start();
	show(CCS_PILOT_B);
	wait(CCS_MS(500));
	assert_int_equal(station.state, CCS_EVSE_STATION_LINKED);
}

/* IEC 61851-1: no oscillator without a car; 5 % half a second after it came. */
static void test_five_percent(void **state)
{
	(void)state;
	prepare();
	start();
	wait(CCS_SECONDS(10));
	assert_int_equal(station.state, CCS_EVSE_STATION_AVAILABLE);
	assert_int_equal(commands.duty, 1000);
	assert_int_equal(commands.pilot, CCS_PILOT_UNKNOWN);
	show(CCS_PILOT_B);
	wait(CCS_MS(499));
	assert_int_equal(commands.duty, 1000);
	wait(CCS_MS(1));
	assert_int_equal(commands.duty, 50);
	show(CCS_PILOT_A);
	assert_int_equal(commands.duty, 1000);
	assert_int_equal(station.state, CCS_EVSE_STATION_AVAILABLE);
}

/* The 5 % wait for a modem that gets its key, but not for ever. */
static void test_waits_for_modem(void **state)
{
	(void)state;
	prepare();
	config.without_slac = false;
	start();
	show(CCS_PILOT_B);
	wait(CCS_SECONDS(5));
	assert_int_equal(station.state, CCS_EVSE_STATION_PLUGGED);
	wait(CCS_SECONDS(1));
	assert_int_equal(station.state, CCS_EVSE_STATION_MATCHING);
	assert_int_equal(commands.duty, 50);
}

static int discover(uint8_t security, uint8_t transport, struct ccs_sdp *answer)
{
	const struct ccs_sdp request = { .kind = CCS_SDP_REQUEST,
					 .security = security,
					 .transport = transport };
	uint8_t bytes[CCS_SDP_SIZE_MAX];
	int n = ccs_sdp_encode(&request, bytes, sizeof(bytes));
	int result = ccs_evse_station_receive_datagram(&station, bytes, (size_t)n, now);

	n = ccs_evse_station_send_datagram(&station, bytes, sizeof(bytes));
	assert_int_equal(n > 0, result == 0);
	if (n > 0)
		assert_int_equal(ccs_sdp_decode(answer, bytes, (size_t)n), 0);
	assert_int_equal(ccs_evse_station_send_datagram(&station, bytes, sizeof(bytes)), 0);
	return result;
}

static void test_discovery(void **state)
{
	struct ccs_sdp answer;

	(void)state;
	plug();
	assert_int_equal(discover(CCS_SDP_NO_TLS, CCS_SDP_UDP, &answer), CCS_IGNORED);
	assert_int_equal(discover(0x55, CCS_SDP_TCP, &answer), CCS_IGNORED);
	assert_int_equal(discover(CCS_SDP_NO_TLS, CCS_SDP_TCP, &answer), 0);
	assert_int_equal(answer.secc_port, 51000);
	assert_int_equal(answer.secc_ip[15], 1);
	assert_int_equal(answer.security, CCS_SDP_NO_TLS);
	/* A lost answer: asked again, answered again. */
	assert_int_equal(discover(CCS_SDP_NO_TLS, CCS_SDP_TCP, &answer), 0);
	show(CCS_PILOT_A);
	assert_int_equal(discover(CCS_SDP_NO_TLS, CCS_SDP_TCP, &answer), CCS_IGNORED);
}

/* R12; strict keeps silent. */
static void test_r12_tls_asked(void **state)
{
	struct ccs_sdp answer;

	(void)state;
	plug();
	assert_int_equal(discover(CCS_SDP_TLS, CCS_SDP_TCP, &answer), 0);
	assert_int_equal(answer.security, CCS_SDP_NO_TLS);
	ccs_quirk_set(&station.config.session.quirks, CCS_QUIRK_NO_TLS_ANSWER, false);
	assert_int_equal(discover(CCS_SDP_TLS, CCS_SDP_TCP, &answer), CCS_IGNORED);
}

/* R14: no answer before the server listens. */
static void test_r14_listens_first(void **state)
{
	static const uint8_t ip[16] = { 0xfe, 0x80 };
	struct ccs_sdp answer;

	(void)state;
	plug();
	ccs_evse_station_set_address(&station, ip, 0);
	assert_int_equal(discover(CCS_SDP_NO_TLS, CCS_SDP_TCP, &answer), CCS_IGNORED);
}

static void test_damaged_datagrams(void **state)
{
	static const uint8_t empty[1];
	static const uint8_t half[9] = { 1, 0xfe, 0x90, 0, 0, 0, 0, 2, 0x10 };

	(void)state;
	plug();
	assert_true(ccs_evse_station_receive_datagram(&station, empty, 0, now) < 0);
	assert_true(ccs_evse_station_receive_datagram(&station, half, sizeof(half), now) < 0);
	assert_int_equal(station.state, CCS_EVSE_STATION_LINKED);
}

/* R63, and the retries: a connection that says nothing useful is followed by E/F, three times. */
static void test_tries(void **state)
{
	uint8_t id[8];

	(void)state;
	plug();
	for (int i = 1; i <= 3; i++) {
		assert_int_equal(station.stream, CCS_STREAM_OPEN);
		assert_int_equal(ccs_evse_station_opened(&station, now), 0);
		assert_int_equal(ccs_evse_station_opened(&station, now), CCS_ERR_STATE);
		if (i > 1)
			assert_memory_not_equal(id, station.session.id, sizeof(id));
		memcpy(id, station.session.id, sizeof(id));
		ccs_evse_station_closed(&station, now);
		assert_int_equal(station.stream, CCS_STREAM_CLOSED);
		assert_int_equal(commands.pilot, i < 3 ? CCS_PILOT_F : CCS_PILOT_UNKNOWN);
		/* What is measured then says nothing of the car. */
		show(i < 3 ? CCS_PILOT_F : CCS_PILOT_B);
		wait(CCS_MS(4100));
		show(CCS_PILOT_B);
		wait(CCS_SECONDS(1));
	}
	assert_int_equal(station.state, CCS_EVSE_STATION_DONE);
	assert_int_equal(commands.duty, 1000);
	assert_int_equal(ccs_evse_station_again(&station, now), 0);
	assert_int_equal(commands.pilot, CCS_PILOT_F);
	wait(CCS_SECONDS(5));
	assert_int_equal(station.state, CCS_EVSE_STATION_LINKED);
	assert_int_equal(ccs_evse_station_again(&station, now), CCS_ERR_STATE);
}

/* A pilot that is shorted is no car; it has to come back. */
static void test_shorted_pilot(void **state)
{
	(void)state;
	plug();
	show(CCS_PILOT_E);
	assert_int_equal(station.state, CCS_EVSE_STATION_AVAILABLE);
	assert_int_equal(commands.duty, 1000);
	wait(CCS_SECONDS(10));
	assert_int_equal(station.state, CCS_EVSE_STATION_AVAILABLE);
	show(CCS_PILOT_B);
	wait(CCS_SECONDS(1));
	assert_int_equal(station.state, CCS_EVSE_STATION_LINKED);
}

/* The button: not available while it is in; it takes a person to go on. */
static void test_emergency(void **state)
{
	(void)state;
	plug();
	values.emergency = true;
	ccs_evse_station_tick(&station, now);
	assert_int_equal(commands.pilot, CCS_PILOT_F);
	assert_int_equal(station.state, CCS_EVSE_STATION_DONE);
	values.emergency = false;
	ccs_evse_station_tick(&station, now);
	assert_int_equal(commands.pilot, CCS_PILOT_UNKNOWN);
	assert_int_equal(commands.duty, 1000);
	wait(CCS_SECONDS(100));
	assert_int_equal(station.state, CCS_EVSE_STATION_DONE);
}

/* IEC 61851-1 table A.7. */
static void test_duty_of_current(void **state)
{
	static const int32_t rows[][2] = {
		{ 0, 1000 },	{ 5999, 1000 }, { 6000, 100 },	{ 16000, 266 },	 { 32000, 533 },
		{ 51000, 850 }, { 63000, 892 }, { 80000, 960 }, { 500000, 960 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(evse_duty_of_ma(rows[i][0]), rows[i][1]);
}

static void begin_basic(void)
{
	prepare();
	config.basic_ac = true;
	config.tries = 1;
	config.session.ac.phases = 3;
	config.session.ac.max_ma = 32000;
	values.has_lock = true;
	values.lock = CCS_LOCK_OPEN;
	values.present_mv = ccs_measured(0, CCS_SECONDS(10000));
	start();
	show(CCS_PILOT_B);
	wait(CCS_SECONDS(1));
	assert_int_equal(ccs_evse_station_opened(&station, now), 0);
	ccs_evse_station_closed(&station, now);
	assert_int_equal(station.state, CCS_EVSE_STATION_BASIC);
	assert_int_equal(commands.pilot, CCS_PILOT_F);
	wait(CCS_SECONDS(5));
	assert_int_equal(commands.duty, 266);
	assert_false(commands.contactor || commands.lock);
}

/* A direct voltage is never put out without a session. */
static void test_no_basic_dc(void **state)
{
	(void)state;
	prepare();
	config.basic_ac = true;
	config.tries = 1;
	start();
	show(CCS_PILOT_B);
	wait(CCS_SECONDS(1));
	assert_int_equal(ccs_evse_station_opened(&station, now), 0);
	ccs_evse_station_closed(&station, now);
	assert_int_equal(station.state, CCS_EVSE_STATION_DONE);
	show(CCS_PILOT_C);
	wait(CCS_SECONDS(10));
	assert_false(commands.contactor);
}

/* The contactor follows C, the lock, the supply, the button; at once. */
static void test_basic_contactor(void **state)
{
	(void)state;
	begin_basic();
	show(CCS_PILOT_C);
	assert_true(commands.lock);
	assert_false(commands.contactor);
	values.lock = CCS_LOCK_CLOSED;
	show(CCS_PILOT_C);
	assert_true(commands.contactor);
	show(CCS_PILOT_B);
	assert_false(commands.contactor);
	show(CCS_PILOT_D);
	assert_true(commands.contactor);
	values.limits.max_ma = 10000;
	show(CCS_PILOT_C);
	assert_int_equal(commands.duty, 166);
	values.lock = CCS_LOCK_UNKNOWN;
	show(CCS_PILOT_C);
	assert_false(commands.contactor);
	values.lock = CCS_LOCK_CLOSED;
	show(CCS_PILOT_C);
	assert_true(commands.contactor);
	values.emergency = true;
	show(CCS_PILOT_C);
	assert_false(commands.contactor || commands.lock);
	assert_int_equal(commands.pilot, CCS_PILOT_F);
	assert_int_equal(station.state, CCS_EVSE_STATION_DONE);
}

/* A stop asks the car first, and waits three seconds for it. */
static void test_basic_stop(void **state)
{
	(void)state;
	begin_basic();
	values.lock = CCS_LOCK_CLOSED;
	show(CCS_PILOT_C);
	assert_true(commands.contactor);
	values.stop = true;
	show(CCS_PILOT_C);
	assert_true(commands.contactor);
	assert_int_equal(commands.duty, 1000);
	wait(CCS_MS(2900));
	assert_true(commands.contactor);
	wait(CCS_MS(200));
	assert_false(commands.contactor || commands.lock);
	assert_int_equal(station.state, CCS_EVSE_STATION_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_five_percent),
		cmocka_unit_test(test_waits_for_modem),
		cmocka_unit_test(test_discovery),
		cmocka_unit_test(test_r12_tls_asked),
		cmocka_unit_test(test_r14_listens_first),
		cmocka_unit_test(test_damaged_datagrams),
		cmocka_unit_test(test_tries),
		cmocka_unit_test(test_shorted_pilot),
		cmocka_unit_test(test_emergency),
		cmocka_unit_test(test_duty_of_current),
		cmocka_unit_test(test_no_basic_dc),
		cmocka_unit_test(test_basic_contactor),
		cmocka_unit_test(test_basic_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
