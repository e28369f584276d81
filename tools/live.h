/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session that is going on, for people and programs: frames and the stations' own records go in;
 * lines as `ccs decode` has them, a capture, and in the end the summary come out.
 *
 *	ccs_live_init(&live, "sim");
 *	... options set live.format, .verbose, ... (ccs_live_take_option)
 *	if (!ccs_live_start(&live))
 *		return CCS_EXIT_MACHINE;
 *	ccs_live_frame(&live, frame, length, time);
 *	ccs_live_record(&live, record, time);
 *	ccs_live_finish(&live);
 *
 * Text shows at most one round of the charging loop in a second, unless `every_round` is set; the
 * others are counted.  The capture and the JSON lines have everything.
 */
#ifndef CCS_TOOLS_LIVE_H
#define CCS_TOOLS_LIVE_H

#include "ccs/record.h"
#include "tools/command.h"
#include "tools/only.h"
#include "tools/rounds.h"
#include "trace/csv.h"
#include "trace/exilog.h"
#include "trace/pcapng_write.h"
#include "trace/record_text.h"

#include <getopt.h>
#include <stdio.h>

struct ccs_analyser;
struct ccs_keylog;
struct ccs_session_facts;
struct ccs_summary;

enum ccs_live_format {
	CCS_LIVE_TEXT,
	CCS_LIVE_JSON,
	CCS_LIVE_CSV,
	CCS_LIVE_LOG,	/* in `log_format`, of another program */
	CCS_LIVE_QUIET, /* the summary only */
};

struct ccs_live {
	struct ccs_output output;
	enum ccs_live_format format; /* set before start, as the next eleven */
	enum ccs_exilog_format log_format;
	bool colour;
	bool verbose;
	bool secrets;
	bool every_round;
	const char *capture;   /* where it goes; NULL: nowhere */
	const char *interface; /* its name in the capture; NULL: that of the command */
	struct ccs_only *only; /* NULL: all records; the summary is of all in any case */
	struct ccs_sink also;  /* gets every record of the frames, too */
	/* Gets what is known of each session in the end, too; NULL: nobody. */
	void (*over)(void *user, const struct ccs_session_facts *session);
	void *user;

	/* Private. */
	struct ccs_sink sink; /* of the analyser */
	struct ccs_record_text text;
	struct ccs_csv csv;
	struct ccs_analyser *analyser;
	struct ccs_keylog *keylog;
	struct ccs_summary *summary;
	struct ccs_pcapng pcapng;
	FILE *file; /* of the capture; NULL: none */
	uint64_t frames;
	ccs_time began; /* time of the first frame or record */
	struct ccs_rounds rounds;
};

void ccs_live_init(struct ccs_live *live, const char *command);

/* Options of how it is shown and written, as rows for getopt_long, with the letters "w:vqh". */
enum ccs_live_option {
	CCS_LIVE_OPTION_EVERY_ROUND = 0x1100,
	CCS_LIVE_OPTION_JSON,
	CCS_LIVE_OPTION_CSV,
	CCS_LIVE_OPTION_FORMAT,
	CCS_LIVE_OPTION_SECRETS,
	CCS_LIVE_OPTION_COLOUR,
	CCS_LIVE_OPTION_VERSION,
};

#define CCS_LIVE_OPTION_ROWS                                                              \
	{ "write", required_argument, NULL, 'w' }, { "verbose", no_argument, NULL, 'v' }, \
		{ "quiet", no_argument, NULL, 'q' },                                      \
		{ "every-round", no_argument, NULL, CCS_LIVE_OPTION_EVERY_ROUND },        \
		{ "json", no_argument, NULL, CCS_LIVE_OPTION_JSON },                      \
		{ "csv", no_argument, NULL, CCS_LIVE_OPTION_CSV },                        \
		{ "format", required_argument, NULL, CCS_LIVE_OPTION_FORMAT },            \
		{ "show-secrets", no_argument, NULL, CCS_LIVE_OPTION_SECRETS },           \
		{ "color", required_argument, NULL, CCS_LIVE_OPTION_COLOUR },             \
		{ "help", no_argument, NULL, 'h' },                                       \
	{                                                                                 \
		"version", no_argument, NULL, CCS_LIVE_OPTION_VERSION                     \
	}

/*
 * Takes an option that the command does not know itself, `text` as it stands on the command line;
 * ':' and '?' of getopt, too.  Returns an exit status, or -1 to go on.
 */
int ccs_live_take_option(struct ccs_live *live, int option, const char *text, const char *help);

/* Says what is wrong with an option, and returns the exit status. */
int ccs_live_usage(struct ccs_live *live, const char *what, const char *value);

/* False, which was said: no memory, the capture cannot be written. */
bool ccs_live_start(struct ccs_live *live);

/* An Ethernet frame; time in microseconds since 1970. */
void ccs_live_frame(struct ccs_live *live, const uint8_t *frame, size_t length, ccs_time time);

/* A record of a station; its own messages are dropped, the frames show them. */
void ccs_live_record(struct ccs_live *live, const struct ccs_record *record, ccs_time time);

/* Lines of an NSS key log: TLS that could not be read so far is, and the capture keeps them. */
void ccs_live_secrets(struct ccs_live *live, const char *lines, size_t length);

/* Everything so far to stdout and to the capture: while nothing more comes. */
void ccs_live_flush(struct ccs_live *live);

/* Says what is unfinished, shows the summary and closes the capture.  False: writing failed. */
bool ccs_live_finish(struct ccs_live *live);

#endif
