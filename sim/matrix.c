/* SPDX-License-Identifier: Apache-2.0 */
/* The matrix of faults, family by family; each case is the text of a script. */
#include "matrix.h"

#include "random.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define EVENT(id)    (UINT32_C(1) << SIM_EVENT_##id)

static const struct mode {
	const char *name;
	const char *text;
	enum ccs_protocol protocol;
	bool ac;
} modes[] = {
	{ "din dc", "protocol = din\n", CCS_PROTOCOL_DIN, false },
	{ "iso2 dc", "protocol = iso2\n", CCS_PROTOCOL_ISO2, false },
	{ "iso2 ac", "protocol = iso2\nmode = ac\n", CCS_PROTOCOL_ISO2, true },
};

/* Moments: how to get there.  AC has no states between PARAMETERS and POWER_ON. */
static const struct moment {
	const char *state; /* of the car's session */
	bool dc;
	bool stopping; /* behind the stop */
} moments[] = {
	{ "session-setup", false, false }, { "service-discovery", false, false },
	{ "authorisation", false, false }, { "parameters", false, false },
	{ "locking", false, false },	   { "cable-check", true, false },
	{ "precharge", true, false },	   { "closing", true, false },
	{ "power-on", false, false },	   { "charging", false, false },
	{ "power-off", false, true },	   { "falling", true, true },
	{ "opening", true, true },	   { "welding", true, true },
	{ "session-stop", false, true },
};

/* What can be done at any moment.  `events`: what it does to the hardware by itself. */
struct action {
	const char *step;
	uint32_t events;
};

#define PULLED (EVENT(PLUG_ARC) | EVENT(PULLED_LIVE) | EVENT(LIVE_PLUG))

static const struct action connection[] = {
	{ "reset ev", 0 },	  { "reset evse", 0 }, { "half-close ev", 0 },
	{ "half-close evse", 0 }, { "silence ev", 0 }, { "silence evse", 0 },
	{ "intrude", 0 },	  { "cut", 0 },
};

static const struct action people[] = {
	{ "stop ev", 0 },
	{ "stop evse", 0 },
	{ "emergency ev", 0 },
	{ "emergency evse", 0 },
	{ "deny", 0 },
	{ "derate 5 A", 0 },
	{ "unplug by-force", PULLED },
};

/* Physics that no station can prevent; all other hardware faults cause none. */
static uint32_t events_of(enum sim_fault fault)
{
	switch (fault) {
	case SIM_FAULT_SUPPLY_OVER_CURRENT:
		return EVENT(OVER_CURRENT);
	case SIM_FAULT_SUPPLY_OVER_VOLTAGE:
		return EVENT(OVER_VOLTAGE) | EVENT(INRUSH);
	case SIM_FAULT_SUPPLY_FROZEN:
		return EVENT(EV_ARC) | EVENT(EVSE_ARC) | EVENT(OVER_VOLTAGE);
	default:
		return 0;
	}
}

static const struct name {
	const char *name;
	const char *text;
} families[] = {
#define ROW(id, name, text) { name, text },
	SIM_FAMILIES(ROW)
#undef ROW
};

const char *sim_family_name(enum sim_family family)
{
	return families[family].name;
}

const char *sim_family_text(enum sim_family family)
{
	return families[family].text;
}

/* Making a case. */

static void begin(struct sim_case *one, enum sim_family family)
{
	*one = (struct sim_case) { .family = family };
}

__attribute__((format(printf, 2, 3))) static void name(struct sim_case *one, const char *format,
						       ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(one->name, sizeof(one->name), format, arguments);
	va_end(arguments);
}

__attribute__((format(printf, 2, 3))) static void add(struct sim_case *one, const char *format, ...)
{
	size_t at = strlen(one->text);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(one->text + at, sizeof(one->text) - at, format, arguments);
	va_end(arguments);
}

/* Our own text: what cannot be read is our mistake. */
static void finish(struct sim_case *one)
{
	struct sim_script_error error;

	sim_script_init(&one->script);
	if (sim_script_read(&one->script, one->text, &error))
		return;
	fprintf(stderr, "%s\n%s:%d: %s\n", one->text, one->name, error.line, error.text);
	abort();
}

/* To the moment of a session: false when the mode has none such. */
static bool go_to(struct sim_case *one, const struct mode *mode, const struct moment *moment)
{
	if (moment->dc && mode->ac)
		return false;
	add(one, "%splug\n", mode->text);
	if (moment->stopping)
		add(one, "wait ev charging\nwait 2 s\nstop ev\n");
	add(one, "wait ev %s\n", moment->state);
	return true;
}

/* The car's user stops, should it still charge. */
#define CHARGE "plug\nwait 20 s\nstop ev\n"

