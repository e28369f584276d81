/* SPDX-License-Identifier: Apache-2.0 */
/* The key max_age of [ev] and [evse]: how old single values of the hardware may be. */
#ifndef CCS_LINUX_CONFIG_AGES_H
#define CCS_LINUX_CONFIG_AGES_H

#include "linux/config_keys.h"

/* Takes the key of the car, and of each charger, into `age` of its hardware; complains of ages that
 * are not allowed.  Sections and [safety] must be complete. */
void ccs_config_resolve_ages(struct ccs_config_reader *reader);

#endif
