/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `ccs inject`: frames as they are given, for experiments.
 *
 * It could break the session of a real car: so it wants to be told that the interface is meant,
 * and sends nothing while a station of this computer, or anybody, has a session there.
 */
#include "linux/interface_lock.h"
#include "linux/listen.h"
#include "linux/listen_sight.h"
#include "linux/privileges.h"
#include "tools/command.h"
#include "tools/inject_frames.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_MAX      1000000
#define INTERVAL_MAX   60000 /* ms */
#define LISTENING_TIME 1000  /* ms: cars and chargers in a session speak more often */

struct injector {
	struct ccs_output output;
	const char *interface;
	uint64_t count;	   /* times that all frames are sent */
	uint64_t interval; /* ms, between two frames */
	bool knows;
	bool forced;
	struct ccs_inject_frames frames;

	uv_loop_t loop;
	uv_timer_t timer;
	struct ccs_listen ear;
	struct ccs_sight sight;
	uint64_t sent;
	int status;
};

static const char help[] =
	"Usage: ccs inject -i IF [OPTION]... FILE|HEX...\n"
	"Sends Ethernet frames as they are given, for experiments.  HEX is one frame from its\n"
	"receiver's address on; FILE has one on each line ('#' begins a comment), or is a "
	"capture;\n"
	"FILE - is stdin.\n\n"
	"  -i, --interface IF   where to; a simulated one (veth, tap, dummy), or with\n"
	"      --yes-i-know     a real one: cars and chargers may stop, fail or start something\n"
	"      --count N        all of it N times\n"
	"      --interval MS    between two frames; 100\n"
	"      --force          also while there is a session at the interface\n"
	"      --help, --version\n\n"
	"Example: ccs inject -i veth0 --count 3 \"ffffffffffff 020000000001 88e1 00 00a0 "
	"00b052\"\n\n"
	"Exit status: 0 all sent; 1 refused because of a session, or not all sent; 2 wrong use;\n"
	"3 the machine lacks something (interface, permission).\n";

static void finish(struct injector *in, int status)
{
	in->status = status;
	ccs_listen_close(&in->ear);
	uv_close((uv_handle_t *)&in->timer, NULL);
}

static void on_send(uv_timer_t *timer)
{
	struct injector *in = timer->data;
	const struct ccs_inject_frame *frame = &in->frames.list[in->sent % in->frames.count];

	if (!ccs_listen_send(&in->ear, frame->bytes, frame->length)) {
		ccs_complain(&in->output, "%s does not take the frame: is it up?", in->interface);
		finish(in, CCS_EXIT_FAILED);
	} else if (++in->sent == in->count * in->frames.count) {
		finish(in, CCS_EXIT_DONE);
	}
}

static void start_sending(struct injector *in)
{
	uv_timer_start(&in->timer, on_send, 0, in->interval);
}

static void on_listened(uv_timer_t *timer)
{
	start_sending(timer->data);
}

static void on_frame(void *user, const uint8_t *frame, size_t length, bool sent, ccs_time time)
{
	struct injector *in = user;

	(void)sent;
	(void)time;
	if (in->forced || in->sent || in->status >= 0)
		return;
	ccs_sight_take(&in->sight, frame, length);
	if (!in->sight.frames)
		return;
	ccs_complain(&in->output, "there is a session on %s: nothing was sent; --force sends",
		     in->interface);
	finish(in, CCS_EXIT_FAILED);
}

static void on_idle(void *user)
{
	(void)user;
}

static void on_changed(void *user, const struct ccs_netif *before, const char *text)
{
	(void)user;
	(void)before;
	(void)text;
}

/* An exit status, or -1: go on. */
static int check_allowed(struct injector *in)
{
	struct ccs_problem problem;

	if (!in->knows && ccs_listen_is_real(&in->ear)) {
		ccs_complain(&in->output,
			     "%s is real: who is behind it gets these frames; --yes-i-know sends",
			     in->interface);
		return CCS_EXIT_USAGE;
	}
	/* Held to the end: no station begins meanwhile. */
	if (!in->forced && ccs_interface_lock(in->interface, &problem) < 0) {
		ccs_complain(&in->output, "%s; --force sends all the same", problem.text);
		return CCS_EXIT_FAILED;
	}
	return -1;
}

