/* SPDX-License-Identifier: Apache-2.0 */
/* Messages out of the lines of logs and consoles, and out of our own JSON lines. */
#include "trace/textlog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SETUP "809a004011d018038131a0007400"

static struct ccs_log_entry entry;
static char line[512];

static bool read_line(const char *text)
{
	snprintf(line, sizeof(line), "%s", text);
	entry = (struct ccs_log_entry) { .line = 7 };
	return ccs_log_read_line(&entry, line, strlen(line));
}

static void check_bytes(const char *hex)
{
	assert_int_equal(entry.length, strlen(hex) / 2);
	for (size_t i = 0; i < entry.length; i++) {
		char two[3];

		snprintf(two, sizeof(two), "%02x", entry.exi[i]);
		assert_memory_equal(two, hex + 2 * i, 2);
	}
}

static void test_raw(void **state)
{
	(void)state;
	assert_true(read_line(SETUP));
	check_bytes(SETUP);
	assert_int_equal(entry.payload_type, 0x8001);
	assert_int_equal(entry.line, 7);
	assert_false(entry.has_time);
	assert_true(read_line("  80 9A 00 40 11 d0 18 03 81 31 a0 00 74 00 \r"));
	check_bytes(SETUP);
	assert_true(read_line("80400040"));
	assert_false(read_line("# " SETUP));
	assert_false(read_line(""));
	assert_false(read_line("809a"));
	assert_false(read_line("80ff40408000"));
	assert_false(read_line("809a004011 and more"));
	assert_false(read_line("all is well"));
}

static void test_exi_log(void **state)
{
	(void)state;
	assert_true(read_line("2023-05-01T12:00:00.123456=ED " SETUP));
	check_bytes(SETUP);
	assert_true(entry.has_time);
	assert_int_equal(entry.time, 1682942400123456);
	assert_true(read_line("2023-05-01T12:00:00.5=Dh 80400040"));
	check_bytes("80400040");
	assert_int_equal(entry.time, 1682942400500000);
	assert_false(read_line("2023-05-01T12:00:00.123456=init"));
	assert_true(read_line("[SNIFFER] EXI from 1 to 2 (4bytes) = 80 40 00 40"));
	check_bytes("80400040");
	assert_true(read_line("Packet #12 [2023-05-01 12:00:00.5] 80400040 means:"));
	check_bytes("80400040");
	assert_int_equal(entry.time, 1682942400500000);
}

static void test_v2gtp(void **state)
{
	(void)state;
	assert_true(read_line("[ 8091] tcp: :01fe80010000000e" SETUP));
	check_bytes(SETUP);
	assert_int_equal(entry.time, 8091000);
	assert_true(read_line("[12ms] sent 01 FE 80 04 00 00 00 04 80 40 00 40 bytes"));
	assert_int_equal(entry.payload_type, 0x8004);
	check_bytes("80400040");
	/* Clara's times. */
	assert_true(read_line("[123.456] 01fe80010000000480400040"));
	assert_int_equal(entry.time, 123456000);
	assert_true(read_line("[02:03.5] 01fe80010000000480400040"));
	assert_int_equal(entry.time, 123500000);
	assert_true(read_line("[02:03] 01fe80010000000480400040"));
	assert_int_equal(entry.time, 123000000);
	assert_true(read_line("[02:x] 01fe80010000000480400040"));
	assert_false(entry.has_time);
	/* What follows the message is not part of it; what is missing is missing. */
	assert_true(read_line("01fe80010000000480400040ff"));
	check_bytes("80400040");
	assert_true(read_line("01fe80010000ffff80400040"));
	check_bytes("80400040");
	assert_false(read_line("01fe900000000002"
			       "1000"));
	assert_false(read_line("01fe8001000000"));
}

static void test_json(void **state)
{
	(void)state;
	assert_true(read_line("{\"v\":1,\"kind\":\"msg\",\"time\":\"2023-05-01T12:00:00.000001Z\","
			      "\"t\":-1.500000,\"frame\":99,\"src\":\"[fe80::1]:49152\","
			      "\"dst\":\"192.168.0.1:15118\",\"dir\":\"ev\",\"proto\":\"din\","
			      "\"type\":\"SessionSetupReq\",\"payload_type\":\"0x8001\","
			      "\"exi\":\"" SETUP "\",\"body\":{\"exi\":\"00\"}}"));
	check_bytes(SETUP);
	assert_int_equal(entry.line, 99);
	assert_int_equal(entry.time, 1682942400000001);
	assert_int_equal(entry.since, -1500000);
	assert_int_equal(entry.dir, CCS_SIDE_EV);
	assert_int_equal(entry.protocol, CCS_PROTOCOL_DIN);
	assert_int_equal(entry.payload_type, 0x8001);
	assert_int_equal(entry.src.kind, CCS_ADDRESS_IPV6);
	assert_int_equal(entry.src.port, 49152);
	assert_int_equal(entry.src.bytes[15], 1);
	assert_int_equal(entry.dst.kind, CCS_ADDRESS_IPV4);
	assert_int_equal(entry.dst.bytes[0], 192);
	/* In any order of the keys. */
	assert_true(read_line("{\"body\":{\"a\":[{}]},\"dir\":\"evse\",\"exi\":\"80400040\","
			      "\"kind\":\"msg\",\"payload_type\":\"0x8001\"}"));
	check_bytes("80400040");
	assert_int_equal(entry.dir, CCS_SIDE_EVSE);
	assert_false(read_line("{\"v\":1,\"kind\":\"note\",\"exi\":\"8040\"}"));
	assert_false(read_line("{\"v\":1,\"kind\":\"msg\"}"));
	assert_false(read_line("{\"v\":1,\"kind\":\"msg"));
}

static void test_addresses(void **state)
{
	static const char *const bad[] = { "[::1]", "::1:5", ":1",	  "[",
					   "]:5",   "[x]:5", "1.2.3.4:x", "1.2.3.4:70000" };
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(text, sizeof(text), "{\"src\":\"%s\",\"kind\":\"msg\",\"exi\":\"8040\"}",
			 bad[i]);
		assert_true(read_line(text));
		assert_int_equal(entry.src.kind, CCS_ADDRESS_NONE);
	}
}

static void test_recognition(void **state)
{
	(void)state;
	assert_true(ccs_log_looks_like((const uint8_t *)"hello\r\n\tworld", 13));
	assert_false(ccs_log_looks_like((const uint8_t *)"\xd4\xc3\xb2\xa1\x02\0\x04\0", 8));
	assert_false(ccs_log_looks_like((const uint8_t *)"\n\r\r\n\x1c\0\0\0", 8));
	assert_false(ccs_log_looks_like((const uint8_t *)"\x01\x02\x03\x04\x05\x06\x07\x08", 8));
	assert_false(ccs_log_looks_like((const uint8_t *)"", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_raw),	  cmocka_unit_test(test_exi_log),
		cmocka_unit_test(test_v2gtp),	  cmocka_unit_test(test_json),
		cmocka_unit_test(test_addresses), cmocka_unit_test(test_recognition),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
