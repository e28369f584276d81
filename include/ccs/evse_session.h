/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The charger's side of a charging session, from the accepted connection to its end: handshake,
 * DIN SPEC 70121 (DC) and ISO 15118-2 (DC and AC), payment at the charger.
 *
 *	ccs_evse_session_init(&session, &config);
 *	ccs_evse_session_start(&session, random8, now);		TCP was accepted
 *	... for each piece that arrives:
 *	ccs_evse_session_receive(&session, bytes, length, now);
 *	... when values change and at ccs_evse_session_deadline():
 *	ccs_evse_session_tick(&session, now);
 *	... after each of these: carry out the commands, and
 *	while ((n = ccs_evse_session_send(&session, buffer, sizeof(buffer))) > 0)
 *		send(socket, buffer, n);
 *	if (ccs_evse_session_has_ended(&session))
 *		close(socket);
 *	... when the peer has closed it or it was reset:
 *	ccs_evse_session_close(&session, now);
 *
 * Physical side: the caller fills `config.values` before each call and carries out
 * `config.commands` after it; every call judges the values anew.  Loss of state C or D, an
 * emergency, a fault, silence of the peer or of a sensor, and the end of the connection take the
 * set-point to zero and switch the supply off in that very call, whatever the protocol is doing.
 * The contactor opens with it when no current is measured, else when it is gone or 2 s have passed
 * (C5).  After the end go on with ticks until the commands are zero: the lock opens when the cable
 * is below 60 V.
 *
 * A result of the isolation monitor counts only after a test was commanded: `values.isolation` has
 * to leave its old result, or 1 s to pass, before it is believed.
 *
 * AC (`config.ac`, ISO 15118-2): the contactor closes in state C after PowerDelivery start and
 *opens in the call that sees its stop or any of the above; CCS_SUPPLY_FAULT is the residual current
 * device, `values.limits.max_ma` the current of each phase, and voltage and isolation mean nothing.
 * Feedback of the contactor, where there is one, has 3 s to follow.
 *
 * Probe (`config.probe`, an AC charger with 5 %): the session announces DC until the car has told
 * its state of charge in ChargeParameterDiscoveryReq or, when that says 0, in CableCheckReq.  Then
 * `probed` is set, the car is told to stop, and after `stop_us` the session ends by itself.  There
 * is no power and no lock at any time, and no authorisation.
 *
 * Renegotiation and pause (ISO 15118-2), by the car or by the functions below: DC holds the
 * contactor closed without current until the car shows state B, then tests the isolation again; a
 * car that stays in state C (E-2) goes straight to precharge.  AC stays on.  A paused session ends
 * like every other; the next one joins it when the car asks for its id, and is then not authorised
 * again.
 *
 * Records: states and notes of topic "evse", refused values under their names, and what the car has
 * said: VALUE "soc", "energy_capacity", "energy_request", and a note of topic "evccid".  At the end
 * a verdict: whose wish it was, or what went wrong.
 *
 * The control pilot is the station's: `commands.pilot` and `commands.duty` are not touched.
 *
 * Sources: DIN SPEC 70121 8.7 to 8.8 and 9; ISO 15118-2 8; IEC 61851-23 annex CC; the rules R15
 * to R43 seen at real cars (quirks.h).
 */
#ifndef CCS_EVSE_SESSION_H
#define CCS_EVSE_SESSION_H

#include "ccs/channel.h"
#include "ccs/charge.h"
#include "ccs/invariants.h"
#include "ccs/quirks.h"
#include "ccs/timing.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(name, text): where the protocol is; what is expected next. */
#define CCS_EVSE_STATES(X)                              \
	X(IDLE, "no connection")                        \
	X(HANDSHAKE, "supported protocols")             \
	X(SESSION_SETUP, "session setup")               \
	X(SERVICE_DISCOVERY, "service discovery")       \
	X(PAYMENT, "selection of service and payment")  \
	X(AUTHORISATION, "authorisation")               \
	X(PARAMETERS, "charge parameters")              \
	X(READY, "AC, ready for power")                 \
	X(CABLE_CHECK, "cable check")                   \
	X(PRE_CHARGE, "precharge")                      \
	X(CHARGING, "charging")                         \
	X(STOPPED, "charging stopped")                  \
	X(CLOSING, "session over, the car disconnects") \
	X(ENDED, "ended")

enum ccs_evse_state {
#define CCS_EVSE_STATE_ROW(name, text) CCS_EVSE_##name,
	CCS_EVSE_STATES(CCS_EVSE_STATE_ROW)
#undef CCS_EVSE_STATE_ROW
};

