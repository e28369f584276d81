/* SPDX-License-Identifier: Apache-2.0 */
/* TLS: key derivation, and the opening of records; all primitives are OpenSSL's. */
#include "trace/tls_keys.h"

#include "ccs/cursor.h"
#include "ccs/error.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <string.h>

#define TAG_SIZE      16
#define NONCE_SIZE    12
#define BLOCK_SIZE    16
#define EXPLICIT_SIZE 8 /* of the nonce, in each record of GCM and CCM in TLS 1.2 */
#define HEADER_SIZE   5
#define AAD_SIZE      13 /* TLS 1.2: sequence number, type, version, length */

static OSSL_PARAM text_param(const char *key, const char *text)
{
	return OSSL_PARAM_construct_utf8_string(key, (char *)(uintptr_t)text, 0);
}

static OSSL_PARAM bytes_param(const char *key, const void *bytes, size_t size)
{
	return OSSL_PARAM_construct_octet_string(key, (void *)(uintptr_t)bytes, size);
}

static const char *hash_name(const struct ccs_tls_suite *suite)
{
	return suite->hash == 384 ? "SHA384" : "SHA256";
}

static int derive(const char *kdf_name, const OSSL_PARAM *params, uint8_t *out, size_t size)
{
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, kdf_name, NULL);
	EVP_KDF_CTX *ctx = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
	bool ok = ctx && EVP_KDF_derive(ctx, out, size, params) == 1;

	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
	return ok ? 0 : CCS_ERR_CRYPTO;
}

/* HKDF-Expand-Label(secret, label, "", size) */
static int expand_label(const struct ccs_tls_suite *suite, const uint8_t *secret,
			size_t secret_size, const char *label, uint8_t *out, size_t size)
{
	int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
		text_param(OSSL_KDF_PARAM_DIGEST, hash_name(suite)),
		bytes_param(OSSL_KDF_PARAM_KEY, secret, secret_size),
		bytes_param(OSSL_KDF_PARAM_PREFIX, "tls13 ", 6),
		bytes_param(OSSL_KDF_PARAM_LABEL, label, strlen(label)),
		OSSL_PARAM_construct_end(),
	};

	return derive("TLS13-KDF", params, out, size);
}

/* What the key block has for one direction besides key and MAC key. */
static size_t fixed_iv_size(const struct ccs_tls_suite *suite)
{
	switch ((enum ccs_tls_mode)suite->mode) {
	case CCS_TLS_GCM:
	case CCS_TLS_CCM:
	case CCS_TLS_CCM_8:
		return NONCE_SIZE - EXPLICIT_SIZE;
	case CCS_TLS_CHACHA:
		return NONCE_SIZE;
	case CCS_TLS_CBC:
	case CCS_TLS_UNSUPPORTED:
		return 0;
	}
	return 0;
}

int ccs_tls_keys_derive_1_2(struct ccs_tls_keys *keys, const struct ccs_tls_suite *suite,
			    const uint8_t master[48], const uint8_t client_random[32],
			    const uint8_t server_random[32], bool of_client)
{
	static const char label[] = "key expansion";
	size_t iv_size = fixed_iv_size(suite);
	size_t size = 2 * ((size_t)suite->mac_size + suite->key_size + iv_size);
	uint8_t block[2 * (48 + 32 + NONCE_SIZE)];
	struct ccs_reader r = ccs_reader(block, size);
	const OSSL_PARAM params[] = {
		text_param(OSSL_KDF_PARAM_DIGEST, hash_name(suite)),
		bytes_param(OSSL_KDF_PARAM_SECRET, master, 48),
		bytes_param(OSSL_KDF_PARAM_SEED, label, sizeof(label) - 1),
		bytes_param(OSSL_KDF_PARAM_SEED, server_random, 32),
		bytes_param(OSSL_KDF_PARAM_SEED, client_random, 32),
		OSSL_PARAM_construct_end(),
	};
	size_t skip = of_client ? 0 : 1;

	memset(keys, 0, sizeof(*keys));
	if (derive("TLS1-PRF", params, block, size) < 0)
		return CCS_ERR_CRYPTO;
	keys->suite = suite;
	ccs_read(&r, skip * suite->mac_size);
	ccs_read_copy(&r, keys->mac_key, suite->mac_size);
	ccs_read(&r, (1 - skip) * suite->mac_size + skip * suite->key_size);
	ccs_read_copy(&r, keys->key, suite->key_size);
	ccs_read(&r, (1 - skip) * suite->key_size + skip * iv_size);
	ccs_read_copy(&r, keys->iv, iv_size);
	OPENSSL_cleanse(block, sizeof(block));
	return 0;
}

