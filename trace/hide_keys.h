/* SPDX-License-Identifier: Apache-2.0 */
/* Network keys in the log texts of chargers and cars. */
#ifndef CCS_TRACE_HIDE_KEYS_H
#define CCS_TRACE_HIDE_KEYS_H

/*
 * Puts "(hidden)" for 16 bytes of hex or more that stand shortly behind the word NMK or key:
 * "has key 0x26 0x3b ...", "NMK: 77:77:...", "key=7777...".  In place: the text gets no longer.
 */
void ccs_hide_keys(char *text);

#endif
