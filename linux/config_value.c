/* SPDX-License-Identifier: Apache-2.0 */
/* Values of the configuration as text, in both directions. */
#include "linux/config_keys.h"

#include "ccs/hex.h"

#include <string.h>
#include <strings.h>

#define UNIT_NAMES  5
#define MOST_DIGITS 18 /* that an int64_t always holds */

struct unit_name {
	const char *name;
	int64_t scale; /* how many of the inner unit it is */
};

static const struct unit_name units[][UNIT_NAMES] = {
#define ROW(id, scale, ...) { __VA_ARGS__ },
	CCS_CONFIG_UNITS(ROW)
#undef ROW
};

/* The protocols that a station can be told to use. */
static const enum ccs_protocol protocols[] = { CCS_PROTOCOL_DIN, CCS_PROTOCOL_ISO2 };

#define PROTOCOLS (sizeof(protocols) / sizeof(protocols[0]))

/* Members of any size. */

static void put(void *at, size_t size, int64_t value)
{
	switch (size) {
	case sizeof(uint8_t):
		*(uint8_t *)at = (uint8_t)value;
		break;
	case sizeof(uint16_t):
		*(uint16_t *)at = (uint16_t)value;
		break;
	case sizeof(int32_t):
		memcpy(at, &(int32_t) { (int32_t)value }, size);
		break;
	default:
		memcpy(at, &value, sizeof(value));
	}
}

int64_t ccs_config_number(const struct ccs_config_key *key, const void *at)
{
	int32_t narrow;
	int64_t wide;

	switch (key->size) {
	case sizeof(uint8_t):
		return *(const uint8_t *)at;
	case sizeof(uint16_t):
		return *(const uint16_t *)at;
	case sizeof(int32_t):
		memcpy(&narrow, at, sizeof(narrow));
		return narrow;
	default:
		memcpy(&wide, at, sizeof(wide));
		return wide;
	}
}

/* Text to value. */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

/* Some mean W and others kW by a bare number, and either would be believed. */
static bool needs_name(enum ccs_config_unit unit)
{
	return unit == CCS_CONFIG_UNIT_KILOWATT || unit == CCS_CONFIG_UNIT_KILOWATT_HOUR;
}

/* The scale of a unit's name, or of no name; 0: it has no such name. */
static int64_t unit_scale(enum ccs_config_unit unit, const char *name, bool is_zero)
{
	if (!*name && (is_zero || !needs_name(unit)))
		return units[unit][0].scale;
	for (size_t i = 0; i < UNIT_NAMES && units[unit][i].name; i++) {
		if (strcmp(units[unit][i].name, name) == 0)
			return units[unit][i].scale;
	}
	return 0;
}

/* `*digits` without its point, and how many stood behind it.  NULL, or where the text goes on. */
static const char *read_decimal(const char *text, int64_t *digits, unsigned int *decimals)
{
	bool point = false;
	unsigned int count = 0;

	*digits = 0;
	*decimals = 0;
	for (; is_digit(*text) || (*text == '.' && !point); text++) {
		if (*text == '.') {
			point = true;
			continue;
		}
		if (++count > MOST_DIGITS)
			return NULL;
		*digits = *digits * 10 + (*text - '0');
		*decimals += point;
	}
	return count ? text : NULL;
}

/* Exactly: what the inner unit cannot hold is refused, not rounded. */
static bool read_number(const struct ccs_config_key *key, void *at, const char *text)
{
	bool negative = *text == '-';
	unsigned int decimals;
	int64_t value, scale;

	text = read_decimal(text + negative, &value, &decimals);
	if (!text)
		return false;
	scale = unit_scale(key->unit, skip_blanks(text), value == 0);
	if (!scale || value > INT64_MAX / scale)
		return false;
	value *= negative ? -scale : scale;
	for (; decimals; decimals--) {
		if (value % 10)
			return false;
		value /= 10;
	}
	if (value < key->least || value > key->most)
		return false;
	put(at, key->size, value);
	return true;
}

static bool read_yes_no(const char *text, bool *value)
{
	static const char *const words[][2] = {
		{ "no", "yes" }, { "false", "true" }, { "off", "on" }, { "0", "1" }
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		for (int yes = 0; yes < 2; yes++) {
			if (strcasecmp(text, words[i][yes]) == 0) {
				*value = yes;
				return true;
			}
		}
	}
	return false;
}

