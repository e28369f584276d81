/* SPDX-License-Identifier: Apache-2.0 */
/* Small files, read and written whole. */
#include "linux/hw/sysfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int ccs_sysfs_read(const char *path, int64_t *value)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char text[32], *end;
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n < 0)
		return -1;
	text[n] = '\0';
	*value = strtoll(text, &end, 10);
	if (end != text && (*end == '\n' || !*end))
		return 0;
	errno = EINVAL;
	return -1;
}

int ccs_sysfs_write(const char *path, int64_t value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_TRUNC), length, error;
	char text[32];
	ssize_t n;

	if (fd < 0)
		return -1;
	length = snprintf(text, sizeof(text), "%lld", (long long)value);
	n = write(fd, text, (size_t)length);
	error = errno;
	close(fd);
	errno = error;
	return n == length ? 0 : -1;
}
