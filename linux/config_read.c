/* SPDX-License-Identifier: Apache-2.0 */
/* Files and options of the command line, in their order. */
#include "linux/config_keys.h"

#include <dirent.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIRECTORY "/etc/ccs"
#define SUFFIX	  ".conf"

/* A file or directory, or a key (NULL: it stands before '=' in the value). */
struct ccs_config_option {
	bool is_path;
	const char *key;
	const char *value;
	const char *source;
};

/* Lines for inih, which neither counts them nor says when one is too long. */
struct lines {
	struct ccs_config_reader *reader;
	ccs_config_take *take;
	void *user;
	FILE *file;
	struct ccs_config_origin at;
	char *line;
	size_t room;
};

/* Options. */

static void keep(struct ccs_config_reader *reader, const struct ccs_config_option *option)
{
	void *more = realloc(reader->options, (reader->option_count + 1) * sizeof(*option));

	if (!more) {
		reader->option_lost = true;
		return;
	}
	reader->options = more;
	reader->options[reader->option_count++] = *option;
}

bool ccs_config_take_option(struct ccs_config_reader *reader, int option, const char *value)
{
	if (option != 'c' && option != CCS_CONFIG_OPTION_SET)
		return false;
	keep(reader, &(struct ccs_config_option) {
			     .is_path = option == 'c',
			     .value = value,
			     .source = option == 'c' ? "-c" : "--set",
		     });
	return true;
}

void ccs_config_set(struct ccs_config_reader *reader, const char *key, const char *value,
		    const char *source)
{
	keep(reader, &(struct ccs_config_option) { .key = key, .value = value, .source = source });
}

/* "section.key", "value"; the section ends at the first point. */
static void set_key(struct ccs_config_reader *reader, struct ccs_config_origin origin, char *key,
		    const char *value)
{
	char *name = strchr(key, '.');

	if (!name) {
		ccs_config_complain_at(reader, origin, "'%s' is not section.key", key);
		return;
	}
	*name++ = '\0';
	ccs_config_assign(reader, origin, key, name, value);
}

static void set_option(struct ccs_config_reader *reader, const struct ccs_config_option *option)
{
	struct ccs_config_origin origin = { .source = option->source };
	const char *text = option->key ? option->key : option->value;
	const char *end = option->key ? text + strlen(text) : strchr(text, '=');
	char key[128];

	if (!end || (size_t)(end - text) >= sizeof(key)) {
		ccs_config_complain_at(reader, origin, "'%s' is not section.key=value", text);
		return;
	}
	memcpy(key, text, (size_t)(end - text));
	key[end - text] = '\0';
	set_key(reader, origin, key, option->key ? option->value : end + 1);
}

/* Files. */

/* Blanks in front of a key would make it the next line of the value before: they go. */
static char *next_line(char *to, int size, void *user)
{
	struct lines *lines = user;
	ssize_t length = getline(&lines->line, &lines->room, lines->file);
	const char *text;

	if (length < 0)
		return NULL;
	lines->at.line++;
	text = lines->line + strspn(lines->line, " \t");
	if (*text == '#' || *text == ';')
		return strcpy(to, "\n");
	if (strlen(lines->line) != (size_t)length)
		ccs_config_complain_at(lines->reader, lines->at, "holds a zero byte: not a text");
	else if (strlen(text) >= (size_t)size)
		ccs_config_complain_at(lines->reader, lines->at, "longer than %d characters",
				       size - 1);
	else
		return strcpy(to, text);
	return strcpy(to, "\n");
}

static int take_pair(void *user, const char *section, const char *name, const char *value)
{
	struct lines *lines = user;

	lines->take(lines->user, lines->at, section, name, value);
	return 1;
}

static void read_lines(struct lines *lines)
{
	int line = ini_parse_stream(next_line, lines, take_pair, lines);

	free(lines->line);
	lines->at.line = line > 0 ? (unsigned int)line : 0;
	if (line > 0)
		ccs_config_complain_at(lines->reader, lines->at,
				       "neither [section] nor key = value");
	if (line < 0 || ferror(lines->file))
		ccs_config_complain_at(lines->reader, lines->at, "cannot be read: %s",
				       strerror(errno));
}

