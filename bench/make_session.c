/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the capture of a complete charging session to stdout: make_session [DEMANDS] > FILE
 *
 * Matching (SLAC), discovery (SDP), one TCP connection, and a DIN SPEC 70121 session that charges
 * for DEMANDS seconds (default 600; 0: precharge fails, because the supply is broken), as a
 * recorder beside the charger sees it.  Everything in it comes from the encoders of libccs and a
 * small battery; no real car and no clock is involved, so the same bytes come out every time.
 */
#include "ccs/cursor.h"
#include "ccs/keys.h"
#include "ccs/message.h"
#include "ccs/mme.h"
#include "ccs/msg/app.h"
#include "ccs/msg/din.h"
#include "ccs/sdp.h"
#include "ccs/v2gtp.h"
#include "trace/pcapng_write.h"

#include <stdio.h>
#include <stdlib.h>

#define FRAME_MAX 1514
#define START	  CCS_SECONDS(1772366400) /* 2026-03-01 12:00:00 UTC */

enum { EV, EVSE };

struct peer {
	uint8_t mac[6];
	uint8_t ip[16];
	uint16_t port; /* TCP */
	uint32_t seq;
};

static struct peer peers[2] = {
	{ { 0x02, 0xcc, 0x50, 0, 0, 0x01 },
	  { 0xfe, 0x80, [9] = 0xcc, 0x50, 0xff, 0xfe, [15] = 1 },
	  50021,
	  1000 },
	{ { 0x02, 0xcc, 0x50, 0, 0, 0x02 },
	  { 0xfe, 0x80, [9] = 0xcc, 0x50, 0xff, 0xfe, [15] = 2 },
	  61851,
	  9000 },
};
static const uint8_t broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
static const uint8_t all_nodes_mac[6] = { 0x33, 0x33, 0, 0, 0, 1 };
static const uint8_t all_nodes[16] = { 0xff, 0x02, [15] = 1 };
static const uint8_t run_id[8] = { 0x0c, 0xc5, 0xde, 0x30, 0x15, 0x11, 0x80, 0x03 };
static const uint8_t nmk[16] = "an example's key";
static const uint8_t session_id[8] = { 0x0c, 0xc5, 0, 0, 0, 0, 0, 0x01 };

static struct ccs_pcapng out;
static ccs_time now = START;
static const uint8_t *session = (const uint8_t[8]) { 0 }; /* session_id once it is given */

static void stop(const char *what, int error)
{
	fprintf(stderr, "make_session: %s: %s\n", what, ccs_error_text(error));
	exit(1);
}

static void put_frame(const uint8_t *frame, size_t length)
{
	struct ccs_packet packet = {
		.time = now, .bytes = frame, .length = length, .original_length = length
	};
	int result = ccs_pcapng_write_packet(&out, 0, &packet, NULL);

	if (result < 0)
		stop("writing", result);
}

static void wait_ms(int64_t ms)
{
	now += CCS_MS(ms);
}

/* Matching, ISO 15118-3 annex A. */

static void put_mme(const struct ccs_mme *mme)
{
	uint8_t frame[FRAME_MAX];
	int length = ccs_mme_encode(mme, frame, sizeof(frame));

	if (length < 0)
		stop("encoding a management message", length);
	put_frame(frame, (size_t)length);
}

static void ask_for_parameters(void)
{
	struct ccs_mme mme;

	ccs_mme_init(&mme, CCS_MME_CM_SLAC_PARM_REQ, broadcast, peers[EV].mac);
	memcpy(mme.cm_slac_parm_req.run_id, run_id, 8);
	put_mme(&mme);
	wait_ms(4);
	ccs_mme_init(&mme, CCS_MME_CM_SLAC_PARM_CNF, peers[EV].mac, peers[EVSE].mac);
	mme.cm_slac_parm_cnf =
		(struct ccs_cm_slac_parm_cnf) { .num_sounds = 10, .time_out = 6, .resp_type = 1 };
	memcpy(mme.cm_slac_parm_cnf.m_sound_target, broadcast, 6);
	memcpy(mme.cm_slac_parm_cnf.forwarding_sta, peers[EV].mac, 6);
	memcpy(mme.cm_slac_parm_cnf.run_id, run_id, 8);
	put_mme(&mme);
}

