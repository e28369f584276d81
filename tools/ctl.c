/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs ctl`: asks running stations, over their local sockets. */
#include "linux/config.h"
#include "linux/control.h"
#include "linux/control_request.h"
#include "tools/command.h"

#include "ccs/json.h"

#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define PROCESSES   64
#define PATIENCE    3 /* seconds for an answer */
#define TEXT_MAX    200
#define REQUEST_MAX CCS_CONTROL_LINE

/* A process that was found, and its last answer. */
struct process {
	int fd;
	char *answer; /* NULL: none; ends with a zero byte */
};

struct ctl {
	struct ccs_output output;
	struct ccs_config_reader reader;
	bool json;
	enum ccs_verb verb;
	const char *assignment; /* KEY=VALUE of set */
	const char *name;	/* NULL: the only one */
	struct process processes[PROCESSES];
	size_t count;
	size_t refused; /* sockets that we may not write to */
	size_t stations;
	size_t meant;
	char names[TEXT_MAX]; /* of the stations */
};

/* Processes. */

static int connect_to(const char *directory, const char *name)
{
	const struct timeval patience = { .tv_sec = PATIENCE };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const int room = (int)sizeof(address.sun_path);
	int fd;

	if (snprintf(address.sun_path, (size_t)room, "%s/%s", directory, name) >= room)
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (!connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return fd;
	close(fd);
	return -1;
}

static int is_socket(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name), suffix = strlen(CCS_CONTROL_SUFFIX);

	return length > suffix && !strcmp(entry->d_name + length - suffix, CCS_CONTROL_SUFFIX);
}

/* A socket that nobody serves is what a killed process has left: passed over. */
static void find_in(struct ctl *ctl, const char *directory)
{
	struct dirent **entries;
	int count = scandir(directory, &entries, is_socket, alphasort);

	if (count < 0)
		return;
	for (int i = 0; i < count; i++) {
		int fd = ctl->count < PROCESSES ? connect_to(directory, entries[i]->d_name) : -1;

		if (fd >= 0)
			ctl->processes[ctl->count++].fd = fd;
		else if (errno == EACCES || errno == EPERM)
			ctl->refused++;
		free(entries[i]);
	}
	free(entries);
}

static void find_processes(struct ctl *ctl)
{
	char directory[256];

	for (unsigned int i = 0; ccs_control_directory(ctl->reader.config.general.run_directory, i,
						       directory, sizeof(directory));
	     i++)
		find_in(ctl, directory);
}

/* Question and answer. */

static size_t print_request(const struct ctl *ctl, enum ccs_verb verb, const char *name,
			    char line[REQUEST_MAX])
{
	const char *value = verb == CCS_VERB_SET ? strchr(ctl->assignment, '=') : NULL;
	char key[TEXT_MAX] = "";
	struct ccs_print p;

	ccs_print_init(&p, line, REQUEST_MAX);
	ccs_print_text(&p, "{\"v\":1");
	ccs_control_print_text(&p, "do", ccs_verb_name(verb));
	ccs_control_print_text(&p, "name", name);
	if (value) {
		snprintf(key, sizeof(key), "%.*s", (int)(value - ctl->assignment), ctl->assignment);
		ccs_control_print_text(&p, "key", key);
		ccs_control_print_text(&p, "value", value + 1);
	}
	ccs_print_text(&p, "}\n");
	return p.failed ? 0 : ccs_print_length(&p);
}

/* False: it does not answer. */
static bool ask(struct process *process, const char *line, size_t length)
{
	size_t got = 0;

	free(process->answer);
	process->answer = calloc(1, CCS_CONTROL_ANSWER + 1);
	if (!process->answer || send(process->fd, line, length, MSG_NOSIGNAL) != (ssize_t)length)
		return false;
	while (got < CCS_CONTROL_ANSWER) {
		ssize_t n = recv(process->fd, process->answer + got, CCS_CONTROL_ANSWER - got, 0);

		if (n <= 0)
			return false;
		got += (size_t)n;
		if (process->answer[got - 1] == '\n')
			return true;
	}
	return false;
}

/* Finds a member of the object that `json` is at, which stays there; false: there is none. */
static bool find_member(struct ccs_json json, const char *name, struct ccs_json *value)
{
	struct ccs_json_slice key, skipped;

	if (ccs_json_take(&json, '{') < 0)
		return false;
	do {
		if (ccs_json_string(&json, &key) < 0 || ccs_json_take(&json, ':') < 0)
			return false;
		if (key.length == strlen(name) && !memcmp(key.at, name, key.length)) {
			*value = json;
			return true;
		}
	} while (ccs_json_skip(&json, &skipped) >= 0 && ccs_json_next(&json, '}') == 1);
	return false;
}

/* The text of a string or number; `otherwise` when there is none. */
static const char *member_text(struct ccs_json object, const char *name, char text[TEXT_MAX],
			       const char *otherwise)
{
	struct ccs_json_slice slice;
	struct ccs_json value;
	int length;

	if (!find_member(object, name, &value))
		return otherwise;
	if (ccs_json_peek(&value) != '"') {
		if (ccs_json_skip(&value, &slice) < 0)
			return otherwise;
		snprintf(text, TEXT_MAX, "%.*s", (int)slice.length, slice.at);
		return text;
	}
	if (ccs_json_string(&value, &slice) < 0 || slice.length >= TEXT_MAX)
		return otherwise;
	length = ccs_json_unescape(&slice, text);
	text[length < 0 ? 0 : length] = '\0';
	return text;
}

static struct ccs_json answer_of(const struct process *process)
{
	return (struct ccs_json) { process->answer, process->answer + strlen(process->answer) };
}

/* Calls `take` for each station in the answer. */
static void for_each_station(struct ctl *ctl, const struct process *process,
			     void (*take)(struct ctl *ctl, const struct ccs_json_slice *station))
{
	struct ccs_json_slice station;
	struct ccs_json list;

	if (!find_member(answer_of(process), "stations", &list) || ccs_json_take(&list, '[') < 0)
		return;
	while (ccs_json_peek(&list) == '{' && ccs_json_skip(&list, &station) >= 0) {
		take(ctl, &station);
		if (ccs_json_next(&list, ']') != 1)
			return;
	}
}

static struct ccs_json object_of(const struct ccs_json_slice *slice)
{
	return (struct ccs_json) { slice->at, slice->at + slice->length };
}

/* What is shown. */

struct column {
	const char *head;
	const char *member;
	int width;
	const char *unit;
};

static const struct column columns[] = {
	{ "NAME", "name", -12, "" },	    { "SIDE", "side", -5, "" },
	{ "STATE", "state", -11, "" },	    { "PHASE", "phase", -14, "" },
	{ "PROTOCOL", "protocol", -9, "" }, { "VOLTAGE", "voltage", 10, " V" },
	{ "CURRENT", "current", 10, " A" }, { "SOC", "soc", 8, " %" },
};

#define COLUMNS (sizeof(columns) / sizeof(*columns))

static void pad(struct ctl *ctl, int count)
{
	for (int i = 0; i < count; i++)
		ccs_print_char(&ctl->output.print, ' ');
}

/* Numbers to the right: a positive width. */
static void print_cell(struct ctl *ctl, const struct column *column, const char *text,
		       const char *unit)
{
	char cell[TEXT_MAX + 4];
	int length = snprintf(cell, sizeof(cell), "%s%s", text, unit);

	pad(ctl, column != columns);
	pad(ctl, column->width - length);
	ccs_print_text(&ctl->output.print, cell);
	pad(ctl, -column->width - length);
}

static void print_heads(struct ctl *ctl)
{
	for (size_t i = 0; i < COLUMNS; i++)
		print_cell(ctl, &columns[i], columns[i].head, "");
	ccs_print_char(&ctl->output.print, '\n');
}

static void show_station(struct ctl *ctl, const struct ccs_json_slice *station)
{
	char text[TEXT_MAX];

	if (ctl->json) {
		ccs_print_text(&ctl->output.print, "{\"v\":1,");
		ccs_print_bytes(&ctl->output.print, station->at + 1, station->length - 1);
		ccs_print_char(&ctl->output.print, '\n');
		return;
	}
	for (size_t i = 0; i < COLUMNS; i++) {
		const char *told = member_text(object_of(station), columns[i].member, text, NULL);

		print_cell(ctl, &columns[i], told ? told : "-", told ? columns[i].unit : "");
	}
	ccs_print_char(&ctl->output.print, '\n');
}

/* Who is meant. */

static void count_station(struct ctl *ctl, const struct ccs_json_slice *station)
{
	char text[TEXT_MAX];
	const char *name = member_text(object_of(station), "name", text, "?");
	size_t used = strlen(ctl->names);

	ctl->stations++;
	ctl->meant += !ctl->name || !strcmp(ctl->name, name);
	snprintf(ctl->names + used, sizeof(ctl->names) - used, "%s%s", used ? ", " : "", name);
}

static bool has_name(struct ctl *ctl, const struct process *process)
{
	const size_t stations = ctl->stations, meant = ctl->meant;
	bool has;

	ctl->names[0] = '\0';
	for_each_station(ctl, process, count_station);
	has = ctl->meant > meant;
	ctl->stations = stations;
	ctl->meant = meant;
	return has;
}

static int complain(struct ctl *ctl, int status, const char *what, const char *which)
{
	ccs_complain(&ctl->output, "%s%s", what, which);
	return status;
}

/* Asks all how they are, which tells who there is.  An exit status, or -1: go on. */
static int look_around(struct ctl *ctl)
{
	char line[REQUEST_MAX];
	size_t length = print_request(ctl, CCS_VERB_STATUS, NULL, line);

	find_processes(ctl);
	for (size_t i = 0; i < ctl->count; i++) {
		if (!ask(&ctl->processes[i], line, length))
			complain(ctl, 0, "a station does not answer", "");
		else
			for_each_station(ctl, &ctl->processes[i], count_station);
	}
	if (!ctl->stations && ctl->refused)
		return complain(ctl, CCS_EXIT_MACHINE,
				"no permission: be the stations' user, or root", "");
	if (!ctl->stations)
		return complain(ctl, CCS_EXIT_MACHINE, "no station is running: looked into ",
				ctl->reader.config.general.run_directory);
	if (!ctl->meant)
		return complain(ctl, CCS_EXIT_USAGE, "no station of this name: there are ",
				ctl->names);
	return -1;
}

/* One that was asked to do something: what it says. */
static int take_answer(struct ctl *ctl, const struct process *process)
{
	char text[TEXT_MAX];

	if (strcmp(member_text(answer_of(process), "ok", text, "false"), "true") != 0)
		return complain(ctl, CCS_EXIT_FAILED, "",
				member_text(answer_of(process), "error", text, "no reason given"));
	if (ctl->json)
		for_each_station(ctl, process, show_station);
	return CCS_EXIT_DONE;
}

static int act(struct ctl *ctl)
{
	const char *name = ctl->name && strcmp(ctl->name, "all") != 0 ? ctl->name : NULL;
	int status = CCS_EXIT_DONE;
	char line[REQUEST_MAX];
	size_t length = print_request(ctl, ctl->verb, name, line);

	if (!length)
		return complain(ctl, CCS_EXIT_USAGE, "too long: ", ctl->assignment);
	for (size_t i = 0; i < ctl->count; i++) {
		struct process *process = &ctl->processes[i];
		int one = CCS_EXIT_FAILED;

		if (!process->answer || (name && !has_name(ctl, process)))
			continue;
		if (ask(process, line, length))
			one = take_answer(ctl, process);
		else
			complain(ctl, 0, "a station did not answer", "");
		status = one ? one : status;
	}
	return status;
}

static void show(struct ctl *ctl)
{
	char line[REQUEST_MAX];
	size_t length = print_request(ctl, CCS_VERB_STATUS, ctl->name, line);

	if (!ctl->json)
		print_heads(ctl);
	for (size_t i = 0; i < ctl->count; i++)
		if (ctl->processes[i].answer && ask(&ctl->processes[i], line, length))
			for_each_station(ctl, &ctl->processes[i], show_station);
}

static int run(struct ctl *ctl)
{
	const char *all = ctl->name && !strcmp(ctl->name, "all") ? ctl->name : NULL;
	int status;

	if (all && ctl->verb == CCS_VERB_STATUS)
		ctl->name = NULL;
	if (all)
		ctl->meant = 1; /* whoever there is */
	status = look_around(ctl);
	if (status >= 0)
		return status;
	if (ctl->verb == CCS_VERB_STATUS) {
		show(ctl);
		return CCS_EXIT_DONE;
	}
	if (!ctl->name && ctl->stations > 1)
		return complain(ctl, CCS_EXIT_USAGE, "which one, or `all`? There are ", ctl->names);
	return act(ctl);
}

/* Options. */

enum { OPTION_JSON = 256, OPTION_VERSION };

static const struct option options[] = {
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPTION_VERSION },
	CCS_CONFIG_OPTIONS,
	{ 0 },
};

static void print_help(void)
{
	fputs("Usage: ccs ctl [OPTION]... COMMAND [KEY=VALUE] [NAME]\n"
	      "Asks running `ccs ev` and `ccs evse` what they do, or to do something.  NAME is "
	      "that of\n"
	      "a charger in the configuration, or an interface; `all` are all; where only one runs "
	      "it\n"
	      "may be left out.\n\n",
	      stdout);
	for (unsigned int i = 0; i < CCS_VERB_COUNT; i++)
		printf("  %-12s %s\n", ccs_verb_name((enum ccs_verb)i),
		       ccs_verb_text((enum ccs_verb)i));
	fputs("\n      --json          a JSON object for each station\n"
	      "  -c, --config FILE   instead of /etc/ccs: where the stations' sockets are\n"
	      "      --set KEY=VALUE one key of it: --set general.run_directory=DIR\n"
	      "      --help, --version\n\n"
	      "Examples:\n"
	      "  ccs ctl status\n"
	      "  ccs ctl set evse.max_current=32A left\n\n"
	      "Exit status: 0 done; 1 a station refused, and why; 2 wrong use; 3 no station runs, "
	      "or\n"
	      "no permission.\n",
	      stdout);
}

static int usage(struct ctl *ctl, const char *what, const char *which)
{
	ccs_complain(&ctl->output, "%s%s: see `ccs ctl --help`", what, which);
	return CCS_EXIT_USAGE;
}

static int read_words(struct ctl *ctl, int argc, char **argv)
{
	if (optind >= argc)
		return usage(ctl, "no command", "");
	ctl->verb = ccs_verb_find(argv[optind]);
	if (ctl->verb == CCS_VERB_COUNT)
		return usage(ctl, "cannot do ", argv[optind]);
	optind++;
	if (ctl->verb == CCS_VERB_SET) {
		ctl->assignment = optind < argc ? argv[optind++] : "";
		if (!strchr(ctl->assignment, '='))
			return usage(ctl, "set needs KEY=VALUE, as evse.max_current=32A", "");
	}
	if (optind < argc)
		ctl->name = argv[optind++];
	return optind < argc ? usage(ctl, "what is ", argv[optind]) : -1;
}

static void complain_config(void *user, const char *text)
{
	struct ctl *ctl = user;

	ccs_complain(&ctl->output, "%s", text);
}

static int take_option(struct ctl *ctl, int option, const char *text)
{
	switch (option) {
	case OPTION_JSON:
		ctl->json = true;
		return -1;
	case 'h':
		print_help();
		return CCS_EXIT_DONE;
	case OPTION_VERSION:
		puts("ccs " CCS_VERSION);
		return CCS_EXIT_DONE;
	case ':':
		return usage(ctl, "a value is missing behind ", text);
	default:
		return ccs_config_take_option(&ctl->reader, option, optarg)
			       ? -1
			       : usage(ctl, "no such option: ", text);
	}
}

static int read_options(struct ctl *ctl, int argc, char **argv)
{
	int option, status = -1;

	opterr = 0;
	while (status < 0) {
		const char *text = optind < argc ? argv[optind] : "";

		option = getopt_long(argc, argv, ":c:h", options, NULL);
		if (option < 0)
			break;
		status = take_option(ctl, option, text);
	}
	if (status < 0)
		status = read_words(ctl, argc, argv);
	if (status < 0 && ccs_config_load(&ctl->reader) < 0)
		return CCS_EXIT_USAGE;
	return status;
}

int ccs_ctl_command(int argc, char **argv)
{
	static struct ctl ctl;
	int status;

	ccs_output_init(&ctl.output, "ctl");
	ccs_config_init(&ctl.reader, complain_config, &ctl);
	status = read_options(&ctl, argc, argv);
	if (status < 0)
		status = run(&ctl);
	for (size_t i = 0; i < ctl.count; i++) {
		close(ctl.processes[i].fd);
		free(ctl.processes[i].answer);
	}
	ccs_config_free(&ctl.reader);
	ccs_output_flush(&ctl.output);
	return status;
}
