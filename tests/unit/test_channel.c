/* SPDX-License-Identifier: Apache-2.0 */
/* The channel: both ends of one, cut anywhere, damaged, foreign types, a full output, records. */
#include "ccs/channel.h"
#include "ccs/msg/app.h"
#include "ccs/msg/din.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct end {
	struct ccs_channel channel;
	struct ccs_sink sink;
	uint8_t input[256];
	uint8_t output[64];
	uint8_t pool[2048];
	int told;
	enum ccs_side dir;
	enum ccs_record_kind kind;
	char proto[16];
	char type[40];
	int error;
};

static void take(void *user, const struct ccs_record *record)
{
	struct end *end = user;

	end->told++;
	end->dir = record->dir;
	end->kind = record->kind;
	if (record->kind != CCS_RECORD_MSG)
		return;
	strncpy(end->proto, record->msg.proto ? record->msg.proto : "?", sizeof(end->proto) - 1);
	strncpy(end->type, record->msg.type ? record->msg.type : "?", sizeof(end->type) - 1);
	end->error = record->msg.error;
}

static void open_end(struct end *end, enum ccs_side side)
{
	memset(end, 0, sizeof(*end));
	end->sink = (struct ccs_sink) { take, end };
	ccs_channel_init(&end->channel, &(struct ccs_channel_config) {
						.side = side,
						.input = end->input,
						.input_size = sizeof(end->input),
						.output = end->output,
						.output_size = sizeof(end->output),
						.pool = end->pool,
						.pool_size = sizeof(end->pool),
						.sink = &end->sink,
						.session = 7,
					});
}

static const uint8_t session_id[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };

static int send_din(struct end *end, enum din_BodyElement_tag tag)
{
	struct din_V2G_Message message = { .Header.SessionID = CCS_BYTES(session_id, 8),
					   .Body.tag = tag };
	struct ccs_exi_document document = { &ccs_set_din, CCS_EXI_DOCUMENT,
					     din_element_V2G_Message, &message };

	return ccs_channel_send(&end->channel, &document, 5, NULL);
}

static int send_handshake(struct end *end)
{
	struct app_supportedAppProtocolRes message = { .has_SchemaID = true, .SchemaID = 3 };
	struct ccs_exi_document document = { &ccs_set_app, CCS_EXI_DOCUMENT,
					     app_element_supportedAppProtocolRes, &message };

	return ccs_channel_send(&end->channel, &document, 5, NULL);
}

static void test_handshake_then_agreed(void **state)
{
	struct end ev, evse;
	struct ccs_channel_message message;
	uint8_t wire[64];
	const uint8_t *at = wire;
	size_t length;
	int n;

	(void)state;
	open_end(&ev, CCS_SIDE_EV);
	open_end(&evse, CCS_SIDE_EVSE);
	n = send_handshake(&evse);
	assert_true(n > 8);
	assert_int_equal(evse.dir, CCS_SIDE_EVSE);
	assert_int_equal(ccs_channel_output(&evse.channel, wire, (size_t)n - 1), CCS_ERR_SPACE);
	assert_int_equal(ccs_channel_output(&evse.channel, wire, sizeof(wire)), n);
	assert_int_equal(ccs_channel_output(&evse.channel, wire, sizeof(wire)), 0);
	length = (size_t)n;
	assert_int_equal(ccs_channel_receive(&ev.channel, &at, &length, 6, &message), 1);
	assert_int_equal(message.error, 0);
	assert_int_equal(message.protocol, CCS_PROTOCOL_APP);
	assert_string_equal(ev.type, "supportedAppProtocolRes");
	assert_int_equal(ev.dir, CCS_SIDE_EVSE);

	ccs_channel_agree(&ev.channel, CCS_PROTOCOL_DIN);
	assert_true(send_din(&evse, din_BodyElement_SessionStopReq) > 0);
	length = (size_t)ccs_channel_output(&evse.channel, wire, sizeof(wire));
	at = wire;
	assert_int_equal(ccs_channel_receive(&ev.channel, &at, &length, 7, &message), 1);
	assert_int_equal(message.error, 0);
	assert_string_equal(ev.proto, "din");
	assert_string_equal(ev.type, "SessionStopReq");
}

/* Two messages in one piece, and one message in pieces of one byte. */
static void test_any_pieces(void **state)
{
	struct end ev, evse;
	struct ccs_channel_message message;
	uint8_t wire[64];
	size_t n, length;
	const uint8_t *at = wire;

	(void)state;
	open_end(&ev, CCS_SIDE_EV);
	open_end(&evse, CCS_SIDE_EVSE);
	ccs_channel_agree(&evse.channel, CCS_PROTOCOL_DIN);
	assert_true(send_din(&ev, din_BodyElement_SessionStopReq) > 0);
	assert_true(send_din(&ev, din_BodyElement_SessionStopReq) > 0);
	n = (size_t)ccs_channel_output(&ev.channel, wire, sizeof(wire));
	n += (size_t)ccs_channel_output(&ev.channel, wire + n, sizeof(wire) - n);
	length = n;
	assert_int_equal(ccs_channel_receive(&evse.channel, &at, &length, 0, &message), 1);
	assert_int_equal(ccs_channel_receive(&evse.channel, &at, &length, 0, &message), 1);
	assert_int_equal(ccs_channel_receive(&evse.channel, &at, &length, 0, &message), 0);
	for (size_t i = 0; i < n; i++) {
		at = wire + i;
		length = 1;
		assert_int_equal(ccs_channel_receive(&evse.channel, &at, &length, 0, &message),
				 i + 1 == n / 2 || i + 1 == n);
	}
	assert_int_equal(message.error, 0);
}

