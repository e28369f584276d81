/* SPDX-License-Identifier: Apache-2.0 */
/* V2GTP: a stream cut anywhere, wrong and oversized headers, finding the next message, gaps. */
#include "ccs/v2gtp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define MEMORY 64

/* Three messages (3, 0 and 40 bytes) one after the other. */
static size_t make_stream(uint8_t bytes[128])
{
	static const uint32_t lengths[] = { 3, 0, 40 };
	size_t n = 0;

	for (size_t i = 0; i < 3; i++) {
		ccs_v2gtp_write_header(bytes + n, (uint16_t)(0x8001 + i), lengths[i]);
		n += CCS_V2GTP_HEADER_SIZE;
		for (size_t k = 0; k < lengths[i]; k++)
			bytes[n++] = (uint8_t)(0x10 * i + k);
	}
	return n;
}

struct seen {
	size_t messages;
	size_t bytes; /* of payloads */
	size_t skipped;
	uint16_t last_type;
	int error;
};

/* Feeds `length` bytes in pieces of `piece`, after an error only what comes before it. */
static struct seen feed(struct ccs_v2gtp *stream, const uint8_t *at, size_t length, size_t piece)
{
	struct ccs_v2gtp_message message;
	struct seen seen = { 0 };

	while (length && !seen.error) {
		size_t n = piece < length ? piece : length;
		const uint8_t *bytes = at;
		int result;

		at += n;
		length -= n;
		while ((result = ccs_v2gtp_next(stream, &bytes, &n, &message)) > 0) {
			seen.messages++;
			seen.bytes += message.length;
			seen.skipped += message.skipped;
			seen.last_type = message.payload_type;
		}
		if (!result)
			assert_int_equal(n, 0);
		seen.error = result;
	}
	return seen;
}

static void test_every_cut_gives_the_same(void **state)
{
	uint8_t bytes[128], memory[MEMORY];
	size_t length = make_stream(bytes);

	(void)state;
	for (size_t piece = 1; piece <= length; piece++) {
		struct ccs_v2gtp stream;
		struct seen seen;

		ccs_v2gtp_init(&stream, memory, sizeof(memory));
		seen = feed(&stream, bytes, length, piece);
		assert_int_equal(seen.messages, 3);
		assert_int_equal(seen.bytes, 43);
		assert_int_equal(seen.skipped, 0);
		assert_int_equal(seen.last_type, 0x8003);
		assert_int_equal(ccs_v2gtp_pending(&stream), 0);
	}
}

static void test_whole_messages_stay_in_place(void **state)
{
	uint8_t bytes[128], memory[MEMORY];
	const uint8_t *at = bytes;
	size_t length = make_stream(bytes);
	struct ccs_v2gtp_message message;
	struct ccs_v2gtp stream;

	(void)state;
	ccs_v2gtp_init(&stream, memory, sizeof(memory));
	assert_int_equal(ccs_v2gtp_next(&stream, &at, &length, &message), 1);
	assert_ptr_equal(message.payload, bytes + 8);
	assert_int_equal(ccs_v2gtp_next(&stream, &at, &length, &message), 1);
	assert_int_equal(message.length, 0);
	length -= 1;
	assert_int_equal(ccs_v2gtp_next(&stream, &at, &length, &message), 0);
	assert_int_equal(ccs_v2gtp_pending(&stream), 47);
	length = 1;
	assert_int_equal(ccs_v2gtp_next(&stream, &at, &length, &message), 1);
	assert_ptr_equal(message.payload, memory);
	assert_memory_equal(memory, bytes + 8 + 3 + 8 + 8, 40);
}

static void test_an_empty_message_needs_no_input(void **state)
{
	uint8_t header[8];
	const uint8_t *at = header;
	size_t length = sizeof(header);
	struct ccs_v2gtp_message message;
	struct ccs_v2gtp stream;

	(void)state;
	ccs_v2gtp_write_header(header, CCS_V2GTP_EXI, 0);
	ccs_v2gtp_init(&stream, NULL, 0);
	assert_int_equal(ccs_v2gtp_next(&stream, &at, &length, &message), 1);
	assert_int_equal(message.length, 0);
	at = NULL;
	assert_int_equal(ccs_v2gtp_next(&stream, &at, &length, &message), 0);
}

static void test_limit_is_the_memory(void **state)
{
	uint8_t bytes[8 + MEMORY + 1] = { 0 }, memory[MEMORY];
	struct ccs_v2gtp stream;

	(void)state;
	for (size_t piece = 1; piece < sizeof(bytes); piece += 7) {
		ccs_v2gtp_write_header(bytes, CCS_V2GTP_EXI, MEMORY);
		ccs_v2gtp_init(&stream, memory, sizeof(memory));
		assert_int_equal(feed(&stream, bytes, 8 + MEMORY, piece).messages, 1);
		ccs_v2gtp_write_header(bytes, CCS_V2GTP_EXI, MEMORY + 1);
		ccs_v2gtp_init(&stream, memory, sizeof(memory));
		assert_int_equal(feed(&stream, bytes, sizeof(bytes), piece).error, CCS_ERR_SIZE);
	}
	ccs_v2gtp_write_header(bytes, CCS_V2GTP_EXI, UINT32_MAX);
	ccs_v2gtp_init(&stream, memory, sizeof(memory));
	assert_int_equal(feed(&stream, bytes, sizeof(bytes), 1).error, CCS_ERR_SIZE);
}

