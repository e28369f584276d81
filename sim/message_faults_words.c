/* SPDX-License-Identifier: Apache-2.0 */
/* Words of a scenario line: taking them, and saying what was expected instead. */
#include "message_faults_words.h"

#include <string.h>

#define NUMBER_MAX 0xffffffffu

int sim_words_split(const char *line, char copy[SIM_LINE_SIZE], const char *words[SIM_WORDS_MAX],
		    struct ccs_print *why)
{
	size_t length = strlen(line);
	int count = 0;

	if (length >= SIM_LINE_SIZE) {
		ccs_print_text(why, "expected a shorter line");
		return CCS_ERR_SYNTAX;
	}
	memcpy(copy, line, length + 1);
	for (char *at = copy; *at && count < SIM_WORDS_MAX;) {
		at += strspn(at, " \t");
		if (*at)
			words[count++] = at;
		at += strcspn(at, " \t");
		if (*at)
			*at++ = '\0';
	}
	return count;
}

const char *sim_words_peek(const struct sim_words *words)
{
	return words->count ? words->at[0] : "";
}

const char *sim_words_take(struct sim_words *words)
{
	const char *word = sim_words_peek(words);

	if (words->count) {
		words->at++;
		words->count--;
	}
	return word;
}

int sim_words_complain(const struct sim_words *words, int error, const char *word,
		       const char *expected)
{
	if (*word) {
		ccs_print_char(words->why, '\'');
		ccs_print_text(words->why, word);
		ccs_print_text(words->why, "': ");
	}
	ccs_print_text(words->why, "expected ");
	ccs_print_text(words->why, expected);
	return error;
}

int sim_words_side(struct sim_words *words, enum ccs_side *side)
{
	const char *word = sim_words_take(words);

	if (strcmp(word, "ev") != 0 && strcmp(word, "evse") != 0)
		return sim_words_complain(words, CCS_ERR_NAME, word, "ev or evse");
	*side = strcmp(word, "ev") == 0 ? CCS_SIDE_EV : CCS_SIDE_EVSE;
	return 0;
}

int sim_words_name(struct sim_words *words, char name[SIM_NAME_SIZE], const char *expected)
{
	const char *word = sim_words_take(words);
	size_t length = strlen(word);

	if (!length || length >= SIM_NAME_SIZE)
		return sim_words_complain(words, CCS_ERR_SYNTAX, word, expected);
	memcpy(name, word, length + 1);
	return 0;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* Decimal or 0x...; what stands behind it, or NULL when it is no number of 32 bits. */
static const char *read_digits(const char *word, uint32_t *number)
{
	int base = word[0] == '0' && word[1] == 'x' ? 16 : 10;
	uint64_t v = 0;
	const char *at = base == 16 ? word + 2 : word, *start = at;

	for (; digit_of(*at) < base; at++) {
		v = v * (unsigned int)base + (unsigned int)digit_of(*at);
		if (v > NUMBER_MAX)
			return NULL;
	}
	*number = (uint32_t)v;
	return at > start ? at : NULL;
}

int sim_words_number(struct sim_words *words, uint32_t *number)
{
	const char *word = sim_words_take(words), *end = read_digits(word, number);

	return end && !*end ? 0 : sim_words_complain(words, CCS_ERR_SYNTAX, word, "a number");
}

static int read_once_or_more(struct sim_words *words, uint32_t *count)
{
	const char *word = sim_words_peek(words);
	int error = sim_words_number(words, count);

	return error || *count ? error
			       : sim_words_complain(words, CCS_ERR_SYNTAX, word, "1 or more");
}

int sim_words_time(struct sim_words *words, ccs_time *time)
{
	const char *word = sim_words_take(words);
	uint32_t number = 0;
	const char *unit = read_digits(word, &number);

	if (unit && !strcmp(unit, "ms"))
		*time = CCS_MS(number);
	else if (unit && !strcmp(unit, "s"))
		*time = CCS_SECONDS(number);
	else
		return sim_words_complain(words, CCS_ERR_SYNTAX, word, "a time, like 300ms or 2s");
	return 0;
}

bool sim_words_argument_ends(const struct sim_words *words)
{
	const char *word = sim_words_peek(words);

	return !*word || !strcmp(word, "after") || !strcmp(word, "times");
}

int sim_words_counts(struct sim_words *words, uint32_t *first, uint32_t *count)
{
	int error = 0;

	while (words->count && !error) {
		const char *word = sim_words_take(words);

		if (!strcmp(word, "after"))
			error = sim_words_number(words, first);
		else if (!strcmp(word, "times"))
			error = read_once_or_more(words, count);
		else
			error = sim_words_complain(words, CCS_ERR_SYNTAX, word,
						   "`after N`, `times N` or the end");
	}
	return error;
}

void sim_words_print(struct ccs_print *print, const char *word)
{
	ccs_print_char(print, ' ');
	ccs_print_text(print, word);
}

void sim_words_print_number(struct ccs_print *print, const char *word, uint32_t number)
{
	if (!number)
		return;
	if (*word)
		sim_words_print(print, word);
	ccs_print_char(print, ' ');
	ccs_print_unsigned(print, number);
}

void sim_words_print_time(struct ccs_print *print, ccs_time time)
{
	ccs_print_char(print, ' ');
	ccs_print_unsigned(print, (uint64_t)(time / CCS_MS(1)));
	ccs_print_text(print, "ms");
}
