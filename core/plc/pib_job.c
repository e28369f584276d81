/* SPDX-License-Identifier: Apache-2.0 */
/* A PIB read from the modem, written into it, and read back. */
#include "ccs/pib_job.h"

#include "pib_job_frames.h"

#include <string.h>

#define ROLL_BACKS 2

static const uint8_t local_address[6] = { 0x00, 0xb0, 0x52, 0x00, 0x00, 0x01 };
/* The MAC of a modem whose PIB is missing or wrong. */
static const uint8_t generic_mac[5] = { 0x00, 0xb0, 0x52, 0x00, 0x00 };

/* A step of a job: the question, how long for the answer is waited and how often it is asked. */
struct step {
	const char *text;
	ccs_time wait;
	uint8_t tries;
	enum ccs_mme_kind question;
	int (*take)(struct ccs_pib_job *job, const struct ccs_mme *mme, ccs_time now);
	void (*give_up)(struct ccs_pib_job *job, ccs_time now);
};

static const struct step steps[CCS_PIB_STEPS];

const char *ccs_pib_step_text(enum ccs_pib_step step)
{
	return steps[step].text;
}

static void ask(struct ccs_pib_job *job, ccs_time now)
{
	job->pending = steps[job->step].question != CCS_MME_OTHER;
	job->deadline = now + steps[job->step].wait;
	job->boot_loader = false;
	job->tries++;
}

static void enter(struct ccs_pib_job *job, enum ccs_pib_step step, ccs_time now)
{
	job->step = step;
	job->tries = 0;
	job->at = 0;
	ask(job, now);
}

/* The next part of the same step. */
static void go_on(struct ccs_pib_job *job, ccs_time now)
{
	job->tries = 0;
	ask(job, now);
}

static void blame(struct ccs_pib_job *job, const char *reason)
{
	if (!job->reason)
		job->reason = reason;
}

static void end(struct ccs_pib_job *job, enum ccs_pib_outcome outcome, const char *reason)
{
	if (reason)
		blame(job, reason);
	job->outcome = outcome;
	job->step = CCS_PIB_STEP_END;
	job->pending = false;
	job->deadline = CCS_NEVER;
}

/* Bytes to event: who says it, and is it an answer. */

static bool is_from_modem(const struct ccs_pib_job *job, const struct ccs_mme *mme)
{
	return memcmp(mme->src, job->mac, 6) == 0;
}

/* The answer to the operation that was asked, and nothing of another chunk, session or modem. */
static bool is_operation(const struct ccs_pib_job *job, const struct ccs_mme *mme,
			 enum ccs_module_op op)
{
	const struct ccs_vs_module_operation_cnf *cnf = &mme->vs_module_operation_cnf;

	if (mme->kind != CCS_MME_VS_MODULE_OPERATION_CNF || !is_from_modem(job, mme))
		return false;
	/* A refusal may leave out what it refuses. */
	return cnf->mod_op == op || (cnf->status && !cnf->num_op_data);
}

/* State and event to state: the modem. */

static void keep_version(struct ccs_pib_job *job, const struct ccs_vs_sw_ver_cnf *cnf)
{
	size_t size = cnf->version_length;

	if (size >= sizeof(job->version))
		size = sizeof(job->version) - 1;
	memcpy(job->version, cnf->version, size);
	job->version[size] = '\0';
}

static bool recognise(struct ccs_pib_job *job, const struct ccs_mme *mme)
{
	struct ccs_vs_sw_ver_cnf cnf;

	if (mme->kind != CCS_MME_VS_SW_VER_CNF || mme->vs_sw_ver_cnf.status)
		return false;
	cnf = mme->vs_sw_ver_cnf;
	job->boot_loader = ccs_modem_is_boot_loader(&cnf);
	if (job->boot_loader)
		return false;
	memcpy(job->mac, mme->src, 6);
	keep_version(job, &cnf);
	job->ident = cnf.has_ident ? cnf.chip_ident : 0;
	/* The number of the chip decides, not its class: unknown ones are not written. */
	cnf.device_class = 0;
	job->chip = ccs_modem_identify(&cnf);
	return true;
}

