/* SPDX-License-Identifier: Apache-2.0 */
/* Questions to one modem or to all, one after the other, and whoever answers. */
#ifndef CCS_TOOLS_MODEM_SURVEY_H
#define CCS_TOOLS_MODEM_SURVEY_H

#include "linux/modem_tool.h"

#include "ccs/pib_job.h"

struct ccs_modem_question {
	enum ccs_mme_kind kind;
	bool to_all;	     /* else to the modem at the own port, by Qualcomm's address for it */
	uint16_t wait_ms;    /* until the next one */
	bool done_when_told; /* ... or until the first answer that `take` says true to */
};

struct ccs_modem_survey {
	const struct ccs_modem_question *questions;
	size_t count;
	void *user;
	/* Fills in what a question is about; NULL. */
	void (*prepare)(void *user, struct ccs_mme *mme);
	/* Any message to this host; `delay` since the last question, of number `question`. */
	bool (*take)(void *user, const struct ccs_mme *mme, size_t question, ccs_time delay);

	ccs_time end; /* until which the last question waits, instead of its time; 0 */

	uint8_t host_mac[6];
	size_t asked;
	bool pending;
	ccs_time sent;
	ccs_time deadline;
};

/* Asks all and waits for the last. */
void ccs_modem_survey_run(struct ccs_modem_survey *survey, struct ccs_modem_tool *tool);

/* Who a modem of Qualcomm says that it is. */
struct ccs_modem_identity {
	uint8_t mac[6];
	bool boot_loader; /* it has no firmware */
	enum ccs_modem_chip chip;
	char version[CCS_PIB_VERSION_MAX]; /* of the firmware, terminated */
};

/* From a VS_SW_VER.CNF. */
void ccs_modem_survey_identify(struct ccs_modem_identity *identity, const struct ccs_mme *mme);

/* "QCA7005", "boot loader" */
const char *ccs_modem_survey_name(const struct ccs_modem_identity *identity);

/*
 * The modem of Qualcomm at the own port, into `own`.  Returns how many there are: 0 when none says
 * so, 2 also for more; a switch lets several be asked at once, and none of them alone.
 */
size_t ccs_modem_survey_own(struct ccs_modem_tool *tool, struct ccs_modem_identity *own);

#endif
