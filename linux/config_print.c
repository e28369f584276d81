/* SPDX-License-Identifier: Apache-2.0 */
/* Walks over the table of keys, for people and programs. */
#include "linux/config_print.h"

#include <stdio.h>
#include <string.h>

#define ORIGIN_COLUMN 44

static const struct {
	const char *name;
	const char *text;
} sections[] = {
	{ "general", "what every command has" },
	{ "ev", "the car, `ccs ev`" },
	{ "evse", "the charger, `ccs evse`; [evse NAME] for one of several" },
	{ "slac", "limits of the matching, ISO 15118-3, under the standard's names" },
	{ "modem", "the power line modem of this side" },
	{ "safety", "tolerances of the safety invariants" },
	{ "timing", "timers of the standards, under their names" },
	{ "quirks", "tolerance for what real cars and chargers do" },
	{ "sim", "the simulated hardware: battery, supply, cable" },
	{ "record", "what is kept of a session" },
	{ "log", "what is said while it runs" },
	{ "mqtt", "a broker that is told what the stations do" },
	{ "webhook", "web servers that are told what the stations do" },
	{ "on", "commands of /bin/sh, run by `ccs listen`" },
	{ "gpsd", "where `ccs listen` is" },
	{ "upload", "a web server that `ccs listen` tells of the chargers it meets" },
	{ "syslog", "datagrams with what `ccs listen` sees" },
};

#define SECTIONS (sizeof(sections) / sizeof(sections[0]))

const char *ccs_config_section_text(const char *section)
{
	for (size_t i = 0; i < SECTIONS; i++) {
		if (strcmp(sections[i].name, section) == 0)
			return sections[i].text;
	}
	return NULL;
}

/* "evse", "evse.probe", "probe": a section, a key of it, keys with this in their names. */
static bool is_wanted(const struct ccs_config_key *key, const char *only)
{
	size_t length = strlen(key->section);

	if (!only || strcmp(key->section, only) == 0)
		return true;
	if (strncmp(only, key->section, length) == 0 && only[length] == '.')
		return strstr(key->name, only + length + 1);
	return !ccs_config_is_section(only) && strstr(key->name, only);
}

/* `*last` is the section before; true when `key` begins another. */
static bool begins_section(const struct ccs_config_key *key, const char **last)
{
	bool begins = !*last || strcmp(*last, key->section) != 0;

	*last = key->section;
	return begins;
}

static const void *default_of(const struct ccs_config_key *key)
{
	static struct ccs_config defaults;

	if (!defaults.evse_count)
		ccs_config_set_defaults(&defaults);
	return ccs_config_at(&defaults, key, NULL);
}

/* List. */

static void print_section(struct ccs_print *p, const char *section)
{
	ccs_print_char(p, '[');
	ccs_print_text(p, section);
	ccs_print_text(p, "]  ");
	ccs_print_text(p, ccs_config_section_text(section));
	ccs_print_char(p, '\n');
}

size_t ccs_config_print_list(struct ccs_print *p, const char *only)
{
	const struct ccs_config_key *key;
	const char *section = NULL;
	size_t count = 0;

	for (size_t i = 0; (key = ccs_config_key(i)); i++) {
		if (!is_wanted(key, only))
			continue;
		if (begins_section(key, &section)) {
			ccs_print_text(p, count ? "\n" : "");
			print_section(p, section);
		}
		ccs_print_text(p, "  ");
		ccs_print_text(p, key->name);
		ccs_print_text(p, " = ");
		ccs_config_print_value(p, key, default_of(key));
		ccs_print_text(p, "\n      ");
		ccs_config_print_expected(p, key);
		ccs_print_text(p, "\n      ");
		ccs_print_text(p, key->text);
		ccs_print_char(p, '\n');
		count++;
	}
	return count;
}

/* A value or range as a JSON string. */
static void print_quoted(struct ccs_print *p, const struct ccs_config_key *key, const void *at,
			 void (*print)(struct ccs_print *, const struct ccs_config_key *,
				       const void *))
{
	char text[1024];
	struct ccs_print t;

	ccs_print_init(&t, text, sizeof(text));
	print(&t, key, at);
	ccs_print_json(p, text, ccs_print_length(&t));
}

static void print_expected_at(struct ccs_print *p, const struct ccs_config_key *key, const void *at)
{
	(void)at;
	ccs_config_print_expected(p, key);
}

static void print_names(struct ccs_print *p, const char *section, const struct ccs_config_key *key)
{
	ccs_print_text(p, "{\"section\":");
	ccs_print_json(p, section, strlen(section));
	ccs_print_text(p, ",\"key\":");
	ccs_print_json(p, key->name, strlen(key->name));
}

