/* SPDX-License-Identifier: Apache-2.0 */
/* ISO 15118-2 from the car's side: the charger's responses to replies. */
#include "ccs/msg/iso2.h"
#include "ccs/quantities.h"
#include "messages.h"
#include "schedule.h"

#include <string.h>

#define HORIZON_S   3600 /* of the choice among schedules, where no departure is given */
#define TUPLE_LEAST 1
#define TUPLE_MOST  255

static bool is_ok(enum iso2_responseCode code)
{
	return code <= iso2_responseCode_OK_CertificateExpiresSoon;
}

static enum ccs_ev_charger_status read_code(enum iso2_DC_EVSEStatusCode code)
{
	switch (code) {
	case iso2_DC_EVSEStatusCode_EVSE_NotReady: /* R22 */
	case iso2_DC_EVSEStatusCode_EVSE_Ready:
	case iso2_DC_EVSEStatusCode_EVSE_IsolationMonitoringActive:
		return CCS_EV_CHARGER_FINE;
	case iso2_DC_EVSEStatusCode_EVSE_Shutdown:
	case iso2_DC_EVSEStatusCode_EVSE_UtilityInterruptEvent:
		return CCS_EV_CHARGER_STOPS;
	case iso2_DC_EVSEStatusCode_EVSE_EmergencyShutdown:
	case iso2_DC_EVSEStatusCode_EVSE_Malfunction:
	case iso2_DC_EVSEStatusCode_Reserved_8:
	case iso2_DC_EVSEStatusCode_Reserved_9:
	case iso2_DC_EVSEStatusCode_Reserved_A:
	case iso2_DC_EVSEStatusCode_Reserved_B:
	case iso2_DC_EVSEStatusCode_Reserved_C:
		break;
	}
	return CCS_EV_CHARGER_EMERGENCY;
}

static enum ccs_isolation read_isolation(enum iso2_isolationLevel level)
{
	switch (level) {
	case iso2_isolationLevel_Invalid:
		return CCS_ISOLATION_INVALID;
	case iso2_isolationLevel_Valid:
		return CCS_ISOLATION_VALID;
	case iso2_isolationLevel_Warning:
		return CCS_ISOLATION_WARNING;
	case iso2_isolationLevel_No_IMD:
		return CCS_ISOLATION_NO_MONITOR;
	case iso2_isolationLevel_Fault:
		break;
	}
	return CCS_ISOLATION_FAULT;
}

static void read_notification(enum iso2_EVSENotification notification, struct ccs_ev_reply *reply)
{
	reply->stop = notification == iso2_EVSENotification_StopCharging;
	reply->renegotiate = notification == iso2_EVSENotification_ReNegotiation;
}

static void read_dc_status(const struct iso2_DC_EVSEStatus *status, struct ccs_ev_reply *reply)
{
	read_notification(status->EVSENotification, reply);
	reply->status = read_code(status->EVSEStatusCode);
	reply->not_ready = status->EVSEStatusCode == iso2_DC_EVSEStatusCode_EVSE_NotReady;
	reply->has_isolation = status->has_EVSEIsolationStatus;
	if (reply->has_isolation)
		reply->isolation = read_isolation(status->EVSEIsolationStatus);
}

static void read_ac_status(const struct iso2_AC_EVSEStatus *status, struct ccs_ev_reply *reply)
{
	read_notification(status->EVSENotification, reply);
	reply->rcd = status->RCD;
}

static void read_status(const struct iso2_EVSEStatus_group *group, struct ccs_ev_reply *reply)
{
	if (group->tag == iso2_EVSEStatus_DC_EVSEStatus)
		read_dc_status(&group->DC_EVSEStatus, reply);
	else if (group->tag == iso2_EVSEStatus_AC_EVSEStatus)
		read_ac_status(&group->AC_EVSEStatus, reply);
}

static void read_voltage(struct ccs_ev_session *s, const struct iso2_PhysicalValue *value,
			 struct ccs_ev_reply *reply)
{
	reply->has_voltage = ccs_ev_take(s, CCS_TAKEN_PRESENT_VOLTAGE, ccs_milli_iso2(value),
					 &reply->present_mv);
}

static bool take_limit(struct ccs_ev_session *s, enum ccs_taken kind, bool has,
		       const struct iso2_PhysicalValue *value, int32_t *limit)
{
	return !has || ccs_ev_take(s, kind, ccs_milli_iso2(value), limit);
}

/* The wire has no limit for discharging: that of charging holds, the car decides. */
static void mirror_discharge(struct ccs_limits *limits)
{
	limits->discharge_ma = limits->max_ma;
	limits->discharge_w = limits->max_w;
}

