/* SPDX-License-Identifier: Apache-2.0 */
/* Seen and not seen. */
#include "linux/listen_sight.h"

#include "ccs/keys.h"
#include "ccs/sdp.h"

#include <string.h>

#define ETHERNET_HEADER 14
#define IPV6_HEADER	40
#define NEXT_HEADER_AT	(ETHERNET_HEADER + 6)
#define SOURCE_AT	(ETHERNET_HEADER + 8)
#define TARGET_AT	(ETHERNET_HEADER + 24)
#define PORT_AT		(ETHERNET_HEADER + IPV6_HEADER + 2) /* of the target */
#define TCP		6
#define UDP		17

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* Whom a SLAC message is for; ISO 15118-3, section A.9. */
static enum ccs_side receiver(enum ccs_mme_kind kind)
{
	switch ((unsigned int)kind) {
	case CCS_MME_CM_SLAC_PARM_CNF:
	case CCS_MME_CM_ATTEN_CHAR_IND:
	case CCS_MME_CM_VALIDATE_CNF:
	case CCS_MME_CM_SLAC_MATCH_CNF:
		return CCS_SIDE_EV;
	case CCS_MME_CM_ATTEN_CHAR_RSP:
	case CCS_MME_CM_VALIDATE_REQ:
	case CCS_MME_CM_SLAC_MATCH_REQ:
		return CCS_SIDE_EVSE;
	default:
		return CCS_SIDE_UNKNOWN;
	}
}

static bool take_mme(struct ccs_sight *sight, const uint8_t *frame, size_t length)
{
	struct ccs_mme mme;
	bool known;

	if (ccs_mme_decode(&mme, frame, length) || mme.kind < CCS_MME_CM_SLAC_PARM_REQ ||
	    mme.kind > CCS_MME_CM_SLAC_MATCH_CNF)
		return false;
	sight->frames++;
	if (!(mme.dst[0] & 1))
		sight->slac_to[receiver(mme.kind)]++;
	if (mme.kind != CCS_MME_CM_SLAC_MATCH_CNF)
		return false;
	known = sight->has_match &&
		ccs_keys_equal(sight->match.nmk, mme.cm_slac_match_cnf.nmk, CCS_NMK_SIZE);
	sight->match = mme.cm_slac_match_cnf;
	ccs_keys_wipe(&mme, sizeof(mme));
	sight->has_match = true;
	sight->matches += !known;
	return !known;
}

static void take_udp(struct ccs_sight *sight, const uint8_t *frame, size_t length)
{
	if (length < PORT_AT + 2 || (frame[PORT_AT] << 8 | frame[PORT_AT + 1]) != CCS_SDP_PORT)
		return;
	sight->frames++;
	sight->discovery++;
}

static void take_ipv6(struct ccs_sight *sight, const uint8_t *frame, size_t length)
{
	if (frame[NEXT_HEADER_AT] == UDP)
		take_udp(sight, frame, length);
	/* Sessions stay on their link; the computer may have other business on the interface. */
	if (frame[NEXT_HEADER_AT] != TCP || frame[SOURCE_AT] != 0xfe ||
	    (frame[SOURCE_AT + 1] & 0xc0) != 0x80)
		return;
	sight->frames++;
	if (memcmp(frame + TARGET_AT, frame + SOURCE_AT, 16) < 0)
		sight->tcp_low++;
	else
		sight->tcp_high++;
}

bool ccs_sight_take(struct ccs_sight *sight, const uint8_t *frame, size_t length)
{
	if (length < ETHERNET_HEADER)
		return false;
	if (frame[12] == 0x88 && frame[13] == 0xe1)
		return take_mme(sight, frame, length);
	if (length >= ETHERNET_HEADER + IPV6_HEADER)
		take_ipv6(sight, frame, length);
	return false;
}

void ccs_sight_forget(struct ccs_sight *sight)
{
	ccs_keys_wipe(&sight->match, sizeof(sight->match));
	sight->has_match = false;
}

