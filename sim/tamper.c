/* SPDX-License-Identifier: Apache-2.0 */
/* Tampering with messages: which faults are due, and what each of them does. */
#include "tamper.h"

#include "tamper_fields.h"

#include "ccs/cursor.h"

#include <string.h>

#define HEADER		 CCS_V2GTP_HEADER_SIZE
#define OVERSIZED_LENGTH 0xfffffff0u
#define WRONG_TYPE	 CCS_V2GTP_SDP_REQUEST
#define UNOFFERED_BIT	 0x80 /* cars number what they offer from 0 or 1 on */
#define SCHEMA_IDS	 256

/* One message while it is worked on. */
struct work {
	struct sim_tamper *tamper;
	struct ccs_exi_document document; /* decoded when set is not NULL */
	struct ccs_pool pool;
	uint32_t due;	/* bit of each fault that is to act */
	uint8_t *bytes; /* the tamper's copy */
	size_t length;
};

void sim_tamper_init(struct sim_tamper *tamper, uint64_t seed)
{
	*tamper = (struct sim_tamper) { .random = { seed } };
}

int sim_tamper_add(struct sim_tamper *tamper, const struct sim_message_fault *fault)
{
	if (tamper->count == SIM_TAMPER_FAULTS)
		return CCS_ERR_SPACE;
	tamper->seen[tamper->count] = 0;
	tamper->done[tamper->count] = 0;
	tamper->failed[tamper->count] = 0;
	tamper->faults[tamper->count++] = *fault;
	return 0;
}

void sim_tamper_clear(struct sim_tamper *tamper)
{
	tamper->count = 0;
}

/* NOTE: adjacent bits, as a burst on a line; inverting bits here and there could undo itself. */
void sim_damage(struct sim_random *random, uint8_t *bytes, size_t length, uint32_t bits)
{
	uint32_t all = (uint32_t)length * 8, first;

	bits = bits < all ? bits : all;
	first = sim_random_below(random, all - bits + 1);
	for (uint32_t i = first; i < first + bits; i++)
		bytes[i / 8] ^= (uint8_t)(0x80 >> i % 8);
}

/* Its messages have all been changed. */
static bool is_over(const struct sim_tamper *tamper, size_t i)
{
	const struct sim_message_fault *fault = &tamper->faults[i];

	return fault->count && tamper->seen[i] >= (uint64_t)fault->first + fault->count;
}

static bool is_waiting(const struct sim_tamper *tamper, enum ccs_side side)
{
	for (size_t i = 0; i < tamper->count; i++) {
		if (tamper->faults[i].side == side && !is_over(tamper, i))
			return true;
	}
	return false;
}

/* Decodes the message; its name, or "" when it has none. */
static const char *decode(struct work *work, const uint8_t *message, size_t length)
{
	struct ccs_v2gtp_message frame;
	enum ccs_protocol protocol;

	if (ccs_v2gtp_read_datagram(message, length, &frame))
		return "";
	protocol = ccs_protocol_of_message(CCS_PROTOCOL_NONE, frame.payload_type, frame.payload,
					   frame.length);
	if (protocol == CCS_PROTOCOL_NONE || ccs_protocol_is_iso20(protocol))
		return "";
	work->document = (struct ccs_exi_document) { .set = ccs_protocol_info(protocol)->set };
	ccs_pool_init(&work->pool, work->tamper->pool, sizeof(work->tamper->pool));
	if (ccs_exi_decode(&work->document, frame.payload, frame.length, &work->pool, NULL) < 0) {
		work->document.set = NULL;
		return "";
	}
	return ccs_exi_message_name(&work->document);
}

/* Counts the message for the faults that are about it; which of them act on it. */
static uint32_t find_due(struct sim_tamper *tamper, enum ccs_side side, const char *name)
{
	uint32_t due = 0;

	for (size_t i = 0; i < tamper->count; i++) {
		const struct sim_message_fault *fault = &tamper->faults[i];

		if (fault->side != side ||
		    (strcmp(fault->message, "*") != 0 && strcmp(fault->message, name) != 0))
			continue;
		if (tamper->seen[i] >= fault->first && !is_over(tamper, i))
			due |= 1u << i;
		if (tamper->seen[i] < UINT32_MAX)
			tamper->seen[i]++;
	}
	return due;
}

