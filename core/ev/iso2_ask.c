/* SPDX-License-Identifier: Apache-2.0 */
/* ISO 15118-2 from the car's side: the car's requests to bytes. */
#include "ccs/msg/iso2.h"
#include "ccs/quantities.h"
#include "messages.h"
#include "schedule.h"

static struct iso2_PhysicalValue quantity(enum iso2_unitSymbol unit, int64_t milli)
{
	struct ccs_decimal decimal = ccs_milli_to_decimal(milli, -3, 3);

	return (struct iso2_PhysicalValue) { .Multiplier = decimal.exponent,
					     .Unit = unit,
					     .Value = decimal.value };
}

static struct iso2_PhysicalValue power(int32_t w)
{
	return quantity(iso2_unitSymbol_W, (int64_t)w * 1000);
}

static struct iso2_DC_EVStatus make_status(const struct ccs_ev_session *s,
					   const struct ccs_ev_wish *wish)
{
	bool sick = s->reason == CCS_EV_REASON_BATTERY || s->reason == CCS_EV_REASON_SENSOR;

	return (struct iso2_DC_EVStatus) {
		.EVReady = wish->ready,
		.EVErrorCode = sick ? iso2_DC_EVErrorCode_FAILED_EVRESSMalfunction
				    : iso2_DC_EVErrorCode_NO_ERROR,
		.EVRESSSOC = wish->soc,
	};
}

static void make_dc_parameters(const struct ccs_ev_session *s, const struct ccs_ev_wish *wish,
			       struct iso2_DC_EVChargeParameter *p)
{
	const struct ccs_ev_values *v = s->config.values;
	bool full = ccs_ev_has_quirk(s, CCS_QUIRK_FULL_PARAMETERS); /* R21 */

	*p = (struct iso2_DC_EVChargeParameter) {
		.has_DepartureTime = v->departure_s > 0,
		.DepartureTime = (uint32_t)v->departure_s,
		.DC_EVStatus = make_status(s, wish),
		.EVMaximumCurrentLimit = quantity(iso2_unitSymbol_A, wish->max_ma),
		.has_EVMaximumPowerLimit = full && wish->max_w != CCS_NO_LIMIT,
		.EVMaximumPowerLimit = power(wish->max_w),
		.EVMaximumVoltageLimit = quantity(iso2_unitSymbol_V, wish->max_mv),
		.has_EVEnergyCapacity = full && v->capacity_mwh > 0,
		.EVEnergyCapacity = quantity(iso2_unitSymbol_Wh, v->capacity_mwh),
		.has_EVEnergyRequest = full && v->request_mwh > 0,
		.EVEnergyRequest = quantity(iso2_unitSymbol_Wh, v->request_mwh),
		.has_FullSOC = full && v->full_soc > 0 && v->full_soc <= 1000,
		.FullSOC = v->full_soc / 10,
		.has_BulkSOC = full && v->bulk_soc > 0 && v->bulk_soc <= 1000,
		.BulkSOC = v->bulk_soc / 10,
	};
}

static void make_ac_parameters(const struct ccs_ev_session *s, const struct ccs_ev_wish *wish,
			       struct iso2_AC_EVChargeParameter *p)
{
	const struct ccs_ev_values *v = s->config.values;

	*p = (struct iso2_AC_EVChargeParameter) {
		.has_DepartureTime = v->departure_s > 0,
		.DepartureTime = (uint32_t)v->departure_s,
		.EAmount = quantity(iso2_unitSymbol_Wh, v->request_mwh > 0 ? v->request_mwh : 0),
		.EVMaxVoltage = quantity(iso2_unitSymbol_V, wish->max_mv),
		.EVMaxCurrent = quantity(iso2_unitSymbol_A, wish->max_ma),
		.EVMinCurrent = quantity(iso2_unitSymbol_A,
					 v->limits.min_ma > 0 ? v->limits.min_ma : 0),
	};
}

