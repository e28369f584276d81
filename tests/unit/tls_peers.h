/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A real TLS client and server (OpenSSL) that talk through memory, with everything that went over
 * the wire and the key log written down.  Keys and certificates are made on the spot.
 */
#ifndef TLS_PEERS_H
#define TLS_PEERS_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TLS_PEERS_CHUNKS 256
#define TLS_PEERS_CLIENT 0
#define TLS_PEERS_SERVER 1

struct tls_peers_options {
	int version;	    /* TLS1_2_VERSION, ...; 0: TLS 1.2 and 1.3 */
	const char *suite;  /* OpenSSL's name; NULL: any */
	const char *groups; /* of the client; NULL: P-256 */
	const char *server_groups;
	const char *server_suite; /* where it differs */
	bool mutual;		  /* both have certificates */
	bool no_encrypt_then_mac;
	bool distrust;	     /* the client does not know the server's root */
	bool expired;	     /* the server's certificate is */
	SSL_SESSION *resume; /* a session of `server` */
	SSL_CTX *server;     /* NULL: a new one */
};

struct tls_peers_chunk {
	unsigned int dir;
	size_t at, length; /* in wire[] */
};

struct tls_peers {
	SSL_CTX *contexts[2];
	SSL *ends[2];
	char keylog[8192];
	size_t keylog_length;
	uint8_t wire[400000];
	size_t wire_length;
	struct tls_peers_chunk chunks[TLS_PEERS_CHUNKS]; /* one write of one side each */
	size_t chunk_count;
	uint8_t plain[2][100000]; /* written by each side */
	size_t plain_length[2];
};

/* Makes both ends and lets them shake hands.  Whether that worked. */
bool tls_peers_start(struct tls_peers *peers, const struct tls_peers_options *options);

/* One side writes `length` bytes of some text, the other reads them. */
void tls_peers_write(struct tls_peers *peers, unsigned int dir, size_t length);

/* Lets both ends do what they have to do. */
void tls_peers_pump(struct tls_peers *peers);

void tls_peers_close(struct tls_peers *peers, unsigned int dir);
void tls_peers_free(struct tls_peers *peers);

#endif
