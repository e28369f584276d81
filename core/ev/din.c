/* SPDX-License-Identifier: Apache-2.0 */
/* DIN SPEC 70121 from the car's side: its responses to replies, the car's requests to bytes. */
#include "ccs/msg/din.h"
#include "ccs/quantities.h"
#include "messages.h"
#include "schedule.h"

/* A PMax has 16 bits: the largest stands for all that are larger. */
#define PMAX_OPEN  INT16_MAX
#define PMAX_LEAST 1000 /* I-5 */

/* Responses. */

static bool is_ok(enum din_responseCode code)
{
	return code <= din_responseCode_OK_CertificateExpiresSoon;
}

static enum ccs_ev_charger_status read_code(enum din_DC_EVSEStatusCode code)
{
	switch (code) {
	case din_DC_EVSEStatusCode_EVSE_NotReady: /* R22 */
	case din_DC_EVSEStatusCode_EVSE_Ready:
	case din_DC_EVSEStatusCode_EVSE_IsolationMonitoringActive:
		return CCS_EV_CHARGER_FINE;
	case din_DC_EVSEStatusCode_EVSE_Shutdown:
	case din_DC_EVSEStatusCode_EVSE_UtilityInterruptEvent:
		return CCS_EV_CHARGER_STOPS;
	case din_DC_EVSEStatusCode_EVSE_EmergencyShutdown:
	case din_DC_EVSEStatusCode_EVSE_Malfunction:
	case din_DC_EVSEStatusCode_Reserved_8:
	case din_DC_EVSEStatusCode_Reserved_9:
	case din_DC_EVSEStatusCode_Reserved_A:
	case din_DC_EVSEStatusCode_Reserved_B:
	case din_DC_EVSEStatusCode_Reserved_C:
		break;
	}
	return CCS_EV_CHARGER_EMERGENCY;
}

static enum ccs_isolation read_isolation(enum din_isolationLevel level)
{
	switch (level) {
	case din_isolationLevel_Invalid:
		return CCS_ISOLATION_INVALID;
	case din_isolationLevel_Valid:
		return CCS_ISOLATION_VALID;
	case din_isolationLevel_Warning:
		return CCS_ISOLATION_WARNING;
	case din_isolationLevel_Fault:
		break;
	}
	return CCS_ISOLATION_FAULT;
}

static void read_status(const struct din_DC_EVSEStatus *status, struct ccs_ev_reply *reply)
{
	reply->status = read_code(status->EVSEStatusCode);
	reply->not_ready = status->EVSEStatusCode == din_DC_EVSEStatusCode_EVSE_NotReady;
	reply->stop = status->EVSENotification == din_EVSENotification_StopCharging;
	reply->has_isolation = status->has_EVSEIsolationStatus;
	if (reply->has_isolation)
		reply->isolation = read_isolation(status->EVSEIsolationStatus);
}

static void read_voltage(struct ccs_ev_session *s, const struct din_PhysicalValue *value,
			 struct ccs_ev_reply *reply)
{
	reply->has_voltage = ccs_ev_take(s, CCS_TAKEN_PRESENT_VOLTAGE, ccs_milli_din(value),
					 &reply->present_mv);
}

static bool take_limit(struct ccs_ev_session *s, enum ccs_taken kind, bool has,
		       const struct din_PhysicalValue *value, int32_t *limit)
{
	return !has || ccs_ev_take(s, kind, ccs_milli_din(value), limit);
}

/* The wire has no limit for discharging: that of charging holds, the car decides. */
static void mirror_discharge(struct ccs_limits *limits)
{
	limits->discharge_ma = limits->max_ma;
	limits->discharge_w = limits->max_w;
}

/* What one PMax allows. */
static int32_t read_pmax(const struct ccs_ev_session *s, int32_t pmax)
{
	bool tiny = pmax >= 0 && pmax < PMAX_LEAST && ccs_ev_has_quirk(s, CCS_QUIRK_TINY_PMAX);

	if (tiny || pmax >= PMAX_OPEN)
		return CCS_NO_LIMIT;
	return pmax < 0 ? 0 : pmax;
}