/* NOTE: a modem whose PIB cannot be read cannot say that it hides its device key. */
static bool lacks_keys(const struct ccs_pib_job *job, const struct ccs_pib *pib)
{
	bool damaged = job->config.task == CCS_PIB_TASK_WRITE && !job->config.before;

	return job->config.hidden_device_key && !damaged ? ccs_pib_is_zero(pib, CCS_PIB_NMK)
							 : ccs_pib_lacks_keys(pib);
}

static bool has_lost_mac(const uint8_t mac[6])
{
	return memcmp(mac, generic_mac, sizeof(generic_mac)) == 0;
}

/* Whether a PIB may be written into the modem; NULL: yes. */
static const char *find_objection(const struct ccs_pib_job *job)
{
	struct ccs_pib pib;
	size_t size;
	const uint8_t *mac;

	if (!ccs_pib_chip_is_known(job->chip))
		return "this chip is not one whose PIB we change";
	if (ccs_pib_open(&pib, job->config.after, job->config.size) || pib.form != CCS_PIB_CHAIN)
		return "the PIB to write is damaged";
	if (pib.image + pib.image_size != pib.size)
		return "there is more than a PIB in the file to write";
	if (lacks_keys(job, &pib))
		return "the PIB to write came over the power line: it has no keys";
	if (ccs_pib_number(&pib, CCS_PIB_IDENT) != job->ident)
		return "the PIB to write is of another chip";
	mac = ccs_pib_get(&pib, CCS_PIB_MAC, &size);
	if (memcmp(mac, job->mac, 6) != 0 && (job->config.before || !has_lost_mac(job->mac)))
		return "the PIB to write is of another modem";
	return NULL;
}

static void write_unless(struct ccs_pib_job *job, const char *objection, ccs_time now)
{
	if (objection)
		end(job, CCS_PIB_REFUSED, objection);
	else
		enter(job, CCS_PIB_STEP_SESSION, now);
}

static const char two_modems[] = "two modems at this interface: leave one of them only";

static int take_identity(struct ccs_pib_job *job, const struct ccs_mme *mme, ccs_time now)
{
	bool other = job->boot_loader;

	if (!recognise(job, mme))
		return CCS_IGNORED;
	if (other)
		end(job, CCS_PIB_REFUSED, two_modems);
	else
		enter(job, CCS_PIB_STEP_ALONE, now);
	return 0;
}

/*
 * NOTE: Qualcomm's address reaches each modem behind a switch, which floods it.  A modem's own MAC
 * would reach one only, but may travel the power line, where keys are hidden and nothing may ever
 * be written.  So the modem has to be the only one.
 */
static int take_company(struct ccs_pib_job *job, const struct ccs_mme *mme, ccs_time now)
{
	(void)now;
	if (mme->kind != CCS_MME_VS_SW_VER_CNF || is_from_modem(job, mme))
		return CCS_IGNORED;
	end(job, job->restarts ? CCS_PIB_FAILED : CCS_PIB_REFUSED, two_modems);
	return 0;
}

static void begin_task(struct ccs_pib_job *job, ccs_time now)
{
	if (job->restarts)
		enter(job, CCS_PIB_STEP_READ_BACK, now);
	else if (job->config.task == CCS_PIB_TASK_RESET)
		enter(job, CCS_PIB_STEP_RESET, now);
	else if (job->config.task == CCS_PIB_TASK_FACTORY)
		enter(job, CCS_PIB_STEP_FACTORY, now);
	else if (job->config.task == CCS_PIB_TASK_READ || job->config.before)
		enter(job, CCS_PIB_STEP_READ, now);
	else
		write_unless(job, find_objection(job), now);
}

static void give_up_identity(struct ccs_pib_job *job, ccs_time now)
{
	(void)now;
	end(job, CCS_PIB_REFUSED,
	    job->boot_loader ? "the modem runs its boot loader only" : "no modem answers");
}

/* Reading. */

/* Whether the PIB that was read may be taken for this modem's; NULL: yes. */
static const char *find_fault(struct ccs_pib_job *job)
{
	struct ccs_pib pib;
	size_t size;
	const uint8_t *mac;

	job->unreadable = true;
	if (ccs_pib_open(&pib, job->config.buffer, job->size))
		return "the modem's PIB is damaged: a length or checksum in it is wrong";
	mac = ccs_pib_get(&pib, CCS_PIB_MAC, &size);
	if (memcmp(mac, job->mac, 6) != 0 && has_lost_mac(job->mac))
		return "the modem runs without its PIB, which it takes for invalid";
	job->unreadable = false;
	if (memcmp(mac, job->mac, 6) != 0)
		return "the PIB that was read is of another modem";
	if (lacks_keys(job, &pib))
		return "the PIB came over the power line: its keys read as zero";
	return NULL;
}

