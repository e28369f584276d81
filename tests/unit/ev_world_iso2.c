/* SPDX-License-Identifier: Apache-2.0 */
/* The scripted charger of ISO 15118-2, DC and AC. */
#include "ccs/quantities.h"
#include "ev_world.h"

#include <string.h>

#define SCHEDULE_W 100000

static enum ccs_ev_message find_kind(enum iso2_BodyElement_tag tag)
{
	static const enum ccs_ev_message kinds[] = {
#define REQ(name, kind) [iso2_BodyElement_##name##Req] = CCS_EV_MESSAGE_##kind
		REQ(SessionSetup, SESSION_SETUP),
		REQ(ServiceDiscovery, SERVICE_DISCOVERY),
		REQ(PaymentServiceSelection, PAYMENT_SELECTION),
		REQ(Authorization, AUTHORISATION),
		REQ(ChargeParameterDiscovery, PARAMETERS),
		REQ(CableCheck, CABLE_CHECK),
		REQ(PreCharge, PRECHARGE),
		REQ(PowerDelivery, POWER_DELIVERY),
		REQ(CurrentDemand, DEMAND),
		REQ(ChargingStatus, STATUS),
		REQ(MeteringReceipt, RECEIPT),
		REQ(WeldingDetection, WELDING),
		REQ(SessionStop, SESSION_STOP),
#undef REQ
	};

	return tag < sizeof(kinds) / sizeof(*kinds) ? kinds[tag] : CCS_EV_MESSAGE_NONE;
}

static struct ev_request read_request(const struct iso2_Body *body)
{
	struct ev_request request = { .kind = find_kind(body->tag) };

	if (request.kind == CCS_EV_MESSAGE_PRECHARGE) {
		request.target_mv = ccs_milli_iso2(&body->PreChargeReq.EVTargetVoltage);
	} else if (request.kind == CCS_EV_MESSAGE_DEMAND) {
		request.target_mv = ccs_milli_iso2(&body->CurrentDemandReq.EVTargetVoltage);
		request.target_ma = ccs_milli_iso2(&body->CurrentDemandReq.EVTargetCurrent);
	} else if (request.kind == CCS_EV_MESSAGE_POWER_DELIVERY) {
		request.progress = body->PowerDeliveryReq.ChargeProgress;
	}
	return request;
}

/* What the tests look at later and lies in the pool. */
static void keep_lists(struct ev_world *w, const struct iso2_V2G_Message *req)
{
	const struct iso2_PowerDeliveryReq *delivery = &req->Body.PowerDeliveryReq;
	struct ccs_bytes id = req->Header.SessionID;

	if (req->Body.tag == iso2_BodyElement_SessionSetupReq && id.length <= 8) {
		w->iso2.setup_id_length = id.length;
		memcpy(w->iso2.setup_id, id.at, id.length);
	}
	if (req->Body.tag != iso2_BodyElement_PowerDeliveryReq || !delivery->has_ChargingProfile)
		return;
	w->iso2.profile_count = delivery->ChargingProfile.ProfileEntry.count;
	if (w->iso2.profile_count > CCS_EV_SCHEDULE_ENTRIES)
		w->breach = (struct ccs_breach) { CCS_INVARIANT_B1, "profile too long" };
	else
		memcpy(w->iso2.profile, delivery->ChargingProfile.ProfileEntry.at,
		       w->iso2.profile_count * sizeof(*w->iso2.profile));
}

/* Responses. */

static struct iso2_PhysicalValue quantity(enum iso2_unitSymbol unit, int64_t milli)
{
	struct ccs_decimal decimal = ccs_milli_to_decimal(milli, -3, 3);

	return (struct iso2_PhysicalValue) { decimal.exponent, unit, decimal.value };
}

static enum iso2_EVSENotification make_notification(const struct ev_world *w)
{
	if (ev_world_is_on(w, EV_EVENT_NOTIFY))
		return iso2_EVSENotification_StopCharging;
	return ev_world_is_on(w, EV_EVENT_RENEGOTIATE) ? iso2_EVSENotification_ReNegotiation
						       : iso2_EVSENotification_None;
}

static struct iso2_DC_EVSEStatus make_dc_status(const struct ev_world *w)
{
	struct iso2_DC_EVSEStatus status = { .has_EVSEIsolationStatus = true,
					     .EVSENotification = make_notification(w),
					     .EVSEIsolationStatus = iso2_isolationLevel_Valid,
					     .EVSEStatusCode = iso2_DC_EVSEStatusCode_EVSE_Ready };