static void test_wrong_header_stays_an_error(void **state)
{
	static const uint8_t wrong[] = "GET / HTTP/1.1";
	uint8_t memory[MEMORY];
	struct ccs_v2gtp_message message;
	struct ccs_v2gtp stream;
	const uint8_t *at = wrong;
	size_t length = 7;

	(void)state;
	ccs_v2gtp_init(&stream, memory, sizeof(memory));
	assert_int_equal(ccs_v2gtp_next(&stream, &at, &length, &message), 0);
	length = 2;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(ccs_v2gtp_next(&stream, &at, &length, &message), CCS_ERR_HEADER);
		assert_int_equal(length, 1);
	}
}

/* Rubbish with things in it that look like headers, then a message. */
static void test_resync(void **state)
{
	uint8_t bytes[200] = { 'x', 'y' }, memory[MEMORY];
	size_t n = 9;

	(void)state;
	ccs_v2gtp_write_header(bytes + n, CCS_V2GTP_EXI, MEMORY + 1); /* too large */
	n += 8;
	ccs_v2gtp_write_header(bytes + n, 0x1234, 4); /* no such type */
	n += 8;
	ccs_v2gtp_write_header(bytes + n, CCS_V2GTP_EXI, 0); /* empty */
	n += 8;
	bytes[n++] = 0x01;
	ccs_v2gtp_write_header(bytes + n, CCS_V2GTP_ISO20_MAIN, 5);
	for (size_t piece = 1; piece < 60; piece++) {
		struct ccs_v2gtp stream;
		struct seen seen;

		ccs_v2gtp_init(&stream, memory, sizeof(memory));
		assert_int_equal(feed(&stream, bytes, 8, piece).error, CCS_ERR_HEADER);
		ccs_v2gtp_resync(&stream);
		seen = feed(&stream, bytes + 8, n + 5, piece);
		assert_int_equal(seen.error, 0);
		assert_int_equal(seen.messages, 1);
		assert_int_equal(seen.skipped, n);
		assert_int_equal(seen.last_type, CCS_V2GTP_ISO20_MAIN);
		assert_int_equal(ccs_v2gtp_skipped(&stream), 0);
	}
}

static void test_resync_in_a_message_gives_it_up(void **state)
{
	uint8_t bytes[128], memory[MEMORY];
	size_t length = make_stream(bytes);
	struct ccs_v2gtp stream;
	struct seen seen;

	(void)state;
	ccs_v2gtp_init(&stream, memory, sizeof(memory));
	feed(&stream, bytes, 10, 10);
	ccs_v2gtp_resync(&stream);
	seen = feed(&stream, bytes + 10, length - 10, 5);
	assert_int_equal(seen.messages, 1); /* the empty one is not plausible */
	assert_int_equal(seen.skipped, 8 + 3 + 8);
}

static void test_gap(void **state)
{
	uint8_t bytes[128], memory[MEMORY];
	size_t length = make_stream(bytes);
	struct ccs_v2gtp stream;
	struct seen seen;

	(void)state;
	ccs_v2gtp_init(&stream, memory, sizeof(memory));
	assert_int_equal(feed(&stream, bytes, 21, 4).messages, 2); /* and 2 bytes of the third */
	ccs_v2gtp_gap(&stream);
	assert_int_equal(ccs_v2gtp_skipped(&stream), 2);
	seen = feed(&stream, bytes + 30, length - 30, 4); /* the end of the third */
	assert_int_equal(seen.messages, 0);
	seen = feed(&stream, bytes, length, 4);
	assert_int_equal(seen.messages, 3);
	assert_int_equal(seen.skipped, 2 + length - 30);
	ccs_v2gtp_gap(&stream); /* between two messages nothing is skipped */
	seen = feed(&stream, bytes, length, 4);
	assert_int_equal(seen.messages, 3);
	assert_int_equal(seen.skipped, 0);
}

static void test_datagram(void **state)
{
	uint8_t bytes[12] = { 0 };
	struct ccs_v2gtp_message message;

	(void)state;
	ccs_v2gtp_write_header(bytes, CCS_V2GTP_SDP_REQUEST, 3);
	assert_int_equal(ccs_v2gtp_read_datagram(bytes, 11, &message), 0);
	assert_int_equal(message.payload_type, CCS_V2GTP_SDP_REQUEST);
	assert_ptr_equal(message.payload, bytes + 8);
	assert_int_equal(message.length, 3);
	assert_int_equal(ccs_v2gtp_read_datagram(bytes, 12, &message), CCS_ERR_LENGTH);
	for (size_t n = 0; n < 11; n++)
		assert_int_equal(ccs_v2gtp_read_datagram(bytes, n, &message), CCS_ERR_SHORT);
	bytes[1] = 0xff;
	assert_int_equal(ccs_v2gtp_read_datagram(bytes, 11, &message), CCS_ERR_HEADER);
}

static void test_type_texts(void **state)
{
	(void)state;
	assert_string_equal(ccs_v2gtp_type_text(0x8001), "SAP, DIN and ISO 15118-2");
	assert_string_equal(ccs_v2gtp_type_text(0x9001), "SDP response");
	assert_string_equal(ccs_v2gtp_type_text(0x8007), "reserved");
	assert_string_equal(ccs_v2gtp_type_text(0x9fff), "reserved");
	assert_string_equal(ccs_v2gtp_type_text(0xa000), "manufacturer specific");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_cut_gives_the_same),
		cmocka_unit_test(test_whole_messages_stay_in_place),
		cmocka_unit_test(test_an_empty_message_needs_no_input),
		cmocka_unit_test(test_limit_is_the_memory),
		cmocka_unit_test(test_wrong_header_stays_an_error),
		cmocka_unit_test(test_resync),
		cmocka_unit_test(test_resync_in_a_message_gives_it_up),
		cmocka_unit_test(test_gap),
		cmocka_unit_test(test_datagram),
		cmocka_unit_test(test_type_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