static void end_first_read(struct ccs_pib_job *job, ccs_time now)
{
	if (job->config.task == CCS_PIB_TASK_READ)
		enter(job, CCS_PIB_STEP_READ_AGAIN, now);
	else if (job->size != job->config.size ||
		 memcmp(job->config.buffer, job->config.before, job->size) != 0)
		end(job, CCS_PIB_REFUSED, "the modem's PIB changed since it was read");
	else
		write_unless(job, find_objection(job), now);
}

static void end_second_read(struct ccs_pib_job *job, ccs_time now)
{
	const char *fault = find_fault(job);

	(void)now;
	end(job, fault ? CCS_PIB_REFUSED : CCS_PIB_DONE, fault);
}

static void roll_back(struct ccs_pib_job *job, ccs_time now)
{
	blame(job, "after writing the modem had neither the new nor the old PIB");
	if (!job->config.before || job->roll_backs == ROLL_BACKS) {
		end(job, CCS_PIB_FAILED, NULL);
		return;
	}
	job->roll_backs++;
	job->session_id++;
	job->file = job->config.before;
	enter(job, CCS_PIB_STEP_SESSION, now);
}

/* How many bytes without a name differ from `file`; SIZE_MAX: it is another one. */
static size_t distance(const struct ccs_pib_job *job, const struct ccs_pib *got,
		       const uint8_t *file)
{
	struct ccs_pib wanted;
	size_t odd = 0;

	if (!file || ccs_pib_open(&wanted, file, job->config.size) ||
	    !ccs_pib_means_same(got, &wanted))
		return SIZE_MAX;
	for (size_t i = 0; i < got->image_size; i++)
		odd += got->file[got->image + i] != file[wanted.image + i];
	return odd;
}

/* The old PIB is there.  A modem that did not restart may show it and yet keep the new one. */
static void end_with_old(struct ccs_pib_job *job)
{
	if (job->unproven)
		end(job, CCS_PIB_FAILED,
		    "the modem did not confirm its restart: what it shows may be the past");
	else if (job->roll_backs)
		end(job, CCS_PIB_ROLLED_BACK, NULL);
	else
		end(job, CCS_PIB_UNCHANGED, "the modem did not take the new PIB");
}

/* What the modem has decides what became of it all. */
static void judge(struct ccs_pib_job *job, ccs_time now)
{
	size_t from_file, from_before;
	struct ccs_pib got;

	if (ccs_pib_open(&got, job->config.buffer, job->size)) {
		roll_back(job, now);
		return;
	}
	from_file = distance(job, &got, job->file);
	from_before = distance(job, &got, job->config.before);
	job->odd = from_file < from_before ? from_file : from_before;
	if (job->odd == SIZE_MAX)
		roll_back(job, now);
	else if (from_file < from_before)
		end(job, CCS_PIB_DONE, NULL);
	else
		end_with_old(job);
}

/* Whether it is the factory's, nobody can tell: what it is is for the caller to show. */
static void judge_factory(struct ccs_pib_job *job)
{
	const char *fault = find_fault(job);

	end(job, fault ? CCS_PIB_FAILED : CCS_PIB_DONE, fault);
}

static void give_up_read_back(struct ccs_pib_job *job, ccs_time now)
{
	if (job->config.task == CCS_PIB_TASK_FACTORY)
		end(job, CCS_PIB_FAILED, "the modem does not give the PIB that it has now");
	else
		roll_back(job, now);
}

static void end_read(struct ccs_pib_job *job, ccs_time now)
{
	job->size = job->at;
	if (job->step == CCS_PIB_STEP_READ)
		end_first_read(job, now);
	else if (job->step == CCS_PIB_STEP_READ_AGAIN)
		end_second_read(job, now);
	else if (job->config.task == CCS_PIB_TASK_FACTORY)
		judge_factory(job);
	else
		judge(job, now);
}

/* One chunk; the first that is shorter than asked for is the last.  False: contradicts the first
 * reading. */
