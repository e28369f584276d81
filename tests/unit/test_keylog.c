/* SPDX-License-Identifier: Apache-2.0 */
/* Key log: the lines in all forms they come in, and what is none. */
#include "trace/keylog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define R1  "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"
#define R2  "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define S32 "0102030405060708090a0b0c0d0e0f100102030405060708090a0b0c0d0e0f10"
#define S48 S32 "a1a2a3a4a5a6a7a8a9aaabacadaeafa0"

static const uint8_t random_1[32] = { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
				      0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF,
				      0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
				      0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF };

static struct ccs_keylog *keylog;

static int open_keylog(void **state)
{
	(void)state;
	keylog = ccs_keylog_new();
	return keylog ? 0 : -1;
}

static int close_keylog(void **state)
{
	(void)state;
	ccs_keylog_free(keylog);
	return 0;
}

static size_t feed(enum ccs_keylog_source source, const char *text)
{
	return ccs_keylog_feed(keylog, source, text, strlen(text));
}

static size_t find(enum ccs_keylog_label label)
{
	uint8_t secret[CCS_KEYLOG_SECRET_SIZE] = { 0 };
	size_t length = ccs_keylog_find(keylog, label, random_1, secret);

	if (length) {
		assert_int_equal(secret[0], 1);
		assert_int_equal(secret[length - 1], length == 48 ? 0xA0 : 0x10);
	}
	return length;
}

static void test_every_label(void **state)
{
	(void)state;
	assert_int_equal(feed(CCS_KEYLOG_FILE, "# a comment\r\n\n"
					       "CLIENT_RANDOM " R1 " " S48 "\r\n"
					       "CLIENT_HANDSHAKE_TRAFFIC_SECRET " R1 " " S32 "\n"
					       "SERVER_HANDSHAKE_TRAFFIC_SECRET " R1 " " S48 " \n"
					       "CLIENT_TRAFFIC_SECRET_0 " R1 " " S32 "\n"
					       "EXPORTER_SECRET " R1 " " S32 "\n"
					       "CLIENT_EARLY_TRAFFIC_SECRET " R1 " " S32 "\n"
					       "RSA 0011223344556677 " S48 "\n"
					       "SERVER_TRAFFIC_SECRET_0 " R1 " " S48),
			 4);
	assert_int_equal(find(CCS_KEYLOG_SERVER_TRAFFIC), 0);
	assert_int_equal(ccs_keylog_end(keylog, CCS_KEYLOG_FILE), 1);
	assert_int_equal(find(CCS_KEYLOG_MASTER), 48);
	assert_int_equal(find(CCS_KEYLOG_CLIENT_HANDSHAKE), 32);
	assert_int_equal(find(CCS_KEYLOG_SERVER_HANDSHAKE), 48);
	assert_int_equal(find(CCS_KEYLOG_CLIENT_TRAFFIC), 32);
	assert_int_equal(find(CCS_KEYLOG_SERVER_TRAFFIC), 48);
	assert_null(ccs_keylog_warning(keylog));
}

static void test_any_split(void **state)
{
	static const char text[] = "CLIENT_RANDOM " R1 " " S48 "\nCLIENT_RANDOM " R2 " " S48 "\n";
	size_t added = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		added += ccs_keylog_feed(keylog, CCS_KEYLOG_BLOCK, text + i, 1);
	assert_int_equal(added, 2);
	assert_int_equal(find(CCS_KEYLOG_MASTER), 48);
}

static void test_duplicates(void **state)
{
	uint64_t generation;

	(void)state;
	assert_int_equal(feed(CCS_KEYLOG_FILE, "CLIENT_RANDOM " R1 " " S48 "\n"), 1);
	generation = ccs_keylog_generation(keylog);
	assert_int_equal(feed(CCS_KEYLOG_DATAGRAM, "CLIENT_RANDOM " R1 " " S48), 0);
	assert_int_equal(ccs_keylog_generation(keylog), generation);
	assert_int_equal(feed(CCS_KEYLOG_DATAGRAM, "CLIENT_RANDOM " R2 " " S48), 1);
	assert_true(ccs_keylog_generation(keylog) != generation);
}

