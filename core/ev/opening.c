/* SPDX-License-Identifier: Apache-2.0 */
/* What both protocols have at the beginning: the session's id and the energy transfer. */
#include "messages.h"

#include <string.h>

#define FIRST_AC CCS_EV_TRANSFER_AC_THREE_PHASE

static bool is_permitted(const struct ccs_ev_session *s, struct ccs_bytes id,
			 enum ccs_ev_opening opening)
{
	switch (opening) {
	case CCS_EV_OPENING_REFUSED:
		return false;
	case CCS_EV_OPENING_PLAIN: /* R19 */
		return ccs_ev_has_quirk(s, CCS_QUIRK_PLAIN_OK);
	case CCS_EV_OPENING_NEW:
		return true;
	case CCS_EV_OPENING_JOINED:
		return s->resumes && ccs_ev_is_our_session(s, id);
	}
	return false;
}

/* DIN SPEC 70121 8.4.2.1, ISO 15118-2 8.4.2; R16, R17, R64: the charger's id, of any length. */
enum ccs_ev_reason ccs_ev_open(struct ccs_ev_session *s, struct ccs_bytes id,
			       enum ccs_ev_opening opening)
{
	bool any_length = ccs_ev_has_quirk(s, CCS_QUIRK_ANY_SESSION_ID);

	if (!is_permitted(s, id, opening))
		return CCS_EV_REASON_SESSION_ID;
	if (id.length == 0 || id.length > 8 || (id.length != 8 && !any_length))
		return CCS_EV_REASON_SESSION_ID;
	s->joined = opening == CCS_EV_OPENING_JOINED;
	memcpy(s->session_id, id.at, id.length);
	s->session_id_length = (uint8_t)id.length;
	return CCS_EV_REASON_NONE;
}

bool ccs_ev_is_our_session(const struct ccs_ev_session *s, struct ccs_bytes id)
{
	return id.length == s->session_id_length && !memcmp(id.at, s->session_id, id.length);
}

bool ccs_ev_choose_transfer(struct ccs_ev_session *s, unsigned int offered)
{
	unsigned int most_wanted = 1u << s->config.transfer;
	unsigned int possible = offered & (s->config.other_transfers | most_wanted);
	enum ccs_ev_transfer transfer = CCS_EV_TRANSFER_DC_EXTENDED;

	if (!possible)
		return false;
	if (possible & most_wanted)
		possible = most_wanted;
	while (transfer < CCS_EV_TRANSFERS && !(possible >> transfer & 1))
		transfer++;
	if (transfer == CCS_EV_TRANSFERS)
		return false;
	s->transfer = transfer;
	s->facts.ac = transfer >= FIRST_AC;
	return true;
}
