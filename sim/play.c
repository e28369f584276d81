/* SPDX-License-Identifier: Apache-2.0 */
/* Playing a script: each step is done when its time has come; then all must come to rest. */
#include "play.h"

#include <stdio.h>
#include <string.h>

#define STILL_MOST 100000	    /* steps at one time: two deadlines that wait for each other */
#define REST_TIME  CCS_SECONDS(300) /* for all to come to rest behind the last step (B1) */

enum progress {
	DONE,
	WAITS,
	FAILED,
};

/* What failed. */

static enum progress fail(struct sim_play *play, int line, const char *what, const char *is)
{
	play->why.line = line;
	snprintf(play->why.text, sizeof(play->why.text), "%s%s%s", what, is ? ": it is " : "",
		 is ? is : "");
	play->state = SIM_PLAY_FAILED;
	return FAILED;
}

/* What a step looks at. */

static bool is_at_state(const struct sim_play *play, const struct sim_script_step *step)
{
	const struct ccs_ev_station *ev = sim_ev(play->sim, step->point);
	const struct ccs_evse_station *evse = sim_evse(play->sim, step->point);
	bool of_ev = step->side == CCS_SIDE_EV;

	if (step->subject == SIM_SUBJECT_OVER)
		return sim_point_is_over(play->sim, step->point);
	if (step->subject == SIM_SUBJECT_STATION)
		return step->number == (of_ev ? (int64_t)ev->state : (int64_t)evse->state);
	return step->number ==
	       (of_ev ? (int64_t)ccs_ev_session_state(&ev->session) : (int64_t)evse->session.state);
}

static const char *name_state(const struct sim_play *play, const struct sim_script_step *step)
{
	const struct ccs_ev_station *ev = sim_ev(play->sim, step->point);
	const struct ccs_evse_station *evse = sim_evse(play->sim, step->point);

	if (step->side == CCS_SIDE_EVSE)
		return evse->state == CCS_EVSE_STATION_SESSION
			       ? ccs_evse_state_text(evse->session.state)
			       : ccs_evse_station_state_text(evse->state);
	return ev->state == CCS_EV_STATION_SESSION
		       ? ccs_ev_state_text(ccs_ev_session_state(&ev->session))
		       : ccs_ev_station_state_text(ev->state);
}

static ccs_time pause_of(const struct sim_play *play, const struct sim_script_step *step)
{
	return step->number < 0 ? play->script->config.charge_time : step->number;
}

static enum progress wait(struct sim_play *play, const struct sim_script_step *step)
{
	ccs_time waited = sim_now(play->sim) - play->entered;
	char what[120];

	if (step->subject == SIM_SUBJECT_TIME)
		return waited >= pause_of(play, step) ? DONE : WAITS;
	if (is_at_state(play, step))
		return DONE;
	if (waited < step->within)
		return WAITS;
	snprintf(what, sizeof(what), "what is waited for did not come within %lld s",
		 (long long)(step->within / CCS_SECONDS(1)));
	return fail(play, step->line, what, name_state(play, step));
}

/* Expectations. */

static enum progress expect_outcome(struct sim_play *play, const struct sim_script_step *step)
{
	const struct sim_verdict *verdict = sim_verdict(play->sim, step->point);

	if (step->number == (int64_t)verdict->last.outcome &&
	    (step->second < 0 || step->second == (int64_t)verdict->last.reason))
		return DONE;
	return fail(play, step->line, "the car's session ended otherwise than expected",
		    ccs_ev_reason_text(verdict->last.reason));
}

static enum progress expect_fault(struct sim_play *play, const struct sim_script_step *step)
{
	const struct sim_verdict *verdict = sim_verdict(play->sim, step->point);

	if (step->number == (int64_t)verdict->last.fault)
		return DONE;
	return fail(play, step->line, "the charger's session ended otherwise than expected",
		    ccs_evse_fault_text(verdict->last.fault));
}

static enum progress expect_amount(struct sim_play *play, const struct sim_script_step *step)
{
	const struct sim_world *world = sim_world(play->sim, step->point);
	bool soc = step->subject == SIM_SUBJECT_SOC;
	int64_t value = soc ? sim_battery_soc(&world->battery)
			    : world->supplied_nj / INT64_C(3600000000);
	char is[40];

	if (step->at_most ? value <= step->number : value >= step->number)
		return DONE;
	snprintf(is, sizeof(is), "%lld.%lld %s", (long long)(value / (soc ? 10 : 1000)),
		 (long long)(soc ? value % 10 : value % 1000 / 100), soc ? "%" : "Wh");
	return fail(play, step->line, soc ? "not the SoC that was expected" : "not that energy",
		    is);
}

