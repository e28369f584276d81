/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A simulated modem in front of an interface that has none (veth, a bridge, two computers).
 *
 * It answers its own host as a QCA7005 does and, on the charger's side, measures every sound with
 * the attenuation it was told.  Its host's keys and questions stay with it; SLAC messages pass.
 * NOTE: on such an interface all frames of all hosts pass, whatever their keys: a modem with a key
 * claims a link.
 */
#ifndef CCS_LINUX_MODEM_FRONT_H
#define CCS_LINUX_MODEM_FRONT_H

#include "sim/modem.h"

#define CCS_MODEM_FRONT_QUEUE 16
#define CCS_MODEM_FRONT_FRAME 448 /* the longest answer, padded as the chip pads it */

struct ccs_modem_front {
	struct sim_modem modem;
	struct sim_random random;
	uint8_t attenuation_db;
	uint8_t first;
	uint8_t waiting;
	struct {
		ccs_time due;
		uint16_t length;
		uint8_t bytes[CCS_MODEM_FRONT_FRAME];
	} queue[CCS_MODEM_FRONT_QUEUE];
};

void ccs_modem_front_init(struct ccs_modem_front *front, enum ccs_side side,
			  const uint8_t host_mac[6], uint8_t attenuation_db);

/* A frame from the own host.  True: it was for the modem and goes no further. */
bool ccs_modem_front_take(struct ccs_modem_front *front, const uint8_t *frame, size_t length,
			  ccs_time now);

/* A frame from the line, before the host gets it. */
void ccs_modem_front_hear(struct ccs_modem_front *front, const uint8_t *frame, size_t length,
			  ccs_time now);

/* What the modem says to its host by `now`; 0: nothing. */
int ccs_modem_front_next(struct ccs_modem_front *front, uint8_t *frame, size_t size, ccs_time now);

ccs_time ccs_modem_front_deadline(const struct ccs_modem_front *front);

#endif
