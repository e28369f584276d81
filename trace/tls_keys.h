/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys of one direction of a TLS connection, and the opening of its records.
 */
#ifndef CCS_TRACE_TLS_KEYS_H
#define CCS_TRACE_TLS_KEYS_H

#include "trace/tls_suite.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CCS_TLS_BODY_MAX (16384 + 2048) /* of one record (RFC 5246 6.2.3) */

struct ccs_tls_keys {
	const struct ccs_tls_suite *suite; /* NULL: none */
	bool is_1_3;
	bool encrypt_then_mac; /* CBC, RFC 7366 */
	uint8_t secret_size;
	uint8_t secret[48]; /* TLS 1.3 traffic secret, for the key update */
	uint8_t key[32];
	uint8_t mac_key[48];
	uint8_t iv[12]; /* the fixed part; GCM and CCM of TLS 1.2: 4 bytes */
};

/*
 * TLS 1.2 (RFC 5246 6.3): the keys of one direction from the master secret.  Returns 0 or
 * CCS_ERR_CRYPTO.
 */
int ccs_tls_keys_derive_1_2(struct ccs_tls_keys *keys, const struct ccs_tls_suite *suite,
			    const uint8_t master[48], const uint8_t client_random[32],
			    const uint8_t server_random[32], bool of_client);

/* TLS 1.3 (RFC 8446 7.3): the keys of a traffic secret. */
int ccs_tls_keys_derive_1_3(struct ccs_tls_keys *keys, const struct ccs_tls_suite *suite,
			    const uint8_t *secret, size_t secret_size);

/* TLS 1.3 (RFC 8446 7.2): the keys after a key update of `keys`. */
int ccs_tls_keys_update(struct ccs_tls_keys *next, const struct ccs_tls_keys *keys);

void ccs_tls_keys_wipe(struct ccs_tls_keys *keys);

/*
 * Opens the record with this sequence number: `header` are its 5 bytes, `body` the `length`
 * (up to CCS_TLS_BODY_MAX) bytes behind.  The plain text goes to `out` (CCS_TLS_BODY_MAX
 * bytes); that of TLS 1.3 without its padding, with the true content type in *type.
 *
 * Returns its length; CCS_ERR_CRYPTO when it is not authentic, then `out` has no meaning.
 */
int ccs_tls_keys_open(const struct ccs_tls_keys *keys, uint64_t sequence, const uint8_t header[5],
		      const uint8_t *body, size_t length, uint8_t *out, uint8_t *type);

#endif
