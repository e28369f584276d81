/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The car's charging session: from the TCP connection to the unlocked inlet.
 *
 *	struct ccs_ev_session session;
 *
 *	ccs_ev_session_init(&session, &config);	     values, commands and memory are the caller's
 *	... when TCP (or TLS) is connected:
 *	ccs_ev_session_start(&session, now);
 *	... bytes arrived, the values changed, or ccs_ev_session_deadline() has come:
 *	ccs_ev_session_receive(&session, bytes, length, now);
 *	ccs_ev_session_tick(&session, now);
 *	... after each of these calls: carry out the commands, and
 *	while ((n = ccs_ev_session_send(&session, buffer, sizeof(buffer))) > 0)
 *		send(socket, buffer, n);
 *	if (ccs_ev_session_wants_close(&session))
 *		close the connection; the session may still need ticks
 *
 * The values are read and the commands are set in every call.  An emergency, a stop or an opened
 * plug is seen by the next call: tick when the values change, not only at the deadline.
 *
 * Feedback of the lock and of the contactors is needed: where the hardware has none, the shell
 * gives the commanded state after the time that the hardware takes.
 *
 * From any state, whatever the peer sends or does not send, the session ends in bounded time with
 * the contactors commanded open and the inlet unlocked; it stays locked only while a contactor is
 * welded or the inlet is live, and is unlocked by the tick that sees the end of that.
 *
 * A charger may ask for new limits in the middle of charging (renegotiation), and so may the car,
 * by `values.renegotiate`: with ISO 15118-2 the session then agrees on parameters and schedule
 *anew; in DC the contactors open meanwhile, cable check and precharge are repeated.  `values.pause`
 * ends charging so that the session can be taken up again, after a new matching or not, with
 * ccs_ev_session_resume(); DIN SPEC 70121 knows neither, there a pause is an end.
 *
 * AC: the contactor is the charger's; the car draws at most `commands.onboard_ma` per phase, which
 * follows the charger, the schedule and the duty cycle in every call.
 *
 * DIN SPEC 70121 DC; ISO 15118-2 DC and AC, payment at the charger.  Sources: DIN SPEC 70121
 * chapters 8 and 9; ISO 15118-2 chapter 8; IEC 61851-23 annex CC; IEC 61851-1 annex A.
 */
#ifndef CCS_EV_SESSION_H
#define CCS_EV_SESSION_H

#include "ccs/channel.h"
#include "ccs/charge.h"
#include "ccs/invariants.h"
#include "ccs/limits.h"
#include "ccs/quirks.h"
#include "ccs/timing.h"

#define CCS_EV_OFFERS		4  /* protocols in one handshake */
#define CCS_EV_SCHEDULE_ENTRIES 24 /* that a ChargingProfile of ISO 15118-2 can have */

/* What the car asks the charger for. */
enum ccs_ev_transfer {
	CCS_EV_TRANSFER_DC_EXTENDED, /* CCS connector, DC over its DC pins */
	CCS_EV_TRANSFER_DC_CORE,
	CCS_EV_TRANSFER_DC_COMBO_CORE,
	CCS_EV_TRANSFER_AC_THREE_PHASE, /* this and the next: ISO 15118-2 only */
	CCS_EV_TRANSFER_AC_SINGLE_PHASE,
};

#define CCS_EV_TRANSFERS (CCS_EV_TRANSFER_AC_SINGLE_PHASE + 1)

struct ccs_ev_session_config {
	struct ccs_channel_config channel;	 /* its side is set by init */
	const struct ccs_ev_values *values;	 /* read in every call */
	struct ccs_ev_commands *commands;	 /* set in every call */
	const struct ccs_timing *timing;	 /* copied; NULL: the standards' */
	const struct ccs_tolerances *tolerances; /* of E1 to E3; NULL: the defaults */
	struct ccs_quirks quirks;
	uint8_t evccid[8]; /* the MAC of the car's modem */
	uint8_t evccid_length;
	enum ccs_protocol offers[CCS_EV_OFFERS]; /* the most wanted first */
	uint8_t offer_count;
	enum ccs_ev_transfer transfer; /* the most wanted */
	/* Others that the car can do, 1 << enum ccs_ev_transfer each; the first that is offered. */
	uint8_t other_transfers;
	/* Pauses between a response and the same request again; 0: defaults of 500, 100, 100 ms */
	ccs_time ongoing_pause; /* authorisation, parameters, cable check, welding, AC status */
	ccs_time precharge_pause;
	ccs_time demand_pause;
};

