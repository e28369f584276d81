/* SPDX-License-Identifier: Apache-2.0 */
/* A modem's memory in the language of older chips: its PIB is written, then made to last. */
#include "modem_store.h"

#include <string.h>

#define MODULE_PIB	  2 /* by number; as a bit of a mask, too */
#define MASK		  0x0f
#define STATUS_MODULE	  0x10
#define STATUS_LENGTH	  0x12
#define STATUS_CHECKSUM	  0x14
#define STATUS_OFFSET	  0x20
#define STATUS_LOCKED	  0x50
#define NVM_BAD_MODULE	  0x10
#define NVM_NO_FLASH	  0x14
#define NVM_BAD_PIB	  0x24
#define NVM_OTHER_MAC	  0x48
#define CHUNK_MAX	  1024
#define FLASH_PAGE_SIZE	  256
#define FLASH_BLOCK_SIZE  65536
#define FLASH_MEMORY_SIZE 2097152

static enum sim_store_result tell_flash(const struct sim_modem_store *s, struct ccs_mme *reply)
{
	struct ccs_vs_get_nvm_cnf *cnf = &reply->vs_get_nvm_cnf;

	cnf->status = s->fault == SIM_STORE_NO_FLASH;
	cnf->page_size = FLASH_PAGE_SIZE;
	cnf->block_size = FLASH_BLOCK_SIZE;
	cnf->memory_size = FLASH_MEMORY_SIZE;
	return SIM_STORE_ANSWER;
}

static enum sim_store_result read_module(struct sim_modem_store *s,
					 const struct ccs_vs_rd_mod_req *req, struct ccs_mme *reply)
{
	struct ccs_vs_rd_mod_cnf *cnf = &reply->vs_rd_mod_cnf;
	size_t left = req->offset < s->running.size ? s->running.size - req->offset : 0;

	cnf->module = req->module;
	cnf->offset = req->offset;
	cnf->length = (uint16_t)(left < req->length ? left : req->length);
	cnf->status = req->module != MODULE_PIB ? STATUS_MODULE
		      : req->length > CHUNK_MAX ? STATUS_LENGTH
						: 0;
	if (cnf->status)
		cnf->length = 0;
	memcpy(s->answer, s->running.bytes + s->running.size - left, cnf->length);
	cnf->checksum = ccs_pib_checksum(s->answer, cnf->length);
	cnf->data = s->answer;
	return SIM_STORE_ANSWER;
}

static uint8_t write_module(struct sim_modem_store *s, const struct ccs_vs_wr_mod_req *req)
{
	if (s->fault == SIM_STORE_LOCKED)
		return STATUS_LOCKED;
	if (req->module != MODULE_PIB)
		return STATUS_MODULE;
	if (req->length > CHUNK_MAX)
		return STATUS_LENGTH;
	if (ccs_pib_checksum(req->data, req->length) != req->checksum)
		return STATUS_CHECKSUM;
	if (req->offset == 0)
		s->staged.size = 0;
	if (req->offset != s->staged.size || req->length > CCS_PIB_FILE_MAX - req->offset)
		return STATUS_OFFSET;
	memcpy(s->staged.bytes + req->offset, req->data, req->length);
	s->staged.size += req->length;
	return 0;
}

static uint8_t keep_module(struct sim_modem_store *s, const struct ccs_vs_mod_nvm_req *req)
{
	static const uint8_t refusals[] = { [SIM_STORE_FITS] = 0,
					    [SIM_STORE_DAMAGED] = NVM_BAD_PIB,
					    [SIM_STORE_OTHER_MAC] = NVM_OTHER_MAC,
					    [SIM_STORE_OTHER_DAK] = NVM_BAD_PIB };
	enum sim_store_verdict verdict;

	if (s->fault == SIM_STORE_NO_FLASH)
		return NVM_NO_FLASH;
	if ((req->module & MASK) != MODULE_PIB)
		return NVM_BAD_MODULE;
	verdict = sim_modem_store_judge(s);
	if (verdict == SIM_STORE_FITS) {
		s->commits++;
		sim_modem_store_keep(s);
		s->staged.size = 0;
	}
	return refusals[verdict];
}

enum sim_store_result sim_modem_store_take_nvm(struct sim_modem_store *s, const uint8_t mac[6],
					       const struct ccs_mme *request, struct ccs_mme *reply)
{
	switch ((unsigned int)request->kind) {
	case CCS_MME_VS_GET_NVM_REQ:
		ccs_mme_init(reply, CCS_MME_VS_GET_NVM_CNF, request->src, mac);
		return tell_flash(s, reply);
	case CCS_MME_VS_RD_MOD_REQ:
		ccs_mme_init(reply, CCS_MME_VS_RD_MOD_CNF, request->src, mac);
		return read_module(s, &request->vs_rd_mod_req, reply);
	case CCS_MME_VS_WR_MOD_REQ:
		ccs_mme_init(reply, CCS_MME_VS_WR_MOD_CNF, request->src, mac);
		reply->vs_status_cnf.status = write_module(s, &request->vs_wr_mod_req);
		return SIM_STORE_ANSWER;
	case CCS_MME_VS_MOD_NVM_REQ:
		ccs_mme_init(reply, CCS_MME_VS_MOD_NVM_CNF, request->src, mac);
		reply->vs_status_cnf.status = keep_module(s, &request->vs_mod_nvm_req);
		return SIM_STORE_ANSWER;
	default:
		return SIM_STORE_NOT_MINE;
	}
}
