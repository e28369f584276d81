/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The charger's SLAC engine between any frames, times, pilot states and wishes of its owner.  It
 * holds that what it sends is a message, that it does not want to be called without end, that the
 * key goes to nobody but a car that was reported to and never unless the modem has it, that it is
 * wiped when matched, and that in silence it comes to an end (B1).
 */
#include "ccs/slac_evse.h"

#include "fuzz_slac.h"

static struct ccs_slac_evse evse;
static ccs_time now;
static bool unplugged;

static int take(const uint8_t *frame, size_t length)
{
	return ccs_slac_evse_receive(&evse, frame, length, now);
}

static void check(void)
{
	static const uint8_t zero[16];

	if (evse.state == CCS_SLAC_EVSE_MATCHED && memcmp(evse.nmk, zero, 16) != 0)
		abort();
	if (evse.modem.key == CCS_MODEM_KEY_SET && memcmp(evse.modem.nmk, zero, 16) != 0)
		abort();
	for (size_t i = 0; i < CCS_SLAC_PARALLEL_MAX; i++) {
		const struct ccs_slac_session *s = &evse.sessions[i];

		if (s->state == CCS_SLAC_SESSION_MATCHED && evse.state != CCS_SLAC_EVSE_JOINING)
			abort();
		if (s->state != CCS_SLAC_SESSION_FREE && evse.state != CCS_SLAC_EVSE_JOINING &&
		    evse.state != CCS_SLAC_EVSE_MATCHING)
			abort();
	}
}

static void check_key(const struct ccs_mme *mme)
{
	uint8_t nid[7];

	memset(nid, 0, sizeof(nid));
	if (evse.state != CCS_SLAC_EVSE_JOINING || evse.modem.key != CCS_MODEM_KEY_SET ||
	    memcmp(mme->dst, evse.ev_mac, 6) != 0 || !evse.key_given ||
	    memcmp(mme->cm_slac_match_cnf.nid, nid, 7) == 0)
		abort();
}

static void drain(void)
{
	uint8_t frame[CCS_MME_FRAME_MAX];
	struct ccs_mme mme;
	int length;

	for (int i = 0; (length = ccs_slac_evse_send(&evse, frame, sizeof(frame))) > 0; i++) {
		if (i > 40 || ccs_mme_decode(&mme, frame, (size_t)length) ||
		    mme.kind == CCS_MME_OTHER || memcmp(mme.src, fuzz_evse, 6) != 0)
			abort();
		if (mme.kind == CCS_MME_CM_SLAC_MATCH_CNF)
			check_key(&mme);
	}
	if (length < 0)
		abort();
	check();
}

static void tick(void)
{
	ccs_slac_evse_tick(&evse, now);
	drain();
	if (ccs_slac_evse_deadline(&evse) <= now)
		abort();
}

/* All that is due until `end`, at its own time. */
static void pass(ccs_time end)
{
	for (int i = 0; ccs_slac_evse_deadline(&evse) <= end; i++) {
		ccs_time next = ccs_slac_evse_deadline(&evse);

		now = next > now ? next : now;
		tick();
		if (i > 100000)
			abort();
	}
	now = end;
}

static void act(unsigned int action, struct ccs_reader *r)
{
	unsigned int pilot;
	bool pwm;

	switch (action & 7) {
	case 0:
		ccs_slac_evse_restart(&evse, now);
		break;
	case 1:
		ccs_slac_evse_terminate(&evse, now);
		break;
	case 2:
		ccs_slac_evse_pause(&evse, now);
		break;
	case 3:
		ccs_slac_evse_resume(&evse, now);
		break;
	case 4:
		ccs_slac_evse_start(&evse, now);
		break;
	case 5:
		/* Late: one call for all that was due. */
		now += CCS_SECONDS(3);
		ccs_slac_evse_tick(&evse, now);
		break;
	default:
		pilot = ccs_read_u8(r);
		pwm = pilot & 0x80;
		pilot = 1 + (pilot & 7) % 6;
		unplugged = pilot == CCS_PILOT_A;
		ccs_slac_evse_set_pilot(&evse, (enum ccs_pilot)pilot, pwm, now);
		break;
	}
}

