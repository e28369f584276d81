/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cable and the inlet as one node: a capacitance that holds the voltage between the contactors
 * of both sides, what discharges it, and the isolation to earth with the charger's monitor.
 */
#ifndef SIM_CABLE_H
#define SIM_CABLE_H

#include "ccs/charge.h"

struct sim_cable_config {
	int32_t nf;		  /* capacitance of cable, filters and inlet */
	int32_t bleed_ohm;	  /* discharges it while nothing else is connected */
	int32_t mohm;		  /* resistance of the cable, both wires */
	int32_t isolation_ohm;	  /* of the charger and the cable */
	int32_t ev_isolation_ohm; /* of the car, in parallel when plugged in */
	int32_t warning_ohm;	  /* below it the test says warning */
	int32_t fault_ohm;	  /* below it the test says fault */
	int32_t test_mv;	  /* the monitor measures from this voltage on */
	ccs_time test_us;	  /* for this long */
	bool no_monitor;
};

/* 5 uF, 100 kOhm, 20 mOhm, isolation 5 MOhm, limits 500 and 100 kOhm, test of 2 s from 100 V on. */
extern const struct sim_cable_config sim_cable_default;

struct sim_cable {
	struct sim_cable_config config;
	int64_t uv;	    /* voltage of the node */
	ccs_time tested_us; /* of the test that runs */
	bool testing;	    /* as commanded */
	enum ccs_isolation isolation;
	int32_t measured_ohm; /* of the last finished test */
};

void sim_cable_init(struct sim_cable *cable, const struct sim_cable_config *config);

/* Isolation to earth now, with or without the car. */
int32_t sim_cable_isolation(const struct sim_cable *cable, bool plugged);

/*
 * The isolation monitor: a test begins with the command and goes on while the node has voltage. Its
 * result stays until the next one begins or the plug is pulled.
 */
void sim_cable_monitor(struct sim_cable *cable, bool test, bool plugged, ccs_time us);

/* Energy the node holds, nJ. */
int64_t sim_cable_energy(const struct sim_cable *cable);

/* Discharges through the bleeder for `us`. */
void sim_cable_bleed(struct sim_cable *cable, ccs_time us);

#endif
