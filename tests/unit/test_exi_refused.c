/* SPDX-License-Identifier: Apache-2.0 */
/* What the codec refuses, with which error, and where it says it was. */
#include "../random/message.h"
#include "ccs/msg/app.h"
#include "ccs/msg/din.h"
#include "ccs/msg/iso2.h"
#include "ccs/msg/iso20.h"
#include "ccs/print.h"
#include "exi_bits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define POOL_SIZE (64u << 10)

static uint8_t pool_memory[POOL_SIZE], bytes[POOL_SIZE];

static const char *field_of(const struct ccs_exi_set *set, const struct ccs_exi_error *error)
{
	static char buffer[256];
	struct ccs_print print;

	ccs_print_init(&print, buffer, sizeof(buffer) - 1);
	ccs_exi_print_field(&print, set, error);
	*print.at = 0;
	return buffer;
}

static void expect(const struct bit_stream *stream, int code, size_t bit, const char *field)
{
	struct ccs_exi_document document = { .set = &ccs_set_din };
	struct ccs_exi_error error;
	struct ccs_pool pool;

	ccs_pool_init(&pool, pool_memory, POOL_SIZE);
	assert_int_equal(
		ccs_exi_decode(&document, stream->bytes, stream_size(stream), &pool, &error), code);
	assert_int_equal(error.code, code);
	assert_int_equal(error.bit, bit);
	assert_string_equal(field_of(&ccs_set_din, &error), field);
}

static void test_wrong_header(void **state)
{
	static const char *const headers[] = { "10010000", "10000001", "10100000", "00100100" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct bit_stream stream = { .bits = 0 };

		add_bits(&stream, headers[i]);
		add_bits(&stream, "1001101 0");
		expect(&stream, CCS_ERR_HEADER, 8, "");
	}
}

static void test_wrong_root(void **state)
{
	struct bit_stream stream = { .bits = 0 };

	(void)state;
	add_bits(&stream, "10000000 1010001 0"); /* 81: SE(*) */
	expect(&stream, CCS_ERR_WILDCARD, 15, "");
	stream.bits = 0;
	add_bits(&stream, "10000000 1010010 0"); /* 82: no code */
	expect(&stream, CCS_ERR_EVENT, 15, "");
}

static void test_wrong_event(void **state)
{
	struct bit_stream stream = begin_din("111111"); /* 63 of 37 codes */

	(void)state;
	add_bits(&stream, "0 0 0");
	expect(&stream, CCS_ERR_EVENT, 44, "V2G_Message/Body/BodyElement");
}

/* An escape where a value is mandatory. */
static void test_escape_of_a_number(void **state)
{
	struct bit_stream stream = begin_din("010111"); /* 23: ServiceDetailReq */

	(void)state;
	add_bits(&stream, "0 1 000 0 0 0");
	expect(&stream, CCS_ERR_EVENT, 49, "V2G_Message/Body/ServiceDetailReq/ServiceID");
}

static void test_string_table_hit(void **state)
{
	struct bit_stream stream = begin_din("011001"); /* 25: ServiceDiscoveryReq */

	(void)state;
	add_bits(&stream, "00 0 00000001 0 0 0 0 0 0 0 0");
	expect(&stream, CCS_ERR_TEXT, 55, "V2G_Message/Body/ServiceDiscoveryReq/ServiceScope");
}

static void test_lying_length(void **state)
{
	struct bit_stream stream = begin_din("011101"); /* 29: SessionSetupReq */

	(void)state;
	add_bits(&stream, "0 0 11111111 11111111 01111111 0000"); /* 2,097,151 octets */
	expect(&stream, CCS_ERR_SHORT, 70, "V2G_Message/Body/SessionSetupReq/EVCCID");
}

/* Cut anywhere, a message is short; it never reads what is behind its end (sanitizers look). */
static void test_cut_anywhere(void **state)
{
	struct random_source random = { .state = 99 };

	(void)state;
	for (size_t i = 0; i < 200; i++) {
		struct ccs_exi_document document = { .set = random_sets[i % random_set_count] };
		struct ccs_pool pool;
		int n = -1;

		do {
			document.element = (uint16_t)(random_next(&random) %
						      random_element_count(document.set));
			ccs_pool_init(&pool, pool_memory, POOL_SIZE);
			if (random_is_root(document.set, document.element) &&
			    random_message(&random, &document, &pool))
				n = ccs_exi_encode(&document, bytes, sizeof(bytes), NULL);
		} while (n < 0);
		for (int cut = 0; cut < n; cut++) {
			uint8_t *exact = malloc((size_t)cut + 1);
			struct ccs_exi_document read = { .set = document.set };
			static uint8_t other[POOL_SIZE];

			memcpy(exact, bytes, (size_t)cut);
			exact = realloc(exact, cut ? (size_t)cut : 1);
			ccs_pool_init(&pool, other, POOL_SIZE);
			assert_int_equal(ccs_exi_decode(&read, exact, (size_t)cut, &pool, NULL),
					 CCS_ERR_SHORT);
			free(exact);
		}
	}
}

