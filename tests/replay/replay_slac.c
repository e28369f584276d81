/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recorded matchings once more: the recorded car (and the modem of its charger) at our charger, our
 * car at the recorded charger.
 *
 * Usage: replay_slac DIRECTORY, as replay_stations.  One TAP case for each run that came to a
 * CM_ATTEN_CHAR.IND, and side.
 */
#include "captures.h"
#include "ccs/mme.h"
#include "ccs/slac_ev.h"
#include "ccs/slac_evse.h"
#include "trace/capture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WARM_UP	  CCS_SECONDS(1) /* the modem gets its key */
#define JOIN_TIME CCS_SECONDS(3)
#define RUN_TIME  CCS_SECONDS(5) /* some cars use the same run id again */
#define SYNTHETIC 10		 /* dB, where the modem's profiles are empty */
#define FRAMES	  4096		 /* management messages of one capture */

struct frame {
	ccs_time time;
	size_t length;
	uint8_t *bytes;
	struct ccs_mme mme; /* points into `bytes` */
};

/* A run, by its messages; NULL: there is none. */
struct run {
	uint8_t id[8];
	uint8_t car[6], charger[6], modem[6];
	bool measured; /* the charger's modem is heard */
	const struct frame *first, *end;
	const struct frame *parm_cnf, *report, *match_req, *match_cnf;
	const struct frame *last_sound;
};

struct replay {
	struct frame frames[FRAMES];
	size_t count;
	unsigned int cases, failed;
	unsigned int begun_before, unmeasured;
	unsigned int same; /* reports as recorded, to the hundredth of a dB */
	ccs_time now;
	char fault[160];
};

/* Reading. */

static bool is_management(const struct ccs_packet *packet)
{
	return packet->link_type == 1 && packet->length >= 14 &&
	       packet->bytes[12] == CCS_MME_ETHERTYPE >> 8 &&
	       packet->bytes[13] == (CCS_MME_ETHERTYPE & 0xff);
}

static void keep_frame(struct replay *r, const struct ccs_packet *packet)
{
	struct frame *frame = &r->frames[r->count];

	if (r->count == FRAMES || !is_management(packet))
		return;
	frame->bytes = malloc(packet->length);
	if (!frame->bytes)
		abort();
	memcpy(frame->bytes, packet->bytes, packet->length);
	frame->length = packet->length;
	frame->time = packet->time;
	if (ccs_mme_decode(&frame->mme, frame->bytes, frame->length))
		free(frame->bytes);
	else
		r->count++;
}

static bool read_frames(struct replay *r, const char *path)
{
	struct ccs_capture_error error;
	struct ccs_capture *capture;
	struct ccs_packet packet;
	int result;

	r->count = 0;
	if (ccs_capture_open(&capture, path, &error) < 0)
		return false;
	while ((result = ccs_capture_next(capture, &packet)) != 0)
		if (result > 0)
			keep_frame(r, &packet);
	ccs_capture_close(capture);
	return true;
}

/* The run id of a message of SLAC; NULL: it has none. */
static const uint8_t *find_run_id(const struct ccs_mme *mme)
{
	switch ((int)mme->kind) {
	case CCS_MME_CM_SLAC_PARM_REQ:
		return mme->cm_slac_parm_req.run_id;
	case CCS_MME_CM_SLAC_PARM_CNF:
		return mme->cm_slac_parm_cnf.run_id;
	case CCS_MME_CM_START_ATTEN_CHAR_IND:
		return mme->cm_start_atten_char_ind.run_id;
	case CCS_MME_CM_MNBC_SOUND_IND:
		return mme->cm_mnbc_sound_ind.run_id;
	case CCS_MME_CM_ATTEN_CHAR_IND:
		return mme->cm_atten_char_ind.run_id;
	case CCS_MME_CM_ATTEN_CHAR_RSP:
		return mme->cm_atten_char_rsp.run_id;
	case CCS_MME_CM_SLAC_MATCH_REQ:
		return mme->cm_slac_match_req.run_id;
	case CCS_MME_CM_SLAC_MATCH_CNF:
		return mme->cm_slac_match_cnf.run_id;
	}
	return NULL;
}

