/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver "adc": analogue inputs of the kernel (IIO).
 *
 * The key `adc_channels` gives a channel to each value, with what one step of the converter is in
 * the value's unit, and what is added: "inlet_voltage=0:1,0.16967,-196.86" is channel 1 of
 * iio:device0, 0.16967 V a step, less 196.86 V.  Behind a third comma may stand the highest reading
 * that counts: at the end of the scale it may be anything.
 */
#include "linux/hw/driver.h"
#include "linux/hw/sysfs.h"
#include "linux/hw/words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define CHANNELS   8
#define POLL	   CCS_MS(100)
#define MILLIONTHS 6

struct channel {
	enum ccs_hw_value value;
	char path[CCS_SYSFS_PATH];
	int32_t step;	/* millionths of the unit */
	int32_t offset; /* inner unit */
	int32_t most;	/* reading */
};

struct adc {
	struct ccs_hw_seat *seat;
	size_t count;
	struct channel channels[CHANNELS];
	ccs_time next;
};

/* False: "0:1,0.16967,-196.86" is not what `text` looks like. */
static bool parse(struct channel *channel, const char *root, const char *text)
{
	char step[24] = "", offset[24] = "0";
	int device, input;

	channel->most = INT32_MAX;
	if (sscanf(text, "%d:%d,%23[0-9.-],%23[0-9.-],%d", &device, &input, step, offset,
		   &channel->most) < 3 ||
	    device < 0 || input < 0)
		return false;
	snprintf(channel->path, sizeof(channel->path),
		 "%.128s/sys/bus/iio/devices/iio:device%d/in_voltage%d_raw", root, device, input);
	return ccs_hw_parse_fixed(step, MILLIONTHS, &channel->step) &&
	       ccs_hw_parse(ccs_hw_values[channel->value].unit, offset, &channel->offset);
}

static int add_channel(struct adc *adc, const struct ccs_hw_pair *pair, struct ccs_problem *problem)
{
	int value = ccs_hw_find_value(pair->name, adc->seat->board->side);

	if (value < 0 || !ccs_hw_offers(adc->seat->driver->values, pair->name))
		return ccs_problem_set(problem, "adc_channels: %s cannot be measured so",
				       pair->name);
	if (adc->count == CHANNELS)
		return ccs_problem_set(problem, "adc_channels: more than %d", CHANNELS);
	adc->channels[adc->count].value = (enum ccs_hw_value)value;
	if (!parse(&adc->channels[adc->count], adc->seat->board->config->root, pair->value))
		return ccs_problem_set(problem,
				       "adc_channels: '%s' is not device:channel,step,offset",
				       pair->value);
	adc->count++;
	return 0;
}

static void *open_adc(struct ccs_hw_seat *seat, struct ccs_problem *problem)
{
	struct adc *adc = calloc(1, sizeof(*adc));
	const char *list = seat->board->config->adc_channels;
	struct ccs_hw_pair pair;

	if (!adc) {
		ccs_problem_set(problem, "out of memory");
		return NULL;
	}
	adc->seat = seat;
	while (ccs_hw_next_pair(&list, &pair))
		if (add_channel(adc, &pair, problem)) {
			free(adc);
			return NULL;
		}
	if (*list || !adc->count) {
		ccs_problem_set(problem, "adc_channels: '%.60s' is not value=channel", list);
		free(adc);
		return NULL;
	}
	return adc;
}

/* -1 with errno. */
static int measure(struct adc *adc, const struct channel *channel, ccs_time now)
{
	int64_t raw, inner;

	if (ccs_sysfs_read(channel->path, &raw))
		return -1;
	if (raw < 0 || raw > channel->most || raw > INT32_MAX)
		return 0;
	inner = raw * channel->step / ccs_hw_scale(ccs_hw_values[channel->value].unit, MILLIONTHS) +
		channel->offset;
	if (inner >= INT32_MIN && inner <= INT32_MAX)
		ccs_hw_give(adc->seat, channel->value, (int32_t)inner, now);
	return 0;
}

static void step(void *driver, ccs_time now)
{
	struct adc *adc = driver;
	bool works = true;

	if (now < adc->next)
		return;
	adc->next = now + POLL;
	for (size_t i = 0; i < adc->count && works; i++)
		works = measure(adc, &adc->channels[i], now) == 0;
	if (works)
		ccs_hw_up(adc->seat, now);
	else
		ccs_hw_down(adc->seat, now, "a channel cannot be read: %s", strerror(errno));
}

static ccs_time deadline(const void *driver)
{
	return ((const struct adc *)driver)->next;
}

const struct ccs_hw_driver ccs_hw_driver_adc = {
	.name = "adc",
	.text = "analogue inputs of the kernel (IIO)",
	.values = "inlet_voltage battery_voltage current inlet_temperature battery_temperature "
		  "present_voltage present_current plug_temperature",
	.commands = "",
	.open = open_adc,
	.step = step,
	.deadline = deadline,
	.close = free,
};
