/* SPDX-License-Identifier: Apache-2.0 */
/* The car's SECC discovery: requests in time, answers taken and not taken. */
#include "ccs/sdp_client.h"

#include "ccs/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct ccs_sdp_client_config standard = { .interval = CCS_MS(250),
						       .count = 50,
						       .plain = true };
static struct ccs_sdp_client client;

static void start(const struct ccs_sdp_client_config *config)
{
	uint8_t datagram[64];

	ccs_sdp_client_init(&client, config);
	assert_true(ccs_sdp_client_deadline(&client) == CCS_NEVER);
	assert_int_equal(ccs_sdp_client_send(&client, datagram, sizeof(datagram)), 0);
	ccs_sdp_client_start(&client, 1000);
}

static int answer(uint8_t security, uint8_t transport, uint16_t port, uint8_t ip_first)
{
	struct ccs_sdp sdp = { .kind = CCS_SDP_RESPONSE,
			       .security = security,
			       .transport = transport,
			       .secc_port = port };
	uint8_t datagram[64];
	int length;

	sdp.secc_ip[0] = ip_first;
	length = ccs_sdp_encode(&sdp, datagram, sizeof(datagram));
	assert_true(length > 0);
	return ccs_sdp_client_receive(&client, datagram, (size_t)length);
}

/* 50 requests, 250 ms apart, then it gives up. */
static void test_requests(void **state)
{
	static const uint8_t expected[] = { 1, 0xfe, 0x90, 0, 0, 0, 0, 2, 0x10, 0 };
	uint8_t datagram[64];
	ccs_time now = 1000;

	(void)state;
	start(&standard);
	for (int i = 0; i < 50; i++) {
		assert_int_equal(ccs_sdp_client_send(&client, datagram, 4), CCS_ERR_SPACE);
		assert_int_equal(ccs_sdp_client_send(&client, datagram, sizeof(datagram)), 10);
		assert_memory_equal(datagram, expected, 10);
		assert_int_equal(ccs_sdp_client_send(&client, datagram, sizeof(datagram)), 0);
		assert_true(ccs_sdp_client_deadline(&client) == now + CCS_MS(250));
		ccs_sdp_client_tick(&client, now + CCS_MS(250) - 1);
		assert_int_equal(ccs_sdp_client_send(&client, datagram, sizeof(datagram)), 0);
		now += CCS_MS(250);
		ccs_sdp_client_tick(&client, now);
	}
	assert_int_equal(client.state, CCS_SDP_CLIENT_GAVE_UP);
	assert_int_equal(ccs_sdp_client_send(&client, datagram, sizeof(datagram)), 0);
	assert_true(ccs_sdp_client_deadline(&client) == CCS_NEVER);
	assert_int_equal(answer(CCS_SDP_NO_TLS, CCS_SDP_TCP, 50000, 0xfe), CCS_IGNORED);
}

/* R1: the port of the answer. */
static void test_answer(void **state)
{
	(void)state;
	start(&standard);
	assert_int_equal(answer(CCS_SDP_NO_TLS, CCS_SDP_TCP, 51110, 0xfe), 0);
	assert_int_equal(client.state, CCS_SDP_CLIENT_FOUND);
	assert_int_equal(client.secc.secc_port, 51110);
	assert_int_equal(client.secc.secc_ip[0], 0xfe);
	assert_true(ccs_sdp_client_deadline(&client) == CCS_NEVER);
	assert_int_equal(answer(CCS_SDP_NO_TLS, CCS_SDP_TCP, 51111, 0xfe), CCS_IGNORED);
	assert_int_equal(client.secc.secc_port, 51110);
}

/* What cannot be used is ignored, and the asking goes on. */
static void test_unusable(void **state)
{
	static const uint8_t broken[] = { 1, 0xfe, 0x90, 1, 0, 0, 0, 20, 1 };
	struct ccs_sdp_client_config config = standard;

	(void)state;
	start(&config);
	assert_int_equal(answer(CCS_SDP_TLS, CCS_SDP_TCP, 50000, 0xfe), CCS_IGNORED);
	assert_int_equal(answer(0x42, CCS_SDP_TCP, 50000, 0xfe), CCS_IGNORED);
	assert_int_equal(answer(CCS_SDP_NO_TLS, CCS_SDP_UDP, 50000, 0xfe), CCS_IGNORED);
	assert_int_equal(answer(CCS_SDP_NO_TLS, CCS_SDP_TCP, 0, 0xfe), CCS_IGNORED);
	assert_int_equal(answer(CCS_SDP_NO_TLS, CCS_SDP_TCP, 15118, 0xfe), CCS_IGNORED);
	assert_int_equal(answer(CCS_SDP_NO_TLS, CCS_SDP_TCP, 50000, 0), CCS_IGNORED);
	assert_int_equal(answer(CCS_SDP_NO_TLS, CCS_SDP_TCP, 50000, 0xff), CCS_IGNORED);
	assert_int_equal(ccs_sdp_client_receive(&client, broken, sizeof(broken)), CCS_ERR_SHORT);
	assert_int_equal(client.state, CCS_SDP_CLIENT_ASKING);
	config.any_port = true;
	start(&config);
	assert_int_equal(answer(CCS_SDP_NO_TLS, CCS_SDP_TCP, 15118, 0xfe), 0);
}

/* With TLS asked for, a charger without it may be taken or not (R12). */
static void test_tls(void **state)
{
	struct ccs_sdp_client_config config = standard;
	uint8_t datagram[64];

	(void)state;
	config.tls = true;
	start(&config);
	assert_int_equal(ccs_sdp_client_send(&client, datagram, sizeof(datagram)), 10);
	assert_int_equal(datagram[8], CCS_SDP_TLS);
	assert_int_equal(answer(CCS_SDP_NO_TLS, CCS_SDP_TCP, 50000, 0xfe), 0);
	assert_int_equal(client.secc.security, CCS_SDP_NO_TLS);
	config.plain = false;
	start(&config);
	assert_int_equal(answer(CCS_SDP_NO_TLS, CCS_SDP_TCP, 50000, 0xfe), CCS_IGNORED);
	assert_int_equal(answer(CCS_SDP_TLS, CCS_SDP_TCP, 50000, 0xfe), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_unusable),
		cmocka_unit_test(test_tls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
