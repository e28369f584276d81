/* SPDX-License-Identifier: Apache-2.0 */
/* Opening files, pcap: sound ones of every form, damaged ones, and what is none. */
#include "memory_file.h"

static void pcap_header(struct ccs_writer *w, bool big, uint32_t magic, uint32_t link_type)
{
	put(w, big, magic, 4);
	put(w, big, 2, 2);
	put(w, big, 4, 2);
	put(w, big, 0, 8);
	put(w, big, 65535, 4);
	put(w, big, link_type, 4);
}

static void pcap_packet(struct ccs_writer *w, bool big, uint32_t fraction, const char *text)
{
	put(w, big, 1700000000, 4);
	put(w, big, fraction, 4);
	put(w, big, strlen(text), 4);
	put(w, big, strlen(text) + 5, 4);
	ccs_write(w, text, strlen(text));
}

static void test_pcap_of_both_byte_orders_and_precisions(void **state)
{
	static const uint32_t magics[] = { 0xa1b2c3d4, 0xa1b23c4d };

	(void)state;
	for (int i = 0; i < 4; i++) {
		bool big = i & 1, nano = i & 2;
		struct ccs_writer *w = new_file();
		struct ccs_capture *c;
		struct ccs_packet p;

		pcap_header(w, big, magics[nano], 0x14000071); /* with a length of FCS */
		pcap_packet(w, big, nano ? 123456789 : 123456, "abc");
		pcap_packet(w, big, 0, "defgh");
		c = open_file();
		assert_int_equal(ccs_capture_next(c, &p), 1);
		assert_int_equal(p.time, NOON + 123456);
		assert_int_equal(p.number, 1);
		assert_int_equal(p.length, 3);
		assert_int_equal(p.original_length, 8);
		assert_int_equal(p.link_type, 113);
		assert_int_equal(p.odd, CCS_PACKET_CUT);
		assert_memory_equal(p.bytes, "abc", 3);
		assert_int_equal(ccs_capture_next(c, &p), 1);
		assert_int_equal(p.number, 2);
		assert_int_equal(p.odd, CCS_PACKET_CUT | CCS_PACKET_BACKWARD);
		expect_end(c);
	}
}

static void test_modified_pcap_has_longer_records(void **state)
{
	struct ccs_writer *w = new_file();
	struct ccs_capture *c;

	(void)state;
	pcap_header(w, false, 0xa1b2cd34, 1);
	for (int i = 0; i < 2; i++) {
		pcap_packet(w, false, 7, "");
		w->at[-8] = 3;
		ccs_write_zero(w, 8);
		ccs_write(w, "abc", 3);
	}
	c = open_file();
	expect_packet(c, "abc", NOON + 7);
	expect_packet(c, "abc", NOON + 7);
	expect_end(c);
}

static void test_pcap_keeps_what_stands_before_a_cut(void **state)
{
	(void)state;
	for (size_t cut = 1; cut < 16 + 3; cut++) {
		struct ccs_writer *w = new_file();
		struct ccs_capture *c;

		pcap_header(w, false, 0xa1b2c3d4, 1);
		pcap_packet(w, false, 0, "abc");
		pcap_packet(w, false, 0, "def");
		w->at -= cut;
		f.chunk = 1;
		c = open_file();
		expect_packet(c, "abc", NOON);
		expect_fault(c, CCS_ERR_SHORT, "(at packet 2, byte 43)");
		assert_int_equal(ccs_capture_fault(c)->offset, 43);
		assert_int_equal(ccs_capture_fault(c)->packet, 2);
		expect_end(c);
	}
}

static void test_pcap_stops_at_a_lying_length(void **state)
{
	struct ccs_writer *w = new_file();
	struct ccs_capture *c;

	(void)state;
	pcap_header(w, false, 0xa1b2c3d4, 1);
	pcap_packet(w, false, 0, "abc");
	pcap_packet(w, false, 0, "def");
	memset(w->at - 3 - 8, 0xff, 4);
	c = open_file();
	expect_packet(c, "abc", NOON);
	expect_fault(c, CCS_ERR_LENGTH, "4294967295 bytes");
	expect_end(c);
}