size_t ccs_config_print_list_json(struct ccs_print *p, const char *only)
{
	const struct ccs_config_key *key;
	size_t count = 0;

	for (size_t i = 0; (key = ccs_config_key(i)); i++) {
		if (!is_wanted(key, only))
			continue;
		print_names(p, key->section, key);
		ccs_print_text(p, ",\"default\":");
		print_quoted(p, key, default_of(key), ccs_config_print_value);
		ccs_print_text(p, ",\"expected\":");
		print_quoted(p, key, NULL, print_expected_at);
		ccs_print_text(p, ",\"text\":");
		ccs_print_json(p, key->text, strlen(key->text));
		ccs_print_text(p, "}\n");
		count++;
	}
	return count;
}

/* Values. */

static void print_origin(struct ccs_print *p, struct ccs_config_origin origin)
{
	ccs_print_text(p, origin.source ? origin.source : "default");
	if (origin.line) {
		ccs_print_char(p, ':');
		ccs_print_unsigned(p, origin.line);
	}
}

static void print_line(struct ccs_print *p, const struct ccs_config_key *key, const void *at,
		       const struct ccs_config_origin *origin)
{
	char text[1024];
	struct ccs_print t;

	ccs_print_init(&t, text, sizeof(text));
	ccs_print_text(&t, key->name);
	ccs_print_text(&t, " = ");
	ccs_config_print_value(&t, key, at);
	ccs_print_bytes(p, text, ccs_print_length(&t));
	if (origin) {
		for (size_t i = ccs_print_length(&t); i < ORIGIN_COLUMN; i++)
			ccs_print_char(p, ' ');
		ccs_print_text(p, " ; ");
		print_origin(p, *origin);
	}
	ccs_print_char(p, '\n');
}

static void print_line_json(struct ccs_print *p, const char *section,
			    const struct ccs_config_key *key, const void *at,
			    const struct ccs_config_origin *origin)
{
	print_names(p, section, key);
	ccs_print_text(p, ",\"value\":");
	print_quoted(p, key, at, ccs_config_print_value);
	if (origin->source) {
		ccs_print_text(p, ",\"source\":");
		ccs_print_json(p, origin->source, strlen(origin->source));
	}
	if (origin->line) {
		ccs_print_text(p, ",\"line\":");
		ccs_print_unsigned(p, origin->line);
	}
	ccs_print_text(p, "}\n");
}

/* "ev"; "evse left" of a charger with a name. */
static void make_title(char title[64], const char *section, const struct ccs_config_evse *evse)
{
	bool named = strcmp(section, "evse") == 0 && evse->name[0];

	snprintf(title, 64, "%s%s%s", section, named ? " " : "", named ? evse->name : "");
}

/* The keys of one section, or of one charger. */
static size_t print_section_values(struct ccs_print *p, struct ccs_config_reader *reader,
				   const struct ccs_config_shown *shown, const char *section,
				   size_t number)
{
	struct ccs_config_evse *evse = &reader->config.evse[number];
	const struct ccs_config_key *key;
	char title[64];
	size_t count = 0;
	bool titled;

	make_title(title, section, evse);
	titled = shown->only && strcmp(shown->only, title) == 0;
	for (size_t i = 0; (key = ccs_config_key(i)); i++) {
		struct ccs_config_origin origin = ccs_config_origin(reader, key, number);
		const void *at = ccs_config_at(&reader->config, key, evse);

		if (strcmp(key->section, section) != 0 || (shown->changed && !origin.source) ||
		    !(titled || is_wanted(key, shown->only)))
			continue;
		if (count++ == 0 && !shown->json) {
			ccs_print_char(p, '[');
			ccs_print_text(p, title);
			ccs_print_text(p, "]\n");
		}
		if (shown->json)
			print_line_json(p, title, key, at, &origin);
		else
			print_line(p, key, at, shown->plain ? NULL : &origin);
	}
	return count;
}

size_t ccs_config_print_values(struct ccs_print *p, struct ccs_config_reader *reader,
			       const struct ccs_config_shown *shown)
{
	size_t count = 0;

	for (size_t i = 0; i < SECTIONS; i++) {
		bool each = strcmp(sections[i].name, "evse") == 0;

		for (size_t e = 0; e < (each ? reader->config.evse_count : 1); e++)
			count += print_section_values(p, reader, shown, sections[i].name, e);
	}
	return count;
}

/* The example. */

