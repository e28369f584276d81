/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames on their way, in the order of their time of arrival, and at the same time in the order in
 * which they were put in.  A frame lies in a slot: take one, write into it, then await it or give
 * it back.  Slots are numbers because their memory moves when it grows; it never shrinks.
 */
#ifndef SIM_PLC_QUEUE_H
#define SIM_PLC_QUEUE_H

#include "ccs/mme.h"
#include "ccs/time.h"

#define SIM_PLC_NO_SLOT UINT32_MAX

struct sim_plc_slot {
	int node; /* where it arrives */
	uint32_t next_free;
	size_t length;
	uint8_t bytes[CCS_MME_FRAME_MAX];
};

struct sim_plc_place {
	ccs_time time;
	uint64_t sequence;
	uint32_t slot;
};

/* All zero, then emptied. */
struct sim_plc_queue {
	struct sim_plc_slot *slots;
	struct sim_plc_place *places; /* a heap: the next one is the first */
	uint32_t room;
	uint32_t waiting;
	uint32_t first_free;
	uint64_t sequence;
};

/* Nothing waits, all slots are free. */
void sim_plc_queue_empty(struct sim_plc_queue *queue);

void sim_plc_queue_free(struct sim_plc_queue *queue);

/* SIM_PLC_NO_SLOT: no memory. */
uint32_t sim_plc_queue_take(struct sim_plc_queue *queue);

/* The same with the frame of another in it. */
uint32_t sim_plc_queue_take_copy(struct sim_plc_queue *queue, uint32_t of);

void sim_plc_queue_give_back(struct sim_plc_queue *queue, uint32_t slot);

/* Puts a slot in its place. */
void sim_plc_queue_await(struct sim_plc_queue *queue, uint32_t slot, int node, ccs_time time);

/* When the next one arrives; CCS_NEVER. */
ccs_time sim_plc_queue_deadline(const struct sim_plc_queue *queue);

/* Takes the next one out of its place; there must be one.  Give it back. */
uint32_t sim_plc_queue_pop(struct sim_plc_queue *queue);

#endif
