/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys of the power line network: NMK, NID, DAK; and how to treat secrets.
 *
 * An NMK for SLAC must be 16 random bytes of a good generator; the caller brings them.
 * Sources: HomePlug AV 1.1 sections 4.4.3.1 (NID) and 5 (keys of passwords); FIPS 180-4 (SHA-256).
 */
#ifndef CCS_KEYS_H
#define CCS_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CCS_SHA256_SIZE 32
#define CCS_NMK_SIZE	16
#define CCS_NID_SIZE	7

/* For a passphrase (section 5): recommended are 12 to 64 characters from 0x20 to 0x7f. */
#define CCS_PASSPHRASE_MIN 12
#define CCS_PASSPHRASE_MAX 64

/* Level of security in a NID. */
#define CCS_NID_SIMPLE_CONNECT 0
#define CCS_NID_SECURE	       1

struct ccs_sha256 {
	uint32_t state[8];
	uint8_t block[64];
	uint64_t length; /* bytes so far */
};

void ccs_sha256_init(struct ccs_sha256 *hash);
void ccs_sha256_update(struct ccs_sha256 *hash, const void *bytes, size_t size);

/* The digest; `hash` is wiped and must be initialised again. */
void ccs_sha256_finish(struct ccs_sha256 *hash, uint8_t digest[32]);

/* The NID that belongs to an NMK.  Every EVSE seen uses CCS_NID_SIMPLE_CONNECT. */
void ccs_keys_derive_nid(const uint8_t nmk[16], unsigned int level, uint8_t nid[7]);

/* NMK and DAK of a passphrase of any length (1,000 hashes). */
void ccs_keys_derive_nmk(const char *passphrase, size_t length, uint8_t nmk[16]);
void ccs_keys_derive_dak(const char *passphrase, size_t length, uint8_t dak[16]);

/* Whether `size` bytes are the same, in a time that does not depend on their values. */
bool ccs_keys_equal(const void *a, const void *b, size_t size);

/* Overwrites a secret that is no longer needed; the compiler may not leave it out. */
void ccs_keys_wipe(void *secret, size_t size);

#endif
