/* SPDX-License-Identifier: Apache-2.0 */
/* A line of gpsd: a fix is a place on earth, and any other line leaves the position alone. */
#include "linux/gpsd.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_on_earth(const struct ccs_position *position)
{
	return labs(position->latitude) <= 900000000 && labs(position->longitude) <= 1800000000;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct ccs_position before = { CCS_POSITION_FIX, 1, 2 };
	struct ccs_position position = before;
	char latitude[CCS_POSITION_TEXT], longitude[CCS_POSITION_TEXT];
	char *line = malloc(size ? size : 1);

	memcpy(line, data, size);
	if (!ccs_gpsd_read(&position, line, size) && memcmp(&position, &before, sizeof(before)))
		abort();
	if (!is_on_earth(&position) || position.kind == CCS_POSITION_NONE)
		abort();
	if (ccs_position_print(&position, latitude, longitude) !=
	    (position.kind == CCS_POSITION_FIX))
		abort();
	free(line);
	return 0;
}