/* The next word of a list with blanks or commas; its length, 0: none. */
static size_t next_word(const char **text)
{
	*text += strspn(*text, " \t,");
	return strcspn(*text, " \t,");
}

/* The number of a word among the choices; -1: it is none of them. */
static int find_choice(const char *choices, const char *text, size_t size)
{
	const char *word = choices;
	size_t length;

	for (int value = 0; (length = next_word(&word)) > 0; word += length, value++) {
		if (size == length && strncmp(text, word, length) == 0)
			return value;
	}
	return -1;
}

static bool read_choice(const struct ccs_config_key *key, void *at, const char *text)
{
	int value = find_choice(key->choices, text, strlen(text));

	if (value < 0)
		return false;
	put(at, key->size, value);
	return true;
}

static bool read_set(const struct ccs_config_key *key, void *at, const char *text)
{
	int64_t set = 0;
	size_t length;

	for (; (length = next_word(&text)) > 0; text += length) {
		int value = find_choice(key->choices, text, length);

		if (value < 0)
			return false;
		set |= (int64_t)1 << value;
	}
	put(at, key->size, set);
	return true;
}

/* What a file can hold and gives back: no comment, no blanks at its ends. */
static bool is_plain(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f || text[i] == ';')
			return false;
	}
	return length == 0 || (text[0] != ' ' && text[length - 1] != ' ');
}

static bool read_text(const struct ccs_config_key *key, char *at, const char *text)
{
	size_t length = strlen(text);

	if (length >= key->size || (length && (int64_t)length < key->least))
		return false;
	if (!is_plain(text, length))
		return false;
	memset(at, 0, key->size);
	memcpy(at, text, length);
	return true;
}

static enum ccs_protocol find_protocol(const char *word, size_t length)
{
	for (size_t i = 0; i < PROTOCOLS; i++) {
		const char *name = ccs_protocol_info(protocols[i])->name;

		if (strlen(name) == length && strncmp(word, name, length) == 0)
			return protocols[i];
	}
	return CCS_PROTOCOL_NONE;
}

/* Each once. */
static bool read_protocols(struct ccs_config_protocols *at, const char *text)
{
	struct ccs_config_protocols list = { .count = 0 };
	size_t length;

	for (; (length = next_word(&text)) > 0; text += length) {
		enum ccs_protocol protocol = find_protocol(text, length);

		for (size_t i = 0; i < list.count; i++) {
			if (list.list[i] == protocol)
				return false;
		}
		if (protocol == CCS_PROTOCOL_NONE || list.count == CCS_EV_OFFERS)
			return false;
		list.list[list.count++] = protocol;
	}
	if (list.count)
		*at = list;
	return list.count > 0;
}

/* "02:00:00:00:00:01"; empty: all zero.  No group address: it cannot send. */
static bool read_mac(uint8_t at[6], const char *text)
{
	uint8_t mac[6] = { 0 };

	for (size_t i = 0; *text; i++) {
		int high = ccs_hex_digit(text[0]);
		int low = high < 0 ? -1 : ccs_hex_digit(text[1]);

		if (i == sizeof(mac) || low < 0 || text[2] != (i < 5 ? ':' : '\0'))
			return false;
		mac[i] = (uint8_t)(high << 4 | low);
		text += i < 5 ? 3 : 2;
		if (!*text && i < 5)
			return false;
	}
	if (mac[0] & 1)
		return false;
	memcpy(at, mac, sizeof(mac));
	return true;
}

/* One value for all groups, or as many as there are groups. */
static bool read_profile(const struct ccs_config_key *key, uint8_t at[CCS_SLAC_GROUPS],
			 const char *text)
{
	uint8_t profile[CCS_SLAC_GROUPS];
	size_t count = 0, length;

	for (; (length = next_word(&text)) > 0; text += length) {
		int value = 0;

		for (size_t i = 0; i < length; i++) {
			if (!is_digit(text[i]) || i == 3)
				return false;
			value = value * 10 + (text[i] - '0');
		}
		if (value > key->most || count == CCS_SLAC_GROUPS)
			return false;
		profile[count++] = (uint8_t)value;
	}
	if (count == 1)
		memset(profile, profile[0], sizeof(profile));
	else if (count != CCS_SLAC_GROUPS)
		return false;
	memcpy(at, profile, sizeof(profile));
	return true;
}