/* MAC of the car that a profile is of; NULL: no profile. */
static const uint8_t *find_profiled(const struct ccs_mme *mme)
{
	if (mme->kind == CCS_MME_CM_ATTEN_PROFILE_IND)
		return mme->cm_atten_profile_ind.pev_mac;
	return mme->kind == CCS_MME_VS_ATTEN_CHAR_IND ? mme->vs_atten_char_ind.pev_mac : NULL;
}

/* The car may have asked before in vain: the run begins with the request that was answered. */
static void keep_message(struct run *run, const struct frame *frame)
{
	switch ((int)frame->mme.kind) {
	case CCS_MME_CM_SLAC_PARM_REQ:
		if (!run->parm_cnf)
			run->first = frame;
		break;
	case CCS_MME_CM_SLAC_PARM_CNF:
		if (!run->parm_cnf)
			run->parm_cnf = frame;
		break;
	case CCS_MME_CM_MNBC_SOUND_IND:
		run->last_sound = frame;
		break;
	case CCS_MME_CM_ATTEN_CHAR_IND: /* the last counts: a car may begin anew */
		run->report = frame;
		break;
	case CCS_MME_CM_SLAC_MATCH_REQ:
		run->match_req = frame;
		break;
	case CCS_MME_CM_SLAC_MATCH_CNF:
		run->match_cnf = frame;
		break;
	}
	run->end = frame + 1;
}

static bool is_same_run(const struct frame *a, const struct frame *b)
{
	const uint8_t *id = find_run_id(&a->mme);
	ccs_time between = a->time - b->time;

	return id && !memcmp(id, find_run_id(&b->mme), 8) && between < RUN_TIME &&
	       -between < RUN_TIME;
}

/* All of the run of `report`, to the match; its modem is the first that has heard the car. */
static struct run gather_run(const struct replay *r, const struct frame *report)
{
	struct run run = { .report = report };

	memcpy(run.id, report->mme.cm_atten_char_ind.run_id, 8);
	memcpy(run.car, report->mme.dst, 6);
	memcpy(run.charger, report->mme.src, 6);
	for (const struct frame *frame = r->frames; frame < r->frames + r->count; frame++) {
		const uint8_t *car = find_profiled(&frame->mme);

		if (is_same_run(frame, report) && !run.match_cnf)
			keep_message(&run, frame);
		if (car && !run.measured && run.parm_cnf && frame < report &&
		    !memcmp(car, run.car, 6)) {
			run.measured = true;
			memcpy(run.modem, frame->mme.src, 6);
		}
	}
	return run;
}

static bool is_first_report(const struct replay *r, const struct frame *frame)
{
	if (frame->mme.kind != CCS_MME_CM_ATTEN_CHAR_IND)
		return false;
	for (const struct frame *before = r->frames; before < frame; before++)
		if (before->mme.kind == CCS_MME_CM_ATTEN_CHAR_IND && is_same_run(before, frame))
			return false;
	return true;
}

static void fail(struct replay *r, const char *what)
{
	if (!r->fault[0])
		snprintf(r->fault, sizeof(r->fault), "%s", what);
}

/* Our charger. */

struct charger {
	struct replay *r;
	const struct run *run;
	struct ccs_slac_evse evse;
	bool confirmed, reported, matched;
	uint32_t mean; /* of the report, hundredths of a dB */
};

static void fill_key(void *user, uint8_t *bytes, size_t size)
{
	(void)user;
	memset(bytes, 0x5a, size);
}

