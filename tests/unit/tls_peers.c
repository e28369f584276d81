/* SPDX-License-Identifier: Apache-2.0 */
/* TLS client and server over memory. */
#include "tls_peers.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <string.h>

static void set_name(X509 *certificate, const char *name)
{
	X509_NAME *subject = X509_get_subject_name(certificate);

	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const uint8_t *)name, -1, -1, 0);
	X509_set_issuer_name(certificate, subject);
}

/* A certificate that signs itself. */
static void use_certificate(SSL_CTX *context, const char *name, long serial, bool expired)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();

	assert(key && certificate);
	X509_set_version(certificate, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -2 * 86400);
	X509_gmtime_adj(X509_getm_notAfter(certificate), expired ? -86400 : 86400);
	X509_set_pubkey(certificate, key);
	set_name(certificate, name);
	assert(X509_sign(certificate, key, EVP_sha256()) > 0);
	assert(SSL_CTX_use_certificate(context, certificate) == 1);
	assert(SSL_CTX_use_PrivateKey(context, key) == 1);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

static int accept_any(int preverified, X509_STORE_CTX *store)
{
	(void)preverified;
	(void)store;
	return 1;
}

static void keep_line(const SSL *ssl, const char *line)
{
	struct tls_peers *peers = SSL_get_app_data(ssl);
	size_t length = strlen(line);

	assert(peers->keylog_length + length + 1 < sizeof(peers->keylog));
	memcpy(peers->keylog + peers->keylog_length, line, length);
	peers->keylog_length += length;
	peers->keylog[peers->keylog_length++] = '\n';
}

static SSL_CTX *make_context(const struct tls_peers_options *options, const char *suite)
{
	SSL_CTX *context = SSL_CTX_new(TLS_method());
	char list[200] = "ALL:@SECLEVEL=0";

	assert(context);
	SSL_CTX_set_security_level(context, 0);
	SSL_CTX_set_min_proto_version(context,
				      options->version ? options->version : TLS1_2_VERSION);
	SSL_CTX_set_max_proto_version(context, options->version);
	if (suite && strncmp(suite, "TLS_", 4) == 0) {
		assert(SSL_CTX_set_ciphersuites(context, suite) == 1);
	} else if (suite) {
		strcpy(list, suite);
		strcat(list, ":@SECLEVEL=0");
	}
	assert(SSL_CTX_set_cipher_list(context, list) == 1);
	SSL_CTX_set_block_padding(context, 64); /* TLS 1.3 only */
	if (options->no_encrypt_then_mac)
		SSL_CTX_set_options(context, SSL_OP_NO_ENCRYPT_THEN_MAC);
	return context;
}

static SSL_CTX *make_role(unsigned int dir, const struct tls_peers_options *options)
{
	bool server = dir == TLS_PEERS_SERVER;
	const char *groups = server ? options->server_groups : options->groups;
	SSL_CTX *context = make_context(
		options, server && options->server_suite ? options->server_suite : options->suite);

	if (server || options->mutual)
		use_certificate(context, server ? "SECC" : "Vehicle", server ? 0x1234 : 0x5678,
				server && options->expired);
	if (options->mutual || (!server && options->distrust))
		SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
				   options->distrust ? NULL : accept_any);
	assert(SSL_CTX_set1_groups_list(context, groups ? groups : "P-256:P-521") == 1);
	SSL_CTX_set_session_id_context(context, (const uint8_t *)"ccs", 3);
	if (!server)
		SSL_CTX_set_keylog_callback(context, keep_line);
	return context;
}

static void make_end(struct tls_peers *peers, unsigned int dir,
		     const struct tls_peers_options *options)
{
	SSL *end;

	if (dir == TLS_PEERS_SERVER && options->server) {
		peers->contexts[dir] = options->server;
		SSL_CTX_up_ref(options->server);
	} else {
		peers->contexts[dir] = make_role(dir, options);
	}
	end = SSL_new(peers->contexts[dir]);
	assert(end);
	peers->ends[dir] = end;
	SSL_set_app_data(end, peers);
	SSL_set_bio(end, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
	if (dir == TLS_PEERS_SERVER) {
		SSL_set_accept_state(end);
		return;
	}
	SSL_set_connect_state(end);
	SSL_set_tlsext_host_name(end, "secc.example");
	SSL_set_tlsext_status_type(end, TLSEXT_STATUSTYPE_ocsp);
	if (options->resume)
		SSL_set_session(end, options->resume);
}

/* Carries what one end has written to the other. */
static bool carry(struct tls_peers *peers, unsigned int from)
{
	BIO *out = SSL_get_wbio(peers->ends[from]);
	size_t length = BIO_ctrl_pending(out);
	uint8_t *at = peers->wire + peers->wire_length;

	if (!length)
		return false;
	assert(length <= sizeof(peers->wire) - peers->wire_length);
	assert(peers->chunk_count < TLS_PEERS_CHUNKS);
	assert(BIO_read(out, at, (int)length) == (int)length);
	BIO_write(SSL_get_rbio(peers->ends[!from]), at, (int)length);
	peers->chunks[peers->chunk_count++] = (struct tls_peers_chunk) { from, peers->wire_length,
									 length };
	peers->wire_length += length;
	return true;
}

/* The end takes what has come. */
static void work(SSL *end)
{
	uint8_t bytes[20000];

	if (!SSL_is_init_finished(end))
		SSL_do_handshake(end);
	while (SSL_is_init_finished(end) && SSL_read(end, bytes, sizeof(bytes)) > 0)
		;
}

void tls_peers_pump(struct tls_peers *peers)
{
	bool moved = true;

	while (moved) {
		work(peers->ends[TLS_PEERS_CLIENT]);
		moved = carry(peers, TLS_PEERS_CLIENT);
		work(peers->ends[TLS_PEERS_SERVER]);
		moved |= carry(peers, TLS_PEERS_SERVER);
	}
}

bool tls_peers_start(struct tls_peers *peers, const struct tls_peers_options *options)
{
	memset(peers, 0, sizeof(*peers));
	make_end(peers, TLS_PEERS_CLIENT, options);
	make_end(peers, TLS_PEERS_SERVER, options);
	tls_peers_pump(peers);
	return SSL_is_init_finished(peers->ends[0]) && SSL_is_init_finished(peers->ends[1]);
}

void tls_peers_write(struct tls_peers *peers, unsigned int dir, size_t length)
{
	uint8_t *at = peers->plain[dir] + peers->plain_length[dir];

	assert(length <= sizeof(peers->plain[dir]) - peers->plain_length[dir]);
	for (size_t i = 0; i < length; i++)
		at[i] = (uint8_t)(peers->plain_length[dir] + i * 7 + dir);
	assert(SSL_write(peers->ends[dir], at, (int)length) == (int)length);
	peers->plain_length[dir] += length;
	tls_peers_pump(peers);
}

void tls_peers_close(struct tls_peers *peers, unsigned int dir)
{
	SSL_shutdown(peers->ends[dir]);
	carry(peers, dir);
}

void tls_peers_free(struct tls_peers *peers)
{
	for (unsigned int dir = 0; dir < 2; dir++) {
		SSL_free(peers->ends[dir]);
		SSL_CTX_free(peers->contexts[dir]);
	}
}
