/* SPDX-License-Identifier: Apache-2.0 */
/* Topics and payloads of a station in MQTT. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "linux/mqtt_tree.h"

#include <stdio.h>
#include <string.h>

/* What a broker took, one message a line; "!" marks what is retained. */
static struct {
	char text[32768];
	size_t room; /* messages that it will still take */
} broker;

static bool take(void *user, const char *topic, const char *payload, size_t length, bool retain)
{
	size_t at = strlen(broker.text);

	(void)user;
	if (broker.room == 0)
		return false;
	broker.room--;
	snprintf(broker.text + at, sizeof(broker.text) - at, "%s%s %.*s\n", retain ? "!" : "",
		 topic, (int)length, payload);
	return true;
}

static const char *heard(void)
{
	static char text[sizeof(broker.text)];

	strcpy(text, broker.text);
	broker.text[0] = '\0';
	return text;
}

static struct ccs_mqtt_tree make(const char *name, const char *discovery, bool commands)
{
	struct ccs_mqtt_tree_config config = { .topic = "ccs",
					       .discovery = discovery,
					       .name = name,
					       .side = CCS_SIDE_EVSE,
					       .commands = commands,
					       .send = take };
	struct ccs_mqtt_tree tree;

	broker.room = 1000;
	broker.text[0] = '\0';
	ccs_mqtt_tree_init(&tree, &config);
	return tree;
}

static void tell(struct ccs_mqtt_tree *tree, const char *members)
{
	struct ccs_station_fields fields;

	assert_true(ccs_station_fields_read(&fields, members, strlen(members)));
	ccs_mqtt_tree_tell(tree, &fields);
}

static void test_only_changes_are_told(void **state)
{
	struct ccs_mqtt_tree tree = make("left", "", false);

	(void)state;
	tell(&tree, ",\"state\":\"session\",\"soc\":42.0");
	assert_string_equal(heard(), "!ccs/left/state session\n!ccs/left/soc 42.0\n");
	tell(&tree, ",\"state\":\"session\",\"soc\":42.5");
	assert_string_equal(heard(), "!ccs/left/soc 42.5\n");
	tell(&tree, ",\"state\":\"session\",\"soc\":42.5");
	assert_string_equal(heard(), "");
}

static void test_what_is_unknown_is_taken_away(void **state)
{
	struct ccs_mqtt_tree tree = make("left", "", false);

	(void)state;
	tell(&tree, ",\"state\":\"session\",\"soc\":42.0");
	heard();
	tell(&tree, ",\"state\":\"available\"");
	assert_string_equal(heard(), "!ccs/left/soc \n!ccs/left/state available\n");
	tell(&tree, ",\"state\":\"available\"");
	assert_string_equal(heard(), "");
}

static void test_power_is_voltage_times_current(void **state)
{
	struct ccs_mqtt_tree tree = make("left", "", false);

	(void)state;
	tell(&tree, ",\"voltage\":400.000,\"current\":-2.504");
	assert_non_null(strstr(heard(), "!ccs/left/power -1002\n"));
	tell(&tree, ",\"voltage\":400.000");
	assert_string_equal(heard(), "!ccs/left/current \n!ccs/left/power \n");
}

static void test_what_was_not_taken_is_told_later(void **state)
{
	struct ccs_mqtt_tree tree = make("left", "", false);

	(void)state;
	broker.room = 1;
	tell(&tree, ",\"state\":\"session\",\"soc\":42.0");
	assert_string_equal(heard(), "!ccs/left/state session\n");
	tell(&tree, ",\"state\":\"session\",\"soc\":43.0");
	broker.room = 1;
	tell(&tree, ",\"state\":\"session\",\"soc\":44.0");
	assert_string_equal(heard(), "!ccs/left/soc 44.0\n");
	broker.room = 0;
	tell(&tree, ",\"state\":\"session\"");
	broker.room = 9;
	tell(&tree, ",\"state\":\"session\"");
	assert_string_equal(heard(), "!ccs/left/soc \n");
}

static void test_a_new_broker_is_told_all(void **state)
{
	struct ccs_mqtt_tree tree = make("left", "ha", false);

	(void)state;
	tell(&tree, ",\"soc\":42.0");
	heard();
	ccs_mqtt_tree_forget(&tree);
	tell(&tree, ",\"soc\":42.0");
	assert_non_null(strstr(broker.text, "!ccs/left/soc 42.0\n"));
	assert_non_null(strstr(broker.text, "!ha/sensor/ccs_left/soc/config {"));
}

