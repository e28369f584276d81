/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SECC discovery datagrams: the car asks by multicast [ff02::1]:15118, the charger answers with
 * the address of its TCP server.  This is the codec; who sends when is the business of the engines.
 *
 * Sources: ISO 15118-2 section 7.10.1; DIN SPEC 70121 section 8.8.3; ISO 15118-20 section 7.10.1.
 */
#ifndef CCS_SDP_H
#define CCS_SDP_H

#include "ccs/error.h"

#include <stddef.h>
#include <stdint.h>

#define CCS_SDP_PORT	 15118
#define CCS_SDP_SIZE_MAX 28 /* of a datagram that we encode */

enum ccs_sdp_kind {
	CCS_SDP_REQUEST,
	CCS_SDP_RESPONSE,
	CCS_SDP_REQUEST_WIRELESS,  /* ISO 15118-20 for WPT and ACDP: bytes only */
	CCS_SDP_RESPONSE_WIRELESS, /* likewise */
};

/* Values of `security` and `transport` on the wire; others are reserved and reach the caller. */
#define CCS_SDP_TLS    0x00
#define CCS_SDP_NO_TLS 0x10
#define CCS_SDP_TCP    0x00
#define CCS_SDP_UDP    0x10

struct ccs_sdp {
	enum ccs_sdp_kind kind;
	uint8_t security;
	uint8_t transport;
	uint8_t secc_ip[16];	/* response */
	uint16_t secc_port;	/* response */
	const uint8_t *payload; /* wireless: in the datagram that was decoded */
	size_t payload_length;
};

/*
 * Reads one datagram.  Returns 0.
 *	CCS_ERR_HEADER	not a V2GTP header
 *	CCS_ERR_UNKNOWN	V2GTP, but not SDP
 *	CCS_ERR_SHORT	it ends before the payload that its header announces
 *	CCS_ERR_LENGTH	it goes on behind it, or the payload is not 2 (request), 20 (response) bytes
 */
int ccs_sdp_decode(struct ccs_sdp *sdp, const uint8_t *datagram, size_t length);

/* Writes one datagram.  Returns its length: 10, 28, or 8 + payload_length.  CCS_ERR_SPACE. */
int ccs_sdp_encode(const struct ccs_sdp *sdp, uint8_t *datagram, size_t size);

/* "SDPRequest", "SDPResponse", "SDPRequestWireless", "SDPResponseWireless" */
const char *ccs_sdp_type_name(enum ccs_sdp_kind kind);

struct ccs_print;

/* The JSON object `fields` of a record: {"security":16,"transport":0,"secc_ip":"fe80::1",...}
 * of wireless ones {"data":"..."}. */
void ccs_sdp_print_fields(struct ccs_print *print, const struct ccs_sdp *sdp);

/* "[fe80::1]:49152, no TLS" */
void ccs_sdp_print_summary(struct ccs_print *print, const struct ccs_sdp *sdp);

#endif
