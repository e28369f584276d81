/* SPDX-License-Identifier: Apache-2.0 */
/* The scripted charger and the physics around a car's session. */
#include "ev_world.h"

#include "ccs/msg/app.h"
#include "ccs/quantities.h"

#include <string.h>

#define BATTERY_MV    380000
#define ISOLATION_MV  400000
#define HARDWARE_TIME CCS_MS(60)

bool ev_world_is_on(const struct ev_world *w, enum ev_event event)
{
	return w->happened && w->event == event;
}

bool ev_world_is_faulty(const struct ev_world *w, enum ccs_ev_message kind)
{
	return w->fault && w->fault_at == kind && w->fault_count == w->seen[kind];
}

/* Responses. */

static struct din_PhysicalValue quantity(enum din_unitSymbol unit, int64_t milli)
{
	struct ccs_decimal decimal = ccs_milli_to_decimal(milli, -3, 3);

	return (struct din_PhysicalValue) { .Multiplier = decimal.exponent,
					    .has_Unit = true,
					    .Unit = unit,
					    .Value = decimal.value };
}

static struct din_DC_EVSEStatus make_status(const struct ev_world *w)
{
	struct din_DC_EVSEStatus status = { .has_EVSEIsolationStatus = true,
					    .EVSEIsolationStatus = din_isolationLevel_Valid,
					    .EVSEStatusCode = din_DC_EVSEStatusCode_EVSE_Ready };

	if (!w->cable_sent)
		status.EVSEIsolationStatus = din_isolationLevel_Invalid;
	if (ev_world_is_on(w, EV_EVENT_NOTIFY))
		status.EVSENotification = din_EVSENotification_StopCharging;
	if (ev_world_is_on(w, EV_EVENT_SHUTDOWN))
		status.EVSEStatusCode = din_DC_EVSEStatusCode_EVSE_Shutdown;
	if (ev_world_is_on(w, EV_EVENT_MALFUNCTION))
		status.EVSEStatusCode = din_DC_EVSEStatusCode_EVSE_Malfunction;
	if (ev_world_is_on(w, EV_EVENT_ISOLATION))
		status.EVSEIsolationStatus = din_isolationLevel_Fault;
	return status;
}

static struct din_PhysicalValue present_voltage(const struct ev_world *w)
{
	if (ev_world_is_on(w, EV_EVENT_WILD))
		return (struct din_PhysicalValue) { .Multiplier = 3, .Value = 32767 };
	return quantity(din_unitSymbol_V, w->cable_mv);
}

static void make_parameters(const struct ev_world *w, struct din_ChargeParameterDiscoveryRes *res)
{
	static struct din_PMaxScheduleEntry entry = {
		.TimeInterval = { .tag = din_TimeInterval_RelativeTimeInterval }
	};
	static struct din_SAScheduleTuple tuple = {
		.SAScheduleTupleID = 1,
		.PMaxSchedule = { .PMaxScheduleID = 1, .PMaxScheduleEntry = { &entry, 1 } }
	};

	struct din_DC_EVSEStatus status = make_status(w);

	entry.PMax = w->din_pmax;
	res->SASchedules.tag = din_SASchedules_SAScheduleList;
	res->SASchedules.SAScheduleList.SAScheduleTuple.at = &tuple;
	res->SASchedules.SAScheduleList.SAScheduleTuple.count = 1;
	if (w->not_ready)
		status.EVSEStatusCode = din_DC_EVSEStatusCode_EVSE_NotReady;
	res->EVSEChargeParameter.tag = din_EVSEChargeParameter_DC_EVSEChargeParameter;
	res->EVSEChargeParameter.DC_EVSEChargeParameter = (struct din_DC_EVSEChargeParameter) {
		.DC_EVSEStatus = status,
		.EVSEMaximumCurrentLimit = quantity(din_unitSymbol_A, 125000),
		.has_EVSEMaximumPowerLimit = true,
		.EVSEMaximumPowerLimit = quantity(din_unitSymbol_W, 50000000),
		.EVSEMaximumVoltageLimit = quantity(din_unitSymbol_V, w->charger_mv),
		.EVSEMinimumCurrentLimit = quantity(din_unitSymbol_A, 1000),
		.EVSEMinimumVoltageLimit = quantity(din_unitSymbol_V, 150000),
		.EVSEPeakCurrentRipple = quantity(din_unitSymbol_A, 500),
	};
}

