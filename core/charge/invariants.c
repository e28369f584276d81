/* SPDX-License-Identifier: Apache-2.0 */
/* The safety invariants as functions over values, commands and facts.  Each check returns NULL when
 * it holds, else the sentence. */
#include "ccs/invariants.h"

#include <stddef.h>

const struct ccs_tolerances ccs_tolerances_default = {
	.precharge_mv = 20000,
	.opening_ma = 5000,
	.opening_us = CCS_SECONDS(2),
	.unlocking_mv = 60000,
	.unlocking_us = CCS_SECONDS(3),
	.precharge_ma = 2000,
	.stray_ma = 1000,
	.stopping_us = CCS_SECONDS(3),
	.sensor_us = CCS_SECONDS(1),
	.ending_us = CCS_SECONDS(100),
};

static const struct {
	const char *name;
	const char *text;
} invariants[] = { { "-", "" },
#define ROW(name, sentence) { #name, sentence },
		   CCS_INVARIANTS(ROW)
#undef ROW
};

const char *ccs_invariant_name(enum ccs_invariant invariant)
{
	return invariants[invariant].name;
}

const char *ccs_invariant_text(enum ccs_invariant invariant)
{
	return invariants[invariant].text;
}

static int64_t magnitude(int64_t n)
{
	return n < 0 ? -n : n;
}

static bool is_drawing(enum ccs_pilot pilot)
{
	return pilot == CCS_PILOT_C || pilot == CCS_PILOT_D;
}

static bool has_passed(ccs_time since, ccs_time duration, ccs_time now)
{
	return since != CCS_NEVER && now - since >= duration;
}

/* E1: closing, DC only beyond the lock. */
static const char *check_precharge(const struct ccs_ev_step *step, const struct ccs_tolerances *t)
{
	const struct ccs_measured *outside = &step->values->inlet_mv;
	int32_t inlet;
	int32_t battery;

	if (step->facts->trusts_report)
		outside = &step->facts->reported_mv;
	if (!step->facts->cable_checked)
		return "contactors closed before the cable check was finished";
	if (!ccs_measured_get(outside, step->now, t->sensor_us, &inlet))
		return "contactors closed while the voltage at the inlet was unknown";
	if (!ccs_measured_get(&step->values->battery_mv, step->now, t->sensor_us, &battery))
		return "contactors closed while the voltage of the battery was unknown";
	if (magnitude((int64_t)inlet - battery) >= t->precharge_mv)
		return "contactors closed while inlet and battery differed";
	return NULL;
}

static const char *check_e1(const struct ccs_ev_step *step, const struct ccs_tolerances *t)
{
	if (step->before->contactors || !step->after->contactors)
		return NULL;
	if (step->values->lock != CCS_LOCK_CLOSED)
		return "contactors closed while the inlet was not locked";
	if (!is_drawing(step->before->pilot) || !is_drawing(step->after->pilot))
		return "contactors closed without state C or D";
	return step->facts->ac ? NULL : check_precharge(step, t);
}

static const char *check_e2(const struct ccs_ev_step *step, const struct ccs_tolerances *t)
{
	int32_t ma;

	if (!step->before->contactors || step->after->contactors)
		return NULL;
	if (has_passed(step->facts->stop_demanded, t->opening_us, step->now))
		return NULL;
	if (!ccs_measured_get(&step->values->current_ma, step->now, t->sensor_us, &ma))
		return "contactors opened while the current was unknown";
	return magnitude(ma) < t->opening_ma ? NULL : "contactors opened under current";
}

static const char *check_e3(const struct ccs_ev_step *step, const struct ccs_tolerances *t)
{
	int32_t mv;

	if (!step->before->lock || step->after->lock)
		return NULL;
	if (step->after->contactors || step->before->contactors)
		return "unlocked while the contactors were commanded to close";
	if (step->values->contactors == CCS_CONTACTOR_CLOSED)
		return "unlocked while the contactors were closed";
	if (is_drawing(step->after->pilot))
		return "unlocked in state C or D";
	if (ccs_measured_get(&step->values->inlet_mv, step->now, t->sensor_us, &mv))
		return mv < t->unlocking_mv ? NULL : "unlocked while the inlet was live";
	if (!has_passed(step->facts->off_since, t->unlocking_us, step->now))
		return "unlocked with unknown voltage before the waiting time had passed";
	return NULL;
}

