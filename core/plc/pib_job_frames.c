/* SPDX-License-Identifier: Apache-2.0 */
/* What a modem is asked about its PIB: VS_MODULE_OPERATION. */
#include "pib_job_frames.h"

/*
 * NOTE: force, and no reset by itself, so that the confirmation comes.  Without bit 31: the
 * factory's copy stays as it is and VS_FAC_DEFAULTS remains a way back.
 */
#define COMMIT_CODE	 3
#define READ_DATA_LEN	 18
#define SESSION_DATA_LEN 25
#define WRITE_DATA_LEN	 23 /* and the chunk */
#define COMMIT_DATA_LEN	 36

static void make_read(const struct ccs_pib_job *job, struct ccs_vs_module_operation_req *req)
{
	req->mod_op = CCS_MODULE_OP_READ_MEMORY;
	req->mod_op_data_len = READ_DATA_LEN;
	req->module_id = PIB_MODULE;
	req->length = PIB_CHUNK;
	req->offset = (uint32_t)job->at;
}

static void make_session(const struct ccs_pib_job *job, struct ccs_vs_module_operation_req *req,
			 uint8_t memory[PIB_JOB_MEMORY])
{
	struct ccs_mme_module module = {
		.module_id = PIB_MODULE,
		.length = (uint32_t)job->config.size,
		.checksum = ccs_pib_checksum(job->file, job->config.size),
	};

	req->mod_op = CCS_MODULE_OP_SESSION;
	req->mod_op_data_len = SESSION_DATA_LEN;
	req->session_id = job->session_id;
	req->num_modules = 1;
	req->modules.kind = CCS_MME_LIST_MODULE;
	ccs_mme_append(&req->modules, &module, memory, PIB_JOB_MEMORY);
}

static void make_write(const struct ccs_pib_job *job, struct ccs_vs_module_operation_req *req)
{
	size_t left = job->config.size - job->at;

	req->mod_op = CCS_MODULE_OP_WRITE;
	req->length = (uint16_t)(left < PIB_CHUNK ? left : PIB_CHUNK);
	req->mod_op_data_len = (uint16_t)(WRITE_DATA_LEN + req->length);
	req->session_id = job->session_id;
	req->module_id = PIB_MODULE;
	req->offset = (uint32_t)job->at;
	req->data = job->file + job->at;
}

static void make_commit(const struct ccs_pib_job *job, struct ccs_vs_module_operation_req *req)
{
	req->mod_op = CCS_MODULE_OP_COMMIT;
	req->mod_op_data_len = COMMIT_DATA_LEN;
	req->session_id = job->session_id;
	req->commit_code = COMMIT_CODE;
}

void ccs_pib_job_make_operation(const struct ccs_pib_job *job,
				struct ccs_vs_module_operation_req *req,
				uint8_t memory[PIB_JOB_MEMORY])
{
	req->num_op_data = 1;
	if (job->step == CCS_PIB_STEP_SESSION)
		make_session(job, req, memory);
	else if (job->step == CCS_PIB_STEP_WRITE)
		make_write(job, req);
	else if (job->step == CCS_PIB_STEP_COMMIT)
		make_commit(job, req);
	else
		make_read(job, req);
}
