/* SPDX-License-Identifier: Apache-2.0 */
/* Records to lines of a log. */
#include "linux/log.h"

#include "ccs/mme.h"
#include "ccs/print.h"
#include "ccs/sdp.h"
#include "trace/hide_keys.h"
#include "trace/messages.h"
#include "trace/text_line.h"
#include "trace/text_message.h"
#include "trace/text_mme.h"
#include "trace/values.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_MAX_LENGTH 2048 /* less than PIPE_BUF: a pipe takes all of it or nothing */
#define MME_WIDTH	100
#define RECENT		(sizeof(((struct ccs_log *)NULL)->recent) / sizeof(int))
#define UNNUMBERED	10000 /* and the step: a key for what has no checkpoint */

/* Of syslog. */
enum priority {
	PRIORITY_ERROR = 3,
	PRIORITY_WARNING = 4,
	PRIORITY_NOTICE = 5,
	PRIORITY_INFO = 6,
};

/* Which records are lines. */

static enum priority rate_message(const struct ccs_record_msg *msg)
{
	struct ccs_values values;

	if (!msg->document)
		return PRIORITY_ERROR;
	if (ccs_values_read(&values, msg) && values.response_class >= CCS_RESPONSE_WARNING)
		return PRIORITY_WARNING;
	return PRIORITY_INFO;
}

static enum priority rate(const struct ccs_record *record)
{
	static const enum priority levels[] = {
		[CCS_NOTE_INFO] = PRIORITY_INFO,
		[CCS_NOTE_WARNING] = PRIORITY_WARNING,
		[CCS_NOTE_ERROR] = PRIORITY_ERROR,
	};

	switch (record->kind) {
	case CCS_RECORD_MSG:
		return rate_message(&record->msg);
	case CCS_RECORD_MME:
	case CCS_RECORD_SDP:
	case CCS_RECORD_VALUE:
		return PRIORITY_INFO;
	case CCS_RECORD_VERDICT:
	case CCS_RECORD_SESSION:
		return record->note.level == CCS_NOTE_INFO ? PRIORITY_NOTICE
							   : levels[record->note.level];
	case CCS_RECORD_FRAME:
	case CCS_RECORD_STATE:
	case CCS_RECORD_NOTE:
		break;
	}
	return levels[record->note.level];
}

/* What makes two messages the same event. */
static int key_of(const struct ccs_record *record, int checkpoint)
{
	bool request;

	if (checkpoint || record->kind != CCS_RECORD_MSG || !record->msg.type)
		return checkpoint;
	return UNNUMBERED + 2 * (int)ccs_step_of(record->msg.type, &request) + request;
}

static bool is_recent(const struct ccs_log *log, int key)
{
	for (size_t i = 0; i < RECENT; i++)
		if (log->recent[i] == key)
			return true;
	return false;
}

static void remember(struct ccs_log *log, int key)
{
	memmove(&log->recent[1], &log->recent[0], (RECENT - 1) * sizeof(log->recent[0]));
	log->recent[0] = key;
}

static bool is_repeated(struct ccs_log *log, const struct ccs_record *record, int key)
{
	bool answer = record->kind == CCS_RECORD_MSG && record->dir == CCS_SIDE_EVSE;
	ccs_time since = record->time - log->shown;

	if (!key)
		return false;
	if (!is_recent(log, key))
		remember(log, key);
	else if (!answer || (since >= 0 && since < CCS_LOG_REPEAT)) /* clocks may be set back */
		return true;
	log->shown = record->time;
	return false;
}

/* Lines. */

static void print_message(struct ccs_print *print, const struct ccs_record_msg *msg)
{
	struct ccs_line line = { .print = print, .gap = 2 };

	if (msg->document) {
		ccs_print_text(print, msg->type);
		ccs_line_message(&line, msg);
		return;
	}
	ccs_print_text(print, msg->proto ? msg->proto : "V2GTP message");
	ccs_print_text(print, ": ");
	ccs_print_text(print, ccs_error_text(msg->error));
	if (ccs_message_has_field(msg)) {
		ccs_print_text(print, " in ");
		ccs_message_print_field(print, msg);
	}
}