int ccs_tls_keys_derive_1_3(struct ccs_tls_keys *keys, const struct ccs_tls_suite *suite,
			    const uint8_t *secret, size_t secret_size)
{
	memset(keys, 0, sizeof(*keys));
	if (secret_size != suite->hash / 8u ||
	    expand_label(suite, secret, secret_size, "key", keys->key, suite->key_size) < 0 ||
	    expand_label(suite, secret, secret_size, "iv", keys->iv, NONCE_SIZE) < 0)
		return CCS_ERR_CRYPTO;
	memcpy(keys->secret, secret, secret_size);
	keys->secret_size = (uint8_t)secret_size;
	keys->suite = suite;
	keys->is_1_3 = true;
	return 0;
}

int ccs_tls_keys_update(struct ccs_tls_keys *next, const struct ccs_tls_keys *keys)
{
	uint8_t secret[48];
	int error = expand_label(keys->suite, keys->secret, keys->secret_size, "traffic upd",
				 secret, keys->secret_size);

	if (error == 0)
		error = ccs_tls_keys_derive_1_3(next, keys->suite, secret, keys->secret_size);
	OPENSSL_cleanse(secret, sizeof(secret));
	return error;
}

void ccs_tls_keys_wipe(struct ccs_tls_keys *keys)
{
	OPENSSL_cleanse(keys, sizeof(*keys));
}

static void write_aad(uint8_t aad[AAD_SIZE], uint64_t sequence, const uint8_t header[HEADER_SIZE],
		      size_t length)
{
	struct ccs_writer w = ccs_writer(aad, AAD_SIZE);

	ccs_write_be(&w, sequence, 8);
	ccs_write(&w, header, 3);
	ccs_write_be(&w, length, 2);
}

/* Where the parts of an AEAD record are. */
struct sealed {
	uint8_t nonce[NONCE_SIZE];
	uint8_t aad[AAD_SIZE];
	size_t aad_size;
	const uint8_t *text;
	size_t text_size; /* the tag follows */
	size_t tag_size;
};

static int split_sealed(const struct ccs_tls_keys *keys, uint64_t sequence, const uint8_t *header,
			struct ccs_reader *body, struct sealed *s)
{
	bool explicit = !keys->is_1_3 && keys->suite->mode != CCS_TLS_CHACHA;

	s->tag_size = keys->suite->mode == CCS_TLS_CCM_8 ? 8 : TAG_SIZE;
	memcpy(s->nonce, keys->iv, NONCE_SIZE);
	if (explicit)
		ccs_read_copy(body, s->nonce + NONCE_SIZE - EXPLICIT_SIZE, EXPLICIT_SIZE);
	else
		for (size_t i = 0; i < 8; i++)
			s->nonce[NONCE_SIZE - 1 - i] ^= (uint8_t)(sequence >> 8 * i);
	if (body->failed || ccs_reader_left(body) < s->tag_size)
		return CCS_ERR_CRYPTO;
	s->text_size = ccs_reader_left(body) - s->tag_size;
	s->text = ccs_read(body, s->text_size);
	s->aad_size = keys->is_1_3 ? HEADER_SIZE : AAD_SIZE;
	if (keys->is_1_3)
		memcpy(s->aad, header, HEADER_SIZE);
	else
		write_aad(s->aad, sequence, header, s->text_size);
	return 0;
}

static const EVP_CIPHER *aead_cipher(const struct ccs_tls_suite *suite)
{
	bool large = suite->key_size == 32;

	switch ((enum ccs_tls_mode)suite->mode) {
	case CCS_TLS_GCM:
		return large ? EVP_aes_256_gcm() : EVP_aes_128_gcm();
	case CCS_TLS_CCM:
	case CCS_TLS_CCM_8:
		return large ? EVP_aes_256_ccm() : EVP_aes_128_ccm();
	case CCS_TLS_CHACHA:
		return EVP_chacha20_poly1305();
	case CCS_TLS_CBC:
	case CCS_TLS_UNSUPPORTED:
		return NULL;
	}
	return NULL;
}

static int open_aead(const struct ccs_tls_keys *keys, uint64_t sequence, const uint8_t *header,
		     struct ccs_reader body, uint8_t *out)
{
	bool ccm = keys->suite->mode == CCS_TLS_CCM || keys->suite->mode == CCS_TLS_CCM_8;
	EVP_CIPHER_CTX *ctx;
	struct sealed s;
	int n, size;
	bool ok;

