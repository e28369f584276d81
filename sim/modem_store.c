/* SPDX-License-Identifier: Apache-2.0 */
/* A modem's memory: PIBs, the session that writes them, and how it breaks. */
#include "modem_store.h"

#include "ccs/cursor.h"
#include "ccs/keys.h"

#include <string.h>

#define MODULE_PIB	0x7002
#define STATUS_LOCKED	0x23
#define STATUS_SESSION	0x12
#define STATUS_OFFSET	0x18
#define STATUS_ORDER	0x63
#define STATUS_LENGTH	0x15
#define STATUS_MODULE	0x14
#define STATUS_BAD_SUM	0x30
#define STATUS_NO_FLASH 0x20
#define STATUS_MAC	0x52
#define STATUS_DAK	0x53

#define SESSION_TIME CCS_SECONDS(30 * 60) /* for all of it */

#define CARRIERS	 917 /* of the power line, as HomePlug AV has them */
#define HEADER_SIZE	 0x60
#define MANIFEST_SIZE	 0x300
#define PIB_AT		 (2 * HEADER_SIZE + MANIFEST_SIZE)
#define PIB_LENGTH_MIN	 0x1ca0 /* all that a role changes is in it */
#define TYPE_MANIFEST	 0x0e
#define TYPE_PIB	 0x0f
#define PIB_LOAD_ADDRESS 0x00200000

static const char *const fault_names[SIM_STORE_FAULTS] = {
	"sound",	  "silent",	    "loses_answer",   "reads_badly",  "zero_keys",
	"full",		  "locked",	    "refuses_chunk",  "writes_badly", "power_loss",
	"power_lost",	  "commits_silent", "forgets_commit", "torn_commit",  "torn_always",
	"bricked_commit", "no_reset",	    "odd_bytes",      "no_factory",   "foreign_mac",
	"foreign_dak",	  "session_ends",   "no_flash",
};

enum sim_store_fault sim_store_find_fault(const char *name)
{
	int i = 0;

	while (i < SIM_STORE_FAULTS && strcmp(fault_names[i], name) != 0)
		i++;
	return (enum sim_store_fault)i;
}

const char *sim_store_fault_name(enum sim_store_fault fault)
{
	return fault_names[fault];
}

/* The chain. */

static void put(uint8_t *bytes, size_t at, uint32_t value)
{
	struct ccs_writer w = ccs_writer(bytes + at, 4);

	ccs_write_le32(&w, value);
}

static void make_header(uint8_t *chain, size_t at, uint32_t type, uint32_t length, bool last)
{
	uint8_t *header = chain + at;

	memset(header, 0, HEADER_SIZE);
	put(header, 0x00, 0x00010001);
	put(header, 0x08, (uint32_t)at + HEADER_SIZE);
	put(header, 0x0c, type == TYPE_PIB ? PIB_LOAD_ADDRESS : 0xffffffff);
	put(header, 0x10, length);
	put(header, 0x14, ccs_pib_checksum(header + HEADER_SIZE, length));
	put(header, 0x18, 0xffffffff);
	put(header, 0x1c, last ? 0xffffffff : (uint32_t)at + HEADER_SIZE + length);
	put(header, 0x20, at ? 0 : 0xffffffff);
	put(header, 0x24, type);
	put(header, 0x5c, ccs_pib_checksum(header, 0x5c));
}

/* Lists of (type, length, data); unused bytes are 0xcc. */
static void make_manifest(uint8_t *manifest)
{
	memset(manifest, 0xcc, MANIFEST_SIZE);
	put(manifest, 0, 0);
	put(manifest, 4, 4);
	put(manifest, 8, 0x1234abcd);
	put(manifest, 12, 4); /* chain of a PIB */
	put(manifest, 16, 4);
	put(manifest, 20, 2);
}

static uint32_t ident_of(enum ccs_modem_chip chip)
{
	switch ((unsigned int)chip) {
	case CCS_MODEM_QCA7000:
		return 0x001b58dc;
	case CCS_MODEM_QCA7005:
		return 0x001b587c;
	case CCS_MODEM_QCA7420:
		return 0x001cfcfc;
	case CCS_MODEM_QCA7500:
		return 0x001d4c00;
	default:
		return 0;
	}
}

