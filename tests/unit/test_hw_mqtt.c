/* SPDX-License-Identifier: Apache-2.0 */
/* The driver "mqtt" against a broker that is a socket of ours: bytes of MQTT 3.1.1. */
#include "hw_bench.h"

#include "ccs/evse_session.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define TURN 2 /* ms: the broker looks at its socket */

static struct {
	int listener;
	int fd; /* -1: nobody is connected */
	uv_timer_t turn;
	uint8_t bytes[65536];
	size_t length;
	char published[16384]; /* "topic payload" a line */
	char subscribed[4096]; /* topics, a line each */
} broker;

static struct bench bench;

static void serve(void);

static void on_turn(uv_timer_t *timer)
{
	(void)timer;
	serve();
}

static int set_up(void **state)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	(void)state;
	memset(&broker, 0, sizeof(broker));
	broker.fd = -1;
	broker.listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(broker.listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(broker.listener, 4), 0);
	bench_begin(&bench);
	uv_timer_init(&bench.loop, &broker.turn);
	uv_timer_start(&broker.turn, on_turn, TURN, TURN);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	uv_close((uv_handle_t *)&broker.turn, NULL);
	bench_end(&bench);
	if (broker.fd >= 0)
		close(broker.fd);
	close(broker.listener);
	return 0;
}

static void open_board(unsigned int side, const char *preset)
{
	struct sockaddr_in address;
	socklen_t size = sizeof(address);
	char port[32];

	getsockname(broker.listener, (struct sockaddr *)&address, &size);
	snprintf(port, sizeof(port), "mqtt.port=%u", ntohs(address.sin_port));
	BENCH_CONFIGURE(&bench, preset, "mqtt.broker=127.0.0.1", port);
	bench_open(&bench, side);
}

/* The broker's half of the protocol. */

static void say(const void *bytes, size_t length)
{
	assert_int_equal(send(broker.fd, bytes, length, MSG_NOSIGNAL), length);
}

static void take_publish(const uint8_t *at, size_t length)
{
	size_t topic = (size_t)at[0] << 8 | at[1], used = strlen(broker.published);

	snprintf(broker.published + used, sizeof(broker.published) - used, "%.*s %.*s\n",
		 (int)topic, (const char *)at + 2, (int)(length - 2 - topic),
		 (const char *)at + 2 + topic);
}

static void take_subscribe(const uint8_t *at)
{
	size_t topic = (size_t)at[2] << 8 | at[3], used = strlen(broker.subscribed);
	uint8_t answer[] = { 0x90, 3, at[0], at[1], 0 };

	snprintf(broker.subscribed + used, sizeof(broker.subscribed) - used, "%.*s\n", (int)topic,
		 (const char *)at + 4);
	say(answer, sizeof(answer));
}

/* One packet; false: it is not whole yet.  All of ours are shorter than 16384. */
static bool take_packet(void)
{
	size_t header = broker.length > 1 && broker.bytes[1] >= 128 ? 3 : 2, length;

	if (broker.length < header)
		return false;
	length = broker.bytes[1] & 127u;
	if (header == 3)
		length |= (size_t)broker.bytes[2] << 7;
	if (broker.length < header + length)
		return false;
	if (broker.bytes[0] >> 4 == 1)
		say("\x20\x02\0\0", 4);
	else if (broker.bytes[0] >> 4 == 3)
		take_publish(broker.bytes + header, length);
	else if (broker.bytes[0] >> 4 == 8)
		take_subscribe(broker.bytes + header);
	broker.length -= header + length;
	memmove(broker.bytes, broker.bytes + header + length, broker.length);
	return true;
}

static void serve(void)
{
	ssize_t n;

	if (broker.fd < 0)
		broker.fd = accept(broker.listener, NULL, NULL);
	if (broker.fd < 0)
		return;
	n = recv(broker.fd, broker.bytes + broker.length, sizeof(broker.bytes) - broker.length,
		 MSG_DONTWAIT);
	if (n > 0)
		broker.length += (size_t)n;
	while (take_packet())
		;
}

