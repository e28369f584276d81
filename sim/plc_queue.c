/* SPDX-License-Identifier: Apache-2.0 */
/* A binary heap of places, and a list of free slots. */
#include "plc_queue.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 32

static bool is_before(const struct sim_plc_place *a, const struct sim_plc_place *b)
{
	return a->time != b->time ? a->time < b->time : a->sequence < b->sequence;
}

static void push(struct sim_plc_queue *q, struct sim_plc_place place)
{
	uint32_t at = q->waiting++;

	while (at > 0 && is_before(&place, &q->places[(at - 1) / 2])) {
		q->places[at] = q->places[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	q->places[at] = place;
}

static void free_slots_from(struct sim_plc_queue *q, uint32_t first)
{
	for (uint32_t i = q->room; i > first; i--)
		sim_plc_queue_give_back(q, i - 1);
}

static bool grow(struct sim_plc_queue *q)
{
	uint32_t old = q->room, room = old ? 2 * old : FIRST_ROOM;
	struct sim_plc_slot *slots = realloc(q->slots, room * sizeof(*slots));
	struct sim_plc_place *places;

	if (!slots)
		return false;
	q->slots = slots;
	places = realloc(q->places, room * sizeof(*places));
	if (!places)
		return false;
	q->places = places;
	q->room = room;
	free_slots_from(q, old);
	return true;
}

void sim_plc_queue_empty(struct sim_plc_queue *q)
{
	q->waiting = 0;
	q->sequence = 0;
	q->first_free = SIM_PLC_NO_SLOT;
	free_slots_from(q, 0);
}

void sim_plc_queue_free(struct sim_plc_queue *q)
{
	free(q->slots);
	free(q->places);
	memset(q, 0, sizeof(*q));
	q->first_free = SIM_PLC_NO_SLOT;
}

uint32_t sim_plc_queue_take(struct sim_plc_queue *q)
{
	uint32_t slot;

	if (q->first_free == SIM_PLC_NO_SLOT && !grow(q))
		return SIM_PLC_NO_SLOT;
	slot = q->first_free;
	q->first_free = q->slots[slot].next_free;
	return slot;
}

uint32_t sim_plc_queue_take_copy(struct sim_plc_queue *q, uint32_t of)
{
	uint32_t slot = sim_plc_queue_take(q);

	if (slot == SIM_PLC_NO_SLOT)
		return SIM_PLC_NO_SLOT;
	q->slots[slot].length = q->slots[of].length;
	memcpy(q->slots[slot].bytes, q->slots[of].bytes, q->slots[of].length);
	return slot;
}

void sim_plc_queue_give_back(struct sim_plc_queue *q, uint32_t slot)
{
	q->slots[slot].next_free = q->first_free;
	q->first_free = slot;
}

void sim_plc_queue_await(struct sim_plc_queue *q, uint32_t slot, int node, ccs_time time)
{
	q->slots[slot].node = node;
	push(q, (struct sim_plc_place) { time, q->sequence++, slot });
}

ccs_time sim_plc_queue_deadline(const struct sim_plc_queue *q)
{
	return q->waiting > 0 ? q->places[0].time : CCS_NEVER;
}

uint32_t sim_plc_queue_pop(struct sim_plc_queue *q)
{
	uint32_t slot = q->places[0].slot, at = 0, child;
	struct sim_plc_place last = q->places[--q->waiting];

	while ((child = 2 * at + 1) < q->waiting) {
		if (child + 1 < q->waiting && is_before(&q->places[child + 1], &q->places[child]))
			child++;
		if (!is_before(&q->places[child], &last))
			break;
		q->places[at] = q->places[child];
		at = child;
	}
	q->places[at] = last;
	return slot;
}
