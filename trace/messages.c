/* SPDX-License-Identifier: Apache-2.0 */
/* The messages of one dialogue: handshake, message set, decoding. */
#include "trace/messages.h"

#include "ccs/msg/app.h"
#include "ccs/pool.h"

#include <stdlib.h>
#include <string.h>

#define POOL_FIRST (64 * 1024)
#define POOL_LAST  (1024 * 1024) /* beyond it a message is CCS_ERR_SPACE */

bool ccs_message_decoder_init(struct ccs_message_decoder *decoder)
{
	decoder->size = POOL_FIRST;
	decoder->memory = malloc(decoder->size);
	return decoder->memory;
}

void ccs_message_decoder_free(struct ccs_message_decoder *decoder)
{
	free(decoder->memory);
}

static bool grow(struct ccs_message_decoder *decoder)
{
	size_t size = decoder->size * 4;
	uint8_t *memory = size <= POOL_LAST ? malloc(size) : NULL;

	if (!memory)
		return false;
	free(decoder->memory);
	decoder->memory = memory;
	decoder->size = size;
	return true;
}

static int decode(struct ccs_message_decoder *decoder, const struct ccs_exi_set *set,
		  const uint8_t *exi, size_t length)
{
	struct ccs_pool pool;
	int result;

	do {
		decoder->document = (struct ccs_exi_document) { .set = set };
		ccs_pool_init(&pool, decoder->memory, decoder->size);
		result = ccs_exi_decode(&decoder->document, exi, length, &pool, &decoder->where);
	} while (result == CCS_ERR_SPACE && grow(decoder));
	return result;
}

static void keep_offers(struct ccs_dialogue *dialogue,
			const struct app_supportedAppProtocolReq *req)
{
	dialogue->offer_count = 0;
	dialogue->agreed = CCS_PROTOCOL_NONE;
	for (uint32_t i = 0; i < req->AppProtocol.count && i < CCS_OFFERS_MAX; i++) {
		const struct app_AppProtocol *from = &req->AppProtocol.at[i];
		struct ccs_offer_seen *to = &dialogue->offers[dialogue->offer_count++];
		size_t n = from->ProtocolNamespace.length;

		if (n >= sizeof(to->uri))
			n = sizeof(to->uri) - 1;
		to->protocol = ccs_protocol_of_uri(from->ProtocolNamespace);
		to->schema_id = from->SchemaID;
		memcpy(to->uri, from->ProtocolNamespace.at, n);
		to->uri[n] = '\0';
	}
}

static void take_answer(struct ccs_dialogue *dialogue,
			const struct app_supportedAppProtocolRes *res)
{
	dialogue->agreed = CCS_PROTOCOL_NONE;
	if (res->ResponseCode == app_responseCode_Failed_NoNegotiation)
		return;
	for (uint32_t i = 0; i < dialogue->offer_count; i++) {
		const struct ccs_offer_seen *offer = &dialogue->offers[i];

		/* Without SchemaID only a single offer says what was meant. */
		if (res->has_SchemaID ? offer->schema_id == res->SchemaID
				      : dialogue->offer_count == 1) {
			dialogue->agreed = offer->protocol;
			dialogue->chosen = offer;
			return;
		}
	}
}

static void follow_handshake(struct ccs_dialogue *dialogue, const struct ccs_exi_document *document)
{
	if (document->element == app_element_supportedAppProtocolReq)
		keep_offers(dialogue, document->value);
	else
		take_answer(dialogue, document->value);
}

/* Whether the handshake says that this protocol is the one. */
static bool is_agreed(const struct ccs_dialogue *dialogue, enum ccs_protocol protocol)
{
	if (ccs_protocol_is_iso20(protocol))
		return ccs_protocol_is_iso20(dialogue->agreed);
	return protocol == CCS_PROTOCOL_APP || (protocol && protocol == dialogue->agreed);
}

static void fail(struct ccs_message_decoder *decoder, struct ccs_record_msg *msg, int error)
{
	decoder->where = (struct ccs_exi_error) { .code = error };
	msg->error = error;
	msg->where = &decoder->where;
}

void ccs_message_decode(struct ccs_message_decoder *decoder, struct ccs_dialogue *dialogue,
			enum ccs_protocol proto, uint16_t payload_type, const uint8_t *exi,
			size_t length, struct ccs_record_msg *msg)
{
	enum ccs_protocol protocol = proto ? proto
					   : ccs_protocol_of_message(dialogue->agreed, payload_type,
								     exi, length);
	const struct ccs_protocol_info *info;
	int result;

	*msg = (struct ccs_record_msg) { .payload_type = payload_type,
					 .source = is_agreed(dialogue, protocol)
							   ? CCS_SET_BY_HANDSHAKE
							   : CCS_SET_BY_CONTENT,
					 .exi = exi,
					 .exi_length = length };
	dialogue->chosen = NULL;
	if (!protocol) {
		fail(decoder, msg, CCS_ERR_UNKNOWN);
		return;
	}
	info = ccs_protocol_info(protocol);
	msg->proto = info->name;
	result = decode(decoder, info->set, exi, length);
	if (result < 0) {
		msg->error = result;
		msg->where = &decoder->where;
		return;
	}
	msg->document = &decoder->document;
	msg->type = ccs_exi_message_name(&decoder->document);
	if (protocol == CCS_PROTOCOL_APP)
		follow_handshake(dialogue, &decoder->document);
}

bool ccs_message_has_field(const struct ccs_record_msg *msg)
{
	return msg->error && msg->proto && msg->where && msg->where->depth;
}

void ccs_message_print_field(struct ccs_print *print, const struct ccs_record_msg *msg)
{
	const struct ccs_text name = { msg->proto, (uint32_t)strlen(msg->proto) };

	ccs_exi_print_field(print, ccs_protocol_info(ccs_protocol_of_name(name))->set, msg->where);
}

enum ccs_side ccs_message_sender(const char *type)
{
	size_t length = type ? strlen(type) : 0;

	if (length > 3 && !strcmp(type + length - 3, "Req"))
		return CCS_SIDE_EV;
	if (length > 3 && !strcmp(type + length - 3, "Res"))
		return CCS_SIDE_EVSE;
	return CCS_SIDE_UNKNOWN;
}