static bool keep_chunk(struct ccs_pib_job *job, const struct ccs_vs_module_operation_cnf *cnf)
{
	uint8_t *to = job->config.buffer + job->at;
	bool again = job->step == CCS_PIB_STEP_READ_AGAIN;

	if (job->at + cnf->length > (again ? job->size : CCS_PIB_FILE_MAX))
		return false;
	if (again && memcmp(to, cnf->data, cnf->length) != 0)
		return false;
	if (!again)
		memcpy(to, cnf->data, cnf->length);
	job->at += cnf->length;
	return !again || cnf->length == PIB_CHUNK || job->at == job->size;
}

static void give_up_read(struct ccs_pib_job *job, ccs_time now)
{
	if (job->step == CCS_PIB_STEP_READ_BACK) {
		give_up_read_back(job, now);
		return;
	}
	job->size = 0;
	job->unreadable = true;
	end(job, CCS_PIB_REFUSED, "the modem does not give its PIB");
}

static int take_chunk(struct ccs_pib_job *job, const struct ccs_mme *mme, ccs_time now)
{
	const struct ccs_vs_module_operation_cnf *cnf = &mme->vs_module_operation_cnf;

	if (!is_operation(job, mme, CCS_MODULE_OP_READ_MEMORY))
		return CCS_IGNORED;
	if (cnf->status) {
		job->status = job->status ? job->status : cnf->status;
		give_up_read(job, now);
		return 0;
	}
	if (cnf->module_id != PIB_MODULE || cnf->offset != job->at || cnf->length > PIB_CHUNK)
		return CCS_IGNORED;
	if (keep_chunk(job, cnf)) {
		if (cnf->length == PIB_CHUNK)
			go_on(job, now);
		else
			end_read(job, now);
	} else if (job->step == CCS_PIB_STEP_READ_BACK) {
		give_up_read_back(job, now);
	} else {
		job->size = 0;
		end(job, CCS_PIB_REFUSED,
		    job->step == CCS_PIB_STEP_READ ? "the modem's PIB is longer than any we know"
						   : "the modem's PIB reads differently each time");
	}
	return 0;
}

/* Writing.  Whatever goes wrong: what the modem has then is read. */

static void fail_write(struct ccs_pib_job *job, const char *reason, ccs_time now)
{
	blame(job, reason);
	/* Before a commit nothing has taken effect, and the modem need not restart. */
	enter(job, job->unproven ? CCS_PIB_STEP_RESET : CCS_PIB_STEP_RETURN, now);
}

static void give_up_write(struct ccs_pib_job *job, ccs_time now)
{
	fail_write(job, "the modem fell silent while the PIB was written", now);
}

static void begin_commit(struct ccs_pib_job *job, ccs_time now)
{
	job->unproven = true;
	enter(job, CCS_PIB_STEP_COMMIT, now);
}

/* Another modem that took the session, too, must not see the commit. */
static bool is_of_another(const struct ccs_pib_job *job, const struct ccs_mme *mme)
{
	return mme->kind == CCS_MME_VS_MODULE_OPERATION_CNF && !is_from_modem(job, mme) &&
	       mme->vs_module_operation_cnf.session_id == job->session_id &&
	       job->step != CCS_PIB_STEP_COMMIT;
}

static int take_written(struct ccs_pib_job *job, const struct ccs_mme *mme, ccs_time now)
{
	const struct ccs_vs_module_operation_cnf *cnf = &mme->vs_module_operation_cnf;
	static const enum ccs_module_op ops[CCS_PIB_STEPS] = {
		[CCS_PIB_STEP_SESSION] = CCS_MODULE_OP_SESSION,
		[CCS_PIB_STEP_WRITE] = CCS_MODULE_OP_WRITE,
		[CCS_PIB_STEP_COMMIT] = CCS_MODULE_OP_COMMIT,
	};

	if (is_of_another(job, mme)) {
		fail_write(job, "another modem at this interface takes the PIB, too", now);
		return 0;
	}
	if (!is_operation(job, mme, ops[job->step]))
		return CCS_IGNORED;
	if (cnf->status) {
		job->status = job->status ? job->status : cnf->status;
		fail_write(job, "the modem refuses the PIB", now);
		return 0;
	}
	if (cnf->session_id != job->session_id)
		return CCS_IGNORED;
	if (job->step == CCS_PIB_STEP_WRITE) {
		if (cnf->offset != job->at)
			return CCS_IGNORED;
		job->at += cnf->length;
		if (cnf->length == 0 || cnf->length > PIB_CHUNK || job->at > job->config.size)
			fail_write(job, "the modem confirms what was not sent", now);
		else if (job->at < job->config.size)
			go_on(job, now);
		else
			begin_commit(job, now);
	} else {
		enter(job,
		      job->step == CCS_PIB_STEP_SESSION ? CCS_PIB_STEP_WRITE : CCS_PIB_STEP_RESET,
		      now);
	}
	return 0;
}

