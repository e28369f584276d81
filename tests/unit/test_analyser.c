/* SPDX-License-Identifier: Apache-2.0 */
/* From packets to records: message sets, directions, sessions, damage. */
#include "trace/analyser.h"

#include "ccs/cursor.h"
#include "ccs/mme.h"
#include "ccs/msg/app.h"
#include "ccs/msg/din.h"
#include "ccs/msg/iso2.h"
#include "ccs/msg/iso20.h"
#include "ccs/print.h"
#include "ccs/sdp.h"
#include "ccs/v2gtp.h"
#include "trace/keylog.h"
#include "trace/textlog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define EV_PORT	  49152
#define EVSE_PORT 55000

#define FIN 0x01
#define SYN 0x02
#define RST 0x04
#define ACK 0x10

static const uint8_t car[6] = { 2, 0, 0, 0, 0, 1 }, charger[6] = { 2, 0, 0, 0, 0, 2 };

static struct ccs_analyser *analyser;
static struct ccs_keylog *keylog;
static char seen[8192]; /* a line for each record */
static struct ccs_print out;
static ccs_time now;
static uint64_t frames;
static uint32_t next_seq[2]; /* of car and charger */
static uint16_t ev_port;

static void take(void *user, const struct ccs_record *record)
{
	static const char *const sides[] = { "?", "ev", "evse" };

	(void)user;
	ccs_print_unsigned(&out, record->session);
	ccs_print_char(&out, ' ');
	ccs_print_text(&out, sides[record->dir]);
	ccs_print_char(&out, ' ');
	switch (record->kind) {
	case CCS_RECORD_MME:
		ccs_mme_print_type(&out, record->mme);
		break;
	case CCS_RECORD_SDP:
		ccs_print_text(&out, ccs_sdp_type_name(record->sdp->kind));
		break;
	case CCS_RECORD_MSG:
		ccs_print_text(&out, record->msg.proto ? record->msg.proto : "-");
		ccs_print_text(&out, record->msg.source == CCS_SET_BY_HANDSHAKE ? " by handshake "
										: " by content ");
		ccs_print_text(&out, record->msg.error ? ccs_error_name(record->msg.error)
						       : record->msg.type);
		break;
	default:
		ccs_print_text(&out, record->note.topic);
		ccs_print_text(&out, ": ");
		ccs_print_text(&out, record->note.text);
	}
	ccs_print_char(&out, '\n');
}

static const struct ccs_sink sink = { take, NULL };

static int start(void **state)
{
	(void)state;
	ccs_print_init(&out, seen, sizeof(seen) - 1);
	now = 1700000000000000;
	frames = 0;
	next_seq[0] = next_seq[1] = 1000;
	ev_port = EV_PORT;
	keylog = ccs_keylog_new();
	analyser = ccs_analyser_new(&sink, keylog);
	return !analyser;
}

static int stop(void **state)
{
	(void)state;
	ccs_analyser_free(analyser);
	ccs_keylog_free(keylog);
	return 0;
}

/* The records since the last check. */
static void check(const char *expected)
{
	assert_false(out.failed);
	*out.at = '\0';
	assert_string_equal(seen, expected);
	out.at = out.start;
}

static void packet_of(uint32_t link_type, const uint8_t *bytes, size_t length)
{
	const struct ccs_packet packet = { .time = now,
					   .number = ++frames,
					   .bytes = bytes,
					   .length = length,
					   .original_length = length,
					   .link_type = link_type };

	now += 10000;
	ccs_analyser_packet(analyser, &packet);
}

