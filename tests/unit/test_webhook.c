/* SPDX-License-Identifier: Apache-2.0 */
/* What web servers are told, and that nothing known becomes unknown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "linux/webhook.h"

#include <string.h>

static struct ccs_station_fields read_fields(const char *members)
{
	struct ccs_station_fields fields;

	assert_true(ccs_station_fields_read(&fields, members, strlen(members)));
	return fields;
}

static void learn(struct ccs_station_fields *known, const char *members)
{
	struct ccs_station_fields newer = read_fields(members);

	ccs_webhook_learn(known, &newer);
}

static void assert_query(const struct ccs_station_fields *known, const char *endpoint,
			 int32_t capacity_mwh, const char *expected)
{
	char text[512];
	struct ccs_print p;

	ccs_print_init(&p, text, sizeof(text) - 1);
	ccs_webhook_print_query(&p, endpoint, known, capacity_mwh);
	*p.at = '\0';
	assert_string_equal(text, expected);
}

static void test_query(void **state)
{
	struct ccs_station_fields known = read_fields(
		",\"evccid\":\"0011223344aa\",\"soc\":42.5,\"full_soc\":90,"
		"\"energy_capacity\":52000.000,\"energy_request\":1234.500");

	(void)state;
	assert_query(&known, "http://box/ev_state", 27000000,
		     "http://box/ev_state?current_soc=43&full_soc=90&energy_capacity=52000"
		     "&energy_request=1235&evccid=0011223344aa");
	assert_query(&known, "http://box/?a=b", 0,
		     "http://box/?a=b&current_soc=43&full_soc=90&energy_capacity=52000"
		     "&energy_request=1235&evccid=0011223344aa");
}

static void test_unknown_is_minus_one(void **state)
{
	struct ccs_station_fields known = read_fields(",\"evccid\":\"0011223344aa\"");

	(void)state;
	assert_query(&known, "http://box", 0,
		     "http://box?current_soc=-1&full_soc=-1&energy_capacity=-1"
		     "&energy_request=-1&evccid=0011223344aa");
}

static void test_a_guess_of_the_capacity_waits_for_the_car(void **state)
{
	struct ccs_station_fields known = read_fields(",\"evccid\":\"aa\"");

	(void)state;
	assert_query(&known, "", 27000000,
		     "?current_soc=-1&full_soc=-1&energy_capacity=-1&energy_request=-1&evccid=aa");
	learn(&known, ",\"evccid\":\"aa\",\"soc\":0.0");
	assert_query(&known, "", 27000000,
		     "?current_soc=0&full_soc=-1&energy_capacity=27000&energy_request=-1"
		     "&evccid=aa");
	learn(&known, ",\"evccid\":\"aa\",\"energy_capacity\":20000.000");
	assert_query(&known, "", 27000000,
		     "?current_soc=0&full_soc=-1&energy_capacity=20000&energy_request=-1"
		     "&evccid=aa");
}

static void test_what_is_known_stays(void **state)
{
	struct ccs_station_fields known = { .count = 0 };

	(void)state;
	learn(&known, ",\"state\":\"session\",\"evccid\":\"aa\",\"soc\":42.0");
	learn(&known, ",\"state\":\"session\",\"evccid\":\"aa\",\"energy_capacity\":50000.000");
	learn(&known, ",\"state\":\"session\",\"evccid\":\"aa\",\"soc\":43.0");
	assert_query(&known, "", 0,
		     "?current_soc=43&full_soc=-1&energy_capacity=50000&energy_request=-1"
		     "&evccid=aa");
}

static void test_another_session_knows_nothing_of_the_last(void **state)
{
	struct ccs_station_fields known = { .count = 0 };

	(void)state;
	learn(&known, ",\"evccid\":\"aa\",\"soc\":42.0");
	learn(&known, ",\"evccid\":\"bb\"");
	assert_string_equal(ccs_station_fields_text(&known, "soc"), "");
	learn(&known, ",\"evccid\":\"bb\",\"soc\":10.0");
	learn(&known, ",\"state\":\"available\"");
	assert_string_equal(ccs_station_fields_text(&known, "evccid"), "");
	learn(&known, ",\"evccid\":\"bb\"");
	assert_string_equal(ccs_station_fields_text(&known, "soc"), "");
}

static void test_what_people_read_of_an_address(void **state)
{
	static const struct {
		const char *url, *text;
	} cases[] = {
		{ "http://host/hook", "http://host/hook" },
		{ "https://ccs:secret@host:8080/hook?key=secret", "https://host:8080/hook" },
		{ "https://host?a@b", "https://host" },
		{ "https://ccs:a@b@host#secret", "https://host" },
		{ "ccs:se/cret@host/x", "host/x" },
		{ "nonsense", "nonsense" },
		{ "", "" },
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		ccs_webhook_public_address(text, sizeof(text), cases[i].url);
		assert_string_equal(text, cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_unknown_is_minus_one),
		cmocka_unit_test(test_a_guess_of_the_capacity_waits_for_the_car),
		cmocka_unit_test(test_what_is_known_stays),
		cmocka_unit_test(test_what_people_read_of_an_address),
		cmocka_unit_test(test_another_session_knows_nothing_of_the_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
