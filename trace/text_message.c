/* SPDX-License-Identifier: Apache-2.0 */
/* What matters of a V2G message, in a line. */
#include "trace/text_message.h"

#include "ccs/fields.h"
#include "ccs/message.h"
#include "ccs/msg/app.h"
#include "ccs/msg/iso20.h"
#include "trace/values.h"

#include <string.h>

/* Whether a group is shown in the messages of the charging loop, too. */
enum loop {
	LOOP_NO,
	LOOP_YES,
	LOOP_DYNAMIC,	  /* when the car names no target: it leaves that to the charger */
	LOOP_DISCHARGING, /* when energy flows out of the car */
};

/* One item: a label and those of the values that the message has. */
struct group {
	const char *label;
	enum loop loop;
	enum ccs_value values[4]; /* ends with NO_MORE or at 4 */
};

#define NO_MORE CCS_VALUE_COUNT

/* What explains the rest comes first: lines are cut at the end. */
static const struct group first_groups[] = {
	{ "target", LOOP_YES, { CCS_VALUE_TARGET_VOLTAGE, CCS_VALUE_TARGET_CURRENT, NO_MORE } },
	{ "target", LOOP_YES, { CCS_VALUE_EVSE_TARGET_POWER, NO_MORE } },
	{ "present",
	  LOOP_YES,
	  { CCS_VALUE_PRESENT_VOLTAGE, CCS_VALUE_PRESENT_CURRENT, CCS_VALUE_EVSE_PRESENT_POWER,
	    NO_MORE } },
	{ "present",
	  LOOP_YES,
	  { CCS_VALUE_EV_PRESENT_VOLTAGE, CCS_VALUE_EV_PRESENT_POWER, NO_MORE } },
};

static const struct group groups[] = {
	{ "SoC", LOOP_YES, { CCS_VALUE_SOC, NO_MORE } },
	{ "nominal", LOOP_NO, { CCS_VALUE_EVSE_NOMINAL_VOLTAGE, NO_MORE } },
	{ "max", LOOP_NO, { CCS_VALUE_EV_MAX_VOLTAGE, NO_MORE } },
	{ "max", LOOP_DYNAMIC, { CCS_VALUE_EV_MAX_CURRENT, CCS_VALUE_EV_MAX_POWER, NO_MORE } },
	{ "max", LOOP_NO, { CCS_VALUE_EVSE_MAX_VOLTAGE, NO_MORE } },
	{ "max", LOOP_YES, { CCS_VALUE_EVSE_MAX_CURRENT, CCS_VALUE_EVSE_MAX_POWER, NO_MORE } },
	{ "discharge",
	  LOOP_DISCHARGING,
	  { CCS_VALUE_EV_MAX_DISCHARGE_CURRENT, CCS_VALUE_EV_MAX_DISCHARGE_POWER,
	    CCS_VALUE_EVSE_MAX_DISCHARGE_CURRENT, CCS_VALUE_EVSE_MAX_DISCHARGE_POWER } },
	{ "min",
	  LOOP_NO,
	  { CCS_VALUE_EV_MIN_VOLTAGE, CCS_VALUE_EV_MIN_CURRENT, CCS_VALUE_EV_MIN_POWER, NO_MORE } },
	{ "min",
	  LOOP_NO,
	  { CCS_VALUE_EVSE_MIN_VOLTAGE, CCS_VALUE_EVSE_MIN_CURRENT, CCS_VALUE_EVSE_MIN_POWER,
	    NO_MORE } },
	{ "target", LOOP_NO, { CCS_VALUE_TARGET_SOC, NO_MORE } },
	{ "full", LOOP_NO, { CCS_VALUE_FULL_SOC, NO_MORE } },
	{ "bulk", LOOP_NO, { CCS_VALUE_BULK_SOC, NO_MORE } },
	{ "capacity", LOOP_NO, { CCS_VALUE_ENERGY_CAPACITY, NO_MORE } },
	{ "needs", LOOP_NO, { CCS_VALUE_ENERGY_REQUEST, NO_MORE } },
	{ "meter", LOOP_YES, { CCS_VALUE_METER_READING, NO_MORE } },
	{ "departs in", LOOP_NO, { CCS_VALUE_DEPARTURE_TIME, NO_MORE } },
};

static void print_value(struct ccs_line *line, const struct ccs_values *v, enum ccs_value value,
			bool limit)
{
	const char *unit = ccs_value_unit(value);

	if (!strcmp(unit, "percent") || !strcmp(unit, "s")) {
		ccs_print_char(line->print, ' ');
		ccs_print_signed(line->print, v->milli[value] / 1000);
		ccs_print_text(line->print, *unit == 's' ? " s" : " %");
	} else if (limit) {
		ccs_line_limit(line, v->milli[value], unit);
	} else {
		ccs_line_quantity(line, v->milli[value], unit);
	}
}

