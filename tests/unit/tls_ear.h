/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A listener for the TLS tests: feeds what peers said (tls_peers.h) to the decryption, and keeps
 * what comes out of it.
 */
#ifndef TLS_EAR_H
#define TLS_EAR_H

#include "tls_peers.h"

#include "trace/keylog.h"
#include "trace/tls.h"

#define TLS_EAR_KEEP_ALL 200000 /* for all connections that could share it */

struct tls_ear {
	struct ccs_keylog *keylog;
	struct ccs_tls *tls;
	size_t keep_all;
	uint8_t plain[2][100000];
	size_t plain_length[2];
	uint64_t frame;	    /* of the last plain text */
	unsigned int turns; /* how often the direction of the plain text changed */
	unsigned int last;  /* its last direction */
	unsigned int gaps[2];
	unsigned int events; /* a bit for each enum ccs_tls_event of the notes */
	char notes[20000];   /* one line each: "I text", "W text", "E text" */
	size_t notes_length;
};

void tls_ear_open(struct tls_ear *ear, size_t keep);
void tls_ear_close(struct tls_ear *ear);

/* The peers' key log, all of it. */
void tls_ear_secrets(struct tls_ear *ear, const struct tls_peers *peers);

/* The chunks first..end-1; frame numbers are those of the chunks, from 1. */
void tls_ear_hear(struct tls_ear *ear, const struct tls_peers *peers, size_t first, size_t end);

/* Asserts that the plain text of both directions is what the peers wrote. */
void tls_ear_assert_all(const struct tls_ear *ear, const struct tls_peers *peers);

/* How many notes have this text in them. */
unsigned int tls_ear_count(const struct tls_ear *ear, const char *text);

#endif