static void make_parameters(const struct ccs_ev_session *s, const struct ccs_ev_wish *wish,
			    struct iso2_ChargeParameterDiscoveryReq *body)
{
	static const enum iso2_EnergyTransferMode modes[CCS_EV_TRANSFERS] = {
		[CCS_EV_TRANSFER_DC_EXTENDED] = iso2_EnergyTransferMode_DC_extended,
		[CCS_EV_TRANSFER_DC_CORE] = iso2_EnergyTransferMode_DC_core,
		[CCS_EV_TRANSFER_DC_COMBO_CORE] = iso2_EnergyTransferMode_DC_combo_core,
		[CCS_EV_TRANSFER_AC_THREE_PHASE] = iso2_EnergyTransferMode_AC_three_phase_core,
		[CCS_EV_TRANSFER_AC_SINGLE_PHASE] = iso2_EnergyTransferMode_AC_single_phase_core,
	};

	body->has_MaxEntriesSAScheduleTuple = true;
	body->MaxEntriesSAScheduleTuple = CCS_EV_SCHEDULE_ENTRIES;
	body->RequestedEnergyTransferMode = modes[s->transfer];
	if (s->facts.ac) {
		body->EVChargeParameter.tag = iso2_EVChargeParameter_AC_EVChargeParameter;
		make_ac_parameters(s, wish, &body->EVChargeParameter.AC_EVChargeParameter);
	} else {
		body->EVChargeParameter.tag = iso2_EVChargeParameter_DC_EVChargeParameter;
		make_dc_parameters(s, wish, &body->EVChargeParameter.DC_EVChargeParameter);
	}
}

static enum iso2_chargeProgress choose_progress(const struct ccs_ev_session *s)
{
	if (s->state == CCS_EV_STATE_POWER_ON)
		return iso2_chargeProgress_Start;
	return s->state == CCS_EV_STATE_RENEGOTIATING ? iso2_chargeProgress_Renegotiate
						      : iso2_chargeProgress_Stop;
}

static void make_power_delivery(const struct ccs_ev_session *s, const struct ccs_ev_wish *wish,
				struct iso2_PowerDeliveryReq *body)
{
	body->ChargeProgress = choose_progress(s);
	body->SAScheduleTupleID = s->schedule.tuple;
	if (s->facts.ac)
		return;
	body->EVPowerDeliveryParameter.tag =
		iso2_EVPowerDeliveryParameter_DC_EVPowerDeliveryParameter;
	body->EVPowerDeliveryParameter.DC_EVPowerDeliveryParameter =
		(struct iso2_DC_EVPowerDeliveryParameter) {
			.DC_EVStatus = make_status(s, wish),
			.has_BulkChargingComplete =
				ccs_ev_has_quirk(s, CCS_QUIRK_FULL_POWER_DELIVERY), /* R27 */
			.BulkChargingComplete = wish->bulk,
			.ChargingComplete = body->ChargeProgress == iso2_chargeProgress_Stop,
		};
}

/* The car's own power inside the schedule; entries: those of the schedule, at least one. */
static uint32_t make_profile(const struct ccs_ev_session *s, struct iso2_ProfileEntry *entries)
{
	int32_t own_w = ccs_ev_own_power(s);
	uint32_t count = s->schedule.count;

	for (uint32_t i = 0; i < count || i == 0; i++) {
		const struct ccs_ev_schedule_entry *entry = &s->schedule.entries[i];
		bool lower = count && entry->max_w < own_w;

		entries[i] = (struct iso2_ProfileEntry) {
			.ChargingProfileEntryStart = count ? entry->start_s : 0,
			.ChargingProfileEntryMaxPower = power(lower ? entry->max_w : own_w),
			.has_ChargingProfileEntryMaxNumberOfPhasesInUse = s->facts.ac,
			.ChargingProfileEntryMaxNumberOfPhasesInUse = ccs_ev_phases(s),
		};
	}
	return count ? count : 1;
}

