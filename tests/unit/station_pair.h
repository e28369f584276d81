/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two stations with each other: around the cable, battery and supply of sim/world.h, over the
 * power line of sim/plc.h, with datagrams and a byte stream that take no time.  After every call of
 * a station its invariants are checked; what broke first stays in `breach`.
 */
#ifndef STATION_PAIR_H
#define STATION_PAIR_H

#include "ccs/ev_station.h"
#include "ccs/evse_station.h"
#include "plc.h"
#include "world.h"

#define PAIR_PORT 50001

struct station_pair_config {
	struct ccs_ev_station_config ev;
	struct ccs_evse_station_config evse;
	struct sim_world_config world;
	enum sim_modem_kind modem;
	bool slac;
};

struct station_pair {
	struct ccs_ev_station ev;
	struct ccs_evse_station evse;
	struct sim_world world;
	struct sim_plc plc;
	struct sim_random random;
	bool slac;
	ccs_time now;

	/* the connection */
	bool refuses; /* nobody listens */
	bool muted;   /* datagrams are lost */
	bool stuck;   /* what is sent does not arrive */
	bool open;
	unsigned int connects; /* that were tried */
	unsigned int datagrams;

	/* Called when the world was measured, to change what the stations see; NULL. */
	void (*lie)(struct station_pair *pair);
	/* Called with each piece of the stream, whose bytes it may change; NULL. */
	void (*forge)(struct station_pair *pair, enum ccs_side to, uint8_t *bytes, size_t length);

	/* what was seen */
	struct ccs_sink ev_sink, evse_sink;
	unsigned int ev_states[CCS_EV_STATION_DONE + 1]; /* how often each was entered */
	unsigned int evse_states[CCS_EVSE_STATION_DONE + 1];
	bool ev_drew;	     /* state C was shown outside a session */
	unsigned int f;	     /* times that the charger showed state F */
	unsigned int stalls; /* steps in a row whose time had passed already */
	struct ccs_breach breach;
	const char *breach_at;
};

/* A car and a charger that agree on DIN SPEC 70121, DC, authorised, with SLAC. */
void station_pair_config(struct station_pair *pair, struct station_pair_config *config);

/* Powers both on. */
void station_pair_start(struct station_pair *pair, const struct station_pair_config *config);
void station_pair_free(struct station_pair *pair);

/* To the next moment at which something happens, at most until `limit`. */
void station_pair_step(struct station_pair *pair, ccs_time limit);
void station_pair_run(struct station_pair *pair, ccs_time span);

/* Until the state is reached; false: it was not within `span`. */
bool station_pair_ev(struct station_pair *pair, enum ccs_ev_station_state state, ccs_time span);
bool station_pair_evse(struct station_pair *pair, enum ccs_evse_station_state state, ccs_time span);

/* The stations see the values as they are now; then everything settles. */
void station_pair_settle(struct station_pair *pair);

/* Something of nowhere arrives at one of them, or the connection breaks (`bytes` NULL). */
enum station_pair_way { PAIR_FRAME, PAIR_DATAGRAM, PAIR_STREAM };
void station_pair_inject(struct station_pair *pair, enum ccs_side to, enum station_pair_way way,
			 const uint8_t *bytes, size_t length);

#endif
