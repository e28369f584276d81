/* SPDX-License-Identifier: Apache-2.0 */
/* Faults of HomePlug messages: read from words, and each does what it says and nothing else. */
#include "tamper_mme.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define HEADER 19

static const uint8_t car[6] = { 2, 0, 0, 0, 0, 1 };
static const uint8_t charger[6] = { 2, 0, 0, 0, 0, 2 };
static const uint8_t run_id[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };

static struct sim_mme_tamper tamper;
static uint8_t sent[CCS_MME_FRAME_MAX];
static uint8_t frame[CCS_MME_FRAME_MAX];
static size_t sent_length;
static struct sim_plc_fate fate;

static struct sim_mme_fault fault_of(const char *line)
{
	struct sim_mme_fault fault;
	char text[300] = "";
	struct ccs_print why;

	ccs_print_init(&why, text, sizeof(text) - 1);
	if (sim_mme_fault_read(&fault, line, &why))
		fail_msg("%s: %s", line, text);
	return fault;
}

static void start(const char *line)
{
	struct sim_mme_fault fault = fault_of(line);

	sim_mme_tamper_init(&tamper, 1);
	assert_int_equal(sim_mme_tamper_add(&tamper, &fault), 0);
}

/* The message with this name, all its fields zero but the run ID. */
static void make(const char *type)
{
	char text[SIM_NAME_SIZE];

	for (int kind = CCS_MME_OTHER + 1; kind < CCS_MME_KINDS; kind++) {
		struct ccs_mme mme;
		uint8_t *id;
		int length;

		ccs_mme_init(&mme, (enum ccs_mme_kind)kind, charger, car);
		if (strcmp(sim_mme_type(&mme, text), type) != 0)
			continue;
		id = sim_mme_run_id(&mme);
		if (id)
			memcpy(id, run_id, sizeof(run_id));
		length = ccs_mme_encode(&mme, sent, sizeof(sent));
		assert_true(length > 0);
		sent_length = (size_t)length;
		return;
	}
	fail_msg("no message %s", type);
}

static int pass(enum ccs_side side)
{
	memcpy(frame, sent, sent_length);
	fate = (struct sim_plc_fate) { .frame = frame, .length = sent_length };
	return sim_mme_tamper_frame(&tamper, side, &fate);
}

static bool is_as_sent(void)
{
	return fate.length == sent_length && !memcmp(frame, sent, sent_length);
}

/* How many octets differ, and where the first one is. */
static size_t count_changes(size_t *first)
{
	size_t count = 0;

	for (size_t i = 0; i < fate.length; i++) {
		if (frame[i] != sent[i] && !count++)
			*first = i;
	}
	return count;
}

static void test_words(void **state)
{
	static const char *const lines[] = {
		"ev CM_SLAC_PARM.REQ lost times 2",
		"evse CM_ATTEN_CHAR.IND wrong-run-id",
		"evse CM_SET_KEY.CNF late 8000ms after 1",
		"ev * damaged 3",
		"ev * wrong-run-id",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct sim_mme_fault fault = fault_of(lines[i]);
		char text[200] = "";
		struct ccs_print print;

		ccs_print_init(&print, text, sizeof(text) - 1);
		sim_mme_fault_print(&print, &fault);
		assert_string_equal(text, lines[i]);
	}
}

static void test_mistakes(void **state)
{
	static const struct {
		const char *line;
		int error;
		const char *why;
	} mistakes[] = {
		{ "CM_SLAC_PARM.REQ lost", CCS_ERR_NAME,
		  "'CM_SLAC_PARM.REQ': expected ev or evse" },
		{ "ev CM_SLAC_PARM lost", CCS_ERR_NAME,
		  "'CM_SLAC_PARM': expected a HomePlug message, like CM_SLAC_PARM.REQ, or *" },
		{ "ev CM_SLAC_PARM.REQ vanished", CCS_ERR_NAME,
		  "'vanished': expected one of lost late doubled damaged truncated foreign "
		  "wrong-run-id" },
		{ "ev CM_SLAC_PARM.REQ late", CCS_ERR_SYNTAX, "expected a time, like 300ms or 2s" },
		{ "ev CM_SLAC_PARM.REQ lost 4", CCS_ERR_SYNTAX,
		  "'4': expected `after N`, `times N` or the end" },
		{ "ev CM_VALIDATE.REQ wrong-run-id", CCS_ERR_NAME,
		  "'CM_VALIDATE.REQ': expected a message with a run ID" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		struct sim_mme_fault fault = { .number = 4711 };
		char text[300] = "";
		struct ccs_print why;

		ccs_print_init(&why, text, sizeof(text) - 1);
		assert_int_equal(sim_mme_fault_read(&fault, mistakes[i].line, &why),
				 mistakes[i].error);
		assert_string_equal(text, mistakes[i].why);
		assert_int_equal(fault.number, 4711);
	}
}

static void test_way(void **state)
{
	(void)state;
	make("CM_SLAC_PARM.REQ");
	start("ev CM_SLAC_PARM.REQ lost after 1 times 1");
	assert_int_equal(pass(CCS_SIDE_EVSE), 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pass(CCS_SIDE_EV), i == 1);
		assert_int_equal(fate.lose, i == 1);
		assert_true(is_as_sent() && !fate.twice && !fate.late_us);
	}
	assert_int_equal(tamper.done[0], 1);
	start("ev * late 150ms");
	assert_int_equal(pass(CCS_SIDE_EV), 1);
	assert_true(is_as_sent() && !fate.lose && !fate.twice && fate.late_us == CCS_MS(150));
	start("ev * doubled");
	assert_int_equal(pass(CCS_SIDE_EV), 1);
	assert_true(is_as_sent() && !fate.lose && fate.twice && !fate.late_us);
	start("ev CM_SLAC_PARM.CNF lost");
	assert_int_equal(pass(CCS_SIDE_EV), 0);
	assert_true(is_as_sent() && !fate.lose);
}

