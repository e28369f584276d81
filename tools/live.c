/* SPDX-License-Identifier: Apache-2.0 */
/* A session that is going on: to lines, capture and summary. */
#include "tools/live.h"

#include "ccs/mme.h"
#include "trace/analyser.h"
#include "trace/keylog.h"
#include "trace/record_json.h"
#include "trace/summary.h"
#include "trace/summary_report.h"

#include <errno.h>
#include <string.h>

#define ETHERNET 1

/* Lines. */

/* Questions to the own modem and its answers come once a second. */
static bool is_modem_talk(const struct ccs_record *record)
{
	return record->kind == CCS_RECORD_MME && (record->mme->kind < CCS_MME_CM_SLAC_PARM_REQ ||
						  record->mme->kind > CCS_MME_CM_SLAC_MATCH_CNF);
}

static void show_text(struct ccs_live *live, const struct ccs_record *record)
{
	if (!live->every_round && !ccs_rounds_want(&live->rounds, record))
		return;
	if (!live->verbose && is_modem_talk(record))
		return;
	ccs_rounds_tell_hidden(&live->rounds, record, &live->output.print);
	ccs_record_text_print(&live->text, record);
}

static void show(struct ccs_live *live, const struct ccs_record *record)
{
	if (live->only && !ccs_only_wants(live->only, record))
		return;
	switch (live->format) {
	case CCS_LIVE_TEXT:
		show_text(live, record);
		break;
	case CCS_LIVE_JSON:
		ccs_record_json_print(&live->output.print, record, live->secrets);
		break;
	case CCS_LIVE_CSV:
		ccs_csv_take(&live->csv, &live->output.print, record);
		break;
	case CCS_LIVE_LOG:
		ccs_exilog_take(live->log_format, &live->output.print, record);
		break;
	case CCS_LIVE_QUIET:
		break;
	}
	ccs_output_line(&live->output);
}

static void take_analysed(void *user, const struct ccs_record *record)
{
	struct ccs_live *live = user;

	show(live, record);
	ccs_emit(&live->also, record);
	ccs_emit(ccs_summary_sink(live->summary), record);
}

static void report(void *user, const struct ccs_session_facts *session)
{
	struct ccs_live *live = user;
	struct ccs_print *print = &live->output.print;

	if (live->format == CCS_LIVE_JSON) {
		ccs_summary_print_json(print, session, NULL);
	} else if (live->format != CCS_LIVE_CSV && live->format != CCS_LIVE_LOG) {
		ccs_print_char(print, '\n');
		ccs_summary_print_text(print, session, NULL, live->colour);
	}
	ccs_output_line(&live->output);
	if (live->over)
		live->over(live->user, session);
}

/* Life. */

void ccs_live_init(struct ccs_live *live, const char *command)
{
	memset(live, 0, sizeof(*live));
	ccs_output_init(&live->output, command);
	ccs_output_colour(&live->output, "auto", &live->colour);
	ccs_record_text_init(&live->text, &live->output.print);
	live->began = CCS_NEVER;
}

int ccs_live_usage(struct ccs_live *live, const char *what, const char *value)
{
	ccs_complain(&live->output, "%s%s: see `ccs %s --help`", what, value, live->output.command);
	return CCS_EXIT_USAGE;
}

int ccs_live_take_option(struct ccs_live *live, int option, const char *text, const char *help)
{
	switch (option) {
	case 'w':
		live->capture = optarg;
		return -1;
	case 'v':
		live->verbose = true;
		return -1;
	case 'q':
		live->format = CCS_LIVE_QUIET;
		return -1;
	case CCS_LIVE_OPTION_EVERY_ROUND:
		live->every_round = true;
		return -1;
	case CCS_LIVE_OPTION_JSON:
		live->format = CCS_LIVE_JSON;
		return -1;
	case CCS_LIVE_OPTION_CSV:
		live->format = CCS_LIVE_CSV;
		return -1;
	case CCS_LIVE_OPTION_FORMAT:
		live->format = CCS_LIVE_LOG;
		if (ccs_exilog_find(optarg, &live->log_format))
			return -1;
		return ccs_live_usage(live, "no such format: ", optarg);
	case CCS_LIVE_OPTION_SECRETS:
		live->secrets = true;
		return -1;
	case CCS_LIVE_OPTION_COLOUR:
		if (ccs_output_colour(&live->output, optarg, &live->colour))
			return -1;
		return ccs_live_usage(live, "--color is auto, always or never, not ", optarg);
	case CCS_LIVE_OPTION_VERSION:
		puts("ccs " CCS_VERSION);
		return CCS_EXIT_DONE;
	case 'h':
		fputs(help, stdout);
		return CCS_EXIT_DONE;
	case ':':
		return ccs_live_usage(live, "this option needs a value: ", text);
	default:
		return ccs_live_usage(live, "no such option: ", text);
	}
}

