/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One charging point of a simulation: a car's and a charger's station around a world, and their
 * ends of the line.  sim.c has the clock; this does what a shell does around the stations.
 */
#ifndef SIM_POINT_H
#define SIM_POINT_H

#include "net.h"
#include "plc.h"
#include "sim.h"
#include "tamper.h"
#include "tamper_mme.h"

/* A message that tampering made late. */
struct sim_late {
	struct sim_late *next;
	ccs_time time;
	enum ccs_side side;
	size_t length;
	uint8_t bytes[];
};

/* One side's end of the line. */
struct sim_end {
	uint8_t mac[6];
	int node;	  /* of the power line; -1: none */
	int host;	  /* of the network */
	int stream;	  /* -1: none */
	bool open;	  /* the stream is connected */
	bool silenced;	  /* what it sends does not arrive */
	ccs_time due;	  /* the station's deadline */
	ccs_time give_up; /* of connecting */
};

struct sim_point {
	struct sim *sim;
	int number;
	struct sim_world world;
	struct ccs_ev_station ev;
	struct ccs_evse_station evse;
	struct sim_end car;
	struct sim_end charger;
	struct sim_tamper tamper;
	struct sim_mme_tamper mme_tamper;
	struct sim_late *late; /* in the order of time */
	struct sim_verdict verdict;
	struct ccs_sink sink;
	ccs_time authorise_at;
	enum ccs_ev_state ev_state; /* that was seen last */
	bool touched;		    /* somebody changed the world: look at once */
	bool changed;		    /* commands changed since the world's last step */
	bool cut;		    /* fault: the modems do not hear each other */
	bool linked;		    /* as the network was told last */
};

/* What the points of a simulation share. */
struct sim {
	struct sim_config config;
	struct sim_watch watch;
	struct sim_plc plc;
	struct sim_net net;
	struct sim_random random; /* of the stations: keys, ids */
	ccs_time now;
	int intruder; /* host; -1: none yet */
	struct sim_point points[];
};

void sim_point_init(struct sim_point *point, struct sim *sim, int number);
void sim_point_free(struct sim_point *point);

/* When the point wants to be looked at. */
ccs_time sim_point_deadline(const struct sim_point *point);

/* Time has come, or somebody touched something. */
void sim_point_look(struct sim_point *point);

/* Something arrived at one side. */
void sim_point_take_frame(struct sim_point *point, enum ccs_side side, const uint8_t *frame,
			  size_t length);
void sim_point_take_event(struct sim_point *point, enum ccs_side side,
			  const struct sim_net_event *event);

/* One side has reset its connection. */
void sim_point_lose_stream(struct sim_point *point, enum ccs_side side);

/* What becomes of a frame on the power line: the faults of the points. */
void sim_point_decide_fate(void *sim, const struct ccs_mme *mme, int from, int to,
			   struct sim_plc_fate *fate);

/* Hears and is heard as it is plugged. */
void sim_point_connect_line(struct sim_point *point);

struct sim_end *sim_point_end(struct sim_point *point, enum ccs_side side);

#endif
