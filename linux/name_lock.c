/* SPDX-License-Identifier: Apache-2.0 */
/* Locks by abstract local addresses. */
#include "linux/name_lock.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int ccs_name_lock(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t length = strlen(name);
	int fd, error;

	if (length > CCS_NAME_LOCK_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	/* Behind the zero byte that makes it abstract. */
	memcpy(address.sun_path + 1, name, length);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || !bind(fd, (struct sockaddr *)&address,
			    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length)))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}
