/* SPDX-License-Identifier: Apache-2.0 */
/* pcapng: every block, damage and how the reader gets over it, and the writer. */
#include "memory_file.h"

#include "trace/pcapng_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static uint8_t *begin_block(struct ccs_writer *w, bool big, uint32_t type)
{
	put(w, big, type, 4);
	put(w, big, 0, 4);
	return w->at - 8;
}

static void end_block(struct ccs_writer *w, bool big, uint8_t *begin)
{
	struct ccs_writer length = ccs_writer(begin + 4, 4);

	ccs_write_zero(w, (size_t)(begin - w->at) & 3);
	put(&length, big, (size_t)(w->at - begin) + 4, 4);
	put(w, big, (size_t)(w->at - begin) + 4, 4);
}

static void section(struct ccs_writer *w, bool big)
{
	uint8_t *b = begin_block(w, big, 0x0a0d0d0a);

	put(w, big, 0x1a2b3c4d, 4);
	put(w, big, 1, 2);
	put(w, big, 0, 2);
	put(w, big, UINT64_MAX, 8);
	end_block(w, big, b);
}

static void interface(struct ccs_writer *w, bool big, uint16_t link_type, int resolution,
		      int64_t offset)
{
	uint8_t *b = begin_block(w, big, 1);

	put(w, big, link_type, 2);
	put(w, big, 0, 2);
	put(w, big, 4, 4); /* snap length */
	put(w, big, 2, 2); /* a name, to be stepped over */
	put(w, big, 3, 2);
	ccs_write(w, "eth", 4);
	if (resolution >= 0) {
		put(w, big, 9, 2);
		put(w, big, 1, 2);
		ccs_write_u8(w, (uint8_t)resolution);
		ccs_write_zero(w, 3);
	}
	if (offset) {
		put(w, big, 14, 2);
		put(w, big, 8, 2);
		put(w, big, (uint64_t)offset, 8);
	}
	put(w, big, 0, 4);
	end_block(w, big, b);
}

static uint8_t *enhanced(struct ccs_writer *w, bool big, uint32_t number, uint64_t stamp,
			 const char *text)
{
	uint8_t *b = begin_block(w, big, 6);

	put(w, big, number, 4);
	put(w, big, stamp >> 32, 4);
	put(w, big, stamp & UINT32_MAX, 4);
	put(w, big, strlen(text), 4);
	put(w, big, strlen(text), 4);
	ccs_write(w, text, strlen(text));
	end_block(w, big, b);
	return b;
}

static void simple_pcapng(struct ccs_writer *w)
{
	section(w, false);
	interface(w, false, 1, -1, 0);
}

static void test_pcapng_of_both_byte_orders_and_every_packet_block(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct ccs_writer *w = new_file();
		struct ccs_capture *c;
		struct ccs_packet p;
		uint8_t *b;

		section(w, big);
		interface(w, big, 1, -1, 0);
		interface(w, big, 113, 9, 0);
		enhanced(w, big, 1, (uint64_t)NOON * 1000 + 5999, "abc");
		b = begin_block(w, big, 2); /* the old packet block: interface 0, 17 drops */
		put(w, big, 0, 2);
		put(w, big, 17, 2);
		put(w, big, (uint64_t)NOON >> 32, 4);
		put(w, big, NOON & UINT32_MAX, 4);
		put(w, big, 4, 4);
		put(w, big, 60, 4);
		ccs_write(w, "defg", 4);
		end_block(w, big, b);
		b = begin_block(w, big, 3); /* the simple one: no time, cut by the snap length */
		put(w, big, 9, 4);
		ccs_write(w, "hijk", 4);
		end_block(w, big, b);
		f.chunk = 7;
		c = open_file();
		assert_int_equal(ccs_capture_next(c, &p), 1);
		assert_int_equal(p.time, NOON + 5);
		assert_int_equal(p.link_type, 113);
		assert_int_equal(ccs_capture_next(c, &p), 1);
		assert_int_equal(p.time, NOON);
		assert_int_equal(p.link_type, 1);
		assert_int_equal(p.original_length, 60);
		assert_int_equal(p.odd, CCS_PACKET_CUT | CCS_PACKET_BACKWARD);
		assert_int_equal(ccs_capture_next(c, &p), 1);
		assert_int_equal(p.time, NOON);
		assert_int_equal(p.length, 4);
		assert_int_equal(p.original_length, 9);
		assert_int_equal(p.odd, CCS_PACKET_CUT | CCS_PACKET_NO_TIME);
		assert_memory_equal(p.bytes, "hijk", 4);
		assert_int_equal(p.number, 3);
		expect_end(c);
	}
}

