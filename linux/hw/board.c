/* SPDX-License-Identifier: Apache-2.0 */
/* Bindings, readings with their age, and what follows from silence. */
#include "linux/hw/board.h"

#include "linux/hw/driver.h"
#include "linux/loop.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define START_TIME CCS_SECONDS(3) /* for a driver to say its first word, before that is trouble */
#define NOTE_TIME  CCS_SECONDS(1) /* in which one driver has so many notes: */
#define NOTES	   12
#define NEWS	   16 /* with those of its coming and going, which noise must not hide */

static void emit(struct ccs_hw_board *board, enum ccs_note_level level, ccs_time now,
		 const char *text)
{
	struct ccs_record record = {
		.kind = CCS_RECORD_NOTE,
		.time = now,
		.since = now,
		.dir = board->side == CCS_HW_EV ? CCS_SIDE_EV : CCS_SIDE_EVSE,
		.note = { .level = level, .topic = "hw", .text = text },
	};

	ccs_emit(board->sink, &record);
}

/* What drivers may call. */

/* A device that talks nonsense fills no disk: a new second begins, or what came is too much. */
static void count_notes(struct ccs_hw_seat *seat, ccs_time now)
{
	char text[64];

	if (now - seat->noted < NOTE_TIME)
		return;
	if (seat->hidden) {
		snprintf(text, sizeof(text), "%s: %u more", seat->driver->name, seat->hidden);
		emit(seat->board, CCS_NOTE_WARNING, now, text);
	}
	seat->noted = now;
	seat->notes = seat->hidden = 0;
}

static void note(struct ccs_hw_seat *seat, enum ccs_note_level level, ccs_time now,
		 unsigned int most, const char *what)
{
	char text[256];

	count_notes(seat, now);
	if (seat->notes >= most) {
		seat->hidden++;
		return;
	}
	seat->notes++;
	snprintf(text, sizeof(text), "%s: %s", seat->driver->name, what);
	emit(seat->board, level, now, text);
}

void ccs_hw_note(struct ccs_hw_seat *seat, enum ccs_note_level level, ccs_time now,
		 const char *format, ...)
{
	char text[224];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	note(seat, level, now, NOTES, text);
}

void ccs_hw_give(struct ccs_hw_seat *seat, enum ccs_hw_value value, int32_t reading, ccs_time now)
{
	struct ccs_hw_board *board = seat->board;
	const struct ccs_hw_point *point = &ccs_hw_values[value];
	char text[CCS_HW_TEXT];
	bool absurd = reading < point->least || reading > point->most;

	if (board->values[value].seat != seat)
		return;
	if (!absurd)
		board->values[value].last = ccs_measured(reading, now);
	if (absurd && !board->values[value].refused) {
		ccs_hw_print(point->unit, reading, text);
		ccs_hw_note(seat, CCS_NOTE_WARNING, now, "%s %s is absurd, and not used",
			    point->name, text);
	}
	board->values[value].refused = absurd;
}

void ccs_hw_poke(struct ccs_hw_seat *seat)
{
	if (seat->board->changed && !seat->board->closed)
		seat->board->changed(seat->board->user);
}

bool ccs_hw_commanded(const struct ccs_hw_seat *seat, enum ccs_hw_command command, int32_t *value)
{
	const struct ccs_hw_board *board = seat->board;

	if (board->commands[command].seat != seat)
		return false;
	*value = board->commands[command].value;
	return true;
}

void ccs_hw_up(struct ccs_hw_seat *seat, ccs_time now)
{
	seat->heard = now;
	if (seat->up)
		return;
	seat->up = true;
	seat->why[0] = '\0';
	note(seat, CCS_NOTE_INFO, now, NEWS, "is there");
}

/* What it measured does not count any more. */
void ccs_hw_down(struct ccs_hw_seat *seat, ccs_time now, const char *format, ...)
{
	struct ccs_hw_board *board = seat->board;
	char why[CCS_HW_WHY];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why, sizeof(why), format, arguments);
	va_end(arguments);
	for (int i = 0; i < CCS_HW_VALUE_COUNT; i++)
		if (board->values[i].seat == seat)
			board->values[i].last.known = false;
	if (seat->up || strcmp(seat->why, why) != 0)
		note(seat, CCS_NOTE_WARNING, now, NEWS, why);
	seat->up = false;
	memcpy(seat->why, why, sizeof(why));
}

/* Silence. */

static bool may_fall_silent(const struct ccs_hw_seat *seat)
{
	return seat->up && seat->driver->quiet;
}

