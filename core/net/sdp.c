/* SPDX-License-Identifier: Apache-2.0 */
/* SECC discovery datagrams. */
#include "ccs/sdp.h"

#include "ccs/cursor.h"
#include "ccs/print.h"
#include "ccs/v2gtp.h"

#define REQUEST_SIZE  2
#define RESPONSE_SIZE 20

/* By enum ccs_sdp_kind; the kinds follow each other as the payload types do. */
static const char *const names[] = {
	[CCS_SDP_REQUEST] = "SDPRequest",
	[CCS_SDP_RESPONSE] = "SDPResponse",
	[CCS_SDP_REQUEST_WIRELESS] = "SDPRequestWireless",
	[CCS_SDP_RESPONSE_WIRELESS] = "SDPResponseWireless",
};

const char *ccs_sdp_type_name(enum ccs_sdp_kind kind)
{
	return names[kind];
}

static int check_size(enum ccs_sdp_kind kind, size_t length)
{
	if (kind == CCS_SDP_REQUEST)
		return length == REQUEST_SIZE ? 0 : CCS_ERR_LENGTH;
	if (kind == CCS_SDP_RESPONSE)
		return length == RESPONSE_SIZE ? 0 : CCS_ERR_LENGTH;
	return 0;
}

static void read_payload(struct ccs_sdp *sdp, struct ccs_reader *r)
{
	switch (sdp->kind) {
	case CCS_SDP_RESPONSE:
		ccs_read_copy(r, sdp->secc_ip, sizeof(sdp->secc_ip));
		sdp->secc_port = ccs_read_be16(r);
		/* fall through */
	case CCS_SDP_REQUEST:
		sdp->security = ccs_read_u8(r);
		sdp->transport = ccs_read_u8(r);
		break;
	case CCS_SDP_REQUEST_WIRELESS:
	case CCS_SDP_RESPONSE_WIRELESS:
		sdp->payload_length = ccs_reader_left(r);
		sdp->payload = ccs_read(r, sdp->payload_length);
		break;
	}
}

int ccs_sdp_decode(struct ccs_sdp *sdp, const uint8_t *datagram, size_t length)
{
	struct ccs_v2gtp_message message;
	struct ccs_reader r;
	int result = ccs_v2gtp_read_datagram(datagram, length, &message);

	if (result)
		return result;
	if (message.payload_type < CCS_V2GTP_SDP_REQUEST ||
	    message.payload_type > CCS_V2GTP_SDP_RESPONSE_WIRELESS)
		return CCS_ERR_UNKNOWN;
	memset(sdp, 0, sizeof(*sdp));
	sdp->kind = (enum ccs_sdp_kind)(message.payload_type - CCS_V2GTP_SDP_REQUEST);
	result = check_size(sdp->kind, message.length);
	if (result)
		return result;
	r = ccs_reader(message.payload, message.length);
	read_payload(sdp, &r);
	return 0;
}

static void write_payload(const struct ccs_sdp *sdp, struct ccs_writer *w)
{
	switch (sdp->kind) {
	case CCS_SDP_RESPONSE:
		ccs_write(w, sdp->secc_ip, sizeof(sdp->secc_ip));
		ccs_write_be16(w, sdp->secc_port);
		/* fall through */
	case CCS_SDP_REQUEST:
		ccs_write_u8(w, sdp->security);
		ccs_write_u8(w, sdp->transport);
		break;
	case CCS_SDP_REQUEST_WIRELESS:
	case CCS_SDP_RESPONSE_WIRELESS:
		ccs_write(w, sdp->payload, sdp->payload_length);
		break;
	}
}

int ccs_sdp_encode(const struct ccs_sdp *sdp, uint8_t *datagram, size_t size)
{
	struct ccs_writer w = ccs_writer(datagram, size < INT32_MAX ? size : INT32_MAX);
	uint8_t *header = ccs_write_room(&w, CCS_V2GTP_HEADER_SIZE);

	write_payload(sdp, &w);
	if (w.failed)
		return CCS_ERR_SPACE;
	ccs_v2gtp_write_header(header, (uint16_t)(CCS_V2GTP_SDP_REQUEST + (unsigned int)sdp->kind),
			       (uint32_t)(w.at - datagram) - CCS_V2GTP_HEADER_SIZE);
	return (int)(w.at - datagram);
}

static bool is_wireless(const struct ccs_sdp *sdp)
{
	return sdp->kind == CCS_SDP_REQUEST_WIRELESS || sdp->kind == CCS_SDP_RESPONSE_WIRELESS;
}

void ccs_sdp_print_fields(struct ccs_print *p, const struct ccs_sdp *sdp)
{
	if (is_wireless(sdp)) {
		ccs_print_text(p, "{\"data\":\"");
		ccs_print_hex(p, sdp->payload, sdp->payload_length);
		ccs_print_text(p, "\"}");
		return;
	}
	ccs_print_text(p, "{\"security\":");
	ccs_print_unsigned(p, sdp->security);
	ccs_print_text(p, ",\"transport\":");
	ccs_print_unsigned(p, sdp->transport);
	if (sdp->kind == CCS_SDP_RESPONSE) {
		ccs_print_text(p, ",\"secc_ip\":\"");
		ccs_print_ipv6(p, sdp->secc_ip);
		ccs_print_text(p, "\",\"secc_port\":");
		ccs_print_unsigned(p, sdp->secc_port);
	}
	ccs_print_char(p, '}');
}

static void print_choice(struct ccs_print *p, uint8_t value, const char *zero, const char *sixteen)
{
	if (value == 0x00 || value == 0x10) {
		ccs_print_text(p, value ? sixteen : zero);
	} else {
		ccs_print_text(p, "reserved ");
		ccs_print_unsigned(p, value);
	}
}

void ccs_sdp_print_summary(struct ccs_print *p, const struct ccs_sdp *sdp)
{
	if (is_wireless(sdp)) {
		ccs_print_unsigned(p, sdp->payload_length);
		ccs_print_text(p, " bytes");
		return;
	}
	if (sdp->kind == CCS_SDP_RESPONSE) {
		ccs_print_char(p, '[');
		ccs_print_ipv6(p, sdp->secc_ip);
		ccs_print_text(p, "]:");
		ccs_print_unsigned(p, sdp->secc_port);
		ccs_print_text(p, ", ");
	}
	print_choice(p, sdp->security, "TLS", "no TLS");
	ccs_print_text(p, ", ");
	print_choice(p, sdp->transport, "TCP", "UDP");
}
