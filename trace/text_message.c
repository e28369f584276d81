/* SPDX-License-Identifier: Apache-2.0 */
/* What matters of a V2G message, in a line. */
#include "trace/text_message.h"

#include "ccs/fields.h"
#include "ccs/message.h"
#include "ccs/msg/app.h"
#include "ccs/msg/iso20.h"
#include "trace/values.h"

#include <string.h>

/* One item: a label and those of the values that the message has. */
struct group {
	const char *label;
	enum ccs_value values[4]; /* ends with CCS_VALUE_COUNT or at 4 */
	bool in_loop;		  /* also in the messages of the charging loop */
};

#define NO_MORE CCS_VALUE_COUNT

static const struct group groups[] = {
	{ "target", { CCS_VALUE_TARGET_VOLTAGE, CCS_VALUE_TARGET_CURRENT, NO_MORE }, true },
	{ "target", { CCS_VALUE_EVSE_TARGET_POWER, NO_MORE }, true },
	{ "present",
	  { CCS_VALUE_PRESENT_VOLTAGE, CCS_VALUE_PRESENT_CURRENT, CCS_VALUE_EVSE_PRESENT_POWER,
	    NO_MORE },
	  true },
	{ "present", { CCS_VALUE_EV_PRESENT_VOLTAGE, CCS_VALUE_EV_PRESENT_POWER, NO_MORE }, true },
	{ "nominal", { CCS_VALUE_EVSE_NOMINAL_VOLTAGE, NO_MORE }, false },
	{ "max",
	  { CCS_VALUE_EV_MAX_VOLTAGE, CCS_VALUE_EV_MAX_CURRENT, CCS_VALUE_EV_MAX_POWER, NO_MORE },
	  false },
	{ "max", { CCS_VALUE_EVSE_MAX_VOLTAGE, NO_MORE }, false },
	{ "max", { CCS_VALUE_EVSE_MAX_CURRENT, CCS_VALUE_EVSE_MAX_POWER, NO_MORE }, true },
	{ "min",
	  { CCS_VALUE_EV_MIN_VOLTAGE, CCS_VALUE_EV_MIN_CURRENT, CCS_VALUE_EV_MIN_POWER, NO_MORE },
	  false },
	{ "min",
	  { CCS_VALUE_EVSE_MIN_VOLTAGE, CCS_VALUE_EVSE_MIN_CURRENT, CCS_VALUE_EVSE_MIN_POWER,
	    NO_MORE },
	  false },
	{ "discharge",
	  { CCS_VALUE_EV_MAX_DISCHARGE_CURRENT, CCS_VALUE_EV_MAX_DISCHARGE_POWER,
	    CCS_VALUE_EVSE_MAX_DISCHARGE_CURRENT, CCS_VALUE_EVSE_MAX_DISCHARGE_POWER },
	  false },
	{ "SoC", { CCS_VALUE_SOC, NO_MORE }, true },
	{ "target", { CCS_VALUE_TARGET_SOC, NO_MORE }, false },
	{ "full", { CCS_VALUE_FULL_SOC, NO_MORE }, false },
	{ "bulk", { CCS_VALUE_BULK_SOC, NO_MORE }, false },
	{ "capacity", { CCS_VALUE_ENERGY_CAPACITY, NO_MORE }, false },
	{ "needs", { CCS_VALUE_ENERGY_REQUEST, NO_MORE }, false },
	{ "meter", { CCS_VALUE_METER_READING, NO_MORE }, true },
	{ "departs in", { CCS_VALUE_DEPARTURE_TIME, NO_MORE }, false },
};

static void print_value(struct ccs_line *line, const struct ccs_values *v, enum ccs_value value)
{
	const char *unit = ccs_value_unit(value);

	if (!strcmp(unit, "percent") || !strcmp(unit, "s")) {
		ccs_print_char(line->print, ' ');
		ccs_print_signed(line->print, v->milli[value] / 1000);
		ccs_print_text(line->print, *unit == 's' ? " s" : " %");
	} else {
		ccs_line_quantity(line, v->milli[value], unit);
	}
}

