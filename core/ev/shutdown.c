/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The safe shutdown: the same table of steps from every state, after a failure and after the last
 * message of an orderly session (where most steps have nothing left to do).
 */
#include "charging.h"

#define OPENING_LEAST CCS_MS(100) /* a contactor needs to drop, feedback or not */
#define POLL	      CCS_MS(50)

static bool is_load_off(const struct ccs_ev_session *s)
{
	return !s->config.commands->contactors || ccs_ev_current_is_low(s);
}

static void turn_pilot_off(struct ccs_ev_session *s)
{
	s->config.commands->pilot = CCS_PILOT_B;
	s->config.commands->onboard_ma = 0;
}

static void open_contactors(struct ccs_ev_session *s)
{
	s->config.commands->contactors = false;
}

static bool are_contactors_open(const struct ccs_ev_session *s)
{
	if (!s->config.commands->lock)
		return true; /* nothing was closed yet */
	return s->config.values->contactors == CCS_CONTACTOR_OPEN &&
	       s->now - s->entered >= OPENING_LEAST;
}

static void do_nothing(struct ccs_ev_session *s)
{
	(void)s;
}

/* E3. */
static bool may_unlock(const struct ccs_ev_session *s)
{
	const struct ccs_tolerances *t = s->config.tolerances;
	const struct ccs_ev_values *v = s->config.values;
	int32_t mv;

	if (!s->config.commands->lock)
		return true;
	if (s->config.commands->contactors || v->contactors == CCS_CONTACTOR_CLOSED)
		return false;
	if (ccs_measured_get(&v->inlet_mv, s->now, t->sensor_us, &mv))
		return mv < t->unlocking_mv;
	return s->facts.off_since != CCS_NEVER && s->now - s->facts.off_since >= t->unlocking_us;
}

static void unlock(struct ccs_ev_session *s)
{
	if (may_unlock(s))
		s->config.commands->lock = false;
}

static bool is_unlocked(const struct ccs_ev_session *s)
{
	return s->config.commands->lock || s->config.values->lock == CCS_LOCK_OPEN;
}

struct shutdown_step {
	void (*act)(struct ccs_ev_session *s);	      /* at the beginning of the step */
	bool (*done)(const struct ccs_ev_session *s); /* it goes on, */
	ccs_time most;				      /* at the latest after this */
};

static const struct shutdown_step steps[] = {
	{ turn_pilot_off, is_load_off, CCS_SECONDS(2) },	  /* E2 */
	{ open_contactors, are_contactors_open, CCS_SECONDS(1) }, /* welded: goes on */
	{ do_nothing, may_unlock, CCS_SECONDS(10) },		  /* the voltage falls */
	{ unlock, is_unlocked, CCS_SECONDS(3) },		  /* if it may */
};

#define STEPS (sizeof(steps) / sizeof(*steps))

static void finish(struct ccs_ev_session *s)
{
	const char *reason = ccs_ev_reason_text(s->reason);

	s->facts.ended = true;
	ccs_ev_charging_enter(s, CCS_EV_STATE_ENDED);
	ccs_channel_tell(&s->channel, CCS_RECORD_VERDICT,
			 s->outcome == CCS_EV_OUTCOME_FAILED ? CCS_NOTE_ERROR : CCS_NOTE_INFO, "ev",
			 reason, s->now);
}

static void begin_step(struct ccs_ev_session *s, uint8_t step)
{
	s->step = step;
	s->entered = s->now;
	if (step < STEPS)
		steps[step].act(s);
	else
		finish(s);
}

void ccs_ev_shutdown_begin(struct ccs_ev_session *s)
{
	s->facts.stopped = true;
	s->ask = CCS_EV_MESSAGE_NONE;
	s->awaited = CCS_EV_MESSAGE_NONE;
	s->response_by = CCS_NEVER;
	s->setup_by = CCS_NEVER;
	s->ready_by = CCS_NEVER;
	s->receipt_due = false;
	s->renegotiates = false;
	ccs_ev_charging_enter(s, CCS_EV_STATE_SHUTDOWN);
	begin_step(s, 0);
	ccs_ev_shutdown_step(s);
}

void ccs_ev_shutdown_step(struct ccs_ev_session *s)
{
	if (s->state == CCS_EV_STATE_ENDED)
		unlock(s); /* where it had to stay locked until now */
	while (s->state == CCS_EV_STATE_SHUTDOWN) {
		const struct shutdown_step *step = &steps[s->step];

		if (!step->done(s) && s->now - s->entered < step->most)
			return;
		begin_step(s, s->step + 1);
	}
}

ccs_time ccs_ev_shutdown_deadline(const struct ccs_ev_session *s)
{
	if (s->state == CCS_EV_STATE_SHUTDOWN)
		return s->now + POLL;
	return s->config.commands->lock ? s->now + POLL : CCS_NEVER;
}
