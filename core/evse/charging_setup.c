/* SPDX-License-Identifier: Apache-2.0 */
/* The states of a session before the power: from its id to the charge parameters. */
#include "evse/charging.h"

#include <string.h>

/* ISO 15118-2 8.7.3.2: a paused session goes on under its id, once. */
static void join_session(struct ccs_evse_session *session, const struct evse_event *event,
			 struct evse_answer *answer)
{
	struct ccs_evse_paused *paused = &session->paused;

	session->resumed = paused->valid && session->protocol == CCS_PROTOCOL_ISO2 &&
			   event->session.length == sizeof(paused->id) &&
			   memcmp(event->session.at, paused->id, sizeof(paused->id)) == 0;
	if (session->resumed)
		memcpy(session->id, paused->id, sizeof(session->id));
	paused->valid = false;
	answer->code = session->resumed ? EVSE_CODE_OLD_SESSION : EVSE_CODE_NEW_SESSION;
}

/* DIN SPEC 70121 8.8.3.2. */
void evse_in_session_setup(struct ccs_evse_session *session, const struct evse_event *event,
			   struct evse_answer *answer, ccs_time now)
{
	if (event->request != EVSE_REQUEST_SESSION_SETUP) {
		evse_refuse_sequence(answer);
		return;
	}
	for (uint32_t i = 0; i < event->evccid.length && i < sizeof(session->car.evccid); i++) {
		session->car.evccid[i] = event->evccid.at[i];
		session->car.evccid_length = (uint8_t)(i + 1);
	}
	join_session(session, event, answer);
	evse_enter(session, CCS_EVSE_SERVICE_DISCOVERY, now);
}

/* DIN SPEC 70121 8.8.3.3. */
void evse_in_service_discovery(struct ccs_evse_session *session, const struct evse_event *event,
			       struct evse_answer *answer, ccs_time now)
{
	if (event->request == EVSE_REQUEST_SERVICE_DISCOVERY)
		evse_enter(session, CCS_EVSE_PAYMENT, now);
	else
		evse_refuse_sequence(answer);
}

/* DIN SPEC 70121 8.8.3.4. */
void evse_in_payment(struct ccs_evse_session *session, const struct evse_event *event,
		     struct evse_answer *answer, ccs_time now)
{
	if (event->request == EVSE_REQUEST_SERVICE_DETAIL)
		answer->code = event->charge_service ? EVSE_CODE_OK : EVSE_CODE_SERVICE_ID;
	else if (event->request != EVSE_REQUEST_PAYMENT)
		evse_refuse_sequence(answer);
	else if (!event->external_payment)
		answer->code = EVSE_CODE_PAYMENT_SELECTION;
	else if (!event->charge_service)
		answer->code = EVSE_CODE_NO_CHARGE_SERVICE;
	else if (event->other_service)
		answer->code = EVSE_CODE_SERVICE_SELECTION;
	else
		evse_enter(session, CCS_EVSE_AUTHORISATION, now);
}

/* A probe gives nothing that had to be paid; a resumed session has been paid. */
static enum ccs_authorisation find_authorisation(const struct ccs_evse_session *session)
{
	enum ccs_authorisation authorisation = session->config.values->authorisation;

	if (session->config.probe ||
	    (session->resumed && authorisation == CCS_AUTHORISATION_PENDING))
		return CCS_AUTHORISATION_GRANTED;
	return authorisation;
}

/* DIN SPEC 70121 8.8.3.5. */
void evse_in_authorisation(struct ccs_evse_session *session, const struct evse_event *event,
			   struct evse_answer *answer, ccs_time now)
{
	if (event->request != EVSE_REQUEST_AUTHORISATION) {
		evse_refuse_sequence(answer);
		return;
	}
	switch (find_authorisation(session)) {
	case CCS_AUTHORISATION_PENDING:
		evse_go_on(session, answer, session->config.authorisation_us, now);
		break;
	case CCS_AUTHORISATION_GRANTED:
		evse_enter(session, CCS_EVSE_PARAMETERS, now);
		break;
	case CCS_AUTHORISATION_DENIED:
		evse_answer_fault(session, CCS_EVSE_FAULT_DENIED, answer, now);
		break;
	}
}

/* Voltage and current that both sides can do. */
static bool fit_together(const struct ccs_evse_session *session)
{
	const struct ccs_limits *ev = &session->facts.ev;
	const struct ccs_limits *own = &session->config.values->limits;

	if (session->config.probe)
		return true;
	if (evse_is_ac(session))
		return ev->max_ma > 0;
	return ev->max_mv > own->min_mv && ev->max_ma > own->min_ma;
}

/* There is power to be offered; a pause offers none. */
static bool has_power(const struct ccs_evse_session *session, ccs_time now)
{
	const struct ccs_evse_values *values = session->config.values;

	if (session->pause || session->config.probe)
		return true;
	if (evse_is_ac(session))
		return values->supply != CCS_SUPPLY_FAULT &&
		       evse_ac_ma(session, now) >= EVSE_LEAST_AC_MA;
	return values->supply == CCS_SUPPLY_READY && ccs_limits_usable(&values->limits);
}

/* A car that has told its state of charge to a probe is not led on into the cable check. */
static bool has_told(const struct ccs_evse_session *session, const struct evse_event *event)
{
	return session->config.probe && (session->probed || event->soc > 0);
}

/* DIN SPEC 70121 8.8.4.2; ongoing until the supply can be used. */
void evse_in_parameters(struct ccs_evse_session *session, const struct evse_event *event,
			struct evse_answer *answer, ccs_time now)
{
	if (event->request != EVSE_REQUEST_PARAMETERS) {
		evse_refuse_sequence(answer);
		return;
	}
	if (!event->right_transfer || !event->right_parameters) {
		answer->code = event->right_transfer ? EVSE_CODE_WRONG_PARAMETER
						     : EVSE_CODE_WRONG_TRANSFER;
		return;
	}
	session->phases = event->phases;
	if (!evse_take_maxima(session, &event->maxima, now) || !fit_together(session)) {
		answer->code = EVSE_CODE_WRONG_PARAMETER;
		return;
	}
	/* NOTE: DIN has no time for it; that of ISO 15118-2 serves */
	if (has_told(session, event) || !has_power(session, now)) {
		evse_go_on(session, answer,
			   ccs_timing_us(session->config.timing, CCS_TIMER_ISO2_SECC_ONGOING), now);
		return;
	}
	session->scheduled = now;
	evse_enter(session, evse_is_ac(session) ? CCS_EVSE_READY : CCS_EVSE_CABLE_CHECK, now);
}