static void look_at_seats(struct ccs_hw_board *board, ccs_time now)
{
	for (size_t i = 0; i < board->seat_count; i++) {
		struct ccs_hw_seat *seat = &board->seats[i];

		count_notes(seat, now);
		if (may_fall_silent(seat) && now - seat->heard > seat->driver->quiet)
			ccs_hw_down(seat, now, "has fallen silent");
	}
}

static bool is_fresh(const struct ccs_hw_board *board, int value, ccs_time now)
{
	const struct ccs_measured *last = &board->values[value].last;

	return last->known && now - last->at <= ccs_hw_age(board->config, (enum ccs_hw_value)value);
}

static void worsen(struct ccs_hw_board *board, enum ccs_hw_silence trouble, const char *why)
{
	if (trouble <= board->trouble)
		return;
	board->trouble = trouble;
	memcpy(board->why, why, CCS_HW_TROUBLE_TEXT);
}

/* "exec: the program ended with status 3: nobody measures soc": the cause is never cut off. */
static void print_absence(char why[CCS_HW_TROUBLE_TEXT], const struct ccs_hw_seat *seat,
			  const char *does, const char *name)
{
	snprintf(why, CCS_HW_TROUBLE_TEXT, "%s: %s: nobody %s %s", seat->driver->name,
		 seat->why[0] ? seat->why : "is not there", does, name);
}

static void print_unknown(char why[CCS_HW_TROUBLE_TEXT], const struct ccs_hw_seat *seat,
			  const char *name)
{
	if (seat->up)
		snprintf(why, CCS_HW_TROUBLE_TEXT, "%s: %s is not known", seat->driver->name, name);
	else
		print_absence(why, seat, "measures", name);
}

static void look_at_values(struct ccs_hw_board *board, bool early, ccs_time now)
{
	for (int i = 0; i < CCS_HW_VALUE_COUNT; i++) {
		const struct ccs_hw_seat *seat = board->values[i].seat;
		bool silent = seat && !is_fresh(board, i, now);
		bool was_silent = board->values[i].silent && board->started;
		char why[CCS_HW_TROUBLE_TEXT];

		if (silent) {
			print_unknown(why, seat, ccs_hw_values[i].name);
			worsen(board, ccs_hw_values[i].silence, why);
		}
		if (silent && !was_silent && !early && ccs_hw_values[i].silence == CCS_HW_FORGET)
			emit(board, CCS_NOTE_WARNING, now, why);
		board->values[i].silent = silent;
	}
}

/* The car lets the charger take the current away; a charger cannot wait for anybody. */
static void look_at_commands(struct ccs_hw_board *board)
{
	enum ccs_hw_silence trouble = board->side == CCS_HW_EV ? CCS_HW_STOP : CCS_HW_EMERGENCY;
	char why[CCS_HW_TROUBLE_TEXT];

	for (int i = 0; i < CCS_HW_COMMAND_COUNT; i++) {
		const struct ccs_hw_seat *seat = board->commands[i].seat;

		if (!seat || seat->up || i == CCS_HW_COMMAND_NEWS)
			continue;
		print_absence(why, seat, "carries out", ccs_hw_commands[i].name);
		worsen(board, trouble, why);
	}
}

static void look_for_trouble(struct ccs_hw_board *board, ccs_time now)
{
	bool early = now - board->opened < START_TIME;

	board->trouble = CCS_HW_FORGET;
	board->why[0] = '\0';
	look_at_commands(board);
	look_at_values(board, early, now);
	if (early)
		return;
	board->started = true;
	if (board->trouble > board->told)
		emit(board, CCS_NOTE_ERROR, now, board->why);
	else if (board->trouble < board->told && board->trouble == CCS_HW_FORGET)
		emit(board, CCS_NOTE_INFO, now, "the hardware is complete again");
	else
		return;
	board->told = board->trouble;
}

/* Bindings. */

