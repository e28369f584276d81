/* SPDX-License-Identifier: Apache-2.0 */
/* Records for people. */
#include "trace/record_text.h"

#include "ccs/exi.h"
#include "ccs/mme.h"
#include "ccs/sdp.h"
#include "trace/hide_keys.h"
#include "trace/messages.h"
#include "trace/text_line.h"
#include "trace/text_message.h"
#include "trace/text_mme.h"

#include <stdlib.h>
#include <string.h>

#define SCRATCH_FIRST (64 * 1024)
#define SCRATCH_LAST  (16 * 1024 * 1024)

#define LINE_WIDTH   100
#define TIME_WIDTH   10
#define FRAME_WIDTH  6
#define TYPE_WIDTH   24
#define CUT	     " ..." /* the rest is shown with -v */
#define VALUES_WIDTH (LINE_WIDTH - (TIME_WIDTH + 1 + FRAME_WIDTH + 8 + TYPE_WIDTH + 1))

void ccs_record_text_init(struct ccs_record_text *text, struct ccs_print *print)
{
	*text = (struct ccs_record_text) { .print = print };
}

void ccs_record_text_free(struct ccs_record_text *text)
{
	free(text->scratch);
}

/* Puts what `printed` holds behind the blanks that align it to the right. */
static void print_right(struct ccs_line *line, const struct ccs_print *printed, size_t width)
{
	size_t length = ccs_print_length(printed);

	ccs_line_pad(line, length, width);
	ccs_print_bytes(line->print, printed->start, length);
}

static void print_time(struct ccs_line *line, const struct ccs_record *record)
{
	char buffer[32];
	struct ccs_print number;

	ccs_line_colour(line, CCS_COLOUR_DIM);
	ccs_print_init(&number, buffer, sizeof(buffer));
	ccs_print_fixed(&number, record->since / 1000, 3);
	print_right(line, &number, TIME_WIDTH);
	ccs_print_init(&number, buffer, sizeof(buffer));
	if (record->frame)
		ccs_print_unsigned(&number, record->frame);
	ccs_print_char(line->print, ' ');
	print_right(line, &number, FRAME_WIDTH);
	ccs_line_colour(line, CCS_COLOUR_NONE);
}

static enum ccs_colour colour_of(const struct ccs_record *record)
{
	if (record->kind == CCS_RECORD_MSG && record->msg.error)
		return CCS_COLOUR_FAILURE;
	switch (record->dir) {
	case CCS_SIDE_EV:
		return CCS_COLOUR_EV;
	case CCS_SIDE_EVSE:
		return CCS_COLOUR_EVSE;
	case CCS_SIDE_UNKNOWN:
		break;
	}
	return CCS_COLOUR_NONE;
}

/* Time, packet, direction, type; the items of the record follow. */
static void begin_line(struct ccs_line *line, const struct ccs_record *record, const char *type)
{
	static const char *const arrows[] = { "       ", " EV\u2192SE ", " SE\u2192EV " };

	print_time(line, record);
	ccs_line_colour(line, colour_of(record));
	ccs_print_text(line->print, arrows[record->dir]);
	ccs_print_char(line->print, ' ');
	ccs_print_text(line->print, type);
	ccs_line_colour(line, CCS_COLOUR_NONE);
	line->gap = strlen(type) < TYPE_WIDTH ? TYPE_WIDTH + 1 - strlen(type) : 1;
}

static bool make_scratch(struct ccs_record_text *text)
{
	size_t size = text->scratch ? text->scratch_size * 4 : SCRATCH_FIRST;
	char *scratch = size <= SCRATCH_LAST ? realloc(text->scratch, size) : NULL;

	if (!scratch)
		return false;
	text->scratch = scratch;
	text->scratch_size = size;
	return true;
}

static void print_json(const struct ccs_record_text *text, struct ccs_print *print,
		       const struct ccs_record *record)
{
	if (record->kind == CCS_RECORD_MSG)
		ccs_exi_print_json(print, record->msg.document);
	else if (record->kind == CCS_RECORD_MME)
		ccs_mme_print_fields(print, record->mme, text->secrets);
	else
		ccs_sdp_print_fields(print, record->sdp);
}