static int32_t clamp_mv(int64_t milli)
{
	return milli > 500000 ? 500000 : (int32_t)milli;
}

static enum ccs_ev_message find_kind(enum din_BodyElement_tag tag)
{
	switch ((int)tag) {
	case din_BodyElement_SessionSetupReq:
		return CCS_EV_MESSAGE_SESSION_SETUP;
	case din_BodyElement_ServiceDiscoveryReq:
		return CCS_EV_MESSAGE_SERVICE_DISCOVERY;
	case din_BodyElement_ServicePaymentSelectionReq:
		return CCS_EV_MESSAGE_PAYMENT_SELECTION;
	case din_BodyElement_ContractAuthenticationReq:
		return CCS_EV_MESSAGE_AUTHORISATION;
	case din_BodyElement_ChargeParameterDiscoveryReq:
		return CCS_EV_MESSAGE_PARAMETERS;
	case din_BodyElement_CableCheckReq:
		return CCS_EV_MESSAGE_CABLE_CHECK;
	case din_BodyElement_PreChargeReq:
		return CCS_EV_MESSAGE_PRECHARGE;
	case din_BodyElement_PowerDeliveryReq:
		return CCS_EV_MESSAGE_POWER_DELIVERY;
	case din_BodyElement_CurrentDemandReq:
		return CCS_EV_MESSAGE_DEMAND;
	case din_BodyElement_WeldingDetectionReq:
		return CCS_EV_MESSAGE_WELDING;
	case din_BodyElement_SessionStopReq:
		return CCS_EV_MESSAGE_SESSION_STOP;
	}
	return CCS_EV_MESSAGE_NONE;
}

static struct ev_request read_request(const struct din_Body *body)
{
	struct ev_request request = { .kind = find_kind(body->tag) };

	if (request.kind == CCS_EV_MESSAGE_PRECHARGE) {
		request.target_mv = ccs_milli_din(&body->PreChargeReq.EVTargetVoltage);
	} else if (request.kind == CCS_EV_MESSAGE_DEMAND) {
		request.target_mv = ccs_milli_din(&body->CurrentDemandReq.EVTargetVoltage);
		request.target_ma = ccs_milli_din(&body->CurrentDemandReq.EVTargetCurrent);
	} else if (request.kind == CCS_EV_MESSAGE_POWER_DELIVERY) {
		request.progress = body->PowerDeliveryReq.ReadyToChargeState
					   ? iso2_chargeProgress_Start
					   : iso2_chargeProgress_Stop;
	}
	return request;
}

static void deliver(struct ev_world *w, enum iso2_chargeProgress progress)
{
	w->delivering = progress == iso2_chargeProgress_Start;
	if (!w->delivering)
		w->set_ma = 0;
}

/* What the charger does for a request; `finished` is EVSEProcessing. */
static void act(struct ev_world *w, const struct ev_request *request, bool finished)
{
	switch ((int)request->kind) {
	case CCS_EV_MESSAGE_CABLE_CHECK:
		w->set_mv = finished ? 0 : ISOLATION_MV;
		w->cable_sent = finished;
		break;
	case CCS_EV_MESSAGE_PARAMETERS:
		w->parameters_sent |= finished;
		w->cable_sent = false;
		break;
	case CCS_EV_MESSAGE_PRECHARGE:
		w->set_mv = clamp_mv(request->target_mv);
		break;
	case CCS_EV_MESSAGE_POWER_DELIVERY:
		deliver(w, request->progress);
		break;
	case CCS_EV_MESSAGE_DEMAND:
		w->set_mv = clamp_mv(request->target_mv);
		w->set_ma = clamp_mv(request->target_ma);
		break;
	case CCS_EV_MESSAGE_WELDING:
		w->set_mv = 0;
		break;
	}
}