static void test_datagrams(void **state)
{
	(void)state;
	/* one line without its end */
	assert_int_equal(feed(CCS_KEYLOG_DATAGRAM, "CLIENT_RANDOM " R1 " " S48), 1);
	/* one that does not concern us, then several */
	assert_int_equal(feed(CCS_KEYLOG_DATAGRAM, "EXPORTER_SECRET " R1 " " S32), 0);
	assert_int_equal(feed(CCS_KEYLOG_DATAGRAM, "CLIENT_TRAFFIC_SECRET_0 " R1 " " S32 "\n"
						   "SERVER_TRAFFIC_SECRET_0 " R1 " " S32),
			 2);
	/* one in two parts */
	assert_int_equal(feed(CCS_KEYLOG_DATAGRAM, "CLIENT_HANDSHAKE_TRA"), 0);
	assert_int_equal(feed(CCS_KEYLOG_DATAGRAM, "FFIC_SECRET " R1 " " S48), 1);
	/* one with its terminating NUL */
	assert_int_equal(ccs_keylog_feed(keylog, CCS_KEYLOG_DATAGRAM,
					 "SERVER_HANDSHAKE_TRAFFIC_SECRET " R1 " " S48,
					 strlen("SERVER_HANDSHAKE_TRAFFIC_SECRET " R1 " " S48) + 1),
			 1);
	assert_null(ccs_keylog_warning(keylog));
	/* a beginning that is never continued */
	assert_int_equal(feed(CCS_KEYLOG_DATAGRAM, "CLIENT_RANDOM 0011"), 0);
	assert_int_equal(feed(CCS_KEYLOG_DATAGRAM, "CLIENT_RANDOM " R2 " " S48), 1);
	assert_non_null(ccs_keylog_warning(keylog));
}

static void test_garbage(void **state)
{
	static const char *const lines[] = {
		"hello world\n",
		"CLIENT_RANDOM\n",
		"CLIENT_RANDOM " R1 "\n",
		"CLIENT_RANDOM " R1 " " S32 "\n",
		"CLIENT_RANDOM " R1 " " S48 "0\n",
		"CLIENT_RANDOM " R1 " " S48 "00\n",
		"CLIENT_RANDOM " R1 "00 " S48 "\n",
		"CLIENT_RANDOM " R1 " " S48 " 00\n",
		"CLIENT_RANDOM " R1 " " S32 "zz\n",
		"client_random " R1 " " S48 "\n",
		"CLIENT_TRAFFIC_SECRET_0 " R1 " 00\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(feed(CCS_KEYLOG_FILE, lines[i]), 0);
		assert_true((i == 0) == (ccs_keylog_warning(keylog) != NULL));
	}
	for (int i = 0; i < 1000; i++)
		assert_int_equal(feed(CCS_KEYLOG_FILE, "CLIENT_RANDOM "), 0);
	assert_int_equal(feed(CCS_KEYLOG_FILE, "\nCLIENT_RANDOM " R1 " " S48 "\n"), 1);
	assert_null(ccs_keylog_warning(keylog));
}

/* The newest secrets stay. */
static void test_bounded(void **state)
{
	char line[256];

	(void)state;
	for (unsigned int i = 0; i < CCS_KEYLOG_SECRETS_MAX + 10; i++) {
		snprintf(line, sizeof(line), "CLIENT_RANDOM %08x%.56s " S48 "\n", i, R1);
		assert_int_equal(feed(CCS_KEYLOG_FILE, line), 1);
		assert_true((i == CCS_KEYLOG_SECRETS_MAX) == (ccs_keylog_warning(keylog) != NULL));
	}
	snprintf(line, sizeof(line), "CLIENT_RANDOM %08x%.56s " S48 "\n", 10, R1);
	assert_int_equal(feed(CCS_KEYLOG_FILE, line), 0);
	snprintf(line, sizeof(line), "CLIENT_RANDOM %08x%.56s " S48 "\n", 9, R1);
	assert_int_equal(feed(CCS_KEYLOG_FILE, line), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_keylog, close_keylog)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_every_label), TEST(test_any_split), TEST(test_duplicates),
		TEST(test_datagrams),	TEST(test_garbage),   TEST(test_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
