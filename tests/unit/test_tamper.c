/* SPDX-License-Identifier: Apache-2.0 */
/* Faults of messages: read from words, and each does what it says and nothing else. */
#include "../random/message.h"
#include "tamper.h"

#include "ccs/msg/app.h"
#include "ccs/msg/din.h"
#include "ccs/msg/iso2.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEADER	      CCS_V2GTP_HEADER_SIZE
#define SPECIMEN_SIZE 1200
#define SPECIMENS     4000
#define JSON_SIZE     40000
#define NOW	      CCS_SECONDS(5)

/* A message as it goes over the stream. */
struct specimen {
	const struct ccs_exi_set *set;
	const char *name;
	uint8_t bytes[SPECIMEN_SIZE];
	size_t length;
};

static struct specimen *specimens;
static size_t specimen_count;
static struct sim_tamper tamper;
static struct sim_pieces pieces;

static struct sim_message_fault fault_of(const char *line)
{
	struct sim_message_fault fault;
	char text[600] = "";
	struct ccs_print why;

	ccs_print_init(&why, text, sizeof(text) - 1);
	if (sim_message_fault_read(&fault, line, &why))
		fail_msg("%s: %s", line, text);
	return fault;
}

static void start(const char *line)
{
	struct sim_message_fault fault = fault_of(line);

	sim_tamper_init(&tamper, 1);
	assert_int_equal(sim_tamper_add(&tamper, &fault), 0);
}

static int send(enum ccs_side side, const struct specimen *specimen)
{
	return sim_tamper_message(&tamper, side, specimen->bytes, specimen->length, NOW, &pieces);
}

static void encode(struct specimen *specimen, const struct ccs_exi_document *document)
{
	int length = ccs_exi_encode(document, specimen->bytes + HEADER, SPECIMEN_SIZE - HEADER,
				    NULL);

	assert_true(length > 0);
	ccs_v2gtp_write_header(specimen->bytes, CCS_V2GTP_EXI, (uint32_t)length);
	specimen->length = HEADER + (size_t)length;
	specimen->set = document->set;
	specimen->name = ccs_exi_message_name(document);
}

/* The JSON of a whole message; fails when it is none. */
static const char *json_of(const struct ccs_exi_set *set, const uint8_t *bytes, size_t length,
			   char json[JSON_SIZE])
{
	static uint64_t memory[8000];
	struct ccs_exi_document document = { .set = set };
	struct ccs_v2gtp_message message;
	struct ccs_print print;
	struct ccs_pool pool;

	ccs_pool_init(&pool, memory, sizeof(memory));
	assert_int_equal(ccs_v2gtp_read_datagram(bytes, length, &message), 0);
	assert_int_equal(message.payload_type, CCS_V2GTP_EXI);
	assert_int_equal(ccs_exi_decode(&document, message.payload, message.length, &pool, NULL),
			 (int)message.length);
	ccs_print_init(&print, json, JSON_SIZE - 1);
	ccs_exi_print_json(&print, &document);
	assert_false(print.failed);
	*print.at = '\0';
	return json;
}

static const char *sent_json(const struct specimen *specimen)
{
	static char json[JSON_SIZE];

	return json_of(specimen->set, specimen->bytes, specimen->length, json);
}

static const char *piece_json(const struct specimen *specimen)
{
	static char json[JSON_SIZE];

	assert_int_equal(pieces.count, 1);
	assert_true(pieces.at[0].time == NOW);
	return json_of(specimen->set, pieces.at[0].bytes, pieces.at[0].length, json);
}

/* From the first quote of a text to the last. */
static char *skip_text(char *at)
{
	for (at++; *at != '"'; at++)
		at += *at == '\\';
	return at;
}

/* A member of an object with its key, and a comma behind it, is taken out of the text. */
static bool cut_member(char *json, const char *name)
{
	char key[SIM_NAME_SIZE + 4];
	size_t length = strcspn(name, ".");
	char *at, *end;
	int depth = 0;

	snprintf(key, sizeof(key), "\"%.*s\":", (int)length, name);
	at = strstr(json, key);
	if (!at)
		return false;
	for (end = at + strlen(key); depth > 0 || !strchr(",}]", *end); end++) {
		if (*end == '"')
			end = skip_text(end);
		depth += (*end == '{' || *end == '[') - (*end == '}' || *end == ']');
	}
	if (*end == ',')
		end++;
	else if (at[-1] == ',')
		at--;
	memmove(at, end, strlen(end) + 1);
	return true;
}

/* As sent, but for the first member of this name. */
static void expect_only(const struct specimen *specimen, const char *name)
{
	static char before[JSON_SIZE], after[JSON_SIZE];

	strcpy(before, sent_json(specimen));
	strcpy(after, piece_json(specimen));
	cut_member(before, name);
	assert_true(cut_member(after, name));
	assert_string_equal(before, after);
}

