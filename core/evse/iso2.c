/* SPDX-License-Identifier: Apache-2.0 */
/* ISO 15118-2 at the charger, DC with payment at the charger: requests to events, answers to
 * responses. */
#include "ccs/msg/iso2.h"
#include "ccs/quantities.h"
#include "evse/charging.h"

#include <string.h>

#define SERVICE_ID  1
#define DAY_SECONDS (24 * 3600) /* NOTE: tables 24 h long are what cars know from others */

/* Bytes to event. */

/* NOTE: a renegotiation is refused (FAILED_SequenceError); cars then stop and come again. */
static enum evse_request find_progress(enum iso2_chargeProgress progress)
{
	switch (progress) {
	case iso2_chargeProgress_Start:
		return EVSE_REQUEST_START;
	case iso2_chargeProgress_Stop:
		return EVSE_REQUEST_STOP;
	case iso2_chargeProgress_Renegotiate:
		break;
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
		if (req->SelectedServiceList.SelectedService.at[i].ServiceID == SERVICE_ID)
			event->charge_service = true;
		else
			event->other_service = true;
	}
}

static void read_parameters(struct evse_event *event,
			    const struct iso2_ChargeParameterDiscoveryReq *req)
{
	const struct iso2_DC_EVChargeParameter *dc = &req->EVChargeParameter.DC_EVChargeParameter;

	event->right_transfer = req->RequestedEnergyTransferMode ==
				iso2_EnergyTransferMode_DC_extended;
	event->right_parameters = req->EVChargeParameter.tag ==
				  iso2_EVChargeParameter_DC_EVChargeParameter;
	if (!event->right_parameters)
		return;
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
	if (dc->has_EVEnergyRequest)
		event->request_mwh = ccs_milli_iso2(&dc->EVEnergyRequest);
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
	} else if (event.request == EVSE_REQUEST_SERVICE_DETAIL) {
		event.charge_service = body->ServiceDetailReq.ServiceID == SERVICE_ID;
	} else if (event.request == EVSE_REQUEST_PAYMENT) {
		read_payment(&event, &body->PaymentServiceSelectionReq);
	} else if (event.request == EVSE_REQUEST_PARAMETERS) {
		read_parameters(&event, &body->ChargeParameterDiscoveryReq);
	} else if (event.request == EVSE_REQUEST_CABLE_CHECK) {
		read_soc(&event, &body->CableCheckReq.DC_EVStatus);
	} else if (event.request == EVSE_REQUEST_PRE_CHARGE) {
		read_soc(&event, &body->PreChargeReq.DC_EVStatus);
		event.target_mv = ccs_milli_iso2(&body->PreChargeReq.EVTargetVoltage);
		event.target_ma = ccs_milli_iso2(&body->PreChargeReq.EVTargetCurrent);
	} else if (event.request == EVSE_REQUEST_START) {
		event.has_profile = body->PowerDeliveryReq.has_ChargingProfile;
		event.has_tuple = true;
		event.tuple = body->PowerDeliveryReq.SAScheduleTupleID;
	} else if (event.request == EVSE_REQUEST_DEMAND) {
		read_demand(&event, &body->CurrentDemandReq);
	}
	return event;
}

/* Answer to bytes. */

