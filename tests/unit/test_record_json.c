/* SPDX-License-Identifier: Apache-2.0 */
/* Records as JSON lines and as text for people. */
#include "trace/record_json.h"

#include "ccs/exi.h"
#include "ccs/mme.h"
#include "ccs/msg/din.h"
#include "ccs/sdp.h"
#include "trace/messages.h"
#include "trace/record_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static char buffer[4096];
static struct ccs_print out;

static int start(void **state)
{
	(void)state;
	ccs_print_init(&out, buffer, sizeof(buffer) - 1);
	return 0;
}

static void check(const char *text)
{
	assert_false(out.failed);
	*out.at = '\0';
	assert_string_equal(buffer, text);
	out.at = out.start;
}

static struct ccs_record make(enum ccs_record_kind kind)
{
	struct ccs_record record = { .kind = kind,
				     .time = 1682942400000001,
				     .since = 12345678,
				     .frame = 9,
				     .dir = CCS_SIDE_EV,
				     .session = 2 };

	record.src = (struct ccs_address) { .kind = CCS_ADDRESS_IPV6,
					    .port = 49152,
					    .bytes = { 0xfe, 0x80, [15] = 1 } };
	record.dst = (struct ccs_address) { .kind = CCS_ADDRESS_IPV6,
					    .port = 15118,
					    .bytes = { 0xff, 2, [15] = 1 } };
	return record;
}

#define HEAD(kind)                                                                                 \
	"{\"v\":1,\"kind\":\"" kind "\",\"time\":\"2023-05-01T12:00:00.000001Z\",\"t\":12.345678," \
	"\"frame\":9,\"src\":\"[fe80::1]:49152\",\"dst\":\"[ff02::1]:15118\",\"dir\":\"ev\","      \
	"\"session\":2,"

static void test_note(void **state)
{
	struct ccs_record record = make(CCS_RECORD_NOTE);

	(void)state;
	record.note = (struct ccs_record_note) { CCS_NOTE_WARNING, "gap", "a \"b\"\n\xff" };
	ccs_record_json_print(&out, &record, false);
	check(HEAD("note") "\"level\":\"warning\",\"topic\":\"gap\","
			   "\"text\":\"a \\\"b\\\"\\n\xef\xbf\xbd\"}\n");
	record = (struct ccs_record) { .kind = CCS_RECORD_FRAME, .time = -1, .since = -1 };
	record.note = (struct ccs_record_note) { CCS_NOTE_INFO, "tcp_opened", "TCP opened" };
	ccs_record_json_print(&out, &record, false);
	check("{\"v\":1,\"kind\":\"frame\",\"time\":\"1969-12-31T23:59:59.999999Z\","
	      "\"t\":-0.000001,\"level\":\"info\",\"topic\":\"tcp_opened\","
	      "\"text\":\"TCP opened\"}\n");
}

static void test_tls(void **state)
{
	static const struct ccs_record_tls tls = { .event = CCS_TLS_EVENT_ALERT,
						   .version = "TLS 1.3",
						   .alert = 40,
						   .alert_name = "handshake_failure" };
	struct ccs_record record = make(CCS_RECORD_NOTE);

	(void)state;
	record.note = (struct ccs_record_note) { CCS_NOTE_ERROR, "tls", "words", 3, &tls };
	ccs_record_json_print(&out, &record, false);
	check(HEAD("note") "\"level\":\"error\",\"topic\":\"tls\",\"text\":\"words\","
			   "\"count\":3,\"tls\":{\"event\":\"alert\",\"version\":\"TLS 1.3\","
			   "\"alert\":40,\"alert_name\":\"handshake_failure\"}}\n");
}

static void test_log_keys(void **state)
{
	static const char *const texts[][2] = {
		{ "The local modem has key 0x26 0x3b 0x78 0xf6 0xd4 0x7f 0x25 0xa7 0x4c 0x2e 0xf3 "
		  "0x82 0xc0 0x94 0x27 0x6",
		  "The local modem has key (hidden)" },
		{ "NMK: 7f:7f:7f:7f:7f:7f:7f:7f:7f:7f:7f:7f:7f:7f:7f:7f. NID: 0102030405067f",
		  "NMK: (hidden). NID: 0102030405067f" },
		{ "key=00112233445566778899AABBCCDDEEFF and more", "key=(hidden) and more" },
		{ "key 0011, then 00112233445566778899aabbccddeeff", "key 0011, then (hidden)" },
		{ "received = 00112233445566778899aabbccddeeff00", NULL },
		{ "This is NOT the developer NMK.", NULL },
	};
	struct ccs_record record = { .kind = CCS_RECORD_NOTE };
	struct ccs_record_text text;

	(void)state;
	ccs_record_text_init(&text, &out);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		record.note = (struct ccs_record_note) { .topic = "syslog", .text = texts[i][0] };
		ccs_record_json_print(&out, &record, false);
		ccs_record_text_print(&text, &record);
		*out.at = '\0';
		assert_non_null(strstr(buffer, texts[i][texts[i][1] != NULL]));
		assert_true(!texts[i][1] || !strstr(buffer, texts[i][0]));
		out.at = out.start;
	}
	text.secrets = text.verbose = true;
	record.note.text = texts[0][0];
	ccs_record_text_print(&text, &record);
	*out.at = '\0';
	assert_non_null(strstr(buffer, texts[0][0]));
}