/* "02:00:00:00:00:01=40", some of them. */
static bool read_attenuations(const struct ccs_config_key *key, struct ccs_attenuations *at,
			      const char *text)
{
	struct ccs_attenuations list = { .count = 0 };
	size_t length;

	for (; (length = next_word(&text)) > 0; text += length) {
		char mac[18] = "";
		int db = 0;

		if (list.count == CCS_ATTENUATIONS || length < 19 || length > 21 || text[17] != '=')
			return false;
		for (size_t i = 18; i < length; i++) {
			if (!is_digit(text[i]))
				return false;
			db = db * 10 + (text[i] - '0');
		}
		memcpy(mac, text, 17);
		if (db > key->most || !read_mac(list.list[list.count].mac, mac))
			return false;
		list.list[list.count++].db = (uint8_t)db;
	}
	*at = list;
	return true;
}

bool ccs_config_read_value(const struct ccs_config_key *key, void *at, const char *text)
{
	bool yes;

	switch (key->type) {
	case CCS_CONFIG_NUMBER:
		return read_number(key, at, text);
	case CCS_CONFIG_YES_NO:
		return read_yes_no(text, at);
	case CCS_CONFIG_CHOICE:
		return read_choice(key, at, text);
	case CCS_CONFIG_SET:
		return read_set(key, at, text);
	case CCS_CONFIG_TEXT:
		return read_text(key, at, text);
	case CCS_CONFIG_PROTOCOLS:
		return read_protocols(at, text);
	case CCS_CONFIG_MAC:
		return read_mac(at, text);
	case CCS_CONFIG_PROFILE:
		return read_profile(key, at, text);
	case CCS_CONFIG_ATTENUATIONS:
		return read_attenuations(key, at, text);
	case CCS_CONFIG_QUIRK:
		if (!read_yes_no(text, &yes))
			return false;
		ccs_quirk_set(at, (enum ccs_quirk)key->least, yes);
		return true;
	}
	return false;
}

/* Value to text. */

static void print_unit(struct ccs_print *p, enum ccs_config_unit unit)
{
	if (units[unit][0].name[0]) {
		ccs_print_char(p, ' ');
		ccs_print_text(p, units[unit][0].name);
	}
}

/* In the first name of the unit, with the decimals it needs. */
static void print_number(struct ccs_print *p, enum ccs_config_unit unit, int64_t value)
{
	unsigned int digits = 0;

	for (int64_t scale = units[unit][0].scale; scale > 1; scale /= 10)
		digits++;
	for (; digits && value % 10 == 0; digits--)
		value /= 10;
	ccs_print_fixed(p, value, digits);
}

static void print_yes_no(struct ccs_print *p, bool yes)
{
	ccs_print_text(p, yes ? "yes" : "no");
}

/* Those of the choices whose bit is set. */
static void print_set(struct ccs_print *p, const struct ccs_config_key *key, int64_t set)
{
	const char *word = key->choices, *blank = "";
	size_t length;

	for (; (length = next_word(&word)) > 0; word += length, set >>= 1) {
		if (set & 1) {
			ccs_print_text(p, blank);
			ccs_print_bytes(p, word, length);
			blank = " ";
		}
	}
}

static void print_protocols(struct ccs_print *p, const struct ccs_config_protocols *list)
{
	for (size_t i = 0; i < list->count; i++) {
		ccs_print_text(p, i ? " " : "");
		ccs_print_text(p, ccs_protocol_info(list->list[i])->name);
	}
}

static void print_mac(struct ccs_print *p, const uint8_t mac[6])
{
	static const uint8_t none[6];

	if (memcmp(mac, none, sizeof(none)) != 0)
		ccs_print_mac(p, mac);
}

static void print_profile(struct ccs_print *p, const uint8_t profile[CCS_SLAC_GROUPS])
{
	size_t count = memcmp(profile, profile + 1, CCS_SLAC_GROUPS - 1) ? CCS_SLAC_GROUPS : 1;

	for (size_t i = 0; i < count; i++) {
		ccs_print_text(p, i ? " " : "");
		ccs_print_unsigned(p, profile[i]);
	}
}

