/* SPDX-License-Identifier: Apache-2.0 */
/* TLS cipher suites and names, as registered. */
#include "trace/tls_suite.h"

/* clang-format off */
static const struct ccs_tls_suite suites[] = {
	/* id, mode, key, MAC, hash, name */
	{ 0x0000, CCS_TLS_UNSUPPORTED, 0, 0, 0, "TLS_NULL_WITH_NULL_NULL" },
	{ 0x0001, CCS_TLS_UNSUPPORTED, 0, 0, 0, "TLS_RSA_WITH_NULL_MD5" },
	{ 0x0002, CCS_TLS_UNSUPPORTED, 0, 0, 0, "TLS_RSA_WITH_NULL_SHA" },
	{ 0x0004, CCS_TLS_UNSUPPORTED, 0, 0, 0, "TLS_RSA_WITH_RC4_128_MD5" },
	{ 0x0005, CCS_TLS_UNSUPPORTED, 0, 0, 0, "TLS_RSA_WITH_RC4_128_SHA" },
	{ 0x000A, CCS_TLS_UNSUPPORTED, 0, 0, 0, "TLS_RSA_WITH_3DES_EDE_CBC_SHA" },
	{ 0x002F, CCS_TLS_CBC, 16, 20, 256, "TLS_RSA_WITH_AES_128_CBC_SHA" },
	{ 0x0033, CCS_TLS_CBC, 16, 20, 256, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA" },
	{ 0x0035, CCS_TLS_CBC, 32, 20, 256, "TLS_RSA_WITH_AES_256_CBC_SHA" },
	{ 0x0039, CCS_TLS_CBC, 32, 20, 256, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA" },
	{ 0x003B, CCS_TLS_UNSUPPORTED, 0, 0, 0, "TLS_RSA_WITH_NULL_SHA256" },
	{ 0x003C, CCS_TLS_CBC, 16, 32, 256, "TLS_RSA_WITH_AES_128_CBC_SHA256" },
	{ 0x003D, CCS_TLS_CBC, 32, 32, 256, "TLS_RSA_WITH_AES_256_CBC_SHA256" },
	{ 0x0067, CCS_TLS_CBC, 16, 32, 256, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256" },
	{ 0x006B, CCS_TLS_CBC, 32, 32, 256, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256" },
	{ 0x009C, CCS_TLS_GCM, 16, 0, 256, "TLS_RSA_WITH_AES_128_GCM_SHA256" },
	{ 0x009D, CCS_TLS_GCM, 32, 0, 384, "TLS_RSA_WITH_AES_256_GCM_SHA384" },
	{ 0x009E, CCS_TLS_GCM, 16, 0, 256, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256" },
	{ 0x009F, CCS_TLS_GCM, 32, 0, 384, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384" },
	{ 0x00FF, CCS_TLS_UNSUPPORTED, 0, 0, 0, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV" },
	{ 0x1301, CCS_TLS_GCM, 16, 0, 256, "TLS_AES_128_GCM_SHA256" },
	{ 0x1302, CCS_TLS_GCM, 32, 0, 384, "TLS_AES_256_GCM_SHA384" },
	{ 0x1303, CCS_TLS_CHACHA, 32, 0, 256, "TLS_CHACHA20_POLY1305_SHA256" },
	{ 0x1304, CCS_TLS_CCM, 16, 0, 256, "TLS_AES_128_CCM_SHA256" },
	{ 0x1305, CCS_TLS_CCM_8, 16, 0, 256, "TLS_AES_128_CCM_8_SHA256" },
	{ 0x5600, CCS_TLS_UNSUPPORTED, 0, 0, 0, "TLS_FALLBACK_SCSV" },
	{ 0xC001, CCS_TLS_UNSUPPORTED, 0, 0, 0, "TLS_ECDH_ECDSA_WITH_NULL_SHA" },
	{ 0xC004, CCS_TLS_CBC, 16, 20, 256, "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA" },
	{ 0xC005, CCS_TLS_CBC, 32, 20, 256, "TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA" },
	{ 0xC006, CCS_TLS_UNSUPPORTED, 0, 0, 0, "TLS_ECDHE_ECDSA_WITH_NULL_SHA" },
	{ 0xC008, CCS_TLS_UNSUPPORTED, 0, 0, 0, "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA" },
	{ 0xC009, CCS_TLS_CBC, 16, 20, 256, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA" },
	{ 0xC00A, CCS_TLS_CBC, 32, 20, 256, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA" },
	{ 0xC00B, CCS_TLS_UNSUPPORTED, 0, 0, 0, "TLS_ECDH_RSA_WITH_NULL_SHA" },
	{ 0xC00E, CCS_TLS_CBC, 16, 20, 256, "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA" },
	{ 0xC00F, CCS_TLS_CBC, 32, 20, 256, "TLS_ECDH_RSA_WITH_AES_256_CBC_SHA" },
	{ 0xC010, CCS_TLS_UNSUPPORTED, 0, 0, 0, "TLS_ECDHE_RSA_WITH_NULL_SHA" },
	{ 0xC012, CCS_TLS_UNSUPPORTED, 0, 0, 0, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA" },
	{ 0xC013, CCS_TLS_CBC, 16, 20, 256, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA" },
	{ 0xC014, CCS_TLS_CBC, 32, 20, 256, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA" },
	{ 0xC023, CCS_TLS_CBC, 16, 32, 256, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256" },
	{ 0xC024, CCS_TLS_CBC, 32, 48, 384, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384" },
	{ 0xC025, CCS_TLS_CBC, 16, 32, 256, "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA256" },
	{ 0xC026, CCS_TLS_CBC, 32, 48, 384, "TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA384" },
	{ 0xC027, CCS_TLS_CBC, 16, 32, 256, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256" },
	{ 0xC028, CCS_TLS_CBC, 32, 48, 384, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384" },
	{ 0xC029, CCS_TLS_CBC, 16, 32, 256, "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA256" },
	{ 0xC02A, CCS_TLS_CBC, 32, 48, 384, "TLS_ECDH_RSA_WITH_AES_256_CBC_SHA384" },
	{ 0xC02B, CCS_TLS_GCM, 16, 0, 256, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" },
	{ 0xC02C, CCS_TLS_GCM, 32, 0, 384, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384" },
	{ 0xC02D, CCS_TLS_GCM, 16, 0, 256, "TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256" },
	{ 0xC02E, CCS_TLS_GCM, 32, 0, 384, "TLS_ECDH_ECDSA_WITH_AES_256_GCM_SHA384" },
	{ 0xC02F, CCS_TLS_GCM, 16, 0, 256, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" },
	{ 0xC030, CCS_TLS_GCM, 32, 0, 384, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384" },
	{ 0xC031, CCS_TLS_GCM, 16, 0, 256, "TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256" },
	{ 0xC032, CCS_TLS_GCM, 32, 0, 384, "TLS_ECDH_RSA_WITH_AES_256_GCM_SHA384" },
	{ 0xC09C, CCS_TLS_CCM, 16, 0, 256, "TLS_RSA_WITH_AES_128_CCM" },
	{ 0xC09D, CCS_TLS_CCM, 32, 0, 256, "TLS_RSA_WITH_AES_256_CCM" },
	{ 0xC09E, CCS_TLS_CCM, 16, 0, 256, "TLS_DHE_RSA_WITH_AES_128_CCM" },
	{ 0xC09F, CCS_TLS_CCM, 32, 0, 256, "TLS_DHE_RSA_WITH_AES_256_CCM" },
	{ 0xC0A0, CCS_TLS_CCM_8, 16, 0, 256, "TLS_RSA_WITH_AES_128_CCM_8" },
	{ 0xC0A1, CCS_TLS_CCM_8, 32, 0, 256, "TLS_RSA_WITH_AES_256_CCM_8" },
	{ 0xC0A2, CCS_TLS_CCM_8, 16, 0, 256, "TLS_DHE_RSA_WITH_AES_128_CCM_8" },
	{ 0xC0A3, CCS_TLS_CCM_8, 32, 0, 256, "TLS_DHE_RSA_WITH_AES_256_CCM_8" },
	{ 0xC0AC, CCS_TLS_CCM, 16, 0, 256, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM" },
	{ 0xC0AD, CCS_TLS_CCM, 32, 0, 256, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM" },
	{ 0xC0AE, CCS_TLS_CCM_8, 16, 0, 256, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8" },
	{ 0xC0AF, CCS_TLS_CCM_8, 32, 0, 256, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8" },
	{ 0xCCA8, CCS_TLS_CHACHA, 32, 0, 256, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256" },
	{ 0xCCA9, CCS_TLS_CHACHA, 32, 0, 256, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256" },
	{ 0xCCAA, CCS_TLS_CHACHA, 32, 0, 256, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256" },
};
/* clang-format on */

struct name {
	uint16_t number;
	const char *text;
};

static const struct name versions[] = {
	{ 0x0300, "SSL 3.0" }, { 0x0301, "TLS 1.0" }, { 0x0302, "TLS 1.1" },
	{ 0x0303, "TLS 1.2" }, { 0x0304, "TLS 1.3" },
};

static const struct name groups[] = {
	{ 19, "secp192r1" },	   { 21, "secp224r1" },
	{ 23, "secp256r1" },	   { 24, "secp384r1" },
	{ 25, "secp521r1" },	   { 26, "brainpoolP256r1" },
	{ 27, "brainpoolP384r1" }, { 28, "brainpoolP512r1" },
	{ 29, "x25519" },	   { 30, "x448" },
	{ 256, "ffdhe2048" },	   { 257, "ffdhe3072" },
	{ 258, "ffdhe4096" },	   { 4588, "X25519MLKEM768" },
};

static const struct name alerts[] = {
	{ 0, "close_notify" },
	{ 10, "unexpected_message" },
	{ 20, "bad_record_mac" },
	{ 21, "decryption_failed" },
	{ 22, "record_overflow" },
	{ 30, "decompression_failure" },
	{ 40, "handshake_failure" },
	{ 41, "no_certificate" },
	{ 42, "bad_certificate" },
	{ 43, "unsupported_certificate" },
	{ 44, "certificate_revoked" },
	{ 45, "certificate_expired" },
	{ 46, "certificate_unknown" },
	{ 47, "illegal_parameter" },
	{ 48, "unknown_ca" },
	{ 49, "access_denied" },
	{ 50, "decode_error" },
	{ 51, "decrypt_error" },
	{ 60, "export_restriction" },
	{ 70, "protocol_version" },
	{ 71, "insufficient_security" },
	{ 80, "internal_error" },
	{ 86, "inappropriate_fallback" },
	{ 90, "user_canceled" },
	{ 100, "no_renegotiation" },
	{ 109, "missing_extension" },
	{ 110, "unsupported_extension" },
	{ 111, "certificate_unobtainable" },
	{ 112, "unrecognized_name" },
	{ 113, "bad_certificate_status_response" },
	{ 114, "bad_certificate_hash_value" },
	{ 115, "unknown_psk_identity" },
	{ 116, "certificate_required" },
	{ 120, "no_application_protocol" },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *find_name(const struct name *names, size_t count, uint16_t number)
{
	for (size_t i = 0; i < count; i++) {
		if (names[i].number == number)
			return names[i].text;
	}
	return NULL;
}

const struct ccs_tls_suite *ccs_tls_suite_find(uint16_t id)
{
	for (size_t i = 0; i < COUNT(suites); i++) {
		if (suites[i].id == id)
			return &suites[i];
	}
	return NULL;
}

const char *ccs_tls_version_name(uint16_t version)
{
	return find_name(versions, COUNT(versions), version);
}

const char *ccs_tls_group_name(uint16_t group)
{
	return find_name(groups, COUNT(groups), group);
}

const char *ccs_tls_alert_name(uint8_t alert)
{
	return find_name(alerts, COUNT(alerts), alert);
}

void ccs_tls_print_name(struct ccs_print *print, const char *name, uint16_t number)
{
	uint8_t bytes[2] = { (uint8_t)(number >> 8), (uint8_t)number };

	if (name) {
		ccs_print_text(print, name);
		return;
	}
	ccs_print_text(print, "0x");
	ccs_print_hex(print, bytes, sizeof(bytes));
}

bool ccs_tls_is_grease(uint16_t value)
{
	return (value & 0x0F0F) == 0x0A0A && value >> 8 == (value & 0xFF);
}