/* An IPv6 packet from fe80::1 (the car) or fe80::2. */
static void send_ip(bool from_car, uint8_t protocol, const uint8_t *payload, size_t length)
{
	uint8_t bytes[2048];
	struct ccs_writer w = ccs_writer(bytes, sizeof(bytes));

	ccs_write(&w, from_car ? charger : car, 6);
	ccs_write(&w, from_car ? car : charger, 6);
	ccs_write_be16(&w, 0x86dd);
	ccs_write_be32(&w, 0x60000000);
	ccs_write_be16(&w, (uint16_t)length);
	ccs_write_u8(&w, protocol);
	ccs_write_u8(&w, 64);
	for (int i = 0; i < 2; i++) {
		ccs_write_be16(&w, 0xfe80);
		ccs_write_be(&w, (from_car ? 1 : 2) ^ (i ? 3 : 0), 14);
	}
	ccs_write(&w, payload, length);
	assert_false(w.failed);
	packet_of(1, bytes, (size_t)(w.at - bytes));
}

static void send_udp(bool from_car, uint16_t src, uint16_t dst, const void *payload, size_t length)
{
	uint8_t bytes[1024];
	struct ccs_writer w = ccs_writer(bytes, sizeof(bytes));

	ccs_write_be16(&w, src);
	ccs_write_be16(&w, dst);
	ccs_write_be16(&w, (uint16_t)(8 + length));
	ccs_write_be16(&w, 0);
	ccs_write(&w, payload, length);
	send_ip(from_car, 17, bytes, (size_t)(w.at - bytes));
}

static void send_tcp(bool from_car, uint8_t flags, const uint8_t *payload, size_t length)
{
	uint8_t bytes[1024];
	struct ccs_writer w = ccs_writer(bytes, sizeof(bytes));

	ccs_write_be16(&w, from_car ? ev_port : EVSE_PORT);
	ccs_write_be16(&w, from_car ? EVSE_PORT : ev_port);
	ccs_write_be32(&w, next_seq[!from_car]);
	ccs_write_be32(&w, flags & ACK ? next_seq[from_car] : 0);
	ccs_write_u8(&w, 0x50);
	ccs_write_u8(&w, flags);
	ccs_write_be16(&w, 65535);
	ccs_write_be32(&w, 0);
	ccs_write(&w, payload, length);
	next_seq[!from_car] += (uint32_t)length + !!(flags & (SYN | FIN));
	send_ip(from_car, 6, bytes, (size_t)(w.at - bytes));
}

static void open_tcp(void)
{
	send_tcp(true, SYN, NULL, 0);
	send_tcp(false, SYN | ACK, NULL, 0);
	send_tcp(true, ACK, NULL, 0);
}

/* A V2GTP message around a document; returns its length. */
static size_t make_message(uint8_t *to, uint16_t type, const struct ccs_exi_set *set,
			   uint16_t element, const void *value)
{
	const struct ccs_exi_document document = { .set = set,
						   .element = element,
						   .value = (void *)(uintptr_t)value };
	int length = ccs_exi_encode(&document, to + 8, 512, NULL);

	assert_true(length > 0);
	ccs_v2gtp_write_header(to, type, (uint32_t)length);
	return 8 + (size_t)length;
}

static void send_message(bool from_car, uint16_t type, const struct ccs_exi_set *set,
			 uint16_t element, const void *value)
{
	uint8_t bytes[600];

	send_tcp(from_car, ACK, bytes, make_message(bytes, type, set, element, value));
}

static size_t make_din(uint8_t *to, const struct din_Body *body)
{
	struct din_V2G_Message message = { .Header.SessionID = CCS_BYTES(car, 4), .Body = *body };

	return make_message(to, 0x8001, &ccs_set_din, din_element_V2G_Message, &message);
}

static void send_din(bool from_car, const struct din_Body *body)
{
	uint8_t bytes[600];

	send_tcp(from_car, ACK, bytes, make_din(bytes, body));
}

static const struct din_Body setup_req = { .tag = din_BodyElement_SessionSetupReq,
					   .SessionSetupReq.EVCCID = { car, 6 } };
static const struct din_Body setup_res = { .tag = din_BodyElement_SessionSetupRes,
					   .SessionSetupRes.EVSEID = { charger, 1 } };
