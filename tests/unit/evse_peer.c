/* SPDX-License-Identifier: Apache-2.0 */
/* A scripted car and a small supply around a charger's session. */
#include "evse_peer.h"

#include <string.h>

#define STEP CCS_MS(100)

static const uint8_t session_id[8] = { 0x0c, 0xc5, 1, 2, 3, 4, 5, 6 };

static void take(void *user, const struct ccs_record *record)
{
	struct peer *peer = user;

	if (record->kind == CCS_RECORD_NOTE) {
		peer->notes++;
		peer->warnings += record->note.level == CCS_NOTE_WARNING;
		if (strcmp(record->note.topic, "evccid") == 0)
			strncpy(peer->told_evccid, record->note.text,
				sizeof(peer->told_evccid) - 1);
	} else if (record->kind == CCS_RECORD_VERDICT) {
		peer->verdicts++;
		peer->verdict_level = record->note.level;
		peer->verdict = record->note.text;
	} else if (record->kind == CCS_RECORD_VALUE) {
		if (strcmp(record->value.name, "soc") == 0)
			peer->told_soc = record->value.milli;
		if (strcmp(record->value.name, "energy_capacity") == 0)
			peer->told_capacity = record->value.milli;
	}
}

static void check(struct peer *peer)
{
	struct ccs_evse_step step = {
		.values = &peer->values,
		.before = &peer->before,
		.after = &peer->commands,
		.facts = &peer->session.facts,
		.now = peer->now,
	};
	struct ccs_breach breach;

	if (ccs_evse_check(&step, &ccs_tolerances_default, &breach) && !peer->breach.invariant)
		peer->breach = breach;
	peer->before = peer->commands;
}

void peer_tick(struct peer *peer)
{
	ccs_evse_session_tick(&peer->session, peer->now);
	check(peer);
}

/* The supply does what it is told; the cable is discharged within a step, or has the battery. */
static void move_supply(struct peer *peer)
{
	bool on = peer->commands.contactor && peer->commands.supply;
	bool loaded = on && peer->session.state == CCS_EVSE_CHARGING;
	int32_t mv = on ? peer->commands.set.mv : 0;

	peer->values.contactor = peer->commands.contactor ? CCS_CONTACTOR_CLOSED
							  : CCS_CONTACTOR_OPEN;
	if (peer->sensor_silent)
		return;
	if (peer->most_mv && mv > peer->most_mv)
		mv = peer->most_mv;
	if (mv < peer->least_mv)
		mv = peer->least_mv;
	if (peer->car_closed)
		mv = 380000;
	peer->values.present_mv = ccs_measured(mv, peer->now);
	peer->values.present_ma = ccs_measured(loaded ? peer->commands.set.ma : 0, peer->now);
}

static void move_monitor(struct peer *peer)
{
	if (!peer->commands.test_isolation) {
		peer->tested = peer->now;
		return;
	}
	peer->values.isolation = CCS_ISOLATION_RUNNING;
	if (!peer->no_isolation && peer->now - peer->tested >= CCS_MS(500))
		peer->values.isolation = CCS_ISOLATION_VALID;
}

void peer_wait(struct peer *peer, ccs_time time)
{
	while (time > 0) {
		ccs_time step = time < STEP ? time : STEP;

		time -= step;
		peer->now += step;
		peer->values.lock = peer->commands.lock ? CCS_LOCK_CLOSED : CCS_LOCK_OPEN;
		move_supply(peer);
		move_monitor(peer);
		peer_tick(peer);
	}
}

