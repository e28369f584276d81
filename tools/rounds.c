/* SPDX-License-Identifier: Apache-2.0 */
/* One round of the charging loop in a second. */
#include "tools/rounds.h"

#include "trace/values.h"

#define PERIOD CCS_SECONDS(1)

static bool is_round(const struct ccs_record *record, bool *request)
{
	struct ccs_values values;

	if (record->kind != CCS_RECORD_MSG || !record->msg.document ||
	    !ccs_values_read(&values, &record->msg))
		return false;
	*request = values.request;
	return values.step == CCS_STEP_CHARGE_LOOP;
}

bool ccs_rounds_want(struct ccs_rounds *rounds, const struct ccs_record *record)
{
	bool request = false;

	if (!is_round(record, &request))
		return true;
	if (request) {
		rounds->answer = !rounds->began || record->time - rounds->shown >= PERIOD;
		if (rounds->answer)
			rounds->shown = record->time;
		rounds->began = true;
	}
	rounds->hidden += !rounds->answer;
	return rounds->answer;
}

void ccs_rounds_tell_hidden(struct ccs_rounds *rounds, const struct ccs_record *record,
			    struct ccs_print *print)
{
	bool request;

	if (!rounds->hidden || is_round(record, &request))
		return;
	ccs_print_text(print, "                             (");
	ccs_print_unsigned(print, rounds->hidden);
	ccs_print_text(print, " more messages of the loop: --every-round)\n");
	rounds->hidden = 0;
}
