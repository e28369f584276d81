/* SPDX-License-Identifier: Apache-2.0 */
/* Network keys in the log texts of chargers and cars. */
#ifndef CCS_TRACE_HIDE_KEYS_H
#define CCS_TRACE_HIDE_KEYS_H

#include "ccs/record.h"

#include <stdbool.h>

/*
 * Puts "(hidden)" for 16 bytes of hex or more that stand shortly behind the word NMK or key:
 * "has key 0x26 0x3b ...", "NMK: 77:77:...", "key=7777...".  In place: the text gets no longer.
 */
void ccs_hide_keys(char *text);

/* The text of a note as it may be shown: of a log (topic "syslog") without its keys, made in
 * `room`, unless `secrets` are wanted. */
const char *ccs_note_text(const struct ccs_record_note *note, bool secrets,
			  char room[CCS_RECORD_TEXT_MAX]);

#endif
