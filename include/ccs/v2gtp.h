/* SPDX-License-Identifier: Apache-2.0 */
/*
 * V2GTP: the 8-byte header before every V2G message, in datagrams and as a stream.
 *
 *	struct ccs_v2gtp stream;
 *	struct ccs_v2gtp_message message;
 *	int result;
 *
 *	ccs_v2gtp_init(&stream, memory, sizeof(memory));
 *	... for each piece that arrives:
 *	while ((result = ccs_v2gtp_next(&stream, &bytes, &length, &message)) > 0)
 *		use(message.payload, message.length);
 *	if (result < 0)
 *		close the connection, or ccs_v2gtp_resync(&stream) and call again
 *
 * Messages come out the same however the stream is cut into pieces.
 * Sources: ISO 15118-2 section 7.8.3; ISO 15118-20 section 7.8.3; DIN SPEC 70121 section 8.7.3.
 */
#ifndef CCS_V2GTP_H
#define CCS_V2GTP_H

#include "ccs/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CCS_V2GTP_HEADER_SIZE 8

/*
 * What we suggest as memory for a stream.  The header can announce 4 GB.  The largest messages the
 * schemas allow, with certificate chains or schedules of 1,024 entries, need 20 to 50 KB; an
 * ordinary one needs less than 1 KB.  A microcontroller without certificates can give 4 KB.
 */
#define CCS_V2GTP_PAYLOAD_MAX 65536

/* X(name, value, text) */
#define CCS_V2GTP_TYPES(X)                                                      \
	X(CCS_V2GTP_EXI, 0x8001, "SAP, DIN and ISO 15118-2")                    \
	X(CCS_V2GTP_ISO20_MAIN, 0x8002, "ISO 15118-20 main")                    \
	X(CCS_V2GTP_ISO20_AC, 0x8003, "ISO 15118-20 AC main")                   \
	X(CCS_V2GTP_ISO20_DC, 0x8004, "ISO 15118-20 DC main")                   \
	X(CCS_V2GTP_ISO20_ACDP, 0x8005, "ISO 15118-20 ACDP main")               \
	X(CCS_V2GTP_ISO20_WPT, 0x8006, "ISO 15118-20 WPT main")                 \
	X(CCS_V2GTP_ISO20_SCHEDULE, 0x8101, "ISO 15118-20 schedule side")       \
	X(CCS_V2GTP_ISO20_METERING, 0x8102, "ISO 15118-20 metering side")       \
	X(CCS_V2GTP_ISO20_ACDP_STATUS, 0x8103, "ISO 15118-20 ACDP status side") \
	X(CCS_V2GTP_ISO20_PARKING, 0x8104, "ISO 15118-20 parking side")         \
	X(CCS_V2GTP_SDP_REQUEST, 0x9000, "SDP request")                         \
	X(CCS_V2GTP_SDP_RESPONSE, 0x9001, "SDP response")                       \
	X(CCS_V2GTP_SDP_REQUEST_WIRELESS, 0x9002, "SDP request wireless")       \
	X(CCS_V2GTP_SDP_RESPONSE_WIRELESS, 0x9003, "SDP response wireless")

enum ccs_v2gtp_type {
#define CCS_V2GTP_ROW(name, value, text) name = (value),
	CCS_V2GTP_TYPES(CCS_V2GTP_ROW)
#undef CCS_V2GTP_ROW
};

/* Text of a payload type; "manufacturer specific" from 0xA000, "reserved" elsewhere. */
const char *ccs_v2gtp_type_text(uint16_t payload_type);

struct ccs_v2gtp_message {
	uint16_t payload_type; /* any value: what is unknown is for the caller to ignore */
	const uint8_t *payload;
	size_t length;	/* of the payload; may be 0 */
	size_t skipped; /* bytes of the stream thrown away before it */
};

/* Members are private. */
struct ccs_v2gtp {
	uint8_t *memory;
	size_t size;
	size_t filled;	/* bytes of the payload in memory */
	size_t skipped; /* since the last message */
	uint8_t header[CCS_V2GTP_HEADER_SIZE];
	uint8_t header_filled;
	bool seeking;	/* for the next plausible header */
	bool delivered; /* the message in memory was handed out */
};

/* `memory` stays the caller's; its size is the largest payload that is accepted. */
void ccs_v2gtp_init(struct ccs_v2gtp *stream, void *memory, size_t size);

/*
 * Takes bytes from `*bytes`, moving it and `*length` on, until a message is complete.
 *	1		a message.  Its payload lies in the input when it came in one piece, else in
 *the stream's memory: use it before the next call. 0		all input is used, the message goes
 *on CCS_ERR_HEADER	not a V2GTP header (01 FE); no more is used, further calls return the same
 *	CCS_ERR_SIZE	a payload larger than the memory; likewise
 * The header is judged when it is complete.
 */
int ccs_v2gtp_next(struct ccs_v2gtp *stream, const uint8_t **bytes, size_t *length,
		   struct ccs_v2gtp_message *message);

/*
 * After an error: gives this header up and searches, in this input and the following, for the next
 * plausible one: 01 FE, a type of the table, a payload that is not empty and fits.  The next
 * message says how many bytes were skipped; ccs_v2gtp_skipped says so at any time.
 */
void ccs_v2gtp_resync(struct ccs_v2gtp *stream);

/*
 * Bytes of the stream were lost here (a capture with holes; TCP itself has none): what was gathered
 * of a message is skipped, and the next plausible header is searched.
 */
void ccs_v2gtp_gap(struct ccs_v2gtp *stream);

/* Bytes thrown away since the last message. */
static inline size_t ccs_v2gtp_skipped(const struct ccs_v2gtp *stream)
{
	return stream->skipped;
}

/* Bytes of an unfinished message that were taken, header included; 0: between two messages. */
static inline size_t ccs_v2gtp_pending(const struct ccs_v2gtp *stream)
{
	return stream->delivered ? 0 : stream->header_filled + stream->filled;
}

/*
 * Reads a datagram, which is one whole message.  Returns 0.
 *	CCS_ERR_SHORT	it ends before the header or the payload does
 *	CCS_ERR_HEADER	not a V2GTP header
 *	CCS_ERR_LENGTH	it goes on behind the payload
 */
int ccs_v2gtp_read_datagram(const uint8_t *bytes, size_t length, struct ccs_v2gtp_message *message);

/* The header of a message. */
void ccs_v2gtp_write_header(uint8_t header[8], uint16_t payload_type, uint32_t payload_length);

#endif
