/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs modem backup`, `role`, `restore`, `factory`, `reset`: what keeps or changes the PIB. */
#include "tools/modem_work.h"

#include "linux/loop.h"

#include <stdio.h>
#include <string.h>

int ccs_modem_backup(struct ccs_modem_command *c)
{
	static struct ccs_modem_work work;

	work.c = c;
	return ccs_modem_work_read(&work) && work.size && ccs_modem_work_keep(&work, c->operands[0])
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

static const char *find_advice(const struct ccs_modem_work *work)
{
	if (work->job.boot_loader)
		return "";
	return work->backup[0] ? ": power the modem off and on, then `ccs modem restore` it"
			       : ": power the modem off and on, and look with `ccs modem info`";
}

/* Loud where it has to be. */
static int report(struct ccs_modem_work *work)
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
		ccs_modem_work_complain(work);
		ccs_complain(output, "nothing was written");
		return CCS_EXIT_FAILED;
	case CCS_PIB_UNCHANGED:
		ccs_modem_work_complain(work);
		ccs_complain(output, "the modem was read: it has its old PIB, complete");
		return CCS_EXIT_FAILED;
	case CCS_PIB_ROLLED_BACK:
		ccs_modem_work_complain(work);
		ccs_complain(output, "the old PIB was written again, and read back the same");
		return CCS_EXIT_FAILED;
	case CCS_PIB_FAILED:
	case CCS_PIB_PENDING:
	case CCS_PIB_OUTCOMES:
		break;
	}
	ccs_modem_work_complain(work);
	ccs_complain(output, "DANGER: it is not known what PIB the modem has now");
	ccs_complain(output, "%s%s%s", work->backup[0] ? "its backup is " : "there is no backup",
		     work->backup, find_advice(work));
	return CCS_EXIT_FAILED;
}

static int write_modem(struct ccs_modem_work *work, bool with_way_back)
{
	struct ccs_pib_job_config config = ccs_modem_work_configure(work, CCS_PIB_TASK_WRITE);

	config.before = with_way_back ? work->before : NULL;
	config.after = work->after;
	config.size = work->size;
	ccs_loop_random(NULL, (uint8_t *)&config.session_id, sizeof(config.session_id));
	config.session_id = (config.session_id & INT32_MAX) | 1;
	ccs_output_flush(&work->c->output);
	ccs_modem_work_run(work, &config);
	return report(work);
}

/* After a backup, and when a person agrees to the changes. */
static int write_agreed(struct ccs_modem_work *work, const struct ccs_pib *before,
			const struct ccs_pib *after)
{
	struct ccs_modem_command *c = work->c;

	if (!ccs_modem_work_keep(work, NULL))
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
	static struct ccs_modem_work work;
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
	if (!ccs_modem_work_read(&work) || work.damaged ||
	    ccs_pib_open(&before, work.before, work.size))
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

/* Why a backup may not be written over `now`; NULL: it may. */
static const char *find_objection(const struct ccs_pib *now, const struct ccs_pib *backup)
{
	static const struct {
		enum ccs_pib_field field;
		const char *text;
	} same[] = {
		{ CCS_PIB_IDENT, "is of another chip" },
		{ CCS_PIB_MAC, "is of another modem: it has another MAC" },
		{ CCS_PIB_DAK, "is of another modem: it has another device key" },
	};
	size_t size;

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		const uint8_t *a = ccs_pib_get(now, same[i].field, &size);
		const uint8_t *b = ccs_pib_get(backup, same[i].field, &size);

		if (!a || !b || memcmp(a, b, size) != 0)
			return same[i].text;
	}
	return now->size == backup->size
		       ? NULL
		       : "has another size than the modem's PIB: it is of another firmware";
}

/* Bytes; how many carriers that is, the table does not tell. */
static size_t count_other_levels(const struct ccs_pib *now, const struct ccs_pib *backup,
				 size_t *all)
{
	static const enum ccs_pib_field tables[] = { CCS_PIB_TONES, CCS_PIB_MORE_TONES };
	size_t count = 0;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		size_t size = 0;
		const uint8_t *a = ccs_pib_get(now, tables[i], &size);
		const uint8_t *b = ccs_pib_get(backup, tables[i], &size);

		*all += size;
		for (size_t j = 0; a && b && j < size; j++)
			count += a[j] != b[j];
	}
	return count;
}

/* Levels that are not the modem's may be against the law, or too weak for any link. */
static bool accept_levels(struct ccs_modem_command *c, const struct ccs_pib *now,
			  const struct ccs_pib *backup)
{
	size_t all = 0, count = count_other_levels(now, backup, &all);

	if (!count)
		return true;
	ccs_complain(&c->output, "%s has other transmit levels: %zu bytes of %zu differ%s",
		     c->operands[0], count, all,
		     c->other_levels ? "" : "; --other-levels accepts them");
	return c->other_levels;
}

/*
 * The modem's own PIB cannot be read any more: its chip and MAC are what there is to go by.  What
 * is left of it is saved, and can still be what somebody wants to look at.
 */
static int restore_damaged(struct ccs_modem_work *work, const struct ccs_pib *backup)
{
	if (work->size && !ccs_modem_work_keep(work, NULL))
		return CCS_EXIT_FAILED;
	work->size = backup->size;
	snprintf(work->backup, sizeof(work->backup), "%s", work->c->operands[0]);
	return ccs_modem_confirm(work->c, "Write the backup without a way back?")
		       ? write_modem(work, false)
		       : CCS_EXIT_FAILED;
}

int ccs_modem_restore(struct ccs_modem_command *c)
{
	static struct ccs_modem_work work;
	struct ccs_pib before, after;
	const char *objection;

	work.c = c;
	if (ccs_modem_work_open_file(c, c->operands[0], &after, work.after))
		return CCS_EXIT_FAILED;
	if (after.form != CCS_PIB_CHAIN) {
		ccs_complain(&c->output, "%s is of an older chip, whose PIB is not written",
			     c->operands[0]);
		return CCS_EXIT_FAILED;
	}
	if (!ccs_modem_work_read(&work)) {
		if (work.damaged)
			ccs_complain(&c->output,
				     "when it is the modem's PIB that is damaged: --damaged");
		return CCS_EXIT_FAILED;
	}
	if (work.damaged)
		return restore_damaged(&work, &after);
	if (ccs_pib_open(&before, work.before, work.size))
		return CCS_EXIT_FAILED;
	objection = find_objection(&before, &after);
	if (objection) {
		ccs_complain(&c->output, "%s %s", c->operands[0], objection);
		return CCS_EXIT_FAILED;
	}
	if (!accept_levels(c, &before, &after))
		return CCS_EXIT_FAILED;
	if (memcmp(work.before, work.after, work.size) == 0) {
		ccs_print_text(&c->output.print, "the modem has this PIB already\n");
		return CCS_EXIT_DONE;
	}
	return write_agreed(&work, &before, &after);
}

/* What is to be seen of it: the PIB that the modem has now. */
static int show_factory(struct ccs_modem_work *work)
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
	static struct ccs_modem_work work;
	struct ccs_pib_job_config config;

	work.c = c;
	if (!ccs_modem_work_read(&work) || (work.size && !ccs_modem_work_keep(&work, NULL)))
		return CCS_EXIT_FAILED;
	if (!ccs_modem_confirm(c, "Take the modem back to its factory's PIB and keys?"))
		return CCS_EXIT_FAILED;
	config = ccs_modem_work_configure(&work, CCS_PIB_TASK_FACTORY);
	return ccs_modem_work_run(&work, &config) == CCS_PIB_DONE ? show_factory(&work)
								  : report(&work);
}

int ccs_modem_reset(struct ccs_modem_command *c)
{
	static struct ccs_modem_work work;
	struct ccs_pib_job_config config;

	work.c = c;
	config = ccs_modem_work_configure(&work, CCS_PIB_TASK_RESET);
	if (ccs_modem_work_run(&work, &config) != CCS_PIB_DONE) {
		ccs_modem_work_complain(&work);
		return CCS_EXIT_FAILED;
	}
	ccs_print_text(&c->output.print, "restarted, and there again\n");
	return CCS_EXIT_DONE;
}
