/* SPDX-License-Identifier: Apache-2.0 */
/* An image with a charger's station, all of it in use: what size.py measures. */
#include "ccs/evse_station.h"

/* What the hardware would be. */
extern volatile uint8_t line[2048];
extern volatile uint32_t length_in, clock_us;

static struct ccs_evse_station station;
static struct ccs_evse_values values;
static struct ccs_evse_commands commands;

static void fill_random(void *user, uint8_t *bytes, size_t size)
{
	(void)user;
	for (size_t i = 0; i < size; i++)
		bytes[i] = line[i];
}

static void hear(ccs_time now)
{
	const uint8_t *bytes = (const uint8_t *)line;

	ccs_evse_station_receive_frame(&station, bytes, length_in, now);
	ccs_evse_station_receive_datagram(&station, bytes, length_in, now);
	ccs_evse_station_receive_stream(&station, bytes, length_in, now);
	ccs_evse_station_opened(&station, now);
	ccs_evse_station_closed(&station, now);
	ccs_evse_station_again(&station, now);
	ccs_evse_station_tick(&station, now);
}

static int say(void)
{
	uint8_t *bytes = (uint8_t *)line;

	return ccs_evse_station_send_frame(&station, bytes, sizeof(line)) +
	       ccs_evse_station_send_datagram(&station, bytes, sizeof(line)) +
	       ccs_evse_station_send_stream(&station, bytes, sizeof(line));
}

void start(void);

void start(void)
{
	static const struct ccs_evse_station_config defaults;
	struct ccs_evse_station_config config = defaults;

	ccs_slac_evse_set_defaults(&config.slac);
	config.slac.random.fill = fill_random;
	config.session.values = &values;
	config.session.commands = &commands;
	config.session.quirks = ccs_quirks_default();
	ccs_evse_station_init(&station, &config);
	ccs_evse_station_set_address(&station, (const uint8_t *)line, 50000);
	ccs_evse_station_start(&station, clock_us);
	while (ccs_evse_station_deadline(&station)) {
		hear(clock_us);
		length_in = (uint32_t)say();
	}
}