/* As sent, but with `now` in the place of `was`. */
static void expect_replaced(const struct specimen *specimen, const char *was, const char *now)
{
	static char expected[JSON_SIZE];
	const char *json = sent_json(specimen);
	const char *at = strstr(json, was);

	assert_non_null(at);
	snprintf(expected, sizeof(expected), "%.*s%s%s", (int)(at - json), json, now,
		 at + strlen(was));
	assert_string_equal(piece_json(specimen), expected);
}

static const uint8_t id[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };

static struct specimen precharge(void)
{
	struct din_V2G_Message message = {
		.Header.SessionID = CCS_BYTES(id, 4),
		.Body = { .tag = din_BodyElement_PreChargeRes,
			  .PreChargeRes = {
				  .DC_EVSEStatus = { .EVSEStatusCode =
							     din_DC_EVSEStatusCode_EVSE_Ready },
				  .EVSEPresentVoltage = { .Multiplier = -1, .has_Unit = true,
							  .Unit = din_unitSymbol_V, .Value = 3507 },
			  } },
	};
	struct ccs_exi_document document = { .set = &ccs_set_din,
					     .element = din_element_V2G_Message,
					     .value = &message };
	struct specimen specimen;

	encode(&specimen, &document);
	return specimen;
}

static struct specimen current_demand(void)
{
	struct iso2_V2G_Message message = {
		.Header.SessionID = CCS_BYTES(id, 8),
		.Body = { .tag = iso2_BodyElement_CurrentDemandReq,
			  .CurrentDemandReq = {
				  .DC_EVStatus = { .EVReady = true, .EVRESSSOC = 42 },
				  .EVTargetCurrent = { 0, iso2_unitSymbol_A, 120 },
				  .EVTargetVoltage = { 0, iso2_unitSymbol_V, 400 },
			  } },
	};
	struct ccs_exi_document document = { .set = &ccs_set_iso2,
					     .element = iso2_element_V2G_Message,
					     .value = &message };
	struct specimen specimen;

	encode(&specimen, &document);
	return specimen;
}

static struct specimen handshake(void)
{
	struct app_supportedAppProtocolRes message = { .has_SchemaID = true, .SchemaID = 1 };
	struct ccs_exi_document document = { .set = &ccs_set_app,
					     .element = app_element_supportedAppProtocolRes,
					     .value = &message };
	struct specimen specimen;

	encode(&specimen, &document);
	return specimen;
}

static void test_words(void **state)
{
	static const char *const lines[] = {
		"evse PreChargeRes wrong-code FAILED after 2",
		"ev * lost",
		"ev * late 2500ms after 1 times 3",
		"evse CurrentDemandRes set EVSEPresentVoltage -12.5 times 1",
		"ev CurrentDemandReq set EVTargetVoltage.Multiplier 127",
		"evse * damaged 3",
		"evse SessionSetupRes out-of-turn PreChargeRes",
		"evse supportedAppProtocolRes wrong-schema-id",
		"evse supportedAppProtocolRes wrong-code Failed_NoNegotiation",
		"evse CableCheckRes isolation No_IMD",
		"evse * ongoing",
		"ev * header-signature",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct sim_message_fault fault = fault_of(lines[i]);
		char text[200] = "";
		struct ccs_print print;

		ccs_print_init(&print, text, sizeof(text) - 1);
		sim_message_fault_print(&print, &fault);
		assert_string_equal(text, lines[i]);
	}
	assert_true(fault_of("ev\t*  late 2s ").delay == CCS_SECONDS(2));
	assert_int_equal(fault_of("ev * wrong-payload-type 0x8002").number, 0x8002);
	assert_int_equal(fault_of("ev * wrong-payload-type 0x8002 times 1").count, 1);
}

