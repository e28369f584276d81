/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A simulated modem for `ccs modem`: one with a parameter block in a file, which may be broken on
 * purpose, and one more across the power line, in the network of adapters from the shop
 * (HomePlugAV): with that key there is a link.
 */
#ifndef CCS_LINUX_MODEM_TOOL_SIM_H
#define CCS_LINUX_MODEM_TOOL_SIM_H

#include "linux/problem.h"

#include "sim/modem.h"

#define CCS_MODEM_TOOL_QUEUE 8

struct ccs_modem_tool_sim {
	ccs_time now;
	const char *path;	     /* of its PIB */
	struct sim_store_image file; /* as it was; 0 bytes: there was none */
	struct sim_modem modem;
	struct sim_modem far;
	struct sim_modem_store store;
	struct sim_random random;
	unsigned int first;
	unsigned int waiting;
	struct {
		ccs_time due;
		size_t length;
		uint8_t bytes[CCS_MME_FRAME_MAX];
	} queue[CCS_MODEM_TOOL_QUEUE];
};

/*
 * The modem whose PIB is in `path`; when there is no such file it is a new one of `kind`.  `fault`:
 * NULL, or "NAME" or "NAME:N" of sim_store_find_fault, at question N for its PIB.  -1: see
 * `problem`.
 */
int ccs_modem_tool_sim_open(struct ccs_modem_tool_sim *sim, const char *path,
			    const struct sim_modem_config *kind, const char *fault,
			    struct ccs_problem *problem);

/* Its host says something. */
void ccs_modem_tool_sim_take(struct ccs_modem_tool_sim *sim, const uint8_t *frame, size_t length);

/* What it says by now; 0: nothing. */
size_t ccs_modem_tool_sim_next(struct ccs_modem_tool_sim *sim, const uint8_t **frame);

/* When it will say something; CCS_NEVER. */
ccs_time ccs_modem_tool_sim_deadline(const struct ccs_modem_tool_sim *sim);

/* Writes what is in its flash memory to its file, if that is something else.  -1: see `problem`. */
int ccs_modem_tool_sim_close(struct ccs_modem_tool_sim *sim, struct ccs_problem *problem);

#endif
