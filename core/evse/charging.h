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
	EVSE_REQUEST_START, /* PowerDelivery */
	EVSE_REQUEST_STOP,  /* PowerDelivery */
	EVSE_REQUEST_DEMAND,
	EVSE_REQUEST_WELDING,
	EVSE_REQUEST_SESSION_STOP,
	EVSE_REQUEST_UNSUPPORTED, /* a request of the protocol that we do not serve */
};

/* The car's maxima, in thousandths; NULL in `said` bits: not given. */
struct evse_maxima {
	bool has_mv;
	bool has_ma;
	bool has_mw;
	int64_t mv;
	int64_t ma;
	int64_t mw;
};

struct evse_event {
	enum evse_request request;
	bool session_known;	   /* the header has our id */
	struct ccs_bytes evccid;   /* SESSION_SETUP */
	bool external_payment;	   /* PAYMENT */
	bool charge_service;	   /* PAYMENT: our service was selected, */
	bool other_service;	   /* and one that we do not have */
	bool right_transfer;	   /* PARAMETERS: the energy transfer that we offer, */
	bool right_parameters;	   /* with its block of parameters */
	struct evse_maxima maxima; /* PARAMETERS, DEMAND */
	int64_t capacity_mwh;	   /* PARAMETERS; 0: not given */
	int64_t request_mwh;
	bool has_soc;
	int32_t soc;	   /* percent */
	int64_t target_mv; /* PRE_CHARGE, DEMAND */
	int64_t target_ma;
	bool has_profile; /* START */
	bool has_tuple;
	int32_t tuple;
};

enum evse_code {
	EVSE_CODE_OK,
	EVSE_CODE_NEW_SESSION,
	EVSE_CODE_FAILED, /* this and all that follow end the session */
	EVSE_CODE_SEQUENCE,
	EVSE_CODE_SERVICE_ID,
	EVSE_CODE_UNKNOWN_SESSION,
	EVSE_CODE_SERVICE_SELECTION,
	EVSE_CODE_PAYMENT_SELECTION,
	EVSE_CODE_WRONG_TRANSFER,
	EVSE_CODE_WRONG_PARAMETER,
	EVSE_CODE_NOT_APPLIED,
	EVSE_CODE_TARIFF,
	EVSE_CODE_PROFILE,
	EVSE_CODE_VOLTAGE_TOO_LOW,
};

enum evse_status {
	EVSE_STATUS_NOT_READY,
	EVSE_STATUS_READY,
	EVSE_STATUS_SHUTDOWN,
	EVSE_STATUS_ISOLATING,
	EVSE_STATUS_EMERGENCY,
	EVSE_STATUS_MALFUNCTION,
};

struct evse_answer {
	enum evse_code code;
	bool ongoing;
	enum evse_status status;
	enum ccs_isolation isolation;
	bool stop; /* notification StopCharging */
	int32_t present_mv;
	int32_t present_ma;
	unsigned int limited;	  /* enum ccs_limited, by our limits */
	struct ccs_limits limits; /* to be announced */
};

#define EVSE_TUPLE 1 /* the only SAScheduleTupleID */

/* charging.c: state and event to state. */
void evse_charging_step(struct ccs_evse_session *session, const struct evse_event *event,
			struct evse_answer *answer, ccs_time now);

/* supervise.c: what holds in every state, and the outputs. */
void evse_supervise(struct ccs_evse_session *session, ccs_time now);
void evse_apply(struct ccs_evse_session *session, ccs_time now);
void evse_set_power(struct ccs_evse_session *session, enum ccs_evse_power power, ccs_time now);
void evse_enter(struct ccs_evse_session *session, enum ccs_evse_state state, ccs_time now);
void evse_demand_stop(struct ccs_evse_session *session, ccs_time now);
void evse_take_power(struct ccs_evse_session *session, ccs_time now);
void evse_fail(struct ccs_evse_session *session, enum ccs_evse_fault fault, ccs_time now);
void evse_end(struct ccs_evse_session *session, enum ccs_evse_fault fault, ccs_time now);
bool evse_is_drawing(const struct ccs_evse_session *session);
int32_t evse_present_mv(const struct ccs_evse_session *session, ccs_time now);
int32_t evse_present_ma(const struct ccs_evse_session *session, ccs_time now);
ccs_time evse_supervise_deadline(const struct ccs_evse_session *session);

/* din.c, iso2.c: a decoded request is answered; false: it is none. */
bool evse_din_answer(struct ccs_evse_session *session, const struct ccs_exi_document *document,
		     ccs_time now);
bool evse_iso2_answer(struct ccs_evse_session *session, const struct ccs_exi_document *document,
		      ccs_time now);

#endif