/* The first tuple; DIN SPEC 70121 has no other.  Without one nothing is limited. */
static void read_schedule(struct ccs_ev_session *s, const struct din_SASchedules_group *group)
{
	const struct din_SAScheduleTuple *tuple = group->SAScheduleList.SAScheduleTuple.at;

	s->schedule = (struct ccs_ev_schedule) { .since = s->now };
	if (group->tag != din_SASchedules_SAScheduleList ||
	    group->SAScheduleList.SAScheduleTuple.count == 0)
		return;
	s->schedule.tuple = tuple->SAScheduleTupleID;
	for (uint32_t i = 0; i < tuple->PMaxSchedule.PMaxScheduleEntry.count; i++) {
		const struct din_PMaxScheduleEntry *entry =
			&tuple->PMaxSchedule.PMaxScheduleEntry.at[i];
		bool timed = entry->TimeInterval.tag == din_TimeInterval_RelativeTimeInterval;

		ccs_ev_schedule_add(&s->schedule,
				    timed ? entry->TimeInterval.RelativeTimeInterval.start : 0,
				    read_pmax(s, entry->PMax));
	}
}

static void read_parameters(struct ccs_ev_session *s,
			    const struct din_ChargeParameterDiscoveryRes *body,
			    struct ccs_ev_reply *reply)
{
	const struct din_DC_EVSEChargeParameter *p =
		&body->EVSEChargeParameter.DC_EVSEChargeParameter;
	struct ccs_limits limits = CCS_LIMITS_OPEN;

	reply->finished = body->EVSEProcessing == din_EVSEProcessing_Finished;
	if (body->EVSEChargeParameter.tag != din_EVSEChargeParameter_DC_EVSEChargeParameter)
		return;
	read_status(&p->DC_EVSEStatus, reply);
	read_schedule(s, &body->SASchedules);
	reply->has_schedule = true;
	reply->has_limits = take_limit(s, CCS_TAKEN_VOLTAGE_LIMIT, true,
				       &p->EVSEMaximumVoltageLimit, &limits.max_mv) &&
			    take_limit(s, CCS_TAKEN_CURRENT_LIMIT, true,
				       &p->EVSEMaximumCurrentLimit, &limits.max_ma) &&
			    take_limit(s, CCS_TAKEN_POWER_LIMIT, p->has_EVSEMaximumPowerLimit,
				       &p->EVSEMaximumPowerLimit, &limits.max_w) &&
			    take_limit(s, CCS_TAKEN_VOLTAGE_LIMIT, true,
				       &p->EVSEMinimumVoltageLimit, &limits.min_mv) &&
			    take_limit(s, CCS_TAKEN_CURRENT_LIMIT, true,
				       &p->EVSEMinimumCurrentLimit, &limits.min_ma);
	mirror_discharge(&limits);
	reply->limits = limits;
}

/* Limits of the loop change what was announced; what is refused changes nothing. */
static void read_demand(struct ccs_ev_session *s, const struct din_CurrentDemandRes *body,
			struct ccs_ev_reply *reply)
{
	struct ccs_limits limits = s->charger;

	read_status(&body->DC_EVSEStatus, reply);
	read_voltage(s, &body->EVSEPresentVoltage, reply);
	reply->has_current = ccs_ev_take(s, CCS_TAKEN_PRESENT_CURRENT,
					 ccs_milli_din(&body->EVSEPresentCurrent),
					 &reply->present_ma);
	reply->has_limits =
		take_limit(s, CCS_TAKEN_VOLTAGE_LIMIT, body->has_EVSEMaximumVoltageLimit,
			   &body->EVSEMaximumVoltageLimit, &limits.max_mv) &&
		take_limit(s, CCS_TAKEN_CURRENT_LIMIT, body->has_EVSEMaximumCurrentLimit,
			   &body->EVSEMaximumCurrentLimit, &limits.max_ma) &&
		take_limit(s, CCS_TAKEN_POWER_LIMIT, body->has_EVSEMaximumPowerLimit,
			   &body->EVSEMaximumPowerLimit, &limits.max_w);
	mirror_discharge(&limits);
	reply->limits = limits;
}

