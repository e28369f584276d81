/* SPDX-License-Identifier: Apache-2.0 */
/* Decryption of what a real client and a real server say: suites, splits, secrets, handshakes. */
#include "tls_ear.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct tls_peers peers;
static struct tls_ear ear;

static const struct tls_peers_options tls_1_2 = { .version = TLS1_2_VERSION };
static const struct tls_peers_options tls_1_3 = { .version = TLS1_3_VERSION };

/* A session with messages of some sizes, up to several records. */
static void talk(const struct tls_peers_options *options)
{
	static const size_t sizes[] = { 1, 8, 45, 300, 5000, 16384, 20000 };

	assert_true(tls_peers_start(&peers, options));
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		tls_peers_write(&peers, TLS_PEERS_CLIENT, sizes[i]);
		tls_peers_write(&peers, TLS_PEERS_SERVER, sizes[i] / 2 + 1);
	}
	tls_peers_close(&peers, TLS_PEERS_CLIENT);
	tls_peers_close(&peers, TLS_PEERS_SERVER);
}

static const struct ccs_tls_summary *hear_all(void)
{
	tls_ear_hear(&ear, &peers, 0, peers.chunk_count);
	ccs_tls_end(ear.tls, peers.chunk_count, 0);
	return ccs_tls_summary(ear.tls);
}

static void done(void)
{
	tls_ear_close(&ear);
	tls_peers_free(&peers);
}

