/* SPDX-License-Identifier: Apache-2.0 */
/* A contactor, and the lock of a connector. */
#include "contactor.h"

#define BOUNCE_US CCS_MS(1)

const struct sim_contactor_config sim_contactor_default = {
	.close_us = CCS_MS(30),
	.open_us = CCS_MS(15),
	.bounce_us = CCS_MS(4),
};

const struct sim_contactor_config sim_lock_default = {
	.close_us = CCS_MS(600),
	.open_us = CCS_MS(600),
};

void sim_contactor_init(struct sim_contactor *contactor, const struct sim_contactor_config *config)
{
	*contactor = (struct sim_contactor) { .config = *config, .due = CCS_NEVER };
}

static bool can_change(const struct sim_contactor *contactor)
{
	return !contactor->stuck && !(contactor->welded && contactor->closed);
}

/* What a fault held back happens when the fault is gone. */
void sim_contactor_command(struct sim_contactor *contactor, bool close, ccs_time now)
{
	bool same = close == contactor->commanded;

	if (same && (contactor->due != CCS_NEVER || !can_change(contactor)))
		return;
	contactor->commanded = close;
	if (same && close == contactor->closed)
		return;
	contactor->bounce_until = 0;
	contactor->due = CCS_NEVER;
	if (close != contactor->closed)
		contactor->due = now +
				 (close ? contactor->config.close_us : contactor->config.open_us);
}

/* The first touch begins a bounce; within it each millisecond is closed or open by chance. */
static void bounce(struct sim_contactor *contactor, struct sim_random *random)
{
	ccs_time now = contactor->due;

	if (!contactor->bounce_until)
		contactor->bounce_until = now + contactor->config.bounce_us;
	if (now >= contactor->bounce_until) {
		contactor->closed = true;
		contactor->due = CCS_NEVER;
		return;
	}
	contactor->closed = contactor->bounce_until - now == contactor->config.bounce_us ||
			    contactor->welded || sim_random_below(random, 2);
	contactor->due = now + BOUNCE_US < contactor->bounce_until ? now + BOUNCE_US
								   : contactor->bounce_until;
}

void sim_contactor_step(struct sim_contactor *contactor, struct sim_random *random, ccs_time now)
{
	while (contactor->due <= now) {
		if (!can_change(contactor)) {
			contactor->due = CCS_NEVER;
		} else if (contactor->commanded) {
			bounce(contactor, random);
		} else {
			contactor->closed = false;
			contactor->due = CCS_NEVER;
		}
	}
}

bool sim_contactor_is_moving(const struct sim_contactor *contactor)
{
	return contactor->due != CCS_NEVER;
}

enum ccs_contactor sim_contactor_feedback(const struct sim_contactor *contactor)
{
	bool bounces = contactor->bounce_until && contactor->due != CCS_NEVER;

	if (contactor->silent || bounces)
		return CCS_CONTACTOR_UNKNOWN;
	return contactor->closed ? CCS_CONTACTOR_CLOSED : CCS_CONTACTOR_OPEN;
}