void peer_open_with(struct peer *peer, struct ccs_evse_config config)
{
	memset(peer, 0, sizeof(*peer));
	peer->now = CCS_SECONDS(1);
	peer->sink = (struct ccs_sink) { take, peer };
	config.channel = (struct ccs_channel_config) {
		.input = peer->memory[0],
		.input_size = sizeof(peer->memory[0]),
		.output = peer->memory[1],
		.output_size = sizeof(peer->memory[1]),
		.pool = peer->memory[2],
		.pool_size = sizeof(peer->memory[2]),
		.sink = &peer->sink,
	};
	config.values = &peer->values;
	config.commands = &peer->commands;
	peer->values = (struct ccs_evse_values) {
		.pilot = CCS_PILOT_B,
		.present_mv = ccs_measured(0, peer->now),
		.present_ma = ccs_measured(0, peer->now),
		.supply = CCS_SUPPLY_READY,
		.lock = CCS_LOCK_OPEN,
		.has_lock = true,
		.limits = { .max_mv = 500000, .max_ma = 200000, .max_w = 60000, .min_mv = 150000 },
		.authorisation = CCS_AUTHORISATION_GRANTED,
	};
	ccs_evse_session_init(&peer->session, &config);
	ccs_evse_session_start(&peer->session, session_id, peer->now);
	check(peer);
}

void peer_open(struct peer *peer)
{
	peer_open_with(peer, (struct ccs_evse_config) { .quirks = ccs_quirks_default() });
}

static void decode_answer(struct peer *peer, const uint8_t *bytes, size_t length, bool handshake)
{
	bool iso2 = peer->session.protocol == CCS_PROTOCOL_ISO2;
	struct ccs_exi_document document = { .set = &ccs_set_din };
	struct ccs_pool pool;

	if (handshake || iso2)
		document.set = handshake ? &ccs_set_app : &ccs_set_iso2;
	ccs_pool_init(&pool, peer->pool, sizeof(peer->pool));
	if (ccs_exi_decode(&document, bytes + 8, length - 8, &pool, NULL) < 0)
		return;
	if (handshake)
		peer->handshake = document.value;
	else if (iso2)
		peer->iso2 = document.value;
	else
		peer->response = document.value;
}

void peer_receive(struct peer *peer, const uint8_t *bytes, size_t length)
{
	bool handshake = peer->session.state == CCS_EVSE_HANDSHAKE;
	uint8_t answer[2048];
	int n;

	peer->response = NULL;
	peer->iso2 = NULL;
	ccs_evse_session_receive(&peer->session, bytes, length, peer->now);
	check(peer);
	while ((n = ccs_evse_session_send(&peer->session, answer, sizeof(answer))) > 0)
		decode_answer(peer, answer, (size_t)n, handshake);
}

static void encode_and_send(struct peer *peer, struct ccs_exi_document *document)
{
	uint8_t bytes[1024];
	int n = ccs_exi_encode_lenient(document, bytes + 8, sizeof(bytes) - 8, NULL);

	peer->response = NULL;
	if (n < 0)
		return;
	ccs_v2gtp_write_header(bytes, CCS_V2GTP_EXI, (uint32_t)n);
	peer_receive(peer, bytes, (size_t)n + 8);
}

int peer_send(struct peer *peer)
{
	struct ccs_exi_document document = { &ccs_set_din, CCS_EXI_DOCUMENT,
					     din_element_V2G_Message, &peer->request };

	encode_and_send(peer, &document);
	return peer->response ? peer_code(&peer->response->Body) : -1;
}

void peer_send_iso2(struct peer *peer)
{
	struct ccs_exi_document document = { &ccs_set_iso2, CCS_EXI_DOCUMENT,
					     iso2_element_V2G_Message, &peer->iso2_request };

	encode_and_send(peer, &document);
}

void peer_shake(struct peer *peer, struct app_AppProtocol *offers, uint32_t count)
{
	struct app_supportedAppProtocolReq request = { .AppProtocol = { offers, count } };
	struct ccs_exi_document document = { &ccs_set_app, CCS_EXI_DOCUMENT,
					     app_element_supportedAppProtocolReq, &request };

	peer->handshake = NULL;
	encode_and_send(peer, &document);
}

static struct din_PhysicalValue value(int32_t amount, enum din_unitSymbol unit)
{
	return (struct din_PhysicalValue) { .has_Unit = true, .Unit = unit, .Value = amount };
}

