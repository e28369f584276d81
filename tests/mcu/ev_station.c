/* SPDX-License-Identifier: Apache-2.0 */
/* An image with a car's station, all of it in use: what size.py measures. */
#include "ccs/ev_station.h"

/* What the hardware would be. */
extern volatile uint8_t line[2048];
extern volatile uint32_t length_in, clock_us;

static struct ccs_ev_station station;
static struct ccs_ev_values values;
static struct ccs_ev_commands commands;

static void fill_random(void *user, uint8_t *bytes, size_t size)
{
	(void)user;
	for (size_t i = 0; i < size; i++)
		bytes[i] = line[i];
}

static void hear(ccs_time now)
{
	const uint8_t *bytes = (const uint8_t *)line;

	ccs_ev_station_receive_frame(&station, bytes, length_in, now);
	ccs_ev_station_receive_datagram(&station, bytes, length_in, now);
	ccs_ev_station_receive_stream(&station, bytes, length_in, now);
	ccs_ev_station_opened(&station, now);
	ccs_ev_station_closed(&station, now);
	ccs_ev_station_again(&station, now);
	ccs_ev_station_tick(&station, now);
}

static int say(void)
{
	uint8_t *bytes = (uint8_t *)line;

	return ccs_ev_station_send_frame(&station, bytes, sizeof(line)) +
	       ccs_ev_station_send_datagram(&station, bytes, sizeof(line)) +
	       ccs_ev_station_send_stream(&station, bytes, sizeof(line));
}

void start(void);

void start(void)
{
	static const struct ccs_ev_station_config defaults;
	struct ccs_ev_station_config config = defaults;

	ccs_slac_ev_set_defaults(&config.slac);
	config.slac.random.fill = fill_random;
	config.session.values = &values;
	config.session.commands = &commands;
	config.session.quirks = ccs_quirks_default();
	config.session.offers[0] = CCS_PROTOCOL_ISO2;
	config.session.offers[1] = CCS_PROTOCOL_DIN;
	config.session.offer_count = 2;
	ccs_ev_station_init(&station, &config);
	ccs_ev_station_start(&station, clock_us);
	while (ccs_ev_station_deadline(&station)) {
		hear(clock_us);
		length_in = (uint32_t)say();
	}
}