static void test_mistakes(void **state)
{
	static const struct {
		const char *line;
		int error;
		const char *why; /* the beginning */
	} mistakes[] = {
		{ "", CCS_ERR_NAME, "expected ev or evse" },
		{ "car * lost", CCS_ERR_NAME, "'car': expected ev or evse" },
		{ "ev", CCS_ERR_SYNTAX, "expected a message, like PreChargeRes, or *" },
		{ "evse PreChargeRez lost", CCS_ERR_NAME,
		  "'PreChargeRez': expected a message of the charger, like PreChargeRes" },
		{ "evse PreChargeReq lost", CCS_ERR_NAME,
		  "'PreChargeReq': expected a message of the charger, like PreChargeRes" },
		{ "ev Req lost", CCS_ERR_NAME, "'Req': expected a message of the car" },
		{ "ev *", CCS_ERR_NAME, "expected one of wrong-code status" },
		{ "ev * los", CCS_ERR_NAME, "'los': expected one of wrong-code status" },
		{ "ev * late", CCS_ERR_SYNTAX, "expected a time, like 300ms or 2s" },
		{ "ev * late 3", CCS_ERR_SYNTAX, "'3': expected a time, like 300ms or 2s" },
		{ "ev * late s", CCS_ERR_SYNTAX, "'s': expected a time, like 300ms or 2s" },
		{ "ev * lost after", CCS_ERR_SYNTAX, "expected a number" },
		{ "ev * lost after -1", CCS_ERR_SYNTAX, "'-1': expected a number" },
		{ "ev * lost after 4294967296", CCS_ERR_SYNTAX, "'4294967296': expected a number" },
		{ "ev * lost times 0", CCS_ERR_SYNTAX, "'0': expected 1 or more" },
		{ "ev * lost 3", CCS_ERR_SYNTAX, "'3': expected `after N`, `times N` or the end" },
		{ "ev * damaged x", CCS_ERR_SYNTAX, "'x': expected a number" },
		{ "evse PreChargeRes wrong-code", CCS_ERR_SYNTAX, "expected a value" },
		{ "evse PreChargeRes wrong-code FALSE", CCS_ERR_NAME,
		  "'FALSE': expected one of OK OK_NewSessionEstablished" },
		{ "ev PreChargeReq wrong-code FAILED", CCS_ERR_NAME,
		  "PreChargeReq has no ResponseCode" },
		{ "ev PreChargeReq set Colour 3", CCS_ERR_NAME, "PreChargeReq has no Colour" },
		{ "ev PreChargeReq set EVTargetVoltage", CCS_ERR_SYNTAX, "expected a value" },
		{ "ev PreChargeReq set EVTargetVoltage much", CCS_ERR_SYNTAX,
		  "'much': expected a number" },
		{ "ev PreChargeReq set EVTargetVoltage.Value 1.5", CCS_ERR_SYNTAX,
		  "'1.5': expected a whole number" },
		{ "ev PreChargeReq set DC_EVStatus 1", CCS_ERR_TYPE,
		  "'1': expected a field with one value" },
		{ "ev * set EVReady maybe", CCS_ERR_NAME, "'maybe': expected true or false" },
		{ "evse * ev-error NO_ERROR", CCS_ERR_NAME, "* has no EVErrorCode" },
		{ "ev SessionSetupReq set EVCCID 1", CCS_ERR_TYPE,
		  "'1': expected a field with one value" },
		{ "ev * out-of-turn PreChargeRes", CCS_ERR_NAME,
		  "'PreChargeRes': expected a message of the car, like PreChargeReq" },
		{ "ev supportedAppProtocolReq wrong-session-id", CCS_ERR_NAME,
		  "supportedAppProtocolReq has no SessionID" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		struct sim_message_fault fault = { .number = 4711 };
		char text[600] = "";
		struct ccs_print why;

		ccs_print_init(&why, text, sizeof(text) - 1);
		assert_int_equal(sim_message_fault_read(&fault, mistakes[i].line, &why),
				 mistakes[i].error);
		text[strlen(mistakes[i].why)] = '\0';
		assert_string_equal(text, mistakes[i].why);
		assert_int_equal(fault.number, 4711);
	}
}

/* What no fault is about is passed on, the very bytes. */
static void test_nothing_to_do(void **state)
{
	struct specimen res = precharge(), req = current_demand();

	(void)state;
	start("evse PreChargeRes lost after 1 times 1");
	assert_int_equal(send(CCS_SIDE_EV, &req), 0);
	assert_int_equal(tamper.seen[0], 0);
	assert_ptr_equal(pieces.at[0].bytes, req.bytes);
	assert_int_equal(pieces.at[0].length, req.length);
	assert_true(pieces.at[0].time == NOW);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(send(CCS_SIDE_EVSE, &res), i == 1);
		assert_int_equal(pieces.count, i != 1);
	}
	assert_int_equal(tamper.seen[0], 2);
	assert_int_equal(tamper.done[0], 1);
	start("evse CableCheckRes lost");
	assert_int_equal(send(CCS_SIDE_EVSE, &res), 0);
	assert_int_equal(pieces.count, 1);
}

