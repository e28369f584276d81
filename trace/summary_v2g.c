/* SPDX-License-Identifier: Apache-2.0 */
/* The dialogue: who says what, how far it came, what went wrong. */
#include "trace/summary_parts.h"

#include "ccs/fields.h"

#include <string.h>

static void find(struct ccs_finding *finding, const char *literal, const struct ccs_record *record)
{
	if (finding->count++ > 0)
		return;
	finding->at = ccs_at_of(record);
	ccs_keep_text(finding->literal, sizeof(finding->literal), literal, strlen(literal));
	ccs_keep_text(finding->message, sizeof(finding->message), record->msg.type,
		      strlen(record->msg.type));
}

static bool is_one_of(const char *literal, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(literal, *list) == 0)
			return true;
	return false;
}

static void take_status(struct ccs_v2g_facts *v2g, const struct ccs_values *v,
			const struct ccs_record *record)
{
	static const char *const bad[] = { "EVSE_UtilityInterruptEvent", "EVSE_EmergencyShutdown",
					   "EVSE_Malfunction", NULL };
	static const char *const harmless[] = { "None", "MeteringConfirmation", "ExitStandby",
						NULL };

	if (v->evse_status) {
		ccs_keep_text(v2g->status, sizeof(v2g->status), v->evse_status,
			      strlen(v->evse_status));
		if (is_one_of(v->evse_status, bad))
			find(&v2g->bad_status, v->evse_status, record);
		else if (strcmp(v->evse_status, "EVSE_Shutdown") == 0 && !v2g->ev_stop.seen)
			find(&v2g->shutdown, v->evse_status, record);
	}
	if (v->notification && !is_one_of(v->notification, harmless) && !v2g->ev_stop.seen)
		find(&v2g->notification, v->notification, record);
	if (v->isolation &&
	    (strcmp(v->isolation, "Fault") == 0 || strcmp(v->isolation, "Warning") == 0))
		find(&v2g->isolation, v->isolation, record);
}

static void take_car_state(struct ccs_v2g_facts *v2g, const struct ccs_values *v,
			   const struct ccs_record *record)
{
	if (v->ev_error && strcmp(v->ev_error, "NO_ERROR") != 0 &&
	    strcmp(v->ev_error, "NoData") != 0)
		find(&v2g->ev_error, v->ev_error, record);
	if (v->flags & CCS_FLAG_CHARGING_COMPLETE && !v2g->complete.seen)
		v2g->complete = ccs_at_of(record);
}

static void take_response(struct ccs_v2g_facts *v2g, const struct ccs_values *v,
			  const struct ccs_record *record)
{
	if (v->response_class == CCS_RESPONSE_FAILED && v->step != CCS_STEP_HANDSHAKE)
		find(&v2g->failed, v->response, record);
	if (v->response_class == CCS_RESPONSE_WARNING)
		find(&v2g->warning, v->response, record);
	if (v->step == CCS_STEP_SESSION_SETUP && v->response)
		v2g->resumed = strcmp(v->response, "OK_OldSessionJoined") == 0;
	if (v->processing) {
		v2g->finished[v->step] = strcmp(v->processing, "Finished") == 0;
		if (!v2g->finished[v->step])
			v2g->ongoing[v->step]++;
	}
}

static void append_hex(char *room, size_t size, const uint8_t *bytes, size_t length)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t at = 0;

	for (size_t i = 0; i < length && at + 4 <= size; i++) {
		if (i > 0 && length == 6)
			room[at++] = ':';
		room[at++] = digits[bytes[i] >> 4];
		room[at++] = digits[bytes[i] & 15];
	}
	room[at] = '\0';
}

/* Text of a peer: whatever is no printable ASCII becomes a question mark. */
static void keep_foreign(char *room, size_t size, const char *text, size_t length)
{
	ccs_keep_text(room, size, text, length);
	for (size_t i = 0; i < length && i < size - 1; i++)
		if (room[i] < 0x20 || room[i] > 0x7e)
			room[i] = '?';
}

