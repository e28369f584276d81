/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of faults: all that make sense in a session, and the test cases of pyPLC. */
#include "message_faults.h"

#include <string.h>

#define LINE_SIZE 160

enum {
	DIN = 1,
	ISO2 = 2,
	AC = 4,
	DC = 8,
	BOTH = DIN | ISO2,
	EACH = AC | DC,
};

/* The messages of a session with external identification, each as request and response. */
static const struct {
	const char *name;
	unsigned int where;
} messages[] = {
	{ "supportedAppProtocol", BOTH | EACH },
	{ "SessionSetup", BOTH | EACH },
	{ "ServiceDiscovery", BOTH | EACH },
	{ "ServicePaymentSelection", DIN | DC },
	{ "PaymentServiceSelection", ISO2 | EACH },
	{ "ContractAuthentication", DIN | DC },
	{ "Authorization", ISO2 | EACH },
	{ "ChargeParameterDiscovery", BOTH | EACH },
	{ "CableCheck", BOTH | DC },
	{ "PreCharge", BOTH | DC },
	{ "PowerDelivery", BOTH | EACH },
	{ "CurrentDemand", BOTH | DC },
	{ "ChargingStatus", ISO2 | AC },
	{ "WeldingDetection", BOTH | DC },
	{ "SessionStop", BOTH | EACH },
};

#define MESSAGE_COUNT (sizeof(messages) / sizeof(messages[0]))

/* What can be done to them, as far as they have the fields. */
static const char *const lines[] = {
	"lost",
	"late 1s",
	"late 10s",
	"late 70s",
	"doubled",
	"damaged",
	"damaged 20",
	"truncated",
	"empty",
	"oversized",
	"cut",
	"wrong-payload-type",
	"bad-header",
	"wrong-session-id",
	"wrong-schema-id",
	"header-notification",
	"header-signature",
	"wrong-code FAILED",
	"wrong-code FAILED_SequenceError",
	"wrong-code FAILED_UnknownSession",
	"wrong-code Failed_NoNegotiation",
	"wrong-code OK_OldSessionJoined",
	"status EVSE_NotReady",
	"status EVSE_Shutdown",
	"status EVSE_UtilityInterruptEvent",
	"status EVSE_EmergencyShutdown",
	"status EVSE_Malfunction",
	"status Reserved_8",
	"notification StopCharging",
	"notification ReNegotiation",
	"isolation Invalid",
	"isolation Warning",
	"isolation Fault",
	"ongoing",
	"ev-error FAILED_RESSTemperatureInhibit",
	"ev-error FAILED_EVRESSMalfunction",
	"ev-error FAILED_ChargingSystemIncompatibility",
	"out-of-turn SessionSetupReq",
	"out-of-turn ChargeParameterDiscoveryReq",
	"out-of-turn CableCheckReq",
	"out-of-turn PowerDeliveryReq",
	"out-of-turn CurrentDemandReq",
	"out-of-turn ChargingStatusReq",
	"out-of-turn SessionStopReq",
	"out-of-turn SessionSetupRes",
	"out-of-turn PreChargeRes",
	"out-of-turn PowerDeliveryRes",
	"out-of-turn CurrentDemandRes",
	"out-of-turn ChargingStatusRes",
	"out-of-turn SessionStopRes",
	"set EVReady false",
	"set EVRESSSOC 200",
	"set EVTargetVoltage 0",
	"set EVTargetVoltage -400",
	"set EVTargetVoltage 1000",
	"set EVTargetVoltage 1000 after 3 times 1",
	"set EVTargetVoltage.Multiplier 127",
	"set EVTargetCurrent -100",
	"set EVTargetCurrent 30000",
	"set EVTargetCurrent.Multiplier 127",
	"set EVMaximumVoltageLimit 0",
	"set EVMaximumVoltageLimit.Multiplier 127",
	"set EVMaximumCurrentLimit -100",
	"set EVMaximumCurrentLimit 0",
	"set EVMaximumPowerLimit -1000",
	"set EVEnergyCapacity -1000",
	"set EVMaxCurrent -10",
	"set EVMaxVoltage.Multiplier 127",
	"set DepartureTime 4294967295",
	"set EVSEPresentVoltage 0",
	"set EVSEPresentVoltage -400",
	"set EVSEPresentVoltage 1000",
	"set EVSEPresentVoltage 1000 after 3 times 1",
	"set EVSEPresentVoltage.Multiplier 127",
	"set EVSEPresentCurrent -100",
	"set EVSEPresentCurrent 2000",
	"set EVSEPresentCurrent.Multiplier 127",
	"set EVSEMaximumVoltageLimit 0",
	"set EVSEMaximumVoltageLimit -1000",
	"set EVSEMaximumVoltageLimit.Multiplier 127",
	"set EVSEMaximumCurrentLimit 0",
	"set EVSEMaximumCurrentLimit -100",
	"set EVSEMaximumPowerLimit 0",
	"set EVSEMinimumVoltageLimit 1000",
	"set EVSEMinimumCurrentLimit 1000",
	"set EVSEMaxCurrent -10",
	"set EVSEMaxCurrent.Multiplier 127",
	"set PMax -1",
	"set PMax.Multiplier 127",
	"set RCD true",
	"set SAScheduleTupleID 77",
	"set NotificationMaxDelay 65535",
	"set ChargingComplete true",
	"set ReadyToChargeState false",
	"set ChargeProgress Stop",
	"set ChargeProgress Renegotiate",
};

