/* SPDX-License-Identifier: Apache-2.0 */
/* A file of any kind through the whole pipeline: JSON, text for people, CSV, summary. */
#include "trace/analyser.h"
#include "trace/csv.h"
#include "trace/keylog.h"
#include "trace/record_json.h"
#include "trace/record_text.h"
#include "trace/source.h"
#include "trace/summary.h"
#include "trace/summary_report.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *at;
	size_t left;
};

static long read_input(void *user, uint8_t *to, size_t size)
{
	struct input *input = user;
	size_t n = input->left < size ? input->left : size;

	if (n)
		memcpy(to, input->at, n);
	input->at += n;
	input->left -= n;
	return (long)n;
}

static char buffer[4096];

static void forget(struct ccs_print *print)
{
	print->at = print->start;
}

struct sinks {
	struct ccs_print *print;
	struct ccs_record_text text;
	struct ccs_csv csv;
	struct ccs_summary *summary;
};

/* Every other frame in the short form, and without secrets. */
static void take(void *user, const struct ccs_record *record)
{
	struct sinks *sinks = user;
	bool all = record->frame & 1;

	sinks->text.verbose = sinks->text.colour = sinks->text.secrets = all;
	ccs_record_json_print(sinks->print, record, all);
	ccs_record_text_print(&sinks->text, record);
	ccs_csv_take(&sinks->csv, sinks->print, record);
	ccs_emit(ccs_summary_sink(sinks->summary), record);
}

static void report(void *user, const struct ccs_session_facts *session)
{
	struct sinks *sinks = user;

	ccs_summary_print_text(sinks->print, session, "file", session->number & 1);
	ccs_summary_print_json(sinks->print, session, "file");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ccs_print print;
	struct sinks sinks = { .print = &print };
	const struct ccs_sink sink = { take, &sinks };
	struct ccs_keylog *keylog = ccs_keylog_new();
	struct ccs_analyser *analyser = ccs_analyser_new(&sink, keylog);
	struct input input = { data, size };
	struct ccs_capture_error error;

	ccs_print_init(&print, buffer, sizeof(buffer));
	print.flush = forget;
	ccs_record_text_init(&sinks.text, &print);
	sinks.summary = ccs_summary_new(report, &sinks);
	if (analyser && keylog && sinks.summary) {
		ccs_source_run_read(analyser, read_input, &input, &error);
		ccs_summary_finish(sinks.summary);
	}
	ccs_summary_free(sinks.summary);
	ccs_analyser_free(analyser);
	ccs_keylog_free(keylog);
	ccs_record_text_free(&sinks.text);
	return 0;
}
