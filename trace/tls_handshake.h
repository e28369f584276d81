/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The handshake messages of a TLS connection: what key derivation needs to know of them, the
 * summary, and the notes.
 */
#ifndef CCS_TRACE_TLS_HANDSHAKE_H
#define CCS_TRACE_TLS_HANDSHAKE_H

#include "trace/tls.h"
#include "trace/tls_record.h"

#include "ccs/print.h"

#define CCS_TLS_MESSAGE_MAX 65536 /* longer handshake messages are passed over */

/* A message that has not come completely. */
struct ccs_tls_assembly {
	uint8_t *bytes;
	size_t used, size;
	size_t skip; /* the rest of one that is passed over */
};

struct ccs_tls_handshake {
	struct ccs_tls_config config;
	struct ccs_tls_summary summary;
	struct ccs_tls_assembly assembly[2];
	uint8_t client_random[32];
	uint8_t server_random[32];
	bool client_hello;     /* client_random is known */
	bool server_hello;     /* server_random, version and suite are agreed */
	bool encrypt_then_mac; /* agreed */
	bool server_done;      /* TLS 1.2: the server sent its whole first flight */
	bool agreed_told;
	bool damaged_told;
};

/* What messages mean for the keys of who sent them. */
#define CCS_TLS_FINISHED   1u
#define CCS_TLS_KEY_UPDATE 2u

/*
 * Handshake data of one record, in order.  `authentic` says that they were decrypted.  Returns
 * the flags above for the messages completed by it.
 */
unsigned int ccs_tls_handshake_take(struct ccs_tls_handshake *h, const struct ccs_tls_mark *mark,
				    unsigned int dir, const uint8_t *bytes, size_t length,
				    bool authentic);

/* Data of this direction are missing: an unfinished message will not be finished. */
void ccs_tls_handshake_gap(struct ccs_tls_handshake *h, unsigned int dir);

/* TLS 1.2: the side changes to encryption. */
void ccs_tls_handshake_change_cipher(struct ccs_tls_handshake *h, const struct ccs_tls_mark *mark,
				     unsigned int dir);

void ccs_tls_handshake_free(struct ccs_tls_handshake *h);

/* "client", "server"; "one side" when nobody knows. */
const char *ccs_tls_side_name(const struct ccs_tls_handshake *h, unsigned int dir);

/* Gives the printed text to the caller of the module. */
void ccs_tls_note_event(const struct ccs_tls_handshake *h, const struct ccs_tls_mark *mark,
			enum ccs_tls_event event, enum ccs_note_level level, unsigned int dir,
			struct ccs_print *text);

/* As ccs_tls_note_event, for CCS_TLS_EVENT_OTHER. */
void ccs_tls_note(const struct ccs_tls_handshake *h, const struct ccs_tls_mark *mark,
		  enum ccs_note_level level, unsigned int dir, struct ccs_print *text);

/* As ccs_tls_note, for a fixed text. */
void ccs_tls_note_text(const struct ccs_tls_handshake *h, const struct ccs_tls_mark *mark,
		       enum ccs_note_level level, unsigned int dir, const char *text);

#endif