/* X(name, text): why a session was cut short. */
#define CCS_EVSE_FAULTS(X)                                              \
	X(NONE, "no fault")                                             \
	X(EMERGENCY, "emergency stop")                                  \
	X(PILOT, "the car left state C or D")                           \
	X(UNLOCKED, "the connector is not locked")                      \
	X(SUPPLY, "the supply reports a fault")                         \
	X(ISOLATION, "isolation fault")                                 \
	X(NO_MONITOR, "nobody measures the isolation")                  \
	X(LIVE, "there was voltage on the cable before its check")      \
	X(TEST, "the cable check did not reach its voltage")            \
	X(SENSOR, "the voltage is not measured any more")               \
	X(OVERVOLTAGE, "the voltage is above the limit")                \
	X(CONTACTOR, "the mains contactor does not follow")             \
	X(SLOW, "a step of charging did not finish in its time")        \
	X(DENIED, "not authorised")                                     \
	X(STOP_IGNORED, "the car went on although it was told to stop") \
	X(SILENCE, "nothing arrived within the sequence timeout")       \
	X(PROTOCOL, "the car broke the protocol")                       \
	X(UNPLUGGED, "the car was unplugged")                           \
	X(CONNECTION, "the connection ended before the session did")

enum ccs_evse_fault {
#define CCS_EVSE_FAULT_ROW(name, text) CCS_EVSE_FAULT_##name,
	CCS_EVSE_FAULTS(CCS_EVSE_FAULT_ROW)
#undef CCS_EVSE_FAULT_ROW
};

/* AC of ISO 15118-2.  Zeroed: a DC charger. */
struct ccs_evse_ac {
	uint8_t phases;	    /* 1 or 3; 0: DC */
	int32_t nominal_mv; /* phase to neutral [230 V] */
	int32_t max_ma;	    /* per phase, of cable and contactor; values.limits lowers it */
};

#define CCS_EVSE_TUPLES	 3  /* as many as ISO 15118-2 allows */
#define CCS_EVSE_ENTRIES 12 /* of one tuple; NOTE: 1024 are allowed */

/* From `start_s` on, `max_w`. */
struct ccs_evse_pmax {
	uint32_t start_s; /* since the charge parameters were answered; the first is 0 */
	int32_t max_w;
};

struct ccs_evse_tuple {
	uint8_t id;    /* 1 to 255, each once */
	uint8_t count; /* of entries, at least 1 */
	struct ccs_evse_pmax entries[CCS_EVSE_ENTRIES];
};

/* What the car may choose from. */
struct ccs_evse_schedule {
	uint32_t duration_s; /* [24 h] */
	uint8_t count;
	struct ccs_evse_tuple tuples[CCS_EVSE_TUPLES];
};

/* Zeroed members take the default in brackets; `values` and `commands` must be given. */
struct ccs_evse_config {
	struct ccs_channel_config channel; /* memory, sink; `side` is filled in */
	const struct ccs_evse_values *values;
	struct ccs_evse_commands *commands;
	const struct ccs_timing *timing;	 /* [the standards'] */
	const struct ccs_tolerances *tolerances; /* of C2, C4, C5 [the defaults]; it must stay */
	struct ccs_quirks quirks;  /* ccs_quirks_default() is meant; zeroed is strict */
	struct ccs_bytes evse_id;  /* DIN, at most 32 bytes [one zero byte] */
	struct ccs_text evse_name; /* the same for ISO 15118-2, 7 to 37 characters ["ZZ00000"] */
	enum ccs_protocol only;	   /* the only protocol that is served [all] */
	int32_t test_mv;	   /* isolation test [the lower of both sides' maximum voltage] */
	int32_t ripple_ma;	   /* peak to peak, announced [1 A] */
	bool without_monitor;	   /* an isolation that nobody watches is accepted */
	ccs_time authorisation_us; /* how long a person may take [300 s] */
	ccs_time stop_us;	   /* for the car to stop when told to [10 s] */
	ccs_time sensor_us;	   /* older measurements are unknown [1 s] */
	struct ccs_evse_ac ac;	   /* [DC] */
	bool probe;		   /* no power: DC is announced until the car has told its SoC */
	const struct ccs_evse_schedule *schedule; /* [one tuple, the limits' power] */
	struct ccs_text meter_id;		  /* at most 32 characters [no MeterInfo] */
	ccs_time receipt_us;   /* how often a MeteringReceipt is asked for [never] */
	int32_t hottest_dc;    /* the plug's contacts, 0.1 degree Celsius [no derating] */
	ccs_time answer_delay; /* an answer waits so long [0] */
};

/* What the car said of itself. */
struct ccs_evse_car {
	uint8_t evccid[8];
	uint8_t evccid_length;
	struct ccs_measured soc; /* per mille */
	int32_t full_soc;	 /* per mille; 0: not given */
	int32_t capacity_mwh;	 /* 0: not given */
	int32_t request_mwh;	 /* 0: not given */
};

/* What the outputs are for; private. */
enum ccs_evse_power {
	CCS_EVSE_POWER_OFF,
	CCS_EVSE_POWER_TEST,   /* of the isolation */
	CCS_EVSE_POWER_HOLD,   /* contactor closed, no voltage */
	CCS_EVSE_POWER_PRE,    /* precharge */
	CCS_EVSE_POWER_CHARGE, /* as the car demands */
	CCS_EVSE_POWER_FALL,   /* supply off, contactor closed until the current is gone */
	CCS_EVSE_POWER_WAIT,   /* AC: started, the car is not in state C yet */
	CCS_EVSE_POWER_MAINS,  /* AC: contactor closed */
};