static enum progress expect(struct sim_play *play, const struct sim_script_step *step)
{
	switch (step->subject) {
	case SIM_SUBJECT_OUTCOME:
		return expect_outcome(play, step);
	case SIM_SUBJECT_FAULT:
		return expect_fault(play, step);
	case SIM_SUBJECT_SOC:
	case SIM_SUBJECT_ENERGY:
		return expect_amount(play, step);
	case SIM_SUBJECT_EVENT:
		play->expected[step->point] |= UINT32_C(1) << step->number;
		if (sim_verdict(play->sim, step->point)->events[step->number])
			return DONE;
		return fail(play, step->line, "the expected event of the hardware did not come",
			    NULL);
	case SIM_SUBJECT_TIME:
	case SIM_SUBJECT_OVER:
	case SIM_SUBJECT_SESSION:
	case SIM_SUBJECT_STATION:
		break;
	}
	return DONE;
}

/* What is done. */

static void press(struct sim_play *play, const struct sim_script_step *step)
{
	struct sim_world *world = sim_world(play->sim, step->point);
	bool ev = step->side == CCS_SIDE_EV;

	if (step->kind == SIM_STEP_STOP)
		*(ev ? &world->ev_values.stop : &world->evse_values.stop) = true;
	else
		*(ev ? &world->ev_values.emergency : &world->evse_values.emergency) = true;
	sim_touch(play->sim, step->point);
}

static enum progress want(struct sim_play *play, const struct sim_script_step *step)
{
	int result;

	if (step->kind == SIM_STEP_RENEGOTIATE)
		result = sim_want_renegotiation(play->sim, step->point, step->side);
	else if (step->kind == SIM_STEP_PAUSE)
		result = sim_want_pause(play->sim, step->point, step->side);
	else
		result = sim_want_again(play->sim, step->point, step->side);
	if (!result)
		return DONE;
	return fail(play, step->line, "this cannot be wanted now", name_state(play, step));
}

static void break_hardware(struct sim_play *play, const struct sim_script_step *step)
{
	sim_world_set_fault(sim_world(play->sim, step->point), (enum sim_fault)step->number,
			    step->kind == SIM_STEP_FAULT);
	sim_touch(play->sim, step->point);
}

static void derate(struct sim_play *play, const struct sim_script_step *step)
{
	sim_world(play->sim, step->point)->supply.config.limits.max_ma = (int32_t)step->number;
	sim_touch(play->sim, step->point);
}

static void discharge(struct sim_play *play, const struct sim_script_step *step)
{
	sim_world(play->sim, step->point)->evse_values.discharge_ma = (int32_t)step->number;
	sim_touch(play->sim, step->point);
}

static enum progress unplug(struct sim_play *play, const struct sim_script_step *step)
{
	if (sim_unplug(play->sim, step->point, step->by_force))
		return DONE;
	return fail(play, step->line, "a lock holds the plug", name_state(play, step));
}

static enum progress tamper(struct sim_play *play, const struct sim_script_step *step)
{
	bool taken = step->kind == SIM_STEP_MME
			     ? sim_tamper_with_mme(play->sim, step->point, &step->mme)
			     : sim_tamper_with(play->sim, step->point, &step->message);

	return taken ? DONE : fail(play, step->line, "too many faults at once", NULL);
}

/* Six bytes that are no V2GTP, and so may do no harm. */
static void intrude(struct sim_play *play, const struct sim_script_step *step)
{
	static const uint8_t bytes[] = "GET / HTTP/1.0\r\n\r\n";

	sim_intrude(play->sim, step->point, bytes, sizeof(bytes) - 1);
}

static enum progress act(struct sim_play *play, const struct sim_script_step *step)
{
	struct sim *sim = play->sim;

	switch (step->kind) {
	case SIM_STEP_WAIT:
		return wait(play, step);
	case SIM_STEP_EXPECT:
		return expect(play, step);
	case SIM_STEP_UNPLUG:
		return unplug(play, step);
	case SIM_STEP_RENEGOTIATE:
	case SIM_STEP_PAUSE:
	case SIM_STEP_WAKE:
	case SIM_STEP_AGAIN:
		return want(play, step);
	case SIM_STEP_MESSAGE:
	case SIM_STEP_MME:
		return tamper(play, step);
	case SIM_STEP_PLUG:
		sim_plug(sim, step->point);
		break;
	case SIM_STEP_STOP:
	case SIM_STEP_EMERGENCY:
		press(play, step);
		break;
	case SIM_STEP_AUTHORISE:
		sim_authorise(sim, step->point, CCS_AUTHORISATION_GRANTED);
		break;
	case SIM_STEP_DENY:
		sim_authorise(sim, step->point, CCS_AUTHORISATION_DENIED);
		break;
	case SIM_STEP_DERATE:
		derate(play, step);
		break;
	case SIM_STEP_DISCHARGE:
		discharge(play, step);
		break;
	case SIM_STEP_FAULT:
	case SIM_STEP_CLEAR:
		break_hardware(play, step);
		break;
	case SIM_STEP_RESET:
		sim_connection_reset(sim, step->point, step->side);
		break;
	case SIM_STEP_HALF_CLOSE:
		sim_connection_half_close(sim, step->point, step->side);
		break;
	case SIM_STEP_SILENCE:
		sim_silence(sim, step->point, step->side, true);
		break;
	case SIM_STEP_INTRUDE:
		intrude(play, step);
		break;
	case SIM_STEP_CUT:
	case SIM_STEP_JOIN:
		sim_cut_link(sim, step->point, step->kind == SIM_STEP_CUT);
		break;
	case SIM_STEP_KINDS:
		break;
	}
	return DONE;
}