static enum iso2_responseCode to_code(enum evse_code code)
{
	static const enum iso2_responseCode codes[] = {
		[EVSE_CODE_OK] = iso2_responseCode_OK,
		[EVSE_CODE_NEW_SESSION] = iso2_responseCode_OK_NewSessionEstablished,
		[EVSE_CODE_FAILED] = iso2_responseCode_FAILED,
		[EVSE_CODE_SEQUENCE] = iso2_responseCode_FAILED_SequenceError,
		[EVSE_CODE_SERVICE_ID] = iso2_responseCode_FAILED_ServiceIDInvalid,
		[EVSE_CODE_UNKNOWN_SESSION] = iso2_responseCode_FAILED_UnknownSession,
		[EVSE_CODE_SERVICE_SELECTION] = iso2_responseCode_FAILED_ServiceSelectionInvalid,
		[EVSE_CODE_PAYMENT_SELECTION] = iso2_responseCode_FAILED_PaymentSelectionInvalid,
		[EVSE_CODE_WRONG_TRANSFER] = iso2_responseCode_FAILED_WrongEnergyTransferMode,
		[EVSE_CODE_WRONG_PARAMETER] = iso2_responseCode_FAILED_WrongChargeParameter,
		[EVSE_CODE_NOT_APPLIED] = iso2_responseCode_FAILED_PowerDeliveryNotApplied,
		[EVSE_CODE_TARIFF] = iso2_responseCode_FAILED_TariffSelectionInvalid,
		[EVSE_CODE_PROFILE] = iso2_responseCode_FAILED_ChargingProfileInvalid,
		[EVSE_CODE_VOLTAGE_TOO_LOW] = iso2_responseCode_FAILED,
	};
	return codes[code];
}

/* A person is waited for only in the authorisation. */
static enum iso2_EVSEProcessing to_authorisation(const struct evse_answer *answer)
{
	return answer->ongoing ? iso2_EVSEProcessing_Ongoing_WaitingForCustomerInteraction
			       : iso2_EVSEProcessing_Finished;
}

static enum iso2_EVSEProcessing to_processing(const struct evse_answer *answer)
{
	return answer->ongoing ? iso2_EVSEProcessing_Ongoing : iso2_EVSEProcessing_Finished;
}

static struct iso2_PhysicalValue to_value(int64_t milli, enum iso2_unitSymbol unit)
{
	struct ccs_decimal decimal = ccs_milli_to_decimal(milli, -3, 3);

	return (struct iso2_PhysicalValue) {
		.Multiplier = decimal.exponent,
		.Unit = unit,
		.Value = decimal.value,
	};
}

static enum iso2_isolationLevel to_isolation(enum ccs_isolation isolation)
{
	switch (isolation) {
	case CCS_ISOLATION_INVALID:
	case CCS_ISOLATION_RUNNING:
		break;
	case CCS_ISOLATION_VALID:
		return iso2_isolationLevel_Valid;
	case CCS_ISOLATION_WARNING:
		return iso2_isolationLevel_Warning;
	case CCS_ISOLATION_NO_MONITOR:
		return iso2_isolationLevel_No_IMD;
	case CCS_ISOLATION_FAULT:
		return iso2_isolationLevel_Fault;
	}
	return iso2_isolationLevel_Invalid;
}

static struct iso2_DC_EVSEStatus to_status(const struct evse_answer *answer)
{
	static const enum iso2_DC_EVSEStatusCode codes[] = {
		[EVSE_STATUS_NOT_READY] = iso2_DC_EVSEStatusCode_EVSE_NotReady,
		[EVSE_STATUS_READY] = iso2_DC_EVSEStatusCode_EVSE_Ready,
		[EVSE_STATUS_SHUTDOWN] = iso2_DC_EVSEStatusCode_EVSE_Shutdown,
		[EVSE_STATUS_ISOLATING] = iso2_DC_EVSEStatusCode_EVSE_IsolationMonitoringActive,
		[EVSE_STATUS_EMERGENCY] = iso2_DC_EVSEStatusCode_EVSE_EmergencyShutdown,
		[EVSE_STATUS_MALFUNCTION] = iso2_DC_EVSEStatusCode_EVSE_Malfunction,
	};
	return (struct iso2_DC_EVSEStatus) {
		.has_EVSEIsolationStatus = true,
		.EVSEIsolationStatus = to_isolation(answer->isolation),
		.EVSEStatusCode = codes[answer->status],
		.EVSENotification = answer->stop ? iso2_EVSENotification_StopCharging
						 : iso2_EVSENotification_None,
	};
}

static struct ccs_text evse_id(const struct ccs_evse_session *session)
{
	struct ccs_text id = session->config.evse_name;

	return id.length ? id : CCS_TEXT("ZZ00000");
}

