/* SPDX-License-Identifier: Apache-2.0 */
/* A folder for each session. */
#include "linux/session_folder.h"

#include "ccs/mme.h"
#include "linux/peers.h"
#include "linux/session_folder_facts.h"
#include "linux/session_folder_file.h"
#include "trace/analyser.h"
#include "trace/csv.h"
#include "trace/keylog.h"
#include "trace/pcapng_write.h"
#include "trace/record_json.h"
#include "trace/summary_report.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ETHERNET     1
#define MODE	     0700
#define ABOVE_MODE   0755
#define TICK_MAX     CCS_SECONDS(2) /* a longer one is a clock that was set */
#define SUMMARY_ROOM 65536
#define SAME_NAME    100 /* sessions of one car in one second */

struct ccs_session_folder {
	struct ccs_session_folder_config config;
	int parent;

	/* From frames to records; anew for each session. */
	struct ccs_sink sink;
	struct ccs_analyser *analyser;
	struct ccs_keylog *keylog;
	uint64_t frames;
	ccs_time start;	 /* of the first frame */
	bool begins;	 /* a session does, with the frame that is being read; */
	bool begun_with; /* it has, and the frame is read again */

	/* Of the session. */
	int at; /* its folder; -1: there is none */
	char name[CCS_FOLDER_NAME_MAX];
	ccs_time begun;
	bool named;  /* after the car */
	bool failed; /* and that was said */
	struct ccs_growing capture, records, values;
	struct ccs_pcapng pcapng;
	struct ccs_csv csv;
	struct ccs_folder_facts facts;
	struct ccs_session_facts shown;
	ccs_time silence; /* since the last message */
	ccs_time stale;	  /* since the summary was written */
	ccs_time ticked;
};

static void complain(struct ccs_session_folder *f, const char *place, const char *why)
{
	char text[512];

	snprintf(text, sizeof(text), "%s/%s: %s", f->config.path, place, why);
	if (f->config.complain)
		f->config.complain(f->config.user, text);
}

/* The first fault is the last word of the session. */
static void give_up(struct ccs_session_folder *f, const char *file, const char *why)
{
	char place[CCS_FOLDER_NAME_MAX + 32];

	snprintf(place, sizeof(place), "%s%s%s", f->name, *file ? "/" : "", file);
	if (!f->failed)
		complain(f, place, why);
	f->failed = true;
}

static void give_up_for(struct ccs_session_folder *f, const char *file, int error)
{
	char why[256];
	bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;

	snprintf(why, sizeof(why), "%s: the session goes on, its recording ends here%s",
		 strerror(error),
		 full ? "; make room, or let older sessions go earlier (keep_free)" : "");
	give_up(f, file, why);
}

static void check(struct ccs_session_folder *f)
{
	const struct {
		const struct ccs_growing *file;
		const char *name;
	} files[] = { { &f->capture, CCS_FOLDER_CAPTURE },
		      { &f->records, CCS_FOLDER_RECORDS },
		      { &f->values, CCS_FOLDER_VALUES } };

	for (size_t i = 0; i < 3; i++)
		if (files[i].file->error)
			give_up_for(f, files[i].name, files[i].file->error);
}

static void flush(struct ccs_session_folder *f)
{
	ccs_growing_flush(&f->capture);
	ccs_growing_flush(&f->records);
	ccs_growing_flush(&f->values);
	check(f);
}

static void write_summary(struct ccs_session_folder *f)
{
	struct ccs_print print;
	char *room;

	f->stale = 0;
	if (f->failed || !ccs_folder_facts_now(&f->facts, &f->shown))
		return;
	room = malloc(SUMMARY_ROOM);
	if (!room)
		return;
	ccs_print_init(&print, room, SUMMARY_ROOM);
	ccs_summary_print_json(&print, &f->shown, NULL);
	if (ccs_replace_file(f->at, CCS_FOLDER_SUMMARY, room, ccs_print_length(&print)))
		give_up_for(f, CCS_FOLDER_SUMMARY, errno);
	free(room);
}

/* The begin of a session. */

static int open_files(struct ccs_session_folder *f)
{
	if (ccs_growing_open(&f->capture, f->at, CCS_FOLDER_CAPTURE) ||
	    ccs_growing_open(&f->records, f->at, CCS_FOLDER_RECORDS) ||
	    ccs_growing_open(&f->values, f->at, CCS_FOLDER_VALUES)) {
		check(f);
		return -1;
	}
	ccs_folder_lock(f->capture.fd);
	ccs_pcapng_begin(&f->pcapng, ccs_growing_put, &f->capture, f->config.program);
	ccs_pcapng_add_interface(&f->pcapng, ETHERNET, f->config.interface);
	ccs_growing_end_record(&f->capture);
	ccs_csv_header(&f->values.print);
	ccs_growing_end_record(&f->values);
	return 0;
}