/* Of every message that has one, the run ID and nothing else; the sender's MAC of all. */
static void test_content(void **state)
{
	static const char *const types[] = {
		"CM_SLAC_PARM.REQ",	"CM_SLAC_PARM.CNF",  "CM_START_ATTEN_CHAR.IND",
		"CM_MNBC_SOUND.IND",	"CM_ATTEN_CHAR.IND", "CM_ATTEN_CHAR.RSP",
		"CM_SLAC_MATCH.REQ",	"CM_SLAC_MATCH.CNF", "CM_VALIDATE.REQ",
		"CM_ATTEN_PROFILE.IND",
	};
	size_t first = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct ccs_mme mme;
		bool has_id = i < 8;

		make(types[i]);
		start("evse * wrong-run-id");
		assert_int_equal(pass(CCS_SIDE_EVSE), has_id);
		assert_int_equal(tamper.failed[0], !has_id);
		assert_int_equal(count_changes(&first), has_id);
		assert_int_equal(ccs_mme_decode(&mme, frame, fate.length), 0);
		if (has_id)
			assert_int_equal(sim_mme_run_id(&mme)[7], 8 ^ 0xff);
		start("evse * foreign");
		assert_int_equal(pass(CCS_SIDE_EVSE), 1);
		assert_int_equal(count_changes(&first), 1);
		assert_int_equal(first, 11);
	}
}

/* Only the message itself is damaged, never its header or its padding. */
static void test_damage(void **state)
{
	struct sim_mme_fault fault = fault_of("ev * damaged");
	struct ccs_mme mme;
	size_t first = 0, end;

	(void)state;
	make("CM_SLAC_PARM.REQ");
	assert_int_equal(ccs_mme_decode(&mme, sent, sent_length), 0);
	assert_true(mme.rest_size > 0);
	end = sent_length - mme.rest_size;
	for (uint64_t seed = 0; seed < 300; seed++) {
		sim_mme_tamper_init(&tamper, seed);
		assert_int_equal(sim_mme_tamper_add(&tamper, &fault), 0);
		assert_int_equal(pass(CCS_SIDE_EV), 1);
		assert_int_equal(fate.length, sent_length);
		assert_int_equal(count_changes(&first), 1);
		assert_true(first >= HEADER && first < end);
	}
	start("ev * damaged 1000");
	assert_int_equal(pass(CCS_SIDE_EV), 1);
	assert_int_equal(count_changes(&first), end - HEADER);
	start("ev * truncated");
	assert_int_equal(pass(CCS_SIDE_EV), 1);
	assert_int_equal(fate.length, HEADER + (end - HEADER) / 2);
	assert_int_equal(count_changes(&first), 0);
	start("ev * truncated 20");
	assert_int_equal(pass(CCS_SIDE_EV), 1);
	assert_int_equal(fate.length, 20);
	start("ev * truncated 2000");
	assert_int_equal(pass(CCS_SIDE_EV), 0);
	assert_int_equal(tamper.failed[0], 1);
	assert_true(is_as_sent());
}

/* What is no HomePlug message is none of our business. */
static void test_other_frames(void **state)
{
	(void)state;
	make("CM_SLAC_PARM.REQ");
	start("ev * lost");
	sent[12] = 0x86;
	assert_int_equal(pass(CCS_SIDE_EV), 0);
	assert_false(fate.lose);
	sent_length = 10;
	assert_int_equal(pass(CCS_SIDE_EV), 0);
	for (int i = 1; i < SIM_MME_TAMPER_FAULTS; i++)
		assert_int_equal(sim_mme_tamper_add(&tamper, &tamper.faults[0]), 0);
	assert_int_equal(sim_mme_tamper_add(&tamper, &tamper.faults[0]), CCS_ERR_SPACE);
}

/* All faults of the matrix can happen. */
static void test_matrix(void **state)
{
	struct sim_mme_fault fault;
	size_t row = 0, count = 0;

	(void)state;
	while (sim_mme_matrix_next(&row, &fault)) {
		make(fault.message);
		sim_mme_tamper_init(&tamper, row);
		assert_int_equal(sim_mme_tamper_add(&tamper, &fault), 0);
		assert_int_equal(pass(fault.side), 1);
		assert_true(!is_as_sent() || fate.lose || fate.twice || fate.late_us);
		count++;
	}
	assert_int_equal(count, 15 * 13 - 7 * 2); /* seven have no run ID */
	assert_false(sim_mme_matrix_next(&row, &fault));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),  cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_way),    cmocka_unit_test(test_content),
		cmocka_unit_test(test_damage), cmocka_unit_test(test_other_frames),
		cmocka_unit_test(test_matrix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
