/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs decode`: what a capture or log of a charging session holds, record by record. */
#include "ccs/mme.h"
#include "ccs/sdp.h"
#include "tools/command.h"
#include "trace/analyser.h"
#include "trace/csv.h"
#include "trace/keylog.h"
#include "trace/record_json.h"
#include "trace/record_text.h"
#include "trace/source.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define ONLY_MAX 32

enum form {
	FORM_TEXT,
	FORM_JSON,
	FORM_CSV,
};

struct decode {
	struct ccs_output output;
	struct ccs_record_text text;
	struct ccs_csv csv;
	struct ccs_keylog *keylog;
	enum form form;
	bool secrets;
	uint32_t session; /* only this one; 0: all */
	const char *only[ONLY_MAX];
	size_t only_count;
	const char *file;
	bool silent;		 /* nothing was found in it yet */
	const char *option_text; /* as it stands on the command line */
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

/* What `--only` compares: the type of what the record holds, or its topic. */
static const char *type_of(const struct ccs_record *record, char *buffer, size_t size)
{
	struct ccs_print print;

	switch (record->kind) {
	case CCS_RECORD_MME:
		ccs_print_init(&print, buffer, size - 1);
		ccs_mme_print_type(&print, record->mme);
		*print.at = '\0';
		return buffer;
	case CCS_RECORD_SDP:
		return ccs_sdp_type_name(record->sdp->kind);
	case CCS_RECORD_MSG:
		return record->msg.type ? record->msg.type : "";
	case CCS_RECORD_VALUE:
		return record->value.name;
	case CCS_RECORD_FRAME:
	case CCS_RECORD_STATE:
	case CCS_RECORD_NOTE:
	case CCS_RECORD_VERDICT:
	case CCS_RECORD_SESSION:
		return record->note.topic;
	}
	return "";
}

static bool is_wanted(const struct decode *d, const struct ccs_record *record)
{
	char buffer[64];
	const char *type;

	if (d->session && record->session != d->session)
		return false;
	if (!d->only_count)
		return true;
	type = type_of(record, buffer, sizeof(buffer));
	for (size_t i = 0; i < d->only_count; i++)
		if (!strcasecmp(d->only[i], ccs_record_kind_name(record->kind)) ||
		    !strncasecmp(d->only[i], type, strlen(d->only[i])))
			return true;
	return false;
}

static void complain_of(struct decode *d, const struct ccs_record *record)
{
	if (record->frame)
		ccs_complain(&d->output, "%s: frame %" PRIu64 ": %s", d->file, record->frame,
			     record->note.text);
	else
		ccs_complain(&d->output, "%s: %s", d->file, record->note.text);
}

static void take(void *user, const struct ccs_record *record)
{
	struct decode *d = user;
	bool of_file = record->kind == CCS_RECORD_NOTE && !strcmp(record->note.topic, "capture");

	if (d->output.broken)
		return;
	d->silent = false;
	if (of_file)
		complain_of(d, record);
	if (!is_wanted(d, record) || (of_file && d->form != FORM_JSON))
		return;
	switch (d->form) {
	case FORM_TEXT:
		ccs_record_text_print(&d->text, record);
		break;
	case FORM_JSON:
		ccs_record_json_print(&d->output.print, record, d->secrets);
		break;
	case FORM_CSV:
		ccs_csv_take(&d->csv, &d->output.print, record);
		break;
	}
	ccs_output_line(&d->output);
}

static void show(void *user)
{
	struct decode *d = user;

	ccs_output_flush(&d->output);
}

/* Returns an exit status. */
static int decode_file(struct decode *d, const char *path)
{
	const struct ccs_sink sink = { take, d };
	struct ccs_analyser *analyser = ccs_analyser_new(&sink, d->keylog);
	const struct ccs_analyser_counts *counts;
	struct ccs_capture_error error;
	int result, status = CCS_EXIT_DONE;

	d->file = strcmp(path, "-") ? path : "stdin";
	d->csv = (struct ccs_csv) { 0 };
	d->silent = true;
	if (!analyser) {
		ccs_complain(&d->output, "%s: no memory", d->file);
		return CCS_EXIT_MACHINE;
	}
	result = ccs_source_run_live(analyser, path, show, d, &error);
	counts = ccs_analyser_counts(analyser);
	if (result < 0) {
		ccs_complain(&d->output, "%s: %s", d->file, error.text);
		status = result == CCS_ERR_SPACE ? CCS_EXIT_MACHINE
			 : result == CCS_ERR_IO	 ? CCS_EXIT_USAGE
						 : CCS_EXIT_FAILED;
	} else if (d->silent) {
		ccs_complain(&d->output, "%s: nothing of a charging session in %" PRIu64 " packets",
			     d->file, counts->packets);
	} else if (counts->undecoded) {
		ccs_complain(&d->output,
			     "%s: frame %" PRIu64 ": %" PRIu64 " of %" PRIu64
			     " messages could not be decoded, this is the first",
			     d->file, counts->first_undecoded, counts->undecoded, counts->messages);
	}
	if (counts->undecoded || counts->damaged)
		status = status ? status : CCS_EXIT_FAILED;
	ccs_analyser_free(analyser);
	return status;
}

static bool read_keylog(struct decode *d, const char *path)
{
	FILE *file = fopen(path, "r");
	char buffer[4096];
	size_t n;

	if (!file) {
		ccs_complain(&d->output, "%s: cannot be read: it should hold TLS secrets", path);
		return false;
	}
	while ((n = fread(buffer, 1, sizeof(buffer), file)) > 0)
		ccs_keylog_feed(d->keylog, CCS_KEYLOG_FILE, buffer, n);
	ccs_keylog_end(d->keylog, CCS_KEYLOG_FILE);
	fclose(file);
	return true;
}

static bool choose_colour(struct decode *d, const char *when)
{
	const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");

	if (!strcmp(when, "always"))
		d->text.colour = true;
	else if (!strcmp(when, "never"))
		d->text.colour = false;
	else if (!strcmp(when, "auto"))
		d->text.colour = d->output.terminal && !(no_colour && *no_colour) &&
				 !(terminal && !strcmp(terminal, "dumb"));
	else
		return false;
	return true;
}

static bool read_session(struct decode *d, const char *text)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	d->session = (uint32_t)number;
	return *end == '\0' && number > 0 && number <= UINT32_MAX && text[0] != '-';
}

enum long_option {
	OPTION_SESSION = 256,
	OPTION_ONLY,
	OPTION_JSON,
	OPTION_CSV,
	OPTION_KEYLOG,
	OPTION_SECRETS,
	OPTION_COLOUR,
	OPTION_VERSION,
};

static const struct option options[] = {
	{ "verbose", no_argument, NULL, 'v' },
	{ "session", required_argument, NULL, OPTION_SESSION },
	{ "only", required_argument, NULL, OPTION_ONLY },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "csv", no_argument, NULL, OPTION_CSV },
	{ "keylog", required_argument, NULL, OPTION_KEYLOG },
	{ "show-secrets", no_argument, NULL, OPTION_SECRETS },
	{ "color", required_argument, NULL, OPTION_COLOUR },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ 0 },
};

static int usage(struct decode *d, const char *what, const char *value)
{
	ccs_complain(&d->output, "%s%s: see `ccs decode --help`", what, value);
	return CCS_EXIT_USAGE;
}

/* Returns an exit status, or -1 to go on. */
static int take_option(struct decode *d, int option)
{
	switch (option) {
	case 'v':
		d->text.verbose = true;
		return -1;
	case OPTION_SESSION:
		return read_session(d, optarg) ? -1 : usage(d, "no number of a session: ", optarg);
	case OPTION_ONLY:
		if (d->only_count == ONLY_MAX)
			return usage(d, "too many --only", "");
		d->only[d->only_count++] = optarg;
		return -1;
	case OPTION_JSON:
		d->form = FORM_JSON;
		return -1;
	case OPTION_CSV:
		d->form = FORM_CSV;
		return -1;
	case OPTION_KEYLOG:
		return read_keylog(d, optarg) ? -1 : CCS_EXIT_USAGE;
	case OPTION_SECRETS:
		d->secrets = d->text.secrets = true;
		return -1;
	case OPTION_COLOUR:
		return choose_colour(d, optarg)
			       ? -1
			       : usage(d, "--color is auto, always or never, not ", optarg);
	case OPTION_VERSION:
		puts("ccs " CCS_VERSION);
		return CCS_EXIT_DONE;
	case 'h':
		fputs(help, stdout);
		return CCS_EXIT_DONE;
	case ':':
		return usage(d, "this option needs a value: ", d->option_text);
	default:
		return usage(d, "no such option: ", d->option_text);
	}
}

static int read_options(struct decode *d, int argc, char **argv)
{
	int option, status = -1;

	opterr = 0;
	choose_colour(d, "auto");
	while (status < 0) {
		d->option_text = optind < argc ? argv[optind] : "";
		option = getopt_long(argc, argv, ":vh", options, NULL);
		if (option < 0)
			break;
		status = take_option(d, option);
	}
	if (status < 0 && optind == argc)
		return usage(d, "no file", "");
	return status;
}

int ccs_decode_command(int argc, char **argv)
{
	static struct decode d;
	int status;

	ccs_output_init(&d.output, "decode");
	ccs_record_text_init(&d.text, &d.output.print);
	d.keylog = ccs_keylog_new();
	if (!d.keylog) {
		ccs_complain(&d.output, "no memory");
		return CCS_EXIT_MACHINE;
	}
	status = read_options(&d, argc, argv);
	if (status < 0) {
		status = CCS_EXIT_DONE;
		if (d.form == FORM_CSV)
			ccs_csv_header(&d.output.print);
		for (int i = optind; i < argc && !d.output.broken; i++) {
			int result = decode_file(&d, argv[i]);

			status = status > result ? status : result;
		}
	}
	ccs_output_flush(&d.output);
	ccs_record_text_free(&d.text);
	ccs_keylog_free(d.keylog);
	return d.output.failed && status < CCS_EXIT_MACHINE ? CCS_EXIT_MACHINE : status;
}
