/* SPDX-License-Identifier: Apache-2.0 */
/* ISO 15118-2 at the charger, with payment there: requests to events. */
#include "evse/iso2.h"
#include "ccs/quantities.h"

#include <string.h>

static enum evse_request find_progress(enum iso2_chargeProgress progress)
{
	switch (progress) {
	case iso2_chargeProgress_Start:
		return EVSE_REQUEST_START;
	case iso2_chargeProgress_Stop:
		return EVSE_REQUEST_STOP;
	case iso2_chargeProgress_Renegotiate:
		return EVSE_REQUEST_RENEGOTIATE;
	}
	return EVSE_REQUEST_UNSUPPORTED;
}

static enum evse_request find_request(const struct iso2_Body *body)
{
	switch (body->tag) {
	case iso2_BodyElement_SessionSetupReq:
		return EVSE_REQUEST_SESSION_SETUP;
	case iso2_BodyElement_ServiceDiscoveryReq:
		return EVSE_REQUEST_SERVICE_DISCOVERY;
	case iso2_BodyElement_ServiceDetailReq:
		return EVSE_REQUEST_SERVICE_DETAIL;
	case iso2_BodyElement_PaymentServiceSelectionReq:
		return EVSE_REQUEST_PAYMENT;
	case iso2_BodyElement_AuthorizationReq:
		return EVSE_REQUEST_AUTHORISATION;
	case iso2_BodyElement_ChargeParameterDiscoveryReq:
		return EVSE_REQUEST_PARAMETERS;
	case iso2_BodyElement_CableCheckReq:
		return EVSE_REQUEST_CABLE_CHECK;
	case iso2_BodyElement_PreChargeReq:
		return EVSE_REQUEST_PRE_CHARGE;
	case iso2_BodyElement_PowerDeliveryReq:
		return find_progress(body->PowerDeliveryReq.ChargeProgress);
	case iso2_BodyElement_CurrentDemandReq:
		return EVSE_REQUEST_DEMAND;
	case iso2_BodyElement_ChargingStatusReq:
		return EVSE_REQUEST_STATUS;
	case iso2_BodyElement_MeteringReceiptReq:
		return EVSE_REQUEST_RECEIPT;
	case iso2_BodyElement_WeldingDetectionReq:
		return EVSE_REQUEST_WELDING;
	case iso2_BodyElement_SessionStopReq:
		return EVSE_REQUEST_SESSION_STOP;
	default: /* the generated enumeration has responses too */
		return EVSE_REQUEST_UNSUPPORTED;
	}
}

static void read_soc(struct evse_event *event, const struct iso2_DC_EVStatus *status)
{
	event->has_soc = true;
	event->soc = status->EVRESSSOC;
}

static void read_payment(struct evse_event *event,
			 const struct iso2_PaymentServiceSelectionReq *req)
{
	event->external_payment = req->SelectedPaymentOption == iso2_paymentOption_ExternalPayment;
	for (uint32_t i = 0; i < req->SelectedServiceList.SelectedService.count; i++) {
		if (req->SelectedServiceList.SelectedService.at[i].ServiceID == EVSE_ISO2_SERVICE)
			event->charge_service = true;
		else
			event->other_service = true;
	}
}

static void read_dc(struct evse_event *event, const struct iso2_DC_EVChargeParameter *dc)
{
	read_soc(event, &dc->DC_EVStatus);
	event->maxima = (struct evse_maxima) {
		.has_mv = true,
		.has_ma = true,
		.has_mw = dc->has_EVMaximumPowerLimit,
		.mv = ccs_milli_iso2(&dc->EVMaximumVoltageLimit),
		.ma = ccs_milli_iso2(&dc->EVMaximumCurrentLimit),
		.mw = ccs_milli_iso2(&dc->EVMaximumPowerLimit),
	};
	if (dc->has_EVEnergyCapacity)
		event->capacity_mwh = ccs_milli_iso2(&dc->EVEnergyCapacity);
	if (dc->has_FullSOC)
		event->full_soc = dc->FullSOC;
	if (dc->has_EVEnergyRequest)
		event->request_mwh = ccs_milli_iso2(&dc->EVEnergyRequest);
}

static void read_ac(struct evse_event *event, const struct iso2_AC_EVChargeParameter *ac)
{
	event->maxima = (struct evse_maxima) {
		.has_mv = true,
		.has_ma = true,
		.mv = ccs_milli_iso2(&ac->EVMaxVoltage),
		.ma = ccs_milli_iso2(&ac->EVMaxCurrent),
	};
	event->request_mwh = ccs_milli_iso2(&ac->EAmount);
}

/* 0: the charger does not offer this mode. */
static uint8_t find_phases(const struct ccs_evse_session *session,
			   enum iso2_EnergyTransferMode mode)
{
	if (mode == iso2_EnergyTransferMode_AC_single_phase_core)
		return 1;
	if (mode == iso2_EnergyTransferMode_AC_three_phase_core && session->config.ac.phases == 3)
		return 3;
	return 0;
}

