/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The physical world of one charging point: a car's battery, contactors and lock, a charger's
 *supply, contactor and lock, the cable and the control pilot between them, and people.
 *
 *	struct sim_world_config config = sim_world_default();
 *	struct sim_world world;
 *	struct sim_event event;
 *
 *	sim_world_init(&world, &config, now);
 *	sim_world_plug(&world);
 *	for each step of the clock:
 *		sim_world_step(&world, now);
 *		... stations read world.ev_values and world.evse_values,
 *		... write world.ev_commands and world.evse_commands
 *		while (sim_world_event(&world, &event))
 *			the physics complained: event.kind
 *
 * People act through sim_world_plug, sim_world_unplug and by writing `stop` and `emergency` of both
 * values and `authorisation`; the supply is derated in world.supply.config.limits.
 *
 * Current flows only where contactors, supply and battery let it.  Nothing is prevented: what a
 * wrong command would do to hardware happens here and is an event.  Integers only; the same
 * configuration, seed and calls give the same run to the byte.  No heap; copy the struct to keep a
 * state.
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "battery.h"
#include "cable.h"
#include "contactor.h"
#include "pilot.h"
#include "random.h"
#include "supply.h"

#include "ccs/charge.h"

/* X(id, name, text) */
#define SIM_EVENTS(X)                                                                         \
	X(EV_ARC, "ev-arc", "the car's contactors opened under load")                         \
	X(EVSE_ARC, "evse-arc", "the charger's contactor opened under load")                  \
	X(PLUG_ARC, "plug-arc", "the plug was pulled under load")                             \
	X(INRUSH, "inrush", "contactors closed onto a battery at another voltage")            \
	X(EV_UNLOCKED_LIVE, "ev-unlocked-live", "the car unlocked under voltage")             \
	X(EVSE_UNLOCKED_LIVE, "evse-unlocked-live", "the charger unlocked under voltage")     \
	X(PULLED_LIVE, "pulled-live", "the plug was pulled under voltage")                    \
	X(LIVE_PLUG, "live-plug", "voltage on a plug that is not plugged in")                 \
	X(OVER_CURRENT, "over-current", "more current than the battery can take")             \
	X(OVER_VOLTAGE, "over-voltage", "more voltage at the battery than its cells may see") \
	X(NO_DISCHARGE, "no-discharge", "current out of a battery that does not give it")

enum sim_event_kind {
#define SIM_EVENT_ROW(id, name, text) SIM_EVENT_##id,
	SIM_EVENTS(SIM_EVENT_ROW)
#undef SIM_EVENT_ROW
		SIM_EVENT_KINDS
};

const char *sim_event_name(enum sim_event_kind kind);
const char *sim_event_text(enum sim_event_kind kind);

/* X(id, name): hardware that fails.  Names as in scenario files. */
#define SIM_FAULTS(X)                                     \
	X(EV_CONTACTOR_STUCK, "ev-contactor-stuck")       \
	X(EV_CONTACTOR_WELDED, "ev-contactor-welded")     \
	X(EV_CONTACTOR_SILENT, "ev-contactor-silent")     \
	X(EVSE_CONTACTOR_STUCK, "evse-contactor-stuck")   \
	X(EVSE_CONTACTOR_WELDED, "evse-contactor-welded") \
	X(EVSE_CONTACTOR_SILENT, "evse-contactor-silent") \
	X(EV_LOCK_STUCK, "ev-lock-stuck")                 \
	X(EV_LOCK_SILENT, "ev-lock-silent")               \
	X(EVSE_LOCK_STUCK, "evse-lock-stuck")             \
	X(EVSE_LOCK_SILENT, "evse-lock-silent")           \
	X(ISOLATION_LOW, "isolation-low")                 \
	X(ISOLATION_SILENT, "isolation-silent")           \
	X(SUPPLY_OFF, "supply-off")                       \
	X(SUPPLY_OVER_CURRENT, "supply-over-current")     \
	X(SUPPLY_OVER_VOLTAGE, "supply-over-voltage")     \
	X(SUPPLY_FROZEN, "supply-frozen")                 \
	X(PILOT_CUT, "pilot-cut")                         \
	X(PILOT_SHORTED, "pilot-shorted")                 \
	X(PILOT_NO_DIODE, "pilot-no-diode")               \
	X(PILOT_STUCK_C, "pilot-stuck-c")                 \
	X(EV_INLET_SILENT, "ev-inlet-silent")             \
	X(EV_CURRENT_SILENT, "ev-current-silent")         \
	X(EV_BATTERY_SILENT, "ev-battery-silent")         \
	X(EVSE_VOLTAGE_SILENT, "evse-voltage-silent")     \
	X(EVSE_CURRENT_SILENT, "evse-current-silent")     \
	X(EV_HOT_INLET, "ev-hot-inlet")                   \
	X(EVSE_HOT_PLUG, "evse-hot-plug")

