/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs modem list`: the modems that answer. */
#include "tools/modem.h"
#include "tools/modem_survey.h"

#include <string.h>

#define MODEMS_MAX   32
#define NEAR_MOST_US 2000 /* a modem answers its own host faster, and across the line slower */

struct found {
	struct ccs_modem_identity identity;
	bool local;
	bool has_nid;
	uint8_t nid[7];
};

struct list {
	size_t count;
	struct found modems[MODEMS_MAX];
};

static const struct ccs_modem_question questions[] = {
	{ CCS_MME_VS_SW_VER_REQ, false, 300, false }, /* those at the own port */
	{ CCS_MME_VS_SW_VER_REQ, true, 300, false },
	{ CCS_MME_LUMISSIL_GET_VERSION_REQ, true, 200, false },
	{ CCS_MME_CM_GET_KEY_REQ, true, 300, false },
};

#define QUESTIONS (sizeof(questions) / sizeof(questions[0]))

static struct found *find(struct list *list, const uint8_t mac[6])
{
	struct found *new = &list->modems[list->count];

	for (size_t i = 0; i < list->count; i++) {
		if (memcmp(list->modems[i].identity.mac, mac, 6) == 0)
			return &list->modems[i];
	}
	if (list->count == MODEMS_MAX)
		return NULL;
	memset(new, 0, sizeof(*new));
	memcpy(new->identity.mac, mac, 6);
	list->count++;
	return new;
}

static bool has_local(const struct list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->modems[i].local)
			return true;
	}
	return false;
}

static bool take(void *user, const struct ccs_mme *mme, size_t question, ccs_time delay)
{
	struct list *list = user;
	struct found *modem;
	bool local;

	if (mme->kind != CCS_MME_VS_SW_VER_CNF && mme->kind != CCS_MME_LUMISSIL_GET_VERSION_CNF &&
	    mme->kind != CCS_MME_CM_GET_KEY_CNF)
		return false;
	/* Only Qualcomm's have an address that does not leave the port; of others the time tells.
	 */
	local = questions[question].to_all ? mme->kind != CCS_MME_VS_SW_VER_CNF &&
						     delay < NEAR_MOST_US && !has_local(list)
					   : true;
	modem = find(list, mme->src);
	if (!modem)
		return false;
	modem->local |= local;
	if (mme->kind == CCS_MME_VS_SW_VER_CNF)
		ccs_modem_survey_identify(&modem->identity, mme);
	else if (mme->kind == CCS_MME_LUMISSIL_GET_VERSION_CNF)
		modem->identity.chip = CCS_MODEM_CG5317;
	if (mme->kind == CCS_MME_CM_GET_KEY_CNF) {
		modem->has_nid = true;
		memcpy(modem->nid, mme->cm_get_key_cnf.nid, 7);
	}
	return true;
}

static void ask_for_key(void *user, struct ccs_mme *mme)
{
	(void)user;
	if (mme->kind != CCS_MME_CM_GET_KEY_REQ)
		return;
	/* Of no network: what is wanted is the answer's NID, and no key. */
	mme->cm_get_key_req.requested_key_type = 1;
	mme->cm_get_key_req.pid = 4;
}

static void print_text(struct ccs_print *p, const struct found *modem)
{
	static const uint8_t none[7];

	ccs_print_mac(p, modem->identity.mac);
	ccs_print_text(p, modem->local ? "  local   " : "  remote  ");
	ccs_modem_label(p, ccs_modem_survey_name(&modem->identity));
	if (!modem->has_nid) {
		ccs_print_text(p, "NID unknown       ");
	} else if (memcmp(modem->nid, none, sizeof(none)) == 0) {
		ccs_print_text(p, "no network        ");
	} else {
		ccs_print_text(p, "NID ");
		ccs_print_hex(p, modem->nid, 7);
	}
	ccs_print_text(p, "  ");
	ccs_modem_text(p, modem->identity.version, sizeof(modem->identity.version));
	ccs_print_char(p, '\n');
}

static void print_json(struct ccs_print *p, const struct found *modem)
{
	ccs_modem_begin_json(p, modem->identity.mac);
	ccs_print_text(p, modem->local ? ",\"local\":true" : ",\"local\":false");
	ccs_modem_add_json(p, "chip", ccs_modem_survey_name(&modem->identity));
	ccs_modem_add_json(p, "firmware", modem->identity.version);
	if (modem->has_nid) {
		ccs_print_text(p, ",\"nid\":\"");
		ccs_print_hex(p, modem->nid, 7);
		ccs_print_char(p, '"');
	}
	ccs_print_text(p, "}\n");
}

int ccs_modem_list(struct ccs_modem_command *c)
{
	static struct list list;
	struct ccs_modem_survey survey = { .questions = questions,
					   .count = QUESTIONS,
					   .user = &list,
					   .prepare = ask_for_key,
					   .take = take };

	ccs_modem_survey_run(&survey, &c->tool);
	for (size_t i = 0; i < list.count; i++) {
		if (c->json)
			print_json(&c->output.print, &list.modems[i]);
		else
			print_text(&c->output.print, &list.modems[i]);
	}
	if (list.count)
		return CCS_EXIT_DONE;
	ccs_complain(&c->output, "no modem answers: is it powered, and at this interface?");
	return CCS_EXIT_FAILED;
}