static const struct din_Body stop_req = { .tag = din_BodyElement_SessionStopReq };
static const struct din_Body stop_res = { .tag = din_BodyElement_SessionStopRes };

/* Offers `uri` as the second of two, and agrees on it. */
static void shake_hands(const char *uri)
{
	struct app_AppProtocol offers[] = {
		{ .ProtocolNamespace = CCS_TEXT("urn:a"), .SchemaID = 1, .Priority = 1 },
		{ .ProtocolNamespace = { uri, (uint32_t)strlen(uri) },
		  .SchemaID = 7,
		  .Priority = 2 },
	};
	const struct app_supportedAppProtocolReq req = { .AppProtocol = { offers, 2 } };
	const struct app_supportedAppProtocolRes res = { .has_SchemaID = true, .SchemaID = 7 };

	send_message(true, 0x8001, &ccs_set_app, app_element_supportedAppProtocolReq, &req);
	send_message(false, 0x8001, &ccs_set_app, app_element_supportedAppProtocolRes, &res);
}

static void send_sdp(enum ccs_sdp_kind kind)
{
	struct ccs_sdp sdp = { .kind = kind, .security = CCS_SDP_NO_TLS, .secc_port = EVSE_PORT };
	bool request = kind == CCS_SDP_REQUEST;
	uint8_t bytes[CCS_SDP_SIZE_MAX];
	int length;

	sdp.secc_ip[0] = 0xfe;
	sdp.secc_ip[1] = 0x80;
	sdp.secc_ip[15] = 2;
	length = ccs_sdp_encode(&sdp, bytes, sizeof(bytes));
	assert_true(length > 0);
	send_udp(request, request ? 50000 : CCS_SDP_PORT, request ? CCS_SDP_PORT : 50000, bytes,
		 (size_t)length);
}

static void send_mme(enum ccs_mme_kind kind, bool from_car)
{
	struct ccs_mme mme;
	uint8_t frame[CCS_MME_FRAME_MAX];
	int length;

	ccs_mme_init(&mme, kind, from_car ? charger : car, from_car ? car : charger);
	if (kind == CCS_MME_CM_SLAC_PARM_CNF)
		memcpy(mme.cm_slac_parm_cnf.forwarding_sta, car, 6);
	length = ccs_mme_encode(&mme, frame, sizeof(frame));
	assert_true(length > 0);
	packet_of(1, frame, (size_t)length);
}

static void test_session(void **state)
{
	(void)state;
	send_mme(CCS_MME_CM_SLAC_PARM_REQ, true);
	send_mme(CCS_MME_CM_SLAC_PARM_CNF, false);
	send_mme(CCS_MME_CM_SET_KEY_REQ, false);
	check("1 ev session: begins with SLAC\n"
	      "1 ev CM_SLAC_PARM.REQ\n1 evse CM_SLAC_PARM.CNF\n1 evse CM_SET_KEY.REQ\n");
	send_sdp(CCS_SDP_REQUEST);
	send_sdp(CCS_SDP_RESPONSE);
	check("1 ev SDPRequest\n1 evse SDPResponse\n");
	open_tcp();
	shake_hands("urn:din:70121:2012:MsgDef");
	check("1 ev tcp_opened: TCP opened\n"
	      "1 ev app by handshake supportedAppProtocolReq\n"
	      "1 evse app by handshake supportedAppProtocolRes\n"
	      "1 evse protocol: DIN 70121 agreed\n");
	send_din(true, &setup_req);
	send_din(false, &setup_res);
	send_din(true, &stop_req);
	send_din(false, &stop_res);
	send_tcp(true, FIN | ACK, NULL, 0);
	send_tcp(false, RST | ACK, NULL, 0);
	check("1 ev din by handshake SessionSetupReq\n1 evse din by handshake SessionSetupRes\n"
	      "1 ev din by handshake SessionStopReq\n1 evse din by handshake SessionStopRes\n"
	      "1 ev tcp_fin: TCP closed\n1 evse tcp_reset: TCP reset\n");
	send_sdp(CCS_SDP_REQUEST);
	check("2 ev session: begins with SECC discovery\n2 ev SDPRequest\n");
	ccs_analyser_finish(analyser);
	check("");
}

