/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of all message sets that mean the same, by name. */
#include "trace/values.h"

#include "ccs/fields.h"
#include "ccs/quantities.h"

#include <stdlib.h>
#include <string.h>

enum rule_kind {
	RULE_NUMBER,
	RULE_PHASE, /* a further phase: added to the first */
	RULE_FLAG,
	RULE_LITERAL, /* copied to the text at this place of struct ccs_values */
	RULE_OTHER,
	RULE_SKIP, /* nothing inside is of interest */
};

enum other {
	OTHER_FAULT_TEXT,
	OTHER_SESSION_ID,
	OTHER_EVCCID,
	OTHER_EVSEID,
	OTHER_SERVICE,
	OTHER_READY_TO_CHARGE,
};

struct rule {
	const char *field;
	enum rule_kind kind;
	unsigned int what;
};

/* clang-format off */
#define NUMBER(value) RULE_NUMBER, (value)
#define PHASE(value)  RULE_PHASE, (value)
#define FLAG(flag)    RULE_FLAG, (flag)
#define LITERAL(text) RULE_LITERAL, offsetof(struct ccs_values, text)
#define OTHER(what)   RULE_OTHER, OTHER_##what
#define SKIP          RULE_SKIP, 0

/* Sorted: it is searched. */
static const struct rule rules[] = {
	{ "BPT_DischargedEnergyReadingWh", NUMBER(CCS_VALUE_METER_DISCHARGED) },
	{ "BatteryEnergyCapacity", NUMBER(CCS_VALUE_ENERGY_CAPACITY) },
	{ "BulkChargingComplete", FLAG(CCS_FLAG_BULK_COMPLETE) },
	{ "BulkSOC", NUMBER(CCS_VALUE_BULK_SOC) },
	{ "CPSCertificateChain", SKIP },
	{ "ChargeProgress", LITERAL(charge_progress) },
	{ "ChargedEnergyReadingWh", NUMBER(CCS_VALUE_METER_READING) },
	{ "ChargingComplete", FLAG(CCS_FLAG_CHARGING_COMPLETE) },
	{ "ChargingProfile", SKIP },
	{ "ChargingSession", LITERAL(charging_session) },
	{ "ContractCertificateChain", SKIP },
	{ "ContractSignatureCertChain", SKIP },
	{ "DepartureTime", NUMBER(CCS_VALUE_DEPARTURE_TIME) },
	{ "Dynamic_SEResControlMode", SKIP },
	{ "EAmount", NUMBER(CCS_VALUE_ENERGY_REQUEST) },
	{ "EVCCID", OTHER(EVCCID) },
	{ "EVEnergyCapacity", NUMBER(CCS_VALUE_ENERGY_CAPACITY) },
	{ "EVEnergyOffer", SKIP },
	{ "EVEnergyRequest", NUMBER(CCS_VALUE_ENERGY_REQUEST) },
	{ "EVErrorCode", LITERAL(ev_error) },
	{ "EVMaxCurrent", NUMBER(CCS_VALUE_EV_MAX_CURRENT) },
	{ "EVMaxVoltage", NUMBER(CCS_VALUE_EV_MAX_VOLTAGE) },
	{ "EVMaximumChargeCurrent", NUMBER(CCS_VALUE_EV_MAX_CURRENT) },
	{ "EVMaximumChargePower", NUMBER(CCS_VALUE_EV_MAX_POWER) },
	{ "EVMaximumChargePower_L2", PHASE(CCS_VALUE_EV_MAX_POWER) },
	{ "EVMaximumChargePower_L3", PHASE(CCS_VALUE_EV_MAX_POWER) },
	{ "EVMaximumCurrentLimit", NUMBER(CCS_VALUE_EV_MAX_CURRENT) },
	{ "EVMaximumDischargeCurrent", NUMBER(CCS_VALUE_EV_MAX_DISCHARGE_CURRENT) },
	{ "EVMaximumDischargePower", NUMBER(CCS_VALUE_EV_MAX_DISCHARGE_POWER) },
	{ "EVMaximumDischargePower_L2", PHASE(CCS_VALUE_EV_MAX_DISCHARGE_POWER) },
	{ "EVMaximumDischargePower_L3", PHASE(CCS_VALUE_EV_MAX_DISCHARGE_POWER) },
	{ "EVMaximumPowerLimit", NUMBER(CCS_VALUE_EV_MAX_POWER) },
	{ "EVMaximumVoltage", NUMBER(CCS_VALUE_EV_MAX_VOLTAGE) },
	{ "EVMaximumVoltageLimit", NUMBER(CCS_VALUE_EV_MAX_VOLTAGE) },
	{ "EVMinCurrent", NUMBER(CCS_VALUE_EV_MIN_CURRENT) },
	{ "EVMinimumChargeCurrent", NUMBER(CCS_VALUE_EV_MIN_CURRENT) },
	{ "EVMinimumChargePower", NUMBER(CCS_VALUE_EV_MIN_POWER) },
	{ "EVMinimumChargePower_L2", PHASE(CCS_VALUE_EV_MIN_POWER) },
	{ "EVMinimumChargePower_L3", PHASE(CCS_VALUE_EV_MIN_POWER) },
	{ "EVMinimumVoltage", NUMBER(CCS_VALUE_EV_MIN_VOLTAGE) },
	{ "EVPowerProfile", SKIP },
	{ "EVPresentActivePower", NUMBER(CCS_VALUE_EV_PRESENT_POWER) },
	{ "EVPresentActivePower_L2", PHASE(CCS_VALUE_EV_PRESENT_POWER) },
	{ "EVPresentActivePower_L3", PHASE(CCS_VALUE_EV_PRESENT_POWER) },
	{ "EVPresentVoltage", NUMBER(CCS_VALUE_EV_PRESENT_VOLTAGE) },
	{ "EVRESSSOC", NUMBER(CCS_VALUE_SOC) },
	{ "EVReady", FLAG(CCS_FLAG_EV_READY) },
	{ "EVRequestedEnergyTransferType", LITERAL(energy_mode) },
	{ "EVSECurrentLimitAchieved", FLAG(CCS_FLAG_CURRENT_LIMIT) },
	{ "EVSEID", OTHER(EVSEID) },
	{ "EVSEIsolationStatus", LITERAL(isolation) },
	{ "EVSEMaxCurrent", NUMBER(CCS_VALUE_EVSE_MAX_CURRENT) },
	{ "EVSEMaximumChargeCurrent", NUMBER(CCS_VALUE_EVSE_MAX_CURRENT) },
	{ "EVSEMaximumChargePower", NUMBER(CCS_VALUE_EVSE_MAX_POWER) },
	{ "EVSEMaximumChargePower_L2", PHASE(CCS_VALUE_EVSE_MAX_POWER) },
	{ "EVSEMaximumChargePower_L3", PHASE(CCS_VALUE_EVSE_MAX_POWER) },
	{ "EVSEMaximumCurrentLimit", NUMBER(CCS_VALUE_EVSE_MAX_CURRENT) },
	{ "EVSEMaximumDischargeCurrent", NUMBER(CCS_VALUE_EVSE_MAX_DISCHARGE_CURRENT) },
	{ "EVSEMaximumDischargePower", NUMBER(CCS_VALUE_EVSE_MAX_DISCHARGE_POWER) },
	{ "EVSEMaximumDischargePower_L2", PHASE(CCS_VALUE_EVSE_MAX_DISCHARGE_POWER) },
	{ "EVSEMaximumDischargePower_L3", PHASE(CCS_VALUE_EVSE_MAX_DISCHARGE_POWER) },
	{ "EVSEMaximumPowerLimit", NUMBER(CCS_VALUE_EVSE_MAX_POWER) },
	{ "EVSEMaximumVoltage", NUMBER(CCS_VALUE_EVSE_MAX_VOLTAGE) },
	{ "EVSEMaximumVoltageLimit", NUMBER(CCS_VALUE_EVSE_MAX_VOLTAGE) },
	{ "EVSEMinCurrent", NUMBER(CCS_VALUE_EVSE_MIN_CURRENT) },
	{ "EVSEMinimumChargeCurrent", NUMBER(CCS_VALUE_EVSE_MIN_CURRENT) },
	{ "EVSEMinimumChargePower", NUMBER(CCS_VALUE_EVSE_MIN_POWER) },
	{ "EVSEMinimumChargePower_L2", PHASE(CCS_VALUE_EVSE_MIN_POWER) },
	{ "EVSEMinimumChargePower_L3", PHASE(CCS_VALUE_EVSE_MIN_POWER) },
	{ "EVSEMinimumCurrentLimit", NUMBER(CCS_VALUE_EVSE_MIN_CURRENT) },
	{ "EVSEMinimumVoltage", NUMBER(CCS_VALUE_EVSE_MIN_VOLTAGE) },
	{ "EVSEMinimumVoltageLimit", NUMBER(CCS_VALUE_EVSE_MIN_VOLTAGE) },
	{ "EVSENominalVoltage", NUMBER(CCS_VALUE_EVSE_NOMINAL_VOLTAGE) },
	{ "EVSENotification", LITERAL(notification) },
	{ "EVSEPowerLimitAchieved", FLAG(CCS_FLAG_POWER_LIMIT) },
	{ "EVSEPresentActivePower", NUMBER(CCS_VALUE_EVSE_PRESENT_POWER) },
	{ "EVSEPresentActivePower_L2", PHASE(CCS_VALUE_EVSE_PRESENT_POWER) },
	{ "EVSEPresentActivePower_L3", PHASE(CCS_VALUE_EVSE_PRESENT_POWER) },
	{ "EVSEPresentCurrent", NUMBER(CCS_VALUE_PRESENT_CURRENT) },
	{ "EVSEPresentVoltage", NUMBER(CCS_VALUE_PRESENT_VOLTAGE) },
	{ "EVSEProcessing", LITERAL(processing) },
	{ "EVSEStatusCode", LITERAL(evse_status) },
	{ "EVSETargetActivePower", NUMBER(CCS_VALUE_EVSE_TARGET_POWER) },
	{ "EVSETargetActivePower_L2", PHASE(CCS_VALUE_EVSE_TARGET_POWER) },
	{ "EVSETargetActivePower_L3", PHASE(CCS_VALUE_EVSE_TARGET_POWER) },
	{ "EVSEVoltageLimitAchieved", FLAG(CCS_FLAG_VOLTAGE_LIMIT) },
	{ "EVTargetCurrent", NUMBER(CCS_VALUE_TARGET_CURRENT) },
	{ "EVTargetEnergyRequest", NUMBER(CCS_VALUE_ENERGY_REQUEST) },
	{ "EVTargetVoltage", NUMBER(CCS_VALUE_TARGET_VOLTAGE) },
	{ "EVTerminationExplanation", OTHER(FAULT_TEXT) },
	{ "EnergyTransferServiceList", SKIP },
	{ "FaultCode", LITERAL(fault) },
	{ "FaultMsg", OTHER(FAULT_TEXT) },
	{ "FullSOC", NUMBER(CCS_VALUE_FULL_SOC) },
	{ "ListOfRootCertificateIDs", SKIP },
	{ "MeterReading", NUMBER(CCS_VALUE_METER_READING) },
	{ "MinimumSOC", NUMBER(CCS_VALUE_MINIMUM_SOC) },
	{ "OEMProvisioningCertificateChain", SKIP },
	{ "ParameterSet", SKIP },
	{ "PresentSOC", NUMBER(CCS_VALUE_SOC) },
	{ "RCD", FLAG(CCS_FLAG_RCD) },
	{ "ReadyToChargeState", OTHER(READY_TO_CHARGE) },
	{ "Receipt", SKIP },
	{ "ReceiptRequired", FLAG(CCS_FLAG_RECEIPT_REQUIRED) },
	{ "RemainingTimeToBulkSoC", NUMBER(CCS_VALUE_TIME_TO_BULK) },
	{ "RemainingTimeToFullSoC", NUMBER(CCS_VALUE_TIME_TO_FULL) },
	{ "RemainingTimeToMaximumSOC", NUMBER(CCS_VALUE_TIME_TO_FULL) },
	{ "RequestedEnergyTransferMode", LITERAL(energy_mode) },
	{ "ResponseCode", LITERAL(response) },
	{ "SAProvisioningCertificateChain", SKIP },
	{ "SAScheduleList", SKIP },
	{ "SASchedules", SKIP },
	{ "Scheduled_SEResControlMode", SKIP },
	{ "SelectedAuthorizationService", LITERAL(payment) },
	{ "SelectedPaymentOption", LITERAL(payment) },
	{ "SelectedVASList", SKIP },
	{ "ServiceID", OTHER(SERVICE) },
	{ "ServiceList", SKIP },
	{ "ServiceParameterList", SKIP },
	{ "SessionID", OTHER(SESSION_ID) },
	{ "Signature", SKIP },
	{ "SignedInstallationData", SKIP },
	{ "TargetSOC", NUMBER(CCS_VALUE_TARGET_SOC) },
	{ "VASList", SKIP },
};
/* clang-format on */

