/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passive decryption of one TCP connection that speaks TLS 1.2 or 1.3, with the secrets of a key
 * log (trace/keylog.h): the bytes of both directions go in, the plain text of the application
 * comes out, with notes for people and a summary.
 *
 * Directions are 0 and 1, as the caller likes; who is the client is found out from the hellos.
 * Every record is authenticated before anything of it is believed; what does not fit its secrets
 * is noted once and yields no output.
 *
 * Records whose secrets have not come yet wait, in the order of their arrival and together with
 * all that follow them, so that requests and responses come out in their order.  They come out
 * (with their own frame number and time) when the secret arrives: at ccs_tls_data,
 * ccs_tls_poll or ccs_tls_end.  What may wait is bounded by `keep` bytes per connection and, with
 * `keep_all`, in all connections together; what comes when that is full is dropped, counted, and
 * appears as a gap behind the kept ones.
 *
 * Sources: RFC 5246 (TLS 1.2), RFC 8446 (TLS 1.3), RFC 5288, 5289, 6655, 7251, 7905 (suites),
 * RFC 7366 (encrypt-then-MAC).
 */
#ifndef CCS_TRACE_TLS_H
#define CCS_TRACE_TLS_H

#include "ccs/record.h"
#include "ccs/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A charging loop of ISO 15118 makes about 3 KB a second in both directions together: this is
 * more than 40 minutes of it. */
#define CCS_TLS_KEEP ((size_t)8 * 1024 * 1024)

#define CCS_TLS_BOTH 2 /* direction of a note that concerns the connection */

struct ccs_keylog;
struct ccs_tls;

/* Something that a person should know. */
struct ccs_tls_note {
	enum ccs_tls_event event; /* more about it in the summary */
	enum ccs_note_level level;
	unsigned int dir; /* who sent what it is about, or CCS_TLS_BOTH */
	const char *text;
	uint64_t frame;
	ccs_time time;
};

struct ccs_tls_config {
	const struct ccs_keylog *keylog; /* must outlive the connection; NULL: no secrets */
	size_t keep;			 /* bytes that may wait for secrets; 0: CCS_TLS_KEEP */
	size_t *keep_all;		 /* bytes left for all connections that share it, or NULL */
	void *user;

	/* Plain text of one record; `frame` and `time` are those of the data that completed it. */
	void (*plain)(void *user, unsigned int dir, const uint8_t *bytes, size_t length,
		      uint64_t frame, ccs_time time);

	/* Plain text of this direction is missing here; what was begun is to be given up. */
	void (*gap)(void *user, unsigned int dir, uint64_t frame, ccs_time time);

	/* It and its text live during the call only. */
	void (*note)(void *user, const struct ccs_tls_note *note);
};

#define CCS_TLS_CERTIFICATES_MAX 8 /* of each side, the leaf first */

/* Texts are shortened with "..." where a certificate has longer ones. */
struct ccs_tls_certificate {
	char subject[192]; /* RFC 2253: "CN=SECCCert,O=..." */
	char issuer[192];
	char serial[48];     /* hex */
	char not_before[24]; /* "2026-11-22T07:15:00Z" */
	char not_after[24];
	char key[24]; /* "prime256v1", "RSA 2048", "ED448" */
};

struct ccs_tls_certificates {
	unsigned int count; /* in the message; the array has the first ones of them */
	struct ccs_tls_certificate list[CCS_TLS_CERTIFICATES_MAX];
};

struct ccs_tls_summary {
	unsigned int client_dir;  /* 0 or 1; CCS_TLS_BOTH: not known */
	uint16_t version;	  /* agreed: 0x0303 TLS 1.2, 0x0304 TLS 1.3; 0: none */
	uint16_t cipher;	  /* agreed suite, as registered with IANA */
	uint16_t group;		  /* key exchange: 23 secp256r1, 25 secp521r1, 29 x25519, ...; 0 */
	const char *version_name; /* "TLS 1.3"; NULL: none */
	const char *cipher_name;  /* "TLS_AES_256_GCM_SHA384"; NULL: none or unknown */
	const char *group_name;	  /* NULL: none or unknown */
	char server_name[128];	  /* the client asked for (SNI); "" when it did not */
	char alpn[32];		  /* protocol the server chose (ALPN); "" when none */
	char offered[1024];	  /* by the client: versions, suites, groups; for people */
	bool resumed;		  /* TLS 1.2: abbreviated handshake */
	bool trusted_ca_keys;	  /* the client named its roots (ISO 15118-2) */
	bool status_request;	  /* the client asked for OCSP status */
	bool status_sent;	  /* the server sent one */
	bool client_auth;	  /* the server asked for a certificate */
	bool established;	  /* both sides were seen to finish the handshake */
	bool failed;		  /* a fatal alert, or the end before the handshake was finished */
	uint8_t alert;		  /* number of the first fatal one; 0: none */
	const char *alert_name;	  /* "handshake_failure"; NULL: none or unknown */
	bool decrypted;		  /* at least one record was */
	uint64_t records_plain;	  /* application records decrypted */
	uint64_t records_lost;	  /* encrypted records not decrypted, any reason */
	uint64_t bytes_lost;	  /* their length */
	struct ccs_tls_certificates client, server;
};

/* Whether a connection whose one direction begins with these bytes (5 are enough) is TLS: a
 * handshake record. */
bool ccs_tls_looks_like(const uint8_t *bytes, size_t length);

/* The config is copied.  NULL: no memory. */
struct ccs_tls *ccs_tls_new(const struct ccs_tls_config *config);

/* The next bytes of a direction, in any split. */
void ccs_tls_data(struct ccs_tls *tls, unsigned int dir, const uint8_t *bytes, size_t length,
		  uint64_t frame, ccs_time time);

/* `length` bytes of the stream are lost here (0: nobody knows how many).  Decryption goes on when
 * the next whole record can be found and its sequence number guessed. */
void ccs_tls_gap(struct ccs_tls *tls, unsigned int dir, uint64_t length, uint64_t frame,
		 ccs_time time);

/* Decrypts what waited for secrets that have come. */
void ccs_tls_poll(struct ccs_tls *tls);

/* Both directions have ended, or the capture: decrypts what it can, gives up the rest, and says
 * what is missing.  Nothing may be fed afterwards. */
void ccs_tls_end(struct ccs_tls *tls, uint64_t frame, ccs_time time);

/* Valid until ccs_tls_free; complete after ccs_tls_end. */
const struct ccs_tls_summary *ccs_tls_summary(const struct ccs_tls *tls);

/* Wipes and frees; NULL is allowed. */
void ccs_tls_free(struct ccs_tls *tls);

#endif
