/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of three sets to what a replay needs of them. */
#include "said.h"

#include "ccs/msg/app.h"
#include "ccs/msg/din.h"
#include "ccs/msg/iso2.h"
#include "ccs/quantities.h"

const char *replay_step_name(enum replay_step step)
{
	static const char *const names[] = {
#define ROW(id, name) name,
		REPLAY_STEPS(ROW)
#undef ROW
	};

	return names[step];
}

static void set_volts(struct replay_said *said, int64_t milli)
{
	said->has_mv = true;
	said->mv = milli;
}

static void set_amperes(struct replay_said *said, int64_t milli)
{
	said->has_ma = true;
	said->ma = milli;
}

static void read_app(const struct ccs_exi_document *document, struct replay_said *said)
{
	const struct app_supportedAppProtocolRes *response = document->value;

	said->step = REPLAY_HANDSHAKE;
	said->is_request = document->element == app_element_supportedAppProtocolReq;
	if (!said->is_request)
		said->ok = response->ResponseCode < app_responseCode_Failed_NoNegotiation;
}

#define REQUEST(set, name, kind)            \
	case set##_BodyElement_##name##Req: \
		said->step = REPLAY_##kind; \
		said->is_request = true;

#define RESPONSE(set, name, kind)           \
	case set##_BodyElement_##name##Res: \
		said->step = REPLAY_##kind; \
		said->ok = body->name##Res.ResponseCode < set##_responseCode_FAILED;

static void read_din_request(const struct din_Body *body, struct replay_said *said)
{
	switch ((int)body->tag) {
		REQUEST(din, SessionSetup, SESSION_SETUP)
		break;
		REQUEST(din, ServiceDiscovery, SERVICES)
		break;
		REQUEST(din, ServiceDetail, SERVICE_DETAIL)
		break;
		REQUEST(din, ServicePaymentSelection, PAYMENT)
		break;
		REQUEST(din, ContractAuthentication, AUTHORISATION)
		break;
		REQUEST(din, ChargeParameterDiscovery, PARAMETERS)
		break;
		REQUEST(din, CableCheck, CABLE_CHECK)
		break;
		REQUEST(din, PreCharge, PRECHARGE)
		set_volts(said, ccs_milli_din(&body->PreChargeReq.EVTargetVoltage));
		break;
		REQUEST(din, PowerDelivery, START)
		if (!body->PowerDeliveryReq.ReadyToChargeState)
			said->step = REPLAY_STOP;
		break;
		REQUEST(din, CurrentDemand, DEMAND)
		break;
		REQUEST(din, WeldingDetection, WELDING)
		break;
		REQUEST(din, SessionStop, SESSION_STOP)
		break;
	}
}

static void read_din_tuples(const struct din_SASchedules_group *group, struct replay_said *said)
{
	if (group->tag != din_SASchedules_SAScheduleList)
		return;
	for (uint32_t i = 0; i < group->SAScheduleList.SAScheduleTuple.count; i++)
		if (said->tuples < REPLAY_TUPLES)
			said->tuple[said->tuples++] =
				group->SAScheduleList.SAScheduleTuple.at[i].SAScheduleTupleID;
}

static void read_din_response(const struct din_Body *body, struct replay_said *said)
{
	switch ((int)body->tag) {
		RESPONSE(din, SessionSetup, SESSION_SETUP)
		break;
		RESPONSE(din, ServiceDiscovery, SERVICES)
		break;
		RESPONSE(din, ServiceDetail, SERVICE_DETAIL)
		break;
		RESPONSE(din, ServicePaymentSelection, PAYMENT)
		break;
		RESPONSE(din, ContractAuthentication, AUTHORISATION)
		said->finished = body->ContractAuthenticationRes.EVSEProcessing ==
				 din_EVSEProcessing_Finished;
		break;
		RESPONSE(din, ChargeParameterDiscovery, PARAMETERS)
		said->finished = body->ChargeParameterDiscoveryRes.EVSEProcessing ==
				 din_EVSEProcessing_Finished;
		read_din_tuples(&body->ChargeParameterDiscoveryRes.SASchedules, said);
		break;
		RESPONSE(din, CableCheck, CABLE_CHECK)
		said->finished = body->CableCheckRes.EVSEProcessing == din_EVSEProcessing_Finished;
		break;
		RESPONSE(din, PreCharge, PRECHARGE)
		set_volts(said, ccs_milli_din(&body->PreChargeRes.EVSEPresentVoltage));
		break;
		RESPONSE(din, PowerDelivery, START)
		break;
		RESPONSE(din, CurrentDemand, DEMAND)
		set_volts(said, ccs_milli_din(&body->CurrentDemandRes.EVSEPresentVoltage));
		set_amperes(said, ccs_milli_din(&body->CurrentDemandRes.EVSEPresentCurrent));
		break;
		RESPONSE(din, WeldingDetection, WELDING)
		set_volts(said, ccs_milli_din(&body->WeldingDetectionRes.EVSEPresentVoltage));
		break;
		RESPONSE(din, SessionStop, SESSION_STOP)
		break;
	}
}

static uint8_t count_phases(enum iso2_EnergyTransferMode mode)
{
	if (mode == iso2_EnergyTransferMode_AC_three_phase_core)
		return 3;
	return mode == iso2_EnergyTransferMode_AC_single_phase_core;
}

static enum replay_step find_delivery(enum iso2_chargeProgress progress)
{
	switch (progress) {
	case iso2_chargeProgress_Start:
		return REPLAY_START;
	case iso2_chargeProgress_Stop:
		return REPLAY_STOP;
	case iso2_chargeProgress_Renegotiate:
		return REPLAY_RENEGOTIATE;
	}
	return REPLAY_OTHER;
}

