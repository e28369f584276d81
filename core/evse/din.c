/* SPDX-License-Identifier: Apache-2.0 */
/* DIN SPEC 70121 at the charger: requests to events, answers to responses. */
#include "ccs/msg/din.h"
#include "ccs/quantities.h"
#include "evse/charging.h"

#include <string.h>

#define SERVICE_ID 1
#define PMAX_MOST  32767 /* W; wider does not fit */

/* Bytes to event. */

static enum evse_request find_request(const struct din_Body *body)
{
	switch (body->tag) {
	case din_BodyElement_SessionSetupReq:
		return EVSE_REQUEST_SESSION_SETUP;
	case din_BodyElement_ServiceDiscoveryReq:
		return EVSE_REQUEST_SERVICE_DISCOVERY;
	case din_BodyElement_ServicePaymentSelectionReq:
		return EVSE_REQUEST_PAYMENT;
	case din_BodyElement_ContractAuthenticationReq:
		return EVSE_REQUEST_AUTHORISATION;
	case din_BodyElement_ChargeParameterDiscoveryReq:
		return EVSE_REQUEST_PARAMETERS;
	case din_BodyElement_CableCheckReq:
		return EVSE_REQUEST_CABLE_CHECK;
	case din_BodyElement_PreChargeReq:
		return EVSE_REQUEST_PRE_CHARGE;
	case din_BodyElement_PowerDeliveryReq: /* R26: a boolean, true is start */
		return body->PowerDeliveryReq.ReadyToChargeState ? EVSE_REQUEST_START
								 : EVSE_REQUEST_STOP;
	case din_BodyElement_CurrentDemandReq:
		return EVSE_REQUEST_DEMAND;
	case din_BodyElement_WeldingDetectionReq:
		return EVSE_REQUEST_WELDING;
	case din_BodyElement_SessionStopReq:
		return EVSE_REQUEST_SESSION_STOP;
	default: /* the generated enumeration has responses too */
		return EVSE_REQUEST_UNSUPPORTED;
	}
}

static void read_soc(struct evse_event *event, const struct din_DC_EVStatus *status)
{
	event->has_soc = true;
	event->soc = status->EVRESSSOC;
}

static void read_payment(struct evse_event *event, const struct din_ServicePaymentSelectionReq *req)
{
	event->external_payment = req->SelectedPaymentOption == din_paymentOption_ExternalPayment;
	for (uint32_t i = 0; i < req->SelectedServiceList.SelectedService.count; i++) {
		if (req->SelectedServiceList.SelectedService.at[i].ServiceID == SERVICE_ID)
			event->charge_service = true;
		else
			event->other_service = true;
	}
}

/* A probe takes a car of any direct current: it gives none. */
static void read_parameters(const struct ccs_evse_session *session, struct evse_event *event,
			    const struct din_ChargeParameterDiscoveryReq *req)
{
	const struct din_DC_EVChargeParameter *dc = &req->EVChargeParameter.DC_EVChargeParameter;

	event->right_parameters = req->EVChargeParameter.tag ==
				  din_EVChargeParameter_DC_EVChargeParameter;
	event->right_transfer = req->EVRequestedEnergyTransferType ==
					din_EVRequestedEnergyTransfer_DC_extended ||
				(session->config.probe && event->right_parameters);
	if (!event->right_parameters)
		return;
	read_soc(event, &dc->DC_EVStatus);
	event->maxima = (struct evse_maxima) {
		.has_mv = true,
		.has_ma = true,
		.has_mw = dc->has_EVMaximumPowerLimit,
		.mv = ccs_milli_din(&dc->EVMaximumVoltageLimit),
		.ma = ccs_milli_din(&dc->EVMaximumCurrentLimit),
		.mw = ccs_milli_din(&dc->EVMaximumPowerLimit),
	};
	if (dc->has_EVEnergyCapacity)
		event->capacity_mwh = ccs_milli_din(&dc->EVEnergyCapacity);
	if (dc->has_FullSOC)
		event->full_soc = dc->FullSOC;
	if (dc->has_EVEnergyRequest)
		event->request_mwh = ccs_milli_din(&dc->EVEnergyRequest);
}

