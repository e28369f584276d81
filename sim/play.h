/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Playing a script in a simulation.
 *
 *	struct sim_play play;
 *
 *	sim_play_init(&play, sim, script);
 *	while (play.state == SIM_PLAY_RUNNING)
 *		sim_play_step(&play, CCS_NEVER);
 *
 * In real time the limit is the time that it is; sim_play_next() tells when the next step is due.
 *
 * A play has passed when each step could be done, each expectation was true, nothing else went
 * wrong with the hardware, no invariant was broken, and at the end all stations came to rest.
 */
#ifndef SIM_PLAY_H
#define SIM_PLAY_H

#include "script.h"
#include "sim.h"

enum sim_play_state {
	SIM_PLAY_RUNNING,
	SIM_PLAY_PASSED,
	SIM_PLAY_FAILED,
};

/* `state` and `why` may be read. */
struct sim_play {
	enum sim_play_state state;
	struct sim_script_error why; /* FAILED */
	struct sim *sim;
	const struct sim_script *script;
	int at;			       /* the step that is to be done */
	ccs_time entered;	       /* since when */
	uint32_t still;		       /* steps since time went on */
	uint32_t expected[SIM_POINTS]; /* events, a bit each */
};

void sim_play_init(struct sim_play *play, struct sim *sim, const struct sim_script *script);

/* When something happens next. */
ccs_time sim_play_next(const struct sim_play *play);

/* Does what is due until then, but not beyond `limit`. */
void sim_play_step(struct sim_play *play, ccs_time limit);

/* All at once. */
void sim_play_run(struct sim_play *play);

#endif