bool ev_world_serve(struct ev_world *w, const struct ev_request *request)
{
	bool finished = ++w->seen[request->kind] > 2 && !ev_world_is_on(w, EV_EVENT_BUSY);

	act(w, request, finished);
	return finished;
}

static void answer(const struct ev_world *w, const struct din_Body *req, struct din_Body *res,
		   bool finished)
{
	static enum din_paymentOption external = din_paymentOption_ExternalPayment;
	enum din_responseCode ok = din_responseCode_OK;
	enum din_EVSEProcessing processing = finished ? din_EVSEProcessing_Finished
						      : din_EVSEProcessing_Ongoing;

	if (w->fault == EV_FAULT_FAILED && ev_world_is_faulty(w, find_kind(req->tag)))
		ok = din_responseCode_FAILED;
	res->tag = req->tag + 1; /* in the schema's order every Res follows its Req */
	switch ((int)req->tag) {
	case din_BodyElement_SessionSetupReq:
		res->SessionSetupRes.ResponseCode =
			ok || w->plain_ok ? ok : din_responseCode_OK_NewSessionEstablished;
		res->SessionSetupRes.EVSEID = CCS_BYTES((const uint8_t *)"ZZ00000", 7);
		break;
	case din_BodyElement_ServiceDiscoveryReq:
		res->ServiceDiscoveryRes.ResponseCode = ok;
		res->ServiceDiscoveryRes.PaymentOptions.PaymentOption.at = &external;
		res->ServiceDiscoveryRes.PaymentOptions.PaymentOption.count = 1;
		res->ServiceDiscoveryRes.ChargeService.ServiceTag.ServiceID = 1;
		res->ServiceDiscoveryRes.ChargeService.EnergyTransferType = w->offered;
		break;
	case din_BodyElement_ServicePaymentSelectionReq:
		res->ServicePaymentSelectionRes.ResponseCode = ok;
		break;
	case din_BodyElement_ContractAuthenticationReq:
		res->ContractAuthenticationRes.ResponseCode = ok;
		res->ContractAuthenticationRes.EVSEProcessing = processing;
		break;
	case din_BodyElement_ChargeParameterDiscoveryReq:
		res->ChargeParameterDiscoveryRes.ResponseCode = ok;
		res->ChargeParameterDiscoveryRes.EVSEProcessing = processing;
		make_parameters(w, &res->ChargeParameterDiscoveryRes);
		break;
	case din_BodyElement_CableCheckReq:
		res->CableCheckRes = (struct din_CableCheckRes) { ok, make_status(w), processing };
		break;
	case din_BodyElement_PreChargeReq:
		res->PreChargeRes = (struct din_PreChargeRes) { ok, make_status(w),
								present_voltage(w) };
		break;
	case din_BodyElement_PowerDeliveryReq:
		res->PowerDeliveryRes.ResponseCode = ok;
		res->PowerDeliveryRes.EVSEStatus.tag = din_EVSEStatus_DC_EVSEStatus;
		res->PowerDeliveryRes.EVSEStatus.DC_EVSEStatus = make_status(w);
		break;
	case din_BodyElement_CurrentDemandReq:
		res->CurrentDemandRes = (struct din_CurrentDemandRes) {
			.ResponseCode = ok,
			.DC_EVSEStatus = make_status(w),
			.EVSEPresentVoltage = present_voltage(w),
			.EVSEPresentCurrent = ev_world_is_on(w, EV_EVENT_WILD)
						      ? present_voltage(w)
						      : quantity(din_unitSymbol_A, w->current_ma),
		};
		break;
	case din_BodyElement_WeldingDetectionReq:
		res->WeldingDetectionRes = (struct din_WeldingDetectionRes) { ok, make_status(w),
									      present_voltage(w) };
		break;
	default:
		res->SessionStopRes.ResponseCode = ok;
	}
}

/* The transport, with its faults. */

static void queue_bytes(struct ev_world *w, const uint8_t *bytes, size_t length)
{
	if (w->queued + length > sizeof(w->queue))
		return;
	memcpy(w->queue + w->queued, bytes, length);
	w->queued += length;
}