static void test_an_original_length_below_the_captured_one_is_corrected(void **state)
{
	struct ccs_writer *w = new_file();
	struct ccs_capture *c;
	struct ccs_packet p;

	(void)state;
	pcap_header(w, false, 0xa1b2c3d4, 1);
	pcap_packet(w, false, 0, "abc");
	w->at[-3 - 4] = 1;
	c = open_file();
	assert_int_equal(ccs_capture_next(c, &p), 1);
	assert_int_equal(p.length, 3);
	assert_int_equal(p.original_length, 3);
	assert_int_equal(p.odd, 0);
	expect_end(c);
}

static void test_a_read_error_is_told_once(void **state)
{
	struct ccs_writer *w = new_file();
	struct ccs_capture *c;

	(void)state;
	pcap_header(w, false, 0xa1b2c3d4, 1);
	pcap_packet(w, false, 0, "abc");
	f.error = EIO;
	c = open_file();
	expect_packet(c, "abc", NOON);
	expect_fault(c, CCS_ERR_IO, "reading failed: ");
	expect_end(c);
	new_file();
	f.error = EISDIR;
	expect_open_error(CCS_ERR_IO, "cannot be read: ");
}

static void test_what_is_no_capture_is_named(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
		int code;
		const char *part;
	} rows[] = {
		{ "", 0, CCS_ERR_SHORT, "empty" },
		{ "\xd4\xc3\xb2\xa1\2\0\4\0", 8, CCS_ERR_SHORT, "within its header, after 8" },
		{ "\x0a\x0d\x0d\x0a\x1c\0\0\0", 8, CCS_ERR_SHORT, "within its header" },
		{ "\x1f\x8b\x08\0", 4, CCS_ERR_UNKNOWN, "compressed (gzip): unpack it first" },
		{ "\x28\xb5\x2f\xfd\0", 5, CCS_ERR_UNKNOWN, "compressed (zstd)" },
		{ "\xfd"
		  "7zXZ\0",
		  6, CCS_ERR_UNKNOWN, "compressed (xz)" },
		{ "PK\3\4aaaa", 8, CCS_ERR_UNKNOWN, "zip archive" },
		{ "{\"v\":1}", 7, CCS_ERR_UNKNOWN, "JSON text" },
		{ "hello, world\n", 13, CCS_ERR_UNKNOWN, "but text" },
		{ "\0\1\2\3\4", 5, CCS_ERR_UNKNOWN, "unknown data" },
		{ "\xd4\0", 2, CCS_ERR_UNKNOWN, "unknown data" },
		{ "\xd4\xc3\xb2\xa1\7\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 24, CCS_ERR_UNKNOWN,
		  "version" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ccs_write(new_file(), rows[i].bytes, rows[i].length);
		expect_open_error(rows[i].code, rows[i].part);
	}
}

static void test_files_that_cannot_be_opened(void **state)
{
	struct ccs_capture_error error;
	struct ccs_capture *c;

	(void)state;
	assert_int_equal(ccs_capture_open(&c, "/nonexistent/file", &error), CCS_ERR_IO);
	assert_non_null(strstr(error.text, "cannot be opened: "));
	assert_int_equal(ccs_capture_open(&c, "/", &error), CCS_ERR_IO);
	assert_non_null(strstr(error.text, "cannot be read: "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pcap_of_both_byte_orders_and_precisions),
		cmocka_unit_test(test_modified_pcap_has_longer_records),
		cmocka_unit_test(test_pcap_keeps_what_stands_before_a_cut),
		cmocka_unit_test(test_pcap_stops_at_a_lying_length),
		cmocka_unit_test(test_an_original_length_below_the_captured_one_is_corrected),
		cmocka_unit_test(test_a_read_error_is_told_once),
		cmocka_unit_test(test_what_is_no_capture_is_named),
		cmocka_unit_test(test_files_that_cannot_be_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