/* Text as it is; bytes as hex, or as the text that some chargers put into them. */
static void keep_identifier(char *room, size_t size, const struct ccs_identifier *id)
{
	if (ccs_identifier_is_text(id))
		keep_foreign(room, size, (const char *)id->at, id->length);
	else
		append_hex(room, size, id->at, id->length);
}

static void take_identity(struct ccs_v2g_facts *v2g, const struct ccs_values *v)
{
	bool zero = true;

	for (uint32_t i = 0; i < v->session_id.length; i++)
		zero = zero && v->session_id.at[i] == 0;
	if (!zero && v->session_id.length <= sizeof(v2g->session_id) && !v->request) {
		memcpy(v2g->session_id, v->session_id.at, v->session_id.length);
		v2g->session_id_length = (uint8_t)v->session_id.length;
	}
	if (v->evccid.at)
		keep_identifier(v2g->evccid, sizeof(v2g->evccid), &v->evccid);
	if (v->evseid.at)
		keep_identifier(v2g->evseid, sizeof(v2g->evseid), &v->evseid);
	if (v->energy_mode)
		ccs_keep_text(v2g->energy_mode, sizeof(v2g->energy_mode), v->energy_mode,
			      strlen(v->energy_mode));
	if (v->payment)
		ccs_keep_text(v2g->payment, sizeof(v2g->payment), v->payment, strlen(v->payment));
	if (v->charging_session)
		ccs_keep_text(v2g->charging_session, sizeof(v2g->charging_session),
			      v->charging_session, strlen(v->charging_session));
}

static bool collect_offer(void *user, const struct ccs_field *field)
{
	struct ccs_v2g_facts *v2g = user;
	uint32_t count = v2g->offer_count;
	struct ccs_offer *offer = count ? &v2g->offers[count - 1] : NULL;

	if (strcmp(field->name, "ProtocolNamespace") == 0) {
		if (count == CCS_SUMMARY_OFFERS)
			return true;
		offer = &v2g->offers[v2g->offer_count++];
		memset(offer, 0, sizeof(*offer));
		keep_foreign(offer->uri, sizeof(offer->uri), field->text.at, field->text.length);
	} else if (offer && strcmp(field->name, "VersionNumberMajor") == 0) {
		offer->major = (uint32_t)field->number;
	} else if (offer && strcmp(field->name, "VersionNumberMinor") == 0) {
		offer->minor = (uint32_t)field->number;
	} else if (offer && strcmp(field->name, "SchemaID") == 0) {
		offer->schema_id = (uint8_t)field->number;
	} else if (offer && strcmp(field->name, "Priority") == 0) {
		offer->priority = (uint8_t)field->number;
	}
	return true;
}

static bool collect_choice(void *user, const struct ccs_field *field)
{
	struct ccs_v2g_facts *v2g = user;

	if (strcmp(field->name, "SchemaID") == 0) {
		v2g->has_schema_id = true;
		v2g->schema_id = (uint8_t)field->number;
	}
	return true;
}

static void take_handshake(struct ccs_v2g_facts *v2g, const struct ccs_values *v,
			   const struct ccs_record *record)
{
	if (v->request) {
		v2g->handshakes++;
		v2g->offer_count = 0;
		v2g->negotiation[0] = '\0';
		v2g->has_schema_id = false;
		ccs_fields_visit(record->msg.document, collect_offer, v2g);
		return;
	}
	if (v->response)
		ccs_keep_text(v2g->negotiation, sizeof(v2g->negotiation), v->response,
			      strlen(v->response));
	ccs_fields_visit(record->msg.document, collect_choice, v2g);
}

static void append_word(char *room, size_t size, const char *word)
{
	size_t length = strlen(room);

	if (length + strlen(word) + 3 > size)
		return;
	if (length > 0) {
		room[length++] = ',';
		room[length++] = ' ';
	}
	memcpy(room + length, word, strlen(word) + 1);
}

