/* SPDX-License-Identifier: Apache-2.0 */
/* A histogram with classes of equal relative width. */
#include "trace/latency.h"

/* 0..15 us stand for themselves; each octave above has 16 classes. */
#define STEPS 16

static unsigned int class_of(uint64_t us)
{
	unsigned int octave = 0;
	unsigned int class;

	while (us >> octave >= 2 * STEPS)
		octave++;
	class = octave * STEPS + (unsigned int)(us >> octave);
	return class < CCS_LATENCY_CLASSES ? class : CCS_LATENCY_CLASSES - 1;
}

/* The middle of the class. */
static ccs_time time_of(unsigned int class)
{
	unsigned int octave = class < 2 * STEPS ? 0 : class / STEPS - 1;
	uint64_t low = (uint64_t)(class - octave * STEPS) << octave;

	return (ccs_time)(low + ((UINT64_C(1) << octave) - 1) / 2);
}

void ccs_latency_add(struct ccs_latency *latency, ccs_time took, uint64_t frame)
{
	if (took < 0)
		return;
	latency->count++;
	latency->classes[class_of((uint64_t)took)]++;
	if (took >= latency->max) {
		latency->max = took;
		latency->max_frame = frame;
	}
}

ccs_time ccs_latency_percentile(const struct ccs_latency *latency, unsigned int percent)
{
	uint64_t wanted = ((uint64_t)latency->count * percent + 99) / 100;
	uint64_t seen = 0;

	for (unsigned int i = 0; wanted > 0 && i < CCS_LATENCY_CLASSES; i++) {
		seen += latency->classes[i];
		if (seen >= wanted)
			return time_of(i) < latency->max ? time_of(i) : latency->max;
	}
	return 0;
}
