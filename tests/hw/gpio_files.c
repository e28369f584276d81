/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GPIO chips that are files, for a program that is started with this library in LD_PRELOAD: few
 * kernels of test machines have chips, or simulate them.  It answers what libgpiod, 1 or 2, asks
 * the kernel.
 *
 * In the folder $CCS_TEST_GPIO `chip1` is /dev/gpiochip1: the names of its 32 lines, one a row, as
 * far as they have any.  `1-18` is its line 18: the level, '0' or '1'.  A line whose file was
 * removed does not work; one whose file is locked (flock) is in use.
 */
#define _GNU_SOURCE
/* The functions as libgpiod calls them, not as this project does (open64, ...). */
#undef _FILE_OFFSET_BITS
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define FDS   1024
#define LINES 32
#define MAJOR 254
#define PATH  256

int ioctl(int fd, unsigned long request, ...);

/* What both interfaces of the kernel ask for. */
struct wish {
	unsigned int offset;
	bool output, inverted, active;
};

static struct wish lines[FDS]; /* by descriptor */

/* The file in our folder that stands for this path; false: none does. */
static bool find_file(const char *path, char file[PATH], unsigned int *chip)
{
	const char *folder = getenv("CCS_TEST_GPIO");

	if (!folder || sscanf(path, "/dev/gpiochip%u", chip) != 1)
		return false;
	snprintf(file, PATH, "%s/chip%u", folder, *chip);
	return true;
}

/* Likewise of what sysfs says of a chip: its device number. */
static bool find_number(const char *path, unsigned int *chip)
{
	char file[PATH], device[32];

	if (sscanf(path, "/sys/bus/gpio/devices/gpiochip%u/dev", chip) != 1)
		return false;
	snprintf(device, sizeof(device), "/dev/gpiochip%u", *chip);
	return find_file(device, file, chip) && faccessat(AT_FDCWD, file, F_OK, 0) == 0;
}

static int open_number(unsigned int chip)
{
	int fd = memfd_create("dev", MFD_CLOEXEC);

	if (fd < 0 || dprintf(fd, "%u:%u\n", MAJOR, chip) < 0 || lseek(fd, 0, SEEK_SET))
		return -1;
	return fd;
}

int open(const char *path, int flags, ...)
{
	char file[PATH];
	unsigned int chip;
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
	va_end(arguments);
	if (find_number(path, &chip))
		return open_number(chip);
	return openat(AT_FDCWD, find_file(path, file, &chip) ? file : path, flags, mode);
}

int access(const char *path, int mode)
{
	unsigned int chip;

	return find_number(path, &chip) ? 0 : faccessat(AT_FDCWD, path, mode, 0);
}

static int ask_status(const char *path, struct stat *status, int flags)
{
	char file[PATH];
	unsigned int chip;

	if (!find_file(path, file, &chip))
		return fstatat(AT_FDCWD, path, status, flags);
	if (fstatat(AT_FDCWD, file, status, flags))
		return -1;
	status->st_mode = (status->st_mode & 07777) | S_IFCHR;
	status->st_rdev = makedev(MAJOR, chip);
	return 0;
}

int stat(const char *path, struct stat *status)
{
	return ask_status(path, status, 0);
}

int lstat(const char *path, struct stat *status)
{
	return ask_status(path, status, AT_SYMLINK_NOFOLLOW);
}

char *realpath(const char *path, char *resolved)
{
	char *(*really)(const char *, char *) = (char *(*)(const char *, char *))dlsym(RTLD_NEXT,
										       "realpath");
	unsigned int major, chip;
	int end = 0;

	if (sscanf(path, "/sys/dev/char/%u:%u/subsystem%n", &major, &chip, &end) == 2 && end &&
	    major == MAJOR && !resolved)
		return strdup("/sys/bus/gpio");
	return really(path, resolved);
}

/* The file of a chip, and which it is; false: the descriptor is none. */
static bool find_chip(int fd, char file[PATH], unsigned int *chip)
{
	char link[64], *name;
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, file, PATH - 1);
	file[n > 0 ? n : 0] = '\0';
	name = strrchr(file, '/');
	if (name && sscanf(name, "/chip%u", chip) == 1)
		return true;
	errno = ENOTTY;
	return false;
}

static int tell_chip(int fd, struct gpiochip_info *info)
{
	char file[PATH];
	unsigned int chip;

	if (!find_chip(fd, file, &chip))
		return -1;
	memset(info, 0, sizeof(*info));
	snprintf(info->name, sizeof(info->name), "gpiochip%u", chip);
	snprintf(info->label, sizeof(info->label), "files");
	info->lines = LINES;
	return 0;
}

static int tell_name(int fd, unsigned int offset, char name[GPIO_MAX_NAME_SIZE])
{
	char text[LINES * GPIO_MAX_NAME_SIZE + 1], *row = text;
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	if (offset >= LINES || n < 0) {
		errno = EINVAL;
		return -1;
	}
	text[n] = '\0';
	while (offset-- && row)
		row = strchr(row, '\n') ? strchr(row, '\n') + 1 : NULL;
	snprintf(name, GPIO_MAX_NAME_SIZE, "%.*s", row ? (int)strcspn(row, "\n") : 0,
		 row ? row : "");
	return 0;
}

