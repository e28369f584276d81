/* SPDX-License-Identifier: Apache-2.0 */
/* The modem at the own host port: found, given a key, watched. */
#include "ccs/modem.h"

#include "ccs/keys.h"
#include "modem_link.h"
#include "slac_report.h"

#include <string.h>

#define KEY_TYPE_NMK	1
#define PID_HLE		4
#define CCO_OF_EVSE	2
#define QCA_KEY_SUCCESS 1
#define GET_KEY_GRANTED 0

static const uint8_t broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
/* Reaches the modem at the host port and is never sent to the power line. */
static const uint8_t local_address[6] = { 0x00, 0xb0, 0x52, 0x00, 0x00, 0x01 };

static const struct {
	const char *name;
	uint16_t value, minimum, maximum;
} limits[CCS_MODEM_LIMIT_COUNT] = {
#define ROW(name, value, minimum, maximum) { #name, value, minimum, maximum },
	CCS_MODEM_LIMITS(ROW)
#undef ROW
};

static const char *const chip_names[CCS_MODEM_CHIPS] = {
	[CCS_MODEM_UNKNOWN] = "modem",	 [CCS_MODEM_QCA_OTHER] = "QCA modem",
	[CCS_MODEM_QCA7000] = "QCA7000", [CCS_MODEM_QCA7005] = "QCA7005",
	[CCS_MODEM_QCA7006] = "QCA7006", [CCS_MODEM_QCA6410] = "QCA6410",
	[CCS_MODEM_QCA6411] = "QCA6411", [CCS_MODEM_QCA7420] = "QCA7420",
	[CCS_MODEM_QCA7500] = "QCA7500", [CCS_MODEM_CG5317] = "CG5317",
	[CCS_MODEM_MSE102X] = "MSE102x",
};

static const char *const state_texts[CCS_MODEM_STATES] = {
	[CCS_MODEM_OFF] = "modem off",
	[CCS_MODEM_SEARCHING] = "looking for the modem",
	[CCS_MODEM_ABSENT] = "no modem answers",
	[CCS_MODEM_READY] = "modem ready",
	[CCS_MODEM_SETTING_KEY] = "giving the modem its key",
	[CCS_MODEM_VERIFYING] = "key accepted, modem may restart",
};

static const struct {
	uint32_t ident;
	enum ccs_modem_chip chip;
} idents[] = {
	{ 0x001cfcfc, CCS_MODEM_QCA7420 }, { 0x001cfc00, CCS_MODEM_QCA7420 },
	{ 0x001b587c, CCS_MODEM_QCA7005 }, { 0x001b58dc, CCS_MODEM_QCA7000 },
	{ 0x001b589c, CCS_MODEM_QCA7000 }, { 0x001b58ac, CCS_MODEM_QCA7006 },
	{ 0x001b58ec, CCS_MODEM_QCA6410 }, { 0x001b58bc, CCS_MODEM_QCA6411 },
	{ 0x001d4c00, CCS_MODEM_QCA7500 }, { 0x001d4c0f, CCS_MODEM_QCA7500 },
};

