/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames at a simulated modem, from its host and from the line: it keeps its bounds, and what it
 * says is a frame.
 *
 * Input: pieces of one byte `length`, one byte `how`, and a frame of that length.
 */
#include "linux/modem_front.h"

#include <stdlib.h>

#define STEP CCS_MS(50)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t host[6] = { 0x02, 0, 0, 0, 0, 1 }, ip[16] = { 0xfe, 0x80 };

static void expect(bool holds)
{
	if (!holds)
		abort();
}

static void listen(struct ccs_modem_front *front, ccs_time now)
{
	uint8_t frame[CCS_MODEM_FRONT_FRAME];
	struct ccs_mme mme;
	int n;

	while ((n = ccs_modem_front_next(front, frame, sizeof(frame), now)) > 0)
		expect(ccs_mme_decode(&mme, frame, (size_t)n) == 0);
	n = ccs_modem_front_announce(front, ip, frame, sizeof(frame), now);
	expect(n == 0 || ccs_mme_decode(&mme, frame, (size_t)n) == 0);
	expect(ccs_modem_front_deadline(front) > now);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = data + size;
	struct ccs_modem_front front;
	ccs_time now = 0;

	ccs_modem_front_init(&front, CCS_SIDE_EVSE, host, 20, NULL, now);
	while (end - data >= 2 && end - data - 2 >= data[0]) {
		if (data[1] & 1)
			ccs_modem_front_take(&front, data + 2, data[0], now);
		else
			ccs_modem_front_hear(&front, data + 2, data[0], now);
		expect(front.host_count <= CCS_MODEM_FRONT_HOSTS);
		expect(front.waiting <= CCS_MODEM_FRONT_QUEUE);
		now += STEP * (data[1] >> 1);
		if (data[1] & 2)
			listen(&front, now);
		data += 2 + data[0];
	}
	return 0;
}
