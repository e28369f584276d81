/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The secrets of TLS sessions, as peers disclose them in the NSS key log format: one line
 *
 *	LABEL <client random, 64 hex digits> <secret, hex>
 *
 * for each secret.  The lines come from a file, from the Decryption Secrets Blocks of a pcapng
 * file, or from UDP datagrams to port 52345, which chargers send into the captured network
 * (one line or several in a datagram, mostly without line end).
 *
 * Memory is bounded: at CCS_KEYLOG_SECRETS_MAX secrets (a thousand sessions and more) a new one
 * replaces the oldest.  Secrets are wiped when they are replaced or freed, and never printed.
 */
#ifndef CCS_TRACE_KEYLOG_H
#define CCS_TRACE_KEYLOG_H

#include <stddef.h>
#include <stdint.h>

#define CCS_KEYLOG_SECRETS_MAX 4096
#define CCS_KEYLOG_SECRET_SIZE 48 /* of the longest: TLS 1.2 master secret, SHA-384 secrets */
#define CCS_KEYLOG_RANDOM_SIZE 32
#define CCS_KEYLOG_PORT	       52345 /* UDP destination port of disclosed secrets */

enum ccs_keylog_label {
	CCS_KEYLOG_MASTER,	     /* CLIENT_RANDOM: the TLS 1.2 master secret */
	CCS_KEYLOG_CLIENT_HANDSHAKE, /* CLIENT_HANDSHAKE_TRAFFIC_SECRET */
	CCS_KEYLOG_SERVER_HANDSHAKE, /* SERVER_HANDSHAKE_TRAFFIC_SECRET */
	CCS_KEYLOG_CLIENT_TRAFFIC,   /* CLIENT_TRAFFIC_SECRET_0 */
	CCS_KEYLOG_SERVER_TRAFFIC,   /* SERVER_TRAFFIC_SECRET_0 */
};

/* Where text comes from.  Each source has its own unfinished line. */
enum ccs_keylog_source {
	CCS_KEYLOG_FILE,
	CCS_KEYLOG_BLOCK,    /* call ccs_keylog_end after each block */
	CCS_KEYLOG_DATAGRAM, /* feed whole payloads; the end of one may end the line */
	CCS_KEYLOG_SOURCES,
};

struct ccs_keylog;

/* NULL: no memory. */
struct ccs_keylog *ccs_keylog_new(void);

/* Wipes and frees; NULL is allowed. */
void ccs_keylog_free(struct ccs_keylog *keylog);

/*
 * Takes text in any chunks.  Known secrets, comments and the labels that do not concern us
 * (EXPORTER_SECRET, ...) are passed over.  A line of a datagram that is complete without line
 * end counts at once; one that is not may be continued by the next datagram.
 *
 * Returns the number of new secrets: when it is not 0, call ccs_tls_poll for every open TLS
 * connection.
 */
size_t ccs_keylog_feed(struct ccs_keylog *keylog, enum ccs_keylog_source source, const void *text,
		       size_t length);

/* The source has ended: its last line needs no line end.  Returns as ccs_keylog_feed. */
size_t ccs_keylog_end(struct ccs_keylog *keylog, enum ccs_keylog_source source);

/* A warning that has become due since the last call, or NULL.  Each comes once only: text that is
 * no key log, and secrets replaced because there are too many. */
const char *ccs_keylog_warning(struct ccs_keylog *keylog);

/* Changes with every new secret: what was not found need not be looked for before. */
uint64_t ccs_keylog_generation(const struct ccs_keylog *keylog);

/*
 * The secret with this label of the session whose ClientHello carries this random: copies it
 * into `secret` and returns its length, 32 or 48; 0: not known (yet).
 */
size_t ccs_keylog_find(const struct ccs_keylog *keylog, enum ccs_keylog_label label,
		       const uint8_t random[CCS_KEYLOG_RANDOM_SIZE],
		       uint8_t secret[CCS_KEYLOG_SECRET_SIZE]);

#endif