/* X(id, text) in the order of a session. */
#define CCS_EV_STATES(X)                                     \
	X(IDLE, "idle")                                      \
	X(HANDSHAKE, "agreeing on a protocol")               \
	X(SESSION_SETUP, "opening the session")              \
	X(SERVICE_DISCOVERY, "asking for services")          \
	X(PAYMENT_SELECTION, "choosing service and payment") \
	X(AUTHORISATION, "waiting for authorisation")        \
	X(PARAMETERS, "agreeing on limits")                  \
	X(LOCKING, "locking the inlet")                      \
	X(CABLE_CHECK, "cable check")                        \
	X(PRECHARGE, "precharge")                            \
	X(CLOSING, "closing the contactors")                 \
	X(POWER_ON, "asking for power")                      \
	X(CHARGING, "charging")                              \
	X(RENEGOTIATING, "asking for new limits")            \
	X(POWER_OFF, "ending the power")                     \
	X(FALLING, "waiting for the current to fall")        \
	X(OPENING, "opening the contactors")                 \
	X(WELDING, "checking the contactors for welding")    \
	X(SESSION_STOP, "closing the session")               \
	X(SHUTDOWN, "making everything safe")                \
	X(ENDED, "ended")

enum ccs_ev_state {
#define CCS_EV_STATE_ROW(id, text) CCS_EV_STATE_##id,
	CCS_EV_STATES(CCS_EV_STATE_ROW)
#undef CCS_EV_STATE_ROW
		CCS_EV_STATE_COUNT
};

const char *ccs_ev_state_text(enum ccs_ev_state state);

enum ccs_ev_outcome {
	CCS_EV_OUTCOME_NONE,	/* it still runs */
	CCS_EV_OUTCOME_CHARGED, /* the battery is full */
	CCS_EV_OUTCOME_STOPPED_BY_CAR,
	CCS_EV_OUTCOME_STOPPED_BY_CHARGER,
	CCS_EV_OUTCOME_PAUSED, /* the charger knows it; ccs_ev_session_resume() */
	CCS_EV_OUTCOME_FAILED,
};

/* X(id, sentence): why it ended. */
#define CCS_EV_REASONS(X)                                                         \
	X(NONE, "it has not ended")                                               \
	X(FULL, "the battery is full")                                            \
	X(STOP, "somebody at the car wanted the end")                             \
	X(CHARGER_STOP, "the charger wanted the end")                             \
	X(PAUSE, "the car wanted a pause")                                        \
	X(EMERGENCY, "emergency in the car")                                      \
	X(CHARGER_EMERGENCY, "the charger reports an emergency or a malfunction") \
	X(UNPLUGGED, "the plug was pulled")                                       \
	X(PILOT, "the charger ended the 5 % duty cycle")                          \
	X(CONNECTION, "the connection was lost")                                  \
	X(NO_ANSWER, "the charger did not answer in time")                        \
	X(TOO_LONG, "the charger was busy for too long")                          \
	X(REFUSED, "the charger refused a request")                               \
	X(OUT_OF_TURN, "the charger sent a response that was not asked for")      \
	X(SESSION_ID, "the charger used another session id")                      \
	X(UNDECODABLE, "the charger sent what cannot be decoded")                 \
	X(OWN_MESSAGE, "our own request could not be encoded")                    \
	X(NO_PROTOCOL, "the charger has none of our protocols")                   \
	X(NO_SERVICE, "the charger does not offer what the car needs")            \
	X(LIMITS, "the limits of charger and battery do not fit")                 \
	X(NO_POWER, "the charger has no power to give for now")                   \
	X(SCHEDULE, "the charger gave no schedule that can be used")              \
	X(RCD, "the charger's residual current device has tripped")               \
	X(ISOLATION, "the isolation test failed")                                 \
	X(LOCK, "the inlet's lock did not close or did not stay closed")          \
	X(PRECHARGE, "the voltage of the battery was not reached")                \
	X(CONTACTORS, "the contactors did not close or did not stay closed")      \
	X(BATTERY, "the battery does not allow charging")                         \
	X(SENSOR, "a voltage that is needed is not measured")                     \
	X(VOLTAGE, "inlet and charger measure different voltages")                \
	X(CURRENT, "the current did not fall")                                    \
	X(WELDED, "the contactors did not open")                                  \
	X(LIVE, "the inlet stayed live after the contactors opened")

