/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ns per message of the codec, decoding and encoding: the messages with which the established
 * codecs were measured, and the medians of every message type with random content.
 * The best of many short runs counts: what disturbs a machine only ever makes it slower.
 */
#include "../tests/random/message.h"
#include "ccs/msg/app.h"
#include "ccs/msg/din.h"
#include "ccs/msg/iso2.h"
#include "ccs/msg/iso20.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define POOL_SIZE (256u << 10)
#define MESSAGE	  (64u << 10)
#define TYPES	  128
#define SAMPLES	  9
#define RUNS	  2000

struct figures {
	double decode_ns, encode_ns;
	int length;
};

static uint8_t pool_memory[POOL_SIZE], message_memory[POOL_SIZE], bytes[MESSAGE], again[MESSAGE];

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double time_decode(const struct ccs_exi_document *of, int length, int rounds)
{
	double start = now_ns();

	for (int i = 0; i < rounds; i++) {
		struct ccs_exi_document document = { .set = of->set };
		struct ccs_pool pool;

		ccs_pool_init(&pool, pool_memory, POOL_SIZE);
		if (ccs_exi_decode(&document, bytes, (size_t)length, &pool, NULL) != length)
			abort();
	}
	return (now_ns() - start) / rounds;
}

static double time_encode(const struct ccs_exi_document *document, int length, int rounds)
{
	double start = now_ns();

	for (int i = 0; i < rounds; i++) {
		if (ccs_exi_encode(document, again, MESSAGE, NULL) != length)
			abort();
	}
	return (now_ns() - start) / rounds;
}

static struct figures measure(const struct ccs_exi_document *document, double budget_ns)
{
	struct figures best = { 1e12, 1e12, ccs_exi_encode(document, bytes, MESSAGE, NULL) };
	int rounds;

	if (best.length < 0) {
		fprintf(stderr, "%s: %s\n", ccs_exi_message_name(document),
			ccs_error_text(best.length));
		exit(1);
	}
	rounds = (int)(budget_ns / RUNS / (time_decode(document, best.length, 100) + 1)) + 1;
	for (int run = 0; run < RUNS; run++) {
		double decode_ns = time_decode(document, best.length, rounds);
		double encode_ns = time_encode(document, best.length, rounds);

		if (decode_ns < best.decode_ns)
			best.decode_ns = decode_ns;
		if (encode_ns < best.encode_ns)
			best.encode_ns = encode_ns;
	}
	return best;
}

/* The best of libcbv2g and OpenV2G, as measured for the project on such a machine. */
static void report(const char *name, uint16_t element, void *value, const struct ccs_exi_set *set,
		   double peer_decode, double peer_encode)
{
	struct ccs_exi_document document = { .set = set, .element = element, .value = value };
	struct figures f = measure(&document, 2e8);

	printf("%-34s %5d %7.0f %7.0f", name, f.length, f.decode_ns, f.encode_ns);
	printf(" %7.0f %7.0f", f.length * 1e3 / f.decode_ns, f.length * 1e3 / f.encode_ns);
	printf("  %6.0f %6.0f  %4.1fx %4.1fx\n", peer_decode, peer_encode,
	       peer_decode / f.decode_ns, peer_encode / f.encode_ns);
}

static const uint8_t session_id[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };

static void report_handshake(void)
{
	struct app_AppProtocol offers[] = {
		{ CCS_TEXT("urn:din:70121:2012:MsgDef"), 2, 0, 0, 1 },
		{ CCS_TEXT("urn:iso:15118:2:2013:MsgDef"), 2, 0, 1, 2 },
	};
	struct app_supportedAppProtocolReq req = { .AppProtocol = { offers, 2 } };

	report("supportedAppProtocolReq, 2 offers", app_element_supportedAppProtocolReq, &req,
	       &ccs_set_app, 381, 274);
}

static struct din_PhysicalValue din_value(int32_t multiplier, enum din_unitSymbol unit, int32_t v)
{
	return (struct din_PhysicalValue) { true, multiplier, unit, v };
}

