/* SPDX-License-Identifier: Apache-2.0 */
/* Writing pcapng blocks. */
#include "trace/pcapng_write.h"

#include "ccs/cursor.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define BLOCK_SECTION	0x0a0d0d0a
#define BLOCK_INTERFACE 1
#define BLOCK_PACKET	6
#define BLOCK_SECRETS	10

#define OPTION_COMMENT	   1
#define OPTION_IF_NAME	   2
#define OPTION_APPLICATION 4

#define TEXT_MAX 65535 /* of an option */

static size_t padded(size_t length)
{
	return (length + 3) & ~(size_t)3;
}

/* Size of a text option with the end of options behind it; 0 without text. */
static size_t option_size(const char *text)
{
	return text ? 4 + padded(strlen(text)) + 4 : 0;
}

/* Hands on `length` bytes and the zeros up to a multiple of four. */
static int put_padded(struct ccs_pcapng *w, const void *bytes, size_t length)
{
	static const uint8_t zeros[4];
	int n = length ? w->put(w->user, bytes, length) : 0;

	if (n < 0 || padded(length) == length)
		return n;
	return w->put(w->user, zeros, padded(length) - length);
}

static int put_option(struct ccs_pcapng *w, uint16_t code, const char *text)
{
	static const uint8_t end[4];
	uint8_t head[4];
	struct ccs_writer to = ccs_writer(head, sizeof(head));
	int n;

	if (!text)
		return 0;
	ccs_write_le16(&to, code);
	ccs_write_le16(&to, (uint16_t)strlen(text));
	n = w->put(w->user, head, sizeof(head));
	if (n == 0)
		n = put_padded(w, text, strlen(text));
	return n < 0 ? n : w->put(w->user, end, sizeof(end));
}

/* A whole block: type, length, `fixed` fields, bytes, an option, length. */
struct block {
	uint32_t type;
	const uint8_t *fixed;
	size_t fixed_length;
	const uint8_t *bytes;
	size_t length;
	uint16_t option;
	const char *text;
};

static int put_block(struct ccs_pcapng *w, const struct block *block)
{
	size_t size = 12 + block->fixed_length + padded(block->length) + option_size(block->text);
	uint8_t head[8];
	struct ccs_writer to = ccs_writer(head, sizeof(head));
	int n;

	ccs_write_le32(&to, block->type);
	ccs_write_le32(&to, (uint32_t)size);
	n = w->put(w->user, head, sizeof(head));
	if (n == 0)
		n = w->put(w->user, block->fixed, block->fixed_length);
	if (n == 0)
		n = put_padded(w, block->bytes, block->length);
	if (n == 0)
		n = put_option(w, block->option, block->text);
	return n < 0 ? n : w->put(w->user, head + 4, 4);
}

static bool too_long(const char *text)
{
	return text && strlen(text) > TEXT_MAX;
}

int ccs_pcapng_to_file(void *file, const void *bytes, size_t length)
{
	return fwrite(bytes, 1, length, file) == length ? 0 : CCS_ERR_IO;
}

int ccs_pcapng_begin(struct ccs_pcapng *w, ccs_pcapng_put *put, void *user, const char *application)
{
	uint8_t fixed[16];
	struct ccs_writer to = ccs_writer(fixed, sizeof(fixed));

	if (too_long(application))
		return CCS_ERR_RANGE;
	*w = (struct ccs_pcapng) { .put = put, .user = user };
	ccs_write_le32(&to, 0x1a2b3c4d); /* byte order */
	ccs_write_le16(&to, 1);		 /* version 1.0 */
	ccs_write_le16(&to, 0);
	ccs_write_le(&to, UINT64_MAX, 8); /* length of the section: not known yet */
	return put_block(w, &(struct block) { .type = BLOCK_SECTION,
					      .fixed = fixed,
					      .fixed_length = sizeof(fixed),
					      .option = OPTION_APPLICATION,
					      .text = application });
}

int ccs_pcapng_add_interface(struct ccs_pcapng *w, uint32_t link_type, const char *name)
{
	uint8_t fixed[8];
	struct ccs_writer to = ccs_writer(fixed, sizeof(fixed));
	int n;

	if (too_long(name) || link_type > UINT16_MAX)
		return CCS_ERR_RANGE;
	ccs_write_le16(&to, (uint16_t)link_type);
	ccs_write_le16(&to, 0);
	ccs_write_le32(&to, CCS_CAPTURE_PACKET_MAX);
	n = put_block(w, &(struct block) { .type = BLOCK_INTERFACE,
					   .fixed = fixed,
					   .fixed_length = sizeof(fixed),
					   .option = OPTION_IF_NAME,
					   .text = name });
	return n < 0 ? n : (int)w->interfaces++;
}

int ccs_pcapng_write_packet(struct ccs_pcapng *w, uint32_t interface,
			    const struct ccs_packet *packet, const char *comment)
{
	uint8_t fixed[20];
	struct ccs_writer to = ccs_writer(fixed, sizeof(fixed));

	if (interface >= w->interfaces || packet->time < 0 || too_long(comment) ||
	    packet->length > CCS_CAPTURE_PACKET_MAX || packet->original_length > UINT32_MAX)
		return CCS_ERR_RANGE;
	ccs_write_le32(&to, interface);
	ccs_write_le32(&to, (uint32_t)((uint64_t)packet->time >> 32));
	ccs_write_le32(&to, (uint32_t)packet->time);
	ccs_write_le32(&to, (uint32_t)packet->length);
	ccs_write_le32(&to, (uint32_t)packet->original_length);
	return put_block(w, &(struct block) { .type = BLOCK_PACKET,
					      .fixed = fixed,
					      .fixed_length = sizeof(fixed),
					      .bytes = packet->bytes,
					      .length = packet->length,
					      .option = OPTION_COMMENT,
					      .text = comment });
}

int ccs_pcapng_write_secrets(struct ccs_pcapng *w, uint32_t type, const uint8_t *bytes,
			     size_t length)
{
	uint8_t fixed[8];
	struct ccs_writer to = ccs_writer(fixed, sizeof(fixed));

	if (length > CCS_CAPTURE_PACKET_MAX)
		return CCS_ERR_RANGE;
	ccs_write_le32(&to, type);
	ccs_write_le32(&to, (uint32_t)length);
	return put_block(w, &(struct block) { .type = BLOCK_SECRETS,
					      .fixed = fixed,
					      .fixed_length = sizeof(fixed),
					      .bytes = bytes,
					      .length = length });
}