static void write_session_setup(const struct ccs_evse_session *session,
				const struct evse_answer *answer, struct iso2_Body *body)
{
	body->tag = iso2_BodyElement_SessionSetupRes;
	body->SessionSetupRes = (struct iso2_SessionSetupRes) {
		.ResponseCode = to_code(answer->code),
		.EVSEID = evse_id(session),
	};
}

/* What a message points to; it outlives the building of it. */
struct lists {
	enum iso2_paymentOption payment;
	enum iso2_EnergyTransferMode transfer;
	struct iso2_SAScheduleTuple tuple;
	struct iso2_PMaxScheduleEntry entry;
};

static void write_services(const struct evse_answer *answer, struct lists *lists,
			   struct iso2_Body *body)
{
	lists->payment = iso2_paymentOption_ExternalPayment;
	lists->transfer = iso2_EnergyTransferMode_DC_extended;
	body->tag = iso2_BodyElement_ServiceDiscoveryRes;
	body->ServiceDiscoveryRes = (struct iso2_ServiceDiscoveryRes) {
		.ResponseCode = to_code(answer->code),
		.PaymentOptionList.PaymentOption = { &lists->payment, 1 },
		.ChargeService = {
			.ServiceID = SERVICE_ID,
			.ServiceCategory = iso2_serviceCategory_EVCharging,
			.SupportedEnergyTransferMode.EnergyTransferMode = { &lists->transfer, 1 },
		},
	};
}

static void write_schedule(const struct evse_answer *answer, struct lists *lists,
			   struct iso2_SASchedules_group *group)
{
	lists->entry = (struct iso2_PMaxScheduleEntry) {
		.TimeInterval = { .tag = iso2_TimeInterval_RelativeTimeInterval,
				  .RelativeTimeInterval = { .has_duration = true,
							    .duration = DAY_SECONDS } },
		.PMax = to_value((int64_t)answer->limits.max_w * 1000, iso2_unitSymbol_W),
	};
	lists->tuple = (struct iso2_SAScheduleTuple) {
		.SAScheduleTupleID = EVSE_TUPLE,
		.PMaxSchedule = { .PMaxScheduleEntry = { &lists->entry, 1 } },
	};
	group->tag = iso2_SASchedules_SAScheduleList;
	group->SAScheduleList.SAScheduleTuple.at = &lists->tuple;
	group->SAScheduleList.SAScheduleTuple.count = 1;
}

static void write_parameters(const struct ccs_evse_session *session,
			     const struct evse_answer *answer, struct lists *lists,
			     struct iso2_Body *body)
{
	struct iso2_ChargeParameterDiscoveryRes *res = &body->ChargeParameterDiscoveryRes;
	const struct ccs_limits *limits = &answer->limits;
	int32_t ripple = session->config.ripple_ma;

	body->tag = iso2_BodyElement_ChargeParameterDiscoveryRes;
	*res = (struct iso2_ChargeParameterDiscoveryRes) {
		.ResponseCode = to_code(answer->code),
		.EVSEProcessing = to_processing(answer),
		.EVSEChargeParameter.tag = iso2_EVSEChargeParameter_DC_EVSEChargeParameter,
	};
	write_schedule(answer, lists, &res->SASchedules);
	res->EVSEChargeParameter.DC_EVSEChargeParameter = (struct iso2_DC_EVSEChargeParameter) {
		.DC_EVSEStatus = to_status(answer),
		.EVSEMaximumCurrentLimit = to_value(limits->max_ma, iso2_unitSymbol_A),
		.EVSEMaximumPowerLimit = to_value((int64_t)limits->max_w * 1000, iso2_unitSymbol_W),
		.EVSEMaximumVoltageLimit = to_value(limits->max_mv, iso2_unitSymbol_V),
		.EVSEMinimumCurrentLimit = to_value(limits->min_ma, iso2_unitSymbol_A),
		.EVSEMinimumVoltageLimit = to_value(limits->min_mv, iso2_unitSymbol_V),
		.EVSEPeakCurrentRipple = to_value(ripple ? ripple : 1000, iso2_unitSymbol_A),
	};
}

