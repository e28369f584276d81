/* SPDX-License-Identifier: Apache-2.0 */
/* Commands on events: their environment, their number, their end. */
#include "linux/events.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct ccs_events_config config;
static struct ccs_events *events;
static uv_loop_t loop;
static char path[] = "/tmp/ccs_events_XXXXXX";
static char told[1024];

static void take_told(void *user, const char *text)
{
	(void)user;
	strncat(told, text, sizeof(told) - strlen(told) - 2);
	strcat(told, "\n");
}

static int start(void **state)
{
	(void)state;
	memset(&config, 0, sizeof(config));
	told[0] = '\0';
	strcpy(path, "/tmp/ccs_events_XXXXXX");
	close(mkstemp(path));
	setenv("CCS_TEST_FILE", path, 1);
	config.time = CCS_SECONDS(60);
	uv_loop_init(&loop);
	events = ccs_events_open(&loop, &config, take_told, NULL);
	return !events;
}

static int end(void **state)
{
	(void)state;
	ccs_events_close(events);
	uv_run(&loop, UV_RUN_DEFAULT);
	remove(path);
	return uv_loop_close(&loop);
}

static void set(enum ccs_event event, const char *command)
{
	snprintf(config.command[event], sizeof(config.command[event]), "%s", command);
}

/* Closes it and waits for what runs. */
static void finish(void)
{
	ccs_events_close(events);
	events = NULL;
	uv_run(&loop, UV_RUN_DEFAULT);
}

static void check_file(const char *expected)
{
	char text[1024] = "";
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	assert_string_equal(text, expected);
}

static void test_environment(void **state)
{
	static const struct ccs_event_value values[] = {
		{ "CCS_MAC", "02:00:00:00:00:01" },
		{ "CCS_EVSEID", "a`b`$(c);d'\"\n*\\\xc3\xa9|&<>" },
		{ "CCS_VENDOR", NULL },
		{ "CCS_PROTOCOL", "" },
	};

	(void)state;
	set(CCS_EVENT_NEW_CHARGER, "echo \"$CCS_EVENT $CCS_MAC $CCS_EVSEID ${CCS_VENDOR-none} "
				   "${CCS_PROTOCOL-none}\" > \"$CCS_TEST_FILE\"");
	ccs_events_run(events, CCS_EVENT_NEW_CHARGER, values, 4);
	finish();
	check_file("new_charger 02:00:00:00:00:01 a_b___c__d___________ none none\n");
	assert_string_equal(told, "");
}

static void test_long_value(void **state)
{
	char text[400];
	const struct ccs_event_value value = { "CCS_EVSEID", text };

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	set(CCS_EVENT_SESSION_END, "echo ${#CCS_EVSEID} > \"$CCS_TEST_FILE\"");
	ccs_events_run(events, CCS_EVENT_SESSION_END, &value, 1);
	finish();
	check_file("127\n");
}

static void test_no_command(void **state)
{
	(void)state;
	ccs_events_run(events, CCS_EVENT_NEW_CAR, NULL, 0);
	assert_int_equal(uv_loop_alive(&loop), 0);
	finish();
	check_file("");
}

static void test_failures(void **state)
{
	(void)state;
	set(CCS_EVENT_NEW_CAR, "exit 7");
	set(CCS_EVENT_SESSION_BEGIN, "kill -15 $$");
	ccs_events_run(events, CCS_EVENT_NEW_CAR, NULL, 0);
	ccs_events_run(events, CCS_EVENT_SESSION_BEGIN, NULL, 0);
	finish();
	assert_non_null(strstr(told, "[on] new_car: ended with status 7\n"));
	assert_non_null(strstr(told, "[on] session_begin: was ended by signal 15\n"));
}

static void test_too_many(void **state)
{
	(void)state;
	set(CCS_EVENT_NEW_CAR, "echo x >> \"$CCS_TEST_FILE\"; read line");
	for (int i = 0; i < CCS_EVENTS_AT_ONCE + 3; i++)
		ccs_events_run(events, CCS_EVENT_NEW_CAR, NULL, 0);
	assert_string_equal(told, "[on] new_car: is passed over: too many commands still run\n");
	told[0] = '\0';
	finish();
	/* stdin was empty */
	assert_non_null(strstr(told, "ended with status 1\n"));
	check_file("x\nx\nx\nx\n");
}

/* With nothing but commands the loop ends; closing limits their time. */
static void test_loop_ends(void **state)
{
	(void)state;
	config.time = CCS_MS(50);
	set(CCS_EVENT_NEW_CAR, "sleep 600 & sleep 600");
	ccs_events_run(events, CCS_EVENT_NEW_CAR, NULL, 0);
	assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
	finish();
	assert_string_equal(told, "[on] new_car: took too long, and was killed\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_environment, start, end),
		cmocka_unit_test_setup_teardown(test_long_value, start, end),
		cmocka_unit_test_setup_teardown(test_no_command, start, end),
		cmocka_unit_test_setup_teardown(test_failures, start, end),
		cmocka_unit_test_setup_teardown(test_too_many, start, end),
		cmocka_unit_test_setup_teardown(test_loop_ends, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