static void test_sections_change_byte_order_and_interfaces(void **state)
{
	struct ccs_writer *w = new_file();
	struct ccs_capture *c;

	(void)state;
	simple_pcapng(w);
	enhanced(w, false, 0, (uint64_t)NOON, "abc");
	section(w, true);
	enhanced(w, true, 0, (uint64_t)NOON, "lost");
	interface(w, true, 1, -1, 0);
	enhanced(w, true, 0, (uint64_t)NOON, "def");
	section(w, false);
	interface(w, false, 1, -1, 0);
	enhanced(w, false, 0, (uint64_t)NOON, "ghi");
	c = open_file();
	expect_packet(c, "abc", NOON);
	expect_fault(c, CCS_ERR_UNKNOWN, "interface 0, which was not declared");
	expect_packet(c, "def", NOON);
	expect_packet(c, "ghi", NOON);
	expect_end(c);
}

static void test_times_of_every_resolution(void **state)
{
	static const struct {
		int resolution;
		int64_t offset;
		uint64_t stamp;
		ccs_time time;
		uint32_t odd;
	} rows[] = {
		{ 0, 0, 1700000000, NOON, 0 },
		{ 3, 0, 1700000000123, NOON + 123000, 0 },
		{ 6, -3600, 1700003600000001, NOON + 1, 0 },
		{ 9, 1700000000, 1999, 1 + NOON, 0 },
		{ 12, 1700000000, 999999999999, NOON + 999999, 0 },
		{ 19, 1700000000, 9999999999999999999u, NOON + 999999, 0 },
		{ 0x80 | 20, 1700000000, 3 << 19, NOON + 1500000, 0 },
		{ 0x80 | 63, 1700000000, (uint64_t)1 << 62, NOON + 500000, 0 },
		{ 6, 0, 0, 0, CCS_PACKET_CLOCK },
		{ 0, 0, UINT64_MAX, CCS_SECONDS(253402300799), CCS_PACKET_CLOCK },
		{ 0, INT64_MAX, UINT64_MAX, CCS_SECONDS(253402300799), CCS_PACKET_CLOCK },
		{ 6, INT64_MIN, 0, 0, CCS_PACKET_CLOCK },
		{ 20, 0, 1, 0, CCS_PACKET_NO_TIME },
		{ 0xff, 0, 1, 0, CCS_PACKET_NO_TIME },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ccs_writer *w = new_file();
		struct ccs_capture *c;
		struct ccs_packet p;

		section(w, i & 1);
		interface(w, i & 1, 1, rows[i].resolution, rows[i].offset);
		enhanced(w, i & 1, 0, rows[i].stamp, "abc");
		c = open_file();
		assert_int_equal(ccs_capture_next(c, &p), 1);
		assert_int_equal(p.time, rows[i].time);
		assert_int_equal(p.odd, rows[i].odd);
		expect_end(c);
	}
}

static void test_unknown_blocks_are_stepped_over(void **state)
{
	struct ccs_writer *w = new_file();
	struct ccs_capture *c;
	uint8_t *b;

	(void)state;
	simple_pcapng(w);
	b = begin_block(w, false, 0xbad);
	ccs_write(w, "whatever", 8);
	end_block(w, false, b);
	b = begin_block(w, false, 5); /* statistics */
	ccs_write_zero(w, 12);
	end_block(w, false, b);
	enhanced(w, false, 0, (uint64_t)NOON, "abc");
	c = open_file();
	expect_packet(c, "abc", NOON);
	expect_end(c);
}

