/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A car's session engine with a scripted charger of DIN SPEC 70121 and ISO 15118-2, a battery, a
 * lock and contactors, in steps of 10 ms of virtual time.  After every call of the engine the
 * invariants of the car are checked, and that it claims and draws only what the charger gave.
 */
#ifndef EV_WORLD_H
#define EV_WORLD_H

#include "ccs/ev_session.h"
#include "ccs/msg/din.h"
#include "ccs/msg/iso2.h"

#define EV_WORLD_STEP CCS_MS(10)

/* What happens to one response. */
enum ev_fault {
	EV_FAULT_NONE,
	EV_FAULT_LOST,
	EV_FAULT_LATE, /* 3 s */
	EV_FAULT_DOUBLED,
	EV_FAULT_FAILED,  /* response code */
	EV_FAULT_ID,	  /* another session id */
	EV_FAULT_DAMAGED, /* EXI that is none */
	EV_FAULT_CUT,	  /* half the EXI */
	EV_FAULT_OTHER,	  /* another response: CableCheckRes, or SessionStopRes instead of it */
	EV_FAULT_EMPTY,	  /* V2GTP without payload */
	EV_FAULT_HEADER,  /* not V2GTP */
	EV_FAULT_HUGE,	  /* V2GTP that announces 4 GB */
	EV_FAULT_UNKNOWN, /* another payload type */
	EV_FAULT_RESET,	  /* the connection is lost instead */
	EV_FAULT_COUNT
};

/* What the hardware, or a person, does from a state on. */
enum ev_event {
	EV_EVENT_NONE,
	EV_EVENT_STOP,
	EV_EVENT_EMERGENCY,
	EV_EVENT_UNPLUG,
	EV_EVENT_NOT_READY,
	EV_EVENT_LOCK_STUCK,
	EV_EVENT_LOCK_OPENS,
	EV_EVENT_CONTACTORS_STUCK, /* open */
	EV_EVENT_CONTACTORS_WELDED,
	EV_EVENT_CONTACTORS_DROP,
	EV_EVENT_CONTACTORS_SILENT,
	EV_EVENT_INLET_SILENT,
	EV_EVENT_BATTERY_SILENT,
	EV_EVENT_CURRENT_SILENT,
	EV_EVENT_CURRENT_STAYS,
	EV_EVENT_LIVE, /* the charger never takes the voltage away */
	EV_EVENT_DUTY, /* PWM goes */
	EV_EVENT_PEER_SILENT,
	EV_EVENT_RESET,
	EV_EVENT_FULL,
	EV_EVENT_NOTIFY,   /* EVSENotification StopCharging */
	EV_EVENT_SHUTDOWN, /* EVSE_Shutdown */
	EV_EVENT_MALFUNCTION,
	EV_EVENT_ISOLATION, /* Fault */
	EV_EVENT_BUSY,	    /* Ongoing for ever */
	EV_EVENT_NO_VOLTAGE,
	EV_EVENT_WILD,	      /* present voltage and current out of range */
	EV_EVENT_RENEGOTIATE, /* EVSENotification ReNegotiation, in every response */
	EV_EVENT_RCD,	      /* AC */
	EV_EVENT_PAUSE,
	EV_EVENT_COUNT
};

/* What the charger of ISO 15118-2 is asked to do in its own way, and what it heard. */
struct ev_world_iso2 {
	enum iso2_EnergyTransferMode modes[2];
	uint32_t mode_count;
	enum iso2_responseCode setup_code;   /* of SessionSetupRes */
	struct iso2_SAScheduleTuple *tuples; /* NULL: one of 100 kW */
	uint32_t tuple_count;
	bool no_tuples;
	int32_t max_ma; /* AC */
	int32_t nominal_mv;
	bool receipts;	/* one after each round of the loop */
	bool decorated; /* headers with Notification and Signature */
	struct iso2_ProfileEntry profile[CCS_EV_SCHEDULE_ENTRIES]; /* the last */
	uint32_t profile_count;
	uint8_t setup_id[8]; /* in SessionSetupReq */
	uint32_t setup_id_length;
};

/* What a request wants, whatever its protocol. */
struct ev_request {
	enum ccs_ev_message kind;
	int64_t target_mv, target_ma;
	enum iso2_chargeProgress progress;
};

struct ev_world {
	struct ccs_ev_session session;
	struct ccs_ev_session_config config; /* may be changed before ev_world_start */
	struct ccs_timing timing;
	struct ccs_ev_values values;
	struct ccs_ev_commands commands;
	ccs_time now;

	/* the script */
	enum ev_fault fault;
	enum ccs_ev_message fault_at; /* the request */
	int fault_count;	      /* which of them, from 1 */
	enum ev_event event;
	enum ccs_ev_state event_at;
	bool happened;
	bool forged;	/* the session may believe what this charger never said */
	bool frozen;	/* the values are not those of the physics */
	ccs_time delay; /* of responses */
	int loops;	/* after so many rounds of the loop the battery is full; 0: never */
	enum ccs_protocol protocol; /* the charger's */
	uint8_t id[8];
	uint8_t id_length;
	enum din_EVSESupportedEnergyTransfer offered;
	int32_t charger_mv; /* its maximum */
	bool plain_ok;	    /* DIN: SessionSetupRes says OK */
	bool not_ready;	    /* parameters finish with EVSE_NotReady */
	int32_t din_pmax;   /* W */
	struct ev_world_iso2 iso2;

	/* the charger */
	struct ccs_channel channel;
	int32_t set_mv;
	int32_t set_ma;
	bool delivering;
	int seen[CCS_EV_MESSAGE_COUNT]; /* requests */
	struct din_V2G_Message last[CCS_EV_MESSAGE_COUNT];
	struct iso2_V2G_Message iso2_last[CCS_EV_MESSAGE_COUNT];
	bool parameters_sent, cable_sent; /* what the facts have to agree with */
	enum ccs_ev_message served;	  /* the last request */
	uint8_t queue[1024];
	size_t queued;
	ccs_time due;
	bool lost;

	/* the physics */
	int32_t cable_mv;
	int32_t current_ma;
	bool closed; /* contactors */
	ccs_time contactors_since, lock_since;

	struct ccs_breach breach;
	ccs_time started, ended;
	uint8_t memory[4][8192];
};

void ev_world_init(struct ev_world *world);
void ev_world_start(struct ev_world *world);
void ev_world_step(struct ev_world *world);

/* Begins a session again in the same world, of a car that was paused or not. */
void ev_world_restart(struct ev_world *world, bool resume);

/* Bytes from nowhere. */
void ev_world_deliver(struct ev_world *world, const uint8_t *bytes, size_t length);

/* Runs until the session has ended, or for `limit`. */
void ev_world_run(struct ev_world *world, ccs_time limit);

/* Runs until the session is in `state` or has ended. */
void ev_world_run_to(struct ev_world *world, enum ccs_ev_state state);

/* For the files of the charger's protocols. */
bool ev_world_is_on(const struct ev_world *world, enum ev_event event);
bool ev_world_is_faulty(const struct ev_world *world, enum ccs_ev_message kind);

/* Counts the request and does what it wants; true: the response says Finished. */
bool ev_world_serve(struct ev_world *world, const struct ev_request *request);

/* The response of ISO 15118-2; it points into `world` and static memory. */
void ev_world_answer_iso2(struct ev_world *world, const struct iso2_V2G_Message *request,
			  struct iso2_V2G_Message *response);

#endif
