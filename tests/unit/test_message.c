/* SPDX-License-Identifier: Apache-2.0 */
/* The table of message sets, and which set a message is of. */
#include "ccs/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct ccs_text text(const char *literal)
{
	return (struct ccs_text) { literal, (uint32_t)strlen(literal) };
}

static enum ccs_protocol find(enum ccs_protocol agreed, uint16_t payload_type, uint8_t second)
{
	const uint8_t exi[2] = { 0x80, second };

	return ccs_protocol_of_message(agreed, payload_type, exi, sizeof(exi));
}

static void test_table(void **state)
{
	(void)state;
	for (int i = CCS_PROTOCOL_APP; i < CCS_PROTOCOL_COUNT; i++) {
		enum ccs_protocol protocol = (enum ccs_protocol)i;
		const struct ccs_protocol_info *info = ccs_protocol_info(protocol);

		assert_non_null(info->set);
		assert_int_equal(ccs_protocol_of_name(text(info->name)), protocol);
		assert_int_equal(ccs_protocol_of_uri(text(info->uri)), protocol);
		if (info->payload_type != 0x8001)
			assert_int_equal(find(CCS_PROTOCOL_NONE, info->payload_type, 0), protocol);
	}
	assert_int_equal(ccs_protocol_of_uri(text("urn:din:70121:2012:MsgDe")), CCS_PROTOCOL_NONE);
	assert_int_equal(ccs_protocol_of_uri(text("")), CCS_PROTOCOL_NONE);
	assert_int_equal(ccs_protocol_of_name(text("DIN")), CCS_PROTOCOL_NONE);
}

/* Without handshake the second byte tells; after it, only DIN and ISO 15118-2. */
static void test_second_byte(void **state)
{
	(void)state;
	for (unsigned int b = 0; b < 256; b++) {
		enum ccs_protocol expected = b < 0x80		      ? CCS_PROTOCOL_APP
					     : b == 0x98 || b == 0x99 ? CCS_PROTOCOL_ISO2
					     : b == 0x9a || b == 0x9b ? CCS_PROTOCOL_DIN
								      : CCS_PROTOCOL_NONE;

		assert_int_equal(find(CCS_PROTOCOL_NONE, 0x8001, (uint8_t)b), expected);
		assert_int_equal(find(CCS_PROTOCOL_DIN, 0x8001, (uint8_t)b),
				 expected ? expected : CCS_PROTOCOL_DIN);
		assert_int_equal(find(CCS_PROTOCOL_ISO20_DC, 0x8001, (uint8_t)b),
				 CCS_PROTOCOL_ISO20);
		assert_int_equal(find(CCS_PROTOCOL_ISO20_DC, 0x8003, (uint8_t)b),
				 CCS_PROTOCOL_ISO20_AC);
	}
	assert_int_equal(ccs_protocol_of_message(CCS_PROTOCOL_NONE, 0x8001, NULL, 0),
			 CCS_PROTOCOL_NONE);
}

static void test_side_streams(void **state)
{
	(void)state;
	assert_int_equal(find(CCS_PROTOCOL_ISO20_AC, 0x8101, 4 << 2), CCS_PROTOCOL_ISO20_AC);
	assert_int_equal(find(CCS_PROTOCOL_ISO20_DC, 0x8101, 16 << 2), CCS_PROTOCOL_ISO20_DC);
	assert_int_equal(find(CCS_PROTOCOL_ISO20_WPT, 0x8101, 30 << 2), CCS_PROTOCOL_ISO20_WPT);
	assert_int_equal(find(CCS_PROTOCOL_ISO20_DC, 0x8101, 21 << 2), CCS_PROTOCOL_ISO20);
	assert_int_equal(find(CCS_PROTOCOL_ISO20_DC, 0x8101, 27 << 2), CCS_PROTOCOL_ISO20);
	assert_int_equal(find(CCS_PROTOCOL_NONE, 0x8102, 0), CCS_PROTOCOL_ISO20);
	assert_int_equal(find(CCS_PROTOCOL_NONE, 0x8103, 0), CCS_PROTOCOL_ISO20_ACDP);
	assert_int_equal(find(CCS_PROTOCOL_NONE, 0x8104, 0), CCS_PROTOCOL_ISO20);
	assert_int_equal(find(CCS_PROTOCOL_DIN, 0x8007, 0x9a), CCS_PROTOCOL_NONE);
	assert_int_equal(find(CCS_PROTOCOL_DIN, 0x9000, 0x9a), CCS_PROTOCOL_NONE);
	assert_int_equal(find(CCS_PROTOCOL_DIN, 0xa000, 0x9a), CCS_PROTOCOL_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_second_byte),
		cmocka_unit_test(test_side_streams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
