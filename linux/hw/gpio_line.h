/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One GPIO line, through libgpiod (gpio_chip.h has what differs between its versions).
 *
 * A line is named "gpiochip1:18", by the name that the device tree gives it, or by the header pin
 * of a BeagleBone, "P9_14" (which recent device trees use as names, too); "!" in front of it
 * inverts.
 */
#ifndef CCS_LINUX_HW_GPIO_LINE_H
#define CCS_LINUX_HW_GPIO_LINE_H

#include "linux/problem.h"

#include <stdbool.h>

struct ccs_gpio_line;

/* Asks for a line: as an output that is inactive at once, or as an input.  `root` stands before
 * /dev.  NULL: see `problem` ("NAME: why": no such line, in use, not permitted, no libgpiod). */
struct ccs_gpio_line *ccs_gpio_open(const char *root, const char *name, bool output,
				    struct ccs_problem *problem);

/* Nothing of these blocks; -1 with errno. */
int ccs_gpio_set(struct ccs_gpio_line *line, bool active);
int ccs_gpio_get(struct ccs_gpio_line *line, bool *active);

/* Gives the line back to the kernel.  NULL is none. */
void ccs_gpio_close(struct ccs_gpio_line *line);

/* Chip and offset of a BeagleBone's pin; false: it is none that we know. */
bool ccs_gpio_find_pin(const char *name, unsigned int *chip, unsigned int *offset);

#endif
