/* SPDX-License-Identifier: Apache-2.0 */
/* Scripts: lines to settings and steps. */
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 16
#define LINE_MAX  256

/* One line, cut into words. */
struct line {
	int number;
	char text[LINE_MAX]; /* as it stands, without comment */
	char cut[LINE_MAX];  /* the same with the words' ends */
	char *words[WORDS_MAX + 1];
	int count;
	struct sim_script_error *error;
};

/* Of the lists of states, outcomes, ...: CABLE_CHECK is written cable-check. */
struct name {
	const char *name;
	int64_t value;
};

/* Complaints. */

static bool complain(struct line *line, const char *word, const char *expected)
{
	line->error->line = line->number;
	snprintf(line->error->text, sizeof(line->error->text), "%s%.40s%s: expected %.120s",
		 word ? "'" : "", word ? word : "something is missing", word ? "'" : "", expected);
	return false;
}

/* Names. */

static bool is_name(const char *word, const char *name)
{
	for (; *word && *name; word++, name++) {
		char lower = *name == '_' ? '-' : *name;

		if (lower >= 'A' && lower <= 'Z')
			lower = (char)(lower - 'A' + 'a');
		if (*word != lower)
			return false;
	}
	return *word == *name;
}

#define ROW2(id, text)	    { #id, CCS_EV_STATE_##id },
#define ROW_EVSE(id, text)  { #id, CCS_EVSE_##id },
#define ROW_EVS(id, text)   { #id, CCS_EV_STATION_##id },
#define ROW_EVSES(id, text) { #id, CCS_EVSE_STATION_##id },
#define ROW_REASON(id, t)   { #id, CCS_EV_REASON_##id },
#define ROW_FAULT(id, t)    { #id, CCS_EVSE_FAULT_##id },

static const struct name ev_states[] = { CCS_EV_STATES(ROW2) { NULL, 0 } };
static const struct name evse_states[] = { CCS_EVSE_STATES(ROW_EVSE) { NULL, 0 } };
static const struct name ev_stations[] = { CCS_EV_STATION_STATES(ROW_EVS) { NULL, 0 } };
static const struct name evse_stations[] = { CCS_EVSE_STATION_STATES(ROW_EVSES) { NULL, 0 } };
static const struct name reasons[] = { CCS_EV_REASONS(ROW_REASON) { NULL, 0 } };
static const struct name evse_faults[] = { CCS_EVSE_FAULTS(ROW_FAULT) { NULL, 0 } };
static const struct name outcomes[] = {
	{ "CHARGED", CCS_EV_OUTCOME_CHARGED },
	{ "STOPPED_BY_CAR", CCS_EV_OUTCOME_STOPPED_BY_CAR },
	{ "STOPPED_BY_CHARGER", CCS_EV_OUTCOME_STOPPED_BY_CHARGER },
	{ "PAUSED", CCS_EV_OUTCOME_PAUSED },
	{ "FAILED", CCS_EV_OUTCOME_FAILED },
	{ "NONE", CCS_EV_OUTCOME_NONE },
	{ NULL, 0 },
};

static bool find_name(const struct name *names, const char *word, int64_t *value)
{
	for (; word && names->name; names++) {
		if (!is_name(word, names->name))
			continue;
		*value = names->value;
		return true;
	}
	return false;
}

/* "idle, handshake, ..." as far as there is room. */
static bool complain_name(struct line *line, const char *word, const struct name *names)
{
	char expected[120] = "one of";
	size_t at = strlen(expected);

	for (; names->name && at + strlen(names->name) + 6 < sizeof(expected); names++) {
		expected[at++] = ' ';
		for (const char *c = names->name; *c; c++)
			expected[at++] = (char)(*c == '_' ? '-' : *c | 0x20);
	}
	snprintf(expected + at, sizeof(expected) - at, "%s", names->name ? " ..." : "");
	return complain(line, word, expected);
}

/* Parts of a step. */

static bool read_side(struct line *line, const char *word, struct sim_script_step *step)
{
	if (word && !strcmp(word, "ev"))
		step->side = CCS_SIDE_EV;
	else if (word && !strcmp(word, "evse"))
		step->side = CCS_SIDE_EVSE;
	else
		return complain(line, word, "ev or evse");
	return true;
}

