/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A traction battery: open-circuit voltage over the state of charge, resistance, temperature, and
 * the limits its management announces.  Or a light bulb: a resistor without voltage.
 */
#ifndef SIM_BATTERY_H
#define SIM_BATTERY_H

#include "ccs/charge.h"

struct sim_battery_config {
	int32_t cells;	      /* in series; 0: a light bulb */
	int32_t capacity_mwh; /* energy between empty and full, at open-circuit voltage */
	int32_t mohm;	      /* of the whole pack, or of the bulb */
	int32_t max_ma;	      /* charging, in the best conditions */
	int32_t discharge_ma; /* 0: never gives energy back */
	int32_t soc;	      /* at the start, per mille */
	int32_t full_soc;     /* charging ends here, per mille */
	int32_t dc;	      /* at the start and around it, 0.1 degree Celsius */
	int32_t heat_j_k;     /* heat capacity, J/K */
	int32_t cooling_s;    /* time constant to the surroundings */
};

/* 96 cells, 64 kWh, 150 A, 50 %, 25 degrees. */
extern const struct sim_battery_config sim_battery_default;

struct sim_battery {
	struct sim_battery_config config;
	int64_t charge_nj; /* energy above empty */
	int64_t heat_nj;   /* above the surroundings */
};

void sim_battery_init(struct sim_battery *battery, const struct sim_battery_config *config);

/* Open-circuit voltage at this state of charge, uV; 0 for a bulb. */
int64_t sim_battery_uv(const struct sim_battery *battery);

/* Per mille, 0..1000. */
int32_t sim_battery_soc(const struct sim_battery *battery);

/* 0.1 degree Celsius. */
int32_t sim_battery_dc(const struct sim_battery *battery);

/* Highest voltage the cells may see, mV; 0 for a bulb, which has none. */
int32_t sim_battery_max_mv(const struct sim_battery *battery);

/*
 * What the management allows and wants now: the current falls towards full, in the cold and in the
 * heat; the target voltage stays 1 % below the maximum.
 */
struct ccs_limits sim_battery_limits(const struct sim_battery *battery);
/* `limits` are those of sim_battery_limits() now. */
struct ccs_setpoint sim_battery_target(const struct sim_battery *battery,
				       const struct ccs_limits *limits);

/*
 * `ma` flows into it (negative: out of it) for `us`.  Returns the heat of its resistance, nJ; what
 * it stored is the change of `charge_nj`.
 */
int64_t sim_battery_step(struct sim_battery *battery, int64_t ma, ccs_time us);

#endif
