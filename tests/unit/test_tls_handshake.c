/* SPDX-License-Identifier: Apache-2.0 */
/* Handshake messages that OpenSSL's peers do not send: extensions, damage, fragments. */
#include "trace/tls_handshake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct ccs_tls_handshake handshake;
static char notes[4000];

static const struct ccs_tls_mark mark = { 1, 0 };

/* clang-format off */
static const uint8_t client_hello[] = {
	1, 0, 0, 0x69,
	3, 3,						      /* TLS 1.2 */
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, /* random */
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
	0,						      /* session id */
	0, 8, 0x1A, 0x1A, 0xC0, 0x23, 0xC0, 0x25, 0x12, 0x34, /* suites, the first is GREASE */
	1, 0,						      /* compression */
	0, 0x38,					      /* extensions */
	0, 0, 0, 9, 0, 7, 0, 0, 4, 's', 'e', '\n', 'c',       /* server_name */
	0, 3, 0, 0,					      /* trusted_ca_keys */
	0, 17, 0, 0,					      /* status_request_v2 */
	0, 10, 0, 6, 0, 4, 0, 23, 0, 25,		      /* supported_groups */
	0, 43, 0, 7, 6, 0x3A, 0x3A, 3, 4, 3, 3,		      /* supported_versions */
	0, 51, 0, 10, 0, 8, 0, 23, 0, 4, 1, 2, 3, 4,	      /* key_share */
};

static const uint8_t server_hello[] = {
	2, 0, 0, 0x36,
	3, 3,						      /* TLS 1.2 */
	9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, /* random */
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
	0,						      /* session id */
	0xC0, 0x23, 0,					      /* suite, compression */
	0, 0x0E,					      /* extensions */
	0, 22, 0, 0,					      /* encrypt_then_mac */
	0, 16, 0, 6, 0, 4, 3, 'v', '2', 'g',		      /* ALPN */
};
/* clang-format on */

static void take_note(void *user, const struct ccs_tls_note *note)
{
	(void)user;
	assert_true(strlen(notes) + strlen(note->text) + 2 < sizeof(notes));
	strcat(strcat(notes, note->text), "\n");
}

static int open_handshake(void **state)
{
	(void)state;
	memset(&handshake, 0, sizeof(handshake));
	notes[0] = '\0';
	handshake.config.note = take_note;
	handshake.summary.client_dir = CCS_TLS_BOTH;
	return 0;
}

static int close_handshake(void **state)
{
	(void)state;
	ccs_tls_handshake_free(&handshake);
	return 0;
}

/* `dir` 0 is the client. */
static unsigned int take(unsigned int dir, const void *bytes, size_t length)
{
	return ccs_tls_handshake_take(&handshake, &mark, dir, bytes, length, false);
}

static void take_hellos(void)
{
	take(0, client_hello, sizeof(client_hello));
	take(1, server_hello, sizeof(server_hello));
}

static void test_hellos(void **state)
{
	const struct ccs_tls_summary *s = &handshake.summary;

	(void)state;
	take_hellos();
	take(1, "\x0E\0\0\0", 4); /* ServerHelloDone */
	assert_true(handshake.client_hello && handshake.server_hello);
	assert_memory_equal(handshake.client_random, client_hello + 6, 32);
	assert_memory_equal(handshake.server_random, server_hello + 6, 32);
	assert_true(handshake.encrypt_then_mac);
	assert_true(s->trusted_ca_keys && s->status_request && !s->status_sent);
	assert_string_equal(s->server_name, "se?c");
	assert_string_equal(s->alpn, "v2g");
	assert_string_equal(s->offered,
			    "TLS 1.3, TLS 1.2; TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, "
			    "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA256, 0x1234; secp256r1, secp521r1");
	assert_string_equal(notes, "TLS 1.2, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, for server "
				   "name se?c, client names its roots, client asks for OCSP "
				   "status\n");
}