/* A quantity of one or two words: "10 s", "10s"; `*used` words of `words` are it. */
static bool read_quantity(struct line *line, char **words, enum sim_unit unit, int64_t most,
			  int64_t *value, int *used)
{
	struct sim_complaint why;
	char text[64];
	bool two = words[0] && words[1] && strcmp(words[1], "within") != 0;

	if (!words[0])
		return complain(line, NULL, "a number with its unit");
	snprintf(text, sizeof(text), "%s%s%s", words[0], two ? " " : "", two ? words[1] : "");
	if (!sim_quantity_read(text, unit, 0, most, value, &why)) {
		line->error->line = line->number;
		snprintf(line->error->text, sizeof(line->error->text), "%s", why.text);
		return false;
	}
	*used = two ? 2 : 1;
	return true;
}

#define MOST_TIME CCS_SECONDS((int64_t)7 * 24 * 3600)

static bool read_within(struct line *line, char **words, struct sim_script_step *step)
{
	int used;

	step->within = SIM_SCRIPT_WITHIN;
	if (!words[0])
		return true;
	if (strcmp(words[0], "within") != 0)
		return complain(line, words[0], "within TIME, or nothing");
	if (!read_quantity(line, words + 1, SIM_UNIT_TIME, MOST_TIME, &step->within, &used))
		return false;
	return !words[1 + used] || complain(line, words[1 + used], "nothing more");
}

/* "ev charging": a state of the session, or else of the station. */
static bool read_state(struct line *line, char **words, struct sim_script_step *step)
{
	bool ev;

	if (!read_side(line, words[0], step))
		return false;
	ev = step->side == CCS_SIDE_EV;
	step->subject = SIM_SUBJECT_STATION;
	if (find_name(ev ? ev_stations : evse_stations, words[1], &step->number))
		return true;
	step->subject = SIM_SUBJECT_SESSION;
	if (find_name(ev ? ev_states : evse_states, words[1], &step->number))
		return true;
	return complain_name(line, words[1], ev ? ev_states : evse_states);
}

static bool read_wait(struct line *line, char **words, struct sim_script_step *step)
{
	int used;

	if (words[0] && !strcmp(words[0], "over")) {
		step->subject = SIM_SUBJECT_OVER;
		return read_within(line, words + 1, step);
	}
	if (words[0] && !strcmp(words[0], "charge")) {
		step->number = -1;
		return !words[1] || complain(line, words[1], "nothing more");
	}
	if (words[0] && words[0][0] == 'e')
		return read_state(line, words, step) && read_within(line, words + 2, step);
	step->subject = SIM_SUBJECT_TIME;
	if (!read_quantity(line, words, SIM_UNIT_TIME, MOST_TIME, &step->number, &used))
		return false;
	return !words[used] || complain(line, words[used], "nothing more");
}

static bool read_amount(struct line *line, char **words, struct sim_script_step *step)
{
	bool soc = step->subject == SIM_SUBJECT_SOC;
	int used;

	if (!words[0] || (strcmp(words[0], ">=") != 0 && strcmp(words[0], "<=") != 0))
		return complain(line, words[0], ">= or <=");
	step->at_most = words[0][0] == '<';
	return read_quantity(line, words + 1, soc ? SIM_UNIT_PERCENT : SIM_UNIT_ENERGY,
			     soc ? 1000 : INT64_C(1000000000000), &step->number, &used);
}

static bool read_outcome(struct line *line, char **words, struct sim_script_step *step)
{
	step->subject = SIM_SUBJECT_OUTCOME;
	step->second = -1;
	if (!find_name(outcomes, words[1], &step->number))
		return complain_name(line, words[1], outcomes);
	if (!words[2] || find_name(reasons, words[2], &step->second))
		return true;
	return complain_name(line, words[2], reasons);
}

static bool read_event(struct line *line, const char *word, struct sim_script_step *step)
{
	step->subject = SIM_SUBJECT_EVENT;
	for (int kind = 0; word && kind < SIM_EVENT_KINDS; kind++) {
		if (strcmp(word, sim_event_name((enum sim_event_kind)kind)) != 0)
			continue;
		step->number = kind;
		return true;
	}
	return complain(line, word, "an event of the hardware, as ev-arc or inrush");
}