/* The message of a car, or of our modem, as it should be. */
static void make(enum ccs_mme_kind kind, struct ccs_mme *mme)
{
	static uint8_t aag[CCS_SLAC_GROUPS];
	bool from_car = kind >= CCS_MME_CM_SLAC_PARM_REQ && kind <= CCS_MME_CM_SLAC_MATCH_CNF;

	ccs_mme_init(mme, kind, fuzz_evse, from_car ? fuzz_ev : fuzz_modem);
	memset(aag, (int)(now / 1000 % 60), sizeof(aag));
	switch ((unsigned int)kind) {
	case CCS_MME_CM_START_ATTEN_CHAR_IND:
		mme->cm_start_atten_char_ind.num_sounds = 3;
		mme->cm_start_atten_char_ind.time_out = 6;
		mme->cm_start_atten_char_ind.resp_type = 1;
		memcpy(mme->cm_start_atten_char_ind.forwarding_sta, fuzz_ev, 6);
		break;
	case CCS_MME_CM_ATTEN_PROFILE_IND:
		memcpy(mme->cm_atten_profile_ind.pev_mac, fuzz_ev, 6);
		mme->cm_atten_profile_ind.num_groups = CCS_SLAC_GROUPS;
		mme->cm_atten_profile_ind.aag = aag;
		break;
	case CCS_MME_VS_ATTEN_CHAR_IND:
		memcpy(mme->vs_atten_char_ind.pev_mac, fuzz_ev, 6);
		mme->vs_atten_char_ind.num_groups = CCS_SLAC_GROUPS;
		mme->vs_atten_char_ind.aag = aag;
		break;
	case CCS_MME_CM_ATTEN_CHAR_RSP:
		memcpy(mme->cm_atten_char_rsp.source_address, fuzz_ev, 6);
		break;
	case CCS_MME_CM_VALIDATE_REQ:
		mme->cm_validate_req.result = 1;
		break;
	case CCS_MME_CM_SLAC_MATCH_REQ:
		mme->cm_slac_match_req.mvf_length = 0x3e;
		memcpy(mme->cm_slac_match_req.pev_mac, fuzz_ev, 6);
		memcpy(mme->cm_slac_match_req.evse_mac, fuzz_evse, 6);
		break;
	case CCS_MME_CM_SET_KEY_CNF:
		mme->cm_set_key_cnf.result = 1;
		break;
	case CCS_MME_CM_GET_KEY_CNF:
		memcpy(mme->cm_get_key_cnf.nid, evse.modem.nid, 7);
		mme->cm_get_key_cnf.result = 1;
		break;
	case CCS_MME_VS_PL_LINK_STATUS_CNF:
		mme->vs_pl_link_status_cnf.link_status = 1;
		break;
	case CCS_MME_VS_SW_VER_CNF:
		mme->vs_sw_ver_cnf.version = "MAC";
		mme->vs_sw_ver_cnf.version_length = 3;
		mme->vs_sw_ver_cnf.has_ident = true;
		mme->vs_sw_ver_cnf.chip_ident = 0x001b587c;
		break;
	default:
		break;
	}
}

static void step(struct ccs_reader *r)
{
	unsigned int code = ccs_read_u8(r);
	struct ccs_mme mme;

	if (code >= 0xf0) {
		ccs_time span = CCS_MS(ccs_read_be16(r)) << code % 4;

		pass(now + span);
	} else if (code >= 0xe0) {
		act(code, r);
	} else {
		make((enum ccs_mme_kind)(1 + code % (CCS_MME_KINDS - 1)), &mme);
		fuzz_hand_over(&mme, r, take);
	}
	drain();
}

/* The owner does what it is told, the car says nothing more. */
static void follow_wishes(void)
{
	for (int i = 0; i < 100 && !unplugged; i++) {
		enum ccs_pilot pilot = evse.wish == CCS_WISH_EF ? CCS_PILOT_F : CCS_PILOT_B;
		bool pwm = evse.wish == CCS_WISH_NONE || evse.wish == CCS_WISH_5_PERCENT;

		ccs_slac_evse_set_pilot(&evse, pilot, pwm, now);
		drain();
		pass(now + CCS_SECONDS(3));
	}
	pass(now + CCS_SECONDS(30));
}

static void check_end(void)
{
	follow_wishes();
	if (evse.state == CCS_SLAC_EVSE_MATCHING || evse.state == CCS_SLAC_EVSE_JOINING ||
	    evse.state == CCS_SLAC_EVSE_STEP_EF || evse.state == CCS_SLAC_EVSE_STEP_X1 ||
	    evse.state == CCS_SLAC_EVSE_MATCHED)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ccs_reader r = ccs_reader(data, size);
	size_t length = 0;
	struct ccs_sink sink = { fuzz_take_record, &length };
	struct ccs_slac_evse_config config;
	unsigned int flags = ccs_read_u8(&r);

	ccs_slac_evse_set_defaults(&config);
	memcpy(config.mac, fuzz_evse, 6);
	config.random.fill = fuzz_fill;
	config.validation = (enum ccs_slac_evse_validation)((flags & 3) % 3);
	config.synthetic_db = flags & 4 ? 9 : 0;
	config.modem.reset_after_key = flags & 8;
	memset(config.calibration, flags & 64 ? 200 : 0, sizeof(config.calibration));
	ccs_slac_evse_init(&evse, &config, flags & 16 ? NULL : &sink);
	now = 0;
	unplugged = true;
	if (flags & 32)
		ccs_slac_evse_start(&evse, now);
	drain();
	for (int i = 0; ccs_reader_left(&r) > 0 && i < FUZZ_STEPS_MAX; i++)
		step(&r);
	check_end();
	return 0;
}
