/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The charger's session against a car, a supply and people that do what the input says: two bytes
 * an act.  After every call the invariants hold, no deadline that was served lies in the past, and
 * at the end, with silence, the session comes to its end with everything off (B1).
 */
#include "../unit/evse_peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct peer peer;

static void check(void)
{
	if (!peer.breach.invariant)
		return;
	fprintf(stderr, "%s: %s\n", ccs_invariant_name(peer.breach.invariant), peer.breach.text);
	abort();
}

/* Numbers of the request are what the car likes. */
static void bend(uint8_t how)
{
	struct din_Body *body = &peer.request.Body;
	int32_t value = (how & 0x3f) * 1000 - 20000;

	if (how < 0x80)
		return;
	if (how == 0x80) {
		peer.request.Header.SessionID.length = 3;
	} else if (body->tag == din_BodyElement_PreChargeReq) {
		body->PreChargeReq.EVTargetVoltage.Value = value;
		body->PreChargeReq.EVTargetVoltage.Multiplier = how & 0x40 ? -1 : 3;
		body->PreChargeReq.EVTargetCurrent.Value = value;
	} else if (body->tag == din_BodyElement_CurrentDemandReq) {
		body->CurrentDemandReq.EVTargetVoltage.Multiplier = how & 0x40 ? -1 : 2;
		body->CurrentDemandReq.EVTargetCurrent.Value = value;
		body->CurrentDemandReq.has_EVMaximumVoltageLimit = true;
		body->CurrentDemandReq.EVMaximumVoltageLimit.Value = value;
		body->CurrentDemandReq.has_EVMaximumPowerLimit = true;
		body->CurrentDemandReq.EVMaximumPowerLimit.Value = value;
	} else if (body->tag == din_BodyElement_PowerDeliveryReq) {
		body->PowerDeliveryReq.ReadyToChargeState = how & 1;
	} else if (body->tag == din_BodyElement_ChargeParameterDiscoveryReq) {
		body->ChargeParameterDiscoveryReq.EVChargeParameter.DC_EVChargeParameter
			.EVMaximumVoltageLimit.Value = value;
	}
}

static void change_value(uint8_t what, uint8_t to)
{
	struct ccs_evse_values *v = &peer.values;

	switch (what % 12) {
	case 0:
		v->pilot = (enum ccs_pilot)(to % 7);
		break;
	case 1:
		v->limits.max_mv = to * 4000;
		break;
	case 2:
		v->limits.max_ma = to * 1000;
		break;
	case 3:
		v->limits.max_w = to * 500;
		break;
	case 4:
		v->present_mv = ccs_measured((to - 20) * 4000, peer.now);
		break;
	case 5:
		v->isolation = (enum ccs_isolation)(to % 6);
		break;
	case 6:
		v->supply = (enum ccs_supply)(to % 3);
		break;
	case 7:
		v->lock = (enum ccs_lock)(to % 3);
		break;
	case 8:
		v->authorisation = (enum ccs_authorisation)(to % 3);
		break;
	case 9:
		v->stop = to & 1;
		v->emergency = to & 2;
		peer.sensor_silent = to & 4;
		peer.no_isolation = to & 8;
		peer.car_closed = to & 16;
		break;
	case 10:
		v->plug_dc = ccs_measured(to * 5, peer.now);
		break;
	case 11:
		v->contactor = (enum ccs_contactor)(to % 3);
		v->energy_wh = ccs_measured(to - 20, peer.now);
		break;
	}
	peer_tick(&peer);
}

static void bend_iso2(uint8_t how)
{
	struct iso2_Body *body = &peer.iso2_request.Body;

	if (body->tag == iso2_BodyElement_CurrentDemandReq && how >= 0x80)
		body->CurrentDemandReq.EVTargetCurrent.Value = (how - 0xc0) * 100;
	if (body->tag == iso2_BodyElement_PreChargeReq && how >= 0x80)
		body->PreChargeReq.EVTargetVoltage.Value = (how - 0xc0) * 20;
	if (body->tag == iso2_BodyElement_PowerDeliveryReq) {
		body->PowerDeliveryReq.ChargeProgress = (enum iso2_chargeProgress)(how % 3);
		body->PowerDeliveryReq.SAScheduleTupleID = 1 + (how >> 7);
		body->PowerDeliveryReq.has_ChargingProfile = how & 0x40;
	}
	if (body->tag == iso2_BodyElement_SessionStopReq)
		body->SessionStopReq.ChargingSession = (enum iso2_chargingSession)(how & 1);
	if (body->tag == iso2_BodyElement_ChargeParameterDiscoveryReq && how >= 0xf0)
		body->ChargeParameterDiscoveryReq.EVChargeParameter.tag =
			(enum iso2_EVChargeParameter_tag)(how % 3);
}

