/* SPDX-License-Identifier: Apache-2.0 */
/* No message was seen: TLS, TCP, SDP, SLAC. */
#include "trace/diagnosis_rules.h"

#include <string.h>

/* Attenuation from which a charger is hardly the one that the car is plugged into. */
#define ATTENUATION_WEAK_MDB 35000

/* A run of SLAC, up to TT_EV_atten_results and the match, and then TT_match_join (ISO 15118-3 table
 * A.1). */
#define SLAC_RUN  CCS_SECONDS(2)
#define SLAC_JOIN CCS_SECONDS(12)

static const struct ccs_at *tls_alert(ccs_facts *s)
{
	return ccs_when(!s->v2g.first.seen, &s->tls.alert);
}

static const struct ccs_at *tls_failed(ccs_facts *s)
{
	return ccs_when(!s->v2g.first.seen, &s->tls.failed);
}

static const struct ccs_at *tls_opaque(ccs_facts *s)
{
	return ccs_when(!s->v2g.first.seen, &s->tls.opaque);
}

static const struct ccs_at *tcp_silent(ccs_facts *s)
{
	return s->v2g.first.seen ? NULL : ccs_last_of(&s->tcp.opened);
}

static const struct ccs_at *tcp_refused(ccs_facts *s)
{
	return s->v2g.first.seen ? NULL : ccs_last_of(&s->tcp.refused);
}

static const struct ccs_at *tcp_unanswered(ccs_facts *s)
{
	return s->v2g.first.seen ? NULL : ccs_last_of(&s->tcp.unanswered);
}

static const struct ccs_at *sdp_mismatch(ccs_facts *s)
{
	bool mismatch = s->sdp.request.count > 0 &&
			s->sdp.security_asked != s->sdp.security_answered;

	return mismatch && ccs_nothing_above_sdp(s) ? ccs_last_of(&s->sdp.response) : NULL;
}

static const struct ccs_at *wrong_port(ccs_facts *s)
{
	bool wrong = s->sdp.response.count > 0 && s->tcp.other.count > 0 &&
		     s->tcp.other.last.since > s->sdp.response.first.since;

	return wrong && s->tcp.refused.count + s->tcp.unanswered.count == 0 &&
			       ccs_nothing_above_sdp(s)
		       ? ccs_last_of(&s->tcp.other)
		       : NULL;
}

static const struct ccs_at *sdp_no_connect(ccs_facts *s)
{
	return ccs_nothing_above_sdp(s) ? ccs_last_of(&s->sdp.response) : NULL;
}

static const struct ccs_at *sdp_cut(ccs_facts *s)
{
	bool cut = s->capture_ended &&
		   s->capture_end.since - s->sdp.request.last.since < CCS_MS(250);

	return cut && s->sdp.response.count == 0 && ccs_nothing_above_sdp(s)
		       ? ccs_last_of(&s->sdp.request)
		       : NULL;
}

static const struct ccs_at *sdp_unanswered(ccs_facts *s)
{
	return s->sdp.response.count == 0 && ccs_nothing_above_sdp(s) ? ccs_last_of(&s->sdp.request)
								      : NULL;
}

static const struct ccs_at *slac_overheard(ccs_facts *s)
{
	const struct ccs_slac_facts *slac = &s->slac;
	bool blind = slac->parm_req.count + slac->start.count + slac->sound.count +
			     slac->match_req.count ==
		     0;

	if (!blind || !ccs_nothing_above_slac(s))
		return NULL;
	return slac->match_cnf.count	? ccs_last_of(&slac->match_cnf)
	       : slac->atten_char.count ? ccs_last_of(&slac->atten_char)
					: ccs_last_of(&slac->parm_cnf);
}

/* The capture ends before the next step of the first attempt was due. */
static const struct ccs_at *slac_cut(ccs_facts *s)
{
	const struct ccs_slac_facts *slac = &s->slac;
	ccs_time end = s->capture_end.since;
	bool joining = slac->match_cnf.count > 0 && end - slac->match_cnf.last.since < SLAC_JOIN &&
		       slac->parm_req.last.since < slac->match_cnf.last.since;
	bool matching = slac->match_cnf.count == 0 && slac->parm_req.count > 0 &&
			end - slac->parm_req.first.since < SLAC_RUN;

	return ccs_when(s->capture_ended && (joining || matching) && ccs_nothing_above_slac(s),
			&s->end);
}

