/* SPDX-License-Identifier: Apache-2.0 */
/* Names of errors and records, and the text of addresses. */
#include "ccs/error.h"
#include "ccs/print.h"
#include "ccs/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_every_error_has_name_and_sentence(void **state)
{
	(void)state;
#define CHECK(name, value, sentence)                          \
	assert_string_equal(ccs_error_name(name), #name);     \
	assert_string_equal(ccs_error_text(value), sentence); \
	assert_true((value) < 0 && strchr(sentence, '.') == NULL);
	CCS_ERRORS(CHECK)
#undef CHECK
	assert_string_equal(ccs_error_name(0), "CCS_ERR_?");
	assert_string_equal(ccs_error_text(1), "an unknown error");
}

static void test_every_kind_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(ccs_record_kind_name(CCS_RECORD_FRAME), "frame");
	assert_string_equal(ccs_record_kind_name(CCS_RECORD_MSG), "msg");
	assert_string_equal(ccs_record_kind_name(CCS_RECORD_SESSION), "session");
}

static void check_address(struct ccs_address address, const char *text)
{
	char buffer[64];
	struct ccs_print print;

	ccs_print_init(&print, buffer, sizeof(buffer) - 1);
	ccs_print_address(&print, &address);
	*print.at = '\0';
	assert_false(print.failed);
	assert_string_equal(buffer, text);
}

static void test_addresses(void **state)
{
	(void)state;
	check_address((struct ccs_address) { .kind = CCS_ADDRESS_NONE }, "");
	check_address((struct ccs_address) { .kind = CCS_ADDRESS_MAC,
					     .bytes = { 0x02, 0xcc, 0x50, 0, 0, 1 } },
		      "02:cc:50:00:00:01");
	check_address((struct ccs_address) { .kind = CCS_ADDRESS_IPV4,
					     .port = 514,
					     .bytes = { 192, 168, 0, 1 } },
		      "192.168.0.1:514");
	check_address((struct ccs_address) { .kind = CCS_ADDRESS_IPV6,
					     .port = 15118,
					     .bytes = { 0xfe, 0x80, [15] = 1 } },
		      "[fe80::1]:15118");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_error_has_name_and_sentence),
		cmocka_unit_test(test_every_kind_has_a_name),
		cmocka_unit_test(test_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