static void prepare_parameters(struct din_ChargeParameterDiscoveryReq *req)
{
	req->EVRequestedEnergyTransferType = din_EVRequestedEnergyTransfer_DC_extended;
	req->EVChargeParameter.tag = din_EVChargeParameter_DC_EVChargeParameter;
	req->EVChargeParameter.DC_EVChargeParameter = (struct din_DC_EVChargeParameter) {
		.DC_EVStatus = { .EVReady = true, .EVRESSSOC = 42 },
		.EVMaximumCurrentLimit = value(125, din_unitSymbol_A),
		.EVMaximumVoltageLimit = value(420, din_unitSymbol_V),
		.has_FullSOC = true,
		.FullSOC = 90,
		.has_EVEnergyCapacity = true,
		.EVEnergyCapacity = { .Multiplier = 3, .Value = 28 },
	};
}

static void prepare_start(struct peer *peer, struct din_PowerDeliveryReq *req)
{
	peer->profile = (struct din_ProfileEntry) { .ChargingProfileEntryMaxPower = 30000 };
	req->ReadyToChargeState = true;
	req->has_ChargingProfile = true;
	req->ChargingProfile = (struct din_ChargingProfile) {
		.SAScheduleTupleID = 1,
		.ProfileEntry = { &peer->profile, 1 },
	};
}

void peer_prepare(struct peer *peer, enum din_BodyElement_tag tag)
{
	static const uint8_t mac[6] = { 2, 0xcc, 0x50, 0, 0, 1 };
	struct din_Body *body = &peer->request.Body;

	memset(&peer->request, 0, sizeof(peer->request));
	peer->request.Header.SessionID = CCS_BYTES(session_id, sizeof(session_id));
	body->tag = tag;
	if (tag == din_BodyElement_SessionSetupReq) {
		peer->request.Header.SessionID = CCS_BYTES(mac, 1); /* R16 */
		body->SessionSetupReq.EVCCID = CCS_BYTES(mac, sizeof(mac));
	} else if (tag == din_BodyElement_ServicePaymentSelectionReq) {
		peer->service = (struct din_SelectedService) { .ServiceID = 1 };
		body->ServicePaymentSelectionReq.SelectedPaymentOption =
			din_paymentOption_ExternalPayment;
		body->ServicePaymentSelectionReq.SelectedServiceList.SelectedService.at =
			&peer->service;
		body->ServicePaymentSelectionReq.SelectedServiceList.SelectedService.count = 1;
	} else if (tag == din_BodyElement_ChargeParameterDiscoveryReq) {
		prepare_parameters(&body->ChargeParameterDiscoveryReq);
	} else if (tag == din_BodyElement_PreChargeReq) {
		body->PreChargeReq.EVTargetVoltage = value(380, din_unitSymbol_V);
		body->PreChargeReq.EVTargetCurrent = value(1, din_unitSymbol_A);
	} else if (tag == din_BodyElement_PowerDeliveryReq) {
		prepare_start(peer, &body->PowerDeliveryReq);
	} else if (tag == din_BodyElement_CurrentDemandReq) {
		body->CurrentDemandReq.EVTargetVoltage = value(400, din_unitSymbol_V);
		body->CurrentDemandReq.EVTargetCurrent = value(100, din_unitSymbol_A);
	}
}

static struct iso2_PhysicalValue value_iso2(int32_t amount, enum iso2_unitSymbol unit)
{
	return (struct iso2_PhysicalValue) { .Unit = unit, .Value = amount };
}

static void prepare_parameters_iso2(struct iso2_ChargeParameterDiscoveryReq *req)
{
	req->RequestedEnergyTransferMode = iso2_EnergyTransferMode_DC_extended;
	req->EVChargeParameter.tag = iso2_EVChargeParameter_DC_EVChargeParameter;
	req->EVChargeParameter.DC_EVChargeParameter = (struct iso2_DC_EVChargeParameter) {
		.DC_EVStatus.EVRESSSOC = 42,
		.EVMaximumCurrentLimit = value_iso2(125, iso2_unitSymbol_A),
		.EVMaximumVoltageLimit = value_iso2(420, iso2_unitSymbol_V),
	};
}

