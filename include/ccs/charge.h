/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The physical side of both stations: what is measured and what is commanded.
 *
 * A station's shell (simulation, GPIO, a serial board, CAN, MQTT) fills the values before each step
 * of the station and carries out the commands after it.  Nothing here acts; these are plain
 * structs of integers.
 *
 * Units: mV, mA, W, mWh, per mille, tenths of a degree Celsius, ohms.  Currents are positive when
 * energy flows into the battery, negative when it flows out of it, on both sides.
 *
 * A value that was not measured is not a number: every measured quantity carries whether it is
 * known and when it was taken, and is read with ccs_measured_get(), which refuses one that is too
 * old.  A sensor that falls silent need not tell anybody.
 */
#ifndef CCS_CHARGE_H
#define CCS_CHARGE_H

#include "ccs/pilot.h"
#include "ccs/time.h"

#include <stdbool.h>
#include <stdint.h>

/* Zeroed: unknown. */
struct ccs_measured {
	int32_t value;
	bool known;
	ccs_time at; /* when it was taken */
};

static inline struct ccs_measured ccs_measured(int32_t value, ccs_time at)
{
	return (struct ccs_measured) { .value = value, .known = true, .at = at };
}

/* True, and the value, when it is known and not older than `max_age` microseconds. */
static inline bool ccs_measured_get(const struct ccs_measured *m, ccs_time now, ccs_time max_age,
				    int32_t *value)
{
	if (!m->known || now - m->at > max_age)
		return false;
	*value = m->value;
	return true;
}

enum ccs_plug {
	CCS_PLUG_UNKNOWN,
	CCS_PLUG_OUT,
	CCS_PLUG_IN,
};

/* Feedback of a lock or of a contactor. */
enum ccs_lock {
	CCS_LOCK_UNKNOWN, /* no feedback, or between the ends */
	CCS_LOCK_OPEN,
	CCS_LOCK_CLOSED,
};

enum ccs_contactor {
	CCS_CONTACTOR_UNKNOWN, /* no feedback, or the poles disagree */
	CCS_CONTACTOR_OPEN,
	CCS_CONTACTOR_CLOSED,
};

/* IEC 61851-23 6.3.1.105: result of the isolation test. */
enum ccs_isolation {
	CCS_ISOLATION_INVALID, /* not tested in this session */
	CCS_ISOLATION_RUNNING,
	CCS_ISOLATION_VALID,
	CCS_ISOLATION_WARNING,
	CCS_ISOLATION_FAULT,
	CCS_ISOLATION_NO_MONITOR,
};

enum ccs_supply {
	CCS_SUPPLY_UNKNOWN,
	CCS_SUPPLY_READY,
	CCS_SUPPLY_FAULT,
};

enum ccs_authorisation {
	CCS_AUTHORISATION_PENDING,
	CCS_AUTHORISATION_GRANTED,
	CCS_AUTHORISATION_DENIED,
};

/* A limit that its side has not given. */
#define CCS_NO_LIMIT INT32_MAX

/*
 * What one side can do or allows now.  Zeroed: nothing is allowed; CCS_LIMITS_OPEN: nothing was
 * said.  See limits.h for combining two sides.
 */
struct ccs_limits {
	int32_t max_mv;
	int32_t min_mv; /* below it no current can be delivered; 0: no such limit */
	int32_t max_ma;
	int32_t min_ma; /* smallest current that can be regulated; 0: no such limit */
	int32_t max_w;
	int32_t discharge_ma; /* out of the battery, as a positive number; 0: not at all */
	int32_t discharge_w;
};

#define CCS_LIMITS_OPEN                                                                \
	{                                                                              \
		.max_mv = CCS_NO_LIMIT, .max_ma = CCS_NO_LIMIT, .max_w = CCS_NO_LIMIT, \
		.discharge_ma = CCS_NO_LIMIT, .discharge_w = CCS_NO_LIMIT              \
	}

/*
 * Set-points: the car's target, or what the charger's supply shall do: charge up to this voltage,
 * or as a sink discharge down to it.
 */
struct ccs_setpoint {
	int32_t mv;
	int32_t ma; /* negative: out of the battery */
};

/* What the car measures and what its battery wants. */
struct ccs_ev_values {
	enum ccs_plug plug;	  /* proximity pilot */
	struct ccs_measured duty; /* per mille; 50: digital communication, 1000: no PWM, 0: E, F */
	struct ccs_measured inlet_mv; /* at the charger's side of the contactors */
	struct ccs_measured battery_mv;
	struct ccs_measured current_ma;
	struct ccs_measured inlet_dc; /* hottest pin of the inlet, 0.1 degree Celsius */
	struct ccs_measured battery_dc;
	struct ccs_measured soc; /* per mille */
	enum ccs_lock lock;
	enum ccs_contactor contactors;
	/* Of the battery, may change at any time; AC: of the on-board charger, per phase. */
	struct ccs_limits limits;
	struct ccs_setpoint target; /* what the battery wants now; AC: the current per phase */
	int32_t capacity_mwh;	    /* 0: not given */
	int32_t request_mwh;	    /* wanted in this session; 0: not given */
	int32_t full_soc;	    /* per mille; at it charging ends */
	int32_t bulk_soc;	    /* per mille; 0: not given */
	int32_t departure_s;	    /* until the car leaves; 0: not given */
	bool ready;		    /* the battery allows charging */
	bool stop;		    /* a person or a controller wants the end */
	bool pause;		    /* the end of charging, in a way that can be resumed */
	bool renegotiate;	    /* becomes true: limits or departure are to be agreed anew */
	bool emergency;		    /* open everything now */
};

/* Zeroed: everything off, as it must be at start-up. */
struct ccs_ev_commands {
	enum ccs_pilot pilot;	/* B, C or D; UNKNOWN counts as B */
	bool lock;		/* close the inlet's lock */
	bool contactors;	/* close */
	bool isolation_monitor; /* the vehicle's own monitor may measure */
	int32_t onboard_ma;	/* AC: what the on-board charger may draw, per phase */
};

/* What the charger measures and what its supply can do. */
struct ccs_evse_values {
	enum ccs_pilot pilot;
	struct ccs_measured present_mv; /* on the cable, behind the output contactor */
	struct ccs_measured present_ma;
	struct ccs_measured plug_dc;   /* hottest contact of the connector, 0.1 degree Celsius */
	struct ccs_measured energy_wh; /* meter, counts up */
	struct ccs_measured isolation_ohm;
	enum ccs_isolation isolation;
	enum ccs_supply supply;
	enum ccs_lock lock;	      /* of the charger's side */
	enum ccs_contactor contactor; /* output contactor */
	bool has_lock;		      /* a tethered plug has none */
	struct ccs_limits limits;     /* of the supply, the cable and who derates them */
	enum ccs_authorisation authorisation;
	bool stop;	/* button or controller: end gracefully */
	bool emergency; /* button: zero at once */
	/*
	 * Quirk discharge: the supply takes this current out of the battery, within `limits` and
	 * the magnitude of what the car demands; 0: it charges.
	 */
	int32_t discharge_ma;
};

/* Zeroed: everything off. */
struct ccs_evse_commands {
	enum ccs_pilot pilot; /* UNKNOWN: oscillator as `duty` says; E or F: that state */
	int32_t duty;	      /* per mille; 50: 5 %; 0 and 1000: X1, steady 12 V */
	bool lock;
	bool contactor;		 /* close the output (DC) or the mains (AC) contactor */
	bool supply;		 /* DC supply on */
	struct ccs_setpoint set; /* DC; voltage 0: none */
	bool test_isolation;
};

#endif
