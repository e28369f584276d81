/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "ccs/msg/din.h"
#include "ccs/msg/iso2.h"
#include "ccs/msg/iso20.h"
#include "trace/csv.h"
#include "trace/values.h"

static struct ccs_values read_values(const struct ccs_exi_set *set, uint16_t element, void *message,
				     const char *proto)
{
	struct ccs_exi_document document = { .set = set, .element = element, .value = message };
	struct ccs_record_msg msg = { .proto = proto, .document = &document };
	struct ccs_values values;

	msg.type = ccs_exi_message_name(&document);
	assert_true(ccs_values_read(&values, &msg));
	return values;
}

static void assert_value(const struct ccs_values *v, enum ccs_value value, int64_t milli)
{
	assert_true(ccs_values_has(v, value));
	assert_true(v->milli[value] == milli);
}

static struct din_V2G_Message make_demand(void)
{
	struct din_V2G_Message m = { .Body.tag = din_BodyElement_CurrentDemandReq };
	struct din_CurrentDemandReq *req = &m.Body.CurrentDemandReq;

	m.Header.SessionID = CCS_BYTES((const uint8_t *)"\1\2\3\4", 4);
	req->DC_EVStatus = (struct din_DC_EVStatus) { .EVReady = true,
						      .EVErrorCode = din_DC_EVErrorCode_NO_ERROR,
						      .EVRESSSOC = 53 };
	req->EVTargetCurrent = (struct din_PhysicalValue) { true, -1, din_unitSymbol_A, 1250 };
	req->EVTargetVoltage = (struct din_PhysicalValue) { false, 0, din_unitSymbol_h, 400 };
	req->has_EVMaximumPowerLimit = true;
	req->EVMaximumPowerLimit = (struct din_PhysicalValue) { true, 3, din_unitSymbol_W, 50 };
	req->has_RemainingTimeToFullSoC = true;
	req->RemainingTimeToFullSoC = (struct din_PhysicalValue) { true, 0, din_unitSymbol_m, 20 };
	return m;
}

static struct din_V2G_Message make_supply(void)
{
	struct din_V2G_Message m = { .Body.tag = din_BodyElement_CurrentDemandRes };
	struct din_CurrentDemandRes *res = &m.Body.CurrentDemandRes;

	res->ResponseCode = din_responseCode_FAILED_PowerDeliveryNotApplied;
	res->DC_EVSEStatus.EVSEStatusCode = din_DC_EVSEStatusCode_EVSE_Shutdown;
	res->DC_EVSEStatus.EVSENotification = din_EVSENotification_StopCharging;
	res->EVSEPresentVoltage = (struct din_PhysicalValue) { true, -1, din_unitSymbol_V, 3982 };
	res->EVSEPresentCurrent = (struct din_PhysicalValue) { true, 0, din_unitSymbol_A, -12 };
	res->EVSEPowerLimitAchieved = true;
	return m;
}

static void test_din_request(void **state)
{
	struct din_V2G_Message m = make_demand();
	struct ccs_values v = read_values(&ccs_set_din, din_element_V2G_Message, &m, "din");

	(void)state;
	assert_int_equal(v.step, CCS_STEP_CHARGE_LOOP);
	assert_true(v.request);
	assert_int_equal(v.response_class, CCS_RESPONSE_NONE);
	assert_value(&v, CCS_VALUE_TARGET_CURRENT, 125000);
	assert_value(&v, CCS_VALUE_TARGET_VOLTAGE, 400000);
	assert_value(&v, CCS_VALUE_EV_MAX_POWER, 50000000);
	assert_value(&v, CCS_VALUE_SOC, 53000);
	assert_value(&v, CCS_VALUE_TIME_TO_FULL, 1200000);
	assert_false(ccs_values_has(&v, CCS_VALUE_EV_MAX_CURRENT));
	assert_string_equal(v.ev_error, "NO_ERROR");
	assert_int_equal(v.flags, CCS_FLAG_EV_READY);
	assert_int_equal(v.has_flags, CCS_FLAG_EV_READY | CCS_FLAG_CHARGING_COMPLETE);
	assert_int_equal(v.session_id.length, 4);
}

static void test_din_response(void **state)
{
	struct din_V2G_Message m = make_supply();
	struct ccs_values v = read_values(&ccs_set_din, din_element_V2G_Message, &m, "din");

	(void)state;
	assert_false(v.request);
	assert_int_equal(v.response_class, CCS_RESPONSE_FAILED);
	assert_string_equal(v.response, "FAILED_PowerDeliveryNotApplied");
	assert_string_equal(v.evse_status, "EVSE_Shutdown");
	assert_string_equal(v.notification, "StopCharging");
	assert_value(&v, CCS_VALUE_PRESENT_VOLTAGE, 398200);
	assert_value(&v, CCS_VALUE_PRESENT_CURRENT, -12000);
	assert_int_equal(v.flags, CCS_FLAG_POWER_LIMIT);
}

static void test_iso2_identifiers(void **state)
{
	struct iso2_V2G_Message m = { .Body.tag = iso2_BodyElement_SessionSetupRes };
	struct ccs_values v;

	(void)state;
	m.Body.SessionSetupRes.ResponseCode = iso2_responseCode_OK_NewSessionEstablished;
	m.Body.SessionSetupRes.EVSEID = CCS_TEXT("DE*CCS*E1");
	v = read_values(&ccs_set_iso2, iso2_element_V2G_Message, &m, "iso2");
	assert_int_equal(v.step, CCS_STEP_SESSION_SETUP);
	assert_int_equal(v.response_class, CCS_RESPONSE_OK);
	assert_true(v.evseid.text);
	assert_int_equal(v.evseid.length, 9);
	assert_null(v.evccid.at);
}

