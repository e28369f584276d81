/* SPDX-License-Identifier: Apache-2.0 */
/* Cars and chargers on one power line. */
#include "plc_medium.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct sim_modem_config *const qca7005 = &sim_modems[SIM_MODEM_QCA7005];
static const struct sim_modem_config *const ar7420 = &sim_modems[SIM_MODEM_AR7420];
static const struct sim_modem_config *const cg5317 = &sim_modems[SIM_MODEM_CG5317];
static const struct sim_modem_config *const plain = &sim_modems[SIM_MODEM_PLAIN];

static struct medium medium;

static const uint8_t *nmk_of(int i)
{
	return sim_modem_network(sim_plc_modem(&medium.plc, i), medium.now)->nmk;
}

static struct ccs_slac_ev *ev(int i)
{
	return &medium.nodes[i].ev;
}

static struct ccs_slac_evse *evse(int i)
{
	return &medium.nodes[i].evse;
}

static void check_matched(int car, int charger)
{
	assert_int_equal(ev(car)->state, CCS_SLAC_EV_MATCHED);
	assert_int_equal(evse(charger)->state, CCS_SLAC_EVSE_MATCHED);
	assert_memory_equal(ev(car)->evse_mac, medium.nodes[charger].mac, 6);
	assert_memory_equal(evse(charger)->ev_mac, medium.nodes[car].mac, 6);
	assert_memory_equal(nmk_of(car), nmk_of(charger), 16);
}

static void begin(uint32_t seed, const struct sim_modem_config *car,
		  const struct sim_modem_config *charger)
{
	medium_init(&medium, seed);
	medium_add(&medium, false, car, NULL);
	medium_add(&medium, true, charger, NULL);
	medium_run(&medium, CCS_SECONDS(15));
	assert_int_equal(evse(1)->state, CCS_SLAC_EVSE_UNMATCHED);
	assert_int_equal(ev(0)->state, CCS_SLAC_EV_UNMATCHED);
}

static void test_happy_path(void **state)
{
	(void)state;
	begin(1, qca7005, qca7005);
	medium_plug(&medium, 0, 1);
	medium_run(&medium, CCS_SECONDS(10));
	check_matched(0, 1);
	assert_int_equal(medium.sent[CCS_MME_CM_SLAC_PARM_REQ], 1);
	assert_int_equal(medium.sent[CCS_MME_CM_START_ATTEN_CHAR_IND], 3);
	assert_int_equal(medium.sent[CCS_MME_CM_MNBC_SOUND_IND], 10);
	assert_int_equal(medium.sent[CCS_MME_CM_ATTEN_CHAR_IND], 1);
	assert_int_equal(medium.sent[CCS_MME_CM_ATTEN_CHAR_RSP], 1);
	assert_int_equal(medium.sent[CCS_MME_CM_VALIDATE_REQ], 0);
	assert_int_equal(medium.sent[CCS_MME_CM_SLAC_MATCH_CNF], 1);
}

static void test_modems(void **state)
{
	const struct sim_modem_config *const modems[] = { qca7005, cg5317, plain };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < 3; k++) {
			begin(7, modems[i], modems[k]);
			medium_plug(&medium, 0, 1);
			medium_run(&medium, CCS_SECONDS(14));
			check_matched(0, 1);
			assert_int_equal(ev(0)->modem.chip, modems[i]->chip);
		}
	}
}

/* Modems that cannot be asked for their link: it is there when another modem answers (R8, R11). */
static void test_link_by_presence(void **state)
{
	struct sim_modem_config silent = *plain, qca = *qca7005;

	(void)state;
	silent.no_link_status = true;
	begin(7, &silent, &silent);
	medium_plug(&medium, 0, 1);
	medium_run(&medium, CCS_SECONDS(14));
	check_matched(0, 1);
	qca.no_link_status = true;
	begin(7, &qca, &qca);
	medium_plug(&medium, 0, 1);
	medium_run(&medium, CCS_SECONDS(14));
	check_matched(0, 1);
	sim_plc_set_attenuation(&medium.plc, 0, 1, SIM_PLC_DEAF);
	medium_run(&medium, CCS_SECONDS(8));
	assert_int_equal(ev(0)->state, CCS_SLAC_EV_LOST);
	assert_int_equal(evse(1)->state, CCS_SLAC_EVSE_LOST);
}

