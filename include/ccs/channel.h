/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages over one byte stream: what stands between TCP or TLS and a session engine.
 *
 *	static uint8_t input[4096], output[2048], pool[8192];
 *	struct ccs_channel channel;
 *	struct ccs_channel_message message;
 *
 *	ccs_channel_init(&channel, &(struct ccs_channel_config) {
 *		.side = CCS_SIDE_EVSE, .input = input, .input_size = sizeof(input), ... });
 *	... for each piece that arrives:
 *	while ((result = ccs_channel_receive(&channel, &bytes, &length, now, &message)) > 0)
 *		answer(&message);
 *	if (result < 0)
 *		close the connection
 *	... to send:
 *	ccs_channel_send(&channel, &document, now);
 *	while ((n = ccs_channel_output(&channel, buffer, sizeof(buffer))) > 0)
 *		send(socket, buffer, n);
 *
 * It reassembles V2GTP, chooses the message set (the handshake until ccs_channel_agree, then the
 * agreed protocol), decodes and encodes, and tells the sink every message of both directions.
 *
 * Sources: ISO 15118-2 7.8.3 and 8.6.2; DIN SPEC 70121 8.7.3; ISO 15118-20 7.8.3.
 */
#ifndef CCS_CHANNEL_H
#define CCS_CHANNEL_H

#include "ccs/exi.h"
#include "ccs/message.h"
#include "ccs/record.h"
#include "ccs/v2gtp.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Memory stays the caller's and is used as long as the channel is.  Enough for everything but
 * certificates and long schedules: input 4 KB (the largest payload that is accepted), pool 8 KB
 * (one decoded message), output 2 KB (what was not fetched yet, headers included).
 */
struct ccs_channel_config {
	enum ccs_side side; /* who we are: what we send is of this side in records */
	uint8_t *input;
	size_t input_size;
	uint8_t *output;
	size_t output_size;
	void *pool;
	size_t pool_size;
	const struct ccs_sink *sink; /* NULL: nobody listens */
	uint32_t session;	     /* number of the session in records */
};

/* Members are private. */
struct ccs_channel {
	struct ccs_channel_config config;
	struct ccs_v2gtp stream;
	enum ccs_protocol agreed;
	size_t begin; /* of what was not fetched yet, in the output */
	size_t end;
	bool broken; /* the stream lost its way */
};

/* A message as it arrived. */
struct ccs_channel_message {
	enum ccs_protocol protocol;	  /* whose set it was decoded with; NONE: an unknown type */
	uint16_t payload_type;		  /* of the V2GTP header */
	int error;			  /* 0, or why `document` has no meaning */
	struct ccs_exi_document document; /* in the pool until the next call of receive */
	struct ccs_exi_error where;	  /* of a decode error: field and bit */
	const uint8_t *exi;
	size_t exi_length;
};

void ccs_channel_init(struct ccs_channel *channel, const struct ccs_channel_config *config);

/* Forgets the old connection: a new one begins with the handshake. */
void ccs_channel_reset(struct ccs_channel *channel);

/* From now on messages are of `protocol`; of ISO 15118-20 any of its sets by payload type. */
void ccs_channel_agree(struct ccs_channel *channel, enum ccs_protocol protocol);

static inline enum ccs_protocol ccs_channel_agreed(const struct ccs_channel *channel)
{
	return channel->agreed;
}

/*
 * Takes bytes from `*bytes`, moving it and `*length` on, until a message is complete.
 *	1		a message; `error` says whether it could be decoded: 0, an error of
 *			ccs_exi_decode, or CCS_ERR_UNKNOWN for a payload type that this connection
 *			has no set for, which the standards tell the receiver to ignore
 *	0		all input is used, the message goes on
 *	CCS_ERR_HEADER	not a V2GTP header: close the connection; further calls return the same
 *	CCS_ERR_SIZE	a payload larger than the input memory; likewise
 */
int ccs_channel_receive(struct ccs_channel *channel, const uint8_t **bytes, size_t *length,
			ccs_time now, struct ccs_channel_message *message);

/*
 * Encodes a message behind what waits in the output.  Returns the length with header.  On error
 * nothing is added: CCS_ERR_SPACE, or an error of ccs_exi_encode that says where our own message
 * was wrong (`error` may be NULL).
 */
int ccs_channel_send(struct ccs_channel *channel, const struct ccs_exi_document *document,
		     ccs_time now, struct ccs_exi_error *error);

/*
 * Moves the next message into `buffer`: one call, one message with its header, to be sent as one
 * piece (many peers cannot put pieces together).  Returns its length, 0 when there is none,
 * CCS_ERR_SPACE when it does not fit; it waits then.
 */
int ccs_channel_output(struct ccs_channel *channel, uint8_t *buffer, size_t size);

/* True when ccs_channel_output has something. */
static inline bool ccs_channel_has_output(const struct ccs_channel *channel)
{
	return channel->end > channel->begin;
}

/* Tells the sink something about the session: a state, a note or a verdict of our side. */
void ccs_channel_tell(const struct ccs_channel *channel, enum ccs_record_kind kind,
		      enum ccs_note_level level, const char *topic, const char *text, ccs_time now);

#endif
