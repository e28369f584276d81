/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs summary`: what happened in the sessions of a capture, and why they ended as they did. */
#include "linux/session_folder_space.h"
#include "tools/capture_command.h"
#include "trace/summary.h"
#include "trace/summary_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct summary {
	struct ccs_capture_command command;
	struct ccs_summary *sessions;
	uint64_t shown;
	int argc;
	char **argv;
};

static const char help[] =
	"Usage: ccs summary [OPTION]... FILE...\n"
	"Tells of each charging session in a capture (pcap, pcapng) or log: who, which protocol,\n"
	"the phases and how long they took, energy and limits, how it ended, and when it failed,\n"
	"why, with the frame that proves it and what to check next; FILE - is stdin, and a folder\n"
	"the session that was recorded there.\n\n"
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
	struct ccs_output *output = &s->command.output;

	if (output->broken || !ccs_capture_wants(&s->command, session->number))
		return;
	if (s->command.json) {
		ccs_summary_print_json(&output->print, session, s->command.file);
	} else {
		if (s->shown)
			ccs_print_char(&output->print, '\n');
		ccs_summary_print_text(&output->print, session,
				       s->command.several ? s->command.file : NULL,
				       s->command.colour);
	}
	s->shown++;
	ccs_output_line(output);
}

static bool begin_file(void *user)
{
	struct summary *s = user;

	s->sessions = ccs_summary_new(report, s);
	return s->sessions;
}

static void take(void *user, const struct ccs_record *record)
{
	struct summary *s = user;

	ccs_emit(ccs_summary_sink(s->sessions), record);
}

static void end_file(void *user)
{
	struct summary *s = user;

	ccs_summary_finish(s->sessions);
	ccs_summary_free(s->sessions);
	s->sessions = NULL;
}

/* In the place of a folder its capture. */
static char *look_into(char *operand)
{
	const size_t room = strlen(operand) + sizeof("/" CCS_FOLDER_CAPTURE);
	struct stat status;
	char *path;

	if (stat(operand, &status) || !S_ISDIR(status.st_mode))
		return operand;
	path = malloc(room);
	if (!path)
		return operand;
	snprintf(path, room, "%s/" CCS_FOLDER_CAPTURE, operand);
	return path; /* as long as argv */
}

static void start(void *user)
{
	struct summary *s = user;

	for (int i = optind; i < s->argc; i++)
		s->argv[i] = look_into(s->argv[i]);
}

static const struct option options[] = { CCS_OPTION_ROWS, { 0 } };

int ccs_summary_command(int argc, char **argv)
{
	static struct summary s = {
		.command = { .name = "summary",
			     .help = help,
			     .letters = ":h",
			     .options = options,
			     .user = &s,
			     .start = start,
			     .begin_file = begin_file,
			     .take = take,
			     .end_file = end_file },
	};

	s.argc = argc;
	s.argv = argv;
	return ccs_capture_command(&s.command, argc, argv);
}