/* Charging again after a pause is a session of its own, which says what it continues. */
static void send_slac(enum ccs_mme_kind kind, const uint8_t ev[6])
{
	struct ccs_mme mme;
	uint8_t frame[CCS_MME_FRAME_MAX];
	int length;

	ccs_mme_init(&mme, kind, charger, kind == CCS_MME_CM_SLAC_MATCH_CNF ? charger : ev);
	if (kind == CCS_MME_CM_SLAC_MATCH_CNF)
		memcpy(mme.cm_slac_match_cnf.pev_mac, ev, 6);
	length = ccs_mme_encode(&mme, frame, sizeof(frame));
	assert_true(length > 0);
	packet_of(1, frame, (size_t)length);
}

/* Two cars match at the same time; the session goes on for the one that has matched. */
static void test_two_cars(void **state)
{
	static const uint8_t other[6] = { 2, 0, 0, 0, 0, 9 };

	(void)state;
	send_slac(CCS_MME_CM_SLAC_PARM_REQ, car);
	send_slac(CCS_MME_CM_SLAC_PARM_REQ, other);
	send_slac(CCS_MME_CM_START_ATTEN_CHAR_IND, car);
	send_slac(CCS_MME_CM_SLAC_PARM_REQ, car);
	send_slac(CCS_MME_CM_START_ATTEN_CHAR_IND, other);
	check("1 ev session: begins with SLAC\n1 ev CM_SLAC_PARM.REQ\n"
	      "2 ev session: begins with SLAC\n2 ev CM_SLAC_PARM.REQ\n"
	      "1 ev CM_START_ATTEN_CHAR.IND\n1 ev CM_SLAC_PARM.REQ\n"
	      "2 ev CM_START_ATTEN_CHAR.IND\n");
	send_slac(CCS_MME_CM_SLAC_MATCH_CNF, car);
	send_slac(CCS_MME_CM_SLAC_MATCH_REQ, other);
	send_sdp(CCS_SDP_REQUEST);
	check("1 evse CM_SLAC_MATCH.CNF\n2 ev CM_SLAC_MATCH.REQ\n1 ev SDPRequest\n");
}

static void test_pause(void **state)
{
	struct iso2_V2G_Message message = { .Header.SessionID = CCS_BYTES(car, 6) };

	(void)state;
	send_sdp(CCS_SDP_REQUEST);
	open_tcp();
	shake_hands("urn:iso:15118:2:2013:MsgDef");
	message.Body.tag = iso2_BodyElement_SessionStopReq;
	message.Body.SessionStopReq.ChargingSession = iso2_chargingSession_Pause;
	send_message(true, 0x8001, &ccs_set_iso2, iso2_element_V2G_Message, &message);
	message.Body.tag = iso2_BodyElement_SessionStopRes;
	message.Body.SessionStopRes.ResponseCode = iso2_responseCode_OK;
	send_message(false, 0x8001, &ccs_set_iso2, iso2_element_V2G_Message, &message);
	out.at = out.start;
	send_sdp(CCS_SDP_REQUEST);
	check("2 ev session: begins with SECC discovery; continues session 1, which was paused\n"
	      "2 ev SDPRequest\n");
}