/* Families: each fills the next case of its own and moves on; false: it has no more. */

static bool next_pyplc(struct sim_matrix *m, struct sim_case *one)
{
	const struct sim_pyplc_case *row;

	if (m->row == SIM_PYPLC_CASES)
		return false;
	row = &sim_pyplc_cases[m->row++];
	name(one, "%zu %s", m->row, row->title);
	add(one, "protocol = din\n");
	for (size_t i = 0; i < COUNT(row->faults) && row->faults[i]; i++)
		add(one, "message %s\n", row->faults[i]);
	add(one, CHARGE);
	one->must_charge = row->charges;
	one->must_fail = !row->charges;
	return true;
}

static bool is_of_loop(const char *message)
{
	return !strncmp(message, "CurrentDemand", 13) || !strncmp(message, "ChargingStatus", 14);
}

/* Each once from the first message on, those of the loop once more from the 20th. */
static bool next_message(struct sim_matrix *m, struct sim_case *one)
{
	char text[160];
	struct ccs_print print;

	if (!m->later) {
		m->messages.protocol = modes[m->mode].protocol;
		m->messages.ac = modes[m->mode].ac;
		while (!sim_fault_matrix_next(&m->messages, &m->message)) {
			if (++m->mode == (int)COUNT(modes))
				return false;
			m->messages = (struct sim_fault_matrix) {
				.protocol = modes[m->mode].protocol,
				.ac = modes[m->mode].ac,
			};
		}
	} else {
		m->message.first = 20;
	}
	m->later = !m->later && is_of_loop(m->message.message);
	ccs_print_init(&print, text, sizeof(text) - 1);
	sim_message_fault_print(&print, &m->message);
	text[ccs_print_length(&print)] = '\0';
	name(one, "%s %s", modes[m->mode].name, text);
	add(one, "%smessage %s\n" CHARGE, modes[m->mode].text, text);
	return true;
}

static bool next_mme(struct sim_matrix *m, struct sim_case *one)
{
	char text[160];
	struct ccs_print print;
	struct sim_mme_fault fault;

	if (!sim_mme_matrix_next(&m->row, &fault))
		return false;
	ccs_print_init(&print, text, sizeof(text) - 1);
	sim_mme_fault_print(&print, &fault);
	text[ccs_print_length(&print)] = '\0';
	name(one, "%s", text);
	add(one, "mme %s\n" CHARGE, text);
	return true;
}

/* The next of moments x modes; false: the row has no more. */
static bool next_moment(struct sim_matrix *m, struct sim_case *one)
{
	for (; m->column < COUNT(moments) * COUNT(modes); m->column++) {
		const struct mode *mode = &modes[m->column % COUNT(modes)];
		const struct moment *moment = &moments[m->column / COUNT(modes)];

		if (!go_to(one, mode, moment))
			continue;
		name(one, "%s %s", mode->name, moment->state);
		m->column++;
		return true;
	}
	m->column = 0;
	m->row++;
	return false;
}

static void act(struct sim_case *one, const char *step, uint32_t events)
{
	size_t at = strlen(one->name);

	snprintf(one->name + at, sizeof(one->name) - at, ": %s", step);
	add(one, "%s\nwait 10 s\nstop ev\n", step);
	one->events = events;
}

static bool next_action(struct sim_matrix *m, struct sim_case *one, const struct action *actions,
			size_t count)
{
	while (m->row < count) {
		const struct action *action = &actions[m->row];

		if (next_moment(m, one)) {
			act(one, action->step, action->events);
			return true;
		}
	}
	return false;
}

static bool next_hardware(struct sim_matrix *m, struct sim_case *one)
{
	char step[64];

	while (m->row < SIM_FAULT_COUNT) {
		enum sim_fault fault = (enum sim_fault)m->row;

		if (next_moment(m, one)) {
			snprintf(step, sizeof(step), "fault %s", sim_fault_name(fault));
			act(one, step, events_of(fault));
			return true;
		}
	}
	return false;
}

static bool next_of_family(struct sim_matrix *m, struct sim_case *one)
{
	switch (m->family) {
	case SIM_FAMILY_PYPLC:
		return next_pyplc(m, one);
	case SIM_FAMILY_MESSAGE:
		return next_message(m, one);
	case SIM_FAMILY_MME:
		return next_mme(m, one);
	case SIM_FAMILY_CONNECTION:
		return next_action(m, one, connection, COUNT(connection));
	case SIM_FAMILY_HARDWARE:
		return next_hardware(m, one);
	case SIM_FAMILY_PEOPLE:
		return next_action(m, one, people, COUNT(people));
	case SIM_FAMILY_COUNT:
		break;
	}
	return false;
}

