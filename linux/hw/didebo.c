/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver "didebo": the supply of the discharge box DiDeBoCCS at a BeagleBone.
 *
 * Five isolated step-up stages in series make the voltage of cable check and precharge; diodes keep
 * the car from being charged.  When the car is to draw current the load is switched on, and the
 * voltage stays 5 V below what was precharged, so that the battery feeds the load.  Only the
 * voltage is measured; the current that is reported is the 10 A that the load takes.
 */
#include "linux/hw/didebo.h"
#include "linux/hw/driver.h"
#include "linux/hw/gpio_line.h"
#include "linux/hw/sysfs.h"

#include "ccs/limits.h"

#include <stdio.h>
#include <stdlib.h>

#define POLL	 CCS_MS(100)
#define BELOW_MV 5000
#define LOAD_MA	 10000
#define MOST_MV	 412000

static const int32_t voltages[CCS_DIDEBO_STAGES] = { 225000, 100000, 50000, 25000, 12000 };
static const char *const pins[CCS_DIDEBO_STAGES + 1] = { "P8_7",  "P8_9",  "P8_11",
							 "P8_15", "P8_17", "P8_18" };

#define LOAD CCS_DIDEBO_STAGES /* the last pin */

struct didebo {
	struct ccs_hw_seat *seat;
	struct ccs_gpio_line *lines[CCS_DIDEBO_STAGES + 1];
	char channel[CCS_SYSFS_PATH];
	int32_t precharged; /* mV that was set without load */
	bool load;
	ccs_time next;
};

int32_t ccs_didebo_voltage(unsigned int stages)
{
	int32_t mv = 0;

	for (int i = 0; i < CCS_DIDEBO_STAGES; i++)
		mv += stages >> i & 1 ? voltages[i] : 0;
	return mv;
}

/* Each stage is at least as large as the smaller ones together. */
unsigned int ccs_didebo_stages(int32_t mv)
{
	unsigned int stages = 0;

	for (int i = 0; i < CCS_DIDEBO_STAGES; i++)
		if (ccs_didebo_voltage(stages) + voltages[i] <= mv)
			stages |= 1u << i;
	return stages;
}

int32_t ccs_didebo_measured(int32_t reading)
{
	return (int32_t)(((int64_t)reading * 1800000 / 4095 - 510000) * 386 / 1000);
}

static void close_didebo(void *driver)
{
	struct didebo *d = driver;

	for (size_t i = 0; i < sizeof(d->lines) / sizeof(d->lines[0]); i++)
		ccs_gpio_close(d->lines[i]);
	free(d);
}

static void *open_didebo(struct ccs_hw_seat *seat, struct ccs_problem *problem)
{
	const char *root = seat->board->config->root;
	struct didebo *d = calloc(1, sizeof(*d));
	struct ccs_problem why;

	if (!d) {
		ccs_problem_set(problem, "out of memory");
		return NULL;
	}
	d->seat = seat;
	snprintf(d->channel, sizeof(d->channel),
		 "%.128s/sys/bus/iio/devices/iio:device0/in_voltage1_raw", root);
	for (int i = 0; i <= LOAD; i++) {
		d->lines[i] = ccs_gpio_open(root, pins[i], true, &why);
		if (d->lines[i])
			continue;
		ccs_problem_set(problem, "didebo: pin %s", why.text);
		close_didebo(d);
		return NULL;
	}
	return d;
}

/* The stages for what the session wants now.  Precharge never has more than 2 A, charging may. */
static unsigned int find_stages(struct didebo *d)
{
	int32_t supply = 0, mv = 0, ma = 0;

	ccs_hw_commanded(d->seat, CCS_HW_COMMAND_SUPPLY, &supply);
	ccs_hw_commanded(d->seat, CCS_HW_COMMAND_SET_VOLTAGE, &mv);
	ccs_hw_commanded(d->seat, CCS_HW_COMMAND_SET_CURRENT, &ma);
	if (!supply || mv <= 0) {
		d->load = false;
		return 0;
	}
	d->load |= d->seat->board->news.charging || ma > CCS_PRECHARGE_MA;
	if (!d->load)
		d->precharged = mv;
	return ccs_didebo_stages(d->load ? d->precharged - BELOW_MV : mv);
}

/* False: a line does not work. */
static bool drive(struct didebo *d)
{
	unsigned int stages = find_stages(d);
	bool works = ccs_gpio_set(d->lines[LOAD], d->load) == 0;

	for (int i = 0; i < CCS_DIDEBO_STAGES; i++)
		works &= ccs_gpio_set(d->lines[i], stages >> i & 1) == 0;
	return works;
}

static bool measure(struct didebo *d, ccs_time now)
{
	int64_t reading;

	if (ccs_sysfs_read(d->channel, &reading) || reading < 0 || reading > 4095)
		return false;
	ccs_hw_give(d->seat, CCS_HW_VALUE_PRESENT_VOLTAGE, ccs_didebo_measured((int32_t)reading),
		    now);
	ccs_hw_give(d->seat, CCS_HW_VALUE_PRESENT_CURRENT, d->load ? LOAD_MA : 0, now);
	ccs_hw_give(d->seat, CCS_HW_VALUE_MAX_VOLTAGE, MOST_MV, now);
	ccs_hw_give(d->seat, CCS_HW_VALUE_MAX_CURRENT, LOAD_MA, now);
	return true;
}

static void step(void *driver, ccs_time now)
{
	struct didebo *d = driver;
	bool works = drive(d);

	if (now >= d->next) {
		works &= measure(d, now);
		d->next = now + POLL;
	}
	if (works)
		ccs_hw_up(d->seat, now);
	else
		ccs_hw_down(d->seat, now, "a pin or the converter does not work");
}

static ccs_time deadline(const void *driver)
{
	return ((const struct didebo *)driver)->next;
}

const struct ccs_hw_driver ccs_hw_driver_didebo = {
	.name = "didebo",
	.text = "the step-up stages and the load of DiDeBoCCS",
	.values = "present_voltage present_current max_voltage max_current",
	.commands = "supply set_voltage set_current",
	.open = open_didebo,
	.step = step,
	.deadline = deadline,
	.close = close_didebo,
};
