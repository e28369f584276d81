/* SPDX-License-Identifier: Apache-2.0 */
/* ISO 15118-2 at the charger: answers to responses. */
#include "ccs/quantities.h"
#include "evse/iso2.h"

#include <string.h>

static enum iso2_responseCode to_code(enum evse_code code)
{
	static const enum iso2_responseCode codes[] = {
		[EVSE_CODE_OK] = iso2_responseCode_OK,
		[EVSE_CODE_NEW_SESSION] = iso2_responseCode_OK_NewSessionEstablished,
		[EVSE_CODE_OLD_SESSION] = iso2_responseCode_OK_OldSessionJoined,
		[EVSE_CODE_FAILED] = iso2_responseCode_FAILED,
		[EVSE_CODE_SEQUENCE] = iso2_responseCode_FAILED_SequenceError,
		[EVSE_CODE_SERVICE_ID] = iso2_responseCode_FAILED_ServiceIDInvalid,
		[EVSE_CODE_UNKNOWN_SESSION] = iso2_responseCode_FAILED_UnknownSession,
		[EVSE_CODE_SERVICE_SELECTION] = iso2_responseCode_FAILED_ServiceSelectionInvalid,
		[EVSE_CODE_NO_CHARGE_SERVICE] = iso2_responseCode_FAILED_NoChargeServiceSelected,
		[EVSE_CODE_PAYMENT_SELECTION] = iso2_responseCode_FAILED_PaymentSelectionInvalid,
		[EVSE_CODE_WRONG_TRANSFER] = iso2_responseCode_FAILED_WrongEnergyTransferMode,
		[EVSE_CODE_WRONG_PARAMETER] = iso2_responseCode_FAILED_WrongChargeParameter,
		[EVSE_CODE_NOT_APPLIED] = iso2_responseCode_FAILED_PowerDeliveryNotApplied,
		[EVSE_CODE_TARIFF] = iso2_responseCode_FAILED_TariffSelectionInvalid,
		[EVSE_CODE_PROFILE] = iso2_responseCode_FAILED_ChargingProfileInvalid,
		[EVSE_CODE_VOLTAGE_TOO_LOW] = iso2_responseCode_FAILED,
		[EVSE_CODE_CONTACTOR] = iso2_responseCode_FAILED_ContactorError,
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

static enum iso2_EVSENotification to_notification(enum evse_notification notification)
{
	switch (notification) {
	case EVSE_NOTIFICATION_NONE:
		break;
	case EVSE_NOTIFICATION_STOP:
		return iso2_EVSENotification_StopCharging;
	case EVSE_NOTIFICATION_RENEGOTIATE:
		return iso2_EVSENotification_ReNegotiation;
	}
	return iso2_EVSENotification_None;
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
		.EVSENotification = to_notification(answer->notification),
	};
}

static struct iso2_AC_EVSEStatus to_ac_status(const struct evse_answer *answer)
{
	return (struct iso2_AC_EVSEStatus) {
		.EVSENotification = to_notification(answer->notification),
		.RCD = answer->rcd,
	};
}

static struct iso2_EVSEStatus_group to_any_status(const struct ccs_evse_session *session,
						  const struct evse_answer *answer)
{
	struct iso2_EVSEStatus_group group = { .tag = iso2_EVSEStatus_DC_EVSEStatus };

	if (evse_is_ac(session)) {
		group.tag = iso2_EVSEStatus_AC_EVSEStatus;
		group.AC_EVSEStatus = to_ac_status(answer);
	} else {
		group.DC_EVSEStatus = to_status(answer);
	}
	return group;
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
	enum iso2_EnergyTransferMode transfer[2];
	struct iso2_SAScheduleTuple tuples[CCS_EVSE_TUPLES];
	struct iso2_PMaxScheduleEntry entries[CCS_EVSE_TUPLES][CCS_EVSE_ENTRIES];
};

/* Returns how many. */
static uint32_t list_modes(const struct ccs_evse_session *session,
			   enum iso2_EnergyTransferMode modes[2])
{
	uint32_t n = 0;

	if (!evse_is_ac(session)) {
		modes[n++] = iso2_EnergyTransferMode_DC_extended;
		return n;
	}
	if (session->config.ac.phases == 3)
		modes[n++] = iso2_EnergyTransferMode_AC_three_phase_core;
	modes[n++] = iso2_EnergyTransferMode_AC_single_phase_core;
	return n;
}

static void write_services(const struct ccs_evse_session *session, const struct evse_answer *answer,
			   struct lists *lists, struct iso2_Body *body)
{
	uint32_t modes = list_modes(session, lists->transfer);

	lists->payment = iso2_paymentOption_ExternalPayment;
	body->tag = iso2_BodyElement_ServiceDiscoveryRes;
	body->ServiceDiscoveryRes = (struct iso2_ServiceDiscoveryRes) {
		.ResponseCode = to_code(answer->code),
		.PaymentOptionList.PaymentOption = { &lists->payment, 1 },
		.ChargeService = {
			.ServiceID = EVSE_ISO2_SERVICE,
			.ServiceCategory = iso2_serviceCategory_EVCharging,
			.SupportedEnergyTransferMode.EnergyTransferMode = { lists->transfer, modes },
		},
	};
}

static void write_tuple(const struct ccs_evse_tuple *tuple, uint32_t duration_s,
			struct iso2_PMaxScheduleEntry *entries, struct iso2_SAScheduleTuple *out)
{
	uint32_t n = 0;