/* All fields, out of the JSON form. */
static void print_fields(struct ccs_record_text *text, const struct ccs_record *record)
{
	struct ccs_print json;

	if (!text->scratch && !make_scratch(text))
		return;
	for (;;) {
		ccs_print_init(&json, text->scratch, text->scratch_size);
		print_json(text, &json, record);
		if (!json.failed)
			break;
		if (!make_scratch(text))
			return;
	}
	ccs_print_fields(text->print,
			 (struct ccs_text) { json.start, (uint32_t)ccs_print_length(&json) });
}

static void print_undecoded(struct ccs_line *line, const struct ccs_record_msg *msg)
{
	ccs_line_word(line, CCS_COLOUR_FAILURE, ccs_error_text(msg->error));
	if (ccs_message_has_field(msg)) {
		ccs_line_item(line, "at bit ");
		ccs_print_unsigned(line->print, msg->where->bit);
		ccs_print_text(line->print, ", ");
		ccs_message_print_field(line->print, msg);
	}
	ccs_line_item(line, "");
	ccs_print_unsigned(line->print, msg->exi_length);
	ccs_print_text(line->print, " bytes");
	if (!line->whole)
		return;
	ccs_print_char(line->print, ' ');
	ccs_print_hex(line->print, msg->exi, msg->exi_length);
}

static void print_message(struct ccs_line *line, const struct ccs_record *record)
{
	const struct ccs_record_msg *msg = &record->msg;

	if (msg->document) {
		begin_line(line, record, msg->type);
		ccs_line_message(line, msg);
	} else {
		begin_line(line, record, msg->proto ? msg->proto : "V2GTP message");
		print_undecoded(line, msg);
	}
}

/* As many whole characters as fit into `width` columns; control characters take two to six. */
static size_t fit_into(const char *text, size_t length, size_t width)
{
	size_t n = 0;

	while (n < length) {
		unsigned char c = (unsigned char)text[n];
		size_t columns = c >= 0x20 ? 1 : strchr("\b\f\n\r\t", c) ? 2 : 6;
		size_t bytes = 1;

		while (n + bytes < length && ((uint8_t)text[n + bytes] & 0xc0) == 0x80)
			bytes++;
		if (columns > width)
			break;
		width -= columns;
		n += bytes;
	}
	return n;
}

/* As much of `length` as fits into the line, cut between words where there are some. */
static size_t fit(const char *text, size_t length)
{
	size_t n = fit_into(text, length, VALUES_WIDTH), most;

	if (n == length)
		return length;
	most = fit_into(text, length, VALUES_WIDTH - strlen(CUT));
	for (n = most; n > most * 2 / 3 && text[n] != ' ';)
		n--;
	return text[n] == ' ' ? n : most;
}

static void print_mme(struct ccs_line *line, const struct ccs_record *record)
{
	char type[64];
	struct ccs_print text;

	ccs_print_init(&text, type, sizeof(type) - 1);
	ccs_mme_print_type(&text, record->mme);
	*text.at = '\0';
	begin_line(line, record, type);
	ccs_line_mme(line, record->mme, VALUES_WIDTH);
}

static void print_sdp(struct ccs_line *line, const struct ccs_record *record)
{
	begin_line(line, record, ccs_sdp_type_name(record->sdp->kind));
	ccs_line_item(line, "");
	ccs_sdp_print_summary(line->print, record->sdp);
}

/* Between whom. */
static void print_ends(struct ccs_line *line, const struct ccs_record *record)
{
	ccs_print_address(line->print, &record->src);
	ccs_print_text(line->print, " \u2192 ");
	ccs_print_address(line->print, &record->dst);
}

/* What happened to a connection, and to which one. */
static void print_frame(struct ccs_line *line, const struct ccs_record *record)
{
	begin_line(line, record, record->note.text);
	ccs_line_item(line, "");
	ccs_print_unsigned(line->print, record->src.port);
	ccs_print_text(line->print, " \u2192 ");
	ccs_print_address(line->print, &record->dst);
}

static void print_text(struct ccs_line *line, const char *text)
{
	size_t length = strlen(text), n = line->whole ? length : fit(text, length);

	ccs_line_foreign(line, text, n);
	if (n < length)
		ccs_print_text(line->print, CUT);
}

static void print_note(const struct ccs_record_text *text, struct ccs_line *line,
		       const struct ccs_record *record)
{
	static const enum ccs_colour colours[] = { CCS_COLOUR_DIM, CCS_COLOUR_WARNING,
						   CCS_COLOUR_FAILURE };
	char room[CCS_RECORD_TEXT_MAX];
	const struct ccs_record_note *note = &record->note;

	begin_line(line, record, note->topic);
	ccs_line_item(line, "");
	ccs_line_colour(line, colours[note->level]);
	line->whole |= note->level != CCS_NOTE_INFO; /* the cause may stand at its end */
	print_text(line, ccs_note_text(note, text->secrets, room));
	ccs_line_colour(line, CCS_COLOUR_NONE);
}