static void test_way(void **state)
{
	struct specimen res = precharge();
	struct sim_message_fault doubled = fault_of("evse * doubled");

	(void)state;
	start("evse * lost");
	for (int i = 0; i < 3; i++) {
		assert_int_equal(send(CCS_SIDE_EVSE, &res), 1);
		assert_int_equal(pieces.count, 0);
	}
	start("evse PreChargeRes late 1500ms");
	assert_int_equal(sim_tamper_add(&tamper, &doubled), 0);
	assert_int_equal(send(CCS_SIDE_EVSE, &res), 2);
	assert_int_equal(pieces.count, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_true(pieces.at[i].time == NOW + CCS_MS(1500));
		assert_ptr_equal(pieces.at[i].bytes, res.bytes);
		assert_int_equal(pieces.at[i].length, res.length);
	}
}

/* The header is `header`, and `length` bytes of the message follow it, unchanged. */
static void expect_frame(const struct specimen *specimen, const char *line, const uint8_t header[8],
			 size_t length)
{
	start(line);
	assert_int_equal(send(CCS_SIDE_EVSE, specimen), 1);
	assert_int_equal(pieces.count, 1);
	assert_int_equal(pieces.at[0].length, HEADER + length);
	assert_memory_equal(pieces.at[0].bytes, header, HEADER);
	assert_memory_equal(pieces.at[0].bytes + HEADER, specimen->bytes + HEADER, length);
}

static void test_frames(void **state)
{
	struct specimen res = precharge();
	size_t exi = res.length - HEADER;
	uint8_t n = (uint8_t)exi, half = (uint8_t)(exi / 2);

	(void)state;
	expect_frame(&res, "evse * empty", (uint8_t[]) { 1, 0xfe, 0x80, 1, 0, 0, 0, 0 }, 0);
	expect_frame(&res, "evse * oversized",
		     (uint8_t[]) { 1, 0xfe, 0x80, 1, 0xff, 0xff, 0xff, 0xf0 }, exi);
	expect_frame(&res, "evse * oversized 70000",
		     (uint8_t[]) { 1, 0xfe, 0x80, 1, 0, 1, 0x11, 0x70 }, exi);
	expect_frame(&res, "evse * truncated", (uint8_t[]) { 1, 0xfe, 0x80, 1, 0, 0, 0, half },
		     half);
	expect_frame(&res, "evse * truncated 1", (uint8_t[]) { 1, 0xfe, 0x80, 1, 0, 0, 0, 1 }, 1);
	expect_frame(&res, "evse * cut", (uint8_t[]) { 1, 0xfe, 0x80, 1, 0, 0, 0, n }, half);
	expect_frame(&res, "evse * cut 3", (uint8_t[]) { 1, 0xfe, 0x80, 1, 0, 0, 0, n }, exi - 3);
	expect_frame(&res, "evse * wrong-payload-type",
		     (uint8_t[]) { 1, 0xfe, 0x90, 0, 0, 0, 0, n }, exi);
	expect_frame(&res, "evse * wrong-payload-type 0x8002",
		     (uint8_t[]) { 1, 0xfe, 0x80, 2, 0, 0, 0, n }, exi);
	expect_frame(&res, "evse * bad-header", (uint8_t[]) { 1, 1, 0x80, 1, 0, 0, 0, n }, exi);
	start("evse * truncated 10000");
	assert_int_equal(send(CCS_SIDE_EVSE, &res), 0);
	assert_int_equal(tamper.failed[0], 1);
	assert_ptr_equal(pieces.at[0].bytes, res.bytes);
}

/* How many bits differ, from the first to the last one. */
static size_t count_damage(const struct specimen *specimen, size_t *burst)
{
	size_t bits = 0, first = 0, last = 0;

	for (size_t i = 0; i < specimen->length * 8; i++) {
		if (!((specimen->bytes[i / 8] ^ pieces.at[0].bytes[i / 8]) >> (7 - i % 8) & 1))
			continue;
		first = bits ? first : i;
		last = i;
		bits++;
	}
	*burst = bits ? last - first + 1 : 0;
	return bits && first < HEADER * 8u ? 0 : bits;
}

static void test_damage(void **state)
{
	struct specimen res = precharge();
	bool differ = false;
	uint8_t first[SPECIMEN_SIZE];
	size_t burst;

	(void)state;
	for (uint64_t seed = 0; seed < 200; seed++) {
		struct sim_message_fault fault = fault_of("evse PreChargeRes damaged 5");

		sim_tamper_init(&tamper, seed);
		fault.number = (uint32_t)seed % 6; /* 0 is 1 */
		sim_tamper_add(&tamper, &fault);
		assert_int_equal(send(CCS_SIDE_EVSE, &res), 1);
		assert_int_equal(pieces.at[0].length, res.length);
		assert_int_equal(count_damage(&res, &burst), fault.number ? fault.number : 1);
		assert_int_equal(burst, fault.number ? fault.number : 1);
		if (!seed)
			memcpy(first, pieces.at[0].bytes, res.length);
		differ = differ || memcmp(first, pieces.at[0].bytes, res.length) != 0;
	}
	assert_true(differ);
	start("evse PreChargeRes damaged 100000");
	assert_int_equal(send(CCS_SIDE_EVSE, &res), 1);
	assert_int_equal(count_damage(&res, &burst), (res.length - HEADER) * 8);
}