/* Attempts that reach nothing do not begin a session of their own; another car does. */
static void test_attempts(void **state)
{
	uint8_t frame[60] = { 0 };

	(void)state;
	for (int i = 0; i < 3; i++)
		send_mme(CCS_MME_CM_SLAC_PARM_REQ, true);
	for (int i = 0; i < 2; i++)
		send_sdp(CCS_SDP_REQUEST);
	send_mme(CCS_MME_CM_SLAC_PARM_REQ, true);
	check("1 ev session: begins with SLAC\n1 ev CM_SLAC_PARM.REQ\n1 ev CM_SLAC_PARM.REQ\n"
	      "1 ev CM_SLAC_PARM.REQ\n1 ev SDPRequest\n1 ev SDPRequest\n1 ev CM_SLAC_PARM.REQ\n");
	memcpy(frame, "\xff\xff\xff\xff\xff\xff\x02\0\0\0\0\x09\x88\xe1\x01\x64\x60", 17);
	packet_of(1, frame, sizeof(frame));
	check("2 ev session: begins with SLAC\n2 ev CM_SLAC_PARM.REQ\n");
	/* While a session goes on, the request of a neighbour's car belongs to none. */
	open_tcp();
	send_din(true, &setup_req);
	send_mme(CCS_MME_CM_SLAC_PARM_REQ, true);
	check("2 ev tcp_opened: TCP opened\n2 ev din by content SessionSetupReq\n"
	      "0 ev CM_SLAC_PARM.REQ\n");
}

/* Without handshake: set and direction out of the messages. */
static void test_mid_session(void **state)
{
	(void)state;
	send_din(false, &setup_res);
	send_din(true, &stop_req);
	check("0 ? tcp_opened: TCP open before capture\n"
	      "1 evse session: begins with a message: its beginning was not captured\n"
	      "1 evse din by content SessionSetupRes\n1 ev din by content SessionStopReq\n");
	send_din(false, &stop_res);
	send_sdp(CCS_SDP_REQUEST);
	out.at = out.start;
	send_tcp(true, FIN | ACK, NULL, 0);
	check("1 ev tcp_fin: TCP closed\n");
}