static void test_a_damaged_block_costs_only_itself(void **state)
{
	static const struct {
		int at; /* byte of the block that is damaged; negative: from its end */
		uint8_t value;
		int code;
	} rows[] = {
		{ 4, 0, CCS_ERR_LENGTH },    /* length 0 */
		{ 4, 37, CCS_ERR_LENGTH },   /* not a multiple of four */
		{ 4, 40, CCS_ERR_LENGTH },   /* another length than at the end */
		{ 5, 3, CCS_ERR_SHORT },     /* beyond the end of the file */
		{ 7, 0x7f, CCS_ERR_SIZE },   /* 2 GB */
		{ -4, 40, CCS_ERR_LENGTH },  /* the length at the end */
		{ 20, 200, CCS_ERR_LENGTH }, /* the packet's own length */
		{ 8, 9, CCS_ERR_UNKNOWN },   /* interface 9 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ccs_writer *w = new_file();
		struct ccs_capture *c;
		uint8_t *b;

		simple_pcapng(w);
		enhanced(w, false, 0, (uint64_t)NOON, "abc");
		b = enhanced(w, false, 0, (uint64_t)NOON, "lost");
		(rows[i].at < 0 ? w->at : b)[rows[i].at] = rows[i].value;
		enhanced(w, false, 0, (uint64_t)NOON, "def");
		c = open_file();
		expect_packet(c, "abc", NOON);
		expect_fault(c, rows[i].code, "at packet 2");
		assert_int_equal(ccs_capture_fault(c)->offset, (size_t)(b - f.bytes));
		expect_packet(c, "def", NOON);
		expect_end(c);
	}
}

static void test_pcapng_keeps_what_stands_before_a_cut(void **state)
{
	(void)state;
	for (size_t cut = 1; cut < 36; cut++) {
		struct ccs_writer *w = new_file();
		struct ccs_capture *c;

		simple_pcapng(w);
		enhanced(w, false, 0, (uint64_t)NOON, "abc");
		enhanced(w, false, 0, (uint64_t)NOON, "def");
		w->at -= cut;
		c = open_file();
		expect_packet(c, "abc", NOON);
		expect_fault(c, CCS_ERR_SHORT, "in the middle of a block");
		expect_end(c);
	}
}

static void test_garbage_between_blocks_is_one_fault(void **state)
{
	struct ccs_writer *w = new_file();
	struct ccs_capture *c;

	(void)state;
	simple_pcapng(w);
	ccs_write_zero(w, 512);
	enhanced(w, false, 0, (uint64_t)NOON, "abc");
	c = open_file();
	expect_fault(c, CCS_ERR_LENGTH, "length 0");
	expect_packet(c, "abc", NOON);
	expect_end(c);
}

static void test_interfaces_with_bad_options_still_count(void **state)
{
	struct ccs_writer *w = new_file();
	struct ccs_capture *c;
	uint8_t *b;

	(void)state;
	section(w, false);
	b = begin_block(w, false, 1);
	put(w, false, 1, 4);
	put(w, false, 0, 4);
	put(w, false, 9, 2);
	put(w, false, 400, 2);
	end_block(w, false, b);
	enhanced(w, false, 0, (uint64_t)NOON, "abc");
	c = open_file();
	expect_fault(c, CCS_ERR_LENGTH, "option");
	expect_packet(c, "abc", NOON);
	expect_end(c);
}

static void test_blocks_too_short_for_their_content(void **state)
{
	static const struct {
		uint32_t type;
		uint32_t words; /* of content, all ones */
		int code;
	} rows[] = {
		{ 1, 1, CCS_ERR_LENGTH },	   { 2, 4, CCS_ERR_LENGTH },
		{ 3, 0, CCS_ERR_LENGTH },	   { 3, 1, CCS_ERR_LENGTH }, /* 16843009 bytes */
		{ 6, 4, CCS_ERR_LENGTH },	   { 6, 5, CCS_ERR_LENGTH },
		{ 10, 1, CCS_ERR_LENGTH },	   { 10, 3, CCS_ERR_LENGTH },
		{ 0x0a0d0d0a, 4, CCS_ERR_LENGTH }, /* another byte order */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ccs_writer *w = new_file();
		struct ccs_capture *c;
		uint8_t *b;

		simple_pcapng(w);
		b = begin_block(w, false, rows[i].type);
		for (uint32_t n = 0; n < rows[i].words; n++)
			put(w, false, 0x01010101, 4);
		end_block(w, false, b);
		enhanced(w, false, 0, (uint64_t)NOON, "abc");
		c = open_file();
		expect_fault(c, rows[i].code, "at packet 1");
		expect_packet(c, "abc", NOON);
		expect_end(c);
	}
}

static void test_sections_of_another_version_or_too_short(void **state)
{
	struct ccs_writer *w = new_file();
	struct ccs_capture *c;
	uint8_t *b;

	(void)state;
	simple_pcapng(w);
	b = begin_block(w, false, 0x0a0d0d0a);
	put(w, false, 0x1a2b3c4d, 4);
	end_block(w, false, b);
	section(w, false);
	w->at[-16] = 2;
	interface(w, false, 1, -1, 0);
	enhanced(w, false, 0, (uint64_t)NOON, "abc");
	c = open_file();
	expect_fault(c, CCS_ERR_LENGTH, "a section header of 16 bytes");
	expect_fault(c, CCS_ERR_HEADER, "version 2");
	expect_packet(c, "abc", NOON);
	expect_end(c);
}