/* Services. */

static unsigned int read_transfer(enum iso2_EnergyTransferMode mode)
{
	switch (mode) {
	case iso2_EnergyTransferMode_AC_single_phase_core:
		return 1u << CCS_EV_TRANSFER_AC_SINGLE_PHASE;
	case iso2_EnergyTransferMode_AC_three_phase_core:
		return 1u << CCS_EV_TRANSFER_AC_THREE_PHASE;
	case iso2_EnergyTransferMode_DC_core:
		return 1u << CCS_EV_TRANSFER_DC_CORE;
	case iso2_EnergyTransferMode_DC_extended:
		return 1u << CCS_EV_TRANSFER_DC_EXTENDED;
	case iso2_EnergyTransferMode_DC_combo_core:
		return 1u << CCS_EV_TRANSFER_DC_COMBO_CORE;
	case iso2_EnergyTransferMode_DC_unique: /* not of this connector */
		break;
	}
	return 0;
}

static void read_services(struct ccs_ev_session *s, const struct iso2_ServiceDiscoveryRes *body,
			  struct ccs_ev_reply *reply)
{
	const struct iso2_SupportedEnergyTransferMode *modes =
		&body->ChargeService.SupportedEnergyTransferMode;
	unsigned int offered = 0;
	bool external = false;

	for (uint32_t i = 0; i < body->PaymentOptionList.PaymentOption.count; i++) {
		if (body->PaymentOptionList.PaymentOption.at[i] ==
		    iso2_paymentOption_ExternalPayment)
			external = true;
	}
	for (uint32_t i = 0; i < modes->EnergyTransferMode.count; i++)
		offered |= read_transfer(modes->EnergyTransferMode.at[i]);
	s->service = (uint16_t)body->ChargeService.ServiceID;
	reply->offered = external && ccs_ev_choose_transfer(s, offered);
}

/* Schedules. */

/* I-2: the number nearest to it that can be sent back. */
static int32_t name_tuple(int32_t id)
{
	if (id < TUPLE_LEAST)
		return TUPLE_LEAST;
	return id > TUPLE_MOST ? TUPLE_MOST : id;
}

/* False when an entry has no time or an impossible power. */
static bool read_tuple(struct ccs_ev_session *s, const struct iso2_SAScheduleTuple *tuple,
		       struct ccs_ev_schedule *schedule)
{
	*schedule = (struct ccs_ev_schedule) { .tuple = name_tuple(tuple->SAScheduleTupleID),
					       .since = s->now };
	for (uint32_t i = 0; i < tuple->PMaxSchedule.PMaxScheduleEntry.count; i++) {
		const struct iso2_PMaxScheduleEntry *entry =
			&tuple->PMaxSchedule.PMaxScheduleEntry.at[i];
		const struct iso2_TimeInterval_group *interval = &entry->TimeInterval;
		int32_t max_w;

		if (interval->tag != iso2_TimeInterval_RelativeTimeInterval ||
		    interval->RelativeTimeInterval.start < 0 ||
		    !ccs_ev_take(s, CCS_TAKEN_POWER_LIMIT, ccs_milli_iso2(&entry->PMax), &max_w))
			return false;
		ccs_ev_schedule_add(schedule, (uint32_t)interval->RelativeTimeInterval.start,
				    max_w);
	}
	return schedule->count > 0;
}

static bool may_name(const struct ccs_ev_session *s, int32_t tuple)
{
	return (tuple >= TUPLE_LEAST && tuple <= TUPLE_MOST) ||
	       ccs_ev_has_quirk(s, CCS_QUIRK_ANY_TUPLE_ID);
}

static int64_t worth(const struct ccs_ev_session *s, const struct ccs_ev_schedule *schedule)
{
	int32_t departure_s = s->config.values->departure_s;
	uint32_t horizon_s = departure_s > 0 ? (uint32_t)departure_s : HORIZON_S;

	return ccs_ev_schedule_energy(schedule, ccs_ev_own_power(s), horizon_s);
}

/*
 * ISO 15118-2: the tuple that gives the most energy until the departure, of equal ones the
 * first.  NOTE: chargers that give none are taken without, with the quirk any-tuple-id.
 */
