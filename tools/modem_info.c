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

/* What the modem said of itself before it was asked for its PIB. */
struct answers {
	struct ccs_modem_identity identity;
	bool has_attributes;
	struct ccs_vs_op_attributes_cnf attributes;
};

static void add_field(struct ccs_print *p, const struct ccs_pib *pib, enum ccs_pib_field field,
		      const char *name, bool secrets)
{
	char text[128]; /* the longest is a name of 64 characters */
	struct ccs_print print;

	ccs_print_init(&print, text, sizeof(text) - 1);
	ccs_pib_print_field(&print, pib, field, secrets);
	text[ccs_print_length(&print)] = '\0';
	ccs_modem_add_json(p, name, text);
}

static void add_number(struct ccs_print *p, const char *name, uint32_t number)
{
	ccs_print_text(p, ",\"");
	ccs_print_text(p, name);
	ccs_print_text(p, "\":");
	ccs_print_unsigned(p, number);
}

static void add_pib(struct ccs_modem_command *c, const struct ccs_pib *pib)
{
	struct ccs_print *p = &c->output.print;

	if (pib->form == CCS_PIB_CHAIN) {
		ccs_modem_add_json(p, "role", ccs_pib_role_name(ccs_pib_role(pib)));
		add_field(p, pib, CCS_PIB_IDENT, "chip_number", false);
		add_number(p, "coordinator", ccs_pib_number(pib, CCS_PIB_CCO));
		add_number(p, "slac", ccs_pib_number(pib, CCS_PIB_SLAC));
		add_field(p, pib, CCS_PIB_NID, "nid", false);
	}
	add_field(p, pib, CCS_PIB_USER, "user", false);
	add_field(p, pib, CCS_PIB_MANUFACTURER, "maker", false);
	if (!c->secrets)
		return;
	add_field(p, pib, CCS_PIB_NMK, "nmk", true);
	add_field(p, pib, CCS_PIB_DAK, "dak", true);
}

static void print_release(struct ccs_print *p, const struct ccs_vs_op_attributes_cnf *cnf)
{
	ccs_modem_text(p, cnf->hw_platform, sizeof(cnf->hw_platform));
	ccs_print_char(p, ' ');
	ccs_print_unsigned(p, cnf->major);
	ccs_print_char(p, '.');
	ccs_print_unsigned(p, cnf->minor);
	ccs_print_text(p, " build ");
	ccs_print_unsigned(p, cnf->build);
	ccs_print_text(p, " of ");
	ccs_modem_text(p, cnf->build_date, sizeof(cnf->build_date));
}

static void add_answers(struct ccs_print *p, const struct answers *answers)
{
	char text[128]; /* 16 characters, three numbers, a date */
	struct ccs_print print;

	ccs_print_text(p, ",\"local\":true");
	ccs_modem_add_json(p, "chip", ccs_modem_survey_name(&answers->identity));
	ccs_modem_add_json(p, "firmware", answers->identity.version);
	if (!answers->has_attributes)
		return;
	ccs_print_init(&print, text, sizeof(text) - 1);
	print_release(&print, &answers->attributes);
	text[ccs_print_length(&print)] = '\0';
	ccs_modem_add_json(p, "release", text);
}

static void show_answers(struct ccs_output *output, const struct answers *answers)
{
	struct ccs_print *p = &output->print;

	ccs_modem_label(p, "chip");
	ccs_print_text(p, ccs_modem_survey_name(&answers->identity));
	ccs_print_char(p, '\n');
	ccs_modem_label(p, "firmware");
	ccs_modem_text(p, answers->identity.version, sizeof(answers->identity.version));
	ccs_print_char(p, '\n');
	if (answers->has_attributes) {
		ccs_modem_label(p, "release");
		print_release(p, &answers->attributes);
		ccs_print_char(p, '\n');
	}
	ccs_output_flush(output);
}

static bool take_attributes(void *user, const struct ccs_mme *mme, size_t question, ccs_time delay)
{
	struct answers *answers = user;
	const struct ccs_vs_op_attributes_cnf *cnf = &mme->vs_op_attributes_cnf;

	(void)question;
	(void)delay;
	if (mme->kind != CCS_MME_VS_OP_ATTRIBUTES_CNF || cnf->status || cnf->report_type ||
	    memcmp(mme->src, answers->identity.mac, 6) != 0)
		return false;
	answers->has_attributes = true;
	answers->attributes = *cnf;
	return true;
}

/* False: there is not one modem.  Why, the job that reads the PIB says, which waits longer. */
static bool ask_modem(struct ccs_modem_command *c, struct answers *answers)
{
	static const struct ccs_modem_question question = { CCS_MME_VS_OP_ATTRIBUTES_REQ, false,
							    500, true };
	struct ccs_modem_survey survey = {
		.questions = &question, .count = 1, .user = answers, .take = take_attributes
	};

	if (ccs_modem_survey_own(&c->tool, &answers->identity) != 1)
		return false;
	ccs_modem_survey_run(&survey, &c->tool);
	return true;
}

static int show_file(struct ccs_modem_command *c)
{
	static uint8_t bytes[CCS_PIB_FILE_MAX];
	struct ccs_pib pib;
	size_t size;

	if (ccs_modem_work_open_file(c, c->operands[0], &pib, bytes))
		return CCS_EXIT_FAILED;
	if (!c->json) {
		show_pib(c, &pib);
		return CCS_EXIT_DONE;
	}
	ccs_modem_begin_json(&c->output.print, ccs_pib_get(&pib, CCS_PIB_MAC, &size));
	add_pib(c, &pib);
	ccs_print_text(&c->output.print, "}\n");
	return CCS_EXIT_DONE;
}

/* A modem that answered only when it was asked for its PIB. */
static void take_job(struct answers *answers, const struct ccs_pib_job *job)
{
	memcpy(answers->identity.mac, job->mac, 6);
	memcpy(answers->identity.version, job->version, sizeof(job->version));
	answers->identity.chip = job->chip;
}

/* What the modem says comes first: whoever has one that does not give its PIB wants to know which.
 */
int ccs_modem_info(struct ccs_modem_command *c)
{
	static struct ccs_modem_work work;
	static struct answers answers;
	struct ccs_pib pib;
	bool there, sound;

	if (c->operands[0])
		return show_file(c);
	work.c = c;
	there = ask_modem(c, &answers);
	if (there && !c->json)
		show_answers(&c->output, &answers);
	sound = ccs_modem_work_read(&work) && !ccs_pib_open(&pib, work.before, work.size);
	if (sound && !there)
		take_job(&answers, &work.job);
	if (!c->json) {
		if (sound)
			show_pib(c, &pib);
	} else if (there || sound) {
		ccs_modem_begin_json(&c->output.print, answers.identity.mac);
		add_answers(&c->output.print, &answers);
		if (sound)
			add_pib(c, &pib);
		else
			ccs_modem_add_json(&c->output.print, "problem", work.job.reason);
		ccs_print_text(&c->output.print, "}\n");
	}
	return sound ? CCS_EXIT_DONE : CCS_EXIT_FAILED;
}