	if (split_sealed(keys, sequence, header, &body, &s) < 0)
		return CCS_ERR_CRYPTO;
	size = (int)s.text_size;
	ctx = EVP_CIPHER_CTX_new();
	ok = ctx && EVP_DecryptInit_ex(ctx, aead_cipher(keys->suite), NULL, NULL, NULL) == 1 &&
	     EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, NONCE_SIZE, NULL) == 1 &&
	     EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, (int)s.tag_size,
				 (void *)(uintptr_t)body.at) == 1 &&
	     EVP_DecryptInit_ex(ctx, NULL, NULL, keys->key, s.nonce) == 1 &&
	     (!ccm || EVP_DecryptUpdate(ctx, NULL, &n, NULL, size) == 1) &&
	     EVP_DecryptUpdate(ctx, NULL, &n, s.aad, (int)s.aad_size) == 1 &&
	     EVP_DecryptUpdate(ctx, out, &n, s.text, size) == 1 &&
	     (ccm || EVP_DecryptFinal_ex(ctx, out + size, &n) == 1);
	EVP_CIPHER_CTX_free(ctx);
	return ok ? size : CCS_ERR_CRYPTO;
}

/* Whether the MAC that follows `text` is right. */
static bool check_mac(const struct ccs_tls_keys *keys, uint64_t sequence, const uint8_t *header,
		      const uint8_t *text, size_t length)
{
	size_t mac_size = keys->suite->mac_size;
	const EVP_MD *md = mac_size == 20   ? EVP_sha1()
			   : mac_size == 32 ? EVP_sha256()
					    : EVP_sha384();
	uint8_t input[AAD_SIZE + CCS_TLS_BODY_MAX];
	uint8_t mac[EVP_MAX_MD_SIZE];

	write_aad(input, sequence, header, length);
	memcpy(input + AAD_SIZE, text, length);
	return HMAC(md, keys->mac_key, (int)mac_size, input, AAD_SIZE + length, mac, NULL) &&
	       CRYPTO_memcmp(mac, text + length, mac_size) == 0;
}

/* The plain blocks, padding included.  `length` is at least two blocks, the first is the IV. */
static int decrypt_cbc(const struct ccs_tls_keys *keys, const uint8_t *body, size_t length,
		       uint8_t *out)
{
	const EVP_CIPHER *cipher = keys->suite->key_size == 32 ? EVP_aes_256_cbc()
							       : EVP_aes_128_cbc();
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0;
	bool ok = ctx && EVP_DecryptInit_ex(ctx, cipher, NULL, keys->key, body) == 1 &&
		  EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
		  EVP_DecryptUpdate(ctx, out, &n, body + BLOCK_SIZE, (int)(length - BLOCK_SIZE)) ==
			  1;

	EVP_CIPHER_CTX_free(ctx);
	return ok ? n : CCS_ERR_CRYPTO;
}

/* Length without the padding; CCS_ERR_CRYPTO when it is none. */
static int strip_padding(const uint8_t *text, int length)
{
	int padding = length > 0 ? text[length - 1] + 1 : length + 1;

	if (padding > length)
		return CCS_ERR_CRYPTO;
	for (int i = length - padding; i < length; i++) {
		if (text[i] != padding - 1)
			return CCS_ERR_CRYPTO;
	}
	return length - padding;
}

static int open_cbc(const struct ccs_tls_keys *keys, uint64_t sequence, const uint8_t *header,
		    const uint8_t *body, size_t length, uint8_t *out)
{
	size_t mac_size = keys->suite->mac_size;
	int n;

	if (keys->encrypt_then_mac) {
		if (length < mac_size ||
		    !check_mac(keys, sequence, header, body, length - mac_size))
			return CCS_ERR_CRYPTO;
		length -= mac_size;
	}
	if (length < 2 * BLOCK_SIZE || length % BLOCK_SIZE)
		return CCS_ERR_CRYPTO;
	n = decrypt_cbc(keys, body, length, out);
	if (n < 0)
		return n;
	n = strip_padding(out, n);
	if (n < 0 || keys->encrypt_then_mac)
		return n;
	n -= (int)mac_size;
	return n >= 0 && check_mac(keys, sequence, header, out, (size_t)n) ? n : CCS_ERR_CRYPTO;
}

int ccs_tls_keys_open(const struct ccs_tls_keys *keys, uint64_t sequence, const uint8_t header[5],
		      const uint8_t *body, size_t length, uint8_t *out, uint8_t *type)
{
	int n;

	if (keys->suite->mode == CCS_TLS_CBC)
		n = open_cbc(keys, sequence, header, body, length, out);
	else
		n = open_aead(keys, sequence, header, ccs_reader(body, length), out);
	*type = header[0];
	if (n < 0 || !keys->is_1_3)
		return n;
	while (n > 0 && out[n - 1] == 0)
		n--;
	if (n == 0)
		return CCS_ERR_CRYPTO;
	*type = out[--n];
	return n;
}
