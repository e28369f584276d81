/* SPDX-License-Identifier: Apache-2.0 */
/* PIB files: what is opened and what not, fields, roles, differences. */
#include "ccs/pib.h"
#include "ccs/print.h"

#include "modem_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HEADER_AT 0x360 /* of the PIB */
#define PIB_AT	  0x3c0

static const uint8_t mac[6] = { 0x00, 0xb0, 0x52, 0x11, 0x22, 0x33 };
static uint8_t chain[CCS_PIB_FILE_MAX], changed[CCS_PIB_FILE_MAX];
static size_t size;
static struct ccs_pib pib;

static int set_up(void **state)
{
	(void)state;
	size = sim_store_make_pib(chain, CCS_MODEM_QCA7005, mac);
	return ccs_pib_open(&pib, chain, size);
}

static void put_word(size_t at, uint32_t value)
{
	for (size_t i = 0; i < 4; i++)
		chain[at + i] = (uint8_t)(value >> 8 * i);
}

/* After a change of what the checksums are about. */
static void renew(size_t header, size_t length)
{
	put_word(header + 0x14, ccs_pib_checksum(chain + header + 0x60, length));
	put_word(header + 0x5c, ccs_pib_checksum(chain + header, 0x5c));
}

static void test_checksum(void **state)
{
	static const uint8_t words[] = { 1, 0, 0, 0, 2, 0, 0, 0 };
	static const uint8_t ones[] = { 0xff, 0xff, 0xff, 0xff };

	(void)state;
	assert_int_equal(ccs_pib_checksum(words, 0), 0xffffffff);
	assert_int_equal(ccs_pib_checksum(words, 8), 0xfffffffc);
	assert_int_equal(ccs_pib_checksum(ones, 4), 0);
}

static void test_sizes_of_the_chips(void **state)
{
	(void)state;
	assert_int_equal(size, 9040);
	assert_int_equal(pib.form, CCS_PIB_CHAIN);
	assert_int_equal(sim_store_make_pib(changed, CCS_MODEM_QCA7420, mac), 9796);
	assert_int_equal(ccs_pib_open(&pib, changed, 9796), 0);
}

/* Each single byte of a chain is under some checksum. */
static void test_no_byte_is_unguarded(void **state)
{
	(void)state;
	for (size_t i = 0; i < size; i++) {
		chain[i] ^= 0x20;
		assert_int_not_equal(ccs_pib_open(&pib, chain, size), 0);
		chain[i] ^= 0x20;
	}
	assert_int_equal(ccs_pib_open(&pib, chain, size), 0);
}

static void test_other_lengths_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < size; i++)
		assert_int_not_equal(ccs_pib_open(&pib, chain, i), 0);
	memset(chain + size, 0, 4);
	assert_int_equal(ccs_pib_open(&pib, chain, size + 4), CCS_ERR_LENGTH);
	assert_int_equal(ccs_pib_open(&pib, chain, CCS_PIB_FILE_MAX + 1), CCS_ERR_SIZE);
}

/* However short a PIB is whose checksums are right: what opens has its MAC, keys and chip. */
static void test_short_images(void **state)
{
	static const enum ccs_pib_field fields[] = { CCS_PIB_MAC, CCS_PIB_DAK, CCS_PIB_NMK,
						     CCS_PIB_NID, CCS_PIB_IDENT };
	size_t length;

	(void)state;
	for (size_t image = 0; PIB_AT + image <= size; image += 4) {
		put_word(HEADER_AT + 0x10, (uint32_t)image);
		renew(HEADER_AT, image);
		assert_int_equal(ccs_pib_open(&pib, chain, PIB_AT + image),
				 image < 0x124 ? CCS_ERR_SHORT : 0);
		for (size_t i = 0; image >= 0x124 && i < sizeof(fields) / sizeof(fields[0]); i++)
			assert_non_null(ccs_pib_get(&pib, fields[i], &length));
	}
}

static void test_headers_that_contradict(void **state)
{
	(void)state;
	put_word(0x1c, 0); /* the next one is the first again */
	renew(0, 0x300);
	assert_int_equal(ccs_pib_open(&pib, chain, size), CCS_ERR_LENGTH);
	set_up(NULL);
	put_word(HEADER_AT + 0x10, 0xffffffff);
	renew(HEADER_AT, size - PIB_AT);
	assert_int_equal(ccs_pib_open(&pib, chain, size), CCS_ERR_SHORT);
	set_up(NULL);
	put_word(HEADER_AT + 0x24, 4); /* firmware */
	renew(HEADER_AT, size - PIB_AT);
	assert_int_equal(ccs_pib_open(&pib, chain, size), CCS_ERR_MISSING);
	set_up(NULL);
	put_word(0x24, 0x0f);
	renew(0, 0x300);
	assert_int_equal(ccs_pib_open(&pib, chain, size), CCS_ERR_COUNT);
}