static void give(const char *topic, const char *payload, bool retained)
{
	uint8_t packet[256];
	size_t a = strlen(topic), b = strlen(payload);

	assert_true(2 + a + b < 128);
	packet[0] = retained ? 0x31 : 0x30;
	packet[1] = (uint8_t)(2 + a + b);
	packet[2] = 0;
	packet[3] = (uint8_t)a;
	memcpy(packet + 4, topic, a);
	memcpy(packet + 4 + a, payload, b);
	say(packet, 4 + a + b);
}

static const char *expected;

static bool has_told(struct bench *b)
{
	(void)b;
	return strstr(broker.published, expected) != NULL;
}

static void run_until_told(const char *text)
{
	expected = text;
	bench_run(&bench, has_told);
}

static enum ccs_hw_value wanted;

static bool has_value(struct bench *b)
{
	return bench_knows(b, wanted);
}

static void run_until_known(enum ccs_hw_value value)
{
	wanted = value;
	bench_run(&bench, has_value);
}

static bool is_up(struct bench *b)
{
	bool up = true;

	for (size_t i = 0; i < b->board.seat_count; i++)
		up &= b->board.seats[i].up;
	return up;
}

static bool is_down(struct bench *b)
{
	return !is_up(b);
}

static bool is_subscribed(struct bench *b)
{
	(void)b;
	return strstr(broker.subscribed, "/enabled\n") != NULL;
}

static void test_car(void **state)
{
	(void)state;
	open_board(CCS_HW_EV, "ev.preset=mqtt");
	run_until_told("pyPlc/cpstate B\n");
	bench_run(&bench, is_subscribed);
	assert_non_null(strstr(broker.published, "pyPlc/relay_request off\n"));
	assert_non_null(strstr(broker.published, "pyPlc/lock_request unlock\n"));
	assert_non_null(strstr(broker.subscribed, "pyPlc/battery_voltage\n"));
	assert_non_null(strstr(broker.subscribed, "pyPlc/target_current\n"));
	assert_null(strstr(broker.subscribed, "charger_"));
	give("pyPlc/inlet_voltage", "398.5", false);
	run_until_known(CCS_HW_VALUE_INLET_VOLTAGE);
	assert_int_equal(bench_get(&bench, CCS_HW_VALUE_INLET_VOLTAGE), 398500);
	ccs_hw_set(&bench.board, CCS_HW_COMMAND_CP, CCS_PILOT_C);
	run_until_told("pyPlc/cpstate C\n");
	ccs_hw_set(&bench.board, CCS_HW_COMMAND_CONTACTOR, 1);
	run_until_told("pyPlc/relay_request on\n");
	bench.board.news.charger_mv = ccs_measured(400500, 1);
	bench.board.news.charger_max_ma = 125000;
	run_until_told("pyPlc/charger_max_current 125\n");
	assert_non_null(strstr(broker.published, "pyPlc/charger_voltage 400.5\n"));
	ccs_hw_close(&bench.board);
	for (int i = 0; i < 100 && !strstr(broker.published, "off\npyPlc/cpstate B"); i++) {
		uv_run(&bench.loop, UV_RUN_ONCE);
	}
	assert_non_null(strstr(strstr(broker.published, "request on"), "relay_request off\n"));
}

static size_t count(const char *text)
{
	size_t n = 0;

	for (const char *at = broker.published; (at = strstr(at, text)); at++)
		n++;
	return n;
}

static bool has_told_twice(struct bench *b)
{
	(void)b;
	return count(expected) > 1;
}

static void run_until_told_twice(const char *text)
{
	expected = text;
	bench_run(&bench, has_told_twice);
}