static void send_sounds(void)
{
	struct ccs_mme mme;

	ccs_mme_init(&mme, CCS_MME_CM_START_ATTEN_CHAR_IND, broadcast, peers[EV].mac);
	mme.cm_start_atten_char_ind = (struct ccs_cm_start_atten_char_ind) { .num_sounds = 10,
									     .time_out = 6,
									     .resp_type = 1 };
	memcpy(mme.cm_start_atten_char_ind.forwarding_sta, peers[EV].mac, 6);
	memcpy(mme.cm_start_atten_char_ind.run_id, run_id, 8);
	for (int i = 0; i < 3; i++, wait_ms(30))
		put_mme(&mme);
	ccs_mme_init(&mme, CCS_MME_CM_MNBC_SOUND_IND, broadcast, peers[EV].mac);
	memcpy(mme.cm_mnbc_sound_ind.run_id, run_id, 8);
	for (uint8_t left = 10; left-- > 0; wait_ms(30)) {
		mme.cm_mnbc_sound_ind.cnt = left;
		memset(mme.cm_mnbc_sound_ind.random, 0x10 + left, 16);
		put_mme(&mme);
	}
}

static void report_attenuation(void)
{
	struct ccs_mme mme;
	uint8_t groups[58];

	for (size_t i = 0; i < sizeof(groups); i++)
		groups[i] = (uint8_t)(11 + i / 8 + i % 3);
	ccs_mme_init(&mme, CCS_MME_CM_ATTEN_CHAR_IND, peers[EV].mac, peers[EVSE].mac);
	memcpy(mme.cm_atten_char_ind.source_address, peers[EV].mac, 6);
	memcpy(mme.cm_atten_char_ind.run_id, run_id, 8);
	mme.cm_atten_char_ind.num_sounds = 10;
	mme.cm_atten_char_ind.num_groups = sizeof(groups);
	mme.cm_atten_char_ind.aag = groups;
	put_mme(&mme);
	wait_ms(9);
	ccs_mme_init(&mme, CCS_MME_CM_ATTEN_CHAR_RSP, peers[EVSE].mac, peers[EV].mac);
	memcpy(mme.cm_atten_char_rsp.source_address, peers[EV].mac, 6);
	memcpy(mme.cm_atten_char_rsp.run_id, run_id, 8);
	put_mme(&mme);
}

static void agree_on_network(void)
{
	struct ccs_mme mme;

	ccs_mme_init(&mme, CCS_MME_CM_SLAC_MATCH_REQ, peers[EVSE].mac, peers[EV].mac);
	mme.cm_slac_match_req.mvf_length = 0x3e;
	memcpy(mme.cm_slac_match_req.pev_mac, peers[EV].mac, 6);
	memcpy(mme.cm_slac_match_req.evse_mac, peers[EVSE].mac, 6);
	memcpy(mme.cm_slac_match_req.run_id, run_id, 8);
	put_mme(&mme);
	wait_ms(3);
	ccs_mme_init(&mme, CCS_MME_CM_SLAC_MATCH_CNF, peers[EV].mac, peers[EVSE].mac);
	mme.cm_slac_match_cnf.mvf_length = 0x56;
	memcpy(mme.cm_slac_match_cnf.pev_mac, peers[EV].mac, 6);
	memcpy(mme.cm_slac_match_cnf.evse_mac, peers[EVSE].mac, 6);
	memcpy(mme.cm_slac_match_cnf.run_id, run_id, 8);
	ccs_keys_derive_nid(nmk, CCS_NID_SIMPLE_CONNECT, mme.cm_slac_match_cnf.nid);
	memcpy(mme.cm_slac_match_cnf.nmk, nmk, 16);
	put_mme(&mme);
}

static void match(void)
{
	ask_for_parameters();
	wait_ms(40);
	send_sounds();
	wait_ms(250);
	report_attenuation();
	wait_ms(60);
	agree_on_network();
}

/* IPv6, UDP and TCP. */

static uint32_t add_words(uint32_t sum, const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
	return sum;
}

