/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs modem info`, `backup`, `role`, `restore`, `factory`, `reset`: what concerns the PIB. */
#include "tools/modem.h"
#include "tools/modem_file.h"
#include "tools/modem_survey.h"

#include "linux/loop.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* One PIB job, from the command's point of view. */
struct work {
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

static void receive(void *of, const uint8_t *frame, size_t length, ccs_time now)
{
	struct work *work = of;

	ccs_pib_job_receive(&work->job, frame, length, now);
}

static void tick(void *of, ccs_time now)
{
	struct work *work = of;

	ccs_pib_job_tick(&work->job, now);
}

static int send_frame(void *of, uint8_t *frame, size_t size)
{
	struct work *work = of;

	return ccs_pib_job_send(&work->job, frame, size);
}

static ccs_time deadline(const void *of)
{
	return ccs_pib_job_deadline(&((const struct work *)of)->job);
}

static bool is_done(const void *of)
{
	return ((const struct work *)of)->job.outcome != CCS_PIB_PENDING;
}

/* A person wants to see that it goes on, a program does not. */
static void show_progress(void *of)
{
	struct work *work = of;
	const char *text = ccs_pib_step_text(work->job.step);

	if (work->job.step == CCS_PIB_STEP_END || !isatty(STDERR_FILENO) ||
	    (work->shown && strcmp(text, work->shown) == 0))
		return;
	work->shown = text;
	ccs_complain(&work->c->output, "%s ...", text);
}

static enum ccs_pib_outcome run(struct work *work, const struct ccs_pib_job_config *config)
{
	struct ccs_modem_tool *tool = &work->c->tool;
	struct ccs_modem_talk talk = { .of = work,
				       .receive = receive,
				       .tick = tick,
				       .send = send_frame,
				       .deadline = deadline,
				       .is_done = is_done,
				       .progress = show_progress };

	work->shown = NULL;
	ccs_pib_job_init(&work->job, config);
	ccs_pib_job_start(&work->job, ccs_modem_tool_now(tool));
	ccs_modem_tool_run(tool, &talk);
	return work->job.outcome;
}

static struct ccs_pib_job_config configure(struct work *work, enum ccs_pib_task task)
{
	struct ccs_pib_job_config config = { .task = task,
					     .buffer = work->buffer,
					     .hidden_device_key = work->c->hidden_device_key };

	memcpy(config.host_mac, work->c->tool.host_mac, 6);
	return config;
}

/* What the modem refused with stands behind the reason. */
static void complain(struct work *work)
{
	const struct ccs_pib_job *job = &work->job;

	if (job->status)
		ccs_complain(&work->c->output, "%s (%s, status 0x%02x)", job->reason,
			     ccs_pib_status_text(job->status), job->status);
	else
		ccs_complain(&work->c->output, "%s", job->reason);
}

/*
 * The PIB of the modem into `before`; false: it was said why not.  With --damaged what was read
 * twice the same comes, too, and true means that there is a modem: work->damaged whether its PIB is
 * not one.
 */
static bool read_modem(struct work *work)
{
	struct ccs_pib_job_config config = configure(work, CCS_PIB_TASK_READ);
	bool sound = run(work, &config) == CCS_PIB_DONE;

	work->damaged = !sound && work->job.unreadable;
	if (!sound)
		complain(work);
	if (!sound && !(work->damaged && work->c->damaged))
		return false;
	work->size = work->job.size;
	memcpy(work->before, work->buffer, work->size);
	return true;
}

static bool keep_backup(struct work *work, const char *path)
{
	struct ccs_modem_command *c = work->c;
	struct ccs_problem problem;

	if (path)
		snprintf(work->backup, sizeof(work->backup), "%s", path);
	else if (ccs_modem_file_name(work->backup, c->folder, work->job.mac, &problem))
		work->backup[0] = '\0';
	if (!work->backup[0] ||
	    ccs_modem_file_write(work->backup, work->before, work->size, &problem)) {
		ccs_modem_fail(c, CCS_EXIT_FAILED, &problem);
		return false;
	}
	ccs_print_text(&c->output.print,
		       work->damaged ? "backup of the damaged PIB: " : "backup: ");
	ccs_print_text(&c->output.print, work->backup);
	ccs_print_char(&c->output.print, '\n');
	return true;
}

/* What a PIB says. */

static void show_field(struct ccs_modem_command *c, const struct ccs_pib *pib,
		       enum ccs_pib_field field, const char *label)
{
	ccs_modem_label(&c->output.print, label);
	ccs_pib_print_field(&c->output.print, pib, field, c->secrets);
	ccs_print_char(&c->output.print, '\n');
}

static void show_pib(struct ccs_modem_command *c, const struct ccs_pib *pib)
{
	struct ccs_print *p = &c->output.print;

	show_field(c, pib, CCS_PIB_MAC, "MAC");
	if (pib->form == CCS_PIB_CHAIN) {
		ccs_modem_label(p, "role");
		ccs_print_text(p, ccs_pib_role_name(ccs_pib_role(pib)));
		ccs_print_char(p, '\n');
		show_field(c, pib, CCS_PIB_IDENT, "chip number");
		show_field(c, pib, CCS_PIB_CCO, "coordinator");
		show_field(c, pib, CCS_PIB_SLAC, "SLAC");
		show_field(c, pib, CCS_PIB_NID, "NID");
	}
	show_field(c, pib, CCS_PIB_NMK, "network key");
	show_field(c, pib, CCS_PIB_DAK, "device key");
	show_field(c, pib, CCS_PIB_USER, "user's name");
	show_field(c, pib, CCS_PIB_MANUFACTURER, "maker's name");
}

/* Of a field that is text in JSON, too. */
static void add_field(struct ccs_print *p, const struct ccs_pib *pib, enum ccs_pib_field field,
		      const char *name)
{
	ccs_print_text(p, ",\"");
	ccs_print_text(p, name);
	ccs_print_text(p, "\":\"");
	ccs_pib_print_field(p, pib, field, false);
	ccs_print_char(p, '"');
}

/* `job`: NULL for a file. */
static void show_json(struct ccs_modem_command *c, const struct ccs_pib *pib,
		      const struct ccs_pib_job *job)
{
	struct ccs_print *p = &c->output.print;
	size_t size;

	ccs_modem_begin_json(p, ccs_pib_get(pib, CCS_PIB_MAC, &size));
	if (job) {
		ccs_print_text(p, ",\"local\":true");
		ccs_modem_add_json(p, "chip", ccs_modem_chip_name(job->chip));
		ccs_modem_add_json(p, "firmware", job->version);
	}
	if (pib->form == CCS_PIB_CHAIN) {
		ccs_modem_add_json(p, "role", ccs_pib_role_name(ccs_pib_role(pib)));
		add_field(p, pib, CCS_PIB_IDENT, "chip_number");
		add_field(p, pib, CCS_PIB_NID, "nid");
	}
	ccs_print_text(p, "}\n");
}

static bool show_attributes(void *user, const struct ccs_mme *mme, size_t question, ccs_time delay)
{
	struct ccs_modem_command *c = user;
	const struct ccs_vs_op_attributes_cnf *cnf = &mme->vs_op_attributes_cnf;
	struct ccs_print *p = &c->output.print;

	(void)question;
	(void)delay;
	if (mme->kind != CCS_MME_VS_OP_ATTRIBUTES_CNF || cnf->status || cnf->report_type)
		return false;
	ccs_modem_label(p, "release");
	ccs_modem_text(p, cnf->hw_platform, sizeof(cnf->hw_platform));
	ccs_print_char(p, ' ');
	ccs_print_unsigned(p, cnf->major);
	ccs_print_char(p, '.');
	ccs_print_unsigned(p, cnf->minor);
	ccs_print_text(p, " build ");
	ccs_print_unsigned(p, cnf->build);
	ccs_print_text(p, " of ");
	ccs_modem_text(p, cnf->build_date, sizeof(cnf->build_date));
	ccs_print_char(p, '\n');
	return true;
}

static void show_modem(struct work *work)
{
	static const struct ccs_modem_question question = { CCS_MME_VS_OP_ATTRIBUTES_REQ, false,
							    500, true };
	struct ccs_modem_survey survey = {
		.questions = &question, .count = 1, .user = work->c, .take = show_attributes
	};
	struct ccs_print *p = &work->c->output.print;

	ccs_modem_label(p, "chip");
	ccs_print_text(p, ccs_modem_chip_name(work->job.chip));
	ccs_print_char(p, '\n');
	ccs_modem_label(p, "firmware");
	ccs_modem_text(p, work->job.version, sizeof(work->job.version));
	ccs_print_char(p, '\n');
	ccs_modem_survey_run(&survey, &work->c->tool);
}

/* -1: it was said what is wrong with the file. */
static int open_file(struct ccs_modem_command *c, const char *path, struct ccs_pib *pib,
		     uint8_t bytes[CCS_PIB_FILE_MAX])
{
	struct ccs_problem problem;
	size_t size;
	int result;

	if (ccs_modem_file_read(path, bytes, &size, &problem)) {
		ccs_modem_fail(c, CCS_EXIT_FAILED, &problem);
		return -1;
	}
	result = ccs_pib_open(pib, bytes, size);
	if (!result)
		return 0;
	ccs_complain(&c->output, "%s: no sound PIB: %s", path, ccs_error_text(result));
	return -1;
}

int ccs_modem_info(struct ccs_modem_command *c)
{
	static struct work work;
	struct ccs_pib pib;

	work.c = c;
	if (c->operands[0]) {
		if (open_file(c, c->operands[0], &pib, work.before))
			return CCS_EXIT_FAILED;
	} else if (!read_modem(&work) || ccs_pib_open(&pib, work.before, work.size)) {
		return CCS_EXIT_FAILED;
	}
	if (c->json) {
		show_json(c, &pib, c->operands[0] ? NULL : &work.job);
		return CCS_EXIT_DONE;
	}
	if (!c->operands[0])
		show_modem(&work);
	show_pib(c, &pib);
	return CCS_EXIT_DONE;
}

int ccs_modem_backup(struct ccs_modem_command *c)
{
	static struct work work;

	work.c = c;
	return read_modem(&work) && work.size && keep_backup(&work, c->operands[0])
		       ? CCS_EXIT_DONE
		       : CCS_EXIT_FAILED;
}

/* Writing. */

static void show_change(struct ccs_modem_command *c, const struct ccs_pib *before,
			const struct ccs_pib *after, const struct ccs_pib_change *change)
{
	struct ccs_print *p = &c->output.print;

	if (change->checksum)
		return;
	ccs_print_text(p, "  ");
	ccs_print_text(p, change->text);
	ccs_print_text(p, ": ");
	if (change->field < 0) {
		ccs_print_unsigned(p, change->size);
		ccs_print_text(p, " at ");
		ccs_print_unsigned(p, change->at);
	} else {
		ccs_print_char(p, '"');
		ccs_pib_print_field(p, before, (enum ccs_pib_field)change->field, false);
		ccs_print_text(p, "\" becomes \"");
		ccs_pib_print_field(p, after, (enum ccs_pib_field)change->field, false);
		ccs_print_char(p, '"');
	}
	ccs_print_char(p, '\n');
}

static void show_changes(struct ccs_modem_command *c, const struct ccs_pib *before,
			 const struct ccs_pib *after)
{
	struct ccs_pib_change change = { 0 };

	while (ccs_pib_next_change(before, after, &change))
		show_change(c, before, after, &change);
}

/* Loud where it has to be. */
static int report(struct work *work)
{
	struct ccs_output *output = &work->c->output;
	const struct ccs_pib_job *job = &work->job;

	switch (job->outcome) {
	case CCS_PIB_DONE:
		ccs_print_text(&output->print, "written, and read back the same\n");
		if (job->odd)
			ccs_complain(output,
				     "the modem changed %zu bytes without known meaning by itself",
				     job->odd);
		return CCS_EXIT_DONE;
	case CCS_PIB_REFUSED:
		complain(work);
		ccs_complain(output, "nothing was written");
		return CCS_EXIT_FAILED;
	case CCS_PIB_UNCHANGED:
		complain(work);
		ccs_complain(output, "the modem was read: it has its old PIB, complete");
		return CCS_EXIT_FAILED;
	case CCS_PIB_ROLLED_BACK:
		complain(work);
		ccs_complain(output, "the old PIB was written again, and read back the same");
		return CCS_EXIT_FAILED;
	case CCS_PIB_FAILED:
	case CCS_PIB_PENDING:
	case CCS_PIB_OUTCOMES:
		break;
	}
	complain(work);
	ccs_complain(output, "DANGER: it is not known what PIB the modem has now");
	ccs_complain(output, "%s%s: power the modem off and on, then `ccs modem restore` it",
		     work->backup[0] ? "its backup is " : "there is no backup", work->backup);
	return CCS_EXIT_FAILED;
}

/* From here to the end nobody may interrupt: half of a write is what this is all against. */
static void hold_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE };

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_IGN);
}

static int write_modem(struct work *work, bool with_way_back)
{
	struct ccs_pib_job_config config = configure(work, CCS_PIB_TASK_WRITE);

	config.before = with_way_back ? work->before : NULL;
	config.after = work->after;
	config.size = work->size;
	ccs_loop_random(NULL, (uint8_t *)&config.session_id, sizeof(config.session_id));
	config.session_id = (config.session_id & INT32_MAX) | 1;
	hold_signals();
	run(work, &config);
	return report(work);
}

/* After a backup, and when a person agrees to the changes. */
static int write_agreed(struct work *work, const struct ccs_pib *before,
			const struct ccs_pib *after)
{
	struct ccs_modem_command *c = work->c;

	if (!keep_backup(work, NULL))
		return CCS_EXIT_FAILED;
	show_changes(c, before, after);
	/* CM_SET_KEY may bring any NID; the maker's tools then call the PIB invalid. */
	if (!ccs_pib_has_derived_nid(after))
		ccs_complain(&c->output, "its network identifier is not that of its network key; "
					 "should the modem refuse: `ccs modem key random` first");
	return ccs_modem_confirm(c, "Write this into the modem?") ? write_modem(work, true)
								  : CCS_EXIT_FAILED;
}

int ccs_modem_role(struct ccs_modem_command *c)
{
	static struct work work;
	struct ccs_pib before, after;
	int role = 0;

	work.c = c;
	while (role < CCS_PIB_ROLE_OTHER &&
	       strcmp(ccs_pib_role_name((enum ccs_pib_role)role), c->operands[0]) != 0)
		role++;
	if (role == CCS_PIB_ROLE_OTHER) {
		ccs_complain(&c->output, "a role is ev, evse or plain, not %s", c->operands[0]);
		return CCS_EXIT_USAGE;
	}
	if (!read_modem(&work) || work.damaged || ccs_pib_open(&before, work.before, work.size))
		return CCS_EXIT_FAILED;
	if (!ccs_pib_chip_is_known(work.job.chip) ||
	    ccs_pib_number(&before, CCS_PIB_IDENT) != work.job.ident ||
	    ccs_pib_set_role(&before, (enum ccs_pib_role)role, work.after) ||
	    ccs_pib_open(&after, work.after, work.size) || !ccs_pib_is_patch(&before, &after)) {
		ccs_complain(&c->output, "the PIB of this modem (%s) is not one we can change",
			     ccs_modem_chip_name(work.job.chip));
		return CCS_EXIT_FAILED;
	}
	if (memcmp(work.before, work.after, work.size) == 0) {
		ccs_print_text(&c->output.print, "the modem has this role already\n");
		return CCS_EXIT_DONE;
	}
	return write_agreed(&work, &before, &after);
}

/* Whether a backup is of the modem whose PIB is `now`. */
static bool is_of_modem(const struct ccs_pib *now, const struct ccs_pib *backup)
{
	static const enum ccs_pib_field same[] = { CCS_PIB_MAC, CCS_PIB_DAK, CCS_PIB_IDENT };
	size_t size;

	if (now->size != backup->size || now->form != backup->form)
		return false;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		const uint8_t *a = ccs_pib_get(now, same[i], &size);
		const uint8_t *b = ccs_pib_get(backup, same[i], &size);

		if (!a || !b || memcmp(a, b, size) != 0)
			return false;
	}
	return true;
}

/*
 * The modem's own PIB cannot be read any more: its chip and MAC are what there is to go by.  What
 * is left of it is saved, and can still be what somebody wants to look at.
 */
static int restore_damaged(struct work *work, const struct ccs_pib *backup)
{
	if (work->size && !keep_backup(work, NULL))
		return CCS_EXIT_FAILED;
	work->size = backup->size;
	snprintf(work->backup, sizeof(work->backup), "%s", work->c->operands[0]);
	return ccs_modem_confirm(work->c, "Write the backup without a way back?")
		       ? write_modem(work, false)
		       : CCS_EXIT_FAILED;
}

int ccs_modem_restore(struct ccs_modem_command *c)
{
	static struct work work;
	struct ccs_pib before, after;

	work.c = c;
	if (open_file(c, c->operands[0], &after, work.after))
		return CCS_EXIT_FAILED;
	if (!read_modem(&work)) {
		if (work.damaged)
			ccs_complain(&c->output,
				     "when it is the modem's PIB that is damaged: --damaged");
		return CCS_EXIT_FAILED;
	}
	if (work.damaged)
		return restore_damaged(&work, &after);
	if (ccs_pib_open(&before, work.before, work.size))
		return CCS_EXIT_FAILED;
	if (!is_of_modem(&before, &after)) {
		ccs_complain(&c->output,
			     "%s is of another modem: its MAC, device key or chip is not the same",
			     c->operands[0]);
		return CCS_EXIT_FAILED;
	}
	if (memcmp(work.before, work.after, work.size) == 0) {
		ccs_print_text(&c->output.print, "the modem has this PIB already\n");
		return CCS_EXIT_DONE;
	}
	return write_agreed(&work, &before, &after);
}

/* What is to be seen of it: the PIB that the modem has now. */
static int show_factory(struct work *work)
{
	struct ccs_modem_command *c = work->c;
	struct ccs_pib before, now;

	if (ccs_pib_open(&now, work->buffer, work->job.size))
		return CCS_EXIT_FAILED;
	if (work->damaged) {
		ccs_print_text(&c->output.print, "the modem has a sound PIB now\n");
		return CCS_EXIT_DONE;
	}
	if (work->size == work->job.size && memcmp(work->before, work->buffer, work->size) == 0) {
		ccs_complain(&c->output,
			     "the modem says that it did, and has the same PIB as before: "
			     "was that the factory's?");
		return CCS_EXIT_FAILED;
	}
	if (work->size == work->job.size && !ccs_pib_open(&before, work->before, work->size))
		show_changes(c, &before, &now);
	ccs_print_text(&c->output.print, "back to the factory's PIB\n");
	return CCS_EXIT_DONE;
}

int ccs_modem_factory(struct ccs_modem_command *c)
{
	static struct work work;
	struct ccs_pib_job_config config;

	work.c = c;
	if (!read_modem(&work) || (work.size && !keep_backup(&work, NULL)))
		return CCS_EXIT_FAILED;
	if (!ccs_modem_confirm(c, "Take the modem back to its factory's PIB and keys?"))
		return CCS_EXIT_FAILED;
	config = configure(&work, CCS_PIB_TASK_FACTORY);
	return run(&work, &config) == CCS_PIB_DONE ? show_factory(&work) : report(&work);
}

int ccs_modem_reset(struct ccs_modem_command *c)
{
	static struct work work;
	struct ccs_pib_job_config config;

	work.c = c;
	config = configure(&work, CCS_PIB_TASK_RESET);
	if (run(&work, &config) != CCS_PIB_DONE) {
		complain(&work);
		return CCS_EXIT_FAILED;
	}
	ccs_print_text(&c->output.print, "restarted, and there again\n");
	return CCS_EXIT_DONE;
}