struct name {
	const char *name;
	const char *unit;
};

static const struct name value_names[CCS_VALUE_COUNT] = {
#define VALUE_ROW(NAME, name, unit) { name, unit },
	CCS_VALUES(VALUE_ROW)
#undef VALUE_ROW
};

/* Names of messages without Req and Res, and without the AC_, DC_, ... in front. */
static const struct {
	const char *name;
	enum ccs_step step;
} steps[] = {
	{ "supportedAppProtocol", CCS_STEP_HANDSHAKE },
	{ "SessionSetup", CCS_STEP_SESSION_SETUP },
	{ "AuthorizationSetup", CCS_STEP_AUTHORIZATION_SETUP },
	{ "ServiceDiscovery", CCS_STEP_SERVICE_DISCOVERY },
	{ "ServiceDetail", CCS_STEP_SERVICE_DETAIL },
	{ "ServicePaymentSelection", CCS_STEP_SERVICE_SELECTION },
	{ "PaymentServiceSelection", CCS_STEP_SERVICE_SELECTION },
	{ "ServiceSelection", CCS_STEP_SERVICE_SELECTION },
	{ "CertificateInstallation", CCS_STEP_CERTIFICATE },
	{ "CertificateUpdate", CCS_STEP_CERTIFICATE },
	{ "PaymentDetails", CCS_STEP_PAYMENT_DETAILS },
	{ "ContractAuthentication", CCS_STEP_AUTHORIZATION },
	{ "Authorization", CCS_STEP_AUTHORIZATION },
	{ "ChargeParameterDiscovery", CCS_STEP_PARAMETERS },
	{ "ScheduleExchange", CCS_STEP_SCHEDULE },
	{ "CableCheck", CCS_STEP_CABLE_CHECK },
	{ "PreCharge", CCS_STEP_PRECHARGE },
	{ "PowerDelivery", CCS_STEP_POWER_DELIVERY },
	{ "CurrentDemand", CCS_STEP_CHARGE_LOOP },
	{ "ChargingStatus", CCS_STEP_CHARGE_LOOP },
	{ "ChargeLoop", CCS_STEP_CHARGE_LOOP },
	{ "MeteringReceipt", CCS_STEP_METERING },
	{ "MeteringConfirmation", CCS_STEP_METERING },
	{ "WeldingDetection", CCS_STEP_WELDING },
	{ "SessionStop", CCS_STEP_SESSION_STOP },
};

