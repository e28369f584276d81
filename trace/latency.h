/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Distribution of times in constant memory: how long each answer took.  Counts per class of
 * about 6 % width, from 1 us to over an hour.
 */
#ifndef CCS_TRACE_LATENCY_H
#define CCS_TRACE_LATENCY_H

#include "ccs/time.h"

#include <stdint.h>

#define CCS_LATENCY_CLASSES 480

struct ccs_latency {
	uint32_t count;
	ccs_time max;
	uint64_t max_frame; /* the packet with which the longest one ended */
	uint32_t classes[CCS_LATENCY_CLASSES];
};

/* `took` in microseconds; a negative one (clock set back) is not counted. */
void ccs_latency_add(struct ccs_latency *latency, ccs_time took, uint64_t frame);

/* In microseconds: the time that `percent` of them did not exceed, within 3 %; 0 when there are
 * none. */
ccs_time ccs_latency_percentile(const struct ccs_latency *latency, unsigned int percent);

#endif