static bool is_shown(const struct group *group, const struct ccs_values *v)
{
	if (v->step != CCS_STEP_CHARGE_LOOP)
		return true;
	switch (group->loop) {
	case LOOP_NO:
		return false;
	case LOOP_YES:
		return true;
	case LOOP_DYNAMIC:
		return !ccs_values_has(v, CCS_VALUE_TARGET_CURRENT);
	case LOOP_DISCHARGING:
		return v->milli[CCS_VALUE_PRESENT_CURRENT] < 0 ||
		       v->milli[CCS_VALUE_EVSE_PRESENT_POWER] < 0 ||
		       v->milli[CCS_VALUE_EV_PRESENT_POWER] < 0;
	}
	return true;
}

/* `limits`: what they show is no measurement. */
static void print_groups(struct ccs_line *line, const struct ccs_values *v,
			 const struct group *group, size_t count, bool limits)
{
	const char *before = "";

	for (const struct group *end = group + count; group < end; group++) {
		if (!is_shown(group, v))
			continue;
		for (size_t k = 0; k < 4 && group->values[k] != NO_MORE; k++) {
			if (!ccs_values_has(v, group->values[k]))
				continue;
			if (strcmp(before, group->label) != 0)
				ccs_line_item(line, group->label);
			before = group->label;
			print_value(line, v, group->values[k], limits);
		}
	}
}

/* "limit A W": which of its limits the charger says it has reached. */
static void print_limits(struct ccs_line *line, const struct ccs_values *v)
{
	static const struct {
		uint32_t flag;
		const char *text;
	} limits[] = {
		{ CCS_FLAG_CURRENT_LIMIT, " A" },
		{ CCS_FLAG_VOLTAGE_LIMIT, " V" },
		{ CCS_FLAG_POWER_LIMIT, " W" },
	};
	bool any = false;

	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		if (!(v->flags & v->has_flags & limits[i].flag))
			continue;
		if (!any)
			ccs_line_word(line, CCS_COLOUR_WARNING, "limit");
		any = true;
		ccs_line_colour(line, CCS_COLOUR_WARNING);
		ccs_print_text(line->print, limits[i].text);
		ccs_line_colour(line, CCS_COLOUR_NONE);
	}
}

static void print_flags(struct ccs_line *line, const struct ccs_values *v)
{
	static const struct {
		uint32_t flag;
		const char *text;
	} flags[] = {
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
	if (ccs_identifier_is_text(id))
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
	static const char checking[] = "EVSE_IsolationMonitoringActive";
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
		print_literal(line, colour, status, isolation_counts ? checking : "EVSE_Ready");
	}
	print_literal(line, CCS_COLOUR_WARNING, v->notification, "None");
}

static void print_head(struct ccs_line *line, const struct ccs_values *v)
{
	if (v->response && strcmp(v->response, "OK_NewSessionEstablished") != 0)
		print_literal(line,
			      v->response_class == CCS_RESPONSE_FAILED	  ? CCS_COLOUR_FAILURE
			      : v->response_class == CCS_RESPONSE_WARNING ? CCS_COLOUR_WARNING
									  : CCS_COLOUR_NONE,
			      v->response, "OK");
	print_literal(line, CCS_COLOUR_FAILURE, v->fault, "");
	print_literal(line, CCS_COLOUR_FAILURE, v->ev_error, "NO_ERROR");
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

static bool print_modes(void *user, const struct ccs_field *field)
{
	if (field->literal && (!strcmp(field->name, "EnergyTransferType") ||
			       !strcmp(field->name, "EnergyTransferMode")))
		ccs_line_word(user, CCS_COLOUR_NONE, field->literal);
	return true;
}

static bool print_payments(void *user, const struct ccs_field *field)
{
	if (field->literal && (!strcmp(field->name, "PaymentOption") ||
			       !strcmp(field->name, "AuthorizationServices")))
		ccs_line_word(user, CCS_COLOUR_NONE, field->literal);
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

/* What a charger offers. */
static void print_offered(struct ccs_line *line, const struct ccs_exi_document *document)
{
	ccs_fields_visit(document, print_modes, line);
	if (document->set == &ccs_set_iso20)
		ccs_fields_visit(document, print_services, line);
	ccs_fields_visit(document, print_payments, line);
}

void ccs_line_message(struct ccs_line *line, const struct ccs_record_msg *message)
{
	struct ccs_values values;

	if (!ccs_values_read(&values, message))
		return;
	print_head(line, &values);
	print_identities(line, &values);
	print_groups(line, &values, first_groups, sizeof(first_groups) / sizeof(*first_groups),
		     false);
	print_limits(line, &values);
	print_status(line, &values);
	print_flags(line, &values);
	print_groups(line, &values, groups, sizeof(groups) / sizeof(*groups), true);
	if (!values.request && (values.step == CCS_STEP_SERVICE_DISCOVERY ||
				values.step == CCS_STEP_AUTHORIZATION_SETUP))
		print_offered(line, message->document);
	if (message->document->set == &ccs_set_app)
		print_handshake(line, message->document);
}
