/* SPDX-License-Identifier: Apache-2.0 */
/* The items of HomePlug management messages. */
#include "trace/text_mme.h"

#include <string.h>

#define CUT ", ..." /* the rest is shown with -v */

static void put_mac(struct ccs_line *line, const char *label, const uint8_t mac[6])
{
	ccs_line_item(line, label);
	ccs_print_mac(line->print, mac);
}

static void put_hex(struct ccs_line *line, const char *label, const uint8_t *bytes, size_t size)
{
	ccs_line_item(line, label);
	ccs_print_hex(line->print, bytes, size);
}

static void put_run(struct ccs_line *line, const uint8_t run_id[8])
{
	put_hex(line, "run id ", run_id, 8);
}

static void put_number(struct ccs_line *line, const char *before, uint8_t number,
		       const char *behind)
{
	ccs_line_item(line, before);
	ccs_print_unsigned(line->print, number);
	ccs_print_text(line->print, behind);
}

static void put_attenuation(struct ccs_line *line, const uint8_t *aag, uint8_t groups)
{
	if (!groups) {
		ccs_line_item(line, "nothing measured");
		return;
	}
	ccs_line_item(line, "mean ");
	ccs_print_fixed(line->print, (ccs_mme_mean_attenuation(aag, groups) + 5) / 10, 1);
	ccs_print_text(line->print, " dB");
}

static void put_start(struct ccs_line *line, const struct ccs_cm_start_atten_char_ind *start)
{
	put_number(line, "", start->num_sounds, " sounds in ");
	ccs_print_fixed(line->print, start->time_out, 1);
	ccs_print_text(line->print, " s");
	put_run(line, start->run_id);
}

static void put_profile(struct ccs_line *line, const uint8_t *aag, uint8_t groups,
			const uint8_t pev_mac[6])
{
	put_attenuation(line, aag, groups);
	put_mac(line, "car ", pev_mac);
}

static void put_characteristic(struct ccs_line *line, const struct ccs_mme *mme)
{
	const struct ccs_cm_atten_char_ind *ind = &mme->cm_atten_char_ind;

	put_attenuation(line, ind->aag, ind->num_groups);
	put_number(line, "", ind->num_sounds, " sounds");
	put_mac(line, "charger ", mme->src);
}

/* As many of the items that commas or semicolons separate as fit. */
static size_t fit(const char *text, size_t length, size_t width)
{
	size_t n = width - strlen(CUT);

	if (length <= width)
		return length;
	while (n > 0 && text[n] != ',' && text[n] != ';')
		n--;
	return n > 0 ? n : width - strlen(CUT);
}

static void put_summary(struct ccs_line *line, const struct ccs_mme *mme, size_t width)
{
	char text[512];
	struct ccs_print print;
	size_t length, n;

	ccs_print_init(&print, text, sizeof(text));
	ccs_mme_print_summary(&print, mme);
	length = ccs_print_length(&print);
	if (!length)
		return;
	n = line->whole ? length : fit(text, length, width);
	ccs_line_item(line, "");
	ccs_line_foreign(line, text, n);
	if (n < length)
		ccs_print_text(line->print, CUT);
}

void ccs_line_mme(struct ccs_line *line, const struct ccs_mme *mme, size_t width)
{
	switch (mme->kind) {
	case CCS_MME_CM_SLAC_PARM_REQ:
		put_mac(line, "car ", mme->src);
		put_run(line, mme->cm_slac_parm_req.run_id);
		break;
	case CCS_MME_CM_SLAC_PARM_CNF:
		put_mac(line, "charger ", mme->src);
		put_run(line, mme->cm_slac_parm_cnf.run_id);
		break;
	case CCS_MME_CM_START_ATTEN_CHAR_IND:
		put_start(line, &mme->cm_start_atten_char_ind);
		break;
	case CCS_MME_CM_MNBC_SOUND_IND:
		put_number(line, "", mme->cm_mnbc_sound_ind.cnt, " to follow");
		put_run(line, mme->cm_mnbc_sound_ind.run_id);
		break;
	case CCS_MME_CM_ATTEN_PROFILE_IND:
		put_profile(line, mme->cm_atten_profile_ind.aag,
			    mme->cm_atten_profile_ind.num_groups,
			    mme->cm_atten_profile_ind.pev_mac);
		break;
	case CCS_MME_VS_ATTEN_CHAR_IND:
		put_profile(line, mme->vs_atten_char_ind.aag, mme->vs_atten_char_ind.num_groups,
			    mme->vs_atten_char_ind.pev_mac);
		break;
	case CCS_MME_CM_ATTEN_CHAR_IND:
		put_characteristic(line, mme);
		break;
	case CCS_MME_CM_ATTEN_CHAR_RSP:
		put_number(line, "result ", mme->cm_atten_char_rsp.result, "");
		put_run(line, mme->cm_atten_char_rsp.run_id);
		break;
	case CCS_MME_CM_SLAC_MATCH_REQ:
		put_mac(line, "charger ", mme->cm_slac_match_req.evse_mac);
		put_run(line, mme->cm_slac_match_req.run_id);
		break;
	case CCS_MME_CM_SLAC_MATCH_CNF:
		put_mac(line, "charger ", mme->cm_slac_match_cnf.evse_mac);
		put_hex(line, "NID ", mme->cm_slac_match_cnf.nid, 7);
		break;
	default:
		put_summary(line, mme, width);
		break;
	}
}
