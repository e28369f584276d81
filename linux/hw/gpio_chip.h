/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What gpio_line.c needs of libgpiod, whose versions 1 and 2 have nothing in common but the name:
 * gpio_chip_1.c, gpio_chip_2.c, or gpio_chip_none.c where it is not there; meson.build chooses.
 * The same file has what one does with a line (gpio_line.h).
 */
#ifndef CCS_LINUX_HW_GPIO_CHIP_H
#define CCS_LINUX_HW_GPIO_CHIP_H

#include "linux/hw/gpio_line.h"

#define CCS_GPIO_CONSUMER "ccs" /* whom `gpioinfo` shows */
#define CCS_GPIO_NAME	  32	/* a line's name, with its end */

struct ccs_gpio_chip;

/* NULL with errno: ENOENT: no such file; ENOTTY: no chip; ENOSYS: built without libgpiod. */
struct ccs_gpio_chip *ccs_gpio_chip_open(const char *path);

/* Copies the name of a line, "" when it has none; -1: the chip has no such line. */
int ccs_gpio_chip_name(struct ccs_gpio_chip *chip, unsigned int offset, char name[CCS_GPIO_NAME]);

/* Makes the line out of its chip, which is gone then, in any case.  NULL with errno. */
struct ccs_gpio_line *ccs_gpio_chip_take(struct ccs_gpio_chip *chip, unsigned int offset,
					 bool output, bool inverted);

void ccs_gpio_chip_close(struct ccs_gpio_chip *chip);

#endif