	for (; n < tuple->count && n < CCS_EVSE_ENTRIES; n++) {
		struct iso2_TimeInterval_group *time = &entries[n].TimeInterval;
		bool is_last = n + 1 == tuple->count;

		time->tag = iso2_TimeInterval_RelativeTimeInterval;
		time->RelativeTimeInterval = (struct iso2_RelativeTimeInterval) {
			.start = (int32_t)tuple->entries[n].start_s,
			.has_duration = is_last && duration_s > tuple->entries[n].start_s,
			.duration = (int32_t)(duration_s - tuple->entries[n].start_s),
		};
		entries[n].PMax = to_value((int64_t)tuple->entries[n].max_w * 1000,
					   iso2_unitSymbol_W);
	}
	*out = (struct iso2_SAScheduleTuple) {
		.SAScheduleTupleID = tuple->id,
		.PMaxSchedule = { .PMaxScheduleEntry = { entries, n } },
	};
}

static void write_schedule(const struct ccs_evse_session *session, struct lists *lists,
			   struct iso2_SASchedules_group *group)
{
	struct ccs_evse_schedule offer;
	uint32_t n = 0;

	evse_schedule_offer(session, &offer);
	for (; n < offer.count && n < CCS_EVSE_TUPLES; n++)
		write_tuple(&offer.tuples[n], offer.duration_s, lists->entries[n],
			    &lists->tuples[n]);
	group->tag = iso2_SASchedules_SAScheduleList;
	group->SAScheduleList.SAScheduleTuple.at = lists->tuples;
	group->SAScheduleList.SAScheduleTuple.count = n;
}

static void write_dc(const struct ccs_evse_session *session, const struct evse_answer *answer,
		     struct iso2_DC_EVSEChargeParameter *dc)
{
	const struct ccs_limits *limits = &answer->limits;
	int32_t ripple = session->config.ripple_ma;

	*dc = (struct iso2_DC_EVSEChargeParameter) {
		.DC_EVSEStatus = to_status(answer),
		.EVSEMaximumCurrentLimit = to_value(limits->max_ma, iso2_unitSymbol_A),
		.EVSEMaximumPowerLimit = to_value((int64_t)limits->max_w * 1000, iso2_unitSymbol_W),
		.EVSEMaximumVoltageLimit = to_value(limits->max_mv, iso2_unitSymbol_V),
		.EVSEMinimumCurrentLimit = to_value(limits->min_ma, iso2_unitSymbol_A),
		.EVSEMinimumVoltageLimit = to_value(limits->min_mv, iso2_unitSymbol_V),
		.EVSEPeakCurrentRipple = to_value(ripple ? ripple : 1000, iso2_unitSymbol_A),
	};
}

static void write_parameters(const struct ccs_evse_session *session,
			     const struct evse_answer *answer, struct lists *lists,
			     struct iso2_Body *body)
{
	struct iso2_ChargeParameterDiscoveryRes *res = &body->ChargeParameterDiscoveryRes;
	struct iso2_EVSEChargeParameter_group *group = &res->EVSEChargeParameter;