static const struct suite {
	int version;
	const char *openssl;
	const char *iana;
} suites[] = {
	{ TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256" },
	{ TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA" },
	{ TLS1_2_VERSION, "ECDHE-ECDSA-AES256-SHA", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA" },
	{ TLS1_2_VERSION, "ECDHE-ECDSA-AES256-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384" },
	{ TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256",
	  "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" },
	{ TLS1_2_VERSION, "ECDHE-ECDSA-AES256-GCM-SHA384",
	  "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384" },
	{ TLS1_2_VERSION, "ECDHE-ECDSA-AES128-CCM", "TLS_ECDHE_ECDSA_WITH_AES_128_CCM" },
	{ TLS1_2_VERSION, "ECDHE-ECDSA-AES128-CCM8", "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8" },
	{ TLS1_2_VERSION, "ECDHE-ECDSA-AES256-CCM", "TLS_ECDHE_ECDSA_WITH_AES_256_CCM" },
	{ TLS1_2_VERSION, "ECDHE-ECDSA-CHACHA20-POLY1305",
	  "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256" },
	{ TLS1_3_VERSION, "TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256" },
	{ TLS1_3_VERSION, "TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384" },
	{ TLS1_3_VERSION, "TLS_CHACHA20_POLY1305_SHA256", "TLS_CHACHA20_POLY1305_SHA256" },
	{ TLS1_3_VERSION, "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_SHA256" },
	{ TLS1_3_VERSION, "TLS_AES_128_CCM_8_SHA256", "TLS_AES_128_CCM_8_SHA256" },
};

static void check_suite(const struct suite *suite, bool no_encrypt_then_mac)
{
	struct tls_peers_options options = {
		.version = suite->version,
		.suite = suite->openssl,
		.no_encrypt_then_mac = no_encrypt_then_mac,
	};
	const struct ccs_tls_summary *summary;

	talk(&options);
	tls_ear_open(&ear, 0);
	tls_ear_secrets(&ear, &peers);
	summary = hear_all();
	tls_ear_assert_all(&ear, &peers);
	assert_string_equal(summary->cipher_name, suite->iana);
	assert_string_equal(summary->group_name, "secp256r1");
	assert_int_equal(summary->version, suite->version);
	assert_int_equal(summary->client_dir, TLS_PEERS_CLIENT);
	assert_int_equal(summary->records_lost, 0);
	assert_true(summary->established && summary->decrypted && !summary->failed);
	assert_int_equal(tls_ear_count(&ear, suite->iana), 1);
	assert_int_equal(tls_ear_count(&ear, "I client sends alert close_notify"), 1);
	assert_int_equal(tls_ear_count(&ear, "I server sends alert close_notify"), 1);
	assert_int_equal(ear.gaps[0] + ear.gaps[1], 0);
	done();
}

static void test_every_suite(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
		check_suite(&suites[i], false);
		check_suite(&suites[i], true);
	}
}

/* Feeds the wire in pieces of 1 to `most` bytes. */
static void hear_pieces(size_t most)
{
	unsigned int seed = 1;

	for (size_t i = 0; i < peers.chunk_count; i++) {
		const struct tls_peers_chunk *c = &peers.chunks[i];

		for (size_t at = 0; at < c->length;) {
			size_t n;

			seed = seed * 1103515245 + 12345;
			n = 1 + (seed >> 16) % most;
			if (n > c->length - at)
				n = c->length - at;
			ccs_tls_data(ear.tls, c->dir, peers.wire + c->at + at, n, i + 1,
				     (ccs_time)(i + 1) * 1000);
			at += n;
		}
	}
	ccs_tls_end(ear.tls, peers.chunk_count, 0);
}

static void test_any_split(void **state)
{
	static const size_t most[] = { 1, 7, 100, 3000, 50000 };

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(most) / sizeof(most[0]); i++) {
		talk(i % 2 ? &tls_1_2 : &tls_1_3);
		tls_ear_open(&ear, 0);
		tls_ear_secrets(&ear, &peers);
		hear_pieces(most[i / 2]);
		tls_ear_assert_all(&ear, &peers);
		done();
	}
}

/* Plain text has the frame number of the packet that completes its record. */
static void test_frame_numbers(void **state)
{
	const struct tls_peers_chunk *c;

	(void)state;
	assert_true(tls_peers_start(&peers, &tls_1_2));
	tls_peers_write(&peers, TLS_PEERS_CLIENT, 100);
	tls_ear_open(&ear, 0);
	tls_ear_secrets(&ear, &peers);
	tls_ear_hear(&ear, &peers, 0, peers.chunk_count - 1);
	c = &peers.chunks[peers.chunk_count - 1];
	ccs_tls_data(ear.tls, c->dir, peers.wire + c->at, 3, 1001, 1001000);
	ccs_tls_data(ear.tls, c->dir, peers.wire + c->at + 3, c->length - 4, 1002, 1002000);
	assert_int_equal(ear.plain_length[0], 0);
	ccs_tls_data(ear.tls, c->dir, peers.wire + c->at + c->length - 1, 1, 1003, 1003000);
	assert_int_equal(ear.plain_length[0], 100);
	assert_int_equal(ear.frame, 1003);
	done();
}

/* Wherever the secrets come, the plain text of both directions comes in the order of the wire. */
static void test_late_secrets(void **state)
{
	(void)state;
	for (int version = 0; version < 2; version++) {
		talk(version ? &tls_1_3 : &tls_1_2);
		for (size_t when = 0; when <= peers.chunk_count; when++) {
			tls_ear_open(&ear, 0);
			tls_ear_hear(&ear, &peers, 0, when);
			assert_int_equal(ear.plain_length[0], 0);
			tls_ear_secrets(&ear, &peers);
			if (when % 2)
				ccs_tls_poll(ear.tls);
			tls_ear_hear(&ear, &peers, when, peers.chunk_count);
			ccs_tls_end(ear.tls, 0, 0);
			tls_ear_assert_all(&ear, &peers);
			assert_int_equal(ear.turns, 13);
			assert_int_equal(ccs_tls_summary(ear.tls)->records_lost, 0);
			tls_ear_close(&ear);
		}
		tls_peers_free(&peers);
	}
}

/* The lines of the key log in single datagrams, after the data, the last line first. */
static void test_secrets_one_by_one(void **state)
{
	size_t end;

	(void)state;
	talk(&tls_1_3);
	tls_ear_open(&ear, 0);
	tls_ear_hear(&ear, &peers, 0, peers.chunk_count);
	end = peers.keylog_length;
	while (end > 0) {
		size_t start = --end; /* the line's end is not sent */

		while (start > 0 && peers.keylog[start - 1] != '\n')
			start--;
		ccs_keylog_feed(ear.keylog, CCS_KEYLOG_DATAGRAM, peers.keylog + start, end - start);
		end = start;
	}
	ccs_tls_poll(ear.tls);
	ccs_tls_end(ear.tls, 0, 0);
	tls_ear_assert_all(&ear, &peers);
	assert_int_equal(ear.turns, 13);
	done();
}

/* What waits for secrets is bounded; what comes behind it is found again. */
static void test_bounded_waiting(void **state)
{
	(void)state;
	for (int version = 0; version < 2; version++) {
		assert_true(tls_peers_start(&peers, version ? &tls_1_3 : &tls_1_2));
		for (int i = 0; i < 20; i++)
			tls_peers_write(&peers, TLS_PEERS_CLIENT, 1000);
		tls_ear_open(&ear, 10000);
		tls_ear_hear(&ear, &peers, 0, peers.chunk_count);
		assert_int_equal(tls_ear_count(&ear, "W too much TLS data"), 1);
		tls_ear_secrets(&ear, &peers);
		ccs_tls_poll(ear.tls);
		assert_in_range(ear.plain_length[0], 5000, 10000);
		assert_int_equal(ear.gaps[0], 1);
		tls_peers_write(&peers, TLS_PEERS_CLIENT, 1000);
		tls_ear_hear(&ear, &peers, peers.chunk_count - 1, peers.chunk_count);
		assert_memory_equal(ear.plain[0] + ear.plain_length[0] - 1000,
				    peers.plain[0] + 20000, 1000);
		assert_int_equal(ear.gaps[0], 1);
		done();
	}
}

/* The bound for all connections together holds as well. */
static void test_bounded_together(void **state)
{
	(void)state;
	talk(&tls_1_2);
	tls_ear_open(&ear, 0);
	ear.keep_all = 8000;
	tls_ear_hear(&ear, &peers, 0, peers.chunk_count);
	assert_int_equal(tls_ear_count(&ear, "W too much TLS data"), 1);
	assert_true(ear.keep_all < 8000);
	tls_ear_secrets(&ear, &peers);
	ccs_tls_poll(ear.tls);
	assert_int_equal(ear.keep_all, 8000);
	assert_true(ear.plain_length[0] > 0);
	ear.keep_all = TLS_EAR_KEEP_ALL;
	done();
}

static void test_no_secrets(void **state)
{
	const struct ccs_tls_summary *summary;

	(void)state;
	for (int version = 0; version < 2; version++) {
		talk(version ? &tls_1_3 : &tls_1_2);
		tls_ear_open(&ear, 0);
		summary = hear_all();
		assert_int_equal(ear.plain_length[0] + ear.plain_length[1], 0);
		assert_true(summary->established && !summary->decrypted && !summary->failed);
		assert_true(summary->records_lost >= 18 && summary->bytes_lost > 60000);
		assert_int_equal(tls_ear_count(&ear, "there are no secrets"), 1);
		assert_int_equal(tls_ear_count(&ear, "E "), 1);
		done();
	}
}

/* The secrets of another session under this one's random. */
static void test_wrong_secrets(void **state)
{
	(void)state;
	for (int version = 0; version < 2; version++) {
		talk(version ? &tls_1_3 : &tls_1_2);
		for (size_t i = 1; i < peers.keylog_length; i++) {
			if (peers.keylog[i] == '\n')
				peers.keylog[i - 1] = peers.keylog[i - 1] == '0' ? '1' : '0';
		}
		tls_ear_open(&ear, 0);
		tls_ear_secrets(&ear, &peers);
		hear_all();
		assert_int_equal(ear.plain_length[0] + ear.plain_length[1], 0);
		assert_int_equal(tls_ear_count(&ear, "W the secrets do not fit"), 2);
		assert_int_equal(tls_ear_count(&ear, "not decrypted: the secrets do not fit"), 1);
		assert_true(ear.events & 1u << CCS_TLS_EVENT_UNDECRYPTED);
		assert_true(ear.events & 1u << CCS_TLS_EVENT_AGREED);
		done();
	}
}

/* TLS 1.3: without the secrets of the handshake, the data come out all the same. */
static void test_traffic_secrets_only(void **state)
{
	char *line;

	(void)state;
	talk(&tls_1_3);
	while ((line = strstr(peers.keylog, "HANDSHAKE_TRAFFIC")))
		memcpy(line, "HIDDEN", 6);
	tls_ear_open(&ear, 0);
	tls_ear_secrets(&ear, &peers);
	hear_all();
	tls_ear_assert_all(&ear, &peers);
	assert_int_equal(tls_ear_count(&ear, "W "), 0);
	done();
}

static void test_mutual_authentication(void **state)
{
	struct tls_peers_options options = { .version = TLS1_2_VERSION, .mutual = true };
	const struct ccs_tls_summary *s;

	(void)state;
	for (; options.version <= TLS1_3_VERSION; options.version++) {
		talk(&options);
		tls_ear_open(&ear, 0);
		tls_ear_secrets(&ear, &peers);
		s = hear_all();
		tls_ear_assert_all(&ear, &peers);
		assert_true(s->client_auth && s->status_request);
		assert_string_equal(s->server_name, "secc.example");
		assert_int_equal(s->server.count, 1);
		assert_string_equal(s->server.list[0].subject, "CN=SECC");
		assert_string_equal(s->server.list[0].issuer, "CN=SECC");
		assert_string_equal(s->server.list[0].serial, "1234");
		assert_string_equal(s->server.list[0].key, "prime256v1");
		assert_int_equal(s->client.count, 1);
		assert_string_equal(s->client.list[0].subject, "CN=Vehicle");
		assert_int_equal(strlen(s->client.list[0].not_after), 20);
		assert_int_equal(tls_ear_count(&ear, "I server's certificate CN=SECC"), 1);
		assert_int_equal(tls_ear_count(&ear, "I client's certificate "), 1);
		done();
	}
}

static void test_expired_certificate(void **state)
{
	struct tls_peers_options options = { .version = TLS1_2_VERSION, .expired = true };
	ccs_time now = CCS_SECONDS((ccs_time)time(NULL));

	(void)state;
	assert_true(tls_peers_start(&peers, &options));
	tls_ear_open(&ear, 0);
	for (size_t i = 0; i < peers.chunk_count; i++)
		ccs_tls_data(ear.tls, peers.chunks[i].dir, peers.wire + peers.chunks[i].at,
			     peers.chunks[i].length, i, now);
	assert_int_equal(tls_ear_count(&ear, ", EXPIRED, valid "), 1);
	done();
}

static void test_key_update(void **state)
{
	(void)state;
	assert_true(tls_peers_start(&peers, &tls_1_3));
	for (unsigned int i = 0; i < 6; i++) {
		tls_peers_write(&peers, i % 2, 500);
		SSL_key_update(peers.ends[i % 2],
			       i < 4 ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED);
		tls_peers_write(&peers, i % 2, 400);
		tls_peers_write(&peers, !(i % 2), 300);
	}
	tls_ear_open(&ear, 0);
	tls_ear_secrets(&ear, &peers);
	hear_all();
	tls_ear_assert_all(&ear, &peers);
	done();
}

static void test_resumed_session(void **state)
{
	struct tls_peers_options options = { .version = TLS1_2_VERSION };
	const struct ccs_tls_summary *summary;

	(void)state;
	for (; options.version <= TLS1_3_VERSION; options.version++) {
		options.resume = NULL;
		options.server = NULL;
		talk(&options);
		options.resume = SSL_get1_session(peers.ends[TLS_PEERS_CLIENT]);
		options.server = peers.contexts[TLS_PEERS_SERVER];
		SSL_CTX_up_ref(options.server);
		tls_peers_free(&peers);
		talk(&options);
		tls_ear_open(&ear, 0);
		tls_ear_secrets(&ear, &peers);
		summary = hear_all();
		tls_ear_assert_all(&ear, &peers);
		assert_true(summary->resumed == (options.version == TLS1_2_VERSION));
		SSL_SESSION_free(options.resume);
		SSL_CTX_free(options.server);
		done();
	}
}

static void test_retry_request(void **state)
{
	struct tls_peers_options options = { .version = TLS1_3_VERSION,
					     .groups = "P-256:P-521",
					     .server_groups = "P-521" };

	(void)state;
	talk(&options);
	tls_ear_open(&ear, 0);
	tls_ear_secrets(&ear, &peers);
	assert_string_equal(hear_all()->group_name, "secp521r1");
	tls_ear_assert_all(&ear, &peers);
	done();
}

/* TLS 1.2: new keys in the middle. */
static void test_renegotiation(void **state)
{
	(void)state;
	assert_true(tls_peers_start(&peers, &tls_1_2));
	tls_peers_write(&peers, TLS_PEERS_CLIENT, 200);
	SSL_renegotiate(peers.ends[TLS_PEERS_SERVER]);
	SSL_do_handshake(peers.ends[TLS_PEERS_SERVER]);
	tls_peers_pump(&peers);
	tls_peers_write(&peers, TLS_PEERS_CLIENT, 300);
	tls_peers_write(&peers, TLS_PEERS_SERVER, 400);
	tls_ear_open(&ear, 0);
	tls_ear_secrets(&ear, &peers);
	hear_all();
	tls_ear_assert_all(&ear, &peers);
	assert_int_equal(tls_ear_count(&ear, "I TLS 1.2, "), 2);
	done();
}

/* All of the server's bytes come before the first of the client's. */
static void test_one_direction_first(void **state)
{
	(void)state;
	for (int version = 0; version < 2; version++) {
		talk(version ? &tls_1_3 : &tls_1_2);
		tls_ear_open(&ear, 0);
		tls_ear_secrets(&ear, &peers);
		for (unsigned int dir = 2; dir-- > 0;) {
			for (size_t i = 0; i < peers.chunk_count; i++) {
				if (peers.chunks[i].dir == dir)
					tls_ear_hear(&ear, &peers, i, i + 1);
			}
		}
		ccs_tls_end(ear.tls, 0, 0);
		tls_ear_assert_all(&ear, &peers);
		done();
	}
}

/* The caller's direction 1 may be the client. */
static void test_either_side_is_client(void **state)
{
	(void)state;
	talk(&tls_1_2);
	tls_ear_open(&ear, 0);
	tls_ear_secrets(&ear, &peers);
	for (size_t i = 0; i < peers.chunk_count; i++)
		peers.chunks[i].dir = !peers.chunks[i].dir;
	assert_int_equal(hear_all()->client_dir, 1);
	assert_int_equal(ear.plain_length[1], peers.plain_length[TLS_PEERS_CLIENT]);
	assert_memory_equal(ear.plain[1], peers.plain[TLS_PEERS_CLIENT], ear.plain_length[1]);
	done();
}

static void test_refused_by_client(void **state)
{
	struct tls_peers_options options = { .version = TLS1_2_VERSION, .distrust = true };

	(void)state;
	for (; options.version <= TLS1_3_VERSION; options.version++) {
		assert_false(tls_peers_start(&peers, &options));
		tls_ear_open(&ear, 0);
		tls_ear_secrets(&ear, &peers);
		assert_true(hear_all()->failed);
		assert_int_equal(tls_ear_count(&ear, "E client sends fatal alert"), 1);
		done();
	}
}

static void test_no_common_suite(void **state)
{
	struct tls_peers_options options = { .version = TLS1_2_VERSION,
					     .suite = "ECDHE-ECDSA-AES128-SHA256",
					     .server_suite = "ECDHE-ECDSA-AES256-GCM-SHA384" };
	const struct ccs_tls_summary *summary;

	(void)state;
	assert_false(tls_peers_start(&peers, &options));
	tls_ear_open(&ear, 0);
	summary = hear_all();
	assert_true(summary->failed && !summary->established);
	assert_non_null(strstr(summary->offered, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"));
	assert_int_equal(tls_ear_count(&ear, "E server sends fatal alert handshake_failure"), 1);
	assert_int_equal(ear.events & ~(1u << CCS_TLS_EVENT_OTHER),
			 1u << CCS_TLS_EVENT_ALERT | 1u << CCS_TLS_EVENT_FAILED);
	assert_int_equal(summary->alert, 40);
	assert_string_equal(summary->alert_name, "handshake_failure");
	assert_int_equal(tls_ear_count(&ear, "not completed; the client offered TLS 1.2; TLS_"), 1);
	done();
}

/* What we do not decrypt is said. */
static void test_unsupported(void **state)
{
	static const struct tls_peers_options options[] = {
		{ .version = TLS1_1_VERSION },
		{ .version = TLS1_2_VERSION, .suite = "ECDHE-ECDSA-NULL-SHA" },
	};
	static const char *const reasons[] = { "only TLS 1.2 and 1.3 can be decrypted",
					       "the cipher suite is not supported" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		talk(&options[i]);
		tls_ear_open(&ear, 0);
		tls_ear_secrets(&ear, &peers);
		assert_false(hear_all()->decrypted);
		assert_int_equal(tls_ear_count(&ear, reasons[i]), 1);
		done();
	}
}

static void test_looks_like(void **state)
{
	static const uint8_t hello[] = { 0x16, 3, 1, 0x02, 0 };
	static const uint8_t v2gtp[] = { 0x01, 0xFE, 0x80, 0x01, 0, 0, 0, 8 };

	(void)state;
	assert_true(ccs_tls_looks_like(hello, 5));
	assert_false(ccs_tls_looks_like(hello, 4));
	assert_false(ccs_tls_looks_like(v2gtp, sizeof(v2gtp)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_suite),
		cmocka_unit_test(test_any_split),
		cmocka_unit_test(test_frame_numbers),
		cmocka_unit_test(test_late_secrets),
		cmocka_unit_test(test_secrets_one_by_one),
		cmocka_unit_test(test_bounded_waiting),
		cmocka_unit_test(test_bounded_together),
		cmocka_unit_test(test_no_secrets),
		cmocka_unit_test(test_wrong_secrets),
		cmocka_unit_test(test_traffic_secrets_only),
		cmocka_unit_test(test_mutual_authentication),
		cmocka_unit_test(test_expired_certificate),
		cmocka_unit_test(test_key_update),
		cmocka_unit_test(test_resumed_session),
		cmocka_unit_test(test_retry_request),
		cmocka_unit_test(test_renegotiation),
		cmocka_unit_test(test_one_direction_first),
		cmocka_unit_test(test_either_side_is_client),
		cmocka_unit_test(test_refused_by_client),
		cmocka_unit_test(test_no_common_suite),
		cmocka_unit_test(test_unsupported),
		cmocka_unit_test(test_looks_like),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
