/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs summary`: what happened in the sessions of a capture, and why they ended as they did. */
#include "tools/command.h"
#include "trace/analyser.h"
#include "trace/keylog.h"
#include "trace/source.h"
#include "trace/summary.h"
#include "trace/summary_report.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct summary {
	struct ccs_output output;
	struct ccs_keylog *keylog;
	struct ccs_summary *sessions;
	uint32_t session; /* only this one; 0: all */
	uint64_t shown;
	bool json;
	bool colour;
	bool several; /* more than one file */
	const char *file;
	const char *option_text; /* as it stands on the command line */
};

static const char help[] =
	"Usage: ccs summary [OPTION]... FILE...\n"
	"Tells of each charging session in a capture (pcap, pcapng) or log: who, which protocol,\n"
	"the phases and how long they took, energy and limits, how it ended, and when it failed,\n"
	"why, with the frame that proves it and what to check next; FILE - is stdin.\n\n"
	"      --session N     only session N\n"
	"      --json          one JSON object for each session\n"
	"      --keylog FILE   secrets of TLS sessions (SSLKEYLOGFILE format)\n"
	"      --color WHEN    auto (default), always, never; NO_COLOR is respected\n"
	"      --help, --version\n\n"
	"Examples:\n"
	"  ccs summary session.pcapng\n"
	"  ccs summary --json *.pcap | jq -r '[.file, .session, .verdict, .diagnosis] | @tsv'\n\n"
	"Exit status: 0 all read, whatever became of the sessions; 1 a file is damaged or a "
	"message\n"
	"could not be decoded; 2 wrong use, or no such file; 3 the machine lacks something.\n";

static void report(void *user, const struct ccs_session_facts *session)
{
	struct summary *s = user;

	if (s->output.broken || (s->session && session->number != s->session))
		return;
	if (s->json) {
		ccs_summary_print_json(&s->output.print, session, s->file);
	} else {
		if (s->shown)
			ccs_print_char(&s->output.print, '\n');
		ccs_summary_print_text(&s->output.print, session, s->several ? s->file : NULL,
				       s->colour);
	}
	s->shown++;
	ccs_output_line(&s->output);
}

static void take(void *user, const struct ccs_record *record)
{
	struct summary *s = user;

	if (record->kind == CCS_RECORD_NOTE && strcmp(record->note.topic, "capture") == 0) {
		if (record->frame)
			ccs_complain(&s->output, "%s: frame %" PRIu64 ": %s", s->file,
				     record->frame, record->note.text);
		else
			ccs_complain(&s->output, "%s: %s", s->file, record->note.text);
	}
	ccs_emit(ccs_summary_sink(s->sessions), record);
}

/* Returns an exit status. */
static int judge(struct summary *s, int result, const struct ccs_capture_error *error,
		 const struct ccs_analyser_counts *counts)
{
	if (result < 0) {
		ccs_complain(&s->output, "%s: %s", s->file, error->text);
		return result == CCS_ERR_SPACE ? CCS_EXIT_MACHINE
		       : result == CCS_ERR_IO  ? CCS_EXIT_USAGE
					       : CCS_EXIT_FAILED;
	}
	if (counts->undecoded)
		ccs_complain(&s->output,
			     "%s: frame %" PRIu64 ": %" PRIu64 " of %" PRIu64
			     " messages could not be decoded, this is the first",
			     s->file, counts->first_undecoded, counts->undecoded, counts->messages);
	return counts->undecoded || counts->damaged ? CCS_EXIT_FAILED : CCS_EXIT_DONE;
}

static int read_file(struct summary *s, const char *path)
{
	const struct ccs_sink sink = { take, s };
	struct ccs_analyser *analyser = ccs_analyser_new(&sink, s->keylog);
	struct ccs_capture_error error;
	int status = CCS_EXIT_MACHINE;

	s->file = strcmp(path, "-") ? path : "stdin";
	s->sessions = ccs_summary_new(report, s);
	if (analyser && s->sessions) {
		int result = ccs_source_run(analyser, path, &error);

		status = judge(s, result, &error, ccs_analyser_counts(analyser));
		ccs_summary_finish(s->sessions);
	} else {
		ccs_complain(&s->output, "%s: no memory", s->file);
	}
	ccs_summary_free(s->sessions);
	ccs_analyser_free(analyser);
	return status;
}

enum long_option {
	OPTION_SESSION = 256,
	OPTION_JSON,
	OPTION_KEYLOG,
	OPTION_COLOUR,
	OPTION_VERSION,
};

static const struct option options[] = {
	{ "session", required_argument, NULL, OPTION_SESSION },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "keylog", required_argument, NULL, OPTION_KEYLOG },
	{ "color", required_argument, NULL, OPTION_COLOUR },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ 0 },
};

static int usage(struct summary *s, const char *what, const char *value)
{
	ccs_complain(&s->output, "%s%s: see `ccs summary --help`", what, value);
	return CCS_EXIT_USAGE;
}

static bool read_keylog(struct summary *s, const char *path)
{
	FILE *file = fopen(path, "r");
	char buffer[4096];
	size_t n;

	if (!file) {
		ccs_complain(&s->output, "%s: cannot be read: it should hold TLS secrets", path);
		return false;
	}
	while ((n = fread(buffer, 1, sizeof(buffer), file)) > 0)
		ccs_keylog_feed(s->keylog, CCS_KEYLOG_FILE, buffer, n);
	ccs_keylog_end(s->keylog, CCS_KEYLOG_FILE);
	fclose(file);
	return true;
}

static bool choose_colour(struct summary *s, const char *when)
{
	const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");

	if (strcmp(when, "auto") == 0)
		s->colour = s->output.terminal && !(no_colour && *no_colour) &&
			    !(terminal && strcmp(terminal, "dumb") == 0);
	else if (strcmp(when, "always") == 0 || strcmp(when, "never") == 0)
		s->colour = when[0] == 'a';
	else
		return false;
	return true;
}

static bool read_session(struct summary *s, const char *text)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	s->session = (uint32_t)number;
	return *end == '\0' && number > 0 && number <= UINT32_MAX && text[0] != '-';
}

/* Returns an exit status, or -1 to go on. */
static int take_option(struct summary *s, int option)
{
	switch (option) {
	case OPTION_SESSION:
		return read_session(s, optarg) ? -1 : usage(s, "no number of a session: ", optarg);
	case OPTION_JSON:
		s->json = true;
		return -1;
	case OPTION_KEYLOG:
		return read_keylog(s, optarg) ? -1 : CCS_EXIT_USAGE;
	case OPTION_COLOUR:
		return choose_colour(s, optarg)
			       ? -1
			       : usage(s, "--color is auto, always or never, not ", optarg);
	case OPTION_VERSION:
		puts("ccs " CCS_VERSION);
		return CCS_EXIT_DONE;
	case 'h':
		fputs(help, stdout);
		return CCS_EXIT_DONE;
	case ':':
		return usage(s, "this option needs a value: ", s->option_text);
	default:
		return usage(s, "no such option: ", s->option_text);
	}
}

static int read_options(struct summary *s, int argc, char **argv)
{
	int option, status = -1;

	opterr = 0;
	choose_colour(s, "auto");
	while (status < 0) {
		s->option_text = optind < argc ? argv[optind] : "";
		option = getopt_long(argc, argv, ":h", options, NULL);
		if (option < 0)
			break;
		status = take_option(s, option);
	}
	if (status < 0 && optind == argc)
		return usage(s, "no file", "");
	return status;
}

int ccs_summary_command(int argc, char **argv)
{
	static struct summary s;
	int status;

	ccs_output_init(&s.output, "summary");
	s.keylog = ccs_keylog_new();
	if (!s.keylog) {
		ccs_complain(&s.output, "no memory");
		return CCS_EXIT_MACHINE;
	}
	status = read_options(&s, argc, argv);
	if (status < 0) {
		status = CCS_EXIT_DONE;
		s.several = argc - optind > 1;
		for (int i = optind; i < argc && !s.output.broken; i++) {
			int result = read_file(&s, argv[i]);

			status = status > result ? status : result;
		}
	}
	ccs_output_flush(&s.output);
	ccs_keylog_free(s.keylog);
	return s.output.failed && status < CCS_EXIT_MACHINE ? CCS_EXIT_MACHINE : status;
}
