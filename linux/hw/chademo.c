/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver "chademo": a car whose battery speaks CHAdeMO, as to a charger.
 *
 * From the car: 0x100 every 100 ms, with the battery's voltage where its firmware has been told
 * protocol version 10, and the reference of the charged rate; 0x102 with the wanted voltage and
 * current, and the charged rate.  To it, for each 0x100: 0x108 with what the charger can do, 0x109
 * with what it does.  Currents have eight bits: what does not fit is 255 A, never less bits of it.
 */
#include "linux/hw/can.h"

#include <stdlib.h>

#define QUIET	  CCS_SECONDS(2)
#define VERSION	  10
#define CONNECTED 4 /* status: the connector is locked */

struct chademo {
	struct ccs_hw_seat *seat;
	struct ccs_hw_can can;
	int32_t full; /* reference of the charged rate; 0: not said */
};

static int32_t whole(const struct ccs_measured *m)
{
	return m->known ? m->value / 1000 : 0;
}

static void answer(struct chademo *c)
{
	const struct ccs_hw_news *news = &c->seat->board->news;
	struct ccs_hw_frame can_do = { .id = 0x108, .length = 8 };
	struct ccs_hw_frame does = { .id = 0x109, .length = 8, .bytes = { VERSION } };

	ccs_hw_put_le16(can_do.bytes + 1, news->charger_max_mv / 1000);
	can_do.bytes[3] = ccs_hw_clamp8(news->charger_max_ma / 1000);
	ccs_hw_put_le16(does.bytes + 1, whole(&news->charger_mv));
	does.bytes[3] = ccs_hw_clamp8(whole(&news->charger_ma));
	does.bytes[5] = news->charger_max_mv && news->charger_max_ma ? CONNECTED : 0;
	ccs_hw_can_send(&c->can, &can_do);
	ccs_hw_can_send(&c->can, &does);
}

/* A voltage of 0 is the standard's frame, which has none. */
static void take_battery(struct chademo *c, const uint8_t bytes[8], ccs_time now)
{
	int32_t volts = ccs_hw_get_le16(bytes);

	if (volts)
		ccs_hw_give(c->seat, CCS_HW_VALUE_BATTERY_VOLTAGE, volts * 1000, now);
	c->full = bytes[6];
	answer(c);
}

static void take_wish(struct chademo *c, const uint8_t bytes[8], ccs_time now)
{
	ccs_hw_give(c->seat, CCS_HW_VALUE_TARGET_VOLTAGE, ccs_hw_get_le16(bytes + 1) * 1000, now);
	ccs_hw_give(c->seat, CCS_HW_VALUE_TARGET_CURRENT, bytes[3] * 1000, now);
	if (c->full)
		ccs_hw_give(c->seat, CCS_HW_VALUE_SOC, bytes[6] * 1000 / c->full, now);
}

static void on_frame(void *user, const struct ccs_hw_frame *frame)
{
	struct chademo *c = user;
	ccs_time now = ccs_loop_now();

	if (frame->length != 8 || (frame->id != 0x100 && frame->id != 0x102))
		return;
	ccs_hw_up(c->seat, now);
	if (frame->id == 0x100)
		take_battery(c, frame->bytes, now);
	else
		take_wish(c, frame->bytes, now);
	ccs_hw_poke(c->seat);
}

static void *open_chademo(struct ccs_hw_seat *seat, struct ccs_problem *problem)
{
	struct chademo *c = calloc(1, sizeof(*c));

	if (!c) {
		ccs_problem_set(problem, "out of memory");
		return NULL;
	}
	c->seat = seat;
	c->can = (struct ccs_hw_can) {
		.seat = seat, .port = seat->board->config->can, .take = on_frame, .user = c
	};
	ccs_hw_can_init(&c->can);
	return c;
}

static void step(void *driver, ccs_time now)
{
	ccs_hw_can_step(&((struct chademo *)driver)->can, now);
}

static ccs_time deadline(const void *driver)
{
	return ccs_hw_can_deadline(&((const struct chademo *)driver)->can, CCS_NEVER);
}

static void close_chademo(void *driver)
{
	struct chademo *c = driver;

	ccs_hw_can_close(&c->can);
	free(c);
}

const struct ccs_hw_driver ccs_hw_driver_chademo = {
	.name = "chademo",
	.text = "a battery that speaks CHAdeMO on CAN; is told of the charger",
	.values = "battery_voltage target_voltage target_current soc",
	.commands = "news",
	.quiet = QUIET,
	.open = open_chademo,
	.step = step,
	.deadline = deadline,
	.close = close_chademo,
};
