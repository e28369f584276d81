/* SPDX-License-Identifier: Apache-2.0 */
/* A frame at a listener: a key is told once, and what is missing is a finite list. */
#include "linux/listen_sight.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ccs_sight sight = { 0 };
	size_t count;

	if (ccs_sight_take(&sight, data, size) != (sight.matches == 1))
		abort();
	if (ccs_sight_take(&sight, data, size))
		abort();
	for (int modem = CCS_SIGHT_UNASKED; modem <= CCS_SIGHT_INSIDE; modem++) {
		for (count = 0; ccs_sight_missing(&sight, (enum ccs_sight_modem)modem, count);)
			count++;
		if (count > 4 || (!sight.frames && !count))
			abort();
	}
	ccs_sight_forget(&sight);
	return 0;
}