enum ccs_ev_reason {
#define CCS_EV_REASON_ROW(id, sentence) CCS_EV_REASON_##id,
	CCS_EV_REASONS(CCS_EV_REASON_ROW)
#undef CCS_EV_REASON_ROW
};

const char *ccs_ev_reason_text(enum ccs_ev_reason reason);

/* The requests; a response has the kind of its request. */
enum ccs_ev_message {
	CCS_EV_MESSAGE_NONE,
	CCS_EV_MESSAGE_HANDSHAKE,
	CCS_EV_MESSAGE_SESSION_SETUP,
	CCS_EV_MESSAGE_SERVICE_DISCOVERY,
	CCS_EV_MESSAGE_PAYMENT_SELECTION,
	CCS_EV_MESSAGE_AUTHORISATION,
	CCS_EV_MESSAGE_PARAMETERS,
	CCS_EV_MESSAGE_CABLE_CHECK,
	CCS_EV_MESSAGE_PRECHARGE,
	CCS_EV_MESSAGE_POWER_DELIVERY,
	CCS_EV_MESSAGE_DEMAND,
	CCS_EV_MESSAGE_STATUS, /* AC, in place of DEMAND */
	CCS_EV_MESSAGE_RECEIPT,
	CCS_EV_MESSAGE_WELDING,
	CCS_EV_MESSAGE_SESSION_STOP,
	CCS_EV_MESSAGE_COUNT
};

/* The power that the charger promised over time: PMaxSchedule of the chosen SAScheduleTuple. */
struct ccs_ev_schedule {
	int32_t tuple;	/* SAScheduleTupleID */
	ccs_time since; /* when it was given: its second 0 */
	uint8_t count;	/* 0: none was given, no limit */
	struct ccs_ev_schedule_entry {
		uint32_t start_s; /* ascending */
		int32_t max_w;	  /* until the next; the last for ever */
	} entries[CCS_EV_SCHEDULE_ENTRIES];
};

/* MeterInfo, to be repeated in MeteringReceiptReq. */
struct ccs_ev_meter {
	char id[32];
	uint8_t id_length;
	uint8_t signature[64];
	uint8_t signature_length;
	bool has_reading, has_signature, has_status, has_time;
	uint64_t reading_wh;
	int32_t status;
	int64_t time;
};

/* Members are private; the functions below tell what may be known. */
struct ccs_ev_session {
	struct ccs_ev_session_config config;
	struct ccs_timing timing;
	struct ccs_channel channel;
	ccs_time now; /* of this call */
	enum ccs_ev_state state;
	ccs_time entered;	     /* the state, or the step of the shutdown */
	ccs_time state_by;	     /* end of the state, */
	ccs_time response_by;	     /* of the awaited response, */
	ccs_time again_at;	     /* the same request again, */
	ccs_time setup_by;	     /* of the time to SessionSetupRes, */
	ccs_time ready_by;	     /* of the time to PowerDeliveryRes */
	enum ccs_ev_message ask;     /* to be sent by the end of this call */
	enum ccs_ev_message awaited; /* the response to it is to come */
	enum ccs_ev_outcome outcome;
	enum ccs_ev_reason reason;
	struct ccs_ev_facts facts;
	enum ccs_ev_transfer transfer;	 /* of those that the charger offers */
	struct ccs_limits charger;	 /* what it announced; AC: per phase */
	int32_t nominal_mv;		 /* AC: of a phase */
	struct ccs_ev_schedule schedule; /* DIN, ISO 15118-2 */
	struct ccs_ev_meter meter;
	struct ccs_measured reported_ma; /* EVSEPresentCurrent */
	struct ccs_watch watch;		 /* inlet against reported voltage */
	ccs_time near_since;		 /* the inlet has been near the battery, in precharge */
	int32_t precharge_mv;
	uint16_t service; /* ServiceID of the charge service */
	uint8_t rounds;	  /* of welding detection */
	uint8_t step;	  /* of the shutdown */
	uint8_t session_id[8];
	uint8_t session_id_length;
	bool resumes;		/* a paused session was asked for, */
	bool joined;		/* and the charger still had it */
	bool receipt_due;	/* before anything else is asked */
	bool renegotiation_due; /* when nothing is awaited */
	bool renegotiate_seen;	/* values.renegotiate of the last call in the loop */
	bool renegotiates;	/* contactors open to be closed again */
};