static void test_fields(void **state)
{
	static const struct {
		const char *line;
		const char *was;
		const char *now;
	} rows[] = {
		{ "evse PreChargeRes wrong-code FAILED", "\"ResponseCode\":\"OK\"",
		  "\"ResponseCode\":\"FAILED\"" },
		{ "evse PreChargeRes status EVSE_Shutdown", "\"EVSE_Ready\"", "\"EVSE_Shutdown\"" },
		{ "evse * notification StopCharging", "\"EVSENotification\":\"None\"",
		  "\"EVSENotification\":\"StopCharging\"" },
		{ "evse * isolation Fault", "{\"EVSEStatusCode\"",
		  "{\"EVSEIsolationStatus\":\"Fault\",\"EVSEStatusCode\"" },
		{ "evse * set EVSEPresentVoltage 1000",
		  "{\"Multiplier\":-1,\"Unit\":\"V\",\"Value\":3507}",
		  "{\"Multiplier\":0,\"Unit\":\"V\",\"Value\":1000}" },
		{ "evse * set EVSEPresentVoltage -12.345",
		  "{\"Multiplier\":-1,\"Unit\":\"V\",\"Value\":3507}",
		  "{\"Multiplier\":-3,\"Unit\":\"V\",\"Value\":-12345}" },
		{ "evse * set EVSEPresentVoltage.Multiplier 127", "\"Multiplier\":-1",
		  "\"Multiplier\":4" },
		{ "evse * set EVSEPresentVoltage.Multiplier -128", "\"Multiplier\":-1",
		  "\"Multiplier\":-3" },
		{ "evse * set NotificationMaxDelay 65535", "\"NotificationMaxDelay\":0",
		  "\"NotificationMaxDelay\":65535" },
		{ "evse PreChargeRes wrong-session-id", "\"SessionID\":\"01020304\"",
		  "\"SessionID\":\"010203fb\"" },
		{ "evse * header-notification", "\"SessionID\":\"01020304\"",
		  "\"SessionID\":\"01020304\",\"Notification\":{\"FaultCode\":\"ParsingError\"}" },
	};
	struct specimen res = precharge();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		start(rows[i].line);
		assert_int_equal(send(CCS_SIDE_EVSE, &res), 1);
		expect_replaced(&res, rows[i].was, rows[i].now);
	}
}

static void test_fields_of_the_car(void **state)
{
	struct specimen req = current_demand();

	(void)state;
	start("ev CurrentDemandReq set EVRESSSOC 200");
	assert_int_equal(send(CCS_SIDE_EV, &req), 1);
	expect_replaced(&req, "\"EVRESSSOC\":42", "\"EVRESSSOC\":127");
	start("ev CurrentDemandReq ev-error FAILED_EVRESSMalfunction");
	assert_int_equal(send(CCS_SIDE_EV, &req), 1);
	expect_replaced(&req, "\"NO_ERROR\"", "\"FAILED_EVRESSMalfunction\"");
	start("ev CurrentDemandReq set EVReady false");
	assert_int_equal(send(CCS_SIDE_EV, &req), 1);
	expect_replaced(&req, "\"EVReady\":true", "\"EVReady\":false");
	start("ev CurrentDemandReq set EVMaximumPowerLimit 150000");
	assert_int_equal(send(CCS_SIDE_EV, &req), 1);
	expect_only(&req, "EVMaximumPowerLimit");
	assert_non_null(strstr(piece_json(&req), "\"EVMaximumPowerLimit\":{\"Multiplier\":1,"
						 "\"Unit\":\"W\",\"Value\":15000}"));
	start("ev CurrentDemandReq header-signature");
	assert_int_equal(send(CCS_SIDE_EV, &req), 1);
	expect_only(&req, "Signature");
}

static void test_handshake(void **state)
{
	struct specimen res = handshake();

	(void)state;
	start("evse supportedAppProtocolRes wrong-schema-id");
	assert_int_equal(send(CCS_SIDE_EVSE, &res), 1);
	expect_replaced(&res, "\"SchemaID\":1", "\"SchemaID\":129");
	start("evse * wrong-code Failed_NoNegotiation");
	assert_int_equal(send(CCS_SIDE_EVSE, &res), 1);
	expect_replaced(&res, "OK_SuccessfulNegotiation", "Failed_NoNegotiation");
	start("evse * wrong-session-id");
	assert_int_equal(send(CCS_SIDE_EVSE, &res), 0);
	assert_int_equal(tamper.failed[0], 1);
	assert_ptr_equal(pieces.at[0].bytes, res.bytes);
}