/* Sends `size` bytes of UDP (17) or TCP (6), whose checksum belongs at `checksum_at`. */
static void put_ip(const struct peer *from, const uint8_t to_mac[6], const uint8_t to_ip[16],
		   uint8_t protocol, uint8_t *bytes, size_t size, size_t checksum_at)
{
	uint8_t frame[FRAME_MAX];
	struct ccs_writer w = ccs_writer(frame, sizeof(frame));
	uint32_t sum = add_words(add_words(protocol + (uint32_t)size, from->ip, 16), to_ip, 16);

	sum = add_words(sum, bytes, size);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	bytes[checksum_at] = (uint8_t)(~sum >> 8);
	bytes[checksum_at + 1] = (uint8_t)~sum;
	ccs_write(&w, to_mac, 6);
	ccs_write(&w, from->mac, 6);
	ccs_write_be16(&w, 0x86dd);
	ccs_write_be32(&w, 0x60000000);
	ccs_write_be16(&w, (uint16_t)size);
	ccs_write_u8(&w, protocol);
	ccs_write_u8(&w, 64); /* hop limit */
	ccs_write(&w, from->ip, 16);
	ccs_write(&w, to_ip, 16);
	ccs_write(&w, bytes, size);
	if (w.failed)
		stop("a packet", CCS_ERR_SPACE);
	put_frame(frame, (size_t)(w.at - frame));
}

static void put_sdp(int from, const uint8_t to_mac[6], const uint8_t to_ip[16],
		    const struct ccs_sdp *sdp)
{
	uint8_t datagram[8 + CCS_SDP_SIZE_MAX];
	struct ccs_writer w = ccs_writer(datagram, sizeof(datagram));
	int length = ccs_sdp_encode(sdp, datagram + 8, CCS_SDP_SIZE_MAX);

	if (length < 0)
		stop("encoding SDP", length);
	ccs_write_be16(&w, from == EV ? 50020 : CCS_SDP_PORT);
	ccs_write_be16(&w, from == EV ? CCS_SDP_PORT : 50020);
	ccs_write_be16(&w, (uint16_t)(8 + length));
	ccs_write_be16(&w, 0);
	put_ip(&peers[from], to_mac, to_ip, 17, datagram, 8 + (size_t)length, 6);
}

static void discover(void)
{
	struct ccs_sdp request = { .kind = CCS_SDP_REQUEST, .security = CCS_SDP_NO_TLS };
	struct ccs_sdp response = { .kind = CCS_SDP_RESPONSE,
				    .security = CCS_SDP_NO_TLS,
				    .secc_port = peers[EVSE].port };

	memcpy(response.secc_ip, peers[EVSE].ip, 16);
	put_sdp(EV, all_nodes_mac, all_nodes, &request);
	wait_ms(6);
	put_sdp(EVSE, peers[EV].mac, peers[EV].ip, &response);
}

enum { FIN = 0x01, SYN = 0x02, PSH = 0x08, ACK = 0x10 };

static void put_tcp(int from, unsigned int flags, const uint8_t *bytes, size_t size)
{
	struct peer *own = &peers[from];
	const struct peer *other = &peers[!from];
	uint8_t segment[FRAME_MAX];
	struct ccs_writer w = ccs_writer(segment, sizeof(segment));

	ccs_write_be16(&w, own->port);
	ccs_write_be16(&w, other->port);
	ccs_write_be32(&w, own->seq);
	ccs_write_be32(&w, flags & ACK ? other->seq : 0);
	ccs_write_u8(&w, 5 << 4); /* header of five words */
	ccs_write_u8(&w, (uint8_t)flags);
	ccs_write_be16(&w, 16384); /* window */
	ccs_write_be32(&w, 0);	   /* checksum, urgent pointer */
	ccs_write(&w, bytes, size);
	put_ip(own, other->mac, other->ip, 6, segment, (size_t)(w.at - segment), 16);
	own->seq += (uint32_t)size + (flags & (SYN | FIN) ? 1 : 0);
}

/* Messages. */

static void put_message(int from, const struct ccs_exi_set *set, uint16_t element, void *value)
{
	struct ccs_exi_document document = { .set = set, .element = element, .value = value };
	uint8_t message[FRAME_MAX];
	int length = ccs_exi_encode(&document, message + CCS_V2GTP_HEADER_SIZE,
				    sizeof(message) - CCS_V2GTP_HEADER_SIZE, NULL);

	if (length < 0)
		stop(ccs_exi_message_name(&document), length);
	ccs_v2gtp_write_header(message, CCS_V2GTP_EXI, (uint32_t)length);
	put_tcp(from, PSH | ACK, message, CCS_V2GTP_HEADER_SIZE + (size_t)length);
}

