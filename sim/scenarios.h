/* SPDX-License-Identifier: Apache-2.0 */
/* The scripts that come with the simulator. */
#ifndef SIM_SCENARIOS_H
#define SIM_SCENARIOS_H

#include <stddef.h>

struct sim_scenario {
	const char *name;
	const char *text; /* a script (script.h); its first line is the title */
};

/* In the order of the list; the first is the default.  NULL from the last on. */
const struct sim_scenario *sim_scenario_row(size_t index);

/* NULL: there is none of this name. */
const struct sim_scenario *sim_scenario_find(const char *name);

#endif
