/* SPDX-License-Identifier: Apache-2.0 */
/* Faults of messages: the table of kinds, words to faults and back. */
#include "message_faults.h"

#include "tamper_fields.h"

#include "ccs/msg/app.h"
#include "ccs/msg/din.h"
#include "ccs/msg/iso2.h"

#include <string.h>

#define LINE_SIZE  256
#define WORDS_MAX  16
#define NUMBER_MAX 0xffffffffu

static const struct sim_message_fault_info infos[SIM_MESSAGE_FAULT_KINDS] = {
#define ROW(id, name, stage, argument, field, value, text) \
	{ name, text, SIM_STAGE_##stage, SIM_ARGUMENT_##argument, field, value },
	SIM_MESSAGE_FAULTS(ROW)
#undef ROW
};

static const struct ccs_exi_set *const sets[] = { &ccs_set_app, &ccs_set_din, &ccs_set_iso2 };

#define SET_COUNT (sizeof(sets) / sizeof(sets[0]))

const struct sim_message_fault_info *sim_message_fault_info(enum sim_message_fault_kind kind)
{
	return &infos[kind];
}

/* What is still to be read. */
struct words {
	const char *const *at;
	size_t count;
	struct ccs_print *why;
};

static const char *peek(const struct words *words)
{
	return words->count ? words->at[0] : "";
}

static const char *take(struct words *words)
{
	const char *word = peek(words);

	if (words->count) {
		words->at++;
		words->count--;
	}
	return word;
}

/* "'mute': expected ev or evse" */
static int complain(const struct words *words, int error, const char *word, const char *expected)
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

static int read_side(struct words *words, struct sim_message_fault *fault)
{
	const char *word = take(words);

	if (strcmp(word, "ev") != 0 && strcmp(word, "evse") != 0)
		return complain(words, CCS_ERR_NAME, word, "ev or evse");
	fault->side = strcmp(word, "ev") == 0 ? CCS_SIDE_EV : CCS_SIDE_EVSE;
	return 0;
}

static int copy_name(struct words *words, char name[SIM_NAME_SIZE], const char *expected)
{
	const char *word = take(words);
	size_t length = strlen(word);

	if (!length || length >= SIM_NAME_SIZE)
		return complain(words, CCS_ERR_SYNTAX, word, expected);
	memcpy(name, word, length + 1);
	return 0;
}

/* Requests are the car's, responses the charger's. */
static bool is_of_side(const char *message, enum ccs_side side)
{
	const char *end = side == CCS_SIDE_EV ? "Req" : "Res";
	size_t length = strlen(message);

	return length > 3 && !strcmp(message + length - 3, end);
}

static bool is_message(const char *name, enum ccs_side side)
{
	if (!is_of_side(name, side))
		return false;
	for (size_t i = 0; i < SET_COUNT; i++) {
		if (sim_message_row(sets[i], name))
			return true;
	}
	return false;
}

static const char *message_of(enum ccs_side side)
{
	return side == CCS_SIDE_EV ? "a message of the car, like PreChargeReq"
				   : "a message of the charger, like PreChargeRes";
}

static int read_message(struct words *words, struct sim_message_fault *fault)
{
	int error = copy_name(words, fault->message, "a message, like PreChargeRes, or *");

	if (error || !strcmp(fault->message, "*") || is_message(fault->message, fault->side))
		return error;
	return complain(words, CCS_ERR_NAME, fault->message, message_of(fault->side));
}

static int read_kind(struct words *words, struct sim_message_fault *fault)
{
	const char *word = take(words);

	for (int i = 0; i < SIM_MESSAGE_FAULT_KINDS; i++) {
		if (!strcmp(infos[i].name, word)) {
			fault->kind = (enum sim_message_fault_kind)i;
			return 0;
		}
	}
	complain(words, CCS_ERR_NAME, word, "one of");
	for (int i = 0; i < SIM_MESSAGE_FAULT_KINDS; i++) {
		ccs_print_char(words->why, ' ');
		ccs_print_text(words->why, infos[i].name);
	}
	return CCS_ERR_NAME;
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

static int read_number(struct words *words, uint32_t *number)
{
	const char *word = take(words), *end = read_digits(word, number);

	return end && !*end ? 0 : complain(words, CCS_ERR_SYNTAX, word, "a number");
}

static int read_once_or_more(struct words *words, uint32_t *count)
{
	const char *word = peek(words);
	int error = read_number(words, count);

	return error || *count ? error : complain(words, CCS_ERR_SYNTAX, word, "1 or more");
}

static int read_time(struct words *words, ccs_time *time)
{
	const char *word = take(words);
	uint32_t number = 0;
	const char *unit = read_digits(word, &number);

	if (unit && !strcmp(unit, "ms"))
		*time = CCS_MS(number);
	else if (unit && !strcmp(unit, "s"))
		*time = CCS_SECONDS(number);
	else
		return complain(words, CCS_ERR_SYNTAX, word, "a time, like 300ms or 2s");
	return 0;
}

static bool is_end_of_argument(const char *word)
{
	return !*word || !strcmp(word, "after") || !strcmp(word, "times");
}

static int read_argument(struct words *words, struct sim_message_fault *fault)
{
	int error;

	switch (infos[fault->kind].argument) {
	case SIM_ARGUMENT_NONE:
		return 0;
	case SIM_ARGUMENT_NUMBER:
		return is_end_of_argument(peek(words)) ? 0 : read_number(words, &fault->number);
	case SIM_ARGUMENT_TIME:
		return read_time(words, &fault->delay);
	case SIM_ARGUMENT_VALUE:
		return copy_name(words, fault->value, "a value");
	case SIM_ARGUMENT_FIELD:
		error = copy_name(words, fault->field, "a field");
		return error ? error : copy_name(words, fault->value, "a value");
	case SIM_ARGUMENT_MESSAGE:
		error = copy_name(words, fault->value, "a message");
		if (error || is_message(fault->value, fault->side))
			return error;
		return complain(words, CCS_ERR_NAME, fault->value, message_of(fault->side));
	}
	return 0;
}

static int read_counts(struct words *words, struct sim_message_fault *fault)
{
	int error = 0;

	while (words->count && !error) {
		const char *word = take(words);

		if (!strcmp(word, "after"))
			error = read_number(words, &fault->first);
		else if (!strcmp(word, "times"))
			error = read_once_or_more(words, &fault->count);
		else
			error = complain(words, CCS_ERR_SYNTAX, word,
					 "`after N`, `times N` or the end");
	}
	return error;
}

int sim_message_fault_check(const struct sim_message_fault *fault, const struct ccs_exi_set *set,
			    const char *message, const char *without)
{
	const struct sim_message_fault_info *info = &infos[fault->kind];
	const struct ccs_exi_row *row = sim_message_row(set, message);
	const char *field = info->field ? info->field : fault->field;

	if (!row || !is_of_side(message, fault->side))
		return CCS_ERR_NAME;
	if (fault->kind == SIM_MESSAGE_OUT_OF_TURN)
		return set != &ccs_set_app && sim_message_row(set, fault->value) ? 0 : CCS_ERR_NAME;
	if (info->stage != SIM_STAGE_FIELDS)
		return 0;
	if (fault->kind == SIM_MESSAGE_WRONG_SESSION_ID ||
	    fault->kind == SIM_MESSAGE_HEADER_NOTIFICATION ||
	    fault->kind == SIM_MESSAGE_HEADER_SIGNATURE)
		return set == &ccs_set_app ? CCS_ERR_NAME : 0;
	if (fault->kind == SIM_MESSAGE_WRONG_SCHEMA_ID && fault->side == CCS_SIDE_EV)
		return CCS_ERR_NAME; /* the car's SchemaIDs are right by definition */
	return sim_field_check(set, row, field,
			       info->value	 ? info->value
			       : fault->value[0] ? fault->value
						 : NULL,
			       without);
}

/* Some message that is meant, of some protocol, can have this fault. */
static int check(struct words *words, const struct sim_message_fault *fault)
{
	const struct sim_message_fault_info *info = &infos[fault->kind];
	int error = CCS_ERR_NAME;

	for (size_t i = 0; i < SET_COUNT; i++) {
		const char *name;

		for (size_t k = 0; (name = sim_message_name(sets[i], k)); k++) {
			int found;

			if (strcmp(fault->message, "*") != 0 && strcmp(fault->message, name) != 0)
				continue;
			found = sim_message_fault_check(fault, sets[i], name, NULL);
			if (!found)
				return 0;
			if (found != CCS_ERR_NAME)
				error = found;
		}
	}
	ccs_print_text(words->why, fault->message);
	ccs_print_text(words->why, " has no ");
	ccs_print_text(words->why, info->field ? info->field : fault->field);
	if (fault->value[0]) {
		ccs_print_text(words->why, " that could be ");
		ccs_print_text(words->why, fault->value);
	}
	return error;
}

int sim_message_fault_parse(struct sim_message_fault *fault, const char *const *words, size_t count,
			    struct ccs_print *why)
{
	struct words rest = { words, count, why };
	struct sim_message_fault read = { 0 };
	int error = read_side(&rest, &read);

	if (!error)
		error = read_message(&rest, &read);
	if (!error)
		error = read_kind(&rest, &read);
	if (!error)
		error = read_argument(&rest, &read);
	if (!error)
		error = read_counts(&rest, &read);
	if (!error)
		error = check(&rest, &read);
	if (!error)
		*fault = read;
	return error;
}

int sim_message_fault_read(struct sim_message_fault *fault, const char *line, struct ccs_print *why)
{
	const char *words[WORDS_MAX];
	char copy[LINE_SIZE];
	size_t length = strlen(line), count = 0;

	if (length >= sizeof(copy)) {
		ccs_print_text(why, "expected a shorter line");
		return CCS_ERR_SYNTAX;
	}
	memcpy(copy, line, length + 1);
	for (char *at = copy; *at && count < WORDS_MAX;) {
		at += strspn(at, " \t");
		if (*at)
			words[count++] = at;
		at += strcspn(at, " \t");
		if (*at)
			*at++ = '\0';
	}
	return sim_message_fault_parse(fault, words, count, why);
}

static void print_word(struct ccs_print *print, const char *word)
{
	ccs_print_char(print, ' ');
	ccs_print_text(print, word);
}

static void print_count(struct ccs_print *print, const char *word, uint32_t count)
{
	if (!count)
		return;
	print_word(print, word);
	ccs_print_char(print, ' ');
	ccs_print_unsigned(print, count);
}

void sim_message_fault_print(struct ccs_print *print, const struct sim_message_fault *fault)
{
	const struct sim_message_fault_info *info = &infos[fault->kind];

	ccs_print_text(print, fault->side == CCS_SIDE_EV ? "ev" : "evse");
	print_word(print, fault->message);
	print_word(print, info->name);
	if (info->argument == SIM_ARGUMENT_FIELD)
		print_word(print, fault->field);
	if (fault->value[0])
		print_word(print, fault->value);
	if (info->argument == SIM_ARGUMENT_TIME) {
		ccs_print_char(print, ' ');
		ccs_print_unsigned(print, (uint64_t)(fault->delay / CCS_MS(1)));
		ccs_print_text(print, "ms");
	}
	if (info->argument == SIM_ARGUMENT_NUMBER && fault->number) {
		ccs_print_char(print, ' ');
		ccs_print_unsigned(print, fault->number);
	}
	print_count(print, "after", fault->first);
	print_count(print, "times", fault->count);
}