/* Another session ID of the same length, but of one octet when there was none. */
static int change_session_id(struct sim_field *field, struct ccs_pool *pool)
{
	struct ccs_bytes id;
	uint8_t *copy;

	if (field->row->kind != CCS_EXI_BYTES)
		return CCS_ERR_TYPE;
	memcpy(&id, field->at, sizeof(id));
	copy = ccs_pool_bytes(pool, id.length ? id.length : 1);
	if (!copy)
		return CCS_ERR_SPACE;
	copy[0] = 0;
	if (id.length)
		memcpy(copy, id.at, id.length);
	else
		id.length = 1;
	copy[id.length - 1] ^= 0xff;
	id.at = copy;
	memcpy(field->at, &id, sizeof(id));
	return 0;
}

static int change_schema_id(struct sim_field *field)
{
	int32_t id;

	memcpy(&id, field->at, sizeof(id));
	id = (id ^ UNOFFERED_BIT) % SCHEMA_IDS;
	memcpy(field->at, &id, sizeof(id));
	field->base[field->row->has] = true;
	return 0;
}

static int change_fields(struct work *work, const struct sim_message_fault *fault)
{
	const struct sim_message_fault_info *info = sim_message_fault_info(fault->kind);
	struct sim_field field;

	if (!work->document.set)
		return CCS_ERR_UNKNOWN;
	if (fault->kind == SIM_MESSAGE_OUT_OF_TURN)
		return sim_message_replace(&work->document, fault->value, &work->pool);
	if (!sim_field_find(&field, &work->document, info->field ? info->field : fault->field))
		return CCS_ERR_NAME;
	if (fault->kind == SIM_MESSAGE_WRONG_SESSION_ID)
		return change_session_id(&field, &work->pool);
	if (fault->kind == SIM_MESSAGE_WRONG_SCHEMA_ID)
		return change_schema_id(&field);
	if (fault->kind == SIM_MESSAGE_HEADER_NOTIFICATION ||
	    fault->kind == SIM_MESSAGE_HEADER_SIGNATURE)
		return sim_field_add(&field, &work->pool);
	return sim_field_set(&field, info->value ? info->value : fault->value);
}

static void set_payload_length(struct work *work, size_t length)
{
	ccs_v2gtp_write_header(work->bytes, (uint16_t)(work->bytes[2] << 8 | work->bytes[3]),
			       (uint32_t)length);
}

static int encode(struct work *work)
{
	int length = ccs_exi_encode_lenient(&work->document, work->bytes + HEADER,
					    SIM_TAMPER_MESSAGE - HEADER, NULL);

	if (length < 0)
		return length;
	work->length = HEADER + (size_t)length;
	set_payload_length(work, (size_t)length);
	return 0;
}

static int change_frame(struct work *work, const struct sim_message_fault *fault)
{
	size_t payload = work->length - HEADER;
	uint32_t number = fault->number;

	switch (fault->kind) {
	case SIM_MESSAGE_DAMAGED:
		if (!payload)
			return CCS_ERR_SHORT;
		sim_damage(&work->tamper->random, work->bytes + HEADER, payload,
			   number ? number : 1);
		return 0;
	case SIM_MESSAGE_TRUNCATED:
		if (payload < 2 || number >= payload)
			return CCS_ERR_SHORT;
		work->length = HEADER + (number ? number : payload / 2);
		set_payload_length(work, work->length - HEADER);
		return 0;
	case SIM_MESSAGE_EMPTY:
		work->length = HEADER;
		set_payload_length(work, 0);
		return 0;
	case SIM_MESSAGE_OVERSIZED:
		set_payload_length(work, number ? number : OVERSIZED_LENGTH);
		return 0;
	case SIM_MESSAGE_CUT:
		if (!payload || number > payload)
			return CCS_ERR_SHORT;
		work->length -= number ? number : (payload + 1) / 2;
		return 0;
	case SIM_MESSAGE_WRONG_PAYLOAD_TYPE:
		number = number ? number : WRONG_TYPE;
		work->bytes[2] = (uint8_t)(number >> 8);
		work->bytes[3] = (uint8_t)number;
		return 0;
	case SIM_MESSAGE_BAD_HEADER:
		work->bytes[1] = work->bytes[0];
		return 0;
	default: /* of another stage */
		return CCS_ERR_UNKNOWN;
	}
}