/* The search asks these in turn. */
static const struct {
	enum ccs_mme_kind kind;
	bool to_all;
} find_questions[] = {
	{ CCS_MME_VS_SW_VER_REQ, false },
	{ CCS_MME_LUMISSIL_GET_VERSION_REQ, true },
	{ CCS_MME_CM_GET_KEY_REQ, true },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char *ccs_modem_chip_name(enum ccs_modem_chip chip)
{
	return chip_names[chip];
}

static struct ccs_slac_voice voice(const struct ccs_modem *m, ccs_time now)
{
	return (struct ccs_slac_voice) { m->sink, "modem", m->config.side,
					 m->has_mac ? m->mac : NULL, now };
}

void ccs_modem_note(const struct ccs_modem *m, enum ccs_note_level level, const char *text,
		    ccs_time now)
{
	struct ccs_slac_voice v = voice(m, now);

	ccs_slac_report_note(&v, level, text);
}

static void enter(struct ccs_modem *m, enum ccs_modem_state state, ccs_time now)
{
	struct ccs_slac_voice v = voice(m, now);

	m->state = state;
	m->deadline = CCS_NEVER;
	m->pending &= SEND_LINK | SEND_RESET;
	m->tries = 0;
	ccs_slac_report_state(&v, state_texts[state]);
}

/* Bytes to event: what a message says, when it is the one that was asked for. */

enum ccs_modem_chip ccs_modem_identify(const struct ccs_vs_sw_ver_cnf *cnf)
{
	for (size_t i = 0; cnf->has_ident && i < COUNT(idents); i++) {
		if (cnf->chip_ident == idents[i].ident)
			return idents[i].chip;
	}
	switch (cnf->device_class) {
	case 0x20:
		return CCS_MODEM_QCA7420;
	case 0x21:
		return CCS_MODEM_QCA6410;
	case 0x22:
		return CCS_MODEM_QCA7000;
	case 0x30:
		return CCS_MODEM_QCA7500;
	default:
		return CCS_MODEM_QCA_OTHER;
	}
}

bool ccs_modem_is_boot_loader(const struct ccs_vs_sw_ver_cnf *cnf)
{
	static const char name[] = "BootLoader";

	return cnf->version_length >= sizeof(name) - 1 &&
	       memcmp(cnf->version, name, sizeof(name) - 1) == 0;
}

/* State and event to state: the search. */

static void ask_for_key(struct ccs_modem *m, ccs_time now)
{
	m->pending |= SEND_KEY;
	m->deadline = now + ccs_modem_time(m, CCS_MODEM_LIMIT_set_key_response);
	m->tries++;
}

static void begin_key(struct ccs_modem *m, ccs_time now)
{
	enter(m, CCS_MODEM_SETTING_KEY, now);
	m->refusals = 0;
	m->renew = false;
	ask_for_key(m, now);
}

/* The modem is idle: either there is a key to give it or nothing to do. */
static void go_on(struct ccs_modem *m, ccs_time now)
{
	if (m->renew || (m->key == CCS_MODEM_KEY_PENDING && m->state < CCS_MODEM_READY))
		begin_key(m, now);
	else
		enter(m, CCS_MODEM_READY, now);
}

static int find_by(struct ccs_modem *m, const struct ccs_mme *mme, enum ccs_modem_chip chip,
		   ccs_time now)
{
	m->has_mac = true;
	memcpy(m->mac, mme->src, 6);
	m->chip = m->config.chip ? m->config.chip : chip;
	ccs_modem_note(m, CCS_NOTE_INFO, chip_names[m->chip], now);
	go_on(m, now);
	return 0;
}

static int take_while_searching(struct ccs_modem *m, const struct ccs_mme *mme, ccs_time now)
{
	switch ((unsigned int)mme->kind) {
	case CCS_MME_VS_SW_VER_CNF:
		if (mme->vs_sw_ver_cnf.status)
			return CCS_IGNORED;
		if (!ccs_modem_is_boot_loader(&mme->vs_sw_ver_cnf))
			return find_by(m, mme, ccs_modem_identify(&mme->vs_sw_ver_cnf), now);
		ccs_modem_note(m, CCS_NOTE_ERROR, "the modem runs its boot loader only", now);
		return 0;
	case CCS_MME_LUMISSIL_GET_VERSION_CNF:
		return find_by(m, mme, CCS_MODEM_CG5317, now);
	case CCS_MME_CM_GET_KEY_CNF:
		return find_by(m, mme, CCS_MODEM_UNKNOWN, now);
	default:
		return CCS_IGNORED;
	}
}

static void ask_who_is_there(struct ccs_modem *m, ccs_time now)
{
	bool absent = m->state == CCS_MODEM_ABSENT;

	if (!absent && m->tries >= m->config.limit[CCS_MODEM_LIMIT_find_count]) {
		enter(m, CCS_MODEM_ABSENT, now);
		absent = true;
	}
	m->question = (uint8_t)((m->question + 1) % COUNT(find_questions));
	m->pending |= SEND_FIND;
	m->deadline = now + ccs_modem_time(m, absent ? CCS_MODEM_LIMIT_find_again
						     : CCS_MODEM_LIMIT_find_interval);
	if (m->tries < UINT16_MAX)
		m->tries++;
}

/* The key: HomePlug AV 1.1 section 11.5.4, CM_SET_KEY; 11.5.5, CM_GET_KEY. */

static void end_key(struct ccs_modem *m, enum ccs_modem_key key, ccs_time now)
{
	if (!m->renew) {
		ccs_keys_wipe(m->nmk, sizeof(m->nmk));
		m->key = key;
	}
	m->old_key = false;
	go_on(m, now);
}

static void accept_key(struct ccs_modem *m, ccs_time now)
{
	m->key_writes++;
	m->key_time = now;
	if (m->renew) {
		begin_key(m, now);
		return;
	}
	enter(m, CCS_MODEM_VERIFYING, now);
	m->old_key = false;
	m->key_end = now + ccs_modem_time(m, CCS_MODEM_LIMIT_verify_time);
	m->deadline = now + ccs_modem_time(m, CCS_MODEM_LIMIT_verify_interval);
	if (m->config.reset_after_key && (ccs_modem_is_qca(m) || m->chip == CCS_MODEM_CG5317))
		m->pending |= SEND_RESET;
}

static int take_set_key_cnf(struct ccs_modem *m, const struct ccs_mme *mme, ccs_time now)
{
	if (m->state != CCS_MODEM_SETTING_KEY || !ccs_modem_is_source(m, mme))
		return CCS_IGNORED;
	/*
	 * NOTE: Qualcomm's 1 is success as AV 1.0 had it; at others both 0 and 1 were seen, and the
	 * verification will show.
	 */
	if (mme->cm_set_key_cnf.result == QCA_KEY_SUCCESS ||
	    (!ccs_modem_is_qca(m) && mme->cm_set_key_cnf.result == 0)) {
		accept_key(m, now);
		return 0;
	}
	ccs_modem_note(m, CCS_NOTE_WARNING, "the modem refuses the key", now);
	if (++m->refusals >= m->config.limit[CCS_MODEM_LIMIT_set_key_refused_count])
		end_key(m, CCS_MODEM_KEY_FAILED, now);
	return 0;
}

static int take_get_key_cnf(struct ccs_modem *m, const struct ccs_mme *mme, ccs_time now)
{
	const struct ccs_cm_get_key_cnf *cnf = &mme->cm_get_key_cnf;

	if (m->state != CCS_MODEM_VERIFYING || !ccs_modem_is_source(m, mme))
		return CCS_IGNORED;
	m->old_key = memcmp(cnf->nid, m->nid, sizeof(m->nid)) != 0 ||
		     (cnf->result == GET_KEY_GRANTED && !ccs_keys_equal(cnf->key, m->nmk, 16));
	if (!m->old_key)
		end_key(m, CCS_MODEM_KEY_SET, now);
	return 0;
}

static void verify(struct ccs_modem *m, ccs_time now)
{
	if (now < m->key_end) {
		m->pending |= SEND_VERIFY;
		m->deadline = now + ccs_modem_time(m, CCS_MODEM_LIMIT_verify_interval);
	} else if (m->old_key) {
		ccs_modem_note(m, CCS_NOTE_WARNING, "the modem stays with its old key", now);
		end_key(m, CCS_MODEM_KEY_FAILED, now);
	} else {
		ccs_modem_note(m, CCS_NOTE_INFO, "the modem does not tell its key", now);
		end_key(m, CCS_MODEM_KEY_SET, now);
	}
}

static void repeat_key(struct ccs_modem *m, ccs_time now)
{
	if (m->tries < m->config.limit[CCS_MODEM_LIMIT_set_key_count]) {
		ask_for_key(m, now);
		return;
	}
	ccs_modem_note(m, CCS_NOTE_WARNING, "the modem does not answer CM_SET_KEY", now);
	m->renew = false;
	end_key(m, CCS_MODEM_KEY_FAILED, now);
}

/* Actions to bytes. */

static void make_set_key(const struct ccs_modem *m, struct ccs_mme *mme)
{
	struct ccs_cm_set_key_req *req = &mme->cm_set_key_req;

	req->key_type = KEY_TYPE_NMK;
	req->pid = PID_HLE;
	req->cco_capability = m->config.side == CCS_SIDE_EVSE ? CCO_OF_EVSE : 0;
	memcpy(req->nid, m->nid, sizeof(req->nid));
	req->new_eks = KEY_TYPE_NMK;
	memcpy(req->new_key, m->nmk, sizeof(req->new_key));
}

static void make_get_key(const struct ccs_modem *m, struct ccs_mme *mme)
{
	mme->cm_get_key_req.requested_key_type = KEY_TYPE_NMK;
	mme->cm_get_key_req.pid = PID_HLE;
	memcpy(mme->cm_get_key_req.nid, m->nid, sizeof(m->nid));
}

/* Where our modem is addressed: Qualcomm's own address does not leave the host port. */
static const uint8_t *address(const struct ccs_modem *m, bool to_all)
{
	if (to_all)
		return broadcast;
	return m->has_mac && !ccs_modem_is_qca(m) ? m->mac : local_address;
}

static unsigned int next_frame(const struct ccs_modem *m, struct ccs_mme *mme)
{
	unsigned int bit = m->pending & (~(unsigned int)m->pending + 1);
	enum ccs_mme_kind kind = CCS_MME_CM_GET_KEY_REQ;
	bool to_all = false;

	if (bit == SEND_FIND) {
		kind = find_questions[m->question].kind;
		to_all = find_questions[m->question].to_all;
	} else if (bit == SEND_KEY) {
		kind = CCS_MME_CM_SET_KEY_REQ;
	} else if (bit == SEND_RESET) {
		kind = ccs_modem_is_qca(m) ? CCS_MME_VS_RS_DEV_REQ
					   : CCS_MME_LUMISSIL_RESET_DEVICE_REQ;
	} else if (bit == SEND_LINK) {
		kind = ccs_modem_link_question(m, &to_all);
	}
	ccs_mme_init(mme, kind, address(m, to_all), m->config.host_mac);
	if (kind == CCS_MME_CM_SET_KEY_REQ)
		make_set_key(m, mme);
	if (kind == CCS_MME_CM_GET_KEY_REQ)
		make_get_key(m, mme);
	return bit;
}

int ccs_modem_send(struct ccs_modem *m, uint8_t *frame, size_t size)
{
	struct ccs_mme mme;
	unsigned int bit;
	int length;

	if (!m->pending)
		return 0;
	bit = next_frame(m, &mme);
	length = ccs_mme_encode(&mme, frame, size);
	if (bit == SEND_KEY)
		ccs_keys_wipe(&mme, sizeof(mme));
	if (length > 0)
		m->pending &= (uint8_t)~bit;
	return length;
}

/* The verbs. */

void ccs_modem_set_defaults(struct ccs_modem_config *config)
{
	memset(config, 0, sizeof(*config));
	for (size_t i = 0; i < CCS_MODEM_LIMIT_COUNT; i++)
		config->limit[i] = limits[i].value;
}

int ccs_modem_set_limit(struct ccs_modem_config *config, const char *name, uint32_t value)
{
	for (size_t i = 0; i < CCS_MODEM_LIMIT_COUNT; i++) {
		if (strcmp(limits[i].name, name) != 0)
			continue;
		if (value < limits[i].minimum || value > limits[i].maximum)
			return CCS_ERR_RANGE;
		config->limit[i] = (uint16_t)value;
		return 0;
	}
	return CCS_ERR_NAME;
}

void ccs_modem_init(struct ccs_modem *m, const struct ccs_modem_config *config,
		    const struct ccs_sink *sink)
{
	memset(m, 0, sizeof(*m));
	m->config = *config;
	m->sink = sink;
	m->chip = config->chip;
	m->deadline = CCS_NEVER;
	m->link_poll = CCS_NEVER;
}

void ccs_modem_start(struct ccs_modem *m, ccs_time now)
{
	m->has_mac = false;
	m->chip = m->config.chip;
	m->link_row = 0;
	m->settled = false;
	enter(m, CCS_MODEM_SEARCHING, now);
	m->question = COUNT(find_questions) - 1;
	ask_who_is_there(m, now);
}

void ccs_modem_set_key(struct ccs_modem *m, const uint8_t nmk[16], const uint8_t nid[7],
		       ccs_time now)
{
	memcpy(m->nmk, nmk, 16);
	memcpy(m->nid, nid, 7);
	m->key = CCS_MODEM_KEY_PENDING;
	ccs_modem_set_link(m, false, "another network", now);
	m->old_key = false;
	switch (m->state) {
	case CCS_MODEM_READY:
	case CCS_MODEM_VERIFYING:
		begin_key(m, now);
		break;
	case CCS_MODEM_SETTING_KEY:
		/* The request that is out is finished first. */
		m->renew = true;
		break;
	case CCS_MODEM_OFF:
	case CCS_MODEM_SEARCHING:
	case CCS_MODEM_ABSENT:
	case CCS_MODEM_STATES:
		break;
	}
}

void ccs_modem_watch_link(struct ccs_modem *m, bool on, ccs_time now)
{
	m->watching = on;
	m->link = false;
	m->link_losses = 0;
	m->link_misses = 0;
	m->asked = false;
	m->link_heard = now;
	m->link_poll = on ? now : CCS_NEVER;
	if (!on)
		m->pending &= (uint8_t)~SEND_LINK;
}

int ccs_modem_take(struct ccs_modem *m, const struct ccs_mme *mme, ccs_time now)
{
	int result = CCS_IGNORED;

	if (m->state == CCS_MODEM_OFF || memcmp(mme->src, m->config.host_mac, 6) == 0 ||
	    (memcmp(mme->dst, m->config.host_mac, 6) != 0 && memcmp(mme->dst, broadcast, 6) != 0))
		return CCS_IGNORED;
	if (m->state == CCS_MODEM_SEARCHING || m->state == CCS_MODEM_ABSENT)
		return take_while_searching(m, mme, now);
	if (mme->kind == CCS_MME_CM_SET_KEY_CNF)
		return take_set_key_cnf(m, mme, now);
	if (mme->kind == CCS_MME_CM_GET_KEY_CNF)
		result = take_get_key_cnf(m, mme, now);
	return result == CCS_IGNORED ? ccs_modem_take_link(m, mme, now) : result;
}

int ccs_modem_receive(struct ccs_modem *m, const uint8_t *frame, size_t length, ccs_time now)
{
	struct ccs_mme mme;
	int result = ccs_mme_decode(&mme, frame, length);

	if (!result)
		result = ccs_modem_take(m, &mme, now);
	ccs_keys_wipe(&mme, sizeof(mme));
	return result;
}

void ccs_modem_tick(struct ccs_modem *m, ccs_time now)
{
	if (now >= m->deadline) {
		m->deadline = CCS_NEVER;
		switch (m->state) {
		case CCS_MODEM_SEARCHING:
		case CCS_MODEM_ABSENT:
			ask_who_is_there(m, now);
			break;
		case CCS_MODEM_SETTING_KEY:
			repeat_key(m, now);
			break;
		case CCS_MODEM_VERIFYING:
			verify(m, now);
			break;
		case CCS_MODEM_OFF:
		case CCS_MODEM_READY:
		case CCS_MODEM_STATES:
			break;
		}
	}
	if (now >= m->link_poll)
		ccs_modem_poll_link(m, now);
}

ccs_time ccs_modem_deadline(const struct ccs_modem *m)
{
	return m->deadline < m->link_poll ? m->deadline : m->link_poll;
}