static void test_pib_of_an_old_chip(void **state)
{
	static uint8_t raw[0x400];

	(void)state;
	memset(raw, 0, sizeof(raw));
	raw[0] = 5;
	raw[5] = 0x04;
	memcpy(raw + 0x0c, mac, 6);
	memcpy(chain, raw, sizeof(raw));
	put_word(8, ccs_pib_checksum(raw, sizeof(raw)));
	memcpy(raw, chain, sizeof(raw));
	assert_int_equal(ccs_pib_open(&pib, raw, sizeof(raw)), 0);
	assert_int_equal(pib.form, CCS_PIB_RAW);
	assert_true(ccs_pib_lacks_keys(&pib));
	assert_int_equal(ccs_pib_set_role(&pib, CCS_PIB_ROLE_EV, changed), CCS_ERR_UNKNOWN);
	raw[0] = 0; /* of no version */
	raw[8] ^= 5;
	assert_int_equal(ccs_pib_open(&pib, raw, sizeof(raw)), 0);
	raw[3] = 0x60; /* the old form of a chain, of the same length */
	assert_int_equal(ccs_pib_open(&pib, raw, sizeof(raw)), CCS_ERR_HEADER);
	raw[3] = 0;
	raw[0x20] = 1;
	assert_int_equal(ccs_pib_open(&pib, raw, sizeof(raw)), CCS_ERR_CHECKSUM);
	assert_int_equal(ccs_pib_open(&pib, raw, sizeof(raw) - 4), CCS_ERR_LENGTH);
}

static void test_fields(void **state)
{
	size_t length;

	(void)state;
	assert_memory_equal(ccs_pib_get(&pib, CCS_PIB_MAC, &length), mac, 6);
	assert_int_equal(length, 6);
	assert_int_equal(ccs_pib_number(&pib, CCS_PIB_IDENT), 0x001b587c);
	assert_int_equal(ccs_pib_number(&pib, CCS_PIB_HIGH_SPEED), 102400);
	assert_false(ccs_pib_lacks_keys(&pib));
	assert_true(ccs_pib_has_derived_nid(&pib));
	chain[PIB_AT + 0xf8] ^= 1;
	assert_false(ccs_pib_has_derived_nid(&pib));
	memset(chain + PIB_AT + 0x12, 0, 16);
	assert_true(ccs_pib_lacks_keys(&pib));
}

static void check_printed(enum ccs_pib_field field, bool secrets, const char *expected)
{
	char text[200] = "";
	struct ccs_print print;

	ccs_print_init(&print, text, sizeof(text) - 1);
	ccs_pib_print_field(&print, &pib, field, secrets);
	text[ccs_print_length(&print)] = '\0';
	assert_string_equal(text, expected);
}

static void test_keys_are_not_printed(void **state)
{
	(void)state;
	check_printed(CCS_PIB_MAC, false, "00:b0:52:11:22:33");
	check_printed(CCS_PIB_IDENT, false, "001b587c");
	check_printed(CCS_PIB_MANUFACTURER, false, "OpenCCS simulation");
	check_printed(CCS_PIB_NMK, false, "(secret)");
	check_printed(CCS_PIB_DAK, false, "(secret)");
	check_printed(CCS_PIB_TONES, true, "(table)");
	memset(chain + PIB_AT + 0x64, 0xab, 16);
	check_printed(CCS_PIB_NMK, true, "abababababababababababababababab");
}

/* Open both, and all of a chain but the white list and its checksums is as before. */
static void check_patch(enum ccs_pib_role role, uint8_t cco, uint8_t slac, const char *name)
{
	struct ccs_pib after;

	assert_int_equal(ccs_pib_set_role(&pib, role, changed), 0);
	assert_int_equal(ccs_pib_open(&after, changed, size), 0);
	assert_int_equal(ccs_pib_role(&after), role);
	assert_int_equal(changed[PIB_AT + 0xf4], cco);
	assert_int_equal(changed[PIB_AT + 0x1653], slac);
	assert_string_equal(changed + PIB_AT + 0x74, name);
	assert_true(ccs_pib_is_patch(&pib, &after));
	for (size_t i = 0; i < size; i++) {
		size_t at = i - PIB_AT, header = i - HEADER_AT;

		if (at == 0xf4 || at == 0x1653 || (at >= 0x74 && at < 0xb4) ||
		    (at >= 0x1c98 && at < 0x1ca0) || (header >= 0x14 && header < 0x18) ||
		    (header >= 0x5c && header < 0x60))
			continue;
		assert_int_equal(changed[i], chain[i]);
	}
}

