/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLS cipher suites and the names of the registered numbers (IANA "TLS Parameters").
 */
#ifndef CCS_TRACE_TLS_SUITE_H
#define CCS_TRACE_TLS_SUITE_H

#include "ccs/print.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CCS_TLS_1_2 0x0303
#define CCS_TLS_1_3 0x0304

enum ccs_tls_mode {
	CCS_TLS_UNSUPPORTED, /* known by name only */
	CCS_TLS_CBC,
	CCS_TLS_GCM,
	CCS_TLS_CCM,
	CCS_TLS_CCM_8,
	CCS_TLS_CHACHA,
};

struct ccs_tls_suite {
	uint16_t id;
	uint8_t mode;	  /* enum ccs_tls_mode */
	uint8_t key_size; /* bytes */
	uint8_t mac_size; /* CBC: of the HMAC, which names its hash: 20, 32, 48 */
	uint16_t hash;	  /* of the key derivation: 256, 384 */
	const char *name;
};

/* NULL: unknown. */
const struct ccs_tls_suite *ccs_tls_suite_find(uint16_t id);

/* A suite of TLS 1.3 (they are of no use in 1.2, and the others not in 1.3). */
static inline bool ccs_tls_suite_is_1_3(uint16_t id)
{
	return id >> 8 == 0x13;
}

/* Names; NULL: unknown. */
const char *ccs_tls_version_name(uint16_t version);
const char *ccs_tls_group_name(uint16_t group);
const char *ccs_tls_alert_name(uint8_t alert);

/* The name, or the number in hex where it has none. */
void ccs_tls_print_name(struct ccs_print *print, const char *name, uint16_t number);

/* Values that clients strew in to keep servers tolerant (RFC 8701): to be passed over. */
bool ccs_tls_is_grease(uint16_t value);

#endif
