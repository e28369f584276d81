/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a message says about the charging, the same for every message set.
 *
 * DIN SPEC 70121, ISO 15118-2 and ISO 15118-20 say the same things with different structs and
 * partly different names.  ccs_values_read takes out of a decoded message whatever of the list
 * below is in it; text output, CSV, summary and MQTT read only this.
 *
 * Numbers are thousandths of their unit (mV, mA, mW, mWh, ms, and thousandths of a percent), and
 * count only when their bit in `has` is set.  Texts are the standards' literals or NULL.
 * Identifiers point into the message and live as long as it does.
 */
#ifndef CCS_TRACE_VALUES_H
#define CCS_TRACE_VALUES_H

#include "ccs/exi.h"
#include "ccs/record.h"

#include <stdbool.h>
#include <stdint.h>

/* X(NAME, name, unit): present values are the charger's unless they say otherwise; for AC, powers
 * are the sum of the phases. */
#define CCS_VALUES(X)                                                    \
	X(TARGET_VOLTAGE, "target_voltage", "V")                         \
	X(TARGET_CURRENT, "target_current", "A")                         \
	X(PRESENT_VOLTAGE, "present_voltage", "V")                       \
	X(PRESENT_CURRENT, "present_current", "A")                       \
	X(EV_PRESENT_VOLTAGE, "ev_present_voltage", "V")                 \
	X(EV_MAX_VOLTAGE, "ev_max_voltage", "V")                         \
	X(EV_MAX_CURRENT, "ev_max_current", "A")                         \
	X(EV_MAX_POWER, "ev_max_power", "W")                             \
	X(EV_MIN_VOLTAGE, "ev_min_voltage", "V")                         \
	X(EV_MIN_CURRENT, "ev_min_current", "A")                         \
	X(EV_MIN_POWER, "ev_min_power", "W")                             \
	X(EVSE_MAX_VOLTAGE, "evse_max_voltage", "V")                     \
	X(EVSE_MAX_CURRENT, "evse_max_current", "A")                     \
	X(EVSE_MAX_POWER, "evse_max_power", "W")                         \
	X(EVSE_MIN_VOLTAGE, "evse_min_voltage", "V")                     \
	X(EVSE_MIN_CURRENT, "evse_min_current", "A")                     \
	X(EVSE_MIN_POWER, "evse_min_power", "W")                         \
	X(EV_MAX_DISCHARGE_CURRENT, "ev_max_discharge_current", "A")     \
	X(EV_MAX_DISCHARGE_POWER, "ev_max_discharge_power", "W")         \
	X(EVSE_MAX_DISCHARGE_CURRENT, "evse_max_discharge_current", "A") \
	X(EVSE_MAX_DISCHARGE_POWER, "evse_max_discharge_power", "W")     \
	X(EVSE_NOMINAL_VOLTAGE, "evse_nominal_voltage", "V")             \
	X(EV_PRESENT_POWER, "ev_present_power", "W")                     \
	X(EVSE_PRESENT_POWER, "evse_present_power", "W")                 \
	X(EVSE_TARGET_POWER, "evse_target_power", "W")                   \
	X(SOC, "soc", "percent")                                         \
	X(FULL_SOC, "full_soc", "percent")                               \
	X(BULK_SOC, "bulk_soc", "percent")                               \
	X(TARGET_SOC, "target_soc", "percent")                           \
	X(MINIMUM_SOC, "minimum_soc", "percent")                         \
	X(ENERGY_REQUEST, "energy_request", "Wh")                        \
	X(ENERGY_CAPACITY, "energy_capacity", "Wh")                      \
	X(METER_READING, "meter_reading", "Wh")                          \
	X(METER_DISCHARGED, "meter_discharged", "Wh")                    \
	X(TIME_TO_FULL, "time_to_full", "s")                             \
	X(TIME_TO_BULK, "time_to_bulk", "s")                             \
	X(DEPARTURE_TIME, "departure_time", "s")

enum ccs_value {
#define CCS_VALUE_ROW(NAME, name, unit) CCS_VALUE_##NAME,
	CCS_VALUES(CCS_VALUE_ROW)
#undef CCS_VALUE_ROW
		CCS_VALUE_COUNT
};

