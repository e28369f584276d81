/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hardware has one owner: a second one says everything "off" to what the first has switched on, is
 * thrown out by the broker in turn with it, starts the same program twice.
 *
 * Each driver that something is bound to is locked with the device that it reaches; the lock is of
 * the network namespace (name_lock.h).  Not locked are `assumed`, `simulated` and `adc`, which
 * disturb nobody, and serial ports that are to be found (`auto`): whoever has one has it for
 * himself anyway.
 */
#ifndef CCS_LINUX_HW_CLAIM_H
#define CCS_LINUX_HW_CLAIM_H

#include "linux/hw/binding.h"
#include "linux/problem.h"

/* Before the drivers are opened.  The claim is held until the process ends, for drivers still speak
 * to their devices after they were closed.  -1: see `problem`. */
int ccs_hw_claim(unsigned int side, const struct ccs_hw_config *config,
		 struct ccs_problem *problem);

#endif