static void print_attenuations(struct ccs_print *p, const struct ccs_attenuations *list)
{
	for (size_t i = 0; i < list->count; i++) {
		ccs_print_text(p, i ? " " : "");
		ccs_print_mac(p, list->list[i].mac);
		ccs_print_char(p, '=');
		ccs_print_unsigned(p, list->list[i].db);
	}
}

void ccs_config_print_value(struct ccs_print *p, const struct ccs_config_key *key, const void *at)
{
	switch (key->type) {
	case CCS_CONFIG_NUMBER:
		print_number(p, key->unit, ccs_config_number(key, at));
		print_unit(p, key->unit);
		break;
	case CCS_CONFIG_YES_NO:
		print_yes_no(p, *(const bool *)at);
		break;
	case CCS_CONFIG_CHOICE:
		print_set(p, key, (int64_t)1 << ccs_config_number(key, at));
		break;
	case CCS_CONFIG_SET:
		print_set(p, key, ccs_config_number(key, at));
		break;
	case CCS_CONFIG_TEXT:
		ccs_print_text(p, at);
		break;
	case CCS_CONFIG_PROTOCOLS:
		print_protocols(p, at);
		break;
	case CCS_CONFIG_MAC:
		print_mac(p, at);
		break;
	case CCS_CONFIG_PROFILE:
		print_profile(p, at);
		break;
	case CCS_CONFIG_ATTENUATIONS:
		print_attenuations(p, at);
		break;
	case CCS_CONFIG_QUIRK:
		print_yes_no(p, ccs_quirk_is_on(at, (enum ccs_quirk)key->least));
		break;
	}
}

/* What a value has to be. */

static void print_words(struct ccs_print *p, const char *words)
{
	size_t length;

	for (const char *word = words; (length = next_word(&word)) > 0; word += length) {
		ccs_print_text(p, word == words ? "" : ", ");
		ccs_print_bytes(p, word, length);
	}
}

static void print_range(struct ccs_print *p, const struct ccs_config_key *key)
{
	ccs_print_text(p,
		       units[key->unit][0].scale > 1 ? "a number from " : "a whole number from ");
	print_number(p, key->unit, key->least);
	ccs_print_text(p, " to ");
	print_number(p, key->unit, key->most);
	print_unit(p, key->unit);
	ccs_print_text(p, needs_name(key->unit) ? ", with its unit" : "");
}

static void print_lengths(struct ccs_print *p, const struct ccs_config_key *key)
{
	ccs_print_text(p, "a text of ");
	if (key->least > 1)
		ccs_print_signed(p, key->least);
	ccs_print_text(p, key->least > 1 ? " to " : "at most ");
	ccs_print_unsigned(p, key->size - 1);
	ccs_print_text(p, " characters without ;");
}

void ccs_config_print_expected(struct ccs_print *p, const struct ccs_config_key *key)
{
	switch (key->type) {
	case CCS_CONFIG_NUMBER:
		print_range(p, key);
		break;
	case CCS_CONFIG_YES_NO:
	case CCS_CONFIG_QUIRK:
		ccs_print_text(p, "yes or no");
		break;
	case CCS_CONFIG_CHOICE:
		ccs_print_text(p, "one of ");
		print_words(p, key->choices);
		break;
	case CCS_CONFIG_SET:
		ccs_print_text(p, "empty or some of ");
		print_words(p, key->choices);
		break;
	case CCS_CONFIG_TEXT:
		print_lengths(p, key);
		break;
	case CCS_CONFIG_PROTOCOLS:
		ccs_print_text(p, "a list of din and iso2, each once");
		break;
	case CCS_CONFIG_MAC:
		ccs_print_text(p, "a MAC address of one station, as 02:00:00:00:00:01");
		break;
	case CCS_CONFIG_PROFILE:
		ccs_print_text(p, "one number of dB from 0 to 100, or 58 of them");
		break;
	case CCS_CONFIG_ATTENUATIONS:
		ccs_print_text(p, "empty or up to 8 of MAC=dB, as 02:00:00:00:00:01=40");
		break;
	}
}
