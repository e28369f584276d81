/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs modem info`: what a modem, or a file, says of itself. */
#include "tools/modem_survey.h"
#include "tools/modem_work.h"

#include <string.h>

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

static void show_modem(struct ccs_modem_work *work)
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

int ccs_modem_info(struct ccs_modem_command *c)
{
	static struct ccs_modem_work work;
	struct ccs_pib pib;

	work.c = c;
	if (c->operands[0]) {
		if (ccs_modem_work_open_file(c, c->operands[0], &pib, work.before))
			return CCS_EXIT_FAILED;
	} else if (!ccs_modem_work_read(&work) || ccs_pib_open(&pib, work.before, work.size)) {
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