static void write_current_demand(const struct ccs_evse_session *session,
				 const struct evse_answer *answer, struct iso2_Body *body)
{
	const struct ccs_limits *limits = &answer->limits;

	body->tag = iso2_BodyElement_CurrentDemandRes;
	body->CurrentDemandRes = (struct iso2_CurrentDemandRes) {
		.ResponseCode = to_code(answer->code),
		.DC_EVSEStatus = to_status(answer),
		.EVSEID = evse_id(session),
		.SAScheduleTupleID = EVSE_TUPLE,
		.EVSEPresentVoltage = to_value(answer->present_mv, iso2_unitSymbol_V),
		.EVSEPresentCurrent = to_value(answer->present_ma, iso2_unitSymbol_A),
		.EVSECurrentLimitAchieved = answer->limited & CCS_LIMITED_CURRENT,
		.EVSEVoltageLimitAchieved = answer->limited & CCS_LIMITED_VOLTAGE,
		.EVSEPowerLimitAchieved = answer->limited & CCS_LIMITED_POWER,
		.has_EVSEMaximumVoltageLimit = true,
		.EVSEMaximumVoltageLimit = to_value(limits->max_mv, iso2_unitSymbol_V),
		.has_EVSEMaximumCurrentLimit = true,
		.EVSEMaximumCurrentLimit = to_value(limits->max_ma, iso2_unitSymbol_A),
		.has_EVSEMaximumPowerLimit = true,
		.EVSEMaximumPowerLimit = to_value((int64_t)limits->max_w * 1000, iso2_unitSymbol_W),
	};
}

static void write_power_delivery(const struct evse_answer *answer, struct iso2_Body *body)
{
	body->tag = iso2_BodyElement_PowerDeliveryRes;
	body->PowerDeliveryRes = (struct iso2_PowerDeliveryRes) {
		.ResponseCode = to_code(answer->code),
		.EVSEStatus = { .tag = iso2_EVSEStatus_DC_EVSEStatus,
				.DC_EVSEStatus = to_status(answer) },
	};
}

/* The responses that are a code and little more; false: not one of them. */
static bool write_short(enum evse_request request, const struct evse_answer *answer,
			struct iso2_Body *body)
{
	enum iso2_responseCode code = to_code(answer->code);
	struct iso2_PhysicalValue mv = to_value(answer->present_mv, iso2_unitSymbol_V);

	if (request == EVSE_REQUEST_PAYMENT) {
		body->tag = iso2_BodyElement_PaymentServiceSelectionRes;
		body->PaymentServiceSelectionRes.ResponseCode = code;
	} else if (request == EVSE_REQUEST_AUTHORISATION) {
		body->tag = iso2_BodyElement_AuthorizationRes;
		body->AuthorizationRes =
			(struct iso2_AuthorizationRes) { code, to_authorisation(answer) };
	} else if (request == EVSE_REQUEST_CABLE_CHECK) {
		body->tag = iso2_BodyElement_CableCheckRes;
		body->CableCheckRes = (struct iso2_CableCheckRes) { code, to_status(answer),
								    to_processing(answer) };
	} else if (request == EVSE_REQUEST_PRE_CHARGE) {
		body->tag = iso2_BodyElement_PreChargeRes;
		body->PreChargeRes = (struct iso2_PreChargeRes) { code, to_status(answer), mv };
	} else if (request == EVSE_REQUEST_WELDING) {
		body->tag = iso2_BodyElement_WeldingDetectionRes;
		body->WeldingDetectionRes =
			(struct iso2_WeldingDetectionRes) { code, to_status(answer), mv };
	} else if (request == EVSE_REQUEST_SESSION_STOP) {
		body->tag = iso2_BodyElement_SessionStopRes;
		body->SessionStopRes.ResponseCode = code;
	} else {
		return false;
	}
	return true;
}

/*
 * Requests of the set that a charger without contracts does not serve: the code, and what is
 * mandatory.  False: no request, or one whose response needs certificates that we do not have.
 */
