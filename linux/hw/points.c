/* SPDX-License-Identifier: Apache-2.0 */
/* Points by name, and numbers as people write them. */
#include "linux/hw/points.h"

#include "ccs/print.h"

#include <string.h>

const struct ccs_hw_point ccs_hw_values[CCS_HW_VALUE_COUNT] = {
#define ROW(id, name, key, sides, unit, least, most, age, silence, text) \
	{ name,                                                          \
	  CCS_HW_KEY_##key(name),                                        \
	  CCS_HW_##sides,                                                \
	  CCS_HW_##unit,                                                 \
	  least,                                                         \
	  most,                                                          \
	  CCS_MS(age),                                                   \
	  CCS_HW_##silence,                                              \
	  text },
	CCS_HW_VALUES(ROW)
#undef ROW
};

const struct ccs_hw_point ccs_hw_commands[CCS_HW_COMMAND_COUNT] = {
#define ROW(id, name, key, sides, unit, least, most, text) \
	{ name,                                            \
	  CCS_HW_KEY_##key(name),                          \
	  CCS_HW_##sides,                                  \
	  CCS_HW_##unit,                                   \
	  least,                                           \
	  most,                                            \
	  CCS_NEVER,                                       \
	  CCS_HW_STOP,                                     \
	  text },
	CCS_HW_COMMANDS(ROW)
#undef ROW
};

/* Digits behind the point, and how many of the inner unit the last of them is. */
static const struct unit {
	const char *name;
	unsigned int digits;
} units[] = {
	[CCS_HW_VOLT] = { "V", 3 },	[CCS_HW_AMPERE] = { "A", 3 },
	[CCS_HW_WATT] = { "W", 0 },	[CCS_HW_WATT_HOUR] = { "Wh", 3 },
	[CCS_HW_METER] = { "Wh", 0 },	[CCS_HW_CELSIUS] = { "C", 1 },
	[CCS_HW_PERCENT] = { "%", 1 },	[CCS_HW_OHM] = { "ohm", 0 },
	[CCS_HW_SWITCH] = { "", 0 },	[CCS_HW_PILOT] = { "", 0 },
	[CCS_HW_ISOLATION] = { "", 0 },
};

/* In the order of their enumerations. */
static const char *const pilots[] = { "-", "A", "B", "C", "D", "E", "F" };
static const char *const isolations[] = {
	"invalid", "running", "valid", "warning", "fault", "none"
};
static const char *const switches[] = { "0",  "1",    "no",	"yes",	 "off",
					"on", "open", "closed", "false", "true" };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int find(const struct ccs_hw_point *points, int count, const char *name, unsigned int sides)
{
	for (int i = 0; i < count; i++)
		if ((points[i].sides & sides) && strcmp(points[i].name, name) == 0)
			return i;
	return -1;
}

int ccs_hw_find_value(const char *name, unsigned int sides)
{
	return find(ccs_hw_values, CCS_HW_VALUE_COUNT, name, sides);
}

int ccs_hw_find_command(const char *name, unsigned int sides)
{
	return find(ccs_hw_commands, CCS_HW_COMMAND_COUNT, name, sides);
}

static bool parse_word(const char *const *words, size_t count, const char *text, int32_t *value)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(words[i], text) != 0)
			continue;
		*value = (int32_t)i;
		return true;
	}
	return false;
}

bool ccs_hw_parse_fixed(const char *text, unsigned int digits, int32_t *value)
{
	bool negative = *text == '-', any = false;
	int64_t number = 0;

	for (text += negative; *text >= '0' && *text <= '9' && number <= INT32_MAX; text++) {
		number = 10 * number + (*text - '0');
		any = true;
	}
	if (*text == '.')
		text++;
	for (unsigned int i = 0; i < digits; i++) {
		bool digit = *text >= '0' && *text <= '9';

		number = 10 * number + (digit ? *text++ - '0' : 0);
		any |= digit;
	}
	while (*text >= '0' && *text <= '9')
		text++;
	if (*text || !any || number > INT32_MAX)
		return false;
	*value = (int32_t)(negative ? -number : number);
	return true;
}

bool ccs_hw_parse(enum ccs_hw_unit unit, const char *text, int32_t *value)
{
	if (unit == CCS_HW_PILOT)
		return parse_word(pilots, COUNT(pilots), text, value);
	if (unit == CCS_HW_ISOLATION)
		return parse_word(isolations, COUNT(isolations), text, value);
	if (unit != CCS_HW_SWITCH)
		return ccs_hw_parse_fixed(text, units[unit].digits, value);
	if (!parse_word(switches, COUNT(switches), text, value))
		return false;
	*value %= 2;
	return true;
}

static void print(struct ccs_print *p, enum ccs_hw_unit unit, int32_t value)
{
	if (unit == CCS_HW_PILOT && (size_t)value < COUNT(pilots))
		ccs_print_text(p, pilots[value]);
	else if (unit == CCS_HW_ISOLATION && (size_t)value < COUNT(isolations))
		ccs_print_text(p, isolations[value]);
	else
		ccs_print_fixed(p, value, units[unit].digits);
}

void ccs_hw_print(enum ccs_hw_unit unit, int32_t value, char text[CCS_HW_TEXT])
{
	struct ccs_print p;

	ccs_print_init(&p, text, CCS_HW_TEXT - 1);
	print(&p, unit, value);
	text[ccs_print_length(&p)] = '\0';
}

int64_t ccs_hw_scale(enum ccs_hw_unit unit, unsigned int digits)
{
	int64_t scale = 1;

	for (unsigned int i = units[unit].digits; i < digits; i++)
		scale *= 10;
	return scale;
}

const char *ccs_hw_unit_name(enum ccs_hw_unit unit)
{
	return units[unit].name;
}
