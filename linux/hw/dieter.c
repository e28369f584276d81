/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver "dieter": uhi22's Arduino board between car and inlet.
 *
 * 19200 baud.  We say "do" and four decimal digits, a set of outputs: bit 0 state C, bit 1 relay 1
 * (contactors), bit 2 relay 2 (here the lock).  It answers "I received value: N" and says
 * "A0=dddd", "A1=dddd" every 500 ms, of 1,024 steps; A0 is the inlet's divider.  A display may
 * hear on the same line, as pyPLC has it: `news = dieter`.
 */
#include "linux/hw/panel.h"
#include "linux/hw/serial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PERIOD	    CCS_MS(500)
#define QUIET	    CCS_SECONDS(2)
#define ADC_MOST    1023
#define FOLLOW_TIME CCS_MS(500)
#define SHOW_PERIOD CCS_SECONDS(1)

struct dieter {
	struct ccs_hw_seat *seat;
	struct ccs_hw_serial serial;
	unsigned int told; /* outputs */
	ccs_time since;	   /* they were */
	ccs_time again;
	struct ccs_hw_panel shown;
	ccs_time show_next;
};

/* "0512"; -1: that is no such number. */
static int read_digits(const char *text)
{
	size_t length = strlen(text);

	if (length < 1 || length > 4 || strspn(text, "0123456789") != length)
		return -1;
	return atoi(text);
}

/* 1.08 V at full scale, behind a divider of 9.4 to 6250. */
static int32_t millivolts(int adc)
{
	return (int32_t)((int64_t)adc * 1080 * 62500 / (94 * 1024));
}

static void take_inlet(struct dieter *d, const char *digits, ccs_time now)
{
	int adc = read_digits(digits);

	if (adc < 0 || adc > ADC_MOST)
		return;
	ccs_hw_up(d->seat, now);
	/* At the end of the scale it may be any voltage. */
	if (adc < ADC_MOST)
		ccs_hw_give(d->seat, CCS_HW_VALUE_INLET_VOLTAGE, millivolts(adc), now);
	ccs_hw_poke(d->seat);
}

static void on_line(void *user, const char *line)
{
	static const char answer[] = "I received value: ";
	struct dieter *d = user;
	ccs_time now = ccs_loop_now();
	int echo;

	if (strncmp(line, "A0=", 3) == 0) {
		take_inlet(d, line + 3, now);
	} else if (strncmp(line, answer, strlen(answer)) == 0) {
		echo = read_digits(line + strlen(answer));
		if (echo >= 0 && echo != (int)d->told && now - d->since > FOLLOW_TIME)
			ccs_hw_note(d->seat, CCS_NOTE_WARNING, now, "it took %d for %u", echo,
				    d->told);
	} else if (strncmp(line, "Starte", 6) == 0) {
		ccs_hw_note(d->seat, CCS_NOTE_WARNING, now, "it has started anew");
		d->again = now;
		ccs_hw_poke(d->seat);
	}
}

static void *open_dieter(struct ccs_hw_seat *seat, struct ccs_problem *problem)
{
	struct dieter *d = calloc(1, sizeof(*d));

	if (!d) {
		ccs_problem_set(problem, "out of memory");
		return NULL;
	}
	d->seat = seat;
	d->serial = (struct ccs_hw_serial) {
		.seat = seat,
		.port = seat->board->config->dieter_port,
		.baud = 19200,
		.adapters = ccs_hw_usb_boards,
		.lines = { .take = on_line, .user = d },
	};
	ccs_hw_serial_init(&d->serial);
	return d;
}

static unsigned int find_outputs(const struct dieter *d)
{
	int32_t pilot = 0, contactor = 0, lock = 0;

	ccs_hw_commanded(d->seat, CCS_HW_COMMAND_CP, &pilot);
	ccs_hw_commanded(d->seat, CCS_HW_COMMAND_CONTACTOR, &contactor);
	ccs_hw_commanded(d->seat, CCS_HW_COMMAND_LOCK, &lock);
	return (pilot >= CCS_PILOT_C ? 1u : 0u) | (contactor ? 2u : 0u) | (lock ? 4u : 0u);
}

static void tell_outputs(struct dieter *d, bool is_new, ccs_time now)
{
	unsigned int outputs = find_outputs(d);
	char line[16];

	if (!is_new && outputs == d->told && now < d->again)
		return;
	snprintf(line, sizeof(line), "do%04u\n", outputs);
	if (outputs != d->told)
		d->since = now;
	if (ccs_hw_lines_write(&d->serial.lines, line))
		d->told = outputs;
	d->again = now + PERIOD;
}

static void tell_panel(struct dieter *d, bool is_new, ccs_time now)
{
	struct ccs_hw_panel panel;
	char text[CCS_HW_PANEL_TEXT];
	int32_t listens;

	if (!ccs_hw_commanded(d->seat, CCS_HW_COMMAND_NEWS, &listens) ||
	    (!is_new && now < d->show_next))
		return;
	d->show_next = now + SHOW_PERIOD;
	ccs_hw_panel_fill(&panel, &d->seat->board->news);
	if (!is_new && memcmp(&panel, &d->shown, sizeof(panel)) == 0)
		return;
	ccs_hw_panel_print_oled(text, &panel);
	if (ccs_hw_lines_write(&d->serial.lines, text))
		d->shown = panel;
}

static void step(void *driver, ccs_time now)
{
	struct dieter *d = driver;
	bool is_new;

	if (!ccs_hw_serial_step(&d->serial, now))
		return;
	is_new = ccs_hw_serial_is_new(&d->serial);
	tell_outputs(d, is_new, now);
	tell_panel(d, is_new, now);
}

static ccs_time deadline(const void *driver)
{
	const struct dieter *d = driver;

	return ccs_hw_serial_deadline(&d->serial, d->again);
}

static void close_dieter(void *driver)
{
	struct dieter *d = driver;

	ccs_hw_serial_close(&d->serial);
	free(d);
}

const struct ccs_hw_driver ccs_hw_driver_dieter = {
	.name = "dieter",
	.text = "uhi22's Arduino board: inlet voltage, state C, two relays; a display beside it",
	.values = "inlet_voltage",
	.commands = "cp_state contactor lock news",
	.quiet = QUIET,
	.open = open_dieter,
	.step = step,
	.deadline = deadline,
	.close = close_dieter,
};