/* The next good request of the way, or any other. */
static void act_iso2(uint8_t what, uint8_t how)
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
		[CCS_EVSE_CHARGING] = iso2_BodyElement_CurrentDemandReq,
		[CCS_EVSE_STOPPED] = iso2_BodyElement_WeldingDetectionReq,
	};
	bool good = what >= 36 && peer.session.state < CCS_EVSE_CLOSING;

	peer_prepare_iso2(&peer,
			  good ? way[peer.session.state] : (enum iso2_BodyElement_tag)(what % 36));
	bend_iso2(how);
	peer_send_iso2(&peer);
}

/* What the charger wishes besides its values. */
static void act_charger(uint8_t how)
{
	if (how < 0x40)
		ccs_evse_session_renegotiate(&peer.session, peer.now);
	else if (how < 0x60)
		ccs_evse_session_pause(&peer.session, peer.now);
	else
		peer.values.discharge_ma = (how - 0x80) * 1000;
	peer_tick(&peer);
}

/* A new connection, which may ask for the session before it. */
static void come_again(uint8_t how)
{
	static const uint8_t id[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct app_AppProtocol iso2 = { CCS_TEXT("urn:iso:15118:2:2013:MsgDef"), 2, 0, 1, 1 };
	uint8_t old[8];

	memcpy(old, peer.session.id, sizeof(old));
	if (ccs_evse_session_start(&peer.session, id, peer.now))
		return;
	peer_shake(&peer, &iso2, 1);
	peer_prepare_iso2(&peer, iso2_BodyElement_SessionSetupReq);
	if (how & 1)
		peer.iso2_request.Header.SessionID = CCS_BYTES(old, sizeof(old));
	peer_send_iso2(&peer);
}

static void act(uint8_t what, uint8_t how)
{
	if (what < 0x40 && peer.session.protocol == CCS_PROTOCOL_ISO2) {
		act_iso2(what, how);
	} else if (what < 0x40) {
		peer_prepare(&peer, (enum din_BodyElement_tag)(what % 36));
		bend(how);
		peer_send(&peer);
	} else if (what < 0x60) {
		peer_wait(&peer, CCS_MS(how * 10));
	} else if (what < 0x64) {
		peer_wait(&peer, CCS_SECONDS(how));
	} else if (what < 0x80) {
		change_value(what, how);
	} else if (what < 0x88) {
		act_charger(how);
	} else if (what < 0x8c) {
		come_again(how);
	} else if (what < 0xf0 && peer.session.protocol == CCS_PROTOCOL_ISO2) {
		peer_reach_iso2(&peer, (enum ccs_evse_state)(what % CCS_EVSE_CLOSING));
	} else if (what < 0xf0) {
		peer_reach(&peer, (enum ccs_evse_state)(what % CCS_EVSE_CLOSING));
	} else if (what < 0xf8) {
		peer_receive(&peer, &how, 1);
	} else {
		ccs_evse_session_close(&peer.session, peer.now);
		peer_tick(&peer);
	}
	check();
}

/* The deadlines lead to the end: the values go on being measured, nothing is received. */
static void come_to_the_end(void)
{
	for (int i = 0; i < 400 && !peer.session.facts.ended; i++) {
		ccs_time next = ccs_evse_session_deadline(&peer.session);

		if (next == CCS_NEVER)
			abort();
		if (next < peer.now)
			next = peer.now;
		peer_wait(&peer, next - peer.now + 1);
		check();
	}
	peer.sensor_silent = peer.car_closed = false;
	peer_wait(&peer, CCS_SECONDS(5));
	check();
	if (!peer.session.facts.ended || peer.commands.contactor || peer.commands.supply ||
	    peer.commands.lock)
		abort();
}

/* Bits of the first byte: tolerant, discharge, ISO 15118-2, AC, probe, schedule. */
static struct ccs_evse_config configure(uint8_t how)
{
	static const struct ccs_evse_schedule schedule = {
		.count = 2,
		.tuples = { { .id = 1, .count = 2, .entries = { { 0, 50000 }, { 3, 10000 } } },
			    { .id = 2, .count = 1, .entries = { { 0, 4000 } } } },
	};
	struct ccs_evse_config config = {
		.quirks = how & 1 ? ccs_quirks_default() : ccs_quirks_strict(),
		.ac = { .phases = how & 8 ? 3 : 0, .max_ma = 32000 },
		.probe = how & 0x10,
		.schedule = how & 0x20 ? &schedule : NULL,
		.hottest_dc = how & 0x40 ? 900 : 0,
		.receipt_us = how & 0x80 ? CCS_SECONDS(2) : 0,
		.meter_id = CCS_TEXT("meter"),
	};

	ccs_quirk_set(&config.quirks, CCS_QUIRK_DISCHARGE, how & 2);
	return config;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct app_AppProtocol iso2 = { CCS_TEXT("urn:iso:15118:2:2013:MsgDef"), 2, 0, 1, 1 };

	if (!size)
		return 0;
	peer_open_with(&peer, configure(data[0]));
	if (data[0] & 4)
		peer_shake(&peer, &iso2, 1);
	for (size_t i = 1; i + 1 < size && i < 400; i += 2)
		act(data[i], data[i + 1]);
	come_to_the_end();
	return 0;
}
