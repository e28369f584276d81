/* SPDX-License-Identifier: Apache-2.0 */
/* The line of one record while it is made. */
#include "trace/text_line.h"

#include <string.h>

void ccs_line_colour(struct ccs_line *line, enum ccs_colour colour)
{
	static const char *const codes[] = { "\033[0m",	 "\033[2m",    "\033[36m", "\033[32m",
					     "\033[33m", "\033[1;31m", "\033[1m" };

	if (line->colour)
		ccs_print_text(line->print, codes[colour]);
}

void ccs_line_pad(struct ccs_line *line, size_t printed, size_t width)
{
	for (; printed < width; printed++)
		ccs_print_char(line->print, ' ');
}

void ccs_line_item(struct ccs_line *line, const char *label)
{
	ccs_line_pad(line, 0, line->begun ? 2 : line->gap);
	line->begun = true;
	ccs_print_text(line->print, label);
}

void ccs_line_word(struct ccs_line *line, enum ccs_colour colour, const char *text)
{
	ccs_line_item(line, "");
	if (colour)
		ccs_line_colour(line, colour);
	ccs_print_text(line->print, text);
	if (colour)
		ccs_line_colour(line, CCS_COLOUR_NONE);
}

/* The control characters U+0080 to U+009F, which JSON lets pass and some terminals obey. */
static void hide_controls(char *text, size_t length)
{
	for (size_t i = 0; i + 1 < length; i++)
		if ((uint8_t)text[i] == 0xc2 && (uint8_t)text[i + 1] < 0xa0)
			text[i] = text[i + 1] = '?';
}

/* The end of a piece of text that may be escaped as a whole: before a quote, which need not be
 * escaped here, or after a few whole characters. */
static size_t find_piece(const char *text, size_t length)
{
	size_t n = 0;

	while (n < length && n < 8 && text[n] != '"' && text[n] != '\\')
		n++;
	while (n < length && n > 4 && ((uint8_t)text[n] & 0xc0) == 0x80)
		n--;
	return n;
}

void ccs_line_foreign(struct ccs_line *line, const char *text, size_t length)
{
	char small[64];
	struct ccs_print print;

	for (size_t n; length > 0; text += n, length -= n) {
		n = find_piece(text, length);
		if (n == 0) {
			ccs_print_bytes(line->print, text, n = 1);
			continue;
		}
		ccs_print_init(&print, small, sizeof(small));
		ccs_print_json(&print, text, n);
		hide_controls(small, ccs_print_length(&print));
		ccs_print_bytes(line->print, small + 1, ccs_print_length(&print) - 2);
	}
}

static void print_quantity(struct ccs_line *line, int64_t milli, const char *unit, bool brief)
{
	bool power = unit[0] == 'W' || !strcmp(unit, "VA");
	bool kilo = power && (milli >= 1000000 || milli <= -1000000);
	int64_t step = kilo ? 100000 : 100;
	int64_t tenths = (milli % step * 2 / step + milli / step);

	ccs_print_char(line->print, ' ');
	if (power && !kilo)
		ccs_print_signed(line->print, milli / 1000);
	else if (brief && tenths % 10 == 0)
		ccs_print_signed(line->print, tenths / 10);
	else
		ccs_print_fixed(line->print, tenths, 1);
	ccs_print_text(line->print, kilo ? " k" : " ");
	ccs_print_text(line->print, unit);
}

void ccs_line_quantity(struct ccs_line *line, int64_t milli, const char *unit)
{
	print_quantity(line, milli, unit, false);
}

void ccs_line_limit(struct ccs_line *line, int64_t milli, const char *unit)
{
	print_quantity(line, milli, unit, true);
}
