/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of GPIO chips that are files, for a program that is started with this library in
 * LD_PRELOAD: few kernels of test machines have chips, or simulate them.
 *
 * In the folder $CCS_TEST_GPIO `chip1` is /dev/gpiochip1, and `1-18` its line 18: the level, '0' or
 * '1'.  A line whose file was removed does not work.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FDS 1024

int ioctl(int fd, unsigned long request, ...);

static bool inverted[FDS];

static int open_really(const char *path, int flags, mode_t mode)
{
	return openat(AT_FDCWD, path, flags, mode);
}

static int open_file(const char *path, int flags, mode_t mode)
{
	const char *folder = getenv("CCS_TEST_GPIO");
	char file[256];
	unsigned int chip;

	if (!folder || sscanf(path, "/dev/gpiochip%u", &chip) != 1)
		return open_really(path, flags, mode);
	snprintf(file, sizeof(file), "%s/chip%u", folder, chip);
	return open_really(file, flags, mode);
}

static int open_line(int chip, struct gpio_v2_line_request *request)
{
	char link[64], file[256], *number;
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", chip);
	n = readlink(link, file, sizeof(file) - 16);
	file[n > 0 ? n : 0] = '\0';
	number = strstr(file, "chip");
	if (!number)
		return -1;
	memmove(number, number + 4, strlen(number + 4) + 1);
	snprintf(file + strlen(file), 16, "-%u", request->offsets[0]);
	request->fd = open_really(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (request->fd < 0 || request->fd >= FDS)
		return -1;
	inverted[request->fd] = request->config.flags & GPIO_V2_LINE_FLAG_ACTIVE_LOW;
	return 0;
}

static bool is_removed(int fd)
{
	struct stat status;

	return fstat(fd, &status) || !status.st_nlink;
}

static int use_line(int fd, bool set, struct gpio_v2_line_values *values)
{
	char level = '0';

	if (is_removed(fd)) {
		errno = ENODEV;
		return -1;
	}
	if (set) {
		level = (values->bits & 1) != inverted[fd] ? '1' : '0';
		return pwrite(fd, &level, 1, 0) == 1 ? 0 : -1;
	}
	if (pread(fd, &level, 1, 0) < 0)
		return -1;
	values->bits = (level == '1') != inverted[fd];
	return 0;
}

/* Compiled as the program is: where that calls open64() this is its name, too. */
int open(const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
	va_end(arguments);
	return open_file(path, flags, mode);
}

int ioctl(int fd, unsigned long request, ...)
{
	int (*really)(int, unsigned long, ...) = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT,
											 "ioctl");
	va_list arguments;
	void *what;

	va_start(arguments, request);
	what = va_arg(arguments, void *);
	va_end(arguments);
	if (request == GPIO_V2_GET_LINE_IOCTL)
		return open_line(fd, what);
	if (request == GPIO_V2_LINE_SET_VALUES_IOCTL || request == GPIO_V2_LINE_GET_VALUES_IOCTL)
		return use_line(fd, request == GPIO_V2_LINE_SET_VALUES_IOCTL, what);
	return really(fd, request, what);
}