static void print_groups(struct ccs_line *line, const struct ccs_values *v)
{
	const char *before = "";

	for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++) {
		const struct group *g = &groups[i];

		if (v->step == CCS_STEP_CHARGE_LOOP && !g->in_loop)
			continue;
		for (size_t k = 0; k < 4 && g->values[k] != NO_MORE; k++) {
			if (!ccs_values_has(v, g->values[k]))
				continue;
			if (strcmp(before, g->label))
				ccs_line_item(line, g->label);
			before = g->label;
			print_value(line, v, g->values[k]);
		}
	}
}

static void print_limits(struct ccs_line *line, const struct ccs_values *v)
{
	static const struct {
		uint32_t flag;
		const char *text;
	} flags[] = {
		{ CCS_FLAG_CURRENT_LIMIT, "current limit" },
		{ CCS_FLAG_VOLTAGE_LIMIT, "voltage limit" },
		{ CCS_FLAG_POWER_LIMIT, "power limit" },
		{ CCS_FLAG_CHARGING_COMPLETE, "complete" },
		{ CCS_FLAG_RCD, "RCD" },
		{ CCS_FLAG_RECEIPT_REQUIRED, "receipt required" },
	};

	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (v->flags & v->has_flags & flags[i].flag)
			ccs_line_word(line, CCS_COLOUR_WARNING, flags[i].text);
}

static void print_identifier(struct ccs_line *line, const char *label,
			     const struct ccs_identifier *id)
{
	if (!id->at)
		return;
	ccs_line_item(line, label);
	ccs_print_char(line->print, ' ');
	if (id->text)
		ccs_line_foreign(line, (const char *)id->at, id->length);
	else if (id->length == 6)
		ccs_print_mac(line->print, id->at);
	else
		ccs_print_hex(line->print, id->at, id->length);
}

/* A literal, unless it is the one that goes without saying. */
static void print_literal(struct ccs_line *line, enum ccs_colour colour, const char *literal,
			  const char *silent)
{
	if (literal && strcmp(literal, silent) != 0)
		ccs_line_word(line, colour, literal);
}

static void print_status(struct ccs_line *line, const struct ccs_values *v)
{
	const char *status = v->evse_status;
	bool isolation_counts = v->step == CCS_STEP_CABLE_CHECK;
	enum ccs_colour colour = CCS_COLOUR_WARNING;

	if (v->isolation && (isolation_counts || (strcmp(v->isolation, "Valid") != 0 &&
						  strcmp(v->isolation, "Invalid") != 0))) {
		ccs_line_item(line, "isolation ");
		ccs_print_text(line->print, v->isolation);
	}
	if (status) {
		if (!strcmp(status, "EVSE_EmergencyShutdown") ||
		    !strcmp(status, "EVSE_Malfunction"))
			colour = CCS_COLOUR_FAILURE;
		else if (!strcmp(status, "EVSE_NotReady"))
			colour = CCS_COLOUR_NONE;
		print_literal(line, colour, status, "EVSE_Ready");
	}
	print_literal(line, CCS_COLOUR_WARNING, v->notification, "None");
	print_literal(line, CCS_COLOUR_FAILURE, v->ev_error, "NO_ERROR");
}

static void print_head(struct ccs_line *line, const struct ccs_values *v)
{
	print_literal(line,
		      v->response_class == CCS_RESPONSE_FAILED	  ? CCS_COLOUR_FAILURE
		      : v->response_class == CCS_RESPONSE_WARNING ? CCS_COLOUR_WARNING
								  : CCS_COLOUR_NONE,
		      v->response, "OK");
	print_literal(line, CCS_COLOUR_FAILURE, v->fault, "");
	if (v->fault_text.length) {
		ccs_line_item(line, "\"");
		ccs_line_foreign(line, v->fault_text.at, v->fault_text.length);
		ccs_print_char(line->print, '"');
	}
	print_literal(line, CCS_COLOUR_NONE, v->processing, "");
	print_literal(line, CCS_COLOUR_NONE, v->charge_progress, "");
	print_literal(line, CCS_COLOUR_NONE, v->charging_session, "");
	print_literal(line, CCS_COLOUR_NONE, v->payment, "");
	print_literal(line, CCS_COLOUR_NONE, v->energy_mode, "");
	if (v->has_service && v->request && !v->energy_mode) {
		ccs_line_item(line, "service ");
		ccs_print_unsigned(line->print, v->service);
	}
}

