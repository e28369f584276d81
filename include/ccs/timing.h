/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The timers and counters of the standards as one table.
 *
 *	struct ccs_timing timing = ccs_timing_standard;
 *
 *	ccs_timing_set(&timing, "din.V2G_EVCC_Msg_Timeout_PowerDeliveryReq", 6000);
 *	deadline = now + ccs_timing_us(&timing, CCS_TIMER_DIN_TIMEOUT_POWER_DELIVERY);
 *
 * A station points to one; many stations may share it.  Times are milliseconds, counts are
 * numbers.  The ranges are ours: the standards give one value each, and cars and chargers that
 * have to be tolerated need others (ccs_timing_relax).
 *
 * Sources: DIN SPEC 70121 tables 75 and 77; ISO 15118-2 tables 109 and 111, 7.10.1 (SECC
 *discovery); ISO 15118-20 tables 215 to 217.
 */
#ifndef CCS_TIMING_H
#define CCS_TIMING_H

#include "ccs/error.h"
#include "ccs/time.h"

#include <stddef.h>
#include <stdint.h>

/*
 * X(id, set, name, unit, default, least, most, clause): CCS_TIMER_<id>.  The set is where the row
 * applies: "v2g" to DIN SPEC 70121, ISO 15118-2 and ISO 15118-20 alike.
 */
#define CCS_TIMING_ROWS(X)                                                                         \
	X(SDP_INTERVAL, "v2g", "SDP_Request_Interval", MS, 250, 50, 5000, "7.10.1")                \
	X(SDP_COUNT, "v2g", "SDP_Request_Count", COUNT, 50, 1, 1000, "7.10.1")                     \
	X(EVCC_SETUP, "v2g", "V2G_EVCC_CommunicationSetup_Timeout", MS, 20000, 1000, 300000,       \
	  "T111")                                                                                  \
	X(SECC_SETUP, "v2g", "V2G_SECC_CommunicationSetup_Performance_Time", MS, 18000, 1000,      \
	  300000, "T111")                                                                          \
	X(EVCC_SEQUENCE, "v2g", "V2G_EVCC_Sequence_Performance_Time", MS, 40000, 100, 600000,      \
	  "T109")                                                                                  \
	X(SECC_SEQUENCE, "v2g", "V2G_SECC_Sequence_Timeout", MS, 60000, 1000, 600000, "T109")      \
	X(PILOT_DETECTION, "v2g", "V2G_SECC_CPState_Detection_Timeout", MS, 1500, 100, 10000,      \
	  "T77, T111")                                                                             \
	X(OSCILLATOR_RETAIN, "v2g", "V2G_SECC_CPOscillator_Retain_Time", MS, 1500, 0, 10000,       \
	  "T77, T111")                                                                             \
	X(DIN_READY_TO_CHARGE, "din", "V2G_EVCC_ReadyToCharge_Timeout", MS, 150000, 1000, 900000,  \
	  "T77")                                                                                   \
	X(DIN_EVCC_CABLE_CHECK, "din", "V2G_EVCC_CableCheck_Timeout", MS, 40000, 1000, 300000,     \
	  "T77")                                                                                   \
	X(DIN_EVCC_PRE_CHARGE, "din", "V2G_EVCC_PreCharge_Timeout", MS, 7000, 500, 120000, "T77")  \
	X(DIN_SECC_CABLE_CHECK, "din", "V2G_SECC_CableCheck_Performance_Time", MS, 38000, 500,     \
	  300000, "T77")                                                                           \
	X(DIN_SECC_PRE_CHARGE, "din", "V2G_SECC_PreCharge_Performance_Time", MS, 5000, 500,        \
	  120000, "T77")                                                                           \
	X(DIN_SECC_POWER_DELIVERY, "din", "V2G_SECC_PowerDelivery_Timeout", MS, 20000, 1000,       \
	  120000, "T77")                                                                           \
	X(DIN_SECC_WELDING, "din", "V2G_SECC_WeldingDetection_Timeout", MS, 20000, 1000, 120000,   \
	  "T77")                                                                                   \
	X(ISO2_EVCC_ONGOING, "iso2", "V2G_EVCC_Ongoing_Timeout", MS, 60000, 1000, 900000, "T109")  \
	X(ISO2_SECC_ONGOING, "iso2", "V2G_SECC_Ongoing_Performance_Time", MS, 55000, 1000, 900000, \
	  "T109")                                                                                  \
	X(ISO2_EVCC_CABLE_CHECK, "iso2", "V2G_EVCC_CableCheck_Timeout", MS, 40000, 1000, 300000,   \
	  "T111")                                                                                  \
	X(ISO2_SECC_CABLE_CHECK, "iso2", "V2G_SECC_CableCheck_Performance_Time", MS, 38000, 500,   \
	  300000, "T111")                                                                          \
	X(ISO2_EVCC_PRE_CHARGE, "iso2", "V2G_EVCC_PreCharge_Timeout", MS, 7000, 500, 120000,       \
	  "T111")                                                                                  \
	X(ISO2_SECC_PRE_CHARGE, "iso2", "V2G_SECC_PreCharge_Performance_Time", MS, 5000, 500,      \
	  120000, "T111")                                                                          \
	X(ISO20_EVCC_ONGOING, "iso20", "V2G_EVCC_Ongoing_Timeout", MS, 60000, 1000, 900000,        \
	  "T215")                                                                                  \
	X(ISO20_SECC_ONGOING, "iso20", "V2G_SECC_Ongoing_Performance_Time", MS, 55000, 1000,       \
	  900000, "T215")                                                                          \
	X(ISO20_EVCC_CABLE_CHECK, "iso20", "V2G_EVCC_CableCheck_Timeout", MS, 40000, 1000, 300000, \
	  "T215")                                                                                  \
	X(ISO20_EVCC_PRE_CHARGE, "iso20", "V2G_EVCC_PreCharge_Timeout", MS, 10000, 500, 120000,    \
	  "T215")                                                                                  \
	X(ISO20_EVCC_LOOP, "iso20", "V2G_EVCC_Sequence_Performance_Time_ChargeLoopReq", MS, 250,   \
	  20, 60000, "T216, T217")                                                                 \
	X(ISO20_SECC_LOOP, "iso20", "V2G_SECC_Sequence_Timeout_ChargeLoopRes", MS, 500, 50, 60000, \
	  "T216, T217")

