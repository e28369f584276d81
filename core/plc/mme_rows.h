/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How rows of the tables are written.  Private to the files that hold them.
 */
#ifndef CCS_PLC_MME_ROWS_H
#define CCS_PLC_MME_ROWS_H

#include "mme_table.h"

/* clang-format off */
#define SIZE(of, member) sizeof(((struct of *)0)->member)
#define FIELD(kind, flags, of, member) \
	{ { #member }, kind, flags, offsetof(struct of, member), { SIZE(of, member) }, 0, 0 }
#define COUNTED(kind, flags, of, member, by, unit) \
	{ { #member }, kind, flags, offsetof(struct of, member), { offsetof(struct of, by) }, \
	  unit, SIZE(of, by) }

#define NUMBER(of, member)       FIELD(MME_NUMBER, 0, of, member)
#define BRIEF(of, member)        FIELD(MME_NUMBER, MME_BRIEF, of, member)
#define CODE(of, member)         FIELD(MME_NUMBER, MME_BRIEF | MME_CODE, of, member)
#define HEX(of, member)          FIELD(MME_HEX, 0, of, member)
#define HEX_BRIEF(of, member)    FIELD(MME_HEX, MME_BRIEF, of, member)
#define KEY(of, member)          FIELD(MME_HEX, MME_SECRET, of, member)
#define MAC(of, member)          FIELD(MME_MAC, 0, of, member)
#define MAC_BRIEF(of, member)    FIELD(MME_MAC, MME_BRIEF, of, member)
#define TEXT(of, member)         FIELD(MME_TEXT, MME_BRIEF, of, member)
#define SIGNED(of, member)       FIELD(MME_SIGNED, MME_BRIEF, of, member)
#define WORDS(of, member, by)    COUNTED(MME_BYTES, 0, of, member, by, 4)
#define NIBBLES(of, member, by)  COUNTED(MME_BYTES, 0, of, member, by, 1)
#define SECRET(of, member, by)   COUNTED(MME_BYTES, MME_SECRET, of, member, by, 2)
#define LEVELS(of, member, by)   COUNTED(MME_LEVELS, MME_BRIEF, of, member, by, 2)
#define STRING(of, member, by)   COUNTED(MME_STRING, MME_BRIEF, of, member, by, 2)
#define BUFFER(of, member, by)   COUNTED(MME_BUFFER, MME_BRIEF, of, member, by, 2)
#define TAIL(of, member, by)     COUNTED(MME_TAIL, 0, of, member, by, 2)
#define LIST(of, member, by, kind) COUNTED(MME_LIST, 0, of, member, by, kind)
#define LIST_BRIEF(of, member, by, kind) COUNTED(MME_LIST, MME_BRIEF, of, member, by, kind)
#define SKIP(bytes)              { { NULL }, MME_SKIP, 0, 0, { bytes }, 0, 0 }
#define MORE(of, member, bytes)  { { NULL }, MME_MORE, 0, offsetof(struct of, member), { bytes }, 0, 0 }
#define WHEN(of, member, value, then) \
	{ { .rows = then }, MME_WHEN, 0, offsetof(struct of, member), { SIZE(of, member) }, value, 0 }
#define END                      { { NULL }, MME_END, 0, 0, { 0 }, 0, 0 }
/* A number that is narrower on the wire than in the struct. */
#define NARROW(of, member, bytes) \
	{ { #member }, MME_NUMBER, 0, offsetof(struct of, member), { bytes }, 0, SIZE(of, member) }

#define ROWS(name) static const struct mme_field name[] =
/* clang-format on */

#endif