/* DC only: 1 << enum ccs_ev_transfer. */
static unsigned int read_transfer(enum din_EVSESupportedEnergyTransfer offered)
{
	switch (offered) {
	case din_EVSESupportedEnergyTransfer_AC_single_phase_core:
	case din_EVSESupportedEnergyTransfer_AC_three_phase_core:
		return 0;
	case din_EVSESupportedEnergyTransfer_DC_core:
	case din_EVSESupportedEnergyTransfer_AC_single_DC_core:
		return 1u << CCS_EV_TRANSFER_DC_CORE;
	case din_EVSESupportedEnergyTransfer_DC_extended:
	case din_EVSESupportedEnergyTransfer_AC_core1p_DC_extended:
	case din_EVSESupportedEnergyTransfer_AC_single_phase_three_phase_core_DC_extended:
	case din_EVSESupportedEnergyTransfer_AC_core3p_DC_extended:
		return 1u << CCS_EV_TRANSFER_DC_EXTENDED;
	case din_EVSESupportedEnergyTransfer_DC_combo_core:
		return 1u << CCS_EV_TRANSFER_DC_COMBO_CORE;
	case din_EVSESupportedEnergyTransfer_DC_dual:
		return 1u << CCS_EV_TRANSFER_DC_CORE | 1u << CCS_EV_TRANSFER_DC_EXTENDED;
	}
	return 0;
}

static void read_services(struct ccs_ev_session *s, const struct din_ServiceDiscoveryRes *body,
			  struct ccs_ev_reply *reply)
{
	bool external = false;

	for (uint32_t i = 0; i < body->PaymentOptions.PaymentOption.count; i++) {
		if (body->PaymentOptions.PaymentOption.at[i] == din_paymentOption_ExternalPayment)
			external = true;
	}
	s->service = (uint16_t)body->ChargeService.ServiceTag.ServiceID;
	reply->offered =
		external &&
		ccs_ev_choose_transfer(s, read_transfer(body->ChargeService.EnergyTransferType));
}

/* Every response has its code at another place of the union. */
static enum din_responseCode read_body(struct ccs_ev_session *s, const struct din_Body *body,
				       struct ccs_ev_reply *reply)
{
#define RES(name, kind)                                 \
	case din_BodyElement_##name##Res:               \
		reply->message = CCS_EV_MESSAGE_##kind; \
		code = body->name##Res.ResponseCode;
	enum din_responseCode code = din_responseCode_FAILED;

	switch ((int)body->tag) {
		RES(SessionSetup, SESSION_SETUP)
		break;
		RES(ServiceDiscovery, SERVICE_DISCOVERY)
		read_services(s, &body->ServiceDiscoveryRes, reply);
		break;
		RES(ServicePaymentSelection, PAYMENT_SELECTION)
		break;
		RES(ContractAuthentication, AUTHORISATION)
		reply->finished = body->ContractAuthenticationRes.EVSEProcessing ==
				  din_EVSEProcessing_Finished;
		break;
		RES(ChargeParameterDiscovery, PARAMETERS)
		read_parameters(s, &body->ChargeParameterDiscoveryRes, reply);
		break;
		RES(CableCheck, CABLE_CHECK)
		read_status(&body->CableCheckRes.DC_EVSEStatus, reply);
		reply->finished = body->CableCheckRes.EVSEProcessing == din_EVSEProcessing_Finished;
		break;
		RES(PreCharge, PRECHARGE)
		read_status(&body->PreChargeRes.DC_EVSEStatus, reply);
		read_voltage(s, &body->PreChargeRes.EVSEPresentVoltage, reply);
		break;
		RES(PowerDelivery, POWER_DELIVERY)
		if (body->PowerDeliveryRes.EVSEStatus.tag == din_EVSEStatus_DC_EVSEStatus)
			read_status(&body->PowerDeliveryRes.EVSEStatus.DC_EVSEStatus, reply);
		break;
		RES(CurrentDemand, DEMAND)
		read_demand(s, &body->CurrentDemandRes, reply);
		break;
		RES(WeldingDetection, WELDING)
		read_status(&body->WeldingDetectionRes.DC_EVSEStatus, reply);
		read_voltage(s, &body->WeldingDetectionRes.EVSEPresentVoltage, reply);
		break;
		RES(SessionStop, SESSION_STOP)
		break;
	default: /* a request, or a response to what we never ask: matches nothing */
		break;
	}
#undef RES
	return code;
}

