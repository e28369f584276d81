/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The car's SLAC engine between any frames, times and wishes of its owner.  It holds that what it
 * sends is a message, that it does not want to be called without end, that it shows state C only in
 * a validation, that its link is none it was not told of, that a key that was used is wiped, and
 * that in silence it comes to an end (B1).
 */
#include "ccs/slac_ev.h"

#include "fuzz_slac.h"

static struct ccs_slac_ev ev;
static ccs_time now;
static uint8_t last_dst[6]; /* of a CM_ATTEN_CHAR.RSP */

static int take(const uint8_t *frame, size_t length)
{
	return ccs_slac_ev_receive(&ev, frame, length, now);
}

static void check(void)
{
	static const uint8_t zero[16];

	if (ev.toggle_c && ev.state != CCS_SLAC_EV_TOGGLING)
		abort();
	if (ev.candidate_count > CCS_SLAC_PARALLEL_MAX || ev.state >= CCS_SLAC_EV_STATES)
		abort();
	if (ev.modem.key == CCS_MODEM_KEY_SET && memcmp(ev.modem.nmk, zero, 16) != 0)
		abort();
	if (ev.modem.link && !ev.modem.has_mac)
		abort();
}

static void drain(void)
{
	uint8_t frame[CCS_MME_FRAME_MAX];
	struct ccs_mme mme;
	int length;

	for (int i = 0; (length = ccs_slac_ev_send(&ev, frame, sizeof(frame))) > 0; i++) {
		if (i > 20 || ccs_mme_decode(&mme, frame, (size_t)length) ||
		    mme.kind == CCS_MME_OTHER || memcmp(mme.src, fuzz_ev, 6) != 0)
			abort();
		if (mme.kind == CCS_MME_CM_ATTEN_CHAR_RSP)
			memcpy(last_dst, mme.dst, 6);
	}
	if (length < 0)
		abort();
	check();
}

/* All that is due until `end`, at its own time. */
static void pass(ccs_time end)
{
	for (int i = 0; ccs_slac_ev_deadline(&ev) <= end; i++) {
		ccs_time next = ccs_slac_ev_deadline(&ev);

		now = next > now ? next : now;
		ccs_slac_ev_tick(&ev, now);
		drain();
		if (ccs_slac_ev_deadline(&ev) <= now || i > 100000)
			abort();
	}
	now = end;
}

static void act(unsigned int action)
{
	switch (action - 0xe0) {
	case 0:
		ccs_slac_ev_match(&ev, now);
		break;
	case 1:
		ccs_slac_ev_leave(&ev, now);
		break;
	case 2:
		ccs_slac_ev_pause(&ev, now);
		break;
	case 3:
		ccs_slac_ev_resume(&ev, now);
		break;
	case 4:
		ccs_slac_ev_start(&ev, now);
		break;
	default:
		/* Late: one call for all that was due. */
		now += CCS_SECONDS(3);
		ccs_slac_ev_tick(&ev, now);
		break;
	}
}

/* The message of a charger, or of our modem, as it should be. */
static void make(enum ccs_mme_kind kind, struct ccs_mme *mme)
{
	static uint8_t aag[CCS_SLAC_GROUPS];

	ccs_mme_init(mme, kind, fuzz_ev,
		     kind >= CCS_MME_CM_SLAC_PARM_REQ && kind <= CCS_MME_CM_SLAC_MATCH_CNF
			     ? fuzz_evse
			     : fuzz_modem);
	memset(aag, 20, sizeof(aag));
	switch ((unsigned int)kind) {
	case CCS_MME_CM_SLAC_PARM_CNF:
		memcpy(mme->cm_slac_parm_cnf.m_sound_target, fuzz_all, 6);
		memcpy(mme->cm_slac_parm_cnf.forwarding_sta, fuzz_ev, 6);
		memset(mme->cm_slac_parm_cnf.run_id, FUZZ_RANDOM, 8);
		mme->cm_slac_parm_cnf.num_sounds = 10;
		mme->cm_slac_parm_cnf.resp_type = 1;
		break;
	case CCS_MME_CM_ATTEN_CHAR_IND:
		memcpy(mme->cm_atten_char_ind.source_address, fuzz_ev, 6);
		memset(mme->cm_atten_char_ind.run_id, FUZZ_RANDOM, 8);
		mme->cm_atten_char_ind.num_groups = CCS_SLAC_GROUPS;
		mme->cm_atten_char_ind.aag = aag;
		break;
	case CCS_MME_CM_VALIDATE_CNF:
		mme->cm_validate_cnf.result = 1;
		break;
	case CCS_MME_CM_SLAC_MATCH_CNF:
		mme->cm_slac_match_cnf.mvf_length = 0x56;
		memcpy(mme->cm_slac_match_cnf.pev_mac, fuzz_ev, 6);
		memcpy(mme->cm_slac_match_cnf.evse_mac, fuzz_evse, 6);
		memset(mme->cm_slac_match_cnf.run_id, FUZZ_RANDOM, 8);
		break;
	case CCS_MME_CM_SET_KEY_CNF:
		mme->cm_set_key_cnf.result = 1;
		break;
	case CCS_MME_CM_GET_KEY_CNF:
		memcpy(mme->cm_get_key_cnf.nid, ev.modem.nid, 7);
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
		act(code);
	} else {
		make((enum ccs_mme_kind)(1 + code % (CCS_MME_KINDS - 1)), &mme);
		fuzz_hand_over(&mme, r, take);
	}
	drain();
}

static void check_end(void)
{
	enum ccs_slac_ev_state state = ev.state;

	pass(now + CCS_SECONDS(300));
	if (ev.state != CCS_SLAC_EV_UNMATCHED && ev.state != CCS_SLAC_EV_FAILED &&
	    ev.state != CCS_SLAC_EV_LOST && ev.state != CCS_SLAC_EV_PAUSED)
		abort();
	if (state == CCS_SLAC_EV_UNMATCHED && ev.state != state)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ccs_reader r = ccs_reader(data, size);
	size_t length = 0;
	struct ccs_sink sink = { fuzz_take_record, &length };
	struct ccs_slac_ev_config config;
	unsigned int flags = ccs_read_u8(&r);

	ccs_slac_ev_set_defaults(&config);
	memcpy(config.mac, fuzz_ev, 6);
	config.random.fill = fuzz_fill;
	config.validation = (enum ccs_slac_validation)((flags & 3) % 3);
	config.decide_early = flags & 4;
	config.modem.reset_after_key = flags & 8;
	ccs_slac_ev_init(&ev, &config, flags & 16 ? NULL : &sink);
	now = 0;
	if (flags & 32)
		ccs_slac_ev_start(&ev, now);
	drain();
	for (int i = 0; ccs_reader_left(&r) > 0 && i < FUZZ_STEPS_MAX; i++)
		step(&r);
	check_end();
	return 0;
}