static const char *check_e4(const struct ccs_ev_step *step)
{
	const struct ccs_ev_facts *facts = step->facts;

	if (!is_drawing(step->after->pilot))
		return NULL;
	if (step->values->plug == CCS_PLUG_OUT)
		return "state C or D while unplugged";
	if (facts->basic || facts->toggling)
		return NULL;
	if (facts->ended || facts->stopped)
		return "state C or D after the end of charging";
	return facts->parameters_finished
		       ? NULL
		       : "state C or D before the charge parameters were finished";
}

/* B1, the end state of the car.  A welded contactor or a live inlet keeps the lock closed (E3). */
static const char *check_ev_end(const struct ccs_ev_step *step, const struct ccs_tolerances *t)
{
	bool welded = step->values->contactors == CCS_CONTACTOR_CLOSED;
	bool live = step->values->inlet_mv.known && step->values->inlet_mv.value >= t->unlocking_mv;

	if (!step->facts->ended) {
		return has_passed(step->facts->stop_demanded, t->ending_us, step->now)
			       ? "the car did not come to its end"
			       : NULL;
	}
	if (step->after->contactors)
		return "ended with contactors commanded to close";
	return step->after->lock && !welded && !live ? "ended with the inlet locked" : NULL;
}

/* Voltage that others can touch or draw from. */
static bool is_energised(const struct ccs_evse_step *step)
{
	const struct ccs_evse_commands *commands = step->after;

	if (!commands->contactor)
		return false;
	return step->facts->ac || (commands->supply && commands->set.mv > 0);
}

static const char *check_c1(const struct ccs_evse_step *step)
{
	if (!is_energised(step))
		return NULL;
	if (!is_drawing(step->values->pilot))
		return "voltage on the cable without state C or D";
	if (step->values->has_lock && step->values->lock != CCS_LOCK_CLOSED)
		return "voltage on the cable while the connector was not locked";
	return NULL;
}

/* True when `ma` at `mv` is more than `limits` allow. */
static bool exceeds_current(const struct ccs_limits *limits, const struct ccs_setpoint *set)
{
	bool out = set->ma < 0;
	int32_t max_ma = out ? limits->discharge_ma : limits->max_ma;
	int32_t max_w = out ? limits->discharge_w : limits->max_w;
	int64_t ma = magnitude(set->ma);

	if (ma > max_ma)
		return true;
	return max_w != CCS_NO_LIMIT && ma * set->mv > (int64_t)max_w * 1000000;
}

static const char *check_c2(const struct ccs_evse_step *step, const struct ccs_tolerances *t)
{
	const struct ccs_setpoint *set = &step->after->set;

	if (!step->after->supply)
		return NULL;
	if (set->mv < 0)
		return "negative voltage set";
	if (set->mv > step->values->limits.max_mv)
		return "voltage set above the charger's limit";
	if (set->mv > step->facts->ev.max_mv)
		return "voltage set above the car's limit";
	if (exceeds_current(&step->values->limits, set))
		return "current or power set above the charger's limit";
	if (exceeds_current(&step->facts->ev, set))
		return "current or power set above the car's limit";
	if (!step->facts->delivering && magnitude(set->ma) > t->precharge_ma)
		return "current set above that of precharge";
	return NULL;
}

static const char *check_c3(const struct ccs_evse_step *step)
{
	const struct ccs_evse_commands *commands = step->after;
	bool powered = commands->supply && (commands->set.mv || commands->set.ma);

	if (step->facts->ac)
		powered = commands->contactor;
	if (!powered)
		return NULL;
	if (step->values->emergency)
		return "set-point not zero in an emergency";
	if (step->facts->lost)
		return "set-point not zero after the session was lost";
	if (step->facts->ended)
		return "set-point not zero after the end";
	if (!is_drawing(step->values->pilot))
		return "set-point not zero without state C or D";
	return NULL;
}

static const char *check_c4(const struct ccs_evse_step *step, const struct ccs_tolerances *t)
{
	const struct ccs_evse_facts *facts = step->facts;
	int32_t ma;

	if (facts->delivering || facts->basic)
		return NULL;
	if (facts->ac)
		return step->after->contactor ? "mains on the cable outside PowerDelivery" : NULL;
	if (facts->stopped && step->after->supply && step->after->set.ma)
		return "current set after PowerDelivery stop";
	if (facts->delivered && !has_passed(facts->delivered, t->stopping_us, step->now))
		return NULL;
	if (!ccs_measured_get(&step->values->present_ma, step->now, t->sensor_us, &ma))
		return NULL;
	return magnitude(ma) > (int64_t)t->precharge_ma + t->stray_ma
		       ? "current flows outside PowerDelivery"
		       : NULL;
}

