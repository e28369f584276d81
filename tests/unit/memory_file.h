/* SPDX-License-Identifier: Apache-2.0 */
/* A capture file in memory, and what the tests of both formats expect of it. */
#ifndef TESTS_MEMORY_FILE_H
#define TESTS_MEMORY_FILE_H

#include "ccs/cursor.h"
#include "trace/capture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define NOON CCS_SECONDS(1700000000)

/* A file in memory, made with `w`, read `chunk` bytes at a time. */
struct file {
	uint8_t bytes[2048];
	struct ccs_writer w;
	size_t taken;
	size_t chunk;
	int error;
};

static struct file f;

static inline struct ccs_writer *new_file(void)
{
	memset(&f, 0, sizeof(f));
	f.w = ccs_writer(f.bytes, sizeof(f.bytes));
	f.chunk = sizeof(f.bytes);
	return &f.w;
}

static inline size_t file_length(void)
{
	return (size_t)(f.w.at - f.bytes);
}

static inline long read_file(void *user, uint8_t *to, size_t size)
{
	size_t n = file_length() - f.taken;

	(void)user;
	if (n == 0 && f.error) {
		errno = f.error;
		return -1;
	}
	n = n < size ? n : size;
	n = n < f.chunk ? n : f.chunk;
	memcpy(to, f.bytes + f.taken, n);
	f.taken += n;
	return (long)n;
}

static inline struct ccs_capture *open_file(void)
{
	struct ccs_capture_error error;
	struct ccs_capture *c;

	assert_false(f.w.failed);
	assert_int_equal(ccs_capture_open_read(&c, read_file, NULL, &error), 0);
	return c;
}

static inline void expect_open_error(int code, const char *part)
{
	struct ccs_capture_error error;
	struct ccs_capture *c;

	assert_int_equal(ccs_capture_open_read(&c, read_file, NULL, &error), code);
	assert_null(c);
	assert_int_equal(error.code, code);
	if (!strstr(error.text, part))
		fail_msg("'%s' does not say '%s'", error.text, part);
}

static inline void expect_packet(struct ccs_capture *c, const char *bytes, ccs_time time)
{
	struct ccs_packet p;

	assert_int_equal(ccs_capture_next(c, &p), 1);
	assert_int_equal(p.length, strlen(bytes));
	assert_memory_equal(p.bytes, bytes, p.length);
	assert_int_equal(p.time, time);
}

static inline void expect_fault(struct ccs_capture *c, int code, const char *part)
{
	struct ccs_packet p;

	assert_int_equal(ccs_capture_next(c, &p), code);
	assert_int_equal(ccs_capture_fault(c)->code, code);
	if (!strstr(ccs_capture_fault(c)->text, part))
		fail_msg("'%s' does not say '%s'", ccs_capture_fault(c)->text, part);
}

static inline void expect_end(struct ccs_capture *c)
{
	struct ccs_packet p;

	assert_int_equal(ccs_capture_next(c, &p), 0);
	assert_int_equal(ccs_capture_next(c, &p), 0);
	ccs_capture_close(c);
}

/* Numbers in the byte order of the file. */
static inline void put(struct ccs_writer *w, bool big, uint64_t v, size_t size)
{
	if (big)
		ccs_write_be(w, v, size);
	else
		ccs_write_le(w, v, size);
}

#endif