/* Several faults of one message, whatever the order in which they were added. */
static void test_together(void **state)
{
	static const char *const more[] = { "evse PreChargeRes truncated 5",
					    "evse PreChargeRes wrong-code FAILED" };
	struct specimen res = precharge();

	(void)state;
	start("evse PreChargeRes late 1s");
	for (size_t i = 0; i < 2; i++) {
		struct sim_message_fault fault = fault_of(more[i]);

		assert_int_equal(sim_tamper_add(&tamper, &fault), 0);
	}
	assert_int_equal(send(CCS_SIDE_EVSE, &res), 3);
	assert_true(pieces.at[0].time == NOW + CCS_SECONDS(1));
	assert_int_equal(pieces.at[0].length, HEADER + 5);
	sim_tamper_clear(&tamper);
	assert_int_equal(send(CCS_SIDE_EVSE, &res), 0);
	for (size_t i = 0; i < SIM_TAMPER_FAULTS; i++)
		assert_int_equal(sim_tamper_add(&tamper, &tamper.faults[0]), 0);
	assert_int_equal(sim_tamper_add(&tamper, &tamper.faults[0]), CCS_ERR_SPACE);
}

/* A message with `size` octets of certificates. */
static size_t make_long(uint8_t *bytes, size_t room, uint32_t size)
{
	static uint8_t octets[1200];
	struct ccs_bytes parts[4];
	struct din_V2G_Message message = { .Body.tag = din_BodyElement_PaymentDetailsReq };
	struct ccs_exi_document document = { .set = &ccs_set_din,
					     .element = din_element_V2G_Message,
					     .value = &message };
	struct din_CertificateChain *chain =
		&message.Body.PaymentDetailsReq.ContractSignatureCertChain;
	int length;

	for (size_t i = 0; i < 4; i++)
		parts[i] = CCS_BYTES(octets, size / 4);
	chain->has_SubCertificates = true;
	chain->SubCertificates.Certificate.at = parts;
	chain->SubCertificates.Certificate.count = 4;
	length = ccs_exi_encode(&document, bytes + HEADER, room - HEADER, NULL);
	assert_true(length > 0);
	ccs_v2gtp_write_header(bytes, CCS_V2GTP_EXI, (uint32_t)length);
	return HEADER + (size_t)length;
}

/* What has no room for a change keeps its content, also under a fault of the frame. */
static void test_long_messages(void **state)
{
	static uint8_t bytes[6000];
	struct sim_message_fault frame = fault_of("ev * wrong-payload-type");
	size_t length = make_long(bytes, sizeof(bytes), 4068);

	(void)state;
	assert_in_range(length, SIM_TAMPER_MESSAGE - 40, SIM_TAMPER_MESSAGE);
	start("ev * header-signature");
	assert_int_equal(sim_tamper_add(&tamper, &frame), 0);
	assert_int_equal(sim_tamper_message(&tamper, CCS_SIDE_EV, bytes, length, NOW, &pieces), 1);
	assert_int_equal(tamper.failed[0], 1);
	assert_int_equal(tamper.done[1], 1);
	assert_int_equal(pieces.at[0].length, length);
	assert_memory_equal(pieces.at[0].bytes + HEADER, bytes + HEADER, length - HEADER);
	length = make_long(bytes, sizeof(bytes), 4400);
	assert_true(length > SIM_TAMPER_MESSAGE);
	assert_int_equal(sim_tamper_message(&tamper, CCS_SIDE_EV, bytes, length, NOW, &pieces), 0);
	assert_int_equal(tamper.failed[0], 2);
	assert_int_equal(tamper.failed[1], 1);
	assert_ptr_equal(pieces.at[0].bytes, bytes);
}

/* What is no message of ours can be lost and damaged, but not understood. */
static void test_strange_messages(void **state)
{
	struct specimen strange = { .bytes = { 1, 0xfe, 0x80, 1, 0, 0, 0, 2, 0x80, 0x9a },
				    .length = 10 };

	(void)state;
	start("ev * wrong-session-id");
	assert_int_equal(send(CCS_SIDE_EV, &strange), 0);
	assert_int_equal(tamper.failed[0], 1);
	start("ev SessionSetupReq lost");
	assert_int_equal(send(CCS_SIDE_EV, &strange), 0);
	assert_int_equal(pieces.count, 1);
	start("ev * lost");
	assert_int_equal(send(CCS_SIDE_EV, &strange), 1);
	assert_int_equal(pieces.count, 0);
	start("ev * damaged");
	strange.length = 8;
	strange.bytes[7] = 0;
	assert_int_equal(send(CCS_SIDE_EV, &strange), 0);
	strange.length = 3;
	assert_int_equal(send(CCS_SIDE_EV, &strange), 0);
	assert_int_equal(pieces.at[0].length, 3);
}

