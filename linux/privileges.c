/* SPDX-License-Identifier: Apache-2.0 */
/* Capabilities. */
#include "linux/privileges.h"

#include <cap-ng.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>

/* Failing to give something up is a fault of our own: going on with it would be worse. */
static void apply(bool keep_raw)
{
	capng_clear(CAPNG_SELECT_BOTH);
	if (keep_raw)
		capng_update(CAPNG_ADD, (capng_type_t)(CAPNG_EFFECTIVE | CAPNG_PERMITTED),
			     CAP_NET_RAW);
	if (capng_apply(CAPNG_SELECT_CAPS))
		abort();
}

void ccs_privileges_keep_raw(void)
{
	bool has_raw;

	capng_get_caps_process();
	has_raw = capng_have_capability(CAPNG_PERMITTED, CAP_NET_RAW);
	if (capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP)) {
		capng_clear(CAPNG_SELECT_BOUNDS);
		capng_apply(CAPNG_SELECT_BOUNDS);
	}
	apply(has_raw);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

void ccs_privileges_drop(void)
{
	apply(false);
}
