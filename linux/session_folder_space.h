/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of session folders, and the room that all of them together may take.
 *
 * A session folder is `2026-11-22T10-15-00Z`, then `-EVCCID` once that is known, then `-2`, `-3`,
 * ... where there is one already.  Only folders of such a name are ever deleted, in them only the
 * files that we write, and no folder that a process is writing.
 */
#ifndef CCS_LINUX_SESSION_FOLDER_SPACE_H
#define CCS_LINUX_SESSION_FOLDER_SPACE_H

#include "ccs/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CCS_FOLDER_NAME_MAX 64 /* with its end */

#define CCS_FOLDER_CAPTURE "capture.pcapng"
#define CCS_FOLDER_RECORDS "records.jsonl"
#define CCS_FOLDER_VALUES  "values.csv"
#define CCS_FOLDER_SUMMARY "summary.json"

struct ccs_folder_limits {
	uint64_t keep_free; /* bytes of the file system that stay free; 0: no limit */
	uint64_t most;	    /* bytes of all session folders; 0: no limit */
};

/* The name for a session; `number` from 1.  Of what the car calls itself only ASCII letters and
 * digits count, 32 of them. */
void ccs_folder_name(char name[CCS_FOLDER_NAME_MAX], ccs_time begun, const char *evccid,
		     unsigned int number);

bool ccs_folder_is_name(const char *name);

/* A lock that protects the folder of this open capture while the descriptor is open. */
void ccs_folder_lock(int capture);

/*
 * Deletes session folders in the folder `parent`, the oldest first, until both limits hold.  0, or
 * -1: less is free than shall be.  Then nothing was deleted, if all of them together would not have
 * been enough: a limit that was mistyped costs no recording.
 */
int ccs_folder_make_room(int parent, const struct ccs_folder_limits *limits);

#endif