	body->tag = iso2_BodyElement_ChargeParameterDiscoveryRes;
	res->ResponseCode = to_code(answer->code);
	res->EVSEProcessing = to_processing(answer);
	write_schedule(session, lists, &res->SASchedules);
	if (!evse_is_ac(session)) {
		group->tag = iso2_EVSEChargeParameter_DC_EVSEChargeParameter;
		write_dc(session, answer, &group->DC_EVSEChargeParameter);
		return;
	}
	group->tag = iso2_EVSEChargeParameter_AC_EVSEChargeParameter;
	group->AC_EVSEChargeParameter = (struct iso2_AC_EVSEChargeParameter) {
		.AC_EVSEStatus = to_ac_status(answer),
		.EVSENominalVoltage = to_value(session->config.ac.nominal_mv, iso2_unitSymbol_V),
		.EVSEMaxCurrent = to_value(answer->ac_ma, iso2_unitSymbol_A),
	};
}

static struct iso2_MeterInfo to_meter(const struct ccs_evse_session *session,
				      const struct evse_answer *answer)
{
	return (struct iso2_MeterInfo) {
		.MeterID = session->config.meter_id,
		.has_MeterReading = true,
		.MeterReading = (uint64_t)answer->meter_wh,
	};
}

/* SAID begins with 1: before a tuple is chosen it is the first. */
static int32_t to_tuple(const struct ccs_evse_session *session)
{
	return session->tuple ? session->tuple : 1;
}

/* ISO 15118-2 8.4.3.8.2: EVSEMaxCurrent is for payment at the charger. */
static void write_status(const struct ccs_evse_session *session, const struct evse_answer *answer,
			 struct iso2_Body *body)
{
	body->tag = iso2_BodyElement_ChargingStatusRes;
	body->ChargingStatusRes = (struct iso2_ChargingStatusRes) {
		.ResponseCode = to_code(answer->code),
		.EVSEID = evse_id(session),
		.SAScheduleTupleID = to_tuple(session),
		.has_EVSEMaxCurrent = true,
		.EVSEMaxCurrent = to_value(answer->ac_ma, iso2_unitSymbol_A),
		.has_MeterInfo = answer->has_meter,
		.MeterInfo = to_meter(session, answer),
		.has_ReceiptRequired = answer->has_meter,
		.ReceiptRequired = answer->receipt,
		.AC_EVSEStatus = to_ac_status(answer),
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
		.SAScheduleTupleID = to_tuple(session),
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
		.has_MeterInfo = answer->has_meter,
		.MeterInfo = to_meter(session, answer),
		.has_ReceiptRequired = answer->has_meter,
		.ReceiptRequired = answer->receipt,
	};
}

static void write_power_delivery(const struct ccs_evse_session *session,
				 const struct evse_answer *answer, struct iso2_Body *body)
{
	body->tag = iso2_BodyElement_PowerDeliveryRes;
	body->PowerDeliveryRes = (struct iso2_PowerDeliveryRes) {
		.ResponseCode = to_code(answer->code),
		.EVSEStatus = to_any_status(session, answer),
	};
}

static void write_receipt(const struct ccs_evse_session *session, const struct evse_answer *answer,
			  struct iso2_Body *body)
{
	body->tag = iso2_BodyElement_MeteringReceiptRes;
	body->MeteringReceiptRes = (struct iso2_MeteringReceiptRes) {
		.ResponseCode = to_code(answer->code),
		.EVSEStatus = to_any_status(session, answer),
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

/* The same content for both; what is mandatory is there, but empty. */
static void write_certificates(enum iso2_responseCode code, bool update, struct iso2_Body *body)
{
	struct iso2_CertificateInstallationRes res = {
		.ResponseCode = code,
		.ContractSignatureEncryptedPrivateKey.Id = CCS_TEXT("id1"),
		.DHpublickey.Id = CCS_TEXT("id2"),
		.eMAID = { .Id = CCS_TEXT("id3"), .value = CCS_TEXT("ZZ000000000000") },
	};

	if (!update) {
		body->tag = iso2_BodyElement_CertificateInstallationRes;
		body->CertificateInstallationRes = res;
		return;
	}
	body->tag = iso2_BodyElement_CertificateUpdateRes;
	body->CertificateUpdateRes = (struct iso2_CertificateUpdateRes) {
		.ResponseCode = code,
		.ContractSignatureEncryptedPrivateKey = res.ContractSignatureEncryptedPrivateKey,
		.DHpublickey = res.DHpublickey,
		.eMAID = res.eMAID,
	};
}

/*
 * Requests of the set that a charger without contracts does not serve: the code, and what is
 * mandatory.  False: no request.
 */
static bool write_unsupported(const struct iso2_Body *request, const struct evse_answer *answer,
			      struct iso2_Body *body)
{
	static const uint8_t challenge[16];
	enum iso2_responseCode code = to_code(answer->code);

	switch (request->tag) {
	case iso2_BodyElement_PaymentDetailsReq:
		body->tag = iso2_BodyElement_PaymentDetailsRes;
		body->PaymentDetailsRes.ResponseCode = code;
		body->PaymentDetailsRes.GenChallenge = CCS_BYTES(challenge, sizeof(challenge));
		return true;
	case iso2_BodyElement_CertificateInstallationReq:
	case iso2_BodyElement_CertificateUpdateReq:
		write_certificates(code, request->tag == iso2_BodyElement_CertificateUpdateReq,
				   body);
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
		write_services(session, answer, lists, body);
		return true;
	case EVSE_REQUEST_PARAMETERS:
		write_parameters(session, answer, lists, body);
		return true;
	case EVSE_REQUEST_START:
	case EVSE_REQUEST_STOP:
	case EVSE_REQUEST_RENEGOTIATE:
		write_power_delivery(session, answer, body);
		return true;
	case EVSE_REQUEST_STATUS:
		write_status(session, answer, body);
		return true;
	case EVSE_REQUEST_RECEIPT:
		write_receipt(session, answer, body);
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
		return write_unsupported(request, answer, body);
	}
	return false;
}

bool evse_iso2_send(struct ccs_evse_session *session, const struct iso2_Body *request,
		    enum evse_request kind, const struct evse_answer *answer, ccs_time now)
{
	struct iso2_V2G_Message response;
	struct lists lists;
	struct ccs_exi_document out = { &ccs_set_iso2, CCS_EXI_DOCUMENT, iso2_element_V2G_Message,
					&response };

	memset(&response, 0, sizeof(response));
	response.Header.SessionID = CCS_BYTES(session->id, sizeof(session->id));
	if (!write_answer(session, request, kind, answer, &lists, &response.Body))
		return false;
	return ccs_channel_send(&session->channel, &out, now, NULL) >= 0;
}
