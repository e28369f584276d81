/* SPDX-License-Identifier: Apache-2.0 */
/* One line of what the machine lacks. */
#include "linux/problem.h"

#include <stdarg.h>
#include <stdio.h>

int ccs_problem_set(struct ccs_problem *problem, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(problem->text, sizeof(problem->text), format, arguments);
	va_end(arguments);
	return -1;
}
