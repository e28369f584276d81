/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bits in and out through a 64-bit window, most significant first.
 *
 * Reading: the upper `have` bits of the window are the next ones of the stream; below them may
 * stand true bits too, never wrong ones.  Bits behind the end do not exist: `have` says so.
 * Writing: the upper `used` bits of the window are not stored yet, all below are zero.
 */
#ifndef CCS_CORE_EXI_BITS_H
#define CCS_CORE_EXI_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * For what must not become a call: then the window of the caller would have an address, and live
 * in memory instead of registers.
 */
#define CCS_INLINE static inline __attribute__((always_inline))

struct ccs_bits_in {
	uint64_t window;
	unsigned int have;
	const uint8_t *at; /* the first byte of which nothing is counted in `have` */
	const uint8_t *start, *end;
};

struct ccs_bits_out {
	uint64_t window;
	unsigned int used;
	uint8_t *at;
	uint8_t *start, *end;
};

/* Compilers make one load or store and one byte swap of these. */
static inline uint64_t ccs_load_be64(const uint8_t *p)
{
	return (uint64_t)p[0] << 56 | (uint64_t)p[1] << 48 | (uint64_t)p[2] << 40 |
	       (uint64_t)p[3] << 32 | (uint64_t)p[4] << 24 | (uint64_t)p[5] << 16 |
	       (uint64_t)p[6] << 8 | (uint64_t)p[7];
}

static inline void ccs_store_be64(uint8_t *p, uint64_t v)
{
	p[0] = (uint8_t)(v >> 56);
	p[1] = (uint8_t)(v >> 48);
	p[2] = (uint8_t)(v >> 40);
	p[3] = (uint8_t)(v >> 32);
	p[4] = (uint8_t)(v >> 24);
	p[5] = (uint8_t)(v >> 16);
	p[6] = (uint8_t)(v >> 8);
	p[7] = (uint8_t)v;
}

static inline void ccs_bits_in_init(struct ccs_bits_in *in, const uint8_t *bytes, size_t size)
{
	*in = (struct ccs_bits_in) { .at = bytes, .start = bytes, .end = bytes + size };
}

/* At least 56 bits in the window, or all that are left. */
static inline void ccs_bits_fill(struct ccs_bits_in *in)
{
	size_t rest;

	if (in->end - in->at >= 8) {
		in->window |= ccs_load_be64(in->at) >> in->have;
		in->at += (63 - in->have) >> 3;
		in->have |= 56;
		return;
	}
	rest = (size_t)(in->end - in->at);
	if (in->end - in->start >= 8 && rest) {
		in->window |= ccs_load_be64(in->end - 8) << (64 - 8 * rest) >> in->have;
		if (rest > (63 - in->have) >> 3)
			rest = (63 - in->have) >> 3;
		in->at += rest;
		in->have += 8 * (unsigned int)rest;
		return;
	}
	for (; in->have < 56 && in->at < in->end; in->have += 8)
		in->window |= (uint64_t)*in->at++ << (56 - in->have);
}

/* Bits read so far. */
static inline size_t ccs_bits_position(const struct ccs_bits_in *in)
{
	return (size_t)(in->at - in->start) * 8 - in->have;
}

static inline size_t ccs_bits_left(const struct ccs_bits_in *in)
{
	return (size_t)(in->end - in->at) * 8 + in->have;
}

/* Goes on at bit `position`, which must lie within the stream. */
static inline void ccs_bits_seek(struct ccs_bits_in *in, size_t position)
{
	in->at = in->start + position / 8;
	in->window = 0;
	in->have = 0;
	if (position % 8) {
		in->window = (uint64_t)*in->at++ << (56 + position % 8);
		in->have = 8 - (unsigned int)(position % 8);
	}
}

static inline void ccs_bits_skip(struct ccs_bits_in *in, unsigned int n)
{
	in->window <<= n;
	in->have -= n;
}

/* The next n bits, 1 <= n <= 32; false when there are fewer. */
static inline bool ccs_bits_read(struct ccs_bits_in *in, unsigned int n, uint32_t *value)
{
	if (in->have < n)
		ccs_bits_fill(in);
	if (in->have < n)
		return false;
	*value = (uint32_t)(in->window >> (64 - n));
	ccs_bits_skip(in, n);
	return true;
}

static inline void ccs_bits_out_init(struct ccs_bits_out *out, uint8_t *bytes, size_t size)
{
	*out = (struct ccs_bits_out) { .at = bytes, .start = bytes, .end = bytes + size };
}

/* Stores whole bytes of the window; false when there is no room for them. */
static inline bool ccs_bits_flush(struct ccs_bits_out *out)
{
	if (out->end - out->at >= 8) {
		ccs_store_be64(out->at, out->window);
		out->at += out->used >> 3;
		out->window <<= out->used & 56;
		out->used &= 7;
		return true;
	}
	for (; out->used >= 8; out->used -= 8, out->window <<= 8) {
		if (out->at == out->end)
			return false;
		*out->at++ = (uint8_t)(out->window >> 56);
	}
	return true;
}

/* Adds n bits, 1 <= n <= 56, value < 2^n. */
static inline bool ccs_bits_write(struct ccs_bits_out *out, unsigned int n, uint64_t value)
{
	if (out->used + n > 63 && !ccs_bits_flush(out))
		return false;
	out->window |= value << (64 - out->used - n);
	out->used += n;
	return true;
}

#endif