/* A probe takes a car of any direct current: it gives none. */
static void read_parameters(const struct ccs_evse_session *session, struct evse_event *event,
			    const struct iso2_ChargeParameterDiscoveryReq *req)
{
	enum iso2_EnergyTransferMode mode = req->RequestedEnergyTransferMode;
	enum iso2_EVChargeParameter_tag tag = req->EVChargeParameter.tag;

	if (evse_is_ac(session)) {
		event->phases = find_phases(session, mode);
		event->right_transfer = event->phases;
		event->right_parameters = tag == iso2_EVChargeParameter_AC_EVChargeParameter;
		if (event->right_parameters)
			read_ac(event, &req->EVChargeParameter.AC_EVChargeParameter);
	} else {
		event->right_parameters = tag == iso2_EVChargeParameter_DC_EVChargeParameter;
		event->right_transfer = mode == iso2_EnergyTransferMode_DC_extended ||
					(session->config.probe && event->right_parameters);
		if (event->right_parameters)
			read_dc(event, &req->EVChargeParameter.DC_EVChargeParameter);
	}
}

static void read_demand(struct evse_event *event, const struct iso2_CurrentDemandReq *req)
{
	read_soc(event, &req->DC_EVStatus);
	event->target_mv = ccs_milli_iso2(&req->EVTargetVoltage);
	event->target_ma = ccs_milli_iso2(&req->EVTargetCurrent);
	event->maxima = (struct evse_maxima) {
		.has_mv = req->has_EVMaximumVoltageLimit,
		.has_ma = req->has_EVMaximumCurrentLimit,
		.has_mw = req->has_EVMaximumPowerLimit,
		.mv = ccs_milli_iso2(&req->EVMaximumVoltageLimit),
		.ma = ccs_milli_iso2(&req->EVMaximumCurrentLimit),
		.mw = ccs_milli_iso2(&req->EVMaximumPowerLimit),
	};
}

static void read_start(struct evse_event *event, const struct iso2_PowerDeliveryReq *req)
{
	struct evse_profile *profile = &event->profile;

	event->has_tuple = true;
	event->tuple = req->SAScheduleTupleID;
	event->has_profile = req->has_ChargingProfile;
	if (!req->has_ChargingProfile)
		return;
	for (uint32_t i = 0; i < req->ChargingProfile.ProfileEntry.count; i++) {
		const struct iso2_ProfileEntry *entry = &req->ChargingProfile.ProfileEntry.at[i];

		if (profile->count == sizeof(profile->entries) / sizeof(profile->entries[0]))
			break; /* the codec has refused more */
		profile->entries[profile->count].start_s = entry->ChargingProfileEntryStart;
		profile->entries[profile->count].mw =
			ccs_milli_iso2(&entry->ChargingProfileEntryMaxPower);
		profile->count++;
	}
}

static bool is_our_session(const struct ccs_evse_session *session, const struct ccs_bytes *id)
{
	return id->length == sizeof(session->id) &&
	       memcmp(id->at, session->id, sizeof(session->id)) == 0;
}

static struct evse_event read_event(const struct ccs_evse_session *session,
				    const struct iso2_V2G_Message *message)
{
	const struct iso2_Body *body = &message->Body;
	struct evse_event event = {
		.request = find_request(body),
		.session_known = is_our_session(session, &message->Header.SessionID),
	};

	if (event.request == EVSE_REQUEST_SESSION_SETUP) {
		event.evccid = body->SessionSetupReq.EVCCID;
		event.session = message->Header.SessionID;
	} else if (event.request == EVSE_REQUEST_SERVICE_DETAIL) {
		event.charge_service = body->ServiceDetailReq.ServiceID == EVSE_ISO2_SERVICE;
	} else if (event.request == EVSE_REQUEST_PAYMENT) {
		read_payment(&event, &body->PaymentServiceSelectionReq);
	} else if (event.request == EVSE_REQUEST_PARAMETERS) {
		read_parameters(session, &event, &body->ChargeParameterDiscoveryReq);
	} else if (event.request == EVSE_REQUEST_CABLE_CHECK) {
		read_soc(&event, &body->CableCheckReq.DC_EVStatus);
	} else if (event.request == EVSE_REQUEST_PRE_CHARGE) {
		read_soc(&event, &body->PreChargeReq.DC_EVStatus);
		event.target_mv = ccs_milli_iso2(&body->PreChargeReq.EVTargetVoltage);
		event.target_ma = ccs_milli_iso2(&body->PreChargeReq.EVTargetCurrent);
	} else if (event.request == EVSE_REQUEST_START) {
		read_start(&event, &body->PowerDeliveryReq);
	} else if (event.request == EVSE_REQUEST_DEMAND) {
		read_demand(&event, &body->CurrentDemandReq);
	} else if (event.request == EVSE_REQUEST_SESSION_STOP) {
		event.pause = body->SessionStopReq.ChargingSession == iso2_chargingSession_Pause;
	}
	return event;
}

bool evse_iso2_answer(struct ccs_evse_session *session, const struct ccs_exi_document *document,
		      ccs_time now)
{
	const struct iso2_V2G_Message *request = document->value;
	struct evse_event event;
	struct evse_answer answer;

	if (document->element != iso2_element_V2G_Message)
		return false;
	event = read_event(session, request);
	evse_charging_step(session, &event, &answer, now);
	return evse_iso2_send(session, &request->Body, event.request, &answer, now);
}
