/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of GPIO chips. */
#include "linux/hw/gpio_line.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CHIPS 16

/* Pins that boards around a BeagleBone Black use; 32 lines a chip. */
static const struct {
	const char *name;
	unsigned char chip, offset;
} pins[] = {
	{ "P8_7", 2, 2 },   { "P8_9", 2, 5 },	{ "P8_11", 1, 13 }, { "P8_15", 1, 15 },
	{ "P8_17", 0, 27 }, { "P8_18", 2, 1 },	{ "P9_14", 1, 18 }, { "P9_16", 1, 19 },
	{ "P9_17", 0, 5 },  { "P9_28", 3, 17 }, { "P9_30", 3, 16 }, { "P9_41", 0, 20 },
	{ "P9_42", 0, 7 },
};

bool ccs_gpio_find_pin(const char *name, unsigned int *chip, unsigned int *offset)
{
	for (size_t i = 0; i < sizeof(pins) / sizeof(pins[0]); i++) {
		if (strcmp(pins[i].name, name) != 0)
			continue;
		*chip = pins[i].chip;
		*offset = pins[i].offset;
		return true;
	}
	return false;
}

static int open_chip(const char *root, unsigned int number)
{
	char path[256];

	snprintf(path, sizeof(path), "%.200s/dev/gpiochip%u", root, number);
	return open(path, O_RDWR | O_CLOEXEC);
}

/* "P9_14" is also "P9_14 [EHRPWM1A]". */
static bool is_called(const char *label, const char *name)
{
	size_t length = strlen(name);

	return strncmp(label, name, length) == 0 && (!label[length] || label[length] == ' ');
}

/* The offset of a name in a chip; -1: it has none. */
static int find_in_chip(int chip, const char *name)
{
	struct gpiochip_info info;

	memset(&info, 0, sizeof(info));
	if (ioctl(chip, GPIO_GET_CHIPINFO_IOCTL, &info))
		return -1;
	for (unsigned int i = 0; i < info.lines; i++) {
		struct gpio_v2_line_info line;

		memset(&line, 0, sizeof(line));
		line.offset = i;
		if (ioctl(chip, GPIO_V2_GET_LINEINFO_IOCTL, &line) == 0 &&
		    is_called(line.name, name))
			return (int)i;
	}
	return -1;
}

/* The chip of a line, open; -1 with errno. */
static int open_by_name(const char *root, const char *name, unsigned int *offset)
{
	unsigned int number;
	char rest;

	if (sscanf(name, "gpiochip%u:%u%c", &number, offset, &rest) == 2)
		return open_chip(root, number);
	for (number = 0; number < CHIPS; number++) {
		int chip = open_chip(root, number), found = -1;

		if (chip >= 0 && (found = find_in_chip(chip, name)) >= 0) {
			*offset = (unsigned int)found;
			return chip;
		}
		if (chip >= 0)
			close(chip);
	}
	if (ccs_gpio_find_pin(name, &number, offset))
		return open_chip(root, number);
	errno = ENODEV;
	return -1;
}

int ccs_gpio_open(const char *root, const char *name, bool output)
{
	bool inverted = *name == '!';
	struct gpio_v2_line_request request;
	int chip, result, error;

	memset(&request, 0, sizeof(request));
	chip = open_by_name(root, name + inverted, &request.offsets[0]);
	if (chip < 0)
		return -1;
	request.num_lines = 1;
	snprintf(request.consumer, sizeof(request.consumer), "ccs");
	request.config.flags = output ? GPIO_V2_LINE_FLAG_OUTPUT : GPIO_V2_LINE_FLAG_INPUT;
	if (inverted)
		request.config.flags |= GPIO_V2_LINE_FLAG_ACTIVE_LOW;
	result = ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &request);
	error = errno;
	close(chip);
	errno = error;
	return result ? -1 : request.fd;
}

int ccs_gpio_set(int fd, bool active)
{
	struct gpio_v2_line_values values = { .bits = active, .mask = 1 };

	return ioctl(fd, GPIO_V2_LINE_SET_VALUES_IOCTL, &values);
}

int ccs_gpio_get(int fd, bool *active)
{
	struct gpio_v2_line_values values = { .mask = 1 };

	if (ioctl(fd, GPIO_V2_LINE_GET_VALUES_IOCTL, &values))
		return -1;
	*active = values.bits & 1;
	return 0;
}
