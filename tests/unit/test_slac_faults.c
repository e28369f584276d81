/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SLAC under faults: each message lost, doubled, late; each field of each message wrong at each
 * moment; random loss.  Both sides always come to an end, and nothing wrong changes anything.
 */
#include "plc_medium.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct sim_modem_config *const qca7005 = &sim_modems[SIM_MODEM_QCA7005];

static struct medium medium;

static const enum ccs_mme_kind kinds[] = {
	CCS_MME_CM_SLAC_PARM_REQ,  CCS_MME_CM_SLAC_PARM_CNF,  CCS_MME_CM_START_ATTEN_CHAR_IND,
	CCS_MME_CM_MNBC_SOUND_IND, CCS_MME_CM_ATTEN_CHAR_IND, CCS_MME_CM_ATTEN_CHAR_RSP,
	CCS_MME_CM_VALIDATE_REQ,   CCS_MME_CM_VALIDATE_CNF,   CCS_MME_CM_SLAC_MATCH_REQ,
	CCS_MME_CM_SLAC_MATCH_CNF,
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool is_final(const struct medium_node *n)
{
	if (n->is_evse)
		return n->evse.state == CCS_SLAC_EVSE_MATCHED ||
		       n->evse.state == CCS_SLAC_EVSE_FAILED ||
		       n->evse.state == CCS_SLAC_EVSE_LOST ||
		       n->evse.state == CCS_SLAC_EVSE_UNMATCHED;
	return n->ev.state == CCS_SLAC_EV_MATCHED || n->ev.state == CCS_SLAC_EV_FAILED ||
	       n->ev.state == CCS_SLAC_EV_LOST || n->ev.state == CCS_SLAC_EV_UNMATCHED;
}

static bool is_matched(int car, int charger)
{
	return medium.nodes[car].ev.state == CCS_SLAC_EV_MATCHED &&
	       medium.nodes[charger].evse.state == CCS_SLAC_EVSE_MATCHED;
}

/* What befalls the first `count` messages of a kind. */
struct fault {
	enum ccs_mme_kind kind;
	enum medium_fate fate;
	unsigned int count;
};

static enum medium_fate strike(struct medium *m, const struct ccs_mme *mme, int from, int to)
{
	struct fault *fault = m->user;

	(void)from, (void)to;
	if (mme->kind != fault->kind || fault->count == 0)
		return MEDIUM_PASS;
	fault->count--;
	return fault->fate;
}

static void begin_pair(uint32_t seed)
{
	struct ccs_slac_ev_config config;

	medium_init(&medium, seed);
	medium_ev_config(&medium, &config);
	config.validation = CCS_SLAC_VALIDATE_ALWAYS;
	medium_add(&medium, false, qca7005, &config);
	medium_add(&medium, true, qca7005, NULL);
	medium_run(&medium, CCS_SECONDS(5));
}

static void run_fault(struct fault fault, ccs_time late, ccs_time time, bool must_match)
{
	struct fault left = fault;

	begin_pair(21);
	medium.late = late;
	medium.fate = strike;
	medium.user = &left;
	medium_plug(&medium, 0, 1);
	medium_run(&medium, time);
	if (must_match ? !is_matched(0, 1)
		       : !is_final(&medium.nodes[0]) || !is_final(&medium.nodes[1]))
		fail_msg("kind %d fate %d, %u of them: car %s, charger %s", fault.kind, fault.fate,
			 fault.count, ccs_slac_ev_state_name(medium.nodes[0].ev.state),
			 ccs_slac_evse_state_name(medium.nodes[1].evse.state));
}

static void test_lost_once_and_twice(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		run_fault((struct fault) { kinds[i], MEDIUM_LOSE, 1 }, 0, CCS_SECONDS(20), true);
		run_fault((struct fault) { kinds[i], MEDIUM_LOSE, 2 }, 0, CCS_SECONDS(40), true);
	}
}

