/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deviations that real cars and chargers force on us, as one table.
 *
 *	struct ccs_quirks quirks = ccs_quirks_default();
 *
 *	if (ccs_quirk_is_on(&quirks, CCS_QUIRK_PLAIN_OK))
 *		...
 *
 * Each has the number of the observation that taught it, a name for the
 * configuration, the side that behaves so, whether it is on by default, and why.  Off, the station
 * does what the standard says.  What every station does anyway, because the standard asks for it,
 *is not here.
 */
#ifndef CCS_QUIRKS_H
#define CCS_QUIRKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(id, rule, name, side, on, reason): CCS_QUIRK_<id>; side is EV, EVSE or BOTH. */
#define CCS_QUIRKS(X)                                                                              \
	X(SUBSTITUTE_PROFILE, "R7", "substitute-profile", EVSE, 1,                                 \
	  "modems of the AR7420 family report no attenuation profile: send a plausible one")       \
	X(NONZERO_PROFILE, "R6", "nonzero-profile", EVSE, 1,                                       \
	  "a Hyundai Ioniq refuses an attenuation of zero in all groups")                          \
	X(EARLY_ATTEN_CHAR, "R61", "early-atten-char", EV, 1,                                      \
	  "chargers send CM_ATTEN_CHAR.IND before the last sound, with any number of them")        \
	X(SLOW_JOIN, "R11", "slow-join", BOTH, 1,                                                  \
	  "modem pairs take up to 20 s to join after CM_SLAC_MATCH, not 12 s")                     \
	X(MATCH_AGAIN, "E-1", "match-again", EVSE, 1,                                              \
	  "Stellantis cars begin the matching anew instead of going through state E or F")         \
	X(NO_TLS_ANSWER, "R12", "no-tls-answer", EVSE, 1,                                          \
	  "a car that asks for TLS where there is none is told so: it then goes on without")       \
	X(CONNECT_AGAIN, "R14", "connect-again", EV, 1,                                            \
	  "chargers answer SECC discovery before they listen: a refused connection is retried")    \
	X(PORT_ANY, "I-1", "port-any", EV, 1,                                                      \
	  "chargers listen on 15118 and others outside 49152 to 65535")                            \
	X(ANY_SESSION_ID, "R16", "any-session-id", BOTH, 1,                                        \
	  "Supercharger V3 uses a SessionID of 4 bytes, Polestar 2 and Audi Q4 begin with 1 byte") \
	X(PLAIN_OK, "R19", "plain-ok", EV, 1,                                                      \
	  "ABB answers SessionSetupReq with OK instead of OK_NewSessionEstablished")               \
	X(ANY_TUPLE_ID, "I-2", "any-tuple-id", EV, 1,                                              \
	  "chargers announce the SAScheduleTupleID 0 or 256")                                      \
	X(TINY_PMAX, "I-5", "tiny-pmax", EV, 1,                                                    \
	  "EcoG and pyPLC announce a PMax of 200 or 50 W in DIN SPEC 70121: below 1 kW ignore it") \
	X(FULL_PARAMETERS, "R21", "full-parameters", EV, 1,                                        \
	  "chargers need the optional power limit, capacity, energy request and bulk SoC")         \
	X(NOT_READY_PARAMETERS, "R22", "not-ready-parameters", EV, 1,                              \
	  "Compleo finishes ChargeParameterDiscovery with EVSE_NotReady")                          \
	X(PATIENT, "R23", "patient", EV, 1,                                                        \
	  "chargers need 5 s for parameters, 6 s for PowerDelivery, 30 s for a CableCheckRes")     \
	X(FULL_POWER_DELIVERY, "R27", "full-power-delivery", EV, 1,                                \
	  "Compleo ignores PowerDeliveryReq without the optional conditioning elements")           \
	X(LIMITS_IN_LOOP, "R28", "limits-in-loop", EV, 1,                                          \
	  "Plugit HUBE S refuses CurrentDemandReq without the car's maxima")                       \
	X(TARGET_BELOW_MAXIMUM, "R29", "target-below-maximum", EV, 1,                              \
	  "Tritium stops when the target voltage equals the announced maximum: stay 1 V below")    \
	X(SEND_PROFILE, "I-3", "send-profile", EV, 1,                                              \
	  "RISE V2G refuses PowerDeliveryReq(Start) without ChargingProfile")                      \
	X(SHUTDOWN_IS_STOP, "R31", "shutdown-is-stop", EV, 1,                                      \
	  "EVSE_Shutdown in the loop is a person who stopped: end in order, not by an emergency")  \
	X(UNLOCK_WITHOUT_STOP, "R34", "unlock-without-stop", EV, 1,                                \
	  "chargers never answer SessionStopReq: unlock when the voltage is low")                  \
	X(WELDING_FAILED, "R35", "welding-failed", EV, 1,                                          \
	  "Alpitronic and ABB answer WeldingDetectionReq with FAILED or never: end in order")      \
	X(REPORTED_VOLTAGE, "R43", "reported-voltage", EV, 0,                                      \
	  "closes on the voltage the charger reports where the inlet is not measured, as an "      \
	  "Ioniq")                                                                                 \
	X(LATE_LOAD, "R56", "late-load", EV, 0,                                                    \
	  "light bulb instead of a battery: connect it 2 s into the loop, or supplies overshoot")  \
	X(ALLOW_NO_PROFILE, "I-4", "allow-no-profile", EVSE, 1,                                    \
	  "every other car (BMW, Hyundai, Stellantis, Tesla) starts without a ChargingProfile")    \
	X(EARLY_SESSION_STOP, "R42", "early-session-stop", EVSE, 1,                                \
	  "Model Y and Polestar 2 stop from precharge, an Ioniq without welding detection")        \
	X(LATE_STOP, "R41", "late-stop", EVSE, 1,                                                  \
	  "Audi Q4 sends PowerDeliveryReq(Stop) after the sequence timeout: answer while "         \
	  "connected")                                                                             \
	X(PRECHARGE_BY_CAR, "R43", "precharge-by-car", EVSE, 1,                                    \
	  "cars end precharge by their own measurement, at another voltage than they asked for")   \
	X(STATE_C_RENEGOTIATION, "E-2", "state-c-renegotiation", EVSE, 1,                          \
	  "Volkswagen cars stay in state C during a renegotiation")                                \
	X(NONZERO_LIMITS, "E-3", "nonzero-limits", EVSE, 1,                                        \
	  "cars refuse 0 W or 0 A in ChargeParameterDiscoveryRes: announce the least instead")     \
	X(DISCHARGE, "E-4", "discharge", BOTH, 0,                                                  \
	  "negative currents over DIN SPEC 70121 and ISO 15118-2 (SAE J2847/2, V2H boxes)")

