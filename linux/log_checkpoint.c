/* SPDX-License-Identifier: Apache-2.0 */
/* Which message is which checkpoint. */
#include "linux/log_checkpoint.h"

#include "ccs/mme.h"
#include "ccs/sdp.h"
#include "trace/values.h"

#include <string.h>

#define SHUTDOWN 790 /* the charger wants the end while charging */
#define STOPS	 200 /* of PowerDelivery: from 600, 605 to 800, 805 */

struct numbers {
	int ev, evse; /* at the car, at the charger */
};

static struct numbers of_mme(enum ccs_mme_kind kind)
{
	switch (kind) {
	case CCS_MME_CM_SET_KEY_REQ:
		return (struct numbers) { 170, 1 };
	case CCS_MME_CM_SLAC_PARM_REQ:
		return (struct numbers) { 100, 100 };
	case CCS_MME_CM_SLAC_PARM_CNF:
		return (struct numbers) { 102, 101 };
	case CCS_MME_CM_START_ATTEN_CHAR_IND:
		return (struct numbers) { 103, 103 };
	case CCS_MME_CM_MNBC_SOUND_IND:
		return (struct numbers) { 104, 104 };
	case CCS_MME_CM_ATTEN_PROFILE_IND:
		return (struct numbers) { 110, 110 };
	case CCS_MME_CM_ATTEN_CHAR_IND:
		return (struct numbers) { 130, 120 };
	case CCS_MME_CM_ATTEN_CHAR_RSP:
		return (struct numbers) { 140, 140 };
	case CCS_MME_CM_SLAC_MATCH_REQ:
		return (struct numbers) { 150, 150 };
	case CCS_MME_CM_SLAC_MATCH_CNF:
		return (struct numbers) { 160, 155 };
	default:
		return (struct numbers) { 0, 0 };
	}
}

static struct numbers of_sdp(enum ccs_sdp_kind kind)
{
	if (kind == CCS_SDP_REQUEST || kind == CCS_SDP_REQUEST_WIRELESS)
		return (struct numbers) { 200, 201 };
	return (struct numbers) { 203, 202 };
}

/* Requests, and responses as the charger sends and the car gets them. */
static const struct {
	int request;
	struct numbers response;
} steps[CCS_STEP_OTHER + 1] = {
	[CCS_STEP_HANDSHAKE] = { 400, { 403, 402 } },
	[CCS_STEP_SESSION_SETUP] = { 500, { 506, 505 } },
	[CCS_STEP_SERVICE_DISCOVERY] = { 510, { 515, 515 } },
	[CCS_STEP_SERVICE_SELECTION] = { 520, { 525, 525 } },
	[CCS_STEP_AUTHORIZATION] = { 530, { 535, 535 } },
	[CCS_STEP_PARAMETERS] = { 540, { 545, 545 } },
	[CCS_STEP_CABLE_CHECK] = { 560, { 565, 565 } },
	[CCS_STEP_PRECHARGE] = { 570, { 575, 575 } },
	[CCS_STEP_POWER_DELIVERY] = { 600, { 606, 605 } },
	[CCS_STEP_CHARGE_LOOP] = { 700, { 705, 705 } },
	[CCS_STEP_WELDING] = { 850, { 855, 855 } },
	[CCS_STEP_SESSION_STOP] = { 900, { 905, 905 } },
};

#define AUTHORISED 538 /* of the last of the answers that are 535 */

static bool is(const char *literal, const char *wanted)
{
	return literal && !strcmp(literal, wanted);
}

static struct numbers of_msg(struct ccs_checkpoints *c, const struct ccs_record_msg *msg)
{
	struct ccs_values values;
	struct numbers numbers;

	if (!msg->document || !ccs_values_read(&values, msg))
		return (struct numbers) { 0, 0 };
	numbers = steps[values.step].response;
	if (values.request)
		numbers.ev = numbers.evse = steps[values.step].request;
	else if (values.step == CCS_STEP_AUTHORIZATION && is(values.processing, "Finished"))
		numbers.ev = numbers.evse = AUTHORISED;
	else if (values.step == CCS_STEP_CHARGE_LOOP && is(values.evse_status, "EVSE_Shutdown"))
		numbers.ev = numbers.evse = SHUTDOWN;
	if (values.step != CCS_STEP_POWER_DELIVERY)
		return numbers;
	if (values.request)
		c->stopping = is(values.charge_progress, "Stop");
	if (c->stopping) {
		numbers.ev += STOPS;
		numbers.evse += STOPS;
	}
	return numbers;
}

int ccs_checkpoint_of(struct ccs_checkpoints *c, const struct ccs_record *record)
{
	struct numbers numbers = { 0, 0 };

	if (record->kind == CCS_RECORD_MME)
		numbers = of_mme(record->mme->kind);
	else if (record->kind == CCS_RECORD_SDP)
		numbers = of_sdp(record->sdp->kind);
	else if (record->kind == CCS_RECORD_MSG)
		numbers = of_msg(c, &record->msg);
	return c->side == CCS_SIDE_EV ? numbers.ev : numbers.evse;
}
