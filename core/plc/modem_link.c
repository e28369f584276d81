/* SPDX-License-Identifier: Apache-2.0 */
/* Whether there is a link: the question that the chip answers, and what to make of the answers. */
#include "modem_link.h"

/* How one learns of the link, the best first.  To all: the answer of another modem is the link. */
static const struct {
	enum ccs_mme_kind kind;
	uint32_t chips;
	bool to_all;
} link_questions[] = {
	{ CCS_MME_VS_PL_LINK_STATUS_REQ, QCA_CHIPS, false },
	{ CCS_MME_VS_NW_INFO_REQ_V1, QCA_CHIPS, false },
	{ CCS_MME_VS_NW_INFO_REQ, QCA_CHIPS, false },
	{ CCS_MME_LUMISSIL_GET_D_LINK_STATUS_REQ, 1u << CCS_MODEM_CG5317, false },
	{ CCS_MME_CM_NW_STATS_REQ, ALL_CHIPS & ~QCA_CHIPS, false },
	{ CCS_MME_VS_SW_VER_REQ, QCA_CHIPS, true },
	{ CCS_MME_CM_GET_KEY_REQ, ALL_CHIPS, true },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum answer { ANSWER_NONE, ANSWER_NO, ANSWER_YES };

static enum answer link_of_network(const struct ccs_mme_list *networks)
{
	struct ccs_mme_list rest = *networks;
	struct ccs_mme_avln avln;

	while (ccs_mme_next(&rest, &avln)) {
		if (avln.num_stas > 0)
			return ANSWER_YES;
	}
	return ANSWER_NO;
}

/* What our own modem says about the link. */
static enum answer link_of_message(const struct ccs_mme *mme)
{
	switch ((unsigned int)mme->kind) {
	case CCS_MME_VS_PL_LINK_STATUS_CNF:
		if (mme->vs_pl_link_status_cnf.status)
			return ANSWER_NONE;
		return mme->vs_pl_link_status_cnf.link_status == 1 ? ANSWER_YES : ANSWER_NO;
	case CCS_MME_VS_NW_INFO_CNF:
	case CCS_MME_VS_NW_INFO_CNF_V1:
		return link_of_network(&mme->vs_nw_info_cnf.avlns);
	case CCS_MME_CM_NW_STATS_CNF:
	case CCS_MME_CM_NW_STATS_CNF_V2:
		return mme->cm_nw_stats_cnf.num_stas > 0 ? ANSWER_YES : ANSWER_NO;
	case CCS_MME_LUMISSIL_GET_D_LINK_STATUS_CNF:
		return mme->lumissil.value == 1 ? ANSWER_YES : ANSWER_NO;
	case CCS_MME_LUMISSIL_D_LINK_READY_IND:
		return mme->lumissil_d_link_ready_ind.link_status == 1 ? ANSWER_YES : ANSWER_NO;
	case CCS_MME_LUMISSIL_HOST_MESSAGE_STATUS_IND:
		if (mme->lumissil.value == 2)
			return ANSWER_YES;
		return mme->lumissil.value == 3 ? ANSWER_NO : ANSWER_NONE;
	default:
		return ANSWER_NONE;
	}
}

void ccs_modem_set_link(struct ccs_modem *m, bool link, const char *text, ccs_time now)
{
	if (m->link == link)
		return;
	m->link = link;
	m->link_losses = 0;
	ccs_modem_note(m, CCS_NOTE_INFO, text, now);
}

/* An old network may shine through until the key has changed. */
static bool is_key_open(const struct ccs_modem *m, ccs_time now)
{
	if (m->key == CCS_MODEM_KEY_NONE || m->key == CCS_MODEM_KEY_SET)
		return false;
	return m->state != CCS_MODEM_VERIFYING || m->old_key ||
	       now - m->key_time < ccs_modem_time(m, CCS_MODEM_LIMIT_link_settle);
}

static void judge_link(struct ccs_modem *m, enum answer answer, ccs_time now)
{
	if (answer == ANSWER_YES) {
		m->link_losses = 0;
		if (!is_key_open(m, now))
			ccs_modem_set_link(m, true, "the power line link is up", now);
	} else if (m->link) {
		if (++m->link_losses >= m->config.limit[CCS_MODEM_LIMIT_link_loss_count])
			ccs_modem_set_link(m, false, "the power line link is lost", now);
	}
}

int ccs_modem_take_link(struct ccs_modem *m, const struct ccs_mme *mme, ccs_time now)
{
	bool to_all = link_questions[m->link_row].to_all;
	bool presence = mme->kind == CCS_MME_VS_SW_VER_CNF || mme->kind == CCS_MME_CM_GET_KEY_CNF;
	enum answer answer = link_of_message(mme);

	if (!m->watching)
		return CCS_IGNORED;
	if (presence && to_all && m->asked)
		answer = ccs_modem_is_source(m, mme) ? ANSWER_NONE : ANSWER_YES;
	else if (answer == ANSWER_NONE || !ccs_modem_is_source(m, mme))
		return CCS_IGNORED;
	m->link_heard = now;
	m->link_misses = 0;
	m->settled = true;
	if (answer != ANSWER_NONE) {
		m->asked = false;
		judge_link(m, answer, now);
	}
	return 0;
}

static void take_next_question(struct ccs_modem *m)
{
	do {
		m->link_row = (uint8_t)((m->link_row + 1) % COUNT(link_questions));
	} while (!(link_questions[m->link_row].chips >> m->chip & 1));
	m->link_misses = 0;
}

void ccs_modem_poll_link(struct ccs_modem *m, ccs_time now)
{
	if (m->asked && link_questions[m->link_row].to_all && m->link_misses == 0)
		judge_link(m, ANSWER_NO, now);
	if (now - m->link_heard >= ccs_modem_time(m, CCS_MODEM_LIMIT_link_silence)) {
		ccs_modem_set_link(m, false, "the modem is silent, the link counts as lost", now);
		m->settled = false;
	}
	if (m->asked && ++m->link_misses > m->config.limit[CCS_MODEM_LIMIT_link_other_count] &&
	    !m->settled)
		take_next_question(m);
	m->asked = true;
	m->pending |= SEND_LINK;
	m->link_poll = now + ccs_modem_time(m, m->link ? CCS_MODEM_LIMIT_link_slow
						       : CCS_MODEM_LIMIT_link_fast);
}

enum ccs_mme_kind ccs_modem_link_question(const struct ccs_modem *m, bool *to_all)
{
	*to_all = link_questions[m->link_row].to_all;
	return link_questions[m->link_row].kind;
}
