/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The charging loop goes round ten times a second: people are shown one round of each second, and
 * how many messages they were not.
 *
 *	if (!ccs_rounds_want(&rounds, record))
 *		return;
 *	ccs_rounds_tell_hidden(&rounds, record, print);
 *	... print the record
 */
#ifndef CCS_TOOLS_ROUNDS_H
#define CCS_TOOLS_ROUNDS_H

#include "ccs/print.h"
#include "ccs/record.h"

/* Of one session; zeroed at first. */
struct ccs_rounds {
	bool began;
	ccs_time shown;	 /* when a round was shown last, */
	bool answer;	 /* and its answer is to follow */
	uint32_t hidden; /* messages since then */
};

bool ccs_rounds_want(struct ccs_rounds *rounds, const struct ccs_record *record);

/* A line on the messages that were not shown, when the loop is over with this record. */
void ccs_rounds_tell_hidden(struct ccs_rounds *rounds, const struct ccs_record *record,
			    struct ccs_print *print);

#endif
