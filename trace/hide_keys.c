/* SPDX-License-Identifier: Apache-2.0 */
/* Network keys in texts. */
#include "trace/hide_keys.h"

#include "ccs/hex.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define KEY_SIZE 16 /* bytes of an NMK */
#define NEAR	 40 /* characters between the word and the key */

static bool is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* Behind one byte, "0x1", "7f", and the separators that follow it; NULL: there is none. */
static const char *skip_byte(const char *at)
{
	if (at[0] == '0' && (at[1] | 0x20) == 'x')
		at += 2;
	if (ccs_hex_digit(*at) < 0)
		return NULL;
	at += ccs_hex_digit(at[1]) < 0 ? 1 : 2;
	if (ccs_hex_digit(*at) < 0 && is_letter(*at))
		return NULL; /* a word that begins like hex */
	while (*at && strchr(" :,-", *at))
		at++;
	return at;
}

/* The end of a key that begins here; NULL: none does. */
static const char *find_end(const char *at)
{
	const char *end = at, *next;
	size_t bytes = 0;

	while ((next = skip_byte(end)) != NULL) {
		end = next;
		bytes++;
	}
	while (end > at && strchr(" :,-", end[-1]))
		end--;
	return bytes >= KEY_SIZE ? end : NULL;
}

static bool is_word(const char *at)
{
	return strncasecmp(at, "nmk", 3) == 0 || strncasecmp(at, "key", 3) == 0;
}

/* Hides what begins within reach of the word at `text`; where to go on. */
static char *hide_behind(char *text)
{
	static const char hidden[] = "(hidden)";

	for (char *at = text + 3; *at && at < text + 3 + NEAR; at++) {
		const char *end = find_end(at);

		if (!end)
			continue;
		memcpy(at, hidden, sizeof(hidden) - 1);
		at += sizeof(hidden) - 1;
		memmove(at, end, strlen(end) + 1);
		return at;
	}
	return text + 3;
}

void ccs_hide_keys(char *text)
{
	while (*(text += strcspn(text, "nNkK")))
		text = is_word(text) ? hide_behind(text) : text + 1;
}

const char *ccs_note_text(const struct ccs_record_note *note, bool secrets,
			  char room[CCS_RECORD_TEXT_MAX])
{
	if (secrets || strcmp(note->topic, "syslog") != 0)
		return note->text;
	snprintf(room, CCS_RECORD_TEXT_MAX, "%s", note->text);
	ccs_hide_keys(room);
	return room;
}
