/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading pcapng: a chain of blocks, each with its length at both ends.
 *
 * A block is taken only when both lengths agree.  Otherwise the file is damaged there, and the
 * reader looks for the next place where a known block stands with two equal lengths.
 */
#include "trace/capture_format.h"

#define BLOCK_SECTION	0x0a0d0d0a /* the same in both byte orders */
#define BLOCK_INTERFACE 1
#define BLOCK_OLD	2 /* Packet Block */
#define BLOCK_SIMPLE	3
#define BLOCK_NAMES	4
#define BLOCK_STATS	5
#define BLOCK_ENHANCED	6
#define BLOCK_SECRETS	10

#define BLOCK_MIN   12 /* type, length, length */
#define SECTION_MIN 28
#define BYTE_ORDER  0x1a2b3c4d

#define OPTION_END    0
#define OPTION_RESOL  9
#define OPTION_OFFSET 14

#define MICROS	  1000000
#define LAST_YEAR 253402300799 /* seconds until the end of the year 9999 */

#define NO_PACKET 2 /* of a block: nothing to be returned for it */

static size_t padded(size_t length)
{
	return (length + 3) & ~(size_t)3;
}

static bool known(uint32_t type)
{
	switch (type) {
	case BLOCK_SECTION:
	case BLOCK_INTERFACE:
	case BLOCK_OLD:
	case BLOCK_SIMPLE:
	case BLOCK_NAMES:
	case BLOCK_STATS:
	case BLOCK_ENHANCED:
	case BLOCK_SECRETS:
		return true;
	}
	return false;
}

/* The section header at `at` sets the byte order of what follows, its own length included. */
static bool read_byte_order(struct ccs_capture *c, const uint8_t *at)
{
	bool before = c->big_endian;

	c->big_endian = false;
	if (ccs_capture_u32(c, at + 8) == BYTE_ORDER)
		return true;
	c->big_endian = true;
	if (ccs_capture_u32(c, at + 8) == BYTE_ORDER)
		return true;
	c->big_endian = before;
	return false;
}

/* Length of the block that stands here whole, with equal lengths at both ends; else 0. */
static size_t whole_block(struct ccs_capture *c)
{
	struct ccs_input *in = &c->input;
	uint32_t length;

	if (ccs_input_need(in, BLOCK_MIN) < BLOCK_MIN)
		return 0;
	if (ccs_capture_u32(c, in->at) == BLOCK_SECTION &&
	    (ccs_input_need(in, SECTION_MIN) < SECTION_MIN || !read_byte_order(c, in->at)))
		return 0;
	length = ccs_capture_u32(c, in->at + 4);
	if (length < BLOCK_MIN || length % 4 || length > CCS_INPUT_WINDOW)
		return 0;
	if (ccs_input_need(in, length) < length)
		return 0;
	return ccs_capture_u32(c, in->at + length - 4) == length ? length : 0;
}

/* Goes on to the next sound block of a known type, or to the end. */
static void find_block(struct ccs_capture *c)
{
	struct ccs_input *in = &c->input;
	bool before = c->big_endian;

	for (;;) {
		size_t left = ccs_input_need(in, 8);

		if (left < 8) {
			ccs_input_take(in, left);
			return;
		}
		ccs_input_take(in, 4);
		c->big_endian = before;
		if (known(ccs_capture_u32(c, in->at)) && whole_block(c))
			return;
	}
}

static uint64_t units_per_second(uint8_t resolution)
{
	uint64_t units = 1;

	if (resolution & 0x80)
		return (resolution & 0x7f) < 64 ? (uint64_t)1 << (resolution & 0x7f) : 0;
	if (resolution > 19)
		return 0;
	while (resolution-- > 0)
		units *= 10;
	return units;
}

/* False when an option does not fit into what is left of the block. */
static bool read_interface_options(const struct ccs_capture *c,
				   struct ccs_capture_interface *interface, const uint8_t *at,
				   size_t left)
{
	while (left >= 4) {
		uint16_t code = ccs_capture_u16(c, at);
		size_t length = ccs_capture_u16(c, at + 2);
		size_t step = 4 + padded(length);
		uint32_t halves[2];

		if (code == OPTION_END)
			return true;
		if (step > left)
			return false;
		if (code == OPTION_RESOL && length == 1)
			interface->per_second = units_per_second(at[4]);
		if (code == OPTION_OFFSET && length == 8) {
			halves[c->big_endian] = ccs_capture_u32(c, at + 4);
			halves[!c->big_endian] = ccs_capture_u32(c, at + 8);
			interface->offset = (int64_t)((uint64_t)halves[1] << 32 | halves[0]);
		}
		at += step;
		left -= step;
	}
	return left == 0;
}