static void make_demand(const struct ccs_ev_session *s, const struct ccs_ev_wish *wish,
			struct iso2_CurrentDemandReq *body)
{
	bool limits = ccs_ev_has_quirk(s, CCS_QUIRK_LIMITS_IN_LOOP); /* R28 */

	*body = (struct iso2_CurrentDemandReq) {
		.DC_EVStatus = make_status(s, wish),
		.EVTargetCurrent = quantity(iso2_unitSymbol_A, wish->target.ma),
		.has_EVMaximumVoltageLimit = limits,
		.EVMaximumVoltageLimit = quantity(iso2_unitSymbol_V, wish->max_mv),
		.has_EVMaximumCurrentLimit = limits,
		.EVMaximumCurrentLimit = quantity(iso2_unitSymbol_A, wish->max_ma),
		.has_EVMaximumPowerLimit = limits && wish->max_w != CCS_NO_LIMIT,
		.EVMaximumPowerLimit = power(wish->max_w),
		.has_BulkChargingComplete = true,
		.BulkChargingComplete = wish->bulk,
		.has_RemainingTimeToFullSoC = wish->full_seconds >= 0,
		.RemainingTimeToFullSoC = quantity(iso2_unitSymbol_s,
						   (int64_t)wish->full_seconds * 1000),
		.has_RemainingTimeToBulkSoC = wish->bulk_seconds >= 0,
		.RemainingTimeToBulkSoC = quantity(iso2_unitSymbol_s,
						   (int64_t)wish->bulk_seconds * 1000),
		.EVTargetVoltage = quantity(iso2_unitSymbol_V, wish->target.mv),
	};
}

static void make_precharge(const struct ccs_ev_session *s, const struct ccs_ev_wish *wish,
			   struct iso2_PreChargeReq *body)
{
	*body = (struct iso2_PreChargeReq) {
		.DC_EVStatus = make_status(s, wish),
		.EVTargetVoltage = quantity(iso2_unitSymbol_V, wish->target.mv),
		.EVTargetCurrent = quantity(iso2_unitSymbol_A, wish->target.ma),
	};
}

static void make_receipt(const struct ccs_ev_session *s, struct iso2_MeteringReceiptReq *body)
{
	const struct ccs_ev_meter *meter = &s->meter;

	*body = (struct iso2_MeteringReceiptReq) {
		.SessionID = { s->session_id, s->session_id_length },
		.has_SAScheduleTupleID = true,
		.SAScheduleTupleID = s->schedule.tuple,
		.MeterInfo = {
			.MeterID = { meter->id, meter->id_length },
			.has_MeterReading = meter->has_reading,
			.MeterReading = meter->reading_wh,
			.has_SigMeterReading = meter->has_signature,
			.SigMeterReading = { meter->signature, meter->signature_length },
			.has_MeterStatus = meter->has_status,
			.MeterStatus = meter->status,
			.has_TMeter = meter->has_time,
			.TMeter = meter->time,
		},
	};
}

/* The requests without variable parts. */
static struct iso2_Body make_body(const struct ccs_ev_session *s, enum ccs_ev_message message)
{
	struct ccs_ev_wish wish = ccs_ev_wish_now(s);
	struct iso2_Body body = { .tag = iso2_BodyElement_none };