#define LINE_COUNT (sizeof(lines) / sizeof(lines[0]))

/* "evse PreChargeRes lost"; false: for the other side. */
static bool write_line(const struct sim_fault_matrix *matrix, char *line)
{
	size_t half = matrix->message % 2;
	struct ccs_print print;

	ccs_print_init(&print, line, LINE_SIZE - 1);
	ccs_print_text(&print, half ? "evse " : "ev ");
	ccs_print_text(&print, messages[matrix->message / 2].name);
	ccs_print_text(&print, half ? "Res " : "Req ");
	ccs_print_text(&print, lines[matrix->line]);
	*print.at = '\0';
	return !print.failed;
}

/* The set that a message of the session is of. */
static const struct ccs_exi_set *find_set(const struct sim_fault_matrix *matrix)
{
	return ccs_protocol_info(matrix->message < 2 ? CCS_PROTOCOL_APP : matrix->protocol)->set;
}

static bool makes_sense(const struct sim_fault_matrix *matrix, struct sim_message_fault *fault)
{
	char line[LINE_SIZE], reason[LINE_SIZE];
	struct ccs_print why;

	ccs_print_init(&why, reason, sizeof(reason));
	if (!write_line(matrix, line) || sim_message_fault_read(fault, line, &why))
		return false;
	if (fault->kind == SIM_MESSAGE_OUT_OF_TURN && !strcmp(fault->value, fault->message))
		return false;
	return !sim_message_fault_check(fault, find_set(matrix), fault->message,
					matrix->ac ? "DC_" : "AC_");
}

/* Both the protocol and the kind of charging have the message. */
static bool is_in_session(const struct sim_fault_matrix *matrix)
{
	unsigned int where = messages[matrix->message / 2].where;
	bool is_din = matrix->protocol == CCS_PROTOCOL_DIN;

	return where & (is_din ? DIN : ISO2) && where & (matrix->ac ? AC : DC);
}

static bool has_faults(const struct sim_fault_matrix *matrix)
{
	return matrix->protocol == CCS_PROTOCOL_ISO2 ||
	       (matrix->protocol == CCS_PROTOCOL_DIN && !matrix->ac);
}

bool sim_fault_matrix_next(struct sim_fault_matrix *matrix, struct sim_message_fault *fault)
{
	if (!has_faults(matrix))
		return false;
	for (; matrix->message < 2 * MESSAGE_COUNT; matrix->message++, matrix->line = 0) {
		while (is_in_session(matrix) && matrix->line < LINE_COUNT) {
			bool found = makes_sense(matrix, fault);

			matrix->line++;
			if (found)
				return true;
		}
	}
	return false;
}

/* Every message can be lost: the search ends. */
bool sim_fault_matrix_any(struct sim_fault_matrix matrix, struct sim_random *random,
			  struct sim_message_fault *fault)
{
	if (!has_faults(&matrix))
		return false;
	do {
		matrix.message = sim_random_below(random, 2 * MESSAGE_COUNT);
	} while (!is_in_session(&matrix));
	do {
		matrix.line = sim_random_below(random, LINE_COUNT);
	} while (!makes_sense(&matrix, fault));
	return true;
}

/*
 * NOTE: pyPLC counts from the Nth message on, 0 like 1, where `after` says how many stay whole.
 * Its answers are recordings of other sessions; ours are those of the living one.
 */
const struct sim_pyplc_case sim_pyplc_cases[SIM_PYPLC_CASES] = {
	{ "SessionSetup refused", { "evse SessionSetupRes wrong-code FAILED_SequenceError" } },
	{ "CableCheck failed",
	  { "evse CableCheckRes wrong-code FAILED", "evse CableCheckRes ongoing" } },
	{ "ServiceDiscovery refused",
	  { "evse ServiceDiscoveryRes wrong-code FAILED_SequenceError" } },
	{ "ServicePaymentSelection refused",
	  { "evse ServicePaymentSelectionRes wrong-code FAILED_SequenceError" } },
	{ "ContractAuthentication refused",
	  { "evse ContractAuthenticationRes wrong-code FAILED_SequenceError" } },
	{ "ChargeParameterDiscovery refused",
	  { "evse ChargeParameterDiscoveryRes wrong-code FAILED_ServiceSelectionInvalid" } },
	{ "PreCharge failed", { "evse PreChargeRes wrong-code FAILED after 1" } },
	{ "PowerDelivery failed", { "evse PowerDeliveryRes wrong-code FAILED" } },
	{ "CurrentDemand failed", { "evse CurrentDemandRes wrong-code FAILED after 9" } },
	{ "CableCheck not answered", { "evse CableCheckRes lost" } },
	{ "PreCharge not answered", { "evse PreChargeRes lost" } },
	{ "shutdown in PreCharge",
	  { "evse PreChargeRes status EVSE_Shutdown after 1" },
	  .asked = true },
	{ "shutdown in CurrentDemand",
	  { "evse CurrentDemandRes status EVSE_Shutdown after 19" },
	  .asked = true },
	{ "malfunction in CurrentDemand",
	  { "evse CurrentDemandRes wrong-code FAILED after 4",
	    "evse CurrentDemandRes status EVSE_Malfunction after 4",
	    "evse CurrentDemandRes set EVSEPresentVoltage 520 after 4",
	    "evse CurrentDemandRes header-notification after 4" } },
	{ "CurrentDemand not answered", { "evse CurrentDemandRes lost after 29" } },
	{ "nothing wrong", { NULL }, .charges = true },
};
