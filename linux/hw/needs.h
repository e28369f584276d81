/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a car or a charger with real hardware cannot do without, by its configuration alone: found
 * by `ccs config check`, and before a station begins.
 */
#ifndef CCS_LINUX_HW_NEEDS_H
#define CCS_LINUX_HW_NEEDS_H

#include "linux/config.h"
#include "linux/problem.h"

/*
 * 0; -1: `problem` names a preset of the other side, a driver that cannot do what it is bound to,
 * or all that is missing, by section and key.  Simulated hardware has all that it needs.
 */
int ccs_hw_check_ev(const struct ccs_config *config, struct ccs_problem *problem);
int ccs_hw_check_evse(const struct ccs_config_evse *config, struct ccs_problem *problem);

/* Of DC: voltage and current that nobody limits (any more) are none; a power that nobody limits is
 * what they allow. */
void ccs_hw_complete_limits(struct ccs_limits *limits);

#endif
