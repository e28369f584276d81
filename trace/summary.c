/* SPDX-License-Identifier: Apache-2.0 */
/* The sessions that are open, their phases, and which record goes to which part. */
#include "trace/summary.h"

#include "trace/summary_parts.h"

#include <stdlib.h>
#include <string.h>

struct ccs_summary {
	void (*report)(void *user, const struct ccs_session_facts *session);
	void *user;
	struct ccs_sink sink;
	struct ccs_at latest;				  /* of all records */
	struct ccs_session_facts *open[CCS_SUMMARY_OPEN]; /* by number, NULL behind the last */
};

static const struct {
	const char *title;
	const char *name;
} phases[CCS_PHASE_COUNT] = {
	[CCS_PHASE_NONE] = { "", "none" },
	[CCS_PHASE_SLAC] = { "SLAC", "slac" },
	[CCS_PHASE_JOIN] = { "join", "join" },
	[CCS_PHASE_SDP] = { "SDP", "sdp" },
	[CCS_PHASE_TCP] = { "TCP", "tcp" },
	[CCS_PHASE_SETUP] = { "set-up", "setup" },
	[CCS_PHASE_AUTHORIZATION] = { "authorisation", "authorization" },
	[CCS_PHASE_PARAMETERS] = { "parameters", "parameters" },
	[CCS_PHASE_CABLE_CHECK] = { "cable check", "cable_check" },
	[CCS_PHASE_PRECHARGE] = { "precharge", "precharge" },
	[CCS_PHASE_CHARGING] = { "charging", "charging" },
	[CCS_PHASE_STOP] = { "stop", "stop" },
};

const char *ccs_phase_title(enum ccs_phase phase)
{
	return phases[phase].title;
}

const char *ccs_phase_name(enum ccs_phase phase)
{
	return phases[phase].name;
}

void ccs_keep_text(char *room, size_t size, const char *text, size_t length)
{
	if (length >= size)
		length = size - 1;
	if (length > 0)
		memcpy(room, text, length);
	room[length] = '\0';
}

static void leave_phase(struct ccs_session_facts *s, ccs_time since)
{
	if (s->phase != CCS_PHASE_NONE && since > s->phase_since)
		s->phases[s->phase].took += since - s->phase_since;
}

void ccs_summary_enter(struct ccs_session_facts *s, enum ccs_phase phase, struct ccs_at at)
{
	leave_phase(s, at.since);
	if (!s->phases[phase].entered)
		s->phases[phase].begin = at;
	s->phases[phase].entered = true;
	s->phase = phase;
	s->phase_since = at.since;
}

static void report(struct ccs_summary *summary, unsigned int index, bool at_end)
{
	struct ccs_session_facts *s = summary->open[index];

	leave_phase(s, s->v2g.last.seen ? s->v2g.last.since : s->end.since);
	s->capture_ended = at_end && !summary->open[index + 1];
	s->capture_end = summary->latest;
	summary->report(summary->user, s);
	free(s);
	memmove(&summary->open[index], &summary->open[index + 1],
		(CCS_SUMMARY_OPEN - index - 1) * sizeof(summary->open[0]));
	summary->open[CCS_SUMMARY_OPEN - 1] = NULL;
}

/* Reports all but the latest that have been silent, the oldest first. */
static void report_silent(struct ccs_summary *summary, ccs_time since)
{
	while (summary->open[0] && summary->open[1] &&
	       since - summary->open[0]->end.since > CCS_SUMMARY_SILENCE)
		report(summary, 0, false);
}

static struct ccs_session_facts *open_session(struct ccs_summary *summary,
					      const struct ccs_record *record)
{
	struct ccs_session_facts *s;
	unsigned int count = 0;

	while (count < CCS_SUMMARY_OPEN && summary->open[count])
		count++;
	if (count == CCS_SUMMARY_OPEN) {
		report(summary, 0, false);
		count--;
	}
	s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->number = record->session;
	s->time = record->time;
	s->in_log = record->in_log;
	s->begin = s->end = ccs_at_of(record);
	summary->open[count] = s;
	report_silent(summary, record->since);
	return s;
}

/* NULL: it belongs to a session that was reported already, or there is no memory. */
static struct ccs_session_facts *find_session(struct ccs_summary *summary,
					      const struct ccs_record *record)
{
	const struct ccs_session_facts *last = NULL;

	for (unsigned int i = 0; i < CCS_SUMMARY_OPEN && summary->open[i]; i++) {
		last = summary->open[i];
		if (last->number == record->session)
			return summary->open[i];
	}
	return !last || record->session > last->number ? open_session(summary, record) : NULL;
}

/* Whether the record is a sign of life of the session: notes come whenever they come. */
static bool is_event(const struct ccs_record *record)
{
	return record->kind == CCS_RECORD_MSG || record->kind == CCS_RECORD_SDP ||
	       record->kind == CCS_RECORD_MME;
}

static void take(void *user, const struct ccs_record *record)
{
	struct ccs_summary *summary = user;
	struct ccs_session_facts *s;

	if (!summary->latest.seen || record->since > summary->latest.since)
		summary->latest = ccs_at_of(record);
	report_silent(summary, record->since);
	if (record->session == 0)
		return;
	s = find_session(summary, record);
	if (!s)
		return;
	if (is_event(record))
		s->end = ccs_at_of(record);
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
		break;
	case CCS_RECORD_STATE:
	case CCS_RECORD_VALUE:
	case CCS_RECORD_VERDICT:
	case CCS_RECORD_SESSION:
		break;
	}
}

struct ccs_summary *ccs_summary_new(void (*report_session)(void *user,
							   const struct ccs_session_facts *session),
				    void *user)
{
	struct ccs_summary *summary = calloc(1, sizeof(*summary));

	if (!summary)
		return NULL;
	summary->report = report_session;
	summary->user = user;
	summary->sink = (struct ccs_sink) { take, summary };
	return summary;
}

const struct ccs_sink *ccs_summary_sink(const struct ccs_summary *summary)
{
	return &summary->sink;
}

void ccs_summary_finish(struct ccs_summary *summary)
{
	while (summary->open[0])
		report(summary, 0, true);
}

void ccs_summary_free(struct ccs_summary *summary)
{
	for (unsigned int i = 0; summary && i < CCS_SUMMARY_OPEN; i++)
		free(summary->open[i]);
	free(summary);
}
