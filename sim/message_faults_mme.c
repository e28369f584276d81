/* SPDX-License-Identifier: Apache-2.0 */
/* Faults of HomePlug messages: words to faults and back, and all that make sense in a matching. */
#include "message_faults_words.h"
#include "tamper_mme.h"

#include <string.h>

static const struct sim_mme_fault_info infos[SIM_MME_FAULT_KINDS] = {
#define ROW(id, name, argument, text) { name, text, SIM_ARGUMENT_##argument },
	SIM_MME_FAULTS(ROW)
#undef ROW
};

const struct sim_mme_fault_info *sim_mme_fault_info(enum sim_mme_fault_kind kind)
{
	return &infos[kind];
}

/* A message of this name as it would be sent; false: there is none. */
static bool find_message(const char *name, struct ccs_mme *mme)
{
	static const uint8_t nobody[6] = { 0 };
	char type[SIM_NAME_SIZE];

	for (int kind = CCS_MME_OTHER + 1; kind < CCS_MME_KINDS; kind++) {
		ccs_mme_init(mme, (enum ccs_mme_kind)kind, nobody, nobody);
		if (!strcmp(sim_mme_type(mme, type), name))
			return true;
	}
	return false;
}

static int read_message(struct sim_words *words, struct sim_mme_fault *fault)
{
	static const char expected[] = "a HomePlug message, like CM_SLAC_PARM.REQ, or *";
	int error = sim_words_name(words, fault->message, expected);
	struct ccs_mme mme;

	if (error || !strcmp(fault->message, "*") || find_message(fault->message, &mme))
		return error;
	return sim_words_complain(words, CCS_ERR_NAME, fault->message, expected);
}

static int read_kind(struct sim_words *words, struct sim_mme_fault *fault)
{
	const char *word = sim_words_take(words);

	for (int i = 0; i < SIM_MME_FAULT_KINDS; i++) {
		if (!strcmp(infos[i].name, word)) {
			fault->kind = (enum sim_mme_fault_kind)i;
			return 0;
		}
	}
	sim_words_complain(words, CCS_ERR_NAME, word, "one of");
	for (int i = 0; i < SIM_MME_FAULT_KINDS; i++)
		sim_words_print(words->why, infos[i].name);
	return CCS_ERR_NAME;
}

static int read_argument(struct sim_words *words, struct sim_mme_fault *fault)
{
	enum sim_fault_argument argument = infos[fault->kind].argument;

	if (argument == SIM_ARGUMENT_TIME)
		return sim_words_time(words, &fault->delay);
	if (argument == SIM_ARGUMENT_NUMBER && !sim_words_argument_ends(words))
		return sim_words_number(words, &fault->number);
	return 0;
}

static int check(struct sim_words *words, const struct sim_mme_fault *fault)
{
	struct ccs_mme mme;

	if (fault->kind != SIM_MME_WRONG_RUN_ID || !strcmp(fault->message, "*") ||
	    (find_message(fault->message, &mme) && sim_mme_run_id(&mme)))
		return 0;
	return sim_words_complain(words, CCS_ERR_NAME, fault->message, "a message with a run ID");
}

int sim_mme_fault_parse(struct sim_mme_fault *fault, const char *const *words, size_t count,
			struct ccs_print *why)
{
	struct sim_words rest = { words, count, why };
	struct sim_mme_fault read = { 0 };
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

int sim_mme_fault_read(struct sim_mme_fault *fault, const char *line, struct ccs_print *why)
{
	const char *words[SIM_WORDS_MAX];
	char copy[SIM_LINE_SIZE];
	int count = sim_words_split(line, copy, words, why);

	return count < 0 ? count : sim_mme_fault_parse(fault, words, (size_t)count, why);
}

void sim_mme_fault_print(struct ccs_print *print, const struct sim_mme_fault *fault)
{
	const struct sim_mme_fault_info *info = &infos[fault->kind];

	ccs_print_text(print, fault->side == CCS_SIDE_EV ? "ev" : "evse");
	sim_words_print(print, fault->message);
	sim_words_print(print, info->name);
	if (info->argument == SIM_ARGUMENT_TIME)
		sim_words_print_time(print, fault->delay);
	if (info->argument == SIM_ARGUMENT_NUMBER)
		sim_words_print_number(print, "", fault->number);
	sim_words_print_number(print, "after", fault->first);
	sim_words_print_number(print, "times", fault->count);
}

/* The messages of a matching, ISO 15118-3 annex A, in their order. */
static const char *const messages[] = {
	"ev CM_SLAC_PARM.REQ",	"evse CM_SLAC_PARM.CNF",     "ev CM_START_ATTEN_CHAR.IND",
	"ev CM_MNBC_SOUND.IND", "evse CM_ATTEN_PROFILE.IND", "evse CM_ATTEN_CHAR.IND",
	"ev CM_ATTEN_CHAR.RSP", "ev CM_VALIDATE.REQ",	     "evse CM_VALIDATE.CNF",
	"ev CM_SLAC_MATCH.REQ", "evse CM_SLAC_MATCH.CNF",    "ev CM_SET_KEY.REQ",
	"ev CM_SET_KEY.CNF",	"evse CM_SET_KEY.REQ",	     "evse CM_SET_KEY.CNF",
};

/* Once, so that the repetition heals it, and for ever. */
static const char *const kinds[] = {
	"lost",
	"lost times 1",
	"late 150ms",
	"late 1s times 1",
	"late 10s times 1",
	"doubled",
	"damaged",
	"damaged 20",
	"truncated",
	"foreign",
	"foreign times 1",
	"wrong-run-id",
	"wrong-run-id times 1",
};

#define MESSAGE_COUNT (sizeof(messages) / sizeof(messages[0]))
#define KIND_COUNT    (sizeof(kinds) / sizeof(kinds[0]))

bool sim_mme_matrix_next(size_t *row, struct sim_mme_fault *fault)
{
	while (*row < MESSAGE_COUNT * KIND_COUNT) {
		char line[SIM_LINE_SIZE] = "", reason[SIM_LINE_SIZE];
		struct ccs_print print, why;

		ccs_print_init(&print, line, sizeof(line) - 1);
		ccs_print_init(&why, reason, sizeof(reason));
		ccs_print_text(&print, messages[*row / KIND_COUNT]);
		sim_words_print(&print, kinds[*row % KIND_COUNT]);
		++*row;
		if (!sim_mme_fault_read(fault, line, &why))
			return true;
	}
	return false;
}