static void read_demand(struct evse_event *event, const struct din_CurrentDemandReq *req)
{
	read_soc(event, &req->DC_EVStatus);
	event->target_mv = ccs_milli_din(&req->EVTargetVoltage);
	event->target_ma = ccs_milli_din(&req->EVTargetCurrent);
	event->maxima = (struct evse_maxima) {
		.has_mv = req->has_EVMaximumVoltageLimit,
		.has_ma = req->has_EVMaximumCurrentLimit,
		.has_mw = req->has_EVMaximumPowerLimit,
		.mv = ccs_milli_din(&req->EVMaximumVoltageLimit),
		.ma = ccs_milli_din(&req->EVMaximumCurrentLimit),
		.mw = ccs_milli_din(&req->EVMaximumPowerLimit),
	};
}

static void read_start(struct evse_event *event, const struct din_PowerDeliveryReq *req)
{
	struct evse_profile *profile = &event->profile;

	event->has_profile = event->has_tuple = req->has_ChargingProfile;
	if (!req->has_ChargingProfile)
		return;
	event->tuple = req->ChargingProfile.SAScheduleTupleID;
	for (uint32_t i = 0; i < req->ChargingProfile.ProfileEntry.count; i++) {
		const struct din_ProfileEntry *entry = &req->ChargingProfile.ProfileEntry.at[i];

		if (profile->count == sizeof(profile->entries) / sizeof(profile->entries[0]))
			break; /* more than a plan of ISO 15118-2 may have: not looked at */
		profile->entries[profile->count].start_s = entry->ChargingProfileEntryStart;
		profile->entries[profile->count].mw = entry->ChargingProfileEntryMaxPower *
						      INT64_C(1000);
		profile->count++;
	}
}

static bool is_our_session(const struct ccs_evse_session *session, const struct ccs_bytes *id)
{
	return id->length == sizeof(session->id) &&
	       memcmp(id->at, session->id, sizeof(session->id)) == 0;
}

static struct evse_event read_event(const struct ccs_evse_session *session,
				    const struct din_V2G_Message *message)
{
	const struct din_Body *body = &message->Body;
	struct evse_event event = {
		.request = find_request(body),
		.session_known = is_our_session(session, &message->Header.SessionID),
	};

	if (event.request == EVSE_REQUEST_SESSION_SETUP) {
		event.evccid = body->SessionSetupReq.EVCCID;
	} else if (event.request == EVSE_REQUEST_PAYMENT) {
		read_payment(&event, &body->ServicePaymentSelectionReq);
	} else if (event.request == EVSE_REQUEST_PARAMETERS) {
		read_parameters(session, &event, &body->ChargeParameterDiscoveryReq);
	} else if (event.request == EVSE_REQUEST_CABLE_CHECK) {
		read_soc(&event, &body->CableCheckReq.DC_EVStatus);
	} else if (event.request == EVSE_REQUEST_PRE_CHARGE) {
		read_soc(&event, &body->PreChargeReq.DC_EVStatus);
		event.target_mv = ccs_milli_din(&body->PreChargeReq.EVTargetVoltage);
		event.target_ma = ccs_milli_din(&body->PreChargeReq.EVTargetCurrent);
	} else if (event.request == EVSE_REQUEST_START) {
		read_start(&event, &body->PowerDeliveryReq);
	} else if (event.request == EVSE_REQUEST_DEMAND) {
		read_demand(&event, &body->CurrentDemandReq);
	}
	return event;
}

/* Answer to bytes. */