static const char *const prefixes[] = { "AC_", "DC_", "WPT_", "ACDP_" };

/* Energy transfer services of ISO 15118-20, table 204, and its amendment 1. */
static const char *const services[] = { NULL,	  "AC",	    "DC",	"WPT", "ACDP",
					"AC_BPT", "DC_BPT", "ACDP_BPT", "MCS", "MCS_BPT" };

const char *ccs_value_name(enum ccs_value value)
{
	return value_names[value].name;
}

const char *ccs_value_unit(enum ccs_value value)
{
	return value_names[value].unit;
}

const char *ccs_step_name(enum ccs_step step)
{
	static const char *const names[] = {
		"none",
		"handshake",
		"session_setup",
		"authorization_setup",
		"service_discovery",
		"service_detail",
		"service_selection",
		"certificate",
		"payment_details",
		"authorization",
		"parameters",
		"schedule",
		"cable_check",
		"precharge",
		"power_delivery",
		"charge_loop",
		"metering",
		"welding_detection",
		"session_stop",
		"other",
	};

	return names[step];
}

const char *ccs_energy_service(uint32_t service)
{
	return service < sizeof(services) / sizeof(services[0]) ? services[service] : NULL;
}

bool ccs_identifier_is_text(const struct ccs_identifier *id)
{
	if (id->text || id->length <= 6)
		return id->text;
	for (uint32_t i = 0; i < id->length; i++)
		if (id->at[i] < 0x20 || id->at[i] > 0x7e)
			return false;
	return true;
}