static void test_roles(void **state)
{
	(void)state;
	assert_int_equal(ccs_pib_role(&pib), CCS_PIB_ROLE_PLAIN);
	check_patch(CCS_PIB_ROLE_EV, 1, 1, "PEV");
	memcpy(chain, changed, size);
	check_patch(CCS_PIB_ROLE_EVSE, 2, 2, "EVSE");
	memcpy(chain, changed, size);
	check_patch(CCS_PIB_ROLE_PLAIN, 0, 0, "");
	memcpy(chain + PIB_AT + 0x74, "garage", 7);
	check_patch(CCS_PIB_ROLE_PLAIN, 0, 0, "garage");
	chain[PIB_AT + 0x1653] = 1; /* SLAC of a car, coordinator of a charger */
	assert_int_equal(ccs_pib_role(&pib), CCS_PIB_ROLE_OTHER);
}

static void test_roles_that_are_refused(void **state)
{
	(void)state;
	memset(changed, 0x77, sizeof(changed));
	assert_int_equal(ccs_pib_set_role(&pib, CCS_PIB_ROLE_OTHER, changed), CCS_ERR_RANGE);
	put_word(PIB_AT + 0x120, 0x001b5800); /* like a QCA7005, but unknown */
	assert_int_equal(ccs_pib_set_role(&pib, CCS_PIB_ROLE_EV, changed), CCS_ERR_UNKNOWN);
	put_word(PIB_AT + 0x120, 0x001d4c00); /* QCA7500 */
	assert_int_equal(ccs_pib_set_role(&pib, CCS_PIB_ROLE_EV, changed), CCS_ERR_UNKNOWN);
	put_word(PIB_AT + 0x120, 0x001b587c);
	pib.image_size = 0x1c9c;
	assert_int_equal(ccs_pib_set_role(&pib, CCS_PIB_ROLE_EV, changed), CCS_ERR_SHORT);
	for (size_t i = 0; i < sizeof(changed); i++)
		assert_int_equal(changed[i], 0x77);
}

static void test_differences(void **state)
{
	struct ccs_pib after;
	struct ccs_pib_change change = { 0 };

	(void)state;
	memcpy(changed, chain, size);
	changed[PIB_AT + 0x08] ^= 1; /* no name */
	changed[PIB_AT + 0x09] ^= 1;
	changed[PIB_AT + 0x0c] ^= 1; /* MAC */
	changed[PIB_AT + 0xf4] ^= 1;
	changed[PIB_AT + 0x1700] ^= 1; /* transmit levels */
	after = pib;
	after.file = changed;
	assert_true(ccs_pib_next_change(&pib, &after, &change));
	assert_int_equal(change.at, PIB_AT + 0x08);
	assert_int_equal(change.size, 2);
	assert_int_equal(change.field, -1);
	assert_true(ccs_pib_next_change(&pib, &after, &change));
	assert_int_equal(change.field, CCS_PIB_MAC);
	assert_int_equal(change.at, PIB_AT + 0x0c);
	assert_false(change.patched);
	assert_true(ccs_pib_next_change(&pib, &after, &change));
	assert_int_equal(change.field, CCS_PIB_CCO);
	assert_true(change.patched);
	assert_true(ccs_pib_next_change(&pib, &after, &change));
	assert_int_equal(change.field, CCS_PIB_MORE_TONES);
	assert_false(change.patched);
	assert_false(ccs_pib_next_change(&pib, &after, &change));
	assert_false(ccs_pib_is_patch(&pib, &after));
	assert_false(ccs_pib_means_same(&pib, &after));
}

static void test_bytes_without_a_name_mean_nothing(void **state)
{
	struct ccs_pib after = pib;

	(void)state;
	memcpy(changed, chain, size);
	changed[PIB_AT + 0x1f00] ^= 1;
	after.file = changed;
	assert_true(ccs_pib_means_same(&pib, &after));
	assert_false(ccs_pib_is_patch(&pib, &after));
	after.image_size -= 4;
	assert_false(ccs_pib_means_same(&pib, &after));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_checksum, set_up),
		cmocka_unit_test_setup(test_sizes_of_the_chips, set_up),
		cmocka_unit_test_setup(test_no_byte_is_unguarded, set_up),
		cmocka_unit_test_setup(test_other_lengths_are_refused, set_up),
		cmocka_unit_test_setup(test_short_images, set_up),
		cmocka_unit_test_setup(test_headers_that_contradict, set_up),
		cmocka_unit_test_setup(test_pib_of_an_old_chip, set_up),
		cmocka_unit_test_setup(test_fields, set_up),
		cmocka_unit_test_setup(test_keys_are_not_printed, set_up),
		cmocka_unit_test_setup(test_roles, set_up),
		cmocka_unit_test_setup(test_roles_that_are_refused, set_up),
		cmocka_unit_test_setup(test_differences, set_up),
		cmocka_unit_test_setup(test_bytes_without_a_name_mean_nothing, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