static enum din_responseCode to_code(enum evse_code code)
{
	static const enum din_responseCode codes[] = {
		[EVSE_CODE_OK] = din_responseCode_OK,
		[EVSE_CODE_NEW_SESSION] = din_responseCode_OK_NewSessionEstablished,
		[EVSE_CODE_OLD_SESSION] = din_responseCode_OK_OldSessionJoined,
		[EVSE_CODE_FAILED] = din_responseCode_FAILED,
		[EVSE_CODE_SEQUENCE] = din_responseCode_FAILED_SequenceError,
		[EVSE_CODE_SERVICE_ID] = din_responseCode_FAILED_ServiceIDInvalid,
		[EVSE_CODE_UNKNOWN_SESSION] = din_responseCode_FAILED_UnknownSession,
		[EVSE_CODE_SERVICE_SELECTION] = din_responseCode_FAILED_ServiceSelectionInvalid,
		[EVSE_CODE_NO_CHARGE_SERVICE] = din_responseCode_FAILED_ServiceSelectionInvalid,
		[EVSE_CODE_PAYMENT_SELECTION] = din_responseCode_FAILED_PaymentSelectionInvalid,
		[EVSE_CODE_WRONG_TRANSFER] = din_responseCode_FAILED_WrongEnergyTransferType,
		[EVSE_CODE_WRONG_PARAMETER] = din_responseCode_FAILED_WrongChargeParameter,
		[EVSE_CODE_NOT_APPLIED] = din_responseCode_FAILED_PowerDeliveryNotApplied,
		[EVSE_CODE_TARIFF] = din_responseCode_FAILED_TariffSelectionInvalid,
		[EVSE_CODE_PROFILE] = din_responseCode_FAILED_ChargingProfileInvalid,
		[EVSE_CODE_VOLTAGE_TOO_LOW] = din_responseCode_FAILED_EVSEPresentVoltageToLow,
		[EVSE_CODE_CONTACTOR] = din_responseCode_FAILED,
	};
	return codes[code];
}

static enum din_EVSEProcessing to_processing(const struct evse_answer *answer)
{
	return answer->ongoing ? din_EVSEProcessing_Ongoing : din_EVSEProcessing_Finished;
}

static struct din_PhysicalValue to_value(int64_t milli, enum din_unitSymbol unit)
{
	struct ccs_decimal decimal = ccs_milli_to_decimal(milli, -3, 3);

	return (struct din_PhysicalValue) {
		.has_Unit = true,
		.Multiplier = decimal.exponent,
		.Unit = unit,
		.Value = decimal.value,
	};
}

static enum din_isolationLevel to_isolation(enum ccs_isolation isolation)
{
	switch (isolation) {
	case CCS_ISOLATION_INVALID:
	case CCS_ISOLATION_RUNNING:
		break;
	case CCS_ISOLATION_VALID:
		return din_isolationLevel_Valid;
	case CCS_ISOLATION_WARNING:
	case CCS_ISOLATION_NO_MONITOR: /* DIN has no level for it */
		return din_isolationLevel_Warning;
	case CCS_ISOLATION_FAULT:
		return din_isolationLevel_Fault;
	}
	return din_isolationLevel_Invalid;
}

static struct din_DC_EVSEStatus to_status(const struct evse_answer *answer)
{
	static const enum din_DC_EVSEStatusCode codes[] = {
		[EVSE_STATUS_NOT_READY] = din_DC_EVSEStatusCode_EVSE_NotReady,
		[EVSE_STATUS_READY] = din_DC_EVSEStatusCode_EVSE_Ready,
		[EVSE_STATUS_SHUTDOWN] = din_DC_EVSEStatusCode_EVSE_Shutdown,
		[EVSE_STATUS_ISOLATING] = din_DC_EVSEStatusCode_EVSE_IsolationMonitoringActive,
		[EVSE_STATUS_EMERGENCY] = din_DC_EVSEStatusCode_EVSE_EmergencyShutdown,
		[EVSE_STATUS_MALFUNCTION] = din_DC_EVSEStatusCode_EVSE_Malfunction,
	};
	return (struct din_DC_EVSEStatus) {
		.has_EVSEIsolationStatus = true,
		.EVSEIsolationStatus = to_isolation(answer->isolation),
		.EVSEStatusCode = codes[answer->status],
		.EVSENotification = answer->notification == EVSE_NOTIFICATION_STOP
					    ? din_EVSENotification_StopCharging
					    : din_EVSENotification_None,
	};
}