static void print_note(struct ccs_print *print, const struct ccs_record_note *note)
{
	struct ccs_line line = { .print = print };
	char room[CCS_RECORD_TEXT_MAX];
	const char *text = ccs_note_text(note, false, room);

	ccs_print_text(print, note->topic);
	ccs_print_text(print, ": ");
	ccs_line_foreign(&line, text, strlen(text));
}

static void print_event(struct ccs_print *print, const struct ccs_record *record)
{
	struct ccs_line line = { .print = print, .gap = 2 };

	switch (record->kind) {
	case CCS_RECORD_MSG:
		print_message(print, &record->msg);
		break;
	case CCS_RECORD_MME:
		ccs_mme_print_type(print, record->mme);
		ccs_line_mme(&line, record->mme, MME_WIDTH);
		break;
	case CCS_RECORD_SDP:
		ccs_print_text(print, ccs_sdp_type_name(record->sdp->kind));
		ccs_print_text(print, "  ");
		ccs_sdp_print_summary(print, record->sdp);
		break;
	case CCS_RECORD_FRAME:
	case CCS_RECORD_STATE:
	case CCS_RECORD_NOTE:
	case CCS_RECORD_VERDICT:
	case CCS_RECORD_SESSION:
		print_note(print, &record->note);
		break;
	case CCS_RECORD_VALUE:
		break;
	}
}

static void print_head(const struct ccs_log *log, struct ccs_print *print, ccs_time time,
		       enum priority priority)
{
	if (log->journal) {
		ccs_print_char(print, '<');
		ccs_print_unsigned(print, priority);
		ccs_print_char(print, '>');
	} else {
		ccs_print_rfc3339(print, time);
		ccs_print_char(print, ' ');
	}
	if (log->name) {
		ccs_print_text(print, log->name);
		ccs_print_char(print, ' ');
	}
}

/* In one piece, or not at all. */
static bool write_line(const struct ccs_log *log, const struct ccs_print *print)
{
	struct pollfd room = { .fd = log->fd, .events = POLLOUT };

	return poll(&room, 1, 0) == 1 && room.revents & POLLOUT &&
	       write(log->fd, print->start, ccs_print_length(print)) > 0;
}

static void say_lost(struct ccs_log *log, ccs_time time)
{
	char buffer[256];
	struct ccs_print print;

	ccs_print_init(&print, buffer, sizeof(buffer));
	print_head(log, &print, time, PRIORITY_WARNING);
	ccs_print_text(&print, "log: ");
	ccs_print_unsigned(&print, log->lost);
	ccs_print_text(&print, " lines are missing here: they were not read in time\n");
	if (write_line(log, &print))
		log->lost = 0;
}

static void take(void *user, const struct ccs_record *record)
{
	struct ccs_log *log = user;
	char buffer[LINE_MAX_LENGTH];
	struct ccs_print print;
	int checkpoint;
	enum priority priority;

	checkpoint = ccs_checkpoint_of(&log->checkpoints, record);
	if (record->kind == CCS_RECORD_VALUE || (record->kind == CCS_RECORD_MME && !checkpoint) ||
	    ccs_repeats_hide(&log->repeats, record))
		return;
	priority = rate(record);
	if (is_repeated(log, record, key_of(record, checkpoint)) && priority == PRIORITY_INFO)
		return;
	if (log->lost)
		say_lost(log, record->time);
	ccs_print_init(&print, buffer, sizeof(buffer) - 1);
	print_head(log, &print, record->time, priority);
	if (checkpoint) {
		ccs_print_char(&print, '[');
		ccs_print_unsigned(&print, (unsigned int)checkpoint);
		ccs_print_text(&print, "] ");
	}
	print_event(&print, record);
	*print.at++ = '\n';
	log->lost += !write_line(log, &print);
}

bool ccs_log_is_journal(const char *stream, int fd)
{
	unsigned long long device, inode;
	struct stat status;
	char end;

	return stream && sscanf(stream, "%llu:%llu%c", &device, &inode, &end) == 2 &&
	       !fstat(fd, &status) && status.st_dev == device && status.st_ino == inode;
}

void ccs_log_init(struct ccs_log *log, int fd, enum ccs_side side, const char *name)
{
	*log = (struct ccs_log) {
		.sink = { take, log },
		.fd = fd,
		.journal = ccs_log_is_journal(getenv("JOURNAL_STREAM"), fd),
		.name = name,
		.checkpoints = { .side = side },
		.shown = -CCS_LOG_REPEAT,
	};
}
