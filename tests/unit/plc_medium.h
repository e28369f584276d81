/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A power line for tests of the SLAC engines: cars and chargers with their modems, attenuation
 * between them, and virtual time.
 */
#ifndef PLC_MEDIUM_H
#define PLC_MEDIUM_H

#include "ccs/slac_ev.h"
#include "ccs/slac_evse.h"

#define MEDIUM_NODES  4
#define MEDIUM_QUEUE  256
#define MEDIUM_DEAF   255 /* attenuation: not heard at all */
#define MEDIUM_ABSENT 0xffff

/* What a modem is like. */
struct medium_modem {
	enum ccs_modem_chip chip; /* UNKNOWN: answers the standard's messages only */
	bool vendor_profiles;	  /* 0xA14E */
	bool profiles;		  /* 0x6086 */
	bool empty_profiles;	  /* with 0 groups */
	bool dead;		  /* answers nothing */
	bool refuses_key;
	uint8_t key_result;  /* of CM_SET_KEY.CNF when it takes the key */
	uint32_t old_key_ms; /* so long the old key stays after CM_SET_KEY */
	uint32_t deaf_ms;    /* then it is silent */
	uint32_t join_ms;    /* then it is there, but sees its peer so much later */
	bool no_get_key;     /* does not answer CM_GET_KEY */
	bool no_link_status; /* nor what asks its own link */
};

extern const struct medium_modem medium_qca7005, medium_ar7420, medium_cg5317, medium_plain;

struct medium_node {
	bool is_evse;
	struct ccs_slac_ev ev;
	struct ccs_slac_evse evse;
	uint8_t mac[6];
	uint8_t modem_mac[6];
	struct medium_modem modem;
	uint8_t nid[7], nmk[16];	 /* that the modem has now */
	uint8_t new_nid[7], new_nmk[16]; /* that it will have */
	ccs_time key_time;		 /* of CM_SET_KEY; CCS_NEVER: nothing is coming */
	ccs_time joined;		 /* sees others from then on */
	int plug;			 /* the node at the other end of the cable; -1 */
	enum ccs_pilot pilot;
	bool pwm;
	bool rematch;		 /* the car tries again when the charger comes back from E/F */
	unsigned int states[16]; /* how often each was entered */
	unsigned int notes;
	struct ccs_sink sink;
};

enum medium_fate { MEDIUM_PASS, MEDIUM_LOSE, MEDIUM_DOUBLE, MEDIUM_LATE };

struct medium_frame {
	ccs_time time;
	int to;
	size_t length;
	uint8_t bytes[CCS_MME_FRAME_MAX];
};

struct medium {
	ccs_time now;
	uint32_t seed;
	int count;
	bool leaky; /* everyone hears unicast frames of the others */
	uint8_t attenuation[MEDIUM_NODES][MEDIUM_NODES];
	struct medium_node nodes[MEDIUM_NODES];
	/* What happens to a frame between two hosts; NULL: all pass. */
	enum medium_fate (*fate)(struct medium *medium, const struct ccs_mme *mme, int from,
				 int to);
	void *user;
	ccs_time late;			  /* by how much */
	unsigned int sent[CCS_MME_KINDS]; /* by a host, by kind */
	struct medium_frame queue[MEDIUM_QUEUE];
	size_t queued;
};

uint32_t medium_random(struct medium *medium);
void medium_init(struct medium *medium, uint32_t seed);

/* Adds a node with the default configuration, started after the caller has changed it. */
int medium_add(struct medium *medium, bool is_evse, const struct medium_modem *modem,
	       const void *config);
void medium_ev_config(struct medium *medium, struct ccs_slac_ev_config *config);
void medium_evse_config(struct medium *medium, struct ccs_slac_evse_config *config);

/* Plugs a car in: the charger's wishes and the car's toggles go through the cable. */
void medium_plug(struct medium *medium, int ev, int evse);
void medium_unplug(struct medium *medium, int ev);

/* Hands a frame to a node now. */
int medium_inject(struct medium *medium, int to, const struct ccs_mme *mme);

/* Lets time pass. */
void medium_run(struct medium *medium, ccs_time span);

#endif