static int take_section(struct ccs_capture *c, const uint8_t *block, size_t length)
{
	uint16_t major = ccs_capture_u16(c, block + 12);

	c->interface_count = 0;
	if (length < SECTION_MIN)
		return ccs_capture_fail(c, CCS_ERR_LENGTH, "a section header of %zu bytes", length);
	if (major != 1)
		return ccs_capture_fail(c, CCS_ERR_HEADER, "a section of pcapng version %u, not 1",
					major);
	return NO_PACKET;
}

static int take_interface(struct ccs_capture *c, const uint8_t *block, size_t length)
{
	struct ccs_capture_interface *interface = c->interfaces + c->interface_count;

	if (c->interface_count == CCS_CAPTURE_INTERFACES)
		return ccs_capture_fail(c, CCS_ERR_SIZE,
					"more than %d interfaces: the further ones are left out",
					CCS_CAPTURE_INTERFACES);
	c->interface_count++;
	*interface = (struct ccs_capture_interface) { .link_type = UINT32_MAX,
						      .per_second = MICROS };
	if (length < 20)
		return ccs_capture_fail(c, CCS_ERR_LENGTH, "an interface block of %zu bytes",
					length);
	interface->link_type = ccs_capture_u16(c, block + 8);
	interface->snap_length = ccs_capture_u32(c, block + 12);
	if (!read_interface_options(c, interface, block + 16, length - 20))
		return ccs_capture_fail(c, CCS_ERR_LENGTH,
					"an option of an interface is longer than its block");
	return NO_PACKET;
}

static int take_secrets(struct ccs_capture *c, const uint8_t *block, size_t length)
{
	uint32_t size = length < 20 ? UINT32_MAX : ccs_capture_u32(c, block + 12);

	if (length < 20 || size > length - 20)
		return ccs_capture_fail(c, CCS_ERR_LENGTH, "secrets are longer than their block");
	if (c->secrets)
		c->secrets(c->secrets_user, ccs_capture_u32(c, block + 8), block + 16, size);
	return NO_PACKET;
}

/* Times are unsigned 64-bit counts; seconds are cut to what the reader gives anyway. */
static int deliver_at(struct ccs_capture *c, struct ccs_packet *packet,
		      const struct ccs_capture_interface *interface, uint64_t stamp)
{
	uint64_t per_second = interface->per_second;
	int64_t offset = interface->offset;
	uint64_t seconds, rest;

	if (per_second == 0)
		return ccs_capture_deliver_timeless(c, packet);
	seconds = stamp / per_second;
	rest = stamp % per_second;
	rest = per_second <= UINT64_MAX / MICROS ? rest * MICROS / per_second
						 : rest / (per_second / MICROS);
	if (seconds > LAST_YEAR)
		seconds = LAST_YEAR;
	if (offset > LAST_YEAR)
		offset = LAST_YEAR;
	if (offset < -LAST_YEAR)
		offset = -LAST_YEAR;
	return ccs_capture_deliver(c, packet, (int64_t)seconds + offset, (uint32_t)rest);
}

static const struct ccs_capture_interface *find_interface(struct ccs_capture *c, uint32_t number)
{
	if (number < c->interface_count)
		return c->interfaces + number;
	ccs_capture_fail(c, CCS_ERR_UNKNOWN, "a packet of interface %u, which was not declared",
			 number);
	return NULL;
}

/* Enhanced Packet Block and the Packet Block before it: alike but for the interface's number. */
static int take_packet(struct ccs_capture *c, struct ccs_packet *packet, const uint8_t *block,
		       size_t length, uint32_t number)
{
	const struct ccs_capture_interface *interface;
	uint64_t stamp;

	if (length < 32 || ccs_capture_u32(c, block + 20) > length - 32)
		return ccs_capture_fail(c, CCS_ERR_LENGTH, "a packet is longer than its block");
	packet->bytes = block + 28;
	packet->length = ccs_capture_u32(c, block + 20);
	packet->original_length = ccs_capture_u32(c, block + 24);
	if (packet->length > CCS_CAPTURE_PACKET_MAX)
		return ccs_capture_fail(c, CCS_ERR_SIZE, "a packet of %zu bytes", packet->length);
	interface = find_interface(c, number);
	if (!interface)
		return CCS_ERR_UNKNOWN;
	packet->link_type = interface->link_type;
	stamp = (uint64_t)ccs_capture_u32(c, block + 12) << 32 | ccs_capture_u32(c, block + 16);
	return deliver_at(c, packet, interface, stamp);
}

