/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The car's session against a charger, hardware and people that the fuzzer plays: responses, forged
 * bytes, losses, times, measurements.  The invariants are the oracle, and that it always ends.
 *
 * The input is a list of commands, one byte each with their arguments behind it.
 */
#include "ev_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_STEPS 4000 /* of the input; the end has as many as it needs */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *at;
	size_t left;
	int steps;
	bool next; /* session, after a person ended this one */
};

static uint8_t take(struct input *in)
{
	if (!in->left)
		return 0;
	in->left--;
	return *in->at++;
}

static int32_t take_number(struct input *in)
{
	int32_t high = (int8_t)take(in);

	return high * 256 + take(in);
}

static void run(struct ev_world *w, struct input *in, int steps)
{
	for (; steps > 0 && in->steps < MOST_STEPS; steps--, in->steps++)
		ev_world_step(w);
}

/* The response that waits, with a byte changed. */
static void forge(struct ev_world *w, struct input *in)
{
	size_t at = take(in);
	uint8_t bits = take(in);

	if (w->queued)
		w->queue[at % w->queued] ^= bits;
}

static void deliver(struct ev_world *w, struct input *in)
{
	size_t length = take(in);

	if (length > in->left)
		length = in->left;
	ev_world_deliver(w, in->at, length);
	in->at += length;
	in->left -= length;
}

static void measure(struct ev_world *w, struct input *in)
{
	struct ccs_ev_values *v = &w->values;
	struct ccs_measured *const quantities[] = { &v->inlet_mv, &v->battery_mv, &v->current_ma,
						    &v->duty,	  &v->soc,	  &v->inlet_dc };
	unsigned int which = take(in);
	struct ccs_measured *m = quantities[which % 6];

	m->value = take_number(in) * (which % 6 < 3 ? 100 : 1);
	m->known = !(which & 0x40);
	m->at = w->now;
}

static void set_values(struct ev_world *w, struct input *in)
{
	struct ccs_ev_values *v = &w->values;
	unsigned int bits = take(in);

	v->plug = (enum ccs_plug)(bits % 3);
	v->lock = (enum ccs_lock)(bits / 3 % 3);
	v->contactors = (enum ccs_contactor)(bits / 9 % 3);
	v->ready = !(bits & 0x80);
}

static void set_battery(struct ev_world *w, struct input *in)
{
	struct ccs_ev_values *v = &w->values;

	v->target.mv = take_number(in) * 100;
	v->target.ma = take_number(in) * 100;
	v->limits.max_mv = take_number(in) * 100;
	v->limits.max_ma = take_number(in) * 100;
	v->limits.max_w = take(in) & 1 ? CCS_NO_LIMIT : take_number(in) * 1000;
	v->capacity_mwh = take_number(in) * 10000;
	v->full_soc = take_number(in);
	v->departure_s = take_number(in);
}

/* What the charger of ISO 15118-2 says from now on. */
static void set_charger(struct ev_world *w, struct input *in)
{
	static struct iso2_PMaxScheduleEntry entries[40];
	static struct iso2_SAScheduleTuple tuples[3];
	unsigned int bits = take(in);

	w->iso2.receipts = bits & 1;
	w->iso2.decorated = bits & 2;
	w->not_ready = bits & 4;
	w->iso2.no_tuples = bits & 8;
	w->iso2.max_ma = take_number(in) * 10;
	w->din_pmax = take_number(in);
	w->iso2.tuple_count = 1 + (bits >> 4) % 3;
	w->iso2.tuples = bits & 0x40 ? tuples : NULL;
	for (uint32_t i = 0; i < 3; i++) {
		tuples[i].SAScheduleTupleID = 1 + take(in) % 255;
		tuples[i].PMaxSchedule.PMaxScheduleEntry.at = &entries[i];
		tuples[i].PMaxSchedule.PMaxScheduleEntry.count = 1 + take(in) % 37;
	}
	for (uint32_t i = 0; i < 40; i++) {
		entries[i].TimeInterval.tag = iso2_TimeInterval_RelativeTimeInterval;
		entries[i].TimeInterval.RelativeTimeInterval.start = take(in);
		entries[i].PMax = (struct iso2_PhysicalValue) { i % 4, iso2_unitSymbol_W,
								take_number(in) };
	}
}

