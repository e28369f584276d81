/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our side of a recorded conversation, with the other side as it was.
 *
 * What was recorded decides what people, batteries and power supplies do: when the authorisation
 * comes, the isolation test is over, or somebody wants the end.  The rest of the hardware obeys
 * our commands at once.  The invariants are checked after every call.
 */
#ifndef REPLAY_H
#define REPLAY_H

#include "ccs/quirks.h"
#include "recording.h"

/* X(id): what can happen at our side. */
#define REPLAY_UPSETS(X)                                                 \
	X(NONE)                                                          \
	X(STOP) /* somebody wants the end */                             \
	X(EMERGENCY)                                                     \
	X(UNPLUGGED)                                                     \
	X(UNLOCKED)                                                      \
	X(CUT)	     /* the connection */                                \
	X(PILOT)     /* state B; no PWM */                               \
	X(SENSOR)    /* voltage and current are not measured any more */ \
	X(CONTACTOR) /* does not close, or not any more */               \
	X(FAULT)     /* of the isolation, in AC the RCD; the battery does not allow it */

enum replay_upset {
#define REPLAY_UPSET_ROW(id) REPLAY_UPSET_##id,
	REPLAY_UPSETS(REPLAY_UPSET_ROW)
#undef REPLAY_UPSET_ROW
		REPLAY_UPSET_COUNT
};

struct replay_options {
	struct ccs_quirks quirks;
	enum replay_upset upset; /* then only the invariants count, */
	enum replay_step at;	 /* from the first answer of this step on */
};

struct replay_result {
	unsigned int requests; /* of the car */
	unsigned int answered; /* of these, without failure */
	unsigned int repeated; /* that the recording has not so often */
	struct replay_reach reach;
	const char *ended; /* our session's own words */
	char fault[200];   /* "": as far as in reality, and safely */
};

/* Our charger hears what the recorded car said, at its time. */
void replay_to_evse(const struct replay_conversation *conversation,
		    const struct replay_options *options, struct replay_result *result);

/* Our car asks, and hears what the recorded charger answered to such a request. */
void replay_to_ev(const struct replay_conversation *conversation,
		  const struct replay_options *options, struct replay_result *result);

#endif
