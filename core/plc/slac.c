/* SPDX-License-Identifier: Apache-2.0 */
/* SLAC: limits. */
#include "ccs/slac.h"

#include <string.h>

static const struct {
	const char *name;
	uint16_t value, minimum, maximum;
} rows[CCS_SLAC_LIMIT_COUNT] = {
#define ROW(name, value, minimum, maximum) { #name, value, minimum, maximum },
	CCS_SLAC_LIMITS(ROW)
#undef ROW
};

static const struct {
	const char *name;
	uint16_t direct, indirect;
} presets[] = {
	{ "field", 35, 50 },
	{ "strict", 10, 20 },
};

void ccs_slac_set_default_limits(struct ccs_slac_limits *limits)
{
	for (size_t i = 0; i < CCS_SLAC_LIMIT_COUNT; i++)
		limits->value[i] = rows[i].value;
}

int ccs_slac_set_limit(struct ccs_slac_limits *limits, const char *name, uint32_t value)
{
	for (size_t i = 0; i < CCS_SLAC_LIMIT_COUNT; i++) {
		if (strcmp(rows[i].name, name) != 0)
			continue;
		if (value < rows[i].minimum || value > rows[i].maximum)
			return CCS_ERR_RANGE;
		limits->value[i] = (uint16_t)value;
		return 0;
	}
	return CCS_ERR_NAME;
}

int ccs_slac_set_preset(struct ccs_slac_limits *limits, const char *name)
{
	for (size_t i = 0; i < sizeof(presets) / sizeof(presets[0]); i++) {
		if (strcmp(presets[i].name, name) == 0) {
			limits->value[CCS_SLAC_C_EV_match_signalattn_direct] = presets[i].direct;
			limits->value[CCS_SLAC_C_EV_match_signalattn_indirect] =
				presets[i].indirect;
			return 0;
		}
	}
	return CCS_ERR_NAME;
}