/* The name stays until the next load: the origins point to it. */
static const char *own_name(struct ccs_config_reader *reader, const char *path)
{
	char **more = realloc(reader->files, (reader->file_count + 1) * sizeof(*more));
	char *name = strdup(path);

	if (more)
		reader->files = more;
	if (!more || !name) {
		ccs_config_complain_at(reader, (struct ccs_config_origin) { 0 }, "no memory");
		free(name);
		return NULL;
	}
	return reader->files[reader->file_count++] = name;
}

static void read_stream(struct ccs_config_reader *reader, const char *path, FILE *file,
			ccs_config_take *take, void *user)
{
	const char *name = own_name(reader, path);
	struct lines lines = {
		.reader = reader, .take = take, .user = user, .file = file, .at = { .source = name }
	};

	if (name)
		read_lines(&lines);
	fclose(file);
}

static void complain_of_path(struct ccs_config_reader *reader, const char *path)
{
	ccs_config_complain_at(reader, (struct ccs_config_origin) { .source = path },
			       "cannot be read: %s", strerror(errno));
}

void ccs_config_read_file(struct ccs_config_reader *reader, const char *path, ccs_config_take *take,
			  void *user)
{
	FILE *file = fopen(path, "r");

	if (file)
		read_stream(reader, path, file, take, user);
	else
		complain_of_path(reader, path);
}

static void assign(void *user, struct ccs_config_origin origin, const char *section,
		   const char *name, const char *value)
{
	ccs_config_assign(user, origin, section, name, value);
}

/* Directories. */

static int is_conf(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name), suffix = strlen(SUFFIX);

	return entry->d_name[0] != '.' && length > suffix &&
	       strcmp(entry->d_name + length - suffix, SUFFIX) == 0;
}

/* By bytes, whatever the locale: the order decides which value holds. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void read_parts(struct ccs_config_reader *reader, const char *directory)
{
	struct dirent **entries;
	char path[4096];
	int count;

	snprintf(path, sizeof(path), "%s/conf.d", directory);
	count = scandir(path, &entries, is_conf, by_name);
	if (count < 0) {
		if (errno != ENOENT)
			ccs_config_complain_at(reader,
					       (struct ccs_config_origin) { .source = path },
					       "cannot be read: %s", strerror(errno));
		return;
	}
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/conf.d/%s", directory, entries[i]->d_name);
		ccs_config_read_file(reader, path, assign, reader);
		free(entries[i]);
	}
	free(entries);
}

static void read_path(struct ccs_config_reader *reader, const char *path)
{
	struct stat status;
	char file[4096];

	if (stat(path, &status) < 0 || !S_ISDIR(status.st_mode)) {
		ccs_config_read_file(reader, path, assign, reader);
		return;
	}
	snprintf(file, sizeof(file), "%s/ccs" SUFFIX, path);
	if (access(file, F_OK) == 0 || errno != ENOENT)
		ccs_config_read_file(reader, file, assign, reader);
	read_parts(reader, path);
}

/* The whole. */

static void forget(struct ccs_config_reader *reader)
{
	for (size_t i = 0; i < reader->file_count; i++)
		free(reader->files[i]);
	reader->file_count = 0;
	reader->assignment_count = 0;
	reader->errors = 0;
	ccs_config_set_defaults(&reader->config);
}

void ccs_config_init(struct ccs_config_reader *reader, ccs_config_complain *complain, void *user)
{
	*reader = (struct ccs_config_reader) { .complain = complain, .user = user };
	ccs_config_set_defaults(&reader->config);
}

void ccs_config_free(struct ccs_config_reader *reader)
{
	forget(reader);
	free(reader->files);
	free(reader->options);
	free(reader->assignments);
	ccs_config_init(reader, NULL, NULL);
}

int ccs_config_load(struct ccs_config_reader *reader)
{
	size_t paths = 0;

	forget(reader);
	reader->config.evse_count = 0;
	for (size_t i = 0; i < reader->option_count; i++) {
		if (reader->options[i].is_path) {
			read_path(reader, reader->options[i].value);
			paths++;
		}
	}
	if (!paths && access(DIRECTORY, F_OK) == 0)
		read_path(reader, DIRECTORY);
	for (size_t i = 0; i < reader->option_count; i++) {
		if (!reader->options[i].is_path)
			set_option(reader, &reader->options[i]);
	}
	if (reader->option_lost)
		ccs_config_complain_at(reader, (struct ccs_config_origin) { 0 }, "no memory");
	ccs_config_resolve(reader);
	return reader->errors ? CCS_ERR_TEXT : 0;
}
