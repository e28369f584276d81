/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log of a running station: a line for each event,
 *
 *	2026-11-22T10:15:00.123456Z left [600] PowerDeliveryReq  start  SoC 32 %
 *
 * (time, name of the station where there are several, checkpoint as in log_checkpoint.h, what
 * happened), and where the journal reads it, which knows the time, `<6>left [600] ...`: the
 * priority of syslog, 3 for errors, 4 for warnings and what was refused, 5 for what a session has
 * come to, 6 for the rest.
 *
 *	ccs_log_init(&log, STDERR_FILENO, CCS_SIDE_EVSE, NULL);
 *	ccs_emit(&log.sink, record);	with `time` in microseconds since 1970
 *
 * What repeats itself (cable check, precharge, charging, sounds, tries without a charger) is one
 * line, and while it goes on another one each minute.  Measured values, and what else is said to
 *the own modem, are none.  A line that the reader has no room for is lost, and counted; nothing
 *waits.
 */
#ifndef CCS_LINUX_LOG_H
#define CCS_LINUX_LOG_H

#include "ccs/record.h"
#include "linux/log_checkpoint.h"
#include "linux/repeats.h"

#define CCS_LOG_REPEAT CCS_SECONDS(60)

struct ccs_log {
	struct ccs_sink sink;

	/* Private. */
	int fd;
	bool journal;
	const char *name; /* NULL: it is alone */
	struct ccs_checkpoints checkpoints;
	int recent[4];	/* what was shown last: two requests and their responses */
	ccs_time shown; /* when */
	struct ccs_repeats repeats;
	unsigned int lost; /* lines, since one was written */
};

/* `name` must outlive the log. */
void ccs_log_init(struct ccs_log *log, int fd, enum ccs_side side, const char *name);

/* Whether the journal reads `fd`: `stream` is $JOURNAL_STREAM, "device:inode" (systemd.exec(5)), or
 * NULL.  A descriptor that was redirected is another one. */
bool ccs_log_is_journal(const char *stream, int fd);

#endif
