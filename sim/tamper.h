/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tampering: applies the faults of message_faults.h to the messages of both stations of a
 * connection, on their way from a station's output to the network.
 *
 *	sim_tamper_init(&tamper, seed);
 *	sim_tamper_add(&tamper, &fault);
 *	... for each complete V2GTP message of a station:
 *	sim_tamper_message(&tamper, CCS_SIDE_EVSE, message, length, now, &pieces);
 *	for (size_t i = 0; i < pieces.count; i++)
 *		at pieces.at[i].time, write these bytes to the stream
 *
 * Faults of one message act in this order: fields, in the order in which they were added; the
 *frame, likewise; the way.  A fault of the frame works on what those before it left.
 *
 * DIN SPEC 70121, ISO 15118-2 and the handshake are told apart by their bytes, so nothing needs to
 *be known of the session, and a connection may begin anew under the same tampering.  Messages of
 * ISO 15118-20 have no name here: only `*` and faults of the frame and the way meet them.  While no
 * fault of a side is waiting for its turn, that side's messages are passed on without a look.
 */
#ifndef SIM_TAMPER_H
#define SIM_TAMPER_H

#include "message_faults.h"
#include "random.h"

#include "ccs/v2gtp.h"

#define SIM_TAMPER_FAULTS 16
#define SIM_TAMPER_PIECES 2

/* A message with another content is at most so long; a longer one keeps its own. */
#define SIM_TAMPER_MESSAGE 4096
#define SIM_TAMPER_POOL	   16384

struct sim_piece {
	ccs_time time;
	const uint8_t *bytes; /* in the message, or in the tamper until its next call */
	size_t length;
};

struct sim_pieces {
	struct sim_piece at[SIM_TAMPER_PIECES]; /* in order of time */
	size_t count;
};

/* Members but the counters are private. */
struct sim_tamper {
	struct sim_message_fault faults[SIM_TAMPER_FAULTS];
	uint32_t seen[SIM_TAMPER_FAULTS];   /* messages that the fault is about */
	uint32_t done[SIM_TAMPER_FAULTS];   /* of them, those that were changed */
	uint32_t failed[SIM_TAMPER_FAULTS]; /* should have been, but had no such field */
	size_t count;
	struct sim_random random;
	uint8_t message[SIM_TAMPER_MESSAGE];
	uint64_t pool[SIM_TAMPER_POOL / sizeof(uint64_t)];
};

/* Without faults; `seed` decides which bits are damaged. */
void sim_tamper_init(struct sim_tamper *tamper, uint64_t seed);

/* Begins with the next message of the kind.  CCS_ERR_SPACE: there are enough. */
int sim_tamper_add(struct sim_tamper *tamper, const struct sim_message_fault *fault);

/* No faults and counters from now on. */
void sim_tamper_clear(struct sim_tamper *tamper);

/*
 * What becomes of one complete V2GTP message that a station sent: nothing, itself, something else,
 * now or later.  Returns how many faults changed it; 0: `pieces` is the message itself, now.
 */
int sim_tamper_message(struct sim_tamper *tamper, enum ccs_side side, const uint8_t *message,
		       size_t length, ccs_time now, struct sim_pieces *pieces);

/* Inverts `bits` bits in a row, all when there are fewer. */
void sim_damage(struct sim_random *random, uint8_t *bytes, size_t length, uint32_t bits);

#endif