static void agree_on_protocol(void)
{
	struct app_AppProtocol din = {
		.ProtocolNamespace = CCS_TEXT("urn:din:70121:2012:MsgDef"),
		.VersionNumberMajor = 2,
		.SchemaID = 1,
		.Priority = 1,
	};
	struct app_supportedAppProtocolReq request = { .AppProtocol = { &din, 1 } };
	struct app_supportedAppProtocolRes response = {
		.ResponseCode = app_responseCode_OK_SuccessfulNegotiation,
		.has_SchemaID = true,
		.SchemaID = 1,
	};

	put_message(EV, &ccs_set_app, app_element_supportedAppProtocolReq, &request);
	wait_ms(12);
	put_message(EVSE, &ccs_set_app, app_element_supportedAppProtocolRes, &response);
	wait_ms(60);
}

static void put_din(int from, struct din_Body body)
{
	struct din_V2G_Message message = { .Header.SessionID = CCS_BYTES(session, 8),
					   .Body = body };

	put_message(from, &ccs_set_din, din_element_V2G_Message, &message);
}

/* A request and, 15 ms later, its response; `pause` until the next. */
static void talk(struct din_Body request, struct din_Body response, int64_t pause)
{
	put_din(EV, request);
	wait_ms(15);
	put_din(EVSE, response);
	wait_ms(pause);
}

/* A choice of the schema, and the body of a message, which is one. */
#define ONE_OF(group, name, ...)                                     \
	{                                                            \
		.tag = din_##group##_##name, .name = { __VA_ARGS__ } \
	}
#define BODY(name, ...) ((struct din_Body)ONE_OF(BodyElement, name, __VA_ARGS__))
#define OK		.ResponseCode = din_responseCode_OK

static struct din_PhysicalValue quantity(enum din_unitSymbol unit, double value)
{
	return (struct din_PhysicalValue) {
		.Multiplier = unit == din_unitSymbol_W ? 1 : -1,
		.has_Unit = true,
		.Unit = unit,
		.Value = (int32_t)(unit == din_unitSymbol_W ? value / 10 : value * 10 + 0.5)
	};
}

#define V(value) quantity(din_unitSymbol_V, value)
#define A(value) quantity(din_unitSymbol_A, value)
#define W(value) quantity(din_unitSymbol_W, value)

/* The car, its battery of 96 cells and 20 kWh, and what the charger does. */

struct battery {
	double soc; /* 0 .. 1 */
	double current;
};

static double battery_voltage(const struct battery *battery)
{
	return 340 + 56 * battery->soc + 0.12 * battery->current;
}

static struct din_DC_EVStatus ev_status(const struct battery *battery, bool ready)
{
	return (struct din_DC_EVStatus) { .EVReady = ready,
					  .EVErrorCode = din_DC_EVErrorCode_NO_ERROR,
					  .EVRESSSOC = (int32_t)(battery->soc * 100) };
}

static struct din_DC_EVSEStatus evse_status(enum din_DC_EVSEStatusCode code)
{
	bool checking = code == din_DC_EVSEStatusCode_EVSE_IsolationMonitoringActive;

	return (struct din_DC_EVSEStatus) { .has_EVSEIsolationStatus = true,
					    .EVSEIsolationStatus =
						    checking ? din_isolationLevel_Invalid
							     : din_isolationLevel_Valid,
					    .EVSEStatusCode = code,
					    .EVSENotification = din_EVSENotification_None };
}

#define EVSE_READY evse_status(din_DC_EVSEStatusCode_EVSE_Ready)