static bool read_schedules(struct ccs_ev_session *s, const struct iso2_SASchedules_group *group)
{
	struct ccs_ev_schedule candidate;
	int64_t best = -1;

	s->schedule = (struct ccs_ev_schedule) { .tuple = TUPLE_LEAST, .since = s->now };
	if (group->tag != iso2_SASchedules_SAScheduleList)
		return ccs_ev_has_quirk(s, CCS_QUIRK_ANY_TUPLE_ID);
	for (uint32_t i = 0; i < group->SAScheduleList.SAScheduleTuple.count; i++) {
		const struct iso2_SAScheduleTuple *tuple =
			&group->SAScheduleList.SAScheduleTuple.at[i];

		if (!may_name(s, tuple->SAScheduleTupleID) || !read_tuple(s, tuple, &candidate) ||
		    worth(s, &candidate) <= best)
			continue;
		best = worth(s, &candidate);
		s->schedule = candidate;
	}
	return best >= 0;
}

/* Parameters. */

static void read_dc_parameters(struct ccs_ev_session *s,
			       const struct iso2_DC_EVSEChargeParameter *p,
			       struct ccs_ev_reply *reply)
{
	struct ccs_limits limits = CCS_LIMITS_OPEN;

	read_dc_status(&p->DC_EVSEStatus, reply);
	reply->has_limits = !s->facts.ac &&
			    take_limit(s, CCS_TAKEN_VOLTAGE_LIMIT, true,
				       &p->EVSEMaximumVoltageLimit, &limits.max_mv) &&
			    take_limit(s, CCS_TAKEN_CURRENT_LIMIT, true,
				       &p->EVSEMaximumCurrentLimit, &limits.max_ma) &&
			    take_limit(s, CCS_TAKEN_POWER_LIMIT, true, &p->EVSEMaximumPowerLimit,
				       &limits.max_w) &&
			    take_limit(s, CCS_TAKEN_VOLTAGE_LIMIT, true,
				       &p->EVSEMinimumVoltageLimit, &limits.min_mv) &&
			    take_limit(s, CCS_TAKEN_CURRENT_LIMIT, true,
				       &p->EVSEMinimumCurrentLimit, &limits.min_ma);
	mirror_discharge(&limits);
	reply->limits = limits;
}

static void read_ac_parameters(struct ccs_ev_session *s,
			       const struct iso2_AC_EVSEChargeParameter *p,
			       struct ccs_ev_reply *reply)
{
	struct ccs_limits limits = CCS_LIMITS_OPEN;
	int32_t nominal_mv = 0;

	read_ac_status(&p->AC_EVSEStatus, reply);
	reply->has_limits =
		s->facts.ac &&
		take_limit(s, CCS_TAKEN_VOLTAGE_LIMIT, true, &p->EVSENominalVoltage, &nominal_mv) &&
		take_limit(s, CCS_TAKEN_CURRENT_LIMIT, true, &p->EVSEMaxCurrent, &limits.max_ma) &&
		nominal_mv > 0;
	if (reply->has_limits)
		s->nominal_mv = nominal_mv;
	reply->limits = limits;
}

static void read_parameters(struct ccs_ev_session *s,
			    const struct iso2_ChargeParameterDiscoveryRes *body,
			    struct ccs_ev_reply *reply)
{
	const struct iso2_EVSEChargeParameter_group *group = &body->EVSEChargeParameter;

	if (group->tag == iso2_EVSEChargeParameter_DC_EVSEChargeParameter)
		read_dc_parameters(s, &group->DC_EVSEChargeParameter, reply);
	else if (group->tag == iso2_EVSEChargeParameter_AC_EVSEChargeParameter)
		read_ac_parameters(s, &group->AC_EVSEChargeParameter, reply);
	reply->finished = body->EVSEProcessing == iso2_EVSEProcessing_Finished;
	if (reply->finished)
		reply->has_schedule = read_schedules(s, &body->SASchedules);
}

/* The charging loop. */

/* Keeps what MeteringReceiptReq has to repeat; false: it cannot be repeated. */
static bool keep_meter(struct ccs_ev_session *s, const struct iso2_MeterInfo *info)
{
	struct ccs_ev_meter *meter = &s->meter;

	if (info->MeterID.length > sizeof(meter->id) ||
	    (info->has_SigMeterReading && info->SigMeterReading.length > sizeof(meter->signature)))
		return false;
	*meter = (struct ccs_ev_meter) {
		.id_length = (uint8_t)info->MeterID.length,
		.has_reading = info->has_MeterReading,
		.has_signature = info->has_SigMeterReading,
		.has_status = info->has_MeterStatus,
		.has_time = info->has_TMeter,
		.reading_wh = info->MeterReading,
		.status = info->MeterStatus,
		.time = info->TMeter,
	};
	if (meter->id_length)
		memcpy(meter->id, info->MeterID.at, meter->id_length);
	if (info->has_SigMeterReading && info->SigMeterReading.length) {
		meter->signature_length = (uint8_t)info->SigMeterReading.length;
		memcpy(meter->signature, info->SigMeterReading.at, meter->signature_length);
	}
	return true;
}