static bool read_expect(struct line *line, char **words, struct sim_script_step *step)
{
	const char *what = words[0] ? words[0] : "";

	if (!strcmp(what, "ev"))
		return read_outcome(line, words, step);
	if (!strcmp(what, "evse")) {
		step->subject = SIM_SUBJECT_FAULT;
		return find_name(evse_faults, words[1], &step->number) ||
		       complain_name(line, words[1], evse_faults);
	}
	if (!strcmp(what, "event"))
		return read_event(line, words[1], step);
	if (!strcmp(what, "soc") || !strcmp(what, "energy")) {
		step->subject = what[0] == 's' ? SIM_SUBJECT_SOC : SIM_SUBJECT_ENERGY;
		return read_amount(line, words + 1, step);
	}
	return complain(line, words[0], "ev, evse, soc, energy or event");
}

static bool read_fault(struct line *line, const char *word, struct sim_script_step *step)
{
	enum sim_fault fault = word ? sim_fault_find(word) : SIM_FAULT_COUNT;

	if (fault == SIM_FAULT_COUNT)
		return complain(line, word, "a fault of the hardware: `ccs sim --list` has them");
	step->number = fault;
	return true;
}

/* The rest of the line belongs to message_faults.h. */
static bool read_message(struct line *line, struct sim_script_step *step)
{
	struct ccs_print why;
	const char *rest = line->text + (line->words[1] ? line->words[1] - line->cut : 0);
	int result;

	if (!line->words[1])
		return complain(line, NULL, sim_script_words(step->kind));
	ccs_print_init(&why, line->error->text, sizeof(line->error->text) - 1);
	result = step->kind == SIM_STEP_MME ? sim_mme_fault_read(&step->mme, rest, &why)
					    : sim_message_fault_read(&step->message, rest, &why);
	line->error->text[ccs_print_length(&why)] = '\0';
	line->error->line = line->number;
	return result == 0;
}

static bool read_unplug(struct line *line, const char *word, struct sim_script_step *step)
{
	step->by_force = word;
	return !word || !strcmp(word, "by-force") || complain(line, word, "by-force, or nothing");
}

static bool read_arguments(struct line *line, struct sim_script_step *step)
{
	char **words = line->words + 1;
	int used;

	switch (step->kind) {
	case SIM_STEP_WAIT:
		return read_wait(line, words, step);
	case SIM_STEP_EXPECT:
		return read_expect(line, words, step);
	case SIM_STEP_FAULT:
	case SIM_STEP_CLEAR:
		return read_fault(line, words[0], step);
	case SIM_STEP_MESSAGE:
	case SIM_STEP_MME:
		return read_message(line, step);
	case SIM_STEP_DERATE:
	case SIM_STEP_DISCHARGE:
		return read_quantity(line, words, SIM_UNIT_AMPERE, 3000000, &step->number, &used);
	case SIM_STEP_UNPLUG:
		return read_unplug(line, words[0], step);
	case SIM_STEP_STOP:
	case SIM_STEP_EMERGENCY:
	case SIM_STEP_RENEGOTIATE:
	case SIM_STEP_PAUSE:
	case SIM_STEP_WAKE:
	case SIM_STEP_AGAIN:
	case SIM_STEP_RESET:
	case SIM_STEP_HALF_CLOSE:
	case SIM_STEP_SILENCE:
		return read_side(line, words[0], step);
	case SIM_STEP_PLUG:
	case SIM_STEP_AUTHORISE:
	case SIM_STEP_DENY:
	case SIM_STEP_INTRUDE:
	case SIM_STEP_CUT:
	case SIM_STEP_JOIN:
	case SIM_STEP_KINDS:
		break;
	}
	return !words[0] || complain(line, words[0], "nothing more");
}

static const char *const forms[] = {
#define ROW(id, words, text) words,
	SIM_STEPS(ROW)
#undef ROW
};

const char *sim_script_words(enum sim_step_kind kind)
{
	return forms[kind];
}

const char *sim_script_text(enum sim_step_kind kind)
{
	static const char *const texts[] = {
#define ROW(id, words, text) text,
		SIM_STEPS(ROW)
#undef ROW
	};

	return texts[kind];
}

/* Lines. */

static int find_verb(const char *word)
{
	for (int kind = 0; kind < SIM_STEP_KINDS; kind++) {
		size_t length = strcspn(forms[kind], " ");

		if (strlen(word) == length && !strncmp(word, forms[kind], length))
			return kind;
	}
	return -1;
}