static void set_up(void)
{
	static enum din_paymentOption external[] = { din_paymentOption_ExternalPayment };
	static struct din_SelectedService service[] = { { .ServiceID = 1 } };

	put_din(EV, BODY(SessionSetupReq, .EVCCID = CCS_BYTES(peers[EV].mac, 6)));
	wait_ms(15);
	session = session_id;
	put_din(EVSE,
		BODY(SessionSetupRes, .ResponseCode = din_responseCode_OK_NewSessionEstablished,
		     .EVSEID = CCS_BYTES((const uint8_t *)"DE*CCS*E0001", 12)));
	wait_ms(55);
	talk(BODY(ServiceDiscoveryReq, .has_ServiceCategory = true,
		  .ServiceCategory = din_serviceCategory_EVCharging),
	     BODY(ServiceDiscoveryRes, OK, .PaymentOptions.PaymentOption = { external, 1 },
		  .ChargeService = { .ServiceTag = { .ServiceID = 1,
						     .ServiceCategory =
							     din_serviceCategory_EVCharging },
				     .EnergyTransferType =
					     din_EVSESupportedEnergyTransfer_DC_extended }),
	     60);
	talk(BODY(ServicePaymentSelectionReq,
		  .SelectedPaymentOption = din_paymentOption_ExternalPayment,
		  .SelectedServiceList.SelectedService = { service, 1 }),
	     BODY(ServicePaymentSelectionRes, OK), 70);
	for (int waited = 0; waited < 4; waited++)
		talk(BODY(ContractAuthenticationReq, .has_Id = false),
		     BODY(ContractAuthenticationRes, OK,
			  .EVSEProcessing = waited < 3 ? din_EVSEProcessing_Ongoing
						       : din_EVSEProcessing_Finished),
		     500);
}

static void agree_on_limits(const struct battery *battery)
{
	static struct din_PMaxScheduleEntry entry[] = {
		{ .TimeInterval = ONE_OF(TimeInterval, RelativeTimeInterval, .start = 0),
		  .PMax = 32767 }
	};
	static struct din_SAScheduleTuple tuple[] = {
		{ .SAScheduleTupleID = 1,
		  .PMaxSchedule = { .PMaxScheduleID = 1, .PMaxScheduleEntry = { entry, 1 } } }
	};
	struct din_DC_EVChargeParameter car = {
		.DC_EVStatus = ev_status(battery, false),
		.EVMaximumCurrentLimit = A(150),
		.EVMaximumVoltageLimit = V(410),
		.has_EVEnergyCapacity = true,
		.EVEnergyCapacity = { .Multiplier = 1,
				      .has_Unit = true,
				      .Unit = din_unitSymbol_Wh,
				      .Value = 2000 },
	};
	struct din_DC_EVSEChargeParameter charger = {
		.DC_EVSEStatus = EVSE_READY,
		.EVSEMaximumCurrentLimit = A(125),
		.has_EVSEMaximumPowerLimit = true,
		.EVSEMaximumPowerLimit = W(50000),
		.EVSEMaximumVoltageLimit = V(500),
		.EVSEMinimumCurrentLimit = A(1),
		.EVSEMinimumVoltageLimit = V(200),
		.EVSEPeakCurrentRipple = A(0.5),
	};

	talk(BODY(ChargeParameterDiscoveryReq,
		  .EVRequestedEnergyTransferType = din_EVRequestedEnergyTransfer_DC_extended,
		  .EVChargeParameter = { .tag = din_EVChargeParameter_DC_EVChargeParameter,
					 .DC_EVChargeParameter = car }),
	     BODY(ChargeParameterDiscoveryRes, OK, .EVSEProcessing = din_EVSEProcessing_Finished,
		  .SASchedules = ONE_OF(SASchedules, SAScheduleList,
					.SAScheduleTuple = { tuple, 1 }),
		  .EVSEChargeParameter = { .tag = din_EVSEChargeParameter_DC_EVSEChargeParameter,
					   .DC_EVSEChargeParameter = charger }),
	     300);
}

static void check_cable(const struct battery *battery)
{
	for (int i = 0; i < 12; i++) {
		bool finished = i == 11;

		talk(BODY(CableCheckReq, .DC_EVStatus = ev_status(battery, true)),
		     BODY(CableCheckRes, OK,
			  .DC_EVSEStatus = evse_status(
				  finished ? din_DC_EVSEStatusCode_EVSE_Ready
					   : din_DC_EVSEStatusCode_EVSE_IsolationMonitoringActive),
			  .EVSEProcessing = finished ? din_EVSEProcessing_Finished
						     : din_EVSEProcessing_Ongoing),
		     400);
	}
}

