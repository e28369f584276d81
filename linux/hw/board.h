/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board: all points of a car or a charger, each with the driver that it is bound to.
 *
 *	if (ccs_hw_open(&board, loop, CCS_HW_EV, &config, &sink, &problem))
 *		...
 *	ccs_hw_set(&board, CCS_HW_COMMAND_LOCK, 1);
 *	ccs_hw_step(&board, now);		drivers work, silence is found
 *	if (ccs_hw_get(&board, CCS_HW_VALUE_SOC, now, &soc)) ...
 *	... until ccs_hw_deadline(&board), or board.changed was called
 *	ccs_hw_close(&board);			and run the loop until it is empty
 *
 * A value older than its limit is unknown, whatever the driver thinks.  When one that is bound is
 * unknown, or a driver with commands is gone, `trouble` says what must follow, and a note says why,
 * once.  ev_board.h and evse_board.h turn it into `stop` and `emergency` of the station.
 */
#ifndef CCS_LINUX_HW_BOARD_H
#define CCS_LINUX_HW_BOARD_H

#include "linux/hw/binding.h"
#include "linux/problem.h"

#include "ccs/charge.h"
#include "ccs/record.h"

#include <uv.h>

#define CCS_HW_SEATS	    CCS_HW_DRIVER_COUNT
#define CCS_HW_WHY	    96	/* of a device */
#define CCS_HW_TROUBLE_TEXT 192 /* of a point, with that */

struct ccs_hw_driver;
struct ccs_hw_board;

/* A driver at work. */
struct ccs_hw_seat {
	struct ccs_hw_board *board;
	const struct ccs_hw_driver *driver;
	void *self;
	bool up;
	ccs_time heard;	      /* of the device, last */
	ccs_time noted;	      /* notes are counted from here */
	unsigned int notes;   /* that were made since then */
	unsigned int hidden;  /* and those that were too many */
	char why[CCS_HW_WHY]; /* it is not up */
};

/* What displays and bridges to other protocols show; unknown and 0 where there is no session. */
struct ccs_hw_news {
	const char *state; /* of the station, for people */
	uint16_t number;   /* of it, as state_number.h has them */
	bool active;	   /* from cable check to the end of charging */
	bool charging;	   /* of a charger: the car may draw what it asks for */
	bool done;	   /* waiting to be unplugged */
	bool alone;	   /* of a car: and its charger is gone, or none was found */
	bool held;	   /* of a car: and it wants no other session: a person's stop, full */
	struct ccs_measured charger_mv;
	struct ccs_measured charger_ma;
	int32_t charger_max_mv; /* 0: not said */
	int32_t charger_max_ma;
	struct ccs_setpoint target; /* of the car */
	int32_t soc;		    /* per mille; -1: unknown */
	uint8_t car[6];		    /* its EVCCID, or zero */
	int32_t capacity_mwh;	    /* of the car; 0: not said */
};

/* `trouble`, `why` and the seats may be read; `changed` and `news` are the owner's. */
struct ccs_hw_board {
	uv_loop_t *loop;
	unsigned int side;
	const struct ccs_hw_config *config;
	const struct ccs_sink *sink;
	void (*changed)(void *user); /* a driver has something new; NULL */
	void *user;
	struct ccs_hw_news news;

	enum ccs_hw_silence trouble;   /* the worst of all; FORGET: none */
	char why[CCS_HW_TROUBLE_TEXT]; /* "" without trouble */

	struct ccs_hw_seat seats[CCS_HW_SEATS];
	size_t seat_count;
	struct {
		struct ccs_hw_seat *seat; /* NULL: bound to nobody */
		struct ccs_measured last;
		bool refused; /* that the last reading was absurd was said */
		bool silent;
	} values[CCS_HW_VALUE_COUNT];
	struct {
		struct ccs_hw_seat *seat;
		int32_t value;
	} commands[CCS_HW_COMMAND_COUNT];
	ccs_time opened;
	bool started; /* whoever has not said a word yet is silent */
	enum ccs_hw_silence told;
	bool closed;
};

/* Opens all drivers that something is bound to.  -1: see `problem`; nothing is open then, but run
 * the loop until it is empty.  Config and sink must outlive the board; sink may be NULL. */
int ccs_hw_open(struct ccs_hw_board *board, uv_loop_t *loop, unsigned int side,
		const struct ccs_hw_config *config, const struct ccs_sink *sink,
		struct ccs_problem *problem);

/* Commands go to their drivers in the next step; what is bound to nobody is only remembered. */
void ccs_hw_set(struct ccs_hw_board *board, enum ccs_hw_command command, int32_t value);

void ccs_hw_step(struct ccs_hw_board *board, ccs_time now);

bool ccs_hw_is_bound(const struct ccs_hw_board *board, enum ccs_hw_value value);

/* False: unknown, too old, bound to nobody. */
bool ccs_hw_get(const struct ccs_hw_board *board, enum ccs_hw_value value, ccs_time now,
		int32_t *reading);

/* The same with the time at which it was taken, as the stations want it. */
struct ccs_measured ccs_hw_measured(const struct ccs_hw_board *board, enum ccs_hw_value value,
				    ccs_time now);

/* When to step at the latest. */
ccs_time ccs_hw_deadline(const struct ccs_hw_board *board);

/* All commands to off (a car's pilot to B) and once more to the drivers, then closes them. */
void ccs_hw_close(struct ccs_hw_board *board);

#endif