size_t sim_store_make_pib(uint8_t chain[CCS_PIB_FILE_MAX], enum ccs_modem_chip chip,
			  const uint8_t mac[6])
{
	uint32_t length = chip == CCS_MODEM_QCA7420 ? 0x2284 : 0x1f90;
	uint8_t *pib = chain + PIB_AT, digest[CCS_SHA256_SIZE];
	struct ccs_sha256 hash;

	for (uint32_t i = 0; i < length; i++)
		pib[i] = (uint8_t)(i >= 0x0a0c && i < 0x1c1c ? 0x50 + i % 13 : 0);
	ccs_sha256_init(&hash);
	ccs_sha256_update(&hash, mac, 6);
	ccs_sha256_finish(&hash, digest);
	memcpy(pib + 0x0c, mac, 6);
	memcpy(pib + 0x12, digest, 16);
	memcpy(pib + 0x24, "OpenCCS simulation", 18);
	memcpy(pib + 0x64, digest + 16, 16);
	ccs_keys_derive_nid(pib + 0x64, CCS_NID_SECURE, pib + 0xf8);
	put(pib, 0x120, ident_of(chip));
	pib[0x1653] = 0;
	put(pib, 0x1c98, 10240);
	put(pib, 0x1c9c, 102400);
	make_manifest(chain + HEADER_SIZE);
	make_header(chain, 0, TYPE_MANIFEST, MANIFEST_SIZE, false);
	make_header(chain, HEADER_SIZE + MANIFEST_SIZE, TYPE_PIB, length, true);
	return PIB_AT + length;
}

static uint32_t get(const uint8_t *bytes, size_t at)
{
	struct ccs_reader r = ccs_reader(bytes + at, 4);

	return ccs_read_le32(&r);
}

static bool has_header(const uint8_t *chain, size_t at, uint32_t type, size_t length)
{
	const uint8_t *header = chain + at;

	return ccs_pib_checksum(header, HEADER_SIZE) == 0 && get(header, 0x10) == length &&
	       get(header, 0x24) == type;
}

bool sim_store_is_chain(const uint8_t *file, size_t size)
{
	return size >= PIB_AT + PIB_LENGTH_MIN && size <= CCS_PIB_FILE_MAX &&
	       has_header(file, 0, TYPE_MANIFEST, MANIFEST_SIZE) &&
	       has_header(file, HEADER_SIZE + MANIFEST_SIZE, TYPE_PIB, size - PIB_AT);
}

void sim_store_seal(struct sim_store_image *image)
{
	make_header(image->bytes, HEADER_SIZE + MANIFEST_SIZE, TYPE_PIB,
		    (uint32_t)(image->size - PIB_AT), true);
}

void sim_modem_store_init(struct sim_modem_store *s, const uint8_t *chain, size_t size)
{
	memset(s, 0, sizeof(*s));
	s->flash.size = size;
	memcpy(s->flash.bytes, chain, size);
	s->factory = s->running = s->flash;
}

void sim_modem_store_set_key(struct sim_modem_store *s, const uint8_t nmk[16], const uint8_t nid[7])
{
	struct sim_store_image *const images[] = { &s->flash, &s->running };

	for (size_t i = 0; i < 2; i++) {
		memcpy(images[i]->bytes + PIB_AT + 0x64, nmk, 16);
		memcpy(images[i]->bytes + PIB_AT + 0xf8, nid, 7);
		sim_store_seal(images[i]);
	}
}

void sim_modem_store_boot(struct sim_modem_store *s)
{
	s->running = s->flash;
	s->session_id = 0;
}

void sim_modem_store_mac(const struct sim_modem_store *s, uint8_t mac[6])
{
	static const uint8_t invalid[6] = { 0x00, 0xb0, 0x52, 0x00, 0x00, 0x03 };
	struct ccs_pib pib;
	size_t size;

	memcpy(mac, invalid, 6);
	if (!ccs_pib_open(&pib, s->running.bytes, s->running.size))
		memcpy(mac, ccs_pib_get(&pib, CCS_PIB_MAC, &size), 6);
}

/* Operations. */

static uint16_t read_module(struct sim_modem_store *s,
			    const struct ccs_vs_module_operation_req *req,
			    struct ccs_vs_module_operation_cnf *cnf)
{
	const struct sim_store_image *from = req->mod_op == CCS_MODULE_OP_READ_FLASH ? &s->flash
										     : &s->running;
	size_t left = req->offset < from->size ? from->size - req->offset : 0;