/* Files that are too large for `f` come from here: a head, then one block again and again. */
struct stream {
	const uint8_t *block;
	size_t length, at;
	unsigned int times;
};

static long read_stream(void *user, uint8_t *to, size_t size)
{
	struct stream *s = user;
	long head = f.taken < file_length() ? read_file(NULL, to, size) : 0;
	size_t n = 0;

	if (head > 0)
		return head;
	while (n < size && s->times > 0) {
		to[n++] = s->block[s->at++];
		if (s->at == s->length) {
			s->at = 0;
			s->times--;
		}
	}
	return (long)n;
}

static struct ccs_capture *open_stream(struct stream *s)
{
	struct ccs_capture_error error;
	struct ccs_capture *c;

	assert_int_equal(ccs_capture_open_read(&c, read_stream, s, &error), 0);
	return c;
}

static void test_the_number_of_interfaces_is_bounded(void **state)
{
	static const uint8_t block[20] = { [0] = 1, [4] = 20, [8] = 1, [16] = 20 };
	struct stream s = { block, sizeof(block), 0, CCS_CAPTURE_INTERFACES + 1 };
	struct ccs_writer *w = new_file();
	struct ccs_capture *c;

	(void)state;
	section(w, false);
	c = open_stream(&s);
	expect_fault(c, CCS_ERR_SIZE, "more than 1024 interfaces");
	expect_end(c);
}

static void test_the_number_of_faults_is_bounded(void **state)
{
	static const uint8_t block[12] = { [0] = 6, [4] = 12, [8] = 12 };
	struct stream s = { block, sizeof(block), 0, 1000000 };
	struct ccs_writer *w = new_file();
	struct ccs_packet p;
	struct ccs_capture *c;
	unsigned int faults = 0;

	(void)state;
	section(w, false);
	c = open_stream(&s);
	while (ccs_capture_next(c, &p) < 0)
		faults++;
	assert_int_equal(faults, 1000);
	assert_non_null(strstr(ccs_capture_fault(c)->text, "too much damage"));
	expect_end(c);
}

static void test_blocks_larger_than_the_window(void **state)
{
	static const uint32_t types[] = { 0xbad, 10 };
	static const uint8_t zero[4];

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct stream s = { zero, 4, 0, (4 << 20) / 4 - 2 };
		struct ccs_writer *w = new_file();
		struct ccs_capture *c;

		section(w, false);
		put(w, false, types[i], 4);
		put(w, false, 4 << 20, 4);
		c = open_stream(&s);
		if (i == 1)
			expect_fault(c, CCS_ERR_SIZE, "secrets of 4194304 bytes are left out");
		expect_end(c);
	}
}

/* The writer. */

static int put_bytes(void *user, const void *bytes, size_t length)
{
	ccs_write(user, bytes, length);
	return ((struct ccs_writer *)user)->failed ? CCS_ERR_IO : 0;
}

static void take_secrets(void *user, uint32_t type, const uint8_t *bytes, size_t length)
{
	assert_int_equal(type, CCS_SECRETS_TLS_KEY_LOG);
	assert_int_equal(length, 6);
	assert_memory_equal(bytes, "CLIENT", 6);
	++*(int *)user;
}

static void test_what_is_written_is_read_again(void **state)
{
	struct ccs_packet first = {
		.time = NOON + 1, .bytes = (const uint8_t *)"abc", .length = 3, .original_length = 3
	};
	struct ccs_packet second = { .time = NOON + 2,
				     .bytes = (const uint8_t *)"defg",
				     .length = 4,
				     .original_length = 100 };
	struct ccs_writer *w = new_file();
	struct ccs_pcapng ng;
	struct ccs_capture *c;
	struct ccs_packet p;
	int secrets = 0;

	(void)state;
	assert_int_equal(ccs_pcapng_begin(&ng, put_bytes, w, "test"), 0);
	assert_int_equal(ccs_pcapng_add_interface(&ng, 1, "plc0"), 0);
	assert_int_equal(ccs_pcapng_add_interface(&ng, 101, NULL), 1);
	assert_int_equal(ccs_pcapng_write_secrets(&ng, CCS_SECRETS_TLS_KEY_LOG,
						  (const uint8_t *)"CLIENT", 6),
			 0);
	assert_int_equal(ccs_pcapng_write_packet(&ng, 1, &first, "a comment"), 0);
	assert_int_equal(ccs_pcapng_write_packet(&ng, 0, &second, NULL), 0);
	assert_int_equal(file_length() % 4, 0);
	c = open_file();
	ccs_capture_on_secrets(c, take_secrets, &secrets);
	assert_int_equal(ccs_capture_next(c, &p), 1);
	assert_int_equal(secrets, 1);
	assert_int_equal(p.link_type, 101);
	assert_int_equal(p.time, NOON + 1);
	assert_int_equal(p.odd, 0);
	assert_memory_equal(p.bytes, "abc", 3);
	assert_int_equal(ccs_capture_next(c, &p), 1);
	assert_int_equal(p.link_type, 1);
	assert_int_equal(p.original_length, 100);
	expect_end(c);
}