static void write_session_setup(const struct ccs_evse_session *session,
				const struct evse_answer *answer, struct din_Body *body)
{
	static const uint8_t zero[1];
	struct ccs_bytes id = session->config.evse_id;

	body->tag = din_BodyElement_SessionSetupRes;
	body->SessionSetupRes = (struct din_SessionSetupRes) {
		.ResponseCode = to_code(answer->code),
		.EVSEID = id.length ? id : CCS_BYTES(zero, 1),
	};
}

/* What a message points to; it outlives the building of it. */
struct lists {
	enum din_paymentOption payment;
	struct din_SAScheduleTuple tuples[CCS_EVSE_TUPLES];
	struct din_PMaxScheduleEntry entries[CCS_EVSE_TUPLES][CCS_EVSE_ENTRIES];
};

static void write_services(const struct evse_answer *answer, struct lists *lists,
			   struct din_Body *body)
{
	lists->payment = din_paymentOption_ExternalPayment;
	body->tag = din_BodyElement_ServiceDiscoveryRes;
	body->ServiceDiscoveryRes = (struct din_ServiceDiscoveryRes) {
		.ResponseCode = to_code(answer->code),
		.PaymentOptions.PaymentOption = { &lists->payment, 1 },
		.ChargeService = {
			.ServiceTag = { .ServiceID = SERVICE_ID,
					.ServiceCategory = din_serviceCategory_EVCharging },
			.EnergyTransferType = din_EVSESupportedEnergyTransfer_DC_extended,
		},
	};
}

static void write_tuple(const struct ccs_evse_tuple *tuple, uint32_t duration_s,
			struct din_PMaxScheduleEntry *entries, struct din_SAScheduleTuple *out)
{
	uint32_t n = 0;

	for (; n < tuple->count && n < CCS_EVSE_ENTRIES; n++) {
		struct din_TimeInterval_group *time = &entries[n].TimeInterval;
		bool is_last = n + 1 == tuple->count;
		int32_t w = tuple->entries[n].max_w;

		time->tag = din_TimeInterval_RelativeTimeInterval;
		time->RelativeTimeInterval = (struct din_RelativeTimeInterval) {
			.start = tuple->entries[n].start_s,
			.has_duration = is_last && duration_s > tuple->entries[n].start_s,
			.duration = duration_s - tuple->entries[n].start_s,
		};
		entries[n].PMax = w < PMAX_MOST ? w : PMAX_MOST;
	}
	*out = (struct din_SAScheduleTuple) {
		.SAScheduleTupleID = tuple->id,
		.PMaxSchedule = { .PMaxScheduleID = 1, .PMaxScheduleEntry = { entries, n } },
	};
}

static void write_schedule(const struct ccs_evse_session *session, struct lists *lists,
			   struct din_SASchedules_group *group)
{
	struct ccs_evse_schedule offer;
	uint32_t n = 0;

	evse_schedule_offer(session, &offer);
	for (; n < offer.count && n < CCS_EVSE_TUPLES; n++)
		write_tuple(&offer.tuples[n], offer.duration_s, lists->entries[n],
			    &lists->tuples[n]);
	group->tag = din_SASchedules_SAScheduleList;
	group->SAScheduleList.SAScheduleTuple.at = lists->tuples;
	group->SAScheduleList.SAScheduleTuple.count = n;
}

static void write_parameters(const struct ccs_evse_session *session,
			     const struct evse_answer *answer, struct lists *lists,
			     struct din_Body *body)
{
	struct din_ChargeParameterDiscoveryRes *res = &body->ChargeParameterDiscoveryRes;
	const struct ccs_limits *limits = &answer->limits;
	int32_t ripple = session->config.ripple_ma;

