/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Libraries that are loaded when they are needed: those that few use and that bring many others
 * along, which would make every `ccs` start slower, and need them to be installed.
 *
 *	#define CALLS(X) X(curl_easy_init) X(curl_easy_cleanup)
 *	static const char *const names[] = { CALLS(CCS_LATE_NAME) NULL };
 *	static struct { CALLS(CCS_LATE_CALL) } curl;
 *
 *	if (ccs_late_library("libcurl.so.4", names, &curl, &problem))
 *		easy = curl.curl_easy_init();
 */
#ifndef CCS_LINUX_LATE_LIBRARY_H
#define CCS_LINUX_LATE_LIBRARY_H

#include "linux/problem.h"

#include <stdbool.h>

#define CCS_LATE_NAME(name) #name,
#define CCS_LATE_CALL(name) __typeof__(&name) name;

/* Fills `calls`, a struct of pointers to functions, in the order of `names`, the last of which is
 * NULL.  False: see `problem`.  The library stays loaded. */
bool ccs_late_library(const char *file, const char *const *names, void *calls,
		      struct ccs_problem *problem);

#endif