/*
 * A session that the car has paused; it is resumed by its id.  Kept over ccs_evse_session_start(),
 * gone when the car is unplugged.
 */
struct ccs_evse_paused {
	bool valid;
	uint8_t id[8];
};

/* `state` to `probed` may be read; the others are private. */
struct ccs_evse_session {
	enum ccs_evse_state state;
	enum ccs_evse_fault fault;
	enum ccs_protocol protocol;
	struct ccs_evse_facts facts; /* for ccs_evse_check() */
	struct ccs_evse_car car;
	struct ccs_evse_paused paused;
	bool probed; /* `probe` has what it wanted: `car` is filled */

	struct ccs_evse_config config;
	struct ccs_channel channel;
	uint8_t id[8];
	enum ccs_evse_power power;
	struct ccs_setpoint demand;
	uint8_t tuple;	       /* SAScheduleTupleID that the car has chosen */
	uint8_t phases;	       /* AC: that the car has chosen */
	int32_t offered_w;     /* in a schedule that follows the limits */
	bool precharged;       /* a PreChargeReq was answered */
	bool isolation_tested; /* the result of this session is in `isolation` */
	bool isolation_fresh;  /* the monitor has left its old result */
	bool told_to_stop;     /* the car, by somebody at the charger */
	bool renegotiate;      /* the charger asks for it */
	bool pause;	       /* and then offers no power */
	bool renegotiating;    /* from PowerDelivery(Renegotiate) to the next start */
	bool left_c;	       /* the car has shown state B since the power was taken */
	bool resumed;	       /* this session was paused before */
	bool receipt;	       /* a MeteringReceiptReq is due */
	enum ccs_isolation isolation;
	ccs_time asked;	    /* first request of the state that takes its time */
	ccs_time powered;   /* the power changed */
	ccs_time reaching;  /* the test voltage was not there yet */
	ccs_time taken;	    /* the power was taken from the car */
	ccs_time scheduled; /* the schedule was sent */
	ccs_time receipts;  /* the next receipt is asked for */
	ccs_time due;	    /* the answer may leave */
	ccs_time clock;	    /* of the last call */
	ccs_time sequence;  /* deadline of the next message */
	ccs_time ongoing;   /* deadline of what the state waits for */
	ccs_time stop;	    /* deadline of the car for stopping */
	ccs_time over;	    /* deadline of the session after a fault */
};

void ccs_evse_session_init(struct ccs_evse_session *session, const struct ccs_evse_config *config);

/*
 * A connection was accepted.  `id`: eight random bytes of a good generator, not all zero.  Returns
 * 0, or CCS_ERR_STATE while the session before has not ended (`facts.ended`).
 */
int ccs_evse_session_start(struct ccs_evse_session *session, const uint8_t id[8], ccs_time now);

/*
 * Takes any number of bytes; each request is answered at once.  Bytes after the end are ignored.
 * When the stream is not V2GTP any more the session ends.
 */
void ccs_evse_session_receive(struct ccs_evse_session *session, const uint8_t *bytes, size_t length,
			      ccs_time now);

/* Time went on, or a value changed. */
void ccs_evse_session_tick(struct ccs_evse_session *session, ccs_time now);

/* As ccs_channel_output: one message per call; also after the end. */
int ccs_evse_session_send(struct ccs_evse_session *session, uint8_t *buffer, size_t size);

/* When the next tick is due if no value changes; CCS_NEVER: none. */
ccs_time ccs_evse_session_deadline(const struct ccs_evse_session *session);

/* The connection is gone: everything off. */
void ccs_evse_session_close(struct ccs_evse_session *session, ccs_time now);

/*
 * ISO 15118-2: the charger wants new schedules and limits to be agreed, or a pause (it offers 0 W,
 * the car then pauses).  CCS_ERR_STATE outside charging, and in DIN, which has neither.
 */
int ccs_evse_session_renegotiate(struct ccs_evse_session *session, ccs_time now);
int ccs_evse_session_pause(struct ccs_evse_session *session, ccs_time now);

/*
 * True when the pilot's 5 % have to go: the session has ended, or a fault that is not the car's
 * takes the power from it (IEC 61851-23 annex CC).  The station does it.
 */
bool ccs_evse_session_wants_oscillator_off(const struct ccs_evse_session *session);

/* True when the connection is to be closed after what waits was sent. */
static inline bool ccs_evse_session_has_ended(const struct ccs_evse_session *session)
{
	return session->state == CCS_EVSE_ENDED;
}

/* The texts of the lists above. */
const char *ccs_evse_state_text(enum ccs_evse_state state);
const char *ccs_evse_fault_text(enum ccs_evse_fault fault);

#endif