static void print_identities(struct ccs_line *line, const struct ccs_values *v)
{
	if (v->step != CCS_STEP_SESSION_SETUP)
		return;
	print_identifier(line, "EVCCID", &v->evccid);
	print_identifier(line, "EVSEID", &v->evseid);
	if (!v->request && v->session_id.at) {
		ccs_line_item(line, "session ");
		ccs_print_hex(line->print, v->session_id.at, v->session_id.length);
	}
}

/* "1: DIN 70121 v2.0 id 1" for each protocol on offer. */
static void print_offer(struct ccs_line *line, const struct app_supportedAppProtocolReq *req)
{
	for (uint32_t i = 0; i < req->AppProtocol.count; i++) {
		const struct app_AppProtocol *p = &req->AppProtocol.at[i];
		enum ccs_protocol known = ccs_protocol_of_uri(p->ProtocolNamespace);

		ccs_line_item(line, "");
		ccs_print_signed(line->print, p->Priority);
		ccs_print_text(line->print, ": ");
		if (known)
			ccs_print_text(line->print, ccs_protocol_info(known)->title);
		else
			ccs_line_foreign(line, p->ProtocolNamespace.at,
					 p->ProtocolNamespace.length);
		ccs_print_text(line->print, " v");
		ccs_print_unsigned(line->print, p->VersionNumberMajor);
		ccs_print_char(line->print, '.');
		ccs_print_unsigned(line->print, p->VersionNumberMinor);
		ccs_print_text(line->print, " id ");
		ccs_print_signed(line->print, p->SchemaID);
	}
}

static void print_handshake(struct ccs_line *line, const struct ccs_exi_document *document)
{
	const struct app_supportedAppProtocolRes *res = document->value;

	if (document->element == app_element_supportedAppProtocolReq) {
		print_offer(line, document->value);
	} else if (res->has_SchemaID) {
		ccs_line_item(line, "id ");
		ccs_print_signed(line->print, res->SchemaID);
	}
}

/* What a charger offers: the literals of these lists. */
static bool print_literals(void *user, const struct ccs_field *field)
{
	static const char *const names[] = { "EnergyTransferType", "EnergyTransferMode",
					     "PaymentOption", "AuthorizationServices" };
	struct ccs_line *line = user;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (field->literal && !strcmp(field->name, names[i]))
			ccs_line_word(line, CCS_COLOUR_NONE, field->literal);
	return true;
}

/* The energy transfer services of ISO 15118-20, which have numbers. */
static bool print_services(void *user, const struct ccs_field *field)
{
	const char *service = NULL;

	if (!strcmp(field->name, "ServiceID"))
		service = ccs_energy_service((uint32_t)field->number);
	if (service)
		ccs_line_word(user, CCS_COLOUR_NONE, service);
	return strcmp(field->name, "VASList") != 0;
}

static void print_offered(struct ccs_line *line, const struct ccs_exi_document *document)
{
	ccs_fields_visit(document, print_literals, line);
	if (document->set == &ccs_set_iso20)
		ccs_fields_visit(document, print_services, line);
}

void ccs_line_message(struct ccs_line *line, const struct ccs_record_msg *message)
{
	struct ccs_values values;

	if (!ccs_values_read(&values, message))
		return;
	print_head(line, &values);
	print_identities(line, &values);
	print_groups(line, &values);
	print_limits(line, &values);
	print_status(line, &values);
	if (!values.request && (values.step == CCS_STEP_SERVICE_DISCOVERY ||
				values.step == CCS_STEP_AUTHORIZATION_SETUP))
		print_offered(line, message->document);
	if (message->document->set == &ccs_set_app)
		print_handshake(line, message->document);
}
