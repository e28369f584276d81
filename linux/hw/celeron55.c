/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver "celeron55": the board that speaks `name=value` lines with integers.
 *
 * We say cp=0 (state B) or cp=1 (C), contactor=0 or 1, lock or unlock, and disp0=, disp1=, disp2=.
 * Levels are repeated each second; lock and unlock are not, for they may start a motor.  What it
 * says of its outputs is compared with what they were told.
 */
#include "linux/hw/panel.h"
#include "linux/hw/serial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PERIOD	    CCS_SECONDS(1)
#define QUIET	    CCS_SECONDS(3)
#define FOLLOW_TIME CCS_SECONDS(1)

/* An output whose state it says. */
struct output {
	int32_t told; /* -1: nothing yet */
	ccs_time since;
	bool differs; /* that was said */
};

struct celeron55 {
	struct ccs_hw_seat *seat;
	struct ccs_hw_serial serial;
	struct output cp;
	struct output contactor;
	int32_t lock; /* -1: nothing told yet */
	struct ccs_hw_panel shown;
	ccs_time again;
};

static const struct {
	const char *name;
	enum ccs_hw_value value;
} readings[] = {
	{ "inlet_v", CCS_HW_VALUE_INLET_VOLTAGE },
	{ "dc_link_v", CCS_HW_VALUE_BATTERY_VOLTAGE },
	{ "cp_pwm", CCS_HW_VALUE_DUTY },
	{ "max_charge_a", CCS_HW_VALUE_TARGET_CURRENT },
	{ "soc_percent", CCS_HW_VALUE_SOC },
	{ "contactor_confirmed", CCS_HW_VALUE_CONTACTOR_FEEDBACK },
	{ "plugged_in", CCS_HW_VALUE_PLUG },
};

static void compare(struct celeron55 *c, struct output *output, const char *name, int32_t state,
		    ccs_time now)
{
	bool differs = output->told >= 0 && state != output->told &&
		       now - output->since >= FOLLOW_TIME;

	if (differs && !output->differs)
		ccs_hw_note(c->seat, CCS_NOTE_WARNING, now, "%s is %d, but %d was told", name,
			    (int)state, (int)output->told);
	output->differs = differs;
}

/* True when the line is one that the board knows. */
static bool take(struct celeron55 *c, const char *name, const char *text, ccs_time now)
{
	int32_t value;

	for (size_t i = 0; i < sizeof(readings) / sizeof(readings[0]); i++) {
		if (strcmp(readings[i].name, name) != 0)
			continue;
		if (!ccs_hw_parse(ccs_hw_values[readings[i].value].unit, text, &value))
			return false;
		ccs_hw_give(c->seat, readings[i].value, value, now);
		return true;
	}
	if (!ccs_hw_parse(CCS_HW_SWITCH, text, &value))
		return false;
	if (strcmp(name, "cp_output_state") == 0)
		compare(c, &c->cp, name, value, now);
	else if (strcmp(name, "ccs_contactor_wanted_closed") == 0)
		compare(c, &c->contactor, name, value, now);
	else
		return false;
	return true;
}

static void on_line(void *user, const char *line)
{
	struct celeron55 *c = user;
	const char *equals = strchr(line, '=');
	ccs_time now = ccs_loop_now();
	char name[32] = "";

	if (equals && (size_t)(equals - line) < sizeof(name))
		memcpy(name, line, (size_t)(equals - line));
	if (!name[0] || !take(c, name, equals + 1, now)) {
		ccs_hw_note(c->seat, CCS_NOTE_INFO, now, "says %s", line);
		return;
	}
	ccs_hw_up(c->seat, now);
	ccs_hw_poke(c->seat);
}

