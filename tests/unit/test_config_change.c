/* SPDX-License-Identifier: Apache-2.0 */
/* What of a configuration changes while stations run, and when. */
#include "linux/config_change.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static struct ccs_config old, fresh, copy;
static char told[300];

static void tell(void *user, const struct ccs_config_key *key)
{
	(void)user;
	snprintf(told + strlen(told), sizeof(told) - strlen(told), "%s.%s ", key->section,
		 key->name);
}

static int set_up(void **state)
{
	(void)state;
	told[0] = '\0';
	ccs_config_set_defaults(&old);
	ccs_config_set_defaults(&fresh);
	ccs_config_set_defaults(&copy);
	return 0;
}

/* Whoever adds a key decides when it changes: the next session, when nothing else is said. */
static void test_every_key(void **state)
{
	const struct ccs_config_key *key;
	int at_once = 0;

	(void)state;
	for (size_t i = 0; (key = ccs_config_key(i)); i++)
		at_once += ccs_config_change_of(key) == CCS_CONFIG_AT_ONCE;
	assert_int_equal(at_once, 14 + 10); /* all names in the table are names of keys */
	assert_int_equal(ccs_config_change_of(ccs_config_find("evse", "max_current")),
			 CCS_CONFIG_AT_ONCE);
	assert_int_equal(ccs_config_change_of(ccs_config_find("evse", "protocols")),
			 CCS_CONFIG_NEXT_SESSION);
	assert_int_equal(ccs_config_change_of(ccs_config_find("evse", "port")), CCS_CONFIG_RESTART);
}

static void test_keep(void **state)
{
	(void)state;
	strcpy(fresh.evse[0].line.interface, "eth7");
	fresh.evse[0].limits.max_ma = 20000;
	fresh.sim.seed = 5;
	assert_true(ccs_config_keep(&fresh, &old, tell, NULL));
	assert_string_equal(told, "evse.interface sim.seed ");
	assert_string_equal(fresh.evse[0].line.interface, "");
	assert_int_equal(fresh.evse[0].limits.max_ma, 20000);
	strcpy(fresh.evse[0].name, "new");
	assert_false(ccs_config_keep(&fresh, &old, tell, NULL));
	fresh.evse[0].name[0] = '\0';
	fresh.evse_count = 2;
	assert_false(ccs_config_keep(&fresh, &old, tell, NULL));
}

static void test_adopt(void **state)
{
	(void)state;
	fresh.evse[1] = fresh.evse[0];
	copy.evse[1] = copy.evse[0];
	fresh.evse[1].limits.max_ma = 20000;
	assert_false(ccs_config_adopt(&copy, &fresh, 0));
	assert_int_equal(copy.evse[1].limits.max_ma, 0);
	assert_false(ccs_config_adopt(&copy, &fresh, 1));
	assert_int_equal(copy.evse[1].limits.max_ma, 20000);
	fresh.evse[1].tries = 7;
	assert_false(ccs_config_adopt(&copy, &fresh, 0));
	assert_true(ccs_config_adopt(&copy, &fresh, 1));
	assert_int_not_equal(copy.evse[1].tries, 7);
}

static void test_copy(void **state)
{
	static struct ccs_config empty;

	(void)state;
	copy = empty;
	fresh.evse[0].tries = 7;
	fresh.evse[1].tries = 8;
	ccs_config_copy(&copy, &fresh, 1);
	assert_int_equal(copy.evse[1].tries, 8);
	assert_memory_equal(&copy.evse[0], &empty.evse[0], sizeof(copy.evse[0]));
	assert_false(ccs_config_adopt(&copy, &fresh, 1)); /* it has all that concerns it */
}

static bool alter(const char *key, const char *value)
{
	struct ccs_problem problem = { "" };
	bool done = ccs_config_alter(&copy, 0, key, value, &problem);

	snprintf(told, sizeof(told), "%s", problem.text);
	return done;
}

static void test_alter(void **state)
{
	(void)state;
	assert_true(alter("evse.max_current", "32 A"));
	assert_int_equal(copy.evse[0].limits.max_ma, 32000);
	assert_true(alter("ev.until_soc", "80"));
	assert_int_equal(copy.ev.until_soc, 800);
	assert_false(alter("evse.max_current", "lots"));
	assert_string_equal(told, "'lots' is not a number from 0 to 3000 A");
	assert_false(alter("evse.port", "1"));
	assert_string_equal(told, "evse.port changes by a restart only");
	assert_false(alter("quirks.strict", "yes"));
	assert_string_equal(told,
			    "quirks.strict decides on other keys: set these, or change the file");
	assert_false(alter("ev.hardware", "dieter"));
	for (size_t i = 0; i < 5; i++) {
		static const char *const wrong[] = { "", ".", "evse", "evse.", "evse left.tries" };

		assert_false(alter(wrong[i], "1"));
		assert_non_null(strstr(told, "no key"));
	}
	assert_int_equal(copy.evse[0].limits.max_ma, 32000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_every_key, set_up),
		cmocka_unit_test_setup(test_keep, set_up),
		cmocka_unit_test_setup(test_adopt, set_up),
		cmocka_unit_test_setup(test_copy, set_up),
		cmocka_unit_test_setup(test_alter, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