	if (req->module_id != MODULE_PIB)
		return STATUS_MODULE;
	if (s->fault == SIM_STORE_FULL)
		left = req->length;
	if (req->length > sizeof(s->answer))
		return STATUS_LENGTH;
	cnf->length = (uint16_t)(left < req->length ? left : req->length);
	memset(s->answer, 0, sizeof(s->answer));
	if (s->fault != SIM_STORE_FULL)
		memcpy(s->answer, from->bytes + req->offset, cnf->length);
	if (s->fault == SIM_STORE_READS_BADLY && s->questions == s->fault_at)
		s->answer[cnf->length / 2] ^= 0x10;
	cnf->data = s->answer;
	return 0;
}

static uint16_t begin_session(struct sim_modem_store *s,
			      const struct ccs_vs_module_operation_req *req)
{
	struct ccs_mme_list modules = req->modules;
	struct ccs_mme_module module;

	if (s->fault == SIM_STORE_LOCKED)
		return STATUS_LOCKED;
	if (s->fault == SIM_STORE_NO_FLASH)
		return STATUS_NO_FLASH;
	if (req->num_modules != 1 || !ccs_mme_next(&modules, &module) ||
	    module.module_id != MODULE_PIB)
		return STATUS_MODULE;
	if (!req->session_id || module.length > CCS_PIB_FILE_MAX)
		return STATUS_LENGTH;
	s->session_id = req->session_id;
	s->staged_length = module.length;
	s->staged_checksum = module.checksum;
	s->staged.size = 0;
	return 0;
}

static uint16_t write_module(struct sim_modem_store *s,
			     const struct ccs_vs_module_operation_req *req)
{
	uint8_t *to = s->staged.bytes + s->staged.size;

	if (!s->session_id || req->session_id != s->session_id)
		return STATUS_SESSION;
	if (s->fault == SIM_STORE_REFUSES_CHUNK && s->questions == s->fault_at)
		return STATUS_ORDER;
	/* The same once more: its confirmation was lost. */
	if (req->offset + req->length == s->staged.size)
		return 0;
	if (req->offset != s->staged.size)
		return STATUS_ORDER;
	if (req->length > s->staged_length - s->staged.size)
		return STATUS_OFFSET;
	memcpy(to, req->data, req->length);
	if (s->fault == SIM_STORE_WRITES_BADLY && s->staged.size == 0)
		to[req->length / 2] ^= 0x04;
	s->staged.size += req->length;
	return 0;
}

void sim_modem_store_keep(struct sim_modem_store *s)
{
	bool torn = s->fault == SIM_STORE_TORN_ALWAYS ||
		    (s->fault == SIM_STORE_TORN_COMMIT && s->commits == 1);

	if (s->fault == SIM_STORE_FORGETS_COMMIT)
		return;
	memcpy(s->flash.bytes, s->staged.bytes, torn ? s->staged.size / 2 : s->staged.size);
	s->flash.size = s->staged.size;
	if (torn)
		s->flash.bytes[s->staged.size / 2] = (uint8_t)~s->staged.bytes[s->staged.size / 2];
	/* 0x1f00 of a PIB has no meaning that we know. */
	if (s->fault == SIM_STORE_ODD_BYTES) {
		s->flash.bytes[PIB_AT + 0x1f00] ^= 1;
		sim_store_seal(&s->flash);
	}
	s->boot_loader |= s->fault == SIM_STORE_BRICKED_COMMIT;
}

static bool has_same(const struct ccs_pib *a, const struct ccs_pib *b, enum ccs_pib_field field)
{
	size_t size;
	const uint8_t *of_a = ccs_pib_get(a, field, &size), *of_b = ccs_pib_get(b, field, &size);

	return memcmp(of_a, of_b, size) == 0;
}

/* A modem whose own PIB is damaged has nothing to compare with. */
enum sim_store_verdict sim_modem_store_judge(const struct sim_modem_store *s)
{
	struct ccs_pib own, staged;

	if (ccs_pib_open(&staged, s->staged.bytes, s->staged.size))
		return SIM_STORE_DAMAGED;
	if (s->fault == SIM_STORE_FOREIGN_MAC)
		return SIM_STORE_OTHER_MAC;
	if (s->fault == SIM_STORE_FOREIGN_DAK)
		return SIM_STORE_OTHER_DAK;
	if (ccs_pib_open(&own, s->flash.bytes, s->flash.size))
		return SIM_STORE_FITS;
	if (!has_same(&own, &staged, CCS_PIB_MAC))
		return SIM_STORE_OTHER_MAC;
	return has_same(&own, &staged, CCS_PIB_DAK) ? SIM_STORE_FITS : SIM_STORE_OTHER_DAK;
}

