/* SPDX-License-Identifier: Apache-2.0 */
/* Options and files of the subcommands that read captures. */
#include "tools/capture_command.h"

#include "ccs/error.h"
#include "trace/analyser.h"
#include "trace/keylog.h"
#include "trace/source.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAULTS_SAID 20 /* of a file; the others are counted */

int ccs_capture_usage(struct ccs_capture_command *c, const char *what, const char *value)
{
	ccs_complain(&c->output, "%s%s: see `ccs %s --help`", what, value, c->name);
	return CCS_EXIT_USAGE;
}

/* Options. */

/* Returns an exit status, or -1 to go on. */
static int read_keylog(struct ccs_capture_command *c, const char *path)
{
	FILE *file = fopen(path, "r");
	char buffer[4096];
	size_t n;

	errno = file ? 0 : errno;
	while (file && (n = fread(buffer, 1, sizeof(buffer), file)) > 0)
		ccs_keylog_feed(c->keylog, CCS_KEYLOG_FILE, buffer, n);
	if (!file || ferror(file)) {
		ccs_complain(&c->output, "%s: %s: it should hold TLS secrets", path,
			     strerror(errno));
		if (file)
			fclose(file);
		return CCS_EXIT_USAGE;
	}
	ccs_keylog_end(c->keylog, CCS_KEYLOG_FILE);
	fclose(file);
	return -1;
}

static bool read_session(struct ccs_capture_command *c, const char *text)
{
	char *end;
	unsigned long number;

	if (text[0] < '0' || text[0] > '9')
		return false;
	number = strtoul(text, &end, 10);
	c->session = (uint32_t)number;
	return *end == '\0' && number > 0 && number <= UINT32_MAX;
}

/* Returns an exit status, or -1 to go on. */
static int take_option(struct ccs_capture_command *c, int option)
{
	switch (option) {
	case CCS_OPTION_SESSION:
		return read_session(c, optarg)
			       ? -1
			       : ccs_capture_usage(c, "no number of a session: ", optarg);
	case CCS_OPTION_JSON:
		c->json = true;
		return -1;
	case CCS_OPTION_KEYLOG:
		return read_keylog(c, optarg);
	case CCS_OPTION_COLOUR:
		return ccs_output_colour(&c->output, optarg, &c->colour)
			       ? -1
			       : ccs_capture_usage(c, "--color is auto, always or never, not ",
						   optarg);
	case CCS_OPTION_VERSION:
		puts("ccs " CCS_VERSION);
		return CCS_EXIT_DONE;
	case 'h':
		fputs(c->help, stdout);
		return CCS_EXIT_DONE;
	case ':':
		return ccs_capture_usage(c, "this option needs a value: ", c->option_text);
	case '?':
		return ccs_capture_usage(c, "no such option: ", c->option_text);
	default:
		return c->take_option(c->user, option);
	}
}

static int read_options(struct ccs_capture_command *c, int argc, char **argv)
{
	int option, status = -1;

	opterr = 0;
	ccs_output_colour(&c->output, "auto", &c->colour);
	while (status < 0) {
		c->option_text = optind < argc ? argv[optind] : "";
		option = getopt_long(argc, argv, c->letters, c->options, NULL);
		if (option < 0)
			break;
		status = take_option(c, option);
	}
	if (status < 0 && optind == argc)
		return ccs_capture_usage(c, "no file", "");
	if (status < 0 && c->one_file && argc - optind > 1)
		return ccs_capture_usage(c, "one file at a time in this form, not also ",
					 argv[optind + 1]);
	return status;
}

/* Files. */

static void complain_at(struct ccs_capture_command *c, uint64_t frame, const char *text)
{
	if (frame)
		ccs_complain(&c->output, "%s: %s %" PRIu64 ": %s", c->file,
			     c->in_log ? "line" : "frame", frame, text);
	else
		ccs_complain(&c->output, "%s: %s", c->file, text);
}