static void test_lost_often(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++)
		run_fault((struct fault) { kinds[i], MEDIUM_LOSE, 7 }, 0, CCS_SECONDS(60), true);
}

static void test_lost_always(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++)
		run_fault((struct fault) { kinds[i], MEDIUM_LOSE, 1000000 }, 0, CCS_SECONDS(600),
			  false);
}

static void test_doubled(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++)
		run_fault((struct fault) { kinds[i], MEDIUM_DOUBLE, 1000000 }, 0, CCS_SECONDS(15),
			  true);
}

static void test_late(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		for (unsigned int late = 50; late <= 1600; late += 50)
			run_fault((struct fault) { kinds[i], MEDIUM_LATE, 1 }, CCS_MS(late),
				  CCS_SECONDS(40), true);
		run_fault((struct fault) { kinds[i], MEDIUM_LATE, 1000000 }, CCS_MS(70),
			  CCS_SECONDS(40), true);
		run_fault((struct fault) { kinds[i], MEDIUM_LATE, 1000000 }, CCS_MS(900),
			  CCS_SECONDS(600), false);
	}
}

/* One wrong byte in a message that the other side awaits; offsets of the frame. */
static const struct {
	enum ccs_mme_kind kind;
	uint8_t offset;
	uint8_t change; /* by exclusive or */
} wrongs[] = {
	/* to the car */
	{ CCS_MME_CM_SLAC_PARM_CNF, 5, 0x01 },	 /* for another car */
	{ CCS_MME_CM_SLAC_PARM_CNF, 6, 0x01 },	 /* from a group address */
	{ CCS_MME_CM_SLAC_PARM_CNF, 19, 0x01 },	 /* M-SOUND_TARGET */
	{ CCS_MME_CM_SLAC_PARM_CNF, 25, 0x0a },	 /* no sounds */
	{ CCS_MME_CM_SLAC_PARM_CNF, 27, 0x01 },	 /* RESP_TYPE 0 */
	{ CCS_MME_CM_SLAC_PARM_CNF, 33, 0x10 },	 /* FORWARDING_STA */
	{ CCS_MME_CM_SLAC_PARM_CNF, 34, 0x01 },	 /* APPLICATION_TYPE */
	{ CCS_MME_CM_SLAC_PARM_CNF, 35, 0x01 },	 /* SECURITY_TYPE */
	{ CCS_MME_CM_SLAC_PARM_CNF, 36, 0x01 },	 /* RunID, first byte */
	{ CCS_MME_CM_SLAC_PARM_CNF, 43, 0x80 },	 /* and last */
	{ CCS_MME_CM_ATTEN_CHAR_IND, 5, 0x01 },	 /* for another car */
	{ CCS_MME_CM_ATTEN_CHAR_IND, 19, 0x01 }, /* APPLICATION_TYPE */
	{ CCS_MME_CM_ATTEN_CHAR_IND, 20, 0x01 }, /* SECURITY_TYPE */
	{ CCS_MME_CM_ATTEN_CHAR_IND, 26, 0x01 }, /* SOURCE_ADDRESS */
	{ CCS_MME_CM_ATTEN_CHAR_IND, 27, 0x01 }, /* RunID */
	{ CCS_MME_CM_ATTEN_CHAR_IND, 70, 0x3a }, /* no groups */
	{ CCS_MME_CM_VALIDATE_CNF, 5, 0x01 },	 /* for another car */
	{ CCS_MME_CM_VALIDATE_CNF, 11, 0x10 },	 /* from another charger */
	{ CCS_MME_CM_VALIDATE_CNF, 19, 0x01 },	 /* SignalType */
	{ CCS_MME_CM_SLAC_MATCH_CNF, 5, 0x01 },	 /* for another car */
	{ CCS_MME_CM_SLAC_MATCH_CNF, 11, 0x10 }, /* from another charger */
	{ CCS_MME_CM_SLAC_MATCH_CNF, 19, 0x01 }, /* APPLICATION_TYPE */
	{ CCS_MME_CM_SLAC_MATCH_CNF, 20, 0x01 }, /* SECURITY_TYPE */
	{ CCS_MME_CM_SLAC_MATCH_CNF, 21, 0x01 }, /* MVFLength */
	{ CCS_MME_CM_SLAC_MATCH_CNF, 45, 0x01 }, /* PEV_MAC */
	{ CCS_MME_CM_SLAC_MATCH_CNF, 68, 0x01 }, /* EVSE_MAC */
	{ CCS_MME_CM_SLAC_MATCH_CNF, 76, 0x01 }, /* RunID */
	/* to the charger */
	{ CCS_MME_CM_SLAC_PARM_REQ, 6, 0x01 },	       /* from a group address */
	{ CCS_MME_CM_SLAC_PARM_REQ, 0, 0x02 },	       /* for someone else */
	{ CCS_MME_CM_SLAC_PARM_REQ, 19, 0x01 },	       /* APPLICATION_TYPE */
	{ CCS_MME_CM_SLAC_PARM_REQ, 20, 0x02 },	       /* SECURITY_TYPE */
	{ CCS_MME_CM_START_ATTEN_CHAR_IND, 11, 0x10 }, /* of another car */
	{ CCS_MME_CM_START_ATTEN_CHAR_IND, 19, 0x01 }, /* APPLICATION_TYPE */
	{ CCS_MME_CM_START_ATTEN_CHAR_IND, 21, 0x0a }, /* no sounds */
	{ CCS_MME_CM_START_ATTEN_CHAR_IND, 22, 0x06 }, /* no time */
	{ CCS_MME_CM_START_ATTEN_CHAR_IND, 23, 0x01 }, /* RESP_TYPE 0 */
	{ CCS_MME_CM_START_ATTEN_CHAR_IND, 29, 0x01 }, /* FORWARDING_STA */
	{ CCS_MME_CM_START_ATTEN_CHAR_IND, 30, 0x01 }, /* RunID */
	{ CCS_MME_CM_ATTEN_PROFILE_IND, 11, 0x10 },    /* of another modem */
	{ CCS_MME_CM_ATTEN_PROFILE_IND, 24, 0x10 },    /* another car */
	{ CCS_MME_CM_ATTEN_PROFILE_IND, 25, 0x3a },    /* no groups */
	{ CCS_MME_CM_ATTEN_PROFILE_IND, 25, 0x02 },    /* 56 groups */
	{ CCS_MME_VS_ATTEN_CHAR_IND, 11, 0x10 },       /* of another modem */
	{ CCS_MME_VS_ATTEN_CHAR_IND, 25, 0x10 },       /* another car */
	{ CCS_MME_CM_ATTEN_CHAR_RSP, 5, 0x01 },	       /* for another charger */
	{ CCS_MME_CM_ATTEN_CHAR_RSP, 11, 0x10 },       /* of another car */
	{ CCS_MME_CM_ATTEN_CHAR_RSP, 19, 0x01 },       /* APPLICATION_TYPE */
	{ CCS_MME_CM_ATTEN_CHAR_RSP, 26, 0x01 },       /* SOURCE_ADDRESS */
	{ CCS_MME_CM_ATTEN_CHAR_RSP, 27, 0x01 },       /* RunID */
	{ CCS_MME_CM_VALIDATE_REQ, 5, 0x01 },	       /* for another charger */
	{ CCS_MME_CM_VALIDATE_REQ, 11, 0x10 },	       /* of another car */
	{ CCS_MME_CM_VALIDATE_REQ, 19, 0x01 },	       /* SignalType */
	{ CCS_MME_CM_SLAC_MATCH_REQ, 5, 0x01 },	       /* for another charger */
	{ CCS_MME_CM_SLAC_MATCH_REQ, 11, 0x10 },       /* of another car */
	{ CCS_MME_CM_SLAC_MATCH_REQ, 19, 0x01 },       /* APPLICATION_TYPE */
	{ CCS_MME_CM_SLAC_MATCH_REQ, 21, 0x01 },       /* MVFLength */
	{ CCS_MME_CM_SLAC_MATCH_REQ, 45, 0x01 },       /* PEV_MAC */
	{ CCS_MME_CM_SLAC_MATCH_REQ, 68, 0x01 },       /* EVSE_MAC */
	{ CCS_MME_CM_SLAC_MATCH_REQ, 69, 0x01 },       /* RunID */
};