static uint16_t commit(struct sim_modem_store *s, const struct ccs_vs_module_operation_req *req)
{
	static const uint16_t refusals[] = { [SIM_STORE_FITS] = 0,
					     [SIM_STORE_DAMAGED] = STATUS_BAD_SUM,
					     [SIM_STORE_OTHER_MAC] = STATUS_MAC,
					     [SIM_STORE_OTHER_DAK] = STATUS_DAK };
	enum sim_store_verdict verdict;

	if (!s->session_id || req->session_id != s->session_id)
		return STATUS_SESSION;
	if (s->staged.size != s->staged_length)
		return STATUS_LENGTH;
	if (ccs_pib_checksum(s->staged.bytes, s->staged.size) != s->staged_checksum)
		return STATUS_BAD_SUM;
	verdict = sim_modem_store_judge(s);
	if (verdict != SIM_STORE_FITS)
		return refusals[verdict];
	s->commits++;
	sim_modem_store_keep(s);
	if (req->commit_code & 0x80000000)
		s->factory = s->staged;
	s->session_id = 0;
	return 0;
}

static uint16_t operate(struct sim_modem_store *s, const struct ccs_vs_module_operation_req *req,
			struct ccs_vs_module_operation_cnf *cnf)
{
	switch (req->mod_op) {
	case CCS_MODULE_OP_READ_MEMORY:
	case CCS_MODULE_OP_READ_FLASH:
		return read_module(s, req, cnf);
	case CCS_MODULE_OP_SESSION:
		return begin_session(s, req);
	case CCS_MODULE_OP_WRITE:
		return write_module(s, req);
	case CCS_MODULE_OP_COMMIT:
		return commit(s, req);
	default:
		return 0x11;
	}
}

static void echo(const struct ccs_vs_module_operation_req *req,
		 struct ccs_vs_module_operation_cnf *cnf)
{
	cnf->num_op_data = 1;
	cnf->mod_op = req->mod_op;
	cnf->session_id = req->session_id;
	cnf->module_index = req->module_index;
	cnf->module_id = req->module_id;
	cnf->module_sub_id = req->module_sub_id;
	cnf->offset = req->offset;
	cnf->length = req->mod_op == CCS_MODULE_OP_WRITE ? req->length : 0;
}

static void hide_keys(struct sim_modem_store *s)
{
	static const size_t keys[] = { PIB_AT + 0x12, PIB_AT + 0x64 };

	for (size_t i = 0; i < 2; i++)
		memset(s->running.bytes + keys[i], 0, 16);
	sim_store_seal(&s->running);
}

/* Firmware 1.1.0, as numbers. */
static enum sim_store_result tell_attributes(const struct ccs_mme *request, struct ccs_mme *reply)
{
	struct ccs_vs_op_attributes_cnf *cnf = &reply->vs_op_attributes_cnf;

	cnf->cookie = request->vs_op_attributes_req.cookie;
	cnf->report_type = request->vs_op_attributes_req.report_type;
	cnf->data_size = 118;
	memcpy(cnf->hw_platform, "QCA7005", 7);
	memcpy(cnf->sw_platform, "MAC", 3);
	cnf->major = 1;
	cnf->minor = 1;
	cnf->build = 730;
	memcpy(cnf->build_date, "20140815", 8);
	memcpy(cnf->release_type, "CS", 2);
	cnf->line_frequency = 5;
	return SIM_STORE_ANSWER;
}

/* Two bits on each carrier, as a link of this kind has nearly always. */
static enum sim_store_result tell_tones(struct sim_modem_store *s, const struct ccs_mme *request,
					struct ccs_mme *reply)
{
	struct ccs_vs_tone_map_char_cnf *cnf = &reply->vs_tone_map_char_cnf;
	memset(s->answer, 0x22, sizeof(s->answer));
	memcpy(cnf->peer_mac, request->vs_tone_map_char_req.peer_mac, 6);
	cnf->slot = request->vs_tone_map_char_req.slot;
	cnf->num_tone_maps = 1;
	cnf->num_active_carriers = CARRIERS;
	cnf->tone_map = s->answer;
	return SIM_STORE_ANSWER;
}

/* Of 10,000 blocks some were lost. */
static enum sim_store_result tell_losses(const struct ccs_mme *request, struct ccs_mme *reply)
{
	struct ccs_vs_lnk_stats_cnf *cnf = &reply->vs_lnk_stats_cnf;