/* C5, the contactor.  Mains may be switched under load: its contactor is made for that. */
static const char *check_switching(const struct ccs_evse_step *step, const struct ccs_tolerances *t)
{
	const struct ccs_evse_commands *after = step->after;
	bool was_closed = step->before->contactor;
	int32_t ma;

	if (step->facts->ac || (was_closed && after->contactor))
		return NULL;
	if (after->supply && magnitude(after->set.ma) >= t->opening_ma)
		return "current commanded while the contactor was open or switched";
	if (!was_closed || has_passed(step->facts->stop_demanded, t->opening_us, step->now))
		return NULL;
	if (!ccs_measured_get(&step->values->present_ma, step->now, t->sensor_us, &ma))
		return "contactor opened while the current was unknown";
	return magnitude(ma) < t->opening_ma ? NULL : "contactor opened under current";
}

/* C5, the lock. */
static const char *check_unlocking(const struct ccs_evse_step *step, const struct ccs_tolerances *t)
{
	int32_t mv;

	if (!step->before->lock || step->after->lock || !step->values->has_lock)
		return NULL;
	if (is_energised(step))
		return "unlocked with voltage commanded";
	if (ccs_measured_get(&step->values->present_mv, step->now, t->sensor_us, &mv))
		return mv < t->unlocking_mv ? NULL : "unlocked while the cable was live";
	if (!has_passed(step->facts->stop_demanded, t->unlocking_us, step->now))
		return "unlocked with unknown voltage before the waiting time had passed";
	return NULL;
}

static const char *check_evse_end(const struct ccs_evse_step *step, const struct ccs_tolerances *t)
{
	const struct ccs_evse_commands *commands = step->after;
	int32_t mv;

	if (!step->facts->ended) {
		return has_passed(step->facts->stop_demanded, t->ending_us, step->now)
			       ? "the charger did not come to its end"
			       : NULL;
	}
	if (commands->contactor || commands->supply)
		return "ended with the output on";
	if (!commands->lock || !step->values->has_lock)
		return NULL;
	if (!ccs_measured_get(&step->values->present_mv, step->now, t->sensor_us, &mv))
		return NULL;
	return mv < t->unlocking_mv ? "ended with the connector locked" : NULL;
}

static bool report(struct ccs_breach *breach, enum ccs_invariant invariant, const char *text)
{
	if (!text || breach->invariant)
		return false;
	*breach = (struct ccs_breach) { invariant, text };
	return true;
}

bool ccs_ev_check(const struct ccs_ev_step *step, const struct ccs_tolerances *tolerances,
		  struct ccs_breach *breach)
{
	*breach = (struct ccs_breach) { CCS_INVARIANT_NONE, NULL };
	return report(breach, CCS_INVARIANT_E1, check_e1(step, tolerances)) ||
	       report(breach, CCS_INVARIANT_E2, check_e2(step, tolerances)) ||
	       report(breach, CCS_INVARIANT_E3, check_e3(step, tolerances)) ||
	       report(breach, CCS_INVARIANT_E4, check_e4(step)) ||
	       report(breach, CCS_INVARIANT_B1, check_ev_end(step, tolerances));
}

bool ccs_evse_check(const struct ccs_evse_step *step, const struct ccs_tolerances *tolerances,
		    struct ccs_breach *breach)
{
	*breach = (struct ccs_breach) { CCS_INVARIANT_NONE, NULL };
	return report(breach, CCS_INVARIANT_C1, check_c1(step)) ||
	       report(breach, CCS_INVARIANT_C2, check_c2(step, tolerances)) ||
	       report(breach, CCS_INVARIANT_C3, check_c3(step)) ||
	       report(breach, CCS_INVARIANT_C4, check_c4(step, tolerances)) ||
	       report(breach, CCS_INVARIANT_C5, check_switching(step, tolerances)) ||
	       report(breach, CCS_INVARIANT_C5, check_unlocking(step, tolerances)) ||
	       report(breach, CCS_INVARIANT_B1, check_evse_end(step, tolerances));
}