/* The end. */

static bool is_at_rest(const struct sim_play *play)
{
	for (int i = 0; i < play->script->config.points; i++)
		if (!sim_point_is_over(play->sim, i))
			return false;
	return true;
}

static void judge_point(struct sim_play *play, int point)
{
	const struct sim_verdict *verdict = sim_verdict(play->sim, point);
	char what[160];

	if (verdict->breaches) {
		snprintf(what, sizeof(what), "%s was broken at %lld ms: %s",
			 ccs_invariant_name(verdict->breach.invariant),
			 (long long)(verdict->breach_time / CCS_MS(1)), verdict->breach.text);
		fail(play, 0, what, NULL);
	}
	for (int kind = 0; kind < SIM_EVENT_KINDS; kind++) {
		if (!verdict->events[kind] || play->expected[point] >> kind & 1)
			continue;
		snprintf(what, sizeof(what), "hardware: %s (first event at %lld ms)",
			 sim_event_text((enum sim_event_kind)kind),
			 (long long)(verdict->event_time / CCS_MS(1)));
		fail(play, 0, what, NULL);
	}
}

/* Of the first point that is not at rest. */
static void fail_to_rest(struct sim_play *play, const char *how)
{
	struct sim_script_step step = { .side = CCS_SIDE_EV };
	char what[160];
	const char *ev;

	while (step.point + 1 < play->script->config.points &&
	       sim_point_is_over(play->sim, step.point))
		step.point++;
	ev = name_state(play, &step);
	step.side = CCS_SIDE_EVSE;
	snprintf(what, sizeof(what), "B1: %s; the car: %s; the charger: %s", how, ev,
		 name_state(play, &step));
	fail(play, 0, what, NULL);
}

static void come_to_rest(struct sim_play *play)
{
	if (!is_at_rest(play)) {
		if (sim_now(play->sim) - play->entered >= REST_TIME)
			fail_to_rest(play, "no rest");
		return;
	}
	play->state = SIM_PLAY_PASSED;
	for (int i = 0; i < play->script->config.points; i++)
		judge_point(play, i);
}

/* Steps that can be done now. */
static void advance(struct sim_play *play)
{
	while (play->state == SIM_PLAY_RUNNING && play->at < play->script->count) {
		if (act(play, &play->script->steps[play->at]) != DONE)
			return;
		play->at++;
		play->entered = sim_now(play->sim);
	}
	if (play->state == SIM_PLAY_RUNNING)
		come_to_rest(play);
}

/* When the step that is waited for gives up. */
static ccs_time end_of_wait(const struct sim_play *play)
{
	const struct sim_script_step *step = &play->script->steps[play->at];

	if (play->at == play->script->count)
		return play->entered + REST_TIME;
	if (step->kind != SIM_STEP_WAIT)
		return play->entered;
	return play->entered +
	       (step->subject == SIM_SUBJECT_TIME ? pause_of(play, step) : step->within);
}

void sim_play_init(struct sim_play *play, struct sim *sim, const struct sim_script *script)
{
	*play = (struct sim_play) { .sim = sim, .script = script, .entered = sim_now(sim) };
}

ccs_time sim_play_next(const struct sim_play *play)
{
	ccs_time next = sim_next(play->sim);
	ccs_time end = end_of_wait(play);

	return next < end ? next : end;
}

void sim_play_step(struct sim_play *play, ccs_time limit)
{
	ccs_time end = end_of_wait(play);
	ccs_time before = sim_now(play->sim);

	sim_step(play->sim, limit < end ? limit : end);
	play->still = sim_now(play->sim) > before ? 0 : play->still + 1;
	if (play->still > STILL_MOST)
		fail_to_rest(play, "time stands still");
	else
		advance(play);
}

void sim_play_run(struct sim_play *play)
{
	while (play->state == SIM_PLAY_RUNNING)
		sim_play_step(play, CCS_NEVER);
}
