/* SPDX-License-Identifier: Apache-2.0 */
/* Names, ranges and clauses of the standards' timers; setting them by name. */
#include "ccs/timing.h"

#include <stdbool.h>
#include <string.h>

static const struct ccs_timing_row rows[CCS_TIMERS] = {
#define ROW(id, set, name, unit, value, least, most, clause) \
	[CCS_TIMER_##id] = { set, "", name, "", CCS_TIMING_##unit, value, least, most, clause },
#define MESSAGE(SET, set, id, message, timeout, answer, clause)               \
	[CCS_TIMER_##SET##_TIMEOUT_##id] = { set,                             \
					     "V2G_EVCC_Msg_Timeout_",         \
					     message,                         \
					     "Req",                           \
					     CCS_TIMING_MS,                   \
					     timeout,                         \
					     CCS_TIMING_MESSAGE_LEAST,        \
					     CCS_TIMING_MESSAGE_MOST,         \
					     clause },                        \
	[CCS_TIMER_##SET##_ANSWER_##id] = { set,                              \
					    "V2G_SECC_Msg_Performance_Time_", \
					    message,                          \
					    "Res",                            \
					    CCS_TIMING_MS,                    \
					    answer,                           \
					    CCS_TIMING_MESSAGE_LEAST,         \
					    CCS_TIMING_MESSAGE_MOST,          \
					    clause },
	CCS_TIMING_ROWS(ROW) CCS_TIMING_MESSAGES(MESSAGE)
#undef ROW
#undef MESSAGE
};

const struct ccs_timing_row *ccs_timing_row(enum ccs_timer timer)
{
	return timer < CCS_TIMERS ? &rows[timer] : NULL;
}

/* Moves `*text` behind `part` when it begins with it. */
static bool skip(const char **text, const char *part)
{
	size_t length = strlen(part);

	if (strncmp(*text, part, length) != 0)
		return false;
	*text += length;
	return true;
}

static bool is_named(const struct ccs_timing_row *row, const char *name)
{
	const char *at = name;

	if (strchr(name, '.') && !(skip(&at, row->set) && skip(&at, ".")))
		return false;
	return skip(&at, row->prefix) && skip(&at, row->name) && skip(&at, row->suffix) && !*at;
}

enum ccs_timer ccs_timing_find(const char *name, enum ccs_timer from)
{
	for (enum ccs_timer timer = from; timer < CCS_TIMERS; timer++) {
		if (is_named(&rows[timer], name))
			return timer;
	}
	return CCS_TIMERS;
}

int ccs_timing_set(struct ccs_timing *timing, const char *name, uint32_t value)
{
	int count = 0;

	for (enum ccs_timer t = ccs_timing_find(name, 0); t < CCS_TIMERS;
	     t = ccs_timing_find(name, t + 1)) {
		if (value < rows[t].least || value > rows[t].most)
			return CCS_ERR_RANGE;
		count++;
	}
	for (enum ccs_timer t = ccs_timing_find(name, 0); t < CCS_TIMERS;
	     t = ccs_timing_find(name, t + 1))
		timing->value[t] = value;
	return count ? count : CCS_ERR_NAME;
}