enum ccs_quirk {
#define CCS_QUIRK_ROW(id, rule, name, side, on, reason) CCS_QUIRK_##id,
	CCS_QUIRKS(CCS_QUIRK_ROW)
#undef CCS_QUIRK_ROW
		CCS_QUIRK_COUNT
};

/* Which are on. */
struct ccs_quirks {
	uint64_t bits;
};

static inline struct ccs_quirks ccs_quirks_default(void)
{
#define CCS_QUIRK_ROW(id, rule, name, side, on, reason) | (uint64_t)(on) << CCS_QUIRK_##id
	return (struct ccs_quirks) { 0 CCS_QUIRKS(CCS_QUIRK_ROW) };
#undef CCS_QUIRK_ROW
}

/* Strict: the standard and nothing else. */
static inline struct ccs_quirks ccs_quirks_strict(void)
{
	return (struct ccs_quirks) { 0 };
}

static inline bool ccs_quirk_is_on(const struct ccs_quirks *quirks, enum ccs_quirk quirk)
{
	return quirks->bits >> quirk & 1;
}

static inline void ccs_quirk_set(struct ccs_quirks *quirks, enum ccs_quirk quirk, bool on)
{
	quirks->bits &= ~((uint64_t)1 << quirk);
	quirks->bits |= (uint64_t)on << quirk;
}

enum ccs_quirk_side {
	CCS_QUIRK_SIDE_EV,
	CCS_QUIRK_SIDE_EVSE,
	CCS_QUIRK_SIDE_BOTH,
};

struct ccs_quirk_row {
	const char *rule; /* "R19"; E-n: seen with EVerest, I-n: with other stacks */
	const char *name; /* "plain-ok" */
	enum ccs_quirk_side side;
	bool on; /* by default */
	const char *reason;
};

/* NULL from CCS_QUIRK_COUNT on. */
const struct ccs_quirk_row *ccs_quirk_row(enum ccs_quirk quirk);

/* By name ("plain-ok"); CCS_QUIRK_COUNT when there is none. */
enum ccs_quirk ccs_quirk_find(const char *name);

#endif
