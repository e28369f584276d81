/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A charger's hardware made of drivers: fills its values, carries out its commands.
 *
 * What is bound to nobody: no lock (a tethered plug), no isolation monitor, no contactor feedback,
 * a supply that is ready, the limits of [evse], authorisation as configured.  While the hardware is
 * in trouble no car is seen, and a session that is going on ends: `stop`, or `emergency` where the
 * board says so.
 *
 * A new state of the pilot counts when no other was read for 20 ms: the plug's contacts bounce, but
 * a car that is gone must be seen to be gone in less than 100 ms (IEC 61851-1).
 */
#ifndef CCS_LINUX_HW_EVSE_BOARD_H
#define CCS_LINUX_HW_EVSE_BOARD_H

#include "linux/config_station.h"
#include "linux/hardware.h"
#include "linux/hw/board.h"

#include "ccs/evse_station.h"

/* The station is to use `values` and `commands`; `stop` is the owner's wish to end. */
struct ccs_hw_evse {
	struct ccs_hw_board board;
	struct ccs_evse_values values;
	struct ccs_evse_commands commands;
	const struct ccs_evse_station *station; /* for the displays; NULL: none */
	const struct ccs_config_evse *config;
	bool stop;
	enum ccs_pilot read; /* the pilot, as the driver said last */
	ccs_time read_since;
	enum ccs_pilot settled; /* without bouncing */
};

/* As ccs_hw_open(); -1 also when what it needs is bound to nobody (needs.h). */
int ccs_hw_evse_open(struct ccs_hw_evse *evse, uv_loop_t *loop,
		     const struct ccs_config_evse *config, const struct ccs_evse_station *station,
		     const struct ccs_sink *sink, struct ccs_problem *problem);

struct ccs_hardware ccs_hw_evse_hardware(struct ccs_hw_evse *evse);

#endif