static void test_damage_is_said(void **state)
{
	static const uint8_t cut[] = { 1, 0xfe, 0x80, 1, 0, 0, 0, 2, 0x80, 0x9a };
	static const uint8_t foreign[] = { 1, 0xfe, 0x80, 4, 0, 0, 0, 1, 0x80 };
	static const uint8_t empty[] = { 1, 0xfe, 0x80, 1, 0, 0, 0, 0 };
	static const uint8_t huge[] = { 1, 0xfe, 0x80, 1, 0, 1, 0, 0 };
	struct end evse;
	struct ccs_channel_message message;
	const uint8_t *at = cut;
	size_t length = sizeof(cut);

	(void)state;
	open_end(&evse, CCS_SIDE_EVSE);
	ccs_channel_agree(&evse.channel, CCS_PROTOCOL_DIN);
	assert_int_equal(ccs_channel_receive(&evse.channel, &at, &length, 0, &message), 1);
	assert_int_equal(message.error, CCS_ERR_SHORT);
	assert_int_equal(evse.error, CCS_ERR_SHORT);
	at = foreign;
	length = sizeof(foreign);
	assert_int_equal(ccs_channel_receive(&evse.channel, &at, &length, 0, &message), 1);
	assert_int_equal(message.error, CCS_ERR_UNKNOWN);
	assert_string_equal(evse.proto, "?");
	at = empty;
	length = sizeof(empty);
	assert_int_equal(ccs_channel_receive(&evse.channel, &at, &length, 0, &message), 1);
	assert_true(message.error < 0);
	evse.told = 0;
	for (int i = 0; i < 3; i++) {
		at = huge;
		length = sizeof(huge);
		assert_int_equal(ccs_channel_receive(&evse.channel, &at, &length, 0, &message),
				 CCS_ERR_SIZE);
	}
	assert_int_equal(evse.told, 1);
	assert_int_equal(evse.kind, CCS_RECORD_NOTE);
}

/* Before the agreement a message of DIN is not one; after it a handshake still is. */
static void test_sets(void **state)
{
	struct end ev, evse;
	struct ccs_channel_message message;
	uint8_t wire[64];
	const uint8_t *at = wire;
	size_t length;

	(void)state;
	open_end(&ev, CCS_SIDE_EV);
	open_end(&evse, CCS_SIDE_EVSE);
	assert_true(send_din(&ev, din_BodyElement_SessionStopReq) > 0);
	length = (size_t)ccs_channel_output(&ev.channel, wire, sizeof(wire));
	assert_int_equal(ccs_channel_receive(&evse.channel, &at, &length, 0, &message), 1);
	assert_int_equal(message.protocol, CCS_PROTOCOL_APP);
	assert_true(message.error < 0);
	ccs_channel_agree(&evse.channel, CCS_PROTOCOL_ISO2);
	assert_true(send_handshake(&ev) > 0);
	length = (size_t)ccs_channel_output(&ev.channel, wire, sizeof(wire));
	at = wire;
	assert_int_equal(ccs_channel_receive(&evse.channel, &at, &length, 0, &message), 1);
	assert_int_equal(message.protocol, CCS_PROTOCOL_APP);
	assert_int_equal(message.error, 0);
}

static void test_full_output(void **state)
{
	struct end ev;
	uint8_t wire[64];
	int n;

	(void)state;
	open_end(&ev, CCS_SIDE_EV);
	n = send_din(&ev, din_BodyElement_SessionStopReq);
	while (send_din(&ev, din_BodyElement_SessionStopReq) > 0)
		continue;
	ev.told = 0;
	assert_int_equal(send_din(&ev, din_BodyElement_SessionStopReq), CCS_ERR_SPACE);
	assert_int_equal(ev.told, 0);
	assert_int_equal(ccs_channel_output(&ev.channel, wire, sizeof(wire)), n);
	assert_int_equal(send_din(&ev, din_BodyElement_SessionStopReq), n);
	while ((n = ccs_channel_output(&ev.channel, wire, sizeof(wire))) > 0)
		assert_int_equal(wire[7], n - 8);
	assert_int_equal(n, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_handshake_then_agreed), cmocka_unit_test(test_any_pieces),
		cmocka_unit_test(test_damage_is_said),	      cmocka_unit_test(test_sets),
		cmocka_unit_test(test_full_output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
