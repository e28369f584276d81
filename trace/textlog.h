/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages out of text: logs and consoles of other tools, and our own JSON lines.
 *
 * A line gives a message when it holds, in this order of preference,
 *	{"v":1,"kind":"msg",...,"exi":"809a..."}	   our JSON lines
 *	2023-05-01T12:00:00.123456=DD 809A02...		   the EXI log of pyPLC: Dh and DD were
 *							   received, ED was sent
 *	[12345] ... 01 fe 80 01 00 00 00 0e 80 9a ...	   a V2GTP header somewhere in it, with or
 *							   without blanks (clara, consoles)
 *	809a0040...					   nothing but hex of an EXI stream
 * All other lines are passed over.
 */
#ifndef CCS_TRACE_TEXTLOG_H
#define CCS_TRACE_TEXTLOG_H

#include "ccs/message.h"
#include "ccs/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CCS_LOG_LINE_MAX 262144 /* of longer lines the rest is passed over */

/* One message of a log. */
struct ccs_log_entry {
	bool has_time;
	ccs_time time; /* since 1970 where the line says so, else since the start of the log */
	bool has_since;
	ccs_time since;		     /* of our JSON lines: since the start of the capture */
	uint64_t line;		     /* from 1; of our JSON lines: the packet, where there is one */
	bool is_packet;		     /* `line` is a packet */
	enum ccs_side dir;	     /* UNKNOWN: as the message's name says */
	enum ccs_protocol protocol;  /* NONE: not said */
	struct ccs_address src, dst; /* NONE: not said */
	uint16_t payload_type;
	const uint8_t *exi; /* in the line's memory */
	size_t length;
};

/*
 * Reads one line (without its end); the bytes of the message are put over the line itself.
 * `entry->line` is the caller's.  Returns whether there was a message.
 */
bool ccs_log_read_line(struct ccs_log_entry *entry, char *line, size_t length);

/* Whether a file that begins so is text. */
bool ccs_log_looks_like(const uint8_t *bytes, size_t length);

struct ccs_analyser;

/*
 * Reads a whole text with `read` (as ccs_capture_read), hands its messages to the analyser, and
 * finishes it.  Returns 0, CCS_ERR_SPACE (no memory) or CCS_ERR_IO.
 */
int ccs_log_run(struct ccs_analyser *analyser, long (*read)(void *user, uint8_t *to, size_t size),
		void *user);

#endif