static enum ccs_ev_opening read_opening(enum din_responseCode code)
{
	if (code == din_responseCode_OK)
		return CCS_EV_OPENING_PLAIN;
	return code == din_responseCode_OK_NewSessionEstablished ? CCS_EV_OPENING_NEW
								 : CCS_EV_OPENING_REFUSED;
}

enum ccs_ev_reason ccs_ev_din_read(struct ccs_ev_session *s,
				   const struct ccs_exi_document *document,
				   struct ccs_ev_reply *reply)
{
	const struct din_V2G_Message *message = document->value;
	enum din_responseCode code;

	if (document->element != din_element_V2G_Message)
		return CCS_EV_REASON_OUT_OF_TURN;
	code = read_body(s, &message->Body, reply);
	reply->ok = is_ok(code);
	if (reply->message != s->awaited || reply->message == CCS_EV_MESSAGE_NONE)
		return CCS_EV_REASON_OUT_OF_TURN;
	if (reply->message == CCS_EV_MESSAGE_SESSION_SETUP)
		return reply->ok ? ccs_ev_open(s, message->Header.SessionID, read_opening(code))
				 : CCS_EV_REASON_NONE; /* the state part sees it */
	/* a refused session may well be answered with another id */
	if (reply->ok && !ccs_ev_is_our_session(s, message->Header.SessionID))
		return CCS_EV_REASON_SESSION_ID;
	return CCS_EV_REASON_NONE;
}

/* Requests. */

static struct din_PhysicalValue quantity(enum din_unitSymbol unit, int64_t milli)
{
	struct ccs_decimal decimal = ccs_milli_to_decimal(milli, -3, 3);

	return (struct din_PhysicalValue) { .Multiplier = decimal.exponent,
					    .has_Unit = true,
					    .Unit = unit,
					    .Value = decimal.value };
}

static struct din_DC_EVStatus make_status(const struct ccs_ev_session *s,
					  const struct ccs_ev_wish *wish)
{
	bool full = ccs_quirk_is_on(&s->config.quirks, CCS_QUIRK_FULL_POWER_DELIVERY); /* R27 */
	bool sick = s->reason == CCS_EV_REASON_BATTERY || s->reason == CCS_EV_REASON_SENSOR;

	return (struct din_DC_EVStatus) {
		.has_EVCabinConditioning = full,
		.has_EVRESSConditioning = full,
		.EVReady = wish->ready,
		.EVErrorCode = sick ? din_DC_EVErrorCode_FAILED_EVRESSMalfunction
				    : din_DC_EVErrorCode_NO_ERROR,
		.EVRESSSOC = wish->soc,
	};
}

static void make_parameters(const struct ccs_ev_session *s, const struct ccs_ev_wish *wish,
			    struct din_ChargeParameterDiscoveryReq *body)
{
	static const enum din_EVRequestedEnergyTransfer transfers[] = {
		[CCS_EV_TRANSFER_DC_EXTENDED] = din_EVRequestedEnergyTransfer_DC_extended,
		[CCS_EV_TRANSFER_DC_CORE] = din_EVRequestedEnergyTransfer_DC_core,
		[CCS_EV_TRANSFER_DC_COMBO_CORE] = din_EVRequestedEnergyTransfer_DC_combo_core,
	};
	const struct ccs_ev_values *v = s->config.values;
	bool full = ccs_quirk_is_on(&s->config.quirks, CCS_QUIRK_FULL_PARAMETERS); /* R21 */
	struct din_DC_EVChargeParameter *p = &body->EVChargeParameter.DC_EVChargeParameter;