bool ccs_hw_offers(const char *words, const char *name)
{
	size_t length = strlen(name);

	if (strcmp(words, "*") == 0)
		return true;
	for (const char *at = words; (at = strstr(at, name)); at += length)
		if ((at == words || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
			return true;
	return false;
}

static struct ccs_hw_seat *seat_of(struct ccs_hw_board *board, const struct ccs_hw_driver *driver)
{
	struct ccs_hw_seat *seat = board->seats;

	while (seat < board->seats + board->seat_count && seat->driver != driver)
		seat++;
	if (seat == board->seats + board->seat_count) {
		board->seat_count++;
		*seat = (struct ccs_hw_seat) { .board = board, .driver = driver };
	}
	return seat;
}

/* NULL: bound to nobody. */
static struct ccs_hw_seat *bind_point(struct ccs_hw_board *board, const struct ccs_hw_point *point,
				      unsigned int id)
{
	const struct ccs_hw_driver *driver = ccs_hw_driver(id);

	return point->sides & board->side && driver ? seat_of(board, driver) : NULL;
}

static void bind_all(struct ccs_hw_board *board)
{
	for (int i = 0; i < CCS_HW_VALUE_COUNT; i++)
		board->values[i].seat = bind_point(
			board, &ccs_hw_values[i],
			ccs_hw_driver_of_value(board->config, (enum ccs_hw_value)i, board->side));
	for (int i = 0; i < CCS_HW_COMMAND_COUNT; i++)
		board->commands[i].seat =
			bind_point(board, &ccs_hw_commands[i],
				   ccs_hw_driver_of_command(board->config, (enum ccs_hw_command)i,
							    board->side));
}

static void set_to_off(struct ccs_hw_board *board)
{
	for (int i = 0; i < CCS_HW_COMMAND_COUNT; i++)
		board->commands[i].value = 0;
	board->commands[CCS_HW_COMMAND_CP].value = CCS_PILOT_B;
	board->commands[CCS_HW_COMMAND_CP_DUTY].value = 1000;
}

static void close_seats(struct ccs_hw_board *board)
{
	board->closed = true;
	for (size_t i = 0; i < board->seat_count; i++)
		if (board->seats[i].self)
			board->seats[i].driver->close(board->seats[i].self);
	board->seat_count = 0;
}

int ccs_hw_open(struct ccs_hw_board *board, uv_loop_t *loop, unsigned int side,
		const struct ccs_hw_config *config, const struct ccs_sink *sink,
		struct ccs_problem *problem)
{
	*board = (struct ccs_hw_board) {
		.loop = loop, .side = side, .config = config, .sink = sink, .news.soc = -1
	};
	board->opened = ccs_loop_now();
	set_to_off(board);
	board->closed = true; /* until something is open */
	if (ccs_hw_check_bindings(config, side, side == CCS_HW_EV ? "[ev]" : "[evse]", problem))
		return -1;
	board->closed = false;
	bind_all(board);
	for (size_t i = 0; i < board->seat_count; i++) {
		struct ccs_hw_seat *seat = &board->seats[i];

		seat->self = seat->driver->open(seat, problem);
		if (!seat->self) {
			close_seats(board);
			return -1;
		}
	}
	return 0;
}

void ccs_hw_set(struct ccs_hw_board *board, enum ccs_hw_command command, int32_t value)
{
	board->commands[command].value = value;
}

void ccs_hw_step(struct ccs_hw_board *board, ccs_time now)
{
	for (size_t i = 0; i < board->seat_count; i++)
		board->seats[i].driver->step(board->seats[i].self, now);
	look_at_seats(board, now);
	look_for_trouble(board, now);
}

bool ccs_hw_is_bound(const struct ccs_hw_board *board, enum ccs_hw_value value)
{
	return board->values[value].seat;
}

bool ccs_hw_get(const struct ccs_hw_board *board, enum ccs_hw_value value, ccs_time now,
		int32_t *reading)
{
	if (!is_fresh(board, (int)value, now))
		return false;
	*reading = board->values[value].last.value;
	return true;
}

struct ccs_measured ccs_hw_measured(const struct ccs_hw_board *board, enum ccs_hw_value value,
				    ccs_time now)
{
	if (!is_fresh(board, (int)value, now))
		return (struct ccs_measured) { 0 };
	return board->values[value].last;
}

static ccs_time earlier(ccs_time a, ccs_time b)
{
	return a < b ? a : b;
}

static ccs_time seat_deadline(const struct ccs_hw_seat *seat)
{
	ccs_time due = seat->driver->deadline(seat->self);

	if (seat->hidden)
		due = earlier(due, seat->noted + NOTE_TIME);
	return may_fall_silent(seat) ? earlier(due, seat->heard + seat->driver->quiet + 1) : due;
}

ccs_time ccs_hw_deadline(const struct ccs_hw_board *board)
{
	ccs_time first = board->started ? CCS_NEVER : board->opened + START_TIME;

	for (size_t i = 0; i < board->seat_count; i++)
		first = earlier(first, seat_deadline(&board->seats[i]));
	for (int i = 0; i < CCS_HW_VALUE_COUNT; i++) {
		ccs_time old = board->values[i].last.at +
			       ccs_hw_age(board->config, (enum ccs_hw_value)i) + 1;

		if (board->values[i].seat && board->values[i].last.known &&
		    !board->values[i].silent)
			first = earlier(first, old);
	}
	return first;
}

void ccs_hw_close(struct ccs_hw_board *board)
{
	if (board->closed)
		return;
	set_to_off(board);
	for (size_t i = 0; i < board->seat_count; i++)
		board->seats[i].driver->step(board->seats[i].self, ccs_loop_now());
	close_seats(board);
}
