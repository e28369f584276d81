/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast real cars and chargers go through SLAC, as measured in recorded sessions; for
 * sim_plc_set_pace (plc.h), and for cars also for the configuration of their engine:
 *
 *	const struct sim_pace *pace = sim_pace_find("ioniq");
 *
 *	sim_pace_configure(pace, &ev_config);
 *	ccs_slac_ev_init(&ev, &ev_config, sink);
 *	sim_plc_set_pace(&plc, node, pace);
 *
 * What an engine does by its own timers is left to it; what the computer in the real one takes on
 * top becomes a delay of the frame it sends, drawn once for each host.
 */
#ifndef SIM_PLC_PACE_H
#define SIM_PLC_PACE_H

#include "ccs/slac_ev.h"

struct sim_pace_span {
	uint16_t least_ms;
	uint16_t most_ms;
};

struct sim_pace {
	const char *name;
	enum ccs_side side;
	/* A car: limits of its engine. */
	uint16_t start_ms;	 /* CM_SLAC_PARM.REQ to the first CM_START_ATTEN_CHAR.IND */
	uint16_t gap_ms;	 /* between those, and between sounds */
	uint16_t first_sound_ms; /* the last of those to the first sound */
	uint16_t match_ms;	 /* the first of those to CM_SLAC_MATCH.REQ; 0: as soon as can be */
	struct sim_pace_span rsp; /* CM_ATTEN_CHAR.IND to .RSP */
	/* A charger. */
	struct sim_pace_span parm;  /* CM_SLAC_PARM.REQ to .CNF */
	struct sim_pace_span ind;   /* last sound to CM_ATTEN_CHAR.IND */
	struct sim_pace_span match; /* CM_SLAC_MATCH.REQ to .CNF */
	/*
	 * It reports when TT_EVSE_match_MNBC is over, not when all sounds are in.  Here its host
	 * never gets the last profile, so one sound less is reported than by the real one.
	 */
	bool waits;
	uint8_t db; /* mean attenuation it reported to cars plugged in there; 0: not measured */
};

/* Of these many, by number and by name; NULL: none. */
const struct sim_pace *sim_pace_at(size_t i);
const struct sim_pace *sim_pace_find(const char *name);

/* Sets the limits of a car's engine; leaves the rest, and everything for a charger's pace. */
void sim_pace_configure(const struct sim_pace *pace, struct ccs_slac_ev_config *config);

#endif
