/* SPDX-License-Identifier: Apache-2.0 */
/* The simulated power line, with the SLAC engines at it. */
#include "plc.h"

#include "ccs/slac_ev.h"
#include "ccs/slac_evse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HOSTS 8

/* A host at the line: a car or a charger. */
struct host {
	bool is_evse;
	int plug; /* the host at the other end of the cable; -1 */
	enum ccs_pilot pilot;
	bool pwm;
	struct ccs_slac_ev ev;
	struct ccs_slac_evse evse;
};

static struct sim_plc_config config;
static struct sim_plc plc;
static struct host hosts[HOSTS];
static struct sim_random key_random;
static ccs_time now;
static uint64_t digest;		      /* of all frames at all hosts and their times */
static uint32_t sent[CCS_MME_KINDS];  /* by hosts and modems to hosts, as the tap shows */
static uint32_t heard[CCS_MME_KINDS]; /* by hosts */

static void fill_random(void *user, uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(sim_random_next(user) >> 16);
}

static void mix(const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		digest = (digest ^ ((const uint8_t *)bytes)[i]) * 0x100000001b3u;
}

static void listen(void *user, int node, const uint8_t *frame, size_t length, ccs_time at)
{
	struct ccs_mme mme;

	(void)user;
	mix(&node, sizeof(node));
	mix(&at, sizeof(at));
	mix(frame, length);
	if (ccs_mme_decode(&mme, frame, length))
		return;
	if (memcmp(mme.src, sim_plc_modem(&plc, node)->host_mac, 6) == 0)
		sent[mme.kind]++;
	else
		heard[mme.kind]++;
}

static void begin(uint64_t seed)
{
	config = sim_plc_default();
	config.seed = seed;
	config.tap = listen;
	sim_plc_reset(&plc, &config);
	memset(hosts, 0, sizeof(hosts));
	memset(sent, 0, sizeof(sent));
	memset(heard, 0, sizeof(heard));
	key_random.state = seed + 1;
	now = 0;
	digest = 0xcbf29ce484222325u;
}

static int add_car(enum sim_modem_kind modem, const struct ccs_slac_ev_config *wanted)
{
	uint8_t mac[6] = { 0x02, 0, 0, 0, 0xe0, (uint8_t)plc.count };
	int node = sim_plc_add(&plc, &sim_modems[modem], CCS_SIDE_EV, mac);
	struct ccs_slac_ev_config ev;

	ccs_slac_ev_set_defaults(&ev);
	if (wanted)
		ev = *wanted;
	memcpy(ev.mac, mac, 6);
	ev.random = (struct ccs_slac_random) { fill_random, &key_random };
	hosts[node].plug = -1;
	ccs_slac_ev_init(&hosts[node].ev, &ev, NULL);
	ccs_slac_ev_start(&hosts[node].ev, now);
	return node;
}

static int add_charger(enum sim_modem_kind modem, const struct ccs_slac_evse_config *wanted)
{
	uint8_t mac[6] = { 0x02, 0, 0, 0, 0x5e, (uint8_t)plc.count };
	int node = sim_plc_add(&plc, &sim_modems[modem], CCS_SIDE_EVSE, mac);
	struct ccs_slac_evse_config evse;

	ccs_slac_evse_set_defaults(&evse);
	if (wanted)
		evse = *wanted;
	memcpy(evse.mac, mac, 6);
	evse.random = (struct ccs_slac_random) { fill_random, &key_random };
	hosts[node].is_evse = true;
	hosts[node].plug = -1;
	ccs_slac_evse_init(&hosts[node].evse, &evse, NULL);
	ccs_slac_evse_start(&hosts[node].evse, now);
	return node;
}

/* The control pilot between a charger and its car. */
static void update_pilot(struct host *h)
{
	const struct host *car = h->plug < 0 ? NULL : &hosts[h->plug];
	enum ccs_slac_wish wish = h->evse.wish;
	enum ccs_pilot pilot = CCS_PILOT_A;
	bool pwm, back;

	if (car)
		pilot = wish == CCS_WISH_EF ? CCS_PILOT_F
			: car->ev.toggle_c  ? CCS_PILOT_C
					    : CCS_PILOT_B;
	pwm = car && (wish == CCS_WISH_NONE || wish == CCS_WISH_5_PERCENT);
	if (pilot == h->pilot && pwm == h->pwm)
		return;
	back = pwm && !h->pwm;
	h->pilot = pilot;
	h->pwm = pwm;
	ccs_slac_evse_set_pilot(&h->evse, pilot, pwm, now);
	if (back)
		ccs_slac_ev_match(&hosts[h->plug].ev, now);
}

static bool send_all(int node)
{
	struct host *h = &hosts[node];
	uint8_t frame[CCS_MME_FRAME_MAX];
	bool any = false;
	int length;

	while ((length = h->is_evse ? ccs_slac_evse_send(&h->evse, frame, sizeof(frame))
				    : ccs_slac_ev_send(&h->ev, frame, sizeof(frame))) > 0) {
		sim_plc_send(&plc, node, frame, (size_t)length, now);
		any = true;
	}
	assert_int_equal(length, 0);
	return any;
}

static void settle(void)
{
	bool busy = true;

	while (busy) {
		busy = false;
		for (int i = 0; i < plc.count; i++) {
			if (hosts[i].is_evse)
				update_pilot(&hosts[i]);
			busy |= send_all(i);
		}
	}
}

static ccs_time host_deadline(const struct host *h)
{
	return h->is_evse ? ccs_slac_evse_deadline(&h->evse) : ccs_slac_ev_deadline(&h->ev);
}

