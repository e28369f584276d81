/* SPDX-License-Identifier: Apache-2.0 */
/* supportedAppProtocol from the car's side: ISO 15118-2 8.2, DIN SPEC 70121 8.2. */
#include "ccs/msg/app.h"
#include "messages.h"

#include <string.h>

/* SchemaIDs count from 1: chargers were seen that take 0 for none. */
#define FIRST_SCHEMA 1
#define MAJOR	     2 /* of DIN SPEC 70121 and ISO 15118-2 */

int ccs_ev_handshake_ask(struct ccs_ev_session *s)
{
	struct app_AppProtocol entries[CCS_EV_OFFERS];
	struct app_supportedAppProtocolReq request = { .AppProtocol = { entries, 0 } };
	struct ccs_exi_document document = { .set = &ccs_set_app,
					     .element = app_element_supportedAppProtocolReq,
					     .value = &request };

	for (int32_t i = 0; i < s->config.offer_count; i++) {
		const char *uri = ccs_protocol_info(s->config.offers[i])->uri;

		entries[i] = (struct app_AppProtocol) {
			.ProtocolNamespace = { uri, (uint32_t)strlen(uri) },
			.VersionNumberMajor = MAJOR,
			.SchemaID = FIRST_SCHEMA + i,
			.Priority = 1 + i,
		};
	}
	request.AppProtocol.count = s->config.offer_count;
	return ccs_channel_send(&s->channel, &document, s->now, NULL);
}

/* The offer that the charger chose; -1: none of ours. */
static int find_choice(const struct ccs_ev_session *s,
		       const struct app_supportedAppProtocolRes *response)
{
	int32_t choice = response->SchemaID - FIRST_SCHEMA;

	if (response->ResponseCode == app_responseCode_Failed_NoNegotiation)
		return -1;
	if (!response->has_SchemaID)
		return s->config.offer_count == 1 ? 0 : -1;
	return choice >= 0 && choice < s->config.offer_count ? choice : -1;
}

static void forget_id(struct ccs_ev_session *s)
{
	s->resumes = false;
	memset(s->session_id, 0, sizeof(s->session_id));
	s->session_id_length = sizeof(s->session_id);
}

enum ccs_ev_reason ccs_ev_handshake_read(struct ccs_ev_session *s,
					 const struct ccs_exi_document *document,
					 struct ccs_ev_reply *reply)
{
	const struct app_supportedAppProtocolRes *response = document->value;
	int choice;

	if (document->element != app_element_supportedAppProtocolRes ||
	    s->awaited != CCS_EV_MESSAGE_HANDSHAKE)
		return CCS_EV_REASON_OUT_OF_TURN;
	choice = find_choice(s, response);
	if (choice < 0)
		return CCS_EV_REASON_NO_PROTOCOL;
	ccs_channel_agree(&s->channel, s->config.offers[choice]);
	if (!ccs_ev_is_iso2(s)) /* DIN SPEC 70121 has no pause to come back from */
		forget_id(s);
	*reply = (struct ccs_ev_reply) { .message = CCS_EV_MESSAGE_HANDSHAKE,
					 .ok = true,
					 .finished = true };
	return CCS_EV_REASON_NONE;
}