	body->tag = din_BodyElement_ChargeParameterDiscoveryRes;
	*res = (struct din_ChargeParameterDiscoveryRes) {
		.ResponseCode = to_code(answer->code),
		.EVSEProcessing = to_processing(answer),
		.EVSEChargeParameter.tag = din_EVSEChargeParameter_DC_EVSEChargeParameter,
	};
	write_schedule(session, lists, &res->SASchedules);
	res->EVSEChargeParameter.DC_EVSEChargeParameter = (struct din_DC_EVSEChargeParameter) {
		.DC_EVSEStatus = to_status(answer),
		.EVSEMaximumCurrentLimit = to_value(limits->max_ma, din_unitSymbol_A),
		.has_EVSEMaximumPowerLimit = true,
		.EVSEMaximumPowerLimit = to_value((int64_t)limits->max_w * 1000, din_unitSymbol_W),
		.EVSEMaximumVoltageLimit = to_value(limits->max_mv, din_unitSymbol_V),
		.EVSEMinimumCurrentLimit = to_value(limits->min_ma, din_unitSymbol_A),
		.EVSEMinimumVoltageLimit = to_value(limits->min_mv, din_unitSymbol_V),
		.EVSEPeakCurrentRipple = to_value(ripple ? ripple : 1000, din_unitSymbol_A),
	};
}

static void write_current_demand(const struct evse_answer *answer, struct din_Body *body)
{
	const struct ccs_limits *limits = &answer->limits;

	body->tag = din_BodyElement_CurrentDemandRes;
	body->CurrentDemandRes = (struct din_CurrentDemandRes) {
		.ResponseCode = to_code(answer->code),
		.DC_EVSEStatus = to_status(answer),
		.EVSEPresentVoltage = to_value(answer->present_mv, din_unitSymbol_V),
		.EVSEPresentCurrent = to_value(answer->present_ma, din_unitSymbol_A),
		.EVSECurrentLimitAchieved = answer->limited & CCS_LIMITED_CURRENT,
		.EVSEVoltageLimitAchieved = answer->limited & CCS_LIMITED_VOLTAGE,
		.EVSEPowerLimitAchieved = answer->limited & CCS_LIMITED_POWER,
		.has_EVSEMaximumVoltageLimit = true,
		.EVSEMaximumVoltageLimit = to_value(limits->max_mv, din_unitSymbol_V),
		.has_EVSEMaximumCurrentLimit = true,
		.EVSEMaximumCurrentLimit = to_value(limits->max_ma, din_unitSymbol_A),
		.has_EVSEMaximumPowerLimit = true,
		.EVSEMaximumPowerLimit = to_value((int64_t)limits->max_w * 1000, din_unitSymbol_W),
	};
}

static void write_power_delivery(const struct evse_answer *answer, struct din_Body *body)
{
	body->tag = din_BodyElement_PowerDeliveryRes;
	body->PowerDeliveryRes = (struct din_PowerDeliveryRes) {
		.ResponseCode = to_code(answer->code),
		.EVSEStatus = { .tag = din_EVSEStatus_DC_EVSEStatus,
				.DC_EVSEStatus = to_status(answer) },
	};
}

/* The responses that are a code and little more; false: not one of them. */
static bool write_short(enum evse_request request, const struct evse_answer *answer,
			struct din_Body *body)
{
	enum din_responseCode code = to_code(answer->code);
	struct din_PhysicalValue mv = to_value(answer->present_mv, din_unitSymbol_V);

	if (request == EVSE_REQUEST_PAYMENT) {
		body->tag = din_BodyElement_ServicePaymentSelectionRes;
		body->ServicePaymentSelectionRes.ResponseCode = code;
	} else if (request == EVSE_REQUEST_AUTHORISATION) {
		body->tag = din_BodyElement_ContractAuthenticationRes;
		body->ContractAuthenticationRes =
			(struct din_ContractAuthenticationRes) { code, to_processing(answer) };
	} else if (request == EVSE_REQUEST_CABLE_CHECK) {
		body->tag = din_BodyElement_CableCheckRes;
		body->CableCheckRes = (struct din_CableCheckRes) { code, to_status(answer),
								   to_processing(answer) };
	} else if (request == EVSE_REQUEST_PRE_CHARGE) {
		body->tag = din_BodyElement_PreChargeRes;
		body->PreChargeRes = (struct din_PreChargeRes) { code, to_status(answer), mv };
	} else if (request == EVSE_REQUEST_WELDING) {
		body->tag = din_BodyElement_WeldingDetectionRes;
		body->WeldingDetectionRes =
			(struct din_WeldingDetectionRes) { code, to_status(answer), mv };
	} else if (request == EVSE_REQUEST_SESSION_STOP) {
		body->tag = din_BodyElement_SessionStopRes;
		body->SessionStopRes.ResponseCode = code;
	} else {
		return false;
	}
	return true;
}

