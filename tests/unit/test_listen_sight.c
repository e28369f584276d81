/* SPDX-License-Identifier: Apache-2.0 */
/* What a listener says it has not seen, and why. */
#include "linux/listen_sight.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t car[6] = { 0x02, 0, 0, 0, 0, 0xe0 };
static const uint8_t charger[6] = { 0x02, 0, 0, 0, 0, 0xe1 };
static const uint8_t all[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

static struct ccs_sight sight;

static int set_up(void **state)
{
	(void)state;
	memset(&sight, 0, sizeof(sight));
	return 0;
}

static bool see_mme(enum ccs_mme_kind kind, const uint8_t to[6], const uint8_t from[6], uint8_t key)
{
	uint8_t frame[CCS_MME_FRAME_MAX];
	struct ccs_mme mme;
	int length;

	ccs_mme_init(&mme, kind, to, from);
	if (kind == CCS_MME_CM_SLAC_MATCH_CNF) {
		mme.cm_slac_match_cnf.mvf_length = 0x56;
		memset(mme.cm_slac_match_cnf.nmk, key, 16);
	}
	length = ccs_mme_encode(&mme, frame, sizeof(frame));
	assert_true(length > 0);
	return ccs_sight_take(&sight, frame, (size_t)length);
}

/* A segment of TCP from a global address. */
static void see_other_tcp(void)
{
	const uint8_t frame[14 + 40 + 20] = { [12] = 0x86, 0xdd, [20] = 6, [22] = 0x20, 0x01 };

	assert_false(ccs_sight_take(&sight, frame, sizeof(frame)));
}

/* An IPv6 packet between the addresses fe80::`from` and fe80::`to`. */
static void see_ip(uint8_t protocol, uint8_t from, uint8_t to, uint16_t port, size_t length)
{
	uint8_t frame[14 + 40 + 20] = { [12] = 0x86, 0xdd, [20] = protocol };

	frame[14 + 8] = frame[14 + 24] = 0xfe;
	frame[14 + 9] = frame[14 + 25] = 0x80;
	frame[14 + 8 + 15] = from;
	frame[14 + 24 + 15] = to;
	frame[14 + 40 + 2] = (uint8_t)(port >> 8);
	frame[14 + 40 + 3] = (uint8_t)port;
	assert_false(ccs_sight_take(&sight, frame, length));
}

static void see_tcp(uint8_t from, uint8_t to)
{
	see_ip(6, from, to, 50000, 74);
}

static void expect_missing(enum ccs_sight_modem modem, size_t index, const char *words)
{
	const char *text = ccs_sight_missing(&sight, modem, index);

	if (!words) {
		assert_null(text);
		return;
	}
	assert_non_null(text);
	if (!strstr(text, words))
		fail_msg("\"%s\" does not say \"%s\"", text, words);
}

static void test_nothing(void **state)
{
	(void)state;
	expect_missing(CCS_SIGHT_NONE, 0, "mirror port");
	expect_missing(CCS_SIGHT_NONE, 1, NULL);
	expect_missing(CCS_SIGHT_OUTSIDE, 0, "control pilot");
	see_mme(CCS_MME_VS_SW_VER_REQ, all, car, 0);
	see_ip(58, 1, 2, 0, 74);
	see_other_tcp();
	expect_missing(CCS_SIGHT_UNASKED, 0, "no frame");
}

static void test_everything(void **state)
{
	(void)state;
	see_mme(CCS_MME_CM_SLAC_PARM_REQ, all, car, 0);
	see_mme(CCS_MME_CM_SLAC_PARM_CNF, car, charger, 0);
	see_mme(CCS_MME_CM_SLAC_MATCH_REQ, charger, car, 0);
	assert_true(see_mme(CCS_MME_CM_SLAC_MATCH_CNF, car, charger, 1));
	see_ip(17, 1, 9, 15118, 74);
	see_tcp(1, 2);
	see_tcp(2, 1);
	for (int modem = CCS_SIGHT_UNASKED; modem <= CCS_SIGHT_INSIDE; modem++)
		expect_missing((enum ccs_sight_modem)modem, 0, NULL);
}

static void test_half_of_slac(void **state)
{
	(void)state;
	see_mme(CCS_MME_CM_SLAC_PARM_REQ, all, car, 0);
	expect_missing(CCS_SIGHT_OUTSIDE, 0, NULL);
	see_mme(CCS_MME_CM_SLAC_MATCH_REQ, charger, car, 0);
	expect_missing(CCS_SIGHT_OUTSIDE, 0, "towards the charger only, for the modem");
	expect_missing(CCS_SIGHT_NONE, 0, "towards the charger only");
	memset(&sight, 0, sizeof(sight));
	see_mme(CCS_MME_CM_ATTEN_CHAR_IND, car, charger, 0);
	expect_missing(CCS_SIGHT_INSIDE, 0, "towards the car only, for the modem");
}

static void test_no_tcp(void **state)
{
	(void)state;
	see_ip(17, 1, 9, 15118, 74);
	expect_missing(CCS_SIGHT_OUTSIDE, 0, "--join");
	expect_missing(CCS_SIGHT_INSIDE, 0, "sent to all");
	expect_missing(CCS_SIGHT_NONE, 0, "does not pass");
	expect_missing(CCS_SIGHT_NONE, 1, NULL);
	see_tcp(1, 2);
	expect_missing(CCS_SIGHT_NONE, 0, "one direction");
	see_tcp(2, 1);
	expect_missing(CCS_SIGHT_NONE, 0, NULL);
}

/* Several at once come in the order of a session. */
static void test_order(void **state)
{
	(void)state;
	see_mme(CCS_MME_CM_SLAC_MATCH_CNF, car, charger, 1);
	expect_missing(CCS_SIGHT_OUTSIDE, 0, "SLAC");
	expect_missing(CCS_SIGHT_OUTSIDE, 1, "TCP");
	expect_missing(CCS_SIGHT_OUTSIDE, 2, NULL);
}

static void test_keys(void **state)
{
	(void)state;
	assert_false(see_mme(CCS_MME_CM_SLAC_MATCH_REQ, charger, car, 0));
	assert_true(see_mme(CCS_MME_CM_SLAC_MATCH_CNF, car, charger, 1));
	assert_false(see_mme(CCS_MME_CM_SLAC_MATCH_CNF, car, charger, 1));
	assert_true(see_mme(CCS_MME_CM_SLAC_MATCH_CNF, car, charger, 2));
	assert_int_equal(sight.matches, 2);
	assert_int_equal(sight.match.nmk[15], 2);
	ccs_sight_forget(&sight);
	assert_int_equal(sight.match.nmk[15], 0);
	assert_true(see_mme(CCS_MME_CM_SLAC_MATCH_CNF, car, charger, 2));
}

/* Cut at any place: nothing is read behind the end (the sanitizers look), nothing invented. */
static void test_short(void **state)
{
	(void)state;
	for (size_t length = 0; length < 57; length++) {
		uint8_t *frame = calloc(1, length + 1);

		assert_non_null(frame);
		if (length > 20) {
			frame[12] = 0x86;
			frame[13] = 0xdd;
			frame[20] = 17;
		}
		assert_false(ccs_sight_take(&sight, frame + 1, length));
		assert_false(ccs_sight_take(&sight, frame, length));
		free(frame);
	}
	assert_int_equal(sight.discovery, 0);
}

static void test_expectation(void **state)
{
	(void)state;
	assert_non_null(strstr(ccs_sight_expect(CCS_SIGHT_NONE, CCS_MODEM_UNKNOWN), "mirror port"));
	assert_non_null(
		strstr(ccs_sight_expect(CCS_SIGHT_UNASKED, CCS_MODEM_UNKNOWN), "not asked"));
	assert_non_null(strstr(ccs_sight_expect(CCS_SIGHT_INSIDE, CCS_MODEM_QCA7005), "receiver"));
	assert_non_null(strstr(ccs_sight_expect(CCS_SIGHT_OUTSIDE, CCS_MODEM_QCA7005), "own role"));
	assert_non_null(
		strstr(ccs_sight_expect(CCS_SIGHT_OUTSIDE, CCS_MODEM_QCA_OTHER), "INT6400"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_nothing, set_up),
		cmocka_unit_test_setup(test_everything, set_up),
		cmocka_unit_test_setup(test_half_of_slac, set_up),
		cmocka_unit_test_setup(test_no_tcp, set_up),
		cmocka_unit_test_setup(test_order, set_up),
		cmocka_unit_test_setup(test_keys, set_up),
		cmocka_unit_test_setup(test_short, set_up),
		cmocka_unit_test(test_expectation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
