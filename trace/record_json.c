/* SPDX-License-Identifier: Apache-2.0 */
/* Records as JSON lines. */
#include "trace/record_json.h"

#include "ccs/exi.h"
#include "ccs/mme.h"
#include "ccs/sdp.h"
#include "trace/hide_keys.h"
#include "trace/messages.h"

#include <string.h>

static void print_key(struct ccs_print *p, const char *key)
{
	ccs_print_text(p, ",\"");
	ccs_print_text(p, key);
	ccs_print_text(p, "\":");
}

/* Text of our own, without anything that JSON would escape. */
static void print_plain(struct ccs_print *p, const char *key, const char *text)
{
	print_key(p, key);
	ccs_print_char(p, '"');
	ccs_print_text(p, text);
	ccs_print_char(p, '"');
}

static void print_string(struct ccs_print *p, const char *key, const char *text)
{
	print_key(p, key);
	ccs_print_json(p, text, strlen(text));
}

static void print_number(struct ccs_print *p, const char *key, uint64_t number)
{
	print_key(p, key);
	ccs_print_unsigned(p, number);
}

static void print_address(struct ccs_print *p, const char *key, const struct ccs_address *address)
{
	if (address->kind == CCS_ADDRESS_NONE)
		return;
	print_key(p, key);
	ccs_print_char(p, '"');
	ccs_print_address(p, address);
	ccs_print_char(p, '"');
}

static void print_head(struct ccs_print *p, const struct ccs_record *record)
{
	ccs_print_text(p, "{\"v\":1");
	print_plain(p, "kind", ccs_record_kind_name(record->kind));
	print_key(p, "time");
	ccs_print_char(p, '"');
	ccs_print_rfc3339(p, record->time);
	ccs_print_char(p, '"');
	print_key(p, "t");
	ccs_print_fixed(p, record->since, 6);
	if (record->frame)
		print_number(p, "frame", record->frame);
	print_address(p, "src", &record->src);
	print_address(p, "dst", &record->dst);
	if (record->dir != CCS_SIDE_UNKNOWN)
		print_plain(p, "dir", record->dir == CCS_SIDE_EV ? "ev" : "evse");
	if (record->session)
		print_number(p, "session", record->session);
}

static void print_msg(struct ccs_print *p, const struct ccs_record_msg *msg)
{
	const uint8_t type[2] = { (uint8_t)(msg->payload_type >> 8), (uint8_t)msg->payload_type };

	if (msg->proto)
		print_plain(p, "proto", msg->proto);
	if (msg->type)
		print_plain(p, "type", msg->type);
	ccs_print_text(p, ",\"payload_type\":\"0x");
	ccs_print_hex(p, type, sizeof(type));
	ccs_print_char(p, '"');
	print_plain(p, "set_by", msg->source == CCS_SET_BY_HANDSHAKE ? "handshake" : "content");
	ccs_print_text(p, ",\"exi\":\"");
	ccs_print_hex(p, msg->exi, msg->exi_length);
	ccs_print_char(p, '"');
	if (msg->document) {
		print_key(p, "body");
		ccs_exi_print_json(p, msg->document);
	}
	if (!msg->error)
		return;
	print_plain(p, "error", ccs_error_name(msg->error));
	print_plain(p, "text", ccs_error_text(msg->error));
	if (!ccs_message_has_field(msg))
		return;
	print_number(p, "bit", msg->where->bit);
	ccs_print_text(p, ",\"field\":\"");
	ccs_message_print_field(p, msg);
	ccs_print_char(p, '"');
}

static void print_mme(struct ccs_print *p, const struct ccs_mme *mme, bool secrets)
{
	ccs_print_text(p, ",\"type\":\"");
	ccs_mme_print_type(p, mme);
	ccs_print_char(p, '"');
	print_number(p, "mmv", mme->mmv);
	print_key(p, "fields");
	ccs_mme_print_fields(p, mme, secrets);
}

static void print_sdp(struct ccs_print *p, const struct ccs_sdp *sdp)
{
	print_plain(p, "type", ccs_sdp_type_name(sdp->kind));
	print_key(p, "fields");
	ccs_sdp_print_fields(p, sdp);
}

static void print_value(struct ccs_print *p, const struct ccs_record_value *value)
{
	print_plain(p, "name", value->name);
	print_key(p, "value");
	ccs_print_fixed(p, value->milli, 3);
	print_plain(p, "unit", value->unit);
}

static void print_tls(struct ccs_print *p, const struct ccs_record_tls *tls)
{
	static const char *const events[] = {
		[CCS_TLS_EVENT_OTHER] = "other",
		[CCS_TLS_EVENT_AGREED] = "agreed",
		[CCS_TLS_EVENT_ALERT] = "alert",
		[CCS_TLS_EVENT_FAILED] = "failed",
		[CCS_TLS_EVENT_UNDECRYPTED] = "undecrypted",
	};

	ccs_print_text(p, ",\"tls\":{\"event\":\"");
	ccs_print_text(p, events[tls->event]);
	ccs_print_char(p, '"');
	if (tls->version)
		print_plain(p, "version", tls->version);
	if (tls->cipher)
		print_plain(p, "cipher", tls->cipher);
	if (tls->alert)
		print_number(p, "alert", tls->alert);
	if (tls->alert_name)
		print_plain(p, "alert_name", tls->alert_name);
	if (tls->undecrypted)
		print_number(p, "undecrypted", tls->undecrypted);
	ccs_print_char(p, '}');
}

static void print_note(struct ccs_print *p, const struct ccs_record_note *note, bool secrets)
{
	char room[CCS_RECORD_TEXT_MAX];
	static const char *const levels[] = { "info", "warning", "error" };

	print_plain(p, "level", levels[note->level]);
	print_plain(p, "topic", note->topic);
	print_string(p, "text", ccs_note_text(note, secrets, room));
	if (note->count)
		print_number(p, "count", note->count);
	if (note->tls)
		print_tls(p, note->tls);
}

void ccs_record_json_print(struct ccs_print *p, const struct ccs_record *record, bool secrets)
{
	print_head(p, record);
	switch (record->kind) {
	case CCS_RECORD_MSG:
		print_msg(p, &record->msg);
		break;
	case CCS_RECORD_MME:
		print_mme(p, record->mme, secrets);
		break;
	case CCS_RECORD_SDP:
		print_sdp(p, record->sdp);
		break;
	case CCS_RECORD_VALUE:
		print_value(p, &record->value);
		break;
	case CCS_RECORD_FRAME:
	case CCS_RECORD_STATE:
	case CCS_RECORD_NOTE:
	case CCS_RECORD_VERDICT:
	case CCS_RECORD_SESSION:
		print_note(p, &record->note, secrets);
		break;
	}
	ccs_print_text(p, "}\n");
}