	cnf->direction = request->vs_lnk_stats_req.direction;
	cnf->lid = request->vs_lnk_stats_req.lid;
	cnf->tei = 2;
	cnf->tx_pb_pass = 9988;
	cnf->tx_pb_fail = 12;
	cnf->rx_pb_pass = 9900;
	cnf->rx_pb_fail = 100;
	return SIM_STORE_ANSWER;
}

static enum sim_store_result take_operation(struct sim_modem_store *s,
					    const struct ccs_vs_module_operation_req *req,
					    ccs_time time, struct ccs_vs_module_operation_cnf *cnf)
{
	bool now = ++s->questions == s->fault_at;
	bool commits = req->mod_op == CCS_MODULE_OP_COMMIT;

	if (time >= s->session_end || (s->fault == SIM_STORE_SESSION_ENDS && now))
		s->session_id = 0;
	if (req->mod_op == CCS_MODULE_OP_SESSION)
		s->session_end = time + SESSION_TIME;
	if (s->fault == SIM_STORE_POWER_LOSS && now)
		return SIM_STORE_RESTART;
	if (s->fault == SIM_STORE_POWER_LOST && now)
		return SIM_STORE_DIE;
	if (s->fault == SIM_STORE_LOSES_ANSWER && now) {
		operate(s, req, cnf);
		return SIM_STORE_NO_ANSWER;
	}
	if (s->fault == SIM_STORE_SILENT && s->questions >= s->fault_at)
		return SIM_STORE_NO_ANSWER;
	if (s->fault == SIM_STORE_ZERO_KEYS)
		hide_keys(s);
	echo(req, cnf);
	cnf->status = operate(s, req, cnf);
	return commits && s->fault == SIM_STORE_COMMITS_SILENT ? SIM_STORE_RESTART
							       : SIM_STORE_ANSWER;
}

enum sim_store_result sim_modem_store_take(struct sim_modem_store *s, const uint8_t mac[6],
					   const struct ccs_mme *request, ccs_time now,
					   struct ccs_mme *reply)
{
	static const char boot_loader[] = "BootLoader";
	enum ccs_mme_kind answer = CCS_MME_VS_MODULE_OPERATION_CNF;

	if (s->boot_loader && request->kind != CCS_MME_VS_SW_VER_REQ)
		return SIM_STORE_NO_ANSWER;
	switch ((unsigned int)request->kind) {
	case CCS_MME_VS_SW_VER_REQ:
		if (!s->boot_loader)
			return SIM_STORE_NOT_MINE;
		ccs_mme_init(reply, CCS_MME_VS_SW_VER_CNF, request->src, mac);
		reply->vs_sw_ver_cnf.version = boot_loader;
		reply->vs_sw_ver_cnf.version_length = sizeof(boot_loader) - 1;
		return SIM_STORE_ANSWER;
	case CCS_MME_VS_RS_DEV_REQ:
		return s->fault == SIM_STORE_NO_RESET ? SIM_STORE_NO_ANSWER : SIM_STORE_NOT_MINE;
	case CCS_MME_VS_OP_ATTRIBUTES_REQ:
		ccs_mme_init(reply, CCS_MME_VS_OP_ATTRIBUTES_CNF, request->src, mac);
		return tell_attributes(request, reply);
	case CCS_MME_VS_LNK_STATS_REQ:
		ccs_mme_init(reply, CCS_MME_VS_LNK_STATS_CNF, request->src, mac);
		return tell_losses(request, reply);
	case CCS_MME_VS_TONE_MAP_CHAR_REQ_V1:
		ccs_mme_init(reply, CCS_MME_VS_TONE_MAP_CHAR_CNF_V1, request->src, mac);
		return tell_tones(s, request, reply);
	case CCS_MME_VS_FAC_DEFAULTS_REQ:
		if (s->fault != SIM_STORE_NO_FACTORY)
			s->flash = s->factory;
		ccs_mme_init(reply, CCS_MME_VS_FAC_DEFAULTS_CNF, request->src, mac);
		return SIM_STORE_ANSWER_RESTART;
	case CCS_MME_VS_MODULE_OPERATION_REQ:
		ccs_mme_init(reply, answer, request->src, mac);
		return take_operation(s, &request->vs_module_operation_req, now,
				      &reply->vs_module_operation_cnf);
	default:
		return sim_modem_store_take_nvm(s, mac, request, reply);
	}
}
