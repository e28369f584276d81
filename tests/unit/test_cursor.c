/* SPDX-License-Identifier: Apache-2.0 */
/* Cursors: byte orders, and that nothing beyond the end is read or written. */
#include "ccs/cursor.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const uint8_t bytes[] = { 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08 };

static void test_reading_in_both_orders(void **state)
{
	struct ccs_reader r = ccs_reader(bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(ccs_read_u8(&r), 0x01);
	assert_int_equal(ccs_read_be16(&r), 0x0203);
	assert_int_equal(ccs_read_le16(&r), 0x0504);
	assert_int_equal(ccs_reader_left(&r), 3);
	assert_int_equal(ccs_read_be(&r, 3), 0x060708);
	assert_false(r.failed);
	r = ccs_reader(bytes, sizeof(bytes));
	assert_int_equal(ccs_read_be32(&r), 0x01020304);
	assert_int_equal(ccs_read_le32(&r), 0x08070605);
}

static void test_reading_beyond_the_end(void **state)
{
	struct ccs_reader r = ccs_reader(bytes, 3);
	uint8_t copy[4] = { 9, 9, 9, 9 };

	(void)state;
	assert_int_equal(ccs_read_be32(&r), 0);
	assert_true(r.failed);
	assert_int_equal(ccs_reader_left(&r), 3);
	assert_null(ccs_read(&r, SIZE_MAX));
	ccs_read_copy(&r, copy, sizeof(copy));
	assert_int_equal(copy[0] | copy[1] | copy[2] | copy[3], 0);
	assert_int_equal(ccs_read_be16(&r), 0x0102);
	assert_true(r.failed);
}

static void test_what_is_written_is_read(void **state)
{
	uint8_t buffer[22];
	struct ccs_writer w = ccs_writer(buffer, sizeof(buffer));
	struct ccs_reader r = ccs_reader(buffer, sizeof(buffer));

	(void)state;
	ccs_write_u8(&w, 0xab);
	ccs_write_be16(&w, 0x1234);
	ccs_write_le16(&w, 0x5678);
	ccs_write_be32(&w, 0x9abcdef0);
	ccs_write_le32(&w, 0x0fedcba9);
	ccs_write_zero(&w, 1);
	ccs_write(&w, bytes, sizeof(bytes));
	assert_false(w.failed);
	assert_ptr_equal(w.at, w.end);
	assert_int_equal(ccs_read_u8(&r), 0xab);
	assert_int_equal(ccs_read_be16(&r), 0x1234);
	assert_int_equal(ccs_read_le16(&r), 0x5678);
	assert_int_equal(ccs_read_be32(&r), 0x9abcdef0);
	assert_int_equal(ccs_read_le32(&r), 0x0fedcba9);
	assert_int_equal(ccs_read_u8(&r), 0);
	assert_memory_equal(ccs_read(&r, sizeof(bytes)), bytes, sizeof(bytes));
	assert_false(r.failed);
}

static void test_writing_beyond_the_end(void **state)
{
	uint8_t buffer[4] = { 9, 9, 9, 9 };
	struct ccs_writer w = ccs_writer(buffer, 3);

	(void)state;
	ccs_write_be32(&w, 0x01020304);
	assert_true(w.failed);
	assert_ptr_equal(w.at, buffer);
	assert_null(ccs_write_room(&w, SIZE_MAX));
	ccs_write_be16(&w, 0x0102);
	assert_int_equal(buffer[0], 1);
	assert_int_equal(buffer[1], 2);
	assert_int_equal(buffer[2], 9);
	assert_true(w.failed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reading_in_both_orders),
		cmocka_unit_test(test_reading_beyond_the_end),
		cmocka_unit_test(test_what_is_written_is_read),
		cmocka_unit_test(test_writing_beyond_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