static void queue_message(struct ev_world *w)
{
	uint8_t bytes[1024];
	int length = ccs_channel_output(&w->channel, bytes, sizeof(bytes));

	if (length > 0)
		queue_bytes(w, bytes, (size_t)length);
}

static void spoil(struct ev_world *w)
{
	switch (w->fault) {
	case EV_FAULT_LOST:
		w->queued = 0;
		break;
	case EV_FAULT_LATE:
		w->due = w->now + CCS_SECONDS(3);
		break;
	case EV_FAULT_DOUBLED:
		queue_bytes(w, w->queue, w->queued);
		break;
	case EV_FAULT_DAMAGED:
		memset(w->queue + 9, 0xff, w->queued - 9);
		break;
	case EV_FAULT_CUT:
		w->queued = 8 + (w->queued - 8) / 2;
		w->queue[7] = (uint8_t)(w->queued - 8);
		break;
	case EV_FAULT_EMPTY:
		w->queued = 8;
		w->queue[7] = 0;
		break;
	case EV_FAULT_HEADER:
		memset(w->queue, 0x55, 8);
		break;
	case EV_FAULT_HUGE:
		memset(w->queue + 4, 0xff, 4);
		break;
	case EV_FAULT_UNKNOWN:
		w->queue[2] = 0xa0;
		break;
	case EV_FAULT_RESET:
		w->queued = 0;
		w->lost = true;
		ccs_ev_session_lost(&w->session, w->now);
		break;
	case EV_FAULT_NONE:
	case EV_FAULT_FAILED:
	case EV_FAULT_ID:
	case EV_FAULT_OTHER:
	case EV_FAULT_COUNT:
		break;
	}
}

static void queue_response(struct ev_world *w, const struct ccs_exi_document *document,
			   enum ccs_ev_message kind)
{
	(void)ccs_channel_send(&w->channel, document, w->now, NULL);
	queue_message(w);
	if (ev_world_is_faulty(w, kind))
		spoil(w);
}

/* The SchemaID of the charger's protocol; 99 when the car does not offer it. */
static int32_t find_schema(const struct ev_world *w, const struct app_supportedAppProtocolReq *req)
{
	for (uint32_t i = 0; i < req->AppProtocol.count; i++) {
		struct ccs_text uri = req->AppProtocol.at[i].ProtocolNamespace;

		if (ccs_protocol_of_uri(uri) == w->protocol)
			return req->AppProtocol.at[i].SchemaID;
	}
	return 99;
}

static void answer_handshake(struct ev_world *w, const struct app_supportedAppProtocolReq *req)
{
	struct app_supportedAppProtocolRes res = { .has_SchemaID = true,
						   .SchemaID = find_schema(w, req) };
	struct ccs_exi_document document = { .set = &ccs_set_app,
					     .element = app_element_supportedAppProtocolRes,
					     .value = &res };
	bool faulty;

	w->seen[CCS_EV_MESSAGE_HANDSHAKE]++;
	faulty = ev_world_is_faulty(w, CCS_EV_MESSAGE_HANDSHAKE);
	if (faulty && (w->fault == EV_FAULT_FAILED || w->fault == EV_FAULT_OTHER))
		res.ResponseCode = app_responseCode_Failed_NoNegotiation;
	if (faulty && w->fault == EV_FAULT_ID)
		res.SchemaID = 99;
	queue_response(w, &document, CCS_EV_MESSAGE_HANDSHAKE);
	ccs_channel_agree(&w->channel, w->protocol);
}