/* A mains adapter measures nothing; its charger says nothing unless told to make it up (R7). */
static void test_no_profiles(void **state)
{
	struct ccs_slac_evse_config config;

	(void)state;
	begin(2, qca7005, ar7420);
	medium_plug(&medium, 0, 1);
	medium_run(&medium, CCS_SECONDS(200));
	assert_int_equal(medium.sent[CCS_MME_CM_ATTEN_CHAR_IND], 0);
	assert_int_equal(evse(1)->state, CCS_SLAC_EVSE_FAILED);
	assert_int_equal(evse(1)->wish, CCS_WISH_NO_HIGH_LEVEL);

	medium_init(&medium, 2);
	medium_evse_config(&medium, &config);
	config.synthetic_db = 9;
	medium_add(&medium, false, ar7420, NULL);
	medium_add(&medium, true, ar7420, &config);
	medium_run(&medium, CCS_SECONDS(15));
	medium_plug(&medium, 0, 1);
	medium_run(&medium, CCS_SECONDS(20));
	check_matched(0, 1);
	assert_int_equal(ev(0)->candidates[0].mean, 900);
}

static void test_vendor_profiles_only(void **state)
{
	struct sim_modem_config modem = *qca7005;

	(void)state;
	modem.profiles = false;
	begin(3, qca7005, &modem);
	medium_plug(&medium, 0, 1);
	medium_run(&medium, CCS_SECONDS(10));
	check_matched(0, 1);
	assert_int_equal(ev(0)->candidates[0].num_sounds, 10);
}

static enum medium_fate lose_sounds(struct medium *m, const struct ccs_mme *mme, int from, int to)
{
	(void)from, (void)to;
	return mme->kind == CCS_MME_CM_MNBC_SOUND_IND &&
			       mme->cm_mnbc_sound_ind.cnt >= *(const unsigned int *)m->user
		       ? MEDIUM_LOSE
		       : MEDIUM_PASS;
}

/* The report comes when TT_EVSE_match_MNBC is over, with the sounds that were heard. R62: the
 * report comes 600 ms after the first CM_START_ATTEN_CHAR.IND at the latest. */
static void test_lost_sounds(void **state)
{
	(void)state;
	for (unsigned int heard = 1; heard < 10; heard++) {
		begin(heard, qca7005, qca7005);
		medium.fate = lose_sounds;
		medium.user = &heard;
		medium_plug(&medium, 0, 1);
		medium_run(&medium, CCS_MS(203 + 599));
		assert_int_equal(medium.sent[CCS_MME_CM_ATTEN_CHAR_IND], 0);
		medium_run(&medium, CCS_MS(2));
		assert_int_equal(medium.sent[CCS_MME_CM_ATTEN_CHAR_IND], 1);
		medium_run(&medium, CCS_SECONDS(10));
		check_matched(0, 1);
		assert_int_equal(ev(0)->candidates[0].num_sounds, heard);
	}
}

/* Two cars at two chargers which all hear each other; each ends at its own. */
static void begin_two_pairs(uint32_t seed, unsigned int own, unsigned int other)
{
	medium_init(&medium, seed);
	medium.plc.config.attenuation_db = (uint8_t)other;
	medium_add(&medium, false, qca7005, NULL);
	medium_add(&medium, true, qca7005, NULL);
	medium_add(&medium, false, cg5317, NULL);
	medium_add(&medium, true, qca7005, NULL);
	sim_plc_set_attenuation(&medium.plc, 0, 1, (uint8_t)own);
	sim_plc_set_attenuation(&medium.plc, 2, 3, (uint8_t)own);
	medium.plc.config.leaky = true;
	medium_run(&medium, CCS_SECONDS(15));
}

