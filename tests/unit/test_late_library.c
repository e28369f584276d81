/* SPDX-License-Identifier: Apache-2.0 */
/* Libraries that are loaded when they are needed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "linux/late_library.h"

#include <string.h>

/* The C library itself is one that is surely there. */
#define CALLS(X) X(strlen) X(memcmp)

static const char *const names[] = { CALLS(CCS_LATE_NAME) NULL };
static struct {
	CALLS(CCS_LATE_CALL)
} c;

static void test_functions_are_found(void **state)
{
	struct ccs_problem problem;

	(void)state;
	assert_true(ccs_late_library("libc.so.6", names, &c, &problem));
	assert_int_equal(c.strlen("four"), 4);
	assert_int_equal(c.memcmp("same", "same", 4), 0);
}

static void test_what_is_missing_is_said(void **state)
{
	static const char *const wrong[] = { "no_such_function", NULL };
	struct ccs_problem problem;
	void *call;

	(void)state;
	assert_false(ccs_late_library("libno-such.so.9", names, &c, &problem));
	assert_non_null(strstr(problem.text, "libno-such.so.9: not installed?"));
	assert_false(ccs_late_library("libc.so.6", wrong, &call, &problem));
	assert_string_equal(problem.text, "libc.so.6 has no no_such_function");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_functions_are_found),
		cmocka_unit_test(test_what_is_missing_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
