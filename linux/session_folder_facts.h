/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of the sessions in one folder while they go on.  There is mostly one; cars that
 * match at the same time have one each, and the one that went furthest counts.
 *
 * Unlike struct ccs_summary these can be shown at any time.
 */
#ifndef CCS_LINUX_SESSION_FOLDER_FACTS_H
#define CCS_LINUX_SESSION_FOLDER_FACTS_H

#include "trace/summary.h"

#define CCS_FOLDER_SESSIONS 4 /* matching at the same time; of more, the first are forgotten */

struct ccs_folder_facts {
	struct ccs_session_facts sessions[CCS_FOLDER_SESSIONS];
	uint32_t main;	      /* number of the one that counts; 0: none yet */
	struct ccs_at latest; /* of all records */
};

void ccs_folder_facts_init(struct ccs_folder_facts *facts);

void ccs_folder_facts_take(struct ccs_folder_facts *facts, const struct ccs_record *record);

/* The session that counts; NULL: none yet. */
const struct ccs_session_facts *ccs_folder_facts_main(const struct ccs_folder_facts *facts);

/* The same as if the capture ended now; false: none yet. */
bool ccs_folder_facts_now(const struct ccs_folder_facts *facts, struct ccs_session_facts *now);

#endif