static void prepare_ac_iso2(struct iso2_ChargeParameterDiscoveryReq *req)
{
	req->RequestedEnergyTransferMode = iso2_EnergyTransferMode_AC_three_phase_core;
	req->EVChargeParameter.tag = iso2_EVChargeParameter_AC_EVChargeParameter;
	req->EVChargeParameter.AC_EVChargeParameter = (struct iso2_AC_EVChargeParameter) {
		.EAmount = { .Multiplier = 3, .Unit = iso2_unitSymbol_Wh, .Value = 20 },
		.EVMaxVoltage = value_iso2(400, iso2_unitSymbol_V),
		.EVMaxCurrent = value_iso2(32, iso2_unitSymbol_A),
		.EVMinCurrent = value_iso2(6, iso2_unitSymbol_A),
	};
}

static void prepare_start_iso2(struct peer *peer, struct iso2_PowerDeliveryReq *req)
{
	int32_t w = peer->session.facts.ac ? 11000 : 30000;

	peer->iso2_profile = (struct iso2_ProfileEntry) {
		.ChargingProfileEntryMaxPower = value_iso2(w, iso2_unitSymbol_W),
	};
	req->SAScheduleTupleID = 1;
	req->has_ChargingProfile = true;
	req->ChargingProfile.ProfileEntry.at = &peer->iso2_profile;
	req->ChargingProfile.ProfileEntry.count = 1;
}

void peer_prepare_iso2(struct peer *peer, enum iso2_BodyElement_tag tag)
{
	static const uint8_t mac[6] = { 2, 0xcc, 0x50, 0, 0, 1 };
	struct iso2_Body *body = &peer->iso2_request.Body;

	memset(&peer->iso2_request, 0, sizeof(peer->iso2_request));
	peer->iso2_request.Header.SessionID = CCS_BYTES(peer->session.id, sizeof(peer->session.id));
	body->tag = tag;
	if (tag == iso2_BodyElement_SessionSetupReq) {
		body->SessionSetupReq.EVCCID = CCS_BYTES(mac, sizeof(mac));
	} else if (tag == iso2_BodyElement_ServiceDetailReq) {
		body->ServiceDetailReq.ServiceID = 1;
	} else if (tag == iso2_BodyElement_PaymentServiceSelectionReq) {
		peer->iso2_service = (struct iso2_SelectedService) { .ServiceID = 1 };
		body->PaymentServiceSelectionReq.SelectedPaymentOption =
			iso2_paymentOption_ExternalPayment;
		body->PaymentServiceSelectionReq.SelectedServiceList.SelectedService.at =
			&peer->iso2_service;
		body->PaymentServiceSelectionReq.SelectedServiceList.SelectedService.count = 1;
	} else if (tag == iso2_BodyElement_ChargeParameterDiscoveryReq) {
		if (peer->session.facts.ac)
			prepare_ac_iso2(&body->ChargeParameterDiscoveryReq);
		else
			prepare_parameters_iso2(&body->ChargeParameterDiscoveryReq);
	} else if (tag == iso2_BodyElement_PreChargeReq) {
		body->PreChargeReq.EVTargetVoltage = value_iso2(380, iso2_unitSymbol_V);
		body->PreChargeReq.EVTargetCurrent = value_iso2(1, iso2_unitSymbol_A);
	} else if (tag == iso2_BodyElement_PowerDeliveryReq) {
		prepare_start_iso2(peer, &body->PowerDeliveryReq);
	} else if (tag == iso2_BodyElement_MeteringReceiptReq) {
		body->MeteringReceiptReq.SessionID = peer->iso2_request.Header.SessionID;
		body->MeteringReceiptReq.MeterInfo.MeterID = CCS_TEXT("meter");
	} else if (tag == iso2_BodyElement_CurrentDemandReq) {
		body->CurrentDemandReq.DC_EVStatus.EVRESSSOC = 42;
		body->CurrentDemandReq.EVTargetVoltage = value_iso2(400, iso2_unitSymbol_V);
		body->CurrentDemandReq.EVTargetCurrent = value_iso2(100, iso2_unitSymbol_A);
	}
}