	body->EVRequestedEnergyTransferType = transfers[s->transfer];
	body->EVChargeParameter.tag = din_EVChargeParameter_DC_EVChargeParameter;
	*p = (struct din_DC_EVChargeParameter) {
		.DC_EVStatus = make_status(s, wish),
		.EVMaximumCurrentLimit = quantity(din_unitSymbol_A, wish->max_ma),
		.has_EVMaximumPowerLimit = full && wish->max_w != CCS_NO_LIMIT,
		.EVMaximumPowerLimit = quantity(din_unitSymbol_W, (int64_t)wish->max_w * 1000),
		.EVMaximumVoltageLimit = quantity(din_unitSymbol_V, wish->max_mv),
		.has_EVEnergyCapacity = full && v->capacity_mwh > 0,
		.EVEnergyCapacity = quantity(din_unitSymbol_Wh, v->capacity_mwh),
		.has_EVEnergyRequest = full && v->request_mwh > 0,
		.EVEnergyRequest = quantity(din_unitSymbol_Wh, v->request_mwh),
		.has_FullSOC = full && v->full_soc > 0 && v->full_soc <= 1000,
		.FullSOC = v->full_soc / 10,
		.has_BulkSOC = full && v->bulk_soc > 0 && v->bulk_soc <= 1000,
		.BulkSOC = v->bulk_soc / 10,
	};
}

static void make_power_delivery(const struct ccs_ev_session *s, const struct ccs_ev_wish *wish,
				struct din_PowerDeliveryReq *body)
{
	bool on = s->state == CCS_EV_STATE_POWER_ON;

	body->ReadyToChargeState = on; /* R26 */
	body->EVPowerDeliveryParameter.tag =
		din_EVPowerDeliveryParameter_DC_EVPowerDeliveryParameter;
	body->EVPowerDeliveryParameter.DC_EVPowerDeliveryParameter =
		(struct din_DC_EVPowerDeliveryParameter) {
			.DC_EVStatus = make_status(s, wish),
			.has_BulkChargingComplete = ccs_quirk_is_on(&s->config.quirks,
								    CCS_QUIRK_FULL_POWER_DELIVERY),
			.BulkChargingComplete = wish->bulk,
			.ChargingComplete = !on,
		};
}

static void make_demand(const struct ccs_ev_session *s, const struct ccs_ev_wish *wish,
			struct din_CurrentDemandReq *body)
{
	bool limits = ccs_quirk_is_on(&s->config.quirks, CCS_QUIRK_LIMITS_IN_LOOP); /* R28 */

	*body = (struct din_CurrentDemandReq) {
		.DC_EVStatus = make_status(s, wish),
		.EVTargetCurrent = quantity(din_unitSymbol_A, wish->target.ma),
		.has_EVMaximumVoltageLimit = limits,
		.EVMaximumVoltageLimit = quantity(din_unitSymbol_V, wish->max_mv),
		.has_EVMaximumCurrentLimit = limits,
		.EVMaximumCurrentLimit = quantity(din_unitSymbol_A, wish->max_ma),
		.has_EVMaximumPowerLimit = limits && wish->max_w != CCS_NO_LIMIT,
		.EVMaximumPowerLimit = quantity(din_unitSymbol_W, (int64_t)wish->max_w * 1000),
		.has_BulkChargingComplete = true,
		.BulkChargingComplete = wish->bulk,
		.has_RemainingTimeToFullSoC = wish->full_seconds >= 0,
		.RemainingTimeToFullSoC = quantity(din_unitSymbol_s,
						   (int64_t)wish->full_seconds * 1000),
		.has_RemainingTimeToBulkSoC = wish->bulk_seconds >= 0,
		.RemainingTimeToBulkSoC = quantity(din_unitSymbol_s,
						   (int64_t)wish->bulk_seconds * 1000),
		.EVTargetVoltage = quantity(din_unitSymbol_V, wish->target.mv),
	};
}