static int put_level(int fd, bool active)
{
	char level = active != lines[fd].inverted ? '1' : '0';

	return pwrite(fd, &level, 1, 0) == 1 ? 0 : -1;
}

/* The descriptor of the line; -1 with errno. */
static int take_line(int fd, const struct wish *wish)
{
	char file[PATH];
	unsigned int chip;
	int line;

	if (!find_chip(fd, file, &chip))
		return -1;
	if (wish->offset >= LINES) {
		errno = EINVAL;
		return -1;
	}
	snprintf(strrchr(file, '/'), 32, "/%u-%u", chip, wish->offset);
	line = openat(AT_FDCWD, file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (line < 0 || line >= FDS)
		return -1;
	if (flock(line, LOCK_EX | LOCK_NB)) {
		close(line);
		errno = EBUSY;
		return -1;
	}
	lines[line] = *wish;
	return wish->output && put_level(line, wish->active) ? -1 : line;
}

static int take_line_v1(int fd, struct gpiohandle_request *request)
{
	const struct wish wish = {
		.offset = request->lineoffsets[0],
		.output = request->flags & GPIOHANDLE_REQUEST_OUTPUT,
		.inverted = request->flags & GPIOHANDLE_REQUEST_ACTIVE_LOW,
		.active = request->default_values[0],
	};

	request->fd = take_line(fd, &wish);
	return request->fd < 0 ? -1 : 0;
}

static int take_line_v2(int fd, struct gpio_v2_line_request *request)
{
	const struct gpio_v2_line_config *config = &request->config;
	struct wish wish = {
		.offset = request->offsets[0],
		.output = config->flags & GPIO_V2_LINE_FLAG_OUTPUT,
		.inverted = config->flags & GPIO_V2_LINE_FLAG_ACTIVE_LOW,
	};

	for (unsigned int i = 0; i < config->num_attrs; i++)
		if (config->attrs[i].attr.id == GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES)
			wish.active = config->attrs[i].attr.values & 1;
	request->fd = take_line(fd, &wish);
	return request->fd < 0 ? -1 : 0;
}

/* False, with errno: the kernel would not do this. */
static bool may_use(int fd, bool set)
{
	struct stat status;

	errno = ENODEV;
	if (fstat(fd, &status) || !status.st_nlink)
		return false;
	errno = EPERM;
	return !set || lines[fd].output;
}

static int set_line(int fd, bool active)
{
	return may_use(fd, true) ? put_level(fd, active) : -1;
}

/* 0, 1, or -1. */
static int get_line(int fd)
{
	char level = '0';

	if (!may_use(fd, false) || pread(fd, &level, 1, 0) < 0)
		return -1;
	return (level == '1') != lines[fd].inverted;
}

static int get_line_v1(int fd, struct gpiohandle_data *data)
{
	int level = get_line(fd);

	data->values[0] = level > 0;
	return level < 0 ? -1 : 0;
}

static int get_line_v2(int fd, struct gpio_v2_line_values *values)
{
	int level = get_line(fd);

	values->bits = level > 0;
	return level < 0 ? -1 : 0;
}

static int ask_really(int fd, unsigned long request, void *what)
{
	int (*really)(int, unsigned long, ...) = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT,
											 "ioctl");

	return really(fd, request, what);
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list arguments;
	void *what;

	va_start(arguments, request);
	what = va_arg(arguments, void *);
	va_end(arguments);
	/* The kernel, too, takes 32 bits: libgpiod 2 hands over some requests as an int. */
	switch ((unsigned int)request) {
	case GPIO_GET_CHIPINFO_IOCTL:
		return tell_chip(fd, what);
	case GPIO_GET_LINEINFO_IOCTL: {
		struct gpioline_info *info = what;

		return tell_name(fd, info->line_offset, info->name);
	}
	case GPIO_V2_GET_LINEINFO_IOCTL: {
		struct gpio_v2_line_info *info = what;

		return tell_name(fd, info->offset, info->name);
	}
	case GPIO_GET_LINEHANDLE_IOCTL:
		return take_line_v1(fd, what);
	case GPIO_V2_GET_LINE_IOCTL:
		return take_line_v2(fd, what);
	case GPIOHANDLE_SET_LINE_VALUES_IOCTL:
		return set_line(fd, ((const struct gpiohandle_data *)what)->values[0]);
	case GPIO_V2_LINE_SET_VALUES_IOCTL:
		return set_line(fd, ((const struct gpio_v2_line_values *)what)->bits & 1);
	case GPIOHANDLE_GET_LINE_VALUES_IOCTL:
		return get_line_v1(fd, what);
	case GPIO_V2_LINE_GET_VALUES_IOCTL:
		return get_line_v2(fd, what);
	default:
		return ask_really(fd, request, what);
	}
}
