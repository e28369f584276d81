/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A simulated modem in front of an interface that has none (veth, a bridge, two computers).
 *
 * It answers its own host as a QCA7005 does and, on the charger's side, measures every sound with
 * the attenuation it was told for that car.  Its host's keys and questions stay with it; SLAC
 * messages pass.
 *
 * Networks are kept apart by their keys, as on a power line, as far as that matters here: modems of
 * this kind announce to each other which network they are in, by its NID and a digest of both keys.
 * A link is there while a host of the same network is heard, and datagrams of hosts that are in
 * another network are not for us: see ccs_modem_front_reaches().  A host that never announces
 * anything has no such modem, and counts as being in our network.
 * NOTE: the kernel's own traffic (neighbour discovery, TCP) passes between all hosts; but whoever
 * is not discovered is not connected to.
 */
#ifndef CCS_LINUX_MODEM_FRONT_H
#define CCS_LINUX_MODEM_FRONT_H

#include "sim/modem.h"

#define CCS_MODEM_FRONT_QUEUE 16
#define CCS_MODEM_FRONT_FRAME 448 /* the longest answer, padded as the chip pads it */
#define CCS_MODEM_FRONT_HOSTS 16  /* on the line; of more, those heard last */

#define CCS_ATTENUATIONS 8

/* What a charger's modem measures of single cars. */
struct ccs_attenuations {
	struct {
		uint8_t mac[6];
		uint8_t db;
	} list[CCS_ATTENUATIONS];
	uint8_t count;
};

/* What a modem tells the others. */
struct ccs_modem_news {
	uint8_t nid[7];
	uint8_t digest[8]; /* of NID and NMK */
	uint8_t ip[16];	   /* of its host */
};

struct ccs_modem_host {
	uint8_t mac[6];
	ccs_time heard;
	bool announces;
	struct ccs_modem_news news; /* the last, when it announces */
};

struct ccs_modem_front {
	struct sim_modem modem;
	struct sim_random random;
	uint8_t attenuation_db; /* of cars that are not in the list */
	struct ccs_attenuations attenuations;
	struct ccs_modem_host hosts[CCS_MODEM_FRONT_HOSTS];
	uint8_t host_count;
	ccs_time announce; /* when, the next time */
	uint8_t first;
	uint8_t waiting;
	struct {
		ccs_time due;
		uint16_t length;
		uint8_t bytes[CCS_MODEM_FRONT_FRAME];
	} queue[CCS_MODEM_FRONT_QUEUE];
};

/* `attenuations` are copied; NULL: `attenuation_db` for all. */
void ccs_modem_front_init(struct ccs_modem_front *front, enum ccs_side side,
			  const uint8_t host_mac[6], uint8_t attenuation_db,
			  const struct ccs_attenuations *attenuations, ccs_time now);

/* A frame from the own host.  True: it was for the modem and goes no further. */
bool ccs_modem_front_take(struct ccs_modem_front *front, const uint8_t *frame, size_t length,
			  ccs_time now);

/* A frame from the line.  True: it was for the modem, the host does not get it. */
bool ccs_modem_front_hear(struct ccs_modem_front *front, const uint8_t *frame, size_t length,
			  ccs_time now);

/* What the modem says to its host by `now`; 0: nothing. */
int ccs_modem_front_next(struct ccs_modem_front *front, uint8_t *frame, size_t size, ccs_time now);

/* What it says to the line by `now`; 0: nothing.  `ip` is the host's address; zero: it has none. */
int ccs_modem_front_announce(struct ccs_modem_front *front, const uint8_t ip[16], uint8_t *frame,
			     size_t size, ccs_time now);

/* When the earlier of the two above has something. */
ccs_time ccs_modem_front_deadline(const struct ccs_modem_front *front);

/* False when the host with this address is in another network: nothing comes from there. */
bool ccs_modem_front_reaches(const struct ccs_modem_front *front, const uint8_t ip[16],
			     ccs_time now);

#endif
