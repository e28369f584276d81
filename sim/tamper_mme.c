/* SPDX-License-Identifier: Apache-2.0 */
/* Tampering with HomePlug messages: which faults are due, and what each of them does. */
#include "tamper_mme.h"

#include "tamper.h"

#include <string.h>

#define SOURCE	    6  /* offset of the sender's MAC */
#define HEADER	    19 /* MACs, EtherType, MMV, MMTYPE, FMI and FMSN */
#define RUN_ID_SIZE 8

void sim_mme_tamper_init(struct sim_mme_tamper *tamper, uint64_t seed)
{
	*tamper = (struct sim_mme_tamper) { .random = { seed } };
}

int sim_mme_tamper_add(struct sim_mme_tamper *tamper, const struct sim_mme_fault *fault)
{
	size_t i = tamper->count;

	if (i == SIM_MME_TAMPER_FAULTS)
		return CCS_ERR_SPACE;
	tamper->seen[i] = tamper->done[i] = tamper->failed[i] = 0;
	tamper->faults[i] = *fault;
	tamper->count++;
	return 0;
}

const char *sim_mme_type(const struct ccs_mme *mme, char text[SIM_NAME_SIZE])
{
	struct ccs_print print;

	ccs_print_init(&print, text, SIM_NAME_SIZE - 1);
	ccs_mme_print_type(&print, mme);
	*print.at = '\0';
	return text;
}

uint8_t *sim_mme_run_id(struct ccs_mme *mme)
{
	switch (mme->kind) {
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
	default: /* every other message of HomePlug */
		return NULL;
	}
}

static int change_run_id(struct sim_plc_fate *fate, struct ccs_mme *mme)
{
	uint8_t *run_id = sim_mme_run_id(mme), frame[CCS_MME_FRAME_MAX];
	int length;

	if (!run_id)
		return CCS_ERR_NAME;
	run_id[RUN_ID_SIZE - 1] ^= 0xff;
	length = ccs_mme_encode(mme, frame, sizeof(frame));
	if (length < 0)
		return length;
	memcpy(fate->frame, frame, (size_t)length);
	fate->length = (size_t)length;
	return 0;
}

/* NOTE: only what the message has: a bit of its padding would be no fault. */
static int damage(struct sim_mme_tamper *tamper, struct sim_plc_fate *fate,
		  const struct ccs_mme *mme, uint32_t bits)
{
	size_t rest = mme->kind == CCS_MME_OTHER ? 0 : mme->rest_size;

	if (fate->length < HEADER + rest + 1)
		return CCS_ERR_SHORT;
	sim_damage(&tamper->random, fate->frame + HEADER, fate->length - HEADER - rest,
		   bits ? bits : 1);
	return 0;
}

static int truncate_frame(struct sim_plc_fate *fate, const struct ccs_mme *mme, uint32_t length)
{
	size_t rest = mme->kind == CCS_MME_OTHER ? 0 : mme->rest_size;

	if (fate->length < HEADER + rest || length >= fate->length)
		return CCS_ERR_SHORT;
	fate->length = length ? length : HEADER + (fate->length - HEADER - rest) / 2;
	return 0;
}

static int change(struct sim_mme_tamper *tamper, const struct sim_mme_fault *fault,
		  struct sim_plc_fate *fate)
{
	struct ccs_mme mme;

	switch (fault->kind) {
	case SIM_MME_LOST:
		fate->lose = true;
		return 0;
	case SIM_MME_LATE:
		fate->late_us += fault->delay;
		return 0;
	case SIM_MME_DOUBLED:
		fate->twice = true;
		return 0;
	case SIM_MME_FOREIGN:
		fate->frame[SOURCE + 5] ^= 0xff;
		return 0;
	case SIM_MME_DAMAGED:
	case SIM_MME_TRUNCATED:
	case SIM_MME_WRONG_RUN_ID:
	case SIM_MME_FAULT_KINDS:
		break;
	}
	if (ccs_mme_decode(&mme, fate->frame, fate->length))
		return CCS_ERR_UNKNOWN;
	if (fault->kind == SIM_MME_DAMAGED)
		return damage(tamper, fate, &mme, fault->number);
	if (fault->kind == SIM_MME_TRUNCATED)
		return truncate_frame(fate, &mme, fault->number);
	return change_run_id(fate, &mme);
}

static bool is_over(const struct sim_mme_tamper *tamper, size_t i)
{
	const struct sim_mme_fault *fault = &tamper->faults[i];

	return fault->count && tamper->seen[i] >= (uint64_t)fault->first + fault->count;
}

/* Counts the frame for this fault; whether it acts. */
static bool is_due(struct sim_mme_tamper *tamper, size_t i, enum ccs_side side, const char *type)
{
	const struct sim_mme_fault *fault = &tamper->faults[i];
	bool due = tamper->seen[i] >= fault->first && !is_over(tamper, i);

	if (fault->side != side ||
	    (strcmp(fault->message, "*") != 0 && strcmp(fault->message, type) != 0))
		return false;
	if (tamper->seen[i] < UINT32_MAX)
		tamper->seen[i]++;
	return due;
}

int sim_mme_tamper_frame(struct sim_mme_tamper *tamper, enum ccs_side side,
			 struct sim_plc_fate *fate)
{
	char type[SIM_NAME_SIZE] = "";
	struct ccs_mme mme;
	int done = 0;

	if (!tamper->count || fate->length < HEADER ||
	    ccs_mme_decode(&mme, fate->frame, fate->length) == CCS_ERR_HEADER)
		return 0;
	sim_mme_type(&mme, type);
	for (size_t i = 0; i < tamper->count; i++) {
		if (!is_due(tamper, i, side, type))
			continue;
		if (change(tamper, &tamper->faults[i], fate)) {
			tamper->failed[i]++;
			continue;
		}
		tamper->done[i]++;
		done++;
	}
	return done;
}