/* Messages of all types with random content. */
static int make_specimens(void **state)
{
	static const struct {
		const struct ccs_exi_set *set;
		uint16_t element;
		size_t count;
	} roots[] = {
		{ &ccs_set_app, app_element_supportedAppProtocolReq, 20 },
		{ &ccs_set_app, app_element_supportedAppProtocolRes, 20 },
		{ &ccs_set_din, din_element_V2G_Message, 2000 },
		{ &ccs_set_iso2, iso2_element_V2G_Message, SPECIMENS },
	};
	static uint64_t memory[8000];
	struct random_source random = { .state = 4711 };

	(void)state;
	specimens = calloc(SPECIMENS, sizeof(*specimens));
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		size_t end = specimen_count + roots[i].count;

		while (specimen_count < end && specimen_count < SPECIMENS) {
			struct ccs_exi_document document = { .set = roots[i].set,
							     .element = roots[i].element };
			struct specimen *specimen = &specimens[specimen_count];
			struct ccs_pool pool;
			int length;

			ccs_pool_init(&pool, memory, sizeof(memory));
			if (!random_message(&random, &document, &pool))
				continue;
			length = ccs_exi_encode(&document, specimen->bytes + HEADER,
						SPECIMEN_SIZE - HEADER, NULL);
			if (length < 0)
				continue;
			encode(specimen, &document);
			specimen_count += *specimen->name != '\0'; /* else an empty body */
		}
	}
	return 0;
}

static int free_specimens(void **state)
{
	(void)state;
	free(specimens);
	return 0;
}

/* One fault on all messages that it can change: only its field changes.  How many did. */
static size_t try_fault(const struct sim_message_fault *fault, const struct ccs_exi_set *set)
{
	const struct sim_message_fault_info *info = sim_message_fault_info(fault->kind);
	struct sim_message_fault now = *fault;
	size_t done = 0;

	now.first = 0;
	for (size_t i = 0; i < specimen_count && done < 4; i++) {
		const struct specimen *specimen = &specimens[i];

		if (specimen->set != set || strcmp(specimen->name, fault->message) != 0)
			continue;
		sim_tamper_init(&tamper, i);
		sim_tamper_add(&tamper, &now);
		if (!send(fault->side, specimen))
			continue;
		done++;
		if (fault->kind == SIM_MESSAGE_OUT_OF_TURN)
			assert_non_null(strstr(piece_json(specimen), fault->value));
		else if (info->stage == SIM_STAGE_FIELDS)
			expect_only(specimen, info->field ? info->field : fault->field);
	}
	return done;
}

static bool used[200]; /* which lines of the matrix apply somewhere */

/* Every fault of the matrix can happen, and no two are the same. */
static void check_matrix(enum ccs_protocol protocol, bool ac, size_t expected)
{
	struct sim_fault_matrix matrix = { .protocol = protocol, .ac = ac };
	struct sim_message_fault fault, last = { 0 };
	size_t count = 0;

	while (sim_fault_matrix_next(&matrix, &fault)) {
		bool is_app = !strncmp(fault.message, "supportedApp", 12);

		if (!try_fault(&fault, is_app ? &ccs_set_app : ccs_protocol_info(protocol)->set))
			fail_msg("fault %zu, %s %s %s %s, cannot happen", count, fault.message,
				 sim_message_fault_info(fault.kind)->name, fault.field,
				 fault.value);
		assert_memory_not_equal(&fault, &last, sizeof(fault));
		last = fault;
		used[matrix.line - 1] = true;
		count++;
	}
	assert_int_equal(count, expected);
	assert_false(sim_fault_matrix_next(&matrix, &fault));
}

static void test_matrix(void **state)
{
	size_t last = 0;

	(void)state;
	check_matrix(CCS_PROTOCOL_DIN, false, 726);
	check_matrix(CCS_PROTOCOL_ISO2, false, 730);
	check_matrix(CCS_PROTOCOL_ISO2, true, 439);
	check_matrix(CCS_PROTOCOL_DIN, true, 0);
	check_matrix(CCS_PROTOCOL_ISO20, false, 0);
	for (size_t i = 0; i < sizeof(used); i++)
		last = used[i] ? i : last;
	for (size_t i = 0; i < last; i++) {
		if (!used[i])
			fail_msg("line %zu of the matrix fits no message", i);
	}
}

