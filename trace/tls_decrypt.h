/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which keys and which sequence number the next record of one direction has.
 *
 * While nothing is lost, both are known.  After a loss (and after a record that cannot be opened)
 * the record is tried with a few sequence numbers, and in TLS 1.3 with the keys that come next as
 * well: a lost record may have been the one that changed them.  Directions that fail too often are
 * given up, so the work for hostile input stays bounded.
 */
#ifndef CCS_TRACE_TLS_DECRYPT_H
#define CCS_TRACE_TLS_DECRYPT_H

#include "trace/tls_handshake.h"

#define CCS_TLS_TRIES	     32 /* sequence numbers: a gap is rarely more than a TCP window */
#define CCS_TLS_FAILURES_MAX 16 /* records in a row, then the direction is given up */

struct ccs_tls_decryptor {
	struct ccs_tls_keys keys;
	uint64_t sequence;
	bool traffic;	   /* TLS 1.3: the handshake is over, traffic secrets are in use */
	bool used;	   /* a record was opened with these keys */
	bool unsure;	   /* records may be missing before the next one */
	bool skipping;	   /* TLS 1.3: the handshake's secret is not known, the traffic's is */
	unsigned failures; /* in a row */
};

/*
 * Opens the next record of its direction into `out` (CCS_TLS_BODY_MAX bytes), with its true
 * content type in *type.  Returns the length, or
 *	CCS_IGNORED	  a secret or a hello is not known: try again when it is
 *	CCS_ERR_UNKNOWN	  a version or a suite that we cannot decrypt
 *	CCS_ERR_CRYPTO	  not authentic: damaged, or the secrets do not fit
 */
int ccs_tls_decrypt(struct ccs_tls_decryptor *d, const struct ccs_tls_handshake *h,
		    const struct ccs_tls_record *record, uint8_t *out, uint8_t *type);

/* TLS 1.2: ChangeCipherSpec.  New keys from the hellos seen last. */
void ccs_tls_decrypt_change(struct ccs_tls_decryptor *d);

/* TLS 1.3: Finished.  The traffic keys are next. */
void ccs_tls_decrypt_finished(struct ccs_tls_decryptor *d);

/* TLS 1.3: KeyUpdate. */
void ccs_tls_decrypt_update(struct ccs_tls_decryptor *d);

/* `records` are lost; negative: nobody knows how many. */
void ccs_tls_decrypt_gap(struct ccs_tls_decryptor *d, int64_t records);

#endif
