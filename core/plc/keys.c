/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 and what the power line network derives with it. */
#include "ccs/keys.h"

#include "ccs/cursor.h"

#include <string.h>

#define NID_ROUNDS	  5
#define PASSPHRASE_ROUNDS 1000

static const uint32_t round_constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
	0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
	0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
	0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
	0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
	0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
	0xc67178f2,
};

static const uint8_t salt_nmk[8] = { 0x08, 0x85, 0x6d, 0xaf, 0x7c, 0xf5, 0x81, 0x86 };
static const uint8_t salt_dak[8] = { 0x08, 0x85, 0x6d, 0xaf, 0x7c, 0xf5, 0x81, 0x85 };

static uint32_t rotate(uint32_t x, unsigned int n)
{
	return x >> n | x << (32 - n);
}

/* The next word of the schedule; `w` holds the last 16 (FIPS 180-4, 6.2.2). */
static uint32_t schedule_word(uint32_t w[16], unsigned int t)
{
	uint32_t a = w[(t + 1) & 15], b = w[(t + 14) & 15];

	if (t >= 16) {
		w[t & 15] += (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[(t + 9) & 15] +
			     (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
	}
	return w[t & 15];
}

static void compress(uint32_t state[8], const uint8_t block[64])
{
	struct ccs_reader r = ccs_reader(block, 64);
	uint32_t w[16], s[8];

	for (unsigned int i = 0; i < 16; i++)
		w[i] = ccs_read_be32(&r);
	memcpy(s, state, sizeof(s));
	for (unsigned int t = 0; t < 64; t++) {
		uint32_t sum1 = rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25);
		uint32_t sum0 = rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22);
		uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
		uint32_t majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
		uint32_t t1 = s[7] + sum1 + choice + round_constants[t] + schedule_word(w, t);

		memmove(s + 1, s, 7 * sizeof(s[0]));
		s[4] += t1;
		s[0] = t1 + sum0 + majority;
	}
	for (unsigned int i = 0; i < 8; i++)
		state[i] += s[i];
	ccs_keys_wipe(w, sizeof(w));
	ccs_keys_wipe(s, sizeof(s));
}

void ccs_sha256_init(struct ccs_sha256 *hash)
{
	static const uint32_t start[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	};

	memcpy(hash->state, start, sizeof(start));
	hash->length = 0;
}

void ccs_sha256_update(struct ccs_sha256 *hash, const void *bytes, size_t size)
{
	const uint8_t *at = bytes;

	while (size) {
		size_t filled = (size_t)(hash->length % 64), n = 64 - filled;

		if (n > size)
			n = size;
		memcpy(hash->block + filled, at, n);
		hash->length += n;
		at += n;
		size -= n;
		if (filled + n == 64)
			compress(hash->state, hash->block);
	}
}

void ccs_sha256_finish(struct ccs_sha256 *hash, uint8_t digest[32])
{
	static const uint8_t padding[64] = { 0x80 };
	struct ccs_writer w = ccs_writer(digest, 32);
	uint8_t bits[8];

	for (unsigned int i = 0; i < 8; i++)
		bits[i] = (uint8_t)(hash->length * 8 >> (56 - 8 * i));
	ccs_sha256_update(hash, padding, 1 + (size_t)((119 - hash->length % 64) % 64));
	ccs_sha256_update(hash, bits, sizeof(bits));
	for (unsigned int i = 0; i < 8; i++)
		ccs_write_be32(&w, hash->state[i]);
	ccs_keys_wipe(hash, sizeof(*hash));
}

/* Replaces the digest by its hash, `rounds` times. */
static void repeat_hash(uint8_t digest[32], unsigned int rounds)
{
	struct ccs_sha256 hash;

	while (rounds--) {
		ccs_sha256_init(&hash);
		ccs_sha256_update(&hash, digest, 32);
		ccs_sha256_finish(&hash, digest);
	}
}

void ccs_keys_derive_nid(const uint8_t nmk[16], unsigned int level, uint8_t nid[7])
{
	struct ccs_sha256 hash;
	uint8_t digest[32];

	ccs_sha256_init(&hash);
	ccs_sha256_update(&hash, nmk, CCS_NMK_SIZE);
	ccs_sha256_finish(&hash, digest);
	repeat_hash(digest, NID_ROUNDS - 1);
	memcpy(nid, digest, 6);
	nid[6] = (uint8_t)(digest[6] >> 4 | (level & 3) << 4);
	ccs_keys_wipe(digest, sizeof(digest));
}

/* PBKDF1 of PKCS #5 with SHA-256. */
static void derive_key(const char *passphrase, size_t length, const uint8_t salt[8],
		       uint8_t key[16])
{
	struct ccs_sha256 hash;
	uint8_t digest[32];

	ccs_sha256_init(&hash);
	ccs_sha256_update(&hash, passphrase, length);
	ccs_sha256_update(&hash, salt, 8);
	ccs_sha256_finish(&hash, digest);
	repeat_hash(digest, PASSPHRASE_ROUNDS - 1);
	memcpy(key, digest, 16);
	ccs_keys_wipe(digest, sizeof(digest));
}

void ccs_keys_derive_nmk(const char *passphrase, size_t length, uint8_t nmk[16])
{
	derive_key(passphrase, length, salt_nmk, nmk);
}

void ccs_keys_derive_dak(const char *passphrase, size_t length, uint8_t dak[16])
{
	derive_key(passphrase, length, salt_dak, dak);
}

bool ccs_keys_equal(const void *a, const void *b, size_t size)
{
	const volatile uint8_t *x = a, *y = b;
	uint8_t difference = 0;

	for (size_t i = 0; i < size; i++)
		difference |= (uint8_t)(x[i] ^ y[i]);
	return difference == 0;
}

void ccs_keys_wipe(void *secret, size_t size)
{
	volatile uint8_t *at = secret;

	while (size--)
		*at++ = 0;
}