static void test_names_are_one_level(void **state)
{
	struct ccs_mqtt_tree tree = make("a/b#+", "ha", true);

	(void)state;
	assert_string_equal(tree.root, "ccs/a_b__");
	tree = make("", "", false);
	assert_string_equal(tree.root, "ccs/station");
}

static void test_discovery(void **state)
{
	struct ccs_mqtt_tree tree = make("left \"1\"", "ha", true);

	(void)state;
	tell(&tree, "");
	assert_non_null(strstr(
		broker.text,
		"!ha/sensor/ccs_left__1_/soc/config {\"name\":\"State of charge\","
		"\"state_topic\":\"ccs/left \\\"1\\\"/soc\","
		"\"value_template\":\"{{ value or None }}\",\"unit_of_measurement\":\"%\","
		"\"device_class\":\"battery\",\"state_class\":\"measurement\","
		"\"availability_topic\":\"ccs/left \\\"1\\\"/status\","
		"\"unique_id\":\"ccs_left__1__soc\",\"device\":{\"manufacturer\":\"OpenCCS\","
		"\"identifiers\":[\"ccs_left__1_\"],\"name\":\"left \\\"1\\\"\","
		"\"model\":\"CCS charger\"}}\n"));
	assert_non_null(strstr(broker.text, "!ha/button/ccs_left__1_/authorize/config {"));
	assert_non_null(strstr(broker.text, "!ha/binary_sensor/ccs_left__1_/fault/config {"));
	assert_non_null(strstr(broker.text, "\"payload_on\":\"true\",\"payload_off\":\"false\","
					    "\"device_class\":\"problem\""));
	assert_non_null(strstr(broker.text, "\"state_class\":\"total_increasing\""));
	/* a car's */
	assert_non_null(strstr(heard(), "!ha/sensor/ccs_left__1_/target_voltage/config \n"));
	tell(&tree, "");
	assert_string_equal(heard(), "");
}

static void test_what_is_not_offered_is_taken_away(void **state)
{
	struct ccs_mqtt_tree tree = make("left", "ha", false);
	const char *text;

	(void)state;
	tell(&tree, "");
	text = heard();
	assert_non_null(strstr(text, "!ha/button/ccs_left/stop/config \n"));
	assert_non_null(strstr(text, "!ha/button/ccs_left/authorize/config \n"));
	assert_null(strstr(text, "/config {\"name\":\"Stop\""));
}

static void test_discovery_goes_on_where_it_stopped(void **state)
{
	struct ccs_mqtt_tree tree = make("left", "ha", true);
	char all[sizeof(broker.text)];

	(void)state;
	tell(&tree, "");
	strcpy(all, heard());
	ccs_mqtt_tree_forget(&tree);
	for (size_t i = 0; i < 100; i++) {
		broker.room = 1;
		tell(&tree, "");
	}
	assert_string_equal(heard(), all);
}

static void test_events(void **state)
{
	struct ccs_mqtt_tree tree = make("left", "", false);
	struct ccs_record record = { .kind = CCS_RECORD_NOTE,
				     .note = { CCS_NOTE_WARNING, "hw", "gone", 0, NULL } };
	const char *text;

	(void)state;
	ccs_mqtt_tree_event(&tree, &record);
	text = heard();
	assert_non_null(strstr(text, "ccs/left/event {\"v\":1,\"kind\":\"note\""));
	assert_non_null(strstr(text, "\"text\":\"gone\"}\n"));
	record.kind = CCS_RECORD_VERDICT;
	ccs_mqtt_tree_event(&tree, &record);
	assert_non_null(strstr(heard(), "!ccs/left/verdict gone\n"));
	record.kind = CCS_RECORD_FRAME;
	ccs_mqtt_tree_event(&tree, &record);
	assert_string_equal(heard(), "");
}

static void test_a_verdict_waits_for_the_broker(void **state)
{
	struct ccs_mqtt_tree tree = make("left", "", false);
	struct ccs_record record = { .kind = CCS_RECORD_VERDICT,
				     .note = { CCS_NOTE_INFO, "evse", "full", 0, NULL } };

	(void)state;
	broker.room = 0;
	ccs_mqtt_tree_event(&tree, &record);
	broker.room = 9;
	tell(&tree, "");
	assert_string_equal(heard(), "!ccs/left/verdict full\n");
	tell(&tree, "");
	assert_string_equal(heard(), "");
	ccs_mqtt_tree_forget(&tree);
	tell(&tree, "");
	assert_string_equal(heard(), "!ccs/left/verdict full\n");
}

