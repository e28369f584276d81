/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A simulation: cars and chargers with their modems on one power line, each pair around a world of
 * its own, under one clock and one seed.
 *
 *	struct sim *sim = sim_new(&config, &watch);
 *	sim_plug(sim, 0);
 *	while (!sim_point_is_over(sim, 0) && sim_next(sim) < limit)
 *		sim_step(sim);
 *	sim_free(sim);
 *
 * Time is virtual: sim_step() goes to the next moment at which anything happens and does it.  The
 * same configuration and the same calls give the same run to the byte.  After each call of a
 * station its invariants are checked.
 *
 * Script files, and what people do in them, are in script.h; this is the machinery below.
 */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include "ccs/ev_station.h"
#include "ccs/evse_station.h"
#include "message_faults.h"
#include "modem.h"
#include "world.h"

#define SIM_POINTS    16
#define SIM_PROTOCOLS CCS_EV_OFFERS

enum sim_mode {
	SIM_MODE_DC,
	SIM_MODE_AC,	/* three or one phase, as world.ac_phases says */
	SIM_MODE_PROBE, /* AC; a session only to read the state of charge */
};

struct sim_protocols {
	enum ccs_protocol at[SIM_PROTOCOLS];
	int32_t count;
};

struct sim_config {
	uint64_t seed;
	ccs_time start; /* of the clock: microseconds since 1970 UTC */
	int32_t points; /* cars, each at its own charger */
	enum sim_mode mode;
	/* The car offers them in this order; none: DIN SPEC 70121, for AC ISO 15118-2. */
	struct sim_protocols ev_protocols;
	struct sim_protocols evse_protocols;
	bool ev_strict; /* the standard and nothing else */
	bool evse_strict;
	bool discharge;	 /* both sides */
	bool basic_ac;	 /* both sides: charging without communication too */
	bool slac;	 /* false: the stations begin with SDP */
	int32_t ev_pace; /* sim_pace_at(this - 1): as fast as a real one; 0: at once */
	int32_t evse_pace;
	enum sim_modem_kind ev_modem;
	enum sim_modem_kind evse_modem;
	int32_t attenuation_db; /* between a car and its own charger */
	int32_t synthetic_db;	/* what a charger says whose modem measures nothing; 0: nothing */
	int32_t crosstalk_db;	/* between a car and the others' chargers */
	int32_t plc_loss;	/* per mille */
	int32_t plc_duplicates;
	ccs_time plc_delay;
	int32_t net_loss;
	ccs_time net_delay;
	ccs_time net_jitter;
	int32_t net_split;	 /* bytes, 0: segments stay whole */
	ccs_time answer_delay;	 /* the charger's response pacing */
	ccs_time charge_time;	 /* `wait charge` in a script */
	ccs_time authorise_time; /* a person needs to authorise; CCS_NEVER: nobody does */
	struct sim_world_config world;
};

/* A DC session over DIN SPEC 70121 or ISO 15118-2 between sound stations. */
void sim_config_default(struct sim_config *config);

/* Who wants to see; each may be NULL. */
struct sim_watch {
	/* A frame of the line, once, as it is sent; time since 1970. */
	void (*frame)(void *user, const uint8_t *frame, size_t length, ccs_time time);
	/* What the stations of a point say. */
	void (*record)(void *user, int point, const struct ccs_record *record);
	void *user;
};

struct sim;

/* NULL: no memory. */
struct sim *sim_new(const struct sim_config *config, const struct sim_watch *watch);
void sim_free(struct sim *sim);

/* Begins anew with another configuration, in the same memory. */
void sim_reset(struct sim *sim, const struct sim_config *config);

ccs_time sim_now(const struct sim *sim);

/* When the next thing happens; CCS_NEVER: nothing does until somebody acts. */
ccs_time sim_next(const struct sim *sim);

/* Goes there, but not beyond `limit`, and does what is due. */
void sim_step(struct sim *sim, ccs_time limit);

/* How the stations and the hardware of a point are; may be read at any time. */
const struct ccs_ev_station *sim_ev(const struct sim *sim, int point);
const struct ccs_evse_station *sim_evse(const struct sim *sim, int point);

/* People and faults write to it; call sim_touch() afterwards. */
struct sim_world *sim_world(struct sim *sim, int point);

/* The stations of the point look at their values in the next step. */
void sim_touch(struct sim *sim, int point);

/* Changes messages from now on; the last of them all at once with NULL. */
bool sim_tamper_with(struct sim *sim, int point, const struct sim_message_fault *fault);
bool sim_tamper_with_mme(struct sim *sim, int point, const struct sim_mme_fault *fault);

/* CCS_ERR_STATE: the session is not where this can be wanted. */
int sim_want_renegotiation(struct sim *sim, int point, enum ccs_side side);
int sim_want_pause(struct sim *sim, int point, enum ccs_side side);
int sim_want_again(struct sim *sim, int point, enum ccs_side side);

/* How a session ended. */
struct sim_ending {
	enum ccs_ev_outcome outcome;
	enum ccs_ev_reason reason;
	enum ccs_evse_fault fault;
	ccs_time time; /* at the car */
};

/* What went wrong at a point. */
struct sim_verdict {
	uint32_t breaches;
	struct ccs_breach breach; /* the first */
	ccs_time breach_time;
	uint32_t events[SIM_EVENT_KINDS];
	uint32_t event_count;
	enum sim_event_kind event; /* the first */
	ccs_time event_time;
	uint32_t sessions;	    /* that began */
	uint32_t failures;	    /* that failed, or that the charger ended */
	struct sim_ending last;	    /* of the last session */
	struct sim_ending failed;   /* of the first that failed, when there are failures, */
	uint32_t failed_session;    /* and its number, from 1 */
	enum ccs_protocol protocol; /* of the last */
};

const struct sim_verdict *sim_verdict(const struct sim *sim, int point);

/* A person plugs in, authorises at the charger; false: a lock holds the plug. */
void sim_plug(struct sim *sim, int point);
bool sim_unplug(struct sim *sim, int point, bool by_force);
void sim_authorise(struct sim *sim, int point, enum ccs_authorisation authorisation);

/* Both stations have nothing more to do until somebody acts, and everything is safe. */
bool sim_point_is_over(const struct sim *sim, int point);

/* Faults of the connection between the stations of a point. */
void sim_connection_reset(struct sim *sim, int point, enum ccs_side by);
void sim_connection_half_close(struct sim *sim, int point, enum ccs_side by);

/* From now on nothing that this side sends arrives, or everything again. */
void sim_silence(struct sim *sim, int point, enum ccs_side side, bool on);

/* Another host opens a connection to the charger, and sends these bytes. */
void sim_intrude(struct sim *sim, int point, const uint8_t *bytes, size_t length);

/* The modems of a point lose each other, or find each other again. */
void sim_cut_link(struct sim *sim, int point, bool cut);

#endif