/* The captured length is not written down: it follows from the snap length and the block. */
static int take_simple_packet(struct ccs_capture *c, struct ccs_packet *packet,
			      const uint8_t *block, size_t length)
{
	const struct ccs_capture_interface *interface;

	if (length < 16)
		return ccs_capture_fail(c, CCS_ERR_LENGTH, "a packet block of %zu bytes", length);
	interface = find_interface(c, 0);
	if (!interface)
		return CCS_ERR_UNKNOWN;
	packet->bytes = block + 12;
	packet->link_type = interface->link_type;
	packet->original_length = ccs_capture_u32(c, block + 8);
	packet->length = packet->original_length;
	if (interface->snap_length && packet->length > interface->snap_length)
		packet->length = interface->snap_length;
	if (packet->length > length - 16)
		return ccs_capture_fail(c, CCS_ERR_LENGTH, "a packet is longer than its block");
	if (packet->length > CCS_CAPTURE_PACKET_MAX)
		return ccs_capture_fail(c, CCS_ERR_SIZE, "a packet of %zu bytes", packet->length);
	return ccs_capture_deliver_timeless(c, packet);
}

static int take_block(struct ccs_capture *c, struct ccs_packet *packet, const uint8_t *block,
		      size_t length)
{
	switch (ccs_capture_u32(c, block)) {
	case BLOCK_SECTION:
		return take_section(c, block, length);
	case BLOCK_INTERFACE:
		return take_interface(c, block, length);
	case BLOCK_ENHANCED:
		return take_packet(c, packet, block, length, ccs_capture_u32(c, block + 8));
	case BLOCK_OLD:
		return take_packet(c, packet, block, length, ccs_capture_u16(c, block + 8));
	case BLOCK_SIMPLE:
		return take_simple_packet(c, packet, block, length);
	case BLOCK_SECRETS:
		return take_secrets(c, block, length);
	default:
		return NO_PACKET;
	}
}

static int report_damage(struct ccs_capture *c)
{
	size_t left = ccs_input_need(&c->input, BLOCK_MIN);
	uint32_t type = left < 4 ? 0 : ccs_capture_u32(c, c->input.at);
	uint32_t length;

	if (left < BLOCK_MIN)
		return ccs_capture_cut(c, "block", BLOCK_MIN, left);
	length = ccs_capture_u32(c, c->input.at + 4);
	if (length < BLOCK_MIN || length % 4)
		return ccs_capture_fail(c, CCS_ERR_LENGTH,
					"a block of type %u and length %u, which cannot be true",
					type, length);
	if (length > CCS_INPUT_WINDOW)
		return ccs_capture_fail(c, CCS_ERR_SIZE, "a block of type %u and %u bytes", type,
					length);
	left = ccs_input_need(&c->input, length);
	if (left < length)
		return ccs_capture_cut(c, "block", length, left);
	return ccs_capture_fail(c, CCS_ERR_LENGTH,
				"the two lengths of a block of type %u differ: %u and %u", type,
				length, ccs_capture_u32(c, c->input.at + length - 4));
}

/* Blocks that do not concern us, and secrets, may be larger than the window. */
static bool may_be_skipped(struct ccs_capture *c)
{
	uint32_t type, length;

	if (ccs_input_need(&c->input, BLOCK_MIN) < BLOCK_MIN)
		return false;
	type = ccs_capture_u32(c, c->input.at);
	length = ccs_capture_u32(c, c->input.at + 4);
	return length > CCS_INPUT_WINDOW && length % 4 == 0 &&
	       (!known(type) || type == BLOCK_NAMES || type == BLOCK_SECRETS);
}

static int skip_block(struct ccs_capture *c)
{
	uint32_t type = ccs_capture_u32(c, c->input.at);
	uint32_t length = ccs_capture_u32(c, c->input.at + 4);

	if (!ccs_input_skip(&c->input, length))
		return ccs_capture_cut(c, "block", length, c->input.offset - c->start);
	if (type == BLOCK_SECRETS)
		return ccs_capture_fail(c, CCS_ERR_SIZE, "secrets of %u bytes are left out",
					length);
	return NO_PACKET;
}

static int next_block(struct ccs_capture *c, struct ccs_packet *packet)
{
	const uint8_t *block;
	size_t length;
	int n;

	c->start = c->input.offset;
	if (ccs_input_need(&c->input, 1) == 0)
		return ccs_capture_end(c);
	length = whole_block(c);
	if (length > 0) {
		block = c->input.at;
		ccs_input_take(&c->input, length);
		return take_block(c, packet, block, length);
	}
	if (may_be_skipped(c))
		return skip_block(c);
	n = report_damage(c);
	find_block(c);
	return n;
}

static int next_packet(struct ccs_capture *c, struct ccs_packet *packet)
{
	int n;

	do {
		n = next_block(c, packet);
	} while (n == NO_PACKET);
	return n;
}

int ccs_pcapng_open(struct ccs_capture *c)
{
	if (ccs_capture_u32(c, c->input.at) != BLOCK_SECTION)
		return CCS_IGNORED;
	if (ccs_input_need(&c->input, SECTION_MIN) < SECTION_MIN)
		return CCS_ERR_SHORT;
	if (!read_byte_order(c, c->input.at))
		return CCS_ERR_UNKNOWN;
	c->next = next_packet;
	return 0;
}
