/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs sim --faults`: plays the matrix of faults, and tells of each how it ended. */
#ifndef CCS_TOOLS_SIM_FAULTS_H
#define CCS_TOOLS_SIM_FAULTS_H

#include "tools/command.h"

struct ccs_sim_faults {
	struct ccs_output *output;
	const char *only; /* cases with this in their name or family; NULL: all */
	bool json;
	bool failed_only;
	bool show; /* the script of each case instead of playing it */
};

/* Returns the exit status. */
int ccs_sim_faults(const struct ccs_sim_faults *options);

#endif