static ccs_time next_time(void)
{
	ccs_time next = sim_plc_deadline(&plc);

	for (int i = 0; i < plc.count; i++)
		next = host_deadline(&hosts[i]) < next ? host_deadline(&hosts[i]) : next;
	return next;
}

static void step(void)
{
	struct sim_plc_delivery in;

	while (sim_plc_next(&plc, now, &in)) {
		assert_true(in.time <= now);
		if (hosts[in.node].is_evse)
			ccs_slac_evse_receive(&hosts[in.node].evse, in.bytes, in.length, now);
		else
			ccs_slac_ev_receive(&hosts[in.node].ev, in.bytes, in.length, now);
	}
	for (int i = 0; i < plc.count; i++) {
		if (now < host_deadline(&hosts[i]))
			continue;
		if (hosts[i].is_evse)
			ccs_slac_evse_tick(&hosts[i].evse, now);
		else
			ccs_slac_ev_tick(&hosts[i].ev, now);
	}
	settle();
}

static void run(ccs_time span)
{
	ccs_time end = now + span, next;

	settle();
	while ((next = next_time()) <= end) {
		now = next > now ? next : now;
		step();
	}
	now = end;
}

static void plug(int car, int charger)
{
	hosts[car].plug = charger;
	hosts[charger].plug = car;
	settle();
}

static void unplug(int car)
{
	hosts[hosts[car].plug].plug = -1;
	hosts[car].plug = -1;
	ccs_slac_ev_leave(&hosts[car].ev, now);
	settle();
}

static void check_matched(int car, int charger)
{
	assert_int_equal(hosts[car].ev.state, CCS_SLAC_EV_MATCHED);
	assert_int_equal(hosts[charger].evse.state, CCS_SLAC_EVSE_MATCHED);
	assert_memory_equal(hosts[car].ev.evse_mac, sim_plc_modem(&plc, charger)->host_mac, 6);
	assert_memory_equal(hosts[charger].evse.ev_mac, sim_plc_modem(&plc, car)->host_mac, 6);
	assert_true(sim_plc_is_linked(&plc, car, charger, now));
}

/* A car, node 0, and a charger, node 1, ready but not plugged in. */
static void begin_pair(uint64_t seed, enum sim_modem_kind car, enum sim_modem_kind charger)
{
	begin(seed);
	add_car(car, NULL);
	add_charger(charger, NULL);
	sim_plc_set_attenuation(&plc, 0, 1, 15);
	run(CCS_SECONDS(15));
	memset(sent, 0, sizeof(sent));
	memset(heard, 0, sizeof(heard));
}

static void test_match(void **state)
{
	ccs_time since;

	(void)state;
	begin_pair(1, SIM_MODEM_QCA7005, SIM_MODEM_QCA7005);
	assert_false(sim_plc_is_linked(&plc, 0, 1, now));
	plug(0, 1);
	run(CCS_SECONDS(8));
	check_matched(0, 1);
	assert_int_equal(sent[CCS_MME_CM_SLAC_PARM_REQ], 1);
	assert_int_equal(sent[CCS_MME_CM_MNBC_SOUND_IND], 10);
	assert_int_equal(heard[CCS_MME_CM_ATTEN_PROFILE_IND], 10);
	/* The vendor's form goes onto the line too. */
	assert_int_equal(heard[CCS_MME_VS_ATTEN_CHAR_IND], 20);
	assert_in_range(hosts[0].ev.candidates[0].mean, 1400, 1600);
	since = sim_plc_link_since(&plc, 0, 1, now);
	/* Plugged in at 15 s; matching takes less than 3 s, joining 2.5 to 4 s. */
	assert_in_range(since, CCS_SECONDS(15) + CCS_MS(2500), CCS_SECONDS(15) + CCS_MS(7000));
	assert_false(sim_plc_is_linked(&plc, 0, 1, since - 1));
	assert_true(sim_plc_is_linked(&plc, 1, 0, since));
	unplug(0);
	run(CCS_SECONDS(6));
	assert_false(sim_plc_is_linked(&plc, 0, 1, now));
}

static void test_modems(void **state)
{
	static const enum sim_modem_kind kinds[] = { SIM_MODEM_QCA7005, SIM_MODEM_CG5317,
						     SIM_MODEM_PLAIN };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < 3; k++) {
			begin_pair(2, kinds[i], kinds[k]);
			plug(0, 1);
			run(CCS_SECONDS(14));
			check_matched(0, 1);
			assert_int_equal(hosts[0].ev.modem.chip, sim_modems[kinds[i]].chip);
		}
	}
}

/* The same seed gives the same frames at the same times; another one others. */
static void test_repeatable(void **state)
{
	uint64_t digests[3];

	(void)state;
	for (uint64_t i = 0; i < 3; i++) {
		begin_pair(7 + i / 2, SIM_MODEM_QCA7005, SIM_MODEM_QCA7005);
		plc.config.lost = 50;
		plc.config.doubled = 50;
		plc.config.delayed = 50;
		plug(0, 1);
		run(CCS_SECONDS(60));
		digests[i] = digest;
	}
	assert_true(digests[0] == digests[1]);
	assert_true(digests[1] != digests[2]);
}

static int begin_group(void **state)
{
	struct sim_plc_config plain = sim_plc_default();

	(void)state;
	sim_plc_init(&plc, &plain);
	return 0;
}

static int end_group(void **state)
{
	(void)state;
	sim_plc_free(&plc);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_modems),
		cmocka_unit_test(test_repeatable),
	};

	return cmocka_run_group_tests(tests, begin_group, end_group);
}
