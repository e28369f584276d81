/* SPDX-License-Identifier: Apache-2.0 */
/* Values of variable length, read. */
#include "exi/content.h"

#include "base/utf8.h"

#define ASCII_MASK 0x8080808080808080u

/* Unsigned integer, EXI 7.1.6: groups of seven bits, the least significant first. */
int ccs_exi_read_varint(struct ccs_bits_in *in, uint64_t *value)
{
	uint64_t v = 0;
	uint32_t octet = 0;

	for (unsigned int shift = 0;; shift += 7) {
		if (!ccs_bits_read(in, 8, &octet))
			return CCS_ERR_SHORT;
		if (shift == 63 && octet > 1)
			return CCS_ERR_RANGE;
		v |= (uint64_t)(octet & 0x7f) << shift;
		if (octet < 0x80)
			break;
	}
	*value = v;
	return 0;
}

/* Lengths and characters are mostly of one octet. */
static inline int read_small_varint(struct ccs_bits_in *in, uint64_t *value)
{
	if (in->have < 8)
		ccs_bits_fill(in);
	if (in->have < 8 || in->window >> 63)
		return ccs_exi_read_varint(in, value);
	*value = in->window >> 56;
	ccs_bits_skip(in, 8);
	return 0;
}

/* A length of things that have at least 8 bits each. */
static int read_length(struct ccs_bits_in *in, uint64_t *length)
{
	int error = read_small_varint(in, length);

	if (error)
		return error;
	return *length > ccs_bits_left(in) / 8 ? CCS_ERR_SHORT : 0;
}

/* `size` octets from any bit on, which are known to be there; true when all are below 0x80. */
static bool copy_octets(struct ccs_bits_in *in, uint8_t *to, size_t size)
{
	size_t position = ccs_bits_position(in), done = 0;
	const uint8_t *from = in->start + position / 8;
	unsigned int shift = position % 8;
	uint64_t eight, all = 0;

	for (; size - done >= 8 && in->end - from > 8; done += 8, from += 8) {
		eight = ccs_load_be64(from) << shift | (uint64_t)from[8] >> (8 - shift);
		all |= eight;
		ccs_store_be64(to + done, eight);
	}
	for (; done < size; done++, from++) {
		to[done] = (uint8_t)(from[0] << shift | (shift ? from[1] >> (8 - shift) : 0));
		all |= to[done];
	}
	ccs_bits_seek(in, position + size * 8);
	return (all & ASCII_MASK) == 0;
}

int ccs_exi_read_octets(struct ccs_bits_in *in, struct ccs_pool *pool, struct ccs_bytes *to)
{
	uint64_t length;
	uint8_t *bytes;
	int error = read_length(in, &length);

	if (error)
		return error;
	bytes = ccs_pool_bytes(pool, (size_t)length);
	if (!bytes)
		return CCS_ERR_SPACE;
	copy_octets(in, bytes, (size_t)length);
	*to = (struct ccs_bytes) { bytes, (uint32_t)length };
	return 0;
}

/* UTF-8 length of the next `count` code points, which are not taken away. */
static int measure_text(struct ccs_bits_in in, uint64_t count, size_t *size)
{
	*size = 0;
	while (count--) {
		uint64_t code;
		int error = ccs_exi_read_varint(&in, &code);

		if (error)
			return error;
		if (!ccs_is_code_point(code))
			return CCS_ERR_TEXT;
		*size += ccs_utf8_length(code);
	}
	return 0;
}

static int read_unicode(struct ccs_bits_in *in, struct ccs_pool *pool, uint64_t count,
			struct ccs_text *to)
{
	size_t size;
	uint8_t *bytes;
	int error = measure_text(*in, count, &size);

	if (error)
		return error;
	bytes = ccs_pool_bytes(pool, size);
	if (!bytes)
		return CCS_ERR_SPACE;
	*to = (struct ccs_text) { (const char *)bytes, (uint32_t)size };
	while (count--) {
		uint64_t code;

		ccs_exi_read_varint(in, &code);
		bytes += ccs_utf8_put(bytes, (uint32_t)code);
	}
	return 0;
}

/* Length + 2; 0 and 1 would be hits of a string table, which V2G does not have. */
static int read_text_length(struct ccs_bits_in *in, uint64_t *length)
{
	int error = read_small_varint(in, length);

	if (error)
		return error;
	if (*length < 2)
		return CCS_ERR_TEXT;
	*length -= 2;
	return *length > ccs_bits_left(in) / 8 ? CCS_ERR_SHORT : 0;
}

int ccs_exi_read_text(struct ccs_bits_in *in, struct ccs_pool *pool, struct ccs_text *to)
{
	struct ccs_bits_in begin;
	uint64_t length;
	uint8_t *bytes;
	int error = read_text_length(in, &length);

	if (error)
		return error;
	bytes = ccs_pool_bytes(pool, (size_t)length);
	if (!bytes)
		return CCS_ERR_SPACE;
	begin = *in;
	*to = (struct ccs_text) { (const char *)bytes, (uint32_t)length };
	if (copy_octets(in, bytes, (size_t)length))
		return 0;
	*in = begin;
	pool->end += length;
	return read_unicode(in, pool, length, to);
}

int ccs_exi_skip_text(struct ccs_bits_in *in)
{
	uint64_t length, code;
	int error = read_text_length(in, &length);

	while (!error && length--)
		error = ccs_exi_read_varint(in, &code);
	return error;
}

/* Sign and magnitude (EXI 7.1.5); a negative value v is coded as -v - 1. */
int ccs_exi_read_integer(struct ccs_bits_in *in, struct ccs_pool *pool, struct ccs_integer *to)
{
	uint8_t magnitude[CCS_EXI_INTEGER_OCTETS + 2] = { 0 }, *bytes;
	size_t size = 0;
	uint32_t sign, octet;

	if (!ccs_bits_read(in, 1, &sign))
		return CCS_ERR_SHORT;
	for (size_t bit = 0;; bit += 7) {
		if (!ccs_bits_read(in, 8, &octet))
			return CCS_ERR_SHORT;
		if (bit / 8 >= CCS_EXI_INTEGER_OCTETS)
			return CCS_ERR_RANGE;
		magnitude[bit / 8] |= (uint8_t)((octet & 0x7f) << bit % 8);
		magnitude[bit / 8 + 1] |= (uint8_t)((octet & 0x7f) >> (8 - bit % 8));
		if (octet < 0x80)
			break;
	}
	for (size_t i = 0; sign && ++magnitude[i] == 0; i++)
		;
	for (size_t i = 0; i < sizeof(magnitude); i++) {
		if (magnitude[i])
			size = i + 1;
	}
	if (size > CCS_EXI_INTEGER_OCTETS)
		return CCS_ERR_RANGE;
	bytes = ccs_pool_bytes(pool, size);
	if (!bytes)
		return CCS_ERR_SPACE;
	for (size_t i = 0; i < size; i++)
		bytes[i] = magnitude[size - 1 - i];
	*to = (struct ccs_integer) { bytes, (uint32_t)size, sign };
	return 0;
}
