/* SPDX-License-Identifier: Apache-2.0 */
/* dlopen, with all functions at once. */
#include "linux/late_library.h"

#include <dlfcn.h>
#include <string.h>

bool ccs_late_library(const char *file, const char *const *names, void *calls,
		      struct ccs_problem *problem)
{
	void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	char *to = calls;

	if (!library) {
		ccs_problem_set(problem, "%s: not installed? %s", file, dlerror());
		return false;
	}
	for (; *names; names++, to += sizeof(void *)) {
		void *call = dlsym(library, *names);

		if (!call) {
			ccs_problem_set(problem, "%s has no %s", file, *names);
			return false;
		}
		memcpy(to, &call, sizeof(call));
	}
	return true;
}