enum sim_fault {
#define SIM_FAULT_ROW(id, name) SIM_FAULT_##id,
	SIM_FAULTS(SIM_FAULT_ROW)
#undef SIM_FAULT_ROW
		SIM_FAULT_COUNT
};

const char *sim_fault_name(enum sim_fault fault);

/* By name; SIM_FAULT_COUNT when there is none. */
enum sim_fault sim_fault_find(const char *name);

struct sim_event {
	enum sim_event_kind kind;
	ccs_time time;
	int32_t mv; /* voltage, or the difference of two, that made it one */
	int32_t ma;
};

struct sim_world_config {
	uint64_t seed;
	struct sim_battery_config battery;
	struct sim_supply_config supply;
	struct sim_cable_config cable;
	struct sim_contactor_config ev_contactor;
	struct sim_contactor_config evse_contactor;
	struct sim_contactor_config ev_lock;
	struct sim_contactor_config evse_lock;
	struct sim_pilot_config pilot;
	bool evse_has_lock;
	int32_t ac_phases;     /* 0: DC; else mains behind the charger's contactor */
	int32_t ac_mv;	       /* phase to neutral */
	int32_t ac_max_ma;     /* of the on-board charger, per phase */
	int32_t ac_efficiency; /* of the on-board charger, per mille */
	int32_t noise_mv;      /* of the car's measurements */
	int32_t noise_ma;
	int32_t arc_ma;	   /* more is a load for an opening contact; 5 A */
	int32_t live_mv;   /* more is dangerous to touch; 60 V */
	int32_t inrush_mv; /* a contact that closes at a larger difference, 21 V, */
	int32_t inrush_ma; /* and with a larger current, 100 A, suffers */
};

/* DC, parts as their defaults, tethered cable without a lock of the charger. */
struct sim_world_config sim_world_default(void);

#define SIM_WORLD_EVENTS 16

struct sim_world {
	struct sim_world_config config;
	struct sim_random random;
	ccs_time now;
	struct ccs_ev_commands ev_commands; /* written by the stations */
	struct ccs_evse_commands evse_commands;
	struct ccs_ev_values ev_values; /* read by the stations */
	struct ccs_evse_values evse_values;
	struct sim_battery battery;
	struct sim_supply supply;
	struct sim_cable cable;
	struct sim_contactor ev_contactor;
	struct sim_contactor evse_contactor;
	struct sim_contactor ev_lock;
	struct sim_contactor evse_lock;
	struct sim_pilot pilot;
	bool plugged;
	bool faults[SIM_FAULT_COUNT];
	int64_t ma;		    /* through the car's contactors, or mains per phase */
	int64_t supplied_nj;	    /* out of the supply, in total; negative: into it */
	int64_t heat_nj;	    /* lost in resistances and contacts, in total */
	bool over[SIM_EVENT_KINDS]; /* conditions that last; each is one event */
	uint32_t counts[SIM_EVENT_KINDS];
	struct sim_event events[SIM_WORLD_EVENTS];
	uint8_t first;
	uint8_t waiting;
};

void sim_world_init(struct sim_world *world, const struct sim_world_config *config, ccs_time now);

/* Moves on to `now` under the commands as they are, then measures. */
void sim_world_step(struct sim_world *world, ccs_time now);

/*
 * When to step next at the latest: at once something switches, a few milliseconds ahead while
 * voltages move, CCS_NEVER when nothing changes by itself.  Steps in between are always allowed.
 */
ccs_time sim_world_deadline(const struct sim_world *world);

/* The oldest event that was not taken.  Only the first ones are kept; `counts` has all. */
bool sim_world_event(struct sim_world *world, struct sim_event *event);

void sim_world_plug(struct sim_world *world);

/* A person pulls.  False when a lock holds the plug. */
bool sim_world_unplug(struct sim_world *world);

/* The plug or what is behind it has a voltage that is dangerous to touch. */
bool sim_world_is_live(const struct sim_world *world);

/* From the next step on; what a fault has done (a weld, an open supply) ends with it. */
void sim_world_set_fault(struct sim_world *world, enum sim_fault fault, bool on);

/*
 * Energy that is stored now, nJ: battery and cable.  What was supplied is what was stored more plus
 * what became heat.
 */
int64_t sim_world_stored(const struct sim_world *world);

#endif
