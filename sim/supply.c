/* SPDX-License-Identifier: Apache-2.0 */
/* A DC supply. */
#include "supply.h"

#include "electric.h"

#define SMALLEST_OVERSHOOT_UV 100000

const struct sim_supply_config sim_supply_default = {
	.limits = { .max_mv = 500000,
		    .min_mv = 150000,
		    .max_ma = 200000,
		    .min_ma = 1000,
		    .max_w = 50000 },
	.ramp_mv_s = 400000,
	.ramp_ma_s = 100000,
	.off_ma_s = 2000000,
	.overshoot = 0,
	.settle_us = CCS_MS(100),
	.ripple_mv = 300,
	.ripple_ma = 200,
};

void sim_supply_init(struct sim_supply *supply, const struct sim_supply_config *config)
{
	*supply = (struct sim_supply) { .config = *config, .settled = true };
}

static int64_t clip(int64_t n, int64_t least, int64_t most)
{
	if (n < least)
		return least;
	return n > most ? most : n;
}

static bool is_on(const struct sim_supply *supply, const struct ccs_evse_commands *commands)
{
	return commands->supply && !supply->off && commands->set.mv > 0;
}

static void ramp_voltage(struct sim_supply *supply, int64_t target, bool loaded, ccs_time us)
{
	int64_t before = supply->ramp_uv;

	if (target < before) {
		supply->ramp_uv = target; /* the output falls as load and discharge let it */
		supply->step_uv = 0;
		return;
	}
	supply->ramp_uv = sim_approach(before, target,
				       (int64_t)supply->config.ramp_mv_s * us / 1000);
	supply->step_uv += supply->ramp_uv - before;
	if (supply->ramp_uv != target || !supply->step_uv)
		return;
	if (!loaded)
		supply->over_uv += supply->step_uv / 1000 * supply->config.overshoot;
	supply->step_uv = 0;
}

static void ramp_current(struct sim_supply *supply, int64_t target, ccs_time us)
{
	int64_t rate = target ? supply->config.ramp_ma_s : supply->config.off_ma_s;

	if (target >= 0 && target < supply->ma && supply->out_ma < supply->ma)
		supply->ma = clip(supply->out_ma, target, supply->ma);
	supply->ma = sim_approach(supply->ma, target, rate * us / 1000000);
}

void sim_supply_step(struct sim_supply *supply, const struct ccs_evse_commands *commands,
		     bool loaded, ccs_time us)
{
	const struct ccs_limits *limits = &supply->config.limits;
	bool on = is_on(supply, commands);
	int64_t uv = on ? clip(commands->set.mv, 0, limits->max_mv) * 1000 : 0;
	int64_t ma = on ? clip(commands->set.ma, -limits->discharge_ma, limits->max_ma) : 0;

	if (supply->frozen)
		return;
	supply->over_uv = loaded || !on ? 0
					: sim_decay(supply->over_uv, supply->config.settle_us, us);
	ramp_voltage(supply, uv, loaded, us);
	ramp_current(supply, ma, us);
	supply->settled = supply->ramp_uv == uv && supply->ma == ma &&
			  supply->over_uv < SMALLEST_OVERSHOOT_UV;
}

int64_t sim_supply_uv(const struct sim_supply *supply)
{
	int64_t uv = supply->ramp_uv + supply->over_uv;

	return supply->over_voltage ? uv + uv / 4 : uv;
}

int64_t sim_supply_ma(const struct sim_supply *supply, int64_t uv, int32_t mohm)
{
	int64_t ma = supply->over_current ? supply->ma + supply->ma / 2 : supply->ma;
	int64_t driven = (sim_supply_uv(supply) - uv) / (mohm > 0 ? mohm : 1);
	int64_t watts = supply->config.limits.max_w;

	if (ma < 0)
		return clip(driven, ma, 0);
	if (uv >= 1000000)
		ma = clip(ma, 0, watts * 1000000 / (uv / 1000));
	return clip(driven, 0, ma);
}

bool sim_supply_is_settled(const struct sim_supply *supply)
{
	return supply->settled;
}
