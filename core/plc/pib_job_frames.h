/* SPDX-License-Identifier: Apache-2.0 */
/* The questions of pib_job.c as messages.  Private to core/plc. */
#ifndef CCS_PLC_PIB_JOB_FRAMES_H
#define CCS_PLC_PIB_JOB_FRAMES_H

#include "ccs/pib_job.h"

#define PIB_MODULE     0x7002
#define PIB_CHUNK      1400 /* the most that a question reads or writes */
#define PIB_JOB_MEMORY 12   /* an entry of the list of modules */

/* The operation of the job's step, at job->at; `memory` has to outlive `req`. */
void ccs_pib_job_make_operation(const struct ccs_pib_job *job,
				struct ccs_vs_module_operation_req *req,
				uint8_t memory[PIB_JOB_MEMORY]);

#endif