static void print_comment(struct ccs_print *p, const char *text)
{
	ccs_print_text(p, "# ");
	ccs_print_text(p, text);
	ccs_print_char(p, '\n');
}

void ccs_config_print_example(struct ccs_print *p)
{
	const struct ccs_config_key *key;
	const char *section = NULL;

	print_comment(p, "Configuration of `ccs`: /etc/ccs/ccs.conf.  Every key is here, at its "
			 "default.");
	print_comment(p, "`ccs config check` tries a file, `ccs config show` tells which value "
			 "holds and why.");
	for (size_t i = 0; (key = ccs_config_key(i)); i++) {
		if (begins_section(key, &section)) {
			ccs_print_char(p, '\n');
			print_comment(p, ccs_config_section_text(section));
			ccs_print_char(p, '[');
			ccs_print_text(p, section);
			ccs_print_text(p, "]\n");
		}
		ccs_print_char(p, '\n');
		print_comment(p, key->text);
		ccs_print_text(p, "# ");
		ccs_config_print_expected(p, key);
		ccs_print_text(p, "\n#");
		print_line(p, key, default_of(key), NULL);
	}
}

/* The manual page. */

/* Text that roff leaves alone: no request at the start of a line, no escape. */
static void print_roff(struct ccs_print *p, const char *text, size_t length)
{
	if (length && (*text == '.' || *text == '\''))
		ccs_print_text(p, "\\&");
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\\')
			ccs_print_text(p, "\\e");
		else if (text[i] == '-')
			ccs_print_text(p, "\\-");
		else
			ccs_print_char(p, text[i]);
	}
	ccs_print_char(p, '\n');
}

static void print_roff_value(struct ccs_print *p, const struct ccs_config_key *key)
{
	char text[1024];
	struct ccs_print t;

	ccs_print_init(&t, text, sizeof(text));
	ccs_print_text(&t, "Default: ");
	ccs_config_print_value(&t, key, default_of(key));
	ccs_print_text(&t, ccs_print_length(&t) > strlen("Default: ") ? "; " : "empty; ");
	ccs_config_print_expected(&t, key);
	ccs_print_char(&t, '.');
	print_roff(p, text, ccs_print_length(&t));
}

static void print_manual_keys(struct ccs_print *p)
{
	const struct ccs_config_key *key;
	const char *section = NULL;

	for (size_t i = 0; (key = ccs_config_key(i)); i++) {
		if (begins_section(key, &section)) {
			ccs_print_text(p, i ? ".El\n.Ss [" : ".Ss [");
			ccs_print_text(p, section);
			ccs_print_text(p, "]\n");
			print_roff(p, ccs_config_section_text(section),
				   strlen(ccs_config_section_text(section)));
			ccs_print_text(p, ".Bl -tag -width 4n\n");
		}
		ccs_print_text(p, ".It Cm ");
		ccs_print_text(p, key->name);
		ccs_print_char(p, '\n');
		print_roff(p, key->text, strlen(key->text));
		ccs_print_text(p, ".br\n");
		print_roff_value(p, key);
	}
	ccs_print_text(p, ".El\n");
}

void ccs_config_print_manual(struct ccs_print *p)
{
	ccs_print_text(p,
		       ".Dd November 22, 2026\n"
		       ".Dt CCS.CONF 5\n"
		       ".Os OpenCCS\n"
		       ".Sh NAME\n"
		       ".Nm ccs.conf\n"
		       ".Nd configuration of ccs\n"
		       ".Sh SYNOPSIS\n"
		       ".Pa /etc/ccs/ccs.conf\n"
		       ".br\n"
		       ".Pa /etc/ccs/conf.d/*.conf\n"
		       ".Sh DESCRIPTION\n"
		       "Lines are a section in brackets, a key with its value behind =, or a "
		       "comment behind # or ; .\n"
		       "A number may be followed by its unit; without one the unit of the "
		       "default is meant; powers and energies need theirs.\n"
		       "What is read later holds: ccs.conf, the files of conf.d in the order of "
		       "their names,\n"
		       ".Fl -set Ar section.key=value\n"
		       "of the command line.\n"
		       ".Fl c Ar file\n"
		       "reads a file or directory instead of\n"
		       ".Pa /etc/ccs .\n"
		       ".Pp\n"
		       "The keys of [evse] hold for every charger, those of [evse NAME] for one; "
		       "each such section is a charger.\n"
		       ".Sh KEYS\n");
	print_manual_keys(p);
	ccs_print_text(p, ".Sh SEE ALSO\n.Xr ccs 1\n");
}
