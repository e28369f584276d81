/* SPDX-License-Identifier: Apache-2.0 */
/* Names of GPIO lines. */
#include "linux/hw/gpio_line.h"
#include "linux/hw/gpio_chip.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define CHIPS 64 /* that are looked into for a name */

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

static struct ccs_gpio_chip *open_chip(const char *root, unsigned int number)
{
	char path[256];

	snprintf(path, sizeof(path), "%.200s/dev/gpiochip%u", root, number);
	return ccs_gpio_chip_open(path);
}

/* "P9_14" is also "P9_14 [EHRPWM1A]".  Lines without a name are not called "". */
static bool is_called(const char *label, const char *name)
{
	size_t length = strlen(name);

	return length && strncmp(label, name, length) == 0 &&
	       (!label[length] || label[length] == ' ');
}

/* The offset of a name in a chip; -1: it has none. */
static int find_in_chip(struct ccs_gpio_chip *chip, const char *name)
{
	char label[CCS_GPIO_NAME];

	for (unsigned int i = 0; ccs_gpio_chip_name(chip, i, label) == 0; i++)
		if (is_called(label, name))
			return (int)i;
	return -1;
}

/* The chip of a line, open; NULL with errno: ENODEV when all chips were looked into. */
static struct ccs_gpio_chip *open_by_name(const char *root, const char *name, unsigned int *offset)
{
	unsigned int number;
	int error = ENODEV;
	char rest;

	if (sscanf(name, "gpiochip%5u:%5u%c", &number, offset, &rest) == 2)
		return open_chip(root, number);
	for (number = 0; number < CHIPS; number++) {
		struct ccs_gpio_chip *chip = open_chip(root, number);
		int found = chip ? find_in_chip(chip, name) : -1;

		if (found >= 0) {
			*offset = (unsigned int)found;
			return chip;
		}
		if (chip)
			ccs_gpio_chip_close(chip);
		else if (errno != ENOENT)
			error = errno;
	}
	if (ccs_gpio_find_pin(name, &number, offset))
		return open_chip(root, number);
	errno = error;
	return NULL;
}

struct ccs_gpio_line *ccs_gpio_open(const char *root, const char *name, bool output,
				    struct ccs_problem *problem)
{
	bool inverted = *name == '!';
	unsigned int offset;
	struct ccs_gpio_chip *chip = open_by_name(root, name + inverted, &offset);
	struct ccs_gpio_line *line = chip ? ccs_gpio_chip_take(chip, offset, output, inverted)
					  : NULL;

	if (!line)
		ccs_problem_set(problem, "%.80s: %s", name,
				errno == ENOSYS ? "this ccs was built without libgpiod"
						: strerror(errno));
	return line;
}