static enum sim_fault_stage stage_of(const struct sim_message_fault *fault)
{
	return sim_message_fault_info(fault->kind)->stage;
}

static bool is_due(const struct work *work, size_t i, enum sim_fault_stage stage)
{
	return (work->due >> i & 1) && stage_of(&work->tamper->faults[i]) == stage;
}

static void give_up(struct work *work, size_t i)
{
	work->due &= ~(1u << i);
	work->tamper->failed[i]++;
}

/* Does the due faults of one stage; whether any could be done. */
static bool act(struct work *work, enum sim_fault_stage stage)
{
	bool done = false;

	for (size_t i = 0; i < work->tamper->count; i++) {
		const struct sim_message_fault *fault = &work->tamper->faults[i];
		int error;

		if (!is_due(work, i, stage))
			continue;
		error = stage == SIM_STAGE_FIELDS ? change_fields(work, fault)
						  : change_frame(work, fault);
		if (error)
			give_up(work, i);
		else
			done = true;
	}
	return done;
}

static void give_up_stage(struct work *work, enum sim_fault_stage stage)
{
	for (size_t i = 0; i < work->tamper->count; i++) {
		if (is_due(work, i, stage))
			give_up(work, i);
	}
}

/* Whether the message has another content afterwards: that in `bytes`. */
static bool change_content(struct work *work, const uint8_t *message)
{
	bool changed;

	if (work->length > SIM_TAMPER_MESSAGE) {
		give_up_stage(work, SIM_STAGE_FIELDS);
		give_up_stage(work, SIM_STAGE_FRAME);
		return false;
	}
	memcpy(work->bytes, message, work->length);
	changed = act(work, SIM_STAGE_FIELDS);
	if (changed && encode(work)) {
		memcpy(work->bytes, message, work->length);
		give_up_stage(work, SIM_STAGE_FIELDS);
		changed = false;
	}
	return act(work, SIM_STAGE_FRAME) || changed;
}

/* Lost, late, doubled. */
static void change_way(const struct work *work, struct sim_pieces *pieces)
{
	for (size_t i = 0; i < work->tamper->count; i++) {
		const struct sim_message_fault *fault = &work->tamper->faults[i];

		if (!is_due(work, i, SIM_STAGE_WAY))
			continue;
		if (fault->kind == SIM_MESSAGE_LATE) {
			for (size_t k = 0; k < pieces->count; k++)
				pieces->at[k].time += fault->delay;
		} else if (fault->kind == SIM_MESSAGE_LOST) {
			pieces->count = 0;
		} else if (pieces->count == 1) {
			pieces->at[pieces->count++] = pieces->at[0];
		}
	}
}

static int count_done(const struct work *work)
{
	int done = 0;

	for (size_t i = 0; i < work->tamper->count; i++) {
		if (work->due >> i & 1) {
			work->tamper->done[i]++;
			done++;
		}
	}
	return done;
}

int sim_tamper_message(struct sim_tamper *tamper, enum ccs_side side, const uint8_t *message,
		       size_t length, ccs_time now, struct sim_pieces *pieces)
{
	struct work work = { .tamper = tamper, .bytes = tamper->message, .length = length };

	*pieces = (struct sim_pieces) { { { now, message, length } }, 1 };
	if (length < HEADER || !is_waiting(tamper, side))
		return 0;
	work.due = find_due(tamper, side, decode(&work, message, length));
	if (!work.due)
		return 0;
	if (change_content(&work, message))
		pieces->at[0] = (struct sim_piece) { now, work.bytes, work.length };
	change_way(&work, pieces);
	return count_done(&work);
}
