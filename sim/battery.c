/* SPDX-License-Identifier: Apache-2.0 */
/* A traction battery. */
#include "battery.h"

#include "electric.h"

#include <stddef.h>

#define NJ_PER_MWH    3600000000
#define CELL_MAX_MV   4200
#define TARGET_MILLE  990
#define BULB_MAX_MV   500000
#define KELVIN_TENTHS 10

const struct sim_battery_config sim_battery_default = {
	.cells = 96,
	.capacity_mwh = 64000000,
	.mohm = 80,
	.max_ma = 150000,
	.soc = 500,
	.full_soc = 1000,
	.dc = 250,
	.heat_j_k = 300000,
	.cooling_s = 3600,
};

struct point {
	int32_t x;
	int32_t y;
};

/* mV of a lithium nickel manganese cobalt cell over per mille. */
static const struct point cell_mv[] = {
	{ 0, 3000 },   { 50, 3400 },  { 100, 3500 }, { 200, 3580 }, { 300, 3620 }, { 400, 3650 },
	{ 500, 3690 }, { 600, 3770 }, { 700, 3870 }, { 800, 3960 }, { 900, 4060 }, { 1000, 4180 },
};

/* Per mille of the largest current over the state of charge and over 0.1 degree Celsius. */
static const struct point soc_factor[] = {
	{ 0, 600 },   { 100, 1000 }, { 500, 1000 }, { 700, 700 },
	{ 800, 450 }, { 900, 200 },  { 1000, 20 },
};

static const struct point temperature_factor[] = {
	{ -100, 0 },   { 0, 150 },   { 100, 500 }, { 200, 1000 },
	{ 450, 1000 }, { 550, 300 }, { 600, 0 },
};

/* Both in thousandths: `milli_x` of x, the result of y. */
static int64_t interpolate(const struct point *points, size_t count, int64_t milli_x)
{
	const struct point *a = points;
	const struct point *last = points + count - 1;

	if (milli_x <= points->x * 1000)
		return points->y * 1000;
	if (milli_x >= last->x * 1000)
		return last->y * 1000;
	while (milli_x >= a[1].x * 1000)
		a++;
	return a->y * 1000 + (a[1].y - a->y) * (milli_x - a->x * 1000) / (a[1].x - a->x);
}

#define LOOK_UP(table, milli_x) interpolate(table, sizeof(table) / sizeof((table)[0]), milli_x)

static int64_t full_nj(const struct sim_battery *battery)
{
	return (int64_t)battery->config.capacity_mwh * NJ_PER_MWH;
}

void sim_battery_init(struct sim_battery *battery, const struct sim_battery_config *config)
{
	*battery = (struct sim_battery) { .config = *config };
	battery->charge_nj = full_nj(battery) / 1000 * config->soc;
}

/* State of charge in thousandths of a per mille, 0..1000000. */
static int64_t milli_soc(const struct sim_battery *battery)
{
	int64_t millionth = full_nj(battery) / 1000000;

	if (battery->charge_nj <= 0 || !millionth)
		return 0;
	return battery->charge_nj < millionth * 1000000 ? battery->charge_nj / millionth : 1000000;
}

int32_t sim_battery_soc(const struct sim_battery *battery)
{
	return (int32_t)(milli_soc(battery) / 1000);
}

int64_t sim_battery_uv(const struct sim_battery *battery)
{
	if (!battery->config.cells)
		return 0;
	return battery->config.cells * LOOK_UP(cell_mv, milli_soc(battery));
}

int32_t sim_battery_dc(const struct sim_battery *battery)
{
	int64_t nj_per_tenth = (int64_t)battery->config.heat_j_k * (1000000000 / KELVIN_TENTHS);

	return battery->config.dc + (nj_per_tenth ? (int32_t)(battery->heat_nj / nj_per_tenth) : 0);
}

int32_t sim_battery_max_mv(const struct sim_battery *battery)
{
	return battery->config.cells * CELL_MAX_MV;
}

struct ccs_limits sim_battery_limits(const struct sim_battery *battery)
{
	const struct sim_battery_config *config = &battery->config;
	int64_t by_soc = LOOK_UP(soc_factor, milli_soc(battery)) / 1000;
	int64_t by_heat = LOOK_UP(temperature_factor, sim_battery_dc(battery) * 1000) / 1000;
	int32_t mv = config->cells ? sim_battery_max_mv(battery) : BULB_MAX_MV;
	int32_t ma = config->cells ? (int32_t)(config->max_ma * by_soc / 1000 * by_heat / 1000)
				   : config->max_ma;

	return (struct ccs_limits) {
		.max_mv = mv,
		.max_ma = ma,
		.max_w = (int32_t)((int64_t)mv * config->max_ma / 1000000),
		.discharge_ma = config->discharge_ma,
		.discharge_w = (int32_t)((int64_t)mv * config->discharge_ma / 1000000),
	};
}

struct ccs_setpoint sim_battery_target(const struct sim_battery *battery,
				       const struct ccs_limits *limits)
{
	bool full = battery->config.cells && sim_battery_soc(battery) >= battery->config.full_soc;

	return (struct ccs_setpoint) {
		.mv = (int32_t)((int64_t)limits->max_mv * TARGET_MILLE / 1000),
		.ma = full ? 0 : limits->max_ma,
	};
}

int64_t sim_battery_step(struct sim_battery *battery, int64_t ma, ccs_time us)
{
	int64_t loss_nj = sim_energy_nj(ma * battery->config.mohm, ma, us);

	battery->charge_nj += sim_energy_nj(sim_battery_uv(battery), ma, us);
	battery->heat_nj = sim_decay(battery->heat_nj, CCS_SECONDS(battery->config.cooling_s), us);
	battery->heat_nj += loss_nj;
	return loss_nj;
}