/* After a handshake for ISO 15118-20 only the payload type counts. */
static void test_iso20(void **state)
{
	static const uint8_t id[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	const struct iso20_SessionSetupReq req = { .Header = { .SessionID = CCS_BYTES(id, 8),
							       .TimeStamp = 1 },
						   .EVCCID = CCS_TEXT("WMIV1234567890ABCDEX") };
	const struct iso20_DC_CableCheckReq check_req = { .Header = { .SessionID = CCS_BYTES(id, 8),
								      .TimeStamp = 1 } };

	(void)state;
	open_tcp();
	shake_hands("urn:iso:std:iso:15118:-20:DC");
	out.at = out.start;
	send_message(true, 0x8002, &ccs_set_iso20, iso20_element_SessionSetupReq, &req);
	send_message(true, 0x8001, &ccs_set_iso20, iso20_element_SessionSetupReq, &req);
	send_message(true, 0x8004, &ccs_set_iso20dc, iso20dc_element_DC_CableCheckReq, &check_req);
	check("1 ev iso20 by handshake SessionSetupReq\n1 ev iso20 by handshake SessionSetupReq\n"
	      "1 ev iso20dc by handshake DC_CableCheckReq\n");
}

/* A log with several connections, whose ends nobody sees. */
static void test_log(void **state)
{
	uint8_t bytes[600];
	size_t length = make_din(bytes, &setup_req);
	const struct ccs_log_entry din = {
		.line = 9, .payload_type = 0x8001, .exi = bytes + 8, .length = length - 8
	};
	static const uint8_t answer[] = { 0x80, 0x40, 0x00, 0x40 }, broken[] = { 0x80, 0xff };
	const struct ccs_log_entry res = { .payload_type = 0x8001, .exi = answer, .length = 4 };
	const struct ccs_log_entry bad = { .payload_type = 0x8001, .exi = broken, .length = 2 };
	uint8_t offer[600];
	struct app_AppProtocol iso20 = { .ProtocolNamespace =
						 CCS_TEXT("urn:iso:std:iso:15118:-20:DC"),
					 .SchemaID = 1,
					 .Priority = 1 };
	const struct app_supportedAppProtocolReq req = { .AppProtocol = { &iso20, 1 } };
	struct ccs_log_entry handshake = { .payload_type = 0x8001, .exi = offer + 8 };

	(void)state;
	handshake.length = make_message(offer, 0x8001, &ccs_set_app,
					app_element_supportedAppProtocolReq, &req) -
			   8;
	ccs_analyser_entry(analyser, &handshake);
	ccs_analyser_entry(analyser, &res);
	ccs_analyser_entry(analyser, &bad);
	ccs_analyser_entry(analyser, &din);
	check("1 ev session: begins with a message: its beginning was not captured\n"
	      "1 ev app by handshake supportedAppProtocolReq\n"
	      "1 evse app by handshake supportedAppProtocolRes\n"
	      "1 ? iso20 by handshake CCS_ERR_EVENT\n"
	      "1 ev din by content SessionSetupReq\n");
}

static void test_unknown_protocol(void **state)
{
	(void)state;
	open_tcp();
	shake_hands("urn:example:din");
	out.at = out.start;
	send_din(true, &setup_req);
	check("1 ev din by content SessionSetupReq\n");
}

/* However the stream is cut, and whatever stands between two messages. */
static void test_stream(void **state)
{
	uint8_t bytes[600];
	size_t n = make_din(bytes, &setup_req);

	(void)state;
	open_tcp();
	out.at = out.start;
	for (size_t i = 0; i < n; i++)
		send_tcp(true, ACK, bytes + i, 1);
	n += make_din(bytes + n, &stop_req);
	send_tcp(true, ACK, bytes, n);
	check("1 ev session: begins with a message: its beginning was not captured\n"
	      "1 ev din by content SessionSetupReq\n"
	      "1 ev din by content SessionSetupReq\n1 ev din by content SessionStopReq\n");
	send_tcp(true, ACK, (const uint8_t *)"garbage", 7);
	send_tcp(true, ACK, bytes, n);
	check("1 ev gap: 7 bytes before this message are not a whole message\n"
	      "1 ev din by content SessionSetupReq\n1 ev din by content SessionStopReq\n");
	send_tcp(true, ACK, bytes, 11);
	ccs_analyser_finish(analyser);
	check("1 ev gap: 11 bytes at the end are not a whole message\n"
	      "1 ev tcp_end: TCP open at end\n");
}

/* Of many connections that stand in the middle of a message, those that spoke last are kept. */
static void test_crowd(void **state)
{
	uint8_t bytes[600];
	size_t n = make_din(bytes, &stop_req);

	(void)state;
	for (unsigned int i = 0; i <= CCS_ANALYSER_UNFINISHED; i++) {
		ev_port = (uint16_t)(EV_PORT + i);
		next_seq[0] = next_seq[1] = 1000;
		open_tcp();
		out.at = out.start;
		send_tcp(true, ACK, bytes, 12);
	}
	check("0 ? gap: too many connections at once: an unfinished message is given up\n"
	      "0 ev gap: 12 bytes that are no V2GTP\n");
	send_tcp(true, ACK, bytes + 12, n - 12);
	check("1 ev session: begins with a message: its beginning was not captured\n"
	      "1 ev din by content SessionStopReq\n");
	ev_port = EV_PORT;
	next_seq[0] = 1000 + 1 + 12;
	send_tcp(true, ACK, bytes + 12, n - 12);
	send_tcp(true, ACK, bytes, n);
	*out.at = '\0';
	assert_non_null(strstr(seen, "bytes before this message are not a whole message\n"
				     "1 ev din by content SessionStopReq\n"));
}

static void test_undecodable(void **state)
{
	static const uint8_t garbage[] = { 1, 0xfe, 0x80, 1, 0, 0, 0, 4, 0x80, 0x9a, 0xff, 0xff };
	static const uint8_t strange[] = { 1, 0xfe, 0xa0, 1, 0, 0, 0, 1, 0 };

	(void)state;
	open_tcp();
	out.at = out.start;
	send_tcp(true, ACK, garbage, sizeof(garbage));
	send_tcp(true, ACK, strange, sizeof(strange));
	send_din(true, &stop_req);
	check("1 ev session: begins with a message: its beginning was not captured\n"
	      "1 ev din by content CCS_ERR_EVENT\n"
	      "1 ev - by content CCS_ERR_UNKNOWN\n1 ev din by content SessionStopReq\n");
	assert_int_equal(ccs_analyser_counts(analyser)->undecoded, 2);
	assert_int_equal(ccs_analyser_counts(analyser)->first_undecoded, 4);
	assert_int_equal(ccs_analyser_counts(analyser)->messages, 3);
}

/* TLS is recognised also where its handshake was not captured. */
static void test_mid_tls(void **state)
{
	static const uint8_t record[] = { 23, 3, 3, 0, 4, 1, 2, 3, 4 };

	(void)state;
	send_tcp(true, ACK, record, 3);
	send_tcp(true, ACK, record + 3, sizeof(record) - 3);
	ccs_analyser_finish(analyser);
	*out.at = '\0';
	assert_non_null(strstr(seen, "the start of the TLS handshake was not captured"));
	assert_null(strstr(seen, "gap"));
}

static void test_refused(void **state)
{
	(void)state;
	send_sdp(CCS_SDP_REQUEST);
	out.at = out.start;
	for (int i = 0; i < 5; i++) {
		next_seq[0] += 1000;
		send_tcp(true, SYN, NULL, 0);
		send_tcp(false, RST | ACK, NULL, 0);
	}
	check("1 ev tcp_refused: TCP connect refused\n");
	ccs_analyser_finish(analyser);
	check("1 ? tcp_refused: 4 more connects refused\n");
}

static void test_datagrams(void **state)
{
	(void)state;
	send_udp(false, 65429, 514, "<15>hello\n", 11);
	check("0 ? syslog: hello\n");
	send_udp(true, 50000, CCS_SDP_PORT, "\x01\xfe\x90\0\0\0\0\x02\x10", 9);
	check("0 ? sdp: damaged: the input ends before the message does\n");
	send_udp(true, 5353, 5353, "mdns", 4);
	check("");
}

static void test_strange_links(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		packet_of(227, car, sizeof(car));
	ccs_analyser_finish(analyser);
	*out.at = '\0';
	assert_memory_equal(seen, "0 ? capture: link type 227 ", 27);
	assert_non_null(strstr(seen, "3 packets have a link type that cannot be read\n"));
	assert_int_equal(ccs_analyser_counts(analyser)->damaged, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_session, start, stop),
		cmocka_unit_test_setup_teardown(test_two_cars, start, stop),
		cmocka_unit_test_setup_teardown(test_pause, start, stop),
		cmocka_unit_test_setup_teardown(test_attempts, start, stop),
		cmocka_unit_test_setup_teardown(test_mid_session, start, stop),
		cmocka_unit_test_setup_teardown(test_iso20, start, stop),
		cmocka_unit_test_setup_teardown(test_log, start, stop),
		cmocka_unit_test_setup_teardown(test_unknown_protocol, start, stop),
		cmocka_unit_test_setup_teardown(test_stream, start, stop),
		cmocka_unit_test_setup_teardown(test_crowd, start, stop),
		cmocka_unit_test_setup_teardown(test_undecodable, start, stop),
		cmocka_unit_test_setup_teardown(test_mid_tls, start, stop),
		cmocka_unit_test_setup_teardown(test_refused, start, stop),
		cmocka_unit_test_setup_teardown(test_datagrams, start, stop),
		cmocka_unit_test_setup_teardown(test_strange_links, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
