/* SPDX-License-Identifier: Apache-2.0 */
/* One station for each interface. */
#include "linux/interface_lock.h"

#include "linux/name_lock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int ccs_interface_lock(const char *interface, struct ccs_problem *problem)
{
	char name[CCS_NAME_LOCK_MAX + 1];
	int fd;

	snprintf(name, sizeof(name), "ccs-station-%s", interface);
	fd = ccs_name_lock(name);
	if (fd >= 0)
		return fd;
	if (errno == EADDRINUSE)
		return ccs_problem_set(problem,
				       "%s is another ccs's already: `ccs ctl status` shows which, "
				       "stop it first",
				       interface);
	return ccs_problem_set(problem, "%s cannot be locked: %s", interface, strerror(errno));
}