/* As pyPLC does: a supply takes a step for each "PreCharging". */
static void test_levels_of_a_session_are_told_again(void **state)
{
	(void)state;
	open_board(CCS_HW_EVSE, "evse.preset=mqtt");
	bench.board.news.state = "waiting for a car";
	run_until_told_twice("pyPlc/target_voltage 0\n");
	assert_int_equal(count("pyPlc/fsm_state waiting for a car\n"), 1);
	bench.board.news.state = ccs_evse_state_text(CCS_EVSE_PRE_CHARGE);
	memcpy(bench.board.news.car, "\x00\x11\x22\x33\x44\xaa", 6);
	bench.board.news.soc = 425;
	run_until_told_twice("pyPlc/fsm_state PreCharging\n");
	run_until_told_twice("pyPlc/soc 42.5\n");
	assert_int_equal(count("pyPlc/evccid 0011223344aa\n"), 1);
}

static void test_measurements_of_the_charger_are_told_again(void **state)
{
	(void)state;
	open_board(CCS_HW_EV, "ev.preset=mqtt");
	bench.board.news.state = "precharge";
	bench.board.news.active = true;
	bench.board.news.charger_mv = ccs_measured(400500, 1);
	bench.board.news.charger_ma = ccs_measured(0, 1);
	run_until_told_twice("pyPlc/charger_voltage 400.5\n");
	run_until_told_twice("pyPlc/charger_current 0\n");
	run_until_told_twice("pyPlc/fsm_state precharge\n");
}

static void test_charger(void **state)
{
	(void)state;
	open_board(CCS_HW_EVSE, "evse.preset=mqtt");
	bench_run(&bench, is_subscribed);
	assert_non_null(strstr(broker.subscribed, "pyPlc/charger_voltage\n"));
	give("pyPlc/charger_voltage", "42", false);
	run_until_known(CCS_HW_VALUE_PRESENT_VOLTAGE);
	assert_int_equal(bench_get(&bench, CCS_HW_VALUE_PRESENT_VOLTAGE), 42000);
	ccs_hw_set(&bench.board, CCS_HW_COMMAND_SET_VOLTAGE, 350250);
	run_until_told("pyPlc/target_voltage 350.25\n");
	bench.board.news.state = ccs_evse_state_text(CCS_EVSE_CABLE_CHECK);
	memcpy(bench.board.news.car, "\x00\x11\x22\x33\x44\xaa", 6);
	bench.board.news.soc = 425;
	bench.board.news.capacity_mwh = 52000000;
	run_until_told("pyPlc/battery_capacity 52000\n");
	assert_non_null(strstr(broker.published, "pyPlc/fsm_state CableCheck\n"));
	assert_non_null(strstr(broker.published, "pyPlc/evccid 0011223344aa\n"));
	assert_non_null(strstr(broker.published, "pyPlc/soc 42.5\n"));
}

static void test_enabled(void **state)
{
	(void)state;
	open_board(CCS_HW_EVSE, "evse.preset=mqtt");
	bench_run(&bench, is_subscribed);
	run_until_known(CCS_HW_VALUE_STOP);
	assert_int_equal(bench_get(&bench, CCS_HW_VALUE_STOP), 0);
	give("pyPlc/enabled", "0", true);
	give("pyPlc/charger_current", "1", false); /* behind it */
	run_until_known(CCS_HW_VALUE_PRESENT_CURRENT);
	assert_int_equal(bench_get(&bench, CCS_HW_VALUE_STOP), 1);
}

static void lose_connection(void)
{
	close(broker.fd);
	broker.fd = -1;
	broker.length = 0;
	broker.published[0] = broker.subscribed[0] = '\0';
	bench_run(&bench, is_down);
}