static void test_iso20_ac_phases_are_added(void **state)
{
	struct iso20_AC_ChargeLoopReq m = { .MeterInfoRequested = true };
	struct iso20_Scheduled_AC_CLReqControlMode *mode =
		&m.CLReqControlMode.Scheduled_AC_CLReqControlMode;
	struct ccs_values v;

	(void)state;
	m.CLReqControlMode.tag = iso20ac_CLReqControlMode_Scheduled_AC_CLReqControlMode;
	mode->EVPresentActivePower = (struct iso20_RationalNumber) { 2, 36 };
	mode->has_EVPresentActivePower_L2 = mode->has_EVPresentActivePower_L3 = true;
	mode->EVPresentActivePower_L2 = (struct iso20_RationalNumber) { 2, 37 };
	mode->EVPresentActivePower_L3 = (struct iso20_RationalNumber) { 2, 38 };
	m.has_DisplayParameters = m.DisplayParameters.has_PresentSOC = true;
	m.DisplayParameters.PresentSOC = 77;
	v = read_values(&ccs_set_iso20ac, iso20ac_element_AC_ChargeLoopReq, &m, "iso20ac");
	assert_int_equal(v.step, CCS_STEP_CHARGE_LOOP);
	assert_true(v.request);
	assert_value(&v, CCS_VALUE_EV_PRESENT_POWER, 11100000);
	assert_value(&v, CCS_VALUE_SOC, 77000);
}

static void test_iso20_service(void **state)
{
	struct iso20_ServiceSelectionReq m = { 0 };
	struct ccs_values v;

	(void)state;
	m.SelectedEnergyTransferService.ServiceID = 6;
	v = read_values(&ccs_set_iso20, iso20_element_ServiceSelectionReq, &m, "iso20");
	assert_true(v.has_service);
	assert_int_equal(v.service, 6);
	assert_string_equal(v.energy_mode, "DC_BPT");
}

static void test_undecoded_has_none(void **state)
{
	struct ccs_record_msg msg = { .proto = "din", .error = CCS_ERR_SHORT };
	struct ccs_values v;

	(void)state;
	assert_false(ccs_values_read(&v, &msg));
}

static void test_steps(void **state)
{
	bool request;

	(void)state;
	assert_int_equal(ccs_step_of("DC_CableCheckReq", &request), CCS_STEP_CABLE_CHECK);
	assert_true(request);
	assert_int_equal(ccs_step_of("PaymentServiceSelectionRes", &request),
			 CCS_STEP_SERVICE_SELECTION);
	assert_false(request);
	assert_int_equal(ccs_step_of("WPT_FinePositioningReq", &request), CCS_STEP_OTHER);
	assert_int_equal(ccs_step_of("Req", &request), CCS_STEP_NONE);
	assert_int_equal(ccs_step_of("SignedInfo", &request), CCS_STEP_NONE);
	assert_int_equal(ccs_step_of(NULL, &request), CCS_STEP_NONE);
}

static bool take_csv(struct ccs_csv *csv, struct ccs_print *print, struct din_V2G_Message *m,
		     ccs_time since)
{
	struct ccs_exi_document document = { .set = &ccs_set_din,
					     .element = din_element_V2G_Message,
					     .value = m };
	struct ccs_record record = {
		.kind = CCS_RECORD_MSG, .since = since, .frame = 7, .session = 1
	};

	record.msg = (struct ccs_record_msg) { .proto = "din", .document = &document };
	record.msg.type = ccs_exi_message_name(&document);
	return ccs_csv_take(csv, print, &record);
}

static void test_csv_row_for_each_pair(void **state)
{
	struct din_V2G_Message request = make_demand(), response = make_supply();
	struct ccs_csv csv = { 0 };
	char text[1024] = "";
	struct ccs_print print;

	(void)state;
	ccs_print_init(&print, text, sizeof(text) - 1);
	assert_false(take_csv(&csv, &print, &response, 1000));
	assert_false(take_csv(&csv, &print, &request, 2000000));
	assert_true(take_csv(&csv, &print, &response, 2100000));
	assert_false(take_csv(&csv, &print, &response, 2200000));
	assert_string_equal(text,
			    "1,7,2.100000,400,125,398.200,-12,,,,,,50000,,,,53,,-4778.400,0,0,1,"
			    "FAILED_PowerDeliveryNotApplied,EVSE_Shutdown,StopCharging,"
			    "NO_ERROR\n");
}

static void test_csv_columns_are_as_many_as_the_header(void **state)
{
	struct din_V2G_Message request = make_demand(), response = make_supply();
	struct ccs_csv csv = { 0 };
	char text[2048] = "";
	struct ccs_print print;
	size_t commas[2] = { 0, 0 }, line = 0;

	(void)state;
	ccs_print_init(&print, text, sizeof(text) - 1);
	ccs_csv_header(&print);
	take_csv(&csv, &print, &request, 0);
	assert_true(take_csv(&csv, &print, &response, 1));
	for (const char *at = text; *at; at++) {
		commas[line] += *at == ',';
		line += *at == '\n' && line == 0;
	}
	assert_int_equal(commas[0], commas[1]);
	assert_non_null(strstr(text, "target_voltage_V,target_current_A,present_voltage_V"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_din_request),
		cmocka_unit_test(test_din_response),
		cmocka_unit_test(test_iso2_identifiers),
		cmocka_unit_test(test_iso20_ac_phases_are_added),
		cmocka_unit_test(test_iso20_service),
		cmocka_unit_test(test_undecoded_has_none),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_csv_row_for_each_pair),
		cmocka_unit_test(test_csv_columns_are_as_many_as_the_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