	switch (message) {
	case CCS_EV_MESSAGE_NONE:
	case CCS_EV_MESSAGE_HANDSHAKE:
	case CCS_EV_MESSAGE_PAYMENT_SELECTION:
	case CCS_EV_MESSAGE_COUNT:
		break;
	case CCS_EV_MESSAGE_SESSION_SETUP: /* R18 */
		body.tag = iso2_BodyElement_SessionSetupReq;
		body.SessionSetupReq.EVCCID = CCS_BYTES(s->config.evccid, s->config.evccid_length);
		break;
	case CCS_EV_MESSAGE_SERVICE_DISCOVERY:
		body.tag = iso2_BodyElement_ServiceDiscoveryReq;
		break;
	case CCS_EV_MESSAGE_AUTHORISATION:
		body.tag = iso2_BodyElement_AuthorizationReq;
		break;
	case CCS_EV_MESSAGE_PARAMETERS:
		body.tag = iso2_BodyElement_ChargeParameterDiscoveryReq;
		make_parameters(s, &wish, &body.ChargeParameterDiscoveryReq);
		break;
	case CCS_EV_MESSAGE_CABLE_CHECK:
		body.tag = iso2_BodyElement_CableCheckReq;
		body.CableCheckReq.DC_EVStatus = make_status(s, &wish);
		break;
	case CCS_EV_MESSAGE_PRECHARGE:
		body.tag = iso2_BodyElement_PreChargeReq;
		make_precharge(s, &wish, &body.PreChargeReq);
		break;
	case CCS_EV_MESSAGE_POWER_DELIVERY:
		body.tag = iso2_BodyElement_PowerDeliveryReq;
		make_power_delivery(s, &wish, &body.PowerDeliveryReq);
		break;
	case CCS_EV_MESSAGE_DEMAND:
		body.tag = iso2_BodyElement_CurrentDemandReq;
		make_demand(s, &wish, &body.CurrentDemandReq);
		break;
	case CCS_EV_MESSAGE_STATUS:
		body.tag = iso2_BodyElement_ChargingStatusReq;
		break;
	case CCS_EV_MESSAGE_RECEIPT:
		body.tag = iso2_BodyElement_MeteringReceiptReq;
		make_receipt(s, &body.MeteringReceiptReq);
		break;
	case CCS_EV_MESSAGE_WELDING:
		body.tag = iso2_BodyElement_WeldingDetectionReq;
		body.WeldingDetectionReq.DC_EVStatus = make_status(s, &wish);
		break;
	case CCS_EV_MESSAGE_SESSION_STOP:
		body.tag = iso2_BodyElement_SessionStopReq;
		body.SessionStopReq.ChargingSession = s->outcome == CCS_EV_OUTCOME_PAUSED
							      ? iso2_chargingSession_Pause
							      : iso2_chargingSession_Terminate;
		break;
	}
	return body;
}

int ccs_ev_iso2_ask(struct ccs_ev_session *s, enum ccs_ev_message message)
{
	struct iso2_ProfileEntry entries[CCS_EV_SCHEDULE_ENTRIES];
	struct iso2_SelectedService service = { .ServiceID = s->service };
	struct iso2_V2G_Message request = {
		.Header.SessionID = { s->session_id, s->session_id_length },
		.Body = make_body(s, message),
	};
	struct ccs_exi_document document = { .set = &ccs_set_iso2,
					     .element = iso2_element_V2G_Message,
					     .value = &request };
	struct iso2_PowerDeliveryReq *delivery = &request.Body.PowerDeliveryReq;

	if (message == CCS_EV_MESSAGE_PAYMENT_SELECTION) {
		request.Body.tag = iso2_BodyElement_PaymentServiceSelectionReq;
		request.Body.PaymentServiceSelectionReq = (struct iso2_PaymentServiceSelectionReq) {
			.SelectedPaymentOption = iso2_paymentOption_ExternalPayment,
			.SelectedServiceList.SelectedService = { &service, 1 },
		};
	} else if (message == CCS_EV_MESSAGE_POWER_DELIVERY && s->state == CCS_EV_STATE_POWER_ON &&
		   ccs_ev_has_quirk(s, CCS_QUIRK_SEND_PROFILE)) { /* I-3 */
		delivery->has_ChargingProfile = true;
		delivery->ChargingProfile.ProfileEntry.at = entries;
		delivery->ChargingProfile.ProfileEntry.count = make_profile(s, entries);
	}
	return ccs_channel_send(&s->channel, &document, s->now, NULL);
}
