/* SPDX-License-Identifier: Apache-2.0 */
/* Text of numbers, addresses, times and JSON strings; what happens at the end of the buffer. */
#include "ccs/print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static char buffer[256];
static struct ccs_print out;

static int start(void **state)
{
	(void)state;
	ccs_print_init(&out, buffer, sizeof(buffer) - 1);
	return 0;
}

/* What was printed since the last check is `text`. */
static void check(const char *text)
{
	assert_false(out.failed);
	*out.at = '\0';
	assert_string_equal(buffer, text);
	out.at = out.start;
}

static void test_numbers(void **state)
{
	(void)state;
	ccs_print_unsigned(&out, UINT64_MAX);
	check("18446744073709551615");
	ccs_print_signed(&out, INT64_MIN);
	check("-9223372036854775808");
	ccs_print_zeros(&out, 7, 3);
	check("007");
	ccs_print_zeros(&out, 1234, 3);
	check("1234");
	ccs_print_fixed(&out, 12345, 2);
	check("123.45");
	ccs_print_fixed(&out, -5, 3);
	check("-0.005");
	ccs_print_fixed(&out, INT64_MIN, 0);
	check("-9223372036854775808");
}

static void test_hex_of_any_length(void **state)
{
	uint8_t bytes[100];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 3);
	for (size_t n = 0; n <= sizeof(bytes); n += 33) {
		ccs_print_hex(&out, bytes, n);
		assert_int_equal(ccs_print_length(&out), 2 * n);
		out.at = out.start;
	}
	ccs_print_hex(&out, bytes + 80, 3);
	check("f0f3f6");
}

static void print_groups(const uint16_t groups[8])
{
	uint8_t address[16];

	for (size_t i = 0; i < 8; i++) {
		address[2 * i] = (uint8_t)(groups[i] >> 8);
		address[2 * i + 1] = (uint8_t)groups[i];
	}
	ccs_print_ipv6(&out, address);
}

static void test_addresses(void **state)
{
	(void)state;
	ccs_print_mac(&out, (const uint8_t[6]) { 0, 0xb0, 0x52, 0, 0, 1 });
	check("00:b0:52:00:00:01");
	print_groups((const uint16_t[8]) { 0 });
	check("::");
	print_groups((const uint16_t[8]) { [7] = 1 });
	check("::1");
	print_groups((const uint16_t[8]) { 0xff02, [7] = 1 });
	check("ff02::1");
	print_groups((const uint16_t[8]) { 0xfe80, 0, 0, 0, 0x21a, 0xb0ff, 0xfe52, 0x3c });
	check("fe80::21a:b0ff:fe52:3c");
	print_groups((const uint16_t[8]) { 0x2001, 0xdb8, 0, 1, 1, 1, 1, 1 });
	check("2001:db8:0:1:1:1:1:1");
	print_groups((const uint16_t[8]) { 1, 0, 0, 2, 0, 0, 0, 3 });
	check("1:0:0:2::3");
	print_groups((const uint16_t[8]) { 1, 0, 0, 2, 0, 0, 3, 4 });
	check("1::2:0:0:3:4");
}

static void test_times(void **state)
{
	(void)state;
	ccs_print_rfc3339(&out, 0);
	check("1970-01-01T00:00:00.000000Z");
	ccs_print_rfc3339(&out, 1709210096000042);
	check("2024-02-29T12:34:56.000042Z");
	ccs_print_rfc3339(&out, -1);
	check("1969-12-31T23:59:59.999999Z");
	ccs_print_rfc3339(&out, 4107542400000000);
	check("2100-03-01T00:00:00.000000Z");
	ccs_print_rfc3339(&out, INT64_MIN);
	ccs_print_rfc3339(&out, INT64_MAX);
	assert_false(out.failed);
}

static void print_json(const char *text)
{
	ccs_print_json(&out, text, strlen(text));
}

static void test_json_strings(void **state)
{
	(void)state;
	print_json("plain");
	check("\"plain\"");
	print_json("a\"b\\c\n\t\x01\x0b\x7f");
	check("\"a\\\"b\\\\c\\n\\t\\u0001\\u000b\\u007f\"");
	print_json("\xc3\xa4\xe2\x82\xac\xf0\x9f\x94\x8c");
	check("\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x94\x8c\"");
	print_json("\xc0\x80|\xed\xa0\x80|\xf4\x90\x80\x80|\xc3");
	check("\"\xef\xbf\xbd\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd|"
	      "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd|\xef\xbf\xbd\"");
	ccs_print_json(&out, "\0", 1);
	check("\"\\u0000\"");
}

static char flushed[64];

static void flush(struct ccs_print *print)
{
	strncat(flushed, print->start, ccs_print_length(print));
	print->at = print->start;
}

static void test_the_end_of_the_buffer(void **state)
{
	char small[4];
	struct ccs_print print;

	(void)state;
	ccs_print_init(&print, small, sizeof(small));
	ccs_print_text(&print, "1234");
	assert_false(print.failed);
	ccs_print_char(&print, '5');
	assert_true(print.failed);
	assert_int_equal(ccs_print_length(&print), 4);

	ccs_print_init(&print, small, sizeof(small));
	print.flush = flush;
	ccs_print_text(&print, "a text longer than the buffer");
	ccs_print_char(&print, '.');
	flush(&print);
	assert_false(print.failed);
	assert_string_equal(flushed, "a text longer than the buffer.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_numbers, start),
		cmocka_unit_test_setup(test_hex_of_any_length, start),
		cmocka_unit_test_setup(test_addresses, start),
		cmocka_unit_test_setup(test_times, start),
		cmocka_unit_test_setup(test_json_strings, start),
		cmocka_unit_test_setup(test_the_end_of_the_buffer, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
