/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver "simulated": readings that nothing real is behind, beside boards that are real.
 *
 * For a charger without a supply: `present_voltage` and `present_current` follow the set-points as
 * a supply would, and the battery of the car holds what was precharged.  Nothing of it is on the
 * cable.  Many cars close their contactors all the same (pyPLC's evse_simulate_precharge), and then
 * it is the car that puts its battery on the cable.  So all of it or nothing: real commands
 * together with a simulated voltage are refused.
 *
 * For a car that does not know its state of charge: 20 %, and half a percent more each second while
 * it charges.
 */
#include "linux/hw/driver.h"
#include "linux/loop.h"

#include "ccs/limits.h"

#include <stdlib.h>

#define TICK	      CCS_MS(25)
#define HALF_TICKS    80    /* from half of the set-point to all of it, but for */
#define SLOW_MV	      30000 /* the last of it: */
#define SLOW_STEP_MV  500
#define FALL	      20 /* of a voltage that is too high a part that falls in a tick */
#define FALL_STEP_MV  100
#define SOC_FIRST     200
#define SOC_STEP      5
#define SOC_TIME      CCS_SECONDS(1)
#define SOC_KEPT_TIME CCS_SECONDS(10) /* after that the next session begins with the first */

struct simulated {
	struct ccs_hw_seat *seat;
	ccs_time next;
	bool on;
	int32_t mv;
	int32_t precharged; /* mV that was set before charging: what the battery has */
	int32_t soc;
	ccs_time charged; /* the state of charge rose last, or charging ended */
};

static bool has(const struct ccs_hw_seat *seat, enum ccs_hw_value value)
{
	return seat->board->values[value].seat == seat;
}

/* Something real would be switched by what is not. */
static bool is_mixed(const struct ccs_hw_seat *seat, struct ccs_problem *problem)
{
	static const enum ccs_hw_command commands[] = {
		CCS_HW_COMMAND_SUPPLY,
		CCS_HW_COMMAND_SET_VOLTAGE,
		CCS_HW_COMMAND_SET_CURRENT,
		CCS_HW_COMMAND_CONTACTOR,
	};

	if (!has(seat, CCS_HW_VALUE_PRESENT_VOLTAGE))
		return false;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		const struct ccs_hw_seat *other = seat->board->commands[commands[i]].seat;

		if (!other || other == seat)
			continue;
		ccs_problem_set(problem,
				"present_voltage = simulated, but %s = %s is real: nobody would "
				"see what it does",
				ccs_hw_commands[commands[i]].name, other->driver->name);
		return true;
	}
	return false;
}

static void warn(struct ccs_hw_seat *seat, ccs_time now)
{
	if (has(seat, CCS_HW_VALUE_PRESENT_VOLTAGE))
		ccs_hw_note(seat, CCS_NOTE_WARNING, now,
			    "NO SUPPLY, the voltage is made up; what is on the cable nobody "
			    "sees: take it for live");
	if (has(seat, CCS_HW_VALUE_SOC))
		ccs_hw_note(seat, CCS_NOTE_WARNING, now, "the state of charge is made up");
}

static void *open_simulated(struct ccs_hw_seat *seat, struct ccs_problem *problem)
{
	struct simulated *s;

	if (is_mixed(seat, problem))
		return NULL;
	s = calloc(1, sizeof(*s));
	if (!s) {
		ccs_problem_set(problem, "out of memory");
		return NULL;
	}
	s->seat = seat;
	s->soc = SOC_FIRST;
	seat->up = true;
	warn(seat, ccs_loop_now());
	return s;
}

/* The supply comes up as a careful one does. */
static void move(struct simulated *s, int32_t wanted)
{
	int32_t step = wanted / 2 / HALF_TICKS;

	if (s->mv > wanted) {
		s->mv -= (s->mv - wanted) / FALL + FALL_STEP_MV;
		s->mv = s->mv < wanted ? wanted : s->mv;
		return;
	}
	if (s->mv < wanted / 2)
		s->mv = wanted / 2;
	else
		s->mv += wanted - s->mv > SLOW_MV ? step : SLOW_STEP_MV;
	s->mv = s->mv > wanted ? wanted : s->mv;
}

static void supply(struct simulated *s, ccs_time now)
{
	int32_t on = 0, mv = 0, ma = 0;
	bool charging;

	ccs_hw_commanded(s->seat, CCS_HW_COMMAND_SUPPLY, &on);
	ccs_hw_commanded(s->seat, CCS_HW_COMMAND_SET_VOLTAGE, &mv);
	ccs_hw_commanded(s->seat, CCS_HW_COMMAND_SET_CURRENT, &ma);
	on = on && mv > 0;
	charging = on && (s->seat->board->news.charging || ma > CCS_PRECHARGE_MA);
	if (on && !s->on)
		warn(s->seat, now);
	s->on = on;
	if (!charging)
		s->precharged = on ? mv : 0;
	move(s, charging && mv > s->precharged ? s->precharged : on ? mv : 0);
	ccs_hw_give(s->seat, CCS_HW_VALUE_PRESENT_VOLTAGE, s->mv, now);
	ccs_hw_give(s->seat, CCS_HW_VALUE_PRESENT_CURRENT, charging ? ma : 0, now);
}

static void charge(struct simulated *s, ccs_time now)
{
	bool charging = s->seat->board->commands[CCS_HW_COMMAND_CONTACTOR].value;
	ccs_time since = now - s->charged;

	if (charging && since >= SOC_TIME) {
		s->soc += s->soc < ccs_hw_values[CCS_HW_VALUE_SOC].most ? SOC_STEP : 0;
		s->charged = now;
	} else if (!charging && since >= SOC_KEPT_TIME) {
		s->soc = SOC_FIRST;
		s->charged = now;
	}
	ccs_hw_give(s->seat, CCS_HW_VALUE_SOC, s->soc, now);
}

static void step(void *driver, ccs_time now)
{
	struct simulated *s = driver;

	if (now < s->next)
		return;
	s->next = now + TICK;
	if (s->seat->board->side == CCS_HW_EVSE)
		supply(s, now);
	else
		charge(s, now);
}

static ccs_time deadline(const void *driver)
{
	return ((const struct simulated *)driver)->next;
}

const struct ccs_hw_driver ccs_hw_driver_simulated = {
	.name = "simulated",
	.text = "nothing real: a supply that is not there, a state of charge that is made up",
	.values = "present_voltage present_current soc",
	.commands = "supply set_voltage set_current",
	.open = open_simulated,
	.step = step,
	.deadline = deadline,
	.close = free,
};