const char *ccs_sight_expect(enum ccs_sight_modem modem, enum ccs_modem_chip chip)
{
	switch (modem) {
	case CCS_SIGHT_UNASKED:
		return "not asked for a modem: nothing is sent, and what passes the interface is "
		       "shown";
	case CCS_SIGHT_NONE:
		return "no modem answers: this is taken for a wire (mirror port, bridge), on which "
		       "all that passes is shown";
	case CCS_SIGHT_INSIDE:
		return "the modem is in the network of the session: discovery and other frames to "
		       "all are shown now, but TCP between car and charger is modulated for its "
		       "receiver";
	case CCS_SIGHT_OUTSIDE:
		break;
	}
	switch ((unsigned int)chip) {
	case CCS_MODEM_UNKNOWN:
	case CCS_MODEM_QCA_OTHER:
		return "of this modem it is not known what it shows: old ones (INT6000, INT6400) "
		       "show SLAC of both sides, newer ones of one; none shows TCP of others";
	default:
		return "of SLAC this modem shows what is sent to all, and to its own role: as a "
		       "car's what chargers say, as a charger's what cars say; TCP of others never";
	}
}

/* Why, in the order of what comes first in a session; each is one sentence. */

static const char *why_nothing(const struct ccs_sight *sight, enum ccs_sight_modem modem)
{
	if (sight->frames)
		return NULL;
	if (modem == CCS_SIGHT_OUTSIDE || modem == CCS_SIGHT_INSIDE)
		return "no frame came through the modem: is it coupled to the control pilot, and "
		       "was a car plugged in?";
	return "no frame passed the interface: is the mirror port on, or has the modem no power?";
}

static const char *why_half_slac(const struct ccs_sight *sight, enum ccs_sight_modem modem)
{
	bool to_ev = sight->slac_to[CCS_SIDE_EV], to_evse = sight->slac_to[CCS_SIDE_EVSE];

	if (to_ev == to_evse)
		return NULL;
	if (modem == CCS_SIGHT_NONE || modem == CCS_SIGHT_UNASKED)
		return to_ev ? "SLAC was seen towards the car only"
			     : "SLAC was seen towards the charger only";
	return to_ev ? "SLAC was seen towards the car only, for the modem is set up as a car's"
		     : "SLAC was seen towards the charger only, for the modem is set up as a "
		       "charger's: it gets no CM_SLAC_MATCH.CNF, and so no key";
}

static const char *why_no_tcp(const struct ccs_sight *sight, enum ccs_sight_modem modem)
{
	if (sight->tcp_low || sight->tcp_high || !(sight->matches || sight->discovery))
		return NULL;
	switch (modem) {
	case CCS_SIGHT_OUTSIDE:
		return "no TCP was seen: the session's network is encrypted, and the modem is not "
		       "in it (--join); TCP needs the car's or charger's own interface, a mirror "
		       "port, or two modems in between";
	case CCS_SIGHT_INSIDE:
		return "no TCP was seen: in the network, too, a modem hears only what is sent to "
		       "all; TCP needs the car's or charger's own interface, a mirror port, or two "
		       "modems in between";
	case CCS_SIGHT_UNASKED:
	case CCS_SIGHT_NONE:
		break;
	}
	return "no TCP was seen: it does not pass this interface, or car and charger did not "
	       "connect";
}

static const char *why_half_tcp(const struct ccs_sight *sight, enum ccs_sight_modem modem)
{
	(void)modem;
	if (!sight->tcp_low == !sight->tcp_high)
		return NULL;
	return "TCP was seen in one direction only: does the mirror port send both?";
}

const char *ccs_sight_missing(const struct ccs_sight *sight, enum ccs_sight_modem modem,
			      size_t index)
{
	static const char *(*const reasons[])(const struct ccs_sight *, enum ccs_sight_modem) = {
		why_nothing,
		why_half_slac,
		why_no_tcp,
		why_half_tcp,
	};

	for (size_t i = 0; i < COUNT(reasons); i++) {
		const char *text = reasons[i](sight, modem);

		if (text && !index--)
			return text;
	}
	return NULL;
}
