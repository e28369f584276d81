/* SPDX-License-Identifier: Apache-2.0 */
/* The codec: streams written by hand from the grammar, and every type there and back. */
#include "../random/message.h"
#include "ccs/msg/app.h"
#include "ccs/msg/din.h"
#include "ccs/msg/iso2.h"
#include "ccs/msg/iso20.h"
#include "ccs/msg/xmldsig.h"
#include "ccs/print.h"
#include "exi_bits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define POOL_SIZE (2u << 20)
#define TEXT_SIZE (4u << 20)

static uint8_t pool_memory[POOL_SIZE], other_memory[POOL_SIZE], bytes[TEXT_SIZE], again[TEXT_SIZE];
static char text[TEXT_SIZE], other_text[TEXT_SIZE];

static int decode(struct ccs_exi_document *document, const struct bit_stream *stream)
{
	struct ccs_pool pool;

	ccs_pool_init(&pool, pool_memory, POOL_SIZE);
	return ccs_exi_decode(document, stream->bytes, stream_size(stream), &pool, NULL);
}

static size_t print(const struct ccs_exi_document *document, char *to)
{
	struct ccs_print p;

	ccs_print_init(&p, to, TEXT_SIZE);
	ccs_exi_print_json(&p, document);
	assert_false(p.failed);
	return ccs_print_length(&p);
}

static void test_handshake_answer(void **state)
{
	struct app_supportedAppProtocolRes res = { .has_SchemaID = true, .SchemaID = 5 };
	struct ccs_exi_document document = { .set = &ccs_set_app,
					     .element = app_element_supportedAppProtocolRes,
					     .value = &res };
	struct bit_stream stream = { .bits = 0 };

	(void)state;
	/* Header, root 1; ResponseCode: SE CH 0 EE; SchemaID 0 of {SchemaID, EE}: CH 5 EE; EE. */
	add_bits(&stream, "10000000 01  0 0 00 0  00 0 00000101 0  0");
	assert_int_equal(ccs_exi_encode(&document, bytes, sizeof(bytes), NULL),
			 stream_size(&stream));
	assert_memory_equal(bytes, stream.bytes, stream_size(&stream));
	res.has_SchemaID = false;
	stream.bits = 0;
	add_bits(&stream, "10000000 01  0 0 00 0  01");
	assert_int_equal(ccs_exi_encode(&document, bytes, sizeof(bytes), NULL),
			 stream_size(&stream));
	assert_memory_equal(bytes, stream.bytes, stream_size(&stream));
}

static void test_din_session_setup(void **state)
{
	struct bit_stream stream = begin_din("011101"); /* 29: SessionSetupReq */
	struct ccs_exi_document document = { .set = &ccs_set_din };
	const struct din_V2G_Message *m;

	(void)state;
	add_bits(&stream, "0 0 00000010 10101011 11001101 0"); /* EVCCID: 2 octets */
	add_bits(&stream, "0 0 0");			       /* EE thrice */
	assert_int_equal(decode(&document, &stream), stream_size(&stream));
	assert_int_equal(document.element, din_element_V2G_Message);
	m = document.value;
	assert_int_equal(m->Header.SessionID.length, 1);
	assert_int_equal(m->Body.tag, din_BodyElement_SessionSetupReq);
	assert_int_equal(m->Body.SessionSetupReq.EVCCID.length, 2);
	assert_memory_equal(m->Body.SessionSetupReq.EVCCID.at, "\xab\xcd", 2);
	assert_string_equal(ccs_exi_message_name(&document), "SessionSetupReq");
	assert_string_equal(ccs_exi_element_name(&document), "V2G_Message");
}

/* Codecs in C write CH and length 0, codecs for XML the escape and EE: both are read. */
static void test_empty_value_in_both_forms(void **state)
{
	static const char *const forms[] = { "0 0 00000000 0", "0 1 000" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct bit_stream stream = begin_din("011101");
		struct ccs_exi_document document = { .set = &ccs_set_din };
		const struct din_V2G_Message *m;

		add_bits(&stream, forms[i]);
		add_bits(&stream, "0 0 0");
		assert_int_equal(decode(&document, &stream), stream_size(&stream));
		m = document.value;
		assert_int_equal(m->Body.SessionSetupReq.EVCCID.length, 0);
	}
}

static void test_trailing_bytes_are_left(void **state)
{
	struct bit_stream stream = begin_din("011111 0 0"); /* 31: SessionStopReq */
	struct ccs_exi_document document = { .set = &ccs_set_din };
	size_t size;

	(void)state;
	add_bits(&stream, "0");
	size = stream_size(&stream);
	while (stream.bits < 8 * (size + 3))
		add_bits(&stream, "1"); /* padding of ones, and bytes */
	assert_int_equal(decode(&document, &stream), size);
}

