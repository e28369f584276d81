/* SPDX-License-Identifier: Apache-2.0 */
/* Values of the standards' timers.  Names and ranges are in timing_rows.c, so that a station that
 * is not configured by name does not carry them. */
#include "ccs/timing.h"

const struct ccs_timing ccs_timing_standard = { {
#define ROW(id, set, name, unit, value, least, most, clause) [CCS_TIMER_##id] = (value),
#define MESSAGE(SET, set, id, message, timeout, answer, clause) \
	[CCS_TIMER_##SET##_TIMEOUT_##id] = (timeout), [CCS_TIMER_##SET##_ANSWER_##id] = (answer),
	CCS_TIMING_ROWS(ROW) CCS_TIMING_MESSAGES(MESSAGE)
#undef ROW
#undef MESSAGE
} };

/* R23: observed at Compleo, Alpitronic, ABB and others. */
static const struct {
	enum ccs_timer timer;
	uint32_t value;
} relaxed[] = {
	{ CCS_TIMER_DIN_TIMEOUT_PARAMETERS, 5000 },
	{ CCS_TIMER_DIN_TIMEOUT_CABLE_CHECK, 30000 },
	{ CCS_TIMER_DIN_TIMEOUT_POWER_DELIVERY, 6000 },
	{ CCS_TIMER_DIN_TIMEOUT_CURRENT_DEMAND, 5000 },
	{ CCS_TIMER_DIN_EVCC_CABLE_CHECK, 60000 },
	{ CCS_TIMER_DIN_EVCC_PRE_CHARGE, 30000 },
	{ CCS_TIMER_ISO2_TIMEOUT_PARAMETERS, 5000 },
	{ CCS_TIMER_ISO2_TIMEOUT_CABLE_CHECK, 30000 },
	{ CCS_TIMER_ISO2_TIMEOUT_POWER_DELIVERY, 6000 },
	{ CCS_TIMER_ISO2_TIMEOUT_CURRENT_DEMAND, 5000 },
	{ CCS_TIMER_ISO2_EVCC_CABLE_CHECK, 60000 },
	{ CCS_TIMER_ISO2_EVCC_PRE_CHARGE, 30000 },
};

void ccs_timing_relax(struct ccs_timing *timing)
{
	for (size_t i = 0; i < sizeof(relaxed) / sizeof(relaxed[0]); i++) {
		uint32_t *value = &timing->value[relaxed[i].timer];

		if (*value < relaxed[i].value)
			*value = relaxed[i].value;
	}
}