static void charger_send(struct charger *c)
{
	uint8_t bytes[CCS_MME_FRAME_MAX];
	struct ccs_mme mme;
	int length;

	while ((length = ccs_slac_evse_send(&c->evse, bytes, sizeof(bytes))) > 0) {
		if (ccs_mme_decode(&mme, bytes, (size_t)length))
			fail(c->r, "our frame cannot be decoded");
		c->confirmed |= mme.kind == CCS_MME_CM_SLAC_PARM_CNF;
		c->matched |= mme.kind == CCS_MME_CM_SLAC_MATCH_CNF;
		if (mme.kind != CCS_MME_CM_ATTEN_CHAR_IND)
			continue;
		c->reported = true;
		c->mean = ccs_mme_mean_attenuation(mme.cm_atten_char_ind.aag,
						   mme.cm_atten_char_ind.num_groups);
	}
}

static void charger_go_to(struct charger *c, ccs_time time)
{
	while (ccs_slac_evse_deadline(&c->evse) <= time) {
		ccs_time deadline = ccs_slac_evse_deadline(&c->evse);

		c->r->now = deadline > c->r->now ? deadline : c->r->now + 1;
		ccs_slac_evse_tick(&c->evse, c->r->now);
		charger_send(c);
	}
	c->r->now = time;
}

/* Every modem answers so that has been found and took its key. */
static size_t modem_answer(int step, const uint8_t host[6], const uint8_t modem[6],
			   const uint8_t nid[7], uint8_t *bytes, size_t size)
{
	static const enum ccs_mme_kind kinds[] = { CCS_MME_VS_SW_VER_CNF, CCS_MME_CM_SET_KEY_CNF,
						   CCS_MME_CM_GET_KEY_CNF };
	struct ccs_mme mme;
	int length;

	ccs_mme_init(&mme, kinds[step], host, modem);
	if (step == 0) {
		mme.vs_sw_ver_cnf.version = "MAC";
		mme.vs_sw_ver_cnf.version_length = 3;
	} else if (step == 1) {
		mme.cm_set_key_cnf.result = 1;
	} else {
		mme.cm_get_key_cnf.result = 1;
		memcpy(mme.cm_get_key_cnf.nid, nid, 7);
	}
	length = ccs_mme_encode(&mme, bytes, size);
	return length > 0 ? (size_t)length : 0;
}

static void charger_begin(struct charger *c)
{
	struct ccs_slac_evse_config config;
	uint8_t bytes[CCS_MME_FRAME_MAX];

	ccs_slac_evse_set_defaults(&config);
	memcpy(config.mac, c->run->charger, 6);
	config.random.fill = fill_key;
	config.synthetic_db = SYNTHETIC;
	c->r->now = c->run->first->time - WARM_UP;
	ccs_slac_evse_init(&c->evse, &config, NULL);
	ccs_slac_evse_start(&c->evse, c->r->now);
	ccs_slac_evse_set_pilot(&c->evse, CCS_PILOT_B, true, c->r->now);
	for (int i = 0; i < 3; i++) {
		size_t length = modem_answer(i, c->run->charger, c->run->modem, c->evse.nid, bytes,
					     sizeof(bytes));

		charger_send(c);
		ccs_slac_evse_receive(&c->evse, bytes, length, c->r->now);
	}
	charger_send(c);
	if (c->evse.state != CCS_SLAC_EVSE_MATCHING)
		fail(c->r, "our charger is not ready");
}