static void report_din(void)
{
	struct din_V2G_Message m = { .Header.SessionID = CCS_BYTES(session_id, 8),
				     .Body.tag = din_BodyElement_CurrentDemandReq };
	struct din_CurrentDemandReq *r = &m.Body.CurrentDemandReq;

	r->DC_EVStatus.EVReady = true;
	r->DC_EVStatus.EVRESSSOC = 53;
	r->EVTargetCurrent = din_value(-1, din_unitSymbol_A, 1250);
	r->has_EVMaximumVoltageLimit = r->has_EVMaximumCurrentLimit = true;
	r->EVMaximumVoltageLimit = din_value(-1, din_unitSymbol_V, 4200);
	r->EVMaximumCurrentLimit = din_value(-1, din_unitSymbol_A, 2000);
	r->has_EVMaximumPowerLimit = r->has_BulkChargingComplete = true;
	r->EVMaximumPowerLimit = din_value(1, din_unitSymbol_W, 8000);
	r->has_RemainingTimeToFullSoC = r->has_RemainingTimeToBulkSoC = true;
	r->RemainingTimeToFullSoC = din_value(0, din_unitSymbol_s, 1200);
	r->RemainingTimeToBulkSoC = din_value(0, din_unitSymbol_s, 600);
	r->EVTargetVoltage = din_value(-1, din_unitSymbol_V, 3982);
	report("DIN CurrentDemandReq", din_element_V2G_Message, &m, &ccs_set_din, 403, 433);
}

static struct iso2_PhysicalValue iso2_value(int32_t multiplier, enum iso2_unitSymbol unit,
					    int32_t v)
{
	return (struct iso2_PhysicalValue) { multiplier, unit, v };
}

static void report_iso2(void)
{
	struct iso2_V2G_Message m = { .Header.SessionID = CCS_BYTES(session_id, 8),
				      .Body.tag = iso2_BodyElement_CurrentDemandRes };
	struct iso2_CurrentDemandRes *r = &m.Body.CurrentDemandRes;

	r->DC_EVSEStatus.EVSEStatusCode = iso2_DC_EVSEStatusCode_EVSE_Ready;
	r->DC_EVSEStatus.has_EVSEIsolationStatus = true;
	r->DC_EVSEStatus.EVSEIsolationStatus = iso2_isolationLevel_Valid;
	r->EVSEPresentVoltage = iso2_value(-1, iso2_unitSymbol_V, 3982);
	r->EVSEPresentCurrent = iso2_value(-1, iso2_unitSymbol_A, 1250);
	r->has_EVSEMaximumVoltageLimit = r->has_EVSEMaximumCurrentLimit = true;
	r->EVSEMaximumVoltageLimit = iso2_value(-1, iso2_unitSymbol_V, 9200);
	r->EVSEMaximumCurrentLimit = iso2_value(-1, iso2_unitSymbol_A, 2000);
	r->has_EVSEMaximumPowerLimit = true;
	r->EVSEMaximumPowerLimit = iso2_value(1, iso2_unitSymbol_W, 15000);
	r->EVSEID = CCS_TEXT("DE*CCS*E0001");
	r->SAScheduleTupleID = 1;
	report("ISO-2 CurrentDemandRes", iso2_element_V2G_Message, &m, &ccs_set_iso2, 397, 417);
}

/* A contract certificate with two sub-certificates: 1,928 bytes in all. */
static void report_payment_details(void)
{
	static uint8_t certificate[800];
	struct ccs_bytes subs[] = { CCS_BYTES(certificate, 600), CCS_BYTES(certificate, 573) };
	struct iso2_V2G_Message m = { .Header.SessionID = CCS_BYTES(session_id, 8),
				      .Body.tag = iso2_BodyElement_PaymentDetailsReq };
	struct iso2_PaymentDetailsReq *r = &m.Body.PaymentDetailsReq;

	for (size_t i = 0; i < sizeof(certificate); i++)
		certificate[i] = (uint8_t)(i * 37);
	r->eMAID = CCS_TEXT("DECCSC00000001");
	r->ContractSignatureCertChain.Certificate = CCS_BYTES(certificate, 713);
	r->ContractSignatureCertChain.has_SubCertificates = true;
	r->ContractSignatureCertChain.SubCertificates.Certificate.at = subs;
	r->ContractSignatureCertChain.SubCertificates.Certificate.count = 2;
	report("ISO-2 PaymentDetailsReq", iso2_element_V2G_Message, &m, &ccs_set_iso2, 4979, 4364);
}

