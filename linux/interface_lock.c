/* SPDX-License-Identifier: Apache-2.0 */
/* One station for each interface. */
#include "linux/interface_lock.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int ccs_interface_lock(const char *interface, struct ccs_problem *problem)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	/* Behind the zero byte that makes it abstract. */
	int length = snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "ccs-station-%s",
			      interface);
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
	int error;

	if (fd >= 0 && !bind(fd, (struct sockaddr *)&address, size))
		return fd;
	error = errno;
	if (fd >= 0)
		close(fd);
	if (error == EADDRINUSE)
		return ccs_problem_set(problem,
				       "%s is another ccs's already: `ccs ctl status` shows which, "
				       "stop it first",
				       interface);
	return ccs_problem_set(problem, "%s cannot be locked: %s", interface, strerror(error));
}
