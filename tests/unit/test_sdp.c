/* SPDX-License-Identifier: Apache-2.0 */
/* SECC discovery datagrams: bytes, both ways; what is wrong with them; their text. */
#include "ccs/sdp.h"

#include "ccs/print.h"
#include "ccs/v2gtp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t request[] = { 0x01, 0xfe, 0x90, 0x00, 0, 0, 0, 2, 0x10, 0x00 };
static const uint8_t response[] = { 0x01, 0xfe, 0x90, 0x01, 0,	  0,	0,    20,   0xfe, 0x80,
				    0,	  0,	0,    0,    0,	  0,	0x02, 0x00, 0x5e, 0xff,
				    0xfe, 0x00, 0x53, 0x01, 0xc3, 0x50, 0x00, 0x00 };

static void test_request(void **state)
{
	uint8_t out[CCS_SDP_SIZE_MAX];
	struct ccs_sdp sdp;

	(void)state;
	assert_int_equal(ccs_sdp_decode(&sdp, request, sizeof(request)), 0);
	assert_int_equal(sdp.kind, CCS_SDP_REQUEST);
	assert_int_equal(sdp.security, CCS_SDP_NO_TLS);
	assert_int_equal(sdp.transport, CCS_SDP_TCP);
	assert_int_equal(ccs_sdp_encode(&sdp, out, sizeof(out)), sizeof(request));
	assert_memory_equal(out, request, sizeof(request));
	for (size_t size = 0; size < sizeof(request); size++)
		assert_int_equal(ccs_sdp_encode(&sdp, out, size), CCS_ERR_SPACE);
}

static void test_response(void **state)
{
	uint8_t out[CCS_SDP_SIZE_MAX];
	struct ccs_sdp sdp;

	(void)state;
	assert_int_equal(ccs_sdp_decode(&sdp, response, sizeof(response)), 0);
	assert_int_equal(sdp.kind, CCS_SDP_RESPONSE);
	assert_int_equal(sdp.security, CCS_SDP_TLS);
	assert_int_equal(sdp.secc_port, 50000);
	assert_memory_equal(sdp.secc_ip, response + 8, 16);
	assert_int_equal(ccs_sdp_encode(&sdp, out, sizeof(out)), sizeof(response));
	assert_memory_equal(out, response, sizeof(response));
}

static void test_wireless(void **state)
{
	static const uint8_t payload[] = { 1, 2, 3 };
	struct ccs_sdp sdp = { .kind = CCS_SDP_REQUEST_WIRELESS,
			       .payload = payload,
			       .payload_length = sizeof(payload) };
	uint8_t out[16];

	(void)state;
	assert_int_equal(ccs_sdp_encode(&sdp, out, sizeof(out)), 11);
	assert_int_equal(out[3], 0x02);
	assert_int_equal(ccs_sdp_decode(&sdp, out, 11), 0);
	assert_int_equal(sdp.kind, CCS_SDP_REQUEST_WIRELESS);
	assert_int_equal(sdp.payload_length, 3);
	assert_memory_equal(sdp.payload, payload, 3);
}

static int decode_changed(size_t at, uint8_t value)
{
	uint8_t bytes[sizeof(response)];
	struct ccs_sdp sdp;

	memcpy(bytes, response, sizeof(bytes));
	bytes[at] = value;
	return ccs_sdp_decode(&sdp, bytes, sizeof(bytes));
}

static void test_damaged(void **state)
{
	uint8_t longer[sizeof(response) + 1] = { 0 };
	struct ccs_sdp sdp;

	(void)state;
	assert_int_equal(decode_changed(0, 0x02), CCS_ERR_HEADER);
	assert_int_equal(decode_changed(1, 0x01), CCS_ERR_HEADER);
	assert_int_equal(decode_changed(2, 0x80), CCS_ERR_UNKNOWN);
	assert_int_equal(decode_changed(3, 0x04), CCS_ERR_UNKNOWN);
	assert_int_equal(decode_changed(3, 0x00), CCS_ERR_LENGTH); /* a request of 20 bytes */
	assert_int_equal(decode_changed(4, 0xff), CCS_ERR_SHORT);
	assert_int_equal(decode_changed(7, 21), CCS_ERR_SHORT);
	assert_int_equal(decode_changed(7, 19), CCS_ERR_LENGTH);
	assert_int_equal(decode_changed(26, 0x77), 0); /* a reserved value is the engine's matter */
	for (size_t n = 0; n < sizeof(response); n++)
		assert_int_equal(ccs_sdp_decode(&sdp, response, n), CCS_ERR_SHORT);
	memcpy(longer, response, sizeof(response));
	assert_int_equal(ccs_sdp_decode(&sdp, longer, sizeof(longer)), CCS_ERR_LENGTH);
}

static void check_text(void (*print)(struct ccs_print *, const struct ccs_sdp *),
		       const uint8_t *datagram, size_t length, const char *expected)
{
	struct ccs_sdp sdp;
	struct ccs_print p;
	char text[200];

	assert_int_equal(ccs_sdp_decode(&sdp, datagram, length), 0);
	ccs_print_init(&p, text, sizeof(text) - 1);
	print(&p, &sdp);
	*p.at = 0;
	assert_string_equal(text, expected);
}

static void test_text(void **state)
{
	static const uint8_t wireless[] = { 0x01, 0xfe, 0x90, 0x03, 0, 0, 0, 2, 0xab, 0xcd };

	(void)state;
	check_text(ccs_sdp_print_fields, request, sizeof(request),
		   "{\"security\":16,\"transport\":0}");
	check_text(ccs_sdp_print_fields, response, sizeof(response),
		   "{\"security\":0,\"transport\":0,\"secc_ip\":\"fe80::200:5eff:fe00:5301\","
		   "\"secc_port\":50000}");
	check_text(ccs_sdp_print_fields, wireless, sizeof(wireless), "{\"data\":\"abcd\"}");
	check_text(ccs_sdp_print_summary, request, sizeof(request), "no TLS, TCP");
	check_text(ccs_sdp_print_summary, response, sizeof(response),
		   "[fe80::200:5eff:fe00:5301]:50000, TLS, TCP");
	check_text(ccs_sdp_print_summary, wireless, sizeof(wireless), "2 bytes");
	assert_string_equal(ccs_sdp_type_name(CCS_SDP_RESPONSE), "SDPResponse");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),	 cmocka_unit_test(test_response),
		cmocka_unit_test(test_wireless), cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
