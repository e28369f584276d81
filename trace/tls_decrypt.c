/* SPDX-License-Identifier: Apache-2.0 */
/* TLS: keys and sequence numbers of one direction. */
#include "trace/tls_decrypt.h"

#include "trace/keylog.h"

#include "ccs/error.h"

#include <openssl/crypto.h>

static bool is_1_3(const struct ccs_tls_handshake *h)
{
	return h->summary.version == CCS_TLS_1_3;
}

/* The agreed suite; NULL when it is none we can decrypt. */
static const struct ccs_tls_suite *find_suite(const struct ccs_tls_handshake *h)
{
	const struct ccs_tls_suite *suite = ccs_tls_suite_find(h->summary.cipher);

	if (h->summary.version != CCS_TLS_1_2 && !is_1_3(h))
		return NULL;
	if (!suite || suite->mode == CCS_TLS_UNSUPPORTED)
		return NULL;
	return ccs_tls_suite_is_1_3(suite->id) == is_1_3(h) ? suite : NULL;
}

static int derive_1_2(struct ccs_tls_keys *keys, const struct ccs_tls_handshake *h,
		      const struct ccs_tls_suite *suite, bool of_client)
{
	uint8_t secret[CCS_KEYLOG_SECRET_SIZE];
	int error;

	if (!ccs_keylog_find(h->config.keylog, CCS_KEYLOG_MASTER, h->client_random, secret))
		return CCS_IGNORED;
	error = ccs_tls_keys_derive_1_2(keys, suite, secret, h->client_random, h->server_random,
					of_client);
	keys->encrypt_then_mac = h->encrypt_then_mac;
	OPENSSL_cleanse(secret, sizeof(secret));
	return error;
}

static int derive_1_3(struct ccs_tls_keys *keys, const struct ccs_tls_handshake *h,
		      const struct ccs_tls_suite *suite, bool of_client, bool traffic)
{
	static const enum ccs_keylog_label labels[2][2] = {
		{ CCS_KEYLOG_SERVER_HANDSHAKE, CCS_KEYLOG_SERVER_TRAFFIC },
		{ CCS_KEYLOG_CLIENT_HANDSHAKE, CCS_KEYLOG_CLIENT_TRAFFIC },
	};
	uint8_t secret[CCS_KEYLOG_SECRET_SIZE];
	size_t size = ccs_keylog_find(h->config.keylog, labels[of_client][traffic],
				      h->client_random, secret);
	int error = CCS_IGNORED;

	if (size)
		error = ccs_tls_keys_derive_1_3(keys, suite, secret, size);
	OPENSSL_cleanse(secret, sizeof(secret));
	return error;
}

static int find_keys(struct ccs_tls_decryptor *d, const struct ccs_tls_handshake *h, bool of_client)
{
	const struct ccs_tls_suite *suite = find_suite(h);
	int error;

	if (d->keys.suite)
		return 0;
	if (!h->server_hello)
		return CCS_IGNORED;
	if (!suite)
		return CCS_ERR_UNKNOWN;
	if (!h->client_hello || !h->config.keylog)
		return CCS_IGNORED;
	if (!is_1_3(h))
		return derive_1_2(&d->keys, h, suite, of_client);
	error = derive_1_3(&d->keys, h, suite, of_client, d->traffic);
	if (error == CCS_IGNORED && !d->traffic) {
		error = derive_1_3(&d->keys, h, suite, of_client, true);
		d->traffic = d->skipping = error == 0;
	}
	return error;
}

/* Tries the record with `tries` sequence numbers. */
static int open_record(const struct ccs_tls_keys *keys, const struct ccs_tls_record *record,
		       uint64_t *sequence, unsigned int tries, uint8_t *out, uint8_t *type)
{
	for (unsigned int i = 0; i < tries; i++) {
		int n = ccs_tls_keys_open(keys, *sequence + i, record->header, record->body,
					  record->length, out, type);

		if (n >= 0) {
			*sequence += i;
			return n;
		}
	}
	return CCS_ERR_CRYPTO;
}

/* TLS 1.3, after a loss: the keys that follow the present ones. */
static int open_with_next(struct ccs_tls_decryptor *d, const struct ccs_tls_handshake *h,
			  const struct ccs_tls_record *record, uint8_t *out, uint8_t *type)
{
	bool of_client = record->dir == h->summary.client_dir;
	struct ccs_tls_keys next;
	uint64_t sequence = 0;
	int n;

	if (d->traffic)
		n = ccs_tls_keys_update(&next, &d->keys);
	else
		n = derive_1_3(&next, h, d->keys.suite, of_client, true);
	if (n == 0)
		n = open_record(&next, record, &sequence, CCS_TLS_TRIES, out, type);
	if (n >= 0) {
		d->keys = next;
		d->sequence = sequence;
		d->traffic = true;
	}
	ccs_tls_keys_wipe(&next);
	return n;
}

int ccs_tls_decrypt(struct ccs_tls_decryptor *d, const struct ccs_tls_handshake *h,
		    const struct ccs_tls_record *record, uint8_t *out, uint8_t *type)
{
	int n = find_keys(d, h, record->dir == h->summary.client_dir);

	if (n < 0)
		return n;
	if (d->failures >= CCS_TLS_FAILURES_MAX)
		return CCS_ERR_CRYPTO;
	n = open_record(&d->keys, record, &d->sequence, d->unsure ? CCS_TLS_TRIES : 1, out, type);
	if (n < 0 && d->unsure && is_1_3(h))
		n = open_with_next(d, h, record, out, type);
	if (n < 0) {
		/* The failed record may have had a number; before the first that fits, none. */
		d->sequence += d->used;
		d->failures++;
		d->unsure = true;
		return CCS_ERR_CRYPTO;
	}
	d->sequence++;
	d->failures = 0;
	d->used = true;
	d->unsure = d->skipping = false;
	return n;
}

void ccs_tls_decrypt_change(struct ccs_tls_decryptor *d)
{
	ccs_tls_keys_wipe(&d->keys);
	*d = (struct ccs_tls_decryptor) { .traffic = d->traffic };
}

void ccs_tls_decrypt_finished(struct ccs_tls_decryptor *d)
{
	if (d->traffic)
		return;
	d->traffic = true;
	ccs_tls_decrypt_change(d);
}

void ccs_tls_decrypt_update(struct ccs_tls_decryptor *d)
{
	struct ccs_tls_keys next;

	if (!d->traffic || ccs_tls_keys_update(&next, &d->keys) < 0)
		return;
	d->keys = next;
	d->sequence = 0;
	ccs_tls_keys_wipe(&next);
}

void ccs_tls_decrypt_gap(struct ccs_tls_decryptor *d, int64_t records)
{
	if (d->used && records > 0)
		d->sequence += (uint64_t)records;
	d->unsure = true;
}