void sim_matrix_init(struct sim_matrix *matrix)
{
	*matrix = (struct sim_matrix) { .family = SIM_FAMILY_PYPLC };
}

bool sim_matrix_next(struct sim_matrix *matrix, struct sim_case *one)
{
	while (matrix->family < SIM_FAMILY_COUNT) {
		begin(one, matrix->family);
		if (next_of_family(matrix, one)) {
			finish(one);
			return true;
		}
		*matrix = (struct sim_matrix) {
			.family = (enum sim_family)(matrix->family + 1),
			.messages.protocol = modes[0].protocol,
		};
	}
	return false;
}

/* Chance. */

/* What two faults together do: a car that is blind unlocks a plug that a charger keeps live. */
static uint32_t events_of_both(const struct sim_case *one)
{
	bool blind = strstr(one->text, "fault ev-inlet-silent");
	bool live = strstr(one->text, "fault evse-contactor") || strstr(one->text, "fault supply-");

	return blind && live ? EVENT(EV_UNLOCKED_LIVE) : 0;
}

static void add_random_line(struct sim_case *one, struct sim_random *random)
{
	if (sim_random_below(random, 2))
		return;
	add(one, "plc.loss = %u %%\nnet.loss = %u %%\n", sim_random_below(random, 10),
	    sim_random_below(random, 10));
	add(one, "net.jitter = %u ms\nnet.split = %u\n", sim_random_below(random, 50),
	    8 + sim_random_below(random, 60));
}

static void add_random_message(struct sim_case *one, struct sim_random *random,
			       const struct mode *mode)
{
	struct sim_fault_matrix matrix = { .protocol = mode->protocol, .ac = mode->ac };
	struct sim_message_fault chosen;
	char text[160];
	struct ccs_print print;

	sim_fault_matrix_any(matrix, random, &chosen);
	chosen.first = sim_random_below(random, 30);
	chosen.count = sim_random_below(random, 3);
	ccs_print_init(&print, text, sizeof(text) - 1);
	sim_message_fault_print(&print, &chosen);
	text[ccs_print_length(&print)] = '\0';
	add(one, "message %s\n", text);
}

static void add_random_act(struct sim_case *one, struct sim_random *random)
{
	const struct action *action;
	enum sim_fault fault;

	switch (sim_random_below(random, 3)) {
	case 0:
		fault = (enum sim_fault)sim_random_below(random, SIM_FAULT_COUNT);
		add(one, "fault %s\n", sim_fault_name(fault));
		one->events |= events_of(fault);
		return;
	case 1:
		action = &connection[sim_random_below(random, COUNT(connection))];
		break;
	default:
		action = &people[sim_random_below(random, COUNT(people))];
		break;
	}
	add(one, "%s\n", action->step);
	one->events |= action->events;
}

void sim_matrix_random(uint64_t seed, struct sim_case *one)
{
	struct sim_random random = { seed };
	const struct mode *mode = &modes[sim_random_below(&random, COUNT(modes))];

	begin(one, SIM_FAMILY_COUNT);
	name(one, "random %llu", (unsigned long long)seed);
	add(one, "%sseed = %u\n", mode->text, sim_random_below(&random, 1000000));
	add_random_line(one, &random);
	if (sim_random_below(&random, 2))
		add_random_message(one, &random, mode);
	add(one, "plug\n");
	for (uint32_t i = 1 + sim_random_below(&random, 3); i > 0; i--) {
		add(one, "wait %u ms\n", sim_random_below(&random, 12000));
		add_random_act(one, &random);
	}
	one->events |= events_of_both(one);
	add(one, "wait 10 s\nstop ev\n");
	finish(one);
}

/* The verdict. */

const char *sim_case_judge(const struct sim_case *one, const struct sim_play *play)
{
	const struct sim_verdict *verdict = sim_verdict(play->sim, 0);

	/* C4 takes the supply at its word, or the contactor: not when neither obeys. */
	bool deaf = strstr(one->text, "fault supply-frozen") &&
		    strstr(one->text, "fault evse-contactor");

	if (verdict->breaches && !(deaf && verdict->breach.invariant == CCS_INVARIANT_C4))
		return verdict->breach.text;
	for (int kind = 0; kind < SIM_EVENT_KINDS; kind++)
		if (verdict->events[kind] && !(one->events >> kind & 1))
			return sim_event_text((enum sim_event_kind)kind);
	if (play->at < one->script.count)
		return "a moment of the session did not come";
	if (play->state == SIM_PLAY_FAILED && !verdict->event_count)
		return play->why.text;
	if (one->must_charge && verdict->last.outcome == CCS_EV_OUTCOME_FAILED)
		return "it should have charged";
	if (one->must_fail && verdict->failures == 0)
		return "the car should not have gone on";
	return NULL;
}