static void test_requests(void **state)
{
	struct ccs_mqtt_tree tree = make("left", "", true);
	static const char *const others[] = {
		"ccs/left",
		"ccs/left/",
		"ccs/leftover/command/set",
		"ccs/left/command",
		"ccs/left/soc/set",
		"ccs/left/config//set",
		"ccs/left/config/set",
		"ccs/left/config/a/b/set",
		"other/left/command/set",
		"ccs/left/config/an_unbelievably_long_name_of_a_key_that_is_none_of_ours/set",
	};
	char name[CCS_MQTT_NAME];

	(void)state;
	assert_int_equal(ccs_mqtt_tree_request(&tree, "ccs/left/command/set", name),
			 CCS_MQTT_COMMAND);
	assert_int_equal(ccs_mqtt_tree_request(&tree, "ccs/left/config/max_current/set", name),
			 CCS_MQTT_KEY);
	assert_string_equal(name, "max_current");
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (ccs_mqtt_tree_request(&tree, others[i], name) != CCS_MQTT_NO_REQUEST)
			fail_msg("%s is a request", others[i]);
}

static void test_fields(void **state)
{
	static const char members[] = ",\"name\":\"a \\\"b\\\"\",\"soc\":42.0,\"ok\":true";
	struct ccs_station_fields fields, newer;
	char text[128];
	struct ccs_print p;

	(void)state;
	assert_true(ccs_station_fields_read(&fields, members, strlen(members)));
	assert_string_equal(ccs_station_fields_text(&fields, "name"), "a \"b\"");
	assert_string_equal(ccs_station_fields_text(&fields, "soc"), "42.0");
	assert_string_equal(ccs_station_fields_text(&fields, "nothing"), "");
	assert_true(ccs_station_fields_read(&newer, ",\"soc\":43.0,\"x\":1", 17));
	ccs_station_fields_merge(&fields, &newer);
	ccs_print_init(&p, text, sizeof(text) - 1);
	ccs_station_fields_print(&fields, &p);
	*p.at = '\0';
	assert_string_equal(text, "{\"name\":\"a \\\"b\\\"\",\"soc\":43.0,\"ok\":true,\"x\":1}");
	for (size_t length = 0; length < strlen(members); length++)
		ccs_station_fields_read(&fields, members, length);
	assert_false(ccs_station_fields_read(&fields, "\"soc\":1", 7));
	assert_int_equal(fields.count, 0);
}

static void test_fields_that_do_not_fit_are_left_out(void **state)
{
	struct ccs_station_fields fields;
	char members[1024];

	(void)state;
	snprintf(members, sizeof(members), ",\"a\":\"%0300d\",\"b\":1,\"%040d\":2,\"c\":%0300d", 0,
		 0, 0);
	assert_true(ccs_station_fields_read(&fields, members, strlen(members)));
	assert_int_equal(fields.count, 1);
	assert_string_equal(fields.list[0].name, "b");
	for (size_t i = 0; i < 100; i++)
		snprintf(members + 8 * i, sizeof(members) - 8 * i, ",\"x%02zu\":1", i);
	assert_true(ccs_station_fields_read(&fields, members, strlen(members)));
	assert_int_equal(fields.count, CCS_STATION_FIELDS);
	assert_true(ccs_station_fields_read(&fields, ",\"a\":1,\"b\":2,\"a\":3", 18));
	assert_int_equal(fields.count, 2);
	assert_string_equal(ccs_station_fields_text(&fields, "a"), "3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_changes_are_told),
		cmocka_unit_test(test_what_is_unknown_is_taken_away),
		cmocka_unit_test(test_power_is_voltage_times_current),
		cmocka_unit_test(test_what_was_not_taken_is_told_later),
		cmocka_unit_test(test_a_new_broker_is_told_all),
		cmocka_unit_test(test_names_are_one_level),
		cmocka_unit_test(test_discovery),
		cmocka_unit_test(test_what_is_not_offered_is_taken_away),
		cmocka_unit_test(test_discovery_goes_on_where_it_stopped),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_a_verdict_waits_for_the_broker),
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_fields_that_do_not_fit_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
