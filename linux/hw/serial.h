/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A serial port with a device that speaks lines: found, opened, and opened again when it was
 * unplugged.
 *
 * The port is a path, or "auto": the first USB serial port, in the order of the names, whose
 * adapter is one that the device is built with and that no other driver has (flock).
 */
#ifndef CCS_LINUX_HW_SERIAL_H
#define CCS_LINUX_HW_SERIAL_H

#include "linux/hw/driver.h"
#include "linux/hw/lines.h"

struct ccs_hw_usb {
	uint16_t vendor;
	uint16_t product; /* 0: all of the vendor */
};

/* Ends with a vendor 0: the adapters of common microcontroller boards. */
extern const struct ccs_hw_usb ccs_hw_usb_boards[];

struct ccs_hw_serial {
	struct ccs_hw_seat *seat;
	const char *port; /* must outlive it */
	int32_t baud;
	const struct ccs_hw_usb *adapters; /* for "auto"; ends with a vendor 0 */
	struct ccs_hw_lines lines;
	ccs_time retry; /* CCS_NEVER: it is open */
	bool is_new;	/* it was opened since the driver looked last */
	char path[CCS_HW_PATH];
};

/* Whether serial ports have this speed. */
bool ccs_hw_serial_has_speed(int32_t baud);

/* The caller sets seat, port, baud, adapters, lines.take and lines.user before. */
void ccs_hw_serial_init(struct ccs_hw_serial *serial);

/* Opens what is not open, sends what waits.  True: it is open. */
bool ccs_hw_serial_step(struct ccs_hw_serial *serial, ccs_time now);

/* True once after each opening: the device knows nothing of what was sent before. */
bool ccs_hw_serial_is_new(struct ccs_hw_serial *serial);

/* When to step at the latest, not later than `other`. */
ccs_time ccs_hw_serial_deadline(const struct ccs_hw_serial *serial, ccs_time other);

void ccs_hw_serial_close(struct ccs_hw_serial *serial);

#endif