enum ccs_step ccs_step_of(const char *message, bool *request)
{
	size_t length = message ? strlen(message) : 0;

	*request = length > 3 && strcmp(message + length - 3, "Req") == 0;
	if (length <= 3 || (!*request && strcmp(message + length - 3, "Res") != 0))
		return CCS_STEP_NONE;
	length -= 3;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		size_t skip = strlen(prefixes[i]);

		if (length > skip && memcmp(message, prefixes[i], skip) == 0) {
			message += skip;
			length -= skip;
			break;
		}
	}
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (strlen(steps[i].name) == length && memcmp(steps[i].name, message, length) == 0)
			return steps[i].step;
	return CCS_STEP_OTHER;
}

static int compare_rule(const void *name, const void *rule)
{
	return strcmp(name, ((const struct rule *)rule)->field);
}

static bool to_milli(const struct ccs_field *field, int64_t *milli)
{
	if (field->kind == CCS_FIELD_QUANTITY)
		*milli = field->number;
	else if (field->kind == CCS_FIELD_NUMBER)
		*milli = ccs_multiply(field->number, 1000);
	else
		return false;
	return true;
}

static void set_identifier(struct ccs_identifier *id, const struct ccs_field *field)
{
	if (field->kind == CCS_FIELD_TEXT)
		*id = (struct ccs_identifier) { (const uint8_t *)field->text.at, field->text.length,
						true };
	else if (field->kind == CCS_FIELD_BYTES)
		*id = (struct ccs_identifier) { field->bytes.at, field->bytes.length, false };
}

