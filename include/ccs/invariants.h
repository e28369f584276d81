/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold after every step of a station, whatever the peer, the hardware or a person does.
 *
 *	struct ccs_breach breach;
 *
 *	... after each step of the station, with the commands before and after it:
 *	if (ccs_ev_check(&step, &ccs_tolerances_default, &breach))
 *		record(ccs_invariant_name(breach.invariant), breach.text);
 *
 * They suffice in this sense: two stations that do anything else at random, in the order of the
 * messages, do no physical harm with sound hardware (tests/unit/test_safety.c).
 *
 * The functions know nothing of messages.  The few facts of the session they need are claimed by
 * the station (struct ccs_ev_facts, struct ccs_evse_facts); a test that does not trust it fills
 *them from the messages it has seen.
 */
#ifndef CCS_INVARIANTS_H
#define CCS_INVARIANTS_H

#include "ccs/charge.h"

#include <stdbool.h>

/* X(name, sentence) */
#define CCS_INVARIANTS(X)                                                                       \
	X(E1, "the car closes its contactors only in state C, locked, tested, precharged")      \
	X(E2,                                                                                   \
	  "the car opens its contactors only without current, or 2 s after it wanted the stop") \
	X(E3, "the car unlocks only with open contactors and a low voltage")                    \
	X(E4, "the car shows state C or D only from charge parameters to the end of charging")  \
	X(C1, "voltage is on the cable only in state C or D and locked")                        \
	X(C2, "set-points stay below the limits of both sides")                                 \
	X(C3, "loss of pilot or connection, emergency and timeout take the set-points to zero") \
	X(C4, "current flows only between the start and the stop of PowerDelivery")             \
	X(C5, "the charger switches only without current, unlocks only without voltage")        \
	X(B1, "every session ends, with contactors open and the connector unlocked")

enum ccs_invariant {
	CCS_INVARIANT_NONE,
#define CCS_INVARIANT_ROW(name, sentence) CCS_INVARIANT_##name,
	CCS_INVARIANTS(CCS_INVARIANT_ROW)
#undef CCS_INVARIANT_ROW
};

/* "E1"; "-" for NONE. */
const char *ccs_invariant_name(enum ccs_invariant invariant);

/* The sentence of the list, without full stop; "" for NONE. */
const char *ccs_invariant_text(enum ccs_invariant invariant);

/* The first that broke, and how. */
struct ccs_breach {
	enum ccs_invariant invariant;
	const char *text; /* "contactors closed before the cable check was finished" */
};

struct ccs_tolerances {
	int32_t precharge_mv;  /* E1: inlet and battery differ by less than this; 20 V */
	int32_t opening_ma;    /* E2, C5: less than this may be interrupted; 5 A */
	ccs_time opening_us;   /* E2, C5: since the stop was demanded; 2 s */
	int32_t unlocking_mv;  /* E3, C5: less than this may be touched; 60 V */
	ccs_time unlocking_us; /* voltage unknown; E3: since state B, C5: since the stop was
				  demanded; 3 s */
	int32_t precharge_ma;  /* C2, C4: 2 A */
	int32_t stray_ma;      /* C4: measured beyond precharge_ma, ripple and offset; 1 A */
	ccs_time stopping_us;  /* C4: for a current to die after PowerDelivery; 3 s */
	ccs_time sensor_us;    /* older measurements are unknown; 1 s */
	ccs_time ending_us;    /* B1: from the wish to end to the end; 100 s */
};

/* The values above. */
extern const struct ccs_tolerances ccs_tolerances_default;

/* What the car's station knows of its session. */
struct ccs_ev_facts {
	bool cable_checked;	  /* CableCheckRes said OK and Finished */
	bool parameters_finished; /* ChargeParameterDiscoveryRes said OK and Finished */
	bool stopped;	    /* PowerDelivery stop was answered, or an error ended the session */
	bool basic;	    /* charging by IEC 61851 without communication: state C is free */
	bool toggling;	    /* BCB toggle of the matching: state C is free */
	bool ac;	    /* no direct current: E1 asks for lock and state C only */
	bool trusts_report; /* quirk reported-voltage: E1 by reported_mv instead of inlet_mv */
	struct ccs_measured reported_mv; /* EVSEPresentVoltage */
	ccs_time stop_demanded; /* since when it wants the end, for any reason; else CCS_NEVER */
	/* Since when it shows state B, and the charger takes its voltage away; else CCS_NEVER. */
	ccs_time off_since;
	bool ended; /* it is in its end state */
};

struct ccs_ev_step {
	const struct ccs_ev_values *values;
	const struct ccs_ev_commands *before; /* commands before the step */
	const struct ccs_ev_commands *after;
	const struct ccs_ev_facts *facts; /* after the step */
	ccs_time now;
};

/* What the charger's station knows of its session. */
struct ccs_evse_facts {
	bool delivering;    /* PowerDeliveryRes to a start said OK, and no stop followed */
	bool stopped;	    /* PowerDeliveryRes to a stop went out (a renegotiation is none) */
	bool lost;	    /* connection closed, sequence timeout, or an error ended the session */
	bool ac;	    /* the output contactor switches mains, the set-points mean nothing */
	bool basic;	    /* AC by IEC 61851 without communication: C4 does not apply */
	ccs_time delivered; /* when `delivering` became false; 0: it never was true */
	struct ccs_limits ev;	/* what the car announced; open where it did not */
	ccs_time stop_demanded; /* as in struct ccs_ev_facts */
	bool ended;
};

struct ccs_evse_step {
	const struct ccs_evse_values *values;
	const struct ccs_evse_commands *before; /* commands before the step */
	const struct ccs_evse_commands *after;
	const struct ccs_evse_facts *facts;
	ccs_time now;
};

/*
 * True when an invariant broke in this step; `breach` says which and how (NONE otherwise).
 * An emergency or an end is judged by the values of this very step: the station has to answer in
 * the step that sees it.
 */
bool ccs_ev_check(const struct ccs_ev_step *step, const struct ccs_tolerances *tolerances,
		  struct ccs_breach *breach);

bool ccs_evse_check(const struct ccs_evse_step *step, const struct ccs_tolerances *tolerances,
		    struct ccs_breach *breach);

#endif
