/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cars and chargers with their SLAC engines, cables between them, at the simulated power line.
 * Without a word they are 20 dB apart, and nothing is late or lost.
 */
#ifndef PLC_MEDIUM_H
#define PLC_MEDIUM_H

#include "plc.h"

#include "ccs/slac_ev.h"
#include "ccs/slac_evse.h"

#define MEDIUM_NODES 8

struct medium_node {
	bool is_evse;
	struct ccs_slac_ev ev;
	struct ccs_slac_evse evse;
	uint8_t mac[6];
	int plug; /* the node at the other end of the cable; -1 */
	enum ccs_pilot pilot;
	bool pwm;
	bool rematch;		 /* the car tries again when the charger comes back from E/F */
	unsigned int states[16]; /* how often each was entered */
	struct ccs_sink sink;
};

enum medium_fate { MEDIUM_PASS, MEDIUM_LOSE, MEDIUM_DOUBLE, MEDIUM_LATE };

struct medium {
	struct sim_plc plc; /* the line, to be set and asked as one likes */
	struct sim_random random;
	ccs_time now;
	struct medium_node nodes[MEDIUM_NODES]; /* with the numbers that they have at the line */
	/* What happens to a frame between two hosts; NULL: all pass. */
	enum medium_fate (*fate)(struct medium *medium, const struct ccs_mme *mme, int from,
				 int to);
	void *user;
	ccs_time late;			  /* by how much */
	unsigned int sent[CCS_MME_KINDS]; /* by a host, by kind */
	/* Every frame at a host's interface; NULL. */
	void (*listen)(int node, const uint8_t *frame, size_t length, ccs_time time);
	bool begun;
};

uint32_t medium_random(struct medium *medium);

/* An empty line.  The first time `medium` is all zero. */
void medium_init(struct medium *medium, uint32_t seed);

/* `config` is that of the engine, or NULL for the default one.  Returns the number of the node. */
int medium_add(struct medium *medium, bool is_evse, const struct sim_modem_config *modem,
	       const void *config);
void medium_ev_config(struct medium *medium, struct ccs_slac_ev_config *config);
void medium_evse_config(struct medium *medium, struct ccs_slac_evse_config *config);

/* Plugs a car in: the charger's wishes and the car's toggles go through the cable. */
void medium_plug(struct medium *medium, int ev, int evse);
void medium_unplug(struct medium *medium, int ev);

/* Lets time pass. */
void medium_run(struct medium *medium, ccs_time span);

#endif