/* What reached the charger's host: from the car, and from its own modem. */
static bool is_for_charger(const struct run *run, const struct frame *frame)
{
	static const uint8_t all[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	const struct ccs_mme *mme = &frame->mme;
	bool heard = !memcmp(mme->dst, all, 6) || !memcmp(mme->dst, run->charger, 6);

	return (heard && !memcmp(mme->src, run->car, 6)) ||
	       (find_profiled(mme) && !memcmp(mme->src, run->modem, 6));
}

/*
 * A car answers what it has heard: where our report comes later than the recorded one, all that
 * follows is as much later.  Ours waits for profiles until TT_EVSE_match_MNBC is over.
 */
static ccs_time charger_wait_report(struct charger *c, ccs_time recorded)
{
	for (int ms = 0; ms < 1000 && !c->reported; ms++)
		charger_go_to(c, c->r->now + CCS_MS(1));
	return c->r->now - recorded;
}

/*
 * Mean attenuation.  The chargers of the recordings "ev_" average as we do, and subtract 0 or 10
 * dB; what others subtract is not known.
 */
static void compare_reports(struct charger *c, const char *name)
{
	const struct ccs_cm_atten_char_ind *recorded = &c->run->report->mme.cm_atten_char_ind;
	uint32_t mean = ccs_mme_mean_attenuation(recorded->aag, recorded->num_groups);

	printf("# attenuation %u.%02u dB, recorded %u.%02u dB\n", (unsigned int)c->mean / 100,
	       (unsigned int)c->mean % 100, (unsigned int)mean / 100, (unsigned int)mean % 100);
	c->r->same += c->mean == mean;
	if (!strncmp(name, "ev_", 3) && c->mean != mean && c->mean != mean + 1000)
		fail(c->r, "another attenuation");
}

static void replay_to_charger(struct replay *r, const struct run *run, const char *name)
{
	struct charger c = { .r = r, .run = run };
	ccs_time shift = 0;

	charger_begin(&c);
	for (const struct frame *frame = run->first; frame < run->end; frame++) {
		charger_go_to(&c, frame->time + shift);
		if (frame == run->report)
			shift = charger_wait_report(&c, frame->time);
		if (!is_for_charger(run, frame))
			continue;
		ccs_slac_evse_receive(&c.evse, frame->bytes, frame->length, r->now);
		charger_send(&c);
	}
	if (!c.confirmed)
		fail(r, "CM_SLAC_PARM.REQ is not answered");
	else if (!c.reported)
		fail(r, "the attenuation is not reported");
	else if (run->match_cnf && (!c.matched || c.evse.state != CCS_SLAC_EVSE_JOINING))
		fail(r, "CM_SLAC_MATCH.REQ is not answered");
	compare_reports(&c, name);
}

/* Our car. */

struct car {
	struct replay *r;
	const struct run *run;
	struct ccs_slac_ev ev;
	const struct frame *pending;
	ccs_time due;
	int key_step; /* of the modem's answers */
};

static void fill_run_id(void *user, uint8_t *bytes, size_t size)
{
	const struct car *c = user;
	const struct run *run = c->run;

	for (size_t i = 0; i < size; i++)
		bytes[i] = run->id[i % sizeof(run->id)];
}

/* What the recorded charger sent `response`, and how long after `request`. */
static void car_await(struct car *c, const struct frame *response, const struct frame *request)
{
	if (!response || !request || c->pending == response)
		return;
	c->pending = response;
	c->due = c->r->now + (response->time > request->time ? response->time - request->time : 1);
}

static void car_give_modem(struct car *c, int step)
{
	static const uint8_t modem[6] = { 0x00, 0xb0, 0x52, 1, 1, 1 };
	uint8_t bytes[CCS_MME_FRAME_MAX];
	size_t length = modem_answer(step, c->run->car, modem, c->ev.modem.nid, bytes,
				     sizeof(bytes));

	ccs_slac_ev_receive(&c->ev, bytes, length, c->r->now);
}

static void car_send(struct car *c)
{
	const struct run *run = c->run;
	uint8_t bytes[CCS_MME_FRAME_MAX];
	struct ccs_mme mme;
	int length;

	while ((length = ccs_slac_ev_send(&c->ev, bytes, sizeof(bytes))) > 0) {
		if (ccs_mme_decode(&mme, bytes, (size_t)length))
			fail(c->r, "our frame cannot be decoded");
		switch ((int)mme.kind) {
		case CCS_MME_VS_SW_VER_REQ:
			car_give_modem(c, 0);
			break;
		case CCS_MME_CM_SET_KEY_REQ:
			car_give_modem(c, 1);
			break;
		case CCS_MME_CM_GET_KEY_REQ:
			car_give_modem(c, 2);
			break;
		case CCS_MME_CM_SLAC_PARM_REQ:
			car_await(c, run->parm_cnf, run->first);
			break;
		case CCS_MME_CM_MNBC_SOUND_IND:
			if (mme.cm_mnbc_sound_ind.cnt == 0)
				car_await(c, run->report, run->last_sound);
			break;
		case CCS_MME_CM_SLAC_MATCH_REQ:
			car_await(c, run->match_cnf, run->match_req);
			break;
		}
	}
}

static void car_go_to(struct car *c, ccs_time end)
{
	while (c->r->now < end && c->ev.state < CCS_SLAC_EV_MATCHED) {
		ccs_time next = ccs_slac_ev_deadline(&c->ev);
		const struct frame *frame = c->pending;

		next = next < end ? next : end;
		if (frame && c->due < next)
			next = c->due;
		c->r->now = next > c->r->now ? next : c->r->now + 1;
		ccs_slac_ev_tick(&c->ev, c->r->now);
		if (frame && c->r->now >= c->due) {
			c->pending = NULL;
			ccs_slac_ev_receive(&c->ev, frame->bytes, frame->length, c->r->now);
		}
		car_send(c);
	}
}

static void replay_to_car(struct replay *r, const struct run *run)
{
	struct car c = { .r = r, .run = run };
	struct ccs_slac_ev_config config;

	ccs_slac_ev_set_defaults(&config);
	memcpy(config.mac, run->car, 6);
	config.random = (struct ccs_slac_random) { fill_run_id, &c };
	config.validation = CCS_SLAC_VALIDATE_NEVER; /* no recorded charger was asked to */
	r->now = CCS_SECONDS(1);
	ccs_slac_ev_init(&c.ev, &config, NULL);
	ccs_slac_ev_start(&c.ev, r->now);
	car_send(&c);
	car_go_to(&c, r->now + WARM_UP);
	ccs_slac_ev_match(&c.ev, r->now);
	car_send(&c);
	car_go_to(&c, r->now + JOIN_TIME);
	if (run->match_cnf &&
	    (c.ev.state != CCS_SLAC_EV_JOINING || memcmp(c.ev.evse_mac, run->charger, 6)))
		fail(r, ccs_slac_ev_state_name(c.ev.state));
}

static void judge(struct replay *r, const char *name, const char *side)
{
	bool good = !r->fault[0];

	printf("%s %u - %s %s\n", good ? "ok" : "not ok", ++r->cases, name, side);
	if (!good)
		printf("# %s\n", r->fault);
	r->failed += !good;
	r->fault[0] = '\0';
}

static void replay_run(struct replay *r, const struct frame *report, const char *name)
{
	struct run run = gather_run(r, report);

	if (!run.first || !run.parm_cnf) {
		r->begun_before++;
		return;
	}
	if (run.measured) {
		replay_to_charger(r, &run, name);
		judge(r, name, "at our charger");
	} else {
		r->unmeasured++;
	}
	replay_to_car(r, &run);
	judge(r, name, "with our car");
}

static void replay_capture(void *user, const char *path, const char *name)
{
	struct replay *r = user;

	if (!read_frames(r, path))
		fail(r, "cannot be read");
	for (size_t i = 0; i < r->count; i++)
		if (is_first_report(r, &r->frames[i]))
			replay_run(r, &r->frames[i], name);
	for (size_t i = 0; i < r->count; i++)
		free(r->frames[i].bytes);
}

int main(int argc, char **argv)
{
	static struct replay r;
	unsigned int captures = replay_each_capture(argc > 1 ? argv[1] : ".", replay_capture, &r);

	if (!captures)
		return 0;
	printf("1..%u\n", r.cases);
	printf("# %u captures, %u replays of matchings, %u reports to the hundredth of a dB as "
	       "recorded\n",
	       captures, r.cases, r.same);
	printf("# not replayed: %u that begin in the middle, "
	       "%u at our charger without the modem's profiles\n",
	       r.begun_before, r.unmeasured);
	return r.failed != 0;
}