	if (!w->cable_sent)
		status.EVSEIsolationStatus = iso2_isolationLevel_Invalid;
	if (ev_world_is_on(w, EV_EVENT_SHUTDOWN))
		status.EVSEStatusCode = iso2_DC_EVSEStatusCode_EVSE_Shutdown;
	if (ev_world_is_on(w, EV_EVENT_MALFUNCTION))
		status.EVSEStatusCode = iso2_DC_EVSEStatusCode_EVSE_Malfunction;
	if (ev_world_is_on(w, EV_EVENT_ISOLATION))
		status.EVSEIsolationStatus = iso2_isolationLevel_Fault;
	return status;
}

static struct iso2_AC_EVSEStatus make_ac_status(const struct ev_world *w)
{
	return (struct iso2_AC_EVSEStatus) { .EVSENotification = make_notification(w),
					     .RCD = ev_world_is_on(w, EV_EVENT_RCD) };
}

static struct iso2_EVSEStatus_group make_status(const struct ev_world *w)
{
	if (w->session.facts.ac)
		return (struct iso2_EVSEStatus_group) { .tag = iso2_EVSEStatus_AC_EVSEStatus,
							.AC_EVSEStatus = make_ac_status(w) };
	return (struct iso2_EVSEStatus_group) { .tag = iso2_EVSEStatus_DC_EVSEStatus,
						.DC_EVSEStatus = make_dc_status(w) };
}

static struct iso2_PhysicalValue present_voltage(const struct ev_world *w)
{
	if (ev_world_is_on(w, EV_EVENT_WILD))
		return (struct iso2_PhysicalValue) { 3, iso2_unitSymbol_V, 32767 };
	return quantity(iso2_unitSymbol_V, w->cable_mv);
}

static void make_schedules(const struct ev_world *w, struct iso2_SASchedules_group *group)
{
	static struct iso2_PMaxScheduleEntry entry = {
		.TimeInterval = { .tag = iso2_TimeInterval_RelativeTimeInterval }
	};
	static struct iso2_SAScheduleTuple tuple = {
		.SAScheduleTupleID = 1, .PMaxSchedule = { .PMaxScheduleEntry = { &entry, 1 } }
	};

	if (w->iso2.no_tuples)
		return;
	entry.PMax = quantity(iso2_unitSymbol_W, (int64_t)SCHEDULE_W * 1000);
	group->tag = iso2_SASchedules_SAScheduleList;
	group->SAScheduleList.SAScheduleTuple.at = w->iso2.tuples ? w->iso2.tuples : &tuple;
	group->SAScheduleList.SAScheduleTuple.count = w->iso2.tuples ? w->iso2.tuple_count : 1;
}

static void make_parameters(const struct ev_world *w, struct iso2_ChargeParameterDiscoveryRes *res,
			    bool finished)
{
	struct iso2_EVSEChargeParameter_group *group = &res->EVSEChargeParameter;

	res->EVSEProcessing = finished ? iso2_EVSEProcessing_Finished : iso2_EVSEProcessing_Ongoing;
	if (finished)
		make_schedules(w, &res->SASchedules);
	if (w->session.facts.ac) {
		group->tag = iso2_EVSEChargeParameter_AC_EVSEChargeParameter;
		group->AC_EVSEChargeParameter = (struct iso2_AC_EVSEChargeParameter) {
			.AC_EVSEStatus = make_ac_status(w),
			.EVSENominalVoltage = quantity(iso2_unitSymbol_V, w->iso2.nominal_mv),
			.EVSEMaxCurrent = quantity(iso2_unitSymbol_A, w->iso2.max_ma),
		};
		return;
	}
	group->tag = iso2_EVSEChargeParameter_DC_EVSEChargeParameter;
	group->DC_EVSEChargeParameter = (struct iso2_DC_EVSEChargeParameter) {
		.DC_EVSEStatus = make_dc_status(w),
		.EVSEMaximumCurrentLimit = quantity(iso2_unitSymbol_A, 125000),
		.EVSEMaximumPowerLimit = quantity(iso2_unitSymbol_W, 50000000),
		.EVSEMaximumVoltageLimit = quantity(iso2_unitSymbol_V, w->charger_mv),
		.EVSEMinimumCurrentLimit = quantity(iso2_unitSymbol_A, 1000),
		.EVSEMinimumVoltageLimit = quantity(iso2_unitSymbol_V, 150000),
		.EVSEPeakCurrentRipple = quantity(iso2_unitSymbol_A, 500),
	};
	if (w->not_ready)
		group->DC_EVSEChargeParameter.DC_EVSEStatus.EVSEStatusCode =
			iso2_DC_EVSEStatusCode_EVSE_NotReady;
}

