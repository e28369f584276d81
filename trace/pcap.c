/* SPDX-License-Identifier: Apache-2.0 */
/* Reading pcap: a file header of 24 bytes, then records of header and packet. */
#include "trace/capture_format.h"

#define FILE_HEADER	24
#define MAGIC_MICRO	0xa1b2c3d4 /* the writer's byte order */
#define MAGIC_NANO	0xa1b23c4d
#define MAGIC_MODIFIED	0xa1b2cd34 /* Linux 2.2: 8 more bytes in each record header */
#define RECORD		16
#define RECORD_MODIFIED 24

static int next_packet(struct ccs_capture *c, struct ccs_packet *packet)
{
	struct ccs_input *in = &c->input;
	size_t left = ccs_input_need(in, c->record_header);
	size_t length, whole;
	uint32_t seconds, fraction;

	c->start = in->offset;
	if (left == 0)
		return ccs_capture_end(c);
	c->stopped = true; /* from here on every fault is the last */
	if (left < c->record_header)
		return ccs_capture_cut(c, "record header", c->record_header, left);
	length = ccs_capture_u32(c, in->at + 8);
	if (length > CCS_CAPTURE_PACKET_MAX)
		return ccs_capture_fail(c, CCS_ERR_LENGTH,
					"a packet of %zu bytes is announced, which cannot be true",
					length);
	whole = c->record_header + length;
	left = ccs_input_need(in, whole);
	if (left < whole)
		return ccs_capture_cut(c, "packet", length, left - c->record_header);
	c->stopped = false;
	seconds = ccs_capture_u32(c, in->at);
	fraction = ccs_capture_u32(c, in->at + 4);
	packet->bytes = in->at + c->record_header;
	packet->length = length;
	packet->original_length = ccs_capture_u32(c, in->at + 12);
	packet->link_type = c->link_type;
	ccs_input_take(in, whole);
	return ccs_capture_deliver(c, packet, seconds, c->nanoseconds ? fraction / 1000 : fraction);
}

static bool read_magic(struct ccs_capture *c)
{
	uint32_t magic = ccs_capture_u32(c, c->input.at);

	c->nanoseconds = magic == MAGIC_NANO;
	c->record_header = magic == MAGIC_MODIFIED ? RECORD_MODIFIED : RECORD;
	return magic == MAGIC_MICRO || magic == MAGIC_NANO || magic == MAGIC_MODIFIED;
}

int ccs_pcap_open(struct ccs_capture *c)
{
	if (!read_magic(c)) {
		c->big_endian = true;
		if (!read_magic(c))
			return CCS_ERR_UNKNOWN;
	}
	if (ccs_input_need(&c->input, FILE_HEADER) < FILE_HEADER)
		return CCS_ERR_SHORT;
	if (ccs_capture_u16(c, c->input.at + 4) != 2)
		return CCS_ERR_HEADER;
	c->link_type = ccs_capture_u32(c, c->input.at + 20) & 0xffff; /* above: length of FCS */
	c->next = next_packet;
	ccs_input_take(&c->input, FILE_HEADER);
	return 0;
}
