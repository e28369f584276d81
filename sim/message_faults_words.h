/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of a fault (message_faults.h) one after the other.  What reads one returns 0, or an
 * error after it has said in `why` which word was wrong and what was expected.
 */
#ifndef SIM_MESSAGE_FAULTS_WORDS_H
#define SIM_MESSAGE_FAULTS_WORDS_H

#include "message_faults.h"

#define SIM_LINE_SIZE 256
#define SIM_WORDS_MAX 16 /* more than any fault has */

struct sim_words {
	const char *const *at;
	size_t count;
	struct ccs_print *why;
};

/* The words of a line, in a copy; their number. */
int sim_words_split(const char *line, char copy[SIM_LINE_SIZE], const char *words[SIM_WORDS_MAX],
		    struct ccs_print *why);

/* The next word; "" at the end. */
const char *sim_words_peek(const struct sim_words *words);
const char *sim_words_take(struct sim_words *words);

/* "'mute': expected ev or evse"; returns `error`. */
int sim_words_complain(const struct sim_words *words, int error, const char *word,
		       const char *expected);

int sim_words_side(struct sim_words *words, enum ccs_side *side);
int sim_words_name(struct sim_words *words, char name[SIM_NAME_SIZE], const char *expected);
int sim_words_number(struct sim_words *words, uint32_t *number);
int sim_words_time(struct sim_words *words, ccs_time *time);

/* No argument follows. */
bool sim_words_argument_ends(const struct sim_words *words);

/* All that is left: after N, times N. */
int sim_words_counts(struct sim_words *words, uint32_t *first, uint32_t *count);

/* The words again, each with a blank before it; a number 0, with its word, is left out. */
void sim_words_print(struct ccs_print *print, const char *word);
void sim_words_print_number(struct ccs_print *print, const char *word, uint32_t number);
void sim_words_print_time(struct ccs_print *print, ccs_time time);

#endif