/*
 * M(set, id, message, timeout, performance time, clause), in milliseconds: how long the EVCC waits
 * for the response, CCS_TIMER_<set>_TIMEOUT_<id>, "V2G_EVCC_Msg_Timeout_<message>Req"; and how
 * long the SECC may take, CCS_TIMER_<set>_ANSWER_<id>,
 * "V2G_SECC_Msg_Performance_Time_<message>Res".
 */
#define CCS_TIMING_MESSAGES(M)                                                                   \
	M(V2G, "v2g", SUPPORTED_APP_PROTOCOL, "SupportedAppProtocol", 2000, 1500, "T109")        \
	M(DIN, "din", SESSION_SETUP, "SessionSetup", 2000, 1500, "T75")                          \
	M(DIN, "din", SERVICE_DISCOVERY, "ServiceDiscovery", 2000, 1500, "T75")                  \
	M(DIN, "din", PAYMENT_SELECTION, "ServicePaymentSelection", 2000, 1500, "T75")           \
	M(DIN, "din", AUTHENTICATION, "ContractAuthentication", 2000, 1500, "T75")               \
	M(DIN, "din", PARAMETERS, "ChargeParameterDiscovery", 2000, 1500, "T75")                 \
	M(DIN, "din", CABLE_CHECK, "CableCheck", 2000, 1500, "T75")                              \
	M(DIN, "din", PRE_CHARGE, "PreCharge", 2000, 1500, "T75")                                \
	M(DIN, "din", POWER_DELIVERY, "PowerDelivery", 2000, 1500, "T75")                        \
	M(DIN, "din", CURRENT_DEMAND, "CurrentDemand", 250, 25, "T75")                           \
	M(DIN, "din", WELDING, "WeldingDetection", 2000, 1500, "T75")                            \
	M(DIN, "din", SESSION_STOP, "SessionStop", 2000, 1500, "T75")                            \
	M(ISO2, "iso2", SESSION_SETUP, "SessionSetup", 2000, 1500, "T109")                       \
	M(ISO2, "iso2", SERVICE_DISCOVERY, "ServiceDiscovery", 2000, 1500, "T109")               \
	M(ISO2, "iso2", SERVICE_DETAIL, "ServiceDetail", 5000, 4500, "T109")                     \
	M(ISO2, "iso2", PAYMENT_SELECTION, "PaymentServiceSelection", 2000, 1500, "T109")        \
	M(ISO2, "iso2", PAYMENT_DETAILS, "PaymentDetails", 5000, 4500, "T109")                   \
	M(ISO2, "iso2", AUTHORIZATION, "Authorization", 2000, 1500, "T109")                      \
	M(ISO2, "iso2", PARAMETERS, "ChargeParameterDiscovery", 2000, 1500, "T109")              \
	M(ISO2, "iso2", CHARGING_STATUS, "ChargingStatus", 2000, 1500, "T109")                   \
	M(ISO2, "iso2", METERING_RECEIPT, "MeteringReceipt", 2000, 1500, "T109")                 \
	M(ISO2, "iso2", POWER_DELIVERY, "PowerDelivery", 5000, 4500, "T109")                     \
	M(ISO2, "iso2", CABLE_CHECK, "CableCheck", 2000, 1500, "T109")                           \
	M(ISO2, "iso2", PRE_CHARGE, "PreCharge", 2000, 1500, "T109")                             \
	M(ISO2, "iso2", CURRENT_DEMAND, "CurrentDemand", 250, 25, "T109")                        \
	M(ISO2, "iso2", WELDING, "WeldingDetection", 2000, 1500, "T109")                         \
	M(ISO2, "iso2", SESSION_STOP, "SessionStop", 2000, 1500, "T109")                         \
	M(ISO2, "iso2", CERTIFICATE_INSTALLATION, "CertificateInstallation", 5000, 4500, "T109") \
	M(ISO2, "iso2", CERTIFICATE_UPDATE, "CertificateUpdate", 5000, 4500, "T109")             \
	M(ISO20, "iso20", CABLE_CHECK, "DC_CableCheck", 2000, 1500, "T217")                      \
	M(ISO20, "iso20", PRE_CHARGE, "DC_PreCharge", 2000, 1500, "T217")                        \
	M(ISO20, "iso20", DC_LOOP, "DC_ChargeLoop", 500, 250, "T217")                            \
	M(ISO20, "iso20", WELDING, "DC_WeldingDetection", 2000, 1500, "T217")                    \
	M(ISO20, "iso20", AC_LOOP, "AC_ChargeLoop", 500, 250, "T216")

