/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A car's hardware made of drivers: fills its values, carries out its commands.
 *
 * What is bound to nobody: no plug switch (the control pilot tells), no limits and no target (those
 * of [ev] count).  While the hardware is in trouble no session begins, and one that is going on
 * ends: `stop`, or `emergency` where the board says so.
 */
#ifndef CCS_LINUX_HW_EV_BOARD_H
#define CCS_LINUX_HW_EV_BOARD_H

#include "linux/config_station.h"
#include "linux/hardware.h"
#include "linux/hw/board.h"

#include "ccs/ev_station.h"

/* The station is to use `values` and `commands`; `stop` is the owner's wish to end. */
struct ccs_hw_ev {
	struct ccs_hw_board board;
	struct ccs_ev_values values;
	struct ccs_ev_commands commands;
	const struct ccs_ev_station *station; /* for the displays; NULL: none */
	const struct ccs_config_ev *config;
	bool stop;
	bool held;			  /* that wish was a person's: an assumed plug stays in */
	char reason[CCS_HW_TROUBLE_TEXT]; /* why the hardware ended the session, or ""; until the
					     next */
};

/* As ccs_hw_open(); -1 also when what it needs is bound to nobody (needs.h). */
int ccs_hw_ev_open(struct ccs_hw_ev *ev, uv_loop_t *loop, const struct ccs_config *config,
		   const struct ccs_ev_station *station, const struct ccs_sink *sink,
		   struct ccs_problem *problem);

struct ccs_hardware ccs_hw_ev_hardware(struct ccs_hw_ev *ev);

#endif
