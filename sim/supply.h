/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A DC supply: constant voltage and constant current with ramps, a power limit, overshoot without
 * load, a sink for discharging, and the faults of the real ones.
 */
#ifndef SIM_SUPPLY_H
#define SIM_SUPPLY_H

#include "ccs/charge.h"

struct sim_supply_config {
	struct ccs_limits limits;
	int32_t ramp_mv_s;  /* voltage, up */
	int32_t ramp_ma_s;  /* current, up and down while on */
	int32_t off_ma_s;   /* current, when switched off or set to zero */
	int32_t overshoot;  /* per mille of the step, when the ramp ends without load */
	ccs_time settle_us; /* time constant of the overshoot and of the output's discharge */
	int32_t ripple_mv;  /* seen in the measurements */
	int32_t ripple_ma;
};

/* 150..500 V, 200 A, 50 kW, 400 V/s, 100 A/s, no sink. */
extern const struct sim_supply_config sim_supply_default;

struct sim_supply {
	struct sim_supply_config config;
	int64_t ramp_uv; /* what the regulator aims at now, without overshoot */
	int64_t over_uv; /* overshoot that is left */
	int64_t ma;	 /* current limit now; negative: sinks at most this */
	int64_t out_ma;	 /* what it delivers, told by the world: it falls from there, not from ma */
	int64_t step_uv; /* height of the ramp that is under way */
	bool settled;
	bool off;	   /* fault: gives nothing */
	bool over_current; /* fault: half more than it was set to */
	bool over_voltage; /* fault: a quarter more */
	bool frozen;	   /* fault: keeps what it does, whatever it is told */
};

void sim_supply_init(struct sim_supply *supply, const struct sim_supply_config *config);

/* Moves its ramps on by `us`.  `loaded`: a battery takes the current. */
void sim_supply_step(struct sim_supply *supply, const struct ccs_evse_commands *commands,
		     bool loaded, ccs_time us);

/* Open output voltage now, uV. */
int64_t sim_supply_uv(const struct sim_supply *supply);

/*
 * Current into a voltage source of `uv` behind `mohm`, mA: what the difference of the voltages
 * drives, at most the set current and the power; negative only as a sink.
 */
int64_t sim_supply_ma(const struct sim_supply *supply, int64_t uv, int32_t mohm);

/* Its ramps have ended. */
bool sim_supply_is_settled(const struct sim_supply *supply);

#endif
