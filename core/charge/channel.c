/* SPDX-License-Identifier: Apache-2.0 */
/* Messages over one byte stream: framing, message set, codec, records. */
#include "ccs/channel.h"

#include <string.h>

void ccs_channel_reset(struct ccs_channel *channel)
{
	ccs_v2gtp_init(&channel->stream, channel->config.input, channel->config.input_size);
	channel->agreed = CCS_PROTOCOL_NONE;
	channel->begin = channel->end = 0;
	channel->broken = false;
}

void ccs_channel_init(struct ccs_channel *channel, const struct ccs_channel_config *config)
{
	channel->config = *config;
	ccs_channel_reset(channel);
}

void ccs_channel_agree(struct ccs_channel *channel, enum ccs_protocol protocol)
{
	channel->agreed = protocol;
}

static enum ccs_side other_side(enum ccs_side side)
{
	switch (side) {
	case CCS_SIDE_EV:
		return CCS_SIDE_EVSE;
	case CCS_SIDE_EVSE:
		return CCS_SIDE_EV;
	case CCS_SIDE_UNKNOWN:
		break;
	}
	return CCS_SIDE_UNKNOWN;
}

static struct ccs_record make_record(const struct ccs_channel *channel, enum ccs_record_kind kind,
				     enum ccs_side dir, ccs_time now)
{
	return (struct ccs_record) {
		.kind = kind,
		.time = now,
		.since = now,
		.dir = dir,
		.session = channel->config.session,
	};
}

static void tell_message(const struct ccs_channel *channel, enum ccs_side dir,
			 const struct ccs_channel_message *message, ccs_time now)
{
	struct ccs_record record = make_record(channel, CCS_RECORD_MSG, dir, now);
	bool known = message->protocol != CCS_PROTOCOL_NONE;

	record.msg = (struct ccs_record_msg) {
		.proto = known ? ccs_protocol_info(message->protocol)->name : NULL,
		.type = message->error ? NULL : ccs_exi_message_name(&message->document),
		.source = CCS_SET_BY_HANDSHAKE,
		.payload_type = message->payload_type,
		.exi = message->exi,
		.exi_length = message->exi_length,
		.document = message->error ? NULL : &message->document,
		.error = message->error,
		.where = message->error && known ? &message->where : NULL,
	};
	ccs_emit(channel->config.sink, &record);
}

/*
 * Before the agreement only the handshake is understood, after it the agreed protocol.  A second
 * handshake is decoded as what it is, so that it is an error of sequence and not of decoding.
 */
static enum ccs_protocol choose_protocol(const struct ccs_channel *channel,
					 const struct ccs_v2gtp_message *frame)
{
	enum ccs_protocol agreed = channel->agreed;
	enum ccs_protocol found = ccs_protocol_of_message(agreed, frame->payload_type,
							  frame->payload, frame->length);

	if (agreed == CCS_PROTOCOL_NONE || agreed == CCS_PROTOCOL_APP)
		return frame->payload_type == CCS_V2GTP_EXI ? CCS_PROTOCOL_APP : CCS_PROTOCOL_NONE;
	if (ccs_protocol_is_iso20(agreed))
		return ccs_protocol_is_iso20(found) ? found : CCS_PROTOCOL_NONE;
	if (frame->payload_type != CCS_V2GTP_EXI)
		return CCS_PROTOCOL_NONE;
	return found == CCS_PROTOCOL_APP ? found : agreed;
}

static void decode(struct ccs_channel *channel, struct ccs_channel_message *message)
{
	struct ccs_pool pool;
	int result;

	if (message->protocol == CCS_PROTOCOL_NONE) {
		message->error = CCS_ERR_UNKNOWN;
		return;
	}
	ccs_pool_init(&pool, channel->config.pool, channel->config.pool_size);
	message->document.set = ccs_protocol_info(message->protocol)->set;
	result = ccs_exi_decode(&message->document, message->exi, message->exi_length, &pool,
				&message->where);
	message->error = result < 0 ? result : 0;
}