static void answer_din(struct ev_world *w, const struct din_V2G_Message *req)
{
	struct din_V2G_Message res = { .Header.SessionID = { w->id, w->id_length } };
	struct ccs_exi_document document = { .set = &ccs_set_din,
					     .element = din_element_V2G_Message,
					     .value = &res };
	struct ev_request request = read_request(&req->Body);
	bool finished = ev_world_serve(w, &request);
	bool faulty = ev_world_is_faulty(w, request.kind);

	w->last[request.kind] = *req; /* without its variable parts */
	answer(w, &req->Body, &res.Body, finished);
	if (faulty && w->fault == EV_FAULT_ID)
		res.Header.SessionID.length = request.kind == CCS_EV_MESSAGE_SESSION_SETUP ? 0 : 3;
	if (faulty && w->fault == EV_FAULT_OTHER)
		res.Body = (struct din_Body) { .tag = request.kind == CCS_EV_MESSAGE_SESSION_STOP
							      ? din_BodyElement_CableCheckRes
							      : din_BodyElement_SessionStopRes };
	queue_response(w, &document, request.kind);
}

static void answer_iso2(struct ev_world *w, const struct iso2_V2G_Message *req)
{
	struct iso2_V2G_Message res = { .Header.SessionID = { w->id, w->id_length } };
	struct ccs_exi_document document = { .set = &ccs_set_iso2,
					     .element = iso2_element_V2G_Message,
					     .value = &res };

	ev_world_answer_iso2(w, req, &res);
	queue_response(w, &document, w->served);
}

static void receive_requests(struct ev_world *w)
{
	uint8_t bytes[512];
	const uint8_t *at = bytes;
	struct ccs_channel_message message;
	int n = ccs_ev_session_send(&w->session, bytes, sizeof(bytes));
	size_t length = n > 0 ? (size_t)n : 0;

	if (ev_world_is_on(w, EV_EVENT_PEER_SILENT) || w->lost)
		return;
	while (ccs_channel_receive(&w->channel, &at, &length, w->now, &message) > 0) {
		w->due = w->now + w->delay;
		if (message.error)
			w->breach = (struct ccs_breach) { CCS_INVARIANT_B1, "undecodable request" };
		else if (message.protocol == CCS_PROTOCOL_APP)
			answer_handshake(w, message.document.value);
		else if (message.protocol == CCS_PROTOCOL_DIN)
			answer_din(w, message.document.value);
		else
			answer_iso2(w, message.document.value);
	}
}

/* The physics. */

static void move(int32_t *value, int32_t to, int32_t by)
{
	if (*value < to)
		*value = to - *value < by ? to : *value + by;
	else
		*value = *value - to < by ? to : *value - by;
}

static void move_hardware(struct ev_world *w)
{
	bool moving = w->closed != w->commands.contactors;
	bool locked = w->values.lock == CCS_LOCK_CLOSED;

	if (ev_world_is_on(w, EV_EVENT_CONTACTORS_STUCK) ||
	    ev_world_is_on(w, EV_EVENT_CONTACTORS_DROP))
		w->closed = false;
	else if (ev_world_is_on(w, EV_EVENT_CONTACTORS_WELDED))
		w->closed |= w->commands.contactors;
	else if (!moving)
		w->contactors_since = w->now;
	else if (w->now - w->contactors_since >= HARDWARE_TIME)
		w->closed = w->commands.contactors;
	w->values.contactors = w->closed ? CCS_CONTACTOR_CLOSED : CCS_CONTACTOR_OPEN;
	if (ev_world_is_on(w, EV_EVENT_CONTACTORS_SILENT))
		w->values.contactors = CCS_CONTACTOR_UNKNOWN;
	if (locked == w->commands.lock)
		w->lock_since = w->now;
	else if (w->now - w->lock_since >= HARDWARE_TIME && !ev_world_is_on(w, EV_EVENT_LOCK_STUCK))
		w->values.lock = w->commands.lock ? CCS_LOCK_CLOSED : CCS_LOCK_OPEN;
	if (ev_world_is_on(w, EV_EVENT_LOCK_OPENS))
		w->values.lock = CCS_LOCK_OPEN;
}