/* The supply reaches the battery's voltage in steps; a broken one never gets beyond 12 V. */
static void precharge(const struct battery *battery, bool broken)
{
	double wanted = battery_voltage(battery), present = 12;

	for (int round = 0; round < 40 && wanted - present > 4; round++) {
		present += broken ? 0 : (wanted - present) / 3;
		talk(BODY(PreChargeReq, .DC_EVStatus = ev_status(battery, true),
			  .EVTargetVoltage = V(wanted), .EVTargetCurrent = A(1)),
		     BODY(PreChargeRes, OK, .DC_EVSEStatus = EVSE_READY,
			  .EVSEPresentVoltage = V(present)),
		     150);
	}
}

static void deliver_power(const struct battery *battery, bool on)
{
	talk(BODY(PowerDeliveryReq, .ReadyToChargeState = on,
		  .EVPowerDeliveryParameter =
			  ONE_OF(EVPowerDeliveryParameter, DC_EVPowerDeliveryParameter,
				 .DC_EVStatus = ev_status(battery, true), .ChargingComplete = !on)),
	     BODY(PowerDeliveryRes, OK,
		  .EVSEStatus = { .tag = din_EVSEStatus_DC_EVSEStatus,
				  .DC_EVSEStatus = EVSE_READY }),
	     200);
}

/* One second of charging: the car wants less as the battery fills, the charger gets warm. */
static void charge(struct battery *battery, int second)
{
	double wanted = battery->soc < 0.5 ? 120 : 120 - 220 * (battery->soc - 0.5);
	double limit = second > 120 && second < 240 ? 90 : 125;
	bool limited = wanted > limit;

	battery->current += ((limited ? limit : wanted) - battery->current) / 2;
	battery->soc += battery_voltage(battery) * battery->current / 3600 / 20000;
	talk(BODY(CurrentDemandReq, .DC_EVStatus = ev_status(battery, true),
		  .EVTargetCurrent = A(wanted), .EVTargetVoltage = V(410),
		  .ChargingComplete = false),
	     BODY(CurrentDemandRes, OK, .DC_EVSEStatus = EVSE_READY,
		  .EVSEPresentVoltage = V(battery_voltage(battery)),
		  .EVSEPresentCurrent = A(battery->current), .EVSECurrentLimitAchieved = limited,
		  .has_EVSEMaximumCurrentLimit = true, .EVSEMaximumCurrentLimit = A(limit)),
	     985);
}

static void finish(struct battery *battery)
{
	deliver_power(battery, false);
	battery->current = 0;
	for (double left = 60; left > 2; left /= 3)
		talk(BODY(WeldingDetectionReq, .DC_EVStatus = ev_status(battery, false)),
		     BODY(WeldingDetectionRes, OK, .DC_EVSEStatus = EVSE_READY,
			  .EVSEPresentVoltage = V(left)),
		     300);
	talk(BODY(SessionStopReq, .empty = 0), BODY(SessionStopRes, OK), 40);
}

static void run_session(int seconds)
{
	struct battery battery = { .soc = 0.32 };

	put_tcp(EV, SYN, NULL, 0);
	put_tcp(EVSE, SYN | ACK, NULL, 0);
	put_tcp(EV, ACK, NULL, 0);
	wait_ms(20);
	agree_on_protocol();
	set_up();
	agree_on_limits(&battery);
	check_cable(&battery);
	precharge(&battery, seconds == 0);
	if (seconds) {
		deliver_power(&battery, true);
		for (int i = 0; i < seconds && battery.soc < 0.98; i++)
			charge(&battery, i);
		finish(&battery);
	}
	put_tcp(EV, FIN | ACK, NULL, 0);
	put_tcp(EVSE, FIN | ACK, NULL, 0);
	put_tcp(EV, ACK, NULL, 0);
}

int main(int argc, char **argv)
{
	int seconds = argc > 1 ? atoi(argv[1]) : 600;

	if (argc > 2 || seconds < 0) {
		fprintf(stderr, "usage: make_session [DEMANDS] > FILE\n"
				"0 demands: the supply is broken, precharge fails\n");
		return 2;
	}
	if (ccs_pcapng_begin(&out, ccs_pcapng_to_file, stdout, "OpenCCS make_session") < 0 ||
	    ccs_pcapng_add_interface(&out, 1, "plc0") < 0)
		return 1;
	match();
	wait_ms(4200);
	discover();
	wait_ms(30);
	run_session(seconds);
	return fflush(stdout) ? 1 : 0;
}