/* The messages of a run without faults, by kind, to each node. */
static struct heard {
	size_t length;
	uint8_t bytes[CCS_MME_FRAME_MAX];
} heard[2][CCS_MME_KINDS];

static void listen(int node, const uint8_t *frame, size_t length, ccs_time time)
{
	struct ccs_mme mme;

	(void)time;
	if (ccs_mme_decode(&mme, frame, length) || memcmp(mme.src, medium.nodes[node].mac, 6) == 0)
		return;
	heard[node][mme.kind].length = length;
	memcpy(heard[node][mme.kind].bytes, frame, length);
}

static size_t engine_size(int node)
{
	return medium.nodes[node].is_evse ? sizeof(struct ccs_slac_evse)
					  : sizeof(struct ccs_slac_ev);
}

static const void *engine(int node)
{
	const struct medium_node *n = &medium.nodes[node];

	return n->is_evse ? (const void *)&n->evse : (const void *)&n->ev;
}

static int hand_over(int node, const uint8_t *bytes, size_t length)
{
	struct medium_node *n = &medium.nodes[node];

	return n->is_evse ? ccs_slac_evse_receive(&n->evse, bytes, length, medium.now)
			  : ccs_slac_ev_receive(&n->ev, bytes, length, medium.now);
}

static void check_unmoved(int node, const uint8_t *bytes, size_t length, const char *what, size_t i)
{
	static uint8_t before[sizeof(struct ccs_slac_evse) + sizeof(struct ccs_slac_ev)];
	int result;

	memcpy(before, engine(node), engine_size(node));
	result = hand_over(node, bytes, length);
	if (result >= 0 || memcmp(before, engine(node), engine_size(node)) != 0)
		fail_msg("%s %zu of kind %d was taken by node %d (%d)", what, i, wrongs[i].kind,
			 node, result);
}

