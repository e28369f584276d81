/* SPDX-License-Identifier: Apache-2.0 */
/* What the machine lacks: one line for a person, what it is and what to do. */
#ifndef CCS_LINUX_PROBLEM_H
#define CCS_LINUX_PROBLEM_H

struct ccs_problem {
	char text[256];
};

/* Writes the line; returns -1, so that one can `return ccs_problem_set(problem, ...)`. */
int ccs_problem_set(struct ccs_problem *problem, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