static struct iso2_MeterInfo make_meter(void)
{
	return (struct iso2_MeterInfo) { .MeterID = CCS_TEXT("M-7"),
					 .has_MeterReading = true,
					 .MeterReading = 123456789012,
					 .has_SigMeterReading = true,
					 .SigMeterReading = CCS_BYTES((const uint8_t *)"sig", 3) };
}

static void answer_setup(struct ev_world *w, enum iso2_responseCode ok, struct iso2_Body *res)
{
	res->SessionSetupRes.ResponseCode = ok ? ok : w->iso2.setup_code;
	res->SessionSetupRes.EVSEID = CCS_TEXT("ZZ00000");
}

static void answer_discovery(struct ev_world *w, enum iso2_responseCode ok, struct iso2_Body *res)
{
	static enum iso2_paymentOption payments[] = { iso2_paymentOption_Contract,
						      iso2_paymentOption_ExternalPayment };

	res->ServiceDiscoveryRes = (struct iso2_ServiceDiscoveryRes) {
		.ResponseCode = ok,
		.PaymentOptionList.PaymentOption = { payments, 2 },
		.ChargeService = { .ServiceID = 1,
				   .ServiceCategory = iso2_serviceCategory_EVCharging,
				   .SupportedEnergyTransferMode
					   .EnergyTransferMode = { w->iso2.modes,
								   w->iso2.mode_count } },
	};
}

static void answer_demand(struct ev_world *w, enum iso2_responseCode ok, struct iso2_Body *res)
{
	res->CurrentDemandRes = (struct iso2_CurrentDemandRes) {
		.ResponseCode = ok,
		.DC_EVSEStatus = make_dc_status(w),
		.EVSEID = CCS_TEXT("ZZ00000"),
		.SAScheduleTupleID = 1,
		.EVSEPresentVoltage = present_voltage(w),
		.EVSEPresentCurrent = ev_world_is_on(w, EV_EVENT_WILD)
					      ? present_voltage(w)
					      : quantity(iso2_unitSymbol_A, w->current_ma),
		.has_MeterInfo = w->iso2.receipts,
		.MeterInfo = make_meter(),
		.has_ReceiptRequired = w->iso2.receipts,
		.ReceiptRequired = w->iso2.receipts,
	};
}

static void answer_status(struct ev_world *w, enum iso2_responseCode ok, struct iso2_Body *res)
{
	res->ChargingStatusRes = (struct iso2_ChargingStatusRes) {
		.ResponseCode = ok,
		.EVSEID = CCS_TEXT("ZZ00000"),
		.SAScheduleTupleID = 1,
		.has_EVSEMaxCurrent = true,
		.EVSEMaxCurrent = quantity(iso2_unitSymbol_A, w->iso2.max_ma),
		.has_MeterInfo = w->iso2.receipts,
		.MeterInfo = make_meter(),
		.has_ReceiptRequired = w->iso2.receipts,
		.ReceiptRequired = w->iso2.receipts,
		.AC_EVSEStatus = make_ac_status(w),
	};
	if (ev_world_is_on(w, EV_EVENT_WILD))
		res->ChargingStatusRes.EVSEMaxCurrent =
			(struct iso2_PhysicalValue) { 0, iso2_unitSymbol_A, -32768 };
}

