/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The physical side of a station: who fills its values and carries out its commands.
 *
 * Both are structs that the driver owns and the station's configuration points to.
 */
#ifndef CCS_LINUX_HARDWARE_H
#define CCS_LINUX_HARDWARE_H

#include "ccs/time.h"

struct ccs_hardware {
	/* Brings the values to `now` and carries out the commands; called before the station is,
	 * and after it.  Never blocks. */
	void (*step)(void *user, ccs_time now);
	/* When to be called at the latest; CCS_NEVER. */
	ccs_time (*deadline)(void *user);
	void *user;
};

#endif