static bool collect_mode(void *user, const struct ccs_field *field)
{
	struct ccs_v2g_facts *v2g = user;

	if (strcmp(field->name, "VASList") == 0)
		return false;
	if (field->literal && (strcmp(field->name, "PaymentOption") == 0 ||
			       strcmp(field->name, "AuthorizationServices") == 0))
		append_word(v2g->offered_payments, sizeof(v2g->offered_payments), field->literal);
	if (field->literal && (strcmp(field->name, "EnergyTransferMode") == 0 ||
			       strcmp(field->name, "EnergyTransferType") == 0))
		append_word(v2g->offered_modes, sizeof(v2g->offered_modes), field->literal);
	if (strcmp(field->name, "ServiceID") == 0 && field->depth >= 3 &&
	    ccs_energy_service((uint32_t)field->number))
		append_word(v2g->offered_modes, sizeof(v2g->offered_modes),
			    ccs_energy_service((uint32_t)field->number));
	return true;
}

static bool is_iso20(const struct ccs_record *record)
{
	return record->msg.proto && strncmp(record->msg.proto, "iso20", 5) == 0;
}

static bool collect_mode_names(void *user, const struct ccs_field *field)
{
	return strcmp(field->name, "ServiceID") == 0 || collect_mode(user, field);
}

static void take_services(struct ccs_v2g_facts *v2g, enum ccs_step step,
			  const struct ccs_record *record)
{
	if (step == CCS_STEP_AUTHORIZATION_SETUP || !is_iso20(record))
		v2g->offered_payments[0] = '\0';
	if (step == CCS_STEP_SERVICE_DISCOVERY)
		v2g->offered_modes[0] = '\0';
	ccs_fields_visit(record->msg.document, is_iso20(record) ? collect_mode : collect_mode_names,
			 v2g);
}

static enum ccs_phase phase_of(enum ccs_step step, const struct ccs_values *v, enum ccs_phase now)
{
	switch (step) {
	case CCS_STEP_HANDSHAKE:
	case CCS_STEP_SESSION_SETUP:
	case CCS_STEP_SERVICE_DISCOVERY:
	case CCS_STEP_SERVICE_DETAIL:
	case CCS_STEP_SERVICE_SELECTION:
	case CCS_STEP_CERTIFICATE:
	case CCS_STEP_PAYMENT_DETAILS:
		return CCS_PHASE_SETUP;
	case CCS_STEP_AUTHORIZATION_SETUP:
	case CCS_STEP_AUTHORIZATION:
		return CCS_PHASE_AUTHORIZATION;
	case CCS_STEP_PARAMETERS:
	case CCS_STEP_SCHEDULE:
		return CCS_PHASE_PARAMETERS;
	case CCS_STEP_CABLE_CHECK:
		return CCS_PHASE_CABLE_CHECK;
	case CCS_STEP_PRECHARGE:
		return CCS_PHASE_PRECHARGE;
	case CCS_STEP_POWER_DELIVERY:
		if (v->charge_progress && strcmp(v->charge_progress, "Start") == 0)
			return CCS_PHASE_CHARGING;
		if (v->charge_progress && strcmp(v->charge_progress, "Stop") == 0)
			return CCS_PHASE_STOP;
		return now;
	case CCS_STEP_CHARGE_LOOP:
		return CCS_PHASE_CHARGING;
	case CCS_STEP_WELDING:
	case CCS_STEP_SESSION_STOP:
		return CCS_PHASE_STOP;
	case CCS_STEP_NONE:
	case CCS_STEP_METERING:
	case CCS_STEP_OTHER:
		break;
	}
	return now;
}