static void take(void *user, const struct ccs_record *record)
{
	struct ccs_capture_command *c = user;
	bool of_file = record->kind == CCS_RECORD_NOTE && !strcmp(record->note.topic, "capture");

	if (c->output.broken)
		return;
	c->in_log = record->in_log;
	if (record->session > c->sessions)
		c->sessions = record->session;
	c->silent = false;
	if (of_file && c->faults++ < FAULTS_SAID)
		complain_at(c, record->frame, record->note.text);
	c->take(c->user, record);
}

static void show(void *user)
{
	struct ccs_capture_command *c = user;

	ccs_output_flush(&c->output);
}

/* What is to be said of the whole file; returns an exit status. */
static int judge(struct ccs_capture_command *c, const struct ccs_analyser_counts *counts)
{
	bool missing = c->session > c->sessions;
	char text[120];

	if (c->output.broken)
		return CCS_EXIT_DONE;
	if (c->faults > FAULTS_SAID)
		ccs_complain(&c->output, "%s: %" PRIu64 " more faults of the file", c->file,
			     c->faults - FAULTS_SAID);
	if (c->silent) {
		ccs_complain(&c->output,
			     "%s: nothing of a charging session in %" PRIu64 " packet%s", c->file,
			     counts->packets, counts->packets == 1 ? "" : "s");
	} else if (missing) {
		ccs_complain(&c->output, "%s: no session %" PRIu32 ", there %s %" PRIu32, c->file,
			     c->session, c->sessions == 1 ? "is" : "are", c->sessions);
	} else if (counts->undecoded) {
		snprintf(text, sizeof(text),
			 "%" PRIu64 " of %" PRIu64
			 " messages could not be decoded, this is the first",
			 counts->undecoded, counts->messages);
		complain_at(c, counts->first_undecoded, text);
	}
	return counts->undecoded || counts->damaged || missing ? CCS_EXIT_FAILED : CCS_EXIT_DONE;
}

static int status_of(int error)
{
	return error == CCS_ERR_SPACE ? CCS_EXIT_MACHINE
	       : error == CCS_ERR_IO  ? CCS_EXIT_USAGE
				      : CCS_EXIT_FAILED;
}

static int read_file(struct ccs_capture_command *c, const char *path)
{
	const struct ccs_sink sink = { take, c };
	struct ccs_analyser *analyser = ccs_analyser_new(&sink, c->keylog);
	struct ccs_capture_error error;
	int status = CCS_EXIT_MACHINE;

	c->file = strcmp(path, "-") ? path : "stdin";
	c->silent = true;
	c->in_log = false;
	c->sessions = 0;
	c->faults = 0;
	if (analyser && (!c->begin_file || c->begin_file(c->user))) {
		int result = ccs_source_run_live(analyser, path, show, c, &error);

		if (c->end_file)
			c->end_file(c->user);
		if (result < 0)
			ccs_complain(&c->output, "%s: %s", c->file, error.text);
		status = result < 0 ? status_of(result) : judge(c, ccs_analyser_counts(analyser));
	} else {
		ccs_complain(&c->output, "%s: no memory", c->file);
	}
	ccs_analyser_free(analyser);
	return status;
}

static int read_files(struct ccs_capture_command *c, int argc, char **argv)
{
	int status = CCS_EXIT_DONE;

	c->several = argc > 1;
	if (c->start)
		c->start(c->user);
	for (int i = 0; i < argc && !c->output.broken; i++) {
		int result = read_file(c, argv[i]);

		status = status > result ? status : result;
	}
	return status;
}

int ccs_capture_command(struct ccs_capture_command *c, int argc, char **argv)
{
	int status;

	ccs_output_init(&c->output, c->name);
	c->keylog = ccs_keylog_new();
	if (!c->keylog) {
		ccs_complain(&c->output, "no memory");
		return CCS_EXIT_MACHINE;
	}
	status = read_options(c, argc, argv);
	if (status < 0)
		status = read_files(c, argc - optind, argv + optind);
	ccs_output_flush(&c->output);
	ccs_keylog_free(c->keylog);
	return c->output.failed && status < CCS_EXIT_MACHINE ? CCS_EXIT_MACHINE : status;
}
