/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The messages of one dialogue of a car and a charger: follows the handshake, chooses the message
 * set, and decodes.
 */
#ifndef CCS_TRACE_MESSAGES_H
#define CCS_TRACE_MESSAGES_H

#include "ccs/exi.h"
#include "ccs/message.h"
#include "ccs/print.h"
#include "ccs/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CCS_OFFERS_MAX	  20 /* what a handshake can carry */
#define CCS_OFFER_URI_MAX 64 /* of a namespace, as far as it is kept */

struct ccs_offer_seen {
	enum ccs_protocol protocol; /* NONE: a namespace that we do not know */
	int32_t schema_id;
	char uri[CCS_OFFER_URI_MAX]; /* terminated */
};

/* What the two have agreed on; zeroed at first. */
struct ccs_dialogue {
	enum ccs_protocol agreed;
	uint32_t offer_count;
	struct ccs_offer_seen offers[CCS_OFFERS_MAX];
	const struct ccs_offer_seen *chosen; /* news of the last message; NULL: none */
};

/* Memory for one message, which grows when one needs more. */
struct ccs_message_decoder {
	uint8_t *memory;
	size_t size;
	struct ccs_exi_document document;
	struct ccs_exi_error where;
};

/* False: no memory. */
bool ccs_message_decoder_init(struct ccs_message_decoder *decoder);
void ccs_message_decoder_free(struct ccs_message_decoder *decoder);

/*
 * Decodes the payload of a V2GTP message, and fills `msg`, which is valid until the next call.
 * `proto`, where it is not CCS_PROTOCOL_NONE, overrules the choice.
 */
void ccs_message_decode(struct ccs_message_decoder *decoder, struct ccs_dialogue *dialogue,
			enum ccs_protocol proto, uint16_t payload_type, const uint8_t *exi,
			size_t length, struct ccs_record_msg *msg);

/* Whether it is known where decoding failed, and the path of that field. */
bool ccs_message_has_field(const struct ccs_record_msg *msg);
void ccs_message_print_field(struct ccs_print *print, const struct ccs_record_msg *msg);

/* Who sent a message of this name: requests come from the car. */
enum ccs_side ccs_message_sender(const char *type);

#endif
