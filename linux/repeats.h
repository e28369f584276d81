/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A car that no charger answers asks again each second.  What such tries tell is told once, and why
 * they fail once more each minute.
 *
 *	if (ccs_repeats_hide(&repeats, record))
 *		return;
 */
#ifndef CCS_LINUX_REPEATS_H
#define CCS_LINUX_REPEATS_H

#include "ccs/record.h"

#define CCS_REPEATS_AGAIN CCS_SECONDS(60)
#define CCS_REPEATS_LINES 5 /* of a try; what is new drives the oldest out */

/* Zeroed at first.  `hidden` may be read and set. */
struct ccs_repeats {
	uint32_t hidden; /* records */

	/* Private. */
	struct {
		uint32_t key; /* 0: none */
		ccs_time shown;
	} told[CCS_REPEATS_LINES];
};

/* True for states and notes of the matching, CM_SLAC_PARM.REQ and SDPRequest that were told a
 * little while ago; never for other records. */
bool ccs_repeats_hide(struct ccs_repeats *repeats, const struct ccs_record *record);

#endif
