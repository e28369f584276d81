/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs of `ccs modem` that are about the PIB share: a job, and the PIBs around it. */
#ifndef CCS_TOOLS_MODEM_WORK_H
#define CCS_TOOLS_MODEM_WORK_H

#include "tools/modem.h"
#include "tools/modem_file.h"

struct ccs_modem_work {
	struct ccs_modem_command *c;
	struct ccs_pib_job job;
	bool damaged;			 /* the modem's PIB, in `before`, if that could be read */
	const char *shown;		 /* of the progress, last */
	char backup[CCS_MODEM_PATH_MAX]; /* "" : none */
	size_t size;
	uint8_t buffer[CCS_PIB_FILE_MAX];
	uint8_t before[CCS_PIB_FILE_MAX];
	uint8_t after[CCS_PIB_FILE_MAX];
};

/* The beginning of a job; what else it needs is to be filled in. */
struct ccs_pib_job_config ccs_modem_work_configure(struct ccs_modem_work *work,
						   enum ccs_pib_task task);

/* Runs it to its end. */
enum ccs_pib_outcome ccs_modem_work_run(struct ccs_modem_work *work,
					const struct ccs_pib_job_config *config);

/* Says why it did not succeed; what the modem refused with stands behind the reason. */
void ccs_modem_work_complain(struct ccs_modem_work *work);

/*
 * The PIB of the modem into `before`; false: it was said why not.  With --damaged what was read
 * twice the same comes, too, and true means that there is a modem: work->damaged whether its PIB is
 * not one.
 */
bool ccs_modem_work_read(struct ccs_modem_work *work);

/* Saves it, in `path` or, if that is NULL, under a name of its own; false: it was said why not. */
bool ccs_modem_work_keep(struct ccs_modem_work *work, const char *path);

/* The PIB of a file, whose bytes come into `bytes`; -1: it was said what is wrong with it. */
int ccs_modem_work_open_file(struct ccs_modem_command *c, const char *path, struct ccs_pib *pib,
			     uint8_t bytes[CCS_PIB_FILE_MAX]);

#endif