static void go_away(struct ccs_pib_job *job, ccs_time now)
{
	job->restarts = true;
	enter(job, CCS_PIB_STEP_AWAY, now);
}

/* After writing, its silence may be the restart that it does by itself: what it has is read. */
static void give_up_reset(struct ccs_pib_job *job, ccs_time now)
{
	if (job->config.task == CCS_PIB_TASK_WRITE)
		go_away(job, now);
	else
		end(job, CCS_PIB_FAILED, "the modem does not confirm a restart");
}

static int take_reset(struct ccs_pib_job *job, const struct ccs_mme *mme, ccs_time now)
{
	bool factory = job->step == CCS_PIB_STEP_FACTORY;

	if (mme->kind != (factory ? CCS_MME_VS_FAC_DEFAULTS_CNF : CCS_MME_VS_RS_DEV_CNF) ||
	    !is_from_modem(job, mme))
		return CCS_IGNORED;
	if (mme->vs_status_cnf.status && job->config.task != CCS_PIB_TASK_WRITE) {
		job->status = mme->vs_status_cnf.status;
		end(job, CCS_PIB_REFUSED, "the modem refuses");
	} else {
		job->unproven &= mme->vs_status_cnf.status != 0;
		go_away(job, now);
	}
	return 0;
}

static void give_up_factory(struct ccs_pib_job *job, ccs_time now)
{
	(void)now;
	end(job, CCS_PIB_FAILED, "the modem does not answer to that");
}

static void look_again(struct ccs_pib_job *job, ccs_time now)
{
	enter(job, CCS_PIB_STEP_RETURN, now);
}

/* Not one across the power line that answers another program of this host meanwhile. */
static bool is_expected(const struct ccs_pib_job *job, const struct ccs_mme *mme)
{
	struct ccs_pib pib;
	size_t size;

	if (is_from_modem(job, mme) || has_lost_mac(mme->src))
		return true;
	/* One that had lost its MAC got it again. */
	return job->file && !ccs_pib_open(&pib, job->file, job->config.size) &&
	       memcmp(mme->src, ccs_pib_get(&pib, CCS_PIB_MAC, &size), 6) == 0;
}

static int take_return(struct ccs_pib_job *job, const struct ccs_mme *mme, ccs_time now)
{
	/* The factory's PIB may bring another MAC. */
	if ((job->config.task != CCS_PIB_TASK_FACTORY && !is_expected(job, mme)) ||
	    !recognise(job, mme))
		return CCS_IGNORED;
	if (job->config.task == CCS_PIB_TASK_FACTORY)
		enter(job, CCS_PIB_STEP_ALONE, now);
	else if (job->config.task == CCS_PIB_TASK_WRITE)
		enter(job, CCS_PIB_STEP_READ_BACK, now);
	else
		end(job, CCS_PIB_DONE, NULL);
	return 0;
}

static void give_up_return(struct ccs_pib_job *job, ccs_time now)
{
	(void)now;
	end(job, CCS_PIB_FAILED,
	    job->boot_loader ? "the modem came back with its boot loader only"
			     : "the modem has not come back");
}

