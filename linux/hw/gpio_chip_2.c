/* SPDX-License-Identifier: Apache-2.0 */
/* GPIO through libgpiod 2: a line is a request, for which its chip need not stay open. */
#include "linux/hw/gpio_chip.h"

#include <errno.h>
#include <gpiod.h>
#include <stdio.h>

/* What a request is made of; the library copies it. */
struct wish {
	struct gpiod_line_settings *settings;
	struct gpiod_line_config *lines;
	struct gpiod_request_config *request;
};

static struct gpiod_chip *chip_of(struct ccs_gpio_chip *chip)
{
	return (struct gpiod_chip *)chip;
}

static struct gpiod_line_request *request_of(struct ccs_gpio_line *line)
{
	return (struct gpiod_line_request *)line;
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
	struct gpiod_line_info *info = gpiod_chip_get_line_info(chip_of(chip), offset);
	const char *text = info ? gpiod_line_info_get_name(info) : NULL;

	snprintf(name, CCS_GPIO_NAME, "%s", text ? text : "");
	if (!info)
		return -1;
	gpiod_line_info_free(info);
	return 0;
}

static struct gpiod_line_request *ask(struct ccs_gpio_chip *chip, const struct wish *wish,
				      unsigned int offset, bool output, bool inverted)
{
	if (!wish->settings || !wish->lines || !wish->request) {
		errno = ENOMEM;
		return NULL;
	}
	gpiod_request_config_set_consumer(wish->request, CCS_GPIO_CONSUMER);
	gpiod_line_settings_set_active_low(wish->settings, inverted);
	if (gpiod_line_settings_set_output_value(wish->settings, GPIOD_LINE_VALUE_INACTIVE) ||
	    gpiod_line_settings_set_direction(wish->settings,
					      output ? GPIOD_LINE_DIRECTION_OUTPUT
						     : GPIOD_LINE_DIRECTION_INPUT) ||
	    gpiod_line_config_add_line_settings(wish->lines, &offset, 1, wish->settings))
		return NULL;
	return gpiod_chip_request_lines(chip_of(chip), wish->request, wish->lines);
}

struct ccs_gpio_line *ccs_gpio_chip_take(struct ccs_gpio_chip *chip, unsigned int offset,
					 bool output, bool inverted)
{
	struct wish wish = { gpiod_line_settings_new(), gpiod_line_config_new(),
			     gpiod_request_config_new() };
	struct gpiod_line_request *request = ask(chip, &wish, offset, output, inverted);
	int error = errno;

	gpiod_request_config_free(wish.request);
	gpiod_line_config_free(wish.lines);
	gpiod_line_settings_free(wish.settings);
	ccs_gpio_chip_close(chip);
	errno = error;
	return (struct ccs_gpio_line *)request;
}

void ccs_gpio_close(struct ccs_gpio_line *line)
{
	if (line)
		gpiod_line_request_release(request_of(line));
}

int ccs_gpio_set(struct ccs_gpio_line *line, bool active)
{
	const enum gpiod_line_value value = active ? GPIOD_LINE_VALUE_ACTIVE
						   : GPIOD_LINE_VALUE_INACTIVE;

	return gpiod_line_request_set_values(request_of(line), &value);
}

int ccs_gpio_get(struct ccs_gpio_line *line, bool *active)
{
	enum gpiod_line_value value = GPIOD_LINE_VALUE_INACTIVE;
	int result = gpiod_line_request_get_values(request_of(line), &value);

	*active = value == GPIOD_LINE_VALUE_ACTIVE;
	return result;
}