static bool write_unsupported(const struct ccs_evse_session *session,
			      const struct iso2_Body *request, const struct evse_answer *answer,
			      struct iso2_Body *body)
{
	static const uint8_t challenge[16];

	switch (request->tag) {
	case iso2_BodyElement_PowerDeliveryReq:
		write_power_delivery(answer, body);
		return true;
	case iso2_BodyElement_PaymentDetailsReq:
		body->tag = iso2_BodyElement_PaymentDetailsRes;
		body->PaymentDetailsRes.ResponseCode = to_code(answer->code);
		body->PaymentDetailsRes.GenChallenge = CCS_BYTES(challenge, sizeof(challenge));
		return true;
	case iso2_BodyElement_ChargingStatusReq:
		body->tag = iso2_BodyElement_ChargingStatusRes;
		body->ChargingStatusRes.ResponseCode = to_code(answer->code);
		body->ChargingStatusRes.EVSEID = evse_id(session);
		body->ChargingStatusRes.SAScheduleTupleID = EVSE_TUPLE;
		return true;
	case iso2_BodyElement_MeteringReceiptReq:
		body->tag = iso2_BodyElement_MeteringReceiptRes;
		body->MeteringReceiptRes = (struct iso2_MeteringReceiptRes) {
			.ResponseCode = to_code(answer->code),
			.EVSEStatus = { .tag = iso2_EVSEStatus_DC_EVSEStatus,
					.DC_EVSEStatus = to_status(answer) },
		};
		return true;
	default:
		return false;
	}
}

static bool write_answer(const struct ccs_evse_session *session, const struct iso2_Body *request,
			 enum evse_request kind, const struct evse_answer *answer,
			 struct lists *lists, struct iso2_Body *body)
{
	switch (kind) {
	case EVSE_REQUEST_SESSION_SETUP:
		write_session_setup(session, answer, body);
		return true;
	case EVSE_REQUEST_SERVICE_DISCOVERY:
		write_services(answer, lists, body);
		return true;
	case EVSE_REQUEST_PARAMETERS:
		write_parameters(session, answer, lists, body);
		return true;
	case EVSE_REQUEST_START:
	case EVSE_REQUEST_STOP:
		write_power_delivery(answer, body);
		return true;
	case EVSE_REQUEST_DEMAND:
		write_current_demand(session, answer, body);
		return true;
	case EVSE_REQUEST_SERVICE_DETAIL:
		body->tag = iso2_BodyElement_ServiceDetailRes;
		body->ServiceDetailRes.ResponseCode = to_code(answer->code);
		body->ServiceDetailRes.ServiceID = request->ServiceDetailReq.ServiceID;
		return true;
	case EVSE_REQUEST_PAYMENT:
	case EVSE_REQUEST_AUTHORISATION:
	case EVSE_REQUEST_CABLE_CHECK:
	case EVSE_REQUEST_PRE_CHARGE:
	case EVSE_REQUEST_WELDING:
	case EVSE_REQUEST_SESSION_STOP:
		return write_short(kind, answer, body);
	case EVSE_REQUEST_UNSUPPORTED:
		return write_unsupported(session, request, answer, body);
	}
	return false;
}

bool evse_iso2_answer(struct ccs_evse_session *session, const struct ccs_exi_document *document,
		      ccs_time now)
{
	const struct iso2_V2G_Message *request = document->value;
	struct iso2_V2G_Message response;
	struct lists lists;
	struct ccs_exi_document out = { &ccs_set_iso2, CCS_EXI_DOCUMENT, iso2_element_V2G_Message,
					&response };
	struct evse_event event;
	struct evse_answer answer;

	if (document->element != iso2_element_V2G_Message)
		return false;
	memset(&response, 0, sizeof(response));
	event = read_event(session, request);
	evse_charging_step(session, &event, &answer, now);
	response.Header.SessionID = CCS_BYTES(session->id, sizeof(session->id));
	if (!write_answer(session, &request->Body, event.request, &answer, &lists, &response.Body))
		return false;
	return ccs_channel_send(&session->channel, &out, now, NULL) >= 0;
}
