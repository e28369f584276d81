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

struct replay_result {
	unsigned int requests; /* of the car */
	unsigned int answered; /* of these, without failure */
	unsigned int repeated; /* that the recording has not so often */
	struct replay_reach reach;
	const char *ended; /* our session's own words */
	char fault[200];   /* "": as far as in reality, and safely */
};

/* Our charger hears what the recorded car said, at its time. */
void replay_to_evse(const struct replay_conversation *conversation, struct ccs_quirks quirks,
		    struct replay_result *result);

/* Our car asks, and hears what the recorded charger answered to such a request. */
void replay_to_ev(const struct replay_conversation *conversation, struct ccs_quirks quirks,
		  struct replay_result *result);

#endif