static const struct ccs_at *slac_only(ccs_facts *s)
{
	return ccs_nothing_above_slac(s) ? ccs_last_of(&s->slac.match_cnf) : NULL;
}

/* Only the car and its modem are heard: it talks to a charger elsewhere. */
static const struct ccs_at *slac_neighbour(ccs_facts *s)
{
	bool elsewhere = s->slac.parm_cnf.count + s->slac.atten_char.count == 0;

	return elsewhere && ccs_nothing_above_slac(s) ? ccs_last_of(&s->slac.match_req) : NULL;
}

static const struct ccs_at *match_unanswered(ccs_facts *s)
{
	return ccs_nothing_above_slac(s) ? ccs_last_of(&s->slac.match_req) : NULL;
}

static const struct ccs_at *not_chosen_weak(ccs_facts *s)
{
	bool weak = s->slac.answer_count == 1 &&
		    s->slac.answers[0].mean_mdb >= ATTENUATION_WEAK_MDB;

	return weak && ccs_nothing_above_slac(s) ? ccs_last_of(&s->slac.atten_char) : NULL;
}

static const struct ccs_at *not_chosen(ccs_facts *s)
{
	return ccs_nothing_above_slac(s) ? ccs_last_of(&s->slac.atten_char) : NULL;
}

static const struct ccs_at *no_profile(ccs_facts *s)
{
	return ccs_nothing_above_slac(s) && s->slac.profile.count == 0 ? ccs_last_of(&s->slac.sound)
								       : NULL;
}

static const struct ccs_at *no_atten_char(ccs_facts *s)
{
	return ccs_nothing_above_slac(s) ? ccs_last_of(&s->slac.sound) : NULL;
}

static const struct ccs_at *wrong_run_id(ccs_facts *s)
{
	const struct ccs_slac_facts *slac = &s->slac;
	bool wrong = slac->foreign_cnf > 0 && slac->foreign_cnf == slac->parm_cnf.count;

	return wrong && ccs_nothing_above_slac(s) ? ccs_last_of(&slac->parm_cnf) : NULL;
}

static const struct ccs_at *no_sounds(ccs_facts *s)
{
	return ccs_nothing_above_slac(s) ? ccs_last_of(&s->slac.parm_cnf) : NULL;
}

static const struct ccs_at *slac_unanswered(ccs_facts *s)
{
	return ccs_nothing_above_slac(s) ? ccs_last_of(&s->slac.parm_req) : NULL;
}

static const struct ccs_at *nothing(ccs_facts *s)
{
	return &s->begin;
}