/* Text between elements of mixed content stands for nothing. */
static void test_mixed_text_is_skipped(void **state)
{
	struct ccs_exi_document document = { .set = &ccs_set_xmldsig, .form = CCS_EXI_FRAGMENT };
	struct bit_stream stream = { .bits = 0 };
	const struct xmldsig_DigestMethod *method;

	(void)state;
	add_bits(&stream, "10000000 000010");	   /* fragment: DigestMethod is 2 of 47 */
	add_bits(&stream, "0 00000011 01100001");  /* Algorithm, length 1 + 2, 'a' */
	add_bits(&stream, "10 00000011 01111000"); /* untyped text 'x' */
	add_bits(&stream, "10 00000010");	   /* and an empty one */
	add_bits(&stream, "01 101110");		   /* EE, end of the fragment */
	assert_int_equal(decode(&document, &stream), stream_size(&stream));
	method = document.value;
	assert_int_equal(method->Algorithm.length, 1);
	assert_int_equal(method->Algorithm.at[0], 'a');
}

/* Width of the EE of the root, which has no name. */
static void take_width(void *user, const struct ccs_exi_step *step)
{
	size_t *width = user;

	if (strcmp(step->what, "EE") == 0 && !step->field)
		*width = step->width;
}

/* The EE behind a list is wider while another entry may come (EXI 8.5.4.1.6). */
static void test_end_of_full_list(void **state)
{
	static const size_t expected[] = { 0, 2, 2, 2, 1 };
	struct ccs_bytes certificates[5] = { { (const uint8_t *)"abc", 3 },
					     { (const uint8_t *)"d", 1 },
					     { (const uint8_t *)"e", 1 },
					     { (const uint8_t *)"f", 1 },
					     { (const uint8_t *)"g", 1 } };
	struct iso2_SubCertificates subs = { .Certificate = { certificates, 1 } };
	struct ccs_exi_document document = { .set = &ccs_set_iso2,
					     .form = CCS_EXI_FRAGMENT,
					     .element = iso2_element_SubCertificates,
					     .value = &subs };

	(void)state;
	for (uint32_t count = 1; count <= 4; count++) {
		struct ccs_exi_document read = { .set = &ccs_set_iso2, .form = CCS_EXI_FRAGMENT };
		size_t width = 0;
		struct ccs_pool pool;
		int n;

		subs.Certificate.count = count;
		n = ccs_exi_encode(&document, bytes, sizeof(bytes), NULL);
		assert_true(n > 0);
		/* 8 header, 8 root; each entry SE 1 (2 from the second on), CH, length, octets, EE.
		 */
		ccs_pool_init(&pool, pool_memory, POOL_SIZE);
		assert_int_equal(
			ccs_exi_trace(&read, bytes, (size_t)n, &pool, NULL, take_width, &width), n);
		assert_int_equal(width, expected[count]);
		assert_int_equal(n, (16 + 1 + 2 * (count - 1) + 10 * count + 24 + 8 * (count - 1) +
				     expected[count] + 8 + 7) /
					    8);
	}
	subs.Certificate.count = 5;
	assert_int_equal(ccs_exi_encode(&document, bytes, sizeof(bytes), NULL), CCS_ERR_COUNT);
}

static void check_round_trip(const struct ccs_exi_document *document)
{
	struct ccs_exi_document read = { .set = document->set, .form = document->form };
	struct ccs_exi_error error;
	struct ccs_pool pool;
	size_t length;
	int n = ccs_exi_encode(document, bytes, sizeof(bytes), &error);

	if (n <= 0)
		fail_msg("%s: %s", ccs_exi_element_name(document), ccs_error_text(n));
	ccs_pool_init(&pool, other_memory, POOL_SIZE);
	assert_int_equal(ccs_exi_decode(&read, bytes, (size_t)n, &pool, NULL), n);
	assert_int_equal(read.element, document->element);
	length = print(document, text);
	assert_int_equal(print(&read, other_text), length);
	assert_memory_equal(text, other_text, length);
	assert_int_equal(ccs_exi_encode(&read, again, (size_t)n, NULL), n);
	assert_memory_equal(bytes, again, (size_t)n);
}

/* Every element of every set as a fragment, every global one as a document. */
static void round_trip_all(struct random_source *random, int rounds)
{
	for (size_t s = 0; s < random_set_count; s++) {
		struct ccs_exi_document document = { .set = random_sets[s] };
		size_t count = random_element_count(document.set), done = 0;

		for (size_t i = 0; i < 2 * count * (size_t)rounds; i++) {
			struct ccs_pool pool;

			document.element = (uint16_t)(i / 2 % count);
			document.form = i % 2 ? CCS_EXI_FRAGMENT : CCS_EXI_DOCUMENT;
			if (i % 2 == 0 && !random_is_root(document.set, document.element))
				continue;
			ccs_pool_init(&pool, pool_memory, POOL_SIZE);
			if (!random_message(random, &document, &pool))
				continue; /* nothing but wildcards */
			check_round_trip(&document);
			done++;
		}
		assert_true(done >= count);
	}
}

static void test_all_types_there_and_back(void **state)
{
	struct random_source random = { .state = 20261122 };

	(void)state;
	round_trip_all(&random, 8);
}

