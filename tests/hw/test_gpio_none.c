/* SPDX-License-Identifier: Apache-2.0 */
/* A build without libgpiod: gpio_chip_none.c stands in this program before the library's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "linux/hw/gpio_line.h"

static void test_it_says_so(void **state)
{
	static const char *const names[] = { "gpiochip1:18", "P9_14", "nowhere", "!relay" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct ccs_problem problem, expected;

		assert_null(ccs_gpio_open("", names[i], true, &problem));
		ccs_problem_set(&expected, "%s: this ccs was built without libgpiod", names[i]);
		assert_string_equal(problem.text, expected.text);
	}
	ccs_gpio_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_it_says_so) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
