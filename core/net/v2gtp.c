/* SPDX-License-Identifier: Apache-2.0 */
/* V2GTP: header and stream. */
#include "ccs/v2gtp.h"

#include "ccs/cursor.h"

#define VERSION		    0x01
#define INVERSE		    0xfe
#define MANUFACTURERS_FIRST 0xa000

static const struct {
	uint16_t type;
	const char *text;
} types[] = {
#define ROW(name, value, text) { value, text },
	CCS_V2GTP_TYPES(ROW)
#undef ROW
};

struct header {
	uint16_t type;
	uint32_t length;
};

static const char *find_text(uint16_t type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (types[i].type == type)
			return types[i].text;
	}
	return NULL;
}

const char *ccs_v2gtp_type_text(uint16_t type)
{
	const char *text = find_text(type);

	if (text)
		return text;
	return type >= MANUFACTURERS_FIRST ? "manufacturer specific" : "reserved";
}

static int read_header(struct ccs_reader *r, struct header *header)
{
	uint16_t version = ccs_read_be16(r);

	header->type = ccs_read_be16(r);
	header->length = ccs_read_be32(r);
	if (r->failed)
		return CCS_ERR_SHORT;
	return version == (VERSION << 8 | INVERSE) ? 0 : CCS_ERR_HEADER;
}

void ccs_v2gtp_write_header(uint8_t header[8], uint16_t type, uint32_t length)
{
	header[0] = VERSION;
	header[1] = INVERSE;
	header[2] = (uint8_t)(type >> 8);
	header[3] = (uint8_t)type;
	for (int i = 0; i < 4; i++)
		header[4 + i] = (uint8_t)(length >> (24 - 8 * i));
}

int ccs_v2gtp_read_datagram(const uint8_t *bytes, size_t length, struct ccs_v2gtp_message *message)
{
	struct ccs_reader r = ccs_reader(bytes, length);
	struct header header;
	int result = read_header(&r, &header);

	if (result)
		return result;
	if (ccs_reader_left(&r) != header.length)
		return ccs_reader_left(&r) < header.length ? CCS_ERR_SHORT : CCS_ERR_LENGTH;
	*message = (struct ccs_v2gtp_message) { header.type, r.at, header.length, 0 };
	return 0;
}

void ccs_v2gtp_init(struct ccs_v2gtp *stream, void *memory, size_t size)
{
	*stream = (struct ccs_v2gtp) { .memory = memory, .size = size };
}

static size_t take(uint8_t *to, size_t want, const uint8_t **bytes, size_t *length)
{
	size_t n = want < *length ? want : *length;

	if (!n)
		return 0;
	memcpy(to, *bytes, n);
	*bytes += n;
	*length -= n;
	return n;
}

static int check_header(const struct ccs_v2gtp *stream, struct header *header)
{
	struct ccs_reader r = ccs_reader(stream->header, CCS_V2GTP_HEADER_SIZE);
	int result = read_header(&r, header);

	if (result)
		return result;
	return header->length > stream->size ? CCS_ERR_SIZE : 0;
}

static bool is_plausible(const struct ccs_v2gtp *stream)
{
	struct header header;

	return check_header(stream, &header) == 0 && header.length && find_text(header.type);
}

static void skip_header_byte(struct ccs_v2gtp *stream)
{
	memmove(stream->header, stream->header + 1, CCS_V2GTP_HEADER_SIZE - 1);
	stream->header_filled--;
	stream->skipped++;
}

/* True when a header, plausible if we are seeking one, is complete. */
static bool take_header(struct ccs_v2gtp *stream, const uint8_t **bytes, size_t *length)
{
	for (;;) {
		size_t missing = CCS_V2GTP_HEADER_SIZE - (size_t)stream->header_filled;
		size_t n = take(stream->header + stream->header_filled, missing, bytes, length);

		stream->header_filled = (uint8_t)(stream->header_filled + n);
		if (n < missing)
			return false;
		if (!stream->seeking || is_plausible(stream))
			break;
		skip_header_byte(stream);
	}
	stream->seeking = false;
	return true;
}

/* True when the payload is complete; in place when all of it lies in the input. */
static bool take_payload(struct ccs_v2gtp *stream, size_t size, const uint8_t **bytes,
			 size_t *length, const uint8_t **payload)
{
	if (!stream->filled && *length >= size) {
		*payload = *bytes;
		*bytes += size;
		*length -= size;
		return true;
	}
	*payload = stream->memory;
	stream->filled += take(stream->memory + stream->filled, size - stream->filled, bytes,
			       length);
	return stream->filled == size;
}

static void begin_message(struct ccs_v2gtp *stream)
{
	stream->header_filled = 0;
	stream->filled = 0;
	stream->delivered = false;
}

int ccs_v2gtp_next(struct ccs_v2gtp *stream, const uint8_t **bytes, size_t *length,
		   struct ccs_v2gtp_message *message)
{
	struct header header;
	const uint8_t *payload;
	int result;

	if (stream->delivered)
		begin_message(stream);
	if (!take_header(stream, bytes, length))
		return 0;
	result = check_header(stream, &header);
	if (result)
		return result;
	if (!take_payload(stream, header.length, bytes, length, &payload))
		return 0;
	*message = (struct ccs_v2gtp_message) { header.type, payload, header.length,
						stream->skipped };
	stream->skipped = 0;
	stream->delivered = true;
	return 1;
}

void ccs_v2gtp_resync(struct ccs_v2gtp *stream)
{
	if (stream->delivered)
		begin_message(stream);
	stream->skipped += stream->filled;
	stream->filled = 0;
	if (stream->header_filled == CCS_V2GTP_HEADER_SIZE)
		skip_header_byte(stream);
	stream->seeking = true;
}

void ccs_v2gtp_gap(struct ccs_v2gtp *stream)
{
	stream->skipped += ccs_v2gtp_pending(stream);
	begin_message(stream);
	stream->seeking = true;
}