static void test_crosstalk(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 20; seed++) {
		begin_two_pairs(seed, 12, 33);
		medium_plug(&medium, 0, 1);
		medium_run(&medium, CCS_MS(seed * 70));
		medium_plug(&medium, 2, 3);
		medium_run(&medium, CCS_SECONDS(12));
		check_matched(0, 1);
		check_matched(2, 3);
		assert_int_equal(medium.sent[CCS_MME_CM_VALIDATE_REQ], 0);
	}
}

/* As near as the own one: only the toggles tell. */
static void test_crosstalk_with_validation(void **state)
{
	unsigned int validations = 0;

	(void)state;
	for (uint32_t seed = 1; seed <= 20; seed++) {
		begin_two_pairs(seed, 21, 20);
		medium_plug(&medium, 0, 1);
		medium_run(&medium, CCS_MS(seed * 170));
		medium_plug(&medium, 2, 3);
		medium_run(&medium, CCS_SECONDS(60));
		check_matched(0, 1);
		check_matched(2, 3);
		validations += medium.sent[CCS_MME_CM_VALIDATE_REQ];
	}
	assert_true(validations > 5);
}

/* A running session hears all that a neighbour does and stays as it is (R10). */
static void test_neighbours(void **state)
{
	unsigned int entered[16];

	(void)state;
	begin_two_pairs(5, 12, 33);
	medium_plug(&medium, 0, 1);
	medium_run(&medium, CCS_SECONDS(12));
	check_matched(0, 1);
	memcpy(entered, medium.nodes[1].states, sizeof(entered));
	for (int i = 0; i < 3; i++) {
		medium_plug(&medium, 2, 3);
		medium_run(&medium, CCS_SECONDS(12));
		check_matched(2, 3);
		medium_unplug(&medium, 2);
		medium_run(&medium, CCS_SECONDS(12));
	}
	check_matched(0, 1);
	assert_memory_equal(entered, medium.nodes[1].states, sizeof(entered));
}

static void begin_validation(enum ccs_slac_validation car, enum ccs_slac_evse_validation charger)
{
	struct ccs_slac_evse_config evse_config;
	struct ccs_slac_ev_config ev_config;

	medium_init(&medium, 6);
	medium_ev_config(&medium, &ev_config);
	medium_evse_config(&medium, &evse_config);
	ev_config.validation = car;
	evse_config.validation = charger;
	medium_add(&medium, false, qca7005, &ev_config);
	medium_add(&medium, true, qca7005, &evse_config);
	medium_run(&medium, CCS_SECONDS(15));
	medium_plug(&medium, 0, 1);
}

static void test_validation(void **state)
{
	(void)state;
	begin_validation(CCS_SLAC_VALIDATE_ALWAYS, CCS_SLAC_EVSE_COUNT_TOGGLES);
	medium_run(&medium, CCS_SECONDS(12));
	check_matched(0, 1);
	assert_int_equal(medium.sent[CCS_MME_CM_VALIDATE_REQ], 2);
	assert_int_equal(medium.sent[CCS_MME_CM_VALIDATE_CNF], 2);
	assert_false(ev(0)->toggle_c);

	begin_validation(CCS_SLAC_VALIDATE_ALWAYS, CCS_SLAC_EVSE_NOT_REQUIRED);
	medium_run(&medium, CCS_SECONDS(12));
	check_matched(0, 1);
	assert_int_equal(medium.sent[CCS_MME_CM_VALIDATE_REQ], 1);

	begin_validation(CCS_SLAC_VALIDATE_ALWAYS, CCS_SLAC_EVSE_REFUSE);
	medium.nodes[0].rematch = false;
	medium_run(&medium, CCS_SECONDS(60));
	assert_int_equal(ev(0)->state, CCS_SLAC_EV_FAILED);
	assert_int_equal(medium.sent[CCS_MME_CM_SLAC_MATCH_REQ], 0);
}

