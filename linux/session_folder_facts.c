/* SPDX-License-Identifier: Apache-2.0 */
/* The facts of the sessions in one folder. */
#include "linux/session_folder_facts.h"

#include "ccs/mme.h"
#include "trace/summary_parts.h"

#include <string.h>

void ccs_folder_facts_init(struct ccs_folder_facts *facts)
{
	memset(facts, 0, sizeof(*facts));
}

/* NULL: it has given its place to a later one. */
static struct ccs_session_facts *find(struct ccs_folder_facts *facts,
				      const struct ccs_record *record)
{
	struct ccs_session_facts *s = &facts->sessions[record->session % CCS_FOLDER_SESSIONS];

	if (s->number == record->session)
		return s;
	if (s->number > record->session)
		return NULL;
	memset(s, 0, sizeof(*s));
	s->number = record->session;
	s->time = record->time;
	s->in_log = record->in_log;
	s->begin = s->end = ccs_at_of(record);
	return s;
}

/* Whether the session of this record has gone further than others that are matching. */
static bool goes_on(const struct ccs_record *record)
{
	return record->kind == CCS_RECORD_MSG || record->kind == CCS_RECORD_SDP ||
	       (record->kind == CCS_RECORD_MME && record->mme->kind == CCS_MME_CM_SLAC_MATCH_CNF);
}

static void take(struct ccs_session_facts *s, const struct ccs_record *record)
{
	switch (record->kind) {
	case CCS_RECORD_MME:
		ccs_summary_take_mme(s, record);
		break;
	case CCS_RECORD_SDP:
		ccs_summary_take_sdp(s, record);
		break;
	case CCS_RECORD_MSG:
		ccs_summary_follow(s, record);
		ccs_summary_take_msg(s, record);
		break;
	case CCS_RECORD_FRAME:
	case CCS_RECORD_NOTE:
		ccs_summary_take_frame(s, record);
		return;
	case CCS_RECORD_STATE:
	case CCS_RECORD_VALUE:
	case CCS_RECORD_VERDICT:
	case CCS_RECORD_SESSION:
		return;
	}
	s->end = ccs_at_of(record);
}

void ccs_folder_facts_take(struct ccs_folder_facts *facts, const struct ccs_record *record)
{
	struct ccs_session_facts *s;

	if (!facts->latest.seen || record->since > facts->latest.since)
		facts->latest = ccs_at_of(record);
	if (!record->session)
		return;
	s = find(facts, record);
	if (!s)
		return;
	if (!facts->main || goes_on(record))
		facts->main = record->session;
	take(s, record);
}

const struct ccs_session_facts *ccs_folder_facts_main(const struct ccs_folder_facts *facts)
{
	const struct ccs_session_facts *s = &facts->sessions[facts->main % CCS_FOLDER_SESSIONS];

	return facts->main && s->number == facts->main ? s : NULL;
}

bool ccs_folder_facts_now(const struct ccs_folder_facts *facts, struct ccs_session_facts *now)
{
	const struct ccs_session_facts *s = ccs_folder_facts_main(facts);

	if (!s)
		return false;
	*now = *s;
	/* Entering another phase ends the last one; but nothing else of it is true. */
	ccs_summary_enter(now, CCS_PHASE_NONE, s->v2g.last.seen ? s->v2g.last : s->end);
	now->phases[CCS_PHASE_NONE] = s->phases[CCS_PHASE_NONE];
	now->phase = s->phase;
	now->capture_ended = true;
	now->capture_end = facts->latest;
	return true;
}