static void play(struct ev_world *w, struct input *in)
{
	uint8_t command = take(in);
	uint8_t low = command & 15;

	switch (command >> 4) {
	case 0:
	case 1:
	case 2:
		run(w, in, 1 + low * low);
		break;
	case 3:
		w->fault = (enum ev_fault)(low % EV_FAULT_COUNT);
		w->fault_at = (enum ccs_ev_message)(take(in) % CCS_EV_MESSAGE_COUNT);
		w->fault_count = w->seen[w->fault_at] + 1;
		break;
	case 4:
	case 5:
		w->event = (enum ev_event)((command & 31) % EV_EVENT_COUNT);
		w->event_at = (enum ccs_ev_state)(take(in) % CCS_EV_STATE_COUNT);
		w->happened = false;
		break;
	case 6:
		forge(w, in);
		break;
	case 7:
		deliver(w, in);
		break;
	case 8:
		w->now += CCS_MS(1) << low % 10; /* a shell that is late */
		run(w, in, 1);
		break;
	case 9:
		if (low & 2)
			set_charger(w, in);
		else
			w->frozen = low & 1;
		break;
	case 10:
		measure(w, in);
		break;
	case 11:
		set_values(w, in);
		break;
	case 12:
		set_battery(w, in);
		break;
	case 13:
		w->delay = CCS_MS(low * low);
		break;
	case 14:
		w->values.stop = low & 1;
		w->values.emergency = low & 2;
		w->values.renegotiate = low & 4;
		w->values.pause = low & 8;
		break;
	default:
		w->loops = low;
		in->next = low == 15;
	}
}

static void require(bool holds, const struct ev_world *w)
{
	if (holds)
		return;
	fprintf(stderr, "%s: %s (%s, %s)\n", ccs_invariant_name(w->breach.invariant),
		w->breach.text ? w->breach.text : "end", ccs_ev_state_text(w->session.state),
		ccs_ev_reason_text(w->session.reason));
	abort();
}

/* Protocol and transfer. */
static void choose(struct ev_world *w, unsigned int options)
{
	w->protocol = options & 1 ? CCS_PROTOCOL_ISO2 : CCS_PROTOCOL_DIN;
	if (!(options & 2))
		return;
	w->config.transfer = CCS_EV_TRANSFER_AC_THREE_PHASE;
	w->config.other_transfers = (uint8_t)(1u << CCS_EV_TRANSFER_DC_EXTENDED);
	w->iso2.modes[0] = iso2_EnergyTransferMode_AC_three_phase_core;
	w->values.limits.min_ma = 6000;
}

/* One round: the fuzzer plays, then a person wants the end. */
static void live(struct ev_world *w, struct input *in)
{
	in->next = false;
	while (in->left && in->steps < MOST_STEPS && !w->breach.text && !in->next)
		play(w, in);
	w->values.stop = true;
	ev_world_run(w, CCS_SECONDS(150));
	require(!w->breach.text, w);
	require(ccs_ev_session_has_ended(&w->session), w);
	require(!w->commands.contactors, w);
	require(w->commands.onboard_ma == 0, w);
	require(w->commands.pilot == CCS_PILOT_B, w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ev_world world;
	struct ev_world *w = &world;
	struct input in = { .at = data, .left = size };
	uint8_t options = take(&in);

	ev_world_init(w);
	w->forged = true;
	if (options & 1)
		w->config.quirks = ccs_quirks_strict();
	for (unsigned int i = 0; i < 4; i++) {
		static const enum ccs_quirk quirks[] = { CCS_QUIRK_REPORTED_VOLTAGE,
							 CCS_QUIRK_LATE_LOAD, CCS_QUIRK_DISCHARGE,
							 CCS_QUIRK_PATIENT };
		if (options & 2u << i)
			ccs_quirk_set(&w->config.quirks, quirks[i], i != 3);
	}
	choose(w, options >> 6);
	ev_world_start(w);
	live(w, &in);
	if (!in.left || w->commands.lock)
		return 0;
	w->values.stop = w->values.pause = w->values.emergency = false;
	ev_world_restart(w, ccs_ev_session_outcome(&w->session) == CCS_EV_OUTCOME_PAUSED);
	live(w, &in);
	return 0;
}
