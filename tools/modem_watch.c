/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs modem watch`: link, stations and carriers once a second, and each attenuation measured. */
#include "tools/modem.h"
#include "tools/modem_survey.h"

#include "ccs/slac.h"

#include <string.h>

#define STATIONS_MAX	   8
#define CARRIERS_PER_GROUP 16
#define MOST_BITS	   12 /* of a carrier */
#define MOST_DB		   64 /* of a bar */
#define BOTH_DIRECTIONS	   2
#define ALL_LINKS	   0xfc
#define ROUND		   CCS_SECONDS(1)

/* Bits of a carrier by the nibble of a tone map. */
static const uint8_t tone_bits[16] = { 0, 1, 2, 3, 4, 6, 8, 10, 12 };

static const char *const bars[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };

#define BARS (sizeof(bars) / sizeof(bars[0]) - 1)

/* The modem that is watched, and the last sound that it told of. */
struct watched {
	bool known;
	uint8_t mac[6];
	enum ccs_mme_kind told_as; /* CCS_MME_OTHER: nothing, or by both of its messages */
	uint8_t pev_mac[6];
	uint8_t groups;
	uint8_t aag[UINT8_MAX];
};

/* What was heard in one round. */
struct round {
	struct ccs_output *output;
	struct watched *watched;
	bool answered;
	bool has_link;
	bool link;
	bool has_network;
	uint8_t nid[7];
	uint8_t role;
	size_t stations;
	struct ccs_mme_sta station[STATIONS_MAX];
	bool has_tones;
	uint16_t carriers;
	uint8_t bits[CCS_SLAC_GROUPS]; /* mean of a group */
	bool has_losses;
	uint64_t tx_pass, tx_fail; /* blocks of 512 bytes to the first station, and from it */
	uint64_t rx_pass, rx_fail;
};

static const struct ccs_modem_question questions[] = {
	{ CCS_MME_VS_SW_VER_REQ, false, 100, true },
	{ CCS_MME_VS_PL_LINK_STATUS_REQ, false, 100, true },
	{ CCS_MME_VS_NW_INFO_REQ_V1, false, 100, true },
	{ CCS_MME_VS_NW_INFO_REQ, false, 100, true },
	{ CCS_MME_VS_TONE_MAP_CHAR_REQ_V1, false, 200, true },
	{ CCS_MME_VS_LNK_STATS_REQ, false, 100, true },
	/* Until the second is over, it is listened for sounds. */
	{ CCS_MME_VS_PL_LINK_STATUS_REQ, false, 0, false },
};

#define QUESTIONS (sizeof(questions) / sizeof(questions[0]))

static void print_bars(struct ccs_print *p, const uint8_t *values, size_t count, unsigned int most)
{
	for (size_t i = 0; i < count; i++) {
		size_t bar = (values[i] * BARS + most - 1) / most;

		ccs_print_text(p, bars[bar > BARS ? BARS : bar]);
	}
	ccs_print_char(p, '\n');
}

static void show_attenuation(struct ccs_output *output, const struct watched *w)
{
	struct ccs_print *p = &output->print;

	ccs_print_text(p, "sound of ");
	ccs_print_mac(p, w->pev_mac);
	ccs_print_text(p, "  mean ");
	ccs_print_fixed(p, ccs_mme_mean_attenuation(w->aag, w->groups), 2);
	ccs_print_text(p, " dB  full bar 64 dB\n  attenuation  ");
	print_bars(p, w->aag, w->groups, MOST_DB);
	ccs_output_flush(output);
}

/*
 * NOTE: a QCA7005 tells each sound twice, as VS_ATTEN_CHAR.IND and 0.1 ms later, with the same
 * numbers, as CM_ATTEN_PROFILE.IND; others do one of it.  The second of a pair is not shown.
 */
static void take_sound(struct round *r, enum ccs_mme_kind kind, const uint8_t pev_mac[6],
		       const uint8_t *aag, uint8_t groups)
{
	struct watched *w = r->watched;

	if (!groups)
		return;
	if (w->told_as != CCS_MME_OTHER && w->told_as != kind && w->groups == groups &&
	    memcmp(w->pev_mac, pev_mac, 6) == 0 && memcmp(w->aag, aag, groups) == 0) {
		w->told_as = CCS_MME_OTHER;
		return;
	}
	w->told_as = kind;
	w->groups = groups;
	memcpy(w->pev_mac, pev_mac, 6);
	memcpy(w->aag, aag, groups);
	show_attenuation(r->output, w);
}

/* Where two modems are, it is the first that answered; those across the power line are not asked.
 */
static bool take_identity(struct watched *w, const struct ccs_mme *mme)
{
	if (!w->known)
		memcpy(w->mac, mme->src, 6);
	w->known = true;
	return memcmp(w->mac, mme->src, 6) == 0;
}

static bool take_network(struct round *r, const struct ccs_vs_nw_info_cnf *cnf)
{
	struct ccs_mme_list avlns = cnf->avlns, stas;
	struct ccs_mme_avln avln;

	if (!ccs_mme_next(&avlns, &avln))
		return true;
	r->has_network = true;
	memcpy(r->nid, avln.nid, sizeof(r->nid));
	r->role = avln.role;
	stas = avln.stas;
	r->stations = 0;
	while (r->stations < STATIONS_MAX && ccs_mme_next(&stas, &r->station[r->stations]))
		r->stations++;
	return true;
}

static bool take_tones(struct round *r, const struct ccs_vs_tone_map_char_cnf *cnf)
{
	uint32_t sums[CCS_SLAC_GROUPS] = { 0 }, counts[CCS_SLAC_GROUPS] = { 0 };

	if (cnf->status || !cnf->num_active_carriers)
		return true;
	r->has_tones = true;
	r->carriers = cnf->num_active_carriers;
	for (size_t i = 0; i < cnf->num_active_carriers; i++) {
		size_t group = i / CARRIERS_PER_GROUP;

		if (group >= CCS_SLAC_GROUPS)
			break;
		counts[group]++;
		sums[group] += tone_bits[cnf->tone_map[i / 2] >> 4 * (i % 2) & 15];
	}
	for (size_t i = 0; i < CCS_SLAC_GROUPS; i++)
		r->bits[i] = (uint8_t)(counts[i] ? sums[i] / counts[i] : 0);
	return true;
}

static bool take_losses(struct round *r, const struct ccs_vs_lnk_stats_cnf *cnf)
{
	r->has_losses = !cnf->status && cnf->direction == BOTH_DIRECTIONS;
	r->tx_pass = cnf->tx_pb_pass;
	r->tx_fail = cnf->tx_pb_fail;
	r->rx_pass = cnf->rx_pb_pass;
	r->rx_fail = cnf->rx_pb_fail;
	return true;
}

static bool take(void *user, const struct ccs_mme *mme, size_t question, ccs_time delay)
{
	struct round *r = user;

	(void)question;
	(void)delay;
	if (mme->kind == CCS_MME_VS_SW_VER_CNF)
		return take_identity(r->watched, mme);
	/* NOTE: what a neighbour's modem measured comes over the power line, too. */
	if (!r->watched->known || memcmp(r->watched->mac, mme->src, 6) != 0)
		return false;
	switch ((unsigned int)mme->kind) {
	case CCS_MME_VS_PL_LINK_STATUS_CNF:
		r->answered = r->has_link = true;
		r->link = mme->vs_pl_link_status_cnf.link_status == 1;
		return true;
	case CCS_MME_VS_NW_INFO_CNF:
	case CCS_MME_VS_NW_INFO_CNF_V1:
		r->answered = true;
		return take_network(r, &mme->vs_nw_info_cnf);
	case CCS_MME_VS_TONE_MAP_CHAR_CNF_V1:
		return take_tones(r, &mme->vs_tone_map_char_cnf);
	case CCS_MME_VS_LNK_STATS_CNF:
		return take_losses(r, &mme->vs_lnk_stats_cnf);
	case CCS_MME_CM_ATTEN_PROFILE_IND:
		take_sound(r, mme->kind, mme->cm_atten_profile_ind.pev_mac,
			   mme->cm_atten_profile_ind.aag, mme->cm_atten_profile_ind.num_groups);
		return false;
	case CCS_MME_VS_ATTEN_CHAR_IND:
		take_sound(r, mme->kind, mme->vs_atten_char_ind.pev_mac, mme->vs_atten_char_ind.aag,
			   mme->vs_atten_char_ind.num_groups);
		return false;
	default:
		return false;
	}
}

static void prepare(void *user, struct ccs_mme *mme)
{
	struct round *r = user;

	if (mme->kind == CCS_MME_VS_TONE_MAP_CHAR_REQ_V1 && r->stations)
		memcpy(mme->vs_tone_map_char_req.peer_mac, r->station[0].mac, 6);
	if (mme->kind != CCS_MME_VS_LNK_STATS_REQ)
		return;
	mme->vs_lnk_stats_req.direction = BOTH_DIRECTIONS;
	mme->vs_lnk_stats_req.lid = ALL_LINKS;
	if (r->stations)
		memcpy(mme->vs_lnk_stats_req.mac, r->station[0].mac, 6);
}

/* Parts of ten thousand; counters of 64 bits that a modem says are not multiplied. */
static int64_t loss(uint64_t pass, uint64_t fail)
{
	while (pass > UINT32_MAX || fail > UINT32_MAX) {
		pass /= 2;
		fail /= 2;
	}
	return pass + fail ? (int64_t)(fail * 10000 / (pass + fail)) : 0;
}

static void show_station(struct ccs_print *p, const struct ccs_mme_sta *sta)
{
	ccs_print_text(p, "  ");
	ccs_print_mac(p, sta->mac);
	ccs_print_text(p, "  to it ");
	ccs_print_unsigned(p, sta->avg_tx_mbps);
	ccs_print_text(p, " Mbit/s, from it ");
	ccs_print_unsigned(p, sta->avg_rx_mbps);
	ccs_print_text(p, " Mbit/s\n");
}

static void show(const struct round *r)
{
	static const char *const roles[] = { "station", "proxy", "coordinator" };
	struct ccs_print *p = &r->output->print;

	if (!r->answered) {
		ccs_print_text(p, "no answer\n");
		return;
	}
	ccs_print_text(p, !r->has_link ? "link unknown" : r->link ? "link up" : "no link");
	if (r->has_network) {
		ccs_print_text(p, "  network ");
		ccs_print_hex(p, r->nid, sizeof(r->nid));
		ccs_print_text(p, "  as ");
		ccs_print_text(p, r->role < 3 ? roles[r->role] : "unknown");
	}
	ccs_print_char(p, '\n');
	for (size_t i = 0; i < r->stations; i++)
		show_station(p, &r->station[i]);
	if (r->has_losses) {
		ccs_print_text(p, "  blocks lost  ");
		ccs_print_fixed(p, loss(r->tx_pass, r->tx_fail), 2);
		ccs_print_text(p, " % to it, ");
		ccs_print_fixed(p, loss(r->rx_pass, r->rx_fail), 2);
		ccs_print_text(p, " % from it\n");
	}
	if (r->has_tones) {
		ccs_print_text(p, "  carriers     ");
		print_bars(p, r->bits, CCS_SLAC_GROUPS, MOST_BITS);
	}
}

int ccs_modem_watch(struct ccs_modem_command *c)
{
	struct ccs_modem_survey survey = {
		.questions = questions, .count = QUESTIONS, .prepare = prepare, .take = take
	};
	struct watched watched = { .told_as = CCS_MME_OTHER };
	ccs_time end = ccs_modem_tool_now(&c->tool);
	uint32_t heard = 0;

	for (uint32_t i = 0; !c->output.broken && (!c->rounds || i < c->rounds); i++) {
		struct round round = { .output = &c->output, .watched = &watched };
		ccs_time now = ccs_modem_tool_now(&c->tool);

		end += ROUND;
		if (end < now) /* the computer slept */
			end = now + ROUND;
		survey.user = &round;
		survey.end = end;
		ccs_modem_survey_run(&survey, &c->tool);
		show(&round);
		ccs_output_flush(&c->output);
		heard += round.answered;
		watched.known &= round.answered;
	}
	return heard ? CCS_EXIT_DONE : CCS_EXIT_FAILED;
}
