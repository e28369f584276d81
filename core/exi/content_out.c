/* SPDX-License-Identifier: Apache-2.0 */
/* Values of variable length, written. */
#include "exi/content.h"

#include "base/utf8.h"

#define ASCII_MASK 0x8080808080808080u

int ccs_exi_write_varint(struct ccs_bits_out *out, uint64_t value)
{
	do {
		uint64_t more = value > 0x7f ? 0x80 : 0;

		if (!ccs_bits_write(out, 8, more | (value & 0x7f)))
			return CCS_ERR_SPACE;
		value >>= 7;
	} while (value);
	return 0;
}

/* A length, which mostly has one octet. */
static inline int write_length(struct ccs_bits_out *out, uint64_t length)
{
	if (length < 0x80)
		return ccs_bits_write(out, 8, length) ? 0 : CCS_ERR_SPACE;
	return ccs_exi_write_varint(out, length);
}

/*
 * Octets at any bit position, eight at a time while there is room for nine; `all` of them ORed.
 * The window is a local one, so that it lives in registers.
 */
static int put_octets(struct ccs_bits_out *to, const uint8_t *from, size_t size, uint64_t *all)
{
	struct ccs_bits_out out = *to;
	uint64_t seen = 0;
	size_t done = 0;

	if (!ccs_bits_flush(&out))
		return CCS_ERR_SPACE;
	for (; size - done >= 8 && out.end - out.at >= 9; done += 8) {
		uint64_t eight = ccs_load_be64(from + done);

		seen |= eight;
		ccs_store_be64(out.at, out.window | eight >> out.used);
		out.at += 8;
		out.window = eight << 1 << (63 - out.used);
	}
	for (; done < size; done++) {
		seen |= from[done];
		if (!ccs_bits_write(&out, 8, from[done]))
			return CCS_ERR_SPACE;
	}
	*all = seen;
	*to = out;
	return 0;
}

int ccs_exi_write_octets(struct ccs_bits_out *out, const struct ccs_bytes *from)
{
	uint64_t all = 0;
	int error = write_length(out, from->length);

	return error ? error : put_octets(out, from->at, from->length, &all);
}

int ccs_exi_count_characters(const struct ccs_text *text, uint32_t *count)
{
	const uint8_t *s = (const uint8_t *)text->at;
	uint32_t code;

	*count = 0;
	for (size_t at = 0; at < text->length; ++*count) {
		size_t n = ccs_utf8_get(s + at, text->length - at, &code);

		if (n == 0)
			return CCS_ERR_TEXT;
		at += n;
	}
	return 0;
}

/* As if all were ASCII, which it is nearly always; else once more, character by character. */
int ccs_exi_write_text(struct ccs_bits_out *out, const struct ccs_text *from)
{
	const struct ccs_bits_out begin = *out;
	const uint8_t *s = (const uint8_t *)from->at;
	uint32_t count, code = 0;
	uint64_t all = 0;
	int error = write_length(out, (uint64_t)from->length + 2);

	if (!error)
		error = put_octets(out, s, from->length, &all);
	if (!error && (all & ASCII_MASK) == 0)
		return 0;
	error = ccs_exi_count_characters(from, &count);
	if (error)
		return error;
	*out = begin;
	error = ccs_exi_write_varint(out, (uint64_t)count + 2);
	for (size_t at = 0; !error && at < from->length;) {
		at += ccs_utf8_get(s + at, from->length - at, &code);
		error = ccs_exi_write_varint(out, code);
	}
	return error;
}

int ccs_exi_write_integer(struct ccs_bits_out *out, const struct ccs_integer *from)
{
	uint8_t v[CCS_EXI_INTEGER_OCTETS + 1] = { 0 };
	size_t size, bits;

	if (from->length > CCS_EXI_INTEGER_OCTETS)
		return CCS_ERR_RANGE;
	for (size_t i = 0; i < from->length; i++)
		v[i] = from->at[from->length - 1 - i];
	/* A negative value is coded as -value - 1; there is no negative zero. */
	for (size_t i = 0; from->negative && i < sizeof(v) && v[i]-- == 0; i++) {
		if (i + 1 == sizeof(v))
			return CCS_ERR_RANGE;
	}
	for (size = sizeof(v); size > 0 && !v[size - 1]; size--)
		;
	for (bits = 8 * size; bits > 0 && !(v[(bits - 1) / 8] >> (bits - 1) % 8 & 1); bits--)
		;
	if (!ccs_bits_write(out, 1, from->negative))
		return CCS_ERR_SPACE;
	for (size_t at = 0; at == 0 || at < bits; at += 7) {
		unsigned int septet = (unsigned int)v[at / 8] >> at % 8;

		if (at / 8 + 1 < sizeof(v))
			septet |= (unsigned int)v[at / 8 + 1] << (8 - at % 8);
		if (!ccs_bits_write(out, 8, (septet & 0x7f) | (at + 7 < bits ? 0x80u : 0)))
			return CCS_ERR_SPACE;
	}
	return 0;
}
