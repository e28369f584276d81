/* SPDX-License-Identifier: Apache-2.0 */
/* JSON of messages: read, written, refused. */
#include "../random/message.h"
#include "ccs/msg/app.h"
#include "ccs/msg/din.h"
#include "ccs/msg/iso2.h"
#include "ccs/msg/iso20.h"
#include "ccs/msg/xmldsig.h"
#include "ccs/print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define SIZE (1u << 20)

static uint8_t memory[SIZE], other_memory[SIZE], bytes[SIZE], again[SIZE];
static char text[SIZE];

static int read(struct ccs_exi_document *document, const char *json, struct ccs_exi_error *error)
{
	struct ccs_pool pool;

	ccs_pool_init(&pool, memory, SIZE);
	return ccs_exi_read_json(document, json, strlen(json), &pool, error);
}

static const char *print(const struct ccs_exi_document *document)
{
	struct ccs_print p;

	ccs_print_init(&p, text, SIZE - 1);
	ccs_exi_print_json(&p, document);
	*p.at = 0;
	return text;
}

static void expect_same(const struct ccs_exi_set *set, enum ccs_exi_form form, const char *json)
{
	struct ccs_exi_document document = { .set = set, .form = form };

	assert_int_equal(read(&document, json, NULL), strlen(json));
	assert_string_equal(print(&document), json);
}

static void test_forms(void **state)
{
	(void)state;
	expect_same(&ccs_set_din, CCS_EXI_DOCUMENT,
		    "{\"Header\":{\"SessionID\":\"00\"},\"Body\":{\"SessionStopReq\":{}}}");
	expect_same(&ccs_set_din, CCS_EXI_DOCUMENT,
		    "{\"Header\":{\"SessionID\":\"\"},\"Body\":{}}");
	expect_same(&ccs_set_app, CCS_EXI_DOCUMENT,
		    "{\"supportedAppProtocolRes\":{\"ResponseCode\":\"Failed_NoNegotiation\"}}");
	expect_same(&ccs_set_iso2, CCS_EXI_FRAGMENT,
		    "{\"eMAID\":{\"Id\":\"id1\",\"value\":\"DE123\"}}");
	expect_same(&ccs_set_xmldsig, CCS_EXI_FRAGMENT,
		    "{\"KeyInfo\":{\"Content\":[{\"KeyName\":\"a\"},{\"KeyValue\":{\"RSAKeyValue\":"
		    "{\"Modulus\":\"01\",\"Exponent\":\"03\"}}},{\"KeyName\":\"b\"}]}}");
}

static void test_keys_in_any_order(void **state)
{
	struct ccs_exi_document document = { .set = &ccs_set_din };
	const struct din_V2G_Message *m;

	(void)state;
	assert_true(read(&document,
			 " { \"Body\" : { \"PreChargeRes\" : { \"EVSEPresentVoltage\" : { "
			 "\"Value\" : 398 ,"
			 " \"Unit\" : \"V\" , \"Multiplier\" : 0 } , \"ResponseCode\" : \"OK\" , "
			 "\"DC_EVSEStatus\" : { \"EVSENotification\" : \"None\" , "
			 "\"NotificationMaxDelay\" : 4294967295 , \"EVSEStatusCode\" : "
			 "\"EVSE_Ready\" } } } "
			 ", \"Header\" : { \"SessionID\" : \"0aFF\" } } ",
			 NULL) > 0);
	m = document.value;
	assert_int_equal(m->Body.PreChargeRes.EVSEPresentVoltage.Value, 398);
	assert_true(m->Body.PreChargeRes.EVSEPresentVoltage.has_Unit);
	assert_int_equal(m->Body.PreChargeRes.DC_EVSEStatus.NotificationMaxDelay, 4294967295u);
	assert_memory_equal(m->Header.SessionID.at, "\x0a\xff", 2);
}

static void test_texts(void **state)
{
	struct ccs_exi_document document = { .set = &ccs_set_xmldsig, .form = CCS_EXI_FRAGMENT };
	const struct ccs_text *name;

	(void)state;
	assert_true(read(&document, "{\"KeyName\":\"\\u20ac \\ud83d\\ude97 \\\"\\n\\/\\u0000\"}",
			 NULL) > 0);
	name = document.value;
	assert_int_equal(name->length, 13);
	assert_memory_equal(name->at, "\xe2\x82\xac \xf0\x9f\x9a\x97 \"\n/\0", 13);
	assert_string_equal(print(&document),
			    "{\"KeyName\":\"\xe2\x82\xac \xf0\x9f\x9a\x97 \\\"\\n/\\u0000\"}");
}

static void test_big_integers(void **state)
{
	static const char *const numbers[] = {
		"0",
		"-1",
		"127",
		"128",
		"-128",
		"18446744073709551616",
		"-730750818665451459101842416358141509827966271487"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		struct ccs_exi_document document = { .set = &ccs_set_xmldsig,
						     .form = CCS_EXI_FRAGMENT };
		struct ccs_pool pool;
		char json[200];
		int n;

		strcpy(json, "{\"X509SerialNumber\":");
		strcat(json, numbers[i]);
		strcat(json, "}");
		expect_same(&ccs_set_xmldsig, CCS_EXI_FRAGMENT, json);
		assert_true(read(&document, json, NULL) > 0);
		n = ccs_exi_encode(&document, bytes, SIZE, NULL);
		assert_true(n > 0);
		ccs_pool_init(&pool, other_memory, SIZE);
		assert_int_equal(ccs_exi_decode(&document, bytes, (size_t)n, &pool, NULL), n);
		assert_string_equal(print(&document), json);
	}
}

