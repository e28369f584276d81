/* SPDX-License-Identifier: Apache-2.0 */
/* The control pilot. */
#include "pilot.h"

#define STEADY 1000

const struct sim_pilot_config sim_pilot_default = {
	.state_us = CCS_MS(10),
	.duty_us = CCS_MS(20),
};

void sim_pilot_init(struct sim_pilot *pilot, const struct sim_pilot_config *config)
{
	*pilot = (struct sim_pilot) {
		.config = *config,
		.state = { CCS_PILOT_A, CCS_PILOT_A, CCS_NEVER },
		.duty = { 0, 0, CCS_NEVER },
	};
}

static bool oscillates(const struct ccs_evse_commands *evse)
{
	return evse->duty > 0 && evse->duty < STEADY;
}

static enum ccs_pilot state_on_wire(const struct sim_pilot *pilot, bool plugged, enum ccs_pilot ev,
				    const struct ccs_evse_commands *evse)
{
	if (evse->pilot == CCS_PILOT_E || evse->pilot == CCS_PILOT_F)
		return evse->pilot;
	if (pilot->shorted)
		return CCS_PILOT_E;
	if (!plugged || pilot->cut)
		return CCS_PILOT_A;
	if (pilot->no_diode && oscillates(evse))
		return CCS_PILOT_E;
	if (pilot->stuck_c)
		return CCS_PILOT_C;
	return ev == CCS_PILOT_C || ev == CCS_PILOT_D ? ev : CCS_PILOT_B;
}

static int32_t duty_on_wire(const struct sim_pilot *pilot, bool plugged,
			    const struct ccs_evse_commands *evse)
{
	if (!plugged || pilot->cut || pilot->shorted)
		return 0;
	if (evse->pilot == CCS_PILOT_E || evse->pilot == CCS_PILOT_F)
		return 0;
	return oscillates(evse) ? evse->duty : STEADY;
}

static void see(struct sim_pilot_view *view, int32_t value, ccs_time delay, ccs_time now)
{
	if (view->due <= now) {
		view->seen = view->coming;
		view->due = CCS_NEVER;
	}
	if (value == view->coming)
		return;
	view->coming = value;
	view->due = value == view->seen ? CCS_NEVER : now + delay;
}

void sim_pilot_step(struct sim_pilot *pilot, bool plugged, enum ccs_pilot ev,
		    const struct ccs_evse_commands *evse, ccs_time now)
{
	see(&pilot->state, (int32_t)state_on_wire(pilot, plugged, ev, evse), pilot->config.state_us,
	    now);
	see(&pilot->duty, duty_on_wire(pilot, plugged, evse), pilot->config.duty_us, now);
}

ccs_time sim_pilot_due(const struct sim_pilot *pilot)
{
	return pilot->state.due < pilot->duty.due ? pilot->state.due : pilot->duty.due;
}