int peer_ask(struct peer *peer, enum din_BodyElement_tag tag)
{
	peer_prepare(peer, tag);
	return peer_send(peer);
}

int peer_code(const struct din_Body *body)
{
	switch (body->tag) {
#define CODE(name)                   \
	case din_BodyElement_##name: \
		return (int)body->name.ResponseCode;
		CODE(SessionSetupRes)
		CODE(ServiceDiscoveryRes)
		CODE(ServiceDetailRes)
		CODE(ServicePaymentSelectionRes)
		CODE(PaymentDetailsRes)
		CODE(ContractAuthenticationRes)
		CODE(ChargeParameterDiscoveryRes)
		CODE(CableCheckRes)
		CODE(PreChargeRes)
		CODE(PowerDeliveryRes)
		CODE(CurrentDemandRes)
		CODE(WeldingDetectionRes)
		CODE(SessionStopRes)
		CODE(ChargingStatusRes)
		CODE(MeteringReceiptRes)
		CODE(CertificateUpdateRes)
		CODE(CertificateInstallationRes)
#undef CODE
	default:
		return -1;
	}
}

static void go_on(struct peer *peer)
{
	static const struct {
		enum ccs_evse_state state;
		enum din_BodyElement_tag tag;
	} way[] = {
		{ CCS_EVSE_SESSION_SETUP, din_BodyElement_SessionSetupReq },
		{ CCS_EVSE_SERVICE_DISCOVERY, din_BodyElement_ServiceDiscoveryReq },
		{ CCS_EVSE_PAYMENT, din_BodyElement_ServicePaymentSelectionReq },
		{ CCS_EVSE_AUTHORISATION, din_BodyElement_ContractAuthenticationReq },
		{ CCS_EVSE_PARAMETERS, din_BodyElement_ChargeParameterDiscoveryReq },
		{ CCS_EVSE_CABLE_CHECK, din_BodyElement_CableCheckReq },
		{ CCS_EVSE_STOPPED, din_BodyElement_SessionStopReq },
	};

	for (size_t i = 0; i < sizeof(way) / sizeof(way[0]); i++) {
		if (way[i].state == peer->session.state) {
			peer_ask(peer, way[i].tag);
			return;
		}
	}
	if (peer->session.state == CCS_EVSE_PRE_CHARGE) {
		peer_ask(peer, din_BodyElement_PreChargeReq);
		peer_wait(peer, CCS_MS(300));
		peer_ask(peer, din_BodyElement_PowerDeliveryReq);
	} else if (peer->session.state == CCS_EVSE_CHARGING) {
		peer_prepare(peer, din_BodyElement_PowerDeliveryReq);
		peer->request.Body.PowerDeliveryReq.ReadyToChargeState = false;
		peer_send(peer);
		peer->values.pilot = CCS_PILOT_B;
	}
}

bool peer_reach(struct peer *peer, enum ccs_evse_state state)
{
	struct app_AppProtocol din = { CCS_TEXT("urn:din:70121:2012:MsgDef"), 2, 0, 1, 1 };

	if (peer->session.state == CCS_EVSE_HANDSHAKE && state > CCS_EVSE_HANDSHAKE)
		peer_shake(peer, &din, 1);
	for (int i = 0; i < 60 && peer->session.state < state; i++) {
		if (peer->session.state == CCS_EVSE_CABLE_CHECK)
			peer->values.pilot = CCS_PILOT_C;
		go_on(peer);
		peer_wait(peer, CCS_MS(200));
	}
	return peer->session.state == state;
}

void peer_open_iso2(struct peer *peer, struct ccs_evse_config config)
{
	struct app_AppProtocol offers[] = {
		{ CCS_TEXT("urn:din:70121:2012:MsgDef"), 2, 0, 3, 2 },
		{ CCS_TEXT("urn:iso:15118:2:2013:MsgDef"), 2, 0, 10, 1 },
	};

	peer_open_with(peer, config);
	peer_shake(peer, offers, 2);
}

