/* SPDX-License-Identifier: Apache-2.0 */
/* A line to a running station: the answer is one line, and is JSON. */
#include "linux/control_request.h"

#include "ccs/json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *name_of(void *user, size_t number)
{
	(void)user;
	return number ? "right" : "left";
}

static const char *act(void *user, size_t number, enum ccs_verb verb)
{
	(void)user;
	return number && verb == CCS_VERB_DENY ? "no" : NULL;
}

static bool set(void *user, size_t number, const char *key, const char *value,
		char why[CCS_CONTROL_WHY])
{
	(void)user;
	(void)number;
	strcpy(why, "no");
	return strcmp(key, value) != 0;
}

static void describe(void *user, size_t number, struct ccs_print *p)
{
	(void)user;
	(void)number;
	ccs_control_print_id(p, "state", "DONE");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct ccs_stations stations = {
		.count = 2, .name = name_of, .act = act, .set = set, .describe = describe
	};
	char *line = malloc(size), answer[4096];
	struct ccs_json_slice value;
	struct ccs_json json;
	struct ccs_print p;

	memcpy(line, data, size);
	ccs_print_init(&p, answer, sizeof(answer));
	ccs_control_answer(&stations, line, size, &p);
	json = (struct ccs_json) { p.start, p.at };
	if (p.failed || memchr(answer, '\n', ccs_print_length(&p)) ||
	    ccs_json_skip(&json, &value) < 0 || ccs_json_peek(&json))
		abort();
	free(line);
	return 0;
}
