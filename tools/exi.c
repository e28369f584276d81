/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs exi`: single messages to JSON, from JSON, and bit by bit. */
#include "ccs/exi.h"
#include "ccs/json.h"
#include "ccs/message.h"
#include "ccs/msg/xmldsig.h"
#include "tools/command.h"
#include "ccs/hex.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_POOL (64u << 10)
#define LAST_POOL  (64u << 20)

struct exi_tool {
	struct ccs_output output;
	uint8_t *memory; /* of the pool */
	size_t memory_size;
	uint8_t *bytes; /* an EXI stream */
	size_t bytes_size;
	bool json;
	bool lenient;
	bool single; /* one message of the command line: no line when it fails */
	bool failed; /* a message could not be decoded or encoded */
};

static void *resize(void *memory, size_t size)
{
	memory = realloc(memory, size);
	if (!memory) {
		fprintf(stderr, "ccs exi: no memory\n");
		exit(CCS_EXIT_MACHINE);
	}
	return memory;
}

static struct ccs_pool make_pool(struct exi_tool *tool)
{
	struct ccs_pool pool;

	ccs_pool_init(&pool, tool->memory, tool->memory_size);
	return pool;
}

/* After CCS_ERR_SPACE: true when there is more memory now. */
static bool enlarge_pool(struct exi_tool *tool)
{
	if (tool->memory_size >= LAST_POOL)
		return false;
	tool->memory_size *= 4;
	tool->memory = resize(tool->memory, tool->memory_size);
	return true;
}

/* "din", "iso2.fragment", ... */
static bool parse_set(struct ccs_exi_document *document, struct ccs_text name)
{
	static const char suffix[] = ".fragment";
	const uint32_t tail = sizeof(suffix) - 1;
	enum ccs_protocol protocol;

	*document = (struct ccs_exi_document) { 0 };
	if (name.length > tail && memcmp(name.at + name.length - tail, suffix, tail) == 0) {
		document->form = CCS_EXI_FRAGMENT;
		name.length -= tail;
	}
	protocol = ccs_protocol_of_name(name);
	if (protocol != CCS_PROTOCOL_NONE)
		document->set = ccs_protocol_info(protocol)->set;
	else if (name.length == 7 && memcmp(name.at, "xmldsig", 7) == 0)
		document->set = &ccs_set_xmldsig;
	return document->set != NULL;
}

/* Hex digits, blanks between them ignored, into tool->bytes; false: there is something else. */
static bool parse_hex(struct exi_tool *tool, const char *text, size_t length, size_t *size)
{
	int high = -1;

	if (tool->bytes_size < length) {
		tool->bytes_size = length;
		tool->bytes = resize(tool->bytes, length);
	}
	*size = 0;
	for (size_t i = 0; i < length; i++) {
		int digit = ccs_hex_digit(text[i]);

		if (digit < 0 && strchr(" \t\r\n", text[i]))
			continue;
		if (digit < 0)
			return false;
		if (high >= 0)
			tool->bytes[(*size)++] = (uint8_t)(high << 4 | digit);
		high = high < 0 ? digit : -1;
	}
	return high < 0;
}

/* "the input ends before the message does (bit 17, V2G_Message/Header)" */
static void print_error(struct ccs_print *out, const struct ccs_exi_set *set,
			const struct ccs_exi_error *error, const char *unit)
{
	ccs_print_text(out, ccs_error_text(error->code));
	ccs_print_text(out, " (");
	ccs_print_text(out, unit);
	ccs_print_char(out, ' ');
	ccs_print_unsigned(out, error->bit);
	if (error->depth) {
		ccs_print_text(out, ", ");
		ccs_exi_print_field(out, set, error);
	}
	ccs_print_char(out, ')');
}

/* One line instead of a result: JSON on stdout, or a diagnostic on stderr. */
static void fail(struct exi_tool *tool, const struct ccs_exi_set *set,
		 const struct ccs_exi_error *error, const char *unit, const char *otherwise)
{
	char buffer[512];
	struct ccs_print text;

	tool->failed = true;
	ccs_print_init(&text, buffer, sizeof(buffer));
	if (error)
		print_error(&text, set, error, unit);
	else
		ccs_print_text(&text, otherwise);
	if (!tool->json) {
		ccs_complain(&tool->output, "%.*s", (int)ccs_print_length(&text), buffer);
		return;
	}
	ccs_print_text(&tool->output.print, "\"error\":");
	ccs_print_json(&tool->output.print, buffer, ccs_print_length(&text));
	if (error && error->depth) {
		ccs_print_init(&text, buffer, sizeof(buffer));
		ccs_exi_print_field(&text, set, error);
		ccs_print_text(&tool->output.print, ",\"field\":");
		ccs_print_json(&tool->output.print, buffer, ccs_print_length(&text));
	}
	if (error) {
		ccs_print_text(&tool->output.print, ",\"bit\":");
		ccs_print_unsigned(&tool->output.print, error->bit);
	}
}

static void decode(struct exi_tool *tool, struct ccs_exi_document *document, size_t size)
{
	struct ccs_print *out = &tool->output.print;
	struct ccs_exi_error error;
	struct ccs_pool pool;
	int n;

	do {
		pool = make_pool(tool);
		n = ccs_exi_decode(document, tool->bytes, size, &pool, &error);
	} while (n == CCS_ERR_SPACE && enlarge_pool(tool));
	if (n < 0) {
		fail(tool, document->set, &error, "bit", NULL);
		return;
	}
	if (tool->json) {
		ccs_print_text(out, "\"type\":\"");
		ccs_print_text(out, ccs_exi_message_name(document));
		ccs_print_text(out, "\",\"body\":");
	}
	ccs_exi_print_json(out, document);
}

/* As many lines come out as go in, also of those that fail. */
static void end_line(struct exi_tool *tool)
{
	if (tool->json)
		ccs_print_char(&tool->output.print, '}');
	if (tool->json || !tool->single || !tool->failed)
		ccs_print_char(&tool->output.print, '\n');
}

/* "SET HEX" */
static void decode_line(struct exi_tool *tool, const char *line, size_t length)
{
	struct ccs_print *out = &tool->output.print;
	size_t name = strcspn(line, " \t"), size;
	struct ccs_exi_document document;

	if (name > length)
		name = length;
	if (tool->json) {
		ccs_print_text(out, "{\"proto\":");
		ccs_print_json(out, line, name);
		ccs_print_char(out, ',');
	}
	if (!parse_set(&document, (struct ccs_text) { line, (uint32_t)name }))
		fail(tool, NULL, NULL, NULL, "no message set of this name");
	else if (!parse_hex(tool, line + name, length - name, &size))
		fail(tool, NULL, NULL, NULL, "not hex digits");
	else
		decode(tool, &document, size);
	end_line(tool);
}

/* The members `proto` and `body` of a line. */
static bool parse_record(const char *line, size_t length, struct ccs_json_slice *proto,
			 struct ccs_json_slice *body)
{
	struct ccs_json json = { line, line + length };
	struct ccs_json_slice key, value;
	int more = 1;

	*proto = *body = (struct ccs_json_slice) { 0 };
	if (ccs_json_take(&json, '{') < 0)
		return false;
	while (more > 0) {
		bool is_proto;

		if (ccs_json_string(&json, &key) < 0 || ccs_json_take(&json, ':') < 0)
			return false;
		is_proto = key.length == 5 && memcmp(key.at, "proto", 5) == 0;
		if (is_proto ? ccs_json_string(&json, proto) < 0 : ccs_json_skip(&json, &value) < 0)
			return false;
		if (key.length == 4 && memcmp(key.at, "body", 4) == 0)
			*body = value;
		more = ccs_json_next(&json, '}');
	}
	return more == 0 && proto->at && body->at;
}

static int encode_document(struct exi_tool *tool, const struct ccs_exi_document *document,
			   struct ccs_exi_error *error)
{
	if (tool->lenient)
		return ccs_exi_encode_lenient(document, tool->bytes, tool->bytes_size, error);
	return ccs_exi_encode(document, tool->bytes, tool->bytes_size, error);
}

static void encode(struct exi_tool *tool, struct ccs_exi_document *document,
		   const struct ccs_json_slice *body)
{
	struct ccs_print *out = &tool->output.print;
	struct ccs_exi_error error;
	struct ccs_pool pool;
	int n;

	/* A character of JSON never becomes more than three octets of EXI. */
	if (tool->bytes_size < 3 * body->length + 64) {
		tool->bytes_size = 3 * body->length + 64;
		tool->bytes = resize(tool->bytes, tool->bytes_size);
	}
	do {
		pool = make_pool(tool);
		n = ccs_exi_read_json(document, body->at, body->length, &pool, &error);
	} while (n == CCS_ERR_SPACE && enlarge_pool(tool));
	if (n < 0) {
		fail(tool, document->set, &error, "character", NULL);
		return;
	}
	n = encode_document(tool, document, &error);
	if (n < 0) {
		fail(tool, document->set, &error, "bit", NULL);
		return;
	}
	if (tool->json)
		ccs_print_text(out, "\"exi\":\"");
	ccs_print_hex(out, tool->bytes, (size_t)n);
	if (tool->json)
		ccs_print_char(out, '"');
}

/* {"proto":SET,"body":{...}} */
static void encode_line(struct exi_tool *tool, const char *line, size_t length)
{
	struct ccs_json_slice proto, body;
	struct ccs_exi_document document;

	if (tool->json)
		ccs_print_char(&tool->output.print, '{');
	if (!parse_record(line, length, &proto, &body))
		fail(tool, NULL, NULL, NULL, "not a JSON object with proto and body");
	else if (!parse_set(&document, (struct ccs_text) { proto.at, (uint32_t)proto.length }))
		fail(tool, NULL, NULL, NULL, "no message set of this name");
	else
		encode(tool, &document, &body);
	end_line(tool);
}

/* The first bits of a step, as many as fit a column. */
static void print_bits(struct ccs_print *out, const uint8_t *bytes, const struct ccs_exi_step *step)
{
	size_t shown = step->width > 24 ? 21 : step->width, column = 24;

	for (size_t i = step->bit; i < step->bit + shown; i++)
		ccs_print_char(out, (char)('0' + (bytes[i / 8] >> (7 - i % 8) & 1)));
	if (shown < step->width)
		ccs_print_text(out, "...");
	for (size_t i = shown < step->width ? column : shown; i < column + 2; i++)
		ccs_print_char(out, ' ');
}

static void print_padded(struct ccs_print *out, uint64_t value, unsigned int width)
{
	for (uint64_t limit = 10; width > 1; width--, limit *= 10) {
		if (value < limit)
			ccs_print_char(out, ' ');
	}
	ccs_print_unsigned(out, value);
}

struct tracer {
	struct exi_tool *tool;
	const struct ccs_exi_set *set;
};

static void print_step(void *user, const struct ccs_exi_step *step)
{
	const struct tracer *tracer = user;
	struct ccs_print *out = &tracer->tool->output.print;

	print_padded(out, step->bit / 8, 4);
	ccs_print_char(out, '.');
	ccs_print_unsigned(out, step->bit % 8);
	print_padded(out, step->width, 6);
	ccs_print_text(out, "  ");
	print_bits(out, tracer->tool->bytes, step);
	if (step->field) {
		ccs_print_text(out, step->field);
		ccs_print_text(out, ": ");
	}
	ccs_print_text(out, step->what);
	if (step->value) {
		ccs_print_char(out, ' ');
		ccs_exi_print_value(out, tracer->set, step->row, step->value);
	}
	ccs_print_char(out, '\n');
}

/* SET and HEX of the command line; false: they are none, which was said. */
static bool parse_operands(struct exi_tool *tool, const char *set, const char *hex,
			   struct ccs_exi_document *document, size_t *size)
{
	if (!parse_set(document, (struct ccs_text) { set, (uint32_t)strlen(set) })) {
		ccs_complain(&tool->output, "no message set '%s': see `ccs exi --help`", set);
		return false;
	}
	if (!parse_hex(tool, hex, strlen(hex), size)) {
		ccs_complain(&tool->output, "'%s' is not hex: pairs of digits 0-9, a-f", hex);
		return false;
	}
	return true;
}

/* The pool never fills here: a line of arguments is short. */
static int trace(struct exi_tool *tool, const char *set, const char *hex)
{
	struct tracer tracer = { .tool = tool };
	struct ccs_pool pool = make_pool(tool);
	struct ccs_exi_document document;
	struct ccs_exi_error error;
	size_t size;
	int n;

	if (!parse_operands(tool, set, hex, &document, &size))
		return CCS_EXIT_USAGE;
	tracer.set = document.set;
	ccs_print_text(&tool->output.print, "byte.bit width  bits                      meaning\n");
	n = ccs_exi_trace(&document, tool->bytes, size, &pool, &error, print_step, &tracer);
	if (n < 0) {
		fail(tool, document.set, &error, "bit", NULL);
	} else if ((size_t)n < size) {
		ccs_print_unsigned(&tool->output.print, size - (size_t)n);
		ccs_print_text(&tool->output.print, " trailing bytes, not part of the message\n");
	}
	return tool->failed ? CCS_EXIT_FAILED : CCS_EXIT_DONE;
}

static int run_stream(struct exi_tool *tool,
		      void (*run_line)(struct exi_tool *tool, const char *line, size_t length))
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;

	while (!tool->output.broken && (length = getline(&line, &room, stdin)) > 0) {
		while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
			line[--length] = 0;
		if (length == 0)
			continue;
		run_line(tool, line, (size_t)length);
		ccs_output_line(&tool->output);
	}
	free(line);
	return tool->failed ? CCS_EXIT_FAILED : CCS_EXIT_DONE;
}

static void print_help(void)
{
	fputs("Usage: ccs exi decode [--json] [SET HEX]\n"
	      "       ccs exi encode [--json] [--lenient] [JSON]\n"
	      "       ccs exi trace SET HEX\n"
	      "Messages from and to EXI.  Without operands one message a line is read from stdin:\n"
	      "`SET HEX` to decode, {\"proto\":SET,\"body\":{...}} to encode.\n\n"
	      "SET is app, din, iso2, iso20, iso20ac, iso20dc, iso20wpt, iso20acdp or xmldsig;\n"
	      "with .fragment behind it for an element as it is signed.\n\n"
	      "  --json     one JSON object a line: proto, type and body, or exi, or error\n"
	      "  --lenient  encode values outside their facets, as far as EXI can carry them\n\n"
	      "Examples:\n"
	      "  ccs exi decode din 809a004011d01803...\n"
	      "  ccs exi trace app 80400040\n"
	      "Exit status: 0 done, 1 a message was refused, 2 used wrongly.\n",
	      stdout);
}

static int decode_operands(struct exi_tool *tool, const char *set, const char *hex)
{
	size_t room = strlen(set) + strlen(hex) + 2, size;
	struct ccs_exi_document document;
	char *line;

	if (!parse_operands(tool, set, hex, &document, &size))
		return CCS_EXIT_USAGE;
	line = resize(NULL, room);
	snprintf(line, room, "%s %s", set, hex);
	decode_line(tool, line, room - 1);
	free(line);
	return tool->failed ? CCS_EXIT_FAILED : CCS_EXIT_DONE;
}

static int run_verb(struct exi_tool *tool, int argc, char **argv)
{
	const char *verb = argc > 0 ? argv[0] : "";
	bool decoding = strcmp(verb, "decode") == 0;

	if (strcmp(verb, "trace") == 0 && argc == 3)
		return trace(tool, argv[1], argv[2]);
	if ((decoding || strcmp(verb, "encode") == 0) && argc == 1)
		return run_stream(tool, decoding ? decode_line : encode_line);
	tool->single = true;
	if (decoding && argc == 3)
		return decode_operands(tool, argv[1], argv[2]);
	if (strcmp(verb, "encode") == 0 && argc == 2) {
		encode_line(tool, argv[1], strlen(argv[1]));
		return tool->failed ? CCS_EXIT_FAILED : CCS_EXIT_DONE;
	}
	ccs_complain(&tool->output, "decode [SET HEX], encode [JSON] or trace SET HEX: "
				    "see `ccs exi --help`");
	return CCS_EXIT_USAGE;
}

int ccs_exi_command(int argc, char **argv)
{
	static const struct option options[] = { { "json", no_argument, NULL, 'j' },
						 { "lenient", no_argument, NULL, 'l' },
						 { "help", no_argument, NULL, 'h' },
						 { 0 } };
	static struct exi_tool tool;
	int option, status;

	ccs_output_init(&tool.output, "exi");
	opterr = 0;
	while ((option = getopt_long(argc, argv, "jlh", options, NULL)) != -1) {
		if (option == 'h') {
			print_help();
			return CCS_EXIT_DONE;
		}
		if (option == '?') {
			ccs_complain(&tool.output, "no such option: %s: see `ccs exi --help`",
				     argv[optind - 1]);
			return CCS_EXIT_USAGE;
		}
		tool.json |= option == 'j';
		tool.lenient |= option == 'l';
	}
	tool.memory_size = FIRST_POOL;
	tool.memory = resize(NULL, FIRST_POOL);
	status = run_verb(&tool, argc - optind, argv + optind);
	ccs_output_flush(&tool.output);
	free(tool.memory);
	free(tool.bytes);
	return tool.output.failed ? CCS_EXIT_MACHINE : status;
}
