/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The power line of the virtual world: hosts (cars and chargers), each behind a modem, and what
 * they hear of one another.
 *
 *	struct sim_plc plc;
 *	struct sim_plc_config config = sim_plc_default();
 *	struct sim_plc_delivery frame;
 *
 *	sim_plc_init(&plc, &config);
 *	car = sim_plc_add(&plc, &sim_modems[SIM_MODEM_QCA7005], CCS_SIDE_EV, car_mac);
 *	charger = sim_plc_add(&plc, &sim_modems[SIM_MODEM_QCA7005], CCS_SIDE_EVSE, charger_mac);
 *	sim_plc_set_attenuation(&plc, car, charger, 15);
 *	... at each step of the clock, which is the least deadline of all:
 *	while (sim_plc_next(&plc, now, &frame))
 *		give frame.bytes to the engine of frame.node
 *	while (an engine of node has a frame to send)
 *		sim_plc_send(&plc, node, bytes, length, now);
 *	...
 *	sim_plc_reset(&plc, &config);	the next run, in the same memory
 *	sim_plc_free(&plc);
 *
 * What passes: frames to the modem at the own host port are answered by it and stay there; SLAC
 * messages go to every host that hears the sender; anything else, also frames that are no HomePlug
 * messages, only between modems of one network.  The modem of a charger reports each sound it
 *hears.
 *
 * Nothing is called back into an engine, time is an argument and must not go back, and the same
 * seed, calls and hooks give the same frames at the same times.  Memory grows to what was needed at
 * once and is kept; there is none for each frame.
 */
#ifndef SIM_PLC_H
#define SIM_PLC_H

#include "modem.h"
#include "plc_pace.h"
#include "plc_queue.h"
#include "random.h"

#include "ccs/mme.h"
#include "ccs/slac.h"
#include "ccs/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_PLC_DEAF 255 /* attenuation: not heard at all */

/*
 * What becomes of one frame on its way, decided by chance and then by the hook.  `frame` is this
 * way's own copy; the hook may change it and, up to CCS_MME_FRAME_MAX, its length, but must not
 * call functions of the line.
 */
struct sim_plc_fate {
	bool lose;
	bool twice;
	ccs_time late_us; /* beyond the line's own time; frames sent later may overtake it */
	uint8_t *frame;
	size_t length;
};

struct sim_plc_config {
	uint64_t seed;
	ccs_time host_us;	/* between a modem and its host; 400 us */
	ccs_time line_us;	/* from host to host; 2 ms */
	ccs_time jitter_us;	/* chance adds up to this on the line; 1 ms; the order stays */
	uint16_t lost;		/* on the line, per mille, */
	uint16_t doubled;	/* that come twice, */
	uint16_t delayed;	/* that come up to `delay_us` late */
	ccs_time delay_us;	/* 300 ms */
	uint8_t fade_db;	/* from here on frames are lost by distance; 45 dB */
	uint8_t silence_db;	/* from here on all; 75 dB: at 51 dB, 2 of 10, as measured */
	uint8_t noise_db;	/* of a measured attenuation, +-; 1 dB */
	uint8_t attenuation_db; /* between hosts that nobody said anything about; SIM_PLC_DEAF */
	bool leaky;		/* unicast SLAC messages are heard by other hosts too */
	/*
	 * Decides about every frame, NULL: chance alone.  `from` is the node whose host or modem
	 * sent it, `to` the node that will hear it; the same: between a host and its own modem, in
	 * either direction.  `mme` as sent, CCS_MME_OTHER when it could not be read.
	 */
	void (*fate)(void *user, const struct ccs_mme *mme, int from, int to,
		     struct sim_plc_fate *fate);
	void *fate_user;
	/* Every frame as the interface of a host shows it, both directions, and when; NULL. */
	void (*tap)(void *user, int node, const uint8_t *frame, size_t length, ccs_time time);
	void *tap_user;
};

struct sim_plc_config sim_plc_default(void);

/* A frame that arrived at a host. */
struct sim_plc_delivery {
	int node;
	ccs_time time;	      /* when; not later than `now` */
	const uint8_t *bytes; /* valid until the next call of sim_plc_next */
	size_t length;
};

struct sim_plc_node;
struct sim_plc_pair;

/* To be read by anyone: config, count, sent, arrived, lost.  The rest is private. */
struct sim_plc {
	struct sim_plc_config config; /* hooks and chances may be changed at any time */
	struct sim_random random;
	int count;	  /* nodes */
	uint32_t sent;	  /* by hosts */
	uint32_t arrived; /* at hosts */
	uint32_t lost;	  /* by chance, distance, the hook, a deaf modem, or for want of memory */

	struct sim_plc_node *nodes;
	struct sim_plc_pair *pairs;
	int node_room;
	size_t pair_room;
	struct sim_plc_queue queue;
	uint8_t frame[CCS_MME_FRAME_MAX]; /* of the last delivery */
};

/* Needs sim_plc_free later. */
void sim_plc_init(struct sim_plc *plc, const struct sim_plc_config *config);

/* No hosts, nothing on its way, the seed of `config`; as after init, without losing the memory. */
void sim_plc_reset(struct sim_plc *plc, const struct sim_plc_config *config);

void sim_plc_free(struct sim_plc *plc);

/*
 * A host and its modem, which has a random key and is in no network.  Returns the number of the
 * node, 0, 1, 2 and so on; CCS_ERR_SPACE.
 */
int sim_plc_add(struct sim_plc *plc, const struct sim_modem_config *modem, enum ccs_side side,
		const uint8_t host_mac[6]);

/* To be looked at, and `config` to be changed; valid until the next call of sim_plc_add. */
struct sim_modem *sim_plc_modem(struct sim_plc *plc, int node);

/* In both directions, dB; SIM_PLC_DEAF (in all groups) cuts the line between them. */
void sim_plc_set_attenuation(struct sim_plc *plc, int a, int b, uint8_t db);
void sim_plc_set_attenuations(struct sim_plc *plc, int a, int b, const uint8_t db[CCS_SLAC_GROUPS]);

/* The host answers as fast as a real one; NULL: at once, as at first. */
void sim_plc_set_pace(struct sim_plc *plc, int node, const struct sim_pace *pace);

/* The host of `node` sends; frames shorter than an Ethernet header or too long are lost. */
void sim_plc_send(struct sim_plc *plc, int node, const uint8_t *frame, size_t length, ccs_time now);

/*
 * Puts a frame of nowhere before the host of `node`, at `time`.  Fate does not see it; one that is
 * longer than CCS_MME_FRAME_MAX is lost.
 */
void sim_plc_inject(struct sim_plc *plc, int node, const uint8_t *frame, size_t length,
		    ccs_time time);

/* The next frame that is due at a host, in the order of time.  False: none until now. */
bool sim_plc_next(struct sim_plc *plc, ccs_time now, struct sim_plc_delivery *out);

/* When sim_plc_next wants to be called: a frame arrives, or leaves a slow host; CCS_NEVER. */
ccs_time sim_plc_deadline(const struct sim_plc *plc);

/* Both modems are in the same network and hear each other: IP passes. */
bool sim_plc_is_linked(const struct sim_plc *plc, int a, int b, ccs_time now);

/* Since when both are in that network; CCS_NEVER: not linked. */
ccs_time sim_plc_link_since(const struct sim_plc *plc, int a, int b, ccs_time now);

#endif
