/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver "assumed": what a board does not measure and somebody has to answer for.
 *
 * Feedback follows its command after the time that actuators take.  A charger's pilot without a
 * sensor follows the messages, as on boards that only make the PWM: B until the cable check, then C
 * to the end of charging, and A for a moment after each session.  A car's plug is in, and counts as
 * pulled for a moment when its charger is gone: so the next one is looked for.  After a session
 * that ended in order the charger may well be there still, so that waits (`unplug_after`); a
 * person's stop, or a full battery, holds.
 */
#include "linux/hw/driver.h"

#include <stdlib.h>

#define FOLLOW_TIME CCS_MS(500)
#define AGAIN	    CCS_MS(400)	   /* less than the age limit of all that it says */
#define PULLED_TIME CCS_SECONDS(1) /* and so soon after the end */
#define DIGITAL	    50		   /* per mille: 5 % */

/* A feedback behind its command. */
struct follower {
	int32_t wanted;
	int32_t shown;
	ccs_time since;
};

struct assumed {
	struct ccs_hw_seat *seat;
	struct follower lock;
	struct follower contactor;
	ccs_time done;	 /* since when the session is over; CCS_NEVER */
	ccs_time pulled; /* the plug is out until then */
	ccs_time again;
};

static void *open_assumed(struct ccs_hw_seat *seat, struct ccs_problem *problem)
{
	struct assumed *a = calloc(1, sizeof(*a));

	if (!a) {
		ccs_problem_set(problem, "out of memory");
		return NULL;
	}
	a->seat = seat;
	a->done = CCS_NEVER;
	seat->up = true;
	return a;
}

static int32_t follow(struct follower *f, int32_t wanted, ccs_time now)
{
	if (wanted != f->wanted) {
		f->wanted = wanted;
		f->since = now;
	}
	if (now - f->since >= FOLLOW_TIME)
		f->shown = f->wanted;
	return f->shown;
}

/* From the end of a session to the pull of its plug. */
static ccs_time find_wait(const struct ccs_hw_board *board)
{
	ccs_time wait = board->config->unplug_us;

	if (board->side == CCS_HW_EVSE || board->news.alone)
		return PULLED_TIME;
	return board->news.held || !wait ? CCS_NEVER : wait;
}

static bool is_pulled(struct assumed *a, ccs_time now)
{
	const struct ccs_hw_board *board = a->seat->board;
	ccs_time wait = find_wait(board);

	if (!board->news.done)
		a->done = CCS_NEVER;
	else if (a->done == CCS_NEVER)
		a->done = now;
	if (a->done != CCS_NEVER && wait != CCS_NEVER && now - a->done >= wait) {
		a->pulled = now + PULLED_TIME;
		a->done = CCS_NEVER;
	}
	return now < a->pulled;
}

static int32_t find_pilot(const struct assumed *a, bool pulled)
{
	if (pulled)
		return CCS_PILOT_A;
	return a->seat->board->news.active ? CCS_PILOT_C : CCS_PILOT_B;
}

static void step(void *driver, ccs_time now)
{
	struct assumed *a = driver;
	const struct ccs_hw_board *board = a->seat->board;
	const bool pulled = is_pulled(a, now);
	const struct {
		enum ccs_hw_value value;
		int32_t reading;
	} readings[] = {
		{ CCS_HW_VALUE_LOCK_FEEDBACK,
		  follow(&a->lock, board->commands[CCS_HW_COMMAND_LOCK].value, now) },
		{ CCS_HW_VALUE_CONTACTOR_FEEDBACK,
		  follow(&a->contactor, board->commands[CCS_HW_COMMAND_CONTACTOR].value, now) },
		{ CCS_HW_VALUE_CP_STATE, find_pilot(a, pulled) },
		{ CCS_HW_VALUE_PLUG, !pulled },
		{ CCS_HW_VALUE_DUTY, DIGITAL },
		{ CCS_HW_VALUE_READY, 1 },
		{ CCS_HW_VALUE_SUPPLY_READY, 1 },
		{ CCS_HW_VALUE_AUTHORIZED, 1 },
	};

	for (size_t i = 0; i < sizeof(readings) / sizeof(readings[0]); i++)
		ccs_hw_give(a->seat, readings[i].value, readings[i].reading, now);
	a->again = now + AGAIN;
}

static ccs_time settles(const struct follower *f, ccs_time other)
{
	ccs_time at = f->since + FOLLOW_TIME;

	return f->shown != f->wanted && at < other ? at : other;
}

static ccs_time deadline(const void *driver)
{
	const struct assumed *a = driver;

	return settles(&a->lock, settles(&a->contactor, a->again));
}

const struct ccs_hw_driver ccs_hw_driver_assumed = {
	.name = "assumed",
	.text = "nobody measures it: plugged, 5 %, ready, feedback follows its command",
	.values = "lock_feedback contactor_feedback cp_state plug cp_duty ready supply_ready "
		  "authorized",
	.commands = "",
	.open = open_assumed,
	.step = step,
	.deadline = deadline,
	.close = free,
};
