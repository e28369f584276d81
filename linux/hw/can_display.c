/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver "can_display": what displays on CAN show.
 *
 * A charger sends the frames of the FoccciCape: 0x678 (info number, state of charge), 0x679
 * (wanted and present voltage and current) and 0x67A (the car's MAC, number of the log).  A car
 * sends those of ccs32clara: 0x567 (uptime in seconds, checkpoint) and 0x568 (voltage at the
 * charger and at the inlet), big-endian.  We have no log numbers: 65535 is "unavailable".
 */
#include "linux/hw/can.h"

#include <stdlib.h>
#include <string.h>

#define PERIOD	   CCS_MS(100)
#define RARELY	   10 /* periods, for what does not change */
#define NO_LOGFILE 65535

struct can_display {
	struct ccs_hw_seat *seat;
	struct ccs_hw_can can;
	ccs_time next;
	unsigned int rounds;
};

static int32_t whole(const struct ccs_measured *m)
{
	return m->known ? m->value / 1000 : 0;
}

static void put_be16(uint8_t at[2], int32_t value)
{
	at[0] = (uint8_t)((uint32_t)value >> 8);
	at[1] = (uint8_t)value;
}

/* Displays are shown nothing rather than what is old; a frame that is lost comes again. */
static void send_charger(struct can_display *d, const struct ccs_hw_news *news)
{
	struct ccs_hw_frame soc = { .id = 0x678,
				    .length = 8,
				    .bytes = { 0, 0, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77 } };
	struct ccs_hw_frame power = { .id = 0x679, .length = 8 };
	struct ccs_hw_frame car = { .id = 0x67a, .length = 8 };

	soc.bytes[0] = (uint8_t)news->number;
	soc.bytes[1] = ccs_hw_clamp8(news->soc / 10);
	ccs_hw_put_le16(power.bytes, news->target.mv / 1000);
	ccs_hw_put_le16(power.bytes + 2, news->target.ma / 1000);
	ccs_hw_put_le16(power.bytes + 4, whole(&news->charger_mv));
	ccs_hw_put_le16(power.bytes + 6, whole(&news->charger_ma));
	ccs_hw_can_send(&d->can, &soc);
	ccs_hw_can_send(&d->can, &power);
	if (d->rounds % RARELY)
		return;
	memcpy(car.bytes, news->car, 6);
	ccs_hw_put_le16(car.bytes + 6, NO_LOGFILE);
	ccs_hw_can_send(&d->can, &car);
}

static void send_car(struct can_display *d, const struct ccs_hw_news *news, ccs_time now)
{
	const struct ccs_hw_board *board = d->seat->board;
	struct ccs_measured inlet = ccs_hw_measured(board, CCS_HW_VALUE_INLET_VOLTAGE, now);
	uint32_t uptime = (uint32_t)((now - board->opened) / CCS_SECONDS(1));
	struct ccs_hw_frame time = { .id = 0x567, .length = 5 };
	struct ccs_hw_frame volts = { .id = 0x568, .length = 4 };

	time.bytes[0] = (uint8_t)(uptime >> 16);
	put_be16(time.bytes + 1, (int32_t)(uptime & 0xffff));
	put_be16(time.bytes + 3, news->number);
	put_be16(volts.bytes, whole(&news->charger_mv));
	put_be16(volts.bytes + 2, whole(&inlet));
	ccs_hw_can_send(&d->can, &time);
	ccs_hw_can_send(&d->can, &volts);
}

static void on_frame(void *user, const struct ccs_hw_frame *frame)
{
	(void)user;
	(void)frame;
}

static void *open_display(struct ccs_hw_seat *seat, struct ccs_problem *problem)
{
	struct can_display *d = calloc(1, sizeof(*d));

	if (!d) {
		ccs_problem_set(problem, "out of memory");
		return NULL;
	}
	d->seat = seat;
	d->can = (struct ccs_hw_can) {
		.seat = seat, .port = seat->board->config->can, .take = on_frame, .user = d
	};
	ccs_hw_can_init(&d->can);
	return d;
}

static void step(void *driver, ccs_time now)
{
	struct can_display *d = driver;
	const struct ccs_hw_news *news = &d->seat->board->news;

	if (!ccs_hw_can_step(&d->can, now))
		return;
	ccs_hw_up(d->seat, now);
	if (now < d->next)
		return;
	d->next = now + PERIOD;
	if (d->seat->board->side == CCS_HW_EVSE)
		send_charger(d, news);
	else
		send_car(d, news, now);
	d->rounds++;
}

static ccs_time deadline(const void *driver)
{
	const struct can_display *d = driver;

	return ccs_hw_can_deadline(&d->can, d->next);
}

static void close_display(void *driver)
{
	struct can_display *d = driver;

	ccs_hw_can_close(&d->can);
	free(d);
}

const struct ccs_hw_driver ccs_hw_driver_can_display = {
	.name = "can_display",
	.text = "displays on CAN: a FoccciCape's for chargers, ccs32clara's for cars",
	.values = "",
	.commands = "news",
	.open = open_display,
	.step = step,
	.deadline = deadline,
	.close = close_display,
};