/* "car 2" in front of a step is taken away. */
static bool read_car(struct line *line, const struct sim_script *script, int *point)
{
	char *end;
	long number;

	*point = 0;
	if (strcmp(line->words[0], "car") != 0)
		return true;
	number = line->words[1] ? strtol(line->words[1], &end, 10) : 0;
	if (number < 1 || *end || number > script->config.points)
		return complain(line, line->words[1], "a number up to that of `cars = N`");
	if (!line->words[2])
		return complain(line, NULL, "a step behind the car");
	*point = (int)number - 1;
	line->count -= 2;
	memmove(line->words, line->words + 2, (size_t)(line->count + 1) * sizeof(*line->words));
	return true;
}

static bool read_step(struct sim_script *script, struct line *line)
{
	struct sim_script_step step = { .line = line->number };
	int kind;

	if (!read_car(line, script, &step.point))
		return false;
	kind = find_verb(line->words[0]);
	if (kind < 0)
		return complain(line, line->words[0],
				"KEY = VALUE, or a step: `ccs sim --list` has them");
	if (script->count == SIM_SCRIPT_STEPS)
		return complain(line, line->words[0], "at most 64 steps");
	step.kind = (enum sim_step_kind)kind;
	if (!read_arguments(line, &step))
		return false;
	script->steps[script->count++] = step;
	return true;
}

/* KEY = VALUE: what is behind the sign, without blanks around it. */
static bool read_setting(struct sim_script *script, struct line *line)
{
	char *value = strchr(line->text, '=') + 1;
	const char *near = "";
	const struct sim_setting *setting;
	struct sim_complaint why;
	size_t length;

	value += strspn(value, " \t");
	length = strlen(value);
	while (length && (value[length - 1] == ' ' || value[length - 1] == '\t'))
		value[--length] = '\0';
	setting = sim_setting_find(line->words[0], &near);
	if (setting && sim_setting_set(setting, &script->config, value, &why))
		return true;
	line->error->line = line->number;
	if (setting)
		snprintf(line->error->text, sizeof(line->error->text), "%s = %s", setting->key,
			 why.text);
	else
		snprintf(line->error->text, sizeof(line->error->text),
			 "there is no setting '%.40s'; the nearest is %s", line->words[0], near);
	return false;
}

static bool is_setting(const struct line *line)
{
	const char *sign = strchr(line->text, '=');

	return sign && line->count >= 2 && line->words[1] - line->cut == sign - line->text;
}

static bool read_line(struct sim_script *script, struct line *line)
{
	if (!line->count)
		return true;
	if (!strcmp(line->words[0], "title")) {
		snprintf(script->title, sizeof(script->title), "%.79s",
			 line->words[1] ? line->text + (line->words[1] - line->cut) : "");
		return true;
	}
	return is_setting(line) ? read_setting(script, line) : read_step(script, line);
}

/* Cuts `line->text` into words; false: there are too many. */
static bool cut_line(struct line *line)
{
	char *at = line->cut;

	memcpy(line->cut, line->text, sizeof(line->cut));
	line->count = 0;
	while (*(at += strspn(at, " \t\r"))) {
		if (line->count == WORDS_MAX)
			return complain(line, at, "fewer words");
		line->words[line->count++] = at;
		at += strcspn(at, " \t\r");
		if (*at)
			*at++ = '\0';
	}
	line->words[line->count] = NULL;
	return true;
}

bool sim_script_read(struct sim_script *script, const char *text, struct sim_script_error *error)
{
	struct line line = { .error = error };

	while (*text) {
		size_t length = strcspn(text, "\n");
		size_t kept = strcspn(text, "#\n");

		line.number++;
		memcpy(line.text, text, kept < LINE_MAX ? kept : LINE_MAX - 1);
		line.text[kept < LINE_MAX ? kept : LINE_MAX - 1] = '\0';
		if (kept >= LINE_MAX)
			return complain(&line, "a long line", "less than 256 characters");
		if (!cut_line(&line) || !read_line(script, &line))
			return false;
		text += length;
		text += *text == '\n';
	}
	return true;
}

void sim_script_init(struct sim_script *script)
{
	*script = (struct sim_script) { .count = 0 };
	sim_config_default(&script->config);
}
