/* SPDX-License-Identifier: Apache-2.0 */
/* Reports of gpsd, and the query of an upload. */
#include "linux/gpsd.h"
#include "linux/upload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool read_line(struct ccs_position *position, const char *line)
{
	return ccs_gpsd_read(position, line, strlen(line));
}

static void test_fix(void **state)
{
	struct ccs_position position;
	char latitude[CCS_POSITION_TEXT], longitude[CCS_POSITION_TEXT];

	(void)state;
	assert_true(read_line(&position, "{\"class\":\"TPV\",\"device\":\"/dev/ttyS1\",\"mode\":3,"
					 "\"time\":\"2026-11-22T10:00:00.000Z\",\"lat\":48.137154,"
					 "\"lon\":-11.5754,\"alt\":519.1,\"eph\":null}\r"));
	assert_int_equal(position.kind, CCS_POSITION_FIX);
	assert_int_equal(position.latitude, 481371540);
	assert_int_equal(position.longitude, -115754000);
	assert_true(ccs_position_print(&position, latitude, longitude));
	assert_string_equal(latitude, "48.1371540");
	assert_string_equal(longitude, "-11.5754000");
	assert_true(read_line(&position, "{\"lon\":1.8e2,\"lat\":-90,\"mode\":2,"
					 "\"class\":\"TPV\"}"));
	assert_int_equal(position.kind, CCS_POSITION_FIX);
	assert_int_equal(position.latitude, -900000000);
	assert_int_equal(position.longitude, 1800000000);
}

static void test_no_fix(void **state)
{
	static const char *const lines[] = {
		"{\"class\":\"TPV\",\"mode\":1}",
		"{\"class\":\"TPV\"}",
		"{\"class\":\"TPV\",\"mode\":0,\"lat\":48.1,\"lon\":11.5}",
		"{\"class\":\"TPV\",\"mode\":3,\"lat\":48.1}",
		"{\"class\":\"TPV\",\"mode\":3,\"lat\":48.1,\"lon\":180.1}",
		"{\"class\":\"TPV\",\"mode\":3,\"lat\":90.0000001,\"lon\":11.5}",
		"{\"class\":\"TPV\",\"mode\":3,\"lat\":\"48.1\",\"lon\":11.5}",
		"{\"class\":\"TPV\",\"mode\":3,\"lat\":null,\"lon\":11.5}",
		("{\"class\":\"TPV\",\"mode\":3,\"lat\":4.81000000000000000000000000000000000e1,"
		 "\"lon\":11.5}"),
	};
	char latitude[CCS_POSITION_TEXT], longitude[CCS_POSITION_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct ccs_position position = { CCS_POSITION_FIX, 1, 2 };

		assert_true(read_line(&position, lines[i]));
		assert_int_equal(position.kind, CCS_POSITION_NO_FIX);
		assert_false(ccs_position_print(&position, latitude, longitude));
	}
}

static void test_other_lines(void **state)
{
	static const char *const lines[] = {
		"",
		"hello",
		"{}",
		"{\"class\":\"VERSION\",\"release\":\"3.25\",\"proto_major\":3}",
		"{\"class\":\"SKY\",\"satellites\":[{\"PRN\":1,\"used\":true},{\"PRN\":2}]}",
		"{\"class\":\"TPV\",\"mode\":3,\"lat\":48.1,\"lon\":11.5",
		"{\"class\":\"TPV\",\"mode\":3,\"lat\":48.1,\"lon\":11.5,",
		"{\"class\":\"TPV\" \"mode\":3}",
		"{\"class\":\"TPV\",\"mode\"",
		"{\"class\":\"TPV\",\"mode\":",
		"[{\"class\":\"TPV\",\"mode\":3}]",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct ccs_position position = { CCS_POSITION_FIX, 1, 2 };

		assert_false(read_line(&position, lines[i]));
		assert_int_equal(position.latitude, 1);
	}
}

static void check_query(const char *url, const uint8_t *mac, uint64_t loops,
			struct ccs_position position, const char *expected)
{
	char text[256];
	struct ccs_print p;

	ccs_print_init(&p, text, sizeof(text) - 1);
	ccs_upload_print_query(&p, url, mac, loops, &position);
	*p.at = '\0';
	assert_string_equal(text, expected);
}

static void test_query(void **state)
{
	static const uint8_t mac[6] = { 0xdc, 0x44, 0x27, 1, 2, 3 };

	(void)state;
	check_query("http://h/addLog.php", NULL, 0, (struct ccs_position) { CCS_POSITION_NONE },
		    "http://h/addLog.php?chargerMac=na&loops=0&pos=no_pos");
	check_query("http://h/addLog.php", mac, 7, (struct ccs_position) { CCS_POSITION_NO_FIX },
		    "http://h/addLog.php?chargerMac=dc4427010203&loops=7&pos=0.0_0.0");
	check_query("http://h/?key=1", mac, 8,
		    (struct ccs_position) { CCS_POSITION_FIX, 481371540, -5 },
		    "http://h/?key=1&chargerMac=dc4427010203&loops=8&pos=48.1371540_-0.0000005");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fix),
		cmocka_unit_test(test_no_fix),
		cmocka_unit_test(test_other_lines),
		cmocka_unit_test(test_query),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
