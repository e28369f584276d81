/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A driver: what it offers, and what it may ask of the board that it serves.
 *
 * A driver is one file and one row in binding.h.  It reads and writes its device without blocking,
 * hands every reading to ccs_hw_give() as it comes, and carries out the commands that are bound to
 * it, again and again, so that the device can have a watchdog.  It says when the device goes and
 * comes; it need not think about old values: that is the board's work.
 */
#ifndef CCS_LINUX_HW_DRIVER_H
#define CCS_LINUX_HW_DRIVER_H

#include "linux/hw/board.h"

struct ccs_hw_driver {
	const char *name;
	const char *text;     /* one line for `ccs hw list` */
	const char *values;   /* the names of what it can measure, "*" for all */
	const char *commands; /* of what it can carry out, likewise */
	ccs_time quiet; /* a device that says nothing for so long is gone; 0: it never talks */
	/* NULL: see `problem`; for what may come later (a plug) it opens and waits instead. */
	void *(*open)(struct ccs_hw_seat *seat, struct ccs_problem *problem);
	/* Commands may have changed, time has gone on: sends what is due. */
	void (*step)(void *driver, ccs_time now);
	ccs_time (*deadline)(const void *driver); /* of the next step; CCS_NEVER */
	/* Frees itself, at once or when the loop has called back.  No word to the seat after it. */
	void (*close)(void *driver);
};

#define CCS_HW_ROW(id, name) extern const struct ccs_hw_driver ccs_hw_driver_##name;
CCS_HW_DRIVERS(CCS_HW_ROW)
#undef CCS_HW_ROW

/* NULL for NOBODY and BY_PRESET. */
const struct ccs_hw_driver *ccs_hw_driver(unsigned int id);

/* 0; -1: a point of this side is bound to a driver that has none of it.  `section`: "[ev]". */
int ccs_hw_check_bindings(const struct ccs_hw_config *config, unsigned int side,
			  const char *section, struct ccs_problem *problem);

/* True when `words` holds `name`, or is "*". */
bool ccs_hw_offers(const char *words, const char *name);

/*
 * A reading.  Nothing happens when the value is bound to another driver; one outside the range of
 * its row is refused, which is said once.  The station hears of it at ccs_hw_poke().
 */
void ccs_hw_give(struct ccs_hw_seat *seat, enum ccs_hw_value value, int32_t reading, ccs_time now);

/* Something changed: the station is stepped.  Not from inside step(). */
void ccs_hw_poke(struct ccs_hw_seat *seat);

/* True, and the command, when it is bound to this driver. */
bool ccs_hw_commanded(const struct ccs_hw_seat *seat, enum ccs_hw_command command, int32_t *value);

/* The device is there, and was heard; it is not, and why.  At the beginning it is not. */
void ccs_hw_up(struct ccs_hw_seat *seat, ccs_time now);
void ccs_hw_down(struct ccs_hw_seat *seat, ccs_time now, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* For people: a line that the device sent, something that it refuses.  Of what is too much for a
 * person only the number is said. */
void ccs_hw_note(struct ccs_hw_seat *seat, enum ccs_note_level level, ccs_time now,
		 const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