static void refuse(const char *json, int code, const char *field)
{
	struct ccs_exi_document document = { .set = &ccs_set_din };
	struct ccs_exi_error error;
	struct ccs_print p;

	assert_int_equal(read(&document, json, &error), code);
	ccs_print_init(&p, text, SIZE - 1);
	ccs_exi_print_field(&p, &ccs_set_din, &error);
	*p.at = 0;
	assert_string_equal(text, field);
}

#define IN_BODY(content) "{\"Header\":{\"SessionID\":\"00\"},\"Body\":{" content "}}"

static void test_refused(void **state)
{
	(void)state;
	refuse("", CCS_ERR_TYPE, "");
	refuse("[]", CCS_ERR_TYPE, "");
	refuse("{\"Header\":", CCS_ERR_TYPE, "V2G_Message/Header");
	refuse("{\"Nonsense\":{}}", CCS_ERR_NAME, "");
	refuse("{\"Header\":{\"SessionID\":\"00\"}}", CCS_ERR_MISSING, "V2G_Message/Body");
	refuse("{\"Header\":{},\"Body\":{}}", CCS_ERR_MISSING, "V2G_Message/Header/SessionID");
	refuse("{\"Header\":{\"SessionID\":\"0\"},\"Body\":{}}", CCS_ERR_TEXT,
	       "V2G_Message/Header/SessionID");
	refuse("{\"Header\":{\"SessionID\":\"0g\"},\"Body\":{}}", CCS_ERR_TEXT,
	       "V2G_Message/Header/SessionID");
	refuse("{\"Header\":{\"SessionID\":5},\"Body\":{}}", CCS_ERR_TYPE,
	       "V2G_Message/Header/SessionID");
	refuse(IN_BODY("\"SessionStopReq\":{\"x\":1}"), CCS_ERR_NAME,
	       "V2G_Message/Body/SessionStopReq");
	refuse(IN_BODY("\"SessionStopReq\":{},\"SessionStopReq\":{}"), CCS_ERR_NAME,
	       "V2G_Message/Body");
	refuse(IN_BODY("\"SessionStopRes\":{\"ResponseCode\":\"FINE\"}"), CCS_ERR_ENUM,
	       "V2G_Message/Body/SessionStopRes/ResponseCode");
	refuse(IN_BODY("\"ServiceDetailReq\":{\"ServiceID\":1.5}"), CCS_ERR_TYPE,
	       "V2G_Message/Body/ServiceDetailReq/ServiceID");
	refuse(IN_BODY("\"ServiceDetailReq\":{\"ServiceID\":-1}"), CCS_ERR_RANGE,
	       "V2G_Message/Body/ServiceDetailReq/ServiceID");
	refuse(IN_BODY("\"ServiceDetailReq\":{\"ServiceID\":99999999999999999999}"), CCS_ERR_RANGE,
	       "V2G_Message/Body/ServiceDetailReq/ServiceID");
	refuse(IN_BODY("\"ServiceDetailReq\":{\"ServiceID\":1,}"), CCS_ERR_SYNTAX,
	       "V2G_Message/Body/ServiceDetailReq");
}

/* The entry of a list is part of the path. */
static void test_list_entry(void **state)
{
	struct ccs_exi_document document = { .set = &ccs_set_app };
	struct ccs_exi_error error;
	struct ccs_print p;

	(void)state;
	assert_int_equal(
		read(&document,
		     "{\"supportedAppProtocolReq\":{\"AppProtocol\":[{\"ProtocolNamespace\":\"a\","
		     "\"VersionNumberMajor\":1,\"VersionNumberMinor\":0,\"SchemaID\":1,"
		     "\"Priority\":1},{\"ProtocolNamespace\":5}]}}",
		     &error),
		CCS_ERR_TYPE);
	ccs_print_init(&p, text, SIZE - 1);
	ccs_exi_print_field(&p, &ccs_set_app, &error);
	*p.at = 0;
	assert_string_equal(text, "supportedAppProtocolReq/AppProtocol[1]/ProtocolNamespace");
}

/* Every type: struct -> JSON -> struct -> EXI is the same EXI. */
static void test_all_types_by_way_of_json(void **state)
{
	struct random_source random = { .state = 31337 };

	(void)state;
	for (size_t s = 0; s < random_set_count; s++) {
		struct ccs_exi_document document = { .set = random_sets[s] };
		size_t count = random_element_count(document.set);

		for (size_t i = 0; i < 4 * count; i++) {
			struct ccs_exi_document back = { .set = document.set };
			struct ccs_pool pool;
			int n;

			document.element = (uint16_t)(i % count);
			if (!random_is_root(document.set, document.element))
				continue;
			ccs_pool_init(&pool, other_memory, SIZE);
			if (!random_message(&random, &document, &pool))
				continue;
			n = ccs_exi_encode(&document, bytes, SIZE, NULL);
			assert_true(n > 0);
			assert_true(read(&back, print(&document), NULL) > 0);
			assert_int_equal(back.element, document.element);
			assert_int_equal(ccs_exi_encode(&back, again, SIZE, NULL), n);
			assert_memory_equal(bytes, again, (size_t)n);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_keys_in_any_order),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_big_integers),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_list_entry),
		cmocka_unit_test(test_all_types_by_way_of_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