static void make_precharge(const struct ccs_ev_session *s, const struct ccs_ev_wish *wish,
			   struct din_PreChargeReq *body)
{
	*body = (struct din_PreChargeReq) {
		.DC_EVStatus = make_status(s, wish),
		.EVTargetVoltage = quantity(din_unitSymbol_V, wish->target.mv),
		.EVTargetCurrent = quantity(din_unitSymbol_A, wish->target.ma),
	};
}

/* The requests without variable parts. */
static struct din_Body make_body(const struct ccs_ev_session *s, enum ccs_ev_message message)
{
	struct ccs_ev_wish wish = ccs_ev_wish_now(s);
	struct din_Body body = { .tag = din_BodyElement_none };

	switch (message) {
	case CCS_EV_MESSAGE_NONE:
	case CCS_EV_MESSAGE_HANDSHAKE:
	case CCS_EV_MESSAGE_PAYMENT_SELECTION:
	case CCS_EV_MESSAGE_STATUS: /* no AC, no receipts */
	case CCS_EV_MESSAGE_RECEIPT:
	case CCS_EV_MESSAGE_COUNT:
		break;
	case CCS_EV_MESSAGE_SESSION_SETUP:
		body.tag = din_BodyElement_SessionSetupReq;
		body.SessionSetupReq.EVCCID = CCS_BYTES(s->config.evccid, s->config.evccid_length);
		break;
	case CCS_EV_MESSAGE_SERVICE_DISCOVERY:
		body.tag = din_BodyElement_ServiceDiscoveryReq;
		break;
	case CCS_EV_MESSAGE_AUTHORISATION:
		body.tag = din_BodyElement_ContractAuthenticationReq;
		break;
	case CCS_EV_MESSAGE_PARAMETERS:
		body.tag = din_BodyElement_ChargeParameterDiscoveryReq;
		make_parameters(s, &wish, &body.ChargeParameterDiscoveryReq);
		break;
	case CCS_EV_MESSAGE_CABLE_CHECK:
		body.tag = din_BodyElement_CableCheckReq;
		body.CableCheckReq.DC_EVStatus = make_status(s, &wish);
		break;
	case CCS_EV_MESSAGE_PRECHARGE:
		body.tag = din_BodyElement_PreChargeReq;
		make_precharge(s, &wish, &body.PreChargeReq);
		break;
	case CCS_EV_MESSAGE_POWER_DELIVERY:
		body.tag = din_BodyElement_PowerDeliveryReq;
		make_power_delivery(s, &wish, &body.PowerDeliveryReq);
		break;
	case CCS_EV_MESSAGE_DEMAND:
		body.tag = din_BodyElement_CurrentDemandReq;
		make_demand(s, &wish, &body.CurrentDemandReq);
		break;
	case CCS_EV_MESSAGE_WELDING:
		body.tag = din_BodyElement_WeldingDetectionReq;
		body.WeldingDetectionReq.DC_EVStatus = make_status(s, &wish);
		break;
	case CCS_EV_MESSAGE_SESSION_STOP:
		body.tag = din_BodyElement_SessionStopReq;
		break;
	}
	return body;
}

int ccs_ev_din_ask(struct ccs_ev_session *s, enum ccs_ev_message message)
{
	struct din_SelectedService service = { .ServiceID = s->service };
	struct din_V2G_Message request = {
		.Header.SessionID = { s->session_id, s->session_id_length },
		.Body = make_body(s, message),
	};
	struct ccs_exi_document document = { .set = &ccs_set_din,
					     .element = din_element_V2G_Message,
					     .value = &request };

	if (message == CCS_EV_MESSAGE_PAYMENT_SELECTION) {
		request.Body.tag = din_BodyElement_ServicePaymentSelectionReq;
		request.Body.ServicePaymentSelectionReq = (struct din_ServicePaymentSelectionReq) {
			.SelectedPaymentOption = din_paymentOption_ExternalPayment,
			.SelectedServiceList.SelectedService = { &service, 1 },
		};
	}
	return ccs_channel_send(&s->channel, &document, s->now, NULL);
}
