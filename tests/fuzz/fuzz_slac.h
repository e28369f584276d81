/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fuzz targets of both SLAC engines share: the input is a list of steps, and each frame in
 * it is one that the engine may await with bytes changed, or any bytes at all.
 *
 *	step: 0xfT, hi, lo	time passes, (hi lo) ms << T % 4
 *	      0xeT ...		an action of the owner, T its number
 *	      kind, n, n pairs of offset and value: a message of that kind, changed
 */
#ifndef FUZZ_SLAC_H
#define FUZZ_SLAC_H

#include "ccs/cursor.h"
#include "ccs/mme.h"
#include "ccs/record.h"
#include "ccs/slac.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_STEPS_MAX 2000

static const uint8_t fuzz_ev[6] = { 0x02, 0, 0, 0, 0, 0xe1 };
static const uint8_t fuzz_evse[6] = { 0x02, 0, 0, 0, 0, 0x5e };
static const uint8_t fuzz_modem[6] = { 0x00, 0xb0, 0x52, 1, 1, 1 };
static const uint8_t fuzz_all[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
/* The "random" bytes of the engine: every RunID and every key. */
#define FUZZ_RANDOM 0x5a

static inline void fuzz_fill(void *user, uint8_t *bytes, size_t size)
{
	(void)user;
	memset(bytes, FUZZ_RANDOM, size);
}

/* Records can be read. */
static inline void fuzz_take_record(void *user, const struct ccs_record *record)
{
	size_t *length = user;

	*length += strlen(record->kind == CCS_RECORD_VALUE ? record->value.name
							   : record->note.text);
}

/* Writes `mme` as it is now into a block of its size, with changes from the input; hands it over.
 */
static inline int fuzz_hand_over(const struct ccs_mme *mme, struct ccs_reader *r,
				 int (*take)(const uint8_t *frame, size_t length))
{
	uint8_t full[CCS_MME_FRAME_MAX];
	int length = ccs_mme_encode(mme, full, sizeof(full));
	unsigned int changes = ccs_read_u8(r);
	uint8_t *frame;
	int result;

	if (length < 0)
		abort();
	/* The upper values cut the frame. */
	if (changes >= 0xc0)
		length = length * (int)(changes - 0xc0) / 64;
	for (unsigned int i = 0; i < (changes & 7); i++) {
		unsigned int at = ccs_read_u8(r);

		full[at < (unsigned int)length ? at : 0] = ccs_read_u8(r);
	}
	frame = malloc(length ? (size_t)length : 1);
	memcpy(frame, full, (size_t)length);
	result = take(frame, (size_t)length);
	free(frame);
	return result;
}

#endif
