/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a listener has seen of a charging session, and what it cannot see, and why.
 *
 * Between two PLC modems a third one sees little: frames to all, and of the SLAC messages to one
 * receiver at most those that its own role would get.  The key of a network, which passes in
 * CM_SLAC_MATCH.CNF, lets it in, but what is sent to one receiver is modulated for that receiver.
 * A wire (mirror port, bridge, the car's or charger's own interface) has everything.
 *
 * Sources: what others tried with AR7420, QCA7420, INT6000 and INT6400 modems at real chargers.
 */
#ifndef CCS_LINUX_LISTEN_SIGHT_H
#define CCS_LINUX_LISTEN_SIGHT_H

#include "ccs/modem.h"

/* The modem that the frames come through. */
enum ccs_sight_modem {
	CCS_SIGHT_UNASKED, /* nobody asked for one */
	CCS_SIGHT_NONE,	   /* none answers: a wire */
	CCS_SIGHT_OUTSIDE, /* one that is not in the network of the session */
	CCS_SIGHT_INSIDE,  /* one that was given the session's key */
};

struct ccs_sight {
	uint64_t frames;	    /* of SLAC, discovery and TCP */
	uint32_t matches;	    /* sessions whose key was seen */
	uint64_t slac_to[3];	    /* SLAC to one receiver: [ccs_side] that it was for */
	uint64_t discovery;	    /* questions for a charger */
	uint64_t tcp_low, tcp_high; /* segments to the lower and to the higher address */
	struct ccs_cm_slac_match_cnf match;
	bool has_match; /* the newest one; its key is wiped by ccs_sight_forget */
};

/* A frame, of whatever kind.  True: it tells a key that the one before did not. */
bool ccs_sight_take(struct ccs_sight *sight, const uint8_t *frame, size_t length);

void ccs_sight_forget(struct ccs_sight *sight);

/* What can be expected, as soon as the modem is known: a sentence. */
const char *ccs_sight_expect(enum ccs_sight_modem modem, enum ccs_modem_chip chip);

/* What was missing in the end and why, the `index`-th sentence; NULL: no more. */
const char *ccs_sight_missing(const struct ccs_sight *sight, enum ccs_sight_modem modem,
			      size_t index);

#endif