static void test_all_types_with_everything(void **state)
{
	struct random_source random = { .state = 7, .full = true };

	(void)state;
	round_trip_all(&random, 1);
}

/* 1,024 entries, as the schema allows; what limits us is the pool. */
static void test_long_schedule(void **state)
{
	static struct iso20_PowerScheduleEntry entries[1025];
	struct iso20_PowerScheduleEntryList list = { .PowerScheduleEntry = { entries, 1024 } };
	struct ccs_exi_document document = { .set = &ccs_set_iso20,
					     .form = CCS_EXI_FRAGMENT,
					     .element = iso20_element_PowerScheduleEntries,
					     .value = &list };
	struct ccs_exi_document read = { .set = &ccs_set_iso20, .form = CCS_EXI_FRAGMENT };
	const struct iso20_PowerScheduleEntryList *back;
	struct ccs_pool pool;
	int n;

	(void)state;
	for (int32_t i = 0; i < 1025; i++)
		entries[i].Power = (struct iso20_RationalNumber) { i % 100 - 50, i - 500 };
	n = ccs_exi_encode(&document, bytes, sizeof(bytes), NULL);
	assert_true(n > 0);
	ccs_pool_init(&pool, pool_memory, 4096);
	assert_int_equal(ccs_exi_decode(&read, bytes, (size_t)n, &pool, NULL), CCS_ERR_SPACE);
	ccs_pool_init(&pool, pool_memory, POOL_SIZE);
	assert_int_equal(ccs_exi_decode(&read, bytes, (size_t)n, &pool, NULL), n);
	back = read.value;
	assert_int_equal(back->PowerScheduleEntry.count, 1024);
	assert_int_equal(back->PowerScheduleEntry.at[1023].Power.Value, 523);
	list.PowerScheduleEntry.count = 1025;
	assert_int_equal(ccs_exi_encode(&document, bytes, sizeof(bytes), NULL), CCS_ERR_COUNT);
}

/* A signature in the header is decoded and lies in the pool. */
static void test_signature_in_the_header(void **state)
{
	struct xmldsig_Transform transform = { .Algorithm = CCS_TEXT("c14n") };
	struct xmldsig_Reference reference = { .has_URI = true,
					       .URI = CCS_TEXT("#id1"),
					       .has_Transforms = true,
					       .Transforms.Transform = { &transform, 1 },
					       .DigestMethod.Algorithm = CCS_TEXT("sha256"),
					       .DigestValue = CCS_BYTES((const uint8_t *)"digest",
									6) };
	struct xmldsig_Signature signature = {
		.SignedInfo = { .CanonicalizationMethod.Algorithm = CCS_TEXT("canonical"),
				.SignatureMethod.Algorithm = CCS_TEXT("ecdsa"),
				.Reference = { &reference, 1 } },
		.SignatureValue.value = CCS_BYTES((const uint8_t *)"r||s", 4),
	};
	struct iso2_V2G_Message m = { .Header.Signature = &signature,
				      .Body.tag = iso2_BodyElement_AuthorizationReq };
	struct ccs_exi_document document = { .set = &ccs_set_iso2,
					     .element = iso2_element_V2G_Message,
					     .value = &m };

	(void)state;
	check_round_trip(&document);
	assert_non_null(strstr(text, "\"URI\":\"#id1\""));
}

/* Two cars' handshakes differ in one bit of the priority: it must be that bit. */
static void test_bits_lie_where_the_schema_says(void **state)
{
	struct app_AppProtocol offer = { CCS_TEXT("urn:din:70121:2012:MsgDef"), 2, 0, 1, 1 };
	struct app_supportedAppProtocolReq req = { .AppProtocol = { &offer, 1 } };
	struct ccs_exi_document document = { .set = &ccs_set_app,
					     .element = app_element_supportedAppProtocolReq,
					     .value = &req };
	int n = ccs_exi_encode(&document, bytes, sizeof(bytes), NULL), differing = 0;

	(void)state;
	offer.Priority = 2;
	assert_int_equal(ccs_exi_encode(&document, again, sizeof(again), NULL), n);
	for (int i = 0; i < n; i++) {
		for (uint8_t bit = 0x80; bit; bit >>= 1)
			differing += (bytes[i] ^ again[i]) & bit ? 1 : 0;
	}
	assert_int_equal(differing, 1);
	assert_int_equal(bytes[32] ^ again[32], 0x04); /* bits 257 to 261, priority - 1 */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_handshake_answer),
		cmocka_unit_test(test_din_session_setup),
		cmocka_unit_test(test_empty_value_in_both_forms),
		cmocka_unit_test(test_trailing_bytes_are_left),
		cmocka_unit_test(test_mixed_text_is_skipped),
		cmocka_unit_test(test_end_of_full_list),
		cmocka_unit_test(test_all_types_there_and_back),
		cmocka_unit_test(test_all_types_with_everything),
		cmocka_unit_test(test_long_schedule),
		cmocka_unit_test(test_signature_in_the_header),
		cmocka_unit_test(test_bits_lie_where_the_schema_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
