/* SPDX-License-Identifier: Apache-2.0 */
/* Records of the engines of the power line. */
#include "slac_report.h"

#include <string.h>

static struct ccs_record make_record(const struct ccs_slac_voice *voice, enum ccs_record_kind kind)
{
	struct ccs_record record = { .kind = kind, .time = voice->now, .since = voice->now };

	record.dir = voice->side;
	if (voice->peer) {
		record.src.kind = CCS_ADDRESS_MAC;
		memcpy(record.src.bytes, voice->peer, 6);
	}
	return record;
}

void ccs_slac_report_note(const struct ccs_slac_voice *voice, enum ccs_note_level level,
			  const char *text)
{
	struct ccs_record record = make_record(voice, CCS_RECORD_NOTE);

	record.note = (struct ccs_record_note) { level, voice->topic, text };
	ccs_emit(voice->sink, &record);
}

void ccs_slac_report_state(const struct ccs_slac_voice *voice, const char *text)
{
	struct ccs_record record = make_record(voice, CCS_RECORD_STATE);

	record.note = (struct ccs_record_note) { CCS_NOTE_INFO, voice->topic, text };
	ccs_emit(voice->sink, &record);
}

void ccs_slac_report_db(const struct ccs_slac_voice *voice, const char *name, uint32_t hundredths)
{
	struct ccs_record record = make_record(voice, CCS_RECORD_VALUE);

	record.value = (struct ccs_record_value) { name, (int64_t)hundredths * 10, "dB" };
	ccs_emit(voice->sink, &record);
}