static void take_other(struct ccs_values *v, enum other what, const struct ccs_field *field)
{
	switch (what) {
	case OTHER_FAULT_TEXT:
		v->fault_text = field->text;
		break;
	case OTHER_SESSION_ID: /* the header's, which comes first */
		if (!v->session_id.at && field->kind == CCS_FIELD_BYTES)
			v->session_id = field->bytes;
		break;
	case OTHER_EVCCID:
		set_identifier(&v->evccid, field);
		break;
	case OTHER_EVSEID:
		set_identifier(&v->evseid, field);
		break;
	case OTHER_SERVICE:
		if (!v->has_service && field->number >= 0 && field->number <= UINT16_MAX) {
			v->has_service = true;
			v->service = (uint16_t)field->number;
		}
		break;
	case OTHER_READY_TO_CHARGE:
		v->charge_progress = field->number ? "Start" : "Stop";
		break;
	}
}

static void take_number(struct ccs_values *v, const struct rule *rule,
			const struct ccs_field *field)
{
	int64_t milli;

	if (!to_milli(field, &milli))
		return;
	if (rule->kind == RULE_PHASE)
		milli = ccs_add(milli, v->milli[rule->what]);
	v->milli[rule->what] = milli;
	v->has |= UINT64_C(1) << rule->what;
}

static void take_literal(struct ccs_values *v, size_t offset, const char *literal)
{
	memcpy((char *)v + offset, &literal, sizeof(literal));
}

static bool take_field(void *user, const struct ccs_field *field)
{
	struct ccs_values *v = user;
	const struct rule *rule = bsearch(field->name, rules, sizeof(rules) / sizeof(rules[0]),
					  sizeof(rules[0]), compare_rule);

	if (!rule)
		return true;
	switch (rule->kind) {
	case RULE_NUMBER:
	case RULE_PHASE:
		take_number(v, rule, field);
		break;
	case RULE_FLAG:
		v->has_flags |= rule->what;
		if (field->number)
			v->flags |= rule->what;
		break;
	case RULE_LITERAL:
		if (field->literal)
			take_literal(v, rule->what, field->literal);
		break;
	case RULE_OTHER:
		take_other(v, rule->what, field);
		break;
	case RULE_SKIP:
		return false;
	}
	return true;
}

static enum ccs_response_class classify(const char *response)
{
	if (!response)
		return CCS_RESPONSE_NONE;
	if (strncmp(response, "OK", 2) == 0)
		return CCS_RESPONSE_OK;
	if (strncmp(response, "WARNING", 7) == 0)
		return CCS_RESPONSE_WARNING;
	return CCS_RESPONSE_FAILED; /* "FAILED...", "Failed_NoNegotiation" */
}

bool ccs_values_read(struct ccs_values *values, const struct ccs_record_msg *message)
{
	memset(values, 0, sizeof(*values));
	if (!message->document || message->document->form != CCS_EXI_DOCUMENT)
		return false;
	values->step = ccs_step_of(message->type, &values->request);
	if (values->step == CCS_STEP_NONE)
		return false;
	ccs_fields_visit(message->document, take_field, values);
	values->response_class = classify(values->response);
	if (values->step == CCS_STEP_SERVICE_SELECTION && values->has_service &&
	    !values->energy_mode && message->proto && strcmp(message->proto, "iso20") == 0)
		values->energy_mode = ccs_energy_service(values->service);
	return true;
}

void ccs_values_merge(struct ccs_values *latest, const struct ccs_values *values)
{
	for (unsigned int i = 0; i < CCS_VALUE_COUNT; i++)
		if (ccs_values_has(values, i))
			latest->milli[i] = values->milli[i];
	latest->has |= values->has;
	latest->flags = (latest->flags & ~values->has_flags) | values->flags;
	latest->has_flags |= values->has_flags;
}