/*
 * Returns 0, or CCS_ERR_UNKNOWN when a protocol is offered that the session does not have, or none.
 * The commands are set to their rest (pilot B, everything open).
 */
int ccs_ev_session_init(struct ccs_ev_session *session, const struct ccs_ev_session_config *config);

/* The connection is there.  CCS_ERR_STATE: a session is running, or still locked. */
int ccs_ev_session_start(struct ccs_ev_session *session, ccs_time now);

/*
 * As start, for a session that ended PAUSED: with its SessionID.  A charger that has forgotten it
 * opens a new one.  CCS_ERR_STATE: as start, or the last session was not paused.
 */
int ccs_ev_session_resume(struct ccs_ev_session *session, ccs_time now);

/* Bytes of the stream, cut anyhow.  Those of after the end are ignored. */
void ccs_ev_session_receive(struct ccs_ev_session *session, const uint8_t *bytes, size_t length,
			    ccs_time now);

/* The connection is closed or was reset. */
void ccs_ev_session_lost(struct ccs_ev_session *session, ccs_time now);

void ccs_ev_session_tick(struct ccs_ev_session *session, ccs_time now);

/* One message, to be sent as one piece: its length, 0: none, CCS_ERR_SPACE: `buffer` is too small.
 */
int ccs_ev_session_send(struct ccs_ev_session *session, uint8_t *buffer, size_t size);

/* When to tick at the latest; CCS_NEVER: only when the values change. */
ccs_time ccs_ev_session_deadline(const struct ccs_ev_session *session);

static inline enum ccs_ev_state ccs_ev_session_state(const struct ccs_ev_session *session)
{
	return session->state;
}

/* The connection is of no use any more: what was fetched with send is the last. */
static inline bool ccs_ev_session_wants_close(const struct ccs_ev_session *session)
{
	return session->state >= CCS_EV_STATE_SHUTDOWN;
}

static inline bool ccs_ev_session_has_ended(const struct ccs_ev_session *session)
{
	return session->state == CCS_EV_STATE_ENDED;
}

/* NONE before the session ends or wants to. */
static inline enum ccs_ev_outcome ccs_ev_session_outcome(const struct ccs_ev_session *session)
{
	return session->outcome;
}

static inline enum ccs_ev_reason ccs_ev_session_reason(const struct ccs_ev_session *session)
{
	return session->reason;
}

/* True when the charger has joined the resumed session to the paused one. */
static inline bool ccs_ev_session_has_joined(const struct ccs_ev_session *session)
{
	return session->joined;
}

/* What was chosen from the charger's offer; before that, what is wanted most. */
static inline enum ccs_ev_transfer ccs_ev_session_transfer(const struct ccs_ev_session *session)
{
	return session->transfer;
}

/* For ccs_ev_check(). */
static inline const struct ccs_ev_facts *ccs_ev_session_facts(const struct ccs_ev_session *session)
{
	return &session->facts;
}

/* What the charger announced: the last limits. */
static inline const struct ccs_limits *
ccs_ev_session_charger_limits(const struct ccs_ev_session *session)
{
	return &session->charger;
}

#endif