static const struct step steps[CCS_PIB_STEPS] = {
	[CCS_PIB_STEP_IDENTIFY] = { "looking for the modem", CCS_MS(500), 10, CCS_MME_VS_SW_VER_REQ,
				    take_identity, give_up_identity },
	/* A modem answers its host within 10 ms. */
	[CCS_PIB_STEP_ALONE] = { "looking for other modems", CCS_MS(300), 1, CCS_MME_OTHER,
				 take_company, begin_task },
	[CCS_PIB_STEP_READ] = { "reading", CCS_SECONDS(5), 3, CCS_MME_VS_MODULE_OPERATION_REQ,
				take_chunk, give_up_read },
	[CCS_PIB_STEP_READ_AGAIN] = { "reading again", CCS_SECONDS(5), 3,
				      CCS_MME_VS_MODULE_OPERATION_REQ, take_chunk, give_up_read },
	[CCS_PIB_STEP_SESSION] = { "asking to write", CCS_SECONDS(60), 2,
				   CCS_MME_VS_MODULE_OPERATION_REQ, take_written, give_up_write },
	[CCS_PIB_STEP_WRITE] = { "writing", CCS_SECONDS(90), 2, CCS_MME_VS_MODULE_OPERATION_REQ,
				 take_written, give_up_write },
	/* Once only: whether a lost commit took effect is read, not guessed. */
	[CCS_PIB_STEP_COMMIT] = { "making it valid", CCS_SECONDS(90), 1,
				  CCS_MME_VS_MODULE_OPERATION_REQ, take_written, give_up_write },
	[CCS_PIB_STEP_RESET] = { "restarting the modem", CCS_SECONDS(2), 3, CCS_MME_VS_RS_DEV_REQ,
				 take_reset, give_up_reset },
	[CCS_PIB_STEP_FACTORY] = { "back to the factory's PIB", CCS_SECONDS(10), 1,
				   CCS_MME_VS_FAC_DEFAULTS_REQ, take_reset, give_up_factory },
	[CCS_PIB_STEP_AWAY] = { "waiting for the modem", CCS_SECONDS(5), 1, CCS_MME_OTHER, NULL,
				look_again },
	[CCS_PIB_STEP_RETURN] = { "waiting for the modem", CCS_SECONDS(1), 60,
				  CCS_MME_VS_SW_VER_REQ, take_return, give_up_return },
	[CCS_PIB_STEP_READ_BACK] = { "reading back", CCS_SECONDS(5), 3,
				     CCS_MME_VS_MODULE_OPERATION_REQ, take_chunk, give_up_read },
	[CCS_PIB_STEP_END] = { "done", 0, 0, CCS_MME_OTHER, NULL, NULL },
};

/* Actions to bytes: the questions themselves are in pib_job_frames.c. */

int ccs_pib_job_send(struct ccs_pib_job *job, uint8_t *frame, size_t size)
{
	struct ccs_mme mme;
	uint8_t memory[PIB_JOB_MEMORY];
	int length;

	if (!job->pending)
		return 0;
	ccs_mme_init(&mme, steps[job->step].question, local_address, job->config.host_mac);
	if (mme.kind == CCS_MME_VS_MODULE_OPERATION_REQ)
		ccs_pib_job_make_operation(job, &mme.vs_module_operation_req, memory);
	length = ccs_mme_encode(&mme, frame, size);
	if (length > 0)
		job->pending = false;
	return length;
}

/* The verbs. */

void ccs_pib_job_init(struct ccs_pib_job *job, const struct ccs_pib_job_config *config)
{
	memset(job, 0, sizeof(*job));
	job->config = *config;
	job->step = CCS_PIB_STEP_END;
	job->deadline = CCS_NEVER;
}

void ccs_pib_job_start(struct ccs_pib_job *job, ccs_time now)
{
	job->file = job->config.after;
	job->session_id = job->config.session_id;
	enter(job, CCS_PIB_STEP_IDENTIFY, now);
}

int ccs_pib_job_receive(struct ccs_pib_job *job, const uint8_t *frame, size_t length, ccs_time now)
{
	struct ccs_mme mme;
	int result = ccs_mme_decode(&mme, frame, length);

	if (result)
		return result;
	if (!steps[job->step].take || memcmp(mme.dst, job->config.host_mac, 6) != 0)
		return CCS_IGNORED;
	return steps[job->step].take(job, &mme, now);
}

void ccs_pib_job_tick(struct ccs_pib_job *job, ccs_time now)
{
	if (now < job->deadline)
		return;
	if (job->tries < steps[job->step].tries)
		ask(job, now);
	else
		steps[job->step].give_up(job, now);
}

ccs_time ccs_pib_job_deadline(const struct ccs_pib_job *job)
{
	return job->deadline;
}