static void read_iso2_request(const struct iso2_Body *body, struct replay_said *said)
{
	switch ((int)body->tag) {
		REQUEST(iso2, SessionSetup, SESSION_SETUP)
		break;
		REQUEST(iso2, ServiceDiscovery, SERVICES)
		break;
		REQUEST(iso2, ServiceDetail, SERVICE_DETAIL)
		break;
		REQUEST(iso2, PaymentServiceSelection, PAYMENT)
		break;
		REQUEST(iso2, Authorization, AUTHORISATION)
		break;
		REQUEST(iso2, ChargeParameterDiscovery, PARAMETERS)
		said->phases =
			count_phases(body->ChargeParameterDiscoveryReq.RequestedEnergyTransferMode);
		break;
		REQUEST(iso2, CableCheck, CABLE_CHECK)
		break;
		REQUEST(iso2, PreCharge, PRECHARGE)
		set_volts(said, ccs_milli_iso2(&body->PreChargeReq.EVTargetVoltage));
		break;
		REQUEST(iso2, PowerDelivery, START)
		said->step = find_delivery(body->PowerDeliveryReq.ChargeProgress);
		break;
		REQUEST(iso2, CurrentDemand, DEMAND)
		break;
		REQUEST(iso2, ChargingStatus, STATUS)
		break;
		REQUEST(iso2, MeteringReceipt, RECEIPT)
		break;
		REQUEST(iso2, WeldingDetection, WELDING)
		break;
		REQUEST(iso2, SessionStop, SESSION_STOP)
		break;
	}
}

static void read_iso2_tuples(const struct iso2_SASchedules_group *group, struct replay_said *said)
{
	if (group->tag != iso2_SASchedules_SAScheduleList)
		return;
	for (uint32_t i = 0; i < group->SAScheduleList.SAScheduleTuple.count; i++)
		if (said->tuples < REPLAY_TUPLES)
			said->tuple[said->tuples++] =
				group->SAScheduleList.SAScheduleTuple.at[i].SAScheduleTupleID;
}

static void read_modes(const struct iso2_SupportedEnergyTransferMode *modes,
		       struct replay_said *said)
{
	for (uint32_t i = 0; i < modes->EnergyTransferMode.count; i++) {
		uint8_t phases = count_phases(modes->EnergyTransferMode.at[i]);

		if (phases > said->phases)
			said->phases = phases;
	}
}

static void read_iso2_response(const struct iso2_Body *body, struct replay_said *said)
{
	switch ((int)body->tag) {
		RESPONSE(iso2, SessionSetup, SESSION_SETUP)
		break;
		RESPONSE(iso2, ServiceDiscovery, SERVICES)
		read_modes(&body->ServiceDiscoveryRes.ChargeService.SupportedEnergyTransferMode,
			   said);
		break;
		RESPONSE(iso2, ServiceDetail, SERVICE_DETAIL)
		break;
		RESPONSE(iso2, PaymentServiceSelection, PAYMENT)
		break;
		RESPONSE(iso2, Authorization, AUTHORISATION)
		said->finished = body->AuthorizationRes.EVSEProcessing ==
				 iso2_EVSEProcessing_Finished;
		break;
		RESPONSE(iso2, ChargeParameterDiscovery, PARAMETERS)
		said->finished = body->ChargeParameterDiscoveryRes.EVSEProcessing ==
				 iso2_EVSEProcessing_Finished;
		read_iso2_tuples(&body->ChargeParameterDiscoveryRes.SASchedules, said);
		break;
		RESPONSE(iso2, CableCheck, CABLE_CHECK)
		said->finished = body->CableCheckRes.EVSEProcessing == iso2_EVSEProcessing_Finished;
		break;
		RESPONSE(iso2, PreCharge, PRECHARGE)
		set_volts(said, ccs_milli_iso2(&body->PreChargeRes.EVSEPresentVoltage));
		break;
		RESPONSE(iso2, PowerDelivery, START)
		break;
		RESPONSE(iso2, CurrentDemand, DEMAND)
		set_volts(said, ccs_milli_iso2(&body->CurrentDemandRes.EVSEPresentVoltage));
		set_amperes(said, ccs_milli_iso2(&body->CurrentDemandRes.EVSEPresentCurrent));
		break;
		RESPONSE(iso2, ChargingStatus, STATUS)
		break;
		RESPONSE(iso2, MeteringReceipt, RECEIPT)
		break;
		RESPONSE(iso2, WeldingDetection, WELDING)
		set_volts(said, ccs_milli_iso2(&body->WeldingDetectionRes.EVSEPresentVoltage));
		break;
		RESPONSE(iso2, SessionStop, SESSION_STOP)
		break;
	}
}

void replay_read(const struct ccs_exi_document *document, struct replay_said *said)
{
	*said = (struct replay_said) { .step = REPLAY_OTHER, .finished = true };
	if (document->set == &ccs_set_app) {
		read_app(document, said);
	} else if (document->set == &ccs_set_din && document->element == din_element_V2G_Message) {
		const struct din_V2G_Message *message = document->value;

		said->session = message->Header.SessionID;
		read_din_request(&message->Body, said);
		if (!said->is_request)
			read_din_response(&message->Body, said);
	} else if (document->set == &ccs_set_iso2 &&
		   document->element == iso2_element_V2G_Message) {
		const struct iso2_V2G_Message *message = document->value;

		said->session = message->Header.SessionID;
		read_iso2_request(&message->Body, said);
		if (!said->is_request)
			read_iso2_response(&message->Body, said);
	}
}