/* A message may be spread over records in any way, and share them with others. */
static void test_fragments(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(client_hello); i++) {
		assert_false(handshake.client_hello);
		take(0, client_hello + i, 1);
	}
	assert_true(handshake.client_hello);
	take(1, server_hello, sizeof(server_hello) - 1);
	assert_false(handshake.server_hello);
	take(1, "g\x16\0\0\0\x0E\0\0\0", 9); /* its end, CertificateStatus, ServerHelloDone */
	assert_true(handshake.server_hello && handshake.server_done);
	assert_true(handshake.summary.status_sent);
}

/* A hello cut at any place is no hello, or one without its extensions; never more. */
static void test_cut_hellos(void **state)
{
	uint8_t hello[sizeof(client_hello)];

	(void)state;
	for (size_t length = 4; length < sizeof(client_hello); length++) {
		close_handshake(NULL);
		open_handshake(NULL);
		memcpy(hello, client_hello, length);
		hello[3] = (uint8_t)(length - 4);
		take(0, hello, length);
		assert_true(handshake.client_hello == (length >= 4 + 2 + 32 + 1 + 10 + 2));
		assert_true(handshake.client_hello == (notes[0] == '\0'));
	}
}

/* Both sides claim to be the client; the first is believed. */
static void test_two_clients(void **state)
{
	(void)state;
	take(1, client_hello, sizeof(client_hello));
	take(0, client_hello, sizeof(client_hello));
	assert_int_equal(handshake.summary.client_dir, 1);
	take(1, server_hello, sizeof(server_hello));
	assert_false(handshake.server_hello);
}

static void test_certificates(void **state)
{
	static const uint8_t empty[] = { 11, 0, 0, 3, 0, 0, 0 };
	static const uint8_t damaged[] = { 11, 0, 0, 9, 0, 0, 6, 0, 0, 3, 0x30, 1, 0 };

	(void)state;
	take_hellos();
	take(0, empty, sizeof(empty));
	assert_non_null(strstr(notes, "an empty list of certificates"));
	take(1, damaged, sizeof(damaged));
	take(1, damaged, sizeof(damaged));
	assert_non_null(strstr(notes, "a damaged TLS handshake message of type 11\n"));
	assert_null(strstr(strstr(notes, "damaged") + 1, "damaged")); /* told once */
	assert_int_equal(handshake.summary.server.count, 0);
}

/* A message that claims to be longer than any is passed over. */
static void test_long_message(void **state)
{
	static uint8_t rest[100000];

	(void)state;
	take_hellos();
	take(1, "\x0B\x01\x86\xA0", 4); /* 100000 bytes */
	assert_non_null(strstr(notes, "damaged"));
	take(1, rest, 60000);
	take(1, rest, 40000);
	assert_false(handshake.server_done);
	take(1, "\x0E\0\0\0", 4);
	assert_true(handshake.server_done);
	assert_true(handshake.assembly[1].size < 1000);
}

/* TLS 1.3: open messages behind the hellos are not believed. */
static void test_open_messages_of_1_3(void **state)
{
	static const uint8_t finished[] = { 20, 0, 0, 0, 24, 0, 0, 1, 0 };

	(void)state;
	take_hellos();
	handshake.summary.version = CCS_TLS_1_3;
	assert_int_equal(take(1, finished, sizeof(finished)), 0);
	take(1, "\x0D\0\0\0", 4); /* CertificateRequest */
	assert_false(handshake.summary.client_auth);
	handshake.client_random[0] = 77;
	take(0, client_hello, sizeof(client_hello));
	assert_int_equal(handshake.client_random[0], 77);
	assert_int_equal(
		ccs_tls_handshake_take(&handshake, &mark, 1, finished, sizeof(finished), true),
		CCS_TLS_FINISHED | CCS_TLS_KEY_UPDATE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_handshake, close_handshake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_hellos),
		TEST(test_fragments),
		TEST(test_cut_hellos),
		TEST(test_two_clients),
		TEST(test_certificates),
		TEST(test_long_message),
		TEST(test_open_messages_of_1_3),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