/* Every size of pool gives the message or CCS_ERR_SPACE, and from some size on the message. */
static void test_every_pool_size(void **state)
{
	struct random_source random = { .state = 5 };
	struct ccs_exi_document document = { .set = &ccs_set_din,
					     .element = din_element_V2G_Message };
	static uint8_t other[POOL_SIZE];
	struct ccs_pool pool;
	bool fits = false;
	int n;

	(void)state;
	ccs_pool_init(&pool, pool_memory, POOL_SIZE);
	assert_true(random_message(&random, &document, &pool));
	n = ccs_exi_encode(&document, bytes, sizeof(bytes), NULL);
	assert_true(n > 0);
	for (size_t size = 0; size < POOL_SIZE && !fits; size += 16) {
		struct ccs_exi_document read = { .set = &ccs_set_din };
		int used;

		ccs_pool_init(&pool, other, size);
		used = ccs_exi_decode(&read, bytes, (size_t)n, &pool, NULL);
		fits = used == n;
		if (!fits)
			assert_int_equal(used, CCS_ERR_SPACE);
	}
	assert_true(fits);
}

static void refuse(struct din_V2G_Message *m, int code, const char *field)
{
	struct ccs_exi_document document = { .set = &ccs_set_din,
					     .element = din_element_V2G_Message,
					     .value = m };
	struct ccs_exi_error error;

	assert_int_equal(ccs_exi_encode(&document, bytes, sizeof(bytes), &error), code);
	assert_string_equal(field_of(&ccs_set_din, &error), field);
}

static void test_values_out_of_range(void **state)
{
	struct din_V2G_Message m = { .Body.tag = din_BodyElement_PreChargeReq };
	struct din_PreChargeReq *req = &m.Body.PreChargeReq;

	(void)state;
	req->EVTargetVoltage.Value = 40000;
	refuse(&m, CCS_ERR_RANGE, "V2G_Message/Body/PreChargeReq/EVTargetVoltage/Value");
	req->EVTargetVoltage.Value = -32769;
	refuse(&m, CCS_ERR_RANGE, "V2G_Message/Body/PreChargeReq/EVTargetVoltage/Value");
	req->EVTargetVoltage.Value = 400;
	req->EVTargetVoltage.Multiplier = 4;
	refuse(&m, CCS_ERR_RANGE, "V2G_Message/Body/PreChargeReq/EVTargetVoltage/Multiplier");
	req->EVTargetVoltage.Multiplier = 0;
	req->DC_EVStatus.EVRESSSOC = 101;
	refuse(&m, CCS_ERR_RANGE, "V2G_Message/Body/PreChargeReq/DC_EVStatus/EVRESSSOC");
	req->DC_EVStatus.EVRESSSOC = 100;
	req->DC_EVStatus.EVErrorCode = (enum din_DC_EVErrorCode)12;
	refuse(&m, CCS_ERR_ENUM, "V2G_Message/Body/PreChargeReq/DC_EVStatus/EVErrorCode");
}

/* What a peer may have sent can be said again; what no bits exist for cannot. */
static void test_lenient(void **state)
{
	struct din_V2G_Message m = { .Body.tag = din_BodyElement_CableCheckReq };
	struct ccs_exi_document document = { .set = &ccs_set_din,
					     .element = din_element_V2G_Message,
					     .value = &m };
	struct ccs_exi_document read = { .set = &ccs_set_din };
	const struct din_V2G_Message *back;
	struct ccs_pool pool;
	int n;

	(void)state;
	m.Body.CableCheckReq.DC_EVStatus.EVRESSSOC = 127;
	assert_int_equal(ccs_exi_encode(&document, bytes, sizeof(bytes), NULL), CCS_ERR_RANGE);
	n = ccs_exi_encode_lenient(&document, bytes, sizeof(bytes), NULL);
	assert_true(n > 0);
	ccs_pool_init(&pool, pool_memory, POOL_SIZE);
	assert_int_equal(ccs_exi_decode(&read, bytes, (size_t)n, &pool, NULL), n);
	back = read.value;
	assert_int_equal(back->Body.CableCheckReq.DC_EVStatus.EVRESSSOC, 127);
	m.Body.CableCheckReq.DC_EVStatus.EVRESSSOC = 128;
	assert_int_equal(ccs_exi_encode_lenient(&document, bytes, sizeof(bytes), NULL),
			 CCS_ERR_RANGE);
}

