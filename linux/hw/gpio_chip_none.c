/* SPDX-License-Identifier: Apache-2.0 */
/* In place of gpio_chip_1.c and gpio_chip_2.c where libgpiod is not there: no chip opens. */
#include "linux/hw/gpio_chip.h"

#include <errno.h>
#include <stddef.h>

static int refuse(void)
{
	errno = ENOSYS;
	return -1;
}

struct ccs_gpio_chip *ccs_gpio_chip_open(const char *path)
{
	(void)path;
	refuse();
	return NULL;
}

void ccs_gpio_chip_close(struct ccs_gpio_chip *chip)
{
	(void)chip;
}

int ccs_gpio_chip_name(struct ccs_gpio_chip *chip, unsigned int offset, char name[CCS_GPIO_NAME])
{
	(void)chip;
	(void)offset;
	*name = '\0';
	return refuse();
}

struct ccs_gpio_line *ccs_gpio_chip_take(struct ccs_gpio_chip *chip, unsigned int offset,
					 bool output, bool inverted)
{
	(void)chip;
	(void)offset;
	(void)output;
	(void)inverted;
	refuse();
	return NULL;
}

void ccs_gpio_close(struct ccs_gpio_line *line)
{
	(void)line;
}

int ccs_gpio_set(struct ccs_gpio_line *line, bool active)
{
	(void)line;
	(void)active;
	return refuse();
}

int ccs_gpio_get(struct ccs_gpio_line *line, bool *active)
{
	(void)line;
	*active = false;
	return refuse();
}