int peer_code_iso2(const struct iso2_Body *body)
{
	switch (body->tag) {
#define CODE(name)                    \
	case iso2_BodyElement_##name: \
		return (int)body->name.ResponseCode;
		CODE(SessionSetupRes)
		CODE(ServiceDiscoveryRes)
		CODE(ServiceDetailRes)
		CODE(PaymentServiceSelectionRes)
		CODE(PaymentDetailsRes)
		CODE(AuthorizationRes)
		CODE(ChargeParameterDiscoveryRes)
		CODE(CableCheckRes)
		CODE(PreChargeRes)
		CODE(PowerDeliveryRes)
		CODE(CurrentDemandRes)
		CODE(WeldingDetectionRes)
		CODE(SessionStopRes)
		CODE(ChargingStatusRes)
		CODE(MeteringReceiptRes)
		CODE(CertificateUpdateRes)
		CODE(CertificateInstallationRes)
#undef CODE
	default:
		return -1;
	}
}

int peer_answer_iso2(struct peer *peer)
{
	peer_send_iso2(peer);
	return peer->iso2 ? peer_code_iso2(&peer->iso2->Body) : -1;
}

int peer_ask_iso2(struct peer *peer, enum iso2_BodyElement_tag tag)
{
	peer_prepare_iso2(peer, tag);
	return peer_answer_iso2(peer);
}

int peer_deliver_iso2(struct peer *peer, enum iso2_chargeProgress progress)
{
	peer_prepare_iso2(peer, iso2_BodyElement_PowerDeliveryReq);
	peer->iso2_request.Body.PowerDeliveryReq.ChargeProgress = progress;
	return peer_answer_iso2(peer);
}

/* One request on the good way from the state that the session is in. */
static void go_on_iso2(struct peer *peer)
{
	static const enum iso2_BodyElement_tag way[CCS_EVSE_CLOSING] = {
		[CCS_EVSE_SESSION_SETUP] = iso2_BodyElement_SessionSetupReq,
		[CCS_EVSE_SERVICE_DISCOVERY] = iso2_BodyElement_ServiceDiscoveryReq,
		[CCS_EVSE_PAYMENT] = iso2_BodyElement_PaymentServiceSelectionReq,
		[CCS_EVSE_AUTHORISATION] = iso2_BodyElement_AuthorizationReq,
		[CCS_EVSE_PARAMETERS] = iso2_BodyElement_ChargeParameterDiscoveryReq,
		[CCS_EVSE_READY] = iso2_BodyElement_PowerDeliveryReq,
		[CCS_EVSE_CABLE_CHECK] = iso2_BodyElement_CableCheckReq,
		[CCS_EVSE_PRE_CHARGE] = iso2_BodyElement_PreChargeReq,
		[CCS_EVSE_STOPPED] = iso2_BodyElement_SessionStopReq,
	};
	enum ccs_evse_state at = peer->session.state;

	if (at >= CCS_EVSE_CLOSING)
		return;
	if (at == CCS_EVSE_CHARGING) {
		peer_deliver_iso2(peer, iso2_chargeProgress_Stop);
		peer->values.pilot = CCS_PILOT_B;
		return;
	}
	peer_ask_iso2(peer, way[at]);
	if (at != CCS_EVSE_PRE_CHARGE)
		return;
	peer_wait(peer, CCS_MS(200));
	peer_ask_iso2(peer, iso2_BodyElement_PowerDeliveryReq);
}

bool peer_reach_iso2(struct peer *peer, enum ccs_evse_state state)
{
	for (int i = 0; i < 20 && peer->session.state < state; i++) {
		if (peer->session.state >= CCS_EVSE_READY &&
		    peer->session.state < CCS_EVSE_CHARGING)
			peer->values.pilot = CCS_PILOT_C;
		peer_wait(peer, CCS_MS(200));
		go_on_iso2(peer);
		peer_wait(peer, CCS_MS(200));
	}
	return peer->session.state == state;
}