static void *open_celeron55(struct ccs_hw_seat *seat, struct ccs_problem *problem)
{
	int32_t baud = seat->board->config->celeron55_baud;
	struct celeron55 *c;

	if (!ccs_hw_serial_has_speed(baud)) {
		ccs_problem_set(problem, "celeron55_baud: serial ports have no %d", (int)baud);
		return NULL;
	}
	c = calloc(1, sizeof(*c));
	if (!c) {
		ccs_problem_set(problem, "out of memory");
		return NULL;
	}
	c->seat = seat;
	c->serial = (struct ccs_hw_serial) {
		.seat = seat,
		.port = seat->board->config->celeron55_port,
		.baud = baud,
		.adapters = ccs_hw_usb_boards,
		.lines = { .take = on_line, .user = c },
	};
	ccs_hw_serial_init(&c->serial);
	return c;
}

static void tell_level(struct celeron55 *c, struct output *output, const char *name, int32_t level,
		       bool again, ccs_time now)
{
	char line[32];

	if (level == output->told && !again)
		return;
	snprintf(line, sizeof(line), "%s=%d\n", name, (int)level);
	if (!ccs_hw_lines_write(&c->serial.lines, line))
		return;
	if (level != output->told)
		output->since = now;
	output->told = level;
}

static void tell_panel(struct celeron55 *c)
{
	struct ccs_hw_panel panel;
	int32_t listens;
	char text[CCS_HW_PANEL_TEXT];

	if (!ccs_hw_commanded(c->seat, CCS_HW_COMMAND_NEWS, &listens))
		return;
	ccs_hw_panel_fill(&panel, &c->seat->board->news);
	if (memcmp(&panel, &c->shown, sizeof(panel)) == 0)
		return;
	snprintf(text, sizeof(text), "disp0=%s\ndisp1=%s\ndisp2=%s\n", panel.line[0], panel.line[1],
		 panel.line[2]);
	if (ccs_hw_lines_write(&c->serial.lines, text))
		c->shown = panel;
}

static void tell_commands(struct celeron55 *c, bool again, ccs_time now)
{
	int32_t value;

	if (ccs_hw_commanded(c->seat, CCS_HW_COMMAND_CP, &value))
		tell_level(c, &c->cp, "cp", value >= CCS_PILOT_C, again, now);
	if (ccs_hw_commanded(c->seat, CCS_HW_COMMAND_CONTACTOR, &value))
		tell_level(c, &c->contactor, "contactor", value, again, now);
	if (ccs_hw_commanded(c->seat, CCS_HW_COMMAND_LOCK, &value) && value != c->lock &&
	    ccs_hw_lines_write(&c->serial.lines, value ? "lock\n" : "unlock\n"))
		c->lock = value;
}

static void step(void *driver, ccs_time now)
{
	struct celeron55 *c = driver;
	bool again;

	if (!ccs_hw_serial_step(&c->serial, now))
		return;
	if (ccs_hw_serial_is_new(&c->serial)) {
		c->cp.told = c->contactor.told = c->lock = -1;
		memset(&c->shown, 0, sizeof(c->shown));
		c->again = now;
	}
	again = now >= c->again;
	tell_commands(c, again, now);
	if (!again)
		return;
	tell_panel(c);
	c->again = now + PERIOD;
}

static ccs_time deadline(const void *driver)
{
	const struct celeron55 *c = driver;

	return ccs_hw_serial_deadline(&c->serial, c->again);
}

static void close_celeron55(void *driver)
{
	struct celeron55 *c = driver;

	ccs_hw_serial_close(&c->serial);
	free(c);
}

const struct ccs_hw_driver ccs_hw_driver_celeron55 = {
	.name = "celeron55",
	.text = "celeron55's board: voltages, pilot, contactors, lock, battery, display",
	.values =
		"inlet_voltage battery_voltage cp_duty target_current soc contactor_feedback plug",
	.commands = "cp_state contactor lock news",
	.quiet = QUIET,
	.open = open_celeron55,
	.step = step,
	.deadline = deadline,
	.close = close_celeron55,
};
