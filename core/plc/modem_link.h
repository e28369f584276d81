/* SPDX-License-Identifier: Apache-2.0 */
/* The modem's link (modem_link.c), and what it shares with the rest of the engine (modem.c). */
#ifndef CCS_MODEM_LINK_H
#define CCS_MODEM_LINK_H

#include "ccs/modem.h"

#include <string.h>

#define QCA_CHIPS                                                                        \
	(1u << CCS_MODEM_QCA_OTHER | 1u << CCS_MODEM_QCA7000 | 1u << CCS_MODEM_QCA7005 | \
	 1u << CCS_MODEM_QCA7006 | 1u << CCS_MODEM_QCA6410 | 1u << CCS_MODEM_QCA6411 |   \
	 1u << CCS_MODEM_QCA7420 | 1u << CCS_MODEM_QCA7500)
#define ALL_CHIPS ((1u << CCS_MODEM_CHIPS) - 1)

/* Bits of `pending`. */
#define SEND_FIND   1u
#define SEND_KEY    2u
#define SEND_RESET  4u
#define SEND_VERIFY 8u
#define SEND_LINK   16u

static inline ccs_time ccs_modem_time(const struct ccs_modem *m, enum ccs_modem_limit which)
{
	return CCS_MS(m->config.limit[which]);
}

static inline bool ccs_modem_is_qca(const struct ccs_modem *m)
{
	return QCA_CHIPS >> m->chip & 1;
}

static inline bool ccs_modem_is_source(const struct ccs_modem *m, const struct ccs_mme *mme)
{
	return m->has_mac && memcmp(mme->src, m->mac, 6) == 0;
}

void ccs_modem_note(const struct ccs_modem *m, enum ccs_note_level level, const char *text,
		    ccs_time now);

/* A change is noted with `text`. */
void ccs_modem_set_link(struct ccs_modem *m, bool link, const char *text, ccs_time now);

/* An answer to a question for the link, or what the modem says by itself; 0 or CCS_IGNORED. */
int ccs_modem_take_link(struct ccs_modem *m, const struct ccs_mme *mme, ccs_time now);

/* Time for the next question. */
void ccs_modem_poll_link(struct ccs_modem *m, ccs_time now);

/* The question to send, and whether to all modems. */
enum ccs_mme_kind ccs_modem_link_question(const struct ccs_modem *m, bool *to_all);

#endif
