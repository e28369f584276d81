/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading and writing bytes through a cursor that knows its end.
 *
 * A step beyond the end does nothing, reads as zero and sets `failed`; so a sequence of steps is
 * written without checks and judged once at its end.  le is little endian, be is big endian.
 */
#ifndef CCS_CURSOR_H
#define CCS_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct ccs_reader {
	const uint8_t *at;
	const uint8_t *end;
	bool failed;
};

struct ccs_writer {
	uint8_t *at;
	uint8_t *end;
	bool failed;
};

static inline struct ccs_reader ccs_reader(const void *bytes, size_t size)
{
	const uint8_t *at = bytes;

	return (struct ccs_reader) { at, at + size, false };
}

static inline size_t ccs_reader_left(const struct ccs_reader *r)
{
	return (size_t)(r->end - r->at);
}

/* The next `size` bytes, in place; NULL (and failed) when there are fewer. */
static inline const uint8_t *ccs_read(struct ccs_reader *r, size_t size)
{
	const uint8_t *at = r->at;

	if (ccs_reader_left(r) < size) {
		r->failed = true;
		return NULL;
	}
	r->at += size;
	return at;
}

/* Copies the next `size` bytes; zeroes `to` when there are fewer. */
static inline void ccs_read_copy(struct ccs_reader *r, void *to, size_t size)
{
	const uint8_t *at = ccs_read(r, size);

	if (at)
		memcpy(to, at, size);
	else
		memset(to, 0, size);
}

static inline uint64_t ccs_read_be(struct ccs_reader *r, size_t size)
{
	const uint8_t *at = ccs_read(r, size);
	uint64_t v = 0;

	for (size_t i = 0; at && i < size; i++)
		v = v << 8 | at[i];
	return v;
}

static inline uint64_t ccs_read_le(struct ccs_reader *r, size_t size)
{
	const uint8_t *at = ccs_read(r, size);
	uint64_t v = 0;

	for (size_t i = size; at && i > 0; i--)
		v = v << 8 | at[i - 1];
	return v;
}

static inline uint8_t ccs_read_u8(struct ccs_reader *r)
{
	return (uint8_t)ccs_read_be(r, 1);
}

static inline uint16_t ccs_read_be16(struct ccs_reader *r)
{
	return (uint16_t)ccs_read_be(r, 2);
}

static inline uint32_t ccs_read_be32(struct ccs_reader *r)
{
	return (uint32_t)ccs_read_be(r, 4);
}

static inline uint16_t ccs_read_le16(struct ccs_reader *r)
{
	return (uint16_t)ccs_read_le(r, 2);
}

static inline uint32_t ccs_read_le32(struct ccs_reader *r)
{
	return (uint32_t)ccs_read_le(r, 4);
}

static inline struct ccs_writer ccs_writer(void *bytes, size_t size)
{
	uint8_t *at = bytes;

	return (struct ccs_writer) { at, at + size, false };
}

/* Room for `size` bytes, to be filled by the caller; NULL (and failed) when there is less. */
static inline uint8_t *ccs_write_room(struct ccs_writer *w, size_t size)
{
	uint8_t *at = w->at;

	if ((size_t)(w->end - w->at) < size) {
		w->failed = true;
		return NULL;
	}
	w->at += size;
	return at;
}

static inline void ccs_write(struct ccs_writer *w, const void *from, size_t size)
{
	uint8_t *at = ccs_write_room(w, size);

	if (at && size)
		memcpy(at, from, size);
}

static inline void ccs_write_zero(struct ccs_writer *w, size_t size)
{
	uint8_t *at = ccs_write_room(w, size);

	if (at)
		memset(at, 0, size);
}

static inline void ccs_write_be(struct ccs_writer *w, uint64_t v, size_t size)
{
	uint8_t *at = ccs_write_room(w, size);

	if (!at)
		return;
	for (size_t i = size; i > 0; i--, v >>= 8)
		at[i - 1] = (uint8_t)v;
}

static inline void ccs_write_le(struct ccs_writer *w, uint64_t v, size_t size)
{
	uint8_t *at = ccs_write_room(w, size);

	if (!at)
		return;
	for (size_t i = 0; i < size; i++, v >>= 8)
		at[i] = (uint8_t)v;
}

static inline void ccs_write_u8(struct ccs_writer *w, uint8_t v)
{
	uint8_t *at = ccs_write_room(w, 1);

	if (at)
		*at = v;
}

static inline void ccs_write_be16(struct ccs_writer *w, uint16_t v)
{
	ccs_write_be(w, v, 2);
}

static inline void ccs_write_be32(struct ccs_writer *w, uint32_t v)
{
	ccs_write_be(w, v, 4);
}

static inline void ccs_write_le16(struct ccs_writer *w, uint16_t v)
{
	ccs_write_le(w, v, 2);
}

static inline void ccs_write_le32(struct ccs_writer *w, uint32_t v)
{
	ccs_write_le(w, v, 4);
}

#endif
