/* SPDX-License-Identifier: Apache-2.0 */
/* Faults of messages: the table of kinds, words to faults and back. */
#include "message_faults.h"

#include "message_faults_words.h"
#include "tamper_fields.h"

#include "ccs/msg/app.h"
#include "ccs/msg/din.h"
#include "ccs/msg/iso2.h"

#include <string.h>

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

static int read_message(struct sim_words *words, struct sim_message_fault *fault)
{
	int error = sim_words_name(words, fault->message, "a message, like PreChargeRes, or *");

	if (error || !strcmp(fault->message, "*") || is_message(fault->message, fault->side))
		return error;
	return sim_words_complain(words, CCS_ERR_NAME, fault->message, message_of(fault->side));
}

static int read_kind(struct sim_words *words, struct sim_message_fault *fault)
{
	const char *word = sim_words_take(words);

	for (int i = 0; i < SIM_MESSAGE_FAULT_KINDS; i++) {
		if (!strcmp(infos[i].name, word)) {
			fault->kind = (enum sim_message_fault_kind)i;
			return 0;
		}
	}
	sim_words_complain(words, CCS_ERR_NAME, word, "one of");
	for (int i = 0; i < SIM_MESSAGE_FAULT_KINDS; i++) {
		ccs_print_char(words->why, ' ');
		ccs_print_text(words->why, infos[i].name);
	}
	return CCS_ERR_NAME;
}

static int read_argument(struct sim_words *words, struct sim_message_fault *fault)
{
	int error;

	switch (infos[fault->kind].argument) {
	case SIM_ARGUMENT_NONE:
		return 0;
	case SIM_ARGUMENT_NUMBER:
		return sim_words_argument_ends(words) ? 0 : sim_words_number(words, &fault->number);
	case SIM_ARGUMENT_TIME:
		return sim_words_time(words, &fault->delay);
	case SIM_ARGUMENT_VALUE:
		return sim_words_name(words, fault->value, "a value");
	case SIM_ARGUMENT_FIELD:
		error = sim_words_name(words, fault->field, "a field");
		return error ? error : sim_words_name(words, fault->value, "a value");
	case SIM_ARGUMENT_MESSAGE:
		error = sim_words_name(words, fault->value, "a message");
		if (error || is_message(fault->value, fault->side))
			return error;
		return sim_words_complain(words, CCS_ERR_NAME, fault->value,
					  message_of(fault->side));
	}
	return 0;
}

int sim_message_fault_check(const struct sim_message_fault *fault, const struct ccs_exi_set *set,
			    const char *message, const char *without)
{
	const struct sim_message_fault_info *info = &infos[fault->kind];
	const struct ccs_exi_row *row = sim_message_row(set, message);
	const char *field = info->field ? info->field : fault->field;
	const char *value = info->value ? info->value : fault->value;

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
	return sim_field_check(set, row, field, value[0] ? value : NULL, without);
}

/* The set has a message that is meant and can have this fault. */
static int check_set(const struct sim_message_fault *fault, const struct ccs_exi_set *set)
{
	const char *name;
	int error = CCS_ERR_NAME;

	if (strcmp(fault->message, "*") != 0)
		return sim_message_fault_check(fault, set, fault->message, NULL);
	for (size_t i = 0; (name = sim_message_name(set, i)); i++) {
		int found = sim_message_fault_check(fault, set, name, NULL);

		if (!found)
			return 0;
		error = found != CCS_ERR_NAME ? found : error;
	}
	return error;
}

/* A message of the set that is meant and has the field; NULL: none. */
static const struct ccs_exi_row *find_row(const struct sim_message_fault *fault, const char *field,
					  const struct ccs_exi_set *set)
{
	bool any = !strcmp(fault->message, "*");
	const char *name;

	for (size_t i = 0; (name = any ? sim_message_name(set, i) : fault->message); i++) {
		const struct ccs_exi_row *row = sim_message_row(set, name);

		if (row && is_of_side(name, fault->side) &&
		    !sim_field_check(set, row, field, NULL, NULL))
			return row;
		if (!any)
			break;
	}
	return NULL;
}

/* What a message would need to have this fault, or what its field can be. */
static int explain(struct sim_words *words, const struct sim_message_fault *fault, int error)
{
	const struct sim_message_fault_info *info = &infos[fault->kind];
	const char *field = info->field ? info->field : fault->field;

	for (size_t i = 0; i < SET_COUNT && fault->value[0]; i++) {
		const struct ccs_exi_row *row = find_row(fault, field, sets[i]);

		if (!row)
			continue;
		sim_words_complain(words, error, fault->value, "");
		sim_field_explain(words->why, sets[i], row, field);
		return error;
	}
	ccs_print_text(words->why, fault->message);
	ccs_print_text(words->why, " has no ");
	ccs_print_text(words->why, *field ? field : info->name);
	return error;
}

/* Some message that is meant, of some protocol, can have this fault. */
static int check(struct sim_words *words, const struct sim_message_fault *fault)
{
	int error = CCS_ERR_NAME;

	for (size_t i = 0; i < SET_COUNT; i++) {
		int found = check_set(fault, sets[i]);

		if (!found)
			return 0;
		error = found != CCS_ERR_NAME ? found : error;
	}
	return explain(words, fault, error);
}

int sim_message_fault_parse(struct sim_message_fault *fault, const char *const *words, size_t count,
			    struct ccs_print *why)
{
	struct sim_words rest = { words, count, why };
	struct sim_message_fault read = { 0 };
	int error = sim_words_side(&rest, &read.side);

	if (!error)
		error = read_message(&rest, &read);
	if (!error)
		error = read_kind(&rest, &read);
	if (!error)
		error = read_argument(&rest, &read);
	if (!error)
		error = sim_words_counts(&rest, &read.first, &read.count);
	if (!error)
		error = check(&rest, &read);
	if (!error)
		*fault = read;
	return error;
}

int sim_message_fault_read(struct sim_message_fault *fault, const char *line, struct ccs_print *why)
{
	const char *words[SIM_WORDS_MAX];
	char copy[SIM_LINE_SIZE];
	int count = sim_words_split(line, copy, words, why);

	return count < 0 ? count : sim_message_fault_parse(fault, words, (size_t)count, why);
}

void sim_message_fault_print(struct ccs_print *print, const struct sim_message_fault *fault)
{
	const struct sim_message_fault_info *info = &infos[fault->kind];

	ccs_print_text(print, fault->side == CCS_SIDE_EV ? "ev" : "evse");
	sim_words_print(print, fault->message);
	sim_words_print(print, info->name);
	if (info->argument == SIM_ARGUMENT_FIELD)
		sim_words_print(print, fault->field);
	if (fault->value[0])
		sim_words_print(print, fault->value);
	if (info->argument == SIM_ARGUMENT_TIME)
		sim_words_print_time(print, fault->delay);
	if (info->argument == SIM_ARGUMENT_NUMBER)
		sim_words_print_number(print, "", fault->number);
	sim_words_print_number(print, "after", fault->first);
	sim_words_print_number(print, "times", fault->count);
}