/* clang-format off */
const struct ccs_rule ccs_rules_link[] = {
	{ "tls_alert", CCS_VERDICT_FAILED, tls_alert, "The TLS handshake failed: {tls}",
	  "unknown_ca, bad_certificate: root certificates of that side. handshake_failure, protocol_version: "
	  "compare versions, cipher suites and curves. certificate_expired: also its clock" },
	{ "tls_failed", CCS_VERDICT_FAILED, tls_failed, "{tls}; {ending}",
	  "The side that closed did not like certificate, version or cipher suite and did not say so" },
	{ "tls_opaque", CCS_VERDICT_INCOMPLETE, tls_opaque,
	  "The messages are encrypted and cannot be seen: {tls}",
	  "Give the session secrets with --keylog FILE, or record a pcapng that contains them" },
	{ "tcp_silent", CCS_VERDICT_FAILED, tcp_silent,
	  "TCP to {port} was opened, but no message came; {ending}",
	  "Does the car see the connection as open; TLS asked for {asked}, answered {answered}" },
	{ "tcp_refused", CCS_VERDICT_FAILED, tcp_refused,
	  "The charger refused TCP at {port} ({refused})",
	  "Its V2G server is not listening on the port that its SDP answer names, or no longer: restart it, and "
	  "check its firewall" },
	{ "tcp_unanswered", CCS_VERDICT_FAILED, tcp_unanswered,
	  "The charger did not answer TCP at {port} ({unanswered})",
	  "IPv6 neighbour discovery, link-local address and firewall of the charger; is the power line link up" },
	{ "sdp_security_mismatch", CCS_VERDICT_FAILED, sdp_mismatch,
	  "The car asked for {asked}, the charger answered {answered}, and the car did not connect",
	  "Allow plain TCP in the charger, or enable TLS in the car" },
	{ "tcp_wrong_port", CCS_VERDICT_FAILED, wrong_port,
	  "The car connected to {other_port}, but the charger's SDP answer names {port}",
	  "The car must take address and port from the SDP answer; 15118 is for SDP only" },
	{ "sdp_no_connect", CCS_VERDICT_FAILED, sdp_no_connect,
	  "The charger answered SDP ({port}), but the car did not connect",
	  "Does the answer reach the car (checksum, address, a port above 49151), and is its transport TCP" },
	{ "sdp_cut", CCS_VERDICT_INCOMPLETE, sdp_cut, "The capture ends with the car's SDP request", "" },
	{ "sdp_unanswered", CCS_VERDICT_FAILED, sdp_unanswered,
	  "The charger did not answer SDP ({sdp_requests}, asking for {asked})",
	  "Has the power line link come up after SLAC (both modems with the same NMK), does the charger listen "
	  "on UDP 15118 in ff02::1, and does it need neighbour solicitations answered first" },
	{ "slac_overheard", CCS_VERDICT_INCOMPLETE, slac_overheard,
	  "The SLAC of others was overheard, the car's frames are hidden; what follows is not visible",
	  "A listening modem sees broadcasts only: record at the car or at the charger" },
	{ "slac_cut", CCS_VERDICT_INCOMPLETE, slac_cut, "The capture ends during SLAC", "" },
	{ "slac_again", CCS_VERDICT_FAILED, ccs_slac_again,
	  "SLAC was matched, but no link came up: the car began again ({parm_req}) and sent no SDP request",
	  "Did both modems take the key (CM_SET_KEY) and join within 12 s; coupling and firmware of the "
	  "modems" },
	{ "slac_no_sdp", CCS_VERDICT_FAILED, slac_only,
	  "SLAC was matched, but the car sent no SDP request",
	  "Did the modems join within 12 s of the match (key set on both sides), and has the car IPv6 up" },
	{ "slac_neighbour", CCS_VERDICT_INCOMPLETE, slac_neighbour,
	  "The car matched with another charger ({charger}), whose frames are not visible here",
	  "Cross talk: the charger here must not answer a car that sounds weak and matches elsewhere" },
	{ "match_unanswered", CCS_VERDICT_FAILED, match_unanswered,
	  "The charger did not answer {match_req}",
	  "Does the charger expect CM_VALIDATE, another RunID or MAC; is it already matched with another car" },
	{ "not_chosen_weak", CCS_VERDICT_FAILED, not_chosen_weak,
	  "The car did not choose this charger: mean attenuation {attenuation}",
	  "That is what a neighbour's charger looks like; check the coupling of the power line signal into "
	  "the control pilot" },
	{ "not_chosen", CCS_VERDICT_FAILED, not_chosen,
	  "The car did not ask for a match after the attenuation report ({attenuation})",
	  "Was CM_ATTEN_CHAR.IND sent to the car's MAC, with its RunID and not all zero, within 1.2 s of the "
	  "first sound" },
	{ "no_profile", CCS_VERDICT_FAILED, no_profile,
	  "The charger reported no attenuation after {sounds}: its modem delivered no CM_ATTEN_PROFILE.IND",
	  "Modem firmware and its SLAC mode; coupling of the signal" },
	{ "no_atten_char", CCS_VERDICT_FAILED, no_atten_char,
	  "The charger reported no attenuation after {sounds}",
	  "CM_ATTEN_CHAR.IND is due 600 ms after the first CM_START_ATTEN_CHAR.IND" },
	{ "slac_wrong_run_id", CCS_VERDICT_FAILED, wrong_run_id,
	  "The charger answers with another RunID than the car's: the car repeats its request ({parm_req}) and "
	  "does not sound",
	  "Copy all 8 bytes of the RunID of CM_SLAC_PARM.REQ into the answer" },
	{ "slac_no_sounds", CCS_VERDICT_FAILED, no_sounds,
	  "The car did not go on after CM_SLAC_PARM.CNF ({parm_req})",
	  "RunID, forwarding station and number of sounds in the answer; did it come within 200 ms" },
	{ "slac_unanswered", CCS_VERDICT_FAILED, slac_unanswered,
	  "No charger answered SLAC ({parm_req})",
	  "Is the charger's modem powered and in EVSE mode, and its SLAC started at control pilot state B with "
	  "5 % duty cycle; coupling of the signal into the control pilot" },
	{ "nothing", CCS_VERDICT_INCOMPLETE, nothing, "There is nothing to judge", "" },
	{ 0 },
};
/* clang-format on */