static bool open_capture(struct ccs_live *live)
{
	live->file = fopen(live->capture, "wb");
	if (live->file &&
	    ccs_pcapng_begin(&live->pcapng, ccs_pcapng_to_file, live->file, "ccs " CCS_VERSION) >=
		    0 &&
	    ccs_pcapng_add_interface(&live->pcapng, ETHERNET,
				     live->interface ? live->interface : live->output.command) >= 0)
		return true;
	ccs_complain(&live->output, "%s: %s: the capture cannot be written there", live->capture,
		     strerror(errno));
	return false;
}

bool ccs_live_start(struct ccs_live *live)
{
	live->sink = (struct ccs_sink) { take_analysed, live };
	live->text.colour = live->colour;
	live->text.verbose = live->verbose;
	live->text.secrets = live->secrets;
	live->keylog = ccs_keylog_new();
	live->summary = ccs_summary_new(report, live);
	live->analyser = live->keylog ? ccs_analyser_new(&live->sink, live->keylog) : NULL;
	if (!live->summary || !live->analyser) {
		ccs_complain(&live->output, "no memory");
		return false;
	}
	if (live->format == CCS_LIVE_CSV)
		ccs_csv_header(&live->output.print);
	else if (live->format == CCS_LIVE_LOG)
		ccs_exilog_begin(live->log_format, &live->output.print);
	return !live->capture || open_capture(live);
}

static ccs_time since(struct ccs_live *live, ccs_time time)
{
	if (time < live->began)
		live->began = time;
	return time - live->began;
}

/* What was written so far stays. */
static void end_capture(struct ccs_live *live, const char *what)
{
	ccs_complain(&live->output, "%s: %s: %s", live->capture, strerror(errno), what);
	fclose(live->file);
	live->file = NULL;
	live->output.failed = true;
}

void ccs_live_frame(struct ccs_live *live, const uint8_t *frame, size_t length, ccs_time time)
{
	struct ccs_packet packet = {
		.time = time,
		.number = ++live->frames,
		.bytes = frame,
		.length = length,
		.original_length = length,
		.link_type = ETHERNET,
	};

	since(live, time);
	if (live->file && ccs_pcapng_write_packet(&live->pcapng, 0, &packet, NULL) < 0)
		end_capture(live, "the capture ends here");
	ccs_analyser_packet(live->analyser, &packet);
}

void ccs_live_record(struct ccs_live *live, const struct ccs_record *record, ccs_time time)
{
	struct ccs_record stamped = *record;
	bool in_frames = record->kind == CCS_RECORD_MSG || record->kind == CCS_RECORD_SDP ||
			 record->kind == CCS_RECORD_MME;
	bool detail = record->kind == CCS_RECORD_VALUE ||
		      (record->kind == CCS_RECORD_STATE && strcmp(record->note.topic, "station"));

	if (in_frames || live->format == CCS_LIVE_CSV || live->format == CCS_LIVE_LOG ||
	    (live->format == CCS_LIVE_TEXT && !live->verbose && detail))
		return;
	stamped.time = time;
	stamped.since = since(live, time);
	show(live, &stamped);
}

void ccs_live_secrets(struct ccs_live *live, const char *lines, size_t length)
{
	const uint8_t *bytes = (const uint8_t *)lines;

	if (live->file &&
	    ccs_pcapng_write_secrets(&live->pcapng, CCS_SECRETS_TLS_KEY_LOG, bytes, length) < 0)
		end_capture(live, "the capture ends here");
	ccs_analyser_secrets(live->analyser, CCS_SECRETS_TLS_KEY_LOG, bytes, length);
}

void ccs_live_flush(struct ccs_live *live)
{
	ccs_output_flush(&live->output);
	if (live->file && fflush(live->file))
		end_capture(live, "the capture ends here");
}

bool ccs_live_finish(struct ccs_live *live)
{
	ccs_analyser_finish(live->analyser);
	ccs_summary_finish(live->summary);
	if (live->format == CCS_LIVE_LOG)
		ccs_exilog_end(live->log_format, &live->output.print);
	ccs_analyser_free(live->analyser);
	ccs_summary_free(live->summary);
	ccs_keylog_free(live->keylog);
	ccs_record_text_free(&live->text);
	if (live->file && fclose(live->file)) {
		ccs_complain(&live->output, "%s: %s", live->capture, strerror(errno));
		live->output.failed = true;
	}
	live->file = NULL;
	ccs_output_flush(&live->output);
	return !live->output.failed;
}
