/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A contactor (both poles as one) with its delays, bounce, feedback contact and faults.  The lock
 * of a connector, which is a slower contactor without bounce, is the same machine.
 */
#ifndef SIM_CONTACTOR_H
#define SIM_CONTACTOR_H

#include "ccs/charge.h"
#include "random.h"

struct sim_contactor_config {
	ccs_time close_us;  /* from the command to the first touch */
	ccs_time open_us;   /* from the command to the last touch */
	ccs_time bounce_us; /* after the first touch it may open and close again; 0: clean */
};

/* 30 ms, 15 ms, 4 ms of bounce; a lock motor: 600 ms each way. */
extern const struct sim_contactor_config sim_contactor_default;
extern const struct sim_contactor_config sim_lock_default;

struct sim_contactor {
	struct sim_contactor_config config;
	bool commanded;
	bool closed;  /* conducts (a lock: holds) now */
	ccs_time due; /* next change of `closed`; CCS_NEVER: none */
	ccs_time bounce_until;
	bool stuck;  /* fault: stays as it is */
	bool welded; /* fault: once closed never opens again */
	bool silent; /* fault: no feedback */
};

void sim_contactor_init(struct sim_contactor *contactor, const struct sim_contactor_config *config);

/* The coil is on or off from `now` on. */
void sim_contactor_command(struct sim_contactor *contactor, bool close, ccs_time now);

/* Carries out what is due at `now`. */
void sim_contactor_step(struct sim_contactor *contactor, struct sim_random *random, ccs_time now);

/* Neither moves nor bounces: the feedback is what it was told. */
bool sim_contactor_is_moving(const struct sim_contactor *contactor);

/* UNKNOWN while it bounces: who reads the auxiliary contact debounces it. */
enum ccs_contactor sim_contactor_feedback(const struct sim_contactor *contactor);

#endif