static void move_power(struct ev_world *w)
{
	bool drawing = w->commands.pilot == CCS_PILOT_C && !w->lost;
	int rounds = w->seen[CCS_EV_MESSAGE_DEMAND] + w->seen[CCS_EV_MESSAGE_STATUS];
	int32_t supply_mv = drawing && !ev_world_is_on(w, EV_EVENT_NO_VOLTAGE) ? w->set_mv : 0;
	bool flows = drawing && w->delivering && w->closed;

	if (ev_world_is_on(w, EV_EVENT_LIVE))
		supply_mv = BATTERY_MV;
	move(&w->cable_mv, w->closed ? BATTERY_MV : supply_mv, w->closed ? BATTERY_MV : 8000);
	if (!ev_world_is_on(w, EV_EVENT_CURRENT_STAYS) || !w->closed)
		move(&w->current_ma, flows ? w->set_ma : 0, w->closed ? 5000 : 1000000);
	if (!ev_world_is_on(w, EV_EVENT_INLET_SILENT))
		w->values.inlet_mv = ccs_measured(w->cable_mv, w->now);
	if (!ev_world_is_on(w, EV_EVENT_BATTERY_SILENT))
		w->values.battery_mv = ccs_measured(BATTERY_MV, w->now);
	if (!ev_world_is_on(w, EV_EVENT_CURRENT_SILENT))
		w->values.current_ma = ccs_measured(w->current_ma, w->now);
	w->values.duty = ccs_measured(ev_world_is_on(w, EV_EVENT_DUTY) ? 1000 : 50, w->now);
	w->values.soc = ccs_measured(500, w->now);
	if (ev_world_is_on(w, EV_EVENT_FULL) || (w->loops && rounds >= w->loops))
		w->values.soc.value = 950;
}

static void happen(struct ev_world *w)
{
	if (w->happened || !w->event || ccs_ev_session_state(&w->session) < w->event_at)
		return;
	w->happened = true;
	w->values.stop |= w->event == EV_EVENT_STOP;
	w->values.emergency |= w->event == EV_EVENT_EMERGENCY;
	w->values.ready &= w->event != EV_EVENT_NOT_READY;
	w->values.pause |= w->event == EV_EVENT_PAUSE;
	if (w->event == EV_EVENT_UNPLUG)
		w->values.plug = CCS_PLUG_OUT;
	w->lost |= w->event == EV_EVENT_RESET;
}

/* One call of the engine, and what must hold after it. */
static void check(struct ev_world *w, const struct ccs_ev_commands *before)
{
	const struct ccs_ev_facts *facts = ccs_ev_session_facts(&w->session);
	struct ccs_ev_step step = { &w->values, before, &w->commands, facts, w->now };
	struct ccs_breach breach;

	if (w->breach.text)
		return;
	if (ccs_ev_check(&step, &ccs_tolerances_default, &breach))
		w->breach = breach;
	else if (!w->forged && facts->cable_checked && !w->cable_sent)
		w->breach = (struct ccs_breach) { CCS_INVARIANT_E1, "claims a cable check" };
	else if (!w->forged && facts->parameters_finished && !w->parameters_sent)
		w->breach = (struct ccs_breach) { CCS_INVARIANT_E4, "claims parameters" };
	else if (!w->forged && w->commands.onboard_ma > 0 && !w->delivering)
		w->breach = (struct ccs_breach) { CCS_INVARIANT_E4, "draws outside PowerDelivery" };
	else if (w->commands.onboard_ma > 0 && !(facts->ac && w->commands.pilot == CCS_PILOT_C))
		w->breach = (struct ccs_breach) { CCS_INVARIANT_E4, "draws without state C" };
}

void ev_world_deliver(struct ev_world *w, const uint8_t *bytes, size_t length)
{
	struct ccs_ev_commands before = w->commands;

	ccs_ev_session_receive(&w->session, bytes, length, w->now);
	check(w, &before);
	before = w->commands;
	receive_requests(w);
	check(w, &before);
}

void ev_world_step(struct ev_world *w)
{
	struct ccs_ev_commands before;
	bool was_lost = w->lost;

	w->now += EV_WORLD_STEP;
	happen(w);
	if (!w->frozen) {
		move_hardware(w);
		move_power(w);
	}
	before = w->commands;
	if (w->lost && !was_lost) {
		ccs_ev_session_lost(&w->session, w->now);
	} else if (w->queued && w->now >= w->due && !w->lost &&
		   !ccs_ev_session_wants_close(&w->session)) {
		size_t length = w->queued;

		w->queued = 0;
		ccs_ev_session_receive(&w->session, w->queue, length, w->now);
	} else {
		ccs_ev_session_tick(&w->session, w->now);
	}
	check(w, &before);
	before = w->commands;
	receive_requests(w);
	check(w, &before);
	if (ccs_ev_session_has_ended(&w->session) && !w->ended)
		w->ended = w->now;
}