/* Requests of the set that a charger without contracts does not serve: the code, and empty what is
 * mandatory.  False: no request. */
static bool write_unsupported(const struct din_Body *request, const struct evse_answer *answer,
			      struct din_Body *body)
{
	enum din_responseCode code = to_code(answer->code);

	switch (request->tag) {
	case din_BodyElement_ServiceDetailReq:
		body->tag = din_BodyElement_ServiceDetailRes;
		body->ServiceDetailRes.ResponseCode = code;
		body->ServiceDetailRes.ServiceID = request->ServiceDetailReq.ServiceID;
		return true;
	case din_BodyElement_PaymentDetailsReq:
		body->tag = din_BodyElement_PaymentDetailsRes;
		body->PaymentDetailsRes.ResponseCode = code;
		return true;
	case din_BodyElement_ChargingStatusReq:
		body->tag = din_BodyElement_ChargingStatusRes;
		body->ChargingStatusRes.ResponseCode = code;
		return true;
	case din_BodyElement_MeteringReceiptReq:
		body->tag = din_BodyElement_MeteringReceiptRes;
		body->MeteringReceiptRes.ResponseCode = code;
		return true;
	case din_BodyElement_CertificateUpdateReq:
		body->tag = din_BodyElement_CertificateUpdateRes;
		body->CertificateUpdateRes.ResponseCode = code;
		return true;
	case din_BodyElement_CertificateInstallationReq:
		body->tag = din_BodyElement_CertificateInstallationRes;
		body->CertificateInstallationRes.ResponseCode = code;
		return true;
	default:
		return false;
	}
}

static bool write_answer(const struct ccs_evse_session *session, const struct din_Body *request,
			 enum evse_request kind, const struct evse_answer *answer,
			 struct lists *lists, struct din_Body *body)
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
		write_current_demand(answer, body);
		return true;
	case EVSE_REQUEST_PAYMENT:
	case EVSE_REQUEST_AUTHORISATION:
	case EVSE_REQUEST_CABLE_CHECK:
	case EVSE_REQUEST_PRE_CHARGE:
	case EVSE_REQUEST_WELDING:
	case EVSE_REQUEST_SESSION_STOP:
		return write_short(kind, answer, body);
	case EVSE_REQUEST_SERVICE_DETAIL: /* these are of ISO 15118-2 */
	case EVSE_REQUEST_RENEGOTIATE:
	case EVSE_REQUEST_STATUS:
	case EVSE_REQUEST_RECEIPT:
	case EVSE_REQUEST_UNSUPPORTED:
		return write_unsupported(request, answer, body);
	}
	return false;
}

bool evse_din_answer(struct ccs_evse_session *session, const struct ccs_exi_document *document,
		     ccs_time now)
{
	const struct din_V2G_Message *request = document->value;
	struct din_V2G_Message response;
	struct lists lists;
	struct ccs_exi_document out = { &ccs_set_din, CCS_EXI_DOCUMENT, din_element_V2G_Message,
					&response };
	struct evse_event event;
	struct evse_answer answer;

	if (document->element != din_element_V2G_Message)
		return false;
	memset(&response, 0, sizeof(response));
	event = read_event(session, request);
	evse_charging_step(session, &event, &answer, now);
	response.Header.SessionID = CCS_BYTES(session->id, sizeof(session->id));
	if (!write_answer(session, &request->Body, event.request, &answer, &lists, &response.Body))
		return false;
	return ccs_channel_send(&session->channel, &out, now, NULL) >= 0;
}
