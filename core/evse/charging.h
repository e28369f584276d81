/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The charger's session without bytes and wire structs: a request of the car becomes an event, the
 * state machine makes an answer of it.  The files of the protocols translate both.
 */
#ifndef EVSE_CHARGING_H
#define EVSE_CHARGING_H

#include "ccs/evse_session.h"
#include "ccs/limits.h"

enum evse_request {
	EVSE_REQUEST_SESSION_SETUP,
	EVSE_REQUEST_SERVICE_DISCOVERY,
	EVSE_REQUEST_SERVICE_DETAIL, /* ISO 15118-2 */
	EVSE_REQUEST_PAYMENT,
	EVSE_REQUEST_AUTHORISATION,
	EVSE_REQUEST_PARAMETERS,
	EVSE_REQUEST_CABLE_CHECK,
	EVSE_REQUEST_PRE_CHARGE,
	EVSE_REQUEST_START,	  /* PowerDelivery */
	EVSE_REQUEST_STOP,	  /* PowerDelivery */
	EVSE_REQUEST_RENEGOTIATE, /* PowerDelivery */
	EVSE_REQUEST_DEMAND,
	EVSE_REQUEST_STATUS, /* AC */
	EVSE_REQUEST_RECEIPT,
	EVSE_REQUEST_WELDING,
	EVSE_REQUEST_SESSION_STOP,
	EVSE_REQUEST_UNSUPPORTED, /* a request of the protocol that we do not serve */
};

/* The car's maxima, in thousandths. */
struct evse_maxima {
	bool has_mv;
	bool has_ma;
	bool has_mw;
	int64_t mv;
	int64_t ma;
	int64_t mw;
};

/* The car's ChargingProfile: as many entries as ISO 15118-2 allows. */
struct evse_profile {
	uint32_t count;
	struct {
		uint32_t start_s;
		int64_t mw;
	} entries[24];
};

struct evse_event {
	enum evse_request request;
	bool session_known;	   /* the header has our id */
	struct ccs_bytes session;  /* SESSION_SETUP: the id that the car would like */
	struct ccs_bytes evccid;   /* SESSION_SETUP */
	bool external_payment;	   /* PAYMENT */
	bool charge_service;	   /* PAYMENT: our service was selected, */
	bool other_service;	   /* and one that we do not have */
	bool right_transfer;	   /* PARAMETERS: the energy transfer that we offer, */
	bool right_parameters;	   /* with its block of parameters */
	uint8_t phases;		   /* of AC */
	struct evse_maxima maxima; /* PARAMETERS, DEMAND */
	int64_t capacity_mwh;	   /* PARAMETERS; 0: not given */
	int32_t full_soc;	   /* percent; likewise */
	int64_t request_mwh;
	bool has_soc;
	int32_t soc;	   /* percent */
	int64_t target_mv; /* PRE_CHARGE, DEMAND */
	int64_t target_ma;
	bool has_profile; /* START */
	bool has_tuple;
	int32_t tuple;
	struct evse_profile profile;
	bool pause; /* SESSION_STOP */
};

enum evse_code {
	EVSE_CODE_OK,
	EVSE_CODE_NEW_SESSION,
	EVSE_CODE_OLD_SESSION,
	EVSE_CODE_FAILED, /* this and all that follow end the session */
	EVSE_CODE_SEQUENCE,
	EVSE_CODE_SERVICE_ID,
	EVSE_CODE_UNKNOWN_SESSION,
	EVSE_CODE_SERVICE_SELECTION,
	EVSE_CODE_NO_CHARGE_SERVICE,
	EVSE_CODE_PAYMENT_SELECTION,
	EVSE_CODE_WRONG_TRANSFER,
	EVSE_CODE_WRONG_PARAMETER,
	EVSE_CODE_NOT_APPLIED,
	EVSE_CODE_TARIFF,
	EVSE_CODE_PROFILE,
	EVSE_CODE_VOLTAGE_TOO_LOW,
	EVSE_CODE_CONTACTOR,
};

enum evse_status {
	EVSE_STATUS_NOT_READY,
	EVSE_STATUS_READY,
	EVSE_STATUS_SHUTDOWN,
	EVSE_STATUS_ISOLATING,
	EVSE_STATUS_EMERGENCY,
	EVSE_STATUS_MALFUNCTION,
};

enum evse_notification {
	EVSE_NOTIFICATION_NONE,
	EVSE_NOTIFICATION_STOP,
	EVSE_NOTIFICATION_RENEGOTIATE,
};

struct evse_answer {
	enum evse_code code;
	bool ongoing;
	enum evse_status status;
	enum ccs_isolation isolation;
	enum evse_notification notification;
	int32_t present_mv;
	int32_t present_ma;
	unsigned int limited;	  /* enum ccs_limited, by our limits */
	struct ccs_limits limits; /* to be announced */
	int32_t ac_ma;		  /* AC: what each phase may carry now */
	bool rcd;		  /* AC: the residual current device has tripped */
	bool has_meter;
	int32_t meter_wh;
	bool receipt; /* a MeteringReceiptReq has to follow */
};

#define EVSE_LEAST_AC_MA 6000 /* below it no car charges: IEC 61851-1 annex A */

