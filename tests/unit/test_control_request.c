/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to running stations: what is done, and what is answered. */
#include "linux/control_request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static const char *const names[] = { "left", "right" };
static char deeds[400]; /* "left:stop " each */
static const char *refusal;

static const char *name_of(void *user, size_t number)
{
	(void)user;
	return names[number];
}

static const char *act(void *user, size_t number, enum ccs_verb verb)
{
	(void)user;
	snprintf(deeds + strlen(deeds), sizeof(deeds) - strlen(deeds), "%s:%s ", names[number],
		 ccs_verb_name(verb));
	return number == 0 ? refusal : NULL;
}

static bool set(void *user, size_t number, const char *key, const char *value,
		char why[CCS_CONTROL_WHY])
{
	(void)user;
	snprintf(deeds + strlen(deeds), sizeof(deeds) - strlen(deeds), "%s:%s=%s ", names[number],
		 key, value);
	snprintf(why, CCS_CONTROL_WHY, "no \"key\"");
	return strcmp(key, "bad") != 0;
}

static void describe(void *user, size_t number, struct ccs_print *p)
{
	const struct ccs_measured voltage = { .value = 400125, .known = number == 0 };

	(void)user;
	ccs_control_print_id(p, "state", "PRE_CHARGE");
	ccs_control_print_tenths(p, "voltage", &voltage);
	ccs_control_print_text(p, "absent", NULL);
	ccs_control_print_protocol(p, number ? CCS_PROTOCOL_DIN : CCS_PROTOCOL_NONE);
}

static const struct ccs_stations stations = {
	.count = 2, .name = name_of, .act = act, .set = set, .describe = describe
};

static const char *ask(const char *line)
{
	static char answer[1000];
	struct ccs_print p;

	deeds[0] = '\0';
	ccs_print_init(&p, answer, sizeof(answer) - 1);
	ccs_control_answer(&stations, line, strlen(line), &p);
	assert_false(p.failed);
	*p.at = '\0';
	return answer;
}

#define LEFT "{\"kind\":\"station\",\"name\":\"left\",\"state\":\"pre-charge\",\"voltage\":400.1}"
#define RIGHT                                                                \
	"{\"kind\":\"station\",\"name\":\"right\",\"state\":\"pre-charge\"," \
	"\"protocol\":\"din\"}"

static void test_status(void **state)
{
	(void)state;
	assert_string_equal(ask("{\"do\":\"status\"}"),
			    "{\"v\":1,\"ok\":true,\"stations\":[" LEFT "," RIGHT "]}");
	assert_string_equal(ask(" { \"name\" : \"ri\\u0067ht\", \"do\" : \"status\" } "),
			    "{\"v\":1,\"ok\":true,\"stations\":[" RIGHT "]}");
	assert_string_equal(deeds, "");
}

/* All stations, or the one that is named; one that refuses does not keep the others from it. */
static void test_acts(void **state)
{
	(void)state;
	refusal = NULL;
	ask("{\"do\":\"stop\"}");
	assert_string_equal(deeds, "left:stop right:stop ");
	ask("{\"do\":\"pause\",\"name\":\"right\"}");
	assert_string_equal(deeds, "right:pause ");
	refusal = "not now";
	assert_string_equal(ask("{\"do\":\"resume\"}"),
			    "{\"v\":1,\"ok\":false,\"error\":\"left: not now\"}");
	assert_string_equal(deeds, "left:resume right:resume ");
}

static void test_set(void **state)
{
	(void)state;
	ask("{\"do\":\"set\",\"key\":\"evse.x\",\"value\":\"32 A\",\"name\":\"left\"}");
	assert_string_equal(deeds, "left:evse.x=32 A ");
	assert_string_equal(ask("{\"do\":\"set\",\"key\":\"bad\",\"value\":\"\"}"),
			    "{\"v\":1,\"ok\":false,\"error\":\"left: no \\\"key\\\"\"}");
}

/* What is no request is answered, and nothing is done. */
static void test_wrong(void **state)
{
	static const char *const wrong[] = {
		"",
		"x",
		"{",
		"{}",
		"[]",
		"{\"do\":1}",
		"{\"do\":\"fly\"}",
		"{\"do\":\"stop\"",
		"{\"do\":\"stop\"} {\"do\":\"stop\"}",
		"{\"do\":\"stop\",}",
		"{\"do\" \"stop\"}",
		"{\"do\":\"stop\",\"name\":\"nobody\"}",
		"{\"do\":\"stop\\u0000\"}",
		"{\"name\":\"left\"}",
	};
	char line[600] = "{\"do\":\"stop\",\"name\":\"";

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_ptr_equal(strstr(ask(wrong[i]), "{\"v\":1,\"ok\":false"), ask(wrong[i]));
		assert_string_equal(deeds, "");
	}
	memset(line + strlen(line), 'n', 500);
	strcpy(line + 550, "\"}");
	assert_non_null(strstr(ask(line), "\"ok\":false"));
	assert_string_equal(deeds, "");
}

/* What newer clients say is passed over. */
static void test_unknown_members(void **state)
{
	(void)state;
	refusal = NULL;
	assert_non_null(
		strstr(ask("{\"v\":2,\"do\":\"start\",\"why\":{\"a\":[null,{}]}}"), "true"));
	assert_string_equal(deeds, "left:start right:start ");
}

static void test_tenths(void **state)
{
	static const struct {
		int32_t milli;
		const char *text;
	} cases[] = {
		{ 0, ",\"x\":0.0" },	  { 49, ",\"x\":0.0" },	   { -49, ",\"x\":0.0" },
		{ 50, ",\"x\":0.1" },	  { -261, ",\"x\":-0.3" }, { 400149, ",\"x\":400.1" },
		{ -1250, ",\"x\":-1.3" },
	};
	char text[32];
	struct ccs_print p;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct ccs_measured milli = ccs_measured(cases[i].milli, 1);

		ccs_print_init(&p, text, sizeof(text) - 1);
		ccs_control_print_tenths(&p, "x", &milli);
		*p.at = '\0';
		assert_string_equal(text, cases[i].text);
	}
}

static void test_verbs(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < CCS_VERB_COUNT; i++)
		assert_int_equal(ccs_verb_find(ccs_verb_name((enum ccs_verb)i)), i);
	assert_int_equal(ccs_verb_find("authorise"), CCS_VERB_COUNT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status), cmocka_unit_test(test_acts),
		cmocka_unit_test(test_set),    cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_verbs),  cmocka_unit_test(test_unknown_members),
		cmocka_unit_test(test_tenths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