void ev_world_run(struct ev_world *w, ccs_time limit)
{
	ccs_time end = w->now + limit;

	while (w->now < end && !ccs_ev_session_has_ended(&w->session))
		ev_world_step(w);
}

void ev_world_run_to(struct ev_world *w, enum ccs_ev_state state)
{
	ccs_time end = w->now + CCS_SECONDS(600);

	while (w->now < end && ccs_ev_session_state(&w->session) < state)
		ev_world_step(w);
}

void ev_world_init(struct ev_world *w)
{
	memset(w, 0, sizeof(*w));
	w->now = w->started = CCS_SECONDS(1);
	w->delay = CCS_MS(20);
	w->offered = din_EVSESupportedEnergyTransfer_DC_extended;
	w->charger_mv = 500000;
	w->protocol = CCS_PROTOCOL_DIN;
	w->din_pmax = 32767;
	w->iso2 = (struct ev_world_iso2) {
		.modes = { iso2_EnergyTransferMode_DC_extended },
		.mode_count = 1,
		.setup_code = iso2_responseCode_OK_NewSessionEstablished,
		.max_ma = 32000,
		.nominal_mv = 230000,
	};
	memcpy(w->id, "\x12\x34\x56\x78\x9a\xbc\xde\xf0", 8);
	w->id_length = 8;
	w->fault_count = 1;
	w->timing = ccs_timing_standard;
	w->values = (struct ccs_ev_values) {
		.plug = CCS_PLUG_IN,
		.lock = CCS_LOCK_OPEN,
		.contactors = CCS_CONTACTOR_OPEN,
		.limits = { .max_mv = 410000, .max_ma = 100000, .max_w = 40000000 / 1000 },
		.target = { .mv = 410000, .ma = 90000 },
		.capacity_mwh = 28000000,
		.request_mwh = 14000000,
		.full_soc = 900,
		.bulk_soc = 800,
		.ready = true,
	};
	w->config = (struct ccs_ev_session_config) {
		.channel = { .input = w->memory[0],
			     .input_size = 4096,
			     .output = w->memory[0] + 4096,
			     .output_size = 1024,
			     .pool = w->memory[1],
			     .pool_size = sizeof(w->memory[1]) },
		.values = &w->values,
		.commands = &w->commands,
		.timing = &w->timing,
		.quirks = ccs_quirks_default(),
		.evccid = { 2, 0, 0, 0, 0, 1 },
		.evccid_length = 6,
		.offers = { CCS_PROTOCOL_ISO2, CCS_PROTOCOL_DIN },
		.offer_count = 2,
	};
}

static void init_charger(struct ev_world *w)
{
	struct ccs_channel_config channel = { .side = CCS_SIDE_EVSE,
					      .input = w->memory[2],
					      .input_size = 4096,
					      .output = w->memory[2] + 4096,
					      .output_size = 2048,
					      .pool = w->memory[3],
					      .pool_size = sizeof(w->memory[3]) };

	ccs_channel_init(&w->channel, &channel);
	w->parameters_sent = w->cable_sent = w->delivering = w->lost = false;
	w->queued = 0;
	w->ended = 0;
	memset(w->seen, 0, sizeof(w->seen));
}

void ev_world_start(struct ev_world *w)
{
	init_charger(w);
	(void)ccs_ev_session_init(&w->session, &w->config);
	(void)ccs_ev_session_start(&w->session, w->now);
	receive_requests(w);
}

void ev_world_restart(struct ev_world *w, bool resume)
{
	init_charger(w);
	if (resume)
		(void)ccs_ev_session_resume(&w->session, w->now);
	else
		(void)ccs_ev_session_start(&w->session, w->now);
	receive_requests(w);
}