/* 40 dB: found perhaps, so validated; refused, there is nothing else to go by. */
static void test_validation_in_doubt(void **state)
{
	(void)state;
	begin_validation(CCS_SLAC_VALIDATE_IN_DOUBT, CCS_SLAC_EVSE_COUNT_TOGGLES);
	sim_plc_set_attenuation(&medium.plc, 0, 1, 40);
	medium_run(&medium, CCS_SECONDS(12));
	check_matched(0, 1);
	assert_int_equal(medium.sent[CCS_MME_CM_VALIDATE_REQ], 2);

	begin_validation(CCS_SLAC_VALIDATE_IN_DOUBT, CCS_SLAC_EVSE_REFUSE);
	sim_plc_set_attenuation(&medium.plc, 0, 1, 40);
	medium.nodes[0].rematch = false;
	medium_run(&medium, CCS_SECONDS(60));
	assert_int_equal(ev(0)->state, CCS_SLAC_EV_FAILED);

	begin_validation(CCS_SLAC_VALIDATE_IN_DOUBT, CCS_SLAC_EVSE_COUNT_TOGGLES);
	sim_plc_set_attenuation(&medium.plc, 0, 1, 60);
	medium.nodes[0].rematch = false;
	medium_run(&medium, CCS_SECONDS(60));
	assert_int_equal(ev(0)->state, CCS_SLAC_EV_FAILED);
	assert_int_equal(medium.sent[CCS_MME_CM_VALIDATE_REQ], 0);
}

/* Chargers that validate nobody: of two, as near as each other, the nearer one is taken. */
static void test_unproven(void **state)
{
	struct ccs_slac_evse_config config;

	(void)state;
	medium_init(&medium, 8);
	medium_evse_config(&medium, &config);
	config.validation = CCS_SLAC_EVSE_REFUSE;
	medium_add(&medium, false, qca7005, NULL);
	medium_add(&medium, true, qca7005, &config);
	config.validation = CCS_SLAC_EVSE_NOT_REQUIRED;
	medium_add(&medium, true, qca7005, &config);
	sim_plc_set_attenuation(&medium.plc, 0, 2, 22);
	medium_run(&medium, CCS_SECONDS(15));
	ccs_slac_evse_set_pilot(evse(2), CCS_PILOT_B, true, medium.now);
	medium.nodes[2].pilot = CCS_PILOT_B;
	medium.nodes[2].plug = 0;
	medium_plug(&medium, 0, 1);
	medium_run(&medium, CCS_SECONDS(12));
	check_matched(0, 1);
}

static void test_link_loss(void **state)
{
	uint8_t nmk[16];

	(void)state;
	begin(9, qca7005, qca7005);
	medium_plug(&medium, 0, 1);
	medium_run(&medium, CCS_SECONDS(10));
	check_matched(0, 1);
	memcpy(nmk, nmk_of(1), 16);
	sim_plc_set_attenuation(&medium.plc, 0, 1, SIM_PLC_DEAF);
	medium_run(&medium, CCS_SECONDS(10));
	assert_int_equal(ev(0)->state, CCS_SLAC_EV_LOST);
	assert_int_equal(evse(1)->state, CCS_SLAC_EVSE_LOST);
	assert_memory_not_equal(nmk, nmk_of(1), 16);
	assert_memory_not_equal(nmk, nmk_of(0), 16);
	/* The owner goes on over E/F. */
	sim_plc_set_attenuation(&medium.plc, 0, 1, 20);
	ccs_slac_evse_restart(evse(1), medium.now);
	assert_int_equal(evse(1)->wish, CCS_WISH_EF);
	medium_run(&medium, CCS_SECONDS(20));
	check_matched(0, 1);
}

/* The modem itself is gone: no answer for link_silence. */
static void test_modem_loss(void **state)
{
	(void)state;
	begin(10, qca7005, qca7005);
	medium_plug(&medium, 0, 1);
	medium_run(&medium, CCS_SECONDS(10));
	check_matched(0, 1);
	sim_plc_modem(&medium.plc, 0)->config.dead = true;
	medium_run(&medium, CCS_SECONDS(20));
	assert_int_equal(ev(0)->state, CCS_SLAC_EV_LOST);
}