int ccs_channel_receive(struct ccs_channel *channel, const uint8_t **bytes, size_t *length,
			ccs_time now, struct ccs_channel_message *message)
{
	struct ccs_v2gtp_message frame;
	int result = ccs_v2gtp_next(&channel->stream, bytes, length, &frame);

	if (result < 0 && !channel->broken) {
		channel->broken = true;
		ccs_channel_tell(channel, CCS_RECORD_NOTE, CCS_NOTE_ERROR, "v2gtp",
				 ccs_error_text(result), now);
	}
	if (result <= 0)
		return result;
	*message = (struct ccs_channel_message) {
		.protocol = choose_protocol(channel, &frame),
		.payload_type = frame.payload_type,
		.exi = frame.payload,
		.exi_length = frame.length,
	};
	decode(channel, message);
	tell_message(channel, other_side(channel->config.side), message, now);
	return 1;
}

static enum ccs_protocol find_protocol(const struct ccs_exi_set *set)
{
	enum ccs_protocol protocol = CCS_PROTOCOL_APP;

	while (protocol < CCS_PROTOCOL_COUNT && ccs_protocol_info(protocol)->set != set)
		protocol++;
	return protocol;
}

/* Moves what waits to the front, so that all room is behind it. */
static void close_ranks(struct ccs_channel *channel)
{
	size_t waiting = channel->end - channel->begin;

	if (channel->begin && waiting)
		memmove(channel->config.output, channel->config.output + channel->begin, waiting);
	channel->begin = 0;
	channel->end = waiting;
}

int ccs_channel_send(struct ccs_channel *channel, const struct ccs_exi_document *document,
		     ccs_time now, struct ccs_exi_error *error)
{
	enum ccs_protocol protocol = find_protocol(document->set);
	struct ccs_channel_message message = { .protocol = protocol, .document = *document };
	uint8_t *header;
	size_t room;
	int n;

	if (protocol == CCS_PROTOCOL_COUNT)
		return CCS_ERR_UNKNOWN;
	close_ranks(channel);
	room = channel->config.output_size - channel->end;
	if (room < CCS_V2GTP_HEADER_SIZE)
		return CCS_ERR_SPACE;
	header = channel->config.output + channel->end;
	n = ccs_exi_encode(document, header + CCS_V2GTP_HEADER_SIZE, room - CCS_V2GTP_HEADER_SIZE,
			   error);
	if (n < 0)
		return n;
	message.payload_type = ccs_protocol_info(protocol)->payload_type;
	message.exi = header + CCS_V2GTP_HEADER_SIZE;
	message.exi_length = (size_t)n;
	ccs_v2gtp_write_header(header, message.payload_type, (uint32_t)n);
	channel->end += CCS_V2GTP_HEADER_SIZE + (size_t)n;
	tell_message(channel, channel->config.side, &message, now);
	return CCS_V2GTP_HEADER_SIZE + n;
}

/* Length of the first message that waits: its header is ours. */
static size_t first_length(const struct ccs_channel *channel)
{
	const uint8_t *at = channel->config.output + channel->begin;

	return CCS_V2GTP_HEADER_SIZE +
	       ((size_t)at[4] << 24 | (size_t)at[5] << 16 | (size_t)at[6] << 8 | (size_t)at[7]);
}

int ccs_channel_output(struct ccs_channel *channel, uint8_t *buffer, size_t size)
{
	size_t length;

	if (!ccs_channel_has_output(channel))
		return 0;
	length = first_length(channel);
	if (length > size)
		return CCS_ERR_SPACE;
	memcpy(buffer, channel->config.output + channel->begin, length);
	channel->begin += length;
	return (int)length;
}

void ccs_channel_tell(const struct ccs_channel *channel, enum ccs_record_kind kind,
		      enum ccs_note_level level, const char *topic, const char *text, ccs_time now)
{
	struct ccs_record record = make_record(channel, kind, channel->config.side, now);

	record.note = (struct ccs_record_note) { .level = level, .topic = topic, .text = text };
	ccs_emit(channel->config.sink, &record);
}
