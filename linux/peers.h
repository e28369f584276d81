/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cars and chargers that were met: a file of JSON lines, one for each, in the order in which
 * they were seen last.
 *
 *	{"v":1,"kind":"peer","side":"ev","id":"02:CC:50:00:00:01","mac":"02:cc:50:00:00:01",
 *	"first":"2026-11-22T10:15:00.000000Z","last":"...","sessions":3,"verdict":"ok",
 *	"outcome":"stopped_by_ev","note":"the blue van"}
 *
 * `id` is the EVCCID or EVSEID; `verdict` and `outcome` (the code of the diagnosis) are of the last
 * session.  `note`, up to 199 bytes, is for people, who write it with an editor: it is kept, as are
 * lines that are no peers.
 *
 * Two are the same when their ids are, or, where one of them told none, their MACs.
 */
#ifndef CCS_LINUX_PEERS_H
#define CCS_LINUX_PEERS_H

#include "ccs/record.h"

#include <stddef.h>

struct ccs_print;
struct ccs_session_facts;

#define CCS_PEERS_FILE "peers.jsonl"
#define CCS_PEERS_MOST 5000 /* of more, those that were not seen for longest are forgotten */

/* Texts are printable ASCII, but for the note. */
struct ccs_peer {
	enum ccs_side side;
	char id[80];	/* "": not told */
	char mac[18];	/* "aa:bb:cc:dd:ee:ff"; "": not seen */
	char first[32]; /* RFC 3339 */
	char last[32];
	uint64_t sessions;
	char verdict[16]; /* "ok" "failed" "incomplete" */
	char outcome[40];
	char note[200]; /* JSON text between its quotes; "": none */
};

/* Who was met in a session, and how it ended; false: nobody of this side. */
bool ccs_peer_of(struct ccs_peer *peer, const struct ccs_session_facts *session,
		 enum ccs_side side);

/* Enters a session's peer into the file in `folder`, in one step.  0, or -1 with errno set. */
int ccs_peers_enter(int folder, const struct ccs_peer *peer);

/* Reads one line without its end; false: it is no peer. */
bool ccs_peer_read(struct ccs_peer *peer, const char *line, size_t length);

/* The line, with its end. */
void ccs_peer_print(struct ccs_print *print, const struct ccs_peer *peer);

#endif
