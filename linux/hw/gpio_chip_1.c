/* SPDX-License-Identifier: Apache-2.0 */
/* GPIO through libgpiod 1: a line is a part of its chip, which stays open as long. */
#include "linux/hw/gpio_chip.h"

#include <errno.h>
#include <gpiod.h>
#include <stdio.h>

static struct gpiod_chip *chip_of(struct ccs_gpio_chip *chip)
{
	return (struct gpiod_chip *)chip;
}

static struct gpiod_line *line_of(struct ccs_gpio_line *line)
{
	return (struct gpiod_line *)line;
}

struct ccs_gpio_chip *ccs_gpio_chip_open(const char *path)
{
	return (struct ccs_gpio_chip *)gpiod_chip_open(path);
}

void ccs_gpio_chip_close(struct ccs_gpio_chip *chip)
{
	gpiod_chip_close(chip_of(chip));
}

int ccs_gpio_chip_name(struct ccs_gpio_chip *chip, unsigned int offset, char name[CCS_GPIO_NAME])
{
	struct gpiod_line *line = gpiod_chip_get_line(chip_of(chip), offset);
	const char *text = line ? gpiod_line_name(line) : NULL;

	snprintf(name, CCS_GPIO_NAME, "%s", text ? text : "");
	return line ? 0 : -1;
}

struct ccs_gpio_line *ccs_gpio_chip_take(struct ccs_gpio_chip *chip, unsigned int offset,
					 bool output, bool inverted)
{
	const struct gpiod_line_request_config config = {
		.consumer = CCS_GPIO_CONSUMER,
		.request_type = output ? GPIOD_LINE_REQUEST_DIRECTION_OUTPUT
				       : GPIOD_LINE_REQUEST_DIRECTION_INPUT,
		.flags = inverted ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0,
	};
	struct gpiod_line *line = gpiod_chip_get_line(chip_of(chip), offset);
	int error;

	if (line && gpiod_line_request(line, &config, 0) == 0)
		return (struct ccs_gpio_line *)line;
	error = errno;
	ccs_gpio_chip_close(chip);
	errno = error;
	return NULL;
}

void ccs_gpio_close(struct ccs_gpio_line *line)
{
	if (line)
		gpiod_line_close_chip(line_of(line));
}

int ccs_gpio_set(struct ccs_gpio_line *line, bool active)
{
	return gpiod_line_set_value(line_of(line), active);
}

int ccs_gpio_get(struct ccs_gpio_line *line, bool *active)
{
	int value = gpiod_line_get_value(line_of(line));

	*active = value > 0;
	return value < 0 ? -1 : 0;
}