static void inject_wrongs(int node)
{
	for (size_t i = 0; i < COUNT(wrongs); i++) {
		struct heard f = heard[node][wrongs[i].kind];

		if (f.length == 0)
			continue;
		f.bytes[wrongs[i].offset] ^= wrongs[i].change;
		check_unmoved(node, f.bytes, f.length, "wrong", i);
	}
}

/* The start of each frame only, from no bytes to one too few. */
static void inject_cut(int node)
{
	for (size_t i = 0; i < COUNT(wrongs); i++) {
		const struct heard *f = &heard[node][wrongs[i].kind];

		for (size_t length = 0; length < f->length && length < 22; length++)
			check_unmoved(node, f->bytes, length, "start", i);
	}
}

/* At each moment of a run, in each state, nothing that is wrong is taken. */
static void test_wrong_fields(void **state)
{
	(void)state;
	for (int run = 0; run < 2; run++) {
		begin_pair(33);
		medium.listen = run == 0 ? listen : NULL;
		medium_plug(&medium, 0, 1);
		for (int i = 0; i < 10000; i++) {
			medium_run(&medium, CCS_MS(1));
			for (int node = 0; node < 2 && run == 1 && i % 4 == 0; node++) {
				inject_wrongs(node);
				if (i % 200 == 0)
					inject_cut(node);
			}
		}
		assert_true(is_matched(0, 1));
	}
	for (size_t i = 0; i < COUNT(kinds); i++)
		assert_true(heard[0][kinds[i]].length + heard[1][kinds[i]].length > 0);
	assert_true(heard[1][CCS_MME_CM_ATTEN_PROFILE_IND].length > 0);
	assert_true(heard[1][CCS_MME_VS_ATTEN_CHAR_IND].length > 0);
}