static void take_request(struct ccs_session_facts *s, const struct ccs_values *v,
			 const struct ccs_record *record)
{
	struct ccs_v2g_facts *v2g = &s->v2g;
	enum ccs_phase phase = phase_of(v->step, v, s->phase);
	bool stops = v->step == CCS_STEP_SESSION_STOP ||
		     (v->step == CCS_STEP_POWER_DELIVERY && phase == CCS_PHASE_STOP);

	if (phase != s->phase)
		ccs_summary_enter(s, phase, ccs_at_of(record));
	s->phases[phase].rounds++;
	if (stops && !v2g->ev_stop.seen)
		v2g->ev_stop = ccs_at_of(record);
	if (v->step == CCS_STEP_POWER_DELIVERY && v->charge_progress &&
	    strstr(v->charge_progress, "enegotiat"))
		v2g->renegotiations++;
	if (v2g->last_response.at.seen && v2g->handshakes <= 1)
		ccs_latency_add(&v2g->ev, record->since - v2g->last_response.at.since,
				record->frame);
	v2g->pending = true;
}

static void keep_message(struct ccs_message_facts *to, const struct ccs_values *v,
			 const struct ccs_record *record)
{
	ccs_keep_text(to->name, sizeof(to->name), record->msg.type, strlen(record->msg.type));
	to->step = v->step;
	to->at = ccs_at_of(record);
}

/* The common messages of ISO 15118-20 do not hide that it is DC or AC. */
static void keep_protocol(struct ccs_v2g_facts *v2g, const char *proto)
{
	if (strncmp(v2g->proto, proto, strlen(proto)) != 0)
		ccs_keep_text(v2g->proto, sizeof(v2g->proto), proto, strlen(proto));
}

static void take_decoded(struct ccs_session_facts *s, const struct ccs_values *v,
			 const struct ccs_record *record)
{
	struct ccs_v2g_facts *v2g = &s->v2g;

	ccs_see(v->request ? &v2g->request[v->step] : &v2g->response[v->step], ccs_at_of(record));
	if (v->step == CCS_STEP_HANDSHAKE) {
		take_handshake(v2g, v, record);
	} else {
		keep_protocol(v2g, record->msg.proto);
		v2g->by_content = record->msg.source == CCS_SET_BY_CONTENT;
	}
	if (!v->request &&
	    (v->step == CCS_STEP_SERVICE_DISCOVERY || v->step == CCS_STEP_AUTHORIZATION_SETUP))
		take_services(v2g, v->step, record);
	if (v->step > v2g->furthest && v->step <= CCS_STEP_CHARGE_LOOP)
		v2g->furthest = v->step;
	take_identity(v2g, v);
	if (v->fault)
		find(&v2g->fault, v->fault, record);
	if (v->request) {
		take_request(s, v, record);
		take_car_state(v2g, v, record);
		keep_message(&v2g->last_request, v, record);
		return;
	}
	if (v2g->pending && v->step == v2g->last_request.step)
		ccs_latency_add(&v2g->evse, record->since - v2g->last_request.at.since,
				record->frame);
	if (v->step == v2g->last_request.step)
		v2g->pending = false;
	take_response(v2g, v, record);
	take_status(v2g, v, record);
	keep_message(&v2g->last_response, v, record);
}

void ccs_summary_take_msg(struct ccs_session_facts *s, const struct ccs_record *record)
{
	struct ccs_v2g_facts *v2g = &s->v2g;
	struct ccs_values values;

	if (!v2g->first.seen) {
		v2g->first = ccs_at_of(record);
		s->begins_amid = !record->msg.type ||
				 strcmp(record->msg.type, "supportedAppProtocolReq") != 0;
	}
	v2g->last = ccs_at_of(record);
	if (record->dir == CCS_SIDE_EV)
		v2g->from_ev++;
	else
		v2g->from_evse++;
	if (!record->msg.type || !record->msg.proto || !ccs_values_read(&values, &record->msg)) {
		if (v2g->undecoded++ == 0)
			v2g->undecoded_at = ccs_at_of(record);
		if (record->dir == CCS_SIDE_EVSE)
			v2g->pending = false; /* answered, whatever it says */
		return;
	}
	take_decoded(s, &values, record);
	ccs_summary_take_values(s, &values, ccs_at_of(record));
}