static void print_session(struct ccs_line *line, const struct ccs_record *record)
{
	ccs_line_colour(line, CCS_COLOUR_HEAD);
	ccs_print_text(line->print, "Session ");
	ccs_print_unsigned(line->print, record->session);
	ccs_print_text(line->print, ", ");
	if (ccs_record_is_dated(record->in_log, record->time)) {
		ccs_print_rfc3339(line->print, record->time);
		ccs_print_text(line->print, ", ");
	}
	ccs_print_text(line->print, record->note.text);
	ccs_line_colour(line, CCS_COLOUR_NONE);
}

static void print_value(struct ccs_line *line, const struct ccs_record *record)
{
	begin_line(line, record, record->value.name);
	ccs_line_item(line, "");
	ccs_line_quantity(line, record->value.milli, record->value.unit);
}

static void print_line(const struct ccs_record_text *text, struct ccs_line *line,
		       const struct ccs_record *record)
{
	switch (record->kind) {
	case CCS_RECORD_MSG:
		print_message(line, record);
		break;
	case CCS_RECORD_MME:
		print_mme(line, record);
		break;
	case CCS_RECORD_SDP:
		print_sdp(line, record);
		break;
	case CCS_RECORD_VALUE:
		print_value(line, record);
		break;
	case CCS_RECORD_SESSION:
		print_session(line, record);
		break;
	case CCS_RECORD_FRAME:
		print_frame(line, record);
		break;
	case CCS_RECORD_NOTE:
	case CCS_RECORD_STATE:
	case CCS_RECORD_VERDICT:
		print_note(text, line, record);
		break;
	}
}

static bool has_fields(const struct ccs_record *record)
{
	return record->kind == CCS_RECORD_MME || record->kind == CCS_RECORD_SDP ||
	       (record->kind == CCS_RECORD_MSG && record->msg.document);
}

/* Where a line that is too wide is to be cut: before the last item that begins in time for what
 * is said behind it; its length where there is no need. */
static size_t find_cut(const char *line, size_t length)
{
	size_t column = 0, cut = length;
	bool escape = false;

	for (size_t i = 0; i < length; i++) {
		bool blanks = line[i] == ' ' && i + 1 < length && line[i + 1] == ' ';

		if (blanks && line[i - (i > 0)] != ' ' && column > LINE_WIDTH - VALUES_WIDTH &&
		    column <= LINE_WIDTH - strlen(CUT))
			cut = i;
		escape |= line[i] == '\033';
		column += !escape && ((uint8_t)line[i] & 0xc0) != 0x80;
		escape &= line[i] != 'm';
	}
	return column > LINE_WIDTH ? cut : length;
}

static void print_fitting(const struct ccs_record_text *text, const struct ccs_record *record)
{
	char buffer[4096];
	struct ccs_print print;
	struct ccs_line line = { .print = &print, .colour = text->colour };
	size_t length, cut;

	ccs_print_init(&print, buffer, sizeof(buffer));
	print_line(text, &line, record);
	length = ccs_print_length(&print);
	cut = find_cut(buffer, length);
	ccs_print_bytes(text->print, buffer, cut);
	if (cut == length)
		return;
	ccs_line_colour(&(struct ccs_line) { .print = text->print, .colour = text->colour },
			CCS_COLOUR_NONE);
	ccs_print_text(text->print, CUT);
}

void ccs_record_text_print(struct ccs_record_text *text, const struct ccs_record *record)
{
	struct ccs_line line = { .print = text->print,
				 .colour = text->colour,
				 .whole = text->verbose };

	bool message = record->kind == CCS_RECORD_MSG && !record->msg.error;

	if (!text->verbose && (message || record->kind == CCS_RECORD_FRAME))
		print_fitting(text, record);
	else
		print_line(text, &line, record);
	ccs_print_char(text->print, '\n');
	if (!text->verbose || !has_fields(record))
		return;
	if (record->src.kind != CCS_ADDRESS_NONE) {
		ccs_print_text(text->print, "    ");
		print_ends(&line, record);
		ccs_print_char(text->print, '\n');
	}
	print_fields(text, record);
}