static void test_the_writer_refuses_what_it_cannot_write(void **state)
{
	struct ccs_packet packet = { .time = -1 };
	struct ccs_writer *w = new_file();
	struct ccs_pcapng ng;

	(void)state;
	assert_int_equal(ccs_pcapng_begin(&ng, put_bytes, w, NULL), 0);
	assert_int_equal(ccs_pcapng_add_interface(&ng, 65536, NULL), CCS_ERR_RANGE);
	assert_int_equal(ccs_pcapng_add_interface(&ng, 1, NULL), 0);
	assert_int_equal(ccs_pcapng_write_packet(&ng, 0, &packet, NULL), CCS_ERR_RANGE);
	packet.time = 0;
	assert_int_equal(ccs_pcapng_write_packet(&ng, 1, &packet, NULL), CCS_ERR_RANGE);
	packet.length = CCS_CAPTURE_PACKET_MAX + 1;
	assert_int_equal(ccs_pcapng_write_packet(&ng, 0, &packet, NULL), CCS_ERR_RANGE);
	packet.length = 0;
	w->end = w->at + 10;
	assert_int_equal(ccs_pcapng_write_packet(&ng, 0, &packet, NULL), CCS_ERR_IO);
}

static void test_a_written_file_is_read_from_disk(void **state)
{
	char path[] = "/tmp/ccs-test-capture-XXXXXX";
	FILE *file = fdopen(mkstemp(path), "wb");
	struct ccs_packet packet = {
		.time = NOON, .bytes = (const uint8_t *)"abc", .length = 3, .original_length = 3
	};
	struct ccs_capture_error error;
	struct ccs_pcapng ng;
	struct ccs_capture *c;

	(void)state;
	assert_non_null(file);
	assert_int_equal(ccs_pcapng_begin(&ng, ccs_pcapng_to_file, file, "test"), 0);
	assert_int_equal(ccs_pcapng_add_interface(&ng, 1, NULL), 0);
	for (int i = 0; i < 50000; i++) /* several windows */
		assert_int_equal(ccs_pcapng_write_packet(&ng, 0, &packet, NULL), 0);
	fclose(file);
	assert_int_equal(ccs_capture_open(&c, path, &error), 0);
	for (int i = 0; i < 50000; i++)
		expect_packet(c, "abc", NOON);
	expect_end(c);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pcapng_of_both_byte_orders_and_every_packet_block),
		cmocka_unit_test(test_sections_change_byte_order_and_interfaces),
		cmocka_unit_test(test_times_of_every_resolution),
		cmocka_unit_test(test_unknown_blocks_are_stepped_over),
		cmocka_unit_test(test_a_damaged_block_costs_only_itself),
		cmocka_unit_test(test_pcapng_keeps_what_stands_before_a_cut),
		cmocka_unit_test(test_garbage_between_blocks_is_one_fault),
		cmocka_unit_test(test_interfaces_with_bad_options_still_count),
		cmocka_unit_test(test_blocks_too_short_for_their_content),
		cmocka_unit_test(test_sections_of_another_version_or_too_short),
		cmocka_unit_test(test_the_number_of_interfaces_is_bounded),
		cmocka_unit_test(test_the_number_of_faults_is_bounded),
		cmocka_unit_test(test_blocks_larger_than_the_window),
		cmocka_unit_test(test_what_is_written_is_read_again),
		cmocka_unit_test(test_the_writer_refuses_what_it_cannot_write),
		cmocka_unit_test(test_a_written_file_is_read_from_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
