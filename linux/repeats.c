/* SPDX-License-Identifier: Apache-2.0 */
/* Tries that are as the one before. */
#include "linux/repeats.h"

#include "ccs/mme.h"
#include "ccs/sdp.h"

#include <string.h>

#define FNV_START 2166136261u /* FNV-1a */
#define FNV_PRIME 16777619u

static uint32_t hash(const char *text)
{
	uint32_t hash = FNV_START;

	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * FNV_PRIME;
	return hash ? hash : 1;
}

/* What makes two records the same; 0: nothing does. */
static uint32_t key_of(const struct ccs_record *record)
{
	const struct ccs_record_note *note = &record->note;

	if (record->kind == CCS_RECORD_MME && record->mme->kind == CCS_MME_CM_SLAC_PARM_REQ)
		return hash("CM_SLAC_PARM.REQ");
	if (record->kind == CCS_RECORD_SDP && record->sdp->kind == CCS_SDP_REQUEST)
		return hash("SDPRequest");
	if (record->kind != CCS_RECORD_STATE && record->kind != CCS_RECORD_NOTE)
		return 0;
	return note->text && strcmp(note->topic, "slac") == 0 ? hash(note->text) : 0;
}

static void remember(struct ccs_repeats *repeats, uint32_t key, ccs_time time)
{
	memmove(&repeats->told[1], &repeats->told[0],
		(CCS_REPEATS_LINES - 1) * sizeof(repeats->told[0]));
	repeats->told[0].key = key;
	repeats->told[0].shown = time;
}

bool ccs_repeats_hide(struct ccs_repeats *repeats, const struct ccs_record *record)
{
	uint32_t key = key_of(record);
	size_t i = 0;

	if (!key)
		return false;
	while (i < CCS_REPEATS_LINES && repeats->told[i].key != key)
		i++;
	if (i == CCS_REPEATS_LINES) {
		remember(repeats, key, record->time);
		return false;
	}
	if (record->kind == CCS_RECORD_NOTE &&
	    record->time - repeats->told[i].shown >= CCS_REPEATS_AGAIN) {
		repeats->told[i].shown = record->time;
		return false;
	}
	repeats->hidden++;
	return true;
}
