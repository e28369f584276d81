/* SPDX-License-Identifier: Apache-2.0 */
/* Questions to modems. */
#include "tools/modem_survey.h"

#include <string.h>

static const uint8_t everyone[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
static const uint8_t local_address[6] = { 0x00, 0xb0, 0x52, 0x00, 0x00, 0x01 };

static void ask_next(struct ccs_modem_survey *s, ccs_time now)
{
	if (s->asked == s->count) {
		s->deadline = CCS_NEVER;
		return;
	}
	s->pending = true;
	s->sent = now;
	s->deadline = now + CCS_MS(s->questions[s->asked].wait_ms);
	s->asked++;
	if (s->asked == s->count && s->end)
		s->deadline = s->end > now ? s->end : now;
}

static void receive(void *of, const uint8_t *frame, size_t length, ccs_time now)
{
	struct ccs_modem_survey *s = of;
	struct ccs_mme mme;

	if (s->deadline == CCS_NEVER || ccs_mme_decode(&mme, frame, length) ||
	    (memcmp(mme.dst, s->host_mac, 6) != 0 && memcmp(mme.dst, everyone, 6) != 0))
		return;
	if (s->take(s->user, &mme, s->asked - 1, now - s->sent) &&
	    s->questions[s->asked - 1].done_when_told)
		ask_next(s, now);
}

static void tick(void *of, ccs_time now)
{
	struct ccs_modem_survey *s = of;

	if (now >= s->deadline)
		ask_next(s, now);
}

static int make_frame(void *of, uint8_t *frame, size_t size)
{
	struct ccs_modem_survey *s = of;
	const struct ccs_modem_question *question = &s->questions[s->asked - 1];
	struct ccs_mme mme;

	if (!s->pending)
		return 0;
	s->pending = false;
	ccs_mme_init(&mme, question->kind, question->to_all ? everyone : local_address,
		     s->host_mac);
	if (s->prepare)
		s->prepare(s->user, &mme);
	return ccs_mme_encode(&mme, frame, size);
}

static ccs_time next_deadline(const void *of)
{
	return ((const struct ccs_modem_survey *)of)->deadline;
}

static bool is_done(const void *of)
{
	return next_deadline(of) == CCS_NEVER;
}

void ccs_modem_survey_run(struct ccs_modem_survey *survey, struct ccs_modem_tool *tool)
{
	struct ccs_modem_talk talk = { .of = survey,
				       .receive = receive,
				       .tick = tick,
				       .send = make_frame,
				       .deadline = next_deadline,
				       .is_done = is_done };

	memcpy(survey->host_mac, tool->host_mac, 6);
	survey->asked = 0;
	ask_next(survey, ccs_modem_tool_now(tool));
	ccs_modem_tool_run(tool, &talk);
}

void ccs_modem_survey_identify(struct ccs_modem_identity *identity, const struct ccs_mme *mme)
{
	const struct ccs_vs_sw_ver_cnf *cnf = &mme->vs_sw_ver_cnf;
	size_t size = cnf->version_length;

	if (size >= sizeof(identity->version))
		size = sizeof(identity->version) - 1;
	memcpy(identity->mac, mme->src, 6);
	memcpy(identity->version, cnf->version, size);
	identity->version[size] = '\0';
	identity->chip = ccs_modem_identify(cnf);
	identity->boot_loader = ccs_modem_is_boot_loader(cnf);
}

const char *ccs_modem_survey_name(const struct ccs_modem_identity *identity)
{
	return identity->boot_loader ? "boot loader" : ccs_modem_chip_name(identity->chip);
}

struct own {
	size_t count;
	struct ccs_modem_identity *identity;
};

static bool take_own(void *user, const struct ccs_mme *mme, size_t question, ccs_time delay)
{
	struct own *own = user;

	(void)question;
	(void)delay;
	if (mme->kind != CCS_MME_VS_SW_VER_CNF || mme->vs_sw_ver_cnf.status)
		return false;
	if (own->count && memcmp(own->identity->mac, mme->src, 6) != 0)
		own->count = 2;
	if (own->count)
		return false;
	own->count = 1;
	ccs_modem_survey_identify(own->identity, mme);
	return false;
}

size_t ccs_modem_survey_own(struct ccs_modem_tool *tool, struct ccs_modem_identity *identity)
{
	static const struct ccs_modem_question question = { CCS_MME_VS_SW_VER_REQ, false, 300,
							    false };
	struct own own = { .identity = identity };
	struct ccs_modem_survey survey = {
		.questions = &question, .count = 1, .user = &own, .take = take_own
	};

	ccs_modem_survey_run(&survey, tool);
	return own.count;
}
