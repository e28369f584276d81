/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs listen`: what passes a network interface, as `ccs decode` shows it. */
#include "linux/config.h"
#include "linux/listen.h"
#include "linux/listen_keylog.h"
#include "linux/listen_sight.h"
#include "linux/privileges.h"
#include "tools/listen_tell.h"
#include "tools/live.h"

#include "ccs/keys.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SECONDS_MAX   31536000 /* a year */
#define KEYLOG_PERIOD 250      /* ms */

struct listener {
	struct ccs_live live;
	struct ccs_only only;
	const char *interface;
	const char *keylog_path; /* NULL: none */
	uint64_t seconds;	 /* 0: until it is stopped */
	bool join;
	bool passive;

	uv_loop_t loop;
	uv_signal_t signals[2];
	uv_timer_t end;
	uv_timer_t modem_timer;
	uv_timer_t keylog_timer;
	struct ccs_listen_keylog keylog;
	struct ccs_listen ear;
	struct ccs_sight sight;
	struct ccs_modem modem;
	struct ccs_sink modem_sink;
	enum ccs_sight_modem expected; /* what was told about the modem, */
	bool told;		       /* when it was */
	struct ccs_config_reader reader;
	struct ccs_listen_tell others;
	bool ended;
	bool over; /* there are no records any more */
};

static const char help[] =
	"Usage: ccs listen -i IF [OPTION]...\n"
	"Shows what is said in the charging sessions that pass a network interface, as ccs decode "
	"does\n"
	"with captures, until Ctrl-C; then what became of them.  What cannot be seen there, and "
	"why,\n"
	"is said.\n\n"
	"  -i, --interface IF   a PLC modem, a mirror port, a bridge, the car's or charger's own\n"
	"  -w, --write FILE     capture of all frames, pcapng, for Wireshark and `ccs decode`\n"
	"      --join           gives the modem behind IF the key of each session that is matched: "
	"then\n"
	"                       it hears what is sent to all (and keeps the key)\n"
	"      --passive        sends nothing at all, asks for no modem\n"
	"      --seconds N      ends after N seconds\n"
	"  -v, --verbose        all fields of every message, and the talk with the modem\n"
	"  -q, --quiet          only the summary\n"
	"      --every-round    every round of the charging loop, not one a second\n"
	"      --only WHAT      only records of this kind or type, as for ccs decode; repeatable\n"
	"      --json           JSON lines for programs\n"
	"      --csv            voltages, currents, limits, SoC over time\n"
	"      --format F       as a log of pyPLC: pyplc-exi, pyplc-maclog, pyplc-decoded,\n"
	"                       pyplc-values\n"
	"      --keylog FILE    secrets of TLS sessions, as they are added to it "
	"(SSLKEYLOGFILE)\n"
	"      --show-secrets   network keys, too\n"
	"      --color WHEN     auto (default), always, never; NO_COLOR is respected\n"
	"  -c, --config FILE    configuration: file or directory; /etc/ccs.  [on] commands on "
	"events,\n"
	"                       [gpsd] position, [upload], [syslog]\n"
	"      --set KEY=VALUE  one key of it, as on.new_charger='beep'; repeatable\n"
	"      --help, --version\n\n"
	"Exit status: 0 stopped, or time over; 1 output or capture could not be written; 2 wrong "
	"use;\n"
	"3 the machine lacks something (interface, permission).\n";

static ccs_time wall_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return CCS_SECONDS((ccs_time)now.tv_sec) + now.tv_nsec / 1000;
}

static void emit(struct listener *l, enum ccs_note_level level, const char *text)
{
	struct ccs_record record = {
		.kind = CCS_RECORD_NOTE,
		.note = { .level = level, .topic = "listen", .text = text },
	};

	ccs_live_record(&l->live, &record, wall_clock());
}

/* A few words, among the records; on stderr where these are rows or not shown. */
static void tell(struct listener *l, enum ccs_note_level level, const char *text)
{
	if (l->live.format == CCS_LIVE_CSV || l->live.format == CCS_LIVE_LOG ||
	    l->live.format == CCS_LIVE_QUIET || l->over)
		ccs_complain(&l->live.output, "%s", text);
	else
		emit(l, level, text);
}

/* A sentence, too long for a line of text. */
static void explain(struct listener *l, enum ccs_note_level level, const char *text)
{
	if (l->live.format == CCS_LIVE_JSON)
		emit(l, level, text);
	else
		ccs_complain(&l->live.output, "%s", text);
}

/* The modem. */

static enum ccs_sight_modem modem_now(const struct listener *l)
{
	if (l->passive)
		return CCS_SIGHT_UNASKED;
	if (l->modem.has_mac)
		return l->modem.key == CCS_MODEM_KEY_SET ? CCS_SIGHT_INSIDE : CCS_SIGHT_OUTSIDE;
	return l->modem.state == CCS_MODEM_ABSENT ? CCS_SIGHT_NONE : CCS_SIGHT_UNASKED;
}

static void tell_expected(struct listener *l)
{
	enum ccs_sight_modem modem = modem_now(l);

	/* It is still asked for. */
	if (!l->passive && modem == CCS_SIGHT_UNASKED)
		return;
	if (l->told && l->expected == modem)
		return;
	l->told = true;
	l->expected = modem;
	explain(l, CCS_NOTE_INFO, ccs_sight_expect(modem, l->modem.chip));
}

static void on_modem_timer(uv_timer_t *timer);

/* Where no modem answers others talk, whom questions would disturb; with --join there is one. */
static bool has_given_up(const struct listener *l)
{
	return l->modem.state == CCS_MODEM_ABSENT && !l->join;
}

/* After each event: what the modem engine has to send, its deadline, its news. */
static void serve_modem(struct listener *l, ccs_time now)
{
	uint8_t frame[CCS_MME_FRAME_MAX];
	int n;

	if (l->passive)
		return;
	tell_expected(l);
	if (has_given_up(l)) {
		uv_timer_stop(&l->modem_timer);
		return;
	}
	while ((n = ccs_modem_send(&l->modem, frame, sizeof(frame))) > 0)
		if (ccs_listen_send(&l->ear, frame, (size_t)n))
			ccs_live_frame(&l->live, frame, (size_t)n, wall_clock());
	ccs_keys_wipe(frame, sizeof(frame));
	ccs_loop_set_timer(&l->modem_timer, on_modem_timer, ccs_modem_deadline(&l->modem), now);
}

static void on_modem_timer(uv_timer_t *timer)
{
	struct listener *l = timer->data;
	ccs_time now = ccs_loop_now();

	ccs_modem_tick(&l->modem, now);
	serve_modem(l, now);
	ccs_live_flush(&l->live);
}

static void take_modem_record(void *user, const struct ccs_record *record)
{
	struct listener *l = user;

	ccs_live_record(&l->live, record, wall_clock());
}

static void start_modem(struct listener *l)
{
	struct ccs_modem_config config;

	if (l->passive)
		return;
	ccs_modem_set_defaults(&config);
	config.side = CCS_SIDE_EV; /* never the coordinator of a network */
	memcpy(config.host_mac, l->ear.netif.mac, sizeof(config.host_mac));
	l->modem_sink = (struct ccs_sink) { take_modem_record, l };
	ccs_modem_init(&l->modem, &config, &l->modem_sink);
	ccs_modem_start(&l->modem, ccs_loop_now());
	serve_modem(l, ccs_loop_now());
}

static void join(struct listener *l, ccs_time now)
{
	const struct ccs_cm_slac_match_cnf *match = &l->sight.match;

	explain(l, CCS_NOTE_INFO,
		l->modem.has_mac
			? "the modem gets the key of this session's network; it may be deaf "
			  "for some seconds"
			: "the key of this session's network was seen, but no modem has "
			  "answered to get it");
	ccs_modem_set_key(&l->modem, match->nmk, match->nid, now);
}

/*
 * CM_SLAC_MATCH.CNF passed, with a key that is new.  When this computer is one of the two sides
 * (`own`), its modem gets the key from there; a second time would interrupt the session.
 */
static void take_key(struct listener *l, bool own, ccs_time now)
{
	if (l->passive || own)
		return;
	if (l->join)
		join(l, now);
	else if (l->modem.has_mac)
		explain(l, CCS_NOTE_INFO,
			"the key of this session's network was seen; with --join the modem would "
			"enter it");
}

/* Events. */

static void stop(struct listener *l);

static void on_frame(void *user, const uint8_t *frame, size_t length, bool sent, ccs_time time)
{
	struct listener *l = user;
	ccs_time now = ccs_loop_now();

	ccs_live_frame(&l->live, frame, length, time);
	if (ccs_sight_take(&l->sight, frame, length))
		take_key(l, sent || !memcmp(frame, l->ear.netif.mac, 6), now);
	if (!l->passive && !sent)
		ccs_modem_receive(&l->modem, frame, length, now);
	serve_modem(l, now);
}

static void on_idle(void *user)
{
	struct listener *l = user;

	ccs_live_flush(&l->live);
	if (l->live.output.broken)
		stop(l);
}

static void on_changed(void *user, const struct ccs_netif *before, const char *text)
{
	struct listener *l = user;

	tell(l, l->ear.netif.up ? CCS_NOTE_INFO : CCS_NOTE_WARNING, text);
	if (l->ear.netif.up && !before->up)
		start_modem(l);
	ccs_live_flush(&l->live);
}

static void take_secrets(void *user, const char *lines, size_t length)
{
	struct listener *l = user;

	ccs_live_secrets(&l->live, lines, length);
}

static void on_keylog(uv_timer_t *timer)
{
	struct listener *l = timer->data;

	ccs_listen_keylog_poll(&l->keylog);
	ccs_live_flush(&l->live);
}

static void on_signal(uv_signal_t *signal, int number)
{
	(void)number;
	stop(signal->data);
}

static void on_end(uv_timer_t *timer)
{
	stop(timer->data);
}

/* Life. */

static void tell_missing(struct listener *l)
{
	uint64_t dropped = ccs_listen_dropped(&l->ear);
	const char *text;
	char line[96];

	for (size_t i = 0; (text = ccs_sight_missing(&l->sight, modem_now(l), i)); i++)
		explain(l, CCS_NOTE_WARNING, text);
	snprintf(line, sizeof(line), "%llu frames were lost here: this computer is too slow",
		 (unsigned long long)dropped);
	if (dropped)
		explain(l, CCS_NOTE_WARNING, line);
}

static void close_all(struct listener *l)
{
	ccs_listen_close(&l->ear);
	ccs_listen_tell_stop(&l->others);
	uv_close((uv_handle_t *)&l->end, NULL);
	uv_close((uv_handle_t *)&l->modem_timer, NULL);
	uv_close((uv_handle_t *)&l->keylog_timer, NULL);
	for (int i = 0; i < 2; i++)
		uv_close((uv_handle_t *)&l->signals[i], NULL);
}

static void stop(struct listener *l)
{
	if (l->ended)
		return;
	l->ended = true;
	if (l->keylog_path)
		ccs_listen_keylog_poll(&l->keylog);
	tell_missing(l);
	close_all(l);
}

static void prepare_loop(struct listener *l)
{
	uv_loop_init(&l->loop);
	uv_timer_init(&l->loop, &l->end);
	uv_timer_init(&l->loop, &l->modem_timer);
	uv_timer_init(&l->loop, &l->keylog_timer);
	l->end.data = l->modem_timer.data = l->keylog_timer.data = l;
	for (int i = 0; i < 2; i++) {
		uv_signal_init(&l->loop, &l->signals[i]);
		l->signals[i].data = l;
	}
}

static void begin(struct listener *l)
{
	char text[96];

	uv_signal_start(&l->signals[0], on_signal, SIGINT);
	uv_signal_start(&l->signals[1], on_signal, SIGTERM);
	if (l->seconds)
		uv_timer_start(&l->end, on_end, l->seconds * 1000, 0);
	if (l->keylog_path)
		uv_timer_start(&l->keylog_timer, on_keylog, 0, KEYLOG_PERIOD);
	snprintf(text, sizeof(text), "listening on %s%s", l->interface,
		 l->ear.netif.up ? "" : ", which is down");
	tell(l, CCS_NOTE_INFO, text);
	tell_expected(l);
	start_modem(l);
	ccs_live_flush(&l->live);
}

static void take_record(void *user, const struct ccs_record *record)
{
	struct listener *l = user;

	ccs_listen_tell_record(&l->others, record);
}

static void take_session(void *user, const struct ccs_session_facts *session)
{
	struct listener *l = user;

	ccs_listen_tell_session(&l->others, session);
}

static void take_news(void *user, enum ccs_note_level level, const char *text)
{
	tell(user, level, text);
}

/* Opens what needs privileges; what fails was said. */
static bool open_all(struct listener *l)
{
	struct ccs_listen_events events = { on_frame, on_idle, on_changed, l };
	struct ccs_problem problem;

	if (ccs_listen_open(&l->ear, &l->loop, l->interface, &events, &problem) ||
	    (l->keylog_path &&
	     ccs_listen_keylog_open(&l->keylog, l->keylog_path, take_secrets, l, &problem)) ||
	    ccs_listen_tell_open(&l->others, &l->reader.config.listen, l->interface, &problem)) {
		ccs_complain(&l->live.output, "%s", problem.text);
		return false;
	}
	l->live.interface = l->interface;
	l->live.also = (struct ccs_sink) { take_record, l };
	l->live.over = take_session;
	l->live.user = l;
	return ccs_live_start(&l->live);
}

static int run(struct listener *l)
{
	struct ccs_problem problem;
	bool written;

	prepare_loop(l);
	if (!open_all(l))
		return CCS_EXIT_MACHINE;
	ccs_privileges_keep_raw();
	ccs_privileges_drop();
	/* Threads and programs that begin here have no rights. */
	if (ccs_listen_tell_start(&l->others, &l->loop, take_news, l, &problem)) {
		ccs_complain(&l->live.output, "%s", problem.text);
		return CCS_EXIT_MACHINE;
	}
	begin(l);
	uv_run(&l->loop, UV_RUN_DEFAULT);
	ccs_sight_forget(&l->sight);
	ccs_listen_keylog_close(&l->keylog);
	ccs_keys_wipe(&l->modem, sizeof(l->modem));
	written = ccs_live_finish(&l->live);
	l->over = true;
	ccs_listen_tell_close(&l->others);
	uv_run(&l->loop, UV_RUN_DEFAULT);
	uv_loop_close(&l->loop);
	if (!l->live.output.broken)
		ccs_only_say_unused(&l->only, &l->live.output);
	return written ? CCS_EXIT_DONE : CCS_EXIT_FAILED;
}

/* Options. */

enum option_number {
	OPTION_JOIN = 256,
	OPTION_PASSIVE,
	OPTION_SECONDS,
	OPTION_ONLY,
	OPTION_KEYLOG,
};

static const struct option options[] = {
	{ "interface", required_argument, NULL, 'i' },
	{ "join", no_argument, NULL, OPTION_JOIN },
	{ "passive", no_argument, NULL, OPTION_PASSIVE },
	{ "seconds", required_argument, NULL, OPTION_SECONDS },
	{ "only", required_argument, NULL, OPTION_ONLY },
	{ "keylog", required_argument, NULL, OPTION_KEYLOG },
	CCS_LIVE_OPTION_ROWS,
	CCS_CONFIG_OPTIONS,
	{ 0 },
};

static int set_seconds(struct listener *l, const char *text)
{
	char *end;

	l->seconds = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || !l->seconds || l->seconds > SECONDS_MAX)
		return ccs_live_usage(&l->live, "--seconds is 1 to 31536000, not ", text);
	return -1;
}

/* Returns an exit status, or -1 to go on. */
static int take_option(struct listener *l, int option, const char *text)
{
	switch (option) {
	case 'i':
		l->interface = optarg;
		return -1;
	case OPTION_JOIN:
		l->join = true;
		return -1;
	case OPTION_PASSIVE:
		l->passive = true;
		return -1;
	case OPTION_ONLY:
		return ccs_only_add(&l->only, optarg)
			       ? -1
			       : ccs_live_usage(&l->live, "too many --only", "");
	case OPTION_KEYLOG:
		l->keylog_path = optarg;
		return -1;
	case OPTION_SECONDS:
		return set_seconds(l, optarg);
	default:
		if (ccs_config_take_option(&l->reader, option, optarg))
			return -1;
		return ccs_live_take_option(&l->live, option, text, help);
	}
}

static void complain_config(void *user, const char *text)
{
	struct listener *l = user;

	ccs_complain(&l->live.output, "%s", text);
}

static int read_options(struct listener *l, int argc, char **argv)
{
	int option, status = -1;

	opterr = 0;
	while (status < 0) {
		const char *text = optind < argc ? argv[optind] : "";

		option = getopt_long(argc, argv, ":c:i:w:vqh", options, NULL);
		if (option < 0)
			break;
		status = take_option(l, option, text);
	}
	if (status >= 0)
		return status;
	if (optind < argc)
		return ccs_live_usage(&l->live, "what is ", argv[optind]);
	if (!l->interface)
		return ccs_live_usage(&l->live, "on which interface? -i IF", "");
	if (l->join && l->passive)
		return ccs_live_usage(&l->live,
				      "--join sends a key to the modem, --passive nothing", "");
	return ccs_config_load(&l->reader) < 0 ? CCS_EXIT_USAGE : -1;
}

int ccs_listen_command(int argc, char **argv)
{
	static struct listener l;
	int status;

	ccs_live_init(&l.live, "listen");
	l.live.only = &l.only;
	ccs_config_init(&l.reader, complain_config, &l);
	status = read_options(&l, argc, argv);
	if (status < 0)
		status = run(&l);
	ccs_config_free(&l.reader);
	return status;
}