/* What was right once is repeated forever: a running session does not move (R10). */
static void test_replayed_into_session(void **state)
{
	(void)state;
	begin_pair(33);
	medium_plug(&medium, 0, 1);
	medium_run(&medium, CCS_SECONDS(10));
	assert_true(is_matched(0, 1));
	for (int node = 0; node < 2; node++) {
		for (size_t i = 0; i < COUNT(kinds); i++) {
			const struct heard *f = &heard[node][kinds[i]];

			if (f->length)
				check_unmoved(node, f->bytes, f->length, "replayed", i);
		}
	}
}

struct weather {
	unsigned int lost, doubled, late; /* per cent */
};

static enum medium_fate roll(struct medium *m, const struct ccs_mme *mme, int from, int to)
{
	const struct weather *w = m->user;
	unsigned int die = medium_random(m) % 100;

	(void)mme, (void)from, (void)to;
	m->late = CCS_MS(medium_random(m) % 1500);
	if (die < w->lost)
		return MEDIUM_LOSE;
	if (die < w->lost + w->doubled)
		return MEDIUM_DOUBLE;
	return die < w->lost + w->doubled + w->late ? MEDIUM_LATE : MEDIUM_PASS;
}

static void begin_weather(uint32_t seed, struct weather *w)
{
	static const enum sim_modem_kind modems[] = { SIM_MODEM_QCA7005, SIM_MODEM_CG5317,
						      SIM_MODEM_PLAIN, SIM_MODEM_AR7420 };

	medium_init(&medium, seed);
	medium.plc.config.attenuation_db = 70;
	for (int i = 0; i < 4; i++) {
		unsigned int modem = medium_random(&medium) % (i % 2 ? 3 : 4);

		medium_add(&medium, i % 2, &sim_modems[modems[modem]], NULL);
	}
	for (int i = 0; i < 4; i += 2)
		sim_plc_set_attenuation(&medium.plc, i, i + 1, 20);
	medium.plc.config.leaky = true;
	medium_run(&medium, CCS_SECONDS(15));
	medium.fate = roll;
	medium.user = w;
	*w = (struct weather) { medium_random(&medium) % 60, medium_random(&medium) % 20,
				medium_random(&medium) % 20 };
}

/* B1: whatever is lost, both sides end; and who is matched, is matched to his own. */
static void test_random_weather(void **state)
{
	unsigned int matched = 0;

	(void)state;
	for (uint32_t seed = 1; seed <= 300; seed++) {
		struct weather weather;

		begin_weather(seed, &weather);
		medium_plug(&medium, 0, 1);
		medium_run(&medium, CCS_MS(medium_random(&medium) % 3000));
		medium_plug(&medium, 2, 3);
		if (seed % 5 == 0) {
			medium_run(&medium, CCS_MS(medium_random(&medium) % 20000));
			medium_unplug(&medium, 2);
		}
		medium_run(&medium, CCS_SECONDS(600));
		for (int i = 0; i < 4; i++) {
			struct medium_node *n = &medium.nodes[i];

			if (!is_final(n))
				fail_msg("seed %u: node %d in state %d", seed, i,
					 n->is_evse ? (int)n->evse.state : (int)n->ev.state);
			if (!n->is_evse && n->ev.state == CCS_SLAC_EV_MATCHED) {
				matched++;
				assert_memory_equal(n->ev.evse_mac, medium.nodes[n->plug].mac, 6);
			}
		}
	}
	assert_true(matched > 350);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lost_once_and_twice),
		cmocka_unit_test(test_lost_often),
		cmocka_unit_test(test_lost_always),
		cmocka_unit_test(test_doubled),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_wrong_fields),
		cmocka_unit_test(test_replayed_into_session),
		cmocka_unit_test(test_random_weather),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
