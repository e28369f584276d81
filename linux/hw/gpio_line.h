/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One GPIO line through the kernel's character device.
 *
 * NOTE: not through libgpiod: its versions 1 and 2 have nothing in common but the name, and all
 * that is needed here are three requests to the kernel, whose interface stays.
 *
 * A line is named "gpiochip1:18", by the name that the device tree gives it, or by the header pin
 * of a BeagleBone, "P9_14" (which recent device trees use as names, too); "!" in front of it
 * inverts.
 */
#ifndef CCS_LINUX_HW_GPIO_LINE_H
#define CCS_LINUX_HW_GPIO_LINE_H

#include <stdbool.h>

/* Asks for a line: as an output that is inactive at once, or as an input.  A descriptor, or -1 with
 * errno; ENODEV: no line of this name. */
int ccs_gpio_open(const char *root, const char *name, bool output);

/* Nothing of these blocks; -1 with errno. */
int ccs_gpio_set(int fd, bool active);
int ccs_gpio_get(int fd, bool *active);

/* Chip and offset of a BeagleBone's pin; false: it is none that we know. */
bool ccs_gpio_find_pin(const char *name, unsigned int *chip, unsigned int *offset);

#endif