/* Each plug-in has its own key, and the modems forget it afterwards. R9. */
static void test_keys(void **state)
{
	uint8_t nmk[16] = { 0 };

	(void)state;
	begin(11, qca7005, qca7005);
	for (int i = 0; i < 4; i++) {
		medium_plug(&medium, 0, 1);
		medium_run(&medium, CCS_SECONDS(10));
		check_matched(0, 1);
		assert_memory_not_equal(nmk, nmk_of(0), 16);
		memcpy(nmk, nmk_of(0), 16);
		medium_unplug(&medium, 0);
		medium_run(&medium, CCS_SECONDS(8));
		assert_int_equal(evse(1)->state, CCS_SLAC_EVSE_UNMATCHED);
		assert_memory_not_equal(nmk, nmk_of(0), 16);
		assert_memory_not_equal(nmk, nmk_of(1), 16);
	}
	/* Nothing given away, nothing written. */
	assert_int_equal(evse(1)->modem.key_writes, 5);
	medium_plug(&medium, 0, 1);
	medium_run(&medium, CCS_MS(300));
	medium_unplug(&medium, 0);
	medium_run(&medium, CCS_SECONDS(8));
	assert_int_equal(evse(1)->modem.key_writes, 5);
}

static bool holds(const void *memory, size_t size, const uint8_t *secret)
{
	for (size_t i = 0; i + 16 <= size; i++) {
		if (memcmp((const uint8_t *)memory + i, secret, 16) == 0)
			return true;
	}
	return false;
}

static void test_secrets_are_wiped(void **state)
{
	uint8_t nmk[16];

	(void)state;
	begin(12, qca7005, qca7005);
	medium_plug(&medium, 0, 1);
	medium_run(&medium, CCS_SECONDS(10));
	check_matched(0, 1);
	memcpy(nmk, nmk_of(1), 16);
	assert_false(holds(ev(0), sizeof(*ev(0)), nmk));
	assert_false(holds(evse(1), sizeof(*evse(1)), nmk));
}

static void test_pause(void **state)
{
	(void)state;
	begin(13, qca7005, qca7005);
	medium_plug(&medium, 0, 1);
	medium_run(&medium, CCS_SECONDS(10));
	ccs_slac_ev_pause(ev(0), medium.now);
	ccs_slac_evse_pause(evse(1), medium.now);
	for (int i = 0; i < 2; i++)
		sim_plc_modem(&medium.plc, i)->after.joined = medium.now + CCS_SECONDS(100);
	medium_run(&medium, CCS_SECONDS(98));
	assert_int_equal(ev(0)->state, CCS_SLAC_EV_PAUSED);
	assert_int_equal(evse(1)->wish, CCS_WISH_X1);
	ccs_slac_evse_resume(evse(1), medium.now);
	ccs_slac_ev_resume(ev(0), medium.now);
	medium_run(&medium, CCS_SECONDS(4));
	check_matched(0, 1);
	assert_int_equal(medium.sent[CCS_MME_CM_SLAC_PARM_REQ], 1);
}

/* No car with ISO 15118: E/F three times, then the charger gives up (VW: 30 s are waited). */
static void test_no_car(void **state)
{
	(void)state;
	medium_init(&medium, 14);
	medium_add(&medium, true, qca7005, NULL);
	medium_run(&medium, CCS_SECONDS(5));
	ccs_slac_evse_set_pilot(evse(0), CCS_PILOT_B, true, medium.now);
	medium.nodes[0].pilot = CCS_PILOT_B;
	medium.nodes[0].pwm = true;
	for (int i = 0; i < 3; i++) {
		ccs_slac_evse_set_pilot(evse(0), CCS_PILOT_B, true, medium.now);
		assert_int_equal(evse(0)->state, CCS_SLAC_EVSE_MATCHING);
		for (int k = 0; k < 39; k++) {
			ccs_slac_evse_tick(evse(0), medium.now += CCS_SECONDS(1));
			assert_int_equal(evse(0)->state, CCS_SLAC_EVSE_MATCHING);
		}
		ccs_slac_evse_tick(evse(0), medium.now += CCS_SECONDS(1));
		assert_int_equal(evse(0)->wish, CCS_WISH_EF);
		ccs_slac_evse_set_pilot(evse(0), CCS_PILOT_F, false, medium.now);
		ccs_slac_evse_tick(evse(0), medium.now += CCS_SECONDS(4));
		assert_int_equal(evse(0)->wish, CCS_WISH_X1);
		ccs_slac_evse_set_pilot(evse(0), CCS_PILOT_B, false, medium.now);
		ccs_slac_evse_tick(evse(0), medium.now += CCS_MS(750));
		assert_int_equal(evse(0)->wish, CCS_WISH_5_PERCENT);
	}
	ccs_slac_evse_set_pilot(evse(0), CCS_PILOT_B, true, medium.now);
	ccs_slac_evse_tick(evse(0), medium.now += CCS_SECONDS(40));
	assert_int_equal(evse(0)->state, CCS_SLAC_EVSE_FAILED);
	assert_int_equal(evse(0)->wish, CCS_WISH_NO_HIGH_LEVEL);
}