static void answer(struct ev_world *w, enum ccs_ev_message kind, enum iso2_responseCode ok,
		   bool finished, struct iso2_Body *res)
{
	enum iso2_EVSEProcessing processing = finished ? iso2_EVSEProcessing_Finished
						       : iso2_EVSEProcessing_Ongoing;

	switch (kind) {
	case CCS_EV_MESSAGE_SESSION_SETUP:
		answer_setup(w, ok, res);
		break;
	case CCS_EV_MESSAGE_SERVICE_DISCOVERY:
		answer_discovery(w, ok, res);
		break;
	case CCS_EV_MESSAGE_PAYMENT_SELECTION:
		res->PaymentServiceSelectionRes.ResponseCode = ok;
		break;
	case CCS_EV_MESSAGE_AUTHORISATION:
		res->AuthorizationRes = (struct iso2_AuthorizationRes) { ok, processing };
		break;
	case CCS_EV_MESSAGE_PARAMETERS:
		res->ChargeParameterDiscoveryRes.ResponseCode = ok;
		make_parameters(w, &res->ChargeParameterDiscoveryRes, finished);
		break;
	case CCS_EV_MESSAGE_CABLE_CHECK:
		res->CableCheckRes = (struct iso2_CableCheckRes) { ok, make_dc_status(w),
								   processing };
		break;
	case CCS_EV_MESSAGE_PRECHARGE:
		res->PreChargeRes = (struct iso2_PreChargeRes) { ok, make_dc_status(w),
								 present_voltage(w) };
		break;
	case CCS_EV_MESSAGE_POWER_DELIVERY:
		res->PowerDeliveryRes = (struct iso2_PowerDeliveryRes) { ok, make_status(w) };
		break;
	case CCS_EV_MESSAGE_DEMAND:
		answer_demand(w, ok, res);
		break;
	case CCS_EV_MESSAGE_STATUS:
		answer_status(w, ok, res);
		break;
	case CCS_EV_MESSAGE_RECEIPT:
		res->MeteringReceiptRes = (struct iso2_MeteringReceiptRes) { ok, make_status(w) };
		break;
	case CCS_EV_MESSAGE_WELDING:
		res->WeldingDetectionRes = (struct iso2_WeldingDetectionRes) { ok,
									       make_dc_status(w),
									       present_voltage(w) };
		break;
	case CCS_EV_MESSAGE_SESSION_STOP:
	case CCS_EV_MESSAGE_NONE:
	case CCS_EV_MESSAGE_HANDSHAKE:
	case CCS_EV_MESSAGE_COUNT:
		res->SessionStopRes.ResponseCode = ok;
	}
}

/* What EcoG's charger puts into its headers, and what any may. */
static void decorate(struct iso2_MessageHeader *header)
{
	static uint8_t value[64] = { 1, 2, 3 };
	static struct xmldsig_Signature signature = {
		.SignedInfo = {
			.CanonicalizationMethod.Algorithm =
				CCS_TEXT("http://www.w3.org/TR/canonical-exi/"),
			.SignatureMethod.Algorithm =
				CCS_TEXT("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"),
		},
		.SignatureValue.value = CCS_BYTES(value, sizeof(value)),
	};
	static struct xmldsig_Reference reference = {
		.DigestMethod.Algorithm = CCS_TEXT("http://www.w3.org/2001/04/xmlenc#sha256"),
		.DigestValue = CCS_BYTES(value, 32),
	};

	signature.SignedInfo.Reference.at = &reference;
	signature.SignedInfo.Reference.count = 1;
	header->Signature = &signature;
	header->has_Notification = true;
	header->Notification =
		(struct iso2_Notification) { .FaultCode = iso2_faultCode_ParsingError,
					     .has_FaultMsg = true,
					     .FaultMsg = CCS_TEXT("nothing") };
}

void ev_world_answer_iso2(struct ev_world *w, const struct iso2_V2G_Message *req,
			  struct iso2_V2G_Message *res)
{
	struct ev_request request = read_request(&req->Body);
	bool finished = ev_world_serve(w, &request);
	bool faulty = ev_world_is_faulty(w, request.kind);
	bool failed = faulty && w->fault == EV_FAULT_FAILED;

	w->served = request.kind;
	w->iso2_last[request.kind] = *req;
	keep_lists(w, req);
	res->Body.tag = req->Body.tag + 1; /* in the schema's order every Res follows its Req */
	answer(w, request.kind, failed ? iso2_responseCode_FAILED : iso2_responseCode_OK, finished,
	       &res->Body);
	if (w->iso2.decorated)
		decorate(&res->Header);
	if (faulty && w->fault == EV_FAULT_ID)
		res->Header.SessionID.length = request.kind == CCS_EV_MESSAGE_SESSION_SETUP ? 0 : 3;
	if (faulty && w->fault == EV_FAULT_OTHER)
		res->Body = (struct iso2_Body) { .tag = request.kind == CCS_EV_MESSAGE_SESSION_STOP
								? iso2_BodyElement_CableCheckRes
								: iso2_BodyElement_SessionStopRes };
}
