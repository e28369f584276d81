/* SPDX-License-Identifier: Apache-2.0 */
/* Decryption of what is damaged or has holes. */
#include "tls_ear.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define MESSAGES     12
#define MESSAGE_SIZE 500

static struct tls_peers peers;
static struct tls_ear ear;
static size_t first; /* chunk of the first message */

static const struct tls_peers_options kinds[] = {
	{ .version = TLS1_2_VERSION, .suite = "ECDHE-ECDSA-AES128-SHA256" },
	{ .version = TLS1_2_VERSION,
	  .suite = "ECDHE-ECDSA-AES128-SHA256",
	  .no_encrypt_then_mac = true },
	{ .version = TLS1_2_VERSION, .suite = "ECDHE-ECDSA-AES128-GCM-SHA256" },
	{ .version = TLS1_2_VERSION, .suite = "ECDHE-ECDSA-CHACHA20-POLY1305" },
	{ .version = TLS1_3_VERSION, .suite = "TLS_AES_256_GCM_SHA384" },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* A handshake, and messages of the client, one record each. */
static void talk(const struct tls_peers_options *options)
{
	assert_true(tls_peers_start(&peers, options));
	first = peers.chunk_count;
	for (int i = 0; i < MESSAGES; i++)
		tls_peers_write(&peers, TLS_PEERS_CLIENT, MESSAGE_SIZE);
	assert_int_equal(peers.chunk_count, first + MESSAGES);
	tls_ear_open(&ear, 0);
	tls_ear_secrets(&ear, &peers);
}

static void done(void)
{
	tls_ear_close(&ear);
	tls_peers_free(&peers);
}

/* The plain text is that of the messages [0, begin) and [end, MESSAGES). */
static void assert_hole(size_t begin, size_t end)
{
	size_t before = begin * MESSAGE_SIZE, behind = (MESSAGES - end) * MESSAGE_SIZE;

	assert_int_equal(ear.plain_length[0], before + behind);
	assert_memory_equal(ear.plain[0], peers.plain[0], before);
	assert_memory_equal(ear.plain[0] + before, peers.plain[0] + end * MESSAGE_SIZE, behind);
	assert_int_equal(ear.gaps[0], 1);
	assert_int_equal(ear.gaps[1], 0);
}

/* Whole records are lost, a known or an unknown number of bytes. */
static void test_lost_records(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * KINDS; i++) {
		uint64_t length;

		talk(&kinds[i / 2]);
		length = peers.chunks[first + 3].length + peers.chunks[first + 4].length;
		tls_ear_hear(&ear, &peers, 0, first + 3);
		ccs_tls_gap(ear.tls, 0, i % 2 ? length : 0, 1, 1);
		tls_ear_hear(&ear, &peers, first + 5, peers.chunk_count);
		assert_hole(3, 5);
		assert_int_equal(tls_ear_count(&ear, "I decryption of the client's data goes on"),
				 1);
		done();
	}
}

/* A segment is lost that ends in the middle of a record: the next whole one is found. */
static void test_lost_segment(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		const struct tls_peers_chunk *c;

		talk(&kinds[i]);
		c = &peers.chunks[first + 5];
		tls_ear_hear(&ear, &peers, 0, first + 3);
		ccs_tls_data(ear.tls, 0, peers.wire + peers.chunks[first + 3].at, 50, 1, 1000);
		ccs_tls_gap(ear.tls, 0, 1000, 1, 1000);
		ccs_tls_data(ear.tls, 0, peers.wire + c->at + 100, c->length - 100, 1, 1000);
		tls_ear_hear(&ear, &peers, first + 6, peers.chunk_count);
		assert_hole(3, 6);
		done();
	}
}

/* Bytes are lost within one record. */
static void test_lost_within_record(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		const struct tls_peers_chunk *c;

		talk(&kinds[i]);
		c = &peers.chunks[first + 3];
		tls_ear_hear(&ear, &peers, 0, first + 3);
		ccs_tls_data(ear.tls, 0, peers.wire + c->at, 20, 1, 1000);
		ccs_tls_gap(ear.tls, 0, 30, 1, 1000);
		ccs_tls_data(ear.tls, 0, peers.wire + c->at + 50, c->length - 50, 1, 1000);
		tls_ear_hear(&ear, &peers, first + 4, peers.chunk_count);
		assert_hole(3, 4);
		done();
	}
}

/* The end of the handshake is lost: ChangeCipherSpec and Finished, or the change of keys. */
static void test_lost_finished(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		size_t finished;

		talk(&kinds[i]);
		finished = first - 1;
		while (peers.chunks[finished].dir != TLS_PEERS_CLIENT)
			finished--;
		tls_ear_hear(&ear, &peers, 0, finished);
		ccs_tls_gap(ear.tls, 0, peers.chunks[finished].length, 1, 1);
		tls_ear_hear(&ear, &peers, finished + 1, peers.chunk_count);
		assert_hole(0, 0);
		done();
	}
}

