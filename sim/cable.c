/* SPDX-License-Identifier: Apache-2.0 */
/* The cable, the inlet, and the isolation monitor. */
#include "cable.h"

#include "electric.h"

const struct sim_cable_config sim_cable_default = {
	.nf = 5000,
	.bleed_ohm = 100000,
	.mohm = 20,
	.isolation_ohm = 10000000,
	.ev_isolation_ohm = 10000000,
	.warning_ohm = 500000,
	.fault_ohm = 100000,
	.test_mv = 100000,
	.test_us = CCS_SECONDS(2),
};

void sim_cable_init(struct sim_cable *cable, const struct sim_cable_config *config)
{
	*cable = (struct sim_cable) { .config = *config };
}

int32_t sim_cable_isolation(const struct sim_cable *cable, bool plugged)
{
	int64_t own = cable->config.isolation_ohm;
	int64_t car = cable->config.ev_isolation_ohm;

	return (int32_t)(plugged && own + car ? own * car / (own + car) : own);
}

static enum ccs_isolation judge(const struct sim_cable *cable, int32_t ohm)
{
	if (ohm < cable->config.fault_ohm)
		return CCS_ISOLATION_FAULT;
	return ohm < cable->config.warning_ohm ? CCS_ISOLATION_WARNING : CCS_ISOLATION_VALID;
}

static void begin_test(struct sim_cable *cable)
{
	cable->tested_us = 0;
	cable->isolation = cable->config.no_monitor ? CCS_ISOLATION_NO_MONITOR
						    : CCS_ISOLATION_RUNNING;
}

void sim_cable_monitor(struct sim_cable *cable, bool test, bool plugged, ccs_time us)
{
	if (!plugged)
		cable->isolation = CCS_ISOLATION_INVALID;
	if (test && !cable->testing)
		begin_test(cable);
	if (!test && cable->isolation == CCS_ISOLATION_RUNNING)
		cable->isolation = CCS_ISOLATION_INVALID;
	cable->testing = test;
	if (cable->isolation != CCS_ISOLATION_RUNNING ||
	    cable->uv < (int64_t)cable->config.test_mv * 1000)
		return;
	cable->tested_us += us;
	if (cable->tested_us < cable->config.test_us)
		return;
	cable->measured_ohm = sim_cable_isolation(cable, plugged);
	cable->isolation = judge(cable, cable->measured_ohm);
}

int64_t sim_cable_energy(const struct sim_cable *cable)
{
	return sim_capacitor_nj(cable->config.nf, cable->uv);
}

void sim_cable_bleed(struct sim_cable *cable, ccs_time us)
{
	ccs_time tau = (int64_t)cable->config.bleed_ohm * cable->config.nf / 1000;

	cable->uv = sim_decay(cable->uv, tau, us);
}
