/* SPDX-License-Identifier: Apache-2.0 */
/* The table of deviations: names and reasons. */
#include "ccs/quirks.h"

#include <string.h>

_Static_assert(CCS_QUIRK_COUNT <= 64, "struct ccs_quirks has 64 bits");

static const struct ccs_quirk_row rows[CCS_QUIRK_COUNT] = {
#define ROW(id, rule, name, side, on, reason) { rule, name, CCS_QUIRK_SIDE_##side, on, reason },
	CCS_QUIRKS(ROW)
#undef ROW
};

const struct ccs_quirk_row *ccs_quirk_row(enum ccs_quirk quirk)
{
	return quirk < CCS_QUIRK_COUNT ? &rows[quirk] : NULL;
}

enum ccs_quirk ccs_quirk_find(const char *name)
{
	for (enum ccs_quirk quirk = 0; quirk < CCS_QUIRK_COUNT; quirk++) {
		if (strcmp(rows[quirk].name, name) == 0)
			return quirk;
	}
	return CCS_QUIRK_COUNT;
}
