/* SPDX-License-Identifier: Apache-2.0 */
/* A file of any kind through the whole pipeline, to JSON and to text for people. */
#include "trace/analyser.h"
#include "trace/keylog.h"
#include "trace/record_json.h"
#include "trace/record_text.h"
#include "trace/source.h"

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

static void take(void *user, const struct ccs_record *record)
{
	struct ccs_record_text *text = user;

	ccs_record_json_print(text->print, record, true);
	ccs_record_text_print(text, record);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ccs_print print;
	struct ccs_record_text text;
	const struct ccs_sink sink = { take, &text };
	struct ccs_keylog *keylog = ccs_keylog_new();
	struct ccs_analyser *analyser = ccs_analyser_new(&sink, keylog);
	struct input input = { data, size };
	struct ccs_capture_error error;

	ccs_print_init(&print, buffer, sizeof(buffer));
	print.flush = forget;
	ccs_record_text_init(&text, &print);
	text.verbose = text.colour = true;
	if (analyser && keylog)
		ccs_source_run_read(analyser, read_input, &input, &error);
	ccs_analyser_free(analyser);
	ccs_keylog_free(keylog);
	ccs_record_text_free(&text);
	return 0;
}
