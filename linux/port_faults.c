/* SPDX-License-Identifier: Apache-2.0 */
/* A queue of pieces in the order of their time. */
#include "linux/port_faults.h"

#include "sim/tamper.h"

#include <stdlib.h>
#include <string.h>

#define SEED 1 /* which bits are damaged: the same ones each time */

struct piece {
	struct piece *next;
	ccs_time time;
	size_t length;
	uint8_t bytes[];
};

struct ccs_port_faults {
	struct sim_message_fault list[CCS_PORT_FAULTS];
	size_t count;
	struct sim_tamper tamper;
	struct piece *pieces;
};

struct ccs_port_faults *ccs_port_faults_open(const struct sim_message_fault *list, size_t count)
{
	struct ccs_port_faults *faults;

	if (!count || count > CCS_PORT_FAULTS)
		return NULL;
	faults = calloc(1, sizeof(*faults));
	if (!faults)
		return NULL;
	memcpy(faults->list, list, count * sizeof(*list));
	faults->count = count;
	ccs_port_faults_begin(faults);
	return faults;
}

static void drop_pieces(struct ccs_port_faults *faults)
{
	while (faults->pieces) {
		struct piece *piece = faults->pieces;

		faults->pieces = piece->next;
		free(piece);
	}
}

void ccs_port_faults_begin(struct ccs_port_faults *faults)
{
	drop_pieces(faults);
	sim_tamper_init(&faults->tamper, SEED);
	for (size_t i = 0; i < faults->count; i++)
		sim_tamper_add(&faults->tamper, &faults->list[i]);
}

/* Out of memory: it is lost, which is a fault as others. */
static void keep(struct ccs_port_faults *faults, const struct sim_piece *from)
{
	struct piece **at = &faults->pieces;
	struct piece *piece = malloc(sizeof(*piece) + from->length);

	if (!piece)
		return;
	piece->time = from->time;
	piece->length = from->length;
	memcpy(piece->bytes, from->bytes, from->length);
	while (*at && (*at)->time <= piece->time)
		at = &(*at)->next;
	piece->next = *at;
	*at = piece;
}

static void print_hits(struct ccs_print *hits, const struct ccs_port_faults *faults,
		       const uint32_t *before)
{
	for (size_t i = 0; i < faults->count; i++) {
		if (faults->tamper.done[i] == before[i])
			continue;
		if (ccs_print_length(hits))
			ccs_print_text(hits, ", ");
		sim_message_fault_print(hits, &faults->list[i]);
	}
}

void ccs_port_faults_take(struct ccs_port_faults *faults, enum ccs_side side,
			  const uint8_t *message, size_t length, ccs_time now,
			  struct ccs_print *hits)
{
	uint32_t before[CCS_PORT_FAULTS];
	struct sim_pieces pieces;

	memcpy(before, faults->tamper.done, sizeof(before));
	sim_tamper_message(&faults->tamper, side, message, length, now, &pieces);
	for (size_t i = 0; i < pieces.count; i++)
		keep(faults, &pieces.at[i]);
	print_hits(hits, faults, before);
}

void ccs_port_faults_send(struct ccs_port_faults *faults, struct ccs_stream *stream, ccs_time now)
{
	while (faults->pieces && faults->pieces->time <= now && ccs_stream_is_ready(stream)) {
		struct piece *piece = faults->pieces;

		faults->pieces = piece->next;
		ccs_stream_send(stream, piece->bytes, piece->length);
		free(piece);
	}
}

ccs_time ccs_port_faults_deadline(const struct ccs_port_faults *faults)
{
	return faults->pieces ? faults->pieces->time : CCS_NEVER;
}

void ccs_port_faults_close(struct ccs_port_faults *faults)
{
	if (!faults)
		return;
	drop_pieces(faults);
	free(faults);
}