/* Limits of the loop change what was announced; what is refused changes nothing. */
static void read_demand(struct ccs_ev_session *s, const struct iso2_CurrentDemandRes *body,
			struct ccs_ev_reply *reply)
{
	struct ccs_limits limits = s->charger;

	read_dc_status(&body->DC_EVSEStatus, reply);
	read_voltage(s, &body->EVSEPresentVoltage, reply);
	reply->has_current = ccs_ev_take(s, CCS_TAKEN_PRESENT_CURRENT,
					 ccs_milli_iso2(&body->EVSEPresentCurrent),
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
	reply->receipt = body->has_ReceiptRequired && body->ReceiptRequired &&
			 body->has_MeterInfo && keep_meter(s, &body->MeterInfo);
}

static void read_charging(struct ccs_ev_session *s, const struct iso2_ChargingStatusRes *body,
			  struct ccs_ev_reply *reply)
{
	struct ccs_limits limits = s->charger;

	read_ac_status(&body->AC_EVSEStatus, reply);
	reply->has_limits = take_limit(s, CCS_TAKEN_CURRENT_LIMIT, body->has_EVSEMaxCurrent,
				       &body->EVSEMaxCurrent, &limits.max_ma);
	reply->limits = limits;
	reply->receipt = body->has_ReceiptRequired && body->ReceiptRequired &&
			 body->has_MeterInfo && keep_meter(s, &body->MeterInfo);
}

/* Every response has its code at another place of the union. */
static enum iso2_responseCode read_body(struct ccs_ev_session *s, const struct iso2_Body *body,
					struct ccs_ev_reply *reply)
{
#define RES(name, kind)                                 \
	case iso2_BodyElement_##name##Res:              \
		reply->message = CCS_EV_MESSAGE_##kind; \
		code = body->name##Res.ResponseCode;
	enum iso2_responseCode code = iso2_responseCode_FAILED;

	switch ((int)body->tag) {
		RES(SessionSetup, SESSION_SETUP)
		break;
		RES(ServiceDiscovery, SERVICE_DISCOVERY)
		read_services(s, &body->ServiceDiscoveryRes, reply);
		break;
		RES(PaymentServiceSelection, PAYMENT_SELECTION)
		break;
		RES(Authorization, AUTHORISATION)
		reply->finished = body->AuthorizationRes.EVSEProcessing ==
				  iso2_EVSEProcessing_Finished;
		break;
		RES(ChargeParameterDiscovery, PARAMETERS)
		read_parameters(s, &body->ChargeParameterDiscoveryRes, reply);
		break;
		RES(CableCheck, CABLE_CHECK)
		read_dc_status(&body->CableCheckRes.DC_EVSEStatus, reply);
		reply->finished = body->CableCheckRes.EVSEProcessing ==
				  iso2_EVSEProcessing_Finished;
		break;
		RES(PreCharge, PRECHARGE)
		read_dc_status(&body->PreChargeRes.DC_EVSEStatus, reply);
		read_voltage(s, &body->PreChargeRes.EVSEPresentVoltage, reply);
		break;
		RES(PowerDelivery, POWER_DELIVERY)
		read_status(&body->PowerDeliveryRes.EVSEStatus, reply);
		break;
		RES(CurrentDemand, DEMAND)
		read_demand(s, &body->CurrentDemandRes, reply);
		break;
		RES(ChargingStatus, STATUS)
		read_charging(s, &body->ChargingStatusRes, reply);
		break;
		RES(MeteringReceipt, RECEIPT)
		read_status(&body->MeteringReceiptRes.EVSEStatus, reply);
		break;
		RES(WeldingDetection, WELDING)
		read_dc_status(&body->WeldingDetectionRes.DC_EVSEStatus, reply);
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

static enum ccs_ev_opening read_opening(enum iso2_responseCode code)
{
	if (code == iso2_responseCode_OK)
		return CCS_EV_OPENING_PLAIN;
	if (code == iso2_responseCode_OK_OldSessionJoined)
		return CCS_EV_OPENING_JOINED;
	return code == iso2_responseCode_OK_NewSessionEstablished ? CCS_EV_OPENING_NEW
								  : CCS_EV_OPENING_REFUSED;
}

/* A header's Notification and Signature say nothing that the response does not say. */
enum ccs_ev_reason ccs_ev_iso2_read(struct ccs_ev_session *s,
				    const struct ccs_exi_document *document,
				    struct ccs_ev_reply *reply)
{
	const struct iso2_V2G_Message *message = document->value;
	enum iso2_responseCode code;

	if (document->element != iso2_element_V2G_Message)
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
