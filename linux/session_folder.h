/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stays of a session: a folder for each, written as the session goes.
 *
 *	SESSIONS/2026-11-22T10-15-00Z-02CC50000001/
 *		capture.pcapng	all frames since the session began, and TLS secrets
 *		records.jsonl	what `ccs decode --json` shows of it, and the station's own records
 *		values.csv	the charging loop, as `ccs decode --csv` has it
 *		summary.json	what `ccs summary --json` says, as of some seconds ago
 *	SESSIONS/peers.jsonl	who was met (linux/peers.h)
 *
 *	folder = ccs_session_folder_open(&config, &problem);
 *	... each frame of the power line, each IPv6 packet (`tap`, `tap_ip` of linux/port.h):
 *	ccs_session_folder_frame(folder, bytes, length, time);
 *	... each record of the station:
 *	ccs_session_folder_record(folder, record, time);
 *	... each second:
 *	ccs_session_folder_tick(folder, time);
 *	ccs_session_folder_close(folder);
 *
 * A session begins with the first SLAC or SDP request; what comes before belongs to none and is not
 * kept.  It ends when another one begins, when CCS_SESSION_FOLDER_SILENCE has passed without a
 * message of it, or with close.  While a car is matching, others that match on the same line share
 * its folder; it gets its name from the one that went on to talk.
 *
 * A process that is killed leaves whole files, which lack what came after the last tick.  When the
 * disk is full, or a file cannot be written, that is said once, that session is recorded no further
 * and the next one tries again.  Nothing here ever waits for a reader, only for the disk.
 *
 * The capture holds the keys of the power line, and TLS secrets: folders and files are readable by
 * their owner only.  records.jsonl holds no keys.
 *
 * Where nothing is to be recorded the folder is NULL: all calls allow it and do nothing.
 *
 * All times are microseconds since 1970, and may jump, as clocks do when they are set.  One needs 1
 * to 2 MB, as an analyser does.
 */
#ifndef CCS_LINUX_SESSION_FOLDER_H
#define CCS_LINUX_SESSION_FOLDER_H

#include "ccs/record.h"
#include "linux/problem.h"
#include "linux/session_folder_space.h"

#define CCS_SESSION_FOLDER_SILENCE CCS_SECONDS(120) /* twice the longest timeout of a session */
#define CCS_SESSION_FOLDER_REFRESH CCS_SECONDS(5)   /* of summary.json */

struct ccs_session_folder_config {
	const char *path;      /* SESSIONS: made when it is missing, with what is above it */
	const char *interface; /* its name in the capture */
	const char *program;   /* "ccs 0.1.0" */
	enum ccs_side side;    /* ours: the other side is the peer; UNKNOWN: both are */
	/* `most` is looked at when no session goes on, and so may be exceeded by one of them. */
	struct ccs_folder_limits limits;
	void (*complain)(void *user, const char *text); /* one line for a person; NULL: nobody */
	void *user;
};

struct ccs_session_folder;

/*
 * What `config` points to must outlive it.  NULL: see `problem` (no permission, less is free than
 * shall be, no memory).  Ignores SIGXFSZ: a limit on the size of files is an
 * error of writing, not the end of the process.
 */
struct ccs_session_folder *ccs_session_folder_open(const struct ccs_session_folder_config *config,
						   struct ccs_problem *problem);

/* An Ethernet frame. */
void ccs_session_folder_frame(struct ccs_session_folder *folder, const uint8_t *frame,
			      size_t length, ccs_time time);

/* A record of the station; messages are dropped, the frames show them. */
void ccs_session_folder_record(struct ccs_session_folder *folder, const struct ccs_record *record,
			       ccs_time time);

/* Secrets of a TLS session: lines of NSS key log. */
void ccs_session_folder_secrets(struct ccs_session_folder *folder, const char *lines,
				size_t length);

/* To be called each second. */
void ccs_session_folder_tick(struct ccs_session_folder *folder, ccs_time now);

/* Ends the session, if one goes on. */
void ccs_session_folder_close(struct ccs_session_folder *folder);

/* The folder of the session that is being recorded, "2026-..."; "": none. */
const char *ccs_session_folder_current(const struct ccs_session_folder *folder);

#endif