/* A car alone: all rounds, then it says so, within the time they can take. */
static void test_no_charger(void **state)
{
	(void)state;
	medium_init(&medium, 15);
	medium_add(&medium, false, qca7005, NULL);
	medium_run(&medium, CCS_SECONDS(5));
	ccs_slac_ev_match(ev(0), medium.now);
	medium_run(&medium, CCS_SECONDS(25));
	assert_int_not_equal(ev(0)->state, CCS_SLAC_EV_FAILED);
	medium_run(&medium, CCS_SECONDS(10));
	assert_int_equal(ev(0)->state, CCS_SLAC_EV_FAILED);
}

static void test_modem_faults(void **state)
{
	struct sim_modem_config modem = *qca7005;

	(void)state;
	/* The car's modem refuses keys: no join, no hang. */
	begin(16, qca7005, qca7005);
	sim_plc_modem(&medium.plc, 0)->config.refuses_key = true;
	medium_plug(&medium, 0, 1);
	medium.nodes[0].rematch = false;
	/* Three rounds of one run each: a failed join ends TT_matching_repetition. */
	medium_run(&medium, CCS_SECONDS(15));
	assert_int_equal(medium.sent[CCS_MME_CM_SLAC_MATCH_REQ], 3);
	assert_int_equal(ev(0)->state, CCS_SLAC_EV_FAILED);
	/* The charger's does: it serves nobody, and goes on when the modem does. */
	modem.refuses_key = true;
	medium_init(&medium, 17);
	medium_add(&medium, false, qca7005, NULL);
	medium_add(&medium, true, &modem, NULL);
	medium_run(&medium, CCS_SECONDS(15));
	medium_plug(&medium, 0, 1);
	medium.nodes[0].rematch = false;
	medium_run(&medium, CCS_SECONDS(50));
	assert_int_equal(ev(0)->state, CCS_SLAC_EV_FAILED);
	assert_int_equal(evse(1)->state, CCS_SLAC_EVSE_PREPARING);
	sim_plc_modem(&medium.plc, 1)->config.refuses_key = false;
	medium_run(&medium, CCS_SECONDS(10));
	assert_int_equal(evse(1)->state, CCS_SLAC_EVSE_MATCHING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_happy_path),
		cmocka_unit_test(test_modems),
		cmocka_unit_test(test_link_by_presence),
		cmocka_unit_test(test_no_profiles),
		cmocka_unit_test(test_vendor_profiles_only),
		cmocka_unit_test(test_lost_sounds),
		cmocka_unit_test(test_crosstalk),
		cmocka_unit_test(test_crosstalk_with_validation),
		cmocka_unit_test(test_neighbours),
		cmocka_unit_test(test_validation),
		cmocka_unit_test(test_validation_in_doubt),
		cmocka_unit_test(test_unproven),
		cmocka_unit_test(test_link_loss),
		cmocka_unit_test(test_modem_loss),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_secrets_are_wiped),
		cmocka_unit_test(test_pause),
		cmocka_unit_test(test_no_car),
		cmocka_unit_test(test_no_charger),
		cmocka_unit_test(test_modem_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
