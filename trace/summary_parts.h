/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the summary: each takes the records of its layer into the facts of a session. */
#ifndef CCS_TRACE_SUMMARY_PARTS_H
#define CCS_TRACE_SUMMARY_PARTS_H

#include "trace/summary.h"

static inline struct ccs_at ccs_at_of(const struct ccs_record *record)
{
	return (struct ccs_at) { true, record->frame, record->since };
}

static inline void ccs_see(struct ccs_seen *seen, struct ccs_at at)
{
	if (seen->count++ == 0)
		seen->first = at;
	seen->last = at;
}

/* Copies text, cut to the room and always terminated. */
void ccs_keep_text(char *room, size_t size, const char *text, size_t length);

/* The session is in this phase from now on. */
void ccs_summary_enter(struct ccs_session_facts *s, enum ccs_phase phase, struct ccs_at at);

void ccs_summary_take_mme(struct ccs_session_facts *s, const struct ccs_record *record);
void ccs_summary_take_sdp(struct ccs_session_facts *s, const struct ccs_record *record);
void ccs_summary_take_frame(struct ccs_session_facts *s, const struct ccs_record *record);
void ccs_summary_take_msg(struct ccs_session_facts *s, const struct ccs_record *record);

/* The connection of this message is the one that counts. */
void ccs_summary_follow(struct ccs_session_facts *s, const struct ccs_record *record);

/* Numbers of a message: ranges, energy, limits. */
void ccs_summary_take_values(struct ccs_session_facts *s, const struct ccs_values *values,
			     struct ccs_at at);

#endif
