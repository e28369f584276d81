/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs peers`: the cars and chargers that were met. */
#include "linux/peers.h"
#include "tools/command.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SESSIONS "/var/lib/ccs/sessions"

#define ID_WIDTH   20
#define MAC_WIDTH  19
#define TIME_WIDTH 18

enum {
	OPTION_JSON = 256,
	OPTION_VERSION,
};

static const struct option options[] = {
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ 0 },
};

static const char help[] =
	"Usage: ccs peers [OPTION]... [DIR]\n"
	"Lists the cars and chargers that were met in recorded sessions: when first and last, how\n"
	"often, and how the last session ended; the one that was met last is the last.  DIR is\n"
	"where sessions are recorded, by default " SESSIONS ".\n\n"
	"      --json          one JSON object for each\n"
	"      --help, --version\n\n"
	"They stand in DIR/" CCS_PEERS_FILE
	", a line each.  A note of your own may be added there:\n"
	"\"note\":\"the blue van\".  Whoever's line is deleted is forgotten.\n\n"
	"Exit status: 0 done; 1 a line is damaged; 2 wrong use, or no such file.\n";

struct peers {
	struct ccs_output output;
	bool json;
	bool headed;
	uint64_t number; /* of the line */
	int status;
	char path[4096];
};

static int complain_usage(struct peers *p, const char *what, const char *which)
{
	ccs_complain(&p->output, "%s%s: see `ccs peers --help`", what, which);
	return CCS_EXIT_USAGE;
}

static int read_options(struct peers *p, int argc, char **argv)
{
	int option;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		switch (option) {
		case OPTION_JSON:
			p->json = true;
			break;
		case OPTION_VERSION:
			puts("ccs " CCS_VERSION);
			return CCS_EXIT_DONE;
		case 'h':
			fputs(help, stdout);
			return CCS_EXIT_DONE;
		default:
			return complain_usage(p, "no such option: ", argv[optind - 1]);
		}
	}
	return argc - optind > 1 ? complain_usage(p, "one folder, not also ", argv[optind + 1])
				 : -1;
}

/* Notes are whatever somebody wrote: what would steer a terminal is not printed. */
static size_t print_plain(struct ccs_print *print, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		ccs_print_char(print,
			       (unsigned char)text[i] < ' ' || text[i] == 0x7f ? '?' : text[i]);
	return length;
}

static void print_cell(struct ccs_print *print, const char *text, size_t width)
{
	size_t length = print_plain(print, text[0] ? text : "-", strlen(text[0] ? text : "-"));

	do
		ccs_print_char(print, ' ');
	while (++length < width);
}

static void print_item(struct ccs_print *print, const char *before, const char *text)
{
	if (!text[0])
		return;
	ccs_print_text(print, before);
	print_plain(print, text, strlen(text));
}

/* "2026-11-22 10:15" of RFC 3339. */
static void print_time(struct ccs_print *print, const char *time)
{
	char text[17];

	snprintf(text, sizeof(text), "%.16s", time);
	if (strlen(text) == 16)
		text[10] = ' ';
	print_cell(print, text, TIME_WIDTH);
}

static void print_head(struct peers *p)
{
	if (!p->headed)
		ccs_print_text(&p->output.print,
			       "         id                  mac                first seen (UTC)  "
			       "last seen         sessions  last ended\n");
	p->headed = true;
}

static void print_peer(struct peers *p, const struct ccs_peer *peer)
{
	struct ccs_print *print = &p->output.print;
	char count[24];

	print_head(p);
	ccs_print_text(print, peer->side == CCS_SIDE_EV ? "car      " : "charger  ");
	print_cell(print, peer->id, ID_WIDTH);
	print_cell(print, peer->mac, MAC_WIDTH);
	print_time(print, peer->first);
	print_time(print, peer->last);
	snprintf(count, sizeof(count), "%8llu", (unsigned long long)peer->sessions);
	ccs_print_text(print, count);
	print_item(print, "  ", peer->verdict);
	print_item(print, " ", peer->outcome);
	print_item(print, "  ", peer->note);
	ccs_print_char(print, '\n');
}

static void take_line(struct peers *p, const char *line, size_t length)
{
	struct ccs_peer peer;

	p->number++;
	if (!ccs_peer_read(&peer, line, length)) {
		ccs_complain(&p->output, "%s: line %llu is no peer", p->path,
			     (unsigned long long)p->number);
		p->status = CCS_EXIT_FAILED;
	} else if (p->json) {
		ccs_peer_print(&p->output.print, &peer);
	} else {
		print_peer(p, &peer);
	}
	ccs_output_line(&p->output);
}

static int read_lines(struct peers *p)
{
	FILE *file = fopen(p->path, "r");
	char *line = NULL;
	size_t room = 0;
	ssize_t length;

	if (!file) {
		ccs_complain(&p->output, "%s: %s: which folder has the recorded sessions?", p->path,
			     strerror(errno));
		return CCS_EXIT_USAGE;
	}
	while ((length = getline(&line, &room, file)) > 0)
		take_line(p, line, (size_t)length - (line[length - 1] == '\n'));
	if (ferror(file)) {
		ccs_complain(&p->output, "%s: %s", p->path, strerror(errno));
		p->status = CCS_EXIT_USAGE;
	}
	free(line);
	fclose(file);
	return p->status;
}

/* A folder of sessions, or the file itself. */
static bool find_file(struct peers *p, const char *place)
{
	struct stat status;
	bool is_file = !stat(place, &status) && !S_ISDIR(status.st_mode);
	int length = snprintf(p->path, sizeof(p->path), "%s%s", place,
			      is_file ? "" : "/" CCS_PEERS_FILE);

	return length > 0 && (size_t)length < sizeof(p->path);
}

int ccs_peers_command(int argc, char **argv)
{
	static struct peers peers;
	int status;

	ccs_output_init(&peers.output, "peers");
	status = read_options(&peers, argc, argv);
	if (status < 0 && !find_file(&peers, optind < argc ? argv[optind] : SESSIONS))
		status = complain_usage(&peers, "this name is too long: ", argv[optind]);
	if (status < 0)
		status = read_lines(&peers);
	ccs_output_flush(&peers.output);
	return peers.output.failed ? CCS_EXIT_MACHINE : status;
}
