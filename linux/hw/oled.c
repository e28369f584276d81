/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver "oled": a display behind a serial port (SerialToOLED on a WIFI_KIT_32).
 *
 * 19200 baud; its adapter is a CP210x.
 */
#include "linux/hw/panel.h"
#include "linux/hw/serial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PERIOD CCS_SECONDS(1)

static const struct ccs_hw_usb adapters[] = { { 0x10c4, 0xea60 }, { 0, 0 } };

struct oled {
	struct ccs_hw_seat *seat;
	struct ccs_hw_serial serial;
	struct ccs_hw_panel shown;
	ccs_time next;
};

/* Whatever it says: it does not matter. */
static void on_line(void *user, const char *line)
{
	(void)user;
	(void)line;
}

static void *open_oled(struct ccs_hw_seat *seat, struct ccs_problem *problem)
{
	struct oled *oled = calloc(1, sizeof(*oled));

	if (!oled) {
		ccs_problem_set(problem, "out of memory");
		return NULL;
	}
	oled->seat = seat;
	oled->serial = (struct ccs_hw_serial) {
		.seat = seat,
		.port = seat->board->config->display_port,
		.baud = 19200,
		.adapters = adapters,
		.lines = { .take = on_line, .user = oled },
	};
	ccs_hw_serial_init(&oled->serial);
	return oled;
}

static void show(struct oled *oled, const struct ccs_hw_panel *panel)
{
	char text[CCS_HW_PANEL_TEXT];

	ccs_hw_panel_print_oled(text, panel);
	if (ccs_hw_lines_write(&oled->serial.lines, text))
		oled->shown = *panel;
}

static void step(void *driver, ccs_time now)
{
	struct oled *oled = driver;
	struct ccs_hw_panel panel;
	bool is_new;

	if (!ccs_hw_serial_step(&oled->serial, now))
		return;
	is_new = ccs_hw_serial_is_new(&oled->serial);
	if (is_new)
		ccs_hw_up(oled->seat, now);
	if (!is_new && now < oled->next)
		return;
	oled->next = now + PERIOD;
	ccs_hw_panel_fill(&panel, &oled->seat->board->news);
	if (is_new || memcmp(&panel, &oled->shown, sizeof(panel)) != 0)
		show(oled, &panel);
}

static ccs_time deadline(const void *driver)
{
	const struct oled *oled = driver;

	return ccs_hw_serial_deadline(&oled->serial, oled->next);
}

static void close_oled(void *driver)
{
	struct oled *oled = driver;

	ccs_hw_serial_close(&oled->serial);
	free(oled);
}

const struct ccs_hw_driver ccs_hw_driver_oled = {
	.name = "oled",
	.text = "a display behind a serial port (SerialToOLED)",
	.values = "",
	.commands = "news",
	.open = open_oled,
	.step = step,
	.deadline = deadline,
	.close = close_oled,
};