/* The range of every message timeout and performance time, in milliseconds. */
#define CCS_TIMING_MESSAGE_LEAST 10
#define CCS_TIMING_MESSAGE_MOST	 120000

enum ccs_timer {
#define CCS_TIMING_ROW(id, set, name, unit, value, least, most, clause) CCS_TIMER_##id,
#define CCS_TIMING_MESSAGE(SET, set, id, message, timeout, answer, clause) \
	CCS_TIMER_##SET##_TIMEOUT_##id, CCS_TIMER_##SET##_ANSWER_##id,
	CCS_TIMING_ROWS(CCS_TIMING_ROW) CCS_TIMING_MESSAGES(CCS_TIMING_MESSAGE)
#undef CCS_TIMING_ROW
#undef CCS_TIMING_MESSAGE
		CCS_TIMERS
};

struct ccs_timing {
	uint32_t value[CCS_TIMERS]; /* milliseconds or a count */
};

/* The defaults of the table. */
extern const struct ccs_timing ccs_timing_standard;

/* A timer in microseconds. */
static inline ccs_time ccs_timing_us(const struct ccs_timing *timing, enum ccs_timer timer)
{
	return CCS_MS(timing->value[timer]);
}

/* A counter. */
static inline uint32_t ccs_timing_count(const struct ccs_timing *timing, enum ccs_timer timer)
{
	return timing->value[timer];
}

/*
 * Raises what real peers exceed, and lowers nothing (facts of R23: ChargeParameterDiscovery 5 s and
 * CableCheck 30 s an answer, PowerDelivery 6 s, precharge and cable check as a whole 60 s).  For a
 * car that rather waits than gives up.
 */
void ccs_timing_relax(struct ccs_timing *timing);

enum ccs_timing_unit {
	CCS_TIMING_MS,
	CCS_TIMING_COUNT,
};

/* A row of the table. */
struct ccs_timing_row {
	const char *set;    /* "v2g" "din" "iso2" "iso20" */
	const char *prefix; /* the name is prefix, name and suffix together */
	const char *name;
	const char *suffix;
	enum ccs_timing_unit unit;
	uint32_t value; /* default */
	uint32_t least;
	uint32_t most;
	const char
		*clause; /* "T109": table 109 of the set's standard; "7.10.1": that requirement */
};

/* NULL from CCS_TIMERS on. */
const struct ccs_timing_row *ccs_timing_row(enum ccs_timer timer);

/*
 * The first timer of this name from `from` on, or CCS_TIMERS.  The name is that of the standard,
 * "V2G_EVCC_CableCheck_Timeout", for every set that has it, or with the set before it,
 * "din.V2G_EVCC_CableCheck_Timeout".  Call again with the result + 1 for the next.
 */
enum ccs_timer ccs_timing_find(const char *name, enum ccs_timer from);

/*
 * Sets every timer of this name.  Returns how many were set.
 *	CCS_ERR_NAME	there is none
 *	CCS_ERR_RANGE	the value is outside the range of one of them; none was changed
 */
int ccs_timing_set(struct ccs_timing *timing, const char *name, uint32_t value);

#endif
