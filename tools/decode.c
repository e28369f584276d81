/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs decode`: what a capture or log of a charging session holds, record by record. */
#include "tools/capture_command.h"
#include "tools/only.h"
#include "trace/csv.h"
#include "trace/exilog.h"
#include "trace/record_json.h"
#include "trace/record_text.h"

#include <string.h>

struct decode {
	struct ccs_capture_command command;
	struct ccs_record_text text;
	struct ccs_csv csv;
	struct ccs_only only;
	bool as_csv;
	bool as_log; /* in `log_format`, of another program */
	enum ccs_exilog_format log_format;
};

static const char help[] =
	"Usage: ccs decode [OPTION]... FILE...\n"
	"Shows what was said in the charging sessions of a capture (pcap, pcapng) or a log with\n"
	"messages in hex; FILE - is stdin.\n\n"
	"  -v, --verbose       all fields of every message, below its line\n"
	"      --session N     only session N\n"
	"      --only WHAT     only records of this kind (mme, sdp, msg, frame, note, session) or\n"
	"                      whose type begins so (CurrentDemand, CM_SLAC, tls); repeatable\n"
	"      --json          JSON lines for programs\n"
	"      --csv           voltages, currents, limits, SoC over time: a row for each round of\n"
	"                      the charging loop\n"
	"      --format F      as a log of pyPLC: pyplc-exi, pyplc-maclog, pyplc-decoded,\n"
	"                      pyplc-values\n"
	"      --keylog FILE   secrets of TLS sessions (SSLKEYLOGFILE format)\n"
	"      --show-secrets  network keys, too\n"
	"      --color WHEN    auto (default), always, never; NO_COLOR is respected\n"
	"      --help, --version\n\n"
	"Examples:\n"
	"  ccs decode session.pcapng\n"
	"  ccs decode --only PreCharge --only CableCheck -v session.pcap\n"
	"  tcpdump -U -w - -i eth1 | ccs decode -\n"
	"  ccs decode --csv session.pcap > values.csv\n"
	"  ccs decode --json session.pcap | jq -r 'select(.type == \"CurrentDemandRes\") | .t'\n\n"
	"Exit status: 0 all decoded; 1 the file is damaged or a message could not be decoded;\n"
	"2 wrong use, or no such file; 3 the machine lacks something.\n";

static void take(void *user, const struct ccs_record *record)
{
	struct decode *d = user;
	struct ccs_output *output = &d->command.output;
	bool of_file = record->kind == CCS_RECORD_NOTE && !strcmp(record->note.topic, "capture");

	if (!ccs_capture_wants(&d->command, record->session) || !ccs_only_wants(&d->only, record) ||
	    (of_file && !d->command.json))
		return;
	if (d->command.json)
		ccs_record_json_print(&output->print, record, d->text.secrets);
	else if (d->as_csv)
		ccs_csv_take(&d->csv, &output->print, record);
	else if (d->as_log)
		ccs_exilog_take(d->log_format, &output->print, record);
	else
		ccs_record_text_print(&d->text, record);
	ccs_output_line(output);
}

static void start(void *user)
{
	struct decode *d = user;

	d->text.colour = d->command.colour;
	if (d->command.json)
		return;
	if (d->as_csv)
		ccs_csv_header(&d->command.output.print);
}

static void end_file(void *user)
{
	struct decode *d = user;

	if (d->as_log && !d->command.json)
		ccs_exilog_end(d->log_format, &d->command.output.print);
}

static bool begin_file(void *user)
{
	struct decode *d = user;
	struct ccs_print *p = &d->command.output.print;

	if (d->command.json)
		return true;
	if (d->command.several) {
		ccs_print_text(p, d->as_log ? "# " : "==> ");
		ccs_print_text(p, d->command.file);
		ccs_print_text(p, d->as_log ? "\n" : " <==\n");
	}
	if (d->as_log)
		ccs_exilog_begin(d->log_format, p);
	return true;
}

enum own_option {
	OPTION_ONLY = CCS_OPTION_OWN,
	OPTION_CSV,
	OPTION_FORMAT,
	OPTION_SECRETS,
};

static const struct option options[] = {
	{ "verbose", no_argument, NULL, 'v' },
	{ "only", required_argument, NULL, OPTION_ONLY },
	{ "csv", no_argument, NULL, OPTION_CSV },
	{ "format", required_argument, NULL, OPTION_FORMAT },
	{ "show-secrets", no_argument, NULL, OPTION_SECRETS },
	CCS_OPTION_ROWS,
	{ 0 },
};

static int take_option(void *user, int option)
{
	struct decode *d = user;

	switch (option) {
	case 'v':
		d->text.verbose = true;
		break;
	case OPTION_ONLY:
		if (!ccs_only_add(&d->only, optarg))
			return ccs_capture_usage(&d->command, "too many --only", "");
		break;
	case OPTION_CSV:
		d->as_csv = true;
		d->command.one_file = true;
		break;
	case OPTION_FORMAT:
		if (!ccs_exilog_find(optarg, &d->log_format))
			return ccs_capture_usage(&d->command, "no such format: ", optarg);
		d->as_log = true;
		break;
	case OPTION_SECRETS:
		d->text.secrets = true;
		break;
	}
	return -1;
}

int ccs_decode_command(int argc, char **argv)
{
	static struct decode d = {
		.command = { .name = "decode",
			     .help = help,
			     .letters = ":vh",
			     .options = options,
			     .user = &d,
			     .take_option = take_option,
			     .start = start,
			     .begin_file = begin_file,
			     .take = take,
			     .end_file = end_file },
	};
	int status;

	ccs_record_text_init(&d.text, &d.command.output.print);
	status = ccs_capture_command(&d.command, argc, argv);
	if (status <= CCS_EXIT_FAILED && !d.command.output.broken)
		ccs_only_say_unused(&d.only, &d.command.output);
	ccs_record_text_free(&d.text);
	return status;
}
