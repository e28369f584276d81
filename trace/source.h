/* SPDX-License-Identifier: Apache-2.0 */
/* Files of any kind through the analyser: a capture, or text with messages in it. */
#ifndef CCS_TRACE_SOURCE_H
#define CCS_TRACE_SOURCE_H

#include "trace/capture.h"

struct ccs_analyser;

/*
 * Reads all of `path` ("-": stdin), which is recognised by its first bytes, and finishes the
 * analyser.  Returns 0, or what the analyser could not even begin with (`error`, never NULL, says
 * why):
 *	CCS_ERR_IO	 cannot be opened or read
 *	CCS_ERR_SHORT	 empty, or it ends within its header
 *	CCS_ERR_UNKNOWN	 neither capture nor text, or text without any message
 *	CCS_ERR_SPACE	 no memory
 */
int ccs_source_run(struct ccs_analyser *analyser, const char *path,
		   struct ccs_capture_error *error);

/* The same; `waiting` is called before each read: what was found so far may be shown, while a live
 * stream is waited for. */
int ccs_source_run_live(struct ccs_analyser *analyser, const char *path,
			void (*waiting)(void *user), void *user, struct ccs_capture_error *error);

/* The same for bytes from anywhere. */
int ccs_source_run_read(struct ccs_analyser *analyser, ccs_capture_read *read, void *user,
			struct ccs_capture_error *error);

#endif