/* One by chance is one of the matrix, and not always the same. */
static void test_any(void **state)
{
	struct sim_fault_matrix din = { .protocol = CCS_PROTOCOL_DIN }, ac = din;
	struct sim_random random = { 1 };
	struct sim_message_fault fault;
	bool seen[SIM_MESSAGE_FAULT_KINDS] = { false };

	(void)state;
	for (int i = 0; i < 2000; i++) {
		const struct ccs_exi_set *set = &ccs_set_din;

		assert_true(sim_fault_matrix_any(din, &random, &fault));
		if (!strncmp(fault.message, "supportedApp", 12))
			set = &ccs_set_app;
		assert_int_equal(sim_message_fault_check(&fault, set, fault.message, "AC_"), 0);
		seen[fault.kind] = true;
	}
	for (int i = 0; i < SIM_MESSAGE_FAULT_KINDS; i++)
		assert_true(seen[i]);
	ac.ac = true;
	assert_false(sim_fault_matrix_any(ac, &random, &fault));
}

/* A damaged message, whatever can still be read of it, meets every fault. */
static void test_damaged_messages(void **state)
{
	struct sim_fault_matrix matrix = { .protocol = CCS_PROTOCOL_ISO2 };
	struct sim_random random = { 7 };

	(void)state;
	for (size_t i = 0; i < specimen_count; i++) {
		struct specimen specimen = specimens[i];
		struct sim_message_fault fault;

		sim_damage(&random, specimen.bytes + HEADER, specimen.length - HEADER, 3);
		assert_true(sim_fault_matrix_any(matrix, &random, &fault));
		sim_tamper_init(&tamper, i);
		strcpy(fault.message, "*");
		fault.first = 0;
		sim_tamper_add(&tamper, &fault);
		send(fault.side, &specimen);
		assert_int_equal(tamper.done[0] + tamper.failed[0], 1);
		assert_true(pieces.count <= 2);
	}
}

/* Any message can take the place of any other of its side, header and session ID as before. */
static void test_out_of_turn(void **state)
{
	size_t done = 0;

	(void)state;
	for (size_t i = 0; i < specimen_count; i++) {
		const struct specimen *instead = &specimens[(i + 13) % specimen_count];
		const struct specimen *specimen = &specimens[i];
		struct sim_message_fault fault = { SIM_MESSAGE_OUT_OF_TURN, .message = "*" };
		char expected[100], *end;

		if (specimen->set == &ccs_set_app || specimen->set != instead->set)
			continue;
		fault.side = CCS_SIDE_EV;
		strcpy(fault.value, instead->name);
		sim_tamper_init(&tamper, 0);
		sim_tamper_add(&tamper, &fault);
		if (send(CCS_SIDE_EV, specimen) != 1)
			fail_msg("%s for %s", instead->name, specimen->name);
		snprintf(expected, sizeof(expected), "\"Body\":{\"%s\":{", instead->name);
		end = strstr(piece_json(specimen), expected);
		assert_non_null(end);
		assert_memory_equal(sent_json(specimen), piece_json(specimen),
				    (size_t)(end - piece_json(specimen)));
		done++;
	}
	assert_true(done > 3900);
}

static void test_pyplc(void **state)
{
	struct specimen res = precharge();

	(void)state;
	for (size_t i = 0; i < SIM_PYPLC_CASES; i++) {
		const struct sim_pyplc_case *c = &sim_pyplc_cases[i];

		assert_non_null(c->title);
		assert_int_equal(c->charges, i == 15);
		assert_int_equal(c->asked, i == 11 || i == 12);
		for (size_t k = 0; k < 4 && c->faults[k]; k++) {
			struct sim_message_fault fault = fault_of(c->faults[k]);
			struct sim_fault_matrix matrix = { .protocol = CCS_PROTOCOL_DIN };

			fault.first = 0;
			assert_int_equal(fault.side, CCS_SIDE_EVSE);
			assert_true(try_fault(&fault, ccs_protocol_info(matrix.protocol)->set) > 0);
		}
		assert_int_equal(c->faults[0] == NULL, i == 15);
	}
	start(sim_pyplc_cases[6].faults[0]);
	for (int i = 0; i < 4; i++)
		assert_int_equal(send(CCS_SIDE_EVSE, &res), i >= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_nothing_to_do),
		cmocka_unit_test(test_way),
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_fields_of_the_car),
		cmocka_unit_test(test_handshake),
		cmocka_unit_test(test_together),
		cmocka_unit_test(test_long_messages),
		cmocka_unit_test(test_strange_messages),
		cmocka_unit_test(test_matrix),
		cmocka_unit_test(test_any),
		cmocka_unit_test(test_damaged_messages),
		cmocka_unit_test(test_out_of_turn),
		cmocka_unit_test(test_pyplc),
	};

	return cmocka_run_group_tests(tests, make_specimens, free_specimens);
}