static void test_sdp(void **state)
{
	struct ccs_sdp sdp = { .kind = CCS_SDP_REQUEST, .security = CCS_SDP_NO_TLS };
	struct ccs_record record = make(CCS_RECORD_SDP);

	(void)state;
	record.sdp = &sdp;
	ccs_record_json_print(&out, &record, false);
	check(HEAD(
		"sdp") "\"type\":\"SDPRequest\",\"fields\":{\"security\":16,\"transport\":0}}\n");
}

static void test_mme(void **state)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };
	struct ccs_record record = make(CCS_RECORD_MME);
	struct ccs_mme mme;

	(void)state;
	ccs_mme_init(&mme, CCS_MME_CM_SLAC_MATCH_CNF, mac, mac);
	memset(mme.cm_slac_match_cnf.nmk, 0x5a, sizeof(mme.cm_slac_match_cnf.nmk));
	record.mme = &mme;
	ccs_record_json_print(&out, &record, false);
	*out.at = '\0';
	assert_non_null(strstr(buffer, "\"type\":\"CM_SLAC_MATCH.CNF\",\"mmv\":1,\"fields\":{"));
	assert_null(strstr(buffer, "5a5a"));
	out.at = out.start;
	ccs_record_json_print(&out, &record, true);
	*out.at = '\0';
	assert_non_null(strstr(buffer, "\"nmk\":\"5a5a5a5a"));
}

static const uint8_t setup[] = { 0x80, 0x9a, 0x00, 0x40, 0x11, 0xd0, 0x18,
				 0x03, 0x81, 0x31, 0xa0, 0x00, 0x74, 0x00 };

static struct ccs_message_decoder decoder;
static struct ccs_dialogue dialogue;

static struct ccs_record make_message(size_t length)
{
	struct ccs_record record = make(CCS_RECORD_MSG);

	ccs_message_decode(&decoder, &dialogue, CCS_PROTOCOL_NONE, 0x8001, setup, length,
			   &record.msg);
	return record;
}

static void test_message(void **state)
{
	struct ccs_record record = make_message(sizeof(setup));

	(void)state;
	ccs_record_json_print(&out, &record, false);
	check(HEAD("msg") "\"proto\":\"din\",\"type\":\"SessionSetupReq\","
			  "\"payload_type\":\"0x8001\",\"set_by\":\"content\","
			  "\"exi\":\"809a004011d018038131a0007400\","
			  "\"body\":{\"Header\":{\"SessionID\":\"00\"},"
			  "\"Body\":{\"SessionSetupReq\":{\"EVCCID\":\"00e04c68001d\"}}}}\n");
}

static void test_undecoded(void **state)
{
	struct ccs_record record = make_message(9);

	(void)state;
	ccs_record_json_print(&out, &record, false);
	*out.at = '\0';
	assert_non_null(strstr(buffer, "\"exi\":\"809a004011d0180381\","
				       "\"error\":\"CCS_ERR_SHORT\""));
	assert_non_null(strstr(buffer, "\"field\":\"V2G_Message/Body/SessionSetupReq/EVCCID\"}\n"));
	assert_null(strstr(buffer, "\"body\""));
	out.at = out.start;
	record = make_message(0);
	ccs_record_json_print(&out, &record, false);
	*out.at = '\0';
	assert_null(strstr(buffer, "\"proto\""));
	assert_non_null(strstr(buffer, "\"exi\":\"\",\"error\":\"CCS_ERR_UNKNOWN\""));
}

static void test_text(void **state)
{
	struct ccs_record record = make_message(sizeof(setup));
	struct ccs_record_text text;

	(void)state;
	ccs_record_text_init(&text, &out);
	ccs_record_text_print(&text, &record);
	check("    12.345      9 EV\u2192SE  SessionSetupReq          EVCCID 00:e0:4c:68:00:1d\n");
	text.verbose = true;
	ccs_record_text_print(&text, &record);
	check("    12.345      9 EV\u2192SE  SessionSetupReq          EVCCID 00:e0:4c:68:00:1d\n"
	      "    [fe80::1]:49152 \u2192 [ff02::1]:15118\n"
	      "    Header\n"
	      "      SessionID 00\n"
	      "    Body\n"
	      "      SessionSetupReq\n"
	      "        EVCCID 00e04c68001d\n");
	text.colour = true;
	ccs_record_text_print(&text, &record);
	*out.at = '\0';
	assert_non_null(strstr(buffer, "\033[36m EV\u2192SE"));
	out.at = out.start;
	ccs_record_text_free(&text);
}

/* What a peer sends must not reach the terminal as control characters. */
static void test_foreign_text(void **state)
{
	struct ccs_record record = make(CCS_RECORD_NOTE);
	struct ccs_record_text text;

	(void)state;
	ccs_record_text_init(&text, &out);
	record.dir = CCS_SIDE_UNKNOWN;
	record.note = (struct ccs_record_note) { CCS_NOTE_INFO, "syslog",
						 "\033[2J\xc2\x9b"
						 "1m 12\xc3\xa9 \x7f" };
	ccs_record_text_print(&text, &record);
	check("    12.345      9        syslog                   "
	      "\\u001b[2J??1m 12\xc3\xa9 \\u007f\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_note, start),
		cmocka_unit_test_setup(test_tls, start),
		cmocka_unit_test_setup(test_log_keys, start),
		cmocka_unit_test_setup(test_sdp, start),
		cmocka_unit_test_setup(test_mme, start),
		cmocka_unit_test_setup(test_message, start),
		cmocka_unit_test_setup(test_undecoded, start),
		cmocka_unit_test_setup(test_text, start),
		cmocka_unit_test_setup(test_foreign_text, start),
	};
	int failed;

	if (!ccs_message_decoder_init(&decoder))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	ccs_message_decoder_free(&decoder);
	return failed;
}