/* charging.c: state and event to state. */
void evse_charging_step(struct ccs_evse_session *session, const struct evse_event *event,
			struct evse_answer *answer, ccs_time now);

/* For the states. */
void evse_go_on(struct ccs_evse_session *session, struct evse_answer *answer, ccs_time time,
		ccs_time now);
void evse_refuse_sequence(struct evse_answer *answer);
void evse_answer_fault(struct ccs_evse_session *session, enum ccs_evse_fault fault,
		       struct evse_answer *answer, ccs_time now);
void evse_stop_charging(struct ccs_evse_session *session, ccs_time now);

/* charging_setup.c and charging_start.c: the states, each with what is asked and answered in it. */
void evse_in_session_setup(struct ccs_evse_session *session, const struct evse_event *event,
			   struct evse_answer *answer, ccs_time now);
void evse_in_service_discovery(struct ccs_evse_session *session, const struct evse_event *event,
			       struct evse_answer *answer, ccs_time now);
void evse_in_payment(struct ccs_evse_session *session, const struct evse_event *event,
		     struct evse_answer *answer, ccs_time now);
void evse_in_authorisation(struct ccs_evse_session *session, const struct evse_event *event,
			   struct evse_answer *answer, ccs_time now);
void evse_in_parameters(struct ccs_evse_session *session, const struct evse_event *event,
			struct evse_answer *answer, ccs_time now);
void evse_in_cable_check(struct ccs_evse_session *session, const struct evse_event *event,
			 struct evse_answer *answer, ccs_time now);
void evse_in_pre_charge(struct ccs_evse_session *session, const struct evse_event *event,
			struct evse_answer *answer, ccs_time now);
void evse_deliver_power(struct ccs_evse_session *session, const struct evse_event *event,
			struct evse_answer *answer, ccs_time now);

/* charging_answer.c: what every answer tells. */
void evse_fill_answer(struct ccs_evse_session *session, const struct evse_event *event,
		      struct evse_answer *answer, ccs_time now);

/* charging_car.c: the car's numbers; what cannot be is kept out and said. */
bool evse_take_maxima(struct ccs_evse_session *session, const struct evse_maxima *maxima,
		      ccs_time now);
void evse_take_demand(struct ccs_evse_session *session, const struct evse_event *event,
		      ccs_time now);
void evse_take_car(struct ccs_evse_session *session, const struct evse_event *event, ccs_time now);
void evse_tell_car(const struct ccs_evse_session *session, ccs_time now);

/* schedule.c: what the car may draw, and when. */
void evse_schedule_offer(const struct ccs_evse_session *session, struct ccs_evse_schedule *offer);
bool evse_schedule_has(const struct ccs_evse_session *session, int32_t tuple);
bool evse_schedule_allows(const struct ccs_evse_session *session,
			  const struct evse_profile *profile, int32_t tuple);
int32_t evse_schedule_now(const struct ccs_evse_session *session, ccs_time now);
ccs_time evse_schedule_deadline(const struct ccs_evse_session *session);

/* limits.c: the charger's own limits as they are at this moment. */
struct ccs_limits evse_own_limits(const struct ccs_evse_session *session, ccs_time now);
int32_t evse_ac_ma(const struct ccs_evse_session *session, ccs_time now);
bool evse_is_ac(const struct ccs_evse_session *session);

/* supervise.c: what holds in every state, and the outputs. */
void evse_supervise(struct ccs_evse_session *session, ccs_time now);
void evse_apply(struct ccs_evse_session *session, ccs_time now);
void evse_set_power(struct ccs_evse_session *session, enum ccs_evse_power power, ccs_time now);
void evse_enter(struct ccs_evse_session *session, enum ccs_evse_state state, ccs_time now);
void evse_demand_stop(struct ccs_evse_session *session, ccs_time now);
void evse_end_delivery(struct ccs_evse_session *session, ccs_time now);
void evse_take_power(struct ccs_evse_session *session, ccs_time now);
void evse_fail(struct ccs_evse_session *session, enum ccs_evse_fault fault, ccs_time now);
void evse_end(struct ccs_evse_session *session, enum ccs_evse_fault fault, ccs_time now);
void evse_note(const struct ccs_evse_session *session, enum ccs_note_level level, const char *text,
	       ccs_time now);
bool evse_wants_stop(const struct ccs_evse_session *session);
bool evse_is_drawing(const struct ccs_evse_session *session);
int32_t evse_present_mv(const struct ccs_evse_session *session, ccs_time now);
bool evse_is_dead(const struct ccs_evse_session *session,
		  ccs_time now); /* the cable, as measured */
bool evse_is_at_test_voltage(const struct ccs_evse_session *session, ccs_time now);
int32_t evse_present_ma(const struct ccs_evse_session *session, ccs_time now);
ccs_time evse_supervise_deadline(const struct ccs_evse_session *session);

/* din.c, iso2.c: a decoded request is answered; false: it is none. */
bool evse_din_answer(struct ccs_evse_session *session, const struct ccs_exi_document *document,
		     ccs_time now);
bool evse_iso2_answer(struct ccs_evse_session *session, const struct ccs_exi_document *document,
		      ccs_time now);

#endif