/* The exchanges of a session, in their order, whatever a set calls them. */
enum ccs_step {
	CCS_STEP_NONE,
	CCS_STEP_HANDSHAKE,
	CCS_STEP_SESSION_SETUP,
	CCS_STEP_AUTHORIZATION_SETUP,
	CCS_STEP_SERVICE_DISCOVERY,
	CCS_STEP_SERVICE_DETAIL,
	CCS_STEP_SERVICE_SELECTION, /* and payment */
	CCS_STEP_CERTIFICATE,
	CCS_STEP_PAYMENT_DETAILS,
	CCS_STEP_AUTHORIZATION,
	CCS_STEP_PARAMETERS,
	CCS_STEP_SCHEDULE,
	CCS_STEP_CABLE_CHECK,
	CCS_STEP_PRECHARGE,
	CCS_STEP_POWER_DELIVERY,
	CCS_STEP_CHARGE_LOOP,
	CCS_STEP_METERING,
	CCS_STEP_WELDING,
	CCS_STEP_SESSION_STOP,
	CCS_STEP_OTHER, /* positioning, pairing, ... */
};

enum ccs_response_class {
	CCS_RESPONSE_NONE, /* a request */
	CCS_RESPONSE_OK,
	CCS_RESPONSE_WARNING,
	CCS_RESPONSE_FAILED,
};

/* Flags: `flags` has their state, `has_flags` which of them the message carries. */
enum ccs_flag {
	CCS_FLAG_EV_READY = 1 << 0,
	CCS_FLAG_CURRENT_LIMIT = 1 << 1, /* EVSECurrentLimitAchieved */
	CCS_FLAG_VOLTAGE_LIMIT = 1 << 2,
	CCS_FLAG_POWER_LIMIT = 1 << 3,
	CCS_FLAG_CHARGING_COMPLETE = 1 << 4,
	CCS_FLAG_BULK_COMPLETE = 1 << 5,
	CCS_FLAG_RCD = 1 << 6,
	CCS_FLAG_RECEIPT_REQUIRED = 1 << 7,
};

/* An EVCCID or EVSEID: text in some sets, bytes in others. */
struct ccs_identifier {
	const uint8_t *at; /* NULL: none */
	uint32_t length;
	bool text;
};

/* Whether it is text, or bytes that are the text of some chargers: printable, and no MAC. */
bool ccs_identifier_is_text(const struct ccs_identifier *identifier);

struct ccs_values {
	enum ccs_step step;
	bool request;
	uint64_t has; /* bit of enum ccs_value */
	int64_t milli[CCS_VALUE_COUNT];
	uint32_t flags;
	uint32_t has_flags;

	enum ccs_response_class response_class;
	const char *response;	      /* "FAILED_SequenceError" */
	const char *processing;	      /* "Finished" "Ongoing" ..., of the charger */
	const char *evse_status;      /* EVSEStatusCode: "EVSE_Shutdown" */
	const char *isolation;	      /* EVSEIsolationStatus: "Valid" */
	const char *notification;     /* EVSENotification: "None" "StopCharging" */
	const char *ev_error;	      /* EVErrorCode: "NO_ERROR" */
	const char *charge_progress;  /* "Start" "Stop" ...; DIN: from ReadyToChargeState */
	const char *charging_session; /* of SessionStopReq: "Terminate" "Pause" */
	const char *energy_mode;      /* selected: "DC_extended"; -20: "DC" "DC_BPT" ... */
	const char *payment;	      /* selected: "ExternalPayment" "Contract" "EIM" "PnC" */
	const char *fault;	      /* FaultCode of a Notification in the header */
	struct ccs_text fault_text;   /* its FaultMsg, or EVTerminationExplanation */
	bool has_service;
	uint16_t service; /* selected (-20) or asked for */

	struct ccs_bytes session_id; /* `at` NULL: the message has none (handshake) */
	struct ccs_identifier evccid;
	struct ccs_identifier evseid;
};

/* Fills `values` from a decoded message of any set, and says whether it is one.  An undecoded
 * message gives nothing, a fragment neither. */
bool ccs_values_read(struct ccs_values *values, const struct ccs_record_msg *message);

/* Takes over the numbers and flags of a later message; texts and identifiers stay as they are. */
void ccs_values_merge(struct ccs_values *latest, const struct ccs_values *values);

static inline bool ccs_values_has(const struct ccs_values *values, enum ccs_value value)
{
	return values->has >> value & 1;
}

/* "present_voltage", "V". */
const char *ccs_value_name(enum ccs_value value);
const char *ccs_value_unit(enum ccs_value value);

/* Energy transfer service of ISO 15118-20 by its ServiceID: "DC_BPT"; NULL: none. */
const char *ccs_energy_service(uint32_t service);

/* "handshake", "session_setup", ..., "charge_loop". */
const char *ccs_step_name(enum ccs_step step);

/* The step of a message by its name ("DC_ChargeLoopReq"), and whether it is a request. */
enum ccs_step ccs_step_of(const char *message, bool *request);

#endif