static void test_texts(void **state)
{
	struct din_V2G_Message m = { .Body.tag = din_BodyElement_ServiceDiscoveryReq };
	struct din_ServiceDiscoveryReq *req = &m.Body.ServiceDiscoveryReq;
	const char *field = "V2G_Message/Body/ServiceDiscoveryReq/ServiceScope";

	(void)state;
	req->has_ServiceScope = true;
	req->ServiceScope = CCS_TEXT("123456789012345678901234567890123"); /* 33 of 32 */
	refuse(&m, CCS_ERR_RANGE, field);
	req->ServiceScope = CCS_TEXT("\xff");
	refuse(&m, CCS_ERR_TEXT, field);
	req->ServiceScope = CCS_TEXT("\xed\xa0\x80"); /* a surrogate */
	refuse(&m, CCS_ERR_TEXT, field);
	req->ServiceScope = (struct ccs_text) { NULL, 3 };
	refuse(&m, CCS_ERR_MISSING, field);
}

static void test_missing(void **state)
{
	struct din_V2G_Message m = { .Body.tag = din_BodyElement_ChargeParameterDiscoveryReq };

	(void)state;
	refuse(&m, CCS_ERR_MISSING,
	       "V2G_Message/Body/ChargeParameterDiscoveryReq/EVChargeParameter");
	m.Body.tag = (enum din_BodyElement_tag)99;
	refuse(&m, CCS_ERR_ENUM, "V2G_Message/Body/BodyElement");
}

static void test_fixed_length(void **state)
{
	struct iso20_SessionStopRes res = { .Header.SessionID =
						    CCS_BYTES((const uint8_t *)"1234567", 7) };
	struct ccs_exi_document document = { .set = &ccs_set_iso20,
					     .element = iso20_element_SessionStopRes,
					     .value = &res };
	struct ccs_exi_error error;

	(void)state;
	assert_int_equal(ccs_exi_encode(&document, bytes, sizeof(bytes), &error), CCS_ERR_RANGE);
	assert_string_equal(field_of(&ccs_set_iso20, &error), "SessionStopRes/Header/SessionID");
	document.element = 9999;
	assert_int_equal(ccs_exi_encode(&document, bytes, sizeof(bytes), NULL), CCS_ERR_UNKNOWN);
}

/* One byte less than needed is CCS_ERR_SPACE, and nothing is written behind the end. */
static void test_every_buffer_size(void **state)
{
	struct app_AppProtocol offer = { CCS_TEXT("urn:iso:15118:2:2013:MsgDef"), 2, 0, 1, 1 };
	struct app_supportedAppProtocolReq req = { .AppProtocol = { &offer, 1 } };
	struct ccs_exi_document document = { .set = &ccs_set_app,
					     .element = app_element_supportedAppProtocolReq,
					     .value = &req };
	int n = ccs_exi_encode(&document, bytes, sizeof(bytes), NULL);

	(void)state;
	for (int size = 0; size <= n; size++) {
		uint8_t *exact = malloc(size ? (size_t)size : 1);

		assert_int_equal(ccs_exi_encode(&document, exact, (size_t)size, NULL),
				 size < n ? CCS_ERR_SPACE : n);
		if (size == n)
			assert_memory_equal(exact, bytes, (size_t)n);
		free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrong_header),
		cmocka_unit_test(test_wrong_root),
		cmocka_unit_test(test_wrong_event),
		cmocka_unit_test(test_escape_of_a_number),
		cmocka_unit_test(test_string_table_hit),
		cmocka_unit_test(test_lying_length),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_every_pool_size),
		cmocka_unit_test(test_values_out_of_range),
		cmocka_unit_test(test_lenient),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_fixed_length),
		cmocka_unit_test(test_every_buffer_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