static int open_ear(struct injector *in)
{
	struct ccs_listen_events events = { on_frame, on_idle, on_changed, in };
	struct ccs_problem problem;

	if (!ccs_listen_open(&in->ear, &in->loop, in->interface, &events, &problem))
		return check_allowed(in);
	ccs_complain(&in->output, "%s", problem.text);
	return CCS_EXIT_MACHINE;
}

static int run(struct injector *in)
{
	int status;

	uv_loop_init(&in->loop);
	uv_timer_init(&in->loop, &in->timer);
	in->timer.data = in;
	in->status = -1;
	status = open_ear(in);
	ccs_privileges_drop();
	if (status >= 0)
		finish(in, status);
	else if (in->forced)
		start_sending(in);
	else
		uv_timer_start(&in->timer, on_listened, LISTENING_TIME, 0);
	uv_run(&in->loop, UV_RUN_DEFAULT);
	uv_loop_close(&in->loop);
	ccs_sight_forget(&in->sight);
	if (in->sent)
		printf("%llu frame%s sent on %s\n", (unsigned long long)in->sent,
		       in->sent == 1 ? "" : "s", in->interface);
	return in->status;
}

/* Options. */

enum option_number {
	OPTION_KNOWS = 256,
	OPTION_COUNT,
	OPTION_INTERVAL,
	OPTION_FORCE,
	OPTION_VERSION,
};

static const struct option options[] = {
	{ "interface", required_argument, NULL, 'i' },
	{ "yes-i-know", no_argument, NULL, OPTION_KNOWS },
	{ "count", required_argument, NULL, OPTION_COUNT },
	{ "interval", required_argument, NULL, OPTION_INTERVAL },
	{ "force", no_argument, NULL, OPTION_FORCE },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ 0 },
};

static int usage(struct injector *in, const char *what, const char *value)
{
	ccs_complain(&in->output, "%s%s: see `ccs inject --help`", what, value);
	return CCS_EXIT_USAGE;
}

static bool read_number(const char *text, uint64_t most, uint64_t *number)
{
	char *end;

	*number = strtoull(text, &end, 10);
	return text[0] >= '0' && text[0] <= '9' && !*end && *number && *number <= most;
}

/* Returns an exit status, or -1 to go on. */
static int take_option(struct injector *in, int option, const char *text)
{
	switch (option) {
	case 'i':
		in->interface = optarg;
		return -1;
	case OPTION_KNOWS:
		in->knows = true;
		return -1;
	case OPTION_FORCE:
		in->forced = true;
		return -1;
	case OPTION_COUNT:
		return read_number(optarg, COUNT_MAX, &in->count)
			       ? -1
			       : usage(in, "--count is 1 to 1000000, not ", optarg);
	case OPTION_INTERVAL:
		return read_number(optarg, INTERVAL_MAX, &in->interval)
			       ? -1
			       : usage(in, "--interval is 1 to 60000 ms, not ", optarg);
	case OPTION_VERSION:
		puts("ccs " CCS_VERSION);
		return CCS_EXIT_DONE;
	case 'h':
		fputs(help, stdout);
		return CCS_EXIT_DONE;
	case ':':
		return usage(in, "this option needs a value: ", text);
	default:
		return usage(in, "no such option: ", text);
	}
}

static int read_frames(struct injector *in, int argc, char **argv)
{
	struct ccs_problem problem;

	for (int i = 0; i < argc; i++)
		if (ccs_inject_read(&in->frames, argv[i], &problem)) {
			ccs_complain(&in->output, "%s", problem.text);
			return CCS_EXIT_USAGE;
		}
	return in->frames.count ? -1 : usage(in, "no frame", "");
}

static int read_options(struct injector *in, int argc, char **argv)
{
	int option, status = -1;

	opterr = 0;
	while (status < 0) {
		const char *text = optind < argc ? argv[optind] : "";

		option = getopt_long(argc, argv, ":i:h", options, NULL);
		if (option < 0)
			break;
		status = take_option(in, option, text);
	}
	if (status >= 0)
		return status;
	if (!in->interface)
		return usage(in, "on which interface? -i IF", "");
	return read_frames(in, argc - optind, argv + optind);
}

int ccs_inject_command(int argc, char **argv)
{
	static struct injector in = { .count = 1, .interval = 100 };
	int status;

	ccs_output_init(&in.output, "inject");
	status = read_options(&in, argc, argv);
	if (status < 0)
		status = run(&in);
	ccs_inject_free(&in.frames);
	return status;
}
