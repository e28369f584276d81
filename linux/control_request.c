/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to running stations, and their answers. */
#include "linux/control_request.h"

#include "ccs/json.h"

#include <stdio.h>
#include <string.h>

#define MEMBER_MAX 192 /* of a string in a request, with its end */

static const struct verb {
	const char *name, *text;
} verbs[] = {
#define ROW(id, name, text) { name, text },
	CCS_VERBS(ROW)
#undef ROW
};

const char *ccs_verb_name(enum ccs_verb verb)
{
	return verbs[verb].name;
}

const char *ccs_verb_text(enum ccs_verb verb)
{
	return verbs[verb].text;
}

enum ccs_verb ccs_verb_find(const char *name)
{
	unsigned int verb = 0;

	while (verb < CCS_VERB_COUNT && strcmp(verbs[verb].name, name) != 0)
		verb++;
	return (enum ccs_verb)verb;
}

/* Line to request. */

/* "" is what was not said. */
struct request {
	char what[MEMBER_MAX];
	char name[MEMBER_MAX];
	char key[MEMBER_MAX];
	char value[MEMBER_MAX];
};

static char *member_of(struct request *request, const struct ccs_json_slice *name)
{
	const struct {
		const char *name;
		char *text;
	} members[] = {
		{ "do", request->what },
		{ "name", request->name },
		{ "key", request->key },
		{ "value", request->value },
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		if (strlen(members[i].name) == name->length &&
		    !memcmp(members[i].name, name->at, name->length))
			return members[i].text;
	return NULL;
}

/* `"name": value`. */
static int read_member(struct request *request, struct ccs_json *json)
{
	struct ccs_json_slice name, text;
	int result = ccs_json_string(json, &name);
	char *to;

	if (result < 0 || (result = ccs_json_take(json, ':')) < 0)
		return result;
	to = member_of(request, &name);
	if (!to)
		return ccs_json_skip(json, &text);
	result = ccs_json_string(json, &text);
	if (result < 0 || text.length >= MEMBER_MAX)
		return CCS_ERR_SYNTAX;
	result = ccs_json_unescape(&text, to);
	if (result < 0 || memchr(to, '\0', (size_t)result))
		return CCS_ERR_SYNTAX;
	to[result] = '\0';
	return 0;
}

static int read_request(struct request *request, const char *line, size_t length)
{
	struct ccs_json json = { line, line + length };
	int more = ccs_json_take(&json, '{');

	memset(request, 0, sizeof(*request));
	while (more >= 0) {
		more = read_member(request, &json);
		if (more >= 0)
			more = ccs_json_next(&json, '}');
		if (more == 0)
			return ccs_json_peek(&json) ? CCS_ERR_SYNTAX : 0;
	}
	return more;
}

/* Request to deed. */

static bool is_meant(const struct ccs_stations *s, const struct request *request, size_t number)
{
	return !request->name[0] || !strcmp(request->name, s->name(s->user, number));
}

static bool do_one(const struct ccs_stations *s, const struct request *request, enum ccs_verb verb,
		   size_t number, char why[CCS_CONTROL_WHY])
{
	const char *refusal;

	if (verb == CCS_VERB_STATUS)
		return true;
	if (verb == CCS_VERB_SET)
		return s->set(s->user, number, request->key, request->value, why);
	refusal = s->act(s->user, number, verb);
	if (refusal)
		snprintf(why, CCS_CONTROL_WHY, "%s", refusal);
	return !refusal;
}

/* How many stations were meant; `error`: what the first that refused says. */
static size_t do_all(const struct ccs_stations *s, const struct request *request,
		     enum ccs_verb verb, char *error, size_t size)
{
	char why[CCS_CONTROL_WHY];
	size_t meant = 0;

	for (size_t i = 0; i < s->count; i++) {
		if (!is_meant(s, request, i))
			continue;
		meant++;
		if (!do_one(s, request, verb, i, why) && !*error)
			snprintf(error, size, "%s: %s", s->name(s->user, i), why);
	}
	return meant;
}

/* Answers. */

void ccs_control_print_text(struct ccs_print *p, const char *name, const char *text)
{
	if (!text)
		return;
	ccs_print_char(p, ',');
	ccs_print_json(p, name, strlen(name));
	ccs_print_char(p, ':');
	ccs_print_json(p, text, strlen(text));
}

void ccs_control_print_id(struct ccs_print *p, const char *name, const char *id)
{
	char text[40];
	size_t length = 0;

	for (; id[length] && length < sizeof(text) - 1; length++) {
		char c = id[length];

		text[length] = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	text[length] = '\0';
	ccs_control_print_text(p, name, text);
}

/* `,"name":` */
static void begin_member(struct ccs_print *p, const char *name)
{
	ccs_print_char(p, ',');
	ccs_print_json(p, name, strlen(name));
	ccs_print_char(p, ':');
}

void ccs_control_print_bool(struct ccs_print *p, const char *name, bool value)
{
	begin_member(p, name);
	ccs_print_text(p, value ? "true" : "false");
}

void ccs_control_print_measured(struct ccs_print *p, const char *name,
				const struct ccs_measured *measured, unsigned int digits)
{
	if (!measured->known)
		return;
	begin_member(p, name);
	ccs_print_fixed(p, measured->value, digits);
}

void ccs_control_print_tenths(struct ccs_print *p, const char *name,
			      const struct ccs_measured *milli)
{
	struct ccs_measured tenths = *milli;

	tenths.value = (milli->value + (milli->value < 0 ? -50 : 50)) / 100;
	ccs_control_print_measured(p, name, &tenths, 1);
}

void ccs_control_print_protocol(struct ccs_print *p, enum ccs_protocol protocol)
{
	if (protocol != CCS_PROTOCOL_NONE)
		ccs_control_print_text(p, "protocol", ccs_protocol_info(protocol)->name);
}

static void refuse(struct ccs_print *answer, const char *error)
{
	ccs_print_text(answer, "{\"v\":1,\"ok\":false");
	ccs_control_print_text(answer, "error", error);
	ccs_print_char(answer, '}');
}

static void tell(const struct ccs_stations *s, const struct request *request,
		 struct ccs_print *answer)
{
	bool first = true;

	ccs_print_text(answer, "{\"v\":1,\"ok\":true,\"stations\":[");
	for (size_t i = 0; i < s->count; i++) {
		if (!is_meant(s, request, i))
			continue;
		ccs_print_text(answer, first ? "{\"kind\":\"station\"" : ",{\"kind\":\"station\"");
		ccs_control_print_text(answer, "name", s->name(s->user, i));
		s->describe(s->user, i, answer);
		ccs_print_char(answer, '}');
		first = false;
	}
	ccs_print_text(answer, "]}");
}

void ccs_control_answer(const struct ccs_stations *stations, const char *line, size_t length,
			struct ccs_print *answer)
{
	char error[MEMBER_MAX + CCS_CONTROL_WHY] = "";
	struct request request;
	enum ccs_verb verb;

	if (read_request(&request, line, length)) {
		refuse(answer, "not a JSON object of strings, as {\"do\":\"status\"}");
		return;
	}
	verb = ccs_verb_find(request.what);
	if (verb == CCS_VERB_COUNT)
		snprintf(error, sizeof(error), "cannot do '%s'", request.what);
	else if (!do_all(stations, &request, verb, error, sizeof(error)))
		snprintf(error, sizeof(error), "there is no station '%s'", request.name);
	if (*error)
		refuse(answer, error);
	else
		tell(stations, &request, answer);
}