/* A restarted broker has forgotten everything; what was switched off does not come back by it. */
static void test_broker_restarts(void **state)
{
	(void)state;
	open_board(CCS_HW_EVSE, "evse.preset=mqtt");
	bench_run(&bench, is_subscribed);
	ccs_hw_set(&bench.board, CCS_HW_COMMAND_SET_VOLTAGE, 350250);
	run_until_told("pyPlc/target_voltage 350.25\n");
	give("pyPlc/enabled", "0", false);
	give("pyPlc/charger_current", "1", false); /* behind it */
	run_until_known(CCS_HW_VALUE_PRESENT_CURRENT);
	lose_connection();
	assert_false(bench_knows(&bench, CCS_HW_VALUE_STOP));
	bench_run(&bench, is_subscribed);
	run_until_known(CCS_HW_VALUE_STOP);
	assert_int_equal(bench_get(&bench, CCS_HW_VALUE_STOP), 1);
	assert_non_null(strstr(broker.published, "pyPlc/target_voltage 350.25\n"));
	give("pyPlc/enabled", "1", false);
	give("pyPlc/charger_current", "1", false);
	run_until_known(CCS_HW_VALUE_PRESENT_CURRENT);
	assert_int_equal(bench_get(&bench, CCS_HW_VALUE_STOP), 0);
}

/* Whoever listens behind the broker hears all commands again, also those that are no levels. */
static void test_commands_on_a_new_connection(void **state)
{
	(void)state;
	open_board(CCS_HW_EV, "ev.preset=mqtt");
	bench_run(&bench, is_subscribed);
	ccs_hw_set(&bench.board, CCS_HW_COMMAND_LOCK, 1);
	run_until_told("pyPlc/lock_request lock\n");
	lose_connection();
	run_until_told("pyPlc/lock_request lock\n");
}

static void test_what_is_old_or_absurd(void **state)
{
	(void)state;
	open_board(CCS_HW_EVSE, "evse.preset=mqtt");
	bench_run(&bench, is_subscribed);
	give("pyPlc/charger_voltage", "42", true); /* retained */
	give("pyPlc/charger_voltage", "much", false);
	give("pyPlc/charger_voltage", "2000", false);
	give("pyPlc/charger_voltage", "", false);
	give("pyPlc/inlet_voltage", "3", false); /* a car's */
	give("pyPlc", "3", false);
	give("pyPlc/charger_current", "1", false);
	run_until_known(CCS_HW_VALUE_PRESENT_CURRENT);
	assert_false(bench_knows(&bench, CCS_HW_VALUE_PRESENT_VOLTAGE));
	assert_non_null(strstr(bench.notes, "not understood: charger_voltage much"));
}

static void test_broker_goes(void **state)
{
	(void)state;
	open_board(CCS_HW_EVSE, "evse.preset=mqtt");
	bench_run(&bench, is_subscribed);
	bench_run(&bench, is_up);
	close(broker.listener);
	close(broker.fd);
	broker.fd = -1;
	broker.length = 0;
	bench_run(&bench, is_down);
	assert_int_equal(bench.board.trouble, CCS_HW_EMERGENCY);
	assert_non_null(strstr(bench.board.why, "mqtt"));
	broker.listener = socket(AF_INET, SOCK_STREAM, 0); /* for the end */
}

static void test_no_broker_is_configured(void **state)
{
	const struct ccs_config *config = BENCH_CONFIGURE(&bench, "ev.preset=mqtt");
	struct ccs_problem problem;

	(void)state;
	assert_int_equal(ccs_hw_open(&bench.board, &bench.loop, CCS_HW_EV, &config->ev.hardware,
				     NULL, &problem),
			 -1);
	assert_non_null(strstr(problem.text, "mqtt.broker"));
}

#define BENCHED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCHED(test_car),
		BENCHED(test_charger),
		BENCHED(test_enabled),
		BENCHED(test_what_is_old_or_absurd),
		BENCHED(test_broker_goes),
		BENCHED(test_no_broker_is_configured),
		BENCHED(test_levels_of_a_session_are_told_again),
		BENCHED(test_measurements_of_the_charger_are_told_again),
		BENCHED(test_broker_restarts),
		BENCHED(test_commands_on_a_new_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