/* A record with a key update is lost. */
static void test_lost_key_update(void **state)
{
	size_t update;

	(void)state;
	talk(&kinds[KINDS - 1]);
	SSL_key_update(peers.ends[0], SSL_KEY_UPDATE_NOT_REQUESTED);
	SSL_do_handshake(peers.ends[0]);
	update = peers.chunk_count;
	tls_peers_pump(&peers);
	assert_int_equal(peers.chunk_count, update + 1);
	tls_peers_write(&peers, TLS_PEERS_CLIENT, 40);
	tls_peers_write(&peers, TLS_PEERS_CLIENT, 40);
	tls_ear_hear(&ear, &peers, 0, update);
	ccs_tls_gap(ear.tls, 0, 0, 1, 1);
	tls_ear_hear(&ear, &peers, update + 1, peers.chunk_count);
	tls_ear_assert_all(&ear, &peers);
	done();
}

/* More is lost than sequence numbers are tried: given up, without garbage and without end. */
static void test_too_much_lost(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		talk(&kinds[i]);
		for (int n = 0; n < 100; n++)
			tls_peers_write(&peers, TLS_PEERS_CLIENT, 20);
		tls_ear_hear(&ear, &peers, 0, first + 2);
		ccs_tls_gap(ear.tls, 0, 0, 1, 1);
		tls_ear_hear(&ear, &peers, first + 60, peers.chunk_count);
		ccs_tls_end(ear.tls, 0, 0);
		assert_int_equal(ear.plain_length[0], 2 * MESSAGE_SIZE);
		assert_int_equal(ccs_tls_summary(ear.tls)->records_lost, MESSAGES + 100 - 60);
		assert_int_equal(tls_ear_count(&ear, "W "), 1);
		done();
	}
}

/* Any damaged byte of a record costs this record and nothing else. */
static void test_tampered_record(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		size_t at[] = { 5, 20, 21, 40, 0 };

		talk(&kinds[i]);
		at[4] = peers.chunks[first + 3].length - 1;
		for (size_t k = 0; k < 5; k++) {
			uint8_t *byte = &peers.wire[peers.chunks[first + 3].at + at[k]];

			tls_ear_close(&ear);
			tls_ear_open(&ear, 0);
			tls_ear_secrets(&ear, &peers);
			*byte ^= 0x40;
			tls_ear_hear(&ear, &peers, 0, peers.chunk_count);
			*byte ^= 0x40;
			assert_hole(3, 4);
			assert_int_equal(tls_ear_count(&ear, "W a damaged TLS record"), 1);
		}
		done();
	}
}

/* What is no TLS any more is said once, and TLS found again. */
static void test_chaos(void **state)
{
	static const uint8_t chaos[] = "\x01\xFE\x80\x01 this is no TLS record at all";

	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		talk(&kinds[i]);
		tls_ear_hear(&ear, &peers, 0, first + 4);
		ccs_tls_data(ear.tls, 0, chaos, sizeof(chaos), 1, 1000);
		tls_ear_hear(&ear, &peers, first + 4, peers.chunk_count);
		assert_hole(4, 4);
		assert_int_equal(tls_ear_count(&ear, "W data of the client are no TLS records"), 1);
		done();
	}
}

/* A hole while the data wait for secrets. */
static void test_gap_while_waiting(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		talk(&kinds[i]);
		tls_ear_close(&ear);
		tls_ear_open(&ear, 0);
		tls_ear_hear(&ear, &peers, 0, first + 3);
		ccs_tls_gap(ear.tls, 0, 0, 1, 1);
		tls_ear_hear(&ear, &peers, first + 7, peers.chunk_count);
		tls_ear_secrets(&ear, &peers);
		ccs_tls_end(ear.tls, 0, 0);
		assert_hole(3, 7);
		done();
	}
}

/* The capture begins in mid-session. */
static void test_start_missing(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		talk(&kinds[i]);
		tls_ear_hear(&ear, &peers, first, peers.chunk_count);
		ccs_tls_end(ear.tls, 0, 0);
		assert_int_equal(ear.plain_length[0], 0);
		assert_int_equal(
			tls_ear_count(&ear, "12 TLS records (") *
				tls_ear_count(&ear, "the start of the TLS handshake was not"),
			1);
		done();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lost_records),	   cmocka_unit_test(test_lost_segment),
		cmocka_unit_test(test_lost_within_record), cmocka_unit_test(test_lost_finished),
		cmocka_unit_test(test_lost_key_update),	   cmocka_unit_test(test_too_much_lost),
		cmocka_unit_test(test_tampered_record),	   cmocka_unit_test(test_chaos),
		cmocka_unit_test(test_gap_while_waiting),  cmocka_unit_test(test_start_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
