/* SPDX-License-Identifier: Apache-2.0 */
/* Frames out of hex, texts and captures. */
#include "tools/inject_frames.h"

#include "ccs/hex.h"
#include "trace/capture.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ETHERNET 1
#define LINE_MAX 8192

/* Where a frame comes from. */
struct place {
	const char *name; /* of the file; NULL: the command line */
	unsigned long number;
	struct ccs_problem *problem;
};

static int refuse(const struct place *place, const char *why)
{
	if (!place->name)
		return ccs_problem_set(place->problem, "the frame %s", why);
	return ccs_problem_set(place->problem, "%s:%lu: the frame %s", place->name, place->number,
			       why);
}

static int add(struct ccs_inject_frames *frames, const uint8_t *bytes, size_t length,
	       const struct place *place)
{
	struct ccs_inject_frame *list = frames->list;
	size_t room = frames->room ? 2 * frames->room : 16;

	if (length < CCS_INJECT_LEAST || length > CCS_INJECT_MOST)
		return refuse(place, "has not 14 to 1514 bytes");
	if (frames->count == CCS_INJECT_COUNT)
		return refuse(place, "is one too many: 20000 are sent at most");
	if (frames->count == frames->room) {
		list = realloc(list, room * sizeof(*list));
		if (!list)
			return ccs_problem_set(place->problem, "out of memory");
		frames->list = list;
		frames->room = room;
	}
	list[frames->count].length = length;
	memcpy(list[frames->count++].bytes, bytes, length);
	return 0;
}

static bool is_separator(char c)
{
	return c == ' ' || c == '\t' || c == ':' || c == '-' || c == '\r' || c == '\n';
}

/* The bytes of `text`; -1: it is no hex, -2: it is too long. */
static int read_hex(const char *text, uint8_t *bytes)
{
	size_t digits = 0;

	for (; *text && *text != '#'; text++) {
		int digit = ccs_hex_digit(*text);

		if (digit < 0 && !is_separator(*text))
			return -1;
		if (digit < 0)
			continue;
		if (digits / 2 == CCS_INJECT_MOST)
			return -2;
		bytes[digits / 2] = (uint8_t)(digits % 2 ? bytes[digits / 2] << 4 | digit : digit);
		digits++;
	}
	return digits % 2 ? -1 : (int)(digits / 2);
}

/* A line without a frame is none. */
static int add_line(struct ccs_inject_frames *frames, const char *line, const struct place *place)
{
	uint8_t bytes[CCS_INJECT_MOST];
	int length = read_hex(line, bytes);

	if (length == 0 && place->name)
		return 0;
	if (length == -1)
		return refuse(place, "is not pairs of hex digits");
	return add(frames, bytes, length < 0 ? SIZE_MAX : (size_t)length, place);
}

static int read_text(struct ccs_inject_frames *frames, FILE *file, struct place *place)
{
	char line[LINE_MAX];
	int result = 0;

	while (!result && fgets(line, sizeof(line), file)) {
		place->number++;
		result = strlen(line) == sizeof(line) - 1 ? refuse(place, "is longer than any")
							  : add_line(frames, line, place);
	}
	return result;
}

static int read_text_file(struct ccs_inject_frames *frames, const char *path,
			  struct ccs_problem *problem)
{
	struct place place = { path, 0, problem };
	bool from_stdin = !strcmp(path, "-");
	FILE *file = from_stdin ? stdin : fopen(path, "r");
	int result;

	if (!file)
		return ccs_problem_set(problem, "%s: %s: neither a file nor a frame in hex", path,
				       strerror(errno));
	result = read_text(frames, file, &place);
	if (!from_stdin)
		fclose(file);
	return result;
}

static int read_capture(struct ccs_inject_frames *frames, const char *path,
			struct ccs_capture *capture, struct ccs_problem *problem)
{
	struct place place = { path, 0, problem };
	struct ccs_packet packet;
	int n;

	while ((n = ccs_capture_next(capture, &packet)) > 0) {
		place.number = (unsigned long)packet.number;
		if (packet.link_type != ETHERNET)
			return refuse(&place, "is none of Ethernet");
		if (add(frames, packet.bytes, packet.length, &place))
			return -1;
	}
	return n < 0 ? ccs_problem_set(problem, "%s: %s", path, ccs_capture_fault(capture)->text)
		     : 0;
}

static bool is_frame(const char *text)
{
	size_t digits = 0;

	for (; *text; text++) {
		if (ccs_hex_digit(*text) >= 0)
			digits++;
		else if (!is_separator(*text))
			return false;
	}
	return digits >= (size_t)2 * CCS_INJECT_LEAST;
}

int ccs_inject_read(struct ccs_inject_frames *frames, const char *argument,
		    struct ccs_problem *problem)
{
	struct place command_line = { NULL, 0, problem };
	struct ccs_capture_error error;
	struct ccs_capture *capture = NULL;
	int result;

	if (is_frame(argument))
		return add_line(frames, argument, &command_line);
	if (!strcmp(argument, "-") || ccs_capture_open(&capture, argument, &error))
		return read_text_file(frames, argument, problem);
	result = read_capture(frames, argument, capture, problem);
	ccs_capture_close(capture);
	return result;
}

void ccs_inject_free(struct ccs_inject_frames *frames)
{
	free(frames->list);
	memset(frames, 0, sizeof(*frames));
}
