/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256, the derivations of the power line network, comparing and wiping secrets. */
#include "ccs/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void check_digest(const uint8_t digest[32], const char *hex)
{
	char text[65];

	for (size_t i = 0; i < 32; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	assert_string_equal(text, hex);
}

static void hash(const char *text, size_t times, size_t piece, uint8_t digest[32])
{
	size_t length = strlen(text);
	struct ccs_sha256 h;

	ccs_sha256_init(&h);
	while (times--) {
		for (size_t at = 0; at < length; at += piece)
			ccs_sha256_update(&h, text + at, length - at < piece ? length - at : piece);
	}
	ccs_sha256_finish(&h, digest);
}

/* The examples of FIPS 180-4. */
static void test_sha256_of_the_standard(void **state)
{
	uint8_t digest[32];

	(void)state;
	hash("", 1, 1, digest);
	check_digest(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	hash("abc", 1, 3, digest);
	check_digest(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1, 56, digest);
	check_digest(digest, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	hash("aaaaaaaaaa", 100000, 10, digest);
	check_digest(digest, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void test_sha256_in_pieces(void **state)
{
	uint8_t whole[32], pieces[32];
	char text[200];

	(void)state;
	for (size_t length = 0; length < sizeof(text); length++) {
		memset(text, 'x', sizeof(text));
		text[length] = 0;
		hash(text, 1, sizeof(text), whole);
		for (size_t piece = 1; piece < 70; piece += 23) {
			hash(text, 1, piece, pieces);
			assert_memory_equal(whole, pieces, 32);
		}
	}
}

/* The network "HomePlugAV", which every adapter comes with. */
static void test_default_network(void **state)
{
	static const uint8_t nmk[16] = { 0x50, 0xd3, 0xe4, 0x93, 0x3f, 0x85, 0x5b, 0x70,
					 0x40, 0x78, 0x4d, 0xf8, 0x15, 0xaa, 0x8d, 0xb7 };
	static const uint8_t dak[16] = { 0x68, 0x9f, 0x07, 0x4b, 0x8b, 0x02, 0x75, 0xa2,
					 0x71, 0x0b, 0x0b, 0x57, 0x79, 0xad, 0x16, 0x30 };
	static const uint8_t nid[7] = { 0xb0, 0xf2, 0xe6, 0x95, 0x66, 0x6b, 0x03 };
	uint8_t key[16], id[7];

	(void)state;
	ccs_keys_derive_nmk("HomePlugAV", 10, key);
	assert_memory_equal(key, nmk, 16);
	ccs_keys_derive_dak("HomePlugAV", 10, key);
	assert_memory_equal(key, dak, 16);
	ccs_keys_derive_nid(nmk, CCS_NID_SIMPLE_CONNECT, id);
	assert_memory_equal(id, nid, 7);
	ccs_keys_derive_nid(nmk, CCS_NID_SECURE, id);
	assert_memory_equal(id, nid, 6);
	assert_int_equal(id[6], 0x13);
}

static void test_compare_and_wipe(void **state)
{
	uint8_t a[16], b[16] = { 0 };

	(void)state;
	memset(a, 0x5a, sizeof(a));
	assert_false(ccs_keys_equal(a, b, 16));
	assert_true(ccs_keys_equal(a, b, 0));
	memcpy(b, a, 16);
	assert_true(ccs_keys_equal(a, b, 16));
	for (size_t i = 0; i < 16; i++) {
		b[i] ^= 0x80;
		assert_false(ccs_keys_equal(a, b, 16));
		b[i] ^= 0x80;
	}
	memset(b, 0, 16);
	ccs_keys_wipe(a + 1, 14);
	assert_memory_equal(a + 1, b, 14);
	assert_int_equal(a[0] + a[15], 2 * 0x5a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha256_of_the_standard),
		cmocka_unit_test(test_sha256_in_pieces),
		cmocka_unit_test(test_default_network),
		cmocka_unit_test(test_compare_and_wipe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