/* 0, or -1 with errno set.  Of several sessions in one second each has a folder. */
static int make_folder(struct ccs_session_folder *f)
{
	int result = -1;

	errno = EEXIST;
	for (unsigned int i = 1; result && errno == EEXIST && i <= SAME_NAME; i++) {
		ccs_folder_name(f->name, f->begun, "", i);
		result = mkdirat(f->parent, f->name, MODE);
	}
	if (!result)
		f->at = openat(f->parent, f->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return f->at < 0 ? -1 : 0;
}

/* While a session goes on, only of what costs nothing to look at. */
static bool has_room(struct ccs_session_folder *f)
{
	const struct ccs_folder_limits limits = { .keep_free = f->config.limits.keep_free };

	if (!ccs_folder_make_room(f->parent, &limits))
		return true;
	give_up(f, "",
		"less is free than shall be (keep_free), and deleting older sessions would not be "
		"enough: the session goes on, its recording does not; make room");
	return false;
}

static void begin(struct ccs_session_folder *f, ccs_time time)
{
	f->begun = time;
	f->named = f->failed = false;
	f->silence = f->stale = 0;
	f->csv = (struct ccs_csv) { 0 };
	ccs_folder_facts_init(&f->facts);
	ccs_folder_name(f->name, time, "", 1);
	if (!has_room(f))
		return;
	if (make_folder(f))
		give_up_for(f, "", errno);
	else
		open_files(f);
}

/* The folder gets the name of the car as soon as that is known. */
static void name_after_car(struct ccs_session_folder *f)
{
	const struct ccs_session_facts *main = ccs_folder_facts_main(&f->facts);
	char name[CCS_FOLDER_NAME_MAX];
	int result = -1;

	if (f->named || f->at < 0 || !main || !main->v2g.evccid[0])
		return;
	f->named = true;
	errno = EEXIST;
	for (unsigned int i = 1; result && errno == EEXIST && i <= SAME_NAME; i++) {
		ccs_folder_name(name, f->begun, main->v2g.evccid, i);
		if (faccessat(f->parent, name, F_OK, AT_SYMLINK_NOFOLLOW))
			result = renameat(f->parent, f->name, f->parent, name);
		else
			errno = EEXIST;
	}
	if (!result)
		memcpy(f->name, name, sizeof(name));
}

/* The end of a session. */

static void enter_peer(struct ccs_session_folder *f, enum ccs_side side)
{
	struct ccs_peer peer;

	if (f->config.side != side && ccs_folder_facts_now(&f->facts, &f->shown) &&
	    ccs_peer_of(&peer, &f->shown, side) && ccs_peers_enter(f->parent, &peer) && !f->failed)
		complain(f, CCS_PEERS_FILE, strerror(errno));
}

static void end(struct ccs_session_folder *f)
{
	if (f->at < 0)
		return;
	ccs_analyser_finish(f->analyser);
	ccs_analyser_free(f->analyser);
	f->analyser = NULL;
	flush(f);
	write_summary(f);
	enter_peer(f, CCS_SIDE_EV);
	enter_peer(f, CCS_SIDE_EVSE);
	ccs_growing_close(&f->capture);
	ccs_growing_close(&f->records);
	ccs_growing_close(&f->values);
	close(f->at);
	f->at = -1;
	f->name[0] = '\0';
	(void)ccs_folder_make_room(f->parent, &f->config.limits);
}

/* Records. */

static void write_record(struct ccs_session_folder *f, const struct ccs_record *record)
{
	if (f->at < 0 || f->failed)
		return;
	ccs_record_json_print(&f->records.print, record, false);
	ccs_growing_end_record(&f->records);
}

/* Neighbours that match while our car does so share the folder. */
static bool is_another(const struct ccs_session_folder *f, const struct ccs_record *record)
{
	const struct ccs_session_facts *main = ccs_folder_facts_main(&f->facts);

	return f->at < 0 || (record->session > 1 && main && main->v2g.first.seen);
}

static bool is_alive(const struct ccs_record *record)
{
	return record->session &&
	       (record->kind == CCS_RECORD_MSG || record->kind == CCS_RECORD_SDP ||
		(record->kind == CCS_RECORD_MME && record->dir));
}

static void take_analysed(void *user, const struct ccs_record *record)
{
	struct ccs_session_folder *f = user;

	if (record->kind == CCS_RECORD_SESSION && !f->begun_with && is_another(f, record))
		f->begins = true;
	if (f->begins)
		return; /* the folder to come begins with this frame */
	ccs_folder_facts_take(&f->facts, record);
	if (is_alive(record))
		f->silence = 0;
	write_record(f, record);
	if (f->at >= 0 && !f->failed && ccs_csv_take(&f->csv, &f->values.print, record))
		ccs_growing_end_record(&f->values);
	name_after_car(f);
}

/* Frames. */

static bool make_analyser(struct ccs_session_folder *f)
{
	ccs_analyser_free(f->analyser);
	f->analyser = ccs_analyser_new(&f->sink, f->keylog);
	f->frames = 0;
	return f->analyser;
}

static void analyse(struct ccs_session_folder *f, struct ccs_packet *packet)
{
	packet->number = ++f->frames;
	if (packet->number == 1)
		f->start = packet->time;
	ccs_analyser_packet(f->analyser, packet);
}

static void write_frame(struct ccs_session_folder *f, const struct ccs_packet *packet)
{
	if (f->at >= 0 && !f->failed && !ccs_pcapng_write_packet(&f->pcapng, 0, packet, NULL))
		ccs_growing_end_record(&f->capture);
}

/* Numbers of frames and times count from the first frame of the session, as in its capture. */
static void begin_with(struct ccs_session_folder *f, struct ccs_packet *packet)
{
	f->begins = false;
	end(f);
	if (!make_analyser(f))
		return;
	begin(f, packet->time);
	f->begun_with = true;
	analyse(f, packet);
	f->begun_with = false;
}

void ccs_session_folder_frame(struct ccs_session_folder *f, const uint8_t *frame, size_t length,
			      ccs_time time)
{
	struct ccs_packet packet = {
		.time = time,
		.bytes = frame,
		.length = length,
		.original_length = length,
		.link_type = ETHERNET,
	};

	if (!f || (!f->analyser && !make_analyser(f)))
		return;
	analyse(f, &packet);
	if (f->begins)
		begin_with(f, &packet);
	write_frame(f, &packet);
}

void ccs_session_folder_record(struct ccs_session_folder *f, const struct ccs_record *record,
			       ccs_time time)
{
	struct ccs_record dated = *record;

	if (!f || record->kind == CCS_RECORD_MSG || record->kind == CCS_RECORD_SDP ||
	    record->kind == CCS_RECORD_MME)
		return;
	dated.time = time;
	dated.since = time - f->start;
	dated.session = f->facts.main;
	write_record(f, &dated);
}

void ccs_session_folder_secrets(struct ccs_session_folder *f, const char *lines, size_t length)
{
	const uint8_t *bytes = (const uint8_t *)lines;

	if (!f)
		return;
	if (f->analyser)
		ccs_analyser_secrets(f->analyser, CCS_SECRETS_TLS_KEY_LOG, bytes, length);
	if (f->at >= 0 && !f->failed &&
	    !ccs_pcapng_write_secrets(&f->pcapng, CCS_SECRETS_TLS_KEY_LOG, bytes, length))
		ccs_growing_end_record(&f->capture);
}

/* Life. */

void ccs_session_folder_tick(struct ccs_session_folder *f, ccs_time now)
{
	ccs_time passed;

	if (!f)
		return;
	passed = now - f->ticked;
	f->ticked = now;
	if (f->at < 0 || passed <= 0)
		return;
	passed = passed < TICK_MAX ? passed : TICK_MAX;
	f->silence += passed;
	f->stale += passed;
	if (!f->failed)
		flush(f);
	if (f->stale >= CCS_SESSION_FOLDER_REFRESH && has_room(f))
		write_summary(f);
	if (f->silence >= CCS_SESSION_FOLDER_SILENCE)
		end(f);
}

/* With what is missing above it, which others may enter. */
static void make_parent(const char *path)
{
	char above[PATH_MAX];

	for (const char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
		snprintf(above, sizeof(above), "%.*s", (int)(at - path), path);
		(void)mkdir(above, ABOVE_MODE);
	}
	(void)mkdir(path, MODE);
}

static int refuse_parent(const char *path, struct ccs_problem *problem)
{
	return ccs_problem_set(problem,
			       "%s: %s: no sessions can be recorded there: make this folder for "
			       "this user, or name another in [record] directory (empty: none)",
			       path, strerror(errno));
}

/* Refuses now what would fail with every session. */
static int open_parent(struct ccs_session_folder *f, struct ccs_problem *problem)
{
	const char *path = f->config.path;

	make_parent(path);
	f->parent = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->parent < 0 || faccessat(f->parent, ".", W_OK | X_OK, AT_EACCESS))
		return refuse_parent(path, problem);
	if (ccs_folder_make_room(f->parent, &f->config.limits))
		return ccs_problem_set(problem,
				       "%s: less is free than shall be: make room, or lower the "
				       "limit (keep_free)",
				       path);
	return 0;
}

struct ccs_session_folder *ccs_session_folder_open(const struct ccs_session_folder_config *config,
						   struct ccs_problem *problem)
{
	struct ccs_session_folder *f = calloc(1, sizeof(*f));

	if (!f) {
		ccs_problem_set(problem, "out of memory");
		return NULL;
	}
	f->config = *config;
	f->parent = f->at = f->capture.fd = f->records.fd = f->values.fd = -1;
	f->sink = (struct ccs_sink) { take_analysed, f };
	f->keylog = ccs_keylog_new();
	if (!f->keylog) {
		ccs_problem_set(problem, "out of memory");
	} else if (!open_parent(f, problem)) {
		signal(SIGXFSZ, SIG_IGN);
		return f;
	}
	ccs_session_folder_close(f);
	return NULL;
}

void ccs_session_folder_close(struct ccs_session_folder *f)
{
	if (!f)
		return;
	end(f);
	ccs_analyser_free(f->analyser);
	ccs_keylog_free(f->keylog);
	if (f->parent >= 0)
		close(f->parent);
	free(f);
}

const char *ccs_session_folder_current(const struct ccs_session_folder *f)
{
	return f ? f->name : "";
}