static void report_iso20(void)
{
	struct iso20_DC_ChargeLoopReq r = {
		.Header = { .SessionID = CCS_BYTES(session_id, 8), .TimeStamp = 1795334400 },
		.EVPresentVoltage = { -1, 3982 },
		.CLReqControlMode.tag = iso20dc_CLReqControlMode_Scheduled_DC_CLReqControlMode,
	};
	struct iso20_Scheduled_DC_CLReqControlMode *mode =
		&r.CLReqControlMode.Scheduled_DC_CLReqControlMode;

	r.has_DisplayParameters = true;
	r.DisplayParameters.has_PresentSOC = r.DisplayParameters.has_ChargingComplete = true;
	r.DisplayParameters.PresentSOC = 53;
	mode->EVTargetCurrent = (struct iso20_RationalNumber) { -1, 1250 };
	mode->EVTargetVoltage = (struct iso20_RationalNumber) { -1, 4000 };
	mode->has_EVMaximumChargePower = mode->has_EVMaximumVoltage = true;
	mode->EVMaximumChargePower = (struct iso20_RationalNumber) { 1, 8000 };
	mode->EVMaximumVoltage = (struct iso20_RationalNumber) { -1, 4200 };
	report("-20 DC_ChargeLoopReq", iso20dc_element_DC_ChargeLoopReq, &r, &ccs_set_iso20dc, 630,
	       786);
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare_doubles);
	return values[count / 2];
}

/* A message type: a root, or for DIN and ISO 15118-2 the element in the body. */
struct type_figures {
	const char *name;
	size_t count;
	double decode_ns[SAMPLES], encode_ns[SAMPLES], length[SAMPLES];
};

static struct type_figures *find_type_figures(struct type_figures *types, size_t *count,
					      const char *name)
{
	for (size_t i = 0; i < *count; i++) {
		if (strcmp(types[i].name, name) == 0)
			return &types[i];
	}
	if (*count == TYPES)
		return NULL;
	types[*count] = (struct type_figures) { .name = name };
	return &types[(*count)++];
}

static void add_sample(struct type_figures *type, const struct ccs_exi_document *document)
{
	struct figures f = measure(document, 1e6);

	type->decode_ns[type->count] = f.decode_ns;
	type->encode_ns[type->count] = f.encode_ns;
	type->length[type->count++] = f.length;
}

/* Whether a type is a message, and not a part of one that happens to be global. */
static bool is_message(const char *name)
{
	size_t length = strlen(name);

	return length > 3 &&
	       (!strcmp(name + length - 3, "Req") || !strcmp(name + length - 3, "Res"));
}

/* Random messages of one root; V2G_Message stands for all that can be in its body. */
static void sample_root(struct random_source *random, struct ccs_exi_document *document,
			struct type_figures *types, size_t *count)
{
	bool many = strcmp(ccs_exi_element_name(document), "V2G_Message") == 0;

	for (int i = 0; i < (many ? 100 : 1) * SAMPLES; i++) {
		struct type_figures *type;
		struct ccs_pool pool;

		ccs_pool_init(&pool, message_memory, POOL_SIZE);
		if (!random_message(random, document, &pool))
			return;
		type = find_type_figures(types, count, ccs_exi_message_name(document));
		if (type && is_message(type->name) && type->count < SAMPLES)
			add_sample(type, document);
	}
}

static void report_set(const struct ccs_exi_set *set)
{
	static struct type_figures types[TYPES];
	struct random_source random = { .state = 1 };
	size_t count = 0;

	for (uint16_t i = 0; i < random_element_count(set); i++) {
		struct ccs_exi_document document = { .set = set, .element = i };
		const char *name = ccs_exi_element_name(&document);

		if (random_is_root(set, i) && (is_message(name) || !strcmp(name, "V2G_Message")))
			sample_root(&random, &document, types, &count);
	}
	printf("\n%s\n", ccs_exi_set_name(set));
	for (size_t i = 0; i < count; i++) {
		struct type_figures *t = &types[i];
		double length, decode_ns, encode_ns;

		if (!t->count)
			continue;
		length = median(t->length, t->count);
		decode_ns = median(t->decode_ns, t->count);
		encode_ns = median(t->encode_ns, t->count);
		printf("%-34s %5.0f %7.0f %7.0f %7.0f %7.0f\n", t->name, length, decode_ns,
		       encode_ns, length * 1e3 / decode_ns, length * 1e3 / encode_ns);
	}
}

int main(void)
{
	printf("%-34s %5s %7s %7s %7s %7s  %6s %6s\n", "message", "bytes", "decode", "encode",
	       "MB/s", "MB/s", "peers'", "peers'");
	report_handshake();
	report_din();
	report_iso2();
	report_payment_details();
	report_iso20();
	printf("\nmedians over %d random messages of each type, optional elements and lists by "
	       "chance\n",
	       SAMPLES);
	for (size_t i = 0; i < random_set_count; i++) {
		if (strcmp(ccs_exi_set_name(random_sets[i]), "xmldsig"))
			report_set(random_sets[i]);
	}
	return 0;
}
